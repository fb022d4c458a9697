/* SPDX-License-Identifier: MIT
 *
 * draft.h - a text that is put together piece by piece. A piece that finds no
 * memory is noted, and cpm_draft_status says so at the end: stdio's memory
 * streams lose such pieces without a word.
 */
#ifndef CPM_CLI_DRAFT_H
#define CPM_CLI_DRAFT_H

#include "cpmcalc.h"

/* A zeroed draft is empty. */
typedef struct cpm_draft {
    char *data; /* owned; ends in NUL; NULL: nothing was written yet */
    size_t len, cap;
    bool failed; /* memory ran out: the text is not complete */
} cpm_draft;

void cpm_draft_write(cpm_draft *draft, const char *bytes, size_t nbytes);
void cpm_draft_puts(cpm_draft *draft, const char *text);
void cpm_draft_putc(cpm_draft *draft, char c);
void cpm_draft_printf(cpm_draft *draft, const char *format, ...) CPM_PRINTF(2, 3);
/* A field of a CSV line, in quotes where it needs them. */
void cpm_draft_csv(cpm_draft *draft, const char *text, size_t len);

/* Whether all of it is there; data is not NULL then. */
cpm_status cpm_draft_status(cpm_draft *draft, cpm_err *err);

void cpm_draft_clear(cpm_draft *draft);

#endif
