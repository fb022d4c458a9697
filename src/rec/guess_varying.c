/* SPDX-License-Identifier: MIT
 *
 * guess_varying.c - a recurrence with polynomial coefficients from terms. With order r,
 * degree d and e exceptions each index n from first + r + e on is an equation
 *
 *     sum_k sum_j c_kj n^j a(n-k) = 0
 *
 * for the (r+1)(d+1) unknowns c_kj. A kernel modulo a prime of 60 bits says which pair of
 * r and d is worth a look; the kernel over Z, of some more equations than unknowns, is
 * then tried on all of the terms.
 */
#include "rec/guess.h"

#include "base/limits.h"
#include "base/mem.h"
#include "power/progress.h"

#include <flint/fmpz_mat.h>
#include <flint/fmpz_vec.h>
#include <flint/nmod_mat.h>
#include <stdlib.h>

enum { CONFIRMATIONS = 3, MOST_EXCEPTIONS = 3, SPARE_ROWS = 8 };

typedef struct ansatz {
    fmpz *terms; /* owned: times a common denominator */
    size_t nterms;
    const fmpz *first;
    size_t order, degree, nexceptions;
} ansatz;

void cpm_varying_guess_clear(cpm_varying_guess *guess)
{
    for (size_t k = 0; guess->p != NULL && k <= guess->order; k++)
        fmpz_poly_clear(guess->p + k);
    free(guess->p);
    *guess = (cpm_varying_guess){0};
}

static size_t count_unknowns(const ansatz *s)
{
    return (s->order + 1) * (s->degree + 1);
}

static size_t count_equations(const ansatz *s)
{
    size_t lost = s->order + s->nexceptions;
    return s->nterms > lost ? s->nterms - lost : 0;
}

/* Equations beyond those that settle the unknowns. */
static size_t count_confirmations(const ansatz *s)
{
    size_t settle = count_unknowns(s) - 1, there = count_equations(s);
    return there > settle ? there - settle : 0;
}

/* Row i of the equations: n^j a(n-k) at column k (degree+1) + j. */
static void fill_row(fmpz *row, const ansatz *s, size_t i)
{
    fmpz_t n;
    size_t at = s->order + s->nexceptions + i;
    fmpz_init(n);
    fmpz_add_ui(n, s->first, at);
    for (size_t k = 0; k <= s->order; k++) {
        fmpz *block = row + k * (s->degree + 1);
        fmpz_set(block, s->terms + (at - k));
        for (size_t j = 1; j <= s->degree; j++)
            fmpz_mul(block + j, block + (j - 1), n);
    }
    fmpz_clear(n);
}

/* So many equations are looked at first. */
static size_t count_rows(const ansatz *s)
{
    size_t enough = count_unknowns(s) + SPARE_ROWS, there = count_equations(s);
    return there < enough ? there : enough;
}

/* Whether the equations have a solution modulo a prime: they have one if they have one
 * over Z, but for the primes that divide its numbers. */
static bool may_hold(const ansatz *s)
{
    nmod_mat_t matrix;
    slong rows = (slong)count_rows(s), columns = (slong)count_unknowns(s);
    fmpz *row = _fmpz_vec_init(columns);
    nmod_mat_init(matrix, rows, columns, 1152921504606847009u); /* the first above 2^60 */
    for (slong i = 0; i < rows; i++) {
        fill_row(row, s, (size_t)i);
        for (slong j = 0; j < columns; j++)
            nmod_mat_entry(matrix, i, j) = fmpz_fdiv_ui(row + j, matrix->mod.n);
    }
    bool may = nmod_mat_rank(matrix) < columns;
    nmod_mat_clear(matrix);
    _fmpz_vec_clear(row, columns);
    return may;
}

/* Whether c solves all the equations. */
static bool holds(const fmpz *c, const ansatz *s)
{
    slong columns = (slong)count_unknowns(s);
    fmpz *row = _fmpz_vec_init(columns);
    fmpz_t sum;
    fmpz_init(sum);
    bool holds = true;
    for (size_t i = 0; i < count_equations(s) && holds; i++) {
        fill_row(row, s, i);
        _fmpz_vec_dot(sum, row, c, columns);
        holds = fmpz_is_zero(sum);
    }
    fmpz_clear(sum);
    _fmpz_vec_clear(row, columns);
    return holds;
}

/* Whether the equations make all of their newest terms: one that does not, as p[0] is 0
 * there, would hide an exception. */
static bool makes_all(const cpm_varying_guess *guess, const ansatz *s)
{
    fmpz_t n, value;
    fmpz_init(n);
    fmpz_init(value);
    bool makes = true;
    for (size_t k = s->order + s->nexceptions; k < s->nterms && makes; k++) {
        fmpz_add_ui(n, s->first, k);
        fmpz_poly_evaluate_fmpz(value, guess->p, n);
        makes = !fmpz_is_zero(value);
    }
    fmpz_clear(n);
    fmpz_clear(value);
    return makes;
}

/* The polynomials of a solution; false where the first or the last is 0, which a shorter
 * ansatz says better. */
static bool take_solution(cpm_varying_guess *guess, const fmpz *c, const ansatz *s)
{
    for (size_t k = 0; k <= s->order; k++)
        for (size_t j = 0; j <= s->degree; j++)
            fmpz_poly_set_coeff_fmpz(guess->p + k, (slong)j, c + k * (s->degree + 1) + j);
    bool good = !fmpz_poly_is_zero(guess->p) && !fmpz_poly_is_zero(guess->p + s->order);
    bool negative = good && fmpz_sgn(fmpz_poly_lead(guess->p)) < 0;
    for (size_t k = 0; k <= s->order && negative; k++)
        fmpz_poly_neg(guess->p + k, guess->p + k);
    return good && makes_all(guess, s);
}

static cpm_status guess_init(cpm_varying_guess *guess, const ansatz *s, cpm_err *err)
{
    *guess = (cpm_varying_guess){.order = s->order,
                                 .degree = s->degree,
                                 .nexceptions = s->nexceptions,
                                 .nconfirmed = count_confirmations(s)};
    guess->p = cpm_calloc(s->order + 1, sizeof *guess->p);
    if (guess->p == NULL)
        return cpm_err_memory(err);
    for (size_t k = 0; k <= s->order; k++)
        fmpz_poly_init(guess->p + k);
    return CPM_OK;
}

/* A solution over Z, in *guess where *found. */
static cpm_status solve(bool *found, cpm_varying_guess *guess, const ansatz *s, cpm_err *err)
{
    fmpz_mat_t matrix, kernel;
    slong rows = (slong)count_rows(s), columns = (slong)count_unknowns(s);
    fmpz_mat_init(matrix, rows, columns);
    fmpz_mat_init(kernel, columns, columns);
    fmpz *c = _fmpz_vec_init(columns);
    for (slong i = 0; i < rows; i++)
        fill_row(matrix->rows[i], s, (size_t)i);
    slong nullity = fmpz_mat_nullspace(kernel, matrix);
    cpm_status status = guess_init(guess, s, err);
    *found = false;
    for (slong v = 0; v < nullity && !*found && status == CPM_OK; v++) {
        for (slong j = 0; j < columns; j++)
            fmpz_set(c + j, fmpz_mat_entry(kernel, j, v));
        fmpz_t content;
        fmpz_init(content);
        _fmpz_vec_content(content, c, columns);
        if (!fmpz_is_zero(content))
            _fmpz_vec_scalar_divexact_fmpz(c, c, columns, content);
        fmpz_clear(content);
        *found = holds(c, s) && take_solution(guess, c, s);
    }
    if (!*found)
        cpm_varying_guess_clear(guess);
    _fmpz_vec_clear(c, columns);
    fmpz_mat_clear(kernel);
    fmpz_mat_clear(matrix);
    return status;
}

static cpm_status try_ansatz(bool *found, cpm_varying_guess *guess, const ansatz *s,
                             const cpm_config *config, cpm_err *err)
{
    *found = false;
    if (count_confirmations(s) < CONFIRMATIONS + s->nexceptions)
        return CPM_OK;
    cpm_status status = cpm_progress(config, -1, err);
    return status == CPM_OK && may_hold(s) ? solve(found, guess, s, err) : status;
}

/* All pairs with that many unknowns. */
static cpm_status try_unknowns(bool *found, cpm_varying_guess *guess, ansatz *s, size_t unknowns,
                               const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t rows = 2; rows <= unknowns / 2 && !*found && status == CPM_OK; rows++) {
        if (unknowns % rows != 0)
            continue;
        s->order = rows - 1;
        s->degree = unknowns / rows - 1;
        status = try_ansatz(found, guess, s, config, err);
    }
    return status;
}

static cpm_status search(bool *found, cpm_varying_guess *guess, ansatz *s, const cpm_config *config,
                         cpm_err *err)
{
    cpm_status status = CPM_OK;
    *found = false;
    for (size_t e = 0; e <= MOST_EXCEPTIONS && !*found; e++) {
        s->nexceptions = e;
        for (size_t unknowns = 4;
             unknowns <= CPM_MAX_GUESS_UNKNOWNS && unknowns < s->nterms && !*found; unknowns++) {
            status = try_unknowns(found, guess, s, unknowns, config, err);
            if (status != CPM_OK)
                return status;
        }
    }
    return status;
}

cpm_status cpm_guess_varying(cpm_varying_guess *guess, const fmpq *terms, size_t nterms,
                             const fmpz_t first, const cpm_config *config, cpm_err *err)
{
    fmpz_t den;
    bool found;
    ansatz s = {.terms = _fmpz_vec_init((slong)nterms), .nterms = nterms, .first = first};
    fmpz_init_set_ui(den, 1);
    for (size_t n = 0; n < nterms; n++)
        fmpz_lcm(den, den, fmpq_denref(terms + n));
    for (size_t n = 0; n < nterms; n++) {
        fmpz_divexact(s.terms + n, den, fmpq_denref(terms + n));
        fmpz_mul(s.terms + n, s.terms + n, fmpq_numref(terms + n));
    }
    cpm_status status = search(&found, guess, &s, config, err);
    fmpz_clear(den);
    _fmpz_vec_clear(s.terms, (slong)nterms);
    return status == CPM_OK && !found ? CPM_ERR_NO_ANSWER : status;
}
