/* SPDX-License-Identifier: MIT
 *
 * watch.c - notes at once, and the state that a timeout shows. The library calls
 * back from the thread that called it, which is the one that signals come to: a
 * handler sees what stands behind the pointers, which are set last.
 */
#include "cli/watch.h"

#include "cli/diagnostics.h"
#include "cli/progress.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct place {
    const cpm_text *where; /* NULL: outside of all loops */
    cpm_span span;
} place;

static place places[2];
static _Atomic unsigned current; /* which of the two is valid */
static char *_Atomic report;     /* owned; NULL: nothing is known */

/* ---- The hooks --------------------------------------------------------------- */

static cpm_status on_note(void *ctx, cpm_note_kind kind, const cpm_text *where, cpm_span span,
                          const char *message)
{
    (void)ctx;
    cpm_progress_erase();
    if (kind == CPM_NOTE_MEANING)
        cpm_diag_note(where, span, "%s", message);
    else
        cpm_diag_note_line(where, span, message);
    return CPM_OK;
}

static void on_place(void *ctx, const cpm_text *where, cpm_span span)
{
    (void)ctx;
    unsigned next = 1 - current;
    places[next] = (place){where, span};
    current = next;
}

static void on_report(void *ctx, const char *text)
{
    (void)ctx;
    char *copy = strdup(text);
    if (copy != NULL)
        free(atomic_exchange(&report, copy));
}

void cpm_watch_follow(cpm_config *config, const cpm_options *options)
{
    if (!options->given[CPM_OPT_QUIET])
        config->on_note = on_note;
    if (options->timeout_seconds <= 0)
        return;
    config->on_place = on_place;
    if (options->given[CPM_OPT_EXPLAIN])
        config->on_report = on_report;
}

/* ---- In a handler -------------------------------------------------------------- */

static void put(const char *text)
{
    ssize_t n = write(STDERR_FILENO, text, strlen(text));
    (void)n; /* there is no one left to tell */
}

static void put_number(size_t number)
{
    char digits[24], *at = digits + sizeof digits;
    *--at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    put(at);
}

void cpm_watch_show_in_handler(void)
{
    const place *at = &places[current];
    const char *text = report;
    if (text != NULL)
        put(text);
    put("cpmcalc: ");
    if (at->where != NULL) {
        size_t line, column;
        cpm_span line_span;
        cpm_text_locate(at->where, at->span.begin, &line, &column, &line_span);
        put(at->where->name);
        put(":");
        put_number(line);
        put(":");
        put_number(column);
        put(": ");
    }
    put("error: ");
}
