/* SPDX-License-Identifier: MIT
 *
 * repeat.h - plain loops that come back to where they were. Where the body of a loop
 * depends on nothing but the variables that it changes, a state that occurs again
 * says what all later rounds will do: whole periods of them are skipped. A repetition
 * is noticed by Brent's method (An improved Monte Carlo factorization algorithm, 1980):
 * one comparison a round with a state saved after 1, 2, 4, 8, ... rounds, so that
 * a preperiod and a period of m and p rounds cost some 3 max(m, p) + p rounds.
 */
#ifndef CPM_EVAL_REPEAT_H
#define CPM_EVAL_REPEAT_H

#include "eval/interp.h"

typedef struct cpm_repeat cpm_repeat;

/* Looks for repetitions by the plan, which is borrowed; the loop is about to begin. NULL
 * when memory runs out. */
cpm_repeat *cpm_repeat_new(cpm_interp *interp, const cpm_repeat_plan *plan);
void cpm_repeat_free(cpm_repeat *repeat);

/* A round has ended: whether the state is one that was there before. */
bool cpm_repeat_seen(cpm_repeat *repeat);

/* Then: how many rounds ago. */
uint64_t cpm_repeat_period(const cpm_repeat *repeat);
/* Changes the sums as so many periods would. */
void cpm_repeat_skip(cpm_repeat *repeat, const fmpz_t periods);

#endif
