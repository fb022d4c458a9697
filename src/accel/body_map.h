/* SPDX-License-Identifier: MIT
 *
 * body_map.h - from matrix code with products of registers to a linear system:
 * running the code on polynomials, then closing over monomials (closure.h). What
 * transfer.h does for code without products.
 */
#ifndef CPM_ACCEL_BODY_MAP_H
#define CPM_ACCEL_BODY_MAP_H

#include "accel/lower.h"
#include "accel/transfer.h"
#include "power/polysys.h"

typedef struct cpm_body_options {
    const uint32_t *wanted; /* borrowed: registers */
    size_t nwanted;
    const fmpz *modulus; /* as in cpm_transfer_options */
    size_t max_bytes;
    const cpm_text *text; /* borrowed: that the code's spans are of */
    const char *prefix;   /* of refusals */
    ulong period;         /* bodies in the code; 0: one */
    cpm_split *split;     /* what would help, where refused */
} cpm_body_options;

/* The system of the monomials that the wanted registers need, named as people
 * write them (x*y, i^2*a), and last the constant 1; output k is wanted[k].
 * CPM_ERR_SEMANTIC, with the two names, for code that is not solvable;
 * CPM_ERR_UNSUPPORTED for what would be too large. */
CPM_MUST_USE cpm_status cpm_body_system(cpm_linsys *sys, const cpm_matcode *code,
                                        const cpm_body_options *options, cpm_err *err);

/* Where that refuses: the system x' = T(k) x of what the wanted registers need, with all
 * counters kept out of it; k = 0 in the first round. *found false: it is not linear so
 * either, and *sys empty. The modulus of the options is not looked at. */
CPM_MUST_USE cpm_status cpm_body_varying(bool *found, cpm_polysys *sys, const cpm_matcode *code,
                                         const cpm_body_options *options, cpm_err *err);

/* A line "x' = x^2 + y" for each wanted register and what it needs: what a round of the
 * code takes it to. */
CPM_MUST_USE cpm_status cpm_body_draw(cpm_strbuf *out, const cpm_matcode *code,
                                      const cpm_body_options *options, cpm_err *err);

#endif
