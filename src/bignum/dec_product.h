/* SPDX-License-Identifier: MIT
 *
 * dec_product.h - sums of products of decimal integers by transforms. All sums
 * of a step are asked for at once, so that each operand is transformed once
 * however often it occurs, and each sum is transformed back once:
 *
 *     cpm_dec_term even[] = {{&u, &v, 2}, {&u, &u, -p}};    2 u v - p u^2
 *     cpm_dec_term odd[] = {{&v, &v, 1}, {&u, &u, -q}};     v^2 - q u^2
 *     cpm_dec_sum sums[] = {{even, 2}, {odd, 2}};
 *     status = cpm_dec_sums(out, sums, 2, ctx, err);
 */
#ifndef CPM_BIGNUM_DEC_PRODUCT_H
#define CPM_BIGNUM_DEC_PRODUCT_H

#include "bignum/dec.h"
#include "bignum/ntt.h"

/* Whether this processor has the transforms at all; where not, stay in GMP. */
bool cpm_dec_available(void);

/* Tables, threads and work memory of one computation. A zeroed context is safe
 * to clear. */
typedef struct cpm_dec_ctx {
    cpm_ntt ntt;
    cpm_ntt_crt crt[2];   /* for 3 and 4 primes */
    double *work;         /* owned: rows of residues */
    size_t work_cap;      /* numbers in it */
    cpm_dec spare[2];     /* owned: limbs of numbers that are not needed any more */
    size_t limbs;         /* how many the results of a computation come to have, if known */
    bool is_last;         /* set by the caller when work is not needed any more: a single sum
                           * is then made in it and takes it over */
    bool check;           /* verify each result modulo check_prime */
    uint64_t check_prime; /* of 61 bits, chosen at random */
} cpm_dec_ctx;

/* `check` asks for the verification of every product; builds with -DCPM_DEBUG
 * do it always. CPM_ERR_UNSUPPORTED where cpm_dec_available is false. */
CPM_MUST_USE cpm_status cpm_dec_ctx_init(cpm_dec_ctx *ctx, unsigned nthreads, bool check,
                                         cpm_err *err);
void cpm_dec_ctx_clear(cpm_dec_ctx *ctx);

/* Keeps the limbs of x, which becomes 0, for a result. */
void cpm_dec_recycle(cpm_dec_ctx *ctx, cpm_dec *x);

/* Gets tables and memory for `nsums` sums of products of `noperands` numbers,
 * nlimbs limbs long each product and with `weight` as below. Fresh memory is
 * dear: a computation that grows step by step should take what the last step
 * needs at once. */
CPM_MUST_USE cpm_status cpm_dec_reserve_sums(cpm_dec_ctx *ctx, size_t nlimbs, size_t weight,
                                             size_t noperands, size_t nsums, cpm_err *err);

/* c * a * b, where a missing b, and a missing a with it, count as 1: sums mix
 * products, multiples and constants at no cost. */
typedef struct cpm_dec_term {
    const cpm_dec *a, *b;
    int64_t c;
} cpm_dec_term;

typedef struct cpm_dec_sum {
    const cpm_dec_term *terms;
    size_t nterms;
} cpm_dec_sum;

/* out[i] = sums[i]. Outputs may be operands, but not twice the same number.
 * The weight of a sum, that of |c| min(limbs of a, limbs of b), must be less
 * than 2^63; CPM_ERR_LIMIT when a product is too long for the transforms. */
CPM_MUST_USE cpm_status cpm_dec_sums(cpm_dec *const *out, const cpm_dec_sum *sums, size_t nsums,
                                     cpm_dec_ctx *ctx, cpm_err *err);

/* out = a * b, a squaring when they are the same object; out may be one. */
CPM_MUST_USE cpm_status cpm_dec_mul(cpm_dec *out, const cpm_dec *a, const cpm_dec *b,
                                    cpm_dec_ctx *ctx, cpm_err *err);

#endif
