/* SPDX-License-Identifier: MIT
 *
 * seq.c - sequences: from a spec to a prepared linear system, and from an index
 * to a term.
 *
 * Indices from `base` on are steps of that system, or of one of several that take turns
 * where the coefficients of the rule are of a period. Earlier given terms are
 * looked up. Terms before the first given one exist where the recurrence runs
 * backwards: the shortest recurrence, read from the other end, is a shift
 * register of its own. Ranges are in seq_range.c.
 */
#include "api/seq.h"

#include "accel/prepare.h"
#include "algebra/poly_root.h"
#include "api/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "eval/constant.h"
#include "power/progress.h"
#include "power/residue.h"
#include "rec/iterate.h"
#include "rec/notation.h"

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
    return cpm_eval_extended(out, &e->rec->tree, expr, e->rec->tree.text, env_look_up, e,
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

/* The loop that the recurrence is, as matrix code in seq->lowered. `prep` and
 * what it borrows are the caller's. */
static cpm_status lower(cpm_prepare *prep, cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    env e = {0};
    cpm_lower_env lower_env = {.ctx = &e,
                               .eval = env_eval,
                               .test = env_test,
                               .get = env_get,
                               .assign = env_assign,
                               .set = env_set,
                               .reset = env_reset};
    fmpz_t step;
    fmpz_init_set_ui(step, 1);
    *prep = (cpm_prepare){
        .tree = &seq->rec.tree,
        .loop = seq->rec.loop,
        .start = seq->rec.loop_start,
        .step = step,
        .env = &lower_env,
        .semiring = config->semiring,
        .options = {.clear_stack = config->clear_stack,
                    .allow_rational = true,
                    .prefix = "not a linear recurrence with constant coefficients: ",
                    .adjective = "varying",
                    .counter = "index"},
        .max_memory_bytes = config->max_memory_bytes,
        .min_rows = config->min_rows,
    };
    cpm_status status = env_init(&e, &seq->rec, err);
    if (status == CPM_OK)
        status = cpm_prepare_lower(prep, err);
    fmpz_clear(step);
    env_clear(&e);
    return status;
}

/* Which of the finals is the output; nfinals when it is none. */
static size_t output_final(const cpm_seq *seq, const cpm_lowered *lowered)
{
    size_t i = 0;
    while (i < lowered->nfinals && lowered->finals[i].sym != seq->rec.output)
        i++;
    return i;
}

static cpm_status build_full(cpm_prepare *prep, const cpm_seq *seq, cpm_err *err)
{
    size_t wanted = output_final(seq, &prep->lowered);
    if (wanted == prep->lowered.nfinals)
        return cpm_err_set(err, CPM_ERR_INTERNAL, "the loop has lost its output");
    return cpm_prepare_system(prep, &wanted, 1, err);
}

cpm_status cpm_seq_full_system(cpm_linsys *sys, const cpm_seq *seq, const cpm_config *config,
                               cpm_err *err)
{
    cpm_prepare prep = {.tree = &seq->rec.tree,
                        .options = {.prefix = ""}, /* it was made before */
                        .lowered = seq->lowered,
                        .max_memory_bytes = config->max_memory_bytes};
    cpm_status status = build_full(&prep, seq, err);
    if (status == CPM_OK) {
        *sys = prep.full;
        prep.full = (cpm_linsys){0};
    }
    prep.lowered = (cpm_lowered){0}; /* it stays the sequence's */
    cpm_prepare_clear(&prep);
    return status;
}

static cpm_status check_modulus(cpm_seq *seq, cpm_err *err)
{
    if (!seq->lowered.has_modulus)
        return CPM_OK;
    unsigned flow = seq->lowered.finals[output_final(seq, &seq->lowered)].flow;
    seq->reduces = flow > 0;
    if (flow == CPM_FLOW_MIXED || !cpm_linsys_is_integral(cpm_solver_system(&seq->solver)))
        return cpm_err_at(err, CPM_ERR_SEMANTIC, seq->rec.tree.text, seq->lowered.modulus_span,
                          "not a linear recurrence with constant coefficients: '%%' must reduce "
                          "the whole term, over integers");
    return CPM_OK;
}

/* Coefficients that vary: a system with polynomials of the index. Its newest term is the
 * output, so that a term needs no others that come later. */
static cpm_status make_varying(cpm_seq *seq, cpm_err *err)
{
    cpm_polysys sys;
    cpm_status status = cpm_holonomic_system(&sys, &seq->varying, &seq->rec, 0, err);
    if (status != CPM_OK)
        return status;
    seq->reduces = seq->varying.has_modulus;
    fmpz_sub_ui(seq->rec.base, seq->rec.start, 1);
    status = cpm_solver_init_poly(&seq->solver, &sys, err);
    cpm_polysys_clear(&sys);
    if (status != CPM_OK || seq->varying.period == 1)
        return status;
    seq->classes = cpm_calloc(seq->varying.period - 1, sizeof *seq->classes);
    return seq->classes == NULL ? cpm_err_memory(err) : CPM_OK;
}

/* The name of the sequence where there is only one, as in a(n) = ...; else NULL. */
static const char *only_name(const cpm_tree *tree)
{
    const char *name = NULL;
    size_t nrules = 0;
    for (size_t i = 0; i < tree->nclauses; i++) {
        if (tree->clauses[i].kind != CPM_CLAUSE_RULE)
            continue;
        name = tree->symbols[tree->clauses[i].name].name;
        nrules++;
    }
    return nrules == 1 ? name : NULL;
}

/* The rule does not make a term, nor one that it is needed for. */
static cpm_status refuse_hole(const cpm_seq *seq, const cpm_holonomic *about, cpm_err *err)
{
    const char *name = only_name(&seq->rec.tree);
    char *index = fmpz_get_str(NULL, 10, about->hole);
    cpm_err_clear(err);
    cpm_err_set(err, CPM_ERR_NO_ANSWER,
                "the rule does not make the term with index %.100s: it divides by 0 there", index);
    if (name != NULL)
        cpm_err_hint(err, "give it: %.50s(%.100s) = VALUE", name, index);
    else
        cpm_err_hint(err, "give the terms up to that index");
    flint_free(index);
    return CPM_ERR_NO_ANSWER;
}

static cpm_status make_class(cpm_seq_class *c, const cpm_seq *seq, ulong s, cpm_err *err)
{
    cpm_polysys sys;
    c->varying.period = seq->varying.period;
    cpm_status status = cpm_holonomic_system(&sys, &c->varying, &seq->rec, s, err);
    if (status != CPM_OK && c->varying.has_hole)
        status = refuse_hole(seq, &c->varying, err);
    if (status != CPM_OK) {
        cpm_holonomic_clear(&c->varying);
        return status;
    }
    status = cpm_solver_init_poly(&c->solver, &sys, err);
    cpm_polysys_clear(&sys);
    return status;
}

static void free_classes(cpm_seq *seq)
{
    for (ulong s = 1; seq->classes != NULL && s < seq->varying.period; s++) {
        cpm_solver_clear(&seq->classes[s - 1].solver);
        cpm_holonomic_clear(&seq->classes[s - 1].varying);
    }
    free(seq->classes);
}

/* There is no constant matrix, as *err says. */
static cpm_status try_varying(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    cpm_err why = *err;
    bool applies =
        (config->semiring == CPM_SEMIRING_AUTO || config->semiring == CPM_SEMIRING_PLUS_TIMES) &&
        (why.status == CPM_ERR_SEMANTIC || why.status == CPM_ERR_UNSUPPORTED ||
         why.status == CPM_ERR_LIMIT) &&
        seq->rec.tree.is_spec;
    if (!applies)
        return why.status;
    cpm_err_clear(err);
    cpm_status status = make_varying(seq, err);
    bool says_more = /* than that of constant ones */
        status == CPM_ERR_LIMIT || status == CPM_ERR_MEMORY || seq->rec.reads_varying ||
        (!seq->varying.is_about_terms && err->span.begin != why.span.begin);
    if (status != CPM_OK && !says_more)
        *err = why;
    return err->status;
}

/* A rule that is not linear is applied round by round, with a note that says why. */
static cpm_status try_plainly(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    cpm_err why = *err;
    cpm_map map;
    char message[CPM_MESSAGE_CAP];
    if (config->strict || why.status != CPM_ERR_SEMANTIC || !seq->rec.tree.is_spec ||
        config->semiring != CPM_SEMIRING_AUTO)
        return why.status;
    cpm_err_clear(err);
    cpm_lowered_clear(&seq->lowered);
    cpm_solver_clear(&seq->solver);
    cpm_status status = cpm_iterate(&map, &seq->rec, err);
    if (status != CPM_OK)
        return status;
    cpm_solver_init_map(&seq->solver, &map);
    seq->reduces = false;
    snprintf(message, sizeof message, "%.300s; it is applied round by round (--strict refuses it)",
             why.message);
    return cpm_note(config, CPM_NOTE_SLOW, &seq->given.spec, why.span, message, err);
}

/* By lowering the loop that the recurrence is. */
static cpm_status make_by_lowering(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    cpm_prepare prep = {0};
    cpm_status status = cpm_recurrence_init(&seq->rec, &seq->spec, err);
    if (status != CPM_OK)
        return status;
    cpm_phase(config, "lower");
    status = lower(&prep, seq, config, err);
    if (status == CPM_OK)
        status = build_full(&prep, seq, err);
    cpm_phase(config, "reduce");
    if (status == CPM_OK)
        status = cpm_prepare_reduce(&prep, NULL, err);
    if (status == CPM_OK)
        status = cpm_solver_init(&seq->solver, &prep.reduced, err);
    if (status == CPM_OK) {
        seq->lowered = prep.lowered;
        prep.lowered = (cpm_lowered){0};
        status = check_modulus(seq, err);
    } else {
        status = try_varying(seq, config, err);
    }
    if (status != CPM_OK)
        status = try_plainly(seq, config, err);
    cpm_prepare_clear(&prep);
    return status;
}

/* A rule that was guessed modulo a number reduces its terms. */
static void take_modulus(cpm_seq *seq)
{
    if (!seq->source.is_modular)
        return;
    fmpz_set(seq->lowered.modulus, seq->source.modulus);
    seq->lowered.has_modulus = seq->reduces = true;
}

/* A signature goes from its numbers to the companion system, unless the options
 * ask for something else than that. */
static cpm_status make(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    bool plain =
        config->min_rows && config->clear_stack &&
        (config->semiring == CPM_SEMIRING_AUTO || config->semiring == CPM_SEMIRING_PLUS_TIMES);
    cpm_linsys sys;
    cpm_status status = CPM_OK;
    if (plain && seq->spec.signature.data != NULL)
        status = cpm_recurrence_of_signature(&seq->rec, &seq->is_companion, &sys, &seq->spec, err);
    if (status == CPM_OK && !seq->is_companion) {
        status = make_by_lowering(seq, config, err);
    } else if (status == CPM_OK) {
        cpm_phase(config, "reduce");
        status = cpm_solver_init(&seq->solver, &sys, err);
        cpm_linsys_clear(&sys);
    }
    take_modulus(seq);
    return status;
}

cpm_status cpm_seq_show_loop(cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    if (!seq->is_companion)
        return CPM_OK;
    cpm_solver_clear(&seq->solver);
    cpm_solver_clear(&seq->backward);
    seq->is_companion = false;
    cpm_recurrence_clear(&seq->rec);
    cpm_lowered_clear(&seq->lowered);
    cpm_status status = make_by_lowering(seq, config, err);
    take_modulus(seq);
    return status;
}

static cpm_status check_spec(const cpm_spec *spec, const cpm_config *config, cpm_err *err)
{
    int sources = (spec->spec.data != NULL) + (spec->signature.data != NULL) +
                  (spec->gf.data != NULL) + (spec->guess.data != NULL);
    bool is_rule = spec->gf.data == NULL && spec->guess.data == NULL;
    if (sources > 1)
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "a SPEC, a signature, a generating function and terms to guess from are "
                           "each a recurrence of their own");
    if (sources == 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "there is no recurrence");
    if (!is_rule && (spec->init.data != NULL || spec->of.data != NULL || spec->nsets > 0))
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "a generating function or terms to guess from leave nothing to be set");
    if (!is_rule && config->semiring != CPM_SEMIRING_AUTO &&
        config->semiring != CPM_SEMIRING_PLUS_TIMES)
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "a generating function or terms to guess from are of plus-times");
    return CPM_OK;
}

/* Text i of a spec; the sets are not among them. */
enum { NTEXTS = 7 };
static cpm_text *text_of(cpm_spec *spec, int i)
{
    cpm_text *const texts[NTEXTS] = {&spec->spec, &spec->signature, &spec->init, &spec->offset,
                                     &spec->of,   &spec->gf,        &spec->guess};
    return texts[i];
}

static cpm_status copy_spec(cpm_seq *seq, cpm_spec theirs, cpm_err *err)
{
    cpm_spec *own = &seq->spec;
    cpm_status status = CPM_OK;
    for (int i = 0; i < NTEXTS && status == CPM_OK; i++)
        status = cpm_text_copy(text_of(own, i), text_of(&theirs, i), err);
    own->sets = seq->sets = cpm_calloc(2 * theirs.nsets, sizeof *seq->sets);
    if (status == CPM_OK && seq->sets == NULL)
        status = cpm_err_memory(err);
    seq->given = theirs;
    if (status == CPM_OK && theirs.nsets > 0)
        memcpy(seq->sets + theirs.nsets, theirs.sets, theirs.nsets * sizeof *seq->sets);
    seq->given.sets = seq->sets + theirs.nsets;
    for (; own->nsets < theirs.nsets && status == CPM_OK; own->nsets++)
        status = cpm_text_copy(&seq->sets[own->nsets], &theirs.sets[own->nsets], err);
    return status;
}

static void free_spec(cpm_seq *seq)
{
    for (int i = 0; i < NTEXTS; i++)
        cpm_text_free(text_of(&seq->spec, i));
    for (size_t i = 0; i < seq->spec.nsets; i++)
        cpm_text_free(&seq->sets[i]);
    free(seq->sets);
}

cpm_status cpm_seq_leave(const cpm_seq *seq, cpm_status status, cpm_err *err)
{
    cpm_spec own = seq->spec, given = seq->given;
    if (status == CPM_OK)
        return status;
    for (int i = 0; i < NTEXTS; i++)
        cpm_err_move(err, text_of(&own, i), text_of(&given, i));
    for (size_t i = 0; i < own.nsets; i++)
        cpm_err_move(err, &own.sets[i], &given.sets[i]);
    return status;
}

/* Sentences behind the recurrence, or the same said again. */
static cpm_status note_rest(const cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    cpm_span rest = seq->rec.tree.rest;
    return rest.begin == rest.end ? CPM_OK
                                  : cpm_note(config, CPM_NOTE_MEANING, &seq->given.spec, rest,
                                             "this part is not read", err);
}

cpm_status cpm_seq_new(cpm_seq **out, const cpm_spec *spec, const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = check_spec(spec, &config, err);
    if (status != CPM_OK)
        return status;
    cpm_seq *seq = cpm_calloc(1, sizeof *seq);
    if (seq == NULL)
        return cpm_err_memory(err);
    cpm_phase(&config, "parse");
    status = copy_spec(seq, *spec, err);
    if (status == CPM_OK)
        status = cpm_notation_resolve(&seq->spec, &seq->given, err);
    if (status == CPM_OK)
        status = cpm_source_resolve(&seq->source, &seq->spec, &config, err);
    if (status == CPM_OK)
        status = make(seq, &config, err);
    if (status == CPM_OK)
        status = note_rest(seq, &config, err);
    if (status != CPM_OK) {
        (void)cpm_seq_leave(seq, status, err);
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
    cpm_solver_clear(&seq->solver);
    cpm_solver_clear(&seq->backward);
    fmpz_clear(seq->backward_steps); /* a zeroed fmpz is 0 */
    cpm_lowered_clear(&seq->lowered);
    free_classes(seq);
    cpm_holonomic_clear(&seq->varying);
    cpm_recurrence_clear(&seq->rec);
    cpm_source_clear(&seq->source);
    free_spec(seq);
    free(seq);
}

void cpm_seq_offset(mpz_t out, const cpm_seq *seq)
{
    fmpz_get_mpz(out, seq->rec.offset);
    mpz_add_ui(out, out, seq->rec.nbefore);
}

const char *cpm_seq_name(const cpm_seq *seq, size_t i)
{
    if (seq->is_companion)
        return i == 0 ? "cur" : NULL;
    return i < seq->rec.nnames ? seq->rec.tree.symbols[seq->rec.names[i]].name : NULL;
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

/* Where the rule does not run backwards: something is divided by 0, or it says nothing as
 * its leading coefficient is 0. */
static void find_backward_end(cpm_seq *seq, const cpm_polysys *back)
{
    fmpz_poly_t bad, minus;
    fmpz_t root;
    fmpz_init(root);
    fmpz_poly_init(bad);
    fmpz_poly_init(minus);
    fmpz_poly_set_coeff_si(minus, 1, -1);
    fmpz_poly_compose(bad, seq->varying.divisors, minus);
    fmpz_poly_mul(bad, bad, back->q);
    seq->has_backward_end = cpm_poly_least_root(root, bad, back->first);
    fmpz_sub(seq->backward_steps, root, back->first);
    fmpz_poly_clear(bad);
    fmpz_poly_clear(minus);
    fmpz_clear(root);
}

/* A rule about one sequence whose coefficients vary, solved for its oldest term. */
static cpm_status reverse_varying(cpm_seq *seq, const fmpz_t n, cpm_err *err)
{
    cpm_polysys back = {0};
    bool exists = false;
    const size_t order = seq->varying.nterms;
    cpm_status status = CPM_OK;
    if (order > 0 && !seq->rec.has_exceptions && !seq->reduces)
        status =
            cpm_polysys_reverse(&back, &exists, cpm_solver_polysys(&seq->solver), order - 1, err);
    if (status != CPM_OK || !exists)
        return status == CPM_OK ? no_backward(seq, n, err) : status;
    find_backward_end(seq, &back);
    seq->backward_order = 2 - (slong)order; /* a(start - order - s), where base = start - 1 */
    status = cpm_solver_init_poly(&seq->backward, &back, err);
    cpm_polysys_clear(&back);
    return status;
}

static cpm_status prepare_backward(cpm_seq *seq, const fmpz_t n, cpm_err *err)
{
    if (seq->backward.kind != NULL)
        return CPM_OK;
    if (cpm_solver_polysys(&seq->solver) != NULL)
        return reverse_varying(seq, n, err);
    cpm_plan *plan = cpm_solver_plan(&seq->solver);
    if (plan == NULL || seq->reduces)
        return no_backward(seq, n, err);
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, err);
    if (f == NULL)
        return err->status;
    bool zero = fmpz_poly_is_zero(f->num);
    if (seq->rec.has_exceptions || (!zero && !cpm_genfun_is_proper(f)))
        return no_backward(seq, n, err);
    cpm_linsys sys = {0};
    cpm_status status = reversed_system(&sys, f, err);
    if (status == CPM_OK)
        status = cpm_solver_init(&seq->backward, &sys, err);
    cpm_linsys_clear(&sys);
    seq->backward_order = zero ? 1 : cpm_genfun_order(f);
    return status;
}

/* ---- Terms ------------------------------------------------------------- */

const fmpz *cpm_seq_modulus(const cpm_seq *seq)
{
    return seq->varying.has_modulus ? seq->varying.modulus : seq->lowered.modulus;
}

cpm_status cpm_seq_need_constant(const cpm_seq *seq, const char *what, cpm_err *err)
{
    if (cpm_solver_is_map(&seq->solver))
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "%s: the recurrence is not linear", what);
    if (cpm_solver_polysys(&seq->solver) == NULL)
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                       "%s needs constant coefficients: those of this rule vary with the index",
                       what);
}

/* What is true of the class with this solver. */
static const cpm_holonomic *holonomic_of(const cpm_seq *seq, const cpm_solver *solver)
{
    for (ulong s = 1; seq->classes != NULL && s < seq->varying.period; s++)
        if (solver == &seq->classes[s - 1].solver)
            return &seq->classes[s - 1].varying;
    return &seq->varying;
}

cpm_varying cpm_seq_varying(const cpm_seq *seq, const cpm_solver *solver)
{
    const cpm_holonomic *about = holonomic_of(seq, solver);
    return (cpm_varying){.sys = cpm_solver_polysys(solver),
                         .index = cpm_holonomic_index(about),
                         .period = about->period,
                         .shift = about->shift,
                         .names = (const char *const *)about->names,
                         .order = about->order,
                         .offset = seq->rec.offset,
                         .start = seq->rec.start,
                         .given = seq->rec.given,
                         .ngiven = seq->rec.ngiven,
                         .modulus = seq->varying.modulus};
}

/* Whether the term after so many steps is made. */
static cpm_status check_hole(const cpm_seq *seq, const cpm_solver *solver, const fmpz_t steps,
                             cpm_err *err)
{
    const cpm_holonomic *about = holonomic_of(seq, solver);
    return about->has_hole && fmpz_cmp(steps, about->hole_steps) > 0 ? refuse_hole(seq, about, err)
                                                                     : CPM_OK;
}

/* So many rounds are *steps, which hold them, of one of the classes. */
static cpm_status find_class(cpm_solver **solver, fmpz_t steps, cpm_seq *seq, cpm_err *err)
{
    ulong period = seq->classes == NULL ? 1 : seq->varying.period;
    ulong s = fmpz_fdiv_ui(steps, period);
    fmpz_fdiv_q_ui(steps, steps, period);
    *solver = &seq->solver;
    if (s == 0)
        return CPM_OK;
    cpm_seq_class *c = &seq->classes[s - 1];
    cpm_status status = c->varying.period == 0 ? make_class(c, seq, s, err) : CPM_OK;
    *solver = &c->solver;
    return status;
}

cpm_status cpm_seq_place(const fmpq **given, cpm_solver **solver, fmpz_t steps, cpm_seq *seq,
                         const fmpz_t n, cpm_err *err)
{
    *given = NULL;
    *solver = &seq->solver;
    fmpz_sub(steps, n, seq->rec.start); /* given terms need not be residues */
    bool keeps = seq->reduces || cpm_solver_mulpow(&seq->solver) != NULL; /* nor divide */
    bool as_given = keeps && fmpz_sgn(steps) < 0;
    fmpz_sub(steps, n, seq->rec.base);
    if (fmpz_sgn(steps) >= 0 && !as_given) {
        cpm_status status = find_class(solver, steps, seq, err);
        return status == CPM_OK ? check_hole(seq, *solver, steps, err) : status;
    }
    fmpz_sub(steps, n, seq->rec.offset);
    if (fmpz_sgn(steps) >= 0) {
        *given = seq->rec.given + fmpz_get_ui(steps);
        return CPM_OK;
    }
    if (seq->rec.nbefore > 0) { /* all that come before have one value */
        *given = seq->rec.given;
        return CPM_OK;
    }
    cpm_status status = prepare_backward(seq, n, err);
    if (status != CPM_OK)
        return status;
    *solver = &seq->backward;
    fmpz_sub(steps, seq->rec.base, n);
    fmpz_add_si(steps, steps, seq->backward_order - 1);
    return seq->has_backward_end && fmpz_cmp(steps, seq->backward_steps) > 0
               ? no_backward(seq, n, err)
               : CPM_OK;
}

static cpm_status take_given(fmpq_t out, const fmpq *given, const cpm_config *config, cpm_err *err)
{
    if (config->modulus == NULL || !cpm_ext_is_finite(given)) {
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

/* A term that the rule itself reduces: in Z/M, then modulo what is asked for. */
static cpm_status answer_reduced(cpm_number *out, const cpm_seq *seq, cpm_solver *solver,
                                 const fmpz_t steps, const cpm_config *config, cpm_err *err)
{
    cpm_config inner = *config;
    mpz_t m;
    mpz_init(m);
    fmpz_get_mpz(m, cpm_seq_modulus(seq));
    inner.modulus = m;
    cpm_status status = cpm_solver_answer(out, NULL, solver, steps, &inner, err);
    mpz_clear(m);
    return status == CPM_OK ? cpm_residue_of_value(out->q, config, err) : status;
}

cpm_status cpm_seq_find_term(cpm_number *out, cpm_seq *seq, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    const fmpq *given;
    cpm_solver *solver;
    fmpz_t steps;
    fmpz_init(steps);
    cpm_status status = cpm_seq_place(&given, &solver, steps, seq, n, err);
    if (status == CPM_OK && given != NULL)
        status = take_given(out->q, given, config, err);
    else if (status == CPM_OK)
        status = seq->reduces ? answer_reduced(out, seq, solver, steps, config, err)
                              : cpm_solver_answer(out, NULL, solver, steps, config, err);
    fmpz_clear(steps);
    return status;
}
