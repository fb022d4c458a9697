/* SPDX-License-Identifier: MIT
 *
 * literal.h - the values of number and string tokens. Private to src/lang.
 */
#ifndef CPM_LANG_LITERAL_H
#define CPM_LANG_LITERAL_H

#include "lang/ast.h"
#include "lang/lexer.h"

/* The integer written in `span`: 12, 10_000, 0xff, 0b1, 0o7; in recurrences
 * and the loop/end language also 1e7, in Python 2 also 017 and 12L. */
CPM_MUST_USE cpm_status cpm_literal_int(fmpz_t out, const cpm_text *text, cpm_span span,
                                        cpm_notation notation, cpm_err *err);

/* The bytes of the string written in `span`, appended to what *bytes holds;
 * allocated in the tree's arena. */
CPM_MUST_USE cpm_status cpm_literal_string(const char **bytes, size_t *len, cpm_tree *tree,
                                           const cpm_text *text, cpm_span span, cpm_err *err);

#endif
