/* SPDX-License-Identifier: MIT
 *
 * bound.c - a rigorous, tight upper bound on the bits of a term.
 *
 * If all reciprocal roots of den (degree d, den(0) = q0) are at most R >= 1 in
 * absolute value, the coefficients of 1/den are at most those of
 * 1/(q0 (1 - R x)^d), hence
 *
 *     |y(n)| <= |num|_1 / q0 * binomial(n+d-1, d-1) * R^n.
 *
 * R comes from Fujiwara's bound 2 max_k |c_k/c_0|^(1/k) (M. Fujiwara 1916)
 * applied to the j-th Graeffe iterate, whose roots are the 2^j-th powers: the
 * 2^j-th root of that is at most (2d)^(1/2^j) too large. An iterate that equals
 * the one before has roots that squaring permutes: they are roots of unity
 * (Kronecker), so R = 1 exactly and the term is a quasi-polynomial in n; this
 * happens after log2 of the largest even order, whatever n is.
 *
 * Rational results add the denominator: scale * q0^(n+1) divides it.
 */
#include "power/bound.h"

#include "base/logs.h"
#include "power/bostan_mori.h"

#include <math.h>

/* Iterates with more bits than this in all coefficients together are not
 * squared again; by then the bound is within a few parts in a thousand. */
static const double MAX_ITERATE_BITS = 400e3;
static const double MAX_COEFFICIENT_BITS = 16e3;

/* For a term that is small anyway iterates stop while they are still words: the
 * first long number costs more than the rest of a short answer. */
static const double SMALL_TERM_BITS = 65536;
static const double SMALL_COEFFICIENT_BITS = 29;

/* Relative slack for the roundings of fmpz_dlog and of the sums here. */
static const double SLACK = 1 + 1e-12;

static double log2_abs(const fmpz_t x)
{
    fmpz_t a;
    fmpz_init(a);
    fmpz_abs(a, x);
    double l = fmpz_is_zero(a) ? -INFINITY : fmpz_dlog(a) * CPM_LOG2_E;
    fmpz_clear(a);
    return l;
}

/* Fujiwara: log2 of a bound on the roots of x^d den(1/x). */
static double log2_fujiwara(const fmpz_poly_t den)
{
    slong d = fmpz_poly_degree(den);
    double lead = log2_abs(fmpz_poly_get_coeff_ptr(den, 0)), best = -INFINITY;
    for (slong k = 1; k <= d; k++) {
        double c = log2_abs(fmpz_poly_get_coeff_ptr(den, k)) - lead;
        best = fmax(best, (k == d ? c - 1 : c) / (double)k);
    }
    return best + 1 + 1e-9;
}

/* The iterate is used up: squaring it again would cost more than it gains. */
static bool is_enough(const fmpz_poly_t den, int j, const fmpz_t n, double best)
{
    double bits = (double)labs(fmpz_poly_max_bits(den));
    if (fmpz_get_d(n) * best < SMALL_TERM_BITS && bits > SMALL_COEFFICIENT_BITS)
        return true;
    double d = (double)fmpz_poly_degree(den) + 1;
    return bits > MAX_COEFFICIENT_BITS || bits * d > MAX_ITERATE_BITS || j > 64 ||
           (ulong)j > fmpz_bits(n) + 6;
}

double cpm_bound_log2_root(const fmpz_poly_t den, const fmpz_t n, bool *quasi)
{
    *quasi = true;
    if (fmpz_poly_degree(den) <= 0)
        return 0;
    fmpz_poly_t q, next;
    fmpz_poly_init(q);
    fmpz_poly_init(next);
    fmpz_poly_set(q, den);
    slong whole = fmpz_poly_length(den);
    double best = log2_fujiwara(q), power = 1;
    *quasi = false;
    for (int j = 0; !is_enough(q, j, n, best); j++) {
        cpm_poly_graeffe(next, q, whole, NULL);
        if (fmpz_poly_equal(next, q) && fmpz_is_one(fmpz_poly_get_coeff_ptr(q, 0))) {
            best = 0;
            *quasi = true;
            break;
        }
        fmpz_poly_swap(q, next);
        power *= 2;
        best = fmin(best, log2_fujiwara(q) / power);
    }
    fmpz_poly_clear(q);
    fmpz_poly_clear(next);
    return fmax(best, 0) * SLACK;
}

static double log2_norm1(const fmpz_poly_t p)
{
    slong len = fmpz_poly_length(p);
    return len == 0 ? 0 : (double)labs(fmpz_poly_max_bits(p)) + log2((double)len);
}

/* log2 binomial(n+d-1, d-1) <= (d-1) log2(e (n+d-1)/(d-1)) */
static double log2_binomial(const fmpz_t n, slong d)
{
    if (d <= 1)
        return 0;
    fmpz_t top;
    fmpz_init(top);
    fmpz_add_si(top, n, d - 1);
    double b = (double)(d - 1) * (log2_abs(top) - log2((double)(d - 1)) + CPM_LOG2_E);
    fmpz_clear(top);
    return b * SLACK;
}

/* The bound on the roots, found again only for an index that is longer. */
static void find_root(cpm_genfun *f, const fmpz_t n)
{
    size_t nbits = fmpz_bits(n) + 1;
    if (f->root_nbits >= nbits || (f->root_nbits > 0 && f->is_quasi_polynomial))
        return;
    f->log2_root = cpm_bound_log2_root(f->den, n, &f->is_quasi_polynomial);
    f->root_nbits = nbits;
}

void cpm_bound_term(cpm_size_bound *bound, cpm_genfun *f, const fmpz_t n)
{
    const fmpz *q0 = fmpz_poly_get_coeff_ptr(f->den, 0);
    find_root(f, n);
    double rate = f->log2_root;
    bound->quasi_polynomial = f->is_quasi_polynomial;
    double fixed =
        log2_norm1(f->num) + log2_binomial(n, cpm_genfun_order(f)) + 2 * log2_abs(f->scale);
    rate += 2 * log2_abs(q0); /* numerator and denominator both carry q0^(n+1) */
    double log2_n = fmpz_is_zero(n) ? 0 : log2_abs(n);
    double growth = rate > 0 ? exp2(log2_n + log2(rate)) * SLACK + rate : 0;
    bound->bits = ceil(fixed + growth + 2);
    double log2_bits = rate > 0 && isinf(growth) ? log2_n + log2(rate) : log2(bound->bits);
    bound->log10_digits = (log2_bits + log2(CPM_LOG10_2)) * CPM_LOG10_2;
}

/* ---- Powers of matrices ---------------------------------------------------- */

/* log2 of the largest sum of absolute values over a row: a bound on growth. */
static double log2_row_norm(const fmpz_mat_t mat)
{
    double best = 0;
    fmpz_t sum, a;
    fmpz_init(sum);
    fmpz_init(a);
    for (slong i = 0; i < fmpz_mat_nrows(mat); i++) {
        fmpz_zero(sum);
        for (slong j = 0; j < fmpz_mat_ncols(mat); j++) {
            fmpz_abs(a, fmpz_mat_entry(mat, i, j));
            fmpz_add(sum, sum, a);
        }
        best = fmax(best, fmpz_cmp_ui(sum, 1) > 0 ? fmpz_dlog(sum) * CPM_LOG2_E : 0);
    }
    fmpz_clear(sum);
    fmpz_clear(a);
    return best;
}

/* The roots' share: entries are sequences that the characteristic polynomial
 * annihilates, with dim first terms below norm^dim. */
static double bits_by_roots(const fmpq_mat_t a, const fmpz_t n, double log2_norm)
{
    double dim = (double)fmpq_mat_nrows(a), steps = fmpz_get_d(n);
    fmpq_poly_t chi;
    fmpz_poly_t den;
    bool quasi;
    fmpq_poly_init(chi);
    fmpz_poly_init(den);
    fmpq_mat_charpoly(chi, a);
    fmpq_poly_get_numerator(den, chi); /* primitive, as chi is monic */
    fmpz_poly_reverse(den, den, fmpq_mat_nrows(a) + 1);
    double rate = cpm_bound_log2_root(den, n, &quasi);
    rate += 2 * log2_abs(fmpz_poly_get_coeff_ptr(den, 0));
    fmpq_poly_clear(chi);
    fmpz_poly_clear(den);
    return dim * (log2_norm + 2 + log2(steps + 2)) + (rate > 0 ? steps * rate : 0);
}

/* Above this the norm is not good enough. */
static const double LARGE_BITS = 1e6;
enum { MAX_CHARPOLY_DIM = 200 };

double cpm_bound_matrix_power(const fmpq_mat_t a, const fmpz_t n)
{
    fmpz_mat_t mat;
    fmpz_t delta;
    fmpz_init(delta);
    fmpz_mat_init(mat, fmpq_mat_nrows(a), fmpq_mat_ncols(a));
    fmpq_mat_get_fmpz_mat_matwise(mat, delta, a);
    double norm = log2_row_norm(mat);
    double per_step = norm + (fmpz_is_one(delta) ? 0 : 2 * log2_abs(delta));
    double bits = fmpz_is_zero(n) ? 1 : per_step * fmpz_get_d(n) + 1;
    if (bits > LARGE_BITS && fmpq_mat_nrows(a) <= MAX_CHARPOLY_DIM)
        bits = fmin(bits, bits_by_roots(a, n, norm));
    fmpz_mat_clear(mat);
    fmpz_clear(delta);
    return bits;
}
