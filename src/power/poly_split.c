/* SPDX-License-Identifier: MIT
 *
 * poly_split.c - binary splitting over the integers.
 *
 * Of the product over all steps only rows . M . start is wanted: the left half of it
 * is applied to the start, the right half to the rows, each by halves again, so that
 * full matrices are multiplied only further down, where numbers are shorter.
 */
#include "power/poly_split.h"

#include "power/decimal_table.h"
#include "power/plan_internal.h"
#include "power/poly_block.h"
#include "power/progress.h"

#include <flint/fmpz_vec.h>

/* The steps [begin, end) applied to a vector of numerators, its denominator apart:
 * columns: x = M x, rows: every row r = r M. */
typedef struct applied {
    fmpz_mat_t x; /* dim x 1, or noutputs x dim */
    fmpz_t den;
} applied;

static cpm_status apply_block(applied *to, cpm_poly_blocks *blocks, ulong begin, ulong end,
                              bool to_rows, cpm_err *err)
{
    cpm_poly_block block;
    cpm_poly_block_init(&block, blocks->form->dim);
    cpm_status status = cpm_poly_block_product(&block, blocks, begin, end, err);
    if (status == CPM_OK) {
        if (to_rows)
            fmpz_mat_mul(to->x, to->x, block.m);
        else
            fmpz_mat_mul(to->x, block.m, to->x);
        fmpz_mul(to->den, to->den, block.den);
    }
    cpm_poly_block_clear(&block);
    return status;
}

/* The end of the steps that is far from the vector is a block; the rest goes on by
 * halves. */
static cpm_status apply(applied *to, cpm_poly_blocks *blocks, ulong begin, ulong end, bool to_rows,
                        cpm_err *err)
{
    if (end - begin <= 2 * blocks->leaf)
        return apply_block(to, blocks, begin, end, to_rows, err);
    ulong middle = begin + (end - begin) / 2;
    cpm_status status = to_rows ? apply(to, blocks, middle, end, true, err)
                                : apply(to, blocks, begin, middle, false, err);
    if (status != CPM_OK)
        return status;
    return to_rows ? apply_block(to, blocks, begin, middle, true, err)
                   : apply_block(to, blocks, middle, end, false, err);
}

static void applied_init(applied *a, slong nrows, slong ncols, const fmpz *entries)
{
    fmpz_mat_init(a->x, nrows, ncols);
    _fmpz_vec_set(a->x->entries, entries, nrows * ncols);
    fmpz_init_set_ui(a->den, 1);
}

static void applied_clear(applied *a)
{
    fmpz_mat_clear(a->x);
    fmpz_clear(a->den);
}

cpm_status cpm_poly_splitting(fmpq *out, const cpm_polyform *form, ulong n,
                              const cpm_config *config, cpm_err *err)
{
    cpm_poly_blocks blocks;
    applied columns, rows;
    fmpz_mat_t y;
    slong dim = (slong)form->dim, noutputs = (slong)form->noutputs;
    cpm_poly_blocks_init(&blocks, form, n, config);
    applied_init(&columns, dim, 1, form->start);
    applied_init(&rows, noutputs, dim, form->rows);
    fmpz_mat_init(y, noutputs, 1);
    cpm_status status = apply(&columns, &blocks, 0, n / 2, false, err);
    if (status == CPM_OK)
        status = apply(&rows, &blocks, n / 2, n, true, err);
    if (status == CPM_OK) {
        fmpz_mat_mul(y, rows.x, columns.x);
        fmpz_mul(rows.den, rows.den, columns.den);
        fmpz_mul(rows.den, rows.den, form->scale);
        for (slong k = 0; k < noutputs; k++)
            cpm_poly_quotient(out + k, fmpz_mat_entry(y, k, 0), rows.den);
    }
    applied_clear(&columns);
    applied_clear(&rows);
    fmpz_mat_clear(y);
    return status;
}

/* ---- In decimal --------------------------------------------------------------------- */

/* Blocks of so many bits are found in binary and converted. */
enum { BINARY_BITS = 20000 };

typedef struct decimal {
    cpm_poly_blocks blocks;
    double bits; /* of the entries of a block, for each of its steps */
    cpm_dec_ctx ctx;
} decimal;

bool cpm_poly_splitting_has_decimal(const cpm_polyform *form)
{
    return form->q->length == 1 && fmpz_is_pm1(form->q->coeffs) && fmpz_abs_fits_ui(form->scale);
}

static cpm_status block_decimal(cpm_dec_table *out, decimal *d, ulong begin, ulong end,
                                cpm_err *err)
{
    if ((double)(end - begin) * d->bits < BINARY_BITS || end - begin < 2) {
        cpm_poly_block block;
        cpm_poly_block_init(&block, d->blocks.form->dim);
        cpm_status status = cpm_poly_block_product(&block, &d->blocks, begin, end, err);
        if (status == CPM_OK)
            status = cpm_dec_table_set(out, block.m, err);
        cpm_poly_block_clear(&block);
        return status;
    }
    cpm_dec_table right = {0};
    ulong middle = begin + (end - begin) / 2;
    cpm_status status = block_decimal(out, d, begin, middle, err);
    if (status == CPM_OK)
        status = block_decimal(&right, d, middle, end, err);
    if (status == CPM_OK)
        status = cpm_dec_table_mul(out, &right, out, &d->ctx, err);
    cpm_dec_table_clear(&right);
    return status;
}

/* As `apply`, in decimal. */
static cpm_status apply_decimal(cpm_dec_table *x, decimal *d, ulong begin, ulong end, bool to_rows,
                                cpm_err *err)
{
    cpm_dec_table block = {0};
    ulong middle = begin + (end - begin) / 2;
    bool halves = (double)(end - begin) * d->bits >= 2 * BINARY_BITS && end - begin >= 2;
    cpm_status status = CPM_OK;
    if (halves)
        status = to_rows ? apply_decimal(x, d, middle, end, true, err)
                         : apply_decimal(x, d, begin, middle, false, err);
    if (status == CPM_OK)
        status = block_decimal(&block, d, halves && !to_rows ? middle : begin,
                               halves && to_rows ? middle : end, err);
    if (status == CPM_OK)
        status = to_rows ? cpm_dec_table_mul(x, x, &block, &d->ctx, err)
                         : cpm_dec_table_mul(x, &block, x, &d->ctx, err);
    cpm_dec_table_clear(&block);
    return status;
}

/* y = rows M start */
static cpm_status outputs_decimal(cpm_dec_table *y, decimal *d, ulong n, cpm_err *err)
{
    const cpm_polyform *form = d->blocks.form;
    fmpz_mat_t start, rows;
    cpm_dec_table x = {0};
    fmpz_mat_init(start, (slong)form->dim, 1);
    fmpz_mat_init(rows, (slong)form->noutputs, (slong)form->dim);
    _fmpz_vec_set(start->entries, form->start, (slong)form->dim);
    _fmpz_vec_set(rows->entries, form->rows, (slong)(form->dim * form->noutputs));
    cpm_status status = cpm_dec_table_set(&x, start, err);
    if (status == CPM_OK)
        status = cpm_dec_table_set(y, rows, err);
    if (status == CPM_OK)
        status = apply_decimal(&x, d, 0, n / 2, false, err);
    if (status == CPM_OK)
        status = apply_decimal(y, d, n / 2, n, true, err);
    if (status == CPM_OK)
        status = cpm_dec_table_mul(y, y, &x, &d->ctx, err);
    fmpz_mat_clear(start);
    fmpz_mat_clear(rows);
    cpm_dec_table_clear(&x);
    return status;
}

cpm_status cpm_poly_splitting_decimal(cpm_dec *out, bool *found, const cpm_polyform *form, ulong n,
                                      const cpm_config *config, cpm_err *err)
{
    decimal d = {.bits = 1};
    cpm_dec_table y = {0};
    fmpz_t steps;
    *found = false;
    cpm_status status = cpm_dec_ctx_init(&d.ctx, config->nthreads, config->check, err);
    if (status != CPM_OK)
        return status;
    fmpz_init_set_ui(steps, n);
    cpm_poly_blocks_init(&d.blocks, form, n, config);
    if (n > 0)
        d.bits = cpm_polyform_log2_numerator(form, steps) / (double)n;
    status = outputs_decimal(&y, &d, n, err);
    bool negative = n % 2 != 0 && !fmpz_is_one(form->q->coeffs);
    *found = status == CPM_OK;
    for (size_t k = 0; k < form->noutputs && *found && status == CPM_OK; k++) {
        status = cpm_bignum_give(&out[k], &y.at[k], err);
        out[k].negative = out[k].len > 0 && out[k].negative != negative;
        *found = status == CPM_OK && cpm_dec_unscale(&out[k], form->scale);
    }
    cpm_dec_table_clear(&y);
    cpm_dec_ctx_clear(&d.ctx);
    fmpz_clear(steps);
    return status;
}

/* ---- Modulo m ------------------------------------------------------------------------- */

/* Steps whose product has about the bits of m. */
static ulong block_steps(const cpm_polyform *form, ulong n, const fmpz_t m)
{
    fmpz_t steps;
    fmpz_init_set_ui(steps, n);
    double bits = cpm_polyform_log2_numerator(form, steps) / (double)(n + 1) + 1;
    double count = (double)fmpz_bits(m) / bits;
    fmpz_clear(steps);
    return count < 1 ? 1 : count > (double)n ? n + 1 : (ulong)count;
}

cpm_status cpm_poly_splitting_mod(fmpz *out, fmpz_t den, const cpm_polyform *form, ulong n,
                                  const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    cpm_poly_blocks blocks;
    applied columns;
    fmpz_mat_t rows, y;
    slong dim = (slong)form->dim, noutputs = (slong)form->noutputs;
    cpm_status status = CPM_OK;
    ulong count = block_steps(form, n, m);
    cpm_poly_blocks_init(&blocks, form, n, config);
    blocks.reduces = false; /* the denominator is wanted as it is */
    applied_init(&columns, dim, 1, form->start);
    for (ulong begin = 0; begin < n && status == CPM_OK; begin += FLINT_MIN(count, n - begin)) {
        status =
            apply_block(&columns, &blocks, begin, begin + FLINT_MIN(count, n - begin), false, err);
        _fmpz_vec_scalar_mod_fmpz(columns.x->entries, columns.x->entries, dim, m);
        fmpz_mod(columns.den, columns.den, m);
    }
    fmpz_mat_init(rows, noutputs, dim);
    fmpz_mat_init(y, noutputs, 1);
    _fmpz_vec_set(rows->entries, form->rows, noutputs * dim);
    fmpz_mat_mul(y, rows, columns.x);
    for (slong k = 0; k < noutputs; k++)
        fmpz_mod(out + k, fmpz_mat_entry(y, k, 0), m);
    fmpz_mod(den, columns.den, m);
    applied_clear(&columns);
    fmpz_mat_clear(rows);
    fmpz_mat_clear(y);
    return status;
}
