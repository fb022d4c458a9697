/* SPDX-License-Identifier: MIT
 *
 * holonomic_eval.c - the right side of a rule as a form (ratform.h): a walk over the
 * syntax tree, whose depth the parser bounds.
 *
 * (a n + b)! is (a n)! times the factors between them. So is a binomial, a quotient of
 * three factorials, where its zeros come out as zeros: 1/(n-2)! = n (n-1)/n! is 0 for n =
 * 0 and 1. All arguments must be from 0 on wherever the rule is used, as for numbers.
 */
#include "algebra/semiring.h"
#include "base/limits.h"
#include "eval/constant.h"
#include "lang/builtin.h"
#include "lang/visit.h"
#include "rec/holonomic_internal.h"

/* ---- Errors -------------------------------------------------------------- */

static bool refuse(cpm_holo *h, cpm_span span, const char *message)
{
    cpm_err_at(h->err, CPM_ERR_SEMANTIC, &h->rec->text, span,
               "not a linear recurrence with polynomial coefficients: %s", message);
    return false;
}

bool cpm_holo_refuse(cpm_holo *h, cpm_ratform_result result, cpm_span span)
{
    switch (result) {
    case CPM_RATFORM_OK:
        return true;
    case CPM_RATFORM_MEMORY:
        cpm_err_memory(h->err);
        return false;
    case CPM_RATFORM_NONLINEAR:
        h->blames_term = true;
        return refuse(h, span, "terms are multiplied with each other");
    case CPM_RATFORM_OTHER:
        return refuse(h, span, "a quotient by a sum of powers");
    case CPM_RATFORM_PERIODIC:
        return cpm_holo_refuse_period(h, 0, span);
    case CPM_RATFORM_LARGE:
        break;
    }
    cpm_err_at(h->err, CPM_ERR_LIMIT, &h->rec->text, span,
               "coefficients that vary have a degree below %d and fewer than %d bits",
               CPM_MAX_RULE_DEGREE, CPM_MAX_RULE_BITS);
    return false;
}

/* ---- Constants ------------------------------------------------------------- */

static bool look_up_constant(void *ctx, cpm_sym sym, fmpq_t value)
{
    const cpm_holo *h = ctx;
    if (sym >= h->nsyms || h->has_form[sym] || sym == h->index || !h->rec->is_known[sym])
        return false;
    fmpq_set(value, h->rec->values + sym);
    return true;
}

bool cpm_holo_constant(fmpq_t out, cpm_holo *h, const cpm_expr *expr)
{
    cpm_err ignored = {0};
    return cpm_eval_constant(out, &h->rec->tree, expr, &h->rec->text, look_up_constant, h,
                             CPM_MAX_RULE_BITS, &ignored) == CPM_OK &&
           cpm_ext_is_finite(out);
}

/* Whether a term stands in an expression. */
static bool has_term(const cpm_holo *h, const cpm_expr *expr)
{
    if (expr->kind == CPM_EXPR_NAME)
        return expr->u.name.sym < h->nsyms && h->has_form[expr->u.name.sym];
    const cpm_expr *child;
    bool has = false;
    for (size_t i = 0; !has && (child = cpm_expr_child(expr, i)) != NULL; i++)
        has = has_term(h, child);
    return has;
}

static bool refuse_expr(cpm_holo *h, const cpm_expr *expr, const char *message)
{
    h->blames_term = has_term(h, expr);
    return refuse(h, expr->span, message);
}

/* What only numbers know: remainders, bits, gcd, conditions. */
static bool eval_constant(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr)
{
    fmpq_t value;
    fmpq_init(value);
    bool ok = cpm_holo_constant(value, h, expr)
                  ? cpm_holo_refuse(h, cpm_ratform_set_constant(out, value), expr->span)
                  : refuse_expr(h, expr, "neither a polynomial nor a quotient of such");
    fmpq_clear(value);
    return ok;
}

static bool eval_name(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr)
{
    cpm_sym sym = expr->u.name.sym;
    if (sym == h->index)
        return cpm_holo_refuse(h, cpm_ratform_set_affine(out, h->period, h->shift), expr->span);
    if (sym < h->nsyms && h->has_form[sym])
        return cpm_holo_refuse(h, cpm_ratform_set(out, &h->forms[sym]), expr->span);
    return eval_constant(out, h, expr);
}

/* ---- Sums and products -------------------------------------------------------- */

static bool divide(cpm_ratform *out, cpm_ratform *by, cpm_holo *h, cpm_span span)
{
    if (by->nterms == 0)
        return refuse(h, span, "division by zero");
    cpm_ratform_result result = cpm_ratform_invert(by, &h->hypers);
    if (result == CPM_RATFORM_OK)
        result = cpm_ratform_mul(out, by, &h->hypers);
    return cpm_holo_refuse(h, result, span);
}

/* `whole` is where the operation stands. */
static bool apply(cpm_ratform *out, cpm_holo *h, const cpm_link *link, cpm_span whole)
{
    cpm_ratform operand;
    cpm_ratform_init(&operand);
    bool ok = cpm_holo_eval(&operand, h, link->operand);
    cpm_span span = link->operand->span;
    if (ok && link->op == CPM_OP_DIV)
        ok = divide(out, &operand, h, span);
    else if (ok && link->op == CPM_OP_MUL)
        ok = cpm_holo_refuse(h, cpm_ratform_mul(out, &operand, &h->hypers), span);
    else if (ok && (link->op == CPM_OP_ADD || link->op == CPM_OP_SUB))
        ok = cpm_holo_refuse(h, cpm_ratform_add(out, &operand, link->op == CPM_OP_SUB), span);
    else if (ok)
        ok = cpm_holo_round(out, h, link->op, &operand, whole);
    cpm_ratform_clear(&operand);
    return ok;
}

static bool eval_chain(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr)
{
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        cpm_op op = expr->u.chain.links[i].op;
        if (op == CPM_OP_OR || op == CPM_OP_XOR || op == CPM_OP_LSHIFT)
            return eval_constant(out, h, expr);
    }
    bool ok = cpm_holo_eval(out, h, expr->u.chain.first);
    for (size_t i = 0; i < expr->u.chain.nlinks && ok; i++)
        ok = apply(out, h, &expr->u.chain.links[i], expr->span);
    return ok;
}

static bool eval_negative(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr)
{
    cpm_ratform operand;
    cpm_ratform_init(&operand);
    bool ok = cpm_holo_eval(&operand, h, expr->u.unary.operand) &&
              cpm_holo_refuse(h, cpm_ratform_add(out, &operand, true), expr->span);
    cpm_ratform_clear(&operand);
    return ok;
}

/* The sum of a signature, as names of the catalogue have it. */
static bool eval_dot(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr)
{
    cpm_ratform term, c;
    fmpq_t value;
    cpm_ratform_init(&term);
    cpm_ratform_init(&c);
    fmpq_init(value);
    bool ok = cpm_holo_refuse(h, cpm_ratform_set_constant(out, value), expr->span); /* 0 */
    for (size_t k = 0; k < expr->u.dot.nterms && ok; k++) {
        const fmpz *literal = h->rec->tree.literals + expr->u.dot.literals + 2 * k;
        fmpq_set_fmpz_frac(value, literal, literal + 1);
        ok = cpm_holo_refuse(h, cpm_ratform_set(&term, &h->forms[expr->u.dot.names[k]]),
                             expr->span) &&
             cpm_holo_refuse(h, cpm_ratform_set_constant(&c, value), expr->span) &&
             cpm_holo_refuse(h, cpm_ratform_mul(&term, &c, &h->hypers), expr->span) &&
             cpm_holo_refuse(h, cpm_ratform_add(out, &term, false), expr->span);
    }
    cpm_ratform_clear(&term);
    cpm_ratform_clear(&c);
    fmpq_clear(value);
    return ok;
}

/* ---- Powers --------------------------------------------------------------------- */

/* out = base^k */
static bool pow_constant(cpm_ratform *out, cpm_holo *h, const cpm_expr *base, const fmpz_t k)
{
    if (!cpm_holo_eval(out, h, base))
        return false;
    if (!fmpz_abs_fits_ui(k))
        return cpm_holo_refuse(h, CPM_RATFORM_LARGE, base->span);
    if (fmpz_sgn(k) < 0 && out->nterms == 0)
        return refuse(h, base->span, "0 has no negative powers");
    cpm_ratform_result result = CPM_RATFORM_OK;
    if (fmpz_sgn(k) < 0)
        result = cpm_ratform_invert(out, &h->hypers);
    fmpz_t size;
    fmpz_init(size);
    fmpz_abs(size, k);
    if (result == CPM_RATFORM_OK)
        result = cpm_ratform_pow(out, fmpz_get_ui(size), &h->hypers);
    fmpz_clear(size);
    return cpm_holo_refuse(h, result, base->span);
}

/* c^k where that has no more bits than a coefficient may have */
static bool pow_number(fmpq_t out, const fmpq_t c, const fmpz_t k)
{
    size_t bits = (size_t)fmpz_bits(fmpq_numref(c)) + (size_t)fmpz_bits(fmpq_denref(c));
    bool is_unit = fmpz_is_pm1(fmpq_numref(c)) && fmpz_is_one(fmpq_denref(c));
    if (is_unit) {
        fmpq_set_si(out, fmpz_is_one(fmpq_numref(c)) || fmpz_is_even(k) ? 1 : -1, 1);
        return true;
    }
    if (fmpz_bits(k) > 20 || bits * fmpz_get_ui(k) > CPM_MAX_RULE_BITS) {
        fmpz_t size;
        fmpz_init(size);
        fmpz_abs(size, k);
        bool fits = fmpz_bits(size) <= 20 && bits * fmpz_get_ui(size) <= CPM_MAX_RULE_BITS;
        fmpz_clear(size);
        if (!fits)
            return false;
    }
    fmpq_pow_si(out, c, fmpz_get_si(k));
    return true;
}

/* out = c^(a n + b) */
static bool pow_varying(cpm_ratform *out, cpm_holo *h, const fmpq_t c, const fmpz_t a,
                        const fmpz_t b, cpm_span span)
{
    fmpq_t value;
    fmpz_poly_q_t r;
    cpm_hyper power;
    if (fmpq_is_zero(c))
        return refuse(h, span, "powers of 0");
    fmpq_init(value);
    fmpz_poly_q_init(r);
    cpm_hyper_init(&power);
    bool fits =
        pow_number(value, c, a) && cpm_hyper_mul_base(&power, value) && pow_number(value, c, b);
    cpm_ratform_result result = CPM_RATFORM_LARGE;
    if (fits) {
        fmpz_poly_set_fmpz(fmpz_poly_q_numref(r), fmpq_numref(value));
        fmpz_poly_set_fmpz(fmpz_poly_q_denref(r), fmpq_denref(value));
        result = cpm_ratform_set_hyper(out, r, &power, &h->hypers);
    }
    fmpq_clear(value);
    fmpz_poly_q_clear(r);
    cpm_hyper_clear(&power);
    return cpm_holo_refuse(h, result, span);
}

/* base^exponent of forms: c^(a n + b), or a constant exponent. */
static bool eval_power(cpm_ratform *out, cpm_holo *h, const cpm_expr *base,
                       const cpm_expr *exponent)
{
    cpm_ratform e;
    fmpq_t c;
    fmpz_t a, b;
    cpm_ratform_init(&e);
    fmpq_init(c);
    fmpz_init(a);
    fmpz_init(b);
    bool ok = cpm_holo_eval(&e, h, exponent);
    bool is_constant = ok && cpm_holo_constant(c, h, base);
    if (is_constant && fmpq_is_pm1(c) && fmpq_sgn(c) < 0 && !cpm_ratform_is_affine(a, b, &e))
        ok = cpm_holo_refuse(h, cpm_ratform_set(out, &e), exponent->span) &&
             cpm_holo_sign(out, h, exponent->span);
    else if (ok && !cpm_ratform_is_affine(a, b, &e))
        ok = refuse_expr(h, exponent, "an exponent that is not linear in the index");
    else if (ok && fmpz_is_zero(a))
        ok = pow_constant(out, h, base, b);
    else if (ok && !is_constant)
        ok = refuse_expr(h, base, "both base and exponent vary");
    else if (ok)
        ok = pow_varying(out, h, c, a, b, base->span);
    cpm_ratform_clear(&e);
    fmpq_clear(c);
    fmpz_clear(a);
    fmpz_clear(b);
    return ok;
}

/* ---- Factorials ------------------------------------------------------------------- */

/* A hypergeometric term r(n) h(n) in the making. */
typedef struct quotient {
    fmpz_poly_q_t r;
    cpm_hyper h;
} quotient;

/* q *= ((a n + b)!)^e for e = 1 or -1. */
static cpm_ratform_result mul_factorial(quotient *q, const fmpz_t a, const fmpz_t b, slong e)
{
    fmpz_poly_t factor;
    fmpz_poly_q_struct *r = q->r;
    fmpz_poly_struct *above = fmpz_poly_q_numref(r), *below = fmpz_poly_q_denref(r);
    if (fmpz_cmp_si(a, CPM_MAX_RULE_DEGREE) > 0 || fmpz_cmp_si(b, CPM_MAX_RULE_DEGREE) > 0 ||
        fmpz_cmp_si(b, -CPM_MAX_RULE_DEGREE) < 0)
        return CPM_RATFORM_LARGE;
    slong k = fmpz_get_si(b), step = fmpz_get_si(a);
    fmpz_poly_init(factor);
    for (slong i = k < 0 ? k + 1 : 1; i <= (k < 0 ? 0 : k); i++) { /* a n + i */
        fmpz_poly_set_coeff_si(factor, 1, step);
        fmpz_poly_set_coeff_si(factor, 0, i);
        fmpz_poly_struct *side = (k < 0) == (e < 0) ? above : below;
        fmpz_poly_mul(side, side, factor);
    }
    fmpz_poly_clear(factor);
    fmpz_poly_q_canonicalise(r);
    if (step > 0 && !cpm_hyper_mul_factorial(&q->h, (ulong)step, e))
        return CPM_RATFORM_LARGE;
    return fmpz_poly_length(above) + fmpz_poly_length(below) > CPM_MAX_RULE_DEGREE
               ? CPM_RATFORM_LARGE
               : CPM_RATFORM_OK;
}

static void quotient_init(quotient *q)
{
    fmpz_poly_q_init(q->r);
    fmpz_poly_q_one(q->r);
    cpm_hyper_init(&q->h);
}

static void quotient_clear(quotient *q)
{
    fmpz_poly_q_clear(q->r);
    cpm_hyper_clear(&q->h);
}

/* An argument a n + b that is from 0 on wherever the rule is used, with a >= 0. */
static bool eval_argument(fmpz_t a, fmpz_t b, cpm_holo *h, const cpm_expr *arg)
{
    cpm_ratform form;
    fmpz_t least;
    cpm_ratform_init(&form);
    fmpz_init(least);
    bool ok = cpm_holo_eval(&form, h, arg);
    if (ok && !cpm_ratform_is_affine(a, b, &form))
        ok = refuse_expr(h, arg, "an argument that is not linear in the index");
    fmpz_set(least, b);
    fmpz_addmul(least, a, h->first);
    if (ok && (fmpz_sgn(a) < 0 || fmpz_sgn(least) < 0))
        ok = refuse(h, arg->span, "an argument that is negative for some indices");
    cpm_ratform_clear(&form);
    fmpz_clear(least);
    return ok;
}

static bool eval_factorial(cpm_ratform *out, cpm_holo *h, const cpm_expr *call)
{
    fmpz_t a, b;
    quotient q;
    fmpz_init(a);
    fmpz_init(b);
    quotient_init(&q);
    bool ok = eval_argument(a, b, h, call->u.call.args[0].value);
    if (ok) {
        cpm_ratform_result result = mul_factorial(&q, a, b, 1);
        if (result == CPM_RATFORM_OK)
            result = cpm_ratform_set_hyper(out, q.r, &q.h, &h->hypers);
        ok = cpm_holo_refuse(h, result, call->span);
    }
    quotient_clear(&q);
    fmpz_clear(a);
    fmpz_clear(b);
    return ok;
}

/* (a n + b)! / ((c n + d)! ((a-c) n + b-d)!), where a >= c */
static cpm_ratform_result set_binomial(cpm_ratform *out, cpm_holo *h, fmpz_t a, fmpz_t b, fmpz_t c,
                                       fmpz_t d)
{
    quotient q;
    quotient_init(&q);
    cpm_ratform_result result = mul_factorial(&q, a, b, 1);
    if (result == CPM_RATFORM_OK)
        result = mul_factorial(&q, c, d, -1);
    fmpz_sub(a, a, c);
    fmpz_sub(b, b, d);
    if (fmpz_is_zero(a) && fmpz_sgn(b) < 0) { /* the lower one is always larger */
        fmpz_poly_q_zero(q.r);
        cpm_hyper_clear(&q.h);
        cpm_hyper_init(&q.h);
    } else if (result == CPM_RATFORM_OK) {
        result = mul_factorial(&q, a, b, -1);
    }
    if (result == CPM_RATFORM_OK)
        result = cpm_ratform_set_hyper(out, q.r, &q.h, &h->hypers);
    quotient_clear(&q);
    return result;
}

static bool eval_binomial(cpm_ratform *out, cpm_holo *h, const cpm_expr *call)
{
    const cpm_expr *upper = call->u.call.args[0].value, *lower = call->u.call.args[1].value;
    fmpz_t a, b, c, d;
    fmpz_init(a);
    fmpz_init(b);
    fmpz_init(c);
    fmpz_init(d);
    bool ok = eval_argument(a, b, h, upper) && eval_argument(c, d, h, lower);
    if (ok && fmpz_cmp(c, a) > 0)
        ok = refuse(h, call->span, "a binomial whose lower number grows faster");
    else if (ok)
        ok = cpm_holo_refuse(h, set_binomial(out, h, a, b, c, d), call->span);
    fmpz_clear(a);
    fmpz_clear(b);
    fmpz_clear(c);
    fmpz_clear(d);
    return ok;
}

static bool eval_call(cpm_ratform *out, cpm_holo *h, const cpm_expr *call)
{
    cpm_builtin_id id = cpm_builtin_of_symbol(&h->rec->tree, call->u.call.callee, CPM_IN_RULE);
    fmpq_t value;
    fmpq_init(value);
    bool is_constant = cpm_holo_constant(value, h, call);
    fmpq_clear(value);
    if (is_constant || id == CPM_BUILTIN_NONE)
        return eval_constant(out, h, call);
    if (cpm_builtin_check(id, CPM_IN_RULE, call, CPM_ERR_SEMANTIC, &h->rec->text, h->err) != CPM_OK)
        return false;
    if (id == CPM_BUILTIN_FACTORIAL)
        return eval_factorial(out, h, call);
    if (id == CPM_BUILTIN_BINOMIAL)
        return eval_binomial(out, h, call);
    if (id == CPM_BUILTIN_FLOOR)
        return cpm_holo_eval(out, h, call->u.call.args[0].value) &&
               cpm_holo_round(out, h, CPM_OP_FLOORDIV, NULL, call->span);
    if (id == CPM_BUILTIN_GCD)
        return cpm_holo_gcd(out, h, call);
    if (id == CPM_BUILTIN_POW)
        return eval_power(out, h, call->u.call.args[0].value, call->u.call.args[1].value);
    return eval_constant(out, h, call);
}

/* ---- Expressions --------------------------------------------------------------------- */

bool cpm_holo_eval(cpm_ratform *out, cpm_holo *h, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return eval_name(out, h, expr);
    case CPM_EXPR_UNARY:
        if (expr->u.unary.op == CPM_OP_POS)
            return cpm_holo_eval(out, h, expr->u.unary.operand);
        return expr->u.unary.op == CPM_OP_NEG ? eval_negative(out, h, expr)
                                              : eval_constant(out, h, expr);
    case CPM_EXPR_CHAIN:
        return eval_chain(out, h, expr);
    case CPM_EXPR_POWER:
        return eval_power(out, h, expr->u.chain.first, expr->u.chain.links[0].operand);
    case CPM_EXPR_DOT:
        return eval_dot(out, h, expr);
    case CPM_EXPR_CALL:
        return eval_call(out, h, expr);
    default:
        return eval_constant(out, h, expr);
    }
}
