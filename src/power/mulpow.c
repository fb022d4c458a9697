/* SPDX-License-Identifier: MIT
 *
 * mulpow.c - the pair (*, **). Every start value and constant is written over a
 * base of pairwise coprime integers, found with gcds alone (no factoring; D. J.
 * Bernstein, "Factoring into coprimes in essentially linear time", J. Algorithms
 * 54, 2005, treats fast ways; here a handful of numbers is refined pair by
 * pair). The exponents of each base element then follow an ordinary linear
 * system with the same matrix, and the engines for (+, *) do the work. Signs
 * are counted modulo 2. A value is zero when a zero among the start values
 * enters with a positive exponent: reachability, over (or, and).
 *
 * Modulo M a base element b needs its exponent E only modulo lambda(M), and,
 * where b is not prime to M, whether E has reached log2 M: from there on b^E is
 * periodic (the generalised theorem of Euler: b^(e + lambda) = b^e modulo M for
 * e >= log2 M). The latter is found over the naturals cut off at log2 M. An
 * exponent that is small enough is simply computed; else lambda(M) is needed
 * and M is factored.
 */
#include "power/mulpow.h"

#include "base/logs.h"
#include "base/mem.h"
#include "power/progress.h"
#include "power/semi_plan.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_factor.h>
#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>

/* Exponents up to this size are computed, whatever the modulus. */
static const double EXPONENT_BITS = 4e6;

/* What is left of the modulus after small primes, if it is no prime, may have
 * so many bits to be factored in about a second. */
enum { MAX_FACTOR_BITS = 180, SMALL_PRIMES = 100000 };

/* ---- A base of coprime integers ------------------------------------------ */

static cpm_status push(fmpz **list, size_t *count, size_t *cap, const fmpz_t x, cpm_err *err)
{
    if (fmpz_cmp_ui(x, 1) <= 0)
        return CPM_OK;
    fmpz *grown = cpm_grow(*list, cap, *count + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(err);
    *list = grown;
    fmpz_init_set(grown + *count, x);
    ++*count;
    return CPM_OK;
}

/* Puts x > 0 into the base: what it shares with an element splits both. */
static cpm_status refine(cpm_mulpow *mp, const fmpz_t x, cpm_err *err)
{
    fmpz *todo = NULL;
    size_t count = 0, cap = 0;
    fmpz_t y, g, q;
    fmpz_init(y);
    fmpz_init(g);
    fmpz_init(q);
    cpm_status status = push(&todo, &count, &cap, x, err);
    while (count > 0 && status == CPM_OK) {
        fmpz_swap(y, todo + --count);
        fmpz_clear(todo + count);
        size_t i = 0;
        for (; i < mp->nbase; i++) {
            fmpz_gcd(g, y, mp->base + i);
            if (!fmpz_is_one(g))
                break;
        }
        if (i == mp->nbase) {
            status = push(&mp->base, &mp->nbase, &mp->base_cap, y, err);
            continue;
        }
        if (fmpz_equal(y, mp->base + i))
            continue;
        fmpz_divexact(q, mp->base + i, g); /* the element goes; three parts come */
        fmpz_swap(mp->base + i, mp->base + mp->nbase - 1);
        fmpz_clear(mp->base + --mp->nbase);
        status = push(&todo, &count, &cap, q, err);
        fmpz_divexact(q, y, g);
        if (status == CPM_OK)
            status = push(&todo, &count, &cap, q, err);
        if (status == CPM_OK)
            status = push(&todo, &count, &cap, g, err);
    }
    for (size_t i = 0; i < count; i++)
        fmpz_clear(todo + i);
    free(todo);
    fmpz_clear(y);
    fmpz_clear(g);
    fmpz_clear(q);
    return status;
}

static int by_size(const void *a, const void *b)
{
    return fmpz_cmp(a, b);
}

static cpm_status find_base(cpm_mulpow *mp, cpm_err *err)
{
    fmpz_t x;
    fmpz_init(x);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < mp->sys.dim && status == CPM_OK; i++) {
        const fmpq *value = mp->sys.start + i;
        fmpz_abs(x, fmpq_numref(value));
        if (!fmpz_is_zero(x))
            status = refine(mp, x, err);
        if (status == CPM_OK)
            status = refine(mp, fmpq_denref(value), err);
    }
    fmpz_clear(x);
    if (mp->nbase > 1)
        qsort(mp->base, mp->nbase, sizeof *mp->base, by_size);
    return status;
}

/* The exponent of b in a value that is a product of base elements. */
static slong valuation(const fmpq_t value, const fmpz_t b)
{
    fmpz_t rest;
    fmpz_init(rest);
    slong v = 0;
    if (!fmpq_is_zero(value))
        v = fmpz_remove(rest, fmpq_numref(value), b) - fmpz_remove(rest, fmpq_denref(value), b);
    fmpz_clear(rest);
    return v;
}

/* ---- The systems of exponents -------------------------------------------- */

/* A copy of the system with other start values. */
static cpm_status exponent_plan(cpm_plan *plan, const cpm_mulpow *mp, const fmpz *start,
                                cpm_err *err)
{
    cpm_linsys sys = {0};
    cpm_status status = cpm_linsys_copy(&sys, &mp->sys, err);
    sys.domain = cpm_domain_scalars(mp->sys.domain);
    for (size_t i = 0; i < mp->sys.dim && status == CPM_OK; i++)
        fmpq_set_fmpz(sys.start + i, start + i);
    if (status == CPM_OK)
        status = cpm_plan_init(plan, &sys, err);
    cpm_linsys_clear(&sys);
    return status;
}

static cpm_status make_plans(cpm_mulpow *mp, cpm_err *err)
{
    size_t dim = mp->sys.dim;
    fmpz *start = _fmpz_vec_init((slong)dim);
    cpm_status status = CPM_OK;
    mp->exponents = cpm_calloc(mp->nbase, sizeof *mp->exponents);
    if (mp->exponents == NULL)
        status = cpm_err_memory(err);
    for (size_t b = 0; b < mp->nbase && status == CPM_OK; b++) {
        for (size_t i = 0; i < dim; i++)
            fmpz_set_si(start + i, valuation(mp->sys.start + i, mp->base + b));
        status = exponent_plan(&mp->exponents[b], mp, start, err);
    }
    for (size_t i = 0; i < dim; i++) {
        bool negative = fmpq_sgn(mp->sys.start + i) < 0;
        fmpz_set_si(start + i, negative);
        mp->has_signs = mp->has_signs || negative;
    }
    if (mp->has_signs && status == CPM_OK)
        status = exponent_plan(&mp->signs, mp, start, err);
    _fmpz_vec_clear(start, (slong)dim);
    return status;
}

cpm_status cpm_mulpow_init(cpm_mulpow *mp, cpm_linsys *sys, cpm_err *err)
{
    *mp = (cpm_mulpow){.sys = *sys};
    *sys = (cpm_linsys){0};
    for (size_t i = 0; i < mp->sys.dim; i++)
        mp->has_zero = mp->has_zero || fmpq_is_zero(mp->sys.start + i);
    cpm_status status = find_base(mp, err);
    return status == CPM_OK ? make_plans(mp, err) : status;
}

void cpm_mulpow_clear(cpm_mulpow *mp)
{
    for (size_t i = 0; i < mp->nbase; i++) {
        if (mp->exponents != NULL)
            cpm_plan_clear(&mp->exponents[i]);
        fmpz_clear(mp->base + i);
    }
    free(mp->base);
    free(mp->exponents);
    cpm_plan_clear(&mp->signs);
    cpm_linsys_clear(&mp->sys);
    *mp = (cpm_mulpow){0};
}

/* ---- Zeros and signs ----------------------------------------------------- */

static void mask_form(cpm_form *form)
{
    for (size_t i = 0; i < form->len; i++)
        fmpq_set_si(form->terms[i].coeff, -1, 1);
}

/* The outputs of a small system over another domain, by whatever engine. */
static cpm_status run_semi(fmpq *out, cpm_semi_plan *plan, const fmpz_t n, const cpm_config *config,
                           cpm_err *err)
{
    cpm_decision decision;
    cpm_status status = cpm_semi_decide(&decision, plan, n, config, err);
    return status == CPM_OK ? cpm_semi_run(out, plan, decision.engine, n, config, err) : status;
}

/* is_zero[k]: a zero enters output k with a positive exponent. */
static cpm_status find_zeros(bool *is_zero, const cpm_mulpow *mp, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    cpm_linsys sys = {0};
    cpm_semi_plan plan = {0};
    size_t count = mp->sys.noutputs;
    cpm_config plain = *config;
    plain.engine = CPM_ENGINE_AUTO;
    cpm_status status = cpm_linsys_copy(&sys, &mp->sys, err);
    if (status != CPM_OK)
        return status;
    for (size_t i = 0; i < sys.dim; i++) {
        fmpq_set_si(sys.start + i, fmpq_is_zero(mp->sys.start + i) ? -1 : 0, 1);
        mask_form(&sys.rows[i]);
    }
    for (size_t k = 0; k < count; k++)
        mask_form(&sys.outputs[k]);
    fmpq *reached = _fmpq_vec_init((slong)count);
    sys.domain = cpm_domain_of(CPM_SEMIRING_OR_AND);
    status = cpm_semi_plan_init(&plan, &sys, err);
    if (status == CPM_OK)
        status = run_semi(reached, &plan, n, &plain, err);
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        is_zero[k] = !fmpq_is_zero(reached + k);
    _fmpq_vec_clear(reached, (slong)count);
    cpm_semi_plan_clear(&plan);
    cpm_linsys_clear(&sys);
    return status;
}

/* The exponents of one base element in all outputs, modulo m unless that is
 * NULL. */
static cpm_status run_exponents(fmpq *out, cpm_plan *plan, const fmpz_t n, mpz_srcptr m,
                                const cpm_config *config, cpm_err *err)
{
    cpm_config inner = *config;
    cpm_decision decision;
    inner.modulus = m;
    cpm_status status = cpm_plan_decide(&decision, plan, n, &inner, err);
    return status == CPM_OK ? cpm_plan_run(out, plan, decision.engine, n, &inner, err) : status;
}

static cpm_status apply_signs(fmpq *out, cpm_mulpow *mp, const fmpz_t n, const cpm_config *config,
                              cpm_err *err)
{
    size_t count = mp->sys.noutputs;
    fmpq *parity = _fmpq_vec_init((slong)count);
    mpz_t two;
    mpz_init_set_ui(two, 2);
    cpm_status status = run_exponents(parity, &mp->signs, n, two, config, err);
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        if (!fmpq_is_zero(parity + k))
            fmpq_neg(out + k, out + k);
    mpz_clear(two);
    _fmpq_vec_clear(parity, (slong)count);
    return status;
}

/* ---- Exact --------------------------------------------------------------- */

/* log2 of the size of the exponent of base element b in output k. */
static cpm_status exponent_bits(double *bits, cpm_mulpow *mp, size_t b, size_t k, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    cpm_config exact = *config;
    cpm_size_bound bound;
    exact.modulus = NULL;
    cpm_status status = cpm_plan_bound(&bound, &mp->exponents[b], k, n, &exact, err);
    *bits = bound.bits;
    return status;
}

static double log2_of(const fmpz_t x)
{
    return fmpz_dlog(x) * CPM_LOG2_E;
}

cpm_status cpm_mulpow_log10_digits(double *digits, cpm_mulpow *mp, size_t k, const fmpz_t n,
                                   const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    *digits = 0;
    for (size_t b = 0; b < mp->nbase && status == CPM_OK; b++) {
        double bits;
        status = exponent_bits(&bits, mp, b, k, n, config, err);
        *digits = fmax(*digits, CPM_LOG10_2 * (bits + log2(log2_of(mp->base + b))));
    }
    return status;
}

static cpm_status refuse_size(double log10_digits, cpm_err *err)
{
    if (log10_digits < 300)
        cpm_err_set(err, CPM_ERR_LIMIT,
                    "the term may have about %.3g digits, above the memory limit",
                    pow(10, log10_digits));
    else
        cpm_err_set(err, CPM_ERR_LIMIT,
                    "the term may have about 10^%.4g digits, above the memory limit", log10_digits);
    cpm_err_hint(err, "--mod M gives residues; --max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}

static double memory_bits(const cpm_config *config)
{
    double limit = config->max_memory_bytes > 0 ? (double)config->max_memory_bytes : 4e9;
    return fmin(8 * limit / 3, 3e10);
}

/* out *= b^e for an exponent that fits a word. */
static void multiply_power(fmpq_t out, const fmpz_t b, const fmpz_t e)
{
    fmpz_t p;
    fmpz_init(p);
    fmpz_pow_ui(p, b, (ulong)labs(fmpz_get_si(e)));
    if (fmpz_sgn(e) >= 0)
        fmpz_mul(fmpq_numref(out), fmpq_numref(out), p);
    else
        fmpz_mul(fmpq_denref(out), fmpq_denref(out), p); /* the base is coprime */
    fmpz_clear(p);
}

static cpm_status run_exact(fmpq *out, cpm_mulpow *mp, const fmpz_t n, const bool *is_zero,
                            const cpm_config *config, cpm_err *err)
{
    size_t count = mp->sys.noutputs;
    cpm_status status = CPM_OK;
    fmpq *e = _fmpq_vec_init((slong)(count * mp->nbase));
    double *bits = cpm_calloc(count, sizeof *bits), digits;
    if (bits == NULL)
        status = cpm_err_memory(err);
    for (size_t k = 0; k < count && status == CPM_OK; k++) { /* first of all: in bounds? */
        status = cpm_mulpow_log10_digits(&digits, mp, k, n, config, err);
        if (status == CPM_OK && !is_zero[k] && digits > 1e6)
            status = refuse_size(digits, err);
    }
    for (size_t b = 0; b < mp->nbase && status == CPM_OK; b++) {
        status = run_exponents(e + b * count, &mp->exponents[b], n, NULL, config, err);
        for (size_t k = 0; k < count && status == CPM_OK; k++)
            if (!is_zero[k])
                bits[k] += fabs(fmpz_get_d(fmpq_numref(e + b * count + k))) * log2_of(mp->base + b);
    }
    for (size_t k = 0; k < count && status == CPM_OK; k++) {
        fmpq_set_si(out + k, !is_zero[k], 1);
        if (!is_zero[k] && !(bits[k] <= memory_bits(config)))
            status = refuse_size(log10(bits[k] * CPM_LOG10_2), err);
        for (size_t b = 0; b < mp->nbase && status == CPM_OK && !is_zero[k]; b++)
            multiply_power(out + k, mp->base + b, fmpq_numref(e + b * count + k));
    }
    free(bits);
    _fmpq_vec_clear(e, (slong)(count * mp->nbase));
    return status;
}

/* ---- Modular ------------------------------------------------------------- */

static void lcm_of_prime_power(fmpz_t lambda, const fmpz_t p, ulong exponent)
{
    fmpz_t order, t;
    fmpz_init(order);
    fmpz_init(t);
    fmpz_sub_ui(order, p, 1);
    fmpz_pow_ui(t, p, exponent - 1);
    fmpz_mul(order, order, t);
    fmpz_lcm(lambda, lambda, order);
    fmpz_clear(order);
    fmpz_clear(t);
}

/* A multiple of the order of every unit modulo m. */
static cpm_status carmichael(fmpz_t lambda, const fmpz_t m, cpm_err *err)
{
    fmpz_t rest, p;
    fmpz_init_set(rest, m);
    fmpz_init(p);
    fmpz_one(lambda);
    cpm_status status = CPM_OK;
    if (fmpz_abs_fits_ui(rest)) {
        n_factor_t factors;
        n_factor_init(&factors);
        n_factor(&factors, fmpz_get_ui(rest), 1);
        for (int i = 0; i < factors.num; i++) {
            fmpz_set_ui(p, factors.p[i]);
            lcm_of_prime_power(lambda, p, (ulong)factors.exp[i]);
        }
        fmpz_one(rest);
    }
    for (ulong small = 2; small < SMALL_PRIMES && !fmpz_is_one(rest);
         small = n_nextprime(small, 1)) {
        if (fmpz_fdiv_ui(rest, small) != 0)
            continue;
        fmpz_set_ui(p, small);
        lcm_of_prime_power(lambda, p, (ulong)fmpz_remove(rest, rest, p));
    }
    if (fmpz_is_one(rest)) {
        ;
    } else if (fmpz_is_probabprime(rest)) {
        lcm_of_prime_power(lambda, rest, 1);
    } else if (fmpz_bits(rest) > MAX_FACTOR_BITS) {
        status = cpm_err_set(err, CPM_ERR_LIMIT,
                             "the exponents are too large to compute, and to reduce them the "
                             "modulus would have to be factored, which is out of reach");
    } else {
        fmpz_factor_t factors;
        fmpz_factor_init(factors);
        fmpz_factor(factors, rest);
        for (slong i = 0; i < factors->num; i++)
            lcm_of_prime_power(lambda, factors->p + i, factors->exp[i]);
        fmpz_factor_clear(factors);
    }
    fmpz_clear(rest);
    fmpz_clear(p);
    return status;
}

/* The naturals cut off at `modulus`: whatever is larger counts as that. */
static void cut_add(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    fmpq_add(out, x, y);
    if (fmpz_cmp(fmpq_numref(out), domain->modulus) > 0)
        fmpz_set(fmpq_numref(out), domain->modulus);
}

static void cut_mul(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain)
{
    fmpq_mul(out, x, y);
    if (fmpz_cmp(fmpq_numref(out), domain->modulus) > 0)
        fmpz_set(fmpq_numref(out), domain->modulus);
}

static bool is_natural_form(const cpm_form *form)
{
    for (size_t i = 0; i < form->len; i++)
        if (fmpq_sgn(form->terms[i].coeff) < 0)
            return false;
    return true;
}

static bool is_natural(const cpm_linsys *sys)
{
    bool natural = true;
    for (size_t i = 0; i < sys->dim && natural; i++)
        natural = is_natural_form(&sys->rows[i]) && fmpq_sgn(sys->start + i) >= 0;
    for (size_t k = 0; k < sys->noutputs && natural; k++)
        natural = is_natural_form(&sys->outputs[k]);
    return natural;
}

/* out[k] = min(exponent, cut) of a system without negative numbers. */
static cpm_status run_cut(fmpq *out, const cpm_linsys *sys, const fmpz_t cut, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    cpm_domain domain = *cpm_domain_of(CPM_SEMIRING_PLUS_TIMES);
    cpm_linsys copy = {0};
    cpm_semi_plan plan = {0};
    cpm_config plain = *config;
    plain.engine = CPM_ENGINE_AUTO;
    domain.is_arithmetic = false;
    domain.add = cut_add;
    domain.mul = cut_mul;
    domain.modulus = cut;
    cpm_status status = cpm_linsys_copy(&copy, sys, err);
    if (status == CPM_OK)
        copy.domain = &domain;
    if (status == CPM_OK)
        status = cpm_semi_plan_init(&plan, &copy, err);
    if (status == CPM_OK)
        status = run_semi(out, &plan, n, &plain, err);
    cpm_semi_plan_clear(&plan);
    cpm_linsys_clear(&copy);
    return status;
}

/* A residue under construction: out[k] *= b^exponent[k] for one base element. */
typedef struct residue {
    fmpz *out; /* one per output */
    const bool *is_zero;
    fmpz_t m, lambda;
    bool has_lambda;
} residue;

static cpm_status multiply_residue(fmpz_t out, const fmpz_t b, const fmpz_t e, const fmpz_t m,
                                   cpm_err *err)
{
    fmpz_t p, power;
    cpm_status status = CPM_OK;
    fmpz_init(p);
    fmpz_init(power);
    fmpz_mod(p, b, m);
    fmpz_abs(power, e);
    if (fmpz_sgn(e) < 0 && !fmpz_invmod(p, p, m)) {
        char *text = fmpz_get_str(NULL, 10, b);
        status = cpm_err_set(err, CPM_ERR_NO_ANSWER,
                             "no residue: the term is divided by a power of %.60s, which has no "
                             "inverse for this modulus",
                             text);
        flint_free(text);
    }
    if (status == CPM_OK) {
        fmpz_powm(p, p, power, m);
        fmpz_mul(out, out, p);
        fmpz_mod(out, out, m);
    }
    fmpz_clear(p);
    fmpz_clear(power);
    return status;
}

static cpm_status need_lambda(residue *r, cpm_err *err)
{
    if (r->has_lambda)
        return CPM_OK;
    r->has_lambda = true;
    return carmichael(r->lambda, r->m, err);
}

/* The exponents themselves. */
static cpm_status multiply_exact(residue *r, cpm_mulpow *mp, size_t b, const fmpz_t n,
                                 const cpm_config *config, cpm_err *err)
{
    size_t count = mp->sys.noutputs;
    fmpq *e = _fmpq_vec_init((slong)count);
    cpm_status status = run_exponents(e, &mp->exponents[b], n, NULL, config, err);
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        if (!r->is_zero[k])
            status = multiply_residue(r->out + k, mp->base + b, fmpq_numref(e + k), r->m, err);
    _fmpq_vec_clear(e, (slong)count);
    return status;
}

/* Exponents modulo lambda. Where b is not prime to m, those that have reached
 * log2 m go up by a multiple of lambda that reaches it too. */
static cpm_status multiply_reduced(residue *r, cpm_mulpow *mp, size_t b, const fmpz_t n,
                                   const cpm_config *config, cpm_err *err)
{
    size_t count = mp->sys.noutputs;
    fmpz_t g, cut, lift;
    mpz_t order;
    fmpz_init(g);
    fmpz_init_set_ui(cut, fmpz_bits(r->m));
    fmpz_init(lift);
    mpz_init(order);
    fmpq *e = _fmpq_vec_init((slong)count), *least = _fmpq_vec_init((slong)count);
    fmpz_gcd(g, mp->base + b, r->m);
    bool prime_to = fmpz_is_one(g);
    cpm_status status = CPM_OK;
    if (!prime_to && !is_natural(&mp->exponents[b].sys))
        status = cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                             "the exponents are too large to compute, and with divisions their "
                             "signs are not known; the modulus shares factors with the values");
    if (status == CPM_OK)
        status = need_lambda(r, err);
    fmpz_get_mpz(order, r->lambda);
    if (status == CPM_OK)
        status = run_exponents(e, &mp->exponents[b], n, order, config, err);
    if (status == CPM_OK && !prime_to)
        status = run_cut(least, &mp->exponents[b].sys, cut, n, config, err);
    if (status == CPM_OK) {
        fmpz_cdiv_q(lift, cut, r->lambda);
        fmpz_mul(lift, lift, r->lambda);
    }
    for (size_t k = 0; k < count && status == CPM_OK; k++) {
        fmpz *exponent = fmpq_numref(e + k);
        if (r->is_zero[k])
            continue;
        if (!prime_to && fmpz_cmp(fmpq_numref(least + k), cut) >= 0)
            fmpz_add(exponent, exponent, lift);
        else if (!prime_to)
            fmpz_set(exponent, fmpq_numref(least + k));
        status = multiply_residue(r->out + k, mp->base + b, exponent, r->m, err);
    }
    fmpz_clear(g);
    fmpz_clear(cut);
    fmpz_clear(lift);
    mpz_clear(order);
    _fmpq_vec_clear(e, (slong)count);
    _fmpq_vec_clear(least, (slong)count);
    return status;
}

static cpm_status multiply_element(residue *r, cpm_mulpow *mp, size_t b, const fmpz_t n,
                                   const cpm_config *config, cpm_err *err)
{
    double most = 0;
    for (size_t k = 0; k < mp->sys.noutputs; k++) {
        double bits;
        cpm_status status = exponent_bits(&bits, mp, b, k, n, config, err);
        if (status == CPM_ERR_UNSUPPORTED) { /* no bound: as if it were large */
            cpm_err_clear(err);
            bits = INFINITY;
        } else if (status != CPM_OK) {
            return status;
        }
        most = fmax(most, bits);
    }
    double small = 64 * (double)fmpz_bits(r->m) + 1000; /* cheaper than factoring the modulus */
    if (most <= small)
        return multiply_exact(r, mp, b, n, config, err);
    cpm_err first = *err;
    cpm_status status = multiply_reduced(r, mp, b, n, config, err);
    if ((status == CPM_ERR_UNSUPPORTED || status == CPM_ERR_LIMIT) && most <= EXPONENT_BITS) {
        *err = first;
        status = multiply_exact(r, mp, b, n, config, err);
    }
    return status;
}

static cpm_status run_modular(fmpq *out, cpm_mulpow *mp, const fmpz_t n, const bool *is_zero,
                              const cpm_config *config, cpm_err *err)
{
    size_t count = mp->sys.noutputs;
    residue r = {.out = _fmpz_vec_init((slong)count), .is_zero = is_zero};
    fmpz_init(r.m);
    fmpz_init(r.lambda);
    fmpz_set_mpz(r.m, config->modulus);
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < count; k++)
        fmpz_set_si(r.out + k, !is_zero[k]);
    for (size_t b = 0; b < mp->nbase && status == CPM_OK; b++)
        status = multiply_element(&r, mp, b, n, config, err);
    for (size_t k = 0; k < count; k++)
        fmpq_set_fmpz(out + k, r.out + k);
    _fmpz_vec_clear(r.out, (slong)count);
    fmpz_clear(r.m);
    fmpz_clear(r.lambda);
    return status;
}

cpm_status cpm_mulpow_run(fmpq *out, cpm_mulpow *mp, cpm_engine engine, const fmpz_t n,
                          const cpm_config *options, cpm_err *err)
{
    cpm_config by_engine = *options;
    const cpm_config *config = &by_engine;
    by_engine.engine = engine;
    size_t count = mp->sys.noutputs;
    bool *is_zero = cpm_calloc(count, sizeof *is_zero);
    if (is_zero == NULL)
        return cpm_err_memory(err);
    cpm_status status = CPM_OK;
    cpm_phase(config, "power");
    if (mp->has_zero)
        status = find_zeros(is_zero, mp, n, config, err);
    if (status == CPM_OK)
        status = config->modulus == NULL ? run_exact(out, mp, n, is_zero, config, err)
                                         : run_modular(out, mp, n, is_zero, config, err);
    if (status == CPM_OK && mp->has_signs)
        status = apply_signs(out, mp, n, config, err);
    for (size_t k = 0; config->modulus != NULL && k < count; k++) {
        fmpz_t m;
        fmpz_init(m);
        fmpz_set_mpz(m, config->modulus);
        fmpz_mod(fmpq_numref(out + k), fmpq_numref(out + k), m);
        fmpz_clear(m);
    }
    free(is_zero);
    return status;
}

/* Adds what the engines cost for one system of exponents. */
static cpm_status add_costs(cpm_decision *sum, cpm_plan *plan, const fmpz_t n, mpz_srcptr m,
                            const cpm_config *config, cpm_err *err)
{
    cpm_config inner = *config;
    cpm_decision one;
    inner.modulus = m;
    cpm_status status = cpm_plan_costs(&one, plan, n, &inner, err);
    for (int e = CPM_ENGINE_AUTO + 1; e < CPM_NENGINES && status == CPM_OK; e++) {
        sum->cost[e] += one.cost[e];
        if (sum->objection[e] == NULL)
            sum->objection[e] = one.objection[e];
    }
    return status;
}

cpm_status cpm_mulpow_decide(cpm_decision *decision, cpm_mulpow *mp, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    mpz_t two;
    mpz_init_set_ui(two, 2);
    *decision = (cpm_decision){.engine = CPM_ENGINE_AUTO};
    for (int e = CPM_ENGINE_RECURRENCE + 1; e < CPM_NENGINES; e++)
        decision->objection[e] = cpm_coefficients_stay;
    for (size_t b = 0; b < mp->nbase && status == CPM_OK; b++) /* lambda has the size of m */
        status = add_costs(decision, &mp->exponents[b], n, config->modulus, config, err);
    if (status == CPM_OK && mp->has_signs)
        status = add_costs(decision, &mp->signs, n, two, config, err);
    mpz_clear(two);
    return status == CPM_OK ? cpm_decide(decision, config, err) : status;
}

cpm_status cpm_mulpow_check_size(cpm_mulpow *mp, const fmpz_t n, const cpm_config *config,
                                 cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (mp->has_zero && mp->sys.divides)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                           "a value is zero and values are divided by: mul-pow does not follow "
                           "where the zero goes");
    for (size_t k = 0; config->modulus == NULL && k < mp->sys.noutputs && status == CPM_OK; k++) {
        double digits;
        status = cpm_mulpow_log10_digits(&digits, mp, k, n, config, err);
        if (status == CPM_OK && digits > 1e6 && !mp->has_zero)
            status = refuse_size(digits, err);
    }
    return status;
}
