/* SPDX-License-Identifier: MIT
 *
 * text.c - from a byte offset to a line and a column. Computed only when a
 * diagnostic is printed, so a scan from the start is cheap enough. Line ends
 * are LF, CR LF or CR; a column counts code points, taking every byte that is
 * not a UTF-8 continuation as the start of one.
 */
#include "cpmcalc.h"

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
