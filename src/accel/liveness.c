/* SPDX-License-Identifier: MIT
 *
 * liveness.c - the names that occur in what may run after a loop: the
 * statements behind it in every enclosing block, and the next round of every loop
 * around it. Behind a loop what occurs counts as read, which only costs matrix
 * work, never an answer; of a round only what it reads before it has written it.
 */
#include "accel/liveness.h"

#include "base/mem.h"
#include "lang/visit.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- Between two rounds ------------------------------------------------------------ */

/* What a round of a loop reads before it has written it. */
typedef struct round_reads {
    cpm_use *use;
    const cpm_tree *tree;
    bool *written; /* owned: names that have been, on every way to the point at work */
} round_reads;

static void read_unwritten(round_reads *r, const cpm_expr *expr)
{
    cpm_sym sym;
    const cpm_expr *child;
    for (size_t i = 0; (sym = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
        if (!r->written[sym])
            r->use[sym] = CPM_USE_READ;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        read_unwritten(r, child);
}

static void write_target(round_reads *r, const cpm_expr *target)
{
    const cpm_expr *item;
    if (target->kind == CPM_EXPR_NAME)
        r->written[target->u.name.sym] = true;
    else if (target->kind == CPM_EXPR_INDEX || target->kind == CPM_EXPR_SLICE)
        read_unwritten(r, target);
    for (size_t i = 0; (item = cpm_target_item(target, i)) != NULL; i++)
        write_target(r, item);
}

static void read_round(round_reads *r, const cpm_block *block);

/* One that may run, or not, or many times: what it writes is not written after it. NULL
 * when memory runs out, else what it has written. */
static bool *read_branch(round_reads *r, const cpm_block *block, const cpm_expr *target)
{
    bool *before = r->written;
    r->written = cpm_calloc(r->tree->nsymbols, sizeof *r->written);
    bool *after = r->written;
    if (after != NULL) {
        memcpy(after, before, r->tree->nsymbols * sizeof *after);
        if (target != NULL)
            write_target(r, target);
        read_round(r, block);
    } else { /* what it reads counts as unwritten */
        read_block(r->use, r->tree, block, 0);
    }
    r->written = before;
    return after;
}

static void read_if(round_reads *r, const cpm_stmt *stmt)
{
    read_unwritten(r, stmt->u.branch.test);
    bool *then = read_branch(r, &stmt->u.branch.body, NULL);
    bool *orelse = read_branch(r, &stmt->u.branch.orelse, NULL);
    for (size_t sym = 0; then != NULL && orelse != NULL && sym < r->tree->nsymbols; sym++)
        r->written[sym] = then[sym] && orelse[sym];
    free(then);
    free(orelse);
}

static const cpm_expr *variable_in(const cpm_stmt *loop, const cpm_block *block)
{
    return loop->kind == CPM_STMT_FOR && block == &loop->u.loop.body ? loop->u.loop.target : NULL;
}

static void read_in_order(round_reads *r, const cpm_stmt *stmt)
{
    cpm_part part;
    for (size_t i = 0; cpm_stmt_part(&part, r->tree, stmt, i); i++) {
        if (part.kind == CPM_PART_VALUE)
            read_unwritten(r, part.u.expr);
        else if (part.kind == CPM_PART_TARGET && stmt->kind == CPM_STMT_ASSIGN)
            write_target(r, part.u.expr);
        else if (part.kind == CPM_PART_UPDATE)
            read_unwritten(r, part.u.expr), write_target(r, part.u.expr);
        else if (part.kind == CPM_PART_BLOCK) /* of a loop: its body has the variable */
            free(read_branch(r, part.u.block, variable_in(stmt, part.u.block)));
    }
}

static void read_round(round_reads *r, const cpm_block *block)
{
    cpm_part part;
    for (size_t k = 0; k < block->nstmts; k++) {
        const cpm_stmt *stmt = block->stmts[k];
        if (stmt->kind == CPM_STMT_IF)
            read_if(r, stmt);
        else if (stmt->kind == CPM_STMT_ASSIGN || stmt->kind == CPM_STMT_AUGMENT ||
                 cpm_stmt_is_loop(stmt))
            read_in_order(r, stmt);
        else
            read_stmt(r->use, r->tree, stmt);
        for (size_t i = 0; stmt->kind == CPM_STMT_SHIFT && cpm_stmt_part(&part, r->tree, stmt, i);
             i++)
            r->use[part.u.sym] = CPM_USE_READ;
    }
}

/* What a function inside another one reads, and when, is not looked into. */
static bool has_closures(const cpm_tree *tree)
{
    bool found = false;
    for (size_t f = 0; f < tree->nfunctions; f++)
        found = found || tree->functions[f].parent != CPM_NO_FUNCTION;
    return found;
}

void cpm_uses_between(cpm_use *use, const cpm_tree *tree, const cpm_stmt *loop)
{
    round_reads r = {use, tree, cpm_calloc(tree->nsymbols, sizeof *r.written)};
    if (r.written == NULL || has_closures(tree)) {
        read_stmt(use, tree, loop);
    } else if (loop->kind == CPM_STMT_WHILE) {
        read_in_order(&r, loop);
    } else {
        free(read_branch(&r, &loop->u.loop.body, loop->u.loop.target));
        free(read_branch(&r, &loop->u.loop.orelse, NULL));
    }
    free(r.written);
}

/* ---- After a loop ---------------------------------------------------------------------- */

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
        cpm_uses_between(use, tree, stmt);
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
