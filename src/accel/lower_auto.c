/* SPDX-License-Identifier: MIT
 *
 * lower_auto.c - which pair of operations a loop is written in.
 *
 * Each operator on changing values belongs to certain pairs only: | between two
 * of them to or-and, + with one of them to plus-times, max-plus and min-plus.
 * What all operators have in common are the candidates, tried in the order of
 * cpm_semiring; where they have nothing in common, two that disagree are named.
 * One walk over the body. (Names that the body assigns count as changing,
 * the loop's variable does not: the masks only choose what is tried.)
 */
#include "accel/lower_internal.h"
#include "base/mem.h"
#include "lang/visit.h"

#include <stdlib.h>
#include <string.h>

typedef unsigned pair_set; /* bit id for each cpm_semiring */

#define PAIR(name) (1u << CPM_SEMIRING_##name)

enum {
    ALL_PAIRS = (1 << CPM_NSEMIRINGS) - (1 << CPM_SEMIRING_PLUS_TIMES),
};

typedef struct seen_op {
    const char *text;
    cpm_span span;
    pair_set pairs;
    bool two; /* of two changing values */
} seen_op;

typedef struct survey {
    const cpm_tree *tree;
    const cpm_lower_env *env;
    bool *changes; /* owned, per symbol: assigned by the loop */
    seen_op *ops;  /* owned */
    size_t nops, cap;
    bool failed; /* memory ran out */
} survey;

/* ---- What operators belong to --------------------------------------------- */

/* The domains in which an operator or function means something between two
 * values that change (`two`), or between one and others that do not. */
static pair_set pairs_of(const char *text, bool two)
{
    pair_set set = 0;
    for (int id = CPM_SEMIRING_PLUS_TIMES; id < CPM_NSEMIRINGS; id++) {
        cpm_role role = cpm_domain_role(cpm_domain_of((cpm_semiring)id), text);
        bool adds = role == CPM_ROLE_ADD || role == CPM_ROLE_SUBTRACT;
        if (two ? adds : role != CPM_ROLE_NONE)
            set |= 1u << id;
    }
    return set;
}

static pair_set pairs_of_unary(cpm_op op)
{
    pair_set set = 0;
    if (op == CPM_OP_POS)
        return ALL_PAIRS;
    for (int id = CPM_SEMIRING_PLUS_TIMES; id < CPM_NSEMIRINGS; id++)
        if (cpm_domain_has_unary(cpm_domain_of((cpm_semiring)id), cpm_op_text(op)))
            set |= 1u << id;
    return set;
}

/* ---- The walk ------------------------------------------------------------ */

static void note_op(survey *s, const char *text, cpm_span span, pair_set pairs, bool two)
{
    seen_op *grown = cpm_grow(s->ops, &s->cap, s->nops + 1, sizeof *grown);
    if (grown == NULL) {
        s->failed = true;
        return;
    }
    s->ops = grown;
    s->ops[s->nops++] = (seen_op){text, span, pairs, two};
}

static bool visit(survey *s, const cpm_expr *expr);

static bool visit_chain(survey *s, const cpm_expr *expr)
{
    bool left = visit(s, expr->u.chain.first);
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        const cpm_link *link = &expr->u.chain.links[i];
        bool right = visit(s, link->operand);
        bool raised = link->op == CPM_OP_POW && right; /* nothing has changing exponents */
        if (left || right)
            note_op(s, cpm_op_text(link->op), link->op_span,
                    raised ? 0 : pairs_of(cpm_op_text(link->op), left && right), left && right);
        left = left || right;
    }
    return left;
}

static bool visit_call(survey *s, const cpm_expr *expr)
{
    size_t count = 0;
    for (size_t i = 0; i < expr->u.call.nargs; i++)
        count += visit(s, expr->u.call.args[i].value);
    const char *name = s->tree->symbols[expr->u.call.callee].name;
    bool known = cpm_lower_builtin(s->tree, s->env, expr) != CPM_BUILTIN_NONE;
    if (count > 0)
        note_op(s, name, expr->u.call.callee_span, known ? pairs_of(name, count > 1) : 0,
                count > 1);
    return count > 0;
}

/* True when the value changes from iteration to iteration. */
static bool visit(survey *s, const cpm_expr *expr)
{
    bool changes = false;
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return s->changes[expr->u.name.sym];
    case CPM_EXPR_UNARY:
        changes = visit(s, expr->u.unary.operand);
        if (changes)
            note_op(s, cpm_op_text(expr->u.unary.op), expr->span, pairs_of_unary(expr->u.unary.op),
                    false);
        return changes;
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
        return visit_chain(s, expr);
    case CPM_EXPR_COND: /* one branch is taken, the test is predictable */
        changes = visit(s, expr->u.cond.then);
        return visit(s, expr->u.cond.orelse) || changes;
    case CPM_EXPR_CALL:
        return visit_call(s, expr);
    case CPM_EXPR_TUPLE:
        for (size_t i = 0; i < expr->u.tuple.nitems; i++)
            changes = visit(s, expr->u.tuple.items[i]) || changes;
        return changes;
    default:
        return false;
    }
}

static cpm_status mark_changing(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    survey *s = ctx;
    (void)by;
    s->changes[sym] = true;
    return CPM_OK;
}

static cpm_status unmark_counter(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    survey *s = ctx;
    s->changes[sym] = s->changes[sym] && by->kind != CPM_STMT_FOR;
    return CPM_OK;
}

/* x op= value is an operation of its own. */
static void visit_augment(survey *s, const cpm_stmt *stmt)
{
    const char *op = cpm_op_text(stmt->u.augment.op);
    bool two = visit(s, stmt->u.augment.value);
    note_op(s, op, stmt->u.augment.op_span, pairs_of(op, two), two);
}

/* The values that names of the block are given. */
static void visit_block(survey *s, const cpm_block *block)
{
    cpm_part part;
    for (size_t i = 0; i < block->nstmts; i++) {
        const cpm_stmt *stmt = block->stmts[i];
        if (stmt->kind == CPM_STMT_ASSIGN)
            visit(s, stmt->u.assign.value);
        else if (stmt->kind == CPM_STMT_AUGMENT)
            visit_augment(s, stmt);
        for (size_t k = 0; cpm_stmt_part(&part, s->tree, stmt, k); k++)
            if (part.kind == CPM_PART_BLOCK)
                visit_block(s, part.u.block);
    }
}

/* First all names are marked, then all values visited. */
static cpm_status take_survey(survey *s, const cpm_stmt *loop)
{
    const cpm_block *body = &loop->u.loop.body;
    cpm_status status = cpm_block_assigned(s->tree, body, mark_changing, s);
    if (status == CPM_OK)
        status = cpm_block_assigned(s->tree, body, unmark_counter, s);
    if (loop->u.loop.target != NULL)
        s->changes[loop->u.loop.target->u.name.sym] = false;
    visit_block(s, body);
    return s->failed ? CPM_ERR_MEMORY : status;
}

static pair_set candidates_of(const survey *s)
{
    pair_set common = ALL_PAIRS;
    for (size_t i = 0; i < s->nops; i++)
        common &= s->ops[i].pairs;
    return common;
}

/* The first two operators without a pair in common. */
static bool find_clash(const seen_op **a, const seen_op **b, const survey *s)
{
    for (size_t j = 1; j < s->nops; j++)
        for (size_t i = 0; i < j; i++)
            if (s->ops[i].pairs != 0 && s->ops[j].pairs != 0 &&
                (s->ops[i].pairs & s->ops[j].pairs) == 0) {
                *a = &s->ops[i];
                *b = &s->ops[j];
                return true;
            }
    return false;
}

/* ---- The choice ---------------------------------------------------------- */

typedef struct question {
    cpm_lowered *lowered;
    const cpm_tree *tree;
    const cpm_stmt *loop;
    const fmpz *start, *step, *trips;
    const cpm_lower_env *env;
    const cpm_lower_options *options;
} question;

static cpm_status attempt(const question *q, cpm_semiring id, bool products, cpm_err *err)
{
    cpm_lower_options options = *q->options;
    options.domain = cpm_domain_of(id);
    options.products = products;
    cpm_status status = cpm_lower_loop(q->lowered, q->tree, q->loop, q->start, q->step, q->trips,
                                       q->env, &options, err);
    return err->status == CPM_ERR_MEMORY ? CPM_ERR_MEMORY
                                         : status; /* env's answers are yes or no */
}

static bool is_refusal(cpm_status status)
{
    return status != CPM_OK && status != CPM_ERR_MEMORY && status != CPM_ERR_INTERNAL;
}

static void describe(char *buffer, size_t cap, const seen_op *op, const char *adjective)
{
    if (op->two)
        snprintf(buffer, cap, "'%s' of two %s values", op->text, adjective);
    else
        snprintf(buffer, cap, "'%s'", op->text);
}

static cpm_status refuse_clash(const question *q, const seen_op *a, const seen_op *b, cpm_err *err)
{
    char first[80], second[80];
    describe(first, sizeof first, a, q->options->adjective);
    describe(second, sizeof second, b, q->options->adjective);
    cpm_err_clear(err);
    cpm_err_at(err, CPM_ERR_SEMANTIC, q->tree->text, b->span,
               "%sno pair of operations has both %s and %s", q->options->prefix, first, second);
    cpm_err_related(err, a->span, "the '%s' is here", a->text);
    return CPM_ERR_SEMANTIC;
}

/* After plus-times has been refused with *err: the candidates, then the best
 * explanation. */
static cpm_status try_others(cpm_semiring *found, const question *q, const survey *s, cpm_err *err)
{
    pair_set candidates = candidates_of(s);
    const seen_op *a, *b;
    cpm_err reason = *err;
    bool explained = (candidates & PAIR(PLUS_TIMES)) != 0;
    for (int id = CPM_SEMIRING_MAX_PLUS; id < CPM_NSEMIRINGS; id++) {
        if ((candidates & (1u << id)) == 0)
            continue;
        cpm_err_clear(err);
        if (q->env->reset != NULL)
            q->env->reset(q->env->ctx);
        *found = (cpm_semiring)id;
        cpm_status status = attempt(q, *found, false, err);
        if (!is_refusal(status) || q->lowered->split.kind != CPM_SPLIT_NONE)
            return status;
        if (!explained || q->lowered->refused_value) {
            reason = *err;
            explained = true;
        }
    }
    *err = reason;
    if (candidates == 0 && find_clash(&a, &b, s))
        return refuse_clash(q, a, b, err);
    return err->status;
}

cpm_status cpm_lower_loop_in(cpm_lowered *lowered, cpm_semiring wanted, const cpm_tree *tree,
                             const cpm_stmt *loop, const fmpz_t start, const fmpz_t step,
                             const fmpz *trips, const cpm_lower_env *env,
                             const cpm_lower_options *options, cpm_err *err)
{
    question q = {lowered, tree, loop, start, step, trips, env, options};
    cpm_semiring found = wanted == CPM_SEMIRING_AUTO ? CPM_SEMIRING_PLUS_TIMES : wanted;
    cpm_status status = attempt(&q, found, false, err);
    bool has_product = lowered->refused_product;
    if (lowered->split.kind != CPM_SPLIT_NONE)
        return status;
    if (is_refusal(status) && wanted == CPM_SEMIRING_AUTO) {
        survey s = {.tree = tree, .env = env, .changes = cpm_calloc(tree->nsymbols, sizeof(bool))};
        if (s.changes == NULL)
            return cpm_err_memory(err);
        status =
            take_survey(&s, loop) == CPM_OK ? try_others(&found, &q, &s, err) : cpm_err_memory(err);
        free(s.changes);
        free(s.ops);
    }
    if (is_refusal(status) && has_product) { /* not linear in any: maybe over its products */
        cpm_err_clear(err);
        if (env->reset != NULL)
            env->reset(env->ctx);
        status = attempt(&q, CPM_SEMIRING_PLUS_TIMES, true, err);
    }
    return status;
}
