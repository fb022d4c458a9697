/* SPDX-License-Identifier: MIT
 *
 * test_power_solver.c - one question to every engine of a system over every
 * domain, against plain steps; the decision that is taken; the second opinion.
 */
#include "power/residue.h"
#include "power/solver.h"

#include "linear.h"

#include <math.h>

enum { MAX_DIM = 5, MAX_N = 30, NOUTPUTS = 2, FIRST_DOMAIN = CPM_SEMIRING_PLUS_TIMES };

static const cpm_semiring DOMAINS[] = {
    CPM_SEMIRING_PLUS_TIMES, CPM_SEMIRING_MAX_PLUS, CPM_SEMIRING_MIN_PLUS,  CPM_SEMIRING_MUL_POW,
    CPM_SEMIRING_OR_AND,     CPM_SEMIRING_AND_OR,   CPM_SEMIRING_XOR_AND,   CPM_SEMIRING_MAX_TIMES,
    CPM_SEMIRING_MIN_TIMES,  CPM_SEMIRING_MAX_MIN,  CPM_SEMIRING_MIN_MAX,
};

/* What the engines are held against: plain steps, and the residue of them. */
typedef struct question {
    cpm_solver solver;
    cpm_config config;
    fmpz_t n;
    fmpq *wanted;  /* owned, NOUTPUTS */
    bool has_all;  /* all of them have a residue */
} question;

/* Exponents of mul-pow grow as numbers do: few steps, or terms of 2^30 bits. */
static void ask(question *q, const cpm_domain *domain, unsigned fractions, ulong modulus)
{
    cpm_linsys sys = {0};
    fmpq *y = _fmpq_vec_init(MAX_N + 1);
    size_t n = unit_below(domain->id == CPM_SEMIRING_MUL_POW ? 6 : MAX_N + 1);
    *q = (question){.wanted = _fmpq_vec_init(NOUTPUTS), .has_all = true};
    cpm_config_init(&q->config);
    fmpz_init_set_ui(q->n, n);
    random_system(&sys, domain, 1 + unit_below(MAX_DIM), NOUTPUTS, fractions);
    for (size_t i = 0; domain->id == CPM_SEMIRING_MUL_POW && i < sys.dim; i++)
        fmpq_set_si(sys.start + i, 1 + (slong)unit_below(5), 1 + unit_below(3));
    for (size_t k = 0; k < NOUTPUTS; k++) {
        plain_terms(y, n + 1, &sys, k);
        fmpq_set(q->wanted + k, y + n);
    }
    if (modulus > 0) {
        fmpz_set_ui((fmpz *)q->config.modulus, modulus);
    }
    MUST(cpm_solver_init(&q->solver, &sys, err));
    _fmpq_vec_clear(y, MAX_N + 1);
}
