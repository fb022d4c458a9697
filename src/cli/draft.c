/* SPDX-License-Identifier: MIT
 *
 * draft.c - a text that is put together piece by piece.
 */
#include "cli/draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 256 };

/* Room for nbytes more and a NUL. */
static bool reserve(cpm_draft *draft, size_t nbytes)
{
    if (draft->failed || nbytes < draft->cap - draft->len)
        return !draft->failed;
    size_t cap = draft->cap < FIRST_CAP ? FIRST_CAP : draft->cap * 2;
    if (cap - draft->len <= nbytes)
        cap = draft->len + nbytes + 1;
    char *data = cap <= draft->len ? NULL : realloc(draft->data, cap);
    draft->failed = data == NULL;
    if (draft->failed)
        return false;
    draft->data = data;
    draft->cap = cap;
    return true;
}

void cpm_draft_write(cpm_draft *draft, const char *bytes, size_t nbytes)
{
    if (!reserve(draft, nbytes))
        return;
    if (nbytes > 0)
        memcpy(draft->data + draft->len, bytes, nbytes);
    draft->len += nbytes;
    draft->data[draft->len] = '\0';
}

void cpm_draft_puts(cpm_draft *draft, const char *text)
{
    cpm_draft_write(draft, text, strlen(text));
}

void cpm_draft_putc(cpm_draft *draft, char c)
{
    cpm_draft_write(draft, &c, 1);
}

void cpm_draft_printf(cpm_draft *draft, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        draft->failed = true;
    if (!reserve(draft, (size_t)len))
        return;
    va_start(args, format);
    vsnprintf(draft->data + draft->len, (size_t)len + 1, format, args);
    va_end(args);
    draft->len += (size_t)len;
}

void cpm_draft_csv(cpm_draft *draft, const char *text, size_t len)
{
    bool plain = memchr(text, ',', len) == NULL && memchr(text, '"', len) == NULL &&
                 memchr(text, '\n', len) == NULL;
    if (plain) {
        cpm_draft_write(draft, text, len);
        return;
    }
    cpm_draft_putc(draft, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            cpm_draft_putc(draft, '"');
        cpm_draft_putc(draft, text[i]);
    }
    cpm_draft_putc(draft, '"');
}

cpm_status cpm_draft_status(cpm_draft *draft, cpm_err *err)
{
    return reserve(draft, 0) ? CPM_OK : cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
}

void cpm_draft_clear(cpm_draft *draft)
{
    free(draft->data);
    *draft = (cpm_draft){0};
}
