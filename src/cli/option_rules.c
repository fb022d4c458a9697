/* SPDX-License-Identifier: MIT
 *
 * option_rules.c - which options go together: a table of what contradicts what,
 * and what needs what.
 */
#include "cli/option_rules.h"

#include "cli/run.h"

/* What is asked about, besides the options themselves. */
enum { NOTHING = -1, SPEC = CPM_OPT_COUNT, BFILE, CSV, DOT, SEVERAL };

static const char *const dashed_names[] = {
#define OPTION(id, short_name, long_name, kind, argument, values, help, man) "--" long_name,
#include "cli/options.def"
    "a SPEC", "--format bfile", "--format csv", "--format dot", "--of with several names",
};

static bool is_given(const cpm_options *options, int what)
{
    if (what == SPEC)
        return options->spec.spec.data != NULL;
    if (what == BFILE)
        return options->format == CPM_FORMAT_BFILE;
    if (what == CSV)
        return options->format == CPM_FORMAT_CSV;
    if (what == DOT)
        return options->format == CPM_FORMAT_DOT;
    if (what == SEVERAL)
        return cpm_asks_for_several(options);
    return options->given[what];
}

/* What only sequences (and matrices) know. */
#define OF_SEQUENCES                                                                               \
    CPM_OPT_NTH, CPM_OPT_MOD, CPM_OPT_MATRIX, CPM_OPT_EDGES, CPM_OPT_LIST, CPM_OPT_INIT,           \
        CPM_OPT_OFFSET, CPM_OPT_SIGNATURE, CPM_OPT_GF, CPM_OPT_GUESS, CPM_OPT_SUM, CPM_OPT_FIRST,  \
        CPM_OPT_LAST, CPM_OPT_LENGTH, CPM_OPT_SHOW, CPM_OPT_VERIFY, CPM_OPT_OF, CPM_OPT_SET, BFILE

#define NOT_WITH_DIGITS                                                                            \
    CPM_OPT_SUM, CPM_OPT_SHOW, CPM_OPT_MATRIX, CPM_OPT_LIST, CPM_OPT_DUMP, CPM_OPT_EXPLAIN,        \
        CPM_OPT_CHECK, CPM_OPT_BENCH, CPM_OPT_PLOT

/* The first of each row contradicts all the others. */
static const int clashes[][24] = {
    {CPM_OPT_FILE, CPM_OPT_EXPR, OF_SEQUENCES, NOTHING},
    {CPM_OPT_EXPR, OF_SEQUENCES, NOTHING},
    {CPM_OPT_MATRIX, SPEC, CPM_OPT_SIGNATURE, CPM_OPT_OFFSET, CPM_OPT_OF, CPM_OPT_SET, CPM_OPT_DUMP,
     BFILE, NOTHING},
    {SEVERAL, CPM_OPT_SUM, CPM_OPT_FIRST, CPM_OPT_LAST, CPM_OPT_LENGTH, CPM_OPT_SHOW,
     CPM_OPT_VERIFY, CPM_OPT_LIST, CPM_OPT_EXPLAIN, CPM_OPT_DUMP, CPM_OPT_BENCH, CPM_OPT_PLOT, DOT,
     NOTHING},
    {CPM_OPT_SIGNATURE, SPEC, CPM_OPT_GF, CPM_OPT_GUESS, CPM_OPT_OF, CPM_OPT_SET, NOTHING},
    {CPM_OPT_GF, SPEC, CPM_OPT_GUESS, CPM_OPT_INIT, CPM_OPT_OF, CPM_OPT_SET, CPM_OPT_MATRIX,
     NOTHING},
    {CPM_OPT_GUESS, SPEC, CPM_OPT_INIT, CPM_OPT_OF, CPM_OPT_SET, CPM_OPT_MATRIX, NOTHING},
    {CPM_OPT_FIRST, NOT_WITH_DIGITS, NOTHING},
    {CPM_OPT_LAST, NOT_WITH_DIGITS, NOTHING},
    {CPM_OPT_LENGTH, NOT_WITH_DIGITS, NOTHING},
    {CPM_OPT_SUM, CPM_OPT_NTH, CPM_OPT_SHOW, CPM_OPT_MATRIX, CPM_OPT_LIST, CPM_OPT_DUMP,
     CPM_OPT_EXPLAIN, CPM_OPT_CHECK, CPM_OPT_ENGINE, CPM_OPT_BENCH, CPM_OPT_PLOT, NOTHING},
    {CPM_OPT_VERIFY, CPM_OPT_NTH, CPM_OPT_SHOW, CPM_OPT_SUM, CPM_OPT_FIRST, CPM_OPT_LAST,
     CPM_OPT_LENGTH, CPM_OPT_MATRIX, CPM_OPT_LIST, CPM_OPT_DUMP, CPM_OPT_EXPLAIN, CPM_OPT_BENCH,
     CPM_OPT_PLOT, CPM_OPT_FORMAT, NOTHING},
    {CPM_OPT_SHOW, CPM_OPT_NTH, CPM_OPT_LIST, CPM_OPT_DUMP, CPM_OPT_EXPLAIN, CPM_OPT_CHECK,
     CPM_OPT_BENCH, CPM_OPT_PLOT, BFILE, NOTHING},
    {CPM_OPT_DUMP, CPM_OPT_NTH, CPM_OPT_FORMAT, CPM_OPT_BASE, CPM_OPT_CHECK, CPM_OPT_EXPLAIN,
     NOTHING},
    {CPM_OPT_LIST, CPM_OPT_NTH, CPM_OPT_MOD, CPM_OPT_MATRIX, CPM_OPT_SIGNATURE, CPM_OPT_INIT,
     CPM_OPT_GF, CPM_OPT_GUESS, CPM_OPT_DUMP, CPM_OPT_EXPLAIN, CPM_OPT_CHECK, BFILE, NOTHING},
    {CPM_OPT_BENCH, CPM_OPT_NTH, CPM_OPT_MATRIX, CPM_OPT_LIST, CPM_OPT_ENGINE, CPM_OPT_CHECK,
     CPM_OPT_EXPLAIN, CPM_OPT_DUMP, CPM_OPT_BASE, BFILE, DOT, NOTHING},
};

/* What a picture of terms is not about. */
static const int not_with_plot[] = {CPM_OPT_FILE,    CPM_OPT_EXPR, CPM_OPT_MATRIX, CPM_OPT_LIST,
                                    CPM_OPT_EXPLAIN, CPM_OPT_DUMP, CPM_OPT_BASE,   CPM_OPT_FORMAT};

/* The first needs the second. */
static const int needs[][2] = {{CPM_OPT_ARGS, CPM_OPT_BENCH},
                               {CPM_OPT_COLUMNS, CPM_OPT_BENCH},
                               {DOT, CPM_OPT_EXPLAIN},
                               {CPM_OPT_EDGES, CPM_OPT_MATRIX},
                               {CPM_OPT_UNDIRECTED, CPM_OPT_EDGES}};

/* What makes no sense without a program. */
static const int of_programs[] = {CPM_OPT_DIALECT, CPM_OPT_ITERS_LIMIT, CPM_OPT_TYPES,
                                  CPM_OPT_NO_MIN_ROWS, CPM_OPT_NO_CLEAR_STACK};

static cpm_status check_clashes(const cpm_options *options, cpm_err *err)
{
    for (size_t i = 0; i < sizeof clashes / sizeof clashes[0]; i++) {
        if (!is_given(options, clashes[i][0]))
            continue;
        for (const int *other = clashes[i] + 1; *other != NOTHING; other++)
            if (is_given(options, *other))
                return cpm_err_set(err, CPM_ERR_USAGE, "%s and %s do not go together",
                                   dashed_names[clashes[i][0]], dashed_names[*other]);
    }
    return CPM_OK;
}

static cpm_status check_needs(const cpm_options *options, cpm_err *err)
{
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if (is_given(options, needs[i][0]) && !is_given(options, needs[i][1]))
            return cpm_err_set(err, CPM_ERR_USAGE, "%s needs %s", dashed_names[needs[i][0]],
                               dashed_names[needs[i][1]]);
    return CPM_OK;
}

static cpm_status check_plot(const cpm_options *options, cpm_err *err)
{
    if (!is_given(options, CPM_OPT_PLOT) || is_given(options, CPM_OPT_BENCH))
        return CPM_OK;
    for (size_t i = 0; i < sizeof not_with_plot / sizeof not_with_plot[0]; i++)
        if (is_given(options, not_with_plot[i]))
            return cpm_err_set(err, CPM_ERR_USAGE,
                               "--plot without --bench and %s do not go together",
                               dashed_names[not_with_plot[i]]);
    if (!is_given(options, CPM_OPT_NTH))
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "--plot needs --nth A..B or --bench: what is drawn?");
    return CPM_OK;
}

static cpm_status check_needs_program(const cpm_options *options, cpm_err *err)
{
    for (size_t i = 0; i < sizeof of_programs / sizeof of_programs[0]; i++)
        if (is_given(options, of_programs[i]))
            return cpm_err_set(err, CPM_ERR_USAGE, "%s needs a program: --file FILE or --expr TEXT",
                               dashed_names[of_programs[i]]);
    return CPM_OK;
}

cpm_status cpm_option_rules_check(const cpm_options *options, cpm_err *err)
{
    if (is_given(options, CPM_OPT_BATCH)) /* main has taken it out of the command line */
        return cpm_err_set(err, CPM_ERR_USAGE, "--batch does not go into a batch");
    cpm_status status = check_clashes(options, err);
    if (status == CPM_OK)
        status = check_needs(options, err);
    if (status == CPM_OK)
        status = check_plot(options, err);
    bool is_program = is_given(options, CPM_OPT_FILE) || is_given(options, CPM_OPT_EXPR);
    if (status == CPM_OK && is_program && is_given(options, CSV) &&
        !is_given(options, CPM_OPT_BENCH))
        status = cpm_err_set(err, CPM_ERR_USAGE, "a program and --format csv do not go together");
    if (status != CPM_OK || is_program || is_given(options, CPM_OPT_BENCH))
        return status;
    status = check_needs_program(options, err);
    if (status != CPM_OK)
        return status;
    if (is_given(options, CPM_OPT_MATRIX) &&
        (is_given(options, DOT) || is_given(options, CPM_OPT_SHOW)))
        return CPM_OK;
    if (is_given(options, CPM_OPT_MATRIX) && !is_given(options, CPM_OPT_NTH))
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "--matrix needs --nth N: which power? (or --show KEY)");
    if (is_given(options, CPM_OPT_LIST) || is_given(options, CPM_OPT_MATRIX) ||
        is_given(options, CPM_OPT_SIGNATURE) || is_given(options, CPM_OPT_GF) ||
        is_given(options, CPM_OPT_GUESS) || is_given(options, SPEC))
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_USAGE, "nothing to do: give a SPEC, such as fib");
}
