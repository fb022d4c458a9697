/* SPDX-License-Identifier: MIT
 *
 * poly_units.h - order 1 modulo powers of primes p that values T(j) and q(j) are
 * divisible by: exponents of p and what is left are counted apart, so that n may be far
 * beyond p, and denominators that cancel do no harm.
 */
#ifndef CPM_POWER_POLY_UNITS_H
#define CPM_POWER_POLY_UNITS_H

#include "power/poly_residue.h"

/* out[k] = y_k(n) modulo m, 1 <= m < 2^62, for one variable; CPM_ERR_NO_ANSWER where there
 * is no residue. Of those j with f(j) not divisible by p, f has period p^e modulo p^e; those
 * over a root r of f modulo p are r + p k, and f(r + p k)/p^c is a polynomial in k, for
 * some n/p of them: A. Granville, "Arithmetic properties of binomial coefficients", 1997,
 * for any f. Cost: the product of the values over min(n, p^e) steps, by the
 * progression where p is large and e = 1, else step by step; and so for n/p, ... */
CPM_MUST_USE cpm_status cpm_poly_units(fmpq *out, const cpm_polyform *form, const fmpz_t n,
                                       const fmpz_t m, const cpm_config *config, cpm_err *err);

/* In word operations, for such m. */
double cpm_poly_units_cost(const cpm_polyform *form, const fmpz_t n, const fmpz_t m);

#endif
