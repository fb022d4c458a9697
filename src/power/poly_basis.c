/* SPDX-License-Identifier: MIT
 *
 * poly_basis.c - what keeps digits: another basis for blocks with denominators, and where
 * blocks begin.
 */
#include "power/poly_level.h"

#include "base/mem.h"

#include <stdlib.h>

static void reduce(fmpz_poly_t f, const fmpz_t modulus)
{
    fmpz_poly_scalar_mod_fmpz(f, f, modulus);
}

/* ---- Another basis ------------------------------------------------------------------------ */

/* The vectors that all coefficients of all entries take to multiples of p, as columns of k;
 * how many there are. */
static slong find_kernel(nmod_mat_t k, const cpm_level *l, ulong p)
{
    slong dim = (slong)l->form.dim, length = l->form.degree + 1;
    nmod_mat_t all;
    nmod_mat_init(all, dim * length, dim, p);
    for (slong row = 0; row < dim; row++)
        for (slong col = 0; col < dim; col++) {
            const fmpz_poly_struct *f = l->form.t + row * dim + col;
            for (slong r = 0; r < f->length; r++)
                nmod_mat_entry(all, row * length + r, col) = fmpz_fdiv_ui(f->coeffs + r, p);
        }
    slong count = nmod_mat_nullspace(k, all);
    nmod_mat_clear(all);
    return count;
}

/* basis = the first `count` columns of k, and unit vectors that complete them. */
static void complete_basis(fmpz_mat_t basis, const nmod_mat_t k, slong count)
{
    slong dim = nmod_mat_nrows(k), placed = count;
    nmod_mat_t tried;
    fmpz_mat_zero(basis);
    nmod_mat_init(tried, dim, dim, k->mod.n);
    for (slong col = 0; col < count; col++)
        for (slong row = 0; row < dim; row++)
            fmpz_set_ui(fmpz_mat_entry(basis, row, col), nmod_mat_entry(k, row, col));
    for (slong unit = 0; unit < dim && placed < dim; unit++) {
        fmpz_one(fmpz_mat_entry(basis, unit, placed));
        fmpz_mat_get_nmod_mat(tried, basis);
        if (nmod_mat_rank(tried) == placed + 1)
            placed++;
        else
            fmpz_zero(fmpz_mat_entry(basis, unit, placed));
    }
    nmod_mat_clear(tried);
}

/* t = D^-1 basis^-1 t basis D, D = diag(1, ..., 1, p, ..., p), known to a digit less. */
static void change_basis(fmpz_poly_mat_t t, const fmpz_mat_t basis, const fmpz_mat_t inverse,
                         slong count, const fmpz_t modulus, ulong p)
{
    slong dim = fmpz_mat_nrows(basis);
    fmpz_poly_mat_t left, right;
    fmpz_poly_mat_init(left, dim, dim);
    fmpz_poly_mat_init(right, dim, dim);
    for (slong i = 0; i < dim * dim; i++) {
        fmpz_poly_set_fmpz(left->entries + i, inverse->entries + i);
        fmpz_poly_set_fmpz(right->entries + i, basis->entries + i);
    }
    fmpz_poly_mat_mul(t, left, t);
    fmpz_poly_mat_mul(t, t, right);
    for (slong i = 0; i < dim; i++)
        for (slong j = 0; j < dim; j++) {
            fmpz_poly_struct *f = fmpz_poly_mat_entry(t, i, j);
            reduce(f, modulus);
            for (slong r = 0; r < f->length && (i < count) != (j < count); r++) {
                if (i < count)
                    fmpz_mul_ui(f->coeffs + r, f->coeffs + r, p);
                else
                    fmpz_divexact_ui(f->coeffs + r, f->coeffs + r, p);
            }
        }
    fmpz_poly_mat_clear(left);
    fmpz_poly_mat_clear(right);
}

/* The state in that basis, of which `inverse` is known to so many digits. */
static void change_state(cpm_walk *w, const fmpz_mat_t inverse, ulong digits, slong count)
{
    w->x.digits = FLINT_MIN(w->x.digits, digits);
    fmpz_mat_mul(w->x.m, inverse, w->x.m);
    for (slong i = 0; i < count; i++)
        fmpz_mul_ui(w->x.m->entries + i, w->x.m->entries + i, w->p);
    fmpz_sub_ui(w->x.exponent, w->x.exponent, 1);
    cpm_ball_normalize(&w->x, w->p);
}

/* back = back basis D */
static void extend_back(fmpz_mat_t back, const fmpz_mat_t basis, slong count, ulong p)
{
    fmpz_mat_mul(back, back, basis);
    for (slong i = 0; i < fmpz_mat_nrows(back); i++)
        for (slong j = count; j < fmpz_mat_ncols(back); j++)
            fmpz_mul_ui(fmpz_mat_entry(back, i, j), fmpz_mat_entry(back, i, j), p);
}

/* One change of basis for the n steps, where all entries share a power of p then. */
bool cpm_level_improve_basis(cpm_walk *w, cpm_level *l, fmpz_mat_t back, const fmpz_t n)
{
    slong dim = (slong)l->form.dim, count;
    fmpz_poly_mat_t t;
    fmpz_mat_t basis, inverse;
    fmpz_t modulus, den;
    nmod_mat_t kernel;
    nmod_mat_init(kernel, dim, dim, w->p);
    count = find_kernel(kernel, l, w->p);
    bool better = count > 0 && count < dim && l->digits > 2;
    fmpz_poly_mat_init(t, dim, dim);
    fmpz_mat_init(basis, dim, dim);
    fmpz_mat_init(inverse, dim, dim);
    fmpz_init(modulus);
    fmpz_init(den);
    if (better) {
        cpm_walk_power(modulus, w, l->digits);
        complete_basis(basis, kernel, count);
        better = fmpz_mat_inv(inverse, den, basis) != 0 && fmpz_invmod(den, den, modulus) != 0;
    }
    if (better) {
        fmpz_mat_scalar_mul_fmpz(inverse, inverse, den);
        for (slong i = 0; i < dim * dim; i++)
            fmpz_poly_set(t->entries + i, l->form.t + i);
        change_basis(t, basis, inverse, count, modulus, w->p);
        better = cpm_level_content(t->entries, dim * dim, l->digits, w->p) > 0;
    }
    if (better) {
        for (slong i = 0; i < dim * dim; i++)
            fmpz_poly_swap(t->entries + i, l->form.t + i);
        change_state(w, inverse, l->digits, count);
        l->digits--;
        cpm_level_take_content(w, l, n, false);
        extend_back(back, basis, count, w->p);
    }
    fmpz_poly_mat_clear(t);
    fmpz_mat_clear(basis);
    fmpz_mat_clear(inverse);
    fmpz_clear(modulus);
    fmpz_clear(den);
    nmod_mat_clear(kernel);
    return better;
}

/* ---- Where blocks begin -------------------------------------------------------------------- */

/* Modulo p something is gained, or lost, at this index. */
typedef struct event {
    ulong at;
    slong gain;
} event;

static int by_place(const void *x, const void *y)
{
    const event *a = x, *b = y;
    return a->at < b->at ? -1 : a->at > b->at;
}

typedef struct events {
    event *at; /* owned */
    size_t count, cap;
    bool failed; /* out of memory */
} events;

/* One for each zero of f modulo p: its multiplicity times `gain`. */
static void add_events(events *all, const nmod_poly_t f, slong gain)
{
    nmod_poly_factor_t roots;
    nmod_poly_factor_init(roots);
    if (nmod_poly_degree(f) > 0)
        nmod_poly_roots(roots, f, 1);
    event *grown = cpm_grow(all->at, &all->cap, all->count + (size_t)roots->num + 1, sizeof *grown);
    all->failed = all->failed || grown == NULL;
    if (grown != NULL)
        all->at = grown;
    for (slong k = 0; k < roots->num && grown != NULL; k++) {
        ulong c = nmod_poly_get_coeff_ui(roots->p + k, 0); /* x - r */
        grown[all->count++] = (event){c == 0 ? 0 : f->mod.n - c, gain * roots->exp[k]};
    }
    nmod_poly_factor_clear(roots);
}

/* The zeros of det T, and of q, by which each of the variables is divided. */
static void find_events(events *all, const cpm_polyform *form, ulong p)
{
    nmod_poly_mat_t t;
    nmod_poly_t f;
    nmod_poly_mat_init(t, (slong)form->dim, (slong)form->dim, p);
    nmod_poly_init(f, p);
    for (size_t k = 0; k < form->dim * form->dim; k++)
        fmpz_poly_get_nmod_poly(t->entries + k, form->t + k);
    nmod_poly_mat_det(f, t);
    add_events(all, f, 1);
    fmpz_poly_get_nmod_poly(f, form->q);
    add_events(all, f, -(slong)form->dim);
    nmod_poly_mat_clear(t);
    nmod_poly_clear(f);
}

/* The place behind the last loss that is followed by gains: the least sum of both before
 * it. */
static ulong best_begin(event *at, size_t count)
{
    slong sum = 0, least = 0;
    ulong begin = 0;
    qsort(at, count, sizeof *at, by_place);
    for (size_t i = 0; i < count; i++) {
        sum += at[i].gain;
        if (sum < least && (i + 1 == count || at[i + 1].at > at[i].at)) {
            least = sum;
            begin = at[i].at + 1;
        }
    }
    return begin;
}

cpm_status cpm_level_begin(ulong *begin, const cpm_level *l, const cpm_walk *w)
{
    events all = {0};
    find_events(&all, &l->form, w->p);
    *begin = all.failed ? 0 : best_begin(all.at, all.count) % w->p;
    free(all.at);
    return all.failed ? cpm_err_memory(w->err) : CPM_OK;
}
