/* SPDX-License-Identifier: MIT
 *
 * accelerate.h - the hook that takes `for` loops over from the interpreter.
 */
#ifndef CPM_ACCEL_ACCELERATE_H
#define CPM_ACCEL_ACCELERATE_H

#include "accel/liveness.h"
#include "accel/lower.h"
#include "base/strbuf.h"
#include "eval/interp.h"
#include "power/linsys.h"

/* What happened to a loop the last time it was reached, for --explain. */
typedef struct cpm_loop_note {
    const cpm_stmt *loop;         /* in the tree */
    size_t nreached;              /* how often it was reached */
    size_t naccelerated;          /* how often it was taken over */
    fmpz_t trips;                 /* the number of iterations */
    unsigned long limit;          /* of rounds to run plainly, estimated; 0: not yet */
    bool was_refused;             /* it could not be taken over once */
    ulong npeeled;                /* rounds that ran plainly for lists to settle */
    size_t nitems;                /* of lists that were taken as variables */
    size_t dim_before, dim_after; /* variables of the matrix; 0 when it ran plainly */
    cpm_engine engine;            /* that found the values; AUTO when it ran plainly */
    const char *operations;       /* the pair of operations; NULL for plus-times */
    size_t npieces;               /* that its range was cut into and that were taken over */
    ulong period;                 /* bodies to a round in the last one; 0: one */
    fmpz_t repeated_after;        /* rounds that ran plainly until it repeated itself, */
    uint64_t repeats_every;       /* after so many; 0: it did not */
    cpm_inner_fact *inner;        /* owned: what became of what is inside */
    size_t ninner;
    char *state;  /* owned: names of the variables; NULL: not told */
    char *reason; /* owned: why it ran plainly; NULL otherwise */
    bool is_told; /* on_note has been called about it */
} cpm_loop_note;

/* The accelerator of one run. */
typedef struct cpm_accelerator {
    cpm_tree *tree;           /* borrowed */
    const cpm_config *config; /* borrowed */
    const cpm_expr *call;     /* borrowed: runs after the top level; may be NULL */
    bool all_live;            /* every variable is printed at the end */
    const cpm_stmt *used_by;  /* the loop that `use` is about, the last one; NULL: none yet */
    cpm_use *use;             /* owned: how each name may be used after it */
    cpm_use *use_between;     /* owned: and after some of its rounds */
    cpm_loop_note *notes;     /* owned: one per loop of the tree that was reached */
    /* Where not NULL: called when a note says something new. */
    void (*tell)(const struct cpm_accelerator *accelerator);
    size_t nnotes, notes_cap;
    /* Where not NULL: each lowered loop is written there, and how. */
    cpm_strbuf *dump;
    void (*dump_loop)(cpm_strbuf *out, const cpm_stmt *loop, const cpm_lowered *lowered,
                      const cpm_linsys *full, const cpm_linsys *reduced);
} cpm_accelerator;

void cpm_accelerator_clear(cpm_accelerator *accelerator);

/* A cpm_place_hook, a cpm_repeat_hook, a cpm_tick_hook and a cpm_while_hook; ctx is the
 * cpm_accelerator. */
void cpm_accelerate_repeat(void *ctx, const cpm_stmt *loop, const fmpz_t rounds, uint64_t period);
void cpm_accelerate_place(void *ctx, const cpm_stmt *loop);
CPM_MUST_USE cpm_status cpm_accelerate_tick(void *ctx, cpm_err *err);
CPM_MUST_USE cpm_status cpm_accelerate_while(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                                             cpm_while_event event, uint64_t *plain, cpm_err *err);

/* A cpm_for_hook; ctx is the cpm_accelerator. */
CPM_MUST_USE cpm_status cpm_accelerate_for(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                                           const cpm_range *range, bool again, cpm_rounds *rounds,
                                           cpm_err *err);

#endif
