/* SPDX-License-Identifier: MIT
 *
 * holonomic.h - a recurrence whose coefficients are rational functions of the index, as
 * a system x(n+1) = T(n)/q(n) x(n): n*a(n) = (4*n-2)*a(n-1), a(n) = n*a(n-1) + 2^n,
 * s(n) = s(n-1) + binomial(2*n, n)/n. The variables are the terms that a rule reads,
 * each power and factorial that it adds (2^n is one more x' = 2 x), and 1.
 */
#ifndef CPM_REC_HOLONOMIC_H
#define CPM_REC_HOLONOMIC_H

#include "power/polysys.h"
#include "rec/recurrence.h"

/* What is true of the terms besides. Zero it; a zeroed one is safe to clear. */
typedef struct cpm_holonomic {
    /* The first index of the wanted sequence whose term is not made: something is
     * divided by 0 on the way to it. */
    bool has_hole;
    fmpz_t hole;
    /* The rule ends in `% M`: all terms that it makes are residues. */
    bool has_modulus;
    fmpz_t modulus;
    /* The names of the variables. */
    char **names; /* owned, each of the memory of malloc */
    size_t nnames;
    /* Of a rule about one sequence alone that adds no powers: variables 0 to order-1 are
     * its terms, the newest one first. 0: of others, or where there is a hole. */
    size_t order;
    /* Of a refusal: it is about what is done to terms, a product of two or a maximum,
     * which is none with constant coefficients either. */
    bool is_about_terms;
} cpm_holonomic;

/* *sys (empty on failure) has the wanted sequence as its output: a(rec->start - 1 + t)
 * after t steps. Refuses with CPM_ERR_SEMANTIC, and a place in the text, what is not of
 * this kind: products of terms, 2^n*a(n-1), floor, conditions. Cost: arithmetic of rational
 * functions within CPM_MAX_RULE_DEGREE. */
CPM_MUST_USE cpm_status cpm_holonomic_system(cpm_polysys *sys, cpm_holonomic *about,
                                             const cpm_recurrence *rec, cpm_err *err);

void cpm_holonomic_clear(cpm_holonomic *about);

#endif
