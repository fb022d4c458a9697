/* SPDX-License-Identifier: MIT
 *
 * team.c - fork and join over POSIX threads.
 *
 * The helpers live as long as the team and sleep on a condition variable
 * between runs (starting a thread takes longer than a transform of some
 * thousand numbers). A run is one generation: helpers wake when its number
 * changes, all take task numbers from one atomic counter, and the caller waits
 * until every helper has left the generation, so that nothing of a run is
 * touched after it has returned.
 */
#include "bignum/team.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct cpm_team {
    pthread_mutex_t lock; /* guards the next four */
    pthread_cond_t start; /* a new generation, or the end */
    pthread_cond_t done;  /* nbusy became 0 */
    unsigned long generation;
    unsigned nbusy; /* helpers still in this generation */
    bool quit;

    void (*task)(void *ctx, size_t i); /* of this generation */
    void *ctx;
    size_t ntasks;
    atomic_size_t next; /* the first task nobody has taken */

    unsigned nhelpers;
    pthread_t helpers[CPM_TEAM_MAX - 1];
};

static void work(cpm_team *team)
{
    for (;;) {
        size_t i = atomic_fetch_add_explicit(&team->next, 1, memory_order_relaxed);
        if (i >= team->ntasks)
            return;
        team->task(team->ctx, i);
    }
}

static void *helper_main(void *arg)
{
    cpm_team *team = arg;
    unsigned long seen = 0;
    pthread_mutex_lock(&team->lock);
    for (;;) {
        while (team->generation == seen && !team->quit)
            pthread_cond_wait(&team->start, &team->lock);
        if (team->quit)
            break;
        seen = team->generation;
        pthread_mutex_unlock(&team->lock);
        work(team);
        pthread_mutex_lock(&team->lock);
        if (--team->nbusy == 0)
            pthread_cond_signal(&team->done);
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
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
    while (team->nhelpers + 1 < nthreads &&
           pthread_create(&team->helpers[team->nhelpers], NULL, helper_main, team) == 0)
        team->nhelpers++;
    return team;

no_done:
    pthread_cond_destroy(&team->start);
no_start:
    pthread_mutex_destroy(&team->lock);
no_lock:
    free(team);
    return NULL;
}

void cpm_team_free(cpm_team *team)
{
    if (team == NULL)
        return;
    pthread_mutex_lock(&team->lock);
    team->quit = true;
    pthread_cond_broadcast(&team->start);
    pthread_mutex_unlock(&team->lock);
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

void cpm_team_run(cpm_team *team, size_t ntasks, void (*task)(void *ctx, size_t i), void *ctx)
{
    if (team == NULL || team->nhelpers == 0 || ntasks < 2) {
        for (size_t i = 0; i < ntasks; i++)
            task(ctx, i);
        return;
    }
    pthread_mutex_lock(&team->lock);
    team->task = task;
    team->ctx = ctx;
    team->ntasks = ntasks;
    atomic_store_explicit(&team->next, 0, memory_order_relaxed);
    team->nbusy = team->nhelpers;
    team->generation++;
    pthread_cond_broadcast(&team->start);
    pthread_mutex_unlock(&team->lock);
    work(team);
    pthread_mutex_lock(&team->lock);
    while (team->nbusy > 0)
        pthread_cond_wait(&team->done, &team->lock);
    pthread_mutex_unlock(&team->lock);
}
