/* SPDX-License-Identifier: MIT
 *
 * scripts.h - the built-in benches: the scripts of examples/bench, which
 * are built into the program.
 */
#ifndef CPM_CLI_BENCH_SCRIPTS_H
#define CPM_CLI_BENCH_SCRIPTS_H

#include "cpmcalc.h"

typedef struct cpm_bench_script {
    const char *name;
    const char *title;
    const char *call;    /* with {n} for the argument */
    const char *args;    /* as --args takes them */
    const char *columns; /* as --columns takes them */
    const char *text;    /* the program */
} cpm_bench_script;

/* NULL past the last one. */
const cpm_bench_script *cpm_bench_script_at(size_t i);
/* NULL when there is none of that name. */
const cpm_bench_script *cpm_bench_script_find(const char *name, size_t len);

#endif
