/* SPDX-License-Identifier: MIT
 *
 * poly_plan.c - questions to a system with polynomial coefficients: poles, size, the
 * costs of its engines, and which one answers.
 */
#include "power/poly_plan.h"

#include "power/progress.h"
#include "power/size_limit.h"

#include <math.h>
#include <stdlib.h>

cpm_status cpm_poly_plan_init(cpm_poly_plan *plan, cpm_polysys *sys, cpm_err *err)
{
    *plan = (cpm_poly_plan){.sys = *sys};
    *sys = (cpm_polysys){0};
    fmpz_init(plan->pole);
    plan->has_pole = cpm_polysys_pole(plan->pole, &plan->sys);
    cpm_status status = cpm_polyform_of(&plan->form, &plan->sys, err);
    if (status != CPM_OK)
        cpm_poly_plan_clear(plan);
    return status;
}

void cpm_poly_plan_clear(cpm_poly_plan *plan)
{
    cpm_poly_walker_clear(&plan->walker);
    cpm_polyform_clear(&plan->form);
    cpm_polysys_clear(&plan->sys);
    fmpz_clear(plan->pole); /* a zeroed fmpz is 0 */
    *plan = (cpm_poly_plan){0};
}

/* ---- Poles and size ------------------------------------------------------------------ */

static cpm_status check_pole(const cpm_poly_plan *plan, const fmpz_t n, cpm_err *err)
{
    fmpz_t end;
    if (!plan->has_pole)
        return CPM_OK;
    fmpz_init(end);
    fmpz_add(end, plan->sys.first, n);
    bool passed = fmpz_cmp(plan->pole, end) < 0;
    fmpz_clear(end);
    if (!passed)
        return CPM_OK;
    char *index = fmpz_get_str(NULL, 10, plan->pole);
    cpm_status status = cpm_err_set(err, CPM_ERR_NO_ANSWER,
                                    "the coefficient of the newest term is 0 at index %s", index);
    flint_free(index);
    return status;
}

/* Numerators and denominators of the matrices, and what their products hold. */
static double peak_bytes(double bits, const cpm_polyform *form)
{
    return bits / 8 * (6 + 2 * (double)form->dim);
}

cpm_status cpm_poly_plan_check_size(cpm_poly_plan *plan, const fmpz_t n, const cpm_config *config,
                                    cpm_err *err)
{
    cpm_size_bound bound;
    cpm_status status = check_pole(plan, n, err);
    if (status != CPM_OK || config->modulus != NULL)
        return status;
    cpm_polyform_bound(&bound, &plan->form, n);
    return cpm_size_limit(&bound, peak_bytes(bound.bits, &plan->form), config, err);
}

/* ---- Engines -------------------------------------------------------------------------- */

/* The size of a question, which costs are estimated from. */
typedef struct size_up {
    bool modular;
    double steps, words; /* of the modulus, or of numerators and denominators */
    double nnz, degree;
} size_up;

static void size_question(size_up *s, const cpm_poly_plan *plan, const fmpz_t n,
                          const cpm_config *config)
{
    cpm_size_bound bound;
    *s = (size_up){.modular = config->modulus != NULL,
                   .steps = fmpz_get_d(n),
                   .nnz = (double)cpm_polyform_nnz(&plan->form),
                   .degree = (double)plan->form.degree};
    cpm_polyform_bound(&bound, &plan->form, n);
    s->words = bound.bits / FLINT_BITS;
    if (s->modular)
        s->words = ceil((double)mpz_sizeinbase(config->modulus, 2) / FLINT_BITS);
}

static double naive_cost(const size_up *s)
{
    double entry = 60 + 15 * s->degree; /* of T, in one step */
    if (s->modular)
        return 300 + s->steps * (200 + s->nnz * (entry + s->words));
    return 300 + s->steps * (200 + s->nnz * (entry + 60 + 2 * s->words + s->words * s->words / 16));
}

static cpm_status run_naive(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz *m,
                            const cpm_config *config, cpm_err *err)
{
    return cpm_poly_nth_naive(out, &plan->walker, &plan->sys, &plan->form, n, m, config, err);
}

typedef struct poly_engine {
    /* In word operations, where it applies. */
    double (*cost)(const size_up *size);
    /* All outputs, over Q or modulo m unless NULL. */
    cpm_status (*run)(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz *m,
                      const cpm_config *config, cpm_err *err);
} poly_engine;

/* Those that are NULL need constant coefficients. */
static const poly_engine engines[CPM_NENGINES] = {
    [CPM_ENGINE_NAIVE] = {naive_cost, run_naive},
};

cpm_status cpm_poly_plan_decide(cpm_decision *decision, cpm_poly_plan *plan, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    size_up size;
    *decision = (cpm_decision){.engine = CPM_ENGINE_AUTO};
    size_question(&size, plan, n, config);
    for (int e = CPM_ENGINE_AUTO + 1; e < CPM_NENGINES; e++) {
        bool varies = engines[e].run == NULL;
        decision->objection[e] = varies ? cpm_coefficients_vary : NULL;
        decision->cost[e] = varies ? INFINITY : engines[e].cost(&size);
    }
    return cpm_decide(decision, config, err);
}

cpm_status cpm_poly_plan_run(fmpq *out, cpm_poly_plan *plan, cpm_engine engine, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    cpm_phase(config, "power");
    if (config->modulus == NULL)
        return engines[engine].run(out, plan, n, NULL, config, err);
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    cpm_status status = engines[engine].run(out, plan, n, m, config, err);
    fmpz_clear(m);
    return status;
}
