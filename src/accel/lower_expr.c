/* SPDX-License-Identifier: MIT
 *
 * lower_expr.c - expressions. A value is predictable (evaluated now, once: loop-
 * invariant code motion), or an exponential polynomial in a loop counter, or
 * linear in the registers; the last kind is computed on a stack of virtual
 * registers as the bytecode of an interpreter would do it.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "lang/builtin.h"
#include "lang/method.h"
#include "lang/visit.h"

#include <stdlib.h>
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
    if (expr->kind == CPM_EXPR_STRING || expr->kind >= CPM_EXPR_DOT ||
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

cpm_status cpm_lower_integer(lv *out, lowering *lw, const cpm_expr *expr)
{
    bool before = lw->is_deciding;
    lw->is_deciding = true;
    cpm_status status = cpm_lower_expr(out, lw, expr);
    lw->is_deciding = before;
    return status;
}

/* ---- Values ------------------------------------------------------------ */

cpm_status cpm_lv_set_constant(lv *out, const fmpq_t c, lowering *lw)
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
void cpm_lv_settle(lv *value)
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

/* acc = acc * monomial + the terms of i^power base^(i-start), base that of `like`; a step
 * of Horner's scheme. */
static cpm_status horner_step(lowering *lw, uint32_t acc, uint32_t counter, const lv *value,
                              const cpm_monomial *like, ulong power, bool first)
{
    cpm_status status = CPM_OK;
    if (!first)
        status = cpm_matcode_emit_product(lw->code, acc, counter, (cpm_span){0, 0}, lw->err);
    for (size_t i = 0; i < value->poly.len && status == CPM_OK; i++) {
        const cpm_monomial *t = &value->poly.terms[i];
        if (t->power == power && fmpq_equal(t->base, like->base))
            status = cpm_matcode_emit_const(lw->code, first ? CPM_MC_MOV : CPM_MC_ADD, acc,
                                            t->coeff, lw->err);
    }
    return status;
}

/* reg += all terms with the base of `like`, whose power is the highest among them, as
 * products of the counter and base^(i-start). */
static cpm_status add_by_products(lowering *lw, uint32_t reg, const lv *value,
                                  const cpm_monomial *like)
{
    uint32_t counter, exponential, place;
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    cpm_status status = cpm_lower_monomial(&counter, lw, value->counter, 1, one);
    bool has_base = !fmpq_equal(like->base, one);
    fmpq_clear(one);
    if (status == CPM_OK && has_base)
        status = cpm_lower_monomial(&exponential, lw, value->counter, 0, like->base);
    if (status == CPM_OK)
        status = stack_place(&place, lw);
    for (ulong k = like->power + 1; k-- > 0 && status == CPM_OK;)
        status = horner_step(lw, place, counter, value, like, k, k == like->power);
    if (status == CPM_OK && has_base)
        status = cpm_matcode_emit_product(lw->code, place, exponential, (cpm_span){0, 0}, lw->err);
    if (status == CPM_OK)
        status = cpm_matcode_emit(lw->code, CPM_MC_ADD, reg, place, lw->err);
    return status == CPM_OK ? cpm_lower_pop(lw) : status;
}

/* The term of highest power among those with the base of term i; *is_first: i is the
 * first one with it. */
static const cpm_monomial *leading_term(bool *is_first, const cpm_exppoly *poly, size_t i)
{
    const cpm_monomial *leading = &poly->terms[i];
    *is_first = true;
    for (size_t k = 0; k < poly->len; k++) {
        const cpm_monomial *t = &poly->terms[k];
        if (!fmpq_equal(t->base, poly->terms[i].base))
            continue;
        *is_first = *is_first && k >= i;
        leading = t->power > leading->power ? t : leading;
    }
    return leading;
}

/* Where code may have products, a power of a counter is one like any other, and no
 * variable of its own. */
cpm_status cpm_lower_add_poly(lowering *lw, uint32_t reg, const lv *value)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < value->poly.len && status == CPM_OK; i++) {
        bool is_first;
        const cpm_monomial *leading = leading_term(&is_first, &value->poly, i);
        bool is_linear = leading->power <= (fmpq_is_one(leading->base) ? 1u : 0u);
        if (is_linear || !lw->options->products)
            status = add_monomial(lw, reg, &value->poly.terms[i], value->counter);
        else if (is_first)
            status = add_by_products(lw, reg, value, leading);
    }
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
            status = cpm_lower_add_poly(lw, reg, value);
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

/* ---- Expressions -------------------------------------------------------- */

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

cpm_status cpm_lower_counter_value(lv *out, lowering *lw, size_t c)
{
    const lower_counter *ctr = &lw->counters[c];
    fmpq_t one, t;
    fmpq_init(one);
    fmpq_init(t);
    fmpq_one(one);
    *out = (lv){.kind = LV_POLY, .counter = c};
    fmpq_set_fmpz(t, ctr->slope);
    cpm_status status = cpm_exppoly_add_term(&out->poly, t, 1, one, lw->err);
    fmpq_set_fmpz(t, ctr->offset);
    if (status == CPM_OK)
        status = cpm_exppoly_add_term(&out->poly, t, 0, one, lw->err);
    fmpq_clear(one);
    fmpq_clear(t);
    return status;
}

static cpm_status lower_name(lv *out, lowering *lw, const cpm_expr *expr)
{
    name_info *name = &lw->names[expr->u.name.sym];
    if (name->state == NAME_COUNTER)
        return operators_of(lw)->counter(out, lw, expr);
    if (name->state == NAME_LOST)
        return cpm_lower_refuse_lost(lw, expr->u.name.sym, expr->span);
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
    cpm_status status = cpm_lv_set_constant(out, c, lw);
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
            status = cpm_lower_scale(lw, &term, c);
        if (status == CPM_OK)
            status = cpm_lower_add(lw, out, &term, 1);
    }
    fmpq_clear(c);
    return status;
}

static cpm_status lower_cond(lv *out, lowering *lw, const cpm_expr *expr)
{
    bool truth;
    cpm_status status = cpm_lower_decide(&truth, lw, expr->u.cond.test);
    if (status != CPM_OK)
        return status;
    return cpm_lower_expr(out, lw, truth ? expr->u.cond.then : expr->u.cond.orelse);
}

/* floor(x / k) is x // k. */
static cpm_status lower_floor(lv *out, lowering *lw, const cpm_expr *quotient)
{
    size_t nlinks = quotient->u.chain.nlinks;
    cpm_link *links = cpm_calloc(nlinks, sizeof *links);
    if (links == NULL)
        return cpm_err_memory(lw->err);
    memcpy(links, quotient->u.chain.links, nlinks * sizeof *links);
    links[nlinks - 1].op = CPM_OP_FLOORDIV;
    cpm_expr whole = *quotient;
    whole.u.chain.links = links;
    cpm_status status = cpm_lower_expr(out, lw, &whole);
    free(links);
    return status;
}

static bool is_quotient(const cpm_expr *expr)
{
    return expr->kind == CPM_EXPR_CHAIN &&
           expr->u.chain.links[expr->u.chain.nlinks - 1].op == CPM_OP_DIV;
}

/* abs(x): x, or -x. */
static cpm_status lower_abs(lv *out, lowering *lw, cpm_expr *x)
{
    bool negative = false;
    fmpq_t minus;
    cpm_status status = cpm_lower_is_negative(&negative, lw, x);
    if (status == CPM_OK)
        status = cpm_lower_expr(out, lw, x);
    fmpq_init(minus);
    fmpq_set_si(minus, -1, 1);
    if (status == CPM_OK && negative)
        status = cpm_lower_scale(lw, out, minus);
    fmpq_clear(minus);
    return status;
}

static cpm_status lower_call(lv *out, lowering *lw, const cpm_expr *expr)
{
    const cpm_arg *args = expr->u.call.args;
    const cpm_expr *chosen = expr;
    cpm_expr *x = cpm_lower_abs_argument(lw, expr);
    cpm_status status = cpm_lower_choose_argument(&chosen, lw);
    if (status != CPM_OK || chosen != expr)
        return status == CPM_OK ? cpm_lower_expr(out, lw, chosen) : status;
    if (x != NULL)
        return lower_abs(out, lw, x);
    if (builtin_called(lw, expr) == CPM_BUILTIN_FLOOR && is_quotient(args[0].value))
        return lower_floor(out, lw, args[0].value);
    if (builtin_called(lw, expr) == CPM_BUILTIN_POW && expr->u.call.nargs == 2 &&
        args[0].keyword == CPM_NO_SYM && args[1].keyword == CPM_NO_SYM)
        return cpm_lower_power_expr(out, lw, expr, args[0].value, args[1].value);
    if (builtin_called(lw, expr) == CPM_BUILTIN_POW && expr->u.call.nargs == 3)
        return cpm_lower_power_mod(out, lw, expr);
    return cpm_lower_refuse(lw, expr->span, "'%s' of %s values",
                            lw->tree->symbols[expr->u.call.callee].name, lw->options->adjective);
}

static cpm_status lower_unary(lv *out, lowering *lw, const cpm_expr *expr)
{
    fmpq_t minus_one;
    if (expr->u.unary.op != CPM_OP_NEG && expr->u.unary.op != CPM_OP_POS)
        return cpm_lower_refuse(lw, expr->span, "operator '%s' on a value that is %s",
                                cpm_op_text(expr->u.unary.op), lw->options->adjective);
    cpm_status status = cpm_lower_expr(out, lw, expr->u.unary.operand);
    if (status != CPM_OK || expr->u.unary.op == CPM_OP_POS)
        return status;
    fmpq_init(minus_one);
    fmpq_set_si(minus_one, -1, 1);
    status = cpm_lower_scale(lw, out, minus_one);
    fmpq_clear(minus_one);
    out->flow = out->flow == 0 ? 0 : CPM_FLOW_MIXED;
    return status;
}

static cpm_status lower_power(lv *out, lowering *lw, const cpm_expr *expr)
{
    return cpm_lower_power_expr(out, lw, expr, expr->u.chain.first, expr->u.chain.links[0].operand);
}

static cpm_status counter_value(lv *out, lowering *lw, const cpm_expr *expr)
{
    return cpm_lower_counter_value(out, lw, lw->names[expr->u.name.sym].counter);
}

const lower_operators cpm_operators_arithmetic = {
    .counter = counter_value,
    .chain = cpm_lower_chain,
    .power = lower_power,
    .call = lower_call,
    .unary = lower_unary,
    .dot = lower_dot,
};

/* ---- Any expression -------------------------------------------------------- */

static cpm_status lower_unpredictable(lv *out, lowering *lw, const cpm_expr *expr)
{
    const lower_operators *operators = operators_of(lw);
    size_t counter = NO_COUNTER;
    if (cpm_lower_is_own_call(lw, expr))
        return cpm_lower_call_value(out, lw, expr);
    if (expr->kind == CPM_EXPR_CALL && !is_pure(builtin_called(lw, expr)))
        return cpm_lower_refuse(lw, expr->span, "call of '%s'",
                                lw->tree->symbols[expr->u.call.callee].name);
    if (operators->counters != NULL && cpm_lower_is_counter_expr(lw, expr, &counter))
        return operators->counters(out, lw, expr);
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return lower_name(out, lw, expr);
    case CPM_EXPR_CHAIN:
        return operators->chain(out, lw, expr);
    case CPM_EXPR_DOT:
        return operators->dot(out, lw, expr);
    case CPM_EXPR_POWER:
        return operators->power(out, lw, expr);
    case CPM_EXPR_COND:
        return lower_cond(out, lw, expr);
    case CPM_EXPR_CALL:
        return operators->call(out, lw, expr);
    case CPM_EXPR_UNARY:
        return operators->unary(out, lw, expr);
    case CPM_EXPR_TUPLE:
        return cpm_lower_refuse(lw, expr->span, "tuple inside an expression");
    case CPM_EXPR_STRING:
    case CPM_EXPR_JOINED:
        return cpm_lower_refuse(lw, expr->span, "string");
    case CPM_EXPR_INDEX:
    case CPM_EXPR_SLICE:
        return cpm_lower_refuse(lw, expr->span, "item of a list");
    case CPM_EXPR_LIST:
    case CPM_EXPR_SET:
    case CPM_EXPR_DICT:
    case CPM_EXPR_COMP:
        return cpm_lower_refuse(lw, expr->span, "list");
    case CPM_EXPR_METHOD:
        return cpm_lower_refuse(lw, expr->span, "call of the method '%s'",
                                cpm_method_name((cpm_method_id)expr->u.method.id));
    case CPM_EXPR_APPLY:
    case CPM_EXPR_LAMBDA:
        return cpm_lower_refuse(lw, expr->span, "function as a value");
    case CPM_EXPR_STAR:
    case CPM_EXPR_WALRUS:
        return cpm_lower_refuse(lw, expr->span, "assignment inside an expression");
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
        status = cpm_lv_set_constant(out, c, lw);
        fmpq_clear(c);
    } else if (cpm_lower_is_predictable(lw, expr)) {
        fmpq_t c;
        fmpq_init(c);
        status = cpm_lower_eval(c, lw, expr);
        if (status == CPM_OK)
            status = cpm_lv_set_constant(out, c, lw);
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
