/* SPDX-License-Identifier: MIT
 *
 * lower_expr.c - expressions. A value is predictable (evaluated now, once: loop-
 * invariant code motion), or an exponential polynomial in a loop counter, or
 * linear in the registers; the last kind is computed on a stack of virtual
 * registers as the bytecode of an interpreter would do it.
 *
 * Rules: sums, differences and negation take anything; a product needs one
 * factor that is predictable, or both factors in the same counter; a power
 * needs a counter expression and a predictable exponent, or a predictable base
 * and an exponent that is linear in the counter; every other operator needs
 * predictable operands.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"
#include "lang/builtin.h"
#include "lang/visit.h"

#include <string.h>

void cpm_lv_clear(lv *value)
{
    cpm_exppoly_clear(&value->poly);
}

/* ---- Predictability ---------------------------------------------------- */

static bool name_is_predictable(lowering *lw, cpm_sym sym)
{
    name_state state = lw->names[sym].state;
    return state == NAME_OUTER || state == NAME_PREDICTED;
}

cpm_builtin_id cpm_lower_builtin(const cpm_tree *tree, const cpm_lower_env *env,
                                 const cpm_expr *call)
{
    cpm_sym callee = call->u.call.callee;
    if (env->is_builtin == NULL)
        return cpm_builtin_of_symbol(tree, callee, CPM_IN_RULE);
    cpm_builtin_id id = cpm_builtin_of_symbol(tree, callee, CPM_IN_PROGRAM);
    return id != CPM_BUILTIN_NONE && env->is_builtin(env->ctx, callee) ? id : CPM_BUILTIN_NONE;
}

static cpm_builtin_id builtin_called(const lowering *lw, const cpm_expr *call)
{
    return cpm_lower_builtin(lw->tree, lw->env, call);
}

static bool is_pure(cpm_builtin_id id)
{
    return id != CPM_BUILTIN_NONE && cpm_builtin_of(id)->is_pure;
}

bool cpm_lower_is_predictable(lowering *lw, const cpm_expr *expr)
{
    if (expr->kind == CPM_EXPR_NAME)
        return name_is_predictable(lw, expr->u.name.sym);
    if (expr->kind == CPM_EXPR_STRING || expr->kind == CPM_EXPR_DOT ||
        (expr->kind == CPM_EXPR_CALL && !is_pure(builtin_called(lw, expr))))
        return false;
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        if (!cpm_lower_is_predictable(lw, child))
            return false;
    return true;
}

cpm_status cpm_lower_eval(fmpq_t out, lowering *lw, const cpm_expr *expr)
{
    cpm_status status = lw->env->eval(lw->env->ctx, out, expr, lw->err);
    if (status == CPM_OK && !cpm_ext_is_finite(out) && domain_of(lw)->is_arithmetic)
        return cpm_lower_check_value(lw, out, expr->span);
    return status;
}

/* ---- Values ------------------------------------------------------------ */

static cpm_status lv_set_constant(lv *out, const fmpq_t c, lowering *lw)
{
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    *out = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
    cpm_status status = cpm_exppoly_add_term(&out->poly, c, 0, one, lw->err);
    fmpq_clear(one);
    return status;
}

void cpm_lv_get_constant(fmpq_t out, const lv *value)
{
    if (value->poly.len == 0)
        fmpq_zero(out);
    else
        fmpq_set(out, value->poly.terms[0].coeff);
}

/* A polynomial whose counter terms have cancelled is a constant. */
static void lv_settle(lv *value)
{
    for (size_t i = 0; i < value->poly.len; i++)
        if (value->poly.terms[i].power > 0 || !fmpq_is_one(value->poly.terms[i].base))
            return;
    value->counter = NO_COUNTER;
}

/* ---- The stack of virtual registers ------------------------------------ */

static cpm_status stack_place(uint32_t *reg, lowering *lw)
{
    if (lw->stack_depth == lw->nstack_regs) {
        char name[32];
        uint32_t *regs =
            cpm_grow(lw->stack_regs, &lw->stack_regs_cap, lw->nstack_regs + 1, sizeof *regs);
        if (regs == NULL)
            return cpm_err_memory(lw->err);
        lw->stack_regs = regs;
        snprintf(name, sizeof name, "s%zu", lw->nstack_regs);
        cpm_status status = cpm_matcode_add_reg(&lw->stack_regs[lw->nstack_regs], lw->code,
                                                CPM_REG_VIRTUAL, name, lw->err);
        if (status != CPM_OK)
            return status;
        lw->code->regs[lw->stack_regs[lw->nstack_regs]].is_bound = true;
        lw->nstack_regs++;
    }
    *reg = lw->stack_regs[lw->stack_depth++];
    return CPM_OK;
}

cpm_status cpm_lower_pop(lowering *lw)
{
    uint32_t reg = lw->stack_regs[--lw->stack_depth];
    if (!lw->options->clear_stack)
        return CPM_OK;
    fmpq_t zero;
    fmpq_init(zero);
    const cpm_domain *scalars = cpm_domain_scalars(domain_of(lw));
    scalars->zero(zero, scalars);
    cpm_status status = cpm_matcode_emit_const(lw->code, CPM_MC_MOV, reg, zero, lw->err);
    fmpq_clear(zero);
    return status;
}

/* reg += (or -=, with negate) one term of a counter polynomial. */
static cpm_status add_monomial(lowering *lw, uint32_t reg, const cpm_monomial *t, size_t c)
{
    if (t->power == 0 && fmpq_is_one(t->base))
        return cpm_matcode_emit_const(lw->code, CPM_MC_ADD, reg, t->coeff, lw->err);
    uint32_t monomial, place;
    cpm_status status = cpm_lower_monomial(&monomial, lw, c, t->power, t->base);
    if (status == CPM_OK && fmpq_is_one(t->coeff))
        return cpm_matcode_emit(lw->code, CPM_MC_ADD, reg, monomial, lw->err);
    if (status == CPM_OK)
        status = stack_place(&place, lw);
    if (status == CPM_OK)
        status = cpm_matcode_emit(lw->code, CPM_MC_MOV, place, monomial, lw->err);
    if (status == CPM_OK)
        status = cpm_matcode_emit_const(lw->code, CPM_MC_MUL, place, t->coeff, lw->err);
    if (status == CPM_OK)
        status = cpm_matcode_emit(lw->code, CPM_MC_ADD, reg, place, lw->err);
    return status == CPM_OK ? cpm_lower_pop(lw) : status;
}

static cpm_status add_poly(lowering *lw, uint32_t reg, const lv *value)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < value->poly.len && status == CPM_OK; i++)
        status = add_monomial(lw, reg, &value->poly.terms[i], value->counter);
    return status;
}

/* reg = value, which stays where it is. */
static cpm_status move_to(lowering *lw, uint32_t reg, const lv *value)
{
    if (value->kind != LV_POLY)
        return cpm_matcode_emit(lw->code, CPM_MC_MOV, reg, value->reg, lw->err);
    fmpq_t c;
    fmpq_init(c);
    cpm_status status;
    if (lv_is_constant(value)) {
        cpm_lv_get_constant(c, value);
        status = cpm_lower_move_constant(lw, reg, c, (cpm_span){0, 0});
    } else {
        status = cpm_matcode_emit_const(lw->code, CPM_MC_MOV, reg, c, lw->err);
        if (status == CPM_OK)
            status = add_poly(lw, reg, value);
    }
    fmpq_clear(c);
    return status;
}

cpm_status cpm_lower_push(lowering *lw, lv *value)
{
    if (value->kind == LV_STACK)
        return CPM_OK;
    uint32_t reg;
    cpm_status status = stack_place(&reg, lw);
    if (status == CPM_OK)
        status = move_to(lw, reg, value);
    cpm_lv_clear(value);
    *value = (lv){.kind = LV_STACK, .reg = reg, .flow = value->flow};
    return status;
}

cpm_status cpm_lower_store(lowering *lw, uint32_t reg, lv *value)
{
    cpm_status status = move_to(lw, reg, value);
    if (status == CPM_OK && value->kind == LV_STACK)
        status = cpm_lower_pop(lw);
    cpm_lv_clear(value);
    return status;
}

/* ---- Operators --------------------------------------------------------- */

void cpm_lower_excerpt(char *buffer, size_t cap, const lowering *lw, cpm_span span)
{
    size_t len = span.end - span.begin;
    if (len < cap && span.end <= lw->tree->text->len) {
        memcpy(buffer, lw->tree->text->data + span.begin, len);
        buffer[len] = '\0';
        return;
    }
    snprintf(buffer, cap, "...");
}

/* acc += sign * value, where acc may be any kind; consumes value. */
static cpm_status add_into(lowering *lw, lv *acc, lv *value, int sign)
{
    cpm_status status = CPM_OK;
    fmpq_t c;
    fmpq_init(c);
    fmpq_set_si(c, sign, 1);
    bool same = value->kind == LV_POLY && acc->kind == LV_POLY &&
                (acc->counter == value->counter || acc->counter == NO_COUNTER ||
                 value->counter == NO_COUNTER);
    if (same) {
        if (acc->counter == NO_COUNTER)
            acc->counter = value->counter;
        status = cpm_exppoly_addmul(&acc->poly, &value->poly, c, lw->err);
        lv_settle(acc);
    } else if (acc->kind != LV_STACK && value->kind == LV_STACK) {
        /* The operand is already on the stack: add the accumulated part to it. */
        if (sign < 0)
            status = cpm_matcode_emit_const(lw->code, CPM_MC_MUL, value->reg, c, lw->err);
        if (status == CPM_OK)
            status = acc->kind == LV_POLY
                         ? add_poly(lw, value->reg, acc)
                         : cpm_matcode_emit(lw->code, CPM_MC_ADD, value->reg, acc->reg, lw->err);
        cpm_lv_clear(acc);
        *acc = *value;
        *value = (lv){.kind = LV_REG};
    } else {
        status = cpm_lower_push(lw, acc);
        if (status == CPM_OK && value->kind == LV_POLY) {
            cpm_exppoly_scale(&value->poly, c);
            status = add_poly(lw, acc->reg, value);
        } else if (status == CPM_OK) {
            status = cpm_matcode_emit(lw->code, sign < 0 ? CPM_MC_SUB : CPM_MC_ADD, acc->reg,
                                      value->reg, lw->err);
            if (status == CPM_OK && value->kind == LV_STACK)
                status = cpm_lower_pop(lw);
        }
    }
    cpm_lv_clear(value);
    fmpq_clear(c);
    return status;
}

/* acc *= c */
static cpm_status scale_by(lowering *lw, lv *acc, const fmpq_t c)
{
    if (acc->kind == LV_POLY) {
        cpm_exppoly_scale(&acc->poly, c);
        lv_settle(acc);
        return CPM_OK;
    }
    if (fmpq_is_one(c))
        return CPM_OK;
    cpm_status status = cpm_lower_push(lw, acc);
    if (status == CPM_OK)
        status = cpm_matcode_emit_const(lw->code, CPM_MC_MUL, acc->reg, c, lw->err);
    return status;
}

/* With the parentheses around it, which belong to no node. */
static cpm_span with_parentheses(const lowering *lw, cpm_span span)
{
    const cpm_text *text = lw->tree->text;
    size_t begin = span.begin, end = span.end;
    for (;;) {
        while (begin > 0 && text->data[begin - 1] == ' ')
            begin--;
        while (end < text->len && text->data[end] == ' ')
            end++;
        if (begin == 0 || end >= text->len || text->data[begin - 1] != '(' ||
            text->data[end] != ')')
            return span;
        span = (cpm_span){--begin, ++end};
    }
}

/* "WHAT unpredictable TAIL ('x' and 'y')" */
static cpm_status refuse_operands(lowering *lw, cpm_span span, const char *what, const char *tail,
                                  cpm_span left, cpm_span right)
{
    char a[40], b[40];
    cpm_lower_excerpt(a, sizeof a, lw, left);
    cpm_lower_excerpt(b, sizeof b, lw, right);
    return cpm_lower_refuse(lw, span, "%s %s%s ('%s' and '%s')", what, lw->options->adjective, tail,
                            a, b);
}

/* A power of zero is no exponential: it is told by the first iteration. */
static bool has_zero_base(const cpm_exppoly *p)
{
    for (size_t i = 0; i < p->len; i++)
        if (fmpq_is_zero(p->terms[i].base))
            return true;
    return false;
}

/* acc *= value, by their registers; consumes value. */
static cpm_status multiply_registers(lowering *lw, lv *acc, lv *value, cpm_span span)
{
    if (!domain_of(lw)->is_arithmetic || !lw->options->products) {
        lw->refused_product = domain_of(lw)->is_arithmetic;
        return CPM_ERR_SEMANTIC; /* the caller says why */
    }
    if (acc->kind != LV_STACK && value->kind == LV_STACK) { /* it is on top already */
        lv other = *acc;
        *acc = *value;
        *value = other;
    }
    cpm_status status = cpm_lower_push(lw, acc);
    if (status == CPM_OK && value->kind == LV_POLY)
        status = cpm_lower_push(lw, value);
    if (status == CPM_OK)
        status = cpm_matcode_emit_product(lw->code, acc->reg, value->reg, span, lw->err);
    if (status == CPM_OK && value->kind == LV_STACK)
        status = cpm_lower_pop(lw);
    return status;
}

/* acc *= value, consumes value. */
static cpm_status mul_into(lowering *lw, lv *acc, lv *value, cpm_span left, cpm_span right)
{
    cpm_status status;
    fmpq_t c;
    fmpq_init(c);
    if (lv_is_constant(value)) {
        cpm_lv_get_constant(c, value);
        status = scale_by(lw, acc, c);
    } else if (lv_is_constant(acc)) {
        cpm_lv_get_constant(c, acc);
        status = scale_by(lw, value, c);
        cpm_lv_clear(acc);
        *acc = *value;
        *value = (lv){.kind = LV_REG};
    } else if (acc->kind == LV_POLY && value->kind == LV_POLY && acc->counter == value->counter &&
               !has_zero_base(&acc->poly) && !has_zero_base(&value->poly)) {
        status = cpm_exppoly_mul(&acc->poly, &value->poly, lw->err);
        lv_settle(acc);
    } else {
        cpm_span whole = {with_parentheses(lw, left).begin, with_parentheses(lw, right).end};
        status = multiply_registers(lw, acc, value, whole);
        if (status == CPM_ERR_SEMANTIC)
            status = refuse_operands(lw, whole, "product of two", " values", left, right);
    }
    cpm_lv_clear(value);
    fmpq_clear(c);
    return status;
}

/* c b^(i-start) becomes b^-(i-start) / c; false when the value is not of that form. */
static bool invert_exponential(lv *value)
{
    if (value->kind != LV_POLY || value->poly.len != 1 || value->poly.terms[0].power != 0 ||
        fmpq_is_zero(value->poly.terms[0].base))
        return false;
    fmpq_inv(value->poly.terms[0].coeff, value->poly.terms[0].coeff);
    fmpq_inv(value->poly.terms[0].base, value->poly.terms[0].base);
    return true;
}

/* acc /= the predictable value, consumes it. */
static cpm_status div_into(lowering *lw, lv *acc, lv *value, cpm_span left, cpm_span right)
{
    cpm_span span = {left.begin, right.end};
    if (!lv_is_constant(value) && lw->options->allow_rational && invert_exponential(value))
        return mul_into(lw, acc, value, left, right);
    if (!lv_is_constant(value)) {
        cpm_lv_clear(value);
        char text[40];
        cpm_lower_excerpt(text, sizeof text, lw, right);
        return cpm_lower_refuse(lw, right, "division by a value that is %s ('%s')",
                                lw->options->adjective, text);
    }
    if (!lw->options->allow_rational) {
        cpm_lv_clear(value);
        return cpm_lower_refuse(lw, span, "'/' of a value that is %s", lw->options->adjective);
    }
    fmpq_t c;
    fmpq_init(c);
    cpm_lv_get_constant(c, value);
    cpm_status status;
    if (fmpq_is_zero(c)) {
        status = cpm_lower_refuse(lw, right, "division by zero");
    } else {
        fmpq_inv(c, c);
        status = scale_by(lw, acc, c);
    }
    cpm_lv_clear(value);
    fmpq_clear(c);
    return status;
}

/* x // y, x % y, x & y and the like with an operand that changes. */
static cpm_status refuse_operator(lowering *lw, const cpm_link *link, cpm_span left)
{
    char what[32];
    snprintf(what, sizeof what, "operator '%s' on", cpm_op_text(link->op));
    return refuse_operands(lw, (cpm_span){left.begin, link->operand->span.end}, what, " values",
                           left, link->operand->span);
}

/* Exact values make exact ones; of others the residue is all that is known. */
static unsigned joined_flow(const lv *a, const lv *b)
{
    return a->flow == 0 && b->flow == 0 ? 0 : CPM_FLOW_MIXED;
}

/* out %= M for a predictable M, always the same: from here on the loop is one
 * in Z/M, where this changes nothing but what is known of the value. */
static cpm_status reduce_value(lv *out, lowering *lw, const cpm_link *link, cpm_span left)
{
    if (lw->env->reset == NULL || !cpm_lower_is_predictable(lw, link->operand))
        return refuse_operator(lw, link, left);
    cpm_span span = {left.begin, link->operand->span.end};
    fmpq_t m;
    fmpq_init(m);
    cpm_status status = cpm_lower_eval(m, lw, link->operand);
    if (status == CPM_OK && (!fmpz_is_one(fmpq_denref(m)) || fmpq_sgn(m) <= 0))
        status = cpm_lower_refuse(lw, span, "'%%' with a modulus that is no positive integer");
    if (status == CPM_OK && lw->has_modulus && !fmpz_equal(lw->modulus, fmpq_numref(m)))
        status = cpm_lower_refuse(lw, span, "'%%' with two moduli");
    if (status == CPM_OK && !lw->has_modulus) {
        lw->has_modulus = true;
        fmpz_set(lw->modulus, fmpq_numref(m));
    }
    fmpq_clear(m);
    if (lw->modulus_span.end == 0)
        lw->modulus_span = span;
    if (status == CPM_OK)
        status = cpm_lower_push(lw, out);
    out->flow = 1;
    return status;
}

static cpm_status lower_chain(lv *out, lowering *lw, const cpm_expr *expr)
{
    cpm_span left = expr->u.chain.first->span;
    cpm_status status = cpm_lower_expr(out, lw, expr->u.chain.first);
    for (size_t i = 0; i < expr->u.chain.nlinks && status == CPM_OK; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        lv operand = {.kind = LV_REG};
        switch (link->op) {
        case CPM_OP_ADD:
        case CPM_OP_SUB:
        case CPM_OP_MUL:
        case CPM_OP_DIV:
            break;
        case CPM_OP_MOD:
            status = reduce_value(out, lw, link, left);
            left.end = link->operand->span.end;
            continue;
        default:
            return refuse_operator(lw, link, left);
        }
        status = cpm_lower_expr(&operand, lw, link->operand);
        if (status != CPM_OK)
            break;
        unsigned flow = joined_flow(out, &operand);
        cpm_span right = link->operand->span;
        if (link->op == CPM_OP_MUL)
            status = mul_into(lw, out, &operand, left, right);
        else if (link->op == CPM_OP_DIV)
            status = div_into(lw, out, &operand, left, right);
        else
            status = add_into(lw, out, &operand, link->op == CPM_OP_SUB ? -1 : 1);
        out->flow = flow;
        left.end = right.end;
    }
    return status;
}

/* 0^(slope i + constant): 1 where the exponent is 0, which the first iteration
 * alone may be, and 0 after it. */
static cpm_status power_of_zero(lv *out, lowering *lw, size_t c, const fmpz_t slope,
                                const fmpz_t constant, cpm_span span)
{
    const lower_counter *ctr = &lw->counters[c];
    fmpz_t first;
    fmpq_t one, zero;
    fmpz_init(first);
    fmpq_init(one);
    fmpq_init(zero);
    fmpq_one(one);
    fmpz_mul(first, slope, ctr->start);
    fmpz_add(first, first, constant);
    cpm_status status = CPM_OK;
    if (fmpz_sgn(first) < 0 || fmpz_sgn(slope) * fmpz_sgn(ctr->step) < 0) {
        status = cpm_lower_refuse(lw, span, "power of zero with a negative exponent");
    } else {
        *out = (lv){.kind = LV_POLY, .counter = c};
        if (fmpz_is_zero(first))
            status = cpm_exppoly_add_term(&out->poly, one, 0, zero, lw->err);
        lv_settle(out);
    }
    fmpz_clear(first);
    fmpq_clear(one);
    fmpq_clear(zero);
    return status;
}

/* out = b^(slope i + constant) = b^(slope start + constant) * (b^slope)^(i - start) */
static cpm_status power_of_base(lv *out, lowering *lw, const fmpq_t b, const lv *exponent,
                                const cpm_expr *expr)
{
    fmpz_t slope, constant;
    fmpq_t coeff, base;
    cpm_status status = CPM_OK;
    fmpz_init(slope);
    fmpz_init(constant);
    fmpq_init(coeff);
    fmpq_init(base);
    if (!cpm_exppoly_is_affine(&exponent->poly, slope, constant)) {
        status = cpm_lower_refuse(lw, expr->span, "exponent is not linear in the %s",
                                  lw->options->counter);
    } else if (fmpq_is_zero(b)) {
        status = power_of_zero(out, lw, exponent->counter, slope, constant, expr->span);
        goto done;
    } else if (!lw->options->allow_rational &&
               cpm_lower_may_be_negative(lw, exponent->counter, &exponent->poly)) {
        status = cpm_lower_refuse(lw, expr->span, "negative exponent");
    } else {
        if (exponent->counter != NO_COUNTER)
            fmpz_addmul(constant, slope, lw->counters[exponent->counter].start);
        if (!cpm_lower_bounded_power(coeff, b, constant) ||
            !cpm_lower_bounded_power(base, b, slope))
            status = cpm_lower_refuse(lw, expr->span, "exponent too large");
    }
    if (status == CPM_OK) {
        *out = (lv){.kind = LV_POLY, .counter = exponent->counter};
        status = cpm_exppoly_add_term(&out->poly, coeff, 0, base, lw->err);
        lv_settle(out);
    }
done:
    fmpz_clear(slope);
    fmpz_clear(constant);
    fmpq_clear(coeff);
    fmpq_clear(base);
    return status;
}

/* b^e of a register, by e - 1 products with a copy of it; consumes b. */
static cpm_status power_of_register(lv *out, lowering *lw, lv *b, ulong e, const cpm_expr *expr,
                                    const cpm_expr *base)
{
    enum { MAX_POWER = 64 };
    cpm_status status = CPM_OK;
    if (e > MAX_POWER)
        return cpm_lower_refuse(lw, expr->span, "exponent too large");
    if (!lw->options->products) {
        char text[40];
        cpm_lower_excerpt(text, sizeof text, lw, base->span);
        lw->refused_product = true;
        return cpm_lower_refuse(lw, expr->span, "power of a value that is %s ('%s')",
                                lw->options->adjective, text);
    }
    unsigned flow = b->flow == 0 || e == 1 ? b->flow : CPM_FLOW_MIXED;
    lv copy = {.kind = LV_REG, .reg = b->reg};
    if (b->kind == LV_STACK) {
        *out = *b;
        status = cpm_lower_push(lw, &copy);
    } else {
        *out = copy;
        status = cpm_lower_push(lw, out);
    }
    *b = (lv){.kind = LV_REG};
    for (ulong k = 1; k < e && status == CPM_OK; k++)
        status = cpm_matcode_emit_product(lw->code, out->reg, copy.reg, expr->span, lw->err);
    if (status == CPM_OK && copy.kind == LV_STACK)
        status = cpm_lower_pop(lw);
    out->flow = flow;
    return status;
}

static cpm_status lower_power(lv *out, lowering *lw, const cpm_expr *expr, const cpm_expr *base,
                              const cpm_expr *exponent)
{
    lv b = {.kind = LV_REG}, e = {.kind = LV_REG};
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = cpm_lower_expr(&b, lw, base);
    if (status == CPM_OK)
        status = cpm_lower_expr(&e, lw, exponent);
    if (status != CPM_OK)
        goto done;
    if (lv_is_constant(&b) && e.kind == LV_POLY) {
        cpm_lv_get_constant(c, &b);
        status = power_of_base(out, lw, c, &e, expr);
    } else if (lv_is_constant(&e)) {
        cpm_lv_get_constant(c, &e);
        bool natural = fmpz_is_one(fmpq_denref(c)) && fmpz_sgn(fmpq_numref(c)) >= 0 &&
                       fmpz_abs_fits_ui(fmpq_numref(c));
        if (b.kind == LV_POLY && natural) {
            if (has_zero_base(&b.poly) && !fmpq_is_one(c))
                status = cpm_lower_refuse(lw, expr->span, "power of a power of zero");
            else
                status = cpm_exppoly_pow(&b.poly, fmpz_get_ui(fmpq_numref(c)), lw->err);
            lv_settle(&b);
            *out = b;
            b = (lv){.kind = LV_REG};
        } else if (fmpq_is_one(c)) {
            *out = b;
            b = (lv){.kind = LV_REG};
        } else if (natural && fmpz_sgn(fmpq_numref(c)) > 0 && domain_of(lw)->is_arithmetic) {
            status = power_of_register(out, lw, &b, fmpz_get_ui(fmpq_numref(c)), expr, base);
        } else {
            char text[40];
            cpm_lower_excerpt(text, sizeof text, lw, base->span);
            status = cpm_lower_refuse(lw, expr->span, "power of a value that is %s ('%s')",
                                      lw->options->adjective, text);
        }
    } else {
        status = refuse_operands(lw, expr->span, "power of", " values", base->span, exponent->span);
    }
done:
    cpm_lv_clear(&b);
    cpm_lv_clear(&e);
    fmpq_clear(c);
    return status;
}

/* A name that holds no number, or nothing: then the error is the program's own. */
static cpm_status refuse_name(lowering *lw, const cpm_expr *expr)
{
    const char *name = lw->tree->symbols[expr->u.name.sym].name;
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = CPM_OK;
    if (lw->env->is_number != NULL)
        status = cpm_lower_eval(value, lw, expr);
    fmpq_clear(value);
    if (status != CPM_OK)
        return status;
    return cpm_lower_refuse(lw, expr->span, "'%s' holds no %s before it is assigned", name,
                            lw->options->allow_rational ? "number" : "integer");
}

static cpm_status lower_name(lv *out, lowering *lw, const cpm_expr *expr)
{
    name_info *name = &lw->names[expr->u.name.sym];
    if (name->state == NAME_COUNTER) {
        fmpq_t one;
        fmpq_init(one);
        fmpq_one(one);
        *out = (lv){.kind = LV_POLY, .counter = name->counter};
        cpm_status status = cpm_exppoly_add_term(&out->poly, one, 1, one, lw->err);
        fmpq_clear(one);
        return status;
    }
    if (name->may_be_unbound)
        return refuse_name(lw, expr);
    name->is_carried = true;
    *out = (lv){.kind = LV_REG, .flow = name->flow};
    return cpm_lower_variable(&out->reg, lw, expr->u.name.sym);
}

/* The sum of a signature, term by term, without a node for each. */
static cpm_status lower_dot(lv *out, lowering *lw, const cpm_expr *expr)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = lv_set_constant(out, c, lw);
    if (status == CPM_OK)
        status = cpm_lower_push(lw, out);
    for (size_t k = 0; k < expr->u.dot.nterms && status == CPM_OK; k++) {
        const fmpz *literal = lw->tree->literals + expr->u.dot.literals + 2 * k;
        lv term = {.kind = LV_REG};
        lw->names[expr->u.dot.names[k]].is_carried = true;
        status = cpm_lower_variable(&term.reg, lw, expr->u.dot.names[k]);
        fmpz_set(fmpq_numref(c), literal);
        fmpz_set(fmpq_denref(c), literal + 1);
        if (status == CPM_OK)
            status = scale_by(lw, &term, c);
        if (status == CPM_OK)
            status = add_into(lw, out, &term, 1);
    }
    fmpq_clear(c);
    return status;
}

static cpm_status lower_cond(lv *out, lowering *lw, const cpm_expr *expr)
{
    bool truth;
    if (!cpm_lower_is_predictable(lw, expr->u.cond.test))
        return cpm_lower_refuse(lw, expr->u.cond.test->span, "%s condition",
                                lw->options->adjective);
    cpm_status status = lw->env->test(lw->env->ctx, &truth, expr->u.cond.test, lw->err);
    if (status != CPM_OK)
        return status;
    return cpm_lower_expr(out, lw, truth ? expr->u.cond.then : expr->u.cond.orelse);
}

static cpm_status lower_call(lv *out, lowering *lw, const cpm_expr *expr)
{
    const cpm_arg *args = expr->u.call.args;
    if (builtin_called(lw, expr) == CPM_BUILTIN_POW && expr->u.call.nargs == 2 &&
        args[0].keyword == CPM_NO_SYM && args[1].keyword == CPM_NO_SYM)
        return lower_power(out, lw, expr, args[0].value, args[1].value);
    return cpm_lower_refuse(lw, expr->span, "'%s' of %s values",
                            lw->tree->symbols[expr->u.call.callee].name, lw->options->adjective);
}

static cpm_status lower_unpredictable(lv *out, lowering *lw, const cpm_expr *expr)
{
    fmpq_t minus_one;
    cpm_status status;
    if (expr->kind == CPM_EXPR_CALL && !is_pure(builtin_called(lw, expr)))
        return cpm_lower_refuse(lw, expr->span, "call of '%s'",
                                lw->tree->symbols[expr->u.call.callee].name);
    if (!domain_of(lw)->is_arithmetic) {
        bool handled;
        status = cpm_lower_in_domain(&handled, out, lw, expr);
        if (handled || status != CPM_OK)
            return status;
    }
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return lower_name(out, lw, expr);
    case CPM_EXPR_CHAIN:
        return lower_chain(out, lw, expr);
    case CPM_EXPR_DOT:
        return lower_dot(out, lw, expr);
    case CPM_EXPR_POWER:
        return lower_power(out, lw, expr, expr->u.chain.first, expr->u.chain.links[0].operand);
    case CPM_EXPR_COND:
        return lower_cond(out, lw, expr);
    case CPM_EXPR_CALL:
        return lower_call(out, lw, expr);
    case CPM_EXPR_UNARY:
        if (expr->u.unary.op != CPM_OP_NEG && expr->u.unary.op != CPM_OP_POS)
            return cpm_lower_refuse(lw, expr->span, "operator '%s' on a value that is %s",
                                    cpm_op_text(expr->u.unary.op), lw->options->adjective);
        status = cpm_lower_expr(out, lw, expr->u.unary.operand);
        if (status != CPM_OK || expr->u.unary.op == CPM_OP_POS)
            return status;
        fmpq_init(minus_one);
        fmpq_set_si(minus_one, -1, 1);
        status = scale_by(lw, out, minus_one);
        fmpq_clear(minus_one);
        out->flow = out->flow == 0 ? 0 : CPM_FLOW_MIXED;
        return status;
    case CPM_EXPR_TUPLE:
        return cpm_lower_refuse(lw, expr->span, "tuple inside an expression");
    case CPM_EXPR_STRING:
        return cpm_lower_refuse(lw, expr->span, "string");
    default:
        return cpm_lower_refuse(lw, expr->span, "comparison of %s values", lw->options->adjective);
    }
}

cpm_status cpm_lower_expr(lv *out, lowering *lw, const cpm_expr *expr)
{
    *out = (lv){.kind = LV_REG};
    if (++lw->nesting > CPM_MAX_NESTING) {
        lw->nesting--;
        return cpm_lower_refuse(lw, expr->span, "expression nested too deeply");
    }
    cpm_status status;
    if (expr->kind == CPM_EXPR_INT) {
        fmpq_t c;
        fmpq_init(c);
        fmpq_set_fmpz(c, lw->tree->literals + expr->u.literal);
        status = lv_set_constant(out, c, lw);
        fmpq_clear(c);
    } else if (cpm_lower_is_predictable(lw, expr)) {
        fmpq_t c;
        fmpq_init(c);
        status = cpm_lower_eval(c, lw, expr);
        if (status == CPM_OK)
            status = lv_set_constant(out, c, lw);
        fmpq_clear(c);
    } else {
        status = lower_unpredictable(out, lw, expr);
    }
    lw->nesting--;
    if (status != CPM_OK) {
        cpm_lv_clear(out);
        cpm_err_locate(lw->err, lw->tree->text, expr->span);
    }
    return status;
}
