/* SPDX-License-Identifier: MIT
 *
 * formula.c - what formulas have that programs have not: factors side by side, decimals
 * that are exact, subscripts. What can be read in two ways is refused with both.
 */
#include "lang/formula.h"

#include "lang/literal.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- Products without a sign ----------------------------------------------------------- */

/* Words that stand between formulas, not in them. */
static bool is_word_between(const cpm_parser *p)
{
    static const char *const words[] = {"all", "and",  "for",   "if",  "in",
                                        "mod", "when", "where", "with"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (cpm_parser_is_word(p, p->tok.span, words[i]))
            return true;
    return false;
}

bool cpm_formula_at_remark(const cpm_parser *p)
{
    static const char *const words[] = {"order ", "mod "};
    const char *data = p->text->data;
    enum { MOST = 100 }; /* bytes; a remark is short */
    size_t at = p->tok.span.end, depth = 0;
    size_t end = p->text->len - at > MOST ? at + MOST : p->text->len;
    if (!p->formulas || p->tok.kind != CPM_TOK_LPAREN)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if (p->text->len - at > len && memcmp(data + at, words[i], len) == 0)
            return true;
    }
    for (; at < end && !(depth == 0 && data[at] == ')'); at++) {
        depth += data[at] == '(';
        depth -= data[at] == ')';
        if (depth == 0 && strchr("<>=", data[at]) != NULL && at + 1 < p->text->len &&
            data[at + 1] != data[at] && data[at - 1] != data[at]) /* no shift */
            return true;
    }
    return false;
}

bool cpm_formula_at_factor(const cpm_parser *p)
{
    if (!p->formulas || cpm_formula_at_remark(p))
        return false;
    return p->tok.kind == CPM_TOK_LPAREN || (p->tok.kind == CPM_TOK_NAME && !is_word_between(p));
}

bool cpm_formula_at_stop(const cpm_parser *p)
{
    size_t at = p->tok.span.end;
    return p->formulas && p->tok.kind == CPM_TOK_DOT &&
           (at == p->lexer.end || strchr(" \t\r\n\f", p->text->data[at]) != NULL);
}

/* A piece of the text as it stands, for a hint. */
typedef struct piece {
    const char *data;
    int len;
} piece;

/* The bytes from `begin` to `end` without blanks around them, cut where they are long. */
static piece piece_of(const cpm_parser *p, size_t begin, size_t end)
{
    enum { MOST = 24 };
    const char *data = p->text->data;
    while (begin < end && strchr(" \t\r\n", data[begin]) != NULL)
        begin++;
    while (begin < end && strchr(" \t\r\n", data[end - 1]) != NULL)
        end--;
    size_t len = end - begin;
    return (piece){data + begin, (int)(len > MOST ? MOST : len)};
}

static bool refuse_two_readings(cpm_parser *p, cpm_span span)
{
    return cpm_parser_fail(p, span, "this can be read in two ways");
}

/* n^2(n+1) has one reading, as 2^n(n+1) and 2^2n have not. */
static bool is_plain_power(const cpm_parser *p, const cpm_expr *left)
{
    return p->tok.kind == CPM_TOK_LPAREN && left->u.chain.first->kind != CPM_EXPR_INT &&
           left->u.chain.links[0].operand->kind == CPM_EXPR_INT;
}

/* Where the operand behind the last division before `at` begins; `begin` if there is
 * none to be seen. */
static size_t after_division(const cpm_parser *p, size_t begin, size_t at)
{
    while (at > begin && strchr("/%", p->text->data[at - 1]) == NULL)
        at--;
    return at;
}

/* x/y z */
static bool refuse_quotient(cpm_parser *p, size_t begin, size_t at, piece factor, const char *more)
{
    refuse_two_readings(p, (cpm_span){begin, p->tok.span.end});
    at = after_division(p, begin, at);
    if (at == begin) {
        cpm_err_hint(p->err, "write the product with '*', and parentheses around what is meant");
        return false;
    }
    piece x = piece_of(p, begin, at - 1), y = piece_of(p, at, p->prev_end);
    char op = p->text->data[at - 1];
    cpm_err_hint(p->err, "write (%.*s%c%.*s)*%.*s%s or %.*s%c(%.*s*%.*s%s)", x.len, x.data, op,
                 y.len, y.data, factor.len, factor.data, more, x.len, x.data, op, y.len, y.data,
                 factor.len, factor.data, more);
    return false;
}

/* x^yz */
static bool refuse_power(cpm_parser *p, const cpm_expr *left, piece factor, const char *more)
{
    const cpm_link *link = &left->u.chain.links[0];
    piece x = piece_of(p, left->span.begin, link->op_span.begin);
    piece y = piece_of(p, link->op_span.end, p->prev_end);
    refuse_two_readings(p, (cpm_span){left->span.begin, p->tok.span.end});
    cpm_err_hint(p->err, "write %.*s^%.*s*%.*s%s or %.*s^(%.*s*%.*s%s)", x.len, x.data, y.len,
                 y.data, factor.len, factor.data, more, x.len, x.data, y.len, y.data, factor.len,
                 factor.data, more);
    return false;
}

bool cpm_formula_check_product(cpm_parser *p, const cpm_expr *left, size_t begin, bool divides)
{
    piece factor = piece_of(p, p->tok.span.begin, p->tok.span.end);
    const char *more = p->tok.kind == CPM_TOK_LPAREN ? "...)" : "";
    if (divides)
        return refuse_quotient(p, begin, left->span.begin, factor, more);
    bool touches = p->prev_end == p->tok.span.begin;
    if (left->kind != CPM_EXPR_POWER || !touches || is_plain_power(p, left) ||
        strchr(")]}", p->text->data[p->prev_end - 1]) != NULL)
        return true;
    return refuse_power(p, left, factor, more);
}

/* ---- Remainders ------------------------------------------------------------------------ */

/* Languages differ in how tightly `mod` binds; all agree on x*y mod m alone. */
bool cpm_formula_note_mod(cpm_parser *p, size_t begin, size_t at)
{
    piece x = piece_of(p, begin, at), m = piece_of(p, at + strlen("mod"), p->prev_end);
    p->mod.begin = begin;
    p->mod.at = at;
    p->mod.end = p->prev_end;
    p->mod.depth = p->depth;
    if (strchr("+-~", p->text->data[begin]) == NULL)
        return true;
    refuse_two_readings(p, (cpm_span){begin, p->prev_end});
    cpm_err_hint(p->err, "write (%.*s) mod %.*s or %c(%.*s mod %.*s)", x.len, x.data, m.len, m.data,
                 x.data[0], x.len - 1, x.data + 1, m.len, m.data);
    return false;
}

bool cpm_formula_check_mod(cpm_parser *p, size_t begin)
{
    const size_t behind = p->mod.at + strlen("mod");
    if (p->mod.depth != p->depth || p->mod.begin < begin || p->mod.end <= begin)
        return true;
    piece left = piece_of(p, begin, p->mod.at), m = piece_of(p, behind, p->mod.end);
    refuse_two_readings(p, (cpm_span){begin, p->prev_end});
    if (p->mod.end < p->prev_end) {
        piece more = piece_of(p, p->mod.end, p->prev_end);
        piece right = piece_of(p, behind, p->prev_end);
        cpm_err_hint(p->err, "write (%.*s mod %.*s) %.*s or %.*s mod (%.*s)", left.len, left.data,
                     m.len, m.data, more.len, more.data, left.len, left.data, right.len,
                     right.data);
    } else {
        piece before = piece_of(p, begin, p->mod.begin);
        piece x = piece_of(p, p->mod.begin, p->mod.at);
        cpm_err_hint(p->err, "write (%.*s) mod %.*s or %.*s (%.*s mod %.*s)", left.len, left.data,
                     m.len, m.data, before.len, before.data, x.len, x.data, m.len, m.data);
    }
    return false;
}

/* ---- Numbers --------------------------------------------------------------------------- */

void cpm_formula_split_number(cpm_parser *p)
{
    const char *data = p->text->data;
    size_t at = p->tok.span.begin, end = p->tok.span.end;
    if (!p->formulas || (end - at > 1 && data[at] == '0' && !is_digit(data[at + 1])))
        return;
    while (at < end && is_digit(data[at]))
        at++;
    bool is_exponent = at + 1 < end && (data[at] == 'e' || data[at] == 'E') &&
                       (is_digit(data[at + 1]) || data[at + 1] == '-' || data[at + 1] == '+');
    if (at == end || data[at] == '.' || data[at] == '_' || is_exponent)
        return;
    p->tok.span.end = at;
    p->lexer.pos = at;
}

static cpm_expr *new_quotient(cpm_parser *p, const fmpz_t num, const fmpz_t den, cpm_span span)
{
    cpm_expr *expr = cpm_expr_new(p->tree, CPM_EXPR_CHAIN, span);
    cpm_expr *first = cpm_expr_int(p->tree, num, span), *second = cpm_expr_int(p->tree, den, span);
    cpm_link *link = cpm_arena_array(&p->tree->arena, 1, sizeof *link);
    if (expr == NULL || first == NULL || second == NULL || link == NULL) {
        cpm_parser_fail_memory(p);
        return NULL;
    }
    *link = (cpm_link){CPM_OP_DIV, span, second};
    expr->u.chain.first = first;
    expr->u.chain.links = link;
    expr->u.chain.nlinks = 1;
    return expr;
}

/* The digits without their point, how many stand behind it, and the exponent. */
static bool split_decimal(char *digits, size_t cap, long *places, const char *text, size_t len)
{
    size_t n = 0, i = 0;
    bool point = false;
    *places = 0;
    for (; i < len && (is_digit(text[i]) || (text[i] == '.' && !point)); i++) {
        if (text[i] == '.') {
            point = true;
            continue;
        }
        if (n + 1 >= cap)
            return false;
        digits[n++] = text[i];
        *places += point;
    }
    digits[n] = '\0';
    bool has_exponent = i < len && (text[i] == 'e' || text[i] == 'E');
    if (has_exponent) {
        long exponent = 0;
        bool minus = ++i < len && text[i] == '-';
        i += i < len && (text[i] == '-' || text[i] == '+');
        size_t from = i;
        for (; i < len && is_digit(text[i]) && exponent < 10000; i++)
            exponent = 10 * exponent + (text[i] - '0');
        if (i == from)
            return false;
        *places -= minus ? -exponent : exponent;
    }
    return i == len && n > 0 && (point || has_exponent) && *places < 10000 && *places > -10000;
}

bool cpm_formula_decimal(cpm_expr **expr, cpm_parser *p)
{
    char digits[400];
    long places;
    *expr = NULL;
    if (p->formulas && p->text->data[p->tok.span.end - 1] == '.') { /* of the sentence */
        p->tok.span.end--;
        p->lexer.pos = p->tok.span.end;
    }
    if (!p->decimals ||
        !split_decimal(digits, sizeof digits, &places, p->text->data + p->tok.span.begin,
                       p->tok.span.end - p->tok.span.begin))
        return true;
    fmpz_t num, scale;
    fmpz_init(num);
    fmpz_init(scale);
    fmpz_set_str(num, digits, 10);
    fmpz_set_ui(scale, 10);
    fmpz_pow_ui(scale, scale, (ulong)(places < 0 ? -places : places));
    if (places < 0) {
        fmpz_mul(num, num, scale);
        fmpz_one(scale);
    }
    *expr = fmpz_is_one(scale) ? cpm_expr_int(p->tree, num, p->tok.span)
                               : new_quotient(p, num, scale, p->tok.span);
    fmpz_clear(num);
    fmpz_clear(scale);
    if (*expr == NULL)
        return cpm_parser_fail_memory(p);
    return cpm_parser_advance(p);
}

/* ---- Subscripts ------------------------------------------------------------------------- */

/* sym(at), the name standing at `name`. */
static cpm_expr *new_call(cpm_parser *p, cpm_sym sym, cpm_span name, cpm_expr *at, size_t begin)
{
    cpm_expr *call = cpm_expr_new(p->tree, CPM_EXPR_CALL, (cpm_span){begin, p->prev_end});
    cpm_arg *arg = cpm_arena_array(&p->tree->arena, 1, sizeof *arg);
    if (call == NULL || arg == NULL || sym == CPM_NO_SYM) {
        cpm_parser_fail_memory(p);
        return NULL;
    }
    *arg = (cpm_arg){CPM_NO_SYM, {0, 0}, at};
    call->u.call.callee = sym;
    call->u.call.callee_span = name;
    call->u.call.args = arg;
    call->u.call.nargs = 1;
    return call;
}

static cpm_expr *new_term(cpm_parser *p, cpm_span name, cpm_expr *at)
{
    return new_call(p, cpm_parser_intern(p, name), name, at, name.begin);
}

cpm_expr *cpm_formula_factorial(cpm_parser *p, cpm_expr *operand, size_t begin)
{
    cpm_span mark = p->tok.span;
    cpm_sym sym = cpm_tree_intern(p->tree, "factorial", strlen("factorial"));
    if (!cpm_parser_advance(p))
        return NULL;
    if (p->tok.kind == CPM_TOK_BANG) {
        cpm_parser_fail(p, (cpm_span){mark.begin, p->tok.span.end},
                        "double factorials are not supported");
        return NULL;
    }
    return new_call(p, sym, mark, operand, begin);
}

bool cpm_formula_has_subscripts(const cpm_parser *p)
{
    const char *data = p->text->data;
    for (size_t i = 1; i + 1 < p->text->len; i++) {
        if (data[i] != '_' || !cpm_is_name_byte(data[i - 1]))
            continue;
        bool alone = i + 2 >= p->text->len || !cpm_is_name_byte(data[i + 2]);
        if (data[i + 1] == '{' || (strchr("nkimtj", data[i + 1]) != NULL && alone))
            return true;
    }
    return false;
}

/* a_n or a_12: where the subscript begins in the name; 0: nowhere. */
static size_t subscript_of(const cpm_parser *p, cpm_span span)
{
    const char *data = p->text->data;
    size_t at = span.end;
    while (at > span.begin && data[at - 1] != '_')
        at--;
    if (at <= span.begin + 1 || at == span.end)
        return 0;
    bool is_number = true, is_letter = at + 1 == span.end && strchr("nkimtj", data[at]) != NULL;
    for (size_t i = at; i < span.end; i++)
        is_number = is_number && is_digit(data[i]);
    return is_number || is_letter ? at : 0;
}

/* An expression between brackets, the current token being the one that opens. */
static cpm_expr *parse_bracketed(cpm_parser *p, cpm_token_kind close)
{
    if (!cpm_parser_enter(p) || !cpm_parser_advance(p))
        return NULL;
    cpm_expr *at = cpm_parser_expr(p);
    cpm_parser_leave(p);
    return at != NULL && cpm_parser_expect(p, close) ? at : NULL;
}

static cpm_expr *parse_short_subscript(cpm_parser *p, cpm_span span, size_t at)
{
    cpm_span name = {span.begin, at - 1}, index = {at, span.end};
    fmpz_t value;
    cpm_expr *expr = NULL;
    if (!is_digit(p->text->data[at])) {
        cpm_sym sym = cpm_parser_intern(p, index);
        expr = sym == CPM_NO_SYM ? NULL : cpm_expr_name(p->tree, sym, index);
    } else {
        fmpz_init(value);
        if (cpm_literal_int(value, p->text, index, CPM_NOTATION_SPEC, p->err) == CPM_OK)
            expr = cpm_expr_int(p->tree, value, index);
        fmpz_clear(value);
    }
    if (expr == NULL && p->err->status == CPM_OK)
        cpm_parser_fail_memory(p);
    return expr == NULL ? NULL : new_term(p, name, expr);
}

bool cpm_formula_subscript(cpm_expr **expr, cpm_parser *p, cpm_span span)
{
    *expr = NULL;
    if (!p->formulas)
        return true;
    if (p->text->data[span.end - 1] == '_' && span.end > span.begin + 1 &&
        p->tok.kind == CPM_TOK_RBRACKET) { /* Mathematica's a[n_] */
        span.end--;
        cpm_sym sym = cpm_parser_intern(p, span);
        *expr = sym == CPM_NO_SYM ? NULL : cpm_expr_name(p->tree, sym, span);
        return *expr != NULL || cpm_parser_fail_memory(p);
    }
    bool braces = p->tok.kind == CPM_TOK_LBRACE && p->text->data[span.end - 1] == '_' &&
                  span.end > span.begin + 1;
    if (p->tok.kind == CPM_TOK_LBRACKET || braces) {
        cpm_expr *at = parse_bracketed(p, braces ? CPM_TOK_RBRACE : CPM_TOK_RBRACKET);
        cpm_span name = {span.begin, span.end - braces};
        *expr = at == NULL ? NULL : new_term(p, name, at);
        return *expr != NULL;
    }
    size_t at = p->subscripts ? subscript_of(p, span) : 0;
    if (at == 0)
        return true;
    *expr = parse_short_subscript(p, span, at);
    return *expr != NULL;
}
