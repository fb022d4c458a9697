/* SPDX-License-Identifier: MIT
 *
 * poly_level.c - steps over Z/p^e, products of few of them, and blocks of p.
 *
 * Where p is large the products over p steps, at the k = 0, ..., e-1 that settle a
 * polynomial, are found by the progression, if p^e fits a word.
 */
#include "power/poly_level.h"

#include "power/poly_progression.h"
#include "power/poly_words.h"
#include "power/progress.h"

#include <flint/fmpz_vec.h>

/* Fewer steps are made one by one in any case. */
enum { FEW_STEPS = 2000 };

/* Steps by the loop in words, more of them by the progression. */
enum { LONG_SEGMENT = 100000 };

static void reduce(fmpz_poly_t f, const fmpz_t modulus)
{
    fmpz_poly_scalar_mod_fmpz(f, f, modulus);
}

/* ---- Products over few steps ------------------------------------------------------- */

/* shifted = the steps from `begin` on, modulo p^digits. */
cpm_status cpm_level_shift(cpm_level *shifted, const cpm_level *from, const fmpz_t begin,
                           const cpm_walk *w)
{
    fmpz_t power, by;
    slong dim = (slong)from->form.dim;
    fmpz *state = _fmpz_vec_init(dim);
    *shifted = (cpm_level){.digits = from->digits};
    fmpz_init(power);
    fmpz_init(by);
    cpm_walk_power(power, w, from->digits);
    fmpz_mod(by, begin, power);
    cpm_status status = cpm_polyform_states(&shifted->form, &from->form, state, w->err);
    if (status == CPM_OK) {
        fmpz_poly_struct *t = shifted->form.t, *q = shifted->form.q;
        for (slong i = 0; i < dim * dim; i++) {
            fmpz_poly_taylor_shift(t + i, t + i, by);
            reduce(t + i, power);
        }
        fmpz_poly_taylor_shift(q, q, by);
        reduce(q, power);
    }
    fmpz_clear(power);
    fmpz_clear(by);
    _fmpz_vec_clear(state, dim);
    return status;
}

static cpm_status word_steps(fmpz *numerators, fmpz_t den, const cpm_polyform *form, ulong n,
                             const fmpz_t m, const cpm_walk *w)
{
    fmpz_t count;
    fmpz_init_set_ui(count, n);
    bool is_long = n > LONG_SEGMENT && cpm_poly_progression_length(form, count, m) > 0;
    fmpz_clear(count);
    return (is_long ? cpm_poly_progression : cpm_poly_words)(numerators, den, form, n, m, w->config,
                                                             w->err);
}

/* The product of the first `count` steps column by column. */
static cpm_status multiply_in_words(fmpz_mat_t m, fmpz_t den, const cpm_level *l, ulong count,
                                    const fmpz_t modulus, const cpm_walk *w)
{
    slong dim = (slong)l->form.dim;
    fmpz *column = _fmpz_vec_init(dim), *unit = _fmpz_vec_init(dim);
    cpm_status status = CPM_OK;
    for (slong c = 0; c < dim && status == CPM_OK; c++) {
        cpm_polyform states = {0};
        fmpz_one(unit + c);
        status = cpm_polyform_states(&states, &l->form, unit, w->err);
        if (status == CPM_OK)
            status = word_steps(column, den, &states, count, modulus, w);
        for (slong row = 0; row < dim && status == CPM_OK; row++)
            fmpz_set(fmpz_mat_entry(m, row, c), column + row);
        fmpz_zero(unit + c);
        cpm_polyform_clear(&states);
    }
    _fmpz_vec_clear(column, dim);
    _fmpz_vec_clear(unit, dim);
    return status;
}

/* The same one after another. */
static cpm_status multiply_by_steps(fmpz_mat_t m, fmpz_t den, const cpm_level *l, ulong count,
                                    const fmpz_t modulus, const cpm_walk *w)
{
    slong dim = (slong)l->form.dim;
    fmpz_mat_t step;
    fmpz_t at, value;
    cpm_status status = CPM_OK;
    fmpz_mat_init(step, dim, dim);
    fmpz_init(at);
    fmpz_init(value);
    fmpz_mat_one(m);
    fmpz_one(den);
    for (ulong i = 0; i < count && status == CPM_OK; i++) {
        fmpz_set_ui(at, i);
        for (slong k = 0; k < dim * dim; k++)
            fmpz_poly_evaluate_fmpz(step->entries + k, l->form.t + k, at);
        fmpz_mat_mul(m, step, m);
        _fmpz_vec_scalar_mod_fmpz(m->entries, m->entries, dim * dim, modulus);
        fmpz_poly_evaluate_fmpz(value, l->form.q, at);
        fmpz_mul(den, den, value);
        fmpz_mod(den, den, modulus);
        if (i % 1024 == 0)
            status = cpm_progress(w->config, -1, w->err);
    }
    fmpz_mat_clear(step);
    fmpz_clear(at);
    fmpz_clear(value);
    return status;
}

/* m and den = those of `count` steps from `begin` on, modulo p^digits. */
static cpm_status multiply_steps(fmpz_mat_t m, fmpz_t den, const cpm_level *l, const fmpz_t begin,
                                 ulong count, const cpm_walk *w)
{
    cpm_level shifted;
    fmpz_t modulus;
    fmpz_init(modulus);
    cpm_walk_power(modulus, w, l->digits);
    cpm_status status = cpm_level_shift(&shifted, l, begin, w);
    bool in_words = count >= FEW_STEPS && cpm_poly_words_fits(&l->form, modulus);
    if (status == CPM_OK)
        status =
            (in_words ? multiply_in_words : multiply_by_steps)(m, den, &shifted, count, modulus, w);
    cpm_polyform_clear(&shifted.form);
    fmpz_clear(modulus);
    return status;
}

/* x = the product of those steps times x */
cpm_status cpm_level_apply(cpm_walk *w, const cpm_level *l, const fmpz_t begin, ulong count)
{
    slong dim = (slong)l->form.dim;
    cpm_ball product;
    fmpz_t den;
    if (count == 0)
        return CPM_OK;
    cpm_ball_init(&product, dim, dim);
    fmpz_init(den);
    cpm_status status = multiply_steps(product.m, den, l, begin, count, w);
    if (status == CPM_OK) {
        product.digits = l->digits;
        cpm_ball_normalize(&product, w->p);
        cpm_ball_mul(&w->x, &product, w->p); /* before it loses digits */
        w->lost = w->lost || !cpm_ball_divide(&w->x, den, l->digits, w->p);
    }
    cpm_ball_clear(&product);
    fmpz_clear(den);
    return status;
}

/* ---- Blocks of p steps ------------------------------------------------------------------ */

/* f(j + p k) modulo p^digits, a polynomial in k */
static void on_block(fmpz_poly_t out, const fmpz_poly_t f, ulong j, const fmpz_t modulus, ulong p)
{
    fmpz_t scale;
    fmpz_init_set_ui(scale, j);
    fmpz_poly_taylor_shift(out, f, scale);
    fmpz_one(scale);
    for (slong r = 0; r < out->length; r++) {
        fmpz_mul(out->coeffs + r, out->coeffs + r, scale);
        fmpz_mul_ui(scale, scale, p);
    }
    reduce(out, modulus);
    fmpz_clear(scale);
}

/* blocks = the product of p steps as polynomials. */
static cpm_status multiply_polynomials(cpm_level *blocks, const cpm_level *l, const fmpz_t modulus,
                                       const cpm_walk *w)
{
    slong dim = (slong)l->form.dim;
    fmpz_poly_mat_t product, step;
    fmpz_poly_t q;
    cpm_status status = CPM_OK;
    fmpz_poly_mat_init(product, dim, dim);
    fmpz_poly_mat_init(step, dim, dim);
    fmpz_poly_init(q);
    fmpz_poly_mat_one(product);
    fmpz_poly_set_ui(blocks->form.q, 1);
    for (ulong j = 0; j < w->p && status == CPM_OK; j++) {
        for (slong k = 0; k < dim * dim; k++)
            on_block(step->entries + k, l->form.t + k, j, modulus, w->p);
        fmpz_poly_mat_mul(product, step, product);
        for (slong k = 0; k < dim * dim; k++)
            reduce(product->entries + k, modulus);
        on_block(q, l->form.q, j, modulus, w->p);
        fmpz_poly_mul(blocks->form.q, blocks->form.q, q);
        reduce(blocks->form.q, modulus);
        status = cpm_progress(w->config, -1, w->err);
    }
    for (slong k = 0; k < dim * dim; k++)
        fmpz_poly_swap(blocks->form.t + k, product->entries + k);
    fmpz_poly_mat_clear(product);
    fmpz_poly_mat_clear(step);
    fmpz_poly_clear(q);
    return status;
}

/* f = the polynomial of degree below count with these values at 0, 1, ..., which are
 * overwritten: by Newton's formula, modulo a power of a prime from `count` on. */
static void interpolate(fmpz_poly_t f, fmpz *values, ulong count, const fmpz_t modulus)
{
    fmpz_poly_t factor;
    fmpz_t inverse;
    fmpz_poly_init(factor);
    fmpz_init(inverse);
    for (ulong r = 1; r < count; r++) { /* differences, divided by r! */
        fmpz_set_ui(inverse, r);
        fmpz_invmod(inverse, inverse, modulus);
        for (ulong i = count - 1; i >= r; i--) {
            fmpz_sub(values + i, values + i, values + i - 1);
            fmpz_mul(values + i, values + i, inverse);
            fmpz_mod(values + i, values + i, modulus);
        }
    }
    fmpz_poly_zero(f);
    for (ulong r = count; r-- > 0;) { /* f = f (k - r) + values[r] */
        fmpz_poly_set_coeff_si(factor, 1, 1);
        fmpz_poly_set_coeff_si(factor, 0, -(slong)r);
        fmpz_poly_mul(f, f, factor);
        fmpz_poly_add_fmpz(f, f, values + r);
        reduce(f, modulus);
    }
    fmpz_poly_clear(factor);
    fmpz_clear(inverse);
}

/* The same by the products at k = 0, ..., digits - 1. */
static cpm_status multiply_values(cpm_level *blocks, const cpm_level *l, const fmpz_t modulus,
                                  const cpm_walk *w)
{
    slong dim = (slong)l->form.dim, entries = dim * dim + 1, count = (slong)l->digits;
    fmpz *values = _fmpz_vec_init(entries * count);
    fmpz_mat_t m;
    fmpz_t begin, den;
    cpm_status status = CPM_OK;
    fmpz_mat_init(m, dim, dim);
    fmpz_init(begin);
    fmpz_init(den);
    for (slong k = 0; k < count && status == CPM_OK; k++) {
        status = multiply_steps(m, den, l, begin, w->p, w);
        for (slong i = 0; i + 1 < entries; i++)
            fmpz_set(values + i * count + k, m->entries + i);
        fmpz_set(values + (entries - 1) * count + k, den);
        fmpz_add_ui(begin, begin, w->p);
    }
    for (slong i = 0; i < entries && status == CPM_OK; i++)
        interpolate(i + 1 < entries ? blocks->form.t + i : blocks->form.q, values + i * count,
                    l->digits, modulus);
    _fmpz_vec_clear(values, entries * count);
    fmpz_mat_clear(m);
    fmpz_clear(begin);
    fmpz_clear(den);
    return status;
}

cpm_status cpm_level_blocks(cpm_level *blocks, const cpm_level *l, const cpm_walk *w)
{
    fmpz *state = _fmpz_vec_init((slong)l->form.dim);
    fmpz_t modulus;
    fmpz_init(modulus);
    cpm_walk_power(modulus, w, l->digits);
    *blocks = (cpm_level){.digits = l->digits};
    cpm_status status = cpm_polyform_states(&blocks->form, &l->form, state, w->err);
    bool by_values = w->p > CPM_SMALL_PRIME && cpm_poly_words_fits(&l->form, modulus);
    if (status == CPM_OK)
        status = (by_values ? multiply_values : multiply_polynomials)(blocks, l, modulus, w);
    fmpz_clear(modulus);
    _fmpz_vec_clear(state, (slong)l->form.dim);
    return status;
}

/* ---- Powers of p that coefficients share -------------------------------------------------- */

ulong cpm_level_content(const fmpz_poly_struct *f, slong count, ulong most, ulong p)
{
    for (slong i = 0; i < count; i++)
        for (slong k = 0; k < f[i].length; k++)
            most = cpm_padic_valuation(f[i].coeffs + k, most, p);
    return most;
}

static void divide_content(fmpz_poly_struct *f, slong count, ulong v, const cpm_walk *w)
{
    fmpz_t power;
    fmpz_init(power);
    cpm_walk_power(power, w, v);
    for (slong i = 0; i < count; i++)
        fmpz_poly_scalar_divexact_fmpz(f + i, f + i, power);
    fmpz_clear(power);
}

static slong degree_of(const cpm_polyform *form)
{
    slong degree = FLINT_MAX(0, fmpz_poly_degree(form->q));
    for (size_t k = 0; k < form->dim * form->dim; k++)
        degree = FLINT_MAX(degree, fmpz_poly_degree(form->t + k));
    return degree;
}

/* Takes them out, for n steps. `is_exact`: coefficients are no residues. */
void cpm_level_take_content(cpm_walk *w, cpm_level *l, const fmpz_t n, bool is_exact)
{
    slong entries = (slong)(l->form.dim * l->form.dim);
    ulong most = is_exact ? WORD_MAX : l->digits;
    ulong above = cpm_level_content(l->form.t, entries, most, w->p);
    ulong below = cpm_level_content(l->form.q, 1, most, w->p);
    fmpz_t power;
    if (above == most || below == most) {
        w->lost = true;
        return;
    }
    divide_content(l->form.t, entries, above, w);
    divide_content(l->form.q, 1, below, w);
    fmpz_addmul_ui(w->x.exponent, n, above);
    fmpz_submul_ui(w->x.exponent, n, below);
    if (!is_exact)
        l->digits -= FLINT_MAX(above, below);
    fmpz_init(power);
    cpm_walk_power(power, w, l->digits);
    for (slong k = 0; k < entries; k++)
        reduce(l->form.t + k, power);
    reduce(l->form.q, power);
    l->form.degree = degree_of(&l->form);
    fmpz_clear(power);
}
