/* SPDX-License-Identifier: MIT
 *
 * mulpow.c - peer for products: f(n) = 7 f(n-1) f(n-2)^2 f(n-3) from 2, 3, 5,
 * modulo 10^9+7. The exponents of 2, 3, 5 and 7 by powers of a 4 x 4 matrix
 * modulo 10^9+6 (Fermat), written for this one rule.
 * Usage: mulpow N
 */
#include "clock.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DIM = 4 };
static const uint64_t P = 1000000007;

static void multiply(uint64_t c[DIM][DIM], uint64_t a[DIM][DIM], uint64_t b[DIM][DIM])
{
    uint64_t product[DIM][DIM] = {{0}};
    for (int i = 0; i < DIM; i++)
        for (int j = 0; j < DIM; j++)
            for (int k = 0; k < DIM; k++)
                product[i][j] = (product[i][j] + a[i][k] * b[k][j]) % (P - 1);
    memcpy(c, product, sizeof product);
}

static uint64_t power(uint64_t x, uint64_t e)
{
    uint64_t result = 1;
    for (; e > 0; e >>= 1, x = x * x % P)
        if (e & 1)
            result = result * x % P;
    return result;
}

int main(int argc, char **argv)
{
    /* (f(n), f(n+1), f(n+2), 7): exponents of the start values and of 7 */
    uint64_t t[DIM][DIM] = {{0, 1, 0, 0}, {0, 0, 1, 0}, {1, 2, 1, 1}, {0, 0, 0, 1}};
    uint64_t r[DIM][DIM] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    if (argc != 2)
        return 2;
    double start = clock_now();
    for (uint64_t n = strtoull(argv[1], NULL, 10); n > 0; n >>= 1, multiply(t, t, t))
        if (n & 1)
            multiply(r, r, t);
    uint64_t value = power(2, r[0][0]) * power(3, r[0][1]) % P;
    value = value * power(5, r[0][2]) % P * power(7, r[0][3]) % P;
    clock_report(start);
    printf("%lu\n", (unsigned long)value);
    return 0;
}
