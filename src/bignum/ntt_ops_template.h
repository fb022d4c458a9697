/* SPDX-License-Identifier: MIT
 *
 * ntt_ops_template.h - the second half of the kernel template: what is done with
 * numbers before, between and after transforms. Included by ntt_template.h.
 *
 * Limbs become residues by one exact division with remainder of their upper
 * half, decimal ones as balanced digits; residues become numbers by Garner's mixed-radix method (H.
 * L. Garner, "The residue number system", 1959) in doubles, and then, without ever forming the
 * number, digits in base 10^19 or residues modulo a word. All passes are linear; bounds are noted
 * as in ntt_template.h.
 */

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

ENTRY void table_scale(double *out, const double *in, double c, size_t n, double prime)
{
    V p = v_set1(prime), pinv = v_set1(1.0 / prime);
    twiddle t = twiddle_const(c, c / prime);
    for (size_t i = 0; i < n; i += 8)
        v_store(out + i, reduce(mul_twiddle(v_load(in + i), t, p), p, pinv));
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

/* 8 -> 0.6 */
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

/* p(x) q(-x) + p(-x) q(x), or minus, times c: 8 -> 0.51 */
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

/* d + carry - B [d >= B/2], in -B/2 .. B/2: no carry depends on another. The sign
 * bit is turned so that the halves are those of an unsigned number. */
KERNEL V load_balanced(VI limb, VI before, V p, V pinv)
{
    VI half = vi_set1(5000000000000000000u), base = vi_set1(10000000000000000000u);
    VI sign = vi_set1(UINT64_C(1) << 63);
    VI digit = vi_sub(limb, vi_and(base, vi_at_least(limb, half)));
    digit = vi_sub(digit, vi_at_least(before, half)); /* all ones is -1 */
    digit = vi_add(digit, sign);
    V h = v_sub(v_high32(digit), v_set1(0x1p63));
    V r = v_fnma(v_round(v_mul(h, pinv)), p, h);
    return v_add(r, v_low32(digit));
}

ENTRY void load_digits(double *out, const uint64_t *in, size_t nlimbs, size_t n, int carry,
                       const cpm_ntt_mod *mod)
{
    V p = v_set1(mod->p), pinv = v_set1(mod->pinv);
    for (size_t i = 0; i < n; i += 8) {
        if (i > 0 && i + 8 <= nlimbs) {
            v_store(out + i, load_balanced(vi_load(in + i), vi_load(in + i - 1), p, pinv));
        } else if (i > nlimbs) {
            v_store(out + i, v_set1(0.0));
        } else { /* the first and the last vectors */
            uint64_t limb[9] = {i > 0 ? in[i - 1] : carry ? UINT64_MAX : 0};
            for (size_t k = 0; k < 8 && i + k < nlimbs; k++)
                limb[k + 1] = in[i + k];
            v_store(out + i, load_balanced(vi_load(limb + 1), vi_load(limb), p, pinv));
        }
    }
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
 * doubles and errs by less than 0.84 with the rounding to an integer, so the
 * remainder modulo 2^64 is right as a signed word (0.84 B < 2^63). */
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

/* *x += y for limbs; lanes with a carry are -1. */
KERNEL VI add_limbs(VI *x, VI y, VI base)
{
    VI over = vi_at_least(*x, vi_sub(base, y));
    *x = vi_sub(vi_add(*x, y), vi_and(over, base));
    return over;
}

/* *x += t for limbs and small signed numbers; the carries. */
KERNEL VI add_small(VI *x, VI t, VI base)
{
    VI ones = vi_set1(UINT64_MAX), negative = vi_sign(t), positive = vi_sub(ones, negative);
    VI enough = vi_at_least(*x, vi_sub(vi_and(base, positive), t)); /* B - t or -t */
    VI over = vi_and(enough, positive), under = vi_and(vi_sub(ones, enough), negative);
    *x = vi_sub(vi_add(*x, t), vi_and(over, base));
    *x = vi_add(*x, vi_and(under, base));
    return vi_sub(under, over);
}

/* The sums without carries first, then the carries of the limbs before, which all
 * but never make another. */
KERNEL int add_digits_n(uint64_t *out, int64_t *carry, uint64_t *const *digit, const int64_t *top,
                        size_t n, unsigned nprimes)
{
    uint64_t carries[1 + CPM_NTT_CRT_BLOCK];
    VI base = vi_set1(10000000000000000000u), further = vi_set1(0);
    carries[0] = (uint64_t)*carry;
    for (size_t i = 0; i < n; i += 8) {
        VI x = vi_load(digit[0] + i), count = vi_set1(0);
        UNROLL
        for (unsigned k = 1; k + 1 < nprimes; k++)
            count = vi_sub(count, add_limbs(&x, vi_load(digit[k] + i - k), base));
        const uint64_t *t = (const uint64_t *)top + i - (nprimes - 1);
        count = vi_add(count, add_small(&x, vi_load(t), base));
        vi_store(out + i, x);
        vi_store(carries + 1 + i, count);
    }
    for (size_t i = 0; i < n; i += 8) {
        VI x = vi_load(out + i), over = add_small(&x, vi_load(carries + i), base);
        vi_store(out + i, x);
        further = vi_add(further, vi_and(over, vi_set1(1)));
    }
    uint64_t lanes[8], any = 0;
    vi_store(lanes, further);
    for (size_t i = 0; i < 8; i++)
        any |= lanes[i];
    *carry = (int64_t)carries[n];
    return any == 0;
}

ENTRY int add_digits(uint64_t *out, int64_t *carry, uint64_t *const *digit, const int64_t *top,
                     size_t n, unsigned nprimes)
{
    return nprimes == 3 ? add_digits_n(out, carry, digit, top, n, 3)
                        : add_digits_n(out, carry, digit, top, n, 4);
}

/* *low = x modulo d, d = 10^8 or 10^16, and x / d: x has up to 64 bits, the
 * quotient fewer than 40. Its double errs by far less than 1, so that one of two
 * neighbours is right. */
KERNEL VI divide(VI *low, VI x, uint64_t d)
{
    V approximate = v_mul(v_add(v_high32(x), v_low32(x)), v_set1(1.0 / (double)d));
    VI quotient = vi_from_v(v_round(approximate));
    *low = vi_sub(x, vi_mul(quotient, vi_set1(d)));
    VI negative = vi_sign(*low);
    *low = vi_add(*low, vi_and(negative, vi_set1(d)));
    return vi_add(quotient, negative);
}

/* The eight digits of x < 10^8, as in dec.c: x becomes halves of four digits,
 * quarters of two, bytes of one. */
KERNEL VI text8(VI x)
{
    VI q = vi_shift_right(vi_mul(x, vi_set1(3518437209u)), 45); /* x / 10^4 */
    x = vi_sub(vi_mul(x, vi_set1(UINT64_C(1) << 32)),
               vi_mul(q, vi_set1((UINT64_C(10000) << 32) - 1)));
    q = vi_and(vi_shift_right(vi_mul(x, vi_set1(10486)), 20), vi_set1(0x0000007f0000007f));
    x = vi_sub(vi_mul(x, vi_set1(1 << 16)), vi_mul(q, vi_set1((100 << 16) - 1)));
    q = vi_and(vi_shift_right(vi_mul(x, vi_set1(103)), 10), vi_set1(0x000f000f000f000f));
    x = vi_sub(vi_mul(x, vi_set1(1 << 8)), vi_mul(q, vi_set1((10 << 8) - 1)));
    return vi_add(x, vi_set1(0x3030303030303030));
}

ENTRY void text_of_limbs(uint64_t *const text[3], const uint64_t *limb, size_t n)
{
    for (size_t i = 0; i < n; i += 8) {
        VI low, lower, high = divide(&low, vi_load(limb + i), 10000000000000000u);
        VI middle = divide(&lower, low, 100000000u);
        vi_store(text[0] + i, text8(high));
        vi_store(text[1] + i, text8(middle));
        vi_store(text[2] + i, text8(lower));
    }
}
