/* SPDX-License-Identifier: MIT
 *
 * cycle_mean.c - the largest cycle mean by Karp's formula
 *
 *     max over v of min over k < n of (D_n(v) - D_k(v)) / (n - k),
 *
 * D_k(v) the largest weight of a walk of k edges that ends at v (R. M. Karp, "A
 * characterization of the minimum cycle mean in a digraph", Discrete Math. 23,
 * 1978). With it taken off every edge, longest-path potentials u make the edges
 * of critical cycles tight, u(i) = a(i,j) + u(j), and every cycle of tight edges
 * is critical: the cyclicity is the lcm, over the strongly connected parts of
 * the tight graph, of the gcd of their cycle lengths (G. Cohen et al., "A
 * linear-system-theoretic view of discrete-event processes", IEEE TAC 30, 1985).
 * min-plus is max-plus on negated weights. Cost: O(n m) exact operations.
 * The transient is looked for step by step; where several parts of a reducible
 * system grow at different rates there is none.
 */
#include "power/cycle_mean.h"

#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>

/* dim * nnz beyond this is left alone. */
static const double MAX_WORK = 2e7;

typedef struct edge {
    size_t from, to;
    bool tight;
} edge;

typedef struct graph {
    size_t n, m;
    edge *edges;   /* owned */
    fmpq *weights; /* owned */
    cpm_err *err;
} graph;

static const cpm_domain *max_plus(void)
{
    return cpm_domain_of(CPM_SEMIRING_MAX_PLUS);
}

void cpm_growth_init(cpm_growth *growth)
{
    *growth = (cpm_growth){.cyclicity = 1};
    fmpq_init(growth->mean);
}

void cpm_growth_clear(cpm_growth *growth)
{
    fmpq_clear(growth->mean);
}

static void graph_clear(graph *g)
{
    free(g->edges);
    if (g->weights != NULL)
        _fmpq_vec_clear(g->weights, (slong)g->m);
}

static cpm_status graph_init(graph *g, const cpm_linsys *sys, bool negate, cpm_err *err)
{
    *g = (graph){.n = sys->dim, .m = cpm_linsys_nnz(sys), .err = err};
    g->edges = cpm_calloc(g->m, sizeof *g->edges);
    if (g->edges == NULL)
        return cpm_err_memory(err);
    g->weights = _fmpq_vec_init((slong)g->m);
    size_t e = 0;
    for (size_t i = 0; i < sys->dim; i++)
        for (size_t k = 0; k < sys->rows[i].len; k++, e++) {
            const cpm_form_term *term = &sys->rows[i].terms[k];
            if (!cpm_ext_is_finite(term->coeff))
                return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "an infinite weight");
            g->edges[e] = (edge){.from = term->var, .to = i};
            fmpq_set(g->weights + e, term->coeff);
            if (negate)
                fmpq_neg(g->weights + e, g->weights + e);
        }
    return CPM_OK;
}

/* next(v) = max over edges into v of weight + d(from) */
static void relax(fmpq *next, const fmpq *d, const graph *g)
{
    fmpq_t t;
    fmpq_init(t);
    for (size_t v = 0; v < g->n; v++)
        cpm_ext_set_inf(next + v, -1);
    for (size_t e = 0; e < g->m; e++) {
        fmpq *best = next + g->edges[e].to;
        max_plus()->mul(t, d + g->edges[e].from, g->weights + e, max_plus());
        max_plus()->add(best, best, t, max_plus());
    }
    fmpq_clear(t);
}

/* mean = Karp's formula; false without a cycle. */
static bool karp(fmpq_t mean, const graph *g)
{
    size_t n = g->n;
    fmpq *d = _fmpq_vec_init((slong)(n * (n + 1))); /* d[k n + v] = D_k(v) */
    fmpq_t least, t, length;
    fmpq_init(least);
    fmpq_init(length);
    fmpq_init(t);
    bool found = false;
    for (size_t k = 1; k <= n; k++)
        relax(d + k * n, d + (k - 1) * n, g);
    for (size_t v = 0; v < n; v++) {
        const fmpq *last = d + n * n + v;
        if (!cpm_ext_is_finite(last))
            continue;
        bool any = false;
        for (size_t k = 0; k < n; k++) {
            if (!cpm_ext_is_finite(d + k * n + v))
                continue;
            fmpq_sub(t, last, d + k * n + v);
            fmpq_set_si(length, (slong)(n - k), 1);
            fmpq_div(t, t, length);
            if (!any || fmpq_cmp(t, least) < 0)
                fmpq_set(least, t);
            any = true;
        }
        if (any && (!found || fmpq_cmp(least, mean) > 0))
            fmpq_set(mean, least);
        found = found || any;
    }
    fmpq_clear(least);
    fmpq_clear(length);
    fmpq_clear(t);
    _fmpq_vec_clear(d, (slong)(n * (n + 1)));
    return found;
}

/* Marks the edges that are tight for the potentials of the weights - mean. */
static void find_tight(graph *g, const fmpq_t mean)
{
    fmpq *u = _fmpq_vec_init((slong)g->n);
    fmpq_t t;
    fmpq_init(t);
    for (size_t e = 0; e < g->m; e++)
        fmpq_sub(g->weights + e, g->weights + e, mean);
    bool changed = true;
    for (size_t round = 0; round <= g->n && changed; round++) {
        changed = false;
        for (size_t e = 0; e < g->m; e++) {
            fmpq_add(t, u + g->edges[e].from, g->weights + e);
            if (fmpq_cmp(t, u + g->edges[e].to) <= 0)
                continue;
            fmpq_set(u + g->edges[e].to, t);
            changed = true;
        }
    }
    for (size_t e = 0; e < g->m; e++) {
        fmpq_add(t, u + g->edges[e].from, g->weights + e);
        g->edges[e].tight = fmpq_equal(t, u + g->edges[e].to);
    }
    fmpq_clear(t);
    _fmpq_vec_clear(u, (slong)g->n);
}

#define UNSEEN ((size_t)-1)

/* level[v] = number of tight edges from `root` to v, or from v to root when
 * backward; UNSEEN where there is no way. O(n m), by rounds. */
static void levels(size_t *level, const graph *g, size_t root, bool backward)
{
    for (size_t v = 0; v < g->n; v++)
        level[v] = UNSEEN;
    level[root] = 0;
    bool changed = true;
    for (size_t depth = 0; changed; depth++) {
        changed = false;
        for (size_t e = 0; e < g->m; e++) {
            size_t from = backward ? g->edges[e].to : g->edges[e].from;
            size_t to = backward ? g->edges[e].from : g->edges[e].to;
            if (!g->edges[e].tight || level[from] != depth || level[to] != UNSEEN)
                continue;
            level[to] = depth + 1;
            changed = true;
        }
    }
}

static cpm_status find_cyclicity(ulong *cyclicity, const graph *g)
{
    size_t *forward = cpm_calloc(g->n, sizeof *forward);
    size_t *backward = cpm_calloc(g->n, sizeof *backward);
    bool *done = cpm_calloc(g->n, sizeof *done);
    cpm_status status = CPM_OK;
    if (forward == NULL || backward == NULL || done == NULL)
        status = cpm_err_memory(g->err);
    *cyclicity = 1;
    for (size_t root = 0; root < g->n && status == CPM_OK; root++) {
        if (done[root])
            continue;
        ulong period = 0;
        levels(forward, g, root, false);
        levels(backward, g, root, true);
        for (size_t e = 0; e < g->m; e++) {
            size_t from = g->edges[e].from, to = g->edges[e].to;
            if (!g->edges[e].tight || forward[from] == UNSEEN || backward[from] == UNSEEN ||
                forward[to] == UNSEEN || backward[to] == UNSEEN)
                continue;
            ulong a = forward[from] + 1, b = forward[to];
            period = n_gcd(period, a > b ? a - b : b - a);
        }
        for (size_t v = 0; v < g->n; v++)
            done[v] = done[v] || (forward[v] != UNSEEN && backward[v] != UNSEEN);
        if (period > 0)
            *cyclicity = *cyclicity / n_gcd(*cyclicity, period) * period;
        if (*cyclicity > 1000000)
            break; /* of no use any more */
    }
    free(forward);
    free(backward);
    free(done);
    return status;
}

/* later = earlier + shift, zeros where there are zeros. */
static bool is_shifted(const fmpq *later, const fmpq *earlier, const fmpq_t shift, size_t count)
{
    fmpq_t t;
    fmpq_init(t);
    bool same = true;
    for (size_t i = 0; i < count && same; i++) {
        max_plus()->mul(t, earlier + i, shift, max_plus());
        same = fmpq_equal(t, later + i);
    }
    fmpq_clear(t);
    return same;
}

/* The first t with x(t + c) = x(t) + c mean, keeping the last c states. */
static void find_transient(cpm_growth *growth, const cpm_linsys *sys, const graph *g, bool negate,
                           ulong max_steps)
{
    ulong c = growth->cyclicity;
    size_t n = g->n;
    if (c > max_steps || (double)c * (double)n > 1e6)
        return;
    fmpq *ring = _fmpq_vec_init((slong)(n * (c + 1))); /* state t stands at t mod (c+1) */
    fmpq_t shift, c_value;
    fmpq_init(shift);
    fmpq_init(c_value);
    fmpq_set_si(c_value, (slong)c, 1);
    fmpq_mul(shift, growth->mean, c_value);
    if (negate)
        fmpq_neg(shift, shift);
    for (size_t i = 0; i < n; i++) {
        fmpq_set(ring + i, sys->start + i);
        if (negate)
            fmpz_neg(fmpq_numref(ring + i), fmpq_numref(ring + i));
    }
    for (ulong t = 1; t <= max_steps && !growth->has_transient; t++) {
        relax(ring + (t % (c + 1)) * n, ring + ((t - 1) % (c + 1)) * n, g);
        if (t < c)
            continue;
        growth->has_transient =
            is_shifted(ring + (t % (c + 1)) * n, ring + ((t - c) % (c + 1)) * n, shift, n);
        growth->transient = t - c;
    }
    fmpq_clear(shift);
    fmpq_clear(c_value);
    _fmpq_vec_clear(ring, (slong)(n * (c + 1)));
}

cpm_status cpm_growth_find(cpm_growth *growth, const cpm_linsys *sys, const cpm_domain *domain,
                           ulong max_steps, cpm_err *err)
{
    bool negate = domain->id == CPM_SEMIRING_MIN_PLUS;
    if ((!negate && domain->id != CPM_SEMIRING_MAX_PLUS) || sys->dim == 0 ||
        (double)sys->dim * ((double)sys->dim + (double)cpm_linsys_nnz(sys)) > MAX_WORK)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "no cycle mean is looked for");
    graph g;
    cpm_status status = graph_init(&g, sys, negate, err);
    if (status == CPM_OK) {
        growth->has_cycle = karp(growth->mean, &g);
        if (growth->has_cycle) {
            graph reduced = {0};
            status = graph_init(&reduced, sys, negate, err);
            if (status == CPM_OK) {
                find_tight(&reduced, growth->mean);
                status = find_cyclicity(&growth->cyclicity, &reduced);
            }
            graph_clear(&reduced);
            if (negate)
                fmpq_neg(growth->mean, growth->mean);
            if (status == CPM_OK)
                find_transient(growth, sys, &g, negate, max_steps);
        }
    }
    graph_clear(&g);
    return status;
}
