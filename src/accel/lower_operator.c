/* SPDX-License-Identifier: MIT
 *
 * lower_operator.c - operators of plus-times on lowered values: sums and multiples,
 * products and powers, quotients and remainders.
 *
 * Sums, differences and negation take anything; so does a product where the code may
 * have products, else one factor is predictable or both are of the same counter; a
 * power needs a natural, predictable exponent, or a predictable base and an exponent
 * that is linear in the counter; quotients and remainders are those of a counter, or
 * the modulus of the loop.
 */
#include "accel/lower_internal.h"

#include <string.h>

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
cpm_status cpm_lower_add(lowering *lw, lv *acc, lv *value, int sign)
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
        cpm_lv_settle(acc);
    } else if (acc->kind != LV_STACK && value->kind == LV_STACK) {
        /* The operand is already on the stack: add the accumulated part to it. */
        if (sign < 0)
            status = cpm_matcode_emit_const(lw->code, CPM_MC_MUL, value->reg, c, lw->err);
        if (status == CPM_OK)
            status = acc->kind == LV_POLY
                         ? cpm_lower_add_poly(lw, value->reg, acc)
                         : cpm_matcode_emit(lw->code, CPM_MC_ADD, value->reg, acc->reg, lw->err);
        cpm_lv_clear(acc);
        *acc = *value;
        *value = (lv){.kind = LV_REG};
    } else {
        status = cpm_lower_push(lw, acc);
        if (status == CPM_OK && value->kind == LV_POLY) {
            cpm_exppoly_scale(&value->poly, c);
            status = cpm_lower_add_poly(lw, acc->reg, value);
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
cpm_status cpm_lower_scale(lowering *lw, lv *acc, const fmpq_t c)
{
    if (acc->kind == LV_POLY) {
        cpm_exppoly_scale(&acc->poly, c);
        cpm_lv_settle(acc);
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
        status = cpm_lower_scale(lw, acc, c);
    } else if (lv_is_constant(acc)) {
        cpm_lv_get_constant(c, acc);
        status = cpm_lower_scale(lw, value, c);
        cpm_lv_clear(acc);
        *acc = *value;
        *value = (lv){.kind = LV_REG};
    } else if (acc->kind == LV_POLY && value->kind == LV_POLY && acc->counter == value->counter &&
               !has_zero_base(&acc->poly) && !has_zero_base(&value->poly)) {
        status = cpm_exppoly_mul(&acc->poly, &value->poly, lw->err);
        cpm_lv_settle(acc);
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
        status = cpm_lower_scale(lw, acc, c);
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

bool cpm_lower_divisor(fmpz_t k, bool *quotient, lowering *lw, const cpm_link *link)
{
    fmpq_t value;
    cpm_op op = link->op;
    if ((op != CPM_OP_MOD && op != CPM_OP_FLOORDIV && op != CPM_OP_AND && op != CPM_OP_RSHIFT) ||
        !cpm_lower_is_predictable(lw, link->operand))
        return false;
    cpm_err ignored = {0};
    fmpq_init(value);
    bool ok = lw->env->eval(lw->env->ctx, value, link->operand, &ignored) == CPM_OK &&
              fmpz_is_one(fmpq_denref(value)) && fmpq_sgn(value) >= 0;
    fmpz_set(k, fmpq_numref(value));
    if (op == CPM_OP_AND)
        fmpz_add_ui(k, k, 1);
    *quotient = op == CPM_OP_FLOORDIV || op == CPM_OP_RSHIFT;
    if (ok && op == CPM_OP_RSHIFT) {
        ok = fmpz_cmp_ui(k, 10000) < 0;
        fmpz_one(fmpq_numref(value));
        fmpz_mul_2exp(k, fmpq_numref(value), ok ? fmpz_get_ui(k) : 0);
    }
    fmpq_clear(value);
    return ok && fmpz_sgn(k) > 0 && (op != CPM_OP_AND || fmpz_val2(k) + 1 == fmpz_bits(k));
}

/* The operator on an expression of a counter. */
static cpm_split_answer divide_counter(cpm_status *status, lv *out, lowering *lw,
                                       const cpm_link *link)
{
    fmpz_t k;
    bool quotient;
    cpm_split_answer answer = CPM_SPLIT_NOT_MINE;
    fmpz_init(k);
    bool mine = out->kind == LV_POLY && domain_of(lw)->is_arithmetic &&
                cpm_lower_divisor(k, &quotient, lw, link);
    if (mine && !lw->is_deciding && lw->has_modulus && link->op == CPM_OP_MOD)
        mine = !fmpz_equal(k, lw->modulus); /* that of the loop changes nothing */
    if (mine)
        answer = cpm_lower_remainder(status, out, lw, k, quotient);
    if (mine && answer == CPM_SPLIT_NOT_MINE)
        answer = cpm_lower_periodic(status, out, lw, k, quotient);
    fmpz_clear(k);
    return answer;
}

cpm_status cpm_lower_chain(lv *out, lowering *lw, const cpm_expr *expr)
{
    cpm_span left = expr->u.chain.first->span;
    cpm_status status = cpm_lower_operand(out, lw, expr->u.chain.first, expr->u.chain.links[0].op);
    for (size_t i = 0; i < expr->u.chain.nlinks && status == CPM_OK; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        lv operand = {.kind = LV_REG};
        cpm_split_answer answer = divide_counter(&status, out, lw, link);
        if (answer == CPM_SPLIT_NOT_MINE)
            answer = cpm_lower_divide_form(&status, out, lw, expr, i);
        if (answer == CPM_SPLIT_ASKED)
            return refuse_operator(lw, link, left);
        if (answer == CPM_SPLIT_DONE) {
            left.end = link->operand->span.end;
            continue;
        }
        switch (link->op) {
        case CPM_OP_ADD:
        case CPM_OP_SUB:
        case CPM_OP_MUL:
        case CPM_OP_DIV:
            break;
        case CPM_OP_MOD:
        case CPM_OP_AND:
            if (!cpm_lower_reduces(lw, out, link))
                return refuse_operator(lw, link, left);
            status = cpm_lower_reduce_by(out, lw, link, left);
            left.end = link->operand->span.end;
            continue;
        default:
            return refuse_operator(lw, link, left);
        }
        status = cpm_lower_operand(&operand, lw, link->operand, link->op);
        if (status != CPM_OK)
            break;
        unsigned flow = joined_flow(out, &operand);
        cpm_span right = link->operand->span;
        if (link->op == CPM_OP_MUL)
            status = mul_into(lw, out, &operand, left, right);
        else if (link->op == CPM_OP_DIV)
            status = div_into(lw, out, &operand, left, right);
        else
            status = cpm_lower_add(lw, out, &operand, link->op == CPM_OP_SUB ? -1 : 1);
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
        cpm_lv_settle(out);
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
    } else if (fmpq_is_zero(b) && exponent->counter == NO_COUNTER && fmpz_sgn(constant) >= 0) {
        fmpq_set_si(coeff, fmpz_is_zero(constant) ? 1 : 0, 1);
        fmpq_one(base);
    } else if (fmpq_is_zero(b) && exponent->counter == NO_COUNTER) {
        status = cpm_lower_refuse(lw, expr->span, "power of zero with a negative exponent");
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
        cpm_lv_settle(out);
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

cpm_status cpm_lower_power_expr(lv *out, lowering *lw, const cpm_expr *expr, const cpm_expr *base,
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
            cpm_lv_settle(&b);
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
