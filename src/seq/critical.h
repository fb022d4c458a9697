/* SPDX-License-Identifier: MIT
 *
 * critical.h - the critical cycles of a system over max-plus or min-plus.
 */
#ifndef CPM_SEQ_CRITICAL_H
#define CPM_SEQ_CRITICAL_H

#include "power/linsys.h"

/* Finds the largest (sign > 0) or smallest (sign < 0) mean weight of a cycle
 * and which coefficients lie on a cycle that has it: marks[] are one for each
 * coefficient, row by row. *found is false when there is no cycle, or when the
 * system is too large for this. */
CPM_MUST_USE cpm_status cpm_critical_mark(fmpq_t mean, bool *marks, bool *found,
                                          const cpm_linsys *sys, int sign, cpm_err *err);

#endif
