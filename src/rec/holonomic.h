/* SPDX-License-Identifier: MIT
 *
 * holonomic.h - a recurrence whose coefficients are rational functions of the index, as
 * a system x(n+1) = T(n)/q(n) x(n): n*a(n) = (4*n-2)*a(n-1), a(n) = n*a(n-1) + 2^n,
 * s(n) = s(n-1) + binomial(2*n, n)/n. The variables are the terms that a rule reads,
 * each power and factorial that it adds (2^n is one more x' = 2 x), and 1.
 *
 * A rule with n % 3 or floor(n/2) beside its terms has such coefficients only on each
 * class of indices modulo some period m. Then m rounds are put into each other, a step
 * x(t+1) = T(t)/q(t) x(t) of one of m systems: one for each class of the indices of the
 * terms that it makes.
 */
#ifndef CPM_REC_HOLONOMIC_H
#define CPM_REC_HOLONOMIC_H

#include "power/polysys.h"
#include "rec/recurrence.h"

/* What is true of the terms besides. Zero it; a zeroed one is safe to clear. */
typedef struct cpm_holonomic {
    /* The rounds of a step; 0: not found yet, 1: coefficients are functions of the index
     * n, else of t where n = period t + shift in the first of the rounds. */
    ulong period;
    fmpz_t shift;
    /* The first index of the wanted sequence whose term is not made, as something is
     * divided by 0 on the way to it, and the steps that there are before. */
    bool has_hole;
    fmpz_t hole, hole_steps;
    fmpz_poly_t divisors; /* its zeros are the rounds in which something is divided by 0 */
    /* The rule ends in `% M`: all terms that it makes are residues. */
    bool has_modulus;
    fmpz_t modulus;
    /* The names of the variables. */
    char **names; /* owned, each of the memory of malloc */
    size_t nnames;
    /* Of a rule about one sequence alone that adds no powers: variables 0 to order-1 are
     * its terms, the newest one first. 0: of others, or where there is a hole. */
    size_t order;
    size_t nterms; /* the same with a hole; variables beside them are 1 alone */
    /* Of a refusal: it is about what is done to terms, a product of two or a maximum,
     * which is none with constant coefficients either. */
    bool is_about_terms;
} cpm_holonomic;

/* *sys (empty on failure) has the wanted sequence as its output: a(rec->start - 1 + s +
 * period t) after t steps, for a class s below the period, which is found for s = 0 and
 * given in *about for others. Refuses with CPM_ERR_SEMANTIC, and a place in the text, what
 * is not of this kind: products of terms, 2^n*a(n-1), floor(sqrt(n)). Cost: arithmetic of
 * rational functions within CPM_MAX_RULE_DEGREE. A failure for s > 0 with about->has_hole is that
 * no term of the class is made. */
CPM_MUST_USE cpm_status cpm_holonomic_system(cpm_polysys *sys, cpm_holonomic *about,
                                             const cpm_recurrence *rec, ulong s, cpm_err *err);

/* The name of the variable that coefficients are functions of. */
static inline const char *cpm_holonomic_index(const cpm_holonomic *about)
{
    return about->period > 1 ? "t" : "n";
}

void cpm_holonomic_clear(cpm_holonomic *about);

#endif
