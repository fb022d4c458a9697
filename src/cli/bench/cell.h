/* SPDX-License-Identifier: MIT
 *
 * cell.h - one cell of a table of times: the question is answered in a
 * process of its own, which is ended when it takes too long or too much.
 */
#ifndef CPM_CLI_BENCH_CELL_H
#define CPM_CLI_BENCH_CELL_H

#include "cpmcalc.h"

#include <stdint.h>

/* What identifies a result: two hashes of its text, and its length. */
typedef struct cpm_digest {
    uint64_t hash[2];
    uint64_t nbytes;
} cpm_digest;

typedef struct cpm_bench_cell {
    bool done;         /* false: it was ended early, or not tried at all */
    double seconds;    /* of the work alone, the least of the runs */
    cpm_digest digest; /* of what was printed, and the value */
} cpm_bench_cell;

/* The question. All borrowed. */
typedef struct cpm_bench_job {
    const cpm_text *program; /* NULL: the sequence `spec`, its term with index n */
    cpm_dialect dialect;
    const cpm_text *call; /* of the program; NULL: none */
    const cpm_spec *spec;
    mpz_srcptr n;
    const cpm_config *config;
} cpm_bench_job;

/* Measures. A run of more than `cap_seconds`, or one that needs more memory than
 * there is or is allowed, leaves cell->done false and returns CPM_OK; `why` says
 * what it was (empty for the time). Other failures are returned; their places
 * point into the job's texts. */
enum { CPM_BENCH_WHY_CAP = 200 };
cpm_status cpm_bench_measure(cpm_bench_cell *cell, const cpm_bench_job *job, double cap_seconds,
                             char why[CPM_BENCH_WHY_CAP], cpm_err *err);

#endif
