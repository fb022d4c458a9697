/* SPDX-License-Identifier: MIT
 *
 * hyper.c - products of powers and factorials, see hyper.h.
 */
#include "rec/hyper.h"

#include "base/limits.h"
#include "eval/arith.h"

void cpm_hyper_init(cpm_hyper *h)
{
    fmpq_init(h->base);
    fmpq_one(h->base);
    h->nfactors = 0;
}

void cpm_hyper_clear(cpm_hyper *h)
{
    fmpq_clear(h->base);
}

void cpm_hyper_set(cpm_hyper *h, const cpm_hyper *g)
{
    fmpq_set(h->base, g->base);
    h->nfactors = g->nfactors;
    for (size_t i = 0; i < g->nfactors; i++)
        h->factors[i] = g->factors[i];
}

bool cpm_hyper_is_one(const cpm_hyper *h)
{
    return h->nfactors == 0 && fmpq_is_one(h->base);
}

bool cpm_hyper_is_sign(const cpm_hyper *h)
{
    return h->nfactors == 0 && fmpz_equal_si(fmpq_numref(h->base), -1) &&
           fmpz_is_one(fmpq_denref(h->base));
}

bool cpm_hyper_equal(const cpm_hyper *h, const cpm_hyper *g)
{
    bool equal = h->nfactors == g->nfactors && fmpq_equal(h->base, g->base);
    for (size_t i = 0; i < h->nfactors && equal; i++)
        equal = h->factors[i].step == g->factors[i].step &&
                h->factors[i].exponent == g->factors[i].exponent;
    return equal;
}

/* ---- Products ------------------------------------------------------------ */

static bool base_fits(const fmpq_t c)
{
    return fmpz_bits(fmpq_numref(c)) + fmpz_bits(fmpq_denref(c)) <= CPM_MAX_RULE_BITS;
}

bool cpm_hyper_mul_base(cpm_hyper *h, const fmpq_t c)
{
    fmpq_mul(h->base, h->base, c);
    return base_fits(h->base);
}

bool cpm_hyper_mul_factorial(cpm_hyper *h, ulong step, slong exponent)
{
    size_t at = 0;
    while (at < h->nfactors && h->factors[at].step < step)
        at++;
    if (at < h->nfactors && h->factors[at].step == step) {
        h->factors[at].exponent += exponent;
        if (h->factors[at].exponent == 0) {
            h->nfactors--;
            for (; at < h->nfactors; at++)
                h->factors[at] = h->factors[at + 1];
        }
        return true;
    }
    if (h->nfactors == CPM_HYPER_FACTORS)
        return false;
    for (size_t i = h->nfactors++; i > at; i--)
        h->factors[i] = h->factors[i - 1];
    h->factors[at].step = step;
    h->factors[at].exponent = exponent;
    return true;
}

bool cpm_hyper_mul_pow(cpm_hyper *h, const cpm_hyper *g, slong exponent)
{
    fmpq_t power;
    if (exponent > CPM_MAX_RULE_DEGREE || exponent < -CPM_MAX_RULE_DEGREE)
        return false;
    size_t bits = (size_t)fmpz_bits(fmpq_numref(g->base)) + (size_t)fmpz_bits(fmpq_denref(g->base));
    bool fits = bits * (size_t)(exponent < 0 ? -exponent : exponent) <= 2 * CPM_MAX_RULE_BITS;
    fmpq_init(power);
    if (fits) {
        ulong size = (ulong)(exponent < 0 ? -exponent : exponent);
        fmpz_pow_ui(fmpq_numref(power), fmpq_numref(g->base), size);
        fmpz_pow_ui(fmpq_denref(power), fmpq_denref(g->base), size);
        if (exponent < 0)
            fmpq_inv(power, power);
        fits = cpm_hyper_mul_base(h, power);
    }
    for (size_t i = 0; i < g->nfactors && fits; i++) {
        slong e = g->factors[i].exponent;
        fits = e <= CPM_MAX_RULE_DEGREE && e >= -CPM_MAX_RULE_DEGREE &&
               cpm_hyper_mul_factorial(h, g->factors[i].step, e * exponent);
    }
    fmpq_clear(power);
    return fits;
}

/* ---- Values ---------------------------------------------------------------- */

/* r *= (a n)(a n - 1)...(a n - a + 1), to the power of e */
static void mul_falling(fmpz_poly_q_t r, ulong a, slong e)
{
    fmpz_poly_t factor;
    fmpz_poly_init(factor);
    fmpz_poly_struct *side = e > 0 ? fmpz_poly_q_numref(r) : fmpz_poly_q_denref(r);
    for (ulong k = 0; k < a; k++) {
        fmpz_poly_set_coeff_ui(factor, 1, a);
        fmpz_poly_set_coeff_si(factor, 0, -(slong)k);
        fmpz_poly_pow(factor, factor, (ulong)(e < 0 ? -e : e));
        fmpz_poly_mul(side, side, factor);
        fmpz_poly_zero(factor);
    }
    fmpz_poly_clear(factor);
}

bool cpm_hyper_ratio(fmpz_poly_q_t r, const cpm_hyper *h)
{
    ulong degree = 0;
    for (size_t i = 0; i < h->nfactors; i++) {
        slong e = h->factors[i].exponent;
        if (h->factors[i].step > CPM_MAX_RULE_DEGREE || e > CPM_MAX_RULE_DEGREE ||
            e < -CPM_MAX_RULE_DEGREE)
            return false;
        degree += h->factors[i].step * (ulong)(e < 0 ? -e : e);
    }
    if (degree > CPM_MAX_RULE_DEGREE)
        return false;
    fmpz_poly_set_fmpz(fmpz_poly_q_numref(r), fmpq_numref(h->base));
    fmpz_poly_set_fmpz(fmpz_poly_q_denref(r), fmpq_denref(h->base));
    for (size_t i = 0; i < h->nfactors; i++)
        mul_falling(r, h->factors[i].step, h->factors[i].exponent);
    fmpz_poly_q_canonicalise(r);
    return true;
}

/* out *= ((a n)!)^e */
static bool mul_factorial_at(fmpq_t out, ulong a, slong e, const fmpz_t n, size_t max_bits)
{
    fmpz_t m;
    fmpz_init(m);
    fmpz_mul_ui(m, n, a);
    ulong size = (ulong)(e < 0 ? -e : e);
    bool fits = fmpz_sgn(m) >= 0 && fmpz_bits(m) <= 32 &&
                (double)fmpz_get_ui(m) * (double)fmpz_bits(m) * (double)size <= (double)max_bits;
    if (fits) {
        fmpz_fac_ui(m, fmpz_get_ui(m));
        fmpz_pow_ui(m, m, size);
        if (e > 0)
            fmpq_mul_fmpz(out, out, m);
        else
            fmpq_div_fmpz(out, out, m);
    }
    fmpz_clear(m);
    return fits;
}

bool cpm_hyper_value(fmpq_t out, const cpm_hyper *h, const fmpz_t n, size_t max_bits)
{
    fmpz_t exponent;
    fmpz_init(exponent);
    fmpz_abs(exponent, n);
    bool fits = cpm_fmpz_power_fits(fmpq_numref(h->base), exponent, max_bits) &&
                cpm_fmpz_power_fits(fmpq_denref(h->base), exponent, max_bits);
    if (fits) {
        fmpq_set(out, h->base);
        if (fmpz_sgn(n) < 0)
            fmpq_inv(out, out);
        cpm_fmpz_power(fmpq_numref(out), exponent);
        cpm_fmpz_power(fmpq_denref(out), exponent);
    }
    for (size_t i = 0; i < h->nfactors && fits; i++)
        fits = mul_factorial_at(out, h->factors[i].step, h->factors[i].exponent, n, max_bits);
    fmpz_clear(exponent);
    return fits;
}

/* ---- As text ------------------------------------------------------------------ */

static void put_base(cpm_strbuf *out, const fmpq_t c, const char *n)
{
    char *text = fmpq_get_str(NULL, 10, c);
    bool plain = fmpq_sgn(c) > 0 && fmpz_is_one(fmpq_denref(c));
    cpm_strbuf_printf(out, plain ? "%s^%s" : "(%s)^%s", text, n);
    flint_free(text);
}

/* ((a n)!)^|e| */
static void put_factorial(cpm_strbuf *out, ulong a, slong e, const char *n)
{
    if (a == 1)
        cpm_strbuf_printf(out, "%s!", n);
    else
        cpm_strbuf_printf(out, "(%lu*%s)!", a, n);
    if (e != 1 && e != -1)
        cpm_strbuf_printf(out, "^%lu", (ulong)(e < 0 ? -e : e));
}

void cpm_hyper_put(cpm_strbuf *out, const cpm_hyper *h, const char *n)
{
    size_t nput = 0;
    if (!fmpq_is_one(h->base)) {
        put_base(out, h->base, n);
        nput++;
    }
    for (size_t i = h->nfactors; i-- > 0;) {
        if (h->factors[i].exponent < 0)
            continue;
        cpm_strbuf_puts(out, nput++ > 0 ? "*" : "");
        put_factorial(out, h->factors[i].step, h->factors[i].exponent, n);
    }
    cpm_strbuf_puts(out, nput == 0 ? "1" : "");
    for (size_t i = 0; i < h->nfactors; i++) {
        if (h->factors[i].exponent > 0)
            continue;
        cpm_strbuf_puts(out, "/");
        put_factorial(out, h->factors[i].step, h->factors[i].exponent, n);
    }
}
