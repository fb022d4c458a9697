/* SPDX-License-Identifier: MIT
 *
 * lower_list_close.c - the end of a body that works on lists. The lists at its end have to
 * be those at its head over again: there is a map from the objects at the head to the
 * objects at the end that goes along with names and items, is one to one, and leaves
 * alone what the loop does not assign. Then each round does to its lists what the first
 * one does, and the item that stands at a place of the head begins the next round with
 * the value that is at that place at the end.
 *
 * A list that is changed and then replaced is changed in the first rounds only, where it
 * is one of before the loop: nobody else must hold it.
 */
#include "accel/lower_list.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* ---- The map ------------------------------------------------------------------------------- */

/* The lists may settle after a round. */
static cpm_status refuse_graph(lowering *lw, cpm_span span, const char *why)
{
    if (lw->options->peels > 0 && lw->counters[0].has_trips && lw->options->period <= 1 &&
        fmpz_cmp_ui(lw->counters[0].trips, lw->options->peels) > 0) {
        lw->split.kind = CPM_SPLIT_CUT;
        lw->split.is_peel = true;
        fmpz_set_ui(lw->split.at, lw->options->peels);
    }
    return cpm_lower_refuse(lw, span, "%s", why);
}

static bool is_number(const cpm_val *value)
{
    return value->kind == CPM_VAL_INT || value->kind == CPM_VAL_RATIONAL ||
           value->kind == CPM_VAL_DECIMAL;
}

static bool same_value(const cpm_val *a, const cpm_val *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == CPM_VAL_INT || a->kind == CPM_VAL_BOOL)
        return fmpz_equal(&a->u.z, &b->u.z);
    if (a->kind == CPM_VAL_RATIONAL)
        return fmpq_equal(a->u.q->q, b->u.q->q);
    return a->kind == CPM_VAL_NONE || a->kind == CPM_VAL_POS_INF || a->kind == CPM_VAL_NEG_INF ||
           a->u.object == b->u.object;
}

/* What an item is known to be at the end; NULL: it is in a register. */
static const cpm_val *known_at_end(lowering *lw, const list_item *item)
{
    if (item->kind == ITEM_KNOWN)
        return item->known;
    return lw->names[item->cell].state == NAME_PREDICTED ? lw->env->value(lw->env->ctx, item->cell)
                                                         : NULL;
}

/* An item that was taken for a constant, against what it is at the end. */
static cpm_status compare_constant(lowering *lw, const list_object *o, size_t k,
                                   const list_item *end, cpm_span span)
{
    const cpm_val *head = o->head[k].known, *value = known_at_end(lw, end);
    if (value != NULL && same_value(head, value))
        return CPM_OK;
    if (!is_number(head))
        return refuse_graph(lw, span, "an item of a list that is no number changes");
    lw->lists->memory->notes[o->note].varies[k] = true;
    lw->lists->learned = true;
    return CPM_OK;
}

enum { MAX_MATCHED_DEPTH = 100 };

static cpm_status match(lowering *lw, size_t object, size_t end, cpm_span span);

static cpm_status match_items(lowering *lw, size_t object, size_t end, cpm_span span)
{
    if (object_of(lw, object)->nhead != object_of(lw, end)->nitems)
        return refuse_graph(lw, span,
                            "a list that changes its length from round to round; keep the last few "
                            "values in variables, or in a window (w = w[1:] + [x])");
    cpm_status status = CPM_OK;
    for (size_t k = 0; k < object_of(lw, object)->nhead && status == CPM_OK; k++) {
        const list_object *o = object_of(lw, object);
        list_item head = o->head[k], item = object_of(lw, end)->items[k];
        if ((head.kind == ITEM_LIST) != (item.kind == ITEM_LIST))
            status = refuse_graph(lw, span, "an item that is a list in some rounds only");
        else if (head.kind == ITEM_LIST)
            status = match(lw, head.object, item.object, span);
        else if (head.kind == ITEM_KNOWN)
            status = compare_constant(lw, o, k, &item, span);
    }
    return status;
}

/* What stands for `object` in the next round is `end`. */
static cpm_status match(lowering *lw, size_t object, size_t end, cpm_span span)
{
    list_object *o = object_of(lw, object), *e = object_of(lw, end);
    if (o->image == end)
        return CPM_OK;
    if (o->image != NO_OBJECT || e->origin != NO_OBJECT || o->is_tuple != e->is_tuple ||
        o->is_deque != e->is_deque)
        return refuse_graph(lw, span, "lists that are not shared in the same way after a round");
    o->image = end;
    e->origin = object;
    if (object == end && !o->is_loaded)
        return CPM_OK;
    if (++lw->lists->depth > MAX_MATCHED_DEPTH)
        return cpm_lower_refuse(lw, span, "lists nested too deeply");
    cpm_status status = cpm_list_load(lw, object);
    if (status == CPM_OK)
        status = cpm_list_load(lw, end);
    if (status == CPM_OK)
        status = match_items(lw, object, end, span);
    lw->lists->depth--;
    return status;
}

/* Of the names that were looked at before they were assigned. */
static cpm_status match_names(lowering *lw, cpm_span span)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < lw->nassigned && status == CPM_OK; i++) {
        const name_info *name = &lw->names[lw->assigned[i]];
        if (name->state == NAME_LIST && name->is_carried)
            status = refuse_graph(lw, span, "a name that is a list in some rounds only");
        if (status != CPM_OK || !(name->head_is_read || name->at_head))
            continue;
        if (name->state != NAME_LIST)
            return refuse_graph(lw, span, "a name that is a list in some rounds only");
        status = match(lw, lw->lists->heads[i], name->object, span);
    }
    return status;
}

/* And of all that the loop does not assign. */
static cpm_status match_anchors(lowering *lw, cpm_span span)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < lw->lists->nreals && status == CPM_OK; i++)
        if (object_of(lw, lw->lists->reals[i])->is_anchored)
            status = match(lw, lw->lists->reals[i], lw->lists->reals[i], span);
    return status;
}

/* Whether what stands in its place, round after round, is one made by the body at last:
 * else it comes back there, with others of before the loop taking turns. */
static bool is_replaced(const lowering *lw, size_t object)
{
    size_t place = object_of(lw, object)->image;
    while (place != NO_OBJECT && place != object)
        place = object_of(lw, place)->image; /* ends, the map being one to one */
    return place == NO_OBJECT;
}

/* Whether it is changed at the place where it stands, or one that it is handed on to. */
static bool is_changed_on_its_way(const lowering *lw, size_t object)
{
    size_t place = object;
    while (place != NO_OBJECT && !object_of(lw, place)->is_changed)
        place = object_of(lw, place)->origin; /* ends, since it is replaced */
    return place != NO_OBJECT;
}

/* A list that is changed in the first rounds and replaced is only ours. */
static cpm_status check_owners(lowering *lw, cpm_span span)
{
    for (size_t i = 0; i < lw->lists->nreals; i++) {
        const list_object *o = object_of(lw, lw->lists->reals[i]);
        if (o->refs > o->holders && is_replaced(lw, lw->lists->reals[i]) &&
            is_changed_on_its_way(lw, lw->lists->reals[i]))
            return refuse_graph(lw, span,
                                "a list that is changed, then replaced, and may be "
                                "looked at elsewhere");
    }
    return CPM_OK;
}

/* ---- The values --------------------------------------------------------------------------------
 */

/* An item at the head that varies, and what it is at the end. */
typedef struct transfer {
    cpm_sym to;
    list_item from;
    size_t note, index;
} transfer;

typedef struct transfers {
    transfer *moves; /* owned */
    size_t count, cap;
} transfers;

static cpm_status find_transfers(transfers *t, lowering *lw)
{
    for (size_t i = 0; i < lw->lists->nreals; i++) {
        const list_object *o = object_of(lw, lw->lists->reals[i]);
        if (o->image == NO_OBJECT || !o->is_loaded)
            continue;
        const list_object *e = object_of(lw, o->image);
        for (size_t k = 0; k < o->nhead; k++) {
            if (o->head[k].kind != ITEM_CELL)
                continue;
            transfer *grown = cpm_grow(t->moves, &t->cap, t->count + 1, sizeof *grown);
            if (grown == NULL)
                return cpm_err_memory(lw->err);
            t->moves = grown;
            grown[t->count++] = (transfer){o->head[k].cell, e->items[k], o->note, k};
        }
    }
    return CPM_OK;
}

/* The flow of a value at the end is that at the head of the next round. */
static void carry_flow(lowering *lw, const transfer *t)
{
    unsigned *at_head = &lw->lists->memory->notes[t->note].flow[t->index];
    unsigned flow = known_at_end(lw, &t->from) == NULL ? lw->names[t->from.cell].flow : 0;
    if (flow > 0 && flow < CPM_FLOW_MIXED)
        flow++;
    if (lw->has_modulus && flow > *at_head) {
        *at_head = flow;
        lw->lists->learned = true;
    }
}

static cpm_status emit_move(lowering *lw, cpm_sym to, cpm_sym from)
{
    uint32_t dst, src;
    cpm_status status = cpm_lower_variable(&dst, lw, to);
    if (status == CPM_OK)
        status = cpm_lower_variable(&src, lw, from);
    return status == CPM_OK ? cpm_matcode_emit(lw->code, CPM_MC_MOV, dst, src, lw->err) : status;
}

static cpm_status emit_constant(lowering *lw, const transfer *t, const cpm_val *value,
                                cpm_span span)
{
    uint32_t reg;
    fmpq_t q;
    fmpq_init(q);
    cpm_status status = cpm_lower_variable(&reg, lw, t->to);
    if (status == CPM_OK)
        status = cpm_val_get_fmpq(q, value) && is_number(value)
                     ? cpm_lower_move_constant(lw, reg, q, span)
                     : refuse_graph(lw, span,
                                    "an item of a list becomes something that is no "
                                    "number");
    fmpq_clear(q);
    return status;
}

/* A value of the head that others still need is put by before it is overwritten. */
static cpm_status put_by(lowering *lw, cpm_sym sym)
{
    list_cell *cell = cell_of(lw, sym);
    sval temp;
    if (!cell->is_head || !cell->is_written || cell->saved != CPM_NO_SYM)
        return CPM_OK;
    cpm_status status = cpm_list_number(&temp, lw, 0, (cpm_span){0, 0});
    if (status != CPM_OK)
        return status;
    cpm_sym to = temp.expr->u.name.sym;
    lw->names[to].state = NAME_REGISTER;
    lw->names[to].flow = lw->names[sym].flow;
    cell_of(lw, sym)->saved = cell_of(lw, sym)->final = to;
    return emit_move(lw, to, sym);
}

/* Those that stay as they are are no moves. */
static bool is_move(const transfer *t)
{
    return t->from.kind != ITEM_CELL || t->from.cell != t->to;
}

static cpm_status put_all_by(lowering *lw, const transfers *t)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < t->count; i++)
        cell_of(lw, t->moves[i].to)->is_written = is_move(&t->moves[i]);
    for (size_t i = 0; i < t->count && status == CPM_OK; i++)
        if (t->moves[i].from.kind == ITEM_CELL && is_move(&t->moves[i]))
            status = put_by(lw, t->moves[i].from.cell);
    for (size_t i = 0; i < lw->lists->nobjects && status == CPM_OK; i++) {
        const list_object *o = object_of(lw, i);
        if (o->origin != NO_OBJECT || !o->is_loaded)
            continue; /* its items are those of a head in the next round */
        for (size_t k = 0; k < object_of(lw, i)->nitems && status == CPM_OK; k++)
            if (object_of(lw, i)->items[k].kind == ITEM_CELL)
                status = put_by(lw, object_of(lw, i)->items[k].cell);
    }
    return status;
}

static cpm_status emit_transfers(lowering *lw, const transfers *t, cpm_span span)
{
    cpm_status status = put_all_by(lw, t);
    for (size_t i = 0; i < t->count && status == CPM_OK; i++) {
        const transfer *move = &t->moves[i];
        const cpm_val *known = known_at_end(lw, &move->from);
        carry_flow(lw, move);
        if (!is_move(move))
            continue;
        if (known != NULL) {
            status = emit_constant(lw, move, known, span);
            continue;
        }
        list_cell *from = cell_of(lw, move->from.cell);
        status = emit_move(lw, move->to, from->saved == CPM_NO_SYM ? move->from.cell : from->saved);
        from->final = move->to; /* one register for both */
        lw->names[move->to].flow = lw->names[move->from.cell].flow;
    }
    return status;
}

cpm_status cpm_lists_close(lowering *lw, cpm_span span)
{
    transfers t = {0};
    cpm_status status = match_names(lw, span);
    if (status == CPM_OK)
        status = match_anchors(lw, span);
    if (status == CPM_OK)
        status = check_owners(lw, span);
    if (status == CPM_OK)
        status = find_transfers(&t, lw);
    if (status == CPM_OK)
        status = emit_transfers(lw, &t, span);
    free(t.moves);
    return status;
}

bool cpm_lists_start_reduced(const lowering *lw)
{
    for (size_t i = 0; i < lw->lists->nreals; i++) {
        const list_object *o = object_of(lw, lw->lists->reals[i]);
        for (size_t k = 0; k < o->nhead; k++) {
            unsigned flow =
                o->head[k].kind == ITEM_CELL ? lw->lists->memory->notes[o->note].flow[k] : 0;
            if (flow < 2 || flow >= CPM_MAX_FLOW)
                continue;
            const cpm_mc_reg *reg = &lw->code->regs[lw->names[o->head[k].cell].reg];
            if (!reg->is_bound || !fmpz_is_one(fmpq_denref(reg->start)) ||
                fmpq_sgn(reg->start) < 0 || fmpz_cmp(fmpq_numref(reg->start), lw->modulus) >= 0)
                return false;
        }
    }
    return true;
}

/* ---- What remains ------------------------------------------------------------------------------
 */

static void add_final(cpm_lowered *lowered, lowering *lw, cpm_sym sym)
{
    bool *is_listed = &lowered->lists->is_needed[sym - lw->tree->first_cell];
    const name_info *name = &lw->names[sym];
    if (*is_listed)
        return;
    *is_listed = true; /* marked anew when it is known who is looked at */
    lowered->finals[lowered->nfinals++] = (cpm_final){.sym = sym,
                                                      .kind = CPM_FINAL_REGISTER,
                                                      .reg = name->reg,
                                                      .flow = name->flow,
                                                      .is_item = true};
}

static void collect_part(cpm_list_part *part, cpm_lowered *lowered, lowering *lw,
                         const list_item *item)
{
    const cpm_val *known = item->kind == ITEM_LIST ? NULL : known_at_end(lw, item);
    *part = (cpm_list_part){.kind = CPM_PART_IS_LIST, .shape = item->object};
    if (item->kind == ITEM_LIST)
        return;
    part->kind = known != NULL ? CPM_PART_IS_KNOWN : CPM_PART_IS_CELL;
    if (known != NULL) {
        cpm_val_copy(&part->known, known);
        return;
    }
    cpm_sym final = cell_of(lw, item->cell)->final;
    part->cell = final == CPM_NO_SYM ? item->cell : final;
    add_final(lowered, lw, part->cell);
}

static cpm_status collect_shape(cpm_list_shape *shape, cpm_lowered *lowered, lowering *lw,
                                const list_object *o)
{
    *shape = (cpm_list_shape){.is_tuple = o->is_tuple,
                              .is_deque = o->is_deque,
                              .is_loaded = o->is_loaded,
                              .is_changed = o->is_changed,
                              .image = o->image};
    if (o->real != NULL) {
        cpm_val value = {.kind = o->is_tuple ? CPM_VAL_TUPLE : CPM_VAL_LIST};
        if (o->is_tuple)
            value.u.tuple = (cpm_tuple_object *)o->real;
        else
            value.u.list = (cpm_list_object *)o->real;
        cpm_val_copy(&shape->real, &value);
    }
    shape->parts = cpm_calloc(o->nitems, sizeof *shape->parts);
    if (shape->parts == NULL)
        return cpm_err_memory(lw->err);
    for (size_t k = 0; k < o->nitems; k++)
        collect_part(&shape->parts[shape->nparts++], lowered, lw, &o->items[k]);
    return CPM_OK;
}

static void collect_names(cpm_list_result *result, const lowering *lw)
{
    for (size_t i = 0; i < lw->nassigned; i++) {
        const name_info *name = &lw->names[lw->assigned[i]];
        if (name->state == NAME_LIST)
            result->names[result->nnames++] =
                (cpm_list_holder){.sym = lw->assigned[i], .shape = name->object};
    }
}

cpm_status cpm_lists_collect(cpm_lowered *lowered, lowering *lw)
{
    const lists *l = lw->lists;
    cpm_list_result *result = lowered->lists = cpm_calloc(1, sizeof *result);
    if (result == NULL)
        return cpm_err_memory(lw->err);
    *result = (cpm_list_result){.shapes = cpm_calloc(l->nobjects, sizeof *result->shapes),
                                .names = cpm_calloc(lw->nassigned, sizeof *result->names),
                                .todo = cpm_calloc(l->nobjects, sizeof *result->todo),
                                .first_cell = lw->tree->first_cell,
                                .is_needed = cpm_calloc(l->ncells, sizeof *result->is_needed),
                                .ncells = l->ncells};
    if (result->shapes == NULL || result->names == NULL || result->is_needed == NULL ||
        result->todo == NULL)
        return cpm_err_memory(lw->err);
    collect_names(result, lw);
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < l->nobjects && status == CPM_OK; i++)
        status = collect_shape(&result->shapes[result->nshapes++], lowered, lw, &l->objects[i]);
    for (size_t i = 0; i < l->ncells; i++)
        result->nvarying += l->cells[i].is_head;
    return status;
}
