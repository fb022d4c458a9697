/* SPDX-License-Identifier: MIT
 *
 * poly_period.h - residues modulo m for steps far beyond its primes: by prime
 * powers p^a, whose digits say where a product over a block of p, p^2, p^3, ... steps is
 * made use of.
 */
#ifndef CPM_POWER_POLY_PERIOD_H
#define CPM_POWER_POLY_PERIOD_H

#include "power/poly_residue.h"

/* out[k] = y_k(n) modulo m, whose primes fit words; CPM_ERR_LIMIT where too many digits are lost,
 * which names an index: that of the first step is `first`. Cost: for each prime p of m, and each
 * digit of n in base p, k^2 products over p steps for k variables, by the progression or step by
 * step. */
CPM_MUST_USE cpm_status cpm_poly_period(fmpq *out, const cpm_polyform *form, const fmpz_t first,
                                        const fmpz_t n, const fmpz_t m, const cpm_config *config,
                                        cpm_err *err);

/* An estimate of that, in word operations; infinite where the primes of m are not found in
 * a moment, or do not fit words. */
double cpm_poly_period_cost(const cpm_polyform *form, const fmpz_t n, const fmpz_t m);

#endif
