/* SPDX-License-Identifier: MIT
 *
 * test_long_number.c - residues and signs of expressions too long to be written down,
 * against GMP, which makes the whole number or, of an exponent, all of it.
 */
#include "eval/long_number.h"
#include "unit.h"

#include <math.h>

static void check(const char *text, mpz_srcptr value, bool compare_size)
{
    cpm_text whole = {"<number>", text, strlen(text)};
    cpm_long_number x;
    cpm_err err = {0};
    fmpz_t m;
    mpz_t r;
    mpz_init(r);
    fmpz_init_set_ui(m, 1 + unit_below(unit_below(2) ? 100 : 1000000000));
    if (unit_below(4) == 0)
        fmpz_pow_ui(m, m, 1 + unit_below(4));
    cpm_long_number_init(&x);
    if (cpm_long_number_parse(&x, &whole, (cpm_span){0, whole.len}, m, &err) != CPM_OK) {
        UNIT_FAIL("%s: %s", text, err.message);
    } else {
        fmpz_get_mpz(r, m);
        mpz_mod(r, value, r);
        fmpz_t expected;
        fmpz_init(expected);
        fmpz_set_mpz(expected, r);
        if (!fmpz_equal(expected, x.residue))
            UNIT_FAIL("%s: another residue", text);
        if (compare_size && x.sign != mpz_sgn(value))
            UNIT_FAIL("%s: sign %d", text, x.sign);
        double log = (double)mpz_sizeinbase(value, 2);
        if (compare_size && mpz_sgn(value) != 0 && (x.low > log + 0.001 || x.high < log - 1.001))
            UNIT_FAIL("%s: %f..%f bits, not %f", text, x.low, x.high, log);
        fmpz_clear(expected);
    }
    cpm_long_number_clear(&x);
    fmpz_clear(m);
    mpz_clear(r);
}

/* A power of at least 1.2 million bits, and its text. */
static size_t random_power(mpz_t out, char *text)
{
    unsigned long base = 2 + unit_below(50);
    unsigned long e = (unsigned long)(1200000 / log2((double)base)) + 1 + unit_below(100000);
    mpz_ui_pow_ui(out, base, e);
    if (unit_below(3))
        return (size_t)sprintf(text, "%lu^%lu", base, e);
    if (e % 2 == 1)
        mpz_neg(out, out);
    return (size_t)sprintf(text, "(-%lu)^%lu", base, e);
}

static void test_sums_and_products(void)
{
    for (size_t i = unit_scaled(40); i > 0; i--) {
        char text[400];
        mpz_t value, term;
        mpz_inits(value, term, (mpz_ptr)NULL);
        size_t len = random_power(value, text);
        for (size_t k = 1 + unit_below(3); k > 0; k--) {
            uint64_t kind = unit_below(3);
            long small = (long)unit_below(2000) + 1;
            if (kind == 0) {
                mpz_add_ui(value, value, (unsigned long)small);
                len += (size_t)sprintf(text + len, " + %ld", small);
            } else if (kind == 1) {
                mpz_mul_si(value, value, -small);
                text[len] = '\0';
                char inner[300];
                strcpy(inner, text);
                len = (size_t)sprintf(text, "-(%s)*%ld", inner, small);
            } else {
                char power[40];
                random_power(term, power);
                mpz_mul(value, value, term);
                text[len] = '\0';
                char inner[300];
                strcpy(inner, text);
                len = (size_t)sprintf(text, "%s*(%s)", power, inner);
            }
        }
        check(text, value, true);
        mpz_clears(value, term, (mpz_ptr)NULL);
    }
}

/* a^(b^c): all of b^c is made, and the residue found from it at once. */
static void test_towers(void)
{
    for (size_t i = unit_scaled(150); i > 0; i--) {
        cpm_long_number x;
        cpm_err err = {0};
        char exponent[60], text[100];
        mpz_t e, m, a;
        fmpz_t modulus, expected;
        mpz_inits(e, m, a, (mpz_ptr)NULL);
        fmpz_init(expected);
        static const uint64_t bounds[] = {16, 200, 100000000};
        fmpz_init_set_ui(modulus, 1 + unit_below(bounds[unit_below(3)]));
        do
            random_power(e, exponent);
        while (mpz_sgn(e) < 0);
        mpz_set_ui(a, unit_below(30));
        sprintf(text, "%lu^%s", mpz_get_ui(a), exponent);
        if (exponent[0] == '(')
            sprintf(text, "%lu^(%s)", mpz_get_ui(a), exponent);
        fmpz_get_mpz(m, modulus);
        mpz_powm(m, a, e, m);
        fmpz_set_mpz(expected, m);
        cpm_text whole = {"<number>", text, strlen(text)};
        cpm_long_number_init(&x);
        if (cpm_long_number_parse(&x, &whole, (cpm_span){0, whole.len}, modulus, &err) != CPM_OK)
            UNIT_FAIL("%s: %s", text, err.message);
        else if (!fmpz_equal(x.residue, expected))
            UNIT_FAIL("%s: another residue", text);
        cpm_long_number_clear(&x);
        fmpz_clear(modulus);
        fmpz_clear(expected);
        mpz_clears(e, m, a, (mpz_ptr)NULL);
    }
}

/* Differences are signed by the larger number, or refused. */
static void test_differences(void)
{
    for (size_t i = unit_scaled(30); i > 0; i--) {
        char text[200];
        mpz_t x, y;
        mpz_inits(x, y, (mpz_ptr)NULL);
        size_t len = random_power(x, text);
        len += (size_t)sprintf(text + len, " - ");
        random_power(y, text + len);
        mpz_sub(x, x, y);
        long gap = (long)mpz_sizeinbase(x, 2) - (long)mpz_sizeinbase(y, 2);
        if (gap > 3) /* else the sizes may be too near */
            check(text, x, true);
        mpz_clears(x, y, (mpz_ptr)NULL);
    }
}

static const cpm_test tests[] = {
    {"sums_and_products", test_sums_and_products},
    {"towers", test_towers},
    {"differences", test_differences},
};

UNIT_MAIN(tests)
