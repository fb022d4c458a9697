/* SPDX-License-Identifier: MIT
 *
 * Terms found in decimal against the binary engines: random fractions of order
 * 1 to 12, every kernel, several threads.
 */
#include "bignum/cpu.h"
#include "decimal.h"
#include "power/bostan_mori.h"
#include "power/decimal.h"
#include "power/decimal_matrix.h"
#include "power/matrix_power.h"
#include "unit.h"

#include <flint/fmpz.h>

static cpm_err err;

static void random_poly(fmpz_poly_t poly, slong len, uint64_t bound)
{
    fmpz_poly_zero(poly);
    for (slong i = 0; i < len; i++) {
        slong c = (slong)unit_below(2 * bound + 1) - (slong)bound;
        fmpz_poly_set_coeff_si(poly, i, unit_below(4) == 0 ? 0 : c);
    }
}

static void check(const fmpz_poly_t num, const fmpz_poly_t den, ulong index, unsigned nthreads)
{
    fmpz_t n, expected;
    cpm_config config = {.nthreads = 1};
    config.nthreads = nthreads;
    config.check = true;
    fmpz_init_set_ui(n, index);
    fmpz_init(expected);
    if (cpm_nth_bostan_mori(expected, num, den, n, NULL, &config, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    cpm_dec x = {0};
    if (cpm_nth_decimal(&x, num, den, n, &config, &err) != CPM_OK || !decimal_is(&x, expected))
        UNIT_FAIL("wrong term %lu of order %ld: %s", index, fmpz_poly_degree(den), err.message);
    if (cpm_nth_decimal_bostan_mori(&x, num, den, n, &config, &err) != CPM_OK ||
        !decimal_is(&x, expected))
        UNIT_FAIL("wrong term %lu of order %ld: %s", index, fmpz_poly_degree(den), err.message);
    cpm_err_clear(&err);
    cpm_dec_clear(&x);
    fmpz_clear(n);
    fmpz_clear(expected);
}

/* Numbers that stay words until the last step, under coefficients that are large
 * as they go: their products must not run over. */
static void test_small_indices(void)
{
    fmpz_poly_t num, den;
    fmpz_poly_init(num);
    fmpz_poly_init(den);
    for (ulong n = 0; n < 40; n++)
        for (int i = 0; i < 30; i++) {
            for (slong k = 0; k < 2; k++) {
                fmpz_poly_set_coeff_si(num, k, 32767 - (slong)unit_below(65535));
                fmpz_poly_set_coeff_si(den, k + 1, 32767 - (slong)unit_below(65535));
            }
            fmpz_poly_set_coeff_si(den, 0, 1);
            check(num, den, n, 1);
        }
    fmpz_poly_clear(num);
    fmpz_poly_clear(den);
}

static void test_random(void)
{
    static const char *const disabled[] = {"", "avx512f", "avx512f,avx2"};
    fmpz_poly_t num, den;
    fmpz_poly_init(num);
    fmpz_poly_init(den);
    for (size_t i = 0; i < unit_scaled(120); i++) {
        cpm_cpu_disable(disabled[i % 3]);
        slong order = i % 2 ? 2 : 1 + (slong)unit_below(12);
        uint64_t bound = unit_below(8) == 0 ? UINT64_C(1) << unit_below(40) : 4;
        random_poly(den, order + 1, bound);
        fmpz_poly_set_coeff_si(den, 0, 1);
        random_poly(num, order, bound);
        ulong n = unit_below(unit_below(3) ? 2000 : 1 + 200000 / (ulong)order);
        if (bound > 4)
            n /= 20;
        check(num, den, n, 1 + (unsigned)(i % 3));
    }
    for (ulong n = 0; n < 20; n++) { /* all the way below the order */
        random_poly(den, 8, 3);
        fmpz_poly_set_coeff_si(den, 0, 1);
        random_poly(num, 7, 3);
        check(num, den, n, 1);
    }
    cpm_cpu_disable(NULL);
    fmpz_poly_clear(num);
    fmpz_poly_clear(den);
}

/* Fibonacci at indices around powers of two, and the same digits for any number
 * of threads. */
static void test_fibonacci(void)
{
    fmpz_poly_t num, den;
    fmpz_t n, f;
    fmpz_poly_init(num);
    fmpz_poly_init(den);
    fmpz_init(n);
    fmpz_init(f);
    fmpz_poly_set_coeff_si(num, 1, 1);
    fmpz_poly_set_coeff_si(den, 0, 1);
    fmpz_poly_set_coeff_si(den, 1, -1);
    fmpz_poly_set_coeff_si(den, 2, -1);
    cpm_config config = {.nthreads = 1};
    cpm_dec x = {0};
    for (unsigned nthreads = 1; nthreads <= 5; nthreads += nthreads) {
        config.nthreads = nthreads;
        for (ulong k = 65535; k <= 2100000; k = k * 2 + (k % 3)) {
            fmpz_set_ui(n, k);
            fmpz_fib_ui(f, k);
            UNIT_CHECK(cpm_nth_decimal(&x, num, den, n, &config, &err) == CPM_OK &&
                       decimal_is(&x, f));
        }
    }
    cpm_dec_clear(&x);
    fmpz_poly_clear(num);
    fmpz_poly_clear(den);
    fmpz_clear(n);
    fmpz_clear(f);
}

/* A system with entries of either sign and some zeros, now and then large. */
static void random_system(cpm_linsys *sys, size_t dim, uint64_t bound)
{
    fmpq_t c;
    fmpq_init(c);
    UNIT_CHECK(cpm_linsys_init(sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), dim, 1, &err) ==
               CPM_OK);
    for (size_t i = 0; i < dim; i++) {
        fmpq_set_si(sys->start + i, (slong)unit_below(2 * bound + 1) - (slong)bound, 1);
        for (size_t j = 0; j <= dim; j++) {
            fmpq_set_si(c, (slong)unit_below(2 * bound + 1) - (slong)bound, 1);
            if (unit_below(3) == 0)
                fmpq_zero(c);
            cpm_form *form = j < dim ? &sys->rows[i] : &sys->outputs[0];
            UNIT_CHECK(cpm_form_add_term(form, j < dim ? j : i, c, sys->domain, &err) == CPM_OK);
            cpm_form_normalise(form, sys->domain);
        }
    }
    fmpq_clear(c);
}

static void test_matrix(void)
{
    for (size_t i = 0; i < unit_scaled(60); i++) {
        cpm_linsys sys = {0};
        cpm_config config = {.nthreads = 1 + (unsigned)(i % 3), .check = true};
        size_t dim = 1 + unit_below(CPM_DECIMAL_MATRIX_MAX_DIM);
        random_system(&sys, dim, i % 5 ? 3 : UINT64_C(1) << unit_below(60));
        fmpz_t n;
        fmpz_init_set_ui(n, i < 4 ? i + 1 : 1 + unit_below(i % 5 ? 10000 : 300));
        fmpq_t expected;
        fmpq_init(expected);
        cpm_dec x = {0};
        UNIT_CHECK(cpm_nth_matrix(expected, &sys, n, &config, &err) == CPM_OK);
        if (cpm_nth_decimal_matrix(&x, &sys, 0, n, &config, &err) != CPM_OK ||
            !decimal_is(&x, fmpq_numref(expected)))
            UNIT_FAIL("wrong output of a matrix of dimension %zu: %s", dim, err.message);
        cpm_dec_clear(&x);
        cpm_linsys_clear(&sys);
        fmpz_clear(n);
        fmpq_clear(expected);
    }
}

static const cpm_test tests[] = {
    {"random", test_random},
    {"small-indices", test_small_indices},
    {"fibonacci", test_fibonacci},
    {"matrix", test_matrix},
};
UNIT_MAIN(tests)
