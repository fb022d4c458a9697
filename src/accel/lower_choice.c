/* SPDX-License-Identifier: MIT
 *
 * lower_choice.c - values that a condition chooses: conditional expressions, min and max
 * of what counters decide, abs, and truth values where a number is wanted. Each becomes
 * the one that it is in the rounds at work, which may ask for the range to be cut.
 */
#include "accel/lower_internal.h"

/* Whether left > right in all rounds. */
static cpm_status is_greater(bool *truth, lowering *lw, cpm_expr *left, cpm_expr *right,
                             cpm_span span)
{
    cpm_link link = {.op = CPM_OP_GT, .op_span = span, .operand = right};
    cpm_expr test = {.kind = CPM_EXPR_COMPARE,
                     .span = span,
                     .u.chain = {.first = left, .links = &link, .nlinks = 1}};
    return cpm_lower_decide(truth, lw, &test);
}

static bool has_plain_arguments(const cpm_expr *call)
{
    for (size_t i = 0; i < call->u.call.nargs; i++)
        if (call->u.call.args[i].keyword != CPM_NO_SYM ||
            call->u.call.args[i].value->kind == CPM_EXPR_STAR)
            return false;
    return true;
}

/* min and max of two values or more: the first one of the least, or largest. */
static cpm_status choose_argument(const cpm_expr **chosen, lowering *lw, const cpm_expr *call,
                                  bool is_max)
{
    cpm_expr *best = call->u.call.args[0].value;
    cpm_status status = CPM_OK;
    for (size_t i = 1; i < call->u.call.nargs && status == CPM_OK; i++) {
        cpm_expr *next = call->u.call.args[i].value;
        bool better = false;
        status = is_max ? is_greater(&better, lw, next, best, call->span)
                        : is_greater(&better, lw, best, next, call->span);
        best = better ? next : best;
    }
    if (status == CPM_OK)
        *chosen = best;
    return status;
}

cpm_status cpm_lower_choose_argument(const cpm_expr **expr, lowering *lw)
{
    const cpm_expr *call = *expr;
    cpm_err ignored = {0}, *err = lw->err;
    if (call->kind != CPM_EXPR_CALL || !domain_of(lw)->is_arithmetic)
        return CPM_OK;
    cpm_builtin_id id = cpm_lower_builtin(lw->tree, lw->env, call);
    if ((id != CPM_BUILTIN_MIN && id != CPM_BUILTIN_MAX) || call->u.call.nargs < 2 ||
        !has_plain_arguments(call))
        return CPM_OK;
    lw->err = &ignored;
    (void)!choose_argument(expr, lw, call, id == CPM_BUILTIN_MAX); /* or a call, that is refused */
    lw->err = err;
    cpm_status status = cpm_err_pass_memory(err, &ignored);
    cpm_err_clear(&ignored);
    return status;
}

cpm_status cpm_lower_choose(const cpm_expr **expr, lowering *lw)
{
    cpm_status status = CPM_OK;
    const cpm_expr *before = NULL;
    while (*expr != before && status == CPM_OK) {
        before = *expr;
        if (before->kind == CPM_EXPR_COND) {
            bool truth = false;
            status = cpm_lower_decide(&truth, lw, before->u.cond.test);
            *expr = truth ? before->u.cond.then : before->u.cond.orelse;
        } else {
            status = cpm_lower_choose_argument(expr, lw);
        }
    }
    return status;
}

cpm_expr *cpm_lower_abs_argument(const lowering *lw, const cpm_expr *call)
{
    bool is_abs = call->kind == CPM_EXPR_CALL && domain_of(lw)->is_arithmetic &&
                  cpm_lower_builtin(lw->tree, lw->env, call) == CPM_BUILTIN_ABS &&
                  call->u.call.nargs == 1 && has_plain_arguments(call);
    return is_abs ? call->u.call.args[0].value : NULL;
}

/* ---- Truth values --------------------------------------------------------------- */

/* A truth value, whatever it is of. */
static bool is_truth(const cpm_expr *expr)
{
    if (expr->kind == CPM_EXPR_COMPARE)
        return true;
    if (expr->kind == CPM_EXPR_UNARY)
        return expr->u.unary.op == CPM_OP_NOT;
    bool all = expr->kind == CPM_EXPR_BOOL && is_truth(expr->u.chain.first);
    for (size_t i = 0; all && i < expr->u.chain.nlinks; i++)
        all = is_truth(expr->u.chain.links[i].operand);
    return all;
}

cpm_status cpm_lower_operand(lv *out, lowering *lw, const cpm_expr *expr, cpm_op op)
{
    bool counts = op != CPM_OP_AND && op != CPM_OP_OR && op != CPM_OP_XOR; /* else it stays one */
    if (!counts || !is_truth(expr) || !domain_of(lw)->is_arithmetic ||
        cpm_lower_is_predictable(lw, expr))
        return cpm_lower_expr(out, lw, expr);
    bool truth = false;
    fmpq_t c;
    *out = (lv){.kind = LV_REG};
    cpm_status status = cpm_lower_decide(&truth, lw, expr);
    fmpq_init(c);
    fmpq_set_si(c, truth, 1);
    if (status == CPM_OK)
        status = cpm_lv_set_constant(out, c, lw);
    fmpq_clear(c);
    return status;
}
