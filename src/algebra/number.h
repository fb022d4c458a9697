/* SPDX-License-Identifier: MIT
 *
 * number.h - an exact result: an integer or a rational, an infinity of a
 * semiring, or a large integer that was found in decimal and stays there until
 * somebody computes with it.
 */
#ifndef CPM_ALGEBRA_NUMBER_H
#define CPM_ALGEBRA_NUMBER_H

#include "bignum/dec.h"

#include <flint/fmpq.h>

/* A zeroed number is not safe: initialise it. */
typedef struct cpm_number {
    fmpq_t q;    /* canonical, or 1/0 and -1/0 for infinities; not set where is_dec */
    bool is_dec; /* the value is `dec` */
    cpm_dec dec; /* owned; kept for the next number where not is_dec */
} cpm_number;

void cpm_number_init(cpm_number *x);
void cpm_number_clear(cpm_number *x);

/* `count` zeros, and the way back; NULL when memory runs out. */
cpm_number *cpm_numbers_new(size_t count);
void cpm_numbers_free(cpm_number *x, size_t count);

/* No infinity. */
static inline bool cpm_number_is_finite(const cpm_number *x)
{
    return x->is_dec || !fmpz_is_zero(fmpq_denref(x->q));
}

void cpm_number_swap(cpm_number *x, cpm_number *y);

/* Turns a decimal one binary. */
CPM_MUST_USE cpm_status cpm_number_settle(cpm_number *x, cpm_err *err);

/* Copies an integer; false where x is none, or memory runs out. */
bool cpm_number_get_mpz(mpz_t out, const cpm_number *x);

CPM_MUST_USE cpm_status cpm_number_equal(bool *equal, const cpm_number *x, const cpm_number *y,
                                         cpm_err *err);

#endif
