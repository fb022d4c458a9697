/* SPDX-License-Identifier: MIT
 *
 * doubling.h - order 2: Lucas sequences by doubling.
 */
#ifndef CPM_POWER_DOUBLING_H
#define CPM_POWER_DOUBLING_H

#include "base/err.h"

#include <flint/fmpz_poly.h>

/* out = [x^n] (a + b x)/(1 - P x + Q x^2) = a U(n+1) + b U(n), n >= 0, where
 * U(0) = 0, U(1) = 1, U(k+1) = P U(k) - Q U(k-1); modulo m unless NULL.
 * deg num <= 1, deg den <= 2, den(0) = 1. Cost over Z: M(B) for each of two
 * squarings of the last-but-one step and one product of half-size numbers. */
CPM_MUST_USE cpm_status cpm_nth_doubling(fmpz_t out, const fmpz_poly_t num, const fmpz_poly_t den,
                                         const fmpz_t n, const fmpz *m, const cpm_config *config,
                                         cpm_err *err);

#endif
