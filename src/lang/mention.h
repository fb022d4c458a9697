/* SPDX-License-Identifier: MIT
 *
 * mention.h - where names stand in a program, for passes over its text.
 */
#ifndef CPM_LANG_MENTION_H
#define CPM_LANG_MENTION_H

#include "lang/ast.h"

/* Whether the name stands in it, blocks inside a statement included, but not the bodies
 * of functions that are defined there. */
bool cpm_expr_mentions(const cpm_expr *expr, cpm_sym sym);
bool cpm_stmt_mentions(const cpm_tree *tree, const cpm_stmt *stmt, cpm_sym sym);
bool cpm_block_mentions(const cpm_tree *tree, const cpm_block *block, cpm_sym sym);

/* Whether any function declares it global or nonlocal. */
bool cpm_tree_declares(const cpm_tree *tree, cpm_sym sym);

/* The numbers in [3, 5] where that is all the name can ever be: it is assigned once in the
 * program, and what changes lists is never applied to it. A LIST or a TUPLE whose items
 * may be anything; NULL when it may change, or is no such thing. */
const cpm_expr *cpm_tree_known_items(const cpm_tree *tree, cpm_sym sym);

#endif
