/* SPDX-License-Identifier: MIT
 *
 * diagnostics.c - a failure as people read it:
 *
 *     cpmcalc: <spec>:1:10: error: product of two terms
 *     cur = p1*p2
 *           ^~~~~
 *     hint: ...
 *
 * The page is composed in a fixed buffer, so that running out of memory can be
 * shown too, and goes out in one write. What users typed is echoed harmlessly:
 * control characters, direction overrides and broken UTF-8 become '?', tabs
 * stay (the underline copies them), and of a very long line only a window
 * around the place is shown. A code point counts as one column; combining and
 * double-width characters may shift the underline.
 */
#include "cli/diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a line longer than WIDEST, the window shows BEFORE code points before the
 * place and WINDOW in all. */
enum { WIDEST = 200, WINDOW = 160, BEFORE = 60 };

/* Two windowed lines of 4-byte code points with their underlines, and the
 * messages, fit several times over. */
typedef struct page {
    char data[16384];
    size_t len;
    bool colour;
} page;

/* ---- Composing --------------------------------------------------------- */

static void put_bytes(page *out, const char *bytes, size_t nbytes)
{
    size_t room = sizeof out->data - out->len;
    if (nbytes > room)
        nbytes = room;
    memcpy(out->data + out->len, bytes, nbytes);
    out->len += nbytes;
}

static void put(page *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

static void put_colour(page *out, const char *escape)
{
    if (out->colour)
        put(out, escape);
}

#define BOLD    "\033[1m"
#define RED     "\033[1;31m"
#define GREEN   "\033[1;32m"
#define CYAN    "\033[1;36m"
#define NO_MORE "\033[0m"

/* The length in bytes of the code point at `at`, and whether a terminal may
 * see it: not when it is a control character (tabs are fine), changes the
 * direction of writing, or is no UTF-8 at all. */
static size_t code_point(const char *at, const char *end, bool *harmless)
{
    unsigned char lead = (unsigned char)*at;
    *harmless = false;
    if (lead < 0x80) {
        *harmless = lead == '\t' || (lead >= 0x20 && lead != 0x7f);
        return 1;
    }
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || (size_t)(end - at) < len)
        return 1;
    unsigned long value = lead & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)at[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | ((unsigned char)at[i] & 0x3f);
    }
    bool shortest = len == 2 || (len == 3 ? value >= 0x800 : value >= 0x10000);
    bool directs = (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
    bool separates = value == 0x2028 || value == 0x2029;
    bool surrogate = value >= 0xd800 && value <= 0xdfff;
    *harmless =
        shortest && value >= 0xa0 && value <= 0x10ffff && !directs && !separates && !surrogate;
    return len;
}

/* Echoes what users typed. */
static void put_echo(page *out, const char *at, const char *end)
{
    while (at < end) {
        bool harmless;
        size_t len = code_point(at, end, &harmless);
        if (harmless)
            put_bytes(out, at, len);
        else
            put(out, "?");
        at += len;
    }
}

static void put_echo_text(page *out, const char *text)
{
    put_echo(out, text, text + strlen(text));
}

/* ---- The source line --------------------------------------------------- */

static size_t count_code_points(const char *at, const char *end)
{
    size_t count = 0;
    while (at < end) {
        bool harmless;
        at += code_point(at, end, &harmless);
        count++;
    }
    return count;
}

static const char *forward(const char *at, const char *end, size_t count)
{
    while (at < end && count-- > 0) {
        bool harmless;
        at += code_point(at, end, &harmless);
    }
    return at;
}

/* The part of the line [*begin, *end) that is shown around `place`. */
static void choose_window(const char **begin, const char **end, const char *place)
{
    if (count_code_points(*begin, *end) <= WIDEST)
        return;
    size_t before = count_code_points(*begin, place);
    if (before > BEFORE)
        *begin = forward(*begin, *end, before - BEFORE);
    *end = forward(*begin, *end, WINDOW);
}

static void put_underline(page *out, const char *begin, const char *end, const char *from,
                          const char *to)
{
    bool harmless;
    for (const char *at = begin; at < from; at += code_point(at, end, &harmless))
        put(out, *at == '\t' ? "\t" : " ");
    put_colour(out, GREEN);
    put(out, "^");
    if (from < to)
        for (const char *at = forward(from, end, 1); at < to; at += code_point(at, end, &harmless))
            put(out, *at == '\t' ? "\t" : "~");
    put_colour(out, NO_MORE);
    put(out, "\n");
}

static void put_source(page *out, const cpm_text *text, cpm_span span, cpm_span line)
{
    const char *begin = text->data + line.begin, *end = text->data + line.end;
    const char *line_begin = begin, *line_end = end;
    size_t first = span.begin < line.end ? span.begin : line.end;
    size_t past = span.end < line.end ? span.end : line.end;
    const char *from = text->data + (first > line.begin ? first : line.begin);
    choose_window(&begin, &end, from);
    const char *to = text->data + past;
    if (to > end)
        to = end;
    const bool cut = begin > line_begin;
    put(out, cut ? "..." : "");
    put_echo(out, begin, end);
    put(out, end < line_end ? "...\n" : "\n");
    put(out, cut ? "   " : "");
    put_underline(out, begin, end, from, to);
}

static const char *context; /* borrowed: see cpm_diag_set_context */

void cpm_diag_set_context(const char *text)
{
    context = text;
}

static void put_name(page *out)
{
    put(out, "cpmcalc: ");
    if (context == NULL)
        return;
    put_echo_text(out, context);
    put(out, ": ");
}

static void put_place(page *out, const cpm_text *text, cpm_span span, const char *colour,
                      const char *kind, const char *message, bool with_source)
{
    size_t line, column;
    cpm_span line_span;
    cpm_text_locate(text, span.begin, &line, &column, &line_span);
    char position[64];
    snprintf(position, sizeof position, ":%zu:%zu: ", line, column);
    put_colour(out, BOLD);
    put_name(out);
    put_echo_text(out, text->name);
    put(out, position);
    put_colour(out, colour);
    put(out, kind);
    put_colour(out, NO_MORE);
    put(out, " ");
    put_echo_text(out, message);
    put(out, "\n");
    if (text->data != NULL && with_source)
        put_source(out, text, span, line_span);
}

static void put_headline(page *out, const char *colour, const char *kind, const char *message)
{
    put_colour(out, BOLD);
    put_name(out);
    put_colour(out, colour);
    put(out, kind);
    put_colour(out, NO_MORE);
    put(out, " ");
    put_echo_text(out, message);
    put(out, "\n");
}

static void put_placeless(page *out, const cpm_err *err)
{
    put_headline(out, RED, "error:", err->message);
    if (err->status == CPM_ERR_USAGE && err->hint[0] == '\0' && context == NULL)
        put(out, "Try 'cpmcalc --help' for more information.\n");
}

/* ---- Showing ----------------------------------------------------------- */

bool cpm_diag_in_colour(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && getenv("NO_COLOR") == NULL && term != NULL &&
           strcmp(term, "dumb") != 0;
}

static page sheet; /* too large for the stack of a process in trouble */

static void begin_page(void)
{
    sheet.len = 0;
    sheet.colour = cpm_diag_in_colour();
}

static void write_page(void)
{
    fwrite(sheet.data, 1, sheet.len, stderr);
    fflush(stderr);
}

void cpm_diag_note(const cpm_text *where, cpm_span span, const char *format, ...)
{
    char message[CPM_MESSAGE_CAP];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    begin_page();
    put_place(&sheet, where, span, CYAN, "note:", message, true);
    write_page();
}

void cpm_diag_note_line(const cpm_text *where, cpm_span span, const char *message)
{
    begin_page();
    if (where != NULL)
        put_place(&sheet, where, span, CYAN, "note:", message, false);
    else
        put_headline(&sheet, CYAN, "note:", message);
    write_page();
}

void cpm_diag_show(const cpm_err *err)
{
    begin_page();
    if (err->where.data != NULL)
        put_place(&sheet, &err->where, err->span, RED, "error:", err->message,
                  err->status != CPM_ERR_MEMORY); /* one line: the place is not to blame */
    else
        put_placeless(&sheet, err);
    if (err->where.data != NULL && err->has_related)
        put_place(&sheet, &err->where, err->related, CYAN, "note:", err->related_message, true);
    if (err->hint[0] != '\0') {
        put_colour(&sheet, CYAN);
        put(&sheet, "hint:");
        put_colour(&sheet, NO_MORE);
        put(&sheet, " ");
        put_echo_text(&sheet, err->hint);
        put(&sheet, "\n");
    }
    write_page();
}
