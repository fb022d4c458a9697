/* SPDX-License-Identifier: MIT
 *
 * nmod_digits.c - from mixed-radix digits to words modulo m.
 *
 * With weights w_k = p_0 ... p_(k-1) modulo m the number is the sum of
 * (y_k + p_k) w_k less a constant. No term is negative and the sum is below
 * 4 2^51 m + m < 2^64 m, so it fits two words and needs one remainder.
 */
#include "bignum/nmod_digits.h"

#include <flint/flint.h>
#include <flint/longlong.h>
#include <flint/nmod_vec.h>

void cpm_nmod_of_digits(uint64_t *out, double *const *y, size_t n, const double *p,
                        unsigned nprimes, uint64_t m)
{
    nmod_t mod;
    nmod_init(&mod, m);
    ulong weight[CPM_NTT_MAX_PRIMES], product = 1 % m, excess = 0;
    for (unsigned k = 0; k < nprimes; k++) {
        ulong prime = (ulong)p[k] % m;
        weight[k] = product;
        product = nmod_mul(product, prime, mod);
        excess = nmod_add(excess, product, mod);
    }
    for (size_t i = 0; i < n; i++) {
        ulong high = 0, low = nmod_neg(excess, mod);
        for (unsigned k = 0; k < nprimes; k++) {
            ulong hi, lo;
            umul_ppmm(hi, lo, (ulong)(y[k][i] + p[k]), weight[k]);
            add_ssaaaa(high, low, high, low, hi, lo);
        }
        NMOD_RED2(out[i], high, low, mod);
    }
}
