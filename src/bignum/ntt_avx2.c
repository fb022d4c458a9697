/* SPDX-License-Identifier: MIT
 *
 * ntt_avx2.c - the transform kernel for AVX2 with FMA: ntt_template.h over
 * pairs of 256-bit vectors. Chosen at run time, see ntt.c.
 */
#include "bignum/ntt_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
#define KERNEL static inline __attribute__((always_inline)) TARGET
#define ENTRY  static TARGET
#define UNROLL CPM_UNROLL

typedef struct V {
    __m256d a, b;
} V;

typedef struct VI {
    __m256i a, b;
} VI;

KERNEL V v_load(const double *x)
{
    return (V){_mm256_loadu_pd(x), _mm256_loadu_pd(x + 4)};
}

KERNEL void v_store(double *x, V v)
{
    _mm256_storeu_pd(x, v.a);
    _mm256_storeu_pd(x + 4, v.b);
}

KERNEL V v_set1(double x)
{
    return (V){_mm256_set1_pd(x), _mm256_set1_pd(x)};
}

KERNEL V v_add(V x, V y)
{
    return (V){_mm256_add_pd(x.a, y.a), _mm256_add_pd(x.b, y.b)};
}

KERNEL V v_sub(V x, V y)
{
    return (V){_mm256_sub_pd(x.a, y.a), _mm256_sub_pd(x.b, y.b)};
}

KERNEL V v_mul(V x, V y)
{
    return (V){_mm256_mul_pd(x.a, y.a), _mm256_mul_pd(x.b, y.b)};
}

KERNEL V v_fma(V x, V y, V z)
{
    return (V){_mm256_fmadd_pd(x.a, y.a, z.a), _mm256_fmadd_pd(x.b, y.b, z.b)};
}

KERNEL V v_fms(V x, V y, V z)
{
    return (V){_mm256_fmsub_pd(x.a, y.a, z.a), _mm256_fmsub_pd(x.b, y.b, z.b)};
}

KERNEL V v_fnma(V x, V y, V z)
{
    return (V){_mm256_fnmadd_pd(x.a, y.a, z.a), _mm256_fnmadd_pd(x.b, y.b, z.b)};
}

#define ROUND(x) _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)

KERNEL V v_round(V x)
{
    return (V){ROUND(x.a), ROUND(x.b)};
}

KERNEL V v_reverse(V x)
{
    return (V){_mm256_permute4x64_pd(x.b, 0x1b), _mm256_permute4x64_pd(x.a, 0x1b)};
}

/* The even and the odd entries of x followed by y. */
KERNEL void v_unzip(V *even, V *odd, V x, V y)
{
    even->a = _mm256_permute4x64_pd(_mm256_unpacklo_pd(x.a, x.b), 0xd8);
    even->b = _mm256_permute4x64_pd(_mm256_unpacklo_pd(y.a, y.b), 0xd8);
    odd->a = _mm256_permute4x64_pd(_mm256_unpackhi_pd(x.a, x.b), 0xd8);
    odd->b = _mm256_permute4x64_pd(_mm256_unpackhi_pd(y.a, y.b), 0xd8);
}

KERNEL void transpose4(__m256d out[4], const __m256d in[4])
{
    __m256d t0 = _mm256_unpacklo_pd(in[0], in[1]), t1 = _mm256_unpackhi_pd(in[0], in[1]);
    __m256d t2 = _mm256_unpacklo_pd(in[2], in[3]), t3 = _mm256_unpackhi_pd(in[2], in[3]);
    out[0] = _mm256_permute2f128_pd(t0, t2, 0x20);
    out[1] = _mm256_permute2f128_pd(t1, t3, 0x20);
    out[2] = _mm256_permute2f128_pd(t0, t2, 0x31);
    out[3] = _mm256_permute2f128_pd(t1, t3, 0x31);
}

/* Four quadrants, the two off the diagonal change places. */
KERNEL void v_transpose(V v[8])
{
    __m256d in[4][4], out[4][4];
    UNROLL
    for (int k = 0; k < 4; k++) {
        in[0][k] = v[k].a;
        in[1][k] = v[k].b;
        in[2][k] = v[k + 4].a;
        in[3][k] = v[k + 4].b;
    }
    UNROLL
    for (int q = 0; q < 4; q++)
        transpose4(out[q], in[q]);
    UNROLL
    for (int k = 0; k < 4; k++) {
        v[k] = (V){out[0][k], out[2][k]};
        v[k + 4] = (V){out[1][k], out[3][k]};
    }
}

KERNEL VI vi_load(const uint64_t *x)
{
    return (VI){_mm256_loadu_si256((const __m256i *)x),
                _mm256_loadu_si256((const __m256i *)(x + 4))};
}

KERNEL void vi_store(uint64_t *x, VI v)
{
    _mm256_storeu_si256((__m256i *)x, v.a);
    _mm256_storeu_si256((__m256i *)(x + 4), v.b);
}

KERNEL VI vi_set1(uint64_t x)
{
    return (VI){_mm256_set1_epi64x((long long)x), _mm256_set1_epi64x((long long)x)};
}

KERNEL VI vi_add(VI x, VI y)
{
    return (VI){_mm256_add_epi64(x.a, y.a), _mm256_add_epi64(x.b, y.b)};
}

KERNEL VI vi_sub(VI x, VI y)
{
    return (VI){_mm256_sub_epi64(x.a, y.a), _mm256_sub_epi64(x.b, y.b)};
}

KERNEL __m256i mul64(__m256i x, __m256i y)
{
    __m256i cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(x, 32), y),
                                     _mm256_mul_epu32(x, _mm256_srli_epi64(y, 32)));
    return _mm256_add_epi64(_mm256_mul_epu32(x, y), _mm256_slli_epi64(cross, 32));
}

KERNEL VI vi_mul(VI x, VI y)
{
    return (VI){mul64(x.a, y.a), mul64(x.b, y.b)};
}

KERNEL VI vi_and(VI x, VI y)
{
    return (VI){_mm256_and_si256(x.a, y.a), _mm256_and_si256(x.b, y.b)};
}

KERNEL VI vi_shift_right(VI x, unsigned n)
{
    return (VI){_mm256_srli_epi64(x.a, (int)n), _mm256_srli_epi64(x.b, (int)n)};
}

/* There is only a signed "greater". */
KERNEL __m256i at_least64(__m256i x, __m256i y)
{
    __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    __m256i less = _mm256_cmpgt_epi64(_mm256_xor_si256(y, sign), _mm256_xor_si256(x, sign));
    return _mm256_xor_si256(less, _mm256_set1_epi64x(-1));
}

KERNEL VI vi_at_least(VI x, VI y)
{
    return (VI){at_least64(x.a, y.a), at_least64(x.b, y.b)};
}

KERNEL VI vi_sign(VI x)
{
    __m256i zero = _mm256_setzero_si256();
    return (VI){_mm256_cmpgt_epi64(zero, x.a), _mm256_cmpgt_epi64(zero, x.b)};
}

/* |x| < 2^51: after adding 1.5 * 2^52 the integer stands in the low bits. */
KERNEL __m256i to_int(__m256d x)
{
    __m256d magic = _mm256_set1_pd(0x1.8p52);
    return _mm256_sub_epi64(_mm256_castpd_si256(_mm256_add_pd(x, magic)),
                            _mm256_castpd_si256(magic));
}

KERNEL VI vi_from_v(V x)
{
    return (VI){to_int(x.a), to_int(x.b)};
}

/* The low 32 bits under the exponent of 2^52, the high ones under that of 2^84. */
KERNEL __m256d low32(__m256i x)
{
    __m256d magic = _mm256_set1_pd(0x1p52);
    __m256i bits = _mm256_blend_epi32(x, _mm256_castpd_si256(magic), 0xaa);
    return _mm256_sub_pd(_mm256_castsi256_pd(bits), magic);
}

KERNEL __m256d high32(__m256i x)
{
    __m256d magic = _mm256_set1_pd(0x1p84);
    __m256i bits = _mm256_or_si256(_mm256_srli_epi64(x, 32), _mm256_castpd_si256(magic));
    return _mm256_sub_pd(_mm256_castsi256_pd(bits), magic);
}

KERNEL V v_low32(VI x)
{
    return (V){low32(x.a), low32(x.b)};
}

KERNEL V v_high32(VI x)
{
    return (V){high32(x.a), high32(x.b)};
}

#define KERNEL_NAME  "avx2"
#define KERNEL_TABLE cpm_ntt_kernel_avx2
#include "bignum/ntt_template.h"

#else
typedef int cpm_ntt_avx2_is_not_for_this_machine;
#endif
