/* SPDX-License-Identifier: MIT
 *
 * exppoly.h - exponential polynomials in one loop counter i: sums of
 * c * i^k * b^(i-start) with rational c and b, start being where the counter
 * begins: c is what counts, however far from 0 that is. What an expression of the
 * counter alone is worth: signs, remainders and numbers of rounds are decided by it.
 */
#ifndef CPM_ACCEL_EXPPOLY_H
#define CPM_ACCEL_EXPPOLY_H

#include "base/err.h"

#include <flint/fmpq.h>

typedef struct cpm_monomial {
    fmpq_t coeff; /* c, not zero */
    fmpq_t base;  /* b; 1 for a plain power; 0 stands for "1 in the first iteration, else 0" */
    ulong power;  /* k */
} cpm_monomial;

/* A zeroed one is 0. Distinct (base, power) pairs, in no order. */
typedef struct cpm_exppoly {
    cpm_monomial *terms; /* owned */
    size_t len, cap;
} cpm_exppoly;

/* Degrees and numbers of terms beyond this are refused: each is a variable. */
enum { CPM_MAX_MONOMIALS = 256 };

void cpm_exppoly_clear(cpm_exppoly *p);

/* p += coeff * i^power * base^(i-start). CPM_ERR_LIMIT past CPM_MAX_MONOMIALS. */
CPM_MUST_USE cpm_status cpm_exppoly_add_term(cpm_exppoly *p, const fmpq_t coeff, ulong power,
                                             const fmpq_t base, cpm_err *err);
/* p += c * q */
CPM_MUST_USE cpm_status cpm_exppoly_addmul(cpm_exppoly *p, const cpm_exppoly *q, const fmpq_t c,
                                           cpm_err *err);
void cpm_exppoly_scale(cpm_exppoly *p, const fmpq_t c);
/* p *= q */
CPM_MUST_USE cpm_status cpm_exppoly_mul(cpm_exppoly *p, const cpm_exppoly *q, cpm_err *err);
/* p = p^e */
CPM_MUST_USE cpm_status cpm_exppoly_pow(cpm_exppoly *p, ulong e, cpm_err *err);

/* True when p = slope * i + constant with integer slope; both are set. */
bool cpm_exppoly_is_affine(const cpm_exppoly *p, fmpz_t slope, fmpz_t constant);

#endif
