/* SPDX-License-Identifier: MIT
 *
 * exec.c - statements. Loops over ranges count in machine words where the
 * range allows it. Assignments are in assign.c, print in print.c.
 */
#include "eval/interp_impl.h"
#include "eval/repeat.h"

static cpm_flow flow_of(bool ok)
{
    return ok ? CPM_FLOW_NEXT : CPM_FLOW_ERROR;
}

/* ---- Assignments to names: the rest is in assign.c -------------------------- */

static bool exec_assign(cpm_interp *in, const cpm_stmt *stmt)
{
    const cpm_expr *first = stmt->u.assign.targets[0];
    if (first->kind != CPM_EXPR_NAME || stmt->u.assign.ntargets != 1)
        return cpm_in_exec_assign(in, stmt);
    cpm_val result = {0};
    bool done = cpm_in_eval(in, &result, stmt->u.assign.value);
    if (done)
        cpm_val_move(cpm_in_slot(in, first->u.name.slot), &result);
    else
        cpm_val_clear(&result);
    return done;
}

static bool exec_augment(cpm_interp *in, const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.augment.target, *right = stmt->u.augment.value;
    cpm_val *x = cpm_in_slot(in, target->u.name.slot);
    if (x->kind == CPM_VAL_UNBOUND)
        return cpm_in_unbound(in, target->u.name.sym, target->u.name.slot, target->span);
    if (!(target->u.name.slot & CPM_SLOT_BORROW))
        return cpm_in_augment_copy(in, stmt);
    cpm_val tmp = {0};
    const cpm_val *y = cpm_in_operand(in, right, &tmp);
    bool ok = y != NULL && ((cpm_is_small(x) && cpm_is_small(y) &&
                             cpm_apply_small(x, stmt->u.augment.op, x->u.z, y->u.z)) ||
                            cpm_in_update(in, x, stmt, y));
    cpm_val_clear(&tmp);
    return ok;
}

/* ---- The loop at work ---------------------------------------------------- */

static void set_place(cpm_interp *in, const cpm_stmt *loop)
{
    if (in->place == loop || in->options.on_place == NULL)
        return;
    in->place = loop;
    in->options.on_place(in->options.hook_ctx, loop);
}

/* ---- for --------------------------------------------------------------- */

/* Runs the body once; says whether the loop goes on. */
static inline bool run_body(cpm_interp *in, const cpm_block *body, cpm_flow *flow)
{
    *flow = cpm_in_exec_block(in, body);
    return *flow == CPM_FLOW_NEXT || *flow == CPM_FLOW_CONTINUE;
}

/* All values fit in a word: counts in machine arithmetic. */
static cpm_flow iterate_small(cpm_interp *in, const cpm_stmt *loop, slong value, slong step,
                              slong count)
{
    const cpm_expr *target = loop->u.loop.target;
    cpm_flow flow = CPM_FLOW_NEXT;
    for (; count > 0; count--, value += step) {
        if (target != NULL) {
            cpm_val *variable = cpm_in_slot(in, target->u.name.slot);
            if (cpm_val_is_heap(variable))
                cpm_val_clear_heap(variable);
            variable->kind = CPM_VAL_INT;
            variable->u.z = value;
        }
        if (!run_body(in, &loop->u.loop.body, &flow))
            return flow;
    }
    return CPM_FLOW_NEXT;
}

static cpm_flow iterate_big(cpm_interp *in, const cpm_stmt *loop, const cpm_range *range)
{
    const cpm_expr *target = loop->u.loop.target;
    cpm_flow flow = CPM_FLOW_NEXT;
    fmpz_t value, left;
    fmpz_init_set(value, range->start);
    fmpz_init_set(left, range->count);
    bool goes_on = true;
    while (goes_on && fmpz_sgn(left) > 0) {
        if (target != NULL)
            cpm_val_set_fmpz(cpm_in_slot(in, target->u.name.slot), value);
        goes_on = run_body(in, &loop->u.loop.body, &flow);
        fmpz_add(value, value, range->step);
        fmpz_sub_ui(left, left, 1);
    }
    fmpz_clear(left);
    fmpz_clear(value);
    return goes_on ? CPM_FLOW_NEXT : flow;
}

static cpm_flow iterate(cpm_interp *in, const cpm_stmt *loop, const cpm_range *range)
{
    if (!COEFF_IS_MPZ(*range->start) && !COEFF_IS_MPZ(*range->stop) &&
        !COEFF_IS_MPZ(*range->step) && !COEFF_IS_MPZ(*range->count))
        return iterate_small(in, loop, *range->start, *range->step, *range->count);
    return iterate_big(in, loop, range);
}

/* The next value becomes the variable's, or is unpacked. */
static bool set_target(cpm_interp *in, const cpm_stmt *loop, cpm_val *item)
{
    if (loop->u.loop.unpack == NULL) {
        cpm_val_move(cpm_in_slot(in, loop->u.loop.target->u.name.slot), item);
        return true;
    }
    bool ok = cpm_in_assign(in, loop->u.loop.unpack, item);
    cpm_val_clear(item);
    return ok;
}

/* Over the values of a tuple or a list, which keeps them though names may change; a
 * list may grow meanwhile. */
static cpm_flow iterate_sequence(cpm_interp *in, const cpm_stmt *loop, const cpm_val *sequence)
{
    cpm_flow flow = CPM_FLOW_NEXT;
    const cpm_val *items;
    size_t nitems;
    for (size_t i = 0; cpm_val_items(sequence, &items, &nitems) && i < nitems; i++) {
        cpm_val item = {0};
        cpm_val_copy(&item, &items[i]);
        if (!set_target(in, loop, &item))
            return CPM_FLOW_ERROR;
        if (!run_body(in, &loop->u.loop.body, &flow))
            return flow;
    }
    return CPM_FLOW_NEXT;
}

/* Over what gives its values one after another. */
static cpm_flow iterate_values(cpm_interp *in, const cpm_stmt *loop, cpm_iter_object *iter)
{
    cpm_flow flow = CPM_FLOW_NEXT;
    for (;;) {
        cpm_val item = {0};
        bool more;
        cpm_span outer = in->calling;
        in->calling = loop->u.loop.range_span;
        bool ok = cpm_in_next(in, iter, &item, &more) || cpm_in_locate(in, in->calling);
        in->calling = outer;
        if (ok && !more)
            return CPM_FLOW_NEXT;
        if (!ok || !set_target(in, loop, &item)) {
            cpm_val_clear(&item);
            return CPM_FLOW_ERROR;
        }
        if (!run_body(in, &loop->u.loop.body, &flow))
            return flow;
    }
}

static cpm_flow iterate_over(cpm_interp *in, const cpm_stmt *loop, const cpm_val *iterable)
{
    if (iterable->kind == CPM_VAL_TUPLE || iterable->kind == CPM_VAL_LIST)
        return iterate_sequence(in, loop, iterable);
    cpm_val iter = {0};
    cpm_flow flow = CPM_FLOW_ERROR;
    if (cpm_in_iter(in, &iter, iterable))
        flow = iterate_values(in, loop, iter.u.iter);
    else
        cpm_in_locate(in, loop->u.loop.range_span);
    cpm_val_clear(&iter);
    return flow;
}

/* Asks the hook, who may take none of the rounds; false when it failed. */
static bool ask_hook(cpm_interp *in, const cpm_stmt *loop, const cpm_range *range, bool again,
                     cpm_rounds *rounds)
{
    if (in->options.on_for == NULL || (cpm_in_guard_walk(in, loop->span) &&
                                       in->options.on_for(in->options.hook_ctx, in, loop, range,
                                                          again, rounds, in->err) == CPM_OK))
        return true;
    cpm_err_locate(in->err, in->frame->where, loop->span);
    return false;
}

/* The rounds of a range that are done in pieces. */
typedef struct pieces {
    const cpm_stmt *loop;
    cpm_range *rest; /* borrowed: what has not been done */
    fmpz_t done;     /* rounds run plainly since `repeat` began */
    cpm_rounds rounds;
    cpm_repeat_plan plan; /* of `repeat` */
    cpm_repeat *repeat;   /* owned; NULL: nothing is looked for */
} pieces;

/* Every later round does what one before it did: leaves whole periods out. */
static void skip_periods(cpm_interp *in, pieces *p)
{
    uint64_t period = cpm_repeat_period(p->repeat);
    fmpz_t periods, skipped;
    fmpz_init(periods);
    fmpz_init(skipped);
    if (in->options.on_repeat != NULL)
        in->options.on_repeat(in->options.hook_ctx, p->loop, p->done, period);
    fmpz_fdiv_q_ui(periods, p->rest->count, period);
    cpm_repeat_skip(p->repeat, periods);
    fmpz_mul_ui(skipped, periods, period);
    if (p->loop->u.loop.target != NULL && !fmpz_is_zero(skipped)) {
        fmpz_t last;
        fmpz_init(last);
        fmpz_sub_ui(last, skipped, 1);
        cpm_range_at(last, p->rest, last);
        cpm_val_set_fmpz(cpm_in_slot(in, p->loop->u.loop.target->u.name.slot), last);
        fmpz_clear(last);
    }
    cpm_range_drop(p->rest, skipped);
    cpm_repeat_free(p->repeat);
    p->repeat = NULL;
    fmpz_set(p->rounds.plain, p->rest->count);
    fmpz_clear(periods);
    fmpz_clear(skipped);
}

/* At most so many rounds; fewer where the loop ends, or a repetition is seen. */
static bool run_rounds(cpm_interp *in, pieces *p, ulong most, bool *seen, cpm_flow *flow)
{
    const cpm_expr *target = p->loop->u.loop.target;
    ulong count = 0;
    bool goes_on = true;
    for (*seen = false; goes_on && !*seen && count < most; count++) {
        if (target != NULL)
            cpm_val_set_fmpz(cpm_in_slot(in, target->u.name.slot), p->rest->start);
        goes_on = run_body(in, &p->loop->u.loop.body, flow);
        fmpz_add(p->rest->start, p->rest->start, p->rest->step);
        *seen = goes_on && cpm_repeat_seen(p->repeat);
    }
    fmpz_sub_ui(p->rest->count, p->rest->count, count);
    fmpz_sub_ui(p->rounds.plain, p->rounds.plain, count);
    fmpz_add_ui(p->done, p->done, count);
    return goes_on;
}

/* The plain rounds while a repetition is looked for; all of the rest where one is seen. */
static cpm_flow iterate_watched(cpm_interp *in, pieces *p)
{
    enum { MANY = 1 << 20 };
    cpm_flow flow = CPM_FLOW_NEXT;
    bool goes_on = true, seen = false;
    while (goes_on && !seen && fmpz_sgn(p->rounds.plain) > 0) {
        bool few = fmpz_cmp_ui(p->rounds.plain, MANY) < 0;
        goes_on = run_rounds(in, p, few ? fmpz_get_ui(p->rounds.plain) : MANY, &seen, &flow);
    }
    if (seen)
        skip_periods(in, p);
    return goes_on ? CPM_FLOW_NEXT : flow;
}

static cpm_flow iterate_plain(cpm_interp *in, pieces *p)
{
    cpm_range part;
    cpm_flow flow = CPM_FLOW_NEXT;
    if (p->repeat != NULL)
        flow = iterate_watched(in, p);
    if (flow != CPM_FLOW_NEXT || p->repeat != NULL)
        return flow;
    cpm_range_init(&part);
    cpm_range_set(&part, p->rest);
    if (fmpz_cmp(p->rounds.plain, p->rest->count) < 0)
        fmpz_set(part.count, p->rounds.plain);
    flow = iterate(in, p->loop, &part);
    cpm_range_drop(p->rest, part.count);
    cpm_range_clear(&part);
    return flow;
}

/* Begins to look for a repetition, goes on with it, or ends that. */
static bool follow_plan(cpm_interp *in, pieces *p)
{
    bool jumps = !fmpz_is_zero(p->rounds.taken), has_plan = p->rounds.repeat.stride > 0;
    if (jumps || !has_plan) {
        cpm_repeat_free(p->repeat);
        p->repeat = NULL;
    }
    if (!has_plan || p->repeat != NULL) {
        cpm_repeat_plan_clear(&p->rounds.repeat);
        return true;
    }
    cpm_repeat_plan_clear(&p->plan);
    p->plan = p->rounds.repeat;
    p->rounds.repeat = (cpm_repeat_plan){0};
    fmpz_zero(p->done);
    p->repeat = cpm_repeat_new(in, &p->plan);
    return p->repeat != NULL || (cpm_err_memory(in->err), false);
}

/* The hook's rounds and the interpreter's, in turn; *is_plain when the rest is the
 * interpreter's. That is left to the caller, whose frame is small: it is the one that
 * is there when the body calls functions. */
CPM_NOINLINE static cpm_flow iterate_pieces(cpm_interp *in, bool *is_plain, const cpm_stmt *loop,
                                            cpm_range *rest)
{
    pieces p = {.loop = loop, .rest = rest};
    cpm_flow flow = CPM_FLOW_NEXT;
    for (bool again = false; flow == CPM_FLOW_NEXT; again = true) {
        fmpz_zero(p.rounds.taken);
        fmpz_set(p.rounds.plain, rest->count);
        if (!ask_hook(in, loop, rest, again, &p.rounds)) {
            flow = CPM_FLOW_ERROR;
            break;
        }
        bool watched = p.repeat != NULL || p.rounds.repeat.stride > 0;
        *is_plain =
            !watched && fmpz_is_zero(p.rounds.taken) && fmpz_equal(p.rounds.plain, rest->count);
        if (*is_plain)
            break;
        cpm_range_drop(rest, p.rounds.taken);
        flow = !watched || follow_plan(in, &p) ? iterate_plain(in, &p) : CPM_FLOW_ERROR;
        if (fmpz_is_zero(rest->count))
            break;
    }
    cpm_repeat_free(p.repeat);
    cpm_repeat_plan_clear(&p.plan);
    cpm_repeat_plan_clear(&p.rounds.repeat);
    fmpz_clear(p.rounds.taken);
    fmpz_clear(p.rounds.plain);
    fmpz_clear(p.done);
    return flow;
}

/* Over values that are there the hook may only say something. */
static cpm_flow iterate_items(cpm_interp *in, const cpm_stmt *loop, const cpm_val *tuple)
{
    cpm_rounds rounds;
    fmpz_init(rounds.taken);
    fmpz_init(rounds.plain);
    rounds.repeat = (cpm_repeat_plan){0};
    bool ok = ask_hook(in, loop, NULL, false, &rounds);
    fmpz_clear(rounds.taken);
    fmpz_clear(rounds.plain);
    return ok ? iterate_over(in, loop, tuple) : CPM_FLOW_ERROR;
}

/* What the loop runs over: *tuple, or else *range. */
static bool read_iterable(cpm_interp *in, cpm_range *range, cpm_val *tuple, const cpm_stmt *loop)
{
    const cpm_expr *iterable = loop->u.loop.iterable;
    if (iterable == NULL)
        return cpm_in_loop_range(in, range, loop);
    if (!cpm_in_eval(in, tuple, iterable))
        return false;
    if (tuple->kind <= CPM_VAL_RATIONAL) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "a value of type %s has no items to run over",
                    cpm_val_type(tuple));
        return cpm_in_locate(in, loop->u.loop.range_span);
    }
    if (tuple->kind != CPM_VAL_RANGE || loop->u.loop.unpack != NULL)
        return true;
    cpm_range_set(range, &tuple->u.range->range);
    cpm_val_clear(tuple);
    return true;
}

static cpm_flow exec_for(cpm_interp *in, const cpm_stmt *loop)
{
    const cpm_stmt *outer = in->place;
    cpm_range range;
    cpm_val tuple = {0};
    cpm_range_init(&range);
    cpm_flow flow = CPM_FLOW_ERROR;
    if (read_iterable(in, &range, &tuple, loop)) {
        bool is_range = tuple.kind == CPM_VAL_UNBOUND;
        if (is_range && fmpz_cmp_ui(range.count, CPM_NAMED_LOOP) > 0)
            set_place(in, loop);
        bool is_plain = false;
        flow = is_range ? iterate_pieces(in, &is_plain, loop, &range)
                        : iterate_items(in, loop, &tuple);
        if (is_plain)
            flow = iterate(in, loop, &range);
    }
    cpm_val_clear(&tuple);
    cpm_range_clear(&range);
    set_place(in, outer);
    if (flow == CPM_FLOW_BREAK)
        return CPM_FLOW_NEXT;
    return flow == CPM_FLOW_NEXT ? cpm_in_exec_block(in, &loop->u.loop.orelse) : flow;
}

/* ---- while, if --------------------------------------------------------- */

static inline bool test(cpm_interp *in, const cpm_expr *expr, bool *truth)
{
    return (expr->quick != NULL && cpm_quick_test(in, expr->quick, truth)) ||
           cpm_in_test(in, expr, truth);
}

static bool ask_while(cpm_interp *in, const cpm_stmt *stmt, cpm_while_event event, uint64_t *plain)
{
    if (in->options.on_while == NULL ||
        (cpm_in_guard_walk(in, stmt->span) &&
         in->options.on_while(in->options.hook_ctx, in, stmt, event, plain, in->err) == CPM_OK))
        return true;
    cpm_err_locate(in->err, in->frame->where, stmt->span);
    return false;
}

/* A loop that the hook has no interest in is not asked about each time. */
static bool begin_while(cpm_interp *in, const cpm_stmt *stmt, uint64_t *plain)
{
    *plain = 0;
    if (in->last_while == stmt)
        return true;
    bool ok = ask_while(in, stmt, CPM_WHILE_BEGINS, plain);
    if (*plain == 0)
        in->last_while = stmt;
    return ok;
}

/* Now and then: rounds are counted for those who wait. */
static bool count_rounds(cpm_interp *in, const cpm_stmt *stmt, uint64_t rounds, uint64_t *plain)
{
    uint64_t unused = 0;
    if (rounds == CPM_NAMED_LOOP)
        set_place(in, stmt);
    if (rounds == CPM_LONG_LOOP && !ask_while(in, stmt, CPM_WHILE_IS_LONG, &unused))
        return false;
    return *plain == 0 || --*plain > 0 || ask_while(in, stmt, CPM_WHILE_AGAIN, plain);
}

static cpm_flow exec_while(cpm_interp *in, const cpm_stmt *stmt)
{
    const cpm_stmt *outer = in->place;
    cpm_flow flow = CPM_FLOW_NEXT;
    bool truth = true;
    uint64_t plain;
    if (!begin_while(in, stmt, &plain))
        return CPM_FLOW_ERROR;
    for (uint64_t rounds = 1; flow == CPM_FLOW_NEXT; rounds++) {
        if (!test(in, stmt->u.branch.test, &truth))
            flow = CPM_FLOW_ERROR;
        else if (!truth || !run_body(in, &stmt->u.branch.body, &flow))
            break;
        else
            flow = count_rounds(in, stmt, rounds, &plain) ? CPM_FLOW_NEXT : CPM_FLOW_ERROR;
    }
    set_place(in, outer);
    if (!truth && flow == CPM_FLOW_NEXT)
        return cpm_in_exec_block(in, &stmt->u.branch.orelse);
    return flow == CPM_FLOW_BREAK ? CPM_FLOW_NEXT : flow;
}

static inline cpm_flow exec_if(cpm_interp *in, const cpm_stmt *stmt)
{
    bool truth;
    if (!test(in, stmt->u.branch.test, &truth))
        return CPM_FLOW_ERROR;
    return cpm_in_exec_block(in, truth ? &stmt->u.branch.body : &stmt->u.branch.orelse);
}

/* ---- def, return, assert ------------------------------------------------ */

static bool exec_def(cpm_interp *in, const cpm_stmt *stmt)
{
    const cpm_function *function = &in->tree->functions[stmt->u.function];
    cpm_expr *fallbacks[CPM_MAX_NESTING];
    size_t n = 0;
    for (size_t i = 0; i < function->nparams; i++)
        if (function->params[i].fallback != NULL)
            fallbacks[n++] = function->params[i].fallback;
    cpm_val value = {0};
    bool ok = cpm_in_make_function(in, &value, stmt->u.function, fallbacks, n);
    if (ok)
        cpm_val_move(cpm_in_slot(in, function->name_slot), &value);
    cpm_val_clear(&value);
    return ok;
}

static bool exec_assert(cpm_interp *in, const cpm_stmt *stmt)
{
    bool holds;
    if (!cpm_in_test(in, stmt->u.check.test, &holds) || holds)
        return holds;
    if (in->err->status != CPM_OK)
        return false;
    cpm_val message = {0};
    cpm_strbuf text = {0};
    const cpm_expr *written = stmt->u.check.message;
    bool ok = written == NULL || (cpm_in_eval(in, &message, written) &&
                                  cpm_val_format(&text, &message, 10, in->err) == CPM_OK);
    if (ok)
        cpm_in_fail(in, CPM_ERR_RUNTIME, stmt->u.check.test->span, "this was asserted%s%.*s",
                    written == NULL ? ", and does not hold" : ": ",
                    (int)(text.len > 200 ? 200 : text.len), text.len > 0 ? text.data : "");
    cpm_strbuf_clear(&text);
    cpm_val_clear(&message);
    return false;
}

static cpm_flow exec_return(cpm_interp *in, const cpm_stmt *stmt)
{
    cpm_val value = {0};
    if (stmt->u.expr == NULL) {
        cpm_val_set_none(&value);
    } else if (!cpm_in_eval(in, &value, stmt->u.expr)) {
        cpm_val_clear(&value);
        return CPM_FLOW_ERROR;
    }
    cpm_val_move(&in->result, &value);
    return CPM_FLOW_RETURN;
}

static bool exec_expr(cpm_interp *in, const cpm_stmt *stmt)
{
    if (stmt->u.expr->kind == CPM_EXPR_STRING) /* documentation */
        return true;
    cpm_val value = {0};
    bool ok = cpm_in_eval(in, &value, stmt->u.expr);
    cpm_val_clear(&value);
    return ok;
}

/* ---- Blocks ------------------------------------------------------------ */

static CPM_NOINLINE cpm_flow exec_stmt(cpm_interp *in, const cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_AUGMENT:
        return flow_of(exec_augment(in, stmt));
    case CPM_STMT_ASSIGN:
        return flow_of(exec_assign(in, stmt));
    case CPM_STMT_EXPR:
        return flow_of(exec_expr(in, stmt));
    case CPM_STMT_PRINT:
        return flow_of(cpm_in_exec_print(in, stmt));
    case CPM_STMT_FOR:
        return exec_for(in, stmt);
    case CPM_STMT_WHILE:
        return exec_while(in, stmt);
    case CPM_STMT_BREAK:
        return CPM_FLOW_BREAK;
    case CPM_STMT_CONTINUE:
        return CPM_FLOW_CONTINUE;
    case CPM_STMT_RETURN:
        return exec_return(in, stmt);
    case CPM_STMT_AUGMENT_ITEM:
        return flow_of(cpm_in_exec_augment_item(in, stmt));
    case CPM_STMT_DEF:
        return flow_of(exec_def(in, stmt));
    case CPM_STMT_ASSERT:
        return flow_of(exec_assert(in, stmt));
    case CPM_STMT_DEL:
        return flow_of(cpm_in_exec_del(in, stmt));
    case CPM_STMT_IF: /* see cpm_in_exec_block */
    case CPM_STMT_PASS:
    case CPM_STMT_GLOBAL:
    case CPM_STMT_NONLOCAL:
    case CPM_STMT_SHIFT: /* in recurrences alone, which are lowered and never run */
        break;
    }
    return CPM_FLOW_NEXT;
}

/* The blocks until the tick have run: whether the next ones may. */
bool cpm_in_tick(cpm_interp *in, cpm_span span)
{
    cpm_tick_hook ask = in->options.on_tick;
    uint64_t slice = ask == NULL ? UINT64_MAX : CPM_TICK_BLOCKS;
    if (in->blocks_beyond == 0)
        return cpm_in_fail(in, CPM_ERR_LIMIT, span, "the program runs too long");
    slice = slice < in->blocks_beyond ? slice : in->blocks_beyond;
    in->blocks_beyond -= slice;
    in->blocks_left = slice - 1; /* without the one that begins */
    if (ask == NULL || ask(in->options.hook_ctx, in->err) == CPM_OK)
        return true;
    cpm_err_locate(in->err, in->frame->where, span);
    return false;
}

/* Out of the way of the blocks, whose frames are many and should be small. */
static CPM_NOINLINE bool fail_block(cpm_interp *in, const cpm_block *block)
{
    return cpm_in_too_deep(in, block->stmts[0]->span);
}

cpm_flow cpm_in_exec_block(cpm_interp *in, const cpm_block *block)
{
    if (block->nstmts == 0)
        return CPM_FLOW_NEXT;
    if (cpm_stack_is_low(in->floor) && !fail_block(in, block))
        return CPM_FLOW_ERROR;
    if (in->blocks_left-- == 0 && !cpm_in_tick(in, block->stmts[0]->span))
        return CPM_FLOW_ERROR;
    cpm_stmt *const *stmts = block->stmts, *const *end = stmts + block->nstmts;
    for (; stmts < end; stmts++) {
        const cpm_stmt *stmt = *stmts;
        if (stmt->quick != NULL && cpm_quick_run(in, stmt->quick))
            continue;
        cpm_flow flow = stmt->kind == CPM_STMT_IF ? exec_if(in, stmt) : exec_stmt(in, stmt);
        if (flow == CPM_FLOW_ERROR)
            cpm_in_locate(in, stmt->span); /* where nobody knew better */
        if (flow != CPM_FLOW_NEXT)
            return flow;
    }
    return CPM_FLOW_NEXT;
}
