/* SPDX-License-Identifier: MIT
 *
 * estimate.c - the two sides of the choice, in nanoseconds as they were measured: a
 * node of the body costs the interpreter some 12 ns a round, and lowering some 700 ns;
 * reducing and powering the matrix takes some 40 ns for each of d^3 where d names are
 * assigned, and 5 us whatever it is. Twice the sum is asked for, since numbers may be
 * large in the matrix and small in the loop.
 */
#include "accel/estimate.h"

#include "base/limits.h"
#include "lang/visit.h"

typedef struct size {
    double nodes, names;
} size;

static void add_expr(size *s, const cpm_expr *expr)
{
    const cpm_expr *child;
    s->nodes++;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        add_expr(s, child);
}

static void add_block(size *s, const cpm_tree *tree, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        cpm_part part;
        s->nodes++;
        for (size_t k = 0; cpm_stmt_part(&part, tree, block->stmts[i], k); k++) {
            if (part.kind == CPM_PART_BLOCK)
                add_block(s, tree, part.u.block);
            else if (part.kind != CPM_PART_NAME && part.kind != CPM_PART_GLOBAL)
                add_expr(s, part.u.expr);
            s->names += part.kind != CPM_PART_BLOCK && part.kind != CPM_PART_VALUE;
        }
    }
}

unsigned long cpm_estimate_limit(const cpm_tree *tree, const cpm_stmt *loop)
{
    size s = {.nodes = 1, .names = 1};
    add_block(&s, tree, &loop->u.loop.body);
    double takeover = 5000 + 700 * s.nodes + 40 * s.names * s.names * s.names;
    double rounds = 2 * takeover / (12 * s.nodes);
    return rounds < 2                       ? 2
           : rounds > CPM_MOST_PLAIN_ROUNDS ? CPM_MOST_PLAIN_ROUNDS
                                            : (unsigned long)rounds;
}
