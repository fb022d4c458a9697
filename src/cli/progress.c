/* SPDX-License-Identifier: MIT
 *
 * progress.c - phases with their times, and a line that shows progress. One run
 * is followed, so this module has state. A phase that is entered several times
 * is one line with the sum; the time outside any phase counts for the total
 * only. The library calls back from the thread that called it.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PHASES = 32, SHOW_AFTER_MSEC = 1000, SHOW_EVERY_MSEC = 100, LINE_COLUMNS = 40 };

typedef struct phase {
    const char *name; /* borrowed: a constant of the library or of ours */
    double seconds;
} phase;

static phase phases[MAX_PHASES];
static size_t nphases;
static size_t current = MAX_PHASES; /* index into phases; MAX_PHASES: none */
static double started_at;           /* of the process */
static double entered_at;           /* of the current phase */
static bool times_wanted;
static cpm_progress_when wanted = CPM_PROGRESS_NEVER;
static double shown_at;       /* when the line was last drawn */
static volatile bool visible; /* the line stands on the terminal */
static const char ERASE[] =
    "\r                                        \r"; /* LINE_COLUMNS blanks */

_Static_assert(sizeof ERASE == LINE_COLUMNS + 3, "the blanks must cover the line");

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void cpm_progress_start(void)
{
    started_at = now();
}

/* ---- Phases ------------------------------------------------------------ */

static size_t find_phase(const char *name)
{
    for (size_t i = 0; i < nphases; i++)
        if (strcmp(phases[i].name, name) == 0)
            return i;
    if (nphases == MAX_PHASES)
        return MAX_PHASES;
    phases[nphases].name = name;
    return nphases++;
}

const char *cpm_phase_enter(const char *name)
{
    if (!times_wanted && wanted == CPM_PROGRESS_NEVER)
        return NULL;
    double t = now();
    const char *before = NULL;
    if (current < MAX_PHASES) {
        before = phases[current].name;
        phases[current].seconds += t - entered_at;
    }
    current = name == NULL ? MAX_PHASES : find_phase(name);
    entered_at = t;
    return before;
}

static void on_phase(void *ctx, const char *name)
{
    (void)ctx;
    cpm_phase_enter(name);
}

void cpm_progress_report_times(void)
{
    if (!times_wanted)
        return;
    cpm_phase_enter(NULL);
    for (size_t i = 0; i < nphases; i++)
        fprintf(stderr, "%s: %.6f\n", phases[i].name, phases[i].seconds);
    fprintf(stderr, "total: %.6f\n", now() - started_at);
    fflush(stderr);
}

/* ---- The line ---------------------------------------------------------- */

/* Whether the line may be drawn now; then it counts as drawn. */
static bool is_due(void)
{
    if (wanted == CPM_PROGRESS_NEVER)
        return false;
    double t = now();
    if (wanted == CPM_PROGRESS_AUTO && (t - started_at) * 1000 < SHOW_AFTER_MSEC)
        return false;
    if ((t - shown_at) * 1000 < SHOW_EVERY_MSEC)
        return false;
    shown_at = t;
    return true;
}

static void draw(const char *share)
{
    char line[LINE_COLUMNS + 1];
    const char *name = current < MAX_PHASES ? phases[current].name : "working";
    snprintf(line, sizeof line, "cpmcalc: %.20s %s", name, share);
    fprintf(stderr, "%s%s", ERASE, line);
    fflush(stderr);
    visible = true;
}

static cpm_status on_progress(void *ctx, double done)
{
    (void)ctx;
    char share[16] = "";
    if (!is_due())
        return CPM_OK;
    if (done >= 0)
        snprintf(share, sizeof share, "%3.0f%%", (done > 1 ? 1 : done) * 100);
    draw(share);
    return CPM_OK;
}

void cpm_progress_show(void)
{
    if (is_due())
        draw("");
}

void cpm_progress_erase_in_handler(void)
{
    if (!visible)
        return;
    visible = false;
    ssize_t n = write(STDERR_FILENO, ERASE, sizeof ERASE - 1);
    (void)n; /* nothing to do about it */
}

void cpm_progress_erase(void)
{
    cpm_progress_erase_in_handler();
}

void cpm_progress_follow(cpm_config *config, bool time, cpm_progress_when when)
{
    times_wanted = time;
    wanted = when == CPM_PROGRESS_AUTO && !isatty(STDERR_FILENO) ? CPM_PROGRESS_NEVER : when;
    if (time || wanted != CPM_PROGRESS_NEVER)
        config->on_phase = on_phase;
    if (wanted != CPM_PROGRESS_NEVER)
        config->on_progress = on_progress;
}
