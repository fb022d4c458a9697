/* SPDX-License-Identifier: MIT
 *
 * ntt.h - number-theoretic transforms of any supported length modulo primes
 * below 2^50, on the best kernel the processor has and on several threads.
 *
 * A context (cpm_ntt) belongs to one computation and one caller at a time; the
 * tables in it grow as longer transforms are asked for. There is no global
 * state.
 */
#ifndef CPM_BIGNUM_NTT_H
#define CPM_BIGNUM_NTT_H

#include "base/err.h"
#include "bignum/ntt_kernel.h"
#include "bignum/team.h"

#include <stdbool.h>

/* A length: odd * len numbers, odd = 1, 3 or 5, len a power of two. negate:
 * modulo x^total + 1 instead of x^total - 1. */
typedef struct cpm_ntt_shape {
    size_t len;
    unsigned odd;
    bool negate;
} cpm_ntt_shape;

/* One prime and its tables. A zeroed field is safe to clear. */
typedef struct cpm_ntt_field {
    uint64_t prime, prime_inverse; /* n_preinvert_limb */
    unsigned two_bits;             /* 2^two_bits divides prime - 1 */
    uint64_t level[64];            /* level[b] = s(2^b), of order 2^(b+2), b + 2 <= two_bits */
    uint64_t generator; /* its (prime-1)/3 and (prime-1)/5 powers are not 1 (where they exist) */
    cpm_ntt_mod mod[2]; /* the same but for the tables of the odd radix, 3 and 5 */
    double *s, *s_p;    /* owned, see cpm_ntt_mod */
    double *lane;       /* owned */
    double lane0_inv[8];
    double odd_cos[2][CPM_NTT_MAX_ODD], odd_sin[2][CPM_NTT_MAX_ODD];
    double *odd_twist[2]; /* owned; NULL when prime - 1 has not the factor */
    size_t nodes;         /* the tables serve trees of so many leaves */
} cpm_ntt_field;

typedef struct cpm_ntt {
    const cpm_ntt_kernel *kernel;
    cpm_team *team;  /* owned; NULL: one thread */
    size_t team_min; /* numbers from which it works together */
    cpm_ntt_field field[CPM_NTT_MAX_PRIMES];
} cpm_ntt;

/* The primes of convolutions over the integers, each 1 modulo 105 * 2^32. */
extern const uint64_t cpm_ntt_primes[CPM_NTT_MAX_PRIMES];

/* The kernel for this processor, or NULL when it has no fused multiply-add. */
const cpm_ntt_kernel *cpm_ntt_kernel_choose(void);

/* Fails with CPM_ERR_UNSUPPORTED where cpm_ntt_kernel_choose gives NULL. The
 * fields hold cpm_ntt_primes, their tables are made by cpm_ntt_field_prepare. */
CPM_MUST_USE cpm_status cpm_ntt_init(cpm_ntt *ntt, unsigned nthreads, cpm_err *err);
void cpm_ntt_clear(cpm_ntt *ntt);

/* The team for work on so many numbers at once: none where waking it up would
 * take longer. */
cpm_team *cpm_ntt_team(const cpm_ntt *ntt, size_t n);

/* A field for another prime below 2^50. */
CPM_MUST_USE cpm_status cpm_ntt_field_init(cpm_ntt_field *field, uint64_t prime, cpm_err *err);
void cpm_ntt_field_clear(cpm_ntt_field *field);

/* The longest cyclic power of two the field has, 0 when below CPM_NTT_LEAF. */
size_t cpm_ntt_field_max_len(const cpm_ntt_field *field);

/* The cheapest cyclic shape of at least n numbers, or with odd_allowed = false
 * the least power of two. len is 0 when n is too large to count. */
cpm_ntt_shape cpm_ntt_shape_for(size_t n, bool odd_allowed);

static inline size_t cpm_ntt_shape_total(cpm_ntt_shape shape)
{
    return shape.len * shape.odd;
}

/* Makes the tables of the field long enough for `shape`. */
CPM_MUST_USE cpm_status cpm_ntt_field_prepare(cpm_ntt_field *field, const cpm_ntt_kernel *kernel,
                                              cpm_ntt_shape shape, cpm_err *err);

/* The constants of the field for `shape`. */
const cpm_ntt_mod *cpm_ntt_field_mod(const cpm_ntt_field *field, cpm_ntt_shape shape);

/* 1/total and other constants: the symmetric residue of a signed word, and of
 * the inverse of a nonzero one. */
double cpm_ntt_field_residue(const cpm_ntt_field *field, int64_t a);
double cpm_ntt_field_inverse(const cpm_ntt_field *field, uint64_t a);
/* The product of two symmetric residues. */
double cpm_ntt_field_product(const cpm_ntt_field *field, double a, double b);

/* One array to transform, in place. */
typedef struct cpm_ntt_job {
    double *x;
    const cpm_ntt_field *field;
} cpm_ntt_job;

/* All jobs, on all threads. The inverse gives total times the coefficients. */
void cpm_ntt_forward(const cpm_ntt *ntt, const cpm_ntt_job *jobs, size_t njobs,
                     cpm_ntt_shape shape);
void cpm_ntt_inverse(const cpm_ntt *ntt, const cpm_ntt_job *jobs, size_t njobs,
                     cpm_ntt_shape shape);

#endif
