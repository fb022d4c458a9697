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
#include "base/logs.h"
#include "bignum/tune.h"
#include "power/decimal.h"
#include "power/plan_internal.h"
#include "power/progress.h"

/* Output k can be had in decimal; *bits is a bound on its size. */
static bool output_applies(double *bits, cpm_plan *plan, size_t k, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    cpm_size_bound bound;
    const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
    if (f == NULL || !fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0)) ||
        !fmpz_abs_fits_ui(f->scale) || cpm_plan_bound(&bound, plan, k, n, config, err) != CPM_OK)
        return false;
    *bits = bound.bits;
    return true;
}

static bool applies(cpm_plan *plan, const cpm_plan_engine *engine, const fmpz_t n,
                    const cpm_config *config, cpm_err *err)
{
    double largest = 0;
    if (engine->decimal == NULL || config->modulus != NULL || config->output_base != 10 ||
        !cpm_nth_decimal_available())
        return false;
    for (size_t k = 0; k < plan->sys.noutputs; k++) {
        double bits;
        if (!output_applies(&bits, plan, k, n, config, err))
            return false;
        largest = bits > largest ? bits : largest;
    }
    return largest >= CPM_LOG2_10 * CPM_TUNE_DECIMAL_MIN_DIGITS;
}

bool cpm_dec_unscale(cpm_dec *x, const fmpz_t scale)
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

cpm_status cpm_plan_run_decimal(cpm_dec *out, bool *found, cpm_plan *plan, cpm_engine engine,
                                const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    const cpm_plan_engine *row = cpm_plan_engine_of(engine);
    cpm_err ignored = {0};
    *found = false;
    if (!applies(plan, row, n, config, &ignored))
        return cpm_err_pass_memory(err, &ignored);
    cpm_phase(config, "power");
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < plan->sys.noutputs && status == CPM_OK; k++) {
        status = row->decimal(&out[k], found, plan, k, n, config, err);
        if (!*found)
            break;
    }
    return status;
}
