/* SPDX-License-Identifier: MIT
 *
 * lower_changing.c - inner loops whose bounds change with an outer counter:
 * range(i), range(i, n), range(0, 2*i, 3). How often they run is an expression of
 * that counter, which a register holds; what so many rounds do is for the closure
 * to find out (body_map.c).
 *
 * The number must not be negative in any round: the range of the outer loop is cut
 * where it begins to be positive. Where only that much is known, that it is not
 * negative, nobody may ask for the loop variable afterwards.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "lang/visit.h"

#include <stdlib.h>

typedef struct changing {
    const cpm_stmt *loop;
    lv start, trips; /* of a counter, or constants */
    fmpz_t step;
    bool may_not_run; /* trips may be 0 in some round */
    unsigned *before; /* owned: the flows of all names before the loop */
} changing;

/* ---- Bounds ------------------------------------------------------------------------ */

/* acc += c * value, of the same counter or constants. */
static cpm_status add_multiple(lowering *lw, lv *acc, const lv *value, slong c,
                               const cpm_expr *expr)
{
    fmpq_t factor;
    if (acc->counter != NO_COUNTER && value->counter != NO_COUNTER &&
        acc->counter != value->counter)
        return cpm_lower_refuse(lw, expr->span, "bounds of an inner loop in two counters");
    fmpq_init(factor);
    fmpq_set_si(factor, c, 1);
    cpm_status status = cpm_lv_add_multiple(lw, acc, value, factor, expr->span);
    fmpq_clear(factor);
    return status;
}

static cpm_status add_integer(lowering *lw, lv *acc, const fmpz_t value)
{
    fmpq_t c, one;
    fmpq_init(c);
    fmpq_init(one);
    fmpq_set_fmpz(c, value);
    fmpq_one(one);
    cpm_status status = cpm_exppoly_add_term(&acc->poly, c, 0, one, lw->err);
    fmpq_clear(c);
    fmpq_clear(one);
    return status;
}

/* trips = ceil((stop - start) / step) */
static cpm_status find_trips(changing *ch, lowering *lw)
{
    const cpm_expr *stop = ch->loop->u.loop.stop;
    fmpz_t k, more;
    int sign = fmpz_sgn(ch->step);
    cpm_status status = cpm_lower_counter_only(&ch->trips, lw, stop);
    if (status == CPM_OK)
        status = add_multiple(lw, &ch->trips, &ch->start, -1, stop);
    if (status == CPM_OK && sign < 0) {
        fmpq_t minus;
        fmpq_init(minus);
        fmpq_set_si(minus, -1, 1);
        cpm_exppoly_scale(&ch->trips.poly, minus);
        fmpq_clear(minus);
    }
    fmpz_init(k);
    fmpz_init(more);
    fmpz_abs(k, ch->step);
    fmpz_sub_ui(more, k, 1);
    if (status == CPM_OK && !fmpz_is_one(k)) {
        status = add_integer(lw, &ch->trips, more);
        if (status == CPM_OK && lv_is_constant(&ch->trips)) { /* of integers */
            fmpq_t c;
            fmpq_init(c);
            cpm_lv_get_constant(c, &ch->trips);
            fmpz_fdiv_q(more, fmpq_numref(c), k);
            cpm_lv_clear(&ch->trips);
            ch->trips = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
            status = add_integer(lw, &ch->trips, more);
            fmpq_clear(c);
        } else if (status == CPM_OK) {
            cpm_split_answer answer = cpm_lower_remainder(&status, &ch->trips, lw, k, true);
            if (answer != CPM_SPLIT_DONE)
                status = cpm_lower_refuse(lw, ch->loop->u.loop.range_span,
                                          "%s trip count of an inner loop", lw->options->adjective);
        }
    }
    fmpz_clear(k);
    fmpz_clear(more);
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
    ch->start = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
    if (status == CPM_OK && loop->u.loop.start != NULL)
        status = cpm_lower_counter_only(&ch->start, lw, loop->u.loop.start);
    return status == CPM_OK ? find_trips(ch, lw) : status;
}

/* Nowhere negative; in an inner loop of changing length by its first or last value. */
static cpm_status check_trips(changing *ch, lowering *lw, bool *runs)
{
    const lv *trips = &ch->trips;
    const cpm_expr *stop = ch->loop->u.loop.stop;
    if (lv_is_constant(trips) || lw->counters[trips->counter].has_trips)
        return cpm_lower_decide_sign(runs, lw, trips, CPM_OP_GT, stop);
    const lower_counter *ctr = &lw->counters[trips->counter];
    lv least = {.kind = LV_POLY, .counter = NO_COUNTER};
    fmpz_t slope, constant, first;
    fmpz_init(slope);
    fmpz_init(constant);
    fmpz_init(first);
    cpm_status status = CPM_OK;
    if (!cpm_exppoly_is_affine(&trips->poly, slope, constant) || ctr->trips_of == NULL)
        status = cpm_lower_refuse(lw, stop->span, "%s trip count of an inner loop",
                                  lw->options->adjective);
    fmpz_mul(first, slope, ctr->start);
    fmpz_add(first, first, constant);
    fmpz_mul(slope, slope, ctr->step); /* from round to round */
    if (status == CPM_OK && fmpz_sgn(slope) < 0) {
        if (!fmpz_fits_si(slope))
            status = cpm_lower_refuse(lw, stop->span, "a step that is too large");
        else
            status = add_multiple(lw, &least, ctr->trips_of, fmpz_get_si(slope), stop);
        fmpz_sub(first, first, slope);
    }
    if (status == CPM_OK)
        status = add_integer(lw, &least, first);
    if (status == CPM_OK)
        status = cpm_lower_decide_sign(runs, lw, &least, CPM_OP_GE, stop);
    if (status == CPM_OK && !*runs)
        status = cpm_lower_refuse(lw, stop->span, "%s trip count of an inner loop",
                                  lw->options->adjective);
    ch->may_not_run = true;
    cpm_lv_clear(&least);
    fmpz_clear(slope);
    fmpz_clear(constant);
    fmpz_clear(first);
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

/* Names that the body assigns are in their registers from here on, predicted or not;
 * what is no number has none. */
static cpm_status settle_name(void *ctx, cpm_sym sym, const cpm_stmt *by)
{
    lowering *lw = ctx;
    fmpq_t value;
    fmpq_init(value);
    bool is_number =
        lw->names[sym].state != NAME_PREDICTED || lw->env->get(lw->env->ctx, value, sym);
    fmpq_clear(value);
    if (!is_number || (lw->names[sym].state == NAME_REGISTER && lw->names[sym].may_be_unbound))
        return cpm_lower_refuse(lw, by->span, "'%s' becomes something that is no integer",
                                lw->tree->symbols[sym].name);
    if (lw->names[sym].state == NAME_COUNTER || lw->names[sym].state == NAME_PREDICTED)
        lw->names[sym].state = NAME_REGISTER;
    return CPM_OK;
}

static cpm_status settle_target(changing *ch, lowering *lw)
{
    const cpm_expr *target = ch->loop->u.loop.target;
    uint32_t reg;
    if (target == NULL)
        return CPM_OK;
    cpm_sym sym = target->u.name.sym;
    if (ch->may_not_run) {
        lw->names[sym].state = NAME_LOST;
        return CPM_OK;
    }
    lv last = {.kind = LV_POLY, .counter = NO_COUNTER};
    fmpz_t less;
    fmpz_init(less);
    fmpz_neg(less, ch->step);
    cpm_status status = CPM_OK;
    if (!fmpz_fits_si(ch->step))
        status = cpm_lower_refuse(lw, target->span, "a step that is too large");
    if (status == CPM_OK)
        status = add_multiple(lw, &last, &ch->trips, fmpz_get_si(ch->step), target);
    if (status == CPM_OK)
        status = add_multiple(lw, &last, &ch->start, 1, target);
    if (status == CPM_OK)
        status = add_integer(lw, &last, less);
    if (status == CPM_OK)
        status = cpm_lower_variable(&reg, lw, sym);
    if (status == CPM_OK)
        status = cpm_lower_store(lw, reg, &last);
    lw->names[sym].state = NAME_REGISTER;
    lw->names[sym].flow = 0;
    lw->names[sym].may_be_unbound = false;
    fmpz_clear(less);
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
    bool counts = lv_is_constant(&ch->start);
    if (counts)
        cpm_lv_get_constant(start, &ch->start);
    cpm_status status =
        cpm_lower_push_counter(c, lw, ch->loop, counts ? fmpq_numref(start) : zero, ch->step, NULL);
    if (status == CPM_OK)
        lw->counters[*c].trips_of = &ch->trips;
    if (status == CPM_OK && !counts && target != NULL) {
        lv copy = {.kind = LV_POLY, .counter = NO_COUNTER};
        status = add_multiple(lw, &copy, &ch->start, 1, target);
        if (status == CPM_OK)
            status = cpm_lower_variable(moving, lw, target->u.name.sym);
        if (status == CPM_OK)
            status = cpm_lower_store(lw, *moving, &copy);
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

/* LOOP register, the body, END; the stack holds how often. */
static cpm_status lower_body_changing(changing *ch, lowering *lw, uint32_t count)
{
    const cpm_stmt *loop = ch->loop;
    uint32_t moving = 0;
    size_t c = 0, loop_at;
    cpm_status status = cpm_lower_demote(lw, loop);
    if (status == CPM_OK)
        status = begin_counting(&c, &moving, ch, lw);
    bool moves = status == CPM_OK && lw->counters[c].sym == CPM_NO_SYM && loop->u.loop.target;
    loop_at = lw->code->ninstrs;
    if (status == CPM_OK)
        status = cpm_matcode_emit(lw->code, CPM_MC_LOOP, 0, count, lw->err);
    changing_body body = {loop, c, moves, moving, ch->step};
    if (status == CPM_OK)
        status = run_changing(lw, &body);
    return status == CPM_OK ? cpm_lower_end_rounds(lw, c, loop, loop_at, ch->before,
                                                   (lower_round){run_changing, &body})
                            : status;
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
    lv times = {.kind = LV_POLY, .counter = NO_COUNTER};
    const cpm_expr *target = ch->loop->u.loop.target;
    inner_loop inner = {.loop_id = ch->loop->u.loop.id,
                        .variable = target == NULL ? CPM_NO_SYM : target->u.name.sym};
    ch->before = cpm_lower_flows(lw);
    if (ch->before == NULL)
        return cpm_err_memory(lw->err);
    cpm_status status = add_multiple(lw, &times, &ch->trips, 1, ch->loop->u.loop.stop);
    if (status == CPM_OK)
        status = cpm_lower_push(lw, &times);
    cpm_lower_enter_loop(lw, &inner);
    if (status == CPM_OK)
        status = lower_body_changing(ch, lw, times.reg);
    cpm_lower_leave_loop(lw);
    return status == CPM_OK ? cpm_lower_pop(lw) : status;
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
    else if (ch->may_not_run)
        status = cpm_lower_refuse(lw, loop->span, "condition in an inner loop that may not run");
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
    cpm_status status = lower_changing(broke, &ch, lw);
    for (size_t c = 0; c < lw->ncounters; c++) /* what is ours ends here */
        if (lw->counters[c].trips_of == &ch.trips)
            lw->counters[c].trips_of = NULL;
    cpm_lv_clear(&ch.start);
    cpm_lv_clear(&ch.trips);
    fmpz_clear(ch.step);
    free(ch.before);
    return status;
}
