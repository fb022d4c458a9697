/* SPDX-License-Identifier: MIT
 *
 * stream.h - consecutive terms: one jump, then steps of the recurrence; large
 * integers that are wanted in base 10 in decimal (decimal_stream.h).
 */
#ifndef CPM_POWER_STREAM_H
#define CPM_POWER_STREAM_H

#include "power/decimal_stream.h"
#include "power/genfun.h"
#include "power/plan.h"
#include "power/residue.h"

/* The terms y(n), y(n+1), ... of one output. With u = scale * y over Q, or the
 * coefficients A of a residue form, u(n) = num[n] - sum_j den[j] u(n-j). */
typedef struct cpm_stream {
    bool modular;
    cpm_residue_form form; /* modular: the recurrence and the way back */
    const cpm_genfun *fun; /* exact: borrowed from the plan */
    const fmpz_poly_struct *num, *den;
    size_t order;
    fmpz_t next; /* index of the term that cpm_stream_next gives */
    size_t at;   /* where in the ring it goes */
    fmpq *ring;  /* owned, `order` of them (at least one): u(next-order) .. u(next-1) */
    size_t nring;
    bool wants_decimal; /* go over to decimal when the terms are large */
    bool is_decimal;    /* the ring is that of `dec` instead */
    cpm_decimal_stream dec;
} cpm_stream;

/* Starts before y(first), first >= 0, when about `count` terms are wanted. Fails
 * with CPM_ERR_UNSUPPORTED where finding each for itself is better. A zeroed
 * stream is safe to clear. */
CPM_MUST_USE cpm_status cpm_stream_init(cpm_stream *stream, cpm_plan *plan, size_t k,
                                        const fmpz_t first, size_t count, const cpm_config *config,
                                        cpm_err *err);
void cpm_stream_clear(cpm_stream *stream);

/* The next term: *is_dec says whether it is *dec (then *out is not set) or *out.
 * CPM_ERR_NO_ANSWER when it has no residue. O(order). */
CPM_MUST_USE cpm_status cpm_stream_next(fmpq_t out, cpm_dec *dec, bool *is_dec, cpm_stream *stream,
                                        cpm_err *err);
/* Moves on by one without looking at the term. */
CPM_MUST_USE cpm_status cpm_stream_skip(cpm_stream *stream, cpm_err *err);

#endif
