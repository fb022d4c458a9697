/* SPDX-License-Identifier: MIT
 *
 * poly_residue.c - from numerators and denominators of a product to its residue.
 *
 * Valuations: of the j below n those with f(j) divisible by p lie over the roots of f
 * modulo p; over a root r they are j = r + p k, and f(r + p k) is a polynomial in k
 * whose content is divisible by p. So the count goes on with some n/p of them.
 */
#include "power/poly_residue.h"

#include "base/mem.h"
#include "power/progress.h"
#include "power/residue.h"

#include <flint/fmpz_vec.h>
#include <flint/nmod_poly.h>
#include <flint/ulong_extras.h>
#include <math.h>
#include <stdlib.h>

void cpm_split_by_primes(fmpz_t part, fmpz_t unit, const fmpz_t c, const fmpz_t m)
{
    fmpz_t rest, common;
    fmpz_init_set(rest, c);
    fmpz_init(common);
    for (fmpz_gcd(common, rest, m); !fmpz_is_one(common); fmpz_gcd(common, rest, common)) {
        fmpz_mul(part, part, common);
        fmpz_divexact(rest, rest, common);
    }
    fmpz_mul(unit, unit, rest);
    fmpz_mod(unit, unit, m);
    fmpz_clear(rest);
    fmpz_clear(common);
}

cpm_status cpm_residue_of_parts(fmpz_t out, const fmpz_t numerator, const fmpz_t part,
                                const fmpz_t unit, const fmpz_t m, cpm_err *err)
{
    fmpz_t inverse;
    if (!fmpz_divisible(numerator, part))
        return cpm_residue_missing(err);
    fmpz_init(inverse);
    fmpz_divexact(out, numerator, part);
    if (fmpz_is_one(m))
        fmpz_zero(out);
    else if (fmpz_invmod(inverse, unit, m) != 0)
        fmpz_mul(out, out, inverse);
    fmpz_mod(out, out, m);
    fmpz_clear(inverse);
    return CPM_OK;
}

void cpm_residues_join(fmpq *out, fmpz_t done, fmpz *values, fmpz_t power, slong count)
{
    for (slong k = 0; k < count; k++) {
        fmpz *residue = fmpq_numref(out + k);
        if (fmpz_is_one(done))
            fmpz_set(residue, values + k);
        else
            fmpz_CRT(residue, residue, done, values + k, power, 0);
    }
    fmpz_mul(done, done, power);
}

/* ---- Valuations ------------------------------------------------------------------------- */

/* Up to so many values are looked at one by one. */
enum { FEW_VALUES = 8 };

static void few_valuations(fmpz_t v, const fmpz_poly_t f, const fmpz_t n, const fmpz_t p)
{
    fmpz_t j, c;
    fmpz_init(j);
    fmpz_init(c);
    for (; fmpz_cmp(j, n) < 0; fmpz_add_ui(j, j, 1)) {
        fmpz_poly_evaluate_fmpz(c, f, j);
        fmpz_add_ui(v, v, (ulong)fmpz_remove(c, c, p));
    }
    fmpz_clear(j);
    fmpz_clear(c);
}

/* f = f / p^c with the largest c, v += c n */
static void take_content(fmpz_t v, fmpz_poly_t f, const fmpz_t n, const fmpz_t p)
{
    fmpz_t content;
    fmpz_init(content);
    fmpz_poly_content(content, f);
    slong power = fmpz_remove(content, content, p);
    if (power > 0) {
        fmpz_pow_ui(content, p, (ulong)power);
        fmpz_poly_scalar_divexact_fmpz(f, f, content);
        fmpz_addmul_ui(v, n, (ulong)power);
    }
    fmpz_clear(content);
}

ulong *cpm_poly_roots_mod(size_t *count, const fmpz_poly_t f, ulong p)
{
    nmod_poly_t reduced;
    nmod_poly_factor_t factors;
    nmod_poly_init(reduced, p);
    nmod_poly_factor_init(factors);
    fmpz_poly_get_nmod_poly(reduced, f);
    if (nmod_poly_degree(reduced) > 0)
        nmod_poly_roots(factors, reduced, 0);
    *count = (size_t)factors->num;
    ulong *roots = cpm_calloc(*count, sizeof *roots);
    for (size_t k = 0; roots != NULL && k < *count; k++) { /* x - r */
        ulong c = nmod_poly_get_coeff_ui(factors->p + k, 0);
        roots[k] = c == 0 ? 0 : p - c;
    }
    nmod_poly_factor_clear(factors);
    nmod_poly_clear(reduced);
    return roots;
}

bool cpm_poly_over_root(fmpz_poly_t g, fmpz_t count, const fmpz_poly_t f, ulong r, const fmpz_t n,
                        ulong p)
{
    if (fmpz_cmp_ui(n, r) <= 0)
        return false;
    fmpz_t shift;
    fmpz_init_set_ui(shift, r);
    fmpz_sub(count, n, shift);
    fmpz_sub_ui(count, count, 1);
    fmpz_fdiv_q_ui(count, count, p);
    fmpz_add_ui(count, count, 1);
    fmpz_poly_taylor_shift(g, f, shift);
    for (slong k = 1; k < g->length; k++) { /* g(p k) */
        fmpz_set_ui(shift, p);
        fmpz_pow_ui(shift, shift, (ulong)k);
        fmpz_mul(g->coeffs + k, g->coeffs + k, shift);
    }
    fmpz_clear(shift);
    return true;
}

static cpm_status add_valuation(fmpz_t v, fmpz_poly_t f, const fmpz_t n, const fmpz_t p,
                                cpm_err *err);

/* The values over the root r of f modulo p. */
static cpm_status add_root(fmpz_t v, const fmpz_poly_t f, ulong r, const fmpz_t n, const fmpz_t p,
                           cpm_err *err)
{
    fmpz_t count;
    fmpz_poly_t g;
    cpm_status status = CPM_OK;
    fmpz_init(count);
    fmpz_poly_init(g);
    if (cpm_poly_over_root(g, count, f, r, n, fmpz_get_ui(p)))
        status = add_valuation(v, g, count, p, err);
    fmpz_clear(count);
    fmpz_poly_clear(g);
    return status;
}

static cpm_status add_valuation(fmpz_t v, fmpz_poly_t f, const fmpz_t n, const fmpz_t p,
                                cpm_err *err)
{
    size_t count;
    take_content(v, f, n, p);
    if (fmpz_poly_degree(f) < 1)
        return CPM_OK;
    if (fmpz_cmp_ui(n, FEW_VALUES) <= 0) {
        few_valuations(v, f, n, p);
        return CPM_OK;
    }
    ulong *roots = cpm_poly_roots_mod(&count, f, fmpz_get_ui(p));
    cpm_status status = roots == NULL ? cpm_err_memory(err) : CPM_OK;
    for (size_t k = 0; k < count && status == CPM_OK; k++)
        status = add_root(v, f, roots[k], n, p, err);
    free(roots);
    return status;
}

cpm_status cpm_poly_valuation(fmpz_t v, const fmpz_poly_t f, const fmpz_t n, ulong p, cpm_err *err)
{
    fmpz_poly_t g;
    fmpz_t prime;
    cpm_status status = CPM_OK;
    fmpz_poly_init(g);
    fmpz_init_set_ui(prime, p);
    fmpz_poly_set(g, f);
    fmpz_zero(v);
    if (fmpz_sgn(n) > 0)
        status = add_valuation(v, g, n, prime, err);
    fmpz_poly_clear(g);
    fmpz_clear(prime);
    return status;
}

/* ---- The part of the denominator ----------------------------------------------------------- */

/* One value after another, for moduli whose primes are not known. */
static cpm_status walk_part(fmpz_t part, const cpm_polyform *form, const fmpz_t n, const fmpz_t m,
                            const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    fmpz_t j, value, unit;
    fmpz_init(j);
    fmpz_init(value);
    fmpz_init_set_ui(unit, 1);
    fmpz_one(part);
    cpm_split_by_primes(part, unit, form->scale, m);
    for (; fmpz_cmp(j, n) < 0 && status == CPM_OK; fmpz_add_ui(j, j, 1)) {
        fmpz_poly_evaluate_fmpz(value, form->q, j);
        cpm_split_by_primes(part, unit, value, m);
        if (fmpz_get_ui(j) % 1024 == 0)
            status = cpm_progress(config, -1, err);
    }
    fmpz_clear(j);
    fmpz_clear(value);
    fmpz_clear(unit);
    return status;
}

cpm_status cpm_poly_part_bits(double *bits, const cpm_polyform *form, const fmpz_t n,
                              const fmpz_t m, cpm_err *err)
{
    n_factor_t primes;
    cpm_status status = CPM_OK;
    fmpz_t v;
    fmpz_init(v);
    n_factor_init(&primes);
    n_factor(&primes, fmpz_get_ui(m), 1);
    *bits = (double)fmpz_bits(form->scale);
    for (int k = 0; k < primes.num && status == CPM_OK; k++) {
        status = cpm_poly_valuation(v, form->q, n, primes.p[k], err);
        *bits += fmpz_get_d(v) * log2((double)primes.p[k]);
    }
    fmpz_clear(v);
    return status;
}

/* Whether a modulus longer by so many bits is out of reach. */
static cpm_status check_part(double bits, const cpm_config *config, cpm_err *err)
{
    double limit = config->max_memory_bytes == 0 ? 0x1p36 : (double)config->max_memory_bytes;
    if (bits < limit)
        return CPM_OK;
    cpm_err_set(err, CPM_ERR_LIMIT,
                "what is divided by has about %.3g bits in common with powers of the modulus, "
                "too many to compute with",
                bits);
    return CPM_ERR_LIMIT;
}

/* part *= p^v for the primes of m */
static cpm_status multiply_part(fmpz_t part, const cpm_polyform *form, const fmpz_t n,
                                const fmpz_t m, cpm_err *err)
{
    n_factor_t primes;
    cpm_status status = CPM_OK;
    fmpz_t v, power;
    fmpz_init(v);
    fmpz_init(power);
    n_factor_init(&primes);
    n_factor(&primes, fmpz_get_ui(m), 1);
    for (int k = 0; k < primes.num && status == CPM_OK; k++) {
        status = cpm_poly_valuation(v, form->q, n, primes.p[k], err);
        fmpz_set_ui(power, primes.p[k]);
        fmpz_pow_ui(power, power, fmpz_get_ui(v));
        fmpz_mul(part, part, power);
    }
    fmpz_clear(v);
    fmpz_clear(power);
    return status;
}

cpm_status cpm_poly_part(fmpz_t part, const cpm_polyform *form, const fmpz_t n, const fmpz_t m,
                         const cpm_config *config, cpm_err *err)
{
    double bits;
    fmpz_t unit;
    if (!fmpz_abs_fits_ui(m))
        return walk_part(part, form, n, m, config, err);
    cpm_status status = cpm_poly_part_bits(&bits, form, n, m, err);
    if (status == CPM_OK)
        status = check_part(bits, config, err);
    if (status != CPM_OK)
        return status;
    fmpz_init_set_ui(unit, 1);
    fmpz_one(part);
    cpm_split_by_primes(part, unit, form->scale, m);
    fmpz_clear(unit);
    return multiply_part(part, form, n, m, err);
}

/* ---- Residues ----------------------------------------------------------------------------------
 */

cpm_status cpm_poly_residues_of(fmpq *out, const fmpz *numerators, const fmpz_t den,
                                const fmpz_t part, const cpm_polyform *form, const fmpz_t m,
                                cpm_err *err)
{
    fmpz_t unit, modulus;
    cpm_status status = CPM_OK;
    fmpz_init(unit);
    fmpz_init(modulus);
    fmpz_mul(modulus, m, part);
    fmpz_mul(unit, den, form->scale);
    fmpz_mod(unit, unit, modulus);
    fmpz_divexact(unit, unit, part);
    for (size_t k = 0; k < form->noutputs && status == CPM_OK; k++) {
        status = cpm_residue_of_parts(fmpq_numref(out + k), numerators + k, part, unit, m, err);
        fmpz_one(fmpq_denref(out + k));
    }
    fmpz_clear(unit);
    fmpz_clear(modulus);
    return status;
}

static bool is_prime_to(const fmpz_t a, const fmpz_t b, const fmpz_t m)
{
    fmpz_t t;
    fmpz_init(t);
    fmpz_mul(t, a, b);
    fmpz_gcd(t, t, m);
    bool prime = fmpz_is_one(t);
    fmpz_clear(t);
    return prime;
}

cpm_status cpm_poly_residues(fmpq *out, const cpm_polyform *form, const fmpz_t n, const fmpz_t m,
                             cpm_poly_product_fn product, const cpm_config *config, cpm_err *err)
{
    fmpz *numerators = _fmpz_vec_init((slong)form->noutputs);
    fmpz_t den, part, modulus;
    fmpz_init(den);
    fmpz_init_set_ui(part, 1);
    fmpz_init_set(modulus, m);
    cpm_status status = CPM_OK;
    bool is_word = fmpz_abs_fits_ui(m); /* then the part is cheap */
    if (is_word)
        status = cpm_poly_part(part, form, n, m, config, err);
    fmpz_mul(modulus, m, part);
    if (status == CPM_OK)
        status = product(numerators, den, form, fmpz_get_ui(n), modulus, config, err);
    if (status == CPM_OK && !is_word && !is_prime_to(den, form->scale, m)) {
        status = cpm_poly_part(part, form, n, m, config, err);
        fmpz_mul(modulus, m, part);
        if (status == CPM_OK)
            status = product(numerators, den, form, fmpz_get_ui(n), modulus, config, err);
    }
    if (status == CPM_OK)
        status = cpm_poly_residues_of(out, numerators, den, part, form, m, err);
    _fmpz_vec_clear(numerators, (slong)form->noutputs);
    fmpz_clear(den);
    fmpz_clear(part);
    fmpz_clear(modulus);
    return status;
}
