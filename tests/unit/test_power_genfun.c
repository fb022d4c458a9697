/* SPDX-License-Identifier: MIT
 *
 * test_power_genfun.c - the annihilator against FLINT's characteristic
 * polynomial, generating functions against plain terms and Berlekamp-Massey,
 * residues against the exact value.
 */
#include "power/annihilator.h"
#include "power/genfun.h"
#include "power/residue.h"

#include "linear.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpq_poly.h>
#include <flint/fmpz_mod_poly.h>
#include <flint/nmod_poly.h>

enum { MAX_DIM = 8, NTERMS = 40 };

/* x^dim chi(1/x) = det(I - xT) of the dense matrix, primitive and positive at 0. */
static void dense_annihilator(fmpz_poly_t den, const cpm_linsys *sys)
{
    fmpq_mat_t dense;
    fmpq_poly_t chi;
    fmpq_mat_init(dense, (slong)sys->dim, (slong)sys->dim);
    fmpq_poly_init(chi);
    for (size_t i = 0; i < sys->dim; i++)
        for (size_t k = 0; k < sys->rows[i].len; k++)
            fmpq_set(fmpq_mat_entry(dense, (slong)i, (slong)sys->rows[i].terms[k].var),
                     sys->rows[i].terms[k].coeff);
    fmpq_mat_charpoly(chi, dense);
    fmpq_poly_reverse(chi, chi, (slong)sys->dim + 1);
    fmpq_poly_get_numerator(den, chi);
    fmpz_poly_primitive_part(den, den);
    if (fmpz_sgn(fmpz_poly_get_coeff_ptr(den, 0)) < 0)
        fmpz_poly_neg(den, den);
    fmpq_poly_clear(chi);
    fmpq_mat_clear(dense);
}

static void fail_poly(const char *what, const fmpz_poly_t found, const fmpz_poly_t wanted)
{
    char *f = fmpz_poly_get_str_pretty(found, "x"), *w = fmpz_poly_get_str_pretty(wanted, "x");
    UNIT_FAIL("%s: %s, wanted %s", what, f, w);
    flint_free(f);
    flint_free(w);
}

static void test_annihilator(void)
{
    fmpz_poly_t found, wanted;
    fmpz_poly_init(found);
    fmpz_poly_init(wanted);
    for (size_t round = unit_scaled(2000); round > 0; round--) {
        cpm_linsys sys = {0};
        random_system(&sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), 1 + unit_below(MAX_DIM), 1,
                      round % 2 ? 5 : 0);
        MUST(cpm_annihilator(found, &sys, err));
        dense_annihilator(wanted, &sys);
        if (!fmpz_poly_equal(found, wanted))
            fail_poly("annihilator", found, wanted);
        cpm_linsys_clear(&sys);
    }
    fmpz_poly_clear(found);
    fmpz_poly_clear(wanted);
}

/* The length of the shortest recurrence of the terms modulo a prime, where none
 * of them has it in its denominator: by Berlekamp-Massey. */
static slong shortest(const fmpq *y, size_t count, ulong p)
{
    nmod_berlekamp_massey_t bm;
    fmpz_t m, r;
    fmpz_init_set_ui(m, p);
    fmpz_init(r);
    nmod_berlekamp_massey_init(bm, p);
    for (size_t n = 0; n < count; n++) {
        if (!fmpq_mod_fmpz(r, y + n, m))
            UNIT_FAIL("a denominator is a multiple of %lu", p);
        nmod_berlekamp_massey_add_point(bm, fmpz_get_ui(r));
    }
    nmod_berlekamp_massey_reduce(bm);
    slong length = nmod_poly_degree(nmod_berlekamp_massey_V_poly(bm));
    nmod_berlekamp_massey_clear(bm);
    fmpz_clear(m);
    fmpz_clear(r);
    return length;
}

static void check_genfun(const cpm_genfun *f, const cpm_linsys *sys, size_t k)
{
    fmpq *wanted = _fmpq_vec_init(NTERMS), *found = _fmpq_vec_init(NTERMS);
    size_t first = unit_below(10);
    plain_terms(wanted, NTERMS, sys, k);
    cpm_genfun_terms(found, first, NTERMS - first, f);
    for (size_t n = first; n < NTERMS; n++)
        if (!fmpq_equal(found + n - first, wanted + n)) {
            UNIT_FAIL("term %zu of output %zu, dim %zu", n, k, sys->dim);
            break;
        }
    UNIT_CHECK(fmpz_sgn(fmpz_poly_get_coeff_ptr(f->den, 0)) > 0 && fmpz_sgn(f->scale) > 0);
    slong order = cpm_genfun_order(f), back = fmpz_poly_degree(f->num) + 1;
    if (shortest(wanted, NTERMS, 1000000007) != (order > back ? order : back))
        UNIT_FAIL("the recurrence of order %ld is not the shortest", order);
    if (cpm_genfun_is_proper(f) != (back <= order))
        UNIT_FAIL("proper: degrees %ld and %ld", back - 1, order);
    for (size_t n = 0; cpm_genfun_is_integral(f) && n < NTERMS; n++)
        UNIT_CHECK(fmpz_is_one(fmpq_denref(wanted + n)));
    _fmpq_vec_clear(wanted, NTERMS);
    _fmpq_vec_clear(found, NTERMS);
}

/* num/den modulo m against the terms, for an integral system. */
static void check_numerator_mod(const fmpz_poly_t den, const cpm_linsys *sys, size_t k)
{
    fmpz_t m, r;
    fmpz_poly_t num;
    fmpq *y = _fmpq_vec_init(NTERMS);
    fmpz_mod_ctx_t ctx;
    fmpz_mod_poly_t n, d, s;
    fmpz_init_set_ui(m, 2 + unit_below(1000));
    fmpz_init(r);
    fmpz_poly_init(num);
    fmpz_mod_ctx_init(ctx, m);
    fmpz_mod_poly_init(n, ctx);
    fmpz_mod_poly_init(d, ctx);
    fmpz_mod_poly_init(s, ctx);
    cpm_genfun_numerator_mod(num, den, sys, k, m);
    fmpz_mod_poly_set_fmpz_poly(n, num, ctx);
    fmpz_mod_poly_set_fmpz_poly(d, den, ctx);
    fmpz_mod_poly_div_series(s, n, d, NTERMS, ctx);
    plain_terms(y, NTERMS, sys, k);
    for (slong i = 0; i < NTERMS; i++) {
        fmpz_t c;
        fmpz_init(c);
        fmpz_mod_poly_get_coeff_fmpz(c, s, i, ctx);
        fmpz_mod(r, fmpq_numref(y + i), m);
        UNIT_CHECK(fmpz_equal(c, r));
        fmpz_clear(c);
    }
    fmpz_mod_poly_clear(n, ctx);
    fmpz_mod_poly_clear(d, ctx);
    fmpz_mod_poly_clear(s, ctx);
    fmpz_mod_ctx_clear(ctx);
    fmpz_poly_clear(num);
    fmpz_clear(m);
    fmpz_clear(r);
    _fmpq_vec_clear(y, NTERMS);
}

static void test_outputs(void)
{
    for (size_t round = unit_scaled(1500); round > 0; round--) {
        bool fractions = round % 2;
        cpm_linsys sys = {0};
        cpm_genfun f;
        fmpz_poly_t den;
        fmpz_poly_init(den);
        cpm_genfun_init(&f);
        random_system(&sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), 1 + unit_below(MAX_DIM), 2,
                      fractions ? 5 : 0);
        dense_annihilator(den, &sys);
        for (size_t k = 0; k < sys.noutputs; k++) {
            cpm_genfun_of_output(&f, den, &sys, k);
            check_genfun(&f, &sys, k);
            if (!fractions)
                check_numerator_mod(den, &sys, k);
        }
        cpm_genfun_clear(&f);
        fmpz_poly_clear(den);
        cpm_linsys_clear(&sys);
    }
}

/* [x^n] num/den modulo the form's modulus, by the definition. */
static void series_term(fmpz_t out, const cpm_residue_form *r, slong n)
{
    fmpz *a = _fmpz_vec_init(n + 1);
    fmpz_t c;
    fmpz_init(c);
    for (slong i = 0; i <= n; i++) {
        fmpz_poly_get_coeff_fmpz(a + i, r->num, i);
        for (slong j = 1; j <= i; j++) {
            fmpz_poly_get_coeff_fmpz(c, r->den, j);
            fmpz_submul(a + i, c, a + i - j);
        }
        fmpz_mod(a + i, a + i, r->modulus);
    }
    fmpz_set(out, a + n);
    fmpz_clear(c);
    _fmpz_vec_clear(a, n + 1);
}

static void check_residue(const cpm_residue_form *r, const fmpz_t m, const fmpq_t exact, slong n)
{
    cpm_err failure = {0};
    fmpz_t a, found, wanted;
    fmpz_init(a);
    fmpz_init(found);
    fmpz_init(wanted);
    series_term(a, r, n);
    bool exists = cpm_residue_of_rational(wanted, exact, m);
    UNIT_CHECK(exists == (fmpq_mod_fmpz(found, exact, m) != 0));
    UNIT_CHECK(!exists || fmpz_equal(found, wanted));
    cpm_status status = cpm_residue_finish(found, a, r, &failure);
    if (status != (exists ? CPM_OK : CPM_ERR_NO_ANSWER))
        UNIT_FAIL("status %d of term %ld, which %s a residue", (int)status, n,
                  exists ? "has" : "has not");
    else if (exists && !fmpz_equal(found, wanted))
        UNIT_FAIL("residue of term %ld", n);
    cpm_err_clear(&failure);
    fmpz_clear(a);
    fmpz_clear(found);
    fmpz_clear(wanted);
}

/* A generating function by itself has no residues where den(0) shares a factor
 * with m; all other terms must be the residue of the exact value, or be refused
 * when it has none. */
static void test_residues(void)
{
    size_t inverted = 0;
    for (size_t round = unit_scaled(1500); round > 0; round--) {
        cpm_linsys sys = {0};
        cpm_genfun f;
        cpm_residue_form r;
        cpm_err failure = {0};
        fmpz_poly_t den;
        fmpz_t m;
        fmpq *y = _fmpq_vec_init(NTERMS);
        fmpz_poly_init(den);
        fmpz_init_set_ui(m, 1 + unit_below(60));
        cpm_genfun_init(&f);
        cpm_residue_form_init(&r);
        random_system(&sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), 1 + unit_below(4), 1, 5);
        dense_annihilator(den, &sys);
        cpm_genfun_of_output(&f, den, &sys, 0);
        plain_terms(y, NTERMS, &sys, 0);
        cpm_status status = cpm_residue_form_set(&r, &f, m, &failure);
        UNIT_CHECK(status == CPM_OK || status == CPM_ERR_NO_ANSWER);
        inverted += status == CPM_OK;
        for (slong n = 0; status == CPM_OK && n < NTERMS; n++)
            check_residue(&r, m, y + n, n);
        cpm_err_clear(&failure);
        cpm_residue_form_clear(&r);
        cpm_genfun_clear(&f);
        _fmpq_vec_clear(y, NTERMS);
        fmpz_clear(m);
        fmpz_poly_clear(den);
        cpm_linsys_clear(&sys);
    }
    UNIT_CHECK(inverted > 0);
}

static const cpm_test tests[] = {
    {"annihilator", test_annihilator},
    {"outputs", test_outputs},
    {"residues", test_residues},
};

UNIT_MAIN(tests)
