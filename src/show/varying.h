/* SPDX-License-Identifier: MIT
 *
 * varying.h - a sequence whose coefficients vary with the index, as text: its matrix
 * T(n), its rule, and code that runs x(n) = T(n)/q(n) x(n-1).
 */
#ifndef CPM_SHOW_VARYING_H
#define CPM_SHOW_VARYING_H

#include "base/strbuf.h"
#include "power/polysys.h"

/* All is borrowed. */
typedef struct cpm_varying {
    const cpm_polysys *sys; /* of rounds: its first one makes the term with index `start` */
    const char *index;      /* what coefficients are functions of: n, or, where `period`
                             * rounds make a step, t: the index is period t + shift then */
    ulong period;
    const fmpz *shift;
    const char *const *names; /* of its variables */
    size_t order; /* of a rule that is about one sequence alone, whose terms are the first
                   * variables, the newest one first; 0: of others */
    const fmpz *offset, *start; /* the index of the first given term, and of the first other */
    const fmpq *given;
    size_t ngiven;
    const fmpz *modulus; /* the rule reduces its terms modulo it; 0: exact */
} cpm_varying;

/* The largest degree of an entry of T, or of q. */
slong cpm_varying_degree(const cpm_varying *v);
/* The matrix, with the names of its variables; its denominator below it. Of what has no
 * place on a screen there is a description. */
void cpm_varying_matrix(cpm_strbuf *out, const cpm_varying *v);
/* (n + 1)*a(n) = (4*n - 2)*a(n-1), for `order` from 1 on. */
void cpm_varying_rule(cpm_strbuf *out, const cpm_varying *v);
void cpm_varying_init(cpm_strbuf *out, const cpm_varying *v);
/* Definitions of a function a. */
void cpm_varying_pari(cpm_strbuf *out, const cpm_varying *v);
void cpm_varying_python(cpm_strbuf *out, const cpm_varying *v);
void cpm_varying_sympy(cpm_strbuf *out, const cpm_varying *v);
void cpm_varying_sage(cpm_strbuf *out, const cpm_varying *v);
void cpm_varying_mathematica(cpm_strbuf *out, const cpm_varying *v);
void cpm_varying_maple(cpm_strbuf *out, const cpm_varying *v);

#endif
