/* SPDX-License-Identifier: MIT
 *
 * companion.h - every k-th term of an integral recurrence, by dense matrices.
 */
#ifndef CPM_POWER_COMPANION_H
#define CPM_POWER_COMPANION_H

#include "power/genfun.h"

#include <flint/fmpz_mat.h>

/* The matrix of (u(n), ..., u(n+d-1)) -> (u(n+1), ..., u(n+d)), d its dimension, at
 * least the degree of den; den(0) = 1. */
void cpm_companion_set(fmpz_mat_t a, const fmpz_poly_t den);

/* a = a^n over Z, or modulo m where that is not 0. */
CPM_MUST_USE cpm_status cpm_companion_power(fmpz_mat_t a, const fmpz_t n, const fmpz_t m,
                                            const cpm_config *config, cpm_err *err);

/* u[0..count-1] = the coefficients of num/den from x^first on, den(0) = 1, over Z, or
 * modulo m where that is not 0. O((first + count) * degree). */
void cpm_companion_terms(fmpz *u, size_t first, size_t count, const fmpz_poly_t num,
                         const fmpz_poly_t den, const fmpz_t m);

/* out = sum_t y(first + step t) x^t, for an f with den(0) = 1. */
CPM_MUST_USE cpm_status cpm_genfun_section(cpm_genfun *out, const cpm_genfun *f, size_t first,
                                           size_t step, const cpm_config *config, cpm_err *err);

#endif
