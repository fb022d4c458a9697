/* SPDX-License-Identifier: MIT
 *
 * seq_range.c - ranges of terms: one jump, then steps, as far as no term is too
 * large.
 */
#include "api/config.h"
#include "api/seq.h"
#include "api/value.h"
#include "power/progress.h"
#include "power/stream.h"

/* A walk over the indices of a range. */
typedef struct walk {
    cpm_seq *seq;
    const cpm_config *config;
    cpm_term_fn emit;
    void *ctx;
    fmpz_t n, last, step;
    cpm_stream stream; /* when streaming: stands before the index n */
    bool streaming;
    bool along;      /* coefficients vary, and the plain engine makes all terms */
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
           !w->config->check && cpm_solver_plan(&w->seq->solver) != NULL && !w->seq->reduces &&
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
    cpm_status status = cpm_solver_check_size(&w->seq->solver, steps, w->config, err);
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
    cpm_plan *plan = cpm_solver_plan(&w->seq->solver);
    cpm_err ignored = {0};
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, &ignored);
    if (f == NULL) /* no shortest recurrence: term by term */
        return cpm_err_pass_memory(w->err, &ignored);
    cpm_status status = look_ahead(w);
    fmpz_t steps;
    fmpz_init(steps);
    fmpz_sub(steps, w->n, w->seq->rec.base);
    cpm_decision decision; /* to refuse a jump that would take years */
    if (status == CPM_OK)
        status = cpm_plan_decide(&decision, plan, steps, w->config, w->err);
    bool near = fmpz_cmp_ui(steps, 10000) < 0;
    if (status == CPM_OK && (near || cpm_genfun_is_integral(f) || w->config->modulus != NULL)) {
        cpm_phase(w->config, "power");
        w->streaming = cpm_stream_init(&w->stream, plan, 0, steps, terms_left(w), w->config,
                                       &ignored) == CPM_OK;
        status = cpm_err_pass_memory(w->err, &ignored);
    }
    fmpz_clear(steps);
    return status;
}

/* Coefficients that vary: whether it is better to go from term to term than to make
 * each on its own. The plain engine goes on from where it has been. */
static bool goes_along(const walk *w)
{
    enum { NEAR = 1000, FEW = 16 };
    if (w->config->engine != CPM_ENGINE_AUTO || w->config->check ||
        cpm_solver_polysys(&w->seq->solver) == NULL || fmpz_sgn(w->step) < 0 ||
        fmpz_cmp_ui(w->step, MAX_STREAM_STEP) > 0 || fmpz_equal(w->n, w->last))
        return false;
    fmpz_t before;
    fmpz_init(before);
    fmpz_sub(before, w->n, w->seq->rec.base);
    bool is = fmpz_cmp_ui(before, NEAR) <= 0 || fmpz_get_d(before) <= FEW * (double)terms_left(w);
    fmpz_clear(before);
    return is;
}

static cpm_status find_along(cpm_number *out, walk *w)
{
    const fmpq *given;
    cpm_solver *solver;
    fmpz_t steps;
    fmpz_init(steps);
    cpm_status status = cpm_seq_place(&given, &solver, steps, w->seq, w->n, w->err);
    if (status == CPM_OK)
        status = given != NULL || w->seq->reduces
                     ? cpm_seq_find_term(out, w->seq, w->n, w->config, w->err)
                     : cpm_solver_go_on(out, solver, steps, w->config, w->err);
    fmpz_clear(steps);
    return status;
}

static cpm_status next_term(cpm_number *out, walk *w)
{
    out->is_dec = false;
    w->along = w->along || goes_along(w);
    if (w->along)
        return find_along(out, w);
    if (!w->streaming && can_stream(w)) {
        cpm_status status = start_stream(w);
        if (status != CPM_OK)
            return status;
    }
    if (!w->streaming)
        return cpm_seq_find_term(out, w->seq, w->n, w->config, w->err);
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
        status = next_term(&value.number, w);
        if (status == CPM_OK)
            status = cpm_progress(w->config, -1, w->err);
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

cpm_status cpm_seq_terms(cpm_seq *seq, mpz_srcptr first, mpz_srcptr last, mpz_srcptr step,
                         const cpm_config *wishes, cpm_term_fn emit, void *ctx, cpm_err *err)
{
    cpm_config config;
    if (mpz_sgn(step) == 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "the step of a range must not be zero");
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    walk w = {.seq = seq, .config = &config, .emit = emit, .ctx = ctx, .err = err};
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
    return cpm_seq_leave(seq, status, err);
}

cpm_status cpm_seq_nth(cpm_value **value, cpm_seq *seq, mpz_srcptr n, const cpm_config *wishes,
                       cpm_err *err)
{
    cpm_config config;
    *value = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    cpm_value *found = cpm_value_new();
    if (found == NULL)
        return cpm_err_memory(err);
    fmpz_t index;
    fmpz_init(index);
    fmpz_set_mpz(index, n);
    status = cpm_seq_find_term(&found->number, seq, index, &config, err);
    fmpz_clear(index);
    if (status == CPM_OK)
        *value = found;
    else
        cpm_value_free(found);
    return cpm_seq_leave(seq, status, err);
}
