/* SPDX-License-Identifier: MIT
 *
 * test_cli_bench.c - tables of times: arguments, columns, layout, the match.
 */
#include "cli/bench/table.h"

#include "cli/bench/scripts.h"

#include "unit.h"

static cpm_text text_of(const char *data)
{
    return (cpm_text){"<test>", data, strlen(data)};
}

/* ---- Arguments --------------------------------------------------------- */

/* "0 20 40" and whether axes are logarithmic, or "error" with its column. */
static void check_args(const char *text, const char *expected)
{
    cpm_bench_args args = {0};
    cpm_err err;
    cpm_err_clear(&err);
    cpm_text t = text_of(text);
    char *shown = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&shown, &len);
    if (cpm_bench_args_parse(&args, &t, &err) != CPM_OK) {
        fprintf(out, "error at %zu: %s", err.span.begin, err.message);
    } else {
        fputs(args.logarithmic ? "log" : "linear", out);
        for (size_t i = 0; i < args.count; i++) {
            char *digits = mpz_get_str(NULL, 10, args.values[i]);
            fprintf(out, " %s", digits);
            free(digits);
        }
    }
    fclose(out);
    if (strcmp(shown, expected) != 0)
        UNIT_FAIL("--args %s gives '%s', not '%s'", text, shown, expected);
    free(shown);
    cpm_bench_args_clear(&args);
}

static void test_args(void)
{
    check_args("linear:100:4", "linear 0 25 50 75 100");
    check_args("linear:10:3", "linear 0 3 6 10");
    check_args("linear:2:5", "linear 0 1 2");
    check_args("log:10^6:6", "log 1 10 100 1000 10000 100000 1000000");
    check_args("log:1000:6", "log 1 3 10 32 100 316 1000");
    check_args("log:4:8", "log 1 2 3 4");
    check_args("log:10^40:2",
               "log 1 100000000000000000000 10000000000000000000000000000000000000000");
    check_args("log:1:3", "log 1");
    check_args("5", "linear 5");
    check_args("1,2,3", "linear 1 2 3");
    check_args("1,50,100", "log 1 50 100");
    check_args("0..10..5, 7", "linear 0 5 10 7");
    check_args("3..1..-1", "linear 3 2 1");
}

static void test_args_errors(void)
{
    check_args("linear:100", "error at 0: the number of steps is missing");
    check_args("log:0:5", "error at 4: the largest argument must be above 0");
    check_args("linear:-5:5", "error at 7: the largest argument must be above 0");
    check_args("linear:100:0", "error at 11: the number of steps must be from 1 to 10000");
    check_args("log:100:20000", "error at 8: the number of steps must be from 1 to 10000");
    check_args("log:2^100000:10000", "error at 4: this number is too large here");
    check_args("lin:5:5",
               "error at 0: the arguments are linear:MAX:COUNT, log:MAX:COUNT or a list");
    check_args("0..10^9", "error at 0: these are more than 10000 arguments");
    check_args("0..20000,1", "error at 0: these are more than 10000 arguments");
    check_args("", "error at 0: expected an index");
    check_args("1,,2", "error at 2: expected an index");
    check_args("5..1", "error at 0: this range is empty");
}

/* ---- Columns ----------------------------------------------------------- */

static cpm_status parse_columns(cpm_bench_columns *columns, const char *text,
                                const cpm_bench_columns *known, cpm_err *err)
{
    cpm_text t = text_of(text);
    cpm_err_clear(err);
    return cpm_bench_columns_parse(columns, &t, known, err);
}

static bool is(const cpm_text *text, const char *expected)
{
    return text->data != NULL && text->len == strlen(expected) &&
           memcmp(text->data, expected, text->len) == 0;
}

static void test_columns(void)
{
    cpm_bench_columns columns;
    cpm_err err;
    UNIT_CHECK(parse_columns(&columns, "naive,cpm, matrix,-m,-c,-mc,by hand=g({n}, 3)", NULL,
                             &err) == CPM_OK);
    UNIT_CHECK(columns.count == 7);
    const cpm_bench_column *c = columns.columns;
    UNIT_CHECK(c[0].engine == CPM_ENGINE_NAIVE && c[1].engine == CPM_ENGINE_AUTO);
    UNIT_CHECK(c[2].engine == CPM_ENGINE_MATRIX && c[2].min_rows && c[2].clear_stack);
    UNIT_CHECK(c[3].engine == CPM_ENGINE_MATRIX && !c[3].min_rows && c[3].clear_stack);
    UNIT_CHECK(c[4].min_rows && !c[4].clear_stack);
    UNIT_CHECK(!c[5].min_rows && !c[5].clear_stack);
    UNIT_CHECK(is(&c[6].name, "by hand") && is(&c[6].call, "g({n}, 3)"));
}

static void test_columns_known(void)
{
    cpm_bench_columns known, columns;
    cpm_err err;
    UNIT_CHECK(parse_columns(&known, "cpm,fast=f(2)", NULL, &err) == CPM_OK);
    UNIT_CHECK(parse_columns(&columns, "fast,naive", &known, &err) == CPM_OK);
    UNIT_CHECK(columns.count == 2 && is(&columns.columns[0].call, "f(2)"));
    UNIT_CHECK(parse_columns(&columns, "slow", &known, &err) == CPM_ERR_USAGE);
    UNIT_CHECK(strstr(err.hint, "fast") != NULL);
}

static void test_columns_errors(void)
{
    static const struct {
        const char *text;
        size_t begin;
        const char *message;
    } cases[] = {
        {"naive,fast", 6, "there is no such column"},
        {"naive,,cpm", 6, "the name of a column is missing"},
        {"", 0, "the name of a column is missing"},
        {"cpm,cpm", 4, "this column is there already"},
        {"=f(1)", 0, "a column of its own is NAME=CALL"},
        {"f=", 1, "a column of its own is NAME=CALL"},
        {"a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1,j=1,k=1,l=1,m=1,n=1,o=1,p=1,q=1", 64,
         "there are at most 16 columns"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cpm_bench_columns columns;
        cpm_err err;
        if (parse_columns(&columns, cases[i].text, NULL, &err) != CPM_ERR_USAGE ||
            err.span.begin != cases[i].begin || strcmp(err.message, cases[i].message) != 0)
            UNIT_FAIL("--columns %s: '%s' at %zu", cases[i].text, err.message, err.span.begin);
    }
}

/* ---- The table --------------------------------------------------------- */

static void fill(const cpm_bench_table *table, size_t row, size_t column, double seconds,
                 uint64_t result)
{
    *cpm_bench_table_cell(table, row, column) =
        (cpm_bench_cell){true, seconds, {{result, result + 1}, 8}};
}

/* Three rows; the last column gives another result in the second one, and has
 * been ended before the third. */
static void make_table(cpm_bench_table *table)
{
    cpm_err err;
    cpm_text args = text_of("0,20000,10^30");
    memset(table, 0, sizeof *table);
    cpm_err_clear(&err);
    table->title = "Function \"f\"";
    table->call = "f({n})";
    table->cap_seconds = 5;
    UNIT_CHECK(cpm_bench_args_parse(&table->args, &args, &err) == CPM_OK);
    UNIT_CHECK(parse_columns(&table->columns, "naive,cpm,\"odd\"=g({n}, 1)", NULL, &err) == CPM_OK);
    UNIT_CHECK(cpm_bench_table_start(table, &err) == CPM_OK);
    fill(table, 0, 0, 0.5, 1);
    fill(table, 0, 1, 0.25, 1);
    fill(table, 0, 2, 5.01, 1);
    fill(table, 1, 0, 1.5, 2);
    fill(table, 1, 1, 0.0001, 2);
    fill(table, 1, 2, 0.001, 3); /* the broken one */
    fill(table, 2, 1, 1e-6, 4);
}

static void check_document(const cpm_bench_table *table, cpm_format format, const char *expected)
{
    cpm_draft draft = {0}, *out = &draft;
    cpm_err err;
    cpm_err_clear(&err);
    cpm_bench_write_head(out, table, format);
    for (size_t row = 0; row < table->args.count; row++)
        cpm_bench_write_row(out, table, row, format);
    cpm_bench_write_foot(out, table, format);
    if (cpm_draft_status(out, &err) != CPM_OK || strcmp(draft.data, expected) != 0)
        UNIT_FAIL("the document is\n%s\nand not\n%s", draft.data, expected);
    cpm_draft_clear(out);
}

static void test_text(void)
{
    cpm_bench_table table;
    make_table(&table);
    check_document(
        &table, CPM_FORMAT_TEXT,
        "Function \"f\":\n"
        "+--------------+----------+--------------------+--------------------+-------+\n"
        "|     arg      | naive, s |       cpm, s       |      \"odd\", s      | match |\n"
        "+--------------+----------+--------------------+--------------------+-------+\n"
        "|            0 | 0.500000 | 0.250000    (2.0x) | 5.010000   (0.05x) |  True |\n"
        "|        20000 | 1.500000 | 0.000100  (15000x) | 0.001000   (0.10x) | False |\n"
        "|   1.0000e+30 |        - | 0.000001           |        -           |     - |\n"
        "+--------------+----------+--------------------+--------------------+-------+\n");
    cpm_bench_table_clear(&table);
}

static void test_csv(void)
{
    cpm_bench_table table;
    make_table(&table);
    check_document(&table, CPM_FORMAT_CSV,
                   "arg,naive,cpm,\"\"\"odd\"\"\",match\n"
                   "0,0.500000000,0.250000000,5.010000000,true\n"
                   "20000,1.500000000,0.000100000,0.001000000,false\n"
                   "1000000000000000000000000000000,,0.000001000,,\n");
    cpm_bench_table_clear(&table);
}

static void test_json(void)
{
    cpm_bench_table table;
    make_table(&table);
    check_document(
        &table, CPM_FORMAT_JSON,
        "{\"title\":\"Function \\\"f\\\"\",\"call\":\"f({n})\",\"unit\":\"s\","
        "\"columns\":[\"naive\",\"cpm\",\"\\\"odd\\\"\"],\"rows\":["
        "{\"arg\":\"0\",\"seconds\":[0.500000000,0.250000000,5.010000000],\"match\":true},"
        "{\"arg\":\"20000\",\"seconds\":[1.500000000,0.000100000,0.001000000],\"match\":false},"
        "{\"arg\":\"1000000000000000000000000000000\",\"seconds\":[null,0.000001000,null],"
        "\"match\":null}]}\n");
    cpm_bench_table_clear(&table);
}

static void test_match(void)
{
    cpm_bench_table table;
    make_table(&table);
    UNIT_CHECK(cpm_bench_table_match(&table, 0) == CPM_MATCH_TRUE);
    UNIT_CHECK(cpm_bench_table_match(&table, 1) == CPM_MATCH_FALSE);
    UNIT_CHECK(cpm_bench_table_match(&table, 2) == CPM_MATCH_NONE);
    UNIT_CHECK(cpm_bench_table_engines_match(&table, 1) == CPM_MATCH_TRUE);
    fill(&table, 1, 0, 1.5, 9); /* now an engine differs */
    UNIT_CHECK(cpm_bench_table_engines_match(&table, 1) == CPM_MATCH_FALSE);
    fill(&table, 0, 1, 0.25, 1); /* the same hash, another length */
    cpm_bench_table_cell(&table, 0, 1)->digest.nbytes++;
    UNIT_CHECK(cpm_bench_table_match(&table, 0) == CPM_MATCH_FALSE);
    cpm_bench_table_clear(&table);
}

/* ---- Measuring --------------------------------------------------------- */

static cpm_status measure(cpm_bench_cell *cell, const char *program, const char *call, double cap,
                          char why[CPM_BENCH_WHY_CAP], cpm_err *err)
{
    static cpm_text texts[2];
    cpm_config config;
    cpm_config_init(&config);
    config.engine = CPM_ENGINE_NAIVE;
    config.max_memory_bytes = (size_t)1 << 30;
    texts[0] = text_of(program);
    texts[1] = text_of(call);
    cpm_bench_job job = {&texts[0], CPM_DIALECT_PY3, &texts[1], NULL, NULL, &config};
    cpm_err_clear(err);
    return cpm_bench_measure(cell, &job, cap, why, err);
}

static void test_measure(void)
{
    static const char loop[] = "def f(n):\n"
                               "    r = 0\n"
                               "    for i in range(n):\n"
                               "        r += i\n"
                               "    return r\n";
    cpm_bench_cell a, b;
    char why[CPM_BENCH_WHY_CAP];
    cpm_err err;
    UNIT_CHECK(measure(&a, loop, "f(1000)", 5, why, &err) == CPM_OK && a.done);
    UNIT_CHECK(a.seconds > 0 && a.seconds < 5);
    UNIT_CHECK(measure(&b, loop, "f(1001)", 5, why, &err) == CPM_OK && b.done);
    UNIT_CHECK(a.digest.hash[0] != b.digest.hash[0] && a.digest.hash[1] != b.digest.hash[1]);
    UNIT_CHECK(measure(&b, loop, "499500", 5, why, &err) == CPM_OK && b.done);
    UNIT_CHECK(memcmp(&a.digest, &b.digest, sizeof a.digest) == 0);
}

static void test_measure_ends(void)
{
    static const char text[] = "def f():\n    while True:\n        pass\n";
    cpm_bench_cell cell;
    char why[CPM_BENCH_WHY_CAP];
    cpm_err err;
    UNIT_CHECK(measure(&cell, text, "f()", 0.05, why, &err) == CPM_OK);
    UNIT_CHECK(!cell.done && why[0] == '\0');
    UNIT_CHECK(measure(&cell, text, "2**(10**12)", 5, why, &err) == CPM_OK);
    UNIT_CHECK(!cell.done && why[0] != '\0');
    UNIT_CHECK(measure(&cell, text, "1 // 0", 5, why, &err) == CPM_ERR_RUNTIME);
    UNIT_CHECK(err.where.data != NULL && memcmp(err.where.data, "1 // 0", 6) == 0);
}

/* ---- The built-in benches ---------------------------------------------- */

static void test_scripts(void)
{
    const cpm_bench_script *script;
    size_t count = 0;
    for (; (script = cpm_bench_script_at(count)) != NULL; count++) {
        cpm_bench_columns columns;
        cpm_bench_args args = {0};
        cpm_text text = text_of(script->args);
        cpm_err err;
        cpm_err_clear(&err);
        UNIT_CHECK(cpm_bench_args_parse(&args, &text, &err) == CPM_OK);
        UNIT_CHECK(parse_columns(&columns, script->columns, NULL, &err) == CPM_OK);
        UNIT_CHECK(columns.count >= 2 && strstr(script->call, "{n}") != NULL);
        UNIT_CHECK(cpm_bench_script_find(script->name, strlen(script->name)) == script);
        cpm_bench_args_clear(&args);
    }
    UNIT_CHECK(count == 7);
    UNIT_CHECK(cpm_bench_script_find("fi", 2) == NULL);
}

static const cpm_test tests[] = {
    {"args", test_args},
    {"args_errors", test_args_errors},
    {"columns", test_columns},
    {"columns_known", test_columns_known},
    {"columns_errors", test_columns_errors},
    {"text", test_text},
    {"csv", test_csv},
    {"json", test_json},
    {"match", test_match},
    {"measure", test_measure},
    {"measure_ends", test_measure_ends},
    {"scripts", test_scripts},
};

UNIT_MAIN(tests)
