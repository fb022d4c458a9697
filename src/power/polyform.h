/* SPDX-License-Identifier: MIT
 *
 * polyform.h - a system of polysys.h over the integers, its steps counted from 0:
 *
 *     y_k(n) = rows_k . T(n-1) ... T(1) T(0) start / (scale q(0) q(1) ... q(n-1)),
 *
 * which is what the engines compute, numerators and denominators apart; and how
 * large these come to be.
 */
#ifndef CPM_POWER_POLYFORM_H
#define CPM_POWER_POLYFORM_H

#include "power/bound.h"
#include "power/polysys.h"

/* A zeroed form is empty and safe to clear. */
typedef struct cpm_polyform {
    size_t dim, noutputs;
    slong degree;        /* the largest of T and q, at least 0 */
    fmpz_poly_struct *t; /* owned: dim * dim, row by row, without factors in common with q */
    fmpz_poly_t q;       /* q(j) != 0 wherever the system has a step */
    fmpz *start;         /* owned: dim */
    fmpz *rows;          /* owned: noutputs * dim */
    fmpz_t scale;        /* above 0 */
} cpm_polyform;

CPM_MUST_USE cpm_status cpm_polyform_of(cpm_polyform *form, const cpm_polysys *sys, cpm_err *err);
/* The steps of `from` from `begin` on, with this state of dim numbers there, which scale
 * and all before are no part of. */
CPM_MUST_USE cpm_status cpm_polyform_from(cpm_polyform *form, const cpm_polyform *from,
                                          const fmpz *state, ulong begin, cpm_err *err);
/* The same steps from this state, whose outputs are all the variables. */
CPM_MUST_USE cpm_status cpm_polyform_states(cpm_polyform *form, const cpm_polyform *from,
                                            const fmpz *state, cpm_err *err);
/* f(begin) f(begin+1) ... as a form of one variable. */
CPM_MUST_USE cpm_status cpm_polyform_number(cpm_polyform *form, const fmpz_poly_t f, ulong begin,
                                            cpm_err *err);
void cpm_polyform_clear(cpm_polyform *form);

static inline const fmpz_poly_struct *cpm_polyform_entry(const cpm_polyform *form, size_t row,
                                                         size_t col)
{
    return form->t + row * form->dim + col;
}

/* Entries of T that are not 0. */
size_t cpm_polyform_nnz(const cpm_polyform *form);

/* out = num/den in lowest terms. Where den divides num, as in integral sequences, that
 * costs a division; else a greatest common divisor. */
void cpm_poly_quotient(fmpq_t out, const fmpz_t num, const fmpz_t den);

/* Upper bounds on log2 of the numerators, entries of T(n-1) ... T(0) start and all
 * outputs alike, and of the denominator after n steps: norms summed in closed form,
 * that is over stretches on which j grows by a 32nd. 0 or more; infinite where a double
 * cannot hold it. Cost: O(degree log n). */
double cpm_polyform_log2_numerator(const cpm_polyform *form, const fmpz_t n);
double cpm_polyform_log2_denominator(const cpm_polyform *form, const fmpz_t n);

/* Both together, as a bound on the size of the largest output. */
void cpm_polyform_bound(cpm_size_bound *bound, const cpm_polyform *form, const fmpz_t n);

#endif
