/* SPDX-License-Identifier: MIT
 *
 * plan_decimal.c - when terms are found in decimal, and how.
 *
 * The conditions: exact integers are wanted, in base 10, one of them with at
 * least CPM_TUNE_DECIMAL_MIN_DIGITS digits, by an engine that works on generating
 * functions, whose denominators must have the constant term 1, or by a small
 * integral matrix. Otherwise the binary engines do it. Several outputs are found
 * one after another: what they could share costs less than one change of radix.
 */
#include "power/plan.h"

#include "bignum/tune.h"
#include "power/decimal.h"
#include "power/decimal_matrix.h"
#include "power/progress.h"

/* log2 10 */
static const double bits_per_digit = 3.3219280948873623;

/* Output k can be had in decimal; *bits is a bound on its size. */
static bool output_applies(double *bits, cpm_plan *plan, size_t k, const fmpz_t n,
                           const cpm_config *config)
{
    cpm_size_bound bound;
    cpm_err ignored = {0};
    const cpm_genfun *f = cpm_plan_genfun(plan, k, &ignored);
    if (f == NULL || !fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0)) ||
        !fmpz_abs_fits_ui(f->scale) ||
        cpm_plan_bound(&bound, plan, k, n, config, &ignored) != CPM_OK)
        return false;
    *bits = bound.bits;
    return true;
}

static bool applies(cpm_plan *plan, const fmpz_t n, const cpm_config *config)
{
    double largest = 0;
    if (config->modulus != NULL || config->output_base != 10 || !cpm_nth_decimal_available())
        return false;
    for (size_t k = 0; k < plan->sys.noutputs; k++) {
        double bits;
        if (!output_applies(&bits, plan, k, n, config))
            return false;
        largest = bits > largest ? bits : largest;
    }
    cpm_engine engine;
    cpm_err ignored = {0};
    return largest >= bits_per_digit * CPM_TUNE_DECIMAL_MIN_DIGITS &&
           cpm_plan_choose(&engine, plan, n, config, &ignored) == CPM_OK &&
           (engine == CPM_ENGINE_DOUBLING || engine == CPM_ENGINE_RECURRENCE ||
            (engine == CPM_ENGINE_MATRIX && plan->is_integral &&
             plan->sys.dim <= CPM_DECIMAL_MATRIX_MAX_DIM));
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

/* *found is false when the value is no integer. */
static cpm_status run_output(cpm_dec *out, bool *found, cpm_plan *plan, size_t k, cpm_engine engine,
                             const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    *found = true;
    if (engine == CPM_ENGINE_MATRIX)
        return cpm_nth_decimal_matrix(out, &plan->sys, k, n, config, err);
    const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
    if (f == NULL)
        return err->status;
    cpm_status status = (engine == CPM_ENGINE_DOUBLING || plan->sys.noutputs > 1
                             ? cpm_nth_decimal
                             : cpm_nth_decimal_bostan_mori)(out, f->num, f->den, n, config, err);
    if (status == CPM_OK)
        *found = divide(out, f->scale);
    return status;
}

cpm_status cpm_plan_run_decimal(cpm_dec *out, bool *found, cpm_plan *plan, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    *found = false;
    if (!applies(plan, n, config))
        return CPM_OK;
    cpm_phase(config, "power");
    cpm_engine engine;
    cpm_status status = cpm_plan_choose(&engine, plan, n, config, err);
    for (size_t k = 0; k < plan->sys.noutputs && status == CPM_OK; k++) {
        status = run_output(&out[k], found, plan, k, engine, n, config, err);
        if (!*found)
            break;
    }
    return status;
}
