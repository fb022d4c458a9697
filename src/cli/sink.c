/* SPDX-License-Identifier: MIT
 *
 * sink.c - what all formats have in common: lines that go out whole, phases, and
 * the table.
 */
#include "cli/sink.h"

#include "cli/output.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const cpm_sink_format *cpm_sink_format_of(cpm_format format)
{
    static const cpm_sink_format *const rows[] = {
        [CPM_FORMAT_TEXT] = &cpm_sink_text, [CPM_FORMAT_BFILE] = &cpm_sink_bfile,
        [CPM_FORMAT_JSON] = &cpm_sink_json, [CPM_FORMAT_CSV] = &cpm_sink_csv,
        [CPM_FORMAT_DOT] = &cpm_sink_text, /* of graphs only */
    };
    return rows[format];
}

cpm_sink cpm_sink_of(const cpm_options *options, cpm_err *err)
{
    return (cpm_sink){
        .format = cpm_sink_format_of(options->format), .base = options->base, .err = err};
}

/* ---- Parts of lines -------------------------------------------------------- */

cpm_status cpm_sink_bytes(void *ctx, const char *bytes, size_t nbytes)
{
    return cpm_out_write(bytes, nbytes, ctx);
}

static cpm_status write_committed(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_progress_erase();
    cpm_out_commit();
    return cpm_out_write(bytes, nbytes, ctx);
}

cpm_status cpm_sink_value(int base, const char *before, const cpm_value *value, const char *after,
                          cpm_err *err)
{
    cpm_writer writer = {write_committed, err};
    cpm_status status = cpm_out_puts(before, err);
    if (status == CPM_OK)
        status = cpm_value_write(value, base, &writer, err);
    return status == CPM_OK ? cpm_out_puts(after, err) : status;
}

cpm_status cpm_sink_part(int base, const char *before, const cpm_value *value, cpm_err *err)
{
    cpm_writer writer = {cpm_sink_bytes, err};
    cpm_status status = cpm_out_puts(before, err);
    return status == CPM_OK ? cpm_value_write(value, base, &writer, err) : status;
}

cpm_status cpm_sink_index(mpz_srcptr n, cpm_err *err)
{
    char *digits = mpz_get_str(NULL, 10, n);
    cpm_status status = cpm_out_puts(digits, err);
    free(digits); /* from malloc: see cpm_set_fatal_handler */
    return status;
}

/* Whether the word is somewhere in a text. */
static bool contains(const char *text, const cpm_text *word)
{
    for (; *text != '\0'; text++)
        if (strncasecmp(text, word->data, word->len) == 0)
            return true;
    return false;
}

bool cpm_sink_matches(const cpm_catalogue_entry *entry, const cpm_text *word)
{
    return word->data == NULL || contains(entry->name, word) || contains(entry->oeis, word) ||
           contains(entry->aliases, word) || contains(entry->title, word);
}

/* ---- Results ------------------------------------------------------------------ */

/* Enters the phase "print", in which a line begins; returns the phase before. */
static const char *begin(void)
{
    const char *phase = cpm_phase_enter("print");
    cpm_progress_show();
    return phase;
}

cpm_status cpm_sink_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    cpm_sink *sink = ctx;
    const char *phase = begin();
    cpm_out_begin();
    cpm_status status = sink->format->term(sink, n, value, err);
    if (status == CPM_OK)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

cpm_status cpm_sink_terms(cpm_sink *sink, mpz_srcptr n, const char *const *texts, cpm_err *err)
{
    const char *phase = begin();
    cpm_out_begin();
    cpm_status status = sink->format->terms(sink, n, texts, err);
    if (status == CPM_OK)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

/* A row is a line, and so is a vector. */
cpm_status cpm_sink_entry(void *ctx, size_t row, size_t col, const cpm_value *value, cpm_err *err)
{
    cpm_sink *sink = ctx;
    const char *phase = begin();
    if (sink->vector) {
        col = row;
        row = 0;
    }
    if (col == 0)
        cpm_out_begin();
    cpm_status status = sink->format->entry(sink, row, col, value, err);
    if (status == CPM_OK && col + 1 == sink->dim)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

cpm_status cpm_sink_result(cpm_sink *sink, const cpm_value *value)
{
    const char *phase = begin();
    cpm_out_begin();
    cpm_status status = sink->format->result(sink, value);
    if (status == CPM_OK)
        status = cpm_out_end(sink->err);
    cpm_phase_enter(phase);
    return status;
}

cpm_status cpm_sink_digits(cpm_sink *sink, mpz_srcptr n, const cpm_digits *digits, bool with_length,
                           cpm_err *err)
{
    const char *phase = begin();
    cpm_out_begin();
    cpm_status status = sink->format->digits(sink, n, digits, with_length, err);
    if (status == CPM_OK)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

cpm_status cpm_sink_facts(const cpm_options *options, const cpm_report *facts, cpm_err *err)
{
    const char *phase = begin();
    cpm_out_begin();
    cpm_status status = cpm_sink_format_of(options->format)->facts(facts, err);
    if (status == CPM_OK)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

/* ---- What a program prints ------------------------------------------------------ */

static cpm_status end_line(cpm_sink *sink)
{
    sink->in_line = false;
    return sink->format->end_line(sink);
}

static cpm_status print_part(cpm_sink *sink, const char *bytes, size_t nbytes)
{
    cpm_status status = CPM_OK;
    if (!sink->in_line) {
        sink->in_line = true;
        sink->count++;
        status = sink->format->begin_line(sink);
    }
    return status == CPM_OK ? sink->format->part(bytes, nbytes, sink->err) : status;
}

cpm_status cpm_sink_print(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_sink *sink = ctx;
    cpm_status status = CPM_OK;
    while (nbytes > 0 && status == CPM_OK) {
        const char *line_end = memchr(bytes, '\n', nbytes);
        size_t len = line_end == NULL ? nbytes : (size_t)(line_end - bytes);
        status = print_part(sink, bytes, len);
        if (status == CPM_OK && line_end != NULL)
            status = end_line(sink);
        len += line_end != NULL;
        bytes += len;
        nbytes -= len;
    }
    return status;
}

cpm_status cpm_sink_end_output(cpm_sink *sink)
{
    cpm_status status = sink->in_line ? end_line(sink) : CPM_OK;
    return status == CPM_OK ? sink->format->end_output(sink) : status;
}
