/* SPDX-License-Identifier: MIT
 *
 * dec.c - linear arithmetic and output of integers in base B = 10^19.
 *
 * B is the largest power of ten in a 64-bit word and above 2^63, so a word
 * divided by it is normalised: division of two words by B is one reciprocal
 * multiplication (N. Moller, T. Granlund, "Improved division by invariant
 * integers", 2011). Everything here is one
 * pass over the limbs, O(n); conversion to and from binary is GMP's.
 */
#include "bignum/dec.h"

#include "base/mem.h"
#include "bignum/ntt.h"

#include <flint/flint.h>
#include <flint/longlong.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t B = CPM_DEC_BASE;

void cpm_dec_clear(cpm_dec *x)
{
    cpm_big_free(x->limb);
    memset(x, 0, sizeof *x);
}

cpm_status cpm_dec_reserve(cpm_dec *x, size_t len, cpm_err *err)
{
    if (len <= x->cap)
        return CPM_OK;
    uint64_t *limb = cpm_big_alloc(len, sizeof *limb);
    if (limb == NULL)
        return cpm_err_memory(err);
    cpm_dec_clear(x);
    x->limb = limb;
    x->cap = len;
    return CPM_OK;
}

/* As cpm_dec_reserve, and the number stays. */
static cpm_status grow(cpm_dec *x, size_t len, cpm_err *err)
{
    if (len <= x->cap)
        return CPM_OK;
    cpm_dec larger = {0};
    cpm_status status = cpm_dec_reserve(&larger, len, err);
    if (status != CPM_OK)
        return status;
    if (x->len > 0)
        memcpy(larger.limb, x->limb, x->len * sizeof *x->limb);
    larger.len = x->len;
    larger.negative = x->negative;
    cpm_dec_clear(x);
    *x = larger;
    return CPM_OK;
}

void cpm_dec_normalise(cpm_dec *x)
{
    while (x->len > 0 && x->limb[x->len - 1] == 0)
        x->len--;
    if (x->len == 0)
        x->negative = false;
}

/* ---- Binary ----------------------------------------------------------------- */

cpm_status cpm_dec_set_mpz(cpm_dec *out, mpz_srcptr a, cpm_err *err)
{
    size_t ndigits = mpz_sizeinbase(a, 10), cap = ndigits + 2;
    cpm_status status = cpm_dec_reserve(out, ndigits / CPM_DEC_DIGITS + 1, err);
    if (status != CPM_OK)
        return status;
    char *text = cpm_realloc_array(NULL, cap, 1);
    if (text == NULL)
        return cpm_err_memory(err);
    mpz_get_str(text, 10, a);
    const char *digits = text + (*text == '-');
    size_t end = strlen(digits);
    out->len = 0;
    while (end > 0) {
        size_t begin = end > CPM_DEC_DIGITS ? end - CPM_DEC_DIGITS : 0;
        uint64_t limb = 0;
        for (size_t i = begin; i < end; i++)
            limb = limb * 10 + (uint64_t)(digits[i] - '0');
        out->limb[out->len++] = limb;
        end = begin;
    }
    out->negative = mpz_sgn(a) < 0;
    cpm_dec_normalise(out);
    free(text);
    return CPM_OK;
}

/* The digits of x < 10^8, the first in the lowest byte: halves, quarters, eighths,
 * until each byte of a word holds one. */
static inline uint64_t text8(uint64_t x)
{
    uint64_t v = x / 10000 | x % 10000 << 32;
    uint64_t hundreds = (v * 10486 >> 20) & 0x0000007f0000007f;
    v = hundreds | (v - 100 * hundreds) << 16;
    uint64_t tens = (v * 103 >> 10) & 0x000f000f000f000f;
    return (tens | (v - 10 * tens) << 8) + 0x3030303030303030;
}

/* Eight bytes at `out`, the lowest first. */
static inline void put8(char *out, uint64_t v)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(out, &v, 8);
#else
    for (int i = 0; i < 8; i++)
        out[i] = (char)(v >> 8 * i);
#endif
}

/* All 19 digits of a limb from the words that hold the first 3, the next 8 and
 * the last 8. */
static inline void put19(char *out, uint64_t first, uint64_t middle, uint64_t last)
{
    put8(out, first >> 40);
    put8(out + 3, middle);
    put8(out + 11, last);
}

enum { TEXT_LIMBS = 512 };

/* The digits of n <= TEXT_LIMBS limbs, the last limb first. */
static void put_limbs(char *out, const uint64_t *limb, size_t n)
{
    static const uint64_t UNIT = 100000000;
    uint64_t word[3][TEXT_LIMBS], *const words[3] = {word[0], word[1], word[2]};
    const cpm_ntt_kernel *kernel = cpm_ntt_kernel_choose();
    size_t i = 0;
    if (kernel != NULL) {
        i = n & ~(size_t)7;
        kernel->text_of_limbs(words, limb, i);
    }
    for (; i < n; i++) {
        uint64_t high = limb[i] / (UNIT * UNIT), low = limb[i] % (UNIT * UNIT);
        word[0][i] = text8(high);
        word[1][i] = text8(low / UNIT);
        word[2][i] = text8(low % UNIT);
    }
    for (; i-- > 0; out += CPM_DEC_DIGITS)
        put19(out, word[0][i], word[1][i], word[2][i]);
}

cpm_status cpm_dec_get_mpz(mpz_ptr out, const cpm_dec *a, cpm_err *err)
{
    size_t nbytes;
    if (!cpm_size_mul(&nbytes, a->len + 1, CPM_DEC_DIGITS))
        return cpm_err_memory(err);
    char *text = cpm_realloc_array(NULL, nbytes, 1);
    if (text == NULL)
        return cpm_err_memory(err);
    text[0] = '0';
    char *end = text + 1;
    for (size_t left = a->len; left > 0;) {
        size_t n = left < TEXT_LIMBS ? left : TEXT_LIMBS;
        left -= n;
        put_limbs(end, a->limb + left, n);
        end += n * CPM_DEC_DIGITS;
    }
    *end = 0;
    mpz_set_str(out, text, 10);
    if (a->negative)
        mpz_neg(out, out);
    free(text);
    return CPM_OK;
}

/* ---- Copies and comparison --------------------------------------------------- */

cpm_status cpm_dec_set(cpm_dec *out, const cpm_dec *a, cpm_err *err)
{
    if (out == a)
        return CPM_OK;
    cpm_status status = cpm_dec_reserve(out, a->len, err);
    if (status != CPM_OK)
        return status;
    if (a->len > 0)
        memcpy(out->limb, a->limb, a->len * sizeof *a->limb);
    out->len = a->len;
    out->negative = a->negative;
    return CPM_OK;
}

void cpm_dec_swap(cpm_dec *a, cpm_dec *b)
{
    cpm_dec t = *a;
    *a = *b;
    *b = t;
}

int cpm_dec_cmpabs(const cpm_dec *a, const cpm_dec *b)
{
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    for (size_t i = a->len; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/* ---- Sums ---------------------------------------------------------------------- */

/* out = |a| + |b| over a->len >= b->len limbs; returns the carry. */
static uint64_t add_limbs(uint64_t *out, const cpm_dec *a, const cpm_dec *b)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < a->len; i++) {
        uint64_t y = (i < b->len ? b->limb[i] : 0) + carry; /* <= B < 2^64 */
        uint64_t room = B - y, x = a->limb[i];
        carry = x >= room;
        out[i] = carry ? x - room : x + y;
    }
    return carry;
}

/* out = |a| - |b|, |a| >= |b|. */
static void sub_limbs(uint64_t *out, const cpm_dec *a, const cpm_dec *b)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < a->len; i++) {
        uint64_t y = (i < b->len ? b->limb[i] : 0) + borrow, x = a->limb[i];
        borrow = x < y;
        out[i] = borrow ? x + (B - y) : x - y;
    }
}

/* out = a + b with b's sign taken as given. */
static cpm_status add_signed(cpm_dec *out, const cpm_dec *a, const cpm_dec *b, bool b_negative,
                             cpm_err *err)
{
    bool negative = a->negative, same = a->len == 0 || a->negative == b_negative;
    if (cpm_dec_cmpabs(a, b) < 0) {
        const cpm_dec *t = a;
        a = b;
        b = t;
        negative = b_negative;
    } else if (a->len == 0) {
        negative = false;
    }
    cpm_dec view_a = *a, view_b = *b; /* out may be one of them and may move */
    cpm_status status = grow(out, a->len + same, err);
    if (status != CPM_OK)
        return status;
    if (out == a)
        view_a = *out;
    if (out == b)
        view_b = *out;
    if (same) {
        uint64_t carry = add_limbs(out->limb, &view_a, &view_b);
        out->limb[view_a.len] = carry;
        out->len = view_a.len + (size_t)carry;
    } else {
        sub_limbs(out->limb, &view_a, &view_b);
        out->len = view_a.len;
    }
    out->negative = negative;
    cpm_dec_normalise(out);
    return CPM_OK;
}

cpm_status cpm_dec_add(cpm_dec *out, const cpm_dec *a, const cpm_dec *b, cpm_err *err)
{
    return add_signed(out, a, b, b->negative, err);
}

cpm_status cpm_dec_sub(cpm_dec *out, const cpm_dec *a, const cpm_dec *b, cpm_err *err)
{
    return add_signed(out, a, b, b->len > 0 && !b->negative, err);
}

/* ---- Small factors --------------------------------------------------------------- */

static uint64_t magnitude(int64_t c)
{
    return c < 0 ? 0 - (uint64_t)c : (uint64_t)c;
}

/* The quotient of (hi, lo) by d, hi < d, and the remainder; d has its highest
 * bit set, inverse is n_preinvert_limb(d) (Moller and Granlund, algorithm 4). */
static inline uint64_t div_limb(uint64_t *rem, uint64_t hi, uint64_t lo, uint64_t d,
                                uint64_t inverse)
{
    ulong q, fraction;
    umul_ppmm(q, fraction, hi, inverse);
    add_ssaaaa(q, fraction, q, fraction, hi, lo);
    q++;
    uint64_t r = lo - q * d;
    if (r > fraction) {
        q--;
        r += d;
    }
    if (r >= d) {
        q++;
        r -= d;
    }
    *rem = r;
    return q;
}

cpm_status cpm_dec_mul_si(cpm_dec *out, const cpm_dec *a, int64_t c, cpm_err *err)
{
    uint64_t m = magnitude(c), inverse = n_preinvert_limb(B), carry = 0;
    size_t len = a->len;
    bool negative = a->negative != (c < 0);
    cpm_status status = out == a ? grow(out, len + 1, err) : cpm_dec_reserve(out, len + 1, err);
    if (status != CPM_OK)
        return status;
    for (size_t i = 0; i < len; i++) {
        ulong hi, lo;
        umul_ppmm(hi, lo, a->limb[i], m);
        add_ssaaaa(hi, lo, hi, lo, 0, carry);
        carry = div_limb(&out->limb[i], hi, lo, B, inverse); /* hi < m <= 2^63 < B */
    }
    out->limb[len] = carry;
    out->len = len + 1;
    out->negative = negative;
    cpm_dec_normalise(out);
    return CPM_OK;
}

/* The same in one more pass; products with large c are rare. */
cpm_status cpm_dec_addmul_si(cpm_dec *out, const cpm_dec *a, int64_t c, cpm_err *err)
{
    if (c == 1)
        return cpm_dec_add(out, out, a, err);
    if (c == -1)
        return cpm_dec_sub(out, out, a, err);
    cpm_dec t = {0};
    cpm_status status = cpm_dec_mul_si(&t, a, c, err);
    if (status == CPM_OK)
        status = cpm_dec_add(out, out, &t, err);
    cpm_dec_clear(&t);
    return status;
}

bool cpm_dec_divexact_ui(cpm_dec *a, uint64_t c)
{
    uint64_t rem = 0;
    unsigned shift = (unsigned)__builtin_clzll(c);
    uint64_t d = c << shift, inverse = n_preinvert_limb(d);
    for (size_t i = a->len; i-- > 0;) {
        ulong hi, lo;
        umul_ppmm(hi, lo, rem, B);
        add_ssaaaa(hi, lo, hi, lo, 0, a->limb[i]); /* < c B, so that q < B */
        hi = shift ? hi << shift | lo >> (64 - shift) : hi;
        lo <<= shift;
        a->limb[i] = div_limb(&rem, hi, lo, d, inverse);
        rem >>= shift;
    }
    cpm_dec_normalise(a);
    return rem == 0;
}

uint64_t cpm_dec_mod_ui(const cpm_dec *a, uint64_t m)
{
    uint64_t inverse = n_preinvert_limb(m), base = B % m, r = 0;
    for (size_t i = a->len; i-- > 0;)
        r = n_addmod(n_mulmod2_preinv(r, base, m, inverse), a->limb[i] % m, m);
    return a->negative ? n_negmod(r, m) : r;
}

/* ---- Text ------------------------------------------------------------------------ */

size_t cpm_dec_ndigits(const cpm_dec *a)
{
    if (a->len == 0)
        return 1;
    size_t n = (a->len - 1) * CPM_DEC_DIGITS;
    for (uint64_t top = a->limb[a->len - 1]; top > 0; top /= 10)
        n++;
    return n;
}

static cpm_status put(const cpm_writer *writer, const char *bytes, size_t nbytes, cpm_err *err)
{
    cpm_status status = writer->write(writer->ctx, bytes, nbytes);
    return status == CPM_OK ? CPM_OK : cpm_err_set(err, status, "cannot write the result");
}

cpm_status cpm_dec_write(const cpm_dec *a, const cpm_writer *writer, cpm_err *err)
{
    enum { PIECES = 7 }; /* large writes take the system less time */
    char text[PIECES * TEXT_LIMBS * CPM_DEC_DIGITS];
    if (a->len == 0)
        return put(writer, "0", 1, err);
    cpm_status status = a->negative ? put(writer, "-", 1, err) : CPM_OK;
    size_t skip = a->len * CPM_DEC_DIGITS - cpm_dec_ndigits(a); /* leading zeros */
    for (size_t left = a->len; left > 0 && status == CPM_OK; skip = 0) {
        size_t nbytes = 0;
        for (int i = 0; i < PIECES && left > 0; i++) {
            size_t n = left < TEXT_LIMBS ? left : TEXT_LIMBS;
            left -= n;
            put_limbs(text + nbytes, a->limb + left, n);
            nbytes += n * CPM_DEC_DIGITS;
        }
        status = put(writer, text + skip, nbytes - skip, err);
    }
    return status;
}
