/* SPDX-License-Identifier: MIT
 *
 * poly_progression.c - values of block products on an arithmetic progression, doubled.
 *
 * Lagrange: a polynomial h of degree d with values at 0..d has
 *
 *     h(a+i) = prod_j (a+i-j)  sum_j w_j h(j) / (a+i-j),   w_j = (-1)^(d-j) / (j! (d-j)!),
 *
 * the sum being a coefficient of the product of sum w_j h(j) x^j with sum x^k/(a-d+k).
 * The shifts are by d+1, which makes the progression twice as long, and by s/v and
 * d+1+s/v, which move it by s. Where a number that is divided by is divisible by a
 * prime of the modulus after all, the plain loop does the work.
 */
#include "power/poly_progression.h"

#include "base/mem.h"
#include "bignum/nmod_mul.h"
#include "power/poly_words.h"
#include "power/progress.h"
#include "power/word_ring.h"

#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>
#include <string.h>

/* Values of dim x dim matrices at 0, v, 2v, ...: entry k at i v is at[k * cap + i]. */
typedef struct values {
    size_t count, cap;
    ulong *at; /* owned */
} values;

static cpm_status values_init(values *x, size_t count, size_t cap, cpm_err *err)
{
    *x = (values){.count = count, .cap = cap};
    x->at = cpm_calloc(count * cap, sizeof *x->at);
    return x->at == NULL ? cpm_err_memory(err) : CPM_OK;
}

/* The polynomials of one step, dim x dim of them, and all that is needed to multiply
 * their values together. Numbers are those of the ring. */
typedef struct progression {
    const fmpz_poly_struct *t; /* borrowed */
    size_t dim, degree;
    ulong step; /* v, a power of two */
    const cpm_config *config;
    cpm_ring ring;
    cpm_nmod_middle *middle; /* owned */
    ulong *inverse;          /* owned: 1/k!, k <= degree v */
    ulong *numbers;          /* owned: a-d, ..., a+d, and what becomes of them */
    ulong *partial;          /* owned: their products from the first on */
    ulong *scaled;           /* owned: w_j h(j) */
    values now, next;        /* B_s and B_2s at 0, v, 2v, ... */
    values moved, upper;     /* B_s s further on; B_s from the (d+1)-st value on */
    bool fails;              /* a number has no inverse */
} progression;

static void progression_clear(progression *g)
{
    cpm_nmod_middle_free(g->middle);
    free(g->inverse);
    free(g->numbers);
    free(g->partial);
    free(g->scaled);
    free(g->now.at);
    free(g->next.at);
    free(g->moved.at);
    free(g->upper.at);
}

static ulong in_ring(ulong a, const cpm_ring *r)
{
    fmpz_t number;
    fmpz_init_set_ui(number, a);
    ulong x = cpm_ring_set(number, r);
    fmpz_clear(number);
    return x;
}

/* *out = 1/a; false where there is none. */
static bool invert(ulong *out, ulong a, const cpm_ring *r)
{
    ulong inverse, common = n_gcdinv(&inverse, cpm_ring_get(a, r), r->m);
    *out = cpm_ring_mul(inverse, r->square, r, false);
    return common == 1;
}

/* 1/k! for k up to the longest degree, which is below all primes of the modulus. */
static void set_factorials(progression *g)
{
    size_t longest = g->degree * g->step;
    const cpm_ring *r = &g->ring;
    ulong product = r->one, k = 0, last;
    for (size_t i = 1; i <= longest; i++) {
        k = cpm_ring_add(k, r->one, r, false);
        product = cpm_ring_mul(product, k, r, false);
    }
    g->fails = !invert(&last, product, r);
    for (size_t i = longest + 1; i-- > 0;) {
        g->inverse[i] = last;
        last = cpm_ring_mul(last, k, r, false);
        k = cpm_ring_sub(k, r->one, r);
    }
}

static cpm_status progression_init(progression *g, const fmpz_poly_struct *t, size_t dim,
                                   size_t degree, ulong step, ulong m, const cpm_config *config,
                                   cpm_err *err)
{
    size_t longest = degree * step + 1;
    *g = (progression){.t = t,
                       .dim = dim,
                       .degree = degree,
                       .step = step,
                       .config = config,
                       .ring = cpm_ring_of(m),
                       .inverse = cpm_calloc(longest, sizeof *g->inverse),
                       .numbers = cpm_calloc(2 * longest, sizeof *g->numbers),
                       .partial = cpm_calloc(2 * longest, sizeof *g->partial),
                       .scaled = cpm_calloc(longest, sizeof *g->scaled)};
    cpm_status status = values_init(&g->now, dim * dim, longest + 1, err);
    if (status == CPM_OK)
        status = values_init(&g->next, dim * dim, longest + 1, err);
    if (status == CPM_OK)
        status = values_init(&g->moved, dim * dim, longest + 1, err);
    if (status == CPM_OK)
        status = values_init(&g->upper, dim * dim, longest + 1, err);
    if (status == CPM_OK)
        status = cpm_nmod_middle_new(&g->middle, m, config->nthreads, err);
    if (g->inverse == NULL || g->numbers == NULL || g->partial == NULL || g->scaled == NULL)
        status = cpm_err_memory(err);
    if (status == CPM_OK)
        set_factorials(g);
    return status;
}

/* ---- Lagrange ------------------------------------------------------------------------------ */

/* numbers[k] = 1/(a-d+k), k = 0..2d, a in the ring; *first = (a-d) ... a, not in the
 * ring. */
static void set_numbers(progression *g, size_t d, ulong a, ulong *first)
{
    const cpm_ring *r = &g->ring;
    ulong x = cpm_ring_sub(a, in_ring(d, r), r), product = r->one, inverse;
    for (size_t k = 0; k <= 2 * d; k++) {
        g->numbers[k] = x;
        g->partial[k] = product;
        product = cpm_ring_mul(product, x, r, false);
        x = cpm_ring_add(x, r->one, r, false);
        if (k == d)
            *first = cpm_ring_get(product, r);
    }
    g->fails = g->fails || !invert(&inverse, product, r);
    for (size_t k = 2 * d + 1; k-- > 0;) {
        ulong number = g->numbers[k];
        g->numbers[k] = cpm_ring_mul(inverse, g->partial[k], r, false);
        inverse = cpm_ring_mul(inverse, number, r, false);
    }
}

/* partial[i] = (a+i-d) ... (a+i), i = 0..d, not in the ring, from the inverses. */
static void set_products(progression *g, size_t d, ulong a, ulong first)
{
    const cpm_ring *r = &g->ring;
    for (size_t i = 0; i <= d; i++) {
        g->partial[i] = first;
        a = cpm_ring_add(a, r->one, r, false);
        first = cpm_ring_mul(first, a, r, false);
        first = cpm_ring_mul(first, g->numbers[i], r, false);
    }
}

/* to(i) = from(a+i), i = 0..d, of polynomials of degree d known at 0..d; a in the ring. */
static cpm_status shift(values *to, progression *g, const values *from, size_t d, ulong a,
                        cpm_err *err)
{
    const cpm_ring *r = &g->ring;
    ulong first = 0;
    set_numbers(g, d, a, &first);
    if (g->fails)
        return CPM_OK;
    set_products(g, d, a, first);
    cpm_status status = cpm_nmod_middle_set(g->middle, g->numbers, 2 * d + 1, d + 1, err);
    for (size_t k = 0; k < from->count && status == CPM_OK; k++) {
        const ulong *h = from->at + k * from->cap;
        ulong *out = to->at + k * to->cap;
        for (size_t j = 0; j <= d; j++) {
            ulong w = cpm_ring_mul(g->inverse[j], g->inverse[d - j], r, false);
            w = cpm_ring_mul(w, h[j], r, false);
            g->scaled[j] = (d - j) % 2 == 0 ? w : cpm_ring_sub(0, w, r);
        }
        status = cpm_nmod_middle_mul(g->scaled, g->middle, g->scaled, err);
        for (size_t i = 0; i <= d; i++) /* both from the ring: once too often by 2^64 */
            out[i] = cpm_ring_mul(g->scaled[i], g->partial[i], r, false);
    }
    return status;
}

/* ---- Doubling ---------------------------------------------------------------------------------
 */

/* out = left right, at one place of each; `out` is none of them. */
static void multiply_at(values *out, size_t to, const values *left, const values *right, size_t i,
                        size_t dim, const cpm_ring *r)
{
    for (size_t row = 0; row < dim; row++)
        for (size_t col = 0; col < dim; col++) {
            cpm_wide sum = 0;
            for (size_t k = 0; k < dim; k++)
                sum += (cpm_wide)left->at[(row * dim + k) * left->cap + i] *
                       right->at[(k * dim + col) * right->cap + i];
            out->at[(row * dim + col) * out->cap + to] = cpm_ring_reduce(sum, r, false);
        }
}

/* next(i) = moved(i) times `with`(i), from the place `at` on. */
static void multiply_values(progression *g, size_t at, const values *with, size_t count)
{
    for (size_t i = 0; i < count; i++)
        multiply_at(&g->next, at + i, &g->moved, with, i, g->dim, &g->ring);
}

/* From B_s at 0..d, d = degree s, to B_2s at 0..2d, or to d where that is enough. */
static cpm_status double_steps(progression *g, ulong s, bool is_enough, cpm_err *err)
{
    size_t d = g->degree * s;
    const cpm_ring *r = &g->ring;
    ulong inverse, behind = in_ring(d + 1, r);
    g->fails = !invert(&inverse, in_ring(g->step, r), r);
    ulong by = cpm_ring_mul(inverse, in_ring(s, r), r, false); /* s/v */
    cpm_status status = shift(&g->moved, g, &g->now, d, by, err);
    if (status == CPM_OK && !g->fails)
        multiply_values(g, 0, &g->now, d + 1);
    if (status == CPM_OK && !g->fails && !is_enough) {
        status = shift(&g->upper, g, &g->now, d, behind, err);
        if (status == CPM_OK && !g->fails)
            status = shift(&g->moved, g, &g->now, d, cpm_ring_add(by, behind, r, false), err);
        if (status == CPM_OK && !g->fails)
            multiply_values(g, d + 1, &g->upper, d);
    }
    values swap = g->now;
    g->now = g->next;
    g->next = swap;
    return status;
}

/* B_1 at 0..degree. */
static void set_first(progression *g)
{
    fmpz_t at, value;
    fmpz_init(at);
    fmpz_init(value);
    for (size_t k = 0; k < g->dim * g->dim; k++)
        for (size_t i = 0; i <= g->degree; i++) {
            fmpz_set_ui(at, g->step);
            fmpz_mul_ui(at, at, i);
            fmpz_poly_evaluate_fmpz(value, g->t + k, at);
            g->now.at[k * g->now.cap + i] = cpm_ring_set(value, &g->ring);
        }
    fmpz_clear(at);
    fmpz_clear(value);
}

/* B_v at 0, v, ..., at least `nblocks` of them. */
static cpm_status all_doublings(progression *g, ulong nblocks, cpm_err *err)
{
    cpm_status status = CPM_OK;
    set_first(g);
    for (ulong s = 1; s < g->step && status == CPM_OK && !g->fails; s *= 2) {
        bool is_enough = 2 * s == g->step && nblocks <= g->degree * s + 1;
        status = double_steps(g, s, is_enough, err);
        if (status == CPM_OK)
            status = cpm_progress(g->config, (double)s / (double)g->step, err);
    }
    return status;
}

/* x = B_v((nblocks-1) v) ... B_v(0) x */
static void apply_blocks(ulong *x, ulong *scratch, const progression *g, ulong nblocks)
{
    size_t dim = g->dim;
    for (ulong i = 0; i < nblocks; i++) {
        for (size_t row = 0; row < dim; row++) {
            cpm_wide sum = 0;
            for (size_t k = 0; k < dim; k++)
                sum += (cpm_wide)g->now.at[(row * dim + k) * g->now.cap + i] * x[k];
            scratch[row] = cpm_ring_reduce(sum, &g->ring, false);
        }
        memcpy(x, scratch, dim * sizeof *x);
    }
}

/* x = t(n-1) ... t(0) x modulo m, for n = nblocks * step; *fails where a number has no
 * inverse. */
static cpm_status multiply_blocks(fmpz *x, bool *fails, const fmpz_poly_struct *t, size_t dim,
                                  size_t degree, ulong step, ulong nblocks, ulong m,
                                  const cpm_config *config, cpm_err *err)
{
    progression g;
    ulong *y = cpm_calloc(2 * dim, sizeof *y);
    if (y == NULL)
        return cpm_err_memory(err);
    cpm_status status = progression_init(&g, t, dim, degree, step, m, config, err);
    if (status == CPM_OK && !g.fails)
        status = all_doublings(&g, nblocks, err);
    *fails = g.fails;
    if (status == CPM_OK && !g.fails) {
        for (size_t i = 0; i < dim; i++)
            y[i] = cpm_ring_set(x + i, &g.ring);
        apply_blocks(y, y + dim, &g, nblocks);
        for (size_t i = 0; i < dim; i++)
            fmpz_set_ui(x + i, cpm_ring_get(y[i], &g.ring));
    }
    progression_clear(&g);
    free(y);
    return status;
}

/* ---- All of it ----------------------------------------------------------------------------------
 */

/* The degree of T and that of q, of which constants that are numbers do not count. */
static void degrees(slong *of_t, slong *of_q, const cpm_polyform *form)
{
    *of_q = fmpz_poly_degree(form->q);
    *of_t = 0;
    for (size_t k = 0; k < form->dim * form->dim; k++)
        *of_t = FLINT_MAX(*of_t, fmpz_poly_degree(form->t + k));
    if (form->dim > 1)
        *of_t = FLINT_MAX(*of_t, 1);
}

/* v: the least power of two with so many steps in a block that deg v + 1 blocks are
 * enough, for T and q alike. */
static ulong block_length(const cpm_polyform *form, ulong n)
{
    slong of_t, of_q;
    degrees(&of_t, &of_q, form);
    slong least = of_q == 0 ? of_t : of_t == 0 ? of_q : FLINT_MIN(of_t, of_q);
    ulong v = 1;
    while ((double)v * ((double)v * (double)least + 1) < (double)n)
        v *= 2;
    return v;
}

/* Longer progressions would not fit any memory. */
#define MAX_LENGTH ((ulong)1 << 32)

ulong cpm_poly_progression_length(const cpm_polyform *form, const fmpz_t n, const fmpz_t m)
{
    n_factor_t primes;
    if (fmpz_bits(n) > 62 || !cpm_poly_words_fits(form, m) || fmpz_is_even(m) || fmpz_is_one(m))
        return 0;
    ulong v = block_length(form, fmpz_get_ui(n)), degree = (ulong)FLINT_MAX(form->degree, 1);
    if (v > MAX_LENGTH / degree)
        return 0;
    ulong length = degree * v + 1;
    n_factor_init(&primes);
    n_factor(&primes, fmpz_get_ui(m), 1);
    for (int k = 0; k < primes.num; k++)
        if (primes.p[k] <= 2 * length)
            return 0;
    return length;
}

double cpm_poly_progression_bytes(const cpm_polyform *form, ulong length)
{
    double entries = (double)(form->dim * form->dim);
    return (double)length * sizeof(ulong) * (4 * entries + 24);
}

/* numerators and den of the steps from `begin` on, by the loop: they are less than a
 * block. x is the state there. */
static cpm_status finish(fmpz *numerators, fmpz_t den, const cpm_polyform *form, const fmpz *x,
                         ulong begin, ulong n, const fmpz_t m, const cpm_config *config,
                         cpm_err *err)
{
    cpm_polyform rest = {0};
    cpm_status status = cpm_polyform_from(&rest, form, x, begin, err);
    if (status == CPM_OK)
        status = cpm_poly_words(numerators, den, &rest, n - begin, m, config, err);
    cpm_polyform_clear(&rest);
    return status;
}

/* *x = f(0) ... f(n-1), n = nblocks * step */
static cpm_status multiply_numbers(fmpz_t x, bool *fails, const fmpz_poly_t f, ulong step,
                                   ulong nblocks, const fmpz_t m, const cpm_config *config,
                                   cpm_err *err)
{
    slong degree = fmpz_poly_degree(f);
    fmpz_one(x);
    if (degree > 0)
        return multiply_blocks(x, fails, f, 1, (size_t)degree, step, nblocks, fmpz_get_ui(m),
                               config, err);
    fmpz_poly_get_coeff_fmpz(x, f, 0);
    fmpz_powm_ui(x, x, step * nblocks, m);
    return CPM_OK;
}

/* The state and the denominator after whole blocks. */
static cpm_status all_blocks(fmpz *x, fmpz_t den, bool *fails, const cpm_polyform *form, ulong step,
                             ulong nblocks, const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    slong of_t, of_q;
    degrees(&of_t, &of_q, form);
    _fmpz_vec_set(x, form->start, (slong)form->dim);
    cpm_status status = multiply_numbers(den, fails, form->q, step, nblocks, m, config, err);
    if (status != CPM_OK || *fails)
        return status;
    if (form->dim > 1)
        return multiply_blocks(x, fails, form->t, form->dim, (size_t)of_t, step, nblocks,
                               fmpz_get_ui(m), config, err);
    status = multiply_numbers(x, fails, form->t, step, nblocks, m, config, err);
    fmpz_mul(x, x, form->start);
    fmpz_mod(x, x, m);
    return status;
}

cpm_status cpm_poly_progression(fmpz *numerators, fmpz_t den, const cpm_polyform *form, ulong n,
                                const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    fmpz *x = _fmpz_vec_init((slong)form->dim);
    ulong step = block_length(form, n), nblocks = n / step;
    bool fails = false;
    fmpz_t of_blocks;
    fmpz_init(of_blocks);
    cpm_status status = all_blocks(x, of_blocks, &fails, form, step, nblocks, m, config, err);
    if (status == CPM_OK && fails) {
        status = cpm_poly_words(numerators, den, form, n, m, config, err);
    } else if (status == CPM_OK) {
        status = finish(numerators, den, form, x, step * nblocks, n, m, config, err);
        fmpz_mul(den, den, of_blocks);
        fmpz_mod(den, den, m);
    }
    _fmpz_vec_clear(x, (slong)form->dim);
    fmpz_clear(of_blocks);
    return status;
}
