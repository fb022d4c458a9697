/* SPDX-License-Identifier: MIT
 *
 * nmod_transform.c - [x^n] P/Q modulo a word m by transforms that are kept.
 *
 * A. Bostan, R. Mori, "A simple and fast algorithm for computing the N-th term
 * of a linearly recurrent sequence", SOSA 2021, section 4. P and Q are held by
 * their values at the 2M-th roots of unity, M above the degree, as two
 * transforms of length M: the cyclic one (x^M = 1) and the negacyclic one
 * (x^M = -1). The values at x and -x lie side by side, so that those of
 * V(x^2) = Q(x) Q(-x) at all M-th roots come from products of neighbours; the
 * same for the even or odd part of P(x) Q(-x). One transform back and one
 * negacyclic transform forward give the other half: four transforms of length M
 * a step, where products from scratch need at least six of 2M.
 *
 * That runs modulo m itself when m is a prime below 2^50 with enough roots of
 * unity. For other m the step is done over the integers modulo one to four
 * primes of 50 bits, and its result, unique by the bound (d+1) (m/2)^2 on the
 * coefficients, is reduced modulo m: six transforms of length M a prime.
 *
 * When n falls below the degree, the coefficients above x^n are dropped and the
 * length is halved with n. Cost: O(M(d) log n). Memory: 6 rows of M words, or
 * 6 + 2 primes.
 */
#include "bignum/nmod_transform.h"

#include "base/mem.h"
#include "bignum/nmod_digits.h"

#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MIN_LEN = 2 * CPM_NTT_LEAF, PIECE = 1 << 13 };

typedef struct mori {
    cpm_ntt *ntt;                                   /* borrowed */
    const cpm_ntt_field *field[CPM_NTT_MAX_PRIMES]; /* borrowed */
    unsigned nfields;                               /* 1 when direct */
    bool direct;                                    /* modulo m itself */
    bool wide;                                      /* m >= 2^50: state rows hold words */
    uint64_t m;
    cpm_ntt_shape cyclic, negacyclic;
    size_t total;
    /* The rows of work. pc, pn, qc, qn: cyclic and negacyclic values of P and Q;
     * u, v: results for each prime (one pair when direct); p, q: coefficients,
     * when not direct. */
    double *pc, *pn, *qc, *qn, *u[CPM_NTT_MAX_PRIMES], *v[CPM_NTT_MAX_PRIMES], *p, *q;
    bool scaled; /* pn, qn are total times the values */
    cpm_ntt_crt crt;
    double weight[CPM_NTT_MAX_PRIMES]; /* p_0 ... p_(k-1) modulo m */
    /* What the tasks need. */
    unsigned prime;
    bool odd;
} mori;

/* ---- Setting up ----------------------------------------------------------------- */

/* The fewest primes whose product is more than twice any coefficient of a step
 * on polynomials of `len` coefficients. */
static unsigned primes_needed(uint64_t m, size_t len)
{
    double bound = m >> 50 ? (double)m : 0.52 * (double)m + 1;
    double bits = 2 * log2(bound) + log2((double)len) + 1.01, have = 0;
    unsigned n = 0;
    while (n < CPM_NTT_MAX_PRIMES && have <= bits)
        have += log2((double)cpm_ntt_primes[n++]);
    return have > bits ? n : 0;
}

static void crt_init(mori *s)
{
    memset(&s->crt, 0, sizeof s->crt);
    s->crt.nprimes = s->nfields;
    uint64_t product = 1;
    for (unsigned i = 0; i < s->nfields; i++) {
        s->crt.p[i] = (double)s->field[i]->prime;
        s->crt.pinv[i] = 1.0 / s->crt.p[i];
        s->crt.scale[i] = cpm_ntt_field_inverse(s->field[i], s->total);
        for (unsigned j = 0; j < i; j++)
            s->crt.inv[i][j] = cpm_ntt_field_inverse(s->field[i], s->field[j]->prime);
        s->weight[i] = product > s->m / 2 ? -(double)(s->m - product) : (double)product;
        product = n_mulmod2(product, s->field[i]->prime % s->m, s->m);
    }
}

static cpm_ntt_shape long_enough(size_t len, bool odd_allowed)
{
    cpm_ntt_shape shape = cpm_ntt_shape_for(len, odd_allowed);
    return shape.len < MIN_LEN ? cpm_ntt_shape_for(len < MIN_LEN ? MIN_LEN : len, false) : shape;
}

static void rows_init(mori *s, double *row)
{
    double **const fixed[] = {&s->pc, &s->pn, &s->qc, &s->qn};
    for (size_t i = 0; i < 4; i++, row += s->total)
        *fixed[i] = row;
    for (unsigned i = 0; i < s->nfields; i++, row += 2 * s->total) {
        s->u[i] = row;
        s->v[i] = row + s->total;
    }
    s->p = s->direct ? NULL : row;
    s->q = s->direct ? NULL : row + s->total;
}

/* The rows of a round; the first one, the longest, lends them to the others. */
static cpm_status make_room(cpm_nmod_transform *t, size_t want, cpm_err *err)
{
    if (want <= t->nroom)
        return CPM_OK;
    cpm_big_free(t->room);
    t->room = cpm_big_alloc(want, sizeof *t->room);
    t->nroom = t->room == NULL ? 0 : want;
    return t->room == NULL ? cpm_err_memory(err) : CPM_OK;
}

/* For polynomials of `len` coefficients. */
static cpm_status mori_init(mori *s, cpm_nmod_transform *t, uint64_t m, size_t len, cpm_err *err)
{
    memset(s, 0, sizeof *s);
    cpm_ntt *ntt = s->ntt = &t->ntt;
    cpm_ntt_field *own = &t->own;
    s->m = m;
    if (t->has_own) {
        bool odd_allowed = own->odd_twist[0] != NULL && own->odd_twist[1] != NULL;
        s->cyclic = long_enough(len, odd_allowed);
        s->direct = s->cyclic.len != 0 && 2 * s->cyclic.len <= cpm_ntt_field_max_len(own);
    }
    s->nfields = s->direct ? 1 : primes_needed(m, len);
    if (!s->direct)
        s->cyclic = long_enough(len, true);
    s->wide = m >> 50 != 0;
    if (s->nfields == 0 || s->cyclic.len == 0 ||
        2 * s->cyclic.len > cpm_ntt_field_max_len(&ntt->field[0]))
        return cpm_err_set(err, CPM_ERR_LIMIT, "the recurrence is too long");
    if (s->wide && s->nfields < 3)
        s->nfields = 3; /* garner_rows has no other form */
    s->negacyclic = s->cyclic;
    s->negacyclic.negate = true;
    s->total = cpm_ntt_shape_total(s->cyclic);
    cpm_status status = CPM_OK;
    for (unsigned i = 0; i < s->nfields && status == CPM_OK; i++) {
        cpm_ntt_field *field = s->direct ? own : &ntt->field[i];
        s->field[i] = field;
        status = cpm_ntt_field_prepare(field, ntt->kernel, s->negacyclic, err);
    }
    if (status != CPM_OK)
        return status;
    crt_init(s);
    size_t nrows = 4 + 2 * s->nfields + (s->direct ? 0 : 2), want;
    if (!cpm_size_mul(&want, nrows, s->total))
        return cpm_err_memory(err);
    status = make_room(t, want, err);
    if (status == CPM_OK)
        rows_init(s, t->room);
    return status;
}

/* ---- The products of neighbours ---------------------------------------------------- */

/* What the values x of row `row` have in common: x = that * s(j). */
static double row_factor_inverse(const mori *s, size_t row)
{
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(s->field[s->prime], s->cyclic);
    unsigned n = s->cyclic.odd, m = 1;
    if (n == 1)
        return 1;
    while (m * (s->cyclic.len % n) % n != 1)
        m++;
    return mod->odd_twist[8 * ((n - row * m % n) % n) * n + 1]; /* z^(-row m) */
}

/* Part of one half (cyclic 0, negacyclic 1) of one row: i counts parts, rows,
 * halves. */
static void pair_task(void *ctx, size_t i)
{
    const mori *s = ctx;
    const cpm_ntt_kernel *kernel = s->ntt->kernel;
    const cpm_ntt_field *field = s->field[s->prime];
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(field, s->cyclic);
    size_t len = s->cyclic.len, piece = len < PIECE ? len : PIECE, parts = len / piece;
    size_t at = i % parts * piece, row = i / parts % s->cyclic.odd;
    size_t half = i / parts / s->cyclic.odd;
    size_t from = row * len + at;
    size_t to = 2 * row % s->cyclic.odd * len + half * (len / 2) + at / 2;
    uint64_t square = n_mulmod2(s->total % field->prime, s->total % field->prime, field->prime);
    uint64_t divisor = half == 1 && s->scaled ? square : 1;
    double c = cpm_ntt_field_inverse(field, divisor);
    double c_half = cpm_ntt_field_inverse(field, 2 * divisor);
    const double *p = half ? s->pn : s->pc, *q = half ? s->qn : s->qc;
    double *u = s->u[s->direct ? 0 : s->prime], *v = s->v[s->direct ? 0 : s->prime];
    if (s->odd)
        c_half = cpm_ntt_field_product(field, c_half, row_factor_inverse(s, row));
    kernel->pair_mix(u + to, p + from, q + from, c_half, s->odd, (half * len + at) / CPM_NTT_LEAF,
                     piece, mod);
    kernel->pair_square(v + to, q + from, c, piece, mod);
}

static void pairs(mori *s, unsigned prime, bool odd)
{
    size_t len = s->cyclic.len, parts = len < PIECE ? 1 : len / PIECE;
    s->prime = prime;
    s->odd = odd;
    cpm_team_run(cpm_ntt_team(s->ntt, s->total), 2 * s->cyclic.odd * parts, pair_task, s);
}

/* ---- Steps modulo m itself ----------------------------------------------------------- */

static void swap_rows(double **a, double **b)
{
    double *t = *a;
    *a = *b;
    *b = t;
}

static void transform_inputs(mori *s, unsigned i)
{
    cpm_ntt_job cyclic[] = {{s->pc, s->field[i]}, {s->qc, s->field[i]}};
    cpm_ntt_job negacyclic[] = {{s->pn, s->field[i]}, {s->qn, s->field[i]}};
    cpm_ntt_forward(s->ntt, cyclic, 2, s->cyclic);
    cpm_ntt_forward(s->ntt, negacyclic, 2, s->negacyclic);
}

static void step_direct(mori *s, bool odd)
{
    pairs(s, 0, odd);
    memcpy(s->pn, s->u[0], s->total * sizeof *s->pn);
    memcpy(s->qn, s->v[0], s->total * sizeof *s->qn);
    cpm_ntt_job jobs[] = {{s->pn, s->field[0]}, {s->qn, s->field[0]}};
    cpm_ntt_inverse(s->ntt, jobs, 2, s->cyclic);
    cpm_ntt_forward(s->ntt, jobs, 2, s->negacyclic);
    s->scaled = true;
    swap_rows(&s->pc, &s->u[0]);
    swap_rows(&s->qc, &s->v[0]);
}

/* ---- Steps by several primes ----------------------------------------------------------- */

/* The coefficients in row `from` to two rows of residues. */
static void spread(const mori *s, double *a, double *b, const double *from, unsigned prime)
{
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(s->field[prime], s->cyclic);
    if (s->wide)
        s->ntt->kernel->load(a, (const uint64_t *)(const void *)from, s->total, mod);
    else
        memcpy(a, from, s->total * sizeof *a);
    memcpy(b, a, s->total * sizeof *b);
}

/* A row of results of all primes to coefficients modulo m, piece i; the rows of
 * both polynomials one after the other. */
static void recover_task(void *ctx, size_t i)
{
    const mori *s = ctx;
    size_t pieces = (s->total + PIECE - 1) / PIECE;
    size_t at = i % pieces * PIECE, n = s->total - at < PIECE ? s->total - at : PIECE;
    double *const *rows = i < pieces ? s->u : s->v;
    double *out = (i < pieces ? s->p : s->q) + at, *y[CPM_NTT_MAX_PRIMES] = {NULL};
    const double *x[CPM_NTT_MAX_PRIMES] = {NULL};
    for (unsigned k = 0; k < s->nfields; k++)
        x[k] = y[k] = rows[k] + at;
    if (s->wide) {
        s->ntt->kernel->garner_rows(y, x, n, &s->crt);
        cpm_nmod_of_digits((uint64_t *)(void *)out, y, n, s->crt.p, s->nfields, s->m);
    } else {
        s->ntt->kernel->crt_mod(out, x, n, s->weight, (double)s->m, &s->crt);
    }
}

static void step_by_primes(mori *s, bool odd)
{
    for (unsigned i = 0; i < s->nfields; i++) {
        spread(s, s->pc, s->pn, s->p, i);
        spread(s, s->qc, s->qn, s->q, i);
        transform_inputs(s, i);
        pairs(s, i, odd);
        cpm_ntt_job jobs[] = {{s->u[i], s->field[i]}, {s->v[i], s->field[i]}};
        cpm_ntt_inverse(s->ntt, jobs, 2, s->cyclic);
    }
    cpm_team_run(cpm_ntt_team(s->ntt, s->total), 2 * ((s->total + PIECE - 1) / PIECE), recover_task,
                 s);
}

/* ---- In and out ---------------------------------------------------------------------------- */

/* Whether a residue is above m/2 is as good as random: no branches on that. */
static void put_coefficients(const mori *s, double *row, const ulong *a, size_t n)
{
    if (s->wide) {
        memcpy(row, a, n * sizeof *a);
    } else {
        uint64_t m = s->m, half = s->m / 2;
        for (size_t i = 0; i < n; i++)
            row[i] = (double)(int64_t)(a[i] - (m & (0 - (uint64_t)(a[i] > half))));
    }
    memset(row + n, 0, (s->total - n) * sizeof *row);
}

/* From residues above -m and below m. */
static void get_coefficients(const mori *s, ulong *a, const double *row, size_t n)
{
    if (s->wide) {
        memcpy(a, row, n * sizeof *a);
    } else {
        for (size_t i = 0; i < n; i++) {
            int64_t c = (int64_t)row[i];
            a[i] = (uint64_t)c + (s->m & (0 - (uint64_t)(c < 0)));
        }
    }
}

static void start(mori *s, const cpm_nmod_fraction *f)
{
    double *p = s->direct ? s->pc : s->p, *q = s->direct ? s->qc : s->q;
    put_coefficients(s, p, f->num, f->nnum);
    put_coefficients(s, q, f->den, f->nden);
    s->scaled = false;
    if (s->direct) {
        memcpy(s->pn, p, s->total * sizeof *p);
        memcpy(s->qn, q, s->total * sizeof *q);
        transform_inputs(s, 0);
    }
}

/* The first nnum and nden coefficients. */
static void finish(mori *s, cpm_nmod_fraction *f)
{
    double *p = s->p, *q = s->q;
    if (s->direct) {
        p = s->pc;
        q = s->qc;
        cpm_ntt_job jobs[] = {{p, s->field[0]}, {q, s->field[0]}};
        cpm_ntt_inverse(s->ntt, jobs, 2, s->cyclic);
        const cpm_ntt_mod *mod = cpm_ntt_field_mod(s->field[0], s->cyclic);
        s->ntt->kernel->mul_const(p, p, s->crt.scale[0], 0, s->total, mod);
        s->ntt->kernel->mul_const(q, q, s->crt.scale[0], 0, s->total, mod);
    }
    get_coefficients(s, f->num, p, f->nnum);
    get_coefficients(s, f->den, q, f->nden);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void step(mori *s, cpm_nmod_fraction *f)
{
    bool odd = fmpz_is_odd(f->index);
    if (s->direct)
        step_direct(s, odd);
    else
        step_by_primes(s, odd);
    fmpz_fdiv_q_2exp(f->index, f->index, 1);
}

static bool is_long(const mori *s, const cpm_nmod_fraction *f)
{
    return fmpz_cmp_ui(f->index, s->total / 2) >= 0;
}

/* Whether each of the first steps takes longer than `seconds`: three, and more
 * where many are to come, as the first ones find cold caches. */
static bool slower_than(double seconds, mori *s, cpm_nmod_fraction *f)
{
    size_t trials = 3 + (size_t)fmpz_bits(f->index) / 128;
    for (size_t i = 0; i < trials && i < 16; i++) {
        double begin = now();
        step(s, f);
        if (now() - begin < seconds || !is_long(s, f))
            return false;
    }
    return true;
}

cpm_status cpm_nmod_transform_round(cpm_nmod_transform *t, cpm_nmod_fraction *f,
                                    const double *rival, bool *slower, cpm_nmod_progress progress,
                                    void *ctx, cpm_err *err)
{
    mori s;
    size_t len = cpm_nmod_fraction_len(f);
    cpm_status status = mori_init(&s, t, f->modulus, len, err);
    *slower = false;
    if (status == CPM_OK) {
        start(&s, f);
        if (rival != NULL)
            *slower = slower_than(*rival, &s, f);
        else
            step(&s, f);
        while (!*slower && is_long(&s, f) && status == CPM_OK) {
            step(&s, f);
            if (progress != NULL)
                status = progress(ctx, f->index);
        }
        /* (nnum + nden) / 2 and nden coefficients remain, at most */
        f->nnum = len;
        finish(&s, f);
        cpm_nmod_fraction_trim(f);
    }
    return status;
}

/* ---- Contexts ------------------------------------------------------------------------------ */

bool cpm_nmod_transform_direct(ulong m)
{
    return m >> 50 == 0 && m % (2 * CPM_NTT_LEAF) == 1 && n_is_prime(m);
}

cpm_status cpm_nmod_transform_init(cpm_nmod_transform *t, ulong m, unsigned nthreads, cpm_err *err)
{
    memset(t, 0, sizeof *t);
    cpm_status status = cpm_ntt_init(&t->ntt, nthreads, err);
    t->has_own = cpm_nmod_transform_direct(m);
    if (status == CPM_OK && t->has_own)
        status = cpm_ntt_field_init(&t->own, m, err);
    if (status != CPM_OK)
        cpm_nmod_transform_clear(t);
    return status;
}

void cpm_nmod_transform_clear(cpm_nmod_transform *t)
{
    cpm_ntt_field_clear(&t->own);
    cpm_ntt_clear(&t->ntt);
    cpm_big_free(t->room);
    memset(t, 0, sizeof *t);
}
