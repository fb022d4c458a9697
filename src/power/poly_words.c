/* SPDX-License-Identifier: MIT
 *
 * poly_words.c - products of values of polynomials, and of matrices of them, modulo a
 * word.
 *
 * Values move on by their differences, deg f additions instead of Horner's products.
 * Products are those of P. L. Montgomery, "Modular multiplication without trial
 * division", Math. Comp. 44, 1985; a sum of products is reduced once. What a processor
 * waits for is the product before: so a product of numbers is done as several that
 * interleave, over blocks of steps, and rows M start from both ends, the column from
 * the first step on and the row from the last one back. Even moduli are done modulo
 * their odd part and modulo 2^64, where nothing needs to be reduced, and put together.
 */
#include "power/poly_words.h"

#include "base/mem.h"
#include "power/progress.h"
#include "power/word_ring.h"

#include <flint/fmpz_vec.h>
#include <stdlib.h>
#include <string.h>

/* ---- Differences -------------------------------------------------------------------- */

/* d[k * stride], k = 0..degree: f(at) and its differences, from f(at), f(at+step), ... */
static void set_differences(ulong *d, size_t stride, size_t degree, const fmpz_poly_t f,
                            const fmpz_t at, slong step, const cpm_ring *r)
{
    fmpz_t x, y;
    fmpz_init_set(x, at);
    fmpz_init(y);
    for (size_t k = 0; k <= degree; k++) {
        fmpz_poly_evaluate_fmpz(y, f, x);
        d[k * stride] = cpm_ring_set(y, r);
        fmpz_set_si(y, step);
        fmpz_add(x, x, y);
    }
    for (size_t k = 1; k <= degree; k++)
        for (size_t i = degree; i >= k; i--)
            d[i * stride] = cpm_ring_sub(d[i * stride], d[(i - 1) * stride], r);
    fmpz_clear(x);
    fmpz_clear(y);
}

/* So many steps are done between two looks at the clock. */
#define ROUND_STEPS ((ulong)1 << 20)

/* ---- Products of numbers ------------------------------------------------------------- */

/* Blocks of steps that are worked on at once. */
enum { CHAINS = 6 };

/* p[c] = p[c] times the next values of chain c, whose differences are d[k][c]. */
static inline __attribute__((always_inline)) void run_chains(ulong *restrict p,
                                                             ulong (*restrict d)[CHAINS],
                                                             size_t degree, ulong steps,
                                                             const cpm_ring *ring, bool binary)
{
    const cpm_ring r = *ring;
    while (steps-- > 0) {
#pragma GCC unroll 8
        for (size_t c = 0; c < CHAINS; c++)
            p[c] = cpm_ring_mul(p[c], d[0][c], &r, binary);
#pragma GCC unroll 4
        for (size_t k = 0; k < degree; k++)
#pragma GCC unroll 8
            for (size_t c = 0; c < CHAINS; c++)
                d[k][c] = cpm_ring_add(d[k][c], d[k + 1][c], &r, binary);
    }
}

/* The same for one degree, with everything in registers. */
enum { SHORT_DEGREE = 3 };

static inline __attribute__((always_inline)) void
run_short_chains(ulong *p, ulong (*d)[CHAINS], size_t degree, ulong steps, const cpm_ring *ring)
{
    ulong q[CHAINS], e[SHORT_DEGREE + 1][CHAINS];
    memcpy(q, p, sizeof q);
    memcpy(e, d, (degree + 1) * sizeof *e);
    run_chains(q, e, degree, steps, ring, false);
    memcpy(p, q, sizeof q);
    memcpy(d, e, (degree + 1) * sizeof *e);
}

static void run_some(ulong *p, ulong (*d)[CHAINS], size_t degree, ulong steps, const cpm_ring *r)
{
    if (r->binary)
        run_chains(p, d, degree, steps, r, true);
    else if (degree == 1)
        run_short_chains(p, d, 1, steps, r);
    else if (degree == 2)
        run_short_chains(p, d, 2, steps, r);
    else if (degree == 3)
        run_short_chains(p, d, 3, steps, r);
    else
        run_chains(p, d, degree, steps, r, false);
}

/* Chains of `length` steps each, one block after another from step 0 on. */
static cpm_status multiply_chains(ulong *out, const fmpz_poly_t f, ulong length, const cpm_ring *r,
                                  const cpm_config *config, cpm_err *err)
{
    size_t degree = (size_t)fmpz_poly_degree(f);
    ulong(*d)[CHAINS] = cpm_calloc(degree + 1, sizeof *d), p[CHAINS];
    if (d == NULL)
        return cpm_err_memory(err);
    fmpz_t at;
    fmpz_init(at);
    for (size_t c = 0; c < CHAINS; c++) {
        fmpz_set_ui(at, length);
        fmpz_mul_ui(at, at, c);
        set_differences(&d[0][c], CHAINS, degree, f, at, 1, r);
        p[c] = r->one;
    }
    fmpz_clear(at);
    cpm_status status = CPM_OK;
    for (ulong done = 0; done < length && status == CPM_OK; done += ROUND_STEPS) {
        run_some(p, d, degree, FLINT_MIN(ROUND_STEPS, length - done), r);
        status = cpm_progress(config, (double)done / (double)length, err);
    }
    free(d);
    *out = r->one;
    for (size_t c = 0; c < CHAINS; c++)
        *out = cpm_ring_mul(*out, p[c], r, r->binary);
    return status;
}

/* *out = f(0) f(1) ... f(n-1); f is not 0. */
static cpm_status multiply_values(ulong *out, const fmpz_poly_t f, ulong n, const cpm_ring *r,
                                  const cpm_config *config, cpm_err *err)
{
    ulong length = n / CHAINS;
    fmpz_t at, value;
    cpm_status status = multiply_chains(out, f, length, r, config, err);
    fmpz_init(at);
    fmpz_init(value);
    for (ulong j = length * CHAINS; j < n; j++) {
        fmpz_set_ui(at, j);
        fmpz_poly_evaluate_fmpz(value, f, at);
        *out = cpm_ring_mul(*out, cpm_ring_set(value, r), r, r->binary);
    }
    fmpz_clear(at);
    fmpz_clear(value);
    return status;
}

/* f^n where f is constant. */
static ulong power(const fmpz_t c, ulong n, const cpm_ring *r)
{
    ulong square = cpm_ring_set(c, r), out = r->one;
    for (; n > 0; n >>= 1) {
        if (n & 1)
            out = cpm_ring_mul(out, square, r, r->binary);
        square = cpm_ring_mul(square, square, r, r->binary);
    }
    return out;
}

static cpm_status multiply_all(ulong *out, const fmpz_poly_t f, ulong n, const cpm_ring *r,
                               const cpm_config *config, cpm_err *err)
{
    *out = n == 0 ? r->one : 0;
    if (n == 0 || fmpz_poly_is_zero(f))
        return CPM_OK;
    if (fmpz_poly_degree(f) > 0)
        return multiply_values(out, f, n, r, config, err);
    *out = power(fmpz_poly_get_coeff_ptr(f, 0), n, r);
    return CPM_OK;
}

/* ---- Products with vectors ------------------------------------------------------------- */

/* An entry of T that is not 0. */
typedef struct entry {
    size_t row, col, degree;
    ulong *d; /* in the chain: its value and differences */
} entry;

/* x = T(j) x for one j after another. */
typedef struct chain {
    size_t dim, nentries;
    ulong *x;       /* owned: dim */
    cpm_wide *sums; /* owned: dim */
    entry *entries; /* owned */
    ulong *d;       /* owned */
} chain;

static void chain_clear(chain *c)
{
    free(c->x);
    free(c->sums);
    free(c->entries);
    free(c->d);
    *c = (chain){0};
}

/* Zero vector; the steps begin at `at` and go up, or, transposed, down. */
static cpm_status chain_init(chain *c, const cpm_polyform *form, ulong at, bool transposed,
                             const cpm_ring *r, cpm_err *err)
{
    size_t dim = form->dim, length = (size_t)form->degree + 1;
    *c = (chain){.dim = dim,
                 .x = cpm_calloc(dim, sizeof *c->x),
                 .sums = cpm_calloc(dim, sizeof *c->sums),
                 .entries = cpm_calloc(dim * dim, sizeof *c->entries),
                 .d = cpm_calloc(dim * dim * length, sizeof *c->d)};
    if (c->x == NULL || c->sums == NULL || c->entries == NULL || c->d == NULL) {
        chain_clear(c);
        return cpm_err_memory(err);
    }
    fmpz_t begin;
    fmpz_init_set_ui(begin, at);
    for (size_t k = 0; k < dim * dim; k++) {
        const fmpz_poly_struct *f = form->t + k;
        if (fmpz_poly_is_zero(f))
            continue;
        entry *e = &c->entries[c->nentries++];
        *e = (entry){k / dim, k % dim, (size_t)fmpz_poly_degree(f), c->d + k * length};
        if (transposed)
            *e = (entry){e->col, e->row, e->degree, e->d};
        set_differences(e->d, 1, e->degree, f, begin, transposed ? -1 : 1, r);
    }
    fmpz_clear(begin);
    return CPM_OK;
}

static inline void chain_step(chain *c, const cpm_ring *r, bool binary)
{
    for (size_t i = 0; i < c->dim; i++)
        c->sums[i] = 0;
    for (size_t k = 0; k < c->nentries; k++) {
        const entry *e = &c->entries[k];
        c->sums[e->row] += (cpm_wide)e->d[0] * c->x[e->col];
        for (size_t i = 0; i < e->degree; i++)
            e->d[i] = cpm_ring_add(e->d[i], e->d[i + 1], r, binary);
    }
    for (size_t i = 0; i < c->dim; i++)
        c->x[i] = cpm_ring_reduce(c->sums[i], r, binary);
}

/* Two variables, all entries of one degree: in registers. Of recurrences the last entry
 * is 0, which a loop of its own leaves out. */
typedef struct pair {
    ulong x[2];
    ulong d[4][4]; /* [entry][difference] */
} pair;

enum { PAIR_DEGREE = 3 };

static inline __attribute__((always_inline)) void pair_step(pair *c, size_t degree, size_t entries,
                                                            const cpm_ring *r)
{
    cpm_wide top = (cpm_wide)c->d[0][0] * c->x[0] + (cpm_wide)c->d[1][0] * c->x[1];
    cpm_wide bottom = (cpm_wide)c->d[2][0] * c->x[0];
    if (entries == 4)
        bottom += (cpm_wide)c->d[3][0] * c->x[1];
#pragma GCC unroll 4
    for (size_t k = 0; k < degree; k++)
#pragma GCC unroll 4
        for (size_t e = 0; e < entries; e++)
            c->d[e][k] = cpm_ring_add(c->d[e][k], c->d[e][k + 1], r, false);
    c->x[0] = cpm_ring_reduce(top, r, false);
    c->x[1] = cpm_ring_reduce(bottom, r, false);
}

static inline __attribute__((always_inline)) void
run_pairs(pair *a, pair *b, size_t degree, size_t entries, ulong steps, const cpm_ring *ring)
{
    const cpm_ring r = *ring;
    pair left = *a, right = *b;
    while (steps-- > 0) {
        pair_step(&left, degree, entries, &r);
        pair_step(&right, degree, entries, &r);
    }
    *a = left;
    *b = right;
}

/* The loop for each degree, and for three entries. */
static void run_some_pairs(pair *a, pair *b, size_t degree, bool is_register, ulong steps,
                           const cpm_ring *r)
{
    if (degree <= 1 && is_register)
        run_pairs(a, b, 1, 3, steps, r);
    else if (degree <= 1)
        run_pairs(a, b, 1, 4, steps, r);
    else if (degree == 2 && is_register)
        run_pairs(a, b, 2, 3, steps, r);
    else if (degree == 2)
        run_pairs(a, b, 2, 4, steps, r);
    else if (is_register)
        run_pairs(a, b, 3, 3, steps, r);
    else
        run_pairs(a, b, 3, 4, steps, r);
}

static bool has_corner(const chain *c)
{
    for (size_t k = 0; k < c->nentries; k++)
        if (c->entries[k].row == 1 && c->entries[k].col == 1)
            return true;
    return false;
}

static void pair_load(pair *p, const chain *c)
{
    *p = (pair){{c->x[0], c->x[1]}, {{0}}};
    for (size_t k = 0; k < c->nentries; k++)
        for (size_t i = 0; i <= c->entries[k].degree; i++)
            p->d[c->entries[k].row * 2 + c->entries[k].col][i] = c->entries[k].d[i];
}

static void pair_store(chain *c, const pair *p)
{
    for (size_t k = 0; k < c->nentries; k++)
        for (size_t i = 0; i <= c->entries[k].degree; i++)
            c->entries[k].d[i] = p->d[c->entries[k].row * 2 + c->entries[k].col][i];
    c->x[0] = p->x[0];
    c->x[1] = p->x[1];
}

static void run_both(chain *a, chain *b, size_t degree, ulong steps, const cpm_ring *r)
{
    if (a->dim == 2 && degree <= PAIR_DEGREE && !r->binary) {
        pair left, right;
        pair_load(&left, a);
        pair_load(&right, b);
        run_some_pairs(&left, &right, degree, !has_corner(a) && !has_corner(b), steps, r);
        pair_store(a, &left);
        pair_store(b, &right);
        return;
    }
    while (steps-- > 0) {
        chain_step(a, r, r->binary);
        chain_step(b, r, r->binary);
    }
}

/* column = T(half-1) ... T(0) start; row = row k of the outputs T(n-1) ... T(half). */
static cpm_status run_halves(chain *column, chain *row, const cpm_polyform *form, ulong half,
                             ulong rest, const cpm_ring *r, const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (ulong done = 0; done < half && status == CPM_OK; done += ROUND_STEPS) {
        run_both(column, row, (size_t)form->degree, FLINT_MIN(ROUND_STEPS, half - done), r);
        status = cpm_progress(config, (double)done / (double)half, err);
    }
    if (rest > 0)
        chain_step(row, r, r->binary);
    return status;
}

/* *out = rows_k T(n-1) ... T(0) start */
static cpm_status multiply_output(ulong *out, const cpm_polyform *form, size_t k, ulong n,
                                  const cpm_ring *r, const cpm_config *config, cpm_err *err)
{
    chain column = {0}, row = {0};
    ulong half = n / 2;
    cpm_status status = chain_init(&column, form, 0, false, r, err);
    if (status == CPM_OK)
        status = chain_init(&row, form, n == 0 ? 0 : n - 1, true, r, err);
    for (size_t i = 0; i < form->dim && status == CPM_OK; i++) {
        column.x[i] = cpm_ring_set(form->start + i, r);
        row.x[i] = cpm_ring_set(form->rows + k * form->dim + i, r);
    }
    if (status == CPM_OK)
        status = run_halves(&column, &row, form, half, n % 2, r, config, err);
    *out = 0;
    for (size_t i = 0; i < form->dim && status == CPM_OK; i++)
        *out = cpm_ring_add(*out, cpm_ring_mul(column.x[i], row.x[i], r, r->binary), r, r->binary);
    chain_clear(&column);
    chain_clear(&row);
    return status;
}

/* ---- All of it ---------------------------------------------------------------------------- */

/* numerators[k], k < noutputs, and den after them, in this ring. */
static cpm_status products(ulong *out, const cpm_polyform *form, ulong n, const cpm_ring *r,
                           const cpm_config *config, cpm_err *err)
{
    cpm_status status = multiply_all(&out[form->noutputs], form->q, n, r, config, err);
    ulong factor = 0;
    if (form->dim == 1 && status == CPM_OK)
        status = multiply_all(&factor, form->t, n, r, config, err);
    for (size_t k = 0; k < form->noutputs && status == CPM_OK; k++) {
        if (form->dim == 1) {
            out[k] = cpm_ring_mul(factor, cpm_ring_set(form->start, r), r, r->binary);
            out[k] = cpm_ring_mul(out[k], cpm_ring_set(form->rows + k, r), r, r->binary);
        } else {
            status = multiply_output(&out[k], form, k, n, r, config, err);
        }
    }
    for (size_t k = 0; k <= form->noutputs && status == CPM_OK; k++)
        out[k] = cpm_ring_get(out[k], r);
    return status;
}

bool cpm_poly_words_fits(const cpm_polyform *form, const fmpz_t m)
{
    return fmpz_bits(m) + FLINT_BIT_COUNT(form->dim) <= FLINT_BITS && fmpz_bits(m) <= 62;
}

/* x, modulo odd * 2^k, from its residues. */
static void put_together(fmpz_t x, ulong of_odd, ulong of_power, ulong odd, ulong power_of_two)
{
    fmpz_t a, m, n;
    fmpz_init_set_ui(a, of_odd);
    fmpz_init_set_ui(m, odd);
    fmpz_init_set_ui(n, power_of_two);
    if (power_of_two == 1)
        fmpz_set(x, a);
    else if (odd == 1)
        fmpz_set_ui(x, of_power % power_of_two);
    else
        fmpz_CRT_ui(x, a, m, of_power % power_of_two, power_of_two, 0);
    fmpz_clear(a);
    fmpz_clear(m);
    fmpz_clear(n);
}

cpm_status cpm_poly_words(fmpz *numerators, fmpz_t den, const cpm_polyform *form, ulong n,
                          const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    size_t count = form->noutputs + 1;
    ulong *of_odd = cpm_calloc(2 * count, sizeof *of_odd);
    if (of_odd == NULL)
        return cpm_err_memory(err);
    ulong *of_power = of_odd + count;
    ulong odd = fmpz_get_ui(m), power_of_two = odd & -odd;
    odd /= power_of_two;
    cpm_status status = CPM_OK;
    if (odd > 1) {
        cpm_ring r = cpm_ring_of(odd);
        status = products(of_odd, form, n, &r, config, err);
    }
    if (power_of_two > 1 && status == CPM_OK)
        status = products(of_power, form, n, &CPM_RING_BINARY, config, err);
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        put_together(k < form->noutputs ? numerators + k : den, of_odd[k], of_power[k], odd,
                     power_of_two);
    free(of_odd);
    return status;
}
