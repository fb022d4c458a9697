/* SPDX-License-Identifier: MIT
 *
 * nmod_mori.h - Bostan-Mori modulo a word, by the kernel that suits the length.
 */
#ifndef CPM_BIGNUM_NMOD_MORI_H
#define CPM_BIGNUM_NMOD_MORI_H

#include "base/err.h"
#include "bignum/nmod_fraction.h"

#include <stdbool.h>

/* Whether this processor has the transforms at all. */
bool cpm_nmod_mori_available(void);

/* The number of coefficients up to which plain products are thought quicker
 * than transforms, for this modulus. */
size_t cpm_nmod_mori_cutoff(ulong modulus);

/* Replaces f by a fraction of index 0 whose wanted coefficient is the same: it is
 * num[0], or 0 when nnum is 0. Requires den(0) = 1. Up to `cutoff` coefficients
 * the steps are plain products, above it transforms; near it whichever proves
 * quicker on the spot. 0 always transforms, SIZE_MAX never. Polynomials too long
 * for plain products are left as they are where there are no transforms. */
CPM_MUST_USE cpm_status cpm_nmod_mori(cpm_nmod_fraction *f, size_t cutoff, unsigned nthreads,
                                      cpm_nmod_progress progress, void *ctx, cpm_err *err);

#endif
