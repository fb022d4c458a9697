/* SPDX-License-Identifier: MIT
 *
 * semi_words.h - elements of a semiring packed into machine words, where that
 * is exact, and the products on them.
 */
#ifndef CPM_POWER_SEMI_WORDS_H
#define CPM_POWER_SEMI_WORDS_H

#include "algebra/semiring.h"

/* How elements become words. */
typedef struct cpm_packing {
    cpm_packing_kind kind;
    const cpm_domain *domain;
    fmpz_t scale;       /* SHIFT: the common denominator */
    fmpq *ranks;        /* RANK: owned, the finite elements in ascending order */
    size_t nranks, cap; /* RANK */
    size_t nlimbs;      /* BITS: words that the widest element needs, its sign included */
} cpm_packing;

void cpm_packing_init(cpm_packing *packing, const cpm_domain *domain);
void cpm_packing_clear(cpm_packing *packing);
/* Takes elements into account; call for all that will be packed, then settle. */
CPM_MUST_USE cpm_status cpm_packing_scan(cpm_packing *packing, const fmpq *elems, size_t count,
                                         cpm_err *err);
void cpm_packing_settle(cpm_packing *packing);

/* A matrix of words. The element that a SHIFT word x stands for is
 * (x + offset)/scale (min-plus: its negative), -inf stands for zero. */
typedef struct cpm_words {
    size_t rows, cols, stride; /* stride: elements from row to row, a multiple of 8 */
    void *data;                /* owned: doubles (SHIFT, RANK) or uint64_t (BITS) */
    fmpz_t offset;
} cpm_words;

CPM_MUST_USE cpm_status cpm_words_init(cpm_words *words, size_t rows, size_t cols, cpm_err *err);
void cpm_words_clear(cpm_words *words);
void cpm_words_swap(cpm_words *a, cpm_words *b);
bool cpm_words_equal(const cpm_words *a, const cpm_words *b);

/* Row by row; `limb` chooses the bits of BITS. False when an element does not
 * fit a SHIFT word. */
bool cpm_words_pack(cpm_words *words, const fmpq *elems, size_t limb, const cpm_packing *packing);
/* The way back. For BITS: limb 0 first, each adds its bits to *elems. */
void cpm_words_unpack(fmpq *elems, const cpm_words *words, size_t limb, const cpm_packing *packing);

/* c = a * b. False when the result left the range of exact words: c is then
 * junk. */
bool cpm_words_mul(cpm_words *c, const cpm_words *a, const cpm_words *b,
                   const cpm_packing *packing);

/* A jump of n >= 0 steps along the recurrence
 *
 *     a(m+d) = rule[0] a(m) + ... + rule[d-1] a(m+d-1) + rule[d]:
 *
 * a(m+n) = out[0] a(m) + ... + out[d-1] a(m+d-1) + out[d] for every m. Cost:
 * log2(n) times 2d^2 operations on words. *exact is false when they did not
 * hold the numbers; `out` is junk then. */
CPM_MUST_USE cpm_status cpm_words_jump(fmpq *out, bool *exact, const fmpq *rule, size_t d,
                                       const fmpz_t n, const cpm_packing *packing, cpm_err *err);

#endif
