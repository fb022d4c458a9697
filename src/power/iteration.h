/* SPDX-License-Identifier: MIT
 *
 * iteration.h - a map that is no linear system, applied round by round: what is left
 * for rules such as a(n) = a(n-1)^2 + 1. Where the state comes back, whole periods
 * are skipped (R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20,
 * 1980: one copy of the state, taken again at powers of two).
 */
#ifndef CPM_POWER_ITERATION_H
#define CPM_POWER_ITERATION_H

#include "power/engine.h"

#include <flint/fmpq.h>

/* The map, from whoever knows the rule. */
typedef struct cpm_map {
    void *ctx; /* owned, through `free` */
    void (*free)(void *ctx);
    /* The state before the first round. */
    void (*restart)(void *ctx);
    /* One round more; residues of all values where the modulus is not NULL, which is
     * for rings alone. CPM_ERR_LIMIT for values of more than max_bits. */
    cpm_status (*step)(void *ctx, const fmpz *modulus, size_t max_bits, cpm_err *err);
    /* Value k < dim of the state, borrowed until the next round. */
    const fmpq *(*value)(const void *ctx, size_t k);
    size_t dim, output;
    bool is_ring;     /* sums, differences and products alone, of integers */
    bool reads_index; /* a round depends on its number, through a ring where it is one */
} cpm_map;

typedef struct cpm_iteration {
    cpm_map map;
    bool has_begun;
    bool is_modular; /* what the state has been reduced by */
    fmpz_t modulus;
    fmpz_t position; /* rounds done */
} cpm_iteration;

/* Takes over the map. */
void cpm_iteration_init(cpm_iteration *it, const cpm_map *map);
/* A zeroed one is safe to clear. */
void cpm_iteration_clear(cpm_iteration *it);

CPM_MUST_USE cpm_status cpm_iteration_decide(cpm_decision *decision, const cpm_iteration *it,
                                             const fmpz_t n, const cpm_config *config,
                                             cpm_err *err);

/* out = the output after n >= 0 rounds, as it is or, for a ring under config->modulus,
 * its residue. CPM_ERR_LIMIT where values get too large, by how they have grown so far,
 * or after CPM_MAX_ITERATED rounds that did not come back. Going on from the last
 * question is free. */
CPM_MUST_USE cpm_status cpm_iteration_run(fmpq_t out, cpm_iteration *it, const fmpz_t n,
                                          const cpm_config *config, cpm_err *err);

#endif
