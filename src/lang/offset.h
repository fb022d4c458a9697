/* SPDX-License-Identifier: MIT
 *
 * offset.h - expressions as c0 + c1*x1 + c2*x2 + ..., of small integers and names, for
 * code that compares places in a text without knowing the values of names.
 */
#ifndef CPM_LANG_OFFSET_H
#define CPM_LANG_OFFSET_H

#include "lang/ast.h"

#include <flint/flint.h>

enum { CPM_OFFSET_TERMS = 4 };

typedef struct cpm_offset {
    slong constant;
    size_t nterms; /* none of them 0, no name twice */
    struct {
        cpm_sym sym;
        slong c;
    } terms[CPM_OFFSET_TERMS];
} cpm_offset;

/* What the expression is by its form; false where it is no such one, has too many names
 * or numbers beyond 2^60. */
bool cpm_offset_read(cpm_offset *out, const cpm_tree *tree, const cpm_expr *expr);

/* *f += c * g; false as above. */
bool cpm_offset_add(cpm_offset *f, const cpm_offset *g, slong c);

/* The coefficient of a name, taken out of the form; 0 where it does not occur. */
slong cpm_offset_take(cpm_offset *f, cpm_sym sym);

#endif
