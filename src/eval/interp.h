/* SPDX-License-Identifier: MIT
 *
 * interp.h - the plain, exact meaning of programs: runs a syntax tree.
 *
 * A `for` may be taken over by a hook just before it runs plainly (the loop
 * accelerator); the hook reads and writes variables through slots.
 */
#ifndef CPM_EVAL_INTERP_H
#define CPM_EVAL_INTERP_H

#include "eval/heap.h"
#include "eval/val.h"
#include "lang/ast.h"

typedef struct cpm_interp cpm_interp;

/* Where a variable is: local to the running function, or global. */
typedef uint32_t cpm_slot;

/* A loop whose rounds depend on nothing but what they change: the state, and, where it
 * says so, the number of the round modulo `stride`. To the sums its body only adds
 * what does not depend on them. See repeat.h. */
typedef struct cpm_repeat_plan {
    cpm_slot *state, *sums; /* owned */
    size_t nstate, nsums;
    ulong stride; /* 0: no plan */
} cpm_repeat_plan;

void cpm_repeat_plan_clear(cpm_repeat_plan *plan);

/* What becomes of the rounds of a `for`: the first `taken` are done, so many
 * `plain` ones after them are for the interpreter; then the hook is asked about
 * the rest, if there is one. With a plan, all rounds after a repetition are left out. */
typedef struct cpm_rounds {
    fmpz_t taken, plain;
    cpm_repeat_plan repeat; /* its arrays are the interpreter's from then on */
} cpm_rounds;

/* Asked before every `for`, whatever its trip count; `range`, read once before
 * the loop, is NULL when it runs over a tuple; `again` for the rest of one. To take
 * rounds over, sets the loop variable and all variables as these rounds would have
 * left them, and rounds->taken. What is to run plainly is in rounds->plain, which is
 * all of the range before. Errors without a place get that of the loop. */
typedef cpm_status (*cpm_for_hook)(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                                   const cpm_range *range, bool again, cpm_rounds *rounds,
                                   cpm_err *err);

/* Told that the loop was seen to repeat itself after so many rounds, each `period`
 * rounds, and what is left of it is skipped. */
typedef void (*cpm_repeat_hook)(void *ctx, const cpm_stmt *loop, const fmpz_t rounds,
                                uint64_t period);

typedef enum cpm_while_event {
    CPM_WHILE_BEGINS,
    CPM_WHILE_AGAIN,  /* after the rounds that were left to the interpreter */
    CPM_WHILE_IS_LONG /* it has run CPM_LONG_LOOP rounds */
} cpm_while_event;

/* Asked when a `while` begins. May change the variables as some rounds would have
 * done, whose condition held, and say after how many more rounds to be asked again in
 * *plain: 0 for never, also when it begins anew right after this. Errors as above. */
typedef cpm_status (*cpm_while_hook)(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                                     cpm_while_event event, uint64_t *plain, cpm_err *err);

/* Asked every CPM_TICK_BLOCKS blocks of statements whether to go on; any status but
 * CPM_OK ends the run. */
typedef cpm_status (*cpm_tick_hook)(void *ctx, cpm_err *err);

/* Told which loop of many rounds is at work; NULL: none. */
typedef void (*cpm_place_hook)(void *ctx, const cpm_stmt *loop);

typedef struct cpm_interp_options {
    const cpm_reader *input;   /* of input() and sys.stdin; borrowed; NULL: it is empty */
    const cpm_writer *output;  /* of print; borrowed; NULL: nowhere */
    cpm_for_hook on_for;       /* NULL: all loops run plainly */
    cpm_while_hook on_while;   /* may be NULL */
    cpm_repeat_hook on_repeat; /* may be NULL */
    cpm_place_hook on_place;   /* may be NULL */
    cpm_tick_hook on_tick;     /* may be NULL */
    void *hook_ctx;
    bool general_only;   /* for tests: nothing runs the quick way (see quick.h) */
    bool allow_rational; /* a decorator's types=(...) win inside its function */
    size_t max_bits;     /* of any integer; 0 and what is more: CPM_MAX_VALUE_BITS */
    uint64_t max_blocks; /* blocks of statements to run before CPM_ERR_LIMIT; 0: no limit */
} cpm_interp_options;

/* An interpreter for `tree`, whose names are resolved in place; the tree is
 * borrowed and belongs to one interpreter at a time. */
CPM_MUST_USE cpm_status cpm_interp_new(cpm_interp **interp, cpm_tree *tree,
                                       const cpm_interp_options *options, cpm_err *err);
void cpm_interp_free(cpm_interp *interp);

/* Runs the top level. May be run again: variables keep their values. */
CPM_MUST_USE cpm_status cpm_interp_run(cpm_interp *interp, cpm_err *err);

/* The value of an expression that was parsed into the interpreter's tree from
 * `where`, among the globals: a CALL. *out is unbound before. */
CPM_MUST_USE cpm_status cpm_interp_call(cpm_interp *interp, cpm_val *out, cpm_expr *expr,
                                        const cpm_text *where, cpm_err *err);

/* The heap, held, for a value that outlives the interpreter. */
cpm_heap *cpm_interp_hold_heap(const cpm_interp *interp);

/* Loop/end language: prints `NAME = VALUE` for every variable, in order of
 * first appearance, numbers in `base`. */
CPM_MUST_USE cpm_status cpm_interp_print_variables(cpm_interp *interp, int base, cpm_err *err);

/* ---- Variables --------------------------------------------------------- */

/* Of a name in the tree, once resolved; equal slots are the same variable. */
cpm_slot cpm_interp_slot_of(const cpm_expr *name);
/* Of a symbol, as the running function (or the top level) sees it. */
cpm_slot cpm_interp_slot(const cpm_interp *interp, cpm_sym sym);
cpm_slot cpm_interp_global(cpm_sym sym); /* as one that no function has */
bool cpm_interp_is_global(cpm_slot slot);
/* Whether it is a parameter of the running function. */
bool cpm_interp_is_param(const cpm_interp *interp, cpm_slot slot);

/* The value, of kind CPM_VAL_UNBOUND when there is none yet. Borrowed until
 * the next thing that runs or is set. */
const cpm_val *cpm_interp_get(const cpm_interp *interp, cpm_slot slot);
/* Takes the value over. */
void cpm_interp_set(cpm_interp *interp, cpm_slot slot, cpm_val *value);

/* ---- For hooks --------------------------------------------------------- */

/* The function that runs now; NULL at top level. Its decorator is there. */
const cpm_function *cpm_interp_function(const cpm_interp *interp);
/* Whether rationals are allowed in the running function. */
bool cpm_interp_allows_rational(const cpm_interp *interp);
/* Enters the function that `call` calls, with a frame of its own: the parameters whose
 * arguments are marked `known` have their values or else their defaults, and all else is
 * unbound. Nothing of the function runs. leave ends that. */
CPM_MUST_USE cpm_status cpm_interp_enter(cpm_interp *interp, const cpm_expr *call,
                                         const bool *known, cpm_err *err);
void cpm_interp_leave(cpm_interp *interp);
/* The value of a resolved expression in the current environment; *out is
 * unbound before. */
CPM_MUST_USE cpm_status cpm_interp_eval(cpm_interp *interp, cpm_val *out, const cpm_expr *expr,
                                        cpm_err *err);
/* Runs resolved statements in the current environment. */
CPM_MUST_USE cpm_status cpm_interp_exec(cpm_interp *interp, const cpm_block *block, cpm_err *err);

#endif
