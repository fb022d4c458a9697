/* SPDX-License-Identifier: MIT
 *
 * process.c - what GMP and FLINT do to the whole process: their versions, what
 * they keep for a thread, and how they end it. Neither can report a failed allocation to its
 * caller, so both get allocation functions that call the program's handler when malloc fails, and
 * FLINT's abort, which it calls on conditions we should have checked before, goes the same way.
 * Limits: GMP ends the process by itself when a number would pass 2^31 limbs; sizes are checked
 * before it comes to that.
 */
#include "cpmcalc.h"

#include <errno.h>
#include <flint/flint.h>
#include <stdlib.h>

static cpm_fatal_fn fatal_handler; /* set once, before there are threads */

static void end_process(cpm_status status)
{
    fatal_handler(status);
    abort();
}

/* Never NULL: FLINT takes that for a failure, of no bytes too, and says so on
 * standard output. */
static void *checked(void *memory)
{
    if (memory == NULL)
        end_process(CPM_ERR_MEMORY);
    return memory;
}

static void *hook_malloc(size_t nbytes)
{
    return checked(malloc(nbytes > 0 ? nbytes : 1));
}

static void *hook_calloc(size_t count, size_t nbytes)
{
    return count > 0 && nbytes > 0 ? checked(calloc(count, nbytes)) : hook_malloc(0);
}

static void *hook_realloc(void *old, size_t nbytes)
{
    return checked(realloc(old, nbytes > 0 ? nbytes : 1));
}

static void *hook_gmp_realloc(void *old, size_t old_nbytes, size_t nbytes)
{
    (void)old_nbytes;
    return hook_realloc(old, nbytes);
}

static void hook_gmp_free(void *old, size_t nbytes)
{
    (void)nbytes;
    free(old);
}

/* FLINT also comes here after an allocation of another kind failed. */
__attribute__((noreturn)) static void hook_abort(void)
{
    end_process(errno == ENOMEM ? CPM_ERR_MEMORY : CPM_ERR_INTERNAL);
    abort();
}

void cpm_set_fatal_handler(cpm_fatal_fn handler)
{
    fatal_handler = handler;
    mp_set_memory_functions(hook_malloc, hook_gmp_realloc, hook_gmp_free);
    __flint_set_memory_functions(hook_malloc, hook_calloc, hook_realloc, free);
    flint_set_abort(hook_abort);
}

const char *cpm_version(void)
{
    return CPM_VERSION;
}

const char *cpm_gmp_version(void)
{
    return gmp_version;
}

const char *cpm_flint_version(void)
{
    return flint_version;
}

void cpm_thread_cleanup(void)
{
    flint_cleanup();
}
