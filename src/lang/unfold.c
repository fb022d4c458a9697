/* SPDX-License-Identifier: MIT
 *
 * unfold.c - what formulas write as functions and programs as operators: mod(x, m),
 * binomial(n, 3), ceil(n/2).
 */
#include "lang/formula.h"
#include "lang/visit.h"

#include <string.h>

/* ---- Trees ---------------------------------------------------------------------------------- */

cpm_expr *cpm_formula_number(cpm_parser *p, slong value, cpm_span span)
{
    fmpz_t z;
    fmpz_init_set_si(z, value);
    cpm_expr *expr = cpm_expr_int(p->tree, z, span);
    fmpz_clear(z);
    if (expr == NULL)
        cpm_parser_fail_memory(p);
    return expr;
}

cpm_expr *cpm_formula_binary(cpm_parser *p, cpm_expr *left, cpm_op op, cpm_expr *right,
                             cpm_span span)
{
    if (left == NULL || right == NULL)
        return NULL;
    cpm_expr *expr = cpm_expr_new(p->tree, CPM_EXPR_CHAIN, span);
    cpm_link *link = cpm_arena_array(&p->tree->arena, 1, sizeof *link);
    if (expr == NULL || link == NULL) {
        cpm_parser_fail_memory(p);
        return NULL;
    }
    *link = (cpm_link){op, span, right};
    expr->u.chain.first = left;
    expr->u.chain.links = link;
    expr->u.chain.nlinks = 1;
    return expr;
}

cpm_expr *cpm_formula_negative(cpm_parser *p, cpm_expr *operand)
{
    if (operand == NULL)
        return NULL;
    cpm_expr *expr = cpm_expr_new(p->tree, CPM_EXPR_UNARY, operand->span);
    if (expr == NULL) {
        cpm_parser_fail_memory(p);
        return NULL;
    }
    expr->u.unary.op = CPM_OP_NEG;
    expr->u.unary.operand = operand;
    return expr;
}

/* ---- Functions ------------------------------------------------------------------------------ */

static bool failed(cpm_parser *p)
{
    return p->err->status != CPM_OK ? false : cpm_parser_fail_memory(p);
}

static bool is_called(const cpm_parser *p, const cpm_expr *call, const char *const *names,
                      size_t nargs)
{
    const char *callee = p->tree->symbols[call->u.call.callee].name;
    if (call->u.call.nargs != nargs)
        return false;
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(callee, names[i]) == 0)
            return true;
    return false;
}

/* The index before a parenthesis, where the look ahead has not found out that it is one. */
static bool refuse_index(cpm_parser *p, const cpm_expr *expr)
{
    cpm_parser_fail(p, expr->span, "the index is no sequence");
    cpm_err_hint(p->err, "a product is written with '*'");
    return false;
}

/* x (x-1) ... (x-k+1) / k! where k is a small number; others stay calls. */
static bool unfold_binomial(cpm_parser *p, cpm_expr *expr)
{
    enum { MAX_LOWER = 20 };
    cpm_expr *x = expr->u.call.args[0].value, *lower = expr->u.call.args[1].value;
    expr->u.call.callee = cpm_tree_intern(p->tree, "binomial", strlen("binomial"));
    if (lower->kind != CPM_EXPR_INT || x->kind == CPM_EXPR_INT ||
        fmpz_cmp_ui(p->tree->literals + lower->u.literal, MAX_LOWER) > 0)
        return expr->u.call.callee != CPM_NO_SYM || cpm_parser_fail_memory(p);
    slong k = fmpz_get_si(p->tree->literals + lower->u.literal), factorial = 1;
    cpm_expr *product = cpm_formula_number(p, 1, expr->span);
    for (slong i = 0; i < k && product != NULL; i++) {
        cpm_expr *number = cpm_formula_number(p, i, expr->span);
        cpm_expr *factor = cpm_formula_copy(p, x);
        factor = cpm_formula_binary(p, factor, CPM_OP_SUB, number, expr->span);
        product = cpm_formula_binary(p, product, CPM_OP_MUL, factor, expr->span);
        factorial *= i + 1;
    }
    product = cpm_formula_binary(p, product, CPM_OP_DIV,
                                 cpm_formula_number(p, factorial, expr->span), expr->span);
    if (product == NULL)
        return failed(p);
    *expr = *product;
    return true;
}

/* -floor(-x), and -floor(-x/k) for a quotient. */
static bool unfold_ceiling(cpm_parser *p, cpm_expr *expr)
{
    cpm_expr *x = expr->u.call.args[0].value;
    if (x->kind == CPM_EXPR_CHAIN && x->u.chain.links[0].op == CPM_OP_DIV)
        x->u.chain.first = cpm_formula_negative(p, x->u.chain.first);
    else
        x = cpm_formula_negative(p, x);
    cpm_expr *call = x == NULL ? NULL : cpm_expr_new(p->tree, CPM_EXPR_CALL, expr->span);
    if (call == NULL)
        return failed(p);
    *call = *expr;
    call->u.call.callee = cpm_tree_intern(p->tree, "floor", 5);
    call->u.call.args[0].value = x;
    cpm_expr *whole = cpm_formula_negative(p, call);
    if (call->u.call.callee == CPM_NO_SYM || whole == NULL)
        return failed(p);
    *expr = *whole;
    return true;
}

static bool unfold_call(cpm_parser *p, cpm_expr *expr, cpm_sym index)
{
    static const char *const mod[] = {"mod", "Mod", NULL};
    static const char *const binomial[] = {"binomial", "binom", "Binomial", "C", NULL};
    static const char *const ceiling[] = {"ceil", "ceiling", "Ceiling", NULL};
    if (expr->u.call.callee == index && expr->u.call.nargs == 1)
        return refuse_index(p, expr);
    if (is_called(p, expr, binomial, 2))
        return unfold_binomial(p, expr);
    if (is_called(p, expr, ceiling, 1))
        return unfold_ceiling(p, expr);
    if (!is_called(p, expr, mod, 2))
        return true;
    const cpm_arg *args = expr->u.call.args;
    cpm_expr *whole = cpm_formula_binary(p, args[0].value, CPM_OP_MOD, args[1].value, expr->span);
    if (whole == NULL)
        return failed(p);
    *expr = *whole;
    return true;
}

bool cpm_formula_unfold(cpm_parser *p, cpm_expr *expr, cpm_sym index)
{
    if (expr->kind == CPM_EXPR_CALL && !unfold_call(p, expr, index))
        return false;
    cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        if (!cpm_formula_unfold(p, child, index))
            return false;
    return true;
}
