/* SPDX-License-Identifier: MIT
 *
 * poly_naive.h - plain iteration of a system with polynomial coefficients: the
 * oracle of the engines beside it.
 */
#ifndef CPM_POWER_POLY_NAIVE_H
#define CPM_POWER_POLY_NAIVE_H

#include "power/polyform.h"

/* The state after `done` steps, over Q or modulo m. Zeroed: not started. It moves on
 * when a later state is asked for, so that the terms of a range cost one pass. */
typedef struct cpm_poly_walker {
    bool started, modular;
    fmpz_t m; /* where modular */
    fmpz_t done;
    fmpq *x, *next;    /* owned; over Q */
    fmpz *xm, *nextm;  /* owned; the numerators modulo m * reserve */
    fmpz_t reserve;    /* made of the primes of m: what may be divided by */
    fmpz_t part, unit; /* the denominator: its part made of these primes, exactly; the
                        * other one modulo m */
    size_t dim;
} cpm_poly_walker;

void cpm_poly_walker_clear(cpm_poly_walker *walker);

/* out[k] = output k after n >= 0 steps, over Q, or modulo m unless NULL. There is no
 * pole on the way. Modulo m the denominator's part that shares primes with m enlarges
 * the modulus and is divided by at the end: CPM_ERR_NO_ANSWER where it does not divide.
 * Cost: dim^2 operations for each step from the state reached so far, or from the
 * start when that is past n. */
CPM_MUST_USE cpm_status cpm_poly_nth_naive(fmpq *out, cpm_poly_walker *walker,
                                           const cpm_polysys *sys, const cpm_polyform *form,
                                           const fmpz_t n, const fmpz *m, const cpm_config *config,
                                           cpm_err *err);

#endif
