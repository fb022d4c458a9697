/* SPDX-License-Identifier: MIT
 *
 * dec.h - integers in base 10^19, for results so large that changing their
 * radix at the end would cost more than finding them.
 *
 * A zeroed cpm_dec is zero, and safe to clear. Linear operations are here;
 * products by transforms in dec_product.h.
 */
#ifndef CPM_BIGNUM_DEC_H
#define CPM_BIGNUM_DEC_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define CPM_DEC_BASE UINT64_C(10000000000000000000)
enum { CPM_DEC_DIGITS = 19 };

/* The number (-1)^negative * sum of limb[i] * 10^(19 i). */
typedef struct cpm_dec {
    uint64_t *limb; /* owned; each below CPM_DEC_BASE */
    size_t len;     /* limb[len-1] != 0; 0 is the empty number, not negative */
    size_t cap;
    bool negative;
} cpm_dec;

void cpm_dec_clear(cpm_dec *x);
static inline int cpm_dec_sign(const cpm_dec *x)
{
    return x->len == 0 ? 0 : x->negative ? -1 : 1;
}

/* Room for len limbs; what is in them is lost when it has to grow. */
CPM_MUST_USE cpm_status cpm_dec_reserve(cpm_dec *x, size_t len, cpm_err *err);
/* Drops leading zeros after limbs were written. */
void cpm_dec_normalise(cpm_dec *x);

/* From and to binary, by GMP's radix conversion (O(M(n) log n)): for numbers
 * that are still small, and for tests. */
CPM_MUST_USE cpm_status cpm_dec_set_mpz(cpm_dec *out, mpz_srcptr a, cpm_err *err);
CPM_MUST_USE cpm_status cpm_dec_get_mpz(mpz_ptr out, const cpm_dec *a, cpm_err *err);

CPM_MUST_USE cpm_status cpm_dec_set(cpm_dec *out, const cpm_dec *a, cpm_err *err);
void cpm_dec_swap(cpm_dec *a, cpm_dec *b);

/* Outputs may alias inputs. */
CPM_MUST_USE cpm_status cpm_dec_add(cpm_dec *out, const cpm_dec *a, const cpm_dec *b, cpm_err *err);
CPM_MUST_USE cpm_status cpm_dec_sub(cpm_dec *out, const cpm_dec *a, const cpm_dec *b, cpm_err *err);
/* out = a * c, out += a * c */
CPM_MUST_USE cpm_status cpm_dec_mul_si(cpm_dec *out, const cpm_dec *a, int64_t c, cpm_err *err);
CPM_MUST_USE cpm_status cpm_dec_addmul_si(cpm_dec *out, const cpm_dec *a, int64_t c, cpm_err *err);
/* a = a / c where c divides a; returns false (a is then meaningless) where not. */
bool cpm_dec_divexact_ui(cpm_dec *a, uint64_t c);

/* |a| compared with |b|: negative, zero, positive. */
int cpm_dec_cmpabs(const cpm_dec *a, const cpm_dec *b);
/* a modulo m > 0, in 0..m-1. */
uint64_t cpm_dec_mod_ui(const cpm_dec *a, uint64_t m);

/* The number of decimal digits, 1 for zero. */
size_t cpm_dec_ndigits(const cpm_dec *a);
/* Writes sign and digits in pieces; no memory is asked for. */
CPM_MUST_USE cpm_status cpm_dec_write(const cpm_dec *a, const cpm_writer *writer, cpm_err *err);

#endif
