/* SPDX-License-Identifier: MIT
 *
 * sink.h - where results go, in the form asked for. Whoever has a result tells the
 * sink; only the rows of its table know what a format looks like.
 */
#ifndef CPM_CLI_SINK_H
#define CPM_CLI_SINK_H

#include "cli/options.h"
#include "cpmcalc.h"

typedef struct cpm_sink cpm_sink;

/* A format: what is written for each kind of result. A value is written by the
 * library once its whole text is there, so the line is committed at its first byte
 * (cpm_sink_value). */
typedef struct cpm_sink_format {
    /* A document is of no use in part: it is held back until it is complete. */
    bool is_document;

    /* The answers of a sequence ("terms") or a matrix ("powers") begin, with the report
     * unless it is NULL, and end. */
    cpm_status (*open)(cpm_sink *sink, const char *key, const cpm_report *report);
    cpm_status (*close)(cpm_sink *sink);
    cpm_status (*term)(cpm_sink *sink, mpz_srcptr n, const cpm_value *value, cpm_err *err);
    /* Terms of several sequences with the same index, side by side: sink->names. */
    cpm_status (*terms)(cpm_sink *sink, mpz_srcptr n, const char *const *texts, cpm_err *err);
    /* A power of a matrix, or its product with a vector: begin, its entries row by row
     * (a vector: as one row), end. */
    cpm_status (*power)(cpm_sink *sink, mpz_srcptr n);
    cpm_status (*entry)(cpm_sink *sink, size_t row, size_t col, const cpm_value *value,
                        cpm_err *err);
    cpm_status (*end_power)(cpm_sink *sink);

    /* A program: it begins; what it prints, a line in parts; its output ends; the
     * value of the call; it ends. */
    cpm_status (*run)(cpm_sink *sink);
    cpm_status (*begin_line)(cpm_sink *sink);
    cpm_status (*part)(const char *bytes, size_t nbytes, cpm_err *err);
    cpm_status (*end_line)(cpm_sink *sink);
    cpm_status (*end_output)(cpm_sink *sink);
    cpm_status (*result)(cpm_sink *sink, const cpm_value *value);
    cpm_status (*end_run)(cpm_sink *sink, const cpm_report *report);

    /* Digits of the term with index n, and their number if that is wanted. */
    cpm_status (*digits)(cpm_sink *sink, mpz_srcptr n, const cpm_digits *digits, bool with_length,
                         cpm_err *err);

    /* Facts, each with its key; a single one in text alone. */
    cpm_status (*facts)(const cpm_report *facts, cpm_err *err);

    /* The sequences of the catalogue that match a word (cpm_sink_matches). */
    cpm_status (*catalogue)(const cpm_text *word, cpm_err *err);
} cpm_sink_format;

/* Where we are in what is being written. */
struct cpm_sink {
    const cpm_sink_format *format;
    int base;
    size_t dim;               /* of the matrix whose powers these are */
    mpz_srcptr n;             /* borrowed: exponent of the power at hand, where a format keeps it */
    bool vector;              /* they are vectors of so many entries */
    const char *const *names; /* borrowed: of several sequences, `nnames` of them */
    size_t nnames;
    size_t count; /* of members written in the innermost open list */
    bool in_line; /* the line that is being printed has begun */
    cpm_err *err; /* borrowed: what a failure to write is recorded in */
};

/* The rows: adding a format is a row and its name in options.def. */
extern const cpm_sink_format cpm_sink_text, cpm_sink_bfile, cpm_sink_json, cpm_sink_csv;
const cpm_sink_format *cpm_sink_format_of(cpm_format format);

cpm_sink cpm_sink_of(const cpm_options *options, cpm_err *err);

/* Digits of a term, as a line or a part of a document. */
cpm_status cpm_sink_digits(cpm_sink *sink, mpz_srcptr n, const cpm_digits *digits, bool with_length,
                           cpm_err *err);

/* All of the facts. */
cpm_status cpm_sink_facts(const cpm_options *options, const cpm_report *facts, cpm_err *err);

/* The terms with index n of all sequences in sink->names, as texts. */
cpm_status cpm_sink_terms(cpm_sink *sink, mpz_srcptr n, const char *const *texts, cpm_err *err);

/* A cpm_term_fn and a cpm_entry_fn; ctx is a cpm_sink. */
cpm_status cpm_sink_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err);
cpm_status cpm_sink_entry(void *ctx, size_t row, size_t col, const cpm_value *value, cpm_err *err);
/* A cpm_writer's function for what a program prints; ctx is a cpm_sink. */
cpm_status cpm_sink_print(void *ctx, const char *bytes, size_t nbytes);
cpm_status cpm_sink_end_output(cpm_sink *sink);
cpm_status cpm_sink_result(cpm_sink *sink, const cpm_value *value);

/* For the rows: a value between two texts, as a whole line or a part of one, and an
 * index. */
cpm_status cpm_sink_value(int base, const char *before, const cpm_value *value, const char *after,
                          cpm_err *err);
/* The same where more of the line may fail: it is not committed yet. */
cpm_status cpm_sink_part(int base, const char *before, const cpm_value *value, cpm_err *err);
cpm_status cpm_sink_index(mpz_srcptr n, cpm_err *err);
/* A text as a JSON string, quotes included. */
cpm_status cpm_json_string(const char *text, cpm_err *err);
/* Whether a word is in one of the texts of an entry, whatever its case; an absent one is. */
bool cpm_sink_matches(const cpm_catalogue_entry *entry, const cpm_text *word);
/* A report on standard error. */
void cpm_report_print(const cpm_report *report);

/* Writes to standard output as the library wants it: ctx is a cpm_err. */
cpm_status cpm_sink_bytes(void *ctx, const char *bytes, size_t nbytes);

#endif
