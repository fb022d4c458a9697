/* SPDX-License-Identifier: MIT
 *
 * caret.c - looking for number ^ number among the tokens of a program, so that
 * strings and comments are none of it.
 */
#include "lang/caret.h"

#include "lang/lexer.h"
#include "lang/literal.h"

#include <stdlib.h>
#include <string.h>

/* Longer numbers were not written for a power. */
enum { MAX_DIGITS = 18 };

static bool is_decimal(const cpm_token *token, const cpm_text *text)
{
    size_t len = token->span.end - token->span.begin;
    if (token->kind != CPM_TOK_NUMBER || len > MAX_DIGITS)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text->data[token->span.begin + i];
        if ((c < '0' || c > '9') && c != '_')
            return false;
    }
    return true;
}

static unsigned long long value_of(const cpm_token *token, const cpm_text *text)
{
    unsigned long long value = 0;
    for (size_t i = token->span.begin; i < token->span.end; i++)
        if (text->data[i] != '_')
            value = value * 10 + (unsigned long long)(text->data[i] - '0');
    return value;
}

static void explain(char message[CPM_MESSAGE_CAP], unsigned long long x, unsigned long long y)
{
    snprintf(message, CPM_MESSAGE_CAP,
             "'^' is exclusive or in a program: %llu^%llu is %llu; a power is written %llu**%llu",
             x, y, x ^ y, x, y);
}

bool cpm_find_caret(cpm_span *span, char message[CPM_MESSAGE_CAP], const cpm_text *text)
{
    if (text->data == NULL || memchr(text->data, '^', text->len) == NULL)
        return false;
    cpm_lexer *lexer = malloc(sizeof *lexer); /* it is large */
    cpm_err ignored = {0};
    cpm_token last[3] = {{CPM_TOK_EOF, {0, 0}}, {CPM_TOK_EOF, {0, 0}}, {CPM_TOK_EOF, {0, 0}}};
    bool found = false;
    if (lexer == NULL)
        return false; /* a note less */
    cpm_lexer_init(lexer, text, (cpm_span){0, text->len}, CPM_NOTATION_PY3, true);
    while (!found && cpm_lexer_next(lexer, &last[2], &ignored) == CPM_OK &&
           last[2].kind != CPM_TOK_EOF) {
        found = last[1].kind == CPM_TOK_CARET && is_decimal(&last[0], text) &&
                is_decimal(&last[2], text);
        if (found) {
            *span = (cpm_span){last[0].span.begin, last[2].span.end};
            explain(message, value_of(&last[0], text), value_of(&last[2], text));
        }
        last[0] = last[1];
        last[1] = last[2];
    }
    free(lexer);
    return found;
}
