/* SPDX-License-Identifier: MIT
 *
 * term.c - numbers, sums and polynomials in full, as programs read them.
 */
#include "show/term.h"

#include <stdio.h>

void cpm_put_integer(cpm_strbuf *out, const fmpz_t x)
{
    char *text = fmpz_get_str(NULL, 10, x);
    cpm_strbuf_puts(out, text);
    flint_free(text);
}

void cpm_put_rational(cpm_strbuf *out, const fmpq_t x)
{
    char *text = fmpq_get_str(NULL, 10, x);
    cpm_strbuf_puts(out, text);
    flint_free(text);
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
