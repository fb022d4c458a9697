/* SPDX-License-Identifier: MIT
 *
 * lower_list.h - lists in a loop that is lowered: scalar replacement of aggregates.
 *
 * Where a body works on lists, every statement is rewritten before it is lowered: what
 * it does to lists is done here, to *objects* that stand for the lists of one round, and
 * what is left is a statement over plain names. An item that is a number and changes is
 * a *cell*, a name of ours (cpm_tree_reserve_cells) that lowering treats like any other:
 * `new[v] = (new[v] + dp[u]) % M` becomes `c7 = (c7 + c2) % M`. For that indices and
 * lengths have to be known, so what counts them is unrolled.
 *
 * Objects are shared as Python shares lists: a name or an item holds a number of an
 * object, and those of the interpreter are known by their address. Cells are shared
 * too, by copies of lists, and copied when one of their holders is assigned.
 *
 * The items of a list that exists before the loop are taken for constants at first. At
 * the end of the body the lists are compared with those at its head
 * (lower_list_close.c): the same graph has to come out, or the loop is refused; an item
 * that is another value then varies, and the body is lowered again with a register for
 * it. So a table, or a matrix that is copied each round, costs nothing.
 */
#ifndef CPM_ACCEL_LOWER_LIST_H
#define CPM_ACCEL_LOWER_LIST_H

#include "accel/list_result.h"
#include "accel/lower_internal.h"
#include "base/mem.h"

#define NO_OBJECT ((size_t)-1)

typedef enum list_item_kind {
    ITEM_KNOWN, /* the same in all rounds */
    ITEM_CELL,  /* the value of a name of ours */
    ITEM_LIST   /* a list or a tuple */
} list_item_kind;

typedef struct list_item {
    list_item_kind kind;
    cpm_sym cell;         /* CELL */
    size_t object;        /* LIST */
    const cpm_val *known; /* KNOWN: borrowed, from a list of the interpreter or lists.values */
} list_item;

/* A list or a tuple. */
typedef struct list_object {
    const void *real; /* the one of the interpreter; NULL: made by the body */
    bool is_tuple, is_deque;
    bool is_loaded;   /* else its items have not been looked at */
    bool is_changed;  /* it is not what it was at the head */
    bool is_anchored; /* reached through what the loop does not assign */
    list_item *items; /* owned */
    size_t nitems, cap;
    list_item *head; /* owned: the items at the head of the body; of real ones */
    size_t nhead;
    size_t refs, holders; /* references to a real one: all, and those that are known here */
    size_t image, origin; /* which object stands where it stood, at the end; and back */
    size_t note;          /* its row in the memory */
    char label[CPM_CELL_NAME - 8]; /* of a real one: what it may be called */
    unsigned depth;                /* of a tuple: of the tuples in it */
} list_object;

/* What is remembered of a list of the interpreter from try to try. */
typedef struct list_note {
    const void *real;
    size_t nitems;
    bool *varies;   /* owned: per item */
    unsigned *flow; /* owned: per item, at the head; see lower.h */
} list_note;

typedef struct list_memory {
    list_note *notes; /* owned */
    size_t nnotes, notes_cap;
} list_memory;

void cpm_list_memory_clear(list_memory *memory);

/* A name of ours. */
typedef struct list_cell {
    unsigned refs;   /* items that hold it, and expressions at work that read it */
    bool is_head;    /* holds the value of an item at the head, all through the body */
    bool is_written; /* the end of the body moves another value into it */
    cpm_sym saved;   /* where its value is put by before that; CPM_NO_SYM: nowhere */
    cpm_sym final;   /* where its value is after that; CPM_NO_SYM: in its own */
} list_cell;

/* Where what a statement holds begins. */
typedef struct list_mark {
    size_t npins, ntemps;
} list_mark;

typedef struct lists {
    list_memory *memory;  /* borrowed */
    list_object *objects; /* owned */
    size_t nobjects, objects_cap;
    size_t *reals; /* owned: those that are real */
    size_t nreals, reals_cap;
    size_t *heads;    /* owned: which ones the assigned names hold at first, or NO_OBJECT */
    list_cell *cells; /* owned: one for each cell of the tree */
    size_t ncells;    /* so many have been in use */
    cpm_sym *unused;  /* owned: cells that are free again */
    size_t nunused, unused_cap;
    cpm_sym *pins; /* owned: cells that the statements at work read */
    size_t npins, pins_cap;
    cpm_sym *temps; /* owned: cells that go when the statement ends */
    size_t ntemps, temps_cap;
    list_mark work;   /* of the statement at work */
    cpm_val **values; /* owned, with the values */
    size_t nvalues, values_cap;
    cpm_arena nodes; /* of rewritten expressions and statements */
    unsigned depth;  /* of the lists that are compared */
    size_t nsteps;   /* of work so far */
    bool learned;    /* the memory says more than before: lower again */
} lists;

/* What an expression yields. */
typedef enum sval_kind {
    SVAL_NUMBER, /* what `expr` says, which reads no list; of any type but list and tuple */
    SVAL_LIST,   /* an object */
    SVAL_NOTHING /* a call that returns nothing */
} sval_kind;

typedef struct sval {
    sval_kind kind;
    cpm_expr *expr; /* in lists.nodes or the tree */
    size_t object;
} sval;

/* ---- lower_list_scan.c ---------------------------------------------------------------- */

/* Whether the block, or a function that it calls, works on lists. */
bool cpm_list_is_used_in(const lowering *lw, const cpm_block *block);
/* Whether the call does: the function, or its arguments. */
bool cpm_list_is_used_by(const lowering *lw, const cpm_expr *call);

/* ---- lower_list.c: objects, items and cells --------------------------------------------- */

/* Begins a try: the lists that the assigned names hold. */
cpm_status cpm_lists_begin(lowering *lw, lists *l, list_memory *memory);
void cpm_lists_clear(lists *l);

/* A new object without items. */
cpm_status cpm_list_make(size_t *object, lowering *lw, bool is_tuple);
/* The object of a list or a tuple of the interpreter. */
cpm_status cpm_list_import(size_t *object, lowering *lw, const cpm_val *value);
/* Called so, unless it has a name already; `at` SIZE_MAX: as it is, else an item of that. */
void cpm_list_label(const lowering *lw, size_t object, const char *name, size_t at);
/* Its items, looked at when needed first. NULL where that fails. */
cpm_status cpm_list_load(lowering *lw, size_t object);
/* Appends an item, which is held. */
cpm_status cpm_list_add(lowering *lw, size_t object, list_item item);
/* Replaces `count` items from `at` on. */
cpm_status cpm_list_replace(lowering *lw, size_t object, size_t at, size_t count,
                            const list_item *items, size_t nitems);

/* Nobody looks at it any more: its cells are free for others. */
cpm_status cpm_list_release(lowering *lw, size_t object);

/* The item as a value, and a value as an item that keeps it. */
cpm_status cpm_list_read(sval *out, lowering *lw, const list_item *item, cpm_span span);
cpm_status cpm_list_keep(list_item *out, lowering *lw, const sval *value);
/* items[at] = value; what is computed goes into the cell of that item where it is alone. */
cpm_status cpm_list_store(lowering *lw, size_t object, size_t at, const sval *value, cpm_span span);
/* The cell of items[at], alone and ready to be changed in place; CPM_NO_SYM where it has
 * none. */
cpm_sym cpm_list_own_cell(lowering *lw, size_t object, size_t at);

/* A constant; the value is taken over. */
cpm_status cpm_list_constant(sval *out, lowering *lw, cpm_val *value, cpm_span span);
cpm_status cpm_list_number(sval *out, lowering *lw, slong number, cpm_span span);
/* The value, taken over, of an expression without lists: a constant, or an object. */
cpm_status cpm_list_wrap(sval *out, lowering *lw, cpm_val *value, cpm_span span);
/* The same where the expression has nothing that changes; else *known is false. */
cpm_status cpm_list_evaluate(bool *known, sval *out, lowering *lw, cpm_expr *expr);

/* A name of ours as an expression. */
cpm_expr *cpm_list_name(lowering *lw, cpm_sym sym, cpm_span span);
/* A copy of a node that may be changed. NULL when memory runs out. */
cpm_expr *cpm_list_copy(lowering *lw, const cpm_expr *expr);
/* sym = expr, through lower_assign.c. */
cpm_status cpm_list_assign_plain(lowering *lw, cpm_sym sym, cpm_expr *expr, cpm_span span);
/* sym = value, whatever it is. */
cpm_status cpm_list_assign_name(lowering *lw, cpm_sym sym, const sval *value, cpm_span span);

/* What a statement holds begins, and ends. */
list_mark cpm_list_begin_work(const lowering *lw);
void cpm_list_end_work(lowering *lw, list_mark mark);

/* Counts a step of work, and asks now and then whether to go on. */
cpm_status cpm_list_step(lowering *lw, cpm_span span);

/* ---- lower_list_expr.c ------------------------------------------------------------------- */

/* The value of an expression, what it does to lists done. */
cpm_status cpm_list_eval(sval *out, lowering *lw, cpm_expr *expr);
/* The same, which has to be no list. */
cpm_status cpm_list_eval_number(cpm_expr **out, lowering *lw, cpm_expr *expr);
/* An integer that is the same in all rounds, as an index or a bound. */
cpm_status cpm_list_eval_index(slong *out, lowering *lw, cpm_expr *expr);
cpm_status cpm_list_eval_bound(slong *out, lowering *lw, cpm_expr *expr);
/* Its truth, decided. */
cpm_status cpm_list_decide(bool *truth, lowering *lw, cpm_expr *expr);
/* The object and the place that object[at] means. */
cpm_status cpm_list_eval_place(size_t *object, size_t *at, lowering *lw, const cpm_expr *expr);
/* What a slice picks: begin, step and how many; of an object. */
typedef struct list_slice {
    size_t object;
    slong begin, step;
    size_t count;
} list_slice;
cpm_status cpm_list_eval_slice(list_slice *out, lowering *lw, const cpm_expr *expr);

/* ---- lower_list_call.c -------------------------------------------------------------------- */

/* A call by name, and one of a method. */
cpm_status cpm_list_call(sval *out, lowering *lw, cpm_expr *expr);
cpm_status cpm_list_method(sval *out, lowering *lw, cpm_expr *expr);
/* What a return statement gives to such a call; NULL: nothing. */
cpm_status cpm_list_return(lowering *lw, sval *result, cpm_expr *value);

/* ---- lower_list_loop.c -------------------------------------------------------------------- */

/* A new list or tuple of all values of what can be run over. */
cpm_status cpm_list_collect(size_t *object, lowering *lw, cpm_expr *iterable, bool is_tuple);
/* A `for` whose rounds are written out. */
cpm_status cpm_list_for(lowering *lw, const cpm_stmt *loop);

/* ---- lower_list_stmt.c -------------------------------------------------------------------- */

cpm_status cpm_list_stmt(lowering *lw, const cpm_stmt *stmt);
/* target = value. */
cpm_status cpm_list_assign(lowering *lw, cpm_expr *target, const sval *value);

/* ---- lower_list_close.c ------------------------------------------------------------------- */

/* The end of the body: compares with the head and moves the values there. */
cpm_status cpm_lists_close(lowering *lw, cpm_span span);
/* Whether what was assumed to be residues at the start is. */
bool cpm_lists_start_reduced(const lowering *lw);
/* What remains after the loop, and the registers of it. */
cpm_status cpm_lists_collect(cpm_lowered *lowered, lowering *lw);

static inline list_object *object_of(const lowering *lw, size_t object)
{
    return &lw->lists->objects[object];
}

static inline list_cell *cell_of(const lowering *lw, cpm_sym sym)
{
    return &lw->lists->cells[sym - lw->tree->first_cell];
}

static inline bool is_cell(const lowering *lw, cpm_sym sym)
{
    return sym >= lw->tree->first_cell && sym - lw->tree->first_cell < lw->tree->ncells;
}

#endif
