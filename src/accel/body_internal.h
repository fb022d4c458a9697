/* SPDX-License-Identifier: MIT
 *
 * body_internal.h - what body_map.c, body_inner.c and body_rows.c share.
 */
#ifndef CPM_ACCEL_BODY_INTERNAL_H
#define CPM_ACCEL_BODY_INTERNAL_H

#include "accel/body_map.h"
#include "accel/closure.h"

#define NONE ((size_t)-1)

typedef struct body {
    const cpm_matcode *code;
    const cpm_body_options *options;
    const cpm_domain *domain; /* of the coefficients: plus-times, or Z/m */
    size_t *var_of;           /* owned: of each register, NONE where it is not needed */
    uint32_t *reg_of;         /* owned: of each variable */
    size_t nvars;
    const ulong *probe;  /* exponents of the monomial that a product is looked for, or NULL */
    uint32_t first_with; /* index of the first product that has it */
    bool found;
    cpm_err *err;
} body;

/* Runs the instructions from begin to end. */
cpm_status cpm_body_run(body *b, cpm_poly_map *state, size_t begin, size_t end);
/* Refuses a map that is not solvable in what the wanted variables depend on; the code
 * is run once more to find the product that makes it so. */
cpm_status cpm_body_check_solvable(body *b, const cpm_poly_map *map, const bool *wanted,
                                   size_t begin, size_t end);
/* A coefficient, as a residue in Z/m. */
cpm_status cpm_body_coefficient(fmpq_t out, const body *b, const fmpq_t c);

/* body_inner.c: a LOOP at index `loop` whose END is at `end`. */
cpm_status cpm_body_run_loop(body *b, cpm_poly_map *state, size_t loop, size_t end);
cpm_status cpm_body_run_changing(body *b, cpm_poly_map *state, size_t loop, size_t end);

#endif
