/* SPDX-License-Identifier: MIT
 *
 * gen_base.h - what generators of random programs share: where text goes, choices, and
 * the names that gen_program.h speaks of.
 */
#ifndef CPM_TESTS_GEN_BASE_H
#define CPM_TESTS_GEN_BASE_H

#include "base/strbuf.h"
#include "unit.h"

typedef struct generator {
    cpm_strbuf *out;
    unsigned loop_depth; /* loops around this point */
    unsigned indent;
    bool in_function;
    unsigned wild;        /* of 1000 statements and expressions so many cannot be lowered */
    unsigned while_depth; /* while loops around this point */
    bool keeps_counters;  /* no loop variable is assigned, so that they may be bounds */
} generator;

static inline bool gen_chance(unsigned percent)
{
    return unit_below(100) < percent;
}

static inline int gen_between(int low, int high)
{
    return low + (int)unit_below((uint64_t)(high - low + 1));
}

#define GEN_PICK(list) ((list)[unit_below(sizeof(list) / sizeof *(list))])

static inline void gen_line(generator *g)
{
    cpm_strbuf_fill(g->out, ' ', (size_t)g->indent * 2);
}

static inline void gen_puts(generator *g, const char *text)
{
    cpm_strbuf_puts(g->out, text);
}

/* ---- Names ------------------------------------------------------------- */

static const char *const gen_counters[] = {"i", "j", "l"};

static inline const char *gen_variable(const generator *g)
{
    static const char *const names[] = {"v0", "v1", "v2", "v3", "v4"};
    if (g->in_function && gen_chance(4))
        return "g0";
    return GEN_PICK(names);
}

static inline const char *gen_constant_name(void)
{
    static const char *const names[] = {"k0", "k1", "k2"};
    return GEN_PICK(names);
}

static inline const char *gen_target(const generator *g)
{
    static const char *const odd[] = {"p0", "p1", "w0", "w1", "b0"};
    if (gen_chance(12))
        return GEN_PICK(odd);
    if (g->loop_depth > 0 && !g->keeps_counters && gen_chance(5))
        return gen_counters[unit_below(g->loop_depth)];
    return gen_variable(g);
}

#endif
