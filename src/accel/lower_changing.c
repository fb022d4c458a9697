/* SPDX-License-Identifier: MIT
 *
 * lower_changing.c - inner loops whose bounds change with counters around them: range(i),
 * range(i, n), range(j, i), range(0, 2*i, 3). How often they run is a form of those
 * (lower_form.c), which a register holds; what so many rounds do is for the closure to
 * find out (body_map.c).
 *
 * The number must not be negative in any round: the range of a loop around is cut where it
 * begins to be positive. Where only that much is known, that it is not negative, nobody
 * may ask for the loop variable afterwards; who does has the range cut after all.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "lang/visit.h"

#include <stdlib.h>

typedef struct changing {
    const cpm_stmt *loop;
    affine_form start, trips;
    fmpz_t step;
    bool may_not_run; /* trips may be 0 in some round */
    piece whole;      /* the range in one */
    unsigned *before; /* owned: the flows of all names before the loop */
} changing;

/* ---- Bounds ------------------------------------------------------------------------ */

static cpm_status bound(affine_form *form, lowering *lw, const cpm_expr *expr)
{
    const cpm_expr *condition = lw->condition;
    bool was_counting = lw->is_counting;
    lw->condition = expr;
    lw->is_counting = true;
    cpm_affine_clear(form);
    cpm_status status = cpm_lower_form(form, lw, expr);
    lw->condition = condition;
    lw->is_counting = was_counting;
    return status;
}

/* trips = ceil((stop - start) / step) */
static cpm_status find_trips(changing *ch, lowering *lw)
{
    affine_form stop;
    fmpz_t k;
    fmpq_t more;
    slong sign = fmpz_sgn(ch->step);
    cpm_affine_init(&stop);
    cpm_status status = bound(&stop, lw, ch->loop->u.loop.stop);
    if (status == CPM_OK)
        status = cpm_affine_add_int(&ch->trips, lw, &stop, sign);
    if (status == CPM_OK)
        status = cpm_affine_add_int(&ch->trips, lw, &ch->start, -sign);
    fmpz_init(k);
    fmpq_init(more);
    fmpz_abs(k, ch->step);
    fmpz_sub_ui(fmpq_numref(more), k, 1);
    if (status == CPM_OK)
        status = cpm_affine_add_constant(&ch->trips, lw, more);
    if (status == CPM_OK && !fmpz_is_one(k))
        status = cpm_affine_divide(&ch->trips, lw, k, true, ch->loop->u.loop.range_span);
    cpm_affine_clear(&stop);
    fmpz_clear(k);
    fmpq_clear(more);
    return status;
}

static cpm_status find_bounds(changing *ch, lowering *lw)
{
    const cpm_stmt *loop = ch->loop;
    fmpq_t step;
    fmpq_init(step);
    fmpq_one(step);
    cpm_status status = CPM_OK;
    if (loop->u.loop.step != NULL)
        status = cpm_lower_is_predictable(lw, loop->u.loop.step)
                     ? cpm_lower_eval(step, lw, loop->u.loop.step)
                     : cpm_lower_refuse(lw, loop->u.loop.step->span, "%s step of an inner loop",
                                        lw->options->adjective);
    if (status == CPM_OK && (!fmpz_is_one(fmpq_denref(step)) || fmpq_is_zero(step)))
        status = cpm_lower_own_error(lw, loop->u.loop.range_span, "step of a range");
    fmpz_set(ch->step, fmpq_numref(step));
    fmpq_clear(step);
    if (status == CPM_OK && loop->u.loop.start != NULL)
        status = bound(&ch->start, lw, loop->u.loop.start);
    return status == CPM_OK ? find_trips(ch, lw) : status;
}

/* Whether it runs: in all rounds around, unless ch->may_not_run, or in none; never
 * negative. */
static cpm_status check_trips(changing *ch, lowering *lw, bool *runs)
{
    bool was_counting = lw->is_counting;
    lw->is_counting = true;
    *runs = ch->trips.nterms > 0 && cpm_affine_surely(lw, &ch->trips, 0);
    ch->may_not_run = *runs && !cpm_affine_surely(lw, &ch->trips, 1);
    cpm_status status = CPM_OK;
    if (!*runs || (ch->may_not_run && lw->plans[ch->loop->u.loop.id].runs)) {
        status = cpm_affine_decide(runs, lw, &ch->trips, CPM_OP_GT, ch->loop->u.loop.stop->span);
        ch->may_not_run = false;
    }
    lw->is_counting = was_counting;
    return status;
}

/* ---- What is known after it ---------------------------------------------------------- */

/* Whether the register begins as a residue; it has not been written in this round. */
static bool starts_reduced(const lowering *lw, const name_info *name, size_t ninstrs)
{
    const cpm_mc_reg *reg = &lw->code->regs[name->reg];
    for (size_t i = 0; i < ninstrs; i++)
        if (lw->code->instrs[i].op != CPM_MC_END && lw->code->instrs[i].op != CPM_MC_LOOP &&
            lw->code->instrs[i].dst == name->reg)
            return false;
    return name->has_reg && reg->is_bound && fmpz_is_one(fmpq_denref(reg->start)) &&
           fmpz_sgn(fmpq_numref(reg->start)) >= 0 &&
           fmpz_cmp(fmpq_numref(reg->start), lw->modulus) < 0;
}

/* The flow of a value that is as before the loop, or as it is now. */
static unsigned join(const lowering *lw, const name_info *name, unsigned before, unsigned after,
                     size_t loop_at)
{
    if (before == after && (before == 0 || before == 1))
        return before;
    if (after == 0 || after >= CPM_MAX_FLOW || before >= CPM_MAX_FLOW)
        return CPM_FLOW_MIXED;
    if (before == 1)
        return after;
    return starts_reduced(lw, name, loop_at) ? 1 : CPM_FLOW_MIXED;
}

/* Something that is no number, in a name that has no register for it. */
static bool holds_other(lowering *lw, cpm_sym sym)
{
    const name_info *name = &lw->names[sym];
    fmpq_t value;
    fmpq_init(value);
    bool is_other = name->state == NAME_PREDICTED && !lw->env->get(lw->env->ctx, value, sym);
    if (name->state == NAME_REGISTER && name->may_be_unbound && lw->env->value != NULL)
        is_other = lw->env->value(lw->env->ctx, sym)->kind != CPM_VAL_UNBOUND;
    fmpq_clear(value);
    return is_other;
}

/* Names that the body assigns are in their registers from here on, predicted or not;
 * what is no number has none. */
static cpm_status settle_name(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    lowering *lw = ctx;
    if (holds_other(lw, sym))
        return cpm_lower_refuse(lw, by->span, "'%s' becomes something that is no integer",
                                lw->tree->symbols[sym].name);
    if (lw->names[sym].state == NAME_COUNTER || lw->names[sym].state == NAME_PREDICTED)
        lw->names[sym].state = NAME_REGISTER;
    return CPM_OK;
}

/* The last value of the range: start + step * (trips - 1); or the next one. */
static cpm_status settle_target(changing *ch, lowering *lw)
{
    const cpm_expr *target = ch->loop->u.loop.target;
    uint32_t reg;
    affine_form last;
    lv value;
    fmpq_t step;
    if (target == NULL)
        return CPM_OK;
    name_info *name = &lw->names[target->u.name.sym];
    if (ch->may_not_run && ch->loop->u.loop.counts_on == 0) {
        name->state = NAME_LOST;
        name->lost_by = ch->loop->u.loop.id;
        return CPM_OK;
    }
    cpm_affine_init(&last);
    fmpq_init(step);
    fmpq_set_fmpz(step, ch->step);
    cpm_status status = cpm_affine_add(&last, lw, &ch->trips, step);
    if (status == CPM_OK)
        status = cpm_affine_add_int(&last, lw, &ch->start, 1);
    fmpq_neg(step, step);
    if (status == CPM_OK && ch->loop->u.loop.counts_on == 0)
        status = cpm_affine_add_constant(&last, lw, step);
    if (status == CPM_OK)
        status = cpm_affine_push(&value, lw, &last);
    if (status == CPM_OK)
        status = cpm_lower_variable(&reg, lw, target->u.name.sym);
    if (status == CPM_OK)
        status = cpm_lower_store(lw, reg, &value);
    name->state = NAME_REGISTER;
    name->flow = 0;
    name->may_be_unbound = false;
    if (status == CPM_OK)
        status = cpm_lower_keep_form(lw, target->u.name.sym, &last);
    fmpq_clear(step);
    cpm_affine_clear(&last);
    return status;
}

/* ---- The loop ------------------------------------------------------------------------ */

/* Its variable is a counter where the range begins with a constant, else a register
 * that moves on at the end of the body. */
static cpm_status begin_counting(size_t *c, uint32_t *moving, changing *ch, lowering *lw)
{
    const cpm_expr *target = ch->loop->u.loop.target;
    fmpq_t start;
    fmpz_t zero;
    fmpq_init(start);
    fmpz_init(zero);
    bool counts = cpm_affine_is_constant(&ch->start);
    if (counts)
        cpm_lv_get_constant(start, &ch->start.rest);
    cpm_status status =
        cpm_lower_push_counter(c, lw, ch->loop, counts ? fmpq_numref(start) : zero, ch->step, NULL);
    ch->whole.is_counter = counts;
    ch->whole.counter = *c;
    if (status == CPM_OK && !counts && target != NULL) {
        lv value;
        status = cpm_affine_push(&value, lw, &ch->start);
        if (status == CPM_OK)
            status = cpm_lower_variable(moving, lw, target->u.name.sym);
        if (status == CPM_OK)
            status = cpm_lower_store(lw, *moving, &value);
        lw->counters[*c].sym = CPM_NO_SYM; /* it is the register */
        lw->names[target->u.name.sym].state = NAME_REGISTER;
        lw->names[target->u.name.sym].may_be_unbound = false;
        lw->names[target->u.name.sym].flow = 0;
    }
    fmpq_clear(start);
    fmpz_clear(zero);
    return status;
}

static cpm_status move_on(lowering *lw, uint32_t moving, const fmpz_t step)
{
    fmpq_t by;
    fmpq_init(by);
    fmpq_set_fmpz(by, step);
    cpm_status status = cpm_matcode_emit_const(lw->code, CPM_MC_ADD, moving, by, lw->err);
    fmpq_clear(by);
    return status;
}

static bool assigns_target(const lowering *lw, const cpm_stmt *loop)
{
    const cpm_expr *target = loop->u.loop.target;
    return target != NULL && cpm_block_assigns(lw->tree, &loop->u.loop.body, target->u.name.sym);
}

cpm_status cpm_lower_end_rounds(lowering *lw, size_t c, const cpm_stmt *loop, size_t loop_at,
                                const unsigned *before, lower_round round)
{
    cpm_status status = lw->has_modulus ? cpm_lower_follow(lw, loop, round) : CPM_OK;
    if (status == CPM_OK)
        status = cpm_matcode_emit(lw->code, CPM_MC_END, 0, 0, lw->err);
    if (status == CPM_OK)
        status = cpm_lower_prologue(lw, c, loop_at);
    for (size_t sym = 0; sym < lw->tree->nsymbols && status == CPM_OK; sym++)
        if (lw->names[sym].is_assigned && lw->names[sym].flow != before[sym])
            lw->names[sym].flow =
                join(lw, &lw->names[sym], before[sym], lw->names[sym].flow, loop_at);
    return status;
}

/* One round: the body, and what counts. */
typedef struct changing_body {
    const cpm_stmt *loop;
    size_t counter;
    bool moves; /* the variable is a register, this one */
    uint32_t variable;
    const fmpz *step;
} changing_body;

static cpm_status run_changing(lowering *lw, void *ctx)
{
    const changing_body *b = ctx;
    cpm_status status = cpm_lower_body(lw, b->counter, &b->loop->u.loop.body);
    if (status == CPM_OK && b->moves)
        status = move_on(lw, b->variable, b->step);
    return status == CPM_OK ? cpm_lower_advance(lw, b->counter) : status;
}

/* LOOP, the body, END, and what counts. */
static cpm_status lower_body_changing(changing *ch, lowering *lw)
{
    const cpm_stmt *loop = ch->loop;
    uint32_t moving = 0;
    size_t c = 0;
    lv count = {.kind = LV_POLY, .counter = NO_COUNTER};
    cpm_status status = cpm_lower_demote(lw, loop);
    if (status == CPM_OK)
        status = begin_counting(&c, &moving, ch, lw);
    if (status == CPM_OK)
        status = cpm_lower_begin_loop(&count, lw, &ch->trips);
    bool moves = status == CPM_OK && lw->counters[c].sym == CPM_NO_SYM && loop->u.loop.target;
    size_t loop_at = lw->code->ninstrs - 1;
    changing_body body = {loop, c, moves, moving, ch->step};
    if (status == CPM_OK)
        status = run_changing(lw, &body);
    if (status == CPM_OK)
        status = cpm_lower_end_rounds(lw, c, loop, loop_at, ch->before,
                                      (lower_round){run_changing, &body});
    if (status == CPM_OK && count.kind == LV_STACK)
        status = cpm_lower_pop(lw);
    cpm_lv_clear(&count);
    return status;
}

unsigned *cpm_lower_flows(const lowering *lw)
{
    unsigned *flows = cpm_calloc(lw->tree->nsymbols, sizeof *flows);
    for (size_t sym = 0; flows != NULL && sym < lw->tree->nsymbols; sym++)
        flows[sym] = lw->names[sym].flow;
    return flows;
}

/* One LOOP for the whole range. */
static cpm_status lower_whole(changing *ch, lowering *lw)
{
    const cpm_expr *target = ch->loop->u.loop.target;
    inner_loop inner = {.loop_id = ch->loop->u.loop.id, .piece = &ch->whole};
    ch->before = cpm_lower_flows(lw);
    if (ch->before == NULL)
        return cpm_err_memory(lw->err);
    cpm_lower_enter_loop(lw, &inner);
    ch->whole.sym = target == NULL ? CPM_NO_SYM : target->u.name.sym;
    ch->whole.loop_id = inner.loop_id;
    ch->whole.depth = lw->inner_depth;
    ch->whole.period = 1;
    fmpz_set(ch->whole.delta, ch->step);
    cpm_status status = cpm_affine_add_int(&ch->whole.value, lw, &ch->start, 1);
    if (status == CPM_OK)
        status = cpm_affine_add_int(&ch->whole.rounds, lw, &ch->trips, 1);
    if (status == CPM_OK)
        status = lower_body_changing(ch, lw);
    cpm_lower_leave_loop(lw);
    return status;
}

static cpm_status lower_changing(bool *broke, changing *ch, lowering *lw)
{
    const cpm_stmt *loop = ch->loop;
    bool runs;
    cpm_status status = find_bounds(ch, lw);
    if (status == CPM_OK)
        status = check_trips(ch, lw, &runs);
    if (status != CPM_OK || !runs)
        return status;
    if (assigns_target(lw, loop))
        return cpm_lower_refuse(lw, loop->span, "a loop variable that the body assigns");
    if (!lw->plans[loop->u.loop.id].is_cut)
        status = lower_whole(ch, lw);
    else
        status = cpm_lower_pieces(broke, lw, loop, &ch->start, &ch->trips, ch->step);
    cpm_lower_forget_ranges(lw);
    if (status == CPM_OK)
        status = cpm_block_assigned(lw->tree, &loop->u.loop.body, settle_name, lw);
    return status == CPM_OK && !*broke ? settle_target(ch, lw) : status;
}

cpm_status cpm_lower_changing_for(bool *broke, lowering *lw, const cpm_stmt *loop)
{
    changing ch = {.loop = loop};
    if (!domain_of(lw)->is_arithmetic || !lw->options->products) {
        lw->refused_product = domain_of(lw)->is_arithmetic;
        return cpm_lower_refuse(lw, loop->u.loop.range_span, "%s trip count of an inner loop",
                                lw->options->adjective);
    }
    fmpz_init(ch.step);
    fmpz_init(ch.whole.delta);
    cpm_affine_init(&ch.start);
    cpm_affine_init(&ch.trips);
    cpm_affine_init(&ch.whole.value);
    cpm_affine_init(&ch.whole.rounds);
    cpm_status status = lower_changing(broke, &ch, lw);
    cpm_affine_clear(&ch.start);
    cpm_affine_clear(&ch.trips);
    cpm_affine_clear(&ch.whole.value);
    cpm_affine_clear(&ch.whole.rounds);
    fmpz_clear(ch.step);
    fmpz_clear(ch.whole.delta);
    free(ch.before);
    return status;
}
