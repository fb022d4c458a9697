/* SPDX-License-Identifier: MIT
 *
 * nth_term.c - using libcpmcalc from a C program: one term of a recurrence
 * given as text, with errors as values.
 *
 *     cc nth_term.c $(pkg-config --cflags --libs cpmcalc) -o nth_term
 *     ./nth_term 'cur = p1 + p2' 0,1 100
 */
#include <cpmcalc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cpm_text text_of(const char *name, const char *text)
{
    return (cpm_text){name, text, strlen(text)};
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

static cpm_status print_term(const cpm_spec *spec, const cpm_text *index, cpm_err *err)
{
    cpm_config config;
    cpm_config_init(&config);

    cpm_seq *seq = NULL;
    cpm_value *term = NULL;
    char *text = NULL;
    mpz_t n;
    mpz_init(n);
    cpm_status status = cpm_number_parse(n, index, (cpm_span){0, index->len}, err);
    if (status == CPM_OK)
        status = cpm_seq_new(&seq, spec, &config, err);
    if (status == CPM_OK)
        status = cpm_seq_nth(&term, seq, n, &config, err);
    if (status == CPM_OK)
        status = cpm_value_text(&text, term, 10, err);
    if (status == CPM_OK)
        gmp_printf("a(%Zd) = %s\n", n, text);

    free(text);
    cpm_value_free(term);
    cpm_seq_free(seq);
    mpz_clear(n);
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
    if (print_term(&spec, &index, &err) != CPM_OK) {
        print_error(&err);
        return 1;
    }
    return 0;
}
