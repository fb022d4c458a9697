/* SPDX-License-Identifier: MIT
 *
 * options.c - from argv to a plain struct, by getopt_long over the table in
 * options.def. getopt's own messages are off, since they print argv[0] and know
 * no suggestions. The last of repeated options counts; --set adds up.
 */
#include "cli/options.h"

#include "cli/arguments.h"
#include "cli/guard.h"
#include "cli/option_rules.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Names ------------------------------------------------------------- */

/* "--nth" and so on, by id; also the names of pseudo-files. */
static const char *const dashed_names[] = {
#define OPTION(id, short_name, long_name, kind, argument, values, help, man) "--" long_name,
#include "cli/options.def"
};
static const char *const file_names[] = {
#define OPTION(id, short_name, long_name, kind, argument, values, help, man) "<--" long_name ">",
#include "cli/options.def"
};

/* ---- getopt_long ------------------------------------------------------- */

/* getopt_long's val of an option without a short form. */
enum { LONG_ONLY = 256 };

static int value_for_getopt(const cpm_option *option)
{
    return option->short_name != '\0' ? option->short_name : LONG_ONLY + (int)option->id;
}

static const cpm_option *option_of_value(int value)
{
    for (size_t i = 0; i < cpm_option_table_len; i++)
        if (cpm_option_table[i].long_name != NULL &&
            value_for_getopt(&cpm_option_table[i]) == value)
            return &cpm_option_table[i];
    return NULL;
}

typedef struct getopt_arrays {
    struct option longs[CPM_OPT_COUNT + 1];
    char shorts[2 * CPM_OPT_COUNT + 2];
} getopt_arrays;

static void fill_getopt_arrays(getopt_arrays *arrays)
{
    memset(arrays, 0, sizeof *arrays);
    size_t nlongs = 0, nshorts = 0;
    arrays->shorts[nshorts++] = ':'; /* tell a missing argument from an unknown option */
    for (size_t i = 0; i < cpm_option_table_len; i++) {
        const cpm_option *option = &cpm_option_table[i];
        if (option->long_name == NULL)
            continue;
        int has_arg = option->kind == CPM_OPTION_NONE   ? no_argument
                      : option->kind == CPM_OPTION_WHEN ? optional_argument
                                                        : required_argument;
        arrays->longs[nlongs++] =
            (struct option){option->long_name, has_arg, NULL, value_for_getopt(option)};
        if (option->short_name == '\0')
            continue;
        arrays->shorts[nshorts++] = option->short_name;
        if (has_arg == required_argument)
            arrays->shorts[nshorts++] = ':';
    }
}

/* ---- Complaints about options ------------------------------------------ */

/* The options that the abbreviation `name` stands for, as a list; their count. */
static size_t list_expansions(char *list, size_t cap, const char *name)
{
    size_t count = 0, len = 0;
    for (size_t i = 0; i < cpm_option_table_len; i++) {
        const char *candidate = cpm_option_table[i].long_name;
        if (candidate == NULL || strncmp(candidate, name, strlen(name)) != 0)
            continue;
        int n = snprintf(list + len, cap - len, "%s--%s", count == 0 ? "" : ", ", candidate);
        len = n < 0 || (size_t)n >= cap - len ? cap - 1 : len + (size_t)n;
        count++;
    }
    return count;
}

static const char *nearest_option(const char *name)
{
    const char *nearest = NULL;
    /* A third of a short name changed makes another name. */
    size_t least = strlen(name) / 3 + 1 < 3 ? strlen(name) / 3 + 1 : 3;
    for (size_t i = 0; i < cpm_option_table_len; i++) {
        const char *candidate = cpm_option_table[i].long_name;
        if (candidate == NULL)
            continue;
        size_t distance = cpm_word_distance(candidate, name);
        if (distance < least && distance < strlen(name)) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

static cpm_status unknown_long_option(const char *argument, cpm_err *err)
{
    char name[64], list[256];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
    if (list_expansions(list, sizeof list, name) > 1)
        return cpm_err_set(err, CPM_ERR_USAGE, "option '--%s' is ambiguous: %s", name, list);
    const char *nearest = nearest_option(name);
    if (nearest != NULL)
        return cpm_err_set(err, CPM_ERR_USAGE, "unknown option '--%s'; did you mean '--%s'?", name,
                           nearest);
    return cpm_err_set(err, CPM_ERR_USAGE, "unknown option '--%s'", name);
}

/* "-nth 10": one minus sign too few, which getopt takes for -n with "th". */
static cpm_status check_dashes(const char *argument, cpm_err *err)
{
    if (argument[0] != '-' || argument[1] == '-' || argument[1] == '\0' || argument[2] == '\0')
        return CPM_OK;
    size_t len = strcspn(argument + 1, "=");
    for (size_t i = 0; i < cpm_option_table_len; i++) {
        const char *name = cpm_option_table[i].long_name;
        if (name != NULL && strlen(name) == len && strncmp(argument + 1, name, len) == 0)
            return cpm_err_set(err, CPM_ERR_USAGE, "unknown option '%s'; did you mean '--%s'?",
                               argument, name);
    }
    return CPM_OK;
}

/* What getopt_long returned '?' for. In the middle of several short options in
 * one word optind has not moved on yet. */
static cpm_status bad_option(int argc, char **argv, cpm_err *err)
{
    if (optind < argc && check_dashes(argv[optind], err) != CPM_OK)
        return err->status;
    const char *argument = argv[optind - 1];
    const cpm_option *option = option_of_value(optopt);
    if (option != NULL)
        return cpm_err_set(err, CPM_ERR_USAGE, "option '--%s' takes no argument",
                           option->long_name);
    if (optopt == 0 && strncmp(argument, "--", 2) == 0)
        return unknown_long_option(argument, err);
    return cpm_err_set(err, CPM_ERR_USAGE, "unknown option '-%c'", optopt);
}

static cpm_status missing_argument(const cpm_option *option, cpm_err *err)
{
    return cpm_err_set(err, CPM_ERR_USAGE, "option '--%s' needs an argument: %s", option->long_name,
                       option->argument);
}

/* "--nth --mod 7": the argument was forgotten. */
static bool is_long_option(const char *text)
{
    return strncmp(text, "--", 2) == 0 && ((text[2] >= 'a' && text[2] <= 'z') || text[2] == '\0');
}

/* ---- Storing ----------------------------------------------------------- */

static cpm_text text_of(cpm_option_id id, const char *argument)
{
    return (cpm_text){file_names[id], argument, argument == NULL ? 0 : strlen(argument)};
}

static cpm_status add_set(cpm_options *options, const char *argument, cpm_err *err)
{
    cpm_text *sets = realloc(options->sets, (options->spec.nsets + 1) * sizeof *sets);
    if (sets == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    options->sets = sets;
    options->spec.sets = sets;
    sets[options->spec.nsets++] = text_of(CPM_OPT_SET, argument);
    return CPM_OK;
}

static cpm_status store_choice(cpm_options *options, const cpm_option *option, const char *argument,
                               cpm_err *err)
{
    size_t choice = 0;
    if (argument != NULL) {
        cpm_status status =
            cpm_argument_choice(&choice, dashed_names[option->id], argument, option->values, err);
        if (status != CPM_OK)
            return status;
    }
    switch (option->id) {
    case CPM_OPT_SEMIRING:
        options->semiring = (cpm_semiring)choice;
        break;
    case CPM_OPT_ENGINE:
        options->engine = (cpm_engine)choice;
        break;
    case CPM_OPT_DIALECT:
        options->dialect = (cpm_dialect)choice;
        break;
    case CPM_OPT_DUMP:
        options->dump = (cpm_stage)choice;
        break;
    case CPM_OPT_FORMAT:
        options->format = (cpm_format)choice;
        break;
    case CPM_OPT_PROGRESS:
        options->progress = (cpm_progress_when)choice;
        break;
    default:
        break;
    }
    return CPM_OK;
}

enum { MAX_THREADS = 1024, MAX_DIGITS = 1000000 };

/* "int", "int,rational", "rational,int": false for anything else. */
static bool read_types(bool *allow_rational, const char *list)
{
    bool has_int = false;
    *allow_rational = false;
    for (;;) {
        size_t len = strcspn(list, ",");
        if (len == 3 && strncmp(list, "int", len) == 0)
            has_int = true;
        else if (len == 8 && strncmp(list, "rational", len) == 0)
            *allow_rational = true;
        else
            return false;
        if (list[len] == '\0')
            return has_int;
        list += len + 1;
    }
}

static cpm_status store_number(cpm_options *options, cpm_option_id id, const char *argument,
                               cpm_err *err)
{
    const char *name = dashed_names[id];
    long value = 0;
    cpm_status status;
    switch (id) {
    case CPM_OPT_BASE:
        status = cpm_argument_int(&value, name, argument, 2, 62, err);
        options->base = (int)value;
        return status;
    case CPM_OPT_FIRST:
        status = cpm_argument_int(&value, name, argument, 1, MAX_DIGITS, err);
        options->nfirst = (size_t)value;
        return status;
    case CPM_OPT_LAST:
        status = cpm_argument_int(&value, name, argument, 1, MAX_DIGITS, err);
        options->nlast = (size_t)value;
        return status;
    case CPM_OPT_ITERS_LIMIT:
        if (strcmp(argument, "auto") == 0)
            return CPM_OK;
        status = cpm_argument_int(&value, name, argument, 2, LONG_MAX, err);
        options->iters_limit = (unsigned long)value;
        return status;
    case CPM_OPT_TYPES:
        if (read_types(&options->allow_rational, argument))
            return CPM_OK;
        return cpm_err_set(err, CPM_ERR_USAGE, "%s must be int or int,rational, not '%s'", name,
                           argument);
    case CPM_OPT_THREADS:
        status = cpm_argument_int(&value, name, argument, 1, MAX_THREADS, err);
        options->nthreads = (unsigned)value;
        return status;
    case CPM_OPT_MAX_MEMORY:
        return cpm_argument_size(&options->max_memory_bytes, name, argument, err);
    case CPM_OPT_TIMEOUT:
        return cpm_argument_seconds(&options->timeout_seconds, name, argument, err);
    default:
        return CPM_OK;
    }
}

static cpm_text *text_field(cpm_options *options, cpm_option_id id)
{
    switch (id) {
    case CPM_OPT_NTH:
        return &options->nth;
    case CPM_OPT_MOD:
        return &options->mod;
    case CPM_OPT_MATRIX:
        return &options->matrix;
    case CPM_OPT_INIT:
        return &options->spec.init;
    case CPM_OPT_OFFSET:
        return &options->spec.offset;
    case CPM_OPT_SIGNATURE:
        return &options->spec.signature;
    case CPM_OPT_GF:
        return &options->spec.gf;
    case CPM_OPT_GUESS:
        return &options->spec.guess;
    case CPM_OPT_SHOW:
        return &options->show;
    case CPM_OPT_SUM:
        return &options->sum;
    case CPM_OPT_VERIFY:
        return &options->verify;
    case CPM_OPT_FILE:
        return &options->program;
    case CPM_OPT_OF:
        return &options->spec.of;
    case CPM_OPT_ARGS:
        return &options->args;
    case CPM_OPT_COLUMNS:
        return &options->columns;
    case CPM_OPT_PLOT:
        return &options->plot;
    default:
        return NULL;
    }
}

/* A line of the program; those given before stand above it. */
static cpm_status add_line(cpm_options *options, const char *text, cpm_err *err)
{
    cpm_text *program = &options->program;
    bool is_first = program->data == NULL || options->given[CPM_OPT_FILE];
    if (is_first) {
        *program = (cpm_text){"<expr>", text, strlen(text)};
        return CPM_OK;
    }
    size_t len = strlen(text), total = program->len + 1 + len;
    char *lines = malloc(total + 1);
    if (lines == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    memcpy(lines, program->data, program->len);
    lines[program->len] = '\n';
    memcpy(lines + program->len + 1, text, len + 1);
    free(options->lines);
    options->lines = lines;
    *program = (cpm_text){"<expr>", lines, total};
    return CPM_OK;
}

static cpm_status store(cpm_options *options, const cpm_option *option, const char *argument,
                        cpm_err *err)
{
    options->given[option->id] = true;
    if (option->kind == CPM_OPTION_NONE)
        return CPM_OK;
    if (option->id == CPM_OPT_SET)
        return add_set(options, argument, err);
    if (option->id == CPM_OPT_EXPR)
        return add_line(options, argument, err);
    if (option->kind == CPM_OPTION_CHOICE || option->kind == CPM_OPTION_WHEN)
        return store_choice(options, option, argument, err);
    cpm_text *field = text_field(options, option->id);
    if (field == NULL)
        return store_number(options, option->id, argument, err);
    *field = text_of(option->id, argument);
    return CPM_OK;
}

/* ---- Operands ---------------------------------------------------------- */

static cpm_status store_operands(cpm_options *options, int count, char **operands, cpm_err *err)
{
    const bool program = options->given[CPM_OPT_FILE] || options->given[CPM_OPT_EXPR];
    if (count > 0 && program)
        options->call = (cpm_text){"<call>", operands[0], strlen(operands[0])};
    else if (count > 0)
        options->spec.spec = (cpm_text){"<spec>", operands[0], strlen(operands[0])};
    if (count < 2)
        return CPM_OK;
    const char *extra = operands[1];
    if (!program && extra[0] != '\0' && strspn(extra, "0123456789_,.") == strlen(extra))
        return cpm_err_set(err, CPM_ERR_USAGE, "unexpected argument '%s'; did you mean '--nth %s'?",
                           extra, extra);
    return cpm_err_set(err, CPM_ERR_USAGE,
                       "unexpected argument '%s'; a %s with spaces must be in quotes", extra,
                       program ? "CALL" : "SPEC");
}

/* ---- Defaults ---------------------------------------------------------- */

static cpm_status choose_threads(cpm_options *options, cpm_err *err)
{
    if (options->given[CPM_OPT_THREADS])
        return CPM_OK;
    const char *text = getenv("CPMCALC_THREADS");
    if (text != NULL && text[0] != '\0') {
        long value = 1;
        cpm_status status = cpm_argument_int(&value, "CPMCALC_THREADS", text, 1, MAX_THREADS, err);
        options->nthreads = (unsigned)value;
        return status;
    }
    static long processors; /* 0: not asked for yet */
    if (processors == 0)
        processors = sysconf(_SC_NPROCESSORS_ONLN);
    options->nthreads = processors < 1             ? 1
                        : processors > MAX_THREADS ? MAX_THREADS
                                                   : (unsigned)processors;
    return CPM_OK;
}

/* For tests of every form of the arithmetic, and for processors that have an
 * instruction set better left alone. */
static cpm_status choose_instructions(cpm_err *err)
{
    const char *names = getenv("CPMCALC_DISABLE_CPU");
    if (names == NULL || cpm_cpu_disable(names))
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_USAGE,
                       "CPMCALC_DISABLE_CPU must be a list of fma, avx2 and avx512f, not '%.100s'",
                       names);
}

static void set_defaults(cpm_options *options)
{
    memset(options, 0, sizeof *options);
    options->base = 10;
    options->progress = CPM_PROGRESS_NEVER;
}

/* ---- All together ------------------------------------------------------ */

static cpm_status parse_options(cpm_options *options, int argc, char **argv, cpm_err *err)
{
    getopt_arrays arrays;
    fill_getopt_arrays(&arrays);
    opterr = 0;
    for (;;) {
        optopt = 0;
        int value = getopt_long(argc, argv, arrays.shorts, arrays.longs, NULL);
        if (value == -1)
            return CPM_OK;
        const char *argument = argv[optind - 1];
        if (optarg != argument && check_dashes(argument, err) != CPM_OK)
            return err->status;
        if (value == '?')
            return bad_option(argc, argv, err);
        const cpm_option *option = option_of_value(value == ':' ? optopt : value);
        if (option->short_name != '\0' && optarg != NULL && optarg == argument + 2 &&
            argument[0] == '-' && argument[1] == option->short_name && optarg[0] == '=')
            optarg++; /* "-n=5" */
        if (value == ':' || (optarg != NULL && optarg == argument && is_long_option(optarg)))
            return missing_argument(option, err);
        cpm_status status = store(options, option, optarg, err);
        if (status != CPM_OK || option->id == CPM_OPT_HELP || option->id == CPM_OPT_VERSION)
            return status;
    }
}

/* Asked for once: a batch has many questions. */
static size_t default_memory(void)
{
    static size_t nbytes;
    static bool is_known;
    if (!is_known)
        nbytes = cpm_guard_default_memory();
    is_known = true;
    return nbytes;
}

cpm_status cpm_options_parse(cpm_options *options, int argc, char **argv, cpm_err *err)
{
    set_defaults(options);
    optind = 0;                  /* from the beginning, also after another command line */
    unsetenv("POSIXLY_CORRECT"); /* options may follow the SPEC, whatever the environment */
    cpm_status status = parse_options(options, argc, argv, err);
    if (status != CPM_OK || options->given[CPM_OPT_HELP] || options->given[CPM_OPT_VERSION])
        return status;
    status = store_operands(options, argc - optind, argv + optind, err);
    if (status == CPM_OK)
        status = cpm_option_rules_check(options, err);
    if (status == CPM_OK)
        status = choose_threads(options, err);
    if (status == CPM_OK)
        status = choose_instructions(err);
    if (status == CPM_OK && options->format == CPM_FORMAT_DOT) {
        options->given[CPM_OPT_DUMP] = true; /* --explain --format dot shows a stage too */
        options->dump = CPM_STAGE_GRAPH;
    }
    if (status == CPM_OK && !options->given[CPM_OPT_MAX_MEMORY])
        options->max_memory_bytes = default_memory();
    return status;
}

void cpm_options_clear(cpm_options *options)
{
    free(options->sets);
    options->sets = NULL;
    free(options->lines);
    options->lines = NULL;
}
