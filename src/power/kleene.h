/* SPDX-License-Identifier: MIT
 *
 * kleene.h - closures of matrices over a semiring: the star, and the cycle that powers
 * run into.
 */
#ifndef CPM_POWER_KLEENE_H
#define CPM_POWER_KLEENE_H

#include "algebra/semiring.h"

/* a = I + a + a^2 + ..., row by row, in place, over a domain where x + x = x: the weights of
 * best ways of any length. Where sums grow without end the limit, an infinity (or 0) of the
 * domain, stands. Kleene's algorithm as of D. J. Lehmann, "Algebraic structures for
 * transitive closure", 1977: 2 dim^3 operations. */
CPM_MUST_USE cpm_status cpm_kleene_star(fmpq *a, size_t dim, const cpm_domain *domain,
                                        const cpm_config *config, cpm_err *err);

/* The least T > 0 and then the least k with a^(n+T) x = a^n x for all n >= k, where x has
 * `ncols` columns; by Brent's algorithm, about 3 (k + T) products. CPM_ERR_UNSUPPORTED
 * where more than a million would be needed. */
CPM_MUST_USE cpm_status cpm_semi_cycle(fmpz_t period, fmpz_t preperiod, const fmpq *a,
                                       const fmpq *x, size_t dim, size_t ncols,
                                       const cpm_domain *domain, const cpm_config *config,
                                       cpm_err *err);

#endif
