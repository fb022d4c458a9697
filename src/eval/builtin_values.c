/* SPDX-License-Identifier: MIT
 *
 * builtin_values.c - the built-in functions on values of all kinds: those that make
 * lists and the like of others, run over them, or find one of their values.
 */
#include "eval/interp_impl.h"

static bool fail(cpm_interp *in, const char *message)
{
    cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s", message);
    return false;
}

/* ---- Sizes and sums ---------------------------------------------------------------- */

/* Exact, where CPython gives up past a machine word. */
static bool run_len(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    const cpm_val *items;
    size_t nitems;
    if (cpm_val_items(&args[0], &items, &nitems)) {
        cpm_val_set_si(out, (slong)nitems);
        return true;
    }
    switch (args[0].kind) {
    case CPM_VAL_RANGE:
        cpm_val_set_fmpz(out, args[0].u.range->range.count);
        return true;
    case CPM_VAL_STRING:
        cpm_val_set_si(out, (slong)args[0].u.string->nchars);
        return true;
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
        cpm_val_set_si(out, (slong)args[0].u.dict->count);
        return true;
    default:
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "a value of type %s has no len",
                    cpm_val_type(&args[0]));
        return false;
    }
}

/* out = out op each of the values. */
static bool fold(cpm_interp *in, cpm_val *out, cpm_op op, const cpm_val *from, cpm_span span)
{
    const cpm_val *items;
    size_t nitems;
    cpm_val hold = {0};
    bool ok = cpm_in_view(in, &hold, &items, &nitems, from);
    for (size_t i = 0; ok && i < nitems; i++)
        ok = cpm_in_apply(in, out, op, out, &items[i], &span, &span);
    cpm_val_clear(&hold);
    return ok;
}

static bool run_sum(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    const cpm_val *start = nargs == 2 ? &args[1] : cpm_in_keyword(in, site, args, nargs, "start");
    if (start != NULL && start->kind == CPM_VAL_STRING)
        return fail(in, "sum does not join strings; ''.join does");
    if (start != NULL)
        cpm_val_copy(out, start);
    else
        cpm_val_set_si(out, 0);
    if (args[0].kind == CPM_VAL_RANGE)
        return cpm_in_add_range(in, out, &args[0].u.range->range, site->span);
    return fold(in, out, CPM_OP_ADD, &args[0], site->span);
}

static bool run_prod(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)nargs;
    cpm_val_set_si(out, 1);
    return fold(in, out, CPM_OP_MUL, &args[0], site->span);
}

static bool decide(cpm_interp *in, cpm_val *out, const cpm_val *from, bool wanted)
{
    const cpm_val *items;
    size_t nitems;
    cpm_val hold = {0};
    bool ok = cpm_in_view(in, &hold, &items, &nitems, from), found = false;
    for (size_t i = 0; ok && i < nitems && !found; i++)
        found = cpm_val_truth(&items[i]) == wanted;
    if (ok)
        cpm_val_set_bool(out, found == wanted);
    cpm_val_clear(&hold);
    return ok;
}

static bool run_any(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    return decide(in, out, &args[0], true);
}

static bool run_all(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site, (void)nargs;
    return decide(in, out, &args[0], false);
}

/* ---- The least and the greatest ------------------------------------------------------ */

/* The values of a range rise or fall: the best one is the first or the last. */
static void pick_of_range(cpm_val *out, cpm_op better, const cpm_range *range)
{
    bool first = (better == CPM_OP_LT) == (fmpz_sgn(range->step) > 0);
    fmpz_t index;
    fmpz_init(index);
    if (!first)
        fmpz_sub_ui(index, range->count, 1);
    out->kind = CPM_VAL_INT;
    cpm_range_at(&out->u.z, range, index);
    fmpz_clear(index);
}

static bool key_of(cpm_interp *in, cpm_val *out, const cpm_val *key, const cpm_val *item)
{
    cpm_val copy = {0};
    cpm_val_copy(&copy, item);
    if (key == NULL || key->kind == CPM_VAL_NONE) {
        *out = copy;
        return true;
    }
    bool ok = cpm_in_call_value(in, out, key, &copy, 1);
    cpm_val_clear(&copy);
    return ok;
}

/* The first item that no other one beats, by key. */
static bool pick_by_key(cpm_interp *in, cpm_val *out, cpm_op better, const cpm_val *items,
                        size_t nitems, const cpm_val *key)
{
    cpm_val best = {0};
    bool ok = true, beats = true;
    for (size_t i = 0; ok && i < nitems; i++) {
        cpm_val now = {0};
        ok = key_of(in, &now, key, &items[i]) &&
             (i == 0 || cpm_arith_compare(&in->arith, &beats, better, &now, &best));
        if (ok && beats) {
            cpm_val_move(&best, &now);
            cpm_val_clear(out);
            cpm_val_copy(out, &items[i]);
        }
        cpm_val_clear(&now);
    }
    cpm_val_clear(&best);
    return ok;
}

static bool pick_plain(cpm_interp *in, cpm_val *out, cpm_op better, const cpm_val *items,
                       size_t nitems)
{
    const cpm_val *best = &items[0];
    for (size_t i = 1; i < nitems; i++) {
        bool beats;
        if (cpm_is_small(&items[i]) && cpm_is_small(best))
            beats = better == CPM_OP_LT ? items[i].u.z < best->u.z : items[i].u.z > best->u.z;
        else if (!cpm_arith_compare(&in->arith, &beats, better, &items[i], best))
            return false;
        if (beats)
            best = &items[i];
    }
    cpm_val_copy(out, best);
    return true;
}

/* Of an iterable, the only argument. */
static bool pick_of(cpm_interp *in, cpm_val *out, const char *name, cpm_op better,
                    const cpm_val *from, const cpm_val *key, const cpm_val *otherwise)
{
    const cpm_val *items;
    size_t nitems;
    cpm_val hold = {0}, copy = {0};
    if (from->kind == CPM_VAL_RANGE && key == NULL && !fmpz_is_zero(from->u.range->range.count)) {
        pick_of_range(out, better, &from->u.range->range);
        return true;
    }
    if (cpm_val_is_int(from)) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME,
                    "%s of one argument takes something to run over, "
                    "not %s",
                    name, cpm_val_type(from));
        return false;
    }
    bool ok = cpm_in_view(in, &hold, &items, &nitems, from);
    if (ok && key != NULL && hold.kind == CPM_VAL_LIST) { /* the key function may change it */
        ok = cpm_list_new(&copy, in->heap, 0, in->err) == CPM_OK &&
             cpm_in_extend(in, copy.u.list, &hold);
        items = ok ? copy.u.list->items : NULL;
    }
    if (ok && nitems == 0 && otherwise != NULL) {
        cpm_val_copy(out, otherwise);
    } else if (ok && nitems == 0) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "%s of an empty %s", name, cpm_val_type(from));
        ok = false;
    } else if (ok) {
        ok = key == NULL ? pick_plain(in, out, better, items, nitems)
                         : pick_by_key(in, out, better, items, nitems, key);
    }
    cpm_val_clear(&copy);
    cpm_val_clear(&hold);
    return ok;
}

static bool pick(cpm_interp *in, cpm_val *out, const char *name, cpm_op better,
                 const cpm_site *site, const cpm_val *args, size_t nargs)
{
    const cpm_val *key = cpm_in_keyword(in, site, args, nargs, "key");
    const cpm_val *otherwise = cpm_in_keyword(in, site, args, nargs, "default");
    if (nargs == 1)
        return pick_of(in, out, name, better, &args[0], key, otherwise);
    if (otherwise != NULL)
        return fail(in, "a default is for a single argument");
    return key == NULL ? pick_plain(in, out, better, args, nargs)
                       : pick_by_key(in, out, better, args, nargs, key);
}

static bool run_min(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    return pick(in, out, "min", CPM_OP_LT, site, args, nargs);
}

static bool run_max(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    return pick(in, out, "max", CPM_OP_GT, site, args, nargs);
}

/* ---- Lists and the like of others -------------------------------------------------------- */

static bool run_list(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site;
    return cpm_list_new(out, in->heap, 0, in->err) == CPM_OK &&
           (nargs == 0 || cpm_in_extend(in, out->u.list, &args[0]));
}

static bool run_tuple(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                      size_t nargs)
{
    (void)site;
    const cpm_val *items = NULL;
    size_t nitems = 0;
    cpm_val hold = {0};
    if (nargs == 1 && args[0].kind == CPM_VAL_TUPLE) {
        cpm_val_copy(out, &args[0]);
        return true;
    }
    bool ok = nargs == 0 || cpm_in_view(in, &hold, &items, &nitems, &args[0]);
    ok = ok && cpm_val_new_tuple(out, nitems, in->err) == CPM_OK;
    for (size_t i = 0; ok && i < nitems; i++)
        cpm_val_copy(&out->u.tuple->items[i], &items[i]);
    cpm_val_clear(&hold);
    return ok && cpm_val_seal_tuple(out, in->err) == CPM_OK;
}

static bool run_set(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site;
    const cpm_val *items = NULL;
    size_t nitems = 0;
    cpm_val hold = {0};
    cpm_entry *entry;
    bool ok = (nargs == 0 || cpm_in_view(in, &hold, &items, &nitems, &args[0])) &&
              cpm_dict_new(out, in->heap, CPM_VAL_SET, in->err) == CPM_OK;
    for (size_t i = 0; ok && i < nitems; i++)
        ok = cpm_dict_entry(&entry, out->u.dict, &items[i], in->err) == CPM_OK;
    cpm_val_clear(&hold);
    return ok;
}

/* A pair, of any kind, becomes an entry. */
static bool put_pair(cpm_interp *in, cpm_dict_object *dict, const cpm_val *pair)
{
    const cpm_val *parts;
    size_t nparts;
    cpm_val hold = {0}, value = {0};
    bool ok = cpm_in_view(in, &hold, &parts, &nparts, pair) &&
              (nparts == 2 || fail(in, "dict takes pairs of a key and a value"));
    if (ok) {
        cpm_val_copy(&value, &parts[1]);
        ok = cpm_dict_put(dict, &parts[0], &value, in->err) == CPM_OK;
    }
    cpm_val_clear(&value);
    cpm_val_clear(&hold);
    return ok;
}

static bool copy_entries(cpm_interp *in, cpm_dict_object *to, const cpm_dict_object *from)
{
    size_t index = 0;
    const cpm_entry *entry;
    bool ok = true;
    while (ok && (entry = cpm_dict_next(from, &index)) != NULL) {
        cpm_val value = {0};
        cpm_val_copy(&value, &entry->value);
        ok = cpm_dict_put(to, &entry->key, &value, in->err) == CPM_OK;
        cpm_val_clear(&value);
    }
    return ok;
}

static bool run_dict(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site;
    const cpm_val *items;
    size_t nitems;
    cpm_val hold = {0};
    if (cpm_dict_new(out, in->heap, CPM_VAL_DICT, in->err) != CPM_OK)
        return false;
    if (nargs == 0)
        return true;
    if (args[0].kind == CPM_VAL_DICT)
        return copy_entries(in, out->u.dict, args[0].u.dict);
    bool ok = cpm_in_view(in, &hold, &items, &nitems, &args[0]);
    for (size_t i = 0; ok && i < nitems; i++)
        ok = put_pair(in, out->u.dict, &items[i]);
    cpm_val_clear(&hold);
    return ok;
}

static bool run_sorted(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                       size_t nargs)
{
    const cpm_val *key = cpm_in_keyword(in, site, args, nargs, "key");
    const cpm_val *reverse = cpm_in_keyword(in, site, args, nargs, "reverse");
    return cpm_list_new(out, in->heap, 0, in->err) == CPM_OK &&
           cpm_in_extend(in, out->u.list, &args[0]) &&
           cpm_in_sort(in, out->u.list, key, reverse != NULL && cpm_val_truth(reverse));
}

/* ---- Iterators ----------------------------------------------------------------------------- */

/* An iterator over iterators of values from number `from` on; those before are taken
 * as they are. */
static bool new_iterator(cpm_interp *in, cpm_val *out, cpm_iter_kind kind, const cpm_val *args,
                         size_t nargs, size_t from)
{
    if (cpm_iter_new(out, kind, nargs, in->err) != CPM_OK)
        return false;
    for (size_t i = 0; i < nargs; i++) {
        cpm_val *source = &out->u.iter->sources[i];
        if (i < from)
            cpm_val_copy(source, &args[i]);
        else if (!cpm_in_iter(in, source, &args[i]))
            return false;
    }
    return true;
}

static bool run_iter(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site, (void)nargs;
    return cpm_in_iter(in, out, &args[0]);
}

static bool run_next(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                     size_t nargs)
{
    (void)site;
    bool more;
    if (args[0].kind != CPM_VAL_ITER)
        return fail(in, "next takes an iterator, as iter() makes it");
    if (!cpm_in_next(in, args[0].u.iter, out, &more))
        return false;
    if (more)
        return true;
    if (nargs < 2)
        return fail(in, "next of what has no more values");
    cpm_val_copy(out, &args[1]);
    return true;
}

static bool run_zip(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site;
    return new_iterator(in, out, CPM_ITER_ZIP, args, nargs, 0);
}

static bool run_map(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                    size_t nargs)
{
    (void)site;
    return new_iterator(in, out, CPM_ITER_MAP, args, nargs, 1);
}

static bool run_filter(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                       size_t nargs)
{
    (void)site;
    return new_iterator(in, out, CPM_ITER_FILTER, args, nargs, 1);
}

static bool run_enumerate(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                          size_t nargs)
{
    const cpm_val *start = nargs == 2 ? &args[1] : cpm_in_keyword(in, site, args, nargs, "start");
    if (start != NULL && !cpm_val_is_int(start))
        return fail(in, "enumerate counts from an integer");
    if (!new_iterator(in, out, CPM_ITER_ENUMERATE, args, 1, 0))
        return false;
    if (start != NULL)
        fmpz_set(out->u.iter->at, &start->u.z);
    return true;
}

/* A range backwards is a range. */
static bool reverse_range(cpm_interp *in, cpm_val *out, const cpm_range *range)
{
    cpm_range back;
    cpm_val whole = {0};
    cpm_range_init(&back);
    fmpz_sub_ui(back.count, range->count, 1);
    cpm_range_at(back.start, range, back.count);
    fmpz_neg(back.step, range->step);
    fmpz_sub(back.stop, range->start, range->step);
    fmpz_set(back.count, range->count);
    bool ok = cpm_val_new_range(&whole, &back, in->err) == CPM_OK && cpm_in_iter(in, out, &whole);
    cpm_val_clear(&whole);
    cpm_range_clear(&back);
    return ok;
}

static bool run_reversed(cpm_interp *in, cpm_val *out, const cpm_site *site, const cpm_val *args,
                         size_t nargs)
{
    (void)site, (void)nargs;
    const cpm_val *items;
    size_t nitems;
    cpm_val list = {0};
    if (args[0].kind == CPM_VAL_RANGE)
        return reverse_range(in, out, &args[0].u.range->range);
    bool is_view = cpm_val_items(&args[0], &items, &nitems);
    if (!is_view && args[0].kind != CPM_VAL_STRING && args[0].kind != CPM_VAL_DICT)
        return fail(in, "reversed takes a list, a tuple, a string or a range");
    bool ok = is_view || cpm_in_view(in, &list, &items, &nitems, &args[0]);
    ok = ok && cpm_iter_new(out, CPM_ITER_REVERSED, 1, in->err) == CPM_OK;
    if (ok) {
        cpm_val_copy(&out->u.iter->sources[0], is_view ? &args[0] : &list);
        out->u.iter->index = nitems;
    }
    cpm_val_clear(&list);
    return ok;
}

cpm_builtin_fn cpm_in_builtin_values(cpm_builtin_id id)
{
    static const cpm_builtin_fn functions[CPM_BUILTIN_NONE] = {
        [CPM_BUILTIN_ALL] = run_all,       [CPM_BUILTIN_ANY] = run_any,
        [CPM_BUILTIN_DICT] = run_dict,     [CPM_BUILTIN_ENUMERATE] = run_enumerate,
        [CPM_BUILTIN_FILTER] = run_filter, [CPM_BUILTIN_ITER] = run_iter,
        [CPM_BUILTIN_LEN] = run_len,       [CPM_BUILTIN_LIST] = run_list,
        [CPM_BUILTIN_MAP] = run_map,       [CPM_BUILTIN_MAX] = run_max,
        [CPM_BUILTIN_MIN] = run_min,       [CPM_BUILTIN_NEXT] = run_next,
        [CPM_BUILTIN_PROD] = run_prod,     [CPM_BUILTIN_REVERSED] = run_reversed,
        [CPM_BUILTIN_SET] = run_set,       [CPM_BUILTIN_SORTED] = run_sorted,
        [CPM_BUILTIN_SUM] = run_sum,       [CPM_BUILTIN_TUPLE] = run_tuple,
        [CPM_BUILTIN_ZIP] = run_zip,
    };
    return functions[id];
}
