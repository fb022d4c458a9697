/* SPDX-License-Identifier: MIT
 *
 * test_synthesis.c - recurrences modulo m out of terms: against terms that were not
 * given, and as an engine's way, against plain steps.
 */
#include "power/plan_internal.h"
#include "power/solver.h"
#include "power/synthesis.h"

#include "linear.h"

#include <flint/nmod_vec.h>

enum { MAX_ORDER = 12, MAX_DIM = 30 };

static const ulong MODULI[] = {
    2,
    3,
    4,
    7,
    8,
    9,
    12,
    36,
    64,
    81,
    97,
    1000,
    1 << 20,
    343,
    4294967291,
    (ulong)1 << 62,
    5040,
    6469,
    998244353,
    1000000000,
    30030,
    49,
    18446744073709551615u,
    18446744073709551557u,
};

static ulong random_modulus(void)
{
    return MODULI[unit_below(sizeof MODULI / sizeof *MODULI)];
}

/* Terms of a random monic recurrence of that order, after `given` others; sometimes with
 * starts and coefficients that share primes with m. */
static void random_terms(ulong *terms, size_t count, size_t order, size_t given, ulong m)
{
    ulong c[MAX_ORDER], common = unit_below(3) == 0 ? 6 : 1;
    nmod_t mod;
    nmod_init(&mod, m);
    for (size_t i = 0; i < order; i++)
        c[i] = nmod_mul(unit_rand() % m, common % m, mod);
    for (size_t n = 0; n < count; n++) {
        terms[n] = unit_below(4) == 0 ? 0 : unit_rand() % m;
        if (n < given + order)
            continue;
        terms[n] = 0;
        for (size_t i = 0; i < order; i++)
            terms[n] = nmod_add(terms[n], nmod_mul(c[i], terms[n - 1 - i], mod), mod);
    }
}

/* num/den as a series gives these terms, and it is no longer than what made them. */
static void check_fraction(const nmod_poly_t num, const nmod_poly_t den, const ulong *terms,
                           size_t count, size_t most)
{
    nmod_t mod = num->mod;
    UNIT_CHECK(nmod_poly_get_coeff_ui(den, 0) == 1);
    UNIT_CHECK(nmod_poly_degree(den) <= (slong)most && nmod_poly_degree(num) < (slong)most);
    for (size_t n = 0; n < count; n++) {
        ulong sum = 0;
        for (size_t i = 0; i <= n && (slong)i <= nmod_poly_degree(den); i++)
            sum = nmod_add(sum, nmod_mul(nmod_poly_get_coeff_ui(den, (slong)i), terms[n - i], mod),
                           mod);
        if (sum != nmod_poly_get_coeff_ui(num, (slong)n))
            UNIT_FAIL("modulo %lu, order %zu: term %zu", mod.n, most, n);
    }
}

static void test_terms(void)
{
    enum { COUNT = 8 * MAX_ORDER };
    cpm_config config;
    cpm_config_init(&config);
    for (size_t round = unit_scaled(4000); round > 0; round--) {
        ulong m = random_modulus(), terms[COUNT];
        size_t order = unit_below(MAX_ORDER), given = unit_below(MAX_ORDER + 1 - order);
        nmod_poly_t num, den;
        nmod_poly_init(num, m);
        nmod_poly_init(den, m);
        random_terms(terms, COUNT, order, given, m);
        size_t most = order + given; /* the terms before it count as zeros of the polynomial */
        MUST(cpm_synthesize(num, den, terms, 2 * most + unit_below(5), &config, err));
        check_fraction(num, den, terms, COUNT, most == 0 ? 1 : most);
        nmod_poly_clear(num);
        nmod_poly_clear(den);
    }
}

/* What satisfies nothing so short is told from what does. */
static void test_no_recurrence(void)
{
    static const ulong late[6] = {0, 0, 0, 0, 0, 1};
    cpm_err failure = {0};
    cpm_config config;
    cpm_config_init(&config);
    nmod_poly_t num, den;
    nmod_poly_init(num, 12);
    nmod_poly_init(den, 12);
    UNIT_CHECK(cpm_synthesize(num, den, late, 6, &config, &failure) == CPM_ERR_INTERNAL);
    cpm_err_clear(&failure);
    nmod_poly_clear(num);
    nmod_poly_clear(den);
}

/* ---- As an engine's way ---------------------------------------------------------- */

/* y_k(n) modulo m by n plain steps, of an integral system. */
static void plain_residues(fmpz *y, const cpm_linsys *sys, size_t n, const fmpz_t m)
{
    fmpq *x = _fmpq_vec_init((slong)sys->dim), *value = _fmpq_vec_init(1);
    for (size_t i = 0; i < sys->dim; i++)
        fmpq_set(x + i, sys->start + i);
    for (size_t step = 0; step < n; step++) {
        plain_step(x, sys);
        for (size_t i = 0; i < sys->dim; i++)
            fmpz_mod(fmpq_numref(x + i), fmpq_numref(x + i), m);
    }
    for (size_t k = 0; k < sys->noutputs; k++) {
        plain_form(value, &sys->outputs[k], x, sys->domain);
        fmpz_mod(y + k, fmpq_numref(value), m);
    }
    _fmpq_vec_clear(x, (slong)sys->dim);
    _fmpq_vec_clear(value, 1);
}

/* The same question twice and one with another modulus, to one solver. */
static void ask(cpm_solver *solver, const cpm_linsys *sys, size_t *by_words)
{
    cpm_config config;
    cpm_config_init(&config);
    cpm_number *out = cpm_numbers_new(sys->noutputs);
    fmpz *wanted = _fmpz_vec_init((slong)sys->noutputs);
    mpz_t given;
    fmpz_t n, m;
    mpz_init(given);
    fmpz_init(n);
    fmpz_init(m);
    config.modulus = given;
    config.engine = CPM_ENGINE_RECURRENCE;
    for (int question = 0; question < 3; question++) {
        fmpz_set_ui(n, unit_below(200));
        if (question != 1)
            fmpz_set_ui(m, random_modulus());
        fmpz_get_mpz(given, m);
        MUST(cpm_solver_answer(out, NULL, solver, n, &config, err));
        *by_words += cpm_solver_plan(solver)->word_modulus != 0;
        plain_residues(wanted, sys, fmpz_get_ui(n), m);
        for (size_t k = 0; k < sys->noutputs; k++)
            if (!fmpz_is_one(fmpq_denref(out[k].q)) ||
                !fmpz_equal(fmpq_numref(out[k].q), wanted + k))
                UNIT_FAIL("dim %zu, n = %lu, m = %lu: output %zu", sys->dim, fmpz_get_ui(n),
                          fmpz_get_ui(m), k);
    }
    cpm_numbers_free(out, sys->noutputs);
    _fmpz_vec_clear(wanted, (slong)sys->noutputs);
    mpz_clear(given);
    fmpz_clear(n);
    fmpz_clear(m);
}

static void test_systems(void)
{
    size_t by_words = 0, rounds = unit_scaled(120);
    for (size_t round = 0; round < rounds; round++) {
        cpm_linsys sys = {0}, copy = {0};
        cpm_solver solver = {0};
        random_system(&sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), 8 + unit_below(MAX_DIM),
                      1 + unit_below(3), 0);
        MUST(cpm_linsys_copy(&copy, &sys, err));
        MUST(cpm_solver_init(&solver, &copy, err));
        ask(&solver, &sys, &by_words);
        cpm_solver_clear(&solver);
        cpm_linsys_clear(&sys);
    }
    UNIT_CHECK(by_words > rounds && by_words < 3 * rounds); /* of three questions each */
}

static const cpm_test tests[] = {
    {"terms", test_terms},
    {"no_recurrence", test_no_recurrence},
    {"systems", test_systems},
};

UNIT_MAIN(tests)
