/* SPDX-License-Identifier: MIT
 *
 * config.c - defaults of a run, and what a caller makes of them.
 */
#include "api/config.h"

#include "base/err.h"
#include "base/stack.h"
#include "power/progress.h"

#include <string.h>
#include <unistd.h>

/* Three quarters of the machine, so that nobody is surprised; 0 where it does
 * not say. Asked for once: the system takes longer to answer than a small question. */
static size_t default_memory(void)
{
    static _Atomic size_t known; /* 0: not asked yet; else one more than the size */
    if (known == 0) {
        size_t nbytes = 0;
#ifdef _SC_PHYS_PAGES
        long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
        if (pages > 0 && page > 0)
            nbytes = (size_t)pages * (size_t)page / 4 * 3;
#endif
        known = nbytes + 1;
    }
    return known - 1;
}

static void set_defaults(cpm_config *config)
{
    *config = (cpm_config){
        .size = sizeof *config,
        .engine = CPM_ENGINE_AUTO,
        .semiring = CPM_SEMIRING_AUTO,
        .max_memory_bytes = default_memory(),
        .nthreads = 1,
        .output_base = 10,
        .iters_limit = 0,
        .min_rows = true,
        .clear_stack = true,
    };
}

void cpm_config_init_size(cpm_config *config, size_t size)
{
    cpm_config defaults;
    set_defaults(&defaults);
    size_t known = size < sizeof defaults ? size : sizeof defaults;
    memset(config, 0, size);
    memcpy(config, &defaults, known);
    if (known >= sizeof config->size)
        config->size = size;
}

static bool is_zero(const char *bytes, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

cpm_status cpm_config_take(cpm_config *own, const cpm_config *config, cpm_err *err)
{
    if (cpm_stack_check(0, err) != CPM_OK)
        return err->status;
    set_defaults(own);
    size_t size = config->size, known = size < sizeof *own ? size : sizeof *own;
    if (size <= sizeof config->size)
        return cpm_err_set(err, CPM_ERR_USAGE, "the config does not come from cpm_config_init");
    if (!is_zero((const char *)config + known, size - known))
        return cpm_err_set(err, CPM_ERR_USAGE, "the config is of a newer version of the library");
    memcpy(own, config, known);
    own->size = sizeof *own;
    if (cpm_engine_name(own->engine) == NULL)
        return cpm_err_set(err, CPM_ERR_USAGE, "there is no engine number %d", (int)own->engine);
    if (cpm_semiring_name(own->semiring) == NULL)
        return cpm_err_set(err, CPM_ERR_USAGE, "there is no semiring number %d",
                           (int)own->semiring);
    if (own->modulus != NULL && mpz_sgn(own->modulus) <= 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "the modulus must be at least 1");
    own->nthreads = own->nthreads == 0 ? 1 : own->nthreads;
    if (!(own->max_seconds >= 0))
        return cpm_err_set(err, CPM_ERR_USAGE, "a time limit is a number of seconds");
    if (own->max_seconds > 0 && own->deadline == 0)
        own->deadline = cpm_clock() + own->max_seconds;
    return CPM_OK;
}

cpm_status cpm_paced_progress(void *ctx, double done)
{
    cpm_pace *pace = ctx;
    double now = cpm_clock();
    bool is_first = pace->next == 0;
    if (!is_first && now < pace->next)
        return CPM_OK;
    pace->next = now + pace->seconds;
    return is_first ? CPM_OK : pace->on_progress(pace->hook_ctx, done);
}
