/* SPDX-License-Identifier: MIT
 *
 * critical.c - the critical cycles of a system over max-plus or min-plus.
 *
 * The mean is Karp's: with D_k(v) the greatest weight of a walk of k edges that
 * ends in v, it is max over v of min over k < n of (D_n(v) - D_k(v)) / (n - k)
 * (R. M. Karp, "A characterization of the minimum cycle mean in a digraph",
 * 1978). With the mean taken off every weight no cycle is positive, so greatest
 * walks h(v) of at most n edges exist; an edge is tight when h(u) + w = h(v),
 * and the cycles of tight edges are the critical ones. Exact, since weights are
 * rationals. Cost: O(n m) additions, and for each tight edge a search in m
 * edges; n^2 rationals of memory, hence the limit on n.
 */
#include "seq/critical.h"

#include "algebra/semiring.h"
#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DIM = 300 };

typedef struct edge {
    size_t from, to;
    size_t mark; /* index into marks */
    bool tight;
} edge;

typedef struct graph {
    size_t dim;
    size_t nedges;
    edge *edges;   /* owned */
    fmpq *weights; /* owned, one for each edge; larger is better */
    fmpq *walks;   /* owned, (dim + 1) * dim: D_k(v) */
    bool *reached; /* owned: whether there is such a walk */
    bool *seen;    /* owned, dim */
    size_t *queue; /* owned, dim */
} graph;

static void clear_graph(graph *g, size_t nnz)
{
    if (g->weights != NULL)
        _fmpq_vec_clear(g->weights, (slong)nnz);
    if (g->walks != NULL)
        _fmpq_vec_clear(g->walks, (slong)((g->dim + 1) * g->dim));
    free(g->edges);
    free(g->reached);
    free(g->seen);
    free(g->queue);
}

static cpm_status make_graph(graph *g, const cpm_linsys *sys, size_t nnz, int sign, cpm_err *err)
{
    g->dim = sys->dim;
    g->edges = cpm_calloc(nnz, sizeof *g->edges);
    g->reached = cpm_calloc((g->dim + 1) * g->dim, sizeof *g->reached);
    g->seen = cpm_calloc(g->dim, sizeof *g->seen);
    g->queue = cpm_calloc(g->dim, sizeof *g->queue);
    if (g->edges == NULL || g->reached == NULL || g->seen == NULL || g->queue == NULL)
        return cpm_err_memory(err);
    g->weights = _fmpq_vec_init((slong)nnz);
    g->walks = _fmpq_vec_init((slong)((g->dim + 1) * g->dim));
    size_t mark = 0;
    for (size_t r = 0; r < sys->dim; r++)
        for (size_t i = 0; i < sys->rows[r].len; i++, mark++) {
            const fmpq *weight = sys->rows[r].terms[i].coeff;
            if (!cpm_ext_is_finite(weight))
                continue;
            fmpq *own = g->weights + g->nedges;
            fmpq_set(own, weight);
            if (sign < 0)
                fmpq_neg(own, own);
            g->edges[g->nedges++] = (edge){sys->rows[r].terms[i].var, r, mark, false};
        }
    return CPM_OK;
}

/* ---- The mean ---------------------------------------------------------- */

static fmpq *walk(const graph *g, size_t k, size_t v)
{
    return g->walks + k * g->dim + v;
}

/* D_0 = 0, then one edge more at a time. */
static void fill_walks(graph *g)
{
    fmpq_t sum;
    fmpq_init(sum);
    memset(g->reached, 1, g->dim * sizeof *g->reached);
    for (size_t k = 1; k <= g->dim; k++) {
        bool *reached = g->reached + k * g->dim;
        for (size_t e = 0; e < g->nedges; e++) {
            const edge *at = &g->edges[e];
            if (!g->reached[(k - 1) * g->dim + at->from])
                continue;
            fmpq_add(sum, walk(g, k - 1, at->from), g->weights + e);
            if (!reached[at->to] || fmpq_cmp(sum, walk(g, k, at->to)) > 0)
                fmpq_set(walk(g, k, at->to), sum);
            reached[at->to] = true;
        }
    }
    fmpq_clear(sum);
}

/* min over k of (D_n(v) - D_k(v)) / (n - k). */
static void least_slope(fmpq_t least, const graph *g, size_t v)
{
    fmpq_t slope;
    fmpz_t length;
    fmpq_init(slope);
    fmpz_init(length);
    bool first = true;
    for (size_t k = 0; k < g->dim; k++) {
        if (!g->reached[k * g->dim + v])
            continue;
        fmpz_set_ui(length, (ulong)(g->dim - k));
        fmpq_sub(slope, walk(g, g->dim, v), walk(g, k, v));
        fmpq_div_fmpz(slope, slope, length);
        if (first || fmpq_cmp(slope, least) < 0)
            fmpq_set(least, slope);
        first = false;
    }
    fmpz_clear(length);
    fmpq_clear(slope);
}

/* False when there is no cycle. */
static bool find_mean(fmpq_t mean, graph *g)
{
    bool found = false;
    fmpq_t least;
    fmpq_init(least);
    fill_walks(g);
    for (size_t v = 0; v < g->dim; v++) {
        if (!g->reached[g->dim * g->dim + v])
            continue;
        least_slope(least, g, v);
        if (!found || fmpq_cmp(least, mean) > 0)
            fmpq_set(mean, least);
        found = true;
    }
    fmpq_clear(least);
    return found;
}

/* ---- The edges --------------------------------------------------------- */

/* h(v) in the first row of walks, by rounds of improvements (Bellman, Ford). */
static void find_tight(graph *g, const fmpq_t mean)
{
    fmpq_t sum;
    fmpq_init(sum);
    for (size_t e = 0; e < g->nedges; e++)
        fmpq_sub(g->weights + e, g->weights + e, mean);
    _fmpq_vec_clear(g->walks, (slong)((g->dim + 1) * g->dim));
    g->walks = _fmpq_vec_init((slong)((g->dim + 1) * g->dim));
    bool better = true;
    for (size_t round = 0; round <= g->dim && better; round++) {
        better = false;
        for (size_t e = 0; e < g->nedges; e++) {
            fmpq *h = walk(g, 0, g->edges[e].to);
            fmpq_add(sum, walk(g, 0, g->edges[e].from), g->weights + e);
            g->edges[e].tight = fmpq_cmp(sum, h) >= 0;
            if (fmpq_cmp(sum, h) <= 0)
                continue;
            fmpq_set(h, sum);
            better = true;
        }
    }
    fmpq_clear(sum);
}

/* Whether tight edges lead from `from` to `to`. */
static bool leads(graph *g, size_t from, size_t to)
{
    size_t begin = 0, end = 0;
    memset(g->seen, 0, g->dim * sizeof *g->seen);
    g->seen[from] = true;
    g->queue[end++] = from;
    while (begin < end && !g->seen[to]) {
        size_t v = g->queue[begin++];
        for (size_t e = 0; e < g->nedges; e++)
            if (g->edges[e].tight && g->edges[e].from == v && !g->seen[g->edges[e].to]) {
                g->seen[g->edges[e].to] = true;
                g->queue[end++] = g->edges[e].to;
            }
    }
    return g->seen[to];
}

cpm_status cpm_critical_mark(fmpq_t mean, bool *marks, bool *found, const cpm_linsys *sys, int sign,
                             cpm_err *err)
{
    graph g = {0};
    const size_t nnz = cpm_linsys_nnz(sys);
    *found = false;
    if (sys->dim == 0 || sys->dim > MAX_DIM || nnz == 0)
        return CPM_OK;
    cpm_status status = make_graph(&g, sys, nnz, sign, err);
    if (status == CPM_OK)
        *found = find_mean(mean, &g);
    if (*found) {
        find_tight(&g, mean);
        for (size_t e = 0; e < g.nedges; e++)
            marks[g.edges[e].mark] = g.edges[e].tight && leads(&g, g.edges[e].to, g.edges[e].from);
        if (sign < 0)
            fmpq_neg(mean, mean);
    }
    clear_graph(&g, nnz);
    return status;
}
