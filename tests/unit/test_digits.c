/* SPDX-License-Identifier: MIT
 *
 * test_digits.c - first and last digits and lengths against terms written in full:
 * random recurrences, also with multiple roots, roots of one size and terms that
 * vanish, in all bases; and terms next to a power of the base, where nothing but the
 * sign of something tiny decides.
 */
#include "cpmcalc.h"
#include "unit.h"

enum { NFIRST = 20, NLAST = 15 };

static cpm_text text_of(const char *data)
{
    return (cpm_text){"<test>", data, strlen(data)};
}

/* The digits that a text of all of them begins and ends with. */
static void check_text(const cpm_digits *digits, const char *text, const char *label)
{
    int sign = text[0] == '-' ? -1 : strcmp(text, "0") != 0;
    text += text[0] == '-';
    size_t len = strlen(text), nfirst = len < NFIRST ? len : NFIRST,
           nlast = len < NLAST ? len : NLAST;
    const char *first = cpm_digits_first(digits), *last = cpm_digits_last(digits);
    mpz_t length;
    mpz_init(length);
    cpm_digits_length(length, digits);
    if (mpz_cmp_ui(length, len) != 0)
        UNIT_FAIL("%s: another length than %zu", label, len);
    if (cpm_digits_sign(digits) != sign)
        UNIT_FAIL("%s: another sign than %d", label, sign);
    if (strlen(first) != nfirst || strncmp(first, text, nfirst) != 0)
        UNIT_FAIL("%s: begins %s, not %.*s", label, first, (int)nfirst, text);
    if (strcmp(last, text + len - nlast) != 0)
        UNIT_FAIL("%s: ends %s, not %s", label, last, text + len - nlast);
    mpz_clear(length);
}

static void check_term(const char *gf, unsigned long n, int base)
{
    char label[600];
    cpm_spec spec = {.gf = text_of(gf)};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    cpm_value *value = NULL;
    cpm_digits *digits = NULL;
    char *text = NULL;
    mpz_t index;
    mpz_init_set_ui(index, n);
    cpm_config_init(&config);
    snprintf(label, sizeof label, "%s at %lu in base %d", gf, n, base);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK ||
        cpm_seq_nth(&value, seq, index, &config, &err) != CPM_OK ||
        cpm_value_text(&text, value, base, &err) != CPM_OK ||
        cpm_seq_digits(&digits, seq, index, NFIRST, NLAST, base, &config, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", label, err.message);
    else
        check_text(digits, text, label);
    free(text);
    cpm_digits_free(digits);
    cpm_value_free(value);
    cpm_seq_free(seq);
    mpz_clear(index);
}

/* A polynomial of this degree with small coefficients and the constant 1. */
static char *random_poly(char *text, size_t degree)
{
    text += sprintf(text, "(1");
    for (size_t k = 1; k <= degree; k++)
        text += sprintf(text, " + %ld*x^%zu", (long)unit_below(9) - 4, k);
    return text + sprintf(text, ")");
}

/* One or two factors, each maybe squared, maybe in a power of x. */
static void random_gf(char *text)
{
    text = random_poly(text, unit_below(4));
    for (size_t i = 1 + unit_below(2); i > 0; i--) {
        *text++ = '/';
        if (unit_below(4) == 0)
            text += sprintf(text, "(1 - %lu*x^%lu)", (unsigned long)(2 + unit_below(20)),
                            (unsigned long)(1 + unit_below(4)));
        else
            text = random_poly(text, 1 + unit_below(3));
        if (unit_below(4) == 0)
            text += sprintf(text, "^2");
    }
}

static void test_random(void)
{
    for (size_t i = 0; i < unit_scaled(500); i++) {
        char gf[500];
        random_gf(gf);
        unsigned long most = i % 200 == 0 ? 1000000 : i % 50 == 0 ? 200000 : 20000;
        check_term(gf, unit_below(most), 2 + (int)(i % 61)); /* every base */
    }
}

/* base^n - 1 and its like, and products with powers of the base. */
static void test_boundaries(void)
{
    for (size_t i = unit_scaled(60); i > 0; i--) {
        char gf[300];
        unsigned long base = 2 + unit_below(61), other = unit_below(base < 4 ? 2 : base / 2);
        unsigned long n = 30000 + unit_below(5000);
        snprintf(gf, sizeof gf, "%lu/(1-%lu*x) %c %lu/(1 %c %lu*x)",
                 (unsigned long)(1 + unit_below(3 * base)), base, unit_below(2) ? '+' : '-',
                 (unsigned long)unit_below(3), unit_below(2) ? '+' : '-', other);
        check_term(gf, n, (int)base);
    }
    check_term("1/(1-2*x) - 1/(1-x)", 40000, 16);
    check_term("1/(1-2*x) - 1/(1-x)", 40001, 32);
    check_term("1/(1-8*x) + 1/(1+x)", 20001, 4);
    check_term("1/(1-10*x^2) - 1/(1-x)", 60001, 10);
    check_term("1/(1-10*x^3) + x/(1-7*x^3)", 120000, 10);
    check_term("1/(1+10*x)^2", 30000, 10);
    check_term("1/(1-10*x)^2", 99999, 10);
}

/* a(n) mod 10^15 of 7^n and others by GMP, at an index nobody writes out. */
static void test_far(void)
{
    mpz_t n, m, seven, wanted;
    mpz_init(n);
    mpz_init(m);
    mpz_init_set_ui(seven, 7);
    mpz_init(wanted);
    mpz_ui_pow_ui(n, 10, 100);
    mpz_ui_pow_ui(m, 10, NLAST);
    mpz_powm(wanted, seven, n, m);
    cpm_spec spec = {.gf = text_of("1/(1-7*x)")};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    cpm_digits *digits = NULL;
    cpm_config_init(&config);
    if (cpm_seq_new(&seq, &spec, &config, &err) != CPM_OK ||
        cpm_seq_digits(&digits, seq, n, NFIRST, NLAST, 10, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s", err.message);
    } else {
        char *text = mpz_get_str(NULL, 10, wanted);
        UNIT_CHECK(strcmp(cpm_digits_last(digits) + NLAST - strlen(text), text) == 0);
        free(text);
        /* floor(10^100 log10(7)) + 1, by PARI with 200 digits. */
        text = NULL;
        mpz_set_str(wanted,
                    "84509804001425683071221625859263619348357239632396"
                    "54065036349537182534399020791660661115278474885734",
                    10);
        cpm_digits_length(m, digits);
        UNIT_CHECK(mpz_cmp(m, wanted) == 0);
        UNIT_CHECK(strcmp(cpm_digits_first(digits), "25956318868975222842") == 0);
    }
    cpm_digits_free(digits);
    cpm_seq_free(seq);
    mpz_clears(n, m, seven, wanted, (mpz_ptr)NULL);
}

static const cpm_test tests[] = {
    {"random", test_random},
    {"boundaries", test_boundaries},
    {"far", test_far},
};

UNIT_MAIN(tests)
