/* SPDX-License-Identifier: MIT
 *
 * parse.h - from text to syntax tree, for each of the three notations. On
 * failure the error points at the place and the tree is only fit for clearing.
 */
#ifndef CPM_LANG_PARSE_H
#define CPM_LANG_PARSE_H

#include "lang/ast.h"

/* A SPEC: `cur = ...`, `a(n) = ...; a(0) = 0; k = 3`, or a bare name. Clauses
 * are separated by `;` or line ends. `^` and `**` are powers, `xor` is xor. */
CPM_MUST_USE cpm_status cpm_parse_spec(cpm_tree *tree, const cpm_text *text, cpm_err *err);

/* A program in the dialect; a text with a line that starts with `loop` is
 * taken as the loop/end language unless the dialect is PY2 and it parses. */
CPM_MUST_USE cpm_status cpm_parse_program(cpm_tree *tree, const cpm_text *text, cpm_dialect dialect,
                                          cpm_err *err);

/* A single expression filling bytes `span` of `text`, in mathematical notation
 * (spec == true) or in Python's. For LISTs, numbers, CALL and --set values. The
 * tree may already hold other things from the same or another text; errors
 * point into `text`. */
CPM_MUST_USE cpm_status cpm_parse_expr(cpm_expr **expr, cpm_tree *tree, const cpm_text *text,
                                       cpm_span span, bool spec, cpm_err *err);

/* An expression of a formula: what parse_expr reads as a SPEC, and products without a
 * sign as clauses have them, in the whole text. */
CPM_MUST_USE cpm_status cpm_parse_formula(cpm_expr **expr, cpm_tree *tree, const cpm_text *text,
                                          cpm_err *err);

#endif
