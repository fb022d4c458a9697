/* SPDX-License-Identifier: MIT
 *
 * Decimal integers against GMP: linear operations, products by transforms on
 * every kernel and with several threads, conversion and text.
 */
#include "base/mem.h"
#include "bignum/cpu.h"
#include "bignum/dec_product.h"
#include "unit.h"

static gmp_randstate_t gmp_random;

static const char *const disabled[] = {"", "avx512f", "avx512f,avx2"};
enum { NKERNELS = 3 };

static cpm_err err;

static void must(cpm_status status)
{
    if (status != CPM_OK)
        UNIT_FAIL("status %d: %s", (int)status, err.message);
    cpm_err_clear(&err);
}

/* Limbs at the edges of what carries when digits are balanced. */
static void edge_limbs(mpz_t out, size_t ndigits)
{
    static const uint64_t edge[] = {0, 4999999999999999999u, 5000000000000000000u,
                                    9999999999999999999u};
    mpz_t base;
    mpz_init(base);
    mpz_ui_pow_ui(base, 10, 19);
    mpz_set_ui(out, 0);
    uint64_t kind = unit_below(6);
    for (size_t i = 0; i < ndigits / 19 + 1; i++) {
        mpz_mul(out, out, base);
        mpz_add_ui(out, out, edge[kind < 4 ? kind : unit_below(4)]);
    }
    mpz_clear(base);
}

/* A number of about `ndigits` digits: random, edge cases of balanced digits, all nines, a power of
 * ten, small digits only, or nearly a power; with either sign. */
static void random_number(mpz_t out, size_t ndigits)
{
    mpz_t bound;
    mpz_init(bound);
    mpz_ui_pow_ui(bound, 10, ndigits);
    switch (unit_below(8)) {
    case 4:
        edge_limbs(out, ndigits > 4000 ? 4000 : ndigits);
        break;
    case 0:
        mpz_sub_ui(out, bound, 1);
        break;
    case 1:
        mpz_set(out, bound);
        break;
    case 2:
        mpz_set_ui(out, unit_below(100));
        break;
    case 3:
        mpz_ui_pow_ui(out, 10, ndigits / 2);
        mpz_sub(out, bound, out);
        break;
    default:
        mpz_urandomm(out, gmp_random, bound);
    }
    if (unit_below(2))
        mpz_neg(out, out);
    mpz_clear(bound);
}

static int equals(const cpm_dec *a, mpz_srcptr b)
{
    mpz_t t;
    mpz_init(t);
    must(cpm_dec_get_mpz(t, a, &err));
    int same = mpz_cmp(t, b) == 0;
    for (size_t i = 0; i < a->len; i++)
        same &= a->limb[i] < CPM_DEC_BASE;
    same &= a->len == 0 ? !a->negative : a->limb[a->len - 1] != 0;
    mpz_clear(t);
    return same;
}

static void test_linear(void)
{
    mpz_t a, b, c;
    mpz_inits(a, b, c, NULL);
    cpm_dec x = {0}, y = {0}, z = {0};
    gmp_randinit_default(gmp_random);
    for (size_t i = 0; i < unit_scaled(3000); i++) {
        random_number(a, unit_below(i % 10 ? 90 : 2000));
        random_number(b, unit_below(90));
        int64_t m = (int64_t)(unit_rand() >> unit_below(64));
        if (unit_below(2))
            m = -m;
        must(cpm_dec_set_mpz(&x, a, &err));
        must(cpm_dec_set_mpz(&y, b, &err));
        UNIT_CHECK(equals(&x, a) && equals(&y, b));
        UNIT_CHECK(cpm_dec_sign(&x) == mpz_sgn(a));
        int order = mpz_cmpabs(a, b), ours = cpm_dec_cmpabs(&x, &y);
        UNIT_CHECK((order > 0) == (ours > 0) && (order < 0) == (ours < 0));
        mpz_add(c, a, b);
        must(cpm_dec_add(&z, &x, &y, &err));
        UNIT_CHECK(equals(&z, c));
        mpz_sub(c, a, b);
        must(cpm_dec_sub(&z, &x, &y, &err));
        UNIT_CHECK(equals(&z, c));
        mpz_mul_si(c, a, m);
        must(cpm_dec_mul_si(&z, &x, m, &err));
        UNIT_CHECK(equals(&z, c));
        if (m != 0) {
            UNIT_CHECK(cpm_dec_divexact_ui(&z, m < 0 ? 0 - (uint64_t)m : (uint64_t)m));
            mpz_mul_si(c, a, m < 0 ? -1 : 1);
            UNIT_CHECK(equals(&z, c));
        }
        mpz_mul_si(c, b, m);
        mpz_add(c, c, a);
        must(cpm_dec_set(&z, &x, &err));
        must(cpm_dec_addmul_si(&z, &y, m, &err));
        UNIT_CHECK(equals(&z, c));
        must(cpm_dec_sub(&x, &x, &y, &err)); /* aliases */
        mpz_sub(c, a, b);
        UNIT_CHECK(equals(&x, c));
        must(cpm_dec_add(&x, &x, &x, &err));
        mpz_mul_2exp(c, c, 1);
        UNIT_CHECK(equals(&x, c));
        must(cpm_dec_mul_si(&x, &x, -7, &err));
        mpz_mul_si(c, c, -7);
        UNIT_CHECK(equals(&x, c));
        uint64_t q = unit_rand() | 1;
        UNIT_CHECK(cpm_dec_mod_ui(&x, q) == mpz_fdiv_ui(c, q));
    }
    cpm_dec_clear(&x);
    cpm_dec_clear(&y);
    cpm_dec_clear(&z);
    mpz_clears(a, b, c, NULL);
    gmp_randclear(gmp_random);
}

typedef struct text {
    char *data;
    size_t len;
} text;

static cpm_status append(void *ctx, const char *bytes, size_t nbytes)
{
    text *t = ctx;
    memcpy(t->data + t->len, bytes, nbytes);
    t->len += nbytes;
    return CPM_OK;
}

static cpm_status refuse(void *ctx, const char *bytes, size_t nbytes)
{
    (void)ctx, (void)bytes, (void)nbytes;
    return CPM_ERR_IO;
}

static void test_text(void)
{
    mpz_t a;
    mpz_init(a);
    cpm_dec x = {0};
    gmp_randinit_default(gmp_random);
    for (size_t i = 0; i < unit_scaled(300); i++) {
        cpm_cpu_disable(i % 4 < NKERNELS ? disabled[i % 4] : "fma");
        random_number(a, i % 3 ? unit_below(200) : unit_below(30000));
        must(cpm_dec_set_mpz(&x, a, &err));
        char *expected = mpz_get_str(NULL, 10, a);
        text t = {malloc(strlen(expected) + 100), 0};
        cpm_writer writer = {append, &t};
        must(cpm_dec_write(&x, &writer, &err));
        UNIT_CHECK(t.len == strlen(expected) && memcmp(t.data, expected, t.len) == 0);
        UNIT_CHECK(cpm_dec_ndigits(&x) == t.len - (mpz_sgn(a) < 0));
        free(t.data);
        free(expected);
    }
    cpm_cpu_disable(NULL);
    cpm_writer broken = {refuse, NULL};
    UNIT_CHECK(cpm_dec_write(&x, &broken, &err) == CPM_ERR_IO && err.status == CPM_ERR_IO);
    cpm_err_clear(&err);
    cpm_dec_clear(&x);
    mpz_clear(a);
    gmp_randclear(gmp_random);
}

/* a b and a a for operands of la and lb digits. */
static void check_product(cpm_dec_ctx *ctx, size_t la, size_t lb)
{
    mpz_t a, b, c;
    mpz_inits(a, b, c, NULL);
    cpm_dec x = {0}, y = {0}, z = {0};
    random_number(a, la);
    random_number(b, lb);
    must(cpm_dec_set_mpz(&x, a, &err));
    must(cpm_dec_set_mpz(&y, b, &err));
    mpz_mul(c, a, b);
    must(cpm_dec_mul(&z, &x, &y, ctx, &err));
    if (!equals(&z, c))
        UNIT_FAIL("%s: wrong product of %zu and %zu digits", ctx->ntt.kernel->name, la, lb);
    mpz_mul(c, a, a);
    must(cpm_dec_mul(&x, &x, &x, ctx, &err));
    if (!equals(&x, c))
        UNIT_FAIL("%s: wrong square of %zu digits", ctx->ntt.kernel->name, la);
    cpm_dec_clear(&x);
    cpm_dec_clear(&y);
    cpm_dec_clear(&z);
    mpz_clears(a, b, c, NULL);
}

/* Lengths around every transform length, unbalanced ones, random ones. */
static void test_product(void)
{
    gmp_randinit_default(gmp_random);
    for (int kernel = 0; kernel < NKERNELS; kernel++) {
        cpm_cpu_disable(disabled[kernel]);
        for (unsigned nthreads = 1; nthreads <= 5; nthreads += nthreads == 1 ? 1 : 3) {
            cpm_dec_ctx ctx;
            must(cpm_dec_ctx_init(&ctx, nthreads, true, &err));
            size_t max = kernel == 2 ? 2000 : 20000;
            for (size_t total = 32; total <= max;
                 total = total % 3 ? total / 2 * 3 : total / 3 * 4) {
                for (size_t shift = 0; shift < 3; shift++)
                    check_product(&ctx, 19 * (total / 2) + shift - 1, 19 * (total / 2));
            }
            for (size_t i = 0; i < unit_scaled(60); i++)
                check_product(&ctx, 1 + unit_below(19 * max / (1 + unit_below(40))),
                              1 + unit_below(i % 2 ? 100 : 19 * max / 8));
            cpm_dec_ctx_clear(&ctx);
        }
    }
    cpm_cpu_disable(NULL);
    gmp_randclear(gmp_random);
}

/* Random sets of sums of products with signs, zeros, constants and large
 * coefficients, results on top of operands. */
static void test_sums(void)
{
    enum { NOPERANDS = 5, NTERMS = 9, NSUMS = 20 };
    gmp_randinit_default(gmp_random);
    mpz_t a[NOPERANDS], sum[NSUMS], t;
    cpm_dec x[NOPERANDS], out[NSUMS];
    memset(x, 0, sizeof x);
    memset(out, 0, sizeof out);
    mpz_init(t);
    for (int i = 0; i < NOPERANDS; i++)
        mpz_init(a[i]);
    for (int i = 0; i < NSUMS; i++)
        mpz_init(sum[i]);
    for (size_t round = 0; round < unit_scaled(150); round++) {
        cpm_cpu_disable(disabled[round % NKERNELS]);
        cpm_dec_ctx ctx;
        must(cpm_dec_ctx_init(&ctx, 1 + (unsigned)(round % 2), true, &err));
        size_t ndigits = 1 + unit_below(12000);
        int64_t cmax = round % 3 == 0 ? 1000000000000 : 3; /* four primes, three */
        for (int i = 0; i < NOPERANDS; i++) {
            random_number(a[i], 1 + unit_below(ndigits));
            if (unit_below(8) == 0)
                mpz_set_ui(a[i], 0);
            must(cpm_dec_set_mpz(&x[i], a[i], &err));
        }
        cpm_dec_term terms[NSUMS][NTERMS];
        cpm_dec_sum sums[NSUMS];
        cpm_dec *targets[NSUMS];
        size_t nsums = 1 + unit_below(unit_below(2) ? 3 : NSUMS);
        for (size_t s = 0; s < nsums; s++) {
            mpz_set_ui(sum[s], 0);
            sums[s] = (cpm_dec_sum){terms[s], unit_below(NTERMS + 1)};
            for (size_t i = 0; i < sums[s].nterms; i++) {
                size_t p = unit_below(NOPERANDS), q = unit_below(NOPERANDS);
                int64_t c = (int64_t)unit_below(2 * (uint64_t)cmax + 1) - cmax;
                terms[s][i] = (cpm_dec_term){&x[p], &x[q], c};
                mpz_mul(t, a[p], a[q]);
                if (unit_below(4) == 0) { /* the multiple of one number, or a constant */
                    terms[s][i].b = NULL;
                    mpz_set(t, a[p]);
                    if (unit_below(2) == 0) {
                        terms[s][i].a = NULL;
                        mpz_set_ui(t, 1);
                    }
                }
                mpz_mul_si(t, t, c);
                mpz_add(sum[s], sum[s], t);
            }
            targets[s] = s < NOPERANDS && round % 2 ? &x[s] : &out[s];
        }
        must(cpm_dec_sums(targets, sums, nsums, &ctx, &err));
        for (size_t s = 0; s < nsums; s++)
            if (!equals(targets[s], sum[s]))
                UNIT_FAIL("%s: wrong sum of %zu products of %zu digits", ctx.ntt.kernel->name,
                          sums[s].nterms, ndigits);
        cpm_dec_ctx_clear(&ctx);
    }
    for (int i = 0; i < NOPERANDS; i++) {
        mpz_clear(a[i]);
        cpm_dec_clear(&x[i]);
    }
    for (int i = 0; i < NSUMS; i++) {
        mpz_clear(sum[i]);
        cpm_dec_clear(&out[i]);
    }
    mpz_clear(t);
    cpm_cpu_disable(NULL);
    gmp_randclear(gmp_random);
}

static void test_refusals(void)
{
    cpm_dec_ctx ctx;
    must(cpm_dec_ctx_init(&ctx, 1, true, &err));
    UNIT_CHECK(cpm_dec_reserve_sums(&ctx, SIZE_MAX / 2, 1, 1, 1, &err) == CPM_ERR_LIMIT);
    cpm_err_clear(&err);
    cpm_dec x = {0}, *out = &x;
    mpz_t a;
    mpz_init(a);
    mpz_ui_pow_ui(a, 7, 1000);
    must(cpm_dec_set_mpz(&x, a, &err));
    cpm_dec_term term = {&x, &x, INT64_MAX};
    cpm_dec_sum sum = {&term, 1};
    UNIT_CHECK(cpm_dec_sums(&out, &sum, 1, &ctx, &err) == CPM_ERR_LIMIT);
    cpm_err_clear(&err);
    /* A context whose constants are wrong is caught by the check. */
    ctx.crt[0].unit[1][0]++;
    UNIT_CHECK(cpm_dec_mul(&x, &x, &x, &ctx, &err) == CPM_ERR_INTERNAL);
    cpm_err_clear(&err);
    cpm_dec_ctx_clear(&ctx);
    cpm_cpu_disable("fma");
    UNIT_CHECK(!cpm_dec_available());
    UNIT_CHECK(cpm_dec_ctx_init(&ctx, 1, false, &err) == CPM_ERR_UNSUPPORTED);
    cpm_err_clear(&err);
    UNIT_CHECK(!cpm_cpu_disable("no such thing"));
    UNIT_CHECK(cpm_cpu_disable(NULL) && cpm_dec_available());
    cpm_dec_clear(&x);
    mpz_clear(a);
}

static const cpm_test tests[] = {
    {"linear", test_linear}, {"text", test_text},         {"product", test_product},
    {"sums", test_sums},     {"refusals", test_refusals},
};
UNIT_MAIN(tests)
