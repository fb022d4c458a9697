/* SPDX-License-Identifier: MIT
 *
 * loop-mod.c - peer for recurrences with polynomial coefficients modulo 10^9+7: the loop
 * as one writes it, with the modulus known to the compiler and one inverse at the end.
 * Usage: loop-mod factorial N | loop-mod motzkin N, N below the modulus
 */
#include "clock.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t P = 1000000007;

static uint64_t power(uint64_t x, uint64_t e)
{
    uint64_t result = 1;
    for (; e > 0; e >>= 1, x = x * x % P)
        if (e & 1)
            result = result * x % P;
    return result;
}

static uint64_t factorial(uint64_t n)
{
    uint64_t f = 1;
    for (uint64_t i = 2; i <= n; i++)
        f = f * i % P;
    return f;
}

/* (i+2) a(i) = (2i+1) a(i-1) + 3(i-1) a(i-2), times the product of the i+2 */
static uint64_t motzkin(uint64_t n)
{
    uint64_t older = 1, newer = 1, product = 1;
    for (uint64_t i = 2; i <= n; i++) {
        uint64_t next = (newer * (2 * i + 1) + older * (3 * (i - 1))) % P;
        older = newer * (i + 2) % P;
        newer = next;
        product = product * (i + 2) % P;
    }
    return newer * power(product, P - 2) % P;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    uint64_t n = strtoull(argv[2], NULL, 10);
    double start = clock_now();
    uint64_t value = strcmp(argv[1], "factorial") == 0 ? factorial(n) : motzkin(n);
    clock_report(start);
    printf("%lu\n", (unsigned long)value);
    return 0;
}
