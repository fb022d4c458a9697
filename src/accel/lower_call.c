/* SPDX-License-Identifier: MIT
 *
 * lower_call.c - calls of the program's own functions. What the function does is
 * written out where the call stands: its names are registers of their own, which its
 * arguments are moved to, and what it returns is the value of the call. Conditions
 * are decided while that goes on, so each call takes one way through the function,
 * to the `return` where that way ends.
 */
#include "accel/lower_list.h"
#include "base/limits.h"
#include "base/mem.h"
#include "lang/visit.h"

#include <stdlib.h>

/* A call at work. */
typedef struct inlined {
    const cpm_expr *expr;
    const cpm_function *function;
    const cpm_expr **args; /* owned: of each parameter; NULL: its default */
    bool *known;           /* owned: per argument of the call: evaluated now */
    bool *was_local;       /* owned: per symbol: where the call stands */
    lv *values;            /* owned: of each parameter that is not known */
    size_t depth;          /* calls around this one */
    unsigned inner_depth;  /* loops around it */
    bool returned;
    /* What is wanted: a truth value, so many items, whatever it is where there are lists
     * (lower_list.h), or else one value. */
    bool *truth;
    struct sval *any;
    lv *items;
    size_t nitems;
} inlined;

bool cpm_lower_has_returned(const lowering *lw)
{
    return lw->call != NULL && lw->call->returned;
}

bool cpm_lower_is_own_call(const lowering *lw, const cpm_expr *expr)
{
    if (expr->kind != CPM_EXPR_CALL || lw->env->function == NULL)
        return false;
    name_state state = lw->names[expr->u.call.callee].state;
    return (state == NAME_OUTER || state == NAME_PREDICTED) &&
           lw->env->function(lw->env->ctx, expr->u.call.callee) != NULL;
}

static const char *callee_name(const lowering *lw, const inlined *in)
{
    return lw->tree->symbols[in->expr->u.call.callee].name;
}

/* ---- Arguments ----------------------------------------------------------------------- */

/* Which expression each parameter gets; mistakes are left to the interpreter. */
static cpm_status match_arguments(inlined *in, lowering *lw)
{
    const cpm_function *f = in->function;
    size_t nargs = in->expr->u.call.nargs;
    for (size_t i = 0; i < nargs; i++) {
        const cpm_arg *arg = &in->expr->u.call.args[i];
        size_t p = i;
        if (arg->value->kind == CPM_EXPR_STAR)
            return cpm_lower_refuse(lw, arg->value->span, "unpacked arguments");
        if (arg->keyword != CPM_NO_SYM)
            for (p = 0; p < f->nparams && f->params[p].sym != arg->keyword;)
                p++;
        if (p >= f->nparams || in->args[p] != NULL)
            return cpm_lower_own_error(lw, in->expr->span, "arguments that do not fit");
        in->args[p] = arg->value;
        in->known[i] = cpm_lower_is_predictable(lw, arg->value);
        if (in->known[i])
            in->args[p] = NULL;
    }
    return CPM_OK;
}

static bool assigns(const lowering *lw, const inlined *in, size_t p)
{
    return cpm_block_assigns(lw->tree, &in->function->body, in->function->params[p].sym);
}

/* The variable of a running loop stays one where nothing is assigned to it. */
static bool is_counter(const lowering *lw, const inlined *in, size_t p)
{
    const cpm_expr *arg = in->args[p];
    return arg->kind == CPM_EXPR_NAME && lw->names[arg->u.name.sym].state == NAME_COUNTER &&
           !assigns(lw, in, p);
}

/* A list is handed over as it is. */
static bool is_list(const lowering *lw, const cpm_expr *arg)
{
    return arg->kind == CPM_EXPR_NAME && lw->names[arg->u.name.sym].state == NAME_LIST;
}

/* The values of what changes, on the stack. */
static cpm_status lower_arguments(inlined *in, lowering *lw)
{
    cpm_status status = CPM_OK;
    for (size_t p = 0; p < in->function->nparams && status == CPM_OK; p++) {
        if (in->args[p] == NULL || is_list(lw, in->args[p]) || is_counter(lw, in, p))
            continue;
        status = cpm_lower_item(&in->values[p], lw, in->args[p]);
    }
    return status;
}

/* Parameters become names of the function: counters, registers, or what the
 * environment has. */
static cpm_status bind_parameters(inlined *in, lowering *lw, const name_info *caller)
{
    cpm_status status = CPM_OK;
    for (size_t p = 0; p < in->function->nparams && status == CPM_OK; p++) {
        cpm_sym sym = in->function->params[p].sym;
        name_info *name = &lw->names[sym];
        name->may_be_unbound = false;
        if (in->args[p] == NULL) {
            name->state = NAME_PREDICTED;
            if (assigns(lw, in, p)) /* its register may be looked at */
                status = cpm_lower_emit_predicted(lw, sym, in->expr->span);
            continue;
        }
        const cpm_expr *arg = in->args[p];
        if (arg->kind == CPM_EXPR_NAME && caller[arg->u.name.sym].state == NAME_LIST) {
            name->state = NAME_LIST;
            name->object = caller[arg->u.name.sym].object;
            continue;
        }
        if (arg->kind == CPM_EXPR_NAME && in->values[p].kind == LV_REG) { /* as is_counter */
            name->state = NAME_COUNTER;
            name->counter = caller[arg->u.name.sym].counter;
            continue;
        }
        lv value = in->values[p];
        if (value.kind == LV_STACK)
            value.kind = LV_REG;
        else
            in->values[p] = (lv){.kind = LV_REG};
        status = cpm_lower_assign_value(lw, sym, &value, in->expr->span);
    }
    for (size_t p = in->function->nparams; p-- > 0 && status == CPM_OK;)
        if (in->values[p].kind == LV_STACK)
            status = cpm_lower_pop(lw);
    return status;
}

/* ---- The function -------------------------------------------------------------------- */

/* The names as the function sees them when it begins: its own are unbound, and of
 * the others those that the caller sees as well are what they are there. */
static name_info *names_of_callee(const lowering *lw, const inlined *in)
{
    name_info *names = cpm_calloc(lw->tree->nsymbols, sizeof *names);
    for (size_t sym = 0; names != NULL && sym < lw->tree->nsymbols; sym++) {
        if (lw->env->is_local(lw->env->ctx, (cpm_sym)sym))
            names[sym] =
                (name_info){.state = NAME_REGISTER, .is_assigned = true, .may_be_unbound = true};
        else if (!in->was_local[sym])
            names[sym] = lw->names[sym];
    }
    return names;
}

/* What has become known of names that both see. */
static void give_back(name_info *caller, const lowering *lw, const inlined *in)
{
    for (size_t sym = 0; sym < lw->tree->nsymbols; sym++)
        if (!in->was_local[sym] && !lw->env->is_local(lw->env->ctx, (cpm_sym)sym))
            caller[sym] = lw->names[sym];
}

static cpm_status run_body(inlined *in, lowering *lw)
{
    inner_loop *loops = lw->inner;
    inlined *outer = lw->call;
    lw->call = in;
    lw->inner = NULL;
    cpm_status status = cpm_lower_block(lw, &in->function->body);
    lw->call = outer;
    lw->inner = loops;
    if (status == CPM_OK && !in->returned && in->any == NULL)
        status = cpm_lower_refuse(lw, in->expr->span, "call of '%s', which returns nothing",
                                  callee_name(lw, in));
    return status;
}

/* Between entering and leaving; the arguments are on the stack. */
static cpm_status run_callee(inlined *in, lowering *lw)
{
    name_info *caller = lw->names, *names = names_of_callee(lw, in);
    if (names == NULL)
        return cpm_err_memory(lw->err);
    lw->names = names;
    cpm_status status = bind_parameters(in, lw, caller);
    if (status == CPM_OK)
        status = run_body(in, lw);
    give_back(caller, lw, in);
    lw->names = caller;
    free(names);
    return status;
}

/* A truth value would be 1 to whoever gets it. */
static cpm_status return_number(lv *out, lowering *lw, const cpm_expr *value)
{
    cpm_status status = cpm_lower_choose(&value, lw);
    bool known = status == CPM_OK && value->kind != CPM_EXPR_INT && lw->env->is_number != NULL &&
                 cpm_lower_is_predictable(lw, value);
    if (known && !lw->env->is_number(lw->env->ctx, value))
        return cpm_lower_refuse(lw, value->span, "a call that returns something that is no number");
    return status == CPM_OK ? cpm_lower_expr(out, lw, value) : status;
}

cpm_status cpm_lower_return(lowering *lw, const cpm_stmt *stmt)
{
    inlined *in = lw->call;
    const cpm_expr *value = stmt->u.expr;
    if (in == NULL)
        return cpm_lower_refuse(lw, stmt->span, "return inside the body");
    if (lw->inner_depth > in->inner_depth)
        return cpm_lower_refuse(lw, stmt->span, "return inside a loop");
    if (value == NULL && in->any == NULL)
        return cpm_lower_refuse(lw, stmt->span, "return without a value");
    cpm_status status = CPM_OK;
    if (in->any != NULL) {
        status = cpm_list_return(lw, in->any, stmt->u.expr);
    } else if (in->truth != NULL) {
        status = cpm_lower_decide(in->truth, lw, value);
    } else if (in->nitems == 0) {
        status = return_number(in->items, lw, value);
    } else if (cpm_lower_is_own_call(lw, value)) {
        status = cpm_lower_call_items(in->items, in->nitems, lw, value);
    } else if (value->kind != CPM_EXPR_TUPLE) {
        return cpm_lower_refuse(lw, value->span, "unpacking of something that is no tuple");
    } else if (value->u.tuple.nitems != in->nitems) {
        return cpm_lower_own_error(lw, value->span, "unpacking needs as many values as targets");
    } else {
        for (size_t i = 0; i < in->nitems && status == CPM_OK; i++)
            status = cpm_lower_item(&in->items[i], lw, value->u.tuple.items[i]);
    }
    in->returned = true;
    return status;
}

/* ---- Calls --------------------------------------------------------------------------- */

static cpm_status prepare_call(inlined *in, lowering *lw)
{
    in->depth = lw->call == NULL ? 1 : lw->call->depth + 1;
    in->inner_depth = lw->inner_depth;
    in->function = lw->env->function(lw->env->ctx, in->expr->u.call.callee);
    if (in->depth > CPM_MAX_INLINED_DEPTH || ++lw->ncalls > CPM_MAX_INLINED)
        return cpm_lower_refuse(lw, in->expr->span, "too many calls (of '%s')",
                                callee_name(lw, in));
    if (in->function->decorator.has_types)
        return cpm_lower_refuse(lw, in->expr->span, "call of '%s', which has types of its own",
                                callee_name(lw, in));
    in->args = cpm_calloc(in->function->nparams, sizeof *in->args);
    in->values = cpm_calloc(in->function->nparams, sizeof *in->values);
    in->known = cpm_calloc(in->expr->u.call.nargs, sizeof *in->known);
    in->was_local = cpm_calloc(lw->tree->nsymbols, sizeof *in->was_local);
    if (in->args == NULL || in->values == NULL || in->known == NULL || in->was_local == NULL)
        return cpm_err_memory(lw->err);
    for (size_t p = 0; p < in->function->nparams; p++)
        in->values[p].kind = LV_REG;
    for (size_t sym = 0; sym < lw->tree->nsymbols; sym++)
        in->was_local[sym] = lw->env->is_local(lw->env->ctx, (cpm_sym)sym);
    return CPM_OK;
}

static void inlined_clear(inlined *in)
{
    for (size_t p = 0; in->values != NULL && p < in->function->nparams; p++)
        cpm_lv_clear(&in->values[p]);
    free(in->values);
    free(in->args);
    free(in->known);
    free(in->was_local);
}

static cpm_status lower_call(inlined *in, lowering *lw)
{
    cpm_status status = prepare_call(in, lw);
    if (status == CPM_OK)
        status = match_arguments(in, lw);
    if (status == CPM_OK)
        status = lower_arguments(in, lw);
    if (status == CPM_OK)
        status = lw->env->enter(lw->env->ctx, in->expr, in->known, lw->err);
    if (status == CPM_OK) {
        status = run_callee(in, lw);
        lw->env->leave(lw->env->ctx);
    }
    if (status == CPM_OK)
        status = cpm_lower_note_inner(lw, (cpm_inner_fact){.kind = CPM_INNER_CALL,
                                                           .span = in->expr->u.call.callee_span,
                                                           .callee = in->expr->u.call.callee});
    inlined_clear(in);
    return status;
}

cpm_status cpm_lower_call_value(lv *out, lowering *lw, const cpm_expr *call)
{
    inlined in = {.expr = call, .items = out};
    return lower_call(&in, lw);
}

cpm_status cpm_lower_call_truth(bool *truth, lowering *lw, const cpm_expr *call)
{
    inlined in = {.expr = call, .truth = truth};
    return lower_call(&in, lw);
}

cpm_status cpm_lower_call_any(struct sval *out, lowering *lw, const cpm_expr *call)
{
    inlined in = {.expr = call, .any = out};
    return lower_call(&in, lw);
}

cpm_status cpm_lower_call_items(lv *items, size_t count, lowering *lw, const cpm_expr *call)
{
    inlined in = {.expr = call, .items = items, .nitems = count};
    return lower_call(&in, lw);
}
