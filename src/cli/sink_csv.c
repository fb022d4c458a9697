/* SPDX-License-Identifier: MIT
 *
 * sink_csv.c - results as lines of fields between commas, below a line of their names.
 *
 *   n,value               terms and sums
 *   n,a,b                 terms of several sequences
 *   n,1,2                 a power of a matrix times a vector, by places
 *   n,row,1,2             a power of a matrix: a line for each row
 *   n,sign,first,last,length
 *   key,value             facts
 *   name,oeis,aliases,title,offset,spec
 *
 * Programs print what they print, and have no such form.
 */
#include "cli/output.h"
#include "cli/sink.h"

#include "cli/draft.h"

#include <stdio.h>
#include <string.h>

static cpm_status nothing(cpm_sink *sink)
{
    (void)sink;
    return CPM_OK;
}

/* A line, or the beginning of one, of fields that are texts. */
static cpm_status write_fields(const char *const *fields, size_t count, const char *end,
                               cpm_err *err)
{
    cpm_draft line = {0};
    for (size_t i = 0; i < count; i++) {
        cpm_draft_puts(&line, i == 0 ? "" : ",");
        cpm_draft_csv(&line, fields[i], strlen(fields[i]));
    }
    cpm_draft_puts(&line, end);
    cpm_status status = cpm_draft_status(&line, err);
    if (status == CPM_OK)
        status = cpm_out_write(line.data, line.len, err);
    cpm_draft_clear(&line);
    return status;
}

/* ---- Sequences and matrices ------------------------------------------------- */

/* "n,1,2,3": the places of a vector or of a row. */
static cpm_status write_places(const cpm_sink *sink)
{
    cpm_status status = cpm_out_puts(sink->vector ? "n" : "n,row", sink->err);
    for (size_t i = 1; i <= sink->dim && status == CPM_OK; i++) {
        char place[32];
        snprintf(place, sizeof place, ",%zu", i);
        status = cpm_out_puts(place, sink->err);
    }
    return status == CPM_OK ? cpm_out_puts("\n", sink->err) : status;
}

static cpm_status write_head(const cpm_sink *sink, const char *key)
{
    if (sink->dim > 0)
        return write_places(sink);
    if (strcmp(key, "digits") == 0)
        return cpm_out_puts("n,sign,first,last,length\n", sink->err);
    if (sink->nnames == 0)
        return cpm_out_puts("n,value\n", sink->err);
    cpm_status status = cpm_out_puts("n,", sink->err);
    return status == CPM_OK ? write_fields(sink->names, sink->nnames, "\n", sink->err) : status;
}

static cpm_status open_answers(cpm_sink *sink, const char *key, const cpm_report *report)
{
    cpm_sink_text.open(sink, key, report);
    cpm_out_begin();
    cpm_status status = write_head(sink, key);
    return status == CPM_OK ? cpm_out_end(sink->err) : status;
}

static cpm_status term(cpm_sink *sink, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    cpm_status status = cpm_sink_index(n, err);
    return status == CPM_OK ? cpm_sink_value(sink->base, ",", value, "\n", err) : status;
}

static cpm_status terms(cpm_sink *sink, mpz_srcptr n, const char *const *texts, cpm_err *err)
{
    cpm_status status = cpm_sink_index(n, err);
    if (status == CPM_OK)
        status = cpm_out_puts(",", err);
    return status == CPM_OK ? write_fields(texts, sink->nnames, "\n", err) : status;
}

static cpm_status power(cpm_sink *sink, mpz_srcptr n)
{
    sink->n = n;
    return CPM_OK;
}

static cpm_status entry(cpm_sink *sink, size_t row, size_t col, const cpm_value *value,
                        cpm_err *err)
{
    cpm_status status = CPM_OK;
    char place[32] = "";
    if (!sink->vector)
        snprintf(place, sizeof place, ",%zu", row + 1);
    if (col == 0)
        status = cpm_sink_index(sink->n, err);
    if (status == CPM_OK && col == 0)
        status = cpm_out_puts(place, err);
    if (status == CPM_OK)
        status = cpm_sink_part(sink->base, ",", value, err);
    return status == CPM_OK && col + 1 == sink->dim ? cpm_out_puts("\n", err) : status;
}

/* ---- Digits, facts, the catalogue ----------------------------------------------- */

static cpm_status digits(cpm_sink *sink, mpz_srcptr n, const cpm_digits *found, bool with_length,
                         cpm_err *err)
{
    const char *first = cpm_digits_first(found), *last = cpm_digits_last(found);
    char sign[8];
    (void)sink;
    snprintf(sign, sizeof sign, "%d", cpm_digits_sign(found));
    const char *const fields[] = {"", sign, first == NULL ? "" : first, last == NULL ? "" : last,
                                  ""};
    cpm_status status = cpm_sink_index(n, err);
    if (status == CPM_OK)
        status = write_fields(fields, sizeof fields / sizeof fields[0], "", err);
    if (status == CPM_OK && with_length) {
        mpz_t length;
        mpz_init(length);
        cpm_digits_length(length, found);
        status = cpm_sink_index(length, err);
        mpz_clear(length);
    }
    return status == CPM_OK ? cpm_out_puts("\n", err) : status;
}

static cpm_status facts(const cpm_report *report, cpm_err *err)
{
    cpm_status status = cpm_out_puts("key,value\n", err);
    for (size_t i = 0; i < cpm_report_count(report) && status == CPM_OK; i++) {
        const char *const fields[] = {cpm_report_key(report, i), cpm_report_text(report, i)};
        status = write_fields(fields, 2, "\n", err);
    }
    return status;
}

static cpm_status catalogue(const cpm_text *word, cpm_err *err)
{
    cpm_out_begin();
    cpm_status status = cpm_out_puts("name,oeis,aliases,title,offset,spec\n", err);
    for (size_t i = 0; i < cpm_catalogue_count() && status == CPM_OK; i++) {
        const cpm_catalogue_entry *e = cpm_catalogue_at(i);
        const char *const fields[] = {e->name, e->oeis, e->aliases, e->title, e->offset, e->spec};
        if (cpm_sink_matches(e, word))
            status = write_fields(fields, sizeof fields / sizeof fields[0], "\n", err);
    }
    return status == CPM_OK ? cpm_out_end(err) : status;
}

const cpm_sink_format cpm_sink_csv = {
    .open = open_answers,
    .close = nothing,
    .term = term,
    .terms = terms,
    .power = power,
    .entry = entry,
    .end_power = nothing,
    .digits = digits,
    .facts = facts,
    .catalogue = catalogue,
};
