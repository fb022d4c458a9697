/* SPDX-License-Identifier: MIT
 *
 * nmod_mul.c - products of polynomials modulo a word by transforms.
 *
 * The product is taken over the integers modulo as many primes of 50 bits as its
 * coefficients need, at most min(na, nb) (m-1)^2, and recovered modulo m from the
 * mixed-radix digits. Three transforms a prime. Memory: one row a prime and one
 * more. A modulus that is itself a prime with roots of unity gains nothing here
 * but the factor of the primes; nmod_mori.c, where products repeat, does use it.
 */
#include "bignum/nmod_mul.h"

#include "base/mem.h"
#include "bignum/nmod_digits.h"
#include "bignum/ntt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct product {
    cpm_ntt ntt;
    cpm_ntt_shape shape;
    size_t total;
    unsigned nprimes;
    double *rows; /* owned: nprimes + 1 */
} product;

static unsigned primes_needed(ulong m, size_t shorter)
{
    double bits = 2 * log2((double)m) + log2((double)shorter) + 1.01, have = 0;
    unsigned n = 0;
    while (n < CPM_NTT_MAX_PRIMES && have <= bits)
        have += log2((double)cpm_ntt_primes[n++]);
    return have > bits ? (n < 3 ? 3 : n) : 0; /* garner_rows takes 3 or 4 */
}

static cpm_status product_init(product *p, size_t na, size_t nb, ulong m, cpm_err *err)
{
    p->shape = cpm_ntt_shape_for(na + nb - 1, true);
    p->total = cpm_ntt_shape_total(p->shape);
    p->nprimes = primes_needed(m, na < nb ? na : nb);
    if (p->nprimes == 0 || p->shape.len == 0 ||
        p->shape.len > cpm_ntt_field_max_len(&p->ntt.field[0]))
        return cpm_err_set(err, CPM_ERR_LIMIT, "a product of polynomials is too long");
    cpm_status status = CPM_OK;
    for (unsigned i = 0; i < p->nprimes && status == CPM_OK; i++)
        status = cpm_ntt_field_prepare(&p->ntt.field[i], p->ntt.kernel, p->shape, err);
    size_t want;
    if (status == CPM_OK && cpm_size_mul(&want, p->nprimes + 1, p->total))
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
    const cpm_ntt_field *field = &p->ntt.field[prime];
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
    cpm_ntt_crt crt = {.nprimes = p->nprimes};
    double *y[CPM_NTT_MAX_PRIMES];
    const double *x[CPM_NTT_MAX_PRIMES];
    for (unsigned i = 0; i < p->nprimes; i++) {
        const cpm_ntt_field *field = &p->ntt.field[i];
        crt.p[i] = (double)field->prime;
        crt.pinv[i] = 1.0 / crt.p[i];
        crt.scale[i] = cpm_ntt_field_inverse(field, p->total);
        for (unsigned j = 0; j < i; j++)
            crt.inv[i][j] = cpm_ntt_field_inverse(field, p->ntt.field[j].prime);
        x[i] = y[i] = p->rows + i * p->total;
    }
    p->ntt.kernel->garner_rows(y, x, (n + 7) & ~(size_t)7, &crt);
    cpm_nmod_of_digits(out, y, n, crt.p, p->nprimes, m);
}

cpm_status cpm_nmod_mul(ulong *out, const ulong *a, size_t na, const ulong *b, size_t nb, ulong m,
                        unsigned nthreads, cpm_err *err)
{
    product p = {.rows = NULL};
    cpm_status status = cpm_ntt_init(&p.ntt, nthreads, err);
    if (status != CPM_OK)
        return status;
    status = product_init(&p, na, nb, m, err);
    for (unsigned i = 0; i < p.nprimes && status == CPM_OK; i++)
        multiply(&p, i, a, na, b, nb);
    if (status == CPM_OK)
        recover(&p, out, na + nb - 1, m);
    cpm_big_free(p.rows);
    cpm_ntt_clear(&p.ntt);
    return status;
}
