/* SPDX-License-Identifier: MIT
 *
 * guard.h - keeping the process in bounds: a failed allocation, a timeout and
 * an abort end it with one line on standard error and a status, never a core.
 */
#ifndef CPM_CLI_GUARD_H
#define CPM_CLI_GUARD_H

#include "cpmcalc.h"

#include <sys/types.h>

/* Call first in main. */
void cpm_guard_install(void);

/* For a child process that is not to end like its parent: default actions. */
void cpm_guard_forget(void);

/* Ends the process with status 4 when this much time has passed. */
cpm_status cpm_guard_set_timeout(double seconds, cpm_err *err);

/* A child process that leads a group, or a temporary file, that an early end takes along; 0 and
 * NULL: none any more. The path is borrowed. */
void cpm_guard_set_child(pid_t child);
void cpm_guard_set_temporary(const char *path);

/* All is printed. */
void cpm_guard_end_timeout(void);

/* Makes allocations past `max_bytes` of data (and some headroom) fail. */
void cpm_guard_set_memory(size_t max_bytes, unsigned nthreads);

/* Three quarters of the memory that is free, control groups and resource limits
 * considered; 0 when that cannot be found out. */
size_t cpm_guard_default_memory(void);

#endif
