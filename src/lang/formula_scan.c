/* SPDX-License-Identifier: MIT
 *
 * formula_scan.c - a look at all of a SPEC before it is parsed. Whether n(n+1) is a
 * product cannot be told from where it stands: it is one when a(n) or a(n-1) elsewhere
 * shows that n is an index. One run of the lexer, O(length); texts that it refuses are
 * left for the parser to refuse.
 */
#include "lang/formula.h"

#include "lang/builtin.h"

#include <string.h>

/* A name that stands in front of a bracket, and the name behind it: a and n in a(n-1). */
typedef struct use {
    cpm_sym head, inner;
} use;

/* What may follow n in a(n), a(n-1), a[n_]. */
static bool ends_index(cpm_token_kind kind)
{
    return kind == CPM_TOK_RPAREN || kind == CPM_TOK_RBRACKET || kind == CPM_TOK_RBRACE ||
           kind == CPM_TOK_PLUS || kind == CPM_TOK_MINUS;
}

static cpm_sym symbol_of(cpm_parser *p, cpm_span span)
{
    size_t len = span.end - span.begin;
    len -= len > 1 && p->text->data[span.end - 1] == '_'; /* a_{n}, a[n_] */
    return cpm_parser_intern(p, (cpm_span){span.begin, span.begin + len});
}

/* Whether it was noted before, or there are too many. */
static bool is_noted(const cpm_parser *p, size_t from, use found)
{
    use noted;
    size_t count = (p->scratch_len - from) / sizeof noted;
    bool is = count >= CPM_MAX_INDEX_NAMES;
    for (size_t at = from; at < p->scratch_len && !is; at += sizeof noted) {
        memcpy(&noted, p->scratch + at, sizeof noted);
        is = noted.head == found.head && noted.inner == found.inner;
    }
    return is;
}

/* Notes a use that the last four tokens may be. */
static bool note_use(cpm_parser *p, const cpm_token tok[4], size_t from)
{
    bool opens = tok[1].kind == CPM_TOK_LPAREN || tok[1].kind == CPM_TOK_LBRACKET ||
                 (tok[1].kind == CPM_TOK_LBRACE && tok[0].span.end == tok[1].span.begin);
    if (tok[0].kind != CPM_TOK_NAME || tok[2].kind != CPM_TOK_NAME || !opens ||
        !ends_index(tok[3].kind))
        return true;
    use found = {symbol_of(p, tok[0].span), symbol_of(p, tok[2].span)};
    if (found.head == CPM_NO_SYM || found.inner == CPM_NO_SYM)
        return false;
    bool is_function = cpm_builtin_of_symbol(p->tree, found.head, CPM_IN_RULE) != CPM_BUILTIN_NONE;
    return found.head == found.inner || is_function || is_noted(p, from, found) ||
           cpm_parser_push(p, &found, sizeof found);
}

/* Keeps the inner names that are never heads. */
static bool keep_indices(cpm_parser *p, size_t from)
{
    size_t nuses;
    use *uses = cpm_parser_take_list(p, from, sizeof *uses, &nuses);
    cpm_sym *names = cpm_arena_array(&p->tree->arena, nuses + 1, sizeof *names);
    if (uses == NULL || names == NULL)
        return cpm_parser_fail_memory(p);
    for (size_t i = 0; i < nuses; i++) {
        bool is_head = false, is_known = false;
        for (size_t j = 0; j < nuses; j++)
            is_head = is_head || uses[j].head == uses[i].inner;
        for (size_t j = 0; j < p->nindices; j++)
            is_known = is_known || names[j] == uses[i].inner;
        if (!is_head && !is_known)
            names[p->nindices++] = uses[i].inner;
    }
    p->indices = names;
    return true;
}

bool cpm_formula_scan(cpm_parser *p)
{
    cpm_lexer lexer;
    cpm_token tok[4] = {0};
    cpm_err ignored = {0};
    cpm_sym cur = CPM_NO_SYM;
    size_t from = p->scratch_len;
    cpm_lexer_init(&lexer, p->text, (cpm_span){0, p->text->len}, CPM_NOTATION_SPEC, true);
    do {
        for (int i = 0; i < 3; i++)
            tok[i] = tok[i + 1];
        if (cpm_lexer_next(&lexer, &tok[3], &ignored) != CPM_OK)
            break;
        if (!note_use(p, tok, from))
            return false;
        if (tok[3].kind == CPM_TOK_NAME && cpm_parser_is_word(p, tok[3].span, "cur"))
            cur = cpm_tree_intern(p->tree, "i", 1);
    } while (tok[3].kind != CPM_TOK_EOF);
    use of_cur = {CPM_NO_SYM, cur};
    if (cur != CPM_NO_SYM && !cpm_parser_push(p, &of_cur, sizeof of_cur))
        return false;
    return keep_indices(p, from);
}

bool cpm_formula_is_index(const cpm_parser *p, cpm_sym sym)
{
    bool is = false;
    for (size_t i = 0; i < p->nindices && !is; i++)
        is = p->indices[i] == sym;
    return is;
}
