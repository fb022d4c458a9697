/* SPDX-License-Identifier: MIT
 *
 * guess.c - the shortest recurrence of given terms, over Q and modulo a prime.
 *
 * Modulo a prime it is the algorithm of Berlekamp and Massey (J. L. Massey 1969),
 * run from the last term to the first: read that way exceptions at the beginning
 * come last, and the recurrences that the algorithm has on its way are those of
 * the terms without them. Of all these the one is taken that most terms confirm;
 * order d with e exceptions is settled by 2d + e terms. A recurrence that makes
 * the last term wrong shows by a last coefficient that is 0, and is none.
 *
 * Over Q the recurrences modulo primes of 59 bits are put together by the Chinese
 * remainder theorem until coefficients are recognised as fractions (P. S. Wang
 * 1981); one exact product of polynomials then proves it on all the terms. A prime
 * for which fewer terms settle it than for another is an unlucky one and dropped.
 */
#include "rec/guess.h"

#include "base/mem.h"
#include "power/progress.h"
#include "power/residue.h"
#include "rec/guess_internal.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_poly.h>
#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>

void cpm_guess_clear(cpm_guess *guess)
{
    if (guess->c != NULL)
        _fmpq_vec_clear(guess->c, (slong)guess->order);
    *guess = (cpm_guess){0};
}

cpm_status cpm_guess_take(cpm_guess *guess, size_t order, size_t nexceptions, size_t nterms,
                          cpm_err *err)
{
    *guess = (cpm_guess){.order = order, .nexceptions = nexceptions};
    guess->nconfirmed = nterms - 2 * order - nexceptions;
    guess->c = _fmpq_vec_init((slong)order);
    return guess->c == NULL && order > 0 ? cpm_err_memory(err) : CPM_OK;
}

cpm_status cpm_guess_refuse(const cpm_fit *best, size_t nterms, cpm_err *err)
{
    const char *s = nterms == 1 ? "" : "s";
    if (best->found)
        cpm_err_set(
            err, CPM_ERR_NO_ANSWER,
            "no recurrence is confirmed: the shortest of these %zu term%s has order %zu, %zu "
            "exception%s and %zu confirmation%s",
            nterms, s, best->order, best->nexceptions, best->nexceptions == 1 ? "" : "s",
            best->nconfirmed, best->nconfirmed == 1 ? "" : "s");
    else
        cpm_err_set(err, CPM_ERR_NO_ANSWER,
                    "no recurrence is confirmed: these %zu term%s obey none of order up to %zu",
                    nterms, s, nterms < 2 ? 0 : (nterms - 2) / 2);
    cpm_err_hint(err, "it takes two more terms than twice the order, and two for each exception");
    return CPM_ERR_NO_ANSWER;
}

/* ---- Modulo a prime ---------------------------------------------------- */

cpm_status cpm_fit_init(cpm_fit *fit, size_t nterms, cpm_err *err)
{
    *fit = (cpm_fit){.c = cpm_calloc(nterms + 1, sizeof *fit->c)};
    return fit->c == NULL ? cpm_err_memory(err) : CPM_OK;
}

void cpm_fit_clear(cpm_fit *fit)
{
    free(fit->c);
    fit->c = NULL;
}

/* The state of Berlekamp and Massey: sum_i c[i] b(n-i) = 0 for L <= n < the number
 * of terms read, with c[0] = 1; `before` is c before the last change of length. */
typedef struct massey {
    mp_ptr c, before, spare; /* owned */
    size_t length, before_length;
    size_t since; /* terms read since the last change of length, that term included */
    mp_limb_t before_discrepancy;
} massey;

/* A confirmed fit is better than any other, then the one with more confirmations. */
static bool is_better(size_t nconfirmed, size_t nexceptions, const cpm_fit *fit)
{
    if (!fit->found)
        return true;
    bool old_good = cpm_guess_is_confirmed(fit->nconfirmed, fit->nexceptions);
    bool good = cpm_guess_is_confirmed(nconfirmed, nexceptions);
    return good != old_good ? good : nconfirmed >= fit->nconfirmed;
}

/* c reads `count` terms and fails at the next one, or there is no next: a fit of the
 * last `count` terms, if it is better than what there is. */
static void offer(cpm_fit *fit, const massey *state, size_t count, size_t nterms, nmod_t mod)
{
    size_t order = state->length;
    if (count < 2 * order || state->c[order] == 0)
        return;
    size_t nconfirmed = count - 2 * order;
    if (!is_better(nconfirmed, nterms - count, fit))
        return;
    fit->found = true;
    fit->order = order;
    fit->nexceptions = nterms - count;
    fit->nconfirmed = nconfirmed;
    if (!cpm_fit_is_confirmed(fit)) /* its coefficients will not be asked for */
        return;
    mp_limb_t factor = nmod_neg(nmod_inv(state->c[order], mod), mod);
    for (size_t k = 0; k < order; k++)
        fit->c[k] = nmod_mul(state->c[order - 1 - k], factor, mod);
}

/* c fails at the term after `count` others, by `discrepancy`. */
static void mend(massey *state, mp_limb_t discrepancy, size_t count, nmod_t mod)
{
    mp_limb_t factor = nmod_neg(nmod_div(discrepancy, state->before_discrepancy, mod), mod);
    bool grows = 2 * state->length <= count;
    size_t length = state->length;
    if (grows)
        _nmod_vec_set(state->spare, state->c, (slong)length + 1);
    _nmod_vec_scalar_addmul_nmod(state->c + state->since, state->before,
                                 (slong)state->before_length + 1, factor, mod);
    state->since++;
    if (!grows)
        return;
    mp_ptr spare = state->before;
    state->before = state->spare;
    state->spare = spare;
    state->before_length = length;
    state->before_discrepancy = discrepancy;
    state->length = count + 1 - length;
    state->since = 1;
}

cpm_status cpm_fit_prime(cpm_fit *fit, mp_srcptr a, size_t nterms, nmod_t mod,
                         const cpm_config *config, cpm_err *err)
{
    /* `since` plus the older length passes the new length by one at most. */
    massey state = {.since = 1, .before_discrepancy = 1};
    state.c = cpm_calloc(nterms + 2, sizeof *state.c);
    state.before = cpm_calloc(nterms + 2, sizeof *state.before);
    state.spare = cpm_calloc(nterms + 2, sizeof *state.spare);
    cpm_status status = CPM_OK;
    fit->found = false;
    if (state.c == NULL || state.before == NULL || state.spare == NULL) {
        status = cpm_err_memory(err);
    } else {
        state.c[0] = state.before[0] = 1;
        for (size_t n = 0; n < nterms && status == CPM_OK; n++) {
            mp_limb_t discrepancy =
                _nmod_vec_dot(state.c, a + (nterms - 1 - n), (slong)state.length + 1, mod,
                              _nmod_vec_dot_bound_limbs((slong)state.length + 1, mod));
            if (discrepancy == 0) {
                state.since++;
            } else {
                offer(fit, &state, n, nterms, mod);
                mend(&state, discrepancy, n, mod);
            }
            status = cpm_progress(config, (double)n / (double)nterms, err);
        }
        offer(fit, &state, nterms, nterms, mod);
    }
    free(state.c);
    free(state.before);
    free(state.spare);
    return status;
}

/* ---- Over Q ------------------------------------------------------------ */

/* The coefficients modulo the product of the primes so far. */
typedef struct lift {
    const fmpq *terms; /* borrowed */
    size_t nterms;
    mp_ptr residues; /* owned: the terms modulo the prime at work */
    cpm_fit fit;     /* of that prime */
    size_t order, nexceptions, nconfirmed;
    size_t nprimes; /* 0: there is nothing yet */
    fmpz *c;        /* owned: `nterms` of them */
    fmpz_t m;
} lift;

static cpm_status lift_init(lift *l, const fmpq *terms, size_t nterms, cpm_err *err)
{
    *l = (lift){.terms = terms, .nterms = nterms};
    fmpz_init_set_ui(l->m, 1);
    l->c = _fmpz_vec_init((slong)nterms);
    l->residues = cpm_calloc(nterms, sizeof *l->residues);
    if (l->residues == NULL)
        return cpm_err_memory(err);
    return cpm_fit_init(&l->fit, nterms, err);
}

static void lift_clear(lift *l)
{
    _fmpz_vec_clear(l->c, (slong)l->nterms);
    fmpz_clear(l->m);
    free(l->residues);
    cpm_fit_clear(&l->fit);
}

/* The terms modulo a prime; false when it divides a denominator. */
static bool reduce_terms(lift *l, nmod_t mod)
{
    for (size_t n = 0; n < l->nterms; n++) {
        mp_limb_t den = fmpz_fdiv_ui(fmpq_denref(l->terms + n), mod.n);
        if (den == 0)
            return false;
        l->residues[n] = fmpz_fdiv_ui(fmpq_numref(l->terms + n), mod.n);
        if (den != 1)
            l->residues[n] = nmod_div(l->residues[n], den, mod);
    }
    return true;
}

/* Joins the fit of one prime to what the others have given. */
static void join(lift *l, nmod_t mod)
{
    const cpm_fit *fit = &l->fit;
    if (l->nprimes > 0 && fit->nconfirmed > l->nconfirmed)
        return; /* fewer terms settle it here: an unlucky prime */
    bool same = l->nprimes > 0 && fit->order == l->order && fit->nexceptions == l->nexceptions;
    if (!same) {
        l->nprimes = 0;
        fmpz_one(l->m);
        l->order = fit->order;
        l->nexceptions = fit->nexceptions;
        l->nconfirmed = fit->nconfirmed;
    }
    for (size_t k = 0; k < l->order; k++)
        fmpz_CRT_ui(l->c + k, l->c + k, l->m, fit->c[k], mod.n, 0);
    fmpz_mul_ui(l->m, l->m, mod.n);
    l->nprimes++;
}

static bool recognise(fmpq *c, const lift *l)
{
    for (size_t k = 0; k < l->order; k++)
        if (!fmpq_reconstruct_fmpz(c + k, l->c + k, l->m))
            return false;
    return true;
}

/* The coefficients as integers over one denominator, q(x) = d - d c0 x - d c1 x^2 ... */
static void clear_rule(fmpz_poly_t q, const fmpq *c, size_t order)
{
    fmpz_t d, x;
    fmpz_init_set_ui(d, 1);
    fmpz_init(x);
    for (size_t k = 0; k < order; k++)
        fmpz_lcm(d, d, fmpq_denref(c + k));
    fmpz_poly_set_coeff_fmpz(q, 0, d);
    for (size_t k = 0; k < order; k++) {
        fmpz_divexact(x, d, fmpq_denref(c + k));
        fmpz_mul(x, x, fmpq_numref(c + k));
        fmpz_neg(x, x);
        fmpz_poly_set_coeff_fmpz(q, (slong)k + 1, x);
    }
    fmpz_clear(d);
    fmpz_clear(x);
}

static void clear_terms(fmpz_poly_t a, const fmpq *terms, size_t nterms)
{
    fmpz_t d, x;
    fmpz_init_set_ui(d, 1);
    fmpz_init(x);
    for (size_t n = 0; n < nterms; n++)
        fmpz_lcm(d, d, fmpq_denref(terms + n));
    fmpz_poly_fit_length(a, (slong)nterms);
    for (size_t n = 0; n < nterms; n++) {
        fmpz_divexact(x, d, fmpq_denref(terms + n));
        fmpz_mul(x, x, fmpq_numref(terms + n));
        fmpz_poly_set_coeff_fmpz(a, (slong)n, x);
    }
    fmpz_clear(d);
    fmpz_clear(x);
}

/* The proof: all terms after the first order + nexceptions are what the rule makes. */
static bool holds(const fmpq *c, const lift *l)
{
    fmpz_poly_t q, a;
    fmpz_poly_init(q);
    fmpz_poly_init(a);
    clear_rule(q, c, l->order);
    clear_terms(a, l->terms, l->nterms);
    fmpz_poly_mullow(a, a, q, (slong)l->nterms);
    size_t len = (size_t)fmpz_poly_length(a);
    fmpz_poly_clear(q);
    fmpz_poly_clear(a);
    return len <= l->order + l->nexceptions;
}

/* Bits of a modulus at which coefficients that exist are recognised: they are quotients
 * of determinants of terms. */
static double enough_bits(const lift *l)
{
    double bits = 1;
    for (size_t n = 0; n < l->nterms; n++) {
        double here = (double)fmpz_bits(fmpq_numref(l->terms + n)) +
                      (double)fmpz_bits(fmpq_denref(l->terms + n));
        bits = here > bits ? here : bits;
    }
    return 4 * ((double)l->order + 1) * (2 * bits + 64);
}

/* One prime more; *found when the rule is there, in guess. */
static cpm_status add_prime(bool *found, cpm_guess *guess, lift *l, nmod_t mod,
                            const cpm_config *config, cpm_err *err)
{
    cpm_status status = cpm_fit_prime(&l->fit, l->residues, l->nterms, mod, config, err);
    if (status != CPM_OK || !cpm_fit_is_confirmed(&l->fit))
        return status;
    join(l, mod);
    if ((l->nprimes & (l->nprimes - 1)) != 0 && l->nprimes % 8 != 0)
        return CPM_OK; /* not each time: most times it is too early */
    status = cpm_guess_take(guess, l->order, l->nexceptions, l->nterms, err);
    *found = status == CPM_OK && recognise(guess->c, l) && holds(guess->c, l);
    if (!*found)
        cpm_guess_clear(guess);
    return status;
}

static cpm_status find_rational(cpm_guess *guess, lift *l, const cpm_config *config, cpm_err *err)
{
    /* A prime that divides a denominator of the rule may hide it, two do not. */
    enum { CHANCES = 2 };
    mp_limb_t prime = (mp_limb_t)1 << 58;
    bool found = false;
    int failures = 0;
    double most = enough_bits(l);
    cpm_status status = CPM_OK;
    while (!found && failures < CHANCES && status == CPM_OK) {
        nmod_t mod;
        prime = n_nextprime(prime, 0);
        nmod_init(&mod, prime);
        if (!reduce_terms(l, mod))
            continue;
        status = add_prime(&found, guess, l, mod, config, err);
        if (status == CPM_OK && l->nprimes == 0)
            failures++;
        if (l->nprimes > 0)
            most = enough_bits(l);
        if ((double)fmpz_bits(l->m) > most)
            break;
    }
    return status != CPM_OK || found ? status : cpm_guess_refuse(&l->fit, l->nterms, err);
}

cpm_status cpm_guess_rational(cpm_guess *guess, const fmpq *terms, size_t nterms,
                              const cpm_config *config, cpm_err *err)
{
    lift l;
    cpm_status status = lift_init(&l, terms, nterms, err);
    if (status == CPM_OK)
        status = find_rational(guess, &l, config, err);
    lift_clear(&l);
    return status;
}
