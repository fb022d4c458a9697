/* SPDX-License-Identifier: MIT
 *
 * list_result.c - lists after a loop that was taken over, as the plain loop would have
 * left them: the same objects where it would have changed those of before, and new ones
 * where it would have made them, shared in the same way.
 */
#include "accel/list_result.h"

#include "base/mem.h"

#include <stdlib.h>

void cpm_list_result_free(cpm_list_result *result)
{
    if (result == NULL)
        return;
    for (size_t i = 0; i < result->nshapes; i++) {
        cpm_list_shape *shape = &result->shapes[i];
        for (size_t k = 0; k < shape->nparts; k++)
            cpm_val_clear(&shape->parts[k].known);
        free(shape->parts);
        cpm_val_clear(&shape->real);
    }
    free(result->shapes);
    free(result->names);
    free(result->todo);
    free(result->is_needed);
    free(result);
}

/* ---- What is looked at -------------------------------------------------------------------- */

static void mark_shape(cpm_list_result *result, size_t first)
{
    size_t ntodo = 0;
    if (!result->shapes[first].is_live)
        result->todo[ntodo++] = first;
    result->shapes[first].is_live = true;
    while (ntodo > 0) {
        const cpm_list_shape *shape = &result->shapes[result->todo[--ntodo]];
        for (size_t k = 0; k < shape->nparts; k++) {
            const cpm_list_part *part = &shape->parts[k];
            if (part->kind == CPM_PART_IS_CELL)
                result->is_needed[part->cell - result->first_cell] = true;
            if (part->kind != CPM_PART_IS_LIST || result->shapes[part->shape].is_live)
                continue;
            result->shapes[part->shape].is_live = true;
            result->todo[ntodo++] = part->shape;
        }
    }
}

/* Lists of before the loop that it goes on changing may be held elsewhere. */
static bool stays(const cpm_list_shape *shape)
{
    return shape->real.kind != CPM_VAL_UNBOUND && !shape->is_tuple && shape->is_changed &&
           shape->image != SIZE_MAX;
}

void cpm_list_result_mark(cpm_list_result *result, const cpm_use *use)
{
    for (size_t i = 0; i < result->ncells; i++)
        result->is_needed[i] = false;
    for (size_t i = 0; i < result->nshapes; i++)
        result->shapes[i].is_live = false;
    for (size_t i = 0; i < result->nnames; i++)
        if (use == NULL || use[result->names[i].sym] != CPM_USE_NONE)
            mark_shape(result, result->names[i].shape);
    for (size_t i = 0; i < result->nshapes; i++)
        if (stays(&result->shapes[i]))
            mark_shape(result, i);
}

bool cpm_list_result_needs(const cpm_list_result *result, cpm_sym cell)
{
    return result->is_needed[cell - result->first_cell];
}

/* ---- Objects ----------------------------------------------------------------------------------
 */

/* The rounds, less one, along which a list of before the loop has been handed on from
 * place to place; whole turns of a circle change nothing. */
static size_t steps_of(const cpm_list_result *result, size_t at, const fmpz_t rounds)
{
    size_t length = 0, place = at;
    fmpz_t steps;
    fmpz_init(steps);
    fmpz_sub_ui(steps, rounds, 1);
    do {
        place = result->shapes[place].image;
        length++;
    } while (place != SIZE_MAX && place != at && length <= result->nshapes);
    if (place == at)
        fmpz_fdiv_r(steps, steps, (fmpz[]){(fmpz)length});
    else if (fmpz_cmp_ui(steps, length) > 0)
        fmpz_set_ui(steps, length);
    size_t count = fmpz_get_ui(steps);
    fmpz_clear(steps);
    return count;
}

/* The object of before the loop that a shape of the last round is; NULL: a new one. */
static const cpm_val *real_of(const cpm_list_result *result, size_t at, const fmpz_t rounds)
{
    const cpm_list_shape *shape = &result->shapes[at];
    if (shape->real.kind == CPM_VAL_UNBOUND)
        return NULL;
    for (size_t steps = steps_of(result, at, rounds); steps > 0; steps--) {
        if (shape->image == SIZE_MAX)
            return NULL;
        shape = &result->shapes[shape->image];
        if (shape->real.kind == CPM_VAL_UNBOUND)
            return NULL;
    }
    return &shape->real;
}

typedef struct writer {
    cpm_list_result *result;
    cpm_interp *interp;
    cpm_heap *heap;
    cpm_val *values; /* owned: of each live shape */
    cpm_err *err;
} writer;

static bool is_written_anew(const cpm_list_result *result, const cpm_list_shape *shape)
{
    for (size_t k = 0; k < shape->nparts; k++) {
        const cpm_list_part *part = &shape->parts[k];
        if (part->kind != CPM_PART_IS_KNOWN &&
            (part->kind == CPM_PART_IS_CELL ||
             result->shapes[part->shape].real.kind != CPM_VAL_UNBOUND))
            return true;
    }
    return shape->real.kind == CPM_VAL_UNBOUND || shape->is_changed;
}

static cpm_status make_objects(writer *w, const fmpz_t rounds)
{
    for (size_t i = 0; i < w->result->nshapes; i++) {
        const cpm_list_shape *shape = &w->result->shapes[i];
        if (!shape->is_live || shape->is_tuple)
            continue;
        const cpm_val *real = real_of(w->result, i, rounds);
        if (real != NULL) {
            cpm_val_copy(&w->values[i], real);
            continue;
        }
        if (cpm_list_new(&w->values[i], w->heap, shape->nparts, w->err) != CPM_OK)
            return w->err->status;
        w->values[i].u.list->is_deque = shape->is_deque;
    }
    return CPM_OK;
}

static cpm_status make_tuple(writer *w, size_t at);

/* The value of an item; tuples come into being as they are needed. */
static cpm_status make_part(writer *w, cpm_val *out, const cpm_list_part *part)
{
    if (part->kind == CPM_PART_IS_KNOWN) {
        cpm_val_copy(out, &part->known);
        return CPM_OK;
    }
    if (part->kind == CPM_PART_IS_CELL) {
        cpm_val_copy(out, cpm_interp_get(w->interp, cpm_interp_slot(w->interp, part->cell)));
        return CPM_OK;
    }
    cpm_status status =
        w->result->shapes[part->shape].is_tuple ? make_tuple(w, part->shape) : CPM_OK;
    if (status == CPM_OK)
        cpm_val_copy(out, &w->values[part->shape]);
    return status;
}

static cpm_status make_tuple(writer *w, size_t at)
{
    const cpm_list_shape *shape = &w->result->shapes[at];
    cpm_val tuple = {0};
    if (w->values[at].kind != CPM_VAL_UNBOUND)
        return CPM_OK;
    if (shape->real.kind != CPM_VAL_UNBOUND && !is_written_anew(w->result, shape)) {
        cpm_val_copy(&w->values[at], &shape->real);
        return CPM_OK;
    }
    cpm_status status = cpm_val_new_tuple(&tuple, shape->nparts, w->err);
    for (size_t k = 0; k < shape->nparts && status == CPM_OK; k++)
        status = make_part(w, &tuple.u.tuple->items[k], &shape->parts[k]);
    if (status == CPM_OK)
        status = cpm_val_seal_tuple(&tuple, w->err);
    if (status == CPM_OK)
        w->values[at] = tuple;
    else
        cpm_val_clear(&tuple);
    return status;
}

static cpm_status fill_list(writer *w, size_t at)
{
    const cpm_list_shape *shape = &w->result->shapes[at];
    cpm_val *items = cpm_calloc(shape->nparts, sizeof *items);
    if (items == NULL)
        return cpm_err_memory(w->err);
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < shape->nparts && status == CPM_OK; k++)
        status = make_part(w, &items[k], &shape->parts[k]);
    cpm_list_object *list = w->values[at].u.list;
    if (status == CPM_OK)
        status = cpm_list_splice(list, 0, list->nitems, items, shape->nparts, w->err);
    for (size_t k = 0; k < shape->nparts; k++)
        cpm_val_clear(&items[k]);
    free(items);
    return status;
}

static cpm_status write_names(writer *w)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < w->result->nnames && status == CPM_OK; i++) {
        const cpm_list_holder *name = &w->result->names[i];
        const cpm_list_shape *shape = &w->result->shapes[name->shape];
        cpm_val value = {0};
        if (!shape->is_live)
            continue;
        if (shape->is_tuple)
            status = make_tuple(w, name->shape);
        cpm_val_copy(&value, &w->values[name->shape]);
        cpm_interp_set(w->interp, cpm_interp_slot(w->interp, name->sym), &value);
    }
    return status;
}

/* The cells hold nothing from here on. */
static void forget_cells(const writer *w)
{
    for (size_t i = 0; i < w->result->ncells; i++) {
        cpm_val none = {0};
        cpm_interp_set(w->interp, cpm_interp_slot(w->interp, w->result->first_cell + (cpm_sym)i),
                       &none);
    }
}

cpm_status cpm_list_result_write(cpm_list_result *result, cpm_interp *interp, const fmpz_t rounds,
                                 cpm_err *err)
{
    writer w = {.result = result,
                .interp = interp,
                .heap = cpm_interp_hold_heap(interp),
                .values = cpm_calloc(result->nshapes, sizeof *w.values),
                .err = err};
    cpm_status status = w.values == NULL ? cpm_err_memory(err) : make_objects(&w, rounds);
    for (size_t i = 0; i < result->nshapes && status == CPM_OK; i++)
        if (result->shapes[i].is_live && result->shapes[i].is_loaded && !result->shapes[i].is_tuple)
            status = fill_list(&w, i);
    if (status == CPM_OK)
        status = write_names(&w);
    for (size_t i = 0; w.values != NULL && i < result->nshapes; i++)
        cpm_val_clear(&w.values[i]);
    free(w.values);
    forget_cells(&w);
    cpm_heap_release(w.heap);
    return status;
}
