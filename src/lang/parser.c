/* SPDX-License-Identifier: MIT
 *
 * parser.c - the base of the recursive-descent parsers: one token of lookahead,
 * a scratch stack, depth counting, wording of errors.
 */
#include "lang/parser.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/stack.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cpm_status cpm_parser_init(cpm_parser *p, cpm_tree *tree, const cpm_text *text, cpm_span span,
                           cpm_notation notation, bool newlines, cpm_err *err)
{
    memset(p, 0, sizeof *p);
    p->tree = tree;
    p->text = text;
    p->err = err;
    p->prev_end = span.begin;
    p->function = CPM_NO_FUNCTION;
    p->max_depth = cpm_stack_levels();
    if (p->max_depth > CPM_MAX_NESTING)
        p->max_depth = CPM_MAX_NESTING;
    cpm_lexer_init(&p->lexer, text, span, notation, newlines);
    return cpm_lexer_next(&p->lexer, &p->tok, err);
}

void cpm_parser_clear(cpm_parser *p)
{
    free(p->scratch);
    free(p->aliases);
    p->scratch = NULL;
    p->aliases = NULL;
}

/* ---- Tokens ------------------------------------------------------------ */

bool cpm_parser_advance(cpm_parser *p)
{
    p->prev_end = p->tok.span.end;
    return cpm_lexer_next(&p->lexer, &p->tok, p->err) == CPM_OK;
}

bool cpm_parser_accept(cpm_parser *p, cpm_token_kind kind, bool *taken)
{
    *taken = p->tok.kind == kind;
    return !*taken || cpm_parser_advance(p);
}

bool cpm_parser_expect(cpm_parser *p, cpm_token_kind kind)
{
    if (p->tok.kind == kind)
        return cpm_parser_advance(p);
    cpm_parser_expected(p, cpm_token_name(kind));
    return false;
}

/* ---- Errors ------------------------------------------------------------ */

/* A bracket that is still open far back is often the real mistake. */
static void relate_open_bracket(cpm_parser *p, cpm_span span)
{
    const cpm_lexer *lx = &p->lexer;
    if (lx->nbrackets == 0)
        return;
    size_t at = lx->brackets[lx->nbrackets - 1];
    if (at >= span.begin)
        return;
    bool same_line = true;
    for (size_t i = at; i < span.begin; i++)
        same_line &= p->text->data[i] != '\n' && p->text->data[i] != '\r';
    if (p->tok.kind == CPM_TOK_EOF || !same_line)
        cpm_err_related(p->err, (cpm_span){at, at + 1}, "'%c' opened here", p->text->data[at]);
}

bool cpm_parser_fail(cpm_parser *p, cpm_span span, const char *format, ...)
{
    char message[CPM_MESSAGE_CAP];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    cpm_err_at(p->err, CPM_ERR_SYNTAX, p->text, span, "%s", message);
    relate_open_bracket(p, span);
    return false;
}

bool cpm_parser_fail_memory(cpm_parser *p)
{
    cpm_err_memory(p->err);
    return false;
}

void cpm_parser_expected(cpm_parser *p, const char *what)
{
    cpm_span span = p->tok.span;
    if (p->tok.kind == CPM_TOK_NAME || p->tok.kind == CPM_TOK_NUMBER) {
        size_t len = span.end - span.begin;
        cpm_parser_fail(p, span, "expected %s, found '%.*s%s'", what, (int)(len > 40 ? 40 : len),
                        p->text->data + span.begin, len > 40 ? "..." : "");
    } else {
        bool at_end = p->tok.kind == CPM_TOK_NEWLINE && span.begin == p->lexer.end;
        cpm_parser_fail(p, span, "expected %s, found %s", what,
                        cpm_token_name(at_end ? CPM_TOK_EOF : p->tok.kind));
    }
}

/* ---- Depth and lists --------------------------------------------------- */

bool cpm_parser_enter(cpm_parser *p)
{
    if (p->depth >= p->max_depth) {
        cpm_err_at(p->err, CPM_ERR_LIMIT, p->text, p->tok.span, "nested more than %zu deep",
                   p->max_depth);
        if (p->max_depth < CPM_MAX_NESTING)
            cpm_err_hint(p->err, "the stack is small: a larger one has room for %d levels",
                         CPM_MAX_NESTING);
        return false;
    }
    p->depth++;
    if (p->depth > p->tree->depth)
        p->tree->depth = p->depth;
    return true;
}

void cpm_parser_leave(cpm_parser *p)
{
    p->depth--;
}

bool cpm_parser_push(cpm_parser *p, const void *item, size_t size)
{
    unsigned char *scratch = cpm_grow(p->scratch, &p->scratch_cap, p->scratch_len + size, 1);
    if (scratch == NULL)
        return cpm_parser_fail_memory(p);
    p->scratch = scratch;
    memcpy(scratch + p->scratch_len, item, size);
    p->scratch_len += size;
    return true;
}

void *cpm_parser_take_list(cpm_parser *p, size_t from, size_t size, size_t *count)
{
    *count = (p->scratch_len - from) / size;
    void *list = cpm_arena_alloc(&p->tree->arena, p->scratch_len - from);
    if (list == NULL)
        cpm_parser_fail_memory(p);
    else if (*count > 0)
        memcpy(list, p->scratch + from, p->scratch_len - from);
    p->scratch_len = from;
    return list;
}

cpm_sym cpm_parser_intern(cpm_parser *p, cpm_span span)
{
    cpm_sym sym = cpm_parser_aliased(p, span);
    if (sym != CPM_NO_SYM)
        return sym;
    sym = cpm_tree_intern(p->tree, p->text->data + span.begin, span.end - span.begin);
    if (sym == CPM_NO_SYM)
        cpm_parser_fail_memory(p);
    return sym;
}
