/* SPDX-License-Identifier: MIT
 *
 * poly_linear.c - products of values of linear factors by the exponents of primes.
 *
 * For a prime p that does not divide a, as many of the n values a j + b are divisible
 * by p^k as there are j = -b/a modulo p^k below n (Legendre). The powers are multiplied
 * together by the bits of their exponents, from the top: square what there is, multiply
 * by the primes whose exponent has the bit. Each squaring has twice the length of the
 * one before it, so that all of them cost two of the last.
 */
#include "power/poly_linear.h"

#include "base/mem.h"
#include "bignum/dec_product.h"
#include "power/plan_internal.h"
#include "power/progress.h"

#include <flint/fmpz_poly_factor.h>
#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>

/* ---- Factors ------------------------------------------------------------------------- */

/* The factors of f with this sign of their powers, and its content into c; false where
 * one of them is not linear, or has long coefficients. */
static bool add_factors(cpm_poly_linear *linear, fmpz_t c, const fmpz_poly_t f, slong sign)
{
    fmpz_poly_factor_t factors;
    bool all = true;
    fmpz_poly_factor_init(factors);
    fmpz_poly_factor(factors, f);
    fmpz_set(c, &factors->c);
    for (slong k = 0; k < factors->num && all; k++) {
        const fmpz_poly_struct *factor = factors->p + k;
        all = fmpz_poly_degree(factor) == 1 && fmpz_poly_max_bits(factor) > -31 &&
              fmpz_poly_max_bits(factor) < 31;
        if (all)
            linear->factors[linear->count++] =
                (cpm_linear_factor){fmpz_poly_get_coeff_si(factor, 1),
                                    fmpz_poly_get_coeff_si(factor, 0), sign * factors->exp[k]};
    }
    fmpz_poly_factor_clear(factors);
    return all;
}

cpm_status cpm_poly_linear_of(cpm_poly_linear *linear, const cpm_polyform *form, cpm_err *err)
{
    *linear = (cpm_poly_linear){.applies = form->dim == 1};
    if (!linear->applies)
        return CPM_OK;
    linear->factors = cpm_calloc(2 * (size_t)form->degree + 1, sizeof *linear->factors);
    if (linear->factors == NULL)
        return cpm_err_memory(err);
    fmpz_init(linear->num);
    fmpz_init_set_ui(linear->den, 1);
    if (!fmpz_poly_is_zero(form->t))
        linear->applies = add_factors(linear, linear->num, form->t, 1) &&
                          add_factors(linear, linear->den, form->q, -1) &&
                          fmpz_bits(linear->num) < 31 && fmpz_bits(linear->den) < 31;
    if (fmpz_sgn(linear->den) < 0) {
        fmpz_neg(linear->den, linear->den);
        fmpz_neg(linear->num, linear->num);
    }
    return CPM_OK;
}

void cpm_poly_linear_clear(cpm_poly_linear *linear)
{
    free(linear->factors);
    fmpz_clear(linear->num); /* a zeroed fmpz is 0 */
    fmpz_clear(linear->den);
    *linear = (cpm_poly_linear){0};
}

/* Numbers and exponents stay below this. */
#define MAX_LINEAR UINT64_C(0x7fffffff)

ulong cpm_poly_linear_largest(const cpm_poly_linear *linear, const fmpz_t n)
{
    if (fmpz_cmp_ui(n, MAX_LINEAR) > 0)
        return 0;
    ulong steps = fmpz_get_ui(n), largest = 2, powers = 0;
    for (size_t k = 0; k < linear->count; k++) {
        const cpm_linear_factor *f = &linear->factors[k];
        __int128 last = (__int128)f->a * (slong)steps + f->b;
        largest = FLINT_MAX(largest, (ulong)FLINT_ABS(f->b));
        if (last > (__int128)MAX_LINEAR)
            return 0;
        largest = last > (__int128)largest ? (ulong)last : largest;
        powers += (ulong)FLINT_ABS(f->power);
    }
    return steps * (powers + 64) * 2 > MAX_LINEAR ? 0 : largest;
}

/* ---- Exponents ------------------------------------------------------------------------ */

typedef struct prime_power {
    uint32_t prime;
    int32_t exponent;
} prime_power;

/* The primes up to a number, and more at the end: those of constants. */
typedef struct prime_powers {
    prime_power *at; /* owned */
    size_t count, cap;
    bool negative; /* the sign of the product */
    bool zero;
} prime_powers;

static cpm_status append(prime_powers *list, ulong prime, slong exponent, cpm_err *err)
{
    prime_power *grown = cpm_grow(list->at, &list->cap, list->count + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(err);
    list->at = grown;
    list->at[list->count++] = (prime_power){(uint32_t)prime, (int32_t)exponent};
    return CPM_OK;
}

/* How many j < n have a j + b divisible by p^k, summed over k; p does not divide a. */
static slong valuation(const cpm_linear_factor *f, ulong p, ulong n, ulong largest)
{
    slong sum = 0;
    ulong negated = (ulong)(f->b < 0 ? -f->b : f->b);
    for (ulong power = p; power <= largest; power *= p) { /* below 2^62 */
        ulong root = negated % power;
        if (f->b > 0 && root != 0)
            root = power - root; /* -b */
        if (f->a != 1)
            root = n_mulmod2(root, n_invmod((ulong)f->a % power, power), power);
        if (root < n)
            sum += (slong)((n - 1 - root) / power) + 1;
    }
    return sum;
}

static cpm_status count_primes(prime_powers *list, const cpm_poly_linear *linear, ulong n,
                               ulong largest, const cpm_config *config, cpm_err *err)
{
    n_primes_t iterator;
    cpm_status status = CPM_OK;
    n_primes_init(iterator);
    for (ulong p = n_primes_next(iterator); p <= largest && status == CPM_OK;
         p = n_primes_next(iterator)) {
        slong exponent = 0;
        for (size_t k = 0; k < linear->count; k++)
            if ((ulong)linear->factors[k].a % p != 0)
                exponent +=
                    linear->factors[k].power * valuation(&linear->factors[k], p, n, largest);
        if (exponent != 0)
            status = append(list, p, exponent, err);
        if (status == CPM_OK && list->count % 4096 == 0)
            status = cpm_progress(config, 0, err);
    }
    n_primes_clear(iterator);
    return status;
}

/* The primes of c^exponent; c > 0 of 32 bits. */
static cpm_status count_constant(prime_powers *list, const fmpz_t c, slong exponent, cpm_err *err)
{
    n_factor_t factors;
    cpm_status status = CPM_OK;
    n_factor_init(&factors);
    n_factor(&factors, fmpz_get_ui(c), 1);
    for (int k = 0; k < factors.num && status == CPM_OK; k++)
        status = append(list, factors.p[k], factors.exp[k] * exponent, err);
    return status;
}

/* The sign of the n values of f, and whether one is 0. */
static void count_signs(prime_powers *list, const cpm_linear_factor *f, ulong n)
{
    ulong negative = f->b >= 0 ? 0 : ((ulong)-f->b + (ulong)f->a - 1) / (ulong)f->a;
    bool vanishes = f->b <= 0 && (-f->b) % f->a == 0 && negative < n;
    negative = FLINT_MIN(negative, n);
    list->zero = list->zero || vanishes;
    if (negative % 2 != 0 && f->power % 2 != 0)
        list->negative = !list->negative;
}

static int by_prime(const void *x, const void *y)
{
    const prime_power *a = x, *b = y;
    return a->prime < b->prime ? -1 : a->prime > b->prime;
}

/* Adds up the exponents of equal primes. */
static void merge(prime_powers *list)
{
    size_t count = 0;
    qsort(list->at, list->count, sizeof *list->at, by_prime);
    for (size_t k = 0; k < list->count; k++)
        if (count > 0 && list->at[count - 1].prime == list->at[k].prime)
            list->at[count - 1].exponent += list->at[k].exponent;
        else
            list->at[count++] = list->at[k];
    list->count = count;
}

static cpm_status find_exponents(prime_powers *list, const cpm_poly_linear *linear, ulong n,
                                 const cpm_config *config, cpm_err *err)
{
    fmpz_t steps, content;
    fmpz_init_set_ui(steps, n);
    fmpz_init(content);
    ulong largest = cpm_poly_linear_largest(linear, steps);
    for (size_t k = 0; k < linear->count; k++)
        count_signs(list, &linear->factors[k], n);
    list->negative = list->negative != (fmpz_sgn(linear->num) < 0 && n % 2 != 0);
    list->zero = list->zero || (fmpz_is_zero(linear->num) && n > 0);
    cpm_status status = CPM_OK;
    if (!list->zero && n > 0) {
        size_t sieved;
        status = count_primes(list, linear, n, largest, config, err);
        sieved = list->count;
        fmpz_abs(content, linear->num);
        if (status == CPM_OK)
            status = count_constant(list, content, (slong)n, err);
        if (status == CPM_OK)
            status = count_constant(list, linear->den, -(slong)n, err);
        if (status == CPM_OK && list->count > sieved)
            merge(list);
    }
    fmpz_clear(steps);
    fmpz_clear(content);
    return status;
}

cpm_status cpm_poly_primes_bits(double *bits, const cpm_poly_linear *linear,
                                const cpm_polyform *form, ulong n, const cpm_config *config,
                                cpm_err *err)
{
    prime_powers list = {0};
    cpm_status status = find_exponents(&list, linear, n, config, err);
    *bits = (double)(fmpz_bits(form->start) + fmpz_bits(form->scale)) +
            (double)FLINT_ABS(_fmpz_vec_max_bits(form->rows, (slong)form->noutputs));
    for (size_t k = 0; k < list.count; k++)
        *bits += fabs((double)list.at[k].exponent) * log2((double)list.at[k].prime);
    free(list.at);
    return status;
}

/* ---- Products in binary ----------------------------------------------------------------- */

static void product(fmpz_t out, const uint32_t *p, size_t count)
{
    fmpz_one(out);
    if (count <= 16) {
        for (size_t k = 0; k < count; k++)
            fmpz_mul_ui(out, out, p[k]);
        return;
    }
    fmpz_t right;
    fmpz_init(right);
    product(out, p, count / 2);
    product(right, p + count / 2, count - count / 2);
    fmpz_mul(out, out, right);
    fmpz_clear(right);
}

/* The primes whose exponent, where it has this sign, has this bit; `chosen` has room. */
static size_t choose(uint32_t *chosen, const prime_powers *list, bool in_denominator, unsigned bit)
{
    size_t count = 0;
    for (size_t k = 0; k < list->count; k++) {
        int32_t e = in_denominator ? -list->at[k].exponent : list->at[k].exponent;
        if (e > 0 && (e >> bit & 1) != 0)
            chosen[count++] = list->at[k].prime;
    }
    return count;
}

static unsigned bits_of_exponents(const prime_powers *list, bool in_denominator)
{
    int32_t largest = 0;
    for (size_t k = 0; k < list->count; k++) {
        int32_t e = in_denominator ? -list->at[k].exponent : list->at[k].exponent;
        largest = e > largest ? e : largest;
    }
    return (unsigned)FLINT_BIT_COUNT((ulong)largest);
}

/* How much is done with so many bits of the exponents left. */
static cpm_status powers_progress(const cpm_config *config, unsigned left, cpm_err *err)
{
    return cpm_progress(config, cpm_done_with_left(left), err);
}

static cpm_status powers(fmpz_t out, const prime_powers *list, bool in_denominator,
                         const cpm_config *config, cpm_err *err)
{
    uint32_t *chosen = cpm_calloc(list->count, sizeof *chosen);
    if (chosen == NULL)
        return cpm_err_memory(err);
    cpm_status status = CPM_OK;
    fmpz_t primes;
    fmpz_init(primes);
    fmpz_one(out);
    for (unsigned bit = bits_of_exponents(list, in_denominator); bit-- > 0 && status == CPM_OK;) {
        fmpz_mul(out, out, out);
        product(primes, chosen, choose(chosen, list, in_denominator, bit));
        fmpz_mul(out, out, primes);
        status = powers_progress(config, bit, err);
    }
    fmpz_clear(primes);
    free(chosen);
    return status;
}

static void set_output(fmpq_t out, const cpm_polyform *form, size_t k, const fmpz_t num,
                       const fmpz_t den)
{
    fmpz_t x, y;
    fmpz_init(x);
    fmpz_init(y);
    fmpz_mul(x, form->rows + k, form->start);
    fmpz_mul(x, x, num);
    fmpz_mul(y, form->scale, den);
    cpm_poly_quotient(out, x, y);
    fmpz_clear(x);
    fmpz_clear(y);
}

cpm_status cpm_poly_primes(fmpq *out, const cpm_poly_linear *linear, const cpm_polyform *form,
                           ulong n, const cpm_config *config, cpm_err *err)
{
    prime_powers list = {0};
    fmpz_t num, den;
    fmpz_init(num);
    fmpz_init_set_ui(den, 1);
    cpm_status status = find_exponents(&list, linear, n, config, err);
    if (status == CPM_OK && !list.zero)
        status = powers(num, &list, false, config, err);
    if (status == CPM_OK && !list.zero)
        status = powers(den, &list, true, config, err);
    if (list.negative)
        fmpz_neg(num, num);
    for (size_t k = 0; k < form->noutputs && status == CPM_OK; k++)
        set_output(out + k, form, k, num, den);
    free(list.at);
    fmpz_clear(num);
    fmpz_clear(den);
    return status;
}

/* ---- Products in decimal ------------------------------------------------------------------ */

/* Products of fewer primes are made in binary and converted. */
enum { BINARY_PRIMES = 1000 };

static cpm_status product_decimal(cpm_dec *out, const uint32_t *p, size_t count, cpm_dec_ctx *ctx,
                                  const cpm_config *config, cpm_err *err)
{
    if (count <= BINARY_PRIMES) {
        fmpz_t primes;
        mpz_t binary;
        fmpz_init(primes);
        mpz_init(binary);
        product(primes, p, count);
        fmpz_get_mpz(binary, primes);
        cpm_status status = cpm_dec_set_mpz(out, binary, err);
        fmpz_clear(primes);
        mpz_clear(binary);
        return status;
    }
    cpm_dec right = {0};
    cpm_status status = product_decimal(out, p, count / 2, ctx, config, err);
    if (status == CPM_OK)
        status = product_decimal(&right, p + count / 2, count - count / 2, ctx, config, err);
    if (status == CPM_OK)
        status = cpm_dec_mul(out, out, &right, ctx, err);
    if (status == CPM_OK)
        status = cpm_progress(config, -1, err);
    cpm_dec_clear(&right);
    return status;
}

static cpm_status powers_decimal(cpm_dec *out, const prime_powers *list, cpm_dec_ctx *ctx,
                                 const cpm_config *config, cpm_err *err)
{
    uint32_t *chosen = cpm_calloc(list->count, sizeof *chosen);
    cpm_dec primes = {0};
    cpm_status status = chosen == NULL ? cpm_err_memory(err) : CPM_OK;
    if (status == CPM_OK)
        status = product_decimal(out, chosen, 0, ctx, config, err); /* 1 */
    for (unsigned bit = bits_of_exponents(list, false); bit-- > 0 && status == CPM_OK;) {
        size_t count = choose(chosen, list, false, bit);
        status = cpm_dec_mul(out, out, out, ctx, err);
        if (status == CPM_OK)
            status = product_decimal(&primes, chosen, count, ctx, config, err);
        if (status == CPM_OK)
            status = cpm_dec_mul(out, out, &primes, ctx, err);
        if (status == CPM_OK)
            status = powers_progress(config, bit, err);
    }
    cpm_dec_clear(&primes);
    free(chosen);
    return status;
}

/* out[k] = rows[k] start / scale times the product. */
static cpm_status outputs_decimal(cpm_dec *out, bool *found, const cpm_dec *power,
                                  const cpm_polyform *form, cpm_err *err)
{
    cpm_status status = CPM_OK;
    fmpz_t c;
    fmpz_init(c);
    for (size_t k = 0; k < form->noutputs && *found && status == CPM_OK; k++) {
        fmpz_mul(c, form->rows + k, form->start);
        *found = fmpz_bits(c) < 62;
        if (*found)
            status = cpm_dec_mul_si(&out[k], power, fmpz_get_si(c), err);
        if (*found && status == CPM_OK)
            *found = cpm_dec_unscale(&out[k], form->scale);
    }
    fmpz_clear(c);
    return status;
}

cpm_status cpm_poly_primes_decimal(cpm_dec *out, bool *found, const cpm_poly_linear *linear,
                                   const cpm_polyform *form, ulong n, const cpm_config *config,
                                   cpm_err *err)
{
    prime_powers list = {0};
    cpm_dec_ctx ctx;
    cpm_dec power = {0};
    *found = false;
    cpm_status status = cpm_dec_ctx_init(&ctx, config->nthreads, config->check, err);
    if (status != CPM_OK)
        return status;
    status = find_exponents(&list, linear, n, config, err);
    *found = status == CPM_OK && !list.zero && bits_of_exponents(&list, true) == 0 &&
             fmpz_abs_fits_ui(form->scale);
    if (*found)
        status = powers_decimal(&power, &list, &ctx, config, err);
    power.negative = list.negative;
    if (*found && status == CPM_OK)
        status = outputs_decimal(out, found, &power, form, err);
    cpm_dec_clear(&power);
    cpm_dec_ctx_clear(&ctx);
    free(list.at);
    return status;
}
