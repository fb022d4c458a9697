/* SPDX-License-Identifier: MIT
 *
 * matrix_edges.c - matrices of graphs, given by their edges: a line "u v" or "u v w"
 * for each. Two passes: the lines are read, which says how many vertices there are,
 * then the entries are set. Time and memory: the lines and the matrix.
 */
#include "api/matrix.h"

#include "api/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "eval/constant.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

typedef struct edge {
    size_t from, to; /* as written */
    fmpq weight;
} edge;

typedef struct edges {
    edge *items; /* owned */
    size_t count, cap;
    size_t nvertices; /* as the first line says; 0: it does not */
    size_t largest;   /* number of a vertex */
    bool has_zero;    /* vertices are counted from 0 */
    const cpm_text *text;
    const cpm_domain *domain; /* of the weights */
    cpm_err *err;
} edges;

static void clear(edges *all)
{
    for (size_t i = 0; i < all->count; i++)
        fmpq_clear(&all->items[i].weight);
    free(all->items);
}

/* ---- Reading ----------------------------------------------------------- */

/* A number of a vertex, or of vertices. */
static cpm_status read_vertex(size_t *out, const fmpq *value, const edges *all, cpm_span line)
{
    if (!cpm_ext_is_finite(value) || !fmpz_is_one(fmpq_denref(value)) || fmpq_sgn(value) < 0)
        return cpm_err_at(all->err, CPM_ERR_SEMANTIC, all->text, line,
                          "vertices are numbers from 0 or 1 on");
    if (fmpz_cmp_ui(fmpq_numref(value), CPM_MAX_DENSE_DIM) > 0)
        return cpm_err_at(all->err, CPM_ERR_LIMIT, all->text, line,
                          "a graph has at most %d vertices", CPM_MAX_DENSE_DIM);
    *out = (size_t)fmpz_get_ui(fmpq_numref(value));
    return CPM_OK;
}

static cpm_status check_weight(const fmpq *weight, const edges *all, cpm_span line)
{
    if (all->domain->contains(weight, all->domain))
        return CPM_OK;
    return cpm_err_at(all->err, CPM_ERR_SEMANTIC, all->text, line,
                      "this weight is no element of %s (%s)", all->domain->name,
                      all->domain->values);
}

static cpm_status add_edge(edges *all, const fmpq *values, size_t count, cpm_span line)
{
    edge *grown = cpm_grow(all->items, &all->cap, all->count + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(all->err);
    all->items = grown;
    edge *e = &all->items[all->count++];
    fmpq_init(&e->weight);
    fmpq_one(&e->weight);
    if (count == 3)
        fmpq_set(&e->weight, values + 2);
    cpm_status status = read_vertex(&e->from, values, all, line);
    if (status == CPM_OK)
        status = read_vertex(&e->to, values + 1, all, line);
    if (status == CPM_OK)
        status = check_weight(&e->weight, all, line);
    size_t larger = e->from > e->to ? e->from : e->to;
    all->largest = larger > all->largest ? larger : all->largest;
    all->has_zero = all->has_zero || e->from == 0 || e->to == 0;
    return status;
}

/* "u v", "u v w" or, as the first line, the number of vertices. */
static cpm_status read_line(edges *all, cpm_span line)
{
    fmpq *values;
    size_t count;
    cpm_status status = cpm_list_parse_span(&values, &count, all->text, line, all->err);
    if (status != CPM_OK)
        return status;
    if (count == 1 && all->count == 0 && all->nvertices == 0)
        status = read_vertex(&all->nvertices, values, all, line);
    else if (count == 2 || count == 3)
        status = add_edge(all, values, count, line);
    else
        status = cpm_err_at(all->err, CPM_ERR_SEMANTIC, all->text, line,
                            "an edge is 'u v' or 'u v weight', there %s %zu",
                            count == 1 ? "is" : "are", count);
    cpm_list_free(values, count);
    return status;
}

/* Lines end at semicolons too. */
static cpm_status read_edges(edges *all)
{
    cpm_span line;
    cpm_status status = CPM_OK;
    for (size_t at = 0; status == CPM_OK && cpm_bfile_line(&line, &at, all->text);)
        while (line.begin < line.end && status == CPM_OK) {
            const char *end = memchr(all->text->data + line.begin, ';', line.end - line.begin);
            cpm_span part = {line.begin, end == NULL ? line.end : (size_t)(end - all->text->data)};
            while (part.begin < part.end &&
                   cpm_text_is_blank(all->text, (cpm_span){part.begin, part.begin + 1}))
                part.begin++;
            if (part.begin < part.end)
                status = read_line(all, part);
            line.begin = part.end + (end != NULL);
        }
    return status;
}

/* ---- The matrix --------------------------------------------------------- */

static cpm_status choose_dimension(size_t *dim, const edges *all)
{
    *dim = all->largest + all->has_zero;
    cpm_span whole = {0, all->text->len};
    if (all->nvertices > 0 && *dim > all->nvertices)
        return cpm_err_at(all->err, CPM_ERR_SEMANTIC, all->text, whole,
                          "there is an edge of vertex %zu, but only %zu vertices", all->largest,
                          all->nvertices);
    if (all->nvertices > 0)
        *dim = all->nvertices;
    if (*dim == 0)
        return cpm_err_at(all->err, CPM_ERR_SYNTAX, all->text, whole, "there are no edges");
    if (*dim > CPM_MAX_DENSE_DIM)
        return cpm_err_at(all->err, CPM_ERR_LIMIT, all->text, whole,
                          "a graph has at most %d vertices", CPM_MAX_DENSE_DIM);
    return CPM_OK;
}

/* Edges between the same vertices are added, as the operations have it. */
static void set_entries(cpm_matrix *matrix, const edges *all, bool undirected)
{
    const size_t first = all->has_zero ? 0 : 1;
    const slong dim = fmpq_mat_nrows(matrix->entries);
    for (slong i = 0; i < dim * dim; i++)
        all->domain->zero(fmpq_mat_entry(matrix->entries, i / dim, i % dim), all->domain);
    for (size_t i = 0; i < all->count; i++) {
        const edge *e = &all->items[i];
        slong r = (slong)(e->from - first), c = (slong)(e->to - first);
        fmpq *there = fmpq_mat_entry(matrix->entries, r, c);
        fmpq *back = fmpq_mat_entry(matrix->entries, c, r);
        all->domain->add(there, there, &e->weight, all->domain);
        if (undirected && r != c)
            all->domain->add(back, back, &e->weight, all->domain);
    }
}

cpm_status cpm_matrix_of_edges(cpm_matrix **out, const cpm_text *text, bool undirected,
                               const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    size_t dim;
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    const cpm_domain *domain = cpm_domain_of(config.semiring);
    edges all = {.text = text, .domain = cpm_domain_scalars(domain), .err = err};
    status = read_edges(&all);
    if (status == CPM_OK)
        status = choose_dimension(&dim, &all);
    if (status == CPM_OK)
        status = cpm_matrix_alloc(out, dim, domain, err);
    if (status == CPM_OK)
        set_entries(*out, &all, undirected);
    clear(&all);
    return status;
}
