/* SPDX-License-Identifier: MIT
 *
 * quick_build.c - which expressions and statements get a quick node. One walk over the
 * tree, when names are resolved: the operands of an expression come first, so that a
 * node is made of theirs. An expression with a part that has no node has none; its
 * other parts keep theirs and are quick where the general way asks for them.
 */
#include "base/mem.h"
#include "eval/interp_impl.h"
#include "eval/quick.h"
#include "lang/method.h"
#include "lang/visit.h"

typedef struct builder {
    cpm_interp *in;
    bool no_memory;
} builder;

static void *node_of(builder *b, size_t size)
{
    void *node = cpm_arena_alloc(&b->in->tree->arena, size);
    b->no_memory |= node == NULL;
    return node;
}

static cpm_quick *new_node(builder *b)
{
    return node_of(b, sizeof(cpm_quick));
}

/* ---- Leaves ---------------------------------------------------------------- */

static cpm_quick *of_integer(builder *b, const cpm_expr *expr)
{
    const cpm_val *value = &b->in->constants[expr->u.literal];
    cpm_quick *q = new_node(b);
    if (q == NULL)
        return NULL;
    if (cpm_is_small(value))
        cpm_quick_set_number(q, value);
    else
        cpm_quick_set_place(q, value);
    return q;
}

/* A string that lives as long as the tree. */
static cpm_quick *of_string(builder *b, const cpm_expr *expr)
{
    cpm_val made = {0};
    cpm_err ignored = {0};
    cpm_quick *q = new_node(b);
    cpm_string_object *s = node_of(b, sizeof *s);
    if (q == NULL || s == NULL ||
        cpm_val_new_string(&made, expr->u.string.bytes, expr->u.string.len, &ignored) != CPM_OK)
        return NULL;
    *s = *made.u.string;
    cpm_val_clear(&made);
    cpm_quick_set_place(q, &(cpm_val){CPM_VAL_STRING, {.string = s}});
    return q;
}

static cpm_quick *of_constant(builder *b, const cpm_expr *expr)
{
    cpm_val value = {0};
    cpm_quick *q = new_node(b);
    if (expr->kind == CPM_EXPR_NONE)
        cpm_val_set_none(&value);
    else
        cpm_val_set_bool(&value, expr->kind == CPM_EXPR_TRUE);
    if (q != NULL)
        cpm_quick_set_place(q, &value);
    return q;
}

static cpm_quick *of_name(builder *b, const cpm_expr *expr)
{
    cpm_quick *q = new_node(b);
    if (q != NULL)
        cpm_quick_set_variable(q, expr->u.name.slot);
    return q;
}

static cpm_quick *of_leaf(builder *b, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_INT:
        return of_integer(b, expr);
    case CPM_EXPR_STRING:
        return of_string(b, expr);
    case CPM_EXPR_TRUE:
    case CPM_EXPR_FALSE:
    case CPM_EXPR_NONE:
        return of_constant(b, expr);
    default:
        return of_name(b, expr);
    }
}

/* ---- Expressions -------------------------------------------------------------- */

static bool is_leaf(const cpm_expr *expr)
{
    return expr->kind <= CPM_EXPR_NAME;
}

/* The node of an operand; leaves have none of their own. */
static cpm_quick *part(builder *b, const cpm_expr *expr)
{
    return is_leaf(expr) ? of_leaf(b, expr) : expr->quick;
}

/* ((first op x1) op x2) ... */
static cpm_quick *of_chain(builder *b, const cpm_expr *expr)
{
    cpm_quick *left = part(b, expr->u.chain.first);
    if (expr->u.chain.nlinks > CPM_QUICK_MAX_DEPTH)
        return NULL;
    for (size_t i = 0; left != NULL && i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        cpm_quick *q = new_node(b), *right = part(b, link->operand);
        if (q == NULL || right == NULL || !cpm_quick_set_binary(q, link->op, left, right))
            return NULL;
        left = q;
    }
    return left;
}

static cpm_quick *join(builder *b, cpm_op op, cpm_quick *left, cpm_quick *right)
{
    cpm_quick *q = new_node(b);
    if (q != NULL)
        cpm_quick_set_bool(q, op, left, right);
    return q;
}

/* first < x1 < x2 ... is first < x1 and x1 < x2 ...: reading x1 twice has no effect. */
static cpm_quick *of_comparison(builder *b, const cpm_expr *expr)
{
    cpm_quick *left = part(b, expr->u.chain.first), *all = NULL;
    if (expr->u.chain.nlinks > 4)
        return NULL;
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        cpm_quick *q = new_node(b), *right = part(b, link->operand);
        if (q == NULL || left == NULL || right == NULL ||
            !cpm_quick_set_comparison(q, link->op, left, right))
            return NULL;
        all = all == NULL ? q : join(b, CPM_OP_BOOL_AND, all, q);
        if (all == NULL)
            return NULL;
        left = right;
    }
    return all;
}

/* As a condition; its value is that of an operand, which a node does not find. */
static cpm_quick *of_bool(builder *b, const cpm_expr *expr)
{
    cpm_quick *left = part(b, expr->u.chain.first);
    if (expr->u.chain.nlinks > CPM_QUICK_MAX_DEPTH)
        return NULL;
    for (size_t i = 0; left != NULL && i < expr->u.chain.nlinks; i++) {
        cpm_quick *right = part(b, expr->u.chain.links[i].operand);
        left = right == NULL ? NULL : join(b, expr->u.chain.links[i].op, left, right);
    }
    return left;
}

static cpm_quick *of_unary(builder *b, const cpm_expr *expr)
{
    cpm_quick *operand = part(b, expr->u.unary.operand);
    cpm_quick *q = operand == NULL ? NULL : new_node(b);
    return q != NULL && cpm_quick_set_unary(q, expr->u.unary.op, operand) ? q : NULL;
}

static cpm_quick *of_cond(builder *b, const cpm_expr *expr)
{
    cpm_quick *test = part(b, expr->u.cond.test), *then = part(b, expr->u.cond.then);
    cpm_quick *orelse = part(b, expr->u.cond.orelse);
    if (test == NULL || then == NULL || orelse == NULL)
        return NULL;
    cpm_quick *q = new_node(b);
    return q != NULL && cpm_quick_set_cond(q, test, then, orelse) ? q : NULL;
}

static cpm_quick *of_index(builder *b, const cpm_expr *expr, bool is_target)
{
    cpm_quick *object = part(b, expr->u.index.object), *at = part(b, expr->u.index.at);
    cpm_quick *q = object == NULL || at == NULL ? NULL : new_node(b);
    if (q == NULL)
        return NULL;
    return (is_target ? cpm_quick_set_target : cpm_quick_set_item)(q, object, at) ? q : NULL;
}

/* abs and len of one value; min and max of several, the first two before the third. */
static cpm_quick *of_call(builder *b, const cpm_expr *expr)
{
    size_t nargs = expr->u.call.nargs;
    cpm_builtin_id id = b->in->builtins[expr->u.call.callee];
    if (!(expr->u.call.target & CPM_SLOT_GLOBAL) || nargs == 0 || nargs > 4)
        return NULL;
    cpm_quick *first = NULL;
    for (size_t i = 0; i < nargs; i++) {
        const cpm_arg *arg = &expr->u.call.args[i];
        cpm_quick *next = arg->keyword == CPM_NO_SYM ? part(b, arg->value) : NULL;
        if (next == NULL)
            return NULL;
        if (i > 0 || nargs == 1) {
            cpm_quick *q = new_node(b), *left = nargs == 1 ? next : first;
            if (q == NULL ||
                !cpm_quick_set_call(q, id, expr->u.call.callee, left, nargs == 1 ? NULL : next))
                return NULL;
            next = q;
        }
        first = next;
    }
    return first;
}

static cpm_quick *of_expr(builder *b, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
        return of_chain(b, expr);
    case CPM_EXPR_COMPARE:
        return of_comparison(b, expr);
    case CPM_EXPR_BOOL:
        return of_bool(b, expr);
    case CPM_EXPR_UNARY:
        return of_unary(b, expr);
    case CPM_EXPR_COND:
        return of_cond(b, expr);
    case CPM_EXPR_INDEX:
        return of_index(b, expr, false);
    case CPM_EXPR_CALL:
        return of_call(b, expr);
    default:
        return NULL;
    }
}

/* Returns how deep the node is at most: the way down recurses. */
static size_t build_expr(builder *b, cpm_expr *expr)
{
    size_t depth = 0;
    cpm_expr *child;
    if (is_leaf(expr))
        return 1;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++) {
        size_t below = build_expr(b, child);
        depth = depth > below ? depth : below;
    }
    expr->quick = depth < CPM_QUICK_MAX_DEPTH ? of_expr(b, expr) : NULL;
    return depth + 1;
}

/* ---- Statements ------------------------------------------------------------------ */

static bool assign(builder *b, cpm_quick_stmt *s, const cpm_expr *target, cpm_quick *value)
{
    cpm_quick *place = NULL;
    uint32_t slot = 0;
    if (target->kind == CPM_EXPR_INDEX)
        place = of_index(b, target, true);
    else if (target->kind == CPM_EXPR_NAME)
        slot = target->u.name.slot;
    if (place == NULL && target->kind != CPM_EXPR_NAME)
        return false;
    cpm_quick_set_assign(s, slot, place, value);
    return true;
}

/* Whether the place of an item does not hang on what is assigned with it. */
static bool is_steady(const cpm_expr *target)
{
    const cpm_expr *child;
    if (target->kind != CPM_EXPR_INDEX || target->u.index.object->kind != CPM_EXPR_NAME)
        return false;
    const cpm_expr *at = target->u.index.at;
    for (size_t i = 0; (child = cpm_expr_child(at, i)) != NULL; i++)
        if (!is_leaf(child))
            return false;
    return is_leaf(at) || at->kind == CPM_EXPR_CHAIN;
}

/* x, y = a, b between names alone, or a[i], a[j] = a[j], a[i]: where no target needs
 * what another one is given. */
static bool assign_pairs(builder *b, cpm_quick_stmt *s, const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.assign.targets[0], *value = stmt->u.assign.value;
    size_t n = value->u.tuple.nitems;
    cpm_quick_pair *pairs = n > CPM_QUICK_MAX_PAIRS ? NULL : node_of(b, n * sizeof *pairs);
    for (size_t i = 0; pairs != NULL && i < n; i++) {
        const cpm_expr *item = target->u.tuple.items[i];
        pairs[i].value = part(b, value->u.tuple.items[i]);
        if (pairs[i].value == NULL || pairs[i].value->word == NULL)
            return false;
        if (stmt->u.assign.is_parallel) {
            pairs[i].slot = item->u.name.slot;
        } else {
            pairs[i].target = is_steady(item) ? of_index(b, item, true) : NULL;
            if (pairs[i].target == NULL)
                return false;
        }
    }
    if (pairs != NULL)
        cpm_quick_set_pairs(s, pairs, n);
    return pairs != NULL;
}

static bool of_assign(builder *b, cpm_quick_stmt *s, const cpm_stmt *stmt)
{
    if (stmt->u.assign.ntargets != 1)
        return false;
    if (stmt->u.assign.is_pairwise)
        return assign_pairs(b, s, stmt);
    cpm_quick *value = part(b, stmt->u.assign.value);
    return value != NULL && (value->place != NULL || value->word != NULL || value->is_truth) &&
           assign(b, s, stmt->u.assign.targets[0], value);
}

static bool of_augment(builder *b, cpm_quick_stmt *s, const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.augment.target;
    cpm_quick *value = part(b, stmt->u.augment.value);
    if (value == NULL)
        return false;
    if (target->kind == CPM_EXPR_INDEX) {
        cpm_quick *place = of_index(b, target, true);
        return place != NULL && cpm_quick_set_update(s, place, stmt->u.augment.op, value);
    }
    cpm_quick *old = of_name(b, target), *q = new_node(b);
    if (old == NULL || q == NULL || !cpm_quick_set_binary(q, stmt->u.augment.op, old, value))
        return false;
    return assign(b, s, target, q);
}

static bool of_append(builder *b, cpm_quick_stmt *s, const cpm_expr *expr)
{
    if (expr->kind != CPM_EXPR_METHOD || expr->u.method.id != CPM_METHOD_APPEND ||
        expr->u.method.nargs != 1 || expr->u.method.args[0].keyword != CPM_NO_SYM)
        return false;
    cpm_quick *object = part(b, expr->u.method.object);
    cpm_quick *value = part(b, expr->u.method.args[0].value);
    return object != NULL && value != NULL && cpm_quick_set_append(s, object, value);
}

static bool of_stmt(builder *b, cpm_quick_stmt *s, const cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        return of_assign(b, s, stmt);
    case CPM_STMT_AUGMENT:
    case CPM_STMT_AUGMENT_ITEM:
        return of_augment(b, s, stmt);
    case CPM_STMT_EXPR:
        return of_append(b, s, stmt->u.expr);
    default:
        return false;
    }
}

static void build_block(builder *b, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        cpm_stmt *stmt = block->stmts[i];
        cpm_quick_stmt made = {0};
        cpm_part p;
        for (size_t k = 0; cpm_stmt_part(&p, b->in->tree, stmt, k); k++)
            if (p.kind == CPM_PART_BLOCK)
                build_block(b, p.u.block);
            else if (p.kind != CPM_PART_NAME && p.kind != CPM_PART_GLOBAL)
                build_expr(b, p.u.expr);
        stmt->quick = NULL;
        if (of_stmt(b, &made, stmt))
            stmt->quick = node_of(b, sizeof made);
        if (stmt->quick != NULL)
            *stmt->quick = made;
    }
}

cpm_status cpm_quick_build(cpm_interp *in, cpm_err *err)
{
    builder b = {.in = in};
    for (size_t i = 0; i < in->tree->nfunctions; i++)
        if (in->tree->functions[i].original == i)
            build_block(&b, &in->tree->functions[i].body);
    build_block(&b, &in->tree->top);
    return b.no_memory ? cpm_err_memory(err) : CPM_OK;
}
