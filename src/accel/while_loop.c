/* SPDX-License-Identifier: MIT
 *
 * while_loop.c - the rounds of `while` loops that count.
 */
#include "accel/while_loop.h"

#include "lang/build.h"
#include "lang/copy.h"
#include "lang/visit.h"

/* ---- By the text -------------------------------------------------------------- */

typedef struct census {
    cpm_sym sym;
    size_t count; /* how often it is assigned */
} census;

static cpm_status count_assigned(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    census *c = ctx;
    (void)by;
    c->count += sym == c->sym;
    return CPM_OK;
}

static size_t times_assigned(const cpm_tree *tree, const cpm_block *body, cpm_sym sym)
{
    census c = {.sym = sym};
    return cpm_block_assigned(tree, body, count_assigned, &c) == CPM_OK ? c.count : 2;
}

/* Numbers and names that the body leaves alone, and arithmetic of them. */
static bool is_fixed(const cpm_tree *tree, const cpm_block *body, const cpm_expr *expr)
{
    if (expr->kind == CPM_EXPR_NAME)
        return times_assigned(tree, body, expr->u.name.sym) == 0;
    bool ok = expr->kind == CPM_EXPR_INT || expr->kind == CPM_EXPR_UNARY ||
              expr->kind == CPM_EXPR_CHAIN || expr->kind == CPM_EXPR_POWER;
    const cpm_expr *child;
    for (size_t i = 0; ok && (child = cpm_expr_child(expr, i)) != NULL; i++)
        ok = is_fixed(tree, body, child);
    return ok;
}

/* `i op limit`, `limit op i`, or `i` alone. */
static const cpm_expr *split_test(cpm_counted *c, const cpm_tree *tree, const cpm_expr *test,
                                  const cpm_block *body)
{
    c->op = CPM_OP_NE;
    if (test->kind == CPM_EXPR_NAME)
        return test;
    if (test->kind != CPM_EXPR_COMPARE || test->u.chain.nlinks != 1)
        return NULL;
    const cpm_expr *left = test->u.chain.first, *right = test->u.chain.links[0].operand;
    c->op = test->u.chain.links[0].op;
    if (c->op > CPM_OP_NE) /* in, is */
        return NULL;
    c->limit = right;
    if (left->kind == CPM_EXPR_NAME && is_fixed(tree, body, right))
        return left;
    c->op = cpm_op_mirrored(c->op);
    c->limit = left;
    return right->kind == CPM_EXPR_NAME && is_fixed(tree, body, left) ? right : NULL;
}

/* `i += c`, `i -= c`, `i = i + c` or `i = i - c`. */
static bool is_step(cpm_counted *c, const cpm_stmt *stmt)
{
    cpm_op op;
    if (stmt->kind == CPM_STMT_AUGMENT && stmt->u.augment.target->u.name.sym == c->sym) {
        op = stmt->u.augment.op;
        c->by = stmt->u.augment.value;
    } else if (stmt->kind == CPM_STMT_ASSIGN && stmt->u.assign.ntargets == 1 &&
               stmt->u.assign.targets[0]->kind == CPM_EXPR_NAME &&
               stmt->u.assign.targets[0]->u.name.sym == c->sym &&
               stmt->u.assign.value->kind == CPM_EXPR_CHAIN) {
        const cpm_expr *sum = stmt->u.assign.value;
        if (sum->u.chain.nlinks != 1 || sum->u.chain.first->kind != CPM_EXPR_NAME ||
            sum->u.chain.first->u.name.sym != c->sym)
            return false;
        op = sum->u.chain.links[0].op;
        c->by = sum->u.chain.links[0].operand;
    } else {
        return false;
    }
    c->step = stmt;
    c->subtracts = op == CPM_OP_SUB;
    return op == CPM_OP_ADD || op == CPM_OP_SUB;
}

/* The statement at the top of the body that counts `name`; NULL: none, or it is assigned
 * elsewhere too. */
static const cpm_stmt *find_step(cpm_counted *c, const cpm_tree *tree, const cpm_block *body,
                                 const cpm_expr *name)
{
    if (name == NULL || times_assigned(tree, body, name->u.name.sym) != 1)
        return NULL;
    c->sym = name->u.name.sym;
    for (size_t i = 0; i < body->nstmts; i++)
        if (is_step(c, body->stmts[i]))
            return is_fixed(tree, body, c->by) ? c->step : NULL;
    return NULL;
}

static bool is_true(const cpm_tree *tree, const cpm_expr *test)
{
    return test->kind == CPM_EXPR_TRUE ||
           (test->kind == CPM_EXPR_INT && !fmpz_is_zero(tree->literals + test->u.literal));
}

/* if ...: break */
static bool is_way_out(const cpm_stmt *stmt)
{
    return stmt->kind == CPM_STMT_IF && stmt->u.branch.orelse.nstmts == 0 &&
           stmt->u.branch.body.nstmts == 1 && stmt->u.branch.body.stmts[0]->kind == CPM_STMT_BREAK;
}

/* while True, with a way out that counts: the rounds before the one that takes it. */
static const cpm_expr *split_way_out(cpm_counted *c, const cpm_tree *tree, const cpm_block *body)
{
    static const cpm_op negated[] = {
        [CPM_OP_LT] = CPM_OP_GE, [CPM_OP_LE] = CPM_OP_GT, [CPM_OP_GT] = CPM_OP_LE,
        [CPM_OP_GE] = CPM_OP_LT, [CPM_OP_EQ] = CPM_OP_NE, [CPM_OP_NE] = CPM_OP_EQ};
    enum { MAX_LOOKED_AT = 16 };
    bool stepped = false;
    unsigned looked = 0;
    for (size_t i = 0; i < body->nstmts && looked < MAX_LOOKED_AT; i++) {
        const cpm_stmt *stmt = body->stmts[i];
        const cpm_expr *test = stmt->kind == CPM_STMT_IF ? stmt->u.branch.test : NULL;
        if (!is_way_out(stmt) || test->kind != CPM_EXPR_COMPARE)
            continue;
        looked++;
        const cpm_expr *name = split_test(c, tree, test, body);
        const cpm_stmt *step = find_step(c, tree, body, name);
        if (step == NULL)
            continue;
        for (size_t k = 0; k < i; k++)
            stepped = stepped || body->stmts[k] == step;
        c->op = negated[c->op];
        c->leaves = true;
        c->steps_first = stepped;
        return name;
    }
    return NULL;
}

/* Whether it is one that counts. */
static bool counts(cpm_counted *counted, cpm_tree *tree, const cpm_stmt *stmt)
{
    const cpm_expr *test = stmt->u.branch.test;
    const cpm_block *body = &stmt->u.branch.body;
    *counted = (cpm_counted){0};
    const cpm_expr *name = is_true(tree, test) ? split_way_out(counted, tree, body)
                                               : split_test(counted, tree, test, body);
    if (find_step(counted, tree, body, name) == NULL)
        return false;
    counted->loop = (cpm_stmt){.kind = CPM_STMT_FOR, .span = stmt->span};
    counted->loop.u.loop.target = (cpm_expr *)name;
    counted->loop.u.loop.range_span = test->span;
    counted->loop.u.loop.body = *body;
    counted->loop.u.loop.id = (uint32_t)tree->nloops++;
    return true;
}

/* ---- Inside other loops -------------------------------------------------------- */

/* No names of its own, and none that is assigned. */
static bool is_plain_expr(const cpm_expr *expr)
{
    const cpm_expr *child;
    bool plain = expr->kind != CPM_EXPR_COMP && expr->kind != CPM_EXPR_LAMBDA &&
                 expr->kind != CPM_EXPR_WALRUS;
    for (size_t i = 0; plain && (child = cpm_expr_child(expr, i)) != NULL; i++)
        plain = is_plain_expr(child);
    return plain;
}

/* What can be copied with another expression in place of a name. Loops of this kind are
 * left out, so that all copies together are no longer than the text. */
static bool is_plain_block(const cpm_tree *tree, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        cpm_part part;
        if (block->stmts[i]->kind == CPM_STMT_WHILE)
            return false;
        for (size_t k = 0; cpm_stmt_part(&part, tree, block->stmts[i], k); k++) {
            bool plain = part.kind == CPM_PART_BLOCK ? is_plain_block(tree, part.u.block)
                         : part.kind == CPM_PART_NAME || part.kind == CPM_PART_GLOBAL
                             ? false
                             : is_plain_expr(part.u.expr);
            if (!plain)
                return false;
        }
    }
    return true;
}

/* Statements behind the step see a variable that is a step further. */
typedef struct stepping {
    cpm_builder *b;
    const cpm_counted *counted;
    const cpm_expr *step;
} stepping;

static cpm_expr *step_further(void *ctx, const cpm_expr *expr)
{
    stepping *s = ctx;
    if (expr->kind != CPM_EXPR_NAME || expr->u.name.sym != s->counted->sym)
        return NULL;
    return cpm_build_chain(s->b, CPM_EXPR_CHAIN, cpm_build_copy(s->b, expr), CPM_OP_ADD,
                           cpm_build_copy(s->b, s->step));
}

/* The body without the step, which is statement `at` of it. */
static void make_body(cpm_builder *b, cpm_counted *counted, size_t at)
{
    const cpm_block whole = counted->loop.u.loop.body;
    cpm_block *body = &counted->loop.u.loop.body;
    stepping s = {b, counted, counted->loop.u.loop.step};
    cpm_copier copier = {.tree = b->tree, .replace = step_further, .ctx = &s};
    *body = (cpm_block){cpm_build_array(b, whole.nstmts), whole.nstmts - 1};
    for (size_t i = 0; i < body->nstmts && !b->failed && !copier.failed; i++)
        body->stmts[i] = i < at ? whole.stmts[i] : cpm_copy_stmt(&copier, whole.stmts[i + 1]);
    b->failed = b->failed || copier.failed;
}

/* range(i, limit, step). The tree has been resolved, and takes no new numbers: where the
 * limit itself counts, one more is True. */
static void make_range(cpm_builder *b, cpm_counted *counted)
{
    cpm_stmt *loop = &counted->loop;
    bool closed = counted->op == CPM_OP_LE || counted->op == CPM_OP_GE;
    cpm_expr *one =
        closed ? cpm_build_check(b, cpm_expr_new(b->tree, CPM_EXPR_TRUE, loop->span)) : NULL;
    cpm_expr *limit = (cpm_expr *)counted->limit, *by = (cpm_expr *)counted->by;
    loop->u.loop.start = loop->u.loop.target;
    loop->u.loop.stop =
        closed ? cpm_build_chain(b, CPM_EXPR_CHAIN, limit,
                                 loop->u.loop.counts_on > 0 ? CPM_OP_ADD : CPM_OP_SUB, one)
               : limit;
    loop->u.loop.step = by;
    if (!counted->subtracts)
        return;
    cpm_expr *minus = cpm_build_check(b, cpm_expr_new(b->tree, CPM_EXPR_UNARY, by->span));
    if (minus != NULL) {
        minus->u.unary.op = CPM_OP_NEG;
        minus->u.unary.operand = by;
    }
    loop->u.loop.step = minus;
}

/* Whether each round does all of the body, or leaves before the step and ends the loop. */
static bool always_counts(const cpm_tree *tree, const cpm_block *body, size_t at)
{
    const cpm_block before = {body->stmts, at};
    const cpm_block behind = {body->stmts + at + 1, body->nstmts - at - 1};
    return !cpm_block_jumps(tree, &before, CPM_STMT_CONTINUE) &&
           !cpm_block_jumps(tree, &behind, CPM_STMT_BREAK) &&
           !cpm_block_jumps(tree, &behind, CPM_STMT_RETURN) && is_plain_block(tree, &behind);
}

/* The for loop that takes its place, or NULL. */
static const cpm_stmt *make_inner(cpm_builder *b, const cpm_counted *counted, const cpm_stmt *stmt)
{
    cpm_counted inner = *counted;
    const cpm_block *body = &stmt->u.branch.body;
    size_t at = 0;
    bool up = inner.op == CPM_OP_LT || inner.op == CPM_OP_LE;
    bool down = inner.op == CPM_OP_GT || inner.op == CPM_OP_GE;
    while (body->stmts[at] != inner.step)
        at++;
    if (inner.leaves || (!up && !down) || !always_counts(b->tree, body, at))
        return NULL;
    inner.loop.u.loop.id = (uint32_t)b->tree->nloops++;
    inner.loop.u.loop.counts_on = up ? 1 : -1;
    inner.loop.u.loop.orelse = stmt->u.branch.orelse;
    make_range(b, &inner);
    make_body(b, &inner, at);
    cpm_stmt *loop = cpm_build_check(b, cpm_stmt_new(b->tree, CPM_STMT_FOR, stmt->span));
    if (loop != NULL)
        *loop = inner.loop;
    return loop;
}

static void prepare_while(cpm_builder *b, cpm_stmt *stmt)
{
    cpm_counted counted;
    if (!counts(&counted, b->tree, stmt))
        return;
    counted.inner = make_inner(b, &counted, stmt);
    stmt->u.branch.counted =
        cpm_build_check(b, cpm_arena_copy(&b->tree->arena, &counted, sizeof counted));
}

static void prepare_block(cpm_builder *b, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts && !b->failed; i++) {
        cpm_part part;
        if (block->stmts[i]->kind == CPM_STMT_WHILE)
            prepare_while(b, block->stmts[i]);
        for (size_t k = 0; cpm_stmt_part(&part, b->tree, block->stmts[i], k); k++)
            if (part.kind == CPM_PART_BLOCK)
                prepare_block(b, part.u.block);
    }
}

cpm_status cpm_while_prepare(cpm_tree *tree, cpm_err *err)
{
    cpm_builder b = {.tree = tree};
    prepare_block(&b, &tree->top);
    for (size_t f = 0; f < tree->nfunctions; f++)
        prepare_block(&b, &tree->functions[f].body);
    return b.failed ? cpm_err_memory(err) : CPM_OK;
}

/* ---- By the values -------------------------------------------------------------- */

static bool integer_of(fmpz_t out, cpm_interp *interp, const cpm_expr *expr)
{
    cpm_val value = {0};
    cpm_err ignored = {0};
    bool ok = cpm_interp_eval(interp, &value, expr, &ignored) == CPM_OK &&
              cpm_val_settle(&value, &ignored) == CPM_OK && value.kind == CPM_VAL_INT;
    if (ok)
        fmpz_set(out, &value.u.z);
    cpm_val_clear(&value);
    return ok;
}

/* How many steps from `distance` = limit - variable on hold the condition. */
static bool count_rounds(fmpz_t count, cpm_op op, const fmpz_t distance, const fmpz_t step)
{
    int way = fmpz_sgn(step), from = fmpz_sgn(distance);
    switch (op) {
    case CPM_OP_LT:
    case CPM_OP_GT: /* one more where it is hit exactly */
        fmpz_cdiv_q(count, distance, step);
        break;
    case CPM_OP_LE:
    case CPM_OP_GE:
        fmpz_fdiv_q(count, distance, step);
        fmpz_add_ui(count, count, 1);
        break;
    case CPM_OP_NE:
        fmpz_fdiv_q(count, distance, step);
        return fmpz_divisible(distance, step) && fmpz_sgn(count) >= 0;
    default:
        return false;
    }
    bool less = op == CPM_OP_LT || op == CPM_OP_LE;
    bool strict = op == CPM_OP_LT || op == CPM_OP_GT;
    bool holds = less ? (strict ? from > 0 : from >= 0) : (strict ? from < 0 : from <= 0);
    if (!holds)
        fmpz_zero(count);
    return !holds || (less ? way > 0 : way < 0);
}

bool cpm_while_range(cpm_range *range, const cpm_counted *counted, cpm_interp *interp)
{
    fmpz_t distance;
    fmpz_init(distance);
    const cpm_expr *name = counted->loop.u.loop.target;
    bool ok = integer_of(range->start, interp, name) &&
              integer_of(range->step, interp, counted->by) &&
              (counted->limit == NULL || integer_of(distance, interp, counted->limit)) &&
              !fmpz_is_zero(range->step);
    if (ok && counted->subtracts)
        fmpz_neg(range->step, range->step);
    fmpz_sub(distance, distance, range->start);
    if (counted->steps_first)
        fmpz_sub(distance, distance, range->step);
    ok = ok && count_rounds(range->count, counted->op, distance, range->step);
    fmpz_clear(distance);
    return ok;
}
