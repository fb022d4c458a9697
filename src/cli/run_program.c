/* SPDX-License-Identifier: MIT
 *
 * run_program.c - running a program: what it prints, then the value of CALL.
 */
#include "cli/output.h"
#include "cli/run.h"
#include "cli/sink.h"

static cpm_status run(const cpm_options *options, cpm_program *program, const cpm_config *config,
                      cpm_err *err)
{
    cpm_sink sink = cpm_sink_of(options, err);
    cpm_writer writer = {cpm_sink_print, &sink};
    cpm_value *value = NULL;
    cpm_report *report = NULL;
    cpm_status status = sink.format->run(&sink);
    if (status == CPM_OK)
        status = cpm_program_run(&value, options->given[CPM_OPT_EXPLAIN] ? &report : NULL, program,
                                 options->call.data == NULL ? NULL : &options->call, options->base,
                                 &writer, config, err);
    if (status == CPM_OK)
        status = cpm_sink_end_output(&sink);
    if (status == CPM_OK && value != NULL)
        status = cpm_sink_result(&sink, value);
    bool is_told = report != NULL && !sink.format->is_document && status != CPM_ERR_MEMORY;
    if (status == CPM_OK || is_told) {
        cpm_status ended = sink.format->end_run(&sink, report); /* of a failed run too */
        status = status == CPM_OK ? ended : status;
    }
    cpm_value_free(value);
    cpm_report_free(report);
    return status;
}

static cpm_status print_stage(const cpm_options *options, cpm_program *program,
                              const cpm_config *config, cpm_err *err)
{
    cpm_writer writer = {cpm_sink_bytes, err};
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
