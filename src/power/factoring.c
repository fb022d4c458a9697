/* SPDX-License-Identifier: MIT
 *
 * factoring.c - factorizations within reach, by FLINT.
 */
#include "power/factoring.h"

/* A composite number without small factors is factored up to so many bits: seconds. */
enum { MAX_FACTORED_BITS = 190, SMALL_FACTOR_BITS = 24 };

/* Appends the primes of n^exponent, n of moderate size. */
static void append_factors(fmpz_factor_t primes, const fmpz_t n, ulong exponent)
{
    fmpz_factor_t parts;
    fmpz_factor_init(parts);
    fmpz_factor(parts, n);
    for (slong i = 0; i < parts->num; i++)
        _fmpz_factor_append(primes, parts->p + i, parts->exp[i] * exponent);
    fmpz_factor_clear(parts);
}

cpm_status cpm_factor(fmpz_factor_t primes, const fmpz_t n, const char *what, cpm_err *err)
{
    fmpz_factor_t parts;
    cpm_status status = CPM_OK;
    if (fmpz_bits(n) <= MAX_FACTORED_BITS) {
        append_factors(primes, n, 1);
        return CPM_OK;
    }
    fmpz_factor_init(parts);
    fmpz_factor_smooth(parts, n, SMALL_FACTOR_BITS, 1);
    for (slong i = 0; i < parts->num && status == CPM_OK; i++) {
        if (fmpz_bits(parts->p + i) <= MAX_FACTORED_BITS)
            append_factors(primes, parts->p + i, parts->exp[i]);
        else if (fmpz_is_prime(parts->p + i) == 1)
            _fmpz_factor_append(primes, parts->p + i, parts->exp[i]);
        else
            status =
                cpm_err_set(err, CPM_ERR_UNSUPPORTED, "%s: a factorization is out of reach", what);
    }
    fmpz_factor_clear(parts);
    return status;
}

cpm_status cpm_totient(fmpz_t out, const fmpz_t n, const char *what, cpm_err *err)
{
    fmpz_factor_t primes;
    fmpz_t t, less;
    fmpz_factor_init(primes);
    fmpz_init_set(t, n);
    fmpz_init(less);
    cpm_status status = cpm_factor(primes, n, what, err);
    fmpz_set(out, n);
    for (slong i = 0; i < primes->num && status == CPM_OK; i++) {
        if (!fmpz_divisible(t, primes->p + i))
            continue; /* it has been there before */
        fmpz_remove(t, t, primes->p + i);
        fmpz_divexact(less, out, primes->p + i); /* out (p-1)/p */
        fmpz_sub(out, out, less);
    }
    fmpz_clear(t);
    fmpz_clear(less);
    fmpz_factor_clear(primes);
    return status;
}
