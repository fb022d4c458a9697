/* SPDX-License-Identifier: MIT
 *
 * sort.c - sorting as Python does it: stable, by '<' alone, with keys that are made
 * once for each item. A merge sort from runs of insertion sort, whose runs that are
 * in order already are not merged: O(n log n) comparisons, O(n) for a sorted list.
 */
#include "eval/interp_impl.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* An item and what it is compared by. */
typedef struct sortable {
    cpm_val key;  /* owned where there is a function of keys, else the value's bits */
    cpm_val item; /* owned */
} sortable;

typedef struct sorter {
    cpm_interp *in;
    sortable *items, *spare; /* owned */
    size_t nitems;
    bool reverse;
    bool failed;
} sorter;

/* Whether b comes before a, so that they must change places. With `reverse` the order
 * is turned, and equal items still keep theirs. */
static bool is_before(sorter *s, const sortable *b, const sortable *a)
{
    bool less = false;
    const cpm_val *x = s->reverse ? &a->key : &b->key, *y = s->reverse ? &b->key : &a->key;
    if (cpm_is_small(x) && cpm_is_small(y))
        return x->u.z < y->u.z;
    if (!s->failed && !cpm_arith_compare(&s->in->arith, &less, CPM_OP_LT, x, y))
        s->failed = true;
    return less && !s->failed;
}

static void insert_run(sorter *s, size_t begin, size_t end)
{
    for (size_t i = begin + 1; i < end; i++) {
        sortable moving = s->items[i];
        size_t k = i;
        for (; k > begin && is_before(s, &moving, &s->items[k - 1]); k--)
            s->items[k] = s->items[k - 1];
        s->items[k] = moving;
    }
}

static void merge(sorter *s, size_t begin, size_t middle, size_t end)
{
    if (!is_before(s, &s->items[middle], &s->items[middle - 1]))
        return;
    size_t left = begin, right = middle, to = begin;
    while (left < middle && right < end)
        s->spare[to++] =
            is_before(s, &s->items[right], &s->items[left]) ? s->items[right++] : s->items[left++];
    while (left < middle)
        s->spare[to++] = s->items[left++];
    memcpy(s->items + begin, s->spare + begin, (to - begin) * sizeof *s->items);
}

static void sort_items(sorter *s)
{
    enum { RUN = 16 };
    size_t n = s->nitems;
    for (size_t begin = 0; begin < n; begin += RUN)
        insert_run(s, begin, begin + RUN < n ? begin + RUN : n);
    for (size_t width = RUN; width < n; width *= 2)
        for (size_t begin = 0; begin + width < n; begin += 2 * width)
            merge(s, begin, begin + width, begin + 2 * width < n ? begin + 2 * width : n);
}

static bool make_keys(sorter *s, const cpm_val *key)
{
    for (size_t i = 0; i < s->nitems; i++) {
        cpm_val copy = {0};
        if (key == NULL) {
            if (cpm_val_settle(&s->items[i].item, s->in->err) != CPM_OK)
                return false;
            s->items[i].key = s->items[i].item; /* not owned */
            continue;
        }
        cpm_val_copy(&copy, &s->items[i].item);
        bool ok = cpm_in_call_value(s->in, &s->items[i].key, key, &copy, 1);
        cpm_val_clear(&copy);
        if (!ok)
            return false;
    }
    return true;
}

/* The list is empty while its items are sorted, as it is in Python. */
bool cpm_in_sort(cpm_interp *in, cpm_list_object *list, const cpm_val *key, bool reverse)
{
    sorter s = {.in = in, .nitems = list->nitems, .reverse = reverse};
    const cpm_val *by = key == NULL || key->kind == CPM_VAL_NONE ? NULL : key;
    s.items = cpm_calloc(s.nitems, sizeof *s.items);
    s.spare = cpm_calloc(s.nitems, sizeof *s.spare);
    if (s.items == NULL || s.spare == NULL) {
        free(s.items);
        free(s.spare);
        return cpm_err_memory(in->err), false;
    }
    for (size_t i = 0; i < s.nitems; i++)
        s.items[i].item = list->items[i];
    list->nitems = 0;
    bool ok = make_keys(&s, by);
    if (ok)
        sort_items(&s);
    if (ok && !s.failed && list->nitems > 0) {
        cpm_err_set(in->err, CPM_ERR_RUNTIME, "the list changed while it was sorted");
        s.failed = true;
    }
    cpm_list_clear(list);
    bool room = cpm_list_reserve(list, s.nitems, in->err) == CPM_OK;
    for (size_t i = 0; i < s.nitems; i++) {
        if (by != NULL)
            cpm_val_clear(&s.items[i].key);
        if (room)
            list->items[list->nitems++] = s.items[i].item;
        else
            cpm_val_clear(&s.items[i].item);
    }
    free(s.items);
    free(s.spare);
    return ok && room && !s.failed;
}
