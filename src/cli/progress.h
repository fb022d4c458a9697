/* SPDX-License-Identifier: MIT
 *
 * progress.h - following a run: how long each phase takes (--time) and how far
 * the work has come (--progress). Both come from the library's callbacks.
 */
#ifndef CPM_CLI_PROGRESS_H
#define CPM_CLI_PROGRESS_H

#include "cpmcalc.h"

typedef enum cpm_progress_when {
    CPM_PROGRESS_AUTO,
    CPM_PROGRESS_ALWAYS,
    CPM_PROGRESS_NEVER
} cpm_progress_when;

/* Starts the clock; call first in main. */
void cpm_progress_start(void);

/* Sets what is shown, and the callbacks of `config` that are needed for it. */
void cpm_progress_follow(cpm_config *config, bool time, cpm_progress_when when);

/* From now on the time belongs to `phase` (a constant text). Returns the phase
 * before, so that it can be taken up again; NULL when there was none. */
const char *cpm_phase_enter(const char *phase);

/* Shows the phase without a share, where how far it has come is not known. */
void cpm_progress_show(void);

/* Removes the progress line, before anything else is written to a terminal. */
void cpm_progress_erase(void);
/* The same, async-signal-safe. */
void cpm_progress_erase_in_handler(void);

/* Prints what --time asks for. */
void cpm_progress_report_times(void);

#endif
