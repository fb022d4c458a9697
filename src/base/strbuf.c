/* SPDX-License-Identifier: MIT
 *
 * strbuf.c - a growing text with a sticky failure flag.
 */
#include "base/strbuf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cpm_strbuf_clear(cpm_strbuf *buf)
{
    free(buf->data);
    *buf = (cpm_strbuf){0};
}

/* Room for `more` bytes and a NUL behind the text. */
static bool reserve(cpm_strbuf *buf, size_t more)
{
    size_t need;
    if (buf->failed || !cpm_size_add(&need, buf->len, more) || !cpm_size_add(&need, need, 1)) {
        buf->failed = true;
        return false;
    }
    char *data = cpm_grow(buf->data, &buf->cap, need, 1);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    return true;
}

void cpm_strbuf_append(cpm_strbuf *buf, const char *bytes, size_t nbytes)
{
    if (!reserve(buf, nbytes))
        return;
    if (nbytes > 0)
        memcpy(buf->data + buf->len, bytes, nbytes);
    buf->len += nbytes;
    buf->data[buf->len] = '\0';
}

void cpm_strbuf_puts(cpm_strbuf *buf, const char *text)
{
    cpm_strbuf_append(buf, text, strlen(text));
}

void cpm_strbuf_fill(cpm_strbuf *buf, char c, size_t count)
{
    if (!reserve(buf, count))
        return;
    memset(buf->data + buf->len, c, count);
    buf->len += count;
    buf->data[buf->len] = '\0';
}

void cpm_strbuf_printf(cpm_strbuf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(buf, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (size_t)n + 1, format, args);
    va_end(args);
    buf->len += (size_t)n;
}

cpm_status cpm_strbuf_status(const cpm_strbuf *buf, cpm_err *err)
{
    return buf->failed ? cpm_err_memory(err) : CPM_OK;
}
