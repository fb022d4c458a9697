/* SPDX-License-Identifier: MIT
 *
 * dump.h - the syntax tree as people read it (--dump ast).
 */
#ifndef CPM_LANG_DUMP_H
#define CPM_LANG_DUMP_H

#include "base/strbuf.h"
#include "lang/ast.h"

/* Appends an indented outline: one line a statement or clause, expressions in
 * infix form with parentheses around every operator node. Fails only for want
 * of memory. */
CPM_MUST_USE cpm_status cpm_tree_dump(cpm_strbuf *out, const cpm_tree *tree, cpm_err *err);

#endif
