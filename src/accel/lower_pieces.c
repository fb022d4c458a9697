/* SPDX-License-Identifier: MIT
 *
 * lower_pieces.c - inner loops whose ranges are cut, because a condition in them changes
 * with their variable: `for j in range(i): if j > 5: ...`, `if (i + j) % 3 == 0`, a break.
 *
 * What is asked for while the body is lowered goes into a plan of the loop, and all is
 * lowered again. A cut stands where an expression stops being negative, which may depend
 * on a counter around; where it falls in the range, and in what order they come, is
 * decided there, which may cut the range of that counter in turn. Each piece is a loop
 * over rounds of so many bodies, and bodies that are left over one by one.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"
#include "base/mem.h"

#include <stdlib.h>

/* ---- Plans ----------------------------------------------------------------------- */

static void cut_init_set(inner_cut *cut, const inner_cut *form)
{
    *cut = (inner_cut){0};
    fmpq_init(cut->slope);
    fmpq_init(cut->outer);
    fmpq_init(cut->constant);
    fmpz_init(cut->later);
    if (form == NULL || !form->has_form)
        return;
    cut->has_form = true;
    cut->around = form->around;
    fmpq_set(cut->slope, form->slope);
    fmpq_set(cut->outer, form->outer);
    fmpq_set(cut->constant, form->constant);
}

static void cut_clear(inner_cut *cut)
{
    fmpq_clear(cut->slope);
    fmpq_clear(cut->outer);
    fmpq_clear(cut->constant);
    fmpz_clear(cut->later);
}

void cpm_inner_plans_free(inner_plan *plans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < plans[i].ncuts; k++)
            cut_clear(&plans[i].cuts[k]);
        free(plans[i].cuts);
    }
    free(plans);
}

static bool same_cut(const inner_cut *a, const inner_cut *b)
{
    return a->has_form == b->has_form && a->around == b->around && fmpq_equal(a->slope, b->slope) &&
           fmpq_equal(a->outer, b->outer) && fmpq_equal(a->constant, b->constant) &&
           fmpz_equal(a->later, b->later);
}

void cpm_lower_ask_pieces(lowering *lw, uint32_t loop_id)
{
    inner_plan *plan = &lw->plans[loop_id];
    lw->wants_again = lw->wants_again || !plan->is_cut;
    plan->is_cut = true;
}

void cpm_lower_ask_inner_cut(lowering *lw, uint32_t loop_id, const inner_cut *form,
                             const fmpz_t later)
{
    inner_plan *plan = &lw->plans[loop_id];
    inner_cut cut;
    cut_init_set(&cut, form);
    fmpz_set(cut.later, later);
    cpm_lower_ask_pieces(lw, loop_id);
    bool is_new = plan->ncuts < CPM_MAX_INNER_CUTS;
    for (size_t k = 0; k < plan->ncuts; k++)
        is_new = is_new && !same_cut(&plan->cuts[k], &cut);
    inner_cut *grown =
        is_new ? cpm_grow(plan->cuts, &plan->cuts_cap, plan->ncuts + 1, sizeof *grown) : NULL;
    if (is_new && grown == NULL)
        (void)cpm_err_memory(lw->err);
    if (grown == NULL) {
        cut_clear(&cut);
        return;
    }
    plan->cuts = grown;
    plan->cuts[plan->ncuts++] = cut;
    lw->wants_again = true;
}

void cpm_lower_ask_inner_period(lowering *lw, uint32_t loop_id, ulong period)
{
    inner_plan *plan = &lw->plans[loop_id];
    cpm_lower_ask_pieces(lw, loop_id);
    if (period > CPM_MAX_UNROLLED || period == plan->period)
        return;
    plan->period = period;
    lw->wants_again = true;
}

void cpm_lower_ask_inner_break(lowering *lw)
{
    const inner_loop *inner = lw->inner;
    inner_cut from;
    fmpz_t later;
    if (inner->is_unrolled)
        return;
    cut_init_set(&from, inner->piece == NULL ? NULL : inner->piece->from);
    fmpz_init_set_ui(later, 1);
    if (inner->piece != NULL && inner->piece->from != NULL)
        fmpz_add(later, later, inner->piece->from->later);
    cpm_lower_ask_inner_cut(lw, inner->loop_id, &from, later);
    cut_clear(&from);
    fmpz_clear(later);
}

/* ---- Where the cuts are ------------------------------------------------------------- */

/* A loop being lowered in pieces. */
typedef struct pieces {
    const cpm_stmt *loop;
    const lv *start;
    const fmpz *step;
    const inner_plan *plan;
    lv *at;                 /* owned: rounds before each piece, and in all */
    const inner_cut **from; /* owned: what each begins with; NULL: the range */
    size_t count;           /* of pieces */
    piece piece;            /* the one at work */
    uint32_t variable;      /* its register */
    ulong bodies;           /* in a round of it */
} pieces;

static lv constant_zero(void)
{
    return (lv){.kind = LV_POLY, .counter = NO_COUNTER};
}

static cpm_status add_rational(lowering *lw, lv *acc, const fmpq_t c)
{
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    cpm_status status = cpm_exppoly_add_term(&acc->poly, c, 0, one, lw->err);
    fmpq_clear(one);
    return status;
}

/* acc += c * value */
static cpm_status add_times(lowering *lw, lv *acc, const lv *value, const fmpz_t c)
{
    fmpq_t factor;
    fmpq_init(factor);
    fmpq_set_fmpz(factor, c);
    cpm_status status = cpm_lv_add_multiple(lw, acc, value, factor, (cpm_span){0, 0});
    fmpq_clear(factor);
    return status;
}

static cpm_status add_lv(lowering *lw, lv *acc, const lv *value, slong c)
{
    fmpz_t factor;
    fmpz_init_set_si(factor, c);
    cpm_status status = add_times(lw, acc, value, factor);
    fmpz_clear(factor);
    return status;
}

static cpm_status refuse_cut(const pieces *p, lowering *lw)
{
    return cpm_lower_refuse(lw, p->loop->u.loop.range_span,
                            "condition on the counter of a long inner loop");
}

/* The counter of the loop around that has that id: the last one that was begun. */
static size_t counter_around(const lowering *lw, size_t loop_id)
{
    for (size_t c = lw->ncounters; c-- > 0;)
        if (lw->counters[c].loop_id == loop_id)
            return c;
    return NO_COUNTER;
}

/* out //= k, of a polynomial with integer values. */
static cpm_status divide(const pieces *p, lowering *lw, lv *out, const fmpz_t k)
{
    cpm_status status = CPM_OK;
    fmpq_t c;
    if (fmpz_is_one(k))
        return CPM_OK;
    if (!lv_is_constant(out))
        return cpm_lower_remainder(&status, out, lw, k, true) == CPM_SPLIT_DONE ? status
                                                                                : refuse_cut(p, lw);
    fmpq_init(c);
    cpm_lv_get_constant(c, out);
    cpm_lv_clear(out);
    *out = constant_zero();
    if (!fmpz_is_one(fmpq_denref(c)))
        status = refuse_cut(p, lw);
    fmpz_fdiv_q(fmpq_numref(c), fmpq_numref(c), k);
    if (status == CPM_OK)
        status = add_rational(lw, out, c);
    fmpq_clear(c);
    return status;
}

/* The least integer that is not below, in each round; the form may come from a body of
 * another remainder, and be no integer here. */
static cpm_status round_up(const pieces *p, lowering *lw, lv *value)
{
    fmpq_t more, c;
    cpm_status status = CPM_OK;
    fmpq_init(more);
    fmpq_init(c);
    for (size_t k = 0; k < value->poly.len && status == CPM_OK; k++) {
        const cpm_monomial *term = &value->poly.terms[k];
        if (fmpz_is_one(fmpq_denref(term->coeff)))
            continue;
        if (term->power > 0 || !fmpq_is_one(term->base))
            status = refuse_cut(p, lw);
        fmpq_set(c, term->coeff);
        fmpz_cdiv_q(fmpq_numref(more), fmpq_numref(c), fmpq_denref(c));
        fmpq_sub(more, more, c);
    }
    if (status == CPM_OK)
        status = add_rational(lw, value, more);
    fmpq_clear(more);
    fmpq_clear(c);
    return status;
}

/* *out = the rounds before the cut: ceil(-(slope*start + outer*i + constant) / growth). */
static cpm_status position(lv *out, const pieces *p, lowering *lw, const inner_cut *cut)
{
    fmpq_t growth, c;
    cpm_status status = CPM_OK;
    *out = constant_zero();
    fmpq_init(growth);
    fmpq_init(c);
    fmpq_mul_fmpz(growth, cut->slope, p->step);
    if (cut->has_form && (!fmpz_is_one(fmpq_denref(growth)) || fmpq_sgn(growth) <= 0))
        status = refuse_cut(p, lw);
    fmpq_neg(c, cut->slope);
    if (status == CPM_OK && cut->has_form)
        status = cpm_lv_add_multiple(lw, out, p->start, c, (cpm_span){0, 0});
    if (status == CPM_OK && cut->has_form && !fmpq_is_zero(cut->outer)) {
        lv around = constant_zero();
        size_t counter = counter_around(lw, cut->around);
        status = counter == NO_COUNTER ? refuse_cut(p, lw)
                                       : cpm_lower_counter_value(&around, lw, counter);
        fmpq_neg(c, cut->outer);
        if (status == CPM_OK)
            status = cpm_lv_add_multiple(lw, out, &around, c, (cpm_span){0, 0});
        cpm_lv_clear(&around);
    }
    fmpq_neg(c, cut->constant);
    if (status == CPM_OK)
        status = add_rational(lw, out, c);
    if (status == CPM_OK)
        status = round_up(p, lw, out);
    fmpq_sub_si(c, growth, 1);
    if (status == CPM_OK && cut->has_form)
        status = add_rational(lw, out, c);
    if (status == CPM_OK && cut->has_form)
        status = divide(p, lw, out, fmpq_numref(growth));
    fmpq_set_fmpz(c, cut->later);
    if (status == CPM_OK)
        status = add_rational(lw, out, c);
    fmpq_clear(growth);
    fmpq_clear(c);
    return status;
}

/* Whether a - b op 0 in all rounds around. */
static cpm_status compare(bool *truth, const pieces *p, lowering *lw, const lv *a, const lv *b,
                          cpm_op op)
{
    lv d = constant_zero();
    cpm_status status = add_lv(lw, &d, a, 1);
    if (status == CPM_OK)
        status = add_lv(lw, &d, b, -1);
    if (status == CPM_OK && !cpm_lower_sign_known(truth, lw, &d, op))
        status = refuse_cut(p, lw);
    cpm_lv_clear(&d);
    return status;
}

/* Puts a cut in its place, unless it is outside or there already. */
static cpm_status insert(pieces *p, lowering *lw, lv *cut, const inner_cut *from)
{
    cpm_status status = CPM_OK;
    bool found = false, equal = false;
    size_t k = 0;
    for (; k <= p->count && status == CPM_OK; k++) {
        status = compare(&found, p, lw, cut, &p->at[k], CPM_OP_LE);
        if (status != CPM_OK || found)
            break;
    }
    if (status == CPM_OK && found && k > 0)
        status = compare(&equal, p, lw, cut, &p->at[k], CPM_OP_EQ);
    if (status != CPM_OK || !found || k == 0 || equal)
        return status;
    for (size_t m = ++p->count; m > k; m--) {
        p->at[m] = p->at[m - 1];
        if (m < p->count)
            p->from[m] = p->from[m - 1];
    }
    p->at[k] = *cut;
    p->from[k] = from;
    *cut = constant_zero();
    return CPM_OK;
}

static cpm_status find_cuts(pieces *p, lowering *lw, const lv *trips)
{
    p->at = cpm_calloc(p->plan->ncuts + 2, sizeof *p->at);
    p->from = cpm_calloc(p->plan->ncuts + 2, sizeof *p->from);
    if (p->at == NULL || p->from == NULL)
        return cpm_err_memory(lw->err);
    p->at[0] = p->at[1] = constant_zero();
    p->count = 1;
    cpm_status status = add_lv(lw, &p->at[1], trips, 1);
    for (size_t k = 0; k < p->plan->ncuts && status == CPM_OK; k++) {
        lv cut;
        status = position(&cut, p, lw, &p->plan->cuts[k]);
        if (status == CPM_OK)
            status = insert(p, lw, &cut, &p->plan->cuts[k]);
        cpm_lv_clear(&cut);
    }
    return status;
}

/* ---- The pieces ---------------------------------------------------------------------- */

/* The variable's register = value. */
static cpm_status set_variable(pieces *p, lowering *lw, const lv *value)
{
    const cpm_expr *target = p->loop->u.loop.target;
    lv copy = constant_zero();
    if (target == NULL)
        return CPM_OK;
    cpm_sym sym = target->u.name.sym;
    cpm_status status = add_lv(lw, &copy, value, 1);
    if (status == CPM_OK)
        status = cpm_lower_variable(&p->variable, lw, sym);
    if (status == CPM_OK)
        status = cpm_lower_store(lw, p->variable, &copy);
    cpm_lv_clear(&copy);
    lw->names[sym].state = NAME_REGISTER;
    lw->names[sym].may_be_unbound = false;
    lw->names[sym].flow = 0;
    return status;
}

static cpm_status run_body(pieces *p, lowering *lw)
{
    cpm_status status = cpm_lower_block(lw, &p->loop->u.loop.body);
    lw->skips = false;
    return status;
}

/* The bodies of a round, and the steps of the variable behind each. */
static cpm_status run_round(lowering *lw, void *ctx)
{
    pieces *p = ctx;
    fmpq_t step, back;
    cpm_status status = CPM_OK;
    fmpq_init(step);
    fmpq_init(back);
    fmpq_set_fmpz(step, p->step);
    for (ulong k = 0; k < p->bodies && status == CPM_OK; k++) {
        status = run_body(p, lw);
        if (status == CPM_OK && p->loop->u.loop.target != NULL)
            status = cpm_matcode_emit_const(lw->code, CPM_MC_ADD, p->variable, step, lw->err);
        if (status == CPM_OK)
            status = add_rational(lw, &p->piece.value, step);
        fmpq_sub(back, back, step);
    }
    if (status == CPM_OK) /* it may be lowered again */
        status = add_rational(lw, &p->piece.value, back);
    fmpq_clear(step);
    fmpq_clear(back);
    return status;
}

static cpm_status emit_loop(lowering *lw, lv *count)
{
    fmpq_t c;
    if (!lv_is_constant(count)) {
        cpm_status status = cpm_lower_push(lw, count);
        return status == CPM_OK ? cpm_matcode_emit(lw->code, CPM_MC_LOOP, 0, count->reg, lw->err)
                                : status;
    }
    fmpq_init(c);
    cpm_lv_get_constant(c, count);
    cpm_status status = cpm_matcode_emit_const(lw->code, CPM_MC_LOOP, 0, c, lw->err);
    fmpq_clear(c);
    return status;
}

/* LOOP, rounds of the piece, END. */
static cpm_status lower_loop(pieces *p, lowering *lw)
{
    size_t c = 0;
    fmpz_t zero;
    lv count = constant_zero();
    unsigned *before = cpm_lower_flows(lw);
    cpm_status status = before == NULL ? cpm_err_memory(lw->err) : cpm_lower_demote(lw, p->loop);
    fmpz_init(zero);
    if (status == CPM_OK)
        status = set_variable(p, lw, &p->piece.value);
    if (status == CPM_OK)
        status = cpm_lower_push_counter(&c, lw, p->loop, zero, p->step, NULL);
    if (status == CPM_OK)
        lw->counters[c].sym = CPM_NO_SYM; /* the variable is a register */
    if (status == CPM_OK)
        status = add_lv(lw, &count, &p->piece.rounds, 1);
    if (status == CPM_OK)
        status = emit_loop(lw, &count);
    size_t loop_at = lw->code->ninstrs - 1;
    if (status == CPM_OK)
        status = run_round(lw, p);
    if (status == CPM_OK)
        status = cpm_lower_end_rounds(lw, c, p->loop, loop_at, before, (lower_round){run_round, p});
    if (status == CPM_OK && count.kind == LV_STACK)
        status = cpm_lower_pop(lw);
    cpm_lv_clear(&count);
    free(before);
    fmpz_clear(zero);
    return status;
}

/* One body after another, for the next `count` values of the variable. */
static cpm_status lower_singles(pieces *p, lowering *lw, ulong count)
{
    fmpq_t step;
    cpm_status status = CPM_OK;
    fmpq_init(step);
    fmpq_set_fmpz(step, p->step);
    p->piece.is_single = true;
    for (ulong k = 0; k < count && status == CPM_OK && !lw->breaks; k++) {
        status = set_variable(p, lw, &p->piece.value);
        if (status == CPM_OK)
            status = run_body(p, lw);
        if (status == CPM_OK)
            status = add_rational(lw, &p->piece.value, step);
    }
    fmpq_clear(step);
    return status;
}

/* The number that a value is in all rounds around, of a few. */
static cpm_status few(ulong *out, const pieces *p, lowering *lw, const lv *value)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_status status = CPM_OK;
    cpm_lv_get_constant(c, value);
    if (!lv_is_constant(value) || !fmpz_is_one(fmpq_denref(c)) ||
        fmpz_cmp_ui(fmpq_numref(c), CPM_MAX_UNROLLED) > 0)
        status = refuse_cut(p, lw);
    *out = status == CPM_OK ? fmpz_get_ui(fmpq_numref(c)) : 0;
    fmpq_clear(c);
    return status;
}

static bool is_one(const lv *value)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_lv_get_constant(c, value);
    bool yes = lv_is_constant(value) && fmpq_is_one(c);
    fmpq_clear(c);
    return yes;
}

/* So many rounds as go into the piece, and what is left over. */
static cpm_status lower_piece(pieces *p, lowering *lw, const lv *length)
{
    lv left = constant_zero();
    fmpz_t period;
    bool runs = false;
    ulong nleft = 0;
    fmpz_init_set_ui(period, p->bodies);
    cpm_status status = add_lv(lw, &left, length, 1);
    if (status == CPM_OK)
        status = add_lv(lw, &p->piece.rounds, length, 1);
    if (status == CPM_OK)
        status = divide(p, lw, &p->piece.rounds, period);
    fmpz_neg(period, period);
    if (status == CPM_OK)
        status = add_times(lw, &left, &p->piece.rounds, period);
    if (status == CPM_OK)
        status = few(&nleft, p, lw, &left);
    if (status == CPM_OK && !cpm_lower_sign_known(&runs, lw, &p->piece.rounds, CPM_OP_GT))
        status = refuse_cut(p, lw);
    if (status == CPM_OK && runs && is_one(&p->piece.rounds)) {
        nleft += p->bodies;
    } else if (status == CPM_OK && runs) {
        status = lower_loop(p, lw);
        fmpz_mul(period, period, p->step); /* what follows is further on */
        fmpz_neg(period, period);
        if (status == CPM_OK)
            status = add_times(lw, &p->piece.value, &p->piece.rounds, period);
    }
    if (status == CPM_OK)
        status = lower_singles(p, lw, nleft);
    cpm_lv_clear(&left);
    fmpz_clear(period);
    return status;
}

static cpm_status lower_next(pieces *p, lowering *lw, size_t k)
{
    const cpm_expr *target = p->loop->u.loop.target;
    lv length = constant_zero();
    p->piece = (piece){.sym = target == NULL ? CPM_NO_SYM : target->u.name.sym,
                       .loop_id = p->loop->u.loop.id,
                       .value = constant_zero(),
                       .rounds = constant_zero(),
                       .period = p->bodies,
                       .from = p->from[k]};
    fmpz_init(p->piece.delta);
    fmpz_mul_ui(p->piece.delta, p->step, p->bodies);
    cpm_status status = add_lv(lw, &length, &p->at[k + 1], 1);
    if (status == CPM_OK)
        status = add_lv(lw, &length, &p->at[k], -1);
    if (status == CPM_OK)
        status = add_times(lw, &p->piece.value, &p->at[k], p->step);
    if (status == CPM_OK)
        status = add_lv(lw, &p->piece.value, p->start, 1);
    if (status == CPM_OK)
        status = lower_piece(p, lw, &length);
    cpm_lv_clear(&length);
    cpm_lv_clear(&p->piece.value);
    cpm_lv_clear(&p->piece.rounds);
    fmpz_clear(p->piece.delta);
    return status;
}

cpm_status cpm_lower_pieces(bool *broke, lowering *lw, const cpm_stmt *loop, const lv *start,
                            const lv *trips, const fmpz_t step)
{
    const inner_plan *plan = &lw->plans[loop->u.loop.id];
    pieces p = {.loop = loop,
                .start = start,
                .step = step,
                .plan = plan,
                .bodies = plan->period == 0 ? 1 : plan->period};
    inner_loop inner = {.loop_id = loop->u.loop.id, .variable = CPM_NO_SYM, .piece = &p.piece};
    cpm_status status = find_cuts(&p, lw, trips);
    cpm_lower_enter_loop(lw, &inner);
    for (size_t k = 0; k < p.count && status == CPM_OK && !lw->breaks; k++)
        status = lower_next(&p, lw, k);
    cpm_lower_leave_loop(lw);
    *broke = lw->breaks;
    lw->breaks = false;
    for (size_t k = 0; p.at != NULL && k <= p.count; k++)
        cpm_lv_clear(&p.at[k]);
    free(p.at);
    free(p.from);
    return status;
}
