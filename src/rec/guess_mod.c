/* SPDX-License-Identifier: MIT
 *
 * guess_mod.c - the shortest recurrence of terms modulo any M.
 *
 * Modulo a prime below 2^63 guess.c has it. Otherwise M is taken apart into prime
 * powers and the algorithm of J. A. Reeds and N. J. A. Sloane (1985) run for each:
 * Berlekamp and Massey's with e lines in step, line k being a recurrence for p^k
 * times the newest term, since a discrepancy that p divides can only be mended by an
 * older one that p does not divide more often. The rules of the prime powers have
 * the coefficient 1 at the newest term, so the Chinese remainder theorem joins them.
 *
 * The algorithm takes exceptions for a part of the recurrence, and needs two terms
 * more for each. Where the terms do not suffice for that it begins one term later,
 * and so on, as long as those left out may be exceptions. What is found is applied to
 * all of the terms, which decides where it begins to hold: no rule is given that the
 * terms contradict.
 *
 * A large M is not factored: it is divided by small primes and the rest treated as
 * a prime, until an inverse that does not exist shows a factor.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "power/progress.h"
#include "rec/guess_internal.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_factor.h>
#include <flint/fmpz_poly.h>
#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>

/* ---- One line ---------------------------------------------------------- */

/* a(x) S(x) = b(x) up to the terms read, a(0) = p^k; the discrepancy of the term read
 * last is unit * p^exponent (exponent e: none). */
typedef struct pair {
    fmpz_poly_t a, b;
    fmpz_t unit;
    ulong exponent;
} pair;

typedef struct line {
    pair now, next; /* before and after the term read last */
    pair older;     /* what mends discrepancies: some line as it was at term `at` */
    size_t at;
} line;

/* A run over the terms modulo p^e. */
typedef struct run {
    const fmpz *terms; /* borrowed */
    size_t nterms;
    fmpz_t p, q; /* q = p^e */
    ulong e;
    line *lines;   /* owned, e of them */
    double *steps; /* borrowed: operations so far */
    fmpz *factor;  /* borrowed: set when p turns out to be composite, else 0 */
    const cpm_config *config;
    cpm_err *err;
} run;

static void pair_init(pair *x)
{
    fmpz_poly_init(x->a);
    fmpz_poly_init(x->b);
    fmpz_init_set_ui(x->unit, 1);
    x->exponent = 0;
}

static void pair_clear(pair *x)
{
    fmpz_poly_clear(x->a);
    fmpz_poly_clear(x->b);
    fmpz_clear(x->unit);
}

static void pair_set(pair *x, const pair *y)
{
    fmpz_poly_set(x->a, y->a);
    fmpz_poly_set(x->b, y->b);
    fmpz_set(x->unit, y->unit);
    x->exponent = y->exponent;
}

/* The order of the recurrence, exceptions included. */
static slong pair_length(const pair *x)
{
    slong a = fmpz_poly_degree(x->a), b = fmpz_poly_length(x->b);
    return a > b ? a : b;
}

/* discrepancy = unit * p^exponent. */
static void split(pair *x, fmpz_t discrepancy, const run *r)
{
    fmpz_mod(discrepancy, discrepancy, r->q);
    if (fmpz_is_zero(discrepancy)) {
        fmpz_one(x->unit);
        x->exponent = r->e;
    } else {
        x->exponent = r->e == 1 ? 0 : (ulong)fmpz_remove(x->unit, discrepancy, r->p);
        if (r->e == 1)
            fmpz_set(x->unit, discrepancy);
    }
}

/* ---- Reading a term ---------------------------------------------------- */

/* x -= c x^shift y, modulo q. */
static void subtract_shifted(fmpz_poly_t x, const fmpz_t c, slong shift, const fmpz_poly_t y,
                             const fmpz_t q)
{
    fmpz_poly_t t;
    fmpz_poly_init(t);
    fmpz_poly_scalar_mul_fmpz(t, y, c);
    fmpz_poly_shift_left(t, t, shift);
    fmpz_poly_sub(x, x, t);
    fmpz_poly_scalar_mod_fmpz(x, x, q);
    fmpz_poly_clear(t);
}

/* Lines that have become longer keep what will mend them from here on. */
static void keep_older(run *r, size_t n)
{
    for (ulong g = 0; g < r->e; g++) {
        line *l = &r->lines[g];
        if (pair_length(&l->next) <= pair_length(&l->now))
            continue;
        pair_set(&l->older, &r->lines[r->e - 1 - l->now.exponent].now);
        l->at = n - 1;
    }
}

/* Mends line `o` for term n, whose discrepancy is in now.unit and now.exponent. */
static cpm_status mend(run *r, ulong o, size_t n, const fmpz_t discrepancy)
{
    line *l = &r->lines[o];
    const line *other = &r->lines[r->e - 1 - l->now.exponent];
    cpm_status status = CPM_OK;
    fmpz_t c;
    fmpz_init(c);
    if (pair_length(&other->now) == 0) {
        fmpz_poly_set_coeff_fmpz(l->next.b, (slong)n, discrepancy);
    } else if (!fmpz_invmod(c, other->older.unit, r->q)) {
        fmpz_gcd(r->factor, other->older.unit, r->q);
        status = CPM_ERR_UNSUPPORTED;
    } else if (l->now.exponent < other->older.exponent) {
        status = cpm_err_set(r->err, CPM_ERR_INTERNAL, "no discrepancy mends that of a term");
    } else {
        ulong rest = l->now.exponent - other->older.exponent;
        fmpz_mul(c, c, l->now.unit);
        for (; rest > 0; rest--)
            fmpz_mul(c, c, r->p);
        fmpz_mod(c, c, r->q);
        slong shift = (slong)(n - other->at);
        subtract_shifted(l->next.a, c, shift, other->older.a, r->q);
        subtract_shifted(l->next.b, c, shift, other->older.b, r->q);
    }
    fmpz_clear(c);
    return status;
}

static void find_discrepancy(fmpz_t out, const run *r, const fmpz_poly_t a, size_t n)
{
    fmpz_zero(out);
    for (slong i = 0; i <= fmpz_poly_degree(a) && (size_t)i <= n; i++)
        fmpz_addmul(out, fmpz_poly_get_coeff_ptr(a, i), r->terms + (n - (size_t)i));
}

static cpm_status read_term(run *r, size_t n)
{
    cpm_status status = CPM_OK;
    fmpz_t discrepancy;
    fmpz_init(discrepancy);
    if (n > 0)
        keep_older(r, n);
    for (ulong o = 0; o < r->e; o++) {
        line *l = &r->lines[o];
        pair_set(&l->now, &l->next);
    }
    for (ulong o = 0; o < r->e && status == CPM_OK; o++) {
        line *l = &r->lines[o];
        find_discrepancy(discrepancy, r, l->now.a, n);
        split(&l->now, discrepancy, r);
        if (!fmpz_is_zero(discrepancy))
            status = mend(r, o, n, discrepancy);
        *r->steps += 8 + (double)fmpz_poly_length(l->now.a);
    }
    fmpz_clear(discrepancy);
    if (status == CPM_OK && *r->steps > CPM_MAX_GUESS_STEPS)
        status = cpm_err_set(r->err, CPM_ERR_LIMIT,
                             "the search for a recurrence modulo this number takes too long: give "
                             "fewer terms");
    return status == CPM_OK ? cpm_progress(r->config, -1, r->err) : status;
}

/* ---- One prime power --------------------------------------------------- */

static cpm_status run_init(run *r, cpm_err *err)
{
    r->lines = cpm_calloc(r->e, sizeof *r->lines);
    if (r->lines == NULL)
        return cpm_err_memory(err);
    for (ulong k = 0; k < r->e; k++) {
        line *l = &r->lines[k];
        pair_init(&l->now);
        pair_init(&l->next);
        pair_init(&l->older);
        fmpz_t start;
        fmpz_init(start);
        fmpz_pow_ui(start, r->p, k);
        fmpz_poly_set_fmpz(l->next.a, start);
        fmpz_clear(start);
    }
    return CPM_OK;
}

static void run_clear(run *r)
{
    for (ulong k = 0; r->lines != NULL && k < r->e; k++) {
        pair_clear(&r->lines[k].now);
        pair_clear(&r->lines[k].next);
        pair_clear(&r->lines[k].older);
    }
    free(r->lines);
}

/* rule = the polynomial 1 - c1 x - ..., of the terms modulo p^e; *length its order with
 * exceptions. CPM_ERR_UNSUPPORTED, and *factor set, when p is no prime. */
static cpm_status run_all(fmpz_poly_t rule, slong *length, run *r)
{
    cpm_status status = run_init(r, r->err);
    for (size_t n = 0; n < r->nterms && status == CPM_OK; n++)
        status = read_term(r, n);
    if (status == CPM_OK) {
        fmpz_poly_set(rule, r->lines[0].next.a);
        *length = pair_length(&r->lines[0].next);
    }
    run_clear(r);
    return status;
}

/* ---- All of M ---------------------------------------------------------- */

/* A modulus up to this is factored; beyond it small primes are looked for. */
enum { FACTORED_BITS = 128, SMALL_PRIME_BITS = 20 };

static void factor_modulus(fmpz_factor_t parts, const fmpz_t m)
{
    if (fmpz_bits(m) <= FACTORED_BITS)
        fmpz_factor(parts, m);
    else
        fmpz_factor_smooth(parts, m, SMALL_PRIME_BITS, 0);
}

/* Replaces part i, which is no prime, by its two factors; false when these have a
 * factor in common. */
static bool split_part(fmpz_factor_t parts, slong i, const fmpz_t factor)
{
    fmpz_t other, g;
    fmpz_init(other);
    fmpz_init(g);
    fmpz_divexact(other, parts->p + i, factor);
    fmpz_gcd(g, other, factor);
    bool coprime = fmpz_is_one(g);
    if (coprime) {
        fmpz_set(parts->p + i, factor);
        _fmpz_factor_append(parts, other, parts->exp[i]);
    }
    fmpz_clear(other);
    fmpz_clear(g);
    return coprime;
}

typedef struct search {
    const fmpz *terms; /* borrowed: residues */
    size_t nterms;
    const fmpz *m;
    fmpz_factor_t parts;
    double steps;
    const cpm_config *config;
    cpm_err *err;
} search;

/* rule for the terms from `start` on, modulo part i; see run_all. */
static cpm_status search_part(fmpz_poly_t rule, slong *length, fmpz_t q, search *s, slong i,
                              size_t start)
{
    fmpz_t factor;
    fmpz_init(factor);
    cpm_status status;
    do {
        run r = {.terms = s->terms + start,
                 .nterms = s->nterms - start,
                 .e = s->parts->exp[i],
                 .steps = &s->steps,
                 .factor = factor,
                 .config = s->config,
                 .err = s->err};
        fmpz_init_set(r.p, s->parts->p + i);
        fmpz_init(r.q);
        fmpz_pow_ui(r.q, r.p, r.e);
        status = run_all(rule, length, &r);
        fmpz_set(q, r.q);
        fmpz_clear(r.p);
        fmpz_clear(r.q);
    } while (status == CPM_ERR_UNSUPPORTED && split_part(s->parts, i, factor));
    if (status == CPM_ERR_UNSUPPORTED)
        status = cpm_err_set(s->err, CPM_ERR_UNSUPPORTED,
                             "no recurrence is found modulo a number that cannot be factored");
    fmpz_clear(factor);
    return status;
}

/* The rule modulo all of M; *length is that of the longest part. */
static cpm_status search_from(fmpz_poly_t rule, slong *length, search *s, size_t start)
{
    fmpz_poly_t part;
    fmpz_t q, m;
    fmpz_poly_init(part);
    fmpz_init(q);
    fmpz_init_set_ui(m, 1);
    fmpz_poly_one(rule);
    *length = 0;
    cpm_status status = CPM_OK;
    for (slong i = 0; i < s->parts->num && status == CPM_OK; i++) {
        slong here = 0;
        status = search_part(part, &here, q, s, i, start);
        if (status != CPM_OK)
            break;
        *length = here > *length ? here : *length;
        slong len = fmpz_poly_length(part) > fmpz_poly_length(rule) ? fmpz_poly_length(part)
                                                                    : fmpz_poly_length(rule);
        fmpz_poly_fit_length(rule, len);
        for (slong k = 0; k < len; k++) {
            fmpz_t x, y;
            fmpz_init(x);
            fmpz_init(y);
            fmpz_poly_get_coeff_fmpz(x, rule, k);
            fmpz_poly_get_coeff_fmpz(y, part, k);
            fmpz_CRT(x, x, m, y, q, 0);
            fmpz_poly_set_coeff_fmpz(rule, k, x);
            fmpz_clear(x);
            fmpz_clear(y);
        }
        fmpz_mul(m, m, q);
    }
    fmpz_poly_clear(part);
    fmpz_clear(q);
    fmpz_clear(m);
    return status;
}

/* How many terms at the beginning are no result of the rule: the smallest e such that
 * it makes all terms from e + its order on. */
static size_t count_exceptions(const fmpz_poly_t rule, const search *s)
{
    size_t order = (size_t)fmpz_poly_degree(rule), n = s->nterms;
    fmpz_t sum;
    fmpz_init(sum);
    for (; n > order; n--) {
        fmpz_zero(sum);
        for (size_t k = 0; k <= order; k++)
            fmpz_addmul(sum, fmpz_poly_get_coeff_ptr(rule, (slong)k), s->terms + (n - 1 - k));
        fmpz_mod(sum, sum, s->m);
        if (!fmpz_is_zero(sum))
            break;
    }
    fmpz_clear(sum);
    return n < order ? 0 : n - order;
}

static cpm_status take(cpm_guess *guess, const fmpz_poly_t rule, size_t nexceptions,
                       const search *s)
{
    size_t order = (size_t)fmpz_poly_degree(rule);
    cpm_status status = cpm_guess_take(guess, order, nexceptions, s->nterms, s->err);
    for (size_t k = 0; k < order && status == CPM_OK; k++) {
        fmpz *c = fmpq_numref(guess->c + k);
        fmpz_neg(c, fmpz_poly_get_coeff_ptr(rule, (slong)k + 1));
        fmpz_mod(c, c, s->m);
    }
    return status;
}

static cpm_status search_all(cpm_guess *guess, search *s)
{
    fmpz_poly_t rule;
    fmpz_poly_init(rule);
    cpm_fit best = {.found = false};
    cpm_status status = CPM_OK;
    bool found = false;
    for (size_t start = 0; 2 * start <= s->nterms && !found; start++) {
        slong length;
        status = search_from(rule, &length, s, start);
        if (status != CPM_OK)
            break;
        size_t order = (size_t)fmpz_poly_degree(rule), nexceptions = count_exceptions(rule, s);
        size_t settled = 2 * order + nexceptions;
        if (settled > s->nterms)
            continue;
        const cpm_fit fit = {.found = true,
                             .order = order,
                             .nexceptions = nexceptions,
                             .nconfirmed = s->nterms - settled};
        found = cpm_fit_is_confirmed(&fit);
        if (found)
            status = take(guess, rule, nexceptions, s);
        else if (!best.found)
            best = fit;
    }
    fmpz_poly_clear(rule);
    return status != CPM_OK || found ? status : cpm_guess_refuse(&best, s->nterms, s->err);
}

/* Modulo a prime that is a word. */
static cpm_status guess_prime(cpm_guess *guess, const fmpz *terms, size_t nterms, mp_limb_t p,
                              const cpm_config *config, cpm_err *err)
{
    cpm_fit fit;
    nmod_t mod;
    nmod_init(&mod, p);
    cpm_status status = cpm_fit_init(&fit, nterms, err);
    mp_ptr a = cpm_calloc(nterms, sizeof *a);
    if (a == NULL)
        status = cpm_err_memory(err);
    for (size_t n = 0; n < nterms && status == CPM_OK; n++)
        a[n] = fmpz_fdiv_ui(terms + n, p);
    if (status == CPM_OK)
        status = cpm_fit_prime(&fit, a, nterms, mod, config, err);
    if (status == CPM_OK && !cpm_fit_is_confirmed(&fit))
        status = cpm_guess_refuse(&fit, nterms, err);
    if (status == CPM_OK)
        status = cpm_guess_take(guess, fit.order, fit.nexceptions, nterms, err);
    for (size_t k = 0; status == CPM_OK && k < fit.order; k++)
        fmpz_set_ui(fmpq_numref(guess->c + k), fit.c[k]);
    free(a);
    cpm_fit_clear(&fit);
    return status;
}

cpm_status cpm_guess_modular(cpm_guess *guess, const fmpz *terms, size_t nterms, const fmpz_t m,
                             const cpm_config *config, cpm_err *err)
{
    if (fmpz_bits(m) < FLINT_BITS && n_is_prime(fmpz_get_ui(m)))
        return guess_prime(guess, terms, nterms, fmpz_get_ui(m), config, err);
    search s = {.nterms = nterms, .m = m, .config = config, .err = err};
    fmpz *residues = _fmpz_vec_init((slong)nterms);
    _fmpz_vec_scalar_mod_fmpz(residues, terms, (slong)nterms, m);
    s.terms = residues;
    fmpz_factor_init(s.parts);
    factor_modulus(s.parts, m);
    cpm_status status = search_all(guess, &s);
    fmpz_factor_clear(s.parts);
    _fmpz_vec_clear(residues, (slong)nterms);
    return status;
}
