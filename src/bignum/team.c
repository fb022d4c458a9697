/* SPDX-License-Identifier: MIT
 *
 * team.c - fork and join over POSIX threads.
 *
 * The helpers live as long as the team. A run is one generation: the caller
 * writes down the task and then publishes one word, generation and number of
 * tasks left; everybody takes tasks by counting that word down, and the caller
 * is done when as many tasks are finished as there were. So nobody waits for a
 * helper that wakes up late: it finds no task left, or another generation.
 *
 * Why nothing is lost: all words but the description of the task are written
 * and read in one order that all threads agree on (sequentially consistent).
 * A sleeper first says that it sleeps and then looks at its word once more; who
 * changes that word looks for sleepers afterwards: one of them sees the other,
 * and the lock keeps the signal from falling between look and wait. A task is
 * taken by an exchange that succeeds only while the word is what it was when
 * the description was read, and the description changes only between runs. The
 * generation has 32 bits: a helper would have to stop between two instructions
 * for 2^32 runs to take one word for another.
 *
 * Waking a thread through the kernel takes as long as a transform of ten
 * thousand numbers, and a step of the engines is some dozen runs, so helpers
 * watch the word for a while before they go to sleep, and the caller likewise
 * watches the number of finished tasks.
 */
#include "bignum/team.h"

#include "base/limits.h"
#include "base/mem.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* How often a word is looked at before its watcher sleeps: about 0.1 ms. */
enum { WATCH = 3000 };

/* Low half of `state`; the generation is above it. */
#define LEFT UINT64_C(0xffffffff)

struct cpm_team {
    _Atomic uint64_t state; /* generation and tasks left to take; 0 left while none runs */
    _Atomic(cpm_team_task *) task;
    _Atomic(void *) ctx;
    atomic_size_t ntasks;
    atomic_size_t nfinished;

    atomic_uint nsleeping;     /* helpers in pthread_cond_wait, or about to be */
    atomic_bool caller_sleeps; /* the same of the caller */
    atomic_bool quit;
    pthread_mutex_t lock; /* of the two conditions */
    pthread_cond_t start; /* a new generation, or the end */
    pthread_cond_t done;  /* all tasks are finished */

    unsigned nhelpers;
    pthread_t helpers[CPM_TEAM_MAX - 1];
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Builds for ThreadSanitizer give the processor away now and then where another
 * thread's turn would be most inconvenient. */
static void jitter(void)
{
#if defined(CPM_TEAM_JITTER)
    static _Thread_local unsigned turn;
    turn = turn * 1664525u + 1013904223u;
    if (turn >> 29 == 0)
        sched_yield();
#endif
}

static void finish_task(cpm_team *team, size_t ntasks)
{
    if (atomic_fetch_add(&team->nfinished, 1) + 1 < ntasks)
        return;
    jitter();
    if (!atomic_load(&team->caller_sleeps))
        return;
    pthread_mutex_lock(&team->lock);
    pthread_cond_signal(&team->done);
    pthread_mutex_unlock(&team->lock);
}

/* Takes tasks until none is left; returns the last state seen. */
static uint64_t work(cpm_team *team)
{
    for (;;) {
        uint64_t state = atomic_load(&team->state);
        if ((state & LEFT) == 0)
            return state;
        /* These are of this generation, or of a later one and the exchange fails. */
        cpm_team_task *task = atomic_load_explicit(&team->task, memory_order_relaxed);
        void *ctx = atomic_load_explicit(&team->ctx, memory_order_relaxed);
        size_t ntasks = atomic_load_explicit(&team->ntasks, memory_order_relaxed);
        jitter();
        if (atomic_compare_exchange_weak(&team->state, &state, state - 1)) {
            task(ctx, ntasks - (size_t)(state & LEFT));
            finish_task(team, ntasks);
        }
    }
}

/* Waits for a state other than `seen`, or for the end. */
static void wait_for_work(cpm_team *team, uint64_t seen)
{
    for (int i = 0; i < WATCH; i++) {
        if (atomic_load(&team->state) != seen || atomic_load(&team->quit))
            return;
        relax();
    }
    jitter();
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->nsleeping, 1);
    jitter();
    while (atomic_load(&team->state) == seen && !atomic_load(&team->quit))
        pthread_cond_wait(&team->start, &team->lock);
    atomic_fetch_sub(&team->nsleeping, 1);
    pthread_mutex_unlock(&team->lock);
}

static void *helper_main(void *arg)
{
    cpm_team *team = arg;
    while (!atomic_load(&team->quit))
        wait_for_work(team, work(team));
    return NULL;
}

static void wake_helpers(cpm_team *team)
{
    if (atomic_load(&team->nsleeping) == 0)
        return;
    pthread_mutex_lock(&team->lock);
    pthread_cond_broadcast(&team->start);
    pthread_mutex_unlock(&team->lock);
}

/* As many helpers as can be had. They block all signals, which are for the
 * threads of the program. */
static void hire_with(cpm_team *team, unsigned nthreads, const pthread_attr_t *attr)
{
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return;
    while (team->nhelpers + 1 < nthreads &&
           pthread_create(&team->helpers[team->nhelpers], attr, helper_main, team) == 0)
        team->nhelpers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The stacks are ours to choose: by default they are as large as `ulimit -s` says,
 * or as small. */
static void hire(cpm_team *team, unsigned nthreads)
{
    pthread_attr_t attr;
    if (nthreads < 2 || pthread_attr_init(&attr) != 0)
        return;
    if (pthread_attr_setstacksize(&attr, CPM_TEAM_STACK_BYTES) == 0)
        hire_with(team, nthreads, &attr);
    pthread_attr_destroy(&attr);
}

cpm_team *cpm_team_new(unsigned nthreads)
{
    cpm_team *team = cpm_calloc(1, sizeof *team);
    if (team == NULL)
        return NULL;
    if (nthreads > CPM_TEAM_MAX)
        nthreads = CPM_TEAM_MAX;
    if (pthread_mutex_init(&team->lock, NULL) != 0)
        goto no_lock;
    if (pthread_cond_init(&team->start, NULL) != 0)
        goto no_start;
    if (pthread_cond_init(&team->done, NULL) != 0)
        goto no_done;
    hire(team, nthreads);
    return team;

no_done:
    pthread_cond_destroy(&team->start);
no_start:
    pthread_mutex_destroy(&team->lock);
no_lock:
    free(team);
    return NULL;
}

void cpm_team_dismiss(cpm_team *team)
{
    if (team == NULL)
        return;
    atomic_store(&team->quit, true);
    wake_helpers(team);
}

void cpm_team_free(cpm_team *team)
{
    if (team == NULL)
        return;
    cpm_team_dismiss(team);
    for (unsigned i = 0; i < team->nhelpers; i++)
        pthread_join(team->helpers[i], NULL);
    pthread_cond_destroy(&team->done);
    pthread_cond_destroy(&team->start);
    pthread_mutex_destroy(&team->lock);
    free(team);
}

unsigned cpm_team_size(const cpm_team *team)
{
    return team == NULL ? 1 : team->nhelpers + 1;
}

/* Waits until all tasks that were taken are finished. */
static void wait_for_end(cpm_team *team, size_t ntasks)
{
    for (int i = 0; i < WATCH; i++) {
        if (atomic_load(&team->nfinished) == ntasks)
            return;
        relax();
    }
    pthread_mutex_lock(&team->lock);
    atomic_store(&team->caller_sleeps, true);
    jitter();
    while (atomic_load(&team->nfinished) != ntasks)
        pthread_cond_wait(&team->done, &team->lock);
    atomic_store(&team->caller_sleeps, false);
    pthread_mutex_unlock(&team->lock);
}

void cpm_team_run(cpm_team *team, size_t ntasks, cpm_team_task *task, void *ctx)
{
    if (team == NULL || team->nhelpers == 0 || ntasks < 2 || ntasks > LEFT) {
        for (size_t i = 0; i < ntasks; i++)
            task(ctx, i);
        return;
    }
    atomic_store_explicit(&team->task, task, memory_order_relaxed);
    atomic_store_explicit(&team->ctx, ctx, memory_order_relaxed);
    atomic_store_explicit(&team->ntasks, ntasks, memory_order_relaxed);
    atomic_store_explicit(&team->nfinished, 0, memory_order_relaxed);
    uint64_t generation = (atomic_load(&team->state) | LEFT) + 1;
    atomic_store(&team->state, generation | ntasks);
    jitter();
    wake_helpers(team);
    work(team);
    wait_for_end(team, ntasks);
}
