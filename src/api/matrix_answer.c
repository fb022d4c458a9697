/* SPDX-License-Identifier: MIT
 *
 * matrix_answer.c - powers of a matrix, whole: every entry is wanted; or times a vector.
 *
 * Binary powering of the dense matrix finds all at once, over Z, Z/m or a
 * semiring. Where entries have denominators, their powers would be carried
 * along; and --engine or --check may ask for another engine. Then column j is
 * what the system x' = A x makes of the unit vector e_j, a question like those of
 * sequences and programs, and the solver answers it: the generating function
 * over Z knows nothing of denominators that cancel. A power times a vector v is one
 * such column, from v.
 */
#include "api/matrix.h"

#include "api/config.h"
#include "api/value.h"
#include "base/logs.h"
#include "power/bound.h"
#include "power/matrix_power.h"
#include "power/progress.h"
#include "power/residue.h"
#include "power/solver.h"
#include "show/draw.h"
#include "show/report.h"

#include <flint/fmpq_vec.h>
#include <math.h>

/* A power being found, or its product with a vector. */
typedef struct powering {
    const cpm_domain *domain; /* of the entries; with a vector, of its */
    fmpq_mat_t a;             /* the matrix, or its inverse */
    size_t dim;
    const fmpq *vector; /* borrowed; NULL: the whole power is wanted */
    size_t ncols;       /* of the result */
    fmpz_t n;           /* >= 0 */
    cpm_number *out;    /* owned, row by row */
    const cpm_config *config;
    cpm_err *err;
} powering;

/* ---- Binary powering over Z and Z/m ----------------------------------------- */

static cpm_status check_size(const powering *p)
{
    double bits = cpm_bound_matrix_power(p->a, p->n);
    double need = bits / 8 * (double)p->dim * (double)p->dim * 3;
    size_t limit = p->config->max_memory_bytes;
    if ((limit == 0 || need <= (double)limit) && bits < 0x1p37) /* what GMP can hold at all */
        return CPM_OK;
    cpm_err_set(p->err, CPM_ERR_LIMIT,
                "the entries of the power may have %.3g digits each, above the memory limit",
                bits * CPM_LOG10_2);
    cpm_err_hint(p->err, "--mod M gives residues; --max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}

/* Entries modulo m; false when a denominator has no inverse. */
static bool reduce_entries(fmpz_mat_t out, const fmpq_mat_t entries, const fmpz_t m)
{
    for (slong i = 0; i < fmpq_mat_nrows(entries); i++)
        for (slong j = 0; j < fmpq_mat_ncols(entries); j++)
            if (!cpm_residue_of_rational(fmpz_mat_entry(out, i, j), fmpq_mat_entry(entries, i, j),
                                         m))
                return false;
    return true;
}

static cpm_status power_mod(fmpz_mat_t power, const fmpq_mat_t entries, const fmpz_t n,
                            const cpm_config *config, cpm_err *err)
{
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    cpm_status status = CPM_OK;
    if (reduce_entries(power, entries, m))
        status = cpm_fmpz_mat_power(power, power, n, m, config, err);
    else
        status = cpm_err_set(err, CPM_ERR_NO_ANSWER,
                             "a denominator of the matrix has no inverse for this modulus");
    fmpz_clear(m);
    return status;
}

static cpm_status power_exact(fmpz_mat_t power, fmpz_t scale, const powering *p)
{
    cpm_status status = check_size(p);
    if (status != CPM_OK)
        return status;
    fmpq_mat_get_fmpz_mat_matwise(power, scale, p->a);
    status = cpm_fmpz_mat_power(power, power, p->n, NULL, p->config, p->err);
    if (!fmpz_is_one(scale) && status == CPM_OK)
        fmpz_pow_fmpz(scale, scale, p->n);
    return status;
}

/* ---- Binary powering ---------------------------------------------------------- */

static cpm_status whole_arithmetic(powering *p)
{
    slong dim = (slong)p->dim;
    fmpz_mat_t power;
    fmpz_t scale;
    fmpz_mat_init(power, dim, dim);
    fmpz_init_set_ui(scale, 1);
    cpm_status status = p->config->modulus != NULL ? power_mod(power, p->a, p->n, p->config, p->err)
                                                   : power_exact(power, scale, p);
    for (slong i = 0; i < dim * dim && status == CPM_OK; i++)
        fmpq_set_fmpz_frac(p->out[i].q, fmpz_mat_entry(power, i / dim, i % dim), scale);
    fmpz_mat_clear(power);
    fmpz_clear(scale);
    return status;
}

static cpm_status whole_semiring(powering *p)
{
    slong dim = (slong)p->dim;
    fmpq *from = _fmpq_vec_init(dim * dim), *to = _fmpq_vec_init(dim * dim);
    for (slong i = 0; i < dim * dim; i++)
        fmpq_set(from + i, fmpq_mat_entry(p->a, i / dim, i % dim));
    cpm_status status = cpm_semi_matrix_power(to, from, p->dim, p->n, p->domain, p->config, p->err);
    for (slong i = 0; i < dim * dim && status == CPM_OK; i++) {
        status = cpm_residue_of_value(to + i, p->config, p->err);
        fmpq_swap(p->out[i].q, to + i);
    }
    _fmpq_vec_clear(from, dim * dim);
    _fmpq_vec_clear(to, dim * dim);
    return status;
}

/* ---- Column by column --------------------------------------------------------- */

/* x' = a x from `start`, all of x wanted. */
cpm_status cpm_matrix_solver(cpm_solver *solver, const fmpq_mat_t a, const cpm_domain *domain,
                             const fmpq *start, cpm_err *err)
{
    const cpm_domain *scalars = cpm_domain_scalars(domain);
    size_t dim = (size_t)fmpq_mat_nrows(a);
    cpm_linsys sys = {0};
    fmpq_t one;
    cpm_status status = cpm_linsys_init(&sys, domain, dim, dim, err);
    if (status != CPM_OK)
        return status;
    fmpq_init(one);
    scalars->one(one, scalars);
    for (size_t i = 0; i < dim && status == CPM_OK; i++) {
        fmpq_set(sys.start + i, start + i);
        status = cpm_form_add_term(&sys.outputs[i], i, one, scalars, err);
        for (size_t k = 0; k < dim && status == CPM_OK; k++) {
            const fmpq *entry = fmpq_mat_entry(a, (slong)i, (slong)k);
            sys.divides = sys.divides || (scalars != domain && fmpq_sgn(entry) < 0);
            status = cpm_form_add_term(&sys.rows[i], k, entry, scalars, err);
        }
    }
    if (status == CPM_OK)
        status = cpm_solver_init(solver, &sys, err);
    fmpq_clear(one);
    cpm_linsys_clear(&sys);
    return status;
}

/* Column j of the power, or the one there is. */
static cpm_status column_solver(cpm_solver *solver, const powering *p, size_t j)
{
    fmpq *unit = _fmpq_vec_init((slong)p->dim);
    for (size_t i = 0; i < p->dim && p->vector == NULL; i++)
        (i == j ? p->domain->one : p->domain->zero)(unit + i, p->domain);
    cpm_status status =
        cpm_matrix_solver(solver, p->a, p->domain, p->vector != NULL ? p->vector : unit, p->err);
    _fmpq_vec_clear(unit, (slong)p->dim);
    return status;
}

typedef cpm_status (*column_fn)(powering *p, cpm_solver *solver, size_t j, cpm_number *column);

/* Calls `visit` for every column, with room for its numbers. */
static cpm_status each_column(powering *p, column_fn visit)
{
    cpm_number *column = cpm_numbers_new(p->dim);
    cpm_solver first = {0};
    cpm_status status = column == NULL ? cpm_err_memory(p->err) : CPM_OK;
    for (size_t j = 0; j < p->ncols && status == CPM_OK; j++) {
        cpm_solver other = {0}, *solver = j == 0 ? &first : &other;
        status = column_solver(solver, p, j);
        if (status == CPM_OK && j > 0 && cpm_solver_plan(solver) != NULL)
            cpm_plan_share_den(cpm_solver_plan(solver), cpm_solver_plan(&first));
        if (status == CPM_OK)
            status = visit(p, solver, j, column);
        if (status == CPM_OK)
            status = cpm_progress(p->config, (double)(j + 1) / (double)p->ncols, p->err);
        cpm_solver_clear(&other);
    }
    cpm_solver_clear(&first);
    cpm_numbers_free(column, p->dim);
    return status;
}

static cpm_status check_column_size(powering *p, cpm_solver *solver, size_t j, cpm_number *column)
{
    (void)j, (void)column;
    return cpm_solver_check_size(solver, p->n, p->config, p->err);
}

static cpm_status answer_column(powering *p, cpm_solver *solver, size_t j, cpm_number *column)
{
    cpm_status status = cpm_solver_answer(column, NULL, solver, p->n, p->config, p->err);
    for (size_t i = 0; i < p->dim && status == CPM_OK; i++)
        cpm_number_swap(&p->out[i * p->ncols + j], &column[i]);
    return status;
}

/* A column of the power that binary powering has found, by another engine. */
static cpm_status check_column(powering *p, cpm_solver *solver, size_t j, cpm_number *column)
{
    cpm_config config = *p->config;
    cpm_decision decision;
    config.engine = CPM_ENGINE_MATRIX;
    cpm_status status = cpm_solver_decide(&decision, solver, p->n, &config, p->err);
    for (size_t i = 0; i < p->dim; i++)
        cpm_number_swap(&p->out[i * p->ncols + j], &column[i]);
    if (status == CPM_OK)
        status = cpm_solver_check(column, solver, &decision, p->n, &config, p->err);
    for (size_t i = 0; i < p->dim; i++)
        cpm_number_swap(&p->out[i * p->ncols + j], &column[i]);
    return status;
}

/* Before the work: --check has somebody to ask. */
static cpm_status need_second(powering *p, cpm_solver *solver, size_t j, cpm_number *column)
{
    (void)column;
    cpm_config config = *p->config;
    cpm_decision decision;
    config.engine = CPM_ENGINE_MATRIX;
    cpm_status status =
        j > 0 ? CPM_OK : cpm_solver_decide(&decision, solver, p->n, &config, p->err);
    return j > 0 || status != CPM_OK ? status : cpm_need_second(&decision, p->err);
}

/* ---- The question -------------------------------------------------------------- */

static bool has_denominators(const fmpq_mat_t a)
{
    for (slong i = 0; i < fmpq_mat_nrows(a); i++)
        for (slong j = 0; j < fmpq_mat_ncols(a); j++)
            if (!fmpz_is_one(fmpq_denref(fmpq_mat_entry(a, i, j))))
                return true;
    return false;
}

static bool goes_by_columns(const powering *p)
{
    if (p->vector != NULL)
        return true;
    if (p->config->engine != CPM_ENGINE_AUTO)
        return p->config->engine != CPM_ENGINE_MATRIX;
    return p->domain->is_arithmetic && has_denominators(p->a);
}

static cpm_status find_power(powering *p)
{
    cpm_status status = CPM_OK;
    cpm_phase(p->config, "power");
    if (goes_by_columns(p))
        return each_column(p, answer_column);
    if (p->config->check)
        status = each_column(p, need_second);
    if (status == CPM_OK && p->domain->counter == CPM_COUNTER_EXPONENTIAL)
        status = each_column(p, check_column_size); /* the others stay small */
    if (status == CPM_OK)
        status = p->domain->is_arithmetic ? whole_arithmetic(p) : whole_semiring(p);
    return status == CPM_OK && p->config->check ? each_column(p, check_column) : status;
}

/* In mul-pow a matrix holds exponents, which follow plus-times; values would
 * have a residue, exponents have none. */
static cpm_status check_question(const cpm_matrix *matrix, mpz_srcptr n, const cpm_config *config,
                                 cpm_err *err)
{
    if (mpz_sgn(n) < 0 && !cpm_domain_scalars(matrix->domain)->is_arithmetic)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                           "negative powers of a matrix need plus-times, not %s",
                           matrix->domain->name);
    if (config->modulus == NULL)
        return CPM_OK;
    if (matrix->domain->scalars != NULL && matrix->vector == NULL)
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "a matrix of mul-pow holds exponents, which have no residues");
    return CPM_OK;
}

/* Exponents, those of values, are integers. */
static cpm_status check_inverse(const powering *p)
{
    if (p->vector != NULL && p->domain->scalars != NULL && has_denominators(p->a))
        return cpm_err_set(p->err, CPM_ERR_NO_ANSWER,
                           "the inverse of the matrix has exponents that are no integers");
    return CPM_OK;
}

/* A negative power is the power of the inverse. */
static cpm_status powering_init(powering *p, const cpm_matrix *matrix, mpz_srcptr n,
                                const cpm_config *config, cpm_err *err)
{
    slong dim = fmpq_mat_nrows(matrix->entries);
    *p = (powering){.domain = matrix->vector != NULL ? matrix->domain
                                                     : cpm_domain_scalars(matrix->domain),
                    .dim = (size_t)dim,
                    .vector = matrix->vector,
                    .ncols = cpm_matrix_ncols(matrix),
                    .config = config,
                    .err = err};
    fmpq_mat_init_set(p->a, matrix->entries);
    fmpz_init(p->n);
    fmpz_set_mpz(p->n, n);
    fmpz_abs(p->n, p->n);
    cpm_status status = check_question(matrix, n, config, err);
    if (status == CPM_OK && mpz_sgn(n) < 0 && !fmpq_mat_inv(p->a, p->a))
        status = cpm_err_set(err, CPM_ERR_NO_ANSWER, "the matrix has no inverse");
    return status == CPM_OK ? check_inverse(p) : status;
}

static void powering_clear(powering *p)
{
    fmpq_mat_clear(p->a);
    fmpz_clear(p->n);
    cpm_numbers_free(p->out, p->dim * p->ncols);
}

static cpm_status emit_all(powering *p, cpm_entry_fn emit, void *ctx)
{
    cpm_value value;
    cpm_status status = CPM_OK;
    cpm_value_init(&value);
    cpm_phase(p->config, "output");
    for (size_t i = 0; i < p->dim * p->ncols && status == CPM_OK; i++) {
        cpm_number_swap(&value.number, &p->out[i]);
        status = emit(ctx, i / p->ncols, i % p->ncols, &value, p->err);
    }
    cpm_value_clear(&value);
    return status;
}

cpm_status cpm_matrix_power(const cpm_matrix *matrix, mpz_srcptr n, const cpm_config *wishes,
                            cpm_entry_fn emit, void *ctx, cpm_err *err)
{
    powering p;
    cpm_config config;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    status = powering_init(&p, matrix, n, &config, err);
    if (status == CPM_OK) {
        p.out = cpm_numbers_new(p.dim * p.ncols);
        status = p.out == NULL ? cpm_err_memory(err) : find_power(&p);
    }
    if (status == CPM_OK)
        status = emit_all(&p, emit, ctx);
    powering_clear(&p);
    return status;
}

/* ---- Explaining ------------------------------------------------------------------ */

static cpm_status add_characteristic(cpm_report *report, cpm_solver *column, cpm_err *err)
{
    cpm_plan *plan = cpm_solver_plan(column);
    const fmpz_poly_struct *den = cpm_plan_den(plan, err);
    if (den == NULL) { /* out of reach: a report without it */
        cpm_status status = err->status == CPM_ERR_MEMORY ? CPM_ERR_MEMORY : CPM_OK;
        if (status == CPM_OK)
            cpm_err_clear(err);
        return status;
    }
    cpm_strbuf text = {0};
    cpm_draw_characteristic(&text, den, plan->sys.dim);
    cpm_status status = cpm_report_add(report, "characteristic", &text, err);
    cpm_strbuf_clear(&text);
    return status;
}

static cpm_status add_size(cpm_report *report, const powering *p)
{
    bool residues = p->config->modulus != NULL;
    double digits = residues ? (double)mpz_sizeinbase(p->config->modulus, 10)
                             : floor(cpm_bound_matrix_power(p->a, p->n) * CPM_LOG10_2 + 1);
    return cpm_report_printf(report, p->err, "size", "at most %.*g %s an entry%s",
                             digits < 1e15 ? 15 : 2, digits, digits == 1 ? "digit" : "digits",
                             residues ? " (residues)" : "");
}

static cpm_status add_engine(cpm_report *report, powering *p, cpm_solver *column)
{
    cpm_decision decision;
    if (!goes_by_columns(p))
        return cpm_report_printf(report, p->err, "engine",
                                 "matrix (binary powering of all columns)");
    cpm_status status = cpm_solver_decide(&decision, column, p->n, p->config, p->err);
    return status == CPM_OK ? cpm_report_add_decision(report, &decision, p->err) : status;
}

static cpm_status explain(cpm_report *report, powering *p, const cpm_matrix *matrix)
{
    cpm_solver column = {0};
    cpm_status status = column_solver(&column, p, 0);
    if (status == CPM_OK)
        status = cpm_report_printf(report, p->err, "dimension", "%zu", p->dim);
    if (status == CPM_OK)
        status = cpm_report_printf(report, p->err, "operations", "%s", matrix->domain->name);
    if (status == CPM_OK)
        status = p->domain->is_arithmetic
                     ? add_characteristic(report, &column, p->err)
                     : cpm_report_add_growth(report, cpm_solver_system(&column), true, p->err);
    if (status == CPM_OK && p->domain->is_arithmetic)
        status = add_size(report, p);
    if (status == CPM_OK)
        status = add_engine(report, p, &column);
    cpm_solver_clear(&column);
    return status;
}

cpm_status cpm_matrix_explain(cpm_report **out, const cpm_matrix *matrix, mpz_srcptr n,
                              const cpm_config *wishes, cpm_err *err)
{
    powering p;
    cpm_config config;
    cpm_report *report = NULL;
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    status = powering_init(&p, matrix, n, &config, err);
    if (status == CPM_OK)
        status = cpm_report_new(&report, err);
    if (status == CPM_OK)
        status = explain(report, &p, matrix);
    powering_clear(&p);
    if (status != CPM_OK)
        cpm_report_free(report);
    else
        *out = report;
    return status;
}
