/* SPDX-License-Identifier: MIT
 *
 * mulpow.h - products of powers: systems x'[i] = product of x[k]^T[i][k] with
 * integer exponents, by valuations.
 */
#ifndef CPM_POWER_MULPOW_H
#define CPM_POWER_MULPOW_H

#include "power/plan.h"

/* A zeroed one is empty and safe to clear. */
typedef struct cpm_mulpow {
    cpm_linsys sys; /* owned: exponents as coefficients, rational values as start */
    fmpz *base;     /* owned: pairwise coprime integers > 1; all values are products of them */
    size_t nbase, base_cap;
    cpm_plan *exponents; /* owned, one per base element: its exponents follow plus-times */
    cpm_plan signs;      /* number of negative factors */
    bool has_signs;      /* some value is negative */
    bool has_zero;       /* some value is zero */
} cpm_mulpow;

/* Takes over *sys, which becomes empty. */
CPM_MUST_USE cpm_status cpm_mulpow_init(cpm_mulpow *mp, cpm_linsys *sys, cpm_err *err);
void cpm_mulpow_clear(cpm_mulpow *mp);

/* What the engines would cost for the exponents: see engine.h. */
CPM_MUST_USE cpm_status cpm_mulpow_decide(cpm_decision *decision, cpm_mulpow *mp, const fmpz_t n,
                                          const cpm_config *config, cpm_err *err);

/* Before any work: refuses exact results far out of reach (CPM_ERR_LIMIT), and
 * where zeros and divisions meet (CPM_ERR_UNSUPPORTED): whether a zero is divided
 * by would have to be followed. */
CPM_MUST_USE cpm_status cpm_mulpow_check_size(cpm_mulpow *mp, const fmpz_t n,
                                              const cpm_config *config, cpm_err *err);

/* out[k] = output k after n >= 0 steps, over Q or modulo config->modulus, the
 * exponents found by the engine (AUTO: each by its best). Exact results are refused (CPM_ERR_LIMIT)
 * when they would not fit; a residue exists for n of any size, save where a negative power has no
 * inverse (CPM_ERR_NO_ANSWER). */
CPM_MUST_USE cpm_status cpm_mulpow_run(fmpq *out, cpm_mulpow *mp, cpm_engine engine, const fmpz_t n,
                                       const cpm_config *config, cpm_err *err);

/* An upper bound on the digits of output k after n steps, as log10; for
 * --explain. */
CPM_MUST_USE cpm_status cpm_mulpow_log10_digits(double *digits, cpm_mulpow *mp, size_t k,
                                                const fmpz_t n, const cpm_config *config,
                                                cpm_err *err);

#endif
