/* SPDX-License-Identifier: MIT
 *
 * cpu.c - detection of instruction sets.
 *
 * On x86-64 the compiler's own run-time support answers (it also asks whether
 * the operating system saves the wide registers). On AArch64 fused
 * multiply-add belongs to the base instruction set. Elsewhere the answer is
 * what the compiler was told to assume (__FP_FAST_FMA). The mask of disabled
 * features is one atomic word, so that tests with threads stay clean.
 */
#include "bignum/cpu.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned mask; /* the feature and those that imply it */
} features[] = {
    {"fma", CPM_CPU_FMA | CPM_CPU_AVX2 | CPM_CPU_AVX512F},
    {"avx2", CPM_CPU_AVX2},
    {"avx512f", CPM_CPU_AVX512F},
};

static atomic_uint disabled;

static unsigned detected(void)
{
    unsigned mask = 0;
#if defined(__x86_64__) || defined(__i386__)
    if (__builtin_cpu_supports("fma"))
        mask |= CPM_CPU_FMA;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        mask |= CPM_CPU_AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        mask |= CPM_CPU_AVX512F;
#elif defined(__aarch64__) || defined(__FP_FAST_FMA)
    mask |= CPM_CPU_FMA;
#endif
    return mask;
}

bool cpm_cpu_has(cpm_cpu_feature feature)
{
    return (detected() & ~atomic_load_explicit(&disabled, memory_order_relaxed) &
            (unsigned)feature) != 0;
}

bool cpm_cpu_disable(const char *names)
{
    unsigned mask = 0;
    bool known = true;
    while (names && *names) {
        size_t len = strcspn(names, ",");
        size_t i = 0, count = sizeof features / sizeof features[0];
        while (i < count &&
               (strlen(features[i].name) != len || memcmp(features[i].name, names, len) != 0))
            i++;
        if (i < count)
            mask |= features[i].mask;
        else
            known = false;
        names += len + (names[len] == ',');
    }
    atomic_store_explicit(&disabled, mask, memory_order_relaxed);
    return known;
}
