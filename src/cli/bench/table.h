/* SPDX-License-Identifier: MIT
 *
 * table.h - a table of times: what its rows are, and how it is written as
 * a table for people, as CSV and as JSON.
 */
#ifndef CPM_CLI_BENCH_TABLE_H
#define CPM_CLI_BENCH_TABLE_H

#include "cli/bench/args.h"
#include "cli/bench/cell.h"
#include "cli/bench/columns.h"
#include "cli/draft.h"
#include "cli/options.h"

typedef struct cpm_bench_table {
    const char *title; /* borrowed: "Function \"fib\":" without the colon */
    const char *call;  /* borrowed: what is run, with {n}; NULL: none */
    cpm_bench_columns columns;
    cpm_bench_args args;
    cpm_bench_cell *cells; /* owned: args.count rows of columns.count cells */
    double cap_seconds;    /* no time is longer; it decides how wide columns are */
} cpm_bench_table;

/* Makes the cells, none of them done. args and columns are there. */
cpm_status cpm_bench_table_start(cpm_bench_table *table, cpm_err *err);
void cpm_bench_table_clear(cpm_bench_table *table);

cpm_bench_cell *cpm_bench_table_cell(const cpm_bench_table *table, size_t row, size_t column);

/* Whether the results of a row agree; MATCH_NONE when fewer than two are there. */
typedef enum cpm_bench_match { CPM_MATCH_NONE, CPM_MATCH_TRUE, CPM_MATCH_FALSE } cpm_bench_match;
cpm_bench_match cpm_bench_table_match(const cpm_bench_table *table, size_t row);

/* The same among the columns that are engines and options, calls of the user's
 * own left out: a FALSE there is a bug of ours. */
cpm_bench_match cpm_bench_table_engines_match(const cpm_bench_table *table, size_t row);

/* The parts of the document, in `format` (text, CSV or JSON). */
void cpm_bench_write_head(cpm_draft *out, const cpm_bench_table *table, cpm_format format);
void cpm_bench_write_row(cpm_draft *out, const cpm_bench_table *table, size_t row,
                         cpm_format format);
void cpm_bench_write_foot(cpm_draft *out, const cpm_bench_table *table, cpm_format format);

#endif
