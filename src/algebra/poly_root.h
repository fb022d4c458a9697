/* SPDX-License-Identifier: MIT
 *
 * poly_root.h - integer zeros of integer polynomials.
 */
#ifndef CPM_ALGEBRA_POLY_ROOT_H
#define CPM_ALGEBRA_POLY_ROOT_H

#include <flint/fmpz_poly.h>
#include <stdbool.h>

/* The least integer r >= from with f(r) = 0, f not zero; false where there is none.
 * The zeros modulo a prime of 60 bits, lifted by Newton's iteration until their modulus
 * passes the bound of the zeros, then tried: some 60 products modulo f, and one modulus
 * of the size of f's coefficients. */
bool cpm_poly_least_root(fmpz_t root, const fmpz_poly_t f, const fmpz_t from);

#endif
