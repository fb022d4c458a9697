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

/* The arguments are as many as the table of built-in functions says. */
typedef bool (*cpm_builtin_fn)(cpm_interp *in, cpm_val *out, const cpm_expr *call,
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
    bool keep_values; /* no value may be moved out of a variable: see cpm_interp_eval */
    cpm_val result;   /* of the return statement that is on its way */
    cpm_strbuf line;  /* what print assembles */
    cpm_err *err;     /* of the run; borrowed */
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

/* call.c */
CPM_MUST_USE bool cpm_in_call(cpm_interp *in, cpm_val *out, const cpm_expr *call);
/* See cpm_interp_enter. */
CPM_MUST_USE bool cpm_in_enter(cpm_interp *in, const cpm_expr *call, const bool *known);
void cpm_in_leave(cpm_interp *in);

/* builtin.c */
/* What runs a call; NULL for print, whose calls are statements. */
cpm_builtin_fn cpm_in_builtin(cpm_builtin_id id);

/* exec.c */
CPM_MUST_USE cpm_flow cpm_in_exec_block(cpm_interp *in, const cpm_block *block);

/* range.c */
/* What the header of a loop says, evaluated in order. */
CPM_MUST_USE bool cpm_in_loop_range(cpm_interp *in, cpm_range *range, const cpm_stmt *loop);
/* range(args...) as a value; `call` places the errors. */
CPM_MUST_USE bool cpm_in_run_range(cpm_interp *in, cpm_val *out, const cpm_expr *call,
                                   const cpm_val *args, size_t nargs);
/* Adds all values of the range to *out. */
CPM_MUST_USE bool cpm_in_add_range(cpm_interp *in, cpm_val *out, const cpm_range *range,
                                   const cpm_expr *call);

/* ---- The short cuts of the inner loop ---------------------------------- */

static inline cpm_val *cpm_in_slot(const cpm_interp *in, uint32_t slot)
{
    uint32_t index = slot & CPM_SLOT_INDEX;
    return slot & CPM_SLOT_GLOBAL ? &in->globals[index] : &in->frame->locals[index];
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
    return cpm_in_eval(in, tmp, expr) ? tmp : NULL;
}

#endif
