/* SPDX-License-Identifier: MIT
 *
 * constant.h - exact values of constant expressions: numbers of the command
 * line, LISTs, coefficients and initial values of recurrences.
 */
#ifndef CPM_EVAL_CONSTANT_H
#define CPM_EVAL_CONSTANT_H

#include "lang/ast.h"

#include <flint/fmpq.h>

/* Finds the value of a name: true and *value set, or false when the name means
 * nothing here. */
typedef bool (*cpm_constant_lookup)(void *ctx, cpm_sym sym, fmpq_t value);

/* The exact value of `expr`. Operators mean what they mean in Python, on
 * rationals; `/` is exact; shifts, & | xor ~ want integers; exponents want
 * integers and 0**0 is 1. The calls are those that
 * the table of built-in functions has for rules. No value of more than max_bits bits is ever
 * computed: what would pass them is CPM_ERR_LIMIT. Errors point into `where`. `lookup` may be NULL:
 * then every name is unknown. */
CPM_MUST_USE cpm_status cpm_eval_constant(fmpq_t out, const cpm_tree *tree, const cpm_expr *expr,
                                          const cpm_text *where, cpm_constant_lookup lookup,
                                          void *ctx, size_t max_bits, cpm_err *err);

/* The same where `inf` may stand for infinity (1/0, see semiring.h): in LISTs and
 * recurrences. Sums with one infinity, maxima, minima and comparisons know it,
 * other operations refuse it. A name `inf` that lookup finds comes first. */
CPM_MUST_USE cpm_status cpm_eval_extended(fmpq_t out, const cpm_tree *tree, const cpm_expr *expr,
                                          const cpm_text *where, cpm_constant_lookup lookup,
                                          void *ctx, size_t max_bits, cpm_err *err);

/* A LIST: constant expressions separated by commas and line ends or, where
 * there is no comma, by any blanks; inf and -inf too. A `#` begins a comment. An empty list is an
 * error. On success *values (of *count) belongs to the caller, who gives it to
 * cpm_list_free. Plain integers cost some nanoseconds each. */
CPM_MUST_USE cpm_status cpm_list_parse(fmpq **values, size_t *count, const cpm_text *text,
                                       cpm_err *err);
/* The same for bytes `span` of the text (a row of a matrix). */
CPM_MUST_USE cpm_status cpm_list_parse_span(fmpq **values, size_t *count, const cpm_text *text,
                                            cpm_span span, cpm_err *err);
void cpm_list_free(fmpq *values, size_t count);

/* Whether a LIST is a b-file of the OEIS: two lines at least that are not empty,
 * each with two integers and no comma, the first ascending by 1 from the first
 * line to the second. */
bool cpm_is_bfile(const cpm_text *text);
/* The next line at or after *at that is not empty, without its comment. */
bool cpm_bfile_line(cpm_span *line, size_t *at, const cpm_text *text);

#endif
