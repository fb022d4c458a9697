/* SPDX-License-Identifier: MIT
 *
 * plot.c - pictures by gnuplot, which is looked for in PATH when it is needed.
 *
 * The script, data included, goes to its standard input; the picture comes from
 * its standard output and is written here, since gnuplot says nothing of a full
 * disk. Its messages are kept and shown when it fails. Lines differ in their
 * dashes and points in their shapes, so that they are told apart in grey too.
 */
#define _GNU_SOURCE /* mkostemp */
#include "cli/plot.h"

#include "cli/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- The file ---------------------------------------------------------- */

typedef struct kind {
    const char *ending;
    const char *terminal; /* of gnuplot, with its options */
} kind;

static const kind kinds[] = {
    {".svg", "svg size 800,500 dynamic background rgb 'white' font 'Helvetica,14'"},
    {".png", "pngcairo size 1000,625 background rgb 'white' font 'Helvetica,13'"},
    {".pdf", "pdfcairo size 16cm,10cm font 'Helvetica,11'"},
};

static const kind *kind_of(const cpm_text *file)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t len = strlen(kinds[i].ending);
        if (file->len > len && strncasecmp(file->data + file->len - len, kinds[i].ending, len) == 0)
            return &kinds[i];
    }
    return NULL;
}

/* "cannot WHAT: why", or the plain words for a lack of memory. */
static cpm_status fail(const char *what, int reason, cpm_err *err)
{
    if (reason == ENOMEM)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    return cpm_err_set(err, CPM_ERR_IO, "cannot %s: %s", what, strerror(reason));
}

/* The file's name ends in NUL: it comes from argv. */
static cpm_status fail_to_write(const cpm_text *file, cpm_err *err)
{
    int reason = errno;
    char what[CPM_MESSAGE_CAP];
    snprintf(what, sizeof what, "write '%.400s'", file->data);
    return fail(what, reason, err);
}

/* Finds out early what would be a pity to find out late. */
static cpm_status check_writable(const cpm_text *file, cpm_err *err)
{
    if (access(file->data, W_OK) == 0)
        return CPM_OK;
    if (errno != ENOENT)
        return fail_to_write(file, err);
    const char *slash = strrchr(file->data, '/');
    char folder[PATH_MAX];
    int len = slash == NULL ? snprintf(folder, sizeof folder, ".")
              : slash == file->data
                  ? snprintf(folder, sizeof folder, "/")
                  : snprintf(folder, sizeof folder, "%.*s", (int)(slash - file->data), file->data);
    if (len < 0 || (size_t)len >= sizeof folder)
        errno = ENAMETOOLONG;
    else if (access(folder, W_OK | X_OK) == 0)
        return CPM_OK;
    return fail_to_write(file, err);
}

static cpm_status write_all(int fd, const char *data, size_t len, const cpm_text *file,
                            cpm_err *err)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_to_write(file, err);
        data += n, len -= (size_t)n;
    }
    return CPM_OK;
}

/* Into what is no regular file: a FIFO, /dev/stdout. */
static cpm_status write_through(const cpm_text *file, const char *data, size_t len, cpm_err *err)
{
    int fd = open(file->data, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_to_write(file, err);
    cpm_status status = write_all(fd, data, len, file, err);
    if (close(fd) != 0 && status == CPM_OK)
        status = fail_to_write(file, err);
    return status;
}

/* The mode of a new file, or of the one that is replaced. */
static mode_t mode_for(const struct stat *old)
{
    if (old != NULL)
        return old->st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Beside `path`, then in its place: an old picture stays until the new one is
 * whole. */
static cpm_status replace(const char *path, const struct stat *old, const char *data, size_t len,
                          const cpm_text *file, cpm_err *err)
{
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof temporary) {
        errno = ENAMETOOLONG;
        return fail_to_write(file, err);
    }
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return fail_to_write(file, err);
    cpm_guard_set_temporary(temporary);
    cpm_status status = write_all(fd, data, len, file, err);
    fchmod(fd, mode_for(old)); /* a picture that others cannot read is one all the same */
    if (close(fd) != 0 && status == CPM_OK)
        status = fail_to_write(file, err);
    if (status == CPM_OK && rename(temporary, path) != 0)
        status = fail_to_write(file, err);
    if (status != CPM_OK)
        unlink(temporary);
    cpm_guard_set_temporary(NULL);
    return status;
}

static cpm_status write_file(const cpm_text *file, const char *data, size_t len, cpm_err *err)
{
    struct stat info;
    if (stat(file->data, &info) != 0)
        return replace(file->data, NULL, data, len, file, err);
    if (!S_ISREG(info.st_mode))
        return write_through(file, data, len, err);
    char *path = realpath(file->data, NULL); /* a link stays a link */
    if (path == NULL)
        return fail_to_write(file, err);
    cpm_status status = replace(path, &info, data, len, file, err);
    free(path);
    return status;
}

/* ---- Finding gnuplot --------------------------------------------------- */

/* The path of the program in PATH; false when there is none. */
static bool find_program(char found[PATH_MAX], const char *name)
{
    const char *path = getenv("PATH");
    while (path != NULL && *path != '\0') {
        int len = (int)strcspn(path, ":");
        struct stat info;
        if (len > 0 && snprintf(found, PATH_MAX, "%.*s/%s", len, path, name) < PATH_MAX &&
            access(found, X_OK) == 0 && stat(found, &info) == 0 && S_ISREG(info.st_mode))
            return true;
        path += len + (path[len] == ':');
    }
    return false;
}

static cpm_status find_gnuplot(char path[PATH_MAX], cpm_err *err)
{
    if (find_program(path, "gnuplot"))
        return CPM_OK;
    cpm_err_set(err, CPM_ERR_IO, "--plot needs gnuplot, which is not found in PATH");
    cpm_err_hint(err, "install it: apt-get install gnuplot-nox, dnf install gnuplot, pacman -S "
                      "gnuplot or brew install gnuplot");
    return err->status;
}

cpm_status cpm_plot_check(const cpm_text *file, cpm_err *err)
{
    if (kind_of(file) == NULL)
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "--plot takes a file that ends in .svg, .png or .pdf, "
                           "not '%s'",
                           file->data);
    char gnuplot[PATH_MAX];
    cpm_status status = find_gnuplot(gnuplot, err);
    return status == CPM_OK ? check_writable(file, err) : status;
}

/* ---- The script -------------------------------------------------------- */

void cpm_plot_string(cpm_draft *script, const char *text, size_t len)
{
    cpm_draft_putc(script, '\'');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\'')
            cpm_draft_putc(script, '\'');
        cpm_draft_putc(script, (unsigned char)text[i] < 0x20 ? ' ' : text[i]);
    }
    cpm_draft_putc(script, '\'');
}

/* From dark to light and back, so that neighbours differ in brightness too. */
static const struct style {
    const char *colour;
    const char *dashes;
    int points;
} styles[CPM_PLOT_STYLES] = {
    {"#000000", "solid", 7},          {"#c1440e", "(14,6)", 5}, {"#1f5fa8", "(5,5)", 9},
    {"#2e8b57", "(16,5,4,5)", 13},    {"#7b3f9d", "(3,5)", 6},  {"#8a6d1a", "(22,8)", 4},
    {"#5f6b73", "(14,5,3,5,3,5)", 8}, {"#b03060", "(8,3)", 12},
};

void cpm_plot_begin(cpm_draft *script, const cpm_text *file)
{
    cpm_draft_printf(script, "set terminal %s\n", kind_of(file)->terminal);
    cpm_draft_puts(
        script,
        "set encoding utf8\n"
        "set border 3 linecolor rgb '#404040'\n"
        "set tics nomirror out\n"
        "set style line 100 linecolor rgb '#c0c0c0' linewidth 0.7 dashtype solid\n"
        "set grid linestyle 100\n"
        "set key outside right top vertical Left reverse samplen 4 spacing 1.3 noenhanced\n");
    for (int i = 0; i < CPM_PLOT_STYLES; i++)
        cpm_draft_printf(
            script,
            "set style line %d linecolor rgb '%s' linewidth 1.8 dashtype %s pointtype %d "
            "pointsize 0.7\n",
            i + 1, styles[i].colour, styles[i].dashes, styles[i].points);
}

/* ---- Running gnuplot --------------------------------------------------- */

/* What has been read from gnuplot. */
typedef struct sink {
    char *data; /* owned */
    size_t len, cap;
} sink;

/* Reads what is there: 1 for more to come, 0 at the end, -1 on failure. */
static int read_some(sink *s, int fd)
{
    if (s->len == s->cap) {
        size_t cap = s->cap == 0 ? 65536 : s->cap * 2;
        char *data = realloc(s->data, cap);
        if (data == NULL) {
            errno = ENOMEM;
            return -1;
        }
        s->data = data;
        s->cap = cap;
    }
    ssize_t n = read(fd, s->data + s->len, s->cap - s->len);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN ? 1 : -1;
    s->len += (size_t)n;
    return n > 0;
}

typedef struct process {
    pid_t id;
    int in, out, messages; /* our ends of its pipes; -1: closed */
} process;

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Both ends above the standard descriptors, which may be closed here: then
 * closing the ends in the child cannot close those. */
static bool high_pipe(int ends[2])
{
    int low[2];
    if (pipe(low) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD, STDERR_FILENO + 1);
        close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

/* What becomes of the descriptors in the child; 0, or the reason why not. */
static int join_pipes(posix_spawn_file_actions_t *actions, int pipes[3][2])
{
    static const int own[3] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
    int reason = 0;
    for (int i = 0; i < 3 && reason == 0; i++)
        reason = posix_spawn_file_actions_adddup2(actions, pipes[i][i == 0 ? 0 : 1], own[i]);
    for (int i = 0; i < 6 && reason == 0; i++)
        reason = posix_spawn_file_actions_addclose(actions, pipes[i / 2][i % 2]);
    return reason;
}

/* In a process group of its own, whose end we can see to whatever it starts.
 * pipes[i]: for its standard input, output and error. 0, or the reason why not. */
static int spawn(process *p, const char *gnuplot, int pipes[3][2])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int reason = posix_spawn_file_actions_init(&actions);
    if (reason != 0)
        return reason;
    reason = posix_spawnattr_init(&attributes);
    if (reason != 0)
        goto no_attributes;
    reason = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    if (reason == 0)
        reason = join_pipes(&actions, pipes);
    char name[] = "gnuplot", no_settings[] = "-d";
    char *argv[] = {name, no_settings, NULL};
    if (reason == 0)
        reason = posix_spawn(&p->id, gnuplot, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
no_attributes:
    posix_spawn_file_actions_destroy(&actions);
    return reason;
}

static cpm_status start(process *p, const char *gnuplot, cpm_err *err)
{
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    int reason = 0;
    for (int i = 0; i < 3 && reason == 0; i++)
        reason = high_pipe(pipes[i]) ? 0 : errno;
    if (reason == 0)
        reason = spawn(p, gnuplot, pipes);
    close_end(&pipes[0][0]);
    close_end(&pipes[1][1]);
    close_end(&pipes[2][1]);
    p->in = pipes[0][1];
    p->out = pipes[1][0];
    p->messages = pipes[2][0];
    if (reason == 0) {
        fcntl(p->in, F_SETFL, O_NONBLOCK);
        return CPM_OK;
    }
    close_end(&p->in);
    close_end(&p->out);
    close_end(&p->messages);
    return fail("start gnuplot", reason, err);
}

/* Feeds and reads until both outputs are closed; false on failure. */
static bool talk(process *p, const char *script, size_t len, sink *picture, sink *messages)
{
    while (p->out >= 0 || p->messages >= 0) {
        struct pollfd polls[3] = {
            {p->in, POLLOUT, 0}, {p->out, POLLIN, 0}, {p->messages, POLLIN, 0}};
        if (poll(polls, 3, -1) < 0 && errno != EINTR)
            return false;
        if (p->in >= 0 && polls[0].revents != 0) {
            ssize_t n = write(p->in, script, len);
            if (n > 0)
                script += n, len -= (size_t)n;
            if (len == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
                close_end(&p->in); /* all said, or it does not listen any more */
        }
        int got = polls[1].revents == 0 ? 1 : read_some(picture, p->out);
        int said = polls[2].revents == 0 ? 1 : read_some(messages, p->messages);
        if (got < 0 || said < 0)
            return false;
        if (got == 0)
            close_end(&p->out);
        if (said == 0)
            close_end(&p->messages);
    }
    return true;
}

/* The line of gnuplot's messages that says what is wrong: the last one. */
static cpm_status gnuplot_failed(const sink *messages, cpm_err *err)
{
    size_t end = messages->len;
    while (end > 0 && strchr(" \n", messages->data[end - 1]) != NULL)
        end--;
    size_t begin = end;
    while (begin > 0 && messages->data[begin - 1] != '\n')
        begin--;
    while (begin < end && messages->data[begin] == ' ')
        begin++;
    if (begin == end)
        return cpm_err_set(err, CPM_ERR_IO, "gnuplot made no picture");
    return cpm_err_set(err, CPM_ERR_IO, "gnuplot failed: %.*s",
                       (int)(end - begin > 300 ? 300 : end - begin), messages->data + begin);
}

static cpm_status run(sink *picture, const char *gnuplot, const char *script, size_t len,
                      cpm_err *err)
{
    process p;
    sink messages = {0};
    cpm_status status = start(&p, gnuplot, err);
    if (status != CPM_OK)
        return status;
    cpm_guard_set_child(p.id);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN); /* gnuplot may stop reading */
    bool talked = talk(&p, script, len, picture, &messages);
    int reason = errno, ending = 0;
    signal(SIGPIPE, before);
    close_end(&p.in);
    close_end(&p.out);
    close_end(&p.messages);
    while (waitpid(p.id, &ending, 0) < 0 && errno == EINTR)
        continue;
    cpm_guard_set_child(0);
    if (!talked)
        status = fail("talk to gnuplot", reason, err);
    else if (!WIFEXITED(ending) || WEXITSTATUS(ending) != 0 || picture->len == 0)
        status = gnuplot_failed(&messages, err);
    free(messages.data);
    return status;
}

cpm_status cpm_plot_draw(const cpm_text *file, const char *script, size_t len, cpm_err *err)
{
    char gnuplot[PATH_MAX];
    sink picture = {0};
    cpm_status status = find_gnuplot(gnuplot, err);
    if (status == CPM_OK)
        status = run(&picture, gnuplot, script, len, err);
    if (status == CPM_OK)
        status = write_file(file, picture.data, picture.len, err);
    free(picture.data);
    return status;
}
