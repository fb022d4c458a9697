/* SPDX-License-Identifier: MIT
 *
 * leading.c - the first digits of a term, from its closed form in ball arithmetic.
 *
 * With y = value exp(log) the number log_base |y| = length - 1 + fraction is known up
 * to a small radius, and digits follow from base^fraction. The precision is doubled
 * until the balls hold no boundary between two results. Two things would make that
 * go on for ever:
 *
 * - Terms that cancel, since roots of the same size differ by a root of unity (every
 *   second term 0): the sequence is taken apart into those of n modulo the order of
 *   that root, in which such roots are one.
 * - A term that is a boundary but for something tiny, 10^n - 1: the part that a
 *   rational root brings is compared exactly with the boundary, and the sign of the
 *   rest decides.
 */
#include "power/leading.h"

#include "power/closed_form.h"
#include "power/companion.h"

#include <flint/fmpq_poly.h>
#include <math.h>

void cpm_leading_init(cpm_leading *x)
{
    x->sign = 0;
    fmpz_init(x->digits);
    fmpz_init(x->length);
}

void cpm_leading_clear(cpm_leading *x)
{
    fmpz_clear(x->digits);
    fmpz_clear(x->length);
}

#if CPM_HAS_BALLS

enum { MAX_DOUBLINGS = 5 };

/* A question, and what is known when a precision does not decide it. */
typedef struct question {
    const cpm_genfun *f;
    const fmpz *n;
    slong count;
    ulong base;
    size_t period; /* see closed_form.h */
    int sign;
    fmpz_t near, exponent; /* |y| is near `near` * base^exponent; near = 0: y near 0 */
    const cpm_config *config;
    cpm_err *err;
} question;

static void set_zero(cpm_leading *x)
{
    x->sign = 0;
    fmpz_zero(x->digits);
    fmpz_one(x->length);
}

/* ---- By balls ------------------------------------------------------------ */

/* The integer nearest to the middle of a ball. */
static void nearest(fmpz_t out, const arb_t x)
{
    arf_get_fmpz(out, arb_midref(x), ARF_RND_NEAR);
}

/* floor(x), if the ball knows it. */
static bool unique_floor(fmpz_t out, const arb_t x, slong prec)
{
    arb_t t;
    arb_init(t);
    arb_floor(t, x, prec);
    bool is_unique = arb_get_unique_fmpz(out, t);
    arb_clear(t);
    return is_unique;
}

/* digits and length from y = log_base |y|; false, with q->near set, when a boundary is
 * too near. */
static bool read_digits(cpm_leading *x, question *q, const arb_t y, const arb_t log_base,
                        slong prec)
{
    slong full = prec + (slong)fmpz_bits(q->n) + 64;
    arb_t t, shift;
    fmpz_t whole;
    arb_init(t);
    arb_init(shift);
    fmpz_init(whole);
    bool decided = unique_floor(whole, y, full);
    if (!decided)
        nearest(whole, y);
    fmpz_add_ui(x->length, whole, 1);
    fmpz_sub_si(q->exponent, whole, q->count - 1);
    arb_sub_fmpz(t, y, q->exponent, full); /* |y| / base^exponent has `count` digits */
    arb_mul(t, t, log_base, prec + 64);
    arb_exp(t, t, prec + 64);
    nearest(q->near, t);
    decided = decided && unique_floor(x->digits, t, prec + 64);
    arb_clear(t);
    arb_clear(shift);
    fmpz_clear(whole);
    return decided;
}

/* One precision. */
static cpm_status try_precision(bool *decided, cpm_leading *x, question *q, slong prec)
{
    slong full = prec + (slong)fmpz_bits(q->n) + 64;
    cpm_closed_form y;
    arb_t log_base, t;
    cpm_closed_form_init(&y);
    arb_init(log_base);
    arb_init(t);
    fmpz_zero(q->near);
    cpm_status status = cpm_closed_form_at(&y, q->f, q->n, prec, q->config, q->err);
    *decided = false;
    q->period = y.period;
    if (status == CPM_OK && !arb_contains_zero(y.value)) {
        x->sign = q->sign = arb_sgn_nonzero(y.value);
        arb_abs(t, y.value);
        arb_log(t, t, prec + 64);
        arb_add(t, t, y.log, full);
        arb_log_ui(log_base, q->base, full);
        arb_div(t, t, log_base, full);
        *decided = read_digits(x, q, t, log_base, prec);
    }
    cpm_closed_form_clear(&y);
    arb_clear(log_base);
    arb_clear(t);
    return status;
}

/* ---- The part of a rational root ------------------------------------------ */

/* b = s^k with the largest k; b >= 2. */
static ulong root_of(fmpz_t s, const fmpz_t b)
{
    ulong k = 1;
    fmpz_set(s, b);
    for (;;) {
        int more = fmpz_is_perfect_power(s, s);
        if (more == 0)
            return k;
        k *= (ulong)more;
    }
}

/* f = part/power + rest, where den = power * cofactor. */
static void split_root(fmpq_poly_t part, cpm_genfun *rest, const cpm_genfun *f,
                       const fmpz_poly_t power, const fmpz_poly_t cofactor)
{
    fmpq_poly_t num, p, q, t, u, one;
    fmpq_poly_init(num);
    fmpq_poly_init(u);
    fmpq_poly_init(one);
    fmpq_poly_init(p);
    fmpq_poly_init(q);
    fmpq_poly_init(t);
    fmpq_poly_set_fmpz_poly(num, f->num);
    fmpq_poly_scalar_div_fmpz(num, num, f->scale);
    fmpq_poly_set_fmpz_poly(p, power);
    fmpq_poly_set_fmpz_poly(q, cofactor);
    fmpq_poly_xgcd(one, t, u, q, p); /* t q = 1 modulo p */
    fmpq_poly_mul(t, t, num);
    fmpq_poly_rem(part, t, p);
    fmpq_poly_mul(t, part, q); /* rest = (num - part q) / p / q */
    fmpq_poly_sub(num, num, t);
    fmpq_poly_div(num, num, p);
    fmpq_poly_get_numerator(rest->num, num);
    fmpz_set(rest->scale, fmpq_poly_denref(num));
    fmpz_poly_set(rest->den, cofactor);
    fmpq_poly_clear(num);
    fmpq_poly_clear(u);
    fmpq_poly_clear(one);
    fmpq_poly_clear(p);
    fmpq_poly_clear(q);
    fmpq_poly_clear(t);
}

/* out = [x^n] a/(1-rx)^m over r^n, a of degree below m. */
static void coefficient_over_power(fmpq_t out, const fmpq_poly_t a, const fmpz_t r, slong m,
                                   const fmpz_t n)
{
    fmpq_t c, root;
    fmpz_t factor;
    fmpq_init(c);
    fmpq_init(root);
    fmpz_init(factor);
    fmpq_set_fmpz(root, r);
    fmpq_zero(out);
    for (slong j = 0; j < m; j++) { /* a_j r^-j binomial(n-j+m-1, m-1) */
        fmpq_poly_get_coeff_fmpq(c, a, j);
        for (slong i = 0; i < j; i++)
            fmpq_div(c, c, root);
        for (slong i = 1; i < m; i++) {
            fmpz_add_si(factor, n, i - j);
            fmpq_mul_fmpz(c, c, factor);
            fmpz_set_si(factor, i);
            fmpq_div_fmpz(c, c, factor);
        }
        fmpq_add(out, out, c);
    }
    fmpq_clear(c);
    fmpq_clear(root);
    fmpz_clear(factor);
}

/* Whether |c r^n| is exactly q->near * base^q->exponent. */
static bool is_boundary(const fmpq_t c, const fmpz_t r, const question *q)
{
    fmpz_t s, t, base, e;
    fmpq_t x, y;
    fmpz_init(s);
    fmpz_init(t);
    fmpz_init_set_ui(base, q->base);
    fmpz_init(e);
    fmpq_init(x);
    fmpq_init(y);
    fmpz_abs(t, r);
    ulong i = root_of(s, t), k = root_of(t, base);
    bool equal = fmpz_equal(s, t);
    fmpz_mul_ui(e, q->n, i);
    fmpz_submul_ui(e, q->exponent, k); /* |c| s^e = near ? */
    equal = equal && fmpz_bits(e) <= 20;
    if (equal) {
        fmpq_abs(x, c);
        fmpq_set_fmpz(y, s);
        fmpq_pow_si(y, y, fmpz_get_si(e));
        fmpq_mul(x, x, y);
        fmpq_set_fmpz(y, q->near);
        equal = fmpq_equal(x, y);
    }
    fmpz_clear(s);
    fmpz_clear(t);
    fmpz_clear(base);
    fmpz_clear(e);
    fmpq_clear(x);
    fmpq_clear(y);
    return equal;
}

/* The sign of y(n), by balls; false when they do not tell. */
static cpm_status find_sign(bool *decided, int *sign, const cpm_genfun *f, const question *q)
{
    cpm_closed_form y;
    *decided = fmpz_poly_is_zero(f->num);
    *sign = 0;
    if (*decided)
        return CPM_OK;
    cpm_closed_form_init(&y);
    cpm_status status = cpm_closed_form_at(&y, f, q->n, 64, q->config, q->err);
    *decided = status == CPM_OK && !arb_contains_zero(y.value);
    if (*decided)
        *sign = arb_sgn_nonzero(y.value);
    cpm_closed_form_clear(&y);
    return status;
}

/* |y| = near * base^exponent + something of this sign, and tiny. */
static void take_boundary(cpm_leading *x, const question *q, int sign)
{
    fmpz_t lowest;
    fmpz_init_set_ui(lowest, q->base);
    fmpz_pow_ui(lowest, lowest, (ulong)q->count - 1);
    fmpz_set(x->digits, q->near);
    if (sign < 0)
        fmpz_sub_ui(x->digits, x->digits, 1);
    fmpz_add_si(x->length, q->exponent, q->count);
    if (fmpz_cmp(x->digits, lowest) < 0) { /* 10^k - 1: a digit less, all of them nines */
        fmpz_mul_ui(x->digits, q->near, q->base);
        fmpz_sub_ui(x->digits, x->digits, 1);
        fmpz_sub_ui(x->length, x->length, 1);
    }
    fmpz_mul_ui(lowest, lowest, q->base);
    if (fmpz_equal(x->digits, lowest)) { /* 9.99... rounded up: 1 and zeros */
        fmpz_divexact_ui(x->digits, x->digits, q->base);
        fmpz_add_ui(x->length, x->length, 1);
    }
    fmpz_clear(lowest);
}

/* Whether the part of a linear factor is the boundary, and then on which side y is. */
static cpm_status try_factor(bool *decided, cpm_leading *x, const question *q,
                             const fmpz_poly_t factor, slong m)
{
    cpm_genfun rest;
    fmpz_poly_t power, cofactor;
    fmpq_poly_t part;
    fmpq_t c;
    fmpz_t r;
    cpm_genfun_init(&rest);
    fmpz_poly_init(power);
    fmpz_poly_init(cofactor);
    fmpq_poly_init(part);
    fmpq_init(c);
    fmpz_init(r);
    fmpz_poly_pow(power, factor, (ulong)m);
    fmpz_poly_div(cofactor, q->f->den, power);
    split_root(part, &rest, q->f, power, cofactor);
    /* factor = 1 - r x or its negative, whose sign is_boundary does not look at. */
    fmpz_neg(r, fmpz_poly_get_coeff_ptr(factor, 1));
    fmpz_mul(r, r, fmpz_poly_get_coeff_ptr(factor, 0));
    coefficient_over_power(c, part, r, m, q->n);
    int sign = 0;
    cpm_status status = CPM_OK;
    if (!fmpz_is_zero(r) && !fmpz_is_pm1(r) && is_boundary(c, r, q))
        status = find_sign(decided, &sign, &rest, q);
    if (*decided)
        take_boundary(x, q, sign * q->sign);
    cpm_genfun_clear(&rest);
    fmpz_poly_clear(power);
    fmpz_poly_clear(cofactor);
    fmpq_poly_clear(part);
    fmpq_clear(c);
    fmpz_clear(r);
    return status;
}

static cpm_status try_boundary(bool *decided, cpm_leading *x, const question *q)
{
    fmpz_poly_factor_t factors;
    cpm_status status = CPM_OK;
    if (fmpz_is_zero(q->near))
        return CPM_OK;
    fmpz_poly_factor_init(factors);
    fmpz_poly_factor(factors, q->f->den);
    for (slong i = 0; i < factors->num && status == CPM_OK && !*decided; i++)
        if (fmpz_poly_degree(factors->p + i) == 1)
            status = try_factor(decided, x, q, factors->p + i, factors->exp[i]);
    fmpz_poly_factor_clear(factors);
    return status;
}

/* ---- All together ---------------------------------------------------------- */

static cpm_status find_leading(bool *decided, cpm_leading *x, question *q, bool may_split);

/* The same question of the terms of one class of n modulo q->period. */
static cpm_status try_section(bool *decided, cpm_leading *x, question *q)
{
    question inner = *q;
    cpm_genfun section;
    fmpz_t n;
    ulong first = fmpz_fdiv_ui(q->n, q->period);
    cpm_genfun_init(&section);
    fmpz_init(n);
    fmpz_fdiv_q_ui(n, q->n, q->period);
    fmpz_init(inner.near);
    fmpz_init(inner.exponent);
    inner.f = &section;
    inner.n = n;
    cpm_status status = cpm_genfun_section(&section, q->f, first, q->period, q->config, q->err);
    if (status == CPM_OK && cpm_genfun_order(&section) > 0) {
        status = find_leading(decided, x, &inner, false);
    } else if (status == CPM_OK) {
        *decided = true; /* all of them are 0 from some index on */
        set_zero(x);
    }
    fmpz_clear(inner.near);
    fmpz_clear(inner.exponent);
    cpm_genfun_clear(&section);
    fmpz_clear(n);
    return status;
}

static cpm_status find_leading(bool *decided, cpm_leading *x, question *q, bool may_split)
{
    slong prec = (slong)ceil((double)q->count * log2((double)q->base)) + 64;
    cpm_status status = CPM_OK;
    *decided = false;
    for (int i = 0; i < MAX_DOUBLINGS && !*decided && status == CPM_OK; i++, prec *= 2) {
        status = try_precision(decided, x, q, prec);
        if (status == CPM_OK && !*decided && i > 0)
            status = try_boundary(decided, x, q);
        if (status == CPM_OK && !*decided && i > 0 && may_split && q->period > 1)
            status = try_section(decided, x, q);
    }
    return status;
}

cpm_status cpm_leading_digits(cpm_leading *x, const cpm_genfun *f, const fmpz_t n, size_t count,
                              int base, const cpm_config *config, cpm_err *err)
{
    bool decided = false;
    cpm_status status = cpm_ball_load(err);
    if (status == CPM_OK && cpm_genfun_order(f) > CPM_CLOSED_MAX_ORDER)
        status = cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                             "leading digits of large terms are found up to order %d",
                             CPM_CLOSED_MAX_ORDER);
    if (status != CPM_OK)
        return status;
    question q = {
        .f = f, .n = n, .count = (slong)count, .base = (ulong)base, .config = config, .err = err};
    fmpz_init(q.near);
    fmpz_init(q.exponent);
    if (cpm_genfun_order(f) > 0) {
        status = find_leading(&decided, x, &q, true);
    } else {
        decided = true;
        set_zero(x);
    }
    fmpz_clear(q.near);
    fmpz_clear(q.exponent);
    if (status == CPM_OK && !decided)
        status = cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                             "the leading digits are not decided by any precision that was tried");
    return status;
}

#else

cpm_status cpm_leading_digits(cpm_leading *x, const cpm_genfun *f, const fmpz_t n, size_t count,
                              int base, const cpm_config *config, cpm_err *err)
{
    (void)x, (void)f, (void)n, (void)count, (void)base, (void)config;
    return cpm_ball_load(err);
}

#endif
