/* SPDX-License-Identifier: MIT
 *
 * synthesis.c - shift-register synthesis: E. Berlekamp 1968 and J. Massey 1969 modulo a
 * prime, J. Reeds and N. Sloane, "Shift-register synthesis (modulo m)", SIAM J. Comput.
 * 14, 1985, modulo p^k.
 *
 * For each i < k a pair of polynomials (a, b) with a(0) = p^i is kept, as short as can
 * be, with a(x) s(x) = b(x) up to the terms seen so far. At the next term they differ by
 * u p^j, u a unit, or by 0. The pair k-1-j, as it was when it last grew, had a
 * difference p^g with g <= j or so times a unit at its time, and a multiple of it,
 * shifted, takes this one away. Modulo a prime there is one pair, and this is the
 * algorithm of Berlekamp and Massey. Modulo other numbers the answers for the prime
 * powers are put together coefficient by coefficient.
 *
 * Why 2d terms are enough: let the sequence satisfy a recurrence of order d, and the one
 * found, of order e <= d, hold for 2d terms. Applied to the whole sequence the latter
 * gives one that satisfies the former and has 2d - e >= d zeros in a row, hence only
 * zeros from there. Nothing in this needs a field.
 */
#include "power/synthesis.h"

#include "base/mem.h"
#include "power/progress.h"

#include <flint/nmod_vec.h>
#include <flint/ulong_extras.h>
#include <stdlib.h>
#include <string.h>

/* a and b with a s = b; lengths without zeros at the end. */
typedef struct pair {
    ulong *a, *b; /* owned, with room for all terms */
    size_t na, nb;
} pair;

typedef struct row {
    pair now, before; /* up to this term, and up to the last one */
    pair grown;       /* another row's, before this one last grew */
    ulong unit, grown_unit;
    unsigned valuation, grown_valuation; /* the difference is unit * p^valuation */
    size_t grown_at;                     /* the term at which that was */
} row;

typedef struct register_of {
    nmod_t mod; /* p^k */
    ulong p;
    unsigned k;
    size_t room;
    ulong *power; /* owned: p^0 .. p^(k-1) */
    row *rows;    /* owned: k of them */
    const ulong *terms;
    bool failed;
} register_of;

static bool pair_init(pair *q, size_t room)
{
    q->a = cpm_calloc(room, sizeof *q->a);
    q->b = cpm_calloc(room, sizeof *q->b);
    q->na = q->nb = 0;
    return q->a != NULL && q->b != NULL;
}

static void pair_clear(pair *q)
{
    free(q->a);
    free(q->b);
}

static void pair_set(pair *to, const pair *from)
{
    memcpy(to->a, from->a, from->na * sizeof *from->a);
    memcpy(to->b, from->b, from->nb * sizeof *from->b);
    to->na = from->na;
    to->nb = from->nb;
}

/* How many terms back the recurrence goes. */
static size_t order_of(const pair *q)
{
    size_t degree = q->na > 0 ? q->na - 1 : 0;
    return q->nb > degree ? q->nb : degree;
}

static void register_clear(register_of *r)
{
    for (unsigned i = 0; i < r->k && r->rows != NULL; i++) {
        pair_clear(&r->rows[i].now);
        pair_clear(&r->rows[i].before);
        pair_clear(&r->rows[i].grown);
    }
    free(r->rows);
    free(r->power);
}

/* x = unit * p^valuation; 0 is 1 * p^k. */
static void split_unit(row *w, const register_of *r, ulong x)
{
    w->unit = x == 0 ? 1 : x;
    w->valuation = x == 0 ? r->k : 0;
    while (w->unit % r->p == 0) {
        w->unit /= r->p;
        w->valuation++;
    }
}

static cpm_status register_init(register_of *r, ulong p, unsigned k, const ulong *terms,
                                size_t count, cpm_err *err)
{
    *r = (register_of){.p = p, .k = k, .room = count + 1, .terms = terms};
    nmod_init(&r->mod, n_pow(p, k));
    r->power = cpm_calloc(k, sizeof *r->power);
    r->rows = cpm_calloc(k, sizeof *r->rows);
    bool ok = r->power != NULL && r->rows != NULL;
    for (unsigned i = 0; i < k && ok; i++) {
        row *w = &r->rows[i];
        r->power[i] = n_pow(p, i);
        ok = pair_init(&w->now, r->room) && pair_init(&w->before, r->room) &&
             pair_init(&w->grown, r->room);
        if (!ok)
            break;
        w->now.a[0] = r->power[i];
        w->now.na = 1;
        w->before = (pair){w->before.a, w->before.b, 1, 0};
        w->before.a[0] = r->power[i];
    }
    return ok ? CPM_OK : cpm_err_memory(err);
}

static void trim(size_t *len, const ulong *v)
{
    while (*len > 0 && v[*len - 1] == 0)
        --*len;
}

/* to -= c x^shift from */
static void subtract(ulong *to, size_t *nto, const ulong *from, size_t nfrom, size_t shift, ulong c,
                     nmod_t mod)
{
    if (nfrom == 0)
        return;
    if (*nto < shift + nfrom) {
        memset(to + *nto, 0, (shift + nfrom - *nto) * sizeof *to);
        *nto = shift + nfrom;
    }
    _nmod_vec_scalar_addmul_nmod(to + shift, from, (slong)nfrom, nmod_neg(c, mod), mod);
    trim(nto, to);
}

/* The coefficient of x^t in a s. */
static ulong coefficient(const register_of *r, const pair *q, size_t t)
{
    ulong high = 0, mid = 0, low = 0, hi, lo;
    for (size_t i = 0; i < q->na && i <= t; i++) {
        umul_ppmm(hi, lo, q->a[i], r->terms[t - i]);
        add_sssaaaaaa(high, mid, low, high, mid, low, UWORD(0), hi, lo);
    }
    if (high >= r->mod.n)
        high %= r->mod.n;
    NMOD_RED3(low, high, mid, low, r->mod);
    return low;
}

/* Where a row has just grown it keeps what would take its next difference away. */
static void remember(register_of *r, row *w, size_t t)
{
    if (order_of(&w->now) <= order_of(&w->before))
        return;
    const row *other = &r->rows[r->k - 1 - w->valuation];
    pair_set(&w->grown, &other->before);
    w->grown_unit = other->unit;
    w->grown_valuation = other->valuation;
    w->grown_at = t - 1;
}

/* The pair of a row that differs at term t by unit p^valuation. */
static void mend(register_of *r, row *w, size_t t)
{
    if (w->valuation >= r->k)
        return;
    const row *other = &r->rows[r->k - 1 - w->valuation];
    if (order_of(&other->before) == 0) { /* it saw zeros only: the term is given */
        memset(w->now.b + w->now.nb, 0, (t - w->now.nb) * sizeof *w->now.b);
        w->now.b[t] = nmod_mul(w->unit, r->power[w->valuation], r->mod);
        w->now.nb = t + 1;
        return;
    }
    if (other->grown_valuation > w->valuation) { /* then no such recurrence exists */
        r->failed = true;
        return;
    }
    ulong c = nmod_mul(w->unit, n_invmod(other->grown_unit, r->mod.n), r->mod);
    c = nmod_mul(c, r->power[w->valuation - other->grown_valuation], r->mod);
    size_t shift = t - other->grown_at;
    subtract(w->now.a, &w->now.na, other->grown.a, other->grown.na, shift, c, r->mod);
    subtract(w->now.b, &w->now.nb, other->grown.b, other->grown.nb, shift, c, r->mod);
}

static void take_term(register_of *r, size_t t)
{
    for (unsigned i = 0; i < r->k && t > 0; i++)
        remember(r, &r->rows[i], t);
    for (unsigned i = 0; i < r->k; i++) {
        row *w = &r->rows[i];
        pair_set(&w->before, &w->now);
        split_unit(w, r, coefficient(r, &w->now, t)); /* b is shorter than t */
    }
    for (unsigned i = 0; i < r->k; i++)
        mend(r, &r->rows[i], t);
}

/* num/den for m = p^k, as pairs of coefficients with den(0) = 1. */
static cpm_status synthesize_power(nmod_poly_t num, nmod_poly_t den, ulong p, unsigned k,
                                   const ulong *terms, size_t count, const cpm_config *config,
                                   cpm_err *err)
{
    register_of r;
    cpm_status status = register_init(&r, p, k, terms, count, err);
    for (size_t t = 0; t < count && status == CPM_OK && !r.failed; t++) {
        take_term(&r, t);
        if (t % 64 == 0)
            status = cpm_progress(config, -1, err);
    }
    const pair *found = status == CPM_OK ? &r.rows[0].now : NULL;
    bool ok = found != NULL && !r.failed && 2 * order_of(found) <= count;
    for (size_t t = 0; t < count && ok; t++)
        ok = coefficient(&r, found, t) == (t < found->nb ? found->b[t] : 0);
    if (status == CPM_OK && !ok)
        status = cpm_err_set(err, CPM_ERR_INTERNAL, "terms that satisfy no recurrence");
    for (size_t i = status == CPM_OK ? found->na : 0; i-- > 0;)
        nmod_poly_set_coeff_ui(den, (slong)i, found->a[i]);
    for (size_t i = status == CPM_OK ? found->nb : 0; i-- > 0;)
        nmod_poly_set_coeff_ui(num, (slong)i, found->b[i]);
    register_clear(&r);
    return status;
}

/* ---- Several primes ------------------------------------------------------------ */

/* out, modulo m, becomes what is out modulo `done` and part modulo q; both divide m and
 * are prime to each other. */
static void join(nmod_poly_t out, ulong done, const nmod_poly_t part, ulong q)
{
    nmod_t mod;
    nmod_init(&mod, q);
    ulong inverse = q == 1 ? 0 : n_invmod(done % q, q);
    slong len = FLINT_MAX(nmod_poly_length(out), nmod_poly_length(part));
    for (slong i = len; i-- > 0;) {
        ulong x = nmod_poly_get_coeff_ui(out, i), y = nmod_poly_get_coeff_ui(part, i);
        ulong times = nmod_mul(nmod_sub(y, x % q, mod), inverse, mod);
        nmod_poly_set_coeff_ui(out, i, x + done * times);
    }
}

/* Most moduli are primes, which trial divisions take their time with. */
static void factor(n_factor_t *factors, ulong m)
{
    n_factor_init(factors);
    if (n_is_prime(m))
        n_factor_insert(factors, m, 1);
    else
        n_factor(factors, m, 1);
}

cpm_status cpm_synthesize(nmod_poly_t num, nmod_poly_t den, const ulong *terms, size_t count,
                          const cpm_config *config, cpm_err *err)
{
    n_factor_t factors;
    factor(&factors, nmod_poly_modulus(den));
    ulong *residues = cpm_calloc(count + 1, sizeof *residues), done = 1;
    if (residues == NULL)
        return cpm_err_memory(err);
    nmod_poly_zero(num);
    nmod_poly_zero(den);
    cpm_status status = CPM_OK;
    for (int f = 0; f < factors.num && status == CPM_OK; f++) {
        ulong q = n_pow(factors.p[f], (ulong)factors.exp[f]);
        nmod_poly_t part_num, part_den;
        nmod_poly_init(part_num, q);
        nmod_poly_init(part_den, q);
        for (size_t t = 0; t < count; t++)
            residues[t] = terms[t] % q;
        status = synthesize_power(part_num, part_den, factors.p[f], (unsigned)factors.exp[f],
                                  residues, count, config, err);
        join(num, done, part_num, q);
        join(den, done, part_den, q);
        done *= q;
        nmod_poly_clear(part_num);
        nmod_poly_clear(part_den);
    }
    free(residues);
    return status;
}

ulong cpm_synthesis_weight(ulong m)
{
    n_factor_t factors;
    factor(&factors, m);
    ulong weight = 0;
    for (int f = 0; f < factors.num; f++)
        weight += (ulong)factors.exp[f];
    return weight;
}
