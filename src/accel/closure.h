/* SPDX-License-Identifier: MIT
 *
 * closure.h - polynomial maps, and the linear systems that they are over enough
 * monomials.
 *
 * One round of a loop takes variable v to a polynomial image[v] in all of them. A
 * monomial then goes to a polynomial too; starting from the wanted variables,
 * monomials are added until the images of all are sums of them. That comes to an
 * end exactly for *solvable* maps: within a strongly connected component of
 * "reads", updates are linear with constant coefficients, and between components
 * they may be any polynomial (E. Rodriguez-Carbonell, D. Kapur, "Automatic
 * generation of polynomial loop invariants", 2004; L. Kovacs, "Reasoning
 * algebraically about P-solvable loops", 2008).
 */
#ifndef CPM_ACCEL_CLOSURE_H
#define CPM_ACCEL_CLOSURE_H

#include "algebra/form.h"
#include "base/err.h"

#include <flint/fmpq_mpoly.h>

typedef struct cpm_poly_map {
    size_t nvars;
    fmpq_mpoly_ctx_t ctx;
    fmpq_mpoly_struct *image; /* owned; of nvars */
    bool *is_unknown;         /* owned; of nvars: the image is not what it says */
} cpm_poly_map;

/* Every variable goes to itself. */
CPM_MUST_USE cpm_status cpm_poly_map_init(cpm_poly_map *map, size_t nvars, cpm_err *err);
/* A zeroed one is left alone. */
void cpm_poly_map_clear(cpm_poly_map *map);
bool cpm_poly_map_keeps(const cpm_poly_map *map, size_t var);

/* Why a map is not solvable: a monomial in the update of `of` that has `a` and `b`
 * (maybe the same) as factors, one of them in the component of `of`. */
typedef struct cpm_unsolvable {
    size_t of, a, b;
    ulong *monomial; /* owned: exponents */
} cpm_unsolvable;

/* Looks at what the wanted variables depend on. CPM_ERR_MEMORY, or CPM_OK with
 * why->monomial NULL for a solvable map. Cost: O(nvars^2) and the terms. */
CPM_MUST_USE cpm_status cpm_poly_map_solvable(cpm_unsolvable *why, const cpm_poly_map *map,
                                              const bool *wanted, cpm_err *err);

/* Monomial k has exponents exps[k * nvars ..] and goes to rows[k], a form over the
 * monomials. Monomial 0 is the constant 1. A zeroed one may be cleared. */
typedef struct cpm_closure {
    size_t nvars;
    size_t count, cap;
    ulong *exps;       /* owned */
    cpm_form *rows;    /* owned; in plus-times */
    size_t *table;     /* owned: hash table of 1 + index, 0: free */
    size_t table_size; /* a power of 2 */
} cpm_closure;

/* The wanted variables get the monomials 1, 2, ... in order. CPM_ERR_UNSUPPORTED
 * past `most` monomials, where images grow out of all proportion or are not known. The map must
 * be solvable, or it runs into that. */
CPM_MUST_USE cpm_status cpm_closure_of(cpm_closure *closure, const cpm_poly_map *map,
                                       const bool *wanted, size_t most, cpm_err *err);
void cpm_closure_clear(cpm_closure *closure);

/* out = the monomial with these exponents, of the images of `map`. Refuses as
 * above. out is initialised for map->ctx. */
CPM_MUST_USE cpm_status cpm_poly_map_monomial(fmpq_mpoly_t out, const cpm_poly_map *map,
                                              const ulong *exps, cpm_err *err);

#endif
