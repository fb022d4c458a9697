/* SPDX-License-Identifier: MIT
 *
 * guard.h - keeping the process in bounds: a failed allocation, a timeout and
 * an abort end it with one line on standard error and a status, never a core.
 */
#ifndef CPM_CLI_GUARD_H
#define CPM_CLI_GUARD_H

#include "cpmcalc.h"

/* Call first in main. */
void cpm_guard_install(void);

/* Ends the process with status 4 when this much time has passed. */
cpm_status cpm_guard_set_timeout(double seconds, cpm_err *err);

/* The work is done: what is left to print is printed. */
void cpm_guard_end_timeout(void);

/* Makes allocations past `max_bytes` of data (and some headroom) fail. */
void cpm_guard_set_memory(size_t max_bytes, unsigned nthreads);

/* Three quarters of the memory that is free, control groups and resource limits
 * considered; 0 when that cannot be found out. */
size_t cpm_guard_default_memory(void);

#endif
