/* SPDX-License-Identifier: MIT
 *
 * test_lang_parse.c - the three notations: text to dump, text to error with
 * its place, and hostile text. What is accepted as Python, and how operators
 * bind, was checked against python3's ast module.
 */
#include "base/limits.h"
#include "lang/dump.h"
#include "lang/parse.h"
#include "unit.h"

typedef enum notation { SPEC, PY3, PY2, LOOP } notation;

static cpm_status parse(cpm_tree *tree, const cpm_text *text, notation how, cpm_err *err)
{
    cpm_tree_init(tree, text);
    cpm_err_clear(err);
    if (how == SPEC)
        return cpm_parse_spec(tree, text, err);
    return cpm_parse_program(tree, text,
                             how == PY3   ? CPM_DIALECT_PY3
                             : how == PY2 ? CPM_DIALECT_PY2
                                          : CPM_DIALECT_LOOP,
                             err);
}

static void check_dump(notation how, const char *source, const char *wanted)
{
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err;
    cpm_strbuf out = {0};
    if (parse(&tree, &text, how, &err) != CPM_OK)
        UNIT_FAIL("%s\nerror at %zu: %s", source, err.span.begin, err.message);
    else if (cpm_tree_dump(&out, &tree, &err) != CPM_OK || strcmp(out.data, wanted) != 0)
        UNIT_FAIL("%s\ngave\n%swanted\n%s", source, out.data, wanted);
    cpm_strbuf_clear(&out);
    cpm_tree_clear(&tree);
}

typedef struct error_case {
    notation how;
    const char *source;
    size_t begin, end;
    const char *message;
    const char *hint;    /* NULL: none */
    const char *related; /* NULL: none */
} error_case;

static void check_error(const error_case *c)
{
    cpm_text text = {"<test>", c->source, strlen(c->source)};
    cpm_tree tree;
    cpm_err err;
    if (parse(&tree, &text, c->how, &err) == CPM_OK)
        UNIT_FAIL("%s\nparses", c->source);
    else if (err.span.begin != c->begin || err.span.end != c->end ||
             strcmp(err.message, c->message) != 0 ||
             strcmp(err.hint, c->hint ? c->hint : "") != 0 ||
             strcmp(err.related_message, c->related ? c->related : "") != 0)
        UNIT_FAIL("%s\n[%zu,%zu) %s; hint '%s'; related '%s'", c->source, err.span.begin,
                  err.span.end, err.message, err.hint, err.related_message);
    if (err.where.data != text.data && err.status != CPM_ERR_MEMORY)
        UNIT_FAIL("%s\nthe error points nowhere", c->source);
    cpm_tree_clear(&tree);
}

/* ---- Results ----------------------------------------------------------- */

static void test_specs(void)
{
    check_dump(SPEC, "cur = 7*(2*p1 + 3*p2) + 4*p3 + 5*i + 6",
               "recurrence\n"
               "  rule cur = ((7 * ((2 * p1) + (3 * p2))) + (4 * p3) + (5 * i) + 6)\n");
    check_dump(SPEC, "(n+1)a(n+1) - 2a[n] == n, a(0)=a(1)=0.5 for n > 3",
               "recurrence\n"
               "  rule a(n) = (((n - 1) - (-(2 * a((n - 1))))) / ((n - 1) + 1)) from (3 + 2)\n"
               "  term a(1) = (5 / 10)\n"
               "  term a(0) = (5 / 10)\n");
    check_dump(SPEC, "a(n) = a(n-1) + a(n-2); a(0) = 0; a(1) = 1",
               "recurrence\n"
               "  rule a(n) = (a((n - 1)) + a((n - 2)))\n"
               "  term a(0) = 0\n"
               "  term a(1) = 1\n");
    check_dump(SPEC, "k = 3\n# comment\na(m) = k*a(m-1) ; ; a(k+1) = 1/2\n",
               "recurrence\n"
               "  constant k = 3\n"
               "  rule a(m) = (k * a((m - 1)))\n"
               "  term a((k + 1)) = (1 / 2)\n");
    check_dump(SPEC, "A000045", "recurrence\n  name A000045\n");
    check_dump(SPEC, "  central-delannoy # see there\n", "recurrence\n  name central-delannoy\n");
    check_dump(SPEC, "cur = max(p1 + 3, p2 & 5 | 1, 2^3^2) xor -2^i",
               "recurrence\n"
               "  rule cur = (max((p1 + 3), ((p2 & 5) | 1), (2 ** (3 ** 2))) xor (-(2 ** i)))\n");
    check_dump(SPEC, "cur = 1 - 2 - 3*4/5//6%7 << 2 >> 1",
               "recurrence\n"
               "  rule cur = ((1 - 2 - (3 * 4 / 5 // 6 % 7)) << 2 >> 1)\n");
    check_dump(SPEC, "cur = (p1 +\n p2); \xce\xb1 = 1",
               "recurrence\n  rule cur = (p1 + p2)\n  constant \xce\xb1 = 1\n");
    check_dump(SPEC, "cur = end + loop + if + True",
               "recurrence\n  rule cur = (end + loop + if + True)\n");
    check_dump(SPEC,
               "\xef\xbb\xbf"
               "cur = p1\r\np2 = 3\r", /* a byte order mark, CR LF, CR */
               "recurrence\n  rule cur = p1\n  constant p2 = 3\n");
}

static void test_expressions(void)
{
    static const char *const cases[][2] = {
        {"-2**2", "(-(2 ** 2))"},
        {"2**-1", "(2 ** (-1))"},
        {"2**3**2", "(2 ** (3 ** 2))"},
        {"a ^ b & c | d", "((a ^ (b & c)) | d)"},
        {"a | b ^ c & d << e + f * -g ** h", "(a | (b ^ (c & (d << (e + (f * (-(g ** h))))))))"},
        {"not a < b <= c == d", "(not (a < b <= c == d))"},
        {"a or b and not c or d", "(a or (b and (not c)) or d)"},
        {"a if b else c if d else e", "(a if b else (c if d else e))"},
        {"(a if b else c) + 1", "((a if b else c) + 1)"},
        {"1,", "tuple(1)"},
        {"(1, (2, 3), ())", "tuple(1, tuple(2, 3), tuple())"},
        {"f(1, x=2,)", "f(1, x=2)"},
        {"f()(", NULL},
        {"~-+x", "(~(-(+x)))"},
        {"a - b - c", "(a - b - c)"},
        {"a - (b - c)", "(a - (b - c))"},
        {"1_000 + 0xFF + 0b1_1 + 0o17 + 00", "(1000 + 255 + 3 + 15 + 0)"},
        {"None if True else False", "(None if True else False)"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i][1] == NULL)
            continue;
        char wanted[256];
        snprintf(wanted, sizeof wanted, "program py3\n  expr %s\n", cases[i][1]);
        check_dump(PY3, cases[i][0], wanted);
    }
}

static void test_programs(void)
{
    check_dump(PY3,
               "from cpmoptimize import cpmoptimize, xrange\n"
               "\n"
               "@cpmoptimize(strict=True, iters_limit=100, types=(int, long),\n"
               "             opt_min_rows=False)\n"
               "def f(n, k=2):\n"
               "    \"\"\"What it does.\"\"\"\n"
               "    global g\n"
               "    prev3, prev2 = 0, 1\n"
               "    for i in xrange(3, n + 3):\n"
               "        cur = 7 * prev3 \\\n"
               "            + 5 * i\n"
               "\t# a comment at another depth\n"
               "        prev3, prev2 = prev2, cur\n"
               "    else:\n"
               "        pass\n"
               "    return prev3\n",
               "program py3\n"
               "  pass\n"
               "  @cpmoptimize strict=True iters_limit=100 types=int opt_min_rows=False\n"
               "  def f(n, k=2)\n"
               "    expr 'What it does.'\n"
               "    global g\n"
               "    assign tuple(prev3, prev2) = tuple(0, 1)\n"
               "    for i in range(3, (n + 3))  # loop 0\n"
               "      assign cur = ((7 * prev3) + (5 * i))\n"
               "      assign tuple(prev3, prev2) = tuple(prev2, cur)\n"
               "    else\n"
               "      pass\n"
               "    return prev3\n");
    check_dump(PY3,
               "while x: x -= 1; y = z = x\n"
               "else: print('a', \"b\\n\" 'c', x, sep='', end=\"\")\n"
               "if a: pass\n"
               "elif b:\n"
               "  break_ = 1\n"
               "else: (p, q) = r\n",
               "program py3\n"
               "  while x\n"
               "    augment x -= 1\n"
               "    assign y = z = x\n"
               "  else\n"
               "    print 'a', 'b\\x0ac', x sep='' end=''\n"
               "  if a\n"
               "    pass\n"
               "  else\n"
               "    if b\n"
               "      assign break_ = 1\n"
               "    else\n"
               "      assign tuple(p, q) = r\n");
    check_dump(PY3, "for x in r: pass\nfor x in 1, range(2): pass\n",
               "program py3\n"
               "  for x in r  # loop 0\n"
               "    pass\n"
               "  for x in tuple(1, range(2))  # loop 1\n"
               "    pass\n");
    check_dump(PY2, "print f(), 1,\nprint\nprint (1, 2)\nprint(3)\nx = 017 + 10L\n",
               "program py2\n"
               "  print f(), 1 end=' '\n"
               "  print \n"
               "  print tuple(1, 2)\n"
               "  print 3\n"
               "  assign x = (15 + 10)\n");
    check_dump(PY3, "def naive(n):\n return n\nsmart = cpmoptimize(strict=1)(naive)\n",
               "program py3\n"
               "  def naive(n)\n"
               "    return n\n"
               "  @cpmoptimize strict=True\n"
               "  def smart(n)\n"
               "    return n\n");
    check_dump(PY3, "def f(n: int, k: int = 3) -> int:\n x: int = n\n return x\n",
               "program py3\n"
               "  def f(n, k=3)\n"
               "    assign x = n\n"
               "    return x\n");
    check_dump(PY3, "", "program py3\n");
    check_dump(PY3, "\n\n# nothing\n   # here", "program py3\n");
    check_dump(PY3, "if 1:\n\tx = 1\n\ty = 2\nz = 3",
               "program py3\n  if 1\n    assign x = 1\n    assign y = 2\n  assign z = 3\n");
}

static void test_loop_language(void)
{
    static const char nested[] = "program loop\n"
                                 "  for _ in range(1000)  # loop 0\n"
                                 "    for _ in range((10 ** 9))  # loop 1\n"
                                 "      augment A += 1\n"
                                 "      augment B += A\n";
    check_dump(LOOP, "loop 1000\nloop 10**9\nA += 1\nB += A\nend\nend\nend\n", nested);
    check_dump(PY3, "loop 1000\n  loop 10**9 # inner\n  A += 1; B += A\nend\nend", nested);
    check_dump(PY2, "loop 1000\n  loop 10**9\n  A += 1; B += A\nend\nend", nested);
    check_dump(LOOP, "x = -3 ^ 1; x *= 4\nloop_ -= x",
               "program loop\n"
               "  assign x = (-(3 ** 1))\n"
               "  augment x *= 4\n"
               "  augment loop_ -= x\n");
    check_dump(LOOP, "loop 1e9;end", "program loop\n  for _ in range(1000000000)  # loop 0\n");
    check_dump(PY3, "loop = 3\nend = loop\n",
               "program py3\n  assign loop = 3\n  assign end = loop\n");
}

/* ---- Errors ------------------------------------------------------------ */

static const error_case errors[] = {
    {SPEC, "", 0, 0, "the recurrence is empty", NULL, NULL},
    {SPEC, " ; \n", 0, 4, "the recurrence is empty", NULL, NULL},
    {SPEC, "cur = p1 2", 9, 10, "expected an operator or ';', found '2'",
     "a product is written with '*'", NULL},
    {SPEC, "cur = p1/2p2", 6, 12, "this can be read in two ways", "write (p1/2)*p2 or p1/(2*p2)",
     NULL},
    {SPEC, "p1 + p2", 7, 7, "expected '=', found the end of the text",
     "a recurrence is written cur = ... or a(n) = ...", NULL},
    {SPEC, "a(n) = (a(n-1) + 1", 18, 18, "expected ')', found the end of the text", NULL,
     "'(' opened here"},
    {SPEC, "a(n) = (a(n-1) + 1\nb = 2", 21, 22, "expected ')', found '='", NULL, "'(' opened here"},
    {SPEC, "a(n) = a(n-1)\na(m) = 2", 14, 15, "'a' is defined twice", NULL, "first defined here"},
    {SPEC, "a(n)*a(n) = 2", 0, 9, "the equation cannot be solved for 'a(n)'", NULL, NULL},
    {SPEC, "a(n)+b(n) = 2", 0, 9,
     "an equation about several sequences: write the newest term of one of them alone on the left",
     NULL, NULL},
    {SPEC, "a+1 = 2", 0, 3, "the left side of '=' is a name, or a term such as a(n) or a(0)", NULL,
     NULL},
    {SPEC, "a(1,2) = 2", 0, 6, "a term has one index, as in a(n)", NULL, NULL},
    {SPEC, "cur = p1 \xe2\x88\x92 p2", 9, 12, "unexpected character '\xe2\x88\x92' (U+2212)",
     "a minus sign is the ASCII '-'", NULL},
    {PY3, "x = n!", 5, 6, "unexpected character '!'", "'not equal' is '!='", NULL},
    {SPEC, "cur = n!!", 7, 9, "double factorials are not supported", NULL, NULL},
    {SPEC, "cur = 'x'", 6, 7, "unexpected character '''", NULL, NULL},
    {SPEC, "cur = p1 = 2", 9, 10, "expected one '=' a clause, found '='", NULL, NULL},

    {PY3, "x = lambda y y", 13, 14, "expected ',' or ':', found 'y'", NULL, NULL},
    {PY3, "x = [1, 2", 9, 9, "expected ']', found the end of the text", NULL, "'[' opened here"},
    {PY3, "x = {1: 2, 3}", 12, 13, "expected ':', found '}'", NULL, NULL},
    {PY3, "x = {**y}", 5, 7, "'**' in a dictionary is not supported", NULL, NULL},
    {PY3, "x = b'abc'", 4, 10, "strings with the prefix 'b' are not supported", NULL, NULL},
    {PY3, "x = 1.5", 4, 7, "floating-point numbers are not supported", NULL, NULL},
    {PY3, "x = 1e7", 4, 7, "floating-point numbers are not supported",
     "an exact power of ten is written 10**7", NULL},
    {PY3, "x = .5", 4, 5, "floating-point numbers are not supported", NULL, NULL},
    {PY3, "x = y.z", 6, 7, "the attribute 'z' is not supported", NULL, NULL},
    {PY3, "x = y.append", 6, 12, "a method that is not called is not supported", NULL, NULL},
    {PY3, "x.append()", 0, 10, "append takes 1 argument, not 0", NULL, NULL},
    {PY3, "x.sort(by=3)", 7, 9, "sort has no keyword argument 'by'", NULL, NULL},
    {PY3, "x = y[0", 7, 7, "expected ']', found the end of the text", NULL, "'[' opened here"},
    {PY3, "x = f(i for i in y)", 6, 18,
     "a generator expression is not supported as an argument of 'f'", "in brackets it is a list",
     NULL},
    {PY3, "x = sum(i for i in y, 1)", 8, 20,
     "a generator expression is the only argument, or stands in brackets as a list", NULL, NULL},
    {PY3, "x = f(**a)", 6, 8, "unpacked arguments are not supported", NULL, NULL},
    {PY3, "*a, *b = c", 4, 6, "two starred targets in one list", NULL, NULL},
    {PY3, "x = *a", 4, 6, "a starred expression stands in a list", NULL, NULL},
    {PY3, "[i for i in x] = y", 0, 14, "this cannot be assigned to", NULL, NULL},
    {PY3, "x = a @ b", 6, 7, "the operator '@' is not supported", NULL, NULL},
    {PY3, "x = y if z", 10, 10, "expected 'else', found the end of the text", NULL, NULL},
    {PY3, "class A: pass", 0, 5, "classes are not supported", NULL, NULL},
    {PY3, "try: pass", 0, 3, "exceptions are not supported", NULL, NULL},
    {PY3, "with x: pass", 0, 4, "with statements are not supported", NULL, NULL},
    {PY3, "yield 3", 0, 5, "generators are not supported", NULL, NULL},
    {PY3, "x = 012", 4, 7, "a decimal number does not begin with 0",
     "octal numbers are written 0o17", NULL},
    {PY3, "import os", 7, 9, "the module 'os' is not supported",
     "there are parts of sys, math, functools, collections, itertools, heapq and bisect", NULL},
    {PY3, "from math import sqrt", 17, 21, "'sqrt' of the module math is not supported", NULL,
     NULL},
    {PY3, "import sys\nx = sys", 15, 18, "a module is no value here", NULL, NULL},
    {PY3, "nonlocal x", 0, 8, "'nonlocal' outside of a function", NULL, NULL},
    {PY3, "print x", 6, 7, "expected '(' after print, found 'x'",
     "the print statement is Python 2's: --dialect py2", NULL},
    {PY3, "for a, 3 in x: pass", 7, 8, "this cannot be assigned to", NULL, NULL},
    {PY3, "for i in range(): pass", 9, 16, "range takes at least 1 argument, not 0", NULL, NULL},
    {PY3, "if x\n  pass", 4, 4, "expected ':', found the end of the line", NULL, NULL},
    {PY3, "if x:\npass", 6, 10, "expected an indented block, found 'pass'", NULL, NULL},
    {PY3, "if x:\n", 6, 6, "expected an indented block, found the end of the text", NULL, NULL},
    {PY3, "  x = 1", 2, 2, "unexpected indentation", NULL, NULL},
    {PY3, "x = 1\n  y = 2", 8, 8, "unexpected indentation", NULL, NULL},
    {PY3, "if x:\n    y = 1\n  z = 2", 16, 18, "this indentation matches no outer block", NULL,
     NULL},
    {PY3, "if x:\n        y = 1\n\tz = 2", 20, 21, "tabs and blanks are mixed inconsistently", NULL,
     NULL},
    {PY3, "if x:\n  y = 1\n\tz = 2", 14, 15, "tabs and blanks are mixed inconsistently", NULL,
     NULL},
    {PY3, "return 1", 0, 6, "'return' outside of a function", NULL, NULL},
    {PY3, "break", 0, 5, "'break' outside of a loop", NULL, NULL},
    {PY3, "for i in range(3):\n def f():\n  continue\n", 31, 39, "'continue' outside of a loop",
     NULL, NULL},
    {PY3, "def f(a, a): pass", 9, 10, "the parameter 'a' is given twice", NULL, NULL},
    {PY3, "def f(a=1, b): pass", 11, 12,
     "a parameter without a default stands behind one with a default", NULL, NULL},
    {PY3, "f(x=1, 2)", 7, 8, "a positional argument stands behind a keyword argument", NULL, NULL},
    {PY3, "f(x=1, x=2)", 7, 8, "the argument 'x' is given twice", NULL, NULL},
    {PY3, "f(1=2)", 2, 3, "only a name can be a keyword argument", NULL, NULL},
    {PY3, "a + b = 3", 0, 5, "this cannot be assigned to", NULL, NULL},
    {PY3, "a, 3 = b", 3, 4, "this cannot be assigned to", NULL, NULL},
    {PY3, "a, b += 3", 0, 4, "only a name or an item can stand left of '+='", NULL, NULL},
    {PY3, "range = 3", 0, 5, "'range' cannot be redefined", NULL, NULL},
    {PY3, "x = (1 +\ny = 2", 11, 12, "expected ')', found '='", NULL, "'(' opened here"},
    {PY3, "f(1,\n", 5, 5, "expected an expression, found the end of the text", NULL,
     "'(' opened here"},
    {PY3, "x = a not b", 10, 11, "expected 'in', found 'b'", NULL, NULL},
    {PY3, "if (x[0] := 3): pass", 9, 11, "':=' assigns to a name only", NULL, NULL},
    {PY3, "x := 3", 2, 4, "expected the end of the line, found ':='", NULL, NULL},
    {PY3, "x = 3 $ 4", 6, 7, "unexpected character '$'", NULL, NULL},
    {PY3, "x = 3 \\ 4", 6, 7, "a backslash joins lines only at the end of a line", NULL, NULL},
    {PY3, "print('abc)", 6, 7, "this string is never closed", NULL, NULL},
    {PY3, "'''abc\n", 0, 3, "this string is never closed", NULL, NULL},
    {PY3, "print(f'x{y')", 11, 12, "expected '}' in this string", NULL, NULL},
    {PY3, "print(f'x{1 +}')", 13, 13, "expected an expression, found the end of the text", NULL,
     NULL},
    {PY3, "print(f'}')", 8, 9, "a '}' alone in this string", NULL, NULL},
    {PY3, "print(f'{x:{y}}')", 11, 12, "a field inside a format is not supported", NULL, NULL},
    {PY3, "else: pass", 0, 4, "'else' belongs to nothing here", NULL, NULL},
    {PY3, "@other\ndef f(): pass", 1, 6, "expected cpmoptimize, lru_cache or cache, found 'other'",
     NULL, NULL},
    {PY3, "@cpmoptimize(iters_limit=1)\ndef f(): pass", 25, 26, "iters_limit is at least 2", NULL,
     NULL},
    {PY3, "@cpmoptimize(fast=1)\ndef f(): pass", 13, 17, "cpmoptimize has no such argument",
     "it has strict, iters_limit, types, opt_min_rows and opt_clear_stack", NULL},
    {PY3, "@cpmoptimize(types=(int, float))\ndef f(): pass", 25, 30,
     "the types are int, long and rational", NULL, NULL},
    {PY3, "g = cpmoptimize()(h)", 18, 19, "no function 'h' is defined before this line", NULL,
     NULL},

    {LOOP, "loop 3\nA += 1\n", 14, 14, "expected 'end', found the end of the text", NULL,
     "this loop is not closed"},
    {LOOP, "A = 1\nend\nB = 2", 6, 9, "this 'end' closes no loop", NULL, NULL},
    {LOOP, "end\nend\n", 0, 3, "this 'end' closes no loop", NULL, NULL},
    {LOOP, "loop\nend", 4, 4, "expected an expression, found the end of the line", NULL, NULL},
    {LOOP, "A ? 1", 2, 3, "unexpected character '?'", NULL, NULL},
    {LOOP, "A < 1", 2, 3, "expected '=', '+=', '-=' or '*=', found '<'", NULL, NULL},
    {LOOP, "A = 1 B = 2", 6, 7, "expected the end of the line, found 'B'", NULL, NULL},
    {LOOP, "3 = A", 0, 1, "expected a variable, 'loop' or 'end', found '3'", NULL, NULL},
};

static void test_errors(void)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        check_error(&errors[i]);
}

/* ---- Hostile text ------------------------------------------------------ */

/* count times `unit`, then `tail`; parses as every notation. */
static cpm_status parse_repeated(notation how, const char *head, const char *unit, size_t count,
                                 const char *tail, cpm_err *err)
{
    cpm_strbuf source = {0};
    cpm_strbuf_puts(&source, head);
    for (size_t i = 0; i < count; i++)
        cpm_strbuf_puts(&source, unit);
    cpm_strbuf_puts(&source, tail);
    cpm_text text = {"<hostile>", source.data, source.len};
    cpm_tree tree;
    cpm_status status = parse(&tree, &text, how, err);
    cpm_tree_clear(&tree);
    cpm_strbuf_clear(&source);
    return status;
}

static void test_hostile(void)
{
    static const struct {
        const char *head, *unit, *tail;
        size_t count;
        bool ok; /* as PY3 */
    } cases[] = {
        {"x = ", "(", "", 100000, false},
        {"x = ", "(", "1", 900, false},
        {"x = ", "-", "1", 100000, false},
        {"x = ", "- ", "1", 900, true},
        {"x = ", "not ", "1", 100000, false},
        {"x = ", "2**", "1", 100000, false},
        {"x = ", "1 if 1 else ", "1", 100000, false},
        {"x = ", "f(", "1", 100000, false},
        {"x = 0", " + y*2", "", 100000, true},
        {"x = 0", " < y", "", 100000, true},
        {"x = 0", " and y", "", 100000, true},
        {"x = 0", ", y", "", 100000, true},
        {"x = ", "9", "", 1000000, true},
        {"", "a = ", "1", 100000, true},
        {"", "if 1:\n", "pass", 1000, false},
        {"if 1: pass\n", "elif 1: pass\n", "", 100000, false},
        {"if 1: pass\n", "elif 1: pass\n", "", 450, true},
        {"x = 1", " ", "", 1000000, true},
        {"", "\n", "", 1000000, true},
        {"", "x;", "", 300000, true},
        {"", "\t \t", "x", 10000, false},
        {"print(", "'a' ", ")", 2000, true},
        {"f(", "a,", ")", 100000, true},
        {"", "\"\"\"", "", 100001, false},
        {"", "\\\n", "x", 100000, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int how = SPEC; how <= LOOP; how++) {
            cpm_err err;
            cpm_status status = parse_repeated((notation)how, cases[i].head, cases[i].unit,
                                               cases[i].count, cases[i].tail, &err);
            if (how == PY3 && (status == CPM_OK) != cases[i].ok)
                UNIT_FAIL("case %zu (%s): status %d %s", i, cases[i].unit, (int)status,
                          err.message);
        }
}

/* Nested blocks, a space deeper each: the indent stack ends before the C one. */
static void test_deep_blocks(void)
{
    for (size_t depth = 50; depth <= 200; depth += 100) {
        cpm_strbuf source = {0};
        for (size_t i = 0; i < depth; i++) {
            cpm_strbuf_fill(&source, ' ', i);
            cpm_strbuf_puts(&source, "if 1:\n");
        }
        cpm_strbuf_fill(&source, ' ', depth);
        cpm_strbuf_puts(&source, "pass\n");
        cpm_text text = {"<deep>", source.data, source.len};
        cpm_tree tree;
        cpm_err err;
        cpm_status status = parse(&tree, &text, PY3, &err);
        UNIT_CHECK((status == CPM_OK) == (depth <= 100));
        UNIT_CHECK(status == CPM_OK || status == CPM_ERR_LIMIT);
        cpm_tree_clear(&tree);
        cpm_strbuf_clear(&source);
    }
}

static void test_bytes(void)
{
    static const char nul[] = "x = 1\0 + 2";
    cpm_text text = {"<nul>", nul, sizeof nul - 1};
    for (int how = SPEC; how <= LOOP; how++) {
        cpm_tree tree;
        cpm_err err;
        UNIT_CHECK(parse(&tree, &text, (notation)how, &err) == CPM_ERR_SYNTAX);
        UNIT_CHECK(err.span.begin == 5 && err.span.end == 6);
        UNIT_CHECK(strcmp(err.message, "unexpected control character \\x00") == 0);
        cpm_tree_clear(&tree);
    }
    /* Random bytes, most of them from the alphabet of the languages. */
    static const char alphabet[] = "aiforp10 =+-*/()[],:;\n\t#'\"\\<>^&|~%.@\r_xeL\xce\xb1\xff";
    for (size_t round = 0; round < unit_scaled(20000); round++) {
        char bytes[64];
        size_t len = unit_below(sizeof bytes);
        for (size_t i = 0; i < len; i++)
            bytes[i] = unit_below(50) == 0 ? (char)unit_below(256)
                                           : alphabet[unit_below(sizeof alphabet - 1)];
        cpm_text random = {"<random>", bytes, len};
        cpm_tree tree;
        cpm_err err;
        cpm_status status = parse(&tree, &random, (notation)unit_below(4), &err);
        if (status != CPM_OK && (err.where.data != random.data || err.span.begin > err.span.end ||
                                 err.span.end > len || err.message[0] == '\0'))
            UNIT_FAIL("bad error for '%.*s': [%zu,%zu) %s", (int)len, bytes, err.span.begin,
                      err.span.end, err.message);
        cpm_tree_clear(&tree);
    }
}

static void test_expr_spans(void)
{
    static const char source[] = "x = (a + b) * c, -d ** (e)";
    cpm_text text = {"<test>", source, strlen(source)};
    cpm_tree tree;
    cpm_err err;
    UNIT_CHECK(parse(&tree, &text, PY3, &err) == CPM_OK);
    const cpm_stmt *stmt = tree.top.stmts[0];
    const cpm_expr *tuple = stmt->u.assign.value;
    UNIT_CHECK(stmt->span.begin == 0 && stmt->span.end == text.len);
    UNIT_CHECK(tuple->span.begin == 4 && tuple->span.end == text.len);
    const cpm_expr *product = tuple->u.tuple.items[0];
    UNIT_CHECK(product->span.begin == 4 && product->span.end == 15);
    UNIT_CHECK(product->u.chain.first->span.begin == 5 && product->u.chain.first->span.end == 10);
    const cpm_expr *negation = tuple->u.tuple.items[1];
    UNIT_CHECK(negation->span.begin == 17 && negation->span.end == 26);
    cpm_tree_clear(&tree);
}

static const cpm_test tests[] = {
    {"specs", test_specs},
    {"expressions", test_expressions},
    {"programs", test_programs},
    {"loop_language", test_loop_language},
    {"errors", test_errors},
    {"hostile", test_hostile},
    {"deep_blocks", test_deep_blocks},
    {"bytes", test_bytes},
    {"expr_spans", test_expr_spans},
};

UNIT_MAIN(tests)
