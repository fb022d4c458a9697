/* SPDX-License-Identifier: MIT
 *
 * exit.h - the exit statuses of cpmcalc, a promise to scripts.
 */
#ifndef CPM_CLI_EXIT_H
#define CPM_CLI_EXIT_H

#include "cpmcalc.h"

enum cpm_exit {
    CPM_EXIT_DONE = 0,      /* everything asked for was printed */
    CPM_EXIT_NO_ANSWER = 1, /* a well-formed question without an answer */
    CPM_EXIT_USAGE = 2,     /* the command line is wrong */
    CPM_EXIT_TEXT = 3,      /* an error in a SPEC, list, number or program text */
    CPM_EXIT_LIMIT = 4,     /* a limit or the environment: size, memory, time, files */
    CPM_EXIT_BUG = 5        /* our own fault */
};

static inline int cpm_exit_of(cpm_status status)
{
    switch (status) {
    case CPM_OK:
        return CPM_EXIT_DONE;
    case CPM_ERR_USAGE:
        return CPM_EXIT_USAGE;
    case CPM_ERR_SYNTAX:
    case CPM_ERR_SEMANTIC:
    case CPM_ERR_RUNTIME:
        return CPM_EXIT_TEXT;
    case CPM_ERR_NO_ANSWER:
    case CPM_ERR_UNSUPPORTED:
        return CPM_EXIT_NO_ANSWER;
    case CPM_ERR_LIMIT:
    case CPM_ERR_MEMORY:
    case CPM_ERR_IO:
        return CPM_EXIT_LIMIT;
    case CPM_ERR_INTERNAL:
        break;
    }
    return CPM_EXIT_BUG;
}

#endif
