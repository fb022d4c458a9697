/* SPDX-License-Identifier: MIT
 *
 * heap.c - the ring of all objects, lists, cells and iterators. A list is one block
 * of values that grows by half; a deque keeps room at its front as well.
 */
#include "eval/heap.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- The ring ---------------------------------------------------------- */

cpm_heap *cpm_heap_new(size_t max_bytes)
{
    cpm_heap *heap = cpm_calloc(1, sizeof *heap);
    if (heap == NULL)
        return NULL;
    heap->refs = 1;
    heap->max_bytes = max_bytes;
    heap->ring.next = heap->ring.prev = &heap->ring;
    return heap;
}

void cpm_heap_hold(cpm_heap *heap)
{
    heap->refs++;
}

static void unlink_object(cpm_object *object)
{
    object->prev->next = object->next;
    object->next->prev = object->prev;
    object->next = object->prev = object;
}

static cpm_val value_of(cpm_object *object)
{
    return (cpm_val){.kind = object->kind, .u.object = object};
}

/* What an object holds goes, though something may still refer to the object. */
static void empty(cpm_object *object)
{
    if (object->kind == CPM_VAL_LIST) {
        cpm_list_clear((cpm_list_object *)object);
    } else if (object->kind == CPM_VAL_CELL) {
        cpm_val_clear(&((cpm_cell_object *)object)->value);
    } else {
        cpm_dict_clear((cpm_dict_object *)object);
        cpm_val_clear(&((cpm_dict_object *)object)->missing);
    }
}

void cpm_heap_release(cpm_heap *heap)
{
    if (heap == NULL || --heap->refs > 0)
        return;
    while (heap->ring.next != &heap->ring) {
        cpm_object *object = heap->ring.next;
        cpm_val held = value_of(object);
        object->refs++;
        unlink_object(object);
        empty(object);
        cpm_val_clear(&held);
    }
    free(heap);
}

cpm_status cpm_heap_check(const cpm_heap *heap, size_t nbytes, cpm_err *err)
{
    if (nbytes <= heap->max_bytes && heap->nbytes <= heap->max_bytes - nbytes)
        return CPM_OK;
    cpm_status status = cpm_err_set(err, CPM_ERR_LIMIT,
                                    "lists and the like would take more than "
                                    "%zu bytes",
                                    heap->max_bytes);
    cpm_err_hint(err, "--max-memory SIZE raises the limit; a loop that reads the last few values "
                      "alone may keep them in variables");
    return status;
}

void *cpm_object_new(cpm_heap *heap, cpm_val_kind kind, size_t size, cpm_err *err)
{
    cpm_object *object = cpm_calloc(1, size);
    if (object == NULL) {
        cpm_err_memory(err);
        return NULL;
    }
    object->refs = 1;
    object->kind = kind;
    object->heap = heap;
    object->prev = heap->ring.prev;
    object->next = &heap->ring;
    object->prev->next = object;
    heap->ring.prev = object;
    return object;
}

void cpm_object_free(cpm_object *object)
{
    unlink_object(object);
    if (object->kind == CPM_VAL_LIST) {
        cpm_list_object *list = (cpm_list_object *)object;
        object->heap->nbytes -= list->cap * sizeof *list->block;
        free(list->block);
    } else if (object->kind != CPM_VAL_CELL) {
        cpm_dict_object *dict = (cpm_dict_object *)object;
        object->heap->nbytes -= dict->entries_cap * sizeof *dict->entries;
        free(dict->entries);
        free(dict->table);
    }
    free(object);
}

/* ---- Lists ------------------------------------------------------------- */

cpm_status cpm_list_new(cpm_val *out, cpm_heap *heap, size_t cap, cpm_err *err)
{
    cpm_list_object *list = cpm_object_new(heap, CPM_VAL_LIST, sizeof *list, err);
    if (list == NULL)
        return CPM_ERR_MEMORY;
    *out = value_of(&list->base);
    return cap == 0 ? CPM_OK : cpm_list_reserve(list, cap, err);
}

/* Moves the items into a block of `cap` with `before` free places at its front. */
static cpm_status regrow(cpm_list_object *list, size_t before, size_t cap, cpm_err *err)
{
    size_t nbytes, old = list->cap * sizeof *list->block;
    if (!cpm_size_mul(&nbytes, cap, sizeof *list->block))
        return cpm_err_memory(err);
    if (nbytes > old && cpm_heap_check(list->base.heap, nbytes - old, err) != CPM_OK)
        return err->status;
    cpm_val *block;
    if (before == 0 && list->items == list->block) {
        block = realloc(list->block, nbytes);
    } else {
        block = malloc(nbytes);
        if (block != NULL && list->nitems > 0)
            memcpy(block + before, list->items, list->nitems * sizeof *block);
        if (block != NULL)
            free(list->block);
    }
    if (block == NULL)
        return cpm_err_memory(err);
    list->base.heap->nbytes += nbytes - old;
    list->block = block;
    list->items = block + before;
    list->cap = cap;
    return CPM_OK;
}

cpm_status cpm_list_reserve(cpm_list_object *list, size_t count, cpm_err *err)
{
    size_t before = (size_t)(list->items - list->block), need;
    if (list->cap - before - list->nitems >= count)
        return CPM_OK;
    if (!cpm_size_add(&need, list->nitems, count))
        return cpm_err_memory(err);
    if (before > list->nitems &&
        list->cap - list->nitems >= count) { /* of a deque: room in front */
        memmove(list->block, list->items, list->nitems * sizeof *list->block);
        list->items = list->block;
        return CPM_OK;
    }
    size_t more = list->nitems / 2 + 4;
    return regrow(
        list, 0, list->nitems == 0 || need > list->nitems + more ? need : list->nitems + more, err);
}

cpm_status cpm_list_push(cpm_list_object *list, cpm_val *value, cpm_err *err)
{
    if (cpm_list_reserve(list, 1, err) != CPM_OK)
        return err->status;
    list->items[list->nitems++] = *value;
    *value = (cpm_val){0};
    return CPM_OK;
}

cpm_status cpm_list_insert(cpm_list_object *list, size_t index, cpm_val *value, cpm_err *err)
{
    if (index == 0 && list->is_deque) {
        size_t room = list->nitems / 2 + 4;
        if (list->items == list->block &&
            regrow(list, room, list->nitems + 2 * room, err) != CPM_OK)
            return err->status;
        list->items--;
    } else {
        if (cpm_list_reserve(list, 1, err) != CPM_OK)
            return err->status;
        memmove(list->items + index + 1, list->items + index,
                (list->nitems - index) * sizeof *list->items);
    }
    list->nitems++;
    list->items[index] = *value;
    *value = (cpm_val){0};
    return CPM_OK;
}

void cpm_list_take(cpm_val *out, cpm_list_object *list, size_t index)
{
    *out = list->items[index];
    list->nitems--;
    if (index == 0 && list->is_deque) {
        list->items++;
        return;
    }
    memmove(list->items + index, list->items + index + 1,
            (list->nitems - index) * sizeof *list->items);
}

cpm_status cpm_list_splice(cpm_list_object *list, size_t index, size_t count, const cpm_val *items,
                           size_t nitems, cpm_err *err)
{
    if (nitems > count && cpm_list_reserve(list, nitems - count, err) != CPM_OK)
        return err->status;
    if (list->items == NULL)
        return CPM_OK; /* nothing in the place of nothing */
    for (size_t i = 0; i < count; i++)
        cpm_val_clear(&list->items[index + i]);
    memmove(list->items + index + nitems, list->items + index + count,
            (list->nitems - index - count) * sizeof *list->items);
    for (size_t i = 0; i < nitems; i++)
        cpm_val_copy(&list->items[index + i], &items[i]);
    list->nitems = list->nitems - count + nitems;
    return CPM_OK;
}

void cpm_list_clear(cpm_list_object *list)
{
    cpm_val *block = list->block, *items = list->items;
    size_t nitems = list->nitems;
    list->base.heap->nbytes -= list->cap * sizeof *list->block;
    list->block = list->items = NULL;
    list->nitems = list->cap = 0;
    for (size_t i = 0; i < nitems; i++) /* the list is a sound one meanwhile */
        cpm_val_clear(&items[i]);
    free(block);
}

/* ---- Cells and iterators ------------------------------------------------ */

cpm_status cpm_cell_wrap(cpm_val *value, cpm_heap *heap, cpm_err *err)
{
    cpm_cell_object *cell = cpm_object_new(heap, CPM_VAL_CELL, sizeof *cell, err);
    if (cell == NULL)
        return CPM_ERR_MEMORY;
    cell->value = *value;
    *value = value_of(&cell->base);
    return CPM_OK;
}

cpm_status cpm_iter_new(cpm_val *out, cpm_iter_kind kind, size_t nsources, cpm_err *err)
{
    cpm_iter_object *iter = cpm_calloc(1, sizeof *iter + nsources * sizeof *iter->sources);
    if (iter == NULL)
        return cpm_err_memory(err);
    iter->refs = 1;
    iter->kind = kind;
    iter->nsources = nsources;
    fmpz_init(iter->at);
    out->kind = CPM_VAL_ITER;
    out->u.iter = iter;
    return CPM_OK;
}
