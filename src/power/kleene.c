/* SPDX-License-Identifier: MIT
 *
 * kleene.c - closures of matrices over a semiring.
 */
#include "power/kleene.h"

#include "power/progress.h"

#include <flint/fmpq_vec.h>

/* ---- The star ------------------------------------------------------------ */

/* x = 1 + x + x^2 + ... : 1 where x adds nothing to it. Otherwise powers of x go on and on
 * in the direction of the sum: to an infinity or, for a minimum of products, to 0. */
static void star_of_scalar(fmpq_t x, const cpm_domain *domain)
{
    fmpq_t one, sum;
    fmpq_init(one);
    fmpq_init(sum);
    domain->one(one, domain);
    domain->add(sum, one, x, domain);
    if (fmpq_equal(sum, one))
        fmpq_set(x, one);
    else if (cpm_ext_cmp(x, one) > 0)
        cpm_ext_set_inf(x, 1);
    else if (domain->id == CPM_SEMIRING_MIN_TIMES)
        fmpq_zero(x);
    else
        cpm_ext_set_inf(x, -1);
    fmpq_clear(one);
    fmpq_clear(sum);
}

/* a[i][j] += a[i][k] star a[k][j] for all i, j, from the values before. */
static void pass_through(fmpq *a, fmpq *row, fmpq *column, size_t k, size_t dim,
                         const cpm_domain *domain)
{
    fmpq_t star, t;
    fmpq_init(star);
    fmpq_init(t);
    fmpq_set(star, a + k * dim + k);
    star_of_scalar(star, domain);
    for (size_t i = 0; i < dim; i++) {
        domain->mul(column + i, a + i * dim + k, star, domain);
        fmpq_set(row + i, a + k * dim + i);
    }
    for (size_t i = 0; i < dim; i++) {
        if (cpm_domain_is_zero(column + i, domain))
            continue;
        for (size_t j = 0; j < dim; j++) {
            domain->mul(t, column + i, row + j, domain);
            domain->add(a + i * dim + j, a + i * dim + j, t, domain);
        }
    }
    fmpq_clear(star);
    fmpq_clear(t);
}

cpm_status cpm_kleene_star(fmpq *a, size_t dim, const cpm_domain *domain, const cpm_config *config,
                           cpm_err *err)
{
    fmpq *row = _fmpq_vec_init((slong)dim), *column = _fmpq_vec_init((slong)dim);
    fmpq_t one;
    fmpq_init(one);
    domain->one(one, domain);
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < dim && status == CPM_OK; k++) {
        pass_through(a, row, column, k, dim, domain);
        status = cpm_progress(config, (double)(k + 1) / (double)dim, err);
    }
    for (size_t i = 0; i < dim; i++)
        domain->add(a + i * dim + i, a + i * dim + i, one, domain);
    fmpq_clear(one);
    _fmpq_vec_clear(row, (slong)dim);
    _fmpq_vec_clear(column, (slong)dim);
    return status;
}

/* ---- The cycle ------------------------------------------------------------ */

enum { MAX_PRODUCTS = 1000000 };

/* The states a^t x that Brent's algorithm compares. */
typedef struct orbit {
    const fmpq *a, *x;
    size_t dim, ncols;
    const cpm_domain *domain;
    fmpq *slow, *fast, *next; /* owned: dim * ncols elements each */
    size_t nproducts;
    const cpm_config *config;
    cpm_err *err;
} orbit;

/* One step of a state. */
static cpm_status advance(orbit *o, fmpq **state)
{
    fmpq_t t;
    if (o->nproducts++ >= MAX_PRODUCTS)
        return cpm_err_set(o->err, CPM_ERR_UNSUPPORTED,
                           "powers do not come back within %d products", MAX_PRODUCTS);
    fmpq_init(t);
    for (size_t i = 0; i < o->dim; i++)
        for (size_t j = 0; j < o->ncols; j++) {
            fmpq *sum = o->next + i * o->ncols + j;
            o->domain->zero(sum, o->domain);
            for (size_t k = 0; k < o->dim; k++) {
                o->domain->mul(t, *state + k * o->ncols + j, o->a + i * o->dim + k, o->domain);
                o->domain->add(sum, sum, t, o->domain);
            }
        }
    fmpq_clear(t);
    fmpq *done = o->next;
    o->next = *state;
    *state = done;
    return cpm_progress(o->config, -1, o->err);
}

static bool have_met(const orbit *o)
{
    for (size_t i = 0; i < o->dim * o->ncols; i++)
        if (!fmpq_equal(o->slow + i, o->fast + i))
            return false;
    return true;
}

static void set_state(const orbit *o, fmpq *to, const fmpq *from)
{
    for (size_t i = 0; i < o->dim * o->ncols; i++)
        fmpq_set(to + i, from + i);
}

static cpm_status find_period(size_t *period, orbit *o)
{
    size_t power = 1;
    *period = 1;
    cpm_status status = advance(o, &o->fast);
    while (status == CPM_OK && !have_met(o)) {
        if (power == *period) {
            set_state(o, o->slow, o->fast);
            power *= 2;
            *period = 0;
        }
        status = advance(o, &o->fast);
        ++*period;
    }
    return status;
}

static cpm_status find_preperiod(size_t *preperiod, size_t period, orbit *o)
{
    cpm_status status = CPM_OK;
    set_state(o, o->slow, o->x);
    set_state(o, o->fast, o->x);
    for (size_t i = 0; i < period && status == CPM_OK; i++)
        status = advance(o, &o->fast);
    for (*preperiod = 0; status == CPM_OK && !have_met(o); ++*preperiod) {
        status = advance(o, &o->slow);
        if (status == CPM_OK)
            status = advance(o, &o->fast);
    }
    return status;
}

cpm_status cpm_semi_cycle(fmpz_t period, fmpz_t preperiod, const fmpq *a, const fmpq *x, size_t dim,
                          size_t ncols, const cpm_domain *domain, const cpm_config *config,
                          cpm_err *err)
{
    slong count = (slong)(dim * ncols);
    orbit o = {.a = a,
               .x = x,
               .dim = dim,
               .ncols = ncols,
               .domain = domain,
               .slow = _fmpq_vec_init(count),
               .fast = _fmpq_vec_init(count),
               .next = _fmpq_vec_init(count),
               .config = config,
               .err = err};
    size_t t = 0, k = 0;
    set_state(&o, o.slow, x);
    set_state(&o, o.fast, x);
    cpm_status status = find_period(&t, &o);
    if (status == CPM_OK)
        status = find_preperiod(&k, t, &o);
    fmpz_set_ui(period, t);
    fmpz_set_ui(preperiod, k);
    _fmpq_vec_clear(o.slow, count);
    _fmpq_vec_clear(o.fast, count);
    _fmpq_vec_clear(o.next, count);
    return status;
}
