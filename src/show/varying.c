/* SPDX-License-Identifier: MIT
 *
 * varying.c - coefficients that are polynomials of the index, as text.
 */
#include "show/varying.h"

#include "show/term.h"

#include <string.h>

enum { MAX_DRAWN_DIM = 12, MAX_DRAWN_DEGREE = 40 };

static size_t count_coefficients(const fmpz_poly_t f)
{
    size_t count = 0;
    for (slong k = 0; k < fmpz_poly_length(f); k++)
        count += !fmpz_is_zero(fmpz_poly_get_coeff_ptr(f, k));
    return count;
}

/* A polynomial as a factor: in parentheses where it is a sum. */
static void put_factor(cpm_strbuf *out, const fmpz_poly_t f, const char *variable)
{
    bool is_sum = count_coefficients(f) > 1;
    cpm_strbuf_puts(out, is_sum ? "(" : "");
    cpm_put_poly(out, f, variable, true);
    cpm_strbuf_puts(out, is_sum ? ")" : "");
}

/* ---- The matrix ------------------------------------------------------------ */

static void put_row(cpm_strbuf *out, const cpm_varying *v, size_t row)
{
    const cpm_polysys *sys = v->sys;
    cpm_strbuf_printf(out, "%s' = ", v->names[row]);
    size_t nput = 0;
    for (size_t col = 0; col < sys->dim; col++) {
        const fmpz_poly_struct *t = cpm_polysys_entry(sys, row, col);
        if (fmpz_poly_is_zero(t))
            continue;
        cpm_strbuf_puts(out, nput++ == 0 ? "" : " + ");
        bool is_unit = fmpz_poly_equal(t, sys->q), is_one = strcmp(v->names[col], "1") == 0;
        if (is_unit) {
            cpm_strbuf_puts(out, v->names[col]);
            continue;
        }
        put_factor(out, t, v->index);
        cpm_strbuf_printf(out, "%s%s", is_one ? "" : "*", is_one ? "" : v->names[col]);
        if (fmpz_poly_is_one(sys->q))
            continue;
        cpm_strbuf_puts(out, "/");
        put_factor(out, sys->q, v->index);
    }
    cpm_strbuf_puts(out, nput == 0 ? "0\n" : "\n");
}

slong cpm_varying_degree(const cpm_varying *v)
{
    const cpm_polysys *sys = v->sys;
    slong degree = fmpz_poly_degree(sys->q);
    for (size_t k = 0; k < sys->dim * sys->dim; k++)
        degree = FLINT_MAX(degree, fmpz_poly_degree(sys->t + k));
    return degree;
}

void cpm_varying_matrix(cpm_strbuf *out, const cpm_varying *v)
{
    const cpm_polysys *sys = v->sys;
    if (sys->dim > MAX_DRAWN_DIM || cpm_varying_degree(v) > MAX_DRAWN_DEGREE) {
        cpm_strbuf_printf(out, "%zu x %zu of degree %ld (too large to draw)\n", sys->dim, sys->dim,
                          (long)cpm_varying_degree(v));
        return;
    }
    for (size_t row = 0; row < sys->dim; row++)
        put_row(out, v, row);
}

/* ---- The rule ----------------------------------------------------------------- */

/* + f*x, with its sign in front. */
static void put_summand(cpm_strbuf *out, const fmpz_poly_t f, const char *x, bool first)
{
    fmpz_poly_t size;
    bool negative = fmpz_sgn(fmpz_poly_lead(f)) < 0;
    fmpz_poly_init(size);
    fmpz_poly_set(size, f);
    if (negative)
        fmpz_poly_neg(size, f);
    cpm_strbuf_puts(out, first ? (negative ? "-" : "") : negative ? " - " : " + ");
    if (!fmpz_poly_is_one(size) || x[0] == '\0') {
        put_factor(out, size, "n");
        cpm_strbuf_puts(out, x[0] == '\0' ? "" : "*");
    }
    cpm_strbuf_puts(out, x);
    fmpz_poly_clear(size);
}

/* common = the greatest common divisor of the first row and q */
static void find_common(fmpz_poly_t common, const cpm_polysys *sys)
{
    fmpz_poly_set(common, sys->q);
    for (size_t col = 0; col < sys->dim; col++)
        fmpz_poly_gcd(common, common, cpm_polysys_entry(sys, 0, col));
    if (fmpz_sgn(fmpz_poly_lead(sys->q)) < 0)
        fmpz_poly_neg(common, common);
}

void cpm_varying_rule(cpm_strbuf *out, const cpm_varying *v)
{
    const cpm_polysys *sys = v->sys;
    fmpz_poly_t common, c;
    size_t nput = 0;
    fmpz_poly_init(common);
    fmpz_poly_init(c);
    find_common(common, sys);
    fmpz_poly_div(c, sys->q, common);
    put_summand(out, c, "a(n)", true);
    cpm_strbuf_puts(out, " = ");
    for (size_t col = 0; col < sys->dim; col++) {
        char term[40] = "";
        if (col < v->order)
            snprintf(term, sizeof term, "a(n-%zu)", col + 1);
        fmpz_poly_div(c, cpm_polysys_entry(sys, 0, col), common);
        if (!fmpz_poly_is_zero(c))
            put_summand(out, c, term, nput++ == 0);
    }
    cpm_strbuf_puts(out, nput == 0 ? "0" : "");
    fmpz_poly_clear(common);
    fmpz_poly_clear(c);
}

static void put_values(cpm_strbuf *out, const fmpq *values, size_t count, const char *between)
{
    for (size_t k = 0; k < count; k++) {
        cpm_strbuf_puts(out, k == 0 ? "" : between);
        cpm_put_rational(out, values + k);
    }
}

void cpm_varying_init(cpm_strbuf *out, const cpm_varying *v)
{
    put_values(out, v->given, v->ngiven, ",");
}

/* ---- Code ------------------------------------------------------------------------ */

/* Which of the variables is the sequence. */
static size_t output_of(const cpm_polysys *sys)
{
    size_t k = 0;
    while (k + 1 < sys->dim && fmpq_is_zero(sys->outputs + k))
        k++;
    return k;
}

/* "n - 3", "n" or "n + 3" for -x = 3 and so on, with `more` added. */
static void put_difference(cpm_strbuf *out, const fmpz_t x, slong more)
{
    fmpz_t shift;
    fmpz_init(shift);
    fmpz_sub_si(shift, x, more);
    cpm_strbuf_puts(out, "n");
    cpm_put_minus(out, shift);
    fmpz_clear(shift);
}

/* The round that makes the term with index n: they may differ where a sequence is late. */
static void put_last_round(cpm_strbuf *out, const cpm_varying *v, slong more)
{
    fmpz_t difference;
    fmpz_init(difference);
    fmpz_sub(difference, v->start, v->sys->first);
    put_difference(out, difference, more);
    fmpz_clear(difference);
}

void cpm_varying_pari(cpm_strbuf *out, const cpm_varying *v)
{
    const cpm_polysys *sys = v->sys;
    cpm_strbuf_puts(out, "a(n) = if(n < ");
    cpm_put_integer(out, v->start);
    cpm_strbuf_puts(out, ", [");
    put_values(out, v->given, v->ngiven, ", ");
    cpm_strbuf_puts(out, "][");
    put_difference(out, v->offset, 1);
    cpm_strbuf_puts(out, "], my(x = [");
    put_values(out, sys->start, sys->dim, ", ");
    cpm_strbuf_puts(out, "]~); for(i = ");
    cpm_put_integer(out, sys->first);
    cpm_strbuf_puts(out, ", ");
    put_last_round(out, v, 0);
    cpm_strbuf_puts(out, sys->dim == 1 ? ", x = Mat(" : ", x = [");
    for (size_t row = 0; row < sys->dim; row++)
        for (size_t col = 0; col < sys->dim; col++) {
            cpm_strbuf_puts(out, col > 0 ? ", " : row > 0 ? "; " : "");
            cpm_put_poly(out, cpm_polysys_entry(sys, row, col), "i", true);
        }
    cpm_strbuf_puts(out, sys->dim == 1 ? ")*x/(" : "]*x/(");
    cpm_put_poly(out, sys->q, "i", true);
    cpm_strbuf_puts(out, ")");
    if (!fmpz_is_zero(v->modulus)) {
        cpm_strbuf_puts(out, " % ");
        cpm_put_integer(out, v->modulus);
    }
    cpm_strbuf_printf(out, "); x[%zu])", output_of(sys) + 1);
}

/* Languages with Python's syntax: how quotients begin, are continued and end, and fractions
 * that are constants; Sage has them of its own. */
typedef struct python_like {
    const char *imports, *open, *over, *close, *open_constant, *close_constant;
} python_like;

static const python_like python = {
    "from fractions import Fraction as F; from functools import reduce; ",
    "F(",
    ", ",
    ")",
    "F(\"",
    "\")"};
static const python_like sympy = {"from sympy import Rational; from functools import reduce; ",
                                  "Rational(",
                                  ", ",
                                  ")",
                                  "Rational(\"",
                                  "\")"};
static const python_like sage = {"from functools import reduce; ", "((", ")/(", "))", "", ""};

static void put_python_list(cpm_strbuf *out, const fmpq *values, size_t count,
                            const python_like *how)
{
    cpm_strbuf_puts(out, "[");
    for (size_t k = 0; k < count; k++) {
        bool whole = fmpz_is_one(fmpq_denref(values + k));
        cpm_strbuf_puts(out, k == 0 ? "" : ", ");
        cpm_strbuf_puts(out, whole ? "" : how->open_constant);
        cpm_put_rational(out, values + k);
        cpm_strbuf_puts(out, whole ? "" : how->close_constant);
    }
    cpm_strbuf_puts(out, "]");
}

/* Powers are written ** there. */
static void put_python_poly(cpm_strbuf *out, const fmpz_poly_t f)
{
    cpm_strbuf text = {0};
    cpm_put_poly(&text, f, "i", true);
    for (size_t k = 0; k < text.len; k++) {
        char one[3] = {text.data[k], '\0', '\0'};
        if (one[0] == '^')
            one[0] = one[1] = '*';
        cpm_strbuf_puts(out, one);
    }
    cpm_strbuf_clear(&text);
}

static void put_python_row(cpm_strbuf *out, const cpm_varying *v, size_t row,
                           const python_like *how)
{
    const cpm_polysys *sys = v->sys;
    bool divides = !fmpz_poly_is_one(sys->q), any = false;
    cpm_strbuf_puts(out, divides ? how->open : !fmpz_is_zero(v->modulus) ? "(" : "");
    for (size_t col = 0; col < sys->dim; col++) {
        const fmpz_poly_struct *t = cpm_polysys_entry(sys, row, col);
        if (fmpz_poly_is_zero(t))
            continue;
        cpm_strbuf_puts(out, any ? " + (" : "(");
        put_python_poly(out, t);
        cpm_strbuf_printf(out, ")*x[%zu]", col);
        any = true;
    }
    cpm_strbuf_puts(out, any ? "" : "0");
    if (divides) {
        cpm_strbuf_puts(out, how->over);
        put_python_poly(out, sys->q);
    }
    cpm_strbuf_puts(out, divides ? how->close : !fmpz_is_zero(v->modulus) ? ")" : "");
    if (!fmpz_is_zero(v->modulus)) {
        cpm_strbuf_puts(out, " % ");
        cpm_put_integer(out, v->modulus);
    }
}

static void put_python(cpm_strbuf *out, const cpm_varying *v, const python_like *how)
{
    const cpm_polysys *sys = v->sys;
    cpm_strbuf_puts(out, how->imports);
    cpm_strbuf_puts(out, "a = lambda n: ");
    put_python_list(out, v->given, v->ngiven, how);
    cpm_strbuf_puts(out, "[");
    put_difference(out, v->offset, 0);
    cpm_strbuf_puts(out, "] if n < ");
    cpm_put_integer(out, v->start);
    cpm_strbuf_puts(out, " else reduce(lambda x, i: [");
    for (size_t row = 0; row < sys->dim; row++) {
        cpm_strbuf_puts(out, row == 0 ? "" : ", ");
        put_python_row(out, v, row, how);
    }
    cpm_strbuf_puts(out, "], range(");
    cpm_put_integer(out, sys->first);
    cpm_strbuf_puts(out, ", ");
    put_last_round(out, v, 1);
    cpm_strbuf_puts(out, "), ");
    put_python_list(out, sys->start, sys->dim, how);
    cpm_strbuf_printf(out, ")[%zu]", output_of(sys));
}

void cpm_varying_python(cpm_strbuf *out, const cpm_varying *v)
{
    put_python(out, v, &python);
}

void cpm_varying_sympy(cpm_strbuf *out, const cpm_varying *v)
{
    put_python(out, v, &sympy);
}

void cpm_varying_sage(cpm_strbuf *out, const cpm_varying *v)
{
    put_python(out, v, &sage);
}

/* The rows of T between brackets: "{{i, 1}, {1, 0}}" */
static void put_rows(cpm_strbuf *out, const cpm_polysys *sys, const char *open, const char *close)
{
    cpm_strbuf_puts(out, open);
    for (size_t row = 0; row < sys->dim; row++) {
        cpm_strbuf_puts(out, row > 0 ? ", " : "");
        cpm_strbuf_puts(out, open);
        for (size_t col = 0; col < sys->dim; col++) {
            cpm_strbuf_puts(out, col > 0 ? ", " : "");
            cpm_put_poly(out, cpm_polysys_entry(sys, row, col), "i", true);
        }
        cpm_strbuf_puts(out, close);
    }
    cpm_strbuf_puts(out, close);
}

/* "{1, 1}[[n + 1]]", the given term with index n. */
static void put_given(cpm_strbuf *out, const cpm_varying *v, const char *const between[4])
{
    cpm_strbuf_puts(out, between[0]);
    put_values(out, v->given, v->ngiven, ", ");
    cpm_strbuf_puts(out, between[1]);
    cpm_strbuf_puts(out, between[2]);
    put_difference(out, v->offset, 1);
    cpm_strbuf_puts(out, between[3]);
}

void cpm_varying_mathematica(cpm_strbuf *out, const cpm_varying *v)
{
    static const char *const brackets[] = {"{", "}", "[[", "]]"};
    const cpm_polysys *sys = v->sys;
    const bool reduces = !fmpz_is_zero(v->modulus);
    cpm_strbuf_puts(out, "a[n_] := If[n < ");
    cpm_put_integer(out, v->start);
    cpm_strbuf_puts(out, ", ");
    put_given(out, v, brackets);
    cpm_strbuf_puts(out, ", Module[{x = {");
    put_values(out, sys->start, sys->dim, ", ");
    cpm_strbuf_puts(out, reduces ? "}}, Do[x = Mod[" : "}}, Do[x = ");
    put_rows(out, sys, "{", "}");
    cpm_strbuf_puts(out, " . x/(");
    cpm_put_poly(out, sys->q, "i", true);
    cpm_strbuf_puts(out, ")");
    if (reduces) {
        cpm_strbuf_puts(out, ", ");
        cpm_put_integer(out, v->modulus);
        cpm_strbuf_puts(out, "]");
    }
    cpm_strbuf_puts(out, ", {i, ");
    cpm_put_integer(out, sys->first);
    cpm_strbuf_puts(out, ", ");
    put_last_round(out, v, 0);
    cpm_strbuf_printf(out, "}]; x[[%zu]]]]", output_of(sys) + 1);
}

void cpm_varying_maple(cpm_strbuf *out, const cpm_varying *v)
{
    static const char *const brackets[] = {"[", "]", "[", "]"};
    const cpm_polysys *sys = v->sys;
    const bool reduces = !fmpz_is_zero(v->modulus);
    cpm_strbuf_puts(out, "a := proc(n) local x, i; if n < ");
    cpm_put_integer(out, v->start);
    cpm_strbuf_puts(out, " then return ");
    put_given(out, v, brackets);
    cpm_strbuf_puts(out, " end if; x := Vector([");
    put_values(out, sys->start, sys->dim, ", ");
    cpm_strbuf_puts(out, "]); for i from ");
    cpm_put_integer(out, sys->first);
    cpm_strbuf_puts(out, " to ");
    put_last_round(out, v, 0);
    cpm_strbuf_puts(out, reduces ? " do x := map(modp, Matrix(" : " do x := Matrix(");
    put_rows(out, sys, "[", "]");
    cpm_strbuf_puts(out, ") . x / (");
    cpm_put_poly(out, sys->q, "i", true);
    cpm_strbuf_puts(out, ")");
    if (reduces) {
        cpm_strbuf_puts(out, ", ");
        cpm_put_integer(out, v->modulus);
        cpm_strbuf_puts(out, ")");
    }
    cpm_strbuf_printf(out, " end do; x[%zu] end proc", output_of(sys) + 1);
}
