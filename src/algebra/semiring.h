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
 *     gcd-lcm     integers >= 0             gcd  lcm    0     1     the values
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

/* How the operations are written, as operators or as names of functions; NULL
 * where one is not written. Rules and loops over the domain are read by these. */
typedef struct cpm_writing {
    const char *add;      /* of two values that change */
    const char *subtract; /* add the inverse: x - y, in mul-pow x / y */
    const char *mul;      /* by a scalar that does not change */
    const char *mul_call; /* the same as a function: pow(x, s) */
    const char *divide;   /* by such a scalar */
    const char *mask;     /* x | s of xor-and, which is (x & ~s) ^ s */
    const char *negate;   /* unary: x multiplied by -1, or */
    const char *flip;     /* unary: x with -1 added */
} cpm_writing;

/* What an operator or function means between two operands. */
typedef enum cpm_role {
    CPM_ROLE_NONE,
    CPM_ROLE_ADD,
    CPM_ROLE_SUBTRACT,
    CPM_ROLE_MUL,
    CPM_ROLE_DIVIDE,
    CPM_ROLE_MASK
} cpm_role;

/* Which expressions of a loop counter i are powers s^i of a scalar. */
typedef enum cpm_counter_rule {
    CPM_COUNTER_NONE,
    CPM_COUNTER_AFFINE,     /* a*i + b */
    CPM_COUNTER_EXPONENTIAL /* c * b^i */
} cpm_counter_rule;

/* How elements become machine words, see semi_words.h of src/power. */
typedef enum cpm_packing_kind {
    CPM_PACK_NONE,  /* no exact form in machine words */
    CPM_PACK_SHIFT, /* max-plus, min-plus: whole doubles up to 2^51, with a common offset */
    CPM_PACK_RANK,  /* max-min, min-max: the place in the sorted list of all elements */
    CPM_PACK_BITS   /* or-and, and-or, xor-and: 64 bits at a time */
} cpm_packing_kind;

typedef bool (*cpm_domain_power_fn)(fmpq_t out, const fmpq_t s, const fmpz_t e, size_t max_bits);

struct cpm_domain {
    cpm_semiring id;
    const char *name;    /* on the command line */
    const char *values;  /* what `contains` accepts, for messages */
    bool is_arithmetic;  /* + and * of rationals: FLINT's functions do as they are */
    bool is_idempotent;  /* add(x, x) = x */
    bool is_ordered;     /* add is a maximum or a minimum */
    bool is_bitwise;     /* works on the bits of integers, each on its own */
    bool has_negation;   /* every x has an inverse of addition */
    bool is_dual;        /* the mirror image (minimum for maximum, and for or) of the
                          * domain that machine words and cycle means know */
    bool has_cycle_mean; /* powers grow by the mean weight of a critical cycle */
    cpm_packing_kind packing;
    cpm_counter_rule counter;
    cpm_writing written;
    void (*zero)(fmpq_t out, const cpm_domain *domain);
    void (*one)(fmpq_t out, const cpm_domain *domain); /* of the scalars */
    bool (*is_zero)(const fmpq_t x);
    void (*add)(fmpq_t out, const fmpq_t x, const fmpq_t y, const cpm_domain *domain);
    /* x is a value, s a scalar. The caller has bounded the size of a power. */
    void (*mul)(fmpq_t out, const fmpq_t x, const fmpq_t s, const cpm_domain *domain);
    /* out = x / s where that is written; s has an inverse. */
    void (*divide)(fmpq_t out, const fmpq_t x, const fmpq_t s);
    /* See cpm_domain_power; NULL where multiplication is idempotent. */
    cpm_domain_power_fn power;
    bool (*contains)(const fmpq_t x, const cpm_domain *domain);
    const cpm_domain *scalars; /* NULL: the domain itself; see cpm_domain_scalars */
    const fmpz *modulus;       /* borrowed; of Z/m, else NULL */
};

/* One more than the last cpm_semiring. */
enum { CPM_NSEMIRINGS = CPM_SEMIRING_GCD_LCM + 1 };

/* The table of a semiring; plus-times over Q for CPM_SEMIRING_AUTO too. */
const cpm_domain *cpm_domain_of(cpm_semiring id);

/* What the operator or function written so does in the domain. */
cpm_role cpm_domain_role(const cpm_domain *domain, const char *text);
/* Whether the unary operator written so means something there. */
bool cpm_domain_has_unary(const cpm_domain *domain, const char *text);

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

static inline bool cpm_domain_is_zero(const fmpq_t x, const cpm_domain *domain)
{
    return domain->is_zero(x);
}

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
