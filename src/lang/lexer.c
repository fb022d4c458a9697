/* SPDX-License-Identifier: MIT
 *
 * lexer.c - from bytes to tokens, one scan without backtracking, O(length).
 * Indentation follows CPython: each line's leading blanks are measured twice,
 * with tabs to multiples of 8 and with tabs of one column, and both measures
 * must agree about which line is deeper. Texts are UTF-8; letters outside
 * ASCII may stand in names, everything else outside ASCII (but in comments and
 * strings) is refused, with a hint for the usual look-alikes of operators.
 */
#include "lang/lexer.h"

#include <stdint.h>
#include <string.h>

/* ---- Tables ------------------------------------------------------------ */

static const struct {
    cpm_token_kind kind;
    unsigned char len;
    const char *text;
} marks[] = {
#define X(id, text) {CPM_TOK_##id, sizeof(text) - 1, text},
    CPM_MARKS(X)
#undef X
};

static const struct {
    cpm_token_kind kind;
    unsigned char len;
    const char *text;
} keywords[] = {
#define X(id, text) {CPM_TOK_##id, sizeof(text) - 1, text},
    CPM_KEYWORDS(X)
#undef X
};

const char *cpm_token_name(cpm_token_kind kind)
{
    static const char *const names[] = {[CPM_TOK_EOF] = "the end of the text",
                                        [CPM_TOK_NEWLINE] = "the end of the line",
                                        [CPM_TOK_INDENT] = "deeper indentation",
                                        [CPM_TOK_DEDENT] = "the end of the block",
                                        [CPM_TOK_NAME] = "a name",
                                        [CPM_TOK_NUMBER] = "a number",
                                        [CPM_TOK_STRING] = "a string",
#define X(id, text) [CPM_TOK_##id] = "'" text "'",
                                        CPM_KEYWORDS(X) CPM_MARKS(X)
#undef X
    };
    return names[kind];
}

/* ---- Characters -------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool cpm_is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c) ||
           (unsigned char)c >= 0x80;
}

/* The code point at bytes [p, end) and its length; 0 for invalid UTF-8. */
static size_t decode(const char *p, size_t avail, uint32_t *code)
{
    unsigned char lead = (unsigned char)p[0];
    size_t len = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (len == 0 || lead > 0xf4 || len > avail)
        return 0;
    static const unsigned char lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = lead & lead_mask[len];
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | ((unsigned char)p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[len] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
        return 0;
    *code = c;
    return len;
}

/* Letters outside ASCII, by whole blocks: Latin, Greek to Georgian and the
 * other scripts, not the blocks of punctuation, signs and full-width forms. */
static bool is_letter_beyond_ascii(uint32_t c)
{
    if (c == 0xaa || c == 0xb5 || c == 0xba)
        return true;
    if (c == 0xd7 || c == 0xf7 || c == 0x37e || c == 0x387)
        return false;
    return (c >= 0xc0 && c < 0x2c2) || (c >= 0x300 && c < 0x2000) || (c >= 0x3041 && c < 0xa000) ||
           (c >= 0xac00 && c < 0xd7a4) || (c >= 0x20000 && c < 0x40000);
}

/* What to write instead of a character that looks like an operator. */
static const char *look_alike(uint32_t c)
{
    switch (c) {
    case 0x2212:
    case 0x2013:
    case 0x2014:
    case 0x2010:
    case 0x2011:
        return "a minus sign is the ASCII '-'";
    case 0xd7:
    case 0xb7:
    case 0x22c5:
    case 0x2217:
    case 0x2219:
    case 0x2022:
        return "a product is written '*'";
    case 0xf7:
    case 0x2215:
    case 0x2044:
        return "a quotient is written '/'";
    case 0xb2:
        return "a square is written '**2'";
    case 0xb3:
        return "a cube is written '**3'";
    case 0x2264:
        return "write '<='";
    case 0x2265:
        return "write '>='";
    case 0x2260:
        return "write '!='";
    case 0xa0:
    case 0x2007:
    case 0x202f:
    case 0x2009:
    case 0x200b:
    case 0xfeff:
    case 0x3000:
        return "this is a special blank: use a plain one";
    case 0x2018:
    case 0x2019:
    case 0x201c:
    case 0x201d:
        return "strings are written in plain quotes";
    default:
        return NULL;
    }
}

static cpm_status refuse_character(const cpm_lexer *lx, cpm_err *err)
{
    const char *p = lx->text->data + lx->pos;
    unsigned char c = (unsigned char)*p;
    cpm_span one = {lx->pos, lx->pos + 1};
    if (c < 0x20 || c == 0x7f)
        return cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, one,
                          "unexpected control character \\x%02x", c);
    if (c < 0x80) {
        cpm_status status =
            cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, one, "unexpected character '%c'", c);
        if (c == '!')
            cpm_err_hint(err, "'not equal' is '!='");
        return status;
    }
    uint32_t code;
    size_t len = decode(p, lx->end - lx->pos, &code);
    if (len == 0)
        return cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, one, "byte \\x%02x is not valid UTF-8", c);
    cpm_status status =
        cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, (cpm_span){lx->pos, lx->pos + len},
                   "unexpected character '%.*s' (U+%04X)", (int)len, p, code);
    const char *hint = look_alike(code);
    if (hint != NULL)
        cpm_err_hint(err, "%s", hint);
    return status;
}

/* ---- Line ends and indentation ----------------------------------------- */

void cpm_lexer_init(cpm_lexer *lx, const cpm_text *text, cpm_span span, cpm_notation notation,
                    bool newlines)
{
    memset(lx, 0, sizeof *lx);
    lx->text = text;
    lx->pos = span.begin;
    lx->end = span.end;
    lx->notation = notation;
    lx->newlines = newlines;
    lx->at_line_start = true;
    lx->nindents = 1;
    if (span.begin == 0 && span.end >= 3 && memcmp(text->data, "\xef\xbb\xbf", 3) == 0)
        lx->pos = 3; /* a byte order mark */
}

static char peek(const cpm_lexer *lx, size_t ahead)
{
    return ahead < lx->end - lx->pos ? lx->text->data[lx->pos + ahead] : '\0';
}

static bool at_newline(const cpm_lexer *lx)
{
    return lx->pos < lx->end && (peek(lx, 0) == '\n' || peek(lx, 0) == '\r');
}

/* CR LF counts as one line end. */
static void skip_newline(cpm_lexer *lx)
{
    lx->pos += peek(lx, 0) == '\r' && peek(lx, 1) == '\n' ? 2 : 1;
}

static void skip_comment(cpm_lexer *lx)
{
    while (lx->pos < lx->end && !at_newline(lx))
        lx->pos++;
}

static bool has_indents(const cpm_lexer *lx)
{
    return lx->newlines && (lx->notation == CPM_NOTATION_PY3 || lx->notation == CPM_NOTATION_PY2);
}

static cpm_status bad_indent(const cpm_lexer *lx, size_t begin, const char *message, cpm_err *err)
{
    return cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, (cpm_span){begin, lx->pos}, "%s", message);
}

/* The blanks of a line that holds tokens, from `begin` to lx->pos, measured:
 * opens one block or closes some. */
static cpm_status apply_indent(cpm_lexer *lx, size_t begin, size_t column, size_t alt_column,
                               bool *deeper, cpm_err *err)
{
    size_t top = lx->nindents - 1;
    *deeper = false;
    if (column == lx->indents[top].column && alt_column == lx->indents[top].alt_column)
        return CPM_OK;
    if (column == lx->indents[top].column ||
        (column > lx->indents[top].column) != (alt_column > lx->indents[top].alt_column))
        return bad_indent(lx, begin, "tabs and blanks are mixed inconsistently", err);
    if (column > lx->indents[top].column) {
        if (lx->nindents > CPM_MAX_INDENTS) {
            bad_indent(lx, begin, "too many levels of indentation", err);
            err->status = CPM_ERR_LIMIT;
            return CPM_ERR_LIMIT;
        }
        lx->indents[lx->nindents].column = column;
        lx->indents[lx->nindents].alt_column = alt_column;
        lx->nindents++;
        *deeper = true;
        return CPM_OK;
    }
    while (column < lx->indents[lx->nindents - 1].column) {
        lx->nindents--;
        lx->ndedents++;
    }
    top = lx->nindents - 1;
    if (column != lx->indents[top].column)
        return bad_indent(lx, begin, "this indentation matches no outer block", err);
    if (alt_column != lx->indents[top].alt_column)
        return bad_indent(lx, begin, "tabs and blanks are mixed inconsistently", err);
    return CPM_OK;
}

/* At a line start: skips blank and comment lines, measures the next one. */
static cpm_status read_indent(cpm_lexer *lx, bool *deeper, cpm_err *err)
{
    *deeper = false;
    for (;;) {
        size_t begin = lx->pos, column = 0, alt_column = 0;
        for (; lx->pos < lx->end; lx->pos++) {
            char c = peek(lx, 0);
            if (c == ' ')
                column++, alt_column++;
            else if (c == '\t')
                column = (column / 8 + 1) * 8, alt_column++;
            else if (c == '\f')
                column = alt_column = 0;
            else
                break;
        }
        if (peek(lx, 0) == '#')
            skip_comment(lx);
        if (lx->pos == lx->end)
            return CPM_OK;
        if (at_newline(lx)) {
            skip_newline(lx);
            continue;
        }
        lx->at_line_start = false;
        return has_indents(lx) ? apply_indent(lx, begin, column, alt_column, deeper, err) : CPM_OK;
    }
}

/* Skips blanks, comments, joined lines and line ends that mean nothing here. */
static cpm_status skip_blanks(cpm_lexer *lx, cpm_err *err)
{
    while (lx->pos < lx->end) {
        char c = peek(lx, 0);
        if (c == ' ' || c == '\t' || c == '\f') {
            lx->pos++;
        } else if (c == '#') {
            skip_comment(lx);
        } else if (at_newline(lx) && (lx->nbrackets > 0 || !lx->newlines)) {
            skip_newline(lx);
        } else if (c == '\\') {
            lx->pos++;
            if (!at_newline(lx))
                return cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, (cpm_span){lx->pos - 1, lx->pos},
                                  "a backslash joins lines only at the end of a line");
            skip_newline(lx);
        } else {
            break;
        }
    }
    return CPM_OK;
}

/* ---- Tokens ------------------------------------------------------------ */

static void scan_number(cpm_lexer *lx)
{
    const char *data = lx->text->data;
    size_t begin = lx->pos;
    bool based = peek(lx, 0) == '0' && peek(lx, 1) != '\0' && strchr("xXoObB", peek(lx, 1)) != NULL;
    while (lx->pos < lx->end) {
        char c = data[lx->pos], before = lx->pos > begin ? data[lx->pos - 1] : '\0';
        bool part = cpm_is_name_byte(c) || (c == '.' && !based && peek(lx, 1) != '.') ||
                    ((c == '+' || c == '-') && !based && (before == 'e' || before == 'E') &&
                     is_digit(peek(lx, 1)));
        if (!part)
            break;
        lx->pos++;
    }
}

static cpm_token_kind keyword_kind(const cpm_lexer *lx, const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (keywords[i].len != len || keywords[i].text[0] != name[0] ||
            memcmp(keywords[i].text, name, len) != 0)
            continue;
        cpm_token_kind kind = keywords[i].kind;
        bool is_loop_word = kind == CPM_TOK_LOOP || kind == CPM_TOK_END_LOOP;
        bool applies = lx->notation == CPM_NOTATION_SPEC ? kind == CPM_TOK_XOR
                       : kind == CPM_TOK_XOR             ? false
                       : is_loop_word                    ? lx->notation == CPM_NOTATION_LOOP
                                                         : true;
        return applies ? kind : CPM_TOK_NAME;
    }
    return CPM_TOK_NAME;
}

/* Moves behind a string that opens at lx->pos (its prefix is behind us). */
static cpm_status scan_string(cpm_lexer *lx, size_t begin, cpm_err *err)
{
    char quote = peek(lx, 0);
    bool triple = peek(lx, 1) == quote && peek(lx, 2) == quote;
    size_t opening = triple ? 3 : 1;
    cpm_span open_span = {begin, lx->pos + opening};
    lx->pos += opening;
    while (lx->pos < lx->end) {
        char c = peek(lx, 0);
        if (c == quote && (!triple || (peek(lx, 1) == quote && peek(lx, 2) == quote))) {
            lx->pos += opening;
            return CPM_OK;
        }
        if (!triple && (c == '\n' || c == '\r'))
            break;
        lx->pos += c == '\\' && lx->pos + 1 < lx->end ? 2 : 1;
    }
    return cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, open_span, "this string is never closed");
}

/* A name, a keyword, or a string with a prefix such as r"". */
static cpm_status scan_word(cpm_lexer *lx, cpm_token_kind *kind, cpm_err *err)
{
    size_t begin = lx->pos;
    while (lx->pos < lx->end && cpm_is_name_byte(peek(lx, 0))) {
        uint32_t code;
        size_t len = decode(lx->text->data + lx->pos, lx->end - lx->pos, &code);
        if (len == 0 || (len > 1 && !is_letter_beyond_ascii(code)))
            break;
        lx->pos += len;
    }
    if (lx->pos == begin)
        return refuse_character(lx, err);
    size_t len = lx->pos - begin;
    char next = peek(lx, 0);
    if (len <= 2 && (next == '"' || next == '\'') && lx->notation != CPM_NOTATION_SPEC) {
        *kind = CPM_TOK_STRING;
        return scan_string(lx, begin, err);
    }
    *kind = keyword_kind(lx, lx->text->data + begin, len);
    return CPM_OK;
}

static bool closes(char open, char close)
{
    return (open == '(' && close == ')') || (open == '[' && close == ']') ||
           (open == '{' && close == '}');
}

static cpm_status count_brackets(cpm_lexer *lx, size_t at, cpm_err *err)
{
    char c = lx->text->data[at];
    cpm_span span = {at, at + 1};
    if (c == '(' || c == '[' || c == '{') {
        if (lx->nbrackets == CPM_MAX_NESTING)
            return cpm_err_at(err, CPM_ERR_LIMIT, lx->text, span,
                              "brackets are nested more than %d deep", CPM_MAX_NESTING);
        lx->brackets[lx->nbrackets++] = at;
        return CPM_OK;
    }
    if (c != ')' && c != ']' && c != '}')
        return CPM_OK;
    if (lx->nbrackets == 0)
        return cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, span, "'%c' closes nothing", c);
    size_t open_at = lx->brackets[--lx->nbrackets];
    if (closes(lx->text->data[open_at], c))
        return CPM_OK;
    cpm_status status = cpm_err_at(err, CPM_ERR_SYNTAX, lx->text, span, "'%c' does not close '%c'",
                                   c, lx->text->data[open_at]);
    cpm_err_related(err, (cpm_span){open_at, open_at + 1}, "'%c' opened here",
                    lx->text->data[open_at]);
    return status;
}

static cpm_status scan_mark(cpm_lexer *lx, cpm_token_kind *kind, cpm_err *err)
{
    size_t left = lx->end - lx->pos;
    char first = peek(lx, 0);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t len = marks[i].len;
        if (marks[i].text[0] != first || len > left ||
            memcmp(lx->text->data + lx->pos, marks[i].text, len) != 0)
            continue;
        size_t at = lx->pos;
        if (marks[i].kind == CPM_TOK_BANG && lx->notation != CPM_NOTATION_SPEC)
            break;
        *kind = marks[i].kind;
        lx->pos += len;
        return count_brackets(lx, at, err);
    }
    return refuse_character(lx, err);
}

/* At the end: the last line's NEWLINE, open blocks' DEDENTs, then EOF. */
static cpm_status finish(cpm_lexer *lx, cpm_token *token)
{
    token->span = (cpm_span){lx->end, lx->end};
    token->kind = CPM_TOK_EOF;
    if (lx->nbrackets > 0)
        return CPM_OK;
    if (lx->line_has_token && lx->newlines) {
        lx->line_has_token = false;
        token->kind = CPM_TOK_NEWLINE;
    } else if (lx->nindents > 1) {
        lx->nindents--;
        token->kind = CPM_TOK_DEDENT;
    }
    return CPM_OK;
}

cpm_status cpm_lexer_next(cpm_lexer *lx, cpm_token *token, cpm_err *err)
{
    cpm_status status = CPM_OK;
    bool deeper = false;
    if (lx->at_line_start && lx->newlines && lx->nbrackets == 0)
        status = read_indent(lx, &deeper, err);
    if (status != CPM_OK)
        return status;
    if (deeper || lx->ndedents > 0) {
        lx->ndedents -= deeper ? 0 : 1;
        *token = (cpm_token){deeper ? CPM_TOK_INDENT : CPM_TOK_DEDENT, {lx->pos, lx->pos}};
        return CPM_OK;
    }
    status = skip_blanks(lx, err);
    if (status != CPM_OK)
        return status;
    if (lx->pos == lx->end)
        return finish(lx, token);
    size_t begin = lx->pos;
    char c = peek(lx, 0);
    if (at_newline(lx)) {
        skip_newline(lx);
        lx->at_line_start = true;
        lx->line_has_token = false;
        *token = (cpm_token){CPM_TOK_NEWLINE, {begin, begin}};
        return CPM_OK;
    }
    lx->line_has_token = true;
    if (is_digit(c)) {
        token->kind = CPM_TOK_NUMBER;
        scan_number(lx);
    } else if (cpm_is_name_byte(c)) {
        status = scan_word(lx, &token->kind, err);
    } else if ((c == '"' || c == '\'') && lx->notation != CPM_NOTATION_SPEC) {
        token->kind = CPM_TOK_STRING;
        status = scan_string(lx, begin, err);
    } else {
        status = scan_mark(lx, &token->kind, err);
    }
    token->span = (cpm_span){begin, lx->pos};
    return status;
}
