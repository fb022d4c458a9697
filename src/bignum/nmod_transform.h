/* SPDX-License-Identifier: MIT
 *
 * nmod_transform.h - Bostan-Mori steps on long polynomials modulo a word.
 */
#ifndef CPM_BIGNUM_NMOD_TRANSFORM_H
#define CPM_BIGNUM_NMOD_TRANSFORM_H

#include "bignum/nmod_fraction.h"
#include "bignum/ntt.h"

/* What the steps modulo one word share. A zeroed one is safe to clear. */
typedef struct cpm_nmod_transform {
    cpm_ntt ntt;
    cpm_ntt_field own; /* of the modulus itself, where has_own */
    bool has_own;
    double *room; /* owned; nroom doubles for the rows */
    size_t nroom;
} cpm_nmod_transform;

/* Whether m is a prime with roots of unity enough for short transforms. */
bool cpm_nmod_transform_direct(ulong m);

/* Fails with CPM_ERR_UNSUPPORTED where cpm_ntt_kernel_choose gives NULL. */
CPM_MUST_USE cpm_status cpm_nmod_transform_init(cpm_nmod_transform *t, ulong m, unsigned nthreads,
                                                cpm_err *err);
void cpm_nmod_transform_clear(cpm_nmod_transform *t);

/* Steps until the index is 0 or half the transform length is enough for what is
 * left of f. With a rival, the seconds that one of its steps takes, it stops
 * after a few steps when they have all been slower; returns that in *slower.
 * den(0) is squared in each step: 1 stays 1. */
CPM_MUST_USE cpm_status cpm_nmod_transform_round(cpm_nmod_transform *t, cpm_nmod_fraction *f,
                                                 const double *rival, bool *slower,
                                                 cpm_nmod_progress progress, void *ctx,
                                                 cpm_err *err);

#endif
