/* SPDX-License-Identifier: MIT
 *
 * word_ring.h - arithmetic modulo a word for the loops of engines: products by
 * P. L. Montgomery, "Modular multiplication without trial division", Math. Comp. 44,
 * 1985. `binary` is passed apart from the ring so that it is known where a loop is
 * compiled.
 */
#ifndef CPM_POWER_WORD_RING_H
#define CPM_POWER_WORD_RING_H

#include <flint/fmpz.h>
#include <stdbool.h>

typedef unsigned __int128 cpm_wide;

/* Numbers modulo an odd m in 1..2^62, kept times 2^64; or modulo 2^64, as they are. */
typedef struct cpm_ring {
    bool binary;
    ulong m;           /* 0 where binary */
    ulong inverse;     /* 1/m modulo 2^64 */
    ulong one, square; /* 2^64 and 2^128 modulo m */
} cpm_ring;

static inline cpm_ring cpm_ring_of(ulong m)
{
    cpm_ring r = {.m = m, .inverse = m};
    for (int k = 0; k < 5; k++) /* right to 3 bits, then to twice as many each time */
        r.inverse *= 2 - m * r.inverse;
    r.one = (ulong)(((cpm_wide)1 << 64) % m);
    r.square = (ulong)((cpm_wide)r.one * r.one % m);
    return r;
}

static const cpm_ring CPM_RING_BINARY = {.binary = true, .one = 1, .square = 1};

/* x / 2^64 modulo m, for x < 2^64 m. */
static inline ulong cpm_ring_reduce(cpm_wide x, const cpm_ring *r, bool binary)
{
    if (binary)
        return (ulong)x;
    ulong high = (ulong)(x >> 64), q = (ulong)x * r->inverse;
    ulong subtract = (ulong)((cpm_wide)q * r->m >> 64);
    return high - subtract + (high < subtract ? r->m : 0);
}

static inline ulong cpm_ring_mul(ulong a, ulong b, const cpm_ring *r, bool binary)
{
    return cpm_ring_reduce((cpm_wide)a * b, r, binary);
}

static inline ulong cpm_ring_add(ulong a, ulong b, const cpm_ring *r, bool binary)
{
    ulong sum = a + b;
    return binary || sum < r->m ? sum : sum - r->m;
}

static inline ulong cpm_ring_sub(ulong a, ulong b, const cpm_ring *r)
{
    return r->binary || a >= b ? a - b : a + r->m - b;
}

static inline ulong cpm_ring_set(const fmpz_t a, const cpm_ring *r)
{
    if (r->binary) {
        fmpz_t low;
        fmpz_init(low);
        fmpz_fdiv_r_2exp(low, a, FLINT_BITS);
        ulong word = fmpz_get_ui(low);
        fmpz_clear(low);
        return word;
    }
    return cpm_ring_mul(fmpz_fdiv_ui(a, r->m), r->square, r, false);
}

static inline ulong cpm_ring_get(ulong a, const cpm_ring *r)
{
    return r->binary ? a : cpm_ring_reduce(a, r, false);
}

#endif
