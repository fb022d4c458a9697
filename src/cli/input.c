/* SPDX-License-Identifier: MIT
 *
 * input.c - standard input by lines, of any length; the last one need not end. A line
 * that ends in CR LF, as on other systems, ends in LF for the program.
 */
#include "cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
    char *line; /* owned */
    size_t cap;
} state;

static cpm_status read_line(void *ctx, const char **line, size_t *nbytes)
{
    (void)ctx;
    ssize_t n;
    do {
        clearerr(stdin);
        errno = 0;
        n = getline(&state.line, &state.cap, stdin);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && errno == ENOMEM)
        return CPM_ERR_MEMORY;
    if (n < 0 && ferror(stdin))
        return CPM_ERR_IO;
    *line = state.line;
    *nbytes = n < 0 ? 0 : (size_t)n;
    if (*nbytes >= 2 && state.line[n - 1] == '\n' && state.line[n - 2] == '\r') {
        state.line[n - 2] = '\n';
        --*nbytes;
    }
    return CPM_OK;
}

const cpm_reader *cpm_input(void)
{
    static const cpm_reader reader = {read_line, NULL};
    return &reader;
}

void cpm_input_clear(void)
{
    free(state.line);
    state.line = NULL;
    state.cap = 0;
}
