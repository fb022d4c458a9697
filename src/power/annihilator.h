/* SPDX-License-Identifier: MIT
 *
 * annihilator.h - det(I - xT): the denominator that every output of a linear
 * system shares.
 */
#ifndef CPM_POWER_ANNIHILATOR_H
#define CPM_POWER_ANNIHILATOR_H

#include "power/linsys.h"

#include <flint/fmpz_poly.h>

/* den = det(I - x T), made primitive over Z with a positive constant
 * coefficient. For every output, sum y(n) x^n = num/den with deg num < dim.
 * Cost: O(nnz) for shift registers; O(h^3) operations on polynomials (h the
 * largest number of variables of one strongly connected component that are
 * more than copies). CPM_ERR_UNSUPPORTED when h is too large. */
CPM_MUST_USE cpm_status cpm_annihilator(fmpz_poly_t den, const cpm_linsys *sys, cpm_err *err);

/* About how many word operations that will take; INFINITY where it is refused. Cost:
 * O(nnz). */
CPM_MUST_USE cpm_status cpm_annihilator_cost(double *cost, const cpm_linsys *sys, cpm_err *err);

#endif
