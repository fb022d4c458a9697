/* SPDX-License-Identifier: MIT
 *
 * number.c - results of all engines. The change of radix of a decimal one costs
 * O(M(n) log n) and is put off as long as can be.
 */
#include "algebra/number.h"

#include "base/mem.h"

#include <stdlib.h>

void cpm_number_init(cpm_number *x)
{
    *x = (cpm_number){.is_dec = false};
    fmpq_init(x->q);
}

void cpm_number_clear(cpm_number *x)
{
    fmpq_clear(x->q);
    cpm_dec_clear(&x->dec);
}

cpm_number *cpm_numbers_new(size_t count)
{
    cpm_number *x = cpm_calloc(count, sizeof *x);
    for (size_t i = 0; x != NULL && i < count; i++)
        cpm_number_init(&x[i]);
    return x;
}

void cpm_numbers_free(cpm_number *x, size_t count)
{
    for (size_t i = 0; x != NULL && i < count; i++)
        cpm_number_clear(&x[i]);
    free(x);
}

void cpm_number_swap(cpm_number *x, cpm_number *y)
{
    cpm_number t = *x;
    *x = *y;
    *y = t;
}

cpm_status cpm_number_settle(cpm_number *x, cpm_err *err)
{
    if (!x->is_dec)
        return CPM_OK;
    mpz_t binary;
    mpz_init(binary);
    cpm_status status = cpm_dec_get_mpz(binary, &x->dec, err);
    if (status == CPM_OK) {
        fmpz_set_mpz(fmpq_numref(x->q), binary);
        fmpz_one(fmpq_denref(x->q));
        cpm_dec_clear(&x->dec);
        x->is_dec = false;
    }
    mpz_clear(binary);
    return status;
}

bool cpm_number_get_mpz(mpz_t out, const cpm_number *x)
{
    cpm_err ignored = {0};
    if (x->is_dec)
        return cpm_dec_get_mpz(out, &x->dec, &ignored) == CPM_OK;
    if (!fmpz_is_one(fmpq_denref(x->q)))
        return false;
    fmpz_get_mpz(out, fmpq_numref(x->q));
    return true;
}

/* A binary number against a decimal one. */
static cpm_status equals_decimal(bool *equal, const fmpq_t q, const cpm_dec *dec, cpm_err *err)
{
    *equal = false;
    if (!fmpz_is_one(fmpq_denref(q)))
        return CPM_OK;
    mpz_t binary;
    fmpz_t y;
    mpz_init(binary);
    cpm_status status = cpm_dec_get_mpz(binary, dec, err);
    fmpz_init_set_readonly(y, binary);
    *equal = status == CPM_OK && fmpz_equal(y, fmpq_numref(q));
    fmpz_clear_readonly(y);
    mpz_clear(binary);
    return status;
}

cpm_status cpm_number_equal(bool *equal, const cpm_number *x, const cpm_number *y, cpm_err *err)
{
    if (x->is_dec && y->is_dec)
        *equal =
            cpm_dec_sign(&x->dec) == cpm_dec_sign(&y->dec) && cpm_dec_cmpabs(&x->dec, &y->dec) == 0;
    else if (x->is_dec || y->is_dec)
        return equals_decimal(equal, x->is_dec ? y->q : x->q, x->is_dec ? &x->dec : &y->dec, err);
    else
        *equal = fmpq_equal(x->q, y->q);
    return CPM_OK;
}
