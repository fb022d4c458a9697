/* SPDX-License-Identifier: MIT
 *
 * terms.h - results in the form asked for: text, b-file or JSON.
 */
#ifndef CPM_CLI_TERMS_H
#define CPM_CLI_TERMS_H

#include "cli/options.h"
#include "cpmcalc.h"

/* Where we are in the document that is being written. */
typedef struct cpm_terms {
    cpm_format format;
    int base;
    size_t count; /* of members written in the innermost open JSON array */
    cpm_err *err; /* borrowed: what a failure to write is recorded in */
} cpm_terms;

/* JSON: opens the object, with the report in it unless it is NULL, and the
 * array `key`. Text: prints the report on standard error. */
cpm_status cpm_terms_open(cpm_terms *terms, const char *key, const cpm_report *report);
cpm_status cpm_terms_close(cpm_terms *terms);

/* A cpm_term_fn; ctx is a cpm_terms. */
cpm_status cpm_terms_emit(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err);

/* A power of a matrix: begin, its entries (a cpm_entry_fn with a cpm_power),
 * end. */
typedef struct cpm_power {
    cpm_terms *terms;
    size_t dim;
} cpm_power;

cpm_status cpm_power_begin(cpm_power *power, mpz_srcptr n);
cpm_status cpm_power_emit(void *ctx, size_t row, size_t col, const cpm_value *value, cpm_err *err);
cpm_status cpm_power_end(cpm_power *power);

/* Writes a value in `base` between two texts. */
cpm_status cpm_terms_value(int base, const char *before, const cpm_value *value, const char *after,
                           cpm_err *err);

/* Writes a text as a JSON string, quotes included; bytes as part of one. */
cpm_status cpm_json_string(const char *text, cpm_err *err);
cpm_status cpm_json_bytes(const char *bytes, size_t nbytes, cpm_err *err);

/* A report as the member "explain" of an object: an object of texts, or, where
 * keys may repeat, a list of objects of one text each. Or on standard error. */
cpm_status cpm_report_json(const cpm_report *report, bool as_list, cpm_err *err);
void cpm_report_print(const cpm_report *report);

/* Writes to standard output as the library wants it: ctx is a cpm_err. */
cpm_status cpm_terms_write_bytes(void *ctx, const char *bytes, size_t nbytes);

#endif
