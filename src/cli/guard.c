/* SPDX-License-Identifier: MIT
 *
 * guard.c - keeping the process in bounds. What ends the process early may do
 * so at any instruction, so only async-signal-safe calls are made on the way:
 * complete lines are written, a line that has begun is finished or taken back
 * (output.c); then one line on standard error and _exit for a timeout, or the
 * signal's own death. Helper threads block signals (team.c), so that handlers
 * run in the thread that writes.
 *
 * The timeout is a real-time interval timer (setitimer is a plain system call
 * and safe in handlers, though no standard says so). The memory limit is RLIMIT_DATA,
 * which counts private writable memory, with headroom for thread stacks and the
 * allocator's slack; it is a net below the estimates the library works with,
 * and is left out under AddressSanitizer, which reserves terabytes.
 */
#include "cli/guard.h"

#include "cli/exit.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

/* ---- Ending ------------------------------------------------------------ */

static char timeout_message[128];           /* composed when the timer is set */
static volatile sig_atomic_t ending_signal; /* what ends the process; 0: nothing so far */

static volatile pid_t child;           /* 0: none */
static const char *volatile temporary; /* NULL: none */

void cpm_guard_set_child(pid_t id)
{
    child = id;
}

void cpm_guard_set_temporary(const char *path)
{
    temporary = path;
}

static void tidy_up(void)
{
    if (child > 0)
        kill(-child, SIGKILL); /* its group: it may have children */
    if (temporary != NULL)
        unlink(temporary);
}

__attribute__((noreturn)) static void say_and_exit(const char *message, int status)
{
    tidy_up();
    cpm_progress_erase_in_handler();
    ssize_t n = write(STDERR_FILENO, message, strlen(message));
    (void)n; /* there is no one left to tell */
    _exit(status);
}

/* Dies of the signal as if it had never been caught. */
__attribute__((noreturn)) static void die_of(int signal_number)
{
    sigset_t set;
    tidy_up();
    cpm_progress_erase_in_handler();
    signal(signal_number, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    raise(signal_number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + signal_number);
}

/* The output is in order and stays as it is. */
static void end_by_signal(void)
{
    if (ending_signal != SIGALRM)
        die_of(ending_signal);
    cpm_progress_erase_in_handler();
    cpm_watch_show_in_handler();
    say_and_exit(timeout_message, CPM_EXIT_LIMIT);
}

/* A line that is being written may finish, but not for ever. */
static const struct itimerval last_wait = {{0, 0}, {0, 280000}};

static void on_ending(int signal_number)
{
    int saved = errno;
    bool is_first = ending_signal == 0;
    if (cpm_out_is_closed() && signal_number == SIGALRM)
        return;
    if (is_first)
        ending_signal = signal_number;
    else
        cpm_out_give_up();
    if (!is_first || cpm_out_emergency())
        end_by_signal();
    setitimer(ITIMER_REAL, &last_wait, NULL);
    errno = saved;
}

static void catch_ending(int signal_number)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_ending; /* no SA_RESTART: a write that waits is to notice */
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGALRM);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    sigaddset(&action.sa_mask, SIGHUP);
    sigaction(signal_number, &action, NULL);
}

static void on_fatal(cpm_status status)
{
    if (!cpm_out_emergency())
        cpm_out_give_up(); /* it happened in the middle of a line */
    if (status == CPM_ERR_MEMORY)
        say_and_exit("cpmcalc: error: out of memory\n", CPM_EXIT_LIMIT);
    say_and_exit("cpmcalc: error: internal error: the arithmetic library gave up\n", CPM_EXIT_BUG);
}

/* GMP ends like this when a number passes the largest size it can hold. */
static void on_abort(int signal_number)
{
    (void)signal_number;
    on_fatal(CPM_ERR_INTERNAL);
}

/* Signals that a parent ignores stay ignored (nohup), as the custom is. */
static void catch_unless_ignored(int signal_number)
{
    struct sigaction before;
    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        catch_ending(signal_number);
}

void cpm_guard_install(void)
{
    sigset_t set;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_abort;
    sigemptyset(&action.sa_mask);
    sigaction(SIGABRT, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* the write says that the file is too large */
    signal(SIGCHLD, SIG_DFL); /* children are waited for */
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    catch_unless_ignored(SIGINT);
    catch_unless_ignored(SIGTERM);
    catch_unless_ignored(SIGHUP);
    cpm_out_set_ending(end_by_signal);
    cpm_set_fatal_handler(on_fatal);
}

void cpm_guard_forget(void)
{
    static const int caught[] = {SIGALRM, SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        struct sigaction now;
        if (sigaction(caught[i], NULL, &now) == 0 && now.sa_handler == on_ending)
            signal(caught[i], SIG_DFL);
    }
    signal(SIGXFSZ, SIG_DFL);
}

cpm_status cpm_guard_set_timeout(double seconds, cpm_err *err)
{
    snprintf(timeout_message, sizeof timeout_message, "not finished after %g seconds (--timeout)\n",
             seconds);
    catch_ending(SIGALRM);
    struct itimerval timer = {{0, 0}, {0, 0}};
    timer.it_value.tv_sec = (time_t)seconds;
    timer.it_value.tv_usec = (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6);
    if (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0)
        timer.it_value.tv_usec = 1;
    if (setitimer(ITIMER_REAL, &timer, NULL) != 0)
        return cpm_err_set(err, CPM_ERR_INTERNAL, "cannot set a timer: %s", strerror(errno));
    return CPM_OK;
}

void cpm_guard_end_timeout(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
}

/* ---- Memory ------------------------------------------------------------ */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIMIT_DATA = false };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { LIMIT_DATA = false };
#else
enum { LIMIT_DATA = true };
#endif
#else
enum { LIMIT_DATA = true };
#endif

static const size_t BASE_HEADROOM = (size_t)64 << 20;
static const size_t THREAD_HEADROOM = (size_t)16 << 20; /* a stack and an arena */

void cpm_guard_set_memory(size_t max_bytes, unsigned nthreads)
{
    if (!LIMIT_DATA || max_bytes == 0)
        return;
    struct rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) != 0)
        return;
    rlim_t wanted = (rlim_t)max_bytes + max_bytes / 8 + BASE_HEADROOM + nthreads * THREAD_HEADROOM;
    if (wanted < max_bytes || (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur <= wanted))
        return; /* too large to matter, or a tighter limit is there already */
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_DATA, &limit);
}

/* The number after `key` in a small system file, or at its start when key is
 * empty; false when there is none. */
static bool read_number(const char *path, const char *key, size_t *number)
{
    char text[4096];
    int file = open(path, O_RDONLY | O_CLOEXEC); /* stdio would ask for memory */
    if (file < 0)
        return false;
    ssize_t len = read(file, text, sizeof text - 1);
    close(file);
    text[len < 0 ? 0 : len] = '\0';
    char *at = strstr(text, key);
    if (at == NULL)
        return false;
    at += strlen(key);
    char *end;
    unsigned long long value = strtoull(at, &end, 10);
    if (end == at || value > SIZE_MAX)
        return false;
    *number = (size_t)value;
    return true;
}

/* What a control group still allows, if that is less than `available`. */
static size_t within_group(size_t available, const char *limit_path, const char *usage_path)
{
    size_t limit, usage;
    if (!read_number(limit_path, "", &limit) || !read_number(usage_path, "", &usage))
        return available;
    size_t left = limit > usage ? limit - usage : 0;
    return left < available ? left : available;
}

static size_t within_resource(size_t available, int resource)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return available;
    return limit.rlim_cur < available ? (size_t)limit.rlim_cur : available;
}

static size_t available_memory(void)
{
    size_t kib;
    if (read_number("/proc/meminfo", "MemAvailable:", &kib) && kib <= SIZE_MAX / 1024)
        return kib * 1024;
#ifdef _SC_PHYS_PAGES
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0)
        return (size_t)pages * (size_t)page;
#endif
    return 0;
}

size_t cpm_guard_default_memory(void)
{
    size_t available = available_memory();
    available =
        within_group(available, "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current");
    available = within_group(available, "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                             "/sys/fs/cgroup/memory/memory.usage_in_bytes");
    available = within_resource(available, RLIMIT_AS);
    available = within_resource(available, RLIMIT_DATA);
    return available / 4 * 3;
}
