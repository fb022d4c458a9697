/* SPDX-License-Identifier: MIT
 *
 * sink_text.c - results as lines of text.
 *
 *   text    a(n), or a row of a matrix; a blank line between powers
 *   bfile   n a(n)
 *
 * Terms of several sequences, and the entries of a vector, stand in one line.
 */
#include "cli/output.h"
#include "cli/sink.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* "key: text"; several lines stand indented below the key. */
void cpm_report_print(const cpm_report *report)
{
    for (size_t i = 0; i < cpm_report_count(report); i++) {
        const char *text = cpm_report_text(report, i);
        bool several = strchr(text, '\n') != NULL;
        fprintf(stderr, "%s:%s", cpm_report_key(report, i), several ? "\n" : " ");
        while (*text != '\0') {
            size_t len = strcspn(text, "\n");
            fprintf(stderr, "%s%.*s\n", several ? "  " : "", (int)len, text);
            text += len + (text[len] == '\n');
        }
    }
    fflush(stderr);
}

static cpm_status nothing(cpm_sink *sink)
{
    (void)sink;
    return CPM_OK;
}

/* ---- Sequences and matrices ------------------------------------------------- */

static cpm_status open_answers(cpm_sink *sink, const char *key, const cpm_report *report)
{
    (void)sink, (void)key;
    cpm_progress_erase();
    if (report != NULL)
        cpm_report_print(report);
    return CPM_OK;
}

static cpm_status term(cpm_sink *sink, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    (void)n;
    return cpm_sink_value(sink->base, "", value, "\n", err);
}

static cpm_status indexed_term(cpm_sink *sink, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    cpm_status status = cpm_sink_index(n, err);
    return status == CPM_OK ? cpm_sink_value(sink->base, " ", value, "\n", err) : status;
}

static cpm_status terms(cpm_sink *sink, mpz_srcptr n, const char *const *texts, cpm_err *err)
{
    cpm_status status = CPM_OK;
    (void)n;
    for (size_t i = 0; i < sink->nnames && status == CPM_OK; i++) {
        status = cpm_out_puts(i == 0 ? "" : " ", err);
        if (status == CPM_OK)
            status = cpm_out_puts(texts[i], err);
    }
    return status == CPM_OK ? cpm_out_puts("\n", err) : status;
}

static cpm_status indexed_terms(cpm_sink *sink, mpz_srcptr n, const char *const *texts,
                                cpm_err *err)
{
    cpm_status status = cpm_sink_index(n, err);
    if (status == CPM_OK)
        status = cpm_out_puts(" ", err);
    return status == CPM_OK ? terms(sink, n, texts, err) : status;
}

static cpm_status power(cpm_sink *sink, mpz_srcptr n)
{
    (void)n;
    if (sink->count++ == 0 || sink->vector)
        return CPM_OK;
    cpm_out_begin();
    cpm_status status = cpm_out_puts("\n", sink->err);
    return status == CPM_OK ? cpm_out_end(sink->err) : status;
}

/* A row goes out when its last entry is there: entries before may be followed
 * by a failure. */
static cpm_status entry(cpm_sink *sink, size_t row, size_t col, const cpm_value *value,
                        cpm_err *err)
{
    const char *before = col == 0 ? "" : " ";
    (void)row;
    if (col + 1 == sink->dim)
        return cpm_sink_value(sink->base, before, value, "\n", err);
    return cpm_sink_part(sink->base, before, value, err);
}

/* ---- Programs ----------------------------------------------------------------- */

static cpm_status begin_line(cpm_sink *sink)
{
    (void)sink;
    cpm_progress_erase();
    cpm_out_begin();
    cpm_out_commit(); /* the library prints whole lines */
    return CPM_OK;
}

static cpm_status end_line(cpm_sink *sink)
{
    cpm_status status = cpm_out_puts("\n", sink->err);
    return status == CPM_OK ? cpm_out_end(sink->err) : status;
}

static cpm_status result(cpm_sink *sink, const cpm_value *value)
{
    return cpm_sink_value(sink->base, "", value, "\n", sink->err);
}

static cpm_status end_run(cpm_sink *sink, const cpm_report *report)
{
    return report == NULL ? CPM_OK : open_answers(sink, NULL, report);
}

/* ---- Digits -------------------------------------------------------------------------- */

/* All digits, where those that are known are all, else "first...last". */
static cpm_status write_digits(const cpm_digits *digits, size_t length, cpm_err *err)
{
    const char *first = cpm_digits_first(digits), *last = cpm_digits_last(digits);
    size_t nfirst = first == NULL ? 0 : strlen(first), nlast = last == NULL ? 0 : strlen(last);
    bool one = nfirst == 0 || nlast == 0;
    cpm_status status = CPM_OK;
    if (nfirst >= length || nlast >= length)
        return cpm_out_puts(nfirst >= length ? first : last, err);
    if (nfirst > 0)
        status = cpm_out_puts(first, err);
    if (status == CPM_OK && !one && nfirst + nlast < length)
        status = cpm_out_puts("...", err);
    if (status == CPM_OK && nlast > 0)
        status = cpm_out_puts(
            one || nfirst + nlast < length ? last : last + nfirst + nlast - length, err);
    return status;
}

static cpm_status digits_line(const cpm_digits *digits, bool with_length, cpm_err *err)
{
    mpz_t length;
    mpz_init(length);
    cpm_digits_length(length, digits);
    bool with_digits = cpm_digits_first(digits) != NULL || cpm_digits_last(digits) != NULL;
    size_t known = mpz_fits_ulong_p(length) ? mpz_get_ui(length) : SIZE_MAX;
    cpm_status status = CPM_OK;
    if (with_digits && cpm_digits_sign(digits) < 0)
        status = cpm_out_puts("-", err);
    if (status == CPM_OK && with_digits)
        status = write_digits(digits, known, err);
    if (status == CPM_OK && with_digits && with_length)
        status = cpm_out_puts(" (", err);
    if (status == CPM_OK && with_length)
        status = cpm_sink_index(length, err);
    if (status == CPM_OK)
        status = cpm_out_puts(with_digits && with_length ? ")\n" : "\n", err);
    mpz_clear(length);
    return status;
}

static cpm_status digits(cpm_sink *sink, mpz_srcptr n, const cpm_digits *found, bool with_length,
                         cpm_err *err)
{
    (void)sink, (void)n;
    return digits_line(found, with_length, err);
}

static cpm_status indexed_digits(cpm_sink *sink, mpz_srcptr n, const cpm_digits *found,
                                 bool with_length, cpm_err *err)
{
    (void)sink;
    cpm_status status = cpm_sink_index(n, err);
    if (status == CPM_OK)
        status = cpm_out_puts(" ", err);
    return status == CPM_OK ? digits_line(found, with_length, err) : status;
}

/* ---- Facts -------------------------------------------------------------------------- */

static cpm_status write_fact(const cpm_report *facts, size_t i, cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (cpm_report_count(facts) > 1)
        status = cpm_out_puts(cpm_report_key(facts, i), err);
    if (status == CPM_OK && cpm_report_count(facts) > 1)
        status = cpm_out_puts(": ", err);
    if (status == CPM_OK)
        status = cpm_out_puts(cpm_report_text(facts, i), err);
    return status == CPM_OK ? cpm_out_puts("\n", err) : status;
}

static cpm_status facts(const cpm_report *report, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < cpm_report_count(report) && status == CPM_OK; i++)
        status = write_fact(report, i, err);
    return status;
}

/* ---- The catalogue --------------------------------------------------------------- */

static int widest_name(void)
{
    size_t widest = 0;
    for (size_t i = 0; i < cpm_catalogue_count(); i++) {
        size_t len = strlen(cpm_catalogue_at(i)->name);
        widest = len > widest ? len : widest;
    }
    return (int)widest;
}

static cpm_status write_line(const cpm_catalogue_entry *sequence, int width, cpm_err *err)
{
    char columns[128];
    const char *number = sequence->oeis[0] == '\0' ? "-" : sequence->oeis;
    snprintf(columns, sizeof columns, "%-*s  %-7s  ", width, sequence->name, number);
    cpm_out_begin();
    cpm_status status = cpm_out_puts(columns, err);
    if (status == CPM_OK)
        status = cpm_out_puts(sequence->title, err);
    if (status == CPM_OK)
        status = cpm_out_puts("\n", err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

static cpm_status catalogue(const cpm_text *word, cpm_err *err)
{
    int width = widest_name();
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < cpm_catalogue_count() && status == CPM_OK; i++)
        if (cpm_sink_matches(cpm_catalogue_at(i), word))
            status = write_line(cpm_catalogue_at(i), width, err);
    return status;
}

/* ---- The rows --------------------------------------------------------------------- */

#define LINES                                                                                      \
    .open = open_answers, .close = nothing, .power = power, .entry = entry, .end_power = nothing,  \
    .run = nothing, .begin_line = begin_line, .part = cpm_out_write, .end_line = end_line,         \
    .end_output = nothing, .result = result, .end_run = end_run, .facts = facts,                   \
    .catalogue = catalogue

const cpm_sink_format cpm_sink_text = {LINES, .term = term, .terms = terms, .digits = digits};
const cpm_sink_format cpm_sink_bfile = {LINES, .term = indexed_term, .terms = indexed_terms,
                                        .digits = indexed_digits};
