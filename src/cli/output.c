/* SPDX-License-Identifier: MIT
 *
 * output.c - standard output in whole lines.
 *
 * Bytes gather in one buffer, [0, complete) being whole lines. It is flushed
 * when it is large, and also when some time has passed, so that a reader sees
 * slow terms as they come. A committed line that is larger than the buffer goes
 * out piece by piece without being copied.
 *
 * A signal that ends the process may come at any instruction. `busy` is a lock
 * that its handler can only try: whoever holds it may touch the buffer. A handler
 * that fails to get it leaves a note in `ending_wanted`, and the holder ends the
 * process after its line. Both write their own flag before they read the other's,
 * so one of the two always acts. From then on writes wait for a reader no longer
 * than GRACE_MSEC.
 *
 * A line that cannot be finished is taken back from a regular file, where nobody
 * else has written behind it. What a pipe has got stays there: a reader that does
 * not read while the process has to end may find the beginning of a line.
 */
#define _GNU_SOURCE /* memrchr */
#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FLUSH_BYTES = 64 * 1024, FLUSH_MSEC = 100, LATE_MSEC = 1, GRACE_MSEC = 250 };

static struct {
    char *data; /* owned */
    size_t len;
    size_t cap;
    size_t complete;              /* bytes of whole lines that may leave */
    unsigned held;                /* how many cpm_out_hold are open */
    bool committed;               /* the unfinished line may leave in pieces */
    bool begun;                   /* ... and has begun to; `busy` is kept until its end */
    bool has_written;             /* something has left the process */
    bool broken;                  /* a write failed: nothing more is attempted */
    size_t line_bytes;            /* of an unfinished line, written already */
    _Atomic bool closed;          /* there is no more output */
    struct timespec give_up;      /* when writes stop waiting; valid with ending_wanted */
    struct timespec flushed_at;   /* zero before the first flush */
    _Atomic bool busy;            /* the buffer is in use, or standard output is gone */
    _Atomic bool ending_wanted;   /* an emergency waits for the end of the line */
    void (*_Atomic ending)(void); /* what it wants called */
} out;

/* ---- The lock ---------------------------------------------------------- */

static void lock(void)
{
    if (out.begun)
        return;
    while (atomic_exchange(&out.busy, true))
        pause(); /* an emergency has it; the process is about to end */
}

static void unlock(void)
{
    if (out.begun)
        return;
    atomic_store(&out.busy, false);
    if (atomic_load(&out.ending_wanted)) {
        void (*ending)(void) = atomic_load(&out.ending);
        if (ending != NULL)
            ending();
    }
}

/* ---- Writing ----------------------------------------------------------- */

/* How much of a line has left without its end. */
static void count_written(const char *bytes, size_t nbytes)
{
    const char *end = memrchr(bytes, '\n', nbytes);
    out.line_bytes = end == NULL ? out.line_bytes + nbytes : nbytes - (size_t)(end + 1 - bytes);
}

/* Removes the beginning of a line from a regular file whose end it is. */
static void take_back(void)
{
    struct stat info;
    off_t at = lseek(STDOUT_FILENO, 0, SEEK_CUR);
    if (out.line_bytes > 0 && at >= 0 && fstat(STDOUT_FILENO, &info) == 0 &&
        S_ISREG(info.st_mode) && info.st_size == at &&
        ftruncate(STDOUT_FILENO, at - (off_t)out.line_bytes) == 0)
        lseek(STDOUT_FILENO, -(off_t)out.line_bytes, SEEK_CUR);
    out.line_bytes = 0;
}

static int msec_left(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long msec = (long long)(out.give_up.tv_sec - now.tv_sec) * 1000 +
                     (out.give_up.tv_nsec - now.tv_nsec) / 1000000;
    return msec < 0 ? 0 : (int)msec;
}

/* Waits until PIPE_BUF bytes at least can be written without blocking. */
static bool wait_to_write(bool ending)
{
    struct pollfd fd = {.fd = STDOUT_FILENO, .events = POLLOUT};
    int n = poll(&fd, 1, ending ? msec_left() : -1);
    if (n == 0)
        errno = ETIMEDOUT;
    return n > 0 || (n < 0 && errno == EINTR);
}

static bool write_all(const char *bytes, size_t nbytes)
{
    while (nbytes > 0) {
        bool ending = atomic_load(&out.ending_wanted);
        if (ending && !wait_to_write(true))
            return false;
        ssize_t n = write(STDOUT_FILENO, bytes, ending && nbytes > PIPE_BUF ? PIPE_BUF : nbytes);
        if (n < 0 && errno == EAGAIN && wait_to_write(ending))
            continue;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        count_written(bytes, (size_t)n);
        out.has_written = true;
        bytes += n;
        nbytes -= (size_t)n;
    }
    return true;
}

static cpm_status fail_to_write(cpm_err *err)
{
    int reason = errno;
    out.broken = true;
    take_back();
    return cpm_err_set(err, CPM_ERR_IO, "cannot write standard output: %s", strerror(reason));
}

/* Sends the first `nbytes` of the buffer and moves the rest to its front. */
static cpm_status flush(size_t nbytes, cpm_err *err)
{
    if (out.broken)
        return CPM_ERR_IO;
    if (nbytes == 0)
        return CPM_OK;
    if (!write_all(out.data, nbytes))
        return fail_to_write(err);
    memmove(out.data, out.data + nbytes, out.len - nbytes);
    out.len -= nbytes;
    out.complete -= nbytes < out.complete ? nbytes : out.complete;
    clock_gettime(CLOCK_MONOTONIC, &out.flushed_at);
    return CPM_OK;
}

static long long msec_since_flush(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)(now.tv_sec - out.flushed_at.tv_sec) * 1000 +
           (now.tv_nsec - out.flushed_at.tv_nsec) / 1000000;
}

static bool flush_is_due(void)
{
    return out.complete >= FLUSH_BYTES || msec_since_flush() >= FLUSH_MSEC;
}

/* Room for nbytes more. */
static bool reserve(size_t nbytes)
{
    if (nbytes <= out.cap - out.len)
        return true;
    size_t cap = out.cap + out.cap / 2 + FLUSH_BYTES;
    if (cap - out.len < nbytes)
        cap = out.len + nbytes;
    char *data = cap < out.len ? NULL : realloc(out.data, cap);
    if (data == NULL)
        return false;
    out.data = data;
    out.cap = cap;
    return true;
}

static cpm_status append(const char *bytes, size_t nbytes, cpm_err *err)
{
    if (!reserve(nbytes))
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    if (nbytes > 0)
        memcpy(out.data + out.len, bytes, nbytes);
    out.len += nbytes;
    return CPM_OK;
}

/* A piece of a committed line: what is before it leaves, then the piece. It takes
 * no memory, so that a line that has begun can always be finished. */
static cpm_status send(const char *bytes, size_t nbytes, cpm_err *err)
{
    out.begun = true;
    cpm_status status = flush(out.len, err);
    if (status != CPM_OK || nbytes == 0)
        return status;
    return write_all(bytes, nbytes) ? CPM_OK : fail_to_write(err);
}

/* ---- Lines ------------------------------------------------------------- */

void cpm_out_hold(void)
{
    out.held++;
}

void cpm_out_release(void)
{
    lock();
    out.held--;
    if (out.held == 0)
        out.complete = out.len;
    unlock();
}

void cpm_out_begin(void)
{
    out.committed = false;
}

cpm_status cpm_out_write(const char *bytes, size_t nbytes, cpm_err *err)
{
    if (out.broken)
        return CPM_ERR_IO;
    lock();
    bool may_leave = out.committed && out.held == 0;
    cpm_status status = CPM_OK;
    if (may_leave && (out.len + nbytes > FLUSH_BYTES || !reserve(nbytes)))
        status = send(bytes, nbytes, err);
    else
        status = append(bytes, nbytes, err);
    unlock();
    return status;
}

cpm_status cpm_out_puts(const char *text, cpm_err *err)
{
    return cpm_out_write(text, strlen(text), err);
}

void cpm_out_commit(void)
{
    out.committed = true;
}

cpm_status cpm_out_end(cpm_err *err)
{
    if (out.broken)
        return CPM_ERR_IO;
    lock();
    cpm_status status = CPM_OK;
    if (out.held == 0) {
        out.complete = out.len;
        if (out.begun || flush_is_due())
            status = flush(out.complete, err);
    }
    out.committed = false;
    out.begun = false;
    unlock();
    return status;
}

cpm_status cpm_out_flush(cpm_err *err)
{
    lock();
    cpm_status status = flush(out.complete, err);
    unlock();
    return status;
}

cpm_status cpm_out_flush_if_late(cpm_err *err)
{
    return msec_since_flush() >= LATE_MSEC ? cpm_out_flush(err) : CPM_OK;
}

void cpm_out_abandon(void)
{
    lock();
    take_back();
    out.len = out.complete;
    out.begun = false;
    out.held = 0;
    unlock();
}

cpm_status cpm_out_close(cpm_err *err)
{
    lock();
    cpm_status status = flush(out.complete, err);
    /* Closed from the beginning, and nothing to write: nothing is lost. */
    if (close(STDOUT_FILENO) != 0 && !out.broken && (errno != EBADF || out.has_written))
        status = fail_to_write(err);
    free(out.data);
    out.data = NULL;
    out.len = out.cap = out.complete = 0;
    atomic_store(&out.closed, true);
    unlock();
    return status;
}

/* ---- Emergencies ------------------------------------------------------- */

void cpm_out_set_ending(void (*ending)(void))
{
    atomic_store(&out.ending, ending);
}

bool cpm_out_emergency(void)
{
    clock_gettime(CLOCK_MONOTONIC, &out.give_up);
    out.give_up.tv_nsec += GRACE_MSEC * 1000000L;
    out.give_up.tv_sec += out.give_up.tv_nsec / 1000000000;
    out.give_up.tv_nsec %= 1000000000;
    atomic_store(&out.ending_wanted, true);
    if (atomic_exchange(&out.busy, true))
        return false;
    if (!out.broken && !write_all(out.data, out.complete))
        take_back();
    return true;
}

void cpm_out_give_up(void)
{
    take_back();
}

bool cpm_out_is_closed(void)
{
    return atomic_load(&out.closed);
}
