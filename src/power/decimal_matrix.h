/* SPDX-License-Identifier: MIT
 *
 * decimal_matrix.h - the engine of matrix_power.h with its last, large steps on
 * integers in base 10^19, as in decimal.h.
 */
#ifndef CPM_POWER_DECIMAL_MATRIX_H
#define CPM_POWER_DECIMAL_MATRIX_H

#include "bignum/dec.h"
#include "power/linsys.h"

/* Larger matrices are powered in binary: their d^2 entries would all be in
 * memory as transforms at once. */
enum { CPM_DECIMAL_MATRIX_MAX_DIM = 8 };

/* out = output k after n >= 1 steps, for an integral system with 1 to
 * CPM_DECIMAL_MATRIX_MAX_DIM variables. Needs cpm_nth_decimal_available. */
CPM_MUST_USE cpm_status cpm_nth_decimal_matrix(cpm_dec *out, const cpm_linsys *sys, size_t k,
                                               const fmpz_t n, const cpm_config *config,
                                               cpm_err *err);

#endif
