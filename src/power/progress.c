/* SPDX-License-Identifier: MIT
 *
 * progress.c - hooks that may stop the work, and the time limit.
 */
#include "power/progress.h"

#include "base/err.h"

#include <time.h>

double cpm_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A hook may have said more in an error of its own; the first one stays. */
static cpm_status stopped(cpm_status status, const char *hook, cpm_err *err)
{
    return status == CPM_OK ? CPM_OK : cpm_err_set(err, status, "stopped by %s", hook);
}

cpm_status cpm_progress(const cpm_config *config, double done, cpm_err *err)
{
    if (config->deadline > 0 && cpm_clock() > config->deadline)
        return cpm_err_set(err, CPM_ERR_LIMIT, "not finished after %g %s", config->max_seconds,
                           config->max_seconds == 1 ? "second" : "seconds");
    if (config->on_progress == NULL)
        return CPM_OK;
    return stopped(config->on_progress(config->hook_ctx, done), "on_progress", err);
}

cpm_status cpm_note(const cpm_config *config, cpm_note_kind kind, const cpm_text *where,
                    cpm_span span, const char *message, cpm_err *err)
{
    if (config->on_note == NULL)
        return CPM_OK;
    return stopped(config->on_note(config->hook_ctx, kind, where, span, message), "on_note", err);
}
