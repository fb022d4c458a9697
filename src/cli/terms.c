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
#include "cli/terms.h"

#include "cli/output.h"

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

/* How many bytes need no escape. */
static size_t plain_length(const char *bytes, size_t nbytes)
{
    size_t len = 0;
    while (len < nbytes && (unsigned char)bytes[len] >= 0x20 && bytes[len] != '"' &&
           bytes[len] != '\\')
        len++;
    return len;
}

static cpm_status write_escape(char c, cpm_err *err)
{
    char escape[8];
    if (c == '\n')
        snprintf(escape, sizeof escape, "\\n");
    else if (c == '"' || c == '\\')
        snprintf(escape, sizeof escape, "\\%c", c);
    else
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)c);
    return cpm_out_puts(escape, err);
}

cpm_status cpm_json_bytes(const char *bytes, size_t nbytes, cpm_err *err)
{
    cpm_status status = CPM_OK;
    while (nbytes > 0 && status == CPM_OK) {
        size_t plain = plain_length(bytes, nbytes);
        status = cpm_out_write(bytes, plain, err);
        if (status == CPM_OK && plain < nbytes)
            status = write_escape(bytes[plain++], err);
        bytes += plain;
        nbytes -= plain;
    }
    return status;
}

cpm_status cpm_json_string(const char *text, cpm_err *err)
{
    cpm_status status = cpm_out_puts("\"", err);
    if (status == CPM_OK)
        status = cpm_json_bytes(text, strlen(text), err);
    return status == CPM_OK ? cpm_out_puts("\"", err) : status;
}

static cpm_status write_entry(const cpm_report *report, size_t i, cpm_err *err)
{
    cpm_status status = cpm_json_string(cpm_report_key(report, i), err);
    if (status == CPM_OK)
        status = cpm_out_puts(":", err);
    return status == CPM_OK ? cpm_json_string(cpm_report_text(report, i), err) : status;
}

cpm_status cpm_report_json(const cpm_report *report, bool as_list, cpm_err *err)
{
    const char *separator = as_list ? "{" : "";
    cpm_status status = cpm_out_puts(as_list ? "\"explain\":[" : "\"explain\":{", err);
    for (size_t i = 0; i < cpm_report_count(report) && status == CPM_OK; i++) {
        status = cpm_out_puts(separator, err);
        separator = as_list ? ",{" : ",";
        if (status == CPM_OK)
            status = write_entry(report, i, err);
        if (status == CPM_OK && as_list)
            status = cpm_out_puts("}", err);
    }
    return status == CPM_OK ? cpm_out_puts(as_list ? "]" : "}", err) : status;
}

/* ---- The report as text ------------------------------------------------ */

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

/* ---- Documents --------------------------------------------------------- */

cpm_status cpm_terms_open(cpm_terms *terms, const char *key, const cpm_report *report)
{
    if (terms->format != CPM_FORMAT_JSON) {
        cpm_progress_erase();
        if (report != NULL)
            cpm_report_print(report);
        return CPM_OK;
    }
    cpm_out_hold();
    cpm_status status = cpm_out_puts("{", terms->err);
    if (status == CPM_OK && report != NULL)
        status = cpm_report_json(report, false, terms->err);
    if (status == CPM_OK && report != NULL)
        status = cpm_out_puts(",", terms->err);
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

cpm_status cpm_terms_value(int base, const char *before, const cpm_value *value, const char *after,
                           cpm_err *err)
{
    cpm_writer writer = {write_committed, err};
    cpm_status status = cpm_out_puts(before, err);
    if (status == CPM_OK)
        status = cpm_value_write(value, base, &writer, err);
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
        return status == CPM_OK ? cpm_terms_value(terms->base, "\",\"value\":\"", value, "\"}", err)
                                : status;
    case CPM_FORMAT_BFILE:
        status = write_index(n, err);
        return status == CPM_OK ? cpm_terms_value(terms->base, " ", value, "\n", err) : status;
    case CPM_FORMAT_TEXT:
    case CPM_FORMAT_CSV: /* only of tables, and of graphs */
    case CPM_FORMAT_DOT:
        break;
    }
    return cpm_terms_value(terms->base, "", value, "\n", err);
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
static cpm_status write_cell(const cpm_power *power, size_t row, size_t col, const cpm_value *value,
                             cpm_err *err)
{
    const bool first = col == 0, last = col + 1 == power->dim;
    const cpm_terms *terms = power->terms;
    if (terms->format == CPM_FORMAT_JSON)
        return cpm_terms_value(terms->base,
                               !first     ? ",\""
                               : row == 0 ? "[\""
                                          : ",[\"",
                               value, last ? "\"]" : "\"", err);
    if (last)
        return cpm_terms_value(terms->base, first ? "" : " ", value, "\n", err);
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
    cpm_status status = write_cell(power, row, col, value, err);
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
