/* SPDX-License-Identifier: MIT
 *
 * lower_remainder.c - remainders and quotients of polynomials in a loop counter by a
 * number: i*(i + 1)//2, i*i % 7, (i**3 - i)//6 % 2.
 *
 * A polynomial P of degree d that is an integer at d + 1 rounds in a row is one in all of
 * them, and so is divisible by k where it is so often. Its remainders by k repeat after
 * some m rounds, and with m bodies a round (lower.h) each is the same always: then so is
 * the quotient a polynomial, and where all coefficients of P(m t + r) but the constant one
 * are divisible by k, one with integer coefficients, as residues want them.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"

#include <flint/fmpq_poly.h>

/* Above this degree nothing is looked at. */
enum { MAX_DEGREE = 16 };

/* P(u), u being the number of the round. False for what is no such polynomial. */
static bool polynomial_of_round(fmpq_poly_t out, const lv *value, const lower_counter *ctr)
{
    fmpq_poly_t variable;
    for (size_t k = 0; k < value->poly.len; k++)
        if (value->poly.terms[k].power > MAX_DEGREE || !fmpq_is_one(value->poly.terms[k].base))
            return false;
    fmpq_poly_init(variable);
    fmpq_poly_zero(out);
    for (size_t k = 0; k < value->poly.len; k++)
        fmpq_poly_set_coeff_fmpq(out, (slong)value->poly.terms[k].power,
                                 value->poly.terms[k].coeff);
    fmpq_poly_set_coeff_fmpz(variable, 0, ctr->start);
    fmpq_poly_set_coeff_fmpz(variable, 1, ctr->step);
    fmpq_poly_compose(out, out, variable);
    fmpq_poly_clear(variable);
    return true;
}

/* P(u), where that is an integer. */
static bool value_in(fmpz_t out, const fmpq_poly_t p, ulong u)
{
    fmpz_t at;
    fmpq_t value;
    fmpz_init_set_ui(at, u);
    fmpq_init(value);
    fmpq_poly_evaluate_fmpz(value, p, at);
    bool ok = fmpz_is_one(fmpq_denref(value));
    fmpz_set(out, fmpq_numref(value));
    fmpz_clear(at);
    fmpq_clear(value);
    return ok;
}

/* Whether P(u + m) = P(u) modulo k for all u. */
static bool repeats_after(const fmpq_poly_t p, ulong m, const fmpz_t k)
{
    fmpz_t a, b;
    fmpz_init(a);
    fmpz_init(b);
    bool ok = true;
    for (ulong u = 0; ok && u <= (ulong)fmpq_poly_length(p); u++) {
        ok = value_in(a, p, u) && value_in(b, p, u + m);
        fmpz_sub(a, a, b);
        ok = ok && fmpz_divisible(a, k);
    }
    fmpz_clear(a);
    fmpz_clear(b);
    return ok;
}

/* Whether k divides the coefficients of P(m t + r), but for the constant ones, for all r. */
static bool divides_after(const fmpq_poly_t p, ulong m, const fmpz_t k)
{
    fmpq_poly_t part, variable;
    fmpq_t c;
    fmpq_poly_init(part);
    fmpq_poly_init(variable);
    fmpq_init(c);
    bool ok = true;
    fmpq_poly_set_coeff_ui(variable, 1, m);
    for (slong r = 0; ok && r <= fmpq_poly_length(p); r++) {
        fmpq_poly_set_coeff_si(variable, 0, r);
        fmpq_poly_compose(part, p, variable);
        for (slong j = 1; ok && j < fmpq_poly_length(part); j++) {
            fmpq_poly_get_coeff_fmpq(c, part, j);
            ok = fmpz_is_one(fmpq_denref(c)) && fmpz_divisible(fmpq_numref(c), k);
        }
    }
    fmpq_poly_clear(part);
    fmpq_poly_clear(variable);
    fmpq_clear(c);
    return ok;
}

static bool serves(const fmpq_poly_t p, ulong m, const fmpz_t k, bool quotient)
{
    return repeats_after(p, m, k) && (!quotient || divides_after(p, m, k));
}

/* The smallest m that serves; 0: there is none up to the limit. k times the common
 * denominator is always one. */
static ulong find_period(const fmpq_poly_t p, const fmpz_t k, bool quotient)
{
    n_factor_t primes;
    ulong m;
    fmpz_t most;
    fmpz_init(most);
    fmpz_mul(most, k, fmpq_poly_denref(p));
    bool fits = fmpz_cmp_ui(most, CPM_MAX_PERIOD * MAX_DEGREE) <= 0;
    m = fits ? fmpz_get_ui(most) : 0;
    fmpz_clear(most);
    if (!fits)
        return 0;
    n_factor_init(&primes);
    n_factor(&primes, m, 1);
    if (!serves(p, m, k, quotient))
        return 0;
    for (int i = 0; i < primes.num; i++)
        while (m % primes.p[i] == 0 && serves(p, m / primes.p[i], k, quotient))
            m /= primes.p[i];
    return m <= CPM_MAX_PERIOD ? m : 0;
}

/* out = (out - r) / k, or r. */
static cpm_status take(lv *out, lowering *lw, const fmpz_t r, const fmpz_t k, bool quotient)
{
    fmpq_t c, one;
    fmpq_init(c);
    fmpq_init(one);
    fmpq_one(one);
    if (!quotient) {
        cpm_lv_clear(out);
        *out = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
    }
    fmpq_set_fmpz(c, r);
    if (quotient)
        fmpq_neg(c, c);
    cpm_status status = cpm_exppoly_add_term(&out->poly, c, 0, one, lw->err);
    fmpz_one(fmpq_numref(c));
    fmpz_set(fmpq_denref(c), k);
    if (quotient)
        cpm_exppoly_scale(&out->poly, c);
    cpm_lv_settle(out);
    fmpq_clear(c);
    fmpq_clear(one);
    return status;
}

cpm_split_answer cpm_lower_poly_remainder(cpm_status *status, lv *out, lowering *lw, const fmpz_t k,
                                          bool quotient)
{
    const lower_counter *ctr = out->kind == LV_POLY && out->counter != NO_COUNTER && out->flow == 0
                                   ? &lw->counters[out->counter]
                                   : NULL;
    fmpq_poly_t p;
    fmpz_t r;
    cpm_split_answer answer = CPM_SPLIT_NOT_MINE;
    if (ctr == NULL || !ctr->has_trips)
        return answer;
    fmpq_poly_init(p);
    fmpz_init(r);
    if (polynomial_of_round(p, out, ctr) && value_in(r, p, 0)) {
        ulong m = find_period(p, k, quotient);
        ulong now = out->counter > 0 || lw->options->period == 0 ? 1 : lw->options->period;
        if (m == 1 && (ctr->is_scaled || !quotient)) {
            fmpz_mod(r, r, k);
            *status = take(out, lw, r, k, quotient);
            answer = CPM_SPLIT_DONE;
        } else if (m > 0 && m * now <= CPM_MAX_PERIOD) {
            cpm_lower_ask_period(lw, out->counter, m * now);
            answer = CPM_SPLIT_ASKED;
        }
    }
    fmpq_poly_clear(p);
    fmpz_clear(r);
    return answer;
}
