/* SPDX-License-Identifier: MIT
 *
 * lower_power.c - loop counters and powers over the other pairs of operations.
 *
 * What depends on a loop counter alone is linear in a semiring where it is a
 * power of the multiplication: 3*i + 5 in max-plus, 5 * 3**i in max-times. It
 * lives in a register that holds base^t, t the number of the iteration.
 *
 * In mul-pow, c ** e(i), e a polynomial in the counter and exponentials of it, is
 * made of registers c^(binomial(t, j) b^t), which are moved on by
 *
 *     binomial(t+1, j) b^(t+1) = b (binomial(t, j) + binomial(t, j-1)) b^t,
 *
 * so that any polynomial with integer values (i*(i+1)/2) has integer parts.
 */
#include "accel/lower_internal.h"
#include "lang/visit.h"

#include <flint/fmpq_vec.h>
#include <stdio.h>

/* Bits of a constant that lowering makes out of a counter. */
enum { MAX_CONSTANT_BITS = 1 << 24 };

/* ---- Counters ------------------------------------------------------------ */

/* All names but one counter are predictable, and the counter occurs. */
bool cpm_lower_is_counter_expr(lowering *lw, const cpm_expr *expr, size_t *counter)
{
    if (cpm_lower_is_predictable(lw, expr))
        return true;
    if (expr->kind == CPM_EXPR_NAME) {
        const name_info *name = &lw->names[expr->u.name.sym];
        if (name->state == NAME_COUNTER && *counter == NO_COUNTER)
            *counter = name->counter;
        return name->state == NAME_COUNTER && *counter == name->counter;
    }
    bool ok = expr->kind == CPM_EXPR_UNARY || expr->kind == CPM_EXPR_CHAIN ||
              expr->kind == CPM_EXPR_POWER;
    const cpm_expr *child;
    for (size_t i = 0; ok && (child = cpm_expr_child(expr, i)) != NULL; i++)
        ok = cpm_lower_is_counter_expr(lw, child, counter);
    return ok;
}

/* The exponential polynomial of an expression of one counter; nothing is emitted. */
static cpm_status counter_poly(lv *out, lowering *lw, const cpm_expr *expr)
{
    cpm_status status = cpm_lower_integer(out, lw, expr);
    if (status == CPM_OK && out->kind != LV_POLY)
        status = cpm_lower_refuse(lw, expr->span, "use of the %s in %s", lw->options->counter,
                                  name_of(lw));
    return status;
}

/* A counter's expression as a number, where it is one in all rounds. */
static cpm_status known_of_counter(bool *known, fmpq_t value, lowering *lw, const cpm_expr *expr)
{
    lv number = {.kind = LV_REG};
    cpm_err refusal = {0}, *err = lw->err;
    bool asked = lw->wants_again;
    lw->err = &refusal;
    cpm_status status = cpm_lower_integer(&number, lw, expr);
    lw->err = err;
    *known = status == CPM_OK && lv_is_constant(&number);
    if (*known)
        cpm_lv_get_constant(value, &number);
    else if (status == CPM_OK && number.kind == LV_POLY)
        *known = cpm_lower_only_round(value, lw, &number);
    if (status == CPM_OK && !*known && number.kind == LV_POLY)
        cpm_lower_ask_one(lw, &number);
    cpm_lv_clear(&number);
    if (status == CPM_OK)
        return status;
    if (lw->split.kind == CPM_SPLIT_NONE && lw->wants_again == asked) {
        status = cpm_err_pass_memory(err, &refusal);
        cpm_err_clear(&refusal);
        return status;
    }
    *err = refusal;
    return status;
}

cpm_status cpm_lower_known(bool *known, fmpq_t value, lowering *lw, const cpm_expr *expr)
{
    size_t counter = NO_COUNTER;
    cpm_status status = cpm_lower_choose(&expr, lw);
    *known = status == CPM_OK && cpm_lower_is_predictable(lw, expr);
    if (*known)
        return cpm_lower_eval(value, lw, expr);
    if (status == CPM_OK && cpm_lower_is_counter_expr(lw, expr, &counter))
        status = known_of_counter(known, value, lw, expr);
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

/* coeff * base^(i-start) of a poly with a single such term, or slope*i + constant, as
 * scale (x) step^t in the domain. False when the poly is something else. */
static bool as_power(fmpq_t scale, fmpq_t step, const lowering *lw, const lv *value)
{
    const lower_counter *ctr = &lw->counters[value->counter];
    const cpm_exppoly *poly = &value->poly;
    fmpz_t slope, constant;
    bool ok = false;
    fmpz_init(slope);
    fmpz_init(constant);
    switch (domain_of(lw)->counter) {
    case CPM_COUNTER_AFFINE:
        ok = cpm_exppoly_is_affine(poly, slope, constant);
        fmpz_addmul(constant, slope, ctr->start);
        fmpz_mul(slope, slope, ctr->step);
        fmpq_set_fmpz(scale, constant);
        fmpq_set_fmpz(step, slope);
        break;
    case CPM_COUNTER_EXPONENTIAL:
        ok = poly->len == 1 && poly->terms[0].power == 0 && fmpq_sgn(poly->terms[0].base) > 0 &&
             cpm_domain_power(step, poly->terms[0].base, ctr->step, MAX_CONSTANT_BITS,
                              domain_of(lw));
        if (ok)
            fmpq_set(scale, poly->terms[0].coeff);
        break;
    case CPM_COUNTER_NONE:
        break;
    }
    fmpz_clear(slope);
    fmpz_clear(constant);
    return ok;
}

/* An expression of one counter as a value of a semiring. */
cpm_status cpm_lower_counter_expr(lv *out, lowering *lw, const cpm_expr *expr)
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
        status = cpm_lower_check_value(lw, scale, expr->span);
    if (status == CPM_OK)
        status = power_register(&reg, lw, value.counter, one, 0, step);
    if (status == CPM_OK) {
        *out = (lv){.kind = LV_REG, .reg = reg};
        status = cpm_lower_scale_in(lw, out, scale);
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
        lw->code->divides = true;
    status = cpm_lower_scale_in(lw, &factor, e);
    if (status != CPM_OK)
        return status;
    if (!*started) {
        *acc = factor;
        *started = true;
        return CPM_OK;
    }
    return cpm_lower_add_in(lw, acc, &factor, (cpm_span){0, 0});
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
    fmpq_t at, t, step;
    fmpq_init(at);
    fmpq_init(t);
    fmpq_init(step);
    cpm_status status = CPM_OK;
    const cpm_domain *plain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES);
    if (fmpq_is_zero(b) || !cpm_domain_power(step, b, ctr->step, MAX_CONSTANT_BITS, plain) ||
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
            fmpq_add(values + k, values + k, t);
        }
    }
    for (ulong j = 0; j <= degree && status == CPM_OK; j++) { /* values[0] = the j-th difference */
        uint32_t reg;
        status = j == 0 && fmpq_is_one(step)
                     ? cpm_lower_constant_register(&reg, lw, unit)
                     : power_register(&reg, lw, exponent->counter, unit, j, step);
        if (status == CPM_OK)
            status = multiply_power(lw, acc, started, reg, values);
        for (ulong k = 0; k + j < degree; k++)
            fmpq_sub(values + k, values + k + 1, values + k);
    }
    _fmpq_vec_clear(values, (slong)degree + 1);
    fmpq_clear(at);
    fmpq_clear(t);
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

/* out = unit ** c for an exponent that does not change. */
static cpm_status constant_power(lv *out, lowering *lw, const fmpq_t unit, const fmpq_t c,
                                 cpm_span span)
{
    uint32_t reg;
    if (!fmpz_is_one(fmpq_denref(c)))
        return cpm_lower_refuse(lw, span, "exponent that is no integer");
    if (fmpq_sgn(c) < 0 && !lw->options->allow_rational)
        return cpm_lower_refuse(lw, span, "negative exponent");
    lw->code->divides = lw->code->divides || fmpq_sgn(c) < 0;
    cpm_status status = cpm_lower_constant_register(&reg, lw, unit);
    *out = (lv){.kind = LV_REG, .reg = reg};
    return status == CPM_OK ? cpm_lower_scale_in(lw, out, c) : status;
}

/* unit ** exponent for an exponent that depends on a counter. */
static cpm_status power_of_constant(lv *out, lowering *lw, const fmpq_t unit,
                                    const cpm_expr *exponent)
{
    size_t counter = NO_COUNTER;
    if (!cpm_lower_is_counter_expr(lw, exponent, &counter))
        return cpm_lower_refuse(lw, exponent->span, "exponent that is %s", lw->options->adjective);
    lv e = {.kind = LV_REG};
    bool started = false;
    cpm_status status = counter_poly(&e, lw, exponent);
    if (status == CPM_OK && e.counter == NO_COUNTER) { /* the counter cancels */
        fmpq_t c;
        fmpq_init(c);
        cpm_lv_get_constant(c, &e);
        status = constant_power(out, lw, unit, c, exponent->span);
        fmpq_clear(c);
        cpm_lv_clear(&e);
        return status;
    }
    if (status == CPM_OK && !lw->options->allow_rational &&
        cpm_lower_may_be_negative(lw, e.counter, &e.poly))
        status = cpm_lower_refuse(lw, exponent->span, "exponent that may be negative");
    for (size_t i = 0; i < e.poly.len && status == CPM_OK; i++)
        if (!base_seen(&e.poly, i))
            status =
                multiply_terms(lw, out, &started, unit, &e, e.poly.terms[i].base, exponent->span);
    cpm_lv_clear(&e);
    return status;
}

cpm_status cpm_lower_power_in(lv *out, lowering *lw, const cpm_expr *base, const cpm_expr *exponent)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status;
    bool known = cpm_lower_is_predictable(lw, base);
    if (known) {
        status = cpm_lower_eval(c, lw, base);
        if (status == CPM_OK)
            status = power_of_constant(out, lw, c, exponent);
        fmpq_clear(c);
        return status;
    }
    status = cpm_lower_known(&known, c, lw, exponent);
    if (status == CPM_OK && !known) {
        status =
            cpm_lower_refuse(lw, exponent->span, "exponent that is %s", lw->options->adjective);
    } else {
        if (status == CPM_OK)
            status = cpm_lower_expr(out, lw, base);
        if (status == CPM_OK && !fmpz_is_one(fmpq_denref(c)))
            status = cpm_lower_refuse(lw, exponent->span, "exponent that is no integer");
        if (status == CPM_OK && fmpq_sgn(c) < 0) {
            lw->code->divides = true;
            if (!lw->options->allow_rational)
                status = cpm_lower_refuse(lw, exponent->span, "negative exponent");
        }
        if (status == CPM_OK)
            status = cpm_lower_scale_in(lw, out, c);
    }
    fmpq_clear(c);
    return status;
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
    if (domain->is_arithmetic) {
        if (lw->counters[counter].is_scaled) {
            lv value;
            status = cpm_lower_counter_value(&value, lw, counter);
            if (status == CPM_OK)
                status = cpm_lower_store(lw, reg, &value);
        } else {
            status = cpm_lower_monomial(&from, lw, counter, 1, one);
            if (status == CPM_OK)
                status = cpm_matcode_emit(lw->code, CPM_MC_MOV, reg, from, lw->err);
        }
    } else if (domain->counter == CPM_COUNTER_AFFINE) {
        const lower_counter *ctr = &lw->counters[counter];
        fmpz_mul(fmpq_numref(c), ctr->slope, ctr->step);
        status = power_register(&from, lw, counter, one, 0, c);
        if (status == CPM_OK)
            status = cpm_matcode_emit(lw->code, CPM_MC_MOV, reg, from, lw->err);
        ctr = &lw->counters[counter];
        fmpz_mul(fmpq_numref(c), ctr->slope, ctr->start);
        fmpz_add(fmpq_numref(c), fmpq_numref(c), ctr->offset);
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
