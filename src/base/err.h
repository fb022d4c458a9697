/* SPDX-License-Identifier: MIT
 *
 * err.h - filling a cpm_err (declared in cpmcalc.h). Messages are lower case,
 * without a full stop and without the program's name; the first error wins.
 */
#ifndef CPM_BASE_ERR_H
#define CPM_BASE_ERR_H

#include "cpmcalc.h"

#if defined(__GNUC__)
#define CPM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define CPM_PRINTF(fmt, args)
#endif

/* Records a failure without a place and returns its status. */
cpm_status cpm_err_set(cpm_err *err, cpm_status status, const char *format, ...) CPM_PRINTF(3, 4);

/* Records a failure at bytes `span` of `where` (borrowed) and returns its status. */
cpm_status cpm_err_at(cpm_err *err, cpm_status status, const cpm_text *where, cpm_span span,
                      const char *format, ...) CPM_PRINTF(5, 6);

/* Adds a hint to the failure just recorded, unless it has one. */
void cpm_err_hint(cpm_err *err, const char *format, ...) CPM_PRINTF(2, 3);

/* Adds a second place to the failure just recorded, unless it has one. */
void cpm_err_related(cpm_err *err, cpm_span span, const char *format, ...) CPM_PRINTF(3, 4);

/* Gives a failure that has no place yet the one the caller knows; running out of
 * memory, output that fails and our own bugs happen at no place of a text. */
void cpm_err_locate(cpm_err *err, const cpm_text *where, cpm_span span);

/* An allocation of ours failed. Returns CPM_ERR_MEMORY. */
cpm_status cpm_err_memory(cpm_err *err);

#endif
