/* SPDX-License-Identifier: MIT
 *
 * mori-nmod.c - peer for terms modulo a word-size prime: the algorithm of
 * Bostan and Mori written plainly on nmod_poly.
 * Usage: mori-nmod N MODULUS FILE-OF-COEFFICIENTS FILE-OF-TERMS
 */
#include "clock.h"

#include <flint/nmod_poly.h>
#include <gmp.h>
#include <stdlib.h>

/* Reads a file of numbers into the coefficients first, first+1, ... */
static slong read_list(nmod_poly_t p, slong first, const char *name)
{
    FILE *f = fopen(name, "r");
    unsigned long value = 0;
    slong at = first;
    while (f && fscanf(f, "%lu%*[,\n ]", &value) == 1)
        nmod_poly_set_coeff_ui(p, at++, value);
    if (!f)
        exit(2);
    fclose(f);
    return at - first;
}

static void half(nmod_poly_t out, const nmod_poly_t p, slong parity)
{
    nmod_poly_zero(out);
    nmod_poly_fit_length(out, nmod_poly_length(p) / 2 + 1);
    for (slong i = (nmod_poly_length(p) - 1 - parity) / 2; i >= 0; i--)
        nmod_poly_set_coeff_ui(out, i, nmod_poly_get_coeff_ui(p, 2 * i + parity));
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    mp_limb_t m = strtoul(argv[2], NULL, 10);
    mpz_t n;
    nmod_poly_t p, q, minus, product;
    mpz_init_set_str(n, argv[1], 10);
    nmod_poly_init(p, m);
    nmod_poly_init(q, m);
    nmod_poly_init(minus, m);
    nmod_poly_init(product, m);
    slong d = read_list(q, 1, argv[3]);
    nmod_poly_neg(q, q);
    nmod_poly_set_coeff_ui(q, 0, 1);
    read_list(p, 0, argv[4]);
    double start = clock_now();
    nmod_poly_mullow(p, p, q, d);
    for (; mpz_sgn(n) > 0; mpz_tdiv_q_2exp(n, n, 1)) {
        nmod_poly_set(minus, q);
        for (slong i = 1; i < nmod_poly_length(q); i += 2)
            nmod_poly_set_coeff_ui(minus, i, nmod_neg(nmod_poly_get_coeff_ui(q, i), q->mod));
        nmod_poly_mul(product, p, minus);
        half(p, product, mpz_odd_p(n) ? 1 : 0);
        nmod_poly_mul(product, q, minus);
        half(q, product, 0);
    }
    mp_limb_t term = nmod_poly_get_coeff_ui(p, 0);
    clock_report(start);
    printf("%lu\n", term);
    mpz_clear(n);
    nmod_poly_clear(p);
    nmod_poly_clear(q);
    nmod_poly_clear(minus);
    nmod_poly_clear(product);
    return 0;
}
