/* SPDX-License-Identifier: MIT
 *
 * genfun.h - rational generating functions: an output of a linear system as
 * sum y(n) x^n = num / (scale * den). In lowest terms the denominator is the
 * shortest recurrence of the sequence: with den = 1 - c1 x - ... - cd x^d,
 * y(n) = c1 y(n-1) + ... + cd y(n-d) for n > max(deg num, d-1).
 */
#ifndef CPM_POWER_GENFUN_H
#define CPM_POWER_GENFUN_H

#include "power/linsys.h"

#include <flint/fmpz_poly.h>

typedef struct cpm_genfun {
    fmpz_poly_t num;
    fmpz_poly_t den; /* primitive, den(0) > 0 */
    fmpz_t scale;    /* positive, prime to the content of num */
    /* What bound.c has found out about the roots of den, for indices of up to
     * root_nbits bits; 0: nothing yet. */
    double log2_root;
    bool is_quasi_polynomial;
    size_t root_nbits;
} cpm_genfun;

void cpm_genfun_init(cpm_genfun *f);
void cpm_genfun_clear(cpm_genfun *f);

/* The generating function of output k, in lowest terms; `den` is what
 * cpm_annihilator gives for the system. Cost: dim terms, a product and a gcd
 * of polynomials of degree dim. */
void cpm_genfun_of_output(cpm_genfun *f, const fmpz_poly_t den, const cpm_linsys *sys, size_t k);

/* out = given[0] + ... + given[count-1] x^(count-1) + x^count f, in lowest terms. */
void cpm_genfun_prepend(cpm_genfun *out, const cpm_genfun *f, const fmpq *given, size_t count);

/* f->num holds the first `len` coefficients of scale * f; f = their product with den
 * over scale * den, in lowest terms, for a den that annihilates all that comes after
 * them. */
void cpm_genfun_finish_series(cpm_genfun *f, const fmpz_poly_t den, slong len, const fmpz_t scale);

/* The same modulo m for an integral system, not in lowest terms: num with
 * coefficients 0..m-1, to go with den modulo m (whose constant is 1). */
void cpm_genfun_numerator_mod(fmpz_poly_t num, const fmpz_poly_t den, const cpm_linsys *sys,
                              size_t k, const fmpz_t m);

/* deg den: the order of the shortest recurrence. */
static inline slong cpm_genfun_order(const cpm_genfun *f)
{
    return fmpz_poly_degree(f->den);
}

/* Every y(n) is an integer whatever n: den(0) = 1 and scale = 1. */
bool cpm_genfun_is_integral(const cpm_genfun *f);

/* The order of the shortest recurrence does not reach back past the start:
 * deg num < deg den, so that the sequence runs backwards too. */
bool cpm_genfun_is_proper(const cpm_genfun *f);

/* The recurrence that a denominator stands for: c[k] = -den[k+1]/den[0], for all of
 * its degree. */
void cpm_series_rule(fmpq *c, const fmpz_poly_t den);
/* The first `count` coefficients of num/den, den(0) != 0: one division of series. */
void cpm_series_terms(fmpq *y, size_t count, const fmpz_poly_t num, const fmpz_poly_t den);

/* y(first) .. y(first+count-1) for small `first`, by the recurrence, O(first+count)
 * steps of the order each. `y` holds count initialised values. */
void cpm_genfun_terms(fmpq *y, size_t first, size_t count, const cpm_genfun *f);

#endif
