/* SPDX-License-Identifier: MIT
 *
 * call.c - calls. Arguments are evaluated straight into the local variables of
 * the new frame, which come from a stack of pieces that never move. Depth is
 * bounded twice: by the number of active calls and by the C stack.
 */
#include "eval/interp_impl.h"

#include <stdlib.h>

/* ---- The stack of local variables -------------------------------------- */

enum { CHUNK_VALUES = 4096 };

static cpm_chunk *new_chunk(cpm_interp *in, size_t need)
{
    size_t cap = need > CHUNK_VALUES ? need : CHUNK_VALUES, nbytes;
    cpm_chunk *chunk = NULL;
    if (cpm_size_mul(&nbytes, cap, sizeof(cpm_val)) &&
        cpm_size_add(&nbytes, nbytes, sizeof(cpm_chunk)))
        chunk = cpm_calloc(1, nbytes);
    if (chunk == NULL) {
        cpm_err_memory(in->err);
        return NULL;
    }
    chunk->cap = cap;
    return chunk;
}

/* Room for `count` unbound values. */
static cpm_val *push_values(cpm_interp *in, size_t count)
{
    cpm_chunk *chunk = in->chunk;
    if (count > CPM_MAX_LOCALS - in->nlocals) {
        cpm_err_set(in->err, CPM_ERR_LIMIT, "the active calls have more than %zu local variables",
                    CPM_MAX_LOCALS);
        return NULL;
    }
    if (chunk == NULL || chunk->cap - chunk->used < count) {
        cpm_chunk *next = chunk == NULL ? NULL : chunk->next;
        if (next != NULL && next->cap < count) { /* the spare one is too small */
            free(next);
            next = NULL;
        }
        if (next == NULL) {
            next = new_chunk(in, count);
            if (next == NULL)
                return NULL;
            next->prev = chunk;
            if (chunk != NULL)
                chunk->next = next;
        }
        in->chunk = chunk = next;
    }
    cpm_val *values = chunk->values + chunk->used;
    chunk->used += count;
    in->nlocals += count;
    return values;
}

/* Clears and gives back the newest `count` values; one empty piece is kept. */
static void pop_values(cpm_interp *in, cpm_val *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cpm_val_clear(&values[i]);
    cpm_chunk *chunk = in->chunk;
    in->nlocals -= count;
    chunk->used -= count;
    if (chunk->used == 0 && chunk->prev != NULL) {
        free(chunk->next);
        chunk->next = NULL;
        in->chunk = chunk->prev;
    }
}

/* ---- Arguments --------------------------------------------------------- */

static bool too_many(cpm_interp *in, const cpm_expr *call, const cpm_function *f,
                     size_t npositional)
{
    return cpm_in_fail(in, CPM_ERR_RUNTIME, call->span, "%s takes %zu argument%s, not %zu",
                       in->tree->symbols[f->name].name, f->nparams, f->nparams == 1 ? "" : "s",
                       npositional);
}

static bool set_keyword(cpm_interp *in, cpm_val *locals, const cpm_function *f, const cpm_arg *arg)
{
    const char *name = in->tree->symbols[f->name].name;
    const char *keyword = in->tree->symbols[arg->keyword].name;
    for (size_t i = 0; i < f->nparams; i++) {
        if (f->params[i].sym != arg->keyword)
            continue;
        if (locals[i].kind != CPM_VAL_UNBOUND)
            return cpm_in_fail(in, CPM_ERR_RUNTIME, arg->keyword_span,
                               "%s gets the argument '%s' twice", name, keyword);
        return cpm_in_eval(in, &locals[i], arg->value);
    }
    return cpm_in_fail(in, CPM_ERR_RUNTIME, arg->keyword_span, "%s has no parameter '%s'", name,
                       keyword);
}

static bool set_defaults(cpm_interp *in, cpm_val *locals, const cpm_function *f,
                         const cpm_function_object *object, const cpm_expr *call)
{
    size_t first_default = f->nparams - object->ndefaults;
    for (size_t i = 0; i < f->nparams; i++) {
        if (locals[i].kind != CPM_VAL_UNBOUND)
            continue;
        if (i < first_default)
            return cpm_in_fail(in, CPM_ERR_RUNTIME, call->span, "%s needs the argument '%s'",
                               in->tree->symbols[f->name].name,
                               in->tree->symbols[f->params[i].sym].name);
        cpm_val_copy(&locals[i], &object->items[i - first_default]);
    }
    return true;
}

/* Evaluates the arguments, in the caller's environment, into the parameters. */
static bool set_params(cpm_interp *in, cpm_val *locals, const cpm_function *f,
                       const cpm_function_object *object, const cpm_expr *call)
{
    size_t npositional = 0;
    while (npositional < call->u.call.nargs && call->u.call.args[npositional].keyword == CPM_NO_SYM)
        npositional++;
    if (npositional > f->nparams)
        return too_many(in, call, f, npositional);
    for (size_t i = 0; i < call->u.call.nargs; i++) {
        const cpm_arg *arg = &call->u.call.args[i];
        if (i < npositional ? !cpm_in_eval(in, &locals[i], arg->value)
                            : !set_keyword(in, locals, f, arg))
            return false;
    }
    return set_defaults(in, locals, f, object, call);
}

/* ---- Functions of the program ------------------------------------------ */

static void enter_function(cpm_interp *in, cpm_frame *frame)
{
    frame->caller = in->frame;
    in->frame = frame;
    in->depth++;
    const cpm_decorator *decorator = &frame->function->decorator;
    in->arith.allow_rational =
        decorator->has_types ? decorator->allow_rational : in->options.allow_rational;
}

static void leave_function(cpm_interp *in, bool allow_rational)
{
    in->frame = in->frame->caller;
    in->depth--;
    in->arith.allow_rational = allow_rational;
}

static bool run_body(cpm_interp *in, cpm_val *out, cpm_frame *frame, const cpm_expr *call)
{
    if (in->depth >= CPM_MAX_CALL_DEPTH)
        return cpm_in_fail(in, CPM_ERR_LIMIT, call->span, "more than %d calls are nested",
                           CPM_MAX_CALL_DEPTH);
    bool allow_rational = in->arith.allow_rational, keep_values = in->keep_values;
    enter_function(in, frame);
    in->keep_values = false;
    cpm_flow flow = cpm_in_exec_block(in, &frame->function->body);
    in->keep_values = keep_values;
    leave_function(in, allow_rational);
    if (flow == CPM_FLOW_ERROR)
        return false;
    if (flow == CPM_FLOW_RETURN)
        cpm_val_move(out, &in->result);
    else
        cpm_val_set_none(out);
    return true;
}

static bool call_function(cpm_interp *in, cpm_val *out, const cpm_val *callee, const cpm_expr *call)
{
    cpm_val held = {0}; /* the callee may be rebound while it runs */
    cpm_val_copy(&held, callee);
    const cpm_function_object *object = held.u.function;
    cpm_frame frame = {
        .function = &in->tree->functions[object->index],
        .scope = &in->scopes[object->index],
        .where = in->tree->text,
    };
    frame.locals = push_values(in, frame.scope->nsyms);
    bool ok = frame.locals != NULL;
    if (ok) {
        ok = set_params(in, frame.locals, frame.function, object, call) &&
             run_body(in, out, &frame, call);
        pop_values(in, frame.locals, frame.scope->nsyms);
    } else {
        cpm_err_locate(in->err, in->frame->where, call->span);
    }
    cpm_val_clear(&held);
    return ok;
}

/* ---- Entered from outside ------------------------------------------------ */

/* A frame that outlives the C function that made it. */
typedef struct entered {
    cpm_frame frame; /* the first field: what in->frame points to */
    bool allow_rational;
} entered;

/* The known arguments, and the defaults of parameters that have none. */
static bool set_known(cpm_interp *in, cpm_val *locals, const cpm_function *f,
                      const cpm_function_object *object, const cpm_expr *call, const bool *known)
{
    size_t first_default = f->nparams - object->ndefaults;
    for (size_t p = 0; p < f->nparams; p++) {
        size_t i = 0;
        while (i < call->u.call.nargs && !(call->u.call.args[i].keyword == CPM_NO_SYM
                                               ? i == p
                                               : call->u.call.args[i].keyword == f->params[p].sym))
            i++;
        if (i < call->u.call.nargs) {
            if (known[i] && !cpm_in_eval(in, &locals[p], call->u.call.args[i].value))
                return false;
        } else if (p < first_default) {
            return cpm_in_fail(in, CPM_ERR_RUNTIME, call->span, "%s needs the argument '%s'",
                               in->tree->symbols[f->name].name,
                               in->tree->symbols[f->params[p].sym].name);
        } else {
            cpm_val_copy(&locals[p], &object->items[p - first_default]);
        }
    }
    return true;
}

bool cpm_in_enter(cpm_interp *in, const cpm_expr *call, const bool *known)
{
    const cpm_function_object *object = cpm_in_slot(in, call->u.call.target)->u.function;
    if (in->depth >= CPM_MAX_CALL_DEPTH)
        return cpm_in_fail(in, CPM_ERR_LIMIT, call->span, "more than %d calls are nested",
                           CPM_MAX_CALL_DEPTH);
    entered *e = cpm_calloc(1, sizeof *e);
    if (e == NULL)
        return cpm_err_memory(in->err), false;
    e->allow_rational = in->arith.allow_rational;
    e->frame.function = &in->tree->functions[object->index];
    e->frame.scope = &in->scopes[object->index];
    e->frame.where = in->tree->text;
    e->frame.locals = push_values(in, e->frame.scope->nsyms);
    bool pushed = e->frame.locals != NULL;
    if (pushed && set_known(in, e->frame.locals, e->frame.function, object, call, known)) {
        enter_function(in, &e->frame);
        return true;
    }
    if (pushed)
        pop_values(in, e->frame.locals, e->frame.scope->nsyms);
    free(e);
    return false;
}

void cpm_in_leave(cpm_interp *in)
{
    entered *e = (entered *)in->frame;
    leave_function(in, e->allow_rational);
    pop_values(in, e->frame.locals, e->frame.scope->nsyms);
    free(e);
}

/* ---- Built-in functions ------------------------------------------------ */

static bool call_builtin(cpm_interp *in, cpm_val *out, cpm_builtin_id id, const cpm_expr *call)
{
    enum { FEW = 4 };
    size_t nargs = call->u.call.nargs;
    if (cpm_builtin_check(id, CPM_IN_PROGRAM, call, CPM_ERR_RUNTIME, in->frame->where, in->err) !=
        CPM_OK)
        return false;
    cpm_val few[FEW] = {{0}};
    cpm_val *args = nargs <= FEW ? few : cpm_calloc(nargs, sizeof *args);
    if (args == NULL)
        return cpm_err_memory(in->err), false;
    bool ok = true;
    for (size_t i = 0; ok && i < nargs; i++)
        ok = cpm_in_eval(in, &args[i], call->u.call.args[i].value);
    if (ok && !cpm_in_builtin(id)(in, out, call, args, nargs)) {
        cpm_err_locate(in->err, in->frame->where, call->span);
        ok = false;
    }
    for (size_t i = 0; i < nargs; i++)
        cpm_val_clear(&args[i]);
    if (args != few)
        free(args);
    return ok;
}

static bool call_unbound(cpm_interp *in, cpm_val *out, const cpm_expr *call)
{
    uint32_t slot = call->u.call.target;
    cpm_builtin_id id = in->builtins[call->u.call.callee];
    if (id == CPM_BUILTIN_NONE || !(slot & CPM_SLOT_GLOBAL))
        return cpm_in_unbound(in, call->u.call.callee, slot, call->u.call.callee_span);
    if (cpm_in_builtin(id) == NULL)
        return cpm_in_fail(in, CPM_ERR_RUNTIME, call->span, "print has no value to go on with");
    return call_builtin(in, out, id, call);
}

bool cpm_in_call(cpm_interp *in, cpm_val *out, const cpm_expr *call)
{
    const cpm_val *callee = cpm_in_slot(in, call->u.call.target);
    if (callee->kind == CPM_VAL_FUNCTION)
        return call_function(in, out, callee, call);
    if (callee->kind == CPM_VAL_UNBOUND)
        return call_unbound(in, out, call);
    return cpm_in_fail(in, CPM_ERR_RUNTIME, call->u.call.callee_span,
                       "'%s' is of type %s and cannot be called",
                       in->tree->symbols[call->u.call.callee].name, cpm_val_type(callee));
}
