/* SPDX-License-Identifier: MIT
 *
 * guess.h - the shortest recurrence that given terms obey.
 */
#ifndef CPM_REC_GUESS_H
#define CPM_REC_GUESS_H

#include "base/err.h"

#include <flint/fmpq.h>

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

#endif
