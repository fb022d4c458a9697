/* SPDX-License-Identifier: MIT
 *
 * bignum_case.h - one question to the arithmetic of src/bignum, made from
 * bytes, and its answer compared with GMP's or FLINT's. The fuzz target gives it
 * what libFuzzer invents, test_bignum_cases some hundred random ones.
 *
 * The bytes choose the kernel (AVX-512, AVX2, portable, none), the number of
 * threads, the operation, the lengths and the kinds of the operands; past the
 * end of the bytes a generator seeded with them goes on. Lengths lie around
 * 2^k, 3*2^k and 5*2^k limbs and around the cutoffs, or are anything.
 */
#ifndef CPM_TESTS_BIGNUM_CASE_H
#define CPM_TESTS_BIGNUM_CASE_H

#include "base/strbuf.h"
#include "bignum/cpu.h"
#include "bignum/dec_product.h"
#include "bignum/nmod_mori.h"
#include "bignum/nmod_mul.h"
#include "bignum/tune.h"
#include "power/bostan_mori.h"
#include "power/decimal.h"
#include "power/decimal_stream.h"

#include <flint/nmod_poly.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bignum_case {
    const uint8_t *data;
    size_t size;
    uint64_t state; /* of the generator */
    bool available; /* the processor's share that is left has the transforms */
    unsigned nthreads;
    size_t max_limbs;
    char message[200]; /* what is wrong; empty: nothing */
} bignum_case;

/* ---- Choices ------------------------------------------------------------------ */

static uint64_t case_rand(bignum_case *c)
{
    uint64_t z = (c->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A choice among n <= 256. */
static unsigned case_pick(bignum_case *c, unsigned n)
{
    if (c->size == 0)
        return (unsigned)(case_rand(c) % n);
    c->size--;
    return *c->data++ % n;
}

/* A number in 0..n-1. */
static size_t case_below(bignum_case *c, size_t n)
{
    size_t x = (size_t)case_pick(c, 256) << 16;
    x |= (size_t)case_pick(c, 256) << 8;
    x |= (size_t)case_pick(c, 256);
    return x % n;
}

/* A length from 1 to max, mostly near where something changes. */
static size_t case_length(bignum_case *c, size_t max)
{
    size_t n;
    switch (case_pick(c, 4)) {
    case 0:
        n = 1 + case_below(c, max);
        break;
    case 1: /* where decimal begins, where Bostan-Mori takes its transforms */
        n = case_pick(c, 2) ? CPM_TUNE_DECIMAL_START_BITS / 63 : CPM_TUNE_NMOD_PRIMES_LEN;
        break;
    default:
        n = (size_t)(2 * case_pick(c, 3) + 1) << case_pick(c, 16);
    }
    n += case_pick(c, 5);
    n = n > 2 ? n - 2 : 1;
    while (n > max)
        n = n / 2 + case_pick(c, 2);
    return n;
}

static void case_fail(bignum_case *c, const char *what, size_t a, size_t b)
{
    if (c->message[0] == '\0')
        snprintf(c->message, sizeof c->message, "%s (%zu, %zu; %s, %u threads)", what, a, b,
                 !cpm_cpu_has(CPM_CPU_FMA)      ? "no kernel"
                 : cpm_cpu_has(CPM_CPU_AVX512F) ? "avx512"
                 : cpm_cpu_has(CPM_CPU_AVX2)    ? "avx2"
                                                : "portable",
                 c->nthreads);
}

static void case_must(bignum_case *c, cpm_status status, cpm_err *err)
{
    if (status != CPM_OK)
        case_fail(c, err->message, (size_t)status, 0);
    cpm_err_clear(err);
}

/* ---- Decimal operands ----------------------------------------------------------- */

/* Limbs of random kinds: the edges of balanced digits, nought, anything. */
static void mixed_limbs(mpz_t out, bignum_case *c, size_t nlimbs, bool edges_only)
{
    static const uint64_t edge[] = {0, 1, CPM_DEC_BASE / 2 - 1, CPM_DEC_BASE / 2, CPM_DEC_BASE - 1};
    char *text = malloc(nlimbs * CPM_DEC_DIGITS + 1);
    if (text == NULL)
        abort();
    for (size_t i = 0; i < nlimbs; i++) {
        uint64_t r = case_rand(c);
        uint64_t x = edges_only ? edge[r % 5] : r % CPM_DEC_BASE;
        snprintf(text + i * CPM_DEC_DIGITS, CPM_DEC_DIGITS + 1, "%019llu", (unsigned long long)x);
    }
    mpz_set_str(out, text, 10);
    free(text);
}

/* A number of about nlimbs limbs. */
static void case_number(mpz_t out, bignum_case *c, size_t nlimbs)
{
    size_t ndigits = nlimbs * CPM_DEC_DIGITS - case_pick(c, CPM_DEC_DIGITS);
    mpz_t t;
    mpz_init(t);
    switch (case_pick(c, 9)) {
    case 0: /* all nines */
        mpz_ui_pow_ui(out, 10, ndigits);
        mpz_sub_ui(out, out, 1);
        break;
    case 1: /* all ones in binary */
        mpz_set_ui(out, 1);
        mpz_mul_2exp(out, out, nlimbs * 63 + case_pick(c, 3));
        mpz_sub_ui(out, out, 1);
        break;
    case 2: /* a single digit */
        mpz_set_ui(out, case_pick(c, 10));
        break;
    case 3: /* powers */
        mpz_ui_pow_ui(out, 10, ndigits - 1);
        break;
    case 4:
        mpz_ui_pow_ui(out, 2, nlimbs * 63);
        break;
    case 5: /* nines, then noughts */
        mpz_ui_pow_ui(out, 10, ndigits);
        mpz_ui_pow_ui(t, 10, case_below(c, ndigits + 1));
        mpz_sub(out, out, t);
        break;
    case 6:
        mixed_limbs(out, c, nlimbs, true);
        break;
    default:
        mixed_limbs(out, c, nlimbs, false);
    }
    if (case_pick(c, 2))
        mpz_neg(out, out);
    mpz_clear(t);
}

static bool case_equal(const cpm_dec *a, mpz_srcptr b)
{
    cpm_err err = {0};
    mpz_t t;
    mpz_init(t);
    bool same = cpm_dec_get_mpz(t, a, &err) == CPM_OK && mpz_cmp(t, b) == 0;
    for (size_t i = 0; i < a->len; i++)
        same = same && a->limb[i] < CPM_DEC_BASE;
    same = same && (a->len == 0 ? !a->negative : a->limb[a->len - 1] != 0);
    mpz_clear(t);
    return same;
}

/* Two operands in both forms, and room for results. */
typedef struct decimal_pair {
    mpz_t a, b, c;
    cpm_dec x, y, z;
} decimal_pair;

static void pair_init(decimal_pair *p, bignum_case *c, size_t la, size_t lb)
{
    cpm_err err = {0};
    memset(p, 0, sizeof *p);
    mpz_init(p->a);
    mpz_init(p->b);
    mpz_init(p->c);
    case_number(p->a, c, la);
    case_number(p->b, c, lb);
    case_must(c, cpm_dec_set_mpz(&p->x, p->a, &err), &err);
    case_must(c, cpm_dec_set_mpz(&p->y, p->b, &err), &err);
}

static void pair_clear(decimal_pair *p)
{
    mpz_clear(p->a);
    mpz_clear(p->b);
    mpz_clear(p->c);
    cpm_dec_clear(&p->x);
    cpm_dec_clear(&p->y);
    cpm_dec_clear(&p->z);
}

/* A context; false, and that must be so, where there is no kernel. */
static bool case_context(cpm_dec_ctx *ctx, bignum_case *c)
{
    cpm_err err = {0};
    cpm_status status = cpm_dec_ctx_init(ctx, c->nthreads, case_pick(c, 2), &err);
    if (status != (c->available ? CPM_OK : CPM_ERR_UNSUPPORTED))
        case_fail(c, err.message, (size_t)status, 0);
    return status == CPM_OK;
}

/* ---- Operations -------------------------------------------------------------------- */

/* Operands whose product has a length near an interesting one. */
static void case_product(bignum_case *c)
{
    cpm_err err = {0};
    cpm_dec_ctx ctx;
    if (!case_context(&ctx, c))
        return;
    size_t total = case_length(c, c->max_limbs) + 1;
    size_t la = case_pick(c, 3) ? total / 2 + case_pick(c, 2) : 1 + case_below(c, total - 1);
    size_t lb = la < total ? total - la : 1;
    decimal_pair p;
    pair_init(&p, c, la, lb);
    mpz_mul(p.c, p.a, p.b);
    case_must(c, cpm_dec_mul(&p.z, &p.x, &p.y, &ctx, &err), &err);
    if (!case_equal(&p.z, p.c))
        case_fail(c, "wrong product", la, lb);
    mpz_mul(p.c, p.a, p.a);
    case_must(c, cpm_dec_mul(&p.x, &p.x, &p.x, &ctx, &err), &err);
    if (!case_equal(&p.x, p.c))
        case_fail(c, "wrong square", la, la);
    pair_clear(&p);
    cpm_dec_ctx_clear(&ctx);
}

/* A coefficient of up to `nbits` bits. */
static int64_t case_coeff(bignum_case *c, unsigned nbits)
{
    int64_t size = (int64_t)(case_rand(c) >> (64 - nbits) >> case_pick(c, nbits));
    return case_pick(c, 2) ? size : -size;
}

/* Some sums of products of three numbers, some of them over the operands. */
static void case_sums(bignum_case *c)
{
    enum { NOPERANDS = 3, MAX_SUMS = 18, MAX_TERMS = 7 };
    cpm_err err = {0};
    cpm_dec_ctx ctx;
    if (!case_context(&ctx, c))
        return;
    mpz_t a[NOPERANDS], expected[MAX_SUMS], t;
    cpm_dec x[NOPERANDS], out[MAX_SUMS], *targets[MAX_SUMS];
    cpm_dec_term terms[MAX_SUMS][MAX_TERMS];
    cpm_dec_sum sums[MAX_SUMS];
    memset(x, 0, sizeof x);
    memset(out, 0, sizeof out);
    mpz_init(t);
    size_t len = case_length(c, c->max_limbs / 2);
    for (int i = 0; i < NOPERANDS; i++) {
        mpz_init(a[i]);
        case_number(a[i], c, case_pick(c, 3) ? len : 1 + case_below(c, len));
        case_must(c, cpm_dec_set_mpz(&x[i], a[i], &err), &err);
    }
    size_t nsums = 1 + case_pick(c, case_pick(c, 8) ? 3 : MAX_SUMS);
    bool over_operands = case_pick(c, 2);
    unsigned nbits = case_pick(c, 3) ? 3 : 40; /* three primes, four */
    for (size_t s = 0; s < nsums; s++) {
        mpz_init(expected[s]);
        sums[s] = (cpm_dec_sum){terms[s], case_pick(c, MAX_TERMS + 1)};
        targets[s] = over_operands && s < NOPERANDS ? &x[s] : &out[s];
        for (size_t i = 0; i < sums[s].nterms; i++) {
            unsigned p = case_pick(c, NOPERANDS + 1), q = case_pick(c, NOPERANDS + 1);
            cpm_dec_term *term = &terms[s][i];
            *term = (cpm_dec_term){NULL, NULL, case_coeff(c, nbits)};
            mpz_set_si(t, (long)term->c);
            if (p < NOPERANDS) {
                term->a = &x[p];
                mpz_mul(t, t, a[p]);
                if (q < NOPERANDS) {
                    term->b = &x[q];
                    mpz_mul(t, t, a[q]);
                }
            }
            mpz_add(expected[s], expected[s], t);
        }
    }
    case_must(c, cpm_dec_sums(targets, sums, nsums, &ctx, &err), &err);
    for (size_t s = 0; s < nsums; s++) {
        if (!case_equal(targets[s], expected[s]))
            case_fail(c, "wrong sum of products", nsums, len);
        mpz_clear(expected[s]);
        cpm_dec_clear(&out[s]);
    }
    for (int i = 0; i < NOPERANDS; i++) {
        mpz_clear(a[i]);
        cpm_dec_clear(&x[i]);
    }
    mpz_clear(t);
    cpm_dec_ctx_clear(&ctx);
}

static cpm_status case_append(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

/* Linear operations and text, on no transform. */
static void case_linear(bignum_case *c)
{
    cpm_err err = {0};
    size_t la = case_length(c, c->max_limbs / 2), lb = case_length(c, la);
    int64_t m = case_coeff(c, 63);
    decimal_pair p;
    pair_init(&p, c, la, lb);
    mpz_add(p.c, p.a, p.b);
    case_must(c, cpm_dec_add(&p.z, &p.x, &p.y, &err), &err);
    if (!case_equal(&p.z, p.c))
        case_fail(c, "wrong sum", la, lb);
    mpz_sub(p.c, p.b, p.c);
    case_must(c, cpm_dec_sub(&p.z, &p.y, &p.z, &err), &err);
    if (!case_equal(&p.z, p.c))
        case_fail(c, "wrong difference", la, lb);
    mpz_mul_si(p.c, p.a, (long)m);
    case_must(c, cpm_dec_mul_si(&p.z, &p.x, m, &err), &err);
    if (!case_equal(&p.z, p.c))
        case_fail(c, "wrong multiple", la, 1);
    uint64_t size = m < 0 ? 0 - (uint64_t)m : (uint64_t)m;
    if (m != 0 && (!cpm_dec_divexact_ui(&p.z, size) || cpm_dec_cmpabs(&p.z, &p.x) != 0))
        case_fail(c, "wrong quotient", la, 1);
    uint64_t q = case_rand(c) >> case_pick(c, 63);
    if (q != 0 && cpm_dec_mod_ui(&p.x, q) != mpz_fdiv_ui(p.a, q))
        case_fail(c, "wrong remainder", la, 1);
    mpz_set(p.c, p.b);
    mpz_mul_si(p.b, p.a, (long)m);
    mpz_add(p.c, p.c, p.b);
    case_must(c, cpm_dec_addmul_si(&p.y, &p.x, m, &err), &err);
    if (!case_equal(&p.y, p.c))
        case_fail(c, "wrong multiple added", lb, la);
    cpm_strbuf text = {0};
    cpm_writer writer = {case_append, &text};
    case_must(c, cpm_dec_write(&p.y, &writer, &err), &err);
    char *expected = mpz_get_str(NULL, 10, p.c);
    if (text.len != strlen(expected) || memcmp(text.data, expected, text.len) != 0)
        case_fail(c, "wrong digits", lb, la);
    free(expected);
    cpm_strbuf_clear(&text);
    pair_clear(&p);
}

/* A term of a recurrence of order 1 to 7 by both engines. */
static void case_term(bignum_case *c)
{
    slong order = 1 + (slong)case_pick(c, case_pick(c, 2) ? 2 : 7);
    unsigned nbits = case_pick(c, 4) ? 3 : 40;
    fmpz_poly_t num, den;
    fmpz_t n, expected;
    fmpz_poly_init(num);
    fmpz_poly_init(den);
    fmpz_init(n);
    fmpz_init(expected);
    fmpz_poly_set_coeff_si(den, 0, 1);
    for (slong i = 1; i <= order; i++)
        fmpz_poly_set_coeff_si(den, i, (slong)case_coeff(c, nbits));
    for (slong i = 0; i < order; i++)
        fmpz_poly_set_coeff_si(num, i, (slong)case_coeff(c, nbits));
    fmpz_set_ui(n, case_below(c, c->max_limbs * 60 / (nbits * (ulong)order)));
    cpm_config config = {.nthreads = c->nthreads};
    config.check = case_pick(c, 2);
    cpm_err err = {0};
    if (cpm_nth_bostan_mori(expected, num, den, n, NULL, &config, &err) != CPM_OK)
        case_fail(c, err.message, (size_t)order, 0);
    mpz_t value;
    mpz_init(value);
    fmpz_get_mpz(value, expected);
    for (int way = 0; way < 2; way++) {
        cpm_dec x = {0};
        cpm_status status = (way == 0 ? cpm_nth_decimal : cpm_nth_decimal_bostan_mori)(
            &x, num, den, n, &config, &err);
        if (status != (c->available ? CPM_OK : CPM_ERR_UNSUPPORTED) ||
            (status == CPM_OK && !case_equal(&x, value)))
            case_fail(c, way == 0 ? "wrong term" : "wrong term by Bostan-Mori", (size_t)order,
                      fmpz_get_ui(n));
        cpm_dec_clear(&x);
    }
    mpz_clear(value);
    fmpz_poly_clear(num);
    fmpz_poly_clear(den);
    fmpz_clear(n);
    fmpz_clear(expected);
}

/* Consecutive terms of a recurrence of order 1 to 10 after a jump. */
static void case_stream(bignum_case *c)
{
    enum { NTERMS = 6 };
    cpm_err err = {0};
    slong order = 1 + (slong)case_pick(c, case_pick(c, 2) ? 3 : 10);
    slong reach = case_pick(c, 4) ? order : (slong)case_pick(c, 60);
    unsigned nbits = case_pick(c, 4) ? 3 : 40;
    cpm_genfun f;
    cpm_genfun_init(&f);
    fmpz_one(f.scale);
    fmpz_poly_set_coeff_si(f.den, 0, 1);
    for (slong i = 1; i <= order; i++)
        fmpz_poly_set_coeff_si(f.den, i, (slong)case_coeff(c, nbits) + (i == order));
    if (fmpz_poly_degree(f.den) < order)
        fmpz_poly_set_coeff_si(f.den, order, -1);
    for (slong i = 0; i < reach; i++)
        fmpz_poly_set_coeff_si(f.num, i, (slong)case_coeff(c, nbits));
    fmpz_t n, expected;
    fmpz_init(expected);
    fmpz_init_set_ui(n, case_below(c, c->max_limbs * 60 / (nbits * (ulong)order)));
    fmpz_add_ui(n, n, (ulong)(order + reach));
    cpm_config config = {.nthreads = c->nthreads};
    cpm_decimal_stream stream = {.order = 0};
    cpm_status status =
        c->available ? cpm_decimal_stream_jump(&stream, &f, n, &config, &err) : CPM_ERR_UNSUPPORTED;
    if (c->available)
        case_must(c, status, &err);
    mpz_t value;
    mpz_init(value);
    for (int i = 0; i < NTERMS && status == CPM_OK; i++) {
        const cpm_dec *term;
        if (cpm_nth_bostan_mori(expected, f.num, f.den, n, NULL, &config, &err) != CPM_OK)
            case_fail(c, err.message, 0, 0);
        fmpz_get_mpz(value, expected);
        case_must(c, cpm_decimal_stream_step(&term, &stream, &err), &err);
        if (!case_equal(term, value))
            case_fail(c, "wrong term after a jump", (size_t)order, fmpz_get_ui(n));
        fmpz_add_ui(n, n, 1);
    }
    mpz_clear(value);
    cpm_decimal_stream_clear(&stream);
    fmpz_clear(n);
    fmpz_clear(expected);
    cpm_genfun_clear(&f);
}

/* ---- Modulo a word ------------------------------------------------------------------- */

static ulong case_modulus(bignum_case *c)
{
    static const ulong moduli[] = {2,         3,         998244353,        1000000007,
                                   1ul << 49, 1ul << 50, (1ul << 50) - 27, UINT64_MAX};
    unsigned i = case_pick(c, 12);
    return i < 8 ? moduli[i] : 2 + (case_rand(c) >> (2 + case_pick(c, 60)));
}

/* n coefficients: random, all m - 1, all (m-1)/2, mostly 0. */
static ulong *case_coefficients(nmod_poly_t poly, bignum_case *c, size_t n, ulong m)
{
    unsigned kind = case_pick(c, 5);
    ulong *out = calloc(n + 1, sizeof *out);
    if (out == NULL)
        abort();
    nmod_poly_zero(poly);
    for (size_t i = 0; i < n; i++) {
        ulong r = case_rand(c);
        out[i] = kind == 0 ? m - 1 : kind == 1 ? (m - 1) / 2 : kind == 2 && r % 16 > 0 ? 0 : r % m;
        nmod_poly_set_coeff_ui(poly, (slong)i, out[i]);
    }
    return out;
}

static void case_nmod_product(bignum_case *c)
{
    if (!c->available)
        return; /* callers ask cpm_nmod_mori_available */
    cpm_err err = {0};
    ulong m = case_modulus(c);
    size_t na = case_length(c, c->max_limbs), nb = case_pick(c, 2) ? na : case_length(c, na);
    nmod_poly_t a, b, p;
    nmod_poly_init(a, m);
    nmod_poly_init(b, m);
    nmod_poly_init(p, m);
    ulong *x = case_coefficients(a, c, na, m), *y = case_coefficients(b, c, nb, m);
    ulong *z = calloc(na + nb, sizeof *z);
    if (z == NULL)
        abort();
    nmod_poly_mul(p, a, b);
    case_must(c, cpm_nmod_mul(z, x, na, y, nb, m, c->nthreads, &err), &err);
    for (size_t i = 0; i < na + nb - 1; i++)
        if (z[i] != nmod_poly_get_coeff_ui(p, (slong)i))
            case_fail(c, "wrong product of polynomials", na, nb);
    free(x);
    free(y);
    free(z);
    nmod_poly_clear(a);
    nmod_poly_clear(b);
    nmod_poly_clear(p);
}

/* [x^n] num/den by the definition: den * series = num, O(n * order). */
static ulong plain_term(const nmod_poly_t num, const nmod_poly_t den, size_t n, ulong m)
{
    nmod_poly_t series;
    nmod_poly_init(series, m);
    nmod_poly_div_series(series, num, den, (slong)n + 1);
    ulong result = nmod_poly_get_coeff_ui(series, (slong)n);
    nmod_poly_clear(series);
    return result;
}

/* Steps on a fraction, by either kernel, by both, and by the engine that chooses. */
static void case_nmod_term(bignum_case *c)
{
    cpm_err err = {0};
    ulong m = case_modulus(c);
    size_t order = case_length(c, c->max_limbs / 2);
    size_t n = case_below(c, 3 * order + 1000);
    nmod_poly_t num, den;
    nmod_poly_init(num, m);
    nmod_poly_init(den, m);
    cpm_nmod_fraction f = {.nnum = order, .nden = order + 1, .modulus = m};
    f.num = case_coefficients(num, c, order, m);
    f.den = case_coefficients(den, c, order + 1, m);
    f.den[0] = 1;
    nmod_poly_set_coeff_ui(den, 0, 1);
    fmpz_init_set_ui(f.index, n);
    ulong expected = plain_term(num, den, n, m);
    cpm_config config = {.nthreads = c->nthreads};
    mp_limb_t found = 0;
    if (cpm_nth_bostan_mori_nmod(&found, num, den, f.index, &config, &err) != CPM_OK ||
        found != expected)
        case_fail(c, "wrong residue", order, n);
    if (c->available) {
        f.num = realloc(f.num, (order + 1) * sizeof *f.num);
        if (f.num == NULL)
            abort();
        const size_t cutoffs[] = {0, 40, order < 2000 ? order + 1 : 40, order < 400 ? SIZE_MAX : 0};
        size_t cutoff = cutoffs[case_pick(c, 4)];
        case_must(c, cpm_nmod_mori(&f, cutoff, c->nthreads, NULL, NULL, &err), &err);
        nmod_poly_zero(num);
        nmod_poly_zero(den);
        for (size_t i = 0; i < f.nnum; i++)
            nmod_poly_set_coeff_ui(num, (slong)i, f.num[i]);
        for (size_t i = 0; i < f.nden; i++)
            nmod_poly_set_coeff_ui(den, (slong)i, f.den[i]);
        if (plain_term(num, den, fmpz_get_ui(f.index), m) != expected)
            case_fail(c, "wrong fraction", order, n);
    }
    free(f.num);
    free(f.den);
    fmpz_clear(f.index);
    nmod_poly_clear(num);
    nmod_poly_clear(den);
}

/* ---- One case ------------------------------------------------------------------------ */

static void (*const case_operations[])(bignum_case *) = {
    case_product, case_product, case_sums,         case_sums,      case_linear,
    case_term,    case_stream,  case_nmod_product, case_nmod_term,
};

/* Runs the case that the bytes describe, with numbers of up to about max_limbs
 * limbs. c->message says what is wrong. All of the processor is back afterwards. */
static void bignum_case_run(bignum_case *c, const uint8_t *data, size_t size, size_t max_limbs)
{
    static const char *const disabled[] = {"", "avx512f", "avx512f,avx2", "fma"};
    *c = (bignum_case){.data = data, .size = size, .state = size, .max_limbs = max_limbs};
    for (size_t i = 0; i < size; i++)
        c->state = (c->state ^ data[i]) * 0x100000001b3u;
    unsigned kernel = case_pick(c, 4);
    cpm_cpu_disable(disabled[kernel]);
    if (kernel == 2)
        c->max_limbs /= 4; /* an emulated fma would take its time */
    c->available = cpm_dec_available();
    c->nthreads = 1 + case_pick(c, 3);
    case_operations[case_pick(c, sizeof case_operations / sizeof case_operations[0])](c);
    cpm_cpu_disable(NULL);
}

#endif
