/* SPDX-License-Identifier: MIT
 *
 * ntt.c - tables, lengths and threads around the transform kernels.
 *
 * A transform of length odd * 2^k is a pass of radix `odd` over the whole
 * array and then `odd` transforms of 2^k, each the same cyclic one: since odd
 * and 2^k are coprime, the factor between the two is an odd-th root of unity
 * with period `odd` in the column (the prime factor algorithm of I. J. Good,
 * 1958, kept in the natural order), so its table has a few entries.
 *
 * The tables of roots are in bit-reversed order, where each half follows from
 * the one before by one multiplication (table_scale), and a longer table
 * begins with the shorter one. They take a quarter of the memory of one array.
 *
 * Threads: the first pass of every array is cut into column ranges, then the
 * 16 transforms under it are separate tasks. The order of the operations on
 * each number does not depend on that, so the bits are the same for any number
 * of threads.
 */
#include "bignum/ntt.h"

#include "base/mem.h"
#include "bignum/cpu.h"
#include "bignum/tune.h"

#include <assert.h>
#include <flint/longlong.h>
#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const uint64_t cpm_ntt_primes[CPM_NTT_MAX_PRIMES] = {1125625028935681, 1120213370142721,
                                                     1118860455444481, 1115703654481921};

const cpm_ntt_kernel *cpm_ntt_kernel_choose(void)
{
#if defined(__x86_64__)
    if (cpm_cpu_has(CPM_CPU_AVX512F))
        return &cpm_ntt_kernel_avx512;
    if (cpm_cpu_has(CPM_CPU_AVX2))
        return &cpm_ntt_kernel_avx2;
#endif
    return cpm_cpu_has(CPM_CPU_FMA) ? &cpm_ntt_kernel_portable : NULL;
}

/* ---- Words modulo the prime ----------------------------------------------- */

static uint64_t mulmod(const cpm_ntt_field *field, uint64_t a, uint64_t b)
{
    return n_mulmod2_preinv(a, b, field->prime, field->prime_inverse);
}

static uint64_t powmod(const cpm_ntt_field *field, uint64_t a, uint64_t e)
{
    return n_powmod2_ui_preinv(a, e, field->prime, field->prime_inverse);
}

static double symmetric(const cpm_ntt_field *field, uint64_t a)
{
    return a > field->prime / 2 ? -(double)(field->prime - a) : (double)a;
}

double cpm_ntt_field_residue(const cpm_ntt_field *field, int64_t a)
{
    uint64_t size = a < 0 ? 0 - (uint64_t)a : (uint64_t)a;
    double r = symmetric(field, size % field->prime);
    return a < 0 ? -r : r;
}

double cpm_ntt_field_inverse(const cpm_ntt_field *field, uint64_t a)
{
    return symmetric(field, n_invmod(a % field->prime, field->prime));
}

static uint64_t canonical(const cpm_ntt_field *field, double a)
{
    return a < 0 ? field->prime - (uint64_t)-a : (uint64_t)a;
}

double cpm_ntt_field_product(const cpm_ntt_field *field, double a, double b)
{
    return symmetric(field, mulmod(field, canonical(field, a), canonical(field, b)));
}

/* s(j): the product over the bits of j. */
static uint64_t node_root(const cpm_ntt_field *field, size_t j)
{
    uint64_t r = 1;
    for (unsigned b = 0; j >> b; b++)
        if (j >> b & 1)
            r = mulmod(field, r, field->level[b]);
    return r;
}

/* 1/s(j), see ntt_kernel.h. */
static uint64_t node_root_inverse(const cpm_ntt_field *field, size_t j)
{
    if (j == 0)
        return 1;
    size_t below = ((size_t)1 << (FLINT_BIT_COUNT(j) - 1)) - 1;
    return field->prime - node_root(field, j ^ below);
}

/* ---- Fields ---------------------------------------------------------------- */

/* An element that is no square, nor a cube or fifth power where the field has
 * such roots of unity: tried one after another, few are needed. */
static uint64_t find_generator(const cpm_ntt_field *field)
{
    uint64_t n = field->prime - 1;
    for (uint64_t g = 2;; g++) {
        if (n_jacobi_unsigned(g, field->prime) != -1 ||
            (n % 3 == 0 && powmod(field, g, n / 3) == 1) ||
            (n % 5 == 0 && powmod(field, g, n / 5) == 1))
            continue;
        return g;
    }
}

/* The cosines, sines and twists of radix 3 (which = 0) or 5. */
static bool odd_tables(cpm_ntt_field *field, unsigned which)
{
    unsigned n = which == 0 ? 3 : 5;
    if ((field->prime - 1) % n != 0)
        return true;
    double *twist = cpm_realloc_array(NULL, (size_t)n * n * 8, sizeof *twist);
    if (twist == NULL)
        return false;
    field->odd_twist[which] = twist;
    uint64_t p = field->prime, half = (p + 1) / 2, z[CPM_NTT_MAX_ODD];
    z[0] = 1;
    z[1] = powmod(field, field->generator, (p - 1) / n);
    for (unsigned k = 2; k < n; k++)
        z[k] = mulmod(field, z[k - 1], z[1]);
    for (unsigned k = 0; k < n; k++) {
        uint64_t back = z[(n - k) % n];
        field->odd_cos[which][k] = symmetric(field, mulmod(field, (z[k] + back) % p, half));
        field->odd_sin[which][k] = symmetric(field, mulmod(field, (z[k] + p - back) % p, half));
    }
    for (unsigned b = 0; b < n; b++)
        for (unsigned c = 0; c < n; c++)
            for (unsigned lane = 0; lane < 8; lane++)
                twist[8 * (b * n + c) + lane] = symmetric(field, z[b * (c + lane) % n]);
    return true;
}

/* The first entries of the tables: 8 nodes, leaves 0 and 1. */
static bool first_tables(cpm_ntt_field *field)
{
    field->s = cpm_big_alloc(8, sizeof(double));
    field->s_p = cpm_big_alloc(8, sizeof(double));
    field->lane = cpm_big_alloc(16, sizeof(double));
    if (field->s == NULL || field->s_p == NULL || field->lane == NULL)
        return false;
    for (size_t j = 0; j < 8; j++) {
        field->s[j] = symmetric(field, node_root(field, j));
        field->s_p[j] = field->s[j] / (double)field->prime;
        field->lane[j] = symmetric(field, node_root(field, 4 * j));
        field->lane[8 + j] = symmetric(field, node_root(field, 4 * (8 + j)));
        field->lane0_inv[j] = -symmetric(field, node_root_inverse(field, 4 * j + 3));
    }
    field->nodes = 2 * CPM_NTT_LEAF;
    return true;
}

/* Lets the kernel's constants point at the (moved) tables. */
static void set_mods(cpm_ntt_field *field)
{
    for (unsigned which = 0; which < 2; which++) {
        cpm_ntt_mod *mod = &field->mod[which];
        mod->prime = field->prime;
        mod->p = (double)field->prime;
        mod->pinv = 1.0 / mod->p;
        for (size_t i = 0; i < 4; i++) {
            mod->root8[i] = field->s[i];
            mod->root8_p[i] = field->s_p[i];
        }
        mod->s = field->s;
        mod->s_p = field->s_p;
        mod->lane = field->lane;
        mod->lane0_inv = field->lane0_inv;
        mod->odd_cos = field->odd_cos[which];
        mod->odd_sin = field->odd_sin[which];
        mod->odd_twist = field->odd_twist[which];
    }
}

/* A field without tables: cpm_ntt_field_prepare makes them. */
static void field_set(cpm_ntt_field *field, uint64_t prime)
{
    memset(field, 0, sizeof *field);
    field->prime = prime;
    field->prime_inverse = n_preinvert_limb(prime);
    while ((prime - 1) >> field->two_bits & 1 ? false : field->two_bits < 63)
        field->two_bits++;
}

/* The 2-part of prime - 1 must be at least 128 for the first tables. */
cpm_status cpm_ntt_field_init(cpm_ntt_field *field, uint64_t prime, cpm_err *err)
{
    field_set(field, prime);
    if (prime >= (uint64_t)1 << 50 || field->two_bits < 7)
        return cpm_err_set(err, CPM_ERR_INTERNAL, "no transform modulo %llu",
                           (unsigned long long)prime);
    field->generator = find_generator(field);
    uint64_t root = powmod(field, field->generator, (prime - 1) >> field->two_bits);
    for (unsigned order = field->two_bits; order >= 2; order--) {
        field->level[order - 2] = root;
        root = mulmod(field, root, root);
    }
    if (!first_tables(field) || !odd_tables(field, 0) || !odd_tables(field, 1)) {
        cpm_ntt_field_clear(field);
        return cpm_err_memory(err);
    }
    set_mods(field);
    return CPM_OK;
}

void cpm_ntt_field_clear(cpm_ntt_field *field)
{
    cpm_big_free(field->s);
    cpm_big_free(field->s_p);
    cpm_big_free(field->lane);
    free(field->odd_twist[0]);
    free(field->odd_twist[1]);
    memset(field, 0, sizeof *field);
}

size_t cpm_ntt_field_max_len(const cpm_ntt_field *field)
{
    return field->two_bits < 7 ? 0 : (size_t)1 << field->two_bits;
}

const cpm_ntt_mod *cpm_ntt_field_mod(const cpm_ntt_field *field, cpm_ntt_shape shape)
{
    return &field->mod[shape.odd == 5];
}

/* `old` moved to an array of n doubles; NULL (old untouched) on failure. */
static double *moved(double *old, size_t nold, size_t n)
{
    double *grown = cpm_big_alloc(n, sizeof *grown);
    if (grown != NULL)
        memcpy(grown, old, nold * sizeof *grown);
    return grown;
}

/* Entries [have, want) of s, both powers of two, at least 8. */
static void extend_nodes(cpm_ntt_field *field, const cpm_ntt_kernel *kernel, size_t have,
                         size_t want)
{
    double p = (double)field->prime;
    for (size_t n = have; n < want; n *= 2) {
        double c = symmetric(field, node_root(field, n));
        kernel->table_scale(field->s + n, field->s, c, n, p);
    }
    for (size_t j = have; j < want; j++)
        field->s_p[j] = field->s[j] / p;
}

/* Leaves [have, want) of the lane table: leaf J + n is nodes m + 8n. */
static void extend_lanes(cpm_ntt_field *field, const cpm_ntt_kernel *kernel, size_t have,
                         size_t want)
{
    for (size_t n = have; n < want; n *= 2) {
        double c = symmetric(field, node_root(field, 32 * n));
        kernel->table_scale(field->lane + 8 * n, field->lane, c, 8 * n, (double)field->prime);
    }
}

cpm_status cpm_ntt_field_prepare(cpm_ntt_field *field, const cpm_ntt_kernel *kernel,
                                 cpm_ntt_shape shape, cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (field->s == NULL)
        status = cpm_ntt_field_init(field, field->prime, err);
    if (status != CPM_OK)
        return status;
    size_t want = shape.negate ? 2 * shape.len : shape.len, have = field->nodes;
    if (want > cpm_ntt_field_max_len(field) ||
        (shape.odd > 1 && field->odd_twist[shape.odd == 5] == NULL))
        return cpm_err_set(err, CPM_ERR_INTERNAL, "no transform of length %zu modulo %llu",
                           cpm_ntt_shape_total(shape), (unsigned long long)field->prime);
    if (want <= have)
        return CPM_OK;
    size_t have_s = have / 16 < 8 ? 8 : have / 16, want_s = want / 16 < 8 ? 8 : want / 16;
    double *s = moved(field->s, have_s, want_s), *s_p = moved(field->s_p, have_s, want_s);
    double *lane = moved(field->lane, have / 8, want / 8);
    if (s == NULL || s_p == NULL || lane == NULL) {
        cpm_big_free(s);
        cpm_big_free(s_p);
        cpm_big_free(lane);
        return cpm_err_memory(err);
    }
    cpm_big_free(field->s);
    cpm_big_free(field->s_p);
    cpm_big_free(field->lane);
    field->s = s;
    field->s_p = s_p;
    field->lane = lane;
    extend_nodes(field, kernel, have_s, want_s);
    extend_lanes(field, kernel, have / 64, want / 64);
    field->nodes = want;
    set_mods(field);
    return CPM_OK;
}

/* ---- Contexts -------------------------------------------------------------- */

cpm_status cpm_ntt_init(cpm_ntt *ntt, unsigned nthreads, cpm_err *err)
{
    memset(ntt, 0, sizeof *ntt);
    ntt->team_min = CPM_TUNE_TEAM_MIN;
    ntt->kernel = cpm_ntt_kernel_choose();
    if (ntt->kernel == NULL)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "no fused multiply-add on this processor");
    for (size_t i = 0; i < CPM_NTT_MAX_PRIMES; i++)
        field_set(&ntt->field[i], cpm_ntt_primes[i]);
    if (nthreads > 1) {
        ntt->team = cpm_team_new(nthreads);
        if (ntt->team == NULL)
            return cpm_err_memory(err);
    }
    return CPM_OK;
}

void cpm_ntt_clear(cpm_ntt *ntt)
{
    for (size_t i = 0; i < CPM_NTT_MAX_PRIMES; i++)
        cpm_ntt_field_clear(&ntt->field[i]);
    cpm_team_free(ntt->team);
    memset(ntt, 0, sizeof *ntt);
}

cpm_team *cpm_ntt_team(const cpm_ntt *ntt, size_t n)
{
    return n < ntt->team_min ? NULL : ntt->team;
}

/* Levels of work for each number: those of the tree, and what the odd pass
 * costs in the same measure. */
static double shape_cost(cpm_ntt_shape shape)
{
    double levels = 0;
    for (size_t len = shape.len; len > 1; len /= 2)
        levels++;
    if (shape.odd == 3)
        levels += CPM_TUNE_ODD3_LEVELS;
    else if (shape.odd == 5)
        levels += CPM_TUNE_ODD5_LEVELS;
    return levels * (double)cpm_ntt_shape_total(shape);
}

cpm_ntt_shape cpm_ntt_shape_for(size_t n, bool odd_allowed)
{
    cpm_ntt_shape best = {0, 1, false};
    for (unsigned odd = 1; odd <= (odd_allowed ? CPM_NTT_MAX_ODD : 1); odd += 2) {
        /* a single leaf, waiting for itself, takes longer than two together */
        cpm_ntt_shape shape = {odd == 1 ? CPM_NTT_LEAF : 2 * CPM_NTT_LEAF, odd, false};
        while (shape.len <= SIZE_MAX / 32 && shape.len * odd < n)
            shape.len *= 2;
        if (shape.len * odd < n)
            continue;
        if (best.len == 0 || shape_cost(shape) < shape_cost(best))
            best = shape;
    }
    return best;
}

/* ---- Transforms ------------------------------------------------------------ */

/* What the tasks of one call share. A stage's task number counts arrays, then
 * rows, then parts of a row. */
typedef struct run {
    const cpm_ntt *ntt;
    const cpm_ntt_job *jobs;
    cpm_ntt_shape shape;
    cpm_team *team;
    size_t nparts; /* column ranges in a pass */
} run;

/* Columns [*c0, *c1) of part `part` of n columns, multiples of 8. */
static void part_columns(size_t n, size_t part, size_t nparts, size_t *c0, size_t *c1)
{
    *c0 = n / 8 * part / nparts * 8;
    *c1 = n / 8 * (part + 1) / nparts * 8;
}

static void whole_forward(void *ctx, size_t i)
{
    const run *r = ctx;
    const cpm_ntt_kernel *kernel = r->ntt->kernel;
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(r->jobs[i].field, r->shape);
    size_t len = r->shape.len;
    double *x = r->jobs[i].x;
    if (r->shape.odd > 1)
        kernel->forward_odd(x, len, r->shape.odd, r->shape.negate, 0, len, mod);
    for (size_t row = 0; row < r->shape.odd; row++)
        kernel->forward(x + row * len, len, r->shape.negate, mod);
}

static void whole_inverse(void *ctx, size_t i)
{
    const run *r = ctx;
    const cpm_ntt_kernel *kernel = r->ntt->kernel;
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(r->jobs[i].field, r->shape);
    size_t len = r->shape.len;
    double *x = r->jobs[i].x;
    for (size_t row = 0; row < r->shape.odd; row++)
        kernel->inverse(x + row * len, len, r->shape.negate, mod);
    if (r->shape.odd > 1)
        kernel->inverse_odd(x, len, r->shape.odd, r->shape.negate, 0, len, mod);
}

static void odd_stage(const run *r, size_t i, bool forward)
{
    const cpm_ntt_job *job = &r->jobs[i / r->nparts];
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(job->field, r->shape);
    size_t c0, c1;
    part_columns(r->shape.len, i % r->nparts, r->nparts, &c0, &c1);
    (forward ? r->ntt->kernel->forward_odd : r->ntt->kernel->inverse_odd)(
        job->x, r->shape.len, r->shape.odd, r->shape.negate, c0, c1, mod);
}

static void odd_forward_task(void *ctx, size_t i)
{
    odd_stage(ctx, i, true);
}

static void odd_inverse_task(void *ctx, size_t i)
{
    odd_stage(ctx, i, false);
}

static void pass_stage(const run *r, size_t i, bool forward)
{
    size_t row = i / r->nparts;
    const cpm_ntt_job *job = &r->jobs[row / r->shape.odd];
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(job->field, r->shape);
    double *x = job->x + row % r->shape.odd * r->shape.len;
    size_t c0, c1;
    part_columns(r->shape.len / 16, i % r->nparts, r->nparts, &c0, &c1);
    (forward ? r->ntt->kernel->forward16 : r->ntt->kernel->inverse16)(x, r->shape.len,
                                                                      r->shape.negate, c0, c1, mod);
}

static void pass_forward_task(void *ctx, size_t i)
{
    pass_stage(ctx, i, true);
}

static void pass_inverse_task(void *ctx, size_t i)
{
    pass_stage(ctx, i, false);
}

static void subtree_stage(const run *r, size_t i, bool forward)
{
    size_t row = i / 16, sub = i % 16, len = r->shape.len / 16;
    const cpm_ntt_job *job = &r->jobs[row / r->shape.odd];
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(job->field, r->shape);
    double *x = job->x + row % r->shape.odd * r->shape.len + sub * len;
    size_t node = (r->shape.negate ? 16 : 0) + sub;
    (forward ? r->ntt->kernel->forward : r->ntt->kernel->inverse)(x, len, node, mod);
}

static void subtree_forward_task(void *ctx, size_t i)
{
    subtree_stage(ctx, i, true);
}

static void subtree_inverse_task(void *ctx, size_t i)
{
    subtree_stage(ctx, i, false);
}

/* What doc/bignum.md derives, held against what happens. */
static void check_bounds(const run *r, size_t njobs, double bound)
{
#ifdef CPM_DEBUG
    for (size_t i = 0; i < njobs; i++) {
        double p = (double)r->jobs[i].field->prime;
        for (size_t k = 0; k < cpm_ntt_shape_total(r->shape); k++) {
            double x = r->jobs[i].x[k];
            assert(fabs(x) <= bound * p && x == rint(x));
        }
    }
#else
    (void)r, (void)njobs, (void)bound;
#endif
}

static bool splits(const run *r)
{
    return cpm_team_size(r->team) > 1 && r->shape.len >= CPM_NTT_SPLIT_MIN;
}

void cpm_ntt_forward(const cpm_ntt *ntt, const cpm_ntt_job *jobs, size_t njobs, cpm_ntt_shape shape)
{
    cpm_team *team = cpm_ntt_team(ntt, njobs * cpm_ntt_shape_total(shape));
    run r = {ntt, jobs, shape, team, cpm_team_size(team)};
    if (!splits(&r)) {
        cpm_team_run(team, njobs, whole_forward, &r);
    } else {
        if (shape.odd > 1)
            cpm_team_run(team, njobs * r.nparts, odd_forward_task, &r);
        cpm_team_run(team, njobs * shape.odd * r.nparts, pass_forward_task, &r);
        cpm_team_run(team, njobs * shape.odd * 16, subtree_forward_task, &r);
    }
    check_bounds(&r, njobs, 5.6);
}

void cpm_ntt_inverse(const cpm_ntt *ntt, const cpm_ntt_job *jobs, size_t njobs, cpm_ntt_shape shape)
{
    cpm_team *team = cpm_ntt_team(ntt, njobs * cpm_ntt_shape_total(shape));
    run r = {ntt, jobs, shape, team, cpm_team_size(team)};
    if (!splits(&r)) {
        cpm_team_run(team, njobs, whole_inverse, &r);
    } else {
        cpm_team_run(team, njobs * shape.odd * 16, subtree_inverse_task, &r);
        cpm_team_run(team, njobs * shape.odd * r.nparts, pass_inverse_task, &r);
        if (shape.odd > 1)
            cpm_team_run(team, njobs * r.nparts, odd_inverse_task, &r);
    }
    check_bounds(&r, njobs, 2.0);
}
