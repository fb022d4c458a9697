/* SPDX-License-Identifier: MIT
 *
 * plan_residue.c - the shortest recurrence modulo a word, out of residues of terms
 * alone: where questions are modular, and det(I - xT) over Z is the harder way.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "power/annihilator.h"
#include "power/plan_internal.h"
#include "power/progress.h"
#include "power/synthesis.h"

#include <flint/nmod_vec.h>
#include <math.h>
#include <stdlib.h>

/* Variables: for fewer the polynomials over Z cost nothing and serve any modulus; the
 * work grows with the square of their number. */
enum { MIN_DIM = 12, MAX_DIM = 5000 };

/* ---- Terms --------------------------------------------------------------------- */

/* Forms over Z/m, one after another: form i is [first[i], first[i+1]) of the rest. */
typedef struct word_forms {
    size_t *first;  /* owned */
    uint32_t *var;  /* owned */
    ulong *coeff;   /* owned */
    bool are_short; /* m < 2^32: products fit a word */
} word_forms;

static void forms_clear(word_forms *w)
{
    free(w->first);
    free(w->var);
    free(w->coeff);
}

/* False, with err set only where memory fails: a coefficient has no residue. */
static bool word_of(ulong *out, const fmpq_t c, const fmpz_t m)
{
    fmpz_t residue;
    fmpz_init(residue);
    bool exists = cpm_residue_of_rational(residue, c, m);
    *out = exists ? fmpz_get_ui(residue) : 0;
    fmpz_clear(residue);
    return exists;
}

static cpm_status forms_init(word_forms *w, bool *exist, const cpm_form *forms, size_t count,
                             const fmpz_t m, cpm_err *err)
{
    size_t nterms = 0;
    for (size_t i = 0; i < count; i++)
        nterms += forms[i].len;
    w->first = cpm_calloc(count + 1, sizeof *w->first);
    w->var = cpm_calloc(nterms + 1, sizeof *w->var);
    w->coeff = cpm_calloc(nterms + 1, sizeof *w->coeff);
    if (w->first == NULL || w->var == NULL || w->coeff == NULL)
        return cpm_err_memory(err);
    size_t at = 0;
    w->are_short = fmpz_bits(m) <= 32;
    for (size_t i = 0; i < count; i++) {
        for (size_t t = 0; t < forms[i].len; t++, at++) {
            w->var[at] = (uint32_t)forms[i].terms[t].var;
            *exist = word_of(&w->coeff[at], forms[i].terms[t].coeff, m) && *exist;
        }
        w->first[i + 1] = at;
    }
    return CPM_OK;
}

static ulong short_value(const word_forms *w, size_t i, const ulong *x, nmod_t mod)
{
    ulong mid = 0, low = 0, r;
    for (size_t t = w->first[i]; t < w->first[i + 1]; t++)
        add_ssaaaa(mid, low, mid, low, UWORD(0), w->coeff[t] * x[w->var[t]]);
    if (mid >= mod.n)
        mid %= mod.n;
    NMOD_RED2(r, mid, low, mod);
    return r;
}

static ulong value_of(const word_forms *w, size_t i, const ulong *x, nmod_t mod)
{
    if (w->are_short)
        return short_value(w, i, x, mod);
    ulong high = 0, mid = 0, low = 0, hi, lo;
    for (size_t t = w->first[i]; t < w->first[i + 1]; t++) {
        umul_ppmm(hi, lo, w->coeff[t], x[w->var[t]]);
        add_sssaaaaaa(high, mid, low, high, mid, low, UWORD(0), hi, lo);
    }
    if (high >= mod.n)
        high %= mod.n;
    NMOD_RED3(low, high, mid, low, mod);
    return low;
}

/* terms[k * count + n] = y_k(n) modulo m. */
static cpm_status walk(ulong *terms, size_t count, const word_forms *rows,
                       const word_forms *outputs, size_t dim, size_t noutputs, ulong *x,
                       ulong *next, nmod_t mod, const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t n = 0; n < count && status == CPM_OK; n++) {
        for (size_t k = 0; k < noutputs; k++)
            terms[k * count + n] = value_of(outputs, k, x, mod);
        for (size_t i = 0; i < dim; i++)
            next[i] = value_of(rows, i, x, mod);
        ulong *t = x;
        x = next;
        next = t;
        if (n % 64 == 0)
            status = cpm_progress(config, -1, err);
    }
    return status;
}

/* *exist false: some number of the system has no residue. */
static cpm_status word_terms(ulong *terms, bool *exist, size_t count, const cpm_linsys *sys,
                             const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    word_forms rows = {0}, outputs = {0};
    ulong *x = cpm_calloc(2 * sys->dim, sizeof *x);
    nmod_t mod;
    nmod_init(&mod, fmpz_get_ui(m));
    *exist = true;
    cpm_status status =
        x == NULL ? cpm_err_memory(err) : forms_init(&rows, exist, sys->rows, sys->dim, m, err);
    if (status == CPM_OK)
        status = forms_init(&outputs, exist, sys->outputs, sys->noutputs, m, err);
    for (size_t i = 0; i < sys->dim && status == CPM_OK; i++)
        *exist = word_of(x + i, sys->start + i, m) && *exist;
    if (status == CPM_OK && *exist)
        status = walk(terms, count, &rows, &outputs, sys->dim, sys->noutputs, x, x + sys->dim, mod,
                      config, err);
    forms_clear(&rows);
    forms_clear(&outputs);
    free(x);
    return status;
}

/* ---- Recurrences ------------------------------------------------------------------ */

void cpm_plan_forget_words(cpm_plan *plan)
{
    for (size_t k = 0; k < plan->sys.noutputs && plan->word_modulus != 0; k++) {
        nmod_poly_clear(&plan->word_num[k]);
        nmod_poly_clear(&plan->word_den[k]);
    }
    free(plan->word_num);
    free(plan->word_den);
    plan->word_num = plan->word_den = NULL;
    plan->word_modulus = 0;
}

static cpm_status synthesize(cpm_plan *plan, const ulong *terms, size_t count, ulong m,
                             const cpm_config *config, cpm_err *err)
{
    size_t noutputs = plan->sys.noutputs;
    plan->word_num = cpm_calloc(noutputs, sizeof *plan->word_num);
    plan->word_den = cpm_calloc(noutputs, sizeof *plan->word_den);
    if (plan->word_num == NULL || plan->word_den == NULL) {
        cpm_plan_forget_words(plan);
        return cpm_err_memory(err);
    }
    plan->word_modulus = m;
    for (size_t k = 0; k < noutputs; k++) {
        nmod_poly_init(&plan->word_num[k], m);
        nmod_poly_init(&plan->word_den[k], m);
    }
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < noutputs && status == CPM_OK; k++)
        status = cpm_synthesize(&plan->word_num[k], &plan->word_den[k], terms + k * count, count,
                                config, err);
    if (status != CPM_OK)
        cpm_plan_forget_words(plan);
    return status;
}

cpm_status cpm_plan_find_words(bool *found, cpm_plan *plan, const fmpz_t m,
                               const cpm_config *config, cpm_err *err)
{
    *found = plan->word_modulus != 0 && fmpz_equal_ui(m, plan->word_modulus);
    if (*found)
        return CPM_OK;
    cpm_plan_forget_words(plan);
    size_t count = 2 * plan->sys.dim;
    ulong *terms = cpm_calloc(count * plan->sys.noutputs, sizeof *terms);
    if (terms == NULL)
        return cpm_err_memory(err);
    cpm_status status = word_terms(terms, found, count, &plan->sys, m, config, err);
    if (status == CPM_OK && *found)
        status = synthesize(plan, terms, count, fmpz_get_ui(m), config, err);
    free(terms);
    return status;
}

double cpm_plan_order_of_words(const cpm_plan *plan)
{
    slong order = 0;
    for (size_t k = 0; k < plan->sys.noutputs; k++)
        order = FLINT_MAX(order, nmod_poly_degree(&plan->word_den[k]));
    return (double)order;
}

/* Synthesis from 2 dim terms for all outputs, modulo a number of so many primes. */
static double cost_of_words(const cpm_size_up *s, ulong nprimes)
{
    double count = 2 * s->dim;
    return 2000 + 1.3 * count * s->nnz + 2 * s->noutputs * (double)nprimes * count * count;
}

/* To find the primes of m, some milliseconds in the worst case. */
static double cost_of_factoring(ulong m)
{
    return FLINT_BIT_COUNT(m) <= 40 || n_is_prime(m) ? 0 : 5e6;
}

/* Coefficients that a step multiplies by; rows that copy another variable are read off. */
static double busy_terms(const cpm_linsys *sys)
{
    size_t count = 0;
    for (size_t i = 0; i < sys->dim; i++)
        count += sys->rows[i].len > 1 ? sys->rows[i].len : 0;
    return (double)count;
}

/* det(I - xT) over Z, and as many terms as there are variables: over Q, or, where that is
 * no way to a shorter recurrence, modulo m. */
static cpm_status cost_over_z(double *cost, const cpm_plan *plan, const cpm_size_up *s,
                              cpm_err *err)
{
    cpm_status status = cpm_annihilator_cost(cost, &plan->sys, err);
    *cost += 20 * s->noutputs * s->dim * busy_terms(&plan->sys);
    return status;
}

cpm_status cpm_plan_prefers_words(bool *yes, const cpm_plan *plan, const cpm_size_up *s,
                                  const fmpz_t m, cpm_err *err)
{
    double exact;
    *yes = false;
    if (plan->has_den || s->dim < MIN_DIM || s->dim > MAX_DIM || !fmpz_abs_fits_ui(m) ||
        fmpz_cmp_ui(m, 1) <= 0)
        return CPM_OK;
    cpm_status status = cost_over_z(&exact, plan, s, err);
    ulong word = fmpz_get_ui(m);
    double factoring = cost_of_factoring(word);
    if (status != CPM_OK || exact < factoring + cost_of_words(s, 1))
        return status;
    if (exact == INFINITY) { /* then it is that, the matrix, or step by step */
        exact = cpm_engine_naive.cost(s);
        if (s->dim <= CPM_MAX_DENSE_DIM)
            exact = fmin(exact, cpm_engine_matrix.cost(s));
    }
    *yes = factoring + cost_of_words(s, cpm_synthesis_weight(word)) < exact;
    return CPM_OK;
}
