/* SPDX-License-Identifier: MIT
 *
 * engines.c - times the engines against each other, and the choice of `auto`
 * against the best of them: what the constants of power/plan_costs.c were
 * fitted to.
 *
 *     engines [all]
 *
 * For orders 1 to 128, shift registers and dense systems, over the integers and
 * modulo a word, each engine that applies finds the same term, in turn, in at
 * least MIN_ROUNDS rounds; the smallest time of each counts, since the machine
 * may be busy. An engine that took longer than SLOW_NS for a smaller n is left
 * out. Printed are the cases in which the choice is more than 20 % slower than
 * the best engine (`all`: every time, as CSV), and how many those are.
 */
#include "power/plan.h"

#include <flint/fmpq_vec.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MIN_ROUNDS = 5, MAX_ROUNDS = 40, NENGINES = 4 };
static const double SLOW_NS = 2e6, BATCH_NS = 2e4, ROUNDS_NS = 1e6, TOO_MUCH = 1.2;

typedef enum shape { REGISTER, DENSE } shape;
static const char *const shape_names[] = {"register", "dense"};

/* One question: its system, its index and the times found so far. */
typedef struct question {
    cpm_plan plan;
    cpm_config config;
    fmpz_t n;
    double ns[NENGINES]; /* INFINITY where the engine was not run */
    unsigned long batch[NENGINES];
} question;

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void die(const cpm_err *err)
{
    fprintf(stderr, "engines: %s\n", err->message);
    exit(1);
}

/* ---- Systems ----------------------------------------------------------- */

static uint64_t random_state = 20261122;

static slong small_random(slong least, slong most)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return least + (slong)((random_state >> 33) % (uint64_t)(most - least + 1));
}

static void make_register(cpm_linsys *sys, size_t order, cpm_err *err)
{
    fmpq *c = _fmpq_vec_init((slong)order), *given = _fmpq_vec_init((slong)order);
    for (size_t i = 0; i < order; i++) {
        fmpq_set_si(c + i, order == 1 ? 3 : small_random(1, 3), 1);
        fmpq_set_si(given + i, i + 1 == order, 1); /* no shorter recurrence has these */
    }
    if (cpm_linsys_companion(sys, c, given, order, err) != CPM_OK)
        die(err);
    _fmpq_vec_clear(c, (slong)order);
    _fmpq_vec_clear(given, (slong)order);
}

static void make_dense(cpm_linsys *sys, size_t dim, cpm_err *err)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = cpm_linsys_init(sys, cpm_domain_of(CPM_SEMIRING_PLUS_TIMES), dim, 1, err);
    for (size_t i = 0; i < dim && status == CPM_OK; i++) {
        fmpq_set_si(sys->start + i, small_random(0, 5), 1);
        for (size_t j = 0; j < dim && status == CPM_OK; j++) {
            fmpq_set_si(c, small_random(1, 9), 1);
            status = cpm_form_add_term(&sys->rows[i], j, c, sys->domain, err);
        }
    }
    fmpq_one(c);
    if (status == CPM_OK)
        status = cpm_form_add_term(&sys->outputs[0], 0, c, sys->domain, err);
    if (status != CPM_OK)
        die(err);
    fmpq_clear(c);
}

/* ---- Times ------------------------------------------------------------- */

/* One batch of an engine; nanoseconds for one run. */
static double run(question *q, int e)
{
    cpm_err err = {0};
    fmpq_t value;
    fmpq_init(value);
    q->config.engine = (cpm_engine)(CPM_ENGINE_NAIVE + e);
    double from = now_ns();
    for (unsigned long i = 0; i < q->batch[e]; i++) {
        cpm_walker_clear(&q->plan.walker); /* it would go on from where it stands */
        if (cpm_plan_run(value, &q->plan, q->config.engine, q->n, &q->config, &err) != CPM_OK)
            die(&err);
    }
    double ns = (now_ns() - from) / (double)q->batch[e];
    fmpq_clear(value);
    return ns;
}

static bool applies(question *q, int e)
{
    cpm_decision decision;
    cpm_err err = {0};
    if (cpm_plan_costs(&decision, &q->plan, q->n, &q->config, &err) != CPM_OK)
        die(&err);
    return !isinf(decision.cost[CPM_ENGINE_NAIVE + e]);
}

/* The rounds; too_slow[e]: the engine is not run. */
static void measure(question *q, const bool *too_slow)
{
    double spent = 0;
    for (int e = 0; e < NENGINES; e++) {
        q->ns[e] = INFINITY;
        q->batch[e] = 0;
        if (too_slow[e] || !applies(q, e))
            continue;
        q->batch[e] = 1;
        double ns = run(q, e);
        if (ns < BATCH_NS)
            q->batch[e] = (unsigned long)(BATCH_NS / ns) + 1;
    }
    for (int round = 0; round < MAX_ROUNDS && (round < MIN_ROUNDS || spent < ROUNDS_NS); round++)
        for (int e = 0; e < NENGINES; e++)
            if (q->batch[e] > 0) {
                double ns = run(q, e);
                spent += ns * (double)q->batch[e];
                q->ns[e] = fmin(q->ns[e], ns);
            }
}

/* ---- The table --------------------------------------------------------- */

typedef struct tally {
    bool all; /* print everything */
    size_t ncases, noff;
    double log_loss, worst; /* sum of the logarithms; the largest factor */
} tally;

static void print_csv(question *q, shape form, size_t order, unsigned mod_bits, int chosen)
{
    cpm_err err = {0};
    cpm_size_bound bound = {0};
    if (cpm_plan_bound(&bound, &q->plan, 0, q->n, &q->config, &err) != CPM_OK)
        die(&err);
    printf("%s,%zu,%ld,%u,%.0f,%zu,%.1f,%d", shape_names[form], order,
           (long)cpm_genfun_order(&q->plan.funs[0]), mod_bits, fmpz_get_d(q->n),
           cpm_linsys_nnz(&q->plan.sys), bound.bits / FLINT_BITS, chosen);
    for (int e = 0; e < NENGINES; e++)
        printf(",%.0f", isinf(q->ns[e]) ? -1 : q->ns[e]);
    printf("\n");
}

static void count(tally *t, question *q, shape form, size_t order, unsigned mod_bits)
{
    char modulus[32] = "integers";
    if (mod_bits > 0)
        snprintf(modulus, sizeof modulus, "modulo %u bits", mod_bits);
    cpm_err err = {0};
    cpm_decision decision;
    int best = 0;
    q->config.engine = CPM_ENGINE_AUTO;
    if (cpm_plan_decide(&decision, &q->plan, q->n, &q->config, &err) != CPM_OK)
        die(&err);
    int chosen = (int)decision.engine - CPM_ENGINE_NAIVE;
    for (int e = 0; e < NENGINES; e++)
        if (q->ns[e] < q->ns[best])
            best = e;
    /* An engine that was left out took SLOW_NS for a smaller n already. */
    double loss = fmin(q->ns[chosen], fmax(SLOW_NS, q->ns[best])) / q->ns[best];
    if (isinf(q->ns[best]))
        return; /* all are slow by now */
    t->ncases++;
    t->noff += loss > TOO_MUCH;
    t->log_loss += log(loss);
    t->worst = fmax(t->worst, loss);
    if (t->all)
        print_csv(q, form, order, mod_bits, chosen);
    else if (loss > TOO_MUCH)
        printf("%s of order %zu, n = %.0f, %s: %s takes %.2f times the %.3g us of %s\n",
               shape_names[form], order, fmpz_get_d(q->n), modulus,
               cpm_engine_name(decision.engine), loss, q->ns[best] / 1000,
               cpm_engine_name((cpm_engine)(CPM_ENGINE_NAIVE + best)));
}

static void series(tally *t, shape form, size_t order, const char *modulus, unsigned mod_bits)
{
    static const double exact[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};
    static const double modular[] = {1, 10, 100, 1e3, 1e4, 1e6, 1e9, 1e18};
    const double *indices = mod_bits == 0 ? exact : modular;
    size_t nindices = mod_bits == 0 ? sizeof exact / sizeof *exact : sizeof modular / sizeof *exact;
    bool too_slow[NENGINES] = {false};
    cpm_err err = {0};
    cpm_linsys sys;
    question q = {.ns = {0}};
    mpz_t m;
    mpz_init_set_str(m, modulus, 10);
    if (form == REGISTER)
        make_register(&sys, order, &err);
    else
        make_dense(&sys, order, &err);
    if (cpm_plan_init(&q.plan, &sys, &err) != CPM_OK)
        die(&err);
    cpm_config_init(&q.config);
    q.config.modulus = mod_bits == 0 ? NULL : m;
    fmpz_init(q.n);
    for (size_t i = 0; i < nindices; i++) {
        fmpz_set_d(q.n, indices[i]);
        measure(&q, too_slow);
        count(t, &q, form, order, mod_bits);
        for (int e = 0; e < NENGINES; e++)
            too_slow[e] = too_slow[e] || (!isinf(q.ns[e]) && q.ns[e] > SLOW_NS);
    }
    cpm_plan_clear(&q.plan);
    fmpz_clear(q.n);
    mpz_clear(m);
}

int main(int argc, char **argv)
{
    static const size_t orders[] = {1, 2, 3, 4, 8, 16, 32, 64, 128};
    tally t = {.all = argc > 1 && strcmp(argv[1], "all") == 0};
    if (t.all)
        printf(
            "shape,order,shortest,modbits,n,nnz,words,chosen,naive,matrix,doubling,recurrence\n");
    for (shape form = REGISTER; form <= DENSE; form++)
        for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
            if (form == DENSE && (orders[i] == 1 || orders[i] > 32))
                continue;
            series(&t, form, orders[i], "1", 0);
            series(&t, form, orders[i], "998244353", 30);
            series(&t, form, orders[i], "1000000000000000003", 60);
            series(&t, form, orders[i], "170141183460469231731687303715884105727", 127);
        }
    fprintf(t.all ? stderr : stdout,
            "%zu of %zu choices are more than 20 %% off; geometric mean %.3f, worst %.1f times\n",
            t.noff, t.ncases, exp(t.log_loss / (double)t.ncases), t.worst);
    return 0;
}
