/* SPDX-License-Identifier: MIT
 *
 * semi_size.c - how large a value of max-times or min-times becomes. Its
 * logarithm follows max-plus or min-plus, where numbers stay short: so the size
 * is known before the work, for log2(n) products of words. (The other domains
 * have values of O(log n) bits: sums of n weights, or values that were there.)
 */
#include "base/logs.h"
#include "power/semi_plan.h"

#include <flint/fmpq_vec.h>
#include <math.h>

/* Units of log2: a path of n steps is off by at most n of them. */
static const double UNITS = 0x1p20;

/* Below this bound there is no need to look. */
static const double SMALL_BITS = 1e6;

/* log2 x in whole units, as an element of max-plus. */
static void set_log2(fmpq_t out, const fmpq_t x)
{
    if (!cpm_ext_is_finite(x) || fmpq_is_zero(x)) {
        cpm_ext_set_inf(out, fmpq_is_zero(x) ? -1 : 1);
        return;
    }
    double log = fmpz_dlog(fmpq_numref(x)) - fmpz_dlog(fmpq_denref(x));
    fmpz_set_d(fmpq_numref(out), floor(log * CPM_LOG2_E * UNITS));
    fmpz_one(fmpq_denref(out));
}

static void take_logs(cpm_form *form)
{
    for (size_t i = 0; i < form->len; i++)
        set_log2(form->terms[i].coeff, form->terms[i].coeff);
}

/* The largest |log2| among the outputs after n steps. */
static cpm_status find_log2(double *bits, const cpm_semi_plan *plan, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    cpm_config plain = *config;
    cpm_linsys sys = {0};
    cpm_semi_plan logs = {0};
    cpm_decision decision;
    plain.engine = CPM_ENGINE_AUTO;
    cpm_status status = cpm_linsys_copy(&sys, &plan->sys, err);
    if (status != CPM_OK)
        return status;
    sys.domain =
        cpm_domain_of(plan->domain->is_dual ? CPM_SEMIRING_MIN_PLUS : CPM_SEMIRING_MAX_PLUS);
    size_t count = sys.noutputs;
    for (size_t i = 0; i < sys.dim; i++) {
        take_logs(&sys.rows[i]);
        set_log2(sys.start + i, sys.start + i);
    }
    for (size_t k = 0; k < count; k++)
        take_logs(&sys.outputs[k]);
    fmpq *out = _fmpq_vec_init((slong)count);
    status = cpm_semi_plan_init(&logs, &sys, err);
    if (status == CPM_OK)
        status = cpm_semi_decide(&decision, &logs, n, &plain, err);
    if (status == CPM_OK)
        status = cpm_semi_run(out, &logs, decision.engine, n, &plain, err);
    *bits = 0;
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        if (cpm_ext_is_finite(out + k))
            *bits = fmax(*bits, fabs(fmpz_get_d(fmpq_numref(out + k))) / UNITS);
    _fmpq_vec_clear(out, (slong)count);
    cpm_semi_plan_clear(&logs);
    return status;
}

static double height_of(const cpm_form *form)
{
    double most = 0;
    for (size_t i = 0; i < form->len; i++)
        most = fmax(most, (double)fmpq_height_bits(form->terms[i].coeff));
    return most;
}

cpm_status cpm_semi_check_size(const cpm_semi_plan *plan, const fmpz_t n, const cpm_config *config,
                               cpm_err *err)
{
    double height = 1, bits;
    if (plan->domain->counter != CPM_COUNTER_EXPONENTIAL)
        return CPM_OK;
    for (size_t i = 0; i < plan->sys.dim; i++)
        height = fmax(height, height_of(&plan->sys.rows[i]));
    if (fmpz_get_d(n) * height <= SMALL_BITS)
        return CPM_OK;
    cpm_status status = find_log2(&bits, plan, n, config, err);
    double slack = fmpz_get_d(n) / UNITS;
    double limit = config->max_memory_bytes > 0 ? 8 * (double)config->max_memory_bytes : 0x1p37;
    if (status != CPM_OK || bits - slack <= limit / 4)
        return status;
    cpm_err_set(err, CPM_ERR_LIMIT, "the term has about %.3g digits, above the memory limit",
                bits * CPM_LOG10_2);
    cpm_err_hint(err, "--max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}
