/* SPDX-License-Identifier: MIT
 *
 * poly_residue.h - residues of outputs of systems with polynomial coefficients, whose
 * denominators scale q(0) ... q(n-1) may share primes with the modulus m: their part
 * that is made of such primes enlarges the modulus and is divided by at the end; the
 * rest is inverted. So an answer that exists is found, whatever m is.
 */
#ifndef CPM_POWER_POLY_RESIDUE_H
#define CPM_POWER_POLY_RESIDUE_H

#include "power/polyform.h"

/* *part *= the largest divisor of c made of primes of m, *unit *= the rest modulo m;
 * c is not 0, m >= 1. */
void cpm_split_by_primes(fmpz_t part, fmpz_t unit, const fmpz_t c, const fmpz_t m);

/* out = numerator / (part * unit) modulo m, where the numerator is known modulo m * part
 * at least; CPM_ERR_NO_ANSWER where there is no such residue. */
CPM_MUST_USE cpm_status cpm_residue_of_parts(fmpz_t out, const fmpz_t numerator, const fmpz_t part,
                                             const fmpz_t unit, const fmpz_t m, cpm_err *err);

/* The residues `values` modulo `power` join those that are the integers out[k] modulo
 * `done`, which is coprime to it and becomes their product. At first `done` is 1, and
 * nothing is known. (FLINT takes no constants here; `values` and `power` stay.) */
void cpm_residues_join(fmpq *out, fmpz_t done, fmpz *values, fmpz_t power, slong count);

/* The roots of f modulo the prime p, each once, in a block that belongs to the caller:
 * free(). None of a constant, and none is told of 0. NULL: out of memory. */
ulong *cpm_poly_roots_mod(size_t *count, const fmpz_poly_t f, ulong p);

/* g(k) = f(r + p k), for those *count of k where r + p k < n; false where there is none. */
bool cpm_poly_over_root(fmpz_poly_t g, fmpz_t count, const fmpz_poly_t f, ulong r, const fmpz_t n,
                        ulong p);

/* *v = the exponent of the prime p in f(0) f(1) ... f(n-1), none of which is 0. Cost:
 * about deg f evaluations, and the roots of as many polynomials modulo p, for each
 * power of p below n. */
CPM_MUST_USE cpm_status cpm_poly_valuation(fmpz_t v, const fmpz_poly_t f, const fmpz_t n, ulong p,
                                           cpm_err *err);

/* *bits = how many the part below has, at most one too many for each prime; for a word m.
 * It may be more than there is memory for. */
CPM_MUST_USE cpm_status cpm_poly_part_bits(double *bits, const cpm_polyform *form, const fmpz_t n,
                                           const fmpz_t m, cpm_err *err);

/* *part = that of scale q(0) ... q(n-1) which is made of primes of m; CPM_ERR_LIMIT where
 * that is longer than the memory limit allows. Where m is a word
 * by its primes, so that n may be large; else by a walk over all j. */
CPM_MUST_USE cpm_status cpm_poly_part(fmpz_t part, const cpm_polyform *form, const fmpz_t n,
                                      const fmpz_t m, const cpm_config *config, cpm_err *err);

/* Numerators rows_k . T(n-1) ... T(0) start and den = q(0) ... q(n-1), modulo m. */
typedef cpm_status (*cpm_poly_product_fn)(fmpz *numerators, fmpz_t den, const cpm_polyform *form,
                                          ulong n, const fmpz_t m, const cpm_config *config,
                                          cpm_err *err);

/* out[k] = numerators[k] / (scale den) modulo m, for numerators and den that are known modulo
 * m * part, where `part` is all of scale den that is made of primes of m. */
CPM_MUST_USE cpm_status cpm_poly_residues_of(fmpq *out, const fmpz *numerators, const fmpz_t den,
                                             const fmpz_t part, const cpm_polyform *form,
                                             const fmpz_t m, cpm_err *err);

/* out[k] = y_k(n) modulo m from such products, n < 2^62. Where numbers divided by turn
 * out to share primes with m, the product is found again for the larger modulus. */
CPM_MUST_USE cpm_status cpm_poly_residues(fmpq *out, const cpm_polyform *form, const fmpz_t n,
                                          const fmpz_t m, cpm_poly_product_fn product,
                                          const cpm_config *config, cpm_err *err);

#endif
