/* SPDX-License-Identifier: MIT
 *
 * window.h - the lists of which a loop reads the last few items alone: finding them.
 * For contract.c.
 *
 * Places are counted from the loop's variable: offset c is the item [i + c].
 */
#ifndef CPM_LANG_WINDOW_H
#define CPM_LANG_WINDOW_H

#include "lang/offset.h"

/* What such a list is looked for in. All borrowed. */
typedef struct cpm_window_place {
    const cpm_tree *tree;
    size_t function;        /* in whose body the block is; CPM_NO_FUNCTION at top level */
    const cpm_block *block; /* the list is made in it and the loop stands in it */
    size_t loop;            /* its number in the block */
    const cpm_expr *call;   /* evaluated at top level in the end; or NULL */
} cpm_window_place;

typedef struct cpm_window {
    cpm_sym list;
    size_t made;      /* the number of the statement that makes it */
    bool grows;       /* [x, y], to which each round appends; else x times something */
    bool is_row;      /* its items are lists made one by one */
    bool has_columns; /* a list of such lists: its items are [row][place] */
    bool moves;       /* an offset is no constant: the window is a list itself */
    bool is_repeated; /* all items are one list at first, of which that cannot be seen */
    slong nlead;      /* items that are written out */
    cpm_expr *times;  /* how many others there are, in the text; NULL where it grows */
    cpm_expr *fill;   /* what these are; NULL where it grows */
    cpm_expr *end;    /* the loop ends before this and */
    slong end_lead;   /* so many more */
    slong before;     /* the highest place that is used before the loop, or -1 */
    slong first;      /* where the loop's variable starts */
    slong low, high;  /* the offsets that the rounds and what comes behind them use; of a list
                         that grows, high is what a round appends */
    slong slack;      /* how much longer the list is than the loop's end; unless it grows */
} cpm_window;

/* Whether the list that statement number w->made makes can be contracted; fills in the
 * rest. */
bool cpm_window_find(cpm_window *w, const cpm_window_place *place);

/* Whether the expression is an item of it; *row is which of its lists that is in, NULL
 * where it is one list. */
bool cpm_window_is_item(const cpm_expr **row, const cpm_window *w, const cpm_expr *expr);

/* The value that is appended to it, where the statement does that alone; else NULL. */
const cpm_expr *cpm_window_appended(const cpm_window *w, const cpm_stmt *stmt);

/* How many items are kept, at least 1, and where among them the item at offset c is: in a
 * round, or behind its appending and at its end. */
slong cpm_window_width(const cpm_window *w);
slong cpm_window_position(const cpm_window *w, slong c, bool is_appended);

/* The first round that can do with the window: all of it is there, and what comes into
 * it is as it was made. */
slong cpm_window_start(const cpm_window *w);

#endif
