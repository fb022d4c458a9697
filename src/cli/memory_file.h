/* SPDX-License-Identifier: MIT
 *
 * memory_file.h - a text that is put together with stdio.
 */
#ifndef CPM_CLI_MEMORY_FILE_H
#define CPM_CLI_MEMORY_FILE_H

#include "cpmcalc.h"

#include <stdio.h>

typedef struct cpm_memory_file {
    FILE *stream;
    char *data; /* after closing: owned by the caller, ends in NUL */
    size_t len;
} cpm_memory_file;

cpm_status cpm_memory_file_open(cpm_memory_file *file, cpm_err *err);

/* Closes the stream in any case; data is NULL when that fails. */
cpm_status cpm_memory_file_close(cpm_memory_file *file, cpm_err *err);

#endif
