/* SPDX-License-Identifier: MIT
 *
 * ratform.c - sums of rational functions times powers, factorials and terms. The size
 * of every product is looked at before it is made.
 */
#include "rec/ratform.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>

/* Summands of a form: a rule of so many different powers is no rule that anybody has. */
enum { MAX_SUMMANDS = 512 };

/* ---- Powers and factorials -------------------------------------------------- */

bool cpm_hypers_init(cpm_hypers *all)
{
    cpm_hyper one;
    size_t number;
    *all = (cpm_hypers){0};
    cpm_hyper_init(&one);
    bool ok = cpm_hypers_find(&number, all, &one) == CPM_RATFORM_OK;
    cpm_hyper_clear(&one);
    return ok;
}

void cpm_hypers_clear(cpm_hypers *all)
{
    for (size_t i = 0; i < all->count; i++)
        cpm_hyper_clear(&all->items[i]);
    free(all->items);
    *all = (cpm_hypers){0};
}

cpm_ratform_result cpm_hypers_find(size_t *number, cpm_hypers *all, const cpm_hyper *h)
{
    for (*number = 0; *number < all->count; ++*number)
        if (cpm_hyper_equal(&all->items[*number], h))
            return CPM_RATFORM_OK;
    if (all->count >= MAX_SUMMANDS)
        return CPM_RATFORM_LARGE;
    cpm_hyper *grown = cpm_grow(all->items, &all->cap, all->count + 1, sizeof *grown);
    if (grown == NULL)
        return CPM_RATFORM_MEMORY;
    all->items = grown;
    cpm_hyper_init(&all->items[all->count]);
    cpm_hyper_set(&all->items[all->count++], h);
    return CPM_RATFORM_OK;
}

/* *number = that of h_a * h_b^exponent */
static cpm_ratform_result mul_hypers(size_t *number, cpm_hypers *all, size_t a, size_t b,
                                     slong exponent)
{
    cpm_hyper product;
    cpm_hyper_init(&product);
    cpm_hyper_set(&product, &all->items[a]);
    cpm_ratform_result result = cpm_hyper_mul_pow(&product, &all->items[b], exponent)
                                    ? cpm_hypers_find(number, all, &product)
                                    : CPM_RATFORM_LARGE;
    cpm_hyper_clear(&product);
    return result;
}

/* ---- Sizes ------------------------------------------------------------------- */

static size_t degree_of(const fmpz_poly_q_t c)
{
    return (size_t)fmpz_poly_length(fmpz_poly_q_numref(c)) +
           (size_t)fmpz_poly_length(fmpz_poly_q_denref(c));
}

static size_t bits_of(const fmpz_poly_t f)
{
    slong bits = fmpz_poly_max_bits(f);
    return (size_t)(bits < 0 ? -bits : bits);
}

static size_t height_of(const fmpz_poly_q_t c)
{
    return bits_of(fmpz_poly_q_numref(c)) + bits_of(fmpz_poly_q_denref(c));
}

/* Whether sums and products of the two stay within what a rule may have. */
static bool fits(const fmpz_poly_q_t c, const fmpz_poly_q_t d)
{
    return degree_of(c) + degree_of(d) <= CPM_MAX_RULE_DEGREE &&
           height_of(c) + height_of(d) <= CPM_MAX_RULE_BITS;
}

/* ---- Forms -------------------------------------------------------------------- */

void cpm_ratform_init(cpm_ratform *f)
{
    *f = (cpm_ratform){0};
    fmpz_poly_init(f->divisors);
    fmpz_poly_set_ui(f->divisors, 1);
}

static void drop_terms(cpm_ratform *f)
{
    for (size_t i = 0; i < f->nterms; i++)
        fmpz_poly_q_clear(f->terms[i].c);
    f->nterms = 0;
}

void cpm_ratform_clear(cpm_ratform *f)
{
    drop_terms(f);
    free(f->terms);
    fmpz_poly_clear(f->divisors);
    *f = (cpm_ratform){0};
}

cpm_ratform_result cpm_ratform_add_term(cpm_ratform *f, size_t x, size_t hyper,
                                        const fmpz_poly_q_t c)
{
    size_t i = 0;
    if (fmpz_poly_q_is_zero(c))
        return CPM_RATFORM_OK;
    while (i < f->nterms && (f->terms[i].x != x || f->terms[i].hyper != hyper))
        i++;
    if (i < f->nterms) {
        if (!fits(f->terms[i].c, c))
            return CPM_RATFORM_LARGE;
        fmpz_poly_q_add(f->terms[i].c, f->terms[i].c, c);
        if (fmpz_poly_q_is_zero(f->terms[i].c)) {
            fmpz_poly_q_clear(f->terms[i].c);
            f->terms[i] = f->terms[--f->nterms];
        }
        return CPM_RATFORM_OK;
    }
    if (f->nterms >= MAX_SUMMANDS)
        return CPM_RATFORM_LARGE;
    cpm_ratterm *grown = cpm_grow(f->terms, &f->cap, f->nterms + 1, sizeof *grown);
    if (grown == NULL)
        return CPM_RATFORM_MEMORY;
    f->terms = grown;
    cpm_ratterm *term = &f->terms[f->nterms++];
    term->x = x;
    term->hyper = hyper;
    fmpz_poly_q_init(term->c);
    fmpz_poly_q_set(term->c, c);
    return CPM_RATFORM_OK;
}

/* f->divisors = the least common multiple with d */
static cpm_ratform_result add_divisors(cpm_ratform *f, const fmpz_poly_t d)
{
    if (fmpz_poly_length(d) <= 1)
        return CPM_RATFORM_OK;
    if (fmpz_poly_length(f->divisors) + fmpz_poly_length(d) > CPM_MAX_RULE_DEGREE ||
        bits_of(f->divisors) + bits_of(d) > CPM_MAX_RULE_BITS)
        return CPM_RATFORM_LARGE;
    fmpz_poly_lcm(f->divisors, f->divisors, d);
    return CPM_RATFORM_OK;
}

cpm_ratform_result cpm_ratform_set(cpm_ratform *f, const cpm_ratform *g)
{
    drop_terms(f);
    fmpz_poly_set_ui(f->divisors, 1);
    return cpm_ratform_add(f, g, false);
}

/* f = c x h */
static cpm_ratform_result set_one(cpm_ratform *f, size_t x, size_t hyper, const fmpz_poly_q_t c)
{
    drop_terms(f);
    fmpz_poly_set_ui(f->divisors, 1);
    return cpm_ratform_add_term(f, x, hyper, c);
}

cpm_ratform_result cpm_ratform_set_term(cpm_ratform *f, size_t x)
{
    fmpz_poly_q_t one;
    fmpz_poly_q_init(one);
    fmpz_poly_q_one(one);
    cpm_ratform_result result = set_one(f, x, 0, one);
    fmpz_poly_q_clear(one);
    return result;
}

cpm_ratform_result cpm_ratform_set_constant(cpm_ratform *f, const fmpq_t value)
{
    fmpz_poly_q_t c;
    if (fmpz_bits(fmpq_numref(value)) + fmpz_bits(fmpq_denref(value)) > CPM_MAX_RULE_BITS)
        return CPM_RATFORM_LARGE;
    fmpz_poly_q_init(c);
    fmpz_poly_set_fmpz(fmpz_poly_q_numref(c), fmpq_numref(value));
    fmpz_poly_set_fmpz(fmpz_poly_q_denref(c), fmpq_denref(value));
    cpm_ratform_result result = set_one(f, CPM_NO_TERM, 0, c);
    fmpz_poly_q_clear(c);
    return result;
}

cpm_ratform_result cpm_ratform_set_affine(cpm_ratform *f, ulong a, const fmpz_t b)
{
    fmpz_poly_q_t n;
    fmpz_poly_q_init(n);
    fmpz_poly_set_coeff_ui(fmpz_poly_q_numref(n), 1, a);
    fmpz_poly_set_coeff_fmpz(fmpz_poly_q_numref(n), 0, b);
    cpm_ratform_result result = set_one(f, CPM_NO_TERM, 0, n);
    fmpz_poly_q_clear(n);
    return result;
}

cpm_ratform_result cpm_ratform_set_hyper(cpm_ratform *f, fmpz_poly_q_t r, const cpm_hyper *h,
                                         cpm_hypers *all)
{
    size_t number;
    cpm_ratform_result result = cpm_hypers_find(&number, all, h);
    if (result == CPM_RATFORM_OK)
        result = set_one(f, CPM_NO_TERM, number, r);
    fmpz_poly_q_zero(r);
    return result;
}

/* ---- Arithmetic ----------------------------------------------------------------- */

cpm_ratform_result cpm_ratform_add(cpm_ratform *f, const cpm_ratform *g, bool negative)
{
    fmpz_poly_q_t c;
    cpm_ratform_result result = add_divisors(f, g->divisors);
    fmpz_poly_q_init(c);
    for (size_t i = 0; i < g->nterms && result == CPM_RATFORM_OK; i++) {
        fmpz_poly_q_set(c, g->terms[i].c);
        if (negative)
            fmpz_poly_q_neg(c, c);
        result = cpm_ratform_add_term(f, g->terms[i].x, g->terms[i].hyper, c);
    }
    fmpz_poly_q_clear(c);
    return result;
}

/* out += s * t */
static cpm_ratform_result add_product(cpm_ratform *out, const cpm_ratterm *s, const cpm_ratterm *t,
                                      cpm_hypers *all)
{
    size_t hyper;
    fmpz_poly_q_t c;
    if (s->x != CPM_NO_TERM && t->x != CPM_NO_TERM)
        return CPM_RATFORM_NONLINEAR;
    if (!fits(s->c, t->c))
        return CPM_RATFORM_LARGE;
    cpm_ratform_result result = mul_hypers(&hyper, all, s->hyper, t->hyper, 1);
    if (result != CPM_RATFORM_OK)
        return result;
    fmpz_poly_q_init(c);
    fmpz_poly_q_mul(c, s->c, t->c);
    result = cpm_ratform_add_term(out, s->x == CPM_NO_TERM ? t->x : s->x, hyper, c);
    fmpz_poly_q_clear(c);
    return result;
}

cpm_ratform_result cpm_ratform_mul(cpm_ratform *f, const cpm_ratform *g, cpm_hypers *all)
{
    cpm_ratform product;
    cpm_ratform_init(&product);
    fmpz_poly_set(product.divisors, f->divisors);
    cpm_ratform_result result = add_divisors(&product, g->divisors);
    for (size_t i = 0; i < f->nterms && result == CPM_RATFORM_OK; i++)
        for (size_t j = 0; j < g->nterms && result == CPM_RATFORM_OK; j++)
            result = add_product(&product, &f->terms[i], &g->terms[j], all);
    cpm_ratform_clear(f);
    *f = product;
    return result;
}

cpm_ratform_result cpm_ratform_invert(cpm_ratform *f, cpm_hypers *all)
{
    for (size_t i = 0; i < f->nterms; i++)
        if (f->terms[i].x != CPM_NO_TERM)
            return CPM_RATFORM_NONLINEAR;
    if (f->nterms != 1)
        return CPM_RATFORM_OTHER;
    cpm_ratterm *term = &f->terms[0];
    fmpz_poly_q_struct *c = term->c;
    cpm_ratform_result result = add_divisors(f, fmpz_poly_q_numref(c));
    if (result == CPM_RATFORM_OK)
        result = mul_hypers(&term->hyper, all, 0, term->hyper, -1);
    if (result == CPM_RATFORM_OK)
        fmpz_poly_q_inv(c, c);
    return result;
}

/* The power of one summand without a term. */
static cpm_ratform_result pow_summand(cpm_ratform *f, ulong exponent, cpm_hypers *all)
{
    cpm_ratterm *term = &f->terms[0];
    size_t degree = degree_of(term->c) - 2, height = height_of(term->c); /* 1 or more */
    if (exponent > CPM_MAX_RULE_BITS / height ||
        (degree > 0 && exponent > CPM_MAX_RULE_DEGREE / degree))
        return CPM_RATFORM_LARGE;
    cpm_ratform_result result = CPM_RATFORM_OK;
    if (term->hyper != 0)
        result = mul_hypers(&term->hyper, all, 0, term->hyper, (slong)exponent);
    if (result == CPM_RATFORM_OK)
        fmpz_poly_q_pow(term->c, term->c, exponent);
    return result;
}

cpm_ratform_result cpm_ratform_pow(cpm_ratform *f, ulong exponent, cpm_hypers *all)
{
    enum { MOST_FACTORS = 64 };
    fmpq_t one;
    cpm_ratform base;
    if (exponent == 0) {
        fmpq_init(one);
        fmpq_one(one);
        cpm_ratform_result constant = cpm_ratform_set_constant(f, one);
        fmpq_clear(one);
        return constant;
    }
    if (exponent == 1 || f->nterms == 0)
        return CPM_RATFORM_OK;
    if (f->nterms == 1 && f->terms[0].x == CPM_NO_TERM)
        return pow_summand(f, exponent, all);
    if (exponent > MOST_FACTORS)
        return CPM_RATFORM_LARGE;
    cpm_ratform_init(&base);
    cpm_ratform_result result = cpm_ratform_set(&base, f);
    for (ulong k = 1; k < exponent && result == CPM_RATFORM_OK; k++)
        result = cpm_ratform_mul(f, &base, all);
    cpm_ratform_clear(&base);
    return result;
}

/* ---- Rounding ------------------------------------------------------------------------ */

/* Whether f(k n) - f(0) is a multiple of d for all integers n: for as many as tell, by
 * Newton's interpolation. */
static bool is_constant_modulo(const fmpz_poly_t f, ulong k, const fmpz_t d)
{
    fmpz_t n, value, at_zero;
    bool is = true;
    fmpz_init(n);
    fmpz_init(value);
    fmpz_init(at_zero);
    fmpz_poly_get_coeff_fmpz(at_zero, f, 0);
    for (slong i = 1; i < fmpz_poly_length(f) && is; i++) {
        fmpz_set_ui(n, k);
        fmpz_mul_ui(n, n, (ulong)i);
        fmpz_poly_evaluate_fmpz(value, f, n);
        fmpz_sub(value, value, at_zero);
        is = fmpz_divisible(value, d);
    }
    fmpz_clear(n);
    fmpz_clear(value);
    fmpz_clear(at_zero);
    return is;
}

/* The least k > 1 for which that holds, within what a rule may have; 0: none. */
static ulong find_period(const fmpz_poly_t f, const fmpz_t d)
{
    for (ulong k = 2; k <= CPM_MAX_RULE_PERIOD; k++)
        if (is_constant_modulo(f, k, d))
            return k;
    return 0;
}

cpm_ratform_result cpm_ratform_floor(cpm_ratform *f, ulong *k)
{
    const fmpz_poly_q_struct *c;
    fmpz_t d, rest;
    *k = 1;
    if (!cpm_ratform_is_rational(f, &c))
        return CPM_RATFORM_OTHER;
    if (c == NULL)
        return CPM_RATFORM_OK;
    if (fmpz_poly_length(fmpz_poly_q_denref(c)) > 1)
        return CPM_RATFORM_OTHER;
    fmpz_poly_struct *above = fmpz_poly_q_numref(f->terms[0].c);
    fmpz_init(d);
    fmpz_init(rest);
    fmpz_poly_get_coeff_fmpz(d, fmpz_poly_q_denref(c), 0);
    bool fits = is_constant_modulo(above, 1, d);
    if (!fits)
        *k = find_period(above, d);
    fmpz_poly_get_coeff_fmpz(rest, above, 0);
    fmpz_mod(rest, rest, d);
    if (fits) { /* (f - rest)/d */
        fmpz_poly_sub_fmpz(above, above, rest);
        fmpz_poly_q_canonicalise(f->terms[0].c);
        if (fmpz_poly_is_zero(above))
            drop_terms(f);
    }
    fmpz_clear(d);
    fmpz_clear(rest);
    return fits ? CPM_RATFORM_OK : CPM_RATFORM_PERIODIC;
}

/* ---- Kinds ------------------------------------------------------------------------ */

bool cpm_ratform_is_rational(const cpm_ratform *f, const fmpz_poly_q_struct **c)
{
    *c = f->nterms == 0 ? NULL : f->terms[0].c;
    return f->nterms == 0 ||
           (f->nterms == 1 && f->terms[0].x == CPM_NO_TERM && f->terms[0].hyper == 0);
}

bool cpm_ratform_is_constant(fmpq_t value, const cpm_ratform *f)
{
    const fmpz_poly_q_struct *c;
    fmpq_zero(value);
    if (!cpm_ratform_is_rational(f, &c))
        return false;
    if (c == NULL)
        return true;
    if (fmpz_poly_length(fmpz_poly_q_numref(c)) > 1 || fmpz_poly_length(fmpz_poly_q_denref(c)) > 1)
        return false;
    fmpz_poly_get_coeff_fmpz(fmpq_numref(value), fmpz_poly_q_numref(c), 0);
    fmpz_poly_get_coeff_fmpz(fmpq_denref(value), fmpz_poly_q_denref(c), 0);
    fmpq_canonicalise(value);
    return true;
}

bool cpm_ratform_is_affine(fmpz_t a, fmpz_t b, const cpm_ratform *f)
{
    const fmpz_poly_q_struct *c;
    fmpz_zero(a);
    fmpz_zero(b);
    if (!cpm_ratform_is_rational(f, &c))
        return false;
    if (c == NULL)
        return true;
    fmpz_poly_get_coeff_fmpz(a, fmpz_poly_q_numref(c), 1);
    fmpz_poly_get_coeff_fmpz(b, fmpz_poly_q_numref(c), 0);
    return fmpz_poly_length(fmpz_poly_q_numref(c)) <= 2 && fmpz_poly_is_one(fmpz_poly_q_denref(c));
}
