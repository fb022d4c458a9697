/* SPDX-License-Identifier: MIT
 *
 * answer.h - one question from its options to its answer.
 */
#ifndef CPM_CLI_ANSWER_H
#define CPM_CLI_ANSWER_H

#include "cli/files.h"
#include "cli/kept.h"
#include "cli/options.h"
#include "cpmcalc.h"

/* Writes the answer to standard output. Texts of the options that are @FILE become what
 * the files hold. */
cpm_status cpm_answer(cpm_options *options, cpm_files *files, cpm_kept *kept, cpm_err *err);

#endif
