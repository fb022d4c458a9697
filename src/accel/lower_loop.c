/* SPDX-License-Identifier: MIT
 *
 * lower_loop.c - loops inside the loop that is lowered: their bounds are
 * predictable, so they become LOOP ... END of the matrix code. What such a loop
 * assigns goes through registers while it runs; afterwards its variable holds
 * the last value of its range, and what every iteration sets alike is
 * predictable again.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "lang/visit.h"

#include <stdlib.h>
#include <string.h>

static cpm_status eval_bound(fmpz_t out, lowering *lw, const cpm_expr *expr, slong fallback)
{
    if (expr == NULL) {
        fmpz_set_si(out, fallback);
        return CPM_OK;
    }
    if (!cpm_lower_is_predictable(lw, expr))
        return cpm_lower_refuse(lw, expr->span, "%s trip count of an inner loop",
                                lw->options->adjective);
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = cpm_lower_eval(value, lw, expr);
    if (status == CPM_OK && !fmpz_is_one(fmpq_denref(value)))
        status = cpm_lower_refuse(lw, expr->span, "a range needs integers");
    if (status == CPM_OK)
        fmpz_set(out, fmpq_numref(value));
    fmpq_clear(value);
    return status;
}

/* A name that the inner loop assigns goes through its register from here on. */
static cpm_status demote_name(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    (void)by;
    lowering *lw = ctx;
    name_info *name = &lw->names[sym];
    uint32_t reg;
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = CPM_OK;
    if (name->state == NAME_COUNTER) {
        size_t c = name->counter;
        status = cpm_lower_variable(&reg, lw, sym);
        if (status == CPM_OK)
            status = cpm_lower_move_counter(lw, reg, c);
    } else if (name->state == NAME_PREDICTED && !lw->env->get(lw->env->ctx, value, sym)) {
        name->may_be_unbound = true; /* holds something that is no number */
    }
    lw->names[sym].state = NAME_REGISTER;
    lw->names[sym].form = 0;
    lw->names[sym].range.known = false;
    fmpq_clear(value);
    return status;
}

/* Moves the instructions from `middle` on to `begin`. */
static cpm_status rotate(cpm_matcode *code, size_t begin, size_t middle, cpm_err *err)
{
    size_t moved = code->ninstrs - middle;
    cpm_mc_instr *tail = cpm_calloc(moved, sizeof *tail);
    if (tail == NULL)
        return cpm_err_memory(err);
    memcpy(tail, code->instrs + middle, moved * sizeof *tail);
    memmove(code->instrs + begin + moved, code->instrs + begin, (middle - begin) * sizeof *tail);
    memcpy(code->instrs + begin, tail, moved * sizeof *tail);
    free(tail);
    return CPM_OK;
}

/* The monomials are known once the body is lowered; they start before it. */
cpm_status cpm_lower_prologue(lowering *lw, size_t c, size_t loop_at)
{
    cpm_matcode *code = lw->code;
    lower_counter *ctr = &lw->counters[c];
    size_t middle = code->ninstrs;
    cpm_status status = cpm_lower_restart_powers(lw, c);
    for (size_t i = 0; i < ctr->nmonomials && status == CPM_OK; i++) {
        uint32_t reg = ctr->monomials[i].reg;
        fmpq_t start;
        fmpq_init(start);
        fmpq_set(start, code->regs[reg].start);
        status = cpm_matcode_emit_const(code, CPM_MC_MOV, reg, start, lw->err);
        fmpq_clear(start);
    }
    return status == CPM_OK ? rotate(code, loop_at, middle, lw->err) : status;
}

static cpm_status emit_loop(lowering *lw, const fmpz_t trips)
{
    fmpq_t n;
    fmpq_init(n);
    fmpq_set_fmpz(n, trips);
    cpm_status status = cpm_matcode_emit_const(lw->code, CPM_MC_LOOP, 0, n, lw->err);
    fmpq_clear(n);
    return status;
}

/* After the loop its variable holds the last value of the range, or the next one. */
static cpm_status settle_target(lowering *lw, size_t c, const cpm_stmt *loop)
{
    lower_counter *ctr = &lw->counters[c];
    if (ctr->sym == CPM_NO_SYM || lw->names[ctr->sym].state != NAME_COUNTER ||
        lw->names[ctr->sym].counter != c)
        return CPM_OK;
    cpm_sym sym = ctr->sym;
    uint32_t reg;
    fmpq_t last;
    cpm_status status = cpm_lower_variable(&reg, lw, sym); /* with the value it starts with */
    if (status != CPM_OK)
        return status;
    fmpq_init(last);
    fmpz_sub_ui(fmpq_numref(last), ctr->trips, loop->u.loop.counts_on == 0 ? 1 : 0);
    fmpz_mul(fmpq_numref(last), fmpq_numref(last), ctr->step);
    fmpz_add(fmpq_numref(last), fmpq_numref(last), ctr->start);
    status = lw->env->set(lw->env->ctx, sym, last, lw->err);
    fmpq_clear(last);
    return status == CPM_OK ? cpm_lower_emit_predicted(lw, sym, loop->span) : status;
}

cpm_status cpm_lower_body(lowering *lw, size_t c, const cpm_block *body)
{
    cpm_sym sym = lw->counters[c].sym;
    if (sym != CPM_NO_SYM) {
        lw->names[sym].state = NAME_COUNTER;
        lw->names[sym].counter = c;
        lw->names[sym].may_be_unbound = false;
    }
    size_t nforms = lw->nforms;
    cpm_status status = cpm_lower_block(lw, body);
    cpm_lower_end_forms(lw, nforms);
    lw->skips = false;
    return status;
}

cpm_status cpm_lower_enter_body(lowering *lw, size_t c, const cpm_block *body)
{
    cpm_status status = cpm_lower_body(lw, c, body);
    return status == CPM_OK ? cpm_lower_advance(lw, c) : status;
}

/* ---- What flows around an inner loop ----------------------------------------- */

/* Rounds that are followed: a value gets from one variable to the next in each. */
enum { MAX_FOLLOWED = 64 };

/* One round more: from the flows that the names have now to those after the
 * body. The code that comes out stands there already and is dropped. */
static cpm_status follow_round(lowering *lw, const cpm_stmt *loop, lower_round round)
{
    size_t ninstrs = lw->code->ninstrs;                /* a LOOP at least stands before */
    cpm_mc_instr last = lw->code->instrs[ninstrs - 1]; /* a move may take its place */
    cpm_status status = cpm_block_assigned(lw->tree, &loop->u.loop.body, demote_name, lw);
    if (status == CPM_OK)
        status = round.run(lw, round.ctx);
    lw->code->instrs[ninstrs - 1] = last;
    lw->code->ninstrs = ninstrs;
    return status;
}

static bool same_flows(const lowering *lw, const unsigned *flows)
{
    for (size_t sym = 0; sym < lw->tree->nsymbols; sym++)
        if (lw->names[sym].flow != flows[sym])
            return false;
    return true;
}

/* The body has been lowered once, which is the first round: goes on until the
 * flows are those after all the rounds, or change no more. Nothing else that is
 * known about the names changes. */
static cpm_status follow_rounds(lowering *lw, const cpm_stmt *loop, lower_round round,
                                const fmpz_t trips)
{
    size_t nsyms = lw->tree->nsymbols;
    name_info *names = cpm_calloc(nsyms, sizeof *names);
    unsigned *flows = cpm_calloc(nsyms, sizeof *flows);
    cpm_status status = names == NULL || flows == NULL ? cpm_err_memory(lw->err) : CPM_OK;
    bool settled = false;
    if (status == CPM_OK)
        memcpy(names, lw->names, nsyms * sizeof *names);
    for (ulong k = 1; status == CPM_OK && !settled && fmpz_cmp_ui(trips, k) > 0; k++) {
        for (size_t sym = 0; sym < nsyms; sym++)
            flows[sym] = lw->names[sym].flow;
        status = follow_round(lw, loop, round);
        settled = same_flows(lw, flows);
        for (size_t sym = 0; sym < nsyms && k == MAX_FOLLOWED && !settled; sym++)
            if (lw->names[sym].is_assigned)
                lw->names[sym].flow = CPM_FLOW_MIXED; /* the residue is known in any case */
        settled = settled || k == MAX_FOLLOWED;
    }
    for (size_t sym = 0; status == CPM_OK && sym < nsyms; sym++) {
        name_info now = lw->names[sym];
        lw->names[sym] = names[sym];
        lw->names[sym].has_reg = now.has_reg;
        lw->names[sym].reg = now.reg;
        lw->names[sym].flow = now.flow;
    }
    free(names);
    free(flows);
    return status;
}

/* What an inner loop runs over. */
static cpm_status eval_range(cpm_range *range, lowering *lw, const cpm_stmt *loop)
{
    const cpm_expr *iterable = loop->u.loop.iterable;
    if (iterable != NULL) {
        if (loop->u.loop.unpack != NULL)
            return cpm_lower_refuse(lw, loop->u.loop.unpack->span,
                                    "inner loop over what is no "
                                    "range");
        if (!cpm_lower_is_predictable(lw, iterable))
            return cpm_lower_refuse(lw, iterable->span, "%s trip count of an inner loop",
                                    lw->options->adjective);
        return lw->env->range(lw->env->ctx, range, iterable, lw->err);
    }
    cpm_status status = eval_bound(range->start, lw, loop->u.loop.start, 0);
    if (status == CPM_OK)
        status = eval_bound(range->stop, lw, loop->u.loop.stop, 0);
    if (status == CPM_OK)
        status = eval_bound(range->step, lw, loop->u.loop.step, 1);
    if (status == CPM_OK && fmpz_is_zero(range->step))
        status = cpm_lower_own_error(lw, loop->u.loop.range_span, "step of a range is zero");
    if (status == CPM_OK)
        cpm_range_count(range);
    return status;
}

cpm_status cpm_lower_demote(lowering *lw, const cpm_stmt *loop)
{
    cpm_status status = CPM_OK;
    if (loop->u.loop.target != NULL)
        status = demote_name(lw, loop->u.loop.target->u.name.sym, loop);
    return status == CPM_OK ? cpm_block_assigned(lw->tree, &loop->u.loop.body, demote_name, lw)
                            : status;
}

cpm_status cpm_lower_follow(lowering *lw, const cpm_stmt *loop, lower_round round)
{
    fmpz_t many;
    fmpz_init(many);
    fmpz_one(many);
    fmpz_mul_2exp(many, many, 64);
    cpm_status status = follow_rounds(lw, loop, round, many);
    fmpz_clear(many);
    return status;
}

static bool is_known(lowering *lw, const cpm_expr *expr)
{
    return expr == NULL || cpm_lower_is_predictable(lw, expr);
}

void cpm_lower_enter_loop(lowering *lw, inner_loop *entered)
{
    entered->around = lw->inner;
    lw->inner = entered;
    lw->inner_depth++;
}

void cpm_lower_leave_loop(lowering *lw)
{
    lw->inner = lw->inner->around;
    lw->inner_depth--;
}

/* The body of a loop and the counter of it. */
typedef struct counted_body {
    const cpm_stmt *loop;
    size_t counter;
} counted_body;

static cpm_status run_counted(lowering *lw, void *ctx)
{
    const counted_body *b = ctx;
    return cpm_lower_enter_body(lw, b->counter, &b->loop->u.loop.body);
}

/* The body in LOOP and END, the counter being *c. */
static cpm_status lower_counted(size_t *c, lowering *lw, const cpm_stmt *loop, piece *whole,
                                const cpm_range *range)
{
    cpm_status status = cpm_lower_demote(lw, loop);
    size_t loop_at = lw->code->ninstrs;
    if (status == CPM_OK)
        status = cpm_lower_push_counter(c, lw, loop, range->start, range->step, range->count);
    whole->counter = *c;
    if (status == CPM_OK)
        status = emit_loop(lw, range->count);
    if (status == CPM_OK)
        status = cpm_lower_enter_body(lw, *c, &loop->u.loop.body);
    counted_body counted = {loop, *c};
    if (status == CPM_OK && lw->has_modulus)
        status = follow_rounds(lw, loop, (lower_round){run_counted, &counted}, range->count);
    if (status == CPM_OK)
        status = cpm_matcode_emit(lw->code, CPM_MC_END, 0, 0, lw->err);
    return status == CPM_OK ? cpm_lower_prologue(lw, *c, loop_at) : status;
}

/* For one round or more. */
static cpm_status lower_rounds(lowering *lw, const cpm_stmt *loop, const cpm_range *range)
{
    size_t c = 0;
    fmpq_t number;
    piece whole = {.sym = CPM_NO_SYM,
                   .loop_id = loop->u.loop.id,
                   .depth = lw->inner_depth + 1,
                   .is_counter = true,
                   .period = 1,
                   .is_fixed = true};
    inner_loop inner = {.loop_id = loop->u.loop.id, .piece = &whole};
    fmpq_init(number);
    fmpz_init_set(whole.delta, range->step);
    cpm_affine_init(&whole.value);
    cpm_affine_init(&whole.rounds);
    fmpq_set_fmpz(number, range->start);
    cpm_status status = cpm_affine_add_constant(&whole.value, lw, number);
    fmpq_set_fmpz(number, range->count);
    if (status == CPM_OK)
        status = cpm_affine_add_constant(&whole.rounds, lw, number);
    cpm_lower_enter_loop(lw, &inner);
    if (status == CPM_OK)
        status = lower_counted(&c, lw, loop, &whole, range);
    cpm_lower_leave_loop(lw);
    cpm_lower_forget_ranges(lw);
    cpm_affine_clear(&whole.value);
    cpm_affine_clear(&whole.rounds);
    fmpz_clear(whole.delta);
    fmpq_clear(number);
    return status == CPM_OK ? settle_target(lw, c, loop) : status;
}

/* One body after another, each with the number that its variable is. */
static cpm_status unroll(bool *broke, lowering *lw, const cpm_stmt *loop, const cpm_range *range)
{
    cpm_sym sym = loop->u.loop.target->u.name.sym; /* a counter that was asked about */
    uint32_t reg;
    fmpq_t value;
    if (fmpz_cmp_ui(range->count, CPM_MAX_UNROLLED) > 0)
        return cpm_lower_refuse(lw, loop->u.loop.range_span,
                                "condition on the counter of a long inner loop");
    inner_loop inner = {.loop_id = loop->u.loop.id, .is_unrolled = true, .around = lw->inner};
    fmpq_init(value);
    cpm_status status = cpm_lower_variable(&reg, lw, sym); /* with the value it starts with */
    *broke = false;
    lw->inner = &inner; /* what is written out stands in no loop */
    for (ulong k = 0; status == CPM_OK && !*broke; k++) {
        bool runs = fmpz_cmp_ui(range->count, k) > 0;
        if (!runs && loop->u.loop.counts_on == 0)
            break;
        fmpz_mul_ui(fmpq_numref(value), range->step, k);
        fmpz_add(fmpq_numref(value), fmpq_numref(value), range->start);
        status = lw->env->set(lw->env->ctx, sym, value, lw->err);
        if (status == CPM_OK)
            status = cpm_lower_emit_predicted(lw, sym, loop->span);
        if (!runs)
            break;
        if (status == CPM_OK)
            status = cpm_lower_block(lw, &loop->u.loop.body);
        *broke = lw->breaks || cpm_lower_has_returned(lw);
        lw->skips = lw->breaks = false;
    }
    lw->inner = inner.around;
    fmpq_clear(value);
    return status;
}

static cpm_status note_loop(lowering *lw, const cpm_stmt *loop, bool is_fixed)
{
    const inner_plan *plan = &lw->plans[loop->u.loop.id];
    cpm_inner_fact fact = {.kind = !is_fixed       ? CPM_INNER_CHANGING
                                   : plan->unrolls ? CPM_INNER_UNROLLED
                                                   : CPM_INNER_POWER,
                           .span = loop->span,
                           .ncuts = plan->ncuts,
                           .period = plan->period == 0 ? 1 : plan->period};
    if (plan->is_cut)
        fact.kind = CPM_INNER_CUT;
    return cpm_lower_note_inner(lw, fact);
}

cpm_status cpm_lower_inner_for(lowering *lw, const cpm_stmt *loop)
{
    cpm_range range;
    bool broke = false;
    bool is_fixed = is_known(lw, loop->u.loop.start) && is_known(lw, loop->u.loop.stop) &&
                    is_known(lw, loop->u.loop.step);
    if (loop->u.loop.iterable == NULL && (!is_fixed || lw->plans[loop->u.loop.id].is_cut)) {
        cpm_status changing = note_loop(lw, loop, is_fixed);
        if (changing == CPM_OK)
            changing = cpm_lower_changing_for(&broke, lw, loop);
        return changing == CPM_OK && !broke ? cpm_lower_block(lw, &loop->u.loop.orelse) : changing;
    }
    cpm_range_init(&range);
    cpm_status status = eval_range(&range, lw, loop);
    if (status == CPM_OK)
        status = note_loop(lw, loop, true);
    if (status == CPM_OK && !fmpz_is_zero(range.count))
        status = lw->plans[loop->u.loop.id].unrolls ? unroll(&broke, lw, loop, &range)
                                                    : lower_rounds(lw, loop, &range);
    if (status == CPM_OK && !broke)
        status = cpm_lower_block(lw, &loop->u.loop.orelse);
    cpm_range_clear(&range);
    return status;
}
