/* SPDX-License-Identifier: MIT
 *
 * args.h - the arguments that a table of times runs over (--args).
 */
#ifndef CPM_CLI_BENCH_ARGS_H
#define CPM_CLI_BENCH_ARGS_H

#include "cpmcalc.h"

typedef struct cpm_bench_args {
    mpz_t *values; /* owned, `count` of them */
    size_t count;
    bool logarithmic; /* the axes of a plot should be */
} cpm_bench_args;

/* Reads "linear:MAX:COUNT" (0, MAX/COUNT, ..., MAX), "log:MAX:COUNT" (1 to MAX,
 * equal factors between neighbours, repeated values once), or a list as --nth
 * takes it. `args` is zeroed by the caller and cleared by it in any case. */
cpm_status cpm_bench_args_parse(cpm_bench_args *args, const cpm_text *text, cpm_err *err);
void cpm_bench_args_clear(cpm_bench_args *args);

#endif
