/* SPDX-License-Identifier: MIT
 *
 * semi_plan.h - powers of matrices and terms of systems over a semiring, where
 * there is no subtraction: plain iteration, binary powering, and jumps along a
 * recurrence.
 */
#ifndef CPM_POWER_SEMI_PLAN_H
#define CPM_POWER_SEMI_PLAN_H

#include "algebra/semiring.h"
#include "power/cycle_mean.h"
#include "power/engine.h"
#include "power/linsys.h"

/* out = a^n, n >= 0; row by row, dim * dim elements. Cost: log2(n) products of
 * dim^3 operations, on machine words where they are exact. CPM_ERR_LIMIT where
 * the result would not fit config->max_memory_bytes. */
CPM_MUST_USE cpm_status cpm_semi_matrix_power(fmpq *out, const fmpq *a, size_t dim, const fmpz_t n,
                                              const cpm_domain *domain, const cpm_config *config,
                                              cpm_err *err);

/* A linear system over a domain other than mul-pow, prepared for questions. A
 * zeroed plan is safe to clear. */
typedef struct cpm_semi_plan {
    const cpm_domain *domain;
    cpm_linsys sys; /* owned: absent terms are the domain's zero */
    /* Where the system is one shift register with at most one constant:
     * y(t+d) = rule[0] y(t) + ... + rule[d-1] y(t+d-1) + rule[d]. */
    bool is_register;
    size_t order;
    fmpq *rule;  /* owned: order + 1 elements */
    fmpq *first; /* owned: y(0) .. y(order-1) */
    /* max-plus and min-plus, once it has been looked for. */
    bool knows_growth;
    cpm_growth growth;
    /* The state after `done` steps, so that a range costs one pass. */
    bool has_state;
    fmpz_t done;
    fmpq *state; /* owned: sys.dim elements */
} cpm_semi_plan;

/* Takes over *sys, which becomes empty; its domain outlives the plan. */
CPM_MUST_USE cpm_status cpm_semi_plan_init(cpm_semi_plan *plan, cpm_linsys *sys, cpm_err *err);
void cpm_semi_plan_clear(cpm_semi_plan *plan);

/* CPM_ERR_LIMIT when an output after n steps could not be held: only max-times
 * and min-times grow so fast. */
CPM_MUST_USE cpm_status cpm_semi_check_size(const cpm_semi_plan *plan, const fmpz_t n,
                                            const cpm_config *config, cpm_err *err);

/* What each engine would cost at n, and the one that config->engine stands for:
 * see engine.h. */
CPM_MUST_USE cpm_status cpm_semi_decide(cpm_decision *decision, const cpm_semi_plan *plan,
                                        const fmpz_t n, const cpm_config *config, cpm_err *err);

/* out[k] = output k after n >= 0 steps by the engine, exact: config->modulus is
 * not looked at. `out` holds noutputs initialised values. */
CPM_MUST_USE cpm_status cpm_semi_run(fmpq *out, cpm_semi_plan *plan, cpm_engine engine,
                                     const fmpz_t n, const cpm_config *config, cpm_err *err);

#endif
