/* SPDX-License-Identifier: MIT
 *
 * ntt_avx512.c - the transform kernel for AVX-512 (F and DQ): ntt_template.h
 * over 512-bit vectors. Chosen at run time, see ntt.c.
 */
#include "bignum/ntt_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512dq,avx2,fma")))
#define KERNEL static inline __attribute__((always_inline)) TARGET
#define ENTRY  static TARGET
#define UNROLL CPM_UNROLL

typedef __m512d V;
typedef __m512i VI;

KERNEL V v_load(const double *x)
{
    return _mm512_loadu_pd(x);
}

KERNEL void v_store(double *x, V a)
{
    _mm512_storeu_pd(x, a);
}

KERNEL V v_set1(double a)
{
    return _mm512_set1_pd(a);
}

KERNEL V v_add(V a, V b)
{
    return _mm512_add_pd(a, b);
}

KERNEL V v_sub(V a, V b)
{
    return _mm512_sub_pd(a, b);
}

KERNEL V v_mul(V a, V b)
{
    return _mm512_mul_pd(a, b);
}

KERNEL V v_fma(V a, V b, V c)
{
    return _mm512_fmadd_pd(a, b, c);
}

KERNEL V v_fms(V a, V b, V c)
{
    return _mm512_fmsub_pd(a, b, c);
}

KERNEL V v_fnma(V a, V b, V c)
{
    return _mm512_fnmadd_pd(a, b, c);
}

KERNEL V v_round(V a)
{
    return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

KERNEL V v_reverse(V a)
{
    return _mm512_permutexvar_pd(_mm512_set_epi64(0, 1, 2, 3, 4, 5, 6, 7), a);
}

/* The even and the odd entries of a followed by b. */
KERNEL void v_unzip(V *even, V *odd, V a, V b)
{
    *even = _mm512_permutex2var_pd(a, _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0), b);
    *odd = _mm512_permutex2var_pd(a, _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1), b);
}

/* Pairs of rows, then of pairs, then of 256-bit halves. */
KERNEL void v_transpose(V v[8])
{
    V a[8], b[8];
    UNROLL
    for (int k = 0; k < 4; k++) {
        a[2 * k] = _mm512_unpacklo_pd(v[2 * k], v[2 * k + 1]);
        a[2 * k + 1] = _mm512_unpackhi_pd(v[2 * k], v[2 * k + 1]);
    }
    UNROLL
    for (int h = 0; h < 8; h += 4) {
        UNROLL
        for (int k = 0; k < 2; k++) {
            b[h + k] = _mm512_shuffle_f64x2(a[h + k], a[h + k + 2], 0x88);
            b[h + k + 2] = _mm512_shuffle_f64x2(a[h + k], a[h + k + 2], 0xdd);
        }
    }
    UNROLL
    for (int k = 0; k < 4; k++) {
        v[k] = _mm512_shuffle_f64x2(b[k], b[k + 4], 0x88);
        v[k + 4] = _mm512_shuffle_f64x2(b[k], b[k + 4], 0xdd);
    }
}

KERNEL VI vi_load(const uint64_t *x)
{
    return _mm512_loadu_si512(x);
}

KERNEL void vi_store(uint64_t *x, VI a)
{
    _mm512_storeu_si512(x, a);
}

KERNEL VI vi_set1(uint64_t a)
{
    return _mm512_set1_epi64((long long)a);
}

KERNEL VI vi_add(VI a, VI b)
{
    return _mm512_add_epi64(a, b);
}

KERNEL VI vi_sub(VI a, VI b)
{
    return _mm512_sub_epi64(a, b);
}

KERNEL VI vi_mul(VI a, VI b)
{
    return _mm512_mullo_epi64(a, b);
}

KERNEL VI vi_and(VI a, VI b)
{
    return _mm512_and_si512(a, b);
}

KERNEL VI vi_shift_right(VI a, unsigned n)
{
    return _mm512_srli_epi64(a, n);
}

KERNEL VI vi_at_least(VI a, VI b)
{
    return _mm512_movm_epi64(_mm512_cmpge_epu64_mask(a, b));
}

KERNEL VI vi_sign(VI a)
{
    return _mm512_srai_epi64(a, 63);
}

KERNEL VI vi_from_v(V a)
{
    return _mm512_cvtpd_epi64(a);
}

KERNEL V v_low32(VI a)
{
    return _mm512_cvtepu64_pd(_mm512_and_si512(a, _mm512_set1_epi64(0xffffffff)));
}

KERNEL V v_high32(VI a)
{
    return _mm512_mul_pd(_mm512_cvtepu64_pd(_mm512_srli_epi64(a, 32)), _mm512_set1_pd(0x1p32));
}

#define KERNEL_NAME  "avx512"
#define KERNEL_TABLE cpm_ntt_kernel_avx512
#include "bignum/ntt_template.h"

#else
typedef int cpm_ntt_avx512_is_not_for_this_machine;
#endif
