/* SPDX-License-Identifier: MIT
 *
 * lower_form.c - affine expressions of the variables of inner loops, for their bounds,
 * for conditions and remainders: `range(j, i)`, `j > i - 4`, `(i + j + k) % 3`.
 *
 * Where the range of an inner loop begins, and how long it is, are such forms of the loops
 * around it, down to polynomials in the counter of the outermost one. So at the beginning
 * and the end of the range of one loop a form is a form of one loop less; lower_decide.c
 * finds signs that way.
 */
#include "accel/lower_internal.h"
#include "base/limits.h"

/* ---- Sums ------------------------------------------------------------------------ */

void cpm_affine_init(affine_form *form)
{
    form->nterms = 0;
    form->rest = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
}

void cpm_affine_clear(affine_form *form)
{
    for (size_t k = 0; k < form->nterms; k++)
        fmpq_clear(form->terms[k].slope);
    cpm_lv_clear(&form->rest);
    cpm_affine_init(form);
}

bool cpm_affine_is_constant(const affine_form *form)
{
    return form->nterms == 0 && lv_is_constant(&form->rest);
}

static cpm_status refuse(lowering *lw, cpm_span span)
{
    return cpm_affine_refuse(lw, span);
}

static void drop_term(affine_form *form, size_t k)
{
    fmpq_clear(form->terms[k].slope);
    for (form->nterms--; k < form->nterms; k++)
        form->terms[k] = form->terms[k + 1];
}

cpm_status cpm_affine_add_variable(affine_form *form, lowering *lw, const piece *of, const fmpq_t c)
{
    size_t k = 0;
    if (fmpq_is_zero(c))
        return CPM_OK;
    while (k < form->nterms && form->terms[k].of->depth > of->depth)
        k++;
    if (k < form->nterms && form->terms[k].of == of) {
        fmpq_add(form->terms[k].slope, form->terms[k].slope, c);
        if (fmpq_is_zero(form->terms[k].slope))
            drop_term(form, k);
        return CPM_OK;
    }
    if (form->nterms == MAX_FORM_TERMS)
        return cpm_lower_refuse(lw, (cpm_span){0, 0}, "an expression of so many counters");
    for (size_t m = form->nterms++; m > k; m--)
        form->terms[m] = form->terms[m - 1];
    form->terms[k].of = of;
    fmpq_init(form->terms[k].slope);
    fmpq_set(form->terms[k].slope, c);
    return CPM_OK;
}

cpm_status cpm_affine_add_constant(affine_form *form, lowering *lw, const fmpq_t c)
{
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    cpm_status status = cpm_exppoly_add_term(&form->rest.poly, c, 0, one, lw->err);
    fmpq_clear(one);
    return status;
}

static cpm_status add_poly(lowering *lw, lv *acc, const lv *value, const fmpq_t c)
{
    if (acc->counter != NO_COUNTER && value->counter != NO_COUNTER &&
        acc->counter != value->counter)
        return cpm_lower_refuse(lw, (cpm_span){0, 0}, "an expression of two counters");
    if (acc->counter == NO_COUNTER)
        acc->counter = value->counter;
    cpm_status status = cpm_exppoly_addmul(&acc->poly, &value->poly, c, lw->err);
    cpm_lv_settle(acc);
    return status;
}

cpm_status cpm_affine_add(affine_form *form, lowering *lw, const affine_form *other, const fmpq_t c)
{
    fmpq_t slope;
    fmpq_init(slope);
    cpm_status status = add_poly(lw, &form->rest, &other->rest, c);
    for (size_t k = 0; k < other->nterms && status == CPM_OK; k++) {
        fmpq_mul(slope, other->terms[k].slope, c);
        status = cpm_affine_add_variable(form, lw, other->terms[k].of, slope);
    }
    fmpq_clear(slope);
    return status;
}

cpm_status cpm_affine_add_int(affine_form *form, lowering *lw, const affine_form *other, slong c)
{
    fmpq_t factor;
    fmpq_init(factor);
    fmpq_set_si(factor, c, 1);
    cpm_status status = cpm_affine_add(form, lw, other, factor);
    fmpq_clear(factor);
    return status;
}

static void scale(affine_form *form, const fmpq_t c)
{
    for (size_t k = form->nterms; k-- > 0;) {
        fmpq_mul(form->terms[k].slope, form->terms[k].slope, c);
        if (fmpq_is_zero(c))
            drop_term(form, k);
    }
    cpm_exppoly_scale(&form->rest.poly, c);
    cpm_lv_settle(&form->rest);
}

/* ---- What a form is ------------------------------------------------------------ */

/* The piece that a variable, in a register, is of. */
static const piece *piece_of(const lowering *lw, cpm_sym sym)
{
    if (lw->names[sym].state != NAME_REGISTER)
        return NULL;
    for (const inner_loop *in = lw->inner; in != NULL; in = in->around)
        if (in->piece != NULL && in->piece->sym == sym && !in->piece->is_counter)
            return in->piece;
    return NULL;
}

bool cpm_lower_is_piece(const lowering *lw, cpm_sym sym)
{
    return piece_of(lw, sym) != NULL;
}

static const piece *piece_of_counter(const lowering *lw, size_t c)
{
    for (const inner_loop *in = lw->inner; in != NULL; in = in->around)
        if (in->piece != NULL && in->piece->is_counter && in->piece->counter == c)
            return in->piece;
    return NULL;
}

static cpm_status form_of_name(affine_form *form, lowering *lw, const cpm_expr *expr)
{
    const piece *p = piece_of(lw, expr->u.name.sym);
    const affine_form *known = cpm_lower_known_form(lw, expr->u.name.sym);
    fmpq_t one;
    if (known != NULL)
        return cpm_affine_add_int(form, lw, known, 1);
    if (p == NULL)
        return refuse(lw, expr->span);
    fmpq_init(one);
    fmpq_one(one);
    cpm_status status = p->is_single ? cpm_affine_add(form, lw, &p->value, one)
                                     : cpm_affine_add_variable(form, lw, p, one);
    fmpq_clear(one);
    return status;
}

/* In a loop of one round a polynomial in its counter is a number. */
static cpm_status evaluate_single(lowering *lw, lv *value)
{
    fmpq_t c, one;
    cpm_status status = CPM_OK;
    fmpq_init(c);
    fmpq_init(one);
    fmpq_one(one);
    if (value->counter != NO_COUNTER && cpm_lower_only_round(c, lw, value)) {
        cpm_lv_clear(value);
        *value = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
        status = cpm_exppoly_add_term(&value->poly, c, 0, one, lw->err);
    }
    fmpq_clear(c);
    fmpq_clear(one);
    return status;
}

cpm_status cpm_affine_add_counter(affine_form *form, lowering *lw, const fmpq_t c)
{
    affine_form value;
    cpm_affine_init(&value);
    cpm_status status = cpm_lower_counter_value(&value.rest, lw, 0);
    if (status == CPM_OK)
        status = evaluate_single(lw, &value.rest);
    if (status == CPM_OK)
        status = cpm_affine_add(form, lw, &value, c);
    cpm_affine_clear(&value);
    return status;
}

/* A polynomial in the counter of an inner loop: of its variable, where it is affine. */
static cpm_status form_of_counter(affine_form *form, lowering *lw, const cpm_expr *expr)
{
    cpm_status status = cpm_lower_counter_poly(&form->rest, lw, expr);
    if (status == CPM_OK)
        status = evaluate_single(lw, &form->rest);
    size_t c = form->rest.counter;
    const piece *p = status == CPM_OK && c != NO_COUNTER ? piece_of_counter(lw, c) : NULL;
    fmpz_t slope, constant;
    fmpq_t factor;
    if (p == NULL)
        return status;
    fmpz_init(slope);
    fmpz_init(constant);
    fmpq_init(factor);
    if (cpm_exppoly_is_affine(&form->rest.poly, slope, constant)) {
        cpm_affine_clear(form);
        fmpq_set_fmpz(factor, slope);
        status = cpm_affine_add_variable(form, lw, p, factor);
        fmpq_set_fmpz(factor, constant);
        if (status == CPM_OK)
            status = cpm_affine_add_constant(form, lw, factor);
    } else if (!lw->counters[c].has_trips) {
        status = refuse(lw, expr->span);
    }
    fmpz_clear(slope);
    fmpz_clear(constant);
    fmpq_clear(factor);
    return status;
}

static cpm_status multiply(affine_form *form, lowering *lw, const affine_form *by, cpm_span span)
{
    fmpq_t c;
    if (!cpm_affine_is_constant(by))
        return refuse(lw, span);
    fmpq_init(c);
    cpm_lv_get_constant(c, &by->rest);
    scale(form, c);
    fmpq_clear(c);
    return CPM_OK;
}

/* ---- Remainders and quotients ------------------------------------------------------ */

/* How many times longer rounds have to be for k to divide what the first term grows by. */
static bool rounds_fit(lowering *lw, const affine_form *form, const fmpz_t k)
{
    const piece *of = form->terms[0].of;
    fmpq_t grows;
    fmpz_t m, whole;
    fmpq_init(grows);
    fmpz_init(m);
    fmpz_init(whole);
    fmpq_mul_fmpz(grows, form->terms[0].slope, of->delta);
    fmpz_mul(whole, fmpq_denref(grows), k);
    fmpz_gcd(m, fmpq_numref(grows), whole);
    fmpz_divexact(m, whole, m);
    bool fit = fmpz_is_one(m);
    fmpz_mul_ui(m, m, of->period);
    if (!fit && fmpz_cmp_ui(m, CPM_MAX_UNROLLED) <= 0)
        cpm_lower_ask_piece_period(lw, of, fmpz_get_ui(m));
    fmpq_clear(grows);
    fmpz_clear(m);
    fmpz_clear(whole);
    return fit;
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

/* The remainder of the form, which is the same in all rounds. */
static cpm_status form_remainder(fmpz_t r, lowering *lw, const affine_form *form, const fmpz_t k,
                                 cpm_span span)
{
    affine_form first, next;
    cpm_affine_init(&first);
    cpm_status status = cpm_affine_add_int(&first, lw, form, 1);
    while (status == CPM_OK && first.nterms > 0) {
        cpm_affine_init(&next);
        status =
            rounds_fit(lw, &first, k) ? cpm_affine_at(&next, lw, &first, false) : refuse(lw, span);
        cpm_affine_clear(&first);
        first = next;
    }
    if (status == CPM_OK)
        status = known_remainder(r, lw, &first.rest, k, span);
    cpm_affine_clear(&first);
    return status;
}

cpm_status cpm_affine_divide(affine_form *form, lowering *lw, const fmpz_t k, bool quotient,
                             cpm_span span)
{
    fmpz_t r;
    fmpq_t c;
    cpm_status status = CPM_OK;
    if (form->nterms == 0 && !lv_is_constant(&form->rest))
        return cpm_lower_remainder(&status, &form->rest, lw, k, quotient) == CPM_SPLIT_DONE
                   ? status
                   : refuse(lw, span);
    fmpz_init(r);
    fmpq_init(c);
    status = form_remainder(r, lw, form, k, span);
    if (status == CPM_OK && !quotient)
        cpm_affine_clear(form);
    fmpq_set_fmpz(c, r);
    if (quotient)
        fmpq_neg(c, c);
    if (status == CPM_OK)
        status = cpm_affine_add_constant(form, lw, c);
    fmpz_one(fmpq_numref(c));
    fmpz_set(fmpq_denref(c), k);
    if (status == CPM_OK && quotient)
        scale(form, c);
    fmpz_clear(r);
    fmpq_clear(c);
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
        status = cpm_affine_divide(form, lw, k, quotient, link->operand->span);
        fmpz_clear(k);
        return status;
    }
    fmpz_clear(k);
    if (link->op != CPM_OP_ADD && link->op != CPM_OP_SUB && link->op != CPM_OP_MUL)
        return refuse(lw, link->operand->span);
    status = cpm_lower_form(&operand, lw, link->operand);
    if (status == CPM_OK && link->op != CPM_OP_MUL) {
        status = cpm_affine_add_int(form, lw, &operand, link->op == CPM_OP_ADD ? 1 : -1);
    } else if (status == CPM_OK) {
        bool swaps = cpm_affine_is_constant(form);
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
    cpm_op op = expr->u.unary.op;
    fmpq_t minus;
    if (op != CPM_OP_NEG && op != CPM_OP_POS)
        return refuse(lw, expr->span);
    cpm_affine_clear(form);
    cpm_status status = cpm_lower_form(form, lw, expr->u.unary.operand);
    fmpq_init(minus);
    fmpq_set_si(minus, -1, 1);
    if (op == CPM_OP_NEG && status == CPM_OK)
        scale(form, minus);
    fmpq_clear(minus);
    return status;
}

/* abs(x), and min and max. */
static cpm_status form_of_call(affine_form *form, lowering *lw, const cpm_expr *call)
{
    const cpm_expr *chosen = call, *x = cpm_lower_abs_argument(lw, call);
    bool negative = false;
    fmpq_t minus;
    cpm_affine_clear(form);
    cpm_status status = cpm_lower_choose_argument(&chosen, lw);
    if (status == CPM_OK && x != NULL)
        status = cpm_lower_is_negative(&negative, lw, x);
    if (status == CPM_OK && x == NULL && chosen == call)
        status = refuse(lw, call->span);
    if (status != CPM_OK)
        return status;
    status = cpm_lower_form(form, lw, x != NULL ? x : chosen);
    fmpq_init(minus);
    fmpq_set_si(minus, -1, 1);
    if (negative && status == CPM_OK)
        scale(form, minus);
    fmpq_clear(minus);
    return status;
}

cpm_status cpm_lower_form(affine_form *form, lowering *lw, const cpm_expr *expr)
{
    size_t counter = NO_COUNTER;
    cpm_status status = CPM_OK;
    cpm_affine_init(form);
    if (cpm_lower_is_counter_expr(lw, expr, &counter))
        return form_of_counter(form, lw, expr);
    if (++lw->nesting > CPM_MAX_NESTING)
        status = refuse(lw, expr->span);
    else if (expr->kind == CPM_EXPR_NAME)
        status = form_of_name(form, lw, expr);
    else if (expr->kind == CPM_EXPR_CHAIN)
        status = form_of_chain(form, lw, expr, expr->u.chain.nlinks);
    else if (expr->kind == CPM_EXPR_UNARY)
        status = form_of_unary(form, lw, expr);
    else if (expr->kind == CPM_EXPR_CALL)
        status = form_of_call(form, lw, expr);
    else
        status = refuse(lw, expr->span);
    lw->nesting--;
    return status;
}

/* Where the variable of a piece is. */
static cpm_status variable_of(lv *out, lowering *lw, const piece *p)
{
    if (p->is_counter)
        return cpm_lower_counter_value(out, lw, p->counter);
    *out = (lv){.kind = LV_REG};
    return cpm_lower_variable(&out->reg, lw, p->sym);
}

cpm_status cpm_affine_push(lv *out, lowering *lw, const affine_form *form)
{
    lv variable;
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    *out = (lv){.kind = LV_POLY, .counter = NO_COUNTER};
    cpm_status status = add_poly(lw, out, &form->rest, one);
    for (size_t k = 0; k < form->nterms && status == CPM_OK; k++) {
        status = variable_of(&variable, lw, form->terms[k].of);
        if (status == CPM_OK)
            status = cpm_lower_scale(lw, &variable, form->terms[k].slope);
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
    if ((lw->inner == NULL && lw->nforms == 0) || !domain_of(lw)->is_arithmetic || out->flow != 0)
        return CPM_SPLIT_NOT_MINE;
    fmpz_init(k);
    bool divides = cpm_lower_divisor(k, &quotient, lw, &chain->u.chain.links[link]);
    if (divides && !quotient && lw->has_modulus && !lw->is_deciding)
        divides = !fmpz_equal(k, lw->modulus); /* that of the loop changes nothing */
    fmpz_clear(k);
    if (!divides)
        return CPM_SPLIT_NOT_MINE;
    bool asked = lw->wants_again;
    cpm_affine_init(&form);
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
            *status = cpm_affine_push(out, lw, &form);
        answer = CPM_SPLIT_DONE;
    } else if (lw->wants_again != asked || lw->split.kind != CPM_SPLIT_NONE) {
        answer = CPM_SPLIT_ASKED;
    }
    cpm_affine_clear(&form);
    return answer;
}
