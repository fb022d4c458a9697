/* SPDX-License-Identifier: MIT
 *
 * arguments.h - the values that options take. `name` is the option's long name;
 * a value that is no good is a usage error that names both.
 */
#ifndef CPM_CLI_ARGUMENTS_H
#define CPM_CLI_ARGUMENTS_H

#include "cpmcalc.h"

/* An integer between low and high, written as any constant expression. */
cpm_status cpm_argument_int(long *out, const char *name, const char *text, long low, long high,
                            cpm_err *err);

/* A number of bytes: 1000000, 64K, 1.5GiB, 2GB. */
cpm_status cpm_argument_size(size_t *out, const char *name, const char *text, cpm_err *err);

/* A positive decimal number of seconds. */
cpm_status cpm_argument_seconds(double *out, const char *name, const char *text, cpm_err *err);

/* The position of `text` among `values`, words separated by spaces. */
cpm_status cpm_argument_choice(size_t *out, const char *name, const char *text, const char *values,
                               cpm_err *err);

/* How many insertions, deletions, replacements and swaps of neighbours lead
 * from one word to the other; words past 63 bytes count as far away. */
size_t cpm_word_distance(const char *a, const char *b);

#endif
