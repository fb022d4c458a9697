/* SPDX-License-Identifier: MIT
 *
 * tune.h - measured cutoffs (make tune prints new ones).
 * Machine: AMD EPYC (Zen 5), kernel avx512, gcc 12, GMP 6.2.1, FLINT 2.9.0.
 */
#ifndef CPM_BIGNUM_TUNE_H
#define CPM_BIGNUM_TUNE_H

#include <stddef.h>

/* What the pass of radix 3 or 5 costs, in levels of radix 2. */
#define CPM_TUNE_ODD3_LEVELS 3.6
#define CPM_TUNE_ODD5_LEVELS 5.4

/* Where the engines go from binary to decimal numbers: bits of the largest. */
#define CPM_TUNE_DECIMAL_START_BITS 2000

/* Results of fewer digits are found in binary and converted. */
#define CPM_TUNE_DECIMAL_MIN_DIGITS 8000

/* Bostan-Mori modulo a word takes its own transforms for more coefficients.
 * Measured over all 3300 steps of n = 10^1000: FLINT's products triple in cost
 * between 24 and 32 coefficients, so that a larger cutoff costs a factor of 4. */
#define CPM_TUNE_NMOD_MORI_LEN 28

/* A single product modulo a word is FLINT's below this length. Not measured by
 * make tune: it is for one product a question. */
#define CPM_TUNE_NMOD_MUL_LEN 4000

/* Work on fewer numbers at once is not worth waking a second thread for: some 30
 * microseconds. Not measured by make tune. */
#define CPM_TUNE_TEAM_MIN ((size_t)1 << 15)

#endif
