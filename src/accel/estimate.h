/* SPDX-License-Identifier: MIT
 *
 * estimate.h - from how many rounds on it pays to take a loop over, before anything is
 * lowered (--iters-limit auto).
 */
#ifndef CPM_ACCEL_ESTIMATE_H
#define CPM_ACCEL_ESTIMATE_H

#include "lang/ast.h"

/* Loops of at most so many rounds are better run plainly: at least 2, at most
 * CPM_MOST_PLAIN_ROUNDS. By the size of the body alone, so that it is found once for each
 * loop; an inner loop counts as one round. O(size of the body). */
unsigned long cpm_estimate_limit(const cpm_tree *tree, const cpm_stmt *loop);

#endif
