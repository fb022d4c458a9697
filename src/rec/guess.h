/* SPDX-License-Identifier: MIT
 *
 * guess.h - the shortest recurrence that given terms obey.
 */
#ifndef CPM_REC_GUESS_H
#define CPM_REC_GUESS_H

#include "base/err.h"

#include <flint/fmpq.h>
#include <flint/fmpz_poly.h>

/* a(n) = c[0] a(n-1) + ... + c[order-1] a(n-order) for all given terms but the
 * first order + nexceptions: order of them begin the recurrence, exceptions come
 * before these. Zero it; a zeroed guess is safe to clear. */
typedef struct cpm_guess {
    size_t order;
    size_t nexceptions;
    size_t nconfirmed; /* terms given beyond those that settle c, start and exceptions */
    fmpq *c;           /* owned; over Z/M integers from 0 to M-1 */
} cpm_guess;

void cpm_guess_clear(cpm_guess *guess);

/* Whether so many confirmations are enough: two, and no fewer than there are
 * exceptions, of which any would do. The shortest recurrence is the only one then:
 * with its exceptions it is no longer than half of the terms. */
static inline bool cpm_guess_is_confirmed(size_t nconfirmed, size_t nexceptions)
{
    return nconfirmed >= 2 && nconfirmed >= nexceptions;
}

/* Over Q. CPM_ERR_NO_ANSWER, without a place, when no recurrence is confirmed. Cost:
 * O(nterms * order) operations modulo a word-size prime, for each prime that the
 * coefficients need, and one product of polynomials. */
CPM_MUST_USE cpm_status cpm_guess_rational(cpm_guess *guess, const fmpq *terms, size_t nterms,
                                           const cpm_config *config, cpm_err *err);

/* Over Z/m, m >= 1, for terms that have residues; never a rule that they contradict.
 * The cost modulo a prime below 2^63 is that of one prime above; otherwise it is
 * O(nterms * order) operations on numbers of the size of m, for each prime power of
 * m, from each of the first terms on that may be exceptions. */
CPM_MUST_USE cpm_status cpm_guess_modular(cpm_guess *guess, const fmpz *terms, size_t nterms,
                                          const fmpz_t m, const cpm_config *config, cpm_err *err);

/* p[0](n) a(n) + p[1](n) a(n-1) + ... + p[order](n) a(n-order) = 0 for all given terms
 * but the first order + nexceptions. Zero it; a zeroed one is safe to clear. */
typedef struct cpm_varying_guess {
    size_t order, degree;
    size_t nexceptions;
    size_t nconfirmed;
    fmpz_poly_struct *p; /* owned: order + 1; p[0] is not 0 at any index of these terms */
} cpm_varying_guess;

void cpm_varying_guess_clear(cpm_varying_guess *guess);

/* Over Q, the first term having index `first`: of all with at most CPM_MAX_GUESS_UNKNOWNS
 * coefficients one that has the fewest, if it is confirmed by three terms and as many
 * more as there are exceptions. CPM_ERR_NO_ANSWER, without an error, when there is none.
 * Linear algebra as in GFUN's listtorec (B. Salvy and P. Zimmermann, "GFUN: a Maple
 * package ...", 1994), at first modulo a prime. Cost: O(u^3) word operations for each of
 * some u pairs of order and degree, u the number of coefficients, and one kernel over Z. */
CPM_MUST_USE cpm_status cpm_guess_varying(cpm_varying_guess *guess, const fmpq *terms,
                                          size_t nterms, const fmpz_t first,
                                          const cpm_config *config, cpm_err *err);

#endif
