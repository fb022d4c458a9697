/* SPDX-License-Identifier: MIT
 *
 * polyform.c - systems with polynomial coefficients over the integers, and the
 * size of their products.
 *
 * Size: the entries of T(n-1) ... T(0) x are at most N(n-1) ... N(0) |x|, where N(j)
 * has for coefficients the largest over all rows of the sums of the absolute
 * coefficients in a row, and so bounds the maximum row sum. N grows with j, which
 * bounds a stretch of factors by its last one.
 */
#include "power/polyform.h"

#include "base/logs.h"
#include "base/mem.h"

#include <flint/fmpz_vec.h>
#include <math.h>
#include <stdlib.h>

/* ---- Making one ----------------------------------------------------------------- */

static cpm_status form_init(cpm_polyform *form, size_t dim, size_t noutputs, cpm_err *err)
{
    *form = (cpm_polyform){.dim = dim, .noutputs = noutputs};
    form->t = cpm_calloc(dim * dim, sizeof *form->t);
    if (form->t == NULL)
        return cpm_err_memory(err);
    for (size_t k = 0; k < dim * dim; k++)
        fmpz_poly_init(form->t + k);
    fmpz_poly_init(form->q);
    form->start = _fmpz_vec_init((slong)dim);
    form->rows = _fmpz_vec_init((slong)(noutputs * dim));
    fmpz_init_set_ui(form->scale, 1);
    return CPM_OK;
}

void cpm_polyform_clear(cpm_polyform *form)
{
    if (form->t == NULL)
        return;
    for (size_t k = 0; k < form->dim * form->dim; k++)
        fmpz_poly_clear(form->t + k);
    free(form->t);
    fmpz_poly_clear(form->q);
    _fmpz_vec_clear(form->start, (slong)form->dim);
    _fmpz_vec_clear(form->rows, (slong)(form->noutputs * form->dim));
    fmpz_clear(form->scale);
    *form = (cpm_polyform){0};
}

/* out = x times its common denominator, by which scale is multiplied. */
static void clear_denominators(fmpz *out, fmpz_t scale, const fmpq *x, size_t count)
{
    fmpz_t lcm;
    fmpz_init_set_ui(lcm, 1);
    for (size_t i = 0; i < count; i++)
        fmpz_lcm(lcm, lcm, fmpq_denref(x + i));
    for (size_t i = 0; i < count; i++) {
        fmpz_divexact(out + i, lcm, fmpq_denref(x + i));
        fmpz_mul(out + i, out + i, fmpq_numref(x + i));
    }
    fmpz_mul(scale, scale, lcm);
    fmpz_clear(lcm);
}

/* Divides T and q by their greatest common divisor, content and all. */
static void remove_common_factor(cpm_polyform *form)
{
    fmpz_poly_t common;
    fmpz_poly_init(common);
    fmpz_poly_set(common, form->q);
    for (size_t k = 0; k < form->dim * form->dim; k++)
        fmpz_poly_gcd(common, common, form->t + k);
    if (!fmpz_poly_is_one(common)) {
        for (size_t k = 0; k < form->dim * form->dim; k++)
            fmpz_poly_div(form->t + k, form->t + k, common);
        fmpz_poly_div(form->q, form->q, common);
    }
    fmpz_poly_clear(common);
}

cpm_status cpm_polyform_of(cpm_polyform *form, const cpm_polysys *sys, cpm_err *err)
{
    cpm_status status = form_init(form, sys->dim, sys->noutputs, err);
    if (status != CPM_OK)
        return status;
    for (size_t k = 0; k < sys->dim * sys->dim; k++)
        fmpz_poly_taylor_shift(form->t + k, sys->t + k, sys->first);
    fmpz_poly_taylor_shift(form->q, sys->q, sys->first);
    remove_common_factor(form);
    clear_denominators(form->start, form->scale, sys->start, sys->dim);
    clear_denominators(form->rows, form->scale, sys->outputs, sys->noutputs * sys->dim);
    form->degree = fmpz_poly_degree(form->q);
    for (size_t k = 0; k < sys->dim * sys->dim; k++)
        form->degree = FLINT_MAX(form->degree, fmpz_poly_degree(form->t + k));
    return CPM_OK;
}

/* Steps from `begin` on and a state, with room for outputs. */
static cpm_status take_steps(cpm_polyform *form, const cpm_polyform *from, size_t noutputs,
                             const fmpz *state, ulong begin, cpm_err *err)
{
    fmpz_t shift;
    cpm_status status = form_init(form, from->dim, noutputs, err);
    if (status != CPM_OK)
        return status;
    fmpz_init_set_ui(shift, begin);
    for (size_t k = 0; k < from->dim * from->dim; k++)
        fmpz_poly_taylor_shift(form->t + k, from->t + k, shift);
    fmpz_poly_taylor_shift(form->q, from->q, shift);
    _fmpz_vec_set(form->start, state, (slong)from->dim);
    form->degree = from->degree;
    fmpz_clear(shift);
    return CPM_OK;
}

cpm_status cpm_polyform_from(cpm_polyform *form, const cpm_polyform *from, const fmpz *state,
                             ulong begin, cpm_err *err)
{
    cpm_status status = take_steps(form, from, from->noutputs, state, begin, err);
    if (status == CPM_OK)
        _fmpz_vec_set(form->rows, from->rows, (slong)(from->noutputs * from->dim));
    return status;
}

cpm_status cpm_polyform_states(cpm_polyform *form, const cpm_polyform *from, const fmpz *state,
                               cpm_err *err)
{
    cpm_status status = take_steps(form, from, from->dim, state, 0, err);
    for (size_t i = 0; i < from->dim && status == CPM_OK; i++)
        fmpz_one(form->rows + i * from->dim + i);
    return status;
}

cpm_status cpm_polyform_number(cpm_polyform *form, const fmpz_poly_t f, ulong begin, cpm_err *err)
{
    fmpz_t shift;
    cpm_status status = form_init(form, 1, 1, err);
    if (status != CPM_OK)
        return status;
    fmpz_init_set_ui(shift, begin);
    fmpz_poly_taylor_shift(form->t, f, shift);
    fmpz_poly_set_ui(form->q, 1);
    fmpz_one(form->start);
    fmpz_one(form->rows);
    form->degree = FLINT_MAX(0, fmpz_poly_degree(f));
    fmpz_clear(shift);
    return CPM_OK;
}

size_t cpm_polyform_nnz(const cpm_polyform *form)
{
    size_t nnz = 0;
    for (size_t k = 0; k < form->dim * form->dim; k++)
        nnz += !fmpz_poly_is_zero(form->t + k);
    return nnz;
}

void cpm_poly_quotient(fmpq_t out, const fmpz_t num, const fmpz_t den)
{
    if (fmpz_is_one(den)) {
        fmpz_set(fmpq_numref(out), num);
        fmpz_one(fmpq_denref(out));
        return;
    }
    fmpz_t rest, quotient;
    fmpz_init(rest);
    fmpz_init(quotient);
    fmpz_tdiv_qr(quotient, rest, num, den);
    if (fmpz_is_zero(rest)) {
        fmpz_swap(fmpq_numref(out), quotient);
        fmpz_one(fmpq_denref(out));
    } else {
        fmpq_set_fmpz_frac(out, num, den);
    }
    fmpz_clear(rest);
    fmpz_clear(quotient);
}

/* ---- Size ------------------------------------------------------------------------- */

static double log2_abs(const fmpz_t x)
{
    fmpz_t size;
    fmpz_init(size);
    fmpz_abs(size, x);
    double bits = fmpz_is_zero(size) ? -INFINITY : fmpz_dlog(size) * CPM_LOG2_E;
    fmpz_clear(size);
    return bits;
}

/* *sum += the polynomial of the absolute coefficients of f */
static void add_absolute(fmpz_poly_t sum, const fmpz_poly_struct *f)
{
    fmpz_poly_t absolute;
    fmpz_poly_init(absolute);
    fmpz_poly_set(absolute, f);
    for (slong k = 0; k < absolute->length; k++)
        fmpz_abs(absolute->coeffs + k, absolute->coeffs + k);
    fmpz_poly_add(sum, sum, absolute);
    fmpz_poly_clear(absolute);
}

/* sum = coefficient by coefficient the larger one */
static void take_larger(fmpz_poly_t norm, const fmpz_poly_t row)
{
    for (slong k = 0; k < row->length; k++)
        if (k >= norm->length || fmpz_cmp(row->coeffs + k, norm->coeffs + k) > 0)
            fmpz_poly_set_coeff_fmpz(norm, k, row->coeffs + k);
}

/* log2 of f(j) at log2(j) = t, where all coefficients are positive: bits[k] are
 * their logarithms. */
static double log2_value(const double *bits, slong length, double t)
{
    double largest = 0, sum = 0; /* below 1 counts as 1 */
    for (slong k = 0; k < length; k++)
        largest = fmax(largest, bits[k] + (double)k * t);
    for (slong k = 0; k < length; k++)
        sum += exp2(bits[k] + (double)k * t - largest);
    return fmax(0, largest + log2(sum) + 1e-9);
}

/* log2 of f(0) f(1) ... f(n-1), at least. */
static double log2_product(const fmpz_poly_t f, const fmpz_t n)
{
    double sum = 0, count = fmpz_get_d(n), next = 1;
    double *bits = cpm_calloc((size_t)f->length + 1, sizeof *bits);
    if (bits == NULL)
        return INFINITY; /* nothing is known */
    for (slong k = 0; k < f->length; k++)
        bits[k] = log2_abs(f->coeffs + k);
    if (!(count < 0x1p60)) {
        sum = count * log2_value(bits, f->length, log2_abs(n));
        next = count;
    } else if (count > 0) {
        sum = log2_value(bits, f->length, -1e9);
    }
    while (next < count) {
        double end = fmin(count, next < 64 ? next + 1 : floor(next * 33 / 32));
        sum += (end - next) * log2_value(bits, f->length, log2(end - 1));
        next = end;
    }
    free(bits);
    return sum;
}

static double log2_largest(const fmpz *x, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, log2_abs(x + i));
    return largest;
}

double cpm_polyform_log2_numerator(const cpm_polyform *form, const fmpz_t n)
{
    fmpz_poly_t norm, row;
    fmpz_poly_init(norm);
    fmpz_poly_init(row);
    for (size_t i = 0; i < form->dim; i++) {
        fmpz_poly_zero(row);
        for (size_t j = 0; j < form->dim; j++)
            add_absolute(row, cpm_polyform_entry(form, i, j));
        take_larger(norm, row);
    }
    double bits = log2_product(norm, n) + log2_largest(form->start, form->dim) +
                  log2_largest(form->rows, form->dim * form->noutputs) + log2((double)form->dim);
    fmpz_poly_clear(norm);
    fmpz_poly_clear(row);
    return bits;
}

double cpm_polyform_log2_denominator(const cpm_polyform *form, const fmpz_t n)
{
    fmpz_poly_t norm;
    fmpz_poly_init(norm);
    add_absolute(norm, form->q);
    double bits = log2_abs(form->scale);
    if (!fmpz_poly_is_one(norm)) /* powers of 1 are nothing */
        bits += log2_product(norm, n);
    fmpz_poly_clear(norm);
    return bits;
}

void cpm_polyform_bound(cpm_size_bound *bound, const cpm_polyform *form, const fmpz_t n)
{
    double bits = cpm_polyform_log2_numerator(form, n) + cpm_polyform_log2_denominator(form, n) + 2;
    *bound = (cpm_size_bound){.bits = bits, .log10_digits = log10(bits * CPM_LOG10_2)};
    if (isinf(bits)) /* n has some hundred digits: those of n log2 n say enough */
        bound->log10_digits = log2_abs(n) * CPM_LOG10_2;
}
