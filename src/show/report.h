/* SPDX-License-Identifier: MIT
 *
 * report.h - building a cpm_report.
 */
#ifndef CPM_SHOW_REPORT_H
#define CPM_SHOW_REPORT_H

#include "base/strbuf.h"
#include "power/engine.h"
#include "power/linsys.h"

CPM_MUST_USE cpm_status cpm_report_new(cpm_report **report, cpm_err *err);

/* Adds an entry; the key is a string literal, the text is taken over (the
 * buffer becomes empty). */
CPM_MUST_USE cpm_status cpm_report_add(cpm_report *report, const char *key, cpm_strbuf *text,
                                       cpm_err *err);
CPM_MUST_USE cpm_status cpm_report_printf(cpm_report *report, cpm_err *err, const char *key,
                                          const char *format, ...) CPM_PRINTF(4, 5);

/* The entries "engine" and "costs": which one was chosen, and what each costs. */
CPM_MUST_USE cpm_status cpm_report_add_decision(cpm_report *report, const cpm_decision *decision,
                                                cpm_err *err);

/* "eigenvalue", "cyclicity" and, but of a matrix without a start, "transient" of
 * max-plus and min-plus (explain.c). */
CPM_MUST_USE cpm_status cpm_report_add_growth(cpm_report *report, const cpm_linsys *sys,
                                              bool of_matrix, cpm_err *err);

#endif
