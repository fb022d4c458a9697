/* SPDX-License-Identifier: MIT
 *
 * decimal_sum.h - numbers that are either words or large decimals, and sums of
 * products of them: what a step of an engine is made of.
 */
#ifndef CPM_POWER_DECIMAL_SUM_H
#define CPM_POWER_DECIMAL_SUM_H

#include "bignum/dec_product.h"

#include <flint/fmpz.h>

/* Zeroed: 0, safe to clear. */
typedef struct cpm_bignum {
    bool is_word;
    int64_t word; /* when is_word, |word| <= CPM_BIGNUM_WORD_MAX */
    cpm_dec dec;  /* otherwise */
} cpm_bignum;

/* So that the product of two words, doubled, is a word of C. */
#define CPM_BIGNUM_WORD_MAX ((int64_t)1 << 30)

void cpm_bignum_clear(cpm_bignum *x);
CPM_MUST_USE cpm_status cpm_bignum_set_fmpz(cpm_bignum *x, const fmpz_t a, cpm_err *err);
/* Takes over *a; small numbers become words. */
void cpm_bignum_take(cpm_bignum *x, cpm_dec *a);
/* *out becomes the value of x, which is used up. */
CPM_MUST_USE cpm_status cpm_bignum_give(cpm_dec *out, cpm_bignum *x, cpm_err *err);

/* A sum that is being collected; its terms point into the numbers. Zeroed: 0. */
typedef struct cpm_sum {
    cpm_dec_term *terms; /* owned */
    size_t len, cap;
    bool failed; /* an allocation failed */
} cpm_sum;

/* Adds c x y, |c| <= 2^32 (2 where both may be words). */
void cpm_sum_add(cpm_sum *sum, const cpm_bignum *x, const cpm_bignum *y, int64_t c);
void cpm_sum_clear(cpm_sum *sum);

/* out[i] = sums[i] for zeroed out[i], with each number transformed once. */
CPM_MUST_USE cpm_status cpm_sums_evaluate(cpm_bignum *out, const cpm_sum *sums, size_t nsums,
                                          cpm_dec_ctx *ctx, cpm_err *err);

#endif
