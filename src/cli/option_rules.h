/* SPDX-License-Identifier: MIT
 *
 * option_rules.h - which options go together.
 */
#ifndef CPM_CLI_OPTION_RULES_H
#define CPM_CLI_OPTION_RULES_H

#include "cli/options.h"
#include "cpmcalc.h"

/* A usage error when two options contradict each other (both are named) or one
 * is missing. */
cpm_status cpm_option_rules_check(const cpm_options *options, cpm_err *err);

#endif
