/* SPDX-License-Identifier: MIT
 *
 * gen_counting.h - random programs whose inner loops count in while loops, with the step
 * anywhere in the body, and whose conditions and bounds are about variables that are
 * affine expressions of counters, for a while or for good.
 */
#ifndef CPM_TESTS_GEN_COUNTING_H
#define CPM_TESTS_GEN_COUNTING_H

#include "gen_program.h"

typedef struct counting {
    cpm_strbuf *out;
    unsigned depth; /* loops around: i, j, k are their variables */
    unsigned indent;
    unsigned nwhiles; /* while loops around */
} counting;

static inline void gen_counting_line(counting *g, const char *text)
{
    cpm_strbuf_fill(g->out, ' ', (size_t)g->indent * 2);
    cpm_strbuf_puts(g->out, text);
}

static inline const char *gen_counting_counter(const counting *g)
{
    static const char *const counters[] = {"i", "j", "k"};
    return counters[unit_below(g->depth)];
}

/* A counter, or a variable that may be known by counters; e is not for bounds of
 * loops, since bodies of while loops may assign it: they have to end. */
static inline const char *gen_counting_name(const counting *g, bool is_limit)
{
    if (gen_chance(65))
        return gen_counting_counter(g);
    return is_limit || gen_chance(50) ? "d" : "e";
}

static inline void gen_counting_affine(counting *g, bool is_limit)
{
    const char *a = gen_counting_name(g, is_limit), *b = gen_counting_counter(g);
    switch (unit_below(6)) {
    case 0:
        cpm_strbuf_printf(g->out, "%d", gen_between(-3, 6));
        break;
    case 1:
        cpm_strbuf_printf(g->out, "%s + %d", a, gen_between(-3, 4));
        break;
    case 2:
        cpm_strbuf_printf(g->out, "%d*%s + %d", gen_between(-2, 3), b, gen_between(-3, 4));
        break;
    case 3:
        cpm_strbuf_printf(g->out, gen_chance(50) ? "%s - %s" : "%s + %s", b,
                          gen_counting_counter(g));
        break;
    default:
        cpm_strbuf_puts(g->out, a);
    }
}

static inline void gen_counting_block(counting *g, unsigned most);

static inline void gen_counting_for(counting *g)
{
    bool up = gen_chance(70);
    cpm_strbuf_printf(g->out, "for %c in range(", "ijk"[g->depth]);
    gen_counting_affine(g, true);
    cpm_strbuf_puts(g->out, ", ");
    gen_counting_affine(g, true);
    cpm_strbuf_puts(g->out, up ? "):\n" : ", -1):\n");
    g->depth++;
    gen_counting_block(g, 3);
    g->depth--;
}

/* Counts by a number, before, in or behind its body. */
static inline void gen_counting_while(counting *g)
{
    char v = "ijk"[g->depth];
    bool up = gen_chance(60), first = gen_chance(30);
    cpm_strbuf_printf(g->out, "%c = ", v);
    gen_counting_affine(g, true);
    cpm_strbuf_puts(g->out, "\n");
    gen_counting_line(g, "");
    cpm_strbuf_printf(g->out, "while %c %s%s ", v, up ? "<" : ">", gen_chance(50) ? "=" : "");
    gen_counting_affine(g, true);
    cpm_strbuf_puts(g->out, ":\n");
    g->depth++;
    g->nwhiles++;
    if (!first)
        gen_counting_block(g, 2);
    g->indent++;
    gen_counting_line(g, "");
    cpm_strbuf_printf(g->out, "%c %c= %d\n", v, up ? '+' : '-',
                      gen_chance(60) ? 1 : gen_between(2, 3));
    g->indent--;
    if (first || gen_chance(30))
        gen_counting_block(g, 2);
    g->nwhiles--;
    g->depth--;
    if (gen_chance(40)) {
        gen_counting_line(g, "");
        cpm_strbuf_printf(g->out, "s += %c\n", v);
    }
}

static inline void gen_counting_condition(counting *g)
{
    static const char *const ops[] = {"<", "<=", ">", ">=", "==", "!="};
    bool remainder = gen_chance(30);
    cpm_strbuf_puts(g->out, remainder ? "if (" : "if ");
    gen_counting_affine(g, false);
    if (remainder) {
        cpm_strbuf_printf(g->out, ") %% %d == %d:\n", gen_between(2, 4), gen_between(0, 2));
        return;
    }
    cpm_strbuf_printf(g->out, " %s ", GEN_PICK(ops));
    gen_counting_affine(g, false);
    cpm_strbuf_puts(g->out, ":\n");
}

/* Values stay near the counters, and grow by themselves in no inner loop, whose rounds
 * would double each time. */
static inline void gen_counting_assignment(counting *g)
{
    const char *known = g->nwhiles == 0 && gen_chance(50) ? "d" : "e";
    switch (unit_below(g->depth == 1 ? 4 : 3)) {
    case 0: /* carried from one round to the next */
        cpm_strbuf_printf(g->out, "%s = %s // 2\n", known, known);
        break;
    case 1:
        cpm_strbuf_printf(g->out, "%s = (%s + 1) // 2\n", known, gen_counting_counter(g));
        break;
    case 2:
        cpm_strbuf_printf(g->out, "%s = %s + %d\n", known, gen_counting_counter(g),
                          gen_between(-2, 3));
        break;
    default:
        cpm_strbuf_printf(g->out, gen_chance(50) ? "%s += i\n" : "%s -= 1\n", known);
    }
}

static inline void gen_counting_sum(counting *g)
{
    static const char *const starts[] = {"s += ", "t -= ", "s += 2*t + ", "t = s - 3*t + "};
    cpm_strbuf_puts(g->out, GEN_PICK(starts));
    cpm_strbuf_puts(g->out, gen_chance(30) ? "t*(" : gen_chance(30) ? "i*(" : "(");
    gen_counting_affine(g, false);
    cpm_strbuf_printf(g->out, gen_chance(30) ? ") %% %d\n" : ")\n", gen_between(2, 5));
}

static inline void gen_counting_block(counting *g, unsigned most)
{
    g->indent++;
    for (unsigned count = 1 + (unsigned)unit_below(most); count > 0; count--) {
        unsigned kind = (unsigned)unit_below(100);
        gen_counting_line(g, "");
        if (kind < 25 && g->depth < 3 && g->indent < 6) {
            gen_chance(60) ? gen_counting_while(g) : gen_counting_for(g);
        } else if (kind < 40 && g->indent < 7) {
            gen_counting_condition(g);
            gen_counting_block(g, 2);
        } else if (kind < 65) {
            gen_counting_assignment(g);
        } else {
            gen_counting_sum(g);
        }
    }
    g->indent--;
}

static inline void gen_counting(cpm_strbuf *out)
{
    static const char *const ranges[] = {"n", "1, n", "n, 0, -1", "0, 2*n, 2"};
    counting g = {.out = out, .depth = 1, .indent = 1};
    cpm_strbuf_printf(out,
                      "def f(n):\n  s, t = 1, 2\n  i = j = k = d = e = 0\n"
                      "  for i in range(%s):\n",
                      GEN_PICK(ranges));
    for (int parts = 0; parts < 2; parts++) {
        gen_counting_block(&g, 2);
        g.indent = 2;
        gen_counting_line(&g, "");
        gen_counting_while(&g);
        g.indent = 1;
    }
    cpm_strbuf_puts(out, gen_chance(50) ? "  return s, t\n" : "  return s, t, i, j, k, d, e\n");
    for (int n = 0; n < 4; n++)
        cpm_strbuf_printf(out, "print(f(%d))\n", gen_between(0, 12));
}

#endif
