/* SPDX-License-Identifier: MIT
 *
 * nth_term.c - using libcpmcalc from a C program: some terms of a recurrence
 * given as text, with errors as values.
 *
 *     cc nth_term.c $(pkg-config --cflags --libs cpmcalc) -o nth_term
 *     ./nth_term 'cur = p1 + p2' 0,1 100
 */
#include <cpmcalc.h>
#include <stdio.h>
#include <string.h>

static cpm_text text_of(const char *name, const char *text)
{
    return (cpm_text){name, text, strlen(text)};
}

/* A cpm_writer's function. */
static cpm_status write_to_file(void *ctx, const char *bytes, size_t nbytes)
{
    return fwrite(bytes, 1, nbytes, (FILE *)ctx) == nbytes ? CPM_OK : CPM_ERR_IO;
}

/* Called for each term; the value is ours only until we return. */
static cpm_status print_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    cpm_writer writer = {write_to_file, ctx};
    gmp_printf("a(%Zd) = ", n);
    cpm_status status = cpm_value_write(value, 10, &writer, err);
    putchar('\n');
    return status;
}

static void print_error(const cpm_err *err)
{
    if (err->where.data != NULL) {
        size_t line, column;
        cpm_span line_span;
        cpm_text_locate(&err->where, err->span.begin, &line, &column, &line_span);
        fprintf(stderr, "%s:%zu:%zu: ", err->where.name, line, column);
    }
    fprintf(stderr, "%s\n", err->message);
    if (err->hint[0] != '\0')
        fprintf(stderr, "(%s)\n", err->hint);
}

/* The terms with indices n to n+2. */
static cpm_status print_terms(const cpm_spec *spec, const cpm_text *index, cpm_err *err)
{
    cpm_config config;
    cpm_config_init(&config);

    cpm_seq *seq = NULL;
    mpz_t first, last, step;
    mpz_inits(first, last, step, NULL);
    cpm_status status = cpm_number_parse(first, index, (cpm_span){0, index->len}, err);
    mpz_add_ui(last, first, 2);
    mpz_set_ui(step, 1);

    if (status == CPM_OK)
        status = cpm_seq_new(&seq, spec, &config, err);
    if (status == CPM_OK)
        status = cpm_seq_terms(seq, first, last, step, &config, print_term, stdout, err);

    cpm_seq_free(seq);
    mpz_clears(first, last, step, NULL);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: nth_term RECURRENCE FIRST-TERMS N\n");
        return 2;
    }
    cpm_spec spec;
    memset(&spec, 0, sizeof spec);
    spec.spec = text_of("recurrence", argv[1]);
    spec.init = text_of("first terms", argv[2]);
    cpm_text index = text_of("index", argv[3]);

    cpm_err err;
    cpm_err_clear(&err);
    if (print_terms(&spec, &index, &err) != CPM_OK) {
        print_error(&err);
        return 1;
    }
    return 0;
}
