/* SPDX-License-Identifier: MIT
 *
 * cycle_mean.h - how a system over max-plus or min-plus grows: its eigenvalue
 * and its period.
 */
#ifndef CPM_POWER_CYCLE_MEAN_H
#define CPM_POWER_CYCLE_MEAN_H

#include "algebra/semiring.h"
#include "power/linsys.h"

/* x(t + cyclicity) = x(t) + cyclicity * mean for all t >= transient. */
typedef struct cpm_growth {
    bool has_cycle;     /* else all values are zero (-inf, inf) in the end */
    fmpq_t mean;        /* the largest mean weight of a cycle (min-plus: the smallest) */
    ulong cyclicity;    /* lcm over the strongly connected parts of the critical cycles */
    bool has_transient; /* it was found */
    ulong transient;
} cpm_growth;

void cpm_growth_init(cpm_growth *growth);
void cpm_growth_clear(cpm_growth *growth);

/* mean and cyclicity in O(dim * nnz) operations; the transient from at most
 * max_steps steps of the system (0: it is not looked for). CPM_ERR_UNSUPPORTED for
 * systems that are too large and for other domains. */
CPM_MUST_USE cpm_status cpm_growth_find(cpm_growth *growth, const cpm_linsys *sys,
                                        const cpm_domain *domain, ulong max_steps, cpm_err *err);
/* Only the transient, for another start of the system whose mean and cyclicity are in
 * *growth. */
CPM_MUST_USE cpm_status cpm_growth_find_transient(cpm_growth *growth, const cpm_linsys *sys,
                                                  const cpm_domain *domain, ulong max_steps,
                                                  cpm_err *err);

#endif
