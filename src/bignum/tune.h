/* SPDX-License-Identifier: MIT
 *
 * tune.h - measured cutoffs (make tune prints new ones).
 * Machine: AMD EPYC (Zen 5), kernel avx512, gcc 12, GMP 6.2.1, FLINT 2.9.0.
 * doc/bignum.md says what half and twice of each would cost.
 */
#ifndef CPM_BIGNUM_TUNE_H
#define CPM_BIGNUM_TUNE_H

#include <stddef.h>

/* What the pass of radix 3 or 5 costs, in levels of radix 2. */
#define CPM_TUNE_ODD3_LEVELS 3.6
#define CPM_TUNE_ODD5_LEVELS 5.4

/* Where the engines go from binary to decimal numbers: bits of the largest. */
#define CPM_TUNE_DECIMAL_START_BITS 1000

/* Results of fewer digits are found in binary and converted. */
#define CPM_TUNE_DECIMAL_MIN_DIGITS 5000

/* Bostan-Mori modulo a word takes transforms for more coefficients: modulo m
 * itself, modulo several primes, and for m of 50 bits or more. Within a factor
 * of 2 a trial decides. */
#define CPM_TUNE_NMOD_DIRECT_LEN 29
#define CPM_TUNE_NMOD_PRIMES_LEN 52
#define CPM_TUNE_NMOD_WIDE_LEN   68

/* Where there are no transforms, FLINT's products for more coefficients. */
#define CPM_TUNE_NMOD_PLAIN_LEN 80

/* A single product modulo a word is FLINT's below this length. */
#define CPM_TUNE_NMOD_MUL_LEN 400

/* Work on fewer numbers at once is left to one thread. Measured: 600 to 3000; more
 * is taken because on a busy machine a helper that loses its processor holds up
 * all others, and short work gains little. */
#define CPM_TUNE_TEAM_MIN ((size_t)4096)

#endif
