/* SPDX-License-Identifier: MIT
 *
 * ntt_portable.c - the transform kernel in plain C: ntt_template.h over arrays
 * of eight doubles. It is the oracle for the others, and what machines with
 * another instruction set use (the compiler makes vectors of it where it can;
 * fma must be an instruction, else GMP is quicker, see ntt.c).
 */
#include "bignum/ntt_kernel.h"

#include <math.h>

/* On x86-64 it stands in where there is no AVX2, or where that is switched off. */
#if defined(__x86_64__)
#define TARGET __attribute__((target("avx,fma")))
#else
#define TARGET
#endif
/* Inlined it is three times as fast, but with checks for each access to the arrays
 * the compiler would take minutes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KERNEL static inline TARGET
#else
#define KERNEL static inline __attribute__((always_inline)) TARGET
#endif
#define ENTRY static TARGET
#define UNROLL

typedef struct V {
    double e[8];
} V;

typedef struct VI {
    uint64_t e[8];
} VI;

/* A function whose lane i is the expression. */
#define LANES(TYPE, expression)                                                                    \
    {                                                                                              \
        TYPE r;                                                                                    \
        for (int i = 0; i < 8; i++)                                                                \
            r.e[i] = expression;                                                                   \
        return r;                                                                                  \
    }

/* clang-format off */
KERNEL V v_load(const double *x) LANES(V, x[i])
KERNEL V v_set1(double x) LANES(V, x)
KERNEL V v_add(V x, V y) LANES(V, x.e[i] + y.e[i])
KERNEL V v_sub(V x, V y) LANES(V, x.e[i] - y.e[i])
KERNEL V v_mul(V x, V y) LANES(V, x.e[i] * y.e[i])
KERNEL V v_fma(V x, V y, V z) LANES(V, fma(x.e[i], y.e[i], z.e[i]))
KERNEL V v_fms(V x, V y, V z) LANES(V, fma(x.e[i], y.e[i], -z.e[i]))
KERNEL V v_fnma(V x, V y, V z) LANES(V, fma(-x.e[i], y.e[i], z.e[i]))
KERNEL V v_round(V x) LANES(V, rint(x.e[i]))
KERNEL V v_reverse(V x) LANES(V, x.e[7 - i])
KERNEL V v_low32(VI x) LANES(V, (double)(uint32_t)x.e[i])
KERNEL V v_high32(VI x) LANES(V, (double)(x.e[i] >> 32) * 0x1p32)
KERNEL VI vi_load(const uint64_t *x) LANES(VI, x[i])
KERNEL VI vi_set1(uint64_t x) LANES(VI, x)
KERNEL VI vi_add(VI x, VI y) LANES(VI, x.e[i] + y.e[i])
KERNEL VI vi_sub(VI x, VI y) LANES(VI, x.e[i] - y.e[i])
KERNEL VI vi_mul(VI x, VI y) LANES(VI, x.e[i] * y.e[i])
KERNEL VI vi_and(VI x, VI y) LANES(VI, x.e[i] & y.e[i])
KERNEL VI vi_shift_right(VI x, unsigned n) LANES(VI, x.e[i] >> n)
KERNEL VI vi_at_least(VI x, VI y) LANES(VI, x.e[i] >= y.e[i] ? UINT64_MAX : 0)
KERNEL VI vi_sign(VI x) LANES(VI, 0 - (x.e[i] >> 63))
KERNEL VI vi_from_v(V x) LANES(VI, (uint64_t)(int64_t)x.e[i])
    /* clang-format on */

    KERNEL void v_store(double *x, V v)
{
    for (int i = 0; i < 8; i++)
        x[i] = v.e[i];
}

KERNEL void vi_store(uint64_t *x, VI v)
{
    for (int i = 0; i < 8; i++)
        x[i] = v.e[i];
}

/* The even and the odd entries of x followed by y. */
KERNEL void v_unzip(V *even, V *odd, V x, V y)
{
    for (int i = 0; i < 4; i++) {
        even->e[i] = x.e[2 * i];
        odd->e[i] = x.e[2 * i + 1];
        even->e[i + 4] = y.e[2 * i];
        odd->e[i + 4] = y.e[2 * i + 1];
    }
}

KERNEL void v_transpose(V v[8])
{
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < i; j++) {
            double t = v[i].e[j];
            v[i].e[j] = v[j].e[i];
            v[j].e[i] = t;
        }
    }
}

#define KERNEL_NAME  "portable"
#define KERNEL_TABLE cpm_ntt_kernel_portable
#include "bignum/ntt_template.h"
