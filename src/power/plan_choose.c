/* SPDX-License-Identifier: MIT
 *
 * plan_choose.c - the choice among the engines.
 *
 * Costs are estimated in word operations, which are nanoseconds on the machine
 * of doc/algorithms.md, from the dimension, the order of the shortest recurrence
 * and the size bound; auto takes the cheapest engine that applies. The constants
 * minimise the squared logarithms of estimate over time in the series of
 * bench/engines.c (`make engines`); what that says stands in the same document.
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

/* A product of two polynomials of length len modulo a word: schoolbook, then by
 * transforms. */
static double poly_cost(double len)
{
    return fmin(len * len, 200 + 2.5 * len * log2(len));
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

static double naive_cost(const size_up *s, bool modular)
{
    double term = 14 + 0.66 * s->words; /* one coefficient of the system, in one step */
    if (modular)
        term = s->words <= 1 ? 6.2 : 20 + s->words;
    return 100 + s->steps * (7 + s->nnz * term);
}

static double matrix_cost(const size_up *s, bool modular)
{
    double square = s->dim * s->dim, cube = square * s->dim;
    if (!modular)
        return 110 + s->nbits * (130 + 6.2 * square) + 0.36 * (cube + 1) * mul_cost(s->words / 2);
    if (s->words <= 1)
        return 250 + s->nbits * (37 + 13 * square + 0.06 * cube);
    return 250 + s->nbits * (60 + 13 * square + cube * (4 + mul_cost(s->words)));
}

static double doubling_cost(const size_up *s, bool modular)
{
    bool geometric = s->order < 2; /* squarings only */
    if (!modular)
        return 95 + s->nbits * 28 + (geometric ? 0.5 : 1) * mul_cost(s->words / 2);
    double step = s->words <= 1 ? 81 : 100 + 20 * s->words + 3 * mul_cost(s->words);
    return (s->words <= 1 ? 150 : 550) + s->nbits * (geometric ? step / 12 : step);
}

static double recurrence_cost(const size_up *s, bool modular)
{
    double len = s->order / 2 + 1;
    if (!modular)
        return 1 + s->nbits * (300 + 0.15 * poly_cost(len)) +
               (1 + s->noutputs) * 0.56 * (s->order + 1) * mul_cost(s->words / 2);
    double step = s->words <= 1 ? 41 + 1.3 * poly_cost(len) : pow(len, 1.5) * (90 + 45 * s->words);
    return s->noutputs * (550 + s->nbits * step);
}

/* As cpm_plan_cost; `known`: take_size has found everything. */
static double cost_of(cpm_plan *plan, cpm_engine engine, const size_up *s, bool known,
                      const cpm_config *config, const char **reason)
{
    bool modular = config->modulus != NULL;
    *reason = NULL;
    switch (engine) {
    case CPM_ENGINE_NAIVE:
        return naive_cost(s, modular);
    case CPM_ENGINE_MATRIX:
        if (plan->sys.dim <= CPM_MAX_DENSE_DIM)
            return matrix_cost(s, modular);
        *reason = "too many variables for a dense matrix";
        break;
    case CPM_ENGINE_DOUBLING:
        if (!known || cpm_plan_skips_exact_form(plan))
            *reason = "the shortest recurrence is too long";
        else
            *reason = doubling_objection(plan, &plan->funs[0], config);
        if (*reason == NULL)
            return doubling_cost(s, modular);
        break;
    case CPM_ENGINE_RECURRENCE:
        if (known)
            return recurrence_cost(s, modular);
        *reason = "the characteristic polynomial is out of reach";
        break;
    case CPM_ENGINE_AUTO:
        *reason = "it is not an engine";
        break;
    }
    return INFINITY;
}

double cpm_plan_cost(cpm_plan *plan, cpm_engine engine, const fmpz_t n, const cpm_config *config,
                     const char **reason)
{
    size_up s;
    const char *unused;
    bool known = take_size(&s, plan, n, config);
    return cost_of(plan, engine, &s, known, config, reason == NULL ? &unused : reason);
}

/* What auto takes on, in word operations: about a year. */
#define MAX_AUTO_COST 3e16

static cpm_status refuse_time(const char *reason, cpm_err *err)
{
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
    size_up s;
    bool known = take_size(&s, plan, n, config);
    double best = INFINITY;
    *engine = CPM_ENGINE_NAIVE;
    for (int e = CPM_ENGINE_NAIVE; e <= CPM_ENGINE_RECURRENCE; e++) {
        double cost = cost_of(plan, (cpm_engine)e, &s, known, config, &reason);
        if (cost < best) {
            best = cost;
            *engine = (cpm_engine)e;
        }
    }
    return best < MAX_AUTO_COST ? CPM_OK : refuse_time(reason, err); /* of the last engine */
}
