/* SPDX-License-Identifier: MIT
 *
 * nmod_mul.h - products of long polynomials modulo a word.
 */
#ifndef CPM_BIGNUM_NMOD_MUL_H
#define CPM_BIGNUM_NMOD_MUL_H

#include "base/err.h"

#include <flint/flint.h>

/* out[0 .. na+nb-2] = a * b modulo m >= 1, na, nb >= 1, coefficients 0..m-1. out
 * may be an operand. Needs cpm_nmod_mori_available(). */
CPM_MUST_USE cpm_status cpm_nmod_mul(ulong *out, const ulong *a, size_t na, const ulong *b,
                                     size_t nb, ulong m, unsigned nthreads, cpm_err *err);

/* Middle products with one and the same b: the coefficients na-1 .. nb-1 of a * b, na <=
 * nb, those in which all of a takes part. Each costs transforms of length nb, and that of
 * b is kept. Where there are no transforms, or it is short, FLINT's products. */
typedef struct cpm_nmod_middle cpm_nmod_middle;

CPM_MUST_USE cpm_status cpm_nmod_middle_new(cpm_nmod_middle **middle, ulong m, unsigned nthreads,
                                            cpm_err *err);
void cpm_nmod_middle_free(cpm_nmod_middle *middle);

/* From now on b, nb coefficients, which stays borrowed, with a of na coefficients. */
CPM_MUST_USE cpm_status cpm_nmod_middle_set(cpm_nmod_middle *middle, const ulong *b, size_t nb,
                                            size_t na, cpm_err *err);
/* out[0 .. nb-na]; it may be a. */
CPM_MUST_USE cpm_status cpm_nmod_middle_mul(ulong *out, cpm_nmod_middle *middle, const ulong *a,
                                            cpm_err *err);

#endif
