/* SPDX-License-Identifier: MIT
 *
 * critical.h - the critical cycles of a system over max-plus or min-plus.
 */
#ifndef CPM_POWER_CRITICAL_H
#define CPM_POWER_CRITICAL_H

#include "algebra/semiring.h"
#include "power/linsys.h"

typedef struct cpm_cycle_edge {
    size_t from, to;
    size_t coeff; /* which coefficient of the system, counted row by row */
    bool tight;   /* see cpm_cycles_tighten */
} cpm_cycle_edge;

/* An edge for each finite coefficient: from the variable that is read to the
 * one that is written. A zeroed one is safe to clear. */
typedef struct cpm_cycles {
    size_t dim;
    size_t nedges;
    cpm_cycle_edge *edges; /* owned */
    fmpq *weights;         /* owned, one an edge; the larger the better: min-plus is negated */
    size_t nweights;       /* allocated */
    size_t *levels;        /* owned, 2 dim of them: scratch of cpm_cycles_component */
} cpm_cycles;

/* CPM_ERR_UNSUPPORTED when a weight is infinite and not the semiring's zero. */
CPM_MUST_USE cpm_status cpm_cycles_init(cpm_cycles *g, const cpm_linsys *sys, bool negate,
                                        cpm_err *err);
void cpm_cycles_clear(cpm_cycles *g);

/* next(v) = the largest of d(u) + weight over the edges u -> v; -inf when there
 * is none, and where d is. */
void cpm_cycles_relax(fmpq *next, const fmpq *d, const cpm_cycles *g);
/* The largest mean weight of a cycle; false when there is no cycle. */
bool cpm_cycles_mean(fmpq_t mean, const cpm_cycles *g);
/* Marks the edges that are tight for potentials of the weights less the mean,
 * which are changed to that: the cycles of tight edges are the critical ones. */
void cpm_cycles_tighten(cpm_cycles *g, const fmpq_t mean);

/* The tight edges that lead from `root` to a vertex and from there to `root`,
 * SIZE_MAX where there is no way; good until the next call. */
void cpm_cycles_component(const size_t **forward, const size_t **backward, cpm_cycles *g,
                          size_t root);

/* Finds the largest (sign > 0) or smallest (sign < 0) mean weight of a cycle
 * and which coefficients lie on a cycle that has it: marks[] are one for each
 * coefficient, row by row, false before. *found is false when there is no cycle,
 * or when the system is too large for this. */
CPM_MUST_USE cpm_status cpm_critical_mark(fmpq_t mean, bool *marks, bool *found,
                                          const cpm_linsys *sys, int sign, cpm_err *err);

#endif
