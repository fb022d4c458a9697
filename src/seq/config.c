/* SPDX-License-Identifier: MIT
 *
 * config.c - defaults of a run.
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
