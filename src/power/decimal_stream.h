/* SPDX-License-Identifier: MIT
 *
 * decimal_stream.h - consecutive terms over Z in decimal: a jump to the terms
 * before the first wanted one, then steps of the recurrence on integers in base
 * 10^19.
 */
#ifndef CPM_POWER_DECIMAL_STREAM_H
#define CPM_POWER_DECIMAL_STREAM_H

#include "bignum/dec.h"
#include "power/genfun.h"

/* y(next-order) .. y(next-1) in a ring, and y(n) = sum of coeff[j-1] y(n-j). A
 * zeroed stream is safe to clear. */
typedef struct cpm_decimal_stream {
    size_t order;
    int64_t *coeff; /* owned */
    cpm_dec *ring;  /* owned, `order` of them */
    size_t at;      /* the oldest */
    cpm_dec scratch;
} cpm_decimal_stream;

/* Whether steps can be made in decimal: an integral f of order at least 1 whose
 * recurrence has coefficients that are words. */
bool cpm_decimal_stream_applies(const cpm_genfun *f);

/* Starts before y(next), next > deg num, from the terms before it: y[(at + i) %
 * order] = y(next-order+i), all of them integers. */
CPM_MUST_USE cpm_status cpm_decimal_stream_set(cpm_decimal_stream *stream, const cpm_genfun *f,
                                               const fmpq *y, size_t at, cpm_err *err);

/* Starts before y(next) for a large `next` by finding the terms before it in
 * decimal; CPM_ERR_UNSUPPORTED where the order is too large for that. Needs
 * cpm_nth_decimal_available. */
CPM_MUST_USE cpm_status cpm_decimal_stream_jump(cpm_decimal_stream *stream, const cpm_genfun *f,
                                                const fmpz_t next, const cpm_config *config,
                                                cpm_err *err);
void cpm_decimal_stream_clear(cpm_decimal_stream *stream);

/* Makes the next term; *term is borrowed until the next step. */
CPM_MUST_USE cpm_status cpm_decimal_stream_step(const cpm_dec **term, cpm_decimal_stream *stream,
                                                cpm_err *err);

#endif
