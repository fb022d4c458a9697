/* SPDX-License-Identifier: MIT
 *
 * engine_doubling.c - the engine of Lucas sequences, order 1 and 2: see doubling.h.
 */
#include "power/decimal.h"
#include "power/doubling.h"
#include "power/plan_internal.h"

static const char *objection(cpm_plan *plan, const cpm_size_up *size, const cpm_config *config)
{
    if (!size->has_form || !plan->has_fun[0])
        return "the shortest recurrence is too long";
    const cpm_genfun *f = &plan->funs[0];
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

static double cost(const cpm_size_up *s)
{
    bool geometric = s->order < 2; /* squarings only */
    if (!s->modular)
        return 95 + s->nbits * 28 + (geometric ? 0.5 : 1) * cpm_cost_of_mul(s->words / 2);
    double step = s->words <= 1 ? 81 : 100 + 20 * s->words + 3 * cpm_cost_of_mul(s->words);
    return (s->words <= 1 ? 150 : 550) + s->nbits * (geometric ? step / 12 : step);
}

static cpm_status exact(fmpq *out, cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                        cpm_err *err)
{
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, err);
    if (f == NULL)
        return err->status;
    fmpz_t value;
    fmpz_init(value);
    cpm_status status = cpm_nth_doubling(value, f->num, f->den, n, NULL, config, err);
    if (status == CPM_OK)
        fmpq_set_fmpz_frac(out, value, f->scale);
    fmpz_clear(value);
    return status;
}

static cpm_status coefficient(fmpz_t out, const cpm_residue_form *r, const fmpz_t n,
                              const cpm_config *config, cpm_err *err)
{
    return cpm_nth_doubling(out, r->num, r->den, n, r->modulus, config, err);
}

static cpm_status modular(fmpq *out, cpm_plan *plan, const fmpz_t n, const fmpz_t m,
                          const cpm_config *config, cpm_err *err)
{
    return cpm_plan_run_residues(out, plan, coefficient, n, m, config, err);
}

static cpm_status decimal(cpm_dec *out, bool *found, cpm_plan *plan, size_t k, const fmpz_t n,
                          const cpm_config *config, cpm_err *err)
{
    const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
    if (f == NULL)
        return err->status;
    cpm_status status = cpm_nth_decimal(out, f->num, f->den, n, config, err);
    *found = status == CPM_OK && cpm_dec_unscale(out, f->scale);
    return status;
}

const cpm_plan_engine cpm_engine_doubling = {objection, cost, exact, modular, decimal};
