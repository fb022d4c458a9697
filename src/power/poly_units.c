/* SPDX-License-Identifier: MIT
 *
 * poly_units.c - products of values of polynomials as p^v times a unit modulo p^e.
 *
 * Over a whole period of a linear polynomial whose leading coefficient p does not divide
 * the units are all residues prime to p, whose product is known (Wilson, Gauss).
 */
#include "power/poly_units.h"

#include "power/poly_progression.h"
#include "power/poly_residue.h"
#include "power/poly_words.h"
#include "power/progress.h"
#include "power/residue.h"

#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>

/* p^v unit modulo p^e, or 0. */
typedef struct factored {
    ulong p, e, power; /* power = p^e */
    fmpz_t v, unit;
    bool zero;
    const cpm_config *config;
} factored;

static void factored_init(factored *x, ulong p, ulong e, const cpm_config *config)
{
    *x = (factored){.p = p, .e = e, .power = n_pow(p, e), .config = config};
    fmpz_init(x->v);
    fmpz_init_set_ui(x->unit, 1 % x->power);
}

static void factored_clear(factored *x)
{
    fmpz_clear(x->v);
    fmpz_clear(x->unit);
}

/* x = x c^count */
static void multiply_power(factored *x, const fmpz_t c, const fmpz_t count)
{
    fmpz_t rest, p;
    if (fmpz_is_zero(c)) {
        x->zero = x->zero || fmpz_sgn(count) > 0;
        return;
    }
    fmpz_init(rest);
    fmpz_init_set_ui(p, x->p);
    fmpz_addmul_ui(x->v, count, (ulong)fmpz_remove(rest, c, p));
    fmpz_set_ui(p, x->power);
    fmpz_mod(rest, rest, p);
    fmpz_powm(rest, rest, count, p);
    fmpz_mul(x->unit, x->unit, rest);
    fmpz_mod(x->unit, x->unit, p);
    fmpz_clear(rest);
    fmpz_clear(p);
}

static void multiply(factored *x, const fmpz_t c)
{
    fmpz_t one;
    fmpz_init_set_ui(one, 1);
    multiply_power(x, c, one);
    fmpz_clear(one);
}

/* ---- Units of one polynomial ------------------------------------------------------------ */

/* Primes below this are gone through one value after another. */
enum { SMALL_PRIME = 1000 };

/* *out = f(begin) ... f(end-1) modulo m, by the quicker loop. */
static cpm_status multiply_gap(fmpz_t out, const fmpz_poly_t f, ulong begin, ulong end, ulong m,
                               const cpm_config *config, cpm_err *err)
{
    cpm_polyform gap = {0};
    fmpz_t one, den, count;
    fmpz_init_set_ui(one, 1);
    fmpz_init(den);
    fmpz_init_set_ui(count, end - begin);
    cpm_status status = cpm_polyform_number(&gap, f, begin, err);
    fmpz_set_ui(den, m);
    bool is_long = end - begin > 100000 && cpm_poly_progression_length(&gap, count, den) > 0;
    if (status == CPM_OK)
        status = (is_long ? cpm_poly_progression : cpm_poly_words)(out, one, &gap, end - begin, den,
                                                                   config, err);
    cpm_polyform_clear(&gap);
    fmpz_clear(one);
    fmpz_clear(den);
    fmpz_clear(count);
    return status;
}

static int by_size(const void *x, const void *y)
{
    ulong a = *(const ulong *)x, b = *(const ulong *)y;
    return a < b ? -1 : a > b;
}

/* The values at j < length that are no roots modulo p, between the roots of each period. */
static cpm_status multiply_gaps(fmpz_t out, const factored *x, const fmpz_poly_t f,
                                const ulong *roots, size_t nroots, ulong length, cpm_err *err)
{
    cpm_status status = CPM_OK;
    ulong begin = 0;
    fmpz_t gap, m;
    fmpz_init(gap);
    fmpz_init_set_ui(m, x->power);
    fmpz_one(out);
    for (ulong period = 0; begin < length && status == CPM_OK; period += x->p)
        for (size_t k = 0; k <= nroots && begin < length && status == CPM_OK; k++) {
            ulong end = FLINT_MIN(length, period + (k < nroots ? roots[k] : x->p));
            if (end > begin) {
                status = multiply_gap(gap, f, begin, end, x->power, x->config, err);
                fmpz_mul(out, out, gap);
                fmpz_mod(out, out, m);
            }
            begin = k < nroots ? end + 1 : end;
        }
    fmpz_clear(gap);
    fmpz_clear(m);
    return status;
}

/* The same one by one: f modulo p^e by Horner. */
static cpm_status multiply_one_by_one(fmpz_t out, const factored *x, const fmpz_poly_t f,
                                      ulong length, cpm_err *err)
{
    nmod_poly_t reduced;
    nmod_poly_init(reduced, x->power);
    fmpz_poly_get_nmod_poly(reduced, f);
    cpm_status status = CPM_OK;
    ulong product = 1 % x->power;
    for (ulong j = 0; j < length && status == CPM_OK; j++) {
        ulong value = nmod_poly_evaluate_nmod(reduced, j);
        if (value % x->p != 0)
            product = nmod_mul(product, value, reduced->mod);
        if (j % 65536 == 0)
            status = cpm_progress(x->config, (double)j / (double)length, err);
    }
    fmpz_set_ui(out, product);
    nmod_poly_clear(reduced);
    return status;
}

static cpm_status multiply_units(fmpz_t out, const factored *x, const fmpz_poly_t f,
                                 const ulong *roots, size_t nroots, ulong length, cpm_err *err)
{
    return x->p < SMALL_PRIME ? multiply_one_by_one(out, x, f, length, err)
                              : multiply_gaps(out, x, f, roots, nroots, length, err);
}

/* The same over a whole period. */
static cpm_status multiply_period(fmpz_t out, const factored *x, const fmpz_poly_t f,
                                  const ulong *roots, size_t nroots, cpm_err *err)
{
    if (fmpz_poly_degree(f) > 1 || fmpz_fdiv_ui(fmpz_poly_get_coeff_ptr(f, 1), x->p) == 0)
        return multiply_units(out, x, f, roots, nroots, x->power, err);
    fmpz_set_si(out, x->p == 2 && x->e >= 3 ? 1 : -1);
    return CPM_OK;
}

/* x = x times the values at j < n that are no roots modulo p. */
static cpm_status multiply_all_units(factored *x, const fmpz_poly_t f, const ulong *roots,
                                     size_t nroots, const fmpz_t n, cpm_err *err)
{
    fmpz_t periods, product, one;
    fmpz_init(periods);
    fmpz_init(product);
    fmpz_init_set_ui(one, 1);
    ulong rest = fmpz_fdiv_ui(n, x->power);
    fmpz_fdiv_q_ui(periods, n, x->power);
    cpm_status status = CPM_OK;
    if (!fmpz_is_zero(periods)) {
        status = multiply_period(product, x, f, roots, nroots, err);
        multiply_power(x, product, periods);
    }
    if (status == CPM_OK)
        status = multiply_units(product, x, f, roots, nroots, rest, err);
    multiply_power(x, product, one);
    fmpz_clear(periods);
    fmpz_clear(product);
    fmpz_clear(one);
    return status;
}

/* ---- All values ---------------------------------------------------------------------------- */

enum { FEW = 8 };

static void multiply_few(factored *x, const fmpz_poly_t f, const fmpz_t n)
{
    fmpz_t j, c;
    fmpz_init(j);
    fmpz_init(c);
    for (; fmpz_cmp(j, n) < 0; fmpz_add_ui(j, j, 1)) {
        fmpz_poly_evaluate_fmpz(c, f, j);
        multiply(x, c);
    }
    fmpz_clear(j);
    fmpz_clear(c);
}

static cpm_status multiply_values(factored *x, const fmpz_poly_t f, const fmpz_t n, cpm_err *err);

/* Those at j = r + p k < n. */
static cpm_status multiply_over_root(factored *x, const fmpz_poly_t f, ulong r, const fmpz_t n,
                                     cpm_err *err)
{
    fmpz_poly_t g;
    fmpz_t count;
    fmpz_poly_init(g);
    fmpz_init(count);
    cpm_status status = CPM_OK;
    if (cpm_poly_over_root(g, count, f, r, n, x->p))
        status = multiply_values(x, g, count, err);
    fmpz_poly_clear(g);
    fmpz_clear(count);
    return status;
}

/* x = x f(0) ... f(n-1), f without content */
static cpm_status multiply_primitive(factored *x, const fmpz_poly_t f, const fmpz_t n, cpm_err *err)
{
    size_t nroots;
    ulong *roots = cpm_poly_roots_mod(&nroots, f, x->p);
    if (roots == NULL)
        return cpm_err_memory(err);
    qsort(roots, nroots, sizeof *roots, by_size);
    cpm_status status = multiply_all_units(x, f, roots, nroots, n, err);
    for (size_t k = 0; k < nroots && status == CPM_OK; k++)
        status = multiply_over_root(x, f, roots[k], n, err);
    free(roots);
    return status;
}

static cpm_status multiply_values(factored *x, const fmpz_poly_t f, const fmpz_t n, cpm_err *err)
{
    fmpz_t content;
    fmpz_poly_t g;
    if (fmpz_cmp_ui(n, FEW) <= 0) {
        multiply_few(x, f, n);
        return CPM_OK;
    }
    if (fmpz_poly_is_zero(f)) {
        x->zero = true;
        return CPM_OK;
    }
    fmpz_init(content);
    fmpz_poly_init(g);
    fmpz_poly_content(content, f);
    fmpz_poly_scalar_divexact_fmpz(g, f, content);
    multiply_power(x, content, n);
    cpm_status status = CPM_OK;
    if (fmpz_poly_degree(g) > 0)
        status = multiply_primitive(x, g, n, err);
    else
        multiply_power(x, fmpz_poly_get_coeff_ptr(g, 0), n); /* 1 or -1 */
    fmpz_clear(content);
    fmpz_poly_clear(g);
    return status;
}

/* ---- Residues ---------------------------------------------------------------------------------
 */

/* out = p^v unit / (the same of den) modulo p^e. */
static cpm_status quotient(fmpz_t out, const factored *num, const factored *den, cpm_err *err)
{
    fmpz_t v, m;
    cpm_status status = CPM_OK;
    fmpz_init(v);
    fmpz_init_set_ui(m, num->power);
    fmpz_sub(v, num->v, den->v);
    fmpz_zero(out);
    if (!num->zero && fmpz_sgn(v) < 0) {
        status = cpm_residue_missing(err);
    } else if (!num->zero && fmpz_cmp_ui(v, num->e) < 0) {
        fmpz_invmod(out, den->unit, m);
        fmpz_mul(out, out, num->unit);
        fmpz_mul_ui(out, out, n_pow(num->p, fmpz_get_ui(v)));
        fmpz_mod(out, out, m);
    }
    fmpz_clear(v);
    fmpz_clear(m);
    return status;
}

/* out[k] = y_k(n) modulo p^e. */
static cpm_status residues_of_power(fmpz *out, const cpm_polyform *form, const fmpz_t n, ulong p,
                                    ulong e, const cpm_config *config, cpm_err *err)
{
    factored num, den, term;
    factored_init(&num, p, e, config);
    factored_init(&den, p, e, config);
    cpm_status status = multiply_values(&num, form->t, n, err);
    if (status == CPM_OK)
        status = multiply_values(&den, form->q, n, err);
    multiply(&num, form->start);
    multiply(&den, form->scale);
    for (size_t k = 0; k < form->noutputs && status == CPM_OK; k++) {
        factored_init(&term, p, e, config);
        fmpz_set(term.v, num.v);
        fmpz_set(term.unit, num.unit);
        term.zero = num.zero;
        multiply(&term, form->rows + k);
        status = quotient(out + k, &term, &den, err);
        factored_clear(&term);
    }
    factored_clear(&num);
    factored_clear(&den);
    return status;
}

cpm_status cpm_poly_units(fmpq *out, const cpm_polyform *form, const fmpz_t n, const fmpz_t m,
                          const cpm_config *config, cpm_err *err)
{
    n_factor_t primes;
    slong count = (slong)form->noutputs;
    fmpz *values = _fmpz_vec_init(count);
    fmpz_t done, power;
    cpm_status status = CPM_OK;
    fmpz_init_set_ui(done, 1);
    fmpz_init(power);
    n_factor_init(&primes);
    n_factor(&primes, fmpz_get_ui(m), 1);
    for (slong k = 0; k < count; k++)
        fmpq_zero(out + k);
    for (int i = 0; i < primes.num && status == CPM_OK; i++) {
        status = residues_of_power(values, form, n, primes.p[i], (ulong)primes.exp[i], config, err);
        fmpz_set_ui(power, n_pow(primes.p[i], (ulong)primes.exp[i]));
        if (status == CPM_OK)
            cpm_residues_join(out, done, values, power, count);
    }
    _fmpz_vec_clear(values, count);
    fmpz_clear(done);
    fmpz_clear(power);
    return status;
}

/* ---- Cost ------------------------------------------------------------------------ */

static double cost_of_power(const cpm_polyform *form, double n, double p, double power)
{
    double steps = fmin(n, power), degree = (double)form->degree;
    double each = p < SMALL_PRIME ? 10 + 5 * degree : 2 + degree;
    double levels = 1 + (n > power) + (n >= p ? 1 : 0) * degree;
    if (power > p || steps < 100000)
        return levels * (steps * each + (p < SMALL_PRIME ? 0 : steps / p * degree * 2000));
    return levels * (degree + 1) * (100000 + 400 * sqrt(steps * (degree + 1)));
}

double cpm_poly_units_cost(const cpm_polyform *form, const fmpz_t n, const fmpz_t m)
{
    n_factor_t primes;
    double cost = 3000;
    n_factor_init(&primes);
    n_factor(&primes, fmpz_get_ui(m), 1);
    for (int i = 0; i < primes.num; i++)
        cost += 5000 + 2 * cost_of_power(form, fmpz_get_d(n), (double)primes.p[i],
                                         pow((double)primes.p[i], primes.exp[i]));
    return cost;
}
