/* SPDX-License-Identifier: MIT
 *
 * plan_run.c - answers: the engine that was chosen, over Q or modulo M.
 */
#include "power/bostan_mori.h"
#include "power/doubling.h"
#include "power/matrix_power.h"
#include "power/plan_internal.h"
#include "power/progress.h"
#include "power/residue.h"

#include <flint/fmpz_vec.h>

/* The modulus as an fmpz; *out is initialised here. */
static void modulus_init(fmpz_t out, const cpm_config *config)
{
    fmpz_init(out);
    fmpz_set_mpz(out, config->modulus);
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
    if (plan->is_integral)
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

/* The fraction that output k is over Z/m. */
static cpm_status set_residue_form(cpm_residue_form *r, cpm_plan *plan, size_t k, const fmpz_t m,
                                   cpm_err *err)
{
    if (!cpm_plan_skips_exact_form(plan)) {
        const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
        return f == NULL ? err->status : cpm_residue_form_set(r, f, m, err);
    }
    const fmpz_poly_struct *den = cpm_plan_den(plan, err);
    if (den == NULL)
        return err->status;
    cpm_genfun_numerator_mod(r->num, den, &plan->sys, k, m);
    cpm_residue_form_set_integral(r, r->num, den, m);
    return CPM_OK;
}

static cpm_status run_residue_one(fmpq_t out, cpm_plan *plan, size_t k, bool doubling,
                                  const fmpz_t n, const fmpz_t m, const cpm_config *config,
                                  cpm_err *err)
{
    cpm_residue_form r;
    fmpz_t a;
    cpm_residue_form_init(&r);
    fmpz_init(a);
    cpm_status status = set_residue_form(&r, plan, k, m, err);
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

/* Naive and matrix work on the coefficients as they stand; where these have no
 * residues the exact values may still have, if they are small enough. */
static cpm_status run_exact_then_reduce(fmpq *out, cpm_plan *plan, cpm_engine engine,
                                        const fmpz_t n, const fmpz_t m, const cpm_config *config,
                                        cpm_err *err)
{
    cpm_err too_large = {0};
    cpm_config exact = *config;
    exact.modulus = NULL;
    for (size_t k = 0; k < plan->sys.noutputs; k++)
        if (cpm_plan_check_size(plan, k, n, &exact, &too_large) != CPM_OK) {
            cpm_err_clear(err);
            return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                               "engine %s does not apply: a coefficient's denominator has no "
                               "inverse for this modulus",
                               cpm_engine_name(engine));
        }
    cpm_err_clear(err);
    cpm_status status = run_exact(out, plan, engine, n, &exact, err);
    for (size_t k = 0; k < plan->sys.noutputs && status == CPM_OK; k++) {
        if (cpm_residue_of_rational(fmpq_numref(out + k), out + k, m))
            fmpz_one(fmpq_denref(out + k));
        else
            status = cpm_residue_missing(err);
    }
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
            return err->status == CPM_ERR_NO_ANSWER
                       ? run_exact_then_reduce(out, plan, engine, n, m, config, err)
                       : err->status;
        cpm_nth_naive(out, &plan->walker, sys, n, m, config);
        return CPM_OK;
    case CPM_ENGINE_MATRIX:
        sys = system_mod(plan, m, err);
        if (sys == NULL)
            return err->status == CPM_ERR_NO_ANSWER
                       ? run_exact_then_reduce(out, plan, engine, n, m, config, err)
                       : err->status;
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
