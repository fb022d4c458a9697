/* SPDX-License-Identifier: MIT
 *
 * holonomic_round.c - quotients that are rounded, and remainders, of polynomials of the
 * index: n % 3, floor(n^2/4), gcd(n, 6), (-1)^(n*(n-1)/2).
 *
 * With period*t + c in the place of n all of them are polynomials of t, once the period
 * is right. Where it is not, the rule is refused for now, and a longer one asked for.
 */
#include "base/limits.h"
#include "lang/visit.h"
#include "rec/holonomic_internal.h"

bool cpm_holo_refuse_period(cpm_holo *h, ulong times, cpm_span span)
{
    bool fits = times > 0 && h->period * times <= CPM_MAX_RULE_PERIOD;
    h->wants_period = fits ? h->period * times : 0;
    cpm_err_at(h->err, CPM_ERR_SEMANTIC, &h->rec->text, span,
               "not a linear recurrence with polynomial coefficients: remainders of the index that "
               "come back after more than %d rounds",
               CPM_MAX_RULE_PERIOD);
    return false;
}

static bool refuse(cpm_holo *h, const cpm_ratform *f, cpm_span span)
{
    for (size_t i = 0; i < f->nterms; i++)
        h->blames_term = h->blames_term || f->terms[i].x != CPM_NO_TERM;
    cpm_err_at(h->err, CPM_ERR_SEMANTIC, &h->rec->text, span,
               "not a linear recurrence with polynomial coefficients: neither a polynomial nor a "
               "quotient of such");
    return false;
}

/* out = floor(out) */
static bool round_down(cpm_ratform *out, cpm_holo *h, cpm_span span)
{
    ulong times;
    cpm_ratform_result result = cpm_ratform_floor(out, &times);
    if (result == CPM_RATFORM_OTHER)
        return refuse(h, out, span);
    return result == CPM_RATFORM_PERIODIC ? cpm_holo_refuse_period(h, times, span)
                                          : cpm_holo_refuse(h, result, span);
}

/* out = out * c, or out / c */
static bool scale(cpm_ratform *out, cpm_holo *h, const fmpq_t c, bool divides, cpm_span span)
{
    cpm_ratform factor;
    fmpq_t value;
    fmpq_init(value);
    cpm_ratform_init(&factor);
    if (divides)
        fmpq_inv(value, c);
    else
        fmpq_set(value, c);
    cpm_ratform_result result = cpm_ratform_set_constant(&factor, value);
    if (result == CPM_RATFORM_OK)
        result = cpm_ratform_mul(out, &factor, &h->hypers);
    fmpq_clear(value);
    cpm_ratform_clear(&factor);
    return cpm_holo_refuse(h, result, span);
}

/* out = floor(out/c), c not 0 */
static bool quotient(cpm_ratform *out, cpm_holo *h, const fmpq_t c, cpm_span span)
{
    return scale(out, h, c, true, span) && round_down(out, h, span);
}

/* out = out - c*floor(out/c) */
static bool remainder_of(cpm_ratform *out, cpm_holo *h, const fmpq_t c, cpm_span span)
{
    cpm_ratform whole;
    cpm_ratform_init(&whole);
    bool ok = cpm_holo_refuse(h, cpm_ratform_set(&whole, out), span) &&
              quotient(&whole, h, c, span) && scale(&whole, h, c, false, span) &&
              cpm_holo_refuse(h, cpm_ratform_add(out, &whole, true), span);
    cpm_ratform_clear(&whole);
    return ok;
}

/* The same of integers, as a number; integers go on as such. */
static bool residue(fmpz_t r, cpm_ratform *out, cpm_holo *h, const fmpz_t m, cpm_span span)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_set_fmpz(c, m);
    bool ok = remainder_of(out, h, c, span);
    if (ok && !(cpm_ratform_is_constant(c, out) && fmpz_is_one(fmpq_denref(c))))
        ok = refuse(h, out, span);
    fmpz_set(r, fmpq_numref(c));
    fmpq_clear(c);
    return ok;
}

static bool set_integer(cpm_ratform *out, cpm_holo *h, const fmpz_t x, cpm_span span)
{
    fmpq_t value;
    fmpq_init(value);
    fmpq_set_fmpz(value, x);
    bool ok = cpm_holo_refuse(h, cpm_ratform_set_constant(out, value), span);
    fmpq_clear(value);
    return ok;
}

/* out & c, c >= 0, by the last bits of *out. */
static bool mask(cpm_ratform *out, cpm_holo *h, const fmpz_t c, cpm_span span)
{
    fmpz_t m, r;
    fmpz_init(m);
    fmpz_init(r);
    fmpz_one(m);
    fmpz_mul_2exp(m, m, fmpz_bits(c));
    bool ok = residue(r, out, h, m, span);
    fmpz_and(r, r, c);
    ok = ok && set_integer(out, h, r, span);
    fmpz_clear(m);
    fmpz_clear(r);
    return ok;
}

bool cpm_holo_round(cpm_ratform *out, cpm_holo *h, cpm_op op, const cpm_ratform *operand,
                    cpm_span span)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_one(c);
    bool is_constant = operand == NULL || cpm_ratform_is_constant(c, operand), ok = false;
    bool is_natural = fmpz_is_one(fmpq_denref(c)) && fmpq_sgn(c) >= 0;
    if (!is_constant) {
        (void)refuse(h, out, span);
        ok = refuse(h, operand, span);
    } else if (op == CPM_OP_AND && is_natural) {
        ok = mask(out, h, fmpq_numref(c), span);
    } else if (op == CPM_OP_RSHIFT && is_natural &&
               fmpz_cmp_ui(fmpq_numref(c), CPM_MAX_RULE_PERIOD) <= 0) {
        fmpz_one_2exp(fmpq_numref(c), fmpz_get_ui(fmpq_numref(c)));
        ok = quotient(out, h, c, span);
    } else if (op == CPM_OP_AND || op == CPM_OP_RSHIFT || fmpq_is_zero(c)) {
        ok = refuse(h, out, span);
    } else {
        ok = op == CPM_OP_MOD ? remainder_of(out, h, c, span) : quotient(out, h, c, span);
    }
    fmpq_clear(c);
    return ok;
}

bool cpm_holo_sign(cpm_ratform *out, cpm_holo *h, cpm_span span)
{
    fmpz_t two, parity;
    fmpz_init_set_ui(two, 2);
    fmpz_init(parity);
    bool ok = residue(parity, out, h, two, span);
    fmpz_set_si(parity, fmpz_is_zero(parity) ? 1 : -1);
    ok = ok && set_integer(out, h, parity, span);
    fmpz_clear(two);
    fmpz_clear(parity);
    return ok;
}

/* The greatest common divisor of the arguments that are constants. */
static bool constant_gcd(fmpz_t g, cpm_holo *h, const cpm_expr *call)
{
    fmpq_t value;
    bool ok = true;
    fmpq_init(value);
    fmpz_zero(g);
    for (size_t i = 0; i < call->u.call.nargs && ok; i++) {
        if (!cpm_holo_constant(value, h, call->u.call.args[i].value))
            continue;
        ok = fmpz_is_one(fmpq_denref(value));
        fmpz_gcd(g, g, fmpq_numref(value));
    }
    fmpq_clear(value);
    return ok && !fmpz_is_zero(g);
}

bool cpm_holo_gcd(cpm_ratform *out, cpm_holo *h, const cpm_expr *call)
{
    fmpz_t g, m, r;
    fmpz_init(g);
    fmpz_init(m);
    fmpz_init(r);
    bool ok = constant_gcd(m, h, call) || refuse(h, out, call->span);
    fmpz_set(g, m);
    for (size_t i = 0; i < call->u.call.nargs && ok; i++) {
        const cpm_expr *arg = call->u.call.args[i].value;
        ok = cpm_holo_eval(out, h, arg) && residue(r, out, h, m, arg->span);
        fmpz_gcd(g, g, r);
    }
    ok = ok && set_integer(out, h, g, call->span);
    fmpz_clear(g);
    fmpz_clear(m);
    fmpz_clear(r);
    return ok;
}
