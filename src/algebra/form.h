/* SPDX-License-Identifier: MIT
 *
 * form.h - sparse linear forms c1*x[k1] + c2*x[k2] + ... with coefficients
 * in a domain: the rows of a transfer matrix, before and after reduction.
 */
#ifndef CPM_ALGEBRA_FORM_H
#define CPM_ALGEBRA_FORM_H

#include "algebra/semiring.h"

#include <flint/fmpq.h>

typedef struct cpm_form_term {
    size_t var;   /* index of the variable */
    fmpq_t coeff; /* owned */
} cpm_form_term;

/* A zeroed form is the empty one: the zero of the domain. When `normal`, the
 * terms are sorted by variable, distinct, and none is zero; otherwise terms
 * wait to be merged. Every reader below normalises first, so a form passed
 * to it is not const. */
typedef struct cpm_form {
    cpm_form_term *terms; /* owned */
    size_t len;
    size_t cap;
    size_t normal_len; /* the first normal_len terms are in normal form */
} cpm_form;

void cpm_form_clear(cpm_form *form);

/* Room for so many terms in all, where it is known beforehand. */
CPM_MUST_USE cpm_status cpm_form_reserve(cpm_form *form, size_t nterms, cpm_err *err);

/* Coefficients are scalars of `domain`, and absent terms its zero. */

/* form += coeff * x[var]. Amortised O(log len). */
CPM_MUST_USE cpm_status cpm_form_add_term(cpm_form *form, size_t var, const fmpq_t coeff,
                                          const cpm_domain *domain, cpm_err *err);
/* form += coeff * other; the two must be distinct objects. */
CPM_MUST_USE cpm_status cpm_form_addmul(cpm_form *form, const cpm_form *other, const fmpq_t coeff,
                                        const cpm_domain *domain, cpm_err *err);
/* form *= coeff. */
void cpm_form_scale(cpm_form *form, const fmpq_t coeff, const cpm_domain *domain);
/* Sorts, merges equal variables, drops zero terms. O(len log len). */
void cpm_form_normalise(cpm_form *form, const cpm_domain *domain);

/* A copy of `from` in the uninitialised or zeroed `to`. */
CPM_MUST_USE cpm_status cpm_form_copy(cpm_form *to, const cpm_form *from, cpm_err *err);

/* The value of the form over the rationals at the point `x` (indexed by
 * variable). */
void cpm_form_value(fmpq_t out, const cpm_form *form, const fmpq *x);

#endif
