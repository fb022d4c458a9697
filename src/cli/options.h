/* SPDX-License-Identifier: MIT
 *
 * options.h - what the command line says, as a plain struct.
 */
#ifndef CPM_CLI_OPTIONS_H
#define CPM_CLI_OPTIONS_H

#include "cli/progress.h"
#include "cpmcalc.h"

/* ---- The table --------------------------------------------------------- */

typedef enum cpm_option_kind {
    CPM_OPTION_NONE,   /* no argument */
    CPM_OPTION_TEXT,   /* any argument */
    CPM_OPTION_LIST,   /* numbers, or @FILE */
    CPM_OPTION_FILE,   /* the name of a file */
    CPM_OPTION_CHOICE, /* one of `values` */
    CPM_OPTION_WHEN    /* one of `values`, or no argument */
} cpm_option_kind;

typedef enum cpm_option_id {
#define OPTION(id, short_name, long_name, kind, argument, values, help, man) CPM_OPT_##id,
#include "cli/options.def"
    CPM_OPT_COUNT
} cpm_option_id;

typedef struct cpm_option {
    const char *group;     /* title of the group that begins here; else NULL */
    char short_name;       /* NUL: none */
    const char *long_name; /* NULL in the entry of a group's title */
    cpm_option_kind kind;
    const char *argument; /* as shown in the help; NULL when kind is NONE */
    const char *values;   /* the choices, separated by spaces; else NULL */
    const char *help;     /* one line */
    const char *man;      /* mdoc source */
    cpm_option_id id;
} cpm_option;

/* The table in order: titles of groups (long_name == NULL) and options. */
extern const cpm_option cpm_option_table[];
extern const size_t cpm_option_table_len;

/* ---- The result -------------------------------------------------------- */

typedef enum cpm_format {
    CPM_FORMAT_TEXT,
    CPM_FORMAT_BFILE,
    CPM_FORMAT_JSON,
    CPM_FORMAT_CSV,
    CPM_FORMAT_DOT
} cpm_format;

/* Texts are borrowed from argv or from the structure; the data of an absent one is NULL. */
typedef struct cpm_options {
    bool given[CPM_OPT_COUNT];
    cpm_spec spec;  /* the operand, --signature, --init, --offset, --of, --set */
    cpm_text *sets; /* owned: spec.sets */
    cpm_text nth;
    cpm_text show;
    cpm_text sum;
    cpm_text verify; /* the name of the file, and the text when it has been read */
    cpm_text mod;
    cpm_text matrix;
    cpm_text program; /* --expr; with --file its name, and the text when it has been read */
    char *lines;      /* owned: the text of several --expr */
    cpm_text call;    /* the operand after a program */
    cpm_text args;    /* --args, --columns, --plot */
    cpm_text columns;
    cpm_text plot;
    cpm_dialect dialect;
    unsigned long iters_limit; /* 0: not given */
    bool allow_rational;
    cpm_semiring semiring;
    cpm_engine engine;
    cpm_stage dump;
    cpm_format format;
    int base;
    size_t nfirst, nlast; /* digits wanted: --first, --last; 0: not given */
    unsigned nthreads;
    size_t max_memory_bytes;
    double timeout_seconds; /* 0: none */
    cpm_progress_when progress;
    bool in_batch; /* one of many questions: see batch.h */
} cpm_options;

/* Parses and validates. With --help or --version given the rest of the command
 * line is not looked at. */
cpm_status cpm_options_parse(cpm_options *options, int argc, char **argv, cpm_err *err);
void cpm_options_clear(cpm_options *options);

/* Writes --help to standard output. */
cpm_status cpm_help_write(cpm_err *err);

#endif
