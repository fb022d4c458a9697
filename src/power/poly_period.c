/* SPDX-License-Identifier: MIT
 *
 * poly_period.c - whole periods of T modulo m by a power of their product.
 */
#include "power/poly_period.h"

#include "power/poly_progression.h"
#include "power/poly_words.h"
#include "power/progress.h"

#include <flint/fmpz_vec.h>
#include <flint/nmod_mat.h>

/* Periods of more steps go by the progression where there is one. */
enum { LONG_PERIOD = 100000 };

static cpm_status steps(fmpz *numerators, fmpz_t den, const cpm_polyform *form, ulong n,
                        const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    fmpz_t count;
    fmpz_init_set_ui(count, n);
    bool is_long = n > LONG_PERIOD && cpm_poly_progression_length(form, count, m) > 0;
    fmpz_clear(count);
    return (is_long ? cpm_poly_progression : cpm_poly_words)(numerators, den, form, n, m, config,
                                                             err);
}

/* period = T(m-1) ... T(0), column by column, and den = q(m-1) ... q(0). */
static cpm_status whole_period(nmod_mat_t period, fmpz_t den, const cpm_polyform *form,
                               const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    slong dim = (slong)form->dim;
    fmpz *column = _fmpz_vec_init(dim), *unit = _fmpz_vec_init(dim);
    cpm_status status = CPM_OK;
    for (slong c = 0; c < dim && status == CPM_OK; c++) {
        cpm_polyform states = {0};
        fmpz_one(unit + c);
        status = cpm_polyform_states(&states, form, unit, err);
        if (status == CPM_OK)
            status = steps(column, den, &states, fmpz_get_ui(m), m, config, err);
        for (slong row = 0; row < dim && status == CPM_OK; row++)
            nmod_mat_entry(period, row, c) = fmpz_fdiv_ui(column + row, fmpz_get_ui(m));
        fmpz_zero(unit + c);
        cpm_polyform_clear(&states);
    }
    _fmpz_vec_clear(column, dim);
    _fmpz_vec_clear(unit, dim);
    return status;
}

/* x = period^count start: squares applied at the bits of count. */
static void apply_periods(fmpz *x, nmod_mat_t period, const fmpz *start, const fmpz_t count)
{
    slong dim = nmod_mat_nrows(period);
    nmod_mat_t state;
    nmod_mat_init(state, dim, 1, period->mod.n);
    for (slong i = 0; i < dim; i++)
        nmod_mat_entry(state, i, 0) = fmpz_fdiv_ui(start + i, period->mod.n);
    for (ulong bit = 0; bit < fmpz_bits(count); bit++) {
        if (fmpz_tstbit(count, bit))
            nmod_mat_mul(state, period, state);
        nmod_mat_mul(period, period, period);
    }
    for (slong i = 0; i < dim; i++)
        fmpz_set_ui(x + i, nmod_mat_entry(state, i, 0));
    nmod_mat_clear(state);
}

/* The steps that are left, from the state x. */
static cpm_status finish(fmpq *out, const cpm_polyform *form, const fmpz *x, const fmpz_t den,
                         ulong rest, const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    cpm_polyform last = {0};
    fmpz *numerators = _fmpz_vec_init((slong)form->noutputs);
    fmpz_t whole, part;
    fmpz_init(whole);
    fmpz_init_set_ui(part, 1);
    cpm_status status = cpm_polyform_from(&last, form, x, 0, err);
    if (status == CPM_OK)
        status = steps(numerators, whole, &last, rest, m, config, err);
    fmpz_mul(whole, whole, den);
    fmpz_mod(whole, whole, m);
    if (status == CPM_OK)
        status = cpm_poly_residues_of(out, numerators, whole, part, form, m, err);
    _fmpz_vec_clear(numerators, (slong)form->noutputs);
    fmpz_clear(whole);
    fmpz_clear(part);
    cpm_polyform_clear(&last);
    return status;
}

cpm_status cpm_poly_period(fmpq *out, const cpm_polyform *form, const fmpz_t n, const fmpz_t m,
                           const cpm_config *config, cpm_err *err)
{
    slong dim = (slong)form->dim;
    fmpz *x = _fmpz_vec_init(dim);
    fmpz_t count, den, rest;
    nmod_mat_t period;
    fmpz_init(count);
    fmpz_init(den);
    fmpz_init(rest);
    nmod_mat_init(period, dim, dim, fmpz_get_ui(m));
    fmpz_fdiv_qr(count, rest, n, m);
    cpm_status status = whole_period(period, den, form, m, config, err);
    if (status == CPM_OK) {
        apply_periods(x, period, form->start, count);
        fmpz_powm(den, den, count, m);
        status = finish(out, form, x, den, fmpz_get_ui(rest), m, config, err);
    }
    _fmpz_vec_clear(x, dim);
    fmpz_clear(count);
    fmpz_clear(den);
    fmpz_clear(rest);
    nmod_mat_clear(period);
    return status;
}
