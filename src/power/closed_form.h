/* SPDX-License-Identifier: MIT
 *
 * closed_form.h - a term as a sum over the roots of its recurrence, in ball
 * arithmetic.
 */
#ifndef CPM_POWER_CLOSED_FORM_H
#define CPM_POWER_CLOSED_FORM_H

#include "power/ball.h"
#include "power/genfun.h"

#if CPM_HAS_BALLS

enum { CPM_CLOSED_MAX_ORDER = 200 };

/* y(n) = value * exp(log), with a value near 1 unless terms cancel: its ball holds 0
 * then. Roots that are much smaller than the largest count for what they may bring. */
typedef struct cpm_closed_form {
    arb_t value, log;
    size_t period; /* y is likely to fall apart into so many sequences by n modulo it, as
                    * roots of one size differ by roots of unity; 1: it does not */
} cpm_closed_form;

void cpm_closed_form_init(cpm_closed_form *x);
void cpm_closed_form_clear(cpm_closed_form *x);

/* Evaluates at n >= deg num - deg den + 1, to about `prec` bits after the point of both
 * parts. The order is at most CPM_CLOSED_MAX_ORDER, and at least 1. */
CPM_MUST_USE cpm_status cpm_closed_form_at(cpm_closed_form *x, const cpm_genfun *f, const fmpz_t n,
                                           slong prec, const cpm_config *config, cpm_err *err);

#endif

#endif
