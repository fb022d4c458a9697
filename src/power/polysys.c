/* SPDX-License-Identifier: MIT
 *
 * polysys.c - systems with polynomial coefficients: their definition, one step,
 * and the indices where there is none.
 */
#include "power/polysys.h"

#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_poly_factor.h>
#include <flint/fmpz_poly_mat.h>
#include <stdlib.h>

cpm_status cpm_polysys_init(cpm_polysys *sys, size_t dim, size_t noutputs, cpm_err *err)
{
    size_t entries;
    *sys = (cpm_polysys){.dim = dim, .noutputs = noutputs};
    if (cpm_size_mul(&entries, dim, dim))
        sys->t = cpm_calloc(entries, sizeof *sys->t);
    if (sys->t == NULL) {
        *sys = (cpm_polysys){0};
        return cpm_err_memory(err);
    }
    for (size_t k = 0; k < entries; k++)
        fmpz_poly_init(sys->t + k);
    fmpz_poly_init(sys->q);
    fmpz_poly_set_ui(sys->q, 1);
    fmpz_init(sys->first);
    sys->start = _fmpq_vec_init((slong)dim);
    sys->outputs = _fmpq_vec_init((slong)(noutputs * dim));
    return CPM_OK;
}

void cpm_polysys_clear(cpm_polysys *sys)
{
    if (sys->t == NULL)
        return;
    for (size_t k = 0; k < sys->dim * sys->dim; k++)
        fmpz_poly_clear(sys->t + k);
    free(sys->t);
    fmpz_poly_clear(sys->q);
    fmpz_clear(sys->first);
    _fmpq_vec_clear(sys->start, (slong)sys->dim);
    _fmpq_vec_clear(sys->outputs, (slong)(sys->noutputs * sys->dim));
    *sys = (cpm_polysys){0};
}

cpm_status cpm_polysys_copy(cpm_polysys *to, const cpm_polysys *from, cpm_err *err)
{
    cpm_status status = cpm_polysys_init(to, from->dim, from->noutputs, err);
    if (status != CPM_OK)
        return status;
    for (size_t k = 0; k < from->dim * from->dim; k++)
        fmpz_poly_set(to->t + k, from->t + k);
    fmpz_poly_set(to->q, from->q);
    fmpz_set(to->first, from->first);
    for (size_t i = 0; i < from->dim; i++)
        fmpq_set(to->start + i, from->start + i);
    for (size_t i = 0; i < from->noutputs * from->dim; i++)
        fmpq_set(to->outputs + i, from->outputs + i);
    return CPM_OK;
}

cpm_status cpm_polysys_sum(cpm_polysys *sum, const cpm_polysys *sys, size_t k, cpm_err *err)
{
    const size_t dim = sys->dim;
    const fmpq *w = sys->outputs + k * dim;
    fmpz_t common, factor;
    cpm_status status = cpm_polysys_init(sum, dim + 1, 1, err);
    if (status != CPM_OK)
        return status;
    fmpz_init_set_ui(common, 1); /* of w, by which the sum is multiplied */
    fmpz_init(factor);
    for (size_t j = 0; j < dim; j++)
        fmpz_lcm(common, common, fmpq_denref(w + j));
    for (size_t j = 0; j < dim; j++) {
        for (size_t i = 0; i < dim; i++)
            fmpz_poly_set(cpm_polysys_entry(sum, i, j), cpm_polysys_entry(sys, i, j));
        fmpz_divexact(factor, common, fmpq_denref(w + j));
        fmpz_mul(factor, factor, fmpq_numref(w + j));
        fmpz_poly_scalar_mul_fmpz(cpm_polysys_entry(sum, dim, j), sys->q, factor);
        fmpq_set(sum->start + j, sys->start + j);
    }
    fmpz_poly_set(cpm_polysys_entry(sum, dim, dim), sys->q);
    fmpz_poly_set(sum->q, sys->q);
    fmpz_set(sum->first, sys->first);
    fmpz_one(fmpq_numref(sum->outputs + dim));
    fmpz_set(fmpq_denref(sum->outputs + dim), common);
    fmpz_clear(common);
    fmpz_clear(factor);
    return CPM_OK;
}

/* f = f(-x) */
static void mirror(fmpz_poly_t f)
{
    for (slong k = 1; k < f->length; k += 2)
        fmpz_neg(f->coeffs + k, f->coeffs + k);
}

cpm_status cpm_polysys_reverse(cpm_polysys *back, bool *exists, const cpm_polysys *sys, size_t k,
                               cpm_err *err)
{
    slong dim = (slong)sys->dim;
    fmpz_poly_mat_t t;
    cpm_status status = cpm_polysys_init(back, sys->dim, 1, err);
    if (status != CPM_OK)
        return status;
    fmpz_poly_mat_init(t, dim, dim);
    for (slong i = 0; i < dim * dim; i++)
        fmpz_poly_set(t->entries + i, sys->t + i);
    *exists = fmpz_poly_mat_inv(t, back->q, t) != 0;
    for (slong i = 0; i < dim * dim && *exists; i++) { /* (T/q)^-1 = q T^-1 */
        fmpz_poly_mul(back->t + i, t->entries + i, sys->q);
        mirror(back->t + i);
    }
    fmpz_poly_mat_clear(t);
    mirror(back->q);
    fmpz_sub_ui(back->first, sys->first, 1);
    fmpz_neg(back->first, back->first);
    for (slong i = 0; i < dim; i++)
        fmpq_set(back->start + i, sys->start + i);
    fmpq_one(back->outputs + k);
    if (!*exists)
        cpm_polysys_clear(back);
    return CPM_OK;
}

bool cpm_polysys_step(const cpm_polysys *sys, const fmpz_t i, fmpq *x, fmpq *next)
{
    fmpz_t value;
    fmpq_t term;
    fmpz_init(value);
    fmpq_init(term);
    fmpz_poly_evaluate_fmpz(value, sys->q, i);
    bool exists = !fmpz_is_zero(value);
    for (size_t row = 0; row < sys->dim && exists; row++) {
        fmpq_zero(next + row);
        for (size_t col = 0; col < sys->dim; col++) {
            fmpz_poly_evaluate_fmpz(value, cpm_polysys_entry(sys, row, col), i);
            fmpq_mul_fmpz(term, x + col, value);
            fmpq_add(next + row, next + row, term);
        }
    }
    fmpz_poly_evaluate_fmpz(value, sys->q, i);
    for (size_t row = 0; row < sys->dim && exists; row++)
        fmpq_div_fmpz(x + row, next + row, value);
    fmpz_clear(value);
    fmpq_clear(term);
    return exists;
}

void cpm_polysys_output(fmpq_t out, const cpm_polysys *sys, size_t k, const fmpq *x)
{
    fmpq_t sum;
    fmpq_init(sum);
    for (size_t i = 0; i < sys->dim; i++)
        fmpq_addmul(sum, sys->outputs + k * sys->dim + i, x + i);
    fmpq_swap(out, sum);
    fmpq_clear(sum);
}

/* *root = that of a + b x, where it is an integer. */
static bool integer_root(fmpz_t root, const fmpz_poly_struct *f)
{
    if (fmpz_poly_degree(f) != 1 ||
        !fmpz_divisible(fmpz_poly_get_coeff_ptr(f, 0), fmpz_poly_get_coeff_ptr(f, 1)))
        return false;
    fmpz_divexact(root, fmpz_poly_get_coeff_ptr(f, 0), fmpz_poly_get_coeff_ptr(f, 1));
    fmpz_neg(root, root);
    return true;
}

bool cpm_polysys_pole(fmpz_t index, const cpm_polysys *sys)
{
    fmpz_poly_factor_t factors;
    fmpz_t root;
    bool found = false;
    if (fmpz_poly_degree(sys->q) < 1)
        return false;
    fmpz_poly_factor_init(factors);
    fmpz_init(root);
    fmpz_poly_factor(factors, sys->q);
    for (slong k = 0; k < factors->num; k++) {
        if (!integer_root(root, factors->p + k) || fmpz_cmp(root, sys->first) < 0 ||
            (found && fmpz_cmp(root, index) >= 0))
            continue;
        fmpz_set(index, root);
        found = true;
    }
    fmpz_poly_factor_clear(factors);
    fmpz_clear(root);
    return found;
}
