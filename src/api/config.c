/* SPDX-License-Identifier: MIT
 *
 * config.c - defaults of a run.
 */
#include "cpmcalc.h"

#include <unistd.h>

/* Three quarters of the machine, so that nobody is surprised; 0 where it does
 * not say. */
static size_t default_memory(void)
{
#ifdef _SC_PHYS_PAGES
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0)
        return (size_t)pages * (size_t)page / 4 * 3;
#endif
    return 0;
}

void cpm_config_init(cpm_config *config)
{
    *config = (cpm_config){
        .engine = CPM_ENGINE_AUTO,
        .semiring = CPM_SEMIRING_AUTO,
        .max_memory_bytes = default_memory(),
        .nthreads = 1,
        .output_base = 10,
        .iters_limit = 5000,
        .min_rows = true,
        .clear_stack = true,
    };
}
