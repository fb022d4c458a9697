/* SPDX-License-Identifier: MIT
 *
 * term.c - numbers, sums and polynomials in full, as programs read them.
 */
#include "show/term.h"

#include "algebra/semiring.h"

#include <flint/fmpz_poly_factor.h>

#include <stdio.h>

void cpm_put_integer(cpm_strbuf *out, const fmpz_t x)
{
    char *text = fmpz_get_str(NULL, 10, x);
    cpm_strbuf_puts(out, text);
    flint_free(text);
}

void cpm_put_minus(cpm_strbuf *out, const fmpz_t x)
{
    fmpz_t size;
    if (fmpz_is_zero(x))
        return;
    fmpz_init(size);
    fmpz_abs(size, x);
    cpm_strbuf_puts(out, fmpz_sgn(x) > 0 ? " - " : " + ");
    cpm_put_integer(out, size);
    fmpz_clear(size);
}

void cpm_put_rational(cpm_strbuf *out, const fmpq_t x)
{
    char *text = fmpq_get_str(NULL, 10, x);
    cpm_strbuf_puts(out, text);
    flint_free(text);
}

void cpm_put_extended(cpm_strbuf *out, const fmpq_t x)
{
    if (cpm_ext_is_finite(x))
        cpm_put_rational(out, x);
    else
        cpm_strbuf_puts(out, fmpq_sgn(x) < 0 ? "-inf" : "inf");
}

void cpm_put_term(cpm_strbuf *out, const fmpq_t c, bool first, const char *factor)
{
    const bool negative = fmpq_sgn(c) < 0;
    fmpq_t a;
    fmpq_init(a);
    fmpq_abs(a, c);
    cpm_strbuf_puts(out, first ? (negative ? "-" : "") : negative ? " - " : " + ");
    if (factor[0] == '\0' || !fmpq_is_one(a))
        cpm_put_rational(out, a);
    if (factor[0] != '\0' && !fmpq_is_one(a))
        cpm_strbuf_puts(out, "*");
    cpm_strbuf_puts(out, factor);
    fmpq_clear(a);
}

void cpm_put_poly(cpm_strbuf *out, const fmpz_poly_t p, const char *variable, bool falling)
{
    slong len = fmpz_poly_length(p);
    size_t nput = 0;
    fmpq_t c;
    fmpq_init(c);
    for (slong i = 0; i < len; i++) {
        slong k = falling ? len - 1 - i : i;
        char factor[64] = "";
        if (k == 1)
            snprintf(factor, sizeof factor, "%s", variable);
        else if (k > 1)
            snprintf(factor, sizeof factor, "%s^%ld", variable, (long)k);
        fmpq_set_fmpz(c, fmpz_poly_get_coeff_ptr(p, k));
        if (!fmpq_is_zero(c))
            cpm_put_term(out, c, nput++ == 0, factor);
    }
    if (nput == 0)
        cpm_strbuf_puts(out, "0");
    fmpq_clear(c);
}

static void put_factor_power(cpm_strbuf *out, const fmpz_poly_t p, slong exponent, bool alone)
{
    bool bare = fmpz_poly_length(p) <= 2 && fmpz_is_zero(fmpz_poly_get_coeff_ptr(p, 0));
    cpm_strbuf_puts(out, alone || bare ? "" : "(");
    cpm_put_poly(out, p, "x", true);
    cpm_strbuf_puts(out, alone || bare ? "" : ")");
    if (exponent > 1)
        cpm_strbuf_printf(out, "^%ld", (long)exponent);
}

void cpm_put_factored(cpm_strbuf *out, const fmpz_poly_t p, const fmpz_t scale)
{
    fmpz_poly_factor_t factors;
    fmpz_poly_factor_init(factors);
    fmpz_poly_factor(factors, p);
    bool scaled = !fmpz_is_one(scale);
    if (scaled) {
        cpm_strbuf_puts(out, "1/");
        cpm_put_integer(out, scale);
    }
    for (slong i = 0; i < factors->num; i++) {
        bool alone = factors->num == 1 && factors->exp[i] == 1 && !scaled;
        cpm_strbuf_puts(out, i == 0 && !scaled ? "" : "*");
        put_factor_power(out, factors->p + i, factors->exp[i], alone);
    }
    if (factors->num == 0 && !scaled)
        cpm_strbuf_puts(out, "1");
    fmpz_poly_factor_clear(factors);
}
