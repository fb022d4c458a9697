/* SPDX-License-Identifier: MIT
 *
 * strbuf.h - a growing text. A zeroed buffer is empty. Failure to allocate is
 * remembered in `failed` and makes later calls do nothing, so that a caller
 * may append a whole page and check once.
 */
#ifndef CPM_BASE_STRBUF_H
#define CPM_BASE_STRBUF_H

#include "base/err.h"

typedef struct cpm_strbuf {
    char *data; /* owned, NUL-terminated when not NULL */
    size_t len; /* without the NUL */
    size_t cap;
    bool failed; /* an allocation failed: what is in `data` is incomplete */
} cpm_strbuf;

void cpm_strbuf_clear(cpm_strbuf *buf);
void cpm_strbuf_append(cpm_strbuf *buf, const char *bytes, size_t nbytes);
void cpm_strbuf_puts(cpm_strbuf *buf, const char *text);
void cpm_strbuf_printf(cpm_strbuf *buf, const char *format, ...) CPM_PRINTF(2, 3);
/* `count` times the byte c. */
void cpm_strbuf_fill(cpm_strbuf *buf, char c, size_t count);
/* CPM_ERR_MEMORY if something could not be appended. */
cpm_status cpm_strbuf_status(const cpm_strbuf *buf, cpm_err *err);

#endif
