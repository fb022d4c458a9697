/* SPDX-License-Identifier: MIT
 *
 * run_matrix.c - powers of a given matrix, their products with a vector, and facts.
 */
#include "cli/indices.h"
#include "cli/output.h"
#include "cli/run.h"
#include "cli/sink.h"

static cpm_status print_power(cpm_sink *sink, const cpm_matrix *matrix, mpz_srcptr n,
                              const cpm_config *config, cpm_err *err)
{
    cpm_status status = sink->format->power(sink, n);
    if (status == CPM_OK)
        status = cpm_matrix_power(matrix, n, config, cpm_sink_entry, sink, err);
    return status == CPM_OK ? sink->format->end_power(sink) : status;
}

static cpm_status print_range(cpm_sink *sink, const cpm_matrix *matrix, const cpm_range *range,
                              const cpm_config *config, cpm_err *err)
{
    mpz_t n;
    mpz_init_set(n, range->first);
    cpm_status status = print_power(sink, matrix, n, config, err);
    while (status == CPM_OK && mpz_cmp(n, range->last) != 0) {
        mpz_add(n, n, range->step);
        status = print_power(sink, matrix, n, config, err);
    }
    mpz_clear(n);
    return status;
}

static cpm_status print_powers(const cpm_options *options, const cpm_matrix *matrix,
                               const cpm_config *config, cpm_err *err)
{
    cpm_sink sink = cpm_sink_of(options, err);
    sink.dim = cpm_matrix_dim(matrix);
    sink.vector = options->given[CPM_OPT_INIT];
    cpm_indices indices = {0};
    cpm_status status = cpm_indices_parse(&indices, &options->nth, err);
    cpm_report *report = NULL;
    if (status == CPM_OK && options->given[CPM_OPT_EXPLAIN])
        status = cpm_matrix_explain(&report, matrix, cpm_indices_largest(&indices), config, err);
    if (status == CPM_OK)
        status = sink.format->open(&sink, sink.vector ? "vectors" : "powers", report);
    cpm_report_free(report);
    for (size_t i = 0; i < indices.count && status == CPM_OK; i++)
        status = print_range(&sink, matrix, &indices.ranges[i], config, err);
    if (status == CPM_OK)
        status = sink.format->close(&sink);
    cpm_indices_clear(&indices);
    return status;
}

static cpm_status print_facts(const cpm_options *options, const cpm_matrix *matrix,
                              const cpm_config *config, cpm_err *err)
{
    cpm_report *report;
    cpm_status status = cpm_matrix_show(&report, matrix, &options->show, config, err);
    if (status == CPM_OK)
        status = cpm_sink_facts(options, report, err);
    cpm_report_free(report);
    return status;
}

static cpm_status print_graph(const cpm_matrix *matrix, cpm_err *err)
{
    cpm_writer writer = {cpm_sink_bytes, err};
    cpm_out_begin();
    cpm_status status = cpm_matrix_graph(matrix, &writer, err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

static cpm_status read_matrix(cpm_matrix **matrix, const cpm_options *options,
                              const cpm_config *config, cpm_err *err)
{
    cpm_status status = options->given[CPM_OPT_EDGES]
                            ? cpm_matrix_of_edges(matrix, &options->matrix,
                                                  options->given[CPM_OPT_UNDIRECTED], config, err)
                            : cpm_matrix_new(matrix, &options->matrix, config, err);
    if (status == CPM_OK && options->given[CPM_OPT_INIT])
        status = cpm_matrix_times(*matrix, &options->spec.init, err);
    return status;
}

cpm_status cpm_run_matrix(const cpm_options *options, const cpm_config *config, cpm_err *err)
{
    cpm_matrix *matrix = NULL;
    cpm_status status = read_matrix(&matrix, options, config, err);
    if (status == CPM_OK && options->format == CPM_FORMAT_DOT)
        status = print_graph(matrix, err);
    else if (status == CPM_OK && options->given[CPM_OPT_SHOW])
        status = print_facts(options, matrix, config, err);
    else if (status == CPM_OK)
        status = print_powers(options, matrix, config, err);
    cpm_matrix_free(matrix);
    return status;
}
