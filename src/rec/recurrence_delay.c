/* SPDX-License-Identifier: MIT
 *
 * recurrence_delay.c - sequences that read others further on, as in
 * d(n) = f(n+1) - f(n). A round of the loop makes one term of each, so d has to come
 * later: d'(n) = d(n-1) = f(n) - f(n-1) is what the round makes. The delays r are the
 * least ones with K + r(x) - r(y) >= 0 for every x(n) that reads y(n-K), which are
 * longest paths: relaxation as R. Bellman ("On a routing problem", 1958) has it,
 * O(sequences * references).
 */
#include "base/limits.h"
#include "lang/visit.h"
#include "rec/recurrence_internal.h"

#include <stdlib.h>

/* x(n) reads y(n-lag). */
typedef struct reading {
    size_t x, y;
    slong lag;
    cpm_span span;
} reading;

typedef struct readings {
    reading *items; /* owned */
    size_t count, cap;
} readings;

static cpm_status add_reading(readings *all, cpm_rec_builder *b, size_t x, size_t y,
                              const cpm_expr *call)
{
    reading *grown = cpm_grow(all->items, &all->cap, all->count + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_rec_memory(b);
    all->items = grown;
    reading *item = &grown[all->count];
    *item = (reading){x, y, 0, call->span};
    cpm_err *err = b->err, ignored = {0}; /* what is no n-K is said when it is rewritten */
    b->err = &ignored;
    all->count += cpm_rec_lag_of(&item->lag, b, call) == CPM_OK;
    b->err = err;
    return cpm_err_pass_memory(err, &ignored);
}

static cpm_status collect(readings *all, cpm_rec_builder *b, size_t x, const cpm_expr *expr)
{
    cpm_status status = CPM_OK;
    const cpm_expr *child;
    for (size_t i = 0; status == CPM_OK && (child = cpm_expr_child(expr, i)) != NULL; i++)
        status = collect(all, b, x, child);
    if (status != CPM_OK || expr->kind != CPM_EXPR_CALL || expr->u.call.nargs != 1)
        return status;
    size_t y = cpm_rec_find_sequence(b, expr->u.call.callee);
    return y == CPM_REC_NO_SEQ ? CPM_OK : add_reading(all, b, x, y, expr);
}

/* Raises delays until all fit; what would have to be raised without end is an error. */
static cpm_status relax(const readings *all, cpm_rec_builder *b)
{
    bool changed = true;
    for (size_t round = 0; changed; round++) {
        changed = false;
        for (size_t i = 0; i < all->count; i++) {
            const reading *r = &all->items[i];
            slong least = b->seqs[r->y].delay - r->lag;
            if (b->seqs[r->x].delay >= least)
                continue;
            if (round > b->nseqs || r->x == r->y)
                return cpm_rec_semantic(b, r->span, "the rule refers to a term that comes later");
            if (least > CPM_MAX_DELAY)
                return cpm_err_at(b->err, CPM_ERR_LIMIT, b->text, r->span,
                                  "a term that comes more than %d later", CPM_MAX_DELAY);
            b->seqs[r->x].delay = least;
            changed = true;
        }
    }
    return CPM_OK;
}

cpm_status cpm_rec_find_delays(cpm_rec_builder *b)
{
    readings all = {0};
    cpm_status status = CPM_OK;
    for (size_t s = 0; s < b->nseqs && status == CPM_OK; s++)
        status = collect(&all, b, s, b->seqs[s].rule->value);
    if (status == CPM_OK)
        status = relax(&all, b);
    free(all.items);
    for (size_t s = 0; s < b->nseqs; s++)
        fmpz_set_si(b->seqs[s].first, b->seqs[s].delay); /* index 0 */
    return status;
}
