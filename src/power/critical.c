/* SPDX-License-Identifier: MIT
 *
 * critical.c - the critical cycles of a system over max-plus or min-plus.
 *
 * The largest cycle mean is Karp's
 *
 *     max over v of min over k < n of (D_n(v) - D_k(v)) / (n - k),
 *
 * D_k(v) the largest weight of a walk of k edges that ends at v (R. M. Karp, "A
 * characterization of the minimum cycle mean in a digraph", Discrete Math. 23,
 * 1978). With it taken off every edge no cycle is positive, longest-path
 * potentials u exist (Bellman, Ford), and every cycle of edges that are tight,
 * u(to) = u(from) + weight, is critical. min-plus is max-plus on negated
 * weights. Cost: O(n m) exact operations; n^2 rationals of memory.
 */
#include "power/critical.h"

#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>

static const cpm_domain *max_plus(void)
{
    return cpm_domain_of(CPM_SEMIRING_MAX_PLUS);
}

/* ---- The graph --------------------------------------------------------- */

void cpm_cycles_clear(cpm_cycles *g)
{
    free(g->edges);
    free(g->levels);
    if (g->weights != NULL)
        _fmpq_vec_clear(g->weights, (slong)g->nweights);
    *g = (cpm_cycles){0};
}

cpm_status cpm_cycles_init(cpm_cycles *g, const cpm_linsys *sys, bool negate, cpm_err *err)
{
    *g = (cpm_cycles){.dim = sys->dim, .nweights = cpm_linsys_nnz(sys)};
    g->edges = cpm_calloc(g->nweights, sizeof *g->edges);
    g->levels = cpm_calloc(2 * g->dim, sizeof *g->levels);
    if (g->edges == NULL || g->levels == NULL)
        return cpm_err_memory(err);
    g->weights = _fmpq_vec_init((slong)g->nweights);
    size_t coeff = 0;
    for (size_t i = 0; i < sys->dim; i++)
        for (size_t k = 0; k < sys->rows[i].len; k++, coeff++) {
            const cpm_form_term *term = &sys->rows[i].terms[k];
            if (!cpm_ext_is_finite(term->coeff)) {
                int sign = fmpz_sgn(fmpq_numref(term->coeff));
                if (sign == (negate ? -1 : 1))
                    return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "an infinite weight");
                continue; /* the zero of the semiring: no edge */
            }
            fmpq *weight = g->weights + g->nedges;
            fmpq_set(weight, term->coeff);
            if (negate)
                fmpq_neg(weight, weight);
            g->edges[g->nedges++] = (cpm_cycle_edge){term->var, i, coeff, false};
        }
    return CPM_OK;
}

/* ---- The mean ---------------------------------------------------------- */

void cpm_cycles_relax(fmpq *next, const fmpq *d, const cpm_cycles *g)
{
    fmpq_t t;
    fmpq_init(t);
    for (size_t v = 0; v < g->dim; v++)
        cpm_ext_set_inf(next + v, -1);
    for (size_t e = 0; e < g->nedges; e++) {
        fmpq *best = next + g->edges[e].to;
        max_plus()->mul(t, d + g->edges[e].from, g->weights + e, max_plus());
        max_plus()->add(best, best, t, max_plus());
    }
    fmpq_clear(t);
}

/* The least of (D_n(v) - D_k(v)) / (n - k), where d[k n] = D_k(v) and D_n(v) is
 * finite: then some D_k(v) is, since the walk of n edges has shorter parts. */
static void least_slope(fmpq_t least, const fmpq *d, size_t n)
{
    fmpq_t slope;
    fmpz_t length;
    fmpq_init(slope);
    fmpz_init(length);
    bool first = true;
    for (size_t k = 0; k < n; k++) {
        if (!cpm_ext_is_finite(d + k * n))
            continue;
        fmpz_set_ui(length, (ulong)(n - k));
        fmpq_sub(slope, d + n * n, d + k * n);
        fmpq_div_fmpz(slope, slope, length);
        if (first || fmpq_cmp(slope, least) < 0)
            fmpq_set(least, slope);
        first = false;
    }
    fmpz_clear(length);
    fmpq_clear(slope);
}

bool cpm_cycles_mean(fmpq_t mean, const cpm_cycles *g)
{
    size_t n = g->dim;
    fmpq *d = _fmpq_vec_init((slong)(n * (n + 1))); /* d[k n + v] = D_k(v); D_0 = 0 */
    fmpq_t least;
    fmpq_init(least);
    bool found = false;
    for (size_t k = 1; k <= n; k++)
        cpm_cycles_relax(d + k * n, d + (k - 1) * n, g);
    for (size_t v = 0; v < n; v++) {
        if (!cpm_ext_is_finite(d + n * n + v))
            continue;
        least_slope(least, d + v, n);
        if (!found || fmpq_cmp(least, mean) > 0)
            fmpq_set(mean, least);
        found = true;
    }
    fmpq_clear(least);
    _fmpq_vec_clear(d, (slong)(n * (n + 1)));
    return found;
}

/* ---- The cycles -------------------------------------------------------- */

void cpm_cycles_tighten(cpm_cycles *g, const fmpq_t mean)
{
    fmpq *u = _fmpq_vec_init((slong)g->dim);
    fmpq_t t;
    fmpq_init(t);
    for (size_t e = 0; e < g->nedges; e++)
        fmpq_sub(g->weights + e, g->weights + e, mean);
    bool changed = true;
    for (size_t round = 0; round <= g->dim && changed; round++) {
        changed = false;
        for (size_t e = 0; e < g->nedges; e++) {
            fmpq *to = u + g->edges[e].to;
            fmpq_add(t, u + g->edges[e].from, g->weights + e);
            g->edges[e].tight = fmpq_cmp(t, to) >= 0; /* holds after a round without change */
            if (fmpq_cmp(t, to) <= 0)
                continue;
            fmpq_set(to, t);
            changed = true;
        }
    }
    fmpq_clear(t);
    _fmpq_vec_clear(u, (slong)g->dim);
}

/* level[v] = the number of tight edges from `root` to v, or from v to root when
 * backward. O(n m), by rounds. */
static void find_levels(size_t *level, const cpm_cycles *g, size_t root, bool backward)
{
    for (size_t v = 0; v < g->dim; v++)
        level[v] = SIZE_MAX;
    level[root] = 0;
    bool changed = true;
    for (size_t depth = 0; changed; depth++) {
        changed = false;
        for (size_t e = 0; e < g->nedges; e++) {
            size_t from = backward ? g->edges[e].to : g->edges[e].from;
            size_t to = backward ? g->edges[e].from : g->edges[e].to;
            if (!g->edges[e].tight || level[from] != depth || level[to] != SIZE_MAX)
                continue;
            level[to] = depth + 1;
            changed = true;
        }
    }
}

void cpm_cycles_component(const size_t **forward, const size_t **backward, cpm_cycles *g,
                          size_t root)
{
    find_levels(g->levels, g, root, false);
    find_levels(g->levels + g->dim, g, root, true);
    *forward = g->levels;
    *backward = g->levels + g->dim;
}

/* A tight edge lies on a critical cycle when its end leads back to its start. */
static void mark_edges(bool *marks, cpm_cycles *g)
{
    for (size_t v = 0; v < g->dim; v++) {
        const size_t *forward, *backward;
        cpm_cycles_component(&forward, &backward, g, v);
        for (size_t e = 0; e < g->nedges; e++)
            if (g->edges[e].from == v && g->edges[e].tight && backward[g->edges[e].to] != SIZE_MAX)
                marks[g->edges[e].coeff] = true;
    }
}

cpm_status cpm_critical_mark(fmpq_t mean, bool *marks, bool *found, const cpm_linsys *sys, int sign,
                             cpm_err *err)
{
    enum { MAX_DIM = 300 };
    cpm_cycles g;
    *found = false;
    if (sys->dim == 0 || sys->dim > MAX_DIM || cpm_linsys_nnz(sys) == 0)
        return CPM_OK;
    cpm_status status = cpm_cycles_init(&g, sys, sign < 0, err);
    if (status == CPM_OK)
        *found = cpm_cycles_mean(mean, &g);
    if (status == CPM_ERR_UNSUPPORTED) { /* an infinite mean has no critical cycles */
        cpm_err_clear(err);
        status = CPM_OK;
    }
    if (*found) {
        cpm_cycles_tighten(&g, mean);
        mark_edges(marks, &g);
        if (sign < 0)
            fmpq_neg(mean, mean);
    }
    cpm_cycles_clear(&g);
    return status;
}
