/* SPDX-License-Identifier: MIT
 *
 * cell.c - one cell of a table of times.
 *
 * The work is done in a child process: a run that takes too long can be ended
 * without waiting for it, one that runs out of memory takes nothing with it,
 * and no run warms anything up for the next one. The child has a timer whose
 * signal ends it; what it found goes through a pipe as a plain struct, whose
 * pointers mean the same texts here as there. The clock is the monotonic one
 * and runs while a loop is run or a term is found, not while a program is
 * parsed or a result is written.
 *
 * A short run is repeated and the least time counts: what is added to it by
 * other processes, interrupts and cold caches is never negative.
 */
#include "cli/bench/cell.h"

#include "cli/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Runs are repeated until they have taken so long together. */
static const double ENOUGH_SECONDS = 0.2;
enum { MAX_RUNS = 1000 };

/* What the child sends. */
typedef struct message {
    cpm_status status;
    cpm_bench_cell cell;
    cpm_err err;
} message;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- Results ----------------------------------------------------------- */

/* FNV-1a, and the same with another start and the bytes inverted. */
static cpm_status digest_bytes(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_digest *digest = ctx;
    const uint64_t prime = 1099511628211u;
    for (size_t i = 0; i < nbytes; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        digest->hash[0] = (digest->hash[0] ^ byte) * prime;
        digest->hash[1] = (digest->hash[1] ^ (byte ^ 0xffu)) * prime;
    }
    digest->nbytes += nbytes;
    return CPM_OK;
}

static cpm_digest digest_start(void)
{
    return (cpm_digest){{14695981039346656037u, 1099511628211u}, 0};
}

/* In base 16, which is linear in the length. */
static cpm_status digest_value(cpm_digest *digest, const cpm_value *value, cpm_err *err)
{
    cpm_writer writer = {digest_bytes, digest};
    return cpm_value_write(value, 16, &writer, err);
}

/* ---- Runs -------------------------------------------------------------- */

typedef cpm_status run_fn(cpm_bench_cell *cell, const cpm_bench_job *job, cpm_err *err);

static cpm_status run_program(cpm_bench_cell *cell, const cpm_bench_job *job, cpm_err *err)
{
    cpm_program *program;
    cpm_value *value = NULL;
    cpm_writer writer = {digest_bytes, &cell->digest};
    cpm_status status = cpm_program_new(&program, job->program, job->dialect, err);
    double start = now();
    if (status == CPM_OK)
        status = cpm_program_run(&value, NULL, program, job->call, 16, &writer, job->config, err);
    cell->seconds = now() - start;
    if (status == CPM_OK && value != NULL)
        status = digest_value(&cell->digest, value, err);
    cpm_value_free(value);
    cpm_program_free(program);
    return status;
}

typedef struct term_sink {
    cpm_bench_cell *cell;
    double start;
} term_sink;

static cpm_status take_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    term_sink *sink = ctx;
    (void)n;
    sink->cell->seconds = now() - sink->start;
    return digest_value(&sink->cell->digest, value, err);
}

static cpm_status run_sequence(cpm_bench_cell *cell, const cpm_bench_job *job, cpm_err *err)
{
    cpm_seq *seq;
    mpz_t step;
    mpz_init_set_ui(step, 1);
    term_sink sink = {cell, now()};
    cpm_status status = cpm_seq_new(&seq, job->spec, job->config, err);
    if (status == CPM_OK)
        status = cpm_seq_terms(seq, job->n, job->n, step, job->config, take_term, &sink, err);
    cpm_seq_free(seq);
    mpz_clear(step);
    return status;
}

/* ---- The child --------------------------------------------------------- */

enum { REPORT_FD = 3 }; /* of the child: where its message goes */

/* A message is smaller than what a pipe takes at once. */
_Static_assert(sizeof(message) < 4096, "a message must fit into a pipe");

static void report(const message *m)
{
    ssize_t n = write(REPORT_FD, m, sizeof *m);
    (void)n; /* without a message the parent knows too */
}

/* The arithmetic gave up; memory is what it lacks. */
static void end_for_memory(cpm_status status)
{
    message m = {.status = CPM_ERR_MEMORY, .err = {.status = CPM_ERR_MEMORY}};
    const char *text = status == CPM_ERR_MEMORY ? "out of memory" : "a number became too large";
    for (size_t i = 0; text[i] != '\0'; i++) /* this may be in a signal handler */
        m.err.message[i] = text[i];
    report(&m);
    _exit(1);
}

static void on_abort(int signal_number)
{
    (void)signal_number;
    end_for_memory(CPM_ERR_INTERNAL);
}

static void set_timer(double seconds)
{
    struct itimerval timer = {{0, 0}, {0, 0}};
    timer.it_value.tv_sec = (time_t)seconds;
    timer.it_value.tv_usec = (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6);
    if (seconds > 0 && timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0)
        timer.it_value.tv_usec = 1;
    setitimer(ITIMER_REAL, &timer, NULL);
}

static cpm_status run_often(cpm_bench_cell *cell, const cpm_bench_job *job, double cap,
                            cpm_err *err)
{
    run_fn *const run = job->program != NULL ? run_program : run_sequence;
    double spent = 0, enough = cap < ENOUGH_SECONDS ? cap : ENOUGH_SECONDS;
    for (int i = 0; i < MAX_RUNS && (i == 0 || spent + cell->seconds < enough); i++) {
        cpm_bench_cell once = {true, 0, digest_start()};
        double start = now();
        set_timer(cap);
        cpm_status status = run(&once, job, err);
        set_timer(0);
        if (status != CPM_OK)
            return status;
        spent += now() - start;
        if (i == 0 || once.seconds < cell->seconds)
            *cell = once;
    }
    return CPM_OK;
}

__attribute__((noreturn)) static void be_child(const cpm_bench_job *job, double cap, pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(1);
    cpm_guard_forget();
    signal(SIGALRM, SIG_DFL);
    signal(SIGABRT, on_abort);
    cpm_set_fatal_handler(end_for_memory);
    message m;
    memset(&m, 0, sizeof m);
    m.status = run_often(&m.cell, job, cap, &m.err);
    report(&m);
    _exit(0);
}

/* ---- The parent -------------------------------------------------------- */

/* False when the child ended without a message. */
static bool receive(message *m, int fd)
{
    size_t got = 0;
    while (got < sizeof *m) {
        ssize_t n = read(fd, (char *)m + got, sizeof *m - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* What the child's way of ending means. */
static cpm_status judge(cpm_bench_cell *cell, const message *m, bool received, int ending,
                        char why[CPM_BENCH_WHY_CAP], cpm_err *err)
{
    if (received && m->status == CPM_OK) {
        *cell = m->cell;
        return CPM_OK;
    }
    if (received && (m->status == CPM_ERR_LIMIT || m->status == CPM_ERR_MEMORY)) {
        snprintf(why, CPM_BENCH_WHY_CAP, "%.*s", CPM_BENCH_WHY_CAP - 1, m->err.message);
        return CPM_OK;
    }
    if (received) {
        *err = m->err;
        return m->status;
    }
    if (WIFSIGNALED(ending) && WTERMSIG(ending) == SIGALRM)
        return CPM_OK;
    if (WIFSIGNALED(ending) && WTERMSIG(ending) == SIGKILL) {
        snprintf(why, CPM_BENCH_WHY_CAP, "the system ended it, probably for its memory");
        return CPM_OK;
    }
    return cpm_err_set(err, CPM_ERR_INTERNAL, "internal error: a run ended without a result");
}

cpm_status cpm_bench_measure(cpm_bench_cell *cell, const cpm_bench_job *job, double cap_seconds,
                             char why[CPM_BENCH_WHY_CAP], cpm_err *err)
{
    *cell = (cpm_bench_cell){0};
    why[0] = '\0';
    int ends[2];
    if (pipe(ends) != 0)
        return cpm_err_set(err, CPM_ERR_IO, "cannot make a pipe: %s", strerror(errno));
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        close(ends[0]);
        if (ends[1] != REPORT_FD && dup2(ends[1], REPORT_FD) >= 0)
            close(ends[1]);
        be_child(job, cap_seconds, parent);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return cpm_err_set(err, CPM_ERR_IO, "cannot start a process: %s", strerror(errno));
    }
    message m;
    bool received = receive(&m, ends[0]);
    close(ends[0]);
    return judge(cell, &m, received, wait_for(child), why, err);
}
