/* SPDX-License-Identifier: MIT
 *
 * resolver.h - names to slots, before anything runs.
 *
 * A slot is an index with flags. Global slots are the symbols themselves;
 * local slots number a function's own names, parameters first.
 */
#ifndef CPM_EVAL_RESOLVER_H
#define CPM_EVAL_RESOLVER_H

#include "lang/ast.h"

#define CPM_SLOT_GLOBAL 0x80000000u
/* As a left operand: nothing that is evaluated before its use can change it. */
#define CPM_SLOT_BORROW 0x40000000u
/* In `a, b = b, a + b` the item b and the operand a: the statement overwrites
 * them and nothing reads them after this, so the value may be taken. */
#define CPM_SLOT_MOVE 0x20000000u
/* A local variable that functions share: the slot holds its cell. */
#define CPM_SLOT_CELL  0x10000000u
#define CPM_SLOT_INDEX 0x0fffffffu

/* What is marked as a parallel assignment: `a, b = x, y` between a list of names
 * and one of as many values, at most so many. */
enum { CPM_MAX_PARALLEL = 16 };

/* A name as a function sees it. */
typedef struct cpm_local {
    bool is_cell;   /* shared with a function inside, or with the one around */
    uint32_t outer; /* of what comes from around it: its slot there */
} cpm_local;

/* The local names of a function: its own first, then those of functions around it. */
typedef struct cpm_scope {
    cpm_sym *syms;     /* owned; a local slot is an index here */
    cpm_local *locals; /* owned; the same */
    size_t nsyms, cap;
    size_t nown;
    cpm_sym *elsewhere; /* owned: declared global, or nonlocal */
    size_t nelsewhere;
    size_t nglobal; /* of these, the first are global */
} cpm_scope;

void cpm_scope_clear(cpm_scope *scope);

/* Resolves a whole program. `scopes`: one for each function, zeroed, owned by
 * the caller; `is_variable`: a flag for each symbol, set for those that are
 * read or assigned as variables. */
CPM_MUST_USE cpm_status cpm_resolve_tree(cpm_tree *tree, cpm_scope *scopes, bool *is_variable,
                                         cpm_err *err);

/* Resolves a single expression as it would be inside `scope`, or among the
 * globals when that is NULL. */
void cpm_resolve_expr(cpm_expr *expr, const cpm_scope *scope);

#endif
