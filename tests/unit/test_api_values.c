/* SPDX-License-Identifier: MIT
 *
 * test_api_values.c - values that a host makes, integers as bytes, and calls of a
 * program's functions with them.
 */
#include "cpmcalc.h"
#include "unit.h"

static cpm_text text_of(const char *text)
{
    return (cpm_text){"<test>", text, strlen(text)};
}

/* Two's complement of the number in so many bytes, by GMP's floor division. */
static void wanted_bytes(unsigned char *bytes, size_t nbytes, mpz_srcptr number)
{
    mpz_t rest;
    mpz_init_set(rest, number);
    for (size_t i = 0; i < nbytes; i++) {
        bytes[i] = (unsigned char)mpz_fdiv_ui(rest, 256);
        mpz_fdiv_q_2exp(rest, rest, 8);
    }
    mpz_clear(rest);
}

/* The number as a value, there and back, with `more` bytes of sign before it. */
static void check_bytes(mpz_srcptr number, size_t more)
{
    cpm_err err = {0};
    cpm_value *value = NULL, *back = NULL;
    mpz_t got;
    mpz_init(got);
    if (cpm_value_new_mpz(&value, number, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    size_t nbytes = cpm_value_nbytes(value);
    unsigned char *bytes = malloc(nbytes + more), *wanted = malloc(nbytes + more);
    UNIT_CHECK(nbytes % 8 == 0 && nbytes * 8 > mpz_sizeinbase(number, 2));
    UNIT_CHECK(!cpm_value_get_bytes(bytes, nbytes + 8, value));
    UNIT_CHECK(cpm_value_get_bytes(bytes, nbytes, value));
    wanted_bytes(wanted, nbytes + more, number);
    if (memcmp(bytes, wanted, nbytes) != 0)
        UNIT_FAIL("a number of %zu bytes has other ones", nbytes);
    if (cpm_value_new_bytes(&back, wanted, nbytes + more, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    UNIT_CHECK(cpm_value_get_mpz(got, back));
    if (mpz_cmp(got, number) != 0)
        UNIT_FAIL("a number of %zu bytes did not come back", nbytes);
    free(bytes);
    free(wanted);
    cpm_value_free(value);
    cpm_value_free(back);
    mpz_clear(got);
}

/* Around the powers of two, where bytes and words begin, and random ones. */
static void test_bytes(void)
{
    mpz_t number;
    mpz_init(number);
    for (unsigned bits = 0; bits < 200; bits++)
        for (int change = 0; change < 6; change++) {
            mpz_set_ui(number, 1);
            mpz_mul_2exp(number, number, bits);
            mpz_add_ui(number, number, (unsigned long)change % 3);
            mpz_sub_ui(number, number, 1);
            if (change >= 3)
                mpz_neg(number, number);
            check_bytes(number, bits % 9);
        }
    for (size_t i = 0; i < unit_scaled(300); i++) {
        size_t nwords = 1 + (size_t)unit_below(20);
        for (size_t k = 0; k < nwords; k++) {
            mpz_mul_2exp(number, number, 64);
            mpz_add_ui(number, number, unit_rand());
        }
        mpz_fdiv_q_2exp(number, number, unit_below(64));
        if (unit_below(2) == 0)
            mpz_neg(number, number);
        check_bytes(number, (size_t)unit_below(20));
        mpz_set_ui(number, unit_below(1000));
    }
    mpz_clear(number);
}

static void test_empty(void)
{
    cpm_err err = {0};
    cpm_value *value = NULL, *none = NULL;
    UNIT_CHECK(cpm_value_new_bytes(&value, NULL, 0, &err) == CPM_OK);
    UNIT_CHECK(cpm_value_sign(value) == 0 && cpm_value_nbytes(value) == 8);
    UNIT_CHECK(cpm_value_new_none(&none, &err) == CPM_OK);
    UNIT_CHECK(cpm_value_get_kind(none) == CPM_VALUE_NONE && cpm_value_nbytes(none) == 0);
    char byte = 7;
    UNIT_CHECK(!cpm_value_get_bytes(&byte, 0, none) && byte == 7);
    cpm_value_free(value);
    cpm_value_free(none);
}

/* ---- Calls ------------------------------------------------------------------------- */

static const char SOURCE[] = "def same3(x, y, z):\n"
                             "    return x, y, z\n"
                             "def fib(n):\n"
                             "    a, b = 0, 1\n"
                             "    for i in range(n): a, b = b, a + b\n"
                             "    return a\n"
                             "def divide(a, b):\n"
                             "    return a // b\n"
                             "def listed():\n"
                             "    return [1]\n";

static cpm_value *integer(long number)
{
    cpm_err err = {0};
    cpm_value *value = NULL;
    mpz_t z;
    mpz_init_set_si(z, number);
    if (cpm_value_new_mpz(&value, z, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    mpz_clear(z);
    return value;
}

/* Calls, compares the status and the text of the value or the message; frees the
 * arguments. */
static void check_call(cpm_program *program, const char *name, size_t nargs, cpm_value **args,
                       cpm_status wanted_status, const char *wanted)
{
    cpm_err err = {0};
    cpm_config config;
    cpm_report *report = NULL;
    cpm_value *value = NULL;
    cpm_text function = text_of(name);
    char *text = NULL;
    cpm_config_init(&config);
    cpm_status status =
        cpm_program_call(&value, &report, program, &function, (const cpm_value *const *)args, nargs,
                         NULL, &config, &err);
    if (status == CPM_OK && cpm_value_text(&text, value, 10, &err) != CPM_OK)
        UNIT_FAIL("%s: %s", name, err.message);
    const char *got = status == CPM_OK ? text : err.message;
    if (status != wanted_status || strcmp(got, wanted) != 0)
        UNIT_FAIL("%s: %d, %s, wanted %d, %s", name, (int)status, got, (int)wanted_status, wanted);
    free(text);
    cpm_report_free(report);
    cpm_value_free(value);
    for (size_t i = 0; i < nargs; i++)
        cpm_value_free(args[i]);
}

static cpm_value *truth(bool is_true)
{
    cpm_err err = {0};
    cpm_value *value = NULL;
    if (cpm_value_new_bool(&value, is_true, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    return value;
}

static cpm_value *pair(cpm_value *a, cpm_value *b)
{
    cpm_err err = {0};
    cpm_value *value = NULL;
    if (cpm_value_new_tuple(&value, (const cpm_value *const[]){a, b}, 2, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    cpm_value_free(a);
    cpm_value_free(b);
    return value;
}

static void test_calls(void)
{
    cpm_text text = text_of(SOURCE);
    cpm_err err = {0};
    cpm_program *program = NULL;
    if (cpm_program_new(&program, &text, CPM_DIALECT_PY3, &err) != CPM_OK) {
        UNIT_FAIL("%s", err.message);
        return;
    }
    for (int round = 0; round < 3; round++) {
        check_call(program, "same3", 3,
                   (cpm_value *[]){integer(-5), truth(true), pair(truth(false), integer(7))},
                   CPM_OK, "(-5, True, (False, 7))");
        check_call(program, "fib", 1, (cpm_value *[]){integer(100)}, CPM_OK,
                   "354224848179261915075");
        check_call(program, "divide", 2, (cpm_value *[]){integer(1), integer(0)}, CPM_ERR_RUNTIME,
                   "division by zero");
        check_call(program, "divide", 1, (cpm_value *[]){integer(1)}, CPM_ERR_RUNTIME,
                   "divide needs the argument 'b'");
        check_call(program, "nobody", 0, NULL, CPM_ERR_RUNTIME, "name 'nobody' is not defined");
        check_call(program, "listed", 0, NULL, CPM_OK, "[1]");
    }
    cpm_program_free(program);
}

/* What belongs to one run is no argument of another. */
static void test_refused(void)
{
    cpm_text text = text_of(SOURCE);
    cpm_text function = text_of("listed");
    cpm_err err = {0};
    cpm_config config;
    cpm_program *program = NULL;
    cpm_value *list = NULL, *tuple = NULL;
    cpm_config_init(&config);
    if (cpm_program_new(&program, &text, CPM_DIALECT_PY3, &err) != CPM_OK ||
        cpm_program_call(&list, NULL, program, &function, NULL, 0, NULL, &config, &err) != CPM_OK) {
        UNIT_FAIL("%s", err.message);
        return;
    }
    UNIT_CHECK(cpm_value_new_tuple(&tuple, (const cpm_value *const[]){list}, 1, &err) ==
               CPM_ERR_USAGE);
    UNIT_CHECK(tuple == NULL);
    check_call(program, "same3", 3, (cpm_value *[]){list, integer(1), integer(2)}, CPM_ERR_USAGE,
               "an argument is a number, a truth value, None or a tuple of these");
    cpm_program_free(program);
}

/* A tuple in a tuple in a tuple ... is refused at some depth, not a crash. */
static void test_deep(void)
{
    cpm_err err = {0};
    cpm_value *value = integer(1);
    cpm_status status = CPM_OK;
    for (int depth = 0; depth < 100000 && status == CPM_OK; depth++) {
        cpm_value *around = NULL;
        status = cpm_value_new_tuple(&around, (const cpm_value *const[]){value}, 1, &err);
        UNIT_CHECK((around != NULL) == (status == CPM_OK));
        if (around == NULL)
            break;
        cpm_value_free(value);
        value = around;
    }
    UNIT_CHECK(status == CPM_ERR_LIMIT);
    cpm_value_free(value);
}

/* ---- Many answers in one value ------------------------------------------------------- */

static void check_list(cpm_value *list, cpm_status status, const char *wanted, const cpm_err *err)
{
    cpm_err ignored = {0};
    char *text = NULL;
    if (status == CPM_OK && cpm_value_text(&text, list, 10, &ignored) != CPM_OK)
        UNIT_FAIL("%s: %s", wanted, ignored.message);
    const char *got = status == CPM_OK ? text : err->message;
    if (strcmp(got, wanted) != 0)
        UNIT_FAIL("%s, wanted %s", got, wanted);
    UNIT_CHECK((list == NULL) == (status != CPM_OK));
    free(text);
    cpm_value_free(list);
}

static void check_terms(const char *spec, cpm_semiring semiring, long first, long last, long step,
                        const char *wanted)
{
    cpm_spec what = {.spec = text_of(spec), .init = text_of("0,1")};
    cpm_err err = {0};
    cpm_config config;
    cpm_seq *seq = NULL;
    cpm_value *list = NULL;
    mpz_t range[3];
    mpz_init_set_si(range[0], first);
    mpz_init_set_si(range[1], last);
    mpz_init_set_si(range[2], step);
    cpm_config_init(&config);
    config.semiring = semiring;
    cpm_status status = cpm_seq_new(&seq, &what, &config, &err);
    if (status == CPM_OK)
        status = cpm_seq_list(&list, seq, range[0], range[1], range[2], &config, &err);
    check_list(list, status, wanted, &err);
    cpm_seq_free(seq);
    for (int i = 0; i < 3; i++)
        mpz_clear(range[i]);
}

static void test_lists(void)
{
    check_terms("cur = p1 + p2", CPM_SEMIRING_AUTO, 0, 10, 1,
                "(0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55)");
    check_terms("cur = p1 + p2", CPM_SEMIRING_AUTO, 10, 4, -3, "(55, 13, 3)");
    check_terms("cur = p1 + p2", CPM_SEMIRING_AUTO, 1, 0, 1, "()");
    check_terms("cur = p1 + p2", CPM_SEMIRING_AUTO, 1, 2, 0,
                "the step of a range must not be zero");
    check_terms("cur = p1/2 + p2", CPM_SEMIRING_AUTO, 1, 3, 1, "(1, 1/2, 5/4)");
    check_terms("cur = min(p1, p2 + inf)", CPM_SEMIRING_MIN_PLUS, 0, 2, 1, "(0, 1, 1)");
}

static cpm_status count_calls(void *ctx, double done)
{
    (void)done;
    return ++*(int *)ctx >= 3 ? CPM_ERR_LIMIT : CPM_OK;
}

/* Each term is far below the limit of memory, a hundred of them are not; and the hook
 * can end a run between terms. */
static void test_list_limits(void)
{
    cpm_spec what = {.spec = text_of("cur = 2*p1"), .init = text_of("1")};
    cpm_err err = {0};
    cpm_config config;
    cpm_seq *seq = NULL;
    cpm_value *list = NULL;
    mpz_t first, last, step;
    mpz_init_set_ui(first, 1000000);
    mpz_init_set_ui(last, 1000200);
    mpz_init_set_ui(step, 1);
    cpm_config_init(&config);
    config.max_memory_bytes = 12500000;
    if (cpm_seq_new(&seq, &what, &config, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    UNIT_CHECK(cpm_seq_list(&list, seq, first, last, step, &config, &err) == CPM_ERR_LIMIT);
    if (list != NULL || strcmp(err.message, "the first 99 answers fill the memory allowed") != 0)
        UNIT_FAIL("%s", err.message);
    int calls = -100;
    config.max_memory_bytes = 0;
    config.on_progress = count_calls;
    config.hook_ctx = &calls;
    cpm_err_clear(&err);
    mpz_set_ui(last, 1000);
    UNIT_CHECK(cpm_seq_list(&list, seq, step, last, step, &config, &err) == CPM_ERR_LIMIT);
    UNIT_CHECK(calls == 3 && list == NULL);
    cpm_seq_free(seq);
    mpz_clear(first);
    mpz_clear(last);
    mpz_clear(step);
}

static void test_matrix_list(void)
{
    cpm_err err = {0};
    cpm_config config;
    cpm_matrix *matrix = NULL;
    cpm_value *list = NULL;
    mpz_t n;
    mpz_init_set_si(n, 10);
    cpm_config_init(&config);
    cpm_text text = text_of("1,1;1,0");
    cpm_status status = cpm_matrix_new(&matrix, &text, &config, &err);
    if (status == CPM_OK)
        status = cpm_matrix_power_list(&list, matrix, n, &config, &err);
    check_list(list, status, "(89, 55, 55, 34)", &err);
    cpm_matrix_free(matrix);
    mpz_clear(n);
}

/* ---- The pace ----------------------------------------------------------------------- */

/* The first call and those within the time do not reach the hook. */
static void test_pace(void)
{
    int calls = 0;
    cpm_pace pace = {.on_progress = count_calls, .hook_ctx = &calls, .seconds = 1000};
    for (int i = 0; i < 100; i++)
        UNIT_CHECK(cpm_paced_progress(&pace, -1) == CPM_OK);
    UNIT_CHECK(calls == 0);
    pace.seconds = 0;
    pace.next = 1e-9;
    UNIT_CHECK(cpm_paced_progress(&pace, -1) == CPM_OK && calls == 1);
    UNIT_CHECK(cpm_paced_progress(&pace, -1) == CPM_OK && calls == 2);
    UNIT_CHECK(cpm_paced_progress(&pace, -1) == CPM_ERR_LIMIT && calls == 3);
}

static const cpm_test tests[] = {
    {"bytes", test_bytes},
    {"empty", test_empty},
    {"calls", test_calls},
    {"refused", test_refused},
    {"deep", test_deep},
    {"lists", test_lists},
    {"list_limits", test_list_limits},
    {"matrix_list", test_matrix_list},
    {"pace", test_pace},
};

UNIT_MAIN(tests)
