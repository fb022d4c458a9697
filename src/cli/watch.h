/* SPDX-License-Identifier: MIT
 *
 * watch.h - what a run says about itself while it goes on: notes about what will
 * take long, and what is known when the time runs out.
 */
#ifndef CPM_CLI_WATCH_H
#define CPM_CLI_WATCH_H

#include "cli/options.h"

/* Sets the hooks of *config that the options ask for. */
void cpm_watch_follow(cpm_config *config, const cpm_options *options);

/* For a signal handler: writes to standard error what --explain would have said
 * so far, and the beginning of an error message, "cpmcalc: p.py:3:5: error: " or
 * without the place. */
void cpm_watch_show_in_handler(void);

#endif
