/* SPDX-License-Identifier: MIT
 *
 * lower_semiring.c - expressions over the other pairs of operations. The same
 * matrix code comes out: ADD is the addition of the domain, MUL its
 * multiplication by a constant, the last register its one.
 *
 * In a semiring an operator adds (max in max-plus: any operands), multiplies
 * (+ in max-plus: all operands but one predictable), or means nothing and is
 * refused. What depends on a loop counter alone is linear where it is a power of
 * the multiplication: 3*i + 5 in max-plus, 5 * 3**i in max-times. It lives in
 * a register that holds base^t, t the number of the iteration.
 *
 * In mul-pow the matrix code runs on exponents: ADD multiplies, SUB divides, MUL
 * raises to a power, and every constant c has a register of its own that never
 * changes. c ** e(i), e a polynomial in the counter and exponentials of it, is
 * made of registers c^(binomial(t, j) b^t), which are moved on by
 *
 *     binomial(t+1, j) b^(t+1) = b (binomial(t, j) + binomial(t, j-1)) b^t,
 *
 * so that any polynomial with integer values (i*(i+1)/2) has integer parts.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

/* Bits of a constant that lowering makes out of a counter. */
enum { MAX_CONSTANT_BITS = 1 << 24 };

static const cpm_domain *domain_of(const lowering *lw)
{
    return lw->options->domain;
}

static bool is_mul_pow(const lowering *lw)
{
    return domain_of(lw)->id == CPM_SEMIRING_MUL_POW;
}

static const char *name_of(const lowering *lw)
{
    return cpm_semiring_name(domain_of(lw)->id);
}

/* The value cannot be part of a system over the domain. */
static cpm_status refuse_value(lowering *lw, cpm_span span, const char *what, const fmpq_t value)
{
    lw->refused_value = true;
    char *text = fmpq_get_str(NULL, 10, value);
    bool is_short = strlen(text) <= 30;
    cpm_lower_refuse(lw, span, "%s%s%s%s in %s, whose values are %s", what, is_short ? " (" : "",
                     is_short ? text : "", is_short ? ")" : "", name_of(lw), domain_of(lw)->values);
    flint_free(text);
    return lw->err->status;
}

static cpm_status check_value(lowering *lw, const fmpq_t value, cpm_span span)
{
    if (domain_of(lw)->contains(value, domain_of(lw)))
        return CPM_OK;
    return refuse_value(lw, span, fmpq_sgn(value) < 0 ? "a negative value" : "a value", value);
}

/* ---- Constants ----------------------------------------------------------- */

/* The register that always holds c (mul-pow). */
static cpm_status constant_register(uint32_t *reg, lowering *lw, const fmpq_t c)
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
    if (domain_of(lw) == NULL)
        return cpm_matcode_emit_const(lw->code, CPM_MC_MOV, reg, c, lw->err);
    cpm_status status = check_value(lw, c, span);
    if (status != CPM_OK)
        return status;
    if (!is_mul_pow(lw))
        return cpm_matcode_emit_const(lw->code, CPM_MC_MOV, reg, c, lw->err);
    uint32_t from;
    status = constant_register(&from, lw, c);
    return status == CPM_OK ? cpm_matcode_emit(lw->code, CPM_MC_MOV, reg, from, lw->err) : status;
}

static cpm_status add_constant(lowering *lw, uint32_t reg, const fmpq_t c, cpm_span span)
{
    uint32_t from;
    cpm_status status = check_value(lw, c, span);
    if (status != CPM_OK)
        return status;
    if (!is_mul_pow(lw))
        return cpm_matcode_emit_const(lw->code, CPM_MC_ADD, reg, c, lw->err);
    status = constant_register(&from, lw, c);
    return status == CPM_OK ? cpm_matcode_emit(lw->code, CPM_MC_ADD, reg, from, lw->err) : status;
}

static cpm_status constant_of(fmpq_t out, const lv *value)
{
    if (value->poly.len == 0)
        fmpq_zero(out);
    else
        fmpq_set(out, value->poly.terms[0].coeff);
    return CPM_OK;
}

static bool is_constant(const lv *value)
{
    return value->kind == LV_POLY && value->counter == NO_COUNTER;
}

/* ---- Values -------------------------------------------------------------- */

/* acc = acc + value (the domain's addition); consumes value. */
static cpm_status add_into(lowering *lw, lv *acc, lv *value, cpm_span span)
{
    cpm_status status = CPM_OK;
    if (acc->kind != LV_STACK && !is_constant(value)) {
        lv t = *acc; /* constants go last, and what is on the stack stays there */
        if (is_constant(acc) || value->kind == LV_STACK) {
            *acc = *value;
            *value = t;
        }
    }
    status = cpm_lower_push(lw, acc);
    if (status == CPM_OK && is_constant(value)) {
        fmpq_t c;
        fmpq_init(c);
        constant_of(c, value);
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
static cpm_status scale_by(lowering *lw, lv *acc, const fmpq_t c)
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

/* ---- Counters ------------------------------------------------------------ */

/* All names but one counter are predictable, and the counter occurs. */
static bool is_counter_expr(lowering *lw, const cpm_expr *expr, size_t *counter)
{
    if (cpm_lower_is_predictable(lw, expr))
        return true;
    bool ok = true;
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        if (lw->names[expr->u.name.sym].state != NAME_COUNTER)
            return false;
        if (*counter == NO_COUNTER)
            *counter = lw->names[expr->u.name.sym].counter;
        return *counter == lw->names[expr->u.name.sym].counter;
    case CPM_EXPR_UNARY:
        return is_counter_expr(lw, expr->u.unary.operand, counter);
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
        ok = is_counter_expr(lw, expr->u.chain.first, counter);
        for (size_t i = 0; ok && i < expr->u.chain.nlinks; i++)
            ok = is_counter_expr(lw, expr->u.chain.links[i].operand, counter);
        return ok;
    default:
        return false;
    }
}

/* The exponential polynomial of an expression of one counter; nothing is emitted. */
static cpm_status counter_poly(lv *out, lowering *lw, const cpm_expr *expr)
{
    cpm_lower_options plain = *lw->options;
    const cpm_lower_options *options = lw->options;
    plain.domain = NULL;
    plain.allow_rational = true;
    lw->options = &plain;
    cpm_status status = cpm_lower_expr(out, lw, expr);
    lw->options = options;
    if (status == CPM_OK && out->kind != LV_POLY)
        status = cpm_lower_refuse(lw, expr->span, "use of the %s in %s", lw->options->counter,
                                  name_of(lw));
    return status;
}

/* The register that holds unit^(binomial(t, power) base^t), made when new with
 * those of lower power. In semirings: base^t, power 0 and unit 1. */
static cpm_status power_register(uint32_t *reg, lowering *lw, size_t counter, const fmpq_t unit,
                                 ulong power, const fmpq_t base)
{
    for (size_t i = 0; i < lw->npowers; i++) {
        const power_reg *p = &lw->powers[i];
        if (p->counter == counter && p->power == power && fmpq_equal(p->unit, unit) &&
            fmpq_equal(p->base, base)) {
            *reg = p->reg;
            return CPM_OK;
        }
    }
    cpm_status status = CPM_OK;
    if (power > 0)
        status = power_register(reg, lw, counter, unit, power - 1, base);
    power_reg *grown = cpm_grow(lw->powers, &lw->powers_cap, lw->npowers + 1, sizeof *grown);
    if (status != CPM_OK || grown == NULL)
        return status != CPM_OK ? status : cpm_err_memory(lw->err);
    lw->powers = grown;
    char name[40];
    snprintf(name, sizeof name, "t%zu", lw->npowers);
    status = cpm_matcode_add_reg(reg, lw->code, CPM_REG_MONOMIAL, name, lw->err);
    if (status != CPM_OK)
        return status;
    cpm_mc_reg *r = &lw->code->regs[*reg];
    r->is_bound = true;
    if (!is_mul_pow(lw))
        domain_of(lw)->one(r->start, domain_of(lw));
    else if (power == 0)
        fmpq_set(r->start, unit);
    else
        fmpq_one(r->start);
    power_reg *added = &lw->powers[lw->npowers++];
    *added = (power_reg){.counter = counter, .power = power, .reg = *reg};
    fmpq_init(added->unit);
    fmpq_init(added->base);
    fmpq_set(added->unit, unit);
    fmpq_set(added->base, base);
    return CPM_OK;
}

cpm_status cpm_lower_advance_powers(lowering *lw, size_t counter)
{
    cpm_status status = CPM_OK;
    fmpq_t one;
    fmpq_init(one);
    if (lw->npowers > 0)
        domain_of(lw)->one(one, domain_of(lw));
    for (size_t i = lw->npowers; i-- > 0 && status == CPM_OK;) { /* higher powers come later */
        uint32_t lower, reg = lw->powers[i].reg;
        const power_reg *p = &lw->powers[i];
        if (p->counter != counter)
            continue;
        if (p->power > 0) {
            status = power_register(&lower, lw, counter, p->unit, p->power - 1, p->base);
            if (status == CPM_OK)
                status = cpm_matcode_emit(lw->code, CPM_MC_ADD, reg, lower, lw->err);
        }
        if (status == CPM_OK && !fmpq_equal(lw->powers[i].base, one))
            status = cpm_matcode_emit_const(lw->code, CPM_MC_MUL, reg, lw->powers[i].base, lw->err);
    }
    fmpq_clear(one);
    return status;
}

cpm_status cpm_lower_restart_powers(lowering *lw, size_t counter)
{
    cpm_status status = CPM_OK;
    fmpq_t start;
    fmpq_init(start);
    for (size_t i = 0; i < lw->npowers && status == CPM_OK; i++) {
        if (lw->powers[i].counter != counter)
            continue;
        fmpq_set(start, lw->code->regs[lw->powers[i].reg].start);
        status = cpm_lower_move_constant(lw, lw->powers[i].reg, start, (cpm_span){0, 0});
    }
    fmpq_clear(start);
    return status;
}

/* coeff * base^i of a poly with a single such term, or slope*i + constant, as
 * scale (x) step^t in the domain. False when the poly is something else. */
static bool as_power(fmpq_t scale, fmpq_t step, const lowering *lw, const lv *value)
{
    const lower_counter *ctr = &lw->counters[value->counter];
    const cpm_exppoly *poly = &value->poly;
    fmpz_t slope, constant;
    bool ok = false;
    fmpz_init(slope);
    fmpz_init(constant);
    switch (domain_of(lw)->id) {
    case CPM_SEMIRING_MAX_PLUS:
    case CPM_SEMIRING_MIN_PLUS:
        ok = cpm_exppoly_is_affine(poly, slope, constant);
        fmpz_addmul(constant, slope, ctr->start);
        fmpz_mul(slope, slope, ctr->step);
        fmpq_set_fmpz(scale, constant);
        fmpq_set_fmpz(step, slope);
        break;
    case CPM_SEMIRING_MAX_TIMES:
    case CPM_SEMIRING_MIN_TIMES:
        ok = poly->len == 1 && poly->terms[0].power == 0 && fmpq_sgn(poly->terms[0].base) > 0 &&
             cpm_domain_power(scale, poly->terms[0].base, ctr->start, MAX_CONSTANT_BITS,
                              domain_of(lw)) &&
             cpm_domain_power(step, poly->terms[0].base, ctr->step, MAX_CONSTANT_BITS,
                              domain_of(lw));
        if (ok)
            fmpq_mul(scale, scale, poly->terms[0].coeff);
        break;
    default:
        break;
    }
    fmpz_clear(slope);
    fmpz_clear(constant);
    return ok;
}

/* An expression of one counter as a value of a semiring. */
static cpm_status lower_counter_expr(lv *out, lowering *lw, const cpm_expr *expr)
{
    lv value = {.kind = LV_REG};
    cpm_status status = counter_poly(&value, lw, expr);
    if (status != CPM_OK || value.counter == NO_COUNTER) {
        *out = value;
        return status;
    }
    fmpq_t scale, step, one;
    uint32_t reg = 0;
    fmpq_init(scale);
    fmpq_init(step);
    fmpq_init(one);
    fmpq_one(one);
    if (!as_power(scale, step, lw, &value))
        status = cpm_lower_refuse(lw, expr->span, "use of the %s in %s", lw->options->counter,
                                  name_of(lw));
    if (status == CPM_OK)
        status = check_value(lw, scale, expr->span);
    if (status == CPM_OK)
        status = power_register(&reg, lw, value.counter, one, 0, step);
    if (status == CPM_OK) {
        *out = (lv){.kind = LV_REG, .reg = reg};
        status = scale_by(lw, out, scale);
    }
    cpm_lv_clear(&value);
    fmpq_clear(scale);
    fmpq_clear(step);
    fmpq_clear(one);
    return status;
}

/* ---- Powers in mul-pow ---------------------------------------------------- */

/* acc = acc * register^e; acc starts as nothing (a constant without terms). */
static cpm_status multiply_power(lowering *lw, lv *acc, bool *started, uint32_t reg, const fmpq_t e)
{
    lv factor = {.kind = LV_REG, .reg = reg};
    cpm_status status = CPM_OK;
    if (!fmpz_is_one(fmpq_denref(e)))
        return cpm_lower_refuse(lw, (cpm_span){0, 0}, "an exponent that is no integer");
    if (fmpq_is_zero(e))
        return CPM_OK;
    if (fmpq_sgn(e) < 0)
        lw->divides = true;
    status = scale_by(lw, &factor, e);
    if (status != CPM_OK)
        return status;
    if (!*started) {
        *acc = factor;
        *started = true;
        return CPM_OK;
    }
    return add_into(lw, acc, &factor, (cpm_span){0, 0});
}

/* The terms of a poly with base b, as coefficients of binomial(t, j) B^t. */
static cpm_status multiply_terms(lowering *lw, lv *acc, bool *started, const fmpq_t unit,
                                 const lv *exponent, const fmpq_t b, cpm_span span)
{
    const lower_counter *ctr = &lw->counters[exponent->counter];
    ulong degree = 0;
    for (size_t i = 0; i < exponent->poly.len; i++)
        if (fmpq_equal(exponent->poly.terms[i].base, b) && exponent->poly.terms[i].power > degree)
            degree = exponent->poly.terms[i].power;
    fmpq *values = _fmpq_vec_init((slong)degree + 1);
    fmpq_t at, t, scale, step;
    fmpq_init(at);
    fmpq_init(t);
    fmpq_init(scale);
    fmpq_init(step);
    cpm_status status = CPM_OK;
    const cpm_domain *plain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES);
    if (fmpq_is_zero(b) || !cpm_domain_power(scale, b, ctr->start, MAX_CONSTANT_BITS, plain) ||
        !cpm_domain_power(step, b, ctr->step, MAX_CONSTANT_BITS, plain) ||
        !fmpz_is_one(fmpq_denref(step)))
        status = cpm_lower_refuse(lw, span, "exponent that is no integer or too large");
    for (ulong k = 0; k <= degree && status == CPM_OK;
         k++) { /* the value at t = k over b^(i-start) */
        fmpz_mul_ui(fmpq_numref(at), ctr->step, k);
        fmpz_add(fmpq_numref(at), fmpq_numref(at), ctr->start);
        fmpz_one(fmpq_denref(at));
        for (size_t i = 0; i < exponent->poly.len; i++) {
            const cpm_monomial *term = &exponent->poly.terms[i];
            if (!fmpq_equal(term->base, b))
                continue;
            fmpz_pow_ui(fmpq_numref(t), fmpq_numref(at), term->power);
            fmpz_one(fmpq_denref(t));
            fmpq_mul(t, t, term->coeff);
            fmpq_mul(t, t, scale);
            fmpq_add(values + k, values + k, t);
        }
    }
    for (ulong j = 0; j <= degree && status == CPM_OK; j++) { /* values[0] = the j-th difference */
        uint32_t reg;
        status = j == 0 && fmpq_is_one(step)
                     ? constant_register(&reg, lw, unit)
                     : power_register(&reg, lw, exponent->counter, unit, j, step);
        if (status == CPM_OK)
            status = multiply_power(lw, acc, started, reg, values);
        for (ulong k = 0; k + j < degree; k++)
            fmpq_sub(values + k, values + k + 1, values + k);
    }
    _fmpq_vec_clear(values, (slong)degree + 1);
    fmpq_clear(at);
    fmpq_clear(t);
    fmpq_clear(scale);
    fmpq_clear(step);
    return status;
}

static bool base_seen(const cpm_exppoly *poly, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (fmpq_equal(poly->terms[k].base, poly->terms[i].base))
            return true;
    return false;
}

/* unit ** exponent for an exponent that depends on a counter. */
static cpm_status power_of_constant(lv *out, lowering *lw, const fmpq_t unit,
                                    const cpm_expr *exponent)
{
    size_t counter = NO_COUNTER;
    if (!is_counter_expr(lw, exponent, &counter))
        return cpm_lower_refuse(lw, exponent->span, "exponent that is %s", lw->options->adjective);
    lv e = {.kind = LV_REG};
    bool started = false;
    cpm_status status = counter_poly(&e, lw, exponent);
    if (status == CPM_OK && e.counter == NO_COUNTER)
        status = cpm_lower_refuse(lw, exponent->span, "exponent whose counter cancels");
    for (size_t i = 0; i < e.poly.len && status == CPM_OK; i++)
        if (!base_seen(&e.poly, i))
            status =
                multiply_terms(lw, out, &started, unit, &e, e.poly.terms[i].base, exponent->span);
    cpm_lv_clear(&e);
    return status;
}

static cpm_status lower_power(lv *out, lowering *lw, const cpm_expr *base, const cpm_expr *exponent)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status;
    if (cpm_lower_is_predictable(lw, base)) {
        status = lw->env->eval(lw->env->ctx, c, base, lw->err);
        if (status == CPM_OK)
            status = power_of_constant(out, lw, c, exponent);
    } else if (!cpm_lower_is_predictable(lw, exponent)) {
        status =
            cpm_lower_refuse(lw, exponent->span, "exponent that is %s", lw->options->adjective);
    } else {
        status = lw->env->eval(lw->env->ctx, c, exponent, lw->err);
        if (status == CPM_OK)
            status = cpm_lower_expr(out, lw, base);
        if (status == CPM_OK && !fmpz_is_one(fmpq_denref(c)))
            status = cpm_lower_refuse(lw, exponent->span, "exponent that is no integer");
        if (status == CPM_OK && fmpq_sgn(c) < 0) {
            lw->divides = true;
            if (!lw->options->allow_rational)
                status = cpm_lower_refuse(lw, exponent->span, "negative exponent");
        }
        if (status == CPM_OK)
            status = scale_by(lw, out, c);
    }
    fmpq_clear(c);
    return status;
}

/* ---- Operators ----------------------------------------------------------- */

typedef enum role {
    ROLE_NONE,
    ROLE_ADD,
    ROLE_MUL,
    ROLE_DIVIDE, /* MUL by the inverse of the operand */
    ROLE_MASK    /* x | c in xor-and: (x & ~c) ^ c */
} role;

static role role_of_op(cpm_semiring id, cpm_op op)
{
    switch (id) {
    case CPM_SEMIRING_MAX_PLUS:
    case CPM_SEMIRING_MIN_PLUS:
        return op == CPM_OP_ADD ? ROLE_MUL : op == CPM_OP_SUB ? ROLE_DIVIDE : ROLE_NONE;
    case CPM_SEMIRING_MUL_POW:
        return op == CPM_OP_MUL || op == CPM_OP_DIV ? ROLE_ADD : ROLE_NONE;
    case CPM_SEMIRING_OR_AND:
        return op == CPM_OP_OR ? ROLE_ADD : op == CPM_OP_AND ? ROLE_MUL : ROLE_NONE;
    case CPM_SEMIRING_AND_OR:
        return op == CPM_OP_AND ? ROLE_ADD : op == CPM_OP_OR ? ROLE_MUL : ROLE_NONE;
    case CPM_SEMIRING_XOR_AND:
        return op == CPM_OP_XOR   ? ROLE_ADD
               : op == CPM_OP_AND ? ROLE_MUL
               : op == CPM_OP_OR  ? ROLE_MASK
                                  : ROLE_NONE;
    case CPM_SEMIRING_MAX_TIMES:
    case CPM_SEMIRING_MIN_TIMES:
        return op == CPM_OP_MUL ? ROLE_MUL : op == CPM_OP_DIV ? ROLE_DIVIDE : ROLE_NONE;
    default:
        return ROLE_NONE;
    }
}

static role role_of_call(cpm_semiring id, const char *name)
{
    bool is_max = strcmp(name, "max") == 0, is_min = strcmp(name, "min") == 0;
    switch (id) {
    case CPM_SEMIRING_MAX_PLUS:
    case CPM_SEMIRING_MAX_TIMES:
        return is_max ? ROLE_ADD : ROLE_NONE;
    case CPM_SEMIRING_MIN_PLUS:
    case CPM_SEMIRING_MIN_TIMES:
        return is_min ? ROLE_ADD : ROLE_NONE;
    case CPM_SEMIRING_MAX_MIN:
        return is_max ? ROLE_ADD : is_min ? ROLE_MUL : ROLE_NONE;
    case CPM_SEMIRING_MIN_MAX:
        return is_min ? ROLE_ADD : is_max ? ROLE_MUL : ROLE_NONE;
    default:
        return ROLE_NONE;
    }
}

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
static cpm_status gather(lowering *lw, fmpq_t c, const fmpq_t v, role r, cpm_span span)
{
    const cpm_domain *domain = domain_of(lw);
    bool plus = domain->id == CPM_SEMIRING_MAX_PLUS || domain->id == CPM_SEMIRING_MIN_PLUS;
    if (plus) {
        (r == ROLE_DIVIDE ? fmpq_sub : fmpq_add)(c, c, v);
        return CPM_OK;
    }
    if (!domain->contains(v, domain))
        return refuse_value(lw, span, fmpq_sgn(v) < 0 ? "a negative factor" : "a factor", v);
    if (r == ROLE_DIVIDE && fmpq_is_zero(v))
        return cpm_lower_refuse(lw, span, "division by zero");
    if (r == ROLE_DIVIDE && !lw->options->allow_rational)
        return cpm_lower_refuse(lw, span, "'/' of a value that is %s", lw->options->adjective);
    if (r == ROLE_DIVIDE)
        fmpq_div(c, c, v);
    else
        domain->mul(c, c, v, domain);
    return CPM_OK;
}

/* One operand of an operation with the text `op`. */
typedef struct operand {
    const cpm_expr *expr;
    role role;
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
        if (cpm_lower_is_predictable(lw, expr)) {
            status = lw->env->eval(lw->env->ctx, v, expr, lw->err);
            if (status == CPM_OK)
                status = gather(lw, c, v, operands[i].role, expr->span);
        } else if (varying != NULL) {
            status = refuse_two(lw, operands[i].op, varying->span, expr->span);
        } else if (operands[i].role == ROLE_DIVIDE) {
            status = cpm_lower_refuse(lw, expr->span, "'%s' before a value that is %s in %s",
                                      operands[i].op, lw->options->adjective, name_of(lw));
        } else {
            varying = expr;
        }
    }
    if (status == CPM_OK)
        status = cpm_lower_expr(out, lw, varying);
    if (status == CPM_OK)
        status = scale_by(lw, out, c);
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
            status = add_into(lw, out, &value, operands[i].expr->span);
    }
    return status;
}

/* mul-pow: a * b / c. */
static cpm_status lower_factors(lv *out, lowering *lw, const cpm_expr *expr)
{
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
            lw->divides = true;
            if (is_constant(&value) && value.poly.len == 0)
                return cpm_lower_refuse(lw, link->operand->span, "division by zero");
            status = cpm_lower_push(lw, &value); /* a constant becomes a register */
            fmpq_init(minus);
            fmpq_set_si(minus, -1, 1);
            if (status == CPM_OK)
                status = scale_by(lw, &value, minus);
            fmpq_clear(minus);
        }
        if (status == CPM_OK)
            status = add_into(lw, out, &value, link->operand->span);
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
        if (!cpm_lower_is_predictable(lw, operands[i].expr)) {
            if (varying != NULL)
                status = refuse_two(lw, "|", varying->span, operands[i].expr->span);
            varying = operands[i].expr;
            continue;
        }
        status = lw->env->eval(lw->env->ctx, v, operands[i].expr, lw->err);
        if (status == CPM_OK)
            status = check_value(lw, v, operands[i].expr->span);
        if (status == CPM_OK)
            cpm_domain_of(CPM_SEMIRING_OR_AND)->add(c, c, v, domain_of(lw));
    }
    if (status == CPM_OK)
        status = cpm_lower_expr(out, lw, varying);
    if (status == CPM_OK) {
        fmpq_set_si(v, -1, 1);
        domain_of(lw)->add(v, v, c, domain_of(lw));
        status = scale_by(lw, out, v);
    }
    if (status == CPM_OK)
        status = cpm_lower_push(lw, out);
    if (status == CPM_OK)
        status = add_constant(lw, out->reg, c, operands[0].expr->span);
    fmpq_clear(c);
    fmpq_clear(v);
    return status;
}

static cpm_status lower_operation(lv *out, lowering *lw, const operand *operands, size_t count)
{
    switch (operands[count - 1].role) {
    case ROLE_ADD:
        return lower_sum(out, lw, operands, count);
    case ROLE_MASK:
        return lower_mask(out, lw, operands, count);
    default:
        return lower_product(out, lw, operands, count);
    }
}

static cpm_status refuse_operator(lowering *lw, cpm_span span, const char *op)
{
    return cpm_lower_refuse(lw, span, "'%s' is no operation of %s", op, name_of(lw));
}

static cpm_status lower_chain(lv *out, lowering *lw, const cpm_expr *expr)
{
    size_t count = expr->u.chain.nlinks + 1;
    for (size_t i = 0; i + 1 < count; i++)
        if (role_of_op(domain_of(lw)->id, expr->u.chain.links[i].op) == ROLE_NONE)
            return refuse_operator(lw, expr->u.chain.links[i].op_span,
                                   cpm_op_text(expr->u.chain.links[i].op));
    if (is_mul_pow(lw))
        return lower_factors(out, lw, expr);
    operand *operands = cpm_calloc(count, sizeof *operands);
    if (operands == NULL)
        return cpm_err_memory(lw->err);
    operands[0] = (operand){.expr = expr->u.chain.first, .role = ROLE_MUL, .op = ""};
    for (size_t i = 0; i + 1 < count; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        operands[i + 1] = (operand){.expr = link->operand,
                                    .role = role_of_op(domain_of(lw)->id, link->op),
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
    role r = role_of_call(domain_of(lw)->id, name);
    if (is_mul_pow(lw) && strcmp(name, "pow") == 0 && count == 2)
        return lower_power(out, lw, expr->u.call.args[0].value, expr->u.call.args[1].value);
    if (r == ROLE_NONE || count < 2)
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

/* -x in mul-pow is (-1) * x, ~x in xor-and is x ^ -1. */
static cpm_status lower_unary(lv *out, lowering *lw, const cpm_expr *expr)
{
    cpm_op op = expr->u.unary.op;
    bool means = (op == CPM_OP_NEG && is_mul_pow(lw)) ||
                 (op == CPM_OP_INVERT && domain_of(lw)->id == CPM_SEMIRING_XOR_AND);
    if (op != CPM_OP_POS && !means)
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

cpm_status cpm_lower_in_domain(bool *handled, lv *out, lowering *lw, const cpm_expr *expr)
{
    size_t counter = NO_COUNTER;
    *handled = true;
    if (!is_mul_pow(lw) && is_counter_expr(lw, expr, &counter))
        return lower_counter_expr(out, lw, expr);
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        if (lw->names[expr->u.name.sym].state == NAME_COUNTER)
            return cpm_lower_refuse(lw, expr->span, "the %s as a value in %s", lw->options->counter,
                                    name_of(lw));
        break;
    case CPM_EXPR_CHAIN:
        return lower_chain(out, lw, expr);
    case CPM_EXPR_POWER:
        if (!is_mul_pow(lw))
            return refuse_operator(lw, expr->u.chain.links[0].op_span, "**");
        return lower_power(out, lw, expr->u.chain.first, expr->u.chain.links[0].operand);
    case CPM_EXPR_CALL:
        return lower_call(out, lw, expr);
    case CPM_EXPR_UNARY:
        return lower_unary(out, lw, expr);
    default:
        break;
    }
    *handled = false; /* as everywhere */
    return CPM_OK;
}

cpm_status cpm_lower_move_counter(lowering *lw, uint32_t reg, size_t counter)
{
    const cpm_domain *domain = domain_of(lw);
    fmpq_t one, c;
    uint32_t from;
    cpm_status status;
    fmpq_init(one);
    fmpq_init(c);
    fmpq_one(one);
    if (domain == NULL) {
        status = cpm_lower_monomial(&from, lw, counter, 1, one);
        if (status == CPM_OK)
            status = cpm_matcode_emit(lw->code, CPM_MC_MOV, reg, from, lw->err);
    } else if (domain->id == CPM_SEMIRING_MAX_PLUS || domain->id == CPM_SEMIRING_MIN_PLUS) {
        fmpq_set_fmpz(c, lw->counters[counter].step);
        status = power_register(&from, lw, counter, one, 0, c);
        if (status == CPM_OK)
            status = cpm_matcode_emit(lw->code, CPM_MC_MOV, reg, from, lw->err);
        fmpq_set_fmpz(c, lw->counters[counter].start);
        if (status == CPM_OK)
            status = cpm_matcode_emit_const(lw->code, CPM_MC_MUL, reg, c, lw->err);
    } else {
        status = cpm_lower_refuse(lw, (cpm_span){0, 0}, "the %s as a value in %s",
                                  lw->options->counter, name_of(lw));
    }
    fmpq_clear(one);
    fmpq_clear(c);
    return status;
}

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
                     fmpq_sgn(r->start) < 0 ? "a negative value" : "a value");
            return refuse_value(lw, loop->span, what, r->start);
        }
        fmpq_zero(r->start);
    }
    return CPM_OK;
}
