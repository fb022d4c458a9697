/* SPDX-License-Identifier: MIT
 *
 * literal.c - the values of number and string tokens. The lexer takes a whole
 * run of letters, digits and dots for a number, so that `2p1`, `1.5` and
 * `1__0` are one mistake in one place; what it really is, is decided here.
 * Radix conversion is GMP's, quasi-linear in the number of digits.
 */
#include "lang/literal.h"

#include <stdlib.h>
#include <string.h>

/* ---- Numbers ----------------------------------------------------------- */

/* 10^e for e up to here may be written 1eE: the numbers of the command line
 * end at 2^20 bits, about 10^315652. */
enum { MAX_DECIMAL_EXPONENT = 315652 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int digit_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/* Whether p[0..n) is digits of the base with single underscores between (or,
 * for a based literal, before) them. */
static bool is_digit_run(const char *p, size_t n, int base, bool leading_underscore)
{
    if (n > 0 && leading_underscore && *p == '_')
        p++, n--;
    bool after_digit = false;
    for (size_t i = 0; i < n; i++) {
        bool digit = digit_value(p[i]) < base;
        if (!digit && !(p[i] == '_' && after_digit))
            return false;
        after_digit = digit;
    }
    return after_digit;
}

static cpm_status set_digits(fmpz_t out, const char *p, size_t n, int base, cpm_err *err)
{
    if (base == 10 && n <= 18) {
        slong small = 0;
        for (size_t i = 0; i < n; i++)
            small = p[i] == '_' ? small : small * 10 + (p[i] - '0');
        fmpz_set_si(out, small);
        return CPM_OK;
    }
    char *digits = cpm_calloc(n + 1, 1);
    if (digits == NULL)
        return cpm_err_memory(err);
    size_t ndigits = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] != '_')
            digits[ndigits++] = p[i];
    int bad = fmpz_set_str(out, digits, base);
    free(digits);
    return bad ? cpm_err_set(err, CPM_ERR_INTERNAL, "a checked number does not convert") : CPM_OK;
}

/* Digits, e, optional sign, digits: false when it has another shape. */
static bool split_exponent(const char *p, size_t n, size_t *mantissa_len, bool *negative,
                           size_t *exponent_at)
{
    size_t i = 0;
    while (i < n && p[i] != 'e' && p[i] != 'E')
        i++;
    if (!is_digit_run(p, i, 10, false))
        return false;
    *mantissa_len = i++;
    *negative = i < n && p[i] == '-';
    i += i < n && (p[i] == '-' || p[i] == '+');
    *exponent_at = i;
    return i < n && is_digit_run(p + i, n - i, 10, false);
}

static cpm_status set_scientific(fmpz_t out, const cpm_text *text, cpm_span span,
                                 size_t mantissa_len, size_t exponent_at, cpm_err *err)
{
    const char *p = text->data + span.begin;
    unsigned long exponent = 0;
    for (size_t i = exponent_at; i < span.end - span.begin; i++)
        if (p[i] != '_' && exponent <= MAX_DECIMAL_EXPONENT)
            exponent = exponent * 10 + (unsigned long)(p[i] - '0');
    if (exponent > MAX_DECIMAL_EXPONENT)
        return cpm_err_at(err, CPM_ERR_LIMIT, text, span, "the number is too large");
    cpm_status status = set_digits(out, p, mantissa_len, 10, err);
    if (status != CPM_OK)
        return status;
    fmpz_t scale;
    fmpz_init(scale);
    fmpz_set_ui(scale, 10);
    fmpz_pow_ui(scale, scale, exponent);
    fmpz_mul(out, out, scale);
    fmpz_clear(scale);
    return CPM_OK;
}

/* Nothing fits: says what the token looks like. */
static cpm_status refuse_number(const cpm_text *text, cpm_span span, cpm_notation notation,
                                cpm_err *err)
{
    const char *p = text->data + span.begin;
    size_t n = span.end - span.begin;
    int shown = n > 40 ? 40 : (int)n;
    size_t ndigits = 0;
    while (ndigits < n && is_digit(p[ndigits]))
        ndigits++;
    size_t mantissa_len, exponent_at;
    bool negative;
    bool scientific = split_exponent(p, n, &mantissa_len, &negative, &exponent_at);
    if (scientific && notation == CPM_NOTATION_SPEC)
        return cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "%.*s is not an integer", shown, p);
    if (scientific || memchr(p, '.', n) != NULL) {
        cpm_status status =
            cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "floating-point numbers are not supported");
        if (scientific && !negative)
            cpm_err_hint(err, "an exact power of ten is written 10**%.*s",
                         (int)(n - exponent_at > 20 ? 20 : n - exponent_at), p + exponent_at);
        else if (notation == CPM_NOTATION_SPEC)
            cpm_err_hint(err, "write an exact quotient, as in 1/2");
        else if (n == 3 && memcmp(p, "0.5", 3) == 0)
            cpm_err_hint(err, "the integer square root of n is isqrt(n), from math");
        return status;
    }
    if (memchr(p, '_', n) != NULL && is_digit_run(p, ndigits, 10, false) && p[ndigits] == '_')
        return cpm_err_at(err, CPM_ERR_SYNTAX, text, span,
                          "an underscore in a number stands between two digits");
    if (p[0] == '0' && n >= 2 && strchr("xXoObB", p[1]) != NULL)
        return cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "'%.*s' is no number", shown, p);
    cpm_status status = cpm_err_at(err, CPM_ERR_SYNTAX, text, span,
                                   "a number runs into a name in '%.*s'", shown, p);
    if (n <= 40)
        cpm_err_hint(err, "write %.*s*%.*s", (int)ndigits, p, (int)(n - ndigits), p + ndigits);
    return status;
}

static int base_of_prefix(char c)
{
    return c == 'x' || c == 'X' ? 16 : c == 'o' || c == 'O' ? 8 : c == 'b' || c == 'B' ? 2 : 0;
}

/* 012: an error in Python 3, octal in Python 2, plain decimal elsewhere. */
static cpm_status set_decimal(fmpz_t out, const cpm_text *text, cpm_span span,
                              cpm_notation notation, cpm_err *err)
{
    const char *p = text->data + span.begin;
    size_t n = span.end - span.begin, zeros = 0;
    while (zeros < n && (p[zeros] == '0' || p[zeros] == '_'))
        zeros++;
    bool leading_zero = zeros > 0 && zeros < n;
    if (leading_zero && notation == CPM_NOTATION_PY3) {
        cpm_status status =
            cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "a decimal number does not begin with 0");
        cpm_err_hint(err, "octal numbers are written 0o17");
        return status;
    }
    if (leading_zero && notation == CPM_NOTATION_PY2)
        return is_digit_run(p, n, 8, false)
                   ? set_digits(out, p, n, 8, err)
                   : cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "8 and 9 are no octal digits");
    return set_digits(out, p, n, 10, err);
}

cpm_status cpm_literal_int(fmpz_t out, const cpm_text *text, cpm_span span, cpm_notation notation,
                           cpm_err *err)
{
    const char *p = text->data + span.begin;
    size_t n = span.end - span.begin;
    if (notation == CPM_NOTATION_PY2 && n > 1 && (p[n - 1] == 'L' || p[n - 1] == 'l'))
        span.end--, n--;
    if (is_digit_run(p, n, 10, false))
        return set_decimal(out, text, span, notation, err);
    int base = n > 2 && p[0] == '0' ? base_of_prefix(p[1]) : 0;
    if (base != 0 && is_digit_run(p + 2, n - 2, base, true))
        return set_digits(out, p + 2, n - 2, base, err);
    size_t mantissa_len, exponent_at;
    bool negative;
    if ((notation == CPM_NOTATION_SPEC || notation == CPM_NOTATION_LOOP) &&
        split_exponent(p, n, &mantissa_len, &negative, &exponent_at) && !negative)
        return set_scientific(out, text, span, mantissa_len, exponent_at, err);
    return refuse_number(text, span, notation, err);
}

/* ---- Strings ----------------------------------------------------------- */

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)(lead[len] | c);
    return len;
}

/* Up to `max` digits of `base` at p; returns how many there were. */
static size_t read_code(const char *p, size_t avail, size_t max, int base, uint32_t *code)
{
    size_t n = 0;
    *code = 0;
    while (n < max && n < avail && digit_value(p[n]) < base)
        *code = *code * (uint32_t)base + (uint32_t)digit_value(p[n++]);
    return n;
}

/* The escape whose backslash is at p[0]; returns the bytes read, 0 on error. */
static size_t read_escape(const char *p, size_t avail, char *out, size_t *outlen)
{
    static const char letters[] = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";
    char c = avail > 1 ? p[1] : '\0';
    *outlen = 1;
    if (c == '\n' || c == '\r') {
        *outlen = 0;
        return c == '\r' && avail > 2 && p[2] == '\n' ? 3 : 2;
    }
    for (size_t i = 0; letters[i] != '\0'; i += 2)
        if (letters[i] == c) {
            *out = letters[i + 1];
            return 2;
        }
    uint32_t code;
    if (c >= '0' && c <= '7') {
        size_t n = read_code(p + 1, avail - 1, 3, 8, &code);
        *outlen = put_utf8(out, code);
        return 1 + n;
    }
    size_t ndigits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (ndigits == 0) {
        *out = '\\'; /* an unknown escape stands for itself */
        return c == 'N' ? 0 : 1;
    }
    if (read_code(p + 2, avail - 2, ndigits, 16, &code) != ndigits || code > 0x10ffff ||
        (code >= 0xd800 && code < 0xe000))
        return 0;
    *outlen = put_utf8(out, code);
    return 2 + ndigits;
}

cpm_status cpm_literal_form(cpm_string_form *form, const cpm_text *text, cpm_span span,
                            cpm_err *err)
{
    const char *p = text->data;
    size_t at = span.begin;
    *form = (cpm_string_form){.is_raw = false};
    for (; p[at] != '"' && p[at] != '\''; at++) {
        form->is_raw |= p[at] == 'r' || p[at] == 'R';
        form->is_joined |= p[at] == 'f' || p[at] == 'F';
        if (memchr("rRuUfF", p[at], 6) == NULL)
            return cpm_err_at(err, CPM_ERR_SYNTAX, text, span,
                              "strings with the prefix '%c' are not supported", p[at]);
    }
    size_t quotes = span.end - at >= 6 && p[at + 1] == p[at] && p[at + 2] == p[at] ? 3 : 1;
    form->inside = (cpm_span){at + quotes, span.end - quotes};
    return CPM_OK;
}

cpm_status cpm_literal_piece(const char **bytes, size_t *len, cpm_tree *tree, const cpm_text *text,
                             cpm_span inside, bool is_raw, cpm_err *err)
{
    const char *p = text->data;
    size_t at = inside.begin, end = inside.end, n = *len;
    /* No escape grows, but \ooo above 127 needs no more than its 4 bytes either. */
    char *out = cpm_arena_alloc(&tree->arena, n + (end - at) + 1);
    if (out == NULL)
        return cpm_err_memory(err);
    if (n > 0)
        memcpy(out, *bytes, n);
    while (at < end) {
        if (p[at] != '\\' || is_raw) {
            out[n++] = p[at++];
            continue;
        }
        size_t outlen;
        size_t taken = read_escape(p + at, end - at, out + n, &outlen);
        if (taken == 0)
            return cpm_err_at(err, CPM_ERR_SYNTAX, text, (cpm_span){at, at + 2},
                              "this escape is not supported");
        n += outlen;
        at += taken;
    }
    *bytes = out;
    *len = n;
    return CPM_OK;
}

cpm_status cpm_literal_string(const char **bytes, size_t *len, cpm_tree *tree, const cpm_text *text,
                              cpm_span span, cpm_err *err)
{
    cpm_string_form form;
    cpm_status status = cpm_literal_form(&form, text, span, err);
    if (status == CPM_OK)
        status = cpm_literal_piece(bytes, len, tree, text, form.inside, form.is_raw, err);
    return status;
}
