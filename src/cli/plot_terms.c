/* SPDX-License-Identifier: MIT
 *
 * plot_terms.c - --plot with --nth: the terms of a sequence as a picture. Terms
 * that grow are drawn by their magnitude on a logarithmic axis, with marks of
 * their own for the negative ones; there terms of any size have their place.
 * Values that are no numbers (an infinity of a semiring) are left out.
 */
#include "cli/draft.h"
#include "cli/indices.h"
#include "cli/plot.h"
#include "cli/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct point {
    double n;
    int sign;         /* of the term */
    double log10_abs; /* of a term that is not 0 */
} point;

typedef struct points {
    point *data; /* owned */
    size_t count, cap;
} points;

/* ---- Collecting -------------------------------------------------------- */

static double log10_of(mpz_srcptr value)
{
    signed long exponent;
    double mantissa = mpz_get_d_2exp(&exponent, value);
    return log10(fabs(mantissa)) + (double)exponent * log10(2);
}

static cpm_status append_bytes(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_draft_write(ctx, bytes, nbytes);
    return CPM_OK;
}

/* A rational by its text, p/q; false for anything else. */
static cpm_status read_rational(bool *is_number, mpq_t out, const cpm_value *value, cpm_err *err)
{
    cpm_draft text = {0};
    cpm_writer writer = {append_bytes, &text};
    cpm_status status = cpm_value_write(value, 16, &writer, err);
    if (status == CPM_OK)
        status = cpm_draft_status(&text, err);
    *is_number = status == CPM_OK && strspn(text.data, "-0123456789abcdef/") == text.len &&
                 mpq_set_str(out, text.data, 16) == 0;
    cpm_draft_clear(&text);
    return status;
}

static cpm_status add_point(points *p, mpz_srcptr n, const mpq_t value, cpm_err *err)
{
    if (p->count == p->cap) {
        size_t cap = p->cap == 0 ? 256 : p->cap * 2;
        point *data = realloc(p->data, cap * sizeof *data);
        if (data == NULL)
            return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
        p->data = data;
        p->cap = cap;
    }
    point *new = &p->data[p->count++];
    *new = (point){mpz_get_d(n), mpq_sgn(value), 0};
    if (new->sign != 0)
        new->log10_abs = log10_of(mpq_numref(value)) - log10_of(mpq_denref(value));
    return CPM_OK;
}

static cpm_status take_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    mpq_t number;
    mpq_init(number);
    bool is_number = cpm_value_get_mpz(mpq_numref(number), value);
    cpm_status status = CPM_OK;
    if (!is_number)
        status = read_rational(&is_number, number, value, err);
    if (status == CPM_OK && is_number)
        status = add_point(ctx, n, number, err);
    mpq_clear(number);
    return status;
}

static cpm_status collect(points *p, const cpm_options *options, const cpm_config *general,
                          cpm_err *err)
{
    cpm_seq *seq = NULL;
    cpm_indices indices = {0};
    cpm_config config = *general;
    config.output_base = 0; /* no term is written */
    config.whole_ranges = true;
    cpm_status status = cpm_indices_parse(&indices, &options->nth, err);
    if (status == CPM_OK)
        status = cpm_seq_new(&seq, &options->spec, &config, err);
    for (size_t i = 0; i < indices.count && status == CPM_OK; i++) {
        const cpm_range *range = &indices.ranges[i];
        status =
            cpm_seq_terms(seq, range->first, range->last, range->step, &config, take_term, p, err);
    }
    cpm_seq_free(seq);
    cpm_indices_clear(&indices);
    if (status == CPM_OK && p->count == 0)
        return cpm_err_set(err, CPM_ERR_NO_ANSWER, "there is no term that can be drawn");
    return status;
}

/* ---- Drawing ----------------------------------------------------------- */

/* Above this a term needs the logarithmic axis, if others are far below. */
static const double LINEAR_MAX_LOG10 = 3;
/* gnuplot's own logarithmic axis is for numbers that a double holds. */
static const double DOUBLE_MAX_LOG10 = 300;

typedef enum magnitude { BY_VALUE, BY_LOG_AXIS, BY_EXPONENT } magnitude;

static magnitude choose_magnitude(const points *p)
{
    double least = INFINITY, largest = -INFINITY;
    for (size_t i = 0; i < p->count; i++)
        if (p->data[i].sign != 0) {
            least = fmin(least, p->data[i].log10_abs);
            largest = fmax(largest, p->data[i].log10_abs);
        }
    if (largest > DOUBLE_MAX_LOG10 || least < -DOUBLE_MAX_LOG10)
        return BY_EXPONENT;
    return largest - least >= LINEAR_MAX_LOG10 ? BY_LOG_AXIS : BY_VALUE;
}

static bool has_sign(const points *p, int sign)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->data[i].sign == sign)
            return true;
    return false;
}

/* The terms of one sign; of any sign with sign == 0, which is by value. */
static void write_data(cpm_draft *script, const points *p, int sign, magnitude m)
{
    cpm_draft_puts(script, "$data");
    cpm_draft_puts(script, sign > 0 ? "_positive" : sign < 0 ? "_negative" : "_all");
    cpm_draft_puts(script, " << END_OF_DATA\n");
    for (size_t i = 0; i < p->count; i++) {
        const point *at = &p->data[i];
        double size = at->sign == 0 ? 0 : pow(10, at->log10_abs);
        if (m == BY_VALUE)
            cpm_draft_printf(script, "%.17g %.15g\n", at->n, at->sign * size);
        else if (at->sign == sign)
            cpm_draft_printf(script, "%.17g %.15g\n", at->n,
                             m == BY_EXPONENT ? at->log10_abs : size);
    }
    cpm_draft_puts(script, "END_OF_DATA\n");
}

static void write_title(cpm_draft *script, const cpm_options *options)
{
    const cpm_spec *spec = &options->spec;
    const cpm_text *text = spec->spec.data != NULL ? &spec->spec : &spec->signature;
    cpm_draft_puts(script, "set title ");
    cpm_plot_string(script, text->data, text->len > 100 ? 100 : text->len);
    cpm_draft_puts(script, " noenhanced\nset xlabel 'n'\nset format x '%.0f'\n");
}

static void write_script(cpm_draft *script, const points *p, const cpm_options *options)
{
    enum { MAX_MARKED = 200 }; /* more points than this are drawn as dots */
    const magnitude m = choose_magnitude(p);
    const char *with = p->count > MAX_MARKED ? "points pointtype 7 pointsize 0.3"
                                             : "linespoints pointtype 7 pointsize 0.6";
    cpm_plot_begin(script, &options->plot);
    write_title(script, options);
    if (m == BY_VALUE) {
        cpm_draft_puts(script, "set ylabel 'a(n)'\n");
        write_data(script, p, 0, m);
        cpm_draft_printf(
            script, "plot $data_all using 1:2 with %s linecolor rgb 'black' title 'a(n)'\n", with);
        return;
    }
    cpm_draft_puts(script, m == BY_LOG_AXIS
                               ? "set logscale y\nset ylabel '|a(n)|'\nset format y '10^{%T}'\n"
                               : "set ylabel '|a(n)|'\nset format y '10^{%.0f}'\n");
    const bool positive = has_sign(p, 1), negative = has_sign(p, -1);
    write_data(script, p, 1, m);
    write_data(script, p, -1, m);
    if (positive)
        cpm_draft_printf(
            script, "plot $data_positive using 1:2 with %s linecolor rgb 'black' title 'a(n)%s'",
            negative ? "points pointtype 7 pointsize 0.6" : with, negative ? " > 0" : "");
    if (negative)
        cpm_draft_printf(script,
                         "%s$data_negative using 1:2 with points pointtype 6 pointsize 0.8 "
                         "linecolor rgb '#606060' title 'a(n) < 0'",
                         positive ? ", " : "plot ");
    cpm_draft_putc(script, '\n');
}

cpm_status cpm_run_plot(const cpm_options *options, const cpm_config *config, cpm_err *err)
{
    points p = {0};
    cpm_draft script = {0};
    cpm_status status = cpm_plot_check(&options->plot, err);
    if (status == CPM_OK)
        status = collect(&p, options, config, err);
    if (status == CPM_OK) {
        cpm_phase_enter("plot");
        write_script(&script, &p, options);
        status = cpm_draft_status(&script, err);
    }
    if (status == CPM_OK)
        status = cpm_plot_draw(&options->plot, script.data, script.len, err);
    cpm_draft_clear(&script);
    free(p.data);
    return status;
}
