/* SPDX-License-Identifier: MIT
 *
 * method.c - the methods of lists, deques, dictionaries, sets and integers. Those of
 * strings are in method_text.c.
 */
#include "lang/method.h"
#include "eval/interp_impl.h"

#include <string.h>

/* A method at work. */
typedef struct method_call {
    cpm_interp *in;
    cpm_val *out;
    cpm_val *object;
    const cpm_site *site;
    cpm_val *args; /* owned by the caller; may be taken */
    size_t nargs;
} method_call;

typedef bool (*method_fn)(method_call *c);

static bool fail(const method_call *c, const char *message)
{
    cpm_err_set(c->in->err, CPM_ERR_RUNTIME, "%s", message);
    return false;
}

static bool none(method_call *c, bool ok)
{
    if (ok)
        cpm_val_set_none(c->out);
    return ok;
}

/* ---- Lists --------------------------------------------------------------------- */

static cpm_list_object *list_of(const method_call *c)
{
    return c->object->u.list;
}

static bool list_append(method_call *c)
{
    return none(c, cpm_list_push(list_of(c), &c->args[0], c->in->err) == CPM_OK);
}

static bool list_extend(method_call *c)
{
    return none(c, cpm_in_extend(c->in, list_of(c), &c->args[0]));
}

static bool list_pop(method_call *c)
{
    cpm_list_object *list = list_of(c);
    size_t index = list->nitems - 1;
    if (c->nargs > 1)
        return fail(c, "pop of a list takes at most 1 argument");
    if (list->nitems == 0)
        return fail(c, "pop from an empty list");
    if (c->nargs == 1 && !cpm_in_index(c->in, &index, &c->args[0], list->nitems, "list"))
        return false;
    cpm_list_take(c->out, list, index);
    return true;
}

static bool deque_popleft(method_call *c)
{
    if (!list_of(c)->is_deque)
        return fail(c, "a list has no method 'popleft'; a deque has");
    if (list_of(c)->nitems == 0)
        return fail(c, "pop from an empty deque");
    cpm_list_take(c->out, list_of(c), 0);
    return true;
}

static bool deque_appendleft(method_call *c)
{
    if (!list_of(c)->is_deque)
        return fail(c, "a list has no method 'appendleft'; a deque has");
    return none(c, cpm_list_insert(list_of(c), 0, &c->args[0], c->in->err) == CPM_OK);
}

/* Beyond the ends is at the ends. */
static bool list_insert(method_call *c)
{
    cpm_list_object *list = list_of(c);
    const cpm_val *at = &c->args[0];
    if (!cpm_val_is_int(at))
        return fail(c, "insert takes an integer as its first argument");
    slong n = (slong)list->nitems, i;
    i = COEFF_IS_MPZ(at->u.z) ? (fmpz_sgn(&at->u.z) < 0 ? -n : n) : at->u.z;
    i = i < 0 ? i + n : i;
    i = i < 0 ? 0 : i > n ? n : i;
    return none(c, cpm_list_insert(list, (size_t)i, &c->args[1], c->in->err) == CPM_OK);
}

/* The first item that is equal; nitems where there is none. */
static bool find_item(method_call *c, size_t *index)
{
    const cpm_val *items;
    size_t nitems;
    bool same = false;
    for (*index = 0; cpm_val_items(c->object, &items, &nitems) && *index < nitems; ++*index) {
        if (!cpm_arith_equal(&c->in->arith, &same, &items[*index], &c->args[0]))
            return false;
        if (same)
            return true;
    }
    return true;
}

static size_t count_items(const cpm_val *value)
{
    const cpm_val *items;
    size_t nitems = 0;
    cpm_val_items(value, &items, &nitems);
    return nitems;
}

static bool list_remove(method_call *c)
{
    size_t index;
    cpm_val gone;
    if (!find_item(c, &index))
        return false;
    if (index == list_of(c)->nitems)
        return fail(c, "the value to be removed is not in the list");
    cpm_list_take(&gone, list_of(c), index);
    cpm_val_clear(&gone);
    return none(c, true);
}

static bool list_index(method_call *c)
{
    size_t index;
    if (!find_item(c, &index))
        return false;
    if (index == count_items(c->object))
        return fail(c, "the value is not in the list");
    cpm_val_set_si(c->out, (slong)index);
    return true;
}

static bool list_count(method_call *c)
{
    const cpm_val *items;
    size_t nitems, count = 0;
    for (size_t i = 0; cpm_val_items(c->object, &items, &nitems) && i < nitems; i++) {
        bool same;
        if (!cpm_arith_equal(&c->in->arith, &same, &items[i], &c->args[0]))
            return false;
        count += same;
    }
    cpm_val_set_si(c->out, (slong)count);
    return true;
}

static bool list_reverse(method_call *c)
{
    cpm_list_object *list = list_of(c);
    for (size_t i = 0; i < list->nitems / 2; i++) {
        cpm_val swap = list->items[i];
        list->items[i] = list->items[list->nitems - 1 - i];
        list->items[list->nitems - 1 - i] = swap;
    }
    return none(c, true);
}

static bool list_sort(method_call *c)
{
    const cpm_val *key = cpm_in_keyword(c->in, c->site, c->args, c->nargs, "key");
    const cpm_val *reverse = cpm_in_keyword(c->in, c->site, c->args, c->nargs, "reverse");
    return none(c, cpm_in_sort(c->in, list_of(c), key, reverse != NULL && cpm_val_truth(reverse)));
}

static bool list_clear(method_call *c)
{
    cpm_list_clear(list_of(c));
    return none(c, true);
}

static bool list_copy(method_call *c)
{
    if (cpm_list_new(c->out, c->in->heap, list_of(c)->nitems, c->in->err) != CPM_OK)
        return false;
    c->out->u.list->is_deque = list_of(c)->is_deque;
    return cpm_in_extend(c->in, c->out->u.list, c->object);
}

/* ---- Dictionaries ---------------------------------------------------------------- */

static cpm_dict_object *dict_of(const method_call *c)
{
    return c->object->u.dict;
}

static bool find(method_call *c, cpm_entry **entry)
{
    return cpm_dict_find(entry, dict_of(c), &c->args[0], c->in->err) == CPM_OK;
}

/* The second argument, or None. */
static void otherwise(method_call *c)
{
    if (c->nargs > 1)
        cpm_val_copy(c->out, &c->args[1]);
    else
        cpm_val_set_none(c->out);
}

static bool dict_get(method_call *c)
{
    cpm_entry *entry;
    if (!find(c, &entry))
        return false;
    if (entry != NULL)
        cpm_val_copy(c->out, &entry->value);
    else
        otherwise(c);
    return true;
}

static bool dict_setdefault(method_call *c)
{
    cpm_entry *entry;
    cpm_val value = {0};
    if (!find(c, &entry))
        return false;
    if (entry != NULL) {
        cpm_val_copy(c->out, &entry->value);
        return true;
    }
    otherwise(c);
    cpm_val_copy(&value, c->out);
    bool ok = cpm_dict_put(dict_of(c), &c->args[0], &value, c->in->err) == CPM_OK;
    cpm_val_clear(&value);
    return ok;
}

static bool dict_pop(method_call *c)
{
    cpm_entry *entry;
    bool is_set = c->object->kind == CPM_VAL_SET;
    if (is_set && c->nargs == 0) { /* any one */
        size_t index = 0;
        entry = cpm_dict_next(dict_of(c), &index);
        if (entry == NULL)
            return fail(c, "pop from an empty set");
        cpm_val_copy(c->out, &entry->key);
        cpm_dict_remove(dict_of(c), entry);
        return true;
    }
    if (is_set || c->nargs == 0)
        return fail(c, is_set ? "pop of a set takes no argument" : "pop of a dict takes a key");
    if (!find(c, &entry))
        return false;
    if (entry == NULL && c->nargs < 2)
        return fail(c, "the key to be popped is not in the dict");
    if (entry == NULL) {
        otherwise(c);
        return true;
    }
    cpm_val_copy(c->out, &entry->value);
    cpm_dict_remove(dict_of(c), entry);
    return true;
}

static bool dict_clear(method_call *c)
{
    cpm_dict_clear(dict_of(c));
    return none(c, true);
}

static bool new_view(method_call *c, cpm_iter_kind kind)
{
    if (c->object->kind != CPM_VAL_DICT)
        return fail(c, "a set has no such method");
    if (cpm_iter_new(c->out, kind, 1, c->in->err) != CPM_OK)
        return false;
    cpm_val_copy(&c->out->u.iter->sources[0], c->object);
    c->out->u.iter->changes = dict_of(c)->changes;
    return true;
}

static bool dict_keys(method_call *c)
{
    return new_view(c, CPM_ITER_KEYS);
}

static bool dict_values(method_call *c)
{
    return new_view(c, CPM_ITER_VALUES);
}

static bool dict_items(method_call *c)
{
    return new_view(c, CPM_ITER_PAIRS);
}

/* Entries of another dictionary; their number is added for a Counter. */
static bool update_by_dict(method_call *c, const cpm_dict_object *from)
{
    size_t index = 0;
    const cpm_entry *entry;
    while ((entry = cpm_dict_next(from, &index)) != NULL) {
        cpm_val value = {0};
        cpm_val_copy(&value, &entry->value);
        bool ok = cpm_dict_put(dict_of(c), &entry->key, &value, c->in->err) == CPM_OK;
        cpm_val_clear(&value);
        if (!ok)
            return false;
    }
    return true;
}

static bool dict_update(method_call *c)
{
    const cpm_val *items, *from = &c->args[0];
    size_t nitems;
    cpm_val hold = {0};
    if (c->object->kind == CPM_VAL_DICT) {
        if (from->kind != CPM_VAL_DICT || dict_of(c)->is_counter)
            return fail(c, "update takes a dict here");
        return none(c, update_by_dict(c, from->u.dict));
    }
    bool ok = cpm_in_view(c->in, &hold, &items, &nitems, from);
    for (size_t i = 0; ok && i < nitems; i++) {
        cpm_entry *entry;
        ok = cpm_dict_entry(&entry, dict_of(c), &items[i], c->in->err) == CPM_OK;
    }
    cpm_val_clear(&hold);
    return none(c, ok);
}

static bool dict_copy(method_call *c)
{
    cpm_dict_object *from = dict_of(c);
    if (cpm_dict_new(c->out, c->in->heap, c->object->kind, c->in->err) != CPM_OK)
        return false;
    method_call copy = *c;
    copy.object = c->out;
    cpm_val_copy(&c->out->u.dict->missing, &from->missing);
    c->out->u.dict->is_counter = from->is_counter;
    return update_by_dict(&copy, from);
}

/* ---- Sets --------------------------------------------------------------------------- */

static bool set_add(method_call *c)
{
    cpm_entry *entry;
    if (c->object->kind != CPM_VAL_SET)
        return fail(c, "a dict has no method 'add'");
    return none(c, cpm_dict_entry(&entry, dict_of(c), &c->args[0], c->in->err) == CPM_OK);
}

static bool remove_key(method_call *c, bool must)
{
    cpm_entry *entry;
    if (c->object->kind != CPM_VAL_SET)
        return fail(c, "a dict has no such method; see 'pop' and 'del'");
    if (!find(c, &entry))
        return false;
    if (entry == NULL && must)
        return fail(c, "the value to be removed is not in the set");
    if (entry != NULL)
        cpm_dict_remove(dict_of(c), entry);
    return none(c, true);
}

static bool set_remove(method_call *c)
{
    return remove_key(c, true);
}

static bool set_discard(method_call *c)
{
    return remove_key(c, false);
}

/* The argument, anything that can be run over, as a set. */
static bool as_set(method_call *c, cpm_val *set)
{
    method_call add = *c;
    cpm_val ignored = {0};
    if (c->args[0].kind == CPM_VAL_SET) {
        cpm_val_copy(set, &c->args[0]);
        return true;
    }
    add.object = set;
    add.out = &ignored;
    return cpm_dict_new(set, c->in->heap, CPM_VAL_SET, c->in->err) == CPM_OK && dict_update(&add);
}

static bool combine(method_call *c, cpm_op op)
{
    cpm_val other = {0};
    if (c->object->kind != CPM_VAL_SET)
        return fail(c, "a dict has no such method");
    bool ok = as_set(c, &other) && cpm_arith_binary(&c->in->arith, c->out, op, c->object, &other);
    cpm_val_clear(&other);
    return ok;
}

static bool set_union(method_call *c)
{
    return combine(c, CPM_OP_OR);
}

static bool set_intersection(method_call *c)
{
    return combine(c, CPM_OP_AND);
}

static bool set_difference(method_call *c)
{
    return combine(c, CPM_OP_SUB);
}

static bool set_issubset(method_call *c)
{
    cpm_val other = {0};
    bool holds = false;
    bool ok = c->object->kind == CPM_VAL_SET && as_set(c, &other) &&
              cpm_arith_compare(&c->in->arith, &holds, CPM_OP_LE, c->object, &other);
    cpm_val_clear(&other);
    if (ok)
        cpm_val_set_bool(c->out, holds);
    return ok || fail(c, "a dict has no method 'issubset'");
}

/* ---- Integers -------------------------------------------------------------------------- */

static bool int_bit_length(method_call *c)
{
    cpm_val_set_si(c->out, (slong)fmpz_bits(&c->object->u.z));
    return true;
}

static bool int_bit_count(method_call *c)
{
    fmpz_t magnitude;
    fmpz_init(magnitude);
    fmpz_abs(magnitude, &c->object->u.z);
    cpm_val_set_si(c->out, (slong)fmpz_popcnt(magnitude));
    fmpz_clear(magnitude);
    return true;
}

/* ---- Tables ------------------------------------------------------------------------------ */

static method_fn list_method(int id)
{
    static const method_fn methods[CPM_METHOD_NONE] = {
        [CPM_METHOD_APPEND] = list_append, [CPM_METHOD_APPENDLEFT] = deque_appendleft,
        [CPM_METHOD_CLEAR] = list_clear,   [CPM_METHOD_COPY] = list_copy,
        [CPM_METHOD_COUNT] = list_count,   [CPM_METHOD_EXTEND] = list_extend,
        [CPM_METHOD_INDEX] = list_index,   [CPM_METHOD_INSERT] = list_insert,
        [CPM_METHOD_POP] = list_pop,       [CPM_METHOD_POPLEFT] = deque_popleft,
        [CPM_METHOD_REMOVE] = list_remove, [CPM_METHOD_REVERSE] = list_reverse,
        [CPM_METHOD_SORT] = list_sort,
    };
    return methods[id];
}

static method_fn dict_method(int id)
{
    static const method_fn methods[CPM_METHOD_NONE] = {
        [CPM_METHOD_ADD] = set_add,
        [CPM_METHOD_CLEAR] = dict_clear,
        [CPM_METHOD_COPY] = dict_copy,
        [CPM_METHOD_DIFFERENCE] = set_difference,
        [CPM_METHOD_DISCARD] = set_discard,
        [CPM_METHOD_GET] = dict_get,
        [CPM_METHOD_INTERSECTION] = set_intersection,
        [CPM_METHOD_ISSUBSET] = set_issubset,
        [CPM_METHOD_ITEMS] = dict_items,
        [CPM_METHOD_KEYS] = dict_keys,
        [CPM_METHOD_POP] = dict_pop,
        [CPM_METHOD_REMOVE] = set_remove,
        [CPM_METHOD_SETDEFAULT] = dict_setdefault,
        [CPM_METHOD_UNION] = set_union,
        [CPM_METHOD_UPDATE] = dict_update,
        [CPM_METHOD_VALUES] = dict_values,
    };
    return methods[id];
}

static method_fn find_method(const cpm_val *object, int id)
{
    switch (object->kind) {
    case CPM_VAL_LIST:
        return list_method(id);
    case CPM_VAL_TUPLE:
        return id == CPM_METHOD_INDEX || id == CPM_METHOD_COUNT ? list_method(id) : NULL;
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
        return dict_method(id);
    case CPM_VAL_INT:
    case CPM_VAL_BOOL:
        return id == CPM_METHOD_BIT_LENGTH  ? int_bit_length
               : id == CPM_METHOD_BIT_COUNT ? int_bit_count
                                            : NULL;
    default:
        return NULL;
    }
}

bool cpm_in_method(cpm_interp *in, cpm_val *out, int id, cpm_val *object, const cpm_site *site,
                   cpm_val *args, size_t nargs)
{
    if (cpm_val_settle(object, in->err) != CPM_OK)
        return false;
    if (object->kind == CPM_VAL_STRING)
        return cpm_in_text_method(in, out, id, object, args, nargs);
    method_fn fn = find_method(object, id);
    method_call call = {in, out, object, site, args, nargs};
    if (fn != NULL)
        return fn(&call);
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "a value of type %s has no method '%s'",
                cpm_val_type(object), cpm_method_name((cpm_method_id)id));
    return false;
}
