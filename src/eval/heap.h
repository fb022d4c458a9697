/* SPDX-License-Identifier: MIT
 *
 * heap.h - the values that can be changed: lists, dictionaries, sets and cells, and
 * what runs over values. They are counted like all others; since they may hold
 * themselves, their heap has a list of all of them, and what is left when the run is
 * over is freed by that list. What they take is added up and bounded.
 */
#ifndef CPM_EVAL_HEAP_H
#define CPM_EVAL_HEAP_H

#include "eval/val.h"

/* What the four have in common. */
struct cpm_object {
    size_t refs;
    cpm_object *prev, *next; /* in the ring of the heap */
    struct cpm_heap *heap;   /* outlives the object */
    cpm_object *next_dead;   /* without references: see val.c */
    cpm_val_kind kind;
    bool is_shown; /* it is being written: [...] stands for it inside itself */
};

typedef struct cpm_heap {
    size_t refs;      /* of the run, and of the result that outlives it */
    cpm_object ring;  /* all objects, between its next and its prev */
    size_t nbytes;    /* that their contents take */
    size_t max_bytes; /* no more than that */
    uintptr_t floor;  /* of the stack, see cpm_stack_floor: walks over values recurse */
} cpm_heap;

struct cpm_list_object {
    cpm_object base;
    cpm_val *items; /* within block */
    size_t nitems;
    cpm_val *block; /* owned */
    size_t cap;     /* of the block */
    bool is_deque;
};

/* An entry without a key was removed. */
typedef struct cpm_entry {
    cpm_val key;
    cpm_val value; /* unbound in a set */
    uint64_t hash;
} cpm_entry;

/* Entries in the order in which they were made, and a table of their numbers by
 * hash: open addressing, linear probing, at most half full. */
struct cpm_dict_object {
    cpm_object base;
    cpm_entry *entries; /* owned */
    size_t nentries, entries_cap;
    size_t count;    /* of those that were not removed */
    uint32_t *table; /* owned: the number of an entry plus 1; 0: free */
    size_t table_cap;
    uint64_t changes; /* how often a key came or went */
    cpm_val missing;  /* owned: of a defaultdict, what makes a value; else unbound */
    bool is_counter;  /* of collections.Counter: what is missing counts 0 */
};

struct cpm_cell_object {
    cpm_object base;
    cpm_val value; /* owned */
};

typedef enum cpm_iter_kind {
    CPM_ITER_ITEMS,     /* of a tuple or a list: sources[0] */
    CPM_ITER_REVERSED,  /* the same, backwards */
    CPM_ITER_RANGE,     /* of a range */
    CPM_ITER_STRING,    /* characters */
    CPM_ITER_KEYS,      /* of a dictionary or a set, which must not change meanwhile */
    CPM_ITER_VALUES,    /* of a dictionary */
    CPM_ITER_PAIRS,     /* keys and values */
    CPM_ITER_ZIP,       /* one value of each source */
    CPM_ITER_ENUMERATE, /* numbers from `at` on, and the values of sources[0] */
    CPM_ITER_MAP,       /* sources[0] of a value of each other source */
    CPM_ITER_FILTER,    /* the values of sources[1] for which sources[0] holds */
    CPM_ITER_LINES      /* of the input */
} cpm_iter_kind;

struct cpm_iter_object {
    size_t refs;
    cpm_iter_object *next_dead; /* without references */
    cpm_iter_kind kind;
    size_t index;     /* what comes next, of things that are counted by words */
    uint64_t changes; /* of the dictionary, when this began */
    fmpz_t at;        /* of a range or an enumeration */
    bool is_done;
    size_t nsources;
    cpm_val sources[]; /* owned */
};

/* ---- The heap ---------------------------------------------------------- */

CPM_MUST_USE cpm_heap *cpm_heap_new(size_t max_bytes); /* NULL without memory */
void cpm_heap_hold(cpm_heap *heap);
/* The last one to let go frees all objects. */
void cpm_heap_release(cpm_heap *heap);

/* Whether `nbytes` more fit; CPM_ERR_LIMIT, without a place, where they do not. */
CPM_MUST_USE cpm_status cpm_heap_check(const cpm_heap *heap, size_t nbytes, cpm_err *err);

/* A zeroed object of `size` bytes, in the ring; NULL without memory. */
CPM_MUST_USE void *cpm_object_new(cpm_heap *heap, cpm_val_kind kind, size_t size, cpm_err *err);
/* The end of an object without references; what it held is gone (see val.c). */
void cpm_object_free(cpm_object *object);

/* ---- Lists ------------------------------------------------------------- */

/* An unbound *out becomes an empty list with room for `cap` items. */
CPM_MUST_USE cpm_status cpm_list_new(cpm_val *out, cpm_heap *heap, size_t cap, cpm_err *err);
/* Room for `count` items more at the end. */
CPM_MUST_USE cpm_status cpm_list_reserve(cpm_list_object *list, size_t count, cpm_err *err);
/* Takes the value over, which is unbound afterwards. */
CPM_MUST_USE cpm_status cpm_list_push(cpm_list_object *list, cpm_val *value, cpm_err *err);
/* The same before the item at `index`, at most nitems. */
CPM_MUST_USE cpm_status cpm_list_insert(cpm_list_object *list, size_t index, cpm_val *value,
                                        cpm_err *err);
/* An unbound *out takes an item over, which leaves the list. */
void cpm_list_take(cpm_val *out, cpm_list_object *list, size_t index);
/* Replaces `count` items from `index` on by copies of others, not of the same list. */
CPM_MUST_USE cpm_status cpm_list_splice(cpm_list_object *list, size_t index, size_t count,
                                        const cpm_val *items, size_t nitems, cpm_err *err);
void cpm_list_clear(cpm_list_object *list);

/* ---- Dictionaries and sets (dict.c) -------------------------------------- */

/* An unbound *out becomes an empty DICT or SET. */
CPM_MUST_USE cpm_status cpm_dict_new(cpm_val *out, cpm_heap *heap, cpm_val_kind kind, cpm_err *err);
/* The entry of a key; *entry is NULL when there is none. CPM_ERR_RUNTIME for a key that
 * can be changed. An entry is good until the next key comes or goes. */
CPM_MUST_USE cpm_status cpm_dict_find(cpm_entry **entry, const cpm_dict_object *dict,
                                      const cpm_val *key, cpm_err *err);
/* The same, made with an unbound value where it was missing. The key is copied. */
CPM_MUST_USE cpm_status cpm_dict_entry(cpm_entry **entry, cpm_dict_object *dict, const cpm_val *key,
                                       cpm_err *err);
/* Takes the value over, which is unbound afterwards. */
CPM_MUST_USE cpm_status cpm_dict_put(cpm_dict_object *dict, const cpm_val *key, cpm_val *value,
                                     cpm_err *err);
void cpm_dict_remove(cpm_dict_object *dict, cpm_entry *entry);
void cpm_dict_clear(cpm_dict_object *dict);
/* The first entry from number *index on, which moves behind it; NULL at the end. */
cpm_entry *cpm_dict_next(const cpm_dict_object *dict, size_t *index);
/* Equal values have equal hashes. CPM_ERR_RUNTIME for a value that can be changed. */
CPM_MUST_USE cpm_status cpm_val_hash(uint64_t *hash, const cpm_val *value, cpm_err *err);

/* ---- Cells and iterators ------------------------------------------------ */

/* The value, which may be unbound, moves into a new cell that takes its place. */
CPM_MUST_USE cpm_status cpm_cell_wrap(cpm_val *value, cpm_heap *heap, cpm_err *err);
CPM_MUST_USE cpm_status cpm_iter_new(cpm_val *out, cpm_iter_kind kind, size_t nsources,
                                     cpm_err *err);

#endif
