/* SPDX-License-Identifier: MIT
 *
 * lower_assign.c - assignments: of one value, of several at once, and in place.
 */
#include "accel/lower_internal.h"
#include "base/mem.h"

#include <stdlib.h>

/* sym = value; consumes the value. */
cpm_status cpm_lower_assign_value(lowering *lw, cpm_sym sym, lv *value, cpm_span span)
{
    uint32_t reg;
    fmpq_t c;
    cpm_status status;
    lw->names[sym].range.known = false;
    if (lv_is_constant(value)) {
        fmpq_init(c);
        cpm_lv_get_constant(c, value);
        cpm_lv_clear(value);
        status = cpm_lower_variable(&reg, lw, sym); /* before the value it starts with is gone */
        if (status == CPM_OK)
            status = lw->env->set(lw->env->ctx, sym, c, lw->err);
        fmpq_clear(c);
        return status == CPM_OK ? cpm_lower_emit_predicted(lw, sym, span) : status;
    }
    lw->names[sym].flow = value->flow;
    status = cpm_lower_variable(&reg, lw, sym);
    if (status == CPM_OK)
        status = cpm_lower_store(lw, reg, value);
    lw->names[sym].state = NAME_REGISTER;
    lw->names[sym].may_be_unbound = false;
    return status;
}

/* One plain target and a predictable value of any type. */
static cpm_status assign_predictable(lowering *lw, cpm_sym sym, const cpm_expr *value)
{
    uint32_t reg;
    cpm_status status = cpm_lower_variable(&reg, lw, sym); /* with the value it starts with */
    if (status == CPM_OK)
        status = lw->env->assign(lw->env->ctx, sym, value, lw->err);
    return status == CPM_OK ? cpm_lower_emit_predicted(lw, sym, value->span) : status;
}

/* One plain target and any other value. */
static cpm_status assign_changing(lowering *lw, cpm_sym sym, const cpm_expr *value, cpm_span span)
{
    lv result;
    affine_form form;
    bool is_form;
    cpm_status status = cpm_lower_find_form(&is_form, &form, lw, value);
    if (status == CPM_OK)
        status = cpm_lower_expr(&result, lw, value);
    if (status == CPM_OK)
        status = cpm_lower_assign_value(lw, sym, &result, span);
    if (status == CPM_OK && is_form)
        status = cpm_lower_keep_form(lw, sym, &form);
    cpm_affine_clear(&form);
    return status;
}

/* One value of a parallel assignment: a number, since it waits in a register, or a
 * constant. */
cpm_status cpm_lower_item(lv *out, lowering *lw, const cpm_expr *expr)
{
    cpm_status status = cpm_lower_choose(&expr, lw);
    if (status != CPM_OK)
        return status;
    bool known = expr->kind != CPM_EXPR_INT && cpm_lower_is_predictable(lw, expr);
    if (known && lw->env->is_number != NULL && !lw->env->is_number(lw->env->ctx, expr))
        return cpm_lower_refuse(lw, expr->span,
                                "a parallel assignment of something that is no number");
    status = cpm_lower_expr(out, lw, expr);
    return status == CPM_OK && !lv_is_constant(out) ? cpm_lower_push(lw, out) : status;
}

/* Left to right, as Python assigns; the stack is popped from the top. */
static cpm_status assign_items(lowering *lw, const cpm_expr *targets, lv *items, cpm_span span)
{
    size_t count = targets->u.tuple.nitems;
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        lv copy = items[i];
        if (copy.kind == LV_STACK)
            copy.kind = LV_REG;
        status = cpm_lower_assign_value(lw, targets->u.tuple.items[i]->u.name.sym, &copy, span);
        if (items[i].kind == LV_POLY)
            items[i] = (lv){.kind = LV_REG};
    }
    for (size_t i = count; i-- > 0 && status == CPM_OK;)
        if (items[i].kind == LV_STACK)
            status = cpm_lower_pop(lw);
    return status;
}

/* What is assigned and is no name. */
static cpm_status refuse_target(lowering *lw, const cpm_expr *target, const char *otherwise)
{
    bool is_item = target->kind == CPM_EXPR_INDEX || target->kind == CPM_EXPR_SLICE;
    return cpm_lower_refuse(lw, target->span, "%s",
                            is_item ? "item of a list that is changed" : otherwise);
}

/* All of the right side, a tuple or a call that yields one, is computed before the
 * first target changes. */
static cpm_status lower_parallel(lowering *lw, const cpm_expr *targets, const cpm_expr *values,
                                 cpm_span span)
{
    size_t count = targets->u.tuple.nitems;
    bool is_tuple = values->kind == CPM_EXPR_TUPLE;
    if (is_tuple && count != values->u.tuple.nitems)
        return cpm_lower_own_error(lw, span, "unpacking needs as many values as targets");
    for (size_t i = 0; i < count; i++)
        if (targets->u.tuple.items[i]->kind != CPM_EXPR_NAME)
            return refuse_target(lw, targets->u.tuple.items[i], "nested unpacking");
    lv *items = cpm_calloc(count, sizeof *items);
    if (items == NULL)
        return cpm_err_memory(lw->err);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK && is_tuple; i++)
        status = cpm_lower_item(&items[i], lw, values->u.tuple.items[i]);
    if (!is_tuple)
        status = cpm_lower_call_items(items, count, lw, values);
    if (status == CPM_OK)
        status = assign_items(lw, targets, items, span);
    for (size_t i = 0; i < count; i++)
        cpm_lv_clear(&items[i]);
    free(items);
    return status;
}

/* Where the value itself cannot be had, a call of a function say, that is the
 * reason. */
static cpm_status refuse_unpacking(lowering *lw, const cpm_expr *target, const cpm_expr *value)
{
    lv unused;
    if (target->kind == CPM_EXPR_INDEX || target->kind == CPM_EXPR_SLICE)
        return refuse_target(lw, target, NULL);
    cpm_status status = cpm_lower_expr(&unused, lw, value);
    if (status != CPM_OK)
        return status;
    cpm_lv_clear(&unused);
    return refuse_target(lw, target, "unpacking of something that is no tuple");
}

/* a, b = divmod(x, y) as a, b = x // y, x % y. */
static cpm_status lower_divmod(lowering *lw, const cpm_expr *targets, const cpm_expr *call,
                               cpm_span span)
{
    static const cpm_op ops[2] = {CPM_OP_FLOORDIV, CPM_OP_MOD};
    cpm_link links[2];
    cpm_expr parts[2], *items[2];
    for (size_t i = 0; i < 2; i++) {
        links[i] = (cpm_link){ops[i], call->span, call->u.call.args[1].value};
        parts[i] = (cpm_expr){
            .kind = CPM_EXPR_CHAIN,
            .span = call->span,
            .u.chain = {.first = call->u.call.args[0].value, .links = &links[i], .nlinks = 1}};
        items[i] = &parts[i];
    }
    cpm_expr both = {
        .kind = CPM_EXPR_TUPLE, .span = call->span, .u.tuple = {.items = items, .nitems = 2}};
    return lower_parallel(lw, targets, &both, span);
}

static bool is_divmod(const lowering *lw, const cpm_expr *call)
{
    return call->kind == CPM_EXPR_CALL &&
           cpm_lower_builtin(lw->tree, lw->env, call) == CPM_BUILTIN_DIVMOD &&
           call->u.call.nargs == 2;
}

cpm_status cpm_lower_assign(lowering *lw, const cpm_stmt *stmt)
{
    const cpm_expr *value = stmt->u.assign.value;
    cpm_status status = CPM_OK;
    if (value->kind == CPM_EXPR_TUPLE) {
        for (size_t t = 0; t < stmt->u.assign.ntargets && status == CPM_OK; t++) {
            if (stmt->u.assign.targets[t]->kind != CPM_EXPR_TUPLE || stmt->u.assign.ntargets > 1)
                return cpm_lower_refuse(lw, stmt->span, "a tuple is no number");
            status = lower_parallel(lw, stmt->u.assign.targets[t], value, stmt->span);
        }
        return status;
    }
    status = cpm_lower_choose(&value, lw);
    bool predictable = status == CPM_OK && cpm_lower_is_predictable(lw, value);
    for (size_t t = 0; t < stmt->u.assign.ntargets && status == CPM_OK; t++) {
        const cpm_expr *target = stmt->u.assign.targets[t];
        if (target->kind == CPM_EXPR_TUPLE && stmt->u.assign.ntargets == 1 &&
            cpm_lower_is_own_call(lw, value))
            return lower_parallel(lw, target, value, stmt->span);
        if (target->kind == CPM_EXPR_TUPLE && stmt->u.assign.ntargets == 1 && is_divmod(lw, value))
            return lower_divmod(lw, target, value, stmt->span);
        if (target->kind != CPM_EXPR_NAME)
            return refuse_unpacking(lw, target, value);
        cpm_sym sym = target->u.name.sym;
        const cpm_expr *from = t == 0 ? value : stmt->u.assign.targets[0];
        if (predictable) {
            status = assign_predictable(lw, sym, from);
            continue;
        }
        residue_range range = cpm_lower_range_of(lw, from);
        status = assign_changing(lw, sym, from, stmt->span);
        lw->names[sym].range = range;
    }
    return status;
}

/* x += v, x -= v, x *= c on a register, without a detour over the stack. */
static cpm_status augment_register(bool *handled, lowering *lw, const cpm_stmt *stmt)
{
    cpm_op op = stmt->u.augment.op;
    cpm_sym sym = stmt->u.augment.target->u.name.sym;
    name_info *name = &lw->names[sym];
    *handled = false;
    if (name->state != NAME_REGISTER || name->may_be_unbound || !domain_of(lw)->is_arithmetic ||
        (op != CPM_OP_ADD && op != CPM_OP_SUB && op != CPM_OP_MUL))
        return CPM_OK;
    if (op == CPM_OP_MUL && !cpm_lower_is_predictable(lw, stmt->u.augment.value))
        return CPM_OK;
    *handled = true;
    name->is_carried = true;
    uint32_t reg;
    lv value;
    fmpq_t c;
    cpm_status status = cpm_lower_variable(&reg, lw, sym);
    if (status == CPM_OK)
        status = cpm_lower_operand(&value, lw, stmt->u.augment.value, op);
    if (status != CPM_OK)
        return status;
    name = &lw->names[sym];
    name->flow = name->flow == 0 && value.flow == 0 ? 0 : CPM_FLOW_MIXED;
    if (lv_is_constant(&value)) {
        static const cpm_mc_op code[] = {
            [CPM_OP_ADD] = CPM_MC_ADD, [CPM_OP_SUB] = CPM_MC_SUB, [CPM_OP_MUL] = CPM_MC_MUL};
        fmpq_init(c);
        cpm_lv_get_constant(c, &value);
        cpm_lv_clear(&value);
        status = cpm_matcode_emit_const(lw->code, code[op], reg, c, lw->err);
        fmpq_clear(c);
        return status;
    }
    if (value.kind == LV_POLY)
        status = cpm_lower_push(lw, &value);
    if (status == CPM_OK)
        status = cpm_matcode_emit(lw->code, op == CPM_OP_SUB ? CPM_MC_SUB : CPM_MC_ADD, reg,
                                  value.reg, lw->err);
    if (status == CPM_OK && value.kind == LV_STACK)
        status = cpm_lower_pop(lw);
    return status;
}

/* x op= v as x = x op v. */
cpm_status cpm_lower_augment(lowering *lw, const cpm_stmt *stmt)
{
    bool handled;
    cpm_link link = {stmt->u.augment.op, stmt->u.augment.op_span, stmt->u.augment.value};
    cpm_expr whole = {.kind = stmt->u.augment.op == CPM_OP_POW ? CPM_EXPR_POWER : CPM_EXPR_CHAIN,
                      .span = stmt->span,
                      .u.chain = {.first = stmt->u.augment.target, .links = &link, .nlinks = 1}};
    cpm_sym sym = stmt->u.augment.target->u.name.sym;
    residue_range range = cpm_lower_range_of(lw, &whole);
    cpm_status status = augment_register(&handled, lw, stmt);
    if (!handled && status == CPM_OK) {
        if (cpm_lower_is_predictable(lw, &whole))
            return assign_predictable(lw, sym, &whole);
        status = assign_changing(lw, sym, &whole, stmt->span);
    }
    lw->names[sym].range = range;
    return status;
}
