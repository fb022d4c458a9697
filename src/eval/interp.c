/* SPDX-License-Identifier: MIT
 *
 * interp.c - the interpreter's life, its entries and its window for hooks. A
 * program is run by walking its tree: names are slots by then, literals are
 * ready values. Statements are in exec.c, expressions in eval_expr.c, calls in
 * call.c.
 */
#include "eval/interp.h"

#include "eval/interp_impl.h"

#include <stdlib.h>
#include <string.h>

/* ---- Life -------------------------------------------------------------- */

/* The array grown from `have` to `want` elements, the new ones zeroed; NULL,
 * with the old one untouched, when memory runs out. */
static void *extended(void *array, size_t have, size_t want, size_t size)
{
    void *grown = cpm_realloc_array(array, want, size);
    if (grown != NULL)
        memset((char *)grown + have * size, 0, (want - have) * size);
    return grown;
}

static bool extend_symbols(cpm_interp *in)
{
    size_t have = in->nsyms, want = in->tree->nsymbols;
    cpm_val *globals = extended(in->globals, have, want, sizeof *globals);
    if (globals != NULL)
        in->globals = globals;
    bool *is_variable = extended(in->is_variable, have, want, sizeof *is_variable);
    if (is_variable != NULL)
        in->is_variable = is_variable;
    cpm_builtin_id *builtins = extended(in->builtins, have, want, sizeof *builtins);
    if (builtins != NULL)
        in->builtins = builtins;
    if (globals == NULL || is_variable == NULL || builtins == NULL)
        return false;
    in->nsyms = want;
    for (size_t i = have; i < want; i++)
        in->builtins[i] = cpm_builtin_of_symbol(in->tree, (cpm_sym)i, CPM_IN_PROGRAM);
    return true;
}

/* The literals as values; they share the tree's integers. */
static bool extend_constants(cpm_interp *in)
{
    size_t have = in->nconstants, want = in->tree->nliterals;
    cpm_val *constants = extended(in->constants, have, want, sizeof *constants);
    if (constants == NULL)
        return false;
    in->constants = constants;
    for (size_t i = have; i < want; i++)
        in->constants[i] = (cpm_val){CPM_VAL_INT, {.z = in->tree->literals[i]}};
    in->nconstants = want;
    return true;
}

/* In the loop/end language every variable starts as 0. */
static void set_zeros(cpm_interp *in)
{
    if (in->tree->dialect != CPM_DIALECT_LOOP)
        return;
    for (size_t i = 0; i < in->nsyms; i++)
        if (in->is_variable[i])
            in->globals[i].kind = CPM_VAL_INT;
}

static cpm_val *global_called(cpm_interp *in, const char *name)
{
    cpm_sym sym = cpm_tree_find(in->tree, name, strlen(name));
    return sym == CPM_NO_SYM ? NULL : &in->globals[sym];
}

/* What has a value before anything runs. */
static cpm_status set_names(cpm_interp *in, cpm_err *err)
{
    if (in->tree->dialect == CPM_DIALECT_LOOP || in->tree->is_spec)
        return CPM_OK;
    cpm_val *name = global_called(in, "__name__");
    if (name != NULL && cpm_val_new_string(name, "__main__", 8, err) != CPM_OK)
        return err->status;
    cpm_val *infinity = global_called(in, "math.inf");
    if (infinity != NULL)
        infinity->kind = CPM_VAL_POS_INF;
    cpm_val *largest = global_called(in, "sys.maxsize");
    if (largest != NULL) { /* 2**63 - 1 is more than a word of ours */
        largest->kind = CPM_VAL_INT;
        fmpz_one(&largest->u.z);
        fmpz_mul_2exp(&largest->u.z, &largest->u.z, 63);
        fmpz_sub_ui(&largest->u.z, &largest->u.z, 1);
    }
    cpm_val *lines = global_called(in, "sys.stdin");
    return lines == NULL ? CPM_OK : cpm_iter_new(lines, CPM_ITER_LINES, 0, err);
}

static cpm_status prepare(cpm_interp *in, cpm_err *err)
{
    in->scopes = cpm_calloc(in->tree->nfunctions, sizeof *in->scopes);
    in->heap = cpm_heap_new(in->options.max_bits == 0 ? SIZE_MAX : in->options.max_bits / 8);
    in->arith.heap = in->heap;
    if (in->scopes == NULL || in->heap == NULL || !extend_symbols(in) || !extend_constants(in))
        return cpm_err_memory(err);
    cpm_status status = cpm_resolve_tree(in->tree, in->scopes, in->is_variable, err);
    if (status == CPM_OK && !in->options.general_only)
        status = cpm_quick_build(in, err);
    if (status == CPM_OK)
        set_zeros(in);
    return status == CPM_OK ? set_names(in, err) : status;
}

cpm_status cpm_interp_new(cpm_interp **interp, cpm_tree *tree, const cpm_interp_options *options,
                          cpm_err *err)
{
    *interp = NULL;
    cpm_interp *in = cpm_calloc(1, sizeof *in);
    if (in == NULL)
        return cpm_err_memory(err);
    in->tree = tree;
    in->options = *options;
    in->blocks_beyond = options->max_blocks == 0 ? UINT64_MAX : options->max_blocks;
    in->arith = (cpm_arith){
        .max_bits = options->max_bits == 0 || options->max_bits > CPM_MAX_VALUE_BITS
                        ? CPM_MAX_VALUE_BITS
                        : options->max_bits,
        .allow_rational = options->allow_rational,
        .floor_division = tree->dialect == CPM_DIALECT_PY2,
    };
    in->max_depth = CPM_MAX_CALL_DEPTH;
    in->top.where = tree->text;
    in->frame = &in->top;
    cpm_status status = prepare(in, err);
    if (status == CPM_OK)
        *interp = in;
    else
        cpm_interp_free(in);
    return status;
}

void cpm_interp_free(cpm_interp *in)
{
    if (in == NULL)
        return;
    for (size_t i = 0; i < in->nsyms; i++)
        cpm_val_clear(&in->globals[i]);
    for (size_t i = 0; in->scopes != NULL && i < in->tree->nfunctions; i++)
        cpm_scope_clear(&in->scopes[i]);
    if (in->chunk != NULL)
        free(in->chunk->next);
    free(in->chunk);
    free(in->scopes);
    free(in->globals);
    free(in->is_variable);
    free(in->builtins);
    free(in->constants);
    for (size_t i = 0; i < sizeof in->chars / sizeof in->chars[0]; i++)
        cpm_val_clear(&in->chars[i]);
    cpm_val_clear(&in->result);
    cpm_heap_release(in->heap);
    cpm_strbuf_clear(&in->line);
    free(in);
}

/* ---- Entries ----------------------------------------------------------- */

/* Errors go to `err` from here on; the outermost entry finds out how deep the
 * run may go. Returns what leave() must put back. */
static cpm_err *enter(cpm_interp *in, cpm_err *err)
{
    cpm_err *before = in->err;
    if (before == NULL) {
        in->floor = cpm_stack_floor();
        in->walk_floor = in->floor + in->tree->depth * CPM_STACK_PER_LEVEL;
        in->arith.floor = in->heap->floor = in->floor;
    }
    in->err = in->arith.err = err;
    return before;
}

static void leave(cpm_interp *in, cpm_err *before)
{
    in->err = in->arith.err = before;
}

cpm_status cpm_interp_exec(cpm_interp *in, const cpm_block *block, cpm_err *err)
{
    cpm_err *before = enter(in, err);
    cpm_flow flow = cpm_in_exec_block(in, block);
    leave(in, before);
    return flow == CPM_FLOW_ERROR ? err->status : CPM_OK;
}

cpm_status cpm_interp_run(cpm_interp *in, cpm_err *err)
{
    return cpm_interp_exec(in, &in->tree->top, err);
}

static cpm_status eval_entry(cpm_interp *in, cpm_val *out, const cpm_expr *expr, cpm_err *err)
{
    cpm_err *before = enter(in, err);
    bool ok = cpm_in_eval(in, out, expr);
    if (!ok)
        cpm_val_clear(out);
    leave(in, before);
    return ok ? CPM_OK : err->status;
}

/* A hook may ask for any part of an assignment that is not being executed, so
 * nothing may be moved. */
cpm_status cpm_interp_eval(cpm_interp *in, cpm_val *out, const cpm_expr *expr, cpm_err *err)
{
    bool before = in->keep_values;
    in->keep_values = true;
    cpm_status status = eval_entry(in, out, expr, err);
    in->keep_values = before;
    return status;
}

cpm_status cpm_interp_enter(cpm_interp *in, const cpm_expr *call, const bool *known, cpm_err *err)
{
    cpm_err *before = enter(in, err);
    bool keep_values = in->keep_values;
    in->keep_values = true;
    bool ok = cpm_in_enter(in, call, known);
    in->keep_values = keep_values;
    leave(in, before);
    return ok ? CPM_OK : err->status;
}

void cpm_interp_leave(cpm_interp *in)
{
    cpm_in_leave(in);
}

cpm_status cpm_interp_call(cpm_interp *in, cpm_val *out, cpm_expr *expr, const cpm_text *where,
                           cpm_err *err)
{
    if (!extend_symbols(in) || !extend_constants(in))
        return cpm_err_memory(err);
    cpm_resolve_expr(expr, NULL);
    const cpm_text *program = in->top.where;
    in->top.where = where;
    cpm_status status = in->has_exited ? CPM_OK : eval_entry(in, out, expr, err);
    if (in->has_exited)
        status = cpm_err_at(err, CPM_ERR_RUNTIME, where, expr->span,
                            "the program ended before this had a value");
    in->top.where = program;
    return status;
}

cpm_heap *cpm_interp_hold_heap(const cpm_interp *in)
{
    cpm_heap_hold(in->heap);
    return in->heap;
}

cpm_status cpm_interp_print_variables(cpm_interp *in, int base, cpm_err *err)
{
    cpm_status status = CPM_OK;
    const cpm_writer *output = in->options.output;
    for (size_t i = 0; i < in->nsyms && status == CPM_OK && output != NULL; i++) {
        if (!in->is_variable[i])
            continue;
        in->line.len = 0;
        cpm_strbuf_printf(&in->line, "%s = ", in->tree->symbols[i].name);
        status = cpm_val_format(&in->line, &in->globals[i], base, err);
        cpm_strbuf_puts(&in->line, "\n");
        if (status == CPM_OK)
            status = cpm_strbuf_status(&in->line, err);
        if (status == CPM_OK)
            status = output->write(output->ctx, in->line.data, in->line.len);
        if (status != CPM_OK)
            cpm_err_set(err, status, "the output could not be written");
    }
    return status;
}

/* ---- Variables --------------------------------------------------------- */

cpm_slot cpm_interp_slot_of(const cpm_expr *name)
{
    return name->u.name.slot & (CPM_SLOT_GLOBAL | CPM_SLOT_CELL | CPM_SLOT_INDEX);
}

cpm_slot cpm_interp_slot(const cpm_interp *in, cpm_sym sym)
{
    const cpm_scope *scope = in->frame->scope;
    for (size_t i = 0; scope != NULL && i < scope->nsyms; i++)
        if (scope->syms[i] == sym)
            return (cpm_slot)i | (scope->locals[i].is_cell ? CPM_SLOT_CELL : 0);
    return sym | CPM_SLOT_GLOBAL;
}

cpm_slot cpm_interp_global(cpm_sym sym)
{
    return sym | CPM_SLOT_GLOBAL;
}

bool cpm_interp_is_global(cpm_slot slot)
{
    return (slot & CPM_SLOT_GLOBAL) != 0;
}

bool cpm_interp_is_param(const cpm_interp *in, cpm_slot slot)
{
    return !(slot & CPM_SLOT_GLOBAL) && in->frame->function != NULL &&
           (slot & CPM_SLOT_INDEX) < in->frame->function->nparams;
}

const cpm_val *cpm_interp_get(const cpm_interp *in, cpm_slot slot)
{
    return cpm_in_slot(in, slot);
}

void cpm_interp_set(cpm_interp *in, cpm_slot slot, cpm_val *value)
{
    cpm_val_move(cpm_in_slot(in, slot), value);
}

const cpm_function *cpm_interp_function(const cpm_interp *in)
{
    return in->frame->function;
}

bool cpm_interp_allows_rational(const cpm_interp *in)
{
    return in->arith.allow_rational;
}
