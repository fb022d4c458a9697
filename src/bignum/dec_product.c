/* SPDX-License-Identifier: MIT
 *
 * dec_product.c - sums of products of integers in base B = 10^19 by number-
 * theoretic transforms modulo three (or four) primes of 50 bits.
 *
 * The limbs are transformed as balanced digits, -B/2 to B/2. A coefficient of a
 * sum is at most weight * (B/2)^2 with weight = sum of |c| min(len a, len b); it
 * is recovered from its residues when twice that is below the product of the
 * primes: up to weight 2.8e7 with three primes, past 10^22 with the fourth. Chinese remaindering
 * yields base-B digits of each coefficient directly (crt_digits), which are added up with carries
 * in the same pass, block by block in the cache. A negative result appears as its B-complement and
 * is turned over at the end.
 *
 * The primes are taken one after another: the k operands are transformed into
 * k rows, the m sums formed pointwise and written over the first m rows, those
 * are transformed back and stay; the next prime begins behind them. So the work
 * memory is (nprimes - 1) m + max(k, m) rows of 8 bytes a limb, not nprimes
 * (k + m): with the memory that a large term needs, less of it is also faster.
 */
#include "bignum/dec_product.h"

#include "base/mem.h"
#include "bignum/cpu.h"

#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MIN_PRIMES = 3,
    TAIL = CPM_NTT_MAX_PRIMES, /* limbs a coefficient may stick out */
    PIECE = 1 << 14,           /* rows are cut into pieces of this many for the threads */
    MAX_IN_PLACE = 16          /* up to so many sums are written over the operands */
};

static const uint64_t B = CPM_DEC_BASE;

/* How long the transforms of a step are, and how its rows lie. */
typedef struct plan {
    cpm_dec_ctx *ctx;
    cpm_ntt_shape shape;
    size_t total; /* numbers in a row */
    unsigned nprimes;
    size_t noperands, nsums;
} plan;

/* The rows of operands and of sums for a prime. Up to MAX_IN_PLACE sums lie over
 * the first operands. */
static double *operand_row(const plan *p, unsigned prime, size_t i)
{
    size_t first = p->nsums <= MAX_IN_PLACE ? prime * p->nsums : p->nprimes * p->nsums;
    return p->ctx->work + (first + i) * p->total;
}

static double *sum_row(const plan *p, unsigned prime, size_t i)
{
    return p->ctx->work + (prime * p->nsums + i) * p->total;
}

static size_t nrows(const plan *p)
{
    if (p->nsums > MAX_IN_PLACE)
        return p->nprimes * p->nsums + p->noperands;
    return (p->nprimes - 1) * p->nsums + (p->noperands > p->nsums ? p->noperands : p->nsums);
}

bool cpm_dec_available(void)
{
    return cpm_ntt_kernel_choose() != NULL;
}

/* ---- Contexts and plans --------------------------------------------------------- */

/* x / B rounded to nearest: the digits of crt_digits depend on it. */
static double over_base(uint64_t x)
{
    enum { SHIFT = 192 };
    if (x == 0)
        return 0;
    mpz_t q, half;
    mpz_init_set_ui(q, x);
    mpz_init_set_ui(half, 1);
    mpz_mul_2exp(q, q, SHIFT);
    mpz_fdiv_q_ui(q, q, B);
    mpz_mul_2exp(half, half, mpz_sizeinbase(q, 2) - 54); /* half of the last place */
    mpz_add(q, q, half);
    double result = ldexp(mpz_get_d(q), -SHIFT); /* mpz_get_d cuts */
    mpz_clear(q);
    mpz_clear(half);
    return result;
}

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
            crt->unit_b[i][k] = over_base(crt->unit[i][k]);
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
    cpm_big_free(ctx->work);
    for (size_t i = 0; i < 2; i++)
        cpm_dec_clear(&ctx->spare[i]);
    cpm_ntt_clear(&ctx->ntt);
    memset(ctx, 0, sizeof *ctx);
}

/* The largest weight that n primes can bear: P (1 - 2^-40) / 2 / (B/2)^2, or
 * SIZE_MAX. The 2^-40 allows for remainders that are not quite the least. */
static size_t max_weight(const cpm_ntt *ntt, unsigned n)
{
    mpz_t product, square;
    mpz_init_set_ui(product, 1);
    mpz_init(square);
    for (unsigned i = 0; i < n; i++)
        mpz_mul_ui(product, product, ntt->field[i].prime);
    mpz_fdiv_q_2exp(square, product, 40);
    mpz_sub(product, product, square);
    mpz_set_ui(square, B / 2);
    mpz_mul(square, square, square);
    mpz_mul_ui(square, square, 2);
    mpz_fdiv_q(product, product, square);
    size_t weight = mpz_fits_ulong_p(product) ? mpz_get_ui(product) : SIZE_MAX;
    mpz_clear(product);
    mpz_clear(square);
    return weight;
}

/* For sums as in cpm_dec_reserve_sums; makes the tables and the rows. */
static cpm_status plan_init(plan *p, cpm_dec_ctx *ctx, size_t nlimbs, size_t weight,
                            size_t noperands, size_t nsums, cpm_err *err)
{
    *p = (plan){.ctx = ctx, .nprimes = MIN_PRIMES, .noperands = noperands, .nsums = nsums};
    if (weight > max_weight(&ctx->ntt, MIN_PRIMES))
        p->nprimes++;
    p->shape = cpm_ntt_shape_for(nlimbs, true);
    p->total = cpm_ntt_shape_total(p->shape);
    if (weight > max_weight(&ctx->ntt, p->nprimes) || p->shape.len == 0 ||
        p->shape.len > cpm_ntt_field_max_len(&ctx->ntt.field[0]))
        return cpm_err_set(err, CPM_ERR_LIMIT, "a product of %zu decimal limbs is too long",
                           nlimbs);
    cpm_status status = CPM_OK;
    for (unsigned i = 0; i < p->nprimes && status == CPM_OK; i++)
        status = cpm_ntt_field_prepare(&ctx->ntt.field[i], ctx->ntt.kernel, p->shape, err);
    size_t want;
    if (status == CPM_OK && !cpm_size_mul(&want, nrows(p), p->total))
        status = cpm_err_memory(err);
    if (status == CPM_OK && want > ctx->work_cap) {
        cpm_big_free(ctx->work);
        ctx->work = cpm_big_alloc(want, sizeof *ctx->work);
        ctx->work_cap = ctx->work == NULL ? 0 : want;
        if (ctx->work == NULL)
            status = cpm_err_memory(err);
    }
    return status;
}

cpm_status cpm_dec_reserve_sums(cpm_dec_ctx *ctx, size_t nlimbs, size_t weight, size_t noperands,
                                size_t nsums, cpm_err *err)
{
    plan p;
    return plan_init(&p, ctx, nlimbs, weight, noperands, nsums, err);
}

/* ---- Work in pieces --------------------------------------------------------------- */

static size_t npieces(size_t n)
{
    return (n + PIECE - 1) / PIECE;
}

static size_t piece_end(size_t begin, size_t n)
{
    return n - begin < PIECE ? n : begin + PIECE;
}

/* A step while it runs: its distinct operands, and its terms with the numbers
 * of those (NONE: 1). */
#define NONE SIZE_MAX

typedef struct indexed_term {
    size_t a, b;
    int64_t c; /* with the signs of the operands in it */
} indexed_term;

typedef struct step {
    plan p;
    const cpm_dec **operands; /* owned */
    indexed_term *terms;      /* owned: of all sums, one after another */
    size_t *begin;            /* owned: sum i has terms begin[i] .. begin[i+1] - 1 */
    unsigned prime;           /* at work */
} step;

/* Piece i of all operands: balanced digits to residues, zeros after them. */
static void load_task(void *ctx, size_t i)
{
    const step *s = ctx;
    const cpm_ntt *ntt = &s->p.ctx->ntt;
    size_t total = s->p.total, pieces = npieces(total);
    size_t begin = i % pieces * PIECE, end = piece_end(begin, total);
    const cpm_dec *a = s->operands[i / pieces];
    double *row = operand_row(&s->p, s->prime, i / pieces);
    size_t nlimbs = a->len <= begin ? 0 : a->len < end ? a->len - begin : end - begin;
    int carry = begin > 0 && begin <= a->len && a->limb[begin - 1] >= B / 2;
    ntt->kernel->load_digits(row + begin, a->limb + begin, nlimbs, end - begin, carry,
                             cpm_ntt_field_mod(&ntt->field[s->prime], s->p.shape));
}

/* Numbers [at, at+n) of sum `sum`, to out. */
static void sum_block(double *out, const step *s, size_t sum, size_t at, size_t n)
{
    const cpm_ntt *ntt = &s->p.ctx->ntt;
    const cpm_ntt_field *field = &ntt->field[s->prime];
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(field, s->p.shape);
    if (s->begin[sum] == s->begin[sum + 1])
        memset(out, 0, n * sizeof *out);
    for (size_t t = s->begin[sum]; t < s->begin[sum + 1]; t++) {
        const indexed_term *term = &s->terms[t];
        const double *a = term->a == NONE ? NULL : operand_row(&s->p, s->prime, term->a) + at;
        double c = cpm_ntt_field_residue(field, term->c);
        int more = t > s->begin[sum];
        if (term->b == NONE)
            ntt->kernel->mul_const(out, a, c, more, n, mod);
        else
            ntt->kernel->mul(out, a, operand_row(&s->p, s->prime, term->b) + at, c, more, n, mod);
    }
}

/* Piece i of all sums, pointwise. */
static void product_task(void *ctx, size_t i)
{
    enum { BLOCK = 256 };
    const step *s = ctx;
    double block[MAX_IN_PLACE][BLOCK];
    size_t begin = i * PIECE, end = piece_end(begin, s->p.total);
    for (size_t at = begin; at < end; at += BLOCK) {
        size_t n = end - at < BLOCK ? end - at : BLOCK;
        bool in_place = s->p.nsums <= MAX_IN_PLACE;
        for (size_t k = 0; k < s->p.nsums; k++)
            sum_block(in_place ? block[k] : sum_row(&s->p, s->prime, k) + at, s, k, at, n);
        for (size_t k = 0; in_place && k < s->p.nsums; k++)
            memcpy(sum_row(&s->p, s->prime, k) + at, block[k], n * sizeof(double));
    }
}

/* All the work modulo one prime. `jobs` has room for operands and sums. */
static void run_prime(step *s, unsigned prime, cpm_ntt_job *jobs)
{
    const cpm_ntt *ntt = &s->p.ctx->ntt;
    const cpm_ntt_field *field = &ntt->field[prime];
    size_t pieces = npieces(s->p.total);
    s->prime = prime;
    cpm_team_run(cpm_ntt_team(ntt, s->p.noperands * s->p.total), s->p.noperands * pieces, load_task,
                 s);
    for (size_t i = 0; i < s->p.noperands; i++)
        jobs[i] = (cpm_ntt_job){operand_row(&s->p, prime, i), field};
    cpm_ntt_forward(ntt, jobs, s->p.noperands, s->p.shape);
    cpm_team_run(cpm_ntt_team(ntt, s->p.nsums * s->p.total), pieces, product_task, s);
    for (size_t i = 0; i < s->p.nsums; i++)
        jobs[i] = (cpm_ntt_job){sum_row(&s->p, prime, i), field};
    cpm_ntt_inverse(ntt, jobs, s->p.nsums, s->p.shape);
}

/* ---- From coefficients to limbs ------------------------------------------------------ */

/* What a piece of the result leaves for the limbs after it: TAIL digits and a
 * carry above them. */
typedef struct tail {
    uint64_t limb[TAIL];
    int64_t carry;
} tail;

typedef struct carry_run {
    const plan *p;
    const cpm_ntt_crt *crt;
    size_t sum;
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
    size_t begin = i * PIECE, end = piece_end(begin, r->ncoeffs);
    unsigned nprimes = r->p->nprimes;
    digit_block d;
    memset(&d, 0, sizeof d);
    int64_t carry = 0;
    while (begin < end) {
        size_t n = end - begin < CPM_NTT_CRT_BLOCK ? end - begin : CPM_NTT_CRT_BLOCK;
        size_t padded = (n + 7) & ~(size_t)7; /* within total, a multiple of 64 */
        const double *x[CPM_NTT_MAX_PRIMES] = {NULL};
        uint64_t *digit[CPM_NTT_MAX_PRIMES] = {NULL};
        for (unsigned k = 0; k < nprimes; k++)
            x[k] = sum_row(r->p, k, r->sum) + begin;
        for (unsigned k = 0; k + 1 < nprimes; k++)
            digit[k] = d.digit[k] + TAIL;
        r->p->ctx->ntt.kernel->crt_digits(digit, d.top + TAIL, x, padded, r->crt);
        size_t k = n & ~(size_t)7; /* by vectors, if no carry runs */
        int64_t by_vectors = carry;
        if (r->p->ctx->ntt.kernel->add_digits(r->limb + begin, &by_vectors, digit, d.top + TAIL, k,
                                              nprimes))
            carry = by_vectors;
        else
            k = 0;
        for (; k < n; k++)
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

void cpm_dec_recycle(cpm_dec_ctx *ctx, cpm_dec *x)
{
    cpm_dec *least = &ctx->spare[ctx->spare[1].cap < ctx->spare[0].cap];
    if (least->cap < x->cap)
        cpm_dec_swap(least, x);
    cpm_dec_clear(x);
}

/* Room for len limbs: spare ones, or as many as are going to be needed. */
static cpm_status take_limbs(cpm_dec *out, size_t len, cpm_dec_ctx *ctx, cpm_err *err)
{
    for (size_t i = 0; i < 2 && out->cap < len; i++)
        if (ctx->spare[i].cap >= len)
            cpm_dec_swap(out, &ctx->spare[i]);
    return cpm_dec_reserve(out, len < ctx->limbs ? ctx->limbs : len, err);
}

/* Room for the limbs of a sum of which nothing else is left to do: its first row,
 * where each block of limbs goes over coefficients that have been read. */
static void take_work(cpm_dec *out, cpm_dec_ctx *ctx)
{
    cpm_dec_clear(out);
    out->limb = (uint64_t *)ctx->work;
    out->cap = ctx->work_cap;
}

/* The work is now the number's; as much of it as the number needs. */
static void keep_limbs(cpm_dec *out, cpm_dec_ctx *ctx)
{
    ctx->work = NULL;
    ctx->work_cap = 0;
    out->cap = out->len == 0 ? 1 : out->len;
    out->limb = cpm_big_shrink(out->limb, out->cap * sizeof *out->limb);
}

/* Sum `sum`, of ncoeffs coefficients, from its rows to a number. There are TAIL
 * limbs more than coefficients, enough for any carry. */
static cpm_status collect(cpm_dec *out, const plan *p, size_t sum, size_t ncoeffs, cpm_err *err)
{
    cpm_dec_ctx *ctx = p->ctx;
    size_t len = ncoeffs + TAIL, pieces = npieces(ncoeffs);
    cpm_ntt_crt crt = ctx->crt[p->nprimes - MIN_PRIMES];
    for (unsigned i = 0; i < p->nprimes; i++)
        crt.scale[i] = cpm_ntt_field_inverse(&ctx->ntt.field[i], p->total);
    tail *tails = cpm_calloc(pieces, sizeof *tails);
    if (tails == NULL)
        return cpm_err_memory(err);
    bool in_place = ctx->is_last && p->nsums == 1 && len <= ctx->work_cap;
    cpm_status status = CPM_OK;
    if (in_place)
        take_work(out, ctx);
    else
        status = take_limbs(out, len, ctx, err);
    if (status == CPM_OK) {
        carry_run r = {p, &crt, sum, out->limb, ncoeffs, tails};
        cpm_team_run(cpm_ntt_team(&ctx->ntt, ncoeffs), pieces, carry_task, &r);
        if (in_place)
            cpm_team_dismiss(ctx->ntt.team);
        memset(out->limb + ncoeffs, 0, TAIL * sizeof *out->limb);
        int64_t carry = 0;
        for (size_t i = 0; i < pieces; i++)
            carry += add_tail(out->limb, piece_end(i * PIECE, ncoeffs), len, &tails[i]);
        out->len = len;
        out->negative = carry < 0;
        if (carry < 0)
            complement(out->limb, len);
        cpm_dec_normalise(out);
        if (in_place)
            keep_limbs(out, ctx);
    }
    free(tails);
    return status;
}

/* ---- Sums ------------------------------------------------------------------------------ */

/* Balanced digits, of which there may be one more than limbs. */
static size_t digits_of(const cpm_dec *a)
{
    if (a == NULL || a->len == 0)
        return a == NULL;
    return a->len + (a->limb[a->len - 1] >= B / 2);
}

static bool is_zero(const cpm_dec_term *t)
{
    return t->c == 0 || digits_of(t->a) == 0 || digits_of(t->b) == 0;
}

/* What the sums need: the longest product, the largest weight. */
static cpm_status measure(size_t *nlimbs, size_t *weight, const cpm_dec_sum *sums, size_t nsums,
                          cpm_err *err)
{
    *nlimbs = *weight = 1;
    for (size_t i = 0; i < nsums; i++) {
        size_t sum = 0;
        for (size_t k = 0; k < sums[i].nterms; k++) {
            const cpm_dec_term *t = &sums[i].terms[k];
            size_t a = digits_of(t->a), b = digits_of(t->b), part;
            uint64_t c = t->c < 0 ? 0 - (uint64_t)t->c : (uint64_t)t->c;
            if (!cpm_size_mul(&part, a < b ? a : b, c) || !cpm_size_add(&sum, sum, part) ||
                sum >> 63 != 0)
                return cpm_err_set(err, CPM_ERR_LIMIT, "the coefficients of a sum are too large");
            if (!is_zero(t) && a + b - 1 > *nlimbs)
                *nlimbs = a + b - 1;
        }
        if (sum > *weight)
            *weight = sum;
    }
    return CPM_OK;
}

static size_t index_of(step *s, const cpm_dec *a)
{
    if (a == NULL)
        return NONE;
    for (size_t i = 0; i < s->p.noperands; i++)
        if (s->operands[i] == a)
            return i;
    s->operands[s->p.noperands] = a;
    return s->p.noperands++;
}

static void step_clear(step *s)
{
    free(s->operands);
    free(s->terms);
    free(s->begin);
}

/* Numbers the operands of the terms that are not zero. */
static cpm_status step_init(step *s, const cpm_dec_sum *sums, size_t nsums, cpm_err *err)
{
    size_t nterms = 0, n = 0;
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < nsums; i++)
        nterms += sums[i].nterms;
    s->operands = cpm_calloc(2 * nterms, sizeof *s->operands);
    s->terms = cpm_calloc(nterms, sizeof *s->terms);
    s->begin = cpm_calloc(nsums + 1, sizeof *s->begin);
    if (s->operands == NULL || s->terms == NULL || s->begin == NULL)
        return cpm_err_memory(err);
    for (size_t i = 0; i < nsums; i++) {
        for (size_t k = 0; k < sums[i].nterms; k++) {
            const cpm_dec_term *t = &sums[i].terms[k];
            if (is_zero(t))
                continue;
            bool minus = (t->a != NULL && t->a->negative) != (t->b != NULL && t->b->negative);
            size_t a = index_of(s, t->a);
            s->terms[n++] = (indexed_term){a, index_of(s, t->b), minus ? -t->c : t->c};
        }
        s->begin[i + 1] = n;
    }
    return CPM_OK;
}

/* The coefficients of sum i. */
static size_t coefficients(const step *s, size_t i)
{
    size_t n = 0;
    for (size_t t = s->begin[i]; t < s->begin[i + 1]; t++) {
        size_t a = s->terms[t].a == NONE ? 1 : digits_of(s->operands[s->terms[t].a]);
        size_t b = s->terms[t].b == NONE ? 1 : digits_of(s->operands[s->terms[t].b]);
        if (a + b - 1 > n)
            n = a + b - 1;
    }
    return n;
}

/* Each sum modulo the prime of the context. */
static void check_sums(uint64_t *residue, const cpm_dec_sum *sums, size_t nsums, uint64_t q)
{
    for (size_t i = 0; i < nsums; i++) {
        residue[i] = 0;
        for (size_t k = 0; k < sums[i].nterms; k++) {
            const cpm_dec_term *t = &sums[i].terms[k];
            uint64_t r = (t->c < 0 ? 0 - (uint64_t)t->c : (uint64_t)t->c) % q;
            if (t->a != NULL)
                r = n_mulmod2(r, cpm_dec_mod_ui(t->a, q), q);
            if (t->b != NULL)
                r = n_mulmod2(r, cpm_dec_mod_ui(t->b, q), q);
            residue[i] = n_addmod(residue[i], t->c < 0 ? n_negmod(r, q) : r, q);
        }
    }
}

static cpm_status check_results(cpm_dec *const *out, const uint64_t *residue, size_t nsums,
                                uint64_t q, cpm_err *err)
{
    for (size_t i = 0; i < nsums; i++)
        if (cpm_dec_mod_ui(out[i], q) != residue[i])
            return cpm_err_set(err, CPM_ERR_INTERNAL,
                               "a product of %zu limbs fails its check modulo %llu", out[i]->len,
                               (unsigned long long)q);
    return CPM_OK;
}

static cpm_status run_step(cpm_dec *const *out, step *s, cpm_err *err)
{
    size_t n = s->p.noperands > s->p.nsums ? s->p.noperands : s->p.nsums;
    cpm_ntt_job *jobs = cpm_calloc(n, sizeof *jobs);
    size_t *ncoeffs = cpm_calloc(s->p.nsums, sizeof *ncoeffs);
    cpm_status status = jobs && ncoeffs ? CPM_OK : cpm_err_memory(err);
    if (status == CPM_OK) {
        for (unsigned i = 0; i < s->p.nprimes; i++)
            run_prime(s, i, jobs);
        for (size_t i = 0; i < s->p.nsums; i++)
            ncoeffs[i] = coefficients(s, i);
    }
    for (size_t i = 0; i < s->p.nsums && status == CPM_OK; i++) {
        out[i]->len = 0; /* the operands are used up */
        out[i]->negative = false;
        if (ncoeffs[i] > 0)
            status = collect(out[i], &s->p, i, ncoeffs[i], err);
    }
    free(jobs);
    free(ncoeffs);
    return status;
}

cpm_status cpm_dec_sums(cpm_dec *const *out, const cpm_dec_sum *sums, size_t nsums,
                        cpm_dec_ctx *ctx, cpm_err *err)
{
    size_t nlimbs, weight;
    uint64_t *residue = NULL;
    step s;
    cpm_status status = measure(&nlimbs, &weight, sums, nsums, err);
    if (status != CPM_OK)
        return status;
    status = step_init(&s, sums, nsums, err);
    if (status == CPM_OK && ctx->check) {
        residue = cpm_calloc(nsums, sizeof *residue);
        if (residue == NULL)
            status = cpm_err_memory(err);
        else
            check_sums(residue, sums, nsums, ctx->check_prime);
    }
    if (status == CPM_OK)
        status = plan_init(&s.p, ctx, nlimbs, weight, s.p.noperands, nsums, err);
    if (status == CPM_OK)
        status = run_step(out, &s, err);
    if (status == CPM_OK && residue != NULL)
        status = check_results(out, residue, nsums, ctx->check_prime, err);
    free(residue);
    step_clear(&s);
    return status;
}

cpm_status cpm_dec_mul(cpm_dec *out, const cpm_dec *a, const cpm_dec *b, cpm_dec_ctx *ctx,
                       cpm_err *err)
{
    cpm_dec_term term = {a, b, 1};
    cpm_dec_sum sum = {&term, 1};
    return cpm_dec_sums(&out, &sum, 1, ctx, err);
}
