/* SPDX-License-Identifier: MIT
 *
 * test_eval_interp.c - the plain meaning of programs. What a program prints
 * was printed by python3 (3.11) for the same text, where not said otherwise (the
 * sum over range(10**20) is n(n-1)/2). Error texts are ours, their places are
 * where python3's traceback points.
 */
#include "run_program.h"

/* ---- Values and operators ---------------------------------------------- */

static void test_operators(void)
{
    py("print(7 // 2, -7 // 2, 7 // -2, -7 // -2, 7 % 3, -7 % 3, 7 % -3, -7 % -3)",
       "3 -4 -4 3 1 2 -2 -1\n");
    py("print(-2**2, 2**-0, 2**3**2, (-3)**3, 0**0, (-1)**(10**30+1))", "-4 1 512 -27 1 -1\n");
    py("print(1 << 70, -1 >> 100, -5 >> 1, 5 >> 100, 0 << 10**30, -1 >> 10**30)",
       "1180591620717411303424 -1 -3 0 0 -1\n");
    py("print(6 & 3, 6 | 3, 6 ^ 3, ~6, -6 & 255, -1 ^ 2**70, -2**70 | 1)",
       "2 7 5 -7 250 -1180591620717411303425 -1180591620717411303423\n");
    py("print(2**61 + 2**61, 2**62 - 1 + 1, -2**62 - 1, 2**40 * 2**40, (2**62) // -1)",
       "4611686018427387904 4611686018427387904 -4611686018427387905 1208925819614629174706176 "
       "-4611686018427387904\n");
    py("print(True + True, True & False, True ^ 3, ~True, -True, True << 2, True // True)",
       "2 False 2 -2 -1 4 1\n");
    py("print(True and 3, 0 or None, 0 and 1, 2 or 1 // 0, not 0, not 3, None)",
       "3 None 0 2 True False None\n");
    py("print(1 < 2 < 3, 1 < 3 < 2, 1 == True, 1 != 2 != 1, 3 > 2 >= 2 == 2, (1, 2) < (1, 3))",
       "True False True True True True\n");
    py("print((1, 2) == (1, 2), (1,) != 1, None == None, None == 0, (1, 2) < (1, 2, 0))",
       "True True True False True\n");
    py("print(5 if 0 else 6, (1, (2,), (), True), (3,) + (4, 5))",
       "6 (1, (2,), (), True) (3, 4, 5)\n");
    py("print(abs(-3), abs(True), min(3, 1, 2), max(1, True), max((4, 9, 2)), divmod(-7, 2))",
       "3 1 1 1 9 (-4, 1)\n");
    py("print(pow(2, 10), pow(3, 4, 7), pow(3, -1, 7), pow(2, 5, -7), pow(5, 0, 1), pow(2, -3, 5))",
       "1024 4 5 -3 0 2\n");
    py("print(sum(range(10)), sum(range(5, -5, -3)), sum(range(0)), sum(range(3), 100),\n"
       "      sum(range(10**20)), sum((1, 2, 3)), sum((), 7))",
       "45 2 0 103 4999999999999999999950000000000000000000 6 7\n");
    py("print(int(True), bool(3), bool(()), bool(None), 10**20 % 7, -10**20 // 3, 10**20 % -7)",
       "1 True False False 2 -33333333333333333334 -5\n");
    py("x = 2**64; y = x; x += 1; y -= 1; x ^= y; print(x, y)",
       "36893488147419103230 18446744073709551615\n");
    py("x = 5; x **= 3; x //= 2; x %= 50; x <<= 3; x >>= 1; x &= 0xfc; x |= 1; x *= x; print(x)",
       "2401\n");
}

static void test_rationals(void)
{
    /* python3's fractions.Fraction */
    cpm_interp_options options = {.allow_rational = true};
    check_output("x = 1/3 + 1/6\nprint(x, 4/2, x*2, -x, x**-2, 2**-3, x//1, 7/2 % 2, x < 1,\n"
                 "      1/2 == 2/4, abs(-x), max(x, 1/3), int(-7/2), -7/2 // 1, divmod(7/2, 1))",
                 CPM_DIALECT_PY3, &options,
                 "1/2 2 1 -1/2 4 1/8 0 3/2 True True 1/2 1/2 -3 -4 (3, 1/2)\n");
    check_output("x = 1\nfor i in range(4): x /= 2\nprint(x)", CPM_DIALECT_PY3, &options, "1/16\n");
    py("@cpmoptimize(types=(int, rational))\ndef f(n): return n / 4\n"
       "def g(n): return n // 4 + f(n)\nprint(g(6))",
       "5/2\n"); /* 1 + 3/2 */
    check_output("print 7 / 2, -7 / 2; x = 9; x /= 2; print x,; print x", CPM_DIALECT_PY2, NULL,
                 "3 -4\n4 4\n"); /* python2 */
}

/* ---- Statements -------------------------------------------------------- */

static void test_statements(void)
{
    py("a = b = 3; a, b = b + 1, a; print(a, b); (a, (b, c)), d = (1, (2, 3)), 4; print(a, b, c, "
       "d)",
       "4 3\n1 2 3 4\n");
    py("a, b, c = 1, 2, 3\na, b, c = c, a, b; print(a, b, c)\na, a = a, b; print(a)\n"
       "a, b = b, b; print(a, b)\na, b, c = b + c, a, a; print(a, b, c)",
       "3 1 2\n1\n1 1\n3 1 1\n");
    py("for i in range(3): print(i)\nelse: print('done')\nprint(i)", "0\n1\n2\ndone\n2\n");
    py("i = 9\nfor i in range(5, 5): print(i)\nelse: print('none')\nprint(i)", "none\n9\n");
    py("for i in range(10, 0, -4): print(i)\nfor i in range(439, -3323): print(i)\nprint(i)",
       "10\n6\n2\n2\n");
    py("for i in range(5):\n    if i == 1: continue\n    if i == 3: break\n    print(i)\n"
       "else: print('no')\nprint('after', i)\n",
       "0\n2\nafter 3\n");
    py("for i in range(3):\n    for j in range(9):\n        if j == i: break\n"
       "    while True:\n        j += 10\n        if j > 20: break\n    print(i, j)\nprint('end')",
       "0 30\n1 21\n2 22\nend\n");
    py("n = 3\nfor i in range(n):\n    n = 10; i = 7\n    print(i, n)\nprint(i)",
       "7 10\n7 10\n7 10\n7\n");
    py("for i in range(10**20, 10**20 + 3): print(i)\nfor i in range(0, -10**20, -6 * 10**19): "
       "print(i)",
       "100000000000000000000\n100000000000000000001\n100000000000000000002\n0\n"
       "-60000000000000000000\n");
    py("for i in range(2**62 - 2, 2**62 + 2): print(i)\nprint(i + 1)",
       "4611686018427387902\n4611686018427387903\n4611686018427387904\n4611686018427387905\n"
       "4611686018427387906\n");
    py("x = 0\nwhile x < 3:\n    x += 1\n    if x == 2: continue\n    print(x)\nelse: "
       "print('end')\n"
       "while True:\n    break\nelse: print('no')",
       "1\n3\nend\n");
    py("a = 2**70\nb = 3\nfor i in range(4):\n    a, b = b, a + b\nprint(a, b)",
       "2361183241434822606857 3541774862152233910287\n");
}

static void test_printing(void)
{
    py("print()\nprint(1, 2, sep='')\nprint(1, end='!')\nprint(2, 'a\\tb', \"q'\" '\\x41')\n"
       "print(('a', \"it's\\n\"))\nprint(1, 2, sep=None, end=None)",
       "\n12\n1!2 a\tb q'A\n('a', \"it's\\n\")\n1 2\n");
    py("print('x' if 1 else 'y')\nprint(10**30, -10**30, 0)",
       "x\n1000000000000000000000000000000 -1000000000000000000000000000000 0\n");
    py("def f():\n    print('in')\n    return 1\nprint('a', f())", "in\na 1\n");
}

static void test_functions(void)
{
    py("def f(a, b=2, c=3): return (a, b, c)\nprint(f(1), f(1, c=5), f(c=1, a=2), f(1, 2, 4))",
       "(1, 2, 3) (1, 2, 5) (2, 2, 1) (1, 2, 4)\n");
    py("k = 5\ndef f(n=k): return n\nk = 6\nprint(f())\ndef f(n=k): return n\nprint(f())",
       "5\n6\n");
    py("def f(): pass\ndef g():\n    return\nprint(f(), g())", "None None\n");
    py("x = 1\ndef f():\n    global x\n    x += 1\n    return x\ndef g(): return x\n"
       "print(f(), f(), g(), x)",
       "2 3 3 3\n");
    py("x = 1\ndef f():\n    global x\n    x = 10\n    return 1\nx += f()\nprint(x)\n"
       "print(x + f() + x, x < f() < x, (x, f(), x))\n",
       "2\n13 False (10, 1, 10)\n");
    py("def fact(n): return 1 if n < 2 else n * fact(n - 1)\nprint(fact(25))",
       "15511210043330985984000000\n");
    py("def even(n): return True if n == 0 else odd(n - 1)\n"
       "def odd(n): return False if n == 0 else even(n - 1)\nprint(even(10), odd(7))",
       "True True\n");
    py("def f(n):\n    for i in range(n):\n        if i == 3:\n            return i * 10\n"
       "    return -1\nprint(f(10), f(2))",
       "30 -1\n");
    py("def f(): return 1\ng = f\ndef f(): return 2\nprint(f(), g())", "2 1\n");
    py("def max(a, b): return 42\nprint(max(1, 2))", "42\n");
    py("def f(x):\n    x, y = 1, x\n    return y, x\nprint(f(9))", "(9, 1)\n");
    py("def naive(n):\n    return n + 1\nsmart = cpmoptimize()(naive)\nprint(smart(1), naive(2))",
       "2 3\n"); /* cpmoptimize as the identity */
    py("if 1:\n    def f(): return 1\nelse:\n    def f(): return 2\nprint(f())", "1\n");
    py("def fib(n):\n    a, b = 0, 1\n    for i in range(n):\n        a, b = b, a + b\n    return "
       "a\n"
       "print(fib(300))",
       "222232244629420445529739893461909967206666939096499764990979600\n");
}

/* The listings of the article that the system comes from, with small counts. */
static void test_article(void)
{
    py("from cpmoptimize import cpmoptimize, xrange\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(n):\n"
       "    step1 = 1\n"
       "    step2 = 1\n"
       "    res = 1\n"
       "    for i in xrange(n):\n"
       "        res += step2\n"
       "        step2 += step1\n"
       "        step1 += 1\n"
       "    return res\n"
       "print(f(1000))\n",
       "166667501\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(n):\n"
       "    prev3 = 0\n"
       "    prev2 = 1\n"
       "    prev1 = 1\n"
       "    for i in xrange(3, n + 3):\n"
       "        cur = 7 * (2 * prev1 + 3 * prev2) + 4 * prev3 + 5 * i + 6\n"
       "        prev3, prev2, prev1 = prev2, prev1, cur\n"
       "    return prev3\n"
       "print(f(30))\n",
       "6108924002351276406018298655609657\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def geom_sum(start, coeff, count):\n"
       "    res = 0\n"
       "    elem = start\n"
       "    for i in xrange(count):\n"
       "        res += elem\n"
       "        elem *= coeff\n"
       "    return res\n"
       "print(geom_sum(3, -7, 40))\n",
       "-2387552160340885494653038177209000\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def power(a, n):\n"
       "    res = 1\n"
       "    for i in xrange(n):\n"
       "        res *= a\n"
       "    return res\n"
       "print(power(-3, 55))\n",
       "-174449211009120179071170507\n");
    py("from cpmoptimize import cpmoptimize, xrange\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(top):\n"
       "    res = 0\n"
       "    for i in xrange(top):\n"
       "        res += 3\n"
       "    return res\n"
       "print(f(10 ** 3))\n",
       "3000\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize()\n"
       "def f(n, k):\n"
       "    res = 0\n"
       "    for i in xrange(n):\n"
       "        m = 3\n"
       "        res += ((k ** m) & 676) + i\n"
       "    return res\n"
       "print(f(1000, 1234567))\n",
       "631500\n");
    py("def f(n):\n"
       "    a = 1\n"
       "    b = 1\n"
       "    for i in xrange(n):\n"
       "        a, b = b, a * b\n"
       "    return a\n"
       "print(f(9))\n",
       "1\n");
    py("def f():\n"
       "    res = 0\n"
       "    for i in xrange(10 ** 2):\n"
       "        for j in xrange(10 ** 1):\n"
       "            res += i * 2 + j\n"
       "    return res\n"
       "print(f())\n",
       "103500\n");
    py("def f(mode):\n"
       "    res = 0\n"
       "    for i in xrange(10 ** 3):\n"
       "        if mode == 1:\n"
       "            res += 3\n"
       "        else:\n"
       "            res += 5\n"
       "    return res\n"
       "print(f(1), f(2))\n",
       "3000 5000\n");
    py("from cpmoptimize import cpmoptimize\n"
       "\n"
       "@cpmoptimize(strict=True)\n"
       "def f(n, k):\n"
       "    res = 0\n"
       "    for i in xrange(n):\n"
       "        res += i * res\n"
       "    return res\n"
       "print(f(10, 1))\n",
       "0\n");
    check_output("from cpmoptimize import cpmoptimize, xrange\n"
                 "@cpmoptimize()\n"
                 "def f():\n"
                 "    res = 0\n"
                 "    for i in xrange(10 ** 3):\n"
                 "        res += 3\n"
                 "    return res\n"
                 "\n"
                 "print f()\n",
                 CPM_DIALECT_PY2, NULL, "3000\n");
}

static void test_loop_language(void)
{
    /* worked out by hand */
    check_output("loop 3\nloop 4\nA += 1\nB += A\nend\nend\nend", CPM_DIALECT_LOOP, NULL,
                 "A = 12\nB = 78\n");
    check_output("x = 5\nx *= -3\ny -= x\nz = y\nloop y - 13\nz += z\nend\nloop -1\nq = 1\nend",
                 CPM_DIALECT_LOOP, NULL, "x = -15\ny = 15\nz = 60\nq = 0\n");
    check_output("a = max(2, 3) ^ 2; a += unset", CPM_DIALECT_LOOP, NULL, "a = 9\nunset = 0\n");
}

/* ---- Errors ------------------------------------------------------------ */

static void test_errors(void)
{
    static const error_case cases[] = {
        {"x = 1\nprint(y)", 12, 13, CPM_ERR_RUNTIME, "name 'y' is not defined"},
        {"x = f(1)", 4, 5, CPM_ERR_RUNTIME, "name 'f' is not defined"},
        {"x += 1", 0, 1, CPM_ERR_RUNTIME, "name 'x' is not defined"},
        {"a, b = b, 1 // 0", 7, 8, CPM_ERR_RUNTIME, "name 'b' is not defined"},
        {"a = 1; a, b = 1 // 0, c", 19, 20, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 1\ndef f():\n    y = x\n    x = 2\nf()", 23, 24, CPM_ERR_RUNTIME,
         "name 'x' is not defined"},
        {"for i in range(0): pass\nprint(i)", 30, 31, CPM_ERR_RUNTIME, "name 'i' is not defined"},
        {"x = 3 + 1 % (1 - 1)", 13, 18, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 7\nx //= 0", 12, 13, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 4 / 2", 4, 9, CPM_ERR_RUNTIME, "'/' of integers does not give an integer"},
        {"x = 4 / 0", 8, 9, CPM_ERR_RUNTIME, "division by zero"},
        {"x = 2 ** -1", 9, 11, CPM_ERR_RUNTIME, "a negative power of an integer is no integer"},
        {"x = 0 ** -1", 4, 5, CPM_ERR_RUNTIME, "0 has no negative powers"},
        {"x = 1 << -1", 9, 11, CPM_ERR_RUNTIME, "negative shift count"},
        {"x = 2 ** 10 ** 12", 4, 17, CPM_ERR_LIMIT,
         "the value would have more than 8589934592 bits"},
        {"x = 1 << 10 ** 12", 4, 17, CPM_ERR_LIMIT,
         "the value would have more than 8589934592 bits"},
        {"x = 1 + None", 4, 12, CPM_ERR_RUNTIME, "'+' does not apply to int and None"},
        {"x = 2 * 3 + (1,)", 4, 16, CPM_ERR_RUNTIME, "'+' does not apply to int and tuple"},
        {"x = -None", 4, 9, CPM_ERR_RUNTIME, "'-' does not apply to None"},
        {"x = 1 < 2 < None", 8, 16, CPM_ERR_RUNTIME, "'<' does not apply to int and None"},
        {"a, b = 1, 2, 3", 0, 4, CPM_ERR_RUNTIME, "3 values cannot be unpacked into 2 names"},
        {"a, b = 5", 0, 4, CPM_ERR_RUNTIME, "a value of type int cannot be unpacked into 2 names"},
        {"for i in range(1, 2, 0): pass", 21, 22, CPM_ERR_RUNTIME, "the step of range is 0"},
        {"for i in range(None): pass", 15, 19, CPM_ERR_RUNTIME, "range takes integers, not None"},
        {"for i in 7: pass", 9, 10, CPM_ERR_RUNTIME,
         "a value of type int has no items to run over"},
        {"r = range(3)\nx = 2 * r", 17, 22, CPM_ERR_RUNTIME, "'*' does not apply to int and range"},
        {"r = range(3)\nx = -r", 17, 19, CPM_ERR_RUNTIME, "'-' does not apply to range"},
        {"x = range(1, None)", 13, 17, CPM_ERR_RUNTIME, "range takes integers, not None"},
        {"x = range(1, 2, 0)", 16, 17, CPM_ERR_RUNTIME, "the step of range is 0"},
        {"x = range(1, 2, 3, 4)", 4, 21, CPM_ERR_RUNTIME, "range takes at most 3 arguments, not 4"},
        {"x = range(2) < range(3)", 4, 23, CPM_ERR_RUNTIME,
         "'<' does not apply to range and range"},
        {"a, b = range(3)", 0, 4, CPM_ERR_RUNTIME,
         "a range of more than 2 values cannot be unpacked into 2 names"},
        {"x = min(range(0))", 4, 17, CPM_ERR_RUNTIME, "min of an empty range"},
        {"x = len(3)", 4, 10, CPM_ERR_RUNTIME, "a value of type int has no len"},
        {"x = abs()", 4, 9, CPM_ERR_RUNTIME, "abs takes 1 argument, not 0"},
        {"x = pow(1)", 4, 10, CPM_ERR_RUNTIME, "pow takes at least 2 arguments, not 1"},
        {"x = abs(x=3)", 8, 9, CPM_ERR_RUNTIME, "abs takes no keyword arguments"},
        {"x = pow(2, -1, 4)", 4, 17, CPM_ERR_RUNTIME, "the base has no inverse for this modulus"},
        {"x = max(())", 4, 11, CPM_ERR_RUNTIME, "max of an empty tuple"},
        {"def f(n): return n\nf()", 19, 22, CPM_ERR_RUNTIME, "f needs the argument 'n'"},
        {"def f(n): return n\nf(1, 2)", 19, 26, CPM_ERR_RUNTIME, "f takes 1 argument, not 2"},
        {"def f(n): return n\nf(1, n=2)", 24, 25, CPM_ERR_RUNTIME, "f gets the argument 'n' twice"},
        {"def f(n): return n\nf(k=2)", 21, 22, CPM_ERR_RUNTIME, "f has no parameter 'k'"},
        {"f = 3\nf(1)", 6, 7, CPM_ERR_RUNTIME, "'f' is of type int and cannot be called"},
        {"def f(n): return f(n + 1)\nf(0)", 17, 25, CPM_ERR_LIMIT,
         "more than 1000 calls are nested"},
        {"def f(n): return 1 + (2 if n else -f(n))\nf(0)", 35, 39, CPM_ERR_LIMIT,
         "more than 1000 calls are nested"},
        {"def f(x):\n    global x\n", 14, 22, CPM_ERR_SEMANTIC,
         "'x' is a parameter and cannot be global"},
        {"def f():\n    x = 1\n    global x\n", 23, 31, CPM_ERR_SEMANTIC,
         "'x' is used before it is declared global"},
        {"print(1, sep=2)", 13, 14, CPM_ERR_RUNTIME, "sep= of print takes a string, not int"},
        {"t = ()\nfor i in range(2000): t = (t,)", 33, 37, CPM_ERR_LIMIT,
         "tuples are nested more than 1000 deep"},
        {"t = 1,\nfor i in range(100): t = t, t", 32, 36, CPM_ERR_LIMIT,
         "a tuple holds more than 16777216 values in all"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_error(&cases[i], CPM_DIALECT_PY3);
    error_case in_loop = {"loop None\nend", 5, 9, CPM_ERR_RUNTIME, "loop takes integers, not None"};
    check_error(&in_loop, CPM_DIALECT_LOOP);
}

static const cpm_test tests[] = {
    {"operators", test_operators},         {"rationals", test_rationals},
    {"statements", test_statements},       {"printing", test_printing},
    {"functions", test_functions},         {"article", test_article},
    {"loop_language", test_loop_language}, {"errors", test_errors},
};

UNIT_MAIN(tests)
