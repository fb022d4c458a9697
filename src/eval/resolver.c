/* SPDX-License-Identifier: MIT
 *
 * resolver.c - names to slots. A function's local names are those that it
 * assigns anywhere, unless it declares them global (Python's rule), so each
 * function is walked to collect them and again to bind. In between, functions
 * inside functions look for their other names in those around them: what they
 * find becomes a cell there, which both share. The last walk also finds out where
 * an operand may be used in place: a global variable may not when a call between
 * its reading and its use could change it. Cost O(nodes), times the names of the
 * functions around for those inside; the walks recurse as deep as the tree, which
 * the parser bounds.
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
    bool is_nonlocal;
    bool is_assigned;
    bool is_local; /* bound to `local`, a slot with its flags */
    uint32_t local;
} name_state;

typedef struct resolver {
    cpm_tree *tree;
    cpm_scope *scopes; /* of all functions */
    cpm_err *err;
    bool makes_items;       /* there may be a defaultdict */
    bool declares;          /* the function that is collected has declarations */
    bool has_walrus;        /* some expression assigns: no operand stays as it is for sure */
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

static void collect_target(resolver *r, const cpm_expr *target);
static void collect_assigned(resolver *r, cpm_sym sym);

static void collect_expr(resolver *r, const cpm_expr *expr)
{
    cpm_sym sym;
    if (expr->kind == CPM_EXPR_WALRUS) {
        r->has_walrus = true;
        collect_assigned(r, expr->u.walrus.name->u.name.sym);
    }
    for (size_t i = 0; expr->kind == CPM_EXPR_COMP && i < expr->u.comp.nclauses; i++)
        if (expr->u.comp.clauses[i].target != NULL)
            collect_target(r, expr->u.comp.clauses[i].target);
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
    if (state->is_assigned || state->is_global || state->is_nonlocal || r->stamp == 0)
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
    else if (target->kind == CPM_EXPR_INDEX || target->kind == CPM_EXPR_SLICE)
        collect_expr(r, target);
    const cpm_expr *item;
    for (size_t i = 0; (item = cpm_target_item(target, i)) != NULL; i++)
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
    r->declares = true;
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

/* The names that the statements of a block declare to be another function's. */
static bool collect_nonlocal(resolver *r, const cpm_block *block)
{
    bool ok = true;
    for (size_t i = 0; ok && i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        cpm_part part;
        for (size_t k = 0; ok && cpm_stmt_part(&part, r->tree, stmt, k); k++)
            if (part.kind == CPM_PART_BLOCK)
                ok = collect_nonlocal(r, part.u.block);
        for (size_t k = 0; stmt->kind == CPM_STMT_NONLOCAL && k < stmt->u.global.nsyms; k++) {
            name_state *state = state_of(r, stmt->u.global.syms[k]);
            if (state->is_param)
                cpm_err_at(r->err, CPM_ERR_SEMANTIC, r->tree->text, stmt->span,
                           "'%s' is a parameter and cannot be nonlocal",
                           r->tree->symbols[stmt->u.global.syms[k]].name);
            state->is_nonlocal = true;
            r->declares = true;
        }
    }
    return ok;
}

static bool add_name(resolver *r, cpm_scope *scope, cpm_sym sym, cpm_local local)
{
    if (scope->nsyms == scope->cap) {
        size_t cap = scope->cap * 2 + 8;
        cpm_sym *syms = cpm_realloc_array(scope->syms, cap, sizeof *syms);
        if (syms != NULL)
            scope->syms = syms;
        cpm_local *locals = cpm_realloc_array(scope->locals, cap, sizeof *locals);
        if (locals != NULL)
            scope->locals = locals;
        if (syms == NULL || locals == NULL)
            return cpm_err_memory(r->err), false;
        scope->cap = cap;
    }
    scope->syms[scope->nsyms] = sym;
    scope->locals[scope->nsyms++] = local;
    return true;
}

/* Remembers what was declared to be elsewhere. */
static bool keep_declared(resolver *r, cpm_scope *scope)
{
    size_t n = 0;
    for (size_t sym = 0; sym < r->tree->nsymbols; sym++)
        n += r->names[sym].stamp == r->stamp &&
             (r->names[sym].is_global || r->names[sym].is_nonlocal);
    scope->elsewhere = cpm_calloc(n, sizeof *scope->elsewhere);
    if (scope->elsewhere == NULL)
        return cpm_err_memory(r->err), false;
    for (int pass = 0; pass < 2; pass++)
        for (size_t sym = 0; n > 0 && sym < r->tree->nsymbols; sym++) {
            const name_state *state = &r->names[sym];
            if (state->stamp != r->stamp ||
                !(pass == 0 ? state->is_global : state->is_nonlocal && !state->is_global))
                continue;
            scope->elsewhere[scope->nelsewhere++] = (cpm_sym)sym;
            scope->nglobal += pass == 0;
        }
    return true;
}

/* Parameters first, then the other assigned names that are not declared elsewhere. */
static bool collect_function(resolver *r, const cpm_function *function, cpm_scope *scope)
{
    r->nassigned = 0;
    r->declares = false;
    for (size_t i = 0; i < function->nparams; i++) {
        collect_assigned(r, function->params[i].sym);
        state_of(r, function->params[i].sym)->is_param = true;
    }
    if (function->parent != CPM_NO_FUNCTION && !collect_nonlocal(r, &function->body))
        return false;
    collect_block(r, &function->body);
    if (r->err->status != CPM_OK)
        return false;
    for (size_t i = 0; i < r->nassigned; i++)
        if (!state_of(r, r->assigned[i])->is_global &&
            !add_name(r, scope, r->assigned[i], (cpm_local){false, 0}))
            return false;
    scope->nown = scope->nsyms;
    return !r->declares || keep_declared(r, scope);
}

/* ---- Second walk: what comes from the functions around ------------------- */

static bool find_local(const cpm_scope *scope, cpm_sym sym, uint32_t *index)
{
    for (size_t i = 0; i < scope->nsyms; i++)
        if (scope->syms[i] == sym) {
            *index = (uint32_t)i;
            return true;
        }
    return false;
}

static bool is_declared_global(const cpm_scope *scope, cpm_sym sym)
{
    for (size_t i = 0; i < scope->nglobal; i++)
        if (scope->elsewhere[i] == sym)
            return true;
    return false;
}

/* Makes the variable of a function around `function` one of its own; *found says
 * whether there is one. */
static bool capture(resolver *r, size_t function, cpm_sym sym, bool *found)
{
    size_t parent = r->tree->functions[function].parent;
    uint32_t index = 0;
    *found = false;
    if (parent == CPM_NO_FUNCTION || is_declared_global(&r->scopes[parent], sym))
        return true;
    if (!find_local(&r->scopes[parent], sym, &index)) {
        if (!capture(r, parent, sym, found) || !*found)
            return r->err->status == CPM_OK;
        find_local(&r->scopes[parent], sym, &index);
    }
    *found = true;
    r->scopes[parent].locals[index].is_cell = true;
    r->tree->functions[parent].has_cells = true;
    return add_name(r, &r->scopes[function], sym, (cpm_local){true, index});
}

static bool want(resolver *r, size_t function, cpm_sym sym)
{
    uint32_t index;
    bool found;
    return find_local(&r->scopes[function], sym, &index) ||
           is_declared_global(&r->scopes[function], sym) || capture(r, function, sym, &found);
}

static bool capture_expr(resolver *r, size_t function, const cpm_expr *expr)
{
    cpm_sym sym;
    const cpm_expr *child;
    bool ok = true;
    for (size_t i = 0; ok && (sym = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
        ok = want(r, function, sym);
    for (size_t i = 0; ok && (child = cpm_expr_child(expr, i)) != NULL; i++)
        ok = capture_expr(r, function, child);
    return ok;
}

static bool capture_block(resolver *r, size_t function, const cpm_block *block)
{
    cpm_part part;
    bool ok = true;
    for (size_t i = 0; ok && i < block->nstmts; i++)
        for (size_t k = 0; ok && cpm_stmt_part(&part, r->tree, block->stmts[i], k); k++)
            switch (part.kind) {
            case CPM_PART_BLOCK:
                ok = capture_block(r, function, part.u.block);
                break;
            case CPM_PART_NAME:
                ok = want(r, function, part.u.sym);
                break;
            case CPM_PART_GLOBAL:
                break;
            default:
                ok = capture_expr(r, function, part.u.expr);
            }
    return ok;
}

/* What is declared nonlocal must be somewhere. */
static bool capture_function(resolver *r, size_t function)
{
    const cpm_scope *scope = &r->scopes[function];
    const cpm_function *f = &r->tree->functions[function];
    for (size_t i = scope->nglobal; i < scope->nelsewhere; i++) {
        bool found;
        if (!capture(r, function, scope->elsewhere[i], &found))
            return false;
        if (!found) {
            cpm_err_at(r->err, CPM_ERR_SEMANTIC, r->tree->text, f->name_span,
                       "there is no '%s' around this function that could be nonlocal",
                       r->tree->symbols[scope->elsewhere[i]].name);
            return false;
        }
    }
    return f->parent == CPM_NO_FUNCTION || capture_block(r, function, &f->body);
}

/* A copy of a function with other options shares its text, and so its slots. */
static void follow_original(resolver *r, size_t function)
{
    size_t original = r->tree->functions[function].original;
    const cpm_scope *from = &r->scopes[original];
    if (original == function)
        return;
    r->tree->functions[function].has_cells = r->tree->functions[original].has_cells;
    for (size_t i = 0; i < from->nsyms; i++)
        r->scopes[function].locals[i] = from->locals[i];
}

/* ---- Third walk: binding ------------------------------------------------ */

static void bind_block(resolver *r, const cpm_block *block);

/* What is known of the function's names, for slot_of. */
static void begin_binding(resolver *r, size_t function)
{
    const cpm_scope *scope = &r->scopes[function];
    r->stamp = (uint32_t)(r->tree->nfunctions + function + 1);
    for (size_t i = 0; i < scope->nsyms; i++) {
        name_state *state = state_of(r, scope->syms[i]);
        state->is_local = true;
        state->local = (uint32_t)i | (scope->locals[i].is_cell ? CPM_SLOT_CELL
                                      : r->has_walrus          ? 0
                                                               : CPM_SLOT_BORROW);
    }
}

static uint32_t slot_of(resolver *r, cpm_sym sym)
{
    uint32_t index;
    if (r->scope != NULL) {
        if (find_local(r->scope, sym, &index))
            return index | (r->scope->locals[index].is_cell ? CPM_SLOT_CELL : CPM_SLOT_BORROW);
    } else if (r->stamp != 0) {
        const name_state *state = state_of(r, sym);
        if (state->is_local)
            return state->local;
    }
    return sym | CPM_SLOT_GLOBAL;
}

/* Whether the node itself may run code that changes variables. */
static bool is_call(const resolver *r, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_INDEX:
        return r->makes_items;
    case CPM_EXPR_CALL:
    case CPM_EXPR_METHOD:
    case CPM_EXPR_APPLY:
    case CPM_EXPR_COMP:
    case CPM_EXPR_WALRUS:
    case CPM_EXPR_JOINED:
        return true;
    default:
        return false;
    }
}

/* Numbers, names, items and arithmetic: nothing that could change a list. (An item of a
 * defaultdict might be made by a function.) */
static bool is_calm(const resolver *r, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_INT:
    case CPM_EXPR_NAME:
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_UNARY:
        break;
    case CPM_EXPR_INDEX:
        if (r->makes_items)
            return false;
        break;
    default:
        return false;
    }
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        if (!is_calm(r, child))
            return false;
    return true;
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
    if (is_chain && expr->u.chain.first->kind == CPM_EXPR_INDEX)
        expr->u.chain.first->u.index.is_exposed = others_call;
    if (expr->kind == CPM_EXPR_INDEX)
        expr->u.index.is_calm = is_calm(r, expr->u.index.at);
    if (expr->kind == CPM_EXPR_CALL)
        expr->u.call.target = slot_of(r, expr->u.call.callee);
    return first_calls || others_call || is_call(r, expr);
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

/* `x, y = a, b`, of any targets but a starred one. */
static bool is_pairwise(const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.assign.targets[0], *value = stmt->u.assign.value;
    if (value->kind != CPM_EXPR_TUPLE || target->kind != CPM_EXPR_TUPLE ||
        stmt->u.assign.ntargets != 1 || value->u.tuple.nitems != target->u.tuple.nitems ||
        value->u.tuple.nitems > CPM_MAX_PARALLEL)
        return false;
    for (size_t i = 0; i < target->u.tuple.nitems; i++)
        if (target->u.tuple.items[i]->kind == CPM_EXPR_STAR ||
            value->u.tuple.items[i]->kind == CPM_EXPR_STAR)
            return false;
    return true;
}

static bool is_parallel(const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.assign.targets[0];
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
    if (stmt->kind == CPM_STMT_DEF) {
        cpm_function *function = &r->tree->functions[stmt->u.function];
        function->name_slot = slot_of(r, function->name) & ~CPM_SLOT_BORROW;
    }
    if (stmt->kind == CPM_STMT_ASSIGN) {
        stmt->u.assign.is_pairwise = is_pairwise(stmt);
        stmt->u.assign.is_parallel = stmt->u.assign.is_pairwise && is_parallel(stmt);
    }
    if (stmt->kind == CPM_STMT_AUGMENT_ITEM)
        stmt->u.augment.is_calm =
            stmt->u.augment.target->u.index.is_calm && !calls && is_calm(r, stmt->u.augment.value);
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

void cpm_scope_clear(cpm_scope *scope)
{
    free(scope->syms);
    free(scope->locals);
    free(scope->elsewhere);
}

static bool resolve_functions(resolver *r)
{
    size_t nfunctions = r->tree->nfunctions;
    bool ok = true;
    for (size_t i = 0; ok && i < nfunctions; i++) {
        r->stamp = (uint32_t)(i + 1);
        ok = collect_function(r, &r->tree->functions[i], &r->scopes[i]);
    }
    for (size_t i = 0; ok && i < nfunctions; i++)
        ok = capture_function(r, i);
    for (size_t i = 0; ok && i < nfunctions; i++)
        follow_original(r, i);
    for (size_t i = 0; ok && i < nfunctions; i++) {
        begin_binding(r, i);
        bind_block(r, &r->tree->functions[i].body);
    }
    return ok;
}

cpm_status cpm_resolve_tree(cpm_tree *tree, cpm_scope *scopes, bool *is_variable, cpm_err *err)
{
    static const char name[] = "collections.defaultdict";
    resolver r = {.tree = tree, .scopes = scopes, .err = err, .is_variable = is_variable};
    r.makes_items = cpm_tree_find(tree, name, sizeof name - 1) != CPM_NO_SYM;
    if (tree->nsymbols > CPM_SLOT_INDEX || tree->nfunctions > UINT32_MAX / 4)
        return cpm_err_set(err, CPM_ERR_LIMIT, "too many names");
    r.names = cpm_calloc(tree->nsymbols, sizeof *r.names);
    if (r.names == NULL)
        return cpm_err_memory(err);
    bool ok = resolve_functions(&r);
    r.stamp = 0;
    if (ok)
        bind_block(&r, &tree->top);
    free(r.names);
    free(r.assigned);
    return ok ? CPM_OK : err->status;
}

void cpm_resolve_expr(cpm_expr *expr, const cpm_scope *scope)
{
    resolver r = {.scope = scope, .makes_items = true};
    bind_expr(&r, expr);
}
