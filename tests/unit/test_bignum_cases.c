/* SPDX-License-Identifier: MIT
 *
 * Some hundred of the cases that tests/fuzz/fuzz_bignum.c makes without end:
 * each kernel and each operation with random choices.
 */
#include "bignum_case.h"
#include "unit.h"

/* The first bytes are the kernel, the threads, the operation. */
static void run_cases(unsigned kernel, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[11] = {(uint8_t)kernel, (uint8_t)(i / 9), (uint8_t)i};
        uint64_t r = unit_rand();
        memcpy(bytes + 3, &r, sizeof r);
        bignum_case c;
        bignum_case_run(&c, bytes, sizeof bytes, i % 8 == 0 ? 6000 : 600);
        if (c.message[0] != '\0')
            UNIT_FAIL("case %zu: %s", i, c.message);
    }
}

static void test_avx512(void)
{
    run_cases(0, unit_scaled(240));
}

static void test_avx2(void)
{
    run_cases(1, unit_scaled(240));
}

static void test_portable(void)
{
    run_cases(2, unit_scaled(160));
}

static void test_none(void)
{
    run_cases(3, unit_scaled(80));
}

static const cpm_test tests[] = {
    {"avx512", test_avx512},
    {"avx2", test_avx2},
    {"portable", test_portable},
    {"none", test_none},
};
UNIT_MAIN(tests)
