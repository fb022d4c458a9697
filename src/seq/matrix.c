/* SPDX-License-Identifier: MIT
 *
 * matrix.c - powers of a matrix that the user gives, whole: every entry of the
 * power is wanted, so this is binary powering of a dense matrix over Z (a
 * common denominator taken out) or Z/m.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "eval/constant.h"
#include "power/bound.h"
#include "power/matrix_power.h"
#include "power/progress.h"
#include "power/residue.h"
#include "seq/graph.h"
#include "seq/semi.h"
#include "seq/value.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpq_vec.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct cpm_matrix {
    fmpq_mat_t entries; /* infinities are 1/0 and -1/0 */
    const cpm_domain *domain;
};

static bool is_row_end(char c)
{
    return c == ';' || c == '\n';
}

static bool is_blank(const cpm_text *text, cpm_span span)
{
    for (size_t i = span.begin; i < span.end; i++) {
        char c = text->data[i];
        if (c != ' ' && c != '\t' && c != '\r')
            return false;
    }
    return true;
}

/* The next row at or after *at that is not blank; false at the end. */
static bool next_row(cpm_span *row, size_t *at, const cpm_text *text)
{
    while (*at < text->len) {
        row->begin = *at;
        row->end = *at;
        while (row->end < text->len && !is_row_end(text->data[row->end]))
            row->end++;
        *at = row->end + 1;
        bool is_line = row->end == text->len || text->data[row->end] == '\n';
        if (!is_line || !is_blank(text, *row))
            return true;
    }
    return false;
}

/* Where the entry that begins at `at` ends: at a comma, or at a blank where the
 * row has no commas. */
static size_t entry_end(const cpm_text *text, cpm_span row, size_t at, bool commas)
{
    while (at < row.end &&
           (commas ? text->data[at] != ',' : !is_blank(text, (cpm_span){at, at + 1})))
        at++;
    return at;
}

static cpm_status read_entry(fmpq_t out, const cpm_text *text, cpm_span span, cpm_err *err)
{
    if (cpm_semi_read_inf(out, text, span))
        return CPM_OK;
    fmpq *values;
    size_t count;
    cpm_status status = cpm_list_parse_span(&values, &count, text, span, err);
    if (status != CPM_OK)
        return status;
    if (count == 1)
        fmpq_set(out, values);
    else
        status = cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "expected one entry");
    cpm_list_free(values, count);
    return status;
}

/* A row in which infinities stand; *count of its entries go to `values`, which
 * has room for `cap`. */
static cpm_status read_extended_row(fmpq *values, size_t *count, size_t cap, const cpm_text *text,
                                    cpm_span row, cpm_err *err)
{
    bool commas = memchr(text->data + row.begin, ',', row.end - row.begin) != NULL;
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = CPM_OK;
    *count = 0;
    for (size_t at = row.begin; at < row.end && status == CPM_OK;) {
        cpm_span entry = {at, entry_end(text, row, at, commas)};
        at = entry.end + 1;
        if (!commas && is_blank(text, entry))
            continue;
        status = read_entry(value, text, entry, err);
        if (*count < cap)
            fmpq_set(values + *count, value);
        ++*count;
    }
    fmpq_clear(value);
    return status;
}

static bool has_infinity(const cpm_text *text, cpm_span span)
{
    for (size_t i = span.begin; i + 3 <= span.end; i++)
        if (memcmp(text->data + i, "inf", 3) == 0)
            return true;
    return false;
}

static cpm_status read_plain_row(fmpq *out, size_t *count, size_t cap, const cpm_text *text,
                                 cpm_span span, cpm_err *err)
{
    fmpq *values;
    cpm_status status = cpm_list_parse_span(&values, count, text, span, err);
    for (size_t c = 0; status == CPM_OK && c < *count && c < cap; c++)
        fmpq_set(out + c, values + c);
    if (status == CPM_OK)
        cpm_list_free(values, *count);
    return status;
}

/* Every entry must be an element of the domain. */
static cpm_status check_row(const fmpq *row, size_t dim, const cpm_domain *domain,
                            const cpm_text *text, cpm_span span, cpm_err *err)
{
    const cpm_domain *scalars = cpm_domain_scalars(domain);
    for (size_t c = 0; c < dim; c++)
        if (!scalars->contains(row + c, scalars)) {
            cpm_err_at(err, CPM_ERR_SEMANTIC, text, span,
                       "an entry of this row is no element of %s (%s)",
                       cpm_semiring_name(domain->id), scalars->values);
            if (!cpm_ext_is_finite(row + c))
                cpm_err_hint(err, "infinities belong to max-plus, min-plus, max-min, min-max");
            return CPM_ERR_SEMANTIC;
        }
    return CPM_OK;
}

static cpm_status read_row(cpm_matrix *matrix, slong r, const cpm_text *text, cpm_span span,
                           cpm_err *err)
{
    size_t dim = (size_t)fmpq_mat_ncols(matrix->entries), count = 0;
    fmpq *row = _fmpq_vec_init((slong)dim);
    cpm_status status = has_infinity(text, span)
                            ? read_extended_row(row, &count, dim, text, span, err)
                            : read_plain_row(row, &count, dim, text, span, err);
    if (status == CPM_OK && count != dim)
        status = cpm_err_at(err, CPM_ERR_SEMANTIC, text, span,
                            "a square matrix of %zu rows needs %zu entries here, there %s %zu", dim,
                            dim, count == 1 ? "is" : "are", count);
    if (status == CPM_OK)
        status = check_row(row, dim, matrix->domain, text, span, err);
    for (size_t c = 0; c < dim && status == CPM_OK; c++)
        fmpq_set(fmpq_mat_entry(matrix->entries, r, (slong)c), row + c);
    _fmpq_vec_clear(row, (slong)dim);
    return status;
}

cpm_status cpm_matrix_new(cpm_matrix **out, const cpm_text *text, const cpm_config *config,
                          cpm_err *err)
{
    *out = NULL;
    size_t dim = 0, at = 0;
    cpm_span row;
    while (next_row(&row, &at, text))
        dim++;
    if (dim == 0)
        return cpm_err_at(err, CPM_ERR_SYNTAX, text, (cpm_span){0, text->len},
                          "the matrix has no entries");
    if (dim > CPM_MAX_DENSE_DIM)
        return cpm_err_at(err, CPM_ERR_LIMIT, text, (cpm_span){0, 0},
                          "a matrix of dimension %zu is too large (at most %d)", dim,
                          CPM_MAX_DENSE_DIM);
    cpm_matrix *matrix = cpm_calloc(1, sizeof *matrix);
    if (matrix == NULL)
        return cpm_err_memory(err);
    fmpq_mat_init(matrix->entries, (slong)dim, (slong)dim);
    matrix->domain = cpm_domain_of(config->semiring);
    cpm_status status = CPM_OK;
    at = 0;
    for (slong r = 0; status == CPM_OK && next_row(&row, &at, text); r++)
        status = read_row(matrix, r, text, row, err);
    if (status != CPM_OK) {
        cpm_matrix_free(matrix);
        return status;
    }
    *out = matrix;
    return CPM_OK;
}

void cpm_matrix_free(cpm_matrix *matrix)
{
    if (matrix == NULL)
        return;
    fmpq_mat_clear(matrix->entries);
    free(matrix);
}

size_t cpm_matrix_dim(const cpm_matrix *matrix)
{
    return (size_t)fmpq_mat_nrows(matrix->entries);
}

/* ---- The graph --------------------------------------------------------- */

static cpm_status add_entry(cpm_linsys *sys, const cpm_matrix *matrix, size_t r, size_t c,
                            cpm_err *err)
{
    const cpm_domain *domain = matrix->domain;
    const cpm_domain *scalars = cpm_domain_scalars(domain);
    const fmpq *entry = fmpq_mat_entry(matrix->entries, (slong)r, (slong)c);
    if (cpm_domain_is_zero(entry, scalars))
        return CPM_OK;
    return cpm_form_add_term(&sys->rows[c], r, entry, scalars, err);
}

/* The system whose variable c is fed by variable r with entry (r, c). */
static cpm_status make_system(cpm_linsys *sys, const cpm_matrix *matrix, cpm_err *err)
{
    const size_t dim = cpm_matrix_dim(matrix);
    cpm_status status = cpm_linsys_init(sys, matrix->domain, dim, 0, err);
    for (size_t r = 0; r < dim && status == CPM_OK; r++) {
        cpm_strbuf name = {0};
        cpm_strbuf_printf(&name, "%zu", r + 1);
        status = cpm_strbuf_status(&name, err);
        sys->names[r] = name.data;
        for (size_t c = 0; c < dim && status == CPM_OK; c++)
            status = add_entry(sys, matrix, r, c, err);
    }
    return status;
}

cpm_status cpm_matrix_graph(const cpm_matrix *matrix, const cpm_writer *writer, cpm_err *err)
{
    cpm_linsys sys = {0};
    cpm_strbuf text = {0};
    cpm_status status = make_system(&sys, matrix, err);
    if (status == CPM_OK) {
        cpm_graph_begin(&text);
        cpm_graph_add(&text, 1, "", &sys, &sys);
        cpm_graph_end(&text);
        status = cpm_strbuf_status(&text, err);
    }
    if (status == CPM_OK && writer->write(writer->ctx, text.data, text.len) != CPM_OK)
        status = cpm_err_set(err, CPM_ERR_IO, "writing failed");
    cpm_strbuf_clear(&text);
    cpm_linsys_clear(&sys);
    return status;
}

/* ---- Powers ------------------------------------------------------------ */

static cpm_status emit_all(const fmpz_mat_t power, const fmpz_t scale, cpm_entry_fn emit, void *ctx,
                           cpm_err *err)
{
    cpm_value value;
    cpm_value_init(&value);
    cpm_status status = CPM_OK;
    slong dim = fmpz_mat_nrows(power);
    for (slong i = 0; i < dim && status == CPM_OK; i++)
        for (slong j = 0; j < dim && status == CPM_OK; j++) {
            fmpq_set_fmpz_frac(value.number.q, fmpz_mat_entry(power, i, j), scale);
            status = emit(ctx, (size_t)i, (size_t)j, &value, err);
        }
    cpm_value_clear(&value);
    return status;
}

/* log2 of the largest sum of absolute values over a row: a bound on growth. */
static double log2_row_norm(const fmpz_mat_t mat)
{
    double best = 0;
    fmpz_t sum, a;
    fmpz_init(sum);
    fmpz_init(a);
    for (slong i = 0; i < fmpz_mat_nrows(mat); i++) {
        fmpz_zero(sum);
        for (slong j = 0; j < fmpz_mat_ncols(mat); j++) {
            fmpz_abs(a, fmpz_mat_entry(mat, i, j));
            fmpz_add(sum, sum, a);
        }
        best = fmax(best, fmpz_cmp_ui(sum, 1) > 0 ? fmpz_dlog(sum) / 0.693147180559945309 : 0);
    }
    fmpz_clear(sum);
    fmpz_clear(a);
    return best;
}

/* Refuses powers that cannot fit: the row norm bounds every entry, and where
 * that is too coarse (triangular matrices) the characteristic polynomial's
 * roots do better; see bound.h. */
static cpm_status check_size(const fmpz_mat_t mat, const fmpz_t delta, const fmpz_t n,
                             const cpm_config *config, cpm_err *err)
{
    if (config->max_memory_bytes == 0)
        return CPM_OK;
    slong dim = fmpz_mat_nrows(mat);
    double steps = fmpz_get_d(n), bits = steps * (log2_row_norm(mat) + (double)fmpz_bits(delta));
    if (bits > 1e6 && dim <= 200) {
        fmpz_poly_t chi;
        bool quasi;
        fmpz_poly_init(chi);
        fmpz_mat_charpoly(chi, mat);
        fmpz_poly_reverse(chi, chi, dim + 1);
        double rate = cpm_bound_log2_root(chi, n, &quasi);
        /* entries are sequences annihilated by chi, with first dim terms below norm^dim */
        double fixed = (double)dim * (log2_row_norm(mat) + 2 + log2(steps + 2));
        bits = fmin(bits, fixed + (rate > 0 ? steps * rate : 0) +
                              (fmpz_is_one(delta) ? 0 : steps * (double)fmpz_bits(delta)));
        fmpz_poly_clear(chi);
    }
    double need = bits / 8 * (double)dim * (double)dim * 3;
    if (need <= (double)config->max_memory_bytes)
        return CPM_OK;
    cpm_err_set(err, CPM_ERR_LIMIT,
                "the entries of the power may have %.3g digits each, above the memory limit",
                bits * 0.30103);
    cpm_err_hint(err, "--mod M gives residues; --max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}

/* A negative power is the power of the inverse. */
static cpm_status invert_if_needed(fmpq_mat_t entries, const cpm_matrix *matrix, bool negative,
                                   cpm_err *err)
{
    fmpq_mat_set(entries, matrix->entries);
    if (!negative || fmpq_mat_inv(entries, entries))
        return CPM_OK;
    return cpm_err_set(err, CPM_ERR_NO_ANSWER, "the matrix has no inverse");
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
        cpm_fmpz_mat_power(power, power, n, m, config);
    else
        status = cpm_err_set(err, CPM_ERR_NO_ANSWER,
                             "a denominator of the matrix has no inverse for this modulus");
    fmpz_clear(m);
    return status;
}

static cpm_status power_exact(fmpz_mat_t power, fmpz_t scale, const fmpq_mat_t entries,
                              const fmpz_t n, const cpm_config *config, cpm_err *err)
{
    fmpq_mat_get_fmpz_mat_matwise(power, scale, entries);
    cpm_status status = check_size(power, scale, n, config, err);
    if (status != CPM_OK)
        return status;
    cpm_fmpz_mat_power(power, power, n, NULL, config);
    if (!fmpz_is_one(scale))
        fmpz_pow_fmpz(scale, scale, n);
    return CPM_OK;
}

/* Over a semiring. The entries of a fmpq_mat stand row by row. */
static cpm_status power_semi(const cpm_matrix *matrix, mpz_srcptr n, const cpm_config *config,
                             cpm_entry_fn emit, void *ctx, cpm_err *err)
{
    size_t dim = cpm_matrix_dim(matrix);
    fmpq *entries = _fmpq_vec_init((slong)(dim * dim));
    for (size_t i = 0; i < dim * dim; i++)
        fmpq_set(entries + i, fmpq_mat_entry(matrix->entries, (slong)(i / dim), (slong)(i % dim)));
    cpm_status status =
        cpm_semi_emit_power(entries, dim, n, matrix->domain, config, emit, ctx, err);
    _fmpq_vec_clear(entries, (slong)(dim * dim));
    return status;
}

/* In mul-pow a matrix holds exponents, which follow plus-times; values would
 * have a residue, exponents have none. */
static cpm_status check_question(const cpm_matrix *matrix, const cpm_config *config, cpm_err *err)
{
    if (config->modulus == NULL)
        return CPM_OK;
    if (mpz_sgn(config->modulus) <= 0)
        return cpm_err_set(err, CPM_ERR_USAGE, "the modulus must be at least 1");
    if (matrix->domain->id == CPM_SEMIRING_MUL_POW)
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "a matrix of mul-pow holds exponents, which have no residues");
    return CPM_OK;
}

static bool is_plain(const cpm_matrix *matrix)
{
    return matrix->domain->id == CPM_SEMIRING_PLUS_TIMES ||
           matrix->domain->id == CPM_SEMIRING_MUL_POW;
}

cpm_status cpm_matrix_power(const cpm_matrix *matrix, mpz_srcptr n, const cpm_config *config,
                            cpm_entry_fn emit, void *ctx, cpm_err *err)
{
    cpm_status status = check_question(matrix, config, err);
    if (status != CPM_OK)
        return status;
    if (!is_plain(matrix))
        return power_semi(matrix, n, config, emit, ctx, err);
    slong dim = fmpq_mat_nrows(matrix->entries);
    fmpq_mat_t entries;
    fmpz_mat_t power;
    fmpz_t index, scale;
    fmpq_mat_init(entries, dim, dim);
    fmpz_mat_init(power, dim, dim);
    fmpz_init(index);
    fmpz_init_set_ui(scale, 1);
    fmpz_set_mpz(index, n);
    fmpz_abs(index, index);
    cpm_phase(config, "power");
    status = invert_if_needed(entries, matrix, mpz_sgn(n) < 0, err);
    if (status == CPM_OK)
        status = config->modulus != NULL ? power_mod(power, entries, index, config, err)
                                         : power_exact(power, scale, entries, index, config, err);
    cpm_phase(config, "output");
    if (status == CPM_OK)
        status = emit_all(power, scale, emit, ctx, err);
    fmpq_mat_clear(entries);
    fmpz_mat_clear(power);
    fmpz_clear(index);
    fmpz_clear(scale);
    return status;
}
