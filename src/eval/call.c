/* SPDX-License-Identifier: MIT
 *
 * call.c - calls. Arguments are evaluated straight into the local variables of
 * the new frame, which come from a stack of pieces that never move. Depth is
 * bounded twice: by the number of active calls and by the C stack.
 */
#include "eval/interp_impl.h"

#include <stdlib.h>
#include <string.h>

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

cpm_span cpm_site_span(const cpm_site *site, size_t i)
{
    return i < site->nargs && !site->has_star ? site->args[i].value->span : site->span;
}

static const char *name_of(const cpm_interp *in, const cpm_function *f)
{
    return in->tree->symbols[f->name].name;
}

static bool too_many(cpm_interp *in, const cpm_site *site, const cpm_function *f,
                     size_t npositional)
{
    return cpm_in_fail(in, CPM_ERR_RUNTIME, site->span, "%s takes %zu argument%s, not %zu",
                       name_of(in, f), f->nparams, f->nparams == 1 ? "" : "s", npositional);
}

static bool set_keyword(cpm_interp *in, cpm_val *locals, const cpm_function *f, const cpm_arg *arg)
{
    const char *keyword = in->tree->symbols[arg->keyword].name;
    for (size_t i = 0; i < f->nparams; i++) {
        if (f->params[i].sym != arg->keyword)
            continue;
        if (locals[i].kind != CPM_VAL_UNBOUND)
            return cpm_in_fail(in, CPM_ERR_RUNTIME, arg->keyword_span,
                               "%s gets the argument '%s' twice", name_of(in, f), keyword);
        return cpm_in_eval(in, &locals[i], arg->value);
    }
    return cpm_in_fail(in, CPM_ERR_RUNTIME, arg->keyword_span, "%s has no parameter '%s'",
                       name_of(in, f), keyword);
}

static bool set_defaults(cpm_interp *in, cpm_val *locals, const cpm_function *f,
                         const cpm_function_object *object, const cpm_site *site)
{
    size_t first_default = f->nparams - object->ndefaults;
    for (size_t i = 0; i < f->nparams; i++) {
        if (locals[i].kind != CPM_VAL_UNBOUND)
            continue;
        if (i < first_default)
            return cpm_in_fail(in, CPM_ERR_RUNTIME, site->span, "%s needs the argument '%s'",
                               name_of(in, f), in->tree->symbols[f->params[i].sym].name);
        cpm_val_copy(&locals[i], &object->items[i - first_default]);
    }
    return true;
}

static size_t count_positional(const cpm_site *site)
{
    size_t n = 0;
    while (n < site->nargs && site->args[n].keyword == CPM_NO_SYM)
        n++;
    return n;
}

static bool has_star(const cpm_site *site)
{
    for (size_t i = 0; i < site->nargs; i++)
        if (site->args[i].value->kind == CPM_EXPR_STAR)
            return true;
    return false;
}

/* Values that are there already become the first parameters. */
static bool take_values(cpm_interp *in, cpm_val *locals, const cpm_function *f, cpm_val *args,
                        size_t nargs, const cpm_site *site)
{
    if (nargs > f->nparams)
        return too_many(in, site, f, nargs);
    for (size_t i = 0; i < nargs; i++)
        cpm_val_move(&locals[i], &args[i]);
    return true;
}

/* f(*values): the positional ones are made before they are counted. */
static bool set_unpacked(cpm_interp *in, cpm_val *locals, const cpm_function *f,
                         const cpm_site *site)
{
    cpm_site positional = {.args = site->args, .nargs = count_positional(site)};
    cpm_val few[CPM_FEW_ARGS] = {{0}}, *args;
    size_t nargs;
    bool ok = cpm_in_eval_args(in, &positional, &args, &nargs, few) &&
              take_values(in, locals, f, args, nargs, site);
    cpm_in_clear_args(args, nargs, few);
    for (size_t i = positional.nargs; ok && i < site->nargs; i++)
        ok = set_keyword(in, locals, f, &site->args[i]);
    return ok;
}

/* Evaluates the arguments, in the caller's environment, into the parameters. */
static bool set_params(cpm_interp *in, cpm_val *locals, const cpm_function *f,
                       const cpm_function_object *object, const cpm_site *site)
{
    size_t npositional = count_positional(site);
    if (has_star(site))
        return set_unpacked(in, locals, f, site) && set_defaults(in, locals, f, object, site);
    if (npositional > f->nparams)
        return too_many(in, site, f, npositional);
    for (size_t i = 0; i < site->nargs; i++)
        if (i < npositional ? !cpm_in_eval(in, &locals[i], site->args[i].value)
                            : !set_keyword(in, locals, f, &site->args[i]))
            return false;
    return set_defaults(in, locals, f, object, site);
}

/* ---- Functions of the program ------------------------------------------ */

bool cpm_in_make_function(cpm_interp *in, cpm_val *out, size_t index, cpm_expr *const *fallbacks,
                          size_t nfallbacks)
{
    const cpm_scope *scope = &in->scopes[index];
    size_t ncells = scope->nsyms - scope->nown;
    if (cpm_val_new_function(out, index, nfallbacks, ncells, in->err) != CPM_OK)
        return false;
    cpm_function_object *object = out->u.function;
    for (size_t i = 0; i < nfallbacks; i++)
        if (!cpm_in_eval(in, &object->items[i], fallbacks[i]))
            return false;
    for (size_t i = 0; i < ncells; i++)
        cpm_val_copy(&object->items[nfallbacks + i],
                     &in->locals[scope->locals[scope->nown + i].outer]);
    return !in->tree->functions[index].is_cached ||
           cpm_dict_new(&object->kept, in->heap, CPM_VAL_DICT, in->err) == CPM_OK;
}

static void enter_function(cpm_interp *in, cpm_frame *frame)
{
    frame->caller = in->frame;
    in->frame = frame;
    in->locals = frame->locals;
    in->depth++;
    const cpm_decorator *decorator = &frame->function->decorator;
    in->arith.allow_rational =
        decorator->has_types ? decorator->allow_rational : in->options.allow_rational;
}

static void leave_function(cpm_interp *in, bool allow_rational)
{
    in->frame = in->frame->caller;
    in->locals = in->frame->locals;
    in->depth--;
    in->arith.allow_rational = allow_rational;
}

static bool run_body(cpm_interp *in, cpm_val *out, cpm_frame *frame, cpm_span span)
{
    if (in->depth >= in->max_depth)
        return cpm_in_fail(in, CPM_ERR_LIMIT, span, "more than %zu calls are nested",
                           in->max_depth);
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

/* The variables that functions inside share, and those of functions around. */
static bool set_cells(cpm_interp *in, const cpm_frame *frame, const cpm_function_object *object)
{
    const cpm_scope *scope = frame->scope;
    for (size_t i = 0; frame->function->has_cells && i < scope->nown; i++)
        if (scope->locals[i].is_cell &&
            cpm_cell_wrap(&frame->locals[i], in->heap, in->err) != CPM_OK)
            return false;
    for (size_t i = 0; i < object->ncells; i++)
        cpm_val_copy(&frame->locals[scope->nown + i], &object->items[object->ndefaults + i]);
    return true;
}

/* The arguments as a key: the value of one, a tuple of several. */
static bool make_key(cpm_interp *in, cpm_val *key, const cpm_val *locals, size_t nparams)
{
    if (nparams == 1) {
        cpm_val_copy(key, &locals[0]);
        return true;
    }
    if (cpm_val_new_tuple(key, nparams, in->err) != CPM_OK)
        return false;
    for (size_t i = 0; i < nparams; i++)
        cpm_val_copy(&key->u.tuple->items[i], &locals[i]);
    return cpm_val_seal_tuple(key, in->err) == CPM_OK;
}

/* The value is the one that was found for these arguments before, or is kept. */
static bool run_cached(cpm_interp *in, cpm_val *out, cpm_frame *frame,
                       const cpm_function_object *object, cpm_span span)
{
    cpm_val key = {0}, copy = {0};
    cpm_entry *entry = NULL;
    bool ok = make_key(in, &key, frame->locals, frame->function->nparams) &&
              cpm_dict_find(&entry, object->kept.u.dict, &key, in->err) == CPM_OK;
    if (ok && entry != NULL) {
        cpm_val_copy(out, &entry->value);
    } else if (ok) {
        ok = set_cells(in, frame, object) && run_body(in, out, frame, span);
        if (ok)
            cpm_val_copy(&copy, out);
        ok = ok && cpm_dict_put(object->kept.u.dict, &key, &copy, in->err) == CPM_OK;
    }
    cpm_val_clear(&copy);
    cpm_val_clear(&key);
    return ok || cpm_in_locate(in, span);
}

static bool run_function(cpm_interp *in, cpm_val *out, cpm_frame *frame,
                         const cpm_function_object *object, cpm_span span)
{
    if (frame->function->is_cached)
        return run_cached(in, out, frame, object, span);
    if (frame->function->has_cells || object->ncells > 0)
        return (set_cells(in, frame, object) || cpm_in_locate(in, span)) &&
               run_body(in, out, frame, span);
    return run_body(in, out, frame, span);
}

/* With the values of the call, or, where there is none, those in `args`. */
static bool call_function(cpm_interp *in, cpm_val *out, const cpm_val *callee, const cpm_site *site,
                          cpm_val *args, size_t nargs)
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
        ok = args == NULL ? set_params(in, frame.locals, frame.function, object, site)
                          : take_values(in, frame.locals, frame.function, args, nargs, site) &&
                                set_defaults(in, frame.locals, frame.function, object, site);
        ok = ok && run_function(in, out, &frame, object, site->span);
        pop_values(in, frame.locals, frame.scope->nsyms);
    } else {
        cpm_in_locate(in, site->span);
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

/* A list of values, on the stack while they are few. */
typedef struct values {
    cpm_val *few;
    cpm_val *items; /* few, or owned */
    size_t nitems, cap;
} values;

static bool push_value(cpm_interp *in, values *v, cpm_val *value)
{
    if (v->nitems == v->cap) {
        cpm_val *items = cpm_calloc(v->cap * 2, sizeof *items);
        if (items == NULL)
            return cpm_err_memory(in->err), false;
        memcpy(items, v->items, v->nitems * sizeof *items);
        if (v->items != v->few)
            free(v->items);
        else
            memset(v->few, 0, v->nitems * sizeof *items);
        v->items = items;
        v->cap *= 2;
    }
    v->items[v->nitems++] = *value;
    *value = (cpm_val){0};
    return true;
}

/* *iterable */
static bool push_all(cpm_interp *in, values *v, const cpm_expr *star)
{
    cpm_val iterable = {0}, iter = {0};
    bool more = true, ok = cpm_in_eval(in, &iterable, star->u.unary.operand);
    ok = ok && (cpm_in_iter(in, &iter, &iterable) || cpm_in_locate(in, star->span));
    while (ok && more) {
        cpm_val item = {0};
        ok = cpm_in_next(in, iter.u.iter, &item, &more) || cpm_in_locate(in, star->span);
        ok = ok && (!more || push_value(in, v, &item));
        cpm_val_clear(&item);
    }
    cpm_val_clear(&iter);
    cpm_val_clear(&iterable);
    return ok;
}

bool cpm_in_eval_args(cpm_interp *in, cpm_site *site, cpm_val **args, size_t *nargs,
                      cpm_val few[CPM_FEW_ARGS])
{
    values v = {few, few, 0, CPM_FEW_ARGS};
    bool ok = true;
    site->nkeywords = 0;
    for (size_t i = 0; ok && i < site->nargs; i++) {
        const cpm_arg *arg = &site->args[i];
        cpm_val value = {0};
        site->nkeywords += arg->keyword != CPM_NO_SYM;
        if (arg->value->kind == CPM_EXPR_STAR) {
            site->has_star = true;
            ok = push_all(in, &v, arg->value);
            continue;
        }
        ok = cpm_in_eval(in, &value, arg->value) && push_value(in, &v, &value);
        cpm_val_clear(&value);
    }
    *args = v.items;
    *nargs = v.nitems;
    return ok;
}

void cpm_in_clear_args(cpm_val *args, size_t nargs, cpm_val few[CPM_FEW_ARGS])
{
    for (size_t i = 0; i < nargs; i++)
        cpm_val_clear(&args[i]);
    if (args != few)
        free(args);
}

const cpm_val *cpm_in_keyword(const cpm_interp *in, const cpm_site *site, const cpm_val *args,
                              size_t nargs, const char *name)
{
    for (size_t k = 0; k < site->nkeywords; k++) {
        const cpm_arg *arg = &site->args[site->nargs - site->nkeywords + k];
        if (strcmp(in->tree->symbols[arg->keyword].name, name) == 0)
            return &args[nargs + k];
    }
    return NULL;
}

/* Unpacked arguments, or values of another function, were not counted before. */
static bool check_count(cpm_interp *in, cpm_builtin_id id, size_t nargs)
{
    cpm_arity arity = cpm_builtin_of(id)->arity[CPM_IN_PROGRAM];
    if (nargs >= arity.min && nargs <= arity.max)
        return true;
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s does not take %zu argument%s",
                cpm_builtin_of(id)->name, nargs, nargs == 1 ? "" : "s");
    return false;
}

/* any, all and next of a generator expression read no more of it than they need. */
typedef struct early {
    cpm_builtin_id id;
    cpm_val *out; /* the first value, or the answer so far */
    bool found;
} early;

static bool look_at(cpm_interp *in, void *ctx, cpm_val *value, bool *stop)
{
    early *e = ctx;
    (void)in;
    if (e->id == CPM_BUILTIN_NEXT)
        cpm_val_move(e->out, value);
    e->found = e->id == CPM_BUILTIN_NEXT || cpm_val_truth(value) == (e->id == CPM_BUILTIN_ANY);
    *stop = e->found;
    return true;
}

static bool is_early(cpm_builtin_id id, const cpm_expr *call)
{
    return (id == CPM_BUILTIN_ANY || id == CPM_BUILTIN_ALL || id == CPM_BUILTIN_NEXT) &&
           call->u.call.nargs == 1 && call->u.call.args[0].value->kind == CPM_EXPR_COMP &&
           call->u.call.args[0].value->u.comp.of == CPM_EXPR_COMP;
}

static bool call_early(cpm_interp *in, cpm_val *out, cpm_builtin_id id, const cpm_expr *call)
{
    early e = {id, out, false};
    if (!cpm_in_each(in, call->u.call.args[0].value, look_at, &e))
        return false;
    if (id != CPM_BUILTIN_NEXT)
        cpm_val_set_bool(out, e.found == (id == CPM_BUILTIN_ANY));
    else if (!e.found)
        return cpm_in_fail(in, CPM_ERR_RUNTIME, call->span, "next of what has no more values");
    return true;
}

static bool call_builtin(cpm_interp *in, cpm_val *out, cpm_builtin_id id, const cpm_expr *call)
{
    if (is_early(id, call))
        return call_early(in, out, id, call);
    cpm_site site = {call->u.call.args, call->u.call.nargs, call->span, 0, false};
    cpm_val few[CPM_FEW_ARGS] = {{0}}, *args;
    size_t nargs;
    if (cpm_builtin_check(id, CPM_IN_PROGRAM, call, CPM_ERR_RUNTIME, in->frame->where, in->err) !=
        CPM_OK)
        return false;
    bool ok = cpm_in_eval_args(in, &site, &args, &nargs, few);
    cpm_span outer = in->calling;
    in->calling = call->span;
    if (ok) {
        size_t npositional = nargs - site.nkeywords;
        ok = ((!site.has_star || check_count(in, id, npositional)) &&
              cpm_in_builtin(id)(in, out, &site, args, npositional)) ||
             cpm_in_locate(in, call->span);
    }
    in->calling = outer;
    cpm_in_clear_args(args, nargs, few);
    return ok;
}

/* ---- Calls ---------------------------------------------------------------- */

static bool call_unbound(cpm_interp *in, cpm_val *out, const cpm_expr *call)
{
    uint32_t slot = call->u.call.target;
    cpm_builtin_id id = in->builtins[call->u.call.callee];
    if (id == CPM_BUILTIN_NONE || !(slot & CPM_SLOT_GLOBAL))
        return cpm_in_unbound(in, call->u.call.callee, slot, call->u.call.callee_span);
    return call_builtin(in, out, id, call);
}

/* A built-in function as a value. */
static bool call_builtin_value(cpm_interp *in, cpm_val *out, cpm_builtin_id id, cpm_site *site,
                               cpm_val *args, size_t nargs)
{
    cpm_val few[CPM_FEW_ARGS] = {{0}}, *own = few;
    size_t nown = 0;
    bool ok = args != NULL || cpm_in_eval_args(in, site, &own, &nown, few);
    size_t npositional = args != NULL ? nargs : nown - site->nkeywords;
    ok = ok && check_count(in, id, npositional) &&
         cpm_in_builtin(id)(in, out, site, args != NULL ? args : own, npositional);
    cpm_in_clear_args(own, nown, few);
    return ok;
}

static bool call_any(cpm_interp *in, cpm_val *out, const cpm_val *callee, cpm_site *site,
                     cpm_val *args, size_t nargs)
{
    if (!cpm_in_guard(in, site->span))
        return false;
    if (callee->kind == CPM_VAL_FUNCTION)
        return call_function(in, out, callee, site, args, nargs);
    if (callee->kind == CPM_VAL_BUILTIN)
        return call_builtin_value(in, out, (cpm_builtin_id)callee->u.z, site, args, nargs);
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "a value of type %s cannot be called",
                cpm_val_type(callee));
    return false;
}

bool cpm_in_call_value(cpm_interp *in, cpm_val *out, const cpm_val *callee, cpm_val *args,
                       size_t nargs)
{
    cpm_site site = {.span = in->calling};
    return call_any(in, out, callee, &site, args, nargs);
}

bool cpm_in_call_site(cpm_interp *in, cpm_val *out, const cpm_val *callee, cpm_site *site)
{
    return call_any(in, out, callee, site, NULL, 0) || cpm_in_locate(in, site->span);
}

bool cpm_in_call(cpm_interp *in, cpm_val *out, const cpm_expr *call)
{
    const cpm_val *callee = cpm_in_slot(in, call->u.call.target);
    if (callee->kind == CPM_VAL_UNBOUND)
        return call_unbound(in, out, call);
    cpm_site site = {call->u.call.args, call->u.call.nargs, call->span, 0, false};
    if (callee->kind == CPM_VAL_FUNCTION)
        return call_function(in, out, callee, &site, NULL, 0);
    if (callee->kind == CPM_VAL_BUILTIN)
        return cpm_in_call_site(in, out, callee, &site);
    return cpm_in_fail(in, CPM_ERR_RUNTIME, call->u.call.callee_span,
                       "'%s' is of type %s and cannot be called",
                       in->tree->symbols[call->u.call.callee].name, cpm_val_type(callee));
}
