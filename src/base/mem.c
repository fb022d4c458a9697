/* SPDX-License-Identifier: MIT
 *
 * mem.c - checked allocation and the arena. Building with -DCPM_TINY_LIMITS
 * makes arena blocks and first capacities as small as they can be, so that the
 * growing paths run in every test.
 */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#ifdef CPM_TINY_LIMITS
enum { FIRST_BYTES = 64, BLOCK_BYTES = 64, FIRST_CAP = 1 };
#else
enum { FIRST_BYTES = 1024, BLOCK_BYTES = 64 * 1024, FIRST_CAP = 16 };
#endif

void *cpm_calloc(size_t count, size_t size)
{
    return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *cpm_realloc_array(void *old, size_t count, size_t size)
{
    size_t nbytes;
    if (!cpm_size_mul(&nbytes, count, size))
        return NULL;
    return realloc(old, nbytes == 0 ? 1 : nbytes);
}

void *cpm_grow(void *array, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap && array != NULL)
        return array;
    size_t doubled;
    if (!cpm_size_mul(&doubled, *cap, 2))
        return NULL;
    if (doubled < FIRST_CAP)
        doubled = FIRST_CAP;
    if (doubled < need)
        doubled = need;
    void *moved = cpm_realloc_array(array, doubled, size);
    if (moved != NULL)
        *cap = doubled;
    return moved;
}

void *cpm_big_alloc(size_t count, size_t size)
{
    enum { LINE = 64 };
    size_t nbytes;
    if (!cpm_size_mul(&nbytes, count, size) || !cpm_size_add(&nbytes, nbytes, LINE))
        return NULL;
    return aligned_alloc(LINE, nbytes & ~(size_t)(LINE - 1));
}

void *cpm_big_shrink(void *array, size_t nbytes)
{
    void *shrunk = realloc(array, nbytes == 0 ? 1 : nbytes);
    return shrunk == NULL ? array : shrunk;
}

void cpm_big_free(void *array)
{
    free(array);
}

struct cpm_arena_block {
    struct cpm_arena_block *next; /* owned */
    size_t used;                  /* bytes of data handed out */
    size_t cap;                   /* bytes of data there are */
    max_align_t data[];
};

static struct cpm_arena_block *block_new(size_t cap)
{
    size_t nbytes;
    if (!cpm_size_add(&nbytes, cap, sizeof(struct cpm_arena_block)))
        return NULL;
    struct cpm_arena_block *block = calloc(1, nbytes);
    if (block != NULL)
        block->cap = cap;
    return block;
}

/* Blocks grow: zeroing a large one takes longer than to parse a number. */
static size_t next_cap(const struct cpm_arena_block *last)
{
    size_t cap = last == NULL ? FIRST_BYTES : 4 * last->cap;
    return cap < BLOCK_BYTES ? cap : BLOCK_BYTES;
}

void *cpm_arena_alloc(cpm_arena *arena, size_t nbytes)
{
    const size_t align = sizeof(max_align_t);
    size_t padded;
    if (!cpm_size_add(&padded, nbytes, align - 1))
        return NULL;
    padded -= padded % align;
    struct cpm_arena_block *block = arena->blocks;
    if (block == NULL || block->cap - block->used < padded) {
        size_t cap = next_cap(block);
        block = block_new(padded > cap ? padded : cap);
        if (block == NULL)
            return NULL;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *place = (char *)block->data + block->used;
    block->used += padded;
    return place;
}

void *cpm_arena_array(cpm_arena *arena, size_t count, size_t size)
{
    size_t nbytes;
    return cpm_size_mul(&nbytes, count, size) ? cpm_arena_alloc(arena, nbytes) : NULL;
}

void *cpm_arena_copy(cpm_arena *arena, const void *from, size_t nbytes)
{
    void *to = cpm_arena_alloc(arena, nbytes);
    if (to != NULL && nbytes > 0)
        memcpy(to, from, nbytes);
    return to;
}

void cpm_arena_clear(cpm_arena *arena)
{
    while (arena->blocks != NULL) {
        struct cpm_arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}
