/* SPDX-License-Identifier: MIT
 *
 * visit.c - the parts of expressions and statements, by number.
 *
 * A statement offers its parts one after another; each offer either is the part
 * asked for or takes its share off the number, so that nothing needs counting
 * beforehand and every part costs the same.
 */
#include "lang/visit.h"

/* ---- Expressions ------------------------------------------------------- */

/* Bounds that are left out are not counted. */
static cpm_expr *slice_bound(const cpm_expr *expr, size_t i)
{
    for (size_t k = 0; k < 3; k++)
        if (expr->u.slice.bounds[k] != NULL && i-- == 0)
            return expr->u.slice.bounds[k];
    return NULL;
}

/* What each clause runs over and its target, then the element. */
static cpm_expr *comp_operand(const cpm_expr *expr, size_t i)
{
    for (size_t k = 0; k < expr->u.comp.nclauses; k++) {
        const cpm_comp_clause *clause = &expr->u.comp.clauses[k];
        if (i-- == 0)
            return clause->expr;
        if (clause->target != NULL && i-- == 0)
            return clause->target;
    }
    return i == 0 ? expr->u.comp.element : i == 1 ? expr->u.comp.value : NULL;
}

/* Texts between the fields are no operands. */
static cpm_expr *joined_operand(const cpm_expr *expr, size_t i)
{
    for (size_t k = 0; k < expr->u.joined.nfields; k++)
        if (expr->u.joined.fields[k].value != NULL && i-- == 0)
            return expr->u.joined.fields[k].value;
    return NULL;
}

cpm_expr *cpm_expr_operand(const cpm_expr *expr, size_t i)
{
    switch (expr->kind) {
    case CPM_EXPR_UNARY:
        return i == 0 ? expr->u.unary.operand : NULL;
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        if (i == 0)
            return expr->u.chain.first;
        return i <= expr->u.chain.nlinks ? expr->u.chain.links[i - 1].operand : NULL;
    case CPM_EXPR_COND:
        return i == 0   ? expr->u.cond.test
               : i == 1 ? expr->u.cond.then
               : i == 2 ? expr->u.cond.orelse
                        : NULL;
    case CPM_EXPR_CALL:
        return i < expr->u.call.nargs ? expr->u.call.args[i].value : NULL;
    case CPM_EXPR_TUPLE:
    case CPM_EXPR_LIST:
    case CPM_EXPR_SET:
    case CPM_EXPR_DICT:
        return i < expr->u.tuple.nitems ? expr->u.tuple.items[i] : NULL;
    case CPM_EXPR_STAR:
        return i == 0 ? expr->u.unary.operand : NULL;
    case CPM_EXPR_INDEX:
        return i == 0 ? expr->u.index.object : i == 1 ? expr->u.index.at : NULL;
    case CPM_EXPR_SLICE:
        return i == 0 ? expr->u.slice.object : slice_bound(expr, i - 1);
    case CPM_EXPR_METHOD:
        if (i == 0)
            return expr->u.method.object;
        return i <= expr->u.method.nargs ? expr->u.method.args[i - 1].value : NULL;
    case CPM_EXPR_APPLY:
        if (i == 0)
            return expr->u.apply.callee;
        return i <= expr->u.apply.nargs ? expr->u.apply.args[i - 1].value : NULL;
    case CPM_EXPR_COMP:
        return comp_operand(expr, i);
    case CPM_EXPR_LAMBDA:
        return i < expr->u.lambda.nfallbacks ? expr->u.lambda.fallbacks[i] : NULL;
    case CPM_EXPR_WALRUS:
        return i == 0 ? expr->u.walrus.value : i == 1 ? expr->u.walrus.name : NULL;
    case CPM_EXPR_JOINED:
        return joined_operand(expr, i);
    case CPM_EXPR_INT:
    case CPM_EXPR_STRING:
    case CPM_EXPR_TRUE:
    case CPM_EXPR_FALSE:
    case CPM_EXPR_NONE:
    case CPM_EXPR_NAME:
    case CPM_EXPR_DOT:
        break;
    }
    return NULL;
}

cpm_expr *cpm_target_item(const cpm_expr *target, size_t i)
{
    bool has_parts = target->kind == CPM_EXPR_TUPLE || target->kind == CPM_EXPR_LIST ||
                     target->kind == CPM_EXPR_STAR;
    return has_parts ? cpm_expr_operand(target, i) : NULL;
}

cpm_sym cpm_expr_reads(const cpm_expr *expr, size_t i)
{
    if (expr->kind == CPM_EXPR_DOT)
        return i < expr->u.dot.nterms ? expr->u.dot.names[i] : CPM_NO_SYM;
    if (i == 0 && expr->kind == CPM_EXPR_NAME)
        return expr->u.name.sym;
    return i == 0 && expr->kind == CPM_EXPR_CALL ? expr->u.call.callee : CPM_NO_SYM;
}

/* ---- Statements -------------------------------------------------------- */

/* A search for part number `left`, counted from the next offer. */
typedef struct search {
    cpm_part *found;
    size_t left;
} search;

static bool offer(search *s, cpm_part part)
{
    if (s->left-- > 0)
        return false;
    *s->found = part;
    return true;
}

/* One expression, which may be missing. */
static bool offer_expr(search *s, cpm_part_kind kind, cpm_expr *expr)
{
    return expr != NULL && offer(s, (cpm_part){kind, {.expr = expr}});
}

static bool offer_exprs(search *s, cpm_part_kind kind, cpm_expr *const *exprs, size_t count)
{
    if (s->left < count)
        return offer_expr(&(search){s->found, 0}, kind, exprs[s->left]);
    s->left -= count;
    return false;
}

static bool offer_names(search *s, cpm_part_kind kind, const cpm_sym *syms, size_t count)
{
    if (s->left < count)
        return offer(&(search){s->found, 0}, (cpm_part){kind, {.sym = syms[s->left]}});
    s->left -= count;
    return false;
}

static bool offer_blocks(search *s, const cpm_block *body, const cpm_block *orelse)
{
    return offer(s, (cpm_part){CPM_PART_BLOCK, {.block = body}}) ||
           offer(s, (cpm_part){CPM_PART_BLOCK, {.block = orelse}});
}

/* Of the function itself, its defaults alone are evaluated here. */
static bool offer_def(search *s, const cpm_function *function)
{
    for (size_t i = 0; i < function->nparams; i++)
        if (offer_expr(s, CPM_PART_VALUE, function->params[i].fallback))
            return true;
    return offer_names(s, CPM_PART_NAME, &function->name, 1);
}

bool cpm_stmt_part(cpm_part *part, const cpm_tree *tree, const cpm_stmt *stmt, size_t i)
{
    search s = {part, i};
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        return offer_expr(&s, CPM_PART_VALUE, stmt->u.assign.value) ||
               offer_exprs(&s, CPM_PART_TARGET, stmt->u.assign.targets, stmt->u.assign.ntargets);
    case CPM_STMT_AUGMENT_ITEM:
        return offer_expr(&s, CPM_PART_VALUE, stmt->u.augment.target) ||
               offer_expr(&s, CPM_PART_VALUE, stmt->u.augment.value);
    case CPM_STMT_ASSERT:
        return offer_expr(&s, CPM_PART_VALUE, stmt->u.check.test) ||
               offer_expr(&s, CPM_PART_VALUE, stmt->u.check.message);
    case CPM_STMT_DEL:
        return offer_exprs(&s, CPM_PART_TARGET, stmt->u.del.targets, stmt->u.del.ntargets);
    case CPM_STMT_AUGMENT:
        return offer_expr(&s, CPM_PART_VALUE, stmt->u.augment.value) ||
               offer_expr(&s, CPM_PART_UPDATE, stmt->u.augment.target);
    case CPM_STMT_EXPR:
        return offer_expr(&s, CPM_PART_VALUE, stmt->u.expr);
    case CPM_STMT_RETURN:
        return offer_expr(&s, CPM_PART_SHOWN, stmt->u.expr);
    case CPM_STMT_PRINT:
        return offer_exprs(&s, CPM_PART_SHOWN, stmt->u.print.items, stmt->u.print.nitems) ||
               offer_expr(&s, CPM_PART_VALUE, stmt->u.print.sep) ||
               offer_expr(&s, CPM_PART_VALUE, stmt->u.print.end);
    case CPM_STMT_FOR:
        return offer_expr(&s, CPM_PART_VALUE, stmt->u.loop.start) ||
               offer_expr(&s, CPM_PART_VALUE, stmt->u.loop.stop) ||
               offer_expr(&s, CPM_PART_VALUE, stmt->u.loop.step) ||
               offer_expr(&s, CPM_PART_VALUE, stmt->u.loop.iterable) ||
               offer_expr(&s, CPM_PART_TARGET, stmt->u.loop.target) ||
               offer_expr(&s, CPM_PART_TARGET, stmt->u.loop.unpack) ||
               offer_blocks(&s, &stmt->u.loop.body, &stmt->u.loop.orelse);
    case CPM_STMT_WHILE:
    case CPM_STMT_IF:
        return offer_expr(&s, CPM_PART_VALUE, stmt->u.branch.test) ||
               offer_blocks(&s, &stmt->u.branch.body, &stmt->u.branch.orelse);
    case CPM_STMT_GLOBAL:
        return offer_names(&s, CPM_PART_GLOBAL, stmt->u.global.syms, stmt->u.global.nsyms);
    case CPM_STMT_DEF:
        return offer_def(&s, &tree->functions[stmt->u.function]);
    case CPM_STMT_SHIFT:
        return offer_names(&s, CPM_PART_NAME, stmt->u.shift.places, stmt->u.shift.nplaces);
    case CPM_STMT_BREAK:
    case CPM_STMT_CONTINUE:
    case CPM_STMT_PASS:
    case CPM_STMT_NONLOCAL: /* whose names are those of another function */
        break;
    }
    return false;
}

size_t cpm_expr_size(const cpm_expr *expr)
{
    size_t size = 1;
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        size += cpm_expr_size(child);
    return size;
}

size_t cpm_block_size(const cpm_tree *tree, const cpm_block *block)
{
    size_t size = block->nstmts;
    cpm_part part;
    for (size_t i = 0; i < block->nstmts; i++)
        for (size_t k = 0; cpm_stmt_part(&part, tree, block->stmts[i], k); k++)
            if (part.kind == CPM_PART_BLOCK)
                size += cpm_block_size(tree, part.u.block);
            else if (part.kind != CPM_PART_NAME && part.kind != CPM_PART_GLOBAL)
                size += cpm_expr_size(part.u.expr);
    return size;
}

bool cpm_stmt_is_loop(const cpm_stmt *stmt)
{
    return stmt->kind == CPM_STMT_FOR || stmt->kind == CPM_STMT_WHILE;
}

/* ---- Names that are assigned ------------------------------------------- */

static cpm_status target_assigned(const cpm_expr *target, const cpm_stmt *by, cpm_assigned_fn fn,
                                  void *ctx)
{
    if (target->kind == CPM_EXPR_NAME)
        return fn(ctx, target->u.name.sym, by);
    cpm_status status = CPM_OK;
    const cpm_expr *item;
    for (size_t i = 0; status == CPM_OK && (item = cpm_target_item(target, i)) != NULL; i++)
        status = target_assigned(item, by, fn, ctx);
    return status;
}

static cpm_status stmt_assigned(const cpm_tree *tree, const cpm_stmt *stmt, cpm_assigned_fn fn,
                                void *ctx)
{
    cpm_part part;
    cpm_status status = CPM_OK;
    for (size_t i = 0; status == CPM_OK && cpm_stmt_part(&part, tree, stmt, i); i++)
        switch (part.kind) {
        case CPM_PART_TARGET:
        case CPM_PART_UPDATE:
            status = target_assigned(part.u.expr, stmt, fn, ctx);
            break;
        case CPM_PART_NAME:
            status = fn(ctx, part.u.sym, stmt);
            break;
        case CPM_PART_BLOCK:
            status = cpm_block_assigned(tree, part.u.block, fn, ctx);
            break;
        case CPM_PART_VALUE:
        case CPM_PART_SHOWN:
        case CPM_PART_GLOBAL:
            break;
        }
    return status;
}

cpm_status cpm_block_assigned(const cpm_tree *tree, const cpm_block *block, cpm_assigned_fn fn,
                              void *ctx)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; status == CPM_OK && i < block->nstmts; i++)
        status = stmt_assigned(tree, block->stmts[i], fn, ctx);
    return status;
}

/* A walk that ends at the first find. */
static cpm_status stop_at(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    const cpm_sym *wanted = ctx;
    (void)by;
    return sym == *wanted ? CPM_ERR_LIMIT : CPM_OK;
}

bool cpm_block_jumps(const cpm_tree *tree, const cpm_block *block, cpm_stmt_kind kind)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        cpm_part part;
        if (stmt->kind == kind)
            return true;
        bool takes = cpm_stmt_is_loop(stmt) && kind != CPM_STMT_RETURN; /* but not in its else */
        const cpm_block *body =
            stmt->kind == CPM_STMT_FOR ? &stmt->u.loop.body : &stmt->u.branch.body;
        for (size_t k = 0; cpm_stmt_part(&part, tree, stmt, k); k++)
            if (part.kind == CPM_PART_BLOCK && !(takes && part.u.block == body) &&
                cpm_block_jumps(tree, part.u.block, kind))
                return true;
    }
    return false;
}

bool cpm_block_assigns(const cpm_tree *tree, const cpm_block *block, cpm_sym sym)
{
    return cpm_block_assigned(tree, block, stop_at, &sym) != CPM_OK;
}
