/* SPDX-License-Identifier: MIT
 *
 * seq_digits.c - how a term begins, how it ends, how long it is. A term of moderate
 * size is made and looked at; of others the last digits are a residue, and the first
 * come from power/leading.h.
 */
#include "api/config.h"
#include "api/seq.h"
#include "base/mem.h"
#include "power/bostan_mori.h"
#include "power/leading.h"
#include "power/residue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct cpm_digits {
    int sign;
    char *first, *last; /* owned, of FLINT's allocation; NULL: not asked for */
    fmpz_t length;
};

/* A term of so many bits is made sooner than its logarithm. */
static const double SMALL_BITS = 20000;

typedef struct digits_question {
    cpm_seq *seq;
    const fmpz *n;
    size_t nfirst, nlast;
    int base;
    const cpm_config *config;
    cpm_err *err;
} digits_question;

/* ---- Of a number that is there ----------------------------------------------- */

static char *copy_bytes(const char *bytes, size_t nbytes)
{
    char *copy = flint_malloc(nbytes + 1);
    memcpy(copy, bytes, nbytes);
    copy[nbytes] = '\0';
    return copy;
}

static void take_text(cpm_digits *d, const char *text, const digits_question *q)
{
    size_t len = strlen(text);
    size_t nfirst = q->nfirst < len ? q->nfirst : len, nlast = q->nlast < len ? q->nlast : len;
    fmpz_set_ui(d->length, len);
    if (q->nfirst > 0)
        d->first = copy_bytes(text, nfirst);
    if (q->nlast > 0)
        d->last = copy_bytes(text + (len - nlast), nlast);
}

static cpm_status take_number(cpm_digits *d, cpm_number *x, const digits_question *q)
{
    cpm_status status = cpm_number_settle(x, q->err);
    if (status != CPM_OK)
        return status;
    if (!cpm_number_is_finite(x) || !fmpz_is_one(fmpq_denref(x->q)))
        return cpm_err_set(q->err, CPM_ERR_NO_ANSWER, "the term is no integer: it has no digits");
    d->sign = fmpq_sgn(x->q);
    fmpz_abs(fmpq_numref(x->q), fmpq_numref(x->q));
    char *text = fmpz_get_str(NULL, q->base, fmpq_numref(x->q));
    take_text(d, text, q);
    flint_free(text);
    return CPM_OK;
}

static cpm_status make_term(cpm_digits *d, const digits_question *q)
{
    cpm_number x;
    cpm_config config = *q->config;
    config.output_base = q->base;
    cpm_number_init(&x);
    cpm_status status = cpm_seq_find_term(&x, q->seq, q->n, &config, q->err);
    if (status == CPM_OK)
        status = take_number(d, &x, q);
    cpm_number_clear(&x);
    return status;
}

/* ---- Of one that is not -------------------------------------------------------- */

/* Digits of x, with zeros before it up to `width`. */
static char *padded(const fmpz_t x, size_t width, int base)
{
    char *digits = fmpz_get_str(NULL, base, x);
    size_t len = strlen(digits);
    if (len >= width)
        return digits;
    char *text = flint_malloc(width + 1);
    memset(text, '0', width - len);
    memcpy(text + (width - len), digits, len + 1);
    flint_free(digits);
    return text;
}

static cpm_status find_last(cpm_digits *d, const digits_question *q)
{
    cpm_number x;
    cpm_config config = *q->config;
    mpz_t m;
    fmpz_t modulus;
    mpz_init(m);
    mpz_ui_pow_ui(m, (unsigned long)q->base, q->nlast);
    fmpz_init(modulus);
    fmpz_set_mpz(modulus, m);
    config.modulus = m;
    cpm_number_init(&x);
    cpm_status status = cpm_seq_find_term(&x, q->seq, q->n, &config, q->err);
    if (status == CPM_OK)
        status = cpm_number_settle(&x, q->err);
    if (status == CPM_OK && d->sign < 0) {
        fmpz_neg(fmpq_numref(x.q), fmpq_numref(x.q));
        fmpz_mod(fmpq_numref(x.q), fmpq_numref(x.q), modulus);
    }
    if (status == CPM_OK)
        d->last = padded(fmpq_numref(x.q), q->nlast, q->base);
    cpm_number_clear(&x);
    mpz_clear(m);
    fmpz_clear(modulus);
    return status;
}

/* Whether y(steps) is an integer, for an f with den(0) = 1. */
static cpm_status check_integer(const cpm_genfun *f, const fmpz_t steps, const digits_question *q)
{
    if (fmpz_is_one(f->scale))
        return CPM_OK;
    fmpz_t rest;
    fmpz_init(rest);
    cpm_status status =
        cpm_nth_bostan_mori(rest, f->num, f->den, steps, f->scale, q->config, q->err);
    if (status == CPM_OK && !fmpz_is_zero(rest))
        status = cpm_err_set(q->err, CPM_ERR_NO_ANSWER, "the term is no integer: it has no digits");
    fmpz_clear(rest);
    return status;
}

/* The leading digits of a term that is not made: CPM_ERR_UNSUPPORTED where that is not
 * to be had. */
static cpm_status find_first(cpm_digits *d, const cpm_genfun *f, const fmpz_t steps,
                             const digits_question *q)
{
    cpm_leading x;
    size_t count = q->nfirst > 0 ? q->nfirst : 1;
    cpm_leading_init(&x);
    cpm_status status = check_integer(f, steps, q);
    if (status == CPM_OK)
        status = cpm_leading_digits(&x, f, steps, count, q->base, q->config, q->err);
    size_t longest = count > q->nlast ? count : q->nlast;
    if (status == CPM_OK && x.sign != 0 && fmpz_cmp_ui(x.length, longest) <= 0)
        status = cpm_err_set(q->err, CPM_ERR_UNSUPPORTED, "the term is too short to look at it so");
    if (status == CPM_OK) {
        d->sign = x.sign;
        fmpz_set(d->length, x.length);
        if (q->nfirst > 0 && x.sign != 0)
            d->first = fmpz_get_str(NULL, q->base, x.digits);
    }
    cpm_leading_clear(&x);
    return status;
}

/* Whether the term is one to be looked at without being made: *f is set then. */
static cpm_status choose(const cpm_genfun **f, fmpz_t steps, const digits_question *q)
{
    const fmpq *given;
    cpm_solver *solver;
    *f = NULL;
    cpm_status status = cpm_seq_place(&given, &solver, steps, q->seq, q->n, q->err);
    if (status != CPM_OK || given != NULL || q->config->modulus != NULL || q->seq->reduces)
        return status;
    cpm_plan *plan = cpm_solver_plan(solver);
    if (plan == NULL)
        return CPM_OK;
    const cpm_genfun *found = cpm_plan_genfun(plan, 0, q->err);
    if (found == NULL)
        return q->err->status;
    cpm_size_bound bound;
    cpm_genfun *known = &plan->funs[0];
    cpm_bound_term(&bound, known, steps);
    double wanted = 4 * (double)(q->nfirst + q->nlast) * log2(q->base);
    if (bound.bits > fmax(SMALL_BITS, wanted) &&
        fmpz_is_one(fmpz_poly_get_coeff_ptr(found->den, 0)))
        *f = found;
    return CPM_OK;
}

static cpm_status find_digits(cpm_digits *d, const digits_question *q)
{
    const cpm_genfun *f;
    fmpz_t steps;
    fmpz_init(steps);
    cpm_status status = choose(&f, steps, q);
    bool made = f == NULL;
    if (status == CPM_OK && f != NULL) {
        status = find_first(d, f, steps, q);
        made = status == CPM_ERR_UNSUPPORTED;
    }
    fmpz_clear(steps);
    if (status == CPM_OK && !made && d->sign == 0)
        take_text(d, "0", q);
    else if (status == CPM_OK && !made && q->nlast > 0)
        status = find_last(d, q);
    if (!made || (status != CPM_OK && status != CPM_ERR_UNSUPPORTED))
        return status;
    cpm_err why = *q->err;
    cpm_err_clear(q->err);
    status = make_term(d, q);
    if (status == CPM_ERR_LIMIT && why.status != CPM_OK)
        *q->err = why; /* why it is not to be had otherwise says more */
    return q->err->status;
}

/* ---- The interface ---------------------------------------------------------------- */

cpm_status cpm_seq_digits(cpm_digits **digits, cpm_seq *seq, mpz_srcptr n, size_t nfirst,
                          size_t nlast, int base, const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    *digits = NULL;
    if (base < 2 || base > 62)
        return cpm_err_set(err, CPM_ERR_USAGE, "the base must be from 2 to 62");
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    cpm_digits *found = cpm_calloc(1, sizeof *found);
    if (found == NULL)
        return cpm_err_memory(err);
    fmpz_t index;
    fmpz_init(index);
    fmpz_set_mpz(index, n);
    const digits_question q = {seq, index, nfirst, nlast, base, &config, err};
    status = find_digits(found, &q);
    fmpz_clear(index);
    if (status == CPM_OK)
        *digits = found;
    else
        cpm_digits_free(found);
    return cpm_seq_leave(seq, status, err);
}

int cpm_digits_sign(const cpm_digits *digits)
{
    return digits->sign;
}

const char *cpm_digits_first(const cpm_digits *digits)
{
    return digits->first;
}

const char *cpm_digits_last(const cpm_digits *digits)
{
    return digits->last;
}

void cpm_digits_length(mpz_t out, const cpm_digits *digits)
{
    fmpz_get_mpz(out, digits->length);
}

void cpm_digits_free(cpm_digits *digits)
{
    if (digits == NULL)
        return;
    flint_free(digits->first);
    flint_free(digits->last);
    fmpz_clear(digits->length);
    free(digits);
}
