/* SPDX-License-Identifier: MIT
 *
 * inner_power.h - the rounds of an inner loop at once: a power of its matrix.
 */
#ifndef CPM_ACCEL_INNER_POWER_H
#define CPM_ACCEL_INNER_POWER_H

#include "algebra/semiring.h"
#include "base/err.h"

#include <flint/fmpq_mat.h>

/* out = base^n over the domain (Z/m for one of residues), n >= 0; base is
 * destroyed. CPM_ERR_UNSUPPORTED, before the work, where the entries would take
 * more than an eighth of max_bytes (0: of the largest value there is) or the work
 * more than some seconds: the loop around can run plainly instead, with this one
 * accelerated by itself. Cost: O(dim^3 log n) operations. */
CPM_MUST_USE cpm_status cpm_inner_power(fmpq_mat_t out, fmpq_mat_t base, const fmpz_t n,
                                        const cpm_domain *domain, size_t max_bytes, cpm_err *err);

#endif
