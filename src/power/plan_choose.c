/* SPDX-License-Identifier: MIT
 *
 * plan_choose.c - the choice among the engines.
 *
 * Costs are estimated in word operations from the dimension, the order of the
 * shortest recurrence and the size bound; auto takes the cheapest engine that
 * applies. The constants are rough, fitted to single runs: the estimate need not
 * be good, only right where engines differ by much.
 */
#include "base/limits.h"
#include "power/plan_internal.h"

#include <math.h>

/* ---- Cost and choice --------------------------------------------------- */

/* A product of two numbers of so many words: schoolbook, Toom, then FFT. */
static double mul_cost(double words)
{
    if (words < 1)
        words = 1;
    if (words < 32)
        return words * words;
    return fmin(pow(words, 1.5) * 5.7, 40 * words * log2(words));
}

/* A product of two polynomials of length len modulo a word. */
static double poly_cost(double len)
{
    return len < 64 ? len * len : fmin(len * len, 60 * len * log2(len));
}

typedef struct size_up {
    double nbits; /* of n */
    double steps; /* n */
    double words; /* of the answer; of the modulus when modular */
    double order; /* of the shortest recurrence known */
    double dim;
    double nnz;
    double noutputs;
} size_up;

static const char *doubling_objection(const cpm_plan *plan, const cpm_genfun *f,
                                      const cpm_config *config)
{
    if (plan->sys.noutputs != 1)
        return "it finds one value, and several are wanted";
    if (cpm_genfun_order(f) > 2)
        return "the shortest recurrence has an order above 2";
    if (!cpm_genfun_is_proper(f))
        return "the recurrence does not hold from the first term on";
    if (config->modulus == NULL && !fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0)))
        return "the recurrence has coefficients that are not integers";
    return NULL;
}

/* Fills in what is known; false when the recurrence cannot be had. */
static bool take_size(size_up *s, cpm_plan *plan, const fmpz_t n, const cpm_config *config)
{
    cpm_err ignored = {0};
    s->nbits = (double)fmpz_bits(n);
    s->steps = fmpz_get_d(n);
    s->dim = (double)plan->sys.dim;
    s->nnz = (double)cpm_linsys_nnz(&plan->sys);
    s->noutputs = (double)plan->sys.noutputs;
    s->order = s->dim;
    if (config->modulus != NULL) {
        s->words = ceil((double)mpz_sizeinbase(config->modulus, 2) / FLINT_BITS);
        if (!cpm_plan_skips_exact_form(plan)) {
            const cpm_genfun *f = cpm_plan_genfun(plan, 0, &ignored);
            if (f == NULL)
                return false;
            s->order = (double)cpm_genfun_order(f);
        }
        return cpm_plan_den(plan, &ignored) != NULL;
    }
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, &ignored);
    if (f == NULL)
        return false;
    cpm_size_bound bound;
    cpm_bound_term(&bound, &plan->funs[0], n);
    s->words = bound.bits / FLINT_BITS;
    s->order = (double)cpm_genfun_order(f);
    return true;
}

double cpm_plan_cost(cpm_plan *plan, cpm_engine engine, const fmpz_t n, const cpm_config *config,
                     const char **reason)
{
    size_up s;
    const char *unused;
    if (reason == NULL)
        reason = &unused;
    *reason = NULL;
    bool modular = config->modulus != NULL;
    bool known = take_size(&s, plan, n, config);
    double word_mul = modular ? mul_cost(s.words) : 0;
    switch (engine) {
    case CPM_ENGINE_NAIVE:
        return 40 * (s.steps + 1) * s.nnz * (modular ? word_mul : 1 + s.words / 2);
    case CPM_ENGINE_MATRIX:
        if (plan->sys.dim > CPM_MAX_DENSE_DIM) {
            *reason = "too many variables for a dense matrix";
            return INFINITY;
        }
        return (s.nbits + 1) * pow(s.dim, 3) * 4 + /* small entries */
               (modular ? (s.nbits + 1) * pow(s.dim, 3) * word_mul
                        : 1.5 * pow(s.dim, 3) * mul_cost(s.words / 2));
    case CPM_ENGINE_DOUBLING:
        if (!known || cpm_plan_skips_exact_form(plan))
            *reason = "the shortest recurrence is too long";
        else
            *reason = doubling_objection(plan, &plan->funs[0], config);
        if (*reason != NULL)
            return INFINITY;
        return (s.nbits + 1) * 30 * (modular ? word_mul : 1) +
               (modular ? 0 : 1.4 * mul_cost(s.words / 2));
    case CPM_ENGINE_RECURRENCE:
        if (!known) {
            *reason = "the characteristic polynomial is out of reach";
            return INFINITY;
        }
        if (modular)
            return (s.nbits + 1) * (100 + s.noutputs * 4 * word_mul * poly_cost(s.order / 2 + 1));
        return (s.nbits + 1) * (100 + 4 * poly_cost(s.order / 2 + 1)) +
               (1 + s.noutputs) * (s.order + 1) * mul_cost(s.words / 2);
    case CPM_ENGINE_AUTO:
        break;
    }
    *reason = "it is not an engine";
    return INFINITY;
}

/* What auto takes on, in word operations: about a year. */
#define MAX_AUTO_COST 1e17

static cpm_status refuse_time(cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                              cpm_err *err)
{
    const char *reason;
    cpm_plan_cost(plan, CPM_ENGINE_RECURRENCE, n, config, &reason);
    cpm_err_set(err, CPM_ERR_LIMIT, "this would take years: %s",
                reason == NULL ? "the numbers are too long" : reason);
    cpm_err_hint(err, "--engine naive goes through all the steps");
    return CPM_ERR_LIMIT;
}

cpm_status cpm_plan_choose(cpm_engine *engine, cpm_plan *plan, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    const char *reason;
    if (config->engine != CPM_ENGINE_AUTO) {
        *engine = config->engine;
        if (isinf(cpm_plan_cost(plan, *engine, n, config, &reason)) && reason != NULL)
            return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "engine %s does not apply: %s",
                               cpm_engine_name(*engine), reason);
        return CPM_OK;
    }
    cpm_err inner = {0};
    if (cpm_plan_den(plan, &inner) == NULL && inner.status == CPM_ERR_MEMORY)
        return cpm_err_memory(err); /* or else iterations would be all that is left */
    double best = INFINITY;
    *engine = CPM_ENGINE_NAIVE;
    for (int e = CPM_ENGINE_NAIVE; e <= CPM_ENGINE_RECURRENCE; e++) {
        double cost = cpm_plan_cost(plan, (cpm_engine)e, n, config, NULL);
        if (cost < best) {
            best = cost;
            *engine = (cpm_engine)e;
        }
    }
    return best < MAX_AUTO_COST ? CPM_OK : refuse_time(plan, n, config, err);
}
