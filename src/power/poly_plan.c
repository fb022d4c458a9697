/* SPDX-License-Identifier: MIT
 *
 * poly_plan.c - questions to a system with polynomial coefficients: poles, size, the
 * costs of its engines, and which one answers.
 */
#include "power/poly_plan.h"

#include "base/logs.h"
#include "bignum/tune.h"
#include "power/decimal.h"
#include "power/plan_internal.h"
#include "power/poly_period.h"
#include "power/poly_progression.h"
#include "power/poly_residue.h"
#include "power/poly_split.h"
#include "power/poly_units.h"
#include "power/poly_words.h"
#include "power/progress.h"
#include "power/size_limit.h"

#include <math.h>

cpm_status cpm_poly_plan_init(cpm_poly_plan *plan, cpm_polysys *sys, cpm_err *err)
{
    *plan = (cpm_poly_plan){.sys = *sys};
    *sys = (cpm_polysys){0};
    fmpz_init(plan->pole);
    plan->has_pole = cpm_polysys_pole(plan->pole, &plan->sys);
    cpm_status status = cpm_polyform_of(&plan->form, &plan->sys, err);
    if (status == CPM_OK)
        status = cpm_poly_linear_of(&plan->linear, &plan->form, err);
    if (status != CPM_OK)
        cpm_poly_plan_clear(plan);
    return status;
}

void cpm_poly_plan_clear(cpm_poly_plan *plan)
{
    cpm_poly_walker_clear(&plan->walker);
    cpm_poly_linear_clear(&plan->linear);
    cpm_polyform_clear(&plan->form);
    cpm_polysys_clear(&plan->sys);
    fmpz_clear(plan->pole); /* a zeroed fmpz is 0 */
    *plan = (cpm_poly_plan){0};
}

/* ---- Poles and size ------------------------------------------------------------------ */

static cpm_status check_pole(const cpm_poly_plan *plan, const fmpz_t n, cpm_err *err)
{
    fmpz_t end;
    if (!plan->has_pole)
        return CPM_OK;
    fmpz_init(end);
    fmpz_add(end, plan->sys.first, n);
    bool passed = fmpz_cmp(plan->pole, end) < 0;
    fmpz_clear(end);
    if (!passed)
        return CPM_OK;
    char *index = fmpz_get_str(NULL, 10, plan->pole);
    cpm_status status = cpm_err_set(err, CPM_ERR_NO_ANSWER,
                                    "the coefficient of the newest term is 0 at index %s", index);
    flint_free(index);
    return status;
}

/* Numerators and denominators of the matrices, and what their products hold. */
static double peak_bytes(double bits, const cpm_polyform *form)
{
    return bits / 8 * (6 + 2 * (double)form->dim);
}

/* The size by the bound on products, which holds for all engines. */
static cpm_status check_bound(const cpm_poly_plan *plan, const fmpz_t n, const cpm_config *config,
                              cpm_err *err)
{
    cpm_size_bound bound;
    cpm_polyform_bound(&bound, &plan->form, n);
    return cpm_size_limit(&bound, peak_bytes(bound.bits, &plan->form), config, err);
}

static bool has_primes(const cpm_poly_plan *plan, const fmpz_t n)
{
    return plan->linear.applies && cpm_poly_linear_largest(&plan->linear, n) > 0;
}

/* The same where numerators and denominators never stand apart: by the primes. */
static cpm_status bound_by_primes(cpm_size_bound *bound, const cpm_poly_plan *plan, const fmpz_t n,
                                  const cpm_config *config, cpm_err *err)
{
    *bound = (cpm_size_bound){0};
    cpm_status status =
        cpm_poly_primes_bits(&bound->bits, &plan->linear, &plan->form, fmpz_get_ui(n), config, err);
    bound->log10_digits = log10(bound->bits * CPM_LOG10_2);
    return status;
}

cpm_status cpm_poly_plan_bound(cpm_size_bound *bound, cpm_poly_plan *plan, const fmpz_t n,
                               const cpm_config *config, cpm_err *err)
{
    if (has_primes(plan, n))
        return bound_by_primes(bound, plan, n, config, err);
    cpm_polyform_bound(bound, &plan->form, n);
    return CPM_OK;
}

static cpm_status check_primes(const cpm_poly_plan *plan, const fmpz_t n, const cpm_config *config,
                               cpm_err *err)
{
    cpm_size_bound bound;
    cpm_status status = bound_by_primes(&bound, plan, n, config, err);
    if (status == CPM_OK)
        status = cpm_size_limit(&bound, peak_bytes(bound.bits, &plan->form), config, err);
    return status;
}

cpm_status cpm_poly_plan_check_size(cpm_poly_plan *plan, const fmpz_t n, const cpm_config *config,
                                    cpm_err *err)
{
    cpm_err by_bound = {0};
    cpm_status status = check_pole(plan, n, err);
    if (status != CPM_OK || config->modulus != NULL)
        return status;
    if (check_bound(plan, n, config, &by_bound) == CPM_OK)
        return CPM_OK;
    if (has_primes(plan, n))
        return check_primes(plan, n, config, err);
    *err = by_bound;
    return err->status;
}

/* ---- The size of a question ------------------------------------------------------------ */

/* What costs are estimated from. */
typedef struct size_up {
    bool modular;
    double steps;
    double words; /* of numerators and denominators together; of the modulus */
    double dim, nnz, degree;
    bool product_fits;     /* numerators and denominators apart, the memory limit */
    ulong largest;         /* as cpm_poly_linear_largest; 0: not by prime exponents */
    bool fits_words;       /* the modulus, enlarged by what is divided by */
    ulong progression;     /* as cpm_poly_progression_length; 0: not so */
    double period;         /* what cpm_poly_period costs; infinite where it does not apply */
    double units;          /* what cpm_poly_units costs; infinite where it does not apply */
    bool progression_fits; /* the memory limit */
} size_up;

/* Steps that are too many for one after another modulo a number of several words. */
#define MANY_STEPS 1e6

/* What takes one step after another counts them in a word. */
enum { MAX_STEP_BITS = 62 };

/* What is for moduli of a word: `part` is what is divided by. */
static void size_word(size_up *s, const cpm_poly_plan *plan, const fmpz_t n, const fmpz_t m,
                      const fmpz_t part, const cpm_config *config)
{
    fmpz_t modulus;
    fmpz_init(modulus);
    fmpz_mul(modulus, m, part);
    s->fits_words = cpm_poly_words_fits(&plan->form, modulus);
    s->progression = cpm_poly_progression_length(&plan->form, n, modulus);
    s->progression_fits =
        config->max_memory_bytes == 0 ||
        cpm_poly_progression_bytes(&plan->form, s->progression) < (double)config->max_memory_bytes;
    fmpz_clear(modulus);
}

static void size_modulus(size_up *s, const cpm_poly_plan *plan, const fmpz_t n,
                         const cpm_config *config)
{
    fmpz_t m, part;
    double bits;
    cpm_err ignored = {0};
    fmpz_init(m);
    fmpz_init(part);
    fmpz_set_mpz(m, config->modulus);
    s->units = s->period = INFINITY;
    if (fmpz_abs_fits_ui(m) || s->steps > MANY_STEPS) /* or they are not worth a factorization */
        s->period = cpm_poly_period_cost(&plan->form, n, m);
    if (plan->form.dim == 1 && fmpz_bits(m) <= 62)
        s->units = cpm_poly_units_cost(&plan->form, n, m);
    s->words = ceil((double)fmpz_bits(m) / FLINT_BITS);
    if (fmpz_abs_fits_ui(m) && cpm_poly_part_bits(&bits, &plan->form, n, m, &ignored) == CPM_OK) {
        s->words = ceil(((double)fmpz_bits(m) + bits) / FLINT_BITS);
        if (bits <= FLINT_BITS &&
            cpm_poly_part(part, &plan->form, n, m, config, &ignored) == CPM_OK)
            size_word(s, plan, n, m, part, config);
    }
    fmpz_clear(m);
    fmpz_clear(part);
}

static void size_question(size_up *s, const cpm_poly_plan *plan, const fmpz_t n,
                          const cpm_config *config)
{
    cpm_size_bound bound;
    cpm_err ignored = {0};
    *s = (size_up){.modular = config->modulus != NULL,
                   .product_fits = true,
                   .steps = fmpz_get_d(n),
                   .dim = (double)plan->form.dim,
                   .nnz = (double)cpm_polyform_nnz(&plan->form),
                   .degree = (double)plan->form.degree};
    if (plan->linear.applies)
        s->largest = cpm_poly_linear_largest(&plan->linear, n);
    if (s->modular) {
        size_modulus(s, plan, n, config);
        return;
    }
    cpm_polyform_bound(&bound, &plan->form, n);
    s->words = bound.bits / FLINT_BITS;
    s->product_fits = check_bound(plan, n, config, &ignored) == CPM_OK;
}

/* ---- Engines ----------------------------------------------------------------------------- */

typedef struct poly_engine {
    /* Why it does not apply; NULL where it does. */
    const char *(*objection)(const size_up *size);
    /* In word operations, where it applies. */
    double (*cost)(const size_up *size);
    /* All outputs, over Q and modulo m. */
    cpm_status (*exact)(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const cpm_config *config,
                        cpm_err *err);
    cpm_status (*modular)(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz_t m,
                          const cpm_config *config, cpm_err *err);
    /* In decimal, if they can be had so. NULL: never. */
    cpm_status (*decimal)(cpm_dec *out, bool *found, cpm_poly_plan *plan, ulong n,
                          const cpm_config *config, cpm_err *err);
} poly_engine;

/* Plain iteration. */

static const char *never(const size_up *size)
{
    (void)size;
    return NULL;
}

static double naive_cost(const size_up *s)
{
    double entry = 60 + 15 * s->degree; /* of T, in one step */
    if (s->modular)
        return 300 + s->steps * (200 + s->nnz * (entry + s->words));
    return 300 + s->steps * (200 + s->nnz * (entry + 60 + 2 * s->words + s->words * s->words / 16));
}

static cpm_status naive_exact(fmpq *out, cpm_poly_plan *plan, const fmpz_t n,
                              const cpm_config *config, cpm_err *err)
{
    return cpm_poly_nth_naive(out, &plan->walker, &plan->sys, &plan->form, n, NULL, config, err);
}

static cpm_status naive_modular(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz_t m,
                                const cpm_config *config, cpm_err *err)
{
    return cpm_poly_nth_naive(out, &plan->walker, &plan->sys, &plan->form, n, m, config, err);
}

/* Binary splitting. */

static const char *too_many_steps(const size_up *size)
{
    return size->steps < ldexp(1, MAX_STEP_BITS) ? NULL : "there are too many steps";
}

static const char *split_objection(const size_up *size)
{
    return size->product_fits ? too_many_steps(size)
                              : "numerators and denominators need more memory than the limit";
}

static double split_cost(const size_up *s)
{
    double step = 60 + s->nnz * (30 + 5 * s->degree + 20 * s->dim);
    double levels = s->words > 8 ? log2(s->words / 8) : 0;
    if (s->modular)
        return 1000 + s->steps * (step + s->dim * s->words);
    return 1000 + s->steps * step + s->dim * s->dim * levels * cpm_cost_of_mul(s->words / 4);
}

static cpm_status split_exact(fmpq *out, cpm_poly_plan *plan, const fmpz_t n,
                              const cpm_config *config, cpm_err *err)
{
    return cpm_poly_splitting(out, &plan->form, fmpz_get_ui(n), config, err);
}

static cpm_status split_modular(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz_t m,
                                const cpm_config *config, cpm_err *err)
{
    return cpm_poly_residues(out, &plan->form, n, m, cpm_poly_splitting_mod, config, err);
}

static cpm_status split_decimal(cpm_dec *out, bool *found, cpm_poly_plan *plan, ulong n,
                                const cpm_config *config, cpm_err *err)
{
    *found = false;
    if (!cpm_poly_splitting_has_decimal(&plan->form))
        return CPM_OK;
    return cpm_poly_splitting_decimal(out, found, &plan->form, n, config, err);
}

/* Exponents of primes. */

static const char *primes_objection(const size_up *size)
{
    if (size->modular)
        return "it finds exact answers";
    return size->largest > 0 ? NULL : "T(i)/q(i) has not linear factors alone, or large values";
}

static double primes_cost(const size_up *s)
{
    return 5000 + 10 * (double)s->largest + 2 * cpm_cost_of_mul(s->words / 2);
}

static cpm_status primes_exact(fmpq *out, cpm_poly_plan *plan, const fmpz_t n,
                               const cpm_config *config, cpm_err *err)
{
    return cpm_poly_primes(out, &plan->linear, &plan->form, fmpz_get_ui(n), config, err);
}

static cpm_status primes_decimal(cpm_dec *out, bool *found, cpm_poly_plan *plan, ulong n,
                                 const cpm_config *config, cpm_err *err)
{
    return cpm_poly_primes_decimal(out, found, &plan->linear, &plan->form, n, config, err);
}

/* The loop in words. */

static const char *words_objection(const size_up *size)
{
    if (!size->modular)
        return "it finds residues";
    if (too_many_steps(size) != NULL)
        return too_many_steps(size);
    return size->fits_words ? NULL : "the modulus and what is divided by do not fit a word";
}

static double words_cost(const size_up *s)
{
    return 2000 +
           s->steps * (s->dim > 1 ? 1.5 + 2 * s->nnz + 0.5 * s->degree * s->nnz : 2 + s->degree);
}

static cpm_status words_modular(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz_t m,
                                const cpm_config *config, cpm_err *err)
{
    return cpm_poly_residues(out, &plan->form, n, m, cpm_poly_words, config, err);
}

/* Values on a progression. */

static const char *progression_objection(const size_up *size)
{
    if (!size->modular)
        return "it finds residues";
    if (size->progression == 0)
        return "the modulus has a prime that is too small, or does not fit a word";
    return size->progression_fits ? NULL : "it would take more memory than the limit";
}

static double progression_cost(const size_up *s)
{
    double length = (double)s->progression;
    return 50000 + length * (150 + s->dim * s->dim * (40 + 9 * log2(length) + 8 * s->dim));
}

static cpm_status progression_modular(fmpq *out, cpm_poly_plan *plan, const fmpz_t n,
                                      const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    return cpm_poly_residues(out, &plan->form, n, m, cpm_poly_progression, config, err);
}

/* Exponents of the primes of the modulus, and units. */

static const char *units_objection(const size_up *size)
{
    if (!size->modular)
        return "it finds residues";
    if (size->dim > 1)
        return "there are several variables";
    return isinf(size->units) ? "the modulus does not fit a word" : NULL;
}

static double units_cost(const size_up *s)
{
    return s->units;
}

static cpm_status units_modular(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz_t m,
                                const cpm_config *config, cpm_err *err)
{
    return cpm_poly_units(out, &plan->form, n, m, config, err);
}

/* Blocks of as many steps as the primes of the modulus, and their powers, say. */

static const char *period_objection(const size_up *size)
{
    if (!size->modular)
        return "it finds residues";
    return isinf(size->period) ? "the primes of the modulus are not found, or do not fit words"
                               : NULL;
}

static double period_cost(const size_up *s)
{
    return s->period;
}

static cpm_status period_modular(fmpq *out, cpm_poly_plan *plan, const fmpz_t n, const fmpz_t m,
                                 const cpm_config *config, cpm_err *err)
{
    static const double MAX_SPLIT_COST = 1e11;
    size_up size;
    cpm_status status = cpm_poly_period(out, &plan->form, plan->sys.first, n, m, config, err);
    if (status != CPM_ERR_LIMIT || config->engine != CPM_ENGINE_AUTO)
        return status;
    size_question(&size, plan, n, config); /* more digits than that are carried there */
    if (split_objection(&size) != NULL || split_cost(&size) > MAX_SPLIT_COST)
        return status;
    cpm_err_clear(err);
    return split_modular(out, plan, n, m, config, err);
}

/* Those without a row are for constant coefficients. */
static const poly_engine engines[CPM_NENGINES] = {
    [CPM_ENGINE_NAIVE] = {never, naive_cost, naive_exact, naive_modular, NULL},
    [CPM_ENGINE_SPLITTING] = {split_objection, split_cost, split_exact, split_modular,
                              split_decimal},
    [CPM_ENGINE_WORDS] = {words_objection, words_cost, NULL, words_modular, NULL},
    [CPM_ENGINE_PROGRESSION] = {progression_objection, progression_cost, NULL, progression_modular,
                                NULL},
    [CPM_ENGINE_UNITS] = {units_objection, units_cost, NULL, units_modular, NULL},
    [CPM_ENGINE_PERIOD] = {period_objection, period_cost, NULL, period_modular, NULL},
    [CPM_ENGINE_PRIMES] = {primes_objection, primes_cost, primes_exact, NULL, primes_decimal},
};

cpm_status cpm_poly_plan_decide(cpm_decision *decision, cpm_poly_plan *plan, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    size_up size;
    *decision = (cpm_decision){.engine = CPM_ENGINE_AUTO};
    size_question(&size, plan, n, config);
    for (int e = CPM_ENGINE_AUTO + 1; e < CPM_NENGINES; e++) {
        const poly_engine *engine = &engines[e];
        decision->objection[e] =
            engine->cost == NULL ? cpm_coefficients_vary : engine->objection(&size);
        decision->cost[e] = decision->objection[e] == NULL ? engine->cost(&size) : INFINITY;
    }
    return cpm_decide(decision, config, err);
}

cpm_status cpm_poly_plan_run(fmpq *out, cpm_poly_plan *plan, cpm_engine engine, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    cpm_phase(config, "power");
    if (config->modulus == NULL)
        return engines[engine].exact(out, plan, n, config, err);
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    cpm_status status = engines[engine].modular(out, plan, n, m, config, err);
    fmpz_clear(m);
    return status;
}

cpm_status cpm_poly_plan_run_decimal(cpm_dec *out, bool *found, cpm_poly_plan *plan,
                                     cpm_engine engine, const fmpz_t n, const cpm_config *config,
                                     cpm_err *err)
{
    size_up size;
    *found = false;
    if (engines[engine].decimal == NULL || config->modulus != NULL || config->output_base != 10 ||
        !cpm_nth_decimal_available())
        return CPM_OK;
    size_question(&size, plan, n, config);
    if (size.words * FLINT_BITS < CPM_LOG2_10 * CPM_TUNE_DECIMAL_MIN_DIGITS)
        return CPM_OK;
    cpm_phase(config, "power");
    return engines[engine].decimal(out, found, plan, fmpz_get_ui(n), config, err);
}
