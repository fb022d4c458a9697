/* SPDX-License-Identifier: MIT
 *
 * bostan_mori.h - coefficients of rational power series at large indices.
 */
#ifndef CPM_POWER_BOSTAN_MORI_H
#define CPM_POWER_BOSTAN_MORI_H

#include "base/err.h"

#include <flint/fmpz_poly.h>
#include <flint/nmod_poly.h>

/* Halves the index: even + x odd = poly, each in the variable x^2. */
void cpm_poly_split(fmpz_poly_t even, fmpz_poly_t odd, const fmpz_poly_t poly);

/* One root-squaring (Graeffe) step, cut after `len` coefficients: the
 * polynomial V with V(x^2) = den(x) den(-x). Reduced modulo m unless NULL. */
void cpm_poly_graeffe(fmpz_poly_t out, const fmpz_poly_t den, slong len, const fmpz *m);

/* out = [x^n] num/den, n >= 0, den(0) = 1, over Z (m == NULL) or Z/m. Cost:
 * log2(n) steps of two products and two squarings of half the degree; over Z
 * the last steps are nearly all of it. */
CPM_MUST_USE cpm_status cpm_nth_bostan_mori(fmpz_t out, const fmpz_poly_t num,
                                            const fmpz_poly_t den, const fmpz_t n, const fmpz *m,
                                            const cpm_config *config, cpm_err *err);

/* The same modulo a word-size m; den(0) = 1 modulo m. */
CPM_MUST_USE cpm_status cpm_nth_bostan_mori_nmod(mp_limb_t *out, const nmod_poly_t num,
                                                 const nmod_poly_t den, const fmpz_t n,
                                                 const cpm_config *config, cpm_err *err);

/* u[i] = [x^(first+i)] 1/den for 0 <= i < count, den(0) = 1; coefficients with
 * negative index are 0. Over Z or Z/m. `u` holds count initialised integers.
 * Cost: as one coefficient, for count about the degree. */
CPM_MUST_USE cpm_status cpm_slice_bostan_mori(fmpz *u, size_t count, const fmpz_poly_t den,
                                              const fmpz_t first, const fmpz *m,
                                              const cpm_config *config, cpm_err *err);

#endif
