/* SPDX-License-Identifier: MIT
 *
 * test_api.c - what a host program does with the header: one term in one call,
 * values and what they tell, programs that run again.
 */
#include "cpmcalc.h"
#include "unit.h"

static cpm_text text_of(const char *text)
{
    return (cpm_text){"<test>", text, strlen(text)};
}

static cpm_status discard(void *ctx, const char *bytes, size_t nbytes)
{
    (void)ctx, (void)bytes, (void)nbytes;
    return CPM_OK;
}

static void check_text(const cpm_value *value, int base, const char *wanted)
{
    cpm_err err = {0};
    char *text = NULL;
    if (cpm_value_text(&text, value, base, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", wanted, err.message);
    else if (strcmp(text, wanted) != 0)
        UNIT_FAIL("%s, wanted %s", text, wanted);
    free(text);
}

/* The term of a sequence, or the value of a call; NULL with a failure. */
static cpm_value *term(const char *spec, const char *init, const char *semiring, long n)
{
    cpm_spec what = {.spec = text_of(spec), .init = text_of(init)};
    cpm_config config;
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    cpm_value *value = NULL;
    mpz_t index;
    mpz_init_set_si(index, n);
    cpm_config_init(&config);
    for (int id = 0; cpm_semiring_name((cpm_semiring)id) != NULL; id++)
        if (strcmp(cpm_semiring_name((cpm_semiring)id), semiring) == 0)
            config.semiring = (cpm_semiring)id;
    cpm_status status = cpm_seq_new(&seq, &what, &config, &err);
    if (status == CPM_OK)
        status = cpm_seq_nth(&value, seq, index, &config, &err);
    if (status != CPM_OK)
        UNIT_FAIL("%s: %s", spec, err.message);
    cpm_seq_free(seq);
    mpz_clear(index);
    return value;
}

static void check_term(const char *spec, const char *init, const char *semiring, long n,
                       cpm_value_kind kind, int sign, const char *wanted)
{
    cpm_value *value = term(spec, init, semiring, n);
    if (value == NULL)
        return;
    mpq_t q;
    mpq_init(q);
    UNIT_CHECK(cpm_value_get_kind(value) == kind);
    UNIT_CHECK(cpm_value_sign(value) == sign);
    UNIT_CHECK(cpm_value_count(value) == 0);
    UNIT_CHECK(cpm_value_get_mpq(q, value) == (kind != CPM_VALUE_INFINITY));
    if (kind != CPM_VALUE_INFINITY) {
        char *text = mpq_get_str(NULL, 10, q);
        if (strcmp(text, wanted) != 0)
            UNIT_FAIL("%s, wanted %s", text, wanted);
        free(text);
    }
    check_text(value, 10, wanted);
    cpm_value_free(value);
    mpq_clear(q);
}

static void test_terms(void)
{
    check_term("cur = p1 + p2", "0, 1", "auto", 100, CPM_VALUE_INTEGER, 1, "354224848179261915075");
    check_term("cur = p1/2", "-3", "auto", 4, CPM_VALUE_RATIONAL, -1, "-3/16");
    check_term("cur = 2*p1", "0", "auto", 1000000, CPM_VALUE_INTEGER, 0, "0");
    check_term("cur = max(p1 + 1, p2)", "-inf, -inf", "max-plus", 7, CPM_VALUE_INFINITY, -1,
               "-inf");
    check_term("cur = min(p1, p2 + 1)", "inf, inf", "min-plus", 7, CPM_VALUE_INFINITY, 1, "inf");
}

/* A number that stays decimal until somebody asks: 10^(10^6). */
static void test_decimal(void)
{
    cpm_value *value = term("cur = 10*p1", "1", "auto", 1000000);
    mpz_t found, wanted;
    mpz_init(found);
    mpz_init(wanted);
    mpz_ui_pow_ui(wanted, 10, 1000000);
    if (value != NULL)
        UNIT_CHECK(cpm_value_get_mpz(found, value) && mpz_cmp(found, wanted) == 0 &&
                   cpm_value_sign(value) == 1 && cpm_value_get_kind(value) == CPM_VALUE_INTEGER);
    cpm_value_free(value);
    mpz_clear(found);
    mpz_clear(wanted);
}

static cpm_value *run(cpm_program *program, const char *call)
{
    cpm_config config;
    cpm_err err = {0};
    cpm_writer nowhere = {discard, NULL};
    cpm_text text = text_of(call);
    cpm_value *value = NULL;
    cpm_config_init(&config);
    config.allow_rational = true;
    if (cpm_program_run(&value, NULL, program, &text, 10, &nowhere, &config, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", call, err.message);
    return value;
}

static void check_item(const cpm_value *tuple, size_t i, cpm_value_kind kind, const char *wanted)
{
    cpm_err err = {0};
    cpm_value *item = NULL;
    if (cpm_value_item(&item, tuple, i, &err) != CPM_OK) {
        UNIT_FAIL("item %zu: %s", i, err.message);
        return;
    }
    UNIT_CHECK(cpm_value_get_kind(item) == kind);
    check_text(item, 16, wanted);
    cpm_value_free(item);
}

/* Globals begin anew in every run, and other calls may be made. */
static void test_programs(void)
{
    static const char SOURCE[] = "x = 1\n"
                                 "def f(n):\n"
                                 "  global x\n"
                                 "  for i in range(n):\n"
                                 "    x = 2*x\n"
                                 "  return x, None, n > 3, (x,), f, 1/2\n";
    cpm_text text = text_of(SOURCE);
    cpm_err err = {0};
    cpm_program *program = NULL;
    if (cpm_program_new(&program, &text, CPM_DIALECT_PY3, &err) != CPM_OK) {
        UNIT_FAIL("%s", err.message);
        return;
    }
    for (int round = 0; round < 3; round++) {
        cpm_value *value = run(program, "f(100)");
        if (value == NULL)
            continue;
        UNIT_CHECK(cpm_value_get_kind(value) == CPM_VALUE_TUPLE && cpm_value_count(value) == 6);
        check_item(value, 0, CPM_VALUE_INTEGER, "10000000000000000000000000");
        check_item(value, 1, CPM_VALUE_NONE, "None");
        check_item(value, 2, CPM_VALUE_BOOL, "True");
        check_item(value, 3, CPM_VALUE_TUPLE, "(10000000000000000000000000,)");
        check_item(value, 5, CPM_VALUE_RATIONAL, "1/2");
        cpm_value *none = NULL;
        UNIT_CHECK(cpm_value_item(&none, value, 6, &err) == CPM_ERR_USAGE && none == NULL);
        cpm_err_clear(&err);
        cpm_value_free(value);
        value = run(program, "x + 1");
        check_text(value, 10, "2");
        cpm_value_free(value);
    }
    cpm_program_free(program);
}

static void test_version(void)
{
    char numbers[40];
    snprintf(numbers, sizeof numbers, "%d.%d.%d", CPM_VERSION_MAJOR, CPM_VERSION_MINOR,
             CPM_VERSION_PATCH);
    UNIT_CHECK(strcmp(numbers, CPM_VERSION) == 0 && strcmp(cpm_version(), CPM_VERSION) == 0);
}

static const cpm_test tests[] = {
    {"terms", test_terms},
    {"decimal", test_decimal},
    {"programs", test_programs},
    {"version", test_version},
};

UNIT_MAIN(tests)
