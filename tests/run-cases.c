/* SPDX-License-Identifier: MIT
 *
 * run-cases.c - runs the program on cases that are data, and compares stdout,
 * stderr and exit status exactly.
 *
 *     run-cases PROGRAM FILE...
 *
 * A .txt file holds cases; empty lines and lines from '#' are ignored. The
 * first characters of a line say what it is:
 *
 *     = NAME           a case begins
 *     $ cpmcalc ARG... its command; 'text' and "text" quote, \ takes the next
 *                      character as it is, \t \n \r \0 \xHH make bytes
 *     < LINE           a line of standard input ("<+ LINE": without line end)
 *     > LINE           a line of expected stdout (">" alone: an empty line)
 *     ! LINE           a line of expected stderr ("!*" alone: anything)
 *     ? STATUS         the expected exit status, 0 when left out
 *
 * In a .md file every line "$ cpmcalc ..." of a fenced block is a case: what
 * follows it in the block, up to the next "$ " line, is the expected stdout
 * and then stderr; a line "..." stands for any number of lines. Commands with
 * pipes, redirections or "&&" are passed over. There the status must be 0
 * where nothing is written to stderr. A manual page (.1, .3) is read in the same
 * way, its blocks being those from ".Bd -literal" to ".Ed".
 *
 * Each command runs in the current folder with LC_ALL=C and without NO_COLOR,
 * CPMCALC_THREADS and CPMCALC_DISABLE_CPU, its three streams being unlinked temporary
 * files, so that no output is too long. A case that takes more than two minutes is killed and
 * fails. A failed case is shown with its place and, for each stream that
 * differs, the lines from the first difference on.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGS = 64, TIME_LIMIT_SECONDS = 120, SHOWN_LINES = 12, SHOWN_COLUMNS = 300 };

/* A growing run of bytes, NUL-terminated beyond its length. */
typedef struct bytes {
    char *data; /* owned */
    size_t len;
} bytes;

typedef struct test_case {
    const char *file; /* borrowed */
    size_t line;      /* where its name or command stands */
    char name[80];
    bool has_command;
    bool document;   /* out holds stdout and stderr; "..." lines are wild */
    bool any_stderr; /* "!*" */
    int status;
    bytes command, in, out, err;
} test_case;

/* What a run gave. */
typedef struct outcome {
    int status; /* exit status, or 128 + signal */
    bytes out, err;
} outcome;

static size_t npassed, nfailed;

static void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("run-cases: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

static void append(bytes *b, const char *from, size_t len)
{
    char *grown = realloc(b->data, b->len + len + 1);
    if (!grown)
        die("out of memory");
    memcpy(grown + b->len, from, len);
    b->data = grown;
    b->len += len;
    b->data[b->len] = '\0';
}

static void clear(bytes *b)
{
    free(b->data);
    *b = (bytes){0};
}

/* ---- Arguments ------------------------------------------------------------ */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* The byte meant by what follows a backslash; moves *p past it. */
static char escape(const char **p)
{
    char c = *(*p)++;
    switch (c) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'x':
        if (hex_digit((*p)[0]) >= 0 && hex_digit((*p)[1]) >= 0) {
            c = (char)(hex_digit((*p)[0]) * 16 + hex_digit((*p)[1]));
            *p += 2;
        }
        return c;
    default:
        return c;
    }
}

/* Splits a command into words in place of a shell. Returns their number; the
 * words lie one after the other in `store`, which has room for the command. */
static size_t split(char *argv[MAX_ARGS + 1], char *store, const char *p, const test_case *c)
{
    size_t argc = 0;
    for (;;) {
        while (*p == ' ')
            p++;
        if (*p == '\0')
            break;
        if (argc == MAX_ARGS)
            die("%s:%zu: too many arguments", c->file, c->line);
        argv[argc++] = store;
        char quote = '\0';
        while (*p && (quote || *p != ' ')) {
            if (quote ? *p == quote : (*p == '\'' || *p == '"')) {
                quote = quote ? '\0' : *p;
                p++;
            } else if (*p == '\\' && quote != '\'' && p[1]) {
                p++;
                *store++ = escape(&p);
            } else {
                *store++ = *p++;
            }
        }
        if (quote)
            die("%s:%zu: unclosed quote", c->file, c->line);
        *store++ = '\0';
    }
    argv[argc] = NULL;
    return argc;
}

/* ---- Running -------------------------------------------------------------- */

static FILE *scratch(void)
{
    FILE *f = tmpfile();
    if (!f)
        die("cannot make a temporary file: %s", strerror(errno));
    return f;
}

static void slurp(bytes *to, FILE *f)
{
    char chunk[65536];
    size_t got = 0;
    rewind(f);
    append(to, "", 0);
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0)
        append(to, chunk, got);
}

static void run(outcome *o, const char *program, char *argv[], const bytes *input)
{
    FILE *in = scratch(), *out = scratch(), *err = scratch();
    if (input->len > 0)
        fwrite(input->data, 1, input->len, in);
    fflush(in);
    rewind(in);
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        die("cannot fork: %s", strerror(errno));
    if (child == 0) {
        dup2(fileno(in), 0);
        dup2(fileno(out), 1);
        dup2(fileno(err), 2);
        alarm(TIME_LIMIT_SECONDS);
        execv(program, argv);
        fprintf(stderr, "run-cases: cannot run %s: %s\n", program, strerror(errno));
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    o->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    slurp(&o->out, out);
    slurp(&o->err, err);
    fclose(in);
    fclose(out);
    fclose(err);
}

/* ---- Comparing ------------------------------------------------------------ */

static size_t line_length(const char *p)
{
    return strcspn(p, "\n") + (p[strcspn(p, "\n")] == '\n');
}

/* Shows up to SHOWN_LINES lines of a text, each after `prefix`. */
static void show(const char *prefix, const char *p)
{
    if (*p == '\0')
        printf("%s(nothing more)\n", prefix);
    for (int i = 0; *p; i++) {
        size_t len = line_length(p), text = strcspn(p, "\n");
        if (i == SHOWN_LINES) {
            printf("%s[more]\n", prefix);
            return;
        }
        printf("%s%.*s%s%s\n", prefix, (int)(text < SHOWN_COLUMNS ? text : SHOWN_COLUMNS), p,
               text < SHOWN_COLUMNS ? "" : "[...]", text == len ? "[no line end]" : "");
        p += len;
    }
}

static void show_difference(const char *what, const bytes *want, const bytes *got)
{
    const char *w = want->data ? want->data : "", *g = got->data ? got->data : "";
    size_t line = 1;
    while (*w && line_length(w) == line_length(g) && strncmp(w, g, line_length(w)) == 0) {
        size_t len = line_length(w);
        w += len;
        g += len;
        line++;
    }
    printf("  %s differs from line %zu on\n", what, line);
    show("    wanted  ", w);
    show("    got     ", g);
}

static bool same(const bytes *a, const bytes *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* Whether `got` is `want`, where a line "..." of `want` is any lines. */
static bool matches(const char *want, const char *got)
{
    for (;;) {
        if (strncmp(want, "...\n", 4) == 0) {
            for (const char *rest = got;; rest += line_length(rest)) {
                if (matches(want + 4, rest))
                    return true;
                if (*rest == '\0')
                    return false;
            }
        }
        size_t len = line_length(want);
        if (len == 0)
            return *got == '\0';
        if (line_length(got) != len || strncmp(want, got, len) != 0)
            return false;
        want += len;
        got += len;
    }
}

/* The two streams of a document's case, one after the other. Empty lines that
 * set a command off from the next one are not part of its output. */
static void join(outcome *o, test_case *c)
{
    while (c->out.len > 1 && c->out.data[c->out.len - 2] == '\n')
        c->out.data[--c->out.len] = '\0';
    append(&o->out, o->err.data, o->err.len);
    c->status = o->err.len == 0 ? 0 : o->status;
    c->any_stderr = true;
    append(&c->out, "", 0);
    if (matches(c->out.data, o->out.data)) {
        clear(&c->out);
        append(&c->out, o->out.data, o->out.len);
    }
}

/* Runs the case that was read, if there is one, and makes room for the next. */
static void finish(const char *program, test_case *c)
{
    if (c->has_command) {
        char *argv[MAX_ARGS + 1];
        char *store = malloc(c->command.len + 1);
        outcome o = {0};
        if (!store)
            die("out of memory");
        if (split(argv, store, c->command.data, c) == 0 || strcmp(argv[0], "cpmcalc") != 0)
            die("%s:%zu: the command is not cpmcalc", c->file, c->line);
        run(&o, program, argv, &c->in);
        if (c->document)
            join(&o, c);
        bool out = same(&c->out, &o.out), err = c->any_stderr || same(&c->err, &o.err);
        if (out && err && c->status == o.status) {
            npassed++;
        } else {
            nfailed++;
            printf("%s:%zu: FAILED %s\n  $ %s\n", c->file, c->line, c->name, c->command.data);
            if (!out)
                show_difference("stdout", &c->out, &o.out);
            if (!err)
                show_difference("stderr", &c->err, &o.err);
            if (c->status != o.status)
                printf("  status: wanted %d, got %d\n", c->status, o.status);
        }
        clear(&o.out);
        clear(&o.err);
        free(store);
    } else if (c->name[0]) {
        die("%s:%zu: case %s has no command", c->file, c->line, c->name);
    }
    clear(&c->command);
    clear(&c->in);
    clear(&c->out);
    clear(&c->err);
    *c = (test_case){.file = c->file, .document = c->document};
}

/* ---- Reading -------------------------------------------------------------- */

/* The text of a line after its mark and one space, with its line end put back. */
static void add_line(bytes *to, const char *mark_end, bool line_end)
{
    const char *text = *mark_end == ' ' ? mark_end + 1 : mark_end;
    append(to, text, strlen(text));
    if (line_end)
        append(to, "\n", 1);
}

static void begin_command(test_case *c, const char *command, size_t line)
{
    if (c->has_command)
        die("%s:%zu: a second command in one case", c->file, line);
    c->has_command = true;
    append(&c->command, command, strlen(command));
}

static void read_case_line(const char *program, test_case *c, const char *text, size_t line)
{
    switch (text[0]) {
    case '\0':
    case '#':
        return;
    case '=':
        finish(program, c);
        c->line = line;
        snprintf(c->name, sizeof c->name, "%s", text + 1 + (text[1] == ' '));
        return;
    case '$':
        begin_command(c, text + 2, line);
        return;
    case '<':
        add_line(&c->in, text + (text[1] == '+' ? 2 : 1), text[1] != '+');
        return;
    case '>':
        add_line(&c->out, text + 1, true);
        return;
    case '!':
        c->any_stderr |= strcmp(text, "!*") == 0;
        add_line(&c->err, text + 1, true);
        return;
    case '?':
        c->status = atoi(text + 1);
        return;
    default:
        die("%s:%zu: what is this line: %s", c->file, line, text);
    }
}

static bool ends_in(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Commands of a document that need a shell are not ours to run. */
static bool is_plain(const char *command)
{
    char quote = '\0';
    for (const char *p = command; *p; p++) {
        if (quote ? *p == quote : (*p == '\'' || *p == '"'))
            quote = quote ? '\0' : *p;
        else if (!quote && strchr("|<>&;$`", *p))
            return false;
    }
    return true;
}

/* Takes back the escapes of a manual page, in place. */
static void strip_roff(char *text)
{
    static const char *const escapes[][2] = {
        {"\\(aq", "'"}, {"\\(dq", "\""}, {"\\(ha", "^"}, {"\\(ti", "~"},
        {"\\-", "-"},   {"\\e", "\\"},   {"\\&", ""},
    };
    char *to = text;
    while (*text) {
        size_t k = 0, count = sizeof escapes / sizeof escapes[0];
        while (k < count && strncmp(text, escapes[k][0], strlen(escapes[k][0])) != 0)
            k++;
        if (k == count) {
            *to++ = *text++;
        } else {
            text += strlen(escapes[k][0]);
            if (escapes[k][1][0])
                *to++ = escapes[k][1][0];
        }
    }
    *to = '\0';
}

/* Whether a line begins or ends a block of examples. */
static bool is_fence(const char *text, bool manual, bool fenced)
{
    if (!manual)
        return strncmp(text, "```", 3) == 0;
    return fenced ? strncmp(text, ".Ed", 3) == 0 : strncmp(text, ".Bd -literal", 12) == 0;
}

static void read_document_line(const char *program, test_case *c, char *text, size_t line,
                               bool *fenced)
{
    bool manual = !ends_in(c->file, ".md");
    bool fence = is_fence(text, manual, *fenced);
    if (manual)
        strip_roff(text);
    if (fence) {
        finish(program, c);
        *fenced = !*fenced;
    } else if (*fenced && strncmp(text, "$ ", 2) == 0) {
        finish(program, c);
        c->line = line;
        const char *command = text + 2;
        if (strncmp(command, "./", 2) == 0)
            command += 2;
        if (strncmp(command, "cpmcalc ", 8) == 0 && is_plain(command))
            begin_command(c, command, line);
    } else if (*fenced && c->has_command) {
        append(&c->out, text, strlen(text));
        append(&c->out, "\n", 1);
    }
}

static void run_file(const char *program, const char *file)
{
    FILE *f = fopen(file, "r");
    if (!f)
        die("cannot open %s: %s", file, strerror(errno));
    test_case c = {.file = file, .document = !ends_in(file, ".txt")};
    char *text = NULL;
    size_t cap = 0;
    bool fenced = false;
    ssize_t len = 0;
    for (size_t line = 1; (len = getline(&text, &cap, f)) >= 0; line++) {
        if (len > 0 && text[len - 1] == '\n')
            text[len - 1] = '\0';
        if (c.document)
            read_document_line(program, &c, text, line, &fenced);
        else
            read_case_line(program, &c, text, line);
    }
    finish(program, &c);
    free(text);
    fclose(f);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        die("usage: run-cases PROGRAM FILE...");
    setenv("LC_ALL", "C", 1);
    unsetenv("NO_COLOR");
    unsetenv("CPMCALC_THREADS");
    unsetenv("CPMCALC_DISABLE_CPU");
    for (int i = 2; i < argc; i++)
        run_file(argv[1], argv[i]);
    printf("cases: %zu passed, %zu failed\n", npassed, nfailed);
    return nfailed > 0;
}
