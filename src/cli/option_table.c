/* SPDX-License-Identifier: MIT
 *
 * option_table.c - options.def as data, shared by the program and by the
 * generator of its documents.
 */
#include "cli/options.h"

const cpm_option cpm_option_table[] = {
#define GROUP(title) {title, '\0', NULL, CPM_OPTION_NONE, NULL, NULL, NULL, NULL, CPM_OPT_COUNT},
#define OPTION(id, short_name, long_name, kind, argument, values, help, man)                       \
    {NULL, short_name, long_name, CPM_OPTION_##kind, argument, values, help, man, CPM_OPT_##id},
#include "cli/options.def"
};

const size_t cpm_option_table_len = sizeof cpm_option_table / sizeof cpm_option_table[0];
