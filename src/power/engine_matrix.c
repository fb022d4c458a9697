/* SPDX-License-Identifier: MIT
 *
 * engine_matrix.c - the engine that raises the transfer matrix: see matrix_power.h.
 */
#include "base/limits.h"
#include "power/decimal_matrix.h"
#include "power/matrix_power.h"
#include "power/plan_internal.h"

#include <flint/fmpz_vec.h>

static const char *objection(cpm_plan *plan, const cpm_size_up *size, const cpm_config *config)
{
    double limit = config->max_memory_bytes > 0 ? (double)config->max_memory_bytes
                                                : (double)CPM_MAX_VALUE_BITS / 8;
    if (plan->sys.dim > CPM_MAX_DENSE_DIM)
        return "too many variables for a dense matrix";
    if (2 * size->den_words * size->dim * size->dim * sizeof(ulong) > limit)
        return "its numbers would carry a power of a common denominator past the memory limit";
    return NULL;
}

static double cost(const cpm_size_up *s)
{
    double square = s->dim * s->dim, cube = square * s->dim;
    if (!s->modular)
        return 110 + s->nbits * (130 + 6.2 * square) +
               0.36 * (cube + 1) * cpm_cost_of_mul(s->words / 2 + s->den_words);
    if (s->words <= 1)
        return 250 + s->nbits * (37 + 5 * square + cube);
    return 250 + s->nbits * (60 + 13 * square + cube * (4 + cpm_cost_of_mul(s->words)));
}

static cpm_status exact(fmpq *out, cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                        cpm_err *err)
{
    return cpm_nth_matrix(out, &plan->sys, n, config, err);
}

static cpm_status modular(fmpq *out, cpm_plan *plan, const fmpz_t n, const fmpz_t m,
                          const cpm_config *config, cpm_err *err)
{
    const cpm_linsys *sys = cpm_plan_system_mod(plan, m, err);
    if (sys == NULL && err->status == CPM_ERR_NO_ANSWER)
        return cpm_plan_reduce_exact(out, plan, CPM_ENGINE_MATRIX, n, m, config, err);
    if (sys == NULL)
        return err->status;
    size_t noutputs = plan->sys.noutputs;
    fmpz *values = _fmpz_vec_init((slong)noutputs);
    cpm_status status = cpm_nth_matrix_mod(values, sys, n, m, config, err);
    for (size_t k = 0; k < noutputs; k++)
        fmpq_set_fmpz(out + k, values + k);
    _fmpz_vec_clear(values, (slong)noutputs);
    return status;
}

static cpm_status decimal(cpm_dec *out, bool *found, cpm_plan *plan, size_t k, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    *found = plan->is_integral && plan->sys.dim <= CPM_DECIMAL_MATRIX_MAX_DIM;
    return *found ? cpm_nth_decimal_matrix(out, &plan->sys, k, n, config, err) : CPM_OK;
}

const cpm_plan_engine cpm_engine_matrix = {objection, cost, exact, modular, decimal};
