/* SPDX-License-Identifier: MIT
 *
 * draw.c - matrices, polynomials and recurrences in plain text. What has no
 * place on a screen (hundreds of columns, numbers of a thousand digits) is
 * described instead of drawn.
 */
#include "show/draw.h"
#include "show/term.h"

#include "base/mem.h"

#include <flint/fmpq.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DRAWN_DIM = 24, MAX_DRAWN_TERMS = 40, MAX_DRAWN_BITS = 200 };

/* A number, or its length where it is very long. */
static void put_number(cpm_strbuf *out, const fmpq_t value)
{
    if (fmpq_height_bits(value) > MAX_DRAWN_BITS) {
        cpm_strbuf_printf(out, "<%zu digits>", (size_t)fmpz_sizeinbase(fmpq_numref(value), 10));
        return;
    }
    cpm_put_extended(out, value);
}

static void put_integer(cpm_strbuf *out, const fmpz_t value)
{
    fmpq_t q;
    fmpq_init(q);
    fmpq_set_fmpz(q, value);
    put_number(out, q);
    fmpq_clear(q);
}

/* cells[r * dim + c], "." for zero; all NULL when memory ran out. */
static bool fill_cells(char **cells, const cpm_linsys *sys)
{
    for (size_t r = 0; r < sys->dim; r++)
        for (size_t i = 0; i < sys->rows[r].len; i++) {
            cpm_strbuf cell = {0};
            put_number(&cell, sys->rows[r].terms[i].coeff);
            if (cell.failed) {
                cpm_strbuf_clear(&cell);
                return false;
            }
            cells[r * sys->dim + sys->rows[r].terms[i].var] = cell.data;
        }
    return true;
}

static const char *cell_text(char *const *cells, size_t at)
{
    return cells[at] == NULL ? "." : cells[at];
}

static void put_right(cpm_strbuf *out, const char *text, size_t width)
{
    size_t len = strlen(text);
    cpm_strbuf_fill(out, ' ', width > len ? width - len : 0);
    cpm_strbuf_puts(out, text);
}

static void draw_cells(cpm_strbuf *out, const cpm_linsys *sys, char *const *cells, size_t *widths)
{
    size_t dim = sys->dim, name_width = 0;
    for (size_t c = 0; c < dim; c++) {
        size_t len = strlen(sys->names[c]);
        widths[c] = len;
        name_width = len > name_width ? len : name_width;
        for (size_t r = 0; r < dim; r++) {
            len = strlen(cell_text(cells, r * dim + c));
            widths[c] = len > widths[c] ? len : widths[c];
        }
    }
    cpm_strbuf_fill(out, ' ', name_width + 4);
    for (size_t c = 0; c < dim; c++) {
        cpm_strbuf_puts(out, c == 0 ? "" : "  ");
        put_right(out, sys->names[c], widths[c]);
    }
    for (size_t r = 0; r < dim; r++) {
        cpm_strbuf_puts(out, "\n");
        put_right(out, sys->names[r], name_width);
        cpm_strbuf_puts(out, "'  |");
        for (size_t c = 0; c < dim; c++) {
            cpm_strbuf_puts(out, c == 0 ? "" : "  ");
            put_right(out, cell_text(cells, r * dim + c), widths[c]);
        }
        cpm_strbuf_puts(out, "|");
    }
    cpm_strbuf_puts(out, "\n");
}

void cpm_draw_matrix(cpm_strbuf *out, const cpm_linsys *sys)
{
    size_t dim = sys->dim;
    if (dim == 0 || dim > MAX_DRAWN_DIM) {
        cpm_strbuf_printf(out, "%zu x %zu with %zu nonzero entries (too large to draw)\n", dim, dim,
                          cpm_linsys_nnz(sys));
        return;
    }
    char **cells = cpm_calloc(dim * dim, sizeof *cells);
    size_t *widths = cpm_calloc(dim, sizeof *widths);
    if (cells == NULL || widths == NULL || !fill_cells(cells, sys))
        out->failed = true;
    else
        draw_cells(out, sys, cells, widths);
    for (size_t i = 0; cells != NULL && i < dim * dim; i++)
        free(cells[i]);
    free(cells);
    free(widths);
}

/* " + 2*x", " - x"; the constant, which is the last variable, has no name. */
static void put_term(cpm_strbuf *out, const cpm_linsys *sys, const cpm_form_term *term, bool first)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_abs(c, term->coeff);
    bool minus = fmpq_sgn(term->coeff) < 0, is_constant = term->var == sys->dim - 1;
    cpm_strbuf_puts(out, first ? (minus ? "-" : "") : (minus ? " - " : " + "));
    if (is_constant || !fmpq_is_one(c))
        put_number(out, c);
    if (!is_constant)
        cpm_strbuf_printf(out, "%s%s", fmpq_is_one(c) ? "" : "*", sys->names[term->var]);
    fmpq_clear(c);
}

void cpm_draw_equations(cpm_strbuf *out, const cpm_linsys *sys)
{
    if (!sys->domain->is_arithmetic || sys->dim == 0 || sys->names[0] == NULL) {
        cpm_draw_matrix(out, sys);
        return;
    }
    for (size_t r = 0; r + 1 < sys->dim; r++) {
        cpm_strbuf_printf(out, "%s' = %s", sys->names[r], sys->rows[r].len == 0 ? "0" : "");
        for (size_t i = 0; i < sys->rows[r].len; i++)
            put_term(out, sys, &sys->rows[r].terms[i], i == 0);
        cpm_strbuf_puts(out, ", from ");
        put_number(out, sys->start + r);
        cpm_strbuf_puts(out, "\n");
    }
}

void cpm_draw_start(cpm_strbuf *out, const cpm_linsys *sys)
{
    if (sys->dim > 0 && sys->names[0] == NULL) {
        cpm_strbuf_printf(out, "%zu values (too many to list)", sys->dim);
        return;
    }
    for (size_t i = 0; i < sys->dim; i++) {
        if (i >= MAX_DRAWN_TERMS) {
            cpm_strbuf_printf(out, ", ... (%zu in all)", sys->dim);
            return;
        }
        cpm_strbuf_printf(out, "%s%s = ", i == 0 ? "" : ", ", sys->names[i]);
        put_number(out, sys->start + i);
    }
}

/* " + 3*x^2", " - x", with the sign taken off the first term where positive. */
static void put_signed(cpm_strbuf *out, const fmpz_t c, bool first, const char *factor)
{
    fmpz_t a;
    fmpz_init(a);
    fmpz_abs(a, c);
    if (first)
        cpm_strbuf_puts(out, fmpz_sgn(c) < 0 ? "-" : "");
    else
        cpm_strbuf_puts(out, fmpz_sgn(c) < 0 ? " - " : " + ");
    if (factor[0] == '\0') {
        put_integer(out, a);
    } else {
        if (!fmpz_is_one(a)) {
            put_integer(out, a);
            cpm_strbuf_puts(out, "*");
        }
        cpm_strbuf_puts(out, factor);
    }
    fmpz_clear(a);
}

/* A power of x, written as people do; nothing for the power 0. */
static void put_power(char *factor, size_t cap, slong exponent)
{
    factor[0] = '\0';
    if (exponent == 1)
        snprintf(factor, cap, "x");
    else if (exponent > 1)
        snprintf(factor, cap, "x^%ld", (long)exponent);
}

static void put_characteristic(cpm_strbuf *out, const fmpz_poly_t den)
{
    slong d = fmpz_poly_degree(den);
    size_t drawn = 0;
    for (slong k = 0; k <= d; k++) {
        const fmpz *c = fmpz_poly_get_coeff_ptr(den, k);
        char factor[40];
        if (fmpz_is_zero(c))
            continue;
        if (drawn >= MAX_DRAWN_TERMS) {
            cpm_strbuf_puts(out, " + ...");
            return;
        }
        put_power(factor, sizeof factor, d - k);
        put_signed(out, c, drawn++ == 0, factor);
    }
}

void cpm_draw_characteristic(cpm_strbuf *out, const fmpz_poly_t den, size_t dim)
{
    slong missing = (slong)dim - fmpz_poly_degree(den);
    bool only_power = missing > 0 && fmpz_poly_is_one(den);
    char factor[40];
    put_power(factor, sizeof factor, missing);
    cpm_strbuf_puts(out, factor);
    if (only_power)
        return;
    cpm_strbuf_puts(out, missing > 0 ? "*(" : "");
    put_characteristic(out, den);
    cpm_strbuf_puts(out, missing > 0 ? ")" : "");
}

void cpm_draw_recurrence(cpm_strbuf *out, const fmpz_poly_t den)
{
    slong d = fmpz_poly_degree(den);
    const fmpz *q0 = fmpz_poly_get_coeff_ptr(den, 0);
    size_t drawn = 0;
    fmpz_t c;
    fmpz_init(c);
    if (!fmpz_is_one(q0)) {
        put_integer(out, q0);
        cpm_strbuf_puts(out, "*");
    }
    cpm_strbuf_puts(out, "a(n) = ");
    for (slong k = 1; k <= d && drawn <= MAX_DRAWN_TERMS; k++) {
        char factor[40];
        fmpz_neg(c, fmpz_poly_get_coeff_ptr(den, k));
        if (fmpz_is_zero(c))
            continue;
        if (drawn == MAX_DRAWN_TERMS) {
            cpm_strbuf_puts(out, " + ...");
            drawn++;
            continue;
        }
        snprintf(factor, sizeof factor, "a(n-%ld)", (long)k);
        put_signed(out, c, drawn++ == 0, factor);
    }
    if (drawn == 0)
        cpm_strbuf_puts(out, "0");
    fmpz_clear(c);
}
