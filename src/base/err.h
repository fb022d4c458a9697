/* SPDX-License-Identifier: MIT
 *
 * err.h - filling a cpm_err: what cpmcalc.h does not have (cpm_err_set, cpm_err_at
 * and cpm_err_hint are there). Messages are lower case, without a full stop and
 * without the program's name; the first error wins, out of memory over all.
 */
#ifndef CPM_BASE_ERR_H
#define CPM_BASE_ERR_H

#include "cpmcalc.h"

/* Adds a second place to the failure just recorded, unless it has one. */
void cpm_err_related(cpm_err *err, cpm_span span, const char *format, ...) CPM_PRINTF(3, 4);

/* Gives a failure that has no place yet the one the caller knows; running out of
 * memory, output that fails and our own bugs happen at no place of a text. */
void cpm_err_locate(cpm_err *err, const cpm_text *where, cpm_span span);

/* An allocation of ours failed, whatever failed before. Returns CPM_ERR_MEMORY. */
cpm_status cpm_err_memory(cpm_err *err);

/* For a failure that only means "does not apply", such as that of an engine where
 * there is another: passes on that memory ran out, and nothing else. Returns
 * CPM_ERR_MEMORY then, else CPM_OK. */
cpm_status cpm_err_pass_memory(cpm_err *err, const cpm_err *ignored);

#endif
