/* SPDX-License-Identifier: MIT
 *
 * sum.c - sums of terms: one variable more, s' = s + y, which every engine knows how
 * to deal with.
 *
 * Terms at distance 1: S(n) = y(0) + ... + y(n-1) is an output of the system with s,
 * and a sum is S(last+1) - S(first). For long recurrences S is a recurrence of its own,
 * with (1-x) den, whose first values come from the first of y without a step. Terms at distance D:
 * b(t) = y(first + D t) is an output of the companion matrix of y raised to the D, so its system is
 * dense; the power and the state at `first` are made over Z or modulo M before s is added.
 */
#include "power/sum.h"

#include "power/companion.h"
#include "power/residue.h"
#include "power/solver.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_mat.h>

/* Beyond this order a dense power costs more than many terms. */
enum { MAX_DENSE_ORDER = 128 };

const cpm_genfun *cpm_sum_start(size_t *start, cpm_plan *plan, cpm_err *err)
{
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, err);
    *start = 0;
    if (f != NULL && !cpm_genfun_is_proper(f))
        *start = (size_t)(fmpz_poly_length(f->num) - cpm_genfun_order(f));
    return f;
}

/* ---- A system with a sum ----------------------------------------------- */

/* *to = `from` with a variable more, the sum of output 0 in all steps before, which is
 * its one output. */
static cpm_status add_sum(cpm_linsys *to, const cpm_linsys *from, cpm_err *err)
{
    size_t dim = from->dim;
    cpm_status status = cpm_linsys_init(to, from->domain, dim + 1, 1, err);
    if (status != CPM_OK)
        return status;
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    for (size_t i = 0; i < dim && status == CPM_OK; i++) {
        status = cpm_form_copy(&to->rows[i], &from->rows[i], err);
        fmpq_set(to->start + i, from->start + i);
    }
    if (status == CPM_OK)
        status = cpm_form_copy(&to->rows[dim], &from->outputs[0], err);
    if (status == CPM_OK)
        status = cpm_form_add_term(&to->rows[dim], dim, one, from->domain, err);
    if (status == CPM_OK)
        status = cpm_form_add_term(&to->outputs[0], dim, one, from->domain, err);
    if (status == CPM_OK)
        cpm_form_normalise(&to->rows[dim], from->domain);
    fmpq_clear(one);
    if (status != CPM_OK)
        cpm_linsys_clear(to);
    return status;
}

/* A solver for the sums of output 0 of a system. */
static cpm_status init_sums(cpm_solver *sums, const cpm_linsys *sys, cpm_err *err)
{
    cpm_linsys with_sum = {0};
    cpm_status status = add_sum(&with_sum, sys, err);
    if (status == CPM_OK)
        status = cpm_solver_init(sums, &with_sum, err);
    cpm_linsys_clear(&with_sum);
    return status;
}

/* From here on sums are a recurrence of their own. */
enum { LONG_ORDER = 16 };

/* The sums of y = num/den, proper, as the companion system of (1-x) den. */
static cpm_status init_long_sums(cpm_solver *sums, const cpm_plan *plan, const cpm_genfun *f,
                                 cpm_err *err)
{
    size_t order = (size_t)cpm_genfun_order(f) + 1;
    fmpq *c = _fmpq_vec_init((slong)order), *given = _fmpq_vec_init((slong)order);
    fmpz_poly_t den;
    cpm_linsys sys = {0};
    fmpz_poly_init(den);
    fmpz_poly_shift_left(den, f->den, 1);
    fmpz_poly_sub(den, f->den, den);
    cpm_series_rule(c, den);
    cpm_linsys_terms(given + 1, order - 1, &plan->sys, 0);
    for (size_t k = 2; k < order; k++)
        fmpq_add(given + k, given + k, given + k - 1);
    cpm_status status = cpm_linsys_companion(&sys, c, given, order, err);
    if (status == CPM_OK)
        status = cpm_solver_init(sums, &sys, err);
    cpm_linsys_clear(&sys);
    fmpz_poly_clear(den);
    _fmpq_vec_clear(c, (slong)order);
    _fmpq_vec_clear(given, (slong)order);
    return status;
}

static cpm_status subtract(cpm_number *out, cpm_number *less, const cpm_config *config,
                           cpm_err *err)
{
    cpm_status status = cpm_number_settle(out, err);
    if (status == CPM_OK)
        status = cpm_number_settle(less, err);
    if (status != CPM_OK)
        return status;
    fmpq_sub(out->q, out->q, less->q);
    return cpm_residue_of_value(out->q, config, err);
}

static cpm_status sum_neighbours(cpm_number *out, cpm_plan *plan, const fmpz_t first,
                                 const fmpz_t count, const cpm_config *config, cpm_err *err)
{
    cpm_solver sums = {0};
    cpm_number before;
    fmpz_t after;
    fmpz_init(after);
    fmpz_add(after, first, count);
    cpm_number_init(&before);
    size_t start;
    const cpm_genfun *f = cpm_sum_start(&start, plan, err);
    bool is_long = f != NULL && start == 0 && cpm_genfun_order(f) >= LONG_ORDER;
    cpm_status status = f == NULL ? err->status
                        : is_long ? init_long_sums(&sums, plan, f, err)
                                  : init_sums(&sums, &plan->sys, err);
    if (status == CPM_OK)
        status = cpm_solver_answer(out, NULL, &sums, after, config, err);
    if (status == CPM_OK && !fmpz_is_zero(first))
        status = cpm_solver_answer(&before, NULL, &sums, first, config, err);
    if (status == CPM_OK && !fmpz_is_zero(first))
        status = subtract(out, &before, config, err);
    cpm_solver_clear(&sums);
    cpm_number_clear(&before);
    fmpz_clear(after);
    return status;
}

/* ---- At a distance ------------------------------------------------------ */

/* The system of a matrix with a start vector; its output is the first variable. */
static cpm_status dense_system(cpm_linsys *sys, const fmpz_mat_t a, const fmpz *start, cpm_err *err)
{
    const cpm_domain *domain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES);
    size_t dim = (size_t)fmpz_mat_nrows(a);
    cpm_status status = cpm_linsys_init(sys, domain, dim, 1, err);
    fmpq_t c;
    fmpq_init(c);
    for (size_t i = 0; i < dim && status == CPM_OK; i++) {
        fmpq_set_fmpz(sys->start + i, start + i);
        for (size_t k = 0; k < dim && status == CPM_OK; k++) {
            fmpq_set_fmpz(c, fmpz_mat_entry(a, (slong)i, (slong)k));
            if (!fmpq_is_zero(c))
                status = cpm_form_add_term(&sys->rows[i], k, c, domain, err);
        }
    }
    fmpq_one(c);
    if (status == CPM_OK)
        status = cpm_form_add_term(&sys->outputs[0], 0, c, domain, err);
    fmpq_clear(c);
    return status;
}

/* y as integers u over a divisor: over Z, or modulo M as residue.h has it. */
typedef struct integers {
    cpm_residue_form form;
    fmpz_t modulus; /* 0: over Z */
} integers;

static cpm_status take_integers(integers *u, const cpm_genfun *f, const cpm_config *config,
                                cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (config->modulus != NULL) {
        fmpz_t m;
        fmpz_init(m);
        fmpz_set_mpz(m, config->modulus);
        status = cpm_residue_form_set(&u->form, f, m, err);
        fmpz_set(u->modulus, u->form.modulus);
        fmpz_clear(m);
    } else if (fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0))) {
        fmpz_poly_set(u->form.num, f->num);
        fmpz_poly_set(u->form.den, f->den);
    } else {
        status = cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                             "terms at a distance, whose denominators grow, are not summed");
    }
    return status;
}

/* The system whose output is u(first + step t), of the order that y has over Q: modulo
 * M the denominator may be shorter, which would leave more terms to the start. */
static cpm_status dilate(cpm_linsys *sys, const integers *u, slong order, size_t start,
                         const fmpz_t first, const fmpz_t step, const cpm_config *config,
                         cpm_err *err)
{
    slong dim = order > 0 ? order : 1;
    fmpz_mat_t a, jump, state;
    fmpz_t steps;
    fmpz_mat_init(a, dim, dim);
    fmpz_mat_init(jump, dim, dim);
    fmpz_mat_init(state, dim, 1);
    fmpz_init(steps);
    cpm_companion_set(a, u->form.den);
    fmpz_mat_set(jump, a);
    fmpz_sub_ui(steps, first, start);
    cpm_companion_terms(fmpz_mat_entry(state, 0, 0), start, (size_t)dim, u->form.num, u->form.den,
                        u->modulus);
    cpm_status status = cpm_companion_power(jump, steps, u->modulus, config, err);
    if (status == CPM_OK)
        status = cpm_companion_power(a, step, u->modulus, config, err);
    fmpz_mat_mul(state, jump, state);
    if (!fmpz_is_zero(u->modulus))
        fmpz_mat_scalar_mod_fmpz(state, state, u->modulus);
    if (status == CPM_OK)
        status = dense_system(sys, a, fmpz_mat_entry(state, 0, 0), err);
    fmpz_mat_clear(a);
    fmpz_mat_clear(jump);
    fmpz_mat_clear(state);
    fmpz_clear(steps);
    return status;
}

/* y from u, in place. */
static cpm_status finish(cpm_number *out, const integers *u, const cpm_genfun *f, cpm_err *err)
{
    cpm_status status = cpm_number_settle(out, err);
    fmpq_t y;
    fmpq_init(y);
    if (status == CPM_OK && fmpz_is_zero(u->modulus))
        fmpq_set_fmpz_frac(y, fmpq_numref(out->q), f->scale);
    else if (status == CPM_OK)
        status = cpm_residue_finish(fmpq_numref(y), fmpq_numref(out->q), &u->form, err);
    fmpq_swap(out->q, y);
    fmpq_clear(y);
    return status;
}

static cpm_status sum_at_distance(cpm_number *out, cpm_plan *plan, const fmpz_t first,
                                  const fmpz_t count, const fmpz_t step, const cpm_config *config,
                                  cpm_err *err)
{
    size_t start;
    const cpm_genfun *f = cpm_sum_start(&start, plan, err);
    if (f == NULL)
        return err->status;
    if (cpm_genfun_order(f) > MAX_DENSE_ORDER)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                           "terms at a distance are not summed where the order is above %d",
                           MAX_DENSE_ORDER);
    integers u;
    cpm_linsys sys = {0};
    cpm_solver sums = {0};
    cpm_config inner = *config;
    mpz_t modulus;
    cpm_residue_form_init(&u.form);
    fmpz_init(u.modulus);
    mpz_init(modulus);
    cpm_status status = take_integers(&u, f, config, err);
    if (status == CPM_OK)
        status = dilate(&sys, &u, cpm_genfun_order(f), start, first, step, config, err);
    if (status == CPM_OK)
        status = init_sums(&sums, &sys, err);
    if (config->modulus != NULL) {
        fmpz_get_mpz(modulus, u.modulus);
        inner.modulus = modulus;
    }
    if (status == CPM_OK)
        status = cpm_solver_answer(out, NULL, &sums, count, &inner, err);
    if (status == CPM_OK)
        status = finish(out, &u, f, err);
    cpm_linsys_clear(&sys);
    cpm_solver_clear(&sums);
    cpm_residue_form_clear(&u.form);
    fmpz_clear(u.modulus);
    mpz_clear(modulus);
    return status;
}

cpm_status cpm_plan_sum(cpm_number *out, cpm_plan *plan, const fmpz_t first, const fmpz_t count,
                        const fmpz_t step, const cpm_config *config, cpm_err *err)
{
    fmpz_t last;
    fmpz_init(last);
    fmpz_sub_ui(last, count, 1);
    fmpz_mul(last, last, step);
    fmpz_add(last, last, first);
    cpm_status status = cpm_plan_check_size(plan, 0, last, config, err);
    fmpz_clear(last);
    if (status == CPM_OK && fmpz_is_one(step)) {
        status = sum_neighbours(out, plan, first, count, config, err);
        if (status != CPM_ERR_NO_ANSWER)
            return status;
        cpm_err_clear(err); /* a denominator of the system, which sums may not have */
        status = CPM_OK;
    }
    return status == CPM_OK ? sum_at_distance(out, plan, first, count, step, config, err) : status;
}
