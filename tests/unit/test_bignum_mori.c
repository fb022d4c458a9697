/* SPDX-License-Identifier: MIT
 *
 * Products by transforms and Bostan-Mori by each kernel against FLINT's products:
 * primes with and without roots of unity, composite moduli, all word sizes.
 */
#include "bignum/cpu.h"
#include "bignum/nmod_mori.h"
#include "bignum/nmod_mul.h"
#include "unit.h"

#include <flint/nmod_poly.h>

static cpm_err err;

/* [x^n] num/den, den(0) = 1, the plain way. */
static ulong expected(const nmod_poly_t num, const nmod_poly_t den, const fmpz_t n)
{
    nmod_poly_t p, q, r;
    fmpz_t index;
    nmod_poly_init(p, nmod_poly_modulus(num));
    nmod_poly_init(q, nmod_poly_modulus(num));
    nmod_poly_init(r, nmod_poly_modulus(num));
    nmod_poly_set(p, num);
    nmod_poly_set(q, den);
    fmpz_init_set(index, n);
    while (!fmpz_is_zero(index)) {
        nmod_poly_set(r, q);
        for (slong i = 1; i < nmod_poly_length(q); i += 2) {
            ulong c = nmod_poly_get_coeff_ui(q, i);
            nmod_poly_set_coeff_ui(r, i, c == 0 ? 0 : nmod_poly_modulus(q) - c);
        }
        nmod_poly_mul(p, p, r);
        nmod_poly_mul(q, q, r);
        slong shift = fmpz_is_odd(index);
        slong len =
            nmod_poly_length(p) > nmod_poly_length(q) ? nmod_poly_length(p) : nmod_poly_length(q);
        for (slong i = 0; 2 * i < len; i++) {
            nmod_poly_set_coeff_ui(p, i, nmod_poly_get_coeff_ui(p, 2 * i + shift));
            nmod_poly_set_coeff_ui(q, i, nmod_poly_get_coeff_ui(q, 2 * i));
        }
        nmod_poly_truncate(p, (len + 1) / 2);
        nmod_poly_truncate(q, (len + 1) / 2);
        fmpz_fdiv_q_2exp(index, index, 1);
    }
    ulong result = nmod_poly_get_coeff_ui(p, 0);
    nmod_poly_clear(p);
    nmod_poly_clear(q);
    nmod_poly_clear(r);
    fmpz_clear(index);
    return result;
}

static void random_poly(nmod_poly_t poly, size_t len, ulong m, bool extreme)
{
    nmod_poly_zero(poly);
    for (size_t i = 0; i < len; i++) {
        ulong c = extreme ? (unit_below(3) ? m - 1 : (m - 1) / 2) : unit_rand() % m;
        nmod_poly_set_coeff_ui(poly, (slong)i, c);
    }
}

static void fill(ulong *out, const nmod_poly_t poly, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = nmod_poly_get_coeff_ui(poly, (slong)i);
}

static void check(ulong m, size_t nnum, size_t order, const fmpz_t n, size_t cutoff,
                  unsigned nthreads)
{
    nmod_poly_t num, den;
    nmod_poly_init(num, m);
    nmod_poly_init(den, m);
    bool extreme = unit_below(4) == 0;
    random_poly(num, nnum, m, extreme);
    random_poly(den, order + 1, m, extreme);
    nmod_poly_set_coeff_ui(den, 0, 1);
    ulong want = expected(num, den, n);
    cpm_nmod_fraction f = {.nnum = nnum, .nden = order + 1, .modulus = m};
    size_t room = nnum > order + 1 ? nnum : order + 1;
    f.num = malloc(room * sizeof *f.num);
    f.den = malloc(room * sizeof *f.den);
    fill(f.num, num, f.nnum);
    fill(f.den, den, f.nden);
    fmpz_init_set(f.index, n);
    if (cpm_nmod_mori(&f, cutoff, nthreads, NULL, NULL, &err) != CPM_OK) {
        UNIT_FAIL("%s", err.message);
        cpm_err_clear(&err);
    }
    UNIT_CHECK(fmpz_is_zero(f.index) || !cpm_nmod_mori_available());
    UNIT_CHECK(f.den[0] == 1 % m);
    nmod_poly_zero(num);
    nmod_poly_zero(den);
    for (size_t i = 0; i < f.nnum; i++)
        nmod_poly_set_coeff_ui(num, (slong)i, f.num[i]);
    for (size_t i = 0; i < f.nden; i++)
        nmod_poly_set_coeff_ui(den, (slong)i, f.den[i]);
    if (expected(num, den, f.index) != want)
        UNIT_FAIL("wrong: m %lu, order %zu, cutoff %zu", m, order, cutoff);
    free(f.num);
    free(f.den);
    fmpz_clear(f.index);
    nmod_poly_clear(num);
    nmod_poly_clear(den);
}

static const ulong moduli[] = {998244353,
                               1000000007,
                               2,
                               3,
                               12289,
                               1125625028935681u,
                               (1ul << 50) - 27,
                               (1ul << 50),
                               1ul << 63,
                               UINT64_MAX,
                               1000000006,
                               6,
                               1119987884359681u,
                               7340033,
                               (1ul << 51) + 1,
                               1,
                               (1ul << 32) - 1,
                               (1ul << 32) + 1,
                               UINT64_MAX - 58,
                               4611686018427387847u};
enum { NMODULI = sizeof moduli / sizeof *moduli };
static const char *const disabled[] = {"", "avx512f", "avx512f,avx2"};

/* By transforms alone. */
static void test_steps(void)
{
    fmpz_t n;
    fmpz_init(n);
    for (size_t i = 0; i < unit_scaled(180); i++) {
        cpm_cpu_disable(disabled[i % 3]);
        ulong m = moduli[i % NMODULI];
        size_t order = 1 + unit_below(i % 3 == 2 ? 200 : 1500);
        fmpz_set_ui(n, unit_rand() >> unit_below(64));
        check(m, order, order, n, 0, 1 + (unsigned)(i % 3));
    }
    for (ulong k = 0; k < 40; k++) { /* below, at and above the order */
        fmpz_set_ui(n, 480 + k * 2);
        check(moduli[k % 2], 500, 500, n, 0, 1);
    }
    cpm_cpu_disable(NULL);
    fmpz_clear(n);
}

/* By products alone, by both in turn, by none. */
static void test_short(void)
{
    fmpz_t n;
    fmpz_init(n);
    for (size_t i = 0; i < unit_scaled(2000); i++) {
        ulong m = i % 3 == 0 ? unit_rand() >> unit_below(63) : moduli[unit_below(NMODULI)];
        m += m == 0;
        size_t order = i % 6 == 1 ? 2 : unit_below(unit_below(8) == 0 ? 300 : 40);
        size_t nnum = unit_below(4) == 0 ? unit_below(2 * order + 2) : order;
        size_t cutoffs[] = {SIZE_MAX, cpm_nmod_mori_cutoff(m), order + 1, (order + 1) / 2,
                            2 * order + 2};
        fmpz_set_ui(n, unit_rand() >> unit_below(64));
        if (unit_below(8) == 0)
            fmpz_mul_2exp(n, n, unit_below(700)); /* enough steps for a trial */
        cpm_cpu_disable(unit_below(8) == 0 ? "fma" : disabled[i % 3]);
        check(m, nnum, order, n, cutoffs[unit_below(5)], 1);
    }
    cpm_cpu_disable(NULL);
    fmpz_clear(n);
}

static void test_products(void)
{
    for (size_t i = 0; i < unit_scaled(150); i++) {
        cpm_cpu_disable(disabled[i % 3]);
        ulong m = moduli[i % NMODULI];
        size_t na = 1 + unit_below(1200), nb = 1 + unit_below(i % 2 ? 1200 : 9);
        nmod_poly_t a, b, c;
        nmod_poly_init(a, m);
        nmod_poly_init(b, m);
        nmod_poly_init(c, m);
        random_poly(a, na, m, i % 5 == 0);
        random_poly(b, nb, m, i % 5 == 0);
        nmod_poly_mul(c, a, b);
        ulong *x = calloc(na + nb, sizeof *x), *y = calloc(nb, sizeof *y);
        fill(x, a, na);
        fill(y, b, nb);
        UNIT_CHECK(cpm_nmod_mul(x, x, na, y, nb, m, 1 + (unsigned)(i % 2), &err) == CPM_OK);
        size_t wrong = 0;
        for (size_t k = 0; k < na + nb - 1; k++)
            wrong += x[k] != nmod_poly_get_coeff_ui(c, (slong)k);
        if (wrong > 0)
            UNIT_FAIL("wrong product of %zu and %zu modulo %lu", na, nb, m);
        free(x);
        free(y);
        nmod_poly_clear(a);
        nmod_poly_clear(b);
        nmod_poly_clear(c);
    }
    cpm_cpu_disable(NULL);
}

static const cpm_test tests[] = {
    {"products", test_products}, {"steps", test_steps}, {"short", test_short}};
UNIT_MAIN(tests)
