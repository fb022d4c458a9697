/* SPDX-License-Identifier: MIT
 *
 * body_rows.c - inner loops of t rounds where t changes with the loop around, and T^t
 * is no polynomial in t. Variable v after them is w(t) = e_v T^t times the monomials
 * before them. Where t grows by the same s from round to round, so does the row:
 * w(t + s) = w(t) T^s. Its entries are variables of the loop around, then, which start
 * as those of e_v T^t0; what multiplies them is up to the closure.
 *
 * That holds for any T when s >= 0, and for s < 0 where T has an inverse. An entry that
 * is a root of unity to the power of t makes v a multiple of itself with a factor that
 * changes; when the loop around does m rounds at a time, m the order of the root, it is
 * a constant. So that is what is asked for then.
 *
 * In a loop inside a loop the entries move with the rounds of the one around, by the same
 * rule; where that begins they are the entries of a row that moves with the next one.
 */
#include "accel/body_internal.h"
#include "accel/inner_power.h"
#include "base/limits.h"
#include "base/mem.h"
#include "power/bound.h"

#include <flint/fmpq_poly.h>
#include <flint/fmpz_poly.h>
#include <stdlib.h>

void cpm_body_clear_rows(body *b)
{
    for (size_t i = 0; i < b->nrows; i++) {
        fmpq_mat_clear(b->rows[i].matrix);
        fmpz_clear(b->rows[i].stride);
        for (size_t m = 0; b->rows[i].starts != NULL && m < b->rows[i].dim; m++)
            fmpq_clear(b->rows[i].starts + m);
        free(b->rows[i].starts);
    }
    free(b->rows);
    b->rows = NULL;
    b->nrows = b->rows_cap = 0;
}

body_row *cpm_body_find_row(const body *b, size_t loop, size_t var)
{
    for (size_t i = 0; i < b->nrows; i++)
        if (b->rows[i].loop == loop && b->rows[i].var == var && b->rows[i].around == b->around)
            return &b->rows[i];
    return NULL;
}

/* The matrix is 0 at first. */
static body_row *new_row(body *b, size_t loop, size_t var, size_t dim)
{
    body_row *grown = cpm_grow(b->rows, &b->rows_cap, b->nrows + 1, sizeof *grown);
    if (grown == NULL)
        return NULL;
    b->rows = grown;
    body_row *row = &b->rows[b->nrows++];
    *row = (body_row){.loop = loop, .var = var, .around = b->around, .dim = dim};
    row->starts = cpm_calloc(row->dim, sizeof *row->starts);
    fmpq_mat_init(row->matrix, (slong)row->dim, (slong)row->dim);
    for (size_t m = 0; row->starts != NULL && m < row->dim; m++)
        fmpq_init(row->starts + m);
    return row->starts == NULL ? NULL : row;
}

cpm_status cpm_body_add_row(body *b, size_t loop, size_t var, const cpm_closure *closure)
{
    body_row *row = new_row(b, loop, var, closure->count);
    if (row == NULL)
        return cpm_err_memory(b->err);
    for (size_t k = 0; k < row->dim; k++)
        for (size_t t = 0; t < closure->rows[k].len; t++)
            fmpq_set(fmpq_mat_entry(row->matrix, (slong)k, (slong)closure->rows[k].terms[t].var),
                     closure->rows[k].terms[t].coeff);
    return CPM_OK;
}

void cpm_body_set_rounds(body_row *row, const fmpq_mpoly_t rounds, const cpm_poly_map *map)
{
    if (!row->has_rounds)
        fmpq_mpoly_init(row->rounds, map->ctx);
    fmpq_mpoly_set(row->rounds, rounds, map->ctx);
    row->has_rounds = true;
}

void cpm_body_forget_rounds(body *b, const cpm_poly_map *map)
{
    for (size_t i = 0; i < b->nrows; i++) {
        if (b->rows[i].has_rounds)
            fmpq_mpoly_clear(b->rows[i].rounds, map->ctx);
        b->rows[i].has_rounds = false;
    }
}

bool cpm_body_place_rows(body *b)
{
    size_t before = b->nvars;
    for (size_t i = 0; i < b->nrows; i++) {
        body_row *row = &b->rows[i];
        if (row->first > 0 || row->dim > CPM_MAX_CLOSED_VARIABLES - b->nvars)
            continue; /* one without a place stays unknown */
        row->first = b->nvars;
        b->nvars += row->dim;
    }
    return b->nvars > before;
}

const body_row *cpm_body_row_of(const body *b, size_t var)
{
    for (size_t i = 0; i < b->nrows; i++)
        if (b->rows[i].first > 0 && var >= b->rows[i].first &&
            var < b->rows[i].first + b->rows[i].dim)
            return &b->rows[i];
    return NULL;
}

/* ---- How the number of rounds moves --------------------------------------------------- */

static bool reads_unknown(const fmpq_mpoly_t p, const cpm_poly_map *map)
{
    int *used = cpm_calloc(map->nvars + 1, sizeof *used);
    bool unknown = used == NULL;
    if (used != NULL)
        fmpq_mpoly_used_vars(used, p, map->ctx);
    for (size_t v = 0; v < map->nvars && !unknown; v++)
        unknown = used[v] != 0 && map->is_unknown[v];
    free(used);
    return unknown;
}

/* *stride = p(the next round) - p, when that is the same integer always. */
static bool find_stride(fmpz_t stride, const fmpq_mpoly_t p, const cpm_poly_map *map)
{
    fmpq_mpoly_struct **images = cpm_calloc(map->nvars, sizeof(fmpq_mpoly_struct *));
    fmpq_mpoly_t next;
    fmpq_t c;
    if (images == NULL)
        return false;
    for (size_t v = 0; v < map->nvars; v++)
        images[v] = &map->image[v];
    fmpq_mpoly_init(next, map->ctx);
    fmpq_init(c);
    bool ok = fmpq_mpoly_compose_fmpq_mpoly(next, p, images, map->ctx, map->ctx);
    fmpq_mpoly_sub(next, next, p, map->ctx);
    ok = ok && fmpq_mpoly_is_fmpq(next, map->ctx);
    if (ok)
        fmpq_mpoly_get_fmpq(c, next, map->ctx);
    ok = ok && fmpz_is_one(fmpq_denref(c));
    fmpz_set(stride, fmpq_numref(c));
    fmpq_clear(c);
    fmpq_mpoly_clear(next, map->ctx);
    free(images);
    return ok;
}

/* p where the registers have their start values: how many rounds the first time. */
static bool first_rounds(fmpz_t out, const body *b, const fmpq_mpoly_t p, const cpm_poly_map *map)
{
    fmpq **starts = cpm_calloc(map->nvars, sizeof(fmpq *));
    fmpq_t value, zero;
    if (starts == NULL)
        return false;
    fmpq_init(value);
    fmpq_init(zero);
    for (size_t v = 0; v < map->nvars; v++)
        starts[v] = v < b->nregs ? b->code->regs[b->reg_of[v]].start : zero;
    bool ok = fmpq_mpoly_evaluate_all_fmpq(value, p, starts, map->ctx) &&
              fmpz_is_one(fmpq_denref(value)) && fmpq_sgn(value) >= 0;
    fmpz_set(out, fmpq_numref(value));
    fmpq_clear(value);
    fmpq_clear(zero);
    free(starts);
    return ok;
}

/* ---- The rows -------------------------------------------------------------------------- */

/* T as the domain has it, or its inverse. */
static cpm_status matrix_of(fmpq_mat_t out, const body *b, const body_row *row, bool inverse)
{
    cpm_status status = CPM_OK;
    fmpq_mat_set(out, row->matrix);
    if (inverse && !fmpq_mat_inv(out, out))
        return cpm_err_set(b->err, CPM_ERR_UNSUPPORTED,
                           "an inner loop that gets shorter and cannot be run backwards");
    for (slong i = 0; i < (slong)(row->dim * row->dim) && status == CPM_OK; i++) {
        fmpq *entry = fmpq_mat_entry(out, i / (slong)row->dim, i % (slong)row->dim);
        status = cpm_body_inner_coefficient(entry, b, entry);
    }
    return status;
}

static cpm_status power(fmpq_mat_t out, const body *b, const body_row *row, const fmpz_t n)
{
    fmpq_mat_t base;
    fmpz_t times;
    fmpq_mat_init(base, (slong)row->dim, (slong)row->dim);
    fmpz_init(times);
    fmpz_abs(times, n);
    cpm_status status = matrix_of(base, b, row, fmpz_sgn(n) < 0);
    double entries = (double)row->dim * (double)row->dim;
    if (status == CPM_OK && b->inner_domain->modulus == NULL &&
        entries * cpm_bound_matrix_power(base, times) > CPM_MAX_ROW_BITS)
        status = cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "an inner loop with too large values");
    if (status == CPM_OK)
        status = cpm_inner_power(out, base, times, b->inner_domain, b->options->max_bytes, b->err);
    fmpq_mat_clear(base);
    fmpz_clear(times);
    return status;
}

/* Entry m of the row goes to the sum of entry k times T^s[k][m]. */
static void set_images(cpm_poly_map *map, const body_row *row, const fmpq_mat_t step)
{
    fmpq_mpoly_t term;
    fmpq_mpoly_init(term, map->ctx);
    for (size_t m = 0; m < row->dim; m++) {
        fmpq_mpoly_struct *image = &map->image[row->first + m];
        fmpq_mpoly_zero(image, map->ctx);
        for (size_t k = 0; k < row->dim; k++) {
            const fmpq *c = fmpq_mat_entry(step, (slong)k, (slong)m);
            if (fmpq_is_zero(c))
                continue;
            fmpq_mpoly_gen(term, (slong)(row->first + k), map->ctx);
            fmpq_mpoly_scalar_mul_fmpq(term, term, c, map->ctx);
            fmpq_mpoly_add(image, image, term, map->ctx);
        }
    }
    fmpq_mpoly_clear(term, map->ctx);
}

static void set_unknown(const body_row *row, cpm_poly_map *map)
{
    for (size_t m = 0; m < row->dim; m++)
        map->is_unknown[row->first + m] = true; /* refused where it is needed */
}

/* The stride, and how the entries move. */
static cpm_status move_row(body *b, cpm_poly_map *map, body_row *row)
{
    fmpq_mat_t step;
    fmpq_mat_init(step, (slong)row->dim, (slong)row->dim);
    bool known = row->has_rounds && !reads_unknown(row->rounds, map) &&
                 find_stride(row->stride, row->rounds, map);
    cpm_status status =
        known ? power(step, b, row, row->stride)
              : cpm_err_set(b->err, CPM_ERR_UNSUPPORTED,
                            "an inner loop whose length does not change by the same each round");
    if (status == CPM_OK)
        set_images(map, row, step);
    fmpq_mat_clear(step);
    return status;
}

static cpm_status start_row(body *b, const cpm_poly_map *map, body_row *row)
{
    fmpq_mat_t out;
    fmpz_t first;
    fmpq_mat_init(out, (slong)row->dim, (slong)row->dim);
    fmpz_init(first);
    cpm_status status = first_rounds(first, b, row->rounds, map)
                            ? power(out, b, row, first)
                            : cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "a length that is none");
    for (size_t m = 0; m < row->dim && status == CPM_OK; m++)
        fmpq_set(row->starts + m, fmpq_mat_entry(out, 1, (slong)m)); /* 1: the variable itself */
    fmpq_mat_clear(out);
    fmpz_clear(first);
    return status;
}

/* What moves with the rounds of that loop, or of the body. */
static cpm_status move_rows(body *b, cpm_poly_map *map, size_t loop)
{
    for (size_t i = 0; i < b->nrows; i++) {
        body_row *row = &b->rows[i];
        if (row->first == 0 || row->around != loop)
            continue;
        cpm_status status = move_row(b, map, row);
        if (status == CPM_OK && loop == NONE)
            status = start_row(b, map, row);
        if (status != CPM_OK && status != CPM_ERR_UNSUPPORTED)
            return status;
        if (status != CPM_OK) {
            set_unknown(row, map);
            cpm_err_clear(b->err);
        }
    }
    return CPM_OK;
}

cpm_status cpm_body_finish_rows(body *b, cpm_poly_map *map)
{
    return move_rows(b, map, NONE);
}

/* ---- In loops inside loops --------------------------------------------------------------- */

cpm_status cpm_body_move_rows(body *b, cpm_poly_map *once, size_t loop)
{
    return move_rows(b, once, loop);
}

/* How many rounds there are the first time, of the variables around the loop. */
static bool rounds_at_start(fmpq_mpoly_t out, const body_row *row, const cpm_poly_map *state)
{
    fmpq_mpoly_struct **images = cpm_calloc(state->nvars, sizeof(fmpq_mpoly_struct *));
    if (images == NULL || reads_unknown(row->rounds, state)) {
        free(images);
        return false;
    }
    for (size_t v = 0; v < state->nvars; v++)
        images[v] = &state->image[v];
    bool ok = fmpq_mpoly_compose_fmpq_mpoly(out, row->rounds, images, state->ctx, state->ctx);
    free(images);
    return ok;
}

/* That many, always: the entries are numbers. */
static cpm_status start_with_numbers(body *b, const body_row *row, cpm_poly_map *state,
                                     const fmpq_mpoly_t rounds)
{
    fmpq_mat_t out;
    fmpq_t count;
    fmpq_init(count);
    fmpq_mat_init(out, (slong)row->dim, (slong)row->dim);
    fmpq_mpoly_get_fmpq(count, rounds, state->ctx);
    cpm_status status = fmpz_is_one(fmpq_denref(count)) && fmpq_sgn(count) >= 0
                            ? power(out, b, row, fmpq_numref(count))
                            : cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "a length that is none");
    for (size_t m = 0; m < row->dim && status == CPM_OK; m++)
        fmpq_mpoly_set_fmpq(&state->image[row->first + m], fmpq_mat_entry(out, 1, (slong)m),
                            state->ctx);
    fmpq_mat_clear(out);
    fmpq_clear(count);
    return status;
}

/* Else they are those of a row of the loop around; the first time, that is only noted. */
static cpm_status start_with_row(body *b, size_t i, cpm_poly_map *state, const fmpq_mpoly_t rounds)
{
    body_row *row = &b->rows[i], *outer = cpm_body_find_row(b, row->loop, row->var);
    if (outer == NULL && b->probe == NULL) {
        outer = new_row(b, row->loop, row->var, row->dim);
        row = &b->rows[i];
        if (outer == NULL)
            return cpm_err_memory(b->err);
        fmpq_mat_set(outer->matrix, row->matrix);
    }
    if (outer == NULL || outer->first == 0 || outer->dim != row->dim) {
        set_unknown(row, state);
        return CPM_OK;
    }
    if (b->probe == NULL)
        cpm_body_set_rounds(outer, rounds, state);
    for (size_t m = 0; m < row->dim; m++)
        fmpq_mpoly_gen(&state->image[row->first + m], (slong)(outer->first + m), state->ctx);
    return CPM_OK;
}

cpm_status cpm_body_start_rows(body *b, cpm_poly_map *state, size_t loop)
{
    fmpq_mpoly_t rounds;
    cpm_status status = CPM_OK;
    fmpq_mpoly_init(rounds, state->ctx);
    for (size_t i = 0; i < b->nrows && status == CPM_OK; i++) {
        if (b->rows[i].around != loop || b->rows[i].first == 0)
            continue;
        if (!b->rows[i].has_rounds || !rounds_at_start(rounds, &b->rows[i], state))
            set_unknown(&b->rows[i], state);
        else if (fmpq_mpoly_is_fmpq(rounds, state->ctx))
            status = start_with_numbers(b, &b->rows[i], state, rounds);
        else
            status = start_with_row(b, i, state, rounds);
        if (status == CPM_ERR_UNSUPPORTED) {
            set_unknown(&b->rows[i], state);
            cpm_err_clear(b->err);
            status = CPM_OK;
        }
    }
    fmpq_mpoly_clear(rounds, state->ctx);
    return status;
}

void cpm_body_end_rows(const body *b, cpm_poly_map *state, size_t loop)
{
    for (size_t i = 0; i < b->nrows; i++)
        for (size_t m = 0; b->rows[i].around == loop && b->rows[i].first > 0 && m < b->rows[i].dim;
             m++) {
            size_t v = b->rows[i].first + m;
            fmpq_mpoly_gen(&state->image[v], (slong)v, state->ctx);
            state->is_unknown[v] = false;
        }
}

bool cpm_body_moves_with(const body *b, size_t var, size_t loop)
{
    const body_row *row = cpm_body_row_of(b, var);
    return row != NULL && row->around == loop;
}

/* ---- Roots of unity ---------------------------------------------------------------------- */

/* Matrices above this are not looked at, and neither are orders. */
enum { MAX_ROOTS_DIM = 40, MAX_ORDER = 60 };

/* The lcm of the orders of the roots of unity among the eigenvalues. */
static ulong order_of_roots(const fmpq_mat_t matrix)
{
    ulong order = 1;
    if (fmpq_mat_nrows(matrix) > MAX_ROOTS_DIM)
        return 1;
    fmpq_poly_t p;
    fmpz_poly_t integral, cyclotomic;
    fmpq_poly_init(p);
    fmpz_poly_init(integral);
    fmpz_poly_init(cyclotomic);
    fmpq_mat_charpoly(p, matrix);
    fmpq_poly_get_numerator(integral, p);
    for (ulong m = 2; m <= MAX_ORDER; m++) {
        fmpz_poly_cyclotomic(cyclotomic, m);
        if (fmpz_poly_divides(integral, integral, cyclotomic))
            order = order / n_gcd(order, m) * m;
    }
    fmpq_poly_clear(p);
    fmpz_poly_clear(integral);
    fmpz_poly_clear(cyclotomic);
    return order;
}

ulong cpm_body_period_of_rows(const body *b)
{
    ulong period = 1;
    for (size_t i = 0; i < b->nrows; i++) {
        ulong order = b->rows[i].around == NONE ? order_of_roots(b->rows[i].matrix) : 1;
        order /= n_gcd(order, fmpz_fdiv_ui(b->rows[i].stride, order));
        period = period / n_gcd(period, order) * order;
        if (period > CPM_MAX_PERIOD)
            return 1;
    }
    return period;
}
