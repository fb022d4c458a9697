/* SPDX-License-Identifier: MIT
 *
 * gen_lists.h - random programs whose loops work on lists: state vectors that are changed
 * in place or rebuilt, windows, matrices, tables of constants, tuples, and functions that
 * take and return lists; with names and items that share lists in all manner of ways,
 * which the program prints at its end. Names:
 *
 *     a b c      lists of three numbers        m     a list of two lists
 *     t          a table of constants          p     a tuple of numbers
 *     d          a dictionary of lists
 *     s r w      numbers                       z     lists that stay outside the loop
 */
#ifndef CPM_TESTS_GEN_LISTS_H
#define CPM_TESTS_GEN_LISTS_H

#include "gen_program.h"

typedef struct list_generator {
    generator g;
    const char *modulus; /* " % M", or nothing */
    bool in_inner;       /* j counts from 0 to 2 */
    bool in_function;    /* x is a list, and the others are not there */
} list_generator;

static inline const char *genl_list(const list_generator *lg)
{
    static const char *const names[] = {"a", "b", "c", "a", "b", "m[0]", "m[1]"};
    return lg->in_function ? "x" : GEN_PICK(names);
}

static inline const char *genl_name(void)
{
    static const char *const names[] = {"a", "b", "c"};
    return GEN_PICK(names);
}

static inline const char *genl_index(const list_generator *lg)
{
    static const char *const plain[] = {"0", "1", "2", "-1", "0", "1"};
    static const char *const inner[] = {"j", "j", "(j + 1) % 3", "2 - j", "j - 1"};
    static const char *const counted[] = {"i % 2", "(i + 1) % 3", "i % 3"};
    if (lg->in_inner && gen_chance(70))
        return GEN_PICK(inner);
    return !lg->in_function && gen_chance(6) ? GEN_PICK(counted) : GEN_PICK(plain);
}

static inline void genl_item(list_generator *lg)
{
    cpm_strbuf_printf(lg->g.out, "%s[%s]", genl_list(lg), genl_index(lg));
}

/* A term of a sum. */
static inline void genl_term(list_generator *lg)
{
    cpm_strbuf *out = lg->g.out;
    switch (unit_below(lg->in_function ? 3 : 13)) {
    case 0:
        cpm_strbuf_printf(out, "%d", gen_between(0, 5));
        break;
    case 3:
        gen_puts(&lg->g, GEN_PICK(((const char *const[]){"s", "r", "i", "s", "p[0]", "p[1]"})));
        break;
    case 4:
        cpm_strbuf_printf(out, "t[%s][%d] * ", genl_index(lg), gen_between(0, 1));
        genl_item(lg);
        break;
    case 5:
        cpm_strbuf_printf(out, "sum(%s)", genl_list(lg));
        break;
    case 6:
        cpm_strbuf_printf(out, "len(%s)", genl_list(lg));
        break;
    case 7:
        cpm_strbuf_printf(out, "sum(t[q][0] * %s[q] for q in range(3))", genl_list(lg));
        break;
    case 8:
        cpm_strbuf_printf(out, gen_chance(70) ? "first(%s)" : "bump(%s)", genl_list(lg));
        break;
    case 9:
        cpm_strbuf_printf(out, "d[%s][%d]", GEN_PICK(((const char *const[]){"0", "'k'", "i % 2"})),
                          gen_between(0, 1));
        break;
    default:
        cpm_strbuf_printf(out, "%d * ", gen_between(1, 3));
        genl_item(lg);
    }
}

static inline void genl_sum(list_generator *lg)
{
    if (lg->modulus[0] != '\0')
        gen_puts(&lg->g, "(");
    genl_term(lg);
    for (unsigned n = (unsigned)unit_below(3); n > 0; n--) {
        gen_puts(&lg->g, gen_chance(80) ? " + " : " - ");
        genl_term(lg);
    }
    if (lg->modulus[0] != '\0')
        cpm_strbuf_printf(lg->g.out, ")%s", lg->modulus);
}

/* A list of three. */
static inline void genl_new_list(list_generator *lg)
{
    cpm_strbuf *out = lg->g.out;
    const char *list = genl_list(lg);
    switch (unit_below(lg->in_function ? 5 : 12)) {
    case 0:
        cpm_strbuf_printf(out, "[x0 + %d for x0 in %s]", gen_between(0, 3), list);
        break;
    case 1:
        cpm_strbuf_printf(out, "%s[1:] + [%s[0]]", list, list);
        break;
    case 2:
        cpm_strbuf_printf(out, "%s[::-1]", list);
        break;
    case 3:
        cpm_strbuf_printf(out, GEN_PICK(((const char *const[]){"%s[:]", "list(%s)", "%s.copy()"})),
                          list);
        break;
    case 4:
        gen_puts(&lg->g, "[");
        genl_sum(lg);
        gen_puts(&lg->g, ", ");
        genl_sum(lg);
        cpm_strbuf_printf(out, ", %s[2]]", list);
        break;
    case 5:
        gen_puts(&lg->g, "[");
        genl_sum(lg);
        gen_puts(&lg->g, "] * 3");
        break;
    case 6:
        gen_puts(&lg->g, "[");
        genl_sum(lg);
        cpm_strbuf_printf(out, "] + %s[:2]", list);
        break;
    case 7:
        cpm_strbuf_printf(out, "step(%s)", list);
        break;
    case 8:
        cpm_strbuf_printf(out, "[sum(t[q][e] * %s[q] for q in range(3))%s for e in (0, 1, 0)]",
                          list, lg->modulus);
        break;
    case 9:
        cpm_strbuf_printf(out, "[y0 - z0%s for y0, z0 in zip(%s, %s)]", "", list, genl_list(lg));
        break;
    case 10:
        cpm_strbuf_printf(out, "[e * f for e, f in enumerate(%s)]", list);
        break;
    default:
        gen_puts(&lg->g, list); /* itself */
    }
}

static inline void genl_line(list_generator *lg, const char *text)
{
    gen_line(&lg->g);
    gen_puts(&lg->g, text);
    gen_puts(&lg->g, "\n");
}

static inline void genl_stmt(list_generator *lg);

static inline void genl_inner(list_generator *lg)
{
    static const char *const loops[] = {"for j in range(3):\n", "for j in range(2, -1, -1):\n",
                                        "for j in (0, 2, 1):\n",
                                        "for j, (e, f) in enumerate(t):\n"};
    gen_line(&lg->g);
    gen_puts(&lg->g, GEN_PICK(loops));
    bool outer = lg->in_inner;
    lg->in_inner = true;
    lg->g.indent++;
    lg->g.loop_depth++;
    for (int n = gen_between(1, 2); n > 0; n--)
        genl_stmt(lg);
    lg->g.indent--;
    lg->g.loop_depth--;
    lg->in_inner = outer;
}

static inline void genl_if(list_generator *lg)
{
    static const char *const tests[] = {"i % 2 == 0",
                                        "i < 5",
                                        "i == 7",
                                        "len(a) == 3",
                                        "a is b",
                                        "0 in (1, 2)",
                                        "i % 3",
                                        "t[0][1]",
                                        "not i % 2",
                                        "s < 9",
                                        "t[1][0] > 1 and i >= 3"};
    gen_line(&lg->g);
    cpm_strbuf_printf(lg->g.out, "if %s:\n", GEN_PICK(tests));
    lg->g.indent++;
    genl_stmt(lg);
    lg->g.indent--;
    if (gen_chance(40)) {
        genl_line(lg, "else:");
        lg->g.indent++;
        genl_stmt(lg);
        lg->g.indent--;
    }
}

/* What happens to the same lists. */
static inline void genl_share(list_generator *lg)
{
    static const char *const lines[] = {
        "a, b = b, a",
        "b = a",
        "m[0], m[1] = m[1], m[0]",
        "m[0] = a",
        "c = m[1]",
        "m = [a, b]",
        "m = [m[1], m[0]]",
        "a, b, c = c, a, b",
        "m = [a[:], b]",
        "m = [[0] * 3] * 2",
        "m[0] = m[1]",
        "b = z",
        "m = [g[:] for g in m]",
        "d['k'][1] = a[0]",
        "a = d[0]",
        "(s, r), q = p, a",
        "a = m.pop(0); m.append(b)",
        "p = (p[1], s)",
        "s, r = p",
    };
    genl_line(lg, GEN_PICK(lines));
}

static inline void genl_in_place(list_generator *lg)
{
    static const char *const lines[] = {"%s.append(%s.pop(0))\n",     "%s.insert(0, %s.pop())\n",
                                        "%s.reverse(); %s[0] += 1\n", "change(%s, %s[1])\n",
                                        "%s[:2] = %s[1:]\n",          "%s[0], %s[1] = 1, 2\n"};
    const char *list = genl_list(lg), *other = gen_chance(80) ? list : genl_list(lg);
    gen_line(&lg->g);
    cpm_strbuf_printf(lg->g.out, GEN_PICK(lines), list, other);
}

/* A sum of two residues, or what passes for one. */
static inline void genl_fold(list_generator *lg)
{
    const char *name = gen_chance(50) ? "w" : "c[1]";
    gen_line(&lg->g);
    cpm_strbuf_printf(lg->g.out, "%s = a[%d] + %s[1]\n", name, gen_between(0, 2), genl_list(lg));
    gen_line(&lg->g);
    cpm_strbuf_printf(lg->g.out, "if %s >= M: %s -= M\n", name, name);
    gen_line(&lg->g);
    cpm_strbuf_printf(lg->g.out, "a[%d] = %s\n", gen_between(0, 2), name);
}

static inline void genl_stmt(list_generator *lg)
{
    cpm_strbuf *out = lg->g.out;
    unsigned kind = (unsigned)unit_below(lg->in_function ? 4 : 14);
    if (kind == 8 && !lg->in_inner && lg->g.loop_depth < 2) {
        genl_inner(lg);
        return;
    }
    if (kind == 9 && lg->g.indent < 4) {
        genl_if(lg);
        return;
    }
    if (kind == 10 && gen_chance(50)) {
        genl_share(lg);
        return;
    }
    if (kind == 11 && gen_chance(60)) {
        genl_in_place(lg);
        return;
    }
    if (kind == 12 && lg->modulus[0] != '\0' && gen_chance(50)) {
        genl_fold(lg);
        return;
    }
    gen_line(&lg->g);
    if (kind < 3) {
        genl_item(lg);
        gen_puts(&lg->g, " = ");
    } else if (kind < 5 && lg->modulus[0] == '\0') {
        genl_item(lg);
        gen_puts(&lg->g, gen_chance(80) ? " += " : " -= ");
    } else if (kind == 5) {
        gen_puts(&lg->g, lg->in_function ? "x[0] = " : gen_chance(50) ? "s = " : "r = ");
    } else if (kind < 8 && !lg->in_function) {
        cpm_strbuf_printf(out, "%s = ", genl_name());
        genl_new_list(lg);
        gen_puts(&lg->g, "\n");
        return;
    } else {
        genl_item(lg);
        gen_puts(&lg->g, " = ");
    }
    genl_sum(lg);
    gen_puts(&lg->g, "\n");
}

static inline void genl_functions(list_generator *lg)
{
    lg->in_function = true;
    gen_puts(&lg->g, "def first(x):\n  return x[0]\n"
                     "def bump(x):\n  x[0] = (x[0] + 1) % M\n  return x[0]\n"
                     "def change(x, y):\n");
    lg->g.indent = 1;
    genl_stmt(lg);
    genl_line(lg, "x[1] = y");
    gen_puts(&lg->g, "def step(x):\n");
    if (gen_chance(40))
        genl_stmt(lg);
    genl_line(lg, gen_chance(30) ? "q = x" : "q = [0] * 3");
    genl_line(lg, "for j in range(3):");
    cpm_strbuf_printf(lg->g.out, "    q[j] = (x[j] + 2 * x[j - 1])%s\n", lg->modulus);
    genl_line(lg, gen_chance(80) ? "return q" : "return x");
    lg->g.indent = 0;
    lg->in_function = false;
}

/* A program of lists. */
static inline void gen_list_program(cpm_strbuf *out)
{
    list_generator lg = {.g = {.out = out}};
    lg.modulus = gen_chance(50) ? " % M" : "";
    cpm_strbuf_printf(out, "M = %s\n", gen_chance(50) ? "97" : "10**9 + 7");
    genl_functions(&lg);
    cpm_strbuf_printf(
        out,
        "t = [(1, 2), (0, 1), (%d, 3)]\n"
        "a = [%d, 1, 0]\nb = %s\nc = [2, %d, 1]\nm = %s\nz = %s\n"
        "p = (1, 2)\ns = %d\nr = 1\nd = {0: [1, 2], 1: (3, 0), 'k': b}\n",
        gen_between(0, 3), gen_between(0, 3), gen_chance(75) ? "[0, 0, 1]" : "a", gen_between(0, 3),
        GEN_PICK(((const char *const[]){"[[1, 0, 0], [0, 1, 0]]", "[a, [1, 1, 1]]", "[[0] * 3] * 2",
                                        "[a[:], b]"})),
        GEN_PICK(((const char *const[]){"[5, 6, 7]", "a", "m[0]", "[a, b]"})), gen_between(0, 3));
    cpm_strbuf_printf(out, "for i in range(%d):\n",
                      gen_chance(20) ? gen_between(0, 5) : gen_between(6, 40));
    lg.g.indent = 1;
    lg.g.loop_depth = 1;
    for (int n = gen_between(1, 4); n > 0; n--)
        genl_stmt(&lg);
    gen_puts(&lg.g, "print(a, b, c, m, p, s, r, z, d)\n"
                    "print([u is v for u in (a, b, c, m[0], m[1]) for v in (a, b, c, z, m[0])])\n"
                    "a[0] = -1\nm[0][1] = -2\nprint(a, b, c, m, z, d)\n");
}

#endif
