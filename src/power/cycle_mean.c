/* SPDX-License-Identifier: MIT
 *
 * cycle_mean.c - how a system over max-plus or min-plus grows: by the largest
 * cycle mean (critical.c), with a period that is the lcm, over the strongly
 * connected parts of the graph of critical cycles, of the gcd of their cycle
 * lengths (G. Cohen et al., "A linear-system-theoretic view of discrete-event
 * processes", IEEE TAC 30, 1985). Cost: O(n m) exact operations.
 * The transient is looked for step by step; where several parts of a reducible
 * system grow at different rates there is none.
 */
#include "power/cycle_mean.h"

#include "base/mem.h"
#include "power/critical.h"

#include <flint/fmpq_vec.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>

/* dim * nnz beyond this is left alone. */
static const double MAX_WORK = 2e7;

void cpm_growth_init(cpm_growth *growth)
{
    *growth = (cpm_growth){.cyclicity = 1};
    fmpq_init(growth->mean);
}

void cpm_growth_clear(cpm_growth *growth)
{
    fmpq_clear(growth->mean);
}

/* The gcd of the cycle lengths in the part of `root`, whose vertices are done then. */
static ulong period_at(cpm_cycles *g, size_t root, bool *done)
{
    const size_t *forward, *backward;
    ulong period = 0;
    cpm_cycles_component(&forward, &backward, g, root);
    for (size_t v = 0; v < g->dim; v++)
        done[v] = done[v] || (forward[v] != SIZE_MAX && backward[v] != SIZE_MAX);
    for (size_t e = 0; e < g->nedges; e++) {
        size_t from = g->edges[e].from, to = g->edges[e].to;
        if (!g->edges[e].tight || forward[from] == SIZE_MAX || backward[to] == SIZE_MAX)
            continue;
        ulong a = forward[from] + 1, b = forward[to];
        period = n_gcd(period, a > b ? a - b : b - a);
    }
    return period;
}

static cpm_status find_cyclicity(ulong *cyclicity, cpm_cycles *g, cpm_err *err)
{
    enum { USEFUL = 1000000 };
    bool *done = cpm_calloc(g->dim, sizeof *done);
    *cyclicity = 1;
    if (done == NULL)
        return cpm_err_memory(err);
    for (size_t root = 0; root < g->dim && *cyclicity <= USEFUL; root++) {
        ulong period = done[root] ? 0 : period_at(g, root, done);
        if (period > 0)
            *cyclicity = *cyclicity / n_gcd(*cyclicity, period) * period;
    }
    free(done);
    return CPM_OK;
}

/* later = earlier + shift, zeros where there are zeros. */
static bool is_shifted(const fmpq *later, const fmpq *earlier, const fmpq_t shift, size_t count)
{
    const cpm_domain *plus = cpm_domain_of(CPM_SEMIRING_MAX_PLUS);
    fmpq_t t;
    fmpq_init(t);
    bool same = true;
    for (size_t i = 0; i < count && same; i++) {
        plus->mul(t, earlier + i, shift, plus);
        same = fmpq_equal(t, later + i);
    }
    fmpq_clear(t);
    return same;
}

/* The first t with x(t + c) = x(t) + c mean, keeping the last c states. */
static void find_transient(cpm_growth *growth, const cpm_linsys *sys, const cpm_cycles *g,
                           bool negate, ulong max_steps)
{
    ulong c = growth->cyclicity;
    size_t n = g->dim;
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
        cpm_cycles_relax(ring + (t % (c + 1)) * n, ring + ((t - 1) % (c + 1)) * n, g);
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

cpm_status cpm_growth_find_transient(cpm_growth *growth, const cpm_linsys *sys,
                                     const cpm_domain *domain, ulong max_steps, cpm_err *err)
{
    cpm_cycles g;
    growth->has_transient = false;
    cpm_status status = cpm_cycles_init(&g, sys, domain->is_dual, err);
    if (status == CPM_OK)
        find_transient(growth, sys, &g, domain->is_dual, max_steps);
    cpm_cycles_clear(&g);
    return status;
}

cpm_status cpm_growth_find(cpm_growth *growth, const cpm_linsys *sys, const cpm_domain *domain,
                           ulong max_steps, cpm_err *err)
{
    bool negate = domain->is_dual;
    if (!domain->has_cycle_mean || sys->dim == 0 ||
        (double)sys->dim * ((double)sys->dim + (double)cpm_linsys_nnz(sys)) > MAX_WORK)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "no cycle mean is looked for");
    cpm_cycles g;
    cpm_status status = cpm_cycles_init(&g, sys, negate, err);
    if (status == CPM_OK)
        growth->has_cycle = cpm_cycles_mean(growth->mean, &g);
    if (growth->has_cycle) {
        cpm_cycles reduced;
        status = cpm_cycles_init(&reduced, sys, negate, err);
        if (status == CPM_OK) {
            cpm_cycles_tighten(&reduced, growth->mean);
            status = find_cyclicity(&growth->cyclicity, &reduced, err);
        }
        cpm_cycles_clear(&reduced);
        if (negate)
            fmpq_neg(growth->mean, growth->mean);
        if (status == CPM_OK && max_steps > 0)
            find_transient(growth, sys, &g, negate, max_steps);
    }
    cpm_cycles_clear(&g);
    return status;
}
