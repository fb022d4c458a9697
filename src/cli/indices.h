/* SPDX-License-Identifier: MIT
 *
 * indices.h - what --nth asks for: a list of ranges.
 */
#ifndef CPM_CLI_INDICES_H
#define CPM_CLI_INDICES_H

#include "cpmcalc.h"

/* first, first+step, ..., last; a single index has first = last and step 1. */
typedef struct cpm_range {
    mpz_t first;
    mpz_t last;
    mpz_t step;
    cpm_span expr; /* of an index too long to be written down, which the numbers are not */
} cpm_range;

typedef struct cpm_indices {
    cpm_range *ranges; /* owned */
    size_t count;
    size_t cap;
    bool takes_expressions; /* set by the caller: an index may be too long to be written down */
} cpm_indices;

/* Whether it is one index too long to be written down. */
static inline bool cpm_range_is_expression(const cpm_range *range)
{
    return range->expr.end > range->expr.begin;
}

/* Reads "10", "1,5,7", "0..20", "100..0..-10", "1,10^18..10^18+5". `indices` is
 * zeroed by the caller and cleared by it in any case. */
cpm_status cpm_indices_parse(cpm_indices *indices, const cpm_text *text, cpm_err *err);

/* The first `count` indices from `offset` on. */
cpm_status cpm_indices_first(cpm_indices *indices, mpz_srcptr offset, unsigned long count,
                             cpm_err *err);

/* The end of a range that is largest in magnitude; there must be a range. */
mpz_srcptr cpm_indices_largest(const cpm_indices *indices);

/* The first item of the form 1-5, which is the number -4 and may be meant for the
 * range 1..5. */
bool cpm_indices_find_difference(cpm_span *item, const cpm_text *text);

void cpm_indices_clear(cpm_indices *indices);

#endif
