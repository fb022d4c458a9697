/* SPDX-License-Identifier: MIT
 *
 * quick_stmt.c - the quick statements: assignments to names and to items of lists, also
 * augmented and parallel ones, and append. A value is computed and its target found
 * before anything is changed; none of the two has an effect, so their order does not
 * matter.
 */
#include "eval/interp_impl.h"
#include "eval/quick.h"

/* What stood there goes last, when nothing is half done. */
static CPM_NOINLINE void replace(cpm_val *to, cpm_val value)
{
    cpm_val old = *to;
    *to = value;
    cpm_val_clear(&old);
}

static inline void store_word(cpm_val *to, slong word)
{
    if (cpm_val_is_heap(to)) {
        replace(to, (cpm_val){CPM_VAL_INT, {.z = word}});
        return;
    }
    to->kind = CPM_VAL_INT;
    to->u.z = word;
}

static inline void store_copy(cpm_val *to, const cpm_val *value)
{
    if (cpm_val_is_heap(to) || cpm_val_is_heap(value)) {
        cpm_val copy = {0};
        cpm_val_copy(&copy, value);
        replace(to, copy);
        return;
    }
    to->kind = value->kind;
    to->u.z = value->u.z;
}

/* An item of a list, which may be set: places are read-only for all others. */
static inline cpm_val *target_of(cpm_interp *in, const cpm_quick *target)
{
    return (cpm_val *)target->place(in, target);
}

/* ---- Assignments ------------------------------------------------------------- */

static bool name_word(cpm_interp *in, const cpm_quick_stmt *s)
{
    slong word = s->value->word(in, s->value);
    if (word == CPM_NO_WORD)
        return false;
    store_word(cpm_in_slot(in, s->slot), word);
    return true;
}

static bool name_place(cpm_interp *in, const cpm_quick_stmt *s)
{
    const cpm_val *value = s->value->place(in, s->value);
    if (value == NULL)
        return false;
    store_copy(cpm_in_slot(in, s->slot), value);
    return true;
}

static bool name_test(cpm_interp *in, const cpm_quick_stmt *s)
{
    int truth = s->value->test(in, s->value);
    if (truth < 0)
        return false;
    store_copy(cpm_in_slot(in, s->slot), &(cpm_val){CPM_VAL_BOOL, {.z = truth}});
    return true;
}

static bool item_word(cpm_interp *in, const cpm_quick_stmt *s)
{
    slong word = s->value->word(in, s->value);
    cpm_val *target = word == CPM_NO_WORD ? NULL : target_of(in, s->target);
    if (target == NULL)
        return false;
    store_word(target, word);
    return true;
}

static bool item_place(cpm_interp *in, const cpm_quick_stmt *s)
{
    const cpm_val *value = s->value->place(in, s->value);
    cpm_val *target = value == NULL ? NULL : target_of(in, s->target);
    if (target == NULL)
        return false;
    store_copy(target, value);
    return true;
}

static bool item_test(cpm_interp *in, const cpm_quick_stmt *s)
{
    int truth = s->value->test(in, s->value);
    cpm_val *target = truth < 0 ? NULL : target_of(in, s->target);
    if (target == NULL)
        return false;
    store_copy(target, &(cpm_val){CPM_VAL_BOOL, {.z = truth}});
    return true;
}

void cpm_quick_set_assign(cpm_quick_stmt *s, uint32_t slot, cpm_quick *target, cpm_quick *value)
{
    bool is_item = target != NULL;
    s->slot = slot;
    s->target = target;
    s->value = value;
    if (value->place != NULL)
        s->run = is_item ? item_place : name_place;
    else if (value->word != NULL)
        s->run = is_item ? item_word : name_word;
    else
        s->run = is_item ? item_test : name_test;
}

/* ---- Augmented ones: of a name they are assignments ---------------------------- */

static bool update_item(cpm_interp *in, const cpm_quick_stmt *s)
{
    slong word = s->value->word(in, s->value);
    cpm_val *target = word == CPM_NO_WORD ? NULL : target_of(in, s->target);
    return target != NULL && cpm_is_small(target) &&
           cpm_apply_small(target, s->op, target->u.z, word);
}

static bool add_to_item(cpm_interp *in, const cpm_quick_stmt *s)
{
    slong word = s->value->word(in, s->value);
    cpm_val *target = word == CPM_NO_WORD ? NULL : target_of(in, s->target);
    return target != NULL && cpm_is_small(target) && cpm_store_small(target, target->u.z + word);
}

bool cpm_quick_set_update(cpm_quick_stmt *s, cpm_quick *target, cpm_op op, cpm_quick *value)
{
    s->target = target;
    s->value = value;
    s->op = op;
    s->run = op == CPM_OP_ADD ? add_to_item : update_item;
    return value->word != NULL;
}

/* ---- Several at once ------------------------------------------------------------ */

static bool run_pairs(cpm_interp *in, const cpm_quick_stmt *s)
{
    slong words[CPM_QUICK_MAX_PAIRS];
    cpm_val *targets[CPM_QUICK_MAX_PAIRS];
    for (size_t i = 0; i < s->npairs; i++) {
        const cpm_quick_pair *pair = &s->pairs[i];
        words[i] = pair->value->word(in, pair->value);
        if (words[i] == CPM_NO_WORD)
            return false;
    }
    for (size_t i = 0; i < s->npairs; i++) {
        const cpm_quick_pair *pair = &s->pairs[i];
        targets[i] =
            pair->target == NULL ? cpm_in_slot(in, pair->slot) : target_of(in, pair->target);
        if (targets[i] == NULL || cpm_val_is_heap(targets[i]))
            return false; /* what is longer ends as the general way says */
    }
    for (size_t i = 0; i < s->npairs; i++)
        *targets[i] = (cpm_val){CPM_VAL_INT, {.z = words[i]}};
    return true;
}

void cpm_quick_set_pairs(cpm_quick_stmt *s, const cpm_quick_pair *pairs, size_t npairs)
{
    s->pairs = pairs;
    s->npairs = npairs;
    s->run = run_pairs;
}

/* ---- list.append(x), where there is room ------------------------------------------ */

static bool append(cpm_interp *in, const cpm_quick_stmt *s)
{
    const cpm_val *object = s->target->place(in, s->target);
    if (object == NULL || object->kind != CPM_VAL_LIST)
        return false;
    cpm_list_object *list = object->u.list;
    if (list->cap - (size_t)(list->items - list->block) <= list->nitems)
        return false;
    cpm_val tmp = {0}, *to = &list->items[list->nitems];
    if (s->value->place != NULL) {
        const cpm_val *value = s->value->place(in, s->value);
        if (value == NULL)
            return false;
        cpm_val_copy(&tmp, value);
    } else {
        slong word = s->value->word(in, s->value);
        if (word == CPM_NO_WORD)
            return false;
        tmp = (cpm_val){CPM_VAL_INT, {.z = word}};
    }
    *to = tmp;
    list->nitems++;
    return true;
}

bool cpm_quick_set_append(cpm_quick_stmt *s, cpm_quick *object, cpm_quick *value)
{
    s->target = object;
    s->value = value;
    s->run = append;
    return object->place != NULL && (value->place != NULL || value->word != NULL);
}
