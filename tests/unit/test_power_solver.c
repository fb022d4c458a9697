/* SPDX-License-Identifier: MIT
 *
 * test_power_solver.c - one question to every engine of a system over every
 * domain, against plain steps; the decision that is taken; the second opinion.
 */
#include "power/residue.h"
#include "power/solver.h"

#include "linear.h"

#include <math.h>

enum { MAX_DIM = 5, MAX_N = 30, MAX_OUTPUTS = 2, ROUNDS = 150 };

static const cpm_semiring DOMAINS[] = {
    CPM_SEMIRING_PLUS_TIMES, CPM_SEMIRING_MAX_PLUS, CPM_SEMIRING_MIN_PLUS, CPM_SEMIRING_MUL_POW,
    CPM_SEMIRING_OR_AND,     CPM_SEMIRING_AND_OR,   CPM_SEMIRING_XOR_AND,  CPM_SEMIRING_MAX_TIMES,
    CPM_SEMIRING_MIN_TIMES,  CPM_SEMIRING_MAX_MIN,  CPM_SEMIRING_MIN_MAX,  CPM_SEMIRING_GCD_LCM,
};

/* A system, an index, and the outputs there by plain steps. */
typedef struct question {
    cpm_linsys sys;
    cpm_config config;
    fmpz_t n, modulus;
    mpz_t given; /* the modulus as the config has it */
    fmpq *wanted;
    bool refusable; /* a denominator may have no inverse on the way */
} question;

/* Exponents of mul-pow grow as numbers do elsewhere: few steps there. */
static void question_init(question *q, const cpm_domain *domain, unsigned fractions, ulong modulus)
{
    bool is_mulpow = domain->id == CPM_SEMIRING_MUL_POW;
    size_t n = unit_below(is_mulpow ? 5 : MAX_N + 1);
    fmpq *y = _fmpq_vec_init((slong)n + 1);
    *q = (question){.wanted = _fmpq_vec_init(MAX_OUTPUTS)};
    cpm_config_init(&q->config);
    fmpz_init_set_ui(q->n, n);
    fmpz_init_set_ui(q->modulus, modulus);
    mpz_init_set_ui(q->given, modulus);
    if (modulus > 0)
        q->config.modulus = q->given;
    q->refusable = modulus > 0 && n_gcd(modulus, 60) > 1;
    random_system(&q->sys, domain, 1 + unit_below(MAX_DIM), 1 + unit_below(MAX_OUTPUTS),
                  is_mulpow ? 0 : fractions);
    if (unit_below(2))
        make_register(&q->sys);
    for (size_t i = 0; is_mulpow && i < q->sys.dim; i++) /* a zero has no negative powers */
        fmpq_set_si(q->sys.start + i, 1 + (slong)unit_below(5), 1 + unit_below(3));
    for (size_t k = 0; k < q->sys.noutputs; k++) {
        plain_terms(y, n + 1, &q->sys, k);
        fmpq_set(q->wanted + k, y + n);
    }
    _fmpq_vec_clear(y, (slong)n + 1);
}

static void question_clear(question *q)
{
    cpm_linsys_clear(&q->sys);
    _fmpq_vec_clear(q->wanted, MAX_OUTPUTS);
    fmpz_clear(q->n);
    fmpz_clear(q->modulus);
    mpz_clear(q->given);
}

/* One output against the plain one; x -> its residue where there is a modulus. */
static void check_output(const question *q, cpm_number *found, size_t k, const char *how)
{
    fmpq_t wanted;
    fmpq_init(wanted);
    fmpq_set(wanted, q->wanted + k);
    bool exists = true;
    if (q->config.modulus != NULL && cpm_ext_is_finite(wanted)) {
        exists = fmpq_mod_fmpz(fmpq_numref(wanted), q->wanted + k, q->modulus) != 0;
        fmpz_one(fmpq_denref(wanted));
    }
    MUST(cpm_number_settle(found, err));
    if (!exists || !fmpq_equal(found->q, wanted))
        UNIT_FAIL("%s, %s, dim %zu, n = %lu%s: output %zu", q->sys.domain->name, how, q->sys.dim,
                  fmpz_get_ui(q->n), q->config.modulus != NULL ? ", modular" : "", k);
    fmpq_clear(wanted);
}

/* The question to one engine, with a solver of its own. */
static void one_engine(question *q, cpm_engine engine, size_t *answered)
{
    cpm_linsys sys = {0};
    cpm_solver solver = {0};
    cpm_decision decision;
    cpm_err failure = {0};
    cpm_number *out = cpm_numbers_new(MAX_OUTPUTS);
    q->config.engine = engine;
    MUST(cpm_linsys_copy(&sys, &q->sys, err));
    MUST(cpm_solver_init(&solver, &sys, err));
    cpm_status status = cpm_solver_answer(out, &decision, &solver, q->n, &q->config, &failure);
    if (status == CPM_OK) {
        answered[engine]++;
        UNIT_CHECK(engine == CPM_ENGINE_AUTO || decision.engine == engine);
        UNIT_CHECK(decision.engine != decision.second);
        for (size_t k = 0; k < q->sys.noutputs; k++)
            check_output(q, &out[k], k, cpm_engine_name(decision.engine));
    } else if (!(status == CPM_ERR_UNSUPPORTED && engine != CPM_ENGINE_AUTO) &&
               !(status == CPM_ERR_NO_ANSWER && q->refusable)) {
        UNIT_FAIL("%s, engine %d: %s", q->sys.domain->name, (int)engine, failure.message);
    }
    cpm_err_clear(&failure);
    cpm_numbers_free(out, MAX_OUTPUTS);
    cpm_solver_clear(&solver);
}

/* Every engine answers somewhere, and naive and auto wherever there is an answer. */
static void test_engines(void)
{
    for (size_t d = 0; d < sizeof DOMAINS / sizeof *DOMAINS; d++) {
        const cpm_domain *domain = cpm_domain_of(DOMAINS[d]);
        bool subtracts = cpm_domain_scalars(domain)->is_arithmetic;
        size_t answered[CPM_NENGINES] = {0}, rounds = unit_scaled(ROUNDS);
        for (size_t round = 0; round < rounds; round++) {
            question q;
            ulong modulus = round % 3 == 2 ? 1 + unit_below(100) : 0;
            question_init(&q, domain, round % 2 ? 6 : 0, modulus);
            for (int engine = 0; engine < CPM_NENGINES; engine++)
                one_engine(&q, (cpm_engine)engine, answered);
            question_clear(&q);
        }
        UNIT_CHECK(answered[CPM_ENGINE_AUTO] >= rounds / 2);
        for (int engine = CPM_ENGINE_NAIVE; engine < CPM_NENGINES; engine++)
            if ((answered[engine] > 0) !=
                (engine <= CPM_ENGINE_RECURRENCE && (engine != CPM_ENGINE_DOUBLING || subtracts)))
                UNIT_FAIL("%s: %s answers %zu times", domain->name,
                          cpm_engine_name((cpm_engine)engine), answered[engine]);
    }
}

/* A wrong number in one output must be reported as our own fault, the right ones
 * accepted. */
static void one_check(const cpm_domain *domain)
{
    question q;
    cpm_linsys sys = {0};
    cpm_solver solver = {0};
    cpm_decision decision;
    cpm_err failure = {0};
    cpm_number *out = cpm_numbers_new(MAX_OUTPUTS);
    question_init(&q, domain, 0, 0);
    MUST(cpm_linsys_copy(&sys, &q.sys, err));
    MUST(cpm_solver_init(&solver, &sys, err));
    MUST(cpm_solver_answer(out, &decision, &solver, q.n, &q.config, err));
    if (decision.second != CPM_ENGINE_AUTO) {
        MUST(cpm_solver_check(out, &solver, &decision, q.n, &q.config, err));
        fmpq *wrong = out[unit_below(q.sys.noutputs)].q;
        fmpz_add_ui(fmpq_numref(wrong), fmpq_numref(wrong), 1); /* another infinity, too */
        fmpq_canonicalise(wrong);
        if (cpm_solver_check(out, &solver, &decision, q.n, &q.config, &failure) != CPM_ERR_INTERNAL)
            UNIT_FAIL("%s: %s did not see a wrong number of %s", domain->name,
                      cpm_engine_name(decision.second), cpm_engine_name(decision.engine));
    } else {
        UNIT_CHECK(cpm_solver_check(out, &solver, &decision, q.n, &q.config, &failure) ==
                   CPM_ERR_UNSUPPORTED);
    }
    cpm_err_clear(&failure);
    cpm_numbers_free(out, MAX_OUTPUTS);
    cpm_solver_clear(&solver);
    question_clear(&q);
}

static void test_second_opinion(void)
{
    for (size_t d = 0; d < sizeof DOMAINS / sizeof *DOMAINS; d++)
        for (size_t round = unit_scaled(ROUNDS); round > 0; round--)
            one_check(cpm_domain_of(DOMAINS[d]));
}

/* ---- The decision, from costs alone ---------------------------------------- */

static cpm_decision costs(double naive, double matrix, double doubling, double recurrence)
{
    cpm_decision d = {.cost = {[CPM_ENGINE_NAIVE] = naive,
                               [CPM_ENGINE_MATRIX] = matrix,
                               [CPM_ENGINE_DOUBLING] = doubling,
                               [CPM_ENGINE_RECURRENCE] = recurrence}};
    for (int e = CPM_ENGINE_RECURRENCE + 1; e < CPM_NENGINES; e++)
        d.cost[e] = INFINITY;
    for (int e = CPM_ENGINE_NAIVE; e < CPM_NENGINES; e++)
        if (isinf(d.cost[e]))
            d.objection[e] = "it does not apply";
    return d;
}

static cpm_status decide(cpm_decision *d, cpm_engine engine)
{
    cpm_config config;
    cpm_err failure = {0};
    cpm_config_init(&config);
    config.engine = engine;
    cpm_status status = cpm_decide(d, &config, &failure);
    UNIT_CHECK((status == CPM_OK) == (failure.message == NULL || failure.message[0] == '\0'));
    cpm_err_clear(&failure);
    return status;
}

static void test_decide(void)
{
    cpm_decision d = costs(1e6, 1e4, 1e3, 1e2);
    UNIT_CHECK(decide(&d, CPM_ENGINE_AUTO) == CPM_OK);
    UNIT_CHECK(d.engine == CPM_ENGINE_RECURRENCE && d.second == CPM_ENGINE_DOUBLING);
    d = costs(1e6, 1e4, 1e3, 1e2);
    UNIT_CHECK(decide(&d, CPM_ENGINE_MATRIX) == CPM_OK);
    UNIT_CHECK(d.engine == CPM_ENGINE_MATRIX && d.second == CPM_ENGINE_RECURRENCE);
    d = costs(1e6, INFINITY, INFINITY, 1e2);
    UNIT_CHECK(decide(&d, CPM_ENGINE_MATRIX) == CPM_ERR_UNSUPPORTED);
    d = costs(1e6, INFINITY, INFINITY, INFINITY);
    UNIT_CHECK(decide(&d, CPM_ENGINE_AUTO) == CPM_OK);
    UNIT_CHECK(d.engine == CPM_ENGINE_NAIVE && d.second == CPM_ENGINE_AUTO);
    /* A plain loop of 2^64 rounds is nobody's second opinion, and no answer either. */
    d = costs(0x1p64, INFINITY, INFINITY, 1e2);
    UNIT_CHECK(decide(&d, CPM_ENGINE_AUTO) == CPM_OK);
    UNIT_CHECK(d.engine == CPM_ENGINE_RECURRENCE && d.second == CPM_ENGINE_AUTO);
    d = costs(0x1p64, INFINITY, INFINITY, INFINITY);
    UNIT_CHECK(decide(&d, CPM_ENGINE_AUTO) == CPM_ERR_LIMIT);
}

static const cpm_test tests[] = {
    {"engines", test_engines},
    {"second_opinion", test_second_opinion},
    {"decide", test_decide},
};

UNIT_MAIN(tests)
