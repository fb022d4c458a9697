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

/* What a string token is made of. */
typedef struct cpm_string_form {
    cpm_span inside; /* between the quotes */
    bool is_raw;     /* r"": backslashes stand for themselves */
    bool is_joined;  /* f"": with replacement fields, which the caller reads */
} cpm_string_form;

CPM_MUST_USE cpm_status cpm_literal_form(cpm_string_form *form, const cpm_text *text, cpm_span span,
                                         cpm_err *err);

/* As cpm_literal_string, of bytes inside the quotes. */
CPM_MUST_USE cpm_status cpm_literal_piece(const char **bytes, size_t *len, cpm_tree *tree,
                                          const cpm_text *text, cpm_span inside, bool is_raw,
                                          cpm_err *err);

#endif
