/* SPDX-License-Identifier: MIT
 *
 * plan_decimal.c - when a term is found in decimal, and how.
 *
 * The conditions: an exact integer is wanted, in base 10, with at least
 * CPM_TUNE_DECIMAL_MIN_DIGITS digits, from one output by one of the engines
 * that work on the generating function, whose denominator must have the
 * constant term 1. Otherwise the binary engines do it.
 */
#include "power/plan.h"

#include "bignum/tune.h"
#include "power/decimal.h"
#include "power/decimal_matrix.h"
#include "power/progress.h"

/* log2 10 */
static const double bits_per_digit = 3.3219280948873623;

static bool applies(cpm_plan *plan, const fmpz_t n, const cpm_config *config)
{
    cpm_engine engine;
    cpm_size_bound bound;
    cpm_err ignored = {0};
    if (config->modulus != NULL || config->output_base != 10 || plan->sys.noutputs != 1 ||
        !cpm_nth_decimal_available())
        return false;
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, &ignored);
    return f != NULL && fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0)) &&
           fmpz_abs_fits_ui(f->scale) &&
           cpm_plan_bound(&bound, plan, 0, n, config, &ignored) == CPM_OK &&
           bound.bits >= bits_per_digit * CPM_TUNE_DECIMAL_MIN_DIGITS &&
           cpm_plan_choose(&engine, plan, n, config, &ignored) == CPM_OK &&
           (engine == CPM_ENGINE_DOUBLING || engine == CPM_ENGINE_RECURRENCE ||
            (engine == CPM_ENGINE_MATRIX && plan->is_integral &&
             plan->sys.dim <= CPM_DECIMAL_MATRIX_MAX_DIM));
}

/* scale times the value; *scaled is false when it is the value itself. */
static cpm_status run(cpm_dec *out, bool *scaled, cpm_plan *plan, const cpm_genfun *f,
                      cpm_engine engine, const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    *scaled = engine != CPM_ENGINE_MATRIX;
    if (engine == CPM_ENGINE_MATRIX)
        return cpm_nth_decimal_matrix(out, &plan->sys, 0, n, config, err);
    return (engine == CPM_ENGINE_DOUBLING ? cpm_nth_decimal_doubling : cpm_nth_decimal_bostan_mori)(
        out, f->num, f->den, n, config, err);
}

/* x becomes x / scale, if that is an integer. */
static bool divide(cpm_dec *x, const fmpz_t scale)
{
    fmpz_t size;
    fmpz_init(size);
    fmpz_abs(size, scale);
    uint64_t c = fmpz_get_ui(size);
    fmpz_clear(size);
    if (c != 1 && cpm_dec_mod_ui(x, c) != 0)
        return false;
    if (x->len > 0 && fmpz_sgn(scale) < 0)
        x->negative = !x->negative;
    return c == 1 || cpm_dec_divexact_ui(x, c);
}

cpm_status cpm_plan_run_decimal(cpm_dec *out, bool *found, cpm_plan *plan, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    *found = false;
    if (!applies(plan, n, config))
        return CPM_OK;
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, err);
    if (f == NULL)
        return err->status;
    cpm_phase(config, "power");
    cpm_engine engine;
    cpm_status status = cpm_plan_choose(&engine, plan, n, config, err);
    bool scaled = false;
    if (status == CPM_OK)
        status = run(out, &scaled, plan, f, engine, n, config, err);
    if (status == CPM_OK)
        *found = !scaled || divide(out, f->scale);
    return status;
}
