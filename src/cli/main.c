/* SPDX-License-Identifier: MIT
 *
 * main.c - cpmcalc: options, question, answer, exit status. Everything between
 * is values: a failure travels up as a cpm_err and is shown here, once.
 */
#include "cli/answer.h"
#include "cli/batch.h"
#include "cli/diagnostics.h"
#include "cli/exit.h"
#include "cli/guard.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/progress.h"

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

/* A single question; its exit status. */
static int answer_one(int argc, char **argv)
{
    cpm_err err;
    cpm_err_clear(&err);
    cpm_options options;
    cpm_files files = {0};
    cpm_kept kept = {0};
    cpm_status status = cpm_options_parse(&options, argc, argv, &err);
    if (status == CPM_OK)
        status = cpm_answer(&options, &files, &kept, &err);
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
    cpm_kept_clear(&kept);
    cpm_input_clear();
    cpm_files_clear(&files); /* after the message, which may point into them */
    cpm_options_clear(&options);
    return cpm_exit_of(status);
}

int main(int argc, char **argv)
{
    cpm_progress_start();
    keep_freed_memory();
    cpm_guard_install();
    return cpm_batch_is_wanted(argc, argv) ? cpm_batch_run(argc, argv) : answer_one(argc, argv);
}
