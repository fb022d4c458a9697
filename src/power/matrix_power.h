/* SPDX-License-Identifier: MIT
 *
 * matrix_power.h - binary powering of a dense transfer matrix: the method of
 * the article this program grew out of.
 */
#ifndef CPM_POWER_MATRIX_POWER_H
#define CPM_POWER_MATRIX_POWER_H

#include "power/linsys.h"

#include <flint/fmpz_mat.h>

/* out[k] = output k after n >= 0 steps, over Q. The matrix is squared log2(n)
 * times and applied to the vector at the set bits of n, so no full product
 * besides the squarings is made. Cost: log2(n) squarings of dimension dim.
 * `out` holds noutputs initialised values. */
CPM_MUST_USE cpm_status cpm_nth_matrix(fmpq *out, const cpm_linsys *sys, const fmpz_t n,
                                       const cpm_config *config, cpm_err *err);

/* The same modulo m, integral systems only; values 0..m-1. */
CPM_MUST_USE cpm_status cpm_nth_matrix_mod(fmpz *out, const cpm_linsys *sys, const fmpz_t n,
                                           const fmpz_t m, const cpm_config *config, cpm_err *err);

/* out = a^n for a square integer matrix, modulo m unless NULL; a^0 is the
 * identity. Outputs may alias inputs. */
CPM_MUST_USE cpm_status cpm_fmpz_mat_power(fmpz_mat_t out, const fmpz_mat_t a, const fmpz_t n,
                                           const fmpz *m, const cpm_config *config, cpm_err *err);

#endif
