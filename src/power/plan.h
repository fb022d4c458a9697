/* SPDX-License-Identifier: MIT
 *
 * plan.h - a linear system prepared for questions: which engine, at what cost,
 * and the answer.
 */
#ifndef CPM_POWER_PLAN_H
#define CPM_POWER_PLAN_H

#include "bignum/dec.h"
#include "power/bound.h"
#include "power/engine.h"
#include "power/genfun.h"
#include "power/linsys.h"
#include "power/naive.h"

#include <flint/nmod_poly.h>

/* What has been found out about a system; filled in as it is needed. */
typedef struct cpm_plan {
    cpm_linsys sys;   /* owned */
    bool is_integral; /* no denominators in sys */
    bool has_den;
    fmpz_poly_t den;  /* det(I - xT), when has_den */
    cpm_genfun *funs; /* owned: per output, valid where has_fun */
    bool *has_fun;    /* owned */
    cpm_walker walker;
    cpm_linsys reduced; /* owned: sys modulo reduced_m, where sys is not integral */
    fmpz_t reduced_m;   /* 0: `reduced` is empty */
    ulong word_modulus; /* 0: the two below are not there */
    nmod_poly_struct *word_num, *word_den; /* owned: per output, a fraction over Z/m */
} cpm_plan;

/* Takes over *sys, which becomes empty. */
CPM_MUST_USE cpm_status cpm_plan_init(cpm_plan *plan, cpm_linsys *sys, cpm_err *err);
/* A zeroed plan is safe to clear. */
void cpm_plan_clear(cpm_plan *plan);

/* The two have the same matrix: what one knows of the denominator the other need
 * not find again. */
void cpm_plan_share_den(cpm_plan *to, const cpm_plan *from);

/* The shared denominator; the generating function of output k. Borrowed from
 * the plan; NULL on failure. */
const fmpz_poly_struct *cpm_plan_den(cpm_plan *plan, cpm_err *err);
const cpm_genfun *cpm_plan_genfun(cpm_plan *plan, size_t k, cpm_err *err);

/* What each engine would cost for all outputs at n; decide says too which one
 * config->engine stands for: see engine.h. */
CPM_MUST_USE cpm_status cpm_plan_costs(cpm_decision *decision, cpm_plan *plan, const fmpz_t n,
                                       const cpm_config *config, cpm_err *err);
CPM_MUST_USE cpm_status cpm_plan_decide(cpm_decision *decision, cpm_plan *plan, const fmpz_t n,
                                        const cpm_config *config, cpm_err *err);

/* An upper bound on the size of output k at n (0 bits when modular), and
 * CPM_ERR_LIMIT when finding it would take more than config allows. */
CPM_MUST_USE cpm_status cpm_plan_bound(cpm_size_bound *bound, cpm_plan *plan, size_t k,
                                       const fmpz_t n, const cpm_config *config, cpm_err *err);
CPM_MUST_USE cpm_status cpm_plan_check_size(cpm_plan *plan, size_t k, const fmpz_t n,
                                            const cpm_config *config, cpm_err *err);

/* out[k] = output k after n >= 0 steps by the engine; residues under
 * config->modulus. The size has been checked. `out` holds noutputs initialised
 * values. */
CPM_MUST_USE cpm_status cpm_plan_run(fmpq *out, cpm_plan *plan, cpm_engine engine, const fmpz_t n,
                                     const cpm_config *config, cpm_err *err);

/* The same for values that are wanted in base 10 and of which one at least is a
 * large integer: where they can be found in decimal, *found becomes true and
 * out[k], zeroed before, the value of output k. Where not, *found is false. */
CPM_MUST_USE cpm_status cpm_plan_run_decimal(cpm_dec *out, bool *found, cpm_plan *plan,
                                             cpm_engine engine, const fmpz_t n,
                                             const cpm_config *config, cpm_err *err);

#endif
