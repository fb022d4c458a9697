/* SPDX-License-Identifier: MIT
 *
 * copy.h - copies of expressions and statements inside their tree, in which some
 * expressions may become others.
 */
#ifndef CPM_LANG_COPY_H
#define CPM_LANG_COPY_H

#include "lang/ast.h"

/* What is to stand for the expression; NULL: a copy of it. */
typedef cpm_expr *(*cpm_replace_fn)(void *ctx, const cpm_expr *expr);

/* A copier into `tree`, in whose arena all copies live. Symbols and literals are shared. */
typedef struct cpm_copier {
    cpm_tree *tree;         /* borrowed */
    cpm_replace_fn replace; /* asked of every expression before its operands; may be NULL */
    void *ctx;
    bool failed; /* memory ran out, here or in `replace` */
} cpm_copier;

/* NULL when memory runs out, with the mark set. */
cpm_expr *cpm_copy_expr(cpm_copier *copier, const cpm_expr *expr);

/* The same for statements. Loops get numbers of their own. */
cpm_stmt *cpm_copy_stmt(cpm_copier *copier, const cpm_stmt *stmt);
void cpm_copy_block(cpm_copier *copier, cpm_block *to, const cpm_block *from);

/* Whether that is possible: no function is defined in it, no name declared, and no
 * delay line is moved. */
bool cpm_can_copy_block(const cpm_tree *tree, const cpm_block *block);

#endif
