/* SPDX-License-Identifier: MIT
 *
 * lexer.h - from bytes to tokens, for all three notations. Private to
 * src/lang.
 */
#ifndef CPM_LANG_LEXER_H
#define CPM_LANG_LEXER_H

#include "base/err.h"
#include "base/limits.h"

/* Words of a program that are no names. */
#define CPM_KEYWORDS(X)                                                                            \
    X(AND, "and")                                                                                  \
    X(AS, "as")                                                                                    \
    X(ASSERT, "assert")                                                                            \
    X(ASYNC, "async")                                                                              \
    X(AWAIT, "await")                                                                              \
    X(BREAK, "break")                                                                              \
    X(CLASS, "class")                                                                              \
    X(CONTINUE, "continue")                                                                        \
    X(DEF, "def")                                                                                  \
    X(DEL, "del")                                                                                  \
    X(ELIF, "elif")                                                                                \
    X(ELSE, "else")                                                                                \
    X(EXCEPT, "except")                                                                            \
    X(FINALLY, "finally")                                                                          \
    X(FOR, "for")                                                                                  \
    X(FROM, "from")                                                                                \
    X(GLOBAL, "global")                                                                            \
    X(IF, "if")                                                                                    \
    X(IMPORT, "import")                                                                            \
    X(IN, "in")                                                                                    \
    X(IS, "is")                                                                                    \
    X(LAMBDA, "lambda")                                                                            \
    X(NONLOCAL, "nonlocal")                                                                        \
    X(NOT, "not")                                                                                  \
    X(OR, "or")                                                                                    \
    X(PASS, "pass")                                                                                \
    X(RAISE, "raise")                                                                              \
    X(RETURN, "return")                                                                            \
    X(TRY, "try")                                                                                  \
    X(WHILE, "while")                                                                              \
    X(WITH, "with")                                                                                \
    X(YIELD, "yield")                                                                              \
    X(TRUE, "True")                                                                                \
    X(FALSE, "False")                                                                              \
    X(NONE, "None")                                                                                \
    X(LOOP, "loop") /* loop/end language only, as is the next */                                   \
    X(END_LOOP, "end")                                                                             \
    X(XOR, "xor") /* recurrences only */

/* Operators and marks; longer ones come before their prefixes. */
#define CPM_MARKS(X)                                                                               \
    X(DOUBLE_STAR_ASSIGN, "**=")                                                                   \
    X(DOUBLE_SLASH_ASSIGN, "//=")                                                                  \
    X(LSHIFT_ASSIGN, "<<=")                                                                        \
    X(RSHIFT_ASSIGN, ">>=")                                                                        \
    X(PLUS_ASSIGN, "+=")                                                                           \
    X(MINUS_ASSIGN, "-=")                                                                          \
    X(STAR_ASSIGN, "*=")                                                                           \
    X(SLASH_ASSIGN, "/=")                                                                          \
    X(PERCENT_ASSIGN, "%=")                                                                        \
    X(AMP_ASSIGN, "&=")                                                                            \
    X(PIPE_ASSIGN, "|=")                                                                           \
    X(CARET_ASSIGN, "^=")                                                                          \
    X(DOUBLE_STAR, "**")                                                                           \
    X(DOUBLE_SLASH, "//")                                                                          \
    X(LSHIFT, "<<")                                                                                \
    X(RSHIFT, ">>")                                                                                \
    X(LE, "<=")                                                                                    \
    X(GE, ">=")                                                                                    \
    X(EQ, "==")                                                                                    \
    X(NE, "!=")                                                                                    \
    X(WALRUS, ":=")                                                                                \
    X(ARROW, "->")                                                                                 \
    X(PLUS, "+")                                                                                   \
    X(MINUS, "-")                                                                                  \
    X(STAR, "*")                                                                                   \
    X(SLASH, "/")                                                                                  \
    X(PERCENT, "%")                                                                                \
    X(AMP, "&")                                                                                    \
    X(PIPE, "|")                                                                                   \
    X(CARET, "^")                                                                                  \
    X(TILDE, "~")                                                                                  \
    X(LT, "<")                                                                                     \
    X(GT, ">")                                                                                     \
    X(ASSIGN, "=")                                                                                 \
    X(LPAREN, "(")                                                                                 \
    X(RPAREN, ")")                                                                                 \
    X(LBRACKET, "[")                                                                               \
    X(RBRACKET, "]")                                                                               \
    X(LBRACE, "{")                                                                                 \
    X(RBRACE, "}")                                                                                 \
    X(COMMA, ",")                                                                                  \
    X(COLON, ":")                                                                                  \
    X(SEMICOLON, ";")                                                                              \
    X(AT, "@")                                                                                     \
    X(DOT, ".")                                                                                    \
    X(BANG, "!") /* recurrences only: n! */

typedef enum cpm_token_kind {
    CPM_TOK_EOF,
    CPM_TOK_NEWLINE, /* end of a line that held tokens, outside of brackets */
    CPM_TOK_INDENT,  /* Python only, as is the next */
    CPM_TOK_DEDENT,
    CPM_TOK_NAME,
    CPM_TOK_NUMBER, /* its text is checked by cpm_literal_int */
    CPM_TOK_STRING, /* its text, prefix and quotes included, is read by cpm_literal_string */
#define X(id, text) CPM_TOK_##id,
    CPM_KEYWORDS(X) CPM_MARKS(X)
#undef X
} cpm_token_kind;

typedef struct cpm_token {
    cpm_token_kind kind;
    cpm_span span;
} cpm_token;

typedef enum cpm_notation {
    CPM_NOTATION_SPEC, /* mathematics: `^` is a power, the only keyword is xor */
    CPM_NOTATION_PY3,
    CPM_NOTATION_PY2,
    CPM_NOTATION_LOOP
} cpm_notation;

enum { CPM_MAX_INDENTS = 100 }; /* open indented blocks, as in CPython */

typedef struct cpm_lexer {
    const cpm_text *text; /* borrowed */
    size_t pos, end;      /* what is left to read: [pos, end) */
    cpm_notation notation;
    bool newlines;      /* line ends outside of brackets are tokens, else blanks */
    bool at_line_start; /* the indentation of this line is still to be measured */
    bool line_has_token;
    size_t brackets[CPM_MAX_NESTING]; /* where the open brackets stand, outermost first */
    size_t nbrackets;
    struct {
        size_t column;     /* tabs go to the next multiple of 8 */
        size_t alt_column; /* tabs count 1; both must order the lines alike */
    } indents[CPM_MAX_INDENTS + 1];
    size_t nindents; /* at least 1: the outermost is column 0 */
    size_t ndedents; /* DEDENT tokens still to be handed out */
} cpm_lexer;

/* Starts at bytes `span` of `text`. */
void cpm_lexer_init(cpm_lexer *lexer, const cpm_text *text, cpm_span span, cpm_notation notation,
                    bool newlines);
/* The next token; EOF again and again at the end. */
CPM_MUST_USE cpm_status cpm_lexer_next(cpm_lexer *lexer, cpm_token *token, cpm_err *err);

/* How a token kind is called in messages: "'+'", "a name". */
const char *cpm_token_name(cpm_token_kind kind);

/* Whether a byte may stand in a name (digits too, and all of non-ASCII). */
bool cpm_is_name_byte(char c);

#endif
