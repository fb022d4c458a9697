/* SPDX-License-Identifier: MIT
 *
 * iter.c - what gives values one after another: the iterators of Python, as lazy as
 * they are there, so that what is read of one by two readers is shared as it is there.
 */
#include "eval/interp_impl.h"

#include <string.h>

/* ---- Beginning ------------------------------------------------------------------ */

static bool is_view(const cpm_val *value)
{
    return value->kind == CPM_VAL_LIST || value->kind == CPM_VAL_TUPLE;
}

/* Which iterator runs over the value; false where there is none. */
static bool kind_for(const cpm_val *value, cpm_iter_kind *kind)
{
    switch (value->kind) {
    case CPM_VAL_LIST:
    case CPM_VAL_TUPLE:
        *kind = CPM_ITER_ITEMS;
        return true;
    case CPM_VAL_RANGE:
        *kind = CPM_ITER_RANGE;
        return true;
    case CPM_VAL_STRING:
        *kind = CPM_ITER_STRING;
        return true;
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
        *kind = CPM_ITER_KEYS;
        return true;
    default:
        return false;
    }
}

bool cpm_in_iter(cpm_interp *in, cpm_val *out, const cpm_val *iterable)
{
    cpm_iter_kind kind;
    if (iterable->kind == CPM_VAL_ITER) {
        cpm_val_copy(out, iterable);
        return true;
    }
    if (!kind_for(iterable, &kind)) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "a value of type %s has no items to run over",
                    cpm_val_type(iterable));
        return false;
    }
    if (cpm_iter_new(out, kind, 1, in->err) != CPM_OK)
        return false;
    cpm_iter_object *iter = out->u.iter;
    cpm_val_copy(&iter->sources[0], iterable);
    if (kind == CPM_ITER_KEYS)
        iter->changes = iterable->u.dict->changes;
    return true;
}

/* ---- Next ------------------------------------------------------------------------ */

static void next_item(cpm_iter_object *iter, cpm_val *out, bool *more)
{
    const cpm_val *items = NULL;
    size_t nitems = 0;
    cpm_val_items(&iter->sources[0], &items, &nitems);
    *more = iter->index < nitems;
    if (*more)
        cpm_val_copy(out, &items[iter->index++]);
}

/* index: how many are left, which was counted when this began. */
static void next_reversed(cpm_iter_object *iter, cpm_val *out, bool *more)
{
    const cpm_val *items = NULL;
    size_t nitems = 0;
    cpm_val_items(&iter->sources[0], &items, &nitems);
    *more = iter->index > 0 && iter->index <= nitems;
    if (*more)
        cpm_val_copy(out, &items[--iter->index]);
}

static void next_of_range(cpm_iter_object *iter, cpm_val *out, bool *more)
{
    const cpm_range *range = &iter->sources[0].u.range->range;
    *more = fmpz_cmp(iter->at, range->count) < 0;
    if (!*more)
        return;
    out->kind = CPM_VAL_INT;
    cpm_range_at(&out->u.z, range, iter->at);
    fmpz_add_ui(iter->at, iter->at, 1);
}

static bool next_char(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more)
{
    const cpm_string_object *s = iter->sources[0].u.string;
    size_t begin = iter->index, end = begin + 1;
    *more = begin < s->len;
    if (!*more)
        return true;
    while (end < s->len && ((unsigned char)s->bytes[end] & 0xc0) == 0x80)
        end++;
    iter->index = end;
    return cpm_val_copy_string(out, s->bytes + begin, end - begin, in->err) == CPM_OK;
}

static bool new_pair(cpm_interp *in, cpm_val *out, const cpm_val *first, const cpm_val *second)
{
    if (cpm_val_new_tuple(out, 2, in->err) != CPM_OK)
        return false;
    cpm_val_copy(&out->u.tuple->items[0], first);
    cpm_val_copy(&out->u.tuple->items[1], second);
    return cpm_val_seal_tuple(out, in->err) == CPM_OK;
}

static bool next_entry(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more)
{
    const cpm_dict_object *dict = iter->sources[0].u.dict;
    if (dict->changes != iter->changes) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "the %s changed while a loop ran over it",
                    cpm_val_type(&iter->sources[0]));
        return false;
    }
    const cpm_entry *entry = cpm_dict_next(dict, &iter->index);
    *more = entry != NULL;
    if (!*more)
        return true;
    if (iter->kind == CPM_ITER_PAIRS)
        return new_pair(in, out, &entry->key, &entry->value);
    cpm_val_copy(out, iter->kind == CPM_ITER_VALUES ? &entry->value : &entry->key);
    return true;
}

static bool next_of_source(cpm_interp *in, cpm_iter_object *iter, size_t i, cpm_val *out,
                           bool *more)
{
    return cpm_in_next(in, iter->sources[i].u.iter, out, more);
}

/* One value of each source from number `from` on, as a tuple. */
static bool next_tuple(cpm_interp *in, cpm_iter_object *iter, size_t from, cpm_val *out, bool *more)
{
    *more = iter->nsources > from;
    if (!*more)
        return true;
    if (cpm_val_new_tuple(out, iter->nsources - from, in->err) != CPM_OK)
        return false;
    for (size_t i = from; *more && i < iter->nsources; i++)
        if (!next_of_source(in, iter, i, &out->u.tuple->items[i - from], more))
            return false;
    if (*more)
        return cpm_val_seal_tuple(out, in->err) == CPM_OK;
    cpm_val_clear(out);
    return true;
}

static bool next_numbered(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more)
{
    cpm_val item = {0}, number = {.kind = CPM_VAL_INT};
    bool ok = next_of_source(in, iter, 0, &item, more);
    if (ok && *more) {
        fmpz_set(&number.u.z, iter->at);
        fmpz_add_ui(iter->at, iter->at, 1);
        ok = new_pair(in, out, &number, &item);
    }
    cpm_val_clear(&number);
    cpm_val_clear(&item);
    return ok;
}

static bool next_mapped(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more)
{
    cpm_val args = {0}, one = {0};
    bool ok, single = iter->nsources == 2;
    if (single)
        ok = next_of_source(in, iter, 1, &one, more);
    else
        ok = next_tuple(in, iter, 1, &args, more);
    if (ok && *more)
        ok = single ? cpm_in_call_value(in, out, &iter->sources[0], &one, 1)
                    : cpm_in_call_value(in, out, &iter->sources[0], args.u.tuple->items,
                                        iter->nsources - 1);
    cpm_val_clear(&one);
    cpm_val_clear(&args);
    return ok;
}

static bool next_filtered(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more)
{
    for (;;) {
        cpm_val copy = {0}, holds = {0};
        bool wanted, ok = next_of_source(in, iter, 1, out, more);
        if (!ok || !*more)
            return ok;
        cpm_val_copy(&copy, out);
        if (iter->sources[0].kind == CPM_VAL_NONE)
            cpm_val_move(&holds, &copy);
        else
            ok = cpm_in_call_value(in, &holds, &iter->sources[0], &copy, 1);
        wanted = ok && cpm_val_truth(&holds);
        cpm_val_clear(&holds);
        cpm_val_clear(&copy);
        if (!ok || wanted)
            return ok;
        cpm_val_clear(out);
    }
}

static bool next_line(cpm_interp *in, cpm_val *out, bool *more)
{
    const char *line;
    size_t nbytes;
    if (!cpm_in_read_line(in, &line, &nbytes))
        return false;
    *more = nbytes > 0;
    return !*more || cpm_val_copy_string(out, line, nbytes, in->err) == CPM_OK;
}

static bool next_of_kind(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more)
{
    switch (iter->kind) {
    case CPM_ITER_ITEMS:
        next_item(iter, out, more);
        return true;
    case CPM_ITER_REVERSED:
        next_reversed(iter, out, more);
        return true;
    case CPM_ITER_RANGE:
        next_of_range(iter, out, more);
        return true;
    case CPM_ITER_STRING:
        return next_char(in, iter, out, more);
    case CPM_ITER_KEYS:
    case CPM_ITER_VALUES:
    case CPM_ITER_PAIRS:
        return next_entry(in, iter, out, more);
    case CPM_ITER_ZIP:
        return next_tuple(in, iter, 0, out, more);
    case CPM_ITER_ENUMERATE:
        return next_numbered(in, iter, out, more);
    case CPM_ITER_MAP:
        return next_mapped(in, iter, out, more);
    case CPM_ITER_FILTER:
        return next_filtered(in, iter, out, more);
    case CPM_ITER_LINES:
        return next_line(in, out, more);
    }
    return false;
}

bool cpm_in_next(cpm_interp *in, cpm_iter_object *iter, cpm_val *out, bool *more)
{
    *more = false;
    if (iter->is_done)
        return true;
    if (cpm_stack_is_low(in->floor))
        return cpm_in_too_deep(in, in->calling);
    iter->refs++; /* what it calls may let it go */
    cpm_val held = {.kind = CPM_VAL_ITER, .u.iter = iter};
    bool ok = next_of_kind(in, iter, out, more);
    iter->is_done = iter->is_done || (ok && !*more);
    cpm_val_clear(&held);
    return ok;
}

/* ---- All of them -------------------------------------------------------------------- */

static bool extend_by_view(cpm_interp *in, cpm_list_object *list, const cpm_val *from)
{
    const cpm_val *items;
    size_t nitems;
    cpm_val_items(from, &items, &nitems);
    if (cpm_list_reserve(list, nitems, in->err) != CPM_OK)
        return false;
    cpm_val_items(from, &items, &nitems); /* it may be the same list */
    for (size_t i = 0; i < nitems; i++) {
        list->items[list->nitems] = (cpm_val){0};
        cpm_val_copy(&list->items[list->nitems++], &items[i]);
    }
    return true;
}

bool cpm_in_extend(cpm_interp *in, cpm_list_object *list, const cpm_val *iterable)
{
    cpm_val iter = {0};
    if (is_view(iterable))
        return extend_by_view(in, list, iterable);
    bool more = true, ok = cpm_in_iter(in, &iter, iterable);
    while (ok && more) {
        cpm_val item = {0};
        if (in->blocks_left-- == 0 && !cpm_in_tick(in, in->calling))
            ok = false;
        ok = ok && cpm_in_next(in, iter.u.iter, &item, &more) &&
             (!more || cpm_list_push(list, &item, in->err) == CPM_OK);
        cpm_val_clear(&item);
    }
    cpm_val_clear(&iter);
    return ok;
}

bool cpm_in_view(cpm_interp *in, cpm_val *hold, const cpm_val **items, size_t *nitems,
                 const cpm_val *iterable)
{
    *items = NULL;
    *nitems = 0;
    if (is_view(iterable))
        cpm_val_copy(hold, iterable);
    else if (cpm_list_new(hold, in->heap, 0, in->err) != CPM_OK ||
             !cpm_in_extend(in, hold->u.list, iterable))
        return false;
    cpm_val_items(hold, items, nitems);
    return true;
}

/* ---- Input ----------------------------------------------------------------------------- */

bool cpm_in_read_line(cpm_interp *in, const char **bytes, size_t *nbytes)
{
    const cpm_reader *input = in->options.input;
    *nbytes = 0;
    if (input == NULL)
        return true;
    cpm_status status = input->read_line(input->ctx, bytes, nbytes);
    if (status != CPM_OK)
        cpm_err_set(in->err, status, "the input could not be read");
    return status == CPM_OK;
}
