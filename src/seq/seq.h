/* SPDX-License-Identifier: MIT
 *
 * seq.h - the inside of cpm_seq, for the files of this folder.
 */
#ifndef CPM_SEQ_SEQ_H
#define CPM_SEQ_SEQ_H

#include "accel/lower.h"
#include "power/mulpow.h"
#include "power/plan.h"
#include "power/semi_plan.h"
#include "seq/recurrence.h"

struct cpm_seq {
    cpm_spec spec;  /* texts borrowed from the caller */
    cpm_text *sets; /* owned copy of the array, texts borrowed */
    cpm_recurrence rec;
    bool is_companion;   /* made without a loop: see cpm_seq_show_loop */
    cpm_lowered lowered; /* one round of the loop as matrix code */
    /* After t steps the output is a(base + t): of `plan` in
     * plus-times, of `mulpow` in mul-pow, of `semi` in the others. */
    const cpm_domain *domain;
    cpm_plan plan;
    cpm_semi_plan semi;
    cpm_mulpow mulpow;
    bool reduces;      /* the rule reduces each term modulo lowered.modulus */
    cpm_plan backward; /* after s steps: a(base + order - 1 - s); made when needed */
    bool has_backward;
    size_t backward_order; /* order of the shortest recurrence */
};

/* A sequence that came without a loop is made anew with one, for those who want
 * to see tree, code and matrices. */
CPM_MUST_USE cpm_status cpm_seq_show_loop(cpm_seq *seq, const cpm_config *config, cpm_err *err);

/* The transfer matrix before anything is dropped; there must be a loop. */
CPM_MUST_USE cpm_status cpm_seq_full_system(cpm_linsys *sys, const cpm_seq *seq,
                                            const cpm_config *config, cpm_err *err);

/* Where the term with index n comes from: one of the given ones (*given), or
 * so many steps of a plan. */
CPM_MUST_USE cpm_status cpm_seq_place(const fmpq **given, cpm_plan **plan, fmpz_t steps,
                                      cpm_seq *seq, const fmpz_t n, cpm_err *err);

/* The system after reduction, in whatever domain. */
const cpm_linsys *cpm_seq_system(const cpm_seq *seq);

/* ---- semi_seq.c: sequences over a domain other than plus-times ---------- */

/* Makes seq->semi or seq->mulpow from the reduced system, which is taken over. */
CPM_MUST_USE cpm_status cpm_seq_prepare_semi(cpm_seq *seq, cpm_linsys *sys, cpm_err *err);
/* The output after `steps` steps, checked by a second engine where asked. */
CPM_MUST_USE cpm_status cpm_seq_run_semi(fmpq_t out, cpm_seq *seq, const fmpz_t steps,
                                         const cpm_config *config, cpm_err *err);
/* What --explain says besides the matrices; `steps` is NULL for a given term. */
CPM_MUST_USE cpm_status cpm_seq_explain_semi(cpm_report *report, cpm_seq *seq, const fmpz *steps,
                                             const cpm_config *config, cpm_err *err);

#endif
