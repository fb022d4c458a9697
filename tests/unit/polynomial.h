/* SPDX-License-Identifier: MIT
 *
 * polynomial.h - random systems with polynomial coefficients, and what they yield by
 * the definition: T(i)/q(i) by Horner's rule over Q, step by step, nothing of src/power.
 */
#ifndef CPM_TESTS_POLYNOMIAL_H
#define CPM_TESTS_POLYNOMIAL_H

#include "linear.h"
#include "power/polysys.h"

/* What is drawn: sizes up to these, inclusive. */
typedef struct poly_sizes {
    size_t dim, noutputs, degree;
    slong coefficient;
    bool divides;  /* q may be more than 1 */
    bool integral; /* start and outputs are */
} poly_sizes;

static inline slong random_sign(slong bound)
{
    return (slong)unit_below(2 * (uint64_t)bound + 1) - bound;
}

static inline void random_poly(fmpz_poly_t f, size_t degree, slong bound)
{
    fmpz_poly_zero(f);
    for (size_t k = 0; k <= degree; k++)
        fmpz_poly_set_coeff_si(f, (slong)k, random_sign(bound));
}

/* A product of linear and other factors with content, so that it has zeros modulo
 * small primes; not 0. */
static inline void random_denominator(fmpz_poly_t q, const poly_sizes *max)
{
    fmpz_poly_t factor;
    fmpz_poly_init(factor);
    fmpz_poly_set_si(q, 1 + (slong)unit_below(3));
    while (unit_below(3) > 0 && fmpz_poly_degree(q) < (slong)max->degree) {
        random_poly(factor, 1, max->coefficient);
        if (!fmpz_poly_is_zero(factor))
            fmpz_poly_mul(q, q, factor);
    }
    if (unit_below(4) == 0)
        fmpz_poly_neg(q, q);
    fmpz_poly_clear(factor);
}

/* Rows 1.. pass on the variable before them, times q. */
static inline void make_companion(cpm_polysys *sys)
{
    for (size_t i = 1; i < sys->dim; i++)
        for (size_t j = 0; j < sys->dim; j++) {
            fmpz_poly_zero(cpm_polysys_entry(sys, i, j));
            if (j + 1 == i)
                fmpz_poly_set(cpm_polysys_entry(sys, i, j), sys->q);
        }
}

static inline void random_polysys(cpm_polysys *sys, const poly_sizes *max)
{
    size_t dim = 1 + unit_below(max->dim), noutputs = 1 + unit_below(max->noutputs);
    MUST(cpm_polysys_init(sys, dim, noutputs, err));
    if (max->divides && unit_below(3) > 0)
        random_denominator(sys->q, max);
    for (size_t k = 0; k < dim * dim; k++)
        random_poly(sys->t + k, unit_below(max->degree + 1), unit_below(5) ? max->coefficient : 0);
    if (unit_below(2))
        make_companion(sys);
    fmpz_set_si(sys->first, unit_below(2) ? random_sign(20) : 0);
    for (size_t i = 0; i < dim; i++)
        random_rational(sys->start + i, max->integral ? 0 : 6);
    for (size_t i = 0; i < noutputs * dim; i++)
        random_rational(sys->outputs + i, max->integral ? 0 : 6);
}

/* out = f(i) */
static inline void plain_value(fmpq_t out, const fmpz_poly_struct *f, const fmpz_t i)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_zero(out);
    for (slong k = fmpz_poly_degree(f); k >= 0; k--) {
        fmpq_mul_fmpz(out, out, i);
        fmpz_poly_get_coeff_fmpz(fmpq_numref(c), f, k);
        fmpz_one(fmpq_denref(c));
        fmpq_add(out, out, c);
    }
    fmpq_clear(c);
}

/* x = T(i)/q(i) x; false where q(i) = 0. */
static inline bool plain_poly_step(fmpq *x, const cpm_polysys *sys, const fmpz_t i)
{
    fmpq *next = _fmpq_vec_init((slong)sys->dim);
    fmpq_t value, q;
    fmpq_init(value);
    fmpq_init(q);
    plain_value(q, sys->q, i);
    bool exists = !fmpq_is_zero(q);
    for (size_t k = 0; k < sys->dim * sys->dim && exists; k++) {
        plain_value(value, sys->t + k, i);
        fmpq_div(value, value, q);
        fmpq_addmul(next + k / sys->dim, value, x + k % sys->dim);
    }
    for (size_t k = 0; k < sys->dim && exists; k++)
        fmpq_swap(x + k, next + k);
    _fmpq_vec_clear(next, (slong)sys->dim);
    fmpq_clear(value);
    fmpq_clear(q);
    return exists;
}

/* out[k] = output k after n steps; false where there is a pole on the way, which
 * *pole becomes. */
static inline bool plain_poly_outputs(fmpq *out, fmpz_t pole, const cpm_polysys *sys, ulong n)
{
    fmpq *x = _fmpq_vec_init((slong)sys->dim);
    bool exists = true;
    for (size_t k = 0; k < sys->dim; k++)
        fmpq_set(x + k, sys->start + k);
    for (ulong t = 0; t < n && exists; t++) {
        fmpz_add_ui(pole, sys->first, t);
        exists = plain_poly_step(x, sys, pole);
    }
    for (size_t k = 0; k < sys->noutputs; k++) {
        fmpq_zero(out + k);
        for (size_t j = 0; j < sys->dim; j++)
            fmpq_addmul(out + k, sys->outputs + k * sys->dim + j, x + j);
    }
    _fmpq_vec_clear(x, (slong)sys->dim);
    return exists;
}

#endif
