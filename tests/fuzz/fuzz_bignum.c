/* SPDX-License-Identifier: MIT
 *
 * fuzz_bignum.c - libFuzzer target for the arithmetic of very large numbers and
 * of long polynomials modulo a word: what tests/unit/bignum_case.h makes of the
 * bytes, compared with GMP and FLINT.
 */
#include "../unit/bignum_case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4 || size > 256)
        return 0;
    bignum_case c;
    bignum_case_run(&c, data, size, data[size - 1] % 16 ? 1500 : 40000);
    if (c.message[0] == '\0')
        return 0;
    fprintf(stderr, "fuzz_bignum: %s\n", c.message);
    abort();
}
