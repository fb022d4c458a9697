/* SPDX-License-Identifier: MIT
 *
 * while_loop.h - `while` loops that count: i < n, with i changed by a constant
 * once a round, is a `for` whose rounds are known when it is reached. So are the rounds of
 * `while True` before the one in which `if i >= n: break` leaves it.
 */
#ifndef CPM_ACCEL_WHILE_LOOP_H
#define CPM_ACCEL_WHILE_LOOP_H

#include "eval/interp.h"

/* A while loop as a for loop. */
typedef struct cpm_counted {
    cpm_sym sym;          /* the variable that is compared and counted */
    const cpm_stmt *step; /* the statement of the body that counts */
    const cpm_expr *by;   /* what it adds or subtracts */
    bool subtracts;
    const cpm_expr *limit; /* what the variable is compared with; NULL: 0 */
    cpm_op op;             /* variable op limit, in the order of the text or turned around */
    bool leaves;           /* it is `while True`, and op holds where an `if` does not leave it */
    bool steps_first;      /* that `if` sees the variable a step further */
    cpm_stmt loop;         /* the same body under a CPM_STMT_FOR */
    const cpm_stmt *inner; /* in arena: the for loop that it is, inside another; or NULL */
} cpm_counted;

/* Notes for all while loops of a resolved tree how they count, by their text alone. One
 * that counts up or down to a limit gets the for loop that it is, too: over
 * range(i, limit, step), without the statement that counts, and with i + step for i behind
 * it. Lowering takes that one where it stands inside the loop that is lowered. */
CPM_MUST_USE cpm_status cpm_while_prepare(cpm_tree *tree, cpm_err *err);

/* The values that its variable has at the beginnings of its rounds, from the values
 * that the names have now; range->count 0 for no round. False where nobody can
 * tell, or there is no end. *range is initialised. */
bool cpm_while_range(cpm_range *range, const cpm_counted *counted, cpm_interp *interp);

#endif
