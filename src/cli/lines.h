/* SPDX-License-Identifier: MIT
 *
 * lines.h - a file line by line, each as soon as it is there.
 */
#ifndef CPM_CLI_LINES_H
#define CPM_CLI_LINES_H

#include "cpmcalc.h"

typedef struct cpm_lines {
    int fd;
    const char *name;       /* borrowed */
    char *data;             /* owned */
    size_t begin, end, cap; /* bytes [begin, end) have been read and not given out */
    bool at_end;
} cpm_lines;

/* `name` is a file or "-", standard input. */
cpm_status cpm_lines_open(cpm_lines *lines, const char *name, cpm_err *err);
void cpm_lines_close(cpm_lines *lines);

/* Whether the next line is there already, so that asking for it does not wait. */
bool cpm_lines_has_next(const cpm_lines *lines);

/* The next line without its end, valid until the next call; *more false: there is none. */
cpm_status cpm_lines_next(cpm_text *line, bool *more, cpm_lines *lines, cpm_err *err);

#endif
