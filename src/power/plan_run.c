/* SPDX-License-Identifier: MIT
 *
 * plan_run.c - answers: the table of engines, and what their modular sides have
 * in common.
 */
#include "power/plan_internal.h"
#include "power/progress.h"

const cpm_plan_engine *cpm_plan_engine_of(cpm_engine engine)
{
    static const cpm_plan_engine *const engines[CPM_NENGINES] = {
        [CPM_ENGINE_NAIVE] = &cpm_engine_naive,
        [CPM_ENGINE_MATRIX] = &cpm_engine_matrix,
        [CPM_ENGINE_DOUBLING] = &cpm_engine_doubling,
        [CPM_ENGINE_RECURRENCE] = &cpm_engine_recurrence,
    };
    return engines[engine];
}

/* ---- The modular sides ----------------------------------------------------- */

const cpm_linsys *cpm_plan_system_mod(cpm_plan *plan, const fmpz_t m, cpm_err *err)
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

cpm_status cpm_plan_reduce_exact(fmpq *out, cpm_plan *plan, cpm_engine engine, const fmpz_t n,
                                 const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    cpm_err too_large = {0};
    cpm_config exact = *config;
    exact.modulus = NULL;
    for (size_t k = 0; k < plan->sys.noutputs; k++)
        if (cpm_plan_check_size(plan, k, n, &exact, &too_large) != CPM_OK) {
            cpm_err_clear(err);
            if (cpm_err_pass_memory(err, &too_large) != CPM_OK)
                return err->status;
            return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                               "engine %s does not apply: a coefficient's denominator has no "
                               "inverse for this modulus",
                               cpm_engine_name(engine));
        }
    cpm_err_clear(err);
    cpm_status status = cpm_plan_engine_of(engine)->exact(out, plan, n, &exact, err);
    for (size_t k = 0; k < plan->sys.noutputs && status == CPM_OK; k++) {
        if (cpm_residue_of_rational(fmpq_numref(out + k), out + k, m))
            fmpz_one(fmpq_denref(out + k));
        else
            status = cpm_residue_missing(err);
    }
    return status;
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
    if (cpm_plan_check_size(plan, k, n, &exact, &inner) != CPM_OK) {
        cpm_status status = cpm_err_pass_memory(err, &inner);
        return status == CPM_OK ? err->status : status;
    }
    cpm_status status = cpm_genfun_nth(out, f, n, &exact, &inner);
    if (status != CPM_OK) {
        *err = inner;
        return status;
    }
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
    if (plan->word_modulus != 0 && fmpz_equal_ui(m, plan->word_modulus)) {
        fmpz_poly_set_nmod_poly_unsigned(r->num, &plan->word_num[k]);
        fmpz_poly_set_nmod_poly_unsigned(r->den, &plan->word_den[k]);
        cpm_residue_form_set_integral(r, r->num, r->den, m);
        return CPM_OK;
    }
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

static cpm_status run_residue(fmpq_t out, cpm_plan *plan, size_t k, cpm_coefficient_fn coefficient,
                              const fmpz_t n, const fmpz_t m, const cpm_config *config,
                              cpm_err *err)
{
    cpm_residue_form r;
    fmpz_t a;
    cpm_residue_form_init(&r);
    fmpz_init(a);
    cpm_status status = set_residue_form(&r, plan, k, m, err);
    if (status == CPM_OK && !fmpz_is_one(m)) {
        status = coefficient(a, &r, n, config, err);
        if (status == CPM_OK)
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

cpm_status cpm_plan_run_residues(fmpq *out, cpm_plan *plan, cpm_coefficient_fn coefficient,
                                 const fmpz_t n, const fmpz_t m, const cpm_config *config,
                                 cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < plan->sys.noutputs && status == CPM_OK; k++)
        status = run_residue(out + k, plan, k, coefficient, n, m, config, err);
    return status;
}

/* ---- Running --------------------------------------------------------------- */

cpm_status cpm_plan_run(fmpq *out, cpm_plan *plan, cpm_engine engine, const fmpz_t n,
                        const cpm_config *config, cpm_err *err)
{
    const cpm_plan_engine *row = cpm_plan_engine_of(engine);
    cpm_phase(config, "power");
    if (config->modulus == NULL)
        return row->exact(out, plan, n, config, err);
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    cpm_status status = row->modular(out, plan, n, m, config, err);
    fmpz_clear(m);
    return status;
}
