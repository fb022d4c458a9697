/* SPDX-License-Identifier: MIT
 *
 * poly_naive.c - x = T(i)/q(i) x, n times: what the other engines for polynomial
 * coefficients are held against.
 */
#include "power/poly_naive.h"

#include "power/poly_residue.h"
#include "power/progress.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>

/* ---- The state --------------------------------------------------------------------- */

void cpm_poly_walker_clear(cpm_poly_walker *walker)
{
    if (!walker->started)
        return;
    slong dim = (slong)walker->dim;
    if (walker->modular) {
        _fmpz_vec_clear(walker->xm, dim);
        _fmpz_vec_clear(walker->nextm, dim);
    } else {
        _fmpq_vec_clear(walker->x, dim);
        _fmpq_vec_clear(walker->next, dim);
    }
    fmpz_clear(walker->m);
    fmpz_clear(walker->done);
    fmpz_clear(walker->reserve);
    fmpz_clear(walker->part);
    fmpz_clear(walker->unit);
    *walker = (cpm_poly_walker){0};
}

static void start(cpm_poly_walker *walker, const cpm_polysys *sys, bool modular)
{
    cpm_poly_walker_clear(walker);
    slong dim = (slong)sys->dim;
    *walker = (cpm_poly_walker){.started = true, .modular = modular, .dim = sys->dim};
    fmpz_init(walker->m);
    fmpz_init(walker->done);
    fmpz_init_set_ui(walker->reserve, 1);
    fmpz_init_set_ui(walker->part, 1);
    fmpz_init_set_ui(walker->unit, 1);
    if (modular) {
        walker->xm = _fmpz_vec_init(dim);
        walker->nextm = _fmpz_vec_init(dim);
    } else {
        walker->x = _fmpq_vec_init(dim);
        walker->next = _fmpq_vec_init(dim);
        for (slong i = 0; i < dim; i++)
            fmpq_set(walker->x + i, sys->start + i);
    }
}

static void start_mod(cpm_poly_walker *walker, const cpm_polysys *sys, const cpm_polyform *form,
                      const fmpz_t m)
{
    start(walker, sys, true);
    fmpz_set(walker->m, m);
    for (size_t i = 0; i < form->dim; i++)
        fmpz_set(walker->xm + i, form->start + i);
    cpm_split_by_primes(walker->part, walker->unit, form->scale, m);
}

/* ---- Over Q -------------------------------------------------------------------------- */

static cpm_status walk(cpm_poly_walker *walker, const cpm_polysys *sys, const fmpz_t n,
                       const cpm_config *config, cpm_err *err)
{
    if (!walker->started || walker->modular || fmpz_cmp(walker->done, n) > 0)
        start(walker, sys, false);
    double total = fmpz_get_d(n) + 1;
    cpm_status status = CPM_OK;
    fmpz_t i;
    fmpz_init(i);
    for (; fmpz_cmp(walker->done, n) < 0 && status == CPM_OK;
         fmpz_add_ui(walker->done, walker->done, 1)) {
        fmpz_add(i, sys->first, walker->done);
        if (!cpm_polysys_step(sys, i, walker->x, walker->next))
            status = cpm_err_set(err, CPM_ERR_INTERNAL, "a pole on the way");
        else if (fmpz_get_ui(walker->done) % 16 == 0)
            status = cpm_progress(config, fmpz_get_d(walker->done) / total, err);
    }
    fmpz_clear(i);
    return status;
}

/* ---- Modulo m ------------------------------------------------------------------------ */

static void step_mod(cpm_poly_walker *walker, const cpm_polyform *form, const fmpz_t modulus)
{
    fmpz_t value;
    fmpz_init(value);
    for (size_t row = 0; row < form->dim; row++) {
        fmpz_zero(walker->nextm + row);
        for (size_t col = 0; col < form->dim; col++) {
            fmpz_poly_evaluate_fmpz(value, cpm_polyform_entry(form, row, col), walker->done);
            fmpz_addmul(walker->nextm + row, value, walker->xm + col);
        }
        fmpz_mod(walker->nextm + row, walker->nextm + row, modulus);
    }
    _fmpz_vec_swap(walker->xm, walker->nextm, (slong)form->dim);
    fmpz_poly_evaluate_fmpz(value, form->q, walker->done);
    cpm_split_by_primes(walker->part, walker->unit, value, walker->m);
    fmpz_clear(value);
}

/* Room for the denominators up to n; where the state has not enough of it, it begins
 * anew. */
static cpm_status reserve(cpm_poly_walker *walker, const cpm_polysys *sys, const cpm_polyform *form,
                          const fmpz_t n, const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    fmpz_t part;
    fmpz_init(part);
    cpm_status status = cpm_poly_part(part, form, n, m, config, err);
    if (status == CPM_OK &&
        (!walker->started || !walker->modular || !fmpz_equal(walker->m, m) ||
         fmpz_cmp(walker->done, n) > 0 || !fmpz_divisible(walker->reserve, part))) {
        start_mod(walker, sys, form, m);
        fmpz_set(walker->reserve, part);
    }
    fmpz_clear(part);
    return status;
}

static cpm_status walk_mod(cpm_poly_walker *walker, const cpm_polysys *sys,
                           const cpm_polyform *form, const fmpz_t n, const fmpz_t m,
                           const cpm_config *config, cpm_err *err)
{
    cpm_status status = reserve(walker, sys, form, n, m, config, err);
    if (status != CPM_OK)
        return status;
    double total = fmpz_get_d(n) + 1;
    fmpz_t modulus;
    fmpz_init(modulus);
    fmpz_mul(modulus, m, walker->reserve);
    for (; fmpz_cmp(walker->done, n) < 0 && status == CPM_OK;
         fmpz_add_ui(walker->done, walker->done, 1)) {
        step_mod(walker, form, modulus);
        if (fmpz_get_ui(walker->done) % 1024 == 0)
            status = cpm_progress(config, fmpz_get_d(walker->done) / total, err);
    }
    fmpz_clear(modulus);
    return status;
}

/* Output k modulo m. */
static cpm_status output_mod(fmpz_t out, const cpm_poly_walker *walker, const cpm_polyform *form,
                             size_t k, cpm_err *err)
{
    fmpz_t sum;
    fmpz_init(sum);
    for (size_t i = 0; i < form->dim; i++)
        fmpz_addmul(sum, form->rows + k * form->dim + i, walker->xm + i);
    cpm_status status = cpm_residue_of_parts(out, sum, walker->part, walker->unit, walker->m, err);
    fmpz_clear(sum);
    return status;
}

cpm_status cpm_poly_nth_naive(fmpq *out, cpm_poly_walker *walker, const cpm_polysys *sys,
                              const cpm_polyform *form, const fmpz_t n, const fmpz *m,
                              const cpm_config *config, cpm_err *err)
{
    cpm_status status = m == NULL ? walk(walker, sys, n, config, err)
                                  : walk_mod(walker, sys, form, n, m, config, err);
    for (size_t k = 0; k < sys->noutputs && status == CPM_OK; k++) {
        if (m == NULL) {
            cpm_polysys_output(out + k, sys, k, walker->x);
            continue;
        }
        status = output_mod(fmpq_numref(out + k), walker, form, k, err);
        fmpz_one(fmpq_denref(out + k));
    }
    return status;
}
