/* SPDX-License-Identifier: MIT
 *
 * list_result.h - the lists that a lowered loop leaves behind: which names hold which,
 * what is in them, and which of them are the same objects as before the loop.
 */
#ifndef CPM_ACCEL_LIST_RESULT_H
#define CPM_ACCEL_LIST_RESULT_H

#include "accel/liveness.h"
#include "eval/interp.h"

/* An item of a list after the loop. */
typedef struct cpm_list_part {
    enum { CPM_PART_IS_KNOWN, CPM_PART_IS_CELL, CPM_PART_IS_LIST } kind;
    cpm_val known; /* owned */
    cpm_sym cell;  /* what this name holds then */
    size_t shape;
} cpm_list_part;

/* A list or tuple at the end of a round. */
typedef struct cpm_list_shape {
    cpm_val real; /* owned: the one that stood for it at the head of the first round; unbound:
                   * it is made anew in each round */
    bool is_tuple, is_deque;
    bool is_loaded;       /* else nobody has looked into it: no parts are known */
    bool is_changed;      /* it does not hold what it held before */
    size_t image;         /* which of these is at its place in the next round; or SIZE_MAX */
    cpm_list_part *parts; /* owned */
    size_t nparts;
    bool is_live; /* it is looked at after the loop, or may be */
} cpm_list_shape;

typedef struct cpm_list_holder {
    cpm_sym sym;
    size_t shape;
} cpm_list_holder;

typedef struct cpm_list_result {
    cpm_list_shape *shapes; /* owned */
    size_t nshapes;
    size_t *todo;           /* owned: room to walk over them */
    cpm_list_holder *names; /* owned: what is assigned a list */
    size_t nnames;
    cpm_sym first_cell;
    bool *is_needed; /* owned: per cell: a live list holds it */
    size_t ncells;
    size_t nvarying; /* items that change from round to round */
} cpm_list_result;

void cpm_list_result_free(cpm_list_result *result);

/* Marks what the names keep alive that may be read later; with use NULL, all do. */
void cpm_list_result_mark(cpm_list_result *result, const cpm_use *use);
bool cpm_list_result_needs(const cpm_list_result *result, cpm_sym cell);

/* Makes the lists what they are after so many rounds, once the cells that are needed have
 * their values. */
CPM_MUST_USE cpm_status cpm_list_result_write(cpm_list_result *result, cpm_interp *interp,
                                              const fmpz_t rounds, cpm_err *err);

#endif
