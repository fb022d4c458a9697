/* SPDX-License-Identifier: MIT
 *
 * mention.c - looking for names.
 */
#include "lang/mention.h"

#include "lang/visit.h"

bool cpm_expr_mentions(const cpm_expr *expr, cpm_sym sym)
{
    cpm_sym read;
    const cpm_expr *child;
    bool does = false;
    for (size_t i = 0; !does && (read = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
        does = read == sym;
    for (size_t i = 0; !does && (child = cpm_expr_child(expr, i)) != NULL; i++)
        does = cpm_expr_mentions(child, sym);
    return does;
}

bool cpm_stmt_mentions(const cpm_tree *tree, const cpm_stmt *stmt, cpm_sym sym)
{
    cpm_part part;
    bool does = false;
    for (size_t i = 0; !does && cpm_stmt_part(&part, tree, stmt, i); i++)
        if (part.kind == CPM_PART_BLOCK)
            does = cpm_block_mentions(tree, part.u.block, sym);
        else if (part.kind == CPM_PART_NAME || part.kind == CPM_PART_GLOBAL)
            does = part.u.sym == sym;
        else
            does = cpm_expr_mentions(part.u.expr, sym);
    return does;
}

bool cpm_block_mentions(const cpm_tree *tree, const cpm_block *block, cpm_sym sym)
{
    bool does = false;
    for (size_t i = 0; !does && i < block->nstmts; i++)
        does = cpm_stmt_mentions(tree, block->stmts[i], sym);
    return does;
}

/* ---- Declarations ------------------------------------------------------------------ */

static bool block_declares(const cpm_tree *tree, const cpm_block *block, cpm_sym sym)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        cpm_part part;
        if (stmt->kind == CPM_STMT_GLOBAL || stmt->kind == CPM_STMT_NONLOCAL)
            for (size_t k = 0; k < stmt->u.global.nsyms; k++)
                if (stmt->u.global.syms[k] == sym)
                    return true;
        for (size_t k = 0; cpm_stmt_part(&part, tree, stmt, k); k++)
            if (part.kind == CPM_PART_BLOCK && block_declares(tree, part.u.block, sym))
                return true;
    }
    return false;
}

bool cpm_tree_declares(const cpm_tree *tree, cpm_sym sym)
{
    bool does = block_declares(tree, &tree->top, sym);
    for (size_t f = 0; !does && f < tree->nfunctions; f++)
        does = block_declares(tree, &tree->functions[f].body, sym);
    return does;
}

/* ---- Lists that stay what they are -------------------------------------------------- */

/* What is known of a name so far. */
typedef struct known {
    const cpm_tree *tree;
    cpm_sym sym;
    size_t nassigned;
    const cpm_expr *value; /* what the last assignment gives it; NULL: not so simple */
    bool escapes;          /* something else may refer to the list, or change it */
} known;

static void look_expr(known *k, const cpm_expr *expr, bool is_read);

/* len(x), sum(x) and others that only read it */
static bool is_reader(const known *k, const cpm_expr *expr)
{
    static const char *const names[] = {"len", "sum", "max", "min", "sorted", "enumerate"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = 0;
        while (names[i][len] != '\0')
            len++;
        if (expr->u.call.callee == cpm_tree_find(k->tree, names[i], len))
            return true;
    }
    return false;
}

static void look_operands(known *k, const cpm_expr *expr)
{
    const cpm_expr *child;
    bool is_call = expr->kind == CPM_EXPR_CALL && is_reader(k, expr);
    bool is_comp = expr->kind == CPM_EXPR_COMP;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++) {
        bool is_read = is_call || (expr->kind == CPM_EXPR_INDEX && i == 0);
        for (size_t c = 0; is_comp && c < expr->u.comp.nclauses; c++)
            is_read = is_read || (child == expr->u.comp.clauses[c].expr &&
                                  expr->u.comp.clauses[c].target != NULL);
        look_expr(k, child, is_read);
    }
}

/* `is_read`: as it stands here, nothing but its items is seen. */
static void look_expr(known *k, const cpm_expr *expr, bool is_read)
{
    bool is_name = expr->kind == CPM_EXPR_NAME && expr->u.name.sym == k->sym;
    bool is_called = expr->kind == CPM_EXPR_CALL && expr->u.call.callee == k->sym;
    k->escapes = k->escapes || (is_name && !is_read) || is_called;
    look_operands(k, expr);
}

static void look_block(known *k, const cpm_block *block);

/* Targets are names, which are counted elsewhere, or places in lists. */
static void look_target(known *k, const cpm_expr *target)
{
    const cpm_expr *item;
    if (target->kind != CPM_EXPR_NAME && cpm_target_item(target, 0) == NULL)
        k->escapes = k->escapes || cpm_expr_mentions(target, k->sym);
    for (size_t i = 0; (item = cpm_target_item(target, i)) != NULL; i++)
        look_target(k, item);
}

static void look_stmt(known *k, const cpm_stmt *stmt)
{
    cpm_part part;
    for (size_t i = 0; cpm_stmt_part(&part, k->tree, stmt, i); i++) {
        bool is_item = stmt->kind == CPM_STMT_AUGMENT_ITEM;
        bool is_iterable = stmt->kind == CPM_STMT_FOR && part.kind == CPM_PART_VALUE &&
                           part.u.expr == stmt->u.loop.iterable;
        if (part.kind == CPM_PART_BLOCK)
            look_block(k, part.u.block);
        else if (part.kind == CPM_PART_TARGET)
            look_target(k, part.u.expr);
        else if (part.kind == CPM_PART_VALUE && is_item && part.u.expr == stmt->u.augment.target)
            k->escapes = k->escapes || cpm_expr_mentions(part.u.expr, k->sym);
        else if (part.kind == CPM_PART_VALUE || part.kind == CPM_PART_SHOWN)
            look_expr(k, part.u.expr, is_iterable);
    }
}

static cpm_status count_assigned(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    known *k = ctx;
    if (sym != k->sym)
        return CPM_OK;
    k->nassigned++;
    bool is_plain = by->kind == CPM_STMT_ASSIGN && by->u.assign.ntargets == 1 &&
                    by->u.assign.targets[0]->kind == CPM_EXPR_NAME;
    k->value = is_plain ? by->u.assign.value : NULL;
    return CPM_OK;
}

static void look_block(known *k, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++)
        look_stmt(k, block->stmts[i]);
}

/* Its assignments, and all that is done with it, in one body. */
static void look_body(known *k, const cpm_block *body)
{
    if (cpm_block_assigned(k->tree, body, count_assigned, k) != CPM_OK)
        k->escapes = true;
    look_block(k, body);
}

const cpm_expr *cpm_tree_known_items(const cpm_tree *tree, cpm_sym sym)
{
    known k = {.tree = tree, .sym = sym};
    if (cpm_tree_declares(tree, sym))
        return NULL;
    look_body(&k, &tree->top);
    for (size_t f = 0; f < tree->nfunctions; f++) {
        const cpm_function *function = &tree->functions[f];
        for (size_t i = 0; i < function->nparams; i++)
            k.nassigned += function->params[i].sym == sym;
        look_body(&k, &function->body);
    }
    if (k.nassigned != 1 || k.value == NULL)
        return NULL;
    bool is_tuple = k.value->kind == CPM_EXPR_TUPLE;
    return is_tuple || (k.value->kind == CPM_EXPR_LIST && !k.escapes) ? k.value : NULL;
}
