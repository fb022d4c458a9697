/* SPDX-License-Identifier: MIT
 *
 * decimal.c - Lucas doubling and Bostan-Mori with the large steps in decimal.
 *
 * For a term of two million digits GMP spends five times as long on the
 * digits as on the number. Here the first steps, down to some thousand digits,
 * run on binary integers; their few results are converted, and the last steps
 * run in base 10^19 with transforms that are shared among all the products of a
 * step (decimal_sum.h). The recurrences are those of doubling.c and
 * bostan_mori.c: for order 2, with u = U(k), v = U(k+1),
 *
 *     U(2k) = 2 u v - P u^2,  U(2k+1) = v^2 - Q u^2,  U(2k+2) = P v^2 - 2 Q u v,
 *
 * two transforms forward and two back a step; for order d the products
 *
 *     P'_k = sum over i + j = 2k + b of (-1)^j p_i q_j   (b = n mod 2)
 *     Q'_k = sum over i + j = 2k     of (-1)^j q_i q_j
 *
 * with one transform for each large coefficient and one for each sum, and at
 * index n only the coefficients up to x^n.
 *
 * Cost: O(M(B)) for B digits in the answer. Memory: about 100 bytes for 19
 * digits of the answer (order 2), proportional to the order else.
 */
#include "power/decimal.h"

#include "base/mem.h"
#include "bignum/tune.h"
#include "power/bostan_mori.h"
#include "power/decimal_sum.h"
#include "power/progress.h"

#include <stdlib.h>
#include <string.h>

bool cpm_nth_decimal_available(void)
{
    return cpm_dec_available();
}

/* ---- Bostan-Mori -------------------------------------------------------------- */

/* num/den and the index that is left. */
typedef struct fraction {
    cpm_bignum *p, *q; /* owned */
    size_t np, nq;
    fmpz_t index;
} fraction;

static void numbers_free(cpm_bignum *x, size_t n)
{
    for (size_t i = 0; x != NULL && i < n; i++)
        cpm_bignum_clear(&x[i]);
    free(x);
}

static void fraction_clear(fraction *f)
{
    numbers_free(f->p, f->np);
    numbers_free(f->q, f->nq);
    fmpz_clear(f->index);
}

static cpm_status numbers_of_poly(cpm_bignum **out, size_t *n, const fmpz_poly_t poly, cpm_err *err)
{
    *n = (size_t)fmpz_poly_length(poly);
    *out = cpm_calloc(*n, sizeof **out);
    if (*out == NULL) {
        *n = 0;
        return cpm_err_memory(err);
    }
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < *n && status == CPM_OK; i++)
        status = cpm_bignum_set_fmpz(&(*out)[i], fmpz_poly_get_coeff_ptr(poly, (slong)i), err);
    return status;
}

/* Coefficients above x^index do not matter. */
static size_t wanted(size_t len, const fmpz_t index)
{
    return fmpz_cmp_ui(index, len) < 0 ? (size_t)fmpz_get_ui(index) + 1 : len;
}

/* The sum for coefficient `at` of P(x) Q(-x). */
static void numerator_sum(cpm_sum *sum, const fraction *f, size_t at)
{
    for (size_t i = 0; i < f->np && i <= at; i++)
        if (at - i < f->nq)
            cpm_sum_add(sum, &f->p[i], &f->q[at - i], (at - i) % 2 ? -1 : 1);
}

/* The sum for coefficient `at`, even, of Q(x) Q(-x). */
static void denominator_sum(cpm_sum *sum, const fraction *f, size_t at)
{
    for (size_t i = 0; i < f->nq && 2 * i <= at; i++)
        if (at - i < f->nq)
            cpm_sum_add(sum, &f->q[i], &f->q[at - i], (i % 2 ? -1 : 1) * (2 * i == at ? 1 : 2));
}

/* Halves the index. */
static cpm_status halve(fraction *f, cpm_dec_ctx *ctx, cpm_err *err)
{
    size_t bit = fmpz_is_odd(f->index) ? 1 : 0;
    size_t np = wanted(f->np, f->index), nq = wanted(f->nq, f->index);
    fmpz_fdiv_q_2exp(f->index, f->index, 1);
    bool last = fmpz_is_zero(f->index);
    /* degrees np + nq - 2 (of which every second) and 2 nq - 2 */
    size_t new_p = wanted((np + nq - bit) / 2, f->index), new_q = last ? 0 : wanted(nq, f->index);
    size_t nsums = new_p + new_q;
    cpm_sum *sums = cpm_calloc(nsums, sizeof *sums);
    cpm_bignum *values = cpm_calloc(nsums, sizeof *values);
    cpm_bignum *p = cpm_calloc(new_p, sizeof *p), *q = cpm_calloc(new_q, sizeof *q);
    cpm_status status = sums && values && p && q ? CPM_OK : cpm_err_memory(err);
    if (status == CPM_OK) {
        fraction cut = *f;
        cut.np = np;
        cut.nq = nq;
        for (size_t k = 0; k < new_p; k++)
            numerator_sum(&sums[k], &cut, 2 * k + bit);
        for (size_t k = 0; k < new_q; k++)
            denominator_sum(&sums[new_p + k], &cut, 2 * k);
        ctx->is_last = last;
        status = cpm_sums_evaluate(values, sums, nsums, ctx, err);
    }
    for (size_t k = 0; sums != NULL && k < nsums; k++)
        cpm_sum_clear(&sums[k]);
    free(sums);
    if (status != CPM_OK) {
        numbers_free(values, nsums);
        free(p);
        free(q);
        return status;
    }
    if (new_p > 0)
        memcpy(p, values, new_p * sizeof *p);
    if (new_q > 0)
        memcpy(q, values + new_p, new_q * sizeof *q);
    free(values);
    numbers_free(f->p, f->np);
    numbers_free(f->q, f->nq);
    f->p = p;
    f->q = q;
    f->np = new_p;
    f->nq = new_q;
    return CPM_OK;
}

/* Steps in binary until the coefficients have CPM_TUNE_DECIMAL_START_BITS. */
static void binary_steps(fmpz_poly_t p, fmpz_poly_t q, fmpz_t index)
{
    fmpz_poly_t pe, po, qe, qo, t;
    fmpz_poly_init(pe);
    fmpz_poly_init(po);
    fmpz_poly_init(qe);
    fmpz_poly_init(qo);
    fmpz_poly_init(t);
    while (!fmpz_is_zero(index) && labs(fmpz_poly_max_bits(q)) < CPM_TUNE_DECIMAL_START_BITS &&
           labs(fmpz_poly_max_bits(p)) < CPM_TUNE_DECIMAL_START_BITS) {
        slong shift = fmpz_is_odd(index);
        cpm_poly_split(pe, po, p);
        cpm_poly_split(qe, qo, q);
        fmpz_poly_mul(p, shift ? po : pe, qe);
        fmpz_poly_mul(t, shift ? pe : po, qo);
        if (!shift)
            fmpz_poly_shift_left(t, t, 1);
        fmpz_poly_sub(p, p, t);
        cpm_poly_graeffe(q, q, fmpz_poly_length(q), NULL);
        fmpz_fdiv_q_2exp(index, index, 1);
    }
    fmpz_poly_clear(pe);
    fmpz_poly_clear(po);
    fmpz_poly_clear(qe);
    fmpz_poly_clear(qo);
    fmpz_poly_clear(t);
}

cpm_status cpm_nth_decimal_bostan_mori(cpm_dec *out, const fmpz_poly_t num, const fmpz_poly_t den,
                                       const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    cpm_dec_ctx ctx;
    cpm_status status = cpm_dec_ctx_init(&ctx, config->nthreads, config->check, err);
    if (status != CPM_OK)
        return status;
    fraction f = {.p = NULL};
    fmpz_poly_t p, q;
    fmpz_poly_init(p);
    fmpz_poly_init(q);
    fmpz_init_set(f.index, n);
    fmpz_poly_set(p, num);
    fmpz_poly_set(q, den);
    binary_steps(p, q, f.index);
    status = numbers_of_poly(&f.p, &f.np, p, err);
    if (status == CPM_OK)
        status = numbers_of_poly(&f.q, &f.nq, q, err);
    fmpz_poly_clear(p);
    fmpz_poly_clear(q);
    while (status == CPM_OK && !fmpz_is_zero(f.index)) {
        status = halve(&f, &ctx, err);
        if (status == CPM_OK)
            status = cpm_progress(config, cpm_done_at_index(f.index), err);
    }
    if (status == CPM_OK && f.np > 0) {
        status = cpm_bignum_give(out, &f.p[0], err);
    } else if (status == CPM_OK) {
        out->len = 0;
        out->negative = false;
    }
    fraction_clear(&f);
    cpm_dec_ctx_clear(&ctx);
    return status;
}

/* ---- Lucas doubling ------------------------------------------------------------- */

/* Parameters and initial values of so many bits become coefficients of the
 * sums: their products stay below 2^32, and a sum's weight in a size_t. */
enum { LUCAS_WORD_BITS = 15 };

typedef struct lucas {
    int64_t p, q;    /* parameters */
    int64_t a, b;    /* of the wanted a U(n+1) + b U(n) */
    cpm_bignum u, v; /* U(k), U(k+1) */
} lucas;

static bool small_coeff(int64_t *out, const fmpz_poly_t poly, slong i)
{
    fmpz_t c;
    fmpz_init(c);
    fmpz_poly_get_coeff_fmpz(c, poly, i);
    bool small = fmpz_bits(c) <= LUCAS_WORD_BITS;
    *out = small ? fmpz_get_si(c) : 0;
    fmpz_clear(c);
    return small;
}

static bool lucas_set(lucas *s, const fmpz_poly_t num, const fmpz_poly_t den)
{
    memset(s, 0, sizeof *s);
    bool small = fmpz_poly_degree(num) <= 1 && fmpz_poly_degree(den) <= 2 &&
                 small_coeff(&s->a, num, 0) && small_coeff(&s->b, num, 1) &&
                 small_coeff(&s->p, den, 1) && small_coeff(&s->q, den, 2);
    s->p = -s->p;
    return small;
}

/* The bits of n from the top until U(k) has CPM_TUNE_DECIMAL_START_BITS;
 * returns how many bits are left, at least 1. */
static ulong lucas_binary(lucas *s, const fmpz_t n, cpm_status *status, cpm_err *err)
{
    fmpz_t u, v, uu, uv, t;
    fmpz_init(u);
    fmpz_init_set_ui(v, 1);
    fmpz_init(uu);
    fmpz_init(uv);
    fmpz_init(t);
    ulong left = fmpz_bits(n);
    for (; left > 1 && fmpz_bits(v) < CPM_TUNE_DECIMAL_START_BITS; left--) {
        fmpz_mul(uu, u, u);
        fmpz_mul(uv, u, v);
        fmpz_mul(v, v, v);
        fmpz_mul_si(t, uu, (slong)-s->q); /* U(2k+1) = v^2 - Q u^2 */
        fmpz_add(t, t, v);
        if (fmpz_tstbit(n, left - 1)) {
            fmpz_mul_si(v, v, (slong)s->p);
            fmpz_mul_si(uv, uv, (slong)(-2 * s->q));
            fmpz_add(v, v, uv);
            fmpz_swap(u, t);
        } else {
            fmpz_mul_si(uu, uu, (slong)-s->p);
            fmpz_mul_2exp(uv, uv, 1);
            fmpz_add(u, uv, uu);
            fmpz_swap(v, t);
        }
    }
    *status = cpm_bignum_set_fmpz(&s->u, u, err);
    if (*status == CPM_OK)
        *status = cpm_bignum_set_fmpz(&s->v, v, err);
    fmpz_clear(u);
    fmpz_clear(v);
    fmpz_clear(uu);
    fmpz_clear(uv);
    fmpz_clear(t);
    return left;
}

/* Products of words take the coefficients of Bostan-Mori, but not ours. */
static bool is_small(const cpm_bignum *x)
{
    return x->is_word && x->word != 0;
}

/* Memory and tables for the last of the steps that are left, in which u and v
 * have twice as many limbs as in the step before. */
static cpm_status lucas_reserve(const lucas *s, ulong left, cpm_dec_ctx *ctx, cpm_err *err)
{
    if (s->u.is_word || s->v.is_word || left >= 48)
        return CPM_OK;
    size_t len = s->u.dec.len > s->v.dec.len ? s->u.dec.len : s->v.dec.len;
    size_t last = len << left, weight;
    if (!cpm_size_mul(&weight, last, (size_t)(3 + llabs(s->p) + 2 * llabs(s->q))))
        return CPM_OK;
    ctx->limbs = last / 2 + 8;
    return cpm_dec_reserve_sums(ctx, last, weight, 2, 1, err);
}

/* alpha v^2 + beta u v + gamma u^2 */
static void quadratic(cpm_sum *sum, lucas *s, int64_t alpha, int64_t beta, int64_t gamma)
{
    cpm_sum_add(sum, &s->v, &s->v, alpha);
    cpm_sum_add(sum, &s->u, &s->v, beta);
    cpm_sum_add(sum, &s->u, &s->u, gamma);
}

/* k -> 2k + bit, or the wanted value in place of u. */
static cpm_status lucas_step(lucas *s, int bit, bool last, cpm_dec_ctx *ctx, cpm_err *err)
{
    cpm_sum sums[2] = {{.terms = NULL}, {.terms = NULL}};
    cpm_bignum values[2];
    memset(values, 0, sizeof values);
    int64_t p = s->p, q = s->q, a = s->a, b = s->b;
    if (last && bit == 0) { /* a (v^2 - Q u^2) + b (2 u v - P u^2) */
        quadratic(&sums[0], s, a, 2 * b, -a * q - b * p);
    } else if (last) { /* a (P v^2 - 2 Q u v) + b (v^2 - Q u^2) */
        quadratic(&sums[0], s, a * p + b, -2 * a * q, -b * q);
    } else {
        quadratic(&sums[1 - bit], s, 1, 0, -q);
        quadratic(&sums[bit], s, bit ? p : 0, bit ? -2 * q : 2, bit ? 0 : -p);
    }
    ctx->is_last = last;
    cpm_status status = cpm_sums_evaluate(values, sums, last ? 1 : 2, ctx, err);
    cpm_sum_clear(&sums[0]);
    cpm_sum_clear(&sums[1]);
    cpm_dec_recycle(ctx, &s->u.dec);
    cpm_dec_recycle(ctx, &s->v.dec);
    s->u = values[0];
    s->v = values[1];
    return status;
}

cpm_status cpm_nth_decimal_doubling(cpm_dec *out, const fmpz_poly_t num, const fmpz_poly_t den,
                                    const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    lucas s;
    if (!lucas_set(&s, num, den) || fmpz_is_zero(n))
        return cpm_nth_decimal_bostan_mori(out, num, den, n, config, err);
    cpm_dec_ctx ctx;
    cpm_status status = cpm_dec_ctx_init(&ctx, config->nthreads, config->check, err);
    if (status != CPM_OK)
        return status;
    ulong left = lucas_binary(&s, n, &status, err);
    if (status == CPM_OK && (is_small(&s.u) || is_small(&s.v))) {
        cpm_bignum_clear(&s.u);
        cpm_bignum_clear(&s.v);
        cpm_dec_ctx_clear(&ctx);
        return cpm_nth_decimal_bostan_mori(out, num, den, n, config, err);
    }
    if (status == CPM_OK)
        status = lucas_reserve(&s, left, &ctx, err);
    while (left > 0 && status == CPM_OK) {
        left--;
        status = lucas_step(&s, fmpz_tstbit(n, left), left == 0, &ctx, err);
        if (status == CPM_OK)
            status = cpm_progress(config, cpm_done_with_left(left), err);
    }
    if (status == CPM_OK)
        status = cpm_bignum_give(out, &s.u, err);
    cpm_bignum_clear(&s.u);
    cpm_bignum_clear(&s.v);
    cpm_dec_ctx_clear(&ctx);
    return status;
}

cpm_status cpm_nth_decimal(cpm_dec *out, const fmpz_poly_t num, const fmpz_poly_t den,
                           const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    if (fmpz_poly_degree(num) <= 1 && fmpz_poly_degree(den) <= 2)
        return cpm_nth_decimal_doubling(out, num, den, n, config, err);
    return cpm_nth_decimal_bostan_mori(out, num, den, n, config, err);
}
