/* SPDX-License-Identifier: MIT
 *
 * naive.c - x = T x, n times. No cleverness: this is what the other engines
 * are held against.
 */
#include "power/naive.h"

#include "power/progress.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>

void cpm_walker_clear(cpm_walker *walker)
{
    if (walker->sys == NULL)
        return;
    slong dim = (slong)walker->sys->dim;
    if (walker->modular) {
        _fmpz_vec_clear(walker->xm, dim);
        _fmpz_vec_clear(walker->nextm, dim);
    } else {
        _fmpq_vec_clear(walker->x, dim);
        _fmpq_vec_clear(walker->next, dim);
    }
    fmpz_clear(walker->m);
    fmpz_clear(walker->done);
    *walker = (cpm_walker){0};
}

static void start(cpm_walker *walker, const cpm_linsys *sys, const fmpz *m)
{
    cpm_walker_clear(walker);
    slong dim = (slong)sys->dim;
    walker->sys = sys;
    walker->modular = m != NULL;
    fmpz_init(walker->m);
    fmpz_init(walker->done);
    if (m != NULL) {
        fmpz_set(walker->m, m);
        walker->xm = _fmpz_vec_init(dim);
        walker->nextm = _fmpz_vec_init(dim);
        for (slong i = 0; i < dim; i++)
            fmpz_mod(walker->xm + i, fmpq_numref(sys->start + i), m);
    } else {
        walker->x = _fmpq_vec_init(dim);
        walker->next = _fmpq_vec_init(dim);
        for (slong i = 0; i < dim; i++)
            fmpq_set(walker->x + i, sys->start + i);
    }
}

static bool can_continue(const cpm_walker *walker, const cpm_linsys *sys, const fmpz_t n,
                         const fmpz *m)
{
    return walker->sys == sys && walker->modular == (m != NULL) &&
           (m == NULL || fmpz_equal(walker->m, m)) && fmpz_cmp(walker->done, n) <= 0;
}

cpm_status cpm_nth_naive(fmpq *out, cpm_walker *walker, const cpm_linsys *sys, const fmpz_t n,
                         const fmpz *m, const cpm_config *config, cpm_err *err)
{
    if (!can_continue(walker, sys, n, m))
        start(walker, sys, m);
    double total = fmpz_get_d(n) + 1;
    cpm_status status = CPM_OK;
    for (; fmpz_cmp(walker->done, n) < 0 && status == CPM_OK;
         fmpz_add_ui(walker->done, walker->done, 1)) {
        if (m != NULL)
            cpm_linsys_step_mod(sys, walker->xm, walker->nextm, m);
        else
            cpm_linsys_step(sys, walker->x, walker->next);
        if (fmpz_get_ui(walker->done) % 1024 == 0)
            status = cpm_progress(config, fmpz_get_d(walker->done) / total, err);
    }
    for (size_t k = 0; k < sys->noutputs && status == CPM_OK; k++) {
        if (m == NULL) {
            cpm_form_value(out + k, &sys->outputs[k], walker->x);
            continue;
        }
        cpm_linsys_output_mod(fmpq_numref(out + k), sys, k, walker->xm, m);
        fmpz_one(fmpq_denref(out + k));
    }
    return status;
}
