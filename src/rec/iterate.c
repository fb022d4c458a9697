/* SPDX-License-Identifier: MIT
 *
 * iterate.c - the statements of the loop, one after another: a rule sets the term, the
 * history is moved on.
 */
#include "rec/iterate.h"

#include "base/limits.h"
#include "base/mem.h"
#include "eval/constant.h"
#include "lang/visit.h"
#include "power/residue.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

typedef struct state {
    const cpm_recurrence *rec;
    fmpq *values; /* owned, per symbol */
    bool *is_known;
    size_t *places; /* owned: the symbols that the loop assigns, dim of them */
    size_t dim;
    fmpz_t index;
} state;

static void state_free(void *ctx)
{
    state *s = ctx;
    if (s->values != NULL)
        _fmpq_vec_clear(s->values, (slong)s->rec->nvalues);
    free(s->is_known);
    free(s->places);
    fmpz_clear(s->index);
    free(s);
}

static void restart(void *ctx)
{
    state *s = ctx;
    memcpy(s->is_known, s->rec->is_known, s->rec->nvalues * sizeof *s->is_known);
    for (size_t i = 0; i < s->rec->nvalues; i++)
        fmpq_set(s->values + i, s->rec->values + i);
    fmpz_set(s->index, s->rec->loop_start);
}

static const fmpq *value(const void *ctx, size_t k)
{
    const state *s = ctx;
    return s->values + s->places[k];
}

/* ---- A round ------------------------------------------------------------------- */

static bool look_up(void *ctx, cpm_sym sym, fmpq_t out)
{
    const state *s = ctx;
    if (sym >= s->rec->nvalues || !s->is_known[sym])
        return false;
    fmpq_set(out, s->values + sym);
    return true;
}

static cpm_status assign(state *s, const cpm_stmt *stmt, const fmpz *modulus, size_t max_bits,
                         cpm_err *err)
{
    cpm_sym sym = stmt->u.assign.targets[0]->u.name.sym;
    const cpm_expr *expr = stmt->u.assign.value;
    fmpq_t out;
    fmpq_init(out);
    cpm_status status =
        cpm_eval_extended(out, &s->rec->tree, expr, s->rec->tree.text, look_up, s, max_bits, err);
    if (status == CPM_OK && fmpq_height_bits(out) > max_bits)
        status = cpm_err_set(err, CPM_ERR_LIMIT, "the terms grow too large on the way to this one");
    if (status == CPM_OK && modulus != NULL)
        fmpz_mod(fmpq_numref(out), fmpq_numref(out), modulus);
    if (status == CPM_OK)
        fmpq_swap(s->values + sym, out);
    s->is_known[sym] = true;
    fmpq_clear(out);
    return status;
}

static void shift(state *s, const cpm_stmt *stmt)
{
    const cpm_sym *places = stmt->u.shift.places;
    for (size_t k = stmt->u.shift.nplaces; k-- > 1;)
        fmpq_swap(s->values + places[k], s->values + places[k - 1]);
}

/* The index, too, may be reduced where the rules are those of a ring. */
static void set_index(state *s, const fmpz *modulus)
{
    cpm_sym sym = s->rec->loop->u.loop.target->u.name.sym;
    fmpz_one(fmpq_denref(s->values + sym));
    if (modulus == NULL)
        fmpz_set(fmpq_numref(s->values + sym), s->index);
    else
        fmpz_mod(fmpq_numref(s->values + sym), s->index, modulus);
    s->is_known[sym] = true;
    fmpz_add_ui(s->index, s->index, 1);
}

static cpm_status step(void *ctx, const fmpz *modulus, size_t max_bits, cpm_err *err)
{
    state *s = ctx;
    const cpm_block *body = &s->rec->loop->u.loop.body;
    cpm_status status = CPM_OK;
    if (max_bits > CPM_MAX_VALUE_BITS)
        max_bits = CPM_MAX_VALUE_BITS;
    set_index(s, modulus);
    for (size_t i = 0; i < body->nstmts && status == CPM_OK; i++) {
        if (body->stmts[i]->kind == CPM_STMT_SHIFT)
            shift(s, body->stmts[i]);
        else
            status = assign(s, body->stmts[i], modulus, max_bits, err);
    }
    return status;
}

/* ---- What kind of map it is ------------------------------------------------------ */

static bool is_ring_op(cpm_op op)
{
    return op == CPM_OP_ADD || op == CPM_OP_SUB || op == CPM_OP_MUL;
}

/* Sums, differences, products and powers with small constants as exponents. */
static bool is_of_ring(const cpm_expr *expr)
{
    bool ok = false;
    switch (expr->kind) {
    case CPM_EXPR_INT:
    case CPM_EXPR_NAME:
        return true;
    case CPM_EXPR_UNARY:
        ok = expr->u.unary.op == CPM_OP_NEG || expr->u.unary.op == CPM_OP_POS;
        break;
    case CPM_EXPR_CHAIN:
        ok = true;
        for (size_t i = 0; i < expr->u.chain.nlinks; i++)
            ok = ok && is_ring_op(expr->u.chain.links[i].op);
        break;
    case CPM_EXPR_POWER:
        return expr->u.chain.nlinks == 1 && expr->u.chain.links[0].operand->kind == CPM_EXPR_INT &&
               is_of_ring(expr->u.chain.first);
    default:
        return false;
    }
    const cpm_expr *child;
    for (size_t i = 0; ok && (child = cpm_expr_child(expr, i)) != NULL; i++)
        ok = is_of_ring(child);
    return ok;
}

static bool reads(const cpm_expr *expr, cpm_sym sym)
{
    if (expr->kind == CPM_EXPR_NAME)
        return expr->u.name.sym == sym;
    bool found = false;
    const cpm_expr *child;
    for (size_t i = 0; !found && (child = cpm_expr_child(expr, i)) != NULL; i++)
        found = reads(child, sym);
    return found;
}

/* Only the rules are looked at, which assign; constants must be integers as well. */
static void look_at_rules(cpm_map *map, const cpm_recurrence *rec)
{
    const cpm_block *body = &rec->loop->u.loop.body;
    cpm_sym index = rec->loop->u.loop.target->u.name.sym;
    map->is_ring = true;
    for (size_t i = 0; i < body->nstmts; i++) {
        if (body->stmts[i]->kind == CPM_STMT_SHIFT)
            continue;
        const cpm_expr *rule = body->stmts[i]->u.assign.value;
        map->is_ring = map->is_ring && is_of_ring(rule);
        map->reads_index = map->reads_index || reads(rule, index);
    }
    for (size_t i = 0; i < rec->nvalues; i++)
        if (rec->is_known[i])
            map->is_ring = map->is_ring && fmpz_is_one(fmpq_denref(rec->values + i));
}

static void add_place(state *s, cpm_sym sym)
{
    for (size_t k = 0; k < s->dim; k++)
        if (s->places[k] == sym)
            return;
    s->places[s->dim++] = sym;
}

static cpm_status find_places(state *s, cpm_map *map, cpm_err *err)
{
    const cpm_block *body = &s->rec->loop->u.loop.body;
    s->places = cpm_calloc(s->rec->nvalues, sizeof *s->places);
    if (s->places == NULL)
        return cpm_err_memory(err);
    for (size_t i = 0; i < body->nstmts; i++) {
        const cpm_stmt *stmt = body->stmts[i];
        if (stmt->kind == CPM_STMT_ASSIGN)
            add_place(s, stmt->u.assign.targets[0]->u.name.sym);
        for (size_t k = 0; stmt->kind == CPM_STMT_SHIFT && k < stmt->u.shift.nplaces; k++)
            add_place(s, stmt->u.shift.places[k]);
    }
    for (size_t k = 0; k < s->dim; k++)
        if (s->places[k] == s->rec->output)
            map->output = k;
    map->dim = s->dim;
    return CPM_OK;
}

cpm_status cpm_iterate_values(fmpq *values, ulong *done, const cpm_recurrence *rec, ulong rounds,
                              cpm_err *err)
{
    cpm_map map;
    cpm_status status = cpm_iterate(&map, rec, err);
    if (status != CPM_OK)
        return status;
    state *s = map.ctx;
    restart(s);
    for (*done = 0; *done < rounds && status == CPM_OK; *done += status == CPM_OK)
        status = step(s, NULL, CPM_MAX_RULE_BITS, err);
    for (size_t i = 0; i < rec->nvalues; i++)
        fmpq_swap(values + i, s->values + i);
    map.free(map.ctx);
    return status;
}

cpm_status cpm_iterate(cpm_map *map, const cpm_recurrence *rec, cpm_err *err)
{
    state *s = cpm_calloc(1, sizeof *s);
    *map = (cpm_map){0};
    if (s == NULL)
        return cpm_err_memory(err);
    *s = (state){.rec = rec};
    fmpz_init(s->index);
    s->values = _fmpq_vec_init((slong)rec->nvalues);
    s->is_known = cpm_calloc(rec->nvalues, sizeof *s->is_known);
    cpm_status status = s->is_known == NULL ? cpm_err_memory(err) : find_places(s, map, err);
    if (status != CPM_OK) {
        state_free(s);
        return status;
    }
    map->ctx = s;
    map->free = state_free;
    map->restart = restart;
    map->step = step;
    map->value = value;
    look_at_rules(map, rec);
    return CPM_OK;
}
