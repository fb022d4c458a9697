/* SPDX-License-Identifier: MIT
 *
 * nmod_mori.h - Bostan-Mori steps on long polynomials modulo a word.
 */
#ifndef CPM_BIGNUM_NMOD_MORI_H
#define CPM_BIGNUM_NMOD_MORI_H

#include "base/err.h"

#include <flint/fmpz.h>

/* A fraction modulo a word and the index of the coefficient that is wanted. */
typedef struct cpm_nmod_fraction {
    ulong *num, *den; /* room for the longer of both */
    size_t nnum, nden;
    ulong modulus; /* at least 2 */
    fmpz_t index;
} cpm_nmod_fraction;

/* Called after each step; may be NULL. */
typedef void (*cpm_nmod_progress)(void *ctx, const fmpz_t index);

/* Whether this processor has the transforms at all. */
bool cpm_nmod_mori_available(void);

/* Replaces f by a fraction with a smaller index whose wanted coefficient is the
 * same, until the longer of num and den has at most stop_len coefficients (no
 * coefficient above x^index is kept) or the index is 0. den(0) is squared in
 * each step: 1 stays 1. */
CPM_MUST_USE cpm_status cpm_nmod_mori(cpm_nmod_fraction *f, size_t stop_len, unsigned nthreads,
                                      cpm_nmod_progress progress, void *ctx, cpm_err *err);

#endif
