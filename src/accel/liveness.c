/* SPDX-License-Identifier: MIT
 *
 * liveness.c - the names that occur in what may run after a loop: the
 * statements behind it in every enclosing block, and the whole of every loop
 * around it. No flow analysis: what occurs counts as read, which only costs
 * matrix work, never an answer.
 */
#include "accel/liveness.h"

#include "lang/visit.h"

static void read_expr(cpm_use *use, const cpm_expr *expr)
{
    cpm_sym sym;
    for (size_t i = 0; (sym = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
        use[sym] = CPM_USE_READ;
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        read_expr(use, child);
}

/* A name that is returned or printed as it is, or a tuple of such. */
static void show_expr(cpm_use *use, const cpm_expr *expr)
{
    const cpm_expr *item;
    if (expr->kind == CPM_EXPR_TUPLE) {
        for (size_t i = 0; (item = cpm_expr_child(expr, i)) != NULL; i++)
            show_expr(use, item);
    } else if (expr->kind != CPM_EXPR_NAME) {
        read_expr(use, expr);
    } else if (use[expr->u.name.sym] == CPM_USE_NONE) {
        use[expr->u.name.sym] = CPM_USE_SHOWN;
    }
}

/* A name is written, not read; an item of a list needs the list. */
static void read_target(cpm_use *use, const cpm_expr *target)
{
    const cpm_expr *item;
    if (target->kind == CPM_EXPR_INDEX || target->kind == CPM_EXPR_SLICE)
        read_expr(use, target);
    for (size_t i = 0; (item = cpm_target_item(target, i)) != NULL; i++)
        read_target(use, item);
}

static void read_block(cpm_use *use, const cpm_tree *tree, const cpm_block *block, size_t from);

static void read_stmt(cpm_use *use, const cpm_tree *tree, const cpm_stmt *stmt)
{
    cpm_part part;
    for (size_t i = 0; cpm_stmt_part(&part, tree, stmt, i); i++)
        switch (part.kind) {
        case CPM_PART_VALUE:
        case CPM_PART_UPDATE:
            read_expr(use, part.u.expr);
            break;
        case CPM_PART_SHOWN:
            show_expr(use, part.u.expr);
            break;
        case CPM_PART_GLOBAL: /* seen by others once this function is left */
            use[part.u.sym] = CPM_USE_READ;
            break;
        case CPM_PART_BLOCK:
            read_block(use, tree, part.u.block, 0);
            break;
        case CPM_PART_TARGET:
            read_target(use, part.u.expr);
            break;
        case CPM_PART_NAME:
            break;
        }
}

static void read_block(cpm_use *use, const cpm_tree *tree, const cpm_block *block, size_t from)
{
    for (size_t i = from; i < block->nstmts; i++)
        read_stmt(use, tree, block->stmts[i]);
}

static void read_function(cpm_use *use, const cpm_tree *tree, const cpm_function *function)
{
    for (size_t i = 0; i < function->nparams; i++)
        if (function->params[i].fallback != NULL)
            read_expr(use, function->params[i].fallback);
    read_block(use, tree, &function->body, 0);
}

static void read_globals(cpm_use *use, const cpm_tree *tree, const cpm_block *block)
{
    cpm_part part;
    for (size_t i = 0; i < block->nstmts; i++)
        for (size_t k = 0; cpm_stmt_part(&part, tree, block->stmts[i], k); k++) {
            if (part.kind == CPM_PART_GLOBAL)
                use[part.u.sym] = CPM_USE_READ;
            else if (part.kind == CPM_PART_BLOCK)
                read_globals(use, tree, part.u.block);
        }
}

static bool read_after(cpm_use *use, const cpm_tree *tree, const cpm_block *block,
                       const cpm_stmt *loop);

/* The same in the blocks of a statement: another round of it may follow. */
static bool read_after_inside(cpm_use *use, const cpm_tree *tree, const cpm_stmt *stmt,
                              const cpm_stmt *loop)
{
    cpm_part part;
    bool found = false;
    for (size_t i = 0; !found && cpm_stmt_part(&part, tree, stmt, i); i++)
        found = part.kind == CPM_PART_BLOCK && read_after(use, tree, part.u.block, loop);
    if (found && cpm_stmt_is_loop(stmt))
        read_stmt(use, tree, stmt);
    return found;
}

/* Finds `loop` in the block and reads what may come after it; false when it is
 * not there. */
static bool read_after(cpm_use *use, const cpm_tree *tree, const cpm_block *block,
                       const cpm_stmt *loop)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        if (stmt == loop)
            read_block(use, tree,
                       stmt->kind == CPM_STMT_WHILE ? &stmt->u.branch.orelse : &stmt->u.loop.orelse,
                       0);
        else if (!read_after_inside(use, tree, stmt, loop))
            continue;
        read_block(use, tree, block, i + 1);
        return true;
    }
    return false;
}

void cpm_uses_after(cpm_use *use, const cpm_tree *tree, const cpm_function *function,
                    const cpm_stmt *loop, const cpm_expr *call)
{
    if (function != NULL) {
        read_after(use, tree, &function->body, loop);
        read_globals(use, tree, &function->body);
        return;
    }
    read_after(use, tree, &tree->top, loop);
    for (size_t f = 0; f < tree->nfunctions; f++)
        read_function(use, tree, &tree->functions[f]);
    if (call != NULL)
        read_expr(use, call);
}
