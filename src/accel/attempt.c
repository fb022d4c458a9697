/* SPDX-License-Identifier: MIT
 *
 * attempt.c - the steps of taking rounds of a loop over. Whatever stands in the way
 * leaves the variables as they were.
 */
#include "accel/attempt.h"

#include "accel/list_result.h"
#include "accel/liveness.h"
#include "accel/loop_note.h"
#include "accel/repeats.h"
#include "base/limits.h"
#include "base/mem.h"
#include "power/progress.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

const char cpm_few_iterations[] = "few iterations (--iters-limit)";

/* ---- The interpreter as lowering sees it ------------------------------- */

static const char not_a_range[] =
    "cannot accelerate this loop: it runs over a value of type %s, not a range";

/* Remembers the value of a variable the first time it is changed. */
static cpm_status save(cpm_attempt *a, cpm_slot slot)
{
    if (a->ninlined > 0 && !cpm_interp_is_global(slot))
        return CPM_OK;
    for (size_t i = 0; i < a->nundo; i++)
        if (a->undo[i].slot == slot)
            return CPM_OK;
    cpm_saved *grown = cpm_grow(a->undo, &a->undo_cap, a->nundo + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(a->err);
    a->undo = grown;
    cpm_saved *entry = &a->undo[a->nundo++];
    *entry = (cpm_saved){.slot = slot};
    cpm_val_copy(&entry->value, cpm_interp_get(a->interp, slot));
    return CPM_OK;
}

static void restore(cpm_attempt *a)
{
    for (size_t i = 0; i < a->nundo; i++)
        cpm_interp_set(a->interp, a->undo[i].slot, &a->undo[i].value);
    a->nundo = 0;
}

static bool is_number(const cpm_attempt *a, const cpm_val *value)
{
    return value->kind == CPM_VAL_INT || (a->allow_rational && value->kind == CPM_VAL_RATIONAL);
}

static bool env_get(void *ctx, fmpq_t out, cpm_sym sym)
{
    cpm_attempt *a = ctx;
    const cpm_val *value = cpm_interp_get(a->interp, cpm_interp_slot(a->interp, sym));
    if (value->kind == CPM_VAL_UNBOUND && a->acc->tree->dialect == CPM_DIALECT_LOOP) {
        fmpq_zero(out);
        return true;
    }
    if (cpm_val_settle((cpm_val *)value, a->err) != CPM_OK)
        return false;
    return is_number(a, value) && cpm_val_get_fmpq(out, value);
}

static cpm_status env_eval(void *ctx, fmpq_t out, const cpm_expr *expr, cpm_err *err)
{
    cpm_attempt *a = ctx;
    cpm_val value = {0};
    cpm_status status = cpm_interp_eval(a->interp, &value, expr, err);
    if (status == CPM_OK && !cpm_val_get_fmpq(out, &value))
        status =
            cpm_err_at(err, CPM_ERR_SEMANTIC, a->acc->tree->text, expr->span,
                       "cannot accelerate this loop: a value of type %s", cpm_val_type(&value));
    if (status == CPM_OK && value.kind == CPM_VAL_RATIONAL && !a->allow_rational)
        status = cpm_err_at(err, CPM_ERR_SEMANTIC, a->acc->tree->text, expr->span,
                            "cannot accelerate this loop: a rational value");
    cpm_val_clear(&value);
    return status;
}

static cpm_status env_range(void *ctx, cpm_range *out, const cpm_expr *expr, cpm_err *err)
{
    cpm_attempt *a = ctx;
    cpm_val value = {0};
    cpm_status status = cpm_interp_eval(a->interp, &value, expr, err);
    if (status == CPM_OK && value.kind != CPM_VAL_RANGE)
        status = cpm_err_at(err, CPM_ERR_SEMANTIC, a->acc->tree->text, expr->span, not_a_range,
                            cpm_val_type(&value));
    if (status == CPM_OK)
        cpm_range_set(out, &value.u.range->range);
    cpm_val_clear(&value);
    return status;
}

static bool env_is_number(void *ctx, const cpm_expr *expr)
{
    cpm_attempt *a = ctx;
    cpm_val value = {0};
    cpm_err ignored = {0};
    bool yes = cpm_interp_eval(a->interp, &value, expr, &ignored) == CPM_OK && is_number(a, &value);
    cpm_val_clear(&value);
    return cpm_err_pass_memory(a->err, &ignored) == CPM_OK && yes;
}

/* A program may define or assign a function's name. */
static bool env_is_builtin(void *ctx, cpm_sym callee)
{
    cpm_attempt *a = ctx;
    cpm_slot slot = cpm_interp_slot(a->interp, callee);
    return cpm_interp_is_global(slot) && cpm_interp_get(a->interp, slot)->kind == CPM_VAL_UNBOUND;
}

static const cpm_function *env_function(void *ctx, cpm_sym callee)
{
    cpm_attempt *a = ctx;
    const cpm_val *value = cpm_interp_get(a->interp, cpm_interp_slot(a->interp, callee));
    if (value->kind != CPM_VAL_FUNCTION)
        return NULL;
    const cpm_function *function = &a->acc->tree->functions[value->u.function->index];
    bool is_plain = function->parent == CPM_NO_FUNCTION && !function->is_lambda &&
                    !function->is_cached && !function->has_cells;
    return is_plain ? function : NULL;
}

static cpm_status env_enter(void *ctx, const cpm_expr *call, const bool *known, cpm_err *err)
{
    cpm_attempt *a = ctx;
    cpm_status status = cpm_interp_enter(a->interp, call, known, err);
    a->ninlined += status == CPM_OK;
    return status;
}

static void env_leave(void *ctx)
{
    cpm_attempt *a = ctx;
    cpm_interp_leave(a->interp);
    a->ninlined--;
}

static bool env_is_local(void *ctx, cpm_sym sym)
{
    const cpm_attempt *a = ctx;
    return !cpm_interp_is_global(cpm_interp_slot(a->interp, sym));
}

static cpm_status env_test(void *ctx, bool *out, const cpm_expr *expr, cpm_err *err)
{
    cpm_attempt *a = ctx;
    cpm_val value = {0};
    cpm_status status = cpm_interp_eval(a->interp, &value, expr, err);
    if (status == CPM_OK)
        *out = cpm_val_truth(&value);
    cpm_val_clear(&value);
    return status;
}

static cpm_status env_assign(void *ctx, cpm_sym sym, const cpm_expr *expr, cpm_err *err)
{
    cpm_attempt *a = ctx;
    cpm_slot slot = cpm_interp_slot(a->interp, sym);
    cpm_val value = {0};
    cpm_status status = cpm_interp_eval(a->interp, &value, expr, err);
    if (status == CPM_OK)
        status = save(a, slot);
    if (status == CPM_OK)
        cpm_interp_set(a->interp, slot, &value);
    cpm_val_clear(&value);
    return status;
}

static cpm_status env_set(void *ctx, cpm_sym sym, const fmpq_t number, cpm_err *err)
{
    cpm_attempt *a = ctx;
    cpm_slot slot = cpm_interp_slot(a->interp, sym);
    cpm_val value = {0};
    cpm_status status = save(a, slot);
    if (status == CPM_OK)
        status = cpm_val_set_fmpq(&value, number, err);
    if (status == CPM_OK)
        cpm_interp_set(a->interp, slot, &value);
    cpm_val_clear(&value);
    return status;
}

static const cpm_val *settled(cpm_attempt *a, cpm_slot slot)
{
    static const cpm_val none = {0};
    const cpm_val *value = cpm_interp_get(a->interp, slot);
    return cpm_val_settle((cpm_val *)value, a->err) == CPM_OK ? value : &none;
}

static const cpm_val *env_value(void *ctx, cpm_sym sym)
{
    cpm_attempt *a = ctx;
    return settled(a, cpm_interp_slot(a->interp, sym));
}

static const cpm_val *env_global_value(void *ctx, cpm_sym sym)
{
    cpm_attempt *a = ctx;
    return settled(a, cpm_interp_global(sym));
}

static uint32_t env_slot(void *ctx, cpm_sym sym)
{
    const cpm_attempt *a = ctx;
    return cpm_interp_slot(a->interp, sym);
}

static void env_put(void *ctx, cpm_sym cell, cpm_val *value)
{
    cpm_attempt *a = ctx;
    cpm_interp_set(a->interp, cpm_interp_global(cell), value);
}

static cpm_status env_compute(void *ctx, cpm_val *out, const cpm_expr *expr, cpm_err *err)
{
    cpm_attempt *a = ctx;
    return cpm_interp_eval(a->interp, out, expr, err);
}

static cpm_status env_tick(void *ctx, cpm_err *err)
{
    const cpm_attempt *a = ctx;
    return cpm_progress(a->acc->config, -1, err);
}

static void env_reset(void *ctx)
{
    restore(ctx);
}

/* ---- The steps --------------------------------------------------------- */

static void take_options(cpm_attempt *a)
{
    const cpm_config *config = a->acc->config;
    bool is_led_in = a->loop->kind == CPM_STMT_FOR && a->loop->u.loop.in_lead_in;
    a->strict = config->strict && !is_led_in; /* strict asks for the loop that comes then */
    a->clear_stack = config->clear_stack;
    a->min_rows = config->min_rows;
    fmpz_set_ui(a->iters_limit, cpm_loop_note_limit(a->acc, a->note, a->loop));
    a->allow_rational = cpm_interp_allows_rational(a->interp);
    const cpm_function *function = cpm_interp_function(a->interp);
    if (function == NULL || !function->decorator.present)
        return;
    const cpm_decorator *d = &function->decorator;
    if (d->has_strict)
        a->strict = d->strict && !is_led_in;
    if (d->has_iters_limit)
        fmpz_set_ui(a->iters_limit, d->iters_limit);
    if (d->has_min_rows)
        a->min_rows = d->min_rows;
    if (d->has_clear_stack)
        a->clear_stack = d->clear_stack;
}

/* Rounds that may run plainly for lists to settle: 1, 1, 2, 4 and so on, once. */
static ulong peels_of(const cpm_attempt *a)
{
    ulong peeled = a->note->npeeled;
    return a->note->was_refused || peeled >= CPM_MAX_LIST_PEELED ? 0 : peeled == 0 ? 1 : peeled;
}

static cpm_status lower(cpm_attempt *a)
{
    cpm_lower_env env = {.ctx = a,
                         .eval = env_eval,
                         .test = env_test,
                         .range = env_range,
                         .is_number = env_is_number,
                         .is_builtin = env_is_builtin,
                         .function = env_function,
                         .enter = env_enter,
                         .leave = env_leave,
                         .is_local = env_is_local,
                         .get = env_get,
                         .assign = env_assign,
                         .set = env_set,
                         .reset = env_reset,
                         .value = env_value,
                         .global_value = env_global_value,
                         .put = env_put,
                         .slot = env_slot,
                         .compute = env_compute,
                         .tick = env_tick};
    fmpz_t trips;
    fmpz_init_set(trips, a->range->count);
    if (fmpz_is_zero(trips))
        fmpz_one(trips); /* only asked whether it could be lowered */
    a->prep = (cpm_prepare){
        .tree = a->acc->tree,
        .loop = a->loop,
        .start = a->range->start,
        .step = a->range->step,
        .trips = trips,
        .env = &env,
        .semiring = a->acc->config->semiring,
        /* In Python 2 `/` of integers is floor division whatever the types. */
        .options = {.clear_stack = a->clear_stack,
                    .allow_rational = a->allow_rational && a->acc->tree->dialect != CPM_DIALECT_PY2,
                    .prefix = "cannot accelerate this loop: ",
                    .adjective = "unpredictable",
                    .counter = "loop counter",
                    .period = a->period,
                    .peels = peels_of(a),
                    .step = a->counted == NULL ? NULL : a->counted->step},
        .max_memory_bytes = a->acc->config->max_memory_bytes,
        .min_rows = a->min_rows,
        .keeps_full = true,
    };
    cpm_status status = cpm_prepare_lower(&a->prep, a->err);
    a->note->operations = NULL;
    a->note->nitems = 0;
    if (status == CPM_OK && a->prep.lowered.lists != NULL)
        a->note->nitems = a->prep.lowered.lists->nvarying;
    if (status == CPM_OK && !a->prep.lowered.code.domain->is_arithmetic)
        a->note->operations = a->prep.lowered.code.domain->name;
    fmpz_clear(trips);
    return status;
}

/* How names are used after the rounds; kept, since most loops that are reached again are
 * so at once. NULL when memory runs out. */
static const cpm_use *uses_after(cpm_attempt *a)
{
    cpm_accelerator *acc = a->acc;
    if (acc->used_by == a->note->loop)
        return a->is_part ? acc->use_between : acc->use;
    free(acc->use);
    free(acc->use_between);
    acc->use = cpm_calloc(acc->tree->nsymbols, sizeof *acc->use);
    acc->use_between = cpm_calloc(acc->tree->nsymbols, sizeof *acc->use);
    bool ok = acc->use != NULL && acc->use_between != NULL;
    acc->used_by = ok ? a->note->loop : NULL;
    if (!ok)
        return NULL;
    cpm_uses_after(acc->use, acc->tree, cpm_interp_function(a->interp), a->note->loop, acc->call);
    memcpy(acc->use_between, acc->use, acc->tree->nsymbols * sizeof *acc->use);
    cpm_uses_between(acc->use_between, acc->tree, a->note->loop);
    return a->is_part ? acc->use_between : acc->use;
}

/* The finals whose registers have to be found: those that may be read later. */
static cpm_status find_wanted(cpm_attempt *a)
{
    const cpm_use *use = uses_after(a);
    cpm_list_result *lists = a->prep.lowered.lists;
    a->wanted = cpm_calloc(a->prep.lowered.nfinals, sizeof *a->wanted);
    if (use == NULL || a->wanted == NULL)
        return cpm_err_memory(a->err);
    a->is_shown = true;
    if (lists != NULL)
        cpm_list_result_mark(lists, a->acc->all_live || a->is_part ? NULL : use);
    for (size_t i = 0; i < a->prep.lowered.nfinals; i++) {
        const cpm_final *final = &a->prep.lowered.finals[i];
        bool live = final->is_item ? cpm_list_result_needs(lists, final->sym)
                                   : a->acc->all_live || use[final->sym] != CPM_USE_NONE;
        if (final->kind == CPM_FINAL_LOST && live)
            return cpm_err_at(a->err, CPM_ERR_UNSUPPORTED, a->acc->tree->text, a->loop->span,
                              "cannot accelerate this loop: '%s' of an inner loop that may not "
                              "run is read later",
                              a->acc->tree->symbols[final->sym].name);
        if (final->kind != CPM_FINAL_REGISTER || !live)
            continue;
        a->wanted[a->nwanted++] = i;
        a->is_shown =
            a->is_shown && !a->is_part && (a->acc->all_live || use[final->sym] == CPM_USE_SHOWN);
    }
    return CPM_OK;
}

/* A solver of what the wanted values need, with polynomials of the round as its
 * coefficients; what is none is refused as before, with *why. */
static cpm_status init_varying(cpm_attempt *a, cpm_solver *solver, const cpm_prepare *prep,
                               const size_t *wanted, size_t nwanted, const cpm_err *why)
{
    cpm_polysys sys;
    bool found;
    cpm_err_clear(a->err);
    cpm_status status = cpm_prepare_varying(&found, &sys, prep, wanted, nwanted, a->err);
    if (status == CPM_ERR_MEMORY || status == CPM_ERR_INTERNAL)
        return status;
    if (!found) {
        *a->err = *why;
        return why->status;
    }
    a->note->dim_before = a->note->dim_after = sys.dim;
    status = cpm_solver_init_poly(solver, &sys, a->err);
    cpm_polysys_clear(&sys);
    return status;
}

/* The loop has no constant matrix, as a->err says. */
static cpm_status try_varying(cpm_attempt *a)
{
    cpm_err why = *a->err;
    bool applies = (why.status == CPM_ERR_SEMANTIC || why.status == CPM_ERR_UNSUPPORTED) &&
                   a->prep.lowered.split.kind == CPM_SPLIT_NONE && a->nwanted > 0;
    if (!applies)
        return why.status;
    fmpz_set(a->steps, a->rounds);
    cpm_status status = init_varying(a, &a->solver, &a->prep, a->wanted, a->nwanted, &why);
    a->varies = status == CPM_OK;
    return status;
}

/* Where there are no rationals, what is divided in the code is an integer: the length of
 * a range with a step. Its inner loops are exact then (body_internal.h). */
static bool has_residues(const cpm_attempt *a)
{
    const cpm_matcode *code = &a->prep.lowered.code;
    return cpm_matcode_is_integral(code) || (!a->allow_rational && cpm_matcode_has_product(code));
}

static cpm_status build(cpm_attempt *a)
{
    cpm_status status = find_wanted(a);
    if (a->prep.lowered.has_modulus && cpm_matcode_has_loop(&a->prep.lowered.code) &&
        has_residues(a))
        a->prep.modulus = a->prep.lowered.modulus; /* inner matrices stay small */
    if (status != CPM_OK)
        return status;
    status = cpm_prepare_system(&a->prep, a->wanted, a->nwanted, a->err);
    if (status != CPM_OK)
        return try_varying(a);
    status = cpm_prepare_reduce(&a->prep, a->rounds, a->err);
    if (status != CPM_OK)
        return status;
    fmpz_sub_ui(a->steps, a->rounds, a->prep.peeled);
    a->note->dim_before = a->prep.full.dim;
    a->note->dim_after = a->prep.reduced.dim;
    status = cpm_loop_note_inside(a->note, &a->prep.lowered, &a->prep.reduced, a->err);
    if (status != CPM_OK)
        return status;
    if (a->acc->dump != NULL)
        a->acc->dump_loop(a->acc->dump, a->loop, &a->prep.lowered, &a->prep.full, &a->prep.reduced);
    return CPM_OK;
}

/* values[places[k]] = output k of the solver after `steps`; large numbers that are
 * only shown may stay in decimal. */
static cpm_status ask(cpm_attempt *a, cpm_val *values, const size_t *places, cpm_solver *solver,
                      const fmpz_t steps, mpz_srcptr modulus)
{
    size_t count = cpm_solver_noutputs(solver);
    cpm_config config = *a->acc->config;
    cpm_decision decision = {.engine = CPM_ENGINE_AUTO};
    cpm_number *numbers = cpm_numbers_new(count);
    if (numbers == NULL)
        return cpm_err_memory(a->err);
    config.modulus = modulus;
    if (!a->is_shown)
        config.output_base = 0;
    cpm_status status = cpm_solver_answer(numbers, &decision, solver, steps, &config, a->err);
    a->note->engine = decision.engine;
    a->unchecked = status == CPM_ERR_UNSUPPORTED && config.check &&
                   decision.engine != CPM_ENGINE_AUTO && decision.second == CPM_ENGINE_AUTO &&
                   decision.objection[decision.engine] == NULL;
    if (status == CPM_ERR_LIMIT) { /* a program has no --mod */
        a->err->hint[0] = '\0';
        cpm_err_hint(a->err, "with %% M inside the loop the values stay below M; --max-memory SIZE "
                             "raises the limit");
    }
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        status = cpm_val_take_number(&values[places == NULL ? k : places[k]], &numbers[k], a->err);
    cpm_numbers_free(numbers, count);
    return status;
}

static cpm_status init_part(cpm_attempt *a, cpm_solver *solver, cpm_prepare *part,
                            const size_t *wanted, size_t count)
{
    cpm_status status = cpm_prepare_system(part, wanted, count, a->err);
    if (status != CPM_OK && a->varies) {
        cpm_err why = *a->err;
        return init_varying(a, solver, part, wanted, count, &why);
    }
    if (status == CPM_OK)
        status = cpm_prepare_reduce(part, NULL, a->err);
    return status == CPM_OK ? cpm_solver_init(solver, &part->reduced, a->err) : status;
}

/* The wanted values that are residues, modulo M from the inner loops on, or those
 * that are exact, with nothing that is reduced among what they need. */
static cpm_status solve_part(cpm_attempt *a, cpm_val *values, bool reduced)
{
    cpm_solver solver = {0};
    cpm_prepare part = {.tree = a->prep.tree,
                        .lowered = a->prep.lowered,
                        .options = a->prep.options,
                        .max_memory_bytes = a->prep.max_memory_bytes,
                        .modulus = reduced ? a->prep.lowered.modulus : NULL,
                        .slices = true,
                        .min_rows = true};
    size_t *wanted = cpm_calloc(a->nwanted, sizeof *wanted);
    size_t *places = cpm_calloc(a->nwanted, sizeof *places), count = 0;
    mpz_t m;
    mpz_init(m);
    fmpz_get_mpz(m, a->prep.lowered.modulus);
    cpm_status status = wanted == NULL || places == NULL ? cpm_err_memory(a->err) : CPM_OK;
    for (size_t k = 0; k < a->nwanted && status == CPM_OK; k++)
        if ((a->prep.lowered.finals[a->wanted[k]].flow > 0) == reduced) {
            wanted[count] = a->wanted[k];
            places[count++] = k;
        }
    if (status == CPM_OK && count > 0)
        status = init_part(a, &solver, &part, wanted, count);
    if (status == CPM_OK && count > 0)
        status = ask(a, values, places, &solver, a->rounds, reduced ? m : NULL);
    part.lowered = (cpm_lowered){0}; /* it stays the attempt's */
    cpm_prepare_clear(&part);
    cpm_solver_clear(&solver);
    free(wanted);
    free(places);
    mpz_clear(m);
    return status;
}

/* A loop in Z/M: every wanted value must be exact all the way, or end as a
 * residue, whatever it was before the first iterations. */
static cpm_status solve_modular(cpm_attempt *a, cpm_val *values)
{
    for (size_t k = 0; k < a->nwanted; k++) {
        const cpm_final *final = &a->prep.lowered.finals[a->wanted[k]];
        if (final->flow == CPM_FLOW_MIXED || fmpz_cmp_ui(a->rounds, final->flow) < 0)
            return cpm_err_at(a->err, CPM_ERR_SEMANTIC, a->acc->tree->text,
                              a->prep.lowered.modulus_span,
                              "cannot accelerate this loop: a value reduced by '%%' flows into "
                              "'%s', which is not",
                              a->acc->tree->symbols[final->sym].name);
    }
    if (!has_residues(a))
        return cpm_err_at(a->err, CPM_ERR_SEMANTIC, a->acc->tree->text,
                          a->prep.lowered.modulus_span,
                          "cannot accelerate this loop: '%%' among rational values");
    cpm_status status = solve_part(a, values, true);
    return status == CPM_OK ? solve_part(a, values, false) : status;
}

/* The values of the wanted variables; nothing is changed yet. */
static cpm_status solve(cpm_attempt *a, cpm_val *values)
{
    if (a->nwanted == 0)
        return CPM_OK;
    if (a->prep.lowered.has_modulus)
        return solve_modular(a, values);
    if (a->varies)
        return ask(a, values, NULL, &a->solver, a->steps, NULL);
    cpm_status status = cpm_solver_init(&a->solver, &a->prep.reduced, a->err);
    return status == CPM_OK ? ask(a, values, NULL, &a->solver, a->steps, NULL) : status;
}

static void write_register(cpm_attempt *a, const cpm_final *final, cpm_val *value)
{
    cpm_interp_set(a->interp, cpm_interp_slot(a->interp, final->sym), value);
}

/* The last value of the range; a while loop has counted on. */
static cpm_status write_counter(cpm_attempt *a, const cpm_final *final)
{
    fmpq_t last;
    fmpq_init(last);
    fmpz_sub_ui(fmpq_numref(last), a->range->count, a->counted == NULL ? 1 : 0);
    cpm_range_at(fmpq_numref(last), a->range, fmpq_numref(last));
    cpm_val value = {0};
    cpm_status status = cpm_val_set_fmpq(&value, last, a->err);
    if (status == CPM_OK)
        write_register(a, final, &value);
    cpm_val_clear(&value);
    fmpq_clear(last);
    return status;
}

static cpm_status write_back(cpm_attempt *a, cpm_val *values)
{
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < a->nwanted; k++)
        write_register(a, &a->prep.lowered.finals[a->wanted[k]], &values[k]);
    for (size_t i = 0; i < a->prep.lowered.nfinals && status == CPM_OK; i++)
        if (a->prep.lowered.finals[i].kind == CPM_FINAL_COUNTER)
            status = write_counter(a, &a->prep.lowered.finals[i]);
    if (status == CPM_OK && a->prep.lowered.lists != NULL)
        status = cpm_list_result_write(a->prep.lowered.lists, a->interp, a->rounds, a->err);
    return status; /* predicted variables hold their values since lowering */
}

/* With many variables the iterations can cost less than the d^3 steps that an
 * engine takes at least: with 200 loosely coupled ones, up to some 10^4. */
static bool is_less_work(const cpm_attempt *a)
{
    enum { MANY_VARIABLES = 64 };
    double dim = (double)a->prep.reduced.dim;
    return a->prep.reduced.dim >= MANY_VARIABLES && a->acc->config->engine == CPM_ENGINE_AUTO &&
           !cpm_matcode_has_loop(&a->prep.lowered.code) &&
           fmpz_get_d(a->rounds) * (double)a->prep.lowered.code.ninstrs < dim * dim * dim;
}

static cpm_status take_over(cpm_attempt *a)
{
    cpm_val *values = cpm_calloc(a->nwanted, sizeof *values);
    if (values == NULL)
        return cpm_err_memory(a->err);
    cpm_status status = solve(a, values);
    if (status == CPM_OK)
        status = write_back(a, values);
    for (size_t k = 0; k < a->nwanted; k++)
        cpm_val_clear(&values[k]);
    free(values);
    cpm_phase(a->acc->config, "run");
    return status;
}

void cpm_attempt_clear(cpm_attempt *a)
{
    cpm_repeat_plan_clear(&a->repeat);
    fmpz_clear(a->split.at);
    for (size_t i = 0; i < a->nundo; i++)
        cpm_val_clear(&a->undo[i].value);
    free(a->undo);
    free(a->wanted);
    cpm_prepare_clear(&a->prep);
    cpm_solver_clear(&a->solver);
    fmpz_clear(a->iters_limit);
    fmpz_clear(a->rounds);
    fmpz_clear(a->steps);
}

/* A long loop that may come back to where it was is followed for a while before it is
 * said to be long. */
static cpm_status plan_repeat(cpm_attempt *a)
{
    if (a->range == NULL || a->counted != NULL || fmpz_cmp_ui(a->range->count, CPM_NAMED_LOOP) <= 0)
        return CPM_OK;
    return cpm_repeat_plan_of(&a->repeat, a->acc->tree, a->interp, a->loop, a->err);
}

/* The loop stays with the interpreter, or strict makes that an error. */
static cpm_status decline(cpm_attempt *a)
{
    restore(a);
    if (a->err->status == CPM_ERR_MEMORY || a->err->status == CPM_ERR_INTERNAL)
        return a->err->status;
    a->note->was_refused = true;
    bool refused = a->err->status != CPM_ERR_RUNTIME; /* an error of the program itself runs */
    cpm_err why = *a->err;
    if (a->strict && refused) {
        a->err->status = CPM_ERR_UNSUPPORTED;
        return a->err->status;
    }
    cpm_err_clear(a->err);
    cpm_status status = plan_repeat(a);
    const fmpz *rounds = a->range == NULL ? NULL : a->range->count;
    if (a->repeat.stride > 0) /* told after some rounds, of all of them */
        rounds = a->is_rest ? a->note->trips : NULL;
    return status == CPM_OK ? cpm_loop_note_plain(a->acc, a->note, why.message, rounds, a->err)
                            : status;
}

/* Whether a loop with products closes, in a part of its range too. */
static cpm_status check_closes(cpm_attempt *a)
{
    const cpm_lowered *lowered = &a->prep.lowered;
    a->is_part = true;
    if (!cpm_matcode_has_product(&lowered->code))
        return CPM_OK;
    cpm_status status = find_wanted(a);
    if (status == CPM_OK)
        status = cpm_prepare_system(&a->prep, a->wanted, a->nwanted, a->err);
    else
        return status;
    if (status != CPM_OK && lowered->split.kind == CPM_SPLIT_NONE) {
        cpm_err why = *a->err;
        status = init_varying(a, &a->solver, &a->prep, a->wanted, a->nwanted, &why);
    }
    return status;
}

/* The range has to be cut; that is no refusal. */
static cpm_status ask_for_split(cpm_attempt *a)
{
    a->split = a->prep.lowered.split; /* with its number, which is ours now */
    if (a->split.is_peel)
        a->note->npeeled += fmpz_get_ui(a->split.at);
    a->prep.lowered.split = (cpm_split){0};
    restore(a);
    if (a->err->status == CPM_ERR_MEMORY)
        return a->err->status;
    cpm_err_clear(a->err);
    return CPM_OK;
}

cpm_status cpm_attempt_run(cpm_attempt *a, bool *handled)
{
    take_options(a);
    if (a->range == NULL) {
        cpm_err_at(a->err, CPM_ERR_SEMANTIC, a->acc->tree->text, a->loop->u.loop.range_span,
                   "cannot accelerate this loop: it runs over values that are no range");
        return decline(a);
    }
    bool few = fmpz_cmp(a->range->count, a->iters_limit) <= 0 && a->acc->dump == NULL;
    bool whole = fmpz_equal(a->range->count, a->note->trips); /* else it is the rest of one */
    if (few && whole &&
        cpm_loop_note_plain(a->acc, a->note, cpm_few_iterations, NULL, a->err) != CPM_OK)
        return a->err->status;
    if (few && !a->strict)
        return CPM_OK;
    if (!few)
        cpm_phase(a->acc->config, "lower");
    if (lower(a) != CPM_OK)
        return a->prep.lowered.split.kind == CPM_SPLIT_NONE ? decline(a) : ask_for_split(a);
    if (few) { /* strict only wanted to know */
        cpm_status known = check_closes(a);
        restore(a);
        bool splits = a->prep.lowered.split.kind != CPM_SPLIT_NONE; /* it would close then */
        if (splits)
            cpm_err_clear(a->err);
        return known == CPM_OK || splits ? CPM_OK : decline(a);
    }
    cpm_phase(a->acc->config, "reduce");
    cpm_status status = build(a);
    if (status != CPM_OK && a->prep.lowered.split.kind != CPM_SPLIT_NONE)
        return ask_for_split(a);
    if (status == CPM_OK && is_less_work(a)) {
        restore(a);
        return cpm_loop_note_plain(a->acc, a->note, "few iterations for so many variables",
                                   a->range->count, a->err);
    }
    if (status == CPM_OK)
        status = take_over(a);
    if ((status == CPM_ERR_SEMANTIC || status == CPM_ERR_UNSUPPORTED) && !a->unchecked)
        return decline(a);
    if (status != CPM_OK) {
        restore(a);
        return status;
    }
    bool is_news = a->note->naccelerated == 0 || a->note->reason != NULL;
    free(a->note->reason);
    a->note->reason = NULL;
    a->note->naccelerated += a->note->npieces == 0;
    a->note->npieces++;
    a->note->period = a->period;
    *handled = true;
    if (is_news)
        cpm_loop_note_tell(a->acc);
    return CPM_OK;
}

bool cpm_attempt_is_strict(const cpm_accelerator *acc, const cpm_interp *interp)
{
    const cpm_function *function = cpm_interp_function(interp);
    if (function != NULL && function->decorator.present && function->decorator.has_strict)
        return function->decorator.strict;
    return acc->config->strict;
}
