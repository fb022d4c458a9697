/* SPDX-License-Identifier: MIT
 *
 * residue.c - residues of rational sequences.
 *
 * With y(n) = [x^n] num / (scale * den): den(0) must be a unit modulo M, or the
 * denominators of y(n) grow by primes of M and no residue exists for large n.
 * scale = s1 * s2 with s2 prime to M and s1 composed of primes of M: work modulo
 * M*s1, divide exactly by s1 (a sequence of integers such as n(n-1)/2 modulo 2
 * comes out right that way), multiply by the inverse of s2.
 */
#include "power/residue.h"

#include <string.h>

void cpm_residue_form_init(cpm_residue_form *r)
{
    fmpz_init(r->m);
    fmpz_init(r->modulus);
    fmpz_init_set_ui(r->divisor, 1);
    fmpz_init_set_ui(r->unit, 1);
    fmpz_poly_init(r->num);
    fmpz_poly_init(r->den);
}

void cpm_residue_form_clear(cpm_residue_form *r)
{
    fmpz_clear(r->m);
    fmpz_clear(r->modulus);
    fmpz_clear(r->divisor);
    fmpz_clear(r->unit);
    fmpz_poly_clear(r->num);
    fmpz_poly_clear(r->den);
}

/* scale = s1 * s2, gcd(s2, m) = 1, every prime of s1 divides m. */
static void split_scale(fmpz_t s1, fmpz_t s2, const fmpz_t scale, const fmpz_t m)
{
    fmpz_t g;
    fmpz_init(g);
    fmpz_one(s1);
    fmpz_set(s2, scale);
    for (fmpz_gcd(g, s2, m); !fmpz_is_one(g); fmpz_gcd(g, s2, m)) {
        fmpz_mul(s1, s1, g);
        fmpz_divexact(s2, s2, g);
    }
    fmpz_clear(g);
}

cpm_status cpm_residue_missing(cpm_err *err)
{
    return cpm_err_set(err, CPM_ERR_NO_ANSWER,
                       "no residue: a denominator of the term has no inverse for this modulus");
}

cpm_status cpm_residue_form_set(cpm_residue_form *r, const cpm_genfun *f, const fmpz_t m,
                                cpm_err *err)
{
    fmpz_set(r->m, m);
    split_scale(r->divisor, r->unit, f->scale, m);
    fmpz_mul(r->modulus, m, r->divisor);
    if (fmpz_is_one(m)) {
        fmpz_poly_zero(r->num);
        fmpz_poly_one(r->den);
        fmpz_one(r->divisor);
        fmpz_one(r->modulus);
        fmpz_zero(r->unit);
        return CPM_OK;
    }
    fmpz_invmod(r->unit, r->unit, m);
    fmpz_t inverse;
    fmpz_init(inverse);
    cpm_status status = CPM_OK;
    if (fmpz_invmod(inverse, fmpz_poly_get_coeff_ptr(f->den, 0), r->modulus)) {
        fmpz_poly_scalar_mul_fmpz(r->num, f->num, inverse);
        fmpz_poly_scalar_mul_fmpz(r->den, f->den, inverse);
        fmpz_poly_scalar_mod_fmpz(r->num, r->num, r->modulus);
        fmpz_poly_scalar_mod_fmpz(r->den, r->den, r->modulus);
    } else {
        status = cpm_residue_missing(err);
    }
    fmpz_clear(inverse);
    return status;
}

void cpm_residue_form_set_integral(cpm_residue_form *r, const fmpz_poly_t num,
                                   const fmpz_poly_t den, const fmpz_t m)
{
    fmpz_set(r->m, m);
    fmpz_set(r->modulus, m);
    fmpz_one(r->divisor);
    fmpz_one(r->unit);
    fmpz_poly_scalar_mod_fmpz(r->num, num, m);
    fmpz_poly_scalar_mod_fmpz(r->den, den, m);
}

cpm_status cpm_residue_finish(fmpz_t out, const fmpz_t a, const cpm_residue_form *r, cpm_err *err)
{
    if (!fmpz_divisible(a, r->divisor))
        return cpm_residue_missing(err);
    fmpz_divexact(out, a, r->divisor);
    fmpz_mul(out, out, r->unit);
    fmpz_mod(out, out, r->m);
    return CPM_OK;
}

bool cpm_residue_of_rational(fmpz_t out, const fmpq_t c, const fmpz_t m)
{
    if (fmpz_is_one(m)) {
        fmpz_zero(out);
        return true;
    }
    fmpz_t inverse;
    fmpz_init(inverse);
    bool exists = fmpz_is_one(fmpq_denref(c)) || fmpz_invmod(inverse, fmpq_denref(c), m);
    if (fmpz_is_one(fmpq_denref(c)))
        fmpz_one(inverse);
    if (exists) {
        fmpz_mul(out, fmpq_numref(c), inverse);
        fmpz_mod(out, out, m);
    }
    fmpz_clear(inverse);
    return exists;
}

cpm_status cpm_residue_of_value(fmpq_t x, const cpm_config *config, cpm_err *err)
{
    if (config->modulus == NULL || !cpm_ext_is_finite(x))
        return CPM_OK;
    fmpz_t m, r;
    fmpz_init(m);
    fmpz_init(r);
    fmpz_set_mpz(m, config->modulus);
    bool exists = cpm_residue_of_rational(r, x, m);
    if (exists)
        fmpq_set_fmpz(x, r);
    fmpz_clear(m);
    fmpz_clear(r);
    return exists ? CPM_OK
                  : cpm_err_set(err, CPM_ERR_NO_ANSWER,
                                "no residue: the value's denominator has no inverse for this "
                                "modulus");
}

static cpm_status reduce_form(cpm_form *out, const cpm_form *form, const cpm_domain *domain,
                              const fmpz_t m, cpm_err *err)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < form->len && status == CPM_OK; i++) {
        if (!cpm_residue_of_rational(fmpq_numref(c), form->terms[i].coeff, m))
            status = cpm_residue_missing(err);
        else
            status = cpm_form_add_term(out, form->terms[i].var, c, domain, err);
    }
    fmpq_clear(c);
    return status;
}

cpm_status cpm_linsys_reduce_mod(cpm_linsys *out, const cpm_linsys *sys, const fmpz_t m,
                                 cpm_err *err)
{
    const cpm_domain *scalars = cpm_domain_scalars(sys->domain);
    cpm_status status = cpm_linsys_init(out, sys->domain, sys->dim, sys->noutputs, err);
    for (size_t i = 0; i < sys->dim && status == CPM_OK; i++) {
        status = reduce_form(&out->rows[i], &sys->rows[i], scalars, m, err);
        if (status == CPM_OK &&
            !cpm_residue_of_rational(fmpq_numref(out->start + i), sys->start + i, m))
            status = cpm_residue_missing(err);
    }
    for (size_t k = 0; k < sys->noutputs && status == CPM_OK; k++)
        status = reduce_form(&out->outputs[k], &sys->outputs[k], scalars, m, err);
    if (status != CPM_OK)
        cpm_linsys_clear(out);
    return status;
}
