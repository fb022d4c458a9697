/* SPDX-License-Identifier: MIT
 *
 * test_eval_constant.c - exact constant expressions, numbers of the command
 * line and LISTs. Expected values were made with python3's int and
 * fractions.Fraction (with ^ written as **).
 */
#include "base/limits.h"
#include "eval/constant.h"
#include "lang/parse.h"
#include "unit.h"

static bool lookup_k(void *ctx, cpm_sym sym, fmpq_t value)
{
    const cpm_tree *tree = ctx;
    if (strcmp(tree->symbols[sym].name, "k") != 0)
        return false;
    fmpq_set_si(value, 7, 2);
    return true;
}

/* The value as text, or the error's message; the caller frees. */
static char *evaluate(const char *source, cpm_err *err)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_expr *expr;
    fmpq_t value;
    fmpq_init(value);
    cpm_tree_init(&tree, &text);
    cpm_err_clear(err);
    cpm_status status = cpm_parse_expr(&expr, &tree, &text, (cpm_span){0, text.len}, true, err);
    if (status == CPM_OK)
        status = cpm_eval_constant(value, &tree, expr, &text, lookup_k, &tree, 4096, err);
    char *result = status == CPM_OK ? fmpq_get_str(NULL, 10, value) : NULL;
    cpm_tree_clear(&tree);
    fmpq_clear(value);
    return result;
}

static void test_values(void)
{
    static const char *const cases[][2] = {
        {"1", "1"},
        {"-2**2", "-4"},
        {"-2^2", "-4"},
        {"2^3^2", "512"},
        {"2**-1", "1/2"},
        {"(2/3)**-3", "27/8"},
        {"(-2)^3", "-8"},
        {"0**0", "1"},
        {"0^5", "0"},
        {"(-1)^(10^30)", "1"},
        {"(-1)^(10^30+1)", "-1"},
        {"10^7", "10000000"},
        {"1e7", "10000000"},
        {"2^64-1", "18446744073709551615"},
        {"0xff", "255"},
        {"0b101 + 0o17", "20"},
        {"10_000", "10000"},
        {"007", "7"},
        {"7//2", "3"},
        {"-7//2", "-4"},
        {"7//-2", "-4"},
        {"-7 % 3", "2"},
        {"7 % -3", "-2"},
        {"(7/2) // 1", "3"},
        {"(-7/2) % 2", "1/2"},
        {"1/3 + 1/6", "1/2"},
        {"4/2", "2"},
        {"1.5", "3/2"},
        {".25 + 1e-3", "251/1000"},
        {"1 - 2 - 3", "-4"},
        {"100/10/5", "2"},
        {"2*3%4", "2"},
        {"-5 >> 1", "-3"},
        {"-1 >> 10^30", "-1"},
        {"5 >> 10^30", "0"},
        {"0 << 10^30", "0"},
        {"3 << 4", "48"},
        {"12 & 10 | 1", "9"},
        {"-12 & 10", "0"},
        {"6 xor 3", "5"},
        {"~5", "-6"},
        {"- - 5", "5"},
        {"+5", "5"},
        {"max(1, 7/2, 3)", "7/2"},
        {"min(1, -2)", "-2"},
        {"abs(-7/3)", "7/3"},
        {"gcd(12, 18, 8)", "2"},
        {"pow(2, 10)", "1024"},
        {"2*k", "7"},
        {"(1\n + 2) # comment", "3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cpm_err err;
        char *got = evaluate(cases[i][0], &err);
        if (got == NULL)
            UNIT_FAIL("%s: error %s", cases[i][0], err.message);
        else if (strcmp(got, cases[i][1]) != 0)
            UNIT_FAIL("%s: %s, wanted %s", cases[i][0], got, cases[i][1]);
        flint_free(got);
    }
}

static void test_errors(void)
{
    static const struct {
        const char *source;
        cpm_status status;
        size_t begin, end;
        const char *message;
    } cases[] = {
        {"1 + x", CPM_ERR_SEMANTIC, 4, 5, "unknown name 'x'"},
        {"1/(2-2)", CPM_ERR_SEMANTIC, 3, 6, "division by zero"},
        {"5 % 0", CPM_ERR_SEMANTIC, 4, 5, "division by zero"},
        {"2^10^10", CPM_ERR_LIMIT, 0, 7, "the value would have more than 4096 bits"},
        {"2^5000", CPM_ERR_LIMIT, 0, 6, "the value would have more than 4096 bits"},
        {"3 * (1 << 5000)", CPM_ERR_LIMIT, 5, 14, "the value would have more than 4096 bits"},
        {"1 << -1", CPM_ERR_SEMANTIC, 5, 7, "negative shift count"},
        {"2^(1/2)", CPM_ERR_SEMANTIC, 3, 6, "the exponent is not an integer"},
        {"0^-1", CPM_ERR_SEMANTIC, 0, 1, "0 has no negative powers"},
        {"1/2 & 3", CPM_ERR_SEMANTIC, 0, 3, "an operand of '&' is not an integer"},
        {"sin(1)", CPM_ERR_SEMANTIC, 0, 3, "unknown function 'sin'"},
        {"abs(1,2)", CPM_ERR_SEMANTIC, 0, 8, "abs takes 1 argument, not 2"},
        {"2p1", CPM_ERR_SYNTAX, 0, 3, "a number runs into a name in '2p1'"},
        {"1.5.2", CPM_ERR_SYNTAX, 0, 5, "floating-point numbers are not supported"},
        {"1__0", CPM_ERR_SYNTAX, 0, 4, "an underscore in a number stands between two digits"},
        {"0x", CPM_ERR_SYNTAX, 0, 2, "'0x' is no number"},
        {"1 2", CPM_ERR_SYNTAX, 2, 3, "expected an operator, found '2'"},
        {"(1 + 2", CPM_ERR_SYNTAX, 6, 6, "expected ')', found the end of the text"},
        {"2(3)", CPM_ERR_SYNTAX, 1, 2, "this cannot be called"},
        {"1 +", CPM_ERR_SYNTAX, 3, 3, "expected an expression, found the end of the text"},
        {"", CPM_ERR_SYNTAX, 0, 0, "expected an expression, found the end of the text"},
        {"(1]", CPM_ERR_SYNTAX, 2, 3, "']' does not close '('"},
        {"1)", CPM_ERR_SYNTAX, 1, 2, "')' closes nothing"},
        {"2 \xe2\x88\x92 1", CPM_ERR_SYNTAX, 2, 5, "unexpected character '\xe2\x88\x92' (U+2212)"},
        {"\xff", CPM_ERR_SYNTAX, 0, 1, "byte \\xff is not valid UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cpm_err err;
        char *got = evaluate(cases[i].source, &err);
        if (got != NULL)
            UNIT_FAIL("%s: gave %s", cases[i].source, got);
        else if (err.status != cases[i].status || err.span.begin != cases[i].begin ||
                 err.span.end != cases[i].end || strcmp(err.message, cases[i].message) != 0)
            UNIT_FAIL("%s: status %d, [%zu,%zu) %s", cases[i].source, (int)err.status,
                      err.span.begin, err.span.end, err.message);
        flint_free(got);
    }
}

static void check_number(const char *source, const char *wanted)
{
    cpm_text text = {"<--nth>", source, strlen(source)};
    cpm_err err;
    cpm_err_clear(&err);
    mpz_t value;
    mpz_init(value);
    cpm_status status = cpm_number_parse(value, &text, (cpm_span){0, text.len}, &err);
    char *got = mpz_get_str(NULL, 10, value);
    if (status != CPM_OK)
        got[0] = '\0';
    if (wanted == NULL ? status == CPM_OK : strcmp(got, wanted) != 0)
        UNIT_FAIL("%s: '%s' %s", source, got, err.message);
    free(got);
    mpz_clear(value);
}

static void test_numbers(void)
{
    check_number("10^9+7", "1000000007");
    check_number("-5", "-5");
    check_number(" 42 ", "42");
    check_number("999999999999999999", "999999999999999999");
    check_number("-999999999999999999999", "-999999999999999999999");
    check_number("1e18", "1000000000000000000");
    check_number("6/3", "2");
    check_number("6/4", NULL);
    check_number("10^400000", NULL);
    check_number("1e400000", NULL);
    check_number("1e-3", NULL);
    check_number("n", NULL);
    check_number("", NULL);
    check_number("1,2", NULL);
}

/* The list joined by blanks, or the error. */
static void check_list(const char *source, const char *wanted, size_t error_at)
{
    cpm_text text = {"<--init>", source, strlen(source)};
    cpm_err err;
    cpm_err_clear(&err);
    fmpq *values;
    size_t count;
    char joined[256] = "";
    cpm_status status = cpm_list_parse(&values, &count, &text, &err);
    for (size_t i = 0; i < count; i++) {
        char *one = fmpq_get_str(NULL, 10, values + i);
        snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", i ? " " : "",
                 one);
        flint_free(one);
    }
    if ((status == CPM_OK) != (wanted != NULL) || (wanted && strcmp(joined, wanted) != 0) ||
        (!wanted && err.span.begin != error_at))
        UNIT_FAIL("'%s': '%s', error '%s' at %zu", source, joined, err.message, err.span.begin);
    cpm_list_free(values, count);
}

static void test_lists(void)
{
    check_list("0,1,1", "0 1 1", 0);
    check_list("-5", "-5", 0);
    check_list("1 -2 3", "1 -2 3", 0);
    check_list("1 - 2, 3", "-1 3", 0);
    check_list("1/2, 10^3 ,max(1,2)", "1/2 1000 2", 0);
    check_list("6/4,-3/-6,7/1,0/5,-4/6", "3/2 1/2 7 0 -2/3", 0);
    check_list("1/0", NULL, 2);
    check_list("1/2/3 1/ 2", NULL, 8);
    check_list("max(1, 2)", "2", 0);
    check_list("# terms\n1\n2 # two\n\n3\r\n", "1 2 3", 0);
    check_list("1,2,\n3,4\n", "1 2 3 4", 0);
    check_list("1,2\n3,4", "1 2 3 4", 0);
    check_list("", NULL, 0);
    check_list("  # nothing\n", NULL, 12);
    check_list("1,,2", NULL, 2);
    check_list(",1", NULL, 0);
    check_list("1,2,", NULL, 4);
    check_list("1 2, 3", NULL, 2);
    check_list("1,x", NULL, 2);
    check_list("1;2", NULL, 1);
}

static const cpm_test tests[] = {
    {"values", test_values},
    {"errors", test_errors},
    {"numbers", test_numbers},
    {"lists", test_lists},
};

UNIT_MAIN(tests)
