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
 * depth first, radix 16 outside the first-level cache and radix 4 or 8 in it.
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
 *   vi_sign (all ones where negative) vi_and vi_at_least
 *   (all ones where a >= b, unsigned)
 *   v_low32 v_high32 (of VI: the halves as doubles, the high one times 2^32)
 *   UNROLL   what asks for a loop to be unrolled: nothing or CPM_UNROLL
 *   KERNEL_NAME, KERNEL_TABLE   a string, the name of the table
 *
 * Cost: a radix-2 butterfly is 4 fused operations and 4 additions a vector.
 * Bounds, in units of p, stand at each function as "X -> Y": inputs below X
 * give outputs below Y; doc/bignum.md has the derivations.
 */

/* The order of the instructions matters: there are more in flight than the
 * processor looks at. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("schedule-insns", "sched-pressure")
#endif

/* ---- Arithmetic modulo p ------------------------------------------------- */

/* A constant of multiplication and its quotient by p. */
typedef struct twiddle {
    V w, wp;
} twiddle;

/* a w modulo p: 8 -> 1/2 + a/8 when |w| <= p/2 and wp is w/p rounded once;
 * 1/2 + 3a/16 when wp is w pinv; 1/2 + 0.22 a when besides w is itself a product
 * (below 0.57 p). */
KERNEL V mul_twiddle(V a, twiddle t, V p)
{
    V h = v_mul(a, t.w);
    V q = v_round(v_mul(a, t.wp));
    V l = v_fms(a, t.w, h);
    return v_add(v_fnma(q, p, h), l);
}

/* a b modulo p for reduced a and b: 0.51 -> 0.6. */
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

/* ---- The last six levels -------------------------------------------------- */

/* The processor finds too little to do in one chain of six levels, so two
 * neighbouring leaves go side by side. */
enum { SIDE = 2 };

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

/* The twiddles of eight nodes at once, one in each lane, from s4 = s(4m): s(2m) =
 * s(4m)^2, s(m) = s(2m)^2, s(2m+1) = I s(2m), s(4m+i) = s(4m) s(i). Two squares are
 * quicker than tables of three times the size. */
KERNEL void twiddles_lane(twiddle t[7], V s4, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    V s2 = reduce(mul_mod(s4, s4, p, pinv), p, pinv);
    V s1 = reduce(mul_mod(s2, s2, p, pinv), p, pinv);
    V w[7] = {s1, s2, mul_root8(s2, mod, 1, p), s4};
    UNROLL
    for (int i = 1; i < 4; i++)
        w[3 + i] = mul_root8(s4, mod, i, p);
    UNROLL
    for (int i = 0; i < 7; i++)
        t[i] = (twiddle){w[i], v_mul(w[i], pinv)};
}

/* Three levels: t[0] = s(j), t[1..2] = s(2j), s(2j+1), t[3..6] = s(4j) ... */
KERNEL void radix8(V v[SIDE][8], twiddle t[SIDE][7], V p)
{
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly(&v[k / 4][k % 4], &v[k / 4][k % 4 + 4], t[k / 4][0], p);
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly(&v[k / 4][k % 2 + k % 4 / 2 * 4], &v[k / 4][k % 2 + k % 4 / 2 * 4 + 2],
                  t[k / 4][1 + k % 4 / 2], p);
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly(&v[k / 4][2 * (k % 4)], &v[k / 4][2 * (k % 4) + 1], t[k / 4][3 + k % 4], p);
}

KERNEL void load_leaves(V v[SIDE][8], const double *x)
{
    UNROLL
    for (int k = 0; k < 8 * SIDE; k++)
        v[k / 8][k % 8] = v_load(x + 8 * k);
}

KERNEL void store_leaves(double *x, V v[SIDE][8])
{
    UNROLL
    for (int k = 0; k < 8 * SIDE; k++)
        v_store(x + 8 * k, v[k / 8][k % 8]);
}

/* Leaves node .. node + SIDE - 1; 4.6 -> 5.6 */
KERNEL void leaves_forward(double *x, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    V v[SIDE][8];
    twiddle t[SIDE][7];
    load_leaves(v, x);
    UNROLL
    for (int h = 0; h < SIDE; h++) {
        v[h][0] = reduce(v[h][0], p, pinv);
        twiddles8(t[h], mod, node + (size_t)h);
    }
    radix8(v, t, p);
    UNROLL
    for (int h = 0; h < SIDE; h++) {
        v_transpose(v[h]);
        v[h][0] = reduce(v[h][0], p, pinv);
        twiddles_lane(t[h], v_load(mod->lane + 8 * (node + (size_t)h)), mod);
    }
    radix8(v, t, p);
    store_leaves(x, v);
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
    if (node == 0)
        twiddles_lane(t, v_load(mod->lane0_inv), mod);
    else
        twiddles_lane(t, v_reverse(v_load(mod->lane + 8 * mirror(node))), mod);
}

/* The three lane levels of the inverse, 0.7 -> 1.7. */
KERNEL void lanes_inverse(V v[SIDE][8], size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t[SIDE][7];
    UNROLL
    for (int h = 0; h < SIDE; h++)
        twiddles_lane_inv(t[h], node + (size_t)h, mod);
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly_inv_neg(&v[k / 4][2 * (k % 4)], &v[k / 4][2 * (k % 4) + 1], t[k / 4][6 - k % 4],
                          p);
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly_inv_neg(&v[k / 4][k % 2 + k % 4 / 2 * 4], &v[k / 4][k % 2 + k % 4 / 2 * 4 + 2],
                          t[k / 4][2 - k % 4 / 2], p);
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly_inv_neg(&v[k / 4][k % 4], &v[k / 4][k % 4 + 4], t[k / 4][0], p);
    UNROLL
    for (int k = 0; k < 3 * SIDE; k++)
        v[k / 3][k % 3] = reduce(v[k / 3][k % 3], p, pinv);
}

/* The three levels above, 1.7 -> 1.5. */
KERNEL void radix8_inv(V v[SIDE][8], twiddle t[SIDE][7], V p, V pinv)
{
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly_inv(&v[k / 4][2 * (k % 4)], &v[k / 4][2 * (k % 4) + 1], t[k / 4][3 + k % 4], p);
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly_inv(&v[k / 4][k % 2 + k % 4 / 2 * 4], &v[k / 4][k % 2 + k % 4 / 2 * 4 + 2],
                      t[k / 4][1 + k % 4 / 2], p);
    UNROLL
    for (int k = 0; k < 2 * SIDE; k++)
        v[k / 2][k % 2 * 4] = reduce(v[k / 2][k % 2 * 4], p, pinv);
    UNROLL
    for (int k = 0; k < 4 * SIDE; k++)
        butterfly_inv(&v[k / 4][k % 4], &v[k / 4][k % 4 + 4], t[k / 4][0], p);
    UNROLL
    for (int k = 0; k < 2 * SIDE; k++)
        v[k / 2][1 + k % 2] = reduce(v[k / 2][1 + k % 2], p, pinv);
}

/* 0.7 -> 1.5 */
KERNEL void leaves_inverse(double *x, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    V v[SIDE][8];
    twiddle t[SIDE][7];
    load_leaves(v, x);
    lanes_inverse(v, node, mod);
    UNROLL
    for (int h = 0; h < SIDE; h++) {
        v_transpose(v[h]);
        twiddles8_inv(t[h], mod, node + (size_t)h);
    }
    radix8_inv(v, t, p, pinv);
    store_leaves(x, v);
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

/* Two levels, two columns side by side; 4.6 -> 2.8 */
KERNEL void pass4(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t0 = twiddle_node(mod, node);
    twiddle t[2] = {twiddle_node(mod, 2 * node), twiddle_node(mod, 2 * node + 1)};
    size_t q = len / 4;
    for (size_t i = 0; i < q; i += 16) {
        V v[8]; /* row k of column h in 2 k + h */
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v[k] = v_load(x + k / 2 * q + i + k % 2 * 8);
        v[0] = reduce(v[0], p, pinv);
        v[1] = reduce(v[1], p, pinv);
        UNROLL
        for (int k = 0; k < 4; k++)
            butterfly(&v[k], &v[k + 4], t0, p);
        UNROLL
        for (int k = 0; k < 4; k++)
            butterfly(&v[k % 2 + k / 2 * 4], &v[k % 2 + k / 2 * 4 + 2], t[k / 2], p);
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v_store(x + k / 2 * q + i + k % 2 * 8, v[k]);
    }
}

/* 2 -> 2 */
KERNEL void pass4_inv(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t0 = twiddle_node_inv(mod, node);
    twiddle t[2] = {twiddle_node_inv(mod, 2 * node), twiddle_node_inv(mod, 2 * node + 1)};
    size_t q = len / 4;
    for (size_t i = 0; i < q; i += 16) {
        V v[8];
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v[k] = v_load(x + k / 2 * q + i + k % 2 * 8);
        UNROLL
        for (int k = 0; k < 4; k++)
            butterfly_inv(&v[k % 2 + k / 2 * 4], &v[k % 2 + k / 2 * 4 + 2], t[k / 2], p);
        UNROLL
        for (int k = 0; k < 4; k++)
            butterfly_inv(&v[k], &v[k + 4], t0, p);
        v[0] = reduce(v[0], p, pinv);
        v[1] = reduce(v[1], p, pinv);
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v_store(x + k / 2 * q + i + k % 2 * 8, v[k]);
    }
}

/* One level of a pass over `rows` rows, which pairs those at a distance of
 * rows >> (level + 1). */
KERNEL void rows_level(V *v, int rows, int level, const twiddle *t, V p)
{
    UNROLL
    for (int k = 0; k < rows / 2; k++) {
        int distance = rows >> (level + 1), group = k / distance;
        int first = 2 * group * distance + k % distance;
        butterfly(&v[first], &v[first + distance], t[group], p);
    }
}

KERNEL void rows_level_inv(V *v, int rows, int level, const twiddle *t, V p)
{
    UNROLL
    for (int k = 0; k < rows / 2; k++) {
        int distance = rows >> (level + 1), group = k / distance;
        int first = 2 * group * distance + k % distance;
        butterfly_inv(&v[first], &v[first + distance], t[group], p);
    }
}

/* 4.6 -> 4.2 */
KERNEL void pass8(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t[7];
    twiddles8(t, mod, node);
    size_t q = len / 8;
    for (size_t i = 0; i < q; i += 8) {
        V v[8];
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v[k] = v_load(x + k * q + i);
        v[0] = reduce(v[0], p, pinv);
        rows_level(v, 8, 0, t, p);
        rows_level(v, 8, 1, t + 1, p);
        rows_level(v, 8, 2, t + 3, p);
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v_store(x + k * q + i, v[k]);
    }
}

/* 1.7 -> 1.5 */
KERNEL void pass8_inv(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    twiddle t[7];
    twiddles8_inv(t, mod, node);
    size_t q = len / 8;
    for (size_t i = 0; i < q; i += 8) {
        V v[8];
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v[k] = v_load(x + k * q + i);
        rows_level_inv(v, 8, 2, t + 3, p);
        rows_level_inv(v, 8, 1, t + 1, p);
        v[0] = reduce(v[0], p, pinv);
        v[4] = reduce(v[4], p, pinv);
        rows_level_inv(v, 8, 0, t, p);
        v[1] = reduce(v[1], p, pinv);
        v[2] = reduce(v[2], p, pinv);
        UNROLL
        for (size_t k = 0; k < 8; k++)
            v_store(x + k * q + i, v[k]);
    }
}

/* 4.6 -> 4.6: after two levels everything is below 2.8, and needs no reduction
 * before the next two. */
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
        for (size_t k = 0; k < 16; k++)
            v[k] = v_load(x + k * q + c);
        UNROLL
        for (size_t k = 0; k < 4; k++)
            v[k] = reduce(v[k], p, pinv);
        rows_level(v, 16, 0, t, p);
        rows_level(v, 16, 1, t + 1, p);
        rows_level(v, 16, 2, t + 3, p);
        rows_level(v, 16, 3, t + 7, p);
        UNROLL
        for (size_t k = 0; k < 16; k++)
            v_store(x + k * q + c, v[k]);
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
        for (size_t k = 0; k < 16; k++)
            v[k] = v_load(x + k * q + c);
        rows_level_inv(v, 16, 3, t + 7, p);
        rows_level_inv(v, 16, 2, t + 3, p);
        UNROLL
        for (size_t k = 0; k < 4; k++)
            v[4 * k] = reduce(v[4 * k], p, pinv);
        rows_level_inv(v, 16, 1, t + 1, p);
        rows_level_inv(v, 16, 0, t, p);
        UNROLL
        for (size_t k = 0; k < 4; k++)
            v[k] = reduce(v[k], p, pinv);
        UNROLL
        for (size_t k = 0; k < 16; k++)
            v_store(x + k * q + c, v[k]);
    }
}

/* One leaf alone: the shortest transform. */
KERNEL void single_leaf(double *x, size_t node, int inverted, const cpm_ntt_mod *mod)
{
    double pair[2 * CPM_NTT_LEAF] = {0};
    size_t first = node & ~(size_t)1; /* its neighbour is computed for nothing */
    double *own = pair + CPM_NTT_LEAF * (node - first);
    for (size_t i = 0; i < CPM_NTT_LEAF; i++)
        own[i] = x[i];
    if (inverted)
        leaves_inverse(pair, first, mod);
    else
        leaves_forward(pair, first, mod);
    for (size_t i = 0; i < CPM_NTT_LEAF; i++)
        x[i] = own[i];
}

/* How a transform of len > CPM_NTT_LEAF begins. */
KERNEL unsigned first_radix(size_t len)
{
    return len >= CPM_NTT_SPLIT_MIN  ? 16
           : len == 2 * CPM_NTT_LEAF ? 2
           : len == 8 * CPM_NTT_LEAF ? 8
                                     : 4;
}

ENTRY void forward(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    if (len == CPM_NTT_LEAF) {
        single_leaf(x, node, 0, mod);
        return;
    }
    unsigned radix = first_radix(len);
    size_t part = len / radix;
    if (radix == 16)
        forward16(x, len, node, 0, part, mod);
    else if (radix == 8)
        pass8(x, len, node, mod);
    else if (radix == 4)
        pass4(x, len, node, mod);
    else
        pass2(x, len, node, mod);
    if (part == CPM_NTT_LEAF) {
        for (size_t i = 0; i < radix; i += SIDE)
            leaves_forward(x + i * part, node * radix + i, mod);
    } else {
        for (size_t i = 0; i < radix; i++)
            forward(x + i * part, part, node * radix + i, mod);
    }
}

ENTRY void inverse(double *x, size_t len, size_t node, const cpm_ntt_mod *mod)
{
    if (len == CPM_NTT_LEAF) {
        single_leaf(x, node, 1, mod);
        return;
    }
    unsigned radix = first_radix(len);
    size_t part = len / radix;
    if (part == CPM_NTT_LEAF) {
        for (size_t i = 0; i < radix; i += SIDE)
            leaves_inverse(x + i * part, node * radix + i, mod);
    } else {
        for (size_t i = 0; i < radix; i++)
            inverse(x + i * part, part, node * radix + i, mod);
    }
    if (radix == 16)
        inverse16(x, len, node, 0, part, mod);
    else if (radix == 8)
        pass8_inv(x, len, node, mod);
    else if (radix == 4)
        pass4_inv(x, len, node, mod);
    else
        pass2_inv(x, len, node, mod);
}

/* ---- Odd factors of the length -------------------------------------------- */

/* The discrete Fourier transform of length n = 3 or 5 by symmetric and
 * antisymmetric parts: 0.51 -> 3.3. */
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

/* 8 -> 1.2 */
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

/* 8 -> 0.51 */
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

#include "bignum/ntt_ops_template.h"

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
    .load_digits = load_digits,
    .crt_digits = crt_digits,
    .add_digits = add_digits,
    .text_of_limbs = text_of_limbs,
};
