/* SPDX-License-Identifier: MIT
 *
 * cpu.h - which instruction sets the processor has, and a switch for tests.
 */
#ifndef CPM_BIGNUM_CPU_H
#define CPM_BIGNUM_CPU_H

#include <stdbool.h>

typedef enum cpm_cpu_feature {
    CPM_CPU_FMA = 1,    /* fused multiply-add in hardware, of any width */
    CPM_CPU_AVX2 = 2,   /* 256-bit vectors, with fused multiply-add */
    CPM_CPU_AVX512F = 4 /* 512-bit vectors, with the DQ extension */
} cpm_cpu_feature;

/* Whether the processor has the feature and no test took it away. */
bool cpm_cpu_has(cpm_cpu_feature feature);

/* For tests: from now on the features in `names` (separated by commas: "fma",
 * "avx2", "avx512f") count as absent and all others as detected. NULL or ""
 * gives everything back. A name that is not known is ignored; returns whether
 * all were known. Disabling "fma" disables the other two as well. */
bool cpm_cpu_disable(const char *names);

#endif
