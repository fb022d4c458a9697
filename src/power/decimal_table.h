/* SPDX-License-Identifier: MIT
 *
 * decimal_table.h - matrices of words and large decimals, and their products.
 */
#ifndef CPM_POWER_DECIMAL_TABLE_H
#define CPM_POWER_DECIMAL_TABLE_H

#include "power/decimal_sum.h"

#include <flint/fmpz_mat.h>

/* An array of numbers, row by row. Zeroed: none. */
typedef struct cpm_dec_table {
    size_t nrows, ncols;
    cpm_bignum *at; /* owned */
} cpm_dec_table;

void cpm_dec_table_clear(cpm_dec_table *t);

/* *t, empty before, becomes mat. */
CPM_MUST_USE cpm_status cpm_dec_table_set(cpm_dec_table *t, const fmpz_mat_t mat, cpm_err *err);

/* *out, which may be a or b, becomes a b: each entry is transformed once. */
CPM_MUST_USE cpm_status cpm_dec_table_mul(cpm_dec_table *out, const cpm_dec_table *a,
                                          const cpm_dec_table *b, cpm_dec_ctx *ctx, cpm_err *err);

#endif
