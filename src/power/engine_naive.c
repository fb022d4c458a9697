/* SPDX-License-Identifier: MIT
 *
 * engine_naive.c - the engine that goes through all the steps: see naive.h.
 */
#include "power/plan_internal.h"

static const char *objection(cpm_plan *plan, const cpm_size_up *size, const cpm_config *config)
{
    (void)plan, (void)size, (void)config;
    return NULL;
}

static double cost(const cpm_size_up *s)
{
    double term = 14 + 0.66 * s->words; /* one coefficient of the system, in one step */
    if (s->modular)
        term = s->words > 1 ? 20 + s->words : s->nnz > 1e5 ? 13 : 6.2; /* in a cache or not */
    return 100 + s->steps * (7 + s->nnz * term);
}

static cpm_status exact(fmpq *out, cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                        cpm_err *err)
{
    return cpm_nth_naive(out, &plan->walker, &plan->sys, n, NULL, config, err);
}

static cpm_status modular(fmpq *out, cpm_plan *plan, const fmpz_t n, const fmpz_t m,
                          const cpm_config *config, cpm_err *err)
{
    const cpm_linsys *sys = cpm_plan_system_mod(plan, m, err);
    if (sys == NULL && err->status == CPM_ERR_NO_ANSWER)
        return cpm_plan_reduce_exact(out, plan, CPM_ENGINE_NAIVE, n, m, config, err);
    if (sys == NULL)
        return err->status;
    return cpm_nth_naive(out, &plan->walker, sys, n, m, config, err);
}

const cpm_plan_engine cpm_engine_naive = {objection, cost, exact, modular, NULL};
