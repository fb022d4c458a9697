/* SPDX-License-Identifier: MIT
 *
 * scripts.c - the built-in benches, made from examples/bench/ by
 * bench_scripts.awk.
 */
#include "cli/bench/scripts.h"

#include <string.h>

static const cpm_bench_script scripts[] = {
#include "bench_scripts.inc"
};

enum { NSCRIPTS = sizeof scripts / sizeof scripts[0] };

const cpm_bench_script *cpm_bench_script_at(size_t i)
{
    return i < NSCRIPTS ? &scripts[i] : NULL;
}

const cpm_bench_script *cpm_bench_script_find(const char *name, size_t len)
{
    for (size_t i = 0; i < NSCRIPTS; i++)
        if (strlen(scripts[i].name) == len && memcmp(scripts[i].name, name, len) == 0)
            return &scripts[i];
    return NULL;
}
