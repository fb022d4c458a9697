/* SPDX-License-Identifier: MIT
 *
 * lower.h - from a `for` of the syntax tree to matrix code.
 *
 * Lowering happens when the loop is reached: values are known. It walks the
 * body once and decides for every value whether it is *predictable* (the same
 * in every iteration), an expression of the loop counter alone, or a linear
 * combination of registers; what is none of these is refused, with the reason
 * and the place. Building the matrix from the code is somebody else's work
 * (transfer.h).
 */
#ifndef CPM_ACCEL_LOWER_H
#define CPM_ACCEL_LOWER_H

#include "accel/matcode.h"
#include "algebra/semiring.h"
#include "eval/val.h"
#include "lang/ast.h"

/* The variables around the loop, seen through whoever owns them: the constants
 * of a recurrence, or the frames of the interpreter. */
typedef struct cpm_lower_env {
    void *ctx;
    /* The value of an expression whose names are all predictable. An error
     * means that it cannot be evaluated now; the loop is then not lowered. */
    cpm_status (*eval)(void *ctx, fmpq_t out, const cpm_expr *expr, cpm_err *err);
    /* Its truth value. */
    cpm_status (*test)(void *ctx, bool *out, const cpm_expr *expr, cpm_err *err);
    /* The range that such an expression yields, for a loop inside the loop; an
     * error when it is none. NULL where there are no loops but range(...). */
    cpm_status (*range)(void *ctx, cpm_range *out, const cpm_expr *expr, cpm_err *err);
    /* Whether that value is a number proper, which `set` stores as it is; not a
     * truth value, for one. NULL: always. */
    bool (*is_number)(void *ctx, const cpm_expr *expr);
    /* Whether a call of the name calls the built-in function. NULL: always. */
    bool (*is_builtin)(void *ctx, cpm_sym callee);
    /* The function of the program that the name holds; NULL for anything else. NULL:
     * there are none. */
    const cpm_function *(*function)(void *ctx, cpm_sym callee);
    /* From here on the names are those of that function, in a call of its own: its
     * parameters have the values of the arguments marked `known`, or their defaults,
     * and all else is unbound. leave ends that. */
    cpm_status (*enter)(void *ctx, const cpm_expr *call, const bool *known, cpm_err *err);
    void (*leave)(void *ctx);
    /* Whether the name is local to the function that was entered, or is at work. */
    bool (*is_local)(void *ctx, cpm_sym sym);
    /* The number a name holds now; false when it is unbound or no number. */
    bool (*get)(void *ctx, fmpq_t out, cpm_sym sym);
    /* While lowering goes on, `sym` holds the value of `expr` (whatever its
     * type), or the number `value`. The owner undoes this afterwards. */
    cpm_status (*assign)(void *ctx, cpm_sym sym, const cpm_expr *expr, cpm_err *err);
    cpm_status (*set)(void *ctx, cpm_sym sym, const fmpq_t value, cpm_err *err);
    /* Undoes all assignments, before another attempt; may be NULL. */
    void (*reset)(void *ctx);
    /* What loops over lists need (lower_list.h); all NULL where there are none. What a
     * name holds, of whatever type, borrowed until the next assignment; the same for a
     * name of a function about to be called, where it may be global. */
    const cpm_val *(*value)(void *ctx, cpm_sym sym);
    const cpm_val *(*global_value)(void *ctx, cpm_sym sym);
    /* Sets a cell of the tree; the value is taken over. It need not be undone. */
    void (*put)(void *ctx, cpm_sym cell, cpm_val *value);
    /* The slot of a cell, for expressions that read it. */
    uint32_t (*slot)(void *ctx, cpm_sym cell);
    /* The value of an expression whose names are all predictable. */
    cpm_status (*compute)(void *ctx, cpm_val *out, const cpm_expr *expr, cpm_err *err);
    /* Whether to go on. */
    cpm_status (*tick)(void *ctx, cpm_err *err);
} cpm_lower_env;

typedef struct cpm_lower_options {
    bool clear_stack;     /* zero the virtual registers after their last use */
    bool allow_rational;  /* `/` is exact division, negative exponents are rationals */
    bool products;        /* in plus-times: of changing values too; the code is not linear then */
    const cpm_stmt *step; /* that counts, in the body of a while loop; else NULL */
    ulong peels;          /* so many rounds may be asked for alone, where lists then settle */
    ulong period;         /* so many bodies make a round, in which the counter of the loop is affine
                           * in the number of the round; 0: one, as the counter counts */
    const char *prefix;   /* what refusals begin with: "cannot accelerate this loop: " */
    const char *adjective; /* what a value that changes is called: "unpredictable" */
    const char *counter;   /* what the loop counts with: "loop counter" */
    /* The pair of operations that the code is for. In mul-pow the code runs on
     * exponents and the start values are what they belong to. */
    const cpm_domain *domain;
} cpm_lower_options;

/* What a name that the body assigns is after the loop (of one or more rounds). */
typedef enum cpm_final_kind {
    CPM_FINAL_REGISTER,  /* the value of its register */
    CPM_FINAL_PREDICTED, /* the value the environment holds at the end of lowering */
    CPM_FINAL_COUNTER,   /* the last value of the range: start + (trips-1)*step */
    CPM_FINAL_LOST       /* not known: it must not be read */
} cpm_final_kind;

typedef struct cpm_final {
    cpm_sym sym;
    cpm_final_kind kind;
    uint32_t reg; /* its register; meaningless for CPM_FINAL_COUNTER */
    unsigned flow;
    bool is_item; /* a cell: of the lists in `lists` */
} cpm_final;

/* What `%` makes of a value in a loop that runs in Z/M. 0: exact, nothing
 * reduced has flowed into it. k from 1 on: after k iterations it is a residue
 * 0..M-1. CPM_FLOW_MIXED: only its residue is known, not its value. */
enum { CPM_MAX_FLOW = 300, CPM_FLOW_MIXED };

/* What would help to lower a loop that is refused: to cut its range, or to lower so
 * many bodies at a time. */
typedef enum cpm_split_kind { CPM_SPLIT_NONE, CPM_SPLIT_CUT, CPM_SPLIT_PERIOD } cpm_split_kind;

typedef struct cpm_split {
    cpm_split_kind kind;
    fmpz_t at;    /* CUT: the round, counted from 0, that begins the second part */
    bool is_peel; /* CUT: for lists to settle */
    ulong period; /* PERIOD: for options.period, at most CPM_MAX_PERIOD */
} cpm_split;

/* What became of something inside the loop, for those who show it. */
typedef enum cpm_inner_kind {
    CPM_INNER_POWER,    /* an inner loop: a power of its matrix */
    CPM_INNER_UNROLLED, /* its rounds are written out */
    CPM_INNER_CHANGING, /* as many rounds as an expression of a counter says */
    CPM_INNER_CUT,      /* the same, in pieces */
    CPM_INNER_CALL      /* a function of the program, written out */
} cpm_inner_kind;

typedef struct cpm_inner_fact {
    cpm_inner_kind kind;
    cpm_span span;  /* of the loop, or the name that is called the first time */
    cpm_sym callee; /* CALL */
    size_t ncuts;   /* CUT: places where it may be cut */
    ulong period;   /* CUT: bodies a round */
} cpm_inner_fact;

/* A zeroed one is empty and safe to clear. */
typedef struct cpm_lowered {
    cpm_matcode code;  /* one iteration of the body, counters moved on at its end */
    cpm_final *finals; /* owned: every name the loop assigns, once, in order of appearance */
    size_t nfinals;
    cpm_inner_fact *inner; /* owned: in order of appearance, each once */
    size_t ninner, inner_cap;
    struct cpm_list_result *lists; /* owned: what the loop leaves of lists; NULL: it has none */
    bool refused_value;            /* refused because a value is no element of the domain */
    bool refused_product;          /* refused for a product that options.products would allow */
    cpm_split split;               /* where refused for want of one */
    bool has_modulus; /* values are reduced by `%`: the registers are congruent modulo */
    fmpz_t modulus;   /* this, >= 1; initialised when has_modulus */
    cpm_span modulus_span;
} cpm_lowered;

/* Before the names of a program are resolved: makes room for the items of its lists, where
 * it has any. Without that no loop over lists is lowered. */
CPM_MUST_USE cpm_status cpm_lower_prepare_tree(cpm_tree *tree, cpm_err *err);

void cpm_lowered_clear(cpm_lowered *lowered);

/* Lowers `loop` (a CPM_STMT_FOR) that counts from `start` by `step`; `trips`
 * (at least 1) is the number of iterations, NULL when it is open-ended; with a
 * period it is a multiple of that. The
 * registers' start values are those before the first iteration. A
 * refusal says why and where ("product of two unpredictable values ('i' and
 * 'res')"). */
CPM_MUST_USE cpm_status cpm_lower_loop(cpm_lowered *lowered, const cpm_tree *tree,
                                       const cpm_stmt *loop, const fmpz_t start, const fmpz_t step,
                                       const fmpz *trips, const cpm_lower_env *env,
                                       const cpm_lower_options *options, cpm_err *err);

/* The same over the pair of operations `wanted`, or, for CPM_SEMIRING_AUTO, the
 * first one in which the loop is linear: lowered->code.domain says which
 * (options->domain is not looked at). When none fits, the refusal names two
 * operators that do not go together where there are such. */
CPM_MUST_USE cpm_status cpm_lower_loop_in(cpm_lowered *lowered, cpm_semiring wanted,
                                          const cpm_tree *tree, const cpm_stmt *loop,
                                          const fmpz_t start, const fmpz_t step, const fmpz *trips,
                                          const cpm_lower_env *env,
                                          const cpm_lower_options *options, cpm_err *err);

#endif
