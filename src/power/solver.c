/* SPDX-License-Identifier: MIT
 *
 * solver.c - the four kinds behind one table, and the road of a question: size,
 * decision, work, second opinion.
 */
#include "power/solver.h"

#include "base/mem.h"
#include "power/progress.h"
#include "power/residue.h"

#include <flint/fmpq_vec.h>
#include <stdio.h>
#include <stdlib.h>

struct cpm_solver_kind {
    cpm_status (*init)(cpm_solver *solver, cpm_linsys *sys, cpm_err *err); /* NULL: by its own */
    void (*clear)(cpm_solver *solver);
    const cpm_linsys *(*system)(const cpm_solver *solver);
    cpm_status (*check_size)(cpm_solver *solver, const fmpz_t n, const cpm_config *config,
                             cpm_err *err);
    cpm_status (*decide)(cpm_decision *decision, cpm_solver *solver, const fmpz_t n,
                         const cpm_config *config, cpm_err *err);
    /* All outputs by one engine; *found false: not in decimal. NULL: never. */
    cpm_status (*decimal)(cpm_dec *out, bool *found, cpm_solver *solver, cpm_engine engine,
                          const fmpz_t n, const cpm_config *config, cpm_err *err);
    cpm_status (*run)(fmpq *out, cpm_solver *solver, cpm_engine engine, const fmpz_t n,
                      const cpm_config *config, cpm_err *err);
};

/* ---- Plus-times ------------------------------------------------------------ */

static cpm_status init_plan(cpm_solver *solver, cpm_linsys *sys, cpm_err *err)
{
    return cpm_plan_init(&solver->of.plan, sys, err);
}

static void clear_plan(cpm_solver *solver)
{
    cpm_plan_clear(&solver->of.plan);
}

static const cpm_linsys *system_of_plan(const cpm_solver *solver)
{
    return &solver->of.plan.sys;
}

static cpm_status check_size_of_plan(cpm_solver *solver, const fmpz_t n, const cpm_config *config,
                                     cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < solver->of.plan.sys.noutputs && status == CPM_OK; k++) {
        status = cpm_plan_check_size(&solver->of.plan, k, n, config, err);
        if (status == CPM_ERR_UNSUPPORTED) { /* no characteristic polynomial, no bound */
            cpm_err_clear(err);
            status = CPM_OK;
        }
    }
    return status;
}

static cpm_status decide_plan(cpm_decision *decision, cpm_solver *solver, const fmpz_t n,
                              const cpm_config *config, cpm_err *err)
{
    return cpm_plan_decide(decision, &solver->of.plan, n, config, err);
}

static cpm_status decimal_plan(cpm_dec *out, bool *found, cpm_solver *solver, cpm_engine engine,
                               const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    return cpm_plan_run_decimal(out, found, &solver->of.plan, engine, n, config, err);
}

static cpm_status run_plan(fmpq *out, cpm_solver *solver, cpm_engine engine, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    return cpm_plan_run(out, &solver->of.plan, engine, n, config, err);
}

static const cpm_solver_kind plus_times = {
    init_plan, clear_plan, system_of_plan, check_size_of_plan, decide_plan, decimal_plan, run_plan,
};

/* ---- The ordered and bitwise domains ---------------------------------------- */

static cpm_status init_semi(cpm_solver *solver, cpm_linsys *sys, cpm_err *err)
{
    return cpm_semi_plan_init(&solver->of.semi, sys, err);
}

static void clear_semi(cpm_solver *solver)
{
    cpm_semi_plan_clear(&solver->of.semi);
}

static const cpm_linsys *system_of_semi(const cpm_solver *solver)
{
    return &solver->of.semi.sys;
}

static cpm_status check_size_of_semi(cpm_solver *solver, const fmpz_t n, const cpm_config *config,
                                     cpm_err *err)
{
    return cpm_semi_check_size(&solver->of.semi, n, config, err);
}

static cpm_status decide_semi(cpm_decision *decision, cpm_solver *solver, const fmpz_t n,
                              const cpm_config *config, cpm_err *err)
{
    return cpm_semi_decide(decision, &solver->of.semi, n, config, err);
}

/* Neither maxima nor bits survive a reduction on the way: residues at the end. */
static cpm_status run_semi(fmpq *out, cpm_solver *solver, cpm_engine engine, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    cpm_status status = cpm_semi_run(out, &solver->of.semi, engine, n, config, err);
    for (size_t k = 0; k < solver->of.semi.sys.noutputs && status == CPM_OK; k++)
        status = cpm_residue_of_value(out + k, config, err);
    return status;
}

static const cpm_solver_kind semiring = {
    init_semi, clear_semi, system_of_semi, check_size_of_semi, decide_semi, NULL, run_semi,
};

/* ---- mul-pow ---------------------------------------------------------------- */

static cpm_status init_mulpow(cpm_solver *solver, cpm_linsys *sys, cpm_err *err)
{
    return cpm_mulpow_init(&solver->of.mulpow, sys, err);
}

static void clear_mulpow(cpm_solver *solver)
{
    cpm_mulpow_clear(&solver->of.mulpow);
}

static const cpm_linsys *system_of_mulpow(const cpm_solver *solver)
{
    return &solver->of.mulpow.sys;
}

static cpm_status check_size_of_mulpow(cpm_solver *solver, const fmpz_t n, const cpm_config *config,
                                       cpm_err *err)
{
    return cpm_mulpow_check_size(&solver->of.mulpow, n, config, err);
}

static cpm_status decide_mulpow(cpm_decision *decision, cpm_solver *solver, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    return cpm_mulpow_decide(decision, &solver->of.mulpow, n, config, err);
}

static cpm_status run_mulpow(fmpq *out, cpm_solver *solver, cpm_engine engine, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    return cpm_mulpow_run(out, &solver->of.mulpow, engine, n, config, err);
}

static const cpm_solver_kind mul_pow = {
    init_mulpow,   clear_mulpow, system_of_mulpow, check_size_of_mulpow,
    decide_mulpow, NULL,         run_mulpow,
};

/* ---- Polynomial coefficients --------------------------------------------------- */

static void clear_poly(cpm_solver *solver)
{
    cpm_poly_plan_clear(&solver->of.poly);
}

static const cpm_linsys *no_system(const cpm_solver *solver)
{
    (void)solver;
    return NULL;
}

static cpm_status check_size_of_poly(cpm_solver *solver, const fmpz_t n, const cpm_config *config,
                                     cpm_err *err)
{
    return cpm_poly_plan_check_size(&solver->of.poly, n, config, err);
}

static cpm_status decide_poly(cpm_decision *decision, cpm_solver *solver, const fmpz_t n,
                              const cpm_config *config, cpm_err *err)
{
    return cpm_poly_plan_decide(decision, &solver->of.poly, n, config, err);
}

static cpm_status decimal_poly(cpm_dec *out, bool *found, cpm_solver *solver, cpm_engine engine,
                               const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    return cpm_poly_plan_run_decimal(out, found, &solver->of.poly, engine, n, config, err);
}

static cpm_status run_poly(fmpq *out, cpm_solver *solver, cpm_engine engine, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    return cpm_poly_plan_run(out, &solver->of.poly, engine, n, config, err);
}

static const cpm_solver_kind polynomial = {
    NULL, clear_poly, no_system, check_size_of_poly, decide_poly, decimal_poly, run_poly,
};

/* ---- Maps --------------------------------------------------------------------------- */

static void clear_map(cpm_solver *solver)
{
    cpm_iteration_clear(&solver->of.iteration);
}

/* It is seen on the way. */
static cpm_status check_size_of_map(cpm_solver *solver, const fmpz_t n, const cpm_config *config,
                                    cpm_err *err)
{
    (void)solver, (void)n, (void)config, (void)err;
    return CPM_OK;
}

static cpm_status decide_map(cpm_decision *decision, cpm_solver *solver, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    return cpm_iteration_decide(decision, &solver->of.iteration, n, config, err);
}

static cpm_status run_map(fmpq *out, cpm_solver *solver, cpm_engine engine, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    (void)engine;
    cpm_status status = cpm_iteration_run(out, &solver->of.iteration, n, config, err);
    return status == CPM_OK ? cpm_residue_of_value(out, config, err) : status;
}

static const cpm_solver_kind map_kind = {
    NULL, clear_map, no_system, check_size_of_map, decide_map, NULL, run_map,
};

void cpm_solver_init_map(cpm_solver *solver, const cpm_map *map)
{
    *solver = (cpm_solver){.kind = &map_kind};
    cpm_iteration_init(&solver->of.iteration, map);
}

const cpm_map *cpm_solver_map(const cpm_solver *solver)
{
    return solver->kind == &map_kind ? &solver->of.iteration.map : NULL;
}

/* ---- The solver -------------------------------------------------------------- */

cpm_status cpm_solver_init(cpm_solver *solver, cpm_linsys *sys, cpm_err *err)
{
    *solver = (cpm_solver){.kind = sys->domain->is_arithmetic     ? &plus_times
                                   : sys->domain->scalars != NULL ? &mul_pow
                                                                  : &semiring};
    cpm_status status = solver->kind->init(solver, sys, err);
    if (status != CPM_OK)
        cpm_solver_clear(solver);
    return status;
}

cpm_status cpm_solver_init_poly(cpm_solver *solver, cpm_polysys *sys, cpm_err *err)
{
    *solver = (cpm_solver){.kind = &polynomial};
    cpm_status status = cpm_poly_plan_init(&solver->of.poly, sys, err);
    if (status != CPM_OK)
        *solver = (cpm_solver){0};
    return status;
}

void cpm_solver_clear(cpm_solver *solver)
{
    if (solver->kind != NULL)
        solver->kind->clear(solver);
    solver->kind = NULL;
}

const cpm_linsys *cpm_solver_system(const cpm_solver *solver)
{
    return solver->kind->system(solver);
}

const cpm_polysys *cpm_solver_polysys(const cpm_solver *solver)
{
    return solver->kind == &polynomial ? &solver->of.poly.sys : NULL;
}

size_t cpm_solver_noutputs(const cpm_solver *solver)
{
    const cpm_polysys *poly = cpm_solver_polysys(solver);
    if (cpm_solver_is_map(solver))
        return 1;
    return poly != NULL ? poly->noutputs : cpm_solver_system(solver)->noutputs;
}

cpm_plan *cpm_solver_plan(cpm_solver *solver)
{
    return solver->kind == &plus_times ? &solver->of.plan : NULL;
}

cpm_poly_plan *cpm_solver_poly(cpm_solver *solver)
{
    return solver->kind == &polynomial ? &solver->of.poly : NULL;
}

cpm_mulpow *cpm_solver_mulpow(cpm_solver *solver)
{
    return solver->kind == &mul_pow ? &solver->of.mulpow : NULL;
}

cpm_status cpm_solver_check_size(cpm_solver *solver, const fmpz_t n, const cpm_config *config,
                                 cpm_err *err)
{
    return solver->kind->check_size(solver, n, config, err);
}

cpm_status cpm_solver_decide(cpm_decision *decision, cpm_solver *solver, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    return solver->kind->decide(decision, solver, n, config, err);
}

/* ---- A question ---------------------------------------------------------------- */

static cpm_status run_decimal(cpm_number *out, bool *found, cpm_solver *solver, cpm_engine engine,
                              const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    size_t count = cpm_solver_noutputs(solver);
    *found = false;
    if (solver->kind->decimal == NULL)
        return CPM_OK;
    cpm_dec *dec = cpm_calloc(count, sizeof *dec);
    if (dec == NULL)
        return cpm_err_memory(err);
    cpm_status status = solver->kind->decimal(dec, found, solver, engine, n, config, err);
    for (size_t k = 0; k < count; k++) {
        if (status == CPM_OK && *found) {
            cpm_dec_swap(&out[k].dec, &dec[k]);
            out[k].is_dec = true;
        }
        cpm_dec_clear(&dec[k]);
    }
    free(dec);
    return status;
}

static cpm_status run(cpm_number *out, cpm_solver *solver, cpm_engine engine, const fmpz_t n,
                      const cpm_config *config, cpm_err *err)
{
    bool found;
    cpm_status status = run_decimal(out, &found, solver, engine, n, config, err);
    if (status != CPM_OK || found)
        return status;
    size_t count = cpm_solver_noutputs(solver);
    fmpq *values = _fmpq_vec_init((slong)count);
    status = solver->kind->run(values, solver, engine, n, config, err);
    for (size_t k = 0; k < count; k++) {
        fmpq_swap(out[k].q, values + k);
        out[k].is_dec = false;
    }
    _fmpq_vec_clear(values, (slong)count);
    return status;
}

cpm_status cpm_solver_check(const cpm_number *found, cpm_solver *solver,
                            const cpm_decision *decision, const fmpz_t n, const cpm_config *config,
                            cpm_err *err)
{
    cpm_status status = cpm_need_second(decision, err);
    if (status != CPM_OK)
        return status;
    size_t count = cpm_solver_noutputs(solver);
    cpm_number *again = cpm_numbers_new(count);
    if (again == NULL)
        return cpm_err_memory(err);
    cpm_config other = *config;
    other.engine = decision->second;
    other.output_base = 0; /* not the same road in decimal */
    cpm_phase(config, "check");
    status = run(again, solver, decision->second, n, &other, err);
    for (size_t k = 0; k < count && status == CPM_OK; k++) {
        bool equal;
        status = cpm_number_equal(&equal, &found[k], &again[k], err);
        if (status == CPM_OK && !equal)
            status = cpm_err_set(err, CPM_ERR_INTERNAL,
                                 "two engines disagree; this is a bug in cpmcalc");
    }
    cpm_numbers_free(again, count);
    return status;
}

/* Plain iteration of some ten seconds and more does not begin without a word. */
static cpm_status tell_long(const cpm_solver *solver, const cpm_decision *decision, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    static const double LONG_COST = 1e10;
    const char *reason = decision->objection[CPM_ENGINE_RECURRENCE];
    char message[300];
    if (decision->engine != CPM_ENGINE_NAIVE || decision->cost[CPM_ENGINE_NAIVE] < LONG_COST)
        return CPM_OK;
    if (cpm_solver_is_map(solver)) /* it may come back, and was noted when it was made */
        return CPM_OK;
    if (config->engine == CPM_ENGINE_NAIVE || reason == NULL)
        reason = "--engine naive";
    snprintf(message, sizeof message,
             "plain iteration of about %.3g steps: %s; --timeout SECONDS ends it", fmpz_get_d(n),
             reason);
    return cpm_note(config, CPM_NOTE_SLOW, NULL, (cpm_span){0, 0}, message, err);
}

cpm_status cpm_solver_answer(cpm_number *out, cpm_decision *decision, cpm_solver *solver,
                             const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    cpm_decision own;
    if (decision == NULL)
        decision = &own;
    cpm_status status = cpm_solver_check_size(solver, n, config, err);
    if (status == CPM_OK)
        status = cpm_solver_decide(decision, solver, n, config, err);
    if (status == CPM_OK && config->check)
        status = cpm_need_second(decision, err);
    if (status == CPM_OK)
        status = tell_long(solver, decision, n, config, err);
    if (status == CPM_OK)
        status = run(out, solver, decision->engine, n, config, err);
    if (status == CPM_OK && config->check)
        status = cpm_solver_check(out, solver, decision, n, config, err);
    return status;
}

cpm_status cpm_solver_go_on(cpm_number *out, cpm_solver *solver, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    cpm_config binary = *config;
    binary.output_base = 0;
    cpm_status status = cpm_solver_check_size(solver, n, config, err);
    return status == CPM_OK ? run(out, solver, CPM_ENGINE_NAIVE, n, &binary, err) : status;
}
