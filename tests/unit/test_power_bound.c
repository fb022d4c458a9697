/* SPDX-License-Identifier: MIT
 *
 * test_power_bound.c - sizes against the exact terms of random systems and
 * powers of random matrices: never below, and not far above.
 */
#include "power/annihilator.h"
#include "power/bound.h"

#include "linear.h"

#include <math.h>

enum { MAX_DIM = 6, WINDOW = 2 * MAX_DIM };

static double bits_of(const fmpq_t x)
{
    return (double)(fmpz_bits(fmpq_numref(x)) + fmpz_bits(fmpq_denref(x)));
}

/* What a bound may say where the largest number around has so many bits: the
 * growth of the largest root, powers of a common denominator that may cancel
 * (FRACTIONS), and for each dimension a factor n and a few bits of the question. */
enum { INTEGRAL = 3, FRACTIONS = 12 }; /* halves: 1.5 and 6 times */

static double allowance(double largest, bool fractions, size_t dim, ulong n)
{
    return largest * (fractions ? FRACTIONS : INTEGRAL) / 2 +
           (double)dim * (log2((double)n + 2) + 8) + 64;
}

static void check_bound(const cpm_size_bound *bound, const fmpq_t exact, double most, ulong n)
{
    double bits = bits_of(exact);
    size_t digits = fmpz_sizeinbase(fmpq_numref(exact), 10); /* or one too many */
    if (bound->bits < bits)
        UNIT_FAIL("n = %lu: %g bits, but the bound is %g", n, bits, bound->bits);
    if (bound->bits > most)
        UNIT_FAIL("n = %lu: the bound of %g bits is more than %g", n, bound->bits, most);
    if (digits > 2 && bound->log10_digits < log10((double)digits - 1))
        UNIT_FAIL("n = %lu: %zu digits, but the bound is 10^%g", n, digits, bound->log10_digits);
}

/* The largest term around n stands for the growth: single terms may vanish. */
static void one_term(unsigned fractions)
{
    cpm_linsys sys = {0};
    cpm_genfun f;
    cpm_size_bound bound;
    fmpz_poly_t den;
    fmpz_t at;
    ulong n = unit_below(unit_below(4) ? 60 : 600);
    fmpq *y = _fmpq_vec_init((slong)n + WINDOW);
    fmpz_poly_init(den);
    fmpz_init_set_ui(at, n);
    cpm_genfun_init(&f);
    random_system(&sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), 1 + unit_below(MAX_DIM), 1,
                  fractions);
    MUST(cpm_annihilator(den, &sys, err));
    cpm_genfun_of_output(&f, den, &sys, 0);
    plain_terms(y, n + WINDOW, &sys, 0);
    cpm_bound_term(&bound, &f, at);
    double largest = 0;
    for (size_t k = 0; k < WINDOW; k++)
        largest = fmax(largest, bits_of(y + n + k));
    check_bound(&bound, y + n, allowance(largest, fractions > 0, sys.dim, n), n);
    cpm_genfun_clear(&f);
    fmpz_poly_clear(den);
    fmpz_clear(at);
    _fmpq_vec_clear(y, (slong)n + WINDOW);
    cpm_linsys_clear(&sys);
}

static void test_terms(void)
{
    for (size_t round = unit_scaled(3000); round > 0; round--) {
        one_term(0);
        one_term(6);
    }
}

/* The largest entry of a^n against the bound, small enough to be one by the norm:
 * so many bits a step at most, a denominator of all and the row sums it makes. */
static void one_matrix(unsigned fractions)
{
    slong dim = 1 + (slong)unit_below(MAX_DIM);
    ulong n = unit_below(300);
    double bits = 0, largest = 1;
    fmpq_mat_t a, power;
    fmpz_t at;
    fmpz_init_set_ui(at, n);
    fmpq_mat_init(a, dim, dim);
    fmpq_mat_init(power, dim, dim);
    for (slong i = 0; i < dim * dim; i++)
        if (unit_below(2))
            random_rational(fmpq_mat_entry(a, i / dim, i % dim), fractions);
    fmpq_mat_one(power);
    for (ulong k = 0; k < n; k++)
        fmpq_mat_mul(power, power, a);
    for (slong i = 0; i < dim * dim; i++) {
        const fmpq *entry = fmpq_mat_entry(power, i / dim, i % dim);
        bits = fmax(bits, (double)fmpz_bits(fmpq_numref(entry)));
        bits = fmax(bits, (double)fmpz_bits(fmpq_denref(entry)));
        largest = fmax(largest, fabs(fmpq_get_d(fmpq_mat_entry(a, i / dim, i % dim))));
    }
    double steps = (double)n, all = fractions ? log2(60) : 0; /* 60 = lcm(1..5) */
    double bound = cpm_bound_matrix_power(a, at);
    double most = steps * (log2((double)dim * largest) + 3 * all) + 2;
    if (bound < bits)
        UNIT_FAIL("power %lu, dim %ld: %g bits, but the bound is %g", n, dim, bits, bound);
    if (bound > most)
        UNIT_FAIL("power %lu, dim %ld: the bound of %g bits is more than %g", n, dim, bound, most);
    fmpq_mat_clear(a);
    fmpq_mat_clear(power);
    fmpz_clear(at);
}

static void test_matrices(void)
{
    for (size_t round = unit_scaled(300); round > 0; round--) {
        one_matrix(0);
        one_matrix(6);
    }
}

static double bound_of_matrix(long a, long b, long c, long d, ulong n)
{
    fmpq_mat_t mat;
    fmpz_t at;
    fmpz_init_set_ui(at, n);
    fmpq_mat_init(mat, 2, 2);
    fmpq_set_si(fmpq_mat_entry(mat, 0, 0), a, 1);
    fmpq_set_si(fmpq_mat_entry(mat, 0, 1), b, 1);
    fmpq_set_si(fmpq_mat_entry(mat, 1, 0), c, 1);
    fmpq_set_si(fmpq_mat_entry(mat, 1, 1), d, 1);
    double bound = cpm_bound_matrix_power(mat, at);
    fmpq_mat_clear(mat);
    fmpz_clear(at);
    return bound;
}

/* Where the norm says millions of bits the roots must say better: the first
 * matrix squares to 10^6 times the identity, the second has entries of at most
 * 10^9 n. */
static void test_large_matrices(void)
{
    double swap = bound_of_matrix(0, 1000000, 1, 0, 1000000), exact = 5e5 * log2(1e6);
    UNIT_CHECK(swap >= exact && swap < exact * 1.001);
    double shear = bound_of_matrix(1, 1000000000, 0, 1, 1000000);
    UNIT_CHECK(shear >= log2(1e15) && shear < 3 * log2(1e15));
}

/* num/den with den = c0 + c1 x + c2 x^2 + c3 x^3, at n. */
static cpm_size_bound bound_of(const long *c, const char *n)
{
    cpm_genfun f;
    cpm_size_bound bound;
    fmpz_t at;
    fmpz_init(at);
    fmpz_set_str(at, n, 10);
    cpm_genfun_init(&f);
    fmpz_poly_one(f.num);
    fmpz_one(f.scale);
    for (slong k = 0; k < 4; k++)
        fmpz_poly_set_coeff_si(f.den, k, c[k]);
    cpm_bound_term(&bound, &f, at);
    cpm_genfun_clear(&f);
    fmpz_clear(at);
    return bound;
}

/* F(10^9 + 1) has log2((1+sqrt 5)/2) 10^9 bits; binomial(n+2, 2) is a polynomial,
 * and roots of unity of order 6 do not grow; 2^(10^400) has no size in a double,
 * but a logarithm of it. */
static void test_known(void)
{
    cpm_size_bound fib = bound_of((const long[]){1, -1, -1, 0}, "1000000000");
    UNIT_CHECK(fib.bits >= 694241913 && fib.bits < 694241913 * 1.001 && !fib.quasi_polynomial);
    cpm_size_bound binomial = bound_of((const long[]){1, -3, 3, -1}, "1000000000000000000");
    UNIT_CHECK(binomial.bits >= 119 && binomial.bits < 130 && binomial.quasi_polynomial);
    cpm_size_bound period = bound_of((const long[]){1, -1, 1, 0}, "1000000000000000000");
    UNIT_CHECK(period.bits < 70 && period.quasi_polynomial);
    char huge[402] = "1";
    memset(huge + 1, '0', 400);
    cpm_size_bound power = bound_of((const long[]){1, -2, 0, 0}, huge);
    UNIT_CHECK(isinf(power.bits) && fabs(power.log10_digits - (400 + log10(0.30103))) < 0.01);
}

static const cpm_test tests[] = {
    {"terms", test_terms},
    {"matrices", test_matrices},
    {"large_matrices", test_large_matrices},
    {"known", test_known},
};

UNIT_MAIN(tests)
