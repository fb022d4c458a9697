/* SPDX-License-Identifier: MIT
 *
 * lines.c - a file line by line. No more is read than there is, so that whoever writes
 * a line and waits for its answer gets it.
 */
#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const size_t LINE_BYTES_MAX = (size_t)256 << 20;
enum { FIRST_BYTES = 64 * 1024 };

static cpm_status fail_to_read(const cpm_lines *lines, cpm_err *err)
{
    return cpm_err_set(err, CPM_ERR_IO, "cannot read '%s': %s", lines->name, strerror(errno));
}

cpm_status cpm_lines_open(cpm_lines *lines, const char *name, cpm_err *err)
{
    const bool is_stdin = strcmp(name, "-") == 0;
    *lines = (cpm_lines){.fd = STDIN_FILENO, .name = is_stdin ? "<stdin>" : name};
    if (!is_stdin)
        lines->fd = open(name, O_RDONLY | O_CLOEXEC);
    return lines->fd < 0 ? fail_to_read(lines, err) : CPM_OK;
}

void cpm_lines_close(cpm_lines *lines)
{
    if (lines->fd > STDIN_FILENO)
        close(lines->fd);
    free(lines->data);
    *lines = (cpm_lines){0};
}

/* Room behind what has been read. */
static cpm_status make_room(cpm_lines *lines, cpm_err *err)
{
    if (lines->begin > 0) {
        memmove(lines->data, lines->data + lines->begin, lines->end - lines->begin);
        lines->end -= lines->begin;
        lines->begin = 0;
    }
    if (lines->end < lines->cap)
        return CPM_OK;
    if (lines->cap >= LINE_BYTES_MAX)
        return cpm_err_set(err, CPM_ERR_LIMIT, "a line of '%s' is longer than %zu MiB", lines->name,
                           LINE_BYTES_MAX >> 20);
    size_t cap = lines->cap == 0 ? FIRST_BYTES : 2 * lines->cap;
    char *data = realloc(lines->data, cap);
    if (data == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    lines->data = data;
    lines->cap = cap;
    return CPM_OK;
}

static cpm_status read_more(cpm_lines *lines, cpm_err *err)
{
    cpm_status status = make_room(lines, err);
    if (status != CPM_OK)
        return status;
    ssize_t n;
    do
        n = read(lines->fd, lines->data + lines->end, lines->cap - lines->end);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail_to_read(lines, err);
    lines->at_end = n == 0;
    lines->end += (size_t)n;
    return CPM_OK;
}

bool cpm_lines_has_next(const cpm_lines *lines)
{
    size_t there = lines->end - lines->begin;
    return there > 0 && memchr(lines->data + lines->begin, '\n', there) != NULL;
}

cpm_status cpm_lines_next(cpm_text *line, bool *more, cpm_lines *lines, cpm_err *err)
{
    size_t searched = 0;
    *more = true;
    for (;;) {
        const char *begin = lines->data + lines->begin;
        size_t there = lines->end - lines->begin;
        const char *end =
            there > searched ? memchr(begin + searched, '\n', there - searched) : NULL;
        if (end != NULL || (lines->at_end && there > 0)) {
            line->data = begin;
            line->len = end != NULL ? (size_t)(end - begin) : there;
            lines->begin += line->len + (end != NULL);
            return CPM_OK;
        }
        if (lines->at_end) {
            *more = false;
            return CPM_OK;
        }
        searched = there;
        cpm_status status = read_more(lines, err);
        if (status != CPM_OK)
            return status;
    }
}
