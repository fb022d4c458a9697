/* SPDX-License-Identifier: MIT
 *
 * lower_split.c - conditions and quotients of loop counters.
 *
 * Whether `2*i < n` holds, and what `i % 3` and `i // 3` are, depends on where in
 * the range a round is. So the range is cut before it is lowered: where a
 * condition changes, and into rounds of so many bodies that a remainder is the
 * same in all of them. Nothing is collected beforehand. A body is lowered, and
 * what cannot be decided asks for one cut, or a period, of the counter it is
 * about; whoever owns that loop cuts it and tries again. Inner loops of few rounds
 * are unrolled instead.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"

/* ---- Asking -------------------------------------------------------------------- */

/* An inner loop of few rounds has them written out, another one is cut itself; of those
 * in other pairs than plus-times nothing is to be had but that. */
static bool ask_unrolling(lowering *lw, size_t c)
{
    const lower_counter *ctr = &lw->counters[c];
    if (!ctr->has_trips || fmpz_cmp_ui(ctr->trips, CPM_MAX_UNROLLED) > 0)
        return !lw->options->domain->is_arithmetic;
    lw->wants_again = true;
    lw->plans[ctr->loop_id].unrolls = true;
    return true;
}

static void ask_cut(lowering *lw, size_t c, const fmpz_t at)
{
    if (lw->is_quiet)
        return;
    if (c > 0) {
        if (!ask_unrolling(lw, c))
            cpm_lower_ask_inner_cut(lw, lw->counters[c].loop_id, NULL, at);
        return;
    }
    lw->split.kind = CPM_SPLIT_CUT;
    fmpz_set(lw->split.at, at);
}

void cpm_lower_ask_period(lowering *lw, size_t c, ulong period)
{
    if (lw->is_quiet)
        return;
    if (c > 0) {
        if (!ask_unrolling(lw, c))
            cpm_lower_ask_inner_period(lw, lw->counters[c].loop_id, period);
        return;
    }
    lw->split.kind = CPM_SPLIT_PERIOD;
    lw->split.period = period;
}

void cpm_lower_ask_break(lowering *lw)
{
    bool is_guarded = lw->nesting > 1; /* else nothing of the loop would be left */
    if (lw->inner != NULL) {
        cpm_lower_ask_inner_break(lw);
        return;
    }
    if (!is_guarded || lw->inner_depth > 0 || !lw->counters[0].has_trips)
        return;
    lw->split.kind = CPM_SPLIT_CUT;
    fmpz_one(lw->split.at);
}

void cpm_lower_ask_one(lowering *lw, const lv *value)
{
    enum { FEW = 64 };
    const lower_counter *ctr = &lw->counters[value->counter];
    if (lw->is_quiet || value->counter > 0 || !ctr->has_trips || fmpz_cmp_ui(ctr->trips, FEW) > 0 ||
        lw->split.kind != CPM_SPLIT_NONE)
        return;
    lw->split.kind = CPM_SPLIT_CUT;
    fmpz_one(lw->split.at);
}

bool cpm_lower_only_round(fmpq_t out, const lowering *lw, const lv *value)
{
    fmpz_t slope, constant;
    const lower_counter *ctr = &lw->counters[value->counter];
    fmpz_init(slope);
    fmpz_init(constant);
    bool known = ctr->has_trips && fmpz_is_one(ctr->trips) &&
                 cpm_exppoly_is_affine(&value->poly, slope, constant);
    if (known) {
        fmpz_addmul(constant, slope, ctr->start);
        fmpq_set_fmpz(out, constant);
    }
    fmpz_clear(slope);
    fmpz_clear(constant);
    return known;
}

/* ---- Remainders and quotients ----------------------------------------------------- */

/* An expression slope*i + constant of a counter that has so many rounds. */
typedef struct affine {
    fmpz_t slope, constant;
    fmpz_t first, last, delta; /* in its first and last round, and from round to round */
} affine;

static void affine_clear(affine *a)
{
    fmpz_clear(a->slope);
    fmpz_clear(a->constant);
    fmpz_clear(a->first);
    fmpz_clear(a->last);
    fmpz_clear(a->delta);
}

/* False where it is none; to be cleared in any case. */
static bool affine_of(affine *a, const lowering *lw, const lv *value)
{
    fmpz_init(a->slope);
    fmpz_init(a->constant);
    fmpz_init(a->first);
    fmpz_init(a->last);
    fmpz_init(a->delta);
    if (value->kind != LV_POLY || value->counter == NO_COUNTER || value->flow != 0 ||
        !lw->counters[value->counter].has_trips ||
        !cpm_exppoly_is_affine(&value->poly, a->slope, a->constant))
        return false;
    const lower_counter *ctr = &lw->counters[value->counter];
    fmpz_mul(a->first, a->slope, ctr->start);
    fmpz_add(a->first, a->first, a->constant);
    fmpz_mul(a->delta, a->slope, ctr->step);
    fmpz_sub_ui(a->last, ctr->trips, 1);
    fmpz_mul(a->last, a->last, a->delta);
    fmpz_add(a->last, a->last, a->first);
    if (fmpz_is_one(ctr->trips)) { /* it is a number */
        fmpz_zero(a->slope);
        fmpz_zero(a->delta);
        fmpz_set(a->constant, a->first);
    }
    return true;
}

/* out = (slope*i + constant) / k */
static cpm_status set_affine(lv *out, lowering *lw, const fmpz_t slope, const fmpz_t constant,
                             const fmpz_t k)
{
    fmpq_t c, one;
    fmpq_init(c);
    fmpq_init(one);
    fmpq_one(one);
    size_t counter = fmpz_is_zero(slope) ? NO_COUNTER : out->counter;
    cpm_lv_clear(out);
    *out = (lv){.kind = LV_POLY, .counter = counter};
    fmpq_set_fmpz_frac(c, constant, k);
    cpm_status status = cpm_exppoly_add_term(&out->poly, c, 0, one, lw->err);
    fmpq_set_fmpz_frac(c, slope, k);
    if (status == CPM_OK)
        status = cpm_exppoly_add_term(&out->poly, c, 1, one, lw->err);
    fmpq_clear(c);
    fmpq_clear(one);
    return status;
}

/* With the same quotient q, or the same remainder r, in all rounds. */
static cpm_status take_known(lv *out, lowering *lw, affine *a, const fmpz_t k, bool same_quotient,
                             bool quotient)
{
    fmpz_t zero, one, t;
    fmpz_init(zero);
    fmpz_init_set_ui(one, 1);
    fmpz_init(t);
    cpm_status status;
    fmpz_fdiv_q(t, a->first, k);
    if (same_quotient && quotient) {
        status = set_affine(out, lw, zero, t, one);
    } else if (same_quotient) {
        fmpz_submul(a->constant, t, k);
        status = set_affine(out, lw, a->slope, a->constant, one);
    } else {
        fmpz_mod(t, a->first, k);
        fmpz_sub(a->constant, a->constant, t);
        status = quotient ? set_affine(out, lw, a->slope, a->constant, k)
                          : set_affine(out, lw, zero, t, one);
    }
    fmpz_clear(zero);
    fmpz_clear(one);
    fmpz_clear(t);
    return status;
}

/* How many bodies a round of counter c needs for k to divide what the value grows by;
 * 0: too many. */
static ulong period_for(const lowering *lw, size_t c, const affine *a, const fmpz_t k)
{
    fmpz_t m;
    fmpz_init(m);
    fmpz_gcd(m, k, a->delta);
    fmpz_divexact(m, k, m);
    fmpz_mul_ui(m, m, c > 0 || lw->options->period == 0 ? 1 : lw->options->period);
    ulong period = fmpz_cmp_ui(m, CPM_MAX_PERIOD) <= 0 ? fmpz_get_ui(m) : 0;
    fmpz_clear(m);
    return period;
}

cpm_split_answer cpm_lower_remainder(cpm_status *status, lv *out, lowering *lw, const fmpz_t k,
                                     bool quotient)
{
    affine a;
    fmpz_t q1, q2;
    fmpz_init(q1);
    fmpz_init(q2);
    cpm_split_answer answer = CPM_SPLIT_NOT_MINE;
    bool is_affine = affine_of(&a, lw, out);
    if (is_affine) {
        const lower_counter *ctr = &lw->counters[out->counter];
        fmpz_fdiv_q(q1, a.first, k);
        fmpz_fdiv_q(q2, a.last, k);
        bool same_quotient = fmpz_equal(q1, q2), same_remainder = fmpz_divisible(a.delta, k);
        ulong period = period_for(lw, out->counter, &a, k);
        if (same_quotient || (same_remainder && (ctr->is_scaled || !quotient))) {
            *status = take_known(out, lw, &a, k, same_quotient, quotient);
            answer = CPM_SPLIT_DONE;
        } else if (period > 0) {
            cpm_lower_ask_period(lw, out->counter, period);
            answer = CPM_SPLIT_ASKED;
        }
    }
    affine_clear(&a);
    fmpz_clear(q1);
    fmpz_clear(q2);
    return is_affine ? answer : cpm_lower_poly_remainder(status, out, lw, k, quotient);
}

/* ---- Conditions ------------------------------------------------------------------- */

static cpm_status refuse_condition(lowering *lw, const cpm_expr *test)
{
    return cpm_lower_refuse(lw, test->span, "%s condition", lw->options->adjective);
}

/* The sign of a polynomial in the given round. */
static int sign_in(const lv *d, const lower_counter *ctr, const fmpz_t round)
{
    fmpq_t sum, term;
    fmpz_t i;
    fmpq_init(sum);
    fmpq_init(term);
    fmpz_init_set(i, ctr->start);
    fmpz_addmul(i, ctr->step, round);
    for (size_t k = 0; k < d->poly.len; k++) {
        fmpz_pow_ui(fmpq_numref(term), i, d->poly.terms[k].power);
        fmpz_one(fmpq_denref(term));
        fmpq_mul(term, term, d->poly.terms[k].coeff);
        fmpq_add(sum, sum, term);
    }
    int sign = fmpq_sgn(sum);
    fmpq_clear(sum);
    fmpq_clear(term);
    fmpz_clear(i);
    return sign;
}

/* Grows, or falls, from round to round: affine, or with terms of one sign in a
 * counter that goes up from 0 or above. */
static bool is_monotone(const lv *d, const lower_counter *ctr)
{
    int sign = 0;
    bool is_affine = true, agree = true;
    for (size_t k = 0; k < d->poly.len; k++) {
        const cpm_monomial *term = &d->poly.terms[k];
        if (!fmpq_is_one(term->base))
            return false;
        if (term->power == 0)
            continue;
        is_affine = is_affine && term->power == 1;
        agree = agree && (sign == 0 || fmpq_sgn(term->coeff) == sign);
        sign = fmpq_sgn(term->coeff);
    }
    return is_affine || (agree && fmpz_sgn(ctr->start) >= 0 && fmpz_sgn(ctr->step) > 0);
}

static bool holds(cpm_op op, int sign)
{
    switch (op) {
    case CPM_OP_LT:
        return sign < 0;
    case CPM_OP_LE:
        return sign <= 0;
    case CPM_OP_GT:
        return sign > 0;
    case CPM_OP_GE:
        return sign >= 0;
    case CPM_OP_EQ:
        return sign == 0;
    default:
        return sign != 0;
    }
}

/* What of the sign matters: for == and != all of it, since it passes through 0 once. */
static int aspect(cpm_op op, int sign)
{
    return op == CPM_OP_EQ || op == CPM_OP_NE ? sign : holds(op, sign);
}

/* The first round in which that is another than in round 0; trips: none. */
static void find_change(fmpz_t round, const lv *d, const lower_counter *ctr, cpm_op op)
{
    fmpz_t low, middle;
    fmpz_init(low); /* as round 0 */
    fmpz_init(middle);
    int before = aspect(op, sign_in(d, ctr, low));
    fmpz_set(round, ctr->trips);
    fmpz_sub_ui(middle, ctr->trips, 1);
    if (aspect(op, sign_in(d, ctr, middle)) == before)
        fmpz_set(low, middle);
    for (;;) {
        fmpz_add(middle, low, round);
        fmpz_fdiv_q_2exp(middle, middle, 1);
        if (fmpz_equal(middle, low))
            break;
        fmpz_set(aspect(op, sign_in(d, ctr, middle)) == before ? low : round, middle);
    }
    fmpz_clear(low);
    fmpz_clear(middle);
}

bool cpm_lower_sign_known(bool *truth, lowering *lw, const lv *d, cpm_op op)
{
    fmpz_t round;
    fmpz_init(round);
    if (d->counter == NO_COUNTER || d->poly.len == 0) {
        const lower_counter any = {.has_trips = true};
        *truth = holds(op, sign_in(d, &any, round));
        fmpz_clear(round);
        return true;
    }
    const lower_counter *ctr = &lw->counters[d->counter];
    bool decided = false;
    if (ctr->has_trips && is_monotone(d, ctr)) {
        *truth = holds(op, sign_in(d, ctr, round));
        find_change(round, d, ctr, op);
        /* Nothing changes, or the sign does without being 0 in a round. */
        decided = fmpz_equal(round, ctr->trips) || holds(op, sign_in(d, ctr, round)) == *truth;
        if (!decided)
            ask_cut(lw, d->counter, round);
    }
    fmpz_clear(round);
    return decided;
}

cpm_status cpm_lower_counter_poly(lv *out, lowering *lw, const cpm_expr *expr)
{
    size_t counter = NO_COUNTER;
    cpm_lv_clear(out);
    *out = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
    if (!cpm_lower_is_counter_expr(lw, expr, &counter))
        return refuse_condition(lw, expr);
    cpm_status status = cpm_lower_integer(out, lw, expr);
    return status == CPM_OK && out->kind != LV_POLY ? refuse_condition(lw, expr) : status;
}

cpm_status cpm_lower_is_negative(bool *negative, lowering *lw, const cpm_expr *x)
{
    affine_form form;
    const cpm_expr *around = lw->condition;
    lw->condition = x;
    cpm_status status = cpm_lower_form(&form, lw, x);
    if (status == CPM_OK)
        status = cpm_affine_decide(negative, lw, &form, CPM_OP_LT, x->span);
    lw->condition = around;
    cpm_affine_clear(&form);
    return status;
}

static cpm_status decide_link(bool *truth, lowering *lw, cpm_expr *left, const cpm_link *link,
                              const cpm_expr *test)
{
    cpm_link copy = *link;
    cpm_expr pair = {.kind = CPM_EXPR_COMPARE,
                     .span = test->span,
                     .u.chain = {.first = left, .links = &copy, .nlinks = 1}};
    if (cpm_lower_is_predictable(lw, &pair))
        return lw->env->test(lw->env->ctx, truth, &pair, lw->err);
    if (link->op > CPM_OP_NE) /* in, is */
        return refuse_condition(lw, test);
    affine_form a, b;
    const cpm_expr *around = lw->condition;
    lw->condition = test;
    cpm_status status = cpm_lower_form(&a, lw, left);
    if (status == CPM_OK) {
        status = cpm_lower_form(&b, lw, link->operand);
        if (status == CPM_OK)
            status = cpm_affine_add_int(&a, lw, &b, -1);
        cpm_affine_clear(&b);
    }
    if (status == CPM_OK)
        status = cpm_affine_decide(truth, lw, &a, link->op, test->span);
    lw->condition = around;
    cpm_affine_clear(&a);
    return status;
}

cpm_status cpm_lower_decide(bool *truth, lowering *lw, const cpm_expr *test)
{
    cpm_status status = CPM_OK;
    if (cpm_lower_is_predictable(lw, test))
        return lw->env->test(lw->env->ctx, truth, test, lw->err);
    if (test->kind == CPM_EXPR_UNARY && test->u.unary.op == CPM_OP_NOT) {
        status = cpm_lower_decide(truth, lw, test->u.unary.operand);
        *truth = status == CPM_OK && !*truth;
        return status;
    }
    if (test->kind == CPM_EXPR_BOOL) {
        bool stops_at = test->u.chain.links[0].op == CPM_OP_BOOL_OR;
        status = cpm_lower_decide(truth, lw, test->u.chain.first);
        for (size_t i = 0; i < test->u.chain.nlinks && status == CPM_OK && *truth != stops_at; i++)
            status = cpm_lower_decide(truth, lw, test->u.chain.links[i].operand);
        return status;
    }
    if (test->kind == CPM_EXPR_COMPARE) {
        cpm_expr *left = test->u.chain.first;
        *truth = true;
        for (size_t i = 0; i < test->u.chain.nlinks && status == CPM_OK && *truth; i++) {
            status = decide_link(truth, lw, left, &test->u.chain.links[i], test);
            left = test->u.chain.links[i].operand;
        }
        return status;
    }
    if (cpm_lower_is_own_call(lw, test))
        return cpm_lower_call_truth(truth, lw, test);
    affine_form value;
    const cpm_expr *around = lw->condition;
    lw->condition = test;
    status = cpm_lower_form(&value, lw, test);
    if (status == CPM_OK)
        status = cpm_affine_decide(truth, lw, &value, CPM_OP_NE, test->span);
    lw->condition = around;
    cpm_affine_clear(&value);
    return status;
}
