/* SPDX-License-Identifier: MIT
 *
 * facts_roots.c - what the roots of the recurrence say: its characteristic polynomial,
 * its matrix, and the terms as sums over roots.
 *
 * A simple root r brings c(r) r^n with c(r) = -r num(1/r) / den'(1/r), which modulo the
 * irreducible polynomial of r is a polynomial in r with rational coefficients.
 */
#include "show/facts.h"
#include "show/term.h"

#include <flint/fmpq_poly.h>
#include <flint/fmpz_poly_factor.h>

/* ---- The characteristic polynomial ------------------------------------------- */

static void put_power(cpm_strbuf *out, const fmpz_poly_t p, slong exponent, bool alone)
{
    bool bare = fmpz_poly_length(p) <= 2 && fmpz_is_zero(fmpz_poly_get_coeff_ptr(p, 0));
    cpm_strbuf_puts(out, alone || bare ? "" : "(");
    cpm_put_poly(out, p, "x", true);
    cpm_strbuf_puts(out, alone || bare ? "" : ")");
    if (exponent > 1)
        cpm_strbuf_printf(out, "^%ld", (long)exponent);
}

/* x^d den(1/x) in its irreducible factors over Z. */
static void factor_reversed(fmpz_poly_factor_t factors, const cpm_facts *facts)
{
    fmpz_poly_t p;
    fmpz_poly_init(p);
    fmpz_poly_reverse(p, facts->f.den, (slong)facts->order + 1);
    fmpz_poly_factor(factors, p);
    fmpz_poly_clear(p);
}

void cpm_fact_charpoly(cpm_strbuf *out, const cpm_facts *facts)
{
    fmpz_poly_factor_t factors;
    fmpz_poly_factor_init(factors);
    factor_reversed(factors, facts);
    for (slong i = 0; i < factors->num; i++) {
        bool alone = factors->num == 1 && factors->exp[i] == 1;
        cpm_strbuf_puts(out, i == 0 ? "" : "*");
        put_power(out, factors->p + i, factors->exp[i], alone);
    }
    if (factors->num == 0)
        cpm_strbuf_puts(out, "1");
    fmpz_poly_factor_clear(factors);
}

void cpm_fact_matrix(cpm_strbuf *out, const cpm_facts *facts)
{
    for (size_t i = 0; i < facts->order; i++)
        for (size_t k = 0; k < facts->order; k++) {
            cpm_strbuf_puts(out, k > 0 ? "," : i > 0 ? ";" : "");
            if (i == 0)
                cpm_put_rational(out, facts->c + k);
            else
                cpm_strbuf_puts(out, k == i - 1 ? "1" : "0");
        }
    if (facts->order == 0)
        cpm_strbuf_puts(out, "0");
}

/* ---- The closed form ------------------------------------------------------------ */

/* out = p(1/x) x^len modulo q, times x^shift. */
static void reversed_modulo(fmpq_poly_t out, const fmpz_poly_t p, slong len, slong shift,
                            const fmpq_poly_t q)
{
    fmpz_poly_t r;
    fmpz_poly_init(r);
    fmpz_poly_reverse(r, p, len + 1);
    fmpz_poly_shift_left(r, r, shift);
    fmpq_poly_set_fmpz_poly(out, r);
    fmpq_poly_rem(out, out, q);
    fmpz_poly_clear(r);
}

/* c(x) modulo an irreducible factor: with N = x^a num(1/x) and D = x^b den'(1/x),
 * c = -x num(1/x)/den'(1/x) = -x^(1+b-a) N/D. */
static void set_coefficient(fmpq_poly_t c, const cpm_facts *facts, const fmpz_poly_t factor)
{
    fmpq_poly_t q, d, s, t, one;
    fmpz_poly_t derivative;
    slong len = fmpz_poly_length(facts->f.num) > (slong)facts->order
                    ? fmpz_poly_length(facts->f.num)
                    : (slong)facts->order;
    fmpq_poly_init(q);
    fmpq_poly_init(d);
    fmpq_poly_init(s);
    fmpq_poly_init(t);
    fmpq_poly_init(one);
    fmpz_poly_init(derivative);
    fmpz_poly_derivative(derivative, facts->f.den);
    fmpq_poly_set_fmpz_poly(q, factor);
    reversed_modulo(c, facts->f.num, len, 1, q);
    reversed_modulo(d, derivative, len, 0, q);
    fmpq_poly_xgcd(one, s, t, d, q);
    fmpq_poly_mul(c, c, s);
    fmpq_poly_neg(c, c);
    fmpq_poly_scalar_div_fmpz(c, c, facts->f.scale);
    fmpq_poly_rem(c, c, q);
    fmpq_poly_clear(q);
    fmpq_poly_clear(d);
    fmpq_poly_clear(s);
    fmpq_poly_clear(t);
    fmpq_poly_clear(one);
    fmpz_poly_clear(derivative);
}

/* "n", "(n-3)", "(n+1)": the steps from the offset. */
static void put_steps(cpm_strbuf *out, const cpm_facts *facts)
{
    fmpz_t a;
    fmpz_init(a);
    fmpz_abs(a, facts->offset);
    if (fmpz_is_zero(a)) {
        cpm_strbuf_puts(out, "n");
    } else {
        cpm_strbuf_puts(out, fmpz_sgn(facts->offset) > 0 ? "(n-" : "(n+");
        cpm_put_integer(out, a);
        cpm_strbuf_puts(out, ")");
    }
    fmpz_clear(a);
}

static void put_rational_root(cpm_strbuf *out, const cpm_facts *facts, const fmpq_poly_t c,
                              const fmpz_poly_t factor, bool first)
{
    fmpq_t value, root;
    cpm_strbuf power = {0};
    fmpq_init(value);
    fmpq_init(root);
    fmpq_poly_get_coeff_fmpq(value, c, 0);
    fmpq_set_fmpz_frac(root, fmpz_poly_get_coeff_ptr(factor, 0),
                       fmpz_poly_get_coeff_ptr(factor, 1));
    fmpq_neg(root, root);
    bool plain = fmpq_sgn(root) > 0 && fmpz_is_one(fmpq_denref(root));
    if (!fmpq_is_one(root)) {
        cpm_strbuf_puts(&power, plain ? "" : "(");
        cpm_put_rational(&power, root);
        cpm_strbuf_puts(&power, plain ? "^" : ")^");
        put_steps(&power, facts);
    }
    cpm_strbuf_append(&power, "", 0);
    if (power.failed)
        out->failed = true;
    else if (!fmpq_is_zero(value))
        cpm_put_term(out, value, first, power.data);
    cpm_strbuf_clear(&power);
    fmpq_clear(value);
    fmpq_clear(root);
}

static void put_root_sum(cpm_strbuf *out, const cpm_facts *facts, const fmpq_poly_t c,
                         const fmpz_poly_t factor, bool first)
{
    char *text = fmpq_poly_get_str_pretty(c, "r");
    cpm_strbuf_printf(out, "%ssum((", first ? "" : " + ");
    cpm_strbuf_puts(out, text);
    cpm_strbuf_puts(out, ")*r^");
    put_steps(out, facts);
    cpm_strbuf_puts(out, ", ");
    cpm_put_poly(out, factor, "r", true);
    cpm_strbuf_puts(out, " = 0)");
    flint_free(text);
}

bool cpm_fact_closed(cpm_strbuf *out, const cpm_facts *facts)
{
    fmpz_poly_factor_t factors;
    fmpq_poly_t c;
    bool simple = true;
    fmpz_poly_factor_init(factors);
    fmpq_poly_init(c);
    factor_reversed(factors, facts);
    for (slong i = 0; i < factors->num; i++)
        simple = simple && factors->exp[i] == 1;
    for (slong i = 0; i < factors->num && simple; i++) {
        set_coefficient(c, facts, factors->p + i);
        if (fmpz_poly_degree(factors->p + i) == 1)
            put_rational_root(out, facts, c, factors->p + i, out->len == 0);
        else
            put_root_sum(out, facts, c, factors->p + i, out->len == 0);
    }
    if (simple && out->len == 0)
        cpm_strbuf_puts(out, "0");
    if (simple)
        cpm_fact_validity(out, facts);
    fmpz_poly_factor_clear(factors);
    fmpq_poly_clear(c);
    return simple;
}
