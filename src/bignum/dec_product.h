/* SPDX-License-Identifier: MIT
 *
 * dec_product.h - products of decimal integers by transforms, with the
 * transforms in the caller's hands: each operand is transformed once, any
 * number of sums of products are formed from the images, and each sum is
 * transformed back once.
 *
 *     cpm_dec_plan plan;
 *     cpm_dec_plan_init(&plan, ctx, nlimbs, weight, err);
 *     cpm_dec_image_set(&image_a, &plan, &a, err); ...
 *     cpm_dec_term sum[] = {{&image_a, &image_b, 1}, {&image_c, &image_c, -2}};
 *     cpm_dec_combine(&out, &plan, sum, 2, err);        out = a b - 2 c^2
 */
#ifndef CPM_BIGNUM_DEC_PRODUCT_H
#define CPM_BIGNUM_DEC_PRODUCT_H

#include "bignum/dec.h"
#include "bignum/ntt.h"

/* Whether this processor has the transforms at all; where not, stay in GMP. */
bool cpm_dec_available(void);

/* Tables, threads and scratch memory of one computation. A zeroed context is
 * safe to clear. */
typedef struct cpm_dec_ctx {
    cpm_ntt ntt;
    cpm_ntt_crt crt[2];   /* for 3 and 4 primes */
    double *scratch;      /* owned: where sums are formed */
    size_t scratch_len;   /* numbers in it */
    bool check;           /* verify each result modulo check_prime */
    uint64_t check_prime; /* of 61 bits, chosen at random */
} cpm_dec_ctx;

/* `check` asks for the verification of every product (about a tenth more time);
 * builds with -DCPM_DEBUG do it always. CPM_ERR_UNSUPPORTED where
 * cpm_dec_available is false. */
CPM_MUST_USE cpm_status cpm_dec_ctx_init(cpm_dec_ctx *ctx, unsigned nthreads, bool check,
                                         cpm_err *err);
void cpm_dec_ctx_clear(cpm_dec_ctx *ctx);

/* How long the transforms are and how many primes they take. */
typedef struct cpm_dec_plan {
    cpm_dec_ctx *ctx; /* borrowed */
    cpm_ntt_shape shape;
    unsigned nprimes;
    size_t max_weight; /* the largest sum of |c| min(len a, len b) that is exact */
} cpm_dec_plan;

/* For sums of products c a b in which len a + len b <= nlimbs each (nlimbs at
 * least 2), and the sum of |c| min(len a, len b) is at most weight. CPM_ERR_LIMIT when too large.
 */
CPM_MUST_USE cpm_status cpm_dec_plan_init(cpm_dec_plan *plan, cpm_dec_ctx *ctx, size_t nlimbs,
                                          size_t weight, cpm_err *err);

/* Doubles in one image of the plan. */
size_t cpm_dec_plan_image_len(const cpm_dec_plan *plan);

/* An operand transformed. A zeroed image is safe to clear and to set. */
typedef struct cpm_dec_image {
    double *x; /* owned: nprimes rows of the shape's total */
    size_t cap;
    size_t nlimbs; /* of the operand; 0: it is zero, x is not set */
    bool negative;
    cpm_ntt_shape shape;
    unsigned nprimes;
    uint64_t residue; /* of the operand modulo check_prime, when that is on */
} cpm_dec_image;

void cpm_dec_image_clear(cpm_dec_image *image);
CPM_MUST_USE cpm_status cpm_dec_image_set(cpm_dec_image *image, const cpm_dec_plan *plan,
                                          const cpm_dec *a, cpm_err *err);

/* c * a * b, where a missing b, and a missing a with it, count as 1 (numbers of
 * one limb): sums mix products, multiples and constants at no cost. */
typedef struct cpm_dec_term {
    const cpm_dec_image *a, *b;
    int64_t c;
} cpm_dec_term;

/* out = the sum of the terms, all images being of this plan. The bounds given
 * to cpm_dec_plan_init are verified (CPM_ERR_INTERNAL). */
CPM_MUST_USE cpm_status cpm_dec_combine(cpm_dec *out, const cpm_dec_plan *plan,
                                        const cpm_dec_term *terms, size_t nterms, cpm_err *err);

/* out = a * b (a * a when they are the same object); out may be an operand. */
CPM_MUST_USE cpm_status cpm_dec_mul(cpm_dec *out, const cpm_dec *a, const cpm_dec *b,
                                    cpm_dec_ctx *ctx, cpm_err *err);

#endif
