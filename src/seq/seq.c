/* SPDX-License-Identifier: MIT
 *
 * seq.c - sequences: from a spec to a prepared linear system, and from an
 * index to a term.
 *
 * Indices from `base` on are steps of that system. Earlier given terms are
 * looked up. Terms before the first given one exist where the recurrence runs
 * backwards: the shortest recurrence, read from the other end, is a shift
 * register of its own.
 */
#include "seq/seq.h"

#include "accel/reduce.h"
#include "accel/transfer.h"
#include "base/limits.h"
#include "eval/constant.h"
#include "power/progress.h"
#include "power/residue.h"
#include "power/stream.h"
#include "seq/semi.h"
#include "seq/value.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

/* ---- The environment of the loop: constants and first values ----------- */

typedef struct env {
    const cpm_recurrence *rec;
    fmpq *values; /* owned: rec->values, changed while lowering goes on */
    bool *is_known;
} env;

static bool env_get(void *ctx, fmpq_t out, cpm_sym sym)
{
    const env *e = ctx;
    if (sym >= e->rec->nvalues || !e->is_known[sym])
        return false;
    fmpq_set(out, e->values + sym);
    return true;
}

static bool env_look_up(void *ctx, cpm_sym sym, fmpq_t value)
{
    return env_get(ctx, value, sym);
}

static cpm_status env_eval(void *ctx, fmpq_t out, const cpm_expr *expr, cpm_err *err)
{
    env *e = ctx;
    return cpm_eval_constant(out, &e->rec->tree, expr, e->rec->tree.text, env_look_up, e,
                             CPM_MAX_VALUE_BITS, err);
}

static cpm_status env_test(void *ctx, bool *out, const cpm_expr *expr, cpm_err *err)
{
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = env_eval(ctx, value, expr, err);
    *out = !fmpq_is_zero(value);
    fmpq_clear(value);
    return status;
}

static cpm_status env_set(void *ctx, cpm_sym sym, const fmpq_t value, cpm_err *err)
{
    env *e = ctx;
    (void)err;
    fmpq_set(e->values + sym, value);
    e->is_known[sym] = true;
    return CPM_OK;
}

static cpm_status env_assign(void *ctx, cpm_sym sym, const cpm_expr *expr, cpm_err *err)
{
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = env_eval(ctx, value, expr, err);
    if (status == CPM_OK)
        status = env_set(ctx, sym, value, err);
    fmpq_clear(value);
    return status;
}

/* The values before the loop. */
static void env_reset(void *ctx)
{
    env *e = ctx;
    memcpy(e->is_known, e->rec->is_known, e->rec->nvalues * sizeof *e->is_known);
    for (size_t i = 0; i < e->rec->nvalues; i++)
        fmpq_set(e->values + i, e->rec->values + i);
}

static cpm_status env_init(env *e, const cpm_recurrence *rec, cpm_err *err)
{
    e->rec = rec;
    e->is_known = cpm_calloc(rec->nvalues, sizeof *e->is_known);
    if (e->is_known == NULL)
        return cpm_err_memory(err);
    e->values = _fmpq_vec_init((slong)rec->nvalues);
    env_reset(e);
    return CPM_OK;
}

static void env_clear(env *e)
{
    if (e->values != NULL)
        _fmpq_vec_clear(e->values, (slong)e->rec->nvalues);
    free(e->is_known);
}

/* ---- Making a sequence ------------------------------------------------- */

static cpm_status lower(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    env e = {0};
    cpm_lower_env lower_env = {.ctx = &e,
                               .eval = env_eval,
                               .test = env_test,
                               .get = env_get,
                               .assign = env_assign,
                               .set = env_set,
                               .reset = env_reset};
    cpm_lower_options options = {
        .clear_stack = config->clear_stack,
        .allow_rational = true,
        .prefix = "not a linear recurrence with constant coefficients: ",
        .adjective = "varying",
        .counter = "index",
    };
    fmpz_t step;
    fmpz_init_set_ui(step, 1);
    cpm_status status = env_init(&e, &seq->rec, err);
    if (status == CPM_OK)
        status = cpm_lower_loop_in(&seq->lowered, config->semiring, &seq->rec.tree, seq->rec.loop,
                                   seq->rec.start, step, NULL, &lower_env, &options, err);
    fmpz_clear(step);
    env_clear(&e);
    return status;
}

static cpm_status add_output(cpm_linsys *sys, const cpm_seq *seq, cpm_err *err)
{
    fmpq_t one;
    fmpq_init(one);
    const cpm_domain *domain = cpm_domain_scalars(sys->domain);
    domain->one(one, domain);
    cpm_status status = CPM_ERR_INTERNAL;
    for (size_t i = 0; i < seq->lowered.nfinals; i++)
        if (seq->lowered.finals[i].sym == seq->rec.output)
            status =
                cpm_form_add_term(&sys->outputs[0], seq->lowered.finals[i].reg, one, domain, err);
    fmpq_clear(one);
    return status == CPM_ERR_INTERNAL ? cpm_err_set(err, status, "the loop has lost its output")
                                      : status;
}

cpm_status cpm_seq_full_system(cpm_linsys *sys, const cpm_seq *seq, const cpm_config *config,
                               cpm_err *err)
{
    cpm_status status = cpm_transfer(sys, &seq->lowered.code, 1, config->max_memory_bytes, err);
    if (status == CPM_OK)
        status = add_output(sys, seq, err);
    if (status != CPM_OK)
        cpm_linsys_clear(sys);
    return status;
}

const cpm_linsys *cpm_seq_system(const cpm_seq *seq)
{
    if (seq->domain->is_arithmetic)
        return &seq->plan.sys;
    return seq->domain->scalars != NULL ? &seq->mulpow.sys : &seq->semi.sys;
}

/* How the output is reduced by `%`: see CPM_MAX_FLOW. */
static unsigned output_flow(const cpm_seq *seq)
{
    for (size_t i = 0; i < seq->lowered.nfinals; i++)
        if (seq->lowered.finals[i].sym == seq->rec.output)
            return seq->lowered.finals[i].flow;
    return 0;
}

static cpm_status check_modulus(cpm_seq *seq, cpm_err *err)
{
    if (!seq->lowered.has_modulus)
        return CPM_OK;
    unsigned flow = output_flow(seq);
    seq->reduces = flow > 0;
    if (flow == CPM_FLOW_MIXED || !cpm_linsys_is_integral(&seq->plan.sys))
        return cpm_err_at(err, CPM_ERR_SEMANTIC, seq->rec.tree.text, seq->lowered.modulus_span,
                          "not a linear recurrence with constant coefficients: '%%' must reduce "
                          "the whole term, over integers");
    return CPM_OK;
}

static cpm_status prepare(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    cpm_linsys full = {0}, reduced = {0};
    cpm_phase(config, "lower");
    cpm_status status = lower(seq, config, err);
    if (status == CPM_OK)
        status = cpm_seq_full_system(&full, seq, config, err);
    cpm_phase(config, "reduce");
    if (status == CPM_OK)
        seq->domain = full.domain;
    if (status == CPM_OK && config->min_rows) {
        status = cpm_drop_unused(&reduced, &full, NULL, err);
    } else if (status == CPM_OK) {
        reduced = full;
        full = (cpm_linsys){0};
    }
    if (status == CPM_OK)
        status = seq->domain->is_arithmetic ? cpm_plan_init(&seq->plan, &reduced, err)
                                            : cpm_seq_prepare_semi(seq, &reduced, err);
    if (status == CPM_OK)
        status = check_modulus(seq, err);
    cpm_linsys_clear(&full);
    cpm_linsys_clear(&reduced);
    return status;
}

/* By lowering the loop that the recurrence is. */
static cpm_status make_by_lowering(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    cpm_status status = cpm_recurrence_init(&seq->rec, &seq->spec, err);
    return status == CPM_OK ? prepare(seq, config, err) : status;
}

/* A signature goes from its numbers to the companion system, unless the options
 * ask for something else than that. */
static cpm_status make(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    bool plain =
        config->min_rows && config->clear_stack &&
        (config->semiring == CPM_SEMIRING_AUTO || config->semiring == CPM_SEMIRING_PLUS_TIMES);
    if (!plain || seq->spec.signature.data == NULL)
        return make_by_lowering(seq, config, err);
    cpm_linsys sys;
    cpm_status status =
        cpm_recurrence_of_signature(&seq->rec, &seq->is_companion, &sys, &seq->spec, err);
    if (status != CPM_OK)
        return status;
    if (!seq->is_companion)
        return make_by_lowering(seq, config, err);
    cpm_phase(config, "reduce");
    seq->domain = sys.domain;
    status = cpm_plan_init(&seq->plan, &sys, err);
    cpm_linsys_clear(&sys);
    return status;
}

cpm_status cpm_seq_show_loop(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    if (!seq->is_companion)
        return CPM_OK;
    cpm_plan_clear(&seq->plan);
    cpm_plan_clear(&seq->backward);
    seq->has_backward = seq->is_companion = false;
    cpm_recurrence_clear(&seq->rec);
    return make_by_lowering(seq, config, err);
}

static cpm_status check_spec(const cpm_spec *spec, cpm_err *err)
{
    bool has_text = spec->spec.data != NULL, has_signature = spec->signature.data != NULL;
    if (has_text && has_signature)
        return cpm_err_set(err, CPM_ERR_USAGE, "a SPEC and a signature are two recurrences");
    if (!has_text && !has_signature)
        return cpm_err_set(err, CPM_ERR_USAGE, "there is no recurrence");
    return CPM_OK;
}

static cpm_status copy_spec(cpm_seq *seq, const cpm_spec *spec, cpm_err *err)
{
    seq->spec = *spec;
    seq->sets = cpm_calloc(spec->nsets, sizeof *seq->sets);
    if (seq->sets == NULL)
        return cpm_err_memory(err);
    if (spec->nsets > 0)
        memcpy(seq->sets, spec->sets, spec->nsets * sizeof *seq->sets);
    seq->spec.sets = seq->sets;
    return CPM_OK;
}

cpm_status cpm_seq_new(cpm_seq **out, const cpm_spec *spec, const cpm_config *config, cpm_err *err)
{
    *out = NULL;
    cpm_status status = check_spec(spec, err);
    if (status != CPM_OK)
        return status;
    cpm_seq *seq = cpm_calloc(1, sizeof *seq);
    if (seq == NULL)
        return cpm_err_memory(err);
    cpm_phase(config, "parse");
    status = copy_spec(seq, spec, err);
    if (status == CPM_OK)
        status = make(seq, config, err);
    if (status != CPM_OK) {
        cpm_seq_free(seq);
        return status;
    }
    *out = seq;
    return CPM_OK;
}

void cpm_seq_free(cpm_seq *seq)
{
    if (seq == NULL)
        return;
    cpm_plan_clear(&seq->plan);
    cpm_plan_clear(&seq->backward);
    cpm_semi_plan_clear(&seq->semi);
    cpm_mulpow_clear(&seq->mulpow);
    cpm_lowered_clear(&seq->lowered);
    cpm_recurrence_clear(&seq->rec);
    free(seq->sets);
    free(seq);
}

void cpm_seq_offset(mpz_t out, const cpm_seq *seq)
{
    fmpz_get_mpz(out, seq->rec.offset);
}

/* ---- Backwards --------------------------------------------------------- */

/* a(base+d-1-t) = z(t) with z(t) = -(1/q_d) sum_{j<d} q_j z(t-(d-j)). */
static cpm_status reversed_system(cpm_linsys *sys, const cpm_genfun *f, cpm_err *err)
{
    slong d = cpm_genfun_order(f);
    size_t dim = d > 0 ? (size_t)d : 1;
    fmpq *c = _fmpq_vec_init((slong)dim), *given = _fmpq_vec_init((slong)dim);
    cpm_genfun_terms(given, 0, dim, f);
    for (size_t k = 0; k < dim / 2; k++)
        fmpq_swap(given + k, given + (dim - 1 - k));
    for (slong j = 0; j < d; j++) {
        fmpq_set_fmpz_frac(c + (d - j - 1), fmpz_poly_get_coeff_ptr(f->den, j),
                           fmpz_poly_get_coeff_ptr(f->den, d));
        fmpq_neg(c + (d - j - 1), c + (d - j - 1));
    }
    cpm_status status = cpm_linsys_companion(sys, c, given, dim, err);
    _fmpq_vec_clear(c, (slong)dim);
    _fmpq_vec_clear(given, (slong)dim);
    return status;
}

static cpm_status no_backward(const cpm_seq *seq, const fmpz_t n, cpm_err *err)
{
    char *text = fmpz_get_str(NULL, 10, n), *offset = fmpz_get_str(NULL, 10, seq->rec.offset);
    cpm_err_set(err, CPM_ERR_NO_ANSWER,
                "there is no term with index %.100s: the sequence begins at %.100s and its "
                "recurrence does not run backwards from there",
                text, offset);
    flint_free(text);
    flint_free(offset);
    return CPM_ERR_NO_ANSWER;
}

static cpm_status prepare_backward(cpm_seq *seq, const fmpz_t n, cpm_err *err)
{
    if (seq->has_backward)
        return CPM_OK;
    const cpm_genfun *f = cpm_plan_genfun(&seq->plan, 0, err);
    if (f == NULL)
        return err->status;
    bool zero = fmpz_poly_is_zero(f->num);
    if (seq->rec.has_exceptions || (!zero && !cpm_genfun_is_proper(f)))
        return no_backward(seq, n, err);
    cpm_linsys sys = {0};
    cpm_status status = reversed_system(&sys, f, err);
    if (status == CPM_OK)
        status = cpm_plan_init(&seq->backward, &sys, err);
    cpm_linsys_clear(&sys);
    seq->has_backward = status == CPM_OK;
    seq->backward_order = zero ? 1 : (size_t)cpm_genfun_order(f);
    return status;
}

/* ---- Terms ------------------------------------------------------------- */

cpm_status cpm_seq_place(const fmpq **given, cpm_plan **plan, fmpz_t steps, cpm_seq *seq,
                         const fmpz_t n, cpm_err *err)
{
    *given = NULL;
    *plan = &seq->plan;
    fmpz_sub(steps, n, seq->rec.start); /* given terms need not be residues */
    bool as_given = seq->reduces && fmpz_sgn(steps) < 0;
    fmpz_sub(steps, n, seq->rec.base);
    if (fmpz_sgn(steps) >= 0 && !as_given)
        return CPM_OK;
    fmpz_sub(steps, n, seq->rec.offset);
    if (fmpz_sgn(steps) >= 0) {
        *given = seq->rec.given + fmpz_get_ui(steps);
        return CPM_OK;
    }
    if (!seq->domain->is_arithmetic || seq->reduces)
        return no_backward(seq, n, err);
    cpm_status status = prepare_backward(seq, n, err);
    if (status != CPM_OK)
        return status;
    *plan = &seq->backward;
    fmpz_sub(steps, seq->rec.base, n);
    fmpz_add_ui(steps, steps, seq->backward_order - 1);
    return CPM_OK;
}

static cpm_status take_given(fmpq_t out, const fmpq *given, const cpm_config *config, cpm_err *err)
{
    if (config->modulus == NULL) {
        fmpq_set(out, given);
        return CPM_OK;
    }
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    bool exists = cpm_residue_of_rational(fmpq_numref(out), given, m);
    fmpz_one(fmpq_denref(out));
    fmpz_clear(m);
    return exists ? CPM_OK : cpm_residue_missing(err);
}

/* An engine other than the first that can do the same work, for --check. */
static cpm_status second_opinion(fmpq_t out, cpm_plan *plan, const fmpz_t n,
                                 const cpm_config *config, cpm_err *err)
{
    cpm_engine first, best = CPM_ENGINE_AUTO;
    cpm_status status = cpm_plan_choose(&first, plan, n, config, err);
    double cost = 0;
    for (int e = CPM_ENGINE_NAIVE; e <= CPM_ENGINE_RECURRENCE && status == CPM_OK; e++) {
        const char *reason;
        double c = cpm_plan_cost(plan, (cpm_engine)e, n, config, &reason);
        if ((cpm_engine)e == first || reason != NULL || (best != CPM_ENGINE_AUTO && c >= cost))
            continue;
        cost = c;
        best = (cpm_engine)e;
    }
    if (status == CPM_OK && best == CPM_ENGINE_AUTO)
        status = cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                             "no second engine applies, nothing to "
                             "check against");
    if (status != CPM_OK)
        return status;
    cpm_config other = *config;
    other.engine = best;
    return cpm_plan_run(out, plan, n, &other, err);
}

static cpm_status run_checked(cpm_value *out, cpm_plan *plan, const fmpz_t steps,
                              const cpm_config *config, cpm_err *err)
{
    cpm_status status = cpm_plan_check_size(plan, 0, steps, config, err);
    if (status == CPM_OK)
        status = cpm_plan_run_decimal(&out->dec, &out->is_dec, plan, steps, config, err);
    if (status == CPM_OK && !out->is_dec)
        status = cpm_plan_run(out->q, plan, steps, config, err);
    if (status != CPM_OK || !config->check)
        return status;
    fmpq_t other;
    fmpq_init(other);
    cpm_phase(config, "check");
    bool equal = false;
    status = second_opinion(other, plan, steps, config, err);
    if (status == CPM_OK)
        status = cpm_value_equals(&equal, out, other, err);
    if (status == CPM_OK && !equal)
        status =
            cpm_err_set(err, CPM_ERR_INTERNAL, "two engines disagree; this is a bug in cpmcalc");
    fmpq_clear(other);
    return status;
}

/* A term that the rule itself reduces: in Z/M, then modulo what is asked for. */
static cpm_status run_reduced(cpm_value *out, cpm_seq *seq, const fmpz_t steps,
                              const cpm_config *config, cpm_err *err)
{
    cpm_config inner = *config;
    mpz_t m;
    mpz_init(m);
    fmpz_get_mpz(m, seq->lowered.modulus);
    inner.modulus = m;
    cpm_status status = run_checked(out, &seq->plan, steps, &inner, err);
    mpz_clear(m);
    return status == CPM_OK ? cpm_semi_residue(out->q, config, err) : status;
}

/* The term with index n. */
static cpm_status find_term(cpm_value *out, cpm_seq *seq, const fmpz_t n, const cpm_config *config,
                            cpm_err *err)
{
    const fmpq *given;
    cpm_plan *plan;
    fmpz_t steps;
    fmpz_init(steps);
    cpm_status status = cpm_seq_place(&given, &plan, steps, seq, n, err);
    if (status == CPM_OK && given != NULL)
        status = take_given(out->q, given, config, err);
    else if (status == CPM_OK)
        status = !seq->domain->is_arithmetic ? cpm_seq_run_semi(out->q, seq, steps, config, err)
                 : seq->reduces              ? run_reduced(out, seq, steps, config, err)
                                             : run_checked(out, plan, steps, config, err);
    fmpz_clear(steps);
    return status;
}

/* A walk over the indices of a range. */
typedef struct walk {
    cpm_seq *seq;
    const cpm_config *config;
    cpm_term_fn emit;
    void *ctx;
    fmpz_t n, last, step;
    cpm_stream stream; /* when streaming: stands before the index n */
    bool streaming;
    bool knows_safe; /* streaming goes on to `safe` without terms that are too large */
    fmpz_t safe;
    cpm_err *err;
} walk;

/* Steps of more than this many terms are jumps of their own. */
enum { MAX_STREAM_STEP = 64 };

/* Terms from n on come from one jump, then steps. */
static bool can_stream(const walk *w)
{
    return (w->config->engine == CPM_ENGINE_AUTO || w->config->engine == CPM_ENGINE_RECURRENCE) &&
           !w->config->check && w->seq->domain->is_arithmetic && !w->seq->reduces &&
           fmpz_sgn(w->step) > 0 && fmpz_cmp_ui(w->step, MAX_STREAM_STEP) <= 0 &&
           fmpz_cmp(w->n, w->last) < 0 && fmpz_cmp(w->n, w->seq->rec.base) >= 0;
}

/* ---- How far a range stays within the limit ---------------------------- */

/* A bound for the term with this index, and so for all before it. */
static cpm_status check_size_at(walk *w, const fmpz_t n, cpm_err *err)
{
    fmpz_t steps;
    fmpz_init(steps);
    fmpz_sub(steps, n, w->seq->rec.base);
    cpm_status status = cpm_plan_check_size(&w->seq->plan, 0, steps, w->config, err);
    fmpz_clear(steps);
    return status;
}

/* The first question, which most ranges end with: is the last term too large? */
static cpm_status try_whole_range(walk *w)
{
    cpm_err why = {0};
    cpm_status status = check_size_at(w, w->last, &why);
    w->knows_safe = status == CPM_OK || (status == CPM_ERR_LIMIT && !w->config->whole_ranges);
    if (!w->knows_safe) {
        fmpz_set(w->n, w->last);
        *w->err = why;
        return status;
    }
    fmpz_sub_ui(w->safe, w->n, 1);
    if (status == CPM_OK)
        fmpz_set(w->safe, w->last);
    return CPM_OK;
}

/* safe = some index from n on up to which no term is too large: the last one if
 * possible, else one that is found by going ahead as far as the start is away,
 * and back by halves. */
static cpm_status look_ahead(walk *w)
{
    cpm_err why = {0};
    cpm_status status = w->knows_safe ? CPM_OK : try_whole_range(w);
    if (status != CPM_OK || fmpz_cmp(w->n, w->safe) <= 0)
        return status;
    fmpz_t stride;
    fmpz_init(stride);
    fmpz_sub(stride, w->n, w->seq->rec.base);
    fmpz_add_ui(stride, stride, 64);
    for (;;) {
        fmpz_add(w->safe, w->n, stride);
        if (fmpz_cmp(w->safe, w->last) > 0)
            fmpz_set(w->safe, w->last);
        status = check_size_at(w, w->safe, &why);
        if (status != CPM_ERR_LIMIT || fmpz_is_zero(stride))
            break;
        cpm_err_clear(&why);
        fmpz_fdiv_q_2exp(stride, stride, 1);
    }
    fmpz_clear(stride);
    if (status != CPM_OK)
        *w->err = why;
    return status;
}

/* ---- Walking ------------------------------------------------------------ */

/* How many terms there are from n on, those that are stepped over too. */
static size_t terms_left(const walk *w)
{
    fmpz_t count;
    fmpz_init(count);
    fmpz_sub(count, w->last, w->n);
    size_t left = fmpz_abs_fits_ui(count) ? (size_t)fmpz_get_ui(count) : SIZE_MAX - 1;
    fmpz_clear(count);
    return left + (left < SIZE_MAX);
}

static cpm_status start_stream(walk *w)
{
    cpm_plan *plan = &w->seq->plan;
    cpm_err ignored = {0};
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, &ignored);
    if (f == NULL)
        return CPM_OK; /* no shortest recurrence: term by term */
    cpm_status status = look_ahead(w);
    fmpz_t steps;
    fmpz_init(steps);
    fmpz_sub(steps, w->n, w->seq->rec.base);
    bool near = fmpz_cmp_ui(steps, 10000) < 0;
    if (status == CPM_OK && (near || cpm_genfun_is_integral(f) || w->config->modulus != NULL)) {
        cpm_phase(w->config, "power");
        w->streaming = cpm_stream_init(&w->stream, plan, 0, steps, terms_left(w), w->config,
                                       &ignored) == CPM_OK;
    }
    fmpz_clear(steps);
    return status;
}

static cpm_status next_term(cpm_value *out, walk *w)
{
    out->is_dec = false;
    if (!w->streaming && can_stream(w)) {
        cpm_status status = start_stream(w);
        if (status != CPM_OK)
            return status;
    }
    if (!w->streaming)
        return find_term(out, w->seq, w->n, w->config, w->err);
    cpm_status status = look_ahead(w);
    if (status == CPM_OK)
        status = cpm_stream_next(out->q, &out->dec, &out->is_dec, &w->stream, w->err);
    bool more = fmpz_cmp(w->n, w->last) < 0;
    for (ulong i = 1; i < fmpz_get_ui(w->step) && more && status == CPM_OK; i++)
        status = cpm_stream_skip(&w->stream, w->err);
    return status;
}

/* Says which term of a range is too large. */
static void name_index(walk *w)
{
    cpm_err why = *w->err;
    char *index = fmpz_get_str(NULL, 10, w->n);
    cpm_err_clear(w->err);
    cpm_err_set(w->err, why.status, "at index %.60s: %s", index, why.message);
    if (why.hint[0] != '\0')
        cpm_err_hint(w->err, "%s", why.hint);
    flint_free(index);
}

static cpm_status run_walk(walk *w)
{
    cpm_value value;
    mpz_t index;
    cpm_value_init(&value);
    mpz_init(index);
    cpm_status status = CPM_OK;
    int direction = fmpz_sgn(w->step);
    const bool one = fmpz_equal(w->n, w->last);
    while (status == CPM_OK && fmpz_cmp(w->n, w->last) * direction <= 0) {
        status = next_term(&value, w);
        if (status == CPM_ERR_LIMIT && !one)
            name_index(w);
        if (status != CPM_OK)
            break;
        fmpz_get_mpz(index, w->n);
        cpm_phase(w->config, "output");
        status = w->emit(w->ctx, index, &value, w->err);
        fmpz_add(w->n, w->n, w->step);
    }
    cpm_value_clear(&value);
    mpz_clear(index);
    return status;
}

static cpm_status check_config(const cpm_config *config, cpm_err *err)
{
    if (config->modulus != NULL && mpz_sgn(config->modulus) <= 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "the modulus must be at least 1");
    return CPM_OK;
}

cpm_status cpm_seq_terms(cpm_seq *seq, mpz_srcptr first, mpz_srcptr last, mpz_srcptr step,
                         const cpm_config *config, cpm_term_fn emit, void *ctx, cpm_err *err)
{
    if (mpz_sgn(step) == 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "the step of a range must not be zero");
    cpm_status status = check_config(config, err);
    if (status != CPM_OK)
        return status;
    walk w = {.seq = seq, .config = config, .emit = emit, .ctx = ctx, .err = err};
    fmpz_init(w.n);
    fmpz_init(w.last);
    fmpz_init(w.step);
    fmpz_init(w.safe);
    fmpz_set_mpz(w.n, first);
    fmpz_set_mpz(w.last, last);
    fmpz_set_mpz(w.step, step);
    status = run_walk(&w);
    cpm_stream_clear(&w.stream);
    fmpz_clear(w.n);
    fmpz_clear(w.last);
    fmpz_clear(w.step);
    fmpz_clear(w.safe);
    return status;
}
