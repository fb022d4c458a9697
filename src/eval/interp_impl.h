/* SPDX-License-Identifier: MIT
 *
 * interp_impl.h - the interpreter's inside. Private to src/eval.
 *
 * Convention here: a function that yields a value returns false on failure,
 * and in->err says why and where. Outputs are unbound values; after a failure
 * they are fit for clearing only.
 */
#ifndef CPM_EVAL_INTERP_IMPL_H
#define CPM_EVAL_INTERP_IMPL_H

#include "base/limits.h"
#include "base/mem.h"
#include "base/stack.h"
#include "eval/arith.h"
#include "eval/interp.h"
#include "eval/quick.h"
#include "eval/resolver.h"
#include "lang/builtin.h"

/* For functions whose frames must not be part of those that calls of a program pile up. */
#ifdef __GNUC__
#define CPM_NOINLINE __attribute__((noinline))
#else
#define CPM_NOINLINE
#endif

/* A piece of the stack of local variables. Pieces never move, so that pointers
 * to variables stay good while functions are called. */
typedef struct cpm_chunk {
    struct cpm_chunk *prev; /* owned by the list */
    struct cpm_chunk *next; /* kept for the next call; owned by the list */
    size_t used, cap;
    cpm_val values[];
} cpm_chunk;

/* One active call, or the top level. */
typedef struct cpm_frame {
    struct cpm_frame *caller;     /* on the C stack */
    const cpm_function *function; /* NULL: top level */
    const cpm_scope *scope;       /* of the function */
    cpm_val *locals;
    const cpm_text *where; /* the text of the code that runs */
} cpm_frame;

/* A call as it is written, or, with nothing written, as another function makes it. */
typedef struct cpm_site {
    const cpm_arg *args; /* in the tree */
    size_t nargs;
    cpm_span span;
    size_t nkeywords; /* the last ones; set by those who need it */
    bool has_star;    /* some are unpacked, so that values are not counted like these */
} cpm_site;

/* The positional arguments are as many as the table of built-in functions says; those
 * by name stand behind them (see cpm_in_keyword). */
typedef bool (*cpm_builtin_fn)(cpm_interp *in, cpm_val *out, const cpm_site *site,
                               const cpm_val *args, size_t nargs);

struct cpm_interp {
    cpm_tree *tree; /* borrowed */
    cpm_interp_options options;
    cpm_scope *scopes;        /* owned: one for each function */
    cpm_val *globals;         /* owned: one for each symbol */
    bool *is_variable;        /* owned: for each symbol */
    cpm_builtin_id *builtins; /* owned: for each symbol */
    size_t nsyms;             /* length of the three above */
    cpm_val *constants;       /* owned; the contents are borrowed from tree->literals */
    size_t nconstants;
    cpm_frame *frame;           /* the running one; &top at least */
    cpm_val *locals;            /* of it */
    cpm_heap *heap;             /* owned, with results: where lists are */
    cpm_span calling;           /* the call that a built-in function or method works for */
    size_t max_depth;           /* of calls: sys.setrecursionlimit */
    cpm_frame top;              /* the top level */
    cpm_chunk *chunk;           /* the newest piece in use; owned, as are its neighbours */
    size_t depth;               /* active calls */
    size_t nlocals;             /* local variables of all of them */
    uint64_t blocks_left;       /* until the next tick */
    uint64_t blocks_beyond;     /* and after that one; see max_blocks */
    const cpm_stmt *place;      /* the loop of many rounds at work, for on_place */
    const cpm_stmt *last_while; /* began last, and on_while need not be asked again */
    uintptr_t floor;            /* of the stack, see cpm_stack_floor */
    uintptr_t walk_floor;       /* the same with room below for a walk over the tree */
    cpm_arith arith;
    bool has_exited;    /* sys.exit: what runs is over, without an error */
    bool keep_values;   /* no value may be moved out of a variable: see cpm_interp_eval */
    cpm_val chars[128]; /* owned: strings of one ASCII character, made when first wanted */
    cpm_val result;     /* of the return statement that is on its way */
    cpm_strbuf line;    /* what print assembles */
    cpm_err *err;       /* of the run; borrowed */
};

typedef enum cpm_flow {
    CPM_FLOW_NEXT,
    CPM_FLOW_BREAK,
    CPM_FLOW_CONTINUE,
    CPM_FLOW_RETURN,
    CPM_FLOW_ERROR
} cpm_flow;

/* eval_expr.c */
CPM_MUST_USE bool cpm_in_eval(cpm_interp *in, cpm_val *out, const cpm_expr *expr);
CPM_MUST_USE bool cpm_in_test(cpm_interp *in, const cpm_expr *expr, bool *truth);
/* out = x op y beyond the word-sized cases. Failures are located. */
CPM_MUST_USE bool cpm_in_apply_any(cpm_interp *in, cpm_val *out, cpm_op op, const cpm_val *x,
                                   const cpm_val *y, cpm_span x_span, cpm_span y_span);
bool cpm_in_fail(cpm_interp *in, cpm_status status, cpm_span span, const char *format, ...)
    CPM_PRINTF(4, 5);
bool cpm_in_unbound(cpm_interp *in, cpm_sym sym, uint32_t slot, cpm_span span);

/* eval_value.c: lists, items, methods, comprehensions and so on. */
CPM_MUST_USE bool cpm_in_eval_value(cpm_interp *in, cpm_val *out, const cpm_expr *expr);
/* object[at], borrowed where that is safe, until anything runs; else made in the unbound
 * *tmp. NULL on failure. */
CPM_MUST_USE const cpm_val *cpm_in_item(cpm_interp *in, const cpm_expr *expr, cpm_val *tmp);
/* Told of one value after another, which it may take; *stop ends it. */
typedef bool (*cpm_each_fn)(cpm_interp *in, void *ctx, cpm_val *value, bool *stop);
/* The elements of a comprehension that is no dictionary. */
CPM_MUST_USE bool cpm_in_each(cpm_interp *in, const cpm_expr *comp, cpm_each_fn fn, void *ctx);

/* assign.c */
/* target = *value, which is used up. */
CPM_MUST_USE bool cpm_in_assign(cpm_interp *in, const cpm_expr *target, cpm_val *value);
/* Of other targets than a name. */
CPM_MUST_USE bool cpm_in_exec_assign(cpm_interp *in, const cpm_stmt *stmt);
/* *x op= y, and the same of a name that a call on the right side may change. */
CPM_MUST_USE bool cpm_in_update(cpm_interp *in, cpm_val *x, const cpm_stmt *stmt, const cpm_val *y);
CPM_MUST_USE bool cpm_in_augment_copy(cpm_interp *in, const cpm_stmt *stmt);
CPM_MUST_USE bool cpm_in_exec_augment_item(cpm_interp *in, const cpm_stmt *stmt);
CPM_MUST_USE bool cpm_in_exec_del(cpm_interp *in, const cpm_stmt *stmt);

/* item.c: what stands in brackets. Failures have no place where none is given. */
/* The index into `count` items that a value means: negative ones count from the end. */
CPM_MUST_USE bool cpm_in_index(cpm_interp *in, size_t *index, const cpm_val *at, size_t count,
                               const char *what);
/* An unbound *out becomes object[at] or object[start:stop:step]. */
CPM_MUST_USE bool cpm_in_get_item(cpm_interp *in, cpm_val *out, const cpm_val *object,
                                  const cpm_val *at);
CPM_MUST_USE bool cpm_in_get_slice(cpm_interp *in, cpm_val *out, const cpm_val *object,
                                   const cpm_val bounds[3]);
/* Takes the value over. */
CPM_MUST_USE bool cpm_in_set_item(cpm_interp *in, const cpm_val *object, const cpm_val *at,
                                  cpm_val *value);
/* With a NULL value the slice is deleted. */
CPM_MUST_USE bool cpm_in_set_slice(cpm_interp *in, const cpm_val *object, const cpm_val bounds[3],
                                   const cpm_val *value);
CPM_MUST_USE bool cpm_in_del_item(cpm_interp *in, const cpm_val *object, const cpm_val *at);

/* iter.c */
/* An unbound *out becomes an iterator over the value. */
CPM_MUST_USE bool cpm_in_iter(cpm_interp *in, cpm_val *out, const cpm_val *iterable);
/* The next value into the unbound *out; *more is false at the end. */
CPM_MUST_USE bool cpm_in_next(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more);
/* Appends all values to the list; an iterator is used up. */
CPM_MUST_USE bool cpm_in_extend(cpm_interp *in, cpm_list_object *list, const cpm_val *iterable);
/* All values at once: those of a tuple or a list where they are, good until that
 * changes, else as a new list. *hold, unbound before, keeps them. */
CPM_MUST_USE bool cpm_in_view(cpm_interp *in, cpm_val *hold, const cpm_val **items, size_t *nitems,
                              const cpm_val *iterable);
/* The next line of the input, its end included; *nbytes is 0 at the end. */
CPM_MUST_USE bool cpm_in_read_line(cpm_interp *in, const char **bytes, size_t *nbytes);

/* method.c, method_text.c */
/* The method `id` of *object; keywords as for built-in functions. */
CPM_MUST_USE bool cpm_in_method(cpm_interp *in, cpm_val *out, int id, cpm_val *object,
                                const cpm_site *site, cpm_val *args, size_t nargs);
CPM_MUST_USE bool cpm_in_text_method(cpm_interp *in, cpm_val *out, int id, const cpm_val *object,
                                     const cpm_val *args, size_t nargs);
/* Sorts in place, by Python's order: stable, and by `key` unless that is NULL. */
CPM_MUST_USE bool cpm_in_sort(cpm_interp *in, cpm_list_object *list, const cpm_val *key,
                              bool reverse);

/* text.c */
/* Appends the value as the format of an f-string says. */
CPM_MUST_USE bool cpm_in_format(cpm_interp *in, cpm_strbuf *text, const cpm_val *value,
                                const char *format, size_t len);
/* What is in the buffer becomes a string; the buffer is cleared. */
CPM_MUST_USE bool cpm_in_take_text(cpm_interp *in, cpm_val *out, cpm_strbuf *text);
/* An unbound *out becomes the integer that the bytes say, as Python's int() reads it. */
CPM_MUST_USE bool cpm_in_parse_int(cpm_interp *in, cpm_val *out, const char *bytes, size_t len,
                                   int base);

/* call.c */
CPM_MUST_USE bool cpm_in_call(cpm_interp *in, cpm_val *out, const cpm_expr *call);
/* A function or a built-in function with values, which are used up. */
CPM_MUST_USE bool cpm_in_call_value(cpm_interp *in, cpm_val *out, const cpm_val *callee,
                                    cpm_val *args, size_t nargs);
/* The same as it is written. */
CPM_MUST_USE bool cpm_in_call_site(cpm_interp *in, cpm_val *out, const cpm_val *callee,
                                   cpm_site *site);
/* The arguments of a call, with unpacked ones, by name behind the others: into `few`
 * where they fit, else on the heap. */
enum { CPM_FEW_ARGS = 4 };
CPM_MUST_USE bool cpm_in_eval_args(cpm_interp *in, cpm_site *site, cpm_val **args, size_t *nargs,
                                   cpm_val few[CPM_FEW_ARGS]);
void cpm_in_clear_args(cpm_val *args, size_t nargs, cpm_val few[CPM_FEW_ARGS]);
/* A function's value: what a def or a lambda yields. */
CPM_MUST_USE bool cpm_in_make_function(cpm_interp *in, cpm_val *out, size_t index,
                                       cpm_expr *const *fallbacks, size_t nfallbacks);
/* The value of the argument with that name; NULL where there is none. */
const cpm_val *cpm_in_keyword(const cpm_interp *in, const cpm_site *site, const cpm_val *args,
                              size_t nargs, const char *name);
/* Where argument number i stands, or the call. */
cpm_span cpm_site_span(const cpm_site *site, size_t i);
/* See cpm_interp_enter. */
CPM_MUST_USE bool cpm_in_enter(cpm_interp *in, const cpm_expr *call, const bool *known);
void cpm_in_leave(cpm_interp *in);

/* builtin.c */
/* What runs a call. */
cpm_builtin_fn cpm_in_builtin(cpm_builtin_id id);
/* The tables of other files, by id; NULL where the function is not theirs. */
cpm_builtin_fn cpm_in_builtin_values(cpm_builtin_id id);
cpm_builtin_fn cpm_in_builtin_text(cpm_builtin_id id);
cpm_builtin_fn cpm_in_builtin_tools(cpm_builtin_id id);

/* print.c */
CPM_MUST_USE bool cpm_in_exec_print(cpm_interp *in, const cpm_stmt *stmt);
CPM_MUST_USE bool cpm_in_print(cpm_interp *in, const cpm_val *values, size_t nvalues,
                               const cpm_val *sep, const cpm_val *end);

/* exec.c */
/* Once in so many blocks or values: whether to go on. */
CPM_MUST_USE bool cpm_in_tick(cpm_interp *in, cpm_span span);
CPM_MUST_USE cpm_flow cpm_in_exec_block(cpm_interp *in, const cpm_block *block);

/* range.c */
/* What the header of a loop says, evaluated in order. */
CPM_MUST_USE bool cpm_in_loop_range(cpm_interp *in, cpm_range *range, const cpm_stmt *loop);
/* range(args...) as a value; `call` places the errors. */
CPM_MUST_USE bool cpm_in_run_range(cpm_interp *in, cpm_val *out, const cpm_site *site,
                                   const cpm_val *args, size_t nargs);
/* Adds all values of the range to *out. */
CPM_MUST_USE bool cpm_in_add_range(cpm_interp *in, cpm_val *out, const cpm_range *range,
                                   cpm_span span);

/* ---- The short cuts of the inner loop ---------------------------------- */

static inline cpm_val *cpm_in_slot(const cpm_interp *in, uint32_t slot)
{
    uint32_t index = slot & CPM_SLOT_INDEX;
    if (slot & CPM_SLOT_GLOBAL)
        return &in->globals[index];
    cpm_val *value = &in->locals[index];
    return slot & CPM_SLOT_CELL ? &value->u.cell->value : value;
}

bool cpm_in_too_deep(cpm_interp *in, cpm_span span); /* records that; always false */

/* Fails with CPM_ERR_LIMIT when the C stack is nearly used up. */
static inline bool cpm_in_guard(cpm_interp *in, cpm_span span)
{
    return !cpm_stack_is_low(in->floor) || cpm_in_too_deep(in, span);
}

/* The same before a hook, which walks over the tree. */
static inline bool cpm_in_guard_walk(cpm_interp *in, cpm_span span)
{
    return !cpm_stack_is_low(in->walk_floor) || cpm_in_too_deep(in, span);
}

/* Gives a failure that has no place that of the code at work; always false. */
static inline bool cpm_in_locate(cpm_interp *in, cpm_span span)
{
    cpm_err_locate(in->err, in->frame->where, span);
    return false;
}

/* Whether the value is an integer within one word. */
static inline bool cpm_is_small(const cpm_val *value)
{
    return value->kind == CPM_VAL_INT && !COEFF_IS_MPZ(value->u.z);
}

static inline bool cpm_store_small(cpm_val *out, slong z)
{
    if (z < COEFF_MIN || z > COEFF_MAX)
        return false;
    *out = (cpm_val){CPM_VAL_INT, {.z = z}};
    return true;
}

/* The common operators on word-sized integers; false: not done here. */
static inline bool cpm_apply_small(cpm_val *out, cpm_op op, slong a, slong b)
{
    slong r;
    switch (op) {
    case CPM_OP_ADD:
        return cpm_store_small(out, a + b); /* both have 62 bits: no overflow */
    case CPM_OP_SUB:
        return cpm_store_small(out, a - b);
    case CPM_OP_MUL:
        return !__builtin_mul_overflow(a, b, &r) && cpm_store_small(out, r);
    case CPM_OP_FLOORDIV:
        if (b == 0)
            return false;
        r = a % b;
        return cpm_store_small(out, a / b - (r != 0 && (r ^ b) < 0));
    case CPM_OP_MOD:
        if (b == 0)
            return false;
        r = a % b;
        return cpm_store_small(out, r != 0 && (r ^ b) < 0 ? r + b : r);
    case CPM_OP_AND:
        return cpm_store_small(out, a & b);
    case CPM_OP_OR:
        return cpm_store_small(out, a | b);
    case CPM_OP_XOR:
        return cpm_store_small(out, a ^ b);
    default:
        return false;
    }
}

/* out = x op y; failures are located by the two spans. */
CPM_MUST_USE static inline bool cpm_in_apply(cpm_interp *in, cpm_val *out, cpm_op op,
                                             const cpm_val *x, const cpm_val *y,
                                             const cpm_span *x_span, const cpm_span *y_span)
{
    return (cpm_is_small(x) && cpm_is_small(y) && cpm_apply_small(out, op, x->u.z, y->u.z)) ||
           cpm_in_apply_any(in, out, op, x, y, *x_span, *y_span);
}

/* The value of an operand that is used at once: borrowed from its variable or
 * literal, or computed into the unbound *tmp. NULL on failure. */
CPM_MUST_USE static inline const cpm_val *cpm_in_operand(cpm_interp *in, const cpm_expr *expr,
                                                         cpm_val *tmp)
{
    if (expr->kind == CPM_EXPR_INT)
        return &in->constants[expr->u.literal];
    if (expr->kind == CPM_EXPR_NAME) {
        const cpm_val *value = cpm_in_slot(in, expr->u.name.slot);
        if (value->kind != CPM_VAL_UNBOUND)
            return value;
    }
    if (expr->quick != NULL) {
        const cpm_val *value = cpm_quick_operand(in, expr->quick, tmp);
        if (value != NULL)
            return value;
    }
    if (expr->kind == CPM_EXPR_INDEX)
        return cpm_in_item(in, expr, tmp);
    return cpm_in_eval(in, tmp, expr) ? tmp : NULL;
}

#endif
