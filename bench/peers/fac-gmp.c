/* SPDX-License-Identifier: MIT
 *
 * fac-gmp.c - peer for factorials: what GMP does by itself.
 * Usage: fac-gmp N
 */
#include "clock.h"

#include <gmp.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    mpz_t f;
    mpz_init(f);
    double start = clock_now();
    mpz_fac_ui(f, strtoul(argv[argc - 1], NULL, 10));
    clock_report(start);
    mpz_out_str(stdout, 10, f);
    putchar('\n');
    mpz_clear(f);
    return 0;
}
