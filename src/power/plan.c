/* SPDX-License-Identifier: MIT
 *
 * plan.c - the choice among the engines, and running the one chosen.
 *
 * Costs are estimated in word operations from the dimension, the order of the
 * shortest recurrence and the size bound; auto takes the cheapest engine that
 * applies. The estimate need not be good, only right where engines differ by
 * much: doc/algorithms.md has the measurements behind the constants.
 */
#include "power/plan.h"

#include "base/mem.h"
#include "power/annihilator.h"
#include "power/bostan_mori.h"
#include "power/doubling.h"
#include "power/matrix_power.h"
#include "power/progress.h"
#include "power/residue.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Up to this dimension a modular question goes through the exact shortest
 * recurrence, which may be much shorter than the system; past it, reducing the
 * whole system modulo M at once is cheaper. */
enum { EXACT_TRIM_DIM = 128 };

cpm_status cpm_plan_init(cpm_plan *plan, cpm_linsys *sys, cpm_err *err)
{
    *plan = (cpm_plan){0};
    plan->funs = cpm_calloc(sys->noutputs, sizeof *plan->funs);
    plan->has_fun = cpm_calloc(sys->noutputs, sizeof *plan->has_fun);
    if (plan->funs == NULL || plan->has_fun == NULL) {
        cpm_plan_clear(plan);
        return cpm_err_memory(err);
    }
    plan->sys = *sys;
    *sys = (cpm_linsys){0};
    return CPM_OK;
}

void cpm_plan_clear(cpm_plan *plan)
{
    cpm_walker_clear(&plan->walker);
    for (size_t k = 0; k < plan->sys.noutputs; k++)
        if (plan->has_fun[k])
            cpm_genfun_clear(&plan->funs[k]);
    free(plan->funs);
    free(plan->has_fun);
    if (plan->has_den)
        fmpz_poly_clear(plan->den);
    cpm_linsys_clear(&plan->sys);
    cpm_linsys_clear(&plan->reduced);
    fmpz_clear(plan->reduced_m); /* a zeroed fmpz is 0 */
    *plan = (cpm_plan){0};
}

const fmpz_poly_struct *cpm_plan_den(cpm_plan *plan, cpm_err *err)
{
    if (!plan->has_den) {
        fmpz_poly_init(plan->den);
        if (cpm_annihilator(plan->den, &plan->sys, err) != CPM_OK) {
            fmpz_poly_clear(plan->den);
            return NULL;
        }
        plan->has_den = true;
    }
    return plan->den;
}

const cpm_genfun *cpm_plan_genfun(cpm_plan *plan, size_t k, cpm_err *err)
{
    if (!plan->has_fun[k]) {
        const fmpz_poly_struct *den = cpm_plan_den(plan, err);
        if (den == NULL)
            return NULL;
        cpm_genfun_init(&plan->funs[k]);
        cpm_genfun_of_output(&plan->funs[k], den, &plan->sys, k);
        plan->has_fun[k] = true;
    }
    return &plan->funs[k];
}

/* The modulus as an fmpz; *out is initialised here. */
static void modulus_init(fmpz_t out, const cpm_config *config)
{
    fmpz_init(out);
    fmpz_set_mpz(out, config->modulus);
}

/* The modular question is answered from the system as it stands. */
static bool skips_exact_form(const cpm_plan *plan)
{
    return plan->sys.dim > EXACT_TRIM_DIM && cpm_linsys_is_integral(&plan->sys);
}

/* ---- Size -------------------------------------------------------------- */

cpm_status cpm_plan_bound(cpm_size_bound *bound, cpm_plan *plan, size_t k, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    *bound = (cpm_size_bound){.bits = 0};
    if (config->modulus != NULL)
        return CPM_OK;
    const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
    if (f == NULL)
        return err->status;
    cpm_bound_term(bound, f, n);
    return CPM_OK;
}

/* Working memory over the size of the answer, as measured: Bostan-Mori holds
 * about two polynomials of d coefficients of the size of the answer, and
 * products and the decimal conversion hold some copies. */
static double peak_bytes(double bits, slong order)
{
    double copies = 8 + (order > 2 ? 2.0 * (double)order : 0);
    return bits / 8 * copies;
}

static void format_size(char *buffer, size_t cap, double nbytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    while (nbytes >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        nbytes /= 1024;
        unit++;
    }
    snprintf(buffer, cap, nbytes < 10 ? "%.1f %s" : "%.0f %s", nbytes, units[unit]);
}

static cpm_status refuse_size(const cpm_size_bound *bound, double need, const cpm_config *config,
                              cpm_err *err)
{
    char digits[64], needed[64], limit[64];
    if (bound->log10_digits < 15)
        snprintf(digits, sizeof digits, "%.0f", pow(10, bound->log10_digits));
    else
        snprintf(digits, sizeof digits, "10^%.0f", bound->log10_digits);
    if (need < 1e21)
        format_size(needed, sizeof needed, need);
    else
        snprintf(needed, sizeof needed, "no computer's memory");
    format_size(limit, sizeof limit, (double)config->max_memory_bytes);
    cpm_err_set(
        err, CPM_ERR_LIMIT,
        "the term may have %s digits and need %s%s to compute, above the memory limit of %s",
        digits, need < 1e21 ? "" : "more than ", need < 1e21 ? needed : "1 ZiB", limit);
    cpm_err_hint(err, "--mod M gives its residue; --max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}

cpm_status cpm_plan_check_size(cpm_plan *plan, size_t k, const fmpz_t n, const cpm_config *config,
                               cpm_err *err)
{
    if (config->modulus != NULL || config->max_memory_bytes == 0)
        return CPM_OK;
    cpm_size_bound bound;
    cpm_status status = cpm_plan_bound(&bound, plan, k, n, config, err);
    if (status != CPM_OK)
        return status;
    double need = peak_bytes(bound.bits, cpm_genfun_order(&plan->funs[k]));
    if (need <= (double)config->max_memory_bytes)
        return CPM_OK;
    return refuse_size(&bound, need, config, err);
}

/* ---- Cost and choice --------------------------------------------------- */

/* A product of two numbers of so many words: schoolbook, Toom, then FFT. */
static double mul_cost(double words)
{
    if (words < 1)
        words = 1;
    if (words < 32)
        return words * words;
    return fmin(pow(words, 1.5) * 5.7, 40 * words * log2(words));
}

/* A product of two polynomials of length len modulo a word. */
static double poly_cost(double len)
{
    return len < 64 ? len * len : fmin(len * len, 60 * len * log2(len));
}

typedef struct size_up {
    double nbits; /* of n */
    double steps; /* n */
    double words; /* of the answer; of the modulus when modular */
    double order; /* of the shortest recurrence known */
    double dim;
    double nnz;
    double noutputs;
} size_up;

static const char *doubling_objection(const cpm_plan *plan, const cpm_genfun *f,
                                      const cpm_config *config)
{
    if (plan->sys.noutputs != 1)
        return "it finds one value, and several are wanted";
    if (cpm_genfun_order(f) > 2)
        return "the shortest recurrence has an order above 2";
    if (!cpm_genfun_is_proper(f))
        return "the recurrence does not hold from the first term on";
    if (config->modulus == NULL && !fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0)))
        return "the recurrence has coefficients that are not integers";
    return NULL;
}

/* Fills in what is known; false when the recurrence cannot be had. */
static bool take_size(size_up *s, cpm_plan *plan, const fmpz_t n, const cpm_config *config)
{
    cpm_err ignored = {0};
    s->nbits = (double)fmpz_bits(n);
    s->steps = fmpz_get_d(n);
    s->dim = (double)plan->sys.dim;
    s->nnz = (double)cpm_linsys_nnz(&plan->sys);
    s->noutputs = (double)plan->sys.noutputs;
    s->order = s->dim;
    if (config->modulus != NULL) {
        s->words = ceil((double)mpz_sizeinbase(config->modulus, 2) / FLINT_BITS);
        if (!skips_exact_form(plan)) {
            const cpm_genfun *f = cpm_plan_genfun(plan, 0, &ignored);
            if (f == NULL)
                return false;
            s->order = (double)cpm_genfun_order(f);
        }
        return cpm_plan_den(plan, &ignored) != NULL;
    }
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, &ignored);
    if (f == NULL)
        return false;
    cpm_size_bound bound;
    cpm_bound_term(&bound, f, n);
    s->words = bound.bits / FLINT_BITS;
    s->order = (double)cpm_genfun_order(f);
    return true;
}

double cpm_plan_cost(cpm_plan *plan, cpm_engine engine, const fmpz_t n, const cpm_config *config,
                     const char **reason)
{
    size_up s;
    const char *unused;
    if (reason == NULL)
        reason = &unused;
    *reason = NULL;
    bool modular = config->modulus != NULL;
    bool known = take_size(&s, plan, n, config);
    double word_mul = modular ? mul_cost(s.words) : 0;
    switch (engine) {
    case CPM_ENGINE_NAIVE:
        return 40 * (s.steps + 1) * s.nnz * (modular ? word_mul : 1 + s.words / 2);
    case CPM_ENGINE_MATRIX:
        if (plan->sys.dim > 4096) {
            *reason = "too many variables for a dense matrix";
            return INFINITY;
        }
        return (s.nbits + 1) * pow(s.dim, 3) * 4 + /* small entries */
               (modular ? (s.nbits + 1) * pow(s.dim, 3) * word_mul
                        : 1.5 * pow(s.dim, 3) * mul_cost(s.words / 2));
    case CPM_ENGINE_DOUBLING:
        if (!known || skips_exact_form(plan))
            *reason = "the shortest recurrence is too long";
        else
            *reason = doubling_objection(plan, &plan->funs[0], config);
        if (*reason != NULL)
            return INFINITY;
        return (s.nbits + 1) * 30 * (modular ? word_mul : 1) +
               (modular ? 0 : 1.4 * mul_cost(s.words / 2));
    case CPM_ENGINE_RECURRENCE:
        if (!known) {
            *reason = "the characteristic polynomial is out of reach";
            return INFINITY;
        }
        if (modular)
            return (s.nbits + 1) * (100 + s.noutputs * 4 * word_mul * poly_cost(s.order / 2 + 1));
        return (s.nbits + 1) * (100 + 4 * poly_cost(s.order / 2 + 1)) +
               (1 + s.noutputs) * (s.order + 1) * mul_cost(s.words / 2);
    case CPM_ENGINE_AUTO:
        break;
    }
    *reason = "it is not an engine";
    return INFINITY;
}

cpm_status cpm_plan_choose(cpm_engine *engine, cpm_plan *plan, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    const char *reason;
    if (config->engine != CPM_ENGINE_AUTO) {
        *engine = config->engine;
        if (isinf(cpm_plan_cost(plan, *engine, n, config, &reason)) && reason != NULL)
            return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "engine %s does not apply: %s",
                               cpm_engine_name(*engine), reason);
        return CPM_OK;
    }
    double best = INFINITY;
    *engine = CPM_ENGINE_NAIVE;
    for (int e = CPM_ENGINE_NAIVE; e <= CPM_ENGINE_RECURRENCE; e++) {
        double cost = cpm_plan_cost(plan, (cpm_engine)e, n, config, NULL);
        if (cost < best) {
            best = cost;
            *engine = (cpm_engine)e;
        }
    }
    return CPM_OK;
}

/* ---- Running: exact ---------------------------------------------------- */

/* num'(x) = num(q0 x), den'(x) = den(q0 x)/q0: integral, den'(0) = 1, and
 * [x^n] num'/den' = q0^(n+1) [x^n] num/den. */
static void make_monic(fmpz_poly_t num, fmpz_poly_t den, const cpm_genfun *f)
{
    fmpz_t q0, power, c;
    fmpz_init_set(q0, fmpz_poly_get_coeff_ptr(f->den, 0));
    fmpz_init_set_ui(power, 1);
    fmpz_init(c);
    fmpz_poly_one(den);
    for (slong i = 0; i <= fmpz_poly_degree(f->num); i++) {
        fmpz_mul(c, fmpz_poly_get_coeff_ptr(f->num, i), power);
        fmpz_poly_set_coeff_fmpz(num, i, c);
        fmpz_mul(power, power, q0);
    }
    fmpz_one(power);
    for (slong i = 1; i <= fmpz_poly_degree(f->den); i++) {
        fmpz_mul(c, fmpz_poly_get_coeff_ptr(f->den, i), power);
        fmpz_poly_set_coeff_fmpz(den, i, c);
        fmpz_mul(power, power, q0);
    }
    fmpz_clear(q0);
    fmpz_clear(power);
    fmpz_clear(c);
}

static void run_recurrence_one(fmpq_t out, const cpm_genfun *f, const fmpz_t n,
                               const cpm_config *config)
{
    fmpz_t value, scale;
    fmpz_init(value);
    fmpz_init_set(scale, f->scale);
    if (fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0))) {
        cpm_nth_bostan_mori(value, f->num, f->den, n, NULL, config);
    } else {
        fmpz_poly_t num, den;
        fmpz_t power;
        fmpz_poly_init(num);
        fmpz_poly_init(den);
        fmpz_init(power);
        make_monic(num, den, f);
        cpm_nth_bostan_mori(value, num, den, n, NULL, config);
        fmpz_add_ui(power, n, 1);
        fmpz_pow_fmpz(power, fmpz_poly_get_coeff_ptr(f->den, 0), power);
        fmpz_mul(scale, scale, power);
        fmpz_poly_clear(num);
        fmpz_poly_clear(den);
        fmpz_clear(power);
    }
    fmpq_set_fmpz_frac(out, value, scale);
    fmpz_clear(value);
    fmpz_clear(scale);
}

/* Several outputs share one slice of 1/den: y_k(n) = sum_j num_k[j] u(n-j). */
static cpm_status run_recurrence_all(fmpq *out, cpm_plan *plan, const fmpz_t n,
                                     const cpm_config *config, cpm_err *err)
{
    const fmpz_poly_struct *den = cpm_plan_den(plan, err);
    if (den == NULL)
        return err->status;
    size_t noutputs = plan->sys.noutputs;
    bool shared = noutputs > 1 && fmpz_is_one(fmpz_poly_get_coeff_ptr(den, 0));
    for (size_t k = 0; k < noutputs; k++) {
        const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
        if (f == NULL)
            return err->status;
        if (!shared)
            run_recurrence_one(out + k, f, n, config);
    }
    if (!shared)
        return CPM_OK;
    size_t dim = plan->sys.dim;
    fmpz *u = _fmpz_vec_init((slong)dim);
    fmpz_poly_t cofactor, num;
    fmpz_t first, sum;
    fmpz_poly_init(cofactor);
    fmpz_poly_init(num);
    fmpz_init(sum);
    fmpz_init_set(first, n);
    fmpz_sub_ui(first, first, dim - 1); /* u[i] = [x^(n-dim+1+i)] 1/den */
    cpm_slice_bostan_mori(u, dim, den, first, NULL, config);
    for (size_t k = 0; k < noutputs; k++) {
        const cpm_genfun *f = &plan->funs[k];
        fmpz_poly_div(cofactor, den, f->den);
        fmpz_poly_mul(num, f->num, cofactor);
        fmpz_zero(sum);
        for (slong j = 0; j < fmpz_poly_length(num); j++)
            fmpz_addmul(sum, fmpz_poly_get_coeff_ptr(num, j), u + (slong)dim - 1 - j);
        fmpq_set_fmpz_frac(out + k, sum, f->scale);
    }
    _fmpz_vec_clear(u, (slong)dim);
    fmpz_poly_clear(cofactor);
    fmpz_poly_clear(num);
    fmpz_clear(first);
    fmpz_clear(sum);
    return CPM_OK;
}

static cpm_status run_exact(fmpq *out, cpm_plan *plan, cpm_engine engine, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    fmpz_t value;
    const cpm_genfun *f;
    switch (engine) {
    case CPM_ENGINE_NAIVE:
        cpm_nth_naive(out, &plan->walker, &plan->sys, n, NULL, config);
        return CPM_OK;
    case CPM_ENGINE_MATRIX:
        return cpm_nth_matrix(out, &plan->sys, n, config, err);
    case CPM_ENGINE_DOUBLING:
        f = cpm_plan_genfun(plan, 0, err);
        if (f == NULL)
            return err->status;
        fmpz_init(value);
        cpm_nth_doubling(value, f->num, f->den, n, NULL, config);
        fmpq_set_fmpz_frac(out, value, f->scale);
        fmpz_clear(value);
        return CPM_OK;
    default:
        return run_recurrence_all(out, plan, n, config, err);
    }
}

/* ---- Running: modular -------------------------------------------------- */

/* The system with coefficients 0..m-1, kept for the next question. */
static const cpm_linsys *system_mod(cpm_plan *plan, const fmpz_t m, cpm_err *err)
{
    if (cpm_linsys_is_integral(&plan->sys))
        return &plan->sys;
    if (!fmpz_equal(plan->reduced_m, m)) {
        cpm_walker_clear(&plan->walker);
        cpm_linsys_clear(&plan->reduced);
        fmpz_zero(plan->reduced_m);
        if (cpm_linsys_reduce_mod(&plan->reduced, &plan->sys, m, err) != CPM_OK)
            return NULL;
        fmpz_set(plan->reduced_m, m);
    }
    return &plan->reduced;
}

/* out = [x^n] num/den modulo r->modulus. */
static void coefficient_mod(fmpz_t out, const cpm_residue_form *r, bool doubling, const fmpz_t n,
                            const cpm_config *config)
{
    if (doubling) {
        cpm_nth_doubling(out, r->num, r->den, n, r->modulus, config);
    } else if (fmpz_abs_fits_ui(r->modulus)) {
        nmod_poly_t num, den;
        nmod_poly_init(num, fmpz_get_ui(r->modulus));
        nmod_poly_init(den, fmpz_get_ui(r->modulus));
        fmpz_poly_get_nmod_poly(num, r->num);
        fmpz_poly_get_nmod_poly(den, r->den);
        fmpz_set_ui(out, cpm_nth_bostan_mori_nmod(num, den, n, config));
        nmod_poly_clear(num);
        nmod_poly_clear(den);
    } else {
        cpm_nth_bostan_mori(out, r->num, r->den, n, r->modulus, config);
    }
}

/* Where no generating function over Z/m exists: the exact term, if it is small
 * enough, may still have a residue. */
static cpm_status residue_of_exact(fmpq_t out, cpm_plan *plan, size_t k, const fmpz_t n,
                                   const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    cpm_err inner = {0};
    cpm_config exact = *config;
    exact.modulus = NULL;
    const cpm_genfun *f = &plan->funs[k];
    if (cpm_plan_check_size(plan, k, n, &exact, &inner) != CPM_OK)
        return err->status;
    run_recurrence_one(out, f, n, &exact);
    fmpz_t residue;
    fmpz_init(residue);
    if (cpm_residue_of_rational(residue, out, m)) {
        cpm_err_clear(err);
        fmpq_set_fmpz(out, residue);
    }
    fmpz_clear(residue);
    return err->status;
}

static cpm_status run_residue_one(fmpq_t out, cpm_plan *plan, size_t k, bool doubling,
                                  const fmpz_t n, const fmpz_t m, const cpm_config *config,
                                  cpm_err *err)
{
    cpm_residue_form r;
    fmpz_t a;
    cpm_residue_form_init(&r);
    fmpz_init(a);
    cpm_status status = CPM_OK;
    if (skips_exact_form(plan)) {
        const fmpz_poly_struct *den = cpm_plan_den(plan, err);
        if (den != NULL) {
            cpm_genfun_numerator_mod(r.num, den, &plan->sys, k, m);
            cpm_residue_form_set_integral(&r, r.num, den, m);
        }
    } else {
        const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
        if (f != NULL)
            status = cpm_residue_form_set(&r, f, m, err);
    }
    status = err->status;
    if (status == CPM_OK && !fmpz_is_one(m)) {
        coefficient_mod(a, &r, doubling, n, config);
        status = cpm_residue_finish(fmpq_numref(out), a, &r, err);
        fmpz_one(fmpq_denref(out));
    } else if (status == CPM_OK) {
        fmpq_zero(out);
    } else if (status == CPM_ERR_NO_ANSWER) {
        status = residue_of_exact(out, plan, k, n, m, config, err);
    }
    cpm_residue_form_clear(&r);
    fmpz_clear(a);
    return status;
}

static cpm_status run_mod(fmpq *out, cpm_plan *plan, cpm_engine engine, const fmpz_t n,
                          const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    size_t noutputs = plan->sys.noutputs;
    cpm_status status = CPM_OK;
    const cpm_linsys *sys;
    fmpz *values;
    switch (engine) {
    case CPM_ENGINE_NAIVE:
        sys = system_mod(plan, m, err);
        if (sys == NULL)
            return err->status;
        cpm_nth_naive(out, &plan->walker, sys, n, m, config);
        return CPM_OK;
    case CPM_ENGINE_MATRIX:
        sys = system_mod(plan, m, err);
        if (sys == NULL)
            return err->status;
        values = _fmpz_vec_init((slong)noutputs);
        status = cpm_nth_matrix_mod(values, sys, n, m, config, err);
        for (size_t k = 0; k < noutputs; k++)
            fmpq_set_fmpz(out + k, values + k);
        _fmpz_vec_clear(values, (slong)noutputs);
        return status;
    default:
        for (size_t k = 0; k < noutputs && status == CPM_OK; k++)
            status =
                run_residue_one(out + k, plan, k, engine == CPM_ENGINE_DOUBLING, n, m, config, err);
        return status;
    }
}

cpm_status cpm_plan_run(fmpq *out, cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                        cpm_err *err)
{
    cpm_engine engine;
    cpm_status status = cpm_plan_choose(&engine, plan, n, config, err);
    if (status != CPM_OK)
        return status;
    cpm_phase(config, "power");
    if (config->modulus == NULL)
        return run_exact(out, plan, engine, n, config, err);
    fmpz_t m;
    modulus_init(m, config);
    status = run_mod(out, plan, engine, n, m, config, err);
    fmpz_clear(m);
    return status;
}
