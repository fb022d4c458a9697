/* SPDX-License-Identifier: MIT
 *
 * config.h - a caller's cpm_config as the library uses it during one call.
 */
#ifndef CPM_API_CONFIG_H
#define CPM_API_CONFIG_H

#include "cpmcalc.h"

/* *own = what the caller's config says, with defaults where that is of an older
 * header and knows less; the time limit begins now, unless the call is part of one
 * that has begun. CPM_ERR_USAGE for one that does not come from cpm_config_init,
 * or of a newer header, when it asks for something unknown here. Every call begins
 * here, so that one with too little stack below it is refused: CPM_ERR_LIMIT. */
CPM_MUST_USE cpm_status cpm_config_take(cpm_config *own, const cpm_config *config, cpm_err *err);

#endif
