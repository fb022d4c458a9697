/* SPDX-License-Identifier: MIT
 *
 * accelerate.c - the life of an accelerated loop: lower it with the values that
 * are known now, build and reduce the matrix, let an engine find the live
 * variables after n iterations, write them back. Whatever stands in the way
 * leaves the variables as they were and the loop to the interpreter, except
 * under strict, where the reason is an error.
 */
#include "accel/accelerate.h"

#include "accel/liveness.h"
#include "accel/reduce.h"
#include "accel/transfer.h"
#include "power/mulpow.h"
#include "power/plan.h"
#include "power/progress.h"
#include "power/semi_plan.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

/* A variable as it was before lowering changed it. */
typedef struct saved {
    cpm_slot slot;
    cpm_val value; /* owned */
} saved;

/* One loop being taken over. */
typedef struct attempt {
    cpm_accelerator *acc;
    cpm_interp *interp;
    const cpm_stmt *loop;
    const cpm_range *range;
    cpm_loop_note *note;
    bool strict, clear_stack, min_rows, allow_rational;
    fmpz_t iters_limit;
    saved *undo; /* owned */
    size_t nundo, undo_cap;
    cpm_lowered lowered;
    cpm_linsys full, reduced;
    cpm_plan plan;
    cpm_semi_plan semi; /* instead of `plan` in the ordered and bitwise domains, */
    cpm_mulpow mulpow;  /* or this for mul-pow */
    fmpz_t steps;       /* iterations left after the peeled ones */
    size_t *wanted;     /* owned: indices of the finals that are outputs, in order */
    size_t nwanted;
    bool is_shown; /* all the wanted ones are printed or returned as they are */
    cpm_err *err;
} attempt;

/* ---- Notes ------------------------------------------------------------- */

void cpm_accelerator_clear(cpm_accelerator *acc)
{
    for (size_t i = 0; i < acc->nnotes; i++) {
        fmpz_clear(acc->notes[i].trips);
        free(acc->notes[i].reason);
    }
    free(acc->notes);
    acc->notes = NULL;
    acc->nnotes = acc->notes_cap = 0;
}

static cpm_loop_note *find_note(cpm_accelerator *acc, const cpm_stmt *loop)
{
    for (size_t i = 0; i < acc->nnotes; i++)
        if (acc->notes[i].loop == loop)
            return &acc->notes[i];
    cpm_loop_note *grown = cpm_grow(acc->notes, &acc->notes_cap, acc->nnotes + 1, sizeof *grown);
    if (grown == NULL)
        return NULL;
    acc->notes = grown;
    acc->notes[acc->nnotes] = (cpm_loop_note){.loop = loop};
    fmpz_init(acc->notes[acc->nnotes].trips);
    return &acc->notes[acc->nnotes++];
}

static void note_plain(cpm_loop_note *note, const char *reason)
{
    if (note->reason != NULL && strcmp(note->reason, reason) == 0)
        return; /* as for most of the loops that are reached often */
    free(note->reason);
    note->reason = strdup(reason);
}

/* ---- The interpreter as lowering sees it ------------------------------- */

static const char not_a_range[] =
    "cannot accelerate this loop: it runs over a value of type %s, not a range";

/* Remembers the value of a variable the first time it is changed. */
static cpm_status save(attempt *a, cpm_slot slot)
{
    for (size_t i = 0; i < a->nundo; i++)
        if (a->undo[i].slot == slot)
            return CPM_OK;
    saved *grown = cpm_grow(a->undo, &a->undo_cap, a->nundo + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(a->err);
    a->undo = grown;
    saved *entry = &a->undo[a->nundo++];
    *entry = (saved){.slot = slot};
    cpm_val_copy(&entry->value, cpm_interp_get(a->interp, slot));
    return CPM_OK;
}

static void restore(attempt *a)
{
    for (size_t i = 0; i < a->nundo; i++)
        cpm_interp_set(a->interp, a->undo[i].slot, &a->undo[i].value);
    a->nundo = 0;
}

static bool is_number(const attempt *a, const cpm_val *value)
{
    return value->kind == CPM_VAL_INT || (a->allow_rational && value->kind == CPM_VAL_RATIONAL);
}

static bool env_get(void *ctx, fmpq_t out, cpm_sym sym)
{
    attempt *a = ctx;
    const cpm_val *value = cpm_interp_get(a->interp, cpm_interp_slot(a->interp, sym));
    if (value->kind == CPM_VAL_UNBOUND && a->acc->tree->dialect == CPM_DIALECT_LOOP) {
        fmpq_zero(out);
        return true;
    }
    cpm_err ignored = {0};
    if (cpm_val_settle((cpm_val *)value, &ignored) != CPM_OK)
        return false;
    return is_number(a, value) && cpm_val_get_fmpq(out, value);
}

static cpm_status env_eval(void *ctx, fmpq_t out, const cpm_expr *expr, cpm_err *err)
{
    attempt *a = ctx;
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

static cpm_status env_range(void *ctx, fmpz_t start, fmpz_t stop, fmpz_t step, const cpm_expr *expr,
                            cpm_err *err)
{
    attempt *a = ctx;
    cpm_val value = {0};
    cpm_status status = cpm_interp_eval(a->interp, &value, expr, err);
    if (status == CPM_OK && value.kind != CPM_VAL_RANGE)
        status = cpm_err_at(err, CPM_ERR_SEMANTIC, a->acc->tree->text, expr->span, not_a_range,
                            cpm_val_type(&value));
    if (status == CPM_OK) {
        const cpm_range *range = &value.u.range->range;
        fmpz_set(start, range->start);
        fmpz_set(stop, range->stop);
        fmpz_set(step, range->step);
    }
    cpm_val_clear(&value);
    return status;
}

static bool env_is_number(void *ctx, const cpm_expr *expr)
{
    attempt *a = ctx;
    cpm_val value = {0};
    cpm_err ignored = {0};
    bool yes = cpm_interp_eval(a->interp, &value, expr, &ignored) == CPM_OK && is_number(a, &value);
    cpm_val_clear(&value);
    return yes;
}

/* A program may define or assign a function's name. */
static bool env_is_builtin(void *ctx, cpm_sym callee)
{
    attempt *a = ctx;
    cpm_slot slot = cpm_interp_slot(a->interp, callee);
    return cpm_interp_is_global(slot) && cpm_interp_get(a->interp, slot)->kind == CPM_VAL_UNBOUND;
}

static cpm_status env_test(void *ctx, bool *out, const cpm_expr *expr, cpm_err *err)
{
    attempt *a = ctx;
    cpm_val value = {0};
    cpm_status status = cpm_interp_eval(a->interp, &value, expr, err);
    if (status == CPM_OK)
        *out = cpm_val_truth(&value);
    cpm_val_clear(&value);
    return status;
}

static cpm_status env_assign(void *ctx, cpm_sym sym, const cpm_expr *expr, cpm_err *err)
{
    attempt *a = ctx;
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
    attempt *a = ctx;
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

static void env_reset(void *ctx)
{
    restore(ctx);
}

/* ---- The steps --------------------------------------------------------- */

static void take_options(attempt *a)
{
    const cpm_config *config = a->acc->config;
    a->strict = config->strict;
    a->clear_stack = config->clear_stack;
    a->min_rows = config->min_rows;
    fmpz_set_ui(a->iters_limit, config->iters_limit);
    a->allow_rational = cpm_interp_allows_rational(a->interp);
    const cpm_function *function = cpm_interp_function(a->interp);
    if (function == NULL || !function->decorator.present)
        return;
    const cpm_decorator *d = &function->decorator;
    if (d->has_strict)
        a->strict = d->strict;
    if (d->has_iters_limit)
        fmpz_set_ui(a->iters_limit, d->iters_limit);
    if (d->has_min_rows)
        a->min_rows = d->min_rows;
    if (d->has_clear_stack)
        a->clear_stack = d->clear_stack;
}

static cpm_status lower(attempt *a)
{
    cpm_lower_env env = {.ctx = a,
                         .eval = env_eval,
                         .test = env_test,
                         .range = env_range,
                         .is_number = env_is_number,
                         .is_builtin = env_is_builtin,
                         .get = env_get,
                         .assign = env_assign,
                         .set = env_set,
                         .reset = env_reset};
    cpm_lower_options options = {
        .clear_stack = a->clear_stack,
        /* In Python 2 `/` of integers is floor division whatever the types. */
        .allow_rational = a->allow_rational && a->acc->tree->dialect != CPM_DIALECT_PY2,
        .prefix = "cannot accelerate this loop: ",
        .adjective = "unpredictable",
        .counter = "loop counter",
    };
    fmpz_t trips;
    fmpz_init_set(trips, a->range->count);
    if (fmpz_is_zero(trips))
        fmpz_one(trips); /* only asked whether it could be lowered */
    cpm_status status =
        cpm_lower_loop_in(&a->lowered, a->acc->config->semiring, a->acc->tree, a->loop,
                          a->range->start, a->range->step, trips, &env, &options, a->err);
    a->note->operations = NULL;
    if (status == CPM_OK && !a->lowered.code.domain->is_arithmetic)
        a->note->operations = cpm_semiring_name(a->lowered.code.domain->id);
    fmpz_clear(trips);
    return status;
}

/* The finals whose registers have to be found: those that may be read later. */
static cpm_status find_wanted(attempt *a)
{
    cpm_use *use = cpm_calloc(a->acc->tree->nsymbols, sizeof *use);
    a->wanted = cpm_calloc(a->lowered.nfinals, sizeof *a->wanted);
    if (use == NULL || a->wanted == NULL) {
        free(use);
        return cpm_err_memory(a->err);
    }
    a->is_shown = true;
    cpm_uses_after(use, a->acc->tree, cpm_interp_function(a->interp), a->loop, a->acc->call);
    for (size_t i = 0; i < a->lowered.nfinals; i++) {
        const cpm_final *final = &a->lowered.finals[i];
        bool live = a->acc->all_live || use[final->sym] != CPM_USE_NONE;
        if (final->kind != CPM_FINAL_REGISTER || !live)
            continue;
        a->wanted[a->nwanted++] = i;
        a->is_shown = a->is_shown && (a->acc->all_live || use[final->sym] == CPM_USE_SHOWN);
    }
    free(use);
    return CPM_OK;
}

static cpm_status add_outputs(attempt *a)
{
    fmpq_t one;
    fmpq_init(one);
    const cpm_domain *domain = cpm_domain_scalars(a->full.domain);
    domain->one(one, domain);
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < a->nwanted && status == CPM_OK; k++)
        status = cpm_form_add_term(&a->full.outputs[k], a->lowered.finals[a->wanted[k]].reg, one,
                                   domain, a->err);
    fmpq_clear(one);
    return status;
}

/* Without clear_stack the virtual registers count as variables to be kept. */
static cpm_status reduce(attempt *a)
{
    unsigned long peeled = 0, most = 64;
    if (!a->min_rows)
        return cpm_linsys_copy(&a->reduced, &a->full, a->err);
    cpm_linsys copy = {0};
    bool *keep = cpm_calloc(a->full.dim, sizeof *keep);
    if (keep == NULL)
        return cpm_err_memory(a->err);
    for (size_t r = 0; r < a->lowered.code.nregs; r++)
        keep[r] = !a->clear_stack && a->lowered.code.regs[r].kind == CPM_REG_VIRTUAL;
    if (fmpz_cmp_ui(a->steps, most) < 0)
        most = fmpz_get_ui(a->steps);
    cpm_status status = cpm_linsys_copy(&copy, &a->full, a->err);
    if (status == CPM_OK && a->full.domain->is_arithmetic) /* folding is arithmetic */
        status = cpm_fold_predictable(&peeled, &copy, a->full.dim - 1, most, a->err);
    fmpz_sub_ui(a->steps, a->steps, peeled);
    if (status == CPM_OK)
        status = cpm_drop_unused(&a->reduced, &copy, keep, a->err);
    cpm_linsys_clear(&copy);
    free(keep);
    return status;
}

static cpm_status build(attempt *a)
{
    const cpm_config *config = a->acc->config;
    fmpz_set(a->steps, a->range->count);
    cpm_status status = find_wanted(a);
    if (status == CPM_OK)
        status =
            cpm_transfer(&a->full, &a->lowered.code, a->nwanted, config->max_memory_bytes, a->err);
    if (status == CPM_OK)
        status = add_outputs(a);
    if (status == CPM_OK)
        status = reduce(a);
    if (status != CPM_OK)
        return status;
    a->note->dim_before = a->full.dim;
    a->note->dim_after = a->reduced.dim;
    if (a->acc->dump != NULL)
        a->acc->dump_loop(a->acc->dump, a->loop, &a->lowered, &a->full, &a->reduced);
    return CPM_OK;
}

static cpm_status check_sizes(attempt *a)
{
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < a->nwanted && status == CPM_OK; k++) {
        status = cpm_plan_check_size(&a->plan, k, a->steps, a->acc->config, a->err);
        if (status == CPM_ERR_UNSUPPORTED) { /* no characteristic polynomial, no bound */
            cpm_err_clear(a->err);
            status = CPM_OK;
        }
    }
    if (status == CPM_ERR_LIMIT) { /* a program has no --mod */
        a->err->hint[0] = '\0';
        cpm_err_hint(a->err, "--max-memory SIZE raises the limit");
    }
    return status;
}

/* Large numbers that are only shown may stay in decimal. */
static cpm_status solve_decimal(attempt *a, cpm_val *values, bool *found)
{
    *found = false;
    if (!a->is_shown)
        return CPM_OK;
    cpm_dec *dec = cpm_calloc(a->nwanted, sizeof *dec);
    if (dec == NULL)
        return cpm_err_memory(a->err);
    cpm_status status =
        cpm_plan_run_decimal(dec, found, &a->plan, a->steps, a->acc->config, a->err);
    for (size_t k = 0; k < a->nwanted; k++) {
        if (status == CPM_OK && *found)
            status = cpm_val_set_decimal(&values[k], &dec[k], a->err);
        cpm_dec_clear(&dec[k]);
    }
    free(dec);
    return status;
}

/* Of the full system, with the outputs of one kind only. */
static cpm_status make_part(attempt *a, cpm_plan *plan, bool reduced)
{
    cpm_linsys copy = {0}, part = {0};
    size_t kept = 0;
    cpm_status status = cpm_linsys_copy(&copy, &a->full, a->err);
    if (status != CPM_OK)
        return status;
    for (size_t k = 0; k < a->nwanted; k++) {
        if ((a->lowered.finals[a->wanted[k]].flow > 0) != reduced)
            continue;
        cpm_form form = copy.outputs[kept];
        copy.outputs[kept++] = copy.outputs[k];
        copy.outputs[k] = form;
    }
    while (copy.noutputs > kept)
        cpm_form_clear(&copy.outputs[--copy.noutputs]);
    if (kept > 0)
        status = cpm_drop_unused(&part, &copy, NULL, a->err);
    if (status == CPM_OK && kept > 0)
        status = cpm_plan_init(plan, &part, a->err);
    cpm_linsys_clear(&copy);
    cpm_linsys_clear(&part);
    return status;
}

/* The wanted values that are residues, or those that are exact. */
static cpm_status solve_part(attempt *a, cpm_val *values, bool reduced)
{
    cpm_config config = *a->acc->config;
    cpm_plan plan = {0};
    mpz_t m;
    mpz_init(m);
    fmpz_get_mpz(m, a->lowered.modulus);
    config.modulus = reduced ? m : NULL;
    cpm_status status = make_part(a, &plan, reduced);
    size_t count = plan.sys.noutputs, done = 0;
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        status = cpm_plan_check_size(&plan, k, a->range->count, &config, a->err);
    fmpq *numbers = _fmpq_vec_init((slong)count);
    if (status == CPM_OK && count > 0)
        status = cpm_plan_choose(&a->note->engine, &plan, a->range->count, &config, a->err);
    if (status == CPM_OK && count > 0)
        status = cpm_plan_run(numbers, &plan, a->range->count, &config, a->err);
    for (size_t k = 0; k < a->nwanted && status == CPM_OK; k++)
        if ((a->lowered.finals[a->wanted[k]].flow > 0) == reduced)
            status = cpm_val_set_fmpq(&values[k], numbers + done++, a->err);
    _fmpq_vec_clear(numbers, (slong)count);
    cpm_plan_clear(&plan);
    mpz_clear(m);
    return status;
}

/* A loop in Z/M: every wanted value must be exact all the way, or end as a
 * residue, whatever it was before the first iterations. */
static cpm_status solve_modular(attempt *a, cpm_val *values)
{
    for (size_t k = 0; k < a->nwanted; k++) {
        const cpm_final *final = &a->lowered.finals[a->wanted[k]];
        if (final->flow == CPM_FLOW_MIXED || fmpz_cmp_ui(a->range->count, final->flow) < 0)
            return cpm_err_at(a->err, CPM_ERR_SEMANTIC, a->acc->tree->text, a->lowered.modulus_span,
                              "cannot accelerate this loop: a value reduced by '%%' flows into "
                              "'%s', which is not",
                              a->acc->tree->symbols[final->sym].name);
    }
    if (!cpm_linsys_is_integral(&a->full))
        return cpm_err_at(a->err, CPM_ERR_SEMANTIC, a->acc->tree->text, a->lowered.modulus_span,
                          "cannot accelerate this loop: '%%' among rational values");
    cpm_status status = solve_part(a, values, true);
    return status == CPM_OK ? solve_part(a, values, false) : status;
}

/* The same over another pair of operations. */
static cpm_status solve_semi(attempt *a, cpm_val *values)
{
    const cpm_config *config = a->acc->config;
    bool is_mul_pow = a->full.domain->id == CPM_SEMIRING_MUL_POW;
    cpm_status status = is_mul_pow
                            ? cpm_mulpow_init(&a->mulpow, &a->reduced, a->lowered.divides, a->err)
                            : cpm_semi_plan_init(&a->semi, a->full.domain, &a->reduced, a->err);
    a->note->engine = CPM_ENGINE_RECURRENCE;
    if (status == CPM_OK && !is_mul_pow)
        status = cpm_semi_choose(&a->note->engine, &a->semi, a->steps, config, a->err);
    if (status != CPM_OK)
        return status;
    fmpq *numbers = _fmpq_vec_init((slong)a->nwanted);
    status = is_mul_pow ? cpm_mulpow_run(numbers, &a->mulpow, a->steps, config, a->err)
                        : cpm_semi_run(numbers, &a->semi, a->steps, config, a->err);
    for (size_t k = 0; k < a->nwanted && status == CPM_OK; k++)
        status = cpm_val_set_fmpq(&values[k], numbers + k, a->err);
    _fmpq_vec_clear(numbers, (slong)a->nwanted);
    return status;
}

/* The values of the wanted variables; nothing is changed yet. */
static cpm_status solve(attempt *a, cpm_val *values)
{
    const cpm_config *config = a->acc->config;
    bool found = false;
    if (a->nwanted == 0)
        return CPM_OK;
    if (!a->full.domain->is_arithmetic)
        return solve_semi(a, values);
    if (a->lowered.has_modulus)
        return solve_modular(a, values);
    cpm_status status = cpm_plan_init(&a->plan, &a->reduced, a->err);
    if (status == CPM_OK)
        status = check_sizes(a);
    if (status == CPM_OK)
        status = cpm_plan_choose(&a->note->engine, &a->plan, a->steps, config, a->err);
    if (status == CPM_OK)
        status = solve_decimal(a, values, &found);
    if (status != CPM_OK || found)
        return status;
    fmpq *numbers = _fmpq_vec_init((slong)a->nwanted);
    status = cpm_plan_run(numbers, &a->plan, a->steps, config, a->err);
    for (size_t k = 0; k < a->nwanted && status == CPM_OK; k++)
        status = cpm_val_set_fmpq(&values[k], numbers + k, a->err);
    _fmpq_vec_clear(numbers, (slong)a->nwanted);
    return status;
}

static void write_register(attempt *a, const cpm_final *final, cpm_val *value)
{
    cpm_interp_set(a->interp, cpm_interp_slot(a->interp, final->sym), value);
}

/* The last value of the range: start + (count - 1) * step. */
static cpm_status write_counter(attempt *a, const cpm_final *final)
{
    fmpq_t last;
    fmpq_init(last);
    fmpz_sub_ui(fmpq_numref(last), a->range->count, 1);
    fmpz_mul(fmpq_numref(last), fmpq_numref(last), a->range->step);
    fmpz_add(fmpq_numref(last), fmpq_numref(last), a->range->start);
    cpm_val value = {0};
    cpm_status status = cpm_val_set_fmpq(&value, last, a->err);
    if (status == CPM_OK)
        write_register(a, final, &value);
    cpm_val_clear(&value);
    fmpq_clear(last);
    return status;
}

static cpm_status write_back(attempt *a, cpm_val *values)
{
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < a->nwanted; k++)
        write_register(a, &a->lowered.finals[a->wanted[k]], &values[k]);
    for (size_t i = 0; i < a->lowered.nfinals && status == CPM_OK; i++)
        if (a->lowered.finals[i].kind == CPM_FINAL_COUNTER)
            status = write_counter(a, &a->lowered.finals[i]);
    return status; /* predicted variables hold their values since lowering */
}

/* With many variables the iterations can cost less than the d^3 steps that an
 * engine takes at least: with 200 loosely coupled ones, up to some 10^4. */
static bool is_less_work(const attempt *a)
{
    enum { MANY_VARIABLES = 64 };
    double dim = (double)a->reduced.dim;
    return a->reduced.dim >= MANY_VARIABLES && a->acc->config->engine == CPM_ENGINE_AUTO &&
           fmpz_get_d(a->range->count) * (double)a->lowered.code.ninstrs < dim * dim * dim;
}

static cpm_status take_over(attempt *a)
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

static void attempt_clear(attempt *a)
{
    for (size_t i = 0; i < a->nundo; i++)
        cpm_val_clear(&a->undo[i].value);
    free(a->undo);
    free(a->wanted);
    cpm_lowered_clear(&a->lowered);
    cpm_linsys_clear(&a->full);
    cpm_linsys_clear(&a->reduced);
    cpm_plan_clear(&a->plan);
    cpm_semi_plan_clear(&a->semi);
    cpm_mulpow_clear(&a->mulpow);
    fmpz_clear(a->iters_limit);
    fmpz_clear(a->steps);
}

/* The loop stays with the interpreter, or strict makes that an error. */
static cpm_status decline(attempt *a)
{
    restore(a);
    if (a->err->status == CPM_ERR_MEMORY || a->err->status == CPM_ERR_INTERNAL)
        return a->err->status;
    bool refused = a->err->status != CPM_ERR_RUNTIME; /* an error of the program itself runs */
    note_plain(a->note, a->err->message);
    if (a->strict && refused) {
        a->err->status = CPM_ERR_UNSUPPORTED;
        return a->err->status;
    }
    cpm_err_clear(a->err);
    return CPM_OK;
}

static cpm_status try_loop(attempt *a, bool *handled)
{
    if (a->range == NULL) {
        cpm_err_at(a->err, CPM_ERR_SEMANTIC, a->acc->tree->text, a->loop->u.loop.range_span,
                   not_a_range, "tuple");
        return decline(a);
    }
    bool few = fmpz_cmp(a->range->count, a->iters_limit) <= 0;
    if (few)
        note_plain(a->note, "few iterations (--iters-limit)");
    if (few && !a->strict)
        return CPM_OK;
    if (!few)
        cpm_phase(a->acc->config, "lower");
    if (lower(a) != CPM_OK)
        return decline(a);
    if (few) { /* strict only wanted to know */
        restore(a);
        return CPM_OK;
    }
    cpm_phase(a->acc->config, "reduce");
    cpm_status status = build(a);
    if (status == CPM_OK && is_less_work(a)) {
        restore(a);
        note_plain(a->note, "few iterations for so many variables");
        return CPM_OK;
    }
    if (status == CPM_OK)
        status = take_over(a);
    if (status == CPM_ERR_SEMANTIC || status == CPM_ERR_UNSUPPORTED)
        return decline(a);
    if (status != CPM_OK) {
        restore(a);
        return status;
    }
    note_plain(a->note, "");
    free(a->note->reason);
    a->note->reason = NULL;
    a->note->naccelerated++;
    *handled = true;
    return CPM_OK;
}

cpm_status cpm_accelerate_for(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                              const cpm_range *range, bool *handled, cpm_err *err)
{
    cpm_accelerator *acc = ctx;
    *handled = false;
    if (acc->config->engine == CPM_ENGINE_NAIVE)
        return CPM_OK;
    attempt a = {.acc = acc, .interp = interp, .loop = loop, .range = range, .err = err};
    a.note = find_note(acc, loop);
    if (a.note == NULL)
        return cpm_err_memory(err);
    fmpz_init(a.iters_limit);
    fmpz_init(a.steps);
    a.note->nreached++;
    if (range != NULL)
        fmpz_set(a.note->trips, range->count);
    take_options(&a);
    cpm_status status = try_loop(&a, handled);
    attempt_clear(&a);
    return status;
}
