/* SPDX-License-Identifier: MIT
 *
 * unit.h - the whole test framework: a table of named tests, a seeded random
 * source, and checks that print what they saw.
 *
 * A test program defines `static const cpm_test tests[]` and calls
 * UNIT_MAIN(tests). Its arguments name the tests to run (all when none);
 * CPM_TEST_SEED sets the seed, CPM_TEST_SCALE multiplies the number of random
 * cases. Each program ends with a line "NAME: N passed, M failed (seed S)".
 */
#ifndef CPM_TESTS_UNIT_H
#define CPM_TESTS_UNIT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct cpm_test {
    const char *name;
    void (*run)(void);
} cpm_test;

static uint64_t unit_state;
static int unit_failures; /* of the test that runs now */

/* splitmix64: small, seedable, good enough for test data. */
static inline uint64_t unit_rand(void)
{
    uint64_t z = (unit_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A number in 0..bound-1. */
static inline uint64_t unit_below(uint64_t bound)
{
    return unit_rand() % bound;
}

/* `count` times CPM_TEST_SCALE, for loops over random cases. */
static inline size_t unit_scaled(size_t count)
{
    const char *scale = getenv("CPM_TEST_SCALE");
    double factor = scale ? atof(scale) : 1.0;
    double scaled = (double)count * factor;
    return scaled < 1 ? 1 : (size_t)scaled;
}

#define UNIT_FAIL(...)                                                                             \
    do {                                                                                           \
        fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                                            \
        fprintf(stderr, __VA_ARGS__);                                                              \
        fputc('\n', stderr);                                                                       \
        unit_failures++;                                                                           \
    } while (0)

#define UNIT_CHECK(cond)                                                                           \
    do {                                                                                           \
        if (!(cond))                                                                               \
            UNIT_FAIL("not true: %s", #cond);                                                      \
    } while (0)

static inline int unit_main(const char *program, const cpm_test *tests, size_t ntests, int argc,
                            char **argv)
{
    const char *seed_text = getenv("CPM_TEST_SEED");
    uint64_t seed = seed_text ? strtoull(seed_text, NULL, 0) : 20261122;
    const char *base = strrchr(program, '/');
    base = base ? base + 1 : program;
    int passed = 0, failed = 0;
    for (size_t i = 0; i < ntests; i++) {
        int wanted = argc < 2;
        for (int a = 1; a < argc; a++)
            wanted |= strcmp(argv[a], tests[i].name) == 0;
        if (!wanted)
            continue;
        unit_state = seed + i * 1000003u;
        unit_failures = 0;
        tests[i].run();
        if (unit_failures > 0)
            fprintf(stderr, "FAILED %s %s (%d checks, seed %llu)\n", base, tests[i].name,
                    unit_failures, (unsigned long long)seed);
        unit_failures > 0 ? failed++ : passed++;
    }
    printf("%s: %d passed, %d failed (seed %llu)\n", base, passed, failed,
           (unsigned long long)seed);
    return failed > 0;
}

#define UNIT_MAIN(table)                                                                           \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return unit_main(argv[0], table, sizeof(table) / sizeof(table)[0], argc, argv);            \
    }

#endif
