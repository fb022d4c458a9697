/* SPDX-License-Identifier: MIT
 *
 * period.h - the least period of a sequence modulo M.
 */
#ifndef CPM_POWER_PERIOD_H
#define CPM_POWER_PERIOD_H

#include "power/genfun.h"

/* The least T > 0 and then the least k with y(n+T) = y(n) modulo m for all n >= k.
 * Both are proved. Cost: factoring m and, for each prime p of m, the numbers Phi_e(p)
 * that the degrees of the factors of den modulo p ask for; then some hundred powers of
 * x modulo den. CPM_ERR_UNSUPPORTED where a factorization is out of reach,
 * CPM_ERR_NO_ANSWER where terms have no residues. */
CPM_MUST_USE cpm_status cpm_period_find(fmpz_t period, fmpz_t preperiod, const cpm_genfun *f,
                                        const fmpz_t m, const cpm_config *config, cpm_err *err);

#endif
