/* SPDX-License-Identifier: MIT
 *
 * answer.c - one question from its options to its answer: files are read, limits set,
 * the configuration filled in, and whoever is responsible asked.
 */
#include "cli/answer.h"

#include "cli/guard.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "cli/sink.h"
#include "cli/watch.h"

#include <stdio.h>

static cpm_status print_version(cpm_err *err)
{
    char text[256];
    snprintf(text, sizeof text, "cpmcalc %s (GMP %s, FLINT %s)\n", cpm_version(), cpm_gmp_version(),
             cpm_flint_version());
    cpm_out_begin();
    cpm_status status = cpm_out_puts(text, err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

/* Of a whole process; the questions of a batch end by the library's own clock. */
static cpm_status set_limits(const cpm_options *options, cpm_err *err)
{
    if (options->in_batch)
        return CPM_OK;
    cpm_guard_set_memory(options->max_memory_bytes, options->nthreads);
    if (options->timeout_seconds > 0 && !options->given[CPM_OPT_BENCH])
        return cpm_guard_set_timeout(options->timeout_seconds, err);
    return CPM_OK;
}

/* "@FILE", or "-" as well as "@-" for standard input: what "-" alone cannot mean. */
static cpm_status read_whole(cpm_text *text, cpm_files *files, const char *what, cpm_err *err)
{
    if (text->len == 1 && text->data[0] == '-')
        return cpm_files_read(files, text, what, err);
    return cpm_files_expand(files, text, what, err);
}

static cpm_status read_files(cpm_options *options, cpm_files *files, cpm_err *err)
{
    cpm_status status = read_whole(&options->spec.spec, files, "SPEC", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->spec.signature, "--signature", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->spec.init, "--init", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->spec.guess, "--guess", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->nth, "--nth", err);
    if (status == CPM_OK)
        status = read_whole(&options->matrix, files, "--matrix", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->args, "--args", err);
    if (status == CPM_OK && options->given[CPM_OPT_VERIFY])
        status = cpm_files_read(files, &options->verify, "--verify", err);
    if (status == CPM_OK && options->given[CPM_OPT_FILE])
        status = cpm_files_read(files, &options->program, "--file", err);
    return status;
}

/* Work that goes on does not hold back the answers before it. */
static cpm_status flush_answers(void *ctx, double done)
{
    cpm_err err;
    (void)ctx, (void)done;
    cpm_err_clear(&err);
    return cpm_out_flush_if_late(&err);
}

static void fill_config(cpm_config *config, const cpm_options *options, mpz_srcptr modulus)
{
    cpm_config_init(config);
    config->engine = options->engine;
    config->semiring = options->semiring;
    config->modulus = modulus;
    config->check = options->given[CPM_OPT_CHECK];
    config->max_memory_bytes = options->max_memory_bytes;
    config->nthreads = options->nthreads;
    config->whole_ranges = cpm_sink_format_of(options->format)->is_document;
    config->output_base = options->base;
    config->strict = options->given[CPM_OPT_STRICT];
    if (options->iters_limit > 0)
        config->iters_limit = options->iters_limit;
    config->allow_rational = options->allow_rational;
    config->min_rows = !options->given[CPM_OPT_NO_MIN_ROWS];
    config->clear_stack = !options->given[CPM_OPT_NO_CLEAR_STACK];
    if (options->in_batch)
        config->max_seconds = options->timeout_seconds;
    config->input = options->in_batch ? NULL : cpm_input(); /* a batch may be read there */
    cpm_watch_follow(config, options);
    cpm_progress_follow(config, options->given[CPM_OPT_TIME], options->progress);
    if (options->in_batch && config->on_progress == NULL)
        config->on_progress = flush_answers;
}

static cpm_status list_catalogue(const cpm_options *options, cpm_err *err)
{
    const cpm_text *word = &options->spec.spec;
    size_t i = 0;
    while (i < cpm_catalogue_count() && !cpm_sink_matches(cpm_catalogue_at(i), word))
        i++;
    if (i == cpm_catalogue_count())
        return cpm_err_set(err, CPM_ERR_NO_ANSWER, "the catalogue has nothing of '%.100s'",
                           word->data);
    return cpm_sink_format_of(options->format)->catalogue(word, err);
}

static cpm_status ask(const cpm_options *options, const cpm_config *config, cpm_kept *kept,
                      cpm_err *err)
{
    if (options->given[CPM_OPT_BENCH])
        return cpm_run_bench(options, config, kept, err);
    if (options->given[CPM_OPT_PLOT])
        return cpm_run_plot(options, config, err);
    if (options->given[CPM_OPT_LIST])
        return list_catalogue(options, err);
    if (options->given[CPM_OPT_MATRIX])
        return cpm_run_matrix(options, config, err);
    if (options->program.data != NULL)
        return cpm_run_program(options, config, err);
    return cpm_run_sequence(options, config, kept, err);
}

cpm_status cpm_answer(cpm_options *options, cpm_files *files, cpm_kept *kept, cpm_err *err)
{
    if (options->given[CPM_OPT_HELP])
        return cpm_help_write(err);
    if (options->given[CPM_OPT_VERSION])
        return print_version(err);
    mpz_srcptr modulus = NULL;
    cpm_status status = set_limits(options, err);
    if (status == CPM_OK)
        status = read_files(options, files, err);
    if (status == CPM_OK && options->mod.data != NULL)
        status = cpm_kept_modulus(&modulus, kept, &options->mod, err);
    if (status == CPM_OK) {
        cpm_config config;
        fill_config(&config, options, modulus);
        status = ask(options, &config, kept, err);
    }
    return status;
}
