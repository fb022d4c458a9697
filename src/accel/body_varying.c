/* SPDX-License-Identifier: MIT
 *
 * body_varying.c - code that does not close over monomials but is linear once its
 * counters are kept out: f = f*i, h = 2*x*h - 2*i*g. A variable that a round adds a
 * constant to is start + step*k in round k, so with polynomials of k in the place of all
 * of them the rest may be x' = T(k) x.
 */
#include "accel/body_internal.h"
#include "base/limits.h"
#include "base/mem.h"

#include <flint/fmpq_poly.h>
#include <stdlib.h>

typedef struct varying {
    const body *b;
    const cpm_poly_map *map;
    fmpq_poly_struct *counters; /* owned, per variable: its value in round k; 0 for others */
    bool *is_counter;           /* owned, per variable */
    size_t *place;              /* owned, per variable: its row, NONE where there is none yet */
    size_t *variables;          /* owned: of each row but the last, which is 1 */
    size_t dim;                 /* rows so far, without the last */
    fmpq_poly_struct *entries;  /* owned: most * most, row by row; the last column is 1's */
    size_t most;
} varying;

/* ---- Counters ---------------------------------------------------------------- */

/* Whether the variable goes to itself plus a constant: its value in round k. */
static bool find_counter(fmpq_poly_t value, const varying *s, size_t v)
{
    const fmpq *start = cpm_body_start_of(s->b, v);
    const fmpq_mpoly_struct *image = &s->map->image[v];
    fmpq_t step;
    fmpq_mpoly_t own;
    if (start == NULL || s->map->is_unknown[v])
        return false;
    fmpq_init(step);
    fmpq_mpoly_init(own, s->map->ctx);
    fmpq_mpoly_gen(own, (slong)v, s->map->ctx);
    fmpq_mpoly_sub(own, image, own, s->map->ctx);
    bool is = fmpq_mpoly_is_fmpq(own, s->map->ctx);
    if (is) {
        fmpq_mpoly_get_fmpq(step, own, s->map->ctx);
        fmpq_poly_set_coeff_fmpq(value, 0, start);
        fmpq_poly_set_coeff_fmpq(value, 1, step);
    }
    fmpq_mpoly_clear(own, s->map->ctx);
    fmpq_clear(step);
    return is;
}

static void varying_clear(varying *s)
{
    size_t nvars = s->b->nvars;
    for (size_t v = 0; s->counters != NULL && v < nvars; v++)
        fmpq_poly_clear(s->counters + v);
    for (size_t k = 0; s->entries != NULL && k < s->most * s->most; k++)
        fmpq_poly_clear(s->entries + k);
    free(s->counters);
    free(s->is_counter);
    free(s->place);
    free(s->variables);
    free(s->entries);
}

static cpm_status varying_init(varying *s, const body *b, const cpm_poly_map *map)
{
    size_t most = b->nvars + 1 < CPM_MAX_RULE_DIM ? b->nvars + 1 : CPM_MAX_RULE_DIM;
    *s = (varying){.b = b, .map = map, .most = most};
    s->counters = cpm_calloc(b->nvars, sizeof *s->counters);
    s->is_counter = cpm_calloc(b->nvars, sizeof *s->is_counter);
    s->place = cpm_calloc(b->nvars, sizeof *s->place);
    s->variables = cpm_calloc(most, sizeof *s->variables);
    s->entries = cpm_calloc(most * most, sizeof *s->entries);
    if (s->counters == NULL || s->is_counter == NULL || s->place == NULL || s->variables == NULL ||
        s->entries == NULL) {
        free(s->counters); /* nothing in it yet */
        free(s->entries);
        s->counters = s->entries = NULL;
        return cpm_err_memory(b->err);
    }
    for (size_t k = 0; k < most * most; k++)
        fmpq_poly_init(s->entries + k);
    for (size_t v = 0; v < b->nvars; v++) {
        fmpq_poly_init(s->counters + v);
        s->is_counter[v] = find_counter(s->counters + v, s, v);
        s->place[v] = NONE;
    }
    return CPM_OK;
}

/* ---- Rows ------------------------------------------------------------------------- */

/* The row of a variable, a new one where it has none; NONE: there are too many. */
static size_t row_of(varying *s, size_t v)
{
    if (s->place[v] == NONE && s->dim + 1 < s->most) {
        s->variables[s->dim] = v;
        s->place[v] = s->dim++;
    }
    return s->place[v];
}

/* One term of an image: c k^... times at most one variable that is no counter. Whether
 * it is of that kind. */
static bool add_term(varying *s, size_t row, const fmpq_t c, const ulong *exps)
{
    size_t column = s->most - 1;
    fmpq_poly_t value, power;
    fmpq_poly_init(value);
    fmpq_poly_init(power);
    fmpq_poly_set_fmpq(value, c);
    bool ok = true;
    for (size_t v = 0; v < s->b->nvars && ok; v++) {
        if (exps[v] == 0)
            continue;
        if (s->is_counter[v]) {
            ok = fmpq_poly_degree(value) + (slong)exps[v] < CPM_MAX_RULE_DEGREE;
            if (ok)
                fmpq_poly_pow(power, s->counters + v, exps[v]);
            if (ok)
                fmpq_poly_mul(value, value, power);
        } else {
            ok = exps[v] == 1 && column == s->most - 1;
            column = ok ? row_of(s, v) : NONE;
            ok = column != NONE;
        }
    }
    if (ok) {
        fmpq_poly_struct *entry = s->entries + row * s->most + column;
        fmpq_poly_add(entry, entry, value);
    }
    fmpq_poly_clear(value);
    fmpq_poly_clear(power);
    return ok;
}

static cpm_status add_row(bool *ok, varying *s, size_t row)
{
    const fmpq_mpoly_struct *image = &s->map->image[s->variables[row]];
    ulong *exps = cpm_calloc(s->b->nvars, sizeof *exps);
    fmpq_t c;
    if (exps == NULL)
        return cpm_err_memory(s->b->err);
    fmpq_init(c);
    *ok = !s->map->is_unknown[s->variables[row]];
    for (slong t = 0; t < fmpq_mpoly_length(image, s->map->ctx) && *ok; t++) {
        fmpq_mpoly_get_term_coeff_fmpq(c, image, t, s->map->ctx);
        *ok = fmpq_mpoly_term_exp_fits_ui(image, t, s->map->ctx) != 0;
        if (*ok)
            fmpq_mpoly_get_term_exp_ui(exps, image, t, s->map->ctx);
        *ok = *ok && add_term(s, row, c, exps);
    }
    fmpq_clear(c);
    free(exps);
    return CPM_OK;
}

/* A counter that is wanted: x' = x + step. */
static void add_counter(varying *s, size_t row)
{
    fmpq_t step;
    fmpq_init(step);
    fmpq_poly_get_coeff_fmpq(step, s->counters + s->variables[row], 1);
    fmpq_poly_set_fmpq(s->entries + row * s->most + (s->most - 1), step);
    fmpq_poly_one(s->entries + row * s->most + row);
    fmpq_clear(step);
}

/* The rows that the wanted variables need. */
static cpm_status find_rows(bool *ok, varying *s)
{
    cpm_status status = CPM_OK;
    *ok = true;
    for (size_t k = 0; k < s->b->options->nwanted && *ok; k++)
        *ok = row_of(s, s->b->var_of[s->b->options->wanted[k]]) != NONE;
    for (size_t row = 0; row < s->dim && *ok && status == CPM_OK; row++) {
        const fmpq *start = cpm_body_start_of(s->b, s->variables[row]);
        *ok = start != NULL;
        if (*ok && s->is_counter[s->variables[row]])
            add_counter(s, row);
        else if (*ok)
            status = add_row(ok, s, row);
    }
    return status;
}

/* ---- The system ---------------------------------------------------------------------- */

/* out = f * den, which has no denominators */
static void clear_entry(fmpz_poly_t out, const fmpq_poly_t f, const fmpz_t den)
{
    fmpz_t factor;
    fmpz_init(factor);
    fmpz_divexact(factor, den, fmpq_poly_denref(f));
    fmpq_poly_get_numerator(out, f);
    fmpz_poly_scalar_mul_fmpz(out, out, factor);
    fmpz_clear(factor);
}

/* Whether anything is added that is no multiple of a variable. */
static bool has_constants(const varying *s)
{
    bool has = false;
    for (size_t row = 0; row < s->dim && !has; row++)
        has = !fmpq_poly_is_zero(s->entries + row * s->most + s->most - 1);
    return has;
}

static void fill_row(cpm_polysys *sys, const varying *s, size_t row, const fmpz_t den)
{
    fmpq_poly_struct *entries = s->entries + row * s->most;
    fmpq_set(sys->start + row, cpm_body_start_of(s->b, s->variables[row]));
    for (size_t column = 0; column < s->dim; column++)
        clear_entry(cpm_polysys_entry(sys, row, column), entries + column, den);
    if (sys->dim > s->dim)
        clear_entry(cpm_polysys_entry(sys, row, s->dim), entries + s->most - 1, den);
}

static cpm_status fill_system(cpm_polysys *sys, const varying *s)
{
    fmpz_t den;
    const bool one = has_constants(s);
    cpm_status status = cpm_polysys_init(sys, s->dim + one, s->b->options->nwanted, s->b->err);
    if (status != CPM_OK)
        return status;
    fmpz_init_set_ui(den, 1);
    for (size_t k = 0; k < s->most * s->most; k++)
        fmpz_lcm(den, den, fmpq_poly_denref(s->entries + k));
    for (size_t row = 0; row < s->dim; row++)
        fill_row(sys, s, row, den);
    if (one) {
        fmpq_one(sys->start + s->dim);
        fmpz_poly_set_fmpz(cpm_polysys_entry(sys, s->dim, s->dim), den);
    }
    fmpz_poly_set_fmpz(sys->q, den);
    for (size_t k = 0; k < s->b->options->nwanted; k++)
        fmpq_one(sys->outputs + k * sys->dim + s->place[s->b->var_of[s->b->options->wanted[k]]]);
    fmpz_clear(den);
    return CPM_OK;
}

static cpm_status make_system(bool *found, cpm_polysys *sys, body *b)
{
    cpm_poly_map map = {0};
    varying s;
    cpm_status status = cpm_body_make_map(&map, b);
    bool *wanted = cpm_calloc(b->nvars, sizeof *wanted); /* the map may have added some */
    if (wanted == NULL)
        status = cpm_err_memory(b->err);
    for (size_t k = 0; k < b->options->nwanted && status == CPM_OK; k++)
        wanted[b->var_of[b->options->wanted[k]]] = true;
    if (status == CPM_OK)
        status = cpm_body_fix_invariants(b, &map, wanted);
    if (status == CPM_OK && b->nrows == 0) {
        status = varying_init(&s, b, &map);
        if (status == CPM_OK)
            status = find_rows(found, &s);
        if (status == CPM_OK && *found)
            status = fill_system(sys, &s);
        varying_clear(&s);
    }
    cpm_poly_map_clear(&map);
    free(wanted);
    return status;
}

cpm_status cpm_body_varying(bool *found, cpm_polysys *sys, const cpm_matcode *code,
                            const cpm_body_options *options, cpm_err *err)
{
    cpm_domain residues;
    body b;
    *found = false;
    *sys = (cpm_polysys){0};
    cpm_status status = cpm_body_begin(&b, &residues, code, options, err);
    if (status == CPM_OK)
        status = make_system(found, sys, &b);
    status = cpm_body_end(&b, status);
    *found = *found && status == CPM_OK;
    if (!*found)
        cpm_polysys_clear(sys);
    return status;
}
