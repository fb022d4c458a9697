/* SPDX-License-Identifier: MIT
 *
 * mori-fmpz.c - peer for exact terms: the algorithm of Bostan and Mori written
 * plainly on fmpz_poly, then fmpz_get_str.
 * Usage: mori-fmpz N C1,C2,... A0,A1,... (as many terms as coefficients)
 */
#include "clock.h"

#include <flint/fmpz_poly.h>
#include <stdlib.h>

static long next(char **list)
{
    long value = strtol(*list, list, 10);
    *list += **list == ',';
    return value;
}

/* Keeps the coefficients of p whose index has the given parity. */
static void half(fmpz_poly_t out, const fmpz_poly_t p, slong parity)
{
    fmpz_poly_zero(out);
    for (slong i = parity; i < fmpz_poly_length(p); i += 2) {
        fmpz_t c;
        fmpz_init(c);
        fmpz_poly_get_coeff_fmpz(c, p, i);
        fmpz_poly_set_coeff_fmpz(out, i / 2, c);
        fmpz_clear(c);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    fmpz_poly_t p, q, minus, product;
    fmpz_t term;
    fmpz_init(term);
    fmpz_poly_init(p);
    fmpz_poly_init(q);
    fmpz_poly_init(minus);
    fmpz_poly_init(product);
    slong d = 0;
    fmpz_poly_set_coeff_si(q, 0, 1);
    for (char *list = argv[2]; *list;)
        fmpz_poly_set_coeff_si(q, ++d, -next(&list));
    for (slong i = 0; i < d; i++)
        fmpz_poly_set_coeff_si(p, i, next(&argv[3]));
    double start = clock_now();
    fmpz_poly_mullow(p, p, q, d);
    for (unsigned long n = strtoul(argv[1], NULL, 10); n > 0; n >>= 1) {
        fmpz_poly_set(minus, q);
        for (slong i = 1; i < fmpz_poly_length(q); i += 2)
            fmpz_neg(fmpz_poly_get_coeff_ptr(minus, i), fmpz_poly_get_coeff_ptr(minus, i));
        fmpz_poly_mul(product, p, minus);
        half(p, product, (slong)(n & 1));
        fmpz_poly_mul(product, q, minus);
        half(q, product, 0);
    }
    fmpz_poly_get_coeff_fmpz(term, p, 0);
    clock_report(start);
    char *text = fmpz_get_str(NULL, 10, term);
    puts(text);
    flint_free(text);
    fmpz_clear(term);
    fmpz_poly_clear(p);
    fmpz_poly_clear(q);
    fmpz_poly_clear(minus);
    fmpz_poly_clear(product);
    return 0;
}
