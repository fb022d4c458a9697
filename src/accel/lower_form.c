/* SPDX-License-Identifier: MIT
 *
 * lower_form.c - affine expressions of the variable of an inner loop and of a counter
 * around it, for conditions and remainders: `j > i - 4`, `(i + j) % 3`.
 *
 * An inner loop has no counter of its own once its range is cut (lower_pieces.c): where a
 * piece begins, and how long it is, are polynomials in the counter around, and so is the
 * variable in its first and last round. An expression that grows from round to round is
 * decided by its signs there; where they differ the piece asks to be cut.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"

void cpm_affine_clear(affine_form *form)
{
    cpm_lv_clear(&form->rest);
    fmpq_clear(form->slope);
}

static void form_init(affine_form *form)
{
    *form = (affine_form){.rest = {.kind = LV_POLY, .counter = NO_COUNTER}};
    fmpq_init(form->slope);
}

/* ---- What a form is ------------------------------------------------------------ */

static cpm_status refuse(lowering *lw, cpm_span span)
{
    return cpm_lower_refuse(lw, lw->condition == NULL ? span : lw->condition->span, "%s condition",
                            lw->options->adjective);
}

static const piece *piece_of(const lowering *lw, cpm_sym sym)
{
    if (lw->names[sym].state != NAME_REGISTER)
        return NULL;
    for (const inner_loop *in = lw->inner; in != NULL; in = in->around)
        if (in->piece != NULL && in->piece->sym == sym)
            return in->piece;
    return NULL;
}

/* An inner loop that is not cut yet moves this variable on in a register. */
static void ask_for_variable(lowering *lw, cpm_sym sym)
{
    for (const inner_loop *in = lw->inner; in != NULL; in = in->around)
        if (in->variable == sym && in->piece == NULL && !in->is_unrolled)
            cpm_lower_ask_pieces(lw, in->loop_id);
}

cpm_status cpm_lv_add_multiple(lowering *lw, lv *acc, const lv *value, const fmpq_t c,
                               cpm_span span)
{
    if (acc->counter != NO_COUNTER && value->counter != NO_COUNTER &&
        acc->counter != value->counter)
        return cpm_lower_refuse(lw, span, "an expression of two counters");
    if (acc->counter == NO_COUNTER)
        acc->counter = value->counter;
    cpm_status status = cpm_exppoly_addmul(&acc->poly, &value->poly, c, lw->err);
    cpm_lv_settle(acc);
    return status;
}

/* The rounds of the deeper one of two counters can be had as pieces instead. */
static void ask_for_counters(lowering *lw, size_t a, size_t b)
{
    if (a != NO_COUNTER && b != NO_COUNTER && a != b)
        cpm_lower_ask_pieces(lw, lw->counters[a > b ? a : b].loop_id);
}

cpm_status cpm_affine_add(affine_form *form, lowering *lw, const affine_form *other, slong c,
                          cpm_span span)
{
    fmpq_t factor;
    if (form->of != NULL && other->of != NULL && form->of != other->of)
        return refuse(lw, span);
    if (other->of != NULL)
        form->of = other->of;
    ask_for_counters(lw, form->rest.counter, other->rest.counter);
    fmpq_init(factor);
    fmpq_set_si(factor, c, 1);
    fmpq_addmul(form->slope, factor, other->slope);
    cpm_status status = cpm_lv_add_multiple(lw, &form->rest, &other->rest, factor, span);
    if (fmpq_is_zero(form->slope))
        form->of = NULL;
    fmpq_clear(factor);
    return status;
}

static cpm_status form_of_name(affine_form *form, lowering *lw, const cpm_expr *expr)
{
    cpm_sym sym = expr->u.name.sym;
    const piece *p = piece_of(lw, sym);
    if (p == NULL) {
        ask_for_variable(lw, sym);
        return refuse(lw, expr->span);
    }
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    cpm_status status = CPM_OK;
    if (p->is_single) {
        status = cpm_lv_add_multiple(lw, &form->rest, &p->value, one, expr->span);
    } else {
        form->of = p;
        fmpq_set(form->slope, one);
    }
    fmpq_clear(one);
    return status;
}

static cpm_status multiply(affine_form *form, lowering *lw, const affine_form *by, cpm_span span)
{
    fmpq_t c;
    if (by->of != NULL || !lv_is_constant(&by->rest))
        return refuse(lw, span);
    fmpq_init(c);
    cpm_lv_get_constant(c, &by->rest);
    fmpq_mul(form->slope, form->slope, c);
    cpm_exppoly_scale(&form->rest.poly, c);
    cpm_lv_settle(&form->rest);
    if (fmpq_is_zero(form->slope))
        form->of = NULL;
    fmpq_clear(c);
    return CPM_OK;
}

/* ---- Remainders and quotients ------------------------------------------------------ */

/* slope * value + rest: what the form is in the first round of the piece. */
static cpm_status at_start(lv *out, lowering *lw, const affine_form *form, cpm_span span)
{
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    *out = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
    cpm_status status = cpm_lv_add_multiple(lw, out, &form->rest, one, span);
    if (status == CPM_OK && form->of != NULL)
        status = cpm_lv_add_multiple(lw, out, &form->of->value, form->slope, span);
    fmpq_clear(one);
    return status;
}

/* How many times longer rounds have to be for k to divide what the form grows by. */
static bool rounds_fit(lowering *lw, const affine_form *form, const fmpz_t k)
{
    fmpz_t grows, m;
    fmpz_init(grows);
    fmpz_init(m);
    fmpz_mul(grows, fmpq_numref(form->slope), form->of->delta);
    fmpz_gcd(m, grows, k);
    fmpz_divexact(m, k, m);
    bool fit = fmpz_is_one(m), is_integral = fmpz_is_one(fmpq_denref(form->slope));
    fmpz_mul_ui(m, m, form->of->period);
    if (!fit && is_integral && fmpz_cmp_ui(m, CPM_MAX_UNROLLED) <= 0)
        cpm_lower_ask_inner_period(lw, form->of->loop_id, fmpz_get_ui(m));
    fmpz_clear(grows);
    fmpz_clear(m);
    return fit && is_integral;
}

/* A polynomial in a counter, or a constant, that has one remainder in all rounds. */
static cpm_status known_remainder(fmpz_t r, lowering *lw, lv *value, const fmpz_t k, cpm_span span)
{
    fmpq_t c;
    cpm_status status = CPM_OK;
    if (!lv_is_constant(value) &&
        cpm_lower_remainder(&status, value, lw, k, false) != CPM_SPLIT_DONE)
        return refuse(lw, span);
    fmpq_init(c);
    cpm_lv_get_constant(c, value);
    if (status == CPM_OK && (!lv_is_constant(value) || !fmpz_is_one(fmpq_denref(c))))
        status = refuse(lw, span);
    fmpz_mod(r, fmpq_numref(c), k);
    fmpq_clear(c);
    return status;
}

/* form = (form - r) / k, or r. */
static cpm_status take_part(affine_form *form, lowering *lw, const fmpz_t r, const fmpz_t k,
                            bool quotient, cpm_span span)
{
    affine_form part;
    fmpq_t c, one;
    form_init(&part);
    fmpq_init(c);
    fmpq_init(one);
    fmpq_one(one);
    fmpq_set_fmpz(c, r);
    cpm_status status = cpm_exppoly_add_term(&part.rest.poly, c, 0, one, lw->err);
    if (quotient && status == CPM_OK)
        status = cpm_affine_add(form, lw, &part, -1, span);
    if (quotient) {
        fmpq_div_fmpz(form->slope, form->slope, k);
        fmpz_one(fmpq_numref(c));
        fmpz_set(fmpq_denref(c), k);
        cpm_exppoly_scale(&form->rest.poly, c);
    } else {
        affine_form whole = *form;
        *form = part;
        part = whole;
    }
    fmpq_clear(c);
    fmpq_clear(one);
    cpm_affine_clear(&part);
    return status;
}

static cpm_status divide(affine_form *form, lowering *lw, const fmpz_t k, bool quotient,
                         cpm_span span)
{
    size_t c = form->rest.counter;
    lv first;
    fmpz_t r;
    cpm_status status = CPM_OK;
    if (c != NO_COUNTER && !lw->counters[c].has_trips) {
        cpm_lower_ask_pieces(lw, lw->counters[c].loop_id);
        return refuse(lw, span);
    }
    if (form->of == NULL && c != NO_COUNTER)
        return cpm_lower_remainder(&status, &form->rest, lw, k, quotient) == CPM_SPLIT_DONE
                   ? status
                   : refuse(lw, span);
    if (form->of != NULL && !rounds_fit(lw, form, k))
        return refuse(lw, span);
    fmpz_init(r);
    status = at_start(&first, lw, form, span);
    if (status == CPM_OK)
        status = known_remainder(r, lw, &first, k, span);
    if (status == CPM_OK)
        status = take_part(form, lw, r, k, quotient, span);
    cpm_lv_clear(&first);
    fmpz_clear(r);
    return status;
}

/* ---- From the tree ----------------------------------------------------------------- */

/* The chain up to a link that divides. */
static cpm_status apply_link(affine_form *form, lowering *lw, const cpm_link *link)
{
    affine_form operand;
    fmpz_t k;
    bool quotient;
    cpm_status status;
    fmpz_init(k);
    if (cpm_lower_divisor(k, &quotient, lw, link)) {
        status = divide(form, lw, k, quotient, link->operand->span);
        fmpz_clear(k);
        return status;
    }
    fmpz_clear(k);
    if (link->op != CPM_OP_ADD && link->op != CPM_OP_SUB && link->op != CPM_OP_MUL)
        return refuse(lw, link->operand->span);
    status = cpm_lower_form(&operand, lw, link->operand);
    if (status == CPM_OK && link->op != CPM_OP_MUL) {
        status = cpm_affine_add(form, lw, &operand, link->op == CPM_OP_ADD ? 1 : -1,
                                link->operand->span);
    } else if (status == CPM_OK) {
        bool swaps = form->of == NULL && lv_is_constant(&form->rest);
        if (swaps) {
            affine_form left = *form;
            *form = operand;
            operand = left;
        }
        status = multiply(form, lw, &operand, link->operand->span);
    }
    cpm_affine_clear(&operand);
    return status;
}

/* The first `nlinks` links of a chain. */
static cpm_status form_of_chain(affine_form *form, lowering *lw, const cpm_expr *chain,
                                size_t nlinks)
{
    cpm_affine_clear(form);
    cpm_status status = cpm_lower_form(form, lw, chain->u.chain.first);
    for (size_t i = 0; i < nlinks && status == CPM_OK; i++)
        status = apply_link(form, lw, &chain->u.chain.links[i]);
    return status;
}

static cpm_status form_of_unary(affine_form *form, lowering *lw, const cpm_expr *expr)
{
    affine_form zero;
    cpm_op op = expr->u.unary.op;
    if (op != CPM_OP_NEG && op != CPM_OP_POS)
        return refuse(lw, expr->span);
    cpm_affine_clear(form);
    cpm_status status = cpm_lower_form(form, lw, expr->u.unary.operand);
    if (op == CPM_OP_POS || status != CPM_OK)
        return status;
    zero = *form;
    form_init(form);
    status = cpm_affine_add(form, lw, &zero, -1, expr->span);
    cpm_affine_clear(&zero);
    return status;
}

cpm_status cpm_lower_form(affine_form *form, lowering *lw, const cpm_expr *expr)
{
    size_t counter = NO_COUNTER;
    cpm_status status = CPM_OK;
    form_init(form);
    if (cpm_lower_is_counter_expr(lw, expr, &counter))
        return cpm_lower_counter_poly(&form->rest, lw, expr);
    if (++lw->nesting > CPM_MAX_NESTING)
        status = refuse(lw, expr->span);
    else if (expr->kind == CPM_EXPR_NAME)
        status = form_of_name(form, lw, expr);
    else if (expr->kind == CPM_EXPR_CHAIN)
        status = form_of_chain(form, lw, expr, expr->u.chain.nlinks);
    else if (expr->kind == CPM_EXPR_UNARY)
        status = form_of_unary(form, lw, expr);
    else
        status = refuse(lw, expr->span);
    lw->nesting--;
    return status;
}

/* reg = the form, on the stack. */
static cpm_status push_form(lv *out, lowering *lw, const affine_form *form)
{
    lv variable = {.kind = LV_REG};
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    *out = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
    cpm_status status = cpm_lv_add_multiple(lw, out, &form->rest, one, (cpm_span){0, 0});
    if (form->of != NULL) {
        if (status == CPM_OK)
            status = cpm_lower_variable(&variable.reg, lw, form->of->sym);
        if (status == CPM_OK)
            status = cpm_lower_scale(lw, &variable, form->slope);
        if (status == CPM_OK)
            status = cpm_lower_add(lw, out, &variable, 1);
    }
    fmpq_clear(one);
    return status;
}

cpm_split_answer cpm_lower_divide_form(cpm_status *status, lv *out, lowering *lw,
                                       const cpm_expr *chain, size_t link)
{
    affine_form form;
    cpm_err ignored = {0}, *err = lw->err;
    fmpz_t k;
    bool quotient;
    if (lw->inner == NULL || !domain_of(lw)->is_arithmetic || out->flow != 0)
        return CPM_SPLIT_NOT_MINE;
    fmpz_init(k);
    bool divides = cpm_lower_divisor(k, &quotient, lw, &chain->u.chain.links[link]);
    if (divides && !quotient && lw->has_modulus && !lw->is_deciding)
        divides = !fmpz_equal(k, lw->modulus); /* that of the loop changes nothing */
    fmpz_clear(k);
    if (!divides)
        return CPM_SPLIT_NOT_MINE;
    bool asked = lw->wants_again;
    form_init(&form);
    lw->err = &ignored;
    cpm_status found = form_of_chain(&form, lw, chain, link + 1);
    lw->err = err;
    *status = cpm_err_pass_memory(err, &ignored);
    cpm_split_answer answer = CPM_SPLIT_NOT_MINE;
    if (found == CPM_OK && *status == CPM_OK) {
        if (out->kind == LV_STACK)
            *status = cpm_lower_pop(lw);
        cpm_lv_clear(out);
        if (*status == CPM_OK)
            *status = push_form(out, lw, &form);
        answer = CPM_SPLIT_DONE;
    } else if (lw->wants_again != asked || lw->split.kind != CPM_SPLIT_NONE) {
        answer = CPM_SPLIT_ASKED;
    }
    cpm_affine_clear(&form);
    return answer;
}

/* ---- Conditions ---------------------------------------------------------------------- */

/* What the form is in the last round. */
static cpm_status at_end(lv *out, lowering *lw, const affine_form *form, cpm_span span)
{
    fmpq_t c, one;
    lv less = {.kind = LV_POLY, .counter = NO_COUNTER};
    fmpq_init(c);
    fmpq_init(one);
    fmpq_one(one);
    fmpq_mul_fmpz(c, form->slope, form->of->delta);
    cpm_status status = at_start(out, lw, form, span);
    if (status == CPM_OK)
        status = cpm_lv_add_multiple(lw, out, &form->of->rounds, c, span);
    fmpq_neg(c, c);
    if (status == CPM_OK)
        status = cpm_exppoly_add_term(&less.poly, c, 0, one, lw->err);
    if (status == CPM_OK)
        status = cpm_lv_add_multiple(lw, out, &less, one, span);
    cpm_lv_clear(&less);
    fmpq_clear(c);
    fmpq_clear(one);
    return status;
}

/* Asks the range to be cut where the form, which grows, is not negative any more. */
static cpm_status ask_for_cut(lowering *lw, const affine_form *form, cpm_span span)
{
    inner_cut cut = {.has_form = true};
    fmpz_t slope, constant, zero;
    fmpz_init(slope);
    fmpz_init(constant);
    fmpz_init(zero);
    fmpq_init(cut.slope);
    fmpq_init(cut.outer);
    fmpq_init(cut.constant);
    cpm_status status =
        cpm_exppoly_is_affine(&form->rest.poly, slope, constant) ? CPM_OK : refuse(lw, span);
    fmpq_set(cut.slope, form->slope);
    fmpq_set_fmpz(cut.constant, constant);
    if (form->rest.counter != NO_COUNTER) { /* t = (i - offset) / slope */
        const lower_counter *ctr = &lw->counters[form->rest.counter];
        cut.around = ctr->loop_id;
        fmpq_set_fmpz_frac(cut.outer, slope, ctr->slope);
        fmpq_t shift;
        fmpq_init(shift);
        fmpq_mul_fmpz(shift, cut.outer, ctr->offset);
        fmpq_sub(cut.constant, cut.constant, shift);
        fmpq_clear(shift);
    }
    if (status == CPM_OK)
        cpm_lower_ask_inner_cut(lw, form->of->loop_id, &cut, zero);
    fmpq_clear(cut.slope);
    fmpq_clear(cut.outer);
    fmpq_clear(cut.constant);
    fmpz_clear(slope);
    fmpz_clear(constant);
    fmpz_clear(zero);
    return status;
}

static cpm_status sign_known(bool *truth, lowering *lw, const lv *value, cpm_op op, cpm_span span)
{
    return cpm_lower_sign_known(truth, lw, value, op) ? CPM_OK : refuse(lw, span);
}

/* Whether form >= least, 0 or 1, for one that grows; else asks for a cut there. */
static cpm_status reaches(bool *truth, lowering *lw, const affine_form *form, int least,
                          cpm_span span)
{
    bool first, last;
    lv a, b = {.kind = LV_REG};
    cpm_op op = least == 0 ? CPM_OP_GE : CPM_OP_GT;
    cpm_status status = at_start(&a, lw, form, span);
    if (status == CPM_OK)
        status = at_end(&b, lw, form, span);
    if (status == CPM_OK)
        status = sign_known(&first, lw, &a, op, span);
    if (status == CPM_OK)
        status = sign_known(&last, lw, &b, op, span);
    cpm_lv_clear(&a);
    cpm_lv_clear(&b);
    if (status != CPM_OK)
        return status;
    *truth = first;
    if (first == last)
        return CPM_OK;
    affine_form at, one;
    form_init(&one);
    form_init(&at);
    fmpq_t c, unit;
    fmpq_init(c);
    fmpq_init(unit);
    fmpq_one(unit);
    fmpq_set_si(c, least, 1);
    status = cpm_exppoly_add_term(&one.rest.poly, c, 0, unit, lw->err);
    if (status == CPM_OK)
        status = cpm_affine_add(&at, lw, form, 1, span);
    if (status == CPM_OK)
        status = cpm_affine_add(&at, lw, &one, -1, span);
    if (status == CPM_OK)
        status = ask_for_cut(lw, &at, span);
    fmpq_clear(c);
    fmpq_clear(unit);
    cpm_affine_clear(&one);
    cpm_affine_clear(&at);
    return status == CPM_OK ? refuse(lw, span) : status;
}

/* form op 0 for a form that grows: of integers, so that > 0 is >= 1. */
static cpm_status decide_growing(bool *truth, lowering *lw, const affine_form *form, cpm_op op,
                                 cpm_span span)
{
    bool above;
    bool strict = op == CPM_OP_GT || op == CPM_OP_LE;
    cpm_status status = reaches(&above, lw, form, strict ? 1 : 0, span);
    if (status != CPM_OK)
        return status;
    if (op == CPM_OP_EQ || op == CPM_OP_NE) {
        bool equal = above;
        if (above) {
            status = reaches(&above, lw, form, 1, span);
            equal = !above;
        }
        *truth = equal == (op == CPM_OP_EQ);
        return status;
    }
    *truth = above == (op == CPM_OP_GT || op == CPM_OP_GE);
    return CPM_OK;
}

cpm_status cpm_lower_decide_form(bool *truth, lowering *lw, const affine_form *form, cpm_op op,
                                 const cpm_expr *test)
{
    size_t c = form->rest.counter;
    if (c != NO_COUNTER && !lw->counters[c].has_trips && c > 0)
        cpm_lower_ask_pieces(lw, lw->counters[c].loop_id);
    if (form->of == NULL)
        return sign_known(truth, lw, &form->rest, op, test->span);
    if (fmpq_sgn(form->slope) * fmpz_sgn(form->of->delta) > 0)
        return decide_growing(truth, lw, form, op, test->span);
    affine_form minus;
    form_init(&minus);
    cpm_status status = cpm_affine_add(&minus, lw, form, -1, test->span);
    if (status == CPM_OK)
        status = decide_growing(truth, lw, &minus, cpm_op_mirrored(op), test->span);
    cpm_affine_clear(&minus);
    return status;
}
