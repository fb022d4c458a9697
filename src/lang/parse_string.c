/* SPDX-License-Identifier: MIT
 *
 * parse_string.c - strings of the Python subset: adjacent ones are one, and those
 * with the prefix f hold expressions between braces, each of which is parsed in
 * its place, so that errors point into the string.
 */
#include "lang/literal.h"
#include "lang/parser.h"

#include <string.h>

/* ---- Replacement fields ------------------------------------------------ */

/* What a string with fields is read by. */
typedef struct joiner {
    cpm_parser *p;
    cpm_string_form form; /* of the token at work */
    size_t at;            /* where reading goes on */
} joiner;

static bool push_text(joiner *j, cpm_span span)
{
    cpm_field field = {.bytes = ""};
    cpm_parser *p = j->p;
    if (span.begin == span.end)
        return true;
    return cpm_literal_piece(&field.bytes, &field.len, p->tree, p->text, span, j->form.is_raw,
                             p->err) == CPM_OK &&
           cpm_parser_push(p, &field, sizeof field);
}

/* Where the expression that begins at `at` ends: at its '}', '!' or ':', outside of
 * brackets and of strings. */
static size_t expression_end(const joiner *j, size_t at)
{
    const char *data = j->p->text->data;
    size_t depth = 0;
    for (char quote = 0; at < j->form.inside.end; at++) {
        char c = data[at], next = at + 1 < j->form.inside.end ? data[at + 1] : '\0';
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (depth > 0) {
            depth -= c == ')' || c == ']' || c == '}';
        } else if (c == '}' || c == ':' || (c == '!' && next != '=')) {
            break;
        } else if (c == '!') {
            at++;
        }
    }
    return at;
}

/* The expression in bytes `span` of the text, parsed on its own. */
static cpm_expr *parse_inside(cpm_parser *p, cpm_span span)
{
    cpm_lexer lexer = p->lexer;
    cpm_token tok = p->tok;
    size_t prev_end = p->prev_end;
    cpm_lexer_init(&p->lexer, p->text, span, lexer.notation, false);
    cpm_expr *expr = NULL;
    p->tok = (cpm_token){CPM_TOK_EOF, span};
    if (cpm_parser_advance(p))
        expr = cpm_parser_expr_list(p);
    if (expr != NULL && p->tok.kind != CPM_TOK_EOF) {
        cpm_parser_expected(p, "'}'");
        expr = NULL;
    }
    p->lexer = lexer;
    p->tok = tok;
    p->prev_end = prev_end;
    return expr;
}

/* ['!' ('r' | 's')] [':' format] '}' */
static bool parse_field_end(joiner *j, cpm_field *field)
{
    cpm_parser *p = j->p;
    const char *data = p->text->data;
    size_t end = j->form.inside.end;
    if (j->at + 1 < end && data[j->at] == '!') {
        field->conversion = data[j->at + 1];
        if (field->conversion != 'r' && field->conversion != 's')
            return cpm_parser_fail(p, (cpm_span){j->at, j->at + 2},
                                   "conversions of a field are !r and !s");
        j->at += 2;
    }
    if (j->at < end && data[j->at] == ':') {
        size_t begin = ++j->at;
        while (j->at < end && data[j->at] != '}' && data[j->at] != '{')
            j->at++;
        field->span = (cpm_span){begin, j->at};
        field->len = 0;
        if (j->at < end && data[j->at] == '{')
            return cpm_parser_fail(p, (cpm_span){j->at, j->at + 1},
                                   "a field inside a format is not supported");
        if (cpm_literal_piece(&field->bytes, &field->len, p->tree, p->text, field->span,
                              j->form.is_raw, p->err) != CPM_OK)
            return false;
    }
    if (j->at >= end || data[j->at] != '}')
        return cpm_parser_fail(p, (cpm_span){j->at, j->at + 1}, "expected '}' in this string");
    j->at++;
    return true;
}

/* f"{x=}" shows the text of the expression too. */
static bool shows_itself(const joiner *j, cpm_span *span)
{
    const char *data = j->p->text->data;
    size_t end = span->end;
    while (end > span->begin && data[end - 1] == ' ')
        end--;
    if (end < span->begin + 2 || data[end - 1] != '=' || strchr("=!<>", data[end - 2]) != NULL)
        return false;
    span->end = end - 1;
    return true;
}

/* '{' expression ['='] field_end; the brace is behind us. */
static bool parse_field(joiner *j)
{
    cpm_field field = {.bytes = ""};
    cpm_span span = {j->at, expression_end(j, j->at)};
    cpm_span whole = span;
    bool shown = shows_itself(j, &span);
    if (shown && !push_text(j, whole))
        return false;
    field.value = parse_inside(j->p, span);
    j->at = whole.end;
    if (field.value == NULL || !parse_field_end(j, &field))
        return false;
    if (shown && field.conversion == 0 && field.len == 0)
        field.conversion = 'r';
    return cpm_parser_push(j->p, &field, sizeof field);
}

/* The texts and fields of one token, pushed. */
static bool parse_joined(joiner *j)
{
    const char *data = j->p->text->data;
    size_t begin = j->form.inside.begin, end = j->form.inside.end;
    j->at = begin;
    while (j->at < end) {
        char c = data[j->at];
        if (c != '{' && c != '}') {
            j->at += c == '\\' && !j->form.is_raw && j->at + 1 < end ? 2 : 1;
            continue;
        }
        bool doubled = j->at + 1 < end && data[j->at + 1] == c;
        if (c == '}' && !doubled)
            return cpm_parser_fail(j->p, (cpm_span){j->at, j->at + 1},
                                   "a '}' alone in this string");
        if (!push_text(j, (cpm_span){begin, j->at + doubled}))
            return false;
        j->at += 1 + doubled;
        if (!doubled && !parse_field(j))
            return false;
        begin = j->at;
    }
    return push_text(j, (cpm_span){begin, end});
}

/* ---- Strings ----------------------------------------------------------- */

static bool push_token(cpm_parser *p, bool *is_joined)
{
    joiner j = {.p = p};
    if (cpm_literal_form(&j.form, p->text, p->tok.span, p->err) != CPM_OK)
        return false;
    *is_joined |= j.form.is_joined;
    bool ok = j.form.is_joined ? parse_joined(&j) : push_text(&j, j.form.inside);
    return ok && cpm_parser_advance(p);
}

/* Texts alone are one string. */
static bool set_string(cpm_parser *p, cpm_expr *expr, const cpm_field *fields, size_t nfields)
{
    size_t len = 0;
    for (size_t i = 0; i < nfields; i++)
        len += fields[i].len;
    char *bytes = cpm_arena_alloc(&p->tree->arena, len + 1);
    if (bytes == NULL)
        return cpm_parser_fail_memory(p);
    expr->u.string.bytes = bytes;
    expr->u.string.len = len;
    for (size_t i = 0; i < nfields; i++) {
        memcpy(bytes, fields[i].bytes, fields[i].len);
        bytes += fields[i].len;
    }
    return true;
}

/* STRING+ */
cpm_expr *cpm_parser_string(cpm_parser *p)
{
    size_t begin = p->tok.span.begin, from = p->scratch_len, nfields;
    bool is_joined = false;
    if (!cpm_parser_is_python(p)) {
        cpm_parser_fail(p, p->tok.span, "there are no strings here");
        return NULL;
    }
    if (!cpm_parser_enter(p))
        return NULL;
    while (p->tok.kind == CPM_TOK_STRING)
        if (!push_token(p, &is_joined))
            return NULL;
    cpm_parser_leave(p);
    cpm_field *fields = cpm_parser_take_list(p, from, sizeof *fields, &nfields);
    cpm_expr *expr = cpm_expr_new(p->tree, is_joined ? CPM_EXPR_JOINED : CPM_EXPR_STRING,
                                  (cpm_span){begin, p->prev_end});
    if (fields == NULL || expr == NULL)
        return cpm_parser_fail_memory(p), NULL;
    expr->u.joined.fields = fields;
    expr->u.joined.nfields = nfields;
    return is_joined || set_string(p, expr, fields, nfields) ? expr : NULL;
}
