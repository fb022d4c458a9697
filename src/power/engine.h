/* SPDX-License-Identifier: MIT
 *
 * engine.h - one decision per question: what each engine would cost, which one
 * answers, and which other one could be asked for a second opinion.
 */
#ifndef CPM_POWER_ENGINE_H
#define CPM_POWER_ENGINE_H

#include "base/err.h"

enum { CPM_NENGINES = CPM_ENGINE_PERIOD + 1 };

/* Indexed by cpm_engine; the entry of AUTO means nothing. */
typedef struct cpm_decision {
    double cost[CPM_NENGINES];           /* word operations; infinite where it does not apply */
    const char *objection[CPM_NENGINES]; /* why it does not; NULL where it applies */
    cpm_engine engine;                   /* the one that answers */
    cpm_engine second; /* the cheapest other one within reach; AUTO: there is none */
} cpm_decision;

/* The objections of engines that are for systems of the other kind. */
extern const char cpm_coefficients_vary[], cpm_coefficients_stay[];

/* From the costs and objections: the engine that config->engine stands for and
 * the second one. A forced engine that does not apply is CPM_ERR_UNSUPPORTED;
 * CPM_ERR_LIMIT where auto would take on a year of work. */
CPM_MUST_USE cpm_status cpm_decide(cpm_decision *decision, const cpm_config *config, cpm_err *err);

/* For --check, before the work: CPM_ERR_UNSUPPORTED unless there is a second
 * engine. */
CPM_MUST_USE cpm_status cpm_need_second(const cpm_decision *decision, cpm_err *err);

#endif
