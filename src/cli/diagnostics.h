/* SPDX-License-Identifier: MIT
 *
 * diagnostics.h - failures of the program itself, and how every failure is
 * shown on standard error.
 */
#ifndef CPM_CLI_DIAGNOSTICS_H
#define CPM_CLI_DIAGNOSTICS_H

#include "cpmcalc.h"

#if defined(__GNUC__)
#define CPM_CLI_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define CPM_CLI_PRINTF(fmt, args)
#endif

/* Records a failure (the first one wins) and returns its status. */
cpm_status cpm_fail(cpm_err *err, cpm_status status, const char *format, ...) CPM_CLI_PRINTF(3, 4);

/* The same for bytes `span` of `where` (borrowed). */
cpm_status cpm_fail_at(cpm_err *err, cpm_status status, const cpm_text *where, cpm_span span,
                       const char *format, ...) CPM_CLI_PRINTF(5, 6);

/* Adds a hint to the failure just recorded, unless it has one. */
void cpm_fail_hint(cpm_err *err, const char *format, ...) CPM_CLI_PRINTF(2, 3);

/* Shows a failure on standard error. A wrong command line takes two lines; a
 * failure with a place shows it: the source line and the range underlined. */
void cpm_diag_show(const cpm_err *err);

/* Shows a note about bytes `span` of `where` on standard error. */
void cpm_diag_note(const cpm_text *where, cpm_span span, const char *format, ...)
    CPM_CLI_PRINTF(3, 4);

/* Whether standard error is to be coloured. */
bool cpm_diag_in_colour(void);

#endif
