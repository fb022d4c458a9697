/* SPDX-License-Identifier: MIT
 *
 * decimal_table.c - products of matrices in decimal: r c sums of products, with a
 * transform for each entry of either matrix and one back for each sum.
 */
#include "power/decimal_table.h"

#include "base/mem.h"

#include <stdlib.h>

void cpm_dec_table_clear(cpm_dec_table *t)
{
    for (size_t i = 0; t->at != NULL && i < t->nrows * t->ncols; i++)
        cpm_bignum_clear(&t->at[i]);
    free(t->at);
    *t = (cpm_dec_table){0};
}

cpm_status cpm_dec_table_set(cpm_dec_table *t, const fmpz_mat_t mat, cpm_err *err)
{
    *t = (cpm_dec_table){(size_t)fmpz_mat_nrows(mat), (size_t)fmpz_mat_ncols(mat), NULL};
    t->at = cpm_calloc(t->nrows * t->ncols, sizeof *t->at);
    cpm_status status = t->at == NULL ? cpm_err_memory(err) : CPM_OK;
    for (size_t i = 0; i < t->nrows * t->ncols && status == CPM_OK; i++)
        status = cpm_bignum_set_fmpz(
            &t->at[i], fmpz_mat_entry(mat, (slong)(i / t->ncols), (slong)(i % t->ncols)), err);
    return status;
}

cpm_status cpm_dec_table_mul(cpm_dec_table *out, const cpm_dec_table *a, const cpm_dec_table *b,
                             cpm_dec_ctx *ctx, cpm_err *err)
{
    cpm_dec_table c = {a->nrows, b->ncols, NULL};
    size_t count = c.nrows * c.ncols;
    cpm_sum *sums = cpm_calloc(count, sizeof *sums);
    c.at = cpm_calloc(count, sizeof *c.at);
    cpm_status status = sums == NULL || c.at == NULL ? cpm_err_memory(err) : CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++)
        for (size_t k = 0; k < a->ncols; k++)
            cpm_sum_add(&sums[i], &a->at[i / c.ncols * a->ncols + k],
                        &b->at[k * b->ncols + i % c.ncols], 1);
    if (status == CPM_OK)
        status = cpm_sums_evaluate(c.at, sums, count, ctx, err);
    for (size_t i = 0; sums != NULL && i < count; i++)
        cpm_sum_clear(&sums[i]);
    free(sums);
    cpm_dec_table_clear(out);
    *out = c;
    return status;
}
