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

#endif
