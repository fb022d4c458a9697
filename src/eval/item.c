/* SPDX-License-Identifier: MIT
 *
 * item.c - what stands in brackets: items and slices of lists, tuples, strings, ranges
 * and dictionaries, read, set and deleted, with Python's negative and left-out bounds.
 */
#include "eval/interp_impl.h"

static bool fail(cpm_interp *in, const char *what, const cpm_val *value)
{
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "a value of type %s %s", cpm_val_type(value), what);
    return false;
}

/* ---- Indices ----------------------------------------------------------------- */

static bool need_integer(cpm_interp *in, const cpm_val *at, const char *what)
{
    if (cpm_val_settle((cpm_val *)at, in->err) != CPM_OK)
        return false;
    if (cpm_val_is_int(at))
        return true;
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "an index of a %s is an integer, not %s", what,
                cpm_val_type(at));
    return false;
}

bool cpm_in_index(cpm_interp *in, size_t *index, const cpm_val *at, size_t count, const char *what)
{
    if (!need_integer(in, at, what))
        return false;
    slong i = COEFF_IS_MPZ(at->u.z) ? COEFF_MAX : at->u.z;
    i = i < 0 ? i + (slong)count : i;
    if (i < 0 || (size_t)i >= count) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s index out of range: there are %zu items", what,
                    count);
        return false;
    }
    *index = (size_t)i;
    return true;
}

/* A slice of `count` items: so many, from `start` on, `step` apart. */
typedef struct slice {
    slong start, step;
    size_t count;
} slice;

static slong clamp(slong value, slong low, slong high)
{
    return value < low ? low : value > high ? high : value;
}

/* A bound as a word, the end of the words where it is longer; `otherwise` for None. */
static bool read_bound(cpm_interp *in, slong *out, const cpm_val *bound, slong otherwise)
{
    *out = otherwise;
    if (bound->kind == CPM_VAL_NONE)
        return true;
    if (!need_integer(in, bound, "slice"))
        return false;
    *out = !COEFF_IS_MPZ(bound->u.z)   ? bound->u.z
           : fmpz_sgn(&bound->u.z) > 0 ? COEFF_MAX
                                       : COEFF_MIN;
    return true;
}

static bool read_slice(cpm_interp *in, slice *s, const cpm_val bounds[3], size_t count)
{
    slong n = (slong)count, start, stop;
    if (!read_bound(in, &s->step, &bounds[2], 1))
        return false;
    if (s->step == 0) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "the step of a slice is 0");
        return false;
    }
    bool up = s->step > 0;
    slong low = up ? 0 : -1, high = up ? n : n - 1;
    if (!read_bound(in, &start, &bounds[0], up ? 0 : n) ||
        !read_bound(in, &stop, &bounds[1], up ? n : -n - 1))
        return false;
    start = clamp(start < 0 ? start + n : start, low, high);
    stop = clamp(stop < 0 ? stop + n : stop, low, high);
    slong span = up ? stop - start : start - stop, stride = up ? s->step : -s->step;
    s->start = start;
    s->count = span <= 0 ? 0 : (size_t)((span - 1) / stride + 1);
    return true;
}

/* ---- Strings ------------------------------------------------------------------- */

/* The byte at which character number `index` begins. */
static size_t byte_of(const cpm_string_object *s, size_t index)
{
    size_t at = 0;
    if (s->nchars == s->len)
        return index;
    for (; index > 0; index--)
        for (at++; at < s->len && ((unsigned char)s->bytes[at] & 0xc0) == 0x80;)
            at++;
    return at;
}

static bool get_char(cpm_interp *in, cpm_val *out, const cpm_string_object *s, const cpm_val *at)
{
    size_t index;
    if (!cpm_in_index(in, &index, at, s->nchars, "string"))
        return false;
    size_t begin = byte_of(s, index), end = byte_of(s, index + 1);
    return cpm_val_copy_string(out, s->bytes + begin, end - begin, in->err) == CPM_OK;
}

static bool slice_string(cpm_interp *in, cpm_val *out, const cpm_string_object *s,
                         const cpm_val bounds[3])
{
    slice cut;
    if (!read_slice(in, &cut, bounds, s->nchars))
        return false;
    if (cut.step == 1) {
        size_t begin = byte_of(s, (size_t)cut.start);
        size_t end = byte_of(s, (size_t)cut.start + cut.count);
        return cpm_val_copy_string(out, s->bytes + begin, end - begin, in->err) == CPM_OK;
    }
    cpm_strbuf text = {0};
    for (size_t i = 0; i < cut.count; i++) {
        size_t index = (size_t)(cut.start + (slong)i * cut.step);
        size_t begin = byte_of(s, index), end = byte_of(s, index + 1);
        cpm_strbuf_append(&text, s->bytes + begin, end - begin);
    }
    bool ok = cpm_in_take_text(in, out, &text);
    cpm_strbuf_clear(&text);
    return ok;
}

/* ---- Reading ---------------------------------------------------------------------- */

static bool get_of_range(cpm_interp *in, cpm_val *out, const cpm_range *range, const cpm_val *at)
{
    if (!need_integer(in, at, "range"))
        return false;
    fmpz_t index;
    fmpz_init_set(index, &at->u.z);
    if (fmpz_sgn(index) < 0)
        fmpz_add(index, index, range->count);
    bool ok = fmpz_sgn(index) >= 0 && fmpz_cmp(index, range->count) < 0;
    if (ok) {
        out->kind = CPM_VAL_INT;
        cpm_range_at(&out->u.z, range, index);
    } else {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "range index out of range");
    }
    fmpz_clear(index);
    return ok;
}

static bool missing_key(cpm_interp *in, const cpm_val *key)
{
    cpm_strbuf text = {0};
    if (cpm_val_repr(&text, key, in->err) == CPM_OK)
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "there is no key %.*s",
                    (int)(text.len > 100 ? 100 : text.len), text.len == 0 ? "" : text.data);
    cpm_strbuf_clear(&text);
    return false;
}

/* A defaultdict makes what is missing, a Counter counts it as 0. */
static bool get_of_dict(cpm_interp *in, cpm_val *out, const cpm_val *object, const cpm_val *key)
{
    cpm_dict_object *dict = object->u.dict;
    cpm_entry *entry;
    cpm_val none[1] = {{0}}, made = {0}, held = {0};
    if (cpm_dict_find(&entry, dict, key, in->err) != CPM_OK)
        return false;
    if (entry != NULL) {
        cpm_val_copy(out, &entry->value);
        return true;
    }
    if (dict->is_counter) {
        cpm_val_set_si(out, 0);
        return true;
    }
    if (dict->missing.kind == CPM_VAL_UNBOUND)
        return missing_key(in, key);
    cpm_val_copy(&held, object); /* while its function runs */
    bool ok = cpm_in_call_value(in, &made, &dict->missing, none, 0);
    if (ok) {
        cpm_val_copy(out, &made);
        ok = cpm_dict_put(dict, key, &made, in->err) == CPM_OK;
    }
    cpm_val_clear(&made);
    cpm_val_clear(&held);
    return ok;
}

bool cpm_in_get_item(cpm_interp *in, cpm_val *out, const cpm_val *object, const cpm_val *at)
{
    const cpm_val *items;
    size_t nitems, index;
    if (cpm_val_items(object, &items, &nitems)) {
        if (!cpm_in_index(in, &index, at, nitems, cpm_val_type(object)))
            return false;
        cpm_val_copy(out, &items[index]);
        return true;
    }
    switch (object->kind) {
    case CPM_VAL_STRING:
        return get_char(in, out, object->u.string, at);
    case CPM_VAL_RANGE:
        return get_of_range(in, out, &object->u.range->range, at);
    case CPM_VAL_DICT:
        return get_of_dict(in, out, object, at);
    default:
        return fail(in, "has no items", object);
    }
}

static bool slice_items(cpm_interp *in, cpm_val *out, const cpm_val *object,
                        const cpm_val bounds[3])
{
    const cpm_val *items;
    size_t nitems;
    slice cut;
    cpm_val_items(object, &items, &nitems);
    if (!read_slice(in, &cut, bounds, nitems))
        return false;
    bool is_list = object->kind == CPM_VAL_LIST;
    if ((is_list ? cpm_list_new(out, in->heap, cut.count, in->err)
                 : cpm_val_new_tuple(out, cut.count, in->err)) != CPM_OK)
        return false;
    cpm_val *to = is_list ? out->u.list->items : out->u.tuple->items;
    for (size_t i = 0; i < cut.count; i++) {
        to[i] = (cpm_val){0};
        cpm_val_copy(&to[i], &items[cut.start + (slong)i * cut.step]);
    }
    if (is_list)
        out->u.list->nitems = cut.count;
    return is_list || cpm_val_seal_tuple(out, in->err) == CPM_OK;
}

/* A range of every so manyth value of a range. */
static bool slice_range(cpm_interp *in, cpm_val *out, const cpm_range *range,
                        const cpm_val bounds[3])
{
    slice cut;
    cpm_range part;
    if (!fmpz_abs_fits_ui(range->count) || fmpz_get_ui(range->count) > COEFF_MAX / 2) {
        cpm_err_set(in->err, CPM_ERR_LIMIT, "a range of so many values is not cut");
        return false;
    }
    if (!read_slice(in, &cut, bounds, fmpz_get_ui(range->count)))
        return false;
    cpm_range_init(&part);
    fmpz_set_si(part.count, cut.start);
    cpm_range_at(part.start, range, part.count);
    fmpz_mul_si(part.step, range->step, cut.step);
    fmpz_set_ui(part.count, cut.count);
    cpm_range_at(part.stop, &part, part.count);
    bool ok = cpm_val_new_range(out, &part, in->err) == CPM_OK;
    cpm_range_clear(&part);
    return ok;
}

bool cpm_in_get_slice(cpm_interp *in, cpm_val *out, const cpm_val *object, const cpm_val bounds[3])
{
    switch (object->kind) {
    case CPM_VAL_LIST:
        if (object->u.list->is_deque)
            return fail(in, "has no slices", object);
        return slice_items(in, out, object, bounds);
    case CPM_VAL_TUPLE:
        return slice_items(in, out, object, bounds);
    case CPM_VAL_STRING:
        return slice_string(in, out, object->u.string, bounds);
    case CPM_VAL_RANGE:
        return slice_range(in, out, &object->u.range->range, bounds);
    default:
        return fail(in, "has no slices", object);
    }
}

/* ---- Changing ----------------------------------------------------------------------- */

bool cpm_in_set_item(cpm_interp *in, const cpm_val *object, const cpm_val *at, cpm_val *value)
{
    size_t index;
    if (object->kind == CPM_VAL_DICT)
        return cpm_dict_put(object->u.dict, at, value, in->err) == CPM_OK;
    if (object->kind != CPM_VAL_LIST)
        return fail(in, "has no items that can be changed", object);
    if (!cpm_in_index(in, &index, at, object->u.list->nitems, "list"))
        return false;
    cpm_val_move(&object->u.list->items[index], value);
    return true;
}

/* Every so manyth item, as many as there are values. */
static bool set_stepped(cpm_interp *in, cpm_list_object *list, const slice *cut,
                        const cpm_val *items, size_t nitems)
{
    if (nitems != cut->count) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "%zu values for a slice of %zu items", nitems,
                    cut->count);
        return false;
    }
    for (size_t i = 0; i < cut->count; i++) {
        cpm_val item = {0};
        cpm_val_copy(&item, &items[i]);
        cpm_val_move(&list->items[cut->start + (slong)i * cut->step], &item);
    }
    return true;
}

/* The items of a slice go, from the last of them on. */
static void delete_stepped(cpm_list_object *list, const slice *cut)
{
    for (size_t k = 0; k < cut->count; k++) {
        size_t i = cut->step > 0 ? cut->count - 1 - k : k;
        cpm_val gone;
        cpm_list_take(&gone, list, (size_t)(cut->start + (slong)i * cut->step));
        cpm_val_clear(&gone);
    }
}

bool cpm_in_set_slice(cpm_interp *in, const cpm_val *object, const cpm_val bounds[3],
                      const cpm_val *value)
{
    slice cut;
    cpm_val copy = {0};
    if (object->kind != CPM_VAL_LIST || object->u.list->is_deque)
        return fail(in, "has no slices that can be changed", object);
    cpm_list_object *list = object->u.list;
    bool ok = value == NULL || (cpm_list_new(&copy, in->heap, 0, in->err) == CPM_OK &&
                                cpm_in_extend(in, copy.u.list, value));
    ok = ok && read_slice(in, &cut, bounds, list->nitems);
    if (ok && value == NULL && cut.step != 1)
        delete_stepped(list, &cut);
    else if (ok && value == NULL)
        ok = cpm_list_splice(list, (size_t)cut.start, cut.count, NULL, 0, in->err) == CPM_OK;
    else if (ok && cut.step != 1)
        ok = set_stepped(in, list, &cut, copy.u.list->items, copy.u.list->nitems);
    else if (ok)
        ok = cpm_list_splice(list, (size_t)cut.start, cut.count, copy.u.list->items,
                             copy.u.list->nitems, in->err) == CPM_OK;
    cpm_val_clear(&copy);
    return ok;
}

bool cpm_in_del_item(cpm_interp *in, const cpm_val *object, const cpm_val *at)
{
    size_t index;
    cpm_entry *entry;
    if (object->kind == CPM_VAL_DICT) {
        if (cpm_dict_find(&entry, object->u.dict, at, in->err) != CPM_OK)
            return false;
        if (entry == NULL)
            return missing_key(in, at);
        cpm_dict_remove(object->u.dict, entry);
        return true;
    }
    if (object->kind != CPM_VAL_LIST)
        return fail(in, "has no items that can be deleted", object);
    if (!cpm_in_index(in, &index, at, object->u.list->nitems, "list"))
        return false;
    cpm_val gone;
    cpm_list_take(&gone, object->u.list, index);
    cpm_val_clear(&gone);
    return true;
}
