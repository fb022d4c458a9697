/* SPDX-License-Identifier: MIT
 *
 * gen_program.h - random programs in the Python subset, for tests that run each
 * in several ways.
 *
 * Most statements are such that a loop can be accelerated; some are not
 * (products of variables, conditions on them, prints, breaks, calls), so that
 * the plain road and the mixed one are taken too. Numbers stay small enough to
 * compare: what could square itself is taken modulo something. Names:
 *
 *     k0 k1 k2     never assigned by a loop      v0..v4   assigned, bound before
 *     p0 p1        mostly predictable values     w0 w1    first assigned in a body
 *     i j l        loop variables                b0       a truth value
 *     g0           a global of functions              r0 r1    ranges, short and long
 *     u0 u1        counted by while loops
 */
#ifndef CPM_TESTS_GEN_PROGRAM_H
#define CPM_TESTS_GEN_PROGRAM_H

#include "gen_base.h"

/* ---- Predictable expressions ------------------------------------------- */

static inline void gen_predictable(generator *g, unsigned depth);

static inline void gen_leaf(generator *g)
{
    switch (unit_below(8)) {
    case 0:
        gen_puts(g, gen_chance(50) ? "(p0 % 101)" : "(p1 % 37)");
        break;
    case 1:
        gen_puts(g, gen_chance(50) ? "True" : "b0");
        break;
    case 2:
    case 3:
        gen_puts(g, gen_constant_name());
        break;
    default:
        if (gen_chance(3))
            gen_puts(g, "len(r0)");
        else
            cpm_strbuf_printf(g->out, gen_chance(20) ? "(%d)" : "%d", gen_between(0, 12));
    }
}

/* What a loop variable, or one that a while loop counts, decides. */
static inline void gen_counter_condition(generator *g, unsigned depth)
{
    static const char *const ops[] = {"<", "<=", ">", ">=", "==", "!="};
    const char *c = gen_counters[unit_below(g->loop_depth > 0 ? g->loop_depth : 1)];
    char counted[16];
    if (g->while_depth > 0 && (g->loop_depth == 0 || gen_chance(40))) {
        snprintf(counted, sizeof counted, "u%u", (unsigned)unit_below(g->while_depth));
        c = counted;
    }
    switch (unit_below(depth > 0 ? 10 : 6)) {
    case 9:
        cpm_strbuf_printf(g->out, "(%s*%s + %d) %% %d %s %d", c, c, gen_between(-3, 5),
                          gen_between(2, 6), GEN_PICK(ops), gen_between(0, 3));
        break;
    case 0:
    case 1:
        cpm_strbuf_printf(g->out, "(%d*%s + %d) %% %d %s %d", gen_between(-2, 3), c,
                          gen_between(-3, 5), gen_between(1, 5), GEN_PICK(ops), gen_between(0, 3));
        break;
    case 2:
        cpm_strbuf_printf(g->out, "%s & %d", c, (1 << gen_between(1, 3)) - 1);
        break;
    case 3:
        cpm_strbuf_printf(g->out, "%s // %d %s k1", c, gen_between(1, 4), GEN_PICK(ops));
        break;
    case 4:
        cpm_strbuf_printf(g->out, "%d %s %s + k0", gen_between(-5, 60), GEN_PICK(ops), c);
        break;
    case 5:
        cpm_strbuf_printf(g->out, "%s %s %d", c, GEN_PICK(ops), gen_between(-3, 40));
        break;
    case 6:
        gen_puts(g, "not ");
        gen_counter_condition(g, depth - 1);
        break;
    default:
        gen_puts(g, "(");
        gen_counter_condition(g, depth - 1);
        gen_puts(g, gen_chance(50) ? " and " : " or ");
        gen_counter_condition(g, depth - 1);
        gen_puts(g, ")");
    }
}

static inline void gen_condition(generator *g, unsigned depth)
{
    static const char *const ops[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    if (g->loop_depth + g->while_depth > 0 && gen_chance(25)) {
        gen_counter_condition(g, 2);
        return;
    }
    gen_predictable(g, depth);
    gen_puts(g, GEN_PICK(ops));
    gen_predictable(g, depth);
    if (gen_chance(15)) {
        gen_puts(g, GEN_PICK(ops));
        gen_leaf(g);
    }
}

/* One of every operator; operands that could make it large or an error are
 * kept in bounds, mostly. */
static inline void gen_operator(generator *g, unsigned depth)
{
    static const char *const plain[] = {" + ", " - ", " * ", " & ", " | ", " ^ "};
    static const char *const divide[] = {" // ", " % "};
    switch (unit_below(10)) {
    case 0:
        gen_predictable(g, depth);
        cpm_strbuf_printf(g->out, "%s%d", GEN_PICK(divide), gen_between(1, 9));
        break;
    case 1:
        gen_predictable(g, depth);
        cpm_strbuf_printf(g->out, "%s(%s * 2 + 1)", GEN_PICK(divide), gen_constant_name());
        break;
    case 2:
        gen_leaf(g);
        cpm_strbuf_printf(g->out, " ** %d", gen_between(0, 4));
        break;
    case 3:
        gen_predictable(g, depth);
        cpm_strbuf_printf(g->out, " %s %d", gen_chance(50) ? "<<" : ">>", gen_between(0, 9));
        break;
    case 4:
        cpm_strbuf_puts(g->out, gen_chance(50) ? "-" : "~");
        gen_leaf(g);
        break;
    case 5:
        gen_leaf(g);
        cpm_strbuf_puts(g->out, gen_chance(50) ? " // " : " % ");
        if (unit_below(1000) < 10 * g->wild)
            gen_leaf(g); /* perhaps zero */
        else
            cpm_strbuf_printf(g->out, "-%d", gen_between(1, 9));
        break;
    default:
        gen_predictable(g, depth);
        gen_puts(g, GEN_PICK(plain));
        gen_predictable(g, depth);
    }
}

static inline void gen_builtin(generator *g, unsigned depth)
{
    static const char *const calls[] = {"abs(",       "min(3, ", "max(-2, ",
                                        "pow(3, 2, ", "int(",    "bool("};
    const char *call = GEN_PICK(calls);
    gen_puts(g, call);
    gen_predictable(g, depth);
    if (strcmp(call, "pow(3, 2, ") == 0)
        gen_puts(g, " | 1");
    gen_puts(g, ")");
}

static inline void gen_predictable(generator *g, unsigned depth)
{
    if (depth == 0 || gen_chance(35)) {
        gen_leaf(g);
        return;
    }
    depth--;
    gen_puts(g, "(");
    switch (unit_below(12)) {
    case 0:
        gen_condition(g, depth);
        break;
    case 1:
        gen_predictable(g, depth);
        gen_puts(g, gen_chance(50) ? " and " : " or ");
        gen_predictable(g, depth);
        break;
    case 2:
        gen_puts(g, "not ");
        gen_leaf(g);
        break;
    case 3:
        gen_predictable(g, depth);
        gen_puts(g, " if ");
        gen_condition(g, depth);
        gen_puts(g, " else ");
        gen_predictable(g, depth);
        break;
    case 4:
        gen_builtin(g, depth);
        break;
    default:
        gen_operator(g, depth);
    }
    gen_puts(g, ")");
}

/* ---- Linear expressions ------------------------------------------------ */

/* What keeps slope * counter + it from being negative, if it is to. */
static inline int gen_exponent(generator *g, int slope)
{
    enum { LOWEST = -40 * 7 - 6 }; /* a loop variable is not below it, unless modified */
    return unit_below(1000) < 10 * g->wild ? gen_between(0, 20) : -slope * LOWEST;
}

/* A polynomial or an exponential in a loop variable. */
static inline void gen_counter_term(generator *g)
{
    if (g->loop_depth == 0) {
        gen_leaf(g);
        return;
    }
    const char *c = gen_counters[unit_below(g->loop_depth)];
    switch (unit_below(22)) {
    case 13:
        cpm_strbuf_printf(g->out, gen_chance(50) ? "max(%s, %d)" : "min(%s + k0, %d, 2*%s)", c,
                          gen_between(-5, 20), c);
        break;
    case 14:
        cpm_strbuf_printf(g->out, "abs(%d - %s)", gen_between(-3, 20), c);
        break;
    case 15: /* a number, but not alone */
        cpm_strbuf_printf(g->out, "(%s >= %d)", c, gen_between(-3, 20));
        break;
    case 11:
        cpm_strbuf_printf(g->out, gen_chance(50) ? "%s*(%s + 1)//%d" : "%s*(%s - 3) %% %d", c, c,
                          gen_between(2, 6));
        break;
    case 12:
        cpm_strbuf_printf(g->out, "(%s**3 - %d*%s)//6 %% %d", c, gen_between(-1, 2), c,
                          gen_between(2, 5));
        break;
    case 8:
        cpm_strbuf_printf(g->out, "(%s + %d) // %d", c, gen_between(-3, 3), gen_between(1, 4));
        break;
    case 9:
        cpm_strbuf_printf(g->out, "(%d*%s - 1) %% %d", gen_between(-2, 3), c, gen_between(1, 6));
        break;
    case 10:
        cpm_strbuf_printf(g->out, gen_chance(50) ? "(%s & 3)" : "(%s >> 1)", c);
        break;
    case 0:
        cpm_strbuf_printf(g->out, "%s*%s", c, c);
        break;
    case 1:
        cpm_strbuf_printf(g->out, "(%s + %d)**%d", c, gen_between(-2, 3), gen_between(0, 4));
        break;
    case 2:
        cpm_strbuf_printf(g->out, "(%d)**(%s + %d)", gen_between(-3, 4), c, gen_exponent(g, 1));
        break;
    case 3:
        cpm_strbuf_printf(g->out, "(%d)**(2*%s + %d)", gen_between(-2, 2), c, gen_exponent(g, 2));
        break;
    case 4:
        cpm_strbuf_printf(g->out, "%s * (%s + k0) * %d", c, c, gen_between(-3, 3));
        break;
    case 5:
        cpm_strbuf_printf(g->out, "(2**(%s + %d) - %s)*%s", c, gen_exponent(g, 1), c, c);
        break;
    case 6:
        cpm_strbuf_printf(g->out, "pow(%s, %d)", c, gen_between(0, 3));
        break;
    case 7:
        cpm_strbuf_printf(g->out, "k0*%s**2 - %s*k1 + 3", c, c);
        break;
    default:
        gen_puts(g, c);
    }
}

/* Not linear, or not possible at all. */
static inline void gen_wild_term(generator *g)
{
    switch (unit_below(9)) {
    case 0:
        cpm_strbuf_printf(g->out, "(%s %% 97)*(%s %% 89)", gen_variable(g), gen_variable(g));
        break;
    case 1:
        cpm_strbuf_printf(g->out, "%s // 3", gen_variable(g));
        break;
    case 2:
        cpm_strbuf_printf(g->out, "(%s & 255)", gen_variable(g));
        break;
    case 3:
        cpm_strbuf_printf(g->out, "(%s > %s)", gen_variable(g), gen_variable(g));
        break;
    case 4:
        cpm_strbuf_printf(g->out, "h(%s %% 50)", gen_variable(g));
        break;
    case 5:
        gen_puts(g, gen_chance(50) ? "w0" : "w1"); /* perhaps unbound */
        break;
    case 6:
        gen_puts(g, "k1 // (k0 - k0)");
        break;
    case 7:
        cpm_strbuf_printf(g->out, "(i*j if k0 else 1) + 0*%s", gen_variable(g));
        break;
    default:
        cpm_strbuf_printf(g->out, "abs(%s)", gen_variable(g));
    }
}

static inline void gen_term(generator *g)
{
    if (unit_below(1000) < g->wild) {
        gen_wild_term(g);
        return;
    }
    switch (unit_below(10)) {
    case 0:
    case 1:
        gen_predictable(g, 2);
        break;
    case 2:
        gen_counter_term(g);
        break;
    case 3:
        gen_leaf(g);
        cpm_strbuf_printf(g->out, "*%s", gen_variable(g));
        break;
    case 4:
        cpm_strbuf_printf(g->out, "%s*", gen_variable(g));
        gen_predictable(g, 1);
        break;
    case 5:
        cpm_strbuf_printf(g->out, "%d*(%s - %s)", gen_between(-3, 3), gen_variable(g),
                          gen_variable(g));
        break;
    case 6:
        cpm_strbuf_printf(g->out, "-%s", gen_variable(g));
        break;
    default:
        gen_puts(g, gen_variable(g));
    }
}

static inline void gen_linear(generator *g)
{
    if (gen_chance(3)) {
        cpm_strbuf_printf(g->out, "%s if ", gen_variable(g));
        gen_condition(g, 1);
        gen_puts(g, " else ");
    }
    gen_term(g);
    for (int more = gen_between(0, 2); more > 0; more--) {
        gen_puts(g, gen_chance(60) ? " + " : " - ");
        gen_term(g);
    }
}

/* ---- Statements -------------------------------------------------------- */

static inline void gen_block(generator *g, unsigned most);

static inline void gen_parallel(generator *g)
{
    int count = gen_between(2, 3);
    for (int i = 0; i < count; i++)
        cpm_strbuf_printf(g->out, "%s%s", i ? ", " : "", gen_target(g));
    gen_puts(g, " = ");
    for (int i = 0; i < count; i++) {
        gen_puts(g, i ? ", " : "");
        if (gen_chance(50))
            gen_puts(g, gen_variable(g));
        else if (gen_chance(20))
            gen_predictable(g, 2);
        else
            gen_linear(g);
    }
}

static inline void gen_augmented(generator *g)
{
    static const char *const any[] = {"//=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**="};
    if (unit_below(1000) < g->wild) {
        cpm_strbuf_printf(g->out, "%s %s %d", gen_chance(50) ? "p0" : gen_target(g), GEN_PICK(any),
                          gen_between(1, 2));
    } else if (gen_chance(20)) {
        cpm_strbuf_printf(g->out, "%s *= ", gen_target(g));
        gen_leaf(g);
    } else {
        cpm_strbuf_printf(g->out, "%s %s ", gen_target(g), gen_chance(60) ? "+=" : "-=");
        gen_linear(g);
    }
}

static inline void gen_assignment(generator *g)
{
    static const char *const predictable[] = {"p0", "p1", "w0", "b0"};
    switch (unit_below(12)) {
    case 0:
    case 1:
        cpm_strbuf_printf(g->out, "%s = ", gen_chance(70) ? GEN_PICK(predictable) : gen_target(g));
        gen_predictable(g, 3);
        break;
    case 2:
        cpm_strbuf_printf(g->out, "%s = %s = ", gen_target(g), gen_target(g));
        gen_chance(30) ? gen_predictable(g, 2) : gen_linear(g);
        break;
    case 3:
    case 4:
        gen_parallel(g);
        break;
    case 5:
    case 6:
        cpm_strbuf_printf(g->out, "%s = ", gen_target(g));
        gen_linear(g);
        break;
    case 7:
        cpm_strbuf_printf(g->out, "%s = %s", gen_variable(g), gen_variable(g));
        break;
    default:
        gen_augmented(g);
    }
}

static inline void gen_if(generator *g)
{
    gen_puts(g, "if ");
    if (unit_below(1000) < 3 * g->wild)
        cpm_strbuf_printf(g->out, "%s > 10", gen_variable(g));
    else
        gen_condition(g, 2);
    gen_puts(g, ":\n");
    gen_block(g, 2);
    if (gen_chance(25)) {
        gen_line(g);
        gen_puts(g, "elif ");
        gen_condition(g, 1);
        gen_puts(g, ":\n");
        gen_block(g, 2);
    }
    if (gen_chance(50)) {
        gen_line(g);
        gen_puts(g, "else:\n");
        gen_block(g, 2);
    }
}

/* The bounds of a loop: up to 40 trips outside, a few inside. */
static inline void gen_range(generator *g)
{
    int trips = g->loop_depth > 0 ? gen_between(0, 4)
                : gen_chance(25)  ? gen_between(0, 3)
                                  : gen_between(3, 40);
    int start = gen_between(-6, 20), step = gen_between(1, 7), slack = gen_between(0, step - 1);
    gen_puts(g, gen_chance(10) ? "xrange(" : "range(");
    switch (unit_below(8)) {
    case 0:
        cpm_strbuf_printf(g->out, "%d, %d, %d", start, start + trips * step - slack, step);
        break;
    case 1:
    case 2:
        cpm_strbuf_printf(g->out, "%d, %d, -%d", start, start - trips * step + slack, step);
        break;
    case 3:
        cpm_strbuf_printf(g->out, "%d, %d", start, start + trips);
        break;
    case 4:
        cpm_strbuf_printf(g->out, g->loop_depth > 0 ? "p0 %% 4" : "%d", trips);
        break;
    case 5:
        gen_predictable(g, 1);
        cpm_strbuf_printf(g->out, " %% %d", g->loop_depth > 0 ? 4 : 40);
        break;
    default:
        cpm_strbuf_printf(g->out, "%d", trips);
    }
    gen_puts(g, ")");
}

/* Bounds that change with a loop variable. */
static inline void gen_changing_range(generator *g)
{
    const char *c = gen_counters[unit_below(g->loop_depth)];
    int k = gen_between(-4, 6), step = gen_between(1, 3);
    switch (unit_below(5)) {
    case 0:
        cpm_strbuf_printf(g->out, "range(%s)", c);
        break;
    case 1:
        cpm_strbuf_printf(g->out, "range(%s, %s + %d)", c, c, k);
        break;
    case 2:
        cpm_strbuf_printf(g->out, "range(%s, %d)", c, 5 * k);
        break;
    case 3:
        cpm_strbuf_printf(g->out, "range(%d, %s, -%d)", 4 * k, c, step);
        break;
    default:
        cpm_strbuf_printf(g->out, "range(k0, %d - %s, %d)", k, c, step);
    }
}

static inline void gen_for(generator *g)
{
    /* Now and then the loop variable of a loop around it. */
    unsigned name = gen_chance(4) ? (unsigned)unit_below(3) : g->loop_depth;
    cpm_strbuf_printf(g->out, "for %s in ", gen_counters[name]);
    if (g->loop_depth > 0 && unit_below(1000) < g->wild)
        gen_puts(g, "range(i % 5)");
    else if (g->keeps_counters && g->loop_depth > 0 && g->loop_depth < 3 && gen_chance(15))
        gen_changing_range(g);
    else if (gen_chance(12))
        gen_puts(g, g->loop_depth > 0 || gen_chance(10) ? "r0" : "r1");
    else
        gen_range(g);
    gen_puts(g, ":\n");
    g->loop_depth++;
    gen_block(g, g->loop_depth == 1 ? 5 : 3);
    g->loop_depth--;
    if (gen_chance(15)) {
        gen_line(g);
        gen_puts(g, "else:\n");
        gen_block(g, 2);
    }
}

/* if u >= N: break */
static inline void gen_way_out(generator *g, unsigned name, int end, bool up)
{
    g->indent++;
    gen_line(g);
    cpm_strbuf_printf(g->out, "if u%u %s %d: break\n", name,
                      gen_chance(30) ? "=="
                      : up           ? ">="
                                     : "<=",
                      end);
    g->indent--;
}

/* while u < N, counted up or down at its top level; or while True, left there. */
static inline void gen_while(generator *g)
{
    unsigned name = g->while_depth;
    int trips = g->loop_depth > 0 || name > 0 ? gen_between(0, 4) : gen_between(0, 30);
    int start = gen_between(-6, 20), step = gen_between(1, 4);
    bool up = gen_chance(60), leaves = gen_chance(25), late = gen_chance(40);
    int end = start + (up ? 1 : -1) * (late ? trips + 1 : trips) * step;
    cpm_strbuf_printf(g->out, "u%u = %d\n", name, start);
    gen_line(g);
    switch (leaves ? 4 : unit_below(4)) {
    case 0:
        cpm_strbuf_printf(g->out, "while u%u != %d:\n", name, end);
        break;
    case 1:
        cpm_strbuf_printf(g->out, up ? "while %d >= u%u:\n" : "while %d <= u%u:\n", end, name);
        break;
    case 4:
        gen_puts(g, gen_chance(50) ? "while True:\n" : "while 1:\n");
        break;
    default:
        cpm_strbuf_printf(g->out, up ? "while u%u < %d:\n" : "while u%u > %d:\n", name, end);
    }
    if (leaves && !late)
        gen_way_out(g, name, end, up);
    g->while_depth++;
    gen_block(g, 3);
    g->indent++;
    gen_line(g);
    if (gen_chance(70))
        cpm_strbuf_printf(g->out, "u%u %s= %d\n", name, up ? "+" : "-", step);
    else
        cpm_strbuf_printf(g->out, "u%u = u%u %s %d\n", name, name, up ? "+" : "-", step);
    g->indent--;
    if (leaves && late)
        gen_way_out(g, name, end, up);
    if (gen_chance(30))
        gen_block(g, 2);
    g->while_depth--;
    gen_line(g);
    cpm_strbuf_printf(g->out, "%s += u%u\n", gen_variable(g), name);
}

/* What makes a loop run plainly. */
static inline void gen_wild_statement(generator *g)
{
    static const char *const leave[] = {"break", "continue", "pass"};
    bool counts = g->while_depth > 0; /* a continue would skip that */
    switch (unit_below(5)) {
    case 0:
        cpm_strbuf_printf(g->out, "print(%s)\n", gen_variable(g));
        break;
    case 1:
        cpm_strbuf_printf(g->out, "%s = h(%s %% 30)\n", gen_variable(g), gen_variable(g));
        break;
    case 2:
        cpm_strbuf_printf(g->out, "t = %s, %s\n", gen_variable(g), gen_variable(g));
        gen_line(g);
        cpm_strbuf_printf(g->out, "%s, %s = t\n", gen_variable(g), gen_variable(g));
        break;
    case 3:
        cpm_strbuf_printf(g->out, "for r0 in (range(2), r0, %s): pass\n",
                          gen_chance(20) ? gen_variable(g) : "range(3, 1, -1)");
        break;
    default:
        gen_puts(g, "if ");
        gen_condition(g, 1);
        cpm_strbuf_printf(g->out, ": %s\n",
                          g->loop_depth > 0 && !counts ? GEN_PICK(leave) : "pass");
    }
}

static inline void gen_statement(generator *g)
{
    gen_line(g);
    unsigned kind = (unsigned)unit_below(100);
    if (unit_below(1000) < g->wild) {
        gen_wild_statement(g);
    } else if (kind < 12 && g->loop_depth < 3 && g->indent < 7) {
        gen_for(g);
    } else if (kind < 22 && g->indent < 7) {
        gen_if(g);
    } else if (kind < 23 && g->while_depth < 2 && g->indent < 6) {
        gen_while(g);
    } else if (kind < 25) { /* a product, whose residues stay small */
        cpm_strbuf_printf(g->out, "v4 = (v4 + %s*", gen_variable(g));
        gen_chance(50) ? gen_puts(g, gen_variable(g)) : gen_counter_term(g);
        gen_puts(g, ") % 1009\n");
    } else if (kind < 26 && g->loop_depth > 0 && g->while_depth == 0) {
        gen_puts(g, "if ");
        gen_counter_condition(g, 1);
        gen_puts(g, gen_chance(70) ? ": continue\n" : ": break\n");
    } else if (kind < 28) {
        gen_puts(g, "pass\n");
    } else if (kind < 30 && g->loop_depth > 0) {
        gen_puts(g, "r0 = ");
        gen_range(g);
        gen_puts(g, "\n");
    } else {
        gen_assignment(g);
        gen_puts(g, "\n");
    }
}

static inline void gen_block(generator *g, unsigned most)
{
    g->indent++;
    for (unsigned count = 1 + (unsigned)unit_below(most); count > 0; count--)
        gen_statement(g);
    g->indent--;
}

/* ---- Programs ---------------------------------------------------------- */

static inline void gen_start_values(generator *g)
{
    static const char *const names[] = {"v0", "v1", "v2", "v3", "v4", "p0", "p1"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        gen_line(g);
        cpm_strbuf_printf(g->out, "%s = %d\n", names[i], gen_between(-5, 9));
    }
    gen_line(g);
    gen_puts(g, unit_below(1000) >= 5 * g->wild ? "b0 = True\n"
                : gen_chance(50)                ? "b0 = None\n"
                                                : "b0 = (1, 2)\n");
    for (unsigned i = 0; i < 2; i++) {
        gen_line(g);
        cpm_strbuf_printf(g->out, "r%u = ", i);
        g->loop_depth = 1 - i; /* the first one is for loops inside others */
        gen_range(g);
        g->loop_depth = 0;
        gen_puts(g, "\n");
    }
    for (int i = 0; i < 2; i++)
        if (unit_below(1000) >= 30 * g->wild) {
            gen_line(g);
            cpm_strbuf_printf(g->out, "w%d = %d\n", i, gen_between(-5, 9));
        }
    for (int i = 0; i < 3; i++)
        if (unit_below(1000) >= 30 * g->wild) {
            gen_line(g);
            cpm_strbuf_printf(g->out, "%s = %d\n", gen_counters[i], gen_between(-5, 9));
        }
}

/* One or two loops with something in between. */
static inline void gen_body(generator *g)
{
    for (int loops = gen_between(1, 2); loops > 0; loops--) {
        if (gen_chance(20))
            gen_statement(g);
        gen_line(g);
        gen_for(g);
    }
}

static inline void gen_function(generator *g)
{
    gen_puts(g, "def f(k0, k1, k2=4):\n");
    g->in_function = true;
    g->indent = 1;
    gen_line(g);
    gen_puts(g, "global g0\n");
    gen_start_values(g);
    gen_body(g);
    gen_line(g);
    switch (unit_below(4)) {
    case 0:
        gen_puts(g, "return v0, v1, v2, v3, v4, p0, p1, b0, w0, w1, i, j, l, r0\n");
        break;
    case 1:
        gen_puts(g, "return v0, v1, p0, i\n");
        break;
    default:
        cpm_strbuf_printf(g->out, "return %s\n", gen_chance(85) ? gen_variable(g) : "w0");
    }
    g->in_function = false;
    g->indent = 0;
}

/* A program that prints what its loops leave behind. */
static inline void gen_program(cpm_strbuf *out, unsigned wild)
{
    static const char *const tails[] = {"print(v0, v1, v2, v3, v4, p0, p1, b0, r0)\n",
                                        "print(w0, w1, i, j, l, v0, v3)\n", "print(v2)\n",
                                        "print(i)\nprint(v0)\nprint(p0)\n",
                                        "print(v0, v2, sep='<' if v1 < v3 else '>')\n"};
    generator g = {.out = out, .wild = wild, .keeps_counters = gen_chance(70)};
    if (gen_chance(5)) /* a name of the program's own */
        gen_puts(&g, "def max(a, b):\n  return a - 2*b\n");
    gen_puts(&g, "g0 = 1\ndef h(x):\n  return x*x - 3*x + g0 % 5\n");
    if (gen_chance(60)) {
        gen_function(&g);
        for (int calls = gen_between(1, 2); calls > 0; calls--)
            cpm_strbuf_printf(out, "print(f(%d, k1=%d), g0)\n", gen_between(-4, 6),
                              gen_between(-4, 6));
        return;
    }
    cpm_strbuf_printf(out, "k0, k1, k2 = %d, %d, %d\n", gen_between(-4, 6), gen_between(-4, 6),
                      gen_between(0, 9));
    gen_start_values(&g);
    gen_body(&g);
    gen_puts(&g, GEN_PICK(tails));
}

#endif
