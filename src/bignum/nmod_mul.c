/* SPDX-License-Identifier: MIT
 *
 * nmod_mul.c - products of polynomials modulo a word by transforms.
 *
 * Modulo m itself where m is a prime with roots of unity enough. Else the product
 * is taken over the integers modulo as many primes of 50 bits as its coefficients
 * need, at most min(na, nb) (m-1)^2, and recovered modulo m from the mixed-radix
 * digits. Three transforms a prime. Memory: one row a prime and one more.
 */
#include "bignum/nmod_mul.h"

#include "base/mem.h"
#include "bignum/nmod_digits.h"
#include "bignum/nmod_transform.h"
#include "bignum/ntt.h"

#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct product {
    cpm_ntt ntt;
    cpm_ntt_field own; /* of the modulus itself, where that is possible */
    const cpm_ntt_field *field[CPM_NTT_MAX_PRIMES]; /* borrowed */
    unsigned nfields;
    cpm_ntt_shape shape;
    size_t total;
    double *rows; /* owned: nfields + 1 */
} product;

/* Primes for coefficients of up to `bits` bits and a sign, 0 if none are enough. */
static unsigned primes_needed(double bits)
{
    double have = 0;
    unsigned n = 0;
    while (n < CPM_NTT_MAX_PRIMES && have <= bits + 1.01)
        have += log2((double)cpm_ntt_primes[n++]);
    return have > bits + 1.01 ? n : 0;
}

/* The field of m and a shape for n coefficients, if it has them. */
static bool take_own_field(product *p, size_t n, ulong m)
{
    cpm_err ignored = {0};
    if (!cpm_nmod_transform_direct(m) || cpm_ntt_field_init(&p->own, m, &ignored) != CPM_OK)
        return false;
    p->shape = cpm_ntt_shape_for(n, p->own.odd_twist[0] != NULL && p->own.odd_twist[1] != NULL);
    p->field[0] = &p->own;
    p->nfields = 1;
    return p->shape.len > 0 && p->shape.len <= cpm_ntt_field_max_len(&p->own) &&
           cpm_ntt_field_prepare(&p->own, p->ntt.kernel, p->shape, &ignored) == CPM_OK;
}

static cpm_status take_primes(product *p, size_t n, size_t shorter, ulong m, cpm_err *err)
{
    p->shape = cpm_ntt_shape_for(n, true);
    p->nfields = primes_needed(2 * log2((double)m) + log2((double)shorter));
    if (m >> 50 != 0 && p->nfields != 0 && p->nfields < 3)
        p->nfields = 3; /* garner_rows has no other form */
    if (p->nfields == 0 || p->shape.len == 0 ||
        p->shape.len > cpm_ntt_field_max_len(&p->ntt.field[0]))
        return cpm_err_set(err, CPM_ERR_LIMIT, "a product of polynomials is too long");
    cpm_status status = CPM_OK;
    for (unsigned i = 0; i < p->nfields && status == CPM_OK; i++) {
        status = cpm_ntt_field_prepare(&p->ntt.field[i], p->ntt.kernel, p->shape, err);
        p->field[i] = &p->ntt.field[i];
    }
    return status;
}

static cpm_status product_init(product *p, size_t na, size_t nb, ulong m, cpm_err *err)
{
    size_t n = na + nb - 1, want;
    cpm_status status = CPM_OK;
    if (!take_own_field(p, n, m))
        status = take_primes(p, n, na < nb ? na : nb, m, err);
    p->total = cpm_ntt_shape_total(p->shape);
    if (status == CPM_OK && cpm_size_mul(&want, p->nfields + 1, p->total))
        p->rows = cpm_big_alloc(want, sizeof *p->rows);
    return status == CPM_OK && p->rows == NULL ? cpm_err_memory(err) : status;
}

static void load(const product *p, double *row, const ulong *a, size_t n, const cpm_ntt_mod *mod)
{
    size_t filled = (n + 7) & ~(size_t)7;
    p->ntt.kernel->load(row, a, n, mod);
    memset(row + filled, 0, (p->total - filled) * sizeof *row);
}

/* Row `prime` becomes total times the product modulo that prime. */
static void multiply(product *p, unsigned prime, const ulong *a, size_t na, const ulong *b,
                     size_t nb)
{
    const cpm_ntt_field *field = p->field[prime];
    const cpm_ntt_mod *mod = cpm_ntt_field_mod(field, p->shape);
    double *x = p->rows + prime * p->total, *y = x + p->total;
    cpm_ntt_job jobs[] = {{x, field}, {y, field}};
    load(p, x, a, na, mod);
    load(p, y, b, nb, mod);
    cpm_ntt_forward(&p->ntt, jobs, 2, p->shape);
    p->ntt.kernel->mul(x, x, y, 1.0, 0, p->total, mod);
    cpm_ntt_inverse(&p->ntt, jobs, 1, p->shape);
}

/* The first n coefficients modulo m. */
static void recover(product *p, ulong *out, size_t n, ulong m)
{
    cpm_ntt_crt crt = {.nprimes = p->nfields};
    double *y[CPM_NTT_MAX_PRIMES], weight[CPM_NTT_MAX_PRIMES];
    const double *x[CPM_NTT_MAX_PRIMES];
    size_t padded = (n + 7) & ~(size_t)7;
    ulong partial = 1 % m;
    for (unsigned i = 0; i < p->nfields; i++) {
        const cpm_ntt_field *field = p->field[i];
        crt.p[i] = (double)field->prime;
        crt.pinv[i] = 1.0 / crt.p[i];
        crt.scale[i] = cpm_ntt_field_inverse(field, p->total);
        for (unsigned j = 0; j < i; j++)
            crt.inv[i][j] = cpm_ntt_field_inverse(field, p->field[j]->prime);
        weight[i] = partial > m / 2 ? -(double)(m - partial) : (double)partial;
        partial = n_mulmod2(partial, field->prime % m, m);
        x[i] = y[i] = p->rows + i * p->total;
    }
    if (m >> 50 == 0) { /* residues fit doubles */
        p->ntt.kernel->crt_mod(y[0], x, padded, weight, (double)m, &crt);
        for (size_t i = 0; i < n; i++)
            out[i] = y[0][i] < 0 ? m - (ulong)-y[0][i] : (ulong)y[0][i];
    } else {
        p->ntt.kernel->garner_rows(y, x, padded, &crt);
        cpm_nmod_of_digits(out, y, n, crt.p, p->nfields, m);
    }
}

cpm_status cpm_nmod_mul(ulong *out, const ulong *a, size_t na, const ulong *b, size_t nb, ulong m,
                        unsigned nthreads, cpm_err *err)
{
    product p = {.rows = NULL};
    cpm_status status = cpm_ntt_init(&p.ntt, nthreads, err);
    if (status != CPM_OK)
        return status;
    status = product_init(&p, na, nb, m, err);
    for (unsigned i = 0; i < p.nfields && status == CPM_OK; i++)
        multiply(&p, i, a, na, b, nb);
    if (status == CPM_OK)
        recover(&p, out, na + nb - 1, m);
    cpm_big_free(p.rows);
    cpm_ntt_field_clear(&p.own);
    cpm_ntt_clear(&p.ntt);
    return status;
}
