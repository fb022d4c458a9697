/* SPDX-License-Identifier: MIT
 *
 * eval_expr.c - expressions by a walk over the tree. Variables and literals
 * are used where they are, without copying; sums, differences, products and
 * comparisons of one-word integers are done in place; everything else goes to
 * arith.c. The walk recurses with the tree; a guard watches the C stack.
 */
#include "eval/interp_impl.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- Failures ---------------------------------------------------------- */

bool cpm_in_fail(cpm_interp *in, cpm_status status, cpm_span span, const char *format, ...)
{
    char message[CPM_MESSAGE_CAP];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    cpm_err_at(in->err, status, in->frame->where, span, "%s", message);
    return false;
}

bool cpm_in_unbound(cpm_interp *in, cpm_sym sym, uint32_t slot, cpm_span span)
{
    const char *name = in->tree->symbols[sym].name;
    cpm_in_fail(in, CPM_ERR_RUNTIME, span, "name '%s' is not defined", name);
    if (!(slot & CPM_SLOT_GLOBAL) && in->globals[sym].kind != CPM_VAL_UNBOUND)
        cpm_err_hint(in->err, "'%s' is assigned in this function and so local to it", name);
    else if (in->builtins[sym] != NULL)
        cpm_err_hint(in->err, "'%s' is built in and can only be called", name);
    return false;
}

bool cpm_in_guard(cpm_interp *in, cpm_span span)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t used = here < in->stack_base ? in->stack_base - here : here - in->stack_base;
    return used < CPM_MAX_STACK_BYTES ||
           cpm_in_fail(in, CPM_ERR_LIMIT, span, "calls and expressions are nested too deep");
}

/* ---- Operators --------------------------------------------------------- */

static inline bool store_small(cpm_val *out, slong z)
{
    if (z < COEFF_MIN || z > COEFF_MAX)
        return false;
    *out = (cpm_val){CPM_VAL_INT, {.z = z}};
    return true;
}

/* The common operators on one-word integers; false: not done here. */
static inline bool apply_small(cpm_val *out, cpm_op op, slong a, slong b)
{
    slong r;
    switch (op) {
    case CPM_OP_ADD:
        return store_small(out, a + b); /* both have 62 bits: no overflow */
    case CPM_OP_SUB:
        return store_small(out, a - b);
    case CPM_OP_MUL:
        return !__builtin_mul_overflow(a, b, &r) && store_small(out, r);
    case CPM_OP_FLOORDIV:
        if (b == 0)
            return false;
        r = a % b;
        return store_small(out, a / b - (r != 0 && (r ^ b) < 0));
    case CPM_OP_MOD:
        if (b == 0)
            return false;
        r = a % b;
        return store_small(out, r != 0 && (r ^ b) < 0 ? r + b : r);
    case CPM_OP_AND:
        return store_small(out, a & b);
    case CPM_OP_OR:
        return store_small(out, a | b);
    case CPM_OP_XOR:
        return store_small(out, a ^ b);
    default:
        return false;
    }
}

static void locate(cpm_interp *in, cpm_span x_span, cpm_span y_span)
{
    cpm_span span = in->arith.side == CPM_SIDE_LEFT    ? x_span
                    : in->arith.side == CPM_SIDE_RIGHT ? y_span
                                                       : (cpm_span){x_span.begin, y_span.end};
    cpm_err_locate(in->err, in->frame->where, span);
}

bool cpm_in_apply(cpm_interp *in, cpm_val *out, cpm_op op, const cpm_val *x, const cpm_val *y,
                  cpm_span x_span, cpm_span y_span)
{
    if (cpm_is_small(x) && cpm_is_small(y) && apply_small(out, op, x->u.z, y->u.z))
        return true;
    if (cpm_arith_binary(&in->arith, out, op, x, y))
        return true;
    locate(in, x_span, y_span);
    return false;
}

const cpm_val *cpm_in_operand(cpm_interp *in, const cpm_expr *expr, cpm_val *tmp)
{
    if (expr->kind == CPM_EXPR_NAME) {
        const cpm_val *value = cpm_in_slot(in, expr->u.name.slot);
        if (value->kind != CPM_VAL_UNBOUND)
            return value;
        cpm_in_unbound(in, expr->u.name.sym, expr->u.name.slot, expr->span);
        return NULL;
    }
    if (expr->kind == CPM_EXPR_INT)
        return &in->constants[expr->u.literal];
    return cpm_in_eval(in, tmp, expr) ? tmp : NULL;
}

/* An operand that must outlive the evaluation of others. */
static const cpm_val *left_operand(cpm_interp *in, const cpm_expr *expr, cpm_val *tmp)
{
    if (expr->kind != CPM_EXPR_NAME || (expr->u.name.slot & CPM_SLOT_BORROW))
        return cpm_in_operand(in, expr, tmp);
    return cpm_in_eval(in, tmp, expr) ? tmp : NULL;
}

static bool eval_chain(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    const cpm_expr *first = expr->u.chain.first;
    const cpm_val *x = left_operand(in, first, out);
    cpm_span x_span = first->span;
    for (size_t i = 0; x != NULL && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        cpm_val tmp = {0};
        const cpm_val *y = cpm_in_operand(in, link->operand, &tmp);
        bool ok = y != NULL && cpm_in_apply(in, out, link->op, x, y, x_span, link->operand->span);
        cpm_val_clear(&tmp);
        x = ok ? out : NULL;
        x_span.end = link->operand->span.end;
    }
    return x != NULL;
}

/* first < x1 < x2 ...; stops at the first that does not hold. */
static bool eval_comparison(cpm_interp *in, const cpm_expr *expr, bool *holds)
{
    const cpm_expr *first = expr->u.chain.first;
    cpm_val left = {0}, tmp = {0};
    const cpm_val *x = left_operand(in, first, &left);
    cpm_span x_span = first->span;
    bool ok = x != NULL;
    *holds = true;
    for (size_t i = 0; ok && *holds && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        bool is_last = i + 1 == expr->u.chain.nlinks;
        const cpm_val *y = is_last ? cpm_in_operand(in, link->operand, &tmp)
                           : cpm_in_eval(in, &tmp, link->operand) ? &tmp
                                                                  : NULL;
        ok = y != NULL && cpm_arith_compare(&in->arith, holds, link->op, x, y);
        if (!ok)
            cpm_err_locate(in->err, in->frame->where,
                           (cpm_span){x_span.begin, link->operand->span.end});
        x_span = link->operand->span;
        if (!is_last) {
            cpm_val_move(&left, &tmp);
            x = &left;
        }
    }
    cpm_val_clear(&left);
    cpm_val_clear(&tmp);
    return ok;
}

/* and, or: the operand that decides. */
static bool eval_bool(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    if (!cpm_in_eval(in, out, expr->u.chain.first))
        return false;
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        if (cpm_val_truth(out) == (link->op == CPM_OP_BOOL_OR))
            return true;
        cpm_val_clear(out);
        if (!cpm_in_eval(in, out, link->operand))
            return false;
    }
    return true;
}

static bool eval_unary(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    if (expr->u.unary.op == CPM_OP_NOT) {
        bool truth;
        if (!cpm_in_test(in, expr->u.unary.operand, &truth))
            return false;
        cpm_val_set_bool(out, !truth);
        return true;
    }
    const cpm_val *x = cpm_in_operand(in, expr->u.unary.operand, out);
    if (x == NULL)
        return false;
    if (cpm_arith_unary(&in->arith, out, expr->u.unary.op, x))
        return true;
    cpm_err_locate(in->err, in->frame->where, expr->span);
    return false;
}

static bool eval_tuple(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    size_t nitems = expr->u.tuple.nitems;
    bool ok = cpm_val_new_tuple(out, nitems, in->err) == CPM_OK;
    for (size_t i = 0; ok && i < nitems; i++)
        ok = cpm_in_eval(in, &out->u.tuple->items[i], expr->u.tuple.items[i]);
    ok = ok && cpm_val_seal_tuple(out, in->err) == CPM_OK;
    cpm_err_locate(in->err, in->frame->where, expr->span);
    return ok;
}

static bool eval_name(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    const cpm_val *value = cpm_in_slot(in, expr->u.name.slot);
    if (value->kind == CPM_VAL_UNBOUND)
        return cpm_in_unbound(in, expr->u.name.sym, expr->u.name.slot, expr->span);
    cpm_val_copy(out, value);
    return true;
}

/* Everything that is no leaf. */
static bool eval_node(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    bool truth;
    if (!cpm_in_guard(in, expr->span))
        return false;
    switch (expr->kind) {
    case CPM_EXPR_UNARY:
        return eval_unary(in, out, expr);
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
        return eval_chain(in, out, expr);
    case CPM_EXPR_COMPARE:
        if (!eval_comparison(in, expr, &truth))
            return false;
        cpm_val_set_bool(out, truth);
        return true;
    case CPM_EXPR_BOOL:
        return eval_bool(in, out, expr);
    case CPM_EXPR_COND:
        return cpm_in_test(in, expr->u.cond.test, &truth) &&
               cpm_in_eval(in, out, truth ? expr->u.cond.then : expr->u.cond.orelse);
    case CPM_EXPR_CALL:
        return cpm_in_call(in, out, expr);
    default:
        return eval_tuple(in, out, expr);
    }
}

bool cpm_in_eval(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return eval_name(in, out, expr);
    case CPM_EXPR_INT:
        cpm_val_copy(out, &in->constants[expr->u.literal]);
        return true;
    case CPM_EXPR_NONE:
        cpm_val_set_none(out);
        return true;
    case CPM_EXPR_TRUE:
    case CPM_EXPR_FALSE:
        cpm_val_set_bool(out, expr->kind == CPM_EXPR_TRUE);
        return true;
    case CPM_EXPR_STRING:
        return cpm_val_new_string(out, expr->u.string.bytes, expr->u.string.len, in->err) == CPM_OK;
    default:
        return eval_node(in, out, expr);
    }
}

bool cpm_in_test(cpm_interp *in, const cpm_expr *expr, bool *truth)
{
    if (expr->kind == CPM_EXPR_COMPARE)
        return cpm_in_guard(in, expr->span) && eval_comparison(in, expr, truth);
    cpm_val tmp = {0};
    const cpm_val *value = cpm_in_operand(in, expr, &tmp);
    if (value != NULL)
        *truth = cpm_val_truth(value);
    cpm_val_clear(&tmp);
    return value != NULL;
}
