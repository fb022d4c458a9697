/* SPDX-License-Identifier: MIT
 *
 * nmod_digits.h - from mixed-radix digits to words modulo m.
 */
#ifndef CPM_BIGNUM_NMOD_DIGITS_H
#define CPM_BIGNUM_NMOD_DIGITS_H

#include "bignum/ntt_kernel.h"

/* out[i] = y_0[i] + p_0 (y_1[i] + p_1 (y_2[i] + ...)) modulo m, 0..m-1, for
 * nprimes <= CPM_NTT_MAX_PRIMES rows of integers |y_k| < p_k < 2^50; m any word
 * but 0. out may be a row. */
void cpm_nmod_of_digits(uint64_t *out, double *const *y, size_t n, const double *p,
                        unsigned nprimes, uint64_t m);

#endif
