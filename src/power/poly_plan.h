/* SPDX-License-Identifier: MIT
 *
 * poly_plan.h - a system with polynomial coefficients prepared for questions: which
 * engine, at what cost, and the answer.
 */
#ifndef CPM_POWER_POLY_PLAN_H
#define CPM_POWER_POLY_PLAN_H

#include "bignum/dec.h"
#include "power/engine.h"
#include "power/poly_linear.h"
#include "power/poly_naive.h"

typedef struct cpm_poly_plan {
    cpm_polysys sys;        /* owned */
    cpm_polyform form;      /* owned: what the engines work on */
    cpm_poly_linear linear; /* owned: its factors, where they are linear */
    bool has_pole;
    fmpz_t pole; /* the least index without a step */
    cpm_poly_walker walker;
} cpm_poly_plan;

/* Takes over *sys, which becomes empty. */
CPM_MUST_USE cpm_status cpm_poly_plan_init(cpm_poly_plan *plan, cpm_polysys *sys, cpm_err *err);
/* A zeroed plan is safe to clear. */
void cpm_poly_plan_clear(cpm_poly_plan *plan);

/* CPM_ERR_NO_ANSWER when there is a pole among the first n steps, CPM_ERR_LIMIT when the
 * outputs would not fit config. */
CPM_MUST_USE cpm_status cpm_poly_plan_check_size(cpm_poly_plan *plan, const fmpz_t n,
                                                 const cpm_config *config, cpm_err *err);

/* A bound on the size of the outputs after n steps, numerators and denominators together:
 * by the primes, where factors are linear, else by norms. */
CPM_MUST_USE cpm_status cpm_poly_plan_bound(cpm_size_bound *bound, cpm_poly_plan *plan,
                                            const fmpz_t n, const cpm_config *config, cpm_err *err);

CPM_MUST_USE cpm_status cpm_poly_plan_decide(cpm_decision *decision, cpm_poly_plan *plan,
                                             const fmpz_t n, const cpm_config *config,
                                             cpm_err *err);

/* out[k] = output k after n >= 0 steps; residues under config->modulus. Size and poles
 * have been checked. */
CPM_MUST_USE cpm_status cpm_poly_plan_run(fmpq *out, cpm_poly_plan *plan, cpm_engine engine,
                                          const fmpz_t n, const cpm_config *config, cpm_err *err);

/* The same for values that are wanted in base 10 and of which one at least is a large
 * integer: where they can be found in decimal, *found becomes true and out[k], zeroed
 * before, the value of output k. Where not, *found is false. */
CPM_MUST_USE cpm_status cpm_poly_plan_run_decimal(cpm_dec *out, bool *found, cpm_poly_plan *plan,
                                                  cpm_engine engine, const fmpz_t n,
                                                  const cpm_config *config, cpm_err *err);

#endif
