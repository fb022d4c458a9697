/* SPDX-License-Identifier: MIT
 *
 * team.h - a few threads that share out numbered tasks.
 */
#ifndef CPM_BIGNUM_TEAM_H
#define CPM_BIGNUM_TEAM_H

#include <stddef.h>

/* More threads than this are never started: the transforms are bound by memory
 * long before. */
enum { CPM_TEAM_MAX = 64 };

typedef struct cpm_team cpm_team;

/* Task i of a run; ctx is the caller's. */
typedef void cpm_team_task(void *ctx, size_t i);

/* A team of nthreads, the caller among them; threads that cannot be started are
 * done without. NULL only when memory is short. */
cpm_team *cpm_team_new(unsigned nthreads);
void cpm_team_free(cpm_team *team);

/* How many threads work in it; 1 for NULL. */
unsigned cpm_team_size(const cpm_team *team);

/* Calls task(ctx, i) for each i < ntasks, in any order and at the same time,
 * and returns when all are done. Tasks must not touch the same data nor call
 * cpm_team_run. With NULL or a team of one they run in order. */
void cpm_team_run(cpm_team *team, size_t ntasks, cpm_team_task *task, void *ctx);

/* Sends the helpers home while the caller goes on; cpm_team_free waits for them.
 * Later runs are the caller's alone. */
void cpm_team_dismiss(cpm_team *team);

#endif
