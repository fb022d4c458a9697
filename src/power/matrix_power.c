/* SPDX-License-Identifier: MIT
 *
 * matrix_power.c - the n-th power of a dense matrix by binary powering, applied
 * to a vector from the lowest bit of n upwards (powers of one matrix commute,
 * so the order does not matter).
 *
 * Over Q the matrix is T/delta with T integral: T^n x_0 / delta^n. Word-size
 * moduli use nmod_mat, larger ones fmpz_mat with a reduction after each
 * product. Kept for teaching, for comparison, and for systems whose
 * characteristic polynomial costs more than the power.
 */
#include "power/matrix_power.h"

#include "base/limits.h"
#include "power/progress.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>
#include <flint/nmod_mat.h>

static cpm_status check_dim(const cpm_linsys *sys, cpm_err *err)
{
    if (sys->dim <= CPM_MAX_DENSE_DIM)
        return CPM_OK;
    cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                "engine matrix does not apply: %zu variables need a dense matrix (at most %d)",
                sys->dim, CPM_MAX_DENSE_DIM);
    cpm_err_hint(err, "engine recurrence needs no matrix");
    return err->status;
}

/* A square of `mat`, reduced modulo m unless NULL. */
static void square(fmpz_mat_t mat, const fmpz *m)
{
    fmpz_mat_sqr(mat, mat);
    if (m != NULL)
        fmpz_mat_scalar_mod_fmpz(mat, mat, m);
}

/* x = mat x */
static void apply(fmpz_mat_t x, const fmpz_mat_t mat, const fmpz *m)
{
    fmpz_mat_t y;
    fmpz_mat_init(y, fmpz_mat_nrows(x), 1);
    fmpz_mat_mul(y, mat, x);
    if (m != NULL)
        fmpz_mat_scalar_mod_fmpz(y, y, m);
    fmpz_mat_swap(x, y);
    fmpz_mat_clear(y);
}

/* x = mat^n x; mat is destroyed. */
static cpm_status power_apply(fmpz_mat_t x, fmpz_mat_t mat, const fmpz_t n, const fmpz *m,
                              const cpm_config *config, cpm_err *err)
{
    slong nbits = (slong)fmpz_bits(n);
    cpm_status status = CPM_OK;
    for (slong i = 0; i < nbits && status == CPM_OK; i++) {
        if (fmpz_tstbit(n, (ulong)i))
            apply(x, mat, m);
        if (i + 1 < nbits)
            square(mat, m);
        status = cpm_progress(config, (double)(i + 1) / (double)nbits, err);
    }
    return status;
}

cpm_status cpm_fmpz_mat_power(fmpz_mat_t out, const fmpz_mat_t a, const fmpz_t n, const fmpz *m,
                              const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    fmpz_mat_t base;
    fmpz_mat_init_set(base, a);
    fmpz_mat_one(out);
    slong nbits = (slong)fmpz_bits(n);
    for (slong i = nbits; i-- > 0 && status == CPM_OK;) {
        fmpz_mat_sqr(out, out);
        if (fmpz_tstbit(n, (ulong)i))
            fmpz_mat_mul(out, out, base);
        if (m != NULL)
            fmpz_mat_scalar_mod_fmpz(out, out, m);
        status = cpm_progress(config, (double)(nbits - i) / (double)nbits, err);
    }
    if (m != NULL)
        fmpz_mat_scalar_mod_fmpz(out, out, m);
    fmpz_mat_clear(base);
    return status;
}

/* delta = the least common denominator of T; mat = delta T. */
static void integral_matrix(fmpz_mat_t mat, fmpz_t delta, const cpm_linsys *sys)
{
    fmpz_t c;
    fmpz_init(c);
    fmpz_one(delta);
    for (size_t i = 0; i < sys->dim; i++)
        for (size_t j = 0; j < sys->rows[i].len; j++)
            fmpz_lcm(delta, delta, fmpq_denref(sys->rows[i].terms[j].coeff));
    fmpz_mat_zero(mat);
    for (size_t i = 0; i < sys->dim; i++)
        for (size_t j = 0; j < sys->rows[i].len; j++) {
            const cpm_form_term *term = &sys->rows[i].terms[j];
            fmpz_divexact(c, delta, fmpq_denref(term->coeff));
            fmpz_mul(fmpz_mat_entry(mat, (slong)i, (slong)term->var), c, fmpq_numref(term->coeff));
        }
    fmpz_clear(c);
}

/* lambda = the least common denominator of x_0; x = lambda x_0. */
static void integral_start(fmpz_mat_t x, fmpz_t lambda, const cpm_linsys *sys)
{
    fmpz_t c;
    fmpz_init(c);
    fmpz_one(lambda);
    for (size_t i = 0; i < sys->dim; i++)
        fmpz_lcm(lambda, lambda, fmpq_denref(sys->start + i));
    for (size_t i = 0; i < sys->dim; i++) {
        fmpz_divexact(c, lambda, fmpq_denref(sys->start + i));
        fmpz_mul(fmpz_mat_entry(x, (slong)i, 0), c, fmpq_numref(sys->start + i));
    }
    fmpz_clear(c);
}

cpm_status cpm_nth_matrix(fmpq *out, const cpm_linsys *sys, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    cpm_status status = check_dim(sys, err);
    if (status != CPM_OK)
        return status;
    slong dim = (slong)sys->dim;
    fmpz_mat_t mat, x;
    fmpz_t delta, scale;
    fmpz_init(delta);
    fmpz_init(scale);
    fmpz_mat_init(mat, dim, dim);
    fmpz_mat_init(x, dim, 1);
    integral_matrix(mat, delta, sys);
    integral_start(x, scale, sys);
    status = power_apply(x, mat, n, NULL, config, err);
    if (!fmpz_is_one(delta) && status == CPM_OK) {
        fmpz_pow_fmpz(delta, delta, n);
        fmpz_mul(scale, scale, delta);
    }
    fmpq *state = _fmpq_vec_init(dim);
    for (slong i = 0; i < dim && status == CPM_OK; i++)
        fmpq_set_fmpz_frac(state + i, fmpz_mat_entry(x, i, 0), scale);
    for (size_t k = 0; k < sys->noutputs && status == CPM_OK; k++)
        cpm_form_value(out + k, &sys->outputs[k], state);
    _fmpq_vec_clear(state, dim);
    fmpz_mat_clear(mat);
    fmpz_mat_clear(x);
    fmpz_clear(delta);
    fmpz_clear(scale);
    return status;
}

/* x = mat^n x modulo a word-size m. */
static cpm_status power_apply_nmod(fmpz_mat_t x, const fmpz_mat_t mat, const fmpz_t n, mp_limb_t m,
                                   const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    slong dim = fmpz_mat_nrows(mat), nbits = (slong)fmpz_bits(n);
    nmod_mat_t a, v, t;
    nmod_mat_init(a, dim, dim, m);
    nmod_mat_init(t, dim, dim, m);
    nmod_mat_init(v, dim, 1, m);
    fmpz_mat_get_nmod_mat(a, mat);
    fmpz_mat_get_nmod_mat(v, x);
    for (slong i = 0; i < nbits && status == CPM_OK; i++) {
        if (fmpz_tstbit(n, (ulong)i))
            nmod_mat_mul(v, a, v);
        if (i + 1 < nbits) {
            nmod_mat_mul(t, a, a);
            nmod_mat_swap(a, t);
        }
        status = cpm_progress(config, (double)(i + 1) / (double)nbits, err);
    }
    fmpz_mat_set_nmod_mat_unsigned(x, v);
    nmod_mat_clear(a);
    nmod_mat_clear(t);
    nmod_mat_clear(v);
    return status;
}

cpm_status cpm_nth_matrix_mod(fmpz *out, const cpm_linsys *sys, const fmpz_t n, const fmpz_t m,
                              const cpm_config *config, cpm_err *err)
{
    cpm_status status = check_dim(sys, err);
    if (status != CPM_OK)
        return status;
    slong dim = (slong)sys->dim;
    fmpz_mat_t mat, x;
    fmpz_t one;
    fmpz_init(one);
    fmpz_mat_init(mat, dim, dim);
    fmpz_mat_init(x, dim, 1);
    integral_matrix(mat, one, sys);
    integral_start(x, one, sys);
    if (fmpz_abs_fits_ui(m)) {
        status = power_apply_nmod(x, mat, n, fmpz_get_ui(m), config, err);
    } else {
        fmpz_mat_scalar_mod_fmpz(mat, mat, m);
        fmpz_mat_scalar_mod_fmpz(x, x, m);
        status = power_apply(x, mat, n, m, config, err);
    }
    fmpz *state = _fmpz_vec_init(dim);
    for (slong i = 0; i < dim; i++)
        fmpz_set(state + i, fmpz_mat_entry(x, i, 0));
    for (size_t k = 0; k < sys->noutputs; k++)
        cpm_linsys_output_mod(out + k, sys, k, state, m);
    _fmpz_vec_clear(state, dim);
    fmpz_mat_clear(mat);
    fmpz_mat_clear(x);
    fmpz_clear(one);
    return status;
}
