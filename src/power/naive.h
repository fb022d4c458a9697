/* SPDX-License-Identifier: MIT
 *
 * naive.h - plain iteration of a linear system: the oracle of this folder.
 */
#ifndef CPM_POWER_NAIVE_H
#define CPM_POWER_NAIVE_H

#include "power/linsys.h"

/* The state of a system after `done` steps, over Q or modulo m. Zeroed: not
 * started. It moves on when a later state is asked for, so that the terms of a
 * range cost one pass. */
typedef struct cpm_walker {
    const cpm_linsys *sys; /* borrowed; NULL: not started */
    bool modular;
    fmpz_t m;
    fmpz_t done;
    fmpq *x, *next;   /* owned; state over Q */
    fmpz *xm, *nextm; /* owned; state modulo m */
} cpm_walker;

void cpm_walker_clear(cpm_walker *walker);

/* out[k] = output k after n >= 0 steps, modulo m (an integral system then)
 * unless NULL. Cost: O(nnz) for each step from the state reached so far, or
 * from the start when that is past n. */
CPM_MUST_USE cpm_status cpm_nth_naive(fmpq *out, cpm_walker *walker, const cpm_linsys *sys,
                                      const fmpz_t n, const fmpz *m, const cpm_config *config,
                                      cpm_err *err);

#endif
