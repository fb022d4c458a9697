/* SPDX-License-Identifier: MIT
 *
 * test_programs.c - random programs run in several ways through the public
 * interface: plainly, accelerated, accelerated with larger matrices, and by
 * each engine; all must print the same and fail in the same place. Where
 * python3 is installed it runs the same texts and must agree.
 *
 * CPM_TEST_SCALE multiplies the number of programs (`make fuzz`); a program on
 * which the runs differ is shown.
 */
#include "cpmcalc.h"
#include "gen_counting.h"
#include "gen_lists.h"
#include "gen_loops.h"
#include "gen_program.h"
#include "unit.h"

#include <unistd.h>

/* ---- One run ----------------------------------------------------------- */

/* What a run gave: its output, then a line for the error where there is one. */
typedef struct outcome {
    cpm_strbuf text;
    cpm_status status;
    size_t naccelerated; /* loops taken over */
    cpm_err err;
} outcome;

static cpm_status collect(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

/* The sum of the "accelerated N" of a report; a loop that was seen to repeat itself
 * counts. */
static size_t count_accelerated(const cpm_report *report)
{
    size_t sum = 0;
    for (size_t i = 0; i < cpm_report_count(report); i++) {
        const char *at = strstr(cpm_report_text(report, i), "accelerated ");
        if (at != NULL)
            sum += strtoul(at + strlen("accelerated "), NULL, 10);
        sum += strstr(cpm_report_text(report, i), "repeats itself") != NULL;
    }
    return sum;
}

static void run_source(outcome *o, const char *source, cpm_dialect dialect,
                       const cpm_config *config)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_program *program = NULL;
    cpm_value *value = NULL;
    cpm_report *report = NULL;
    cpm_writer writer = {collect, &o->text};
    cpm_err_clear(&o->err);
    o->text.len = 0;
    cpm_strbuf_puts(&o->text, "");
    o->naccelerated = 0;
    o->status = cpm_program_new(&program, &text, dialect, &o->err);
    if (o->status == CPM_OK)
        o->status = cpm_program_run(&value, &report, program, NULL, 10, &writer, config, &o->err);
    if (o->status != CPM_OK)
        cpm_strbuf_printf(&o->text, "error %d at %zu..%zu: %s\n", (int)o->status, o->err.span.begin,
                          o->err.span.end, o->err.message);
    if (report != NULL)
        o->naccelerated = count_accelerated(report);
    cpm_report_free(report);
    cpm_value_free(value);
    cpm_program_free(program);
}

/* ---- The ways to run --------------------------------------------------- */

typedef struct way {
    const char *name;
    cpm_engine engine;
    bool min_rows, clear_stack, check;
} way;

static const way ways[] = {
    {"plainly", CPM_ENGINE_NAIVE, true, true, false}, /* the oracle comes first */
    {"accelerated", CPM_ENGINE_AUTO, true, true, true},
    {"without min_rows and clear_stack", CPM_ENGINE_AUTO, false, false, false},
    {"without min_rows, by the matrix", CPM_ENGINE_MATRIX, false, true, false},
    {"without clear_stack, by the recurrence", CPM_ENGINE_RECURRENCE, true, false, false},
};
enum { NWAYS = sizeof ways / sizeof ways[0], MAX_TRAPS = 300 };

/* Rounds of loops that are left alone. */
static unsigned long iters_limit = 2;

static void configure(cpm_config *config, const way *w)
{
    cpm_config_init(config);
    config->iters_limit = iters_limit;
    config->max_memory_bytes = (size_t)1 << 20;
    config->engine = w->engine;
    config->min_rows = w->min_rows;
    config->clear_stack = w->clear_stack;
    config->check = w->check;
}

/* Runs it in every way; returns how many loops the second one accelerated. */
static size_t compare_ways(const char *source, cpm_dialect dialect, outcome *plain)
{
    size_t naccelerated = 0;
    outcome other = {0};
    for (size_t i = 0; i < NWAYS; i++) {
        cpm_config config;
        configure(&config, &ways[i]);
        outcome *o = i == 0 ? plain : &other;
        run_source(o, source, dialect, &config);
        naccelerated = i == 1 ? o->naccelerated : naccelerated;
        /* What only passes through a variable is not computed otherwise; and the
         * memory that an engine needs is not that of the plain run. */
        if (plain->status == CPM_ERR_LIMIT)
            break;
        if (o->status == CPM_ERR_LIMIT && strstr(o->err.message, "above the memory limit"))
            continue;
        if (strcmp(o->text.data, plain->text.data) != 0)
            UNIT_FAIL("%s\n%s\n---- plainly\n%s---- %s\n%s", "the runs differ", source,
                      plain->text.data, ways[i].name, o->text.data);
    }
    cpm_strbuf_clear(&other.text);
    return naccelerated;
}

/* ---- python3 ----------------------------------------------------------- */

/* Runs the programs of argv[1], which a line "#==" ends each, and writes what
 * each prints and such a line; "error" stands for any exception. */
static const char python_runner[] =
    "import sys, io, types\n"
    "if hasattr(sys, 'set_int_max_str_digits'): sys.set_int_max_str_digits(0)\n"
    "sys.stdout.reconfigure(newline='\\n')\n"
    "real = sys.stdout\n"
    "for text in open(sys.argv[1]).read().split('#==\\n')[:-1]:\n"
    "    sys.stdout = io.StringIO()\n"
    "    try:\n"
    "        exec(text, {'xrange': range})\n"
    "    except Exception as e:\n"
    "        print('error')\n"
    "    real.write(sys.stdout.getvalue() + '#==\\n')\n";

/* Both texts in files of one folder, whose name is kept for the cleaning. */
typedef struct python {
    char folder[64], programs[80], runner[80];
    FILE *file;
} python;

static bool python_open(python *p)
{
    if (system("python3 -c 'import sys' > /dev/null 2>&1") != 0) {
        puts("test_programs: python3 is not installed: the comparison with it is skipped");
        return false;
    }
    snprintf(p->folder, sizeof p->folder, "/tmp/cpm-programs-XXXXXX");
    if (mkdtemp(p->folder) == NULL)
        return false;
    snprintf(p->programs, sizeof p->programs, "%s/programs", p->folder);
    snprintf(p->runner, sizeof p->runner, "%s/runner.py", p->folder);
    p->file = fopen(p->runner, "w");
    fputs(python_runner, p->file);
    fclose(p->file);
    p->file = fopen(p->programs, "w");
    return p->file != NULL;
}

static void python_add(python *p, const char *source)
{
    fprintf(p->file, "%s#==\n", source);
}

/* Whether python3 must agree: it has floats and repeated tuples where we refuse. */
static bool python_knows(const outcome *o)
{
    return strstr(o->err.message, "is no integer") == NULL &&
           strstr(o->err.message, "and tuple") == NULL &&
           strstr(o->err.message, "tuple and") == NULL && o->status != CPM_ERR_LIMIT &&
           o->text.len < 20000; /* its radix conversion is quadratic */
}

/* What one program printed, up to its mark; false at the end. */
static bool python_next(cpm_strbuf *out, FILE *pipe)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    bool found = false;
    out->len = 0;
    cpm_strbuf_puts(out, "");
    while (!found && (len = getline(&line, &cap, pipe)) > 0) {
        found = strcmp(line, "#==\n") == 0;
        if (!found)
            cpm_strbuf_append(out, line, (size_t)len);
    }
    free(line);
    return found;
}

/* Our line for an error says more than "error". */
static bool agrees(const char *ours, const char *theirs)
{
    const char *error = strstr(ours, "error ");
    size_t same = error != NULL ? (size_t)(error - ours) : strlen(ours);
    return strncmp(ours, theirs, same) == 0 &&
           strcmp(theirs + same, error != NULL ? "error\n" : "") == 0;
}

/* sources[i] printed printed[i] here; NULL: was not given to python3. */
static void python_compare(python *p, char **sources, char **printed, size_t count)
{
    char command[200];
    fclose(p->file);
    snprintf(command, sizeof command, "python3 %s %s", p->runner, p->programs);
    FILE *pipe = popen(command, "r");
    cpm_strbuf theirs = {0};
    for (size_t i = 0; i < count && unit_failures < 10; i++) {
        if (printed[i] == NULL)
            continue;
        if (!python_next(&theirs, pipe))
            UNIT_FAIL("python3 ended after %zu programs of %zu", i, count);
        else if (!agrees(printed[i], theirs.data))
            UNIT_FAIL("python3 differs\n%s\n---- here\n%s---- python3\n%s", sources[i], printed[i],
                      theirs.data);
    }
    while (python_next(&theirs, pipe))
        continue;
    pclose(pipe);
    cpm_strbuf_clear(&theirs);
    remove(p->programs);
    remove(p->runner);
    remove(p->folder);
}

/* ---- Random programs --------------------------------------------------- */

/* accelerated: at least so many percent of the programs must have a loop that was taken
 * over. */
static void test_batch(void (*generate)(cpm_strbuf *), size_t count, size_t accelerated)
{
    char **sources = calloc(count, sizeof *sources), **printed = calloc(count, sizeof *printed);
    python p = {0};
    bool has_python = python_open(&p);
    outcome plain = {0};
    size_t naccelerated = 0, nerrors = 0, done = 0;
    for (; done < count && unit_failures < 5; done++) {
        cpm_strbuf source = {0};
        generate(&source);
        naccelerated += compare_ways(source.data, CPM_DIALECT_PY3, &plain) > 0;
        nerrors += plain.status != CPM_OK;
        sources[done] = source.data;
        if (has_python && python_knows(&plain)) {
            python_add(&p, source.data);
            printed[done] = strdup(plain.text.data);
        }
    }
    if (has_python)
        python_compare(&p, sources, printed, done);
    printf("test_programs: %zu programs, %zu accelerated, %zu with an error\n", done, naccelerated,
           nerrors);
    if (naccelerated * 100 < accelerated * done)
        UNIT_FAIL("only %zu of %zu programs were accelerated", naccelerated, done);
    for (size_t i = 0; i < done; i++) {
        free(sources[i]);
        free(printed[i]);
    }
    free(sources);
    free(printed);
    cpm_strbuf_clear(&plain.text);
}

static void gen_tame(cpm_strbuf *out)
{
    gen_program(out, 4);
}

static void gen_wild(cpm_strbuf *out)
{
    gen_program(out, 40);
}

static void test_random(void)
{
    test_batch(gen_tame, unit_scaled(3000), 60);
}

static void test_random_wild(void)
{
    test_batch(gen_wild, unit_scaled(1000), 20);
}

static void test_inner_loops(void)
{
    test_batch(gen_inner, unit_scaled(800), 60);
}

static void test_conditions(void)
{
    test_batch(gen_branching, unit_scaled(600), 90);
}

static void test_three_loops(void)
{
    test_batch(gen_triple, unit_scaled(300), 90);
}

/* --strict takes over all of so many percent of them, however few their rounds are. */
static void test_three_loops_strict(void)
{
    size_t count = unit_scaled(300), accepted = 0;
    outcome o = {0};
    cpm_config config;
    configure(&config, &ways[1]);
    config.strict = true;
    config.check = false;
    for (size_t i = 0; i < count; i++) {
        cpm_strbuf source = {0};
        gen_triple(&source);
        run_source(&o, source.data, CPM_DIALECT_PY3, &config);
        accepted += o.status == CPM_OK;
        cpm_strbuf_clear(&source);
    }
    printf("test_programs: %zu of %zu are accepted by --strict\n", accepted, count);
    if (accepted * 100 < 75 * count)
        UNIT_FAIL("only %zu of %zu programs are accepted by --strict", accepted, count);
    cpm_strbuf_clear(&o.text);
}

static void test_counting(void)
{
    test_batch(gen_counting, unit_scaled(500), 60);
}

static void test_residues(void)
{
    test_batch(gen_residues, unit_scaled(800), 40);
}

static void test_repeats(void)
{
    test_batch(gen_repeating, unit_scaled(300), 40);
}

static void test_varying(void)
{
    test_batch(gen_varying, unit_scaled(800), 40);
}

static void test_calls(void)
{
    test_batch(gen_calling, unit_scaled(600), 60);
}

static void test_lists(void)
{
    iters_limit = 3; /* inner loops run along three items */
    test_batch(gen_list_program, unit_scaled(1500), 40);
    iters_limit = 2;
}

/* ---- Traps -------------------------------------------------------------- */

/* The programs of a file, each ended by a line "#==". */
static void test_traps(void)
{
    FILE *f = fopen("tests/data/trap-programs.txt", "r");
    if (f == NULL) {
        UNIT_FAIL("tests/data/trap-programs.txt is missing: run from the top folder");
        return;
    }
    cpm_strbuf source = {0};
    outcome plain = {0};
    char *sources[MAX_TRAPS], *printed[MAX_TRAPS];
    python p = {0};
    bool has_python = python_open(&p);
    size_t count = 0;
    for (; count < MAX_TRAPS && python_next(&source, f); count++) {
        compare_ways(source.data, CPM_DIALECT_PY3, &plain);
        sources[count] = strdup(source.data);
        printed[count] = strdup(plain.text.data);
        if (has_python)
            python_add(&p, source.data);
    }
    fclose(f);
    UNIT_CHECK(count > 50);
    if (has_python)
        python_compare(&p, sources, printed, count);
    for (size_t i = 0; i < count; i++) {
        free(sources[i]);
        free(printed[i]);
    }
    cpm_strbuf_clear(&source);
    cpm_strbuf_clear(&plain.text);
}

static const cpm_test tests[] = {
    {"traps", test_traps},
    {"random", test_random},
    {"random_wild", test_random_wild},
    {"inner_loops", test_inner_loops},
    {"conditions", test_conditions},
    {"three_loops", test_three_loops},
    {"three_loops_strict", test_three_loops_strict},
    {"counting", test_counting},
    {"residues", test_residues},
    {"repeats", test_repeats},
    {"calls", test_calls},
    {"lists", test_lists},
    {"varying", test_varying},
};

UNIT_MAIN(tests)
