/* SPDX-License-Identifier: MIT
 *
 * gen_loops.h - random programs about one thing each: inner loops whose length changes,
 * conditions in inner loops, three loops inside one another, residues that are made in several
 * ways, loops that come back to where they were, functions that are written out. gen_program.h
 * mixes everything, so that each of these is rare there.
 */
#ifndef CPM_TESTS_GEN_LOOPS_H
#define CPM_TESTS_GEN_LOOPS_H

#include "gen_program.h"

/* ---- Inner loops of changing length ------------------------------------------------- */

static inline void gen_inner_statement(cpm_strbuf *out, bool modular)
{
    static const char *const plain[] = {
        "x = x + y", "x = 2*x + j", "x, y = y, x + y", "z = -z", "x, y = y, -x", "s += x",
        "s += z*j",  "s += x*j",    "s += 1",          "l = j",  "x += i",       "y = 3*y - i"};
    static const char *const modulo[] = {"x = (2*x + j) % M",
                                         "x, y = y, (x + y) % M",
                                         "y = (y*i + 1) % M",
                                         "x = (x - y) % M",
                                         "s += j",
                                         "s = (s + x*j) % M"};
    cpm_strbuf_printf(out, "      %s\n",
                      modular && gen_chance(70) ? GEN_PICK(modulo) : GEN_PICK(plain));
}

static inline void gen_inner(cpm_strbuf *out)
{
    static const char *const ranges[] = {"i",          "i, n",     "i - 3", "2*i",
                                         "2, i",       "0, i, 2",  "i + 2", "n - i",
                                         "i, 2*i + 1", "i, 0, -1", "i // 2"};
    static const char *const before[] = {"x = 1",  "z = 1",       "y = 0",
                                         "s += x", "x, y = y, x", "pass"};
    static const char *const after[] = {"s += x", "s += i*x", "t += s",
                                        "t -= z", "t += l",   "t += y"};
    static const char *const results[] = {"s", "t, x", "x, y, z", "s, t, x, y, z"};
    static const int moduli[] = {7, 10, 1000, 998244353, 2};
    bool modular = gen_chance(60);
    cpm_strbuf_printf(out, "def f(n):\n  M = %d\n  x, y, z, s, t, l = %d, %d, 1, 0, 0, 0\n",
                      GEN_PICK(moduli), gen_between(0, 3), gen_between(0, 3));
    cpm_strbuf_puts(out,
                    gen_chance(70) ? "  for i in range(n):\n" : "  for i in range(n, 0, -1):\n");
    cpm_strbuf_printf(out, "    %s\n    for j in range(%s):\n", GEN_PICK(before), GEN_PICK(ranges));
    for (int count = gen_between(1, 3); count > 0; count--)
        gen_inner_statement(out, modular);
    for (int count = gen_between(1, 2); count > 0; count--)
        cpm_strbuf_printf(out, "    %s\n",
                          modular && gen_chance(60) ? "s = (3*s + x*i) % M" : GEN_PICK(after));
    cpm_strbuf_printf(out, "  return %s\n", GEN_PICK(results));
    cpm_strbuf_printf(out, "print(f(%d))\nprint(f(%d))\n", gen_between(0, 8), gen_between(9, 30));
}

/* ---- Conditions in inner loops ------------------------------------------------------- */

static inline const char *gen_pair(void)
{
    static const char *const pairs[] = {"i",     "j",     "i + j",   "i - j",  "j - i",
                                        "2*j",   "3*i",   "2*i - j", "-j",     "i + 3*j",
                                        "j + 2", "5 - i", "i // 2",  "2*j + i"};
    return GEN_PICK(pairs);
}

static inline void gen_pair_condition(cpm_strbuf *out, unsigned depth)
{
    static const char *const ops[] = {"<", "<=", ">", ">=", "==", "!="};
    unsigned kind = (unsigned)gen_between(0, depth == 0 ? 9 : 7);
    if (kind <= 2)
        cpm_strbuf_printf(out, "(%s) %% %d %s %d", gen_pair(), gen_between(2, 4), GEN_PICK(ops),
                          gen_between(0, 2));
    else if (kind == 3)
        cpm_strbuf_printf(out, "(%s) & 1", gen_pair());
    else if (kind <= 5)
        cpm_strbuf_printf(out, "%s %s %d", gen_pair(), GEN_PICK(ops), gen_between(-3, 9));
    else if (kind <= 7)
        cpm_strbuf_printf(out, "%s %s %s", gen_pair(), GEN_PICK(ops), gen_pair());
    if (kind <= 7)
        return;
    cpm_strbuf_puts(out, kind == 8 ? "not (" : "(");
    gen_pair_condition(out, depth + 1);
    cpm_strbuf_puts(out, gen_chance(50) ? ") and " : ") or ");
    gen_pair_condition(out, depth + 1);
}

static inline void gen_branch_statement(cpm_strbuf *out, const char *indent, bool modular)
{
    static const char *const plain[] = {"s += 1",          "s += i*j",         "t += j",
                                        "t -= s",          "s += j - i",       "t += i",
                                        "s, t = t, s + 1", "s += (i + j) % 3", "t += (j - i) // 2"};
    static const char *const modulo[] = {"s = (2*s + j) % M", "t = (t + s) % M",
                                         "s = (s - i*j) % M", "t = (3*t + 1) % M"};
    cpm_strbuf_printf(out, "%s%s\n", indent,
                      modular && gen_chance(70) ? GEN_PICK(modulo) : GEN_PICK(plain));
}

static inline void gen_branching(cpm_strbuf *out)
{
    static const char *const ranges[] = {"i",     "n",        "i, n",      "i + 2", "2*i",
                                         "n - i", "0, i, 2",  "i, -1, -1", "i, 40", "1, i + 1",
                                         "-i, i", "n, i, -2", "3*i, 2*n"};
    static const char *const leaves[] = {"break", "continue"};
    static const int moduli[] = {7, 10, 97, 1000};
    bool modular = gen_chance(40);
    cpm_strbuf_printf(out, "def f(n):\n  M = %d\n  s, t, j = %d, %d, 0\n", GEN_PICK(moduli),
                      gen_between(0, 3), gen_between(0, 3));
    cpm_strbuf_puts(out,
                    gen_chance(70) ? "  for i in range(n):\n" : "  for i in range(n, 0, -1):\n");
    if (gen_chance(25))
        gen_branch_statement(out, "    ", modular);
    cpm_strbuf_printf(out, "    for j in range(%s):\n", GEN_PICK(ranges));
    for (int count = gen_between(1, 2); count > 0; count--) {
        cpm_strbuf_puts(out, "      if ");
        gen_pair_condition(out, 0);
        cpm_strbuf_puts(out, ":\n");
        gen_branch_statement(out, "        ", modular);
        if (gen_chance(25))
            cpm_strbuf_printf(out, "        %s\n", GEN_PICK(leaves));
        if (gen_chance(35)) {
            cpm_strbuf_puts(out, "      else:\n");
            gen_branch_statement(out, "        ", modular);
        }
        if (gen_chance(30))
            gen_branch_statement(out, "      ", modular);
    }
    if (gen_chance(15))
        cpm_strbuf_puts(out, "    else:\n      t += 1\n");
    if (gen_chance(40))
        gen_branch_statement(out, "    ", modular);
    cpm_strbuf_printf(out, "  return s, t\nprint(f(%d))\nprint(f(%d))\nprint(f(%d))\n",
                      gen_between(0, 4), gen_between(5, 12), gen_between(13, 30));
}

/* ---- Three loops, the bounds of each in the counters around it ------------------------- */

static inline void gen_triple_statement(cpm_strbuf *out, unsigned depth, bool modular)
{
    static const char *const plain[] = {
        "s += 1",         "s += k", "s += i*j*k", "t += s",          "s += k*k - j", "t -= i + k",
        "s += (k - j)*i", "x = k",  "t += x",     "x, y = y, x + y", "z = -z",       "s += z*k"};
    static const char *const modulo[] = {"s = (s + i*j*k) % M",   "t = (t + s*k) % M",
                                         "s = (s + k) % M",       "t = (t + s) % M",
                                         "x, y = y, (x + y) % M", "s = (s + x) % M"};
    cpm_strbuf_fill(out, ' ', 2 * (size_t)depth);
    cpm_strbuf_printf(out, "%s\n", modular ? GEN_PICK(modulo) : GEN_PICK(plain));
}

static inline void gen_triple_condition(cpm_strbuf *out)
{
    static const char *const tests[] = {"i + j > k",
                                        "k > j",
                                        "(i + j + k) % 2 == 0",
                                        "k == j",
                                        "i - j < k",
                                        "k % 3 == 1",
                                        "2*k > i",
                                        "j + k == i",
                                        "k != i - j",
                                        "(k - j) % 2",
                                        "i + k >= 2*j",
                                        "k > 4",
                                        "j > 3",
                                        "2*j < i",
                                        "(i + j) & 1",
                                        "i > 6 and k < j",
                                        "k < i and k > j - i",
                                        "not k < j"};
    cpm_strbuf_puts(out, GEN_PICK(tests));
}

/* The innermost loop, and what stands in it. */
static inline void gen_third(cpm_strbuf *out, unsigned depth, bool modular)
{
    static const char *const ranges[] = {
        "j",        "i - j",    "j, i",         "i, n",      "0, i + j, 2", "i - 1, j, -1",
        "j + 1, i", "i + j",    "n - j",        "j, n",      "j - 3, i",    "0, j, 2",
        "j, j + i", "-j, i",    "i, j - 1, -2", "3, j",      "j, 5",        "i, -1, -1",
        "n, j, -1", "2*j, 2*i", "i - j, i + j", "n - i - j", "0, i - j, 3", "i + j, 2*n"};
    static const char *const leaves[] = {"break", "continue"};
    cpm_strbuf_fill(out, ' ', 2 * (size_t)depth);
    cpm_strbuf_printf(out, "for k in range(%s):\n", GEN_PICK(ranges));
    bool branches = gen_chance(40);
    if (gen_chance(50) || !branches)
        gen_triple_statement(out, depth + 1, modular);
    if (branches) {
        cpm_strbuf_fill(out, ' ', 2 * (size_t)depth + 2);
        cpm_strbuf_puts(out, "if ");
        gen_triple_condition(out);
        cpm_strbuf_puts(out, ":\n");
        gen_triple_statement(out, depth + 2, modular);
        if (gen_chance(40)) {
            cpm_strbuf_fill(out, ' ', 2 * (size_t)depth + 4);
            cpm_strbuf_printf(out, "%s\n", GEN_PICK(leaves));
        }
    }
    if (gen_chance(40))
        gen_triple_statement(out, depth + 1, modular);
    if (gen_chance(15)) {
        cpm_strbuf_fill(out, ' ', 2 * (size_t)depth);
        cpm_strbuf_puts(out, "else:\n");
        gen_triple_statement(out, depth + 1, modular);
    }
}

static inline void gen_triple(cpm_strbuf *out)
{
    static const char *const ranges[] = {"i",     "n",       "i, n", "i + 1", "1, i",  "i, -1, -1",
                                         "n - i", "0, i, 2", "2, i", "5",     "i, 2*i"};
    static const char *const outer[] = {"n", "n, 0, -1", "1, n + 1"};
    static const char *const results[] = {"s", "s, t", "s, t, x"};
    static const int moduli[] = {7, 10, 1000, 998244353, 2};
    bool modular = gen_chance(40);
    cpm_strbuf_printf(out, "def f(n):\n  M = %d\n  x, y, z, s, t, k = %d, %d, 1, 0, 0, 4\n",
                      GEN_PICK(moduli), gen_between(0, 1), gen_between(0, 1));
    cpm_strbuf_printf(out, "  for i in range(%s):\n    for j in range(%s):\n", GEN_PICK(outer),
                      GEN_PICK(ranges));
    if (gen_chance(30))
        cpm_strbuf_puts(out, "      x, y = 0, 1\n");
    if (gen_chance(20))
        cpm_strbuf_puts(out, "      z = 1\n");
    if (gen_chance(15)) {
        cpm_strbuf_puts(out, "      if j > 3:\n");
        gen_third(out, 4, modular);
    } else {
        gen_third(out, 3, modular);
    }
    if (gen_chance(20))
        cpm_strbuf_puts(out, "      t += k\n");
    if (gen_chance(30))
        cpm_strbuf_puts(out, modular ? "    t = (t + s) % M\n" : "    t += s\n");
    cpm_strbuf_printf(out, "  return %s\nprint(f(%d))\nprint(f(%d))\n", GEN_PICK(results),
                      gen_between(0, 7), gen_between(8, 15));
}

/* ---- Residues -------------------------------------------------------------------------- */

static inline void gen_fold(cpm_strbuf *out)
{
    static const char *const sums[] = {"a + b", "a - b",     "b - a", "a + c",
                                       "a + 1", "a + b + c", "b"};
    static const char *const folds[] = {"if %s >= M: %s -= M",    "if M <= %s: %s -= M",
                                        "if %s > M - 1: %s -= M", "if %s < 0: %s += M",
                                        "if %s > M: %s -= M",     "if %s >= M: %s -= M - 1"};
    static const char *const names[] = {"a", "b", "c"};
    const char *v = GEN_PICK(names), *fold = GEN_PICK(folds);
    cpm_strbuf_printf(out, "    %s = %s\n    ", v, GEN_PICK(sums));
    for (const char *at = fold; *at != '\0'; at++)
        if (at[0] == '%') {
            cpm_strbuf_puts(out, v);
            at++;
        } else {
            cpm_strbuf_append(out, at, 1);
        }
    cpm_strbuf_puts(out, "\n");
}

static inline void gen_residues(cpm_strbuf *out)
{
    static const char *const others[] = {"a, b = b, c",
                                         "a, b, c = b, c, a",
                                         "c = (a*3 + i) % M",
                                         "b = (b - 2*c) % M",
                                         "a = (a + pow(3, i, M)) % M",
                                         "c = pow(a + b, 2, M)",
                                         "s += 1"};
    static const char *const masks[] = {"a = (a*5 + 1) & (M - 1)", "b = (M - 1) & (b + c)",
                                        "c = (c - a) & (M - 1)"};
    static const int moduli[] = {7, 16, 2, 1, 97, 1009, 8};
    int m = GEN_PICK(moduli);
    bool masked = (m & (m - 1)) == 0;
    cpm_strbuf_printf(out, "def f(n):\n  M = %d\n  a, b, c, s = %d, %d, %d, 0\n", m,
                      gen_chance(85) ? gen_between(0, m - 1) : gen_between(-1, m),
                      gen_between(0, m - 1), gen_between(0, m - 1));
    cpm_strbuf_puts(out, "  for i in range(n):\n");
    for (int count = gen_between(1, 3); count > 0; count--)
        if (gen_chance(55))
            gen_fold(out);
        else
            cpm_strbuf_printf(out, "    %s\n",
                              masked && gen_chance(50) ? GEN_PICK(masks) : GEN_PICK(others));
    cpm_strbuf_printf(out, "  return a, b, c, s\nprint(f(%d))\nprint(f(%d))\nprint(f(%d))\n",
                      gen_between(0, 4), gen_between(5, 12), gen_between(13, 60));
}

/* ---- Loops that repeat themselves --------------------------------------------------------- */

static inline void gen_repeating_statement(cpm_strbuf *out, unsigned indent, unsigned depth)
{
    static const char *const plain[] = {"x = (x*x + 1) % 31",
                                        "y = (y*3 + x) % 16",
                                        "z = (x ^ y) & 15",
                                        "x = x + i % 3 & 7",
                                        "x, y = y, (x + y) % 10",
                                        "z = h(x + y)",
                                        "s += x",
                                        "s -= y*z",
                                        "t += 1",
                                        "u += h(z)",
                                        "s += t",
                                        "x = (x + i) % 13",
                                        "w = x",
                                        "y = (y + 5) % 12"};
    static const char *const tests[] = {"x & 1",      "y % 3 == 0", "not z",
                                        "i % 4 == 1", "h(x) > 2",   "x > y"};
    static const char *const ends[] = {"break", "continue", "return x, s, i"};
    cpm_strbuf_fill(out, ' ', 2 * (size_t)indent);
    unsigned kind = (unsigned)unit_below(12);
    if (kind < 2 && depth > 0) {
        cpm_strbuf_printf(out, "if %s:\n", GEN_PICK(tests));
        gen_repeating_statement(out, indent + 1, depth - 1);
    } else if (kind == 2 && depth > 0) {
        cpm_strbuf_puts(out, gen_chance(50) ? "for j in range(3):\n" : "for j in range(x % 4):\n");
        gen_repeating_statement(out, indent + 1, depth - 1);
    } else if (kind == 3) {
        cpm_strbuf_printf(out, "if x == %d and y == %d: %s\n", gen_between(0, 15),
                          gen_between(0, 11), GEN_PICK(ends));
    } else {
        cpm_strbuf_printf(out, "%s\n", GEN_PICK(plain));
    }
}

static inline void gen_repeating(cpm_strbuf *out)
{
    int n = gen_between(1001, 2500);
    cpm_strbuf_printf(out,
                      "k = %d\ndef h(a):\n  b = a * k + 1\n  if a %% 2: b += 3\n  return b %% 11\n",
                      gen_between(0, 5));
    cpm_strbuf_printf(out, "def f():\n  x, y, z, s, t, u, w = %d, %d, %d, %s, 0, 0, 0\n",
                      gen_between(0, 50), gen_between(0, 9), gen_between(0, 9),
                      gen_chance(70) ? "0" : "10**30");
    cpm_strbuf_printf(
        out, gen_chance(60) ? "  for i in range(%d):\n" : "  for i in range(%d, 3, -1):\n", n);
    for (int count = gen_between(2, 5); count > 0; count--)
        gen_repeating_statement(out, 2, 2);
    if (gen_chance(20))
        cpm_strbuf_puts(out, "  else:\n    t += 1\n");
    cpm_strbuf_puts(out, "  return x, y, z, s, t, u, w, i\nprint(f())\n");
}

/* ---- Functions that are called -------------------------------------------------------------- */

static inline void gen_calling(cpm_strbuf *out)
{
    static const char *const calls[] = {"a, b = pair(a, c)",
                                        "a, b = pair(b, m=c, k=a)",
                                        "c += way(i)",
                                        "s += way(i - 2)",
                                        "c = line(a, b)",
                                        "a = line(line(b, c), y=a)",
                                        "s += line(i)",
                                        "b = (b + rounds(a)) % 97",
                                        "if odd(i): s += a",
                                        "a, b = both(b, a)",
                                        "s += g",
                                        "c = -c + way(3)",
                                        "for j in range(2): a += line(j, c)"};
    cpm_strbuf_printf(out, "g = %d\n", gen_between(-3, 5));
    cpm_strbuf_puts(
        out, "def line(x, y=2):\n  t = 2*x - y\n  t += g\n  return t\n"
             "def pair(x, k, m=97):\n  return (x + 2*k) % 97, k + 1\n"
             "def both(x, k):\n  if g > 1: return k, x\n  return pair(x, k)\n"
             "def way(n):\n  if n % 3 == 0:\n    return n // 3\n  elif n > 12:\n    return g\n"
             "  return 3*n + 1\n"
             "def odd(n):\n  return n % 2 == 1\n"
             "def rounds(x):\n  for q in range(3):\n    x = 2*x + q\n  return x\n");
    cpm_strbuf_puts(out, "def f(n):\n  a, b, c, s = 1, 2, 3, 0\n  for i in range(n):\n");
    for (int count = gen_between(1, 3); count > 0; count--)
        cpm_strbuf_printf(out, "    %s\n", GEN_PICK(calls));
    cpm_strbuf_puts(out, gen_chance(50) ? "  return a, b, c, s\n" : "  return s, c\n");
    cpm_strbuf_printf(out, "print(f(%d))\nprint(f(%d))\n", gen_between(0, 8), gen_between(9, 30));
}

/* ---- Products with counters that do not close ------------------------------------------------ */

/* Linear in x, y, s with counters i and k in the coefficients, now and then not quite. */
static inline void gen_varying_statement(cpm_strbuf *out, bool modular)
{
    static const char *const plain[] = {"x = x*i",
                                        "x *= i + 1",
                                        "x, y = y, 2*x*i - y*k",
                                        "y = y*(k - i) + i*i",
                                        "s += x",
                                        "s += x*i",
                                        "k += 3",
                                        "k = k - 1",
                                        "y = 3*y + x*k",
                                        "x = (i - 4)*x + k*i*y",
                                        "x, y = x*k, y*i",
                                        "s = s*i*i - y",
                                        "x = x*y",
                                        "s = -s + g*i"};
    static const char *const modulo[] = {"x = x*i % M",
                                         "x = (x*(i + k) + i) % M",
                                         "x, y = y, (x*i + y*k) % M",
                                         "y = (y*i*i - x) % M",
                                         "s = (s + x*i) % M",
                                         "k += 2",
                                         "s += i"};
    cpm_strbuf_printf(out, "    %s\n", modular ? GEN_PICK(modulo) : GEN_PICK(plain));
}

static inline void gen_varying(cpm_strbuf *out)
{
    static const char *const ranges[] = {"n", "1, n + 1", "n, 0, -1", "2, 2*n, 2", "-3, n"};
    static const char *const results[] = {"x", "s, x", "x, y, s, k", "y, i", "x, y, s, k, i"};
    static const int moduli[] = {7, 10, 1000, 998244353, 2, 12};
    bool modular = gen_chance(40);
    cpm_strbuf_printf(out, "def f(n, g=2):\n  M = %d\n  x, y, s, k, i = %d, %d, 0, %d, 0\n",
                      GEN_PICK(moduli), gen_between(1, 3), gen_between(0, 3), gen_between(-2, 6));
    cpm_strbuf_printf(out, "  for i in range(%s):\n", GEN_PICK(ranges));
    for (int count = gen_between(1, 4); count > 0; count--)
        gen_varying_statement(out, modular);
    cpm_strbuf_printf(out, "  return %s\n", GEN_PICK(results));
    cpm_strbuf_printf(out, "print(f(%d))\nprint(f(%d))\n", gen_between(0, 8), gen_between(9, 30));
}

#endif
