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

#endif
