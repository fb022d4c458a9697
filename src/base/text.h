/* SPDX-License-Identifier: MIT
 *
 * text.h - texts that outlive those they came from.
 */
#ifndef CPM_BASE_TEXT_H
#define CPM_BASE_TEXT_H

#include "cpmcalc.h"

/* *own = a copy of name and bytes, for cpm_text_free; an absent text stays one. */
CPM_MUST_USE cpm_status cpm_text_copy(cpm_text *own, const cpm_text *text, cpm_err *err);
void cpm_text_free(cpm_text *own);

/* Whether bytes `span` are blanks: spaces, tabs, carriage returns. */
bool cpm_text_is_blank(const cpm_text *text, cpm_span span);

/* A failure that was found in the copy is one of the original, which outlives it. */
void cpm_err_move(cpm_err *err, const cpm_text *copy, const cpm_text *original);

#endif
