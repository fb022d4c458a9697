/* SPDX-License-Identifier: MIT
 *
 * repeats.h - loops that run plainly, but whose rounds depend on nothing but what they
 * change: x = (x*x + 1) % 10007, with what is added up on the way. The interpreter
 * looks out for a repetition in them (eval/repeat.h).
 */
#ifndef CPM_ACCEL_REPEATS_H
#define CPM_ACCEL_REPEATS_H

#include "accel/accelerate.h"

/* The plan for a `for` about to run in the interpreter's present function; its stride is
 * 0 where the loop prints, reads its counter otherwise than as `i % 3`, calls what is
 * not known to be a function of its arguments, or is anything else but arithmetic.
 * O(size of the body and of the functions that it calls). CPM_ERR_MEMORY. */
CPM_MUST_USE cpm_status cpm_repeat_plan_of(cpm_repeat_plan *plan, const cpm_tree *tree,
                                           const cpm_interp *interp, const cpm_stmt *loop,
                                           cpm_err *err);

#endif
