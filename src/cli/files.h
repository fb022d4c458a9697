/* SPDX-License-Identifier: MIT
 *
 * files.h - texts that users keep in files.
 */
#ifndef CPM_CLI_FILES_H
#define CPM_CLI_FILES_H

#include "cpmcalc.h"

/* The files that were read in one run. Zero it; clear it when the texts are no
 * longer needed. */
typedef struct cpm_files {
    struct cpm_file *first; /* owned: a list */
    const char *stdin_user; /* the option that has read standard input, or NULL */
    const char *stdin_form; /* ... and how it asked: "-" or "@-" */
} cpm_files;

/* Replaces *text, when it is "@FILE" or "@-", by what the file holds; the text's
 * name is then the file's. `option` says who asks: "--init". */
cpm_status cpm_files_expand(cpm_files *files, cpm_text *text, const char *option, cpm_err *err);

/* Reads the file that `text` holds the name of ("-": standard input) into *text. */
cpm_status cpm_files_read(cpm_files *files, cpm_text *text, const char *option, cpm_err *err);

void cpm_files_clear(cpm_files *files);

#endif
