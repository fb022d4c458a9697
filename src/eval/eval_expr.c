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

bool cpm_in_too_deep(cpm_interp *in, cpm_span span)
{
    cpm_in_fail(in, CPM_ERR_LIMIT, span, "calls and expressions are nested too deep");
    if (in->floor == cpm_stack_floor()) /* not what we allow ourselves, but what there is */
        cpm_err_hint(in->err, "the stack is small: a larger one has room for more");
    return false;
}

bool cpm_in_unbound(cpm_interp *in, cpm_sym sym, uint32_t slot, cpm_span span)
{
    const char *name = in->tree->symbols[sym].name;
    cpm_in_fail(in, CPM_ERR_RUNTIME, span, "name '%s' is not defined", name);
    if (!(slot & CPM_SLOT_GLOBAL) && in->globals[sym].kind != CPM_VAL_UNBOUND)
        cpm_err_hint(in->err, "'%s' is assigned in this function and so local to it", name);
    return false;
}

/* ---- Operators --------------------------------------------------------- */

static void locate(cpm_interp *in, cpm_span x_span, cpm_span y_span)
{
    cpm_span span = in->arith.side == CPM_SIDE_LEFT    ? x_span
                    : in->arith.side == CPM_SIDE_RIGHT ? y_span
                                                       : (cpm_span){x_span.begin, y_span.end};
    cpm_err_locate(in->err, in->frame->where, span);
}

bool cpm_in_apply_any(cpm_interp *in, cpm_val *out, cpm_op op, const cpm_val *x, const cpm_val *y,
                      cpm_span x_span, cpm_span y_span)
{
    if (cpm_arith_binary(&in->arith, out, op, x, y))
        return true;
    locate(in, x_span, y_span);
    return false;
}

/* An operand that must outlive the evaluation of others. A value that the
 * statement overwrites anyway moves to *tmp, so that the result can be computed
 * in place (nothing reads the variable before it is assigned). */
static const cpm_val *left_operand(cpm_interp *in, const cpm_expr *expr, cpm_val *tmp)
{
    if (expr->kind == CPM_EXPR_INDEX && expr->u.index.is_exposed)
        return cpm_in_eval(in, tmp, expr) ? tmp : NULL;
    if (expr->kind != CPM_EXPR_NAME ||
        (expr->u.name.slot & (CPM_SLOT_BORROW | CPM_SLOT_MOVE)) == CPM_SLOT_BORROW)
        return cpm_in_operand(in, expr, tmp);
    cpm_val *value = cpm_in_slot(in, expr->u.name.slot);
    if (!(expr->u.name.slot & CPM_SLOT_MOVE) || in->keep_values || value->kind == CPM_VAL_UNBOUND)
        return cpm_in_eval(in, tmp, expr) ? tmp : NULL;
    cpm_val_move(tmp, value);
    return tmp;
}

static bool eval_chain(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    const cpm_expr *first = expr->u.chain.first;
    if (!cpm_in_guard(in, expr->span))
        return false;
    const cpm_val *x = left_operand(in, first, out);
    cpm_span x_span = first->span;
    const cpm_link *link = expr->u.chain.links, *end = link + expr->u.chain.nlinks;
    for (; x != NULL && link < end; link++) {
        cpm_val tmp = {0};
        const cpm_val *y = cpm_in_operand(in, link->operand, &tmp);
        bool ok = y != NULL && cpm_in_apply(in, out, link->op, x, y, &x_span, &link->operand->span);
        cpm_val_clear(&tmp);
        x = ok ? out : NULL;
        x_span.end = link->operand->span.end;
    }
    return x != NULL;
}

static inline bool holds_small(cpm_op op, slong a, slong b)
{
    switch (op) {
    case CPM_OP_LT:
        return a < b;
    case CPM_OP_LE:
        return a <= b;
    case CPM_OP_GT:
        return a > b;
    case CPM_OP_GE:
        return a >= b;
    case CPM_OP_EQ:
        return a == b;
    default:
        return a != b;
    }
}

/* x op y, located at both. */
static inline bool compare(cpm_interp *in, const cpm_link *link, const cpm_val *x, const cpm_val *y,
                           size_t begin, bool *holds)
{
    if (cpm_is_small(x) && cpm_is_small(y)) {
        *holds = holds_small(link->op, x->u.z, y->u.z);
        return true;
    }
    if (cpm_arith_compare(&in->arith, holds, link->op, x, y))
        return true;
    cpm_err_locate(in->err, in->frame->where, (cpm_span){begin, link->operand->span.end});
    return false;
}

/* first < x1 < x2 ... with at least two links; stops at one that fails to
 * hold. Each operand is evaluated once and kept for the next comparison. */
static bool eval_long_comparison(cpm_interp *in, const cpm_expr *expr, bool *holds)
{
    cpm_val left = {0}, right = {0};
    bool ok = cpm_in_eval(in, &left, expr->u.chain.first);
    size_t begin = expr->u.chain.first->span.begin;
    *holds = true;
    for (size_t i = 0; ok && *holds && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        ok = cpm_in_eval(in, &right, link->operand) &&
             compare(in, link, &left, &right, begin, holds);
        begin = link->operand->span.begin;
        cpm_val_move(&left, &right);
    }
    cpm_val_clear(&left);
    return ok;
}

static bool eval_comparison(cpm_interp *in, const cpm_expr *expr, bool *holds)
{
    if (!cpm_in_guard(in, expr->span))
        return false;
    if (expr->u.chain.nlinks > 1)
        return eval_long_comparison(in, expr, holds);
    const cpm_link *link = expr->u.chain.links;
    const cpm_expr *first = expr->u.chain.first;
    cpm_val left = {0}, right = {0};
    const cpm_val *x = left_operand(in, first, &left);
    const cpm_val *y = x == NULL ? NULL : cpm_in_operand(in, link->operand, &right);
    bool ok = y != NULL && compare(in, link, x, y, first->span.begin, holds);
    cpm_val_clear(&left);
    cpm_val_clear(&right);
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
    for (size_t i = 0; i < nitems; i++)
        if (expr->u.tuple.items[i]->kind == CPM_EXPR_STAR)
            return cpm_in_eval_value(in, out, expr);
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
    if (value->kind == CPM_VAL_UNBOUND) {
        cpm_builtin_id id = in->builtins[expr->u.name.sym];
        if (id == CPM_BUILTIN_NONE || !(expr->u.name.slot & CPM_SLOT_GLOBAL))
            return cpm_in_unbound(in, expr->u.name.sym, expr->u.name.slot, expr->span);
        *out = (cpm_val){CPM_VAL_BUILTIN, {.z = (slong)id}};
        return true;
    }
    cpm_val_copy(out, value);
    return true;
}

/* The sum of a signature, over global variables; code makes it, no text does. */
static bool eval_dot(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    fmpq_t sum, c, x;
    fmpq_init(sum);
    fmpq_init(c);
    fmpq_init(x);
    bool ok = true;
    for (size_t k = 0; ok && k < expr->u.dot.nterms; k++) {
        const fmpz *literal = in->tree->literals + expr->u.dot.literals + 2 * k;
        cpm_sym sym = expr->u.dot.names[k];
        ok = cpm_val_get_fmpq(x, &in->globals[sym]) ||
             cpm_in_unbound(in, sym, sym | CPM_SLOT_GLOBAL, expr->span);
        fmpq_set_fmpz_frac(c, literal, literal + 1);
        fmpq_addmul(sum, c, x);
    }
    ok = ok && cpm_val_set_fmpq(out, sum, in->err) == CPM_OK;
    fmpq_clear(x);
    fmpq_clear(c);
    fmpq_clear(sum);
    return ok;
}

/* Everything that is no leaf and no chain. */
static bool eval_node(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    bool truth;
    if (!cpm_in_guard(in, expr->span))
        return false;
    switch (expr->kind) {
    case CPM_EXPR_UNARY:
        return eval_unary(in, out, expr);
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
    case CPM_EXPR_DOT:
        return eval_dot(in, out, expr);
    case CPM_EXPR_TUPLE:
        return eval_tuple(in, out, expr);
    default:
        return cpm_in_eval_value(in, out, expr);
    }
}

bool cpm_in_eval(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    if (expr->quick != NULL && cpm_quick_eval(in, out, expr->quick))
        return true;
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
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
        return eval_chain(in, out, expr);
    case CPM_EXPR_INDEX: {
        const cpm_val *item = cpm_in_item(in, expr, out);
        if (item != NULL && item != out)
            cpm_val_copy(out, item);
        return item != NULL;
    }
    default:
        return eval_node(in, out, expr);
    }
}

bool cpm_in_test(cpm_interp *in, const cpm_expr *expr, bool *truth)
{
    if (expr->quick != NULL && cpm_quick_test(in, expr->quick, truth))
        return true;
    if (expr->kind == CPM_EXPR_COMPARE)
        return eval_comparison(in, expr, truth);
    cpm_val tmp = {0};
    const cpm_val *value = cpm_in_operand(in, expr, &tmp);
    if (value != NULL)
        *truth = cpm_val_truth(value);
    cpm_val_clear(&tmp);
    return value != NULL;
}
