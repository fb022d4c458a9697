/* SPDX-License-Identifier: MIT
 *
 * poly_progression.h - products of the matrices T(j) modulo a word in about sqrt(n)
 * operations.
 *
 * B_s(x) = T(x+s-1) ... T(x) has entries of degree s deg T in x. Its values on the
 * arithmetic progression 0, v, 2v, ... give those of B_2s(x) = B_s(x+s) B_s(x), once they
 * are known at s, s+v, ... too, which Lagrange's formula turns into a product of
 * polynomials; so from s = 1 to s = v, where the values are the products of v steps
 * each. A. Bostan, P. Gaudry, E. Schost, "Linear recurrences with polynomial
 * coefficients and application to integer factorization and Cartier-Manin operator",
 * SIAM J. Computing 36, 2007; the idea is that of D. V. and G. V. Chudnovsky, 1988.
 */
#ifndef CPM_POWER_POLY_PROGRESSION_H
#define CPM_POWER_POLY_PROGRESSION_H

#include "power/poly_residue.h"

/* How many values the last progression has for n steps, 0 where m is not a modulus for
 * it: odd, k m < 2^64 and m < 2^62 for k variables, and without a prime factor up to
 * twice that length, by which would have to be divided. */
ulong cpm_poly_progression_length(const cpm_polyform *form, const fmpz_t n, const fmpz_t m);

/* Bytes for values of that number. */
double cpm_poly_progression_bytes(const cpm_polyform *form, ulong length);

/* As cpm_poly_product_fn says, for such m. Cost: with L values, L = sqrt(n deg T), some
 * 20 k^2 products of polynomials of L coefficients. */
CPM_MUST_USE cpm_status cpm_poly_progression(fmpz *numerators, fmpz_t den, const cpm_polyform *form,
                                             ulong n, const fmpz_t m, const cpm_config *config,
                                             cpm_err *err);

#endif
