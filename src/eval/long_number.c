/* SPDX-License-Identifier: MIT
 *
 * long_number.c - integers too long to be written down, by their expressions.
 *
 * The value of a power with a long exponent modulo m follows from Euler's theorem in the
 * form that holds for every base: a^e = a^(phi(m) + e mod phi(m)) modulo m for e >= phi(m),
 * as phi(m) is at least the exponent of any prime in m. So a tower of powers is evaluated
 * modulo m, its exponent modulo phi(m), and so on.
 */
#include "eval/long_number.h"

#include "base/limits.h"
#include "base/stack.h"
#include "eval/constant.h"
#include "lang/parse.h"
#include "power/factoring.h"

#include <float.h>
#include <math.h>

void cpm_long_number_init(cpm_long_number *x)
{
    *x = (cpm_long_number){.low = -INFINITY, .high = -INFINITY};
    fmpz_init(x->value);
    fmpz_init(x->residue);
}

void cpm_long_number_clear(cpm_long_number *x)
{
    fmpz_clear(x->value);
    fmpz_clear(x->residue);
}

typedef struct evaluation {
    const cpm_tree *tree;
    const cpm_text *text;
    cpm_err *err;
} evaluation;

static cpm_status eval(cpm_long_number *out, const evaluation *ev, const cpm_expr *expr,
                       const fmpz_t m);

static cpm_status unsupported(const evaluation *ev, cpm_span span, const char *why)
{
    return cpm_err_at(ev->err, CPM_ERR_UNSUPPORTED, ev->text, span, "%s", why);
}

/* Rounding moves logarithms by less than this part of them. */
static const double SLACK = 1e-12;

static double less(double x)
{
    return fmin(x - fabs(x) * SLACK, DBL_MAX);
}

static double more(double x)
{
    return x + fabs(x) * SLACK;
}

/* ---- Exact values ----------------------------------------------------------- */

static void set_exact(cpm_long_number *out, const fmpz_t value, const fmpz_t m)
{
    slong exponent = 0;
    double mantissa = fabs(fmpz_get_d_2exp(&exponent, value));
    double log = fmpz_is_zero(value) ? -INFINITY : log2(mantissa) + (double)exponent;
    fmpz_set(out->value, value);
    fmpz_mod(out->residue, value, m);
    out->is_exact = true;
    out->sign = fmpz_sgn(value);
    out->low = isinf(log) ? log : less(log) - SLACK;
    out->high = isinf(log) ? log : more(log) + SLACK;
}

/* *found is false, and nothing else said, where the value is too long. */
static cpm_status try_exact(cpm_long_number *out, bool *found, const evaluation *ev,
                            const cpm_expr *expr, const fmpz_t m)
{
    cpm_err why = {0};
    fmpq_t value;
    fmpq_init(value);
    cpm_status status =
        cpm_eval_constant(value, ev->tree, expr, ev->text, NULL, NULL, CPM_MAX_NUMBER_BITS, &why);
    *found = status == CPM_OK;
    if (status == CPM_OK && !fmpz_is_one(fmpq_denref(value)))
        status = cpm_err_at(&why, CPM_ERR_SEMANTIC, ev->text, expr->span, "this is no integer");
    if (status == CPM_OK)
        set_exact(out, fmpq_numref(value), m);
    else if (status != CPM_ERR_LIMIT)
        *ev->err = why;
    fmpq_clear(value);
    return status == CPM_ERR_LIMIT ? CPM_OK : status;
}

/* ---- Sums and products -------------------------------------------------------- */

static void negate(cpm_long_number *x, const fmpz_t m)
{
    fmpz_neg(x->value, x->value);
    x->sign = -x->sign;
    fmpz_neg(x->residue, x->residue);
    fmpz_mod(x->residue, x->residue, m);
}

static bool is_larger(const cpm_long_number *x, const cpm_long_number *y)
{
    return x->low > y->high + 1;
}

/* x = x + y; they are not both exact. */
static cpm_status add(cpm_long_number *x, const cpm_long_number *y, const fmpz_t m,
                      const evaluation *ev, cpm_span span)
{
    const cpm_long_number *large = is_larger(x, y) ? x : y, *small = large == x ? y : x;
    double low = large->low - 1, high = fmax(x->high, y->high) + 1;
    if (x->sign * y->sign > 0)
        low = fmax(x->low, y->low);
    else if (!is_larger(large, small))
        return unsupported(ev, span, "which of two such long numbers is larger cannot be told");
    x->sign = large->sign;
    x->low = low;
    x->high = high;
    x->is_exact = false;
    fmpz_add(x->residue, x->residue, y->residue);
    fmpz_mod(x->residue, x->residue, m);
    return CPM_OK;
}

/* x = x * y; they are not both exact. */
static void multiply(cpm_long_number *x, const cpm_long_number *y, const fmpz_t m)
{
    fmpz_t zero;
    fmpz_init(zero);
    if (x->sign == 0 || y->sign == 0) {
        set_exact(x, zero, m);
        return;
    }
    x->sign *= y->sign;
    x->low = less(x->low + y->low);
    x->high = more(x->high + y->high);
    x->is_exact = false;
    fmpz_mul(x->residue, x->residue, y->residue);
    fmpz_mod(x->residue, x->residue, m);
}

/* ---- Powers --------------------------------------------------------------------- */

/* The residue of base^exponent, of which the exponent is long. */
static cpm_status long_exponent(fmpz_t out, const fmpz_t base, const evaluation *ev,
                                const cpm_expr *exponent, const fmpz_t m)
{
    cpm_long_number e;
    fmpz_t phi;
    fmpz_init(phi);
    cpm_long_number_init(&e);
    cpm_status status = cpm_totient(phi, m, "the residue of a power is not found", ev->err);
    if (status == CPM_OK)
        status = eval(&e, ev, exponent, phi);
    if (status == CPM_OK) {
        fmpz_add(phi, phi, e.residue);
        fmpz_powm(out, base, phi, m);
    }
    fmpz_clear(phi);
    cpm_long_number_clear(&e);
    return status;
}

/* 0, 1 or -1 to a power > 0, odd or even. */
static void trivial_power(cpm_long_number *out, const cpm_long_number *base, bool is_odd,
                          const fmpz_t m)
{
    fmpz_t value;
    fmpz_init_set(value, base->value);
    if (!is_odd)
        fmpz_abs(value, value);
    set_exact(out, value, m);
    fmpz_clear(value);
}

/* What is known of base^e for |base| >= 2, but for the residue. */
static void bound_power(cpm_long_number *out, const cpm_long_number *base, const cpm_long_number *e)
{
    double least = e->is_exact ? fmpz_get_d(e->value) : exp2(e->low);
    double most = e->is_exact ? least : exp2(e->high);
    out->is_exact = false;
    out->sign = base->sign < 0 && !fmpz_is_zero(e->residue) ? -1 : 1; /* the residue is modulo 2 */
    out->low = less(least * base->low);
    out->high = more(most * base->high);
}

static cpm_status power(cpm_long_number *out, const evaluation *ev, const cpm_expr *base_expr,
                        const cpm_expr *exponent, const fmpz_t m)
{
    cpm_long_number base, e;
    fmpz_t two;
    fmpz_init_set_ui(two, 2);
    cpm_long_number_init(&base);
    cpm_long_number_init(&e);
    cpm_status status = eval(&base, ev, base_expr, m);
    if (status == CPM_OK)
        status = eval(&e, ev, exponent, two);
    if (status == CPM_OK && e.sign < 0)
        status = unsupported(ev, exponent->span, "an exponent of so many digits is not negative");
    if (status == CPM_OK && base.is_exact && fmpz_cmpabs(base.value, two) < 0) {
        trivial_power(out, &base, !fmpz_is_zero(e.residue), m);
    } else if (status == CPM_OK) {
        bound_power(out, &base, &e);
        if (e.is_exact)
            fmpz_powm(out->residue, base.residue, e.value, m);
        else
            status = long_exponent(out->residue, base.residue, ev, exponent, m);
    }
    cpm_long_number_clear(&base);
    cpm_long_number_clear(&e);
    return status;
}

/* ---- Expressions ------------------------------------------------------------------ */

static cpm_status eval_links(cpm_long_number *out, const evaluation *ev, const cpm_expr *expr,
                             size_t nlinks, const fmpz_t m);

/* (the first nlinks links) % y, where y is exact. */
static cpm_status remainder_of(cpm_long_number *out, const evaluation *ev, const cpm_expr *expr,
                               size_t nlinks, const fmpz_t y, const fmpz_t m)
{
    if (fmpz_sgn(y) <= 0)
        return unsupported(ev, expr->span, "a long number is reduced modulo positive ones only");
    cpm_status status = eval_links(out, ev, expr, nlinks, y);
    fmpz_t value;
    fmpz_init_set(value, out->residue);
    if (status == CPM_OK)
        set_exact(out, value, m);
    fmpz_clear(value);
    return status;
}

/* x = x << y. */
static cpm_status shift(cpm_long_number *x, const cpm_long_number *y, const fmpz_t m,
                        const evaluation *ev, cpm_span span)
{
    cpm_long_number factor;
    fmpz_t two;
    if (!y->is_exact || y->sign < 0)
        return unsupported(ev, span, "a shift by so much is written as a power of 2");
    cpm_long_number_init(&factor);
    fmpz_init_set_ui(two, 2);
    fmpz_powm(factor.residue, two, y->value, m);
    factor.sign = 1;
    factor.low = less(fmpz_get_d(y->value));
    factor.high = more(fmpz_get_d(y->value));
    multiply(x, &factor, m);
    cpm_long_number_clear(&factor);
    return CPM_OK;
}

/* The first nlinks links of a chain. */
static cpm_status eval_links(cpm_long_number *out, const evaluation *ev, const cpm_expr *expr,
                             size_t nlinks, const fmpz_t m)
{
    if (nlinks == 0)
        return eval(out, ev, expr->u.chain.first, m);
    const cpm_link *link = &expr->u.chain.links[nlinks - 1];
    cpm_long_number y;
    cpm_long_number_init(&y);
    cpm_status status = eval(&y, ev, link->operand, m);
    if (status == CPM_OK && link->op == CPM_OP_MOD && y.is_exact) {
        status = remainder_of(out, ev, expr, nlinks - 1, y.value, m);
        cpm_long_number_clear(&y);
        return status;
    }
    if (status == CPM_OK)
        status = eval_links(out, ev, expr, nlinks - 1, m);
    if (status == CPM_OK && link->op == CPM_OP_SUB)
        negate(&y, m);
    if (status == CPM_OK && (link->op == CPM_OP_ADD || link->op == CPM_OP_SUB))
        status = add(out, &y, m, ev, expr->span);
    else if (status == CPM_OK && link->op == CPM_OP_MUL)
        multiply(out, &y, m);
    else if (status == CPM_OK && link->op == CPM_OP_LSHIFT)
        status = shift(out, &y, m, ev, link->operand->span);
    else if (status == CPM_OK)
        status = unsupported(ev, link->op_span, "this is not done with numbers of so many digits");
    cpm_long_number_clear(&y);
    return status;
}

static cpm_status eval(cpm_long_number *out, const evaluation *ev, const cpm_expr *expr,
                       const fmpz_t m)
{
    bool found;
    cpm_status status = cpm_stack_check(0, ev->err);
    if (status == CPM_OK)
        status = try_exact(out, &found, ev, expr, m);
    if (status != CPM_OK || found)
        return status;
    if (expr->kind == CPM_EXPR_INT) { /* written down in full, against all odds */
        set_exact(out, ev->tree->literals + expr->u.literal, m);
        out->is_exact = false;
        return CPM_OK;
    }
    if (expr->kind == CPM_EXPR_POWER)
        return power(out, ev, expr->u.chain.first, expr->u.chain.links[0].operand, m);
    if (expr->kind == CPM_EXPR_CHAIN)
        return eval_links(out, ev, expr, expr->u.chain.nlinks, m);
    if (expr->kind != CPM_EXPR_UNARY ||
        (expr->u.unary.op != CPM_OP_NEG && expr->u.unary.op != CPM_OP_POS))
        return unsupported(ev, expr->span, "this is not done with numbers of so many digits");
    status = eval(out, ev, expr->u.unary.operand, m);
    if (status == CPM_OK && expr->u.unary.op == CPM_OP_NEG)
        negate(out, m);
    return status;
}

cpm_status cpm_long_number_parse(cpm_long_number *out, const cpm_text *text, cpm_span span,
                                 const fmpz_t m, cpm_err *err)
{
    cpm_tree tree;
    cpm_expr *expr;
    cpm_tree_init(&tree, text);
    cpm_status status = cpm_parse_expr(&expr, &tree, text, span, true, err);
    if (status == CPM_OK) {
        const evaluation ev = {.tree = &tree, .text = text, .err = err};
        status = eval(out, &ev, expr, m);
    }
    cpm_tree_clear(&tree);
    return status;
}
