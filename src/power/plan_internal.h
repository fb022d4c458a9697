/* SPDX-License-Identifier: MIT
 *
 * plan_internal.h - what plan.c (facts), plan_choose.c (costs) and plan_run.c
 * (answers) share.
 */
#ifndef CPM_POWER_PLAN_INTERNAL_H
#define CPM_POWER_PLAN_INTERNAL_H

#include "power/plan.h"

/* A modular question is answered from the system as it stands, without the
 * exact shortest recurrence: the system is long and has no denominators. */
bool cpm_plan_skips_exact_form(const cpm_plan *plan);

#endif
