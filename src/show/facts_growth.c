/* SPDX-License-Identifier: MIT
 *
 * facts_growth.c - how a sequence grows: c n^k r^n for the one root r that is larger than
 * all others, which is real then. With D = (1 - r x)^m G(x) the denominator, k = m - 1 and
 *
 *     c = num(1/r) / (G(1/r) k!) = m (-r)^m num(1/r) / D^(m)(1/r),
 *
 * as D^(m)(1/r) = m! (-r)^m G(1/r). Rational roots are exact, of others Arb tells digits
 * that are certain. Where the largest roots are several, such as a pair of conjugates,
 * there is a bound: their size, and the largest of their powers of n.
 */
#include "power/ball.h"
#include "power/closed_form.h"
#include "show/facts.h"
#include "show/term.h"

#include <flint/fmpz_poly_factor.h>
#include <stdlib.h>

#if CPM_HAS_BALLS

/* Bits at which roots are compared; those that agree to the last are taken for equal,
 * which makes the bound no worse than the digits it is written with. */
enum { FIRST_PREC = 128, LAST_PREC = 2048, SHOWN_DIGITS = 20 };

/* The roots of the characteristic polynomial. */
typedef struct roots {
    fmpz_poly_factor_t factors;
    acb_ptr *of; /* owned: by factor */
    slong prec;
    slong best_factor, best_root; /* the largest, as far as can be seen */
    bool is_alone;                /* certainly larger than all others */
    slong multiplicity;           /* of it, or the largest one among those as large */
} roots;

static void find_roots(roots *x)
{
    for (slong i = 0; i < x->factors->num; i++)
        arb_fmpz_poly_complex_roots(x->of[i], x->factors->p + i, 0, x->prec);
}

/* |r|^2 */
static void square_size(arb_t out, const acb_t r, slong prec)
{
    arb_t t;
    arb_init(t);
    arb_mul(out, acb_realref(r), acb_realref(r), prec);
    arb_mul(t, acb_imagref(r), acb_imagref(r), prec);
    arb_add(out, out, t, prec);
    arb_clear(t);
}

/* The sign of |a|^2 - |b|^2, 0 where the balls meet. */
static int compare_sizes(const acb_t a, const acb_t b, slong prec)
{
    arb_t x, y;
    arb_init(x);
    arb_init(y);
    square_size(x, a, prec);
    square_size(y, b, prec);
    arb_sub(x, x, y, prec);
    int sign = arb_sgn_nonzero(x);
    arb_clear(x);
    arb_clear(y);
    return sign;
}

/* The largest root, and whether it is alone at this precision. */
static void choose_largest(roots *x)
{
    x->best_factor = x->best_root = 0;
    for (slong i = 0; i < x->factors->num; i++)
        for (slong k = 0; k < fmpz_poly_degree(x->factors->p + i); k++)
            if (compare_sizes(x->of[i] + k, x->of[x->best_factor] + x->best_root, x->prec) > 0) {
                x->best_factor = i;
                x->best_root = k;
            }
    const acb_struct *best = x->of[x->best_factor] + x->best_root;
    slong nlargest = 0;
    x->multiplicity = 0;
    for (slong i = 0; i < x->factors->num; i++)
        for (slong k = 0; k < fmpz_poly_degree(x->factors->p + i); k++) {
            if (compare_sizes(x->of[i] + k, best, x->prec) < 0)
                continue;
            nlargest++;
            if (x->factors->exp[i] > x->multiplicity)
                x->multiplicity = x->factors->exp[i];
        }
    x->is_alone = nlargest == 1;
}

static void find_largest(roots *x)
{
    x->is_alone = false;
    for (x->prec = FIRST_PREC; x->prec <= LAST_PREC && !x->is_alone; x->prec *= 4) {
        find_roots(x);
        choose_largest(x);
        /* conjugates stay together */
        if (arb_sgn_nonzero(acb_imagref(x->of[x->best_factor] + x->best_root)) != 0)
            break;
    }
}

/* ---- The factor in front ---------------------------------------------------- */

/* out = p(z) by Horner. */
static void evaluate(arb_t out, const fmpz_poly_t p, const arb_t z, slong prec)
{
    arb_t t;
    arb_init(t);
    arb_zero(out);
    for (slong k = fmpz_poly_degree(p); k >= 0; k--) {
        arb_mul(out, out, z, prec);
        arb_set_fmpz(t, fmpz_poly_get_coeff_ptr(p, k));
        arb_add(out, out, t, prec);
    }
    arb_clear(t);
}

static void differentiate(fmpz_poly_t out, const fmpz_poly_t p, slong times)
{
    fmpz_poly_set(out, p);
    for (slong i = 0; i < times; i++)
        fmpz_poly_derivative(out, out);
}

static void ball_coefficient(arb_t c, const cpm_facts *facts, const arb_t root, slong m, slong prec)
{
    fmpz_poly_t derivative;
    arb_t z, t;
    fmpz_t k;
    fmpz_poly_init(derivative);
    arb_init(z);
    arb_init(t);
    fmpz_init_set_si(k, m);
    arb_set_fmpz(c, k);
    for (slong i = 0; i < m; i++)
        arb_mul(c, c, root, prec);
    fmpz_one(k);
    arb_set_fmpz(t, k);
    arb_div(z, t, root, prec);
    evaluate(t, facts->f.num, z, prec);
    arb_mul(c, c, t, prec);
    differentiate(derivative, facts->f.den, m);
    evaluate(t, derivative, z, prec);
    arb_div(c, c, t, prec);
    fmpz_set_si(k, m % 2 == 0 ? 1 : -1);
    arb_mul_fmpz(c, c, k, prec);
    arb_set_fmpz(t, facts->f.scale);
    arb_div(c, c, t, prec);
    fmpz_poly_clear(derivative);
    arb_clear(z);
    arb_clear(t);
    fmpz_clear(k);
}

static void exact_coefficient(fmpq_t c, const cpm_facts *facts, const fmpq_t root, slong m)
{
    fmpz_poly_t derivative;
    fmpq_t z, t;
    fmpz_poly_init(derivative);
    fmpq_init(z);
    fmpq_init(t);
    fmpq_inv(z, root);
    fmpq_neg(c, root);
    fmpq_pow_si(c, c, m);
    fmpz_poly_evaluate_fmpq(t, facts->f.num, z);
    fmpq_mul(c, c, t);
    differentiate(derivative, facts->f.den, m);
    fmpz_poly_evaluate_fmpq(t, derivative, z);
    fmpq_div(c, c, t);
    fmpq_set_si(t, m, 1);
    fmpq_mul(c, c, t);
    fmpq_div_fmpz(c, c, facts->f.scale);
    fmpz_poly_clear(derivative);
    fmpq_clear(z);
    fmpq_clear(t);
}

/* ---- As text -------------------------------------------------------------------- */

static void put_ball(cpm_strbuf *out, const arb_t x)
{
    char *text = arb_get_str(x, SHOWN_DIGITS, ARB_STR_NO_RADIUS);
    cpm_strbuf_puts(out, text);
    flint_free(text);
}

/* "n^2*": the steps from the offset to a power. */
static void put_power_of_index(cpm_strbuf *out, const cpm_facts *facts, slong exponent)
{
    if (exponent > 0)
        cpm_fact_steps(out, facts);
    if (exponent > 1)
        cpm_strbuf_printf(out, "^%ld", (long)exponent);
}

/* c n^k r^n for a rational root. */
static void put_exact(cpm_strbuf *out, const cpm_facts *facts, const fmpz_poly_t factor, slong m)
{
    fmpq_t root, c;
    cpm_strbuf product = {0}, power = {0};
    fmpq_init(root);
    fmpq_init(c);
    fmpq_set_fmpz_frac(root, fmpz_poly_get_coeff_ptr(factor, 0),
                       fmpz_poly_get_coeff_ptr(factor, 1));
    fmpq_neg(root, root);
    exact_coefficient(c, facts, root, m);
    put_power_of_index(&product, facts, m - 1);
    cpm_fact_root_power(&power, facts, factor);
    cpm_strbuf_puts(&product, product.len > 0 && power.len > 0 ? "*" : "");
    cpm_strbuf_append(&product, power.data, power.len);
    out->failed = out->failed || product.failed || power.failed;
    if (!out->failed)
        cpm_put_term(out, c, true, product.data);
    cpm_strbuf_clear(&product);
    cpm_strbuf_clear(&power);
    fmpq_clear(root);
    fmpq_clear(c);
}

/* The same by its digits. */
static void put_real(cpm_strbuf *out, const cpm_facts *facts, const arb_t root, slong m, slong prec)
{
    arb_t c;
    arb_init(c);
    ball_coefficient(c, facts, root, m, prec);
    put_ball(out, c);
    cpm_strbuf_puts(out, "*");
    put_power_of_index(out, facts, m - 1);
    cpm_strbuf_puts(out, m > 1 ? "*" : "");
    bool negative = arb_sgn_nonzero(root) < 0;
    cpm_strbuf_puts(out, negative ? "(" : "");
    put_ball(out, root);
    cpm_strbuf_puts(out, negative ? ")^" : "^");
    cpm_fact_steps(out, facts);
    arb_clear(c);
}

/* R^n for the size R of a root: exact where that is rational. */
static void put_size_power(cpm_strbuf *out, const cpm_facts *facts, const acb_t root, slong prec)
{
    arb_t size;
    arb_init(size);
    square_size(size, root, prec);
    arb_log(size, size, prec);
    arb_mul_2exp_si(size, size, -1);
    arb_exp(size, size, prec);
    put_ball(out, size);
    cpm_strbuf_puts(out, "^");
    cpm_fact_steps(out, facts);
    arb_clear(size);
}

static void put_rational_size_power(cpm_strbuf *out, const cpm_facts *facts,
                                    const fmpz_poly_t factor)
{
    fmpz_poly_t positive;
    fmpz_t c;
    fmpz_poly_init(positive);
    fmpz_init(c);
    fmpz_poly_set(positive, factor);
    fmpz_abs(c, fmpz_poly_get_coeff_ptr(factor, 0));
    fmpz_neg(c, c);
    fmpz_poly_set_coeff_fmpz(positive, 0, c);
    cpm_fact_root_power(out, facts, positive);
    fmpz_poly_clear(positive);
    fmpz_clear(c);
}

/* Whether a size may be 1, and is not seen to be anything else. */
static bool has_size_one(const acb_t root, slong prec)
{
    arb_t size;
    fmpz_t one;
    arb_init(size);
    fmpz_init_set_ui(one, 1);
    square_size(size, root, prec);
    arb_sub_fmpz(size, size, one, prec);
    bool is_one = arb_sgn_nonzero(size) == 0;
    arb_clear(size);
    fmpz_clear(one);
    return is_one;
}

/* O(n^k R^n) for the size R of the largest roots. */
static void put_bound(cpm_strbuf *out, const cpm_facts *facts, const roots *x)
{
    const fmpz_poly_struct *factor = x->factors->p + x->best_factor;
    const acb_struct *best = x->of[x->best_factor] + x->best_root;
    bool is_one = has_size_one(best, FIRST_PREC);
    cpm_strbuf_puts(out, "O(");
    put_power_of_index(out, facts, x->multiplicity - 1);
    cpm_strbuf_puts(out, !is_one && x->multiplicity > 1 ? "*" : "");
    if (is_one)
        cpm_strbuf_puts(out, x->multiplicity == 1 ? "1" : "");
    else if (fmpz_poly_degree(factor) == 1)
        put_rational_size_power(out, facts, factor);
    else
        put_size_power(out, facts, best, FIRST_PREC);
    cpm_strbuf_puts(out, ")");
}

static void put_growth(cpm_strbuf *out, const cpm_facts *facts, const roots *x)
{
    const fmpz_poly_struct *factor = x->factors->p + x->best_factor;
    const acb_struct *best = x->of[x->best_factor] + x->best_root;
    if (!x->is_alone)
        put_bound(out, facts, x);
    else if (fmpz_poly_degree(factor) == 1)
        put_exact(out, facts, factor, x->multiplicity);
    else
        put_real(out, facts, acb_realref(best), x->multiplicity, LAST_PREC);
}

cpm_status cpm_fact_growth(cpm_strbuf *out, const cpm_facts *facts, cpm_err *err)
{
    roots x;
    if (facts->order == 0) {
        cpm_strbuf_puts(out, "0");
        return CPM_OK;
    }
    if (facts->order > CPM_CLOSED_MAX_ORDER)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "growth is not told above order %d",
                           CPM_CLOSED_MAX_ORDER);
    cpm_status status = cpm_ball_load(err);
    if (status != CPM_OK)
        return status;
    fmpz_poly_factor_init(x.factors);
    cpm_fact_factor(x.factors, facts);
    x.of = flint_malloc((size_t)x.factors->num * sizeof *x.of);
    for (slong i = 0; i < x.factors->num; i++)
        x.of[i] = _acb_vec_init(fmpz_poly_degree(x.factors->p + i));
    find_largest(&x);
    put_growth(out, facts, &x);
    for (slong i = 0; i < x.factors->num; i++)
        _acb_vec_clear(x.of[i], fmpz_poly_degree(x.factors->p + i));
    flint_free(x.of);
    fmpz_poly_factor_clear(x.factors);
    return CPM_OK;
}

#else

cpm_status cpm_fact_growth(cpm_strbuf *out, const cpm_facts *facts, cpm_err *err)
{
    (void)out, (void)facts;
    return cpm_ball_load(err);
}

#endif
