/* SPDX-License-Identifier: MIT
 *
 * code.c - a sequence as a line of code for other systems. Where these have matrices
 * a(n) is the first entry of C^(n-start) (a(start), ..., a(start+d-1)) with the
 * companion matrix C, else the recurrence is run. Exceptions are a list of terms that
 * is looked up before `start`.
 */
#include "show/code.h"

#include "show/term.h"

/* How a system writes fractions and lists. */
typedef struct notation {
    const char *fraction; /* the function of numerator and denominator; NULL: p/q */
    const char *open, *close;
} notation;

static const notation plain = {NULL, "[", "]"};
static const notation braces = {NULL, "{", "}"};
static const notation python = {"F", "[", "]"};
static const notation sympy = {"Rational", "[", "]"};

/* ---- Numbers and lists ---------------------------------------------------- */

static void put_number(cpm_strbuf *out, const fmpq_t x, const notation *how)
{
    if (how->fraction == NULL || fmpz_is_one(fmpq_denref(x))) {
        cpm_put_rational(out, x);
        return;
    }
    cpm_strbuf_printf(out, "%s(", how->fraction);
    cpm_put_integer(out, fmpq_numref(x));
    cpm_strbuf_puts(out, ", ");
    cpm_put_integer(out, fmpq_denref(x));
    cpm_strbuf_puts(out, ")");
}

static void put_list(cpm_strbuf *out, const fmpq *x, size_t count, const notation *how)
{
    cpm_strbuf_puts(out, how->open);
    for (size_t k = 0; k < count; k++) {
        cpm_strbuf_puts(out, k == 0 ? "" : ", ");
        put_number(out, x + k, how);
    }
    cpm_strbuf_puts(out, how->close);
}

/* Of a rule of order 0 the state is one term that is 0. */
static size_t state_dim(const cpm_facts *facts)
{
    return facts->order > 0 ? facts->order : 1;
}

static size_t exceptions(const cpm_facts *facts)
{
    return facts->ngiven > facts->order ? facts->ngiven - facts->order : 0;
}

/* The index that the state begins at. */
static void put_start(cpm_strbuf *out, const cpm_facts *facts)
{
    fmpz_t start;
    fmpz_init(start);
    fmpz_add_ui(start, facts->offset, exceptions(facts));
    cpm_put_integer(out, start);
    fmpz_clear(start);
}

/* " - 3", " + 3" or nothing: what turns n into its distance from an index. */
static void put_minus(cpm_strbuf *out, const cpm_facts *facts, bool from_start, slong more)
{
    fmpz_t shift;
    fmpz_init(shift);
    fmpz_add_ui(shift, facts->offset, from_start ? exceptions(facts) : 0);
    fmpz_sub_si(shift, shift, more);
    cpm_put_minus(out, shift);
    fmpz_clear(shift);
}

/* "if(n < 5, [1, 2][n - 2], ", counted from 1, where there are exceptions. */
static bool put_exceptions(cpm_strbuf *out, const cpm_facts *facts, const char *test,
                           const notation *how, const char *open, const char *close)
{
    if (exceptions(facts) == 0)
        return false;
    cpm_strbuf_puts(out, test);
    put_start(out, facts);
    cpm_strbuf_puts(out, ", ");
    put_list(out, facts->given, exceptions(facts), how);
    cpm_strbuf_printf(out, "%sn", open);
    put_minus(out, facts, false, 1);
    cpm_strbuf_printf(out, "%s, ", close);
    return true;
}

static void put_state(cpm_strbuf *out, const cpm_facts *facts, const notation *how)
{
    if (facts->order == 0)
        cpm_strbuf_printf(out, "%s0%s", how->open, how->close);
    else
        put_list(out, facts->given + exceptions(facts), facts->order, how);
}

/* The rows of the companion matrix, each a list, with `between` between them. */
static void put_companion(cpm_strbuf *out, const cpm_facts *facts, const notation *how,
                          const char *between)
{
    size_t dim = state_dim(facts);
    for (size_t i = 0; i < dim; i++) {
        cpm_strbuf_puts(out, i == 0 ? "" : between);
        cpm_strbuf_puts(out, how->open);
        for (size_t k = 0; k < dim; k++) {
            cpm_strbuf_puts(out, k == 0 ? "" : ", ");
            if (i + 1 < dim)
                cpm_strbuf_puts(out, k == i + 1 ? "1" : "0");
            else if (facts->order == 0)
                cpm_strbuf_puts(out, "0");
            else
                put_number(out, facts->c + (dim - 1 - k), how);
        }
        cpm_strbuf_puts(out, how->close);
    }
}

/* ---- The systems ------------------------------------------------------------- */

void cpm_code_pari(cpm_strbuf *out, const cpm_facts *facts)
{
    const notation row = {NULL, "", ""};
    cpm_strbuf_puts(out, "a(n) = ");
    bool has_exceptions = put_exceptions(out, facts, "if(n < ", &plain, "[", "]");
    cpm_strbuf_puts(out, state_dim(facts) == 1 ? "(Mat(" : "(["); /* [2] is a vector */
    put_companion(out, facts, &row, "; ");
    cpm_strbuf_puts(out, state_dim(facts) == 1 ? ")^(n" : "]^(n");
    put_minus(out, facts, true, 0);
    cpm_strbuf_puts(out, ")*");
    put_state(out, facts, &plain);
    cpm_strbuf_puts(out, "~)[1]");
    cpm_strbuf_puts(out, has_exceptions ? ")" : "");
}

void cpm_code_mathematica(cpm_strbuf *out, const cpm_facts *facts)
{
    cpm_strbuf_puts(out, "a[n_] := ");
    bool has_exceptions = put_exceptions(out, facts, "If[n < ", &braces, "[[", "]]");
    cpm_strbuf_puts(out, "First[LinearRecurrence[");
    if (facts->order == 0)
        cpm_strbuf_puts(out, "{0}");
    else
        put_list(out, facts->c, facts->order, &braces);
    cpm_strbuf_puts(out, ", ");
    put_state(out, facts, &braces);
    cpm_strbuf_puts(out, ", {n");
    put_minus(out, facts, true, 1);
    cpm_strbuf_puts(out, "}]]");
    cpm_strbuf_puts(out, has_exceptions ? "]" : "");
}

/* Maple and Sage, which differ in little. */
static void put_matrix_power(cpm_strbuf *out, const cpm_facts *facts, const char *matrix,
                             const char *vector, const char *power)
{
    cpm_strbuf_puts(out, matrix);
    put_companion(out, facts, &plain, ", ");
    cpm_strbuf_printf(out, "])%s(n", power);
    put_minus(out, facts, true, 0);
    cpm_strbuf_printf(out, ")%s", vector);
    put_state(out, facts, &plain);
    cpm_strbuf_puts(out, ")");
}

void cpm_code_maple(cpm_strbuf *out, const cpm_facts *facts)
{
    cpm_strbuf_puts(out, "a := n -> ");
    bool has_exceptions = put_exceptions(out, facts, "`if`(n < ", &plain, "[", "]");
    cpm_strbuf_puts(out, "(");
    put_matrix_power(out, facts, "Matrix([", " . Vector(", "^");
    cpm_strbuf_puts(out, ")[1]");
    cpm_strbuf_puts(out, has_exceptions ? ")" : "");
}

/* "[1, 2][n - 3] if n < 5 else " */
static void put_lookup(cpm_strbuf *out, const cpm_facts *facts, const notation *how)
{
    if (exceptions(facts) == 0)
        return;
    put_list(out, facts->given, exceptions(facts), how);
    cpm_strbuf_puts(out, "[n");
    put_minus(out, facts, false, 0);
    cpm_strbuf_puts(out, "] if n < ");
    put_start(out, facts);
    cpm_strbuf_puts(out, " else ");
}

void cpm_code_sage(cpm_strbuf *out, const cpm_facts *facts)
{
    cpm_strbuf_puts(out, "a = lambda n: ");
    put_lookup(out, facts, &plain);
    cpm_strbuf_puts(out, "(");
    put_matrix_power(out, facts, "matrix(QQ, [", "*vector(QQ, ", "^");
    cpm_strbuf_puts(out, ")[0]");
}

void cpm_code_sympy(cpm_strbuf *out, const cpm_facts *facts)
{
    cpm_strbuf_puts(out, "from sympy import Matrix, Rational; a = lambda n: ");
    put_lookup(out, facts, &sympy);
    cpm_strbuf_puts(out, "(Matrix([");
    put_companion(out, facts, &sympy, ", ");
    cpm_strbuf_puts(out, "])**(n");
    put_minus(out, facts, true, 0);
    cpm_strbuf_puts(out, ")*Matrix(");
    put_state(out, facts, &sympy);
    cpm_strbuf_puts(out, "))[0]");
}

void cpm_code_python(cpm_strbuf *out, const cpm_facts *facts)
{
    cpm_strbuf_puts(out, "from fractions import Fraction as F; from functools import reduce; "
                         "a = lambda n: ");
    put_lookup(out, facts, &python);
    cpm_strbuf_puts(out, "reduce(lambda s, _: s[1:] + [sum(c*x for c, x in zip(");
    if (facts->order == 0)
        cpm_strbuf_puts(out, "[0]");
    else
        put_list(out, facts->c, facts->order, &python);
    cpm_strbuf_puts(out, ", reversed(s)))");
    if (!fmpz_is_zero(facts->modulus)) {
        cpm_strbuf_puts(out, " % ");
        cpm_put_integer(out, facts->modulus);
    }
    cpm_strbuf_puts(out, "], range(n");
    put_minus(out, facts, true, 0);
    cpm_strbuf_puts(out, "), ");
    put_state(out, facts, &python);
    cpm_strbuf_puts(out, ")[0]");
}

void cpm_code_cpp(cpm_strbuf *out, const cpm_facts *facts)
{
    size_t dim = state_dim(facts);
    cpm_strbuf_puts(out, "template <class T> T a(long n) { static const T g[] = ");
    put_list(out, facts->given, facts->ngiven, &braces);
    cpm_strbuf_printf(out, ", c[] = ");
    if (facts->order == 0)
        cpm_strbuf_puts(out, "{0}");
    else
        put_list(out, facts->c, facts->order, &braces);
    cpm_strbuf_puts(out, "; n = n");
    put_minus(out, facts, false, 0);
    cpm_strbuf_printf(out,
                      "; if (n < %zu) return g[n]; std::vector<T> s(g + %zu, g + %zu); "
                      "for (long i = %zu; i <= n; i++) { T t = 0; for (int k = 0; k < %zu; k++) "
                      "t += c[k]*s[%zu - k]; s.erase(s.begin()); s.push_back(t); } "
                      "return s.back(); }",
                      facts->ngiven, facts->ngiven - (facts->order == 0 ? 1 : dim), facts->ngiven,
                      facts->ngiven, dim, dim - 1);
}

void cpm_code_latex(cpm_strbuf *out, const cpm_facts *facts)
{
    size_t nput = 0;
    cpm_strbuf_puts(out, "a_{n} = ");
    for (size_t k = 0; k < facts->order; k++) {
        char factor[40];
        snprintf(factor, sizeof factor, "a_{n-%zu}", k + 1);
        if (!fmpq_is_zero(facts->c + k))
            cpm_put_term(out, facts->c + k, nput++ == 0, factor);
    }
    cpm_strbuf_puts(out, nput == 0 ? "0" : "");
    for (size_t k = 0; k < facts->ngiven; k++) {
        fmpz_t index;
        fmpz_init(index);
        fmpz_add_ui(index, facts->offset, k);
        cpm_strbuf_puts(out, k == 0 ? ",\\quad a_{" : ",\\ a_{");
        cpm_put_integer(out, index);
        cpm_strbuf_puts(out, "} = ");
        cpm_put_rational(out, facts->given + k);
        fmpz_clear(index);
    }
    /* 2*x is 2x there. */
    for (char *at = out->data; at != NULL && *at != '\0'; at++)
        if (*at == '*')
            *at = ' ';
}
