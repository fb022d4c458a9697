/* SPDX-License-Identifier: MIT
 *
 * arith.h - Python's operators on exact values. Failures carry no place: the
 * caller, who knows the text, locates them by `side`.
 */
#ifndef CPM_EVAL_ARITH_H
#define CPM_EVAL_ARITH_H

#include "eval/heap.h"
#include "eval/val.h"
#include "lang/ast.h"

typedef enum cpm_side { CPM_SIDE_WHOLE, CPM_SIDE_LEFT, CPM_SIDE_RIGHT } cpm_side;

typedef struct cpm_arith {
    size_t max_bits;     /* no integer larger than this is computed */
    bool allow_rational; /* `/` and negative powers of integers give rationals */
    bool floor_division; /* Python 2: `/` of integers is `//` */
    uintptr_t floor;     /* of the stack, for walks over values that recurse; 0: not known */
    cpm_heap *heap;      /* borrowed: where lists are made; NULL where there are none */
    cpm_side side;       /* after a failure: which operand is to blame */
    cpm_err *err;        /* borrowed */
} cpm_arith;

/* out = x op y, for arithmetic and bitwise operators. *out may be x or y; else
 * it is unbound. False on failure; *out is then fit for clearing only. */
CPM_MUST_USE bool cpm_arith_binary(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x,
                                   const cpm_val *y);
/* out = op x for NEG, POS, INVERT; the same rules. */
CPM_MUST_USE bool cpm_arith_unary(cpm_arith *ar, cpm_val *out, cpm_op op, const cpm_val *x);
/* *holds = x op y for a comparison operator. */
CPM_MUST_USE bool cpm_arith_compare(cpm_arith *ar, bool *holds, cpm_op op, const cpm_val *x,
                                    const cpm_val *y);
/* Whether x == y. */
CPM_MUST_USE bool cpm_arith_equal(cpm_arith *ar, bool *same, const cpm_val *x, const cpm_val *y);
/* *holds = x in y. */
CPM_MUST_USE bool cpm_arith_contains(cpm_arith *ar, bool *holds, const cpm_val *x,
                                     const cpm_val *y);
/* out = x op y where one of them is no finite number (arith_values.c): sums and
 * multiples of sequences, sets, infinities. *handled: they are of such kinds. */
CPM_MUST_USE bool cpm_arith_values(cpm_arith *ar, bool *handled, cpm_val *out, cpm_op op,
                                   const cpm_val *x, const cpm_val *y);
/* out (unbound) = x ** y % m on integers, with Python's sign of %. */
CPM_MUST_USE bool cpm_arith_powmod(cpm_arith *ar, cpm_val *out, const cpm_val *x, const cpm_val *y,
                                   const cpm_val *m);

/* Whether a comparison operator holds of operands that compare as `order` (as cmp
 * functions return it). */
bool cpm_order_holds(cpm_op op, int order);

/* ---- On plain integers, shared with constant evaluation ---------------- */

/* out = x op y for AND, OR, XOR with Python's infinite two's complement. */
void cpm_fmpz_bitwise(fmpz_t out, cpm_op op, const fmpz_t x, const fmpz_t y);
/* Whether |x|**e has at most max_bits bits; e >= 0. */
bool cpm_fmpz_power_fits(const fmpz_t x, const fmpz_t e, size_t max_bits);
/* x = x**e for e >= 0 that fits; 0**0 = 1. */
void cpm_fmpz_power(fmpz_t x, const fmpz_t e);
/* Whether x << y has at most max_bits bits; y >= 0. */
bool cpm_fmpz_shift_fits(const fmpz_t x, const fmpz_t y, size_t max_bits);
/* out = x << y, which fits, or x >> y, for y >= 0. */
void cpm_fmpz_shift(fmpz_t out, const fmpz_t x, const fmpz_t y, bool left);

#endif
