/* SPDX-License-Identifier: MIT
 *
 * matrix_show.c - facts about a matrix, by the keys of --show. Where a vector is set,
 * those about powers are about their products with it.
 */
#include "api/config.h"
#include "api/keys.h"
#include "api/matrix.h"
#include "base/mem.h"
#include "power/cycle_mean.h"
#include "power/kleene.h"
#include "power/period.h"
#include "power/progress.h"
#include "show/report.h"
#include "show/term.h"

#include <flint/fmpq_poly.h>
#include <flint/fmpq_vec.h>

/* A call, with what has been found out for its keys so far. */
typedef struct question {
    const cpm_matrix *matrix;
    const cpm_domain *domain; /* of the columns */
    size_t dim, ncols;
    const cpm_config *config;
    bool has_period, has_growth;
    fmpz_t period, preperiod;
    cpm_growth growth; /* of the matrix; the transient is that of all columns */
    cpm_report *report;
    cpm_err *err;
} question;

/* ---- Columns ---------------------------------------------------------------- */

/* x, dim * ncols elements: the vector, or the unit matrix. */
static void set_columns(fmpq *x, const question *q)
{
    for (size_t i = 0; i < q->dim; i++)
        for (size_t j = 0; j < q->ncols; j++) {
            fmpq *entry = x + i * q->ncols + j;
            if (q->matrix->vector != NULL)
                fmpq_set(entry, q->matrix->vector + i);
            else
                (i == j ? q->domain->one : q->domain->zero)(entry, q->domain);
        }
}

typedef cpm_status (*column_fn)(question *q, cpm_solver *column);

/* Calls `visit` for the system of each column. */
static cpm_status each_column(question *q, column_fn visit)
{
    fmpq *x = _fmpq_vec_init((slong)(q->dim * q->ncols)), *start = _fmpq_vec_init((slong)q->dim);
    cpm_status status = CPM_OK;
    set_columns(x, q);
    for (size_t j = 0; j < q->ncols && status == CPM_OK; j++) {
        cpm_solver solver = {0};
        for (size_t i = 0; i < q->dim; i++)
            fmpq_set(start + i, x + i * q->ncols + j);
        status = cpm_matrix_solver(&solver, q->matrix->entries, q->domain, start, q->err);
        if (status == CPM_OK)
            status = visit(q, &solver);
        cpm_solver_clear(&solver);
    }
    _fmpq_vec_clear(x, (slong)(q->dim * q->ncols));
    _fmpq_vec_clear(start, (slong)q->dim);
    return status;
}

/* ---- The characteristic polynomial -------------------------------------------- */

/* Its cost is dim^4 at worst, without a way to look at limits. */
enum { MAX_CHARPOLY_DIM = 200 };

static cpm_status put_charpoly(cpm_strbuf *out, question *q)
{
    fmpq_poly_t p;
    fmpz_poly_t num;
    if (!cpm_domain_scalars(q->matrix->domain)->is_arithmetic)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                           "a characteristic polynomial is one of plus-times, not of %s",
                           q->matrix->domain->name);
    if (q->dim > MAX_CHARPOLY_DIM)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                           "a characteristic polynomial is not looked for above dimension %d",
                           MAX_CHARPOLY_DIM);
    fmpq_poly_init(p);
    fmpz_poly_init(num);
    fmpq_mat_charpoly(p, q->matrix->entries);
    fmpq_poly_get_numerator(num, p);
    cpm_put_factored(out, num, fmpq_poly_denref(p));
    fmpq_poly_clear(p);
    fmpz_poly_clear(num);
    return CPM_OK;
}

/* ---- Growth in max-plus and min-plus --------------------------------------------- */

/* Operations that are spent on looking for a transient, and the largest cyclicity that
 * cpm_growth_find follows to its end. */
static const double MAX_TRANSIENT_WORK = 5e8;
enum { MAX_CYCLICITY = 1000000 };

/* The mean and the cyclicity are those of the matrix: any column tells them. */
static cpm_status add_growth(question *q, cpm_solver *column)
{
    if (q->has_growth)
        return CPM_OK;
    cpm_status status =
        cpm_growth_find(&q->growth, cpm_solver_system(column), q->domain, 0, q->err);
    q->has_growth = status == CPM_OK;
    return status;
}

static cpm_status find_growth(question *q)
{
    if (!q->domain->has_cycle_mean)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                           "this is known of max-plus and min-plus, not of %s", q->domain->name);
    cpm_status status = q->has_growth ? CPM_OK : each_column(q, add_growth);
    if (status == CPM_OK && !q->growth.has_cycle)
        status = cpm_err_set(q->err, CPM_ERR_NO_ANSWER,
                             "the graph of the matrix has no cycle: powers come to their zero");
    return status;
}

/* The powers have gone over when all columns have. */
static cpm_status add_transient(question *q, cpm_solver *column)
{
    const cpm_linsys *sys = cpm_solver_system(column);
    double work = (double)(cpm_linsys_nnz(sys) + q->dim) * (double)q->ncols;
    ulong sofar = q->growth.transient;
    cpm_status status = cpm_growth_find_transient(&q->growth, sys, q->domain,
                                                  (ulong)(MAX_TRANSIENT_WORK / work), q->err);
    if (status == CPM_OK && !q->growth.has_transient)
        return cpm_err_set(q->err, CPM_ERR_NO_ANSWER,
                           "no transient was found: parts of the matrix may grow at different "
                           "rates");
    if (sofar > q->growth.transient)
        q->growth.transient = sofar;
    return status == CPM_OK ? cpm_progress(q->config, -1, q->err) : status;
}

static cpm_status put_eigenvalue(cpm_strbuf *out, question *q)
{
    cpm_status status = find_growth(q);
    if (status == CPM_OK)
        cpm_put_extended(out, q->growth.mean);
    return status;
}

static cpm_status put_cyclicity(cpm_strbuf *out, question *q)
{
    cpm_status status = find_growth(q);
    if (status == CPM_OK && q->growth.cyclicity > MAX_CYCLICITY)
        status = cpm_err_set(q->err, CPM_ERR_UNSUPPORTED, "the cyclicity is more than %d",
                             MAX_CYCLICITY);
    if (status == CPM_OK)
        cpm_strbuf_printf(out, "%lu", (unsigned long)q->growth.cyclicity);
    return status;
}

static cpm_status put_transient(cpm_strbuf *out, question *q)
{
    cpm_status status = find_growth(q);
    q->growth.transient = 0;
    if (status == CPM_OK)
        status = each_column(q, add_transient);
    if (status == CPM_OK)
        cpm_strbuf_printf(out, "%lu", (unsigned long)q->growth.transient);
    return status;
}

/* ---- The star ----------------------------------------------------------------------- */

static cpm_status put_star(cpm_strbuf *out, question *q)
{
    const cpm_domain *domain = q->matrix->domain;
    size_t count = q->dim * q->dim;
    if (!domain->is_idempotent)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                           "the star is one of operations where x + x is x, not of %s",
                           domain->name);
    fmpq *a = _fmpq_vec_init((slong)count);
    for (size_t i = 0; i < count; i++)
        fmpq_set(a + i,
                 fmpq_mat_entry(q->matrix->entries, (slong)(i / q->dim), (slong)(i % q->dim)));
    cpm_status status = cpm_kleene_star(a, q->dim, domain, q->config, q->err);
    for (size_t i = 0; i < count && status == CPM_OK; i++) {
        cpm_strbuf_puts(out, i == 0 ? "" : i % q->dim == 0 ? ";" : ",");
        cpm_put_extended(out, a + i);
    }
    _fmpq_vec_clear(a, (slong)count);
    return status;
}

/* ---- The period ------------------------------------------------------------------------ */

enum { MAX_PERIOD_ENTRIES = 1024 };

/* Of the entries of a column modulo M: the period is the lcm of theirs, and it begins
 * when the last of theirs has begun. */
static cpm_status add_column_period(question *q, cpm_solver *column)
{
    cpm_plan *plan = cpm_solver_plan(column);
    fmpz_t m, t, k;
    cpm_status status = CPM_OK;
    fmpz_init(m);
    fmpz_init(t);
    fmpz_init(k);
    fmpz_set_mpz(m, q->config->modulus);
    for (size_t i = 0; i < q->dim && status == CPM_OK; i++) {
        const cpm_genfun *f = cpm_plan_genfun(plan, i, q->err);
        status = f == NULL ? q->err->status : cpm_period_find(t, k, f, m, q->config, q->err);
        if (status == CPM_OK)
            fmpz_lcm(q->period, q->period, t);
        if (status == CPM_OK && fmpz_cmp(k, q->preperiod) > 0)
            fmpz_set(q->preperiod, k);
    }
    fmpz_clear(m);
    fmpz_clear(t);
    fmpz_clear(k);
    return status;
}

static cpm_status find_residue_period(question *q)
{
    if (q->config->modulus == NULL)
        return cpm_err_set(q->err, CPM_ERR_USAGE, "a period is one modulo a number: --mod M");
    if (!q->domain->is_arithmetic)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED, "no period is known of values of mul-pow");
    if (q->dim * q->ncols > MAX_PERIOD_ENTRIES)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                           "the period of more than %d entries is not looked for",
                           MAX_PERIOD_ENTRIES);
    fmpz_one(q->period);
    return each_column(q, add_column_period);
}

/* Powers that cannot leave a finite set. */
static cpm_status find_semiring_period(question *q)
{
    if (q->config->modulus != NULL)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                           "a period modulo M is one of plus-times, not of %s", q->domain->name);
    if (q->domain->power != NULL) {
        cpm_err_set(q->err, CPM_ERR_UNSUPPORTED, "powers of %s have no period", q->domain->name);
        if (q->domain->has_cycle_mean)
            cpm_err_hint(q->err, "the keys eigenvalue and cyclicity tell how they grow");
        return CPM_ERR_UNSUPPORTED;
    }
    size_t count = q->dim * q->dim;
    fmpq *a = _fmpq_vec_init((slong)count), *x = _fmpq_vec_init((slong)(q->dim * q->ncols));
    for (size_t i = 0; i < count; i++)
        fmpq_set(a + i,
                 fmpq_mat_entry(q->matrix->entries, (slong)(i / q->dim), (slong)(i % q->dim)));
    set_columns(x, q);
    cpm_status status = cpm_semi_cycle(q->period, q->preperiod, a, x, q->dim, q->ncols, q->domain,
                                       q->config, q->err);
    _fmpq_vec_clear(a, (slong)count);
    _fmpq_vec_clear(x, (slong)(q->dim * q->ncols));
    return status;
}

static cpm_status find_period(question *q)
{
    if (q->has_period)
        return CPM_OK;
    cpm_status status = cpm_domain_scalars(q->domain)->is_arithmetic ? find_residue_period(q)
                                                                     : find_semiring_period(q);
    q->has_period = status == CPM_OK;
    return status;
}

static cpm_status put_period(cpm_strbuf *out, question *q)
{
    cpm_status status = find_period(q);
    if (status == CPM_OK)
        cpm_put_integer(out, q->period);
    return status;
}

static cpm_status put_preperiod(cpm_strbuf *out, question *q)
{
    cpm_status status = find_period(q);
    if (status == CPM_OK)
        cpm_put_integer(out, q->preperiod);
    return status;
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static const struct {
    const char *key;
    cpm_status (*put)(cpm_strbuf *out, question *q);
} known[] = {
    {"charpoly", put_charpoly},   {"eigenvalue", put_eigenvalue},
    {"cyclicity", put_cyclicity}, {"transient", put_transient},
    {"star", put_star},           {"period", put_period},
    {"preperiod", put_preperiod},
};

const char *cpm_matrix_fact_key(size_t i)
{
    return i < sizeof known / sizeof known[0] ? known[i].key : NULL;
}

static cpm_status add_fact(void *ctx, size_t key)
{
    question *q = ctx;
    cpm_strbuf text = {0};
    cpm_status status = known[key].put(&text, q);
    if (status == CPM_OK)
        status = cpm_report_add(q->report, known[key].key, &text, q->err);
    cpm_strbuf_clear(&text);
    return status;
}

cpm_status cpm_matrix_show(cpm_report **out, const cpm_matrix *matrix, const cpm_text *keys,
                           const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    question q = {.matrix = matrix,
                  .domain =
                      matrix->vector != NULL ? matrix->domain : cpm_domain_scalars(matrix->domain),
                  .dim = cpm_matrix_dim(matrix),
                  .ncols = cpm_matrix_ncols(matrix),
                  .config = &config,
                  .err = err};
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_report_new(&q.report, err);
    fmpz_init(q.period);
    fmpz_init(q.preperiod);
    cpm_growth_init(&q.growth);
    if (status == CPM_OK)
        status = cpm_keys_each(keys, cpm_matrix_fact_key, add_fact, &q, err);
    fmpz_clear(q.period);
    fmpz_clear(q.preperiod);
    cpm_growth_clear(&q.growth);
    if (status == CPM_OK)
        *out = q.report;
    else
        cpm_report_free(q.report);
    return status;
}
