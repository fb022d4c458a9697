/* SPDX-License-Identifier: MIT
 *
 * decimal.h - terms over Z found in decimal: the engines of doubling.h and
 * bostan_mori.h with their last, large steps on integers in base 10^19, so that
 * the digits are there when the number is.
 */
#ifndef CPM_POWER_DECIMAL_H
#define CPM_POWER_DECIMAL_H

#include "base/err.h"
#include "bignum/dec.h"

#include <flint/fmpz_poly.h>

/* Whether this processor has what it takes. Where not, use the engines on GMP. */
bool cpm_nth_decimal_available(void);

/* out = [x^n] num/den, n >= 0, den(0) = 1, over Z. Worth its while from about
 * CPM_TUNE_DECIMAL_MIN_DIGITS digits. Needs cpm_nth_decimal_available. Threads
 * and verification of the products as config says. */
CPM_MUST_USE cpm_status cpm_nth_decimal(cpm_dec *out, const fmpz_poly_t num, const fmpz_poly_t den,
                                        const fmpz_t n, const cpm_config *config, cpm_err *err);

/* The two ways, for tests and benches: the first needs deg num <= 1 and deg den
 * <= 2. cpm_nth_decimal takes the cheaper one. */
CPM_MUST_USE cpm_status cpm_nth_decimal_doubling(cpm_dec *out, const fmpz_poly_t num,
                                                 const fmpz_poly_t den, const fmpz_t n,
                                                 const cpm_config *config, cpm_err *err);
CPM_MUST_USE cpm_status cpm_nth_decimal_bostan_mori(cpm_dec *out, const fmpz_poly_t num,
                                                    const fmpz_poly_t den, const fmpz_t n,
                                                    const cpm_config *config, cpm_err *err);

#endif
