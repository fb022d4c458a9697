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
#include "lang/visit.h"

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

/* ---- First walk: which names are local? -------------------------------- */

static void collect_block(resolver *r, const cpm_block *block);

static void collect_expr(resolver *r, const cpm_expr *expr)
{
    cpm_sym sym;
    for (size_t i = 0; (sym = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
        state_of(r, sym)->seen = true;
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        collect_expr(r, child);
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

static void collect_target(resolver *r, const cpm_expr *target)
{
    if (target->kind == CPM_EXPR_NAME)
        collect_assigned(r, target->u.name.sym);
    const cpm_expr *item;
    for (size_t i = 0; (item = cpm_expr_child(target, i)) != NULL; i++)
        collect_target(r, item);
}

static void collect_global(resolver *r, cpm_sym sym, cpm_span span)
{
    name_state *state = state_of(r, sym);
    const char *name = r->tree->symbols[sym].name;
    if (state->is_param)
        cpm_err_at(r->err, CPM_ERR_SEMANTIC, r->tree->text, span,
                   "'%s' is a parameter and cannot be global", name);
    else if (state->seen && !state->is_global)
        cpm_err_at(r->err, CPM_ERR_SEMANTIC, r->tree->text, span,
                   "'%s' is used before it is declared global", name);
    state->is_global = true;
}

static void collect_stmt(resolver *r, const cpm_stmt *stmt)
{
    cpm_part part;
    for (size_t i = 0; cpm_stmt_part(&part, r->tree, stmt, i); i++)
        switch (part.kind) {
        case CPM_PART_VALUE:
        case CPM_PART_SHOWN:
            collect_expr(r, part.u.expr);
            break;
        case CPM_PART_TARGET:
        case CPM_PART_UPDATE:
            collect_target(r, part.u.expr);
            break;
        case CPM_PART_NAME:
            collect_assigned(r, part.u.sym);
            break;
        case CPM_PART_GLOBAL:
            collect_global(r, part.u.sym, stmt->span);
            break;
        case CPM_PART_BLOCK:
            collect_block(r, part.u.block);
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

/* Binds the names; says whether something is called, which may change any global
 * variable. */
static bool bind_expr(resolver *r, cpm_expr *expr)
{
    if (expr->kind == CPM_EXPR_NAME) {
        expr->u.name.slot = slot_of(r, expr->u.name.sym);
        if (r->is_variable != NULL)
            r->is_variable[expr->u.name.sym] = true;
        return false;
    }
    bool first_calls = false, others_call = false;
    cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        *(i == 0 ? &first_calls : &others_call) |= bind_expr(r, child);
    bool is_chain = expr->kind == CPM_EXPR_CHAIN || expr->kind == CPM_EXPR_POWER ||
                    expr->kind == CPM_EXPR_COMPARE;
    if (is_chain && expr->u.chain.first->kind == CPM_EXPR_NAME && !others_call)
        expr->u.chain.first->u.name.slot |= CPM_SLOT_BORROW;
    if (expr->kind != CPM_EXPR_CALL)
        return first_calls || others_call;
    expr->u.call.target = slot_of(r, expr->u.call.callee);
    return true;
}

/* How often the symbol occurs as a variable in an expression or a target. */
static size_t count_uses(const cpm_expr *expr, cpm_sym sym)
{
    size_t count = expr->kind == CPM_EXPR_NAME && expr->u.name.sym == sym;
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        count += count_uses(child, sym);
    return count;
}

/* The name that an item would read first: itself, or its first operand. */
static cpm_expr *first_name(cpm_expr *item)
{
    if (item->kind == CPM_EXPR_CHAIN || item->kind == CPM_EXPR_POWER)
        item = item->u.chain.first;
    return item->kind == CPM_EXPR_NAME ? item : NULL;
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
    if (name == NULL || count_uses(stmt->u.assign.targets[0], name->u.name.sym) == 0)
        return;
    const cpm_expr *value = stmt->u.assign.value;
    size_t reads = name == item && value->kind == CPM_EXPR_TUPLE
                       ? count_items(value, name->u.name.sym)
                       : count_uses(value, name->u.name.sym);
    if (reads == 1)
        name->u.name.slot |= CPM_SLOT_MOVE;
}

static bool is_parallel(const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.assign.targets[0], *value = stmt->u.assign.value;
    if (value->kind != CPM_EXPR_TUPLE || target->kind != CPM_EXPR_TUPLE ||
        stmt->u.assign.ntargets != 1 || value->u.tuple.nitems != target->u.tuple.nitems ||
        value->u.tuple.nitems > CPM_MAX_PARALLEL)
        return false;
    for (size_t i = 0; i < target->u.tuple.nitems; i++)
        if (target->u.tuple.items[i]->kind != CPM_EXPR_NAME)
            return false;
    return true;
}

/* Marks the variables whose value the statement may take instead of copying:
 * those it overwrites anyway. Nothing is called that could look at them meanwhile. */
static void mark_moves(const cpm_stmt *stmt)
{
    cpm_expr *value = stmt->u.assign.value;
    if (stmt->u.assign.is_parallel)
        for (size_t i = 0; i < value->u.tuple.nitems; i++)
            mark_move(stmt, value->u.tuple.items[i]);
    else if (stmt->u.assign.ntargets == 1 && value->kind != CPM_EXPR_NAME &&
             stmt->u.assign.targets[0]->kind == CPM_EXPR_NAME)
        mark_move(stmt, value);
}

static void bind_stmt(resolver *r, cpm_stmt *stmt)
{
    cpm_part part;
    bool calls = false;
    for (size_t i = 0; cpm_stmt_part(&part, r->tree, stmt, i); i++)
        switch (part.kind) {
        case CPM_PART_VALUE:
        case CPM_PART_SHOWN:
        case CPM_PART_TARGET:
        case CPM_PART_UPDATE:
            calls = bind_expr(r, part.u.expr) || calls;
            break;
        case CPM_PART_BLOCK: /* that of a function is bound on its own */
            bind_block(r, part.u.block);
            break;
        case CPM_PART_NAME:
        case CPM_PART_GLOBAL:
            break;
        }
    if (stmt->kind == CPM_STMT_ASSIGN)
        stmt->u.assign.is_parallel = is_parallel(stmt);
    if (stmt->kind == CPM_STMT_ASSIGN && !calls)
        mark_moves(stmt);
    if (stmt->kind == CPM_STMT_AUGMENT && !calls)
        stmt->u.augment.target->u.name.slot |= CPM_SLOT_BORROW;
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
