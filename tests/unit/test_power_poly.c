/* SPDX-License-Identifier: MIT
 *
 * test_power_poly.c - systems with polynomial coefficients: every engine of the
 * solver, exact and modulo small and large numbers, against plain steps over Q.
 */
#include "power/polyform.h"
#include "power/solver.h"

#include "polynomial.h"

enum { MAX_OUTPUTS = 2 };

/* A system, an index, and the outputs there by plain steps. */
typedef struct question {
    cpm_polysys sys;
    cpm_config config;
    fmpz_t n, modulus, pole;
    mpz_t given;
    fmpq *wanted;
    bool exists; /* no pole on the way */
} question;

static void question_init(question *q, const poly_sizes *max, ulong n)
{
    *q = (question){.wanted = _fmpq_vec_init(MAX_OUTPUTS)};
    cpm_config_init(&q->config);
    fmpz_init_set_ui(q->n, n);
    fmpz_init(q->modulus);
    fmpz_init(q->pole);
    mpz_init(q->given);
    random_polysys(&q->sys, max);
    q->exists = plain_poly_outputs(q->wanted, q->pole, &q->sys, n);
}

static void question_modulo(question *q, const fmpz_t m)
{
    fmpz_set(q->modulus, m);
    fmpz_get_mpz(q->given, m);
    q->config.modulus = q->given;
}

static void question_clear(question *q)
{
    cpm_polysys_clear(&q->sys);
    _fmpq_vec_clear(q->wanted, MAX_OUTPUTS);
    fmpz_clear(q->n);
    fmpz_clear(q->modulus);
    fmpz_clear(q->pole);
    mpz_clear(q->given);
}

static void tell(const question *q, const char *how, const char *what)
{
    char *n = fmpz_get_str(NULL, 10, q->n), *m = fmpz_get_str(NULL, 10, q->modulus);
    UNIT_FAIL("%s, dim %zu, n = %s, modulus %s: %s", how, q->sys.dim, n, m, what);
    flint_free(n);
    flint_free(m);
}

/* Output k in the form wanted; false where a residue does not exist. */
static bool wanted_value(fmpq_t value, const question *q, size_t k)
{
    fmpq_set(value, q->wanted + k);
    if (q->config.modulus == NULL)
        return true;
    bool exists = fmpz_is_one(q->modulus) ||
                  fmpq_mod_fmpz(fmpq_numref(value), q->wanted + k, q->modulus) != 0;
    if (fmpz_is_one(q->modulus))
        fmpz_zero(fmpq_numref(value));
    fmpz_one(fmpq_denref(value));
    return exists;
}

static bool residues_exist(const question *q)
{
    bool exist = true;
    fmpq_t value;
    fmpq_init(value);
    for (size_t k = 0; k < q->sys.noutputs; k++)
        exist = wanted_value(value, q, k) && exist;
    fmpq_clear(value);
    return exist;
}

static void check_outputs(const question *q, cpm_number *out, const char *how)
{
    fmpq_t value;
    fmpq_init(value);
    for (size_t k = 0; k < q->sys.noutputs; k++) {
        wanted_value(value, q, k);
        MUST(cpm_number_settle(&out[k], err));
        if (!fmpq_equal(out[k].q, value))
            tell(q, how, "a wrong number");
    }
    fmpq_clear(value);
}

static void check_pole(const question *q, const cpm_err *failure)
{
    char wanted[200], *index = fmpz_get_str(NULL, 10, q->pole);
    snprintf(wanted, sizeof wanted, "the coefficient of the newest term is 0 at index %s", index);
    if (strcmp(wanted, failure->message) != 0)
        tell(q, "pole", failure->message);
    flint_free(index);
}

/* The question to one engine, with a solver of its own. */
static void one_engine(const question *q, cpm_engine engine, size_t *answered)
{
    cpm_polysys sys = {0};
    cpm_solver solver = {0};
    cpm_decision decision = {0};
    cpm_err failure = {0};
    cpm_config config = q->config;
    cpm_number *out = cpm_numbers_new(MAX_OUTPUTS);
    config.engine = engine;
    MUST(cpm_polysys_copy(&sys, &q->sys, err));
    MUST(cpm_solver_init_poly(&solver, &sys, err));
    UNIT_CHECK(cpm_solver_polysys(&solver) != NULL && cpm_solver_system(&solver) == NULL &&
               cpm_solver_noutputs(&solver) == q->sys.noutputs);
    cpm_status status = cpm_solver_answer(out, &decision, &solver, q->n, &config, &failure);
    const char *how = cpm_engine_name(decision.engine);
    if (status == CPM_OK) {
        answered[engine]++;
        if (!q->exists || !residues_exist(q))
            tell(q, how, "answers where there is no answer");
        else
            check_outputs(q, out, how);
    } else if (status == CPM_ERR_NO_ANSWER && !q->exists) {
        check_pole(q, &failure);
    } else if (!(status == CPM_ERR_NO_ANSWER && !residues_exist(q)) &&
               !(status == CPM_ERR_UNSUPPORTED && engine != CPM_ENGINE_AUTO) &&
               !(status == CPM_ERR_LIMIT && engine == CPM_ENGINE_PERIOD)) { /* digits lost */
        tell(q, how, failure.message);
    }
    cpm_numbers_free(out, MAX_OUTPUTS);
    cpm_solver_clear(&solver);
}

static void every_engine(const question *q, size_t *answered)
{
    for (int engine = 0; engine < CPM_NENGINES; engine++)
        one_engine(q, (cpm_engine)engine, answered);
}

/* Engines for one variable, and sizes that they need. */
static const poly_sizes NUMBERS = {1, MAX_OUTPUTS, 4, 9, true, false};
static const poly_sizes SMALL = {4, MAX_OUTPUTS, 6, 9, true, false};

static void test_exact(void)
{
    size_t answered[CPM_NENGINES] = {0};
    for (size_t round = unit_scaled(600); round > 0; round--) {
        question q;
        question_init(&q, &SMALL, unit_below(4) ? unit_below(40) : unit_below(3));
        every_engine(&q, answered);
        question_clear(&q);
    }
    UNIT_CHECK(answered[CPM_ENGINE_AUTO] > 0 &&
               answered[CPM_ENGINE_NAIVE] == answered[CPM_ENGINE_SPLITTING]);
}

/* ---- Order 1 with linear factors ---------------------------------------------------- */

static void random_product(fmpz_poly_t f, size_t nfactors, slong bound)
{
    fmpz_poly_t factor;
    fmpz_poly_init(factor);
    fmpz_poly_set_si(f, 1 + (slong)unit_below(4));
    if (unit_below(2))
        fmpz_poly_neg(f, f);
    while (nfactors-- > 0) {
        fmpz_poly_set_coeff_si(factor, 1, 1 + (slong)unit_below(5));
        fmpz_poly_set_coeff_si(factor, 0, random_sign(bound));
        fmpz_poly_mul(f, f, factor);
    }
    fmpz_poly_clear(factor);
}

/* T and q with the signs and zeros that they may have, found again by plain steps. */
static void test_primes(void)
{
    static const poly_sizes sizes = {1, MAX_OUTPUTS, 0, 5, false, false};
    size_t answered[CPM_NENGINES] = {0}, rounds = unit_scaled(600);
    for (size_t round = 0; round < rounds; round++) {
        question q;
        question_init(&q, &sizes, unit_below(60));
        random_product(q.sys.t, unit_below(4), round % 2 ? 30 : 3);
        random_product(q.sys.q, unit_below(3), round % 2 ? 30 : 3);
        q.exists = plain_poly_outputs(q.wanted, q.pole, &q.sys, fmpz_get_ui(q.n));
        every_engine(&q, answered);
        question_clear(&q);
    }
    UNIT_CHECK(answered[CPM_ENGINE_PRIMES] > rounds / 2);
    UNIT_CHECK(answered[CPM_ENGINE_SPLITTING] == answered[CPM_ENGINE_PRIMES]);
}

/* ---- Larger terms, also in decimal ----------------------------------------------------- */

/* (i+2) a(i) = (2i+1) a(i-1) + 3(i-1) a(i-2), the Motzkin numbers; b(i) = b(i-1) +
 * (i-1) b(i-2), the involutions; i!, and the central binomial coefficients. */
static void known_system(cpm_polysys *sys, int which)
{
    size_t dim = which < 2 ? 2 : 1;
    cpm_polysys_clear(sys);
    MUST(cpm_polysys_init(sys, dim, 1, err));
    if (which == 0) {
        fmpz_poly_set_coeff_si(sys->q, 1, 1);
        fmpz_poly_set_coeff_si(sys->q, 0, 2);
    }
    if (which < 2) {
        fmpz_poly_set_str(sys->t, which == 0 ? "2  1 2" : "1  1");
        fmpz_poly_set_str(sys->t + 1, which == 0 ? "2  -3 3" : "2  -1 1");
        make_companion(sys);
        fmpz_set_ui(sys->first, 2);
        fmpq_one(sys->start + 1);
    } else {
        fmpz_poly_set_str(sys->t, which == 2 ? "2  0 1" : "2  -2 4");
        fmpz_poly_set_str(sys->q, which == 2 ? "1  1" : "2  0 1");
        fmpz_one(sys->first);
    }
    fmpq_one(sys->start);
    fmpq_one(sys->outputs);
}

static void test_large(void)
{
    static const ulong steps[] = {1000, 2500, 7001};
    for (size_t round = 0; round < 12; round++) {
        size_t answered[CPM_NENGINES] = {0};
        question q;
        question_init(&q, &SMALL, 0);
        known_system(&q.sys, (int)round % 4);
        fmpz_set_ui(q.n, steps[round / 4] + unit_below(100));
        q.exists = plain_poly_outputs(q.wanted, q.pole, &q.sys, fmpz_get_ui(q.n));
        every_engine(&q, answered);
        q.config.output_base = 10;
        every_engine(&q, answered);
        UNIT_CHECK(answered[CPM_ENGINE_SPLITTING] == 2);
        UNIT_CHECK(answered[CPM_ENGINE_PRIMES] == (round % 4 < 2 ? 0 : 2));
        question_clear(&q);
    }
}

/* Random systems without denominators in decimal, with all signs. */
static void test_decimal(void)
{
    static const poly_sizes sizes = {3, MAX_OUTPUTS, 3, 9, false, true};
    size_t answered[CPM_NENGINES] = {0};
    for (size_t round = unit_scaled(20); round > 0; round--) {
        question q;
        question_init(&q, &sizes, 700 + unit_below(300));
        if (unit_below(2))
            fmpz_poly_set_si(q.sys.q, -1);
        q.exists = plain_poly_outputs(q.wanted, q.pole, &q.sys, fmpz_get_ui(q.n));
        q.config.output_base = 10;
        one_engine(&q, CPM_ENGINE_SPLITTING, answered);
        question_clear(&q);
    }
}

/* ---- Modular ------------------------------------------------------------------------------ */

/* Small moduli have primes that vanish everywhere; the largest have two words. */
static void random_modulus(fmpz_t m)
{
    static const ulong primes[] = {2, 3, 5, 7, 11, 13, 97, 251, 65521, 998244353};
    ulong p = primes[unit_below(sizeof primes / sizeof *primes)];
    fmpz_set_ui(m, 1 + unit_below(unit_below(2) ? 60 : 1000000));
    if (unit_below(2))
        fmpz_set_ui(m, p);
    if (unit_below(4) == 0)
        fmpz_pow_ui(m, m, 1 + unit_below(5));
    if (unit_below(6) == 0) /* up to the largest that words take, odd and even */
        fmpz_set_ui(m, (unit_rand() >> (2 + unit_below(3))) + 1);
}

static void test_modular(void)
{
    size_t answered[CPM_NENGINES] = {0};
    fmpz_t m;
    fmpz_init(m);
    for (size_t round = unit_scaled(1500); round > 0; round--) {
        question q;
        question_init(&q, &SMALL, unit_below(50));
        random_modulus(m);
        question_modulo(&q, m);
        every_engine(&q, answered);
        question_clear(&q);
    }
    fmpz_clear(m);
    UNIT_CHECK(answered[CPM_ENGINE_AUTO] > 0 &&
               answered[CPM_ENGINE_NAIVE] == answered[CPM_ENGINE_SPLITTING]);
    UNIT_CHECK(answered[CPM_ENGINE_WORDS] > answered[CPM_ENGINE_NAIVE] / 3);
    UNIT_CHECK(answered[CPM_ENGINE_PERIOD] > answered[CPM_ENGINE_NAIVE] / 20);
}

/* Starts from such a power of a small prime that the term is prime to it, and asks for it
 * modulo a power *m: the unit itself. */
static void make_unit(question *q, fmpz_t m)
{
    ulong n = fmpz_get_ui(q->n);
    fmpz_t p, rest;
    fmpz_init_set_ui(p, 2 + unit_below(2));
    fmpz_init(rest);
    random_product(q->sys.t, 1 + unit_below(2), 30);
    random_product(q->sys.q, unit_below(2), 30);
    fmpq_one(q->sys.start);
    fmpq_one(q->sys.outputs);
    q->sys.noutputs = 1;
    q->exists = plain_poly_outputs(q->wanted, q->pole, &q->sys, n);
    if (q->exists && !fmpq_is_zero(q->wanted)) {
        ulong up = (ulong)fmpz_remove(rest, fmpq_numref(q->wanted), p);
        ulong down = (ulong)fmpz_remove(rest, fmpq_denref(q->wanted), p);
        fmpz_pow_ui(fmpq_numref(q->sys.start), p, down);
        fmpz_pow_ui(fmpq_denref(q->sys.start), p, up);
        q->exists = plain_poly_outputs(q->wanted, q->pole, &q->sys, n);
    }
    fmpz_pow_ui(m, p, 1 + unit_below(4));
    fmpz_clear(p);
    fmpz_clear(rest);
}

/* One variable, with n far above the primes of the modulus, so that values vanish often
 * and to high powers. */
static void test_units(void)
{
    size_t answered[CPM_NENGINES] = {0};
    fmpz_t m;
    fmpz_init(m);
    for (size_t round = unit_scaled(1000); round > 0; round--) {
        question q;
        question_init(&q, &NUMBERS, unit_below(unit_below(4) ? 60 : 400));
        if (unit_below(2)) {
            random_product(q.sys.t, unit_below(4), 30);
            random_product(q.sys.q, unit_below(3), 30);
            q.exists = plain_poly_outputs(q.wanted, q.pole, &q.sys, fmpz_get_ui(q.n));
        }
        random_modulus(m);
        if (round % 2 == 0)
            make_unit(&q, m);
        question_modulo(&q, m);
        every_engine(&q, answered);
        question_clear(&q);
    }
    fmpz_clear(m);
    UNIT_CHECK(answered[CPM_ENGINE_UNITS] > answered[CPM_ENGINE_NAIVE] / 2);
}

/* The outputs modulo a prime by the simplest loop, for n too large for rationals:
 * modulo a p that no q(i) is divisible by. */
static bool long_loop(ulong *out, const cpm_polysys *sys, ulong n, ulong p)
{
    ulong x[4], next[4], den = 1;
    for (size_t i = 0; i < sys->dim; i++)
        x[i] = fmpz_fdiv_ui(fmpq_numref(sys->start + i), p);
    for (ulong j = 0; j < n; j++) {
        fmpz_t at, value;
        fmpz_init_set_ui(at, j);
        fmpz_init(value);
        fmpz_add(at, at, sys->first);
        for (size_t k = 0; k < sys->dim * sys->dim; k++) {
            fmpz_poly_evaluate_fmpz(value, sys->t + k, at);
            ulong term = n_mulmod2(fmpz_fdiv_ui(value, p), x[k % sys->dim], p);
            next[k / sys->dim] = k % sys->dim == 0 ? term : n_addmod(next[k / sys->dim], term, p);
        }
        memcpy(x, next, sizeof x);
        fmpz_poly_evaluate_fmpz(value, sys->q, at);
        den = n_mulmod2(den, fmpz_fdiv_ui(value, p), p);
        fmpz_clear(at);
        fmpz_clear(value);
    }
    *out = 0;
    for (size_t i = 0; i < sys->dim; i++)
        *out =
            n_addmod(*out, n_mulmod2(fmpz_fdiv_ui(fmpq_numref(sys->outputs + i), p), x[i], p), p);
    if (den != 0)
        *out = n_mulmod2(*out, n_invmod(den, p), p);
    return den != 0;
}

/* One output modulo p after n steps, by every engine in the list. */
static void long_question(question *q, ulong n, ulong p, const int *engines, size_t count)
{
    size_t answered[CPM_NENGINES] = {0};
    ulong value;
    if (!long_loop(&value, &q->sys, n, p))
        return;
    q->sys.noutputs = 1;
    fmpz_set_ui(q->n, n);
    fmpz_set_ui(q->modulus, p);
    question_modulo(q, q->modulus);
    fmpq_set_si(q->wanted, 0, 1);
    fmpz_set_ui(fmpq_numref(q->wanted), value);
    q->exists = true;
    for (size_t e = 0; e < count; e++) {
        one_engine(q, (cpm_engine)engines[e], answered);
        UNIT_CHECK(answered[engines[e]] == 1);
    }
}

static const int LONG_ENGINES[] = {CPM_ENGINE_WORDS, CPM_ENGINE_PROGRESSION};

/* Primes above the values of all q(i) on the way, some close to n. */
static void test_progressions(void)
{
    static const poly_sizes sizes = {4, 1, 4, 9, true, true};
    for (size_t round = unit_scaled(150); round > 0; round--) {
        question q;
        ulong n = unit_below(2) ? unit_below(3000) : unit_below(100);
        question_init(&q, &sizes, 0);
        slong first = fmpz_get_si(q.sys.first);
        bool has_pole = cpm_polysys_pole(q.pole, &q.sys);
        if (!has_pole || fmpz_cmp_si(q.pole, first + (slong)n) >= 0)
            long_question(&q, n, n_nextprime(40000 + (unit_rand() >> (3 + unit_below(45))), 0),
                          LONG_ENGINES, 2);
        question_clear(&q);
    }
}

static void test_long(void)
{
    static const ulong primes[] = {998244353, 2305843009213693951u, 1000000007};
    for (int which = 0; which < 4; which++) {
        question q;
        ulong n = (which < 2 ? 2100000 : 6300000) + unit_below(1000);
        question_init(&q, &SMALL, 0);
        known_system(&q.sys, which);
        long_question(&q, n, primes[unit_below(3)], LONG_ENGINES, 2);
        question_clear(&q);
    }
}

/* ---- Blocks of steps --------------------------------------------------------------- */

/* The exponent of p in all that the first n steps divide by. */
static ulong lost_digits(const cpm_polysys *sys, ulong n, const fmpz_t p)
{
    ulong v = 0;
    fmpz_t i, value;
    fmpz_init_set(i, sys->first);
    fmpz_init(value);
    for (ulong j = 0; j < n; j++, fmpz_add_ui(i, i, 1)) {
        fmpz_poly_evaluate_fmpz(value, sys->q, i);
        v += (ulong)fmpz_remove(value, value, p);
    }
    fmpz_clear(i);
    fmpz_clear(value);
    return v;
}

/* The output after n steps modulo p^power, by a loop that carries as many more digits as
 * get lost; start and output are integers. False where there is no residue. */
static bool carried_loop(fmpz_t out, const cpm_polysys *sys, ulong n, const fmpz_t p, ulong power)
{
    slong dim = (slong)sys->dim;
    ulong lost = lost_digits(sys, n, p);
    fmpz_t i, value, modulus, unit;
    fmpz *x = _fmpz_vec_init(dim), *next = _fmpz_vec_init(dim);
    fmpz_init_set(i, sys->first);
    fmpz_init(value);
    fmpz_init(modulus);
    fmpz_init_set_ui(unit, 1);
    fmpz_pow_ui(modulus, p, lost + power);
    for (slong k = 0; k < dim; k++)
        fmpz_set(x + k, fmpq_numref(sys->start + k));
    for (ulong j = 0; j < n; j++, fmpz_add_ui(i, i, 1)) {
        _fmpz_vec_zero(next, dim);
        for (slong k = 0; k < dim * dim; k++) {
            fmpz_poly_evaluate_fmpz(value, sys->t + k, i);
            fmpz_addmul(next + k / dim, value, x + k % dim);
        }
        _fmpz_vec_scalar_mod_fmpz(x, next, dim, modulus);
        fmpz_poly_evaluate_fmpz(value, sys->q, i);
        fmpz_remove(value, value, p);
        fmpz_mul(unit, unit, value);
        fmpz_mod(unit, unit, modulus);
    }
    fmpz_zero(out);
    for (slong k = 0; k < dim; k++)
        fmpz_addmul(out, fmpq_numref(sys->outputs + k), x + k);
    fmpz_mod(out, out, modulus);
    fmpz_pow_ui(value, p, lost);
    bool exists = fmpz_divisible(out, value);
    if (exists) {
        fmpz_divexact(out, out, value);
        fmpz_pow_ui(modulus, p, power);
        fmpz_invmod(unit, unit, modulus);
        fmpz_mul(out, out, unit);
        fmpz_mod(out, out, modulus);
    }
    fmpz_clear(i);
    fmpz_clear(value);
    fmpz_clear(modulus);
    fmpz_clear(unit);
    _fmpz_vec_clear(x, dim);
    _fmpz_vec_clear(next, dim);
    return exists;
}

/* n far above p, with what is divided by divisible by p again and again. */
static void one_block_question(ulong n, ulong prime, ulong power, int which, size_t *answered)
{
    static const poly_sizes sizes = {3, 1, 2, 5, true, true};
    question q;
    fmpz_t p, value;
    fmpz_init_set_ui(p, prime);
    fmpz_init(value);
    question_init(&q, &sizes, 0);
    if (which < 4)
        known_system(&q.sys, which);
    slong first = fmpz_get_si(q.sys.first);
    if (!cpm_polysys_pole(q.pole, &q.sys) || fmpz_cmp_si(q.pole, first + (slong)n) >= 0) {
        q.sys.noutputs = 1;
        bool has_residue = carried_loop(value, &q.sys, n, p, power);
        fmpz_set_ui(q.n, n);
        fmpz_pow_ui(q.modulus, p, power);
        question_modulo(&q, q.modulus);
        fmpz_set(fmpq_numref(q.wanted), value);
        fmpz_set_ui(fmpq_denref(q.wanted), has_residue ? 1 : prime);
        if (!has_residue)
            fmpz_one(fmpq_numref(q.wanted));
        q.exists = true;
        one_engine(&q, CPM_ENGINE_PERIOD, answered);
    }
    fmpz_clear(p);
    fmpz_clear(value);
    question_clear(&q);
}

static void test_blocks(void)
{
    static const ulong primes[] = {2, 3, 5, 7, 13, 31, 10007, 65537};
    size_t answered[CPM_NENGINES] = {0};
    for (size_t round = 0; round < unit_scaled(160); round++) {
        ulong p = primes[unit_below(round % 8 == 0 ? 8 : 6)];
        ulong n = p > 100 ? 2 * p + unit_below(p) : unit_below(unit_below(2) ? 200 : 2000);
        one_block_question(n, p, p > 100 ? 1 : 1 + unit_below(4), (int)unit_below(8), answered);
    }
    UNIT_CHECK(answered[CPM_ENGINE_PERIOD] > unit_scaled(160) / 2);
}

/* 10^9! and 10^12! modulo the primes behind them, by Wilson's theorem. */
static void test_wilson(void)
{
    static const struct {
        ulong n, p;
    } cases[] = {{1000000000, 1000000007},
                 {999999999, 1000000007},
                 {100000000, 100000007},
                 {10000000000, 10000000019}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        question q;
        size_t answered[CPM_NENGINES] = {0};
        ulong product = cases[k].p - 1; /* (p-1)! = -1 */
        for (ulong j = cases[k].n + 1; j < cases[k].p; j++)
            product = n_mulmod2(product, n_invmod(j, cases[k].p), cases[k].p);
        question_init(&q, &SMALL, 0);
        known_system(&q.sys, 2);
        fmpz_set_ui(q.n, cases[k].n);
        fmpz_set_ui(q.modulus, cases[k].p);
        question_modulo(&q, q.modulus);
        fmpq_set_si(q.wanted, 0, 1);
        fmpz_set_ui(fmpq_numref(q.wanted), product);
        q.exists = true;
        one_engine(&q, CPM_ENGINE_AUTO, answered);
        UNIT_CHECK(answered[CPM_ENGINE_AUTO] == 1);
        question_clear(&q);
    }
}

/* The terms of a range, one after another from one solver. */
static void test_ranges(void)
{
    for (size_t round = unit_scaled(40); round > 0; round--) {
        question q;
        cpm_polysys sys = {0};
        cpm_solver solver = {0};
        cpm_number *out = cpm_numbers_new(MAX_OUTPUTS);
        question_init(&q, &SMALL, 0);
        fmpz_set_ui(q.modulus, 1 + unit_below(50));
        if (unit_below(2))
            question_modulo(&q, q.modulus);
        MUST(cpm_polysys_copy(&sys, &q.sys, err));
        MUST(cpm_solver_init_poly(&solver, &sys, err));
        q.config.engine = CPM_ENGINE_NAIVE;
        for (ulong n = 0; n < 30; n++) {
            cpm_err failure = {0};
            fmpz_set_ui(q.n, n);
            bool exists = plain_poly_outputs(q.wanted, q.pole, &q.sys, n) && residues_exist(&q);
            cpm_status status = cpm_solver_answer(out, NULL, &solver, q.n, &q.config, &failure);
            if ((status == CPM_OK) != exists)
                tell(&q, "range", failure.message);
            else if (exists)
                check_outputs(&q, out, "range");
        }
        cpm_numbers_free(out, MAX_OUTPUTS);
        cpm_solver_clear(&solver);
        question_clear(&q);
    }
}

/* The bound holds, and is not far off where nothing cancels. */
static void test_bound(void)
{
    for (size_t round = unit_scaled(200); round > 0; round--) {
        question q;
        cpm_polyform form = {0};
        cpm_size_bound bound;
        question_init(&q, &SMALL, unit_below(200));
        MUST(cpm_polyform_of(&form, &q.sys, err));
        cpm_polyform_bound(&bound, &form, q.n);
        for (size_t k = 0; k < q.sys.noutputs && q.exists; k++) {
            double bits = (double)fmpz_bits(fmpq_numref(q.wanted + k)) +
                          (double)fmpz_bits(fmpq_denref(q.wanted + k));
            if (bits > bound.bits + 2)
                tell(&q, "bound", "is too low");
        }
        cpm_polyform_clear(&form);
        question_clear(&q);
    }
}

static void factorial_system(cpm_polysys *sys)
{
    MUST(cpm_polysys_init(sys, 1, 1, err));
    fmpz_poly_set_coeff_si(sys->t, 1, 1);
    fmpz_poly_set_coeff_si(sys->t, 0, 1);
    fmpq_one(sys->start);
    fmpq_one(sys->outputs);
}

static void test_limits(void)
{
    cpm_polysys sys = {0};
    cpm_solver solver = {0};
    cpm_polyform form = {0};
    cpm_size_bound bound;
    cpm_config config;
    cpm_err failure = {0};
    fmpz_t n;
    cpm_config_init(&config);
    config.max_memory_bytes = (size_t)1 << 30;
    fmpz_init_set_ui(n, 1000000);
    factorial_system(&sys);
    MUST(cpm_polyform_of(&form, &sys, err));
    cpm_polyform_bound(&bound, &form, n); /* 1000000! has 18488885 bits (lgamma of the C library) */
    UNIT_CHECK(bound.bits > 18488885 && bound.bits < 18488885 * 1.02);
    MUST(cpm_solver_init_poly(&solver, &sys, err));
    MUST(cpm_solver_check_size(&solver, n, &config, err));
    fmpz_set_ui(n, 1000000000000);
    UNIT_CHECK(cpm_solver_check_size(&solver, n, &config, &failure) == CPM_ERR_LIMIT);
    fmpz_set_ui(n, 10);
    fmpz_pow_ui(n, n, 1000);
    failure = (cpm_err){0};
    UNIT_CHECK(cpm_solver_check_size(&solver, n, &config, &failure) == CPM_ERR_LIMIT);
    cpm_polyform_clear(&form);
    cpm_solver_clear(&solver);
    fmpz_clear(n);
}

/* C(2n, n) has 2n bits, its numerator n log2 n: what fits is not refused, and found by the
 * engine that needs no more than it. */
static void test_small_quotients(void)
{
    question q;
    cpm_polysys sys = {0};
    cpm_solver solver = {0};
    cpm_decision decision;
    cpm_err failure = {0};
    question_init(&q, &SMALL, 0);
    known_system(&q.sys, 3);
    q.config.max_memory_bytes = 6000000;
    fmpz_set_ui(q.n, 1000000);
    MUST(cpm_polysys_copy(&sys, &q.sys, err));
    MUST(cpm_solver_init_poly(&solver, &sys, err));
    MUST(cpm_solver_check_size(&solver, q.n, &q.config, err));
    MUST(cpm_solver_decide(&decision, &solver, q.n, &q.config, err));
    UNIT_CHECK(decision.engine == CPM_ENGINE_PRIMES && decision.second != CPM_ENGINE_SPLITTING);
    q.config.max_memory_bytes = 1000000;
    UNIT_CHECK(cpm_solver_check_size(&solver, q.n, &q.config, &failure) == CPM_ERR_LIMIT);
    cpm_solver_clear(&solver);
    question_clear(&q);
}

static const cpm_test tests[] = {
    {"exact", test_exact},
    {"primes", test_primes},
    {"large", test_large},
    {"decimal", test_decimal},
    {"modular", test_modular},
    {"units", test_units},
    {"progressions", test_progressions},
    {"long", test_long},
    {"blocks", test_blocks},
    {"wilson", test_wilson},
    {"ranges", test_ranges},
    {"bound", test_bound},
    {"limits", test_limits},
    {"small_quotients", test_small_quotients},
};

UNIT_MAIN(tests)
