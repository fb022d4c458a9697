/* SPDX-License-Identifier: MIT
 *
 * lower_list_expr.c - expressions in loops that work on lists. What is computed from lists
 * is computed here; what comes out is an expression without them, for lower_expr.c, whose
 * nodes are those of the tree wherever nothing in them had to be replaced.
 */
#include "accel/lower_list.h"

#include "base/limits.h"
#include "lang/visit.h"

#include <string.h>

static cpm_status refuse_list(lowering *lw, cpm_span span)
{
    return cpm_lower_refuse(lw, span, "a list where a number is wanted");
}

/* ---- Numbers ---------------------------------------------------------------------------- */

cpm_status cpm_list_eval_number(cpm_expr **out, lowering *lw, cpm_expr *expr)
{
    sval value;
    cpm_status status = cpm_list_eval(&value, lw, expr);
    if (status == CPM_OK && value.kind == SVAL_NOTHING)
        status = cpm_lower_refuse(lw, expr->span, "a call that returns nothing");
    if (status == CPM_OK && value.kind == SVAL_LIST)
        status = refuse_list(lw, expr->span);
    *out = status == CPM_OK ? value.expr : NULL;
    return status;
}

/* An integer that is the same in all rounds. */
static cpm_status eval_known(slong *out, lowering *lw, cpm_expr *expr, const char *what)
{
    lv value = {.kind = LV_REG};
    cpm_expr *number;
    fmpq_t q;
    cpm_status status = cpm_list_eval_number(&number, lw, expr);
    if (status != CPM_OK)
        return status;
    fmpq_init(q);
    bool known = cpm_lower_is_predictable(lw, number), moves = false;
    size_t counter = NO_COUNTER;
    if (known) {
        status = cpm_lower_eval(q, lw, number);
    } else if (cpm_lower_is_counter_expr(lw, number, &counter)) {
        status = cpm_lower_integer(&value, lw, number);
        known = status == CPM_OK && lv_is_constant(&value);
        if (known)
            cpm_lv_get_constant(q, &value);
        else if (status == CPM_OK && value.kind == LV_POLY)
            known = cpm_lower_only_round(q, lw, &value);
        moves = status == CPM_OK && !known && value.kind == LV_POLY;
        if (moves)
            cpm_lower_ask_one(lw, &value);
        cpm_lv_clear(&value);
    }
    if (status == CPM_OK &&
        (!known || !fmpz_is_one(fmpq_denref(q)) || !fmpz_fits_si(fmpq_numref(q)))) {
        char text[40];
        cpm_lower_excerpt(text, sizeof text, lw, expr->span);
        status = cpm_lower_refuse(lw, expr->span, "%s that changes ('%s')%s", what, text,
                                  moves ? "; if the last few values are all that is read, keep "
                                          "them in variables"
                                        : "");
    }
    *out = status == CPM_OK ? fmpz_get_si(fmpq_numref(q)) : 0;
    fmpq_clear(q);
    return status;
}

cpm_status cpm_list_eval_index(slong *out, lowering *lw, cpm_expr *expr)
{
    return eval_known(out, lw, expr, "an index into a list");
}

cpm_status cpm_list_eval_bound(slong *out, lowering *lw, cpm_expr *expr)
{
    return eval_known(out, lw, expr, "a bound of an inner loop over lists");
}

/* ---- Names ------------------------------------------------------------------------------ */

static cpm_status eval_name(sval *out, lowering *lw, cpm_expr *expr)
{
    cpm_sym sym = expr->u.name.sym;
    name_info *name = &lw->names[sym];
    *out = (sval){.kind = SVAL_NUMBER, .expr = expr};
    if (name->state == NAME_LIST) {
        name->head_is_read = name->head_is_read || name->at_head;
        *out = (sval){.kind = SVAL_LIST, .object = name->object};
        return CPM_OK;
    }
    if (name->state != NAME_OUTER && name->state != NAME_PREDICTED)
        return CPM_OK;
    const cpm_val *value = lw->env->value(lw->env->ctx, sym);
    if (value->kind != CPM_VAL_LIST && value->kind != CPM_VAL_TUPLE)
        return CPM_OK;
    *out = (sval){.kind = SVAL_LIST};
    cpm_status status = cpm_list_import(&out->object, lw, value);
    if (status == CPM_OK) {
        object_of(lw, out->object)->is_anchored = true;
        cpm_list_label(lw, out->object, lw->tree->symbols[sym].name, SIZE_MAX);
    }
    return status;
}

/* ---- Operators --------------------------------------------------------------------------- */

/* All of a's items, then those of b. */
static cpm_status concatenate(sval *out, lowering *lw, size_t a, size_t b, cpm_span span)
{
    if (object_of(lw, a)->is_tuple != object_of(lw, b)->is_tuple || object_of(lw, a)->is_deque ||
        object_of(lw, b)->is_deque)
        return cpm_lower_own_error(lw, span, "a sum of a list and something else");
    *out = (sval){.kind = SVAL_LIST};
    cpm_status status = cpm_list_make(&out->object, lw, object_of(lw, a)->is_tuple);
    size_t parts[] = {a, b};
    for (size_t i = 0; i < 2 && status == CPM_OK; i++) {
        status = cpm_list_load(lw, parts[i]);
        const list_object *part = object_of(lw, parts[i]);
        if (status == CPM_OK)
            status = cpm_list_replace(lw, out->object, object_of(lw, out->object)->nitems, 0,
                                      part->items, part->nitems);
    }
    return status;
}

static cpm_status repeat(sval *out, lowering *lw, size_t object, cpm_expr *times)
{
    slong count = 0;
    cpm_status status = cpm_list_eval_index(&count, lw, times);
    *out = (sval){.kind = SVAL_LIST};
    if (status == CPM_OK)
        status = cpm_list_load(lw, object);
    if (status == CPM_OK)
        status = cpm_list_make(&out->object, lw, object_of(lw, object)->is_tuple);
    for (slong i = 0; i < count && status == CPM_OK; i++) {
        const list_object *o = object_of(lw, object);
        if (o->nitems == 0)
            break;
        status = cpm_list_replace(lw, out->object, object_of(lw, out->object)->nitems, 0, o->items,
                                  o->nitems);
    }
    return status;
}

/* *acc op operand, where one of them is a list. */
static cpm_status apply_to_list(sval *acc, lowering *lw, const sval *operand, const cpm_link *link,
                                cpm_span span)
{
    sval left = *acc;
    if (link->op == CPM_OP_ADD && left.kind == SVAL_LIST && operand->kind == SVAL_LIST)
        return concatenate(acc, lw, left.object, operand->object, span);
    if (link->op == CPM_OP_MUL && left.kind == SVAL_LIST && operand->kind == SVAL_NUMBER)
        return repeat(acc, lw, left.object, operand->expr);
    if (link->op == CPM_OP_MUL && left.kind == SVAL_NUMBER && operand->kind == SVAL_LIST)
        return repeat(acc, lw, operand->object, left.expr);
    return cpm_lower_refuse(lw, span, "operator '%s' on a list", cpm_op_text(link->op));
}

/* The value of the links so far and one more; *made is the node of these links, NULL
 * before there is one. */
static cpm_status extend_chain(sval *acc, lowering *lw, const cpm_expr *chain, cpm_link link,
                               cpm_expr **made)
{
    cpm_expr *whole = acc->expr;
    if (*made == NULL || acc->expr != *made) {
        cpm_expr node = {.kind = chain->kind, .span = chain->span, .u.chain = {.first = acc->expr}};
        whole = cpm_list_copy(lw, &node);
        if (whole != NULL)
            whole->u.chain.links =
                cpm_arena_array(&lw->lists->nodes, chain->u.chain.nlinks, sizeof link);
        if (whole == NULL || whole->u.chain.links == NULL)
            return cpm_err_memory(lw->err);
    }
    whole->u.chain.links[whole->u.chain.nlinks++] = link;
    *made = whole;
    *acc = (sval){.kind = SVAL_NUMBER, .expr = whole};
    return CPM_OK;
}

static cpm_status eval_chain(sval *out, lowering *lw, cpm_expr *expr)
{
    cpm_expr *made = NULL;
    cpm_status status = cpm_list_eval(out, lw, expr->u.chain.first);
    bool same = status == CPM_OK && out->kind == SVAL_NUMBER && out->expr == expr->u.chain.first;
    for (size_t i = 0; i < expr->u.chain.nlinks && status == CPM_OK; i++) {
        cpm_link link = expr->u.chain.links[i];
        sval operand;
        status = cpm_list_eval(&operand, lw, link.operand);
        if (status != CPM_OK)
            break;
        if (out->kind == SVAL_NOTHING || operand.kind == SVAL_NOTHING)
            return cpm_lower_refuse(lw, expr->span, "a call that returns nothing");
        if (out->kind == SVAL_LIST || operand.kind == SVAL_LIST) {
            cpm_span span = {expr->span.begin, link.operand->span.end};
            status = apply_to_list(out, lw, &operand, &link, span);
            same = false;
            continue;
        }
        same = same && operand.expr == link.operand;
        link.operand = operand.expr;
        status = extend_chain(out, lw, expr, link, &made);
    }
    if (status == CPM_OK && same)
        out->expr = expr;
    return status;
}

/* x in list, as x == a or x == b ... */
static cpm_status eval_in(sval *out, lowering *lw, const cpm_expr *expr, size_t object)
{
    const cpm_link *link = &expr->u.chain.links[0];
    cpm_expr *x;
    cpm_status status = cpm_list_eval_number(&x, lw, expr->u.chain.first);
    if (status == CPM_OK)
        status = cpm_list_load(lw, object);
    bool found = false;
    for (size_t k = 0; status == CPM_OK && !found && k < object_of(lw, object)->nitems; k++) {
        list_item item = object_of(lw, object)->items[k];
        sval value;
        status = cpm_list_read(&value, lw, &item, expr->span);
        if (status == CPM_OK && value.kind != SVAL_NUMBER)
            return refuse_list(lw, expr->span);
        cpm_link equal = {.op = CPM_OP_EQ, .op_span = link->op_span, .operand = value.expr};
        cpm_expr test = {.kind = CPM_EXPR_COMPARE,
                         .span = expr->span,
                         .u.chain = {.first = x, .links = &equal, .nlinks = 1}};
        if (status == CPM_OK)
            status = cpm_lower_decide(&found, lw, &test);
    }
    cpm_val value = {0};
    cpm_val_set_bool(&value, found == (link->op == CPM_OP_IN));
    return status == CPM_OK ? cpm_list_constant(out, lw, &value, expr->span) : status;
}

/* Operands that are numbers; a copy where one of them is replaced. */
static cpm_status eval_operands(sval *out, lowering *lw, cpm_expr *expr)
{
    cpm_expr *first;
    cpm_status status = cpm_list_eval_number(&first, lw, expr->u.chain.first);
    *out = (sval){.kind = SVAL_NUMBER, .expr = expr};
    size_t nlinks = expr->u.chain.nlinks;
    cpm_link *links =
        cpm_arena_copy(&lw->lists->nodes, expr->u.chain.links, nlinks * sizeof *links);
    if (links == NULL)
        return cpm_err_memory(lw->err);
    bool same = status == CPM_OK && first == expr->u.chain.first;
    for (size_t i = 0; i < nlinks && status == CPM_OK; i++) {
        status = cpm_list_eval_number(&links[i].operand, lw, expr->u.chain.links[i].operand);
        same = same && links[i].operand == expr->u.chain.links[i].operand;
    }
    if (status != CPM_OK || same)
        return status;
    out->expr = cpm_list_copy(lw, expr);
    if (out->expr == NULL)
        return cpm_err_memory(lw->err);
    out->expr->u.chain.first = first;
    out->expr->u.chain.links = links;
    return CPM_OK;
}

/* x in a string or a dictionary, where nothing changes. */
static cpm_status eval_other_in(sval *out, lowering *lw, const cpm_expr *expr, cpm_expr *container)
{
    bool known = false;
    cpm_expr *copy = cpm_list_copy(lw, expr);
    cpm_link *link = cpm_arena_copy(&lw->lists->nodes, expr->u.chain.links, sizeof *link);
    if (copy == NULL || link == NULL)
        return cpm_err_memory(lw->err);
    link->operand = container;
    copy->u.chain.links = link;
    cpm_status status = cpm_list_eval_number(&copy->u.chain.first, lw, expr->u.chain.first);
    if (status == CPM_OK)
        status = cpm_list_evaluate(&known, out, lw, copy);
    return status == CPM_OK && !known
               ? cpm_lower_refuse(lw, expr->span, "'in' of something that changes")
               : status;
}

static cpm_status eval_compare(sval *out, lowering *lw, cpm_expr *expr)
{
    const cpm_link *link = &expr->u.chain.links[0];
    sval right;
    if (expr->u.chain.nlinks > 1 || (link->op != CPM_OP_IN && link->op != CPM_OP_NOT_IN))
        return eval_operands(out, lw, expr);
    if (link->operand->kind == CPM_EXPR_CALL || link->operand->kind == CPM_EXPR_METHOD)
        return cpm_lower_refuse(lw, expr->span, "'in' of what a call gives");
    cpm_status status = cpm_list_eval(&right, lw, link->operand);
    if (status != CPM_OK)
        return status;
    return right.kind == SVAL_LIST ? eval_in(out, lw, expr, right.object)
                                   : eval_other_in(out, lw, expr, right.expr);
}

static cpm_status eval_unary(sval *out, lowering *lw, cpm_expr *expr)
{
    cpm_expr *operand;
    bool truth;
    if (expr->u.unary.op == CPM_OP_NOT) {
        cpm_val value = {0};
        cpm_status status = cpm_list_decide(&truth, lw, expr);
        cpm_val_set_bool(&value, truth);
        return status == CPM_OK ? cpm_list_constant(out, lw, &value, expr->span) : status;
    }
    cpm_status status = cpm_list_eval_number(&operand, lw, expr->u.unary.operand);
    *out = (sval){.kind = SVAL_NUMBER, .expr = expr};
    if (status != CPM_OK || operand == expr->u.unary.operand)
        return status;
    out->expr = cpm_list_copy(lw, expr);
    if (out->expr == NULL)
        return cpm_err_memory(lw->err);
    out->expr->u.unary.operand = operand;
    return CPM_OK;
}

/* ---- Conditions ---------------------------------------------------------------------------- */

cpm_status cpm_list_decide(bool *truth, lowering *lw, cpm_expr *expr)
{
    sval value;
    cpm_status status;
    *truth = false;
    if (expr->kind == CPM_EXPR_UNARY && expr->u.unary.op == CPM_OP_NOT) {
        status = cpm_list_decide(truth, lw, expr->u.unary.operand);
        *truth = status == CPM_OK && !*truth;
        return status;
    }
    if (expr->kind == CPM_EXPR_BOOL) {
        bool stops_at = expr->u.chain.links[0].op == CPM_OP_BOOL_OR;
        status = cpm_list_decide(truth, lw, expr->u.chain.first);
        for (size_t i = 0; i < expr->u.chain.nlinks && status == CPM_OK && *truth != stops_at; i++)
            status = cpm_list_decide(truth, lw, expr->u.chain.links[i].operand);
        return status;
    }
    status = cpm_list_eval(&value, lw, expr);
    if (status != CPM_OK)
        return status;
    if (value.kind == SVAL_LIST) {
        status = cpm_list_load(lw, value.object);
        *truth = status == CPM_OK && object_of(lw, value.object)->nitems > 0;
        return status;
    }
    return value.kind == SVAL_NOTHING ? CPM_OK : cpm_lower_decide(truth, lw, value.expr);
}

static cpm_status eval_cond(sval *out, lowering *lw, cpm_expr *expr)
{
    bool truth;
    cpm_status status = cpm_list_decide(&truth, lw, expr->u.cond.test);
    return status == CPM_OK
               ? cpm_list_eval(out, lw, truth ? expr->u.cond.then : expr->u.cond.orelse)
               : status;
}

/* a and b: one of the operands, by the truth of those before it. */
static cpm_status eval_bool(sval *out, lowering *lw, cpm_expr *expr)
{
    bool stops_at = expr->u.chain.links[0].op == CPM_OP_BOOL_OR, truth = !stops_at;
    cpm_expr *operand = expr->u.chain.first;
    cpm_status status = CPM_OK;
    for (size_t i = 0; status == CPM_OK && i <= expr->u.chain.nlinks && truth != stops_at; i++) {
        operand = i == 0 ? expr->u.chain.first : expr->u.chain.links[i - 1].operand;
        status = cpm_list_eval(out, lw, operand);
        if (status != CPM_OK || i == expr->u.chain.nlinks)
            return status;
        if (out->kind != SVAL_NUMBER)
            return refuse_list(lw, operand->span);
        status = cpm_lower_decide(&truth, lw, out->expr);
    }
    return status;
}

/* ---- Items ----------------------------------------------------------------------------------- */

/* The place of an index in an object. */
static cpm_status find_place(size_t *at, lowering *lw, size_t object, const cpm_expr *expr)
{
    slong index = 0;
    cpm_status status = cpm_list_eval_index(&index, lw, expr->u.index.at);
    if (status == CPM_OK)
        status = cpm_list_load(lw, object);
    if (status != CPM_OK)
        return status;
    slong nitems = (slong)object_of(lw, object)->nitems;
    index += index < 0 ? nitems : 0;
    if (index < 0 || index >= nitems)
        return cpm_lower_own_error(lw, expr->span, "an index that is out of range");
    *at = (size_t)index;
    return CPM_OK;
}

cpm_status cpm_list_eval_place(size_t *object, size_t *at, lowering *lw, const cpm_expr *expr)
{
    sval list;
    cpm_status status = cpm_list_eval(&list, lw, expr->u.index.object);
    if (status == CPM_OK && list.kind != SVAL_LIST)
        return cpm_lower_refuse(lw, expr->span, "item of something that is no list");
    *object = list.object;
    return status == CPM_OK ? find_place(at, lw, list.object, expr) : status;
}

/* The integer that an index is in all rounds. */
static cpm_status settle_index(cpm_expr **at, lowering *lw)
{
    slong index;
    sval number;
    cpm_status status = cpm_list_eval_index(&index, lw, *at);
    if (status == CPM_OK)
        status = cpm_list_number(&number, lw, index, (*at)->span);
    if (status == CPM_OK)
        *at = number.expr;
    return status;
}

/* Of a string, a dictionary: where nothing changes. */
static cpm_status eval_other_item(sval *out, lowering *lw, const cpm_expr *expr, cpm_expr *object)
{
    bool known = false;
    cpm_expr *copy = cpm_list_copy(lw, expr);
    if (copy == NULL)
        return cpm_err_memory(lw->err);
    copy->u.index.object = object;
    cpm_status status = cpm_list_eval_number(&copy->u.index.at, lw, expr->u.index.at);
    bool changes = status == CPM_OK && !cpm_lower_is_predictable(lw, copy->u.index.at);
    if (changes && cpm_lower_is_predictable(lw, object)) /* i % 3, say */
        status = settle_index(&copy->u.index.at, lw);
    if (status == CPM_OK)
        status = cpm_list_evaluate(&known, out, lw, copy);
    if (status == CPM_OK && !known)
        status = cpm_lower_refuse(lw, expr->span, "item of something that changes");
    return status;
}

static cpm_status eval_index(sval *out, lowering *lw, cpm_expr *expr)
{
    sval object;
    size_t at;
    cpm_status status = cpm_list_eval(&object, lw, expr->u.index.object);
    if (status == CPM_OK && object.kind == SVAL_NUMBER)
        return eval_other_item(out, lw, expr, object.expr);
    if (status == CPM_OK && object.kind == SVAL_NOTHING)
        status = cpm_lower_refuse(lw, expr->span, "item of something that is no list");
    if (status == CPM_OK)
        status = find_place(&at, lw, object.object, expr);
    if (status != CPM_OK)
        return status;
    list_item item = object_of(lw, object.object)->items[at];
    return cpm_list_read(out, lw, &item, expr->span);
}

/* Bounds as Python takes them. */
static slong clipped(slong bound, slong nitems, slong low, slong high)
{
    bound += bound < 0 ? nitems : 0;
    return bound < low ? low : bound > high ? high : bound;
}

cpm_status cpm_list_eval_slice(list_slice *out, lowering *lw, const cpm_expr *expr)
{
    sval list;
    slong bounds[3] = {0, 0, 1};
    cpm_status status = cpm_list_eval(&list, lw, expr->u.slice.object);
    if (status == CPM_OK && list.kind != SVAL_LIST)
        return cpm_lower_refuse(lw, expr->span, "slice of something that is no list");
    for (size_t i = 0; i < 3 && status == CPM_OK; i++)
        if (expr->u.slice.bounds[i] != NULL && expr->u.slice.bounds[i]->kind != CPM_EXPR_NONE)
            status = cpm_list_eval_index(&bounds[i], lw, expr->u.slice.bounds[i]);
    if (status == CPM_OK)
        status = cpm_list_load(lw, list.object);
    if (status != CPM_OK)
        return status;
    if (bounds[2] == 0 || bounds[2] < -CPM_MAX_LIST_ITEMS || object_of(lw, list.object)->is_deque)
        return cpm_lower_own_error(lw, expr->span, "a slice that has no meaning");
    slong n = (slong)object_of(lw, list.object)->nitems, step = bounds[2];
    slong low = step < 0 ? -1 : 0, high = step < 0 ? n - 1 : n;
    const cpm_expr *from = expr->u.slice.bounds[0], *to = expr->u.slice.bounds[1];
    bool has_from = from != NULL && from->kind != CPM_EXPR_NONE;
    bool has_to = to != NULL && to->kind != CPM_EXPR_NONE;
    slong begin = has_from ? clipped(bounds[0], n, low, high) : step < 0 ? high : low;
    slong end = has_to ? clipped(bounds[1], n, low, high) : step < 0 ? low : high;
    slong length = step > 0 ? end - begin : begin - end, width = step > 0 ? step : -step;
    *out = (list_slice){.object = list.object, .begin = begin, .step = step};
    out->count = length <= 0 ? 0 : (size_t)((length - 1) / width + 1);
    return CPM_OK;
}

static cpm_status eval_slice(sval *out, lowering *lw, cpm_expr *expr)
{
    list_slice slice;
    cpm_status status = cpm_list_eval_slice(&slice, lw, expr);
    *out = (sval){.kind = SVAL_LIST};
    if (status == CPM_OK)
        status = cpm_list_make(&out->object, lw, object_of(lw, slice.object)->is_tuple);
    for (size_t k = 0; status == CPM_OK && k < slice.count; k++)
        status =
            cpm_list_add(lw, out->object,
                         object_of(lw, slice.object)->items[slice.begin + (slong)k * slice.step]);
    return status;
}

/* [a, b] or a, b */
static cpm_status eval_display(sval *out, lowering *lw, cpm_expr *expr)
{
    *out = (sval){.kind = SVAL_LIST};
    cpm_status status = cpm_list_make(&out->object, lw, expr->kind == CPM_EXPR_TUPLE);
    for (size_t i = 0; i < expr->u.tuple.nitems && status == CPM_OK; i++) {
        list_item item;
        sval value;
        if (expr->u.tuple.items[i]->kind == CPM_EXPR_STAR)
            return cpm_lower_refuse(lw, expr->u.tuple.items[i]->span, "an unpacked list");
        status = cpm_list_eval(&value, lw, expr->u.tuple.items[i]);
        if (status == CPM_OK && value.kind == SVAL_NOTHING)
            status = cpm_lower_refuse(lw, expr->span, "a call that returns nothing");
        if (status == CPM_OK)
            status = cpm_list_keep(&item, lw, &value);
        if (status == CPM_OK)
            status = cpm_list_add(lw, out->object, item);
    }
    return status;
}

/* ---- All kinds ---------------------------------------------------------------------------------
 */

static cpm_status eval_by_kind(sval *out, lowering *lw, cpm_expr *expr)
{
    bool known;
    switch (expr->kind) {
    case CPM_EXPR_NAME:
        return eval_name(out, lw, expr);
    case CPM_EXPR_CHAIN:
        return eval_chain(out, lw, expr);
    case CPM_EXPR_POWER:
        return eval_operands(out, lw, expr);
    case CPM_EXPR_COMPARE:
        return eval_compare(out, lw, expr);
    case CPM_EXPR_BOOL:
        return eval_bool(out, lw, expr);
    case CPM_EXPR_UNARY:
        return eval_unary(out, lw, expr);
    case CPM_EXPR_COND:
        return eval_cond(out, lw, expr);
    case CPM_EXPR_TUPLE:
    case CPM_EXPR_LIST:
        return eval_display(out, lw, expr);
    case CPM_EXPR_INDEX:
        return eval_index(out, lw, expr);
    case CPM_EXPR_SLICE:
        return eval_slice(out, lw, expr);
    case CPM_EXPR_CALL:
        return cpm_list_call(out, lw, expr);
    case CPM_EXPR_METHOD:
        return cpm_list_method(out, lw, expr);
    case CPM_EXPR_COMP:
        *out = (sval){.kind = SVAL_LIST};
        if (expr->u.comp.of == CPM_EXPR_LIST)
            return cpm_list_collect(&out->object, lw, expr, false);
        break;
    case CPM_EXPR_SET:
    case CPM_EXPR_DICT:
    case CPM_EXPR_APPLY:
    case CPM_EXPR_STAR:
    case CPM_EXPR_LAMBDA:
    case CPM_EXPR_WALRUS:
    case CPM_EXPR_JOINED:
        break;
    case CPM_EXPR_STRING: /* as a name, which may be compared */
        return cpm_list_evaluate(&known, out, lw, expr);
    default: /* leaves */
        *out = (sval){.kind = SVAL_NUMBER, .expr = expr};
        return CPM_OK;
    }
    return cpm_lower_refuse(lw, expr->span, "an expression of lists that is not taken over");
}

cpm_status cpm_list_eval(sval *out, lowering *lw, cpm_expr *expr)
{
    *out = (sval){.kind = SVAL_NOTHING};
    if (++lw->nesting > CPM_MAX_NESTING) {
        lw->nesting--;
        return cpm_lower_refuse(lw, expr->span, "expression nested too deeply");
    }
    cpm_status status = eval_by_kind(out, lw, expr);
    lw->nesting--;
    if (status != CPM_OK)
        cpm_err_locate(lw->err, lw->tree->text, expr->span);
    return status;
}
