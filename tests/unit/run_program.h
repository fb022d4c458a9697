/* SPDX-License-Identifier: MIT
 *
 * run_program.h - for tests of src/eval: runs a program and keeps what it prints.
 */
#ifndef CPM_TESTS_RUN_PROGRAM_H
#define CPM_TESTS_RUN_PROGRAM_H

#include "base/limits.h"
#include "eval/interp.h"
#include "lang/parse.h"
#include "unit.h"

typedef struct run {
    cpm_text text, call_text;
    cpm_tree tree;
    cpm_interp *interp;
    cpm_strbuf output;
    cpm_err err;
} run;

static inline cpm_status keep(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

/* Parses and runs; the caller ends with run_clear. */
static inline cpm_status run_program(run *r, const char *source, cpm_dialect dialect,
                                     const cpm_interp_options *options)
{
    memset(r, 0, sizeof *r);
    r->text = (cpm_text){"<test>", source, strlen(source)};
    cpm_tree_init(&r->tree, &r->text);
    cpm_writer writer = {keep, &r->output};
    cpm_interp_options own = options ? *options : (cpm_interp_options){0};
    own.output = &writer;
    cpm_status status = cpm_parse_program(&r->tree, &r->text, dialect, &r->err);
    if (status == CPM_OK)
        status = cpm_interp_new(&r->interp, &r->tree, &own, &r->err);
    if (status == CPM_OK)
        status = cpm_interp_run(r->interp, &r->err);
    if (status == CPM_OK && r->tree.dialect == CPM_DIALECT_LOOP)
        status = cpm_interp_print_variables(r->interp, 10, &r->err);
    return status;
}

static inline void run_clear(run *r)
{
    cpm_interp_free(r->interp);
    cpm_tree_clear(&r->tree);
    cpm_strbuf_clear(&r->output);
}

static inline const char *printed(const run *r)
{
    return r->output.data ? r->output.data : "";
}

static inline void check_output(const char *source, cpm_dialect dialect,
                                const cpm_interp_options *options, const char *wanted)
{
    run r;
    if (run_program(&r, source, dialect, options) != CPM_OK)
        UNIT_FAIL("%s\nerror at %zu: %s", source, r.err.span.begin, r.err.message);
    else if (strcmp(printed(&r), wanted) != 0)
        UNIT_FAIL("%s\nprinted\n%swanted\n%s", source, printed(&r), wanted);
    run_clear(&r);
}

static inline void py(const char *source, const char *wanted)
{
    check_output(source, CPM_DIALECT_PY3, NULL, wanted);
}

typedef struct error_case {
    const char *source;
    size_t begin, end;
    cpm_status status;
    const char *message;
} error_case;

static inline void check_error(const error_case *c, cpm_dialect dialect)
{
    run r;
    if (run_program(&r, c->source, dialect, NULL) == CPM_OK)
        UNIT_FAIL("%s\nruns", c->source);
    else if (r.err.status != c->status || r.err.span.begin != c->begin ||
             r.err.span.end != c->end || strcmp(r.err.message, c->message) != 0 ||
             r.err.where.data != c->source)
        UNIT_FAIL("%s\nstatus %d [%zu,%zu) %s", c->source, (int)r.err.status, r.err.span.begin,
                  r.err.span.end, r.err.message);
    run_clear(&r);
}

#endif
