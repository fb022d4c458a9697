/* SPDX-License-Identifier: MIT
 *
 * ast.h - the one syntax tree. Recurrences, the Python subset and the loop/end
 * language all parse to it; the interpreter runs it, lowering reads it, the
 * dump prints it.
 *
 * Ownership: nodes, names and child arrays live in the tree's arena; integer
 * literals live in its table (they may hold GMP memory). cpm_tree_clear frees
 * everything. Spans are byte offsets into tree->text.
 */
#ifndef CPM_LANG_AST_H
#define CPM_LANG_AST_H

#include "base/err.h"
#include "base/mem.h"

#include <flint/fmpz.h>
#include <stdint.h>

/* ---- Names ------------------------------------------------------------- */

/* An index into tree->symbols; equal names have equal indices. */
typedef uint32_t cpm_sym;
#define CPM_NO_SYM ((cpm_sym)-1)

typedef struct cpm_symbol {
    const char *name; /* in arena, NUL-terminated */
    size_t len;
} cpm_symbol;

/* ---- Expressions ------------------------------------------------------- */

/* Operators, one list for the enum and the printed form. In recurrences `^`
 * parses to POW and the word `xor` to XOR; in programs `^` is XOR. */
#define CPM_OPERATORS(X)                                                                           \
    X(ADD, "+")                                                                                    \
    X(SUB, "-")                                                                                    \
    X(MUL, "*")                                                                                    \
    X(DIV, "/")                                                                                    \
    X(FLOORDIV, "//")                                                                              \
    X(MOD, "%")                                                                                    \
    X(POW, "**")                                                                                   \
    X(LSHIFT, "<<")                                                                                \
    X(RSHIFT, ">>")                                                                                \
    X(AND, "&")                                                                                    \
    X(OR, "|")                                                                                     \
    X(XOR, "^")                                                                                    \
    X(LT, "<")                                                                                     \
    X(LE, "<=")                                                                                    \
    X(GT, ">")                                                                                     \
    X(GE, ">=")                                                                                    \
    X(EQ, "==")                                                                                    \
    X(NE, "!=")                                                                                    \
    X(IN, "in")                                                                                    \
    X(NOT_IN, "not in")                                                                            \
    X(IS, "is")                                                                                    \
    X(IS_NOT, "is not")                                                                            \
    X(NEG, "-")                                                                                    \
    X(POS, "+")                                                                                    \
    X(INVERT, "~")                                                                                 \
    X(NOT, "not")                                                                                  \
    X(BOOL_AND, "and")                                                                             \
    X(BOOL_OR, "or")

typedef enum cpm_op {
#define X(id, text) CPM_OP_##id,
    CPM_OPERATORS(X)
#undef X
} cpm_op;

/* The operator as written in a program ("+", "and"). */
const char *cpm_op_text(cpm_op op);
/* The comparison with its sides exchanged: > for <. */
cpm_op cpm_op_mirrored(cpm_op op);

typedef enum cpm_expr_kind {
    CPM_EXPR_INT,     /* literal: index into tree->literals */
    CPM_EXPR_STRING,  /* string: a literal, or a docstring */
    CPM_EXPR_TRUE,    /* no payload */
    CPM_EXPR_FALSE,   /* no payload */
    CPM_EXPR_NONE,    /* no payload */
    CPM_EXPR_NAME,    /* name */
    CPM_EXPR_UNARY,   /* unary: NEG, POS, INVERT, NOT */
    CPM_EXPR_CHAIN,   /* chain: ((first op x1) op x2) ..., all ops of one precedence level:
                         | or ^ or & or << >> or + - or * / // % */
    CPM_EXPR_POWER,   /* chain with exactly one link, op POW (right associative) */
    CPM_EXPR_COMPARE, /* chain: first < x1 and x1 < x2 and ..., each operand evaluated once */
    CPM_EXPR_BOOL,    /* chain: all BOOL_AND or all BOOL_OR, short-circuit */
    CPM_EXPR_COND,    /* cond: then if test else orelse */
    CPM_EXPR_CALL,    /* call: a user function, a builtin, or a term a(n-1) of a recurrence */
    CPM_EXPR_TUPLE,   /* tuple */
    CPM_EXPR_DOT,     /* dot: c1*x1 + c2*x2 + ...; made for --signature, never parsed */

    /* Of programs that do more than count. */
    CPM_EXPR_LIST,   /* tuple: [a, b] */
    CPM_EXPR_SET,    /* tuple: {a, b}, at least one */
    CPM_EXPR_DICT,   /* tuple: {k: v, ...}, keys and values in turn */
    CPM_EXPR_INDEX,  /* index: object[at] */
    CPM_EXPR_SLICE,  /* slice: object[start:stop:step] */
    CPM_EXPR_METHOD, /* method: object.name(args) */
    CPM_EXPR_APPLY,  /* apply: a call of something that is no name, f(1)(2) */
    CPM_EXPR_STAR,   /* unary.operand: *x as an argument, an item or a target */
    CPM_EXPR_COMP,   /* comp: a comprehension or a generator expression */
    CPM_EXPR_LAMBDA, /* lambda */
    CPM_EXPR_WALRUS, /* walrus: name := value */
    CPM_EXPR_JOINED  /* joined: f"..." */
} cpm_expr_kind;

typedef struct cpm_expr cpm_expr;

typedef struct cpm_link {
    cpm_op op;
    cpm_span op_span;
    cpm_expr *operand; /* in arena */
} cpm_link;

typedef struct cpm_arg {
    cpm_sym keyword; /* CPM_NO_SYM when positional */
    cpm_span keyword_span;
    cpm_expr *value; /* in arena */
} cpm_arg;

/* `for target in expr`, or, without a target, `if expr`. */
typedef struct cpm_comp_clause {
    cpm_expr *target; /* in arena; its names are symbols of their own, found by no name */
    cpm_expr *expr;   /* in arena */
} cpm_comp_clause;

/* A replacement field of an f-string, or, without a value, plain text. */
typedef struct cpm_field {
    cpm_expr *value;   /* in arena */
    char conversion;   /* 's', 'r', or 0 */
    const char *bytes; /* in arena: the format, or the text */
    size_t len;
    cpm_span span; /* of the format */
} cpm_field;

/* Quick nodes, which src/eval gives to what it runs (eval/quick.h). */
typedef struct cpm_quick cpm_quick;
typedef struct cpm_quick_stmt cpm_quick_stmt;

struct cpm_expr {
    cpm_expr_kind kind;
    cpm_quick *quick; /* in arena; of this very node, copies that are changed have none */
    cpm_span span;    /* includes enclosing parentheses only for tuples */
    union {
        size_t literal;
        struct {
            const char *bytes; /* in arena, escapes resolved */
            size_t len;
        } string;
        struct {
            cpm_sym sym;
            uint32_t slot; /* set by the resolver of src/eval; meaningless before */
        } name;
        struct {
            cpm_op op;
            cpm_expr *operand;
        } unary;
        struct {
            cpm_expr *first;
            cpm_link *links; /* in arena */
            size_t nlinks;   /* at least 1 */
        } chain;
        struct {
            cpm_expr *then;
            cpm_expr *test;
            cpm_expr *orelse;
        } cond;
        struct {
            cpm_sym callee;
            cpm_span callee_span;
            cpm_arg *args; /* in arena */
            size_t nargs;
            uint32_t target; /* set by the resolver: function or builtin; meaningless before */
        } call;
        struct {
            cpm_expr **items; /* in arena */
            size_t nitems;
        } tuple;
        struct {
            const cpm_sym *names; /* in arena */
            size_t nterms;
            size_t literals; /* numerator and denominator of each coefficient, in turn */
        } dot;
        struct {
            cpm_expr *object;
            cpm_expr *at;
            bool is_calm;    /* nothing is called by `at`; set by the resolver of src/eval */
            bool is_exposed; /* as a left operand: what is called before its use may change it;
                                set there too */
        } index;
        struct {
            cpm_expr *object;
            cpm_expr *bounds[3]; /* start, stop, step; NULL where left out */
        } slice;
        struct {
            cpm_expr *object;
            int id; /* a cpm_method_id of lang/method.h */
            cpm_span name_span;
            cpm_arg *args; /* in arena */
            size_t nargs;
        } method;
        struct {
            cpm_expr *callee;
            cpm_arg *args; /* in arena */
            size_t nargs;
        } apply;
        struct {
            cpm_expr_kind of; /* LIST, SET, DICT, or COMP for a generator expression */
            cpm_expr *element;
            cpm_expr *value;          /* of a DICT, whose key is `element`; else NULL */
            cpm_comp_clause *clauses; /* in arena; the first one has a target */
            size_t nclauses;
        } comp;
        struct {
            size_t function;      /* index into tree->functions */
            cpm_expr **fallbacks; /* in arena: the default values of its last parameters */
            size_t nfallbacks;
        } lambda;
        struct {
            cpm_expr *name; /* a CPM_EXPR_NAME */
            cpm_expr *value;
        } walrus;
        struct {
            cpm_field *fields; /* in arena */
            size_t nfields;
        } joined;
    } u;
};

/* ---- Statements -------------------------------------------------------- */

typedef enum cpm_stmt_kind {
    CPM_STMT_ASSIGN,   /* assign: t1 = t2 = ... = value; a target is a name, an item, a slice, or
                          a tuple of targets, of which one may be starred */
    CPM_STMT_AUGMENT,  /* augment: name op= value */
    CPM_STMT_EXPR,     /* expr */
    CPM_STMT_PRINT,    /* print: print(...) and Python 2's print statement */
    CPM_STMT_FOR,      /* loop; also the `loop N` of the loop/end language */
    CPM_STMT_WHILE,    /* branch: test, body, orelse */
    CPM_STMT_IF,       /* branch */
    CPM_STMT_BREAK,    /* no payload */
    CPM_STMT_CONTINUE, /* no payload */
    CPM_STMT_PASS,     /* no payload */
    CPM_STMT_RETURN,   /* expr, NULL when bare */
    CPM_STMT_GLOBAL,   /* global */
    CPM_STMT_DEF,      /* def: index into tree->functions */
    CPM_STMT_SHIFT,    /* shift: made for recurrences, never parsed */

    /* Of programs that do more than count. */
    CPM_STMT_AUGMENT_ITEM, /* augment: a[i] op= value */
    CPM_STMT_ASSERT,       /* check: test, message */
    CPM_STMT_DEL,          /* del: items, slices and names */
    CPM_STMT_NONLOCAL      /* global */
} cpm_stmt_kind;

typedef struct cpm_stmt cpm_stmt;

typedef struct cpm_block {
    cpm_stmt **stmts; /* in arena */
    size_t nstmts;
} cpm_block;

struct cpm_stmt {
    cpm_stmt_kind kind;
    cpm_quick_stmt *quick; /* in arena, or NULL */
    cpm_span span;         /* for compound statements: the header line up to the colon */
    union {
        struct {
            cpm_expr **targets; /* in arena; leftmost first, as written */
            size_t ntargets;
            cpm_expr *value;
            bool is_parallel; /* set by the resolver of src/eval, as is the next */
            bool is_pairwise; /* as many values as targets, of any kind */
        } assign;
        struct {
            cpm_expr *target; /* a CPM_EXPR_NAME, or what AUGMENT_ITEM changes: INDEX */
            cpm_op op;
            cpm_span op_span;
            cpm_expr *value;
            bool is_calm; /* of an item: nothing is called; set by the resolver of src/eval */
        } augment;
        cpm_expr *expr;
        struct {
            cpm_expr **items; /* in arena */
            size_t nitems;
            cpm_expr *sep; /* what stands between the items; NULL: a blank */
            cpm_expr *end; /* what ends the line; NULL: a line end */
        } print;
        struct {
            cpm_expr *target; /* a CPM_EXPR_NAME, or NULL for `loop N` */
            cpm_expr *start;  /* NULL: 0 */
            cpm_expr *stop;
            cpm_expr *step;      /* NULL: 1 */
            cpm_expr *iterable;  /* instead of the three where no range(...) is written: a value
                                    to run over; else NULL */
            cpm_expr *unpack;    /* with an iterable: the target where it is no name (the name
                                    above is then one of ours, which stays unbound); or NULL */
            cpm_span range_span; /* of what the loop runs over */
            cpm_block body;
            cpm_block orelse; /* empty when there is no else */
            uint32_t id;      /* 0, 1, ... over the whole tree, in source order; then those
                                 that passes have made */
            bool is_lead_in;  /* a few rounds before a loop that is made of it (contract.h) */
            bool in_lead_in;  /* inside such a one */
            int counts_on;    /* 1 or -1: a while loop whose variable grows, or falls, and ends one
                                 step behind the range, even an empty one (while_loop.h); else 0 */
            char *windows;    /* in arena: what such a loop keeps of its lists; NULL: nothing */
        } loop;
        struct {
            cpm_expr *test;
            cpm_block body;
            cpm_block orelse;                  /* an elif is an if alone in here */
            const struct cpm_counted *counted; /* in arena: WHILE: how it counts, or NULL; set
                                                  by cpm_while_prepare (accel/while_loop.h) */
        } branch;
        struct {
            cpm_sym *syms; /* in arena */
            size_t nsyms;
        } global;
        struct {
            cpm_expr *test;
            cpm_expr *message; /* NULL: none */
        } check;
        struct {
            cpm_expr **targets; /* in arena */
            size_t ntargets;
        } del;
        size_t function;
        struct {
            cpm_sym *places; /* in arena: places[k] = places[k-1] for k = nplaces-1 .. 1 */
            size_t nplaces;
        } shift;
    } u;
};

/* The arguments of @cpmoptimize(...), each with a flag that it was given. */
typedef struct cpm_decorator {
    bool present;
    bool has_strict, strict;
    bool has_iters_limit;
    unsigned long iters_limit;
    bool has_types, allow_rational;
    bool has_min_rows, min_rows;
    bool has_clear_stack, clear_stack;
} cpm_decorator;

typedef struct cpm_param {
    cpm_sym sym;
    cpm_span span;
    cpm_expr *fallback; /* default value, evaluated when the def runs; NULL: required */
} cpm_param;

#define CPM_NO_FUNCTION SIZE_MAX

typedef struct cpm_function {
    size_t parent;      /* the function it stands in; CPM_NO_FUNCTION at top level */
    size_t original;    /* what it is a copy of with other options, or its own index */
    uint32_t name_slot; /* what its def binds; set by the resolver of src/eval */
    bool is_lambda;     /* the body is one return statement */
    bool has_cells;     /* functions inside it use its variables; set by the resolver */
    bool is_cached;     /* @lru_cache, @cache: values are kept by their arguments */
    cpm_sym name;
    cpm_span name_span;
    cpm_param *params; /* in arena */
    size_t nparams;
    cpm_block body;
    cpm_decorator decorator;
} cpm_function;

/* ---- Clauses of a recurrence ------------------------------------------- */

typedef enum cpm_clause_kind {
    CPM_CLAUSE_CUR,    /* cur = rule                       (name: cur) */
    CPM_CLAUSE_RULE,   /* a(n) = rule                      (name, index) */
    CPM_CLAUSE_TERM,   /* a(0) = value                     (name, at) */
    CPM_CLAUSE_CONST,  /* k = value                        (name) */
    CPM_CLAUSE_BEFORE, /* a(n) = value for n < at: terms that are known */
    CPM_CLAUSE_NAME    /* a bare name: of the catalogue    (name only) */
} cpm_clause_kind;

typedef struct cpm_clause {
    cpm_clause_kind kind;
    cpm_span span;
    cpm_sym name;
    cpm_span name_span;
    cpm_sym index;   /* RULE: the name of the index variable */
    cpm_expr *at;    /* TERM, BEFORE: the index, a constant expression */
    cpm_expr *from;  /* RULE: the first index that it holds for, a constant expression; NULL:
                      * wherever the terms that it reads are there */
    cpm_expr *value; /* the right side */
} cpm_clause;

/* ---- The tree ---------------------------------------------------------- */

typedef struct cpm_tree {
    const cpm_text *text; /* borrowed: what the spans refer to */
    cpm_dialect dialect;
    bool is_spec; /* a recurrence: `clauses` is filled; else a program: `top` is */
    cpm_arena arena;
    cpm_symbol *symbols; /* owned */
    size_t nsymbols, symbols_cap;
    cpm_sym first_cell; /* names for the items of lists, see cpm_tree_reserve_cells */
    size_t ncells;
    char *cell_names;       /* in arena: what they are called, CPM_CELL_NAME bytes each */
    uint32_t *symbol_index; /* owned: hash table over symbols, see cpm_tree_intern */
    size_t symbol_index_cap;
    fmpz *literals; /* owned */
    size_t nliterals, literals_cap;
    cpm_function *functions; /* owned array, contents in arena */
    size_t nfunctions, functions_cap;
    size_t nloops; /* for statements so far */
    size_t depth;  /* nesting of all that was parsed, at most CPM_MAX_NESTING: walks recurse so
                    * deep, each level within CPM_STACK_PER_LEVEL bytes */
    cpm_block top;
    cpm_clause *clauses; /* in arena */
    size_t nclauses;
    cpm_span rest; /* of a recurrence: sentences behind it, which nobody reads; or empty */
} cpm_tree;

/* An empty tree over `text` (borrowed). */
void cpm_tree_init(cpm_tree *tree, const cpm_text *text);
void cpm_tree_clear(cpm_tree *tree);

/* The symbol of a name, made when new; CPM_NO_SYM when memory runs out. */
cpm_sym cpm_tree_intern(cpm_tree *tree, const char *name, size_t len);
/* The symbol of a name if there is one; CPM_NO_SYM otherwise. */
cpm_sym cpm_tree_find(const cpm_tree *tree, const char *name, size_t len);

/* A new symbol that cpm_tree_find will not find, for names that code makes up by
 * the thousand. */
cpm_sym cpm_tree_add_symbol(cpm_tree *tree, const char *name, size_t len);

/* Symbols for the accelerator, `count` in a row, which gives them names as it uses them: of
 * items of lists, say. Made once, before the names of the tree are resolved; false when
 * memory runs out. */
enum { CPM_CELL_NAME = 32 };
bool cpm_tree_reserve_cells(cpm_tree *tree, size_t count);
void cpm_tree_name_cell(const cpm_tree *tree, cpm_sym cell, const char *name);

/* Appends to the literals; its index, SIZE_MAX when memory runs out. */
size_t cpm_tree_add_literal(cpm_tree *tree, const fmpz_t value);

/* Constructors, for parsers and for code that writes trees (a recurrence
 * becomes a loop). NULL when memory runs out. */
cpm_expr *cpm_expr_new(cpm_tree *tree, cpm_expr_kind kind, cpm_span span);
cpm_expr *cpm_expr_int(cpm_tree *tree, const fmpz_t value, cpm_span span);
cpm_expr *cpm_expr_name(cpm_tree *tree, cpm_sym sym, cpm_span span);
cpm_stmt *cpm_stmt_new(cpm_tree *tree, cpm_stmt_kind kind, cpm_span span);

#endif
