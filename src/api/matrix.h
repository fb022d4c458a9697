/* SPDX-License-Identifier: MIT
 *
 * matrix.h - the inside of cpm_matrix.
 */
#ifndef CPM_API_MATRIX_H
#define CPM_API_MATRIX_H

#include "power/solver.h"

#include <flint/fmpq_mat.h>

struct cpm_matrix {
    fmpq_mat_t entries; /* infinities are 1/0 and -1/0 */
    const cpm_domain *domain;
    fmpq *vector; /* owned: dim elements, what powers are multiplied by; NULL: none */
};

/* A matrix of zeros of the rationals, dim >= 1. */
CPM_MUST_USE cpm_status cpm_matrix_alloc(cpm_matrix **out, size_t dim, const cpm_domain *domain,
                                         cpm_err *err);

/* x' = a x from `start`, every place of x an output: column j of the powers from e_j, in
 * mul-pow products of the values in `start`. */
CPM_MUST_USE cpm_status cpm_matrix_solver(cpm_solver *solver, const fmpq_mat_t a,
                                          const cpm_domain *domain, const fmpq *start,
                                          cpm_err *err);

#endif
