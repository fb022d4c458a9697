/* SPDX-License-Identifier: MIT
 *
 * seq.h - the inside of cpm_seq, for the files of this folder.
 */
#ifndef CPM_API_SEQ_H
#define CPM_API_SEQ_H

#include "accel/lower.h"
#include "power/solver.h"
#include "rec/holonomic.h"
#include "rec/recurrence.h"
#include "rec/source.h"
#include "show/varying.h"

/* The terms a(base + s + period t) of a rule whose coefficients vary, of one s > 0. */
typedef struct cpm_seq_class {
    cpm_holonomic varying; /* period 0: not made yet */
    cpm_solver solver;     /* after t steps the output is that term */
} cpm_seq_class;

struct cpm_seq {
    cpm_spec spec;     /* texts owned */
    cpm_spec given;    /* the texts that these are copies of; their bytes may be gone */
    cpm_text *sets;    /* owned: nsets of spec, texts owned, then those of given */
    cpm_source source; /* of a spec that gives no rule */
    cpm_recurrence rec;
    bool is_companion;     /* made without a loop: see cpm_seq_show_loop */
    cpm_lowered lowered;   /* one round of the loop as matrix code; empty where coefficients vary */
    cpm_holonomic varying; /* what is true of coefficients that vary: cpm_solver_polysys */
    cpm_solver solver;     /* after t steps the output is a(base + period t); period 1 but for
                            * varying.period > 1 */
    cpm_seq_class *classes; /* owned: where that is so, period - 1 others, made when needed */
    bool reduces;           /* the rule reduces each term modulo lowered.modulus */
    cpm_solver backward;    /* after s steps: a(base + order - 1 - s); made when needed */
    slong backward_order;   /* order of the shortest recurrence; what makes it so elsewhere */
    bool has_backward_end;  /* coefficients vary: there are so many steps only */
    fmpz_t backward_steps;
};

/* For the return of a call: the place of a failure is in the text as it was given,
 * not in our copy. Returns the status. */
cpm_status cpm_seq_leave(const cpm_seq *seq, cpm_status status, cpm_err *err);

/* A sequence that came without a loop is made anew with one, for those who want
 * to see tree, code and matrices. */
CPM_MUST_USE cpm_status cpm_seq_show_loop(cpm_seq *seq, const cpm_config *config, cpm_err *err);

/* The modulus that the rule reduces its terms by, where seq->reduces. */
const fmpz *cpm_seq_modulus(const cpm_seq *seq);

/* Refuses where there is no constant matrix, as coefficients vary; `what` needs one. */
CPM_MUST_USE cpm_status cpm_seq_need_constant(const cpm_seq *seq, const char *what, cpm_err *err);

/* What there is to show of such a rule, of the class with this solver; all of it is the
 * sequence's. */
cpm_varying cpm_seq_varying(const cpm_seq *seq, const cpm_solver *solver);

/* The transfer matrix before anything is dropped; there must be a loop. */
CPM_MUST_USE cpm_status cpm_seq_full_system(cpm_linsys *sys, const cpm_seq *seq,
                                            const cpm_config *config, cpm_err *err);

/* Where the term with index n comes from: one of the given ones (*given), or
 * so many steps of a solver, seq->backward where they lead to earlier ones. */
CPM_MUST_USE cpm_status cpm_seq_place(const fmpq **given, cpm_solver **solver, fmpz_t steps,
                                      cpm_seq *seq, const fmpz_t n, cpm_err *err);

/* The term with index n. */
CPM_MUST_USE cpm_status cpm_seq_find_term(cpm_number *out, cpm_seq *seq, const fmpz_t n,
                                          const cpm_config *config, cpm_err *err);

#endif
