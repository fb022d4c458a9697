/* SPDX-License-Identifier: MIT
 *
 * semiring.h - the coefficient domains: one table of methods for each pair of
 * operations. Elements are rationals and, with a denominator of 0, the two
 * infinities 1/0 and -1/0.
 *
 *     name        values                    add  mul    zero  one   scalars
 *     plus-times  rationals, or Z/m         +    *      0     1     the values
 *     max-plus    rationals, -inf, inf      max  +      -inf  0     the values
 *     min-plus    rationals, -inf, inf      min  +      inf   0     the values
 *     mul-pow     rationals                 *    **     1     1     integers (+, *)
 *     or-and      integers                  |    &      0     -1    the values
 *     and-or      integers                  &    |      -1    0     the values
 *     xor-and     integers                  ^    &      0     -1    the values
 *     max-times   rationals >= 0, inf       max  *      0     1     the values
 *     min-times   rationals >= 0, inf       min  *      inf   1     the values
 *     max-min     rationals, -inf, inf      max  min    -inf  inf   the values
 *     min-max     rationals, -inf, inf      min  max    inf   -inf  the values
 *
 * Zero absorbs whatever it is multiplied by: -inf + inf is -inf in max-plus,
 * 0 * inf is 0 in max-times and inf in min-times. Values form a module over the
 * scalars: add is commutative and associative with `zero` as its identity, and
 * mul(x, s) distributes over both sums. In all domains but mul-pow the scalars
 * are the values themselves. (In mul-pow a zero has no negative powers.)
 */
#ifndef CPM_ALGEBRA_SEMIRING_H
#define CPM_ALGEBRA_SEMIRING_H

#include "base/err.h"

#include <flint/fmpq.h>

typedef struct cpm_domain cpm_domain;

struct cpm_domain {
    cpm_semiring id;
    bool is_idempotent; /* add(x, x) = x */
    bool is_ordered;    /* add is a maximum or a minimum */
    bool is_bitwise;    /* works on the bits of integers, each on its own */
    bool has_negation;  /* every x has an inverse of addition */
    bool is_arithmetic; /* + and * of rationals: FLINT's functions do as they are */
    const char *values; /* what `contains` accepts, for messages */
    void (*zero)(fmpq_t out, const cpm_domain *domain);
    void (*one)(fmpq_t out, const cpm_domain *domain); /* of the scalars */
    void (*add)(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain);
    /* x is a value, s a scalar. The caller has bounded the size of a power. */
    void (*mul)(fmpq_t out, const fmpq_t x, const fmpq_t s, const cpm_domain *domain);
    bool (*contains)(const fmpq_t x, const cpm_domain *domain);
    const cpm_domain *scalars; /* NULL: the domain itself; see cpm_domain_scalars */
    const fmpz *modulus;       /* borrowed; of Z/m, else NULL */
};

/* The table of a semiring; plus-times over Q for CPM_SEMIRING_AUTO too. */
const cpm_domain *cpm_domain_of(cpm_semiring id);

/* What the values of the domain are multiplied by: the coefficients of systems,
 * the entries of matrices. */
static inline const cpm_domain *cpm_domain_scalars(const cpm_domain *domain)
{
    return domain->scalars != NULL ? domain->scalars : domain;
}

/* plus-times over Z/m, elements 0..m-1; m is borrowed. */
void cpm_domain_init_mod(cpm_domain *domain, const fmpz *m);

/* s^e for a scalar, e >= 0 by squaring; e < 0 where s has an inverse. False when
 * there is none, or when the result would have more than max_bits bits. */
bool cpm_domain_power(fmpq_t out, const fmpq_t s, const fmpz_t e, size_t max_bits,
                      const cpm_domain *domain);

bool cpm_domain_is_zero(const fmpq_t x, const cpm_domain *domain);

/* ---- Rationals with infinities ------------------------------------------ */

static inline bool cpm_ext_is_finite(const fmpq_t x)
{
    return !fmpz_is_zero(fmpq_denref(x));
}

/* out = inf (sign > 0) or -inf. */
void cpm_ext_set_inf(fmpq_t out, int sign);
/* The order of the extended line. */
int cpm_ext_cmp(const fmpq_t x, const fmpq_t y);

#endif
