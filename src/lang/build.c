/* SPDX-License-Identifier: MIT
 *
 * build.c - nodes of trees, one by one.
 */
#include "lang/build.h"

#include "lang/copy.h"

#include <string.h>

void *cpm_build_check(cpm_builder *b, void *node)
{
    b->failed = b->failed || node == NULL;
    return node;
}

cpm_expr *cpm_build_int(cpm_builder *b, slong value, cpm_span span)
{
    fmpz_t number;
    fmpz_init_set_si(number, value);
    cpm_expr *expr = cpm_build_check(b, cpm_expr_int(b->tree, number, span));
    fmpz_clear(number);
    return expr;
}

cpm_expr *cpm_build_name(cpm_builder *b, cpm_sym sym, cpm_span span)
{
    return cpm_build_check(b, cpm_expr_name(b->tree, sym, span));
}

cpm_expr *cpm_build_copy(cpm_builder *b, const cpm_expr *expr)
{
    cpm_copier copier = {.tree = b->tree};
    return cpm_build_check(b, cpm_copy_expr(&copier, expr));
}

void *cpm_build_array(cpm_builder *b, size_t count)
{
    return cpm_build_check(b, cpm_arena_array(&b->tree->arena, count, sizeof(void *)));
}

cpm_expr *cpm_build_items(cpm_builder *b, cpm_expr_kind kind, size_t count, cpm_span span)
{
    cpm_expr *expr = cpm_build_check(b, cpm_expr_new(b->tree, kind, span));
    if (expr == NULL)
        return NULL;
    expr->u.tuple.items = cpm_build_array(b, count);
    expr->u.tuple.nitems = count;
    return b->failed ? NULL : expr;
}

cpm_expr *cpm_build_chain(cpm_builder *b, cpm_expr_kind kind, cpm_expr *first, cpm_op op,
                          cpm_expr *second)
{
    cpm_expr *expr = cpm_build_check(
        b, cpm_expr_new(b->tree, kind, first == NULL ? (cpm_span){0, 0} : first->span));
    if (expr == NULL)
        return NULL;
    expr->u.chain.first = first;
    expr->u.chain.nlinks = 1;
    expr->u.chain.links = cpm_build_check(b, cpm_arena_array(&b->tree->arena, 1, sizeof(cpm_link)));
    if (!b->failed)
        expr->u.chain.links[0] = (cpm_link){op, expr->span, second};
    return expr;
}

cpm_stmt *cpm_build_assign(cpm_builder *b, cpm_expr *target, cpm_expr *value, cpm_span span)
{
    cpm_stmt *stmt = cpm_build_check(b, cpm_stmt_new(b->tree, CPM_STMT_ASSIGN, span));
    if (stmt == NULL)
        return NULL;
    stmt->u.assign.targets = cpm_build_array(b, 1);
    stmt->u.assign.ntargets = 1;
    stmt->u.assign.value = value;
    if (!b->failed)
        stmt->u.assign.targets[0] = target;
    return stmt;
}

void cpm_build_insert(cpm_builder *b, cpm_block *block, size_t at, cpm_stmt *stmt)
{
    cpm_stmt **stmts = cpm_build_array(b, block->nstmts + 1);
    if (b->failed)
        return;
    memcpy(stmts, block->stmts, at * sizeof *stmts);
    stmts[at] = stmt;
    memcpy(stmts + at + 1, block->stmts + at, (block->nstmts - at) * sizeof *stmts);
    block->stmts = stmts;
    block->nstmts++;
}

cpm_expr *cpm_build_index(cpm_builder *b, cpm_expr *object, cpm_expr *at, cpm_span span)
{
    cpm_expr *item = cpm_build_check(b, cpm_expr_new(b->tree, CPM_EXPR_INDEX, span));
    if (item == NULL)
        return NULL;
    item->u.index.object = object;
    item->u.index.at = at;
    return item;
}

cpm_expr *cpm_build_slice(cpm_builder *b, cpm_expr *object, slong from, slong to, cpm_span span)
{
    cpm_expr *slice = cpm_build_check(b, cpm_expr_new(b->tree, CPM_EXPR_SLICE, span));
    if (slice == NULL)
        return NULL;
    slice->u.slice.object = object;
    slice->u.slice.bounds[0] = cpm_build_int(b, from, span);
    slice->u.slice.bounds[1] = to == 0 ? NULL : cpm_build_int(b, to, span);
    return slice;
}

cpm_expr *cpm_build_comp(cpm_builder *b, cpm_expr *of, cpm_sym row, cpm_expr *list, cpm_span span)
{
    cpm_expr *comp = cpm_build_check(b, cpm_expr_new(b->tree, CPM_EXPR_COMP, span));
    if (comp == NULL)
        return NULL;
    comp->u.comp.of = CPM_EXPR_LIST;
    comp->u.comp.element = of;
    comp->u.comp.nclauses = 1;
    comp->u.comp.clauses =
        cpm_build_check(b, cpm_arena_array(&b->tree->arena, 1, sizeof *comp->u.comp.clauses));
    if (!b->failed)
        comp->u.comp.clauses[0] = (cpm_comp_clause){cpm_build_name(b, row, span), list};
    return comp;
}
