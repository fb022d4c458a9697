/* SPDX-License-Identifier: MIT
 *
 * stack.c - the extent of the calling thread's stack: pthread_getattr_np on Linux,
 * its like on macOS. Who runs elsewhere, on a signal stack or in a coroutine, is
 * taken to have a small stack from where it stands.
 */
#define _GNU_SOURCE /* pthread_getattr_np */
#include "base/stack.h"

#include "base/err.h"
#include "base/limits.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

/* Addresses [low, high); high is 0 where nothing is known. */
typedef struct extent {
    uintptr_t low, high;
} extent;

static uintptr_t minus(uintptr_t address, size_t nbytes)
{
    return address > nbytes ? address - nbytes : 0;
}

#if defined(__linux__)

/* The limit on the first thread's stack, which grows until it is met. */
static size_t growth_limit(void)
{
    struct rlimit limit;
    size_t most = (size_t)1 << 26;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return CPM_STACK_ASSUMED;
    return limit.rlim_cur < most ? (size_t)limit.rlim_cur : most;
}

/* The first thread without /proc, where its stack begins is not known: half of
 * the limit is below the caller, since the kernel lets arguments and environment
 * have a quarter only. */
static extent guess_first(uintptr_t here)
{
    size_t half = growth_limit() / 2;
    return (extent){minus(here, half), here + half};
}

static extent ask(uintptr_t here)
{
    pthread_attr_t attr;
    void *low = NULL;
    size_t nbytes = 0;
    bool is_first = syscall(SYS_gettid) == getpid();
    if (pthread_getattr_np(pthread_self(), &attr) != 0)
        return is_first ? guess_first(here) : (extent){0, 0};
    pthread_attr_getstack(&attr, &low, &nbytes);
    pthread_attr_destroy(&attr);
    extent found = {(uintptr_t)low, (uintptr_t)low + nbytes};
#if !defined(__GLIBC__)
    if (is_first) /* elsewhere only what is in use by now is told */
        found.low = minus(found.high, growth_limit());
#endif
    return found;
}

#elif defined(__APPLE__)

static extent ask(uintptr_t here)
{
    (void)here;
    uintptr_t high = (uintptr_t)pthread_get_stackaddr_np(pthread_self());
    return (extent){minus(high, pthread_get_stacksize_np(pthread_self())), high};
}

#else

static extent ask(uintptr_t here)
{
    (void)here;
    return (extent){0, 0};
}

#endif

/* The lowest address of the stack that `here` is on. */
static uintptr_t end_of_stack(uintptr_t here)
{
    static _Thread_local extent known;
    static _Thread_local bool has_asked;
    if (!has_asked) {
        known = ask(here);
        has_asked = true;
    }
    bool is_there = known.low <= here && here < known.high;
    return is_there ? known.low : minus(here, CPM_STACK_ASSUMED);
}

uintptr_t cpm_stack_floor(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t floor = end_of_stack(here) + CPM_STACK_RESERVE;
    uintptr_t capped = minus(here, CPM_MAX_STACK_BYTES);
    return floor > capped ? floor : capped;
}

static size_t bytes_above(uintptr_t floor)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return here > floor ? here - floor : 0;
}

size_t cpm_stack_levels(void)
{
    return bytes_above(cpm_stack_floor()) / CPM_STACK_PER_LEVEL;
}

cpm_status cpm_stack_check(size_t levels, cpm_err *err)
{
    uintptr_t floor = cpm_stack_floor();
    size_t need = levels * CPM_STACK_PER_LEVEL; /* levels are at most CPM_MAX_NESTING */
    if (!cpm_stack_is_low(floor) && bytes_above(floor) >= need)
        return CPM_OK;
    cpm_err_set(err, CPM_ERR_LIMIT, "too little stack is left, %zu KiB are needed",
                (CPM_STACK_RESERVE + need + 1023) / 1024);
    cpm_err_hint(err, "'ulimit -s KIB' sets the stack of a program; a thread's is set when it is "
                      "made");
    return CPM_ERR_LIMIT;
}
