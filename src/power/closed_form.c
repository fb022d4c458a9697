/* SPDX-License-Identifier: MIT
 *
 * closed_form.c - a term as a sum over the roots of its recurrence.
 *
 * A root r of multiplicity m, that is, a pole 1/r of num/den, brings
 *
 *     sum_{k<m} f_k binomial(n+m-k-1, m-k-1) r^n
 *
 * where f_0 + f_1 u + ... is num/den (1-rx)^m in the variable u = 1 - r x. The roots are
 * isolated by Arb for each irreducible factor of den, with the precision that r^n asks
 * for (bits of n and more) where they are about as large as the largest one; of the
 * others rough values do, as Arb knows how little they can bring. All is relative to
 * the largest root R: exp(n (log r - log R)).
 */
#include "power/closed_form.h"

#if CPM_HAS_BALLS

#include "base/mem.h"
#include "power/progress.h"

#include <flint/fmpz_poly_factor.h>
#include <math.h>
#include <stdlib.h>

/* Bits at which roots are looked at first. */
enum { ROUGH_PREC = 64 };

/* Largest order of a root of unity between two roots that is looked for, and the
 * largest common one. */
enum { MAX_UNITY = 120, MAX_PERIOD = 1000 };

void cpm_closed_form_init(cpm_closed_form *x)
{
    arb_init(x->value);
    arb_init(x->log);
    x->period = 1;
}

void cpm_closed_form_clear(cpm_closed_form *x)
{
    arb_clear(x->value);
    arb_clear(x->log);
}

/* ---- The roots --------------------------------------------------------- */

/* Roots of one factor; of two conjugates only the upper one is used. */
typedef struct group {
    fmpz_poly_t poly; /* x^d g(1/x), whose roots these are */
    slong multiplicity, count;
    acb_ptr roots; /* owned, `count` of them */
    bool is_large; /* among them is one about as large as the largest */
} group;

typedef struct expansion {
    const cpm_genfun *f;
    const fmpz *n;
    slong prec;    /* of the result */
    group *groups; /* owned */
    size_t ngroups;
    double largest; /* about log |r| of the largest root */
    const cpm_config *config;
    cpm_err *err;
} expansion;

static double middle(const arb_t x)
{
    return arf_get_d(arb_midref(x), ARF_RND_NEAR);
}

/* About log |r|, good enough to compare. */
static double rough_log(const acb_t r)
{
    return log(hypot(middle(acb_realref(r)), middle(acb_imagref(r))));
}

static bool is_lower_conjugate(const acb_t r)
{
    return middle(acb_imagref(r)) < 0;
}

/* Within what may still matter at index n. */
static bool is_as_large(const expansion *x, double log_root)
{
    double gap = x->largest - log_root;
    return gap < 1e-9 || gap * fmpz_get_d(x->n) < 0.7 * (double)(x->prec + ROUGH_PREC);
}

static void find_roots(group *g, slong prec)
{
    arb_fmpz_poly_complex_roots(g->roots, g->poly, 0, prec);
}

static cpm_status take_factors(expansion *x)
{
    fmpz_poly_factor_t factors;
    fmpz_poly_factor_init(factors);
    fmpz_poly_factor(factors, x->f->den);
    x->groups = cpm_calloc((size_t)factors->num, sizeof *x->groups);
    cpm_status status = x->groups == NULL ? cpm_err_memory(x->err) : CPM_OK;
    for (slong i = 0; i < factors->num && status == CPM_OK; i++) {
        group *g = &x->groups[x->ngroups++];
        slong d = fmpz_poly_degree(factors->p + i);
        *g = (group){.multiplicity = factors->exp[i], .count = d, .roots = _acb_vec_init(d)};
        fmpz_poly_init(g->poly);
        fmpz_poly_reverse(g->poly, factors->p + i, d + 1);
    }
    fmpz_poly_factor_clear(factors);
    return status;
}

static cpm_status isolate(expansion *x)
{
    cpm_status status = take_factors(x);
    x->largest = -INFINITY;
    for (size_t i = 0; i < x->ngroups && status == CPM_OK; i++) {
        group *g = &x->groups[i];
        find_roots(g, ROUGH_PREC);
        for (slong k = 0; k < g->count; k++)
            x->largest = fmax(x->largest, rough_log(g->roots + k));
        status = cpm_progress(x->config, -1, x->err);
    }
    slong full = x->prec + (slong)fmpz_bits(x->n) + 64;
    for (size_t i = 0; i < x->ngroups && status == CPM_OK; i++) {
        group *g = &x->groups[i];
        for (slong k = 0; k < g->count; k++)
            g->is_large = g->is_large || is_as_large(x, rough_log(g->roots + k));
        if (g->is_large)
            find_roots(g, full);
        status = cpm_progress(x->config, -1, x->err);
    }
    return status;
}

static void expansion_clear(expansion *x)
{
    for (size_t i = 0; i < x->ngroups; i++) {
        _acb_vec_clear(x->groups[i].roots, x->groups[i].count);
        fmpz_poly_clear(x->groups[i].poly);
    }
    free(x->groups);
}

/* ---- What one root brings ---------------------------------------------- */

/* c[k] = coefficient of u^(first+k) of p((1-u)/r), k < count. */
static void expand_at(acb_ptr c, slong first, slong count, const fmpz_poly_t p, const acb_t pole,
                      slong prec)
{
    acb_poly_t q;
    acb_t power, minus;
    acb_poly_init(q);
    acb_init(power);
    acb_init(minus);
    acb_poly_set_fmpz_poly(q, p, prec);
    acb_poly_taylor_shift(q, q, pole, prec);
    const fmpz one = 1;
    arb_set_fmpz(acb_realref(power), &one);
    arb_sub(acb_realref(minus), acb_realref(minus), acb_realref(pole), prec);
    arb_sub(acb_imagref(minus), acb_imagref(minus), acb_imagref(pole), prec);
    for (slong k = 0; k < first + count; k++) {
        if (k >= first) {
            acb_poly_get_coeff_acb(c + (k - first), q, k);
            acb_mul(c + (k - first), c + (k - first), power, prec);
        }
        acb_mul(power, power, minus, prec);
    }
    acb_poly_clear(q);
    acb_clear(power);
    acb_clear(minus);
}

/* out = out + x * y. */
static void add_product(acb_t out, const acb_t x, const acb_t y, bool subtract, slong prec)
{
    acb_t t;
    acb_init(t);
    acb_mul(t, x, y, prec);
    if (subtract) {
        arb_sub(acb_realref(out), acb_realref(out), acb_realref(t), prec);
        arb_sub(acb_imagref(out), acb_imagref(out), acb_imagref(t), prec);
    } else {
        arb_add(acb_realref(out), acb_realref(out), acb_realref(t), prec);
        arb_add(acb_imagref(out), acb_imagref(out), acb_imagref(t), prec);
    }
    acb_clear(t);
}

/* out = binomial(n+j, j) */
static void binomial(acb_t out, const fmpz_t n, slong j)
{
    fmpz_t product, factor;
    fmpz_init_set_ui(product, 1);
    fmpz_init(factor);
    for (slong i = 1; i <= j; i++) {
        fmpz_add_si(factor, n, i);
        fmpz_mul(product, product, factor);
        fmpz_divexact_si(product, product, i);
    }
    arb_set_fmpz(acb_realref(out), product);
    arb_zero(acb_imagref(out));
    fmpz_clear(product);
    fmpz_clear(factor);
}

/* sum_k f_k binomial(n+m-k-1, m-k-1) */
static void coefficient(acb_t out, const expansion *x, const acb_t root, slong m, slong prec)
{
    acb_ptr a = _acb_vec_init(m), b = _acb_vec_init(m);
    acb_t pole, t;
    acb_init(pole);
    acb_init(t);
    acb_inv(pole, root, prec);
    expand_at(a, 0, m, x->f->num, pole, prec);
    expand_at(b, m, m, x->f->den, pole, prec); /* den(0) .. den(m-1) there are 0 */
    arb_zero(acb_realref(out));
    arb_zero(acb_imagref(out));
    for (slong k = 0; k < m; k++) { /* a[k] becomes f_k */
        for (slong j = 0; j < k; j++)
            add_product(a + k, a + j, b + (k - j), true, prec);
        acb_div(a + k, a + k, b, prec);
        binomial(t, x->n, m - k - 1);
        add_product(out, a + k, t, false, prec);
    }
    acb_clear(pole);
    acb_clear(t);
    _acb_vec_clear(a, m);
    _acb_vec_clear(b, m);
}

/* value += what the root brings, over R^n. */
static void add_root(arb_t value, const expansion *x, const arb_t log_largest, const acb_t root,
                     slong m)
{
    slong full = x->prec + (slong)fmpz_bits(x->n) + 64;
    slong prec =
        x->prec + 64 + 4 * cpm_genfun_order(x->f) + (slong)fmpz_bits(x->n) * (m > 1 ? m - 1 : 0);
    acb_t z, c;
    acb_init(z);
    acb_init(c);
    acb_log(z, root, full);
    arb_sub(acb_realref(z), acb_realref(z), log_largest, full);
    arb_mul_fmpz(acb_realref(z), acb_realref(z), x->n, full);
    arb_mul_fmpz(acb_imagref(z), acb_imagref(z), x->n, full);
    acb_exp(z, z, prec);
    coefficient(c, x, root, m, prec);
    acb_mul(z, z, c, prec);
    bool is_pair = middle(acb_imagref(root)) > 0;
    if (is_pair)
        arb_mul_2exp_si(acb_realref(z), acb_realref(z), 1);
    arb_add(value, value, acb_realref(z), prec);
    acb_clear(z);
    acb_clear(c);
}

/* ---- Roots of unity between roots ---------------------------------------- */

/* The least q for which q turns by `angle` come to whole ones; 1 when it is none that
 * is looked for. */
static size_t order_of_turn(double angle)
{
    double turn = fabs(angle) / (2 * M_PI);
    for (int q = 1; q <= MAX_UNITY; q++)
        if (fabs(turn * q - round(turn * q)) < 1e-9)
            return (size_t)q;
    return 1;
}

static size_t lcm(size_t a, size_t b)
{
    size_t x = a, y = b;
    while (y != 0) {
        size_t t = x % y;
        x = y;
        y = t;
    }
    return a / x * b;
}

static size_t find_period(const expansion *x)
{
    size_t period = 1;
    bool has_first = false;
    double first = 0;
    for (size_t i = 0; i < x->ngroups; i++)
        for (slong k = 0; k < x->groups[i].count; k++) {
            acb_srcptr r = x->groups[i].roots + k;
            if (x->largest - rough_log(r) > 1e-9)
                continue;
            double angle = atan2(middle(acb_imagref(r)), middle(acb_realref(r)));
            if (!has_first)
                first = angle;
            has_first = true;
            size_t next = lcm(period, order_of_turn(angle - first));
            period = next <= MAX_PERIOD ? next : period;
        }
    return period;
}

/* ---- All of it ----------------------------------------------------------- */

/* log |R| of a largest root. */
static void log_of_largest(arb_t out, const expansion *x)
{
    slong full = x->prec + (slong)fmpz_bits(x->n) + 64;
    double best = -INFINITY;
    acb_srcptr largest = NULL;
    acb_t z;
    for (size_t i = 0; i < x->ngroups; i++)
        for (slong k = 0; k < x->groups[i].count; k++)
            if (rough_log(x->groups[i].roots + k) > best) {
                largest = x->groups[i].roots + k;
                best = rough_log(largest);
            }
    acb_init(z);
    acb_log(z, largest, full);
    arb_set(out, acb_realref(z));
    acb_clear(z);
}

cpm_status cpm_closed_form_at(cpm_closed_form *out, const cpm_genfun *f, const fmpz_t n, slong prec,
                              const cpm_config *config, cpm_err *err)
{
    expansion x = {.f = f, .n = n, .prec = prec, .config = config, .err = err};
    cpm_status status = isolate(&x);
    if (status == CPM_OK) {
        log_of_largest(out->log, &x);
        arb_zero(out->value);
        out->period = find_period(&x);
    }
    for (size_t i = 0; i < x.ngroups && status == CPM_OK; i++)
        for (slong k = 0; k < x.groups[i].count && status == CPM_OK; k++) {
            acb_srcptr root = x.groups[i].roots + k;
            if (!is_lower_conjugate(root))
                add_root(out->value, &x, out->log, root, x.groups[i].multiplicity);
            status = cpm_progress(config, -1, err);
        }
    if (status == CPM_OK)
        arb_mul_fmpz(out->log, out->log, n, prec + (slong)fmpz_bits(n) + 64);
    if (status == CPM_OK && !fmpz_is_one(f->scale)) {
        arb_t scale;
        arb_init(scale);
        arb_set_fmpz(scale, f->scale);
        arb_div(out->value, out->value, scale, prec + 64);
        arb_clear(scale);
    }
    expansion_clear(&x);
    return status;
}

#endif
