/* SPDX-License-Identifier: MIT
 *
 * poly_ball.h - matrices of p-adic numbers of which so many digits are known:
 * p^exponent (m + O(p^digits)). Products say how many digits of theirs are certain.
 */
#ifndef CPM_POWER_POLY_BALL_H
#define CPM_POWER_POLY_BALL_H

#include "base/err.h"

#include <flint/fmpz_mat.h>

/* A zeroed one is not ready: init it before use. */
typedef struct cpm_ball {
    fmpz_mat_t m; /* an entry is prime to p, or all are 0 */
    fmpz_t exponent;
    ulong digits;
} cpm_ball;

void cpm_ball_init(cpm_ball *x, slong rows, slong cols);
void cpm_ball_clear(cpm_ball *x);

/* Reduces m modulo p^digits and takes the powers of p out that all entries share. */
void cpm_ball_normalize(cpm_ball *x, ulong p);

/* x = a x */
void cpm_ball_mul(cpm_ball *x, const cpm_ball *a, ulong p);

/* x = a^n x, n >= 0; a is changed. */
void cpm_ball_mul_power(cpm_ball *x, cpm_ball *a, const fmpz_t n, ulong p);

/* x = x/c of which c is known modulo p^digits; false where c is 0 there. */
CPM_MUST_USE bool cpm_ball_divide(cpm_ball *x, const fmpz_t c, ulong digits, ulong p);

/* power = p^e */
void cpm_padic_power(fmpz_t power, ulong p, ulong e);
/* The exponent of p in x, capped by `most`, which it is for 0. */
ulong cpm_padic_valuation(const fmpz_t x, ulong most, ulong p);

#endif
