/* SPDX-License-Identifier: MIT
 *
 * plan_internal.h - what plan.c (facts), plan_costs.c (sizes of questions),
 * plan_run.c (answers) and the engines share. An engine of plus-times is a file
 * engine_*.c that ends with its row, and its line in the table of plan_run.c.
 */
#ifndef CPM_POWER_PLAN_INTERNAL_H
#define CPM_POWER_PLAN_INTERNAL_H

#include "power/plan.h"
#include "power/residue.h"

/* A modular question is answered from the system as it stands, without the
 * exact shortest recurrence: the system is long and has no denominators. */
bool cpm_plan_skips_exact_form(const cpm_plan *plan);

/* The size of a question, which costs are estimated from. */
typedef struct cpm_size_up {
    bool modular;
    bool has_form;    /* the shortest recurrence, or modular at least the polynomial, is known */
    double nbits;     /* of n */
    double steps;     /* n */
    double words;     /* of the answer; of the modulus when modular */
    double den_words; /* that n steps with the matrix add: powers of its common denominator */
    double order;     /* of the shortest recurrence known */
    double dim;
    double nnz;
    double noutputs;
} cpm_size_up;

/* CPM_ERR_MEMORY only: whatever else is not to be had shows as has_form. */
CPM_MUST_USE cpm_status cpm_plan_size_up(cpm_size_up *size, cpm_plan *plan, const fmpz_t n,
                                         const cpm_config *config, cpm_err *err);

/* plan_residue.c: the fractions word_num/word_den of the plan, modulo m. */

/* They are to be had for less than the ones over Z. Looks at dim, nnz, noutputs, and at
 * nbits and words where there are none over Z. */
CPM_MUST_USE cpm_status cpm_plan_prefers_words(bool *yes, const cpm_plan *plan,
                                               const cpm_size_up *size, const fmpz_t m,
                                               cpm_err *err);
/* *found false: some number of the system has no residue. Kept for the next question. */
CPM_MUST_USE cpm_status cpm_plan_find_words(bool *found, cpm_plan *plan, const fmpz_t m,
                                            const cpm_config *config, cpm_err *err);
void cpm_plan_forget_words(cpm_plan *plan);
/* The highest degree of their denominators. */
double cpm_plan_order_of_words(const cpm_plan *plan);

/* Word operations of a product of two numbers of so many words, and of two
 * polynomials of so many coefficients modulo a word. */
double cpm_cost_of_mul(double words);
double cpm_cost_of_poly_mul(double len);

typedef struct cpm_plan_engine {
    /* Why it does not apply; NULL where it does. */
    const char *(*objection)(cpm_plan *plan, const cpm_size_up *size, const cpm_config *config);
    /* In word operations, where it applies. */
    double (*cost)(const cpm_size_up *size);
    /* All outputs over Q, and modulo m. */
    cpm_status (*exact)(fmpq *out, cpm_plan *plan, const fmpz_t n, const cpm_config *config,
                        cpm_err *err);
    cpm_status (*modular)(fmpq *out, cpm_plan *plan, const fmpz_t n, const fmpz_t m,
                          const cpm_config *config, cpm_err *err);
    /* Output k in decimal; *found is false when it cannot be had so. NULL: never. */
    cpm_status (*decimal)(cpm_dec *out, bool *found, cpm_plan *plan, size_t k, const fmpz_t n,
                          const cpm_config *config, cpm_err *err);
} cpm_plan_engine;

extern const cpm_plan_engine cpm_engine_naive, cpm_engine_matrix, cpm_engine_doubling,
    cpm_engine_recurrence;

/* The row of an engine, which must not be AUTO; NULL where it is for other systems. */
const cpm_plan_engine *cpm_plan_engine_of(cpm_engine engine);

/* For the decimal sides: x becomes x / scale; false when that is no integer. */
bool cpm_dec_unscale(cpm_dec *x, const fmpz_t scale);

/* ---- For the modular sides of engines ------------------------------------- */

/* The system with coefficients 0..m-1, kept for the next question; NULL on
 * failure, CPM_ERR_NO_ANSWER where a coefficient has no residue. */
const cpm_linsys *cpm_plan_system_mod(cpm_plan *plan, const fmpz_t m, cpm_err *err);

/* Where coefficients have no residues the exact values may still have, if they
 * are small enough: the engine's exact side, then residues. */
CPM_MUST_USE cpm_status cpm_plan_reduce_exact(fmpq *out, cpm_plan *plan, cpm_engine engine,
                                              const fmpz_t n, const fmpz_t m,
                                              const cpm_config *config, cpm_err *err);

/* out = [x^n] num/den modulo r->modulus. */
typedef cpm_status (*cpm_coefficient_fn)(fmpz_t out, const cpm_residue_form *r, const fmpz_t n,
                                         const cpm_config *config, cpm_err *err);

/* Every output by the fraction that it is over Z/m. */
CPM_MUST_USE cpm_status cpm_plan_run_residues(fmpq *out, cpm_plan *plan,
                                              cpm_coefficient_fn coefficient, const fmpz_t n,
                                              const fmpz_t m, const cpm_config *config,
                                              cpm_err *err);

/* y(n) of a generating function over Q, by Bostan-Mori. */
CPM_MUST_USE cpm_status cpm_genfun_nth(fmpq_t out, const cpm_genfun *f, const fmpz_t n,
                                       const cpm_config *config, cpm_err *err);

#endif
