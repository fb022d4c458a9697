/* SPDX-License-Identifier: MIT
 *
 * period.c - the least period of a sequence modulo M (D. D. Wall 1960 for Fibonacci
 * numbers; M. Ward 1933).
 *
 * Modulo a prime power q = p^k the state of d terms in a row decides all that follows.
 * With P = x^d den(1/x) = x^e Q modulo p, Q(0) != 0, what x^e brings has died out after
 * e k terms, and of Q, with factors of degrees d_i and multiplicities up to r,
 *
 *     lcm(p^d_i - 1) p^t p^(k-1),    p^t >= r,
 *
 * is a period. The periods of a sequence are the multiples of the least one, so that
 * this is divided by each of its primes as long as the quotient is a period of the
 * state itself, not only of the ring. p^d - 1 is factored as the product of Phi_e(p)
 * over the divisors e of d. The Chinese remainder theorem joins prime powers: the
 * period is the least common multiple, the beginning the latest one.
 */
#include "power/period.h"

#include "power/companion.h"
#include "power/factoring.h"
#include "power/progress.h"
#include "power/residue.h"

#include <flint/arith.h>
#include <flint/fmpz_mod_poly.h>
#include <flint/fmpz_mod_poly_factor.h>
#include <flint/fmpz_poly.h>
#include <flint/fmpz_vec.h>

/* ---- Factoring ------------------------------------------------------------ */

static const char NOT_FOUND[] = "the period is not found";

/* Appends the primes of p^d - 1. */
static cpm_status factor_order(fmpz_factor_t primes, const fmpz_t p, ulong d, cpm_err *err)
{
    fmpz_poly_t phi;
    fmpz_t value;
    cpm_status status = CPM_OK;
    fmpz_poly_init(phi);
    fmpz_init(value);
    for (ulong e = 1; e <= d && status == CPM_OK; e++) {
        if (d % e != 0)
            continue;
        fmpz_poly_cyclotomic(phi, e);
        fmpz_poly_evaluate_fmpz(value, phi, p);
        status = cpm_factor(primes, value, NOT_FOUND, err);
    }
    fmpz_poly_clear(phi);
    fmpz_clear(value);
    return status;
}

/* ---- Modulo a prime power --------------------------------------------------- */

typedef struct ring {
    fmpz_t p, q; /* q = p^k */
    ulong k;
    fmpz_mod_ctx_t ctx;            /* modulo q */
    fmpz_mod_poly_t poly, inverse; /* P, monic of degree dim, and what powers of x want */
    slong dim;
    size_t start;   /* the recurrence of P makes u(n) for n >= start + dim */
    size_t settled; /* from here on u is periodic */
    fmpz *u;        /* owned: u(0), ..., u(settled + 2 dim - 1) */
    const cpm_config *config;
    cpm_err *err;
} ring;

/* P from den; of degree 2 at least, by zeros as roots, which polynomials modulo P want. */
static void set_poly(ring *r, const fmpz_poly_t den)
{
    slong order = fmpz_poly_degree(den);
    r->dim = order < 2 ? 2 : order;
    fmpz_mod_poly_init2(r->poly, r->dim + 1, r->ctx);
    for (slong i = 0; i <= order; i++)
        fmpz_mod_poly_set_coeff_fmpz(r->poly, r->dim - i, fmpz_poly_get_coeff_ptr(den, i), r->ctx);
    fmpz_mod_poly_init(r->inverse, r->ctx);
    fmpz_mod_poly_reverse(r->inverse, r->poly, r->dim + 1, r->ctx);
    fmpz_mod_poly_inv_series_newton(r->inverse, r->inverse, r->dim + 1, r->ctx);
}

/* The power of x in P modulo p. */
static slong nilpotency(const ring *r)
{
    fmpz_t c;
    fmpz_init(c);
    slong e = 0;
    for (; e < r->dim; e++) {
        fmpz_mod_poly_get_coeff_fmpz(c, r->poly, e, r->ctx);
        if (!fmpz_divisible(c, r->p))
            break;
    }
    fmpz_clear(c);
    return e;
}

static void ring_init(ring *r, const fmpz_t p, ulong k, const cpm_residue_form *form,
                      const cpm_config *config, cpm_err *err)
{
    *r = (ring){.k = k, .config = config, .err = err};
    fmpz_init_set(r->p, p);
    fmpz_init(r->q);
    fmpz_pow_ui(r->q, p, k);
    fmpz_mod_ctx_init(r->ctx, r->q);
    set_poly(r, form->den);
    slong length = fmpz_poly_length(form->num);
    r->start = length > r->dim ? (size_t)(length - r->dim) : 0;
    r->settled = r->start + (size_t)nilpotency(r) * k;
    size_t count = r->settled + 2 * (size_t)r->dim;
    r->u = _fmpz_vec_init((slong)count);
    cpm_companion_terms(r->u, 0, count, form->num, form->den, r->q);
}

static void ring_clear(ring *r)
{
    _fmpz_vec_clear(r->u, (slong)(r->settled + 2 * (size_t)r->dim));
    fmpz_mod_poly_clear(r->poly, r->ctx);
    fmpz_mod_poly_clear(r->inverse, r->ctx);
    fmpz_mod_ctx_clear(r->ctx);
    fmpz_clear(r->p);
    fmpz_clear(r->q);
}

/* out = sum_j v_j u(n+j), which is u(n+t) for v = x^t modulo P and n >= start. */
static void apply(fmpz_t out, const fmpz_mod_poly_t v, size_t n, const ring *r)
{
    fmpz_t c;
    fmpz_init(c);
    fmpz_zero(out);
    for (slong j = 0; j < fmpz_mod_poly_length(v, r->ctx); j++) {
        fmpz_mod_poly_get_coeff_fmpz(c, v, j, r->ctx);
        fmpz_addmul(out, c, r->u + (n + (size_t)j));
    }
    fmpz_mod(out, out, r->q);
    fmpz_clear(c);
}

static void power_of_x(fmpz_mod_poly_t v, const fmpz_t t, const ring *r)
{
    fmpz_mod_poly_powmod_x_fmpz_preinv(v, t, r->poly, r->inverse, r->ctx);
}

/* Whether the state at `settled` comes again after t steps. */
static bool is_period(const fmpz_t t, const ring *r)
{
    fmpz_mod_poly_t v;
    fmpz_t term;
    fmpz_mod_poly_init(v, r->ctx);
    fmpz_init(term);
    power_of_x(v, t, r);
    bool same = true;
    for (slong i = 0; i < r->dim && same; i++) {
        size_t n = r->settled + (size_t)i;
        apply(term, v, n, r);
        same = fmpz_equal(term, r->u + n);
    }
    fmpz_mod_poly_clear(v, r->ctx);
    fmpz_clear(term);
    return same;
}

/* ---- A multiple of the period ------------------------------------------------ */

/* The factors of Q modulo p: period = lcm(p^d_i - 1) p^t, and the primes of it. */
static cpm_status order_modulo_prime(fmpz_t period, fmpz_factor_t primes, const ring *r)
{
    fmpz_mod_ctx_t ctx;
    fmpz_mod_poly_t poly;
    fmpz_mod_poly_factor_t factors;
    fmpz_t order;
    slong most = 1, e = nilpotency(r);
    cpm_status status = CPM_OK;
    fmpz_init(order);
    fmpz_mod_ctx_init(ctx, r->p);
    fmpz_mod_poly_init(poly, ctx);
    fmpz_mod_poly_factor_init(factors, ctx);
    for (slong i = e; i <= r->dim; i++) {
        fmpz_mod_poly_get_coeff_fmpz(order, r->poly, i, r->ctx);
        fmpz_mod_poly_set_coeff_fmpz(poly, i - e, order, ctx);
    }
    if (e < r->dim)
        fmpz_mod_poly_factor(factors, poly, ctx);
    fmpz_one(period);
    for (slong i = 0; i < factors->num && status == CPM_OK; i++) {
        ulong d = (ulong)fmpz_mod_poly_degree(factors->poly + i, ctx);
        most = factors->exp[i] > most ? factors->exp[i] : most;
        fmpz_pow_ui(order, r->p, d);
        fmpz_sub_ui(order, order, 1);
        fmpz_lcm(period, period, order);
        status = factor_order(primes, r->p, d, r->err);
    }
    for (fmpz_one(order); fmpz_cmp_si(order, most) < 0; fmpz_mul(order, order, r->p))
        fmpz_mul(period, period, r->p);
    fmpz_mod_poly_factor_clear(factors, ctx);
    fmpz_mod_poly_clear(poly, ctx);
    fmpz_mod_ctx_clear(ctx);
    fmpz_clear(order);
    return status;
}

/* Divides a period by its primes as often as what is left is one. */
static cpm_status reduce_period(fmpz_t period, const fmpz_factor_t primes, const ring *r)
{
    fmpz_t smaller;
    cpm_status status = CPM_OK;
    fmpz_init(smaller);
    for (slong i = 0; i < primes->num && status == CPM_OK; i++)
        while (status == CPM_OK && fmpz_divisible(period, primes->p + i)) {
            fmpz_divexact(smaller, period, primes->p + i);
            if (!is_period(smaller, r))
                break;
            fmpz_set(period, smaller);
            status = cpm_progress(r->config, -1, r->err);
        }
    fmpz_clear(smaller);
    return status;
}

/* The least k with u(n+t) = u(n) for n >= k. */
static void find_beginning(fmpz_t beginning, const fmpz_t t, const ring *r)
{
    fmpz_mod_poly_t v;
    fmpz_t term, steps;
    size_t n = r->settled;
    fmpz_mod_poly_init(v, r->ctx);
    fmpz_init(term);
    fmpz_init(steps);
    for (bool same = true; n > 0 && same; n -= same) {
        /* u(n-1+t) is known, or steps >= 0 away from `start`. */
        fmpz_add_ui(steps, t, n - 1);
        if (fmpz_cmp_ui(steps, r->settled) < 0) {
            fmpz_set(term, r->u + fmpz_get_ui(steps));
        } else {
            fmpz_sub_ui(steps, steps, r->start);
            power_of_x(v, steps, r);
            apply(term, v, r->start, r);
        }
        same = fmpz_equal(term, r->u + (n - 1));
    }
    fmpz_set_ui(beginning, n);
    fmpz_mod_poly_clear(v, r->ctx);
    fmpz_clear(term);
    fmpz_clear(steps);
}

static cpm_status period_of_prime_power(fmpz_t period, fmpz_t beginning, const ring *r)
{
    fmpz_factor_t primes;
    fmpz_t lift;
    fmpz_factor_init(primes);
    fmpz_init(lift);
    cpm_status status = order_modulo_prime(period, primes, r);
    _fmpz_factor_append(primes, r->p, 1);
    fmpz_pow_ui(lift, r->p, r->k - 1);
    fmpz_mul(period, period, lift);
    if (status == CPM_OK && !is_period(period, r))
        status = cpm_err_set(r->err, CPM_ERR_INTERNAL, "a period that must be one is none");
    if (status == CPM_OK)
        status = reduce_period(period, primes, r);
    if (status == CPM_OK)
        find_beginning(beginning, period, r);
    fmpz_factor_clear(primes);
    fmpz_clear(lift);
    return status;
}

/* ---- All of M --------------------------------------------------------------- */

cpm_status cpm_period_find(fmpz_t period, fmpz_t preperiod, const cpm_genfun *f, const fmpz_t m,
                           const cpm_config *config, cpm_err *err)
{
    cpm_residue_form form;
    fmpz_factor_t primes;
    fmpz_t t, beginning;
    cpm_residue_form_init(&form);
    fmpz_factor_init(primes);
    fmpz_init(t);
    fmpz_init(beginning);
    fmpz_one(period);
    fmpz_zero(preperiod);
    cpm_status status = cpm_residue_form_set(&form, f, m, err);
    if (status == CPM_OK)
        status = cpm_factor(primes, form.modulus, NOT_FOUND, err);
    for (slong i = 0; i < primes->num && status == CPM_OK; i++) {
        ring r;
        ring_init(&r, primes->p + i, primes->exp[i], &form, config, err);
        status = period_of_prime_power(t, beginning, &r);
        ring_clear(&r);
        fmpz_lcm(period, period, t);
        if (fmpz_cmp(beginning, preperiod) > 0)
            fmpz_set(preperiod, beginning);
    }
    cpm_residue_form_clear(&form);
    fmpz_factor_clear(primes);
    fmpz_clear(t);
    fmpz_clear(beginning);
    return status;
}
