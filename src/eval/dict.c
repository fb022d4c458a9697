/* SPDX-License-Identifier: MIT
 *
 * dict.c - dictionaries and sets: entries in the order of their making and a table of
 * their numbers, so that what is printed and run over is in that order, as Python has
 * it for dictionaries. Finding, adding and removing cost O(1) on average.
 */
#include "eval/heap.h"

#include "base/mem.h"
#include "base/stack.h"
#include "eval/arith.h"

#include <stdlib.h>
#include <string.h>

/* ---- Hashes ------------------------------------------------------------ */

static uint64_t mix(uint64_t h)
{
    h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static uint64_t hash_bytes(const char *bytes, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    return mix(h);
}

static uint64_t hash_integer(const fmpz_t z)
{
    return mix(COEFF_IS_MPZ(*z) ? fmpz_fdiv_ui(z, ((ulong)1 << 61) - 1) : (uint64_t)*z);
}

static cpm_status hash_tuple(uint64_t *hash, const cpm_tuple_object *tuple, cpm_err *err)
{
    uint64_t h = 0x345678u + tuple->nitems;
    for (size_t i = 0; i < tuple->nitems; i++) {
        uint64_t item;
        if (cpm_val_hash(&item, &tuple->items[i], err) != CPM_OK)
            return err->status;
        h = mix(h * 31 + item);
    }
    *hash = h;
    return CPM_OK;
}

static cpm_status hash_range(uint64_t *hash, const cpm_range *range)
{
    *hash = hash_integer(range->count);
    if (!fmpz_is_zero(range->count))
        *hash = mix(*hash * 31 + hash_integer(range->start));
    return CPM_OK;
}

cpm_status cpm_val_hash(uint64_t *hash, const cpm_val *value, cpm_err *err)
{
    if (value->kind == CPM_VAL_DECIMAL && cpm_val_settle((cpm_val *)value, err) != CPM_OK)
        return err->status;
    switch (value->kind) {
    case CPM_VAL_BOOL:
    case CPM_VAL_INT:
        *hash = hash_integer(&value->u.z);
        return CPM_OK;
    case CPM_VAL_RATIONAL:
        *hash = mix(hash_integer(fmpq_numref(value->u.q->q)) * 31 +
                    hash_integer(fmpq_denref(value->u.q->q)));
        return CPM_OK;
    case CPM_VAL_STRING:
        *hash = hash_bytes(value->u.string->bytes, value->u.string->len);
        return CPM_OK;
    case CPM_VAL_TUPLE:
        return cpm_val_check_depth(value, err) == CPM_OK ? hash_tuple(hash, value->u.tuple, err)
                                                         : err->status;
    case CPM_VAL_RANGE:
        return hash_range(hash, &value->u.range->range);
    case CPM_VAL_LIST:
    case CPM_VAL_DICT:
    case CPM_VAL_SET:
        return cpm_err_set(err, CPM_ERR_RUNTIME, "a %s can be changed and so is no key",
                           cpm_val_type(value));
    case CPM_VAL_FUNCTION:
    case CPM_VAL_ITER:
        *hash = mix((uint64_t)(uintptr_t)value->u.object);
        return CPM_OK;
    default:
        *hash = mix((uint64_t)value->kind + 1000003u * (uint64_t)value->u.z);
        return CPM_OK;
    }
}

/* ---- The table ---------------------------------------------------------- */

cpm_status cpm_dict_new(cpm_val *out, cpm_heap *heap, cpm_val_kind kind, cpm_err *err)
{
    cpm_dict_object *dict = cpm_object_new(heap, kind, sizeof *dict, err);
    if (dict == NULL)
        return CPM_ERR_MEMORY;
    out->kind = kind;
    out->u.dict = dict;
    return CPM_OK;
}

static bool same_key(bool *same, const cpm_dict_object *dict, const cpm_entry *entry,
                     const cpm_val *key, uint64_t hash, cpm_err *err)
{
    *same = false;
    if (entry->hash != hash || entry->key.kind == CPM_VAL_UNBOUND)
        return true;
    if (!cpm_val_is_heap(&entry->key) && !cpm_val_is_heap(key) && cpm_val_is_int(key) &&
        cpm_val_is_int(&entry->key)) {
        *same = entry->key.u.z == key->u.z;
        return true;
    }
    cpm_arith ar = {.err = err, .floor = dict->base.heap->floor};
    return cpm_arith_equal(&ar, same, &entry->key, key);
}

/* The place in the table where the key's entry is, or would go. */
static cpm_status find_place(size_t *place, const cpm_dict_object *dict, const cpm_val *key,
                             uint64_t hash, cpm_err *err)
{
    size_t mask = dict->table_cap - 1, at = (size_t)hash & mask;
    bool same = false;
    for (; dict->table[at] != 0; at = (at + 1) & mask) {
        if (!same_key(&same, dict, &dict->entries[dict->table[at] - 1], key, hash, err))
            return err->status;
        if (same)
            break;
    }
    *place = at;
    return CPM_OK;
}

cpm_status cpm_dict_find(cpm_entry **entry, const cpm_dict_object *dict, const cpm_val *key,
                         cpm_err *err)
{
    uint64_t hash;
    size_t place;
    *entry = NULL;
    if (cpm_val_hash(&hash, key, err) != CPM_OK)
        return err->status;
    if (dict->count == 0)
        return CPM_OK;
    if (find_place(&place, dict, key, hash, err) != CPM_OK)
        return err->status;
    if (dict->table[place] != 0)
        *entry = &dict->entries[dict->table[place] - 1];
    return CPM_OK;
}

/* Entries that were removed leave, and the table is made anew. */
static void rebuild(cpm_dict_object *dict)
{
    size_t n = 0, mask = dict->table_cap - 1;
    for (size_t i = 0; i < dict->nentries; i++)
        if (dict->entries[i].key.kind != CPM_VAL_UNBOUND)
            dict->entries[n++] = dict->entries[i];
    dict->nentries = n;
    memset(dict->table, 0, dict->table_cap * sizeof *dict->table);
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)dict->entries[i].hash & mask;
        while (dict->table[at] != 0)
            at = (at + 1) & mask;
        dict->table[at] = (uint32_t)i + 1;
    }
}

/* Room for one entry more: at least twice as many places as entries. */
static cpm_status make_room(cpm_dict_object *dict, cpm_err *err)
{
    if (dict->nentries < dict->entries_cap)
        return CPM_OK;
    if (dict->count * 2 <= dict->entries_cap && dict->entries_cap > 0) {
        rebuild(dict); /* half of them were removed */
        return CPM_OK;
    }
    size_t cap = dict->count * 2 < 8 ? 8 : dict->count * 2, old = dict->entries_cap;
    size_t more = (cap - old) * sizeof *dict->entries, table_cap = 16;
    if (cap > UINT32_MAX / 4)
        return cpm_err_set(err, CPM_ERR_LIMIT, "a dictionary has too many keys");
    if (cpm_heap_check(dict->base.heap, more, err) != CPM_OK)
        return err->status;
    while (table_cap < cap * 2)
        table_cap *= 2;
    uint32_t *table = cpm_calloc(table_cap, sizeof *table);
    if (table == NULL)
        return cpm_err_memory(err);
    cpm_entry *entries = cpm_realloc_array(dict->entries, cap, sizeof *entries);
    if (entries == NULL) {
        free(table);
        return cpm_err_memory(err);
    }
    free(dict->table);
    dict->table = table;
    dict->table_cap = table_cap;
    dict->entries = entries;
    dict->entries_cap = cap;
    dict->base.heap->nbytes += more;
    rebuild(dict);
    return CPM_OK;
}

cpm_status cpm_dict_entry(cpm_entry **entry, cpm_dict_object *dict, const cpm_val *key,
                          cpm_err *err)
{
    uint64_t hash;
    size_t place = 0;
    if (cpm_val_hash(&hash, key, err) != CPM_OK)
        return err->status;
    if (dict->table_cap > 0) {
        if (find_place(&place, dict, key, hash, err) != CPM_OK)
            return err->status;
        if (dict->table[place] != 0) {
            *entry = &dict->entries[dict->table[place] - 1];
            return CPM_OK;
        }
    }
    if (make_room(dict, err) != CPM_OK || find_place(&place, dict, key, hash, err) != CPM_OK)
        return err->status;
    *entry = &dict->entries[dict->nentries++];
    **entry = (cpm_entry){.hash = hash};
    cpm_val_copy(&(*entry)->key, key);
    dict->table[place] = (uint32_t)dict->nentries;
    dict->count++;
    dict->changes++;
    return CPM_OK;
}

cpm_status cpm_dict_put(cpm_dict_object *dict, const cpm_val *key, cpm_val *value, cpm_err *err)
{
    cpm_entry *entry;
    if (cpm_dict_entry(&entry, dict, key, err) != CPM_OK)
        return err->status;
    cpm_val_move(&entry->value, value);
    return CPM_OK;
}

void cpm_dict_remove(cpm_dict_object *dict, cpm_entry *entry)
{
    cpm_val key = entry->key, value = entry->value;
    entry->key = entry->value = (cpm_val){0}; /* its place in the table stays taken */
    dict->count--;
    dict->changes++;
    cpm_val_clear(&key);
    cpm_val_clear(&value);
}

void cpm_dict_clear(cpm_dict_object *dict)
{
    cpm_entry *entries = dict->entries;
    size_t nentries = dict->nentries;
    dict->base.heap->nbytes -= dict->entries_cap * sizeof *entries;
    free(dict->table);
    dict->table = NULL;
    dict->entries = NULL;
    dict->table_cap = dict->entries_cap = dict->nentries = dict->count = 0;
    dict->changes++;
    for (size_t i = 0; i < nentries; i++) { /* the dictionary is a sound one meanwhile */
        cpm_val_clear(&entries[i].key);
        cpm_val_clear(&entries[i].value);
    }
    free(entries);
}

cpm_entry *cpm_dict_next(const cpm_dict_object *dict, size_t *index)
{
    while (*index < dict->nentries) {
        cpm_entry *entry = &dict->entries[(*index)++];
        if (entry->key.kind != CPM_VAL_UNBOUND)
            return entry;
    }
    return NULL;
}
