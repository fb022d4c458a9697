/* SPDX-License-Identifier: MIT
 *
 * parser.h - what the parsers of the three notations share: the current token,
 * a scratch stack for lists of unknown length, depth counting and the wording
 * of syntax errors. Private to src/lang.
 *
 * Convention here: a function that yields a node returns NULL on failure, and
 * the parser's err says why.
 */
#ifndef CPM_LANG_PARSER_H
#define CPM_LANG_PARSER_H

#include "lang/ast.h"
#include "lang/lexer.h"

/* Another name for something imported. */
typedef struct cpm_alias {
    cpm_span name; /* as the program calls it */
    cpm_sym sym;   /* what it stands for */
} cpm_alias;

typedef struct cpm_parser {
    cpm_tree *tree;       /* borrowed */
    const cpm_text *text; /* borrowed: where err points, not always tree->text */
    cpm_err *err;         /* borrowed */
    cpm_lexer lexer;
    cpm_token tok;    /* the token to be looked at next */
    size_t prev_end;  /* where the last consumed token ended */
    size_t depth;     /* nesting, at most max_depth */
    size_t max_depth; /* CPM_MAX_NESTING, or what the stack has room for */
    bool in_braces;   /* of a SPEC: {a(n) = ..., a(0) = 1} */
    bool subscripts;  /* of a SPEC: terms are written a_n */
    bool formulas;    /* products without a sign and the like, see formula.h */
    bool decimals;    /* 0.5 and 1e-3 are exact numbers: in formulas and LISTs */
    bool no_calls;    /* a letter before a parenthesis is a factor */
    cpm_sym *indices; /* in arena: names that are indices, see cpm_formula_scan */
    size_t nindices;
    struct {
        size_t begin, at, end; /* where the product, its `mod` and what follows it stand */
        size_t depth;          /* p->depth there; 0: there was none */
    } mod;                     /* the last product that ends in `mod m` */
    unsigned loop_depth;       /* for and while around here, within one function */
    size_t function;           /* the one that is read, CPM_NO_FUNCTION at top level */
    bool functions_allowed;    /* lambdas, that is: not in a CALL */
    cpm_alias *aliases;        /* owned; later ones win */
    size_t naliases, aliases_cap;
    unsigned char *scratch; /* owned: items of the lists that are being read */
    size_t scratch_len, scratch_cap;
} cpm_parser;

/* Reads the first token. The parser must be cleared whatever this returns. */
CPM_MUST_USE cpm_status cpm_parser_init(cpm_parser *p, cpm_tree *tree, const cpm_text *text,
                                        cpm_span span, cpm_notation notation, bool newlines,
                                        cpm_err *err);
void cpm_parser_clear(cpm_parser *p);

/* Consumes the current token. */
CPM_MUST_USE bool cpm_parser_advance(cpm_parser *p);
/* Consumes it if it is of this kind; *taken says whether it was. */
CPM_MUST_USE bool cpm_parser_accept(cpm_parser *p, cpm_token_kind kind, bool *taken);
/* Consumes it or fails: "expected ')' before 'x'". */
CPM_MUST_USE bool cpm_parser_expect(cpm_parser *p, cpm_token_kind kind);

/* A syntax error at the current token: "expected WHAT, found 'x'". */
void cpm_parser_expected(cpm_parser *p, const char *what);
/* A syntax error at `span`; always false, for use in a return. */
bool cpm_parser_fail(cpm_parser *p, cpm_span span, const char *format, ...) CPM_PRINTF(3, 4);
bool cpm_parser_fail_memory(cpm_parser *p);

/* One level of nesting more; false, with the error set, past the limit. */
CPM_MUST_USE bool cpm_parser_enter(cpm_parser *p);
void cpm_parser_leave(cpm_parser *p);

/* Pushes an item on the scratch stack; a list begins at a remembered
 * scratch_len and is moved to the arena by cpm_parser_take_list. */
CPM_MUST_USE bool cpm_parser_push(cpm_parser *p, const void *item, size_t size);
CPM_MUST_USE void *cpm_parser_take_list(cpm_parser *p, size_t from, size_t size, size_t *count);

/* The symbol of the name in `span`, or what an import made it stand for; CPM_NO_SYM
 * with the error set. */
CPM_MUST_USE cpm_sym cpm_parser_intern(cpm_parser *p, cpm_span span);

/* ---- Expressions (parse_expr.c) ---------------------------------------- */

/* One expression without a top-level comma. */
CPM_MUST_USE cpm_expr *cpm_parser_expr(cpm_parser *p);
/* `x` or, where a comma follows, the tuple `x, y, ...`. */
CPM_MUST_USE cpm_expr *cpm_parser_expr_list(cpm_parser *p);
/* `:= expr` behind a name that has been read. */
CPM_MUST_USE cpm_expr *cpm_parser_walrus(cpm_parser *p, cpm_expr *name);
/* An error where a generator expression stands that nothing reads at once. */
CPM_MUST_USE bool cpm_parser_no_generator(cpm_parser *p);
/* An expression or, in Python, a starred one. */
CPM_MUST_USE cpm_expr *cpm_parser_item(cpm_parser *p);
/* A condition: an expression, or NAME := expression. */
CPM_MUST_USE cpm_expr *cpm_parser_test(cpm_parser *p);
/* Without a conditional expression: what may stand before an `if`. */
CPM_MUST_USE cpm_expr *cpm_parser_or_test(cpm_parser *p);
/* What stands between `for` and `in`. */
CPM_MUST_USE cpm_expr *cpm_parser_target_list(cpm_parser *p);
/* What may stand left of `=`, or an error. */
CPM_MUST_USE bool cpm_parser_check_target(cpm_parser *p, const cpm_expr *target);
/* Whether the text is Python's, which has more than the other notations. */
bool cpm_parser_is_python(const cpm_parser *p);
/* Whether the current token can begin an expression. */
bool cpm_parser_at_expr(const cpm_parser *p);
/* The operator of `op=`, false for other tokens. */
bool cpm_parser_augmented_op(cpm_token_kind kind, cpm_op *op);

/* ---- Calls (parse_call.c) ---------------------------------------------- */

/* Arguments in parentheses; the current token is the opening one. */
CPM_MUST_USE bool cpm_parser_args(cpm_parser *p, cpm_arg **args, size_t *nargs);
/* The same for a call of `callee`, which decides what may be a generator. */
CPM_MUST_USE bool cpm_parser_call_args(cpm_parser *p, cpm_sym callee, cpm_arg **args,
                                       size_t *nargs);

/* ---- Values of Python (parse_value.c, parse_string.c) ------------------- */

/* [...] and {...} from their opening bracket, 'lambda', strings. */
CPM_MUST_USE cpm_expr *cpm_parser_bracket(cpm_parser *p);
CPM_MUST_USE cpm_expr *cpm_parser_brace(cpm_parser *p);
CPM_MUST_USE cpm_expr *cpm_parser_lambda(cpm_parser *p);
CPM_MUST_USE cpm_expr *cpm_parser_string(cpm_parser *p);
/* A comprehension from its first 'for'; `value` is that of a DICT. */
CPM_MUST_USE cpm_expr *cpm_parser_comp(cpm_parser *p, cpm_expr_kind of, size_t begin,
                                       cpm_expr *element, cpm_expr *value);
/* The items, slices, methods and calls that follow an operand. */
CPM_MUST_USE cpm_expr *cpm_parser_trailers(cpm_parser *p, cpm_expr *expr);

/* ---- Programs ---------------------------------------------------------- */

/* ':' and a suite, either on the same line or an indented block. */
CPM_MUST_USE bool cpm_parser_suite(cpm_parser *p, cpm_block *block);
/* The end of a line or of the text. */
CPM_MUST_USE bool cpm_parser_line_end(cpm_parser *p);
/* Whether the current token is this name. */
bool cpm_parser_at_word(const cpm_parser *p, const char *word);
/* Whether bytes `span` are this word. */
bool cpm_parser_is_word(const cpm_parser *p, cpm_span span, const char *word);
/* A name that stands where one is bound; print, range and xrange may not be. */
CPM_MUST_USE bool cpm_parser_bind(cpm_parser *p, cpm_sym *sym, cpm_span *span);
bool cpm_parser_check_bindable(cpm_parser *p, cpm_span span);
/* A new statement from `begin` to the last consumed token. */
CPM_MUST_USE cpm_stmt *cpm_parser_stmt(cpm_parser *p, cpm_stmt_kind kind, size_t begin);

/* `def ...` and `@cpmoptimize(...)` before it (parse_def.c). */
CPM_MUST_USE cpm_stmt *cpm_parser_def(cpm_parser *p);
CPM_MUST_USE cpm_stmt *cpm_parser_decorated(cpm_parser *p);
/* `NAME = cpmoptimize(...)(NAME)`; the current token is `cpmoptimize`. */
CPM_MUST_USE cpm_stmt *cpm_parser_optimized_copy(cpm_parser *p, cpm_expr *target, size_t begin);
/* The parameters of a function up to `close`, ')' or ':', which is left unread. */
CPM_MUST_USE bool cpm_parser_params(cpm_parser *p, cpm_function *function, cpm_token_kind close);
/* A place in tree->functions for one whose text begins here. */
CPM_MUST_USE bool cpm_parser_reserve(cpm_parser *p, size_t *index);

/* Imports only give names (parse_import.c): the statement is a pass. */
CPM_MUST_USE cpm_stmt *cpm_parser_import(cpm_parser *p);
/* What the name stands for by an import; CPM_NO_SYM. */
cpm_sym cpm_parser_aliased(const cpm_parser *p, cpm_span span);
/* Reads `.name` behind a module; *sym and *span become those of the whole. */
CPM_MUST_USE bool cpm_parser_qualify(cpm_parser *p, cpm_sym *sym, cpm_span *span);

/* Fill tree->top from the whole text. */
CPM_MUST_USE cpm_status cpm_parse_python(cpm_tree *tree, const cpm_text *text, cpm_dialect dialect,
                                         cpm_err *err);
CPM_MUST_USE cpm_status cpm_parse_loop(cpm_tree *tree, const cpm_text *text, cpm_err *err);

#endif
