/* SPDX-License-Identifier: MIT
 *
 * polysys.h - a linear system whose matrix is a polynomial in the index,
 *
 *     x(i+1) = T(i)/q(i) x(i),    y_k(n) = w_k . x(first+n),
 *
 * what a(n) = n a(n-1) or (n+1) a(n) = (4n-2) a(n-1) comes to. Constant parts are
 * linear through a variable that is always 1, as in linsys.h.
 */
#ifndef CPM_POWER_POLYSYS_H
#define CPM_POWER_POLYSYS_H

#include "base/err.h"

#include <flint/fmpq.h>
#include <flint/fmpz_poly.h>

/* A zeroed system is empty and safe to clear. */
typedef struct cpm_polysys {
    size_t dim;          /* at least 1 */
    fmpz_poly_struct *t; /* owned: dim * dim, row by row, polynomials in i */
    fmpz_poly_t q;       /* not zero; shared by all entries */
    fmpz_t first;        /* the index of the first step; may be negative */
    fmpq *start;         /* owned: dim, x(first) */
    size_t noutputs;
    fmpq *outputs; /* owned: noutputs * dim, w_k is row k */
} cpm_polysys;

/* T = 0, q = 1, first = 0, start and outputs 0. */
CPM_MUST_USE cpm_status cpm_polysys_init(cpm_polysys *sys, size_t dim, size_t noutputs,
                                         cpm_err *err);
void cpm_polysys_clear(cpm_polysys *sys);

/* *to, empty before, becomes a copy. */
CPM_MUST_USE cpm_status cpm_polysys_copy(cpm_polysys *to, const cpm_polysys *from, cpm_err *err);

static inline fmpz_poly_struct *cpm_polysys_entry(const cpm_polysys *sys, size_t row, size_t col)
{
    return sys->t + row * sys->dim + col;
}

/* x = T(i)/q(i) x in place, over Q: the definition that everything else must agree
 * with; `next` is scratch of dim initialised values. False, and x as it was, where
 * q(i) = 0. */
bool cpm_polysys_step(const cpm_polysys *sys, const fmpz_t i, fmpq *x, fmpq *next);

/* *sum, empty before, has one more variable, the sum of output k over the steps before: its
 * only output is y_k(0) + ... + y_k(n-1) after n steps. */
CPM_MUST_USE cpm_status cpm_polysys_sum(cpm_polysys *sum, const cpm_polysys *sys, size_t k,
                                        cpm_err *err);

/* *back, empty before, takes the steps from `first` on back: step j = -i of it goes from the
 * state in front of round i+1 to that in front of round i, from j = 1 - first on; its only
 * output is variable k. *exists is false, and it stays empty, where no T has an inverse. */
CPM_MUST_USE cpm_status cpm_polysys_reverse(cpm_polysys *back, bool *exists, const cpm_polysys *sys,
                                            size_t k, cpm_err *err);

/* out = w_k . x */
void cpm_polysys_output(fmpq_t out, const cpm_polysys *sys, size_t k, const fmpq *x);

/* The least index i >= first with q(i) = 0, from which there is no step; false when
 * there is none. Cost: that of factoring q. */
bool cpm_polysys_pole(fmpz_t index, const cpm_polysys *sys);

#endif
