/* SPDX-License-Identifier: MIT
 *
 * nmod_plain.c - Bostan-Mori steps modulo a word by the products as they stand.
 *
 * A. Bostan, R. Mori, "A simple and fast algorithm for computing the N-th term
 * of a linearly recurrent sequence", SOSA 2021, section 2. Only the coefficients
 * that are kept are found, each as one sum of products of words in two or three
 * words and one remainder:
 *
 *     P' [k] = sum of P[i] R[s-i], s = 2k or 2k + 1,   R(x) = Q(-x)
 *     Q' [k] = 2 (sum of Q[i] R[2k-i], i < k) + Q[k] R[k]
 *
 * (i and 2k - i are both even or both odd, hence the factor of 2). That is 3/4 d^2
 * products a step for degree d, where whole products have 2 d^2. Up to some dozen
 * coefficients nothing that saves products is quicker, since each of the 2 d
 * remainders costs as much as several of them; then nmod_mori.c has transforms.
 */
#include "bignum/nmod_plain.h"

#include <flint/flint.h>
#include <flint/longlong.h>
#include <flint/nmod_vec.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A sum of products; `high` is only kept where two words are too few. */
typedef struct sum {
    ulong high, middle, low;
} sum;

static inline sum add_product(sum s, ulong a, ulong b, bool wide)
{
    ulong hi, lo;
    umul_ppmm(hi, lo, a, b);
    if (wide)
        add_sssaaaaaa(s.high, s.middle, s.low, s.high, s.middle, s.low, UWORD(0), hi, lo);
    else
        add_ssaaaa(s.middle, s.low, s.middle, s.low, hi, lo);
    return s;
}

/* a[0] b[0] + a[1] b[-1] + ... */
static inline sum products(const ulong *a, const ulong *b, size_t n, bool wide)
{
    sum s = {0, 0, 0};
    for (size_t i = 0; i < n; i++)
        s = add_product(s, a[i], *(b - i), wide);
    return s;
}

static inline sum twice(sum s)
{
    add_sssaaaaaa(s.high, s.middle, s.low, s.high, s.middle, s.low, s.high, s.middle, s.low);
    return s;
}

static inline ulong remainder_of(sum s, nmod_t mod, bool wide)
{
    ulong r;
    if (wide)
        NMOD_RED3(r, s.high, s.middle, s.low, mod);
    else
        NMOD_RED2(r, s.middle, s.low, mod);
    return r;
}

static inline void step(cpm_nmod_fraction *f, size_t odd, ulong *room, nmod_t mod, bool wide)
{
    const ulong *p = f->num, *q = f->den;
    size_t np = f->nnum, nq = f->nden, count = (np + nq - odd) / 2;
    ulong *r = room, *num = r + nq, *den = num + count;
    for (size_t i = 0; i < nq; i++)
        r[i] = i % 2 == 1 ? nmod_neg(q[i], mod) : q[i];
    for (size_t k = 0; k < count; k++) {
        size_t s = 2 * k + odd, from = s < nq ? 0 : s - nq + 1, to = s < np ? s + 1 : np;
        num[k] = remainder_of(products(p + from, r + (s - from), to - from, wide), mod, wide);
    }
    for (size_t k = 0; k < nq; k++) {
        size_t from = 2 * k < nq ? 0 : 2 * k - nq + 1;
        sum half = products(q + from, r + (2 * k - from), k - from, wide);
        den[k] = remainder_of(add_product(twice(half), q[k], r[k], wide), mod, wide);
    }
    memcpy(f->num, num, count * sizeof *num);
    memcpy(f->den, den, nq * sizeof *den);
    f->nnum = count;
}

/* Whether the fraction is (p0 + p1 x) / (1 + q1 x + q2 x^2): rules of order 2, about
 * which most small questions are. */
static bool is_quadratic(const cpm_nmod_fraction *f)
{
    return f->nden == 3 && f->nnum >= 1 && f->nnum <= 2 && f->den[0] == 1 && f->modulus > 1;
}

/* The same steps, of which the products that are left can be counted on one hand:
 * q1' = 2 q2 - q1^2, q2' = q2^2 and p' = (p0, p0 q2 - p1 q1) or (p1 - p0 q1, p1 q2). */
static void quadratic_steps(cpm_nmod_fraction *f, size_t nsteps, nmod_t mod)
{
    ulong p0 = f->num[0], p1 = f->nnum > 1 ? f->num[1] : 0, q1 = f->den[1], q2 = f->den[2];
    for (size_t i = 0; i < nsteps; i++) {
        if (fmpz_tstbit(f->index, i)) {
            p0 = nmod_sub(p1, nmod_mul(p0, q1, mod), mod);
            p1 = nmod_mul(p1, q2, mod);
        } else {
            p1 = nmod_sub(nmod_mul(p0, q2, mod), nmod_mul(p1, q1, mod), mod);
        }
        q1 = nmod_sub(nmod_add(q2, q2, mod), nmod_mul(q1, q1, mod), mod);
        q2 = nmod_mul(q2, q2, mod);
    }
    f->num[0] = p0;
    f->num[1] = p1;
    f->den[1] = q1;
    f->den[2] = q2;
    f->nnum = 2;
}

static void drop_zeros(cpm_nmod_fraction *f)
{
    while (f->nden > 1 && f->den[f->nden - 1] == 0)
        f->nden--;
    while (f->nnum > 0 && f->num[f->nnum - 1] == 0)
        f->nnum--;
}

size_t cpm_nmod_plain_room(const cpm_nmod_fraction *f)
{
    return 2 * f->nden + cpm_nmod_fraction_len(f);
}

void cpm_nmod_plain_steps(cpm_nmod_fraction *f, size_t nsteps, ulong *room)
{
    nmod_t mod;
    nmod_init(&mod, f->modulus);
    if (is_quadratic(f)) {
        quadratic_steps(f, nsteps, mod);
        drop_zeros(f);
        fmpz_fdiv_q_2exp(f->index, f->index, nsteps);
        return;
    }
    size_t nterms = f->nnum > f->nden ? f->nnum : f->nden;
    /* Two words: nterms (m-1)^2 < 2^64 m, so that the upper one is below m. */
    bool wide = nterms > UINT64_MAX / f->modulus;
    for (size_t i = 0; i < nsteps && f->nnum > 0; i++) {
        size_t odd = (size_t)fmpz_tstbit(f->index, i);
        if (wide)
            step(f, odd, room, mod, true);
        else
            step(f, odd, room, mod, false);
        drop_zeros(f);
    }
    fmpz_fdiv_q_2exp(f->index, f->index, nsteps);
}
