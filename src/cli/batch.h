/* SPDX-License-Identifier: MIT
 *
 * batch.h - many questions in one process (--batch).
 */
#ifndef CPM_CLI_BATCH_H
#define CPM_CLI_BATCH_H

#include <stdbool.h>

/* Whether --batch is among the words, which are not looked at otherwise. */
bool cpm_batch_is_wanted(int argc, char **argv);

/* Answers all lines; the exit status, which is that of the worst. */
int cpm_batch_run(int argc, char **argv);

#endif
