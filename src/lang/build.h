/* SPDX-License-Identifier: MIT
 *
 * build.h - making nodes of a tree, for passes that write text of their own. Once memory
 * has run out a mark is set and everything that is made is NULL, which all of these take
 * for a part: so a pass need not look before it ends.
 */
#ifndef CPM_LANG_BUILD_H
#define CPM_LANG_BUILD_H

#include "lang/ast.h"

#include <flint/flint.h>

typedef struct cpm_builder {
    cpm_tree *tree; /* borrowed */
    bool failed;    /* memory ran out */
} cpm_builder;

/* The node, with the mark set where it is NULL. */
void *cpm_build_check(cpm_builder *b, void *node);

/* An array of pointers, for items or for the statements of a block. */
void *cpm_build_array(cpm_builder *b, size_t count);

cpm_expr *cpm_build_int(cpm_builder *b, slong value, cpm_span span);
cpm_expr *cpm_build_name(cpm_builder *b, cpm_sym sym, cpm_span span);
cpm_expr *cpm_build_copy(cpm_builder *b, const cpm_expr *expr);

/* A TUPLE, LIST or other of these, whose items are not set yet. */
cpm_expr *cpm_build_items(cpm_builder *b, cpm_expr_kind kind, size_t count, cpm_span span);

/* first op second, of the kind that has this operator. */
cpm_expr *cpm_build_chain(cpm_builder *b, cpm_expr_kind kind, cpm_expr *first, cpm_op op,
                          cpm_expr *second);

/* object[at], and object[from:to], where 0 for `to` is the end */
cpm_expr *cpm_build_index(cpm_builder *b, cpm_expr *object, cpm_expr *at, cpm_span span);
cpm_expr *cpm_build_slice(cpm_builder *b, cpm_expr *object, slong from, slong to, cpm_span span);

/* [of for row in list], where `row` is a symbol that no text can name */
cpm_expr *cpm_build_comp(cpm_builder *b, cpm_expr *of, cpm_sym row, cpm_expr *list, cpm_span span);

/* target = value */
cpm_stmt *cpm_build_assign(cpm_builder *b, cpm_expr *target, cpm_expr *value, cpm_span span);

/* Puts the statement into the block, as number `at`. */
void cpm_build_insert(cpm_builder *b, cpm_block *block, size_t at, cpm_stmt *stmt);

#endif
