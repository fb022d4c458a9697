/* SPDX-License-Identifier: MIT
 *
 * lower_list.c - the lists of a round: objects, their items, and the cells that hold what
 * changes.
 *
 * A cell is held by items and, while a statement is at work, by the expressions that read
 * it. What is held once can be assigned in place; else a fresh cell takes the new value,
 * so that copies and slices cost nothing and a value that waits stays what it was.
 */
#include "accel/lower_list.h"

#include "base/limits.h"
#include "lang/visit.h"

#include <stdlib.h>
#include <string.h>

void cpm_list_memory_clear(list_memory *memory)
{
    for (size_t i = 0; i < memory->nnotes; i++) {
        free(memory->notes[i].varies);
        free(memory->notes[i].flow);
    }
    free(memory->notes);
    *memory = (list_memory){0};
}

/* ---- Work ------------------------------------------------------------------------------ */

cpm_status cpm_list_step(lowering *lw, cpm_span span)
{
    enum { STEPS_BETWEEN = 1024 };
    if (++lw->lists->nsteps > CPM_MAX_LIST_STEPS)
        return cpm_lower_refuse(lw, span, "lists take too many steps in a round");
    return lw->lists->nsteps % STEPS_BETWEEN == 0 ? lw->env->tick(lw->env->ctx, lw->err) : CPM_OK;
}

/* ---- Cells ----------------------------------------------------------------------------- */

static bool push_sym(cpm_sym **array, size_t *count, size_t *cap, cpm_sym sym)
{
    cpm_sym *grown = cpm_grow(*array, cap, *count + 1, sizeof *grown);
    if (grown == NULL)
        return false;
    *array = grown;
    grown[(*count)++] = sym;
    return true;
}

static cpm_status new_cell(cpm_sym *sym, lowering *lw, const char *name)
{
    lists *l = lw->lists;
    if (l->nunused > 0)
        *sym = l->unused[--l->nunused];
    else if (l->ncells < lw->tree->ncells)
        *sym = lw->tree->first_cell + (cpm_sym)l->ncells++;
    else
        return cpm_lower_refuse(lw, (cpm_span){0, 0}, "lists of more than %d items that change",
                                CPM_MAX_LIST_CELLS);
    *cell_of(lw, *sym) = (list_cell){.final = CPM_NO_SYM, .saved = CPM_NO_SYM};
    name_info *info = &lw->names[*sym];
    *info = (name_info){.state = NAME_REGISTER,
                        .is_assigned = true,
                        .may_be_unbound = true,
                        .has_reg = info->has_reg,
                        .reg = info->reg};
    if (!info->has_reg) /* the register is called so too */
        cpm_tree_name_cell(lw->tree, *sym, name);
    return CPM_OK;
}

/* One holder less. */
static void drop_cell(lowering *lw, cpm_sym sym)
{
    lists *l = lw->lists;
    list_cell *cell = cell_of(lw, sym);
    if (--cell->refs == 0 && !cell->is_head)
        (void)push_sym(&l->unused, &l->nunused, &l->unused_cap,
                       sym); /* else it is not used again */
}

static void drop_item(lowering *lw, const list_item *item)
{
    if (item->kind == ITEM_CELL)
        drop_cell(lw, item->cell);
}

static void hold_item(lowering *lw, const list_item *item)
{
    if (item->kind == ITEM_CELL)
        cell_of(lw, item->cell)->refs++;
}

static cpm_status pin(lowering *lw, cpm_sym sym)
{
    lists *l = lw->lists;
    if (!push_sym(&l->pins, &l->npins, &l->pins_cap, sym))
        return cpm_err_memory(lw->err);
    cell_of(lw, sym)->refs++;
    return CPM_OK;
}

list_mark cpm_list_begin_work(const lowering *lw)
{
    return (list_mark){lw->lists->npins, lw->lists->ntemps};
}

void cpm_list_end_work(lowering *lw, list_mark mark)
{
    lists *l = lw->lists;
    while (l->npins > mark.npins)
        drop_cell(lw, l->pins[--l->npins]);
    while (l->ntemps > mark.ntemps)
        drop_cell(lw, l->temps[--l->ntemps]);
}

static cpm_status new_temp(cpm_sym *sym, lowering *lw)
{
    lists *l = lw->lists;
    cpm_status status = new_cell(sym, lw, "value");
    if (status == CPM_OK && !push_sym(&l->temps, &l->ntemps, &l->temps_cap, *sym))
        return cpm_err_memory(lw->err);
    if (status == CPM_OK)
        cell_of(lw, *sym)->refs++;
    return status;
}

/* ---- Nodes ----------------------------------------------------------------------------- */

cpm_expr *cpm_list_copy(lowering *lw, const cpm_expr *expr)
{
    cpm_expr *copy = cpm_arena_copy(&lw->lists->nodes, expr, sizeof *expr);
    if (copy != NULL)
        copy->quick = NULL; /* its parts will be others */
    return copy;
}

cpm_expr *cpm_list_name(lowering *lw, cpm_sym sym, cpm_span span)
{
    cpm_expr name = {.kind = CPM_EXPR_NAME,
                     .span = span,
                     .u.name = {.sym = sym, .slot = lw->env->slot(lw->env->ctx, sym)}};
    return cpm_list_copy(lw, &name);
}

cpm_status cpm_list_assign_plain(lowering *lw, cpm_sym sym, cpm_expr *expr, cpm_span span)
{
    cpm_expr target = {.kind = CPM_EXPR_NAME,
                       .span = span,
                       .u.name = {.sym = sym, .slot = lw->env->slot(lw->env->ctx, sym)}};
    cpm_expr *targets[] = {&target};
    cpm_stmt stmt = {.kind = CPM_STMT_ASSIGN,
                     .span = span,
                     .u.assign = {.targets = targets, .ntargets = 1, .value = expr}};
    return cpm_lower_assign(lw, &stmt);
}

/* ---- Constants ------------------------------------------------------------------------- */

/* Takes the value over and keeps it where it does not move. */
static const cpm_val *keep_value(lowering *lw, cpm_val *value)
{
    lists *l = lw->lists;
    cpm_val **grown = cpm_grow(l->values, &l->values_cap, l->nvalues + 1, sizeof *grown);
    cpm_val *kept = grown == NULL ? NULL : cpm_calloc(1, sizeof *kept);
    if (grown != NULL)
        l->values = grown;
    if (kept == NULL) {
        cpm_val_clear(value);
        cpm_err_memory(lw->err);
        return NULL;
    }
    cpm_val_move(kept, value);
    l->values[l->nvalues++] = kept;
    return kept;
}

cpm_status cpm_list_constant(sval *out, lowering *lw, cpm_val *value, cpm_span span)
{
    cpm_sym sym;
    cpm_status status = new_temp(&sym, lw);
    if (status != CPM_OK) {
        cpm_val_clear(value);
        return status;
    }
    lw->env->put(lw->env->ctx, sym, value);
    lw->names[sym].state = NAME_PREDICTED;
    lw->names[sym].may_be_unbound = false;
    *out = (sval){.kind = SVAL_NUMBER, .expr = cpm_list_name(lw, sym, span)};
    return out->expr == NULL ? cpm_err_memory(lw->err) : CPM_OK;
}

cpm_status cpm_list_number(sval *out, lowering *lw, slong number, cpm_span span)
{
    cpm_val value = {0};
    cpm_val_set_si(&value, number);
    return cpm_list_constant(out, lw, &value, span);
}

static bool is_sequence(const cpm_val *value)
{
    return value->kind == CPM_VAL_LIST || value->kind == CPM_VAL_TUPLE;
}

/* A value that was computed: a tuple of it is a new one, a list stood there before. */
static cpm_status import_value(size_t *object, lowering *lw, const cpm_val *value);

cpm_status cpm_list_wrap(sval *out, lowering *lw, cpm_val *value, cpm_span span)
{
    if (!is_sequence(value))
        return cpm_list_constant(out, lw, value, span);
    const cpm_val *kept = keep_value(lw, value);
    *out = (sval){.kind = SVAL_LIST};
    return kept == NULL ? CPM_ERR_MEMORY : import_value(&out->object, lw, kept);
}

cpm_status cpm_list_evaluate(bool *known, sval *out, lowering *lw, cpm_expr *expr)
{
    cpm_val value = {0};
    *known = true;
    const cpm_expr *child;
    for (size_t i = 0; *known && (child = cpm_expr_child(expr, i)) != NULL; i++)
        *known = child->kind == CPM_EXPR_STRING || cpm_lower_is_predictable(lw, child);
    if (!*known)
        return CPM_OK;
    cpm_status status = lw->env->compute(lw->env->ctx, &value, expr, lw->err);
    return status == CPM_OK ? cpm_list_wrap(out, lw, &value, expr->span) : status;
}

/* ---- Objects ---------------------------------------------------------------------------- */

cpm_status cpm_list_make(size_t *object, lowering *lw, bool is_tuple)
{
    lists *l = lw->lists;
    list_object *grown = cpm_grow(l->objects, &l->objects_cap, l->nobjects + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    l->objects = grown;
    *object = l->nobjects++;
    l->objects[*object] = (list_object){.is_tuple = is_tuple,
                                        .is_loaded = true,
                                        .image = NO_OBJECT,
                                        .origin = NO_OBJECT,
                                        .note = NO_OBJECT};
    return CPM_OK;
}

/* Room for so many items; false where there are too many, or memory runs out. */
static cpm_status reserve(lowering *lw, size_t object, size_t count)
{
    list_object *o = object_of(lw, object);
    if (count > CPM_MAX_LIST_ITEMS)
        return cpm_lower_refuse(lw, (cpm_span){0, 0}, "a list of more than %d items",
                                CPM_MAX_LIST_ITEMS);
    list_item *grown = cpm_grow(o->items, &o->cap, count, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    o->items = grown;
    return CPM_OK;
}

enum { MAX_TUPLE_DEPTH = 100 };

static void deepen(const lowering *lw, list_object *o, const list_item *item)
{
    unsigned depth = item->kind == ITEM_LIST ? object_of(lw, item->object)->depth + 1 : 0;
    if (o->is_tuple && depth > o->depth)
        o->depth = depth;
}

cpm_status cpm_list_add(lowering *lw, size_t object, list_item item)
{
    return cpm_list_replace(lw, object, object_of(lw, object)->nitems, 0, &item, 1);
}

cpm_status cpm_list_replace(lowering *lw, size_t object, size_t at, size_t count,
                            const list_item *items, size_t nitems)
{
    list_object *o = object_of(lw, object);
    size_t rest = o->nitems - at - count;
    list_item *copy = cpm_calloc(nitems, sizeof *copy); /* they may be items of the same list */
    if (copy == NULL)
        return cpm_err_memory(lw->err);
    if (nitems > 0)
        memcpy(copy, items, nitems * sizeof *copy);
    cpm_status status = reserve(lw, object, at + nitems + rest);
    if (status == CPM_OK) {
        o = object_of(lw, object);
        for (size_t k = 0; k < nitems; k++) {
            hold_item(lw, &copy[k]);
            deepen(lw, o, &copy[k]);
        }
        for (size_t k = 0; k < count; k++)
            drop_item(lw, &o->items[at + k]);
        if (rest > 0)
            memmove(o->items + at + nitems, o->items + at + count, rest * sizeof *o->items);
        if (nitems > 0)
            memcpy(o->items + at, copy, nitems * sizeof *o->items);
        o->nitems = at + nitems + rest;
        o->is_changed = true;
        if (o->depth > MAX_TUPLE_DEPTH)
            status = cpm_lower_refuse(lw, (cpm_span){0, 0}, "tuples nested too deeply");
    }
    free(copy);
    return status;
}

cpm_status cpm_list_release(lowering *lw, size_t object)
{
    return cpm_list_replace(lw, object, 0, object_of(lw, object)->nitems, NULL, 0);
}

/* ---- Lists of the interpreter ------------------------------------------------------------- */

static const void *address_of(const cpm_val *value)
{
    return value->kind == CPM_VAL_TUPLE ? (const void *)value->u.tuple
                                        : (const void *)value->u.list;
}

static cpm_status find_note(size_t *row, lowering *lw, const void *real, size_t nitems)
{
    list_memory *m = lw->lists->memory;
    for (*row = 0; *row < m->nnotes; ++*row)
        if (m->notes[*row].real == real)
            return CPM_OK;
    list_note *grown = cpm_grow(m->notes, &m->notes_cap, m->nnotes + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    m->notes = grown;
    list_note note = {.real = real,
                      .nitems = nitems,
                      .varies = cpm_calloc(nitems, sizeof *note.varies),
                      .flow = cpm_calloc(nitems, sizeof *note.flow)};
    if (note.varies == NULL || note.flow == NULL) {
        free(note.varies);
        free(note.flow);
        return cpm_err_memory(lw->err);
    }
    m->notes[m->nnotes++] = note;
    return CPM_OK;
}

cpm_status cpm_list_import(size_t *object, lowering *lw, const cpm_val *value)
{
    lists *l = lw->lists;
    const void *real = address_of(value);
    for (size_t i = 0; i < l->nreals; i++)
        if (l->objects[l->reals[i]].real == real) {
            *object = l->reals[i];
            return CPM_OK;
        }
    size_t *grown = cpm_grow(l->reals, &l->reals_cap, l->nreals + 1, sizeof *grown);
    if (grown == NULL)
        return cpm_err_memory(lw->err);
    l->reals = grown;
    cpm_status status = cpm_list_make(object, lw, value->kind == CPM_VAL_TUPLE);
    if (status != CPM_OK)
        return status;
    l->reals[l->nreals++] = *object;
    list_object *o = object_of(lw, *object);
    o->real = real;
    o->is_loaded = false;
    o->is_deque = value->kind == CPM_VAL_LIST && value->u.list->is_deque;
    o->refs = value->kind == CPM_VAL_TUPLE ? value->u.tuple->refs : value->u.list->base.refs;
    return CPM_OK;
}

void cpm_list_label(const lowering *lw, size_t object, const char *name, size_t at)
{
    list_object *o = object_of(lw, object);
    if (o->label[0] != '\0')
        return;
    if (at == SIZE_MAX)
        snprintf(o->label, sizeof o->label, "%.20s", name);
    else
        snprintf(o->label, sizeof o->label, "%.16s[%u]", name, (unsigned)(at % 10000));
}

/* The register of an item that varies, with the value that it begins with. */
static cpm_status head_cell(list_item *item, lowering *lw, size_t object, const cpm_val *value,
                            size_t k)
{
    size_t row = object_of(lw, object)->note;
    char name[CPM_CELL_NAME];
    uint32_t reg;
    cpm_val copy = {0};
    snprintf(name, sizeof name, "%.23s[%u]", object_of(lw, object)->label, (unsigned)(k % 10000));
    *item = (list_item){.kind = ITEM_CELL};
    cpm_status status = new_cell(&item->cell, lw, name);
    if (status != CPM_OK)
        return status;
    cpm_val_copy(&copy, value);
    lw->env->put(lw->env->ctx, item->cell, &copy);
    cell_of(lw, item->cell)->is_head = true;
    name_info *info = &lw->names[item->cell];
    info->flow = lw->lists->memory->notes[row].flow[k];
    info->may_be_unbound = false;
    info->has_reg = false; /* one that nothing has been in */
    status = cpm_lower_variable(&reg, lw, item->cell);
    if (status == CPM_OK && !lw->code->regs[reg].is_bound)
        status = cpm_lower_refuse(lw, (cpm_span){0, 0}, "an item of a list that is no integer");
    if (status == CPM_OK)
        status = cpm_lower_check_value(lw, lw->code->regs[reg].start, (cpm_span){0, 0});
    return status;
}

static cpm_status load_item(list_item *item, lowering *lw, size_t object, const cpm_val *value,
                            size_t k)
{
    size_t row = object_of(lw, object)->note;
    if (is_sequence(value)) {
        *item = (list_item){.kind = ITEM_LIST};
        cpm_status status = cpm_list_import(&item->object, lw, value);
        if (status == CPM_OK) {
            object_of(lw, item->object)->holders++;
            object_of(lw, item->object)->is_anchored |= row == NO_OBJECT;
            cpm_list_label(lw, item->object, object_of(lw, object)->label, k);
        }
        return status;
    }
    if (row != NO_OBJECT && lw->lists->memory->notes[row].varies[k])
        return head_cell(item, lw, object, value, k);
    *item = (list_item){.kind = ITEM_KNOWN, .known = value};
    return CPM_OK;
}

/* Items of a value, which belongs to the interpreter or to lists.values. */
static cpm_status load_items(lowering *lw, size_t object, const cpm_val *items, size_t nitems)
{
    cpm_status status = reserve(lw, object, nitems);
    for (size_t k = 0; k < nitems && status == CPM_OK; k++) {
        list_item item;
        status = load_item(&item, lw, object, &items[k], k);
        if (status != CPM_OK)
            break;
        hold_item(lw, &item);
        list_object *o = object_of(lw, object);
        o->items[o->nitems++] = item;
    }
    return status;
}

static cpm_status import_value(size_t *object, lowering *lw, const cpm_val *value)
{
    if (value->kind == CPM_VAL_LIST) {
        cpm_status status = cpm_list_import(object, lw, value);
        if (status == CPM_OK)
            object_of(lw, *object)->is_anchored = true;
        return status;
    }
    cpm_status status = cpm_list_make(object, lw, true);
    return status == CPM_OK ? load_items(lw, *object, value->u.tuple->items, value->u.tuple->nitems)
                            : status;
}

cpm_status cpm_list_load(lowering *lw, size_t object)
{
    list_object *o = object_of(lw, object);
    if (o->is_loaded)
        return CPM_OK;
    const cpm_val *items;
    size_t nitems, row;
    cpm_val value = {.kind = o->is_tuple ? CPM_VAL_TUPLE : CPM_VAL_LIST};
    if (o->is_tuple)
        value.u.tuple = (cpm_tuple_object *)o->real;
    else
        value.u.list = (cpm_list_object *)o->real;
    cpm_val_items(&value, &items, &nitems);
    o->is_loaded = true;
    cpm_status status = reserve(lw, object, nitems); /* before anything is made for it */
    if (status == CPM_OK)
        status = find_note(&row, lw, o->real, nitems);
    if (status != CPM_OK)
        return status;
    object_of(lw, object)->note = row;
    status = load_items(lw, object, items, nitems);
    o = object_of(lw, object);
    o->head = cpm_calloc(o->nitems, sizeof *o->head);
    if (o->head == NULL)
        return cpm_err_memory(lw->err);
    if (o->nitems > 0)
        memcpy(o->head, o->items, o->nitems * sizeof *o->head);
    o->nhead = o->nitems;
    return status;
}

/* ---- Items ------------------------------------------------------------------------------ */

cpm_status cpm_list_read(sval *out, lowering *lw, const list_item *item, cpm_span span)
{
    cpm_val copy = {0};
    cpm_status status;
    switch (item->kind) {
    case ITEM_KNOWN:
        cpm_val_copy(&copy, item->known);
        return cpm_list_constant(out, lw, &copy, span);
    case ITEM_LIST:
        *out = (sval){.kind = SVAL_LIST, .object = item->object};
        return CPM_OK;
    case ITEM_CELL:
        break;
    }
    status = pin(lw, item->cell);
    *out = (sval){.kind = SVAL_NUMBER, .expr = cpm_list_name(lw, item->cell, span)};
    return status == CPM_OK && out->expr == NULL ? cpm_err_memory(lw->err) : status;
}

static cpm_status keep_constant(list_item *out, lowering *lw, cpm_expr *expr)
{
    cpm_val value = {0};
    cpm_status status = lw->env->compute(lw->env->ctx, &value, expr, lw->err);
    if (status != CPM_OK)
        return status;
    const cpm_val *kept = keep_value(lw, &value);
    if (kept == NULL)
        return CPM_ERR_MEMORY;
    *out = (list_item){.kind = ITEM_KNOWN, .known = kept};
    if (is_sequence(kept)) {
        out->kind = ITEM_LIST;
        return import_value(&out->object, lw, kept);
    }
    return CPM_OK;
}

/* The cell of a value that is one already, and no constant. */
static bool is_cell_name(const lowering *lw, const cpm_expr *expr)
{
    return expr->kind == CPM_EXPR_NAME && is_cell(lw, expr->u.name.sym) &&
           cell_of(lw, expr->u.name.sym)->refs > 0;
}

cpm_status cpm_list_keep(list_item *out, lowering *lw, const sval *value)
{
    if (value->kind == SVAL_LIST) {
        *out = (list_item){.kind = ITEM_LIST, .object = value->object};
        return CPM_OK;
    }
    if (value->expr->kind == CPM_EXPR_STRING || cpm_lower_is_predictable(lw, value->expr))
        return keep_constant(out, lw, value->expr);
    *out = (list_item){.kind = ITEM_CELL};
    if (is_cell_name(lw, value->expr)) {
        out->cell = value->expr->u.name.sym;
        return CPM_OK;
    }
    cpm_status status = new_temp(&out->cell, lw); /* until an item holds it */
    return status == CPM_OK ? cpm_list_assign_plain(lw, out->cell, value->expr, value->expr->span)
                            : status;
}

/* How often the statement at work reads the cell: before it is assigned. */
static unsigned pins_of(const lists *l, cpm_sym sym)
{
    unsigned count = 0;
    for (size_t i = l->npins; i-- > l->work.npins;)
        count += l->pins[i] == sym;
    return count;
}

cpm_sym cpm_list_own_cell(lowering *lw, size_t object, size_t at)
{
    const list_item *item = &object_of(lw, object)->items[at];
    if (item->kind != ITEM_CELL)
        return CPM_NO_SYM;
    const list_cell *cell = cell_of(lw, item->cell);
    return !cell->is_head && cell->refs == 1 + pins_of(lw->lists, item->cell) ? item->cell
                                                                              : CPM_NO_SYM;
}

cpm_status cpm_list_store(lowering *lw, size_t object, size_t at, const sval *value, cpm_span span)
{
    if (object_of(lw, object)->is_tuple)
        return cpm_lower_own_error(lw, span, "an item of a tuple is assigned");
    cpm_sym own = value->kind == SVAL_NUMBER && !cpm_lower_is_predictable(lw, value->expr)
                      ? cpm_list_own_cell(lw, object, at)
                      : CPM_NO_SYM;
    if (own != CPM_NO_SYM) {
        object_of(lw, object)->is_changed = true;
        return cpm_list_assign_plain(lw, own, value->expr, span);
    }
    list_item item;
    cpm_status status = cpm_list_keep(&item, lw, value);
    return status == CPM_OK ? cpm_list_replace(lw, object, at, 1, &item, 1) : status;
}

cpm_status cpm_list_assign_name(lowering *lw, cpm_sym sym, const sval *value, cpm_span span)
{
    name_info *name = &lw->names[sym];
    if (name->state == NAME_LIST) { /* what it holds is no number, whatever comes */
        name->at_head = false;
        name->state = NAME_REGISTER;
        name->may_be_unbound = true;
    }
    if (value->kind == SVAL_NUMBER)
        return cpm_list_assign_plain(lw, sym, value->expr, span);
    name->state = NAME_LIST;
    name->object = value->object;
    name->may_be_unbound = false;
    name->flow = 0;
    name->range.known = false;
    return CPM_OK;
}

/* ---- A try ------------------------------------------------------------------------------ */

cpm_status cpm_lists_begin(lowering *lw, lists *l, list_memory *memory)
{
    *l = (lists){.memory = memory};
    lw->lists = l;
    l->cells = cpm_calloc(lw->tree->ncells, sizeof *l->cells);
    l->heads = cpm_calloc(lw->nassigned, sizeof *l->heads);
    if (l->cells == NULL || l->heads == NULL)
        return cpm_err_memory(lw->err);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < lw->nassigned && status == CPM_OK; i++) {
        name_info *name = &lw->names[lw->assigned[i]];
        const cpm_val *value = lw->env->value(lw->env->ctx, lw->assigned[i]);
        l->heads[i] = NO_OBJECT;
        if (!is_sequence(value))
            continue;
        name->state = NAME_LIST;
        name->at_head = true;
        name->may_be_unbound = false;
        status = cpm_list_import(&name->object, lw, value);
        if (status == CPM_OK)
            object_of(lw, name->object)->holders++;
        if (status == CPM_OK)
            cpm_list_label(lw, name->object, lw->tree->symbols[lw->assigned[i]].name, SIZE_MAX);
        l->heads[i] = name->object;
    }
    return status;
}

void cpm_lists_clear(lists *l)
{
    for (size_t i = 0; i < l->nobjects; i++) {
        free(l->objects[i].items);
        free(l->objects[i].head);
    }
    for (size_t i = 0; i < l->nvalues; i++) {
        cpm_val_clear(l->values[i]);
        free(l->values[i]);
    }
    free(l->values);
    free(l->objects);
    free(l->reals);
    free(l->heads);
    free(l->cells);
    free(l->unused);
    free(l->pins);
    free(l->temps);
    cpm_arena_clear(&l->nodes);
    *l = (lists){0};
}
