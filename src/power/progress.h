/* SPDX-License-Identifier: MIT
 *
 * progress.h - calling the hooks of a cpm_config.
 */
#ifndef CPM_POWER_PROGRESS_H
#define CPM_POWER_PROGRESS_H

#include "cpmcalc.h"

static inline void cpm_progress(const cpm_config *config, double done)
{
    if (config->on_progress != NULL)
        config->on_progress(config->hook_ctx, done);
}

static inline void cpm_phase(const cpm_config *config, const char *phase)
{
    if (config->on_phase != NULL)
        config->on_phase(config->hook_ctx, phase);
}

#endif
