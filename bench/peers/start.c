/* SPDX-License-Identifier: MIT
 *
 * start.c - peer for start-up: links FLINT and prints a number.
 */
#include <flint/fmpz.h>
#include <stdio.h>

int main(void)
{
    fmpz_t x;
    fmpz_init(x);
    fmpz_fib_ui(x, 10);
    fmpz_print(x);
    putchar('\n');
    fmpz_clear(x);
    return 0;
}
