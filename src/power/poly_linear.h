/* SPDX-License-Identifier: MIT
 *
 * poly_linear.h - order 1 where T and q are products of linear factors, as for
 * factorials, binomial coefficients and Catalan numbers: y(n) is then a product of
 * powers of primes, whose exponents are counted.
 */
#ifndef CPM_POWER_POLY_LINEAR_H
#define CPM_POWER_POLY_LINEAR_H

#include "bignum/dec.h"
#include "power/polyform.h"

/* (a j + b)^power, a > 0, without a common factor; power < 0 in q. */
typedef struct cpm_linear_factor {
    slong a, b;
    slong power;
} cpm_linear_factor;

/* T/q = content * the product of the factors. A zeroed one is safe to clear. */
typedef struct cpm_poly_linear {
    bool applies;               /* order 1, and these are all factors */
    cpm_linear_factor *factors; /* owned */
    size_t count;
    fmpz_t num, den; /* content = num/den, den > 0; num 0: T is 0 */
} cpm_poly_linear;

/* Cost: that of factoring T and q. */
CPM_MUST_USE cpm_status cpm_poly_linear_of(cpm_poly_linear *linear, const cpm_polyform *form,
                                           cpm_err *err);
void cpm_poly_linear_clear(cpm_poly_linear *linear);

/* Up to which number primes are counted for n steps: the largest |a j + b|; 0 where
 * that is past 2^31, or the exponents are. */
ulong cpm_poly_linear_largest(const cpm_poly_linear *linear, const fmpz_t n);

/* *bits = how many numerator and denominator of the largest output have, at most some too
 * many for constants: counted, for n as below. */
CPM_MUST_USE cpm_status cpm_poly_primes_bits(double *bits, const cpm_poly_linear *linear,
                                             const cpm_polyform *form, ulong n,
                                             const cpm_config *config, cpm_err *err);

/* out[k] = y_k(n). Cost: a sieve up to N = cpm_poly_linear_largest, which is not 0, and
 * O(M(B)) for B bits, with the squarings of A. Schoenhage: P. Borwein, "On the complexity
 * of calculating factorials", J. Algorithms 6, 1985. */
CPM_MUST_USE cpm_status cpm_poly_primes(fmpq *out, const cpm_poly_linear *linear,
                                        const cpm_polyform *form, ulong n, const cpm_config *config,
                                        cpm_err *err);

/* The same in decimal, out[k] zeroed before; *found is false where an output is no
 * integer, or constants are too large. */
CPM_MUST_USE cpm_status cpm_poly_primes_decimal(cpm_dec *out, bool *found,
                                                const cpm_poly_linear *linear,
                                                const cpm_polyform *form, ulong n,
                                                const cpm_config *config, cpm_err *err);

#endif
