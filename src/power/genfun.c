/* SPDX-License-Identifier: MIT
 *
 * genfun.c - the rational generating function of an output, and with it the
 * shortest recurrence.
 *
 * By Cayley-Hamilton den = det(I - xT) annihilates every output from index dim
 * on, so the numerator is the product of den with the first dim terms, cut
 * after dim coefficients. Dividing by the greatest common divisor drops the
 * factors the output does not need; the reduced denominator is the minimal
 * one, hence the shortest recurrence (Fatou: if all terms are integers its
 * constant coefficient is 1). A gcd of random-looking polynomials is nearly
 * always 1, which one gcd modulo a word-size prime proves, so the exact gcd is
 * computed only when that one is not.
 */
#include "power/genfun.h"

#include "base/mem.h"
#include "bignum/nmod_mori.h"
#include "bignum/nmod_mul.h"
#include "bignum/tune.h"

#include <flint/fmpq_poly.h>
#include <flint/fmpq_vec.h>
#include <flint/fmpz_mod_poly.h>
#include <flint/fmpz_vec.h>
#include <flint/nmod_poly.h>
#include <stdlib.h>

void cpm_genfun_init(cpm_genfun *f)
{
    fmpz_poly_init(f->num);
    fmpz_poly_init(f->den);
    fmpz_init_set_ui(f->scale, 1);
    f->root_nbits = 0;
}

void cpm_genfun_clear(cpm_genfun *f)
{
    fmpz_poly_clear(f->num);
    fmpz_poly_clear(f->den);
    fmpz_clear(f->scale);
}

bool cpm_genfun_is_integral(const cpm_genfun *f)
{
    return fmpz_is_one(f->scale) && fmpz_is_one(fmpz_poly_get_coeff_ptr(f->den, 0));
}

bool cpm_genfun_is_proper(const cpm_genfun *f)
{
    return fmpz_poly_degree(f->num) < fmpz_poly_degree(f->den);
}

/* Sets poly to lcm * y and scale to lcm, the least common denominator. */
static void clear_denominators(fmpz_poly_t poly, fmpz_t scale, const fmpq *y, size_t count)
{
    fmpz_t factor;
    fmpz_init(factor);
    fmpz_one(scale);
    for (size_t i = 0; i < count; i++)
        if (!fmpz_is_one(fmpq_denref(y + i)))
            fmpz_lcm(scale, scale, fmpq_denref(y + i));
    fmpz_poly_zero(poly);
    fmpz_poly_fit_length(poly, (slong)count);
    for (size_t i = count; i-- > 0;) {
        fmpz_divexact(factor, scale, fmpq_denref(y + i));
        fmpz_mul(factor, factor, fmpq_numref(y + i));
        fmpz_poly_set_coeff_fmpz(poly, (slong)i, factor);
    }
    fmpz_clear(factor);
}

/* True when a and b are proved coprime over Q: their images modulo a prime
 * that divides neither leading coefficient are. */
static bool are_coprime_mod_prime(const fmpz_poly_t a, const fmpz_poly_t b)
{
    const mp_limb_t prime = UWORD(9223372036854775783); /* the largest below 2^63 */
    nmod_poly_t ap, bp, g;
    nmod_poly_init(ap, prime);
    nmod_poly_init(bp, prime);
    nmod_poly_init(g, prime);
    fmpz_poly_get_nmod_poly(ap, a);
    fmpz_poly_get_nmod_poly(bp, b);
    bool coprime = false;
    if (nmod_poly_degree(ap) == fmpz_poly_degree(a) &&
        nmod_poly_degree(bp) == fmpz_poly_degree(b)) {
        nmod_poly_gcd(g, ap, bp);
        coprime = nmod_poly_degree(g) == 0;
    }
    nmod_poly_clear(ap);
    nmod_poly_clear(bp);
    nmod_poly_clear(g);
    return coprime;
}

static void reduce_to_lowest_terms(cpm_genfun *f)
{
    fmpz_poly_t g;
    fmpz_poly_init(g);
    if (fmpz_poly_is_zero(f->num)) {
        fmpz_poly_one(f->den);
        fmpz_one(f->scale);
    } else {
        if (fmpz_poly_degree(f->den) > 0 && !are_coprime_mod_prime(f->num, f->den)) {
            fmpz_poly_gcd(g, f->num, f->den);
            fmpz_poly_primitive_part(g, g);
            fmpz_poly_div(f->num, f->num, g);
            fmpz_poly_div(f->den, f->den, g);
        }
        if (fmpz_sgn(fmpz_poly_get_coeff_ptr(f->den, 0)) < 0) {
            fmpz_poly_neg(f->den, f->den);
            fmpz_poly_neg(f->num, f->num);
        }
        fmpz_t content;
        fmpz_init(content);
        fmpz_poly_content(content, f->num);
        fmpz_gcd(content, content, f->scale);
        fmpz_poly_scalar_divexact_fmpz(f->num, f->num, content);
        fmpz_divexact(f->scale, f->scale, content);
        fmpz_clear(content);
    }
    fmpz_poly_clear(g);
}

void cpm_genfun_of_output(cpm_genfun *f, const fmpz_poly_t den, const cpm_linsys *sys, size_t k)
{
    slong dim = (slong)sys->dim;
    fmpq *y = _fmpq_vec_init(dim);
    cpm_linsys_terms(y, sys->dim, sys, k);
    clear_denominators(f->num, f->scale, y, sys->dim);
    _fmpq_vec_clear(y, dim);
    cpm_genfun_finish_series(f, den, dim, f->scale);
}

void cpm_genfun_finish_series(cpm_genfun *f, const fmpz_poly_t den, slong len, const fmpz_t scale)
{
    fmpz_set(f->scale, scale);
    fmpz_poly_mullow(f->num, f->num, den, len);
    fmpz_poly_set(f->den, den);
    reduce_to_lowest_terms(f);
}

void cpm_genfun_prepend(cpm_genfun *out, const cpm_genfun *f, const fmpq *given, size_t count)
{
    if (count == 0) {
        fmpz_poly_set(out->num, f->num);
        fmpz_poly_set(out->den, f->den);
        fmpz_set(out->scale, f->scale);
        return;
    }
    fmpz_poly_t tail;
    fmpz_t lcm, factor;
    fmpz_poly_init(tail);
    fmpz_init(lcm);
    fmpz_init(factor);
    clear_denominators(out->num, out->scale, given, count);
    fmpz_lcm(lcm, out->scale, f->scale);
    fmpz_divexact(factor, lcm, out->scale);
    fmpz_poly_scalar_mul_fmpz(out->num, out->num, factor);
    fmpz_poly_mul(out->num, out->num, f->den);
    fmpz_divexact(factor, lcm, f->scale);
    fmpz_poly_scalar_mul_fmpz(tail, f->num, factor);
    fmpz_poly_shift_left(tail, tail, (slong)count);
    fmpz_poly_add(out->num, out->num, tail);
    fmpz_poly_set(out->den, f->den);
    fmpz_set(out->scale, lcm);
    reduce_to_lowest_terms(out);
    fmpz_poly_clear(tail);
    fmpz_clear(lcm);
    fmpz_clear(factor);
}

/* terms = terms * q up to x^(dim-1) by our own transforms; false, and nothing
 * done, where they are not to be had or not worth it. */
static bool mullow_by_transforms(nmod_poly_t terms, const nmod_poly_t q, slong dim)
{
    size_t n = (size_t)dim;
    if (n < CPM_TUNE_NMOD_MUL_LEN || !cpm_nmod_mori_available())
        return false;
    ulong *a = cpm_calloc(2 * n, sizeof *a), *b = cpm_calloc(n, sizeof *b);
    cpm_err ignored = {0};
    bool done = false;
    if (a != NULL && b != NULL) {
        for (size_t i = 0; i < n; i++) {
            a[i] = nmod_poly_get_coeff_ui(terms, (slong)i);
            b[i] = nmod_poly_get_coeff_ui(q, (slong)i);
        }
        done = cpm_nmod_mul(a, a, n, b, n, nmod_poly_modulus(q), 1, &ignored) == CPM_OK;
        for (size_t i = n; done && i-- > 0;)
            nmod_poly_set_coeff_ui(terms, (slong)i, a[i]);
    }
    free(a);
    free(b);
    return done;
}

/* num = terms * den modulo x^dim, for a modulus of one word. */
static void numerator_nmod(fmpz_poly_t num, const fmpz_poly_t den, const fmpz *y, slong dim,
                           mp_limb_t m)
{
    nmod_poly_t terms, q;
    nmod_poly_init2(terms, m, dim);
    nmod_poly_init(q, m);
    for (slong i = dim; i-- > 0;)
        nmod_poly_set_coeff_ui(terms, i, fmpz_get_ui(y + i));
    fmpz_poly_get_nmod_poly(q, den);
    if (!mullow_by_transforms(terms, q, dim))
        nmod_poly_mullow(terms, terms, q, dim);
    fmpz_poly_set_nmod_poly_unsigned(num, terms);
    nmod_poly_clear(terms);
    nmod_poly_clear(q);
}

static void numerator_fmpz_mod(fmpz_poly_t num, const fmpz_poly_t den, const fmpz *y, slong dim,
                               const fmpz_t m)
{
    fmpz_mod_ctx_t ctx;
    fmpz_mod_poly_t terms, q;
    fmpz_mod_ctx_init(ctx, m);
    fmpz_mod_poly_init2(terms, dim, ctx);
    fmpz_mod_poly_init(q, ctx);
    for (slong i = dim; i-- > 0;)
        fmpz_mod_poly_set_coeff_fmpz(terms, i, y + i, ctx);
    fmpz_mod_poly_set_fmpz_poly(q, den, ctx);
    fmpz_mod_poly_mullow(terms, terms, q, dim, ctx);
    fmpz_mod_poly_get_fmpz_poly(num, terms, ctx);
    fmpz_mod_poly_clear(terms, ctx);
    fmpz_mod_poly_clear(q, ctx);
    fmpz_mod_ctx_clear(ctx);
}

void cpm_genfun_numerator_mod(fmpz_poly_t num, const fmpz_poly_t den, const cpm_linsys *sys,
                              size_t k, const fmpz_t m)
{
    slong dim = (slong)sys->dim;
    fmpz_poly_zero(num);
    if (dim == 0 || fmpz_is_one(m))
        return;
    fmpz *y = _fmpz_vec_init(dim);
    cpm_linsys_terms_mod(y, sys->dim, sys, k, m);
    if (fmpz_abs_fits_ui(m))
        numerator_nmod(num, den, y, dim, fmpz_get_ui(m));
    else
        numerator_fmpz_mod(num, den, y, dim, m);
    _fmpz_vec_clear(y, dim);
}

void cpm_series_rule(fmpq *c, const fmpz_poly_t den)
{
    for (slong k = 1; k <= fmpz_poly_degree(den); k++) {
        fmpq_set_fmpz_frac(c + (k - 1), fmpz_poly_get_coeff_ptr(den, k),
                           fmpz_poly_get_coeff_ptr(den, 0));
        fmpq_neg(c + (k - 1), c + (k - 1));
    }
}

void cpm_series_terms(fmpq *y, size_t count, const fmpz_poly_t num, const fmpz_poly_t den)
{
    fmpq_poly_t p, q;
    fmpq_poly_init(p);
    fmpq_poly_init(q);
    fmpq_poly_set_fmpz_poly(p, num);
    fmpq_poly_set_fmpz_poly(q, den);
    fmpq_poly_div_series(p, p, q, (slong)count);
    for (size_t n = 0; n < count; n++)
        fmpq_poly_get_coeff_fmpq(y + n, p, (slong)n);
    fmpq_poly_clear(p);
    fmpq_poly_clear(q);
}

/* y(n) * scale = (num[n] - sum den[j] * scale * y(n-j)) / den[0] */
void cpm_genfun_terms(fmpq *y, size_t first, size_t count, const cpm_genfun *f)
{
    size_t order = (size_t)cpm_genfun_order(f), total = first + count;
    fmpq *u = _fmpq_vec_init((slong)total); /* u(n) = scale * y(n) */
    fmpq_t sum, t;
    fmpz_t c;
    fmpq_init(sum);
    fmpq_init(t);
    fmpz_init(c);
    for (size_t n = 0; n < total; n++) {
        fmpz_poly_get_coeff_fmpz(c, f->num, (slong)n);
        fmpq_set_fmpz(sum, c);
        for (size_t j = 1; j <= order && j <= n; j++) {
            fmpz_neg(c, fmpz_poly_get_coeff_ptr(f->den, (slong)j));
            fmpq_mul_fmpz(t, u + n - j, c);
            fmpq_add(sum, sum, t);
        }
        fmpq_div_fmpz(u + n, sum, fmpz_poly_get_coeff_ptr(f->den, 0));
    }
    for (size_t i = 0; i < count; i++)
        fmpq_div_fmpz(y + i, u + first + i, f->scale);
    fmpq_clear(sum);
    fmpq_clear(t);
    fmpz_clear(c);
    _fmpq_vec_clear(u, (slong)total);
}
