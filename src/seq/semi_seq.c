/* SPDX-License-Identifier: MIT
 *
 * semi_seq.c - terms of sequences over the other pairs of operations.
 */
#include "power/cycle_mean.h"
#include "power/progress.h"
#include "seq/draw.h"
#include "seq/report.h"
#include "seq/semi.h"
#include "seq/seq.h"

#include <math.h>

static bool is_mul_pow(const cpm_seq *seq)
{
    return seq->domain->id == CPM_SEMIRING_MUL_POW;
}

cpm_status cpm_seq_prepare_semi(cpm_seq *seq, cpm_linsys *sys, cpm_err *err)
{
    return is_mul_pow(seq) ? cpm_mulpow_init(&seq->mulpow, sys, seq->lowered.divides, err)
                           : cpm_semi_plan_init(&seq->semi, seq->domain, sys, err);
}

static cpm_status run(fmpq_t out, cpm_seq *seq, const fmpz_t steps, const cpm_config *config,
                      cpm_err *err)
{
    return is_mul_pow(seq) ? cpm_mulpow_run(out, &seq->mulpow, steps, config, err)
                           : cpm_semi_run(out, &seq->semi, steps, config, err);
}

/* Another engine for the same work: in mul-pow for the exponents. */
static cpm_status choose_second(cpm_engine *second, const cpm_seq *seq, const fmpz_t steps,
                                const cpm_config *config, cpm_err *err)
{
    cpm_engine first;
    *second = CPM_ENGINE_AUTO;
    if (is_mul_pow(seq)) {
        *second = config->engine == CPM_ENGINE_MATRIX ? CPM_ENGINE_RECURRENCE : CPM_ENGINE_MATRIX;
        return CPM_OK;
    }
    cpm_status status = cpm_semi_choose(&first, &seq->semi, steps, config, err);
    double best = INFINITY;
    for (int e = CPM_ENGINE_NAIVE; e <= CPM_ENGINE_RECURRENCE && status == CPM_OK; e++) {
        double cost = cpm_semi_cost(&seq->semi, (cpm_engine)e, steps, NULL);
        if ((cpm_engine)e == first || cost >= best)
            continue;
        best = cost;
        *second = (cpm_engine)e;
    }
    return status;
}

static cpm_status check(const fmpq_t found, cpm_seq *seq, const fmpz_t steps,
                        const cpm_config *config, cpm_err *err)
{
    cpm_config other = *config;
    fmpq_t again;
    cpm_phase(config, "check");
    cpm_status status = choose_second(&other.engine, seq, steps, config, err);
    fmpq_init(again);
    if (status == CPM_OK)
        status = run(again, seq, steps, &other, err);
    if (status == CPM_OK && !fmpq_equal(found, again))
        status =
            cpm_err_set(err, CPM_ERR_INTERNAL, "two engines disagree; this is a bug in cpmcalc");
    fmpq_clear(again);
    return status;
}

cpm_status cpm_seq_run_semi(fmpq_t out, cpm_seq *seq, const fmpz_t steps, const cpm_config *config,
                            cpm_err *err)
{
    cpm_status status = run(out, seq, steps, config, err);
    if (status == CPM_OK && config->check)
        status = check(out, seq, steps, config, err);
    return status == CPM_OK ? cpm_semi_residue(out, config, err) : status;
}

/* ---- Explaining ---------------------------------------------------------- */

/* The question that costs are asked for. */
typedef struct question {
    const cpm_semi_plan *plan;
    const fmpz *steps;
} question;

static double cost_of(void *ctx, cpm_engine engine, const char **reason)
{
    question *q = ctx;
    return cpm_semi_cost(q->plan, engine, q->steps, reason);
}

static cpm_status explain_engines(cpm_report *report, const cpm_semi_plan *plan, const fmpz_t steps,
                                  const cpm_config *config, cpm_err *err)
{
    cpm_engine engine;
    question q = {plan, steps};
    cpm_status status = cpm_semi_choose(&engine, plan, steps, config, err);
    return status == CPM_OK ? cpm_report_add_engines(report, engine, cost_of, &q, err) : status;
}

/* Eigenvalue, cyclicity and transient of max-plus and min-plus. */
static cpm_status explain_growth(cpm_report *report, const cpm_seq *seq, cpm_err *err)
{
    enum { MAX_STEPS = 2000 };
    cpm_growth growth;
    cpm_err ignored = {0};
    cpm_growth_init(&growth);
    cpm_status status = CPM_OK;
    if (cpm_growth_find(&growth, &seq->semi.sys, seq->domain, MAX_STEPS, &ignored) == CPM_OK &&
        growth.has_cycle) {
        char *mean = fmpq_get_str(NULL, 10, growth.mean);
        status = cpm_report_printf(report, err, "eigenvalue", "%.200s (the %s mean of a cycle)",
                                   mean, seq->domain->is_dual ? "smallest" : "largest");
        flint_free(mean);
        if (status == CPM_OK)
            status =
                cpm_report_printf(report, err, "cyclicity", "%lu", (unsigned long)growth.cyclicity);
        if (status == CPM_OK && growth.has_transient)
            status = cpm_report_printf(report, err, "transient", "%lu %s",
                                       (unsigned long)growth.transient,
                                       growth.transient == 1 ? "step" : "steps");
        else if (status == CPM_OK)
            status = cpm_report_printf(report, err, "transient", "not found in %d steps",
                                       (int)MAX_STEPS);
    }
    cpm_growth_clear(&growth);
    return status;
}

/* The base, and the recurrence of the exponents of each element. */
static cpm_status explain_exponents(cpm_report *report, cpm_mulpow *mp, cpm_err *err)
{
    cpm_strbuf text = {0};
    for (size_t b = 0; b < mp->nbase; b++) {
        char *element = fmpz_get_str(NULL, 10, mp->base + b);
        cpm_err ignored = {0};
        cpm_strbuf_printf(&text, "%s%.60s: ", b == 0 ? "" : "\n", element);
        flint_free(element);
        const cpm_genfun *f = cpm_plan_genfun(&mp->exponents[b], 0, &ignored);
        if (f != NULL)
            cpm_draw_recurrence(&text, f->den);
    }
    if (mp->nbase == 0)
        cpm_strbuf_puts(&text, "none: all values are 0, 1 or -1");
    cpm_status status = cpm_report_add(report, "exponents", &text, err);
    cpm_strbuf_clear(&text);
    return status;
}

cpm_status cpm_seq_explain_semi(cpm_report *report, cpm_seq *seq, const fmpz *steps,
                                const cpm_config *config, cpm_err *err)
{
    double digits;
    cpm_status status =
        cpm_report_printf(report, err, "operations", "%s", cpm_semiring_name(seq->domain->id));
    if (status != CPM_OK)
        return status;
    if (!is_mul_pow(seq)) {
        status = explain_growth(report, seq, err);
        return steps == NULL || status != CPM_OK
                   ? status
                   : explain_engines(report, &seq->semi, steps, config, err);
    }
    status = explain_exponents(report, &seq->mulpow, err);
    if (status == CPM_OK && steps != NULL && config->modulus == NULL)
        status = cpm_mulpow_log10_digits(&digits, &seq->mulpow, 0, steps, config, err);
    if (status == CPM_OK && steps != NULL && config->modulus == NULL)
        status = cpm_report_printf(report, err, "size", "at most about 10^%.1f digits", digits);
    return status;
}
