/* SPDX-License-Identifier: MIT
 *
 * lower_list_stmt.c - statements of loops that work on lists: what they do to lists is
 * done, and the rest of them, over plain names, is lowered (lower.c).
 */
#include "accel/lower_list.h"

#include "base/limits.h"

#include <string.h>

/* ---- Assignments --------------------------------------------------------------------------- */

/* The items of what is unpacked. */
static cpm_status unpacked(size_t *object, lowering *lw, const sval *value, size_t count,
                           cpm_span span)
{
    sval known_value = *value;
    cpm_status status = CPM_OK;
    if (value->kind == SVAL_NUMBER && cpm_lower_is_predictable(lw, value->expr)) {
        cpm_val computed = {0};
        status = lw->env->compute(lw->env->ctx, &computed, value->expr, lw->err);
        if (status == CPM_OK)
            status = cpm_list_wrap(&known_value, lw, &computed, span);
    }
    if (status == CPM_OK && known_value.kind != SVAL_LIST)
        return cpm_lower_refuse(lw, span, "unpacking of something that is no tuple");
    if (status == CPM_OK)
        status = cpm_list_load(lw, known_value.object);
    *object = known_value.object;
    if (status == CPM_OK && object_of(lw, *object)->nitems != count)
        return cpm_lower_own_error(lw, span, "unpacking needs as many values as targets");
    return status;
}

static cpm_status assign_items(lowering *lw, const cpm_expr *target, const sval *value)
{
    size_t object = 0, count = target->u.tuple.nitems;
    cpm_status status = unpacked(&object, lw, value, count, target->span);
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        sval item;
        if (i >= object_of(lw, object)->nitems) /* it was one of the targets */
            return cpm_lower_refuse(lw, target->span, "unpacking of a list that it changes");
        list_item from = object_of(lw, object)->items[i];
        status = cpm_list_read(&item, lw, &from, target->span);
        if (status == CPM_OK)
            status = cpm_list_assign(lw, target->u.tuple.items[i], &item);
    }
    return status;
}

/* list[a:b] = values */
static cpm_status assign_slice(lowering *lw, const cpm_expr *target, const sval *value)
{
    list_slice slice;
    if (value->kind != SVAL_LIST || target->u.slice.bounds[2] != NULL)
        return cpm_lower_refuse(lw, target->span, "slice of a list that is changed");
    cpm_status status = cpm_list_load(lw, value->object);
    if (status == CPM_OK)
        status = cpm_list_eval_slice(&slice, lw, target);
    if (status != CPM_OK)
        return status;
    if (object_of(lw, slice.object)->is_tuple)
        return cpm_lower_own_error(lw, target->span, "an item of a tuple is assigned");
    const list_object *from = object_of(lw, value->object);
    return cpm_list_replace(lw, slice.object, (size_t)slice.begin, slice.count, from->items,
                            from->nitems);
}

cpm_status cpm_list_assign(lowering *lw, cpm_expr *target, const sval *value)
{
    size_t object, at;
    cpm_status status;
    if (value->kind == SVAL_NOTHING)
        return cpm_lower_refuse(lw, target->span, "a call that returns nothing");
    switch (target->kind) {
    case CPM_EXPR_NAME:
        return cpm_list_assign_name(lw, target->u.name.sym, value, target->span);
    case CPM_EXPR_TUPLE:
    case CPM_EXPR_LIST:
        return assign_items(lw, target, value);
    case CPM_EXPR_INDEX:
        status = cpm_list_eval_place(&object, &at, lw, target);
        return status == CPM_OK ? cpm_list_store(lw, object, at, value, target->span) : status;
    case CPM_EXPR_SLICE:
        return assign_slice(lw, target, value);
    default:
        return cpm_lower_refuse(lw, target->span, "unpacking into the rest of a list");
    }
}

/* More than one target: the value waits in a cell. */
static cpm_status settle_value(sval *value, lowering *lw, cpm_span span)
{
    list_item item;
    if (value->kind != SVAL_NUMBER)
        return CPM_OK;
    cpm_status status = cpm_list_keep(&item, lw, value);
    return status == CPM_OK ? cpm_list_read(value, lw, &item, span) : status;
}

static cpm_status lower_assign(lowering *lw, const cpm_stmt *stmt)
{
    sval value;
    cpm_status status = cpm_list_eval(&value, lw, stmt->u.assign.value);
    if (status == CPM_OK && stmt->u.assign.ntargets > 1)
        status = settle_value(&value, lw, stmt->span);
    for (size_t t = 0; t < stmt->u.assign.ntargets && status == CPM_OK; t++)
        status = cpm_list_assign(lw, stmt->u.assign.targets[t], &value);
    bool is_passing = stmt->u.assign.ntargets == 1 &&
                      stmt->u.assign.value->kind == CPM_EXPR_TUPLE &&
                      stmt->u.assign.targets[0]->kind == CPM_EXPR_TUPLE;
    return status == CPM_OK && is_passing ? cpm_list_release(lw, value.object) : status;
}

/* ---- In place -------------------------------------------------------------------------------- */

/* list += values, of the object itself, or tuple += tuple. */
static cpm_status augment_list(lowering *lw, const cpm_stmt *stmt, cpm_sym sym)
{
    name_info *name = &lw->names[sym];
    cpm_link link = {stmt->u.augment.op, stmt->u.augment.op_span, stmt->u.augment.value};
    cpm_expr whole = {.kind = CPM_EXPR_CHAIN,
                      .span = stmt->span,
                      .u.chain = {.first = stmt->u.augment.target, .links = &link, .nlinks = 1}};
    sval value;
    size_t more;
    if (name->state == NAME_LIST && object_of(lw, name->object)->is_tuple) {
        cpm_status status = cpm_list_eval(&value, lw, &whole);
        return status == CPM_OK ? cpm_list_assign_name(lw, sym, &value, stmt->span) : status;
    }
    if (stmt->u.augment.op != CPM_OP_ADD)
        return cpm_lower_refuse(lw, stmt->span, "operator '%s=' on a list",
                                cpm_op_text(stmt->u.augment.op));
    cpm_status status = cpm_list_eval(&value, lw, stmt->u.augment.target);
    if (status == CPM_OK)
        status = cpm_list_load(lw, value.object);
    if (status == CPM_OK)
        status = cpm_list_collect(&more, lw, stmt->u.augment.value, false);
    if (status != CPM_OK)
        return status;
    if (object_of(lw, value.object)->is_tuple)
        return cpm_lower_refuse(lw, stmt->span, "operator '+=' on a tuple");
    const list_object *from = object_of(lw, more);
    return cpm_list_replace(lw, value.object, object_of(lw, value.object)->nitems, 0, from->items,
                            from->nitems);
}

static cpm_status lower_augment(lowering *lw, const cpm_stmt *stmt)
{
    sval target, value;
    cpm_stmt copy = *stmt;
    cpm_status status = cpm_list_eval(&target, lw, stmt->u.augment.target);
    if (status == CPM_OK && target.kind == SVAL_LIST)
        return augment_list(lw, stmt, stmt->u.augment.target->u.name.sym);
    if (status == CPM_OK)
        status = cpm_list_eval(&value, lw, stmt->u.augment.value);
    if (status == CPM_OK && value.kind != SVAL_NUMBER)
        status = cpm_lower_refuse(lw, stmt->span, "a list where a number is wanted");
    if (status != CPM_OK)
        return status;
    copy.u.augment.value = value.expr;
    return cpm_lower_plain_stmt(lw, &copy);
}

/* A cell that is alone, in place. */
static cpm_status augment_cell(lowering *lw, const cpm_stmt *stmt, cpm_sym cell, cpm_expr *by)
{
    cpm_stmt plain = {.kind = CPM_STMT_AUGMENT, .span = stmt->span, .u.augment = stmt->u.augment};
    plain.u.augment.target = cpm_list_name(lw, cell, stmt->span);
    plain.u.augment.value = by;
    if (plain.u.augment.target == NULL)
        return cpm_err_memory(lw->err);
    return cpm_lower_plain_stmt(lw, &plain);
}

/* list[at] op= value; `old` is what the item was before the value was computed. */
static cpm_status augment_item(lowering *lw, const cpm_stmt *stmt, size_t object, size_t at,
                               const sval *old, cpm_expr *by)
{
    sval value = {.kind = SVAL_NUMBER};
    cpm_sym own = cpm_list_own_cell(lw, object, at);
    if (own != CPM_NO_SYM && old->expr->kind == CPM_EXPR_NAME && old->expr->u.name.sym == own) {
        object_of(lw, object)->is_changed = true;
        return augment_cell(lw, stmt, own, by);
    }
    cpm_link *link = cpm_arena_alloc(&lw->lists->nodes, sizeof *link);
    if (link == NULL)
        return cpm_err_memory(lw->err);
    *link = (cpm_link){stmt->u.augment.op, stmt->u.augment.op_span, by};
    cpm_expr whole = {.kind = stmt->u.augment.op == CPM_OP_POW ? CPM_EXPR_POWER : CPM_EXPR_CHAIN,
                      .span = stmt->span,
                      .u.chain = {.first = old->expr, .links = link, .nlinks = 1}};
    value.expr = cpm_list_copy(lw, &whole);
    return value.expr == NULL ? cpm_err_memory(lw->err)
                              : cpm_list_store(lw, object, at, &value, stmt->span);
}

/* The item is found and read first, then the value, as Python does. */
static cpm_status lower_augment_item(lowering *lw, const cpm_stmt *stmt)
{
    size_t object, at;
    sval old;
    cpm_expr *by;
    const cpm_expr *target = stmt->u.augment.target;
    if (target->kind != CPM_EXPR_INDEX)
        return cpm_lower_refuse(lw, stmt->span, "slice of a list that is changed");
    cpm_status status = cpm_list_eval_place(&object, &at, lw, target);
    if (status != CPM_OK)
        return status;
    if (object_of(lw, object)->is_tuple)
        return cpm_lower_own_error(lw, stmt->span, "an item of a tuple is assigned");
    list_item item = object_of(lw, object)->items[at];
    status = cpm_list_read(&old, lw, &item, stmt->span);
    if (status == CPM_OK && old.kind != SVAL_NUMBER)
        return cpm_lower_refuse(lw, stmt->span, "operator '%s=' on a list in a list",
                                cpm_op_text(stmt->u.augment.op));
    if (status == CPM_OK)
        status = cpm_list_eval_number(&by, lw, stmt->u.augment.value);
    if (status == CPM_OK && at >= object_of(lw, object)->nitems)
        return cpm_lower_refuse(lw, stmt->span, "item of a list that its value changes");
    return status == CPM_OK ? augment_item(lw, stmt, object, at, &old, by) : status;
}

static cpm_status delete_target(lowering *lw, const cpm_expr *target)
{
    size_t object, at;
    list_slice slice;
    cpm_status status;
    if (target->kind == CPM_EXPR_INDEX) {
        status = cpm_list_eval_place(&object, &at, lw, target);
        slice = (list_slice){.object = object, .begin = (slong)at, .step = 1, .count = 1};
    } else if (target->kind == CPM_EXPR_SLICE) {
        status = cpm_list_eval_slice(&slice, lw, target);
    } else {
        return cpm_lower_refuse(lw, target->span, "del of a name");
    }
    if (status != CPM_OK)
        return status;
    if (object_of(lw, slice.object)->is_tuple || slice.step != 1)
        return cpm_lower_refuse(lw, target->span, "del of such items");
    return cpm_list_replace(lw, slice.object, (size_t)slice.begin, slice.count, NULL, 0);
}

/* ---- Conditions ---------------------------------------------------------------------------- */

/* if list[at] >= M: list[at] -= M, over the cell. */
static cpm_status fold_item(bool *handled, lowering *lw, const cpm_stmt *stmt)
{
    const cpm_block *body = &stmt->u.branch.body;
    const cpm_expr *test = stmt->u.branch.test;
    *handled = false;
    if (body->nstmts != 1 || stmt->u.branch.orelse.nstmts > 0 || test->kind != CPM_EXPR_COMPARE ||
        test->u.chain.nlinks != 1 || test->u.chain.first->kind != CPM_EXPR_INDEX ||
        test->u.chain.links[0].operand->kind > CPM_EXPR_NAME ||
        body->stmts[0]->kind != CPM_STMT_AUGMENT_ITEM ||
        body->stmts[0]->u.augment.target->kind != CPM_EXPR_INDEX)
        return CPM_OK;
    size_t object, at;
    sval value;
    cpm_stmt change = *body->stmts[0], *changes[] = {&change}, whole = *stmt;
    cpm_status status = cpm_list_eval(&value, lw, stmt->u.branch.test);
    if (status != CPM_OK || value.kind != SVAL_NUMBER ||
        cpm_lower_is_predictable(lw, value.expr)) /* it may not come to the change at all */
        return status;
    status = cpm_list_eval_place(&object, &at, lw, change.u.augment.target);
    cpm_sym own = status == CPM_OK ? cpm_list_own_cell(lw, object, at) : CPM_NO_SYM;
    if (status != CPM_OK || own == CPM_NO_SYM)
        return status;
    whole.u.branch.test = value.expr;
    status = cpm_list_eval_number(&change.u.augment.value, lw, change.u.augment.value);
    change.kind = CPM_STMT_AUGMENT;
    change.u.augment.target = cpm_list_name(lw, own, stmt->span);
    whole.u.branch.body = (cpm_block){.stmts = changes, .nstmts = 1};
    if (status == CPM_OK && change.u.augment.target == NULL)
        return cpm_err_memory(lw->err);
    return status == CPM_OK ? cpm_lower_fold(handled, lw, &whole) : status;
}

static cpm_status lower_if(lowering *lw, const cpm_stmt *stmt)
{
    bool truth = false, folded = false;
    list_mark mark = cpm_list_begin_work(lw);
    cpm_status status = fold_item(&folded, lw, stmt);
    if (status == CPM_OK && !folded)
        status = cpm_lower_fold(&folded, lw, stmt);
    if (status == CPM_OK && !folded)
        status = cpm_list_decide(&truth, lw, stmt->u.branch.test);
    cpm_list_end_work(lw, mark);
    if (status != CPM_OK || folded)
        return status;
    return cpm_lower_block(lw, truth ? &stmt->u.branch.body : &stmt->u.branch.orelse);
}

/* ---- All of them ------------------------------------------------------------------------------
 */

/* A loop whose rounds are written out where it works on lists. */
static cpm_status lower_for(lowering *lw, const cpm_stmt *stmt)
{
    cpm_stmt loop = *stmt;
    cpm_expr **bounds[] = {&loop.u.loop.start, &loop.u.loop.stop, &loop.u.loop.step};
    bool works = loop.u.loop.iterable != NULL &&
                 (loop.u.loop.unpack != NULL || loop.u.loop.iterable->kind != CPM_EXPR_NAME);
    if (works || cpm_list_is_used_in(lw, &loop.u.loop.body))
        return cpm_list_for(lw, stmt);
    if (loop.u.loop.iterable != NULL) {
        sval value;
        cpm_status status = cpm_list_eval(&value, lw, loop.u.loop.iterable);
        if (status != CPM_OK || value.kind == SVAL_LIST)
            return status == CPM_OK ? cpm_list_for(lw, stmt) : status;
        loop.u.loop.iterable = value.expr;
    }
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < 3 && status == CPM_OK; i++)
        if (*bounds[i] != NULL)
            status = cpm_list_eval_number(bounds[i], lw, *bounds[i]);
    return status == CPM_OK ? cpm_lower_plain_stmt(lw, &loop) : status;
}

static cpm_status lower_expression(lowering *lw, const cpm_stmt *stmt)
{
    sval value;
    cpm_expr *expr = stmt->u.expr;
    if (expr->kind != CPM_EXPR_METHOD &&
        !(cpm_lower_is_own_call(lw, expr) && cpm_list_is_used_by(lw, expr)))
        return cpm_lower_plain_stmt(lw, stmt);
    return cpm_list_eval(&value, lw, expr);
}

static cpm_status lower_by_kind(lowering *lw, const cpm_stmt *stmt)
{
    cpm_status status = CPM_OK;
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        return lower_assign(lw, stmt);
    case CPM_STMT_AUGMENT:
        return lower_augment(lw, stmt);
    case CPM_STMT_AUGMENT_ITEM:
        return lower_augment_item(lw, stmt);
    case CPM_STMT_DEL:
        for (size_t i = 0; i < stmt->u.del.ntargets && status == CPM_OK; i++)
            status = delete_target(lw, stmt->u.del.targets[i]);
        return status;
    case CPM_STMT_EXPR:
        return lower_expression(lw, stmt);
    default: /* returns are looked at by who called */
        return cpm_lower_plain_stmt(lw, stmt);
    }
}

cpm_status cpm_list_stmt(lowering *lw, const cpm_stmt *stmt)
{
    if (lw->inner_depth > 0) /* in a loop that works on none */
        return cpm_lower_plain_stmt(lw, stmt);
    cpm_status status = cpm_list_step(lw, stmt->span);
    list_mark outer = lw->lists->work;
    list_mark mark = cpm_list_begin_work(lw);
    lw->lists->work = mark;
    if (status == CPM_OK && stmt->kind == CPM_STMT_FOR)
        status = lower_for(lw, stmt);
    else if (status == CPM_OK && stmt->kind == CPM_STMT_IF)
        status = lower_if(lw, stmt);
    else if (status == CPM_OK)
        status = lower_by_kind(lw, stmt);
    if (lw->call == NULL || !cpm_lower_has_returned(lw))
        cpm_list_end_work(lw, mark);
    lw->lists->work = outer;
    return status;
}
