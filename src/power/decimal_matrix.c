/* SPDX-License-Identifier: MIT
 *
 * decimal_matrix.c - binary powering of a matrix with the large steps in decimal.
 *
 * Squarings from the highest bit of n down, so that the factor T at a set bit
 * has small entries and takes no transform. A squaring transforms each of the d^2
 * entries once and as many sums back, d^3 products between them being pointwise. The
 * last step is no squaring: with n = 2k + b the value is (w T^b T^k) (T^k x_0), a
 * row and a column and one sum.
 *
 * Cost: 2 d^2 transforms of the length of an entry a step, O(d^2 M(B)) in all
 * for an answer of B digits.
 */
#include "power/decimal_matrix.h"

#include "bignum/tune.h"
#include "power/decimal_table.h"
#include "power/progress.h"

#include <stdlib.h>

/* T, x_0 and w of an integral system. */
static void matrices(fmpz_mat_t t, fmpz_mat_t start, fmpz_mat_t output, const cpm_linsys *sys,
                     size_t k)
{
    const cpm_form *w = &sys->outputs[k];
    for (size_t i = 0; i < sys->dim; i++) {
        fmpz_set(fmpz_mat_entry(start, (slong)i, 0), fmpq_numref(sys->start + i));
        for (size_t j = 0; j < sys->rows[i].len; j++)
            fmpz_set(fmpz_mat_entry(t, (slong)i, (slong)sys->rows[i].terms[j].var),
                     fmpq_numref(sys->rows[i].terms[j].coeff));
    }
    for (size_t j = 0; j < w->len; j++)
        fmpz_set(fmpz_mat_entry(output, 0, (slong)w->terms[j].var), fmpq_numref(w->terms[j].coeff));
}

/* power = t^(n >> left) for the bits of n from the top until its entries are large
 * or one bit is left; returns how many are left. */
static ulong binary_steps(fmpz_mat_t power, const fmpz_mat_t t, const fmpz_t n)
{
    ulong left = fmpz_bits(n);
    fmpz_mat_one(power);
    while (left > 1 && labs(fmpz_mat_max_bits(power)) < CPM_TUNE_DECIMAL_START_BITS) {
        left--;
        fmpz_mat_sqr(power, power);
        if (fmpz_tstbit(n, left))
            fmpz_mat_mul(power, power, t);
    }
    return left;
}

/* The steps that are left, and the value in `row`. */
static cpm_status decimal_steps(cpm_dec_table *row, cpm_dec_table *power, const cpm_dec_table *t,
                                const cpm_dec_table *start, const fmpz_t n, ulong left,
                                const cpm_config *config, cpm_err *err)
{
    cpm_dec_ctx ctx;
    cpm_dec_table column = {0};
    cpm_status status = cpm_dec_ctx_init(&ctx, config->nthreads, config->check, err);
    if (status != CPM_OK)
        return status;
    while (left-- > 1 && status == CPM_OK) {
        status = cpm_dec_table_mul(power, power, power, &ctx, err);
        if (status == CPM_OK && fmpz_tstbit(n, left))
            status = cpm_dec_table_mul(power, power, t, &ctx, err);
        if (status == CPM_OK)
            status = cpm_progress(config, cpm_done_with_left(left), err);
    }
    if (status == CPM_OK && fmpz_is_odd(n))
        status = cpm_dec_table_mul(row, row, t, &ctx, err);
    if (status == CPM_OK)
        status = cpm_dec_table_mul(row, row, power, &ctx, err);
    if (status == CPM_OK)
        status = cpm_dec_table_mul(&column, power, start, &ctx, err);
    if (status == CPM_OK)
        status = cpm_dec_table_mul(row, row, &column, &ctx, err);
    cpm_dec_table_clear(&column);
    cpm_dec_ctx_clear(&ctx);
    return status;
}

cpm_status cpm_nth_decimal_matrix(cpm_dec *out, const cpm_linsys *sys, size_t k, const fmpz_t n,
                                  const cpm_config *config, cpm_err *err)
{
    slong dim = (slong)sys->dim;
    fmpz_mat_t mat, power, start, output;
    cpm_dec_table tables[4] = {{0}}; /* w, the power, T, x_0 */
    fmpz_mat_init(mat, dim, dim);
    fmpz_mat_init(power, dim, dim);
    fmpz_mat_init(start, dim, 1);
    fmpz_mat_init(output, 1, dim);
    matrices(mat, start, output, sys, k);
    ulong left = binary_steps(power, mat, n);
    const fmpz_mat_struct *const sources[4] = {output, power, mat, start};
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < 4 && status == CPM_OK; i++)
        status = cpm_dec_table_set(&tables[i], sources[i], err);
    fmpz_mat_clear(mat);
    fmpz_mat_clear(power);
    fmpz_mat_clear(start);
    fmpz_mat_clear(output);
    if (status == CPM_OK)
        status =
            decimal_steps(&tables[0], &tables[1], &tables[2], &tables[3], n, left, config, err);
    if (status == CPM_OK)
        status = cpm_bignum_give(out, &tables[0].at[0], err);
    for (size_t i = 0; i < 4; i++)
        cpm_dec_table_clear(&tables[i]);
    return status;
}
