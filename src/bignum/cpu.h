/* SPDX-License-Identifier: MIT
 *
 * cpu.h - which instruction sets the processor has. The switch that takes them
 * away, cpm_cpu_disable, is part of the public interface.
 */
#ifndef CPM_BIGNUM_CPU_H
#define CPM_BIGNUM_CPU_H

#include "cpmcalc.h"

#include <stdbool.h>

typedef enum cpm_cpu_feature {
    CPM_CPU_FMA = 1,    /* fused multiply-add in hardware, of any width */
    CPM_CPU_AVX2 = 2,   /* 256-bit vectors, with fused multiply-add */
    CPM_CPU_AVX512F = 4 /* 512-bit vectors, with the DQ extension */
} cpm_cpu_feature;

/* Whether the processor has the feature and nobody took it away. */
bool cpm_cpu_has(cpm_cpu_feature feature);

#endif
