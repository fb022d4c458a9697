/* SPDX-License-Identifier: MIT
 *
 * lower_counter.c - the counters of loops, and the registers of their monomials.
 *
 * In code without products a monomial i^k b^(i-start) of a counter lives in a register,
 * with all lower powers, and is moved on at the end of each iteration by
 *
 *     (i+s)^k b^(i+s-start) = b^s * sum_j binomial(k,j) s^(k-j) * i^j b^(i-start).
 *
 * so that the code stays linear: closing over products instead (closure.c) would take
 * twice as long for loops of 50 variables, and allows for 256. Where the code has
 * products anyway there are registers of i and b^(i-start) alone, and these are
 * multiplied like any others.
 *
 * Counting the exponent from the start of the range keeps registers integral
 * where 2^(i-12) is only asked for from i = 14 on.
 */
#include "accel/lower_internal.h"

#include <math.h>
#include <stdlib.h>

/* "i^2", "2^i", "i*3^(i-4)": exponentials are 1 at the start of the range. */
static void monomial_name(char *buffer, size_t cap, const lower_counter *ctr, ulong power,
                          const fmpq_t base)
{
    char head[80] = "", exponent[120];
    if (power == 1)
        snprintf(head, sizeof head, "%.60s", ctr->name);
    else if (power > 1)
        snprintf(head, sizeof head, "%.40s^%lu", ctr->name, (unsigned long)power);
    if (fmpq_is_one(base)) {
        snprintf(buffer, cap, "%s", head);
        return;
    }
    fmpz_t shift;
    fmpz_init(shift);
    fmpz_abs(shift, ctr->start);
    char *text = fmpq_get_str(NULL, 10, base), *by = fmpz_get_str(NULL, 10, shift);
    if (fmpz_is_zero(shift))
        snprintf(exponent, sizeof exponent, "%.40s", ctr->name);
    else
        snprintf(exponent, sizeof exponent, "(%.40s%c%.40s)", ctr->name,
                 fmpz_sgn(ctr->start) > 0 ? '-' : '+', by);
    bool plain = fmpz_is_one(fmpq_denref(base)) && fmpz_sgn(fmpq_numref(base)) > 0;
    snprintf(buffer, cap, plain ? "%s%s%.40s^%s" : "%s%s(%.40s)^%s", head, power ? "*" : "", text,
             exponent);
    flint_free(text);
    flint_free(by);
    fmpz_clear(shift);
}

bool cpm_lower_bounded_power(fmpq_t out, const fmpq_t base, const fmpz_t e)
{
    if (fmpq_is_zero(base)) {
        fmpq_zero(out);
        return true;
    }
    if (fmpq_is_one(base) || fmpq_is_pm1(base)) {
        fmpq_set_si(out, fmpq_is_one(base) || fmpz_is_even(e) ? 1 : -1, 1);
        return true;
    }
    if (fabs(fmpz_get_d(e)) * (double)fmpq_height_bits(base) > 1e8)
        return false;
    fmpq_pow_si(out, base, fmpz_get_si(e));
    return true;
}

/* out = i^power base^(i - start) at i = start of the counter. */
static void monomial_start(fmpq_t out, const lower_counter *ctr, ulong power)
{
    fmpz_pow_ui(fmpq_numref(out), ctr->start, power);
    fmpz_one(fmpq_denref(out));
}

static monomial_reg *find_monomial(lower_counter *ctr, ulong power, const fmpq_t base)
{
    for (size_t i = 0; i < ctr->nmonomials; i++)
        if (ctr->monomials[i].power == power && fmpq_equal(ctr->monomials[i].base, base))
            return &ctr->monomials[i];
    return NULL;
}

cpm_status cpm_lower_monomial(uint32_t *reg, lowering *lw, size_t c, ulong power, const fmpq_t base)
{
    monomial_reg *known = find_monomial(&lw->counters[c], power, base);
    if (known != NULL) {
        *reg = known->reg;
        return CPM_OK;
    }
    cpm_status status = CPM_OK;
    if (power > (fmpq_is_one(base) ? 1u : 0u)) /* the powers below come first */
        status = cpm_lower_monomial(reg, lw, c, power - 1, base);
    if (status != CPM_OK)
        return status;
    lower_counter *ctr = &lw->counters[c];
    monomial_reg *grown =
        cpm_grow(ctr->monomials, &ctr->monomials_cap, ctr->nmonomials + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    ctr->monomials = grown;
    char name[200];
    monomial_name(name, sizeof name, ctr, power, base);
    bool plain = power == 1 && fmpq_is_one(base);
    status = cpm_matcode_add_reg(reg, lw->code, plain ? CPM_REG_COUNTER : CPM_REG_MONOMIAL, name,
                                 lw->err);
    if (status != CPM_OK)
        return status;
    cpm_mc_reg *r = &lw->code->regs[*reg];
    r->is_bound = true;
    monomial_start(r->start, ctr, power);
    monomial_reg *added = &ctr->monomials[ctr->nmonomials++];
    added->power = power;
    added->reg = *reg;
    fmpq_init(added->base);
    fmpq_set(added->base, base);
    return CPM_OK;
}

/* reg_k = base^s * sum_j binomial(k,j) s^(k-j) reg_j, all reg_j still old. */
static cpm_status advance_monomial(lowering *lw, lower_counter *ctr, const monomial_reg *m)
{
    cpm_matcode *code = lw->code;
    fmpz_t binomial, power;
    fmpq_t c;
    fmpz_init(binomial);
    fmpz_init(power);
    fmpq_init(c);
    cpm_status status = CPM_OK;
    for (ulong j = m->power; j-- > 0 && status == CPM_OK;) {
        fmpz_bin_uiui(binomial, m->power, j);
        fmpz_pow_ui(power, ctr->step, m->power - j);
        fmpz_mul(fmpq_numref(c), binomial, power);
        fmpz_one(fmpq_denref(c));
        const monomial_reg *lower = find_monomial(ctr, j, m->base);
        if (lower == NULL) { /* j = 0 and base 1: the constant 1 */
            status = cpm_matcode_emit_const(code, CPM_MC_ADD, m->reg, c, lw->err);
            continue;
        }
        if (fmpq_is_one(c)) {
            status = cpm_matcode_emit(code, CPM_MC_ADD, m->reg, lower->reg, lw->err);
            continue;
        }
        lv value = {.kind = LV_REG, .reg = lower->reg};
        status = cpm_lower_push(lw, &value);
        if (status == CPM_OK)
            status = cpm_matcode_emit_const(code, CPM_MC_MUL, value.reg, c, lw->err);
        if (status == CPM_OK)
            status = cpm_matcode_emit(code, CPM_MC_ADD, m->reg, value.reg, lw->err);
        if (status == CPM_OK)
            status = cpm_lower_pop(lw);
    }
    if (status == CPM_OK && !fmpq_is_one(m->base)) {
        if (cpm_lower_bounded_power(c, m->base, ctr->step))
            status = cpm_matcode_emit_const(code, CPM_MC_MUL, m->reg, c, lw->err);
        else
            status = cpm_lower_refuse(lw, (cpm_span){0, 0}, "step of the loop too large");
    }
    fmpz_clear(binomial);
    fmpz_clear(power);
    fmpq_clear(c);
    return status;
}

/* The end of an iteration: higher powers first, they read the old lower ones. */
cpm_status cpm_lower_advance(lowering *lw, size_t c)
{
    lower_counter *ctr = &lw->counters[c];
    ulong highest = 0;
    for (size_t i = 0; i < ctr->nmonomials; i++)
        if (ctr->monomials[i].power > highest)
            highest = ctr->monomials[i].power;
    cpm_status status = CPM_OK;
    for (ulong k = highest + 1; k-- > 0 && status == CPM_OK;)
        for (size_t i = 0; i < ctr->nmonomials && status == CPM_OK; i++)
            if (ctr->monomials[i].power == k)
                status = advance_monomial(lw, ctr, &ctr->monomials[i]);
    return status == CPM_OK ? cpm_lower_advance_powers(lw, c) : status;
}

cpm_status cpm_lower_push_counter(size_t *c, lowering *lw, const cpm_stmt *loop, const fmpz_t start,
                                  const fmpz_t step, const fmpz *trips)
{
    lower_counter *grown =
        cpm_grow(lw->counters, &lw->counters_cap, lw->ncounters + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    lw->counters = grown;
    *c = lw->ncounters++;
    lower_counter *ctr = &lw->counters[*c];
    const cpm_expr *target = loop->u.loop.target;
    *ctr = (lower_counter){.sym = CPM_NO_SYM, .name = "", .has_trips = trips != NULL};
    if (target != NULL) {
        ctr->sym = target->u.name.sym;
        ctr->name = lw->tree->symbols[ctr->sym].name;
    }
    ctr->loop_id = loop->u.loop.id;
    fmpz_init_set_ui(ctr->slope, 1);
    fmpz_init(ctr->offset);
    fmpz_init_set(ctr->start, start);
    fmpz_init_set(ctr->step, step);
    fmpz_init(ctr->trips);
    if (trips != NULL)
        fmpz_set(ctr->trips, trips);
    return CPM_OK;
}

void cpm_lower_scale_counter(lowering *lw, size_t c, ulong period)
{
    lower_counter *ctr = &lw->counters[c];
    ctr->is_scaled = true;
    ctr->name = "t";
    fmpz_mul_ui(ctr->slope, ctr->step, period);
    fmpz_set(ctr->offset, ctr->start);
    fmpz_zero(ctr->start);
    fmpz_one(ctr->step);
    if (ctr->has_trips)
        fmpz_divexact_ui(ctr->trips, ctr->trips, period);
}

void cpm_lower_clear_counters(lowering *lw)
{
    for (size_t c = 0; c < lw->ncounters; c++) {
        lower_counter *ctr = &lw->counters[c];
        for (size_t i = 0; i < ctr->nmonomials; i++)
            fmpq_clear(ctr->monomials[i].base);
        free(ctr->monomials);
        fmpz_clear(ctr->start);
        fmpz_clear(ctr->step);
        fmpz_clear(ctr->trips);
        fmpz_clear(ctr->slope);
        fmpz_clear(ctr->offset);
    }
    free(lw->counters);
}

/* ---- Signs ------------------------------------------------------------- */

/* slope * i + constant */
static bool affine_may_be_negative(const lower_counter *ctr, const fmpz_t slope,
                                   const fmpz_t constant)
{
    fmpz_t first, last, delta;
    fmpz_init(first);
    fmpz_init(last);
    fmpz_init(delta);
    fmpz_mul(first, slope, ctr->start);
    fmpz_add(first, first, constant);
    fmpz_mul(delta, slope, ctr->step);
    bool negative = fmpz_sgn(first) < 0;
    if (fmpz_sgn(delta) < 0 && !ctr->has_trips)
        negative = true;
    if (ctr->has_trips) {
        fmpz_sub_ui(last, ctr->trips, 1);
        fmpz_mul(last, last, delta);
        fmpz_add(last, last, first);
        negative = negative || fmpz_sgn(last) < 0;
    }
    fmpz_clear(first);
    fmpz_clear(last);
    fmpz_clear(delta);
    return negative;
}

bool cpm_lower_may_be_negative(const lowering *lw, size_t counter, const cpm_exppoly *poly)
{
    const lower_counter *ctr = counter == NO_COUNTER ? NULL : &lw->counters[counter];
    fmpz_t slope, constant;
    fmpz_init(slope);
    fmpz_init(constant);
    bool negative;
    if (ctr == NULL) { /* a constant */
        negative = !cpm_exppoly_is_affine(poly, slope, constant) || fmpz_sgn(constant) < 0;
    } else if (cpm_exppoly_is_affine(poly, slope, constant)) {
        negative = affine_may_be_negative(ctr, slope, constant);
    } else { /* sums of what is never negative are not; else nothing is known */
        fmpz_one(slope);
        fmpz_zero(constant);
        bool counter_negative = affine_may_be_negative(ctr, slope, constant);
        negative = false;
        for (size_t i = 0; i < poly->len; i++)
            negative = negative || fmpq_sgn(poly->terms[i].coeff) < 0 ||
                       fmpq_sgn(poly->terms[i].base) < 0 ||
                       (counter_negative && poly->terms[i].power % 2 != 0);
    }
    fmpz_clear(slope);
    fmpz_clear(constant);
    return negative;
}
