/* SPDX-License-Identifier: MIT
 *
 * parse_import.c - imports. A module is known by its name alone: what a program
 * takes from one is a built-in function that is there anyway, under the name
 * `module.function` where no plain name is meant, and what it calls it is
 * another name for that, from the import on.
 */
#include "lang/builtin.h"
#include "lang/parser.h"

#include <stdio.h>
#include <string.h>

/* Modules of which something is known, and those that only matter to others. */
static const char *const modules[] = {"sys",   "math",   "functools", "collections", "itertools",
                                      "heapq", "bisect", "typing",    "__future__",  "sys.stdin"};

static const char *module_called(const cpm_parser *p, cpm_span span)
{
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        if (cpm_parser_is_word(p, span, modules[i]))
            return modules[i];
    return NULL;
}

/* Names of types and the like, which annotations alone use. */
static bool means_nothing(const char *module)
{
    return strcmp(module, "typing") == 0 || strcmp(module, "__future__") == 0;
}

static bool push_alias(cpm_parser *p, cpm_span name, const char *target, size_t len)
{
    cpm_alias alias = {.name = name};
    alias.sym = cpm_tree_intern(p->tree, target, len);
    if (alias.sym == CPM_NO_SYM)
        return cpm_parser_fail_memory(p);
    cpm_alias *aliases = cpm_grow(p->aliases, &p->aliases_cap, p->naliases + 1, sizeof *aliases);
    if (aliases == NULL)
        return cpm_parser_fail_memory(p);
    p->aliases = aliases;
    aliases[p->naliases++] = alias;
    return true;
}

/* The built-in function that a module's name stands for. Those of math have plain
 * names too, under which cpmcalc knows them without an import. */
static cpm_sym qualified(cpm_parser *p, const char *module, cpm_span name)
{
    char text[80];
    snprintf(text, sizeof text, "%s.%.*s", module,
             (int)(name.end - name.begin > 40 ? 40 : name.end - name.begin),
             p->text->data + name.begin);
    const char *plain = strcmp(module, "math") == 0 ? text + 5 : text;
    if (cpm_builtin_find(plain, strlen(plain), CPM_IN_PROGRAM) == CPM_BUILTIN_NONE)
        plain = text;
    bool is_known = cpm_builtin_find(plain, strlen(plain), CPM_IN_PROGRAM) != CPM_BUILTIN_NONE ||
                    strcmp(plain, "math.inf") == 0 || strcmp(plain, "sys.stdin") == 0 ||
                    strcmp(plain, "sys.maxsize") == 0;
    if (!is_known) {
        cpm_parser_fail(p, name, "'%.*s' of the module %s is not supported",
                        (int)(name.end - name.begin > 40 ? 40 : name.end - name.begin),
                        p->text->data + name.begin, module);
        return CPM_NO_SYM;
    }
    cpm_sym sym = cpm_tree_intern(p->tree, plain, strlen(plain));
    if (sym == CPM_NO_SYM)
        cpm_parser_fail_memory(p);
    return sym;
}

cpm_sym cpm_parser_aliased(const cpm_parser *p, cpm_span span)
{
    const char *data = p->text->data;
    size_t len = span.end - span.begin;
    for (size_t i = p->naliases; i-- > 0;) {
        cpm_span name = p->aliases[i].name;
        if (name.end - name.begin == len && memcmp(data + name.begin, data + span.begin, len) == 0)
            return p->aliases[i].sym;
    }
    return CPM_NO_SYM;
}

/* The module that the symbol is, NULL when it is none. */
static const char *module_of(const cpm_parser *p, cpm_sym sym)
{
    const char *name = p->tree->symbols[sym].name;
    if (strncmp(name, "module ", 7) == 0)
        return name + 7;
    return strcmp(name, "sys.stdin") == 0 ? name : NULL;
}

bool cpm_parser_qualify(cpm_parser *p, cpm_sym *sym, cpm_span *span)
{
    const char *module;
    while (p->tok.kind == CPM_TOK_DOT && (module = module_of(p, *sym)) != NULL) {
        if (!cpm_parser_advance(p))
            return false;
        if (p->tok.kind != CPM_TOK_NAME) {
            cpm_parser_expected(p, "a name");
            return false;
        }
        *sym = qualified(p, module, p->tok.span);
        span->end = p->tok.span.end;
        if (*sym == CPM_NO_SYM || !cpm_parser_advance(p))
            return false;
    }
    return strncmp(p->tree->symbols[*sym].name, "module ", 7) != 0 ||
           cpm_parser_fail(p, *span, "a module is no value here");
}

/* ['as' NAME]: *name becomes the new name. */
static bool parse_as(cpm_parser *p, cpm_span *name)
{
    bool taken;
    if (!cpm_parser_accept(p, CPM_TOK_AS, &taken) || !taken)
        return !taken;
    if (p->tok.kind != CPM_TOK_NAME) {
        cpm_parser_expected(p, "a name");
        return false;
    }
    *name = p->tok.span;
    return cpm_parser_advance(p);
}

static bool refuse_module(cpm_parser *p, cpm_span span)
{
    size_t len = span.end - span.begin;
    cpm_parser_fail(p, span, "the module '%.*s' is not supported", (int)(len > 60 ? 60 : len),
                    p->text->data + span.begin);
    cpm_err_hint(p->err, "there are parts of sys, math, functools, collections, itertools, heapq "
                         "and bisect");
    return false;
}

/* NAME ['as' NAME] */
static bool parse_module(cpm_parser *p)
{
    cpm_span span = p->tok.span, name = span;
    char target[32];
    const char *module = p->tok.kind == CPM_TOK_NAME ? module_called(p, span) : NULL;
    if (p->tok.kind == CPM_TOK_NAME && module == NULL)
        return refuse_module(p, span);
    if (module == NULL)
        return cpm_parser_expected(p, "the name of a module"), false;
    int len = snprintf(target, sizeof target, "module %s", module);
    return cpm_parser_advance(p) && parse_as(p, &name) && push_alias(p, name, target, (size_t)len);
}

/* NAME ['as' NAME], of what the module has; or all of it. */
static bool parse_imported(cpm_parser *p, const char *module)
{
    cpm_span span = p->tok.span, name = span;
    if (p->tok.kind == CPM_TOK_STAR)
        return strcmp(module, "math") == 0
                   ? cpm_parser_advance(p)
                   : cpm_parser_fail(p, span, "import what is used by name, not by '*'");
    if (p->tok.kind != CPM_TOK_NAME)
        return cpm_parser_expected(p, "a name"), false;
    if (means_nothing(module))
        return cpm_parser_advance(p) && parse_as(p, &name);
    bool is_decorator = strcmp(module, "functools") == 0 &&
                        (cpm_parser_at_word(p, "lru_cache") || cpm_parser_at_word(p, "cache"));
    if (is_decorator)
        return cpm_parser_advance(p) &&
               (p->tok.kind != CPM_TOK_AS || cpm_parser_fail(p, p->tok.span,
                                                             "this decorator keeps "
                                                             "its name"));
    cpm_sym sym = qualified(p, module, span);
    if (sym == CPM_NO_SYM || !cpm_parser_advance(p) || !parse_as(p, &name))
        return false;
    const cpm_symbol symbol = p->tree->symbols[sym];
    return push_alias(p, name, symbol.name, symbol.len);
}

/* What may be imported of cpmoptimize: both names exist without it. */
static bool parse_optimizer_name(cpm_parser *p)
{
    if (p->tok.kind == CPM_TOK_STAR)
        return cpm_parser_advance(p);
    if (!cpm_parser_at_word(p, "cpmoptimize") && !cpm_parser_at_word(p, "xrange")) {
        cpm_parser_expected(p, "cpmoptimize or xrange");
        return false;
    }
    if (!cpm_parser_advance(p))
        return false;
    return p->tok.kind != CPM_TOK_AS ||
           cpm_parser_fail(p, p->tok.span, "imports under another name are not supported");
}

/* 'from' MODULE 'import' NAME (',' NAME)*, maybe in parentheses */
static bool parse_from(cpm_parser *p)
{
    bool is_optimizer = cpm_parser_at_word(p, "cpmoptimize");
    const char *module = module_called(p, p->tok.span);
    if (!is_optimizer && p->tok.kind == CPM_TOK_NAME && module == NULL)
        return refuse_module(p, p->tok.span);
    bool parens, more = true;
    if (!cpm_parser_expect(p, CPM_TOK_NAME) || !cpm_parser_expect(p, CPM_TOK_IMPORT) ||
        !cpm_parser_accept(p, CPM_TOK_LPAREN, &parens))
        return false;
    while (more) {
        if (!(is_optimizer ? parse_optimizer_name(p) : parse_imported(p, module)) ||
            !cpm_parser_accept(p, CPM_TOK_COMMA, &more))
            return false;
        more = more && !(parens && p->tok.kind == CPM_TOK_RPAREN);
    }
    return !parens || cpm_parser_expect(p, CPM_TOK_RPAREN);
}

/* from | 'import' module (',' module)* */
cpm_stmt *cpm_parser_import(cpm_parser *p)
{
    size_t begin = p->tok.span.begin;
    bool is_from = p->tok.kind == CPM_TOK_FROM, more = true;
    if (!cpm_parser_advance(p))
        return NULL;
    if (is_from && !parse_from(p))
        return NULL;
    while (!is_from && more)
        if (!parse_module(p) || !cpm_parser_accept(p, CPM_TOK_COMMA, &more))
            return NULL;
    return cpm_parser_stmt(p, CPM_STMT_PASS, begin);
}
