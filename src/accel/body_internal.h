/* SPDX-License-Identifier: MIT
 *
 * body_internal.h - what the files body_*.c share.
 */
#ifndef CPM_ACCEL_BODY_INTERNAL_H
#define CPM_ACCEL_BODY_INTERNAL_H

#include "accel/body_map.h"
#include "accel/closure.h"

#include <flint/fmpq_mat.h>

#define NONE ((size_t)-1)

/* What an inner loop of changing length makes of a variable, see body_rows.c. */
typedef struct body_row {
    size_t loop, var;  /* the index of its LOOP */
    size_t around;     /* of the LOOP in whose rounds it moves; NONE: in those of the body */
    size_t first, dim; /* the variables that are its entries; first 0: not placed yet */
    fmpq_mat_t matrix; /* owned: T; monomial 1 is the variable */
    fmpq *starts;      /* owned: of the entries */
    bool has_rounds;
    fmpq_mpoly_t rounds; /* owned, while the map is made: how many, of the variables at the start
                          * of a round */
    fmpz_t stride;       /* how many more in the next round */
} body_row;

typedef struct body {
    const cpm_matcode *code;
    const cpm_body_options *options;
    const cpm_domain *domain; /* of the coefficients: plus-times, or Z/m */
    /* The same in inner loops, exact where the code divides what they leave behind. */
    const cpm_domain *inner_domain;
    size_t *var_of;   /* owned: of each register, NONE where it is not needed */
    uint32_t *reg_of; /* owned: of each variable */
    size_t nvars;
    size_t nregs;   /* variables that are registers: the first ones */
    unsigned depth; /* inner loops around this point */
    size_t around;  /* the index of the innermost LOOP of them, NONE: there is none */
    ulong clears;   /* so many times more bodies a round might clear denominators */
    body_row *rows; /* owned */
    size_t nrows, rows_cap;
    const ulong *probe;  /* exponents of the monomial that a product is looked for, or NULL */
    uint32_t first_with; /* index of the first product that has it */
    bool found;
    cpm_err *err;
} body;

/* Variables and domain; the body is to be ended in any case, with the status so far. */
cpm_status cpm_body_begin(body *b, cpm_domain *residues, const cpm_matcode *code,
                          const cpm_body_options *options, cpm_err *err);
/* What is too large says so, without whose it is. */
cpm_status cpm_body_end(body *b, cpm_status status);
/* The map of the code; where inner loops need rows for it, with those. */
cpm_status cpm_body_make_map(cpm_poly_map *map, body *b);
/* What a round leaves alone becomes the constant that it starts as. */
cpm_status cpm_body_fix_invariants(body *b, cpm_poly_map *map, const bool *wanted);
/* What the variable starts as; NULL where that is not known. */
const fmpq *cpm_body_start_of(const body *b, size_t v);
/* Runs the instructions from begin to end. */
cpm_status cpm_body_run(body *b, cpm_poly_map *state, size_t begin, size_t end);
/* Refuses a map that is not solvable in what the wanted variables depend on; the code
 * is run once more to find the product that makes it so. */
cpm_status cpm_body_check_solvable(body *b, const cpm_poly_map *map, const bool *wanted,
                                   size_t begin, size_t end);
/* A coefficient, as a residue in Z/m; and in inner loops. */
cpm_status cpm_body_coefficient(fmpq_t out, const body *b, const fmpq_t c);
cpm_status cpm_body_inner_coefficient(fmpq_t out, const body *b, const fmpq_t c);

/* body_inner.c: a LOOP at index `loop` whose END is at `end`. */
cpm_status cpm_body_run_loop(body *b, cpm_poly_map *state, size_t loop, size_t end);
cpm_status cpm_body_run_changing(body *b, cpm_poly_map *state, size_t loop, size_t end);

/* body_span.c: closes whole polynomials where monomials do not close. *closed false
 * leaves everything as it is, the error too. */
cpm_status cpm_body_close_span(bool *closed, cpm_linsys *sys, const body *b,
                               const cpm_poly_map *map);

/* body_rows.c */

void cpm_body_clear_rows(body *b);
/* Of a loop, in the rounds of the loop around at work. */
body_row *cpm_body_find_row(const body *b, size_t loop, size_t var);
/* A new one, over the monomials of the closure; the code is to be run again. */
cpm_status cpm_body_add_row(body *b, size_t loop, size_t var, const cpm_closure *closure);
/* In a run of the code: how many rounds; forgotten with its map. */
void cpm_body_set_rounds(body_row *row, const fmpq_mpoly_t rounds, const cpm_poly_map *map);
void cpm_body_forget_rounds(body *b, const cpm_poly_map *map);
/* Makes variables of the entries of new rows: whether there are any, and room. */
bool cpm_body_place_rows(body *b);
/* After a round of the LOOP, which is `once`: how the entries move that move with it. */
cpm_status cpm_body_move_rows(body *b, cpm_poly_map *once, size_t loop);
/* Before it: what those entries are, of what moves with the loop around it. */
cpm_status cpm_body_start_rows(body *b, cpm_poly_map *state, size_t loop);
/* Behind it they are of no use. */
void cpm_body_end_rows(const body *b, cpm_poly_map *state, size_t loop);
/* Whether the variable is such an entry. */
bool cpm_body_moves_with(const body *b, size_t var, size_t loop);
/* The row that the variable is an entry of; NULL for a register. */
const body_row *cpm_body_row_of(const body *b, size_t var);
/* Once the map is complete but for them: how the entries move, and start. */
cpm_status cpm_body_finish_rows(body *b, cpm_poly_map *map);
/* How many rounds at a time would make constants of the roots of unity in them. */
ulong cpm_body_period_of_rows(const body *b);

#endif
