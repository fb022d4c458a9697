/* SPDX-License-Identifier: MIT
 *
 * plan_costs.c - how large a question is, and what the engines would cost.
 *
 * Costs are estimated in word operations, which are nanoseconds on the machine
 * of doc/algorithms.md, from the dimension, the order of the shortest recurrence
 * and the size bound; auto takes the cheapest engine that applies. The constants
 * in the engines' files minimise the squared logarithms of estimate over time in
 * the series of bench/engines.c (`make engines`); what that says stands in the
 * same document.
 */
#include "power/plan_internal.h"

#include <math.h>

/* A product of two numbers of so many words: schoolbook, Toom, then FFT. */
double cpm_cost_of_mul(double words)
{
    if (words < 1)
        words = 1;
    if (words < 32)
        return words * words;
    return fmin(pow(words, 1.5) * 5.7, 40 * words * log2(words));
}

/* A product of two polynomials of length len modulo a word: schoolbook, then by
 * transforms. */
double cpm_cost_of_poly_mul(double len)
{
    return fmin(len * len, 200 + 2.5 * len * log2(len));
}

/* Modulo a word: out of terms modulo it, where that is the shorter way. */
static cpm_status take_words(bool *found, cpm_size_up *s, cpm_plan *plan, const cpm_config *config,
                             cpm_err *err)
{
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    bool prefers;
    cpm_status status = cpm_plan_prefers_words(&prefers, plan, s, m, err);
    if (status == CPM_OK && prefers)
        status = cpm_plan_find_words(found, plan, m, config, err);
    if (status == CPM_OK && *found)
        s->order = cpm_plan_order_of_words(plan);
    fmpz_clear(m);
    return status;
}

/* The part that needs the polynomials; false when they cannot be had. */
static bool take_form(cpm_size_up *s, cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                      cpm_err *err)
{
    if (s->modular) {
        bool found = false;
        s->words = ceil((double)mpz_sizeinbase(config->modulus, 2) / FLINT_BITS);
        if (take_words(&found, s, plan, config, err) != CPM_OK)
            return false;
        if (found)
            return true;
        if (!cpm_plan_skips_exact_form(plan)) {
            const cpm_genfun *f = cpm_plan_genfun(plan, 0, err);
            if (f == NULL)
                return false;
            s->order = (double)cpm_genfun_order(f);
        }
        return cpm_plan_den(plan, err) != NULL;
    }
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, err);
    if (f == NULL)
        return false;
    cpm_size_bound bound;
    cpm_bound_term(&bound, &plan->funs[0], n);
    s->words = bound.bits / FLINT_BITS;
    s->order = (double)cpm_genfun_order(f);
    return true;
}

cpm_status cpm_plan_size_up(cpm_size_up *s, cpm_plan *plan, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    cpm_err inner = {0};
    *s = (cpm_size_up){.modular = config->modulus != NULL,
                       .nbits = (double)fmpz_bits(n),
                       .steps = fmpz_get_d(n),
                       .dim = (double)plan->sys.dim,
                       .nnz = (double)cpm_linsys_nnz(&plan->sys),
                       .noutputs = (double)plan->sys.noutputs,
                       .order = (double)plan->sys.dim};
    if (!s->modular && !plan->is_integral) {
        double denominator = cpm_linsys_log2_denominator(&plan->sys);
        s->den_words = denominator > 0 ? s->steps * denominator / FLINT_BITS : 0;
    }
    s->has_form = take_form(s, plan, n, config, &inner);
    return cpm_err_pass_memory(err, &inner);
}

cpm_status cpm_plan_costs(cpm_decision *decision, cpm_plan *plan, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    cpm_size_up size;
    *decision = (cpm_decision){.engine = CPM_ENGINE_AUTO};
    cpm_status status = cpm_plan_size_up(&size, plan, n, config, err);
    if (status != CPM_OK)
        return status; /* or else iterations would be all that is left */
    for (int e = CPM_ENGINE_AUTO + 1; e < CPM_NENGINES; e++) {
        const cpm_plan_engine *engine = cpm_plan_engine_of((cpm_engine)e);
        decision->objection[e] =
            engine == NULL ? cpm_coefficients_stay : engine->objection(plan, &size, config);
        decision->cost[e] = decision->objection[e] == NULL ? engine->cost(&size) : INFINITY;
    }
    return CPM_OK;
}

cpm_status cpm_plan_decide(cpm_decision *decision, cpm_plan *plan, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    cpm_status status = cpm_plan_costs(decision, plan, n, config, err);
    return status == CPM_OK ? cpm_decide(decision, config, err) : status;
}
