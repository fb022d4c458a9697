/* SPDX-License-Identifier: MIT
 *
 * poly_block.h - products over blocks of consecutive steps: what binary splitting is
 * made of.
 */
#ifndef CPM_POWER_POLY_BLOCK_H
#define CPM_POWER_POLY_BLOCK_H

#include "power/polyform.h"

#include <flint/fmpz_mat.h>

/* m/den = T(end-1) ... T(begin) / (q(begin) ... q(end-1)), not in lowest terms. */
typedef struct cpm_poly_block {
    fmpz_mat_t m;
    fmpz_t den;
} cpm_poly_block;

void cpm_poly_block_init(cpm_poly_block *block, size_t dim);
void cpm_poly_block_clear(cpm_poly_block *block);

/* Whether blocks of a size get shorter by taking common factors out. */
typedef struct cpm_poly_gain {
    unsigned tried;
    double before, after; /* bits */
} cpm_poly_gain;

enum { CPM_POLY_LEVELS = 64 };

/* What all blocks of a computation share. */
typedef struct cpm_poly_blocks {
    const cpm_polyform *form;
    const cpm_config *config;
    ulong leaf; /* blocks of at most so many steps are multiplied out plainly */
    ulong steps;
    ulong done;                           /* steps whose leaves are done */
    bool reduces;                         /* common factors may be taken out */
    bool in_words;                        /* all values T(j), q(j) and their parts are below 2^62 */
    cpm_poly_gain gains[CPM_POLY_LEVELS]; /* by the bits of the number of steps */
} cpm_poly_blocks;

/* For steps 0 .. n-1, n < 2^62. Both stay borrowed. */
void cpm_poly_blocks_init(cpm_poly_blocks *blocks, const cpm_polyform *form, ulong n,
                          const cpm_config *config);

/* *block = the product over [begin, end), begin <= end. */
CPM_MUST_USE cpm_status cpm_poly_block_product(cpm_poly_block *block, cpm_poly_blocks *blocks,
                                               ulong begin, ulong end, cpm_err *err);

#endif
