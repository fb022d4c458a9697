/* SPDX-License-Identifier: MIT
 *
 * lower_list_call.c - calls in loops that work on lists: built-in functions of lists,
 * methods, and the program's functions, which may take lists and give some back.
 */
#include "accel/lower_list.h"

#include "base/limits.h"
#include "lang/builtin.h"
#include "lang/method.h"

/* ---- Built-in functions ------------------------------------------------------------------ */

static cpm_status give_item(sval *out, lowering *lw, size_t object, size_t at, cpm_span span)
{
    list_item item = object_of(lw, object)->items[at];
    return cpm_list_read(out, lw, &item, span);
}

/* first + ... of all items, in one chain. */
static cpm_status chain_items(cpm_expr **out, lowering *lw, cpm_expr *first, size_t object,
                              cpm_span span)
{
    size_t nitems = object_of(lw, object)->nitems;
    cpm_link *links = cpm_arena_array(&lw->lists->nodes, nitems + 1, sizeof *links);
    if (links == NULL)
        return cpm_err_memory(lw->err);
    for (size_t k = 0; k < nitems; k++) {
        sval item;
        cpm_status status = give_item(&item, lw, object, k, span);
        if (status == CPM_OK && item.kind != SVAL_NUMBER)
            status = cpm_lower_refuse(lw, span, "a sum of lists");
        if (status != CPM_OK)
            return status;
        links[k] = (cpm_link){.op = CPM_OP_ADD, .op_span = span, .operand = item.expr};
    }
    cpm_expr node = {.kind = CPM_EXPR_CHAIN,
                     .span = span,
                     .u.chain = {.first = first, .links = links, .nlinks = nitems}};
    *out = nitems == 0 ? first : cpm_list_copy(lw, &node);
    return *out == NULL ? cpm_err_memory(lw->err) : CPM_OK;
}

/* sum(values), sum(values, start) */
static cpm_status call_sum(sval *out, lowering *lw, const cpm_expr *expr)
{
    const cpm_arg *args = expr->u.call.args;
    size_t object;
    sval first;
    cpm_expr *sum = NULL;
    cpm_status status = cpm_list_collect(&object, lw, args[0].value, false);
    if (status == CPM_OK && expr->u.call.nargs > 1)
        status = cpm_list_eval(&first, lw, args[1].value);
    else if (status == CPM_OK)
        status = cpm_list_number(&first, lw, 0, expr->span);
    if (status == CPM_OK && first.kind != SVAL_NUMBER)
        status = cpm_lower_refuse(lw, expr->span, "a sum of lists");
    if (status == CPM_OK)
        status = chain_items(&sum, lw, first.expr, object, expr->span);
    if (status == CPM_OK)
        status = cpm_list_release(lw, object);
    *out = (sval){.kind = SVAL_NUMBER, .expr = sum};
    return status;
}

/* max(values) as max(a, b, ...): also for one value of another type than a number. */
static cpm_status call_extreme(sval *out, lowering *lw, cpm_expr *expr)
{
    size_t object;
    cpm_status status = cpm_list_collect(&object, lw, expr->u.call.args[0].value, false);
    if (status != CPM_OK)
        return status;
    size_t nitems = object_of(lw, object)->nitems;
    if (nitems == 0)
        return cpm_lower_own_error(lw, expr->span, "the extreme of no values");
    if (nitems == 1)
        return give_item(out, lw, object, 0, expr->span);
    cpm_expr *call = cpm_list_copy(lw, expr);
    cpm_arg *args = cpm_arena_array(&lw->lists->nodes, nitems, sizeof *args);
    if (call == NULL || args == NULL)
        return cpm_err_memory(lw->err);
    for (size_t k = 0; k < nitems && status == CPM_OK; k++) {
        sval item;
        status = give_item(&item, lw, object, k, expr->span);
        if (status == CPM_OK && item.kind != SVAL_NUMBER)
            status = cpm_lower_refuse(lw, expr->span, "the extreme of lists");
        args[k] = (cpm_arg){.keyword = CPM_NO_SYM, .value = item.expr};
    }
    call->u.call.args = args;
    call->u.call.nargs = nitems;
    *out = (sval){.kind = SVAL_NUMBER, .expr = call};
    return status;
}

/* any(values), all(values) */
static cpm_status call_any(sval *out, lowering *lw, const cpm_expr *expr, bool all)
{
    size_t object;
    bool truth = all;
    cpm_status status = cpm_list_collect(&object, lw, expr->u.call.args[0].value, false);
    for (size_t k = 0; status == CPM_OK && truth == all && k < object_of(lw, object)->nitems; k++) {
        sval item;
        status = give_item(&item, lw, object, k, expr->span);
        if (status == CPM_OK && item.kind != SVAL_NUMBER)
            status = cpm_lower_refuse(lw, expr->span, "the truth of a list");
        if (status == CPM_OK)
            status = cpm_lower_decide(&truth, lw, item.expr);
    }
    cpm_val value = {0};
    cpm_val_set_bool(&value, truth);
    return status == CPM_OK ? cpm_list_constant(out, lw, &value, expr->span) : status;
}

static cpm_status call_list(sval *out, lowering *lw, const cpm_expr *expr, cpm_builtin_id id)
{
    *out = (sval){.kind = SVAL_LIST};
    cpm_status status = expr->u.call.nargs == 0
                            ? cpm_list_make(&out->object, lw, id == CPM_BUILTIN_TUPLE)
                            : cpm_list_collect(&out->object, lw, expr->u.call.args[0].value,
                                               id == CPM_BUILTIN_TUPLE);
    if (status == CPM_OK)
        object_of(lw, out->object)->is_deque = id == CPM_BUILTIN_DEQUE;
    return status;
}

static cpm_status call_len(sval *out, lowering *lw, cpm_expr *expr)
{
    sval value;
    bool known = false;
    cpm_status status = cpm_list_eval(&value, lw, expr->u.call.args[0].value);
    if (status == CPM_OK && value.kind == SVAL_LIST) {
        status = cpm_list_load(lw, value.object);
        return status == CPM_OK
                   ? cpm_list_number(out, lw, (slong)object_of(lw, value.object)->nitems,
                                     expr->span)
                   : status;
    }
    if (status == CPM_OK && value.kind == SVAL_NUMBER)
        status = cpm_list_evaluate(&known, out, lw, expr);
    return status == CPM_OK && !known ? cpm_lower_refuse(lw, expr->span, "a length that changes")
                                      : status;
}

/* The same call with arguments that read no list. */
static cpm_status eval_arguments(cpm_expr **out, lowering *lw, cpm_expr *expr)
{
    size_t nargs = expr->u.call.nargs;
    bool same = true;
    cpm_arg *args = cpm_arena_array(&lw->lists->nodes, nargs, sizeof *args);
    if (args == NULL)
        return cpm_err_memory(lw->err);
    for (size_t i = 0; i < nargs; i++) {
        args[i] = expr->u.call.args[i];
        cpm_status status = cpm_list_eval_number(&args[i].value, lw, args[i].value);
        if (status != CPM_OK)
            return status;
        same = same && args[i].value == expr->u.call.args[i].value;
    }
    *out = same ? expr : cpm_list_copy(lw, expr);
    if (*out == NULL)
        return cpm_err_memory(lw->err);
    if (!same)
        (*out)->u.call.args = args;
    return CPM_OK;
}

/* Functions of numbers and texts whose value depends on these alone. */
static bool is_function_of_values(cpm_builtin_id id)
{
    switch (id) {
    case CPM_BUILTIN_CHR:
    case CPM_BUILTIN_ORD:
    case CPM_BUILTIN_COMB:
    case CPM_BUILTIN_PERM:
    case CPM_BUILTIN_ISQRT:
    case CPM_BUILTIN_BIN:
    case CPM_BUILTIN_STR:
    case CPM_BUILTIN_DIVMOD:
    case CPM_BUILTIN_INT:
        return true;
    default:
        return false;
    }
}

static cpm_status call_plain(sval *out, lowering *lw, cpm_expr *expr, cpm_builtin_id id)
{
    bool known = false;
    *out = (sval){.kind = SVAL_NUMBER};
    cpm_status status = eval_arguments(&out->expr, lw, expr);
    if (status == CPM_OK && is_function_of_values(id))
        status = cpm_list_evaluate(&known, out, lw, out->expr);
    return status;
}

static cpm_status call_builtin(sval *out, lowering *lw, cpm_expr *expr, cpm_builtin_id id)
{
    size_t nargs = expr->u.call.nargs;
    for (size_t i = 0; i < nargs; i++)
        if (expr->u.call.args[i].keyword != CPM_NO_SYM)
            return cpm_lower_refuse(lw, expr->span, "a call with keywords");
    switch (id) {
    case CPM_BUILTIN_LEN:
        return call_len(out, lw, expr);
    case CPM_BUILTIN_SUM:
        return call_sum(out, lw, expr);
    case CPM_BUILTIN_MAX:
    case CPM_BUILTIN_MIN:
        return nargs == 1 ? call_extreme(out, lw, expr) : call_plain(out, lw, expr, id);
    case CPM_BUILTIN_ANY:
    case CPM_BUILTIN_ALL:
        return call_any(out, lw, expr, id == CPM_BUILTIN_ALL);
    case CPM_BUILTIN_LIST:
    case CPM_BUILTIN_TUPLE:
    case CPM_BUILTIN_DEQUE:
        return call_list(out, lw, expr, id);
    default:
        return call_plain(out, lw, expr, id);
    }
}

/* ---- The program's functions ---------------------------------------------------------------- */

/* Lists are handed over by a name of ours that holds them. */
static cpm_status carry_argument(cpm_arg *arg, lowering *lw)
{
    sval value, carrier;
    cpm_status status = cpm_list_eval(&value, lw, arg->value);
    if (status == CPM_OK && value.kind == SVAL_NOTHING)
        status = cpm_lower_refuse(lw, arg->value->span, "a call that returns nothing");
    if (status != CPM_OK || value.kind == SVAL_NUMBER) {
        arg->value = value.expr;
        return status;
    }
    status = cpm_list_number(&carrier, lw, 0, arg->value->span);
    if (status == CPM_OK) {
        name_info *name = &lw->names[carrier.expr->u.name.sym];
        name->state = NAME_LIST;
        name->object = value.object;
        arg->value = carrier.expr;
    }
    return status;
}

static cpm_status call_own(sval *out, lowering *lw, const cpm_expr *expr)
{
    size_t nargs = expr->u.call.nargs;
    cpm_expr *call = cpm_list_copy(lw, expr);
    cpm_arg *args = cpm_arena_array(&lw->lists->nodes, nargs + 1, sizeof *args);
    if (call == NULL || args == NULL)
        return cpm_err_memory(lw->err);
    call->u.call.args = args;
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < nargs && status == CPM_OK; i++) {
        args[i] = expr->u.call.args[i];
        if (args[i].value->kind == CPM_EXPR_STAR)
            return cpm_lower_refuse(lw, args[i].value->span, "unpacked arguments");
        status = carry_argument(&args[i], lw);
    }
    *out = (sval){.kind = SVAL_NOTHING};
    return status == CPM_OK ? cpm_lower_call_any(out, lw, call) : status;
}

cpm_status cpm_list_return(lowering *lw, sval *result, cpm_expr *value)
{
    list_item item;
    *result = (sval){.kind = SVAL_NOTHING};
    if (value == NULL || value->kind == CPM_EXPR_NONE)
        return CPM_OK;
    cpm_status status = cpm_list_eval(result, lw, value);
    if (status != CPM_OK || result->kind != SVAL_NUMBER)
        return status;
    status = cpm_list_keep(&item, lw, result); /* the names of the function go */
    return status == CPM_OK ? cpm_list_read(result, lw, &item, value->span) : status;
}

cpm_status cpm_list_call(sval *out, lowering *lw, cpm_expr *expr)
{
    cpm_builtin_id id = cpm_lower_builtin(lw->tree, lw->env, expr);
    cpm_status status = cpm_list_step(lw, expr->span);
    if (status != CPM_OK)
        return status;
    if (cpm_lower_is_own_call(lw, expr) && cpm_list_is_used_by(lw, expr))
        return call_own(out, lw, expr);
    if (id != CPM_BUILTIN_NONE)
        return call_builtin(out, lw, expr, id);
    *out = (sval){.kind = SVAL_NUMBER};
    return eval_arguments(&out->expr, lw, expr);
}

/* ---- Methods -----------------------------------------------------------------------------------
 */

/* Before item `at`, counted from the end where it is negative, once there is the value. */
static cpm_status push(lowering *lw, size_t object, slong at, cpm_expr *expr)
{
    sval value;
    list_item item;
    cpm_status status = cpm_list_eval(&value, lw, expr);
    if (status == CPM_OK && value.kind == SVAL_NOTHING)
        status = cpm_lower_refuse(lw, expr->span, "a call that returns nothing");
    if (status == CPM_OK)
        status = cpm_list_keep(&item, lw, &value);
    if (status != CPM_OK)
        return status;
    slong nitems = (slong)object_of(lw, object)->nitems;
    at += at < 0 ? nitems : 0;
    at = at < 0 ? 0 : at > nitems ? nitems : at;
    return cpm_list_replace(lw, object, (size_t)at, 0, &item, 1);
}

static cpm_status pop(sval *out, lowering *lw, size_t object, slong at, cpm_span span)
{
    slong nitems = (slong)object_of(lw, object)->nitems;
    at += at < 0 ? nitems : 0;
    if (at < 0 || at >= nitems)
        return cpm_lower_own_error(lw, span, "an index that is out of range");
    cpm_status status = give_item(out, lw, object, (size_t)at, span);
    return status == CPM_OK ? cpm_list_replace(lw, object, (size_t)at, 1, NULL, 0) : status;
}

static cpm_status extend(lowering *lw, size_t object, cpm_expr *iterable)
{
    size_t more;
    cpm_status status = cpm_list_collect(&more, lw, iterable, false);
    if (status != CPM_OK)
        return status;
    const list_object *o = object_of(lw, more);
    return cpm_list_replace(lw, object, object_of(lw, object)->nitems, 0, o->items, o->nitems);
}

static cpm_status reverse(lowering *lw, size_t object)
{
    list_object *o = object_of(lw, object);
    o->is_changed = true;
    for (size_t i = 0; i < o->nitems / 2; i++) {
        list_item item = o->items[i];
        o->items[i] = o->items[o->nitems - 1 - i];
        o->items[o->nitems - 1 - i] = item;
    }
    return CPM_OK;
}

static cpm_status copy(sval *out, lowering *lw, size_t object)
{
    *out = (sval){.kind = SVAL_LIST};
    cpm_status status = cpm_list_make(&out->object, lw, false);
    if (status != CPM_OK)
        return status;
    const list_object *o = object_of(lw, object);
    object_of(lw, out->object)->is_deque = o->is_deque;
    return cpm_list_replace(lw, out->object, 0, 0, o->items, o->nitems);
}

/* list.method(args), of an object that is no tuple. */
static cpm_status list_method(sval *out, lowering *lw, size_t object, const cpm_expr *expr)
{
    const cpm_arg *args = expr->u.method.args;
    size_t nargs = expr->u.method.nargs;
    slong at = -1;
    cpm_status status = CPM_OK;
    *out = (sval){.kind = SVAL_NOTHING};
    switch (expr->u.method.id) {
    case CPM_METHOD_APPEND:
        return push(lw, object, WORD_MAX, args[0].value);
    case CPM_METHOD_APPENDLEFT:
        return push(lw, object, 0, args[0].value);
    case CPM_METHOD_INSERT:
        status = cpm_list_eval_index(&at, lw, args[0].value);
        return status == CPM_OK ? push(lw, object, at, args[1].value) : status;
    case CPM_METHOD_POP:
        if (nargs > 1)
            break;
        if (nargs == 1)
            status = cpm_list_eval_index(&at, lw, args[0].value);
        return status == CPM_OK ? pop(out, lw, object, at, expr->span) : status;
    case CPM_METHOD_POPLEFT:
        return pop(out, lw, object, 0, expr->span);
    case CPM_METHOD_EXTEND:
        return extend(lw, object, args[0].value);
    case CPM_METHOD_REVERSE:
        return reverse(lw, object);
    case CPM_METHOD_COPY:
        return copy(out, lw, object);
    case CPM_METHOD_CLEAR:
        return cpm_list_replace(lw, object, 0, object_of(lw, object)->nitems, NULL, 0);
    default:
        break;
    }
    return cpm_lower_refuse(lw, expr->span, "call of the method '%s'",
                            cpm_method_name((cpm_method_id)expr->u.method.id));
}

/* Methods that change nothing, of what is no list. */
static bool only_reads(int id)
{
    return id == CPM_METHOD_GET || id == CPM_METHOD_INDEX || id == CPM_METHOD_COUNT ||
           id == CPM_METHOD_FIND || id == CPM_METHOD_BIT_COUNT || id == CPM_METHOD_BIT_LENGTH;
}

static cpm_status other_method(sval *out, lowering *lw, const cpm_expr *expr, cpm_expr *object)
{
    bool known = false;
    size_t nargs = expr->u.method.nargs;
    cpm_expr *copied = cpm_list_copy(lw, expr);
    cpm_arg *args = cpm_arena_array(&lw->lists->nodes, nargs + 1, sizeof *args);
    if (copied == NULL || args == NULL)
        return cpm_err_memory(lw->err);
    copied->u.method.object = object;
    copied->u.method.args = args;
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < nargs && status == CPM_OK; i++) {
        args[i] = expr->u.method.args[i];
        status = cpm_list_eval_number(&args[i].value, lw, args[i].value);
    }
    if (status == CPM_OK && only_reads(expr->u.method.id))
        status = cpm_list_evaluate(&known, out, lw, copied);
    return status == CPM_OK && !known
               ? cpm_lower_refuse(lw, expr->span, "call of the method '%s'",
                                  cpm_method_name((cpm_method_id)expr->u.method.id))
               : status;
}

cpm_status cpm_list_method(sval *out, lowering *lw, cpm_expr *expr)
{
    sval object;
    cpm_status status = cpm_list_eval(&object, lw, expr->u.method.object);
    if (status == CPM_OK && object.kind == SVAL_NUMBER)
        return other_method(out, lw, expr, object.expr);
    if (status == CPM_OK && (object.kind == SVAL_NOTHING || object_of(lw, object.object)->is_tuple))
        status = cpm_lower_refuse(lw, expr->span, "call of the method '%s'",
                                  cpm_method_name((cpm_method_id)expr->u.method.id));
    if (status == CPM_OK)
        status = cpm_list_load(lw, object.object);
    return status == CPM_OK ? list_method(out, lw, object.object, expr) : status;
}
