/* SPDX-License-Identifier: MIT
 *
 * ball.c - finding Arb. See ball.h.
 */
#define CPM_BALL_LOADER
#include "power/ball.h"

#if CPM_LOADS_ARB

#include <dlfcn.h>
#include <pthread.h>

cpm_arb_table cpm_arb;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

static void *open_arb(void)
{
    /* Debian's name, and the author's. */
    static const char *const names[] = {"libflint-arb.so.2", "libarb.so.2", "libarb.2.dylib"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && library == NULL; i++)
        library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
    return library;
}

static void load(void)
{
    void *library = open_arb();
    if (library == NULL)
        return;
    is_loaded = true;
    /* POSIX lets a function's address go through void *; C wants the detour. */
#define X(name)                                                                                    \
    *(void **)&cpm_arb.name = dlsym(library, #name);                                               \
    is_loaded = is_loaded && cpm_arb.name != NULL;
    CPM_ARB_FUNCTIONS(X)
#undef X
}

cpm_status cpm_ball_load(cpm_err *err)
{
    pthread_once(&once, load);
    return is_loaded ? CPM_OK
                     : cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                                   "leading digits of large terms need the library Arb "
                                   "(libflint-arb), which is not installed");
}

#else

cpm_status cpm_ball_load(cpm_err *err)
{
    return CPM_HAS_BALLS ? CPM_OK
                         : cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                                       "leading digits of large terms need the library Arb, which "
                                       "was not there when this program was built");
}

#endif
