/* SPDX-License-Identifier: MIT
 *
 * terms.c - results in the form asked for.
 *
 *   text    a(n)
 *   bfile   n a(n)
 *   json    {"explain":{KEY:TEXT,...},"terms":[{"n":"10","value":"55"},...]}
 *           {"powers":[{"n":"2","rows":[["1","0"],["0","1"]]},...]}
 *
 * The library writes a value only when its whole text is there, so the line is
 * committed at the first byte of it and a large term is not copied here. A JSON
 * document is of no use in part: it is held back until it is complete.
 */
#include "terms.h"

#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cpm_status cpm_terms_write_bytes(void *ctx, const char *bytes, size_t nbytes)
{
    return cpm_out_write(bytes, nbytes, ctx);
}

static cpm_status write_committed(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_progress_erase();
    cpm_out_commit();
    return cpm_out_write(bytes, nbytes, ctx);
}

static cpm_status write_index(mpz_srcptr n, cpm_err *err)
{
    char *digits = mpz_get_str(NULL, 10, n);
    cpm_status status = cpm_out_puts(digits, err);
    free(digits); /* from malloc: see cpm_set_fatal_handler */
    return status;
}

/* ---- JSON -------------------------------------------------------------- */

/* How many bytes of `text` need no escape. */
static size_t plain_length(const char *text)
{
    size_t len = 0;
    while ((unsigned char)text[len] >= 0x20 && text[len] != '"' && text[len] != '\\')
        len++;
    return len;
}

cpm_status cpm_json_string(const char *text, cpm_err *err)
{
    cpm_status status = cpm_out_puts("\"", err);
    while (status == CPM_OK && *text != '\0') {
        size_t plain = plain_length(text);
        status = cpm_out_write(text, plain, err);
        text += plain;
        if (status != CPM_OK || *text == '\0')
            continue;
        char escape[8];
        if (*text == '\n')
            snprintf(escape, sizeof escape, "\\n");
        else if (*text == '"' || *text == '\\')
            snprintf(escape, sizeof escape, "\\%c", *text);
        else
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)*text);
        status = cpm_out_puts(escape, err);
        text++;
    }
    return status == CPM_OK ? cpm_out_puts("\"", err) : status;
}

static cpm_status write_report_json(const cpm_report *report, cpm_err *err)
{
    cpm_status status = cpm_out_puts("\"explain\":{", err);
    for (size_t i = 0; i < cpm_report_count(report) && status == CPM_OK; i++) {
        status = i > 0 ? cpm_out_puts(",", err) : CPM_OK;
        if (status == CPM_OK)
            status = cpm_json_string(cpm_report_key(report, i), err);
        if (status == CPM_OK)
            status = cpm_out_puts(":", err);
        if (status == CPM_OK)
            status = cpm_json_string(cpm_report_text(report, i), err);
    }
    return status == CPM_OK ? cpm_out_puts("},", err) : status;
}

/* ---- The report as text ------------------------------------------------ */

/* "key: text"; several lines stand indented below the key. */
static void print_report(const cpm_report *report)
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

/* ---- Documents --------------------------------------------------------- */

cpm_status cpm_terms_open(cpm_terms *terms, const char *key, const cpm_report *report)
{
    if (terms->format != CPM_FORMAT_JSON) {
        cpm_progress_erase();
        if (report != NULL)
            print_report(report);
        return CPM_OK;
    }
    cpm_out_hold();
    cpm_status status = cpm_out_puts("{", terms->err);
    if (status == CPM_OK && report != NULL)
        status = write_report_json(report, terms->err);
    if (status == CPM_OK)
        status = cpm_json_string(key, terms->err);
    return status == CPM_OK ? cpm_out_puts(":[", terms->err) : status;
}

cpm_status cpm_terms_close(cpm_terms *terms)
{
    if (terms->format != CPM_FORMAT_JSON)
        return CPM_OK;
    cpm_status status = cpm_out_puts("]}\n", terms->err);
    if (status == CPM_OK)
        cpm_out_release();
    return status;
}

/* The value, after `before` and followed by `after`. */
static cpm_status write_value(const cpm_terms *terms, const char *before, const cpm_value *value,
                              const char *after, cpm_err *err)
{
    cpm_writer writer = {write_committed, err};
    cpm_status status = cpm_out_puts(before, err);
    if (status == CPM_OK)
        status = cpm_value_write(value, terms->base, &writer, err);
    return status == CPM_OK ? cpm_out_puts(after, err) : status;
}

static cpm_status write_member(cpm_terms *terms, mpz_srcptr n, cpm_err *err)
{
    cpm_status status = cpm_out_puts(terms->count++ > 0 ? ",{\"n\":\"" : "{\"n\":\"", err);
    return status == CPM_OK ? write_index(n, err) : status;
}

static cpm_status write_term(cpm_terms *terms, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    cpm_status status;
    switch (terms->format) {
    case CPM_FORMAT_JSON:
        status = write_member(terms, n, err);
        return status == CPM_OK ? write_value(terms, "\",\"value\":\"", value, "\"}", err) : status;
    case CPM_FORMAT_BFILE:
        status = write_index(n, err);
        return status == CPM_OK ? write_value(terms, " ", value, "\n", err) : status;
    case CPM_FORMAT_TEXT:
        break;
    }
    return write_value(terms, "", value, "\n", err);
}

cpm_status cpm_terms_emit(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    cpm_terms *terms = ctx;
    const char *phase = cpm_phase_enter("print");
    cpm_progress_show();
    cpm_out_begin();
    cpm_status status = write_term(terms, n, value, err);
    if (status == CPM_OK)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

/* ---- Powers of a matrix ------------------------------------------------ */

cpm_status cpm_power_begin(cpm_power *power, mpz_srcptr n)
{
    cpm_terms *terms = power->terms;
    if (terms->format == CPM_FORMAT_JSON) {
        cpm_status status = write_member(terms, n, terms->err);
        return status == CPM_OK ? cpm_out_puts("\",\"rows\":[", terms->err) : status;
    }
    if (terms->count++ == 0)
        return CPM_OK;
    cpm_out_begin();
    cpm_status status = cpm_out_puts("\n", terms->err);
    return status == CPM_OK ? cpm_out_end(terms->err) : status;
}

/* A row goes out when its last entry is there: entries before may be followed
 * by a failure. */
static cpm_status write_entry(const cpm_power *power, size_t row, size_t col,
                              const cpm_value *value, cpm_err *err)
{
    const bool first = col == 0, last = col + 1 == power->dim;
    const cpm_terms *terms = power->terms;
    if (terms->format == CPM_FORMAT_JSON)
        return write_value(terms,
                           !first     ? ",\""
                           : row == 0 ? "[\""
                                      : ",[\"",
                           value, last ? "\"]" : "\"", err);
    if (last)
        return write_value(terms, first ? "" : " ", value, "\n", err);
    cpm_writer writer = {cpm_terms_write_bytes, err};
    cpm_status status = cpm_out_puts(first ? "" : " ", err);
    return status == CPM_OK ? cpm_value_write(value, terms->base, &writer, err) : status;
}

cpm_status cpm_power_emit(void *ctx, size_t row, size_t col, const cpm_value *value, cpm_err *err)
{
    const cpm_power *power = ctx;
    const char *phase = cpm_phase_enter("print");
    cpm_progress_show();
    if (col == 0)
        cpm_out_begin();
    cpm_status status = write_entry(power, row, col, value, err);
    if (status == CPM_OK && col + 1 == power->dim)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

cpm_status cpm_power_end(cpm_power *power)
{
    if (power->terms->format != CPM_FORMAT_JSON)
        return CPM_OK;
    return cpm_out_puts("]}", power->terms->err);
}
