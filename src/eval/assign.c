/* SPDX-License-Identifier: MIT
 *
 * assign.c - assignments. Augmented ones compute in place; a parallel assignment of
 * names moves values instead of copying them where the old value is overwritten
 * anyway, so that the Fibonacci loop copies nothing.
 */
#include "eval/interp_impl.h"
#include "lang/visit.h"

/* ---- Targets ------------------------------------------------------------- */

/* The values of the bounds of a slice; None where one is left out. */
static bool eval_bounds(cpm_interp *in, cpm_val bounds[3], const cpm_expr *slice)
{
    for (size_t i = 0; i < 3; i++) {
        if (slice->u.slice.bounds[i] == NULL)
            cpm_val_set_none(&bounds[i]);
        else if (!cpm_in_eval(in, &bounds[i], slice->u.slice.bounds[i]))
            return false;
    }
    return true;
}

/* object[start:stop:step] = *value, or `del` of it where value is NULL. */
static bool change_slice(cpm_interp *in, const cpm_expr *target, const cpm_val *value)
{
    cpm_val object = {0}, bounds[3] = {{0}};
    bool ok = cpm_in_eval(in, &object, target->u.slice.object) && eval_bounds(in, bounds, target) &&
              (cpm_in_set_slice(in, &object, bounds, value) || cpm_in_locate(in, target->span));
    for (size_t i = 0; i < 3; i++)
        cpm_val_clear(&bounds[i]);
    cpm_val_clear(&object);
    return ok;
}

/* object[at] = *value */
static bool assign_item(cpm_interp *in, const cpm_expr *target, cpm_val *value)
{
    cpm_val held = {0}, tmp = {0};
    const cpm_val *object = &held, *at;
    if (target->u.index.is_calm)
        object = cpm_in_operand(in, target->u.index.object, &held);
    else if (!cpm_in_eval(in, &held, target->u.index.object))
        object = NULL;
    at = object == NULL ? NULL : cpm_in_operand(in, target->u.index.at, &tmp);
    bool ok = at != NULL;
    if (ok && object->kind == CPM_VAL_LIST && cpm_is_small(at) &&
        (ulong)at->u.z < object->u.list->nitems)
        cpm_val_move(&object->u.list->items[at->u.z], value);
    else if (ok)
        ok = cpm_in_set_item(in, object, at, value) || cpm_in_locate(in, target->span);
    cpm_val_clear(&tmp);
    cpm_val_clear(&held);
    return ok;
}

static size_t count_targets(const cpm_expr *target, size_t *star)
{
    size_t n = 0;
    const cpm_expr *item;
    for (*star = SIZE_MAX; (item = cpm_target_item(target, n)) != NULL; n++)
        if (item->kind == CPM_EXPR_STAR)
            *star = n;
    return n;
}

static bool wrong_count(cpm_interp *in, const cpm_expr *target, size_t nvalues, size_t ntargets,
                        bool has_star)
{
    return cpm_in_fail(in, CPM_ERR_RUNTIME, target->span,
                       "%zu values cannot be unpacked into %s%zu names", nvalues,
                       has_star ? "at least " : "", ntargets - has_star);
}

/* The starred target takes, as a list, what the others leave. */
static bool assign_rest(cpm_interp *in, const cpm_expr *star, const cpm_val *items, size_t nitems)
{
    cpm_val list = {0};
    bool ok = (cpm_list_new(&list, in->heap, nitems, in->err) == CPM_OK &&
               cpm_list_splice(list.u.list, 0, 0, items, nitems, in->err) == CPM_OK) ||
              cpm_in_locate(in, star->span);
    ok = ok && cpm_in_assign(in, star->u.unary.operand, &list);
    cpm_val_clear(&list);
    return ok;
}

static bool unpack(cpm_interp *in, const cpm_expr *target, const cpm_val *items, size_t nitems)
{
    size_t star, ntargets = count_targets(target, &star), at = 0;
    bool has_star = star != SIZE_MAX;
    if (has_star ? nitems < ntargets - 1 : nitems != ntargets)
        return wrong_count(in, target, nitems, ntargets, has_star);
    for (size_t i = 0; i < ntargets; i++) {
        const cpm_expr *part = cpm_target_item(target, i);
        if (i == star) {
            size_t nrest = nitems - (ntargets - 1);
            if (!assign_rest(in, part, at == 0 ? items : items + at, nrest))
                return false;
            at += nrest;
            continue;
        }
        cpm_val item = {0};
        cpm_val_copy(&item, &items[at++]);
        bool ok = cpm_in_assign(in, part, &item);
        cpm_val_clear(&item);
        if (!ok)
            return false;
    }
    return true;
}

/* A range that is too long is not made a list before that is said. */
static bool check_range(cpm_interp *in, const cpm_expr *target, const cpm_val *value)
{
    size_t star, ntargets = count_targets(target, &star);
    if (value->kind != CPM_VAL_RANGE || star != SIZE_MAX ||
        fmpz_equal_ui(value->u.range->range.count, ntargets))
        return true;
    return cpm_in_fail(in, CPM_ERR_RUNTIME, target->span,
                       "a range of %s than %zu values cannot be unpacked into %zu names",
                       fmpz_cmp_ui(value->u.range->range.count, ntargets) < 0 ? "less" : "more",
                       ntargets, ntargets);
}

static bool can_be_unpacked(const cpm_val *value)
{
    return value->kind == CPM_VAL_TUPLE || value->kind == CPM_VAL_RANGE ||
           value->kind == CPM_VAL_STRING || value->kind >= CPM_VAL_LIST;
}

bool cpm_in_assign(cpm_interp *in, const cpm_expr *target, cpm_val *value)
{
    if (target->kind == CPM_EXPR_NAME) {
        cpm_val_move(cpm_in_slot(in, target->u.name.slot), value);
        return true;
    }
    if (target->kind == CPM_EXPR_INDEX)
        return assign_item(in, target, value);
    if (target->kind == CPM_EXPR_SLICE)
        return change_slice(in, target, value);
    if (!cpm_in_guard(in, target->span))
        return false;
    if (!can_be_unpacked(value)) {
        size_t star;
        return cpm_in_fail(in, CPM_ERR_RUNTIME, target->span,
                           "a value of type %s cannot be unpacked into %zu names",
                           cpm_val_type(value), count_targets(target, &star));
    }
    if (!check_range(in, target, value))
        return false;
    cpm_val hold = {0}, copy = {0};
    const cpm_val *items;
    size_t nitems;
    bool ok = cpm_in_view(in, &hold, &items, &nitems, value) || cpm_in_locate(in, target->span);
    if (ok && value->kind == CPM_VAL_LIST) { /* a target may change it */
        ok = cpm_val_new_tuple(&copy, nitems, in->err) == CPM_OK;
        for (size_t i = 0; ok && i < nitems; i++)
            cpm_val_copy(&copy.u.tuple->items[i], &items[i]);
        items = ok ? copy.u.tuple->items : NULL;
    }
    ok = ok && unpack(in, target, items, nitems);
    cpm_val_clear(&copy);
    cpm_val_clear(&hold);
    return ok;
}

/* ---- Assignments --------------------------------------------------------- */

static bool can_move(const cpm_expr *item)
{
    return item->kind == CPM_EXPR_NAME && (item->u.name.slot & CPM_SLOT_MOVE);
}

/* All right sides first; values that may move are only looked at, and move
 * when everything that reads them is computed. */
static bool assign_parallel(cpm_interp *in, const cpm_expr *target, const cpm_expr *value)
{
    cpm_val values[CPM_MAX_PARALLEL];
    size_t n = value->u.tuple.nitems, done = 0;
    bool ok = true;
    for (; ok && done < n; done++) {
        const cpm_expr *item = value->u.tuple.items[done];
        values[done] = (cpm_val){0};
        if (!can_move(item))
            ok = cpm_in_eval(in, &values[done], item);
        else if (cpm_in_slot(in, item->u.name.slot)->kind == CPM_VAL_UNBOUND)
            ok = cpm_in_unbound(in, item->u.name.sym, item->u.name.slot, item->span);
    }
    for (size_t i = 0; i < n && ok; i++) {
        const cpm_expr *item = value->u.tuple.items[i];
        if (can_move(item))
            cpm_val_move(&values[i], cpm_in_slot(in, item->u.name.slot));
    }
    for (size_t i = 0; i < n && ok; i++)
        cpm_val_move(cpm_in_slot(in, target->u.tuple.items[i]->u.name.slot), &values[i]);
    for (size_t i = 0; i < done && !ok; i++)
        cpm_val_clear(&values[i]);
    return ok;
}

/* a[i], a[j] = a[j], a[i]: all right sides first, then the targets from the left. */
static bool assign_pairwise(cpm_interp *in, const cpm_expr *target, const cpm_expr *value)
{
    cpm_val values[CPM_MAX_PARALLEL];
    size_t n = value->u.tuple.nitems, done = 0;
    bool ok = true;
    for (; ok && done < n; done++) {
        values[done] = (cpm_val){0};
        ok = cpm_in_eval(in, &values[done], value->u.tuple.items[done]);
    }
    for (size_t i = 0; i < n && ok; i++)
        ok = cpm_in_assign(in, target->u.tuple.items[i], &values[i]);
    for (size_t i = 0; i < done; i++)
        cpm_val_clear(&values[i]);
    return ok;
}

bool cpm_in_exec_assign(cpm_interp *in, const cpm_stmt *stmt)
{
    const cpm_expr *first = stmt->u.assign.targets[0];
    if (stmt->u.assign.is_parallel)
        return assign_parallel(in, stmt->u.assign.targets[0], stmt->u.assign.value);
    if (stmt->u.assign.is_pairwise)
        return assign_pairwise(in, first, stmt->u.assign.value);
    cpm_val value = {0};
    bool ok = cpm_in_eval(in, &value, stmt->u.assign.value);
    size_t ntargets = stmt->u.assign.ntargets;
    for (size_t i = 0; ok && i + 1 < ntargets; i++) { /* leftmost first, as in Python */
        cpm_val copy = {0};
        cpm_val_copy(&copy, &value);
        ok = cpm_in_assign(in, stmt->u.assign.targets[i], &copy);
        cpm_val_clear(&copy);
    }
    ok = ok && cpm_in_assign(in, stmt->u.assign.targets[ntargets - 1], &value);
    cpm_val_clear(&value);
    return ok;
}

/* ---- Augmented assignments ------------------------------------------------- */

/* Lists change as they are, also for others who have them. */
bool cpm_in_update(cpm_interp *in, cpm_val *x, const cpm_stmt *stmt, const cpm_val *y)
{
    cpm_op op = stmt->u.augment.op;
    if (x->kind == CPM_VAL_LIST && op == CPM_OP_ADD)
        return cpm_in_extend(in, x->u.list, y) || cpm_in_locate(in, stmt->span);
    if (x->kind == CPM_VAL_LIST && op == CPM_OP_MUL && cpm_val_is_int(y)) {
        cpm_val made = {0};
        bool ok = cpm_in_apply_any(in, &made, op, x, y, stmt->u.augment.target->span,
                                   stmt->u.augment.value->span) &&
                  (cpm_list_splice(x->u.list, 0, x->u.list->nitems, made.u.list->items,
                                   made.u.list->nitems, in->err) == CPM_OK ||
                   cpm_in_locate(in, stmt->span));
        cpm_val_clear(&made);
        return ok;
    }
    return cpm_in_apply_any(in, x, op, x, y, stmt->u.augment.target->span,
                            stmt->u.augment.value->span);
}

static inline bool apply_update(cpm_interp *in, cpm_val *x, const cpm_stmt *stmt, const cpm_val *y)
{
    return (cpm_is_small(x) && cpm_is_small(y) &&
            cpm_apply_small(x, stmt->u.augment.op, x->u.z, y->u.z)) ||
           cpm_in_update(in, x, stmt, y);
}

/* name op= value, where a call in `value` may change the name meanwhile. */
bool cpm_in_augment_copy(cpm_interp *in, const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.augment.target, *right = stmt->u.augment.value;
    cpm_val x = {0}, tmp = {0};
    cpm_val_copy(&x, cpm_in_slot(in, target->u.name.slot));
    const cpm_val *y = cpm_in_operand(in, right, &tmp);
    bool ok = y != NULL && apply_update(in, &x, stmt, y);
    if (ok)
        cpm_val_move(cpm_in_slot(in, target->u.name.slot), &x);
    cpm_val_clear(&x);
    cpm_val_clear(&tmp);
    return ok;
}

/* object[at] op= value: where nothing else runs meanwhile, in its place. */
static bool augment_in_place(cpm_interp *in, const cpm_stmt *stmt, bool *done)
{
    const cpm_expr *target = stmt->u.augment.target;
    cpm_val held = {0}, tmp = {0}, right = {0};
    const cpm_val *object = cpm_in_operand(in, target->u.index.object, &held);
    const cpm_val *at = object == NULL ? NULL : cpm_in_operand(in, target->u.index.at, &tmp);
    bool ok = at != NULL;
    *done = false;
    if (ok && object->kind == CPM_VAL_LIST && cpm_is_small(at)) {
        const cpm_list_object *list = object->u.list;
        slong index = at->u.z < 0 ? at->u.z + (slong)list->nitems : at->u.z;
        if (index >= 0 && (size_t)index < list->nitems) {
            const cpm_val *y = cpm_in_operand(in, stmt->u.augment.value, &right);
            ok = y != NULL && apply_update(in, &list->items[index], stmt, y);
            *done = true;
        }
    }
    cpm_val_clear(&right);
    cpm_val_clear(&tmp);
    cpm_val_clear(&held);
    return ok;
}

bool cpm_in_exec_augment_item(cpm_interp *in, const cpm_stmt *stmt)
{
    const cpm_expr *target = stmt->u.augment.target;
    bool done = false;
    if (stmt->u.augment.is_calm && !augment_in_place(in, stmt, &done))
        return false;
    if (done)
        return true;
    cpm_val object = {0}, at = {0}, item = {0}, tmp = {0};
    bool ok = cpm_in_eval(in, &object, target->u.index.object) &&
              cpm_in_eval(in, &at, target->u.index.at) &&
              (cpm_in_get_item(in, &item, &object, &at) || cpm_in_locate(in, target->span));
    const cpm_val *y = ok ? cpm_in_operand(in, stmt->u.augment.value, &tmp) : NULL;
    ok = y != NULL && apply_update(in, &item, stmt, y) &&
         (cpm_in_set_item(in, &object, &at, &item) || cpm_in_locate(in, target->span));
    cpm_val_clear(&tmp);
    cpm_val_clear(&item);
    cpm_val_clear(&at);
    cpm_val_clear(&object);
    return ok;
}

/* ---- del -------------------------------------------------------------------- */

static bool delete_target(cpm_interp *in, const cpm_expr *target)
{
    if (target->kind == CPM_EXPR_SLICE)
        return change_slice(in, target, NULL);
    if (target->kind == CPM_EXPR_NAME) {
        cpm_val *value = cpm_in_slot(in, target->u.name.slot);
        if (value->kind == CPM_VAL_UNBOUND)
            return cpm_in_unbound(in, target->u.name.sym, target->u.name.slot, target->span);
        cpm_val_clear(value);
        return true;
    }
    if (target->kind != CPM_EXPR_INDEX) {
        const cpm_expr *item;
        for (size_t i = 0; (item = cpm_target_item(target, i)) != NULL; i++)
            if (!delete_target(in, item))
                return false;
        return true;
    }
    cpm_val object = {0}, at = {0};
    bool ok = cpm_in_eval(in, &object, target->u.index.object) &&
              cpm_in_eval(in, &at, target->u.index.at) &&
              (cpm_in_del_item(in, &object, &at) || cpm_in_locate(in, target->span));
    cpm_val_clear(&at);
    cpm_val_clear(&object);
    return ok;
}

bool cpm_in_exec_del(cpm_interp *in, const cpm_stmt *stmt)
{
    for (size_t i = 0; i < stmt->u.del.ntargets; i++)
        if (!delete_target(in, stmt->u.del.targets[i]))
            return false;
    return true;
}
