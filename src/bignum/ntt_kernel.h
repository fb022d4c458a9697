/* SPDX-License-Identifier: MIT
 *
 * ntt_kernel.h - the inner interface between the transform driver (ntt.c) and
 * the kernels, one per instruction set, that are made from ntt_template.h.
 *
 * Residues are integers held in doubles, in symmetric form and only loosely
 * reduced; doc/bignum.md derives how far (|x| < 8p everywhere, p < 2^50).
 *
 * Trees. The transform of length L = 2^k reduces a polynomial modulo
 * x^L - r(j) to its residues modulo the linear factors: with s(j)^2 = r(j),
 * x^L - r(j) = (x^(L/2) - s(j)) (x^(L/2) + s(j)), and s(j) = r(2j),
 * -s(j) = r(2j+1). Node 0 has r = 1 (the cyclic transform), node 1 has r = -1
 * (the negacyclic one). s(j) is the root of unity with angle
 * (bit reversal of j) / 2, so the table of s serves every length. The inverse
 * of s(j) is -s(j') with j' = j where all bits below the leading one are
 * flipped.
 */
#ifndef CPM_BIGNUM_NTT_KERNEL_H
#define CPM_BIGNUM_NTT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum {
    CPM_NTT_LANES = 8,           /* doubles in a vector, in every kernel */
    CPM_NTT_LEAF = 64,           /* the shortest transform: 8 vectors */
    CPM_NTT_MAX_ODD = 5,         /* largest odd factor of a length */
    CPM_NTT_MAX_PRIMES = 4,      /* primes in one convolution */
    CPM_NTT_SPLIT_MIN = 1 << 13, /* shortest length that has a radix-16 pass */
    CPM_NTT_CRT_BLOCK = 512      /* coefficients handed to crt_digits at once */
};

/* Arrays of vectors live in registers only where every loop over them is
 * unrolled: in front of a loop of at most 16 rounds. */
#if defined(__clang__)
#define CPM_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define CPM_UNROLL _Pragma("GCC unroll 16")
#else
#define CPM_UNROLL
#endif

/* Constants of one prime, all residues symmetric. */
typedef struct cpm_ntt_mod {
    uint64_t prime;
    double p, pinv;
    double root8[4], root8_p[4];     /* s(0..3) = 1, I, Z, IZ, and each over p */
    const double *s, *s_p;           /* s(j) and s(j)/p, j < nodes / 16, at least 8; borrowed */
    const double *lane;              /* 8 per leaf J: s(4m) for m = 8J..8J+7 */
    const double *lane0_inv;         /* 8: -1/s(4m+3) of leaf 0 */
    const double *odd_cos, *odd_sin; /* of the odd radix R: (z^k + z^-k)/2, (z^k - z^-k)/2 */
    const double *odd_twist;         /* [R][R][8]: z^(b (c + lane)) */
} cpm_ntt_mod;

/* Constants for turning residues into digits in base B = 10^19. */
typedef struct cpm_ntt_crt {
    unsigned nprimes;
    double p[CPM_NTT_MAX_PRIMES], pinv[CPM_NTT_MAX_PRIMES];
    double scale[CPM_NTT_MAX_PRIMES]; /* what residue i is multiplied by first */
    /* inv[i][j] = 1 / p_j modulo p_i, j < i */
    double inv[CPM_NTT_MAX_PRIMES][CPM_NTT_MAX_PRIMES];
    /* p_0 ... p_(i-1) = sum over k of unit[i][k] B^k, and each unit over B */
    uint64_t unit[CPM_NTT_MAX_PRIMES][CPM_NTT_MAX_PRIMES];
    double unit_b[CPM_NTT_MAX_PRIMES][CPM_NTT_MAX_PRIMES];
} cpm_ntt_crt;

typedef struct cpm_ntt_kernel {
    const char *name;

    /* The transform of x[0..len) at node `node`, len = 2^k >= CPM_NTT_LEAF, and
     * its inverse times len. */
    void (*forward)(double *x, size_t len, size_t node, const cpm_ntt_mod *mod);
    void (*inverse)(double *x, size_t len, size_t node, const cpm_ntt_mod *mod);

    /* The first four levels alone (the last of the inverse), for the columns
     * [c0, c1) of the 16 rows of len / 16; multiples of 8. */
    void (*forward16)(double *x, size_t len, size_t node, size_t c0, size_t c1,
                      const cpm_ntt_mod *mod);
    void (*inverse16)(double *x, size_t len, size_t node, size_t c0, size_t c1,
                      const cpm_ntt_mod *mod);

    /* x of length odd * len as a polynomial modulo x^(odd len) - 1 (+ 1 when
     * negate) to `odd` rows of len modulo y^len - 1 (+ 1), and back (times odd),
     * columns [c0, c1). odd is 3 or 5. */
    void (*forward_odd)(double *x, size_t len, unsigned odd, int negate, size_t c0, size_t c1,
                        const cpm_ntt_mod *mod);
    void (*inverse_odd)(double *x, size_t len, unsigned odd, int negate, size_t c0, size_t c1,
                        const cpm_ntt_mod *mod);

    /* out = c a b, or out += c a b, n a multiple of 8. Aliasing is allowed. */
    void (*mul)(double *out, const double *a, const double *b, double c, int accumulate, size_t n,
                const cpm_ntt_mod *mod);
    /* out = c a, or out += c a; a == NULL stands for ones. */
    void (*mul_const)(double *out, const double *a, double c, int accumulate, size_t n,
                      const cpm_ntt_mod *mod);

    /* From the values of Q at n leaves, n a multiple of 128, x being at leaf 2j
     * and -x at leaf 2j+1: those of c Q(x) Q(-x) as a polynomial in x^2 at n/2
     * leaves. From P and Q: c times P(x) Q(-x) + P(-x) Q(x), or with odd their
     * difference over x (x = s(j) at leaf 2j; a factor of x common to all goes into
     * c). The leaves are `leaf` * 64 and on of their tree. */
    void (*pair_square)(double *out, const double *q, double c, size_t n, const cpm_ntt_mod *mod);
    void (*pair_mix)(double *out, const double *p, const double *q, double c, int odd, size_t leaf,
                     size_t n, const cpm_ntt_mod *mod);

    /* Numbers from their residues x[prime], modulo `modulus` < 2^50, symmetric;
     * weight[k] = p_0 ... p_(k-1) modulo it. */
    void (*crt_mod)(double *out, const double *const *x, size_t n, const double *weight,
                    double modulus, const cpm_ntt_crt *crt);
    /* The mixed-radix digits y[k] of the symmetric numbers, for 3 or 4 primes. */
    void (*garner_rows)(double *const *y, const double *const *x, size_t n, const cpm_ntt_crt *crt);

    /* How tables are made: out = c times in modulo p, |c| <= p/2, fully reduced; n
     * a multiple of 8. */
    void (*table_scale)(double *out, const double *in, double c, size_t n, double p);

    /* Limbs below B = 10^19 to residues of balanced digits: n of them, a multiple of
     * 8, of which the last n - nlimbs have no limb (0). A limb of B/2 or more
     * leaves it less B and carries 1 into the next; carry says that the one before
     * in[0] did. */
    void (*load_digits)(double *out, const uint64_t *in, size_t nlimbs, size_t n, int carry,
                        const cpm_ntt_mod *mod);
    /* Limbs of any size to residues; n need not be a multiple of 8. */
    void (*load)(double *out, const uint64_t *in, size_t n, const cpm_ntt_mod *mod);

    /* Coefficients i0 .. i0+n-1 from their residues x[prime] to digits: digit k
     * of coefficient i in digit[k][i] (0..B-1, nprimes - 1 of them), and what is
     * above, with sign, in top[i]. n at most CPM_NTT_CRT_BLOCK, a multiple of 8. */
    void (*crt_digits)(uint64_t *const *digit, int64_t *top, const double *const *x, size_t n,
                       const cpm_ntt_crt *crt);
    /* Those digits added up: out[i] = digit[0][i] + digit[1][i-1] + ... + top[i -
     * (nprimes - 1)] + carry, below B, with *carry going in and coming out. The
     * rows are readable nprimes - 1 entries before their beginning. Returns 0, and
     * nothing is valid, when a carry would run through a limb: next to never. */
    int (*add_digits)(uint64_t *out, int64_t *carry, uint64_t *const *digit, const int64_t *top,
                      size_t n, unsigned nprimes);

    /* The decimal digits of n limbs below B, n a multiple of 8, in three words
     * each: text[0] holds the first three (in its upper bytes), text[1] and text[2]
     * eight each; the first digit is the lowest byte. */
    void (*text_of_limbs)(uint64_t *const text[3], const uint64_t *limb, size_t n);
} cpm_ntt_kernel;

extern const cpm_ntt_kernel cpm_ntt_kernel_portable;
#if defined(__x86_64__)
extern const cpm_ntt_kernel cpm_ntt_kernel_avx2;
extern const cpm_ntt_kernel cpm_ntt_kernel_avx512;
#endif

#endif
