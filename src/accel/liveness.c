/* SPDX-License-Identifier: MIT
 *
 * liveness.c - the names that occur in what may run after a loop: the
 * statements behind it in every enclosing block, and the whole of every loop
 * around it. No flow analysis: what occurs counts as read, which only costs
 * matrix work, never an answer.
 */
#include "accel/liveness.h"

static void read_expr(cpm_use *use, const cpm_expr *expr)
{
    if (expr == NULL)
        return;
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        use[expr->u.name.sym] = CPM_USE_READ;
        break;
    case CPM_EXPR_UNARY:
        read_expr(use, expr->u.unary.operand);
        break;
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        read_expr(use, expr->u.chain.first);
        for (size_t i = 0; i < expr->u.chain.nlinks; i++)
            read_expr(use, expr->u.chain.links[i].operand);
        break;
    case CPM_EXPR_COND:
        read_expr(use, expr->u.cond.test);
        read_expr(use, expr->u.cond.then);
        read_expr(use, expr->u.cond.orelse);
        break;
    case CPM_EXPR_CALL:
        use[expr->u.call.callee] = CPM_USE_READ;
        for (size_t i = 0; i < expr->u.call.nargs; i++)
            read_expr(use, expr->u.call.args[i].value);
        break;
    case CPM_EXPR_TUPLE:
        for (size_t i = 0; i < expr->u.tuple.nitems; i++)
            read_expr(use, expr->u.tuple.items[i]);
        break;
    default:
        break;
    }
}

/* A name that is returned or printed as it is, or a tuple of such. */
static void show_expr(cpm_use *use, const cpm_expr *expr)
{
    if (expr != NULL && expr->kind == CPM_EXPR_TUPLE) {
        for (size_t i = 0; i < expr->u.tuple.nitems; i++)
            show_expr(use, expr->u.tuple.items[i]);
    } else if (expr == NULL || expr->kind != CPM_EXPR_NAME) {
        read_expr(use, expr);
    } else if (use[expr->u.name.sym] == CPM_USE_NONE) {
        use[expr->u.name.sym] = CPM_USE_SHOWN;
    }
}

/* A plain name as a target is written, not read. */
static void read_target(cpm_use *use, const cpm_expr *target)
{
    if (target->kind == CPM_EXPR_TUPLE)
        for (size_t i = 0; i < target->u.tuple.nitems; i++)
            read_target(use, target->u.tuple.items[i]);
}

static void read_block(cpm_use *use, const cpm_tree *tree, const cpm_block *block, size_t from);

static void read_function(cpm_use *use, const cpm_tree *tree, const cpm_function *function)
{
    for (size_t i = 0; i < function->nparams; i++)
        read_expr(use, function->params[i].fallback);
    read_block(use, tree, &function->body, 0);
}

static void read_stmt(cpm_use *use, const cpm_tree *tree, const cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        read_expr(use, stmt->u.assign.value);
        for (size_t i = 0; i < stmt->u.assign.ntargets; i++)
            read_target(use, stmt->u.assign.targets[i]);
        break;
    case CPM_STMT_AUGMENT:
        read_expr(use, stmt->u.augment.target);
        read_expr(use, stmt->u.augment.value);
        break;
    case CPM_STMT_EXPR:
        read_expr(use, stmt->u.expr);
        break;
    case CPM_STMT_RETURN:
        show_expr(use, stmt->u.expr);
        break;
    case CPM_STMT_PRINT:
        for (size_t i = 0; i < stmt->u.print.nitems; i++)
            show_expr(use, stmt->u.print.items[i]);
        break;
    case CPM_STMT_FOR:
        read_expr(use, stmt->u.loop.start);
        read_expr(use, stmt->u.loop.stop);
        read_expr(use, stmt->u.loop.step);
        read_expr(use, stmt->u.loop.iterable);
        read_block(use, tree, &stmt->u.loop.body, 0);
        read_block(use, tree, &stmt->u.loop.orelse, 0);
        break;
    case CPM_STMT_WHILE:
    case CPM_STMT_IF:
        read_expr(use, stmt->u.branch.test);
        read_block(use, tree, &stmt->u.branch.body, 0);
        read_block(use, tree, &stmt->u.branch.orelse, 0);
        break;
    case CPM_STMT_GLOBAL: /* seen by others once this function is left */
        for (size_t i = 0; i < stmt->u.global.nsyms; i++)
            use[stmt->u.global.syms[i]] = CPM_USE_READ;
        break;
    case CPM_STMT_DEF:
        read_function(use, tree, &tree->functions[stmt->u.function]);
        break;
    default:
        break;
    }
}

static void read_block(cpm_use *use, const cpm_tree *tree, const cpm_block *block, size_t from)
{
    for (size_t i = from; i < block->nstmts; i++)
        read_stmt(use, tree, block->stmts[i]);
}

static void read_globals(cpm_use *use, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        if (stmt->kind == CPM_STMT_GLOBAL) {
            for (size_t k = 0; k < stmt->u.global.nsyms; k++)
                use[stmt->u.global.syms[k]] = CPM_USE_READ;
        } else if (stmt->kind == CPM_STMT_FOR) {
            read_globals(use, &stmt->u.loop.body);
            read_globals(use, &stmt->u.loop.orelse);
        } else if (stmt->kind == CPM_STMT_WHILE || stmt->kind == CPM_STMT_IF) {
            read_globals(use, &stmt->u.branch.body);
            read_globals(use, &stmt->u.branch.orelse);
        }
    }
}

/* Finds `loop` in the block and reads what may come after it; false when it is
 * not there. */
static bool read_after(cpm_use *use, const cpm_tree *tree, const cpm_block *block,
                       const cpm_stmt *loop)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        bool found = stmt == loop;
        if (found) {
            read_block(use, tree, &stmt->u.loop.orelse, 0);
        } else if (stmt->kind == CPM_STMT_FOR) {
            found = read_after(use, tree, &stmt->u.loop.body, loop) ||
                    read_after(use, tree, &stmt->u.loop.orelse, loop);
            if (found)
                read_stmt(use, tree, stmt);
        } else if (stmt->kind == CPM_STMT_WHILE || stmt->kind == CPM_STMT_IF) {
            found = read_after(use, tree, &stmt->u.branch.body, loop) ||
                    read_after(use, tree, &stmt->u.branch.orelse, loop);
            if (found && stmt->kind == CPM_STMT_WHILE)
                read_stmt(use, tree, stmt);
        }
        if (found) {
            read_block(use, tree, block, i + 1);
            return true;
        }
    }
    return false;
}

void cpm_uses_after(cpm_use *use, const cpm_tree *tree, const cpm_function *function,
                    const cpm_stmt *loop, const cpm_expr *call)
{
    if (function != NULL) {
        read_after(use, tree, &function->body, loop);
        read_globals(use, &function->body);
        return;
    }
    read_after(use, tree, &tree->top, loop);
    for (size_t f = 0; f < tree->nfunctions; f++)
        read_function(use, tree, &tree->functions[f]);
    read_expr(use, call);
}
