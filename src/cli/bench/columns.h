/* SPDX-License-Identifier: MIT
 *
 * columns.h - the columns of a table of times (--columns): how the same
 * question is answered in each.
 */
#ifndef CPM_CLI_BENCH_COLUMNS_H
#define CPM_CLI_BENCH_COLUMNS_H

#include "cpmcalc.h"

enum { CPM_BENCH_MAX_COLUMNS = 16 };

typedef struct cpm_bench_column {
    cpm_text name; /* bytes borrowed from the list */
    cpm_engine engine;
    bool min_rows;
    bool clear_stack;
    cpm_text call; /* of NAME=CALL, another call of the same program; else data NULL */
} cpm_bench_column;

typedef struct cpm_bench_columns {
    cpm_bench_column columns[CPM_BENCH_MAX_COLUMNS];
    size_t count;
} cpm_bench_columns;

/* Reads a list of: an engine (naive, cpm, matrix, doubling, recurrence), -m,
 * -c or -mc (matrix without these options), NAME=CALL, or the NAME alone of one of
 * `known`, the columns that the bench has of its own (may be NULL). */
cpm_status cpm_bench_columns_parse(cpm_bench_columns *columns, const cpm_text *text,
                                   const cpm_bench_columns *known, cpm_err *err);

#endif
