/* SPDX-License-Identifier: MIT
 *
 * annihilator.c - det(I - xT) of a sparse matrix.
 *
 * I - xT is block triangular along the strongly connected components of the
 * graph "row i reads variable j" (R. E. Tarjan, "Depth-first search and linear
 * graph algorithms", 1972), so its determinant is the product over them.
 * Inside a component, a variable whose row has one entry there only passes on
 * another one, later and scaled; eliminating these leaves the h "heads" and an
 * h by h matrix with polynomial entries. (The eliminated part is unitriangular:
 * it adds no factor.) For a recurrence h = 1 and the polynomial is read off in
 * O(nnz), whatever its order. The determinant is evaluated at about k points
 * for k variables, O(k h^3); where little could be eliminated FLINT's
 * characteristic polynomial of the k by k matrix, O(k^3), is the faster way.
 */
#include "power/annihilator.h"

#include "base/mem.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpq_poly.h>
#include <flint/fmpq_vec.h>
#include <flint/fmpz_poly_mat.h>
#include <flint/fmpz_vec.h>
#include <math.h>
#include <stdlib.h>

/* Determinants of polynomial matrices past this take minutes. */
enum { MAX_HEADS = 400 };

#define NONE ((size_t)-1)

typedef struct graph {
    const cpm_linsys *sys;
    size_t *component; /* owned: of each variable, NONE while unassigned */
    size_t *order;     /* owned: variables, grouped by component */
    size_t *first;     /* owned: component c is order[first[c] .. first[c+1]) */
    size_t ncomponents;
} graph;

static void graph_clear(graph *g)
{
    free(g->component);
    free(g->order);
    free(g->first);
}

/* One activation of Tarjan's recursion, kept on a stack of our own since paths
 * are as long as recurrences. */
typedef struct frame {
    size_t var;
    size_t next_edge;
} frame;

typedef struct tarjan {
    size_t *index, *low; /* NONE: not visited */
    size_t *stack;
    frame *frames;
    size_t depth, height, counter, emitted;
} tarjan;

static void tarjan_enter(tarjan *t, size_t var)
{
    t->index[var] = t->low[var] = t->counter++;
    t->stack[t->height++] = var;
    t->frames[t->depth++] = (frame){var, 0};
}

/* Pops the component rooted at `var`. */
static void tarjan_emit(tarjan *t, graph *g, size_t var)
{
    size_t popped;
    g->first[g->ncomponents] = t->emitted;
    do {
        popped = t->stack[--t->height];
        g->component[popped] = g->ncomponents;
        g->order[t->emitted++] = popped;
    } while (popped != var);
    g->first[++g->ncomponents] = t->emitted;
}

static void tarjan_from(tarjan *t, graph *g, size_t root)
{
    tarjan_enter(t, root);
    while (t->depth > 0) {
        frame *top = &t->frames[t->depth - 1];
        const cpm_form *row = &g->sys->rows[top->var];
        if (top->next_edge < row->len) {
            size_t to = row->terms[top->next_edge++].var;
            if (t->index[to] == NONE)
                tarjan_enter(t, to);
            else if (g->component[to] == NONE && t->index[to] < t->low[top->var])
                t->low[top->var] = t->index[to];
            continue;
        }
        size_t var = top->var;
        t->depth--;
        if (t->low[var] == t->index[var])
            tarjan_emit(t, g, var);
        if (t->depth > 0) {
            size_t parent = t->frames[t->depth - 1].var;
            if (t->low[var] < t->low[parent])
                t->low[parent] = t->low[var];
        }
    }
}

static cpm_status graph_init(graph *g, const cpm_linsys *sys, cpm_err *err)
{
    size_t dim = sys->dim;
    *g = (graph){.sys = sys};
    g->component = cpm_calloc(dim, sizeof *g->component);
    g->order = cpm_calloc(dim, sizeof *g->order);
    g->first = cpm_calloc(dim + 1, sizeof *g->first);
    tarjan t = {0};
    t.index = cpm_calloc(dim, sizeof *t.index);
    t.low = cpm_calloc(dim, sizeof *t.low);
    t.stack = cpm_calloc(dim, sizeof *t.stack);
    t.frames = cpm_calloc(dim, sizeof *t.frames);
    cpm_status status = CPM_OK;
    if (g->component == NULL || g->order == NULL || g->first == NULL || t.index == NULL ||
        t.low == NULL || t.stack == NULL || t.frames == NULL) {
        status = cpm_err_memory(err);
        goto done;
    }
    for (size_t i = 0; i < dim; i++)
        g->component[i] = t.index[i] = NONE;
    for (size_t i = 0; i < dim; i++)
        if (t.index[i] == NONE)
            tarjan_from(&t, g, i);
done:
    free(t.index);
    free(t.low);
    free(t.stack);
    free(t.frames);
    return status;
}

/* The entries of row `var` inside its component: their number, and one of them. */
static size_t inner_entries(const graph *g, size_t var, const cpm_form_term **last)
{
    const cpm_form *row = &g->sys->rows[var];
    size_t count = 0;
    for (size_t i = 0; i < row->len; i++)
        if (g->component[row->terms[i].var] == g->component[var]) {
            *last = &row->terms[i];
            count++;
        }
    return count;
}

/* Where each variable of a component leads: X_var = weight * x^delay * X_head. */
typedef struct paths {
    size_t *head;  /* owned: index among the heads, NONE while unknown */
    size_t *delay; /* owned */
    fmpq *weight;  /* owned */
    size_t dim;
    size_t nheads;
} paths;

static void paths_clear(paths *p)
{
    free(p->head);
    free(p->delay);
    if (p->weight != NULL)
        _fmpq_vec_clear(p->weight, (slong)p->dim);
}

static cpm_status paths_init(paths *p, size_t dim, cpm_err *err)
{
    *p = (paths){.dim = dim};
    p->head = cpm_calloc(dim, sizeof *p->head);
    p->delay = cpm_calloc(dim, sizeof *p->delay);
    if (p->head == NULL || p->delay == NULL)
        return cpm_err_memory(err);
    p->weight = _fmpq_vec_init((slong)dim);
    for (size_t i = 0; i < dim; i++) {
        p->head[i] = NONE;
        fmpq_one(p->weight + i);
    }
    return CPM_OK;
}

static void choose_heads(paths *p, const graph *g, const size_t *members, size_t count)
{
    const cpm_form_term *entry;
    p->nheads = 0;
    for (size_t i = 0; i < count; i++)
        if (inner_entries(g, members[i], &entry) != 1)
            p->head[members[i]] = p->nheads++;
    if (p->nheads == 0) /* a plain cycle: any variable will do */
        p->head[members[0]] = p->nheads++;
}

/* Walks from `var` to a variable whose path is known, then fills in the way
 * back. `trail` is scratch for one index per variable. */
static void trace_path(paths *p, const graph *g, size_t var, size_t *trail)
{
    const cpm_form_term *entry = NULL;
    size_t length = 0;
    while (p->head[var] == NONE) {
        trail[length++] = var;
        inner_entries(g, var, &entry);
        var = entry->var;
    }
    while (length > 0) {
        size_t from = trail[--length];
        inner_entries(g, from, &entry);
        p->head[from] = p->head[var];
        p->delay[from] = p->delay[var] + 1;
        fmpq_mul(p->weight + from, p->weight + var, entry->coeff);
        var = from;
    }
}

/* poly[j] -= the entries of the head's row that lead to head j. */
static void subtract_row(fmpq_poly_struct *poly, const paths *p, const graph *g, size_t var)
{
    const cpm_form *row = &g->sys->rows[var];
    fmpq_t c;
    fmpq_init(c);
    for (size_t i = 0; i < row->len; i++) {
        size_t to = row->terms[i].var;
        if (g->component[to] != g->component[var])
            continue;
        fmpq_poly_struct *target = &poly[p->head[to]];
        slong exponent = (slong)p->delay[to] + 1;
        fmpq_poly_get_coeff_fmpq(c, target, exponent);
        fmpq_submul(c, p->weight + to, row->terms[i].coeff);
        fmpq_poly_set_coeff_fmpq(target, exponent, c);
    }
    fmpq_clear(c);
}

/* One head: 1 - sum c_k x^k. The coefficients are collected in an array first:
 * setting them one by one in a polynomial over Q would rescale it each time. */
static void single_head_factor(fmpz_poly_t factor, const paths *p, const graph *g, size_t var,
                               size_t order)
{
    const cpm_form *row = &g->sys->rows[var];
    fmpq *c = _fmpq_vec_init((slong)order + 1);
    fmpz_t lcm, scaled;
    fmpz_init_set_ui(lcm, 1);
    fmpz_init(scaled);
    fmpq_one(c);
    for (size_t i = 0; i < row->len; i++) {
        size_t to = row->terms[i].var;
        if (g->component[to] == g->component[var])
            fmpq_submul(c + p->delay[to] + 1, p->weight + to, row->terms[i].coeff);
    }
    for (size_t k = 0; k <= order; k++)
        if (!fmpz_is_one(fmpq_denref(c + k)))
            fmpz_lcm(lcm, lcm, fmpq_denref(c + k));
    fmpz_poly_zero(factor);
    fmpz_poly_fit_length(factor, (slong)order + 1);
    for (size_t k = order + 1; k-- > 0;) {
        fmpz_divexact(scaled, lcm, fmpq_denref(c + k));
        fmpz_mul(scaled, scaled, fmpq_numref(c + k));
        fmpz_poly_set_coeff_fmpz(factor, (slong)k, scaled);
    }
    _fmpq_vec_clear(c, (slong)order + 1);
    fmpz_clear(lcm);
    fmpz_clear(scaled);
}

/* Several heads: det(I - M(x)), rows cleared of denominators. */
static cpm_status heads_factor(fmpz_poly_t factor, const paths *p, const graph *g,
                               const size_t *members, size_t count, cpm_err *err)
{
    size_t h = p->nheads;
    fmpq_poly_struct *poly = cpm_calloc(h, sizeof *poly);
    if (poly == NULL)
        return cpm_err_memory(err);
    fmpz_poly_mat_t mat;
    fmpz_t scale;
    fmpz_poly_mat_init(mat, (slong)h, (slong)h);
    fmpz_init(scale);
    for (size_t i = 0; i < count; i++) {
        if (p->delay[members[i]] > 0)
            continue;
        slong r = (slong)p->head[members[i]];
        for (size_t j = 0; j < h; j++)
            fmpq_poly_init(&poly[j]);
        fmpq_poly_set_coeff_si(&poly[r], 0, 1);
        subtract_row(poly, p, g, members[i]);
        fmpz_one(scale);
        for (size_t j = 0; j < h; j++)
            fmpz_lcm(scale, scale, fmpq_poly_denref(&poly[j]));
        for (size_t j = 0; j < h; j++) {
            fmpq_poly_scalar_mul_fmpz(&poly[j], &poly[j], scale);
            fmpq_poly_get_numerator(fmpz_poly_mat_entry(mat, r, (slong)j), &poly[j]);
            fmpq_poly_clear(&poly[j]);
        }
    }
    fmpz_poly_mat_det(factor, mat);
    fmpz_clear(scale);
    fmpz_poly_mat_clear(mat);
    free(poly);
    return CPM_OK;
}

/* Little could be eliminated: the reversed characteristic polynomial. */
static void dense_factor(fmpz_poly_t factor, paths *p, const graph *g, const size_t *members,
                         size_t count)
{
    fmpq_mat_t mat;
    fmpq_poly_t chi;
    for (size_t i = 0; i < count; i++)
        p->head[members[i]] = i; /* all of them count as heads */
    fmpq_mat_init(mat, (slong)count, (slong)count);
    fmpq_poly_init(chi);
    for (size_t i = 0; i < count; i++) {
        const cpm_form *row = &g->sys->rows[members[i]];
        for (size_t j = 0; j < row->len; j++) {
            size_t to = row->terms[j].var;
            if (g->component[to] == g->component[members[i]])
                fmpq_set(fmpq_mat_entry(mat, (slong)p->head[members[i]], (slong)p->head[to]),
                         row->terms[j].coeff);
        }
    }
    fmpq_mat_charpoly(chi, mat);
    fmpq_poly_get_numerator(factor, chi);
    fmpz_poly_reverse(factor, factor, (slong)count + 1);
    fmpq_poly_clear(chi);
    fmpq_mat_clear(mat);
}

static cpm_status component_factor(fmpz_poly_t factor, paths *p, const graph *g, size_t c,
                                   size_t *trail, cpm_err *err)
{
    const size_t *members = g->order + g->first[c];
    size_t count = g->first[c + 1] - g->first[c];
    choose_heads(p, g, members, count);
    for (size_t i = 0; i < count; i++)
        trace_path(p, g, members[i], trail);
    if (p->nheads == 1) {
        size_t head = 0;
        while (p->delay[members[head]] != 0)
            head++;
        single_head_factor(factor, p, g, members[head], count);
        return CPM_OK;
    }
    if (p->nheads > MAX_HEADS)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                           "no characteristic polynomial for %zu densely coupled variables "
                           "(at most %d)",
                           p->nheads, MAX_HEADS);
    if (count <= MAX_HEADS && p->nheads * p->nheads * p->nheads >= count * count) {
        dense_factor(factor, p, g, members, count);
        return CPM_OK;
    }
    return heads_factor(factor, p, g, members, count, err);
}

/* A companion system, x'[0] = sum c_k x[k] and x'[k] = x[k-1], is its polynomial:
 * 1 - sum c_k x^(k+1), over Z here. Nothing is to be found out about a graph then,
 * which saves most of the memory that large orders touch. */
static bool is_companion(const cpm_linsys *sys)
{
    for (size_t k = 1; k < sys->dim; k++) {
        const cpm_form *row = &sys->rows[k];
        if (row->len != 1 || row->terms[0].var != k - 1 || !fmpq_is_one(row->terms[0].coeff))
            return false;
    }
    const cpm_form *head = &sys->rows[0];
    if (sys->dim == 0 || head->len == 0 || head->normal_len != head->len ||
        head->terms[head->len - 1].var + 1 != sys->dim)
        return false;
    for (size_t i = 0; i < head->len; i++)
        if (!fmpz_is_one(fmpq_denref(head->terms[i].coeff)))
            return false;
    return true;
}

static bool companion_factor(fmpz_poly_t den, const cpm_linsys *sys)
{
    if (!is_companion(sys))
        return false;
    const cpm_form *head = &sys->rows[0];
    fmpz_poly_fit_length(den, (slong)sys->dim + 1);
    _fmpz_vec_zero(den->coeffs, (slong)sys->dim + 1);
    fmpz_one(den->coeffs);
    for (size_t i = 0; i < head->len; i++) {
        slong k = (slong)head->terms[i].var + 1;
        fmpz_neg(den->coeffs + k, fmpq_numref(head->terms[i].coeff));
    }
    _fmpz_poly_set_length(den, (slong)sys->dim + 1);
    return true;
}

/* A variable that does not read itself, alone in its component: factor 1. */
static bool is_trivial(const graph *g, size_t c)
{
    const cpm_form_term *entry;
    return g->first[c + 1] - g->first[c] == 1 &&
           inner_entries(g, g->order[g->first[c]], &entry) == 0;
}

cpm_status cpm_annihilator(fmpz_poly_t den, const cpm_linsys *sys, cpm_err *err)
{
    if (companion_factor(den, sys))
        return CPM_OK;
    graph g = {0};
    paths p = {0};
    fmpz_poly_t factor;
    fmpz_poly_init(factor);
    size_t *trail = cpm_calloc(sys->dim, sizeof *trail);
    cpm_status status = trail == NULL ? cpm_err_memory(err) : graph_init(&g, sys, err);
    if (status == CPM_OK)
        status = paths_init(&p, sys->dim, err);
    fmpz_poly_one(den);
    for (size_t c = 0; status == CPM_OK && c < g.ncomponents; c++) {
        if (is_trivial(&g, c))
            continue;
        status = component_factor(factor, &p, &g, c, trail, err);
        fmpz_poly_primitive_part(factor, factor);
        fmpz_poly_mul(den, den, factor);
    }
    if (status == CPM_OK && fmpz_sgn(fmpz_poly_get_coeff_ptr(den, 0)) < 0)
        fmpz_poly_neg(den, den);
    paths_clear(&p);
    graph_clear(&g);
    free(trail);
    fmpz_poly_clear(factor);
    return status;
}

/* Of one component, in word operations: fitted to closures of products. */
static double component_cost(const graph *g, size_t c)
{
    const cpm_form_term *entry;
    size_t count = g->first[c + 1] - g->first[c], heads = 0;
    for (size_t i = g->first[c]; i < g->first[c + 1]; i++)
        heads += inner_entries(g, g->order[i], &entry) != 1;
    double h = (double)heads, n = (double)count;
    if (heads <= 1)
        return n;
    if (heads > MAX_HEADS)
        return INFINITY;
    return count <= MAX_HEADS && h * h * h >= n * n ? n * n * n * n : 10 * n * h * h * h;
}

cpm_status cpm_annihilator_cost(double *cost, const cpm_linsys *sys, cpm_err *err)
{
    graph g = {0};
    *cost = (double)sys->dim;
    if (is_companion(sys))
        return CPM_OK;
    cpm_status status = graph_init(&g, sys, err);
    for (size_t c = 0; status == CPM_OK && c < g.ncomponents; c++)
        *cost += component_cost(&g, c);
    graph_clear(&g);
    return status;
}
