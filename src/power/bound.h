/* SPDX-License-Identifier: MIT
 *
 * bound.h - how large a term can be, before it is computed.
 */
#ifndef CPM_POWER_BOUND_H
#define CPM_POWER_BOUND_H

#include "power/genfun.h"

#include <flint/fmpq_mat.h>

/* An upper bound on a size; infinite where even a double cannot hold it. */
typedef struct cpm_size_bound {
    double bits;           /* numerator and denominator together */
    double log10_digits;   /* log10 of the number of decimal digits; for sizes past a double */
    bool quasi_polynomial; /* all roots are 0 or roots of unity: grows like a power of n */
} cpm_size_bound;

/* Bounds y(n) of the generating function, n >= 0. Rigorous. Keeps what it finds
 * out about the roots in *f. */
void cpm_bound_term(cpm_size_bound *bound, cpm_genfun *f, const fmpz_t n);

/* log2 of an upper bound on the largest root of x^d den(1/x), from Graeffe
 * iterates; 0 or more. *quasi is set when every root is 0 or a root of unity. */
double cpm_bound_log2_root(const fmpz_poly_t den, const fmpz_t n, bool *quasi);

/* log2 of an upper bound on numerators and denominators of the entries of a^n, as
 * a number of bits: from the row norm, and where that is large from the roots of
 * the characteristic polynomial (up to dimension 200). */
double cpm_bound_matrix_power(const fmpq_mat_t a, const fmpz_t n);

#endif
