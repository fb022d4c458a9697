/* SPDX-License-Identifier: MIT
 *
 * lower_list_loop.c - running over lists, ranges and what pairs them, round by round:
 * comprehensions, and loops inside the loop that is lowered.
 */
#include "accel/lower_list.h"

#include "base/limits.h"
#include "lang/builtin.h"

#include <stdlib.h>

/* ---- Sources ------------------------------------------------------------------------------ */

typedef enum source_kind { SOURCE_LIST, SOURCE_REVERSED, SOURCE_RANGE } source_kind;

/* What gives one value after another. Lists are looked at as they are by then. */
typedef struct source {
    source_kind kind;
    size_t object;
    cpm_range range;
    slong index;
} source;

/* How values are put together: as they are, numbered, or side by side. */
typedef struct iteration {
    source *sources; /* owned */
    size_t nsources;
    bool is_zip, is_numbered;
    slong number;
} iteration;

static void iteration_clear(iteration *it)
{
    for (size_t i = 0; i < it->nsources; i++)
        cpm_range_clear(&it->sources[i].range);
    free(it->sources);
    *it = (iteration){0};
}

static bool is_builtin_call(lowering *lw, const cpm_expr *expr, cpm_builtin_id id, size_t min,
                            size_t max)
{
    return expr->kind == CPM_EXPR_CALL && cpm_lower_builtin(lw->tree, lw->env, expr) == id &&
           expr->u.call.nargs >= min && expr->u.call.nargs <= max &&
           expr->u.call.args[0].keyword == CPM_NO_SYM;
}

static bool is_range_call(lowering *lw, const cpm_expr *expr)
{
    return is_builtin_call(lw, expr, CPM_BUILTIN_RANGE, 1, 3) ||
           is_builtin_call(lw, expr, CPM_BUILTIN_XRANGE, 1, 3);
}

static cpm_status check_count(const source *s, lowering *lw, cpm_span span)
{
    if (fmpz_cmp_ui(s->range.count, CPM_MAX_LIST_STEPS) > 0)
        return cpm_lower_refuse(lw, span, "a long inner loop that works on lists");
    return CPM_OK;
}

static cpm_status set_range(source *s, lowering *lw, slong start, slong stop, slong step,
                            cpm_span span)
{
    if (step == 0)
        return cpm_lower_own_error(lw, span, "a range with step 0");
    s->kind = SOURCE_RANGE;
    fmpz_set_si(s->range.start, start);
    fmpz_set_si(s->range.stop, stop);
    fmpz_set_si(s->range.step, step);
    cpm_range_count(&s->range);
    return check_count(s, lw, span);
}

static cpm_status open_range(source *s, lowering *lw, const cpm_expr *call)
{
    slong bounds[3] = {0, 0, 1};
    size_t nargs = call->u.call.nargs;
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < nargs && status == CPM_OK; i++)
        status = cpm_list_eval_bound(&bounds[nargs == 1 ? 1 : i], lw, call->u.call.args[i].value);
    return status == CPM_OK ? set_range(s, lw, bounds[0], bounds[1], bounds[2], call->span)
                            : status;
}

/* A list, or a range that a name holds. */
static cpm_status open_value(source *s, lowering *lw, cpm_expr *expr)
{
    sval value;
    cpm_val computed = {0};
    if (expr->kind == CPM_EXPR_COMP) {
        s->kind = SOURCE_LIST;
        return cpm_list_collect(&s->object, lw, expr, false);
    }
    cpm_status status = cpm_list_eval(&value, lw, expr);
    if (status != CPM_OK)
        return status;
    if (value.kind == SVAL_LIST) {
        s->object = value.object;
        return cpm_list_load(lw, value.object);
    }
    if (value.kind == SVAL_NUMBER && cpm_lower_is_predictable(lw, value.expr)) {
        status = lw->env->compute(lw->env->ctx, &computed, value.expr, lw->err);
        if (status != CPM_OK)
            return status;
        if (computed.kind == CPM_VAL_RANGE) {
            s->kind = SOURCE_RANGE;
            cpm_range_set(&s->range, &computed.u.range->range);
            cpm_val_clear(&computed);
            return check_count(s, lw, expr->span);
        }
        cpm_val_clear(&computed);
    }
    return cpm_lower_refuse(lw, expr->span, "running over something that is no list");
}

static cpm_status open_source(source *s, lowering *lw, cpm_expr *expr)
{
    *s = (source){.kind = SOURCE_LIST};
    cpm_range_init(&s->range);
    if (is_range_call(lw, expr))
        return open_range(s, lw, expr);
    if (!is_builtin_call(lw, expr, CPM_BUILTIN_REVERSED, 1, 1))
        return open_value(s, lw, expr);
    cpm_expr *of = expr->u.call.args[0].value;
    cpm_status status = is_range_call(lw, of) ? open_range(s, lw, of) : open_value(s, lw, of);
    if (status != CPM_OK)
        return status;
    if (s->kind == SOURCE_RANGE) { /* the last value first */
        slong count = fmpz_get_si(s->range.count), step = fmpz_get_si(s->range.step);
        slong last = fmpz_get_si(s->range.start) + (count - 1) * step;
        return set_range(s, lw, last, last - count * step, -step, expr->span);
    }
    s->kind = SOURCE_REVERSED;
    s->index = (slong)object_of(lw, s->object)->nitems - 1;
    return CPM_OK;
}

static cpm_status open_iteration(iteration *it, lowering *lw, cpm_expr *expr)
{
    cpm_expr *only[] = {expr};
    size_t count = 1;
    *it = (iteration){0};
    it->is_zip = is_builtin_call(lw, expr, CPM_BUILTIN_ZIP, 1, SIZE_MAX);
    it->is_numbered = is_builtin_call(lw, expr, CPM_BUILTIN_ENUMERATE, 1, 2);
    cpm_status status = CPM_OK;
    if (it->is_numbered) {
        only[0] = expr->u.call.args[0].value;
        if (expr->u.call.nargs > 1)
            status = cpm_list_eval_index(&it->number, lw, expr->u.call.args[1].value);
    }
    if (it->is_zip)
        count = expr->u.call.nargs;
    it->sources = cpm_calloc(count, sizeof *it->sources);
    if (it->sources == NULL)
        return cpm_err_memory(lw->err);
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        it->nsources++;
        status =
            open_source(&it->sources[i], lw, it->is_zip ? expr->u.call.args[i].value : only[0]);
    }
    return status;
}

/* The value of a range that is next, or that would be. */
static cpm_status next_of_range(sval *out, lowering *lw, source *s, cpm_span span)
{
    cpm_val value = {0};
    fmpz_t at;
    fmpz_init_set_si(at, s->index++);
    cpm_range_at(at, &s->range, at);
    cpm_val_set_fmpz(&value, at);
    fmpz_clear(at);
    return cpm_list_constant(out, lw, &value, span);
}

static cpm_status next_of(bool *more, sval *out, lowering *lw, source *s, cpm_span span)
{
    list_item item;
    if (s->kind == SOURCE_RANGE) {
        *more = fmpz_cmp_si(s->range.count, s->index) > 0;
        return *more ? next_of_range(out, lw, s, span) : CPM_OK;
    }
    const list_object *o = object_of(lw, s->object);
    *more = s->index >= 0 && (size_t)s->index < o->nitems;
    if (!*more)
        return CPM_OK;
    item = o->items[s->index];
    s->index += s->kind == SOURCE_LIST ? 1 : -1;
    return cpm_list_read(out, lw, &item, span);
}

static cpm_status add_value(lowering *lw, size_t tuple, const sval *value)
{
    list_item item;
    cpm_status status = cpm_list_keep(&item, lw, value);
    return status == CPM_OK ? cpm_list_add(lw, tuple, item) : status;
}

static cpm_status next_value(bool *more, sval *out, lowering *lw, iteration *it, cpm_span span)
{
    size_t tuple = 0;
    sval value;
    *more = true;
    cpm_status status = cpm_list_step(lw, span);
    if (status == CPM_OK && !it->is_zip && !it->is_numbered)
        return next_of(more, out, lw, &it->sources[0], span);
    if (status == CPM_OK)
        status = cpm_list_make(&tuple, lw, true);
    if (status == CPM_OK && it->is_numbered) {
        status = cpm_list_number(&value, lw, it->number++, span);
        if (status == CPM_OK)
            status = add_value(lw, tuple, &value);
    }
    for (size_t i = 0; i < it->nsources && status == CPM_OK && *more; i++) {
        status = next_of(more, &value, lw, &it->sources[i], span);
        if (status == CPM_OK && *more)
            status = add_value(lw, tuple, &value);
    }
    *out = (sval){.kind = SVAL_LIST, .object = tuple};
    return status;
}

/* ---- Comprehensions ------------------------------------------------------------------------- */

static cpm_status add_element(lowering *lw, size_t object, const cpm_expr *comp)
{
    sval value;
    list_mark mark = cpm_list_begin_work(lw);
    cpm_status status = cpm_list_eval(&value, lw, comp->u.comp.element);
    if (status == CPM_OK && value.kind == SVAL_NOTHING)
        status = cpm_lower_refuse(lw, comp->span, "a call that returns nothing");
    if (status == CPM_OK)
        status = add_value(lw, object, &value);
    cpm_list_end_work(lw, mark);
    return status;
}

static cpm_status run_clauses(lowering *lw, size_t object, const cpm_expr *comp, size_t clause);

static cpm_status run_for_clause(lowering *lw, size_t object, const cpm_expr *comp, size_t clause)
{
    const cpm_comp_clause *c = &comp->u.comp.clauses[clause];
    iteration it;
    sval value;
    bool more = true;
    cpm_status status = open_iteration(&it, lw, c->expr);
    while (status == CPM_OK && more) {
        list_mark mark = cpm_list_begin_work(lw);
        status = next_value(&more, &value, lw, &it, comp->span);
        if (status == CPM_OK && more)
            status = cpm_list_assign(lw, c->target, &value);
        if (status == CPM_OK && more && (it.is_zip || it.is_numbered) &&
            c->target->kind != CPM_EXPR_NAME)
            status = cpm_list_release(lw, value.object);
        if (status == CPM_OK && more)
            status = run_clauses(lw, object, comp, clause + 1);
        cpm_list_end_work(lw, mark);
    }
    iteration_clear(&it);
    return status;
}

static cpm_status run_clauses(lowering *lw, size_t object, const cpm_expr *comp, size_t clause)
{
    bool truth = true;
    for (; clause < comp->u.comp.nclauses && truth; clause++) {
        if (comp->u.comp.clauses[clause].target != NULL)
            return run_for_clause(lw, object, comp, clause);
        cpm_status status = cpm_list_decide(&truth, lw, comp->u.comp.clauses[clause].expr);
        if (status != CPM_OK)
            return status;
    }
    return truth ? add_element(lw, object, comp) : CPM_OK;
}

cpm_status cpm_list_collect(size_t *object, lowering *lw, cpm_expr *iterable, bool is_tuple)
{
    iteration it;
    sval value;
    bool more = true;
    cpm_status status = cpm_list_make(object, lw, is_tuple);
    if (status != CPM_OK)
        return status;
    if (iterable->kind == CPM_EXPR_COMP) {
        bool is_list = iterable->u.comp.of == CPM_EXPR_LIST || iterable->u.comp.of == CPM_EXPR_COMP;
        return is_list ? run_clauses(lw, *object, iterable, 0)
                       : cpm_lower_refuse(lw, iterable->span, "a set or a dictionary");
    }
    status = open_iteration(&it, lw, iterable);
    while (status == CPM_OK && more) {
        list_mark mark = cpm_list_begin_work(lw);
        status = next_value(&more, &value, lw, &it, iterable->span);
        if (status == CPM_OK && more)
            status = add_value(lw, *object, &value);
        cpm_list_end_work(lw, mark);
    }
    iteration_clear(&it);
    return status;
}

/* ---- Loops ------------------------------------------------------------------------------------
 */

/* range(start, stop, step) with bounds that are known. */
static cpm_status open_bounds(iteration *it, lowering *lw, const cpm_stmt *loop)
{
    slong start = 0, stop = 0, step = 1;
    *it = (iteration){.sources = cpm_calloc(1, sizeof *it->sources), .nsources = 1};
    if (it->sources == NULL) {
        it->nsources = 0;
        return cpm_err_memory(lw->err);
    }
    cpm_range_init(&it->sources[0].range);
    cpm_status status = CPM_OK;
    if (loop->u.loop.start != NULL)
        status = cpm_list_eval_bound(&start, lw, loop->u.loop.start);
    if (status == CPM_OK)
        status = cpm_list_eval_bound(&stop, lw, loop->u.loop.stop);
    if (status == CPM_OK && loop->u.loop.step != NULL)
        status = cpm_list_eval_bound(&step, lw, loop->u.loop.step);
    return status == CPM_OK
               ? set_range(&it->sources[0], lw, start, stop, step, loop->u.loop.range_span)
               : status;
}

static cpm_status run_round(bool *more, lowering *lw, const cpm_stmt *loop, iteration *it)
{
    sval value;
    cpm_expr *target = loop->u.loop.unpack != NULL ? loop->u.loop.unpack : loop->u.loop.target;
    list_mark mark = cpm_list_begin_work(lw);
    cpm_status status = next_value(more, &value, lw, it, loop->u.loop.range_span);
    bool counts_on = !*more && loop->u.loop.counts_on != 0;
    if (status == CPM_OK && counts_on)
        status = next_of_range(&value, lw, &it->sources[0], loop->u.loop.range_span);
    if (status == CPM_OK && (*more || counts_on) && target != NULL)
        status = cpm_list_assign(lw, target, &value);
    if (status == CPM_OK && *more && (it->is_zip || it->is_numbered) && loop->u.loop.unpack != NULL)
        status = cpm_list_release(lw, value.object);
    cpm_list_end_work(lw, mark);
    return status == CPM_OK && *more ? cpm_lower_block(lw, &loop->u.loop.body) : status;
}

cpm_status cpm_list_for(lowering *lw, const cpm_stmt *loop)
{
    iteration it;
    bool more = true, broke = false;
    cpm_status status = loop->u.loop.iterable != NULL
                            ? open_iteration(&it, lw, loop->u.loop.iterable)
                            : open_bounds(&it, lw, loop);
    inner_loop inner = {.loop_id = loop->u.loop.id,

                        .is_unrolled = true,
                        .around = lw->inner};
    cpm_inner_fact fact = {.kind = CPM_INNER_UNROLLED, .span = loop->span, .period = 1};
    if (status == CPM_OK)
        status = cpm_lower_note_inner(lw, fact);
    lw->inner = &inner;
    while (status == CPM_OK && more && !broke) {
        status = run_round(&more, lw, loop, &it);
        broke = lw->breaks || cpm_lower_has_returned(lw);
        lw->skips = lw->breaks = false;
    }
    lw->inner = inner.around;
    iteration_clear(&it);
    return status == CPM_OK && !broke ? cpm_lower_block(lw, &loop->u.loop.orelse) : status;
}
