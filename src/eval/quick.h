/* SPDX-License-Identifier: MIT
 *
 * quick.h - the quick way for expressions and statements over word-sized integers,
 * items of lists and variables, which is what most loops are made of.
 *
 * Once names are resolved, each expression that nothing else can notice gets a quick
 * node: arithmetic, comparisons, conditions, items, min, max, abs and len of them. A
 * node is a function that is chosen for its operator and for what its operands are (a
 * variable, a constant, another node), so that nothing is looked up, counted or cleared
 * when it runs.
 *
 * The contract: a node answers for word-sized integers and for what stands somewhere,
 * without any effect; for all else (a name without a value, a longer integer, an index
 * out of range, a value of another kind) it says "not here", having changed nothing.
 * The general way then starts from the beginning. So it alone defines what things mean,
 * which errors there are and where, and nodes need no spans and no clearing. A node that
 * fails again and again is tried less and less.
 *
 * quick_build.c chooses the nodes, quick_node.c runs expressions, quick_stmt.c
 * statements.
 */
#ifndef CPM_EVAL_QUICK_H
#define CPM_EVAL_QUICK_H

#include "base/err.h"
#include "eval/val.h"
#include "lang/ast.h"
#include "lang/builtin.h"

typedef struct cpm_interp cpm_interp;

/* No word: outside of what a small integer can be. */
#define CPM_NO_WORD WORD_MIN

/* The value as a word; CPM_NO_WORD: not here. */
typedef slong (*cpm_quick_word_fn)(cpm_interp *in, const cpm_quick *q);
/* Where the value stands, good until anything changes; NULL: not here. */
typedef const cpm_val *(*cpm_quick_place_fn)(cpm_interp *in, const cpm_quick *q);
/* Whether it holds, 0 or 1; negative: not here. */
typedef int (*cpm_quick_test_fn)(cpm_interp *in, const cpm_quick *q);

/* A variable that is no cell: which field of the interpreter points to the variables
 * that it is one of, and its index. */
typedef struct cpm_quick_variable {
    uint32_t field; /* as offsetof says */
    uint32_t index;
} cpm_quick_variable;

/* An operand: which of the three is known by the function that runs. */
typedef union cpm_quick_part {
    cpm_quick *node; /* in arena */
    cpm_quick_variable variable;
    slong number;
} cpm_quick_part;

/* After a failure one turn is left out, after the next one three, and so on. */
typedef struct cpm_quick_luck {
    uint8_t wait, penalty;
} cpm_quick_luck;

static inline bool cpm_quick_may_try(cpm_quick_luck *luck)
{
    return luck->wait == 0 || luck->wait-- == 0;
}

static inline bool cpm_quick_note(cpm_quick_luck *luck, bool success)
{
    if (!success)
        luck->wait = luck->penalty = luck->penalty < 128 ? (uint8_t)(luck->penalty * 2 + 1) : 255;
    else if (luck->penalty > 0)
        luck->penalty = 0;
    return success;
}

typedef enum cpm_quick_shape {
    CPM_QUICK_NODE,
    CPM_QUICK_VARIABLE,
    CPM_QUICK_NUMBER
} cpm_quick_shape;

struct cpm_quick {
    cpm_quick_word_fn word;   /* NULL: it is no integer */
    cpm_quick_place_fn place; /* NULL: its value stands nowhere */
    cpm_quick_test_fn test;
    cpm_quick_part a, b, c;
    uint32_t slot;         /* of a variable */
    cpm_sym callee;        /* of a call: it must be the built-in function still */
    cpm_quick_luck luck;   /* when asked by the general way */
    cpm_quick_shape shape; /* as an operand */
    bool is_truth;         /* its value is what `test` says; else, without word and place,
                              it is a condition alone: x and y is x or y */
    cpm_val value;         /* of a constant */
};

struct cpm_quick_stmt {
    bool (*run)(cpm_interp *in, const cpm_quick_stmt *s); /* false: nothing was done */
    cpm_quick *value;                                     /* in arena, as is the next */
    cpm_quick *target;                                    /* the place of an item, or NULL */
    const struct cpm_quick_pair *pairs;                   /* of a parallel assignment; in arena */
    size_t npairs;
    uint32_t slot; /* of a name */
    cpm_op op;
    cpm_quick_luck luck;
};

typedef struct cpm_quick_pair {
    cpm_quick *value;
    cpm_quick *target; /* NULL: a name */
    uint32_t slot;
} cpm_quick_pair;

enum { CPM_QUICK_MAX_PAIRS = 4, CPM_QUICK_MAX_DEPTH = 24 };

/* ---- For the general way -------------------------------------------------- */

/* The value, where it stands or in the unbound *tmp; NULL: not here. */
const cpm_val *cpm_quick_operand(cpm_interp *in, cpm_quick *q, cpm_val *tmp);
/* A copy of it in the unbound *out. */
bool cpm_quick_eval(cpm_interp *in, cpm_val *out, cpm_quick *q);
static inline bool cpm_quick_test(cpm_interp *in, cpm_quick *q, bool *truth)
{
    if (!cpm_quick_may_try(&q->luck))
        return false;
    int found = q->test(in, q);
    *truth = found > 0;
    return cpm_quick_note(&q->luck, found >= 0);
}

static inline bool cpm_quick_run(cpm_interp *in, cpm_quick_stmt *s)
{
    return cpm_quick_may_try(&s->luck) && cpm_quick_note(&s->luck, s->run(in, s));
}

/* Gives the nodes to the tree of the interpreter, whose names are resolved. */
CPM_MUST_USE cpm_status cpm_quick_build(cpm_interp *in, cpm_err *err);

/* ---- For quick_build.c ------------------------------------------------------ */

void cpm_quick_set_number(cpm_quick *q, const cpm_val *value);
void cpm_quick_set_place(cpm_quick *q, const cpm_val *value); /* a constant of another kind */
void cpm_quick_set_variable(cpm_quick *q, uint32_t slot);
/* These return false where there is no such node. */
bool cpm_quick_set_binary(cpm_quick *q, cpm_op op, cpm_quick *left, cpm_quick *right);
bool cpm_quick_set_unary(cpm_quick *q, cpm_op op, cpm_quick *operand);
bool cpm_quick_set_comparison(cpm_quick *q, cpm_op op, cpm_quick *left, cpm_quick *right);
bool cpm_quick_set_call(cpm_quick *q, cpm_builtin_id id, cpm_sym callee, cpm_quick *first,
                        cpm_quick *second);
bool cpm_quick_set_item(cpm_quick *q, cpm_quick *object, cpm_quick *at);
/* The same as a target: of a list alone. */
bool cpm_quick_set_target(cpm_quick *q, cpm_quick *object, cpm_quick *at);
void cpm_quick_set_bool(cpm_quick *q, cpm_op op, cpm_quick *left, cpm_quick *right);
bool cpm_quick_set_cond(cpm_quick *q, cpm_quick *test, cpm_quick *then, cpm_quick *orelse);

/* A statement that gives a name, or an item, the value. */
void cpm_quick_set_assign(cpm_quick_stmt *s, uint32_t slot, cpm_quick *target, cpm_quick *value);
bool cpm_quick_set_update(cpm_quick_stmt *s, cpm_quick *target, cpm_op op, cpm_quick *value);
bool cpm_quick_set_append(cpm_quick_stmt *s, cpm_quick *object, cpm_quick *value);
void cpm_quick_set_pairs(cpm_quick_stmt *s, const cpm_quick_pair *pairs, size_t npairs);

#endif
