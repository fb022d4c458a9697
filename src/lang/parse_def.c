/* SPDX-License-Identifier: MIT
 *
 * parse_def.c - functions of the Python subset, and their decorators: that of
 * loops, @cpmoptimize(...) with its literal arguments, and @lru_cache and @cache.
 * A function stands in tree->functions; its statement holds the index.
 */
#include "lang/literal.h"
#include "lang/parser.h"

#include <string.h>

/* ---- def --------------------------------------------------------------- */

/* NAME [':' annotation] ['=' default]; a lambda has no annotations. */
static bool parse_param(cpm_parser *p, cpm_param *param, bool annotated)
{
    memset(param, 0, sizeof *param);
    if (p->tok.kind == CPM_TOK_STAR || p->tok.kind == CPM_TOK_DOUBLE_STAR ||
        p->tok.kind == CPM_TOK_SLASH)
        return cpm_parser_fail(p, p->tok.span, "%s among parameters is not supported",
                               cpm_token_name(p->tok.kind));
    bool taken = false;
    if (!cpm_parser_bind(p, &param->sym, &param->span) ||
        (annotated && !cpm_parser_accept(p, CPM_TOK_COLON, &taken)) ||
        (taken && cpm_parser_expr(p) == NULL) || !cpm_parser_accept(p, CPM_TOK_ASSIGN, &taken))
        return false;
    if (!taken)
        return true;
    param->fallback = cpm_parser_expr(p);
    return param->fallback != NULL;
}

/* Against the parameters read so far, which are on the scratch stack. */
static bool check_param(cpm_parser *p, const cpm_param *param, size_t from)
{
    bool has_default = false;
    for (size_t at = from; at < p->scratch_len; at += sizeof *param) {
        cpm_param earlier;
        memcpy(&earlier, p->scratch + at, sizeof earlier);
        has_default |= earlier.fallback != NULL;
        if (earlier.sym == param->sym)
            return cpm_parser_fail(p, param->span, "the parameter '%s' is given twice",
                                   p->tree->symbols[param->sym].name);
    }
    if (has_default && param->fallback == NULL)
        return cpm_parser_fail(p, param->span,
                               "a parameter without a default stands behind one with a default");
    return true;
}

/* [param (',' param)* [',']] */
bool cpm_parser_params(cpm_parser *p, cpm_function *function, cpm_token_kind close)
{
    size_t from = p->scratch_len;
    while (p->tok.kind != close) {
        cpm_param param;
        bool comma;
        if ((p->scratch_len - from) / sizeof param >= CPM_MAX_NESTING)
            return cpm_parser_fail(p, p->tok.span, "more than %d parameters", CPM_MAX_NESTING);
        if (!parse_param(p, &param, close == CPM_TOK_RPAREN) || !check_param(p, &param, from) ||
            !cpm_parser_push(p, &param, sizeof param) ||
            !cpm_parser_accept(p, CPM_TOK_COMMA, &comma))
            return false;
        if (!comma)
            break;
    }
    if (p->tok.kind != close) {
        cpm_parser_expected(p, close == CPM_TOK_RPAREN ? "',' or ')'" : "',' or ':'");
        return false;
    }
    function->params = cpm_parser_take_list(p, from, sizeof *function->params, &function->nparams);
    return function->params != NULL;
}

bool cpm_parser_reserve(cpm_parser *p, size_t *index)
{
    cpm_tree *tree = p->tree;
    cpm_function *functions =
        cpm_grow(tree->functions, &tree->functions_cap, tree->nfunctions + 1, sizeof *functions);
    if (functions == NULL)
        return cpm_parser_fail_memory(p);
    tree->functions = functions;
    *index = tree->nfunctions++;
    functions[*index] = (cpm_function){.name = CPM_NO_SYM, .parent = CPM_NO_FUNCTION};
    return true;
}

/* The statement that defines the function at `index`. */
static cpm_stmt *new_def(cpm_parser *p, size_t index, cpm_span span)
{
    cpm_stmt *stmt = cpm_stmt_new(p->tree, CPM_STMT_DEF, span);
    if (stmt == NULL)
        return cpm_parser_fail_memory(p), NULL;
    stmt->u.function = index;
    return stmt;
}

static bool parse_function_body(cpm_parser *p, cpm_function *function, size_t index)
{
    unsigned loops = p->loop_depth;
    size_t outer = p->function;
    p->loop_depth = 0;
    p->function = index;
    bool ok = cpm_parser_suite(p, &function->body);
    p->function = outer;
    p->loop_depth = loops;
    return ok;
}

/* 'def' NAME '(' params ')' ['->' annotation] suite */
static cpm_stmt *parse_def_with(cpm_parser *p, const cpm_decorator *decorator, bool is_cached)
{
    size_t begin = p->tok.span.begin, index;
    cpm_function function = {
        .decorator = *decorator, .is_cached = is_cached, .parent = p->function};
    bool arrow;
    if (!cpm_parser_reserve(p, &index) || !cpm_parser_advance(p) ||
        !cpm_parser_bind(p, &function.name, &function.name_span) ||
        !cpm_parser_expect(p, CPM_TOK_LPAREN) || !cpm_parser_params(p, &function, CPM_TOK_RPAREN) ||
        !cpm_parser_advance(p) || !cpm_parser_accept(p, CPM_TOK_ARROW, &arrow) ||
        (arrow && cpm_parser_expr(p) == NULL))
        return NULL;
    cpm_span header = {begin, p->prev_end};
    if (!parse_function_body(p, &function, index))
        return NULL;
    function.original = index;
    p->tree->functions[index] = function;
    return new_def(p, index, header);
}

cpm_stmt *cpm_parser_def(cpm_parser *p)
{
    cpm_decorator none = {0};
    return parse_def_with(p, &none, false);
}

/* ---- Decorators -------------------------------------------------------- */

static bool need_bool(cpm_parser *p, const cpm_expr *value, bool *out)
{
    if (value->kind == CPM_EXPR_INT && fmpz_cmp_ui(p->tree->literals + value->u.literal, 1) <= 0)
        *out = fmpz_is_one(p->tree->literals + value->u.literal);
    else if (value->kind == CPM_EXPR_TRUE || value->kind == CPM_EXPR_FALSE)
        *out = value->kind == CPM_EXPR_TRUE;
    else
        return cpm_parser_fail(p, value->span, "this option is True or False");
    return true;
}

static bool need_iters_limit(cpm_parser *p, const cpm_expr *value, unsigned long *out)
{
    if (value->kind != CPM_EXPR_INT || !fmpz_abs_fits_ui(p->tree->literals + value->u.literal))
        return cpm_parser_fail(p, value->span, "iters_limit is an integer written out");
    *out = fmpz_get_ui(p->tree->literals + value->u.literal);
    return *out >= 2 || cpm_parser_fail(p, value->span, "iters_limit is at least 2");
}

static bool add_type(cpm_parser *p, const cpm_expr *type, bool *rational)
{
    static const char *const integers[] = {"int", "long", "bool"};
    static const char *const rationals[] = {"rational", "Fraction"};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        if (type->kind == CPM_EXPR_NAME && cpm_parser_is_word(p, type->span, integers[i]))
            return true;
    for (size_t i = 0; i < sizeof rationals / sizeof *rationals; i++)
        if (type->kind == CPM_EXPR_NAME && cpm_parser_is_word(p, type->span, rationals[i]))
            return *rational = true;
    return cpm_parser_fail(p, type->span, "the types are int, long and rational");
}

/* A type or a tuple of types. */
static bool need_types(cpm_parser *p, const cpm_expr *value, bool *rational)
{
    *rational = false;
    if (value->kind != CPM_EXPR_TUPLE)
        return add_type(p, value, rational);
    for (size_t i = 0; i < value->u.tuple.nitems; i++)
        if (!add_type(p, value->u.tuple.items[i], rational))
            return false;
    return true;
}

/* The parameters of cpmoptimize, in its order. */
enum { ARG_STRICT, ARG_ITERS_LIMIT, ARG_TYPES, ARG_MIN_ROWS, ARG_CLEAR_STACK, NARGS };

static bool set_decorator_arg(cpm_parser *p, cpm_decorator *d, size_t which, const cpm_expr *value)
{
    switch (which) {
    case ARG_STRICT:
        return d->has_strict = true, need_bool(p, value, &d->strict);
    case ARG_ITERS_LIMIT:
        return d->has_iters_limit = true, need_iters_limit(p, value, &d->iters_limit);
    case ARG_TYPES:
        return d->has_types = true, need_types(p, value, &d->allow_rational);
    case ARG_MIN_ROWS:
        return d->has_min_rows = true, need_bool(p, value, &d->min_rows);
    default:
        return d->has_clear_stack = true, need_bool(p, value, &d->clear_stack);
    }
}

static bool parse_decorator_args(cpm_parser *p, cpm_decorator *d)
{
    static const char *const names[NARGS] = {"strict", "iters_limit", "types", "opt_min_rows",
                                             "opt_clear_stack"};
    cpm_arg *args;
    size_t nargs;
    if (!cpm_parser_args(p, &args, &nargs))
        return false;
    bool given[NARGS] = {false};
    for (size_t i = 0; i < nargs; i++) {
        size_t which = i;
        cpm_span span = args[i].value->span;
        if (args[i].keyword != CPM_NO_SYM) {
            span = args[i].keyword_span;
            for (which = 0; which < NARGS; which++)
                if (cpm_parser_is_word(p, span, names[which]))
                    break;
        }
        if (which >= NARGS) {
            cpm_parser_fail(p, span, "cpmoptimize has no such argument");
            cpm_err_hint(p->err, "it has strict, iters_limit, types, opt_min_rows and "
                                 "opt_clear_stack");
            return false;
        }
        if (given[which])
            return cpm_parser_fail(p, span, "the argument '%s' is given twice", names[which]);
        given[which] = true;
        if (!set_decorator_arg(p, d, which, args[i].value))
            return false;
    }
    return true;
}

/* [args], which say how much is kept: all of it is. */
static bool skip_cache_args(cpm_parser *p)
{
    cpm_arg *args;
    size_t nargs;
    return p->tok.kind != CPM_TOK_LPAREN || cpm_parser_args(p, &args, &nargs);
}

/* ['functools' '.'] ('lru_cache' | 'cache') [args] */
static bool parse_cache(cpm_parser *p)
{
    if (!cpm_parser_at_word(p, "lru_cache") && !cpm_parser_at_word(p, "cache")) {
        if (!cpm_parser_advance(p) || !cpm_parser_expect(p, CPM_TOK_DOT))
            return false;
        if (!cpm_parser_at_word(p, "lru_cache") && !cpm_parser_at_word(p, "cache"))
            return cpm_parser_expected(p, "lru_cache or cache"), false;
    }
    return cpm_parser_advance(p) && skip_cache_args(p);
}

static bool parse_optimizer(cpm_parser *p, cpm_decorator *decorator)
{
    if (decorator->present)
        return cpm_parser_fail(p, p->tok.span, "this function is decorated twice");
    decorator->present = true;
    return cpm_parser_advance(p) &&
           (p->tok.kind != CPM_TOK_LPAREN || parse_decorator_args(p, decorator));
}

/* ('@' decorator NEWLINE)+ def */
cpm_stmt *cpm_parser_decorated(cpm_parser *p)
{
    cpm_decorator decorator = {0};
    bool is_cached = false;
    while (p->tok.kind == CPM_TOK_AT) {
        if (!cpm_parser_advance(p))
            return NULL;
        bool is_cache = cpm_parser_at_word(p, "lru_cache") || cpm_parser_at_word(p, "cache") ||
                        cpm_parser_at_word(p, "functools");
        if (!is_cache && !cpm_parser_at_word(p, "cpmoptimize")) {
            cpm_parser_expected(p, "cpmoptimize, lru_cache or cache");
            return NULL;
        }
        if (!(is_cache ? parse_cache(p) : parse_optimizer(p, &decorator)) ||
            !cpm_parser_expect(p, CPM_TOK_NEWLINE))
            return NULL;
        is_cached |= is_cache;
    }
    if (p->tok.kind != CPM_TOK_DEF) {
        cpm_parser_expected(p, "'def' after the decorator");
        return NULL;
    }
    return parse_def_with(p, &decorator, is_cached);
}

/* The function that was defined last under this name. */
static const cpm_function *find_function(const cpm_parser *p, cpm_sym name)
{
    for (size_t i = p->tree->nfunctions; i-- > 0;)
        if (p->tree->functions[i].name == name)
            return &p->tree->functions[i];
    return NULL;
}

/* 'cpmoptimize' [args] '(' NAME ')': a copy of a function with other options.
 * Its loops share the ids of the original. */
cpm_stmt *cpm_parser_optimized_copy(cpm_parser *p, cpm_expr *target, size_t begin)
{
    cpm_decorator decorator = {.present = true};
    cpm_span word = p->tok.span;
    if (p->function != CPM_NO_FUNCTION || target->kind != CPM_EXPR_NAME) {
        cpm_parser_fail(p, word, "cpmoptimize makes one function, outside of functions");
        return NULL;
    }
    if (!cpm_parser_advance(p) || !parse_decorator_args(p, &decorator) ||
        !cpm_parser_expect(p, CPM_TOK_LPAREN))
        return NULL;
    cpm_span span = p->tok.span;
    cpm_sym name;
    if (!cpm_parser_bind(p, &name, &span) || !cpm_parser_expect(p, CPM_TOK_RPAREN))
        return NULL;
    const cpm_function *original = find_function(p, name);
    if (original == NULL) {
        cpm_parser_fail(p, span, "no function '%s' is defined before this line",
                        p->tree->symbols[name].name);
        return NULL;
    }
    cpm_function copy = *original;
    copy.name = target->u.name.sym;
    copy.name_span = target->span;
    copy.decorator = decorator;
    size_t index;
    if (!cpm_parser_reserve(p, &index))
        return NULL;
    p->tree->functions[index] = copy;
    return new_def(p, index, (cpm_span){begin, p->prev_end});
}
