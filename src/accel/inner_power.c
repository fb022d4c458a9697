/* SPDX-License-Identifier: MIT
 *
 * inner_power.c - powers of the dense matrices of inner loops, with what they
 * would cost looked at first.
 */
#include "accel/inner_power.h"

#include "base/err.h"
#include "base/limits.h"
#include "power/bound.h"
#include "power/matrix_power.h"
#include "power/semi_plan.h"

#include <flint/fmpq_vec.h>
#include <math.h>

/* What the power of an inner matrix may cost, in word operations: seconds. The
 * loop around it can run plainly instead, with this one accelerated by itself. */
static const double MAX_POWER_COST = 2e10;

static cpm_status refuse_power(cpm_err *err, const char *why)
{
    return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                       "cannot accelerate this loop: the matrix of an inner loop %s", why);
}

/* Over Z, Q and Z/m, by the size that the entries will have. */
static cpm_status check_power(const fmpq_mat_t base, const fmpz_t n, const fmpz *m,
                              size_t max_bytes, cpm_err *err)
{
    double dim = (double)fmpq_mat_nrows(base), bits = 64;
    if (m != NULL)
        bits = (double)fmpz_bits(m);
    else
        bits = cpm_bound_matrix_power(base, n);
    double limit = max_bytes > 0 ? (double)max_bytes : (double)CPM_MAX_VALUE_BITS;
    if (dim * dim * bits / 8 > limit / 8)
        return refuse_power(err, "grows past the memory limit");
    double squarings = m != NULL ? (double)fmpz_bits(n) : 2; /* the last count */
    double words = bits / FLINT_BITS + 1;
    double cost = dim * dim * dim * squarings * words * fmin(words, 64 + log2(words));
    return cost > MAX_POWER_COST ? refuse_power(err, "would take too long") : CPM_OK;
}

static cpm_status power_integral(fmpq_mat_t out, const fmpq_mat_t base, const fmpz_t n,
                                 const fmpz *m, cpm_err *err)
{
    static const cpm_config quiet = {.nthreads = 1};
    slong dim = fmpq_mat_nrows(base);
    fmpz_mat_t mat;
    fmpz_mat_init(mat, dim, dim);
    for (slong i = 0; i < dim * dim; i++)
        fmpz_set(fmpz_mat_entry(mat, i / dim, i % dim), fmpq_mat_entry_num(base, i / dim, i % dim));
    cpm_status status = cpm_fmpz_mat_power(mat, mat, n, m, &quiet, err);
    fmpq_mat_set_fmpz_mat(out, mat);
    fmpz_mat_clear(mat);
    return status;
}

static void power_rational(fmpq_mat_t out, fmpq_mat_t base, const fmpz_t n)
{
    fmpq_mat_one(out);
    for (slong i = 0; i < (slong)fmpz_bits(n); i++) {
        if (fmpz_tstbit(n, (ulong)i))
            fmpq_mat_mul(out, out, base);
        if (i + 1 < (slong)fmpz_bits(n))
            fmpq_mat_mul(base, base, base);
    }
}

static cpm_status power_in_domain(fmpq_mat_t out, const fmpq_mat_t base, const fmpz_t n,
                                  const cpm_domain *domain, size_t max_bytes, cpm_err *err)
{
    cpm_config config = {.max_memory_bytes = max_bytes};
    slong dim = fmpq_mat_nrows(base);
    fmpq *from = _fmpq_vec_init(dim * dim), *to = _fmpq_vec_init(dim * dim);
    for (slong i = 0; i < dim * dim; i++)
        fmpq_set(from + i, fmpq_mat_entry(base, i / dim, i % dim));
    cpm_status status = cpm_semi_matrix_power(to, from, (size_t)dim, n, domain, &config, err);
    for (slong i = 0; i < dim * dim; i++)
        fmpq_swap(fmpq_mat_entry(out, i / dim, i % dim), to + i);
    _fmpq_vec_clear(from, dim * dim);
    _fmpq_vec_clear(to, dim * dim);
    if (status == CPM_ERR_LIMIT) {
        cpm_err_clear(err);
        return refuse_power(err, "grows past the memory limit");
    }
    return status;
}

static bool is_integral(const fmpq_mat_t mat)
{
    for (slong i = 0; i < fmpq_mat_nrows(mat); i++)
        for (slong j = 0; j < fmpq_mat_ncols(mat); j++)
            if (!fmpz_is_one(fmpq_mat_entry_den(mat, i, j)))
                return false;
    return true;
}

cpm_status cpm_inner_power(fmpq_mat_t out, fmpq_mat_t base, const fmpz_t n,
                           const cpm_domain *domain, size_t max_bytes, cpm_err *err)
{
    const fmpz *m = domain->modulus;
    if (!domain->is_arithmetic && m == NULL)
        return power_in_domain(out, base, n, domain, max_bytes, err);
    cpm_status status = check_power(base, n, m, max_bytes, err);
    if (status != CPM_OK)
        return status;
    if (is_integral(base))
        return power_integral(out, base, n, m, err);
    power_rational(out, base, n);
    return CPM_OK;
}
