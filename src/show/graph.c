/* SPDX-License-Identifier: MIT
 *
 * graph.c - which variable feeds which, in the language of Graphviz: an edge
 * from x to y, labelled c, means that the next y has the summand c*x. Outputs
 * have a double border; what the reduction drops is dashed; variables that
 * are dropped and feed no other are left out. Cost: linear in the nonzero entries,
 * and a search by name for each variable; in max-plus and min-plus that of
 * finding the critical cycles (power/critical.c) too.
 */
#include "show/graph.h"
#include "show/term.h"

#include "base/mem.h"
#include "power/critical.h"

#include <flint/fmpq.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LABEL_BITS = 200 };

void cpm_graph_begin(cpm_strbuf *out)
{
    cpm_strbuf_puts(out, "digraph cpmcalc {\n"
                         "    rankdir=LR;\n"
                         "    node [shape=ellipse, fontname=\"Helvetica\"];\n"
                         "    edge [fontname=\"Helvetica\", fontsize=11];\n");
}

void cpm_graph_end(cpm_strbuf *out)
{
    cpm_strbuf_puts(out, "}\n");
}

/* ---- Texts ------------------------------------------------------------- */

/* Inside double quotes. */
static void put_escaped(cpm_strbuf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            cpm_strbuf_puts(out, "\\");
        cpm_strbuf_append(out, *text == '\n' ? " " : text, 1);
    }
}

static void put_number(cpm_strbuf *out, const fmpq_t value)
{
    if (fmpq_height_bits(value) > MAX_LABEL_BITS) {
        cpm_strbuf_printf(out, "<%zu digits>", (size_t)fmpz_sizeinbase(fmpq_numref(value), 10));
        return;
    }
    cpm_put_extended(out, value);
}

static void put_id(cpm_strbuf *out, unsigned number, size_t var)
{
    cpm_strbuf_printf(out, "c%u_%zu", number, var);
}

/* ---- Nodes and edges --------------------------------------------------- */

/* What is known of a variable. */
typedef struct role {
    bool connected; /* it has an edge to or from another variable */
    bool wanted;    /* an output reads it */
    bool kept;      /* the reduced system has it */
} role;

/* Large systems have no names. */
static bool is_named(const cpm_linsys *sys)
{
    return sys->names != NULL && (sys->dim == 0 || sys->names[0] != NULL);
}

static bool has_name(const cpm_linsys *sys, const char *name)
{
    for (size_t i = 0; i < sys->dim; i++)
        if (strcmp(sys->names[i], name) == 0)
            return true;
    return false;
}

static void find_roles(role *roles, const cpm_linsys *full, const cpm_linsys *reduced)
{
    for (size_t r = 0; r < full->dim; r++)
        for (size_t i = 0; i < full->rows[r].len; i++) {
            const size_t from = full->rows[r].terms[i].var;
            if (from != r)
                roles[r].connected = roles[from].connected = true;
        }
    for (size_t k = 0; k < full->noutputs; k++)
        for (size_t i = 0; i < full->outputs[k].len; i++)
            roles[full->outputs[k].terms[i].var].wanted = true;
    const bool named = is_named(full) && is_named(reduced);
    for (size_t v = 0; v < full->dim; v++)
        roles[v].kept = !named || has_name(reduced, full->names[v]);
}

static void put_node(cpm_strbuf *out, unsigned number, const cpm_linsys *sys, size_t var,
                     const role *is)
{
    cpm_strbuf_puts(out, "        ");
    put_id(out, number, var);
    cpm_strbuf_puts(out, " [label=\"");
    if (is_named(sys))
        put_escaped(out, sys->names[var]);
    else
        cpm_strbuf_printf(out, "x%zu", var);
    cpm_strbuf_puts(out, "\"");
    if (is->wanted)
        cpm_strbuf_puts(out, ", peripheries=2");
    if (!is->kept)
        cpm_strbuf_puts(out, ", style=dashed");
    cpm_strbuf_puts(out, "];\n");
}

/* What is known of an edge. */
typedef struct arrow {
    size_t from, to;
    const fmpq *coeff;
    bool kept;     /* both ends are in the reduced system */
    bool critical; /* it lies on a critical cycle */
    bool labelled; /* the coefficient says something */
} arrow;

static void put_edge(cpm_strbuf *out, unsigned number, const arrow *a)
{
    const char *separator = " [";
    cpm_strbuf_puts(out, "        ");
    put_id(out, number, a->from);
    cpm_strbuf_puts(out, " -> ");
    put_id(out, number, a->to);
    if (a->labelled) {
        cpm_strbuf_puts(out, " [label=\"");
        put_number(out, a->coeff);
        cpm_strbuf_puts(out, "\"");
        separator = ", ";
    }
    if (!a->kept || a->critical)
        cpm_strbuf_printf(out, "%sstyle=%s", separator,
                          a->critical ? "bold, penwidth=3" : "dashed");
    cpm_strbuf_puts(out, a->labelled || !a->kept || a->critical ? "];\n" : ";\n");
}

static bool is_drawn(const role *is)
{
    return is->connected || is->wanted || is->kept;
}

/* In max-plus and the like every weight counts; a factor of 1 goes without
 * saying. */
static bool is_labelled(const fmpq *coeff, const cpm_domain *domain)
{
    return domain->is_ordered || !fmpq_is_one(coeff);
}

static void put_cluster(cpm_strbuf *out, unsigned number, const cpm_linsys *sys, const role *roles,
                        const bool *critical)
{
    size_t mark = 0;
    for (size_t v = 0; v < sys->dim; v++)
        if (is_drawn(&roles[v]))
            put_node(out, number, sys, v, &roles[v]);
    for (size_t r = 0; r < sys->dim; r++)
        for (size_t i = 0; i < sys->rows[r].len; i++, mark++) {
            const fmpq *coeff = sys->rows[r].terms[i].coeff;
            const size_t from = sys->rows[r].terms[i].var;
            const arrow a = {from,           r,
                             coeff,          roles[r].kept && roles[from].kept,
                             critical[mark], is_labelled(coeff, sys->domain)};
            if (is_drawn(&roles[from]) && is_drawn(&roles[r]))
                put_edge(out, number, &a);
        }
}

/* 1 and -1 where cycles have a largest or a smallest mean, else 0. */
static int sign_of_means(const cpm_domain *domain)
{
    return !domain->has_cycle_mean ? 0 : domain->is_dual ? -1 : 1;
}

/* The title, and in max-plus and min-plus the mean of the critical cycles. */
static void put_title(cpm_strbuf *out, const char *title, const fmpq_t mean, bool found)
{
    cpm_strbuf_puts(out, "        label=\"");
    put_escaped(out, title);
    if (found) {
        cpm_strbuf_puts(out, title[0] == '\0' ? "critical cycle mean " : ", critical cycle mean ");
        put_number(out, mean);
    }
    cpm_strbuf_puts(out, "\";\n");
}

static void add_cluster(cpm_strbuf *out, unsigned number, const char *title, const cpm_linsys *full,
                        const role *roles)
{
    const int sign = sign_of_means(full->domain);
    bool *critical = cpm_calloc(cpm_linsys_nnz(full) + 1, sizeof *critical);
    bool found = false;
    cpm_err err = {0};
    fmpq_t mean;
    fmpq_init(mean);
    if (critical == NULL ||
        (sign != 0 && cpm_critical_mark(mean, critical, &found, full, sign, &err) != CPM_OK)) {
        out->failed = true;
    } else {
        put_title(out, title, mean, found);
        put_cluster(out, number, full, roles, critical);
    }
    fmpq_clear(mean);
    free(critical);
}

void cpm_graph_add(cpm_strbuf *out, unsigned number, const char *title, const cpm_linsys *full,
                   const cpm_linsys *reduced)
{
    char head[64];
    snprintf(head, sizeof head, "    subgraph cluster_%u {\n", number);
    if (out->failed || (out->data != NULL && strstr(out->data, head) != NULL))
        return;
    role *roles = cpm_calloc(full->dim + 1, sizeof *roles);
    if (roles == NULL) {
        out->failed = true;
        return;
    }
    find_roles(roles, full, reduced);
    cpm_strbuf_puts(out, head);
    add_cluster(out, number, title, full, roles);
    cpm_strbuf_puts(out, "    }\n");
    free(roles);
}
