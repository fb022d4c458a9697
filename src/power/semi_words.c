/* SPDX-License-Identifier: MIT
 *
 * semi_words.c - the packings and the instances of semi_template.h.
 *
 * max-plus and min-plus: integers over a common denominator (a factor that all
 * elements share changes nothing), as doubles, whose -inf is the zero of the
 * semiring and absorbs by itself. After each product the largest element is
 * taken off and kept in an exact offset, so words stay as small as the spread
 * of the elements, however large n is. Elements lie in [-2^51, 0]; a sum of
 * two, and one of a rule below 2^50 with it, stays below 2^53: exact. What does
 * not fit goes on in big integers (semi_power.c).
 *
 * max-min and min-max: no operation makes a new value, so the place in the
 * sorted list of all values is enough.
 *
 * Bitwise: each bit is a semiring of two elements; 64 of them go in a word,
 * and all bits above the widest element are alike. and-or is or-and on
 * complements (De Morgan).
 */
#include "power/semi_words.h"

#include "base/mem.h"

#include <flint/fmpq_vec.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PANEL = 8 };

static const double LIMIT = 2251799813685248.0;      /* 2^51 */
static const double RULE_LIMIT = 1125899906842624.0; /* 2^50 */

/* (max, +) */
#define ELEM      double
#define ZERO      (-(double)INFINITY)
#define ADD(x, y) ((x) > (y) ? (x) : (y))
#define MUL(x, y) ((x) + (y))
#define KERNEL(f) f##_max_plus
#include "power/semi_template.h"
#undef MUL
#undef KERNEL

/* (max, min) on ranks */
#define MUL(x, y) ((x) < (y) ? (x) : (y))
#define KERNEL(f) f##_max_min
#include "power/semi_template.h"
#undef ELEM
#undef ZERO
#undef ADD
#undef MUL
#undef KERNEL

/* (or, and) */
#define ELEM      uint64_t
#define ZERO      0
#define ADD(x, y) ((x) | (y))
#define MUL(x, y) ((x) & (y))
#define KERNEL(f) f##_or_and
#include "power/semi_template.h"
#undef ADD
#undef KERNEL

/* (xor, and) */
#define ADD(x, y) ((x) ^ (y))
#define KERNEL(f) f##_xor_and
#include "power/semi_template.h"
#undef ELEM
#undef ZERO
#undef ADD
#undef MUL
#undef KERNEL

/* ---- How elements become words ------------------------------------------ */

void cpm_packing_init(cpm_packing *packing, const cpm_domain *domain)
{
    *packing = (cpm_packing){.kind = domain->packing, .domain = domain, .nlimbs = 1};
    fmpz_init_set_ui(packing->scale, 1);
}

void cpm_packing_clear(cpm_packing *packing)
{
    fmpz_clear(packing->scale);
    for (size_t i = 0; i < packing->nranks; i++)
        fmpq_clear(packing->ranks + i);
    free(packing->ranks);
    *packing = (cpm_packing){0};
}

static cpm_status add_rank(cpm_packing *packing, const fmpq_t x, cpm_err *err)
{
    fmpq *grown = cpm_grow(packing->ranks, &packing->cap, packing->nranks + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(err);
    packing->ranks = grown;
    fmpq_init(grown + packing->nranks);
    fmpq_set(grown + packing->nranks++, x);
    return CPM_OK;
}

cpm_status cpm_packing_scan(cpm_packing *packing, const fmpq *elems, size_t count, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        const fmpq *x = elems + i;
        if (packing->kind == CPM_PACK_BITS) {
            size_t limbs = fmpz_bits(fmpq_numref(x)) / 64 + 1;
            packing->nlimbs = limbs > packing->nlimbs ? limbs : packing->nlimbs;
        } else if (packing->kind == CPM_PACK_SHIFT && cpm_ext_is_finite(x)) {
            fmpz_lcm(packing->scale, packing->scale, fmpq_denref(x));
            if (fmpz_bits(packing->scale) > 50)
                packing->kind = CPM_PACK_NONE;
        } else if (packing->kind == CPM_PACK_SHIFT && !cpm_domain_is_zero(x, packing->domain)) {
            packing->kind = CPM_PACK_NONE; /* the other infinity */
        } else if (packing->kind == CPM_PACK_RANK && cpm_ext_is_finite(x)) {
            status = add_rank(packing, x, err);
        }
    }
    return status;
}

static int by_value(const void *x, const void *y)
{
    return fmpq_cmp(x, y);
}

void cpm_packing_settle(cpm_packing *packing)
{
    if (packing->kind != CPM_PACK_RANK || packing->nranks == 0)
        return;
    qsort(packing->ranks, packing->nranks, sizeof *packing->ranks, by_value);
    size_t kept = 1;
    for (size_t i = 1; i < packing->nranks; i++) {
        if (fmpq_equal(packing->ranks + i, packing->ranks + kept - 1))
            fmpq_clear(packing->ranks + i);
        else
            packing->ranks[kept++] = packing->ranks[i];
    }
    packing->nranks = kept;
}

/* ---- Matrices of words --------------------------------------------------- */

cpm_status cpm_words_init(cpm_words *words, size_t rows, size_t cols, cpm_err *err)
{
    size_t stride = (cols + PANEL - 1) / PANEL * PANEL, count;
    *words = (cpm_words){.rows = rows, .cols = cols, .stride = stride};
    if (cpm_size_mul(&count, rows, stride))
        words->data = cpm_calloc(count, sizeof(uint64_t));
    if (words->data == NULL)
        return cpm_err_memory(err);
    fmpz_init(words->offset);
    return CPM_OK;
}

void cpm_words_clear(cpm_words *words)
{
    if (words->data != NULL)
        fmpz_clear(words->offset);
    free(words->data);
    *words = (cpm_words){0};
}

void cpm_words_swap(cpm_words *a, cpm_words *b)
{
    cpm_words t = *a;
    *a = *b;
    *b = t;
}

bool cpm_words_equal(const cpm_words *a, const cpm_words *b)
{
    return fmpz_equal(a->offset, b->offset) &&
           memcmp(a->data, b->data, a->rows * a->stride * sizeof(uint64_t)) == 0;
}

/* ---- Packing ------------------------------------------------------------- */

static double sign_of(const cpm_packing *packing)
{
    return packing->domain->is_dual ? -1 : 1;
}

static bool pack_shift(double *out, const fmpq_t x, const cpm_packing *packing)
{
    if (!cpm_ext_is_finite(x)) {
        *out = -(double)INFINITY;
        return true;
    }
    fmpz_t t;
    fmpz_init(t);
    fmpz_divexact(t, packing->scale, fmpq_denref(x));
    fmpz_mul(t, t, fmpq_numref(x));
    bool fits = fmpz_bits(t) <= 50;
    *out = fits ? sign_of(packing) * fmpz_get_d(t) : 0;
    fmpz_clear(t);
    return fits;
}

static double pack_rank(const fmpq_t x, const cpm_packing *packing)
{
    bool reversed = packing->domain->is_dual;
    if (!cpm_ext_is_finite(x)) {
        double end = (double)INFINITY * fmpz_sgn(fmpq_numref(x));
        return reversed ? -end : end;
    }
    const fmpq *found =
        bsearch(x, packing->ranks, packing->nranks, sizeof *packing->ranks, by_value);
    double rank = (double)(found - packing->ranks);
    return reversed ? -rank : rank;
}

/* Bits 64 limb .. 64 limb + 63 in two's complement. */
static uint64_t pack_bits(const fmpq_t x, size_t limb, const cpm_packing *packing)
{
    fmpz_t t;
    fmpz_init(t);
    fmpz_fdiv_q_2exp(t, fmpq_numref(x), 64 * limb);
    fmpz_fdiv_r_2exp(t, t, 64);
    uint64_t word = fmpz_get_ui(t);
    fmpz_clear(t);
    return packing->domain->is_dual ? ~word : word;
}

bool cpm_words_pack(cpm_words *words, const fmpq *elems, size_t limb, const cpm_packing *packing)
{
    double *doubles = words->data;
    uint64_t *bits = words->data;
    bool fits = true;
    fmpz_zero(words->offset);
    for (size_t i = 0; i < words->rows; i++)
        for (size_t j = 0; j < words->stride; j++) {
            size_t at = i * words->stride + j;
            const fmpq *x = elems + (i * words->cols + j);
            if (packing->kind == CPM_PACK_BITS)
                bits[at] = j < words->cols ? pack_bits(x, limb, packing) : 0;
            else if (j >= words->cols)
                doubles[at] = -(double)INFINITY;
            else if (packing->kind == CPM_PACK_RANK)
                doubles[at] = pack_rank(x, packing);
            else
                fits = pack_shift(&doubles[at], x, packing) && fits;
        }
    return fits;
}

static void unpack_shift(fmpq_t out, double word, const cpm_words *words,
                         const cpm_packing *packing)
{
    if (isinf(word)) {
        packing->domain->zero(out, packing->domain);
        return;
    }
    fmpz_set_d(fmpq_numref(out), word);
    fmpz_add(fmpq_numref(out), fmpq_numref(out), words->offset);
    if (sign_of(packing) < 0)
        fmpz_neg(fmpq_numref(out), fmpq_numref(out));
    fmpz_set(fmpq_denref(out), packing->scale);
    fmpq_canonicalise(out);
}

static void unpack_rank(fmpq_t out, double word, const cpm_packing *packing)
{
    double rank = packing->domain->is_dual ? -word : word;
    if (isinf(rank))
        cpm_ext_set_inf(out, rank > 0 ? 1 : -1);
    else
        fmpq_set(out, packing->ranks + (size_t)rank);
}

static void unpack_bits(fmpq_t out, uint64_t word, size_t limb, const cpm_packing *packing)
{
    fmpz_t t;
    fmpz_init(t);
    if (packing->domain->is_dual)
        word = ~word;
    fmpz_set_ui(t, word);
    if (limb + 1 == packing->nlimbs && word >> 63 != 0) { /* the sign goes on for ever */
        fmpz_sub_ui(t, t, UINT64_MAX);
        fmpz_sub_ui(t, t, 1);
    }
    fmpz_mul_2exp(t, t, 64 * limb);
    if (limb == 0)
        fmpz_set(fmpq_numref(out), t);
    else
        fmpz_add(fmpq_numref(out), fmpq_numref(out), t);
    fmpz_one(fmpq_denref(out));
    fmpz_clear(t);
}

void cpm_words_unpack(fmpq *elems, const cpm_words *words, size_t limb, const cpm_packing *packing)
{
    const double *doubles = words->data;
    const uint64_t *bits = words->data;
    for (size_t i = 0; i < words->rows; i++)
        for (size_t j = 0; j < words->cols; j++) {
            size_t at = i * words->stride + j;
            fmpq *x = elems + (i * words->cols + j);
            if (packing->kind == CPM_PACK_BITS)
                unpack_bits(x, bits[at], limb, packing);
            else if (packing->kind == CPM_PACK_RANK)
                unpack_rank(x, doubles[at], packing);
            else
                unpack_shift(x, doubles[at], words, packing);
        }
}

/* ---- Products ------------------------------------------------------------ */

/* Takes the largest element off; false when the others are too far below it. */
static bool take_offset(cpm_words *words)
{
    double *x = words->data, top = -(double)INFINITY, bottom = (double)INFINITY;
    size_t count = words->rows * words->stride;
    for (size_t i = 0; i < count; i++) {
        top = x[i] > top ? x[i] : top;
        bottom = x[i] < bottom && !isinf(x[i]) ? x[i] : bottom;
    }
    if (isinf(top))
        return true; /* all zero */
    if (top - bottom > LIMIT)
        return false;
    fmpz_t t;
    fmpz_init(t);
    fmpz_set_d(t, top);
    fmpz_add(words->offset, words->offset, t);
    fmpz_clear(t);
    for (size_t i = 0; i < count; i++)
        x[i] -= top;
    return true;
}

bool cpm_words_mul(cpm_words *c, const cpm_words *a, const cpm_words *b, const cpm_packing *packing)
{
    size_t rows = a->rows, inner = a->cols, a_stride = a->stride, stride = b->stride;
    switch (packing->kind) {
    case CPM_PACK_BITS:
        (packing->domain->is_idempotent ? mat_mul_or_and : mat_mul_xor_and)(
            c->data, a->data, b->data, rows, inner, a_stride, stride);
        return true;
    case CPM_PACK_RANK:
        mat_mul_max_min(c->data, a->data, b->data, rows, inner, a_stride, stride);
        return true;
    default:
        mat_mul_max_plus(c->data, a->data, b->data, rows, inner, a_stride, stride);
        fmpz_add(c->offset, a->offset, b->offset);
        return take_offset(c);
    }
}

/* ---- Jumps --------------------------------------------------------------- */

/* A jump under construction. The constant is a word of its own, except that of
 * a SHIFT packing, which is an exact number: it follows no common offset. */
typedef struct jump {
    cpm_words u, scratch, rule; /* of one row */
    cpm_words constant, rule_constant;
    size_t d;
    size_t limb;
    const cpm_packing *packing;
    fmpq_t exact_constant; /* SHIFT */
    const fmpq *exact_rule;
} jump;

/* Reducing a product adds an element of the rule up to d times. */
static bool rule_is_small(const cpm_words *rule)
{
    const double *x = rule->data;
    double limit = RULE_LIMIT / (double)(2 * rule->cols + 1);
    for (size_t i = 0; i < rule->cols; i++)
        if (!isinf(x[i]) && fabs(x[i]) > limit)
            return false;
    return true;
}

/* The element that a word of `like` with this offset stands for. */
static void exact_word(fmpq_t out, double word, const fmpz_t offset, const cpm_packing *packing)
{
    cpm_words like = {.data = NULL};
    fmpz_init_set(like.offset, offset);
    unpack_shift(out, word, &like, packing);
    fmpz_clear(like.offset);
}

/* constant = constant + sum(u) constant + high rule_constant */
static void exact_jump_constant(jump *j, double sum, const fmpz_t sum_offset, double high,
                                const fmpz_t high_offset)
{
    const cpm_domain *domain = j->packing->domain;
    fmpq_t t;
    fmpq_init(t);
    exact_word(t, sum, sum_offset, j->packing);
    domain->mul(t, t, j->exact_constant, domain);
    domain->add(j->exact_constant, j->exact_constant, t, domain);
    exact_word(t, high, high_offset, j->packing);
    domain->mul(t, t, j->exact_rule, domain);
    domain->add(j->exact_constant, j->exact_constant, t, domain);
    fmpq_clear(t);
}

/* Composes the jump with itself, or moves it on by one step. */
static bool advance(jump *j, bool square)
{
    void *u = j->u.data, *w = j->scratch.data, *rule = j->rule.data;
    double *x = j->constant.data, *rx = j->rule_constant.data, tops[2];
    uint64_t *b = j->constant.data, *rb = j->rule_constant.data, bits[2];
    fmpz_t before;
    bool fits = true;
    switch (j->packing->kind) {
    case CPM_PACK_BITS:
        *b = (j->packing->domain->is_idempotent ? jump_or_and : jump_xor_and)(
            u, w, rule, j->d, square, *b, *rb, bits);
        break;
    case CPM_PACK_RANK:
        *x = jump_max_min(u, w, rule, j->d, square, *x, *rx, tops);
        break;
    default:
        fmpz_init_set(before, j->u.offset);
        jump_max_plus(u, w, rule, j->d, square, -(double)INFINITY, -(double)INFINITY, tops);
        if (square)
            fmpz_mul_2exp(j->u.offset, j->u.offset, 1);
        exact_jump_constant(j, tops[0], before, tops[1], j->u.offset);
        fits = take_offset(&j->u);
        fmpz_clear(before);
    }
    return fits;
}

static bool run_jump(fmpq *out, jump *j, const fmpq *rule, size_t limb, const fmpz_t n)
{
    const cpm_packing *packing = j->packing;
    const cpm_domain *domain = packing->domain;
    fmpq *start = out; /* the jump of no steps: a(m) */
    for (size_t i = 0; i < j->d; i++)
        i == 0 ? domain->one(start, domain) : domain->zero(start + i, domain);
    domain->zero(j->exact_constant, domain);
    bool fits = cpm_words_pack(&j->u, start, limb, packing) &&
                cpm_words_pack(&j->rule, rule, limb, packing);
    if (packing->kind == CPM_PACK_SHIFT) {
        fits = fits && rule_is_small(&j->rule);
    } else {
        cpm_words_pack(&j->constant, j->exact_constant, limb, packing);
        cpm_words_pack(&j->rule_constant, rule + j->d, limb, packing);
    }
    for (size_t i = (size_t)fmpz_bits(n); fits && i-- > 0;) {
        fits = advance(j, true);
        if (fits && fmpz_tstbit(n, i))
            fits = advance(j, false);
    }
    return fits;
}

cpm_status cpm_words_jump(fmpq *out, bool *exact, const fmpq *rule, size_t d, const fmpz_t n,
                          const cpm_packing *packing, cpm_err *err)
{
    jump j = {.d = d, .packing = packing, .exact_rule = rule + d};
    fmpq *start = _fmpq_vec_init((slong)d);
    fmpq_init(j.exact_constant);
    cpm_status status = cpm_words_init(&j.u, 1, d, err);
    if (status == CPM_OK)
        status = cpm_words_init(&j.rule, 1, d, err);
    if (status == CPM_OK)
        status = cpm_words_init(&j.scratch, 1, 2 * d, err);
    if (status == CPM_OK)
        status = cpm_words_init(&j.constant, 1, 1, err);
    if (status == CPM_OK)
        status = cpm_words_init(&j.rule_constant, 1, 1, err);
    *exact = status == CPM_OK && packing->kind != CPM_PACK_NONE;
    for (size_t limb = 0; *exact && limb < packing->nlimbs; limb++) {
        *exact = run_jump(start, &j, rule, limb, n);
        cpm_words_unpack(out, &j.u, limb, packing);
        if (packing->kind == CPM_PACK_SHIFT)
            fmpq_set(out + d, j.exact_constant);
        else
            cpm_words_unpack(out + d, &j.constant, limb, packing);
    }
    cpm_words_clear(&j.u);
    cpm_words_clear(&j.rule);
    cpm_words_clear(&j.scratch);
    cpm_words_clear(&j.constant);
    cpm_words_clear(&j.rule_constant);
    fmpq_clear(j.exact_constant);
    _fmpq_vec_clear(start, (slong)d);
    return status;
}
