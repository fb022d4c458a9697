/* SPDX-License-Identifier: MIT
 *
 * fail_alloc.c - preloaded into the program under test (glibc only): from the
 * allocation numbered $FAIL_ALLOC on, every allocation fails.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

void *__libc_malloc(size_t nbytes);
void *__libc_calloc(size_t count, size_t nbytes);
void *__libc_realloc(void *old, size_t nbytes);

static _Atomic long nallocations;
static _Atomic long first_failure = -1; /* 0: none */

static int fails(void)
{
    if (first_failure < 0) {
        const char *text = getenv("FAIL_ALLOC");
        first_failure = text != NULL ? atol(text) : 0;
    }
    if (first_failure == 0 || ++nallocations < first_failure)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t nbytes)
{
    return fails() ? NULL : __libc_malloc(nbytes);
}

void *calloc(size_t count, size_t nbytes)
{
    return fails() ? NULL : __libc_calloc(count, nbytes);
}

void *realloc(void *old, size_t nbytes)
{
    return fails() ? NULL : __libc_realloc(old, nbytes);
}
