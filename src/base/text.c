/* SPDX-License-Identifier: MIT
 *
 * text.c - copies of texts, and from a byte offset to a line and a column. That is
 * computed only when a diagnostic is printed, so a scan from the start is cheap enough. Line ends
 * are LF, CR LF or CR; a column counts code points, taking every byte that is
 * not a UTF-8 continuation as the start of one.
 */
#include "base/text.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static bool at_line_end(const cpm_text *text, size_t i)
{
    return text->data[i] == '\n' ||
           (text->data[i] == '\r' && !(i + 1 < text->len && text->data[i + 1] == '\n'));
}

void cpm_text_locate(const cpm_text *text, size_t offset, size_t *line, size_t *column,
                     cpm_span *line_span)
{
    if (offset > text->len)
        offset = text->len;
    size_t start = 0;
    *line = 1;
    for (size_t i = 0; i < offset; i++)
        if (at_line_end(text, i)) {
            start = i + 1;
            ++*line;
        }
    *column = 1;
    for (size_t i = start; i < offset; i++)
        *column += ((unsigned char)text->data[i] & 0xc0) != 0x80;
    size_t end = start;
    while (end < text->len && text->data[end] != '\n' && text->data[end] != '\r')
        end++;
    *line_span = (cpm_span){start, end};
}

cpm_status cpm_text_copy(cpm_text *own, const cpm_text *text, cpm_err *err)
{
    *own = (cpm_text){0};
    if (text->data == NULL)
        return CPM_OK;
    const char *name = text->name == NULL ? "" : text->name;
    size_t name_size = strlen(name) + 1;
    char *bytes = cpm_realloc_array(NULL, text->len + name_size, 1);
    if (bytes == NULL)
        return cpm_err_memory(err);
    memcpy(bytes, text->data, text->len);
    memcpy(bytes + text->len, name, name_size);
    *own = (cpm_text){bytes + text->len, bytes, text->len};
    return CPM_OK;
}

void cpm_text_free(cpm_text *own)
{
    free((char *)own->data);
    *own = (cpm_text){0};
}

bool cpm_text_is_blank(const cpm_text *text, cpm_span span)
{
    for (size_t i = span.begin; i < span.end; i++) {
        char c = text->data[i];
        if (c != ' ' && c != '\t' && c != '\r')
            return false;
    }
    return true;
}

void cpm_err_move(cpm_err *err, const cpm_text *copy, const cpm_text *original)
{
    if (err->where.data != NULL && err->where.data == copy->data)
        err->where = *original;
}
