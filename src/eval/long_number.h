/* SPDX-License-Identifier: MIT
 *
 * long_number.h - integers too long to be written down, by their expressions: 7^7^7^7.
 */
#ifndef CPM_EVAL_LONG_NUMBER_H
#define CPM_EVAL_LONG_NUMBER_H

#include "base/err.h"

#include <flint/fmpz.h>

/* What is known of an integer. */
typedef struct cpm_long_number {
    bool is_exact; /* `value` is it */
    fmpz_t value;
    int sign;         /* -1, 0 or 1 */
    double low, high; /* low <= log2 |x| <= high; of 0 both are -inf, high may be inf */
    fmpz_t residue;   /* modulo the modulus asked for */
} cpm_long_number;

void cpm_long_number_init(cpm_long_number *x);
void cpm_long_number_clear(cpm_long_number *x);

/* The constant expression in bytes `span` of the text, modulo m >= 1. Values of a million
 * bits are exact; longer ones are sums, products, powers and shifts of others, and what
 * `%` leaves of them. The exponent of a power that is not exact itself is reduced modulo
 * Euler's totient of m, for which m is factored. CPM_ERR_UNSUPPORTED where that is out of
 * reach, where the sign of a sum cannot be told, and for other operations. */
CPM_MUST_USE cpm_status cpm_long_number_parse(cpm_long_number *out, const cpm_text *text,
                                              cpm_span span, const fmpz_t m, cpm_err *err);

#endif
