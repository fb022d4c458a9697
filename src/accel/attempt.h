/* SPDX-License-Identifier: MIT
 *
 * attempt.h - one try at taking rounds of a loop over: lower it with the values that
 * are known now, build and reduce the matrix, let an engine find the live variables
 * after so many rounds, write them back.
 */
#ifndef CPM_ACCEL_ATTEMPT_H
#define CPM_ACCEL_ATTEMPT_H

#include "accel/accelerate.h"
#include "accel/prepare.h"
#include "accel/while_loop.h"
#include "power/solver.h"

/* A variable as it was before lowering changed it. */
typedef struct cpm_saved {
    cpm_slot slot;
    cpm_val value; /* owned */
} cpm_saved;

/* One loop being taken over. */
typedef struct cpm_attempt {
    cpm_accelerator *acc;
    cpm_interp *interp;
    const cpm_stmt *loop;
    const cpm_range *range;     /* the rounds to take over */
    const cpm_counted *counted; /* for a while loop; else NULL */
    ulong period;               /* bodies lowered as one round; 0: one */
    bool is_part;               /* more rounds of the loop follow */
    bool is_rest;               /* the loop has been declined before */
    cpm_repeat_plan repeat;     /* where it is declined for the first time, see repeats.h */
    cpm_split split;            /* what was asked for; kind NONE: nothing */
    cpm_loop_note *note;
    bool strict, clear_stack, min_rows, allow_rational;
    fmpz_t iters_limit;
    cpm_saved *undo; /* owned */
    size_t nundo, undo_cap;
    unsigned ninlined; /* functions entered: their variables go when they are left */
    cpm_prepare prep;
    cpm_solver solver;
    bool varies;    /* no constant matrix: x' = T(k) x of the round, in solver without a modulus */
    fmpz_t rounds;  /* of `period` bodies */
    fmpz_t steps;   /* rounds left after the peeled ones */
    size_t *wanted; /* owned: indices of the finals that are outputs, in order */
    size_t nwanted;
    bool is_shown;  /* all the wanted ones are printed or returned as they are */
    bool unchecked; /* --check finds nothing to check against: an error, not a plain loop */
    cpm_err *err;
} cpm_attempt;

/* What a clearing leaves is as if zeroed. */
void cpm_attempt_clear(cpm_attempt *a);

/* Does it, for the rounds of a->range, where what is borrowed is set: *handled. Else
 * the variables are as they were, and either a->split says what would help, or the
 * note why not; under strict that is an error. */
CPM_MUST_USE cpm_status cpm_attempt_run(cpm_attempt *a, bool *handled);

/* The reason why a short loop runs plainly. */
extern const char cpm_few_iterations[];

/* Whether the running function, or else the run, is strict. */
bool cpm_attempt_is_strict(const cpm_accelerator *acc, const cpm_interp *interp);

#endif
