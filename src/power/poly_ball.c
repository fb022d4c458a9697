/* SPDX-License-Identifier: MIT
 *
 * poly_ball.c - matrices of p-adic numbers. An error O(p^r) of a factor is one of the
 * product, as entries are p-adic integers: products are known to as many digits as the
 * less known of their factors, less those that are taken out of them.
 */
#include "power/poly_ball.h"

#include <flint/fmpz_vec.h>

void cpm_ball_init(cpm_ball *x, slong rows, slong cols)
{
    fmpz_mat_init(x->m, rows, cols);
    fmpz_init(x->exponent);
    x->digits = 0;
}

void cpm_ball_clear(cpm_ball *x)
{
    fmpz_mat_clear(x->m);
    fmpz_clear(x->exponent);
}

void cpm_padic_power(fmpz_t power, ulong p, ulong e)
{
    fmpz_set_ui(power, p);
    fmpz_pow_ui(power, power, e);
}

ulong cpm_padic_valuation(const fmpz_t x, ulong most, ulong p)
{
    fmpz_t rest, prime;
    if (fmpz_is_zero(x))
        return most;
    fmpz_init(rest);
    fmpz_init_set_ui(prime, p);
    ulong v = (ulong)fmpz_remove(rest, x, prime);
    fmpz_clear(rest);
    fmpz_clear(prime);
    return v < most ? v : most;
}

void cpm_ball_normalize(cpm_ball *x, ulong p)
{
    slong count = fmpz_mat_nrows(x->m) * fmpz_mat_ncols(x->m);
    ulong v = x->digits;
    fmpz_t power;
    fmpz_init(power);
    cpm_padic_power(power, p, x->digits);
    _fmpz_vec_scalar_mod_fmpz(x->m->entries, x->m->entries, count, power);
    for (slong i = 0; i < count && v > 0; i++)
        v = cpm_padic_valuation(x->m->entries + i, v, p);
    if (v > 0 && v < x->digits) {
        cpm_padic_power(power, p, v);
        _fmpz_vec_scalar_divexact_fmpz(x->m->entries, x->m->entries, count, power);
        fmpz_add_ui(x->exponent, x->exponent, v);
        x->digits -= v;
    }
    fmpz_clear(power);
}

void cpm_ball_mul(cpm_ball *x, const cpm_ball *a, ulong p)
{
    fmpz_mat_t product;
    fmpz_mat_init(product, fmpz_mat_nrows(a->m), fmpz_mat_ncols(x->m));
    fmpz_mat_mul(product, a->m, x->m);
    fmpz_mat_swap(product, x->m);
    fmpz_add(x->exponent, x->exponent, a->exponent);
    x->digits = FLINT_MIN(x->digits, a->digits);
    cpm_ball_normalize(x, p);
    fmpz_mat_clear(product);
}

void cpm_ball_mul_power(cpm_ball *x, cpm_ball *a, const fmpz_t n, ulong p)
{
    for (ulong bit = 0; bit < fmpz_bits(n); bit++) {
        cpm_ball copy;
        if (fmpz_tstbit(n, bit))
            cpm_ball_mul(x, a, p);
        cpm_ball_init(&copy, fmpz_mat_nrows(a->m), fmpz_mat_ncols(a->m));
        fmpz_mat_set(copy.m, a->m);
        fmpz_set(copy.exponent, a->exponent);
        copy.digits = a->digits;
        cpm_ball_mul(a, &copy, p);
        cpm_ball_clear(&copy);
    }
}

bool cpm_ball_divide(cpm_ball *x, const fmpz_t c, ulong digits, ulong p)
{
    fmpz_t power, unit;
    ulong v = cpm_padic_valuation(c, digits, p);
    if (v == digits)
        return false;
    fmpz_init(power);
    fmpz_init(unit);
    cpm_padic_power(power, p, v);
    fmpz_divexact(unit, c, power);
    fmpz_sub_ui(x->exponent, x->exponent, v);
    x->digits = FLINT_MIN(x->digits, digits - v);
    cpm_padic_power(power, p, x->digits);
    if (x->digits > 0)
        fmpz_invmod(unit, unit, power);
    fmpz_mat_scalar_mul_fmpz(x->m, x->m, unit);
    cpm_ball_normalize(x, p);
    fmpz_clear(power);
    fmpz_clear(unit);
    return true;
}
