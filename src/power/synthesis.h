/* SPDX-License-Identifier: MIT
 *
 * synthesis.h - the shortest recurrence of a sequence modulo m, from its terms.
 */
#ifndef CPM_POWER_SYNTHESIS_H
#define CPM_POWER_SYNTHESIS_H

#include "base/err.h"
#include "cpmcalc.h"

#include <flint/nmod_poly.h>

/* num/den = sum terms[n] x^n modulo m, den(0) = 1, where the terms are known to satisfy
 * some recurrence of order at most count / 2, with 1 as the coefficient of the newest
 * term: then 2 * order terms decide all. For a prime power m it is a shortest one; for
 * another m it is made of those, and need not be. num and den are initialised modulo m,
 * 1 < m. CPM_ERR_INTERNAL where the terms are not of that kind.
 * Cost: O(k count^2) for m = p^k. */
CPM_MUST_USE cpm_status cpm_synthesize(nmod_poly_t num, nmod_poly_t den, const ulong *terms,
                                       size_t count, const cpm_config *config, cpm_err *err);

/* The number of primes of m, each as often as it divides m: what the cost grows with. */
ulong cpm_synthesis_weight(ulong m);

#endif
