/* SPDX-License-Identifier: MIT
 *
 * plot.h - pictures by gnuplot.
 */
#ifndef CPM_CLI_PLOT_H
#define CPM_CLI_PLOT_H

#include "cli/draft.h"

/* How many kinds of lines and points can be told apart. */
enum { CPM_PLOT_STYLES = 8 };

/* Whether a picture can be made: the file's name ends in .svg, .png or .pdf and
 * gnuplot is installed. Asked before any long work. */
cpm_status cpm_plot_check(const cpm_text *file, cpm_err *err);

/* Writes what every picture begins with: size, fonts, styles, grid. */
void cpm_plot_begin(cpm_draft *script, const cpm_text *file);

/* Writes a text as gnuplot takes it, in single quotes. */
void cpm_plot_string(cpm_draft *script, const char *text, size_t len);

/* Has gnuplot draw what the script says and writes the picture. */
cpm_status cpm_plot_draw(const cpm_text *file, const char *script, size_t len, cpm_err *err);

#endif
