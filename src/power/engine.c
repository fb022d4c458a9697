/* SPDX-License-Identifier: MIT
 *
 * engine.c - what the engines are called, and the choice among them: the
 * cheapest that applies, whatever the domain.
 */
#include "power/engine.h"

#include <math.h>

const char cpm_coefficients_vary[] = "the coefficients change from step to step";
const char cpm_coefficients_stay[] = "it is for coefficients that change from step to step";

const char *cpm_engine_name(cpm_engine engine)
{
    static const char *const names[] = {
        [CPM_ENGINE_AUTO] = "auto",
        [CPM_ENGINE_NAIVE] = "naive",
        [CPM_ENGINE_MATRIX] = "matrix",
        [CPM_ENGINE_DOUBLING] = "doubling",
        [CPM_ENGINE_RECURRENCE] = "recurrence",
        [CPM_ENGINE_SPLITTING] = "splitting",
        [CPM_ENGINE_PRIMES] = "primes",
        [CPM_ENGINE_WORDS] = "words",
        [CPM_ENGINE_PROGRESSION] = "progression",
        [CPM_ENGINE_UNITS] = "units",
        [CPM_ENGINE_PERIOD] = "period",
    };
    return (size_t)engine < sizeof names / sizeof *names ? names[engine] : NULL;
}

/* What auto takes on, in word operations: about a year. */
#define MAX_AUTO_COST 3e16

/* What a second opinion may cost: some minutes, or a few times the first. */
#define MAX_SECOND_COST  3e11
#define MAX_SECOND_RATIO 100

/* The cheapest engine that applies, but `except`; AUTO when there is none. */
static cpm_engine cheapest(const cpm_decision *d, cpm_engine except)
{
    cpm_engine best = CPM_ENGINE_AUTO;
    for (int e = CPM_ENGINE_AUTO + 1; e < CPM_NENGINES; e++) {
        bool beats = best == CPM_ENGINE_AUTO || d->cost[e] < d->cost[best];
        if ((cpm_engine)e != except && d->objection[e] == NULL && beats)
            best = (cpm_engine)e;
    }
    return best;
}

/* Names what stands in the way of the last engine, the one with most to offer. */
static cpm_status refuse_time(const cpm_decision *d, cpm_err *err)
{
    const char *reason = d->objection[CPM_ENGINE_RECURRENCE];
    cpm_err_set(err, CPM_ERR_LIMIT, "this would take years: %s",
                reason == NULL ? "the numbers are too long" : reason);
    cpm_err_hint(err, "--engine naive goes through all the steps");
    return CPM_ERR_LIMIT;
}

cpm_status cpm_decide(cpm_decision *d, const cpm_config *config, cpm_err *err)
{
    d->engine = config->engine;
    if (d->engine == CPM_ENGINE_AUTO)
        d->engine = cheapest(d, CPM_ENGINE_AUTO);
    else if (d->objection[d->engine] != NULL)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "engine %s does not apply: %s",
                           cpm_engine_name(d->engine), d->objection[d->engine]);
    d->second = cheapest(d, d->engine);
    if (d->cost[d->second] > fmax(MAX_SECOND_COST, MAX_SECOND_RATIO * d->cost[d->engine]))
        d->second = CPM_ENGINE_AUTO;
    if (config->engine == CPM_ENGINE_AUTO && !(d->cost[d->engine] < MAX_AUTO_COST))
        return refuse_time(d, err);
    return CPM_OK;
}

cpm_status cpm_need_second(const cpm_decision *decision, cpm_err *err)
{
    if (decision->second != CPM_ENGINE_AUTO)
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                       "no second engine applies within reach, nothing to check against");
}
