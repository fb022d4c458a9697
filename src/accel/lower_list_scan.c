/* SPDX-License-Identifier: MIT
 *
 * lower_list_scan.c - whether statements work on lists, looked at before they are lowered:
 * by their form, by what the names in them hold, and in the functions that they call.
 */
#include "accel/lower_list.h"

#include "base/limits.h"
#include "lang/visit.h"

/* Calls of calls that are looked into. */
enum { MAX_DEPTH = 16 };

/* lw NULL: anywhere in a tree, by the form alone. */
typedef struct scan {
    const cpm_tree *tree;
    const lowering *lw;
    unsigned depth; /* of the call that is looked into */
} scan;

static bool block_works(const scan *s, const cpm_block *block);

static bool is_container(const cpm_val *value)
{
    return value->kind == CPM_VAL_LIST || value->kind == CPM_VAL_TUPLE ||
           value->kind == CPM_VAL_DICT || value->kind == CPM_VAL_SET;
}

/* By what it holds here, or, inside of a function that is called from here, globally. */
static bool name_works(const scan *s, cpm_sym sym)
{
    const lowering *lw = s->lw;
    if (lw == NULL)
        return false;
    if (s->depth == 0)
        return lw->names[sym].state == NAME_LIST || is_container(lw->env->value(lw->env->ctx, sym));
    return is_container(lw->env->global_value(lw->env->ctx, sym));
}

static bool callee_works(const scan *s, const cpm_expr *call)
{
    if (s->lw == NULL || !cpm_lower_is_own_call(s->lw, call))
        return false;
    const cpm_function *f = s->lw->env->function(s->lw->env->ctx, call->u.call.callee);
    scan inside = {s->tree, s->lw, s->depth + 1};
    return s->depth >= MAX_DEPTH || block_works(&inside, &f->body);
}

static bool expr_works(const scan *s, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_LIST:
    case CPM_EXPR_SET:
    case CPM_EXPR_DICT:
    case CPM_EXPR_INDEX:
    case CPM_EXPR_SLICE:
    case CPM_EXPR_METHOD:
    case CPM_EXPR_COMP:
    case CPM_EXPR_STAR:
        return true;
    case CPM_EXPR_NAME:
        return name_works(s, expr->u.name.sym);
    case CPM_EXPR_CALL:
        if (callee_works(s, expr))
            return true;
        break;
    default:
        break;
    }
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        if (expr_works(s, child))
            return true;
    return false;
}

/* Ranges and names that hold them are no lists. */
static bool iterable_works(const scan *s, const cpm_stmt *loop)
{
    const cpm_expr *iterable = loop->u.loop.iterable;
    return iterable != NULL && (loop->u.loop.unpack != NULL || iterable->kind == CPM_EXPR_TUPLE ||
                                expr_works(s, iterable));
}

static bool stmt_works(const scan *s, const cpm_stmt *stmt)
{
    cpm_part part;
    if (stmt->kind == CPM_STMT_AUGMENT_ITEM || stmt->kind == CPM_STMT_DEL ||
        (stmt->kind == CPM_STMT_FOR && iterable_works(s, stmt)))
        return true;
    bool works = false;
    for (size_t i = 0; !works && cpm_stmt_part(&part, s->tree, stmt, i); i++)
        switch (part.kind) {
        case CPM_PART_VALUE:
        case CPM_PART_SHOWN:
        case CPM_PART_TARGET:
        case CPM_PART_UPDATE:
            works = expr_works(s, part.u.expr);
            break;
        case CPM_PART_BLOCK:
            works = block_works(s, part.u.block);
            break;
        case CPM_PART_NAME:
        case CPM_PART_GLOBAL:
            break;
        }
    return works;
}

static bool block_works(const scan *s, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++)
        if (stmt_works(s, block->stmts[i]))
            return true;
    return false;
}

static bool has_lists(const lowering *lw)
{
    return lw->env->value != NULL && lw->tree->ncells > 0;
}

bool cpm_list_is_used_in(const lowering *lw, const cpm_block *block)
{
    const scan s = {lw->tree, lw, 0};
    return has_lists(lw) && block_works(&s, block);
}

bool cpm_list_is_used_by(const lowering *lw, const cpm_expr *call)
{
    const scan s = {lw->tree, lw, 0};
    return has_lists(lw) && expr_works(&s, call);
}

cpm_status cpm_lower_prepare_tree(cpm_tree *tree, cpm_err *err)
{
    const scan s = {tree, NULL, 0};
    bool works = block_works(&s, &tree->top);
    for (size_t f = 0; f < tree->nfunctions && !works; f++)
        works = block_works(&s, &tree->functions[f].body);
    return works && !cpm_tree_reserve_cells(tree, CPM_MAX_LIST_CELLS) ? cpm_err_memory(err)
                                                                      : CPM_OK;
}
