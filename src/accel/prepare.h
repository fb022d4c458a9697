/* SPDX-License-Identifier: MIT
 *
 * prepare.h - from a loop to a reduced linear system: lowering, the transfer
 * matrix with the wanted values as its outputs, and the rows that need not be
 * kept. Sequences and programs take this road alike.
 */
#ifndef CPM_ACCEL_PREPARE_H
#define CPM_ACCEL_PREPARE_H

#include "accel/lower.h"
#include "base/strbuf.h"
#include "power/linsys.h"
#include "power/polysys.h"

/* Zero it, set what is borrowed, then call the steps in their order; after a
 * failure it is still safe to clear. */
typedef struct cpm_prepare {
    /* Borrowed, the five after the tree for the call of lower only: the loop and what
     * is known around it, and how the steps are to work. */
    const cpm_tree *tree;
    const cpm_stmt *loop;     /* a CPM_STMT_FOR */
    const fmpz *start, *step; /* of the range it counts along */
    const fmpz *trips;        /* how many rounds, at least 1; NULL: open-ended */
    const cpm_lower_env *env;
    cpm_semiring semiring;     /* AUTO: the first one in which the loop is linear */
    cpm_lower_options options; /* but for the domain */
    size_t max_memory_bytes;   /* for the matrices of inner loops; 0: no limit */
    const fmpz *modulus;       /* of the transfer matrix; NULL: exact */
    bool slices;               /* the code of other values than the wanted ones is not run */
    bool min_rows;             /* drop rows; else `reduced` is all of `full` */
    bool keeps_full;           /* `full` is looked at after reduce */
    /* Owned: what the steps yield. */
    cpm_lowered lowered;  /* by lower */
    cpm_linsys full;      /* by system: all registers, or monomials of them, and the constant
                           * 1, which is last */
    cpm_linsys reduced;   /* by reduce */
    unsigned long peeled; /* by reduce: so many rounds are in reduced.start already */
} cpm_prepare;

CPM_MUST_USE cpm_status cpm_prepare_lower(cpm_prepare *prep, cpm_err *err);

/* Output k is the register of lowered.finals[wanted[k]]. Where registers are
 * multiplied the variables are monomials, only those that the outputs need. */
CPM_MUST_USE cpm_status cpm_prepare_system(cpm_prepare *prep, const size_t *wanted, size_t nwanted,
                                           cpm_err *err);

/* Where that refuses code with products: the same as a system whose coefficients are
 * polynomials of the round (body_map.h); *found false where it is none either. */
CPM_MUST_USE cpm_status cpm_prepare_varying(bool *found, cpm_polysys *sys, const cpm_prepare *prep,
                                            const size_t *wanted, size_t nwanted, cpm_err *err);

/* Drops rows that no output needs. With `rounds` (how many are to be made), also
 * those that are predictable, by peeling some rounds off. The virtual registers
 * are kept unless options.clear_stack zeroes them. `full` is empty afterwards
 * unless it is to be kept. */
CPM_MUST_USE cpm_status cpm_prepare_reduce(cpm_prepare *prep, const fmpz *rounds, cpm_err *err);

/* What a round of the lowered code takes each variable to, a line for each that is a
 * register at the end, and what they need; the code itself in other pairs than plus-times. */
CPM_MUST_USE cpm_status cpm_prepare_draw_map(cpm_strbuf *out, const cpm_lowered *lowered,
                                             const cpm_text *text, cpm_err *err);

void cpm_prepare_clear(cpm_prepare *prep);

#endif
