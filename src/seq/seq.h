/* SPDX-License-Identifier: MIT
 *
 * seq.h - the inside of cpm_seq, for the files of this folder.
 */
#ifndef CPM_SEQ_SEQ_H
#define CPM_SEQ_SEQ_H

#include "accel/lower.h"
#include "power/plan.h"
#include "seq/recurrence.h"

struct cpm_seq {
    cpm_spec spec;  /* texts borrowed from the caller */
    cpm_text *sets; /* owned copy of the array, texts borrowed */
    cpm_recurrence rec;
    cpm_lowered lowered; /* one round of the loop as matrix code */
    cpm_plan plan;       /* after t steps its output is a(base + t) */
    cpm_plan backward;   /* after s steps: a(base + order - 1 - s); made when needed */
    bool has_backward;
    size_t backward_order; /* order of the shortest recurrence */
};

/* The transfer matrix before anything is dropped. */
CPM_MUST_USE cpm_status cpm_seq_full_system(cpm_linsys *sys, const cpm_seq *seq,
                                            const cpm_config *config, cpm_err *err);

/* Where the term with index n comes from: one of the given ones (*given), or
 * so many steps of a plan. */
CPM_MUST_USE cpm_status cpm_seq_place(const fmpq **given, cpm_plan **plan, fmpz_t steps,
                                      cpm_seq *seq, const fmpz_t n, cpm_err *err);

#endif
