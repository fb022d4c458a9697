/* SPDX-License-Identifier: MIT
 *
 * size_limit.h - answers that would not fit the memory limit, or GMP's numbers, are
 * refused before the work.
 */
#ifndef CPM_POWER_SIZE_LIMIT_H
#define CPM_POWER_SIZE_LIMIT_H

#include "power/bound.h"

/* CPM_ERR_LIMIT, with the number of digits, when a term of the size that `bound` says
 * and the `need` bytes of finding it are more than config allows or than there can be. */
CPM_MUST_USE cpm_status cpm_size_limit(const cpm_size_bound *bound, double need,
                                       const cpm_config *config, cpm_err *err);

#endif
