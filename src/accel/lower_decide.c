/* SPDX-License-Identifier: MIT
 *
 * lower_decide.c - signs of affine expressions of the variables of inner loops: what a
 * condition is, or whether a range may be empty.
 *
 * In the variable of one loop such a form grows or falls, so its signs at the beginning
 * and the end of that range say what it is in between; and there it is a form of one loop
 * less. Where they differ that range is cut, and where the counter of the outermost loop
 * decides, that one is. In a range that may be empty its ends say more than is needed.
 */
#include "accel/lower_internal.h"

cpm_status cpm_affine_refuse(lowering *lw, cpm_span span)
{
    return cpm_lower_refuse(lw, lw->condition == NULL ? span : lw->condition->span, "%s %s",
                            lw->options->adjective,
                            lw->is_counting ? "trip count of an inner loop" : "condition");
}

cpm_status cpm_affine_at(affine_form *out, lowering *lw, const affine_form *form, bool end)
{
    const piece *of = form->terms[0].of;
    fmpq_t c;
    fmpq_init(c);
    fmpq_one(c);
    cpm_status status = cpm_affine_add(out, lw, form, c);
    fmpq_neg(c, form->terms[0].slope);
    if (status == CPM_OK)
        status = cpm_affine_add_variable(out, lw, of, c);
    fmpq_neg(c, c);
    if (status == CPM_OK)
        status = cpm_affine_add(out, lw, &of->value, c);
    fmpq_mul_fmpz(c, c, of->delta);
    if (status == CPM_OK && end)
        status = cpm_affine_add(out, lw, &of->rounds, c);
    fmpq_neg(c, c);
    if (status == CPM_OK && end)
        status = cpm_affine_add_constant(out, lw, c);
    fmpq_clear(c);
    return status;
}

/* cut.around: what the form has of other loops than that of its first term. */
static cpm_status cut_around(inner_cut *cut, lowering *lw, const affine_form *form, cpm_span span)
{
    fmpz_t slope, constant;
    fmpz_init(slope);
    fmpz_init(constant);
    size_t n = 0;
    for (size_t k = 1; k < form->nterms; k++, n++) {
        cut->around[n].loop_id = form->terms[k].of->loop_id;
        fmpq_set(cut->around[n].by, form->terms[k].slope);
    }
    cpm_status status = cpm_exppoly_is_affine(&form->rest.poly, slope, constant)
                            ? CPM_OK
                            : cpm_affine_refuse(lw, span);
    fmpq_set_fmpz(cut->constant, constant);
    if (form->rest.counter != NO_COUNTER) { /* t = (i - offset) / slope */
        const lower_counter *ctr = &lw->counters[form->rest.counter];
        fmpq_t shift;
        fmpq_init(shift);
        cut->around[n].loop_id = ctr->loop_id;
        fmpq_set_fmpz_frac(cut->around[n].by, slope, ctr->slope);
        fmpq_mul_fmpz(shift, cut->around[n].by, ctr->offset);
        fmpq_sub(cut->constant, cut->constant, shift);
        fmpq_clear(shift);
        n++;
    }
    cut->naround = n;
    fmpz_clear(slope);
    fmpz_clear(constant);
    return status;
}

/* Asks the range of the first term to be cut where the form, which grows with it, is not
 * negative any more. */
static cpm_status ask_for_cut(lowering *lw, const affine_form *form, cpm_span span)
{
    inner_cut cut;
    cpm_inner_cut_init(&cut);
    cut.has_form = true;
    fmpq_set(cut.slope, form->terms[0].slope);
    cpm_status status = cut_around(&cut, lw, form, span);
    if (status == CPM_OK)
        cpm_lower_ask_piece_cut(lw, form->terms[0].of, &cut);
    cpm_inner_cut_clear(&cut);
    return status;
}

/* The same where form >= least begins, or ends. */
static cpm_status ask_for_change(lowering *lw, const affine_form *form, int least, cpm_span span)
{
    affine_form g;
    fmpq_t c;
    bool grows = fmpq_sgn(form->terms[0].slope) * fmpz_sgn(form->terms[0].of->delta) > 0;
    cpm_affine_init(&g);
    fmpq_init(c);
    fmpq_set_si(c, grows ? -least : least - 1, 1);
    cpm_status status = cpm_affine_add_int(&g, lw, form, grows ? 1 : -1);
    if (status == CPM_OK)
        status = cpm_affine_add_constant(&g, lw, c);
    if (status == CPM_OK)
        status = ask_for_cut(lw, &g, span);
    fmpq_clear(c);
    cpm_affine_clear(&g);
    return status;
}

/* Whether form >= least, 0 or 1, in all rounds; or in none. */
static cpm_status reaches(bool *truth, lowering *lw, const affine_form *form, int least,
                          cpm_span span)
{
    bool at[2] = {false, false};
    cpm_status status = CPM_OK;
    if (form->nterms == 0)
        return cpm_lower_sign_known(truth, lw, &form->rest, least == 0 ? CPM_OP_GE : CPM_OP_GT)
                   ? CPM_OK
                   : cpm_affine_refuse(lw, span);
    for (int end = 0; end < 2 && status == CPM_OK; end++) {
        affine_form part;
        cpm_affine_init(&part);
        status = cpm_affine_at(&part, lw, form, end == 1);
        if (status == CPM_OK)
            status = reaches(&at[end], lw, &part, least, span);
        cpm_affine_clear(&part);
    }
    *truth = at[0];
    if (status != CPM_OK || at[0] == at[1])
        return status;
    status = ask_for_change(lw, form, least, span);
    return status == CPM_OK ? cpm_affine_refuse(lw, span) : status;
}

/* A multiple of the form without denominators. */
static cpm_status integral_multiple(affine_form *out, lowering *lw, const affine_form *form)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_one(c);
    for (size_t k = 0; k < form->nterms; k++)
        fmpz_lcm(fmpq_numref(c), fmpq_numref(c), fmpq_denref(form->terms[k].slope));
    for (size_t k = 0; k < form->rest.poly.len; k++)
        fmpz_lcm(fmpq_numref(c), fmpq_numref(c), fmpq_denref(form->rest.poly.terms[k].coeff));
    cpm_status status = cpm_affine_add(out, lw, form, c);
    fmpq_clear(c);
    return status;
}

cpm_status cpm_affine_decide(bool *truth, lowering *lw, const affine_form *form, cpm_op op,
                             cpm_span span)
{
    affine_form whole;
    bool above = false, beyond = false, equals = op == CPM_OP_EQ || op == CPM_OP_NE;
    if (form->nterms == 0)
        return cpm_lower_sign_known(truth, lw, &form->rest, op) ? CPM_OK
                                                                : cpm_affine_refuse(lw, span);
    cpm_affine_init(&whole);
    cpm_status status = integral_multiple(&whole, lw, form);
    if (status == CPM_OK && (equals || op == CPM_OP_GE || op == CPM_OP_LT))
        status = reaches(&above, lw, &whole, 0, span);
    if (status == CPM_OK && ((equals && above) || op == CPM_OP_GT || op == CPM_OP_LE))
        status = reaches(&beyond, lw, &whole, 1, span);
    cpm_affine_clear(&whole);
    if (equals)
        *truth = (above && !beyond) == (op == CPM_OP_EQ);
    else
        *truth = (above || beyond) == (op == CPM_OP_GE || op == CPM_OP_GT);
    return status;
}

bool cpm_affine_surely(lowering *lw, const affine_form *form, int least)
{
    cpm_err ignored = {0}, *err = lw->err;
    bool truth = false, was_quiet = lw->is_quiet;
    lw->err = &ignored;
    lw->is_quiet = true;
    cpm_status status =
        cpm_affine_decide(&truth, lw, form, least == 0 ? CPM_OP_GE : CPM_OP_GT, (cpm_span){0, 0});
    lw->err = err;
    lw->is_quiet = was_quiet;
    return status == CPM_OK && truth;
}
