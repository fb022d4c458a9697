/* SPDX-License-Identifier: MIT
 *
 * hyper.h - what is multiplied by a rational function of n from index to index: powers
 * and factorials, up to a rational factor,
 *
 *     h(n) = c^n ((a1 n)!)^e1 ((a2 n)!)^e2 ...
 *
 * A rule holds binomial(2*n, n) as (2n)! (n!)^-2, and (n+3)! as n! with the coefficient
 * (n+1)(n+2)(n+3). The form is unique, so equal terms are seen to be equal.
 */
#ifndef CPM_REC_HYPER_H
#define CPM_REC_HYPER_H

#include "base/strbuf.h"

#include <flint/fmpq.h>
#include <flint/fmpz_poly_q.h>
#include <stdbool.h>
#include <stddef.h>

enum { CPM_HYPER_FACTORS = 8 };

typedef struct cpm_hyper {
    fmpq_t base; /* c, not 0 */
    size_t nfactors;
    struct {
        ulong step;     /* a, from 1 on; ascending */
        slong exponent; /* e, not 0 */
    } factors[CPM_HYPER_FACTORS];
} cpm_hyper;

void cpm_hyper_init(cpm_hyper *h); /* h(n) = 1 */
void cpm_hyper_clear(cpm_hyper *h);
void cpm_hyper_set(cpm_hyper *h, const cpm_hyper *g);
bool cpm_hyper_is_one(const cpm_hyper *h);
bool cpm_hyper_is_sign(const cpm_hyper *h); /* h(n) = (-1)^n */
bool cpm_hyper_equal(const cpm_hyper *h, const cpm_hyper *g);

/* h *= g^exponent; false, and h of no use, where it has too many factors or exponents
 * beyond what a rule may have. */
bool cpm_hyper_mul_pow(cpm_hyper *h, const cpm_hyper *g, slong exponent);
/* h *= c^n and h *= ((step n)!)^exponent */
bool cpm_hyper_mul_base(cpm_hyper *h, const fmpq_t c);
bool cpm_hyper_mul_factorial(cpm_hyper *h, ulong step, slong exponent);

/* r(n) = h(n)/h(n-1): no zeros and no poles from n = 1 on. False where its degree would
 * pass what a rule may have. */
bool cpm_hyper_ratio(fmpz_poly_q_t r, const cpm_hyper *h);

/* out = h(n), for n >= 0, or any n where there are no factorials. False where it
 * would have more than max_bits bits, or does not exist. */
bool cpm_hyper_value(fmpq_t out, const cpm_hyper *h, const fmpz_t n, size_t max_bits);

/* h(n) as people write it: 2^n*(2*n)!/n!^2, where n has this name */
void cpm_hyper_put(cpm_strbuf *out, const cpm_hyper *h, const char *n);

#endif
