/* SPDX-License-Identifier: MIT
 *
 * resolver.c - names to slots. A function's local names are those that it
 * assigns anywhere, unless it declares them global (Python's rule), so each
 * function is walked twice: once to collect, once to bind. The second walk
 * also finds out where an operand may be used in place: a global variable may
 * not when a call between its reading and its use could change it. Cost
 * O(nodes); the walks recurse as deep as the tree, which the parser bounds.
 */
#include "eval/resolver.h"

#include "base/mem.h"

#include <stdlib.h>

/* What is known about a symbol within the function that is walked. */
typedef struct name_state {
    uint32_t stamp; /* the function it is about; anything else means: nothing known */
    bool seen;      /* read or assigned so far */
    bool is_param;
    bool is_global;
    bool is_assigned;
    uint32_t local; /* its slot, once collected */
} name_state;

typedef struct resolver {
    cpm_tree *tree;
    cpm_err *err;
    name_state *names;      /* one for each symbol */
    uint32_t stamp;         /* of the function that is walked; 0 at top level */
    const cpm_scope *scope; /* instead of names: for a single expression */
    cpm_sym *assigned;      /* the symbols that were assigned, in order */
    size_t nassigned, assigned_cap;
    bool *is_variable; /* may be NULL */
} resolver;

static name_state *state_of(resolver *r, cpm_sym sym)
{
    name_state *state = &r->names[sym];
    if (state->stamp != r->stamp)
        *state = (name_state){.stamp = r->stamp};
    return state;
}

/* ---- Children of an expression ----------------------------------------- */

typedef void (*visit_fn)(resolver *r, cpm_expr *expr);

static void visit_children(resolver *r, cpm_expr *expr, visit_fn visit)
{
    switch (expr->kind) {
    case CPM_EXPR_UNARY:
        visit(r, expr->u.unary.operand);
        break;
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        visit(r, expr->u.chain.first);
        for (size_t i = 0; i < expr->u.chain.nlinks; i++)
            visit(r, expr->u.chain.links[i].operand);
        break;
    case CPM_EXPR_COND:
        visit(r, expr->u.cond.test);
        visit(r, expr->u.cond.then);
        visit(r, expr->u.cond.orelse);
        break;
    case CPM_EXPR_CALL:
        for (size_t i = 0; i < expr->u.call.nargs; i++)
            visit(r, expr->u.call.args[i].value);
        break;
    case CPM_EXPR_TUPLE:
        for (size_t i = 0; i < expr->u.tuple.nitems; i++)
            visit(r, expr->u.tuple.items[i]);
        break;
    default:
        break;
    }
}

/* ---- First walk: which names are local? -------------------------------- */

static void collect_block(resolver *r, const cpm_block *block);

static void collect_expr(resolver *r, cpm_expr *expr)
{
    if (expr == NULL)
        return;
    if (expr->kind == CPM_EXPR_NAME)
        state_of(r, expr->u.name.sym)->seen = true;
    else if (expr->kind == CPM_EXPR_CALL)
        state_of(r, expr->u.call.callee)->seen = true;
    visit_children(r, expr, collect_expr);
}

static void collect_assigned(resolver *r, cpm_sym sym)
{
    name_state *state = state_of(r, sym);
    state->seen = true;
    if (state->is_assigned || state->is_global)
        return;
    cpm_sym *assigned = cpm_grow(r->assigned, &r->assigned_cap, r->nassigned + 1, sizeof *assigned);
    if (assigned == NULL) {
        cpm_err_memory(r->err);
        return;
    }
    r->assigned = assigned;
    assigned[r->nassigned++] = sym;
    state->is_assigned = true;
}

static void collect_target(resolver *r, cpm_expr *target)
{
    if (target->kind == CPM_EXPR_NAME)
        collect_assigned(r, target->u.name.sym);
    else
        visit_children(r, target, collect_target);
}

static void collect_global(resolver *r, const cpm_stmt *stmt)
{
    for (size_t i = 0; i < stmt->u.global.nsyms; i++) {
        name_state *state = state_of(r, stmt->u.global.syms[i]);
        const char *name = r->tree->symbols[stmt->u.global.syms[i]].name;
        if (state->is_param)
            cpm_err_at(r->err, CPM_ERR_SEMANTIC, r->tree->text, stmt->span,
                       "'%s' is a parameter and cannot be global", name);
        else if (state->seen && !state->is_global)
            cpm_err_at(r->err, CPM_ERR_SEMANTIC, r->tree->text, stmt->span,
                       "'%s' is used before it is declared global", name);
        state->is_global = true;
    }
}

static void collect_stmt(resolver *r, cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        collect_expr(r, stmt->u.assign.value);
        for (size_t i = 0; i < stmt->u.assign.ntargets; i++)
            collect_target(r, stmt->u.assign.targets[i]);
        break;
    case CPM_STMT_AUGMENT:
        collect_expr(r, stmt->u.augment.value);
        collect_target(r, stmt->u.augment.target);
        break;
    case CPM_STMT_EXPR:
    case CPM_STMT_RETURN:
        collect_expr(r, stmt->u.expr);
        break;
    case CPM_STMT_PRINT:
        for (size_t i = 0; i < stmt->u.print.nitems; i++)
            collect_expr(r, stmt->u.print.items[i]);
        collect_expr(r, stmt->u.print.sep);
        collect_expr(r, stmt->u.print.end);
        break;
    case CPM_STMT_FOR:
        collect_expr(r, stmt->u.loop.start);
        collect_expr(r, stmt->u.loop.stop);
        collect_expr(r, stmt->u.loop.step);
        collect_expr(r, stmt->u.loop.iterable);
        if (stmt->u.loop.target != NULL)
            collect_target(r, stmt->u.loop.target);
        collect_block(r, &stmt->u.loop.body);
        collect_block(r, &stmt->u.loop.orelse);
        break;
    case CPM_STMT_WHILE:
    case CPM_STMT_IF:
        collect_expr(r, stmt->u.branch.test);
        collect_block(r, &stmt->u.branch.body);
        collect_block(r, &stmt->u.branch.orelse);
        break;
    case CPM_STMT_GLOBAL:
        collect_global(r, stmt);
        break;
    default:
        break;
    }
}

static void collect_block(resolver *r, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++)
        collect_stmt(r, block->stmts[i]);
}

/* Parameters first, then the other assigned names that are not global. */
static bool collect_function(resolver *r, const cpm_function *function, cpm_scope *scope)
{
    r->nassigned = 0;
    for (size_t i = 0; i < function->nparams; i++) {
        collect_assigned(r, function->params[i].sym);
        state_of(r, function->params[i].sym)->is_param = true;
    }
    collect_block(r, &function->body);
    if (r->err->status != CPM_OK)
        return false;
    scope->syms = cpm_calloc(r->nassigned, sizeof *scope->syms);
    if (scope->syms == NULL)
        return cpm_err_memory(r->err), false;
    for (size_t i = 0; i < r->nassigned; i++) {
        name_state *state = state_of(r, r->assigned[i]);
        if (state->is_global)
            continue;
        state->local = (uint32_t)scope->nsyms;
        scope->syms[scope->nsyms++] = r->assigned[i];
    }
    return true;
}

/* ---- Second walk: binding ---------------------------------------------- */

static void bind_block(resolver *r, const cpm_block *block);

static uint32_t slot_of(resolver *r, cpm_sym sym)
{
    if (r->scope != NULL) {
        for (size_t i = 0; i < r->scope->nsyms; i++)
            if (r->scope->syms[i] == sym)
                return (uint32_t)i | CPM_SLOT_BORROW;
    } else if (r->stamp != 0) {
        const name_state *state = state_of(r, sym);
        if (state->is_assigned && !state->is_global)
            return state->local | CPM_SLOT_BORROW;
    }
    return sym | CPM_SLOT_GLOBAL;
}

static bool has_call(const cpm_expr *expr);

static bool any_call(cpm_expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has_call(exprs[i]))
            return true;
    return false;
}

/* Cheap where it matters: operands are mostly names and literals. */
static bool has_call(const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_CALL:
        return true;
    case CPM_EXPR_UNARY:
        return has_call(expr->u.unary.operand);
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        for (size_t i = 0; i < expr->u.chain.nlinks; i++)
            if (has_call(expr->u.chain.links[i].operand))
                return true;
        return has_call(expr->u.chain.first);
    case CPM_EXPR_COND:
        return has_call(expr->u.cond.test) || has_call(expr->u.cond.then) ||
               has_call(expr->u.cond.orelse);
    case CPM_EXPR_TUPLE:
        return any_call(expr->u.tuple.items, expr->u.tuple.nitems);
    default:
        return false;
    }
}

static void bind_expr(resolver *r, cpm_expr *expr)
{
    if (expr == NULL)
        return;
    if (expr->kind == CPM_EXPR_NAME) {
        expr->u.name.slot = slot_of(r, expr->u.name.sym);
        if (r->is_variable != NULL)
            r->is_variable[expr->u.name.sym] = true;
        return;
    }
    if (expr->kind == CPM_EXPR_CALL)
        expr->u.call.target = slot_of(r, expr->u.call.callee);
    visit_children(r, expr, bind_expr);
    bool is_chain = expr->kind == CPM_EXPR_CHAIN || expr->kind == CPM_EXPR_POWER ||
                    expr->kind == CPM_EXPR_COMPARE;
    if (!is_chain || expr->u.chain.first->kind != CPM_EXPR_NAME)
        return;
    for (size_t i = 0; i < expr->u.chain.nlinks; i++)
        if (has_call(expr->u.chain.links[i].operand))
            return;
    expr->u.chain.first->u.name.slot |= CPM_SLOT_BORROW;
}

/* How often the symbol is read in an expression. */
static size_t count_reads(const cpm_expr *expr, cpm_sym sym)
{
    size_t count = 0;
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return expr->u.name.sym == sym;
    case CPM_EXPR_UNARY:
        return count_reads(expr->u.unary.operand, sym);
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        count = count_reads(expr->u.chain.first, sym);
        for (size_t i = 0; i < expr->u.chain.nlinks; i++)
            count += count_reads(expr->u.chain.links[i].operand, sym);
        return count;
    case CPM_EXPR_COND:
        return count_reads(expr->u.cond.test, sym) + count_reads(expr->u.cond.then, sym) +
               count_reads(expr->u.cond.orelse, sym);
    case CPM_EXPR_TUPLE:
        for (size_t i = 0; i < expr->u.tuple.nitems; i++)
            count += count_reads(expr->u.tuple.items[i], sym);
        return count;
    default:
        return 0; /* of calls there are none here */
    }
}

/* The name that an item would read first: itself, or its first operand. */
static cpm_expr *first_name(cpm_expr *item)
{
    if (item->kind == CPM_EXPR_CHAIN || item->kind == CPM_EXPR_POWER)
        item = item->u.chain.first;
    return item->kind == CPM_EXPR_NAME ? item : NULL;
}

static bool is_target(const cpm_stmt *stmt, cpm_sym sym)
{
    const cpm_expr *target = stmt->u.assign.targets[0];
    if (target->kind == CPM_EXPR_NAME)
        return target->u.name.sym == sym;
    for (size_t i = 0; i < target->u.tuple.nitems; i++)
        if (count_reads(target->u.tuple.items[i], sym) > 0)
            return true;
    return false;
}

/* How often the symbol is itself an item of the tuple. */
static size_t count_items(const cpm_expr *tuple, cpm_sym sym)
{
    size_t count = 0;
    for (size_t i = 0; i < tuple->u.tuple.nitems; i++) {
        const cpm_expr *item = tuple->u.tuple.items[i];
        count += item->kind == CPM_EXPR_NAME && item->u.name.sym == sym;
    }
    return count;
}

/* An item that is a name is taken when all else is computed, so other reads do
 * not matter; a first operand is taken at once, so it must be the only read. */
static void mark_move(const cpm_stmt *stmt, cpm_expr *item)
{
    cpm_expr *name = first_name(item);
    if (name == NULL || !is_target(stmt, name->u.name.sym))
        return;
    const cpm_expr *value = stmt->u.assign.value;
    size_t reads = name == item && value->kind == CPM_EXPR_TUPLE
                       ? count_items(value, name->u.name.sym)
                       : count_reads(value, name->u.name.sym);
    if (reads == 1)
        name->u.name.slot |= CPM_SLOT_MOVE;
}

/* Marks the variables whose value the statement may take instead of copying:
 * those it overwrites anyway, when no call could look at them meanwhile. */
static void mark_moves(const cpm_stmt *stmt)
{
    cpm_expr *value = stmt->u.assign.value;
    const cpm_expr *target = stmt->u.assign.targets[0];
    enum { MAX_ITEMS = 16 };
    if (stmt->u.assign.ntargets != 1 || has_call(value))
        return;
    if (target->kind == CPM_EXPR_NAME) {
        if (value->kind != CPM_EXPR_NAME)
            mark_move(stmt, value);
        return;
    }
    if (value->kind != CPM_EXPR_TUPLE || value->u.tuple.nitems > MAX_ITEMS ||
        value->u.tuple.nitems != target->u.tuple.nitems)
        return;
    for (size_t i = 0; i < target->u.tuple.nitems; i++)
        if (target->u.tuple.items[i]->kind != CPM_EXPR_NAME)
            return;
    for (size_t i = 0; i < value->u.tuple.nitems; i++)
        mark_move(stmt, value->u.tuple.items[i]);
}

static void bind_stmt(resolver *r, cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        for (size_t i = 0; i < stmt->u.assign.ntargets; i++)
            bind_expr(r, stmt->u.assign.targets[i]);
        bind_expr(r, stmt->u.assign.value);
        mark_moves(stmt);
        break;
    case CPM_STMT_AUGMENT:
        bind_expr(r, stmt->u.augment.target);
        bind_expr(r, stmt->u.augment.value);
        if (!has_call(stmt->u.augment.value))
            stmt->u.augment.target->u.name.slot |= CPM_SLOT_BORROW;
        break;
    case CPM_STMT_EXPR:
    case CPM_STMT_RETURN:
        bind_expr(r, stmt->u.expr);
        break;
    case CPM_STMT_PRINT:
        for (size_t i = 0; i < stmt->u.print.nitems; i++)
            bind_expr(r, stmt->u.print.items[i]);
        bind_expr(r, stmt->u.print.sep);
        bind_expr(r, stmt->u.print.end);
        break;
    case CPM_STMT_FOR:
        bind_expr(r, stmt->u.loop.target);
        bind_expr(r, stmt->u.loop.start);
        bind_expr(r, stmt->u.loop.stop);
        bind_expr(r, stmt->u.loop.step);
        bind_expr(r, stmt->u.loop.iterable);
        bind_block(r, &stmt->u.loop.body);
        bind_block(r, &stmt->u.loop.orelse);
        break;
    case CPM_STMT_WHILE:
    case CPM_STMT_IF:
        bind_expr(r, stmt->u.branch.test);
        bind_block(r, &stmt->u.branch.body);
        bind_block(r, &stmt->u.branch.orelse);
        break;
    case CPM_STMT_DEF: /* the body is bound on its own; the defaults belong out here */
        for (size_t i = 0; i < r->tree->functions[stmt->u.function].nparams; i++)
            bind_expr(r, r->tree->functions[stmt->u.function].params[i].fallback);
        break;
    default:
        break;
    }
}

static void bind_block(resolver *r, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++)
        bind_stmt(r, block->stmts[i]);
}

/* ---- Entry points ------------------------------------------------------ */

cpm_status cpm_resolve_tree(cpm_tree *tree, cpm_scope *scopes, bool *is_variable, cpm_err *err)
{
    resolver r = {.tree = tree, .err = err, .is_variable = is_variable};
    if (tree->nsymbols > CPM_SLOT_INDEX)
        return cpm_err_set(err, CPM_ERR_LIMIT, "too many names");
    r.names = cpm_calloc(tree->nsymbols, sizeof *r.names);
    if (r.names == NULL)
        return cpm_err_memory(err);
    bool ok = true;
    for (size_t i = 0; ok && i < tree->nfunctions; i++) {
        r.stamp = (uint32_t)(i + 1);
        ok = collect_function(&r, &tree->functions[i], &scopes[i]);
        if (ok)
            bind_block(&r, &tree->functions[i].body);
    }
    r.stamp = 0;
    if (ok)
        bind_block(&r, &tree->top);
    free(r.names);
    free(r.assigned);
    return ok ? CPM_OK : err->status;
}

void cpm_resolve_expr(cpm_expr *expr, const cpm_scope *scope)
{
    resolver r = {.scope = scope};
    bind_expr(&r, expr);
}
