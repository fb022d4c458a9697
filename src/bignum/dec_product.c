/* SPDX-License-Identifier: MIT
 *
 * dec_product.c - sums of products of integers in base B = 10^19 by number-
 * theoretic transforms modulo three (or four) primes of 50 bits.
 *
 * A coefficient of the sum is at most weight * (B-1)^2 with weight = sum of
 * |c| min(len a, len b); it is recovered from its residues when twice that is
 * below the product of the primes: up to weight 1.4e7 / 2 with three primes,
 * past 10^20 with the fourth. Chinese remaindering yields base-B digits of
 * each coefficient directly (crt_digits), which are added up with carries in
 * the same pass, block by block in the cache.
 *
 * A negative result appears as its B-complement and is turned over at the end.
 * Memory of a plan with n limbs: 24 bytes a limb (32 with four primes) for
 * every image and for the scratch area, 12 for the tables.
 */
#include "bignum/dec_product.h"

#include "base/mem.h"
#include "bignum/cpu.h"

#include <flint/ulong_extras.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MIN_PRIMES = 3, TAIL = CPM_NTT_MAX_PRIMES };

static const uint64_t B = CPM_DEC_BASE;

bool cpm_dec_available(void)
{
    return cpm_ntt_kernel_choose() != NULL;
}

/* ---- Contexts and plans --------------------------------------------------------- */

/* The constants of crt for n primes, but for `scale`. */
static void crt_init(cpm_ntt_crt *crt, const cpm_ntt_field *field, unsigned n)
{
    crt->nprimes = n;
    mpz_t product, digit;
    mpz_init_set_ui(product, 1);
    mpz_init(digit);
    for (unsigned i = 0; i < n; i++) {
        crt->p[i] = (double)field[i].prime;
        crt->pinv[i] = 1.0 / crt->p[i];
        for (unsigned j = 0; j < i; j++)
            crt->inv[i][j] = cpm_ntt_field_inverse(&field[i], field[j].prime);
        mpz_set(digit, product);
        for (unsigned k = 0; k < n; k++) {
            crt->unit[i][k] = mpz_fdiv_q_ui(digit, digit, B);
            crt->unit_b[i][k] = (double)crt->unit[i][k] / (double)B;
        }
        mpz_mul_ui(product, product, field[i].prime);
    }
    mpz_clear(product);
    mpz_clear(digit);
}

/* A prime of 61 bits that differs from run to run: a wrong result that the
 * check misses once is found another time. */
static uint64_t random_prime(void)
{
    struct timespec t = {0, 0};
    (void)timespec_get(&t, TIME_UTC);
    uint64_t z = (uint64_t)t.tv_sec * 1000000007u + (uint64_t)t.tv_nsec;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return n_nextprime(((uint64_t)1 << 60) + (z >> 5), 0);
}

cpm_status cpm_dec_ctx_init(cpm_dec_ctx *ctx, unsigned nthreads, bool check, cpm_err *err)
{
    memset(ctx, 0, sizeof *ctx);
    cpm_status status = cpm_ntt_init(&ctx->ntt, nthreads, err);
    if (status != CPM_OK)
        return status;
    crt_init(&ctx->crt[0], ctx->ntt.field, 3);
    crt_init(&ctx->crt[1], ctx->ntt.field, 4);
#ifdef CPM_DEBUG
    check = true;
#endif
    ctx->check = check;
    if (check)
        ctx->check_prime = random_prime();
    return CPM_OK;
}

void cpm_dec_ctx_clear(cpm_dec_ctx *ctx)
{
    cpm_big_free(ctx->scratch);
    cpm_ntt_clear(&ctx->ntt);
    memset(ctx, 0, sizeof *ctx);
}

/* The largest weight that n primes can bear: (P - 1) / 2 / (B-1)^2, or
 * SIZE_MAX. */
static size_t max_weight(const cpm_ntt *ntt, unsigned n)
{
    mpz_t product, square;
    mpz_init_set_ui(product, 1);
    mpz_init(square);
    for (unsigned i = 0; i < n; i++)
        mpz_mul_ui(product, product, ntt->field[i].prime);
    mpz_sub_ui(product, product, 1);
    mpz_ui_pow_ui(square, 10, CPM_DEC_DIGITS);
    mpz_sub_ui(square, square, 1);
    mpz_mul(square, square, square);
    mpz_mul_ui(square, square, 2);
    mpz_fdiv_q(product, product, square);
    size_t weight = mpz_fits_ulong_p(product) ? mpz_get_ui(product) : SIZE_MAX;
    mpz_clear(product);
    mpz_clear(square);
    return weight;
}

cpm_status cpm_dec_plan_init(cpm_dec_plan *plan, cpm_dec_ctx *ctx, size_t nlimbs, size_t weight,
                             cpm_err *err)
{
    memset(plan, 0, sizeof *plan);
    plan->ctx = ctx;
    plan->nprimes = MIN_PRIMES;
    plan->max_weight = max_weight(&ctx->ntt, MIN_PRIMES);
    if (weight > plan->max_weight) {
        plan->nprimes = MIN_PRIMES + 1;
        plan->max_weight = max_weight(&ctx->ntt, plan->nprimes);
    }
    plan->shape = cpm_ntt_shape_for(nlimbs, true);
    if (weight > plan->max_weight || plan->shape.len == 0 ||
        plan->shape.len > cpm_ntt_field_max_len(&ctx->ntt.field[0]))
        return cpm_err_set(err, CPM_ERR_LIMIT, "a product of %zu decimal limbs is too long",
                           nlimbs);
    cpm_status status = CPM_OK;
    for (unsigned i = 0; i < plan->nprimes && status == CPM_OK; i++)
        status = cpm_ntt_field_prepare(&ctx->ntt.field[i], ctx->ntt.kernel, plan->shape, err);
    return status;
}

size_t cpm_dec_plan_image_len(const cpm_dec_plan *plan)
{
    return cpm_ntt_shape_total(plan->shape) * plan->nprimes;
}

/* ---- Work in pieces --------------------------------------------------------------- */

/* Rows of numbers are cut into pieces of this many for the threads. */
enum { PIECE = 1 << 14 };

static size_t npieces(size_t n)
{
    return (n + PIECE - 1) / PIECE;
}

static size_t piece_end(size_t begin, size_t n)
{
    return n - begin < PIECE ? n : begin + PIECE;
}

/* ---- Images ------------------------------------------------------------------------ */

void cpm_dec_image_clear(cpm_dec_image *image)
{
    cpm_big_free(image->x);
    memset(image, 0, sizeof *image);
}

typedef struct load_run {
    const cpm_dec_plan *plan;
    double *x;
    const uint64_t *limb;
    size_t nlimbs;
} load_run;

/* Piece i of all rows: limbs to residues, zeros after them. */
static void load_task(void *ctx, size_t i)
{
    const load_run *r = ctx;
    const cpm_ntt *ntt = &r->plan->ctx->ntt;
    size_t total = cpm_ntt_shape_total(r->plan->shape), pieces = npieces(total);
    size_t prime = i / pieces, begin = i % pieces * PIECE, end = piece_end(begin, total);
    double *row = r->x + prime * total;
    size_t n = r->nlimbs <= begin ? 0 : r->nlimbs < end ? r->nlimbs - begin : end - begin;
    if (n > 0)
        ntt->kernel->load(row + begin, r->limb + begin, n,
                          cpm_ntt_field_mod(&ntt->field[prime], r->plan->shape));
    size_t filled = begin + ((n + 7) & ~(size_t)7);
    if (filled < end)
        memset(row + filled, 0, (end - filled) * sizeof *row);
}

/* One job for each prime. */
static void jobs_init(cpm_ntt_job *jobs, const cpm_dec_plan *plan, double *x)
{
    for (unsigned i = 0; i < plan->nprimes; i++)
        jobs[i] = (cpm_ntt_job){x + i * cpm_ntt_shape_total(plan->shape), &plan->ctx->ntt.field[i]};
}

static cpm_status make_room(double **x, size_t *cap, size_t want, cpm_err *err)
{
    if (want <= *cap)
        return CPM_OK;
    cpm_big_free(*x);
    *cap = 0;
    *x = cpm_big_alloc(want, sizeof **x);
    if (*x == NULL)
        return cpm_err_memory(err);
    *cap = want;
    return CPM_OK;
}

cpm_status cpm_dec_image_set(cpm_dec_image *image, const cpm_dec_plan *plan, const cpm_dec *a,
                             cpm_err *err)
{
    const cpm_dec_ctx *ctx = plan->ctx;
    image->nlimbs = a->len;
    image->negative = a->negative;
    image->shape = plan->shape;
    image->nprimes = plan->nprimes;
    image->residue = ctx->check ? cpm_dec_mod_ui(a, ctx->check_prime) : 0;
    if (a->len == 0)
        return CPM_OK;
    size_t total = cpm_ntt_shape_total(plan->shape);
    if (a->len > total)
        return cpm_err_set(err, CPM_ERR_INTERNAL, "an operand is longer than its transform");
    cpm_status status = make_room(&image->x, &image->cap, cpm_dec_plan_image_len(plan), err);
    if (status != CPM_OK)
        return status;
    load_run r = {plan, image->x, a->limb, a->len};
    cpm_team_run(ctx->ntt.team, plan->nprimes * npieces(total), load_task, &r);
    cpm_ntt_job jobs[CPM_NTT_MAX_PRIMES];
    jobs_init(jobs, plan, image->x);
    cpm_ntt_forward(&ctx->ntt, jobs, plan->nprimes, plan->shape);
    return CPM_OK;
}

/* ---- Sums of products ---------------------------------------------------------------- */

/* A missing image is that of 1. */
static size_t image_nlimbs(const cpm_dec_image *image)
{
    return image == NULL ? 1 : image->nlimbs;
}

static bool image_negative(const cpm_dec_image *image)
{
    return image != NULL && image->negative;
}

static bool image_fits(const cpm_dec_image *image, const cpm_dec_plan *plan)
{
    return image == NULL ||
           (image->shape.len == plan->shape.len && image->shape.odd == plan->shape.odd &&
            image->nprimes == plan->nprimes);
}

typedef struct product_run {
    const cpm_dec_plan *plan;
    const cpm_dec_term *terms;
    size_t nterms;
} product_run;

/* Piece i of all rows of the scratch area: the sum, pointwise. */
static void product_task(void *ctx, size_t i)
{
    const product_run *r = ctx;
    const cpm_ntt *ntt = &r->plan->ctx->ntt;
    size_t total = cpm_ntt_shape_total(r->plan->shape), pieces = npieces(total);
    size_t prime = i / pieces, begin = i % pieces * PIECE, end = piece_end(begin, total);
    size_t at = prime * total + begin;
    const cpm_ntt_field *field = &ntt->field[prime];
    for (size_t t = 0; t < r->nterms; t++) {
        const cpm_dec_term *term = &r->terms[t];
        const cpm_ntt_mod *mod = cpm_ntt_field_mod(field, r->plan->shape);
        double *out = r->plan->ctx->scratch + at, c = cpm_ntt_field_residue(field, term->c);
        if (image_negative(term->a) != image_negative(term->b))
            c = -c;
        if (term->b != NULL)
            ntt->kernel->mul(out, term->a->x + at, term->b->x + at, c, t > 0, end - begin, mod);
        else
            ntt->kernel->mul_const(out, term->a == NULL ? NULL : term->a->x + at, c, t > 0,
                                   end - begin, mod);
    }
}

/* What a piece of the result leaves for the limbs after it: TAIL digits and a
 * carry above them. */
typedef struct tail {
    uint64_t limb[TAIL];
    int64_t carry;
} tail;

typedef struct carry_run {
    const cpm_dec_plan *plan;
    const cpm_ntt_crt *crt;
    uint64_t *limb; /* of the result */
    size_t ncoeffs;
    tail *tails; /* one for each piece */
} carry_run;

/* *x += y for limbs; returns the carry. */
static inline int64_t add_limb(uint64_t *x, uint64_t y)
{
    uint64_t room = B - y;
    bool over = *x >= room;
    *x = over ? *x - room : *x + y;
    return over;
}

/* *x += y for a limb and a small signed number, |y| < B; returns the carry. */
static inline int64_t add_signed(uint64_t *x, int64_t y)
{
    if (y >= 0)
        return add_limb(x, (uint64_t)y);
    uint64_t size = 0 - (uint64_t)y;
    bool under = *x < size;
    *x = under ? *x + (B - size) : *x - size;
    return -(int64_t)under;
}

/* The digits of a block of coefficients, with room before it for the digits
 * that stick out of the block before. */
typedef struct digit_block {
    uint64_t digit[CPM_NTT_MAX_PRIMES - 1][TAIL + CPM_NTT_CRT_BLOCK];
    int64_t top[TAIL + CPM_NTT_CRT_BLOCK];
} digit_block;

/* Limb i of a block is digit 0 of coefficient i, digit 1 of coefficient i-1,
 * ..., the top of coefficient i - (nprimes - 1), and the carry. */
static inline int64_t assemble(uint64_t *out, const digit_block *d, size_t at, unsigned nprimes,
                               int64_t carry)
{
    uint64_t x = d->digit[0][at];
    int64_t over = add_limb(&x, d->digit[1][at - 1]);
    if (nprimes == 4)
        over += add_limb(&x, d->digit[2][at - 2]);
    over += add_signed(&x, d->top[at - (nprimes - 1)] + carry);
    *out = x;
    return over;
}

/* Moves the last digits of a block of n to the room before the next one. */
static void shift_block(digit_block *d, size_t n)
{
    for (unsigned k = 0; k < CPM_NTT_MAX_PRIMES - 1; k++)
        memmove(d->digit[k], d->digit[k] + n, TAIL * sizeof d->digit[k][0]);
    memmove(d->top, d->top + n, TAIL * sizeof d->top[0]);
}

/* Piece i of the coefficients to limbs, as if nothing came in from below. */
static void carry_task(void *ctx, size_t i)
{
    const carry_run *r = ctx;
    const cpm_dec_ctx *dec = r->plan->ctx;
    size_t total = cpm_ntt_shape_total(r->plan->shape);
    size_t begin = i * PIECE, end = piece_end(begin, r->ncoeffs);
    unsigned nprimes = r->plan->nprimes;
    digit_block d;
    memset(&d, 0, sizeof d);
    int64_t carry = 0;
    while (begin < end) {
        size_t n = end - begin < CPM_NTT_CRT_BLOCK ? end - begin : CPM_NTT_CRT_BLOCK;
        size_t padded = (n + 7) & ~(size_t)7; /* within total, a multiple of 64 */
        const double *x[CPM_NTT_MAX_PRIMES] = {NULL};
        uint64_t *digit[CPM_NTT_MAX_PRIMES] = {NULL};
        for (unsigned k = 0; k < nprimes; k++)
            x[k] = dec->scratch + k * total + begin;
        for (unsigned k = 0; k + 1 < nprimes; k++)
            digit[k] = d.digit[k] + TAIL;
        dec->ntt.kernel->crt_digits(digit, d.top + TAIL, x, padded, r->crt);
        for (size_t k = 0; k < n; k++)
            carry = assemble(r->limb + begin + k, &d, TAIL + k, nprimes, carry);
        shift_block(&d, n);
        begin += n;
    }
    for (unsigned k = 0; k < CPM_NTT_MAX_PRIMES - 1; k++)
        memset(d.digit[k] + TAIL, 0, TAIL * sizeof d.digit[k][0]);
    memset(d.top + TAIL, 0, TAIL * sizeof d.top[0]);
    for (size_t k = 0; k < TAIL; k++)
        carry = assemble(&r->tails[i].limb[k], &d, TAIL + k, nprimes, carry);
    r->tails[i].carry = carry;
}

/* Adds the tail of a piece to the limbs from `at` on, of `len` (at + TAIL <=
 * len). Returns the carry out of limb len-1. */
static int64_t add_tail(uint64_t *limb, size_t at, size_t len, const tail *t)
{
    int64_t carry = 0;
    for (size_t k = 0; k < TAIL; k++, at++) {
        int64_t over = add_limb(&limb[at], t->limb[k]);
        carry = over + add_signed(&limb[at], carry);
    }
    carry += t->carry;
    for (; at < len && carry != 0; at++)
        carry = add_signed(&limb[at], carry);
    return carry;
}

/* The limbs become those of B^len minus the number. */
static void complement(uint64_t *limb, size_t len)
{
    size_t i = 0;
    while (i < len && limb[i] == 0)
        i++;
    if (i < len) {
        limb[i] = B - limb[i];
        i++;
    }
    for (; i < len; i++)
        limb[i] = B - 1 - limb[i];
}

/* From the coefficients in the scratch area to the number. There are TAIL limbs
 * more than coefficients, enough for any carry. */
static cpm_status collect(cpm_dec *out, const cpm_dec_plan *plan, size_t ncoeffs, cpm_err *err)
{
    cpm_dec_ctx *ctx = plan->ctx;
    size_t len = ncoeffs + TAIL, pieces = npieces(ncoeffs);
    cpm_ntt_crt crt = ctx->crt[plan->nprimes - MIN_PRIMES];
    for (unsigned i = 0; i < plan->nprimes; i++)
        crt.scale[i] = cpm_ntt_field_inverse(&ctx->ntt.field[i], cpm_ntt_shape_total(plan->shape));
    tail *tails = cpm_calloc(pieces, sizeof *tails);
    if (tails == NULL)
        return cpm_err_memory(err);
    cpm_status status = cpm_dec_reserve(out, len, err);
    if (status == CPM_OK) {
        carry_run r = {plan, &crt, out->limb, ncoeffs, tails};
        cpm_team_run(ctx->ntt.team, pieces, carry_task, &r);
        memset(out->limb + ncoeffs, 0, TAIL * sizeof *out->limb);
        int64_t carry = 0;
        for (size_t i = 0; i < pieces; i++)
            carry += add_tail(out->limb, piece_end(i * PIECE, ncoeffs), len, &tails[i]);
        out->len = len;
        out->negative = carry < 0;
        if (carry < 0)
            complement(out->limb, len);
        cpm_dec_normalise(out);
    }
    free(tails);
    return status;
}

/* The images of the terms belong to the plan, and its bounds hold. */
static cpm_status check_terms(const cpm_dec_plan *plan, const cpm_dec_term *terms, size_t nterms,
                              size_t *ncoeffs, cpm_err *err)
{
    size_t weight = 0, total = cpm_ntt_shape_total(plan->shape);
    bool good = true;
    *ncoeffs = 0;
    for (size_t i = 0; i < nterms; i++) {
        size_t len_a = image_nlimbs(terms[i].a), len_b = image_nlimbs(terms[i].b);
        size_t shorter = len_a < len_b ? len_a : len_b, part;
        uint64_t c = terms[i].c < 0 ? 0 - (uint64_t)terms[i].c : (uint64_t)terms[i].c;
        good = good && image_fits(terms[i].a, plan) && image_fits(terms[i].b, plan) &&
               cpm_size_mul(&part, shorter, c) && cpm_size_add(&weight, weight, part);
        if (shorter > 0 && len_a + len_b - 1 > *ncoeffs)
            *ncoeffs = len_a + len_b - 1;
    }
    if (!good || weight > plan->max_weight || *ncoeffs > total)
        return cpm_err_set(err, CPM_ERR_INTERNAL, "a product passes the bounds of its transform");
    return CPM_OK;
}

/* The result agrees with the operands modulo the prime of the context. */
static cpm_status verify(const cpm_dec *out, const cpm_dec_plan *plan, const cpm_dec_term *terms,
                         size_t nterms, cpm_err *err)
{
    uint64_t q = plan->ctx->check_prime, sum = 0;
    for (size_t i = 0; i < nterms; i++) {
        int64_t c = terms[i].c;
        uint64_t r = (c < 0 ? 0 - (uint64_t)c : (uint64_t)c) % q;
        if (terms[i].a != NULL)
            r = n_mulmod2(r, terms[i].a->residue, q);
        if (terms[i].b != NULL)
            r = n_mulmod2(r, terms[i].b->residue, q);
        sum = n_addmod(sum, c < 0 ? n_negmod(r, q) : r, q);
    }
    if (cpm_dec_mod_ui(out, q) != sum)
        return cpm_err_set(err, CPM_ERR_INTERNAL,
                           "a product of %zu limbs fails its check modulo %llu", out->len,
                           (unsigned long long)q);
    return CPM_OK;
}

cpm_status cpm_dec_combine(cpm_dec *out, const cpm_dec_plan *plan, const cpm_dec_term *terms,
                           size_t nterms, cpm_err *err)
{
    cpm_dec_ctx *ctx = plan->ctx;
    size_t ncoeffs, total = cpm_ntt_shape_total(plan->shape), count = 0;
    cpm_status status = check_terms(plan, terms, nterms, &ncoeffs, err);
    if (status != CPM_OK)
        return status;
    if (ncoeffs == 0) {
        out->len = 0;
        out->negative = false;
        return CPM_OK;
    }
    cpm_dec_term *live = cpm_calloc(nterms, sizeof *live);
    if (live == NULL)
        return cpm_err_memory(err);
    for (size_t i = 0; i < nterms; i++)
        if (image_nlimbs(terms[i].a) > 0 && image_nlimbs(terms[i].b) > 0)
            live[count++] = terms[i];
    status = make_room(&ctx->scratch, &ctx->scratch_len, cpm_dec_plan_image_len(plan), err);
    if (status == CPM_OK) {
        product_run r = {plan, live, count};
        cpm_team_run(ctx->ntt.team, plan->nprimes * npieces(total), product_task, &r);
        cpm_ntt_job jobs[CPM_NTT_MAX_PRIMES];
        jobs_init(jobs, plan, ctx->scratch);
        cpm_ntt_inverse(&ctx->ntt, jobs, plan->nprimes, plan->shape);
        status = collect(out, plan, ncoeffs, err);
    }
    if (status == CPM_OK && ctx->check)
        status = verify(out, plan, live, count, err);
    free(live);
    return status;
}

cpm_status cpm_dec_mul(cpm_dec *out, const cpm_dec *a, const cpm_dec *b, cpm_dec_ctx *ctx,
                       cpm_err *err)
{
    size_t nlimbs, shorter = a->len < b->len ? a->len : b->len;
    if (!cpm_size_add(&nlimbs, a->len, b->len))
        return cpm_err_memory(err);
    cpm_dec_plan plan;
    cpm_dec_image image_a = {0}, image_b = {0};
    cpm_status status = cpm_dec_plan_init(&plan, ctx, nlimbs, shorter, err);
    if (status == CPM_OK)
        status = cpm_dec_image_set(&image_a, &plan, a, err);
    if (status == CPM_OK && a != b)
        status = cpm_dec_image_set(&image_b, &plan, b, err);
    cpm_dec_term term = {&image_a, a == b ? &image_a : &image_b, 1};
    if (status == CPM_OK)
        status = cpm_dec_combine(out, &plan, &term, 1, err);
    cpm_dec_image_clear(&image_a);
    cpm_dec_image_clear(&image_b);
    return status;
}
