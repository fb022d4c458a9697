/* SPDX-License-Identifier: MIT
 *
 * repeats.c - which variables a loop depends on, and which are sums that nothing
 * depends on.
 */
#include "accel/repeats.h"

#include "base/limits.h"
#include "base/mem.h"
#include "lang/builtin.h"
#include "lang/visit.h"

#include <stdlib.h>

/* Of a symbol, as the loop sees it. */
typedef struct use {
    bool is_assigned, is_summed; /* set by something else than += and -=, or by these */
    bool is_read;
} use;

typedef struct scan {
    const cpm_tree *tree;
    const cpm_interp *interp;
    cpm_sym counter;              /* of the loop; CPM_NO_SYM: none */
    const cpm_function *function; /* at work; NULL: the loop itself */
    use *uses;                    /* owned: one for each symbol */
    bool *visited;                /* owned: one for each function */
    ulong stride;                 /* 0: not to be followed */
} scan;

static void scan_block(scan *s, const cpm_block *block);
static void scan_expr(scan *s, const cpm_expr *expr);

static void give_up(scan *s)
{
    s->stride = 0;
}

static bool is_local_of(const scan *s, cpm_sym sym)
{
    const cpm_function *f = s->function;
    if (f == NULL)
        return false;
    for (size_t p = 0; p < f->nparams; p++)
        if (f->params[p].sym == sym)
            return true;
    return cpm_block_assigns(s->tree, &f->body, sym);
}

/* ---- Expressions --------------------------------------------------------------------- */

static void scan_name(scan *s, cpm_sym sym)
{
    if (is_local_of(s, sym))
        return;
    if (sym == s->counter)
        give_up(s);
    s->uses[sym].is_read = true;
}

/* i % k, or i & (k - 1) with k a power of 2: the number of the round matters modulo k. */
static bool is_residue_of_counter(scan *s, const cpm_expr *expr)
{
    if (expr->kind != CPM_EXPR_CHAIN || s->function != NULL || s->counter == CPM_NO_SYM)
        return false;
    const cpm_expr *first = expr->u.chain.first;
    const cpm_link *link = &expr->u.chain.links[0];
    if (first->kind != CPM_EXPR_NAME || first->u.name.sym != s->counter ||
        expr->u.chain.nlinks != 1 || link->operand->kind != CPM_EXPR_INT ||
        (link->op != CPM_OP_MOD && link->op != CPM_OP_AND))
        return false;
    const fmpz *literal = s->tree->literals + link->operand->u.literal;
    if (fmpz_sgn(literal) <= 0 || fmpz_cmp_ui(literal, CPM_MAX_STRIDE) >= 0)
        return false;
    ulong k = fmpz_get_ui(literal) + (link->op == CPM_OP_AND);
    if (link->op == CPM_OP_AND && (k & (k - 1)) != 0)
        return false;
    ulong gcd = n_gcd(k, s->stride == 0 ? k : s->stride);
    s->stride *= k / gcd;
    if (s->stride > CPM_MAX_STRIDE)
        give_up(s);
    return true;
}

static void scan_function(scan *s, size_t index)
{
    const cpm_function *function = &s->tree->functions[index];
    if (s->visited[index])
        return;
    if (function->parent != CPM_NO_FUNCTION || function->is_lambda || function->is_cached) {
        give_up(s);
        return;
    }
    s->visited[index] = true;
    const cpm_function *before = s->function;
    s->function = &s->tree->functions[index];
    scan_block(s, &s->function->body);
    s->function = before;
}

/* A function of its arguments alone, as far as that can be seen. */
static void scan_callee(scan *s, const cpm_expr *call)
{
    cpm_sym sym = call->u.call.callee;
    cpm_slot slot = cpm_interp_slot(s->interp, sym);
    if (is_local_of(s, sym) || !cpm_interp_is_global(slot)) {
        give_up(s);
        return;
    }
    const cpm_val *value = cpm_interp_get(s->interp, slot);
    cpm_builtin_id id = cpm_builtin_of_symbol(s->tree, sym, CPM_IN_PROGRAM);
    s->uses[sym].is_read = true;
    if (value->kind == CPM_VAL_FUNCTION)
        scan_function(s, value->u.function->index);
    else if (value->kind != CPM_VAL_UNBOUND || id == CPM_BUILTIN_NONE ||
             !cpm_builtin_of(id)->is_pure)
        give_up(s);
}

static void scan_expr(scan *s, const cpm_expr *expr)
{
    if (s->stride == 0 || is_residue_of_counter(s, expr))
        return;
    switch (expr->kind) {
    case CPM_EXPR_INT:
    case CPM_EXPR_TRUE:
    case CPM_EXPR_FALSE:
    case CPM_EXPR_NONE:
        return;
    case CPM_EXPR_NAME:
        scan_name(s, expr->u.name.sym);
        return;
    case CPM_EXPR_CALL:
        scan_callee(s, expr);
        break;
    case CPM_EXPR_UNARY:
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
    case CPM_EXPR_COND:
    case CPM_EXPR_TUPLE:
        break;
    default:
        give_up(s);
        return;
    }
    const cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        scan_expr(s, child);
}

/* ---- Statements ---------------------------------------------------------------------- */

static void scan_target(scan *s, const cpm_expr *target)
{
    if (target->kind == CPM_EXPR_TUPLE) {
        for (size_t i = 0; i < target->u.tuple.nitems; i++)
            scan_target(s, target->u.tuple.items[i]);
    } else if (target->kind != CPM_EXPR_NAME ||
               (s->function == NULL && target->u.name.sym == s->counter)) {
        give_up(s);
    } else if (s->function == NULL) {
        s->uses[target->u.name.sym].is_assigned = true;
    }
}

static void scan_augment(scan *s, const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.augment.target;
    bool sums = stmt->u.augment.op == CPM_OP_ADD || stmt->u.augment.op == CPM_OP_SUB;
    scan_expr(s, stmt->u.augment.value);
    if (!sums || s->function != NULL || target->kind != CPM_EXPR_NAME)
        scan_target(s, target);
    else if (target->u.name.sym == s->counter)
        give_up(s);
    else
        s->uses[target->u.name.sym].is_summed = true;
}

static void scan_parts(scan *s, const cpm_stmt *stmt)
{
    cpm_part part;
    for (size_t i = 0; s->stride > 0 && cpm_stmt_part(&part, s->tree, stmt, i); i++)
        switch (part.kind) {
        case CPM_PART_VALUE:
        case CPM_PART_SHOWN:
            scan_expr(s, part.u.expr);
            break;
        case CPM_PART_TARGET:
            scan_target(s, part.u.expr);
            break;
        case CPM_PART_BLOCK:
            scan_block(s, part.u.block);
            break;
        default:
            give_up(s);
            break;
        }
}

static void scan_block(scan *s, const cpm_block *block)
{
    for (size_t i = 0; s->stride > 0 && i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        switch (stmt->kind) {
        case CPM_STMT_AUGMENT:
            scan_augment(s, stmt);
            break;
        case CPM_STMT_ASSIGN:
        case CPM_STMT_FOR:
        case CPM_STMT_WHILE:
        case CPM_STMT_IF:
        case CPM_STMT_BREAK:
        case CPM_STMT_CONTINUE:
        case CPM_STMT_PASS:
        case CPM_STMT_RETURN:
            scan_parts(s, stmt);
            break;
        case CPM_STMT_EXPR:
            if (stmt->u.expr->kind != CPM_EXPR_STRING) /* documentation */
                scan_expr(s, stmt->u.expr);
            break;
        default:
            give_up(s);
            break;
        }
    }
}

/* ---- The plan ------------------------------------------------------------------------ */

/* Two names may be the same variable: one of the function, or of the top level. */
static cpm_status fill_plan(cpm_repeat_plan *plan, const scan *s, cpm_err *err)
{
    size_t count = s->tree->nsymbols;
    *plan = (cpm_repeat_plan){.stride = s->stride};
    plan->state = cpm_calloc(count, sizeof *plan->state);
    plan->sums = cpm_calloc(count, sizeof *plan->sums);
    if (plan->state == NULL || plan->sums == NULL) {
        cpm_repeat_plan_clear(plan);
        return cpm_err_memory(err);
    }
    for (cpm_sym sym = 0; sym < count; sym++) {
        const use *u = &s->uses[sym];
        if (!u->is_assigned && !u->is_summed)
            continue;
        cpm_slot slot = cpm_interp_slot(s->interp, sym);
        if (u->is_assigned || u->is_read)
            plan->state[plan->nstate++] = slot;
        else
            plan->sums[plan->nsums++] = slot;
    }
    return CPM_OK;
}

cpm_status cpm_repeat_plan_of(cpm_repeat_plan *plan, const cpm_tree *tree, const cpm_interp *interp,
                              const cpm_stmt *loop, cpm_err *err)
{
    scan s = {.tree = tree, .interp = interp, .counter = CPM_NO_SYM, .stride = 1};
    cpm_status status = CPM_OK;
    *plan = (cpm_repeat_plan){0};
    s.uses = cpm_calloc(tree->nsymbols, sizeof *s.uses);
    s.visited = cpm_calloc(tree->nfunctions, sizeof *s.visited);
    if (s.uses == NULL || s.visited == NULL)
        status = cpm_err_memory(err);
    if (loop->u.loop.target != NULL)
        s.counter = loop->u.loop.target->u.name.sym;
    if (status == CPM_OK)
        scan_block(&s, &loop->u.loop.body);
    if (status == CPM_OK && s.stride > 0)
        status = fill_plan(plan, &s, err);
    free(s.uses);
    free(s.visited);
    return status;
}
