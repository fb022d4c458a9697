/* SPDX-License-Identifier: MIT
 *
 * leading.h - the first digits of a term that nobody could write down.
 */
#ifndef CPM_POWER_LEADING_H
#define CPM_POWER_LEADING_H

#include "power/genfun.h"

/* y(n) = sign * d.ddd... * base^(length-1) */
typedef struct cpm_leading {
    int sign;      /* of y(n); 0: it is 0, and length is 1 */
    fmpz_t digits; /* the first `count` of |y(n)|, as one number of exactly so many */
    fmpz_t length; /* how many digits |y(n)| has; more than `count` */
} cpm_leading;

void cpm_leading_init(cpm_leading *x);
void cpm_leading_clear(cpm_leading *x);

/* The first `count` >= 1 digits of y(n) in base 2..62, for an f with integer values
 * and den(0) = 1, and an n so large that y(n) has far more digits than `count`. Each
 * digit is certain. Cost: the roots of den and their logarithms, to log2(n) + count
 * digits. CPM_ERR_UNSUPPORTED where Arb is missing, the order is large, or no
 * precision that is tried decides. */
CPM_MUST_USE cpm_status cpm_leading_digits(cpm_leading *x, const cpm_genfun *f, const fmpz_t n,
                                           size_t count, int base, const cpm_config *config,
                                           cpm_err *err);

#endif
