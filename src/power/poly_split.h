/* SPDX-License-Identifier: MIT
 *
 * poly_split.h - exact products of matrices T(j) by binary splitting.
 *
 * The product over a block of steps is that of its two halves, so that what is
 * multiplied is always of about the same size: O(M(B) log n) for products of B bits
 * instead of the O(n B) of a loop (D. V. and G. V. Chudnovsky, "Computer algebra in the
 * service of mathematical physics and number theory", 1990; B. Haible, T. Papanikolaou,
 * "Fast multiprecision evaluation of series of rational numbers", ANTS 1998). On the
 * way up, the factors that a block's matrix shares with its denominator are taken out
 * as long as that makes numbers shorter: the terms of an integral sequence have B = O(n),
 * while the products of its matrices have O(n log n) bits.
 */
#ifndef CPM_POWER_POLY_SPLIT_H
#define CPM_POWER_POLY_SPLIT_H

#include "bignum/dec.h"
#include "power/polyform.h"

/* out[k] = y_k(n), n < 2^62. */
CPM_MUST_USE cpm_status cpm_poly_splitting(fmpq *out, const cpm_polyform *form, ulong n,
                                           const cpm_config *config, cpm_err *err);

/* Whether the outputs can be had in decimal: there is nothing to divide by but a word. */
bool cpm_poly_splitting_has_decimal(const cpm_polyform *form);

/* The same with the large products in base 10^19, out[k] zeroed before; *found is false
 * where an output is no integer. */
CPM_MUST_USE cpm_status cpm_poly_splitting_decimal(cpm_dec *out, bool *found,
                                                   const cpm_polyform *form, ulong n,
                                                   const cpm_config *config, cpm_err *err);

/* rows[k] = rows_k . T(n-1) ... T(0) start and *den = q(0) ... q(n-1), both modulo m:
 * blocks are multiplied out while they are shorter than m. */
CPM_MUST_USE cpm_status cpm_poly_splitting_mod(fmpz *rows, fmpz_t den, const cpm_polyform *form,
                                               ulong n, const fmpz_t m, const cpm_config *config,
                                               cpm_err *err);

#endif
