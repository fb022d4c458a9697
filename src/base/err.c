/* SPDX-License-Identifier: MIT
 *
 * err.c - filling a cpm_err. Messages live in fixed buffers inside the error,
 * so that running out of memory can be reported as well; a message that does
 * not fit is cut and ends in "...".
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cpm_err_clear(cpm_err *err)
{
    memset(err, 0, sizeof *err);
}

static void format_into(char *buffer, size_t cap, const char *format, va_list args)
{
    int n = vsnprintf(buffer, cap, format, args);
    if (n < 0)
        buffer[0] = '\0';
    else if ((size_t)n >= cap)
        memcpy(buffer + cap - 4, "...", 4);
}

/* Whether a failure with this status is recorded: the first is, and running out
 * of memory on the way to report another one, which may then be no fault at all. */
static bool takes(cpm_err *err, cpm_status status)
{
    if (err->status != CPM_OK && (status != CPM_ERR_MEMORY || err->status == CPM_ERR_MEMORY))
        return false;
    if (err->status != CPM_OK)
        cpm_err_clear(err);
    err->status = status;
    return true;
}

cpm_status cpm_err_set(cpm_err *err, cpm_status status, const char *format, ...)
{
    if (!takes(err, status))
        return err->status;
    va_list args;
    va_start(args, format);
    format_into(err->message, sizeof err->message, format, args);
    va_end(args);
    return status;
}

cpm_status cpm_err_at(cpm_err *err, cpm_status status, const cpm_text *where, cpm_span span,
                      const char *format, ...)
{
    if (!takes(err, status))
        return err->status;
    err->where = *where;
    err->span = span;
    va_list args;
    va_start(args, format);
    format_into(err->message, sizeof err->message, format, args);
    va_end(args);
    return status;
}

void cpm_err_hint(cpm_err *err, const char *format, ...)
{
    if (err->hint[0] != '\0')
        return;
    va_list args;
    va_start(args, format);
    format_into(err->hint, sizeof err->hint, format, args);
    va_end(args);
}

void cpm_err_related(cpm_err *err, cpm_span span, const char *format, ...)
{
    if (err->has_related)
        return;
    err->has_related = true;
    err->related = span;
    va_list args;
    va_start(args, format);
    format_into(err->related_message, sizeof err->related_message, format, args);
    va_end(args);
}

void cpm_err_locate(cpm_err *err, const cpm_text *where, cpm_span span)
{
    bool placeless = err->status == CPM_ERR_MEMORY || err->status == CPM_ERR_IO ||
                     err->status == CPM_ERR_INTERNAL;
    if (err->status == CPM_OK || placeless || err->where.data != NULL)
        return;
    err->where = *where;
    err->span = span;
}

cpm_status cpm_err_memory(cpm_err *err)
{
    return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
}

cpm_status cpm_err_pass_memory(cpm_err *err, const cpm_err *ignored)
{
    return ignored->status == CPM_ERR_MEMORY ? cpm_err_memory(err) : CPM_OK;
}
