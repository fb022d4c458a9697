/* SPDX-License-Identifier: MIT
 *
 * parse_expr.c - expressions of all three notations: recursive descent with
 * one precedence table for the left-associative operators (precedence
 * climbing; M. Richards, C. Whitby-Strevens, "BCPL", 1979). A run of operators
 * of one level becomes one node with many links, so the depth of the tree is
 * the depth the text shows. Cost O(length). What only Python has is in
 * parse_value.c and parse_string.c; the other notations refuse it by name here.
 */
#include "lang/formula.h"
#include "lang/literal.h"
#include "lang/parse.h"
#include "lang/parser.h"

#include <string.h>

/* ---- Operators --------------------------------------------------------- */

typedef struct binary {
    cpm_op op;
    int level; /* 0: no binary operator; higher binds tighter */
} binary;

enum { LEVEL_OR = 1, LEVEL_XOR, LEVEL_AND, LEVEL_SHIFT, LEVEL_SUM, LEVEL_PRODUCT };

/* In recurrences and in the loop/end language, which are ours. */
static bool caret_is_power(const cpm_parser *p)
{
    return p->lexer.notation == CPM_NOTATION_SPEC || p->lexer.notation == CPM_NOTATION_LOOP;
}

static binary binary_of(const cpm_parser *p)
{
    switch (p->tok.kind) {
    case CPM_TOK_PIPE:
        return (binary){CPM_OP_OR, LEVEL_OR};
    case CPM_TOK_CARET:
        if (caret_is_power(p))
            return (binary){CPM_OP_POW, 0}; /* see parse_power */
        return (binary){CPM_OP_XOR, LEVEL_XOR};
    case CPM_TOK_XOR:
        return (binary){CPM_OP_XOR, LEVEL_XOR};
    case CPM_TOK_AMP:
        return (binary){CPM_OP_AND, LEVEL_AND};
    case CPM_TOK_LSHIFT:
        return (binary){CPM_OP_LSHIFT, LEVEL_SHIFT};
    case CPM_TOK_RSHIFT:
        return (binary){CPM_OP_RSHIFT, LEVEL_SHIFT};
    case CPM_TOK_PLUS:
        return (binary){CPM_OP_ADD, LEVEL_SUM};
    case CPM_TOK_MINUS:
        return (binary){CPM_OP_SUB, LEVEL_SUM};
    case CPM_TOK_STAR:
        return (binary){CPM_OP_MUL, LEVEL_PRODUCT};
    case CPM_TOK_SLASH:
        return (binary){CPM_OP_DIV, LEVEL_PRODUCT};
    case CPM_TOK_DOUBLE_SLASH:
        return (binary){CPM_OP_FLOORDIV, LEVEL_PRODUCT};
    case CPM_TOK_PERCENT:
        return (binary){CPM_OP_MOD, LEVEL_PRODUCT};
    default:
        if (cpm_formula_at_factor(p))
            return (binary){CPM_OP_MUL, LEVEL_PRODUCT};
        if (p->formulas && cpm_parser_at_word(p, "mod"))
            return (binary){CPM_OP_MOD, LEVEL_PRODUCT};
        return (binary){CPM_OP_ADD, 0};
    }
}

bool cpm_parser_augmented_op(cpm_token_kind kind, cpm_op *op)
{
    static const struct {
        cpm_token_kind kind;
        cpm_op op;
    } table[] = {
        {CPM_TOK_PLUS_ASSIGN, CPM_OP_ADD},
        {CPM_TOK_MINUS_ASSIGN, CPM_OP_SUB},
        {CPM_TOK_STAR_ASSIGN, CPM_OP_MUL},
        {CPM_TOK_SLASH_ASSIGN, CPM_OP_DIV},
        {CPM_TOK_DOUBLE_SLASH_ASSIGN, CPM_OP_FLOORDIV},
        {CPM_TOK_PERCENT_ASSIGN, CPM_OP_MOD},
        {CPM_TOK_DOUBLE_STAR_ASSIGN, CPM_OP_POW},
        {CPM_TOK_LSHIFT_ASSIGN, CPM_OP_LSHIFT},
        {CPM_TOK_RSHIFT_ASSIGN, CPM_OP_RSHIFT},
        {CPM_TOK_AMP_ASSIGN, CPM_OP_AND},
        {CPM_TOK_PIPE_ASSIGN, CPM_OP_OR},
        {CPM_TOK_CARET_ASSIGN, CPM_OP_XOR},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].kind == kind) {
            *op = table[i].op;
            return true;
        }
    return false;
}

static bool is_program(const cpm_parser *p)
{
    return p->lexer.notation != CPM_NOTATION_SPEC;
}

bool cpm_parser_is_python(const cpm_parser *p)
{
    return p->lexer.notation == CPM_NOTATION_PY3 || p->lexer.notation == CPM_NOTATION_PY2;
}

static cpm_expr *new_expr(cpm_parser *p, cpm_expr_kind kind, size_t begin)
{
    cpm_expr *expr = cpm_expr_new(p->tree, kind, (cpm_span){begin, p->prev_end});
    if (expr == NULL)
        cpm_parser_fail_memory(p);
    return expr;
}

/* first op x op y ...: the links are on the scratch stack from `from`. */
static cpm_expr *new_chain(cpm_parser *p, cpm_expr_kind kind, size_t begin, cpm_expr *first,
                           size_t from)
{
    cpm_expr *expr = new_expr(p, kind, begin);
    if (expr == NULL)
        return NULL;
    expr->u.chain.first = first;
    expr->u.chain.links =
        cpm_parser_take_list(p, from, sizeof *expr->u.chain.links, &expr->u.chain.nlinks);
    return expr->u.chain.links == NULL ? NULL : expr;
}

static bool push_link(cpm_parser *p, cpm_op op, cpm_span op_span, cpm_expr *operand)
{
    cpm_link link = {op, op_span, operand};
    return operand != NULL && cpm_parser_push(p, &link, sizeof link);
}

/* ---- Atoms ------------------------------------------------------------- */

bool cpm_parser_at_expr(const cpm_parser *p)
{
    switch (p->tok.kind) {
    case CPM_TOK_NAME:
    case CPM_TOK_NUMBER:
    case CPM_TOK_STRING:
    case CPM_TOK_TRUE:
    case CPM_TOK_FALSE:
    case CPM_TOK_NONE:
    case CPM_TOK_LPAREN:
    case CPM_TOK_PLUS:
    case CPM_TOK_MINUS:
    case CPM_TOK_TILDE:
    case CPM_TOK_NOT:
    case CPM_TOK_LAMBDA:
    case CPM_TOK_LBRACKET:
    case CPM_TOK_LBRACE:
    case CPM_TOK_YIELD:
    case CPM_TOK_AWAIT:
    case CPM_TOK_STAR:
        return true;
    default:
        return false;
    }
}

static cpm_expr *parse_number(cpm_parser *p)
{
    fmpz_t value;
    cpm_expr *expr = NULL;
    if (!cpm_formula_decimal(&expr, p) || expr != NULL)
        return expr;
    cpm_formula_split_number(p);
    fmpz_init(value);
    if (cpm_literal_int(value, p->text, p->tok.span, p->lexer.notation, p->err) == CPM_OK) {
        expr = cpm_expr_int(p->tree, value, p->tok.span);
        if (expr == NULL)
            cpm_parser_fail_memory(p);
        else if (!cpm_parser_advance(p))
            expr = NULL;
    }
    fmpz_clear(value);
    return expr;
}

/* Lazy values are read where they are made; elsewhere a list does the same. */
bool cpm_parser_no_generator(cpm_parser *p)
{
    if (p->tok.kind != CPM_TOK_FOR)
        return true;
    if (!cpm_parser_is_python(p))
        return cpm_parser_fail(p, p->tok.span, "comprehensions are not supported");
    cpm_parser_fail(p, p->tok.span,
                    "a generator expression is supported as the only argument of "
                    "a built-in function");
    cpm_err_hint(p->err, "in brackets it is a list");
    return false;
}

/* NAME ':=' expr; the name is read. */
cpm_expr *cpm_parser_walrus(cpm_parser *p, cpm_expr *name)
{
    if (!cpm_parser_is_python(p) || name->kind != CPM_EXPR_NAME) {
        cpm_parser_fail(p, p->tok.span, "':=' assigns to a name only");
        return NULL;
    }
    if (!cpm_parser_check_bindable(p, name->span) || !cpm_parser_advance(p))
        return NULL;
    cpm_expr *value = cpm_parser_expr(p);
    cpm_expr *expr = value == NULL ? NULL : new_expr(p, CPM_EXPR_WALRUS, name->span.begin);
    if (expr != NULL) {
        expr->u.walrus.name = name;
        expr->u.walrus.value = value;
    }
    return expr;
}

/* '(' [expr (',' expr)* [',']] ')' */
static cpm_expr *parse_parenthesis(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    if (!cpm_parser_advance(p))
        return NULL;
    cpm_expr *expr;
    if (p->tok.kind == CPM_TOK_RPAREN && is_program(p)) {
        expr = new_expr(p, CPM_EXPR_TUPLE, begin);
    } else if (p->tok.kind == CPM_TOK_YIELD) {
        cpm_parser_fail(p, p->tok.span, "generators are not supported");
        return NULL;
    } else {
        expr = is_program(p) ? cpm_parser_expr_list(p) : cpm_parser_expr(p);
    }
    if (expr == NULL || !cpm_parser_no_generator(p))
        return NULL;
    if (p->tok.kind == CPM_TOK_WALRUS)
        expr = cpm_parser_walrus(p, expr);
    if (expr == NULL)
        return NULL;
    bool bare_tuple = expr->kind == CPM_EXPR_TUPLE && expr->span.end == p->prev_end;
    if (!cpm_parser_expect(p, CPM_TOK_RPAREN))
        return NULL;
    if (bare_tuple)
        expr->span = (cpm_span){begin, p->prev_end};
    return expr;
}

/* Whether the dot here begins a number: .5 */
static bool at_fraction(const cpm_parser *p)
{
    size_t next = p->lexer.pos;
    return p->tok.kind == CPM_TOK_DOT && next < p->lexer.end && p->text->data[next] >= '0' &&
           p->text->data[next] <= '9';
}

static cpm_expr *parse_fraction(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    if (!cpm_parser_advance(p))
        return NULL;
    p->tok.span.begin = begin; /* the dot and the number behind it are one */
    return parse_number(p);
}

static cpm_expr *refuse_atom(cpm_parser *p)
{
    switch (p->tok.kind) {
    case CPM_TOK_LAMBDA:
        cpm_parser_fail(p, p->tok.span, "lambdas are not supported");
        break;
    case CPM_TOK_LBRACKET:
        cpm_parser_fail(p, p->tok.span, "lists are not supported");
        break;
    case CPM_TOK_LBRACE:
        cpm_parser_fail(p, p->tok.span, "dictionaries and sets are not supported");
        break;
    case CPM_TOK_YIELD:
        cpm_parser_fail(p, p->tok.span, "generators are not supported");
        break;
    case CPM_TOK_AWAIT:
        cpm_parser_fail(p, p->tok.span, "coroutines are not supported");
        break;
    case CPM_TOK_STAR:
        if (is_program(p))
            cpm_parser_fail(p, p->tok.span, "starred expressions are not supported");
        else
            cpm_parser_expected(p, "an expression");
        break;
    case CPM_TOK_DOT:
        if (at_fraction(p)) {
            cpm_parser_fail(p, p->tok.span, "floating-point numbers are not supported");
            break;
        }
        cpm_parser_expected(p, "an expression");
        break;
    default:
        cpm_parser_expected(p, "an expression");
    }
    return NULL;
}

static cpm_expr *parse_constant(cpm_parser *p, cpm_expr_kind kind)
{
    size_t begin = p->tok.span.begin;
    return cpm_parser_advance(p) ? new_expr(p, kind, begin) : NULL;
}

/* ---- Names ------------------------------------------------------------- */

/* NAME [args] */
static cpm_expr *parse_name(cpm_parser *p)
{
    cpm_span span = p->tok.span;
    cpm_sym sym = cpm_parser_intern(p, span);
    if (sym == CPM_NO_SYM || !cpm_parser_advance(p) || !cpm_parser_qualify(p, &sym, &span))
        return NULL;
    cpm_expr *term;
    if (!cpm_formula_subscript(&term, p, span) || term != NULL)
        return term;
    bool is_factor = (p->no_calls && span.end - span.begin == 1) || cpm_formula_is_index(p, sym);
    if (p->tok.kind != CPM_TOK_LPAREN || is_factor) {
        cpm_expr *name = cpm_expr_name(p->tree, sym, span);
        if (name == NULL)
            cpm_parser_fail_memory(p);
        return name;
    }
    cpm_arg *args;
    size_t nargs;
    if (!cpm_parser_call_args(p, sym, &args, &nargs))
        return NULL;
    cpm_expr *call = new_expr(p, CPM_EXPR_CALL, span.begin);
    if (call == NULL)
        return NULL;
    call->u.call.callee = sym;
    call->u.call.callee_span = span;
    call->u.call.args = args;
    call->u.call.nargs = nargs;
    return call;
}

/* What may not follow an operand. */
static bool check_trailer(cpm_parser *p, const cpm_expr *atom)
{
    cpm_token_kind kind = p->tok.kind;
    if (p->formulas && (kind == CPM_TOK_LPAREN || cpm_formula_at_stop(p)))
        return true; /* a product, or the end of a sentence */
    if (kind == CPM_TOK_LPAREN) {
        cpm_parser_fail(p, p->tok.span, "this cannot be called");
        cpm_err_hint(p->err, "a product is written with '*'");
        return false;
    }
    if (kind == CPM_TOK_LBRACKET) {
        cpm_parser_fail(p, p->tok.span, "subscripts are not supported");
        if (atom->kind == CPM_EXPR_NAME && !is_program(p))
            cpm_err_hint(p->err, "a term is written a(n-1)");
        return false;
    }
    if (kind == CPM_TOK_DOT)
        return cpm_parser_fail(p, p->tok.span, "attribute access is not supported");
    return true;
}

/* What the other notations have not. */
static cpm_expr *parse_display(cpm_parser *p)
{
    switch (p->tok.kind) {
    case CPM_TOK_LBRACKET:
        return cpm_parser_bracket(p);
    case CPM_TOK_LBRACE:
        return cpm_parser_brace(p);
    default:
        return refuse_atom(p);
    }
}

static cpm_expr *parse_atom(cpm_parser *p)
{
    cpm_expr *expr;
    size_t begin = p->tok.span.begin;
    switch (p->tok.kind) {
    case CPM_TOK_NUMBER:
        expr = parse_number(p);
        break;
    case CPM_TOK_DOT:
        expr = p->decimals && at_fraction(p) ? parse_fraction(p) : refuse_atom(p);
        break;
    case CPM_TOK_NAME:
        expr = parse_name(p);
        break;
    case CPM_TOK_STRING:
        expr = cpm_parser_string(p);
        break;
    case CPM_TOK_TRUE:
        expr = parse_constant(p, CPM_EXPR_TRUE);
        break;
    case CPM_TOK_FALSE:
        expr = parse_constant(p, CPM_EXPR_FALSE);
        break;
    case CPM_TOK_NONE:
        expr = parse_constant(p, CPM_EXPR_NONE);
        break;
    case CPM_TOK_LPAREN:
        expr = parse_parenthesis(p);
        break;
    default:
        expr = cpm_parser_is_python(p) ? parse_display(p) : refuse_atom(p);
    }
    if (expr != NULL && cpm_parser_is_python(p))
        return cpm_parser_trailers(p, expr);
    if (expr != NULL && p->formulas && p->tok.kind == CPM_TOK_BANG)
        expr = cpm_formula_factorial(p, expr, begin);
    return expr != NULL && check_trailer(p, expr) ? expr : NULL;
}

/* ---- Unary operators and powers ---------------------------------------- */

static cpm_expr *parse_unary(cpm_parser *p);

/* atom [('**' | '^' where that is a power) unary] */
static cpm_expr *parse_power(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    cpm_expr *base = parse_atom(p);
    if (base == NULL)
        return NULL;
    if (p->tok.kind != CPM_TOK_DOUBLE_STAR && (p->tok.kind != CPM_TOK_CARET || !caret_is_power(p)))
        return base;
    cpm_span op_span = p->tok.span;
    size_t from = p->scratch_len;
    if (!cpm_parser_advance(p) || !cpm_parser_enter(p) ||
        !push_link(p, CPM_OP_POW, op_span, parse_unary(p)))
        return NULL;
    cpm_parser_leave(p);
    return new_chain(p, CPM_EXPR_POWER, begin, base, from);
}

static cpm_expr *parse_unary_with(cpm_parser *p, cpm_op op,
                                  cpm_expr *(*parse_operand)(cpm_parser *))
{
    size_t begin = p->tok.span.begin;
    if (!cpm_parser_enter(p) || !cpm_parser_advance(p))
        return NULL;
    cpm_expr *operand = parse_operand(p);
    if (operand == NULL)
        return NULL;
    cpm_parser_leave(p);
    cpm_expr *expr = new_expr(p, CPM_EXPR_UNARY, begin);
    if (expr != NULL) {
        expr->u.unary.op = op;
        expr->u.unary.operand = operand;
    }
    return expr;
}

/* ('-' | '+' | '~') unary | power */
static cpm_expr *parse_unary(cpm_parser *p)
{
    switch (p->tok.kind) {
    case CPM_TOK_MINUS:
        return parse_unary_with(p, CPM_OP_NEG, parse_unary);
    case CPM_TOK_PLUS:
        return parse_unary_with(p, CPM_OP_POS, parse_unary);
    case CPM_TOK_TILDE:
        return parse_unary_with(p, CPM_OP_INVERT, parse_unary);
    default:
        return parse_power(p);
    }
}

/* ---- Binary operators -------------------------------------------------- */

/* unary (op unary)*, with operators of at least `level`. */
static cpm_expr *parse_binary(cpm_parser *p, int level)
{
    size_t begin = p->tok.span.begin;
    cpm_expr *left = parse_unary(p);
    binary next = binary_of(p);
    while (left != NULL && next.level >= level && next.level > 0) {
        int here = next.level;
        size_t from = p->scratch_len;
        cpm_expr *last = left; /* the factor before the operator, and the one before that */
        cpm_op before = CPM_OP_MUL;
        for (; next.level == here; next = binary_of(p)) {
            cpm_span op_span = p->tok.span;
            bool implied = next.op == CPM_OP_MUL && p->tok.kind != CPM_TOK_STAR;
            bool is_word = next.op == CPM_OP_MOD && p->tok.kind == CPM_TOK_NAME;
            if (implied ? !cpm_formula_check_product(p, last, begin, before != CPM_OP_MUL)
                        : !cpm_parser_advance(p))
                return NULL;
            last = parse_binary(p, here + 1);
            before = next.op;
            if (!push_link(p, next.op, op_span, last) ||
                (p->formulas && !cpm_formula_check_mod(p, begin)) ||
                (is_word && !cpm_formula_note_mod(p, begin, op_span.begin)))
                return NULL;
        }
        left = new_chain(p, CPM_EXPR_CHAIN, begin, left, from);
    }
    return left;
}

/* Comparison operators; `level` is only a flag. */
static binary comparison_of(const cpm_parser *p)
{
    switch (p->tok.kind) {
    case CPM_TOK_LT:
        return (binary){CPM_OP_LT, 1};
    case CPM_TOK_LE:
        return (binary){CPM_OP_LE, 1};
    case CPM_TOK_GT:
        return (binary){CPM_OP_GT, 1};
    case CPM_TOK_GE:
        return (binary){CPM_OP_GE, 1};
    case CPM_TOK_EQ:
        return (binary){CPM_OP_EQ, 1};
    case CPM_TOK_NE:
        return (binary){CPM_OP_NE, 1};
    case CPM_TOK_IN:
        return (binary){CPM_OP_IN, cpm_parser_is_python(p)};
    case CPM_TOK_NOT:
        return (binary){CPM_OP_NOT_IN, cpm_parser_is_python(p)};
    case CPM_TOK_IS:
        return (binary){CPM_OP_IS, cpm_parser_is_python(p)};
    default:
        return (binary){CPM_OP_LT, 0};
    }
}

/* The second word of `not in` and `is not`. */
static bool finish_operator(cpm_parser *p, binary *op)
{
    bool negated;
    if (op->op == CPM_OP_NOT_IN)
        return cpm_parser_expect(p, CPM_TOK_IN);
    if (op->op != CPM_OP_IS)
        return true;
    if (!cpm_parser_accept(p, CPM_TOK_NOT, &negated))
        return false;
    op->op = negated ? CPM_OP_IS_NOT : CPM_OP_IS;
    return true;
}

/* binary (('<' | '<=' | ...) binary)* */
static cpm_expr *parse_comparison(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    cpm_expr *first = parse_binary(p, LEVEL_OR);
    if (first == NULL)
        return NULL;
    size_t from = p->scratch_len;
    for (binary op = comparison_of(p); op.level > 0; op = comparison_of(p)) {
        cpm_span op_span = p->tok.span;
        if (!cpm_parser_advance(p) || !finish_operator(p, &op) ||
            !push_link(p, op.op, op_span, parse_binary(p, LEVEL_OR)))
            return NULL;
    }
    if (p->tok.kind == CPM_TOK_IS || p->tok.kind == CPM_TOK_IN || p->tok.kind == CPM_TOK_AT) {
        bool is = p->tok.kind == CPM_TOK_IS;
        cpm_parser_fail(p, p->tok.span, "the operator %s is not supported",
                        cpm_token_name(p->tok.kind));
        if (is)
            cpm_err_hint(p->err, "values are compared with '=='");
        return NULL;
    }
    return p->scratch_len == from ? first : new_chain(p, CPM_EXPR_COMPARE, begin, first, from);
}

/* 'not' not_test | comparison */
static cpm_expr *parse_not(cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_NOT ? parse_unary_with(p, CPM_OP_NOT, parse_not)
                                      : parse_comparison(p);
}

/* operand (word operand)*: `and` of nots, `or` of ands. */
static cpm_expr *parse_bool(cpm_parser *p, cpm_token_kind word, cpm_op op)
{
    bool is_or = op == CPM_OP_BOOL_OR;
    size_t begin = p->tok.span.begin;
    cpm_expr *first = is_or ? parse_bool(p, CPM_TOK_AND, CPM_OP_BOOL_AND) : parse_not(p);
    if (first == NULL)
        return NULL;
    size_t from = p->scratch_len;
    while (p->tok.kind == word) {
        cpm_span op_span = p->tok.span;
        if (!cpm_parser_advance(p))
            return NULL;
        cpm_expr *next = is_or ? parse_bool(p, CPM_TOK_AND, CPM_OP_BOOL_AND) : parse_not(p);
        if (!push_link(p, op, op_span, next))
            return NULL;
    }
    return p->scratch_len == from ? first : new_chain(p, CPM_EXPR_BOOL, begin, first, from);
}

/* or_test ['if' or_test 'else' expr] */
static cpm_expr *parse_conditional(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    cpm_expr *then = parse_bool(p, CPM_TOK_OR, CPM_OP_BOOL_OR);
    if (then == NULL || p->tok.kind != CPM_TOK_IF)
        return then;
    if (!cpm_parser_advance(p))
        return NULL;
    cpm_expr *test = parse_bool(p, CPM_TOK_OR, CPM_OP_BOOL_OR);
    if (test == NULL || !cpm_parser_expect(p, CPM_TOK_ELSE))
        return NULL;
    cpm_expr *orelse = cpm_parser_expr(p);
    if (orelse == NULL)
        return NULL;
    cpm_expr *expr = new_expr(p, CPM_EXPR_COND, begin);
    if (expr != NULL) {
        expr->u.cond.then = then;
        expr->u.cond.test = test;
        expr->u.cond.orelse = orelse;
    }
    return expr;
}

/* ---- Entry points ------------------------------------------------------ */

cpm_expr *cpm_parser_expr(cpm_parser *p)
{
    if (p->tok.kind == CPM_TOK_LAMBDA && cpm_parser_is_python(p))
        return cpm_parser_lambda(p);
    if (!cpm_parser_enter(p))
        return NULL;
    cpm_expr *expr = is_program(p) ? parse_conditional(p) : parse_binary(p, LEVEL_OR);
    cpm_parser_leave(p);
    return expr;
}

/* A condition of a statement or of a comprehension, which may assign as it goes. */
cpm_expr *cpm_parser_test(cpm_parser *p)
{
    cpm_expr *expr = cpm_parser_expr(p);
    return expr != NULL && p->tok.kind == CPM_TOK_WALRUS ? cpm_parser_walrus(p, expr) : expr;
}

cpm_expr *cpm_parser_or_test(cpm_parser *p)
{
    if (!cpm_parser_enter(p))
        return NULL;
    cpm_expr *expr = parse_bool(p, CPM_TOK_OR, CPM_OP_BOOL_OR);
    cpm_parser_leave(p);
    return expr;
}

/* '*' operand */
static cpm_expr *parse_star(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    if (!cpm_parser_enter(p) || !cpm_parser_advance(p))
        return NULL;
    cpm_expr *operand = parse_binary(p, LEVEL_OR);
    cpm_parser_leave(p);
    cpm_expr *star = operand == NULL ? NULL : new_expr(p, CPM_EXPR_STAR, begin);
    if (star != NULL)
        star->u.unary.operand = operand;
    return star;
}

cpm_expr *cpm_parser_item(cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_STAR && cpm_parser_is_python(p) ? parse_star(p)
                                                                  : cpm_parser_expr(p);
}

/* An operand, without the operators that compare: `in` ends a target. */
static cpm_expr *parse_target_item(cpm_parser *p)
{
    return p->tok.kind == CPM_TOK_STAR && cpm_parser_is_python(p) ? parse_star(p)
                                                                  : parse_binary(p, LEVEL_OR);
}

/* item [(',' item)* [',']] */
static cpm_expr *parse_list(cpm_parser *p, cpm_expr *(*parse_item)(cpm_parser *))
{
    size_t begin = p->tok.span.begin, from = p->scratch_len;
    cpm_expr *first = parse_item(p);
    if (first != NULL && first->kind == CPM_EXPR_STAR && p->tok.kind != CPM_TOK_COMMA) {
        cpm_parser_fail(p, first->span, "a starred expression stands in a list");
        return NULL;
    }
    if (first == NULL || p->tok.kind != CPM_TOK_COMMA)
        return first;
    if (!cpm_parser_push(p, &first, sizeof first))
        return NULL;
    while (p->tok.kind == CPM_TOK_COMMA) {
        if (!cpm_parser_advance(p))
            return NULL;
        if (!cpm_parser_at_expr(p))
            break;
        cpm_expr *next = parse_item(p);
        if (next == NULL || !cpm_parser_push(p, &next, sizeof next))
            return NULL;
    }
    cpm_expr *tuple = new_expr(p, CPM_EXPR_TUPLE, begin);
    if (tuple == NULL)
        return NULL;
    tuple->u.tuple.items =
        cpm_parser_take_list(p, from, sizeof(cpm_expr *), &tuple->u.tuple.nitems);
    return tuple->u.tuple.items == NULL ? NULL : tuple;
}

/* All of the text is the expression. */
static bool parse_whole(cpm_expr **expr, cpm_parser *p)
{
    *expr = is_program(p) ? cpm_parser_expr_list(p) : cpm_parser_expr(p);
    if (*expr != NULL && p->tok.kind != CPM_TOK_EOF) {
        cpm_parser_expected(p, "an operator");
        *expr = NULL;
    }
    return *expr != NULL;
}

cpm_status cpm_parse_formula(cpm_expr **expr, cpm_tree *tree, const cpm_text *text, cpm_err *err)
{
    cpm_parser parser;
    cpm_span all = {0, text->len};
    *expr = NULL;
    bool ok = cpm_parser_init(&parser, tree, text, all, CPM_NOTATION_SPEC, false, err) == CPM_OK;
    parser.formulas = parser.decimals = parser.no_calls = true;
    ok = ok && parse_whole(expr, &parser) && cpm_formula_unfold(&parser, *expr, CPM_NO_SYM);
    cpm_parser_clear(&parser);
    return ok ? CPM_OK : err->status;
}

cpm_expr *cpm_parser_expr_list(cpm_parser *p)
{
    return parse_list(p, cpm_parser_item);
}

cpm_expr *cpm_parser_target_list(cpm_parser *p)
{
    cpm_expr *target = parse_list(p, parse_target_item);
    return target != NULL && cpm_parser_check_target(p, target) ? target : NULL;
}

cpm_status cpm_parse_expr(cpm_expr **expr, cpm_tree *tree, const cpm_text *text, cpm_span span,
                          bool spec, cpm_err *err)
{
    cpm_parser parser;
    cpm_notation notation = spec                                ? CPM_NOTATION_SPEC
                            : tree->dialect == CPM_DIALECT_PY2  ? CPM_NOTATION_PY2
                            : tree->dialect == CPM_DIALECT_LOOP ? CPM_NOTATION_LOOP
                                                                : CPM_NOTATION_PY3;
    *expr = NULL;
    bool ok = cpm_parser_init(&parser, tree, text, span, notation, false, err) == CPM_OK;
    parser.decimals = spec;
    ok = ok && parse_whole(expr, &parser);
    cpm_parser_clear(&parser);
    return ok ? CPM_OK : err->status;
}
