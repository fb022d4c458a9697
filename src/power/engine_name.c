/* SPDX-License-Identifier: MIT
 *
 * engine_name.c - what the engines are called.
 */
#include "cpmcalc.h"

const char *cpm_engine_name(cpm_engine engine)
{
    static const char *const names[] = {
        [CPM_ENGINE_AUTO] = "auto",
        [CPM_ENGINE_NAIVE] = "naive",
        [CPM_ENGINE_MATRIX] = "matrix",
        [CPM_ENGINE_DOUBLING] = "doubling",
        [CPM_ENGINE_RECURRENCE] = "recurrence",
    };
    return (size_t)engine < sizeof names / sizeof *names ? names[engine] : NULL;
}
