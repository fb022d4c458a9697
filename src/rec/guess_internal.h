/* SPDX-License-Identifier: MIT
 *
 * guess_internal.h - what the searches for a recurrence share.
 */
#ifndef CPM_REC_GUESS_INTERNAL_H
#define CPM_REC_GUESS_INTERNAL_H

#include "rec/guess.h"

#include <flint/nmod_vec.h>

/* The best fit modulo a word-size prime: order, exceptions and confirmations as in
 * cpm_guess; c[k] belongs to a(n-1-k), and is set where the fit is confirmed. */
typedef struct cpm_fit {
    size_t order, nexceptions, nconfirmed;
    bool found;
    mp_ptr c; /* owned, room for all given terms */
} cpm_fit;

CPM_MUST_USE cpm_status cpm_fit_init(cpm_fit *fit, size_t nterms, cpm_err *err);
void cpm_fit_clear(cpm_fit *fit);

/* The shortest recurrence of a[0..nterms-1], residues modulo a prime below 2^63. */
CPM_MUST_USE cpm_status cpm_fit_prime(cpm_fit *fit, mp_srcptr a, size_t nterms, nmod_t mod,
                                      const cpm_config *config, cpm_err *err);

static inline bool cpm_fit_is_confirmed(const cpm_fit *fit)
{
    return fit->found && cpm_guess_is_confirmed(fit->nconfirmed, fit->nexceptions);
}

/* Refuses: nothing found, or found with too few confirmations (order is then that
 * of the best). */
cpm_status cpm_guess_refuse(const cpm_fit *best, size_t nterms, cpm_err *err);

/* Takes what was found in arithmetic, checks that there are enough confirmations and
 * allocates c. */
CPM_MUST_USE cpm_status cpm_guess_take(cpm_guess *guess, size_t order, size_t nexceptions,
                                       size_t nterms, cpm_err *err);

#endif
