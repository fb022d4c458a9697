/* SPDX-License-Identifier: MIT
 *
 * fail_alloc.c - preloaded into the program under test (glibc only): makes
 * allocations fail. What counts as one: malloc, calloc, realloc, the aligned
 * ones, mmap as far as the C library does not call it itself, and the start of
 * a thread. $FAIL_ALLOC says which fail:
 *
 *   only:K        the K-th alone, counted from 1
 *   from:K        the K-th and all after it
 *   random:N:SEED one in N on the average, as the seed has it
 *
 * Where the process ends by exit, their number goes to the file $FAIL_ALLOC_COUNT.
 * Children are left alone.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t nbytes);
void *__libc_calloc(size_t count, size_t nbytes);
void *__libc_realloc(void *old, size_t nbytes);
void *__libc_memalign(size_t alignment, size_t nbytes);

enum { UNKNOWN, NONE, ONLY, FROM, RANDOM };
static int mode;          /* UNKNOWN until the environment was read */
static unsigned long arg; /* K or N */
static unsigned long seed;
static atomic_ulong nallocations;

static void read_environment(void)
{
    const char *text = getenv("FAIL_ALLOC");
    mode = text == NULL                       ? NONE
           : strncmp(text, "only:", 5) == 0   ? ONLY
           : strncmp(text, "from:", 5) == 0   ? FROM
           : strncmp(text, "random:", 7) == 0 ? RANDOM
                                              : NONE;
    if (mode != NONE) {
        char *end;
        arg = strtoul(strchr(text, ':') + 1, &end, 10);
        seed = *end == ':' ? strtoul(end + 1, NULL, 10) : 0;
    }
}

/* The finaliser of SplitMix64. */
static unsigned long mixed(unsigned long x)
{
    x += 0x9e3779b97f4a7c15ul;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ul;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebul;
    return x ^ (x >> 31);
}

static int fails(void)
{
    if (mode == UNKNOWN)
        read_environment();
    unsigned long k = atomic_fetch_add(&nallocations, 1) + 1;
    int chosen = mode == ONLY     ? k == arg
                 : mode == FROM   ? k >= arg
                 : mode == RANDOM ? mixed(mixed(seed) + k) % arg == 0
                                  : 0;
    if (chosen)
        errno = ENOMEM;
    return chosen;
}

__attribute__((constructor)) static void spare_children(void)
{
    unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void tell_number(void)
{
    const char *path = getenv("FAIL_ALLOC_COUNT");
    if (path == NULL)
        return;
    char text[32];
    int len = snprintf(text, sizeof text, "%lu\n", atomic_load(&nallocations));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || write(file, text, (size_t)len) != len)
        abort();
    close(file);
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

void *memalign(size_t alignment, size_t nbytes)
{
    return fails() ? NULL : __libc_memalign(alignment, nbytes);
}

void *aligned_alloc(size_t alignment, size_t nbytes)
{
    return memalign(alignment, nbytes);
}

int posix_memalign(void **memory, size_t alignment, size_t nbytes)
{
    void *got = memalign(alignment, nbytes);
    if (got == NULL)
        return ENOMEM;
    *memory = got;
    return 0;
}

void *mmap(void *place, size_t nbytes, int protection, int flags, int file, off_t offset)
{
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel's answer is an address */
    return fails() ? MAP_FAILED
                   : (void *)syscall(SYS_mmap, place, nbytes, protection, flags, file, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *context)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return fails() ? EAGAIN : real(thread, attributes, run, context);
}
