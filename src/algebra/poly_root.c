/* SPDX-License-Identifier: MIT
 *
 * poly_root.c - integer zeros by lifting zeros modulo a prime.
 */
#include "algebra/poly_root.h"

#include <flint/nmod_poly.h>
#include <flint/nmod_poly_factor.h>
#include <flint/ulong_extras.h>

/* f(x) mod m */
static void evaluate(fmpz_t out, const fmpz_poly_t f, const fmpz_t x, const fmpz_t m)
{
    fmpz_zero(out);
    for (slong k = fmpz_poly_degree(f); k >= 0; k--) {
        fmpz_mul(out, out, x);
        fmpz_add(out, out, fmpz_poly_get_coeff_ptr(f, k));
        fmpz_mod(out, out, m);
    }
}

/* x = the zero of f modulo some power of p above `bound` that is x modulo p, as the
 * residue of least size. f'(x) is a unit modulo p. */
static void lift(fmpz_t x, const fmpz_poly_t f, const fmpz_poly_t derivative, ulong p,
                 const fmpz_t bound)
{
    fmpz_t m, value, slope;
    fmpz_init_set_ui(m, p);
    fmpz_init(value);
    fmpz_init(slope);
    while (fmpz_cmp(m, bound) <= 0) {
        fmpz_mul(m, m, m);
        evaluate(value, f, x, m);
        evaluate(slope, derivative, x, m);
        fmpz_invmod(slope, slope, m);
        fmpz_submul(x, value, slope);
        fmpz_mod(x, x, m);
    }
    fmpz_smod(x, x, m);
    fmpz_clear(m);
    fmpz_clear(value);
    fmpz_clear(slope);
}

/* |x| <= 1 + the largest coefficient, for every zero x (Cauchy); twice that and one, so
 * that residues of both signs differ. */
static void root_bound(fmpz_t bound, const fmpz_poly_t f)
{
    fmpz_poly_height(bound, f);
    fmpz_add_ui(bound, bound, 1);
    fmpz_mul_2exp(bound, bound, 1);
    fmpz_add_ui(bound, bound, 1);
}

/* f modulo a prime for which it keeps its degree and has no double zero. */
static void reduce(nmod_poly_t out, const fmpz_poly_t f)
{
    nmod_poly_t derivative;
    mp_limb_t p = (mp_limb_t)1 << 59;
    for (bool good = false; !good;) {
        p = n_nextprime(p, 0);
        nmod_poly_init(out, p);
        nmod_poly_init(derivative, p);
        fmpz_poly_get_nmod_poly(out, f);
        nmod_poly_derivative(derivative, out);
        good = nmod_poly_degree(out) == fmpz_poly_degree(f);
        if (good) {
            nmod_poly_gcd(derivative, derivative, out);
            good = nmod_poly_degree(derivative) == 0;
        }
        nmod_poly_clear(derivative);
        if (!good)
            nmod_poly_clear(out);
    }
}

/* f without multiple zeros: f / gcd(f, f'). */
static void make_simple(fmpz_poly_t out, const fmpz_poly_t f)
{
    fmpz_poly_t common;
    fmpz_poly_init(common);
    fmpz_poly_derivative(common, f);
    fmpz_poly_gcd(common, common, f);
    fmpz_poly_div(out, f, common);
    fmpz_poly_clear(common);
}

static bool least_simple_root(fmpz_t root, const fmpz_poly_t f, const fmpz_t from)
{
    fmpz_poly_t derivative;
    nmod_poly_t residues;
    nmod_poly_factor_t zeros;
    fmpz_t bound, x, value;
    bool found = false;
    fmpz_poly_init(derivative);
    fmpz_init(bound);
    fmpz_init(x);
    fmpz_init(value);
    fmpz_poly_derivative(derivative, f);
    root_bound(bound, f);
    reduce(residues, f);
    nmod_poly_factor_init(zeros);
    nmod_poly_roots(zeros, residues, 0);
    for (slong k = 0; k < zeros->num; k++) { /* x - z, monic */
        const ulong p = residues->mod.n;
        fmpz_set_ui(x, nmod_neg(nmod_poly_get_coeff_ui(zeros->p + k, 0), residues->mod));
        lift(x, f, derivative, p, bound);
        fmpz_poly_evaluate_fmpz(value, f, x);
        if (!fmpz_is_zero(value) || fmpz_cmp(x, from) < 0 || (found && fmpz_cmp(x, root) >= 0))
            continue;
        fmpz_set(root, x);
        found = true;
    }
    nmod_poly_factor_clear(zeros);
    nmod_poly_clear(residues);
    fmpz_poly_clear(derivative);
    fmpz_clear(bound);
    fmpz_clear(x);
    fmpz_clear(value);
    return found;
}

bool cpm_poly_least_root(fmpz_t root, const fmpz_poly_t f, const fmpz_t from)
{
    fmpz_poly_t simple;
    if (fmpz_poly_degree(f) < 1)
        return false;
    fmpz_poly_init(simple);
    make_simple(simple, f);
    bool found = least_simple_root(root, simple, from);
    fmpz_poly_clear(simple);
    return found;
}
