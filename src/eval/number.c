/* SPDX-License-Identifier: MIT
 *
 * number.c - numbers and LISTs as users write them. A plain integer or quotient is
 * read directly; anything else goes through the parser and constant evaluation. The
 * whole LIST is cut into items first: commas and line ends (or, without any
 * comma, blanks) outside of brackets separate.
 */
#include "base/limits.h"
#include "base/stack.h"
#include "eval/constant.h"
#include "lang/parse.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* An optional minus and up to 18 digits, nothing else. */
static bool read_small(slong *out, const char *p, size_t n)
{
    bool negative = n > 0 && *p == '-';
    if (negative)
        p++, n--;
    if (n == 0 || n > 18)
        return false;
    slong value = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_digit(p[i]))
            return false;
        value = value * 10 + (p[i] - '0');
    }
    *out = negative ? -value : value;
    return true;
}

/* The same, or two of them with a slash between. */
static bool read_small_quotient(fmpq_t out, const char *p, size_t n)
{
    slong num, den = 1;
    const char *slash = memchr(p, '/', n);
    size_t num_len = slash == NULL ? n : (size_t)(slash - p);
    if (!read_small(&num, p, num_len) ||
        (slash != NULL && (!read_small(&den, slash + 1, n - num_len - 1) || den <= 0)))
        return false;
    fmpq_set_si(out, num, (ulong)den);
    return true;
}

/* The value of any constant expression. */
static cpm_status read_expr(fmpq_t out, const cpm_text *text, cpm_span span, size_t max_bits,
                            bool knows_inf, cpm_err *err)
{
    cpm_tree tree;
    cpm_expr *expr;
    cpm_tree_init(&tree, text);
    cpm_status status = cpm_parse_expr(&expr, &tree, text, span, true, err);
    if (status == CPM_OK)
        status = (knows_inf ? cpm_eval_extended : cpm_eval_constant)(out, &tree, expr, text, NULL,
                                                                     NULL, max_bits, err);
    cpm_tree_clear(&tree);
    return status;
}

static cpm_span trim(const cpm_text *text, cpm_span span)
{
    const char *p = text->data;
    while (span.begin < span.end && (is_blank(p[span.begin]) || is_line_end(p[span.begin])))
        span.begin++;
    while (span.begin < span.end && (is_blank(p[span.end - 1]) || is_line_end(p[span.end - 1])))
        span.end--;
    return span;
}

cpm_status cpm_number_parse(mpz_t out, const cpm_text *text, cpm_span span, cpm_err *err)
{
    span = trim(text, span);
    if (span.begin == span.end)
        return cpm_err_at(err, CPM_ERR_SYNTAX, text, span, "a number is missing");
    slong small;
    if (read_small(&small, text->data + span.begin, span.end - span.begin)) {
        mpz_set_si(out, small);
        return CPM_OK;
    }
    if (cpm_stack_check(0, err) != CPM_OK)
        return err->status;
    fmpq_t value;
    fmpq_init(value);
    cpm_status status = read_expr(value, text, span, CPM_MAX_NUMBER_BITS, false, err);
    if (status == CPM_OK && !fmpz_is_one(fmpq_denref(value)))
        status = cpm_err_at(err, CPM_ERR_SEMANTIC, text, span, "%.*s is not an integer",
                            (int)(span.end - span.begin > 60 ? 60 : span.end - span.begin),
                            text->data + span.begin);
    if (status == CPM_OK)
        fmpz_get_mpz(out, fmpq_numref(value));
    fmpq_clear(value);
    return status;
}

/* ---- LISTs ------------------------------------------------------------- */

typedef struct list_reader {
    const cpm_text *text;
    size_t pos, end;
    bool commas; /* items are separated by commas and line ends, else by blanks */
    fmpq *values;
    size_t count, cap;
    cpm_err *err;
} list_reader;

static size_t skip_comment(const list_reader *r, size_t at)
{
    while (at < r->end && !is_line_end(r->text->data[at]))
        at++;
    return at;
}

/* Where the scan goes from byte `at`: brackets are counted, comments jumped. */
static size_t step(const list_reader *r, size_t at, size_t *depth)
{
    char c = r->text->data[at];
    if (c == '(')
        ++*depth;
    else if (c == ')' && *depth > 0)
        --*depth;
    return c == '#' ? skip_comment(r, at) : at + 1;
}

static bool has_commas(const list_reader *r)
{
    size_t depth = 0;
    for (size_t at = r->pos; at < r->end; at = step(r, at, &depth))
        if (r->text->data[at] == ',' && depth == 0)
            return true;
    return false;
}

/* Skips blanks, line ends and comments. */
static void skip_space(list_reader *r)
{
    while (r->pos < r->end) {
        char c = r->text->data[r->pos];
        if (c == '#')
            r->pos = skip_comment(r, r->pos);
        else if (is_blank(c) || is_line_end(c))
            r->pos++;
        else
            break;
    }
}

/* The item at r->pos, which is no blank; moves behind it. */
static cpm_span next_item(list_reader *r)
{
    size_t begin = r->pos, depth = 0;
    while (r->pos < r->end) {
        char c = r->text->data[r->pos];
        if (c == '#' || (depth == 0 && (c == ',' || is_line_end(c) || (!r->commas && is_blank(c)))))
            break;
        r->pos = step(r, r->pos, &depth);
    }
    return trim(r->text, (cpm_span){begin, r->pos});
}

static cpm_status add_item(list_reader *r, cpm_span span)
{
    fmpq *values = cpm_grow(r->values, &r->cap, r->count + 1, sizeof *values);
    if (values == NULL)
        return cpm_err_memory(r->err);
    r->values = values;
    fmpq *value = values + r->count++;
    fmpq_init(value);
    if (read_small_quotient(value, r->text->data + span.begin, span.end - span.begin))
        return CPM_OK;
    return read_expr(value, r->text, span, CPM_MAX_VALUE_BITS, true, r->err);
}

static cpm_status missing_item(const list_reader *r)
{
    return cpm_err_at(r->err, CPM_ERR_SYNTAX, r->text, (cpm_span){r->pos, r->pos},
                      r->count == 0 ? "the list is empty" : "a number is missing here");
}

static cpm_status read_items(list_reader *r)
{
    bool after_comma = false;
    for (;;) {
        skip_space(r);
        bool at_comma = r->pos < r->end && r->text->data[r->pos] == ',';
        if (r->pos == r->end && r->count > 0 && !after_comma)
            return CPM_OK;
        if (r->pos == r->end || at_comma)
            return missing_item(r);
        cpm_status status = add_item(r, next_item(r));
        if (status != CPM_OK)
            return status;
        skip_space(r);
        after_comma = r->pos < r->end && r->text->data[r->pos] == ',';
        r->pos += after_comma;
    }
}

/* Without brackets around all of it: {1,2}, [1,2], (1,2). */
static cpm_span without_brackets(const cpm_text *text, cpm_span span)
{
    cpm_span inner = trim(text, span);
    const char *data = text->data;
    if (inner.end - inner.begin < 2 || strchr("([{", data[inner.begin]) == NULL)
        return span;
    size_t depth = 0, at = inner.begin;
    do {
        if (strchr("([{", data[at]) != NULL)
            depth++;
        else if (strchr(")]}", data[at]) != NULL)
            depth--;
    } while (depth > 0 && ++at < inner.end);
    return at == inner.end - 1 ? (cpm_span){inner.begin + 1, inner.end - 1} : span;
}

cpm_status cpm_list_parse_span(fmpq **values, size_t *count, const cpm_text *text, cpm_span span,
                               cpm_err *err)
{
    span = without_brackets(text, span);
    list_reader reader = {.text = text, .pos = span.begin, .end = span.end, .err = err};
    reader.commas = has_commas(&reader);
    cpm_status status = read_items(&reader);
    if (status != CPM_OK) {
        cpm_list_free(reader.values, reader.count);
        reader.values = NULL;
        reader.count = 0;
    }
    *values = reader.values;
    *count = reader.count;
    return status;
}

cpm_status cpm_list_parse(fmpq **values, size_t *count, const cpm_text *text, cpm_err *err)
{
    return cpm_list_parse_span(values, count, text, (cpm_span){0, text->len}, err);
}

void cpm_list_free(fmpq *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fmpq_clear(values + i);
    free(values);
}

/* ---- b-files ----------------------------------------------------------- */

bool cpm_bfile_line(cpm_span *line, size_t *at, const cpm_text *text)
{
    while (*at < text->len) {
        size_t begin = *at, end = begin;
        while (end < text->len && !is_line_end(text->data[end]))
            end++;
        *at = end + 1;
        const char *comment = memchr(text->data + begin, '#', end - begin);
        if (comment != NULL)
            end = (size_t)(comment - text->data);
        *line = trim(text, (cpm_span){begin, end});
        if (line->begin < line->end)
            return true;
    }
    return false;
}

/* Splits "n a(n)"; false when the line is something else. The index is a word. */
static bool read_bfile_line(slong *index, const cpm_text *text, cpm_span line)
{
    const char *p = text->data + line.begin;
    size_t len = line.end - line.begin, first = 0, second;
    while (first < len && !is_blank(p[first]))
        first++;
    second = first;
    while (second < len && is_blank(p[second]))
        second++;
    bool good = second < len && read_small(index, p, first);
    for (size_t i = second; good && i < len; i++)
        good = is_digit(p[i]) || (i == second && p[i] == '-' && len > second + 1);
    return good;
}

bool cpm_is_bfile(const cpm_text *text)
{
    cpm_span line;
    slong index = 0, first = 0;
    size_t nlines = 0;
    for (size_t at = 0; cpm_bfile_line(&line, &at, text); nlines++) {
        if (!read_bfile_line(&index, text, line))
            return false;
        if (nlines == 0)
            first = index;
        if (nlines == 1 && index != first + 1)
            return false;
    }
    return nlines >= 2;
}
