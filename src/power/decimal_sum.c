/* SPDX-License-Identifier: MIT
 *
 * decimal_sum.c - sums of products on words and large decimals.
 *
 * Coefficients 0, 1 and -1 abound in recurrences (q_0 is always 1, and the last
 * of a unimodular denominator stays +-1), and so do numbers that stay small for
 * many steps. They are kept as words and become coefficients of terms, so that
 * no transform is spent on them. All sums of a step share one transform length,
 * that of the largest: then each number is transformed once.
 *
 * Cost: one forward transform for each large number, one inverse for each sum.
 */
#include "power/decimal_sum.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void cpm_bignum_clear(cpm_bignum *x)
{
    cpm_dec_clear(&x->dec);
    cpm_dec_image_clear(&x->image);
    memset(x, 0, sizeof *x);
}

cpm_status cpm_bignum_set_fmpz(cpm_bignum *x, const fmpz_t a, cpm_err *err)
{
    cpm_bignum_clear(x);
    if (fmpz_bits(a) <= 30) {
        x->is_word = true;
        x->word = fmpz_get_si(a);
        return CPM_OK;
    }
    mpz_t t;
    mpz_init(t);
    fmpz_get_mpz(t, a);
    cpm_status status = cpm_dec_set_mpz(&x->dec, t, err);
    mpz_clear(t);
    return status;
}

void cpm_bignum_take(cpm_bignum *x, cpm_dec *a)
{
    cpm_bignum_clear(x);
    x->is_word = a->len == 0 || (a->len == 1 && a->limb[0] <= (uint64_t)CPM_BIGNUM_WORD_MAX);
    if (x->is_word) {
        x->word = a->len == 0 ? 0 : (int64_t)a->limb[0];
        if (a->negative)
            x->word = -x->word;
        cpm_dec_clear(a);
    } else {
        cpm_dec_swap(&x->dec, a);
    }
}

void cpm_sum_clear(cpm_sum *sum)
{
    free(sum->products);
    memset(sum, 0, sizeof *sum);
}

/* A word among the factors goes into the coefficient, as far as that stays
 * below 2^62; with |c| <= 2 from the callers it always does. */
void cpm_sum_add(cpm_sum *sum, cpm_bignum *x, cpm_bignum *y, int64_t c)
{
    if (x != NULL && x->is_word) {
        c *= x->word;
        x = NULL;
    }
    if (y != NULL && y->is_word) {
        c *= y->word;
        y = NULL;
    }
    if (x == NULL) {
        x = y;
        y = NULL;
    }
    if (c == 0)
        return;
    cpm_product *grown = cpm_grow(sum->products, &sum->cap, sum->len + 1, sizeof *grown);
    if (grown == NULL) {
        sum->failed = true;
        return;
    }
    sum->products = grown;
    sum->products[sum->len++] = (cpm_product){x, y, c};
}

static size_t nlimbs(const cpm_bignum *x)
{
    return x == NULL ? 1 : x->dec.len;
}

/* The transform length and the weight that all sums fit in. */
static void measure(size_t *longest, size_t *heaviest, const cpm_sum *sums, size_t nsums)
{
    *longest = 2;
    *heaviest = 1;
    for (size_t s = 0; s < nsums; s++) {
        size_t weight = 0;
        for (size_t i = 0; i < sums[s].len; i++) {
            const cpm_product *t = &sums[s].products[i];
            size_t x = nlimbs(t->x), y = nlimbs(t->y), part;
            if (x + y > *longest)
                *longest = x + y;
            uint64_t c = t->c < 0 ? 0 - (uint64_t)t->c : (uint64_t)t->c;
            if (!cpm_size_mul(&part, x < y ? x : y, c) || !cpm_size_add(&weight, weight, part))
                weight = SIZE_MAX;
        }
        if (weight > *heaviest)
            *heaviest = weight;
    }
}

static cpm_status transform(cpm_bignum *x, const cpm_dec_plan *plan, cpm_err *err)
{
    if (x == NULL || x->has_image)
        return CPM_OK;
    x->has_image = true;
    cpm_status status = cpm_dec_image_set(&x->image, plan, &x->dec, err);
    cpm_dec_clear(&x->dec);
    return status;
}

static cpm_status evaluate_one(cpm_bignum *out, const cpm_sum *sum, const cpm_dec_plan *plan,
                               cpm_err *err)
{
    cpm_dec_term *terms = cpm_calloc(sum->len, sizeof *terms);
    if (terms == NULL)
        return cpm_err_memory(err);
    for (size_t i = 0; i < sum->len; i++) {
        const cpm_product *t = &sum->products[i];
        terms[i] = (cpm_dec_term){t->x == NULL ? NULL : &t->x->image,
                                  t->y == NULL ? NULL : &t->y->image, t->c};
    }
    cpm_dec result = {0};
    cpm_status status = cpm_dec_combine(&result, plan, terms, sum->len, err);
    if (status == CPM_OK)
        cpm_bignum_take(out, &result);
    cpm_dec_clear(&result);
    free(terms);
    return status;
}

/* Sums without a product of two large numbers take no transform. */
static bool is_linear(const cpm_sum *sum)
{
    for (size_t i = 0; i < sum->len; i++)
        if (sum->products[i].y != NULL)
            return false;
    return true;
}

static cpm_status evaluate_linear(cpm_bignum *out, const cpm_sum *sum, cpm_err *err)
{
    const uint64_t one_limb = 1;
    cpm_dec result = {0}, one = {0};
    cpm_status status = cpm_dec_reserve(&one, 1, err);
    if (status == CPM_OK) {
        one.limb[0] = one_limb;
        one.len = 1;
    }
    for (size_t i = 0; i < sum->len && status == CPM_OK; i++) {
        const cpm_product *t = &sum->products[i];
        status = cpm_dec_addmul_si(&result, t->x == NULL ? &one : &t->x->dec, t->c, err);
    }
    if (status == CPM_OK)
        cpm_bignum_take(out, &result);
    cpm_dec_clear(&result);
    cpm_dec_clear(&one);
    return status;
}

cpm_status cpm_sums_evaluate(cpm_bignum *out, cpm_sum *sums, size_t nsums, cpm_dec_ctx *ctx,
                             cpm_err *err)
{
    cpm_status status = CPM_OK;
    bool all_linear = true;
    for (size_t s = 0; s < nsums; s++) {
        if (sums[s].failed)
            return cpm_err_memory(err);
        all_linear = all_linear && is_linear(&sums[s]);
    }
    for (size_t s = 0; s < nsums && status == CPM_OK; s++)
        if (is_linear(&sums[s]))
            status = evaluate_linear(&out[s], &sums[s], err);
    if (all_linear || status != CPM_OK)
        return status;
    size_t longest, heaviest;
    cpm_dec_plan plan;
    measure(&longest, &heaviest, sums, nsums);
    status = cpm_dec_plan_init(&plan, ctx, longest, heaviest, err);
    for (size_t s = 0; s < nsums; s++) {
        if (is_linear(&sums[s]))
            continue;
        for (size_t i = 0; i < sums[s].len && status == CPM_OK; i++) {
            status = transform(sums[s].products[i].x, &plan, err);
            if (status == CPM_OK)
                status = transform(sums[s].products[i].y, &plan, err);
        }
    }
    for (size_t s = 0; s < nsums && status == CPM_OK; s++)
        if (!is_linear(&sums[s]))
            status = evaluate_one(&out[s], &sums[s], &plan, err);
    return status;
}
