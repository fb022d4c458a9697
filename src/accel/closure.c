/* SPDX-License-Identifier: MIT
 *
 * closure.c - solvable maps and their monomials.
 */
#include "accel/closure.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- Maps ------------------------------------------------------------------ */

cpm_status cpm_poly_map_init(cpm_poly_map *map, size_t nvars, cpm_err *err)
{
    *map = (cpm_poly_map){0};
    fmpq_mpoly_struct *image = cpm_calloc(nvars, sizeof *image);
    if (image == NULL)
        return cpm_err_memory(err);
    fmpq_mpoly_ctx_init(map->ctx, (slong)(nvars > 0 ? nvars : 1), ORD_LEX);
    map->is_unknown = cpm_calloc(nvars, sizeof *map->is_unknown);
    if (map->is_unknown == NULL) {
        fmpq_mpoly_ctx_clear(map->ctx);
        free(image);
        return cpm_err_memory(err);
    }
    map->nvars = nvars;
    map->image = image;
    for (size_t v = 0; v < nvars; v++) {
        fmpq_mpoly_init(&image[v], map->ctx);
        fmpq_mpoly_gen(&image[v], (slong)v, map->ctx);
    }
    return CPM_OK;
}

void cpm_poly_map_clear(cpm_poly_map *map)
{
    if (map->image == NULL)
        return;
    for (size_t v = 0; v < map->nvars; v++)
        fmpq_mpoly_clear(&map->image[v], map->ctx);
    fmpq_mpoly_ctx_clear(map->ctx);
    free(map->image);
    free(map->is_unknown);
    *map = (cpm_poly_map){0};
}

bool cpm_poly_map_keeps(const cpm_poly_map *map, size_t var)
{
    return fmpq_mpoly_is_gen(&map->image[var], (slong)var, map->ctx);
}

static cpm_status refuse_size(cpm_err *err)
{
    return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "its products have too many terms");
}

cpm_status cpm_poly_map_monomial(fmpq_mpoly_t out, const cpm_poly_map *map, const ulong *exps,
                                 cpm_err *err)
{
    fmpq_mpoly_t power;
    fmpq_mpoly_init(power, map->ctx);
    fmpq_mpoly_one(out, map->ctx);
    cpm_status status = CPM_OK;
    for (size_t v = 0; v < map->nvars && status == CPM_OK; v++) {
        const fmpq_mpoly_struct *x = &map->image[v];
        if (exps[v] == 0)
            continue;
        if (map->is_unknown[v])
            status = cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                                 "an inner loop of changing length leaves a value behind that is "
                                 "no polynomial in it");
        if (status != CPM_OK)
            break;
        double terms = (double)fmpq_mpoly_length(x, map->ctx);
        if (exps[v] > CPM_MAX_IMAGE_DEGREE ||
            (terms > 1 && terms * (double)exps[v] > CPM_MAX_IMAGE_TERMS) ||
            !fmpq_mpoly_pow_ui(power, x, exps[v], map->ctx) ||
            (double)fmpq_mpoly_length(power, map->ctx) * (double)fmpq_mpoly_length(out, map->ctx) >
                50.0 * CPM_MAX_IMAGE_TERMS)
            status = refuse_size(err);
        else
            fmpq_mpoly_mul(out, out, power, map->ctx);
        if (status == CPM_OK && fmpq_mpoly_length(out, map->ctx) > CPM_MAX_IMAGE_TERMS)
            status = refuse_size(err);
    }
    fmpq_mpoly_clear(power, map->ctx);
    return status;
}

/* ---- Components -------------------------------------------------------------- */

/* reads[r * nvars + s]: variable s flows into r in one round, or, once closed, in
 * some rounds. */
static bool *direct_reads(const cpm_poly_map *map)
{
    size_t n = map->nvars;
    bool *reads = cpm_calloc(n * n, sizeof *reads);
    int *used = cpm_calloc(n + 1, sizeof *used);
    for (size_t r = 0; r < n && reads != NULL && used != NULL; r++) {
        fmpq_mpoly_used_vars(used, &map->image[r], map->ctx);
        for (size_t s = 0; s < n; s++)
            reads[r * n + s] = used[s] != 0;
    }
    if (used == NULL) {
        free(reads);
        reads = NULL;
    }
    free(used);
    return reads;
}

/* Warshall's closure; a bit more than n^2 where the graph is sparse. */
static void close_reads(bool *reads, size_t n)
{
    for (size_t k = 0; k < n; k++)
        for (size_t r = 0; r < n; r++) {
            if (!reads[r * n + k] || r == k)
                continue;
            for (size_t s = 0; s < n; s++)
                reads[r * n + s] = reads[r * n + s] || reads[k * n + s];
        }
}

static bool same_component(const bool *reads, size_t n, size_t r, size_t s)
{
    return reads[r * n + s] && reads[s * n + r];
}

/* A monomial that has a factor of the component of `of` must be that alone. */
static bool is_guilty(cpm_unsolvable *why, const ulong *exps, const bool *reads, size_t n,
                      size_t of)
{
    ulong degree = 0;
    size_t own = n, other = n;
    for (size_t v = 0; v < n; v++) {
        degree += exps[v];
        if (exps[v] == 0)
            continue;
        if (own == n && same_component(reads, n, of, v))
            own = v;
        else
            other = v;
    }
    if (own == n || degree <= 1)
        return false;
    *why = (cpm_unsolvable){.of = of, .a = own, .b = exps[own] > 1 ? own : other};
    return true;
}

static cpm_status find_guilty(cpm_unsolvable *why, const cpm_poly_map *map, const bool *reads,
                              size_t of, cpm_err *err)
{
    size_t n = map->nvars;
    const fmpq_mpoly_struct *image = &map->image[of];
    ulong *exps = cpm_calloc(n + 1, sizeof *exps);
    if (exps == NULL)
        return cpm_err_memory(err);
    for (slong t = 0; t < fmpq_mpoly_length(image, map->ctx); t++) {
        fmpq_mpoly_get_term_exp_ui(exps, image, t, map->ctx);
        if (is_guilty(why, exps, reads, n, of)) {
            why->monomial = exps;
            return CPM_OK;
        }
    }
    free(exps);
    return CPM_OK;
}

cpm_status cpm_poly_map_solvable(cpm_unsolvable *why, const cpm_poly_map *map, const bool *wanted,
                                 cpm_err *err)
{
    size_t n = map->nvars;
    *why = (cpm_unsolvable){0};
    bool *reads = direct_reads(map);
    if (reads == NULL)
        return cpm_err_memory(err);
    close_reads(reads, n);
    cpm_status status = CPM_OK;
    for (size_t r = 0; r < n && status == CPM_OK && why->monomial == NULL; r++) {
        bool matters = wanted[r];
        for (size_t w = 0; w < n && !matters; w++)
            matters = wanted[w] && reads[w * n + r];
        if (matters && reads[r * n + r])
            status = find_guilty(why, map, reads, r, err);
    }
    free(reads);
    return status;
}

/* ---- Monomials ----------------------------------------------------------------- */

static size_t hash_of(const ulong *exps, size_t n)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a, a word at a time */
    for (size_t i = 0; i < n; i++)
        h = (h ^ exps[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 29);
}

static void place(cpm_closure *c, size_t index)
{
    size_t at = hash_of(c->exps + index * c->nvars, c->nvars);
    while (c->table[at & (c->table_size - 1)] != 0)
        at++;
    c->table[at & (c->table_size - 1)] = index + 1;
}

static bool find(size_t *index, const cpm_closure *c, const ulong *exps)
{
    for (size_t at = hash_of(exps, c->nvars);; at++) {
        size_t entry = c->table[at & (c->table_size - 1)];
        if (entry == 0)
            return false;
        if (memcmp(c->exps + (entry - 1) * c->nvars, exps, c->nvars * sizeof *exps) == 0) {
            *index = entry - 1;
            return true;
        }
    }
}

static cpm_status make_room(cpm_closure *c, cpm_err *err)
{
    if (c->count < c->cap)
        return CPM_OK;
    size_t cap = c->cap == 0 ? 32 : 2 * c->cap, row = c->nvars > 0 ? c->nvars : 1;
    ulong *exps = cpm_realloc_array(c->exps, cap * row, sizeof *exps);
    if (exps == NULL)
        return cpm_err_memory(err);
    c->exps = exps;
    cpm_form *rows = cpm_realloc_array(c->rows, cap, sizeof *rows);
    if (rows == NULL)
        return cpm_err_memory(err);
    c->rows = rows;
    size_t *table = cpm_calloc(4 * cap, sizeof *table);
    if (table == NULL)
        return cpm_err_memory(err);
    free(c->table);
    c->table = table;
    c->table_size = 4 * cap;
    c->cap = cap;
    for (size_t k = 0; k < c->count; k++)
        place(c, k);
    return CPM_OK;
}

static cpm_status intern(size_t *index, cpm_closure *c, const ulong *exps, size_t most,
                         cpm_err *err)
{
    if (c->table != NULL && find(index, c, exps))
        return CPM_OK;
    if (c->count > most)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                           "it would take more than %zu products of its variables", most);
    cpm_status status = make_room(c, err);
    if (status != CPM_OK)
        return status;
    memcpy(c->exps + c->count * c->nvars, exps, c->nvars * sizeof *exps);
    c->rows[c->count] = (cpm_form){0};
    *index = c->count++;
    place(c, *index);
    return CPM_OK;
}

/* Row k from the image of monomial k, whose monomials join the list. */
static cpm_status add_row(cpm_closure *c, size_t k, const cpm_poly_map *map, ulong *exps,
                          fmpq_mpoly_t image, size_t most, cpm_err *err)
{
    const cpm_domain *domain = cpm_domain_of(CPM_SEMIRING_PLUS_TIMES);
    fmpq_t coeff;
    cpm_status status = cpm_poly_map_monomial(image, map, c->exps + k * c->nvars, err);
    fmpq_init(coeff);
    for (slong t = 0; status == CPM_OK && t < fmpq_mpoly_length(image, map->ctx); t++) {
        size_t index;
        fmpq_mpoly_get_term_exp_ui(exps, image, t, map->ctx);
        fmpq_mpoly_get_term_coeff_fmpq(coeff, image, t, map->ctx);
        status = intern(&index, c, exps, most, err);
        if (status == CPM_OK)
            status = cpm_form_add_term(&c->rows[k], index, coeff, domain, err);
    }
    if (status == CPM_OK)
        cpm_form_normalise(&c->rows[k], domain);
    fmpq_clear(coeff);
    return status;
}

cpm_status cpm_closure_of(cpm_closure *closure, const cpm_poly_map *map, const bool *wanted,
                          size_t most, cpm_err *err)
{
    size_t index;
    *closure = (cpm_closure){.nvars = map->nvars};
    ulong *exps = cpm_calloc(map->nvars + 1, sizeof *exps);
    if (exps == NULL)
        return cpm_err_memory(err);
    fmpq_mpoly_t image;
    fmpq_mpoly_init(image, map->ctx);
    cpm_status status = intern(&index, closure, exps, most, err);
    for (size_t v = 0; v < map->nvars && status == CPM_OK; v++) {
        if (!wanted[v])
            continue;
        exps[v] = 1;
        status = intern(&index, closure, exps, most, err);
        exps[v] = 0;
    }
    for (size_t k = 0; k < closure->count && status == CPM_OK; k++)
        status = add_row(closure, k, map, exps, image, most, err);
    fmpq_mpoly_clear(image, map->ctx);
    free(exps);
    return status;
}

void cpm_closure_clear(cpm_closure *closure)
{
    for (size_t k = 0; k < closure->count; k++)
        cpm_form_clear(&closure->rows[k]);
    free(closure->exps);
    free(closure->rows);
    free(closure->table);
    *closure = (cpm_closure){0};
}
