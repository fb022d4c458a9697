/* SPDX-License-Identifier: MIT
 *
 * mem.h - allocation: checked size arithmetic, arrays, and the arena that owns
 * a syntax tree. Every function here returns NULL on failure or overflow; the
 * caller turns that into cpm_err_memory.
 */
#ifndef CPM_BASE_MEM_H
#define CPM_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* *out = a * b or a + b; false on overflow. */
static inline bool cpm_size_mul(size_t *out, size_t a, size_t b)
{
    return !__builtin_mul_overflow(a, b, out);
}

static inline bool cpm_size_add(size_t *out, size_t a, size_t b)
{
    return !__builtin_add_overflow(a, b, out);
}

/* count * size bytes, zeroed. A zero count gives a valid pointer. */
void *cpm_calloc(size_t count, size_t size);

/* `old` grown or shrunk to count * size bytes; new bytes are not set. */
void *cpm_realloc_array(void *old, size_t count, size_t size);

/* Makes room for at least `need` elements in a growing array: doubles *cap.
 * Returns the (moved) array, or NULL with the old one untouched. */
void *cpm_grow(void *array, size_t *cap, size_t need, size_t size);

/* Arrays for vector code: count * size bytes, not set, aligned to 64. Freed by
 * cpm_big_free (accepts NULL). */
void *cpm_big_alloc(size_t count, size_t size);
/* Such an array cut down to its first nbytes; it may move. */
void *cpm_big_shrink(void *array, size_t nbytes);
void cpm_big_free(void *array);

/* A bump allocator: one free for everything in it. A zeroed arena is empty. */
typedef struct cpm_arena {
    struct cpm_arena_block *blocks; /* owned, newest first */
} cpm_arena;

/* Zeroed memory, aligned for any type; lives until cpm_arena_clear. */
void *cpm_arena_alloc(cpm_arena *arena, size_t nbytes);
void *cpm_arena_array(cpm_arena *arena, size_t count, size_t size);
void *cpm_arena_copy(cpm_arena *arena, const void *from, size_t nbytes);
void cpm_arena_clear(cpm_arena *arena);

#endif
