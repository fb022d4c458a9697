/* SPDX-License-Identifier: MIT
 *
 * matrix.c - matrices that the user gives: reading them, and showing them as
 * graphs. Their powers are in matrix_answer.c.
 */
#include "api/matrix.h"

#include "api/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/stack.h"
#include "base/text.h"
#include "eval/constant.h"
#include "show/graph.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

static bool is_row_end(char c)
{
    return c == ';' || c == '\n';
}

/* [[1,1],[1,0]], {{1,1},{1,0}} and [1,1;1,0] as rows between semicolons, as long as the
 * text was: brackets become blanks, and the commas between rows semicolons. */
static cpm_status unbracket(cpm_text *out, const cpm_text *text, cpm_err *err)
{
    cpm_status status = cpm_text_copy(out, text, err);
    char *data = (char *)out->data; /* ours */
    size_t depth = 0, deepest = 0;
    for (size_t i = 0; status == CPM_OK && i < out->len; i++) {
        bool opens = data[i] == '[' || data[i] == '{', closes = data[i] == ']' || data[i] == '}';
        if (closes && depth-- == 0)
            return cpm_err_at(err, CPM_ERR_SYNTAX, text, (cpm_span){i, i + 1},
                              "'%c' closes nothing", data[i]);
        depth += opens;
        deepest = depth > deepest ? depth : deepest;
        if (opens || closes)
            data[i] = ' ';
        else if (data[i] == ',' && deepest == 2 && depth == 1)
            data[i] = ';';
    }
    if (status == CPM_OK && depth > 0)
        status = cpm_err_at(err, CPM_ERR_SYNTAX, text, (cpm_span){0, text->len},
                            "a bracket is not closed");
    return status;
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
        if (!is_line || !cpm_text_is_blank(text, *row))
            return true;
    }
    return false;
}

/* *count of the numbers there are go to `out`, which has room for `cap`. */
static cpm_status read_numbers(fmpq *out, size_t *count, size_t cap, const cpm_text *text,
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
    cpm_status status = read_numbers(row, &count, dim, text, span, err);
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

cpm_status cpm_matrix_alloc(cpm_matrix **out, size_t dim, const cpm_domain *domain, cpm_err *err)
{
    *out = cpm_calloc(1, sizeof **out);
    if (*out == NULL)
        return cpm_err_memory(err);
    fmpq_mat_init((*out)->entries, (slong)dim, (slong)dim);
    (*out)->domain = domain;
    return CPM_OK;
}

static cpm_status read_matrix(cpm_matrix **out, const cpm_text *text, const cpm_config *config,
                              cpm_err *err)
{
    cpm_status status = CPM_OK;
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
    cpm_matrix *matrix;
    status = cpm_matrix_alloc(&matrix, dim, cpm_domain_of(config->semiring), err);
    if (status != CPM_OK)
        return status;
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

cpm_status cpm_matrix_new(cpm_matrix **out, const cpm_text *text, const cpm_config *wishes,
                          cpm_err *err)
{
    cpm_config config;
    cpm_text rows = {0};
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = unbracket(&rows, text, err);
    if (status == CPM_OK)
        status = read_matrix(out, &rows, &config, err);
    cpm_err_move(err, &rows, text);
    cpm_text_free(&rows);
    return status;
}

void cpm_matrix_free(cpm_matrix *matrix)
{
    if (matrix == NULL)
        return;
    if (matrix->vector != NULL)
        _fmpq_vec_clear(matrix->vector, fmpq_mat_nrows(matrix->entries));
    fmpq_mat_clear(matrix->entries);
    free(matrix);
}

/* ---- The vector -------------------------------------------------------- */

static cpm_status check_vector(const fmpq *values, size_t count, const cpm_matrix *matrix,
                               const cpm_text *text, cpm_err *err)
{
    size_t dim = cpm_matrix_dim(matrix);
    const cpm_domain *domain = matrix->domain;
    cpm_span whole = {0, text->len};
    if (count != dim)
        return cpm_err_at(err, CPM_ERR_SEMANTIC, text, whole,
                          "a matrix of %zu rows needs a vector of %zu entries, there %s %zu", dim,
                          dim, count == 1 ? "is" : "are", count);
    for (size_t i = 0; i < count; i++)
        if (!domain->contains(values + i, domain))
            return cpm_err_at(err, CPM_ERR_SEMANTIC, text, whole,
                              "entry %zu of the vector is no element of %s (%s)", i + 1,
                              cpm_semiring_name(domain->id), domain->values);
    return CPM_OK;
}

cpm_status cpm_matrix_times(cpm_matrix *matrix, const cpm_text *vector, cpm_err *err)
{
    fmpq *values;
    size_t count;
    cpm_status status = cpm_list_parse(&values, &count, vector, err);
    if (status != CPM_OK)
        return status;
    status = check_vector(values, count, matrix, vector, err);
    if (status == CPM_OK && matrix->vector == NULL)
        matrix->vector = _fmpq_vec_init((slong)count);
    for (size_t i = 0; status == CPM_OK && i < count; i++)
        fmpq_swap(matrix->vector + i, values + i);
    cpm_list_free(values, count);
    return status;
}

size_t cpm_matrix_ncols(const cpm_matrix *matrix)
{
    return matrix->vector != NULL ? 1 : cpm_matrix_dim(matrix);
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
    if (cpm_stack_check(0, err) != CPM_OK)
        return err->status;
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
