/* SPDX-License-Identifier: MIT
 *
 * eval_value.c - expressions that are no arithmetic: lists and the like, items, slices,
 * methods, comprehensions, lambdas, assignments inside expressions and f-strings.
 */
#include "eval/interp_impl.h"
#include "lang/method.h"

/* ---- Displays -------------------------------------------------------------- */

/* Items and what starred ones hold, appended to a list. */
static bool push_items(cpm_interp *in, cpm_list_object *list, const cpm_expr *expr)
{
    for (size_t i = 0; i < expr->u.tuple.nitems; i++) {
        const cpm_expr *item = expr->u.tuple.items[i];
        bool is_star = item->kind == CPM_EXPR_STAR;
        cpm_val value = {0};
        bool ok = cpm_in_eval(in, &value, is_star ? item->u.unary.operand : item);
        if (ok)
            ok = (is_star ? cpm_in_extend(in, list, &value)
                          : cpm_list_push(list, &value, in->err) == CPM_OK) ||
                 cpm_in_locate(in, item->span);
        cpm_val_clear(&value);
        if (!ok)
            return false;
    }
    return true;
}

static bool eval_list(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    return (cpm_list_new(out, in->heap, expr->u.tuple.nitems, in->err) == CPM_OK ||
            cpm_in_locate(in, expr->span)) &&
           push_items(in, out->u.list, expr);
}

/* A tuple with starred items. */
static bool eval_starred_tuple(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_val list = {0};
    bool ok = eval_list(in, &list, expr) &&
              cpm_val_new_tuple(out, list.u.list->nitems, in->err) == CPM_OK;
    for (size_t i = 0; ok && i < list.u.list->nitems; i++)
        cpm_val_copy(&out->u.tuple->items[i], &list.u.list->items[i]);
    ok = ok && (cpm_val_seal_tuple(out, in->err) == CPM_OK || cpm_in_locate(in, expr->span));
    cpm_val_clear(&list);
    return ok;
}

/* Takes the key and, unless it is NULL, the value over. */
static bool put_entry(cpm_interp *in, const cpm_val *dict, cpm_val *key, cpm_val *value)
{
    cpm_val nothing = {0};
    bool ok = cpm_dict_put(dict->u.dict, key, value == NULL ? &nothing : value, in->err) == CPM_OK;
    cpm_val_clear(key);
    return ok;
}

static bool eval_set(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_val list = {0};
    bool ok =
        eval_list(in, &list, expr) && cpm_dict_new(out, in->heap, CPM_VAL_SET, in->err) == CPM_OK;
    for (size_t i = 0; ok && i < list.u.list->nitems; i++) {
        cpm_val key = {0};
        cpm_val_copy(&key, &list.u.list->items[i]);
        ok = put_entry(in, out, &key, NULL) || cpm_in_locate(in, expr->span);
    }
    cpm_val_clear(&list);
    return ok;
}

static bool eval_dict(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    bool ok = cpm_dict_new(out, in->heap, CPM_VAL_DICT, in->err) == CPM_OK;
    for (size_t i = 0; ok && i < expr->u.tuple.nitems; i += 2) {
        cpm_val key = {0}, value = {0};
        ok = cpm_in_eval(in, &key, expr->u.tuple.items[i]) &&
             cpm_in_eval(in, &value, expr->u.tuple.items[i + 1]) &&
             (put_entry(in, out, &key, &value) || cpm_in_locate(in, expr->u.tuple.items[i]->span));
        cpm_val_clear(&key);
        cpm_val_clear(&value);
    }
    return ok;
}

/* ---- Items ------------------------------------------------------------------ */

const cpm_val *cpm_in_item(cpm_interp *in, const cpm_expr *expr, cpm_val *tmp)
{
    cpm_val held = {0}, index = {0};
    const cpm_val *object = &held, *at = NULL, *item = NULL;
    if (!cpm_in_guard(in, expr->span))
        return NULL;
    if (expr->u.index.is_calm)
        object = cpm_in_operand(in, expr->u.index.object, &held);
    else if (!cpm_in_eval(in, &held, expr->u.index.object))
        object = NULL;
    if (object != NULL)
        at = cpm_in_operand(in, expr->u.index.at, &index);
    if (at != NULL && object->kind == CPM_VAL_LIST && cpm_is_small(at)) {
        const cpm_list_object *list = object->u.list;
        slong i = at->u.z < 0 ? at->u.z + (slong)list->nitems : at->u.z;
        if (i >= 0 && (size_t)i < list->nitems)
            item = &list->items[i];
    }
    if (item != NULL && held.kind != CPM_VAL_UNBOUND) { /* the list may end with `held` */
        cpm_val_copy(tmp, item);
        item = tmp;
    } else if (at != NULL && item == NULL) {
        bool ok = cpm_in_get_item(in, tmp, object, at) || cpm_in_locate(in, expr->span);
        item = ok ? tmp : NULL;
    }
    cpm_val_clear(&index);
    cpm_val_clear(&held);
    return item;
}

static bool eval_slice(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_val object = {0}, bounds[3] = {{0}};
    bool ok = cpm_in_eval(in, &object, expr->u.slice.object);
    for (size_t i = 0; ok && i < 3; i++) {
        if (expr->u.slice.bounds[i] == NULL)
            cpm_val_set_none(&bounds[i]);
        else
            ok = cpm_in_eval(in, &bounds[i], expr->u.slice.bounds[i]);
    }
    ok = ok && (cpm_in_get_slice(in, out, &object, bounds) || cpm_in_locate(in, expr->span));
    for (size_t i = 0; i < 3; i++)
        cpm_val_clear(&bounds[i]);
    cpm_val_clear(&object);
    return ok;
}

/* ---- Calls ------------------------------------------------------------------ */

/* list.append(x), as it is called most. */
static bool append(cpm_interp *in, cpm_val *out, const cpm_expr *expr, cpm_list_object *list)
{
    cpm_val value = {0};
    bool ok = cpm_in_eval(in, &value, expr->u.method.args[0].value) &&
              (cpm_list_push(list, &value, in->err) == CPM_OK || cpm_in_locate(in, expr->span));
    cpm_val_clear(&value);
    if (ok)
        cpm_val_set_none(out);
    return ok;
}

static bool eval_method(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_val object = {0}, few[CPM_FEW_ARGS] = {{0}}, *args = few;
    cpm_site site = {expr->u.method.args, expr->u.method.nargs, expr->span, 0, false};
    size_t nargs = 0;
    cpm_span outer = in->calling;
    bool ok = cpm_in_eval(in, &object, expr->u.method.object);
    if (ok && object.kind == CPM_VAL_LIST && expr->u.method.id == CPM_METHOD_APPEND) {
        ok = append(in, out, expr, object.u.list);
        cpm_val_clear(&object);
        return ok;
    }
    ok = ok && cpm_in_eval_args(in, &site, &args, &nargs, few);
    in->calling = expr->span;
    ok = ok &&
         (cpm_in_method(in, out, expr->u.method.id, &object, &site, args, nargs - site.nkeywords) ||
          cpm_in_locate(in, expr->span));
    in->calling = outer;
    cpm_in_clear_args(args, nargs, few);
    cpm_val_clear(&object);
    return ok;
}

static bool eval_apply(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_val callee = {0};
    cpm_site site = {expr->u.apply.args, expr->u.apply.nargs, expr->span, 0, false};
    bool ok =
        cpm_in_eval(in, &callee, expr->u.apply.callee) && cpm_in_call_site(in, out, &callee, &site);
    cpm_val_clear(&callee);
    return ok;
}

/* ---- Comprehensions ----------------------------------------------------------- */

/* A comprehension at work. */
typedef struct comp_run {
    cpm_interp *in;
    const cpm_expr *comp;
    cpm_each_fn fn;
    void *ctx;
    bool stop;
} comp_run;

static bool run_clauses(comp_run *run, size_t at);

/* All conditions hold and all variables are set: the element. */
static bool emit(comp_run *run)
{
    cpm_val value = {0};
    bool ok = cpm_in_eval(run->in, &value, run->comp->u.comp.element) &&
              run->fn(run->in, run->ctx, &value, &run->stop);
    cpm_val_clear(&value);
    return ok;
}

/* The variables are new ones whenever the comprehension begins. */
static bool renew_target(cpm_interp *in, const cpm_expr *target)
{
    const cpm_expr *items[] = {target};
    if (target->kind == CPM_EXPR_TUPLE || target->kind == CPM_EXPR_LIST) {
        for (size_t i = 0; i < target->u.tuple.nitems; i++)
            if (!renew_target(in, target->u.tuple.items[i]))
                return false;
        return true;
    }
    if (target->kind == CPM_EXPR_STAR)
        items[0] = target->u.unary.operand;
    if (items[0]->kind != CPM_EXPR_NAME)
        return true;
    uint32_t slot = items[0]->u.name.slot;
    if (!(slot & CPM_SLOT_CELL)) {
        cpm_val_clear(cpm_in_slot(in, slot));
        return true;
    }
    cpm_val *local = &in->locals[slot & CPM_SLOT_INDEX];
    cpm_val_clear(local);
    return cpm_cell_wrap(local, in->heap, in->err) == CPM_OK;
}

static bool run_range(comp_run *run, size_t at, const cpm_range *range)
{
    const cpm_expr *target = run->comp->u.comp.clauses[at].target;
    slong value = *range->start, step = *range->step, count = *range->count;
    for (; count > 0 && !run->stop; count--, value += step) {
        cpm_val *variable = cpm_in_slot(run->in, target->u.name.slot);
        cpm_val_clear(variable);
        *variable = (cpm_val){CPM_VAL_INT, {.z = value}};
        if (!run_clauses(run, at + 1))
            return false;
    }
    return true;
}

static bool is_small_range(const cpm_val *iterable, const cpm_expr *target)
{
    if (iterable->kind != CPM_VAL_RANGE || target->kind != CPM_EXPR_NAME)
        return false;
    const cpm_range *range = &iterable->u.range->range;
    return !COEFF_IS_MPZ(*range->start) && !COEFF_IS_MPZ(*range->stop) &&
           !COEFF_IS_MPZ(*range->step) && !COEFF_IS_MPZ(*range->count);
}

static bool run_values(comp_run *run, size_t at, cpm_iter_object *iter, cpm_span span)
{
    cpm_interp *in = run->in;
    bool more = true, ok = true;
    while (ok && !run->stop) {
        cpm_val item = {0};
        cpm_span outer = in->calling;
        in->calling = span;
        ok = cpm_in_next(in, iter, &item, &more) || cpm_in_locate(in, span);
        in->calling = outer;
        if (ok && !more)
            break;
        ok = ok && cpm_in_assign(in, run->comp->u.comp.clauses[at].target, &item) &&
             run_clauses(run, at + 1);
        cpm_val_clear(&item);
    }
    return ok;
}

static bool run_for(comp_run *run, size_t at)
{
    const cpm_comp_clause *clause = &run->comp->u.comp.clauses[at];
    cpm_val iterable = {0}, iter = {0};
    bool ok = cpm_in_eval(run->in, &iterable, clause->expr);
    if (ok && is_small_range(&iterable, clause->target)) {
        ok = run_range(run, at, &iterable.u.range->range);
    } else if (ok) {
        ok = cpm_in_iter(run->in, &iter, &iterable) || cpm_in_locate(run->in, clause->expr->span);
        ok = ok && run_values(run, at, iter.u.iter, clause->expr->span);
    }
    cpm_val_clear(&iter);
    cpm_val_clear(&iterable);
    return ok;
}

/* The clauses from number `at` on. */
static bool run_clauses(comp_run *run, size_t at)
{
    cpm_interp *in = run->in;
    if (!cpm_in_guard(in, run->comp->span))
        return false;
    if (in->blocks_left-- == 0 && !cpm_in_tick(in, run->comp->span))
        return false;
    for (; at < run->comp->u.comp.nclauses; at++) {
        const cpm_comp_clause *clause = &run->comp->u.comp.clauses[at];
        bool holds;
        if (clause->target != NULL)
            return run_for(run, at);
        if (!cpm_in_test(in, clause->expr, &holds))
            return false;
        if (!holds)
            return true;
    }
    return emit(run);
}

bool cpm_in_each(cpm_interp *in, const cpm_expr *comp, cpm_each_fn fn, void *ctx)
{
    comp_run run = {in, comp, fn, ctx, false};
    bool ok = true;
    for (size_t i = 0; ok && i < comp->u.comp.nclauses; i++)
        if (comp->u.comp.clauses[i].target != NULL)
            ok = renew_target(in, comp->u.comp.clauses[i].target);
    ok = ok && run_clauses(&run, 0);
    return ok || cpm_in_locate(in, comp->span);
}

static bool collect_list(cpm_interp *in, void *ctx, cpm_val *value, bool *stop)
{
    (void)stop;
    cpm_val *list = ctx;
    return cpm_list_push(list->u.list, value, in->err) == CPM_OK;
}

static bool collect_set(cpm_interp *in, void *ctx, cpm_val *value, bool *stop)
{
    (void)stop;
    return put_entry(in, ctx, value, NULL);
}

/* What the keys of a dictionary go to. */
typedef struct dict_target {
    const cpm_val *dict;
    const cpm_expr *value;
} dict_target;

static bool collect_pair(cpm_interp *in, void *ctx, cpm_val *key, bool *stop)
{
    (void)stop;
    const dict_target *target = ctx;
    cpm_val value = {0};
    bool ok = cpm_in_eval(in, &value, target->value) && put_entry(in, target->dict, key, &value);
    cpm_val_clear(&value);
    return ok;
}

/* A generator expression that comes here is wanted as a whole, so that a list will do. */
static bool eval_comp(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_expr_kind of = expr->u.comp.of;
    dict_target target = {out, expr->u.comp.value};
    if (of != CPM_EXPR_SET && of != CPM_EXPR_DICT)
        return cpm_list_new(out, in->heap, 0, in->err) == CPM_OK &&
               cpm_in_each(in, expr, collect_list, out);
    cpm_val_kind kind = of == CPM_EXPR_SET ? CPM_VAL_SET : CPM_VAL_DICT;
    if (cpm_dict_new(out, in->heap, kind, in->err) != CPM_OK)
        return false;
    return kind == CPM_VAL_SET ? cpm_in_each(in, expr, collect_set, out)
                               : cpm_in_each(in, expr, collect_pair, &target);
}

/* ---- Text --------------------------------------------------------------------- */

static bool put_field(cpm_interp *in, cpm_strbuf *text, const cpm_field *field)
{
    cpm_val value = {0};
    if (field->value == NULL) {
        cpm_strbuf_append(text, field->bytes, field->len);
        return true;
    }
    bool ok = cpm_in_eval(in, &value, field->value);
    if (ok && field->conversion != 0) {
        cpm_strbuf shown = {0};
        ok = (field->conversion == 'r' ? cpm_val_repr(&shown, &value, in->err)
                                       : cpm_val_format(&shown, &value, 10, in->err)) == CPM_OK;
        cpm_val_clear(&value);
        ok = ok && cpm_in_take_text(in, &value, &shown);
        cpm_strbuf_clear(&shown);
    }
    ok = ok && cpm_in_format(in, text, &value, field->bytes, field->len);
    cpm_val_clear(&value);
    return ok || cpm_in_locate(in, field->value->span);
}

static bool eval_joined(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_strbuf text = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < expr->u.joined.nfields; i++)
        ok = put_field(in, &text, &expr->u.joined.fields[i]);
    ok = ok && cpm_in_take_text(in, out, &text);
    cpm_strbuf_clear(&text);
    return ok || cpm_in_locate(in, expr->span);
}

/* ---- All of them ---------------------------------------------------------------- */

static bool eval_walrus(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    cpm_val copy = {0};
    if (!cpm_in_eval(in, out, expr->u.walrus.value))
        return false;
    cpm_val_copy(&copy, out);
    cpm_val_move(cpm_in_slot(in, expr->u.walrus.name->u.name.slot), &copy);
    return true;
}

bool cpm_in_eval_value(cpm_interp *in, cpm_val *out, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_LIST:
        return eval_list(in, out, expr);
    case CPM_EXPR_SET:
        return eval_set(in, out, expr);
    case CPM_EXPR_DICT:
        return eval_dict(in, out, expr);
    case CPM_EXPR_SLICE:
        return eval_slice(in, out, expr);
    case CPM_EXPR_METHOD:
        return eval_method(in, out, expr);
    case CPM_EXPR_APPLY:
        return eval_apply(in, out, expr);
    case CPM_EXPR_COMP:
        return eval_comp(in, out, expr);
    case CPM_EXPR_LAMBDA:
        return cpm_in_make_function(in, out, expr->u.lambda.function, expr->u.lambda.fallbacks,
                                    expr->u.lambda.nfallbacks);
    case CPM_EXPR_WALRUS:
        return eval_walrus(in, out, expr);
    case CPM_EXPR_JOINED:
        return eval_joined(in, out, expr);
    case CPM_EXPR_TUPLE:
        return eval_starred_tuple(in, out, expr);
    default:
        return cpm_in_fail(in, CPM_ERR_SEMANTIC, expr->span, "a starred expression stands alone");
    }
}
