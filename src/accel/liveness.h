/* SPDX-License-Identifier: MIT
 *
 * liveness.h - which variables may still be read after a loop, or a
 * round of it.
 */
#ifndef CPM_ACCEL_LIVENESS_H
#define CPM_ACCEL_LIVENESS_H

#include "lang/ast.h"

/* How a name is used after a loop. */
typedef enum cpm_use {
    CPM_USE_NONE,  /* never read */
    CPM_USE_SHOWN, /* only returned or printed as it is */
    CPM_USE_READ   /* anything */
} cpm_use;

/* use[sym] = how the name may be read after `loop` ends (its else clause counts as
 * after). `function` is the one that contains it, NULL for the top level; then
 * names that any function or `call` (NULL: none) reads are live too, and so are,
 * inside a function, the names it declares global. Conservative: a name that
 * occurs is taken as read. `use` has one element per symbol of the tree, all
 * CPM_USE_NONE before. */
void cpm_uses_after(cpm_use *use, const cpm_tree *tree, const cpm_function *function,
                    const cpm_stmt *loop, const cpm_expr *call);

/* The same for names that another round of the loop may read as the round before it left
 * them; the others stay. */
void cpm_uses_between(cpm_use *use, const cpm_tree *tree, const cpm_stmt *loop);

#endif
