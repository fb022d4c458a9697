/* SPDX-License-Identifier: MIT
 *
 * holonomic_internal.h - what the files that make a system of a rule share.
 */
#ifndef CPM_REC_HOLONOMIC_INTERNAL_H
#define CPM_REC_HOLONOMIC_INTERNAL_H

#include "rec/holonomic.h"
#include "rec/ratform.h"

/* The symbols of a recurrence while its loop is run on forms. */
typedef struct cpm_holo {
    const cpm_recurrence *rec;
    cpm_hypers hypers;
    cpm_ratform *forms; /* owned, per symbol */
    bool *has_form;     /* owned, per symbol: terms, from the start or since they were made */
    size_t nsyms;
    cpm_sym index;
    bool blames_term; /* the refusal is about what is done to terms */
    cpm_err *err;
} cpm_holo;

/* holonomic_eval.c: *out, an initialised form, = the value of an expression. False, with
 * the error set, where it has none. */
CPM_MUST_USE bool cpm_holo_eval(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr);
/* The value of what contains no term and no index; false, without an error, elsewhere. */
CPM_MUST_USE bool cpm_holo_constant(fmpq_t out, cpm_holo *h, const cpm_expr *expr);
/* The error for a result that is not CPM_RATFORM_OK. Returns false. */
bool cpm_holo_refuse(cpm_holo *h, cpm_ratform_result result, cpm_span span);

#endif
