/* SPDX-License-Identifier: MIT
 *
 * ntt_template.h - the transform kernel, written once and included by one file
 * per instruction set (ntt_portable.c, ntt_avx2.c, ntt_avx512.c).
 *
 * Algorithm: number-theoretic transforms modulo primes below 2^50 held in
 * doubles; products are reduced with fused multiply-adds (J. van der Hoeven,
 * G. Lecerf, G. Quintin, "Modular SIMD arithmetic in Mathemagix", 2016; lazy
 * reduction after D. Harvey, "Faster arithmetic for number-theoretic
 * transforms", 2014). Decimation in frequency forward and in time inverse over
 * the tree of ntt_kernel.h, so that no bit reversal is made; recursion goes
 * depth first, radix 16 outside the first-level cache and radix 4 inside it.
 * The last six levels work on a block of 64 numbers in registers, with one
 * 8x8 transposition between the third and the fourth; the leaves of a block
 * stay in transposed order (leaf 8 m + k of the block is stored at 8 k + m).
 *
 * The including file defines, before the include:
 *   V        eight doubles (a vector type or a struct of them)
 *   VI       eight 64-bit integers, arithmetic modulo 2^64
 *   KERNEL   attributes of every function: static inline, the target
 *   ENTRY    attributes of the functions in the table: static, the target
 *   v_load v_store v_set1 v_add v_sub v_mul v_fma (ab+c) v_fms (ab-c)
 *   v_fnma (c-ab) v_round (to nearest) v_reverse v_transpose(V v[8])
 *   vi_load vi_store vi_set1 vi_add vi_sub vi_mul vi_from_v (an integer in a V)
 *   vi_sign (all ones where negative) vi_and
 *   v_low32 v_high32 (of VI: the halves as doubles, the high one times 2^32)
 *   UNROLL   what asks for a loop to be unrolled: nothing or CPM_UNROLL
 *   KERNEL_NAME, KERNEL_TABLE   a string, the name of the table
 *
 * Cost: a radix-2 butterfly is 4 fused operations and 4 additions a vector.
 * Bounds, in units of p, stand at each function as "X -> Y": inputs below X
 * give outputs below Y; doc/bignum.md has the derivations.
 */

/* ---- Arithmetic modulo p ------------------------------------------------- */

/* A constant of multiplication and its quotient by p. */
typedef struct twiddle {
    V w, wp;
} twiddle;

/* a w modulo p, with |w| <= p/2: 8 -> 1/2 + a/8 when wp is w/p rounded once,
 * 1/2 + 3a/16 when it is w pinv. */
KERNEL V mul_twiddle(V a, twiddle t, V p)
{
    V h = v_mul(a, t.w);
    V q = v_round(v_mul(a, t.wp));
    V l = v_fms(a, t.w, h);
    return v_add(v_fnma(q, p, h), l);
}

/* a b modulo p for reduced a and b: 0.51 -> 0.55. */
KERNEL V mul_mod(V a, V b, V p, V pinv)
{
    V h = v_mul(a, b);
    V q = v_round(v_mul(h, pinv));
    V l = v_fms(a, b, h);
    return v_add(v_fnma(q, p, h), l);
}

/* 8 -> 0.51 */
KERNEL V reduce(V a, V p, V pinv)
{
    return v_fnma(v_round(v_mul(a, pinv)), p, a);
}

KERNEL twiddle twiddle_const(double w, double wp)
{
    return (twiddle){v_set1(w), v_set1(wp)};
}

/* s(j) */
KERNEL twiddle twiddle_node(const cpm_ntt_mod *mod, size_t j)
{
    return twiddle_const(mod->s[j], mod->s_p[j]);
}

/* The index whose s is minus the inverse of s(j), j >= 1. */
KERNEL size_t mirror(size_t j)
{
    return j ^ (((size_t)1 << (63 - __builtin_clzll((unsigned long long)j))) - 1);
}

/* 1 / s(j) */
KERNEL twiddle twiddle_node_inv(const cpm_ntt_mod *mod, size_t j)
{
    if (j == 0)
        return twiddle_const(1.0, mod->pinv);
    j = mirror(j);
    return twiddle_const(-mod->s[j], -mod->s_p[j]);
}

/* a, b = a + w b, a - w b */
KERNEL void butterfly(V *a, V *b, twiddle t, V p)
{
    V m = mul_twiddle(*b, t, p);
    V s = *a;
    *a = v_add(s, m);
    *b = v_sub(s, m);
}

/* a, b = a + b, (a - b) w */
KERNEL void butterfly_inv(V *a, V *b, twiddle t, V p)
{
    V d = v_sub(*a, *b);
    *a = v_add(*a, *b);
    *b = mul_twiddle(d, t, p);
}

/* Two levels below a node: t[0] = s(j), t[1] = s(2j), t[2] = s(2j+1). */
KERNEL void radix4(V v[4], const twiddle t[3], V p)
{
    butterfly(&v[0], &v[2], t[0], p);
    butterfly(&v[1], &v[3], t[0], p);
    butterfly(&v[0], &v[1], t[1], p);
    butterfly(&v[2], &v[3], t[2], p);
}

KERNEL void radix4_inv(V v[4], const twiddle t[3], V p)
{
    butterfly_inv(&v[0], &v[1], t[1], p);
    butterfly_inv(&v[2], &v[3], t[2], p);
    butterfly_inv(&v[0], &v[2], t[0], p);
    butterfly_inv(&v[1], &v[3], t[0], p);
}

/* ---- The last six levels -------------------------------------------------- */

/* Three levels: t[0] = s(j), t[1..2] = s(2j), s(2j+1), t[3..6] = s(4j) ... */
KERNEL void radix8(V v[8], const twiddle t[7], V p)
{
    UNROLL
    for (int k = 0; k < 4; k++)
        butterfly(&v[k], &v[k + 4], t[0], p);
    UNROLL
    for (int k = 0; k < 2; k++)
        butterfly(&v[k], &v[k + 2], t[1], p);
    UNROLL
    for (int k = 4; k < 6; k++)
        butterfly(&v[k], &v[k + 2], t[2], p);
    UNROLL
    for (int k = 0; k < 4; k++)
        butterfly(&v[2 * k], &v[2 * k + 1], t[3 + k], p);
}

KERNEL void twiddles8(twiddle t[7], const cpm_ntt_mod *mod, size_t j)
{
    t[0] = twiddle_node(mod, j);
    UNROLL
    for (size_t i = 0; i < 2; i++)
        t[1 + i] = twiddle_node(mod, 2 * j + i);
    UNROLL
    for (size_t i = 0; i < 4; i++)
        t[3 + i] = twiddle_node(mod, 4 * j + i);
}

KERNEL void twiddles8_inv(twiddle t[7], const cpm_ntt_mod *mod, size_t j)
{
    t[0] = twiddle_node_inv(mod, j);
    UNROLL
    for (size_t i = 0; i < 2; i++)
        t[1 + i] = twiddle_node_inv(mod, 2 * j + i);
    UNROLL
    for (size_t i = 0; i < 4; i++)
        t[3 + i] = twiddle_node_inv(mod, 4 * j + i);
}

/* a times the constant root s(i), i < 4. */
KERNEL V mul_root8(V a, const cpm_ntt_mod *mod, int i, V p)
{
    return mul_twiddle(a, twiddle_const(mod->root8[i], mod->root8_p[i]), p);
}

/* The twiddles of eight nodes at once, one in each lane, from s(m), s(2m),
 * s(4m): s(2m+1) = I s(2m), s(4m+i) = s(4m) s(i). */
KERNEL void twiddles_lane(twiddle t[7], V s1, V s2, V s4, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    V w[7] = {s1, s2, mul_root8(s2, mod, 1, p), s4};
    UNROLL
    for (int i = 1; i < 4; i++)
        w[3 + i] = mul_root8(s4, mod, i, p);
    UNROLL
    for (int i = 0; i < 7; i++)
        t[i] = (twiddle){w[i], v_mul(w[i], pinv)};
}

/* 4.6 -> 5.2 */
KERNEL void leaf_forward(double *x, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    V v[8];
    twiddle t[7];
    UNROLL
    for (int k = 0; k < 8; k++)
        v[k] = v_load(x + 8 * k);
    v[0] = reduce(v[0], p, pinv);
    twiddles8(t, mod, node);
    radix8(v, t, p);
    v_transpose(v);
    v[0] = reduce(v[0], p, pinv);
    const double *lane = mod->lane + 24 * node;
    twiddles_lane(t, v_load(lane), v_load(lane + 8), v_load(lane + 16), mod);
    radix8(v, t, p);
    UNROLL
    for (int k = 0; k < 8; k++)
        v_store(x + 8 * k, v[k]);
}

/* As butterfly_inv, with the sign of the twiddle changed. */
KERNEL void butterfly_inv_neg(V *a, V *b, twiddle t, V p)
{
    V d = v_sub(*b, *a);
    *a = v_add(*a, *b);
    *b = mul_twiddle(d, t, p);
}

/* The twiddles of the inverse, with the sign changed and each level in reverse
 * order: t[0], t[2], t[1], t[6], ..., t[3]. With m' the mirror of node m, minus
 * the inverses of s(m), s(2m+i), s(4m+i) are s(m'), s(2m'+1-i),
 * s(4m'+3-i); the mirrors of a leaf's nodes are those of another leaf, in
 * reverse. Leaf 0 is not made so and has a table of its own. */
KERNEL void twiddles_lane_inv(twiddle t[7], size_t node, const cpm_ntt_mod *mod)
{
    if (node == 0) {
        const double *lane = mod->lane0_inv;
        twiddles_lane(t, v_load(lane), v_load(lane + 8), v_load(lane + 16), mod);
    } else {
        const double *lane = mod->lane + 24 * mirror(node);
        twiddles_lane(t, v_reverse(v_load(lane)), v_reverse(v_load(lane + 8)),
                      v_reverse(v_load(lane + 16)), mod);
    }
}

/* The three lane levels of the inverse, 0.7 -> 1.6. */
KERNEL void lane_inverse(V v[8], size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t[7];
    twiddles_lane_inv(t, node, mod);
    UNROLL
    for (int k = 0; k < 4; k++)
        butterfly_inv_neg(&v[2 * k], &v[2 * k + 1], t[6 - k], p);
    UNROLL
    for (int k = 0; k < 2; k++)
        butterfly_inv_neg(&v[k], &v[k + 2], t[2], p);
    UNROLL
    for (int k = 4; k < 6; k++)
        butterfly_inv_neg(&v[k], &v[k + 2], t[1], p);
    UNROLL
    for (int k = 0; k < 4; k++)
        butterfly_inv_neg(&v[k], &v[k + 4], t[0], p);
    UNROLL
    for (int k = 0; k < 3; k++)
        v[k] = reduce(v[k], p, pinv);
}

/* 0.7 -> 1.5 */
KERNEL void leaf_inverse(double *x, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    V v[8];
    twiddle t[7];
    UNROLL
    for (int k = 0; k < 8; k++)
        v[k] = v_load(x + 8 * k);
    lane_inverse(v, node, mod);
    v_transpose(v);
    twiddles8_inv(t, mod, node);
    UNROLL
    for (int k = 0; k < 4; k++)
        butterfly_inv(&v[2 * k], &v[2 * k + 1], t[3 + k], p);
    UNROLL
    for (int k = 0; k < 2; k++)
        butterfly_inv(&v[k], &v[k + 2], t[1], p);
    UNROLL
    for (int k = 4; k < 6; k++)
        butterfly_inv(&v[k], &v[k + 2], t[2], p);
    v[0] = reduce(v[0], p, pinv);
    v[4] = reduce(v[4], p, pinv);
    UNROLL
    for (int k = 0; k < 4; k++)
        butterfly_inv(&v[k], &v[k + 4], t[0], p);
    v[1] = reduce(v[1], p, pinv);
    v[2] = reduce(v[2], p, pinv);
    UNROLL
    for (int k = 0; k < 8; k++)
        v_store(x + 8 * k, v[k]);
}

/* ---- Passes over longer arrays -------------------------------------------- */

/* 4.6 -> 1.6 */
KERNEL void pass2(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t = twiddle_node(mod, node);
    double *y = x + len / 2;
    for (size_t i = 0; i < len / 2; i += 8) {
        V a = reduce(v_load(x + i), p, pinv), b = v_load(y + i);
        butterfly(&a, &b, t, p);
        v_store(x + i, a);
        v_store(y + i, b);
    }
}

/* 1.5 -> 0.9 */
KERNEL void pass2_inv(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t = twiddle_node_inv(mod, node);
    double *y = x + len / 2;
    for (size_t i = 0; i < len / 2; i += 8) {
        V a = v_load(x + i), b = v_load(y + i);
        butterfly_inv(&a, &b, t, p);
        v_store(x + i, reduce(a, p, pinv));
        v_store(y + i, b);
    }
}

/* 4.6 -> 2.8 */
KERNEL void pass4(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t[3] = {twiddle_node(mod, node), twiddle_node(mod, 2 * node),
                    twiddle_node(mod, 2 * node + 1)};
    size_t q = len / 4;
    for (size_t i = 0; i < q; i += 8) {
        V v[4];
        UNROLL
        for (size_t k = 0; k < 4; k++)
            v[k] = v_load(x + k * q + i);
        v[0] = reduce(v[0], p, pinv);
        radix4(v, t, p);
        UNROLL
        for (size_t k = 0; k < 4; k++)
            v_store(x + k * q + i, v[k]);
    }
}

/* 2 -> 2 */
KERNEL void pass4_inv(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t[3] = {twiddle_node_inv(mod, node), twiddle_node_inv(mod, 2 * node),
                    twiddle_node_inv(mod, 2 * node + 1)};
    size_t q = len / 4;
    for (size_t i = 0; i < q; i += 8) {
        V v[4];
        UNROLL
        for (size_t k = 0; k < 4; k++)
            v[k] = v_load(x + k * q + i);
        radix4_inv(v, t, p);
        v[0] = reduce(v[0], p, pinv);
        UNROLL
        for (size_t k = 0; k < 4; k++)
            v_store(x + k * q + i, v[k]);
    }
}

/* 4.6 -> 4.6: four levels as two layers of radix 4; the second layer starts
 * from at most 2.8 and needs no reduction of its own. */
ENTRY void forward16(double *x, size_t len, size_t node, size_t c0, size_t c1,
                     const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    size_t q = len / 16;
    twiddle t[15];
    twiddles8(t, mod, node);
    UNROLL
    for (size_t i = 0; i < 8; i++)
        t[7 + i] = twiddle_node(mod, 8 * node + i);
    for (size_t c = c0; c < c1; c += 8) {
        V v[16];
        UNROLL
        for (size_t k = 0; k < 4; k++) {
            V u[4] = {reduce(v_load(x + k * q + c), p, pinv), v_load(x + (k + 4) * q + c),
                      v_load(x + (k + 8) * q + c), v_load(x + (k + 12) * q + c)};
            radix4(u, t, p);
            UNROLL
            for (size_t i = 0; i < 4; i++)
                v[4 * i + k] = u[i];
        }
        UNROLL
        for (size_t i = 0; i < 4; i++) {
            twiddle low[3] = {t[3 + i], t[7 + 2 * i], t[8 + 2 * i]};
            radix4(v + 4 * i, low, p);
            UNROLL
            for (size_t k = 0; k < 4; k++)
                v_store(x + (4 * i + k) * q + c, v[4 * i + k]);
        }
    }
}

/* 2 -> 2 */
ENTRY void inverse16(double *x, size_t len, size_t node, size_t c0, size_t c1,
                     const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    size_t q = len / 16;
    twiddle t[15];
    twiddles8_inv(t, mod, node);
    UNROLL
    for (size_t i = 0; i < 8; i++)
        t[7 + i] = twiddle_node_inv(mod, 8 * node + i);
    for (size_t c = c0; c < c1; c += 8) {
        V v[16];
        UNROLL
        for (size_t i = 0; i < 4; i++) {
            twiddle low[3] = {t[3 + i], t[7 + 2 * i], t[8 + 2 * i]};
            UNROLL
            for (size_t k = 0; k < 4; k++)
                v[4 * i + k] = v_load(x + (4 * i + k) * q + c);
            radix4_inv(v + 4 * i, low, p);
            v[4 * i] = reduce(v[4 * i], p, pinv);
        }
        UNROLL
        for (size_t k = 0; k < 4; k++) {
            V u[4] = {v[k], v[4 + k], v[8 + k], v[12 + k]};
            radix4_inv(u, t, p);
            u[0] = reduce(u[0], p, pinv);
            UNROLL
            for (size_t i = 0; i < 4; i++)
                v_store(x + (4 * i + k) * q + c, u[i]);
        }
    }
}

ENTRY void forward(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    if (len == CPM_NTT_LEAF) {
        leaf_forward(x, node, mod);
        return;
    }
    unsigned radix = len >= CPM_NTT_SPLIT_MIN ? 16 : len == 2 * CPM_NTT_LEAF ? 2 : 4;
    if (radix == 16)
        forward16(x, len, node, 0, len / 16, mod);
    else if (radix == 4)
        pass4(x, len, node, mod);
    else
        pass2(x, len, node, mod);
    len /= radix;
    for (size_t i = 0; i < radix; i++)
        forward(x + i * len, len, node * radix + i, mod);
}

ENTRY void inverse(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    if (len == CPM_NTT_LEAF) {
        leaf_inverse(x, node, mod);
        return;
    }
    unsigned radix = len >= CPM_NTT_SPLIT_MIN ? 16 : len == 2 * CPM_NTT_LEAF ? 2 : 4;
    size_t part = len / radix;
    for (size_t i = 0; i < radix; i++)
        inverse(x + i * part, part, node * radix + i, mod);
    if (radix == 16)
        inverse16(x, len, node, 0, part, mod);
    else if (radix == 4)
        pass4_inv(x, len, node, mod);
    else
        pass2_inv(x, len, node, mod);
}

/* ---- Odd factors of the length -------------------------------------------- */

/* The discrete Fourier transform of length n = 3 or 5 by symmetric and
 * antisymmetric parts: 0.51 -> 3.1. */
KERNEL void odd_dft(V *v, unsigned n, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    V sum[CPM_NTT_MAX_ODD / 2], diff[CPM_NTT_MAX_ODD / 2], total = v[0];
    unsigned half = n / 2;
    UNROLL
    for (unsigned i = 0; i < half; i++) {
        sum[i] = v_add(v[i + 1], v[n - 1 - i]);
        diff[i] = v_sub(v[i + 1], v[n - 1 - i]);
        total = v_add(total, sum[i]);
    }
    UNROLL
    for (unsigned a = 1; a <= half; a++) {
        V even = v[0], odd = v_set1(0.0);
        UNROLL
        for (unsigned i = 0; i < half; i++) {
            unsigned k = a * (i + 1) % n;
            V c = v_set1(mod->odd_cos[k]), s = v_set1(mod->odd_sin[k]);
            even = v_add(even, mul_twiddle(sum[i], (twiddle){c, v_mul(c, pinv)}, p));
            odd = v_add(odd, mul_twiddle(diff[i], (twiddle){s, v_mul(s, pinv)}, p));
        }
        v[a] = v_add(even, odd);
        v[n - a] = v_sub(even, odd);
    }
    v[0] = total;
}

/* The factor that turns column c of row a from x to y = x / z^(a m), where
 * m len = 1 modulo n; see doc/bignum.md. */
KERNEL V odd_twist(V v, unsigned n, unsigned b, unsigned c_mod, const cpm_ntt_mod *mod)
{
    V w = v_load(mod->odd_twist + 8 * (b * n + c_mod));
    return mul_twiddle(v, (twiddle){w, v_mul(w, v_set1(mod->pinv))}, v_set1(mod->p));
}

/* Any bound below 8 -> 1.1 */
KERNEL void forward_odd_n(double *x, size_t len, unsigned n, int negate, size_t c0, size_t c1,
                          const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    unsigned m = 1;
    while (m * (len % n) % n != 1)
        m++;
    for (size_t c = c0; c < c1; c += 8) {
        V v[CPM_NTT_MAX_ODD];
        UNROLL
        for (unsigned k = 0; k < n; k++) {
            v[k] = reduce(v_load(x + k * len + c), p, pinv);
            if (negate && k % 2)
                v[k] = v_sub(v_set1(0.0), v[k]);
        }
        odd_dft(v, n, mod);
        v_store(x + c, reduce(v[0], p, pinv));
        UNROLL
        for (unsigned k = 1; k < n; k++)
            v_store(x + k * len + c, odd_twist(v[k], n, k * m % n, (unsigned)(c % n), mod));
    }
}

KERNEL void inverse_odd_n(double *x, size_t len, unsigned n, int negate, size_t c0, size_t c1,
                          const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    unsigned m = 1;
    while (m * (len % n) % n != 1)
        m++;
    for (size_t c = c0; c < c1; c += 8) {
        V v[CPM_NTT_MAX_ODD];
        UNROLL
        for (unsigned k = 0; k < n; k++) {
            v[k] = v_load(x + k * len + c);
            if (k)
                v[k] = odd_twist(v[k], n, (n - k * m % n) % n, (unsigned)(c % n), mod);
            v[k] = reduce(v[k], p, pinv);
        }
        odd_dft(v, n, mod);
        UNROLL
        for (unsigned k = 0; k < n; k++) {
            V y = reduce(v[k ? n - k : 0], p, pinv);
            v_store(x + k * len + c, negate && k % 2 ? v_sub(v_set1(0.0), y) : y);
        }
    }
}

ENTRY void forward_odd(double *x, size_t len, unsigned odd, int negate, size_t c0, size_t c1,
                       const cpm_ntt_mod *mod)
{
    if (odd == 3)
        forward_odd_n(x, len, 3, negate, c0, c1, mod);
    else
        forward_odd_n(x, len, 5, negate, c0, c1, mod);
}

ENTRY void inverse_odd(double *x, size_t len, unsigned odd, int negate, size_t c0, size_t c1,
                       const cpm_ntt_mod *mod)
{
    if (odd == 3)
        inverse_odd_n(x, len, 3, negate, c0, c1, mod);
    else
        inverse_odd_n(x, len, 5, negate, c0, c1, mod);
}

/* ---- Products, loading, Chinese remainders -------------------------------- */

/* a, b below 8; out below 0.6 (0.51 when something was added). */
ENTRY void mul_images(double *out, const double *a, const double *b, double c, int accumulate,
                      size_t n, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t = twiddle_const(c, c / mod->p);
    for (size_t i = 0; i < n; i += 8) {
        V u = reduce(mul_twiddle(v_load(a + i), t, p), p, pinv);
        V r = mul_mod(u, reduce(v_load(b + i), p, pinv), p, pinv);
        if (accumulate)
            r = reduce(v_add(r, v_load(out + i)), p, pinv);
        v_store(out + i, r);
    }
}

/* The same bounds. */
ENTRY void mul_const(double *out, const double *a, double c, int accumulate, size_t n,
                     const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t = twiddle_const(c, c / mod->p);
    for (size_t i = 0; i < n; i += 8) {
        V r = a == NULL ? t.w : mul_twiddle(v_load(a + i), t, p);
        if (accumulate)
            r = v_add(r, v_load(out + i));
        v_store(out + i, reduce(r, p, pinv));
    }
}

ENTRY void table_scale(double *out, const double *in, const double c[3], size_t n, double prime)
{
    V p = v_set1(prime), pinv = v_set1(1.0 / prime);
    for (size_t i = 0, k = 0; i < n; i += 8, k = k == 2 ? 0 : k + 1) {
        twiddle t = twiddle_const(c[k], c[k] / prime);
        v_store(out + i, reduce(mul_twiddle(v_load(in + i), t, p), p, pinv));
    }
}

/* ---- Q(x) Q(-x) and P(x) Q(-x) ---------------------------------------------- */

/* The values at x and at -x are neighbours: leaves 2j and 2j+1, that is vectors
 * 2i and 2i+1 of a block, i < 4. What is made of pair 4 m + i of block J is a
 * value at x^2, leaf 4 m + i + 32 J of the transform of half the length: two
 * blocks become one, sub-block m going to lanes 4 (J mod 2) + m / 2, vector
 * 4 (m mod 2) + i. */
KERNEL void store_pairs(double *out, V first[4], V second[4])
{
    UNROLL
    for (int i = 0; i < 4; i++) {
        V even, odd;
        v_unzip(&even, &odd, first[i], second[i]);
        v_store(out + 8 * i, even);
        v_store(out + 8 * (i + 4), odd);
    }
}

/* 8 -> 0.55 */
ENTRY void pair_square(double *out, const double *q, double c, size_t n, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t = twiddle_const(c, c / mod->p);
    for (size_t at = 0; at < n; at += 2 * CPM_NTT_LEAF) {
        V r[2][4];
        UNROLL
        for (int h = 0; h < 2; h++) {
            UNROLL
            for (int i = 0; i < 4; i++) {
                const double *x = q + at + CPM_NTT_LEAF * h + 16 * i;
                V a = reduce(mul_twiddle(v_load(x), t, p), p, pinv);
                r[h][i] = mul_mod(a, reduce(v_load(x + 8), p, pinv), p, pinv);
            }
        }
        store_pairs(out + at / 2, r[0], r[1]);
    }
}

/* p(x) q(-x) + p(-x) q(x), or minus, times c: 8 -> 0.52 */
KERNEL void mix_block(V r[4], const double *x, const double *y, twiddle c, int odd,
                      const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    UNROLL
    for (int i = 0; i < 4; i++) {
        V x0 = reduce(mul_twiddle(v_load(x + 16 * i), c, p), p, pinv);
        V x1 = reduce(mul_twiddle(v_load(x + 16 * i + 8), c, p), p, pinv);
        V y0 = reduce(v_load(y + 16 * i), p, pinv);
        V y1 = reduce(v_load(y + 16 * i + 8), p, pinv);
        V a = mul_mod(x0, y1, p, pinv), b = mul_mod(x1, y0, p, pinv);
        r[i] = reduce(odd ? v_sub(a, b) : v_add(a, b), p, pinv);
    }
}

ENTRY void pair_mix(double *out, const double *x, const double *y, double c, int odd, size_t leaf,
                    size_t n, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p);
    twiddle t = twiddle_const(odd ? -c : c, (odd ? -c : c) / mod->p);
    for (size_t at = 0; at < n; at += 2 * CPM_NTT_LEAF) {
        V r[2][4];
        for (size_t h = 0; h < 2; h++) {
            mix_block(r[h], x + at + CPM_NTT_LEAF * h, y + at + CPM_NTT_LEAF * h, t, odd, mod);
            if (!odd)
                continue;
            twiddle inverse[7]; /* minus the inverses of s(4m + i), from the last one on */
            twiddles_lane_inv(inverse, leaf + at / CPM_NTT_LEAF + h, mod);
            UNROLL
            for (int i = 0; i < 4; i++)
                r[h][i] = mul_twiddle(r[h][i], inverse[6 - i], p);
        }
        store_pairs(out + at / 2, r[0], r[1]);
    }
}

/* h 2^32 is exact, and so is its remainder. Result below 0.51. */
KERNEL V load_limbs(const uint64_t *in, V p, V pinv)
{
    VI x = vi_load(in);
    V h = v_high32(x);
    V r = v_fnma(v_round(v_mul(h, pinv)), p, h);
    return v_add(r, v_low32(x));
}

ENTRY void load(double *out, const uint64_t *in, size_t n, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        v_store(out + i, load_limbs(in + i, p, pinv));
    if (i < n) {
        uint64_t last[8] = {0};
        UNROLL
        for (size_t k = i; k < n; k++)
            last[k - i] = in[k];
        v_store(out + i, load_limbs(last, p, pinv));
    }
}

/* Garner: the mixed-radix digits of the symmetric representative, below 0.51
 * p_i each: x = y_0 + p_0 (y_1 + p_1 (y_2 + ...)). */
KERNEL void garner(V *y, const double *const *x, size_t i, unsigned n, const cpm_ntt_crt *crt)
{
    UNROLL
    for (unsigned k = 0; k < n; k++) {
        V p = v_set1(crt->p[k]), pinv = v_set1(crt->pinv[k]);
        twiddle t = twiddle_const(crt->scale[k], crt->scale[k] / crt->p[k]);
        V r = mul_twiddle(v_load(x[k] + i), t, p);
        UNROLL
        for (unsigned j = 0; j < k; j++) {
            twiddle u = twiddle_const(crt->inv[k][j], crt->inv[k][j] / crt->p[k]);
            r = mul_twiddle(v_sub(r, y[j]), u, p);
        }
        y[k] = reduce(r, p, pinv);
    }
}

KERNEL void garner_rows_n(double *const *y, const double *const *x, size_t n, unsigned nprimes,
                          const cpm_ntt_crt *crt)
{
    for (size_t i = 0; i < n; i += 8) {
        V digit[CPM_NTT_MAX_PRIMES];
        garner(digit, x, i, nprimes, crt);
        for (unsigned k = 0; k < nprimes; k++)
            v_store(y[k] + i, digit[k]);
    }
}

/* With a small modulus m the mixed-radix digits, below 2^49.1, may be much
 * larger than it: then |a w| < 2^49.1 m / 2 and mul_twiddle still errs by less
 * than 0.3 m. */
KERNEL void crt_mod_n(double *out, const double *const *x, size_t n, const double *weight,
                      unsigned nprimes, double modulus, const cpm_ntt_crt *crt)
{
    V m = v_set1(modulus), minv = v_set1(1.0 / modulus);
    for (size_t i = 0; i < n; i += 8) {
        V y[CPM_NTT_MAX_PRIMES];
        garner(y, x, i, nprimes, crt);
        V r = reduce(y[0], m, minv);
        for (unsigned k = 1; k < nprimes; k++) {
            twiddle t = twiddle_const(weight[k], weight[k] / modulus);
            r = v_add(r, mul_twiddle(y[k], t, m));
        }
        v_store(out + i, reduce(r, m, minv));
    }
}

ENTRY void crt_mod(double *out, const double *const *x, size_t n, const double *weight,
                   double modulus, const cpm_ntt_crt *crt)
{
    switch (crt->nprimes) {
    case 1:
        crt_mod_n(out, x, n, weight, 1, modulus, crt);
        break;
    case 2:
        crt_mod_n(out, x, n, weight, 2, modulus, crt);
        break;
    case 3:
        crt_mod_n(out, x, n, weight, 3, modulus, crt);
        break;
    default:
        crt_mod_n(out, x, n, weight, 4, modulus, crt);
    }
}

ENTRY void garner_rows(double *const *y, const double *const *x, size_t n, const cpm_ntt_crt *crt)
{
    if (crt->nprimes == 3)
        garner_rows_n(y, x, n, 3, crt);
    else
        garner_rows_n(y, x, n, 4, crt);
}

/* Digit k is (sum of y_i unit_ik + carry) modulo B. The quotient comes from
 * doubles and errs by less than 0.81 with the rounding to an integer, so the
 * remainder modulo 2^64 is right as a signed word (0.85 B < 2^63). */
KERNEL void crt_digits_n(uint64_t *const *digit, int64_t *top, const double *const *x, size_t n,
                         unsigned nprimes, const cpm_ntt_crt *crt)
{
    const double b_inv = 1e-19;
    VI base = vi_set1(10000000000000000000u);
    for (size_t i = 0; i < n; i += 8) {
        V y[CPM_NTT_MAX_PRIMES];
        VI yi[CPM_NTT_MAX_PRIMES];
        garner(y, x, i, nprimes, crt);
        UNROLL
        for (unsigned j = 0; j < nprimes; j++)
            yi[j] = vi_from_v(y[j]);
        V quotient = v_set1(0.0);
        VI carry = vi_set1(0);
        UNROLL
        for (unsigned k = 0; k + 1 < nprimes; k++) {
            V q = v_mul(quotient, v_set1(b_inv));
            VI low = carry;
            UNROLL
            for (unsigned j = k; j < nprimes; j++) {
                q = v_fma(y[j], v_set1(crt->unit_b[j][k]), q);
                low = vi_add(low, vi_mul(yi[j], vi_set1(crt->unit[j][k])));
            }
            q = v_round(q);
            carry = vi_from_v(q);
            low = vi_sub(low, vi_mul(carry, base));
            VI negative = vi_sign(low);
            vi_store(digit[k] + i, vi_add(low, vi_and(negative, base)));
            carry = vi_add(carry, negative);
            quotient = q;
        }
        vi_store((uint64_t *)top + i, carry);
    }
}

ENTRY void crt_digits(uint64_t *const *digit, int64_t *top, const double *const *x, size_t n,
                      const cpm_ntt_crt *crt)
{
    if (crt->nprimes == 3)
        crt_digits_n(digit, top, x, n, 3, crt);
    else
        crt_digits_n(digit, top, x, n, 4, crt);
}

const cpm_ntt_kernel KERNEL_TABLE = {
    .name = KERNEL_NAME,
    .forward = forward,
    .inverse = inverse,
    .forward16 = forward16,
    .inverse16 = inverse16,
    .forward_odd = forward_odd,
    .inverse_odd = inverse_odd,
    .mul = mul_images,
    .mul_const = mul_const,
    .pair_square = pair_square,
    .pair_mix = pair_mix,
    .crt_mod = crt_mod,
    .garner_rows = garner_rows,
    .table_scale = table_scale,
    .load = load,
    .crt_digits = crt_digits,
};
