/* SPDX-License-Identifier: MIT
 *
 * poly_period.h - modulo m the matrices T(j) and q(j) have the period m in j: for n beyond
 * it, the product over one period to a power.
 */
#ifndef CPM_POWER_POLY_PERIOD_H
#define CPM_POWER_POLY_PERIOD_H

#include "power/poly_residue.h"

/* out[k] = y_k(n) modulo m, where cpm_poly_words_fits and nothing that is divided by shares
 * a prime with m. Cost: k^2 products over m steps for k variables, by the progression or
 * step by step, and log n products of matrices. */
CPM_MUST_USE cpm_status cpm_poly_period(fmpq *out, const cpm_polyform *form, const fmpz_t n,
                                        const fmpz_t m, const cpm_config *config, cpm_err *err);

#endif
