/* SPDX-License-Identifier: MIT
 *
 * The team of threads: each task of each run is done exactly once and before
 * the run returns, for more and fewer tasks than threads, for more threads than
 * processors, awake and asleep. Made to be run under ThreadSanitizer as well
 * (make tsan): the tasks write plain memory, so a run that returns too early or
 * a task that is given away twice is a race.
 */
#define _GNU_SOURCE /* pthread_setattr_default_np */
#include "base/stack.h"
#include "bignum/team.h"
#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { MAX_THREADS = 8, MAX_TASKS = 200 };

/* A lost wake-up would hang the test: the alarm ends it. */
static cpm_team *new_team(unsigned nthreads)
{
    alarm(120);
    cpm_team *team = cpm_team_new(nthreads);
    UNIT_CHECK(team != NULL);
    return team;
}

static void pause_for(long nanoseconds)
{
    struct timespec t = {0, nanoseconds};
    nanosleep(&t, NULL);
}

static void spin(uint64_t rounds)
{
    for (volatile uint64_t i = 0; i < rounds; i++)
        continue;
}

/* What a run writes down: how often each task was done. */
typedef struct record {
    unsigned count[MAX_TASKS + 1];
    unsigned value; /* what the tasks add: another in each run */
    uint64_t load;  /* rounds of the first task, for uneven ones */
} record;

static void note(void *ctx, size_t i)
{
    record *r = ctx;
    if (i == 0)
        spin(r->load);
    r->count[i < MAX_TASKS ? i : MAX_TASKS] += r->value;
}

static void run_once(cpm_team *team, size_t ntasks, uint64_t load)
{
    record r = {.value = 1 + (unsigned)unit_below(1000), .load = load};
    cpm_team_run(team, ntasks, note, &r);
    for (size_t i = 0; i <= MAX_TASKS; i++)
        if (r.count[i] != (i < ntasks ? r.value : 0))
            UNIT_FAIL("task %zu of %zu was done %u times", i, ntasks, r.count[i] / r.value);
}

/* Many runs with nothing between them, so that helpers are late for one run and
 * find the next. */
static void test_short_runs(void)
{
    for (unsigned n = 1; n <= MAX_THREADS; n++) {
        cpm_team *team = new_team(n);
        UNIT_CHECK(cpm_team_size(team) <= n);
        for (size_t i = 0; i < unit_scaled(4000); i++)
            run_once(team, unit_below(i % 4 ? 12 : MAX_TASKS + 1),
                     unit_below(4) ? 0 : unit_below(3000));
        cpm_team_free(team);
    }
}

/* Uneven tasks: the caller has to wait for the last one, awake and asleep. */
static void test_uneven_tasks(void)
{
    for (unsigned n = 2; n <= MAX_THREADS; n++) {
        cpm_team *team = new_team(n);
        for (size_t i = 0; i < unit_scaled(60); i++)
            run_once(team, 2 + unit_below(3), unit_below(2) ? 1000 : 400000);
        cpm_team_free(team);
    }
}

/* Pauses around the time that a helper watches before it sleeps: some are met
 * awake, some asleep, some on the way. */
static void test_sleepers(void)
{
    for (unsigned n = 2; n <= MAX_THREADS; n++) {
        cpm_team *team = new_team(n);
        for (size_t i = 0; i < unit_scaled(60); i++) {
            if (unit_below(4) == 0)
                pause_for(1000000);
            else
                spin(unit_below(200000));
            run_once(team, 2 + unit_below(2 * MAX_THREADS), 0);
        }
        cpm_team_free(team);
    }
}

/* The end comes while helpers start, watch, work or sleep. */
static void test_early_end(void)
{
    for (size_t i = 0; i < unit_scaled(400); i++) {
        cpm_team *team = new_team(1 + (unsigned)unit_below(MAX_THREADS));
        for (uint64_t runs = unit_below(3); runs > 0; runs--)
            run_once(team, 1 + unit_below(20), 0);
        if (unit_below(8) == 0)
            pause_for(300000);
        else
            spin(unit_below(30000));
        cpm_team_free(team);
    }
    cpm_team_free(NULL);
}

/* Several teams at once, as separate objects of the library have in separate
 * threads: here one team's tasks use another one each. */
static void nested(void *ctx, size_t i)
{
    cpm_team *const *teams = ctx;
    unsigned done[40] = {0};
    record r = {.value = 1};
    cpm_team_run(teams[i], 40, note, &r);
    for (size_t k = 0; k < 40; k++)
        done[k] = r.count[k];
    for (size_t k = 0; k < 40; k++)
        if (done[k] != 1)
            UNIT_FAIL("team %zu: task %zu was done %u times", i, k, done[k]);
}

static void test_several_teams(void)
{
    cpm_team *outer = new_team(3), *teams[4];
    for (size_t i = 0; i < 4; i++)
        teams[i] = new_team(2);
    for (size_t i = 0; i < unit_scaled(1000); i++)
        cpm_team_run(outer, 4, nested, teams);
    for (size_t i = 0; i < 4; i++)
        cpm_team_free(teams[i]);
    cpm_team_free(outer);
}

/* Work is really shared out: with long tasks more than one thread takes part. */
static _Thread_local int here;

static void note_thread(void *ctx, size_t i)
{
    _Atomic(int *) *who = ctx;
    pause_for(2000000);
    atomic_store(&who[i], &here);
}

static void test_shares(void)
{
    enum { NTASKS = 16 };
    _Atomic(int *) who[NTASKS] = {NULL};
    cpm_team *team = new_team(4);
    if (cpm_team_size(team) > 1) {
        cpm_team_run(team, NTASKS, note_thread, who);
        int others = 0;
        for (int i = 0; i < NTASKS; i++)
            others += atomic_load(&who[i]) != &here;
        UNIT_CHECK(others > 0 && others < NTASKS);
    }
    cpm_team_free(team);
}

/* Runs after the helpers were sent home are the caller's, and complete. */
static void test_dismissed(void)
{
    for (size_t i = 0; i < unit_scaled(200); i++) {
        cpm_team *team = new_team(1 + (unsigned)unit_below(8));
        run_once(team, unit_below(MAX_TASKS), 0);
        cpm_team_dismiss(team);
        for (int k = 0; k < 3; k++)
            run_once(team, unit_below(MAX_TASKS), 0);
        cpm_team_free(team);
    }
    cpm_team_dismiss(NULL);
}

/* Counts and sizes at the edges. */
static void test_sizes(void)
{
    cpm_team *one = new_team(1), *none = new_team(0), *many = new_team(1000);
    UNIT_CHECK(cpm_team_size(NULL) == 1 && cpm_team_size(one) == 1 && cpm_team_size(none) == 1);
    UNIT_CHECK(cpm_team_size(many) <= CPM_TEAM_MAX);
    cpm_team *const teams[] = {NULL, one, none, many};
    for (size_t i = 0; i < 4; i++)
        for (size_t ntasks = 0; ntasks <= MAX_TASKS; ntasks = ntasks * 2 + 1)
            run_once(teams[i], ntasks, 0);
    cpm_team_free(one);
    cpm_team_free(none);
    cpm_team_free(many);
}

#if defined(__GLIBC__)

static void find_stack(void *ctx, size_t i)
{
    bool *has_room = ctx;
    cpm_err err = {0};
    spin(100000); /* so that everybody gets some */
    has_room[i] = cpm_stack_check(0, &err) == CPM_OK;
}

/* Room for the arithmetic on every thread, whatever size threads have otherwise. */
static void test_stacks(void)
{
    pthread_attr_t before, small;
    bool has_room[MAX_TASKS];
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    UNIT_CHECK(pthread_getattr_default_np(&before) == 0);
    UNIT_CHECK(pthread_setattr_default_np(&small) == 0);
    cpm_team *team = new_team(4);
    UNIT_CHECK(cpm_team_size(team) == 4);
    cpm_team_run(team, MAX_TASKS, find_stack, has_room);
    for (size_t i = 0; i < MAX_TASKS; i++)
        UNIT_CHECK(has_room[i]);
    cpm_team_free(team);
    UNIT_CHECK(pthread_setattr_default_np(&before) == 0);
    pthread_attr_destroy(&small);
    pthread_attr_destroy(&before);
}

#else

static void test_stacks(void)
{
}

#endif

static const cpm_test tests[] = {
    {"short-runs", test_short_runs},
    {"uneven-tasks", test_uneven_tasks},
    {"sleepers", test_sleepers},
    {"early-end", test_early_end},
    {"several-teams", test_several_teams},
    {"shares", test_shares},
    {"dismissed", test_dismissed},
    {"sizes", test_sizes},
    {"stacks", test_stacks},
};
UNIT_MAIN(tests)
