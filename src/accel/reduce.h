/* SPDX-License-Identifier: MIT
 *
 * reduce.h - dropping rows of a transfer matrix that the outputs do not need
 * (the article's opt_min_rows).
 */
#ifndef CPM_ACCEL_REDUCE_H
#define CPM_ACCEL_REDUCE_H

#include "power/linsys.h"

/* Moves the part of `sys` that its outputs, and the variables marked in `keep`
 * (NULL: none), depend on into *out (sys becomes empty): the others go, the
 * constant 1 too when nothing reads it. O(nnz). */
CPM_MUST_USE cpm_status cpm_drop_unused(cpm_linsys *out, cpm_linsys *sys, const bool *keep,
                                        cpm_err *err);

/* Replaces reads of variables whose row is constant ("predictable": the value
 * after every iteration is c) by that constant, which makes these rows unused.
 * Since the first iteration reads their start values, it is taken first: the
 * start of the system becomes its state after *peeled iterations (0 when there
 * was nothing to do, at most max_peeled). The constant 1 is variable `one`. */
CPM_MUST_USE cpm_status cpm_fold_predictable(unsigned long *peeled, cpm_linsys *sys, size_t one,
                                             unsigned long max_peeled, cpm_err *err);

#endif
