/* SPDX-License-Identifier: MIT
 *
 * term.h - numbers, sums and polynomials in full, as programs read them.
 */
#ifndef CPM_SHOW_TERM_H
#define CPM_SHOW_TERM_H

#include "base/strbuf.h"

#include <flint/fmpq.h>
#include <flint/fmpz_poly.h>

void cpm_put_integer(cpm_strbuf *out, const fmpz_t x);
/* " - 3" for 3, " + 3" for -3, nothing for 0. */
void cpm_put_minus(cpm_strbuf *out, const fmpz_t x);
void cpm_put_rational(cpm_strbuf *out, const fmpq_t x);
/* An infinity of a semiring too. */
void cpm_put_extended(cpm_strbuf *out, const fmpq_t x);

/* One more summand c * factor, c not 0: "3*x", " - x", " + 1/2*x", with its sign
 * alone where it comes first; an empty factor stands for 1. */
void cpm_put_term(cpm_strbuf *out, const fmpq_t c, bool first, const char *factor);

/* A polynomial in `variable`, from the constant on or, falling, from the highest
 * power on. */
void cpm_put_poly(cpm_strbuf *out, const fmpz_poly_t p, const char *variable, bool falling);

/* p/scale in irreducible factors over Z, with a factor 1/scale in front where that is
 * not 1; p is primitive, scale positive. */
void cpm_put_factored(cpm_strbuf *out, const fmpz_poly_t p, const fmpz_t scale);

#endif
