/* SPDX-License-Identifier: MIT
 *
 * solver.h - a linear system over any domain, prepared for questions. Whoever
 * has a system (a sequence, a loop of a program, a matrix) asks here; which
 * engine answers is decided once a question (engine.h).
 *
 *     plus-times                    plan.h       four engines, exact and modular, in decimal
 *     the ordered and bitwise ones  semi_plan.h  engines without subtraction
 *     mul-pow                       mulpow.h     plus-times on exponents
 *     plus-times, T a polynomial    poly_plan.h  products of matrices that change with the index
 *     no system                     iteration.h  a map, round by round
 */
#ifndef CPM_POWER_SOLVER_H
#define CPM_POWER_SOLVER_H

#include "algebra/number.h"
#include "power/engine.h"
#include "power/iteration.h"
#include "power/mulpow.h"
#include "power/plan.h"
#include "power/poly_plan.h"
#include "power/semi_plan.h"

typedef struct cpm_solver_kind cpm_solver_kind;

/* A zeroed solver is empty and safe to clear. */
typedef struct cpm_solver {
    const cpm_solver_kind *kind; /* NULL: empty */
    union {
        cpm_plan plan;
        cpm_semi_plan semi;
        cpm_mulpow mulpow;
        cpm_poly_plan poly;
        cpm_iteration iteration;
    } of;
} cpm_solver;

/* Takes over *sys, which becomes empty; its domain says which kind it will be. */
CPM_MUST_USE cpm_status cpm_solver_init(cpm_solver *solver, cpm_linsys *sys, cpm_err *err);
/* The same for coefficients that are polynomials in the index. */
CPM_MUST_USE cpm_status cpm_solver_init_poly(cpm_solver *solver, cpm_polysys *sys, cpm_err *err);
/* For a map that is no system; takes it over. */
void cpm_solver_init_map(cpm_solver *solver, const cpm_map *map);
void cpm_solver_clear(cpm_solver *solver);

size_t cpm_solver_noutputs(const cpm_solver *solver);

/* The system; NULL where its coefficients are polynomials, and of a map. */
const cpm_linsys *cpm_solver_system(const cpm_solver *solver);

/* The one with polynomials; NULL for all others. */
const cpm_polysys *cpm_solver_polysys(const cpm_solver *solver);

/* The map that is applied round by round; NULL for systems. */
const cpm_map *cpm_solver_map(const cpm_solver *solver);
static inline bool cpm_solver_is_map(const cpm_solver *solver)
{
    return cpm_solver_map(solver) != NULL;
}

/* What lies behind it, for those who show it; NULL where it is of another kind. */
cpm_plan *cpm_solver_plan(cpm_solver *solver);
cpm_mulpow *cpm_solver_mulpow(cpm_solver *solver);
cpm_poly_plan *cpm_solver_poly(cpm_solver *solver);

/* CPM_ERR_LIMIT when an output after n steps would not fit config. Where no
 * bound is known it says nothing. CPM_ERR_NO_ANSWER when a step among them does not
 * exist, because a coefficient that is divided by is 0 there. */
CPM_MUST_USE cpm_status cpm_solver_check_size(cpm_solver *solver, const fmpz_t n,
                                              const cpm_config *config, cpm_err *err);

CPM_MUST_USE cpm_status cpm_solver_decide(cpm_decision *decision, cpm_solver *solver,
                                          const fmpz_t n, const cpm_config *config, cpm_err *err);

/* Asks decision->second for the same outputs: CPM_ERR_UNSUPPORTED when there is
 * none, CPM_ERR_INTERNAL when it finds something else. */
CPM_MUST_USE cpm_status cpm_solver_check(const cpm_number *found, cpm_solver *solver,
                                         const cpm_decision *decision, const fmpz_t n,
                                         const cpm_config *config, cpm_err *err);

/* out[k] = output k after n >= 0 steps, in the form wanted (config->output_base);
 * residues under config->modulus. Size, decision (in *decision, unless NULL),
 * the work, and where config->check asks for it the second opinion: when nobody
 * can give one, that is said before the work. `out` holds noutputs initialised
 * numbers. */
CPM_MUST_USE cpm_status cpm_solver_answer(cpm_number *out, cpm_decision *decision,
                                          cpm_solver *solver, const fmpz_t n,
                                          const cpm_config *config, cpm_err *err);

/* The same for one of many questions about steps that follow each other: by plain
 * iteration, which goes on from the last one where coefficients vary, without asking what
 * else would do. */
CPM_MUST_USE cpm_status cpm_solver_go_on(cpm_number *out, cpm_solver *solver, const fmpz_t n,
                                         const cpm_config *config, cpm_err *err);

#endif
