/* SPDX-License-Identifier: MIT
 *
 * run_program.c - running a program: what it prints, then the value of CALL.
 *
 *   text    the lines as they are printed, then the value
 *   json    {"output":[LINE,...],"value":"55","explain":[{"loop":TEXT},...]}
 *
 * In JSON value is there with a CALL, explain with --explain.
 */
#include "cli/output.h"
#include "cli/run.h"
#include "cli/terms.h"

#include <string.h>

/* Where the library's prints go. */
typedef struct printer {
    cpm_format format;
    bool in_line;  /* the line that is being printed has begun */
    size_t nlines; /* begun so far */
    cpm_err *err;  /* borrowed: what a failure to write is recorded in */
} printer;

static cpm_status begin_line(printer *p)
{
    p->in_line = true;
    p->nlines++;
    if (p->format == CPM_FORMAT_JSON)
        return cpm_out_puts(p->nlines > 1 ? ",\"" : "\"", p->err);
    cpm_progress_erase();
    cpm_out_begin();
    cpm_out_commit(); /* the library prints whole lines */
    return CPM_OK;
}

static cpm_status end_line(printer *p)
{
    p->in_line = false;
    if (p->format == CPM_FORMAT_JSON)
        return cpm_out_puts("\"", p->err);
    cpm_status status = cpm_out_puts("\n", p->err);
    return status == CPM_OK ? cpm_out_end(p->err) : status;
}

static cpm_status print_part(printer *p, const char *bytes, size_t nbytes)
{
    cpm_status status = p->in_line ? CPM_OK : begin_line(p);
    if (status != CPM_OK)
        return status;
    return p->format == CPM_FORMAT_JSON ? cpm_json_bytes(bytes, nbytes, p->err)
                                        : cpm_out_write(bytes, nbytes, p->err);
}

/* A cpm_writer's function. */
static cpm_status print(void *ctx, const char *bytes, size_t nbytes)
{
    printer *p = ctx;
    cpm_status status = CPM_OK;
    while (nbytes > 0 && status == CPM_OK) {
        const char *line_end = memchr(bytes, '\n', nbytes);
        size_t len = line_end == NULL ? nbytes : (size_t)(line_end - bytes);
        status = print_part(p, bytes, len);
        if (status == CPM_OK && line_end != NULL)
            status = end_line(p);
        len += line_end != NULL;
        bytes += len;
        nbytes -= len;
    }
    return status;
}

static cpm_status print_value(const cpm_options *options, const cpm_value *value, cpm_err *err)
{
    const char *phase = cpm_phase_enter("print");
    cpm_progress_show();
    cpm_out_begin();
    cpm_status status = options->format == CPM_FORMAT_JSON
                            ? cpm_terms_value(options->base, ",\"value\":\"", value, "\"", err)
                            : cpm_terms_value(options->base, "", value, "\n", err);
    if (status == CPM_OK)
        status = cpm_out_end(err);
    cpm_phase_enter(phase);
    return status;
}

/* The end of the JSON object. */
static cpm_status close_object(const cpm_report *report, cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (report != NULL) {
        status = cpm_out_puts(",", err);
        if (status == CPM_OK)
            status = cpm_report_json(report, true, err);
    }
    if (status == CPM_OK)
        status = cpm_out_puts("}\n", err);
    if (status == CPM_OK)
        cpm_out_release();
    return status;
}

static cpm_status finish_output(const cpm_options *options, printer *p, cpm_err *err)
{
    cpm_status status = p->in_line ? end_line(p) : CPM_OK;
    if (status == CPM_OK && options->format == CPM_FORMAT_JSON)
        status = cpm_out_puts("]", err);
    return status;
}

static cpm_status run(const cpm_options *options, cpm_program *program, const cpm_config *config,
                      cpm_err *err)
{
    printer p = {options->format, false, 0, err};
    const bool json = options->format == CPM_FORMAT_JSON;
    cpm_writer writer = {print, &p};
    cpm_value *value = NULL;
    cpm_report *report = NULL;
    cpm_status status = CPM_OK;
    if (json) {
        cpm_out_hold();
        status = cpm_out_puts("{\"output\":[", err);
    }
    if (status == CPM_OK)
        status = cpm_program_run(&value, options->given[CPM_OPT_EXPLAIN] ? &report : NULL, program,
                                 options->call.data == NULL ? NULL : &options->call, options->base,
                                 &writer, config, err);
    if (status == CPM_OK)
        status = finish_output(options, &p, err);
    if (status == CPM_OK && value != NULL)
        status = print_value(options, value, err);
    if (status == CPM_OK && json)
        status = close_object(report, err);
    if (report != NULL && !json) {
        cpm_progress_erase();
        cpm_report_print(report);
    }
    cpm_value_free(value);
    cpm_report_free(report);
    return status;
}

static cpm_status print_stage(const cpm_options *options, cpm_program *program,
                              const cpm_config *config, cpm_err *err)
{
    cpm_writer writer = {cpm_terms_write_bytes, err};
    cpm_out_begin();
    cpm_status status =
        cpm_program_dump(program, options->call.data == NULL ? NULL : &options->call, options->dump,
                         &writer, config, err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

cpm_status cpm_run_program(const cpm_options *options, const cpm_config *config, cpm_err *err)
{
    cpm_program *program = NULL;
    cpm_phase_enter("parse");
    cpm_status status = cpm_program_new(&program, &options->program, options->dialect, err);
    if (status == CPM_OK)
        status = options->given[CPM_OPT_DUMP] ? print_stage(options, program, config, err)
                                              : run(options, program, config, err);
    cpm_program_free(program);
    return status;
}
