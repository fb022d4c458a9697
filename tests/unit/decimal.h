/* SPDX-License-Identifier: MIT
 *
 * decimal.h - decimals against binary integers, for the tests of engines that
 * work in base 10^19.
 */
#ifndef CPM_TESTS_DECIMAL_H
#define CPM_TESTS_DECIMAL_H

#include "bignum/dec.h"

#include <flint/fmpz.h>

/* a = b; false too when memory is short. */
static inline bool decimal_is(const cpm_dec *a, const fmpz_t b)
{
    cpm_err ignored = {0};
    mpz_t x, y;
    mpz_init(x);
    mpz_init(y);
    fmpz_get_mpz(y, b);
    bool equal = cpm_dec_get_mpz(x, a, &ignored) == CPM_OK && mpz_cmp(x, y) == 0;
    mpz_clear(x);
    mpz_clear(y);
    return equal;
}

#endif
