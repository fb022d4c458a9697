/* SPDX-License-Identifier: MIT
 *
 * semi_plan.c - three engines over any semiring.
 *
 * naive       the system is stepped n times by the methods of the domain.
 * matrix      binary powering (D. E. Knuth, TAOCP 2, 4.6.3). For a term the
 *             squares are applied to the state at the set bits of n, so there
 *             are no products but squarings.
 * recurrence  for one shift register of order d: x^n modulo the recurrence, with
 *             additions only (C. M. Fiduccia, "An efficient formula for linear
 *             recurrences", SIAM J. Comput. 14, 1985; reducing from the top
 *             needs no subtraction), log2(n) times 2 d^2 operations.
 *
 * Over max-plus and min-plus the state becomes periodic up to a shift; where that
 * happens early (cycle_mean.h) a huge n costs no squarings at all.
 *
 * The last two run on machine words (semi_words.h) as far as these are exact
 * and go on with exact elements from there.
 */
#include "power/semi_plan.h"

#include "base/limits.h"
#include "base/mem.h"
#include "power/progress.h"
#include "power/semi_words.h"

#include <flint/fmpq_vec.h>
#include <math.h>
#include <stdlib.h>

/* ---- Elements ------------------------------------------------------------ */

static void vec_set(fmpq *out, const fmpq *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fmpq_set(out + i, x + i);
}

static bool vec_equal(const fmpq *x, const fmpq *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!fmpq_equal(x + i, y + i))
            return false;
    return true;
}

static double vec_bytes(const fmpq *x, size_t count)
{
    double nbits = 0;
    for (size_t i = 0; i < count; i++)
        nbits += (double)fmpq_height_bits(x + i);
    return nbits / 8;
}

/* The elements of a product are twice as long; refuse before they are made. */
static cpm_status check_growth(const fmpq *x, size_t count, const cpm_config *config, cpm_err *err)
{
    double need = 2 * vec_bytes(x, count);
    if (config->max_memory_bytes == 0 || need < 1e6 || need <= (double)config->max_memory_bytes)
        return CPM_OK;
    cpm_err_set(err, CPM_ERR_LIMIT, "the result grows past the memory limit");
    cpm_err_hint(err, "--max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}

/* c = a * b, where a is rows x inner and b inner x cols; c is neither of them. */
static void elements_mul(fmpq *c, const fmpq *a, const fmpq *b, size_t rows, size_t inner,
                         size_t cols, const cpm_domain *domain)
{
    fmpq_t t;
    fmpq_init(t);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++)
            domain->zero(c + i * cols + j, domain);
        for (size_t k = 0; k < inner; k++) {
            if (cpm_domain_is_zero(a + i * inner + k, domain))
                continue;
            for (size_t j = 0; j < cols; j++) {
                fmpq *sum = c + i * cols + j;
                domain->mul(t, b + k * cols + j, a + i * inner + k, domain);
                domain->add(sum, sum, t, domain);
            }
        }
    }
    fmpq_clear(t);
}

/* ---- Binary powering ----------------------------------------------------- */

/* result = base^(the bits of n from `bit` on, over 2^squared) * result */
typedef struct powering {
    const cpm_domain *domain;
    const cpm_config *config;
    size_t dim, cols;
    fmpq *base;   /* dim x dim: the matrix squared `squared` times */
    fmpq *result; /* dim x cols */
    const fmpz *n;
    size_t bit, squared;
    bool settled;  /* squaring the base changes nothing any more */
    bool absorbed; /* and it has been applied: nor does applying it again */
    cpm_err *err;
} powering;

static cpm_status square_elements(powering *p, fmpq *square)
{
    size_t count = p->dim * p->dim;
    cpm_status status = check_growth(p->base, count, p->config, p->err);
    if (status != CPM_OK)
        return status;
    elements_mul(square, p->base, p->base, p->dim, p->dim, p->dim, p->domain);
    p->settled = vec_equal(square, p->base, count);
    vec_set(p->base, square, count);
    return CPM_OK;
}

static cpm_status apply_elements(powering *p, fmpq *applied)
{
    size_t count = p->dim * p->cols;
    cpm_status status = check_growth(p->base, p->dim * p->dim, p->config, p->err);
    if (status == CPM_OK)
        status = check_growth(p->result, count, p->config, p->err);
    if (status != CPM_OK)
        return status;
    elements_mul(applied, p->base, p->result, p->dim, p->dim, p->cols, p->domain);
    vec_set(p->result, applied, count);
    return CPM_OK;
}

static cpm_status power_elements(powering *p)
{
    slong count = (slong)(p->dim * p->dim), result_count = (slong)(p->dim * p->cols);
    fmpq *square = _fmpq_vec_init(count), *applied = _fmpq_vec_init(result_count);
    size_t nbits = (size_t)fmpz_bits(p->n);
    cpm_status status = CPM_OK;
    for (; p->bit < nbits && status == CPM_OK; p->bit++) {
        for (; p->squared < p->bit && !p->settled && status == CPM_OK; p->squared++)
            status = square_elements(p, square);
        if (status == CPM_OK && fmpz_tstbit(p->n, p->bit) && !p->absorbed) {
            status = apply_elements(p, applied);
            p->absorbed = p->settled;
        }
        if (status == CPM_OK)
            status = cpm_progress(p->config, (double)p->bit / (double)nbits, p->err);
    }
    _fmpq_vec_clear(square, count);
    _fmpq_vec_clear(applied, result_count);
    return status;
}

/* The matrices of words that a power needs. */
typedef struct word_powering {
    cpm_words base, square, result, applied;
} word_powering;

static cpm_status words_begin(word_powering *w, const powering *p)
{
    *w = (word_powering){0};
    cpm_status status = cpm_words_init(&w->base, p->dim, p->dim, p->err);
    if (status == CPM_OK)
        status = cpm_words_init(&w->square, p->dim, p->dim, p->err);
    if (status == CPM_OK)
        status = cpm_words_init(&w->result, p->dim, p->cols, p->err);
    if (status == CPM_OK)
        status = cpm_words_init(&w->applied, p->dim, p->cols, p->err);
    return status;
}

static void words_end(word_powering *w)
{
    cpm_words_clear(&w->base);
    cpm_words_clear(&w->square);
    cpm_words_clear(&w->result);
    cpm_words_clear(&w->applied);
}

/* One bit of n; false when a product does not fit: then base and result still
 * are what p->squared and p->bit say. */
static bool words_bit(word_powering *w, powering *p, const cpm_packing *packing)
{
    for (; p->squared < p->bit && !p->settled; p->squared++) {
        if (!cpm_words_mul(&w->square, &w->base, &w->base, packing))
            return false;
        p->settled = cpm_words_equal(&w->square, &w->base);
        cpm_words_swap(&w->square, &w->base);
    }
    if (fmpz_tstbit(p->n, p->bit) && !p->absorbed) {
        if (!cpm_words_mul(&w->applied, &w->base, &w->result, packing))
            return false;
        cpm_words_swap(&w->applied, &w->result);
        p->absorbed = p->settled;
    }
    return true;
}

/* As far as words hold the numbers; power_elements goes on from there. */
static cpm_status power_words(powering *p, const cpm_packing *packing)
{
    word_powering w;
    size_t nbits = (size_t)fmpz_bits(p->n), result_count = p->dim * p->cols;
    cpm_status status = words_begin(&w, p);
    fmpq *out = _fmpq_vec_init((slong)result_count);
    bool fits = status == CPM_OK;
    for (size_t limb = 0; limb < packing->nlimbs && fits && status == CPM_OK; limb++) {
        fits = cpm_words_pack(&w.base, p->base, limb, packing) &&
               cpm_words_pack(&w.result, p->result, limb, packing);
        if (!fits)
            break; /* of one limb: nothing has been done */
        p->settled = p->absorbed = false;
        p->squared = 0;
        for (p->bit = 0; fits && p->bit < nbits && status == CPM_OK; p->bit += fits) {
            double done = ((double)limb + (double)p->bit / (double)nbits) / (double)packing->nlimbs;
            fits = words_bit(&w, p, packing);
            status = cpm_progress(p->config, done, p->err);
        }
        cpm_words_unpack(out, &w.result, limb, packing);
        if (!fits)
            cpm_words_unpack(p->base, &w.base, limb, packing);
        if (limb + 1 == packing->nlimbs)
            vec_set(p->result, out, result_count);
    }
    words_end(&w);
    _fmpq_vec_clear(out, (slong)result_count);
    return status;
}

/* result (dim x cols) = a^n * result */
static cpm_status power_apply(fmpq *result, size_t cols, const fmpq *a, size_t dim, const fmpz_t n,
                              const cpm_domain *domain, const cpm_config *config, cpm_err *err)
{
    size_t count = dim * dim;
    fmpq *base = _fmpq_vec_init((slong)count);
    vec_set(base, a, count);
    powering p = {.domain = domain,
                  .config = config,
                  .dim = dim,
                  .cols = cols,
                  .base = base,
                  .result = result,
                  .n = n,
                  .err = err};
    cpm_packing packing;
    cpm_packing_init(&packing, domain);
    cpm_status status = cpm_packing_scan(&packing, a, count, err);
    if (status == CPM_OK)
        status = cpm_packing_scan(&packing, result, dim * cols, err);
    if (status == CPM_OK && packing.kind != CPM_PACK_NONE) {
        cpm_packing_settle(&packing);
        status = power_words(&p, &packing);
    }
    if (status == CPM_OK)
        status = power_elements(&p);
    cpm_packing_clear(&packing);
    _fmpq_vec_clear(base, (slong)count);
    return status;
}

static cpm_status check_dim(size_t dim, const cpm_config *config, cpm_err *err)
{
    if (dim > CPM_MAX_DENSE_DIM)
        return cpm_err_set(err, CPM_ERR_LIMIT,
                           "a matrix of dimension %zu is too large (at most %d)", dim,
                           CPM_MAX_DENSE_DIM);
    if (config->max_memory_bytes > 0 &&
        8.0 * (double)dim * (double)dim * 8 > (double)config->max_memory_bytes)
        return cpm_err_set(err, CPM_ERR_LIMIT,
                           "a matrix of dimension %zu is above the memory limit", dim);
    return CPM_OK;
}

cpm_status cpm_semi_matrix_power(fmpq *out, const fmpq *a, size_t dim, const fmpz_t n,
                                 const cpm_domain *domain, const cpm_config *config, cpm_err *err)
{
    cpm_status status = check_dim(dim, config, err);
    if (status != CPM_OK)
        return status;
    for (size_t i = 0; i < dim * dim; i++)
        (i % (dim + 1) == 0 ? domain->one : domain->zero)(out + i, domain);
    return power_apply(out, dim, a, dim, n, domain, config, err);
}

/* ---- Systems ------------------------------------------------------------- */

static bool is_copy_of(const cpm_semi_plan *plan, size_t var, size_t *from)
{
    const cpm_form *row = &plan->sys.rows[var];
    fmpq_t one;
    fmpq_init(one);
    plan->domain->one(one, plan->domain);
    bool copies = row->len == 1 && fmpq_equal(row->terms[0].coeff, one);
    if (copies)
        *from = row->terms[0].var;
    fmpq_clear(one);
    return copies;
}

/* Walks from the output along copies to the register that is computed:
 * chain[0] is the output, and chain[order-1] the head. place[v] is the place of
 * v in the chain, sys.dim for others. */
static bool find_chain(size_t *chain, size_t *place, size_t *order, const cpm_semi_plan *plan)
{
    const cpm_linsys *sys = &plan->sys;
    size_t var, from;
    fmpq_t one;
    if (sys->noutputs != 1 || sys->outputs[0].len != 1)
        return false;
    fmpq_init(one);
    plan->domain->one(one, plan->domain);
    bool plain = fmpq_equal(sys->outputs[0].terms[0].coeff, one);
    fmpq_clear(one);
    var = sys->outputs[0].terms[0].var;
    *order = 0;
    for (size_t i = 0; i < sys->dim; i++)
        place[i] = sys->dim;
    while (plain && place[var] == sys->dim) {
        place[var] = *order;
        chain[(*order)++] = var;
        if (!is_copy_of(plan, var, &from))
            return true;
        var = from; /* one that is in the chain already: a(t) = a(t-k) */
    }
    return plain;
}

/* The head's row over the chain and, at most, constants: rule[order]. */
static bool read_rule(cpm_semi_plan *plan, const size_t *chain, const size_t *place)
{
    const cpm_domain *domain = plan->domain;
    const cpm_linsys *sys = &plan->sys;
    const cpm_form *row = &sys->rows[chain[plan->order - 1]];
    for (size_t i = 0; i <= plan->order; i++)
        domain->zero(plan->rule + i, domain);
    fmpq_t t;
    fmpq_init(t);
    bool fits = true;
    for (size_t i = 0; i < row->len && fits; i++) {
        size_t var = row->terms[i].var, from = 0;
        if (place[var] < sys->dim) {
            fmpq_set(plan->rule + place[var], row->terms[i].coeff);
            continue;
        }
        fits = is_copy_of(plan, var, &from) && from == var;
        domain->mul(t, sys->start + var, row->terms[i].coeff, domain);
        domain->add(plan->rule + plan->order, plan->rule + plan->order, t, domain);
    }
    fmpq_clear(t);
    return fits;
}

static cpm_status find_register(cpm_semi_plan *plan, cpm_err *err)
{
    size_t *chain = cpm_calloc(plan->sys.dim, sizeof *chain);
    size_t *place = cpm_calloc(plan->sys.dim, sizeof *place);
    cpm_status status = chain == NULL || place == NULL ? cpm_err_memory(err) : CPM_OK;
    if (status == CPM_OK && find_chain(chain, place, &plan->order, plan)) {
        plan->rule = _fmpq_vec_init((slong)plan->order + 1);
        plan->first = _fmpq_vec_init((slong)plan->order);
        for (size_t i = 0; i < plan->order; i++) /* y(t+i) stands in chain[i] at time t */
            fmpq_set(plan->first + i, plan->sys.start + chain[i]);
        plan->is_register = read_rule(plan, chain, place);
    }
    free(chain);
    free(place);
    return status;
}

cpm_status cpm_semi_plan_init(cpm_semi_plan *plan, cpm_linsys *sys, cpm_err *err)
{
    *plan = (cpm_semi_plan){.domain = sys->domain, .sys = *sys};
    *sys = (cpm_linsys){0};
    fmpz_init(plan->done);
    cpm_growth_init(&plan->growth);
    plan->state = _fmpq_vec_init((slong)plan->sys.dim);
    return find_register(plan, err);
}

void cpm_semi_plan_clear(cpm_semi_plan *plan)
{
    if (plan->rule != NULL)
        _fmpq_vec_clear(plan->rule, (slong)plan->order + 1);
    if (plan->first != NULL)
        _fmpq_vec_clear(plan->first, (slong)plan->order);
    if (plan->state != NULL) {
        _fmpq_vec_clear(plan->state, (slong)plan->sys.dim);
        fmpz_clear(plan->done);
        cpm_growth_clear(&plan->growth);
    }
    cpm_linsys_clear(&plan->sys);
    *plan = (cpm_semi_plan){0};
}

/* ---- Engines ------------------------------------------------------------- */

/* out = the form at the point x. */
static void form_value(fmpq_t out, const cpm_form *form, const fmpq *x, const cpm_domain *domain)
{
    fmpq_t sum, t;
    fmpq_init(sum);
    fmpq_init(t);
    domain->zero(sum, domain);
    for (size_t i = 0; i < form->len; i++) {
        domain->mul(t, x + form->terms[i].var, form->terms[i].coeff, domain);
        domain->add(sum, sum, t, domain);
    }
    fmpq_swap(out, sum);
    fmpq_clear(sum);
    fmpq_clear(t);
}

static void outputs_at(fmpq *out, const cpm_semi_plan *plan, const fmpq *x)
{
    for (size_t k = 0; k < plan->sys.noutputs; k++)
        form_value(out + k, &plan->sys.outputs[k], x, plan->domain);
}

static cpm_status run_naive(fmpq *out, cpm_semi_plan *plan, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    slong dim = (slong)plan->sys.dim;
    if (!plan->has_state || fmpz_cmp(plan->done, n) > 0) {
        vec_set(plan->state, plan->sys.start, plan->sys.dim);
        fmpz_zero(plan->done);
        plan->has_state = true;
    }
    fmpq *next = _fmpq_vec_init(dim);
    cpm_status status = CPM_OK;
    for (; status == CPM_OK && fmpz_cmp(plan->done, n) < 0;
         fmpz_add_ui(plan->done, plan->done, 1)) {
        for (slong i = 0; i < dim; i++)
            form_value(next + i, &plan->sys.rows[i], plan->state, plan->domain);
        fmpq *before = plan->state;
        plan->state = next;
        next = before;
        if (fmpz_fdiv_ui(plan->done, 1024) == 1023) {
            status = check_growth(plan->state, plan->sys.dim, config, err);
            if (status == CPM_OK)
                status = cpm_progress(config, fmpz_get_d(plan->done) / fmpz_get_d(n), err);
        }
    }
    outputs_at(out, plan, plan->state);
    _fmpq_vec_clear(next, dim);
    return status;
}

static double matrix_cost(const cpm_semi_plan *plan, const fmpz_t n);

/* Whether the growth of the system is worth knowing: it pays when the steps to
 * the first period, with Karp's formula, cost less than the squarings. */
static bool find_period(cpm_semi_plan *plan, const fmpz_t n, cpm_err *err)
{
    enum { MAX_STEPS = 5000 };
    if (!plan->knows_growth) {
        double nnz = (double)cpm_linsys_nnz(&plan->sys) + 1, dim = (double)plan->sys.dim;
        double budget = matrix_cost(plan, n) / 2 - 450 * dim * nnz;
        double steps = fmin(budget / (100 * nnz), MAX_STEPS);
        if (!plan->domain->is_ordered || steps < 10)
            return false;
        plan->knows_growth = true;
        if (cpm_growth_find(&plan->growth, &plan->sys, plan->domain, (ulong)steps, err) != CPM_OK)
            plan->growth.has_transient = false;
    }
    return plan->growth.has_transient && fmpz_cmp_ui(n, plan->growth.transient) > 0;
}

/* y(t + c m) = y(t) + c m mean for t >= transient: the first such t is stepped to. */
static cpm_status run_period(fmpq *out, cpm_semi_plan *plan, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    fmpz_t rest, whole;
    fmpq_t shift;
    fmpz_init(rest);
    fmpz_init(whole);
    fmpq_init(shift);
    fmpz_sub_ui(rest, n, plan->growth.transient);
    fmpz_set_ui(rest, fmpz_fdiv_ui(rest, plan->growth.cyclicity));
    fmpz_add_ui(rest, rest, plan->growth.transient);
    fmpz_sub(whole, n, rest);
    fmpq_mul_fmpz(shift, plan->growth.mean, whole);
    cpm_status status = run_naive(out, plan, rest, config, err);
    for (size_t k = 0; k < plan->sys.noutputs; k++)
        plan->domain->mul(out + k, out + k, shift, plan->domain);
    fmpz_clear(rest);
    fmpz_clear(whole);
    fmpq_clear(shift);
    return status;
}

static cpm_status run_matrix(fmpq *out, cpm_semi_plan *plan, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    const cpm_linsys *sys = &plan->sys;
    cpm_err ignored = {0};
    if (config->engine == CPM_ENGINE_AUTO && find_period(plan, n, &ignored))
        return run_period(out, plan, n, config, err);
    cpm_status status = cpm_err_pass_memory(err, &ignored);
    if (status == CPM_OK)
        status = check_dim(sys->dim, config, err);
    if (status != CPM_OK)
        return status;
    slong count = (slong)(sys->dim * sys->dim);
    fmpq *a = _fmpq_vec_init(count), *x = _fmpq_vec_init((slong)sys->dim);
    for (slong i = 0; i < count; i++)
        plan->domain->zero(a + i, plan->domain);
    for (size_t i = 0; i < sys->dim; i++)
        for (size_t k = 0; k < sys->rows[i].len; k++)
            fmpq_set(a + i * sys->dim + sys->rows[i].terms[k].var, sys->rows[i].terms[k].coeff);
    vec_set(x, sys->start, sys->dim);
    status = power_apply(x, 1, a, sys->dim, n, plan->domain, config, err);
    outputs_at(out, plan, x);
    _fmpq_vec_clear(a, count);
    _fmpq_vec_clear(x, (slong)sys->dim);
    return status;
}

/* u = u o u or u moved on by one step, with exact elements (see semi_template.h). */
static void advance_elements(fmpq *u, fmpq *w, const cpm_semi_plan *plan, bool square)
{
    const cpm_domain *domain = plan->domain;
    size_t d = plan->order, top = square ? 2 * d : d + 1;
    fmpq_t t, sum, constant;
    fmpq_init(t);
    fmpq_init(sum);
    fmpq_init(constant);
    fmpq_set(constant, u + d);
    domain->zero(sum, domain);
    for (size_t i = 0; i < top; i++)
        domain->zero(w + i, domain);
    for (size_t i = 0; i < d; i++) {
        domain->add(sum, sum, u + i, domain);
        for (size_t j = 0; square && j < d; j++) {
            domain->mul(t, u + i, u + j, domain);
            domain->add(w + i + j, w + i + j, t, domain);
        }
        if (!square)
            fmpq_set(w + i + 1, u + i);
    }
    if (square) {
        domain->mul(t, sum, u + d, domain);
        domain->add(constant, constant, t, domain);
    }
    for (size_t k = top; k-- > d;) {
        for (size_t i = 0; i <= d; i++) {
            fmpq *to = i == d ? constant : w + (k - d + i);
            domain->mul(t, plan->rule + i, w + k, domain);
            domain->add(to, to, t, domain);
        }
    }
    vec_set(u, w, d);
    fmpq_set(u + d, constant);
    fmpq_clear(t);
    fmpq_clear(sum);
    fmpq_clear(constant);
}

static cpm_status jump_elements(fmpq *u, const cpm_semi_plan *plan, const fmpz_t n,
                                const cpm_config *config, cpm_err *err)
{
    size_t d = plan->order;
    fmpq *w = _fmpq_vec_init((slong)(2 * d + 1));
    cpm_status status = CPM_OK;
    for (size_t i = 0; i <= d; i++)
        (i == 0 ? plan->domain->one : plan->domain->zero)(u + i, plan->domain);
    for (size_t i = (size_t)fmpz_bits(n); i-- > 0 && status == CPM_OK;) {
        status = check_growth(u, d + 1, config, err);
        if (status == CPM_OK)
            status = cpm_progress(config, cpm_done_with_left(i), err);
        if (status != CPM_OK)
            break;
        advance_elements(u, w, plan, true);
        if (fmpz_tstbit(n, i))
            advance_elements(u, w, plan, false);
    }
    _fmpq_vec_clear(w, (slong)(2 * d + 1));
    return status;
}

static cpm_status run_recurrence(fmpq *out, cpm_semi_plan *plan, const fmpz_t n,
                                 const cpm_config *config, cpm_err *err)
{
    size_t d = plan->order;
    const cpm_domain *domain = plan->domain;
    fmpq *u = _fmpq_vec_init((slong)d + 1);
    cpm_packing packing;
    fmpq_t t;
    bool exact = false;
    fmpq_init(t);
    cpm_packing_init(&packing, domain);
    cpm_status status = cpm_packing_scan(&packing, plan->rule, d + 1, err);
    if (status == CPM_OK && packing.kind != CPM_PACK_NONE) {
        cpm_packing_settle(&packing);
        status = cpm_words_jump(u, &exact, plan->rule, d, n, &packing, err);
    }
    if (status == CPM_OK && !exact)
        status = jump_elements(u, plan, n, config, err);
    fmpq_set(out, u + d);
    for (size_t i = 0; i < d && status == CPM_OK; i++) {
        domain->mul(t, plan->first + i, u + i, domain);
        domain->add(out, out, t, domain);
    }
    cpm_packing_clear(&packing);
    fmpq_clear(t);
    _fmpq_vec_clear(u, (slong)d + 1);
    return status;
}

/* ---- Choice -------------------------------------------------------------- */

static double naive_cost(const cpm_semi_plan *plan, const fmpz_t n)
{
    double steps = fmpz_get_d(n), dim = (double)plan->sys.dim;
    if (plan->has_state && fmpz_cmp(plan->done, n) <= 0)
        steps -= fmpz_get_d(plan->done);
    return 50 * (steps + 1) * ((double)cpm_linsys_nnz(&plan->sys) + dim);
}

static double matrix_cost(const cpm_semi_plan *plan, const fmpz_t n)
{
    double nbits = (double)fmpz_bits(n), dim = (double)plan->sys.dim;
    return (nbits + 1) * (dim * dim * dim / 2 + 100) + 20 * dim * dim;
}

static double recurrence_cost(const cpm_semi_plan *plan, const fmpz_t n)
{
    double nbits = (double)fmpz_bits(n), d = (double)plan->order;
    return (nbits + 1) * (2 * d * d + 10 * d + 100);
}

static const char *naive_objection(const cpm_semi_plan *plan)
{
    (void)plan;
    return NULL;
}

static const char *matrix_objection(const cpm_semi_plan *plan)
{
    return plan->sys.dim > CPM_MAX_DENSE_DIM ? "too many variables for a dense matrix" : NULL;
}

static const char *doubling_objection(const cpm_semi_plan *plan)
{
    (void)plan;
    return "a semiring has no subtraction";
}

static const char *recurrence_objection(const cpm_semi_plan *plan)
{
    return plan->is_register ? NULL : "the system is not a single recurrence";
}

/* The engines over a semiring. */
static const struct {
    const char *(*objection)(const cpm_semi_plan *plan);
    double (*cost)(const cpm_semi_plan *plan, const fmpz_t n); /* where it applies */
    cpm_status (*run)(fmpq *out, cpm_semi_plan *plan, const fmpz_t n, const cpm_config *config,
                      cpm_err *err);
} engines[CPM_NENGINES] = {
    [CPM_ENGINE_NAIVE] = {naive_objection, naive_cost, run_naive},
    [CPM_ENGINE_MATRIX] = {matrix_objection, matrix_cost, run_matrix},
    [CPM_ENGINE_DOUBLING] = {doubling_objection, NULL, NULL},
    [CPM_ENGINE_RECURRENCE] = {recurrence_objection, recurrence_cost, run_recurrence},
};

cpm_status cpm_semi_decide(cpm_decision *decision, const cpm_semi_plan *plan, const fmpz_t n,
                           const cpm_config *config, cpm_err *err)
{
    *decision = (cpm_decision){.engine = CPM_ENGINE_AUTO};
    for (int e = CPM_ENGINE_AUTO + 1; e < CPM_NENGINES; e++) {
        decision->objection[e] =
            engines[e].objection == NULL ? cpm_coefficients_stay : engines[e].objection(plan);
        decision->cost[e] = decision->objection[e] == NULL ? engines[e].cost(plan, n) : INFINITY;
    }
    return cpm_decide(decision, config, err);
}

cpm_status cpm_semi_run(fmpq *out, cpm_semi_plan *plan, cpm_engine engine, const fmpz_t n,
                        const cpm_config *config, cpm_err *err)
{
    cpm_phase(config, "power");
    return engines[engine].run(out, plan, n, config, err);
}
