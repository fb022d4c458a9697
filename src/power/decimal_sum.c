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
 * Cost: one forward transform for each large number, one inverse for each sum
 * that has a product in it.
 */
#include "power/decimal_sum.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void cpm_bignum_clear(cpm_bignum *x)
{
    cpm_dec_clear(&x->dec);
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

cpm_status cpm_bignum_give(cpm_dec *out, cpm_bignum *x, cpm_err *err)
{
    if (!x->is_word) {
        cpm_dec_swap(out, &x->dec);
        return CPM_OK;
    }
    mpz_t t;
    mpz_init_set_si(t, (long)x->word);
    cpm_status status = cpm_dec_set_mpz(out, t, err);
    mpz_clear(t);
    return status;
}

void cpm_sum_clear(cpm_sum *sum)
{
    free(sum->terms);
    memset(sum, 0, sizeof *sum);
}

/* A word among the factors goes into the coefficient. */
void cpm_sum_add(cpm_sum *sum, const cpm_bignum *x, const cpm_bignum *y, int64_t c)
{
    const cpm_dec *a = &x->dec, *b = &y->dec;
    if (x->is_word) {
        c *= x->word;
        a = NULL;
    }
    if (y->is_word) {
        c *= y->word;
        b = NULL;
    }
    if (c == 0)
        return;
    cpm_dec_term *grown = cpm_grow(sum->terms, &sum->cap, sum->len + 1, sizeof *grown);
    if (grown == NULL) {
        sum->failed = true;
        return;
    }
    sum->terms = grown;
    sum->terms[sum->len++] = a == NULL ? (cpm_dec_term){b, NULL, c} : (cpm_dec_term){a, b, c};
}

/* Sums without a product of two large numbers take no transform. */
static bool is_linear(const cpm_sum *sum)
{
    for (size_t i = 0; i < sum->len; i++)
        if (sum->terms[i].b != NULL)
            return false;
    return true;
}

static cpm_status evaluate_linear(cpm_dec *out, const cpm_sum *sum, cpm_err *err)
{
    uint64_t limb = 1;
    const cpm_dec one = {.limb = &limb, .len = 1, .cap = 1};
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < sum->len && status == CPM_OK; i++) {
        const cpm_dec_term *t = &sum->terms[i];
        status = cpm_dec_addmul_si(out, t->a == NULL ? &one : t->a, t->c, err);
    }
    return status;
}

cpm_status cpm_sums_evaluate(cpm_bignum *out, const cpm_sum *sums, size_t nsums, cpm_dec_ctx *ctx,
                             cpm_err *err)
{
    cpm_dec *results = cpm_calloc(nsums, sizeof *results);
    cpm_dec **targets = cpm_calloc(nsums, sizeof *targets);
    cpm_dec_sum *products = cpm_calloc(nsums, sizeof *products);
    size_t nproducts = 0;
    cpm_status status = results && targets && products ? CPM_OK : cpm_err_memory(err);
    for (size_t i = 0; i < nsums && status == CPM_OK; i++) {
        if (sums[i].failed) {
            status = cpm_err_memory(err);
        } else if (is_linear(&sums[i])) {
            status = evaluate_linear(&results[i], &sums[i], err);
        } else {
            targets[nproducts] = &results[i];
            products[nproducts++] = (cpm_dec_sum){sums[i].terms, sums[i].len};
        }
    }
    if (status == CPM_OK && nproducts > 0)
        status = cpm_dec_sums(targets, products, nproducts, ctx, err);
    for (size_t i = 0; results != NULL && i < nsums; i++) {
        if (status == CPM_OK)
            cpm_bignum_take(&out[i], &results[i]);
        cpm_dec_clear(&results[i]);
    }
    free(results);
    free(targets);
    free(products);
    return status;
}
