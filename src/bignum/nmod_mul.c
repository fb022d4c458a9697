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
#include "bignum/tune.h"

#include <flint/nmod_poly.h>
#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct product {
    cpm_ntt ntt;
    cpm_ntt_field own; /* of the modulus itself, where that is possible */
    bool has_own;
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
    if (!cpm_nmod_transform_direct(m))
        return false;
    if (!p->has_own && cpm_ntt_field_init(&p->own, m, &ignored) != CPM_OK)
        return false;
    p->has_own = true;
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

/* Fields and a shape for n coefficients, those of products with a factor of `shorter`. */
static cpm_status take_fields(product *p, size_t n, size_t shorter, ulong m, cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (!take_own_field(p, n, m))
        status = take_primes(p, n, shorter, m, err);
    p->total = cpm_ntt_shape_total(p->shape);
    return status;
}

static cpm_status product_init(product *p, size_t na, size_t nb, ulong m, cpm_err *err)
{
    size_t want;
    cpm_status status = take_fields(p, na + nb - 1, na < nb ? na : nb, m, err);
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

/* ---- Middle products ------------------------------------------------------------------- */

/* A cyclic product of length nb wraps its coefficients from nb on to those below na-1,
 * which are not wanted. */
struct cpm_nmod_middle {
    product p;  /* rows: nfields of the product and one more, then those of b */
    size_t cap; /* numbers in p.rows */
    nmod_t m;
    const ulong *b; /* borrowed */
    size_t na, nb;
    bool transforms; /* this b is long enough */
    bool available;  /* there are any */
    ulong *plain;    /* owned: a whole product, for FLINT */
    size_t plain_cap;
};

cpm_status cpm_nmod_middle_new(cpm_nmod_middle **middle, ulong m, unsigned nthreads, cpm_err *err)
{
    *middle = cpm_calloc(1, sizeof **middle);
    if (*middle == NULL)
        return cpm_err_memory(err);
    nmod_init(&(*middle)->m, m);
    (*middle)->available = cpm_ntt_kernel_choose() != NULL;
    cpm_status status = CPM_OK;
    if ((*middle)->available)
        status = cpm_ntt_init(&(*middle)->p.ntt, nthreads, err);
    if (status != CPM_OK) {
        free(*middle);
        *middle = NULL;
    }
    return status;
}

void cpm_nmod_middle_free(cpm_nmod_middle *middle)
{
    if (middle == NULL)
        return;
    cpm_big_free(middle->p.rows);
    cpm_ntt_field_clear(&middle->p.own);
    if (middle->available)
        cpm_ntt_clear(&middle->p.ntt);
    free(middle->plain);
    free(middle);
}

static double *row_of_b(const product *p, unsigned prime)
{
    return p->rows + (p->nfields + 1 + prime) * p->total;
}

static cpm_status set_plain(cpm_nmod_middle *middle, cpm_err *err)
{
    size_t want = middle->na + middle->nb;
    if (want <= middle->plain_cap)
        return CPM_OK;
    ulong *grown = cpm_realloc_array(middle->plain, want, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(err);
    middle->plain = grown;
    middle->plain_cap = want;
    return CPM_OK;
}

cpm_status cpm_nmod_middle_set(cpm_nmod_middle *middle, const ulong *b, size_t nb, size_t na,
                               cpm_err *err)
{
    product *p = &middle->p;
    size_t want;
    middle->b = b;
    middle->nb = nb;
    middle->na = na;
    middle->transforms = middle->available && nb >= CPM_TUNE_NMOD_MUL_LEN;
    if (!middle->transforms)
        return set_plain(middle, err);
    cpm_status status = take_fields(p, nb, na, middle->m.n, err);
    if (status != CPM_OK || !cpm_size_mul(&want, 2 * p->nfields + 1, p->total))
        return status == CPM_OK ? cpm_err_memory(err) : status;
    if (want > middle->cap) {
        cpm_big_free(p->rows);
        p->rows = cpm_big_alloc(want, sizeof *p->rows);
        middle->cap = p->rows == NULL ? 0 : want;
    }
    if (p->rows == NULL)
        return cpm_err_memory(err);
    for (unsigned i = 0; i < p->nfields; i++) {
        cpm_ntt_job job = {row_of_b(p, i), p->field[i]};
        load(p, job.x, b, nb, cpm_ntt_field_mod(p->field[i], p->shape));
        cpm_ntt_forward(&p->ntt, &job, 1, p->shape);
    }
    return CPM_OK;
}

static void middle_plain(ulong *out, cpm_nmod_middle *middle, const ulong *a)
{
    size_t na = middle->na, nb = middle->nb;
    _nmod_poly_mul(middle->plain, middle->b, (slong)nb, a, (slong)na, middle->m);
    memcpy(out, middle->plain + na - 1, (nb - na + 1) * sizeof *out);
}

cpm_status cpm_nmod_middle_mul(ulong *out, cpm_nmod_middle *middle, const ulong *a, cpm_err *err)
{
    product *p = &middle->p;
    if (!middle->transforms) {
        middle_plain(out, middle, a);
        return CPM_OK;
    }
    cpm_status status = set_plain(middle, err);
    if (status != CPM_OK)
        return status;
    for (unsigned i = 0; i < p->nfields; i++) {
        const cpm_ntt_mod *mod = cpm_ntt_field_mod(p->field[i], p->shape);
        cpm_ntt_job job = {p->rows + i * p->total, p->field[i]};
        load(p, job.x, a, middle->na, mod);
        cpm_ntt_forward(&p->ntt, &job, 1, p->shape);
        p->ntt.kernel->mul(job.x, job.x, row_of_b(p, i), 1.0, 0, p->total, mod);
        cpm_ntt_inverse(&p->ntt, &job, 1, p->shape);
    }
    recover(p, middle->plain, middle->nb, middle->m.n);
    memcpy(out, middle->plain + middle->na - 1, (middle->nb - middle->na + 1) * sizeof *out);
    return CPM_OK;
}
