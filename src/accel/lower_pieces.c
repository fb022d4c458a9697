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

void cpm_inner_cut_init(inner_cut *cut)
{
    *cut = (inner_cut){0};
    fmpq_init(cut->slope);
    fmpq_init(cut->constant);
    fmpz_init(cut->later);
    for (size_t k = 0; k < MAX_FORM_TERMS + 1; k++)
        fmpq_init(cut->around[k].by);
}

void cpm_inner_cut_clear(inner_cut *cut)
{
    fmpq_clear(cut->slope);
    fmpq_clear(cut->constant);
    fmpz_clear(cut->later);
    for (size_t k = 0; k < MAX_FORM_TERMS + 1; k++)
        fmpq_clear(cut->around[k].by);
}

static void cut_init_set(inner_cut *cut, const inner_cut *form)
{
    cpm_inner_cut_init(cut);
    if (form == NULL || !form->has_form)
        return;
    cut->has_form = true;
    fmpq_set(cut->slope, form->slope);
    fmpq_set(cut->constant, form->constant);
    cut->naround = form->naround;
    for (size_t k = 0; k < form->naround; k++) {
        cut->around[k].loop_id = form->around[k].loop_id;
        fmpq_set(cut->around[k].by, form->around[k].by);
    }
}

void cpm_inner_plans_free(inner_plan *plans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < plans[i].ncuts; k++)
            cpm_inner_cut_clear(&plans[i].cuts[k]);
        free(plans[i].cuts);
    }
    free(plans);
}

static bool same_cut(const inner_cut *a, const inner_cut *b)
{
    bool same = a->has_form == b->has_form && a->naround == b->naround &&
                fmpq_equal(a->slope, b->slope) && fmpq_equal(a->constant, b->constant) &&
                fmpz_equal(a->later, b->later);
    for (size_t k = 0; k < a->naround && same; k++)
        same = a->around[k].loop_id == b->around[k].loop_id &&
               fmpq_equal(a->around[k].by, b->around[k].by);
    return same;
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
    if (lw->is_quiet)
        return;
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
        cpm_inner_cut_clear(&cut);
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

/* Few rounds of predictable bounds are written out; in other pairs than plus-times nothing
 * is to be had but that. */
static bool ask_unrolling(lowering *lw, const piece *of)
{
    fmpq_t rounds;
    if (!of->is_fixed || lw->is_quiet)
        return !lw->options->domain->is_arithmetic;
    fmpq_init(rounds);
    cpm_lv_get_constant(rounds, &of->rounds.rest);
    bool few = fmpz_cmp_ui(fmpq_numref(rounds), CPM_MAX_UNROLLED) <= 0;
    fmpq_clear(rounds);
    lw->wants_again = lw->wants_again || few;
    lw->plans[of->loop_id].unrolls = few;
    return few || !lw->options->domain->is_arithmetic;
}

void cpm_lower_ask_piece_cut(lowering *lw, const piece *of, const inner_cut *form)
{
    fmpz_t zero;
    fmpz_init(zero);
    if (!ask_unrolling(lw, of))
        cpm_lower_ask_inner_cut(lw, of->loop_id, form, zero);
    fmpz_clear(zero);
}

void cpm_lower_ask_piece_period(lowering *lw, const piece *of, ulong period)
{
    if (!lw->is_quiet && !ask_unrolling(lw, of))
        cpm_lower_ask_inner_period(lw, of->loop_id, period);
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
    cpm_inner_cut_clear(&from);
    fmpz_clear(later);
}

/* ---- Where the cuts are ------------------------------------------------------------- */

/* A loop being lowered in pieces. */
typedef struct pieces {
    const cpm_stmt *loop;
    const affine_form *start;
    const fmpz *step;
    const inner_plan *plan;
    affine_form *at;        /* owned: rounds before each piece, and in all */
    const inner_cut **from; /* owned: what each begins with; NULL: the range */
    size_t count;           /* of pieces */
    piece piece;            /* the one at work */
    uint32_t variable;      /* its register */
    ulong bodies;           /* in a round of it */
} pieces;

/* acc += c * value */
static cpm_status add_times(lowering *lw, affine_form *acc, const affine_form *value,
                            const fmpz_t c)
{
    fmpq_t factor;
    fmpq_init(factor);
    fmpq_set_fmpz(factor, c);
    cpm_status status = cpm_affine_add(acc, lw, value, factor);
    fmpq_clear(factor);
    return status;
}

static cpm_status refuse_cut(const pieces *p, lowering *lw)
{
    return cpm_lower_refuse(lw, p->loop->u.loop.range_span,
                            "condition on the counter of a long inner loop");
}

/* acc += c * the variable of the loop around that has that id. */
static cpm_status add_around(const pieces *p, lowering *lw, affine_form *acc, uint32_t loop_id,
                             const fmpq_t c)
{
    for (const inner_loop *in = lw->inner; in != NULL; in = in->around)
        if (in->piece != NULL && in->loop_id == loop_id)
            return in->piece->is_single ? cpm_affine_add(acc, lw, &in->piece->value, c)
                                        : cpm_affine_add_variable(acc, lw, in->piece, c);
    return lw->counters[0].loop_id == loop_id ? cpm_affine_add_counter(acc, lw, c)
                                              : refuse_cut(p, lw);
}

/* out //= k, of a form with integer values. */
static cpm_status divide(const pieces *p, lowering *lw, affine_form *out, const fmpz_t k)
{
    return fmpz_is_one(k) ? CPM_OK
                          : cpm_affine_divide(out, lw, k, true, p->loop->u.loop.range_span);
}

/* The least integer that is not below, in each round; the form may come from a body of
 * another remainder, and be no integer here. */
static cpm_status round_up(const pieces *p, lowering *lw, affine_form *value)
{
    fmpq_t more, c;
    cpm_status status = CPM_OK;
    fmpq_init(more);
    fmpq_init(c);
    for (size_t k = 0; k < value->nterms && status == CPM_OK; k++)
        if (!fmpz_is_one(fmpq_denref(value->terms[k].slope)))
            status = refuse_cut(p, lw);
    for (size_t k = 0; k < value->rest.poly.len && status == CPM_OK; k++) {
        const cpm_monomial *term = &value->rest.poly.terms[k];
        if (fmpz_is_one(fmpq_denref(term->coeff)))
            continue;
        if (term->power > 0 || !fmpq_is_one(term->base))
            status = refuse_cut(p, lw);
        fmpq_set(c, term->coeff);
        fmpz_cdiv_q(fmpq_numref(more), fmpq_numref(c), fmpq_denref(c));
        fmpq_sub(more, more, c);
    }
    if (status == CPM_OK)
        status = cpm_affine_add_constant(value, lw, more);
    fmpq_clear(more);
    fmpq_clear(c);
    return status;
}

/* *out = the rounds before the form of the cut is not negative:
 * ceil(-(slope*start + by*i + ... + constant) / growth). */
static cpm_status position_of_form(affine_form *out, const pieces *p, lowering *lw,
                                   const inner_cut *cut)
{
    fmpq_t growth, c;
    cpm_status status = CPM_OK;
    fmpq_init(growth);
    fmpq_init(c);
    fmpq_mul_fmpz(growth, cut->slope, p->step);
    if (!fmpz_is_one(fmpq_denref(growth)) || fmpq_sgn(growth) <= 0)
        status = refuse_cut(p, lw);
    fmpq_neg(c, cut->slope);
    if (status == CPM_OK)
        status = cpm_affine_add(out, lw, p->start, c);
    for (size_t k = 0; k < cut->naround && status == CPM_OK; k++) {
        fmpq_neg(c, cut->around[k].by);
        status = add_around(p, lw, out, cut->around[k].loop_id, c);
    }
    fmpq_neg(c, cut->constant);
    if (status == CPM_OK)
        status = cpm_affine_add_constant(out, lw, c);
    if (status == CPM_OK)
        status = round_up(p, lw, out);
    fmpq_sub_si(c, growth, 1);
    if (status == CPM_OK)
        status = cpm_affine_add_constant(out, lw, c);
    if (status == CPM_OK)
        status = divide(p, lw, out, fmpq_numref(growth));
    fmpq_clear(growth);
    fmpq_clear(c);
    return status;
}

static cpm_status position(affine_form *out, const pieces *p, lowering *lw, const inner_cut *cut)
{
    fmpq_t later;
    cpm_affine_init(out);
    cpm_status status = cut->has_form ? position_of_form(out, p, lw, cut) : CPM_OK;
    fmpq_init(later);
    fmpq_set_fmpz(later, cut->later);
    if (status == CPM_OK)
        status = cpm_affine_add_constant(out, lw, later);
    fmpq_clear(later);
    return status;
}

/* Whether a - b op 0 in all rounds around. */
static cpm_status compare(bool *truth, const pieces *p, lowering *lw, const affine_form *a,
                          const affine_form *b, cpm_op op)
{
    affine_form d;
    cpm_affine_init(&d);
    cpm_status status = cpm_affine_add_int(&d, lw, a, 1);
    if (status == CPM_OK)
        status = cpm_affine_add_int(&d, lw, b, -1);
    if (status == CPM_OK)
        status = cpm_affine_decide(truth, lw, &d, op, p->loop->u.loop.range_span);
    cpm_affine_clear(&d);
    return status;
}

/* Puts a cut in its place, unless it is outside or there already. */
static cpm_status insert(pieces *p, lowering *lw, affine_form *cut, const inner_cut *from)
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
    cpm_affine_init(cut);
    return CPM_OK;
}

static cpm_status find_cuts(pieces *p, lowering *lw, const affine_form *trips)
{
    p->at = cpm_calloc(p->plan->ncuts + 2, sizeof *p->at);
    p->from = cpm_calloc(p->plan->ncuts + 2, sizeof *p->from);
    if (p->at == NULL || p->from == NULL)
        return cpm_err_memory(lw->err);
    cpm_affine_init(&p->at[0]);
    cpm_affine_init(&p->at[1]);
    p->count = 1;
    cpm_status status = cpm_affine_add_int(&p->at[1], lw, trips, 1);
    for (size_t k = 0; k < p->plan->ncuts && status == CPM_OK; k++) {
        affine_form cut;
        status = position(&cut, p, lw, &p->plan->cuts[k]);
        if (status == CPM_OK)
            status = insert(p, lw, &cut, &p->plan->cuts[k]);
        cpm_affine_clear(&cut);
    }
    return status;
}

/* ---- The pieces ---------------------------------------------------------------------- */

/* The variable's register = value. */
static cpm_status set_variable(pieces *p, lowering *lw, const affine_form *value)
{
    const cpm_expr *target = p->loop->u.loop.target;
    lv copy;
    if (target == NULL)
        return CPM_OK;
    cpm_sym sym = target->u.name.sym;
    cpm_status status = cpm_affine_push(&copy, lw, value);
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
    size_t nforms = lw->nforms;
    cpm_status status = cpm_lower_block(lw, &p->loop->u.loop.body);
    cpm_lower_end_forms(lw, nforms);
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
            status = cpm_affine_add_constant(&p->piece.value, lw, step);
        fmpq_sub(back, back, step);
    }
    if (status == CPM_OK) /* it may be lowered again */
        status = cpm_affine_add_constant(&p->piece.value, lw, back);
    fmpq_clear(step);
    fmpq_clear(back);
    return status;
}

cpm_status cpm_lower_begin_loop(lv *count, lowering *lw, const affine_form *times)
{
    fmpq_t c;
    uint32_t runs = cpm_affine_surely(lw, times, 1);
    cpm_status status = cpm_affine_push(count, lw, times);
    if (status != CPM_OK)
        return status;
    if (!lv_is_constant(count)) {
        status = cpm_lower_push(lw, count);
        return status == CPM_OK ? cpm_matcode_emit(lw->code, CPM_MC_LOOP, runs, count->reg, lw->err)
                                : status;
    }
    fmpq_init(c);
    cpm_lv_get_constant(c, count);
    status = cpm_matcode_emit_const(lw->code, CPM_MC_LOOP, 0, c, lw->err);
    fmpq_clear(c);
    return status;
}

/* LOOP, rounds of the piece, END. */
static cpm_status lower_loop(pieces *p, lowering *lw)
{
    size_t c = 0;
    fmpz_t zero;
    lv count = {.kind = LV_POLY, .counter = NO_COUNTER};
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
        status = cpm_lower_begin_loop(&count, lw, &p->piece.rounds);
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
            status = cpm_affine_add_constant(&p->piece.value, lw, step);
    }
    fmpq_clear(step);
    return status;
}

/* What is left over of a piece in all rounds around. */
static cpm_status find_left(ulong *out, const pieces *p, lowering *lw, const affine_form *length)
{
    affine_form left;
    fmpq_t c;
    fmpz_t bodies;
    *out = 0;
    if (p->bodies == 1)
        return CPM_OK;
    cpm_affine_init(&left);
    fmpq_init(c);
    fmpz_init_set_ui(bodies, p->bodies);
    cpm_status status = cpm_affine_add_int(&left, lw, length, 1);
    if (status == CPM_OK)
        status = cpm_affine_divide(&left, lw, bodies, false, p->loop->u.loop.range_span);
    cpm_lv_get_constant(c, &left.rest);
    if (status == CPM_OK && !cpm_affine_is_constant(&left))
        status = refuse_cut(p, lw);
    if (status == CPM_OK)
        *out = fmpz_get_ui(fmpq_numref(c));
    cpm_affine_clear(&left);
    fmpq_clear(c);
    fmpz_clear(bodies);
    return status;
}

static bool is_one(const affine_form *value)
{
    fmpq_t c;
    fmpq_init(c);
    cpm_lv_get_constant(c, &value->rest);
    bool yes = cpm_affine_is_constant(value) && fmpq_is_one(c);
    fmpq_clear(c);
    return yes;
}

/* Whether so many rounds are to be lowered: there is one, or none is missing. */
static cpm_status runs(bool *truth, lowering *lw, const affine_form *rounds, cpm_span span)
{
    *truth = rounds->nterms > 0 && cpm_affine_surely(lw, rounds, 0);
    return *truth ? CPM_OK : cpm_affine_decide(truth, lw, rounds, CPM_OP_GT, span);
}

/* So many rounds as go into the piece, and what is left over. */
static cpm_status lower_piece(pieces *p, lowering *lw, const affine_form *length)
{
    fmpz_t period;
    bool goes = false;
    ulong nleft = 0;
    fmpz_init_set_ui(period, p->bodies);
    cpm_status status = cpm_affine_add_int(&p->piece.rounds, lw, length, 1);
    if (status == CPM_OK)
        status = divide(p, lw, &p->piece.rounds, period);
    if (status == CPM_OK)
        status = find_left(&nleft, p, lw, length);
    if (status == CPM_OK)
        status = runs(&goes, lw, &p->piece.rounds, p->loop->u.loop.range_span);
    if (status == CPM_OK && goes && is_one(&p->piece.rounds)) {
        nleft += p->bodies;
    } else if (status == CPM_OK && goes) {
        status = lower_loop(p, lw);
        fmpz_mul(period, period, p->step); /* what follows is further on */
        if (status == CPM_OK)
            status = add_times(lw, &p->piece.value, &p->piece.rounds, period);
    }
    if (status == CPM_OK)
        status = lower_singles(p, lw, nleft);
    fmpz_clear(period);
    return status;
}

static cpm_status lower_next(pieces *p, lowering *lw, size_t k)
{
    const cpm_expr *target = p->loop->u.loop.target;
    affine_form length;
    if (++lw->npieces > CPM_MAX_INNER_PIECES)
        return refuse_cut(p, lw);
    p->piece = (piece){.sym = target == NULL ? CPM_NO_SYM : target->u.name.sym,
                       .loop_id = p->loop->u.loop.id,
                       .depth = lw->inner_depth,
                       .period = p->bodies,
                       .from = p->from[k]};
    cpm_affine_init(&length);
    cpm_affine_init(&p->piece.value);
    cpm_affine_init(&p->piece.rounds);
    fmpz_init(p->piece.delta);
    fmpz_mul_ui(p->piece.delta, p->step, p->bodies);
    cpm_status status = cpm_affine_add_int(&length, lw, &p->at[k + 1], 1);
    if (status == CPM_OK)
        status = cpm_affine_add_int(&length, lw, &p->at[k], -1);
    if (status == CPM_OK)
        status = add_times(lw, &p->piece.value, &p->at[k], p->step);
    if (status == CPM_OK)
        status = cpm_affine_add_int(&p->piece.value, lw, p->start, 1);
    if (status == CPM_OK)
        status = lower_piece(p, lw, &length);
    cpm_affine_clear(&length);
    cpm_affine_clear(&p->piece.value);
    cpm_affine_clear(&p->piece.rounds);
    fmpz_clear(p->piece.delta);
    return status;
}

cpm_status cpm_lower_pieces(bool *broke, lowering *lw, const cpm_stmt *loop,
                            const affine_form *start, const affine_form *trips, const fmpz_t step)
{
    const inner_plan *plan = &lw->plans[loop->u.loop.id];
    pieces p = {.loop = loop,
                .start = start,
                .step = step,
                .plan = plan,
                .bodies = plan->period == 0 ? 1 : plan->period};
    inner_loop inner = {.loop_id = loop->u.loop.id, .piece = &p.piece};
    cpm_status status = find_cuts(&p, lw, trips);
    cpm_lower_enter_loop(lw, &inner);
    for (size_t k = 0; k < p.count && status == CPM_OK && !lw->breaks; k++)
        status = lower_next(&p, lw, k);
    cpm_lower_leave_loop(lw);
    *broke = lw->breaks;
    lw->breaks = false;
    for (size_t k = 0; p.from != NULL && k <= p.count; k++)
        cpm_affine_clear(&p.at[k]);
    free(p.at);
    free(p.from);
    return status;
}
