/* SPDX-License-Identifier: MIT
 *
 * config.c - defaults of a run, and the names of engines and semirings.
 */
#include "cpmcalc.h"

void cpm_config_init(cpm_config *config)
{
    *config = (cpm_config){
        .engine = CPM_ENGINE_AUTO,
        .semiring = CPM_SEMIRING_AUTO,
        .nthreads = 1,
        .output_base = 10,
        .iters_limit = 5000,
        .min_rows = true,
        .clear_stack = true,
    };
}

const char *cpm_semiring_name(cpm_semiring semiring)
{
    static const char *const names[] = {
        [CPM_SEMIRING_AUTO] = "auto",           [CPM_SEMIRING_PLUS_TIMES] = "plus-times",
        [CPM_SEMIRING_MAX_PLUS] = "max-plus",   [CPM_SEMIRING_MIN_PLUS] = "min-plus",
        [CPM_SEMIRING_MUL_POW] = "mul-pow",     [CPM_SEMIRING_OR_AND] = "or-and",
        [CPM_SEMIRING_AND_OR] = "and-or",       [CPM_SEMIRING_XOR_AND] = "xor-and",
        [CPM_SEMIRING_MAX_TIMES] = "max-times", [CPM_SEMIRING_MIN_TIMES] = "min-times",
        [CPM_SEMIRING_MAX_MIN] = "max-min",     [CPM_SEMIRING_MIN_MAX] = "min-max",
    };
    return (size_t)semiring < sizeof names / sizeof *names ? names[semiring] : NULL;
}
