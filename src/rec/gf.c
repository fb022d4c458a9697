/* SPDX-License-Identifier: MIT
 *
 * gf.c - from the text of a rational function to two polynomials: a walk over the
 * syntax tree with one quotient per level, FLINT's fmpz_poly_q, which is in lowest
 * terms after each operation. What a product or a power may grow to is looked at
 * before it is computed.
 */
#include "rec/gf.h"

#include "base/limits.h"
#include "eval/constant.h"
#include "lang/parse.h"
#include "rec/catalogue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct gf_eval {
    const cpm_tree *tree;
    const cpm_text *where;
    cpm_sym variable; /* CPM_NO_SYM until one is seen */
    cpm_err *err;
} gf_eval;

static bool eval(gf_eval *ev, fmpz_poly_q_t out, const cpm_expr *expr);

static bool fail(gf_eval *ev, cpm_status status, cpm_span span, const char *message)
{
    cpm_err_at(ev->err, status, ev->where, span, "%s", message);
    return false;
}

/* ---- Sizes ------------------------------------------------------------- */

static slong length(const fmpz_poly_q_t q)
{
    slong num = fmpz_poly_length(fmpz_poly_q_numref(q));
    slong den = fmpz_poly_length(fmpz_poly_q_denref(q));
    return num > den ? num : den;
}

static double bits(const fmpz_poly_q_t q)
{
    slong num = labs(fmpz_poly_max_bits(fmpz_poly_q_numref(q)));
    slong den = labs(fmpz_poly_max_bits(fmpz_poly_q_denref(q)));
    return (double)(num > den ? num : den) + log2((double)length(q) + 1);
}

/* Whether a result of such a length and such coefficients is one we compute. */
static bool fits(gf_eval *ev, double len, double nbits, cpm_span span)
{
    if (len > CPM_MAX_GF_LENGTH)
        return fail(ev, CPM_ERR_LIMIT, span, "the polynomial would have too high a degree");
    if (len * nbits > (double)CPM_MAX_VALUE_BITS)
        return fail(ev, CPM_ERR_LIMIT, span, "the polynomial would be too large");
    return true;
}

/* ---- Operators --------------------------------------------------------- */

static bool apply(gf_eval *ev, fmpz_poly_q_t x, cpm_op op, const fmpz_poly_q_t y, cpm_span span,
                  cpm_span y_span)
{
    if (!fits(ev, (double)(length(x) + length(y)), bits(x) + bits(y), span))
        return false;
    switch (op) {
    case CPM_OP_ADD:
        fmpz_poly_q_add(x, x, y);
        return true;
    case CPM_OP_SUB:
        fmpz_poly_q_sub(x, x, y);
        return true;
    case CPM_OP_MUL:
        fmpz_poly_q_mul(x, x, y);
        return true;
    case CPM_OP_DIV:
        if (fmpz_poly_q_is_zero(y))
            return fail(ev, CPM_ERR_SEMANTIC, y_span, "division by zero");
        fmpz_poly_q_div(x, x, y);
        return true;
    default:
        cpm_err_at(ev->err, CPM_ERR_SEMANTIC, ev->where, span,
                   "'%s' in a generating function, which is made with + - * / and powers",
                   cpm_op_text(op));
        return false;
    }
}

static bool eval_chain(gf_eval *ev, fmpz_poly_q_t out, const cpm_expr *expr)
{
    if (!eval(ev, out, expr->u.chain.first))
        return false;
    fmpz_poly_q_t operand;
    fmpz_poly_q_init(operand);
    bool ok = true;
    cpm_span span = expr->u.chain.first->span;
    for (size_t i = 0; ok && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        span.end = link->operand->span.end;
        ok = eval(ev, operand, link->operand) &&
             apply(ev, out, link->op, operand, span, link->operand->span);
    }
    fmpz_poly_q_clear(operand);
    return ok;
}

/* The exponent is a constant expression with an integer value. */
static bool eval_exponent(gf_eval *ev, slong *exponent, const cpm_expr *expr)
{
    fmpq_t value;
    fmpq_init(value);
    bool ok = cpm_eval_constant(value, ev->tree, expr, ev->where, NULL, NULL, CPM_MAX_NUMBER_BITS,
                                ev->err) == CPM_OK;
    if (ok && !fmpz_is_one(fmpq_denref(value)))
        ok = fail(ev, CPM_ERR_SEMANTIC, expr->span, "the exponent is not an integer");
    else if (ok && (fmpz_cmp_si(fmpq_numref(value), CPM_MAX_GF_LENGTH) > 0 ||
                    fmpz_cmp_si(fmpq_numref(value), -CPM_MAX_GF_LENGTH) < 0))
        ok = fail(ev, CPM_ERR_LIMIT, expr->span, "the polynomial would have too high a degree");
    *exponent = ok ? fmpz_get_si(fmpq_numref(value)) : 0;
    fmpq_clear(value);
    return ok;
}

static bool eval_power(gf_eval *ev, fmpz_poly_q_t out, const cpm_expr *expr)
{
    slong exponent;
    const cpm_expr *base = expr->u.chain.first;
    if (!eval(ev, out, base) || !eval_exponent(ev, &exponent, expr->u.chain.links[0].operand))
        return false;
    if (fmpz_poly_q_is_zero(out) && exponent < 0)
        return fail(ev, CPM_ERR_SEMANTIC, base->span, "0 has no negative powers");
    double times = fabs((double)exponent);
    if (!fits(ev, (double)(length(out) - 1) * times + 1, bits(out) * times, expr->span))
        return false;
    if (exponent < 0)
        fmpz_poly_q_inv(out, out);
    fmpz_poly_q_pow(out, out, (ulong)labs(exponent));
    return true;
}

/* ---- Nodes ------------------------------------------------------------- */

static bool eval_name(gf_eval *ev, fmpz_poly_q_t out, const cpm_expr *expr)
{
    const char *name = ev->tree->symbols[expr->u.name.sym].name;
    if (ev->variable == CPM_NO_SYM && strlen(name) > 1 && cpm_catalogue_find(name, strlen(name))) {
        fail(ev, CPM_ERR_SEMANTIC, expr->span, "this is a sequence of the catalogue, no variable");
        cpm_err_hint(ev->err, "without --gf it is the sequence; --show gf tells its function");
        return false;
    }
    if (ev->variable == CPM_NO_SYM)
        ev->variable = expr->u.name.sym;
    if (ev->variable != expr->u.name.sym) {
        cpm_err_at(ev->err, CPM_ERR_SEMANTIC, ev->where, expr->span,
                   "a second variable '%.100s' beside '%.100s'",
                   ev->tree->symbols[expr->u.name.sym].name, ev->tree->symbols[ev->variable].name);
        return false;
    }
    fmpz_poly_zero(fmpz_poly_q_numref(out));
    fmpz_poly_set_coeff_ui(fmpz_poly_q_numref(out), 1, 1);
    fmpz_poly_one(fmpz_poly_q_denref(out));
    return true;
}

static bool eval_unary(gf_eval *ev, fmpz_poly_q_t out, const cpm_expr *expr)
{
    if (!eval(ev, out, expr->u.unary.operand))
        return false;
    if (expr->u.unary.op == CPM_OP_NEG)
        fmpz_poly_q_neg(out, out);
    else if (expr->u.unary.op != CPM_OP_POS)
        return fail(ev, CPM_ERR_SEMANTIC, expr->span, "this is not a rational function");
    return true;
}

static bool eval(gf_eval *ev, fmpz_poly_q_t out, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_INT:
        fmpz_poly_set_fmpz(fmpz_poly_q_numref(out), ev->tree->literals + expr->u.literal);
        fmpz_poly_one(fmpz_poly_q_denref(out));
        return true;
    case CPM_EXPR_NAME:
        return eval_name(ev, out, expr);
    case CPM_EXPR_UNARY:
        return eval_unary(ev, out, expr);
    case CPM_EXPR_CHAIN:
        return eval_chain(ev, out, expr);
    case CPM_EXPR_POWER:
        return eval_power(ev, out, expr);
    default:
        return fail(ev, CPM_ERR_SEMANTIC, expr->span, "this is not a rational function");
    }
}

cpm_status cpm_gf_parse(fmpz_poly_q_t out, const cpm_text *text, cpm_err *err)
{
    cpm_tree tree;
    cpm_expr *expr;
    cpm_span whole = {0, text->len};
    cpm_tree_init(&tree, text);
    tree.is_spec = true;
    cpm_status status = cpm_parse_formula(&expr, &tree, text, err);
    gf_eval ev = {&tree, text, CPM_NO_SYM, err};
    if (status == CPM_OK && !eval(&ev, out, expr))
        status = err->status;
    cpm_tree_clear(&tree);
    if (status == CPM_OK && fmpz_is_zero(fmpz_poly_q_denref(out)->coeffs))
        status = cpm_err_at(err, CPM_ERR_NO_ANSWER, text, whole,
                            "no power series: the denominator is 0 at 0");
    return status;
}
