/* SPDX-License-Identifier: MIT
 *
 * timed_program.c - using libcpmcalc from a C program: somebody's text is run
 * inside this process, for a few seconds at most or until Ctrl-C.
 *
 *     cc timed_program.c $(pkg-config --cflags --libs cpmcalc) -o timed_program
 *     ./timed_program fib.py 'fib(10**6) % 10**9' 2
 */
#include <cpmcalc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static cpm_status keep_going(void *ctx, double done)
{
    (void)ctx;
    (void)done;
    return interrupted ? CPM_ERR_LIMIT : CPM_OK;
}

static cpm_status print(void *ctx, const char *bytes, size_t nbytes)
{
    return fwrite(bytes, 1, nbytes, ctx) == nbytes ? CPM_OK : CPM_ERR_IO;
}

static char *read_all(FILE *file, size_t *len)
{
    char *bytes = NULL;
    size_t cap = 0;
    for (*len = 0; bytes == NULL || *len == cap;) {
        char *more = realloc(bytes, cap = 2 * cap + 4096);
        if (more == NULL)
            break;
        bytes = more;
        *len += fread(bytes + *len, 1, cap - *len, file);
    }
    return bytes;
}

/* What the call yields, as text for free(); NULL with *err filled in. */
static char *run(const cpm_text *program_text, const cpm_text *call, double seconds, cpm_err *err)
{
    cpm_config config;
    cpm_config_init(&config);
    config.max_seconds = seconds;
    config.on_progress = keep_going;

    cpm_program *program = NULL;
    cpm_value *value = NULL;
    char *result = NULL;
    cpm_writer out = {print, stdout};
    cpm_status status = cpm_program_new(&program, program_text, CPM_DIALECT_PY3, err);
    if (status == CPM_OK)
        status = cpm_program_run(&value, NULL, program, call, 10, &out, &config, err);
    if (status == CPM_OK)
        status = cpm_value_text(&result, value, 10, err);
    cpm_value_free(value);
    cpm_program_free(program);
    return status == CPM_OK ? result : NULL;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 4 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: timed_program FILE CALL SECONDS\n");
        return 2;
    }
    cpm_text program = {.name = argv[1]}, call = {"CALL", argv[2], strlen(argv[2])};
    cpm_err err;
    cpm_err_clear(&err);
    signal(SIGINT, on_interrupt);
    program.data = read_all(file, &program.len);
    char *result = run(&program, &call, atof(argv[3]), &err);
    if (result != NULL)
        printf("%s\n", result);
    else
        fprintf(stderr, "timed_program: %s\n", err.message);
    free(result);
    free((char *)program.data);
    fclose(file);
    return result == NULL;
}
