/* SPDX-License-Identifier: MIT
 *
 * seq_sum.c - the sum of the terms of a range: the few that are given or come before
 * the recurrence one by one, all others at once.
 */
#include "api/config.h"
#include "api/seq.h"
#include "api/value.h"
#include "power/residue.h"
#include "power/sum.h"

/* A sum of so few terms is made by adding them; where there is no other way, of so
 * many. */
enum { FEW_TERMS = 50, MANY_TERMS = 10000000 };

typedef struct sum_range {
    cpm_seq *seq;
    const cpm_config *config;
    fmpz_t first, last, step; /* upwards; first > last: nothing */
    fmpq_t total;
    cpm_err *err;
} sum_range;

/* How many terms there are from first to last. */
static void count_terms(fmpz_t count, const fmpz_t first, const fmpz_t last, const fmpz_t step)
{
    fmpz_sub(count, last, first);
    fmpz_fdiv_q(count, count, step);
    fmpz_add_ui(count, count, 1);
}

static cpm_status add_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    fmpq *total = ctx;
    mpq_t q;
    fmpq_t x;
    (void)n;
    mpq_init(q);
    fmpq_init(x);
    bool is_number = cpm_value_get_mpq(q, value);
    fmpq_set_mpq(x, q);
    fmpq_add(total, total, x);
    mpq_clear(q);
    fmpq_clear(x);
    return is_number
               ? CPM_OK
               : cpm_err_set(err, CPM_ERR_UNSUPPORTED, "there is an infinity among the terms");
}

/* total += the terms from first to last, one by one. */
static cpm_status add_each(sum_range *r, const fmpz_t last)
{
    fmpz_t count;
    fmpz_init(count);
    count_terms(count, r->first, last, r->step);
    cpm_status status = CPM_OK;
    if (fmpz_cmp_ui(count, MANY_TERMS) > 0)
        status = cpm_err_set(r->err, CPM_ERR_UNSUPPORTED,
                             "more than %d terms are not summed one by one", MANY_TERMS);
    if (status == CPM_OK && fmpz_sgn(count) > 0) {
        mpz_t from, to, step;
        mpz_inits(from, to, step, (mpz_ptr)NULL);
        fmpz_get_mpz(from, r->first);
        fmpz_get_mpz(to, last);
        fmpz_get_mpz(step, r->step);
        cpm_config plain = *r->config;
        plain.output_base = 0; /* binary ones are added */
        plain.whole_ranges = true;
        status = cpm_seq_terms(r->seq, from, to, step, &plain, add_term, r->total, r->err);
        mpz_clears(from, to, step, (mpz_ptr)NULL);
    }
    if (fmpz_sgn(count) > 0)
        fmpz_addmul(r->first, count, r->step);
    fmpz_clear(count);
    return status;
}

/* Coefficients vary: a sum is one more variable of the system, for terms that follow each
 * other. */
static bool is_varying(const sum_range *r)
{
    return cpm_solver_polysys(&r->seq->solver) != NULL && r->seq->varying.period == 1 &&
           fmpz_is_one(r->step);
}

/* Whether sums are those of the linear system behind the sequence: not in another
 * semiring, and not of residues where no residue is asked for. */
static bool is_linear(const sum_range *r)
{
    if (cpm_solver_plan(&r->seq->solver) == NULL && !is_varying(r))
        return false;
    if (!r->seq->reduces)
        return true;
    if (r->config->modulus == NULL)
        return false;
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, r->config->modulus);
    bool divides = fmpz_divisible(cpm_seq_modulus(r->seq), m);
    fmpz_clear(m);
    return divides;
}

/* out = total, which is all of the sum. */
static cpm_status take_total(cpm_number *out, const sum_range *r)
{
    fmpq_set(out->q, r->total);
    return cpm_residue_of_value(out->q, r->config, r->err);
}

/* total += a(base) + ... + a(n-1), times a sign. */
static cpm_status add_before(sum_range *r, cpm_solver *sums, const fmpz_t n, bool negative)
{
    fmpz_t steps;
    cpm_number *sum = cpm_numbers_new(1);
    cpm_config plain = *r->config;
    plain.output_base = 0;
    if (sum == NULL)
        return cpm_err_memory(r->err);
    fmpz_init(steps);
    fmpz_sub(steps, n, r->seq->rec.base);
    cpm_status status = cpm_solver_answer(sum, NULL, sums, steps, &plain, r->err);
    if (status == CPM_OK && negative)
        fmpq_sub(r->total, r->total, sum->q);
    else if (status == CPM_OK)
        fmpq_add(r->total, r->total, sum->q);
    fmpz_clear(steps);
    cpm_numbers_free(sum, 1);
    return status;
}

/* total += all that is left, as the difference of two sums from the start. */
static cpm_status add_varying(sum_range *r)
{
    cpm_polysys sys;
    cpm_solver sums = {0}, *solver;
    const fmpq *given;
    fmpz_t end;
    fmpz_init(end);
    cpm_status status = cpm_seq_place(&given, &solver, end, r->seq, r->last, r->err); /* exists */
    fmpz_add_ui(end, r->last, 1);
    if (status == CPM_OK)
        status = cpm_polysys_sum(&sys, cpm_solver_polysys(&r->seq->solver), 0, r->err);
    if (status == CPM_OK) {
        status = cpm_solver_init_poly(&sums, &sys, r->err);
        cpm_polysys_clear(&sys);
    }
    if (status == CPM_OK)
        status = add_before(r, &sums, end, false);
    if (status == CPM_OK && fmpz_cmp(r->first, r->seq->rec.base) > 0)
        status = add_before(r, &sums, r->first, true);
    cpm_solver_clear(&sums);
    fmpz_clear(end);
    return status;
}

/* out = total and all that is left, from the state on. */
static cpm_status add_rest(cpm_number *out, sum_range *r)
{
    fmpz_t first, count;
    if (is_varying(r)) {
        cpm_status status = add_varying(r);
        return status == CPM_OK ? take_total(out, r) : status;
    }
    fmpz_init(first);
    fmpz_init(count);
    fmpz_sub(first, r->first, r->seq->rec.base);
    count_terms(count, r->first, r->last, r->step);
    cpm_status status = cpm_plan_sum(out, cpm_solver_plan(&r->seq->solver), first, count, r->step,
                                     r->config, r->err);
    bool gives_up = (status == CPM_ERR_UNSUPPORTED || status == CPM_ERR_NO_ANSWER) &&
                    fmpz_cmp_ui(count, MANY_TERMS) <= 0;
    fmpz_clear(first);
    fmpz_clear(count);
    if (gives_up) {
        cpm_err_clear(r->err);
        status = add_each(r, r->last);
        return status == CPM_OK ? take_total(out, r) : status;
    }
    if (status != CPM_OK || fmpq_is_zero(r->total))
        return status;
    status = cpm_number_settle(out, r->err);
    fmpq_add(out->q, out->q, r->total);
    return status == CPM_OK ? cpm_residue_of_value(out->q, r->config, r->err) : status;
}

/* The index from which on the recurrence has a sum. */
static cpm_status find_start(fmpz_t index, sum_range *r)
{
    size_t start;
    if (is_varying(r)) { /* given terms need not be residues */
        fmpz_set(index, r->seq->reduces ? r->seq->rec.start : r->seq->rec.base);
        return CPM_OK;
    }
    if (cpm_sum_start(&start, cpm_solver_plan(&r->seq->solver), r->err) == NULL)
        return r->err->status;
    fmpz_add_ui(index, r->seq->rec.base, start);
    if (r->seq->reduces && fmpz_cmp(index, r->seq->rec.start) < 0)
        fmpz_set(index, r->seq->rec.start); /* given terms need not be residues */
    return CPM_OK;
}

static cpm_status run_sum(cpm_number *out, sum_range *r)
{
    fmpz_t count, before;
    fmpz_init(count);
    fmpz_init(before);
    count_terms(count, r->first, r->last, r->step);
    bool at_once = fmpz_cmp_ui(count, FEW_TERMS) > 0 && is_linear(r);
    cpm_status status = at_once ? find_start(before, r) : CPM_OK;
    fmpz_sub_ui(before, before, 1);
    if (!at_once || fmpz_cmp(before, r->last) > 0)
        fmpz_set(before, r->last);
    if (status == CPM_OK && fmpz_cmp(r->first, before) <= 0)
        status = add_each(r, before);
    if (status == CPM_OK && fmpz_cmp(r->first, r->last) <= 0) {
        status = add_rest(out, r);
    } else if (status == CPM_OK) {
        status = take_total(out, r);
    }
    fmpz_clear(count);
    fmpz_clear(before);
    return status;
}

/* A range that counts down has the same sum as the one that counts up. */
static void set_range(sum_range *r, mpz_srcptr first, mpz_srcptr last, mpz_srcptr step)
{
    bool up = mpz_sgn(step) > 0;
    fmpz_set_mpz(r->first, first);
    fmpz_set_mpz(r->last, last);
    fmpz_set_mpz(r->step, step);
    if (up)
        return;
    fmpz_t count;
    fmpz_init(count);
    fmpz_neg(r->step, r->step);
    fmpz_sub(count, r->first, r->last);
    fmpz_fdiv_q(count, count, r->step);
    fmpz_set(r->last, r->first);
    fmpz_submul(r->first, count, r->step);
    fmpz_clear(count);
}

cpm_status cpm_seq_sum(cpm_value **value, cpm_seq *seq, mpz_srcptr first, mpz_srcptr last,
                       mpz_srcptr step, const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    *value = NULL;
    if (mpz_sgn(step) == 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "the step of a range must not be zero");
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    cpm_value *found = cpm_value_new();
    if (found == NULL)
        return cpm_err_memory(err);
    sum_range r = {.seq = seq, .config = &config, .err = err};
    fmpz_init(r.first);
    fmpz_init(r.last);
    fmpz_init(r.step);
    fmpq_init(r.total);
    set_range(&r, first, last, step);
    status = run_sum(&found->number, &r);
    fmpz_clear(r.first);
    fmpz_clear(r.last);
    fmpz_clear(r.step);
    fmpq_clear(r.total);
    if (status == CPM_OK)
        *value = found;
    else
        cpm_value_free(found);
    return cpm_seq_leave(seq, status, err);
}
