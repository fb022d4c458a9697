/* SPDX-License-Identifier: MIT
 *
 * ratform.h - what the right side of a rule comes to where its coefficients vary: a sum
 *
 *     c_1(n) h_1(n) x_1 + c_2(n) h_2(n) x_2 + ...
 *
 * of rational functions c of the index n times powers and factorials h (hyper.h) times
 * terms x that have been made before, or 1.
 */
#ifndef CPM_REC_RATFORM_H
#define CPM_REC_RATFORM_H

#include "base/err.h"
#include "rec/hyper.h"

/* The powers and factorials that occur; number 0 is 1. */
typedef struct cpm_hypers {
    cpm_hyper *items; /* owned */
    size_t count, cap;
} cpm_hypers;

#define CPM_NO_TERM ((size_t)-1) /* in the place of x: 1 */

typedef struct cpm_ratterm {
    size_t x;
    size_t hyper; /* number in the cpm_hypers */
    fmpz_poly_q_t c;
} cpm_ratterm;

/* A zeroed form is 0 and has no divisors yet: init it before use. */
typedef struct cpm_ratform {
    cpm_ratterm *terms; /* owned; different (x, hyper), no c is 0 */
    size_t nterms, cap;
    fmpz_poly_t divisors; /* its zeros are the indices at which something is divided by 0 */
} cpm_ratform;

/* Why an operation has no form. */
typedef enum cpm_ratform_result {
    CPM_RATFORM_OK,
    CPM_RATFORM_MEMORY,
    CPM_RATFORM_NONLINEAR, /* the product of two terms, or a quotient by one */
    CPM_RATFORM_OTHER,     /* not a rational function of the index times powers and factorials */
    CPM_RATFORM_PERIODIC,  /* one only for indices of one class modulo some number */
    CPM_RATFORM_LARGE      /* degrees or coefficients pass the limits of a rule */
} cpm_ratform_result;

CPM_MUST_USE bool cpm_hypers_init(cpm_hypers *all);
void cpm_hypers_clear(cpm_hypers *all);
/* *number = that of *h, which is copied where it is new. */
CPM_MUST_USE cpm_ratform_result cpm_hypers_find(size_t *number, cpm_hypers *all,
                                                const cpm_hyper *h);

void cpm_ratform_init(cpm_ratform *f);
void cpm_ratform_clear(cpm_ratform *f);
CPM_MUST_USE cpm_ratform_result cpm_ratform_set(cpm_ratform *f, const cpm_ratform *g);
CPM_MUST_USE cpm_ratform_result cpm_ratform_set_term(cpm_ratform *f, size_t x);
CPM_MUST_USE cpm_ratform_result cpm_ratform_set_constant(cpm_ratform *f, const fmpq_t value);
CPM_MUST_USE cpm_ratform_result cpm_ratform_set_affine(cpm_ratform *f, ulong a,
                                                       const fmpz_t b); /* a n + b */
/* The hypergeometric term r(n) h(n); r is taken over and left as 0. */
CPM_MUST_USE cpm_ratform_result cpm_ratform_set_hyper(cpm_ratform *f, fmpz_poly_q_t r,
                                                      const cpm_hyper *h, cpm_hypers *all);

/* f += c x h */
CPM_MUST_USE cpm_ratform_result cpm_ratform_add_term(cpm_ratform *f, size_t x, size_t hyper,
                                                     const fmpz_poly_q_t c);
/* f += g, or f -= g */
CPM_MUST_USE cpm_ratform_result cpm_ratform_add(cpm_ratform *f, const cpm_ratform *g,
                                                bool negative);
/* f *= g */
CPM_MUST_USE cpm_ratform_result cpm_ratform_mul(cpm_ratform *f, const cpm_ratform *g,
                                                cpm_hypers *all);
/* f = 1/f, of one summand without a term; not of 0. */
CPM_MUST_USE cpm_ratform_result cpm_ratform_invert(cpm_ratform *f, cpm_hypers *all);
/* f = f^exponent, exponent >= 0 */
CPM_MUST_USE cpm_ratform_result cpm_ratform_pow(cpm_ratform *f, ulong exponent, cpm_hypers *all);
/* f = floor(f) of a polynomial whose fractional part is the same for all integers n.
 * Where it is not, CPM_RATFORM_PERIODIC, and that of f(k n) may be, for *k > 1. */
CPM_MUST_USE cpm_ratform_result cpm_ratform_floor(cpm_ratform *f, ulong *k);

/* Whether f has no terms x and no powers or factorials; *c is then its value, borrowed,
 * NULL for 0. */
bool cpm_ratform_is_rational(const cpm_ratform *f, const fmpz_poly_q_struct **c);
/* Whether it is a constant. */
bool cpm_ratform_is_constant(fmpq_t value, const cpm_ratform *f);
/* Whether it is A n + B with integers A and B. */
bool cpm_ratform_is_affine(fmpz_t a, fmpz_t b, const cpm_ratform *f);

#endif
