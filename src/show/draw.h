/* SPDX-License-Identifier: MIT
 *
 * draw.h - linear systems and recurrences as people read them.
 */
#ifndef CPM_SHOW_DRAW_H
#define CPM_SHOW_DRAW_H

#include "base/strbuf.h"
#include "power/linsys.h"

#include <flint/fmpz_poly.h>

/* The matrix with the names of its variables; large ones are only described. */
void cpm_draw_matrix(cpm_strbuf *out, const cpm_linsys *sys);

/* A line "x*y' = 2*x*y + x, from 6" for each variable but the constant one: what it goes
 * to in a round, and what it starts as. In plus-times; other pairs are drawn as matrices. */
void cpm_draw_equations(cpm_strbuf *out, const cpm_linsys *sys);

/* "p1 = 0, p2 = 1, ..." */
void cpm_draw_start(cpm_strbuf *out, const cpm_linsys *sys);

/* The characteristic polynomial of a matrix of dimension `dim` in x, which is
 * x^dim den(1/x): "x^2 - x - 1", "x*(x - 2)" with what den does not hold. */
void cpm_draw_characteristic(cpm_strbuf *out, const fmpz_poly_t den, size_t dim);

/* "a(n) = 14*a(n-1) + 21*a(n-2)" from den = q0 + q1 x + ... */
void cpm_draw_recurrence(cpm_strbuf *out, const fmpz_poly_t den);

#endif
