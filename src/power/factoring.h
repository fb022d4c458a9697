/* SPDX-License-Identifier: MIT
 *
 * factoring.h - factorizations within reach.
 */
#ifndef CPM_POWER_FACTORING_H
#define CPM_POWER_FACTORING_H

#include "base/err.h"

#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>

/* Appends the primes of n > 0; a prime may be appended several times. Seconds at most:
 * CPM_ERR_UNSUPPORTED where a composite number of more than some sixty digits without
 * small factors would be left. `what` begins the message: "the period is not found". */
CPM_MUST_USE cpm_status cpm_factor(fmpz_factor_t primes, const fmpz_t n, const char *what,
                                   cpm_err *err);

/* How many of 1..n are prime to n > 0, by its factors. */
CPM_MUST_USE cpm_status cpm_totient(fmpz_t out, const fmpz_t n, const char *what, cpm_err *err);

#endif
