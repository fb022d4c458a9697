/* SPDX-License-Identifier: MIT
 *
 * report.c - an ordered list of named texts.
 */
#include "show/report.h"

#include "base/mem.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct entry {
    const char *key; /* a string literal */
    char *text;      /* owned */
} entry;

struct cpm_report {
    entry *entries; /* owned */
    size_t count, cap;
};

cpm_status cpm_report_new(cpm_report **report, cpm_err *err)
{
    *report = cpm_calloc(1, sizeof **report);
    return *report == NULL ? cpm_err_memory(err) : CPM_OK;
}

cpm_status cpm_report_add(cpm_report *report, const char *key, cpm_strbuf *text, cpm_err *err)
{
    cpm_strbuf_append(text, "", 0); /* an empty text is a text too */
    if (cpm_strbuf_status(text, err) != CPM_OK)
        return err->status;
    entry *grown = cpm_grow(report->entries, &report->cap, report->count + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(err);
    report->entries = grown;
    while (text->len > 0 && text->data[text->len - 1] == '\n')
        text->data[--text->len] = '\0';
    report->entries[report->count++] = (entry){key, text->data};
    *text = (cpm_strbuf){0};
    return CPM_OK;
}

cpm_status cpm_report_printf(cpm_report *report, cpm_err *err, const char *key, const char *format,
                             ...)
{
    char buffer[512];
    cpm_strbuf text = {0};
    va_list args;
    va_start(args, format);
    vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    cpm_strbuf_puts(&text, buffer);
    cpm_status status = cpm_report_add(report, key, &text, err);
    cpm_strbuf_clear(&text);
    return status;
}

cpm_status cpm_report_add_decision(cpm_report *report, const cpm_decision *d, cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_status status = cpm_report_printf(report, err, "engine", "%s", cpm_engine_name(d->engine));
    for (int e = CPM_ENGINE_AUTO + 1; e < CPM_NENGINES; e++) {
        if (d->objection[e] == cpm_coefficients_stay || d->objection[e] == cpm_coefficients_vary)
            continue; /* for other systems */
        cpm_strbuf_printf(&text, "%s%s ", text.len == 0 ? "" : "\n",
                          cpm_engine_name((cpm_engine)e));
        if (d->objection[e] != NULL)
            cpm_strbuf_printf(&text, "does not apply: %s", d->objection[e]);
        else if (isinf(d->cost[e]))
            cpm_strbuf_puts(&text, "never ends");
        else
            cpm_strbuf_printf(&text, "about %.2g word operations", d->cost[e]);
    }
    if (status == CPM_OK)
        status = cpm_report_add(report, "costs", &text, err);
    cpm_strbuf_clear(&text);
    return status;
}

size_t cpm_report_count(const cpm_report *report)
{
    return report->count;
}

const char *cpm_report_key(const cpm_report *report, size_t i)
{
    return report->entries[i].key;
}

const char *cpm_report_text(const cpm_report *report, size_t i)
{
    return report->entries[i].text;
}

void cpm_report_free(cpm_report *report)
{
    if (report == NULL)
        return;
    for (size_t i = 0; i < report->count; i++)
        free(report->entries[i].text);
    free(report->entries);
    free(report);
}
