/* SPDX-License-Identifier: MIT
 *
 * repeat.c - Brent's method over the variables of a loop.
 */
#include "eval/repeat.h"

#include "base/mem.h"

#include <stdlib.h>

struct cpm_repeat {
    cpm_interp *interp;          /* borrowed */
    const cpm_repeat_plan *plan; /* borrowed */
    cpm_val *state;              /* owned: what was saved last */
    fmpz *sums;                  /* owned */
    bool sums_known;             /* they were integers then */
    ulong waiting;               /* rounds until the next comparison */
    uint64_t since, most;        /* comparisons since then, and how many until the next one is
                                  * saved */
};

void cpm_repeat_plan_clear(cpm_repeat_plan *plan)
{
    free(plan->state);
    free(plan->sums);
    *plan = (cpm_repeat_plan){0};
}

/* The values of the sums, when they are all integers. */
static bool read_sums(fmpz *out, const cpm_repeat *r)
{
    for (size_t i = 0; i < r->plan->nsums; i++) {
        const cpm_val *value = cpm_interp_get(r->interp, r->plan->sums[i]);
        if (value->kind != CPM_VAL_INT)
            return false;
        fmpz_set(out + i, &value->u.z);
    }
    return true;
}

static void save(cpm_repeat *r)
{
    for (size_t i = 0; i < r->plan->nstate; i++) {
        cpm_val_clear(&r->state[i]);
        cpm_val_copy(&r->state[i], cpm_interp_get(r->interp, r->plan->state[i]));
    }
    r->sums_known = read_sums(r->sums, r);
    r->since = 0;
}

cpm_repeat *cpm_repeat_new(cpm_interp *interp, const cpm_repeat_plan *plan)
{
    cpm_repeat *r = cpm_calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    *r = (cpm_repeat){.interp = interp, .plan = plan, .waiting = plan->stride, .most = 1};
    r->state = cpm_calloc(plan->nstate, sizeof *r->state);
    r->sums = cpm_calloc(plan->nsums, sizeof *r->sums);
    if (r->state == NULL || r->sums == NULL) {
        cpm_repeat_free(r);
        return NULL;
    }
    save(r);
    return r;
}

void cpm_repeat_free(cpm_repeat *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; r->state != NULL && i < r->plan->nstate; i++)
        cpm_val_clear(&r->state[i]);
    for (size_t i = 0; r->sums != NULL && i < r->plan->nsums; i++)
        fmpz_clear(r->sums + i);
    free(r->state);
    free(r->sums);
    free(r);
}

/* Of one kind and one value. That some are never the same costs a chance, no more. */
static bool is_same(const cpm_val *a, const cpm_val *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CPM_VAL_UNBOUND:
    case CPM_VAL_NONE:
        return true;
    case CPM_VAL_BOOL:
    case CPM_VAL_INT:
        return fmpz_equal(&a->u.z, &b->u.z);
    case CPM_VAL_RATIONAL:
        return fmpq_equal(a->u.q->q, b->u.q->q);
    default:
        return false;
    }
}

static bool state_is_back(const cpm_repeat *r)
{
    for (size_t i = 0; i < r->plan->nstate; i++)
        if (!is_same(&r->state[i], cpm_interp_get(r->interp, r->plan->state[i])))
            return false;
    return true;
}

static bool sums_are_known(const cpm_repeat *r)
{
    for (size_t i = 0; i < r->plan->nsums; i++)
        if (cpm_interp_get(r->interp, r->plan->sums[i])->kind != CPM_VAL_INT)
            return false;
    return r->sums_known;
}

bool cpm_repeat_seen(cpm_repeat *r)
{
    if (--r->waiting > 0)
        return false;
    r->waiting = r->plan->stride;
    r->since++;
    if (state_is_back(r) && sums_are_known(r))
        return true;
    if (r->since == r->most) {
        save(r);
        r->most *= 2;
    }
    return false;
}

uint64_t cpm_repeat_period(const cpm_repeat *r)
{
    return r->since * r->plan->stride;
}

void cpm_repeat_skip(cpm_repeat *r, const fmpz_t periods)
{
    fmpz_t sum;
    fmpz_init(sum);
    for (size_t i = 0; i < r->plan->nsums; i++) {
        fmpz_sub(sum, &cpm_interp_get(r->interp, r->plan->sums[i])->u.z, r->sums + i);
        fmpz_mul(sum, sum, periods);
        fmpz_add(sum, sum, &cpm_interp_get(r->interp, r->plan->sums[i])->u.z);
        cpm_val value = {0};
        cpm_val_set_fmpz(&value, sum);
        cpm_interp_set(r->interp, r->plan->sums[i], &value);
    }
    fmpz_clear(sum);
}
