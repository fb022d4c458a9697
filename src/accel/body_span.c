/* SPDX-License-Identifier: MIT
 *
 * body_span.c - maps that are not solvable, and wanted values that close all the same:
 *
 *     a, b = a + a*a, b - a*a
 *     s += a + b
 *
 * Neither a nor b is in any linear system, but a + b goes to itself. So instead of
 * monomials whole polynomials are closed over: a wanted variable, its image, the image
 * of that, as long as each is no combination of those before it. A few are tried, no
 * more; where the degrees grow out of hand the refusal stands.
 */
#include "accel/body_internal.h"
#include "base/limits.h"
#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SPAN = 16, MAX_SPAN_TERMS = 300 };

typedef struct span_of {
    const body *b;
    const cpm_poly_map *map;
    size_t count;
    fmpq_mpoly_struct polys[MAX_SPAN];   /* that are closed over */
    fmpq_mpoly_struct reduced[MAX_SPAN]; /* the same space, with leading monomials that differ */
    fmpq *parts[MAX_SPAN];               /* owned: reduced[i] in terms of polys, MAX_SPAN each */
    fmpq *rows[MAX_SPAN];                /* owned: the image of polys[i], likewise */
} span_of;

static void span_clear(span_of *s)
{
    for (size_t i = 0; i < s->count; i++) {
        fmpq_mpoly_clear(&s->polys[i], s->map->ctx);
        fmpq_mpoly_clear(&s->reduced[i], s->map->ctx);
        _fmpq_vec_clear(s->parts[i], MAX_SPAN);
        _fmpq_vec_clear(s->rows[i], MAX_SPAN);
    }
    s->count = 0;
}

/* q -= c * reduced[i], and in `parts` what has been taken off. */
static void subtract(fmpq_mpoly_t q, fmpq *parts, const span_of *s, size_t i, const fmpq_t c)
{
    fmpq_mpoly_t term;
    fmpq_mpoly_init(term, s->map->ctx);
    fmpq_mpoly_scalar_mul_fmpq(term, &s->reduced[i], c, s->map->ctx);
    fmpq_mpoly_sub(q, q, term, s->map->ctx);
    fmpq_mpoly_clear(term, s->map->ctx);
    for (size_t j = 0; j < MAX_SPAN; j++)
        fmpq_addmul(parts + j, s->parts[i] + j, c);
}

/* q = p - sum of parts[j] polys[j], as far as leading monomials agree. */
static void reduce(fmpq_mpoly_t q, fmpq *parts, const span_of *s)
{
    size_t nvars = s->map->nvars;
    ulong *exps = cpm_calloc(nvars + 1, sizeof *exps);
    fmpq_t c, lead;
    fmpq_init(c);
    fmpq_init(lead);
    for (size_t i = 0; i < s->count && exps != NULL; i++) {
        fmpq_mpoly_get_term_exp_ui(exps, &s->reduced[i], 0, s->map->ctx);
        fmpq_mpoly_get_term_coeff_fmpq(lead, &s->reduced[i], 0, s->map->ctx);
        fmpq_mpoly_get_coeff_fmpq_ui(c, q, exps, s->map->ctx);
        if (fmpq_is_zero(c))
            continue;
        fmpq_div(c, c, lead);
        subtract(q, parts, s, i, c);
    }
    fmpq_clear(c);
    fmpq_clear(lead);
    free(exps);
}

/* The polynomial in terms of those there are, with itself among them where it is new.
 * False when there is no room. */
static bool express(fmpq *row, span_of *s, const fmpq_mpoly_t p)
{
    fmpq_mpoly_t q;
    fmpq *parts = _fmpq_vec_init(MAX_SPAN);
    fmpq_mpoly_init(q, s->map->ctx);
    fmpq_mpoly_set(q, p, s->map->ctx);
    reduce(q, parts, s);
    bool is_new = !fmpq_mpoly_is_zero(q, s->map->ctx);
    bool ok =
        !is_new || (s->count < MAX_SPAN && fmpq_mpoly_length(p, s->map->ctx) <= MAX_SPAN_TERMS);
    if (is_new && ok) {
        size_t n = s->count++;
        fmpq_mpoly_init(&s->polys[n], s->map->ctx);
        fmpq_mpoly_init(&s->reduced[n], s->map->ctx);
        fmpq_mpoly_set(&s->polys[n], p, s->map->ctx);
        fmpq_mpoly_set(&s->reduced[n], q, s->map->ctx);
        s->rows[n] = _fmpq_vec_init(MAX_SPAN);
        s->parts[n] = _fmpq_vec_init(MAX_SPAN);
        for (size_t j = 0; j < MAX_SPAN; j++) {
            fmpq_neg(s->parts[n] + j, parts + j);
            fmpq_zero(parts + j);
        }
        fmpq_one(s->parts[n] + n);
        fmpq_one(parts + n);
    }
    for (size_t j = 0; j < MAX_SPAN && ok; j++)
        fmpq_swap(row + j, parts + j);
    _fmpq_vec_clear(parts, MAX_SPAN);
    fmpq_mpoly_clear(q, s->map->ctx);
    return ok;
}

static bool is_known(const span_of *s, const fmpq_mpoly_t p)
{
    int *used = cpm_calloc(s->map->nvars + 1, sizeof *used);
    bool ok = used != NULL;
    if (ok)
        fmpq_mpoly_used_vars(used, p, s->map->ctx);
    for (size_t v = 0; v < s->map->nvars && ok; v++)
        ok = used[v] == 0 || !s->map->is_unknown[v];
    free(used);
    return ok;
}

/* The image of polys[i]; false where it is too large, or not known. */
static bool apply_map(fmpq_mpoly_t out, const span_of *s, size_t i)
{
    slong degree = 1;
    for (size_t v = 0; v < s->map->nvars; v++) {
        slong d = fmpq_mpoly_total_degree_si(&s->map->image[v], s->map->ctx);
        degree = d > degree ? d : degree;
    }
    degree *= fmpq_mpoly_total_degree_si(&s->polys[i], s->map->ctx);
    if (degree > CPM_MAX_IMAGE_DEGREE / 4 || !is_known(s, &s->polys[i]))
        return false;
    fmpq_mpoly_struct **images = cpm_calloc(s->map->nvars, sizeof(fmpq_mpoly_struct *));
    for (size_t v = 0; v < s->map->nvars && images != NULL; v++)
        images[v] = &s->map->image[v];
    bool ok = images != NULL &&
              fmpq_mpoly_compose_fmpq_mpoly(out, &s->polys[i], images, s->map->ctx, s->map->ctx);
    free(images);
    return ok;
}

/* Wanted variables first; then images, until none is new. */
static bool close_span(span_of *s, fmpq *const *outputs)
{
    fmpq_mpoly_t p;
    bool ok = true;
    fmpq_mpoly_init(p, s->map->ctx);
    for (size_t k = 0; k < s->b->options->nwanted && ok; k++) {
        fmpq_mpoly_gen(p, (slong)s->b->var_of[s->b->options->wanted[k]], s->map->ctx);
        ok = express(outputs[k], s, p);
    }
    for (size_t i = 0; i < s->count && ok; i++)
        ok = apply_map(p, s, i) && express(s->rows[i], s, p);
    fmpq_mpoly_clear(p, s->map->ctx);
    return ok;
}

/* ---- The system ------------------------------------------------------------------------- */

/* The value of polys[i] at the start. */
static bool start_of(fmpq_t out, const span_of *s, size_t i)
{
    fmpq **starts = cpm_calloc(s->map->nvars, sizeof(fmpq *));
    fmpq_t zero;
    if (starts == NULL)
        return false;
    fmpq_init(zero);
    for (size_t v = 0; v < s->map->nvars; v++)
        starts[v] = v < s->b->nregs ? s->b->code->regs[s->b->reg_of[v]].start : zero;
    bool ok = fmpq_mpoly_evaluate_all_fmpq(out, &s->polys[i], starts, s->map->ctx);
    fmpq_clear(zero);
    free(starts);
    return ok;
}

/* "a + b", cut where it is long. */
static char *name_of_poly(const span_of *s, size_t i)
{
    const char **names = cpm_calloc(s->map->nvars, sizeof *names);
    char *copy = NULL;
    for (size_t v = 0; v < s->map->nvars && names != NULL; v++)
        names[v] = v < s->b->nregs ? s->b->code->regs[s->b->reg_of[v]].name : "?";
    char *text = names == NULL ? NULL : fmpq_mpoly_get_str_pretty(&s->polys[i], names, s->map->ctx);
    if (text != NULL) {
        if (strlen(text) > 40)
            strcpy(text + 37, "...");
        copy = strdup(text);
    }
    flint_free(text);
    free(names);
    return copy;
}

static cpm_status add_row(cpm_form *form, const span_of *s, const fmpq *row)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = CPM_OK;
    for (size_t j = 0; j < s->count && status == CPM_OK; j++) {
        status = cpm_body_coefficient(c, s->b, row + j);
        if (status == CPM_OK)
            status = cpm_form_add_term(form, j, c, s->b->domain, s->b->err);
    }
    if (status == CPM_OK)
        cpm_form_normalise(form, s->b->domain);
    fmpq_clear(c);
    return status;
}

static cpm_status to_system(cpm_linsys *sys, const span_of *s, fmpq *const *outputs)
{
    fmpq_t one;
    cpm_status status =
        cpm_linsys_init(sys, s->b->code->domain, s->count + 1, s->b->options->nwanted, s->b->err);
    for (size_t i = 0; i < s->count && status == CPM_OK; i++) {
        status = add_row(&sys->rows[i], s, s->rows[i]);
        sys->names[i] = name_of_poly(s, i);
        if (sys->names[i] == NULL || !start_of(sys->start + i, s, i))
            status = cpm_err_memory(s->b->err);
        if (status == CPM_OK)
            status = cpm_body_coefficient(sys->start + i, s->b, sys->start + i);
    }
    for (size_t k = 0; k < s->b->options->nwanted && status == CPM_OK; k++)
        status = add_row(&sys->outputs[k], s, outputs[k]);
    if (status != CPM_OK)
        return status;
    fmpq_init(one);
    fmpq_one(one);
    fmpq_one(sys->start + s->count);
    status = cpm_form_add_term(&sys->rows[s->count], s->count, one, s->b->domain, s->b->err);
    sys->names[s->count] = strdup("1");
    if (sys->names[s->count] == NULL)
        status = cpm_err_memory(s->b->err);
    fmpq_clear(one);
    return status;
}

cpm_status cpm_body_close_span(bool *closed, cpm_linsys *sys, const body *b,
                               const cpm_poly_map *map)
{
    span_of s = {.b = b, .map = map};
    size_t count = b->options->nwanted;
    *closed = false;
    if (count > MAX_SPAN)
        return CPM_OK;
    fmpq *outputs[MAX_SPAN];
    for (size_t k = 0; k < count; k++)
        outputs[k] = _fmpq_vec_init(MAX_SPAN);
    cpm_status status = CPM_OK;
    if (close_span(&s, outputs)) {
        cpm_err before = *b->err;
        cpm_err_clear(b->err);
        status = to_system(sys, &s, outputs);
        *closed = status == CPM_OK;
        if (status == CPM_ERR_UNSUPPORTED) { /* the refusal that there was says more */
            cpm_linsys_clear(sys);
            *b->err = before;
            status = CPM_OK;
        }
    }
    for (size_t k = 0; k < count; k++)
        _fmpq_vec_clear(outputs[k], MAX_SPAN);
    span_clear(&s);
    return status;
}
