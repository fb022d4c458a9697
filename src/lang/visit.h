/* SPDX-License-Identifier: MIT
 *
 * visit.h - the parts of expressions and statements, for code that does the same
 * with nodes of many kinds: which names are read, which are assigned, what is
 * the same in every iteration. Only the parser, the dump, the interpreter and
 * lowering look into nodes of every kind themselves.
 *
 * Parts are numbered, so a walk is a loop that may end where it likes:
 *
 *     for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
 *         ...
 *
 * Each step costs a few nanoseconds, whatever the number of parts. Walks recurse
 * as deep as the tree, which the parser bounds (CPM_MAX_NESTING).
 */
#ifndef CPM_LANG_VISIT_H
#define CPM_LANG_VISIT_H

#include "lang/ast.h"

/* ---- Expressions ------------------------------------------------------- */

/* The same for an expression that is no leaf. */
cpm_expr *cpm_expr_operand(const cpm_expr *expr, size_t i);

/* The i-th operand, in order of evaluation; NULL past the last one. */
static inline cpm_expr *cpm_expr_child(const cpm_expr *expr, size_t i)
{
    return expr->kind <= CPM_EXPR_NAME ? NULL : cpm_expr_operand(expr, i); /* most are leaves */
}

/* The i-th part of a target that is a tuple, a list or starred; NULL past the last one,
 * and for a name, an item or a slice: what is assigned itself. */
cpm_expr *cpm_target_item(const cpm_expr *target, size_t i);

/* The i-th name that the node reads itself, apart from its operands: a variable,
 * the function that is called, the terms of a signature. CPM_NO_SYM past the
 * last one. */
cpm_sym cpm_expr_reads(const cpm_expr *expr, size_t i);

/* ---- Statements -------------------------------------------------------- */

typedef enum cpm_part_kind {
    CPM_PART_VALUE,  /* expr: evaluated */
    CPM_PART_SHOWN,  /* expr: evaluated, and printed or returned as it is */
    CPM_PART_TARGET, /* expr: assigned; a name, an item, a slice, or a tuple of targets */
    CPM_PART_UPDATE, /* expr: a name that is read and then assigned */
    CPM_PART_NAME,   /* sym: assigned by the statement itself: a def, a delay line */
    CPM_PART_GLOBAL, /* sym: declared global */
    CPM_PART_BLOCK   /* block: statements that may run as part of it; not those of a
                        function, which run when it is called */
} cpm_part_kind;

typedef struct cpm_part {
    cpm_part_kind kind;
    union {
        cpm_expr *expr;
        cpm_sym sym;
        const cpm_block *block;
    } u;
} cpm_part;

/* The i-th part, in order of evaluation; false past the last one. What is left out
 * (an `else`, the start of a range) is no part; an empty block may be one. */
bool cpm_stmt_part(cpm_part *part, const cpm_tree *tree, const cpm_stmt *stmt, size_t i);

/* How many statements and expressions these are, those inside them included. */
size_t cpm_expr_size(const cpm_expr *expr);
size_t cpm_block_size(const cpm_tree *tree, const cpm_block *block);

/* Whether what stands in its blocks may run again. */
bool cpm_stmt_is_loop(const cpm_stmt *stmt);

/* Told of a name that `by` assigns; anything but CPM_OK ends the walk. */
typedef cpm_status (*cpm_assigned_fn)(void *ctx, cpm_sym sym, const cpm_stmt *by);

/* Every name that the block and the blocks inside it assign, as often as they do,
 * in the order of the text (the variable of a loop comes before its body). */
CPM_MUST_USE cpm_status cpm_block_assigned(const cpm_tree *tree, const cpm_block *block,
                                           cpm_assigned_fn fn, void *ctx);

/* Whether a BREAK or CONTINUE in the block is one of the loop around it, or a RETURN stands
 * in it. */
bool cpm_block_jumps(const cpm_tree *tree, const cpm_block *block, cpm_stmt_kind kind);

/* Whether the block, or one inside it, assigns the name. */
bool cpm_block_assigns(const cpm_tree *tree, const cpm_block *block, cpm_sym sym);

#endif
