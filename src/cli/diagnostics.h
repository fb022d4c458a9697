/* SPDX-License-Identifier: MIT
 *
 * diagnostics.h - how failures are shown on standard error.
 */
#ifndef CPM_CLI_DIAGNOSTICS_H
#define CPM_CLI_DIAGNOSTICS_H

#include "cpmcalc.h"

/* What stands before all that follows, such as "questions.txt:12"; borrowed. NULL: nothing. */
void cpm_diag_set_context(const char *context);

/* Shows a failure on standard error. A wrong command line takes two lines; a
 * failure with a place shows it: the source line and the range underlined. */
void cpm_diag_show(const cpm_err *err);

/* Shows a note about bytes `span` of `where` on standard error. */
void cpm_diag_note(const cpm_text *where, cpm_span span, const char *format, ...) CPM_PRINTF(3, 4);

/* A note in one line, without the source; where may be NULL. */
void cpm_diag_note_line(const cpm_text *where, cpm_span span, const char *message);

/* Whether standard error is to be coloured. */
bool cpm_diag_in_colour(void);

#endif
