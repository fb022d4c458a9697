/* SPDX-License-Identifier: MIT
 *
 * decimal_stream.c - consecutive large terms, in decimal.
 *
 * The jump. With P the reversed denominator, x^k mod P = sum c_i x^i (C. M.
 * Fiduccia, "An efficient formula for linear recurrences", SIAM J. Comput. 14
 * (1985)), and then
 *
 *     x^(2k+b) mod P = sum over i, l of c_i c_l (x^(i+l+b) mod P),
 *     z(2k+b+m)      = sum over i, l of c_i c_l z(i+l+b+m)
 *
 * for a solution z of the recurrence. So each step is d sums of products of d
 * numbers whose coefficients are a table made once: d transforms forward and d
 * back; in the last step the table is of terms of the sequence, and the sums are
 * d consecutive terms. That is for orders up to MAX_POWER_ORDER, as the
 * pointwise products are cubic in the order, and tables of small numbers; up to
 * MAX_SINGLE_ORDER the terms are found one by one.
 *
 * Cost: O(d M(B)) for terms of B digits, then O(d B) a step and no transform.
 */
#include "power/decimal_stream.h"

#include "base/mem.h"
#include "bignum/tune.h"
#include "power/decimal.h"
#include "power/decimal_sum.h"
#include "power/progress.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_POWER_ORDER = 8,
    MAX_SINGLE_ORDER = 32,
    NEAR_POWER = 64,    /* smaller exponents are left to the other way */
    MAX_TABLE_BITS = 24 /* so that the weight of a sum is a word for any length */
};

void cpm_decimal_stream_clear(cpm_decimal_stream *s)
{
    for (size_t i = 0; s->ring != NULL && i < s->order; i++)
        cpm_dec_clear(&s->ring[i]);
    free(s->ring);
    free(s->coeff);
    cpm_dec_clear(&s->scratch);
    *s = (cpm_decimal_stream){0};
}

bool cpm_decimal_stream_applies(const cpm_genfun *f)
{
    if (!cpm_genfun_is_integral(f) || cpm_genfun_order(f) < 1)
        return false;
    for (slong j = 1; j <= cpm_genfun_order(f); j++)
        if (fmpz_bits(fmpz_poly_get_coeff_ptr(f->den, j)) > 62)
            return false;
    return true;
}

static cpm_status stream_alloc(cpm_decimal_stream *s, const cpm_genfun *f, cpm_err *err)
{
    *s = (cpm_decimal_stream){.order = (size_t)cpm_genfun_order(f)};
    s->ring = cpm_calloc(s->order, sizeof *s->ring);
    s->coeff = cpm_calloc(s->order, sizeof *s->coeff);
    if (s->ring == NULL || s->coeff == NULL)
        return cpm_err_memory(err);
    for (size_t j = 1; j <= s->order; j++)
        s->coeff[j - 1] = -fmpz_get_si(fmpz_poly_get_coeff_ptr(f->den, (slong)j));
    return CPM_OK;
}

cpm_status cpm_decimal_stream_set(cpm_decimal_stream *s, const cpm_genfun *f, const fmpq *y,
                                  size_t at, cpm_err *err)
{
    mpz_t t;
    mpz_init(t);
    cpm_status status = stream_alloc(s, f, err);
    for (size_t i = 0; i < s->order && status == CPM_OK; i++) {
        fmpz_get_mpz(t, fmpq_numref(y + (at + i) % s->order));
        status = cpm_dec_set_mpz(&s->ring[i], t, err);
    }
    mpz_clear(t);
    if (status != CPM_OK)
        cpm_decimal_stream_clear(s);
    return status;
}

/* The new term goes over the oldest, which has the first share in it. */
cpm_status cpm_decimal_stream_step(const cpm_dec **term, cpm_decimal_stream *s, cpm_err *err)
{
    cpm_dec *y = &s->ring[s->at];
    int64_t c = s->coeff[s->order - 1];
    cpm_status status = CPM_OK;
    if (c == -1 && y->len > 0)
        y->negative = !y->negative;
    else if (c != 1)
        status = cpm_dec_mul_si(y, y, c, err);
    for (size_t j = 1; j < s->order && status == CPM_OK; j++) {
        const cpm_dec *back = &s->ring[(s->at + s->order - j) % s->order];
        c = s->coeff[j - 1];
        if (c == 1 || c == -1) {
            status = (c == 1 ? cpm_dec_add : cpm_dec_sub)(y, y, back, err);
        } else if (c != 0) {
            status = cpm_dec_mul_si(&s->scratch, back, c, err);
            if (status == CPM_OK)
                status = cpm_dec_add(y, y, &s->scratch, err);
        }
    }
    s->at = (s->at + 1) % s->order;
    *term = y;
    return status;
}

/* ---- Powers of x modulo the recurrence --------------------------------------- */

/* Coefficients of the sums of a step: entry [s][m] goes with c_i c_l for i + l +
 * b = s in the sum m. */
typedef struct power_table {
    int64_t entry[2 * MAX_POWER_ORDER][MAX_POWER_ORDER];
} power_table;

static bool small_entry(int64_t *out, const fmpz_t x)
{
    bool small = fmpz_bits(x) <= MAX_TABLE_BITS;
    *out = small ? fmpz_get_si(x) : 0;
    return small;
}

/* x^s modulo the reversed denominator, s < 2 d. */
static bool table_of_powers(power_table *table, const cpm_genfun *f)
{
    slong d = cpm_genfun_order(f);
    fmpz *x = _fmpz_vec_init(d);
    fmpz_t top;
    fmpz_init(top);
    bool small = true;
    fmpz_one(x);
    for (slong s = 0; s < 2 * d && small; s++) {
        for (slong m = 0; m < d; m++)
            small = small_entry(&table->entry[s][m], x + m) && small;
        fmpz_set(top, x + d - 1);
        for (slong m = d - 1; m > 0; m--)
            fmpz_set(x + m, x + m - 1);
        fmpz_zero(x);
        for (slong m = 0; m < d; m++) /* x^d = sum of -den[d-m] x^m */
            fmpz_submul(x + m, top, fmpz_poly_get_coeff_ptr(f->den, d - m));
    }
    fmpz_clear(top);
    _fmpz_vec_clear(x, d);
    return small;
}

/* z(s + m) with z(n) = y(n + shift), s < 2 d. */
static bool table_of_terms(power_table *table, const cpm_genfun *f, size_t shift)
{
    size_t d = (size_t)cpm_genfun_order(f);
    fmpq *z = _fmpq_vec_init((slong)(3 * d));
    cpm_genfun_terms(z, shift, 3 * d, f);
    bool small = true;
    for (size_t s = 0; s < 2 * d; s++)
        for (size_t m = 0; m < d; m++)
            small = small_entry(&table->entry[s][m], fmpq_numref(z + s + m)) && small;
    _fmpq_vec_clear(z, (slong)(3 * d));
    return small;
}

/* x^k mod P, from k = 1 up to the exponent. */
typedef struct power {
    size_t d;
    fmpz *exponent;
    ulong left;                    /* bits of the exponent that are not in k yet */
    cpm_bignum c[MAX_POWER_ORDER]; /* once the numbers are large */
} power;

/* Doublings in binary until the coefficients have CPM_TUNE_DECIMAL_START_BITS
 * or one bit is left. */
static cpm_status power_binary(power *p, const power_table *table, cpm_err *err)
{
    slong d = (slong)p->d;
    fmpz *c = _fmpz_vec_init(d), *next = _fmpz_vec_init(d);
    fmpz_t product;
    fmpz_init(product);
    for (slong m = 0; m < d; m++)
        fmpz_set_si(c + m, (slong)table->entry[1][m]);
    p->left = fmpz_bits(p->exponent) - 1;
    for (; p->left > 1 && labs(_fmpz_vec_max_bits(c, d)) < CPM_TUNE_DECIMAL_START_BITS; p->left--) {
        size_t b = (size_t)fmpz_tstbit(p->exponent, p->left - 1);
        _fmpz_vec_zero(next, d);
        for (size_t i = 0; i < p->d; i++) {
            for (size_t l = 0; l < p->d; l++) {
                fmpz_mul(product, c + i, c + l);
                for (size_t m = 0; m < p->d; m++) {
                    int64_t entry = table->entry[i + l + b][m];
                    if (entry > 0)
                        fmpz_addmul_ui(next + m, product, (ulong)entry);
                    else
                        fmpz_submul_ui(next + m, product, (ulong)-entry);
                }
            }
        }
        _fmpz_vec_swap(c, next, d);
    }
    cpm_status status = CPM_OK;
    for (size_t m = 0; m < p->d && status == CPM_OK; m++)
        status = cpm_bignum_set_fmpz(&p->c[m], c + m, err);
    fmpz_clear(product);
    _fmpz_vec_clear(c, d);
    _fmpz_vec_clear(next, d);
    return status;
}

/* Adds e x y; false when both are words and there is no room for them in a term. */
static bool add_product(cpm_sum *sum, const cpm_bignum *x, const cpm_bignum *y, int64_t e)
{
    int64_t t;
    if (x->is_word && y->is_word && __builtin_mul_overflow(x->word * y->word, e, &t))
        return false;
    cpm_sum_add(sum, x, y, e);
    return true;
}

/* The next bit: k -> 2 k + b, or the terms that the table is of.
 * CPM_ERR_UNSUPPORTED where the numbers are too small for that. */
static cpm_status power_step(power *p, const power_table *table, cpm_dec_ctx *ctx, cpm_err *err)
{
    cpm_sum sums[MAX_POWER_ORDER];
    cpm_bignum next[MAX_POWER_ORDER];
    memset(sums, 0, sizeof sums);
    memset(next, 0, sizeof next);
    p->left--;
    size_t b = (size_t)fmpz_tstbit(p->exponent, p->left);
    bool fits = true;
    for (size_t m = 0; m < p->d; m++)
        for (size_t i = 0; i < p->d; i++)
            for (size_t l = i; l < p->d && fits; l++)
                fits = add_product(&sums[m], &p->c[i], &p->c[l],
                                   table->entry[i + l + b][m] * (i == l ? 1 : 2));
    cpm_status status = fits ? cpm_sums_evaluate(next, sums, p->d, ctx, err)
                             : cpm_err_set(err, CPM_ERR_UNSUPPORTED, "not large enough");
    for (size_t m = 0; m < p->d; m++) {
        cpm_sum_clear(&sums[m]);
        cpm_bignum_clear(&p->c[m]);
        p->c[m] = next[m];
    }
    return status;
}

/* The ring is z(exponent) .. z(exponent+d-1). */
static cpm_status jump_by_power(cpm_decimal_stream *s, const power_table *powers,
                                const power_table *terms, fmpz_t exponent, const cpm_config *config,
                                cpm_err *err)
{
    cpm_dec_ctx ctx;
    cpm_status status = cpm_dec_ctx_init(&ctx, config->nthreads, false, err);
    if (status != CPM_OK)
        return status;
    power p = {.d = s->order, .exponent = exponent};
    status = power_binary(&p, powers, err);
    while (p.left > 0 && status == CPM_OK) {
        status = power_step(&p, p.left == 1 ? terms : powers, &ctx, err);
        if (status == CPM_OK)
            status = cpm_progress(config, cpm_done_with_left(p.left), err);
    }
    for (size_t m = 0; m < s->order; m++) {
        if (status == CPM_OK)
            status = cpm_bignum_give(&s->ring[m], &p.c[m], err);
        cpm_bignum_clear(&p.c[m]);
    }
    cpm_dec_ctx_clear(&ctx);
    return status;
}

static cpm_status jump_by_terms(cpm_decimal_stream *s, const cpm_genfun *f, const fmpz_t first,
                                const cpm_config *config, cpm_err *err)
{
    fmpz_t n;
    fmpz_init_set(n, first);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < s->order && status == CPM_OK; i++) {
        status = cpm_nth_decimal(&s->ring[i], f->num, f->den, n, config, err);
        fmpz_add_ui(n, n, 1);
    }
    fmpz_clear(n);
    return status;
}

cpm_status cpm_decimal_stream_jump(cpm_decimal_stream *s, const cpm_genfun *f, const fmpz_t next,
                                   const cpm_config *config, cpm_err *err)
{
    *s = (cpm_decimal_stream){0};
    slong order = cpm_genfun_order(f);
    if (order > MAX_SINGLE_ORDER)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "the order is too large");
    cpm_status status = stream_alloc(s, f, err);
    slong shift = fmpz_poly_length(f->num) > order ? fmpz_poly_length(f->num) - order : 0;
    fmpz_t first, exponent;
    fmpz_init(first);
    fmpz_init(exponent);
    fmpz_sub_si(first, next, order);
    fmpz_sub_si(exponent, first, shift);
    power_table powers, terms;
    bool by_power = order <= MAX_POWER_ORDER && shift <= NEAR_POWER &&
                    fmpz_cmp_si(exponent, NEAR_POWER) > 0 && table_of_powers(&powers, f) &&
                    table_of_terms(&terms, f, (size_t)shift);
    if (status == CPM_OK && by_power) {
        status = jump_by_power(s, &powers, &terms, exponent, config, err);
        by_power = status != CPM_ERR_UNSUPPORTED;
    }
    if (!by_power && (status == CPM_OK || status == CPM_ERR_UNSUPPORTED)) {
        cpm_err_clear(err);
        status = jump_by_terms(s, f, first, config, err);
    }
    fmpz_clear(first);
    fmpz_clear(exponent);
    if (status != CPM_OK)
        cpm_decimal_stream_clear(s);
    return status;
}
