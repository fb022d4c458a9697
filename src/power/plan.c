/* SPDX-License-Identifier: MIT
 *
 * plan.c - what is found out about a linear system on the way to answers: the
 * shared denominator, generating functions, bounds on size. Everything is
 * computed when it is first asked for and kept.
 */
#include "power/plan.h"

#include "base/mem.h"
#include "power/annihilator.h"
#include "power/plan_internal.h"
#include "power/size_limit.h"

#include <stdlib.h>

cpm_status cpm_plan_init(cpm_plan *plan, cpm_linsys *sys, cpm_err *err)
{
    *plan = (cpm_plan){0};
    plan->funs = cpm_calloc(sys->noutputs, sizeof *plan->funs);
    plan->has_fun = cpm_calloc(sys->noutputs, sizeof *plan->has_fun);
    if (plan->funs == NULL || plan->has_fun == NULL) {
        cpm_plan_clear(plan);
        return cpm_err_memory(err);
    }
    plan->sys = *sys;
    plan->is_integral = cpm_linsys_is_integral(sys);
    *sys = (cpm_linsys){0};
    return CPM_OK;
}

void cpm_plan_clear(cpm_plan *plan)
{
    cpm_walker_clear(&plan->walker);
    for (size_t k = 0; k < plan->sys.noutputs; k++)
        if (plan->has_fun[k])
            cpm_genfun_clear(&plan->funs[k]);
    free(plan->funs);
    free(plan->has_fun);
    if (plan->has_den)
        fmpz_poly_clear(plan->den);
    cpm_plan_forget_words(plan);
    cpm_linsys_clear(&plan->sys);
    cpm_linsys_clear(&plan->reduced);
    fmpz_clear(plan->reduced_m); /* a zeroed fmpz is 0 */
    *plan = (cpm_plan){0};
}

void cpm_plan_share_den(cpm_plan *to, const cpm_plan *from)
{
    if (to->has_den || !from->has_den)
        return;
    fmpz_poly_init(to->den);
    fmpz_poly_set(to->den, from->den);
    to->has_den = true;
}

const fmpz_poly_struct *cpm_plan_den(cpm_plan *plan, cpm_err *err)
{
    if (!plan->has_den) {
        fmpz_poly_init(plan->den);
        if (cpm_annihilator(plan->den, &plan->sys, err) != CPM_OK) {
            fmpz_poly_clear(plan->den);
            return NULL;
        }
        plan->has_den = true;
    }
    return plan->den;
}

const cpm_genfun *cpm_plan_genfun(cpm_plan *plan, size_t k, cpm_err *err)
{
    if (!plan->has_fun[k]) {
        const fmpz_poly_struct *den = cpm_plan_den(plan, err);
        if (den == NULL)
            return NULL;
        cpm_genfun_init(&plan->funs[k]);
        cpm_genfun_of_output(&plan->funs[k], den, &plan->sys, k);
        plan->has_fun[k] = true;
    }
    return &plan->funs[k];
}

/* Up to this dimension a modular question goes through the exact shortest
 * recurrence, which may be much shorter than the system; past it, or where so many terms
 * of dense rows cost more, reducing the whole system modulo M at once is cheaper. */
enum { EXACT_TRIM_DIM = 128, EXACT_TRIM_PRODUCTS = 100000 };

bool cpm_plan_skips_exact_form(const cpm_plan *plan)
{
    size_t nterms = 0; /* as many products a round, on numbers that grow */
    for (size_t i = 0; i < plan->sys.dim; i++)
        nterms += plan->sys.rows[i].len;
    return plan->is_integral &&
           (plan->sys.dim > EXACT_TRIM_DIM || nterms * plan->sys.dim > EXACT_TRIM_PRODUCTS);
}

/* ---- Size -------------------------------------------------------------- */

cpm_status cpm_plan_bound(cpm_size_bound *bound, cpm_plan *plan, size_t k, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    *bound = (cpm_size_bound){.bits = 0};
    if (config->modulus != NULL)
        return CPM_OK;
    if (cpm_plan_genfun(plan, k, err) == NULL)
        return err->status;
    cpm_bound_term(bound, &plan->funs[k], n);
    return CPM_OK;
}

/* Working memory over the size of the answer, as measured: Bostan-Mori holds
 * about two polynomials of d coefficients of the size of the answer, and
 * products and the decimal conversion hold some copies. */
static double peak_bytes(double bits, slong order)
{
    double copies = 8 + (order > 2 ? 2.0 * (double)order : 0);
    return bits / 8 * copies;
}

cpm_status cpm_plan_check_size(cpm_plan *plan, size_t k, const fmpz_t n, const cpm_config *config,
                               cpm_err *err)
{
    if (config->modulus != NULL)
        return CPM_OK;
    cpm_size_bound bound;
    cpm_status status = cpm_plan_bound(&bound, plan, k, n, config, err);
    if (status != CPM_OK)
        return status;
    double need = peak_bytes(bound.bits, cpm_genfun_order(&plan->funs[k]));
    return cpm_size_limit(&bound, need, config, err);
}
