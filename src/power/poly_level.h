/* SPDX-License-Identifier: MIT
 *
 * poly_level.h - steps of a system with polynomial coefficients over Z/p^e, of which
 * blocks of p are steps of another one: what poly_period.c goes up and down.
 */
#ifndef CPM_POWER_POLY_LEVEL_H
#define CPM_POWER_POLY_LEVEL_H

#include "power/poly_ball.h"
#include "power/polyform.h"

#include <flint/fmpz_poly_mat.h>
#include <flint/nmod_poly_mat.h>

/* Steps of a system modulo p^digits; t and q of the form are residues. */
typedef struct cpm_level {
    cpm_polyform form;
    ulong digits;
} cpm_level;

/* A product being made: x is multiplied by it from the left. */
typedef struct cpm_walk {
    ulong p;
    cpm_ball x;
    bool lost; /* digits: there are too few */
    const cpm_config *config;
    cpm_err *err;
} cpm_walk;

/* Blocks of fewer steps are multiplied as polynomials. */
enum { CPM_SMALL_PRIME = 10000 };

/* poly_level.c */

/* power = p^digits */
static inline void cpm_walk_power(fmpz_t power, const cpm_walk *w, ulong digits)
{
    cpm_padic_power(power, w->p, digits);
}

/* *shifted, which is empty, = the steps from `begin` on. */
CPM_MUST_USE cpm_status cpm_level_shift(cpm_level *shifted, const cpm_level *from,
                                        const fmpz_t begin, const cpm_walk *w);
/* x = the product of `count` steps from `begin` on times x; w->lost where what is divided
 * by is 0 modulo p^digits. */
CPM_MUST_USE cpm_status cpm_level_apply(cpm_walk *w, const cpm_level *l, const fmpz_t begin,
                                        ulong count);
/* *blocks, which is empty, = the system whose steps are blocks of p. */
CPM_MUST_USE cpm_status cpm_level_blocks(cpm_level *blocks, const cpm_level *l, const cpm_walk *w);
/* The exponent of p that all coefficients share, `most` at most. */
ulong cpm_level_content(const fmpz_poly_struct *f, slong count, ulong most, ulong p);
/* Takes what T, and what q, shares out of n steps, at the cost of as many digits; w->lost
 * where all are 0. `is_exact`: coefficients are integers still, and become residues. */
void cpm_level_take_content(cpm_walk *w, cpm_level *l, const fmpz_t n, bool is_exact);

/* poly_basis.c */

/* One change of basis for the n steps, where all entries share a power of p then: x in
 * that basis, and back = back times the matrix that leads back. False where there is none. */
CPM_MUST_USE bool cpm_level_improve_basis(cpm_walk *w, cpm_level *l, fmpz_mat_t back,
                                          const fmpz_t n);
/* Where blocks are to begin, below p: the zeros of q modulo p, by which digits get lost,
 * behind those of det T that bring them back. */
CPM_MUST_USE cpm_status cpm_level_begin(ulong *begin, const cpm_level *l, const cpm_walk *w);

#endif
