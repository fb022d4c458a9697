/* SPDX-License-Identifier: MIT
 *
 * lower_semiring.c - expressions over the other pairs of operations. The same
 * matrix code comes out: ADD is the addition of the domain, MUL its
 * multiplication by a constant, the last register its one.
 *
 * In a semiring an operator adds (max in max-plus: any operands), multiplies
 * (+ in max-plus: all operands but one predictable), or means nothing and is
 * refused.
 *
 * In mul-pow the matrix code runs on exponents: ADD multiplies, SUB divides, MUL
 * raises to a power, and every constant c has a register of its own that never
 * changes. Counters and powers are in lower_power.c.
 */
#include "accel/lower_internal.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The value cannot be part of a system over the domain. */
static cpm_status refuse_value(lowering *lw, cpm_span span, const char *what, const fmpq_t value)
{
    lw->refused_value = true;
    const char *sign = fmpz_sgn(fmpq_numref(value)) < 0 ? "-inf" : "inf";
    char *text = cpm_ext_is_finite(value) ? fmpq_get_str(NULL, 10, value) : NULL;
    if (text == NULL)
        return cpm_lower_refuse(lw, span, "%s (%s) in %s, whose values are %s", what, sign,
                                name_of(lw), domain_of(lw)->values);
    bool is_short = strlen(text) <= 30;
    cpm_lower_refuse(lw, span, "%s%s%s%s in %s, whose values are %s", what, is_short ? " (" : "",
                     is_short ? text : "", is_short ? ")" : "", name_of(lw), domain_of(lw)->values);
    flint_free(text);
    return lw->err->status;
}

cpm_status cpm_lower_check_value(lowering *lw, const fmpq_t value, cpm_span span)
{
    if (domain_of(lw)->contains(value, domain_of(lw)))
        return CPM_OK;
    return refuse_value(lw, span,
                        !cpm_ext_is_finite(value) ? "an infinity"
                        : fmpq_sgn(value) < 0     ? "a negative value"
                                                  : "a value",
                        value);
}

/* ---- Constants ----------------------------------------------------------- */

/* The register that always holds c (mul-pow). */
cpm_status cpm_lower_constant_register(uint32_t *reg, lowering *lw, const fmpq_t c)
{
    for (size_t i = 0; i < lw->npowers; i++) {
        const power_reg *p = &lw->powers[i];
        if (p->counter == NO_COUNTER && fmpq_equal(p->unit, c)) {
            *reg = p->reg;
            return CPM_OK;
        }
    }
    power_reg *grown = cpm_grow(lw->powers, &lw->powers_cap, lw->npowers + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    lw->powers = grown;
    char *text = fmpq_get_str(NULL, 10, c);
    if (strlen(text) > 40)
        memcpy(text + 37, "...", 4);
    cpm_status status = cpm_matcode_add_reg(reg, lw->code, CPM_REG_MONOMIAL, text, lw->err);
    flint_free(text);
    if (status != CPM_OK)
        return status;
    lw->code->regs[*reg].is_bound = true;
    fmpq_set(lw->code->regs[*reg].start, c);
    power_reg *added = &lw->powers[lw->npowers++];
    *added = (power_reg){.counter = NO_COUNTER, .reg = *reg};
    fmpq_init(added->unit);
    fmpq_init(added->base);
    fmpq_set(added->unit, c);
    fmpq_one(added->base);
    return CPM_OK;
}

cpm_status cpm_lower_move_constant(lowering *lw, uint32_t reg, const fmpq_t c, cpm_span span)
{
    cpm_status status = cpm_lower_check_value(lw, c, span);
    if (status != CPM_OK)
        return status;
    if (!is_mul_pow(lw))
        return cpm_matcode_emit_const(lw->code, CPM_MC_MOV, reg, c, lw->err);
    uint32_t from;
    status = cpm_lower_constant_register(&from, lw, c);
    return status == CPM_OK ? cpm_matcode_emit(lw->code, CPM_MC_MOV, reg, from, lw->err) : status;
}

static cpm_status add_constant(lowering *lw, uint32_t reg, const fmpq_t c, cpm_span span)
{
    uint32_t from;
    cpm_status status = cpm_lower_check_value(lw, c, span);
    if (status != CPM_OK)
        return status;
    if (!is_mul_pow(lw))
        return cpm_matcode_emit_const(lw->code, CPM_MC_ADD, reg, c, lw->err);
    status = cpm_lower_constant_register(&from, lw, c);
    return status == CPM_OK ? cpm_matcode_emit(lw->code, CPM_MC_ADD, reg, from, lw->err) : status;
}

/* ---- Values -------------------------------------------------------------- */

/* acc = acc + value (the domain's addition); consumes value. */
cpm_status cpm_lower_add_in(lowering *lw, lv *acc, lv *value, cpm_span span)
{
    cpm_status status = CPM_OK;
    if (acc->kind != LV_STACK && !lv_is_constant(value)) {
        lv t = *acc; /* constants go last, and what is on the stack stays there */
        if (lv_is_constant(acc) || value->kind == LV_STACK) {
            *acc = *value;
            *value = t;
        }
    }
    status = cpm_lower_push(lw, acc);
    if (status == CPM_OK && lv_is_constant(value)) {
        fmpq_t c;
        fmpq_init(c);
        cpm_lv_get_constant(c, value);
        status = add_constant(lw, acc->reg, c, span);
        fmpq_clear(c);
    } else if (status == CPM_OK) {
        status = cpm_matcode_emit(lw->code, CPM_MC_ADD, acc->reg, value->reg, lw->err);
        if (status == CPM_OK && value->kind == LV_STACK)
            status = cpm_lower_pop(lw);
    }
    cpm_lv_clear(value);
    *value = (lv){.kind = LV_REG};
    return status;
}

/* acc = acc * c for a scalar c. */
cpm_status cpm_lower_scale_in(lowering *lw, lv *acc, const fmpq_t c)
{
    fmpq_t one;
    fmpq_init(one);
    domain_of(lw)->one(one, domain_of(lw));
    cpm_status status = CPM_OK;
    if (!fmpq_equal(one, c)) {
        status = cpm_lower_push(lw, acc);
        if (status == CPM_OK)
            status = cpm_matcode_emit_const(lw->code, CPM_MC_MUL, acc->reg, c, lw->err);
    }
    fmpq_clear(one);
    return status;
}

/* ---- Operators ----------------------------------------------------------- */

static cpm_status refuse_two(lowering *lw, const char *op, cpm_span left, cpm_span right)
{
    char a[40], b[40];
    cpm_lower_excerpt(a, sizeof a, lw, left);
    cpm_lower_excerpt(b, sizeof b, lw, right);
    return cpm_lower_refuse(lw, (cpm_span){left.begin, right.end},
                            "'%s' of two %s values ('%s' and '%s') in %s", op,
                            lw->options->adjective, a, b, name_of(lw));
}

/* c = c * v (or c / v): what all predictable factors come to. */
static cpm_status gather(lowering *lw, fmpq_t c, const fmpq_t v, cpm_role r, cpm_span span)
{
    const cpm_domain *domain = domain_of(lw);
    if (!domain->contains(v, domain))
        return refuse_value(lw, span, fmpq_sgn(v) < 0 ? "a negative factor" : "a factor", v);
    if (r == CPM_ROLE_DIVIDE && !cpm_ext_is_finite(v))
        return refuse_value(lw, span, "an infinite factor divided by", v);
    bool divides = r == CPM_ROLE_DIVIDE && strcmp(domain->written.divide, "/") == 0;
    if (divides && fmpq_is_zero(v))
        return cpm_lower_refuse(lw, span, "division by zero");
    if (divides && !lw->options->allow_rational)
        return cpm_lower_refuse(lw, span, "'/' of a value that is %s", lw->options->adjective);
    if (r == CPM_ROLE_DIVIDE)
        domain->divide(c, c, v);
    else
        domain->mul(c, c, v, domain);
    return CPM_OK;
}

/* One operand of an operation with the text `op`. */
typedef struct operand {
    const cpm_expr *expr;
    cpm_role role;
    const char *op;
} operand;

/* A product: every operand but one is predictable. */
static cpm_status lower_product(lv *out, lowering *lw, const operand *operands, size_t count)
{
    const cpm_expr *varying = NULL;
    fmpq_t c, v;
    fmpq_init(c);
    fmpq_init(v);
    domain_of(lw)->one(c, domain_of(lw));
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        const cpm_expr *expr = operands[i].expr;
        bool known;
        status = cpm_lower_known(&known, v, lw, expr);
        if (status != CPM_OK)
            break;
        if (known) {
            status = gather(lw, c, v, operands[i].role, expr->span);
        } else if (varying != NULL) {
            status = refuse_two(lw, operands[i].op, varying->span, expr->span);
        } else if (operands[i].role == CPM_ROLE_DIVIDE) {
            status = cpm_lower_refuse(lw, expr->span, "'%s' before a value that is %s in %s",
                                      operands[i].op, lw->options->adjective, name_of(lw));
        } else {
            varying = expr;
        }
    }
    if (status == CPM_OK && varying == NULL)
        status = cpm_lv_set_constant(out, c, lw);
    else if (status == CPM_OK)
        status = cpm_lower_expr(out, lw, varying);
    if (status == CPM_OK && varying != NULL)
        status = cpm_lower_scale_in(lw, out, c);
    fmpq_clear(c);
    fmpq_clear(v);
    return status;
}

static cpm_status lower_sum(lv *out, lowering *lw, const operand *operands, size_t count)
{
    cpm_status status = cpm_lower_expr(out, lw, operands[0].expr);
    for (size_t i = 1; i < count && status == CPM_OK; i++) {
        lv value = {.kind = LV_REG};
        status = cpm_lower_expr(&value, lw, operands[i].expr);
        if (status == CPM_OK)
            status = cpm_lower_add_in(lw, out, &value, operands[i].expr->span);
    }
    return status;
}

static cpm_status refuse_operator(lowering *lw, cpm_span span, const char *op)
{
    return cpm_lower_refuse(lw, span, "'%s' is no operation of %s", op, name_of(lw));
}

/* All operators of a chain mean something here. */
static cpm_status check_operators(lowering *lw, const cpm_expr *expr)
{
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        if (cpm_domain_role(domain_of(lw), cpm_op_text(link->op)) == CPM_ROLE_NONE)
            return refuse_operator(lw, link->op_span, cpm_op_text(link->op));
    }
    return CPM_OK;
}

/* mul-pow: an expression of a counter that is one number, `i % 2` say; a refusal of its
 * operators where it is none. */
static cpm_status lower_number(lv *out, lowering *lw, const cpm_expr *expr)
{
    bool known = false;
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = cpm_lower_known(&known, c, lw, expr);
    if (status == CPM_OK)
        status = known ? cpm_lv_set_constant(out, c, lw) : check_operators(lw, expr);
    fmpq_clear(c);
    return status;
}

static bool has_factors(const lowering *lw, const cpm_expr *expr)
{
    bool ok = true;
    for (size_t i = 0; i < expr->u.chain.nlinks; i++)
        ok = ok && cpm_domain_role(domain_of(lw), cpm_op_text(expr->u.chain.links[i].op)) !=
                       CPM_ROLE_NONE;
    return ok;
}

/* mul-pow: a * b / c. */
static cpm_status lower_factors(lv *out, lowering *lw, const cpm_expr *expr)
{
    if (!has_factors(lw, expr))
        return lower_number(out, lw, expr);
    cpm_status status = cpm_lower_expr(out, lw, expr->u.chain.first);
    for (size_t i = 0; i < expr->u.chain.nlinks && status == CPM_OK; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        lv value = {.kind = LV_REG};
        fmpq_t minus;
        status = cpm_lower_expr(&value, lw, link->operand);
        if (status == CPM_OK && link->op == CPM_OP_DIV) {
            if (!lw->options->allow_rational)
                return cpm_lower_refuse(lw, expr->span, "'/' of a value that is %s",
                                        lw->options->adjective);
            lw->code->divides = true;
            if (lv_is_constant(&value) && value.poly.len == 0)
                return cpm_lower_refuse(lw, link->operand->span, "division by zero");
            status = cpm_lower_push(lw, &value); /* a constant becomes a register */
            fmpq_init(minus);
            fmpq_set_si(minus, -1, 1);
            if (status == CPM_OK)
                status = cpm_lower_scale_in(lw, &value, minus);
            fmpq_clear(minus);
        }
        if (status == CPM_OK)
            status = cpm_lower_add_in(lw, out, &value, link->operand->span);
    }
    return status;
}

/* x | c = (x & ~c) ^ c in xor-and. */
static cpm_status lower_mask(lv *out, lowering *lw, const operand *operands, size_t count)
{
    fmpq_t c, v;
    const cpm_expr *varying = NULL;
    fmpq_init(c);
    fmpq_init(v);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        bool known;
        status = cpm_lower_known(&known, v, lw, operands[i].expr);
        if (status == CPM_OK && !known) {
            if (varying != NULL)
                status = refuse_two(lw, "|", varying->span, operands[i].expr->span);
            varying = operands[i].expr;
            continue;
        }
        if (status == CPM_OK)
            status = cpm_lower_check_value(lw, v, operands[i].expr->span);
        if (status == CPM_OK)
            cpm_domain_of(CPM_SEMIRING_OR_AND)->add(c, c, v, domain_of(lw));
    }
    if (status == CPM_OK && varying == NULL) {
        status = cpm_lv_set_constant(out, c, lw);
        goto done;
    }
    if (status == CPM_OK)
        status = cpm_lower_expr(out, lw, varying);
    if (status == CPM_OK) {
        fmpq_set_si(v, -1, 1);
        domain_of(lw)->add(v, v, c, domain_of(lw));
        status = cpm_lower_scale_in(lw, out, v);
    }
    if (status == CPM_OK)
        status = cpm_lower_push(lw, out);
    if (status == CPM_OK)
        status = add_constant(lw, out->reg, c, operands[0].expr->span);
done:
    fmpq_clear(c);
    fmpq_clear(v);
    return status;
}

static cpm_status lower_operation(lv *out, lowering *lw, const operand *operands, size_t count)
{
    switch (operands[count - 1].role) {
    case CPM_ROLE_ADD:
        return lower_sum(out, lw, operands, count);
    case CPM_ROLE_MASK:
        return lower_mask(out, lw, operands, count);
    default:
        return lower_product(out, lw, operands, count);
    }
}

static cpm_status lower_chain(lv *out, lowering *lw, const cpm_expr *expr)
{
    size_t count = expr->u.chain.nlinks + 1;
    cpm_status known = check_operators(lw, expr);
    if (known != CPM_OK)
        return known;
    operand *operands = cpm_calloc(count, sizeof *operands);
    if (operands == NULL)
        return cpm_err_memory(lw->err);
    operands[0] = (operand){.expr = expr->u.chain.first, .role = CPM_ROLE_MUL, .op = ""};
    for (size_t i = 0; i + 1 < count; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        operands[i + 1] = (operand){.expr = link->operand,
                                    .role = cpm_domain_role(domain_of(lw), cpm_op_text(link->op)),
                                    .op = cpm_op_text(link->op)};
    }
    cpm_status status = lower_operation(out, lw, operands, count);
    free(operands);
    return status;
}

static cpm_status lower_call(lv *out, lowering *lw, const cpm_expr *expr)
{
    const char *name = lw->tree->symbols[expr->u.call.callee].name;
    size_t count = expr->u.call.nargs;
    cpm_role r = cpm_domain_role(domain_of(lw), name);
    if (r == CPM_ROLE_NONE || count < 2)
        return refuse_operator(lw, expr->u.call.callee_span, name);
    operand *operands = cpm_calloc(count, sizeof *operands);
    if (operands == NULL)
        return cpm_err_memory(lw->err);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        const cpm_expr *arg = expr->u.call.args[i].value;
        operands[i] = (operand){.expr = arg, .role = r, .op = name};
        if (expr->u.call.args[i].keyword != CPM_NO_SYM)
            status = refuse_operator(lw, expr->span, name);
        else if (lw->env->is_number != NULL && cpm_lower_is_predictable(lw, arg) &&
                 !lw->env->is_number(lw->env->ctx, arg)) /* max(x, True) may be True */
            status = cpm_lower_refuse(lw, arg->span, "a value that is no number");
    }
    if (status == CPM_OK)
        status = lower_operation(out, lw, operands, count);
    free(operands);
    return status;
}

/* mul-pow: pow(x, e). */
static cpm_status lower_power_call(lv *out, lowering *lw, const cpm_expr *expr)
{
    const char *name = lw->tree->symbols[expr->u.call.callee].name;
    const cpm_arg *args = expr->u.call.args;
    if (cpm_domain_role(domain_of(lw), name) != CPM_ROLE_MUL || expr->u.call.nargs != 2)
        return refuse_operator(lw, expr->u.call.callee_span, name);
    return cpm_lower_power_in(out, lw, args[0].value, args[1].value);
}

/* -x in mul-pow is (-1) * x, ~x in xor-and is x ^ -1. */
static cpm_status lower_unary(lv *out, lowering *lw, const cpm_expr *expr)
{
    cpm_op op = expr->u.unary.op;
    const char *flip = domain_of(lw)->written.flip;
    bool flips = flip != NULL && strcmp(flip, cpm_op_text(op)) == 0;
    if (op != CPM_OP_POS && !flips)
        return refuse_operator(lw, expr->span, cpm_op_text(op));
    cpm_status status = cpm_lower_expr(out, lw, expr->u.unary.operand);
    if (status != CPM_OK || op == CPM_OP_POS)
        return status;
    fmpq_t c;
    fmpq_init(c);
    fmpq_set_si(c, -1, 1);
    status = cpm_lower_push(lw, out);
    if (status == CPM_OK)
        status = add_constant(lw, out->reg, c, expr->span);
    fmpq_clear(c);
    return status;
}

static cpm_status refuse_power(lv *out, lowering *lw, const cpm_expr *expr)
{
    (void)out;
    return refuse_operator(lw, expr->u.chain.links[0].op_span, "**");
}

static cpm_status lower_power(lv *out, lowering *lw, const cpm_expr *expr)
{
    return cpm_lower_power_in(out, lw, expr->u.chain.first, expr->u.chain.links[0].operand);
}

static cpm_status refuse_counter(lv *out, lowering *lw, const cpm_expr *expr)
{
    (void)out;
    return cpm_lower_refuse(lw, expr->span, "the %s as a value in %s", lw->options->counter,
                            name_of(lw));
}

static cpm_status refuse_dot(lv *out, lowering *lw, const cpm_expr *expr)
{
    (void)out;
    return cpm_lower_refuse(lw, expr->span, "a signature is in plus-times, not in %s", name_of(lw));
}

const lower_operators cpm_operators_semiring = {
    .counters = cpm_lower_counter_expr,
    .counter = refuse_counter,
    .chain = lower_chain,
    .power = refuse_power,
    .call = lower_call,
    .unary = lower_unary,
    .dot = refuse_dot,
};

const lower_operators cpm_operators_mul_pow = {
    .counter = refuse_counter,
    .chain = lower_factors,
    .power = lower_power,
    .call = lower_power_call,
    .unary = lower_unary,
    .dot = refuse_dot,
};

/* Values that are read before the body assigns them must be elements; others
 * do not matter. */
cpm_status cpm_lower_check_starts(lowering *lw, const cpm_stmt *loop)
{
    const cpm_domain *domain = domain_of(lw);
    for (size_t i = 0; i < lw->nassigned; i++) {
        const name_info *name = &lw->names[lw->assigned[i]];
        if (!name->has_reg)
            continue;
        cpm_mc_reg *r = &lw->code->regs[name->reg];
        if (domain->contains(r->start, domain))
            continue;
        if (name->is_carried) {
            char what[120];
            snprintf(what, sizeof what, "'%.40s' begins with %s", r->name,
                     !cpm_ext_is_finite(r->start) ? "an infinity"
                     : fmpq_sgn(r->start) < 0     ? "a negative value"
                                                  : "a value");
            return refuse_value(lw, loop->span, what, r->start);
        }
        fmpq_zero(r->start);
    }
    return CPM_OK;
}
