/* SPDX-License-Identifier: MIT
 *
 * sink_json.c - results as a JSON document.
 *
 *   {"explain":{KEY:TEXT,...},"terms":[{"n":"10","value":"55"},...]}
 *   {"terms":[{"n":"10","values":{"a":"55","b":"34"}},...]}   of several sequences
 *   {"powers":[{"n":"2","rows":[["1","0"],["0","1"]]},...]}
 *   {"vectors":[{"n":"2","entries":["1","0"]},...]}
 *   {"output":[LINE,...],"value":"55","explain":[{"loop":TEXT},...]}
 *   {"digits":[{"n":"10","sign":"1","first":"5","last":"5","length":"2"},...]}
 *   {"show":{KEY:TEXT,...}}
 *   {"catalogue":[{"name":"fib",...},...]}
 *
 * explain is there with --explain, value with a CALL.
 */
#include "cli/output.h"
#include "cli/sink.h"

#include <stdio.h>
#include <string.h>

/* ---- Strings ----------------------------------------------------------------- */

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

/* Bytes of a string. */
static cpm_status part(const char *bytes, size_t nbytes, cpm_err *err)
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
        status = part(text, strlen(text), err);
    return status == CPM_OK ? cpm_out_puts("\"", err) : status;
}

/* ---- Reports ------------------------------------------------------------------- */

/* A pair of texts; `before` stands before the name. */
static cpm_status write_pair(const char *before, const char *name, const char *text, cpm_err *err)
{
    cpm_status status = cpm_out_puts(before, err);
    if (status == CPM_OK)
        status = cpm_json_string(name, err);
    if (status == CPM_OK)
        status = cpm_out_puts(":", err);
    return status == CPM_OK ? cpm_json_string(text, err) : status;
}

/* A member: an object of texts, or, where keys may repeat, a list of objects of one
 * text each. */
static cpm_status write_report(const char *name, const cpm_report *report, bool as_list,
                               cpm_err *err)
{
    const char *separator = as_list ? "{" : "";
    cpm_status status = cpm_json_string(name, err);
    if (status == CPM_OK)
        status = cpm_out_puts(as_list ? ":[" : ":{", err);
    for (size_t i = 0; i < cpm_report_count(report) && status == CPM_OK; i++) {
        status = cpm_out_puts(separator, err);
        separator = as_list ? ",{" : ",";
        if (status == CPM_OK)
            status = write_pair("", cpm_report_key(report, i), cpm_report_text(report, i), err);
        if (status == CPM_OK && as_list)
            status = cpm_out_puts("}", err);
    }
    return status == CPM_OK ? cpm_out_puts(as_list ? "]" : "}", err) : status;
}

/* ---- Sequences and matrices ------------------------------------------------------ */

static cpm_status open_answers(cpm_sink *sink, const char *key, const cpm_report *report)
{
    cpm_out_hold();
    cpm_status status = cpm_out_puts("{", sink->err);
    if (status == CPM_OK && report != NULL)
        status = write_report("explain", report, false, sink->err);
    if (status == CPM_OK && report != NULL)
        status = cpm_out_puts(",", sink->err);
    if (status == CPM_OK)
        status = cpm_json_string(key, sink->err);
    return status == CPM_OK ? cpm_out_puts(":[", sink->err) : status;
}

/* The end of the document. */
static cpm_status finish(const char *end, cpm_err *err)
{
    cpm_status status = cpm_out_puts(end, err);
    if (status == CPM_OK)
        cpm_out_release();
    return status;
}

static cpm_status close_answers(cpm_sink *sink)
{
    return finish("]}\n", sink->err);
}

static cpm_status write_member(cpm_sink *sink, mpz_srcptr n, cpm_err *err)
{
    cpm_status status = cpm_out_puts(sink->count++ > 0 ? ",{\"n\":\"" : "{\"n\":\"", err);
    return status == CPM_OK ? cpm_sink_index(n, err) : status;
}

static cpm_status term(cpm_sink *sink, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    cpm_status status = write_member(sink, n, err);
    return status == CPM_OK ? cpm_sink_value(sink->base, "\",\"value\":\"", value, "\"}", err)
                            : status;
}

static cpm_status terms(cpm_sink *sink, mpz_srcptr n, const char *const *texts, cpm_err *err)
{
    cpm_status status = write_member(sink, n, err);
    if (status == CPM_OK)
        status = cpm_out_puts("\",\"values\":{", err);
    for (size_t i = 0; i < sink->nnames && status == CPM_OK; i++)
        status = write_pair(i == 0 ? "" : ",", sink->names[i], texts[i], err);
    return status == CPM_OK ? cpm_out_puts("}}", err) : status;
}

static cpm_status power(cpm_sink *sink, mpz_srcptr n)
{
    cpm_status status = write_member(sink, n, sink->err);
    const char *name = sink->vector ? "\",\"entries\":" : "\",\"rows\":[";
    return status == CPM_OK ? cpm_out_puts(name, sink->err) : status;
}

static cpm_status entry(cpm_sink *sink, size_t row, size_t col, const cpm_value *value,
                        cpm_err *err)
{
    const char *before = col > 0 ? ",\"" : row > 0 ? ",[\"" : "[\"";
    return cpm_sink_value(sink->base, before, value, col + 1 == sink->dim ? "\"]" : "\"", err);
}

static cpm_status end_power(cpm_sink *sink)
{
    return cpm_out_puts(sink->vector ? "}" : "]}", sink->err);
}

/* ---- Programs ---------------------------------------------------------------------- */

static cpm_status run(cpm_sink *sink)
{
    cpm_out_hold();
    return cpm_out_puts("{\"output\":[", sink->err);
}

static cpm_status begin_line(cpm_sink *sink)
{
    return cpm_out_puts(sink->count > 1 ? ",\"" : "\"", sink->err);
}

static cpm_status end_line(cpm_sink *sink)
{
    return cpm_out_puts("\"", sink->err);
}

static cpm_status end_output(cpm_sink *sink)
{
    return cpm_out_puts("]", sink->err);
}

static cpm_status result(cpm_sink *sink, const cpm_value *value)
{
    return cpm_sink_value(sink->base, ",\"value\":\"", value, "\"", sink->err);
}

static cpm_status end_run(cpm_sink *sink, const cpm_report *report)
{
    cpm_status status = report == NULL ? CPM_OK : cpm_out_puts(",", sink->err);
    if (status == CPM_OK && report != NULL)
        status = write_report("explain", report, true, sink->err);
    return status == CPM_OK ? finish("}\n", sink->err) : status;
}

/* ---- Digits ----------------------------------------------------------------------------- */

/* A member that is there if it was asked for. */
static cpm_status write_known(const char *before, const char *text, cpm_err *err)
{
    if (text == NULL)
        return CPM_OK;
    cpm_status status = cpm_out_puts(before, err);
    return status == CPM_OK ? cpm_json_string(text, err) : status;
}

static cpm_status digits(cpm_sink *sink, mpz_srcptr n, const cpm_digits *found, bool with_length,
                         cpm_err *err)
{
    int sign = cpm_digits_sign(found);
    mpz_t length;
    mpz_init(length);
    cpm_digits_length(length, found);
    cpm_status status = write_member(sink, n, err);
    if (status == CPM_OK)
        status = cpm_out_puts(sign < 0   ? "\",\"sign\":\"-1\""
                              : sign > 0 ? "\",\"sign\":\"1\""
                                         : "\",\"sign\":\"0\"",
                              err);
    if (status == CPM_OK)
        status = write_known(",\"first\":", cpm_digits_first(found), err);
    if (status == CPM_OK)
        status = write_known(",\"last\":", cpm_digits_last(found), err);
    if (status == CPM_OK && with_length)
        status = cpm_out_puts(",\"length\":\"", err);
    if (status == CPM_OK && with_length)
        status = cpm_sink_index(length, err);
    if (status == CPM_OK)
        status = cpm_out_puts(with_length ? "\"}" : "}", err);
    mpz_clear(length);
    return status;
}

/* ---- Facts ---------------------------------------------------------------------------- */

static cpm_status facts(const cpm_report *report, cpm_err *err)
{
    cpm_status status = cpm_out_puts("{", err);
    if (status == CPM_OK)
        status = write_report("show", report, false, err);
    return status == CPM_OK ? cpm_out_puts("}\n", err) : status;
}

/* ---- The catalogue -------------------------------------------------------------------- */

static cpm_status write_object(const cpm_catalogue_entry *sequence, bool first, cpm_err *err)
{
    cpm_status status = write_pair(first ? "{" : ",{", "name", sequence->name, err);
    if (status == CPM_OK)
        status = write_pair(",", "oeis", sequence->oeis, err);
    if (status == CPM_OK)
        status = write_pair(",", "aliases", sequence->aliases, err);
    if (status == CPM_OK)
        status = write_pair(",", "title", sequence->title, err);
    if (status == CPM_OK)
        status = write_pair(",", "offset", sequence->offset, err);
    if (status == CPM_OK)
        status = write_pair(",", "spec", sequence->spec, err);
    return status == CPM_OK ? cpm_out_puts("}", err) : status;
}

static cpm_status catalogue(const cpm_text *word, cpm_err *err)
{
    bool first = true;
    cpm_out_begin();
    cpm_status status = cpm_out_puts("{\"catalogue\":[", err);
    for (size_t i = 0; i < cpm_catalogue_count() && status == CPM_OK; i++) {
        if (!cpm_sink_matches(cpm_catalogue_at(i), word))
            continue;
        status = write_object(cpm_catalogue_at(i), first, err);
        first = false;
    }
    if (status == CPM_OK)
        status = cpm_out_puts("]}\n", err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

const cpm_sink_format cpm_sink_json = {
    .is_document = true,
    .open = open_answers,
    .close = close_answers,
    .term = term,
    .terms = terms,
    .power = power,
    .entry = entry,
    .end_power = end_power,
    .run = run,
    .begin_line = begin_line,
    .part = part,
    .end_line = end_line,
    .end_output = end_output,
    .result = result,
    .end_run = end_run,
    .digits = digits,
    .facts = facts,
    .catalogue = catalogue,
};
