/* SPDX-License-Identifier: MIT
 *
 * copy.c - copies of trees: a node as it is, then its parts one by one.
 */
#include "lang/copy.h"

#include "lang/visit.h"

#include <string.h>

/* A copy of `count` items, or NULL, which is right for none. */
static void *copy_array(cpm_copier *c, const void *items, size_t count, size_t size)
{
    if (count == 0)
        return NULL;
    void *copy = cpm_arena_array(&c->tree->arena, count, size);
    if (copy == NULL)
        c->failed = true;
    else
        memcpy(copy, items, count * size);
    return copy;
}

/* ---- Expressions ------------------------------------------------------------------ */

/* What a part that may be missing becomes. */
static void copy_part(cpm_copier *c, cpm_expr **part)
{
    if (*part != NULL)
        *part = cpm_copy_expr(c, *part);
}

static void copy_exprs(cpm_copier *c, cpm_expr ***items, size_t count)
{
    *items = copy_array(c, *items, count, sizeof **items);
    for (size_t i = 0; i < count && !c->failed; i++)
        copy_part(c, &(*items)[i]);
}

static void copy_links(cpm_copier *c, cpm_expr *expr)
{
    size_t count = expr->u.chain.nlinks;
    copy_part(c, &expr->u.chain.first);
    expr->u.chain.links = copy_array(c, expr->u.chain.links, count, sizeof(cpm_link));
    for (size_t i = 0; i < count && !c->failed; i++)
        copy_part(c, &expr->u.chain.links[i].operand);
}

static void copy_args(cpm_copier *c, cpm_arg **args, size_t count)
{
    *args = copy_array(c, *args, count, sizeof **args);
    for (size_t i = 0; i < count && !c->failed; i++)
        copy_part(c, &(*args)[i].value);
}

static void copy_comp(cpm_copier *c, cpm_expr *expr)
{
    size_t count = expr->u.comp.nclauses;
    expr->u.comp.clauses = copy_array(c, expr->u.comp.clauses, count, sizeof *expr->u.comp.clauses);
    for (size_t i = 0; i < count && !c->failed; i++) {
        copy_part(c, &expr->u.comp.clauses[i].target);
        copy_part(c, &expr->u.comp.clauses[i].expr);
    }
    copy_part(c, &expr->u.comp.element);
    copy_part(c, &expr->u.comp.value);
}

static void copy_fields(cpm_copier *c, cpm_expr *expr)
{
    size_t count = expr->u.joined.nfields;
    expr->u.joined.fields = copy_array(c, expr->u.joined.fields, count, sizeof(cpm_field));
    for (size_t i = 0; i < count && !c->failed; i++)
        copy_part(c, &expr->u.joined.fields[i].value);
}

/* The node is a copy already; its parts are not. */
static void copy_operands(cpm_copier *c, cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_UNARY:
    case CPM_EXPR_STAR:
        copy_part(c, &expr->u.unary.operand);
        break;
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        copy_links(c, expr);
        break;
    case CPM_EXPR_COND:
        copy_part(c, &expr->u.cond.then);
        copy_part(c, &expr->u.cond.test);
        copy_part(c, &expr->u.cond.orelse);
        break;
    case CPM_EXPR_CALL:
        copy_args(c, &expr->u.call.args, expr->u.call.nargs);
        break;
    case CPM_EXPR_TUPLE:
    case CPM_EXPR_LIST:
    case CPM_EXPR_SET:
    case CPM_EXPR_DICT:
        copy_exprs(c, &expr->u.tuple.items, expr->u.tuple.nitems);
        break;
    case CPM_EXPR_INDEX:
        copy_part(c, &expr->u.index.object);
        copy_part(c, &expr->u.index.at);
        break;
    case CPM_EXPR_SLICE:
        copy_part(c, &expr->u.slice.object);
        for (size_t i = 0; i < 3; i++)
            copy_part(c, &expr->u.slice.bounds[i]);
        break;
    case CPM_EXPR_METHOD:
        copy_part(c, &expr->u.method.object);
        copy_args(c, &expr->u.method.args, expr->u.method.nargs);
        break;
    case CPM_EXPR_APPLY:
        copy_part(c, &expr->u.apply.callee);
        copy_args(c, &expr->u.apply.args, expr->u.apply.nargs);
        break;
    case CPM_EXPR_COMP:
        copy_comp(c, expr);
        break;
    case CPM_EXPR_LAMBDA:
        copy_exprs(c, &expr->u.lambda.fallbacks, expr->u.lambda.nfallbacks);
        break;
    case CPM_EXPR_WALRUS:
        copy_part(c, &expr->u.walrus.name);
        copy_part(c, &expr->u.walrus.value);
        break;
    case CPM_EXPR_JOINED:
        copy_fields(c, expr);
        break;
    case CPM_EXPR_INT:
    case CPM_EXPR_STRING:
    case CPM_EXPR_TRUE:
    case CPM_EXPR_FALSE:
    case CPM_EXPR_NONE:
    case CPM_EXPR_NAME:
    case CPM_EXPR_DOT:
        break;
    }
}

cpm_expr *cpm_copy_expr(cpm_copier *c, const cpm_expr *expr)
{
    cpm_expr *copy = c->replace == NULL || c->failed ? NULL : c->replace(c->ctx, expr);
    if (copy != NULL || c->failed)
        return copy;
    copy = cpm_expr_new(c->tree, expr->kind, expr->span);
    if (copy == NULL) {
        c->failed = true;
        return NULL;
    }
    *copy = *expr;
    copy->quick = NULL; /* its parts will be others */
    copy_operands(c, copy);
    return copy;
}

/* ---- Statements ------------------------------------------------------------------- */

static void copy_loop(cpm_copier *c, cpm_stmt *stmt)
{
    cpm_expr **parts[] = {&stmt->u.loop.target, &stmt->u.loop.start,    &stmt->u.loop.stop,
                          &stmt->u.loop.step,   &stmt->u.loop.iterable, &stmt->u.loop.unpack};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        copy_part(c, parts[i]);
    stmt->u.loop.id = (uint32_t)c->tree->nloops++;
    cpm_copy_block(c, &stmt->u.loop.body, &stmt->u.loop.body);
    cpm_copy_block(c, &stmt->u.loop.orelse, &stmt->u.loop.orelse);
}

static void copy_parts(cpm_copier *c, cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        copy_exprs(c, &stmt->u.assign.targets, stmt->u.assign.ntargets);
        copy_part(c, &stmt->u.assign.value);
        break;
    case CPM_STMT_AUGMENT:
    case CPM_STMT_AUGMENT_ITEM:
        copy_part(c, &stmt->u.augment.target);
        copy_part(c, &stmt->u.augment.value);
        if (!c->failed) /* an item may have become a name */
            stmt->kind = stmt->u.augment.target->kind == CPM_EXPR_NAME ? CPM_STMT_AUGMENT
                                                                       : CPM_STMT_AUGMENT_ITEM;
        break;
    case CPM_STMT_EXPR:
    case CPM_STMT_RETURN:
        copy_part(c, &stmt->u.expr);
        break;
    case CPM_STMT_PRINT:
        copy_exprs(c, &stmt->u.print.items, stmt->u.print.nitems);
        copy_part(c, &stmt->u.print.sep);
        copy_part(c, &stmt->u.print.end);
        break;
    case CPM_STMT_FOR:
        copy_loop(c, stmt);
        break;
    case CPM_STMT_WHILE:
    case CPM_STMT_IF:
        copy_part(c, &stmt->u.branch.test);
        cpm_copy_block(c, &stmt->u.branch.body, &stmt->u.branch.body);
        cpm_copy_block(c, &stmt->u.branch.orelse, &stmt->u.branch.orelse);
        break;
    case CPM_STMT_ASSERT:
        copy_part(c, &stmt->u.check.test);
        copy_part(c, &stmt->u.check.message);
        break;
    case CPM_STMT_DEL:
        copy_exprs(c, &stmt->u.del.targets, stmt->u.del.ntargets);
        break;
    case CPM_STMT_BREAK:
    case CPM_STMT_CONTINUE:
    case CPM_STMT_PASS:
    case CPM_STMT_GLOBAL:
    case CPM_STMT_NONLOCAL:
    case CPM_STMT_DEF:
    case CPM_STMT_SHIFT:
        break;
    }
}

cpm_stmt *cpm_copy_stmt(cpm_copier *c, const cpm_stmt *stmt)
{
    cpm_stmt *copy = cpm_stmt_new(c->tree, stmt->kind, stmt->span);
    if (copy == NULL) {
        c->failed = true;
        return NULL;
    }
    *copy = *stmt;
    copy->quick = NULL;
    copy_parts(c, copy);
    return copy;
}

void cpm_copy_block(cpm_copier *c, cpm_block *to, const cpm_block *from)
{
    cpm_block copy = {copy_array(c, from->stmts, from->nstmts, sizeof *from->stmts), from->nstmts};
    for (size_t i = 0; i < copy.nstmts && !c->failed; i++)
        copy.stmts[i] = cpm_copy_stmt(c, copy.stmts[i]);
    *to = copy;
}

/* ---- What can be copied ----------------------------------------------------------- */

static bool has_lambda(const cpm_expr *expr)
{
    const cpm_expr *child;
    bool has = expr->kind == CPM_EXPR_LAMBDA;
    for (size_t i = 0; !has && (child = cpm_expr_child(expr, i)) != NULL; i++)
        has = has_lambda(child);
    return has;
}

bool cpm_can_copy_block(const cpm_tree *tree, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        cpm_part part;
        if (stmt->kind == CPM_STMT_DEF || stmt->kind == CPM_STMT_GLOBAL ||
            stmt->kind == CPM_STMT_NONLOCAL || stmt->kind == CPM_STMT_SHIFT)
            return false;
        for (size_t k = 0; cpm_stmt_part(&part, tree, stmt, k); k++)
            if (part.kind == CPM_PART_BLOCK ? !cpm_can_copy_block(tree, part.u.block)
                                            : has_lambda(part.u.expr))
                return false;
    }
    return true;
}
