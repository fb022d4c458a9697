/* SPDX-License-Identifier: MIT
 *
 * bostan_mori.c - the n-th coefficient of P/Q by Q(x)Q(-x) doubling.
 *
 * A. Bostan, R. Mori, "A simple and fast algorithm for computing the N-th term
 * of a linearly recurrent sequence", SOSA 2021: section 2 for one coefficient,
 * section 3 for a slice of consecutive ones. With P = Pe(x^2) + x Po(x^2) and
 * Q(-x) = Qe(x^2) - x Qo(x^2),
 *
 *     even part of P(x)Q(-x):  Pe Qe - y Po Qo
 *     odd part:                Po Qe - Pe Qo
 *     Q(x)Q(-x):               Qe^2  - y Qo^2        (y = x^2)
 *
 * so that a step costs four products of half the degree instead of two whole
 * ones of which half the coefficients are thrown away. At index n only the
 * coefficients up to x^n matter, so the last steps, which over Z are nearly all
 * of the work, shrink to single products.
 *
 * Time over Z: O(M(d B)) for an answer of B bits; modular: O(M(d) log n).
 */
#include "power/bostan_mori.h"

#include "base/mem.h"
#include "bignum/nmod_mori.h"
#include "power/progress.h"

#include <flint/fmpz_mod_poly.h>
#include <flint/fmpz_vec.h>
#include <stdlib.h>

void cpm_poly_split(fmpz_poly_t even, fmpz_poly_t odd, const fmpz_poly_t poly)
{
    slong len = fmpz_poly_length(poly);
    fmpz_poly_zero(even);
    fmpz_poly_zero(odd);
    fmpz_poly_fit_length(even, (len + 1) / 2);
    fmpz_poly_fit_length(odd, len / 2);
    for (slong i = len; i-- > 0;)
        fmpz_poly_set_coeff_fmpz(i % 2 ? odd : even, i / 2, fmpz_poly_get_coeff_ptr(poly, i));
}

static void reduce(fmpz_poly_t poly, const fmpz *m)
{
    if (m != NULL)
        fmpz_poly_scalar_mod_fmpz(poly, poly, m);
}

/* out = even^2 - y odd^2, cut after len coefficients. */
static void graeffe_of_parts(fmpz_poly_t out, const fmpz_poly_t even, const fmpz_poly_t odd,
                             slong len, const fmpz *m)
{
    fmpz_poly_t t;
    fmpz_poly_init(t);
    fmpz_poly_sqrlow(t, odd, len - 1);
    fmpz_poly_shift_left(t, t, 1);
    fmpz_poly_sqrlow(out, even, len);
    fmpz_poly_sub(out, out, t);
    reduce(out, m);
    fmpz_poly_clear(t);
}

void cpm_poly_graeffe(fmpz_poly_t out, const fmpz_poly_t den, slong len, const fmpz *m)
{
    fmpz_poly_t even, odd;
    fmpz_poly_init(even);
    fmpz_poly_init(odd);
    cpm_poly_split(even, odd, den);
    graeffe_of_parts(out, even, odd, len, m);
    fmpz_poly_clear(even);
    fmpz_poly_clear(odd);
}

/* n + 1, or LONG-sized "all of it" when n is large. */
static slong coefficients_up_to(const fmpz_t n)
{
    return fmpz_cmp_si(n, WORD_MAX / 4) < 0 ? fmpz_get_si(n) + 1 : WORD_MAX / 4;
}

cpm_status cpm_nth_bostan_mori(fmpz_t out, const fmpz_poly_t num, const fmpz_poly_t den,
                               const fmpz_t n, const fmpz *m, const cpm_config *config,
                               cpm_err *err)
{
    cpm_status status = CPM_OK;
    fmpz_poly_t p, q, pe, po, qe, qo, t;
    fmpz_t index;
    fmpz_poly_init(p);
    fmpz_poly_init(q);
    fmpz_poly_init(pe);
    fmpz_poly_init(po);
    fmpz_poly_init(qe);
    fmpz_poly_init(qo);
    fmpz_poly_init(t);
    fmpz_init_set(index, n);
    fmpz_poly_set(p, num);
    fmpz_poly_set(q, den);
    reduce(p, m);
    reduce(q, m);
    while (!fmpz_is_zero(index) && status == CPM_OK) {
        int odd = fmpz_is_odd(index);
        fmpz_poly_truncate(p, coefficients_up_to(index));
        fmpz_poly_truncate(q, coefficients_up_to(index));
        fmpz_fdiv_q_2exp(index, index, 1);
        slong len = coefficients_up_to(index);
        cpm_poly_split(pe, po, p);
        cpm_poly_split(qe, qo, q);
        if (odd) {
            fmpz_poly_mullow(p, po, qe, len);
            fmpz_poly_mullow(t, pe, qo, len);
        } else {
            fmpz_poly_mullow(p, pe, qe, len);
            fmpz_poly_mullow(t, po, qo, len - 1);
            fmpz_poly_shift_left(t, t, 1);
        }
        fmpz_poly_sub(p, p, t);
        reduce(p, m);
        if (!fmpz_is_zero(index))
            graeffe_of_parts(q, qe, qo, len, m);
        status = cpm_progress(config, cpm_done_at_index(index), err);
    }
    fmpz_poly_get_coeff_fmpz(out, p, 0);
    fmpz_poly_clear(p);
    fmpz_poly_clear(q);
    fmpz_poly_clear(pe);
    fmpz_poly_clear(po);
    fmpz_poly_clear(qe);
    fmpz_poly_clear(qo);
    fmpz_poly_clear(t);
    fmpz_clear(index);
    return status;
}

static void nmod_poly_split(nmod_poly_t even, nmod_poly_t odd, const nmod_poly_t poly)
{
    slong len = nmod_poly_length(poly);
    nmod_poly_zero(even);
    nmod_poly_zero(odd);
    nmod_poly_fit_length(even, (len + 1) / 2);
    nmod_poly_fit_length(odd, len / 2);
    for (slong i = len; i-- > 0;)
        nmod_poly_set_coeff_ui(i % 2 ? odd : even, i / 2, nmod_poly_get_coeff_ui(poly, i));
}

/* Where our own kernels report to. */
typedef struct word_steps {
    const cpm_config *config;
    double nbits;      /* of n */
    cpm_status status; /* of the last report */
    cpm_err *err;
} word_steps;

static cpm_status report_word_step(void *ctx, const fmpz_t index)
{
    word_steps *steps = ctx;
    double done = 1 - (double)fmpz_bits(index) / steps->nbits;
    steps->status = cpm_progress(steps->config, done, steps->err);
    return steps->status;
}

static void words_of_poly(ulong *out, size_t len, const nmod_poly_t poly)
{
    for (size_t i = 0; i < len; i++)
        out[i] = nmod_poly_get_coeff_ui(poly, (slong)i);
}

static void poly_of_words(nmod_poly_t poly, const ulong *words, size_t len)
{
    nmod_poly_zero(poly);
    for (size_t i = len; i-- > 0;)
        nmod_poly_set_coeff_ui(poly, (slong)i, words[i]);
}

/* The steps by our own kernels, which leave those they have no kernel or no
 * memory for: p / q and index are as far as they came from num / den. */
static cpm_status nmod_own_steps(nmod_poly_t p, nmod_poly_t q, fmpz_t index, const nmod_poly_t num,
                                 const nmod_poly_t den, const cpm_config *config, cpm_err *err)
{
    size_t np = (size_t)nmod_poly_length(num), nq = (size_t)nmod_poly_length(den);
    size_t len = np > nq ? np : nq;
    cpm_err ignored = {0};
    word_steps steps = {config, (double)fmpz_bits(index), CPM_OK, err};
    cpm_nmod_fraction f = {.nnum = np, .nden = nq, .modulus = nmod_poly_modulus(num)};
    f.num = cpm_calloc(len, sizeof *f.num);
    f.den = cpm_calloc(len, sizeof *f.den);
    if (f.num != NULL && f.den != NULL) {
        fmpz_init(f.index);
        fmpz_swap(f.index, index);
        words_of_poly(f.num, np, num);
        words_of_poly(f.den, nq, den);
        (void)!cpm_nmod_mori(&f, cpm_nmod_mori_cutoff(f.modulus), config->nthreads,
                             report_word_step, &steps, &ignored);
        poly_of_words(p, f.num, f.nnum);
        poly_of_words(q, f.den, f.nden);
        fmpz_swap(f.index, index);
        fmpz_clear(f.index);
    } else {
        nmod_poly_set(p, num);
        nmod_poly_set(q, den);
    }
    free(f.num);
    free(f.den);
    return steps.status;
}

/* A step by FLINT's products. */
static void nmod_step(nmod_poly_t p, nmod_poly_t q, fmpz_t index)
{
    nmod_poly_t pe, po, qe, qo, t;
    nmod_poly_init(pe, nmod_poly_modulus(p));
    nmod_poly_init(po, nmod_poly_modulus(p));
    nmod_poly_init(qe, nmod_poly_modulus(p));
    nmod_poly_init(qo, nmod_poly_modulus(p));
    nmod_poly_init(t, nmod_poly_modulus(p));
    nmod_poly_truncate(p, coefficients_up_to(index));
    nmod_poly_truncate(q, coefficients_up_to(index));
    nmod_poly_split(pe, po, p);
    nmod_poly_split(qe, qo, q);
    if (fmpz_is_odd(index)) {
        nmod_poly_mul(p, po, qe);
        nmod_poly_mul(t, pe, qo);
    } else {
        nmod_poly_mul(p, pe, qe);
        nmod_poly_mul(t, po, qo);
        nmod_poly_shift_left(t, t, 1);
    }
    nmod_poly_sub(p, p, t);
    nmod_poly_mul(q, qe, qe);
    nmod_poly_mul(t, qo, qo);
    nmod_poly_shift_left(t, t, 1);
    nmod_poly_sub(q, q, t);
    fmpz_fdiv_q_2exp(index, index, 1);
    nmod_poly_clear(pe);
    nmod_poly_clear(po);
    nmod_poly_clear(qe);
    nmod_poly_clear(qo);
    nmod_poly_clear(t);
}

cpm_status cpm_nth_bostan_mori_nmod(mp_limb_t *out, const nmod_poly_t num, const nmod_poly_t den,
                                    const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    nmod_poly_t p, q;
    fmpz_t index;
    nmod_poly_init(p, nmod_poly_modulus(num));
    nmod_poly_init(q, nmod_poly_modulus(num));
    fmpz_init_set(index, n);
    cpm_status status = nmod_own_steps(p, q, index, num, den, config, err);
    double steps = (double)fmpz_bits(index);
    while (!fmpz_is_zero(index) && status == CPM_OK) {
        nmod_step(p, q, index);
        status = cpm_progress(config, 1 - (double)fmpz_bits(index) / steps, err);
    }
    *out = nmod_poly_get_coeff_ui(p, 0);
    nmod_poly_clear(p);
    nmod_poly_clear(q);
    fmpz_clear(index);
    return status;
}

/* A level of the slice algorithm: a polynomial of the root-squaring chain and
 * the window of its inverse that the level below needs. */
typedef struct level {
    fmpz_poly_t den;
    fmpz_t first, last; /* inclusive */
} level;

/* first' = ceil((first - degree)/2), last' = floor(last/2). A constant is
 * treated as of degree 1, so that the window never loses its first entry. */
static void next_window(level *above, const level *below)
{
    slong degree = fmpz_poly_degree(below->den);
    fmpz_sub_si(above->first, below->first, degree > 0 ? degree : 1);
    fmpz_cdiv_q_2exp(above->first, above->first, 1);
    fmpz_fdiv_q_2exp(above->last, below->last, 1);
}

/* u = 1/den modulo x^len; over Z/m without ever leaving it, since over Z the
 * coefficients would grow with every term. */
static void inverse_series(fmpz_poly_t u, const fmpz_poly_t den, slong len, const fmpz *m)
{
    if (m == NULL) {
        fmpz_poly_inv_series(u, den, len);
        return;
    }
    fmpz_mod_ctx_t ctx;
    fmpz_mod_poly_t q, inverse;
    fmpz_mod_ctx_init(ctx, m);
    fmpz_mod_poly_init(q, ctx);
    fmpz_mod_poly_init(inverse, ctx);
    fmpz_mod_poly_set_fmpz_poly(q, den, ctx);
    fmpz_mod_poly_inv_series(inverse, q, len, ctx);
    fmpz_mod_poly_get_fmpz_poly(u, inverse, ctx);
    fmpz_mod_poly_clear(q, ctx);
    fmpz_mod_poly_clear(inverse, ctx);
    fmpz_mod_ctx_clear(ctx);
}

/* The window of 1/den at the top level, where last is small. */
static void top_window(fmpz_poly_t u, const level *top, const fmpz *m)
{
    slong last = fmpz_get_si(top->last), first = fmpz_get_si(top->first);
    if (last < 0) {
        fmpz_poly_zero(u);
        return;
    }
    inverse_series(u, top->den, last + 1, m);
    if (first >= 0)
        fmpz_poly_shift_right(u, u, first);
    else
        fmpz_poly_shift_left(u, u, -first);
}

/* u: from the window of level `above` to that of level `below`. */
static void descend(fmpz_poly_t u, const level *below, const level *above, const fmpz *m)
{
    fmpz_poly_t even, odd;
    fmpz_t base;
    fmpz_poly_init(even);
    fmpz_poly_init(odd);
    fmpz_init(base);
    cpm_poly_split(even, odd, below->den);
    fmpz_poly_mul(even, even, u);
    fmpz_poly_mul(odd, odd, u);
    fmpz_poly_neg(odd, odd);
    reduce(even, m);
    reduce(odd, m);
    fmpz_mul_2exp(base, above->first, 1);
    fmpz_sub(base, below->first, base); /* offset of the window, 0 <= base <= degree */
    slong offset = fmpz_get_si(base);
    fmpz_sub(base, below->last, below->first);
    slong count = fmpz_get_si(base) + 1;
    fmpz_poly_zero(u);
    fmpz_poly_fit_length(u, count);
    for (slong i = count; i-- > 0;) {
        slong at = offset + i;
        fmpz_poly_get_coeff_fmpz(base, at % 2 ? odd : even, at / 2);
        fmpz_poly_set_coeff_fmpz(u, i, base);
    }
    fmpz_poly_clear(even);
    fmpz_poly_clear(odd);
    fmpz_clear(base);
}

cpm_status cpm_slice_bostan_mori(fmpz *u, size_t count, const fmpz_poly_t den, const fmpz_t first,
                                 const fmpz *m, const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    size_t nlevels = fmpz_bits(first) + 2, top = 0;
    slong degree = fmpz_poly_degree(den);
    level *levels = flint_malloc(nlevels * sizeof *levels);
    for (size_t j = 0; j < nlevels; j++) {
        fmpz_poly_init(levels[j].den);
        fmpz_init(levels[j].first);
        fmpz_init(levels[j].last);
    }
    fmpz_poly_set(levels[0].den, den);
    reduce(levels[0].den, m);
    fmpz_set(levels[0].first, first);
    fmpz_add_ui(levels[0].last, first, count - 1);
    while (top + 1 < nlevels && fmpz_cmp_si(levels[top].last, 2 * degree + 16) > 0) {
        next_window(&levels[top + 1], &levels[top]);
        cpm_poly_graeffe(levels[top + 1].den, levels[top].den,
                         coefficients_up_to(levels[top + 1].last), m);
        top++;
    }
    fmpz_poly_t window;
    fmpz_poly_init(window);
    top_window(window, &levels[top], m);
    for (size_t j = top; j-- > 0 && status == CPM_OK;) {
        descend(window, &levels[j], &levels[j + 1], m);
        status = cpm_progress(config, cpm_done_with_left(j), err);
    }
    for (size_t i = 0; i < count; i++)
        fmpz_poly_get_coeff_fmpz(u + i, window, (slong)i);
    for (size_t j = 0; j < nlevels; j++) {
        fmpz_poly_clear(levels[j].den);
        fmpz_clear(levels[j].first);
        fmpz_clear(levels[j].last);
    }
    flint_free(levels);
    fmpz_poly_clear(window);
    return status;
}
