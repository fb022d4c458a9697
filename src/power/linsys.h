/* SPDX-License-Identifier: MIT
 *
 * linsys.h - a sparse linear system x' = T x with start x_0 and wanted outputs
 * y_k(n) = w_k . x_n: what lowering hands to the engines. Affine parts are
 * linear too, through a variable that is always 1.
 */
#ifndef CPM_POWER_LINSYS_H
#define CPM_POWER_LINSYS_H

#include "algebra/form.h"

/* A zeroed system is empty and safe to clear. Whoever fills one in leaves its
 * forms in normal form. */
typedef struct cpm_linsys {
    const cpm_domain *domain; /* of the values; coefficients are its scalars */
    bool divides;             /* mul-pow: a value is divided by, even where that cancels */
    size_t dim;
    cpm_form *rows;    /* owned, dim of them: x'[i] = rows[i] . x */
    fmpq *start;       /* owned, dim of them: x_0 */
    char **names;      /* owned, dim of them: what people call x[i]; NULL in large systems */
    cpm_form *outputs; /* owned: w_0, w_1, ... */
    size_t noutputs;
} cpm_linsys;

/* `dim` zero rows, zero start, NULL names, `noutputs` zero outputs. */
CPM_MUST_USE cpm_status cpm_linsys_init(cpm_linsys *sys, const cpm_domain *domain, size_t dim,
                                        size_t noutputs, cpm_err *err);
void cpm_linsys_clear(cpm_linsys *sys);

/* The companion system, in plus-times, of a(t) = c[0] a(t-1) + ... + c[order-1] a(t-order), with
 * a(0) .. a(order-1) given, order >= 1: the values of its one output. x[k] is
 * the term k back from the newest. */
CPM_MUST_USE cpm_status cpm_linsys_companion(cpm_linsys *sys, const fmpq *c, const fmpq *given,
                                             size_t order, cpm_err *err);

/* *to, empty before, becomes a copy. */
CPM_MUST_USE cpm_status cpm_linsys_copy(cpm_linsys *to, const cpm_linsys *from, cpm_err *err);

/* All coefficients and start values are integers. */
bool cpm_linsys_is_integral(const cpm_linsys *sys);

/* log2 of the common denominator of T, which the powers of an integral multiple
 * of T carry along; 0 when T is integral. */
double cpm_linsys_log2_denominator(const cpm_linsys *sys);

/* Number of nonzero coefficients of T. */
size_t cpm_linsys_nnz(const cpm_linsys *sys);

/* x = T x, in place; `next` is scratch of dim initialised values. */
void cpm_linsys_step(const cpm_linsys *sys, fmpq *x, fmpq *next);
/* The same modulo m, for an integral system. */
void cpm_linsys_step_mod(const cpm_linsys *sys, fmpz *x, fmpz *next, const fmpz_t m);
/* The value of output k in state x modulo m, for an integral system. */
void cpm_linsys_output_mod(fmpz_t out, const cpm_linsys *sys, size_t k, const fmpz *x,
                           const fmpz_t m);

/* The first `count` values of output k, y(0), y(1), ... Chains of registers
 * that only copy each other are read off, so a shift register of any length
 * costs one step for each value past its own contents. */
void cpm_linsys_terms(fmpq *y, size_t count, const cpm_linsys *sys, size_t k);
/* The same modulo m; the system must be integral. Values 0..m-1. */
void cpm_linsys_terms_mod(fmpz *y, size_t count, const cpm_linsys *sys, size_t k, const fmpz_t m);

#endif
