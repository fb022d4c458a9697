/* SPDX-License-Identifier: MIT
 *
 * stack.h - how much of the C stack is left. Parsers, walks over syntax trees and
 * the interpreter recurse, and running off the end of a stack ends the process:
 * they ask here first. What a thread has is found once, by asking the system;
 * from then on a question is a few comparisons.
 *
 * Stacks grow downward, as on all machines that GMP and FLINT are fast on.
 */
#ifndef CPM_BASE_STACK_H
#define CPM_BASE_STACK_H

#include "cpmcalc.h"

#include <stdint.h>

/* The address below which nothing may recurse further: CPM_STACK_RESERVE bytes
 * above the end of the calling thread's stack, and at most CPM_MAX_STACK_BYTES
 * below the caller. Above the present address when too little is left. */
uintptr_t cpm_stack_floor(void);

/* Whether the caller's frame is below the floor, which is of this thread. */
static inline bool cpm_stack_is_low(uintptr_t floor)
{
    return (uintptr_t)__builtin_frame_address(0) < floor;
}

/* How many levels of nesting (see CPM_STACK_PER_LEVEL) there is room for. */
size_t cpm_stack_levels(void);

/* CPM_ERR_LIMIT, without a place, when there is no room for so many. */
CPM_MUST_USE cpm_status cpm_stack_check(size_t levels, cpm_err *err);

#endif
