/* SPDX-License-Identifier: MIT
 *
 * matpow-flint.c - peer for exact terms: fmpz_mat_pow of the companion matrix.
 * Usage: matpow-flint N C1,C2,... A0,A1,... (as many terms as coefficients)
 */
#include "clock.h"

#include <flint/fmpz_mat.h>
#include <stdlib.h>

/* The next number of a comma-separated list. */
static long next(char **list)
{
    long value = strtol(*list, list, 10);
    *list += **list == ',';
    return value;
}

static slong count(const char *list)
{
    slong n = 1;
    for (; *list; list++)
        n += *list == ',';
    return n;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    slong d = count(argv[2]);
    fmpz_mat_t a, state;
    fmpz_t sum;
    fmpz_init(sum);
    fmpz_mat_init(a, d, d);
    fmpz_mat_init(state, d, 1);
    for (slong j = 0; j < d; j++)
        fmpz_set_si(fmpz_mat_entry(a, d - 1, d - 1 - j), next(&argv[2]));
    for (slong i = 0; i < d - 1; i++)
        fmpz_one(fmpz_mat_entry(a, i, i + 1));
    for (slong i = 0; i < d; i++)
        fmpz_set_si(fmpz_mat_entry(state, i, 0), next(&argv[3]));
    double start = clock_now();
    fmpz_mat_pow(a, a, strtoul(argv[1], NULL, 10));
    for (slong j = 0; j < d; j++)
        fmpz_addmul(sum, fmpz_mat_entry(a, 0, j), fmpz_mat_entry(state, j, 0));
    clock_report(start);
    fmpz_print(sum);
    putchar('\n');
    fmpz_clear(sum);
    fmpz_mat_clear(a);
    fmpz_mat_clear(state);
    return 0;
}
