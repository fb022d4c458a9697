/* SPDX-License-Identifier: MIT
 *
 * holonomic_internal.h - what the files that make a system of a rule share.
 */
#ifndef CPM_REC_HOLONOMIC_INTERNAL_H
#define CPM_REC_HOLONOMIC_INTERNAL_H

#include "base/limits.h"
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
    const fmpq *values; /* borrowed, per symbol: before the first round */
    ulong period;       /* rounds that are put into each other */
    fmpz_t start;       /* the index in the first of them */
    fmpz_t first;       /* t in the first step: coefficients are functions of it */
    fmpz_t shift;       /* in the round at work the index is period*t + shift */
    /* Per round, where the wanted term is divided by 0. */
    fmpz_poly_struct divisors[CPM_MAX_RULE_PERIOD];
    ulong wants_period; /* of a refusal: a longer one would do; 0: no */
    bool blames_term;   /* the refusal is about what is done to terms */
    cpm_err *err;
} cpm_holo;

/* holonomic_eval.c: *out, an initialised form, = the value of an expression. False, with
 * the error set, where it has none. */
CPM_MUST_USE bool cpm_holo_eval(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr);
/* The value of what contains no term and no index; false, without an error, elsewhere. */
CPM_MUST_USE bool cpm_holo_constant(fmpq_t out, cpm_holo *h, const cpm_expr *expr);
/* holonomic_round.c: *out = *out op operand, which stands at `span`, where op is one of
 * // % & >>; // without an operand rounds down. */
CPM_MUST_USE bool cpm_holo_round(cpm_ratform *out, cpm_holo *h, cpm_op op,
                                 const cpm_ratform *operand, cpm_span span);
/* *out = gcd(arguments) */
CPM_MUST_USE bool cpm_holo_gcd(cpm_ratform *out, cpm_holo *h, const cpm_expr *call);
/* *out = (-1)^*out, of a polynomial */
CPM_MUST_USE bool cpm_holo_sign(cpm_ratform *out, cpm_holo *h, cpm_span span);
/* Refuses; a period so many times as long would do, 0: none that a rule may have. */
bool cpm_holo_refuse_period(cpm_holo *h, ulong times, cpm_span span);

/* The error for a result that is not CPM_RATFORM_OK. Returns false. */
bool cpm_holo_refuse(cpm_holo *h, cpm_ratform_result result, cpm_span span);

#endif
