/* SPDX-License-Identifier: MIT
 *
 * poly_words.h - products of the matrices T(j) modulo a word, step by step: the plain
 * loop, as fast as it can be written.
 */
#ifndef CPM_POWER_POLY_WORDS_H
#define CPM_POWER_POLY_WORDS_H

#include "power/poly_residue.h"

/* Whether m is a modulus for these: k m < 2^64 and m < 2^62, for k variables. */
bool cpm_poly_words_fits(const cpm_polyform *form, const fmpz_t m);

/* As cpm_poly_product_fn says, for such m. Cost: a product of words and deg T additions
 * for each step of order 1, two or three nanoseconds; a product for each entry of T
 * otherwise; as much as order 1 again where q is not constant. */
CPM_MUST_USE cpm_status cpm_poly_words(fmpz *numerators, fmpz_t den, const cpm_polyform *form,
                                       ulong n, const fmpz_t m, const cpm_config *config,
                                       cpm_err *err);

#endif
