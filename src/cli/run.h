/* SPDX-License-Identifier: MIT
 *
 * run.h - answering what was asked, one function for each kind of question.
 */
#ifndef CPM_CLI_RUN_H
#define CPM_CLI_RUN_H

#include "cli/kept.h"
#include "cli/options.h"
#include "cpmcalc.h"

cpm_status cpm_run_sequence(const cpm_options *options, const cpm_config *config, cpm_kept *kept,
                            cpm_err *err);
/* --of with several names; whether it has. */
cpm_status cpm_run_several(const cpm_options *options, const cpm_config *config, cpm_err *err);
bool cpm_asks_for_several(const cpm_options *options);
cpm_status cpm_run_matrix(const cpm_options *options, const cpm_config *config, cpm_err *err);
cpm_status cpm_run_program(const cpm_options *options, const cpm_config *config, cpm_err *err);
cpm_status cpm_run_bench(const cpm_options *options, const cpm_config *config, cpm_kept *kept,
                         cpm_err *err);
cpm_status cpm_run_plot(const cpm_options *options, const cpm_config *config, cpm_err *err);

#endif
