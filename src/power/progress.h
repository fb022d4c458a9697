/* SPDX-License-Identifier: MIT
 *
 * progress.h - the hooks of a cpm_config, called from where the work is done.
 */
#ifndef CPM_POWER_PROGRESS_H
#define CPM_POWER_PROGRESS_H

#include "cpmcalc.h"

#include <flint/fmpz.h>

/* How much is done where the work doubles with each of so many steps left. */
static inline double cpm_done_with_left(ulong steps)
{
    return steps < 60 ? 1.0 / (double)((ulong)1 << steps) : 0;
}

/* The same where an index is halved until nothing is left of it. */
static inline double cpm_done_at_index(const fmpz_t index)
{
    return fmpz_bits(index) < 60 ? 1.0 / (double)(1 + fmpz_get_ui(index)) : 0;
}

/* Seconds on the clock that a deadline is read on. */
double cpm_clock(void);

/* Says that `done` of the work, 0..1, is done (negative: not known how much), and
 * asks whether to go on: what the hook returns, or CPM_ERR_LIMIT past the deadline.
 * Whoever is told to stop returns that status, and no number. Cost: two compares
 * where neither is set. */
CPM_MUST_USE cpm_status cpm_progress(const cpm_config *config, double done, cpm_err *err);

static inline void cpm_phase(const cpm_config *config, const char *phase)
{
    if (config->on_phase != NULL)
        config->on_phase(config->hook_ctx, phase);
}

/* A note, where somebody listens; what the hook returns. */
CPM_MUST_USE cpm_status cpm_note(const cpm_config *config, cpm_note_kind kind,
                                 const cpm_text *where, cpm_span span, const char *message,
                                 cpm_err *err);

#endif
