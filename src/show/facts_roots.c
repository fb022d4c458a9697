/* SPDX-License-Identifier: MIT
 *
 * facts_roots.c - what the roots of the recurrence say: its characteristic polynomial,
 * its matrix, and the terms as sums over roots.
 *
 * A simple root r brings c(r) r^n with c(r) = -r num(1/r) / den'(1/r), which modulo the
 * irreducible polynomial of r is a polynomial in r with rational coefficients. Where
 * roots are multiple the c(r) of all powers of n come from a linear system: the sums of
 * n^j r^(n+k) over the roots of a factor are n^j times its power sums, which are
 * rational, and as many terms of the sequence as it has roots determine the factors.
 */
#include "show/facts.h"
#include "show/term.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpq_poly.h>
#include <flint/fmpq_vec.h>
#include <flint/fmpz_poly_factor.h>

/* ---- The characteristic polynomial ------------------------------------------- */

void cpm_fact_factor(fmpz_poly_factor_t factors, const cpm_facts *facts)
{
    fmpz_poly_t p;
    fmpz_poly_init(p);
    fmpz_poly_reverse(p, facts->f.den, (slong)facts->order + 1);
    fmpz_poly_factor(factors, p);
    fmpz_poly_clear(p);
}

void cpm_fact_charpoly(cpm_strbuf *out, const cpm_facts *facts)
{
    fmpz_poly_t p;
    fmpz_t one;
    fmpz_poly_init(p);
    fmpz_init_set_ui(one, 1);
    fmpz_poly_reverse(p, facts->f.den, (slong)facts->order + 1);
    cpm_put_factored(out, p, one);
    fmpz_poly_clear(p);
    fmpz_clear(one);
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

void cpm_fact_steps(cpm_strbuf *out, const cpm_facts *facts)
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

void cpm_fact_root_power(cpm_strbuf *out, const cpm_facts *facts, const fmpz_poly_t factor)
{
    fmpq_t root;
    fmpq_init(root);
    fmpq_set_fmpz_frac(root, fmpz_poly_get_coeff_ptr(factor, 0),
                       fmpz_poly_get_coeff_ptr(factor, 1));
    fmpq_neg(root, root);
    bool plain = fmpq_sgn(root) > 0 && fmpz_is_one(fmpq_denref(root));
    if (!fmpq_is_one(root)) {
        cpm_strbuf_puts(out, plain ? "" : "(");
        cpm_put_rational(out, root);
        cpm_strbuf_puts(out, plain ? "^" : ")^");
        cpm_fact_steps(out, facts);
    }
    cpm_strbuf_append(out, "", 0);
    fmpq_clear(root);
}

/* One more summand c * factor, where the factor has been put together. */
static void put_product(cpm_strbuf *out, const fmpq_t c, bool first, const cpm_strbuf *factor)
{
    if (factor->failed)
        out->failed = true;
    else if (!fmpq_is_zero(c))
        cpm_put_term(out, c, first, factor->data);
}

static void put_rational_root(cpm_strbuf *out, const cpm_facts *facts, const fmpq_poly_t c,
                              const fmpz_poly_t factor, bool first)
{
    fmpq_t value;
    cpm_strbuf power = {0};
    fmpq_init(value);
    fmpq_poly_get_coeff_fmpq(value, c, 0);
    cpm_fact_root_power(&power, facts, factor);
    put_product(out, value, first, &power);
    cpm_strbuf_clear(&power);
    fmpq_clear(value);
}

static void put_root_sum(cpm_strbuf *out, const cpm_facts *facts, const fmpq_poly_t c,
                         const fmpz_poly_t factor, bool first)
{
    char *text = fmpq_poly_get_str_pretty(c, "r");
    cpm_strbuf_printf(out, "%ssum((", first ? "" : " + ");
    cpm_strbuf_puts(out, text);
    cpm_strbuf_puts(out, ")*r^");
    cpm_fact_steps(out, facts);
    cpm_strbuf_puts(out, ", ");
    cpm_put_poly(out, factor, "r", true);
    cpm_strbuf_puts(out, " = 0)");
    flint_free(text);
}

static void put_simple_roots(cpm_strbuf *out, const cpm_facts *facts,
                             const fmpz_poly_factor_t factors)
{
    fmpq_poly_t c;
    fmpq_poly_init(c);
    for (slong i = 0; i < factors->num; i++) {
        set_coefficient(c, facts, factors->p + i);
        if (fmpz_poly_degree(factors->p + i) == 1)
            put_rational_root(out, facts, c, factors->p + i, out->len == 0);
        else
            put_root_sum(out, facts, c, factors->p + i, out->len == 0);
    }
    fmpq_poly_clear(c);
}

/* ---- Multiple roots --------------------------------------------------------------- */

/* sums[m] = the sum of r^m over the roots r of q, m < count: with Q = x^d q(1/x) the
 * coefficients of d - x Q'/Q. */
static void power_sums(fmpq *sums, size_t count, const fmpz_poly_t q)
{
    fmpz_poly_t num, den;
    slong degree = fmpz_poly_degree(q);
    fmpz_poly_init(num);
    fmpz_poly_init(den);
    fmpz_poly_reverse(den, q, degree + 1);
    fmpz_poly_derivative(num, den);
    fmpz_poly_shift_left(num, num, 1);
    fmpz_poly_neg(num, num);
    fmpz_poly_scalar_addmul_si(num, den, degree);
    cpm_series_terms(sums, count, num, den);
    fmpz_poly_clear(num);
    fmpz_poly_clear(den);
}

/* The columns from *at on: n^j r^(n+k) summed over the roots of q, for j below the
 * multiplicity and k below the degree; row t is n = first + t. */
static void fill_columns(fmpq_mat_t a, slong *at, const fmpz_poly_t q, slong multiplicity,
                         size_t first)
{
    slong degree = fmpz_poly_degree(q), nrows = fmpq_mat_nrows(a);
    size_t count = first + (size_t)(nrows + degree);
    fmpq *sums = _fmpq_vec_init((slong)count);
    fmpz_t power;
    fmpz_init(power);
    power_sums(sums, count, q);
    for (slong t = 0; t < nrows; t++) {
        size_t n = first + (size_t)t;
        fmpz_one(power);
        for (slong j = 0; j < multiplicity; j++) {
            for (slong k = 0; k < degree; k++)
                fmpq_mul_fmpz(fmpq_mat_entry(a, t, *at + j * degree + k), sums + n + k, power);
            fmpz_mul_ui(power, power, n);
        }
    }
    *at += multiplicity * degree;
    fmpz_clear(power);
    _fmpq_vec_clear(sums, (slong)count);
}

/* solution = all c(r), by factor, power of n, power of r. */
static bool solve_coefficients(fmpq_mat_t solution, const cpm_facts *facts,
                               const fmpz_poly_factor_t factors)
{
    slong order = (slong)facts->order, at = 0;
    size_t first = facts->ngiven - facts->order; /* the exceptions are before */
    fmpq_mat_t a, b;
    fmpq_mat_init(a, order, order);
    fmpq_mat_init(b, order, 1);
    for (slong i = 0; i < factors->num; i++)
        fill_columns(a, &at, factors->p + i, factors->exp[i], first);
    for (slong t = 0; t < order; t++)
        fmpq_set(fmpq_mat_entry(b, t, 0), facts->given + first + (size_t)t);
    bool solved = fmpq_mat_solve(solution, a, b) != 0;
    fmpq_mat_clear(a);
    fmpq_mat_clear(b);
    return solved;
}

/* p in n instead of the steps from the offset. */
static void shift_to_index(fmpq_poly_t p, const cpm_facts *facts)
{
    fmpq_poly_t steps;
    fmpz_t minus;
    fmpq_poly_init(steps);
    fmpz_init(minus);
    fmpz_neg(minus, facts->offset);
    fmpq_poly_set_coeff_si(steps, 1, 1);
    fmpq_poly_set_coeff_fmpz(steps, 0, minus);
    fmpq_poly_compose(p, p, steps);
    fmpq_poly_clear(steps);
    fmpz_clear(minus);
}

/* c n^k root^n */
static void put_monomial(cpm_strbuf *out, const fmpq_poly_t p, const cpm_strbuf *power)
{
    fmpq_t c;
    cpm_strbuf factor = {0};
    slong k = fmpq_poly_degree(p);
    fmpq_init(c);
    fmpq_poly_get_coeff_fmpq(c, p, k);
    if (k == 1)
        cpm_strbuf_puts(&factor, "n");
    else if (k > 1)
        cpm_strbuf_printf(&factor, "n^%ld", (long)k);
    cpm_strbuf_puts(&factor, k > 0 && power->len > 0 ? "*" : "");
    cpm_strbuf_append(&factor, power->data, power->len);
    put_product(out, c, out->len == 0, &factor);
    cpm_strbuf_clear(&factor);
    fmpq_clear(c);
}

/* p(n) root^n, where p is in the steps from the offset. */
static void put_multiple_rational(cpm_strbuf *out, const cpm_facts *facts, fmpq_poly_t p,
                                  const fmpz_poly_t factor)
{
    cpm_strbuf power = {0};
    shift_to_index(p, facts);
    cpm_fact_root_power(&power, facts, factor);
    slong nterms = 0;
    for (slong k = 0; k < fmpq_poly_length(p); k++)
        nterms += !fmpz_is_zero(fmpq_poly_numref(p) + k);
    if (power.failed) {
        out->failed = true;
    } else if (nterms == 1) {
        put_monomial(out, p, &power);
    } else {
        char *text = fmpq_poly_get_str_pretty(p, "n");
        cpm_strbuf_puts(out, out->len == 0 ? "(" : " + (");
        cpm_strbuf_puts(out, text);
        cpm_strbuf_puts(out, power.len == 0 ? ")" : ")*");
        cpm_strbuf_puts(out, power.data);
        flint_free(text);
    }
    cpm_strbuf_clear(&power);
}

/* "sum(((r)*n + (1))*r^n, q(r) = 0)" from the coefficients in solution[at], ... */
static void put_multiple_sum(cpm_strbuf *out, const cpm_facts *facts, const fmpq_poly_struct *c,
                             slong multiplicity, const fmpz_poly_t factor)
{
    cpm_strbuf_printf(out, "%ssum((", out->len == 0 ? "" : " + ");
    bool first = true;
    for (slong j = multiplicity - 1; j >= 0; j--) {
        if (fmpq_poly_is_zero(c + j))
            continue;
        char *text = fmpq_poly_get_str_pretty(c + j, "r");
        cpm_strbuf_printf(out, "%s(", first ? "" : " + ");
        cpm_strbuf_puts(out, text);
        cpm_strbuf_puts(out, j > 0 ? ")*" : ")");
        if (j > 0)
            cpm_fact_steps(out, facts);
        if (j > 1)
            cpm_strbuf_printf(out, "^%ld", (long)j);
        first = false;
        flint_free(text);
    }
    cpm_strbuf_puts(out, ")*r^");
    cpm_fact_steps(out, facts);
    cpm_strbuf_puts(out, ", ");
    cpm_put_poly(out, factor, "r", true);
    cpm_strbuf_puts(out, " = 0)");
}

/* What the roots of one factor bring; its coefficients are solution[at], ... */
static void put_multiple(cpm_strbuf *out, const cpm_facts *facts, const fmpq_mat_t solution,
                         slong at, const fmpz_poly_t factor, slong multiplicity)
{
    slong degree = fmpz_poly_degree(factor);
    fmpq_poly_t p;
    fmpq_poly_struct *c = flint_malloc((size_t)multiplicity * sizeof *c);
    fmpq_poly_init(p);
    for (slong j = 0; j < multiplicity; j++) {
        fmpq_poly_init(c + j);
        for (slong k = 0; k < degree; k++)
            fmpq_poly_set_coeff_fmpq(c + j, k, fmpq_mat_entry(solution, at + j * degree + k, 0));
        if (degree == 1)
            fmpq_poly_set_coeff_fmpq(p, j, fmpq_mat_entry(solution, at + j, 0));
    }
    if (degree == 1)
        put_multiple_rational(out, facts, p, factor);
    else
        put_multiple_sum(out, facts, c, multiplicity, factor);
    for (slong j = 0; j < multiplicity; j++)
        fmpq_poly_clear(c + j);
    flint_free(c);
    fmpq_poly_clear(p);
}

static bool put_multiple_roots(cpm_strbuf *out, const cpm_facts *facts,
                               const fmpz_poly_factor_t factors)
{
    fmpq_mat_t solution;
    slong at = 0;
    if (facts->order > CPM_FACT_MAX_MULTIPLE)
        return false;
    fmpq_mat_init(solution, (slong)facts->order, 1);
    bool solved = solve_coefficients(solution, facts, factors);
    for (slong i = 0; i < factors->num && solved; i++) {
        put_multiple(out, facts, solution, at, factors->p + i, factors->exp[i]);
        at += factors->exp[i] * fmpz_poly_degree(factors->p + i);
    }
    fmpq_mat_clear(solution);
    return solved;
}

bool cpm_fact_closed(cpm_strbuf *out, const cpm_facts *facts)
{
    fmpz_poly_factor_t factors;
    bool simple = true, found = true;
    fmpz_poly_factor_init(factors);
    cpm_fact_factor(factors, facts);
    for (slong i = 0; i < factors->num; i++)
        simple = simple && factors->exp[i] == 1;
    if (simple)
        put_simple_roots(out, facts, factors);
    else
        found = put_multiple_roots(out, facts, factors);
    if (found && out->len == 0)
        cpm_strbuf_puts(out, "0");
    if (found)
        cpm_fact_validity(out, facts);
    fmpz_poly_factor_clear(factors);
    return found;
}
