/* SPDX-License-Identifier: MIT
 *
 * run_sequence.c - terms of a sequence, or a stage of its translation.
 */
#include "cli/diagnostics.h"
#include "cli/indices.h"
#include "cli/output.h"
#include "cli/run.h"
#include "cli/sink.h"
#include "cli/spec_file.h"

#include <stdio.h>
#include <string.h>

enum { DEFAULT_TERMS = 20 };

static cpm_status choose_indices(cpm_indices *indices, const cpm_options *options,
                                 const cpm_seq *seq, cpm_err *err)
{
    cpm_span item;
    if (options->nth.data != NULL) {
        cpm_status parsed = cpm_indices_parse(indices, &options->nth, err);
        if (parsed == CPM_OK && !options->given[CPM_OPT_QUIET] &&
            cpm_indices_find_difference(&item, &options->nth))
            cpm_diag_note(&options->nth, item, "this is one number; a range is written A..B");
        return parsed;
    }
    mpz_t offset;
    mpz_init(offset);
    cpm_seq_offset(offset, seq);
    cpm_status status = cpm_indices_first(indices, offset, DEFAULT_TERMS, err);
    mpz_clear(offset);
    return status;
}

static cpm_status open_terms(cpm_sink *sink, const cpm_options *options, cpm_seq *seq,
                             const cpm_indices *indices, const cpm_config *config, cpm_err *err)
{
    cpm_report *report = NULL;
    cpm_status status = CPM_OK;
    if (options->given[CPM_OPT_EXPLAIN])
        status = cpm_seq_explain(&report, seq, cpm_indices_largest(indices), config, err);
    if (status == CPM_OK)
        status = sink->format->open(sink, "terms", report);
    cpm_report_free(report);
    return status;
}

/* A term whose index is too long to be written down, and so is not written. */
static cpm_status print_far_term(cpm_sink *sink, const cpm_options *options, cpm_seq *seq,
                                 cpm_span index, const cpm_config *config, cpm_err *err)
{
    cpm_value *value;
    if (options->format != CPM_FORMAT_TEXT)
        return cpm_err_at(err, CPM_ERR_USAGE, &options->nth, index,
                          "an index of so many digits goes with --format text only");
    cpm_status status = cpm_seq_nth_expr(&value, seq, &options->nth, index, config, err);
    if (status == CPM_OK)
        status = cpm_sink_term(sink, NULL, value, err);
    cpm_value_free(value);
    return status;
}

static cpm_status print_terms(const cpm_options *options, cpm_seq *seq, const cpm_config *config,
                              cpm_err *err)
{
    cpm_sink sink = cpm_sink_of(options, err);
    cpm_indices indices = {.takes_expressions = !options->given[CPM_OPT_EXPLAIN]};
    cpm_status status = choose_indices(&indices, options, seq, err);
    if (status == CPM_OK)
        status = open_terms(&sink, options, seq, &indices, config, err);
    for (size_t i = 0; i < indices.count && status == CPM_OK; i++) {
        const cpm_range *range = &indices.ranges[i];
        status = cpm_range_is_expression(range)
                     ? print_far_term(&sink, options, seq, range->expr, config, err)
                     : cpm_seq_terms(seq, range->first, range->last, range->step, config,
                                     cpm_sink_term, &sink, err);
    }
    if (status == CPM_OK)
        status = sink.format->close(&sink);
    cpm_indices_clear(&indices);
    return status;
}

static bool asks_for_digits(const cpm_options *options)
{
    return options->nfirst > 0 || options->nlast > 0 || options->given[CPM_OPT_LENGTH];
}

static cpm_status print_digits_of(cpm_sink *sink, const cpm_options *options, cpm_seq *seq,
                                  mpz_srcptr n, const cpm_config *config, cpm_err *err)
{
    cpm_digits *digits;
    cpm_status status = cpm_seq_digits(&digits, seq, n, options->nfirst, options->nlast,
                                       options->base, config, err);
    if (status == CPM_OK)
        status = cpm_sink_digits(sink, n, digits, options->given[CPM_OPT_LENGTH], err);
    cpm_digits_free(digits);
    return status;
}

/* The digits of each term of a range. */
static cpm_status print_range_digits(cpm_sink *sink, const cpm_options *options, cpm_seq *seq,
                                     const cpm_range *range, const cpm_config *config, cpm_err *err)
{
    mpz_t n;
    mpz_init_set(n, range->first);
    cpm_status status = print_digits_of(sink, options, seq, n, config, err);
    while (status == CPM_OK && mpz_cmp(n, range->last) != 0) {
        mpz_add(n, n, range->step);
        status = print_digits_of(sink, options, seq, n, config, err);
    }
    mpz_clear(n);
    return status;
}

static cpm_status print_digits(const cpm_options *options, cpm_seq *seq, const cpm_config *config,
                               cpm_err *err)
{
    cpm_sink sink = cpm_sink_of(options, err);
    cpm_indices indices = {0};
    cpm_status status = choose_indices(&indices, options, seq, err);
    if (status == CPM_OK)
        status = sink.format->open(&sink, "digits", NULL);
    for (size_t i = 0; i < indices.count && status == CPM_OK; i++)
        status = print_range_digits(&sink, options, seq, &indices.ranges[i], config, err);
    if (status == CPM_OK)
        status = sink.format->close(&sink);
    cpm_indices_clear(&indices);
    return status;
}

/* The sum of each range, with the index of its last term. */
static cpm_status print_sum(cpm_sink *sink, cpm_seq *seq, const cpm_range *range,
                            const cpm_config *config, cpm_err *err)
{
    cpm_value *value;
    cpm_status status =
        cpm_seq_sum(&value, seq, range->first, range->last, range->step, config, err);
    if (status == CPM_OK)
        status = cpm_sink_term(sink, range->last, value, err);
    cpm_value_free(value);
    return status;
}

static cpm_status print_sums(const cpm_options *options, cpm_seq *seq, const cpm_config *config,
                             cpm_err *err)
{
    cpm_sink sink = cpm_sink_of(options, err);
    cpm_indices indices = {0};
    cpm_status status = cpm_indices_parse(&indices, &options->sum, err);
    if (status == CPM_OK)
        status = sink.format->open(&sink, "sums", NULL);
    for (size_t i = 0; i < indices.count && status == CPM_OK; i++)
        status = print_sum(&sink, seq, &indices.ranges[i], config, err);
    if (status == CPM_OK)
        status = sink.format->close(&sink);
    cpm_indices_clear(&indices);
    return status;
}

/* A stage is one text: it goes out when all of it is there. */
static cpm_status print_stage(const cpm_options *options, cpm_seq *seq, const cpm_config *config,
                              cpm_err *err)
{
    cpm_writer writer = {cpm_sink_bytes, err};
    cpm_out_begin();
    cpm_status status = cpm_seq_dump(seq, options->dump, config, &writer, err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

/* What there is to say about a guess: less where its coefficients vary. */
static cpm_status show_guess(cpm_report **report, cpm_seq *seq, const cpm_config *config,
                             cpm_err *err)
{
    static const char CONSTANT[] = "rule,signature,init,offset,order,gf,confirmed";
    static const char VARYING[] = "rule,init,offset,order,confirmed";
    const cpm_text keys = {"<--show>", CONSTANT, strlen(CONSTANT)};
    const cpm_text fewer = {"<--show>", VARYING, strlen(VARYING)};
    cpm_status status = cpm_seq_show(report, seq, &keys, config, err);
    if (status != CPM_ERR_UNSUPPORTED)
        return status;
    cpm_err_clear(err);
    return cpm_seq_show(report, seq, &fewer, config, err);
}

/* What --show asks for, or without it what there is to say about a guess. */
static cpm_status print_facts(const cpm_options *options, cpm_seq *seq, const cpm_config *config,
                              cpm_err *err)
{
    cpm_report *report;
    cpm_status status = options->show.data != NULL
                            ? cpm_seq_show(&report, seq, &options->show, config, err)
                            : show_guess(&report, seq, config, err);
    if (status == CPM_OK)
        status = cpm_sink_facts(options, report, err);
    cpm_report_free(report);
    return status;
}

static bool asks_for_facts(const cpm_options *options)
{
    return options->given[CPM_OPT_SHOW] ||
           (options->given[CPM_OPT_GUESS] && !options->given[CPM_OPT_NTH] &&
            !options->given[CPM_OPT_SUM] && !asks_for_digits(options) &&
            !options->given[CPM_OPT_EXPLAIN]);
}

/* Terms of a guess are worth what it rests on. */
static cpm_status note_guess(const cpm_options *options, cpm_seq *seq, const cpm_config *config,
                             cpm_err *err)
{
    static const char KEYS[] = "rule,order,confirmed";
    const cpm_text keys = {"<--show>", KEYS, strlen(KEYS)};
    char message[200];
    cpm_report *report;
    if (!options->given[CPM_OPT_GUESS] || options->given[CPM_OPT_QUIET])
        return CPM_OK;
    cpm_status status = cpm_seq_show(&report, seq, &keys, config, err);
    if (status != CPM_OK)
        return status;
    bool is_short = strlen(cpm_report_text(report, 0)) <= 100;
    snprintf(message, sizeof message, "guessed %s%s, confirmed by %s further terms",
             is_short ? "" : "a recurrence of order ", cpm_report_text(report, is_short ? 0 : 1),
             cpm_report_text(report, 2));
    cpm_diag_note_line(NULL, (cpm_span){0, 0}, message);
    cpm_report_free(report);
    return CPM_OK;
}

static cpm_status answer(const cpm_options *options, cpm_seq *seq, const cpm_config *config,
                         cpm_err *err)
{
    if (options->given[CPM_OPT_DUMP])
        return print_stage(options, seq, config, err);
    if (options->given[CPM_OPT_VERIFY])
        return cpm_seq_verify(seq, &options->verify, config, err);
    if (asks_for_facts(options))
        return print_facts(options, seq, config, err);
    cpm_status status = note_guess(options, seq, config, err);
    if (status != CPM_OK)
        return status;
    if (asks_for_digits(options))
        return print_digits(options, seq, config, err);
    return options->given[CPM_OPT_SUM] ? print_sums(options, seq, config, err)
                                       : print_terms(options, seq, config, err);
}

/* The syntax tree of what is no sequence, or not yet. */
static cpm_status print_tree(const cpm_options *options, cpm_err *err)
{
    cpm_err second = {0};
    cpm_writer writer = {cpm_sink_bytes, &second};
    cpm_out_begin();
    if (cpm_spec_dump(&options->spec.spec, &writer, &second) != CPM_OK)
        return err->status; /* that there is no sequence says more */
    cpm_err_clear(err);
    return cpm_out_end(err);
}

cpm_status cpm_run_sequence(const cpm_options *options, const cpm_config *config, cpm_kept *kept,
                            cpm_err *err)
{
    cpm_seq *seq = NULL;
    if (cpm_asks_for_several(options))
        return cpm_run_several(options, config, err);
    cpm_status status = cpm_kept_sequence(&seq, kept, options, config, err);
    if (status != CPM_OK)
        cpm_spec_file_hint(&options->spec.spec, err);
    if (status == CPM_ERR_SEMANTIC && options->given[CPM_OPT_DUMP] &&
        options->dump == CPM_STAGE_AST && options->spec.spec.data != NULL)
        return print_tree(options, err);
    if (status == CPM_OK)
        status = answer(options, seq, config, err);
    return status;
}
