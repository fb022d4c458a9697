/* SPDX-License-Identifier: MIT
 *
 * constant.c - exact values of constant expressions: a walk over the tree with
 * one fmpq per level. The size of every product, power and shift is bounded
 * before it is computed, since GMP ends the process when memory runs out. The
 * depth of the walk is the tree's, which the parser bounds.
 */
#include "eval/constant.h"

#include "algebra/semiring.h"
#include "eval/arith.h"
#include "lang/builtin.h"

typedef struct constant_eval {
    const cpm_tree *tree;
    const cpm_text *where;
    cpm_constant_lookup lookup; /* NULL: no names */
    void *ctx;
    size_t max_bits;
    bool knows_inf; /* see cpm_eval_extended */
    cpm_err *err;
} constant_eval;

static bool eval(constant_eval *ev, fmpq_t out, const cpm_expr *expr);

/* ---- Errors and checks ------------------------------------------------- */

#define FAIL(ev, status, span, ...)                                                                \
    (cpm_err_at((ev)->err, status, (ev)->where, span, __VA_ARGS__), false)

static bool too_large(constant_eval *ev, cpm_span span)
{
    return FAIL(ev, CPM_ERR_LIMIT, span, "the value would have more than %zu bits", ev->max_bits);
}

static size_t height_bits(const fmpq_t x)
{
    return (size_t)fmpz_bits(fmpq_numref(x)) + (size_t)fmpz_bits(fmpq_denref(x));
}

static bool is_integer(const fmpq_t x)
{
    return fmpz_is_one(fmpq_denref(x));
}

static bool need_integer(constant_eval *ev, const fmpq_t x, cpm_op op, cpm_span span)
{
    return is_integer(x) || FAIL(ev, CPM_ERR_SEMANTIC, span, "an operand of '%s' is not an integer",
                                 op == CPM_OP_XOR ? "xor" : cpm_op_text(op));
}

/* ---- Operators --------------------------------------------------------- */

static bool divide(constant_eval *ev, fmpq_t x, cpm_op op, const fmpq_t y, cpm_span y_span)
{
    if (fmpq_is_zero(y))
        return FAIL(ev, CPM_ERR_SEMANTIC, y_span, "division by zero");
    if (op == CPM_OP_DIV) {
        fmpq_div(x, x, y);
        return true;
    }
    /* x // y = floor(x/y), x % y = x - y*floor(x/y) */
    fmpq_t quotient;
    fmpq_init(quotient);
    fmpq_div(quotient, x, y);
    fmpz_fdiv_q(fmpq_numref(quotient), fmpq_numref(quotient), fmpq_denref(quotient));
    fmpz_one(fmpq_denref(quotient));
    if (op == CPM_OP_FLOORDIV)
        fmpq_swap(x, quotient);
    else
        fmpq_submul(x, y, quotient);
    fmpq_clear(quotient);
    return true;
}

/* x = x << y or x >> y, both integers. */
static bool shift(constant_eval *ev, fmpz_t x, cpm_op op, const fmpz_t y, cpm_span span,
                  cpm_span y_span)
{
    bool left = op == CPM_OP_LSHIFT;
    if (fmpz_sgn(y) < 0)
        return FAIL(ev, CPM_ERR_SEMANTIC, y_span, "negative shift count");
    if (left && !cpm_fmpz_shift_fits(x, y, ev->max_bits))
        return too_large(ev, span);
    cpm_fmpz_shift(x, x, y, left);
    return true;
}

static bool bitwise(constant_eval *ev, fmpq_t x, cpm_op op, const fmpq_t y, cpm_span span,
                    cpm_span x_span, cpm_span y_span)
{
    if (!need_integer(ev, x, op, x_span) || !need_integer(ev, y, op, y_span))
        return false;
    fmpz *a = fmpq_numref(x);
    const fmpz *b = fmpq_numref(y);
    if (op != CPM_OP_AND && op != CPM_OP_OR && op != CPM_OP_XOR)
        return shift(ev, a, op, b, span, y_span);
    cpm_fmpz_bitwise(a, op, a, b);
    return true;
}

/* x = x ** y with y an integer of any sign. */
static bool power(constant_eval *ev, fmpq_t x, const fmpq_t y, cpm_span span, cpm_span x_span,
                  cpm_span y_span)
{
    if (!is_integer(y))
        return FAIL(ev, CPM_ERR_SEMANTIC, y_span, "the exponent is not an integer");
    if (fmpq_is_zero(x) && fmpq_sgn(y) < 0)
        return FAIL(ev, CPM_ERR_SEMANTIC, x_span, "0 has no negative powers");
    fmpz_t e;
    fmpz_init(e);
    fmpz_abs(e, fmpq_numref(y));
    bool fits = cpm_fmpz_power_fits(fmpq_numref(x), e, ev->max_bits) &&
                cpm_fmpz_power_fits(fmpq_denref(x), e, ev->max_bits);
    if (fits) {
        if (fmpq_sgn(y) < 0)
            fmpq_inv(x, x);
        cpm_fmpz_power(fmpq_numref(x), e);
        cpm_fmpz_power(fmpq_denref(x), e);
    }
    fmpz_clear(e);
    return fits || too_large(ev, span);
}

/* One of the operands is infinite: a sum with something finite stays so. */
static bool apply_infinite(constant_eval *ev, fmpq_t x, cpm_op op, const fmpq_t y, cpm_span span)
{
    bool one = cpm_ext_is_finite(x) != cpm_ext_is_finite(y);
    if ((op != CPM_OP_ADD && op != CPM_OP_SUB) || !one)
        return FAIL(ev, CPM_ERR_SEMANTIC, span, "'%s' with an infinity", cpm_op_text(op));
    if (cpm_ext_is_finite(x))
        fmpq_set(x, y);
    else
        return true;
    if (op == CPM_OP_SUB)
        fmpz_neg(fmpq_numref(x), fmpq_numref(x));
    return true;
}

/* x = x op y for the operators of chains and powers. */
static bool apply(constant_eval *ev, fmpq_t x, cpm_op op, const fmpq_t y, cpm_span x_span,
                  cpm_span y_span)
{
    cpm_span span = {x_span.begin, y_span.end};
    if (!cpm_ext_is_finite(x) || !cpm_ext_is_finite(y))
        return apply_infinite(ev, x, op, y, span);
    switch (op) {
    case CPM_OP_POW:
        return power(ev, x, y, span, x_span, y_span);
    case CPM_OP_ADD:
    case CPM_OP_SUB:
    case CPM_OP_MUL:
    case CPM_OP_DIV:
    case CPM_OP_FLOORDIV:
    case CPM_OP_MOD:
        break;
    default:
        return bitwise(ev, x, op, y, span, x_span, y_span);
    }
    if (height_bits(x) + height_bits(y) > ev->max_bits)
        return too_large(ev, span);
    if (op == CPM_OP_ADD)
        fmpq_add(x, x, y);
    else if (op == CPM_OP_SUB)
        fmpq_sub(x, x, y);
    else if (op == CPM_OP_MUL)
        fmpq_mul(x, x, y);
    else
        return divide(ev, x, op, y, y_span);
    return true;
}

/* ---- Nodes ------------------------------------------------------------- */

static bool eval_chain(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    const cpm_expr *first = expr->u.chain.first;
    if (!eval(ev, out, first))
        return false;
    fmpq_t operand;
    fmpq_init(operand);
    bool ok = true;
    cpm_span x_span = first->span;
    for (size_t i = 0; ok && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        ok = eval(ev, operand, link->operand) &&
             apply(ev, out, link->op, operand, x_span, link->operand->span);
        x_span.end = link->operand->span.end;
    }
    fmpq_clear(operand);
    return ok;
}

static bool eval_comparison(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    fmpq_t left;
    fmpq_init(left);
    bool ok = eval(ev, left, expr->u.chain.first), holds = true;
    for (size_t i = 0; ok && holds && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        ok = eval(ev, out, link->operand);
        holds = ok && cpm_order_holds(link->op, cpm_ext_cmp(left, out));
        fmpq_swap(left, out);
    }
    fmpq_set_si(out, holds, 1);
    fmpq_clear(left);
    return ok;
}

static bool eval_bool(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    if (!eval(ev, out, expr->u.chain.first))
        return false;
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        if (fmpq_is_zero(out) == (link->op == CPM_OP_BOOL_AND))
            break;
        if (!eval(ev, out, link->operand))
            return false;
    }
    return true;
}

static bool eval_unary(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    const cpm_expr *operand = expr->u.unary.operand;
    if (!eval(ev, out, operand))
        return false;
    switch (expr->u.unary.op) {
    case CPM_OP_NEG:
        fmpq_neg(out, out);
        break;
    case CPM_OP_NOT:
        fmpq_set_si(out, fmpq_is_zero(out), 1);
        break;
    case CPM_OP_INVERT:
        if (!need_integer(ev, out, CPM_OP_INVERT, operand->span))
            return false;
        fmpz_complement(fmpq_numref(out), fmpq_numref(out));
        break;
    default:
        break;
    }
    return true;
}

static bool eval_name(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    if (ev->lookup != NULL && ev->lookup(ev->ctx, expr->u.name.sym, out))
        return true;
    if (ev->knows_inf && cpm_is_infinity_name(ev->tree, expr->u.name.sym)) {
        cpm_ext_set_inf(out, 1);
        return true;
    }
    return FAIL(ev, CPM_ERR_SEMANTIC, expr->span, "unknown name '%s'",
                ev->tree->symbols[expr->u.name.sym].name);
}

/* The sum of a signature. */
static bool eval_dot(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    fmpq_t value, c;
    fmpq_init(value);
    fmpq_init(c);
    fmpq_zero(out);
    bool known = true;
    for (size_t k = 0; k < expr->u.dot.nterms && known; k++) {
        const fmpz *literal = ev->tree->literals + expr->u.dot.literals + 2 * k;
        known = ev->lookup != NULL && ev->lookup(ev->ctx, expr->u.dot.names[k], value) &&
                cpm_ext_is_finite(value);
        fmpq_set_fmpz_frac(c, literal, literal + 1);
        fmpq_addmul(out, c, value);
    }
    fmpq_clear(value);
    fmpq_clear(c);
    return known || FAIL(ev, CPM_ERR_SEMANTIC, expr->span, "a term is not known");
}

/* ---- Calls ------------------------------------------------------------- */

static bool fold_min(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    (void)ev, (void)arg;
    if (cpm_ext_cmp(y, x) < 0)
        fmpq_set(x, y);
    return true;
}

static bool fold_max(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    (void)ev, (void)arg;
    if (cpm_ext_cmp(y, x) > 0)
        fmpq_set(x, y);
    return true;
}

static bool fold_floor(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    (void)ev, (void)y, (void)arg;
    if (cpm_ext_is_finite(x)) {
        fmpz_fdiv_q(fmpq_numref(x), fmpq_numref(x), fmpq_denref(x));
        fmpz_one(fmpq_denref(x));
    }
    return true;
}

static bool fold_gcd(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    if (!is_integer(x) || !is_integer(y))
        return FAIL(ev, CPM_ERR_SEMANTIC, arg->span, "an argument of gcd is not an integer");
    fmpz_gcd(fmpq_numref(x), fmpq_numref(x), fmpq_numref(y));
    return true;
}

static bool fold_lcm(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    if (!is_integer(x) || !is_integer(y))
        return FAIL(ev, CPM_ERR_SEMANTIC, arg->span, "an argument of lcm is not an integer");
    fmpz_lcm(fmpq_numref(x), fmpq_numref(x), fmpq_numref(y));
    return true;
}

static bool fold_pow(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    return power(ev, x, y, arg->span, arg->span, arg->span);
}

/* Bits that the product of k factors up to `largest` may have. */
static bool product_fits(constant_eval *ev, const fmpz_t largest, const fmpz_t k)
{
    return fmpz_bits(k) <= 40 &&
           (size_t)fmpz_bits(largest) * (size_t)fmpz_get_ui(k) <= ev->max_bits / 2;
}

static bool fold_factorial(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    (void)y;
    if (!is_integer(x) || fmpq_sgn(x) < 0)
        return FAIL(ev, CPM_ERR_SEMANTIC, arg->span, "a factorial is of an integer from 0 on");
    if (!product_fits(ev, fmpq_numref(x), fmpq_numref(x)))
        return too_large(ev, arg->span);
    fmpz_fac_ui(fmpq_numref(x), fmpz_get_ui(fmpq_numref(x)));
    return true;
}

/* Of non-negative integers; 0 where the lower one is larger. */
static bool fold_binomial(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    if (!is_integer(x) || !is_integer(y) || fmpq_sgn(x) < 0 || fmpq_sgn(y) < 0)
        return FAIL(ev, CPM_ERR_SEMANTIC, arg->span, "a binomial is of integers from 0 on");
    fmpz *n = fmpq_numref(x);
    fmpz_t k;
    fmpz_init(k);
    fmpz_sub(k, n, fmpq_numref(y));
    if (fmpz_cmp(fmpq_numref(y), k) < 0)
        fmpz_set(k, fmpq_numref(y));
    bool fits = fmpz_sgn(k) < 0 || (product_fits(ev, n, k) && fmpz_bits(n) < FLINT_BITS);
    if (fmpz_sgn(k) < 0)
        fmpz_zero(n);
    else if (fits)
        fmpz_bin_uiui(n, fmpz_get_ui(n), fmpz_get_ui(k));
    fmpz_clear(k);
    return fits || too_large(ev, arg->span);
}

static bool fold_abs(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg)
{
    (void)ev, (void)y, (void)arg;
    fmpq_abs(x, x);
    return true;
}

typedef bool (*fold_fn)(constant_eval *ev, fmpq_t x, const fmpq_t y, const cpm_expr *arg);

/* f(x, y, z) is fold(fold(x, y), z), f(x) is fold(x, x). */
static const fold_fn folds[CPM_BUILTIN_NONE] = {
    [CPM_BUILTIN_ABS] = fold_abs,
    [CPM_BUILTIN_FLOOR] = fold_floor,
    [CPM_BUILTIN_GCD] = fold_gcd,
    [CPM_BUILTIN_LCM] = fold_lcm,
    [CPM_BUILTIN_MAX] = fold_max,
    [CPM_BUILTIN_MIN] = fold_min,
    [CPM_BUILTIN_POW] = fold_pow,
    [CPM_BUILTIN_BINOMIAL] = fold_binomial,
    [CPM_BUILTIN_FACTORIAL] = fold_factorial,
};

static bool eval_call(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    cpm_builtin_id id = cpm_builtin_of_symbol(ev->tree, expr->u.call.callee, CPM_IN_RULE);
    const cpm_arg *args = expr->u.call.args;
    size_t nargs = expr->u.call.nargs;
    if (id == CPM_BUILTIN_NONE)
        return FAIL(ev, CPM_ERR_SEMANTIC, expr->u.call.callee_span, "unknown function '%s'",
                    ev->tree->symbols[expr->u.call.callee].name);
    if (cpm_builtin_check(id, CPM_IN_RULE, expr, CPM_ERR_SEMANTIC, ev->where, ev->err) != CPM_OK)
        return false;
    fmpq_t operand;
    fmpq_init(operand);
    bool ok = eval(ev, out, args[0].value);
    if (ok && nargs == 1)
        ok = folds[id](ev, out, out, args[0].value);
    for (size_t i = 1; ok && i < nargs; i++)
        ok = eval(ev, operand, args[i].value) && folds[id](ev, out, operand, args[i].value);
    fmpq_clear(operand);
    return ok;
}

static bool eval(constant_eval *ev, fmpq_t out, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_INT:
        fmpz_set(fmpq_numref(out), ev->tree->literals + expr->u.literal);
        fmpz_one(fmpq_denref(out));
        return fmpz_bits(fmpq_numref(out)) <= ev->max_bits || too_large(ev, expr->span);
    case CPM_EXPR_TRUE:
    case CPM_EXPR_FALSE:
        fmpq_set_si(out, expr->kind == CPM_EXPR_TRUE, 1);
        return true;
    case CPM_EXPR_NAME:
        return eval_name(ev, out, expr);
    case CPM_EXPR_DOT:
        return eval_dot(ev, out, expr);
    case CPM_EXPR_UNARY:
        return eval_unary(ev, out, expr);
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
        return eval_chain(ev, out, expr);
    case CPM_EXPR_COMPARE:
        return eval_comparison(ev, out, expr);
    case CPM_EXPR_BOOL:
        return eval_bool(ev, out, expr);
    case CPM_EXPR_COND:
        return eval(ev, out, expr->u.cond.test) &&
               eval(ev, out, fmpq_is_zero(out) ? expr->u.cond.orelse : expr->u.cond.then);
    case CPM_EXPR_CALL:
        return eval_call(ev, out, expr);
    default:
        return FAIL(ev, CPM_ERR_SEMANTIC, expr->span, "this is not a number");
    }
}

cpm_status cpm_eval_constant(fmpq_t out, const cpm_tree *tree, const cpm_expr *expr,
                             const cpm_text *where, cpm_constant_lookup lookup, void *ctx,
                             size_t max_bits, cpm_err *err)
{
    constant_eval ev = {tree, where, lookup, ctx, max_bits, false, err};
    return eval(&ev, out, expr) ? CPM_OK : err->status;
}

cpm_status cpm_eval_extended(fmpq_t out, const cpm_tree *tree, const cpm_expr *expr,
                             const cpm_text *where, cpm_constant_lookup lookup, void *ctx,
                             size_t max_bits, cpm_err *err)
{
    constant_eval ev = {tree, where, lookup, ctx, max_bits, true, err};
    return eval(&ev, out, expr) ? CPM_OK : err->status;
}
