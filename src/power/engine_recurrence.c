/* SPDX-License-Identifier: MIT
 *
 * engine_recurrence.c - the engine of the shortest recurrence: see bostan_mori.h.
 */
#include "power/bostan_mori.h"
#include "power/decimal.h"
#include "power/plan_internal.h"

#include <flint/fmpz_vec.h>
#include <math.h>

static const char *objection(cpm_plan *plan, const cpm_size_up *size, const cpm_config *config)
{
    (void)plan, (void)config;
    return size->has_form ? NULL : "the characteristic polynomial is out of reach";
}

static double cost(const cpm_size_up *s)
{
    double len = s->order / 2 + 1;
    if (!s->modular)
        return 1 + s->nbits * (300 + 0.15 * cpm_cost_of_poly_mul(len)) +
               (1 + s->noutputs) * 0.56 * (s->order + 1) * cpm_cost_of_mul(s->words / 2);
    double step =
        s->words <= 1 ? 41 + 1.3 * cpm_cost_of_poly_mul(len) : pow(len, 1.5) * (90 + 45 * s->words);
    return s->noutputs * (550 + s->nbits * step);
}

/* num'(x) = num(q0 x), den'(x) = den(q0 x)/q0: integral, den'(0) = 1, and
 * [x^n] num'/den' = q0^(n+1) [x^n] num/den. */
static void make_monic(fmpz_poly_t num, fmpz_poly_t den, const cpm_genfun *f)
{
    fmpz_t q0, power, c;
    fmpz_init_set(q0, fmpz_poly_get_coeff_ptr(f->den, 0));
    fmpz_init_set_ui(power, 1);
    fmpz_init(c);
    fmpz_poly_one(den);
    for (slong i = 0; i <= fmpz_poly_degree(f->num); i++) {
        fmpz_mul(c, fmpz_poly_get_coeff_ptr(f->num, i), power);
        fmpz_poly_set_coeff_fmpz(num, i, c);
        fmpz_mul(power, power, q0);
    }
    fmpz_one(power);
    for (slong i = 1; i <= fmpz_poly_degree(f->den); i++) {
        fmpz_mul(c, fmpz_poly_get_coeff_ptr(f->den, i), power);
        fmpz_poly_set_coeff_fmpz(den, i, c);
        fmpz_mul(power, power, q0);
    }
    fmpz_clear(q0);
    fmpz_clear(power);
    fmpz_clear(c);
}

cpm_status cpm_genfun_nth(fmpq_t out, const cpm_genfun *f, const fmpz_t n, const cpm_config *config,
                          cpm_err *err)
{
    cpm_status status;
    fmpz_t value, scale;
    fmpz_init(value);
    fmpz_init_set(scale, f->scale);
    if (fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0))) {
        status = cpm_nth_bostan_mori(value, f->num, f->den, n, NULL, config, err);
    } else {
        fmpz_poly_t num, den;
        fmpz_t power;
        fmpz_poly_init(num);
        fmpz_poly_init(den);
        fmpz_init(power);
        make_monic(num, den, f);
        status = cpm_nth_bostan_mori(value, num, den, n, NULL, config, err);
        fmpz_add_ui(power, n, 1);
        if (status == CPM_OK)
            fmpz_pow_fmpz(power, fmpz_poly_get_coeff_ptr(f->den, 0), power);
        fmpz_mul(scale, scale, power);
        fmpz_poly_clear(num);
        fmpz_poly_clear(den);
        fmpz_clear(power);
    }
    if (status == CPM_OK)
        fmpq_set_fmpz_frac(out, value, scale);
    fmpz_clear(value);
    fmpz_clear(scale);
    return status;
}

/* Several outputs share one slice of 1/den: y_k(n) = sum_j num_k[j] u(n-j). */
static cpm_status exact(fmpq *out, cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                        cpm_err *err)
{
    const fmpz_poly_struct *den = cpm_plan_den(plan, err);
    if (den == NULL)
        return err->status;
    size_t noutputs = plan->sys.noutputs;
    bool shared = noutputs > 1 && fmpz_is_one(fmpz_poly_get_coeff_ptr(den, 0));
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < noutputs && status == CPM_OK; k++) {
        const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
        if (f == NULL)
            return err->status;
        if (!shared)
            status = cpm_genfun_nth(out + k, f, n, config, err);
    }
    if (!shared || status != CPM_OK)
        return status;
    size_t dim = plan->sys.dim;
    fmpz *u = _fmpz_vec_init((slong)dim);
    fmpz_poly_t cofactor, num;
    fmpz_t first, sum;
    fmpz_poly_init(cofactor);
    fmpz_poly_init(num);
    fmpz_init(sum);
    fmpz_init_set(first, n);
    fmpz_sub_ui(first, first, dim - 1); /* u[i] = [x^(n-dim+1+i)] 1/den */
    status = cpm_slice_bostan_mori(u, dim, den, first, NULL, config, err);
    for (size_t k = 0; k < noutputs && status == CPM_OK; k++) {
        const cpm_genfun *f = &plan->funs[k];
        fmpz_poly_div(cofactor, den, f->den);
        fmpz_poly_mul(num, f->num, cofactor);
        fmpz_zero(sum);
        for (slong j = 0; j < fmpz_poly_length(num); j++)
            fmpz_addmul(sum, fmpz_poly_get_coeff_ptr(num, j), u + (slong)dim - 1 - j);
        fmpq_set_fmpz_frac(out + k, sum, f->scale);
    }
    _fmpz_vec_clear(u, (slong)dim);
    fmpz_poly_clear(cofactor);
    fmpz_poly_clear(num);
    fmpz_clear(first);
    fmpz_clear(sum);
    return status;
}

static cpm_status coefficient(fmpz_t out, const cpm_residue_form *r, const fmpz_t n,
                              const cpm_config *config, cpm_err *err)
{
    if (!fmpz_abs_fits_ui(r->modulus))
        return cpm_nth_bostan_mori(out, r->num, r->den, n, r->modulus, config, err);
    nmod_poly_t num, den;
    mp_limb_t value = 0;
    nmod_poly_init(num, fmpz_get_ui(r->modulus));
    nmod_poly_init(den, fmpz_get_ui(r->modulus));
    fmpz_poly_get_nmod_poly(num, r->num);
    fmpz_poly_get_nmod_poly(den, r->den);
    cpm_status status = cpm_nth_bostan_mori_nmod(&value, num, den, n, config, err);
    fmpz_set_ui(out, value);
    nmod_poly_clear(num);
    nmod_poly_clear(den);
    return status;
}

static cpm_status modular(fmpq *out, cpm_plan *plan, const fmpz_t n, const fmpz_t m,
                          const cpm_config *config, cpm_err *err)
{
    return cpm_plan_run_residues(out, plan, coefficient, n, m, config, err);
}

static cpm_status decimal(cpm_dec *out, bool *found, cpm_plan *plan, size_t k, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
    if (f == NULL)
        return err->status;
    cpm_status status = (plan->sys.noutputs > 1 ? cpm_nth_decimal : cpm_nth_decimal_bostan_mori)(
        out, f->num, f->den, n, config, err);
    *found = status == CPM_OK && cpm_dec_unscale(out, f->scale);
    return status;
}

const cpm_plan_engine cpm_engine_recurrence = {objection, cost, exact, modular, decimal};
