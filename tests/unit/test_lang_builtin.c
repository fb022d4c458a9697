/* SPDX-License-Identifier: MIT
 *
 * test_lang_builtin.c - the table of built-in functions: every function is in
 * the manual, and does something wherever the table says that it is known.
 */
#include "eval/constant.h"
#include "eval/interp.h"
#include "lang/builtin.h"
#include "lang/parse.h"
#include "unit.h"

static bool is_known(cpm_builtin_id id, cpm_builtin_place place)
{
    cpm_arity arity = cpm_builtin_of(id)->arity[place];
    return arity.min <= arity.max;
}

/* NAME(item, other, ...) with a number of arguments. */
static void put_call(char *out, size_t cap, const char *name, const char *item, const char *other,
                     size_t nargs)
{
    int len = snprintf(out, cap, "%s(", name);
    for (size_t i = 0; i < nargs; i++)
        len +=
            snprintf(out + len, cap - (size_t)len, "%s%s", i > 0 ? ", " : "", i > 0 ? other : item);
    snprintf(out + len, cap - (size_t)len, ")");
}

static void test_names(void)
{
    for (int id = 0; id < CPM_BUILTIN_NONE; id++) {
        const char *name = cpm_builtin_of(id)->name;
        for (cpm_builtin_place place = CPM_IN_PROGRAM; place <= CPM_IN_RULE; place++) {
            cpm_builtin_id found = cpm_builtin_find(name, strlen(name), place);
            if (found != (is_known(id, place) ? (cpm_builtin_id)id : CPM_BUILTIN_NONE))
                UNIT_FAIL("'%s' is found as number %d", name, (int)found);
            UNIT_CHECK(cpm_builtin_find(name, strlen(name) - 1, place) != (cpm_builtin_id)id);
        }
        UNIT_CHECK(is_known(id, CPM_IN_PROGRAM) || is_known(id, CPM_IN_RULE));
    }
    UNIT_CHECK(cpm_builtin_find("", 0, CPM_IN_RULE) == CPM_BUILTIN_NONE);
}

/* ---- Who has it must run it ---------------------------------------------- */

static cpm_status give_line(void *ctx, const char **line, size_t *nbytes)
{
    bool *given = ctx;
    *line = "1\n";
    *nbytes = *given ? 0 : 2;
    *given = true;
    return CPM_OK;
}

static cpm_status run_program(const char *source, cpm_err *err)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_interp *interp = NULL;
    bool given = false;
    cpm_reader input = {give_line, &given};
    cpm_interp_options options = {.input = &input};
    cpm_err_clear(err);
    cpm_tree_init(&tree, &text);
    cpm_status status = cpm_parse_program(&tree, &text, CPM_DIALECT_PY3, err);
    if (status == CPM_OK)
        status = cpm_interp_new(&interp, &tree, &options, err);
    if (status == CPM_OK)
        status = cpm_interp_run(interp, err);
    cpm_interp_free(interp);
    cpm_tree_clear(&tree);
    return status;
}

/* The import that a name with a dot in it needs. */
static void put_import(char *out, size_t cap, const char *name)
{
    const char *dot = strchr(name, '.');
    out[0] = '\0';
    if (dot != NULL)
        snprintf(out, cap, "import %.*s\n", (int)(dot - name), name);
}

/* Numbers are wrong for some and ranges for others, nothing is for all. */
static void test_programs(void)
{
    static const char *const items[] = {"1",   "range(3)", "'a'",  "iter('a')",
                                        "[1]", "print",    "'inf'"};
    char call[200], import[40], source[300];
    cpm_err err;
    for (int id = 0; id < CPM_BUILTIN_NONE; id++) {
        const cpm_builtin *builtin = cpm_builtin_of(id);
        bool runs = false;
        for (size_t i = 0; !runs && i < 2 * sizeof items / sizeof *items; i++) {
            put_call(call, sizeof call, builtin->name, items[i / 2], items[i % 2 == 0 ? i / 2 : 0],
                     builtin->arity[CPM_IN_PROGRAM].min);
            put_import(import, sizeof import, builtin->name);
            snprintf(source, sizeof source, "%s%s", import, call);
            runs = runs || run_program(source, &err) == CPM_OK;
        }
        if (runs != is_known(id, CPM_IN_PROGRAM))
            UNIT_FAIL("%s: %s", source, runs ? "runs" : err.message);
        snprintf(source, sizeof source, "%s%s = 1", import, builtin->name);
        if ((run_program(source, &err) == CPM_OK) == builtin->is_fixed)
            UNIT_FAIL("%s: %s", source, builtin->is_fixed ? "runs" : err.message);
    }
}

static cpm_status eval_constant(const char *source, cpm_err *err)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_expr *expr;
    fmpq_t value;
    fmpq_init(value);
    cpm_err_clear(err);
    cpm_tree_init(&tree, &text);
    cpm_status status = cpm_parse_expr(&expr, &tree, &text, (cpm_span){0, text.len}, true, err);
    if (status == CPM_OK)
        status = cpm_eval_constant(value, &tree, expr, &text, NULL, NULL, 4096, err);
    cpm_tree_clear(&tree);
    fmpq_clear(value);
    return status;
}

static void test_constants(void)
{
    char source[200];
    cpm_err err;
    for (int id = 0; id < CPM_BUILTIN_NONE; id++) {
        const cpm_builtin *builtin = cpm_builtin_of(id);
        put_call(source, sizeof source, builtin->name, "2", "2", builtin->arity[CPM_IN_RULE].min);
        if ((eval_constant(source, &err) == CPM_OK) != is_known(id, CPM_IN_RULE))
            UNIT_FAIL("%s: %s", source, err.message);
    }
}

/* ---- The number of arguments --------------------------------------------- */

static void test_arity(void)
{
    static const struct {
        const char *source, *program, *rule;
    } cases[] = {
        {"abs()", "abs takes 1 argument, not 0", "abs takes 1 argument, not 0"},
        {"bool(1, 2)", "bool takes at most 1 argument, not 2", "unknown function 'bool'"},
        {"max()", "max takes at least 1 argument, not 0", "max takes at least 2 arguments, not 0"},
        {"pow(1, 2, 3, 4)", "pow takes at most 3 arguments, not 4", "pow takes 2 arguments, not 4"},
        {"gcd(4, x=1)", "gcd takes no keyword arguments", "expected ',' or ')', found '='"},
        {"floor(4, 5)", "name 'floor' is not defined", "floor takes 1 argument, not 2"},
        {"len(x=1)", "len takes no keyword arguments", "expected ',' or ')', found '='"},
    };
    cpm_err err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        UNIT_CHECK(run_program(cases[i].source, &err) != CPM_OK);
        if (strcmp(err.message, cases[i].program) != 0)
            UNIT_FAIL("%s in a program: %s", cases[i].source, err.message);
        UNIT_CHECK(eval_constant(cases[i].source, &err) != CPM_OK);
        if (strcmp(err.message, cases[i].rule) != 0)
            UNIT_FAIL("%s in a rule: %s", cases[i].source, err.message);
    }
}

/* ---- The manual ---------------------------------------------------------- */

/* Whether an .Fn line of the manual between the two headings has the name. */
static bool is_documented(const char *manual, const char *from, const char *to, const char *name)
{
    const char *line = strstr(manual, from), *end = line == NULL ? NULL : strstr(line, to);
    size_t len = strlen(name);
    for (; line != NULL && line < end; line = strchr(line + 1, '\n')) {
        if (strncmp(line, "\n.Fn ", 5) != 0)
            continue;
        const char *stop = strchr(line + 1, '\n');
        for (const char *at = line + 4; (at = strstr(at, name)) != NULL && at < stop; at += len)
            if (at[-1] == ' ' && (at[len] == ' ' || at[len] == '\n'))
                return true;
    }
    return false;
}

static char *read_manual(void)
{
    FILE *f = fopen("man/cpmcalc.1", "r");
    enum { CAP = 1 << 20 };
    char *text = calloc(CAP, 1);
    size_t len = f == NULL ? 0 : fread(text, 1, CAP - 1, f);
    if (len == 0)
        UNIT_FAIL("man/cpmcalc.1 is missing: run from the top folder");
    if (f != NULL)
        fclose(f);
    return text;
}

static void test_manual(void)
{
    static const char rules[] = "\n.Ss Recurrences\n", numbers[] = "\n.Sh NUMBERS\n";
    char *manual = read_manual();
    const char *language = strstr(manual, rules);
    for (int id = 0; language != NULL && id < CPM_BUILTIN_NONE; id++) {
        const char *name = cpm_builtin_of(id)->name;
        if (is_known(id, CPM_IN_RULE) && !is_documented(language, rules, "\n.Ss Programs\n", name))
            UNIT_FAIL("the manual does not have '%s' among the functions of rules", name);
        if (is_known(id, CPM_IN_PROGRAM) &&
            !is_documented(language, "\n.Ss Programs\n", numbers, name))
            UNIT_FAIL("the manual does not have '%s' among the functions of programs", name);
    }
    UNIT_CHECK(language != NULL);
    free(manual);
}

static const cpm_test tests[] = {
    {"names", test_names}, {"programs", test_programs}, {"constants", test_constants},
    {"arity", test_arity}, {"manual", test_manual},
};

UNIT_MAIN(tests)
