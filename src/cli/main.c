/* SPDX-License-Identifier: MIT
 *
 * main.c - cpmcalc: options, question, answer, exit status. Everything between
 * is values: a failure travels up as a cpm_err and is shown here, once.
 */
#include "cli/diagnostics.h"
#include "cli/exit.h"
#include "cli/files.h"
#include "cli/guard.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "cli/sink.h"
#include "cli/watch.h"

#include <stdio.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Blocks of up to 32 MiB come from the heap and stay there when they are freed:
 * otherwise glibc gives each large one back at once, and the next has to be
 * mapped and zeroed anew, a page fault for every 4 KiB. */
static void keep_freed_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
#endif
}

static cpm_status print_version(cpm_err *err)
{
    char text[256];
    snprintf(text, sizeof text, "cpmcalc %s (GMP %s, FLINT %s)\n", cpm_version(), cpm_gmp_version(),
             cpm_flint_version());
    cpm_out_begin();
    cpm_status status = cpm_out_puts(text, err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

static cpm_status set_limits(const cpm_options *options, cpm_err *err)
{
    cpm_guard_set_memory(options->max_memory_bytes, options->nthreads);
    if (options->timeout_seconds > 0 && !options->given[CPM_OPT_BENCH])
        return cpm_guard_set_timeout(options->timeout_seconds, err);
    return CPM_OK;
}

static cpm_status read_files(cpm_options *options, cpm_files *files, cpm_err *err)
{
    cpm_text *spec = &options->spec.spec;
    if (spec->len == 1 && spec->data[0] == '-')
        *spec = (cpm_text){spec->name, "@-", 2};
    cpm_status status = cpm_files_expand(files, spec, "SPEC", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->spec.signature, "--signature", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->spec.init, "--init", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->spec.guess, "--guess", err);
    if (status == CPM_OK)
        status = cpm_files_expand(files, &options->matrix, "--matrix", err);
    if (status == CPM_OK && options->given[CPM_OPT_FILE])
        status = cpm_files_read(files, &options->program, "--file", err);
    return status;
}

static cpm_status read_modulus(mpz_t modulus, const cpm_text *text, cpm_err *err)
{
    cpm_span whole = {0, text->len};
    cpm_status status = cpm_number_parse(modulus, text, whole, err);
    if (status == CPM_OK && mpz_sgn(modulus) <= 0)
        return cpm_err_at(err, CPM_ERR_USAGE, text, whole, "the modulus must be at least 1");
    return status;
}

static void fill_config(cpm_config *config, const cpm_options *options, mpz_srcptr modulus)
{
    cpm_config_init(config);
    config->engine = options->engine;
    config->semiring = options->semiring;
    config->modulus = options->mod.data == NULL ? NULL : modulus;
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
    cpm_watch_follow(config, options);
    cpm_progress_follow(config, options->given[CPM_OPT_TIME], options->progress);
}

static cpm_status ask(const cpm_options *options, const cpm_config *config, cpm_err *err)
{
    if (options->given[CPM_OPT_BENCH])
        return cpm_run_bench(options, config, err);
    if (options->given[CPM_OPT_PLOT])
        return cpm_run_plot(options, config, err);
    if (options->given[CPM_OPT_LIST])
        return cpm_sink_format_of(options->format)->catalogue(err);
    if (options->given[CPM_OPT_MATRIX])
        return cpm_run_matrix(options, config, err);
    if (options->program.data != NULL)
        return cpm_run_program(options, config, err);
    return cpm_run_sequence(options, config, err);
}

static cpm_status answer(cpm_options *options, cpm_files *files, cpm_err *err)
{
    if (options->given[CPM_OPT_HELP])
        return cpm_help_write(err);
    if (options->given[CPM_OPT_VERSION])
        return print_version(err);
    mpz_t modulus;
    mpz_init(modulus);
    cpm_status status = set_limits(options, err);
    if (status == CPM_OK)
        status = read_files(options, files, err);
    if (status == CPM_OK && options->mod.data != NULL)
        status = read_modulus(modulus, &options->mod, err);
    if (status == CPM_OK) {
        cpm_config config;
        fill_config(&config, options, modulus);
        status = ask(options, &config, err);
    }
    mpz_clear(modulus);
    return status;
}

int main(int argc, char **argv)
{
    cpm_progress_start();
    keep_freed_memory();
    cpm_guard_install();
    cpm_err err;
    cpm_err_clear(&err);
    cpm_options options;
    cpm_files files = {0};
    cpm_status status = cpm_options_parse(&options, argc, argv, &err);
    if (status == CPM_OK)
        status = answer(&options, &files, &err);
    if (status != CPM_OK)
        cpm_out_abandon();
    cpm_progress_erase();
    cpm_status closed = cpm_out_close(&err);
    cpm_guard_end_timeout();
    status = status == CPM_OK ? closed : status;
    if (status == CPM_OK)
        cpm_progress_report_times();
    else
        cpm_diag_show(&err);
    /* What was asked for on standard error is lost, and nobody can be told there. */
    if (status == CPM_OK && ferror(stderr) &&
        (options.given[CPM_OPT_EXPLAIN] || options.given[CPM_OPT_TIME]))
        status = CPM_ERR_IO;
    cpm_files_clear(&files); /* after the message, which may point into them */
    cpm_options_clear(&options);
    return cpm_exit_of(status);
}
