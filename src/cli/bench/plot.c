/* SPDX-License-Identifier: MIT
 *
 * plot.c - a table of times as a picture: a line for each column, both
 * axes logarithmic when the arguments are.
 */
#include "cli/bench/plot.h"

#include "cli/draft.h"
#include "cli/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where an argument stands: its value, or its logarithm where values are too
 * large for gnuplot's numbers. */
typedef struct axis {
    bool of_logarithms;
} axis;

static double log10_of(mpz_srcptr value)
{
    signed long exponent;
    double mantissa = mpz_get_d_2exp(&exponent, value);
    return log10(fabs(mantissa)) + (double)exponent * log10(2);
}

static axis choose_axis(const cpm_bench_table *table)
{
    enum { MAX_BITS = 1000 };
    axis x = {false};
    for (size_t i = 0; i < table->args.count; i++)
        x.of_logarithms |= mpz_sizeinbase(table->args.values[i], 2) > MAX_BITS;
    return x;
}

static void write_axes(cpm_draft *script, const cpm_bench_table *table, axis x)
{
    cpm_draft_puts(script, "set title ");
    cpm_plot_string(script, table->title, strlen(table->title));
    cpm_draft_puts(script, " noenhanced\n");
    cpm_draft_printf(script, "set xlabel '%s'\nset ylabel 'seconds'\n",
                     x.of_logarithms ? "log_{10} n" : "n");
    if (!table->args.logarithmic) {
        mpz_srcptr last = table->args.values[table->args.count - 1];
        bool small = mpz_cmpabs_ui(last, 10000000) < 0;
        cpm_draft_printf(script, "set yrange [0:*]\nset format x '%s'\n",
                         small ? "%.0f" : "%.1t·10^{%T}");
        return;
    }
    cpm_draft_puts(script, "set logscale y\nset format y '10^{%T}'\n");
    if (!x.of_logarithms)
        cpm_draft_puts(script, "set logscale x\nset format x '10^{%T}'\n");
}

static void write_point(cpm_draft *script, const cpm_bench_table *table, axis x, size_t row,
                        const cpm_bench_cell *cell)
{
    mpz_srcptr arg = table->args.values[row];
    if (!cell->done || (x.of_logarithms && mpz_sgn(arg) <= 0))
        return;
    if (table->args.logarithmic && mpz_sgn(arg) <= 0)
        return;
    cpm_draft_printf(script, "%.17g %.9g\n", x.of_logarithms ? log10_of(arg) : mpz_get_d(arg),
                     cell->seconds);
}

static void write_data(cpm_draft *script, const cpm_bench_table *table, axis x)
{
    for (size_t c = 0; c < table->columns.count; c++) {
        cpm_draft_printf(script, "$data%zu << END_OF_DATA\n", c);
        for (size_t row = 0; row < table->args.count; row++)
            write_point(script, table, x, row, cpm_bench_table_cell(table, row, c));
        cpm_draft_puts(script, "END_OF_DATA\n");
    }
}

static void write_plot(cpm_draft *script, const cpm_bench_table *table)
{
    for (size_t c = 0; c < table->columns.count; c++) {
        const cpm_text *name = &table->columns.columns[c].name;
        cpm_draft_printf(script, "%s$data%zu using 1:2 with linespoints linestyle %zu title ",
                         c == 0 ? "plot " : ", ", c, c % CPM_PLOT_STYLES + 1);
        cpm_plot_string(script, name->data, name->len);
    }
    cpm_draft_putc(script, '\n');
}

cpm_status cpm_bench_plot(const cpm_bench_table *table, const cpm_text *file, cpm_err *err)
{
    cpm_draft script = {0};
    axis x = choose_axis(table);
    cpm_plot_begin(&script, file);
    write_axes(&script, table, x);
    write_data(&script, table, x);
    write_plot(&script, table);
    cpm_status status = cpm_draft_status(&script, err);
    if (status == CPM_OK)
        status = cpm_plot_draw(file, script.data, script.len, err);
    cpm_draft_clear(&script);
    return status;
}
