/* SPDX-License-Identifier: MIT
 *
 * sum.h - sums of terms at equal distances, without making each.
 */
#ifndef CPM_POWER_SUM_H
#define CPM_POWER_SUM_H

#include "algebra/number.h"
#include "power/plan.h"

/* The number of steps from which on an output obeys its shortest recurrence, at
 * least: sums begin there or later. NULL, with a failure, as cpm_plan_genfun. */
const cpm_genfun *cpm_sum_start(size_t *start, cpm_plan *plan, cpm_err *err);

/* out = y(first) + y(first+step) + ... , `count` terms of output 0, for first at or
 * after that start, count > 0 and step > 0; a residue under config->modulus. Cost:
 * with step 1 two terms of a recurrence that is longer by one; otherwise a power of
 * a matrix of the order, whose exponent is the step, and one term.
 * CPM_ERR_UNSUPPORTED for a step above 1 where the order is large, or where terms
 * are fractions whose denominators grow. */
CPM_MUST_USE cpm_status cpm_plan_sum(cpm_number *out, cpm_plan *plan, const fmpz_t first,
                                     const fmpz_t count, const fmpz_t step,
                                     const cpm_config *config, cpm_err *err);

#endif
