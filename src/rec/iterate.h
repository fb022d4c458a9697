/* SPDX-License-Identifier: MIT
 *
 * iterate.h - a recurrence as a map that is applied round by round.
 */
#ifndef CPM_REC_ITERATE_H
#define CPM_REC_ITERATE_H

#include "power/iteration.h"
#include "rec/recurrence.h"

/* The loop of the recurrence, which is borrowed and must outlive the map: after t rounds
 * the output is a(base + t). The rules are evaluated as they stand, over the rationals. */
CPM_MUST_USE cpm_status cpm_iterate(cpm_map *map, const cpm_recurrence *rec, cpm_err *err);

/* values[sym], initialised for each of rec->nvalues symbols, = that after `rounds` rounds;
 * *done of them have values. */
CPM_MUST_USE cpm_status cpm_iterate_values(fmpq *values, ulong *done, const cpm_recurrence *rec,
                                           ulong rounds, cpm_err *err);

#endif
