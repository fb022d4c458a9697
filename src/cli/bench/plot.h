/* SPDX-License-Identifier: MIT
 *
 * plot.h - a table of times as a picture.
 */
#ifndef CPM_CLI_BENCH_PLOT_H
#define CPM_CLI_BENCH_PLOT_H

#include "cli/bench/table.h"

cpm_status cpm_bench_plot(const cpm_bench_table *table, const cpm_text *file, cpm_err *err);

#endif
