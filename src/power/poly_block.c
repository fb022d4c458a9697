/* SPDX-License-Identifier: MIT
 *
 * poly_block.c - products over blocks of steps by halves, leaves by plain products.
 *
 * Common factors: where all solutions of a recurrence are nearly integral, as for
 * Motzkin numbers or those of Apery, the matrix over a block, M(end) M(begin)^-1, has
 * denominators that divide det M(begin) up to little, and nearly all of the product of
 * the q(j) cancels. A greatest common divisor of short numbers is cheap, so it is tried
 * on a few blocks of each size, and goes on where it pays.
 */
#include "power/poly_block.h"

#include "power/progress.h"

#include <flint/fmpz_vec.h>

void cpm_poly_block_init(cpm_poly_block *block, size_t dim)
{
    fmpz_mat_init(block->m, (slong)dim, (slong)dim);
    fmpz_init_set_ui(block->den, 1);
}

void cpm_poly_block_clear(cpm_poly_block *block)
{
    fmpz_mat_clear(block->m);
    fmpz_clear(block->den);
}

/* ---- Values ------------------------------------------------------------------------- */

/* sum |f_k| (n-1)^k < 2^62, so that Horner's rule stays within a word. */
static bool fits_words(const fmpz_poly_struct *f, ulong n)
{
    fmpz_t sum;
    fmpz_init(sum);
    for (slong k = f->length - 1; k >= 0; k--) {
        fmpz_mul_ui(sum, sum, n);
        if (fmpz_sgn(f->coeffs + k) < 0)
            fmpz_sub(sum, sum, f->coeffs + k);
        else
            fmpz_add(sum, sum, f->coeffs + k);
    }
    bool fits = fmpz_bits(sum) < 62;
    fmpz_clear(sum);
    return fits;
}

static slong value_word(const fmpz_poly_struct *f, ulong j)
{
    slong value = 0;
    for (slong k = f->length - 1; k >= 0; k--)
        value = value * (slong)j + fmpz_get_si(f->coeffs + k);
    return value;
}

static void value(fmpz_t out, const fmpz_poly_struct *f, ulong j, bool in_words)
{
    if (in_words) {
        fmpz_set_si(out, value_word(f, j));
        return;
    }
    fmpz_t at;
    fmpz_init_set_ui(at, j);
    fmpz_poly_evaluate_fmpz(out, f, at);
    fmpz_clear(at);
}

void cpm_poly_blocks_init(cpm_poly_blocks *blocks, const cpm_polyform *form, ulong n,
                          const cpm_config *config)
{
    *blocks = (cpm_poly_blocks){.form = form, .config = config, .steps = n, .in_words = true};
    for (size_t k = 0; k < form->dim * form->dim; k++)
        blocks->in_words = blocks->in_words && fits_words(form->t + k, n);
    blocks->in_words = blocks->in_words && fits_words(form->q, n);
    blocks->leaf = form->dim == 1 ? 32 : 8;
    blocks->reduces = fmpz_poly_degree(form->q) > 0;
}

/* ---- Leaves -------------------------------------------------------------------------- */

/* m = T(j) m; `next` is scratch of its shape. */
static void multiply_step(cpm_poly_block *block, fmpz_mat_t next, const cpm_poly_blocks *blocks,
                          ulong j)
{
    const cpm_polyform *form = blocks->form;
    slong dim = (slong)form->dim;
    fmpz_t entry;
    fmpz_init(entry);
    fmpz_mat_zero(next);
    for (slong row = 0; row < dim; row++)
        for (slong k = 0; k < dim; k++) {
            const fmpz_poly_struct *f = cpm_polyform_entry(form, (size_t)row, (size_t)k);
            if (f->length == 0)
                continue;
            value(entry, f, j, blocks->in_words);
            for (slong col = 0; col < dim; col++)
                fmpz_addmul(fmpz_mat_entry(next, row, col), entry,
                            fmpz_mat_entry(block->m, k, col));
        }
    fmpz_mat_swap(block->m, next);
    if (blocks->form->q->length > 1 || !fmpz_is_one(form->q->coeffs)) {
        value(entry, form->q, j, blocks->in_words);
        fmpz_mul(block->den, block->den, entry);
    }
    fmpz_clear(entry);
}

static cpm_status leaf(cpm_poly_block *block, cpm_poly_blocks *blocks, ulong begin, ulong end,
                       cpm_err *err)
{
    fmpz_mat_t next;
    slong dim = (slong)blocks->form->dim;
    fmpz_mat_init(next, dim, dim);
    fmpz_mat_one(block->m);
    fmpz_one(block->den);
    for (ulong j = begin; j < end; j++)
        multiply_step(block, next, blocks, j);
    fmpz_mat_clear(next);
    blocks->done += end - begin;
    return cpm_progress(blocks->config, (double)blocks->done / (double)blocks->steps, err);
}

/* ---- Common factors ------------------------------------------------------------------- */

/* Blocks with shorter denominators wait until they have grown; a gcd of longer ones
 * would cost more than it saves. In bits. */
enum { MIN_REDUCED = 600, MAX_REDUCED = 40000 };

/* So many blocks of a size are tried, and have to shrink below this part. */
enum { TRIALS = 4 };
static const double WORTHWHILE = 0.85;

static double block_bits(const cpm_poly_block *block)
{
    return (double)fmpz_bits(block->den) +
           (double)FLINT_ABS(fmpz_mat_max_bits(block->m)) * (double)fmpz_mat_ncols(block->m);
}

static void reduce(cpm_poly_block *block)
{
    slong count = fmpz_mat_nrows(block->m) * fmpz_mat_ncols(block->m);
    fmpz_t common;
    fmpz_init_set(common, block->den);
    for (slong k = 0; k < count && !fmpz_is_pm1(common); k++)
        fmpz_gcd(common, common, block->m->entries + k);
    if (!fmpz_is_pm1(common)) {
        fmpz_divexact(block->den, block->den, common);
        _fmpz_vec_scalar_divexact_fmpz(block->m->entries, block->m->entries, count, common);
    }
    fmpz_clear(common);
}

static void maybe_reduce(cpm_poly_block *block, cpm_poly_blocks *blocks, ulong nsteps)
{
    cpm_poly_gain *gain = &blocks->gains[FLINT_BIT_COUNT(nsteps) % CPM_POLY_LEVELS];
    ulong bits = fmpz_bits(block->den);
    if (!blocks->reduces || bits < MIN_REDUCED || bits > MAX_REDUCED)
        return;
    if (gain->tried >= TRIALS && gain->after > WORTHWHILE * gain->before)
        return;
    gain->tried++;
    gain->before += block_bits(block);
    reduce(block);
    gain->after += block_bits(block);
}

/* ---- Products -------------------------------------------------------------------------- */

cpm_status cpm_poly_block_product(cpm_poly_block *block, cpm_poly_blocks *blocks, ulong begin,
                                  ulong end, cpm_err *err)
{
    if (end - begin <= blocks->leaf)
        return leaf(block, blocks, begin, end, err);
    cpm_poly_block right;
    ulong middle = begin + (end - begin) / 2;
    cpm_poly_block_init(&right, blocks->form->dim);
    cpm_status status = cpm_poly_block_product(block, blocks, begin, middle, err);
    if (status == CPM_OK)
        status = cpm_poly_block_product(&right, blocks, middle, end, err);
    if (status == CPM_OK) {
        fmpz_mat_mul(block->m, right.m, block->m);
        fmpz_mul(block->den, block->den, right.den);
        maybe_reduce(block, blocks, end - begin);
        status = cpm_progress(blocks->config, (double)blocks->done / (double)blocks->steps, err);
    }
    cpm_poly_block_clear(&right);
    return status;
}
