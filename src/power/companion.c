/* SPDX-License-Identifier: MIT
 *
 * companion.c - every k-th term of an integral recurrence of small order d: binary
 * powering of the companion matrix, O(d^3 log k) products. The terms u(first + k t)
 * are annihilated by the characteristic polynomial of the k-th power.
 */
#include "power/companion.h"

#include "power/progress.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>

static void reduce(fmpz_mat_t a, const fmpz_t m)
{
    if (!fmpz_is_zero(m))
        fmpz_mat_scalar_mod_fmpz(a, a, m);
}

cpm_status cpm_companion_power(fmpz_mat_t a, const fmpz_t n, const fmpz_t m,
                               const cpm_config *config, cpm_err *err)
{
    fmpz_mat_t base;
    fmpz_mat_init_set(base, a);
    reduce(base, m);
    fmpz_mat_one(a);
    cpm_status status = CPM_OK;
    for (slong bit = (slong)fmpz_bits(n) - 1; bit >= 0 && status == CPM_OK; bit--) {
        fmpz_mat_sqr(a, a);
        reduce(a, m);
        if (fmpz_tstbit(n, (ulong)bit))
            fmpz_mat_mul(a, a, base);
        reduce(a, m);
        status = cpm_progress(config, cpm_done_with_left((ulong)bit), err);
    }
    fmpz_mat_clear(base);
    return status;
}

void cpm_companion_set(fmpz_mat_t a, const fmpz_poly_t den)
{
    slong d = fmpz_mat_nrows(a);
    fmpz_mat_zero(a);
    for (slong i = 0; i + 1 < d; i++)
        fmpz_one(fmpz_mat_entry(a, i, i + 1));
    for (slong k = 1; k <= fmpz_poly_degree(den); k++)
        fmpz_neg(fmpz_mat_entry(a, d - 1, d - k), fmpz_poly_get_coeff_ptr(den, k));
}

void cpm_companion_terms(fmpz *u, size_t first, size_t count, const fmpz_poly_t num,
                         const fmpz_poly_t den, const fmpz_t m)
{
    size_t total = first + count, order = (size_t)fmpz_poly_degree(den);
    fmpz *all = _fmpz_vec_init((slong)total);
    for (size_t n = 0; n < total; n++) {
        fmpz_poly_get_coeff_fmpz(all + n, num, (slong)n);
        for (size_t k = 1; k <= order && k <= n; k++)
            fmpz_submul(all + n, fmpz_poly_get_coeff_ptr(den, (slong)k), all + (n - k));
        if (!fmpz_is_zero(m))
            fmpz_mod(all + n, all + n, m);
    }
    for (size_t i = 0; i < count; i++)
        fmpz_set(u + i, all + first + i);
    _fmpz_vec_clear(all, (slong)total);
}

/* ---- Sections ----------------------------------------------------------- */

/* den = det(I - x a). */
static void set_denominator(fmpz_poly_t den, const fmpz_mat_t a)
{
    fmpz_mat_charpoly(den, a);
    fmpz_poly_reverse(den, den, fmpz_mat_nrows(a) + 1);
}

cpm_status cpm_genfun_section(cpm_genfun *out, const cpm_genfun *f, size_t first, size_t step,
                              const cpm_config *config, cpm_err *err)
{
    slong dim = cpm_genfun_order(f) > 0 ? cpm_genfun_order(f) : 1;
    size_t nbefore = (size_t)fmpz_poly_length(f->num) / step + 1;
    size_t count = (size_t)dim + nbefore, total = first + step * (count - 1) + 1;
    fmpz_mat_t a;
    fmpz_poly_t den;
    fmpz_t exponent, exact;
    fmpz_mat_init(a, dim, dim);
    fmpz_poly_init(den);
    fmpz_init_set_ui(exponent, step);
    fmpz_init(exact);
    cpm_companion_set(a, f->den);
    cpm_status status = cpm_companion_power(a, exponent, exact, config, err);
    if (status == CPM_OK) {
        fmpz *u = _fmpz_vec_init((slong)total);
        cpm_companion_terms(u, 0, total, f->num, f->den, exact);
        set_denominator(den, a);
        fmpz_poly_fit_length(out->num, (slong)count);
        for (size_t t = count; t-- > 0;)
            fmpz_poly_set_coeff_fmpz(out->num, (slong)t, u + (first + step * t));
        cpm_genfun_finish_series(out, den, (slong)count, f->scale);
        _fmpz_vec_clear(u, (slong)total);
    }
    fmpz_mat_clear(a);
    fmpz_poly_clear(den);
    fmpz_clear(exponent);
    fmpz_clear(exact);
    return status;
}
