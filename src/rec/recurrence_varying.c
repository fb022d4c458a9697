/* SPDX-License-Identifier: MIT
 *
 * recurrence_varying.c - names of the catalogue in a rule whose own rules have
 * coefficients that vary: s(n) = s(n-1) + motzkin(2*n+1).
 *
 * Such an entry is a system x(i+1) = T(i)/q(i) x(i), as holonomic.h has it. With the
 * state in front of index k*n + c as X(n), which makes k steps from n-1 to n, each of its
 * variables becomes a sequence of the rule: X_r(n) is a sum of rational functions of n
 * times the X_j(n-1), written as a text and parsed.
 */
#include "base/limits.h"
#include "base/strbuf.h"
#include "lang/parse.h"
#include "lang/visit.h"
#include "rec/catalogue.h"
#include "rec/holonomic.h"
#include "rec/recurrence_internal.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_poly_mat.h>
#include <string.h>

/* An entry as a system. */
typedef struct source {
    cpm_recurrence rec;
    cpm_holonomic about;
    cpm_polysys sys;
    size_t output; /* its variable that is the term */
    size_t one;    /* its variable that is 1; dim: none */
} source;

static void source_clear(source *s)
{
    cpm_polysys_clear(&s->sys);
    cpm_holonomic_clear(&s->about);
    cpm_recurrence_clear(&s->rec);
}

static cpm_status source_init(source *s, cpm_rec_builder *b, const cpm_rec_import *from)
{
    cpm_err why = {0};
    const cpm_spec spec = {
        .spec = {from->entry->name, from->entry->name, strlen(from->entry->name)}};
    *s = (source){.output = 0};
    cpm_status status = cpm_recurrence_init(&s->rec, &spec, &why);
    if (status == CPM_OK)
        status = cpm_holonomic_system(&s->sys, &s->about, &s->rec, 0, &why);
    bool fits = status == CPM_OK && s->about.period == 1 && !s->about.has_hole &&
                !s->about.has_modulus && s->sys.dim <= CPM_REC_MAX_VECTOR;
    if (!fits) {
        source_clear(s);
        return why.status == CPM_ERR_MEMORY
                   ? cpm_rec_memory(b)
                   : cpm_rec_semantic(b, from->span,
                                      "this entry of the catalogue is not read in rules");
    }
    while (s->output + 1 < s->sys.dim && fmpq_is_zero(s->sys.outputs + s->output))
        s->output++;
    s->one = 0;
    while (s->one < s->sys.dim && strcmp(s->about.names[s->one], "1") != 0)
        s->one++;
    return CPM_OK;
}

/* The variable of the system that component r of X is: the term is the first one. */
static size_t variable_of(const source *s, size_t r)
{
    return r == 0 ? s->output : r <= s->output ? r - 1 : r;
}

/* ---- k steps --------------------------------------------------------------------- */

/* line = k n + shift, the round that makes the term with index k n + c - back */
static void round_at(fmpz_poly_t line, const source *s, const cpm_rec_import *from, slong back)
{
    fmpz_t shift;
    fmpz_init(shift);
    fmpz_sub(shift, s->rec.loop_start, s->rec.start);
    fmpz_add_si(shift, shift, from->c - back);
    fmpz_poly_zero(line);
    fmpz_poly_set_coeff_fmpz(line, 0, shift);
    fmpz_poly_set_coeff_si(line, 1, from->k);
    fmpz_clear(shift);
}

/* m/q = the product of the matrices of the k steps from X(n-1) to X(n). */
static void multiply_steps(fmpz_poly_mat_t m, fmpz_poly_t q, const source *s,
                           const cpm_rec_import *from)
{
    slong dim = (slong)s->sys.dim;
    fmpz_poly_mat_t t;
    fmpz_poly_t line, value;
    fmpz_poly_mat_init(t, dim, dim);
    fmpz_poly_init(line);
    fmpz_poly_init(value);
    fmpz_poly_mat_one(m);
    fmpz_poly_set_ui(q, 1);
    for (slong back = from->k; back-- > 0;) {
        round_at(line, s, from, back);
        for (slong i = 0; i < dim; i++)
            for (slong j = 0; j < dim; j++)
                fmpz_poly_compose(fmpz_poly_mat_entry(t, i, j),
                                  cpm_polysys_entry(&s->sys, (size_t)i, (size_t)j), line);
        fmpz_poly_mat_mul(m, t, m);
        fmpz_poly_compose(value, s->sys.q, line);
        fmpz_poly_mul(q, q, value);
    }
    fmpz_poly_mat_clear(t);
    fmpz_poly_clear(line);
    fmpz_poly_clear(value);
}

static slong degree_of(const source *s)
{
    slong degree = fmpz_poly_degree(s->sys.q);
    for (size_t i = 0; i < s->sys.dim * s->sys.dim; i++)
        degree = FLINT_MAX(degree, fmpz_poly_degree(s->sys.t + i));
    return degree;
}

/* ---- As text, and back -------------------------------------------------------------- */

static void put_poly(cpm_strbuf *out, const fmpz_poly_t f, const char *n)
{
    char *text = fmpz_poly_get_str_pretty(f, n);
    cpm_strbuf_printf(out, "(%s)", text);
    flint_free(text);
}

/* ((4*n-2)*x0(n-1) + (3*n)*x1(n-1))/(n+1) */
static void put_row(cpm_strbuf *out, const source *s, const fmpz_poly_mat_t m, const fmpz_poly_t q,
                    size_t r, const char *n)
{
    cpm_strbuf_puts(out, "(0");
    for (size_t j = 0, count = s->sys.dim; j < count; j++) {
        const fmpz_poly_struct *f =
            fmpz_poly_mat_entry(m, (slong)variable_of(s, r), (slong)variable_of(s, j));
        if (fmpz_poly_is_zero(f))
            continue;
        cpm_strbuf_puts(out, " + ");
        put_poly(out, f, n);
        if (variable_of(s, j) != s->one)
            cpm_strbuf_printf(out, "*x%zu(%s-1)", j, n);
    }
    cpm_strbuf_puts(out, ")/");
    put_poly(out, q, n);
}

/* The places are those of the call, and x0, x1, ... the sequences of the import. */
static void adopt(cpm_expr *expr, const cpm_sym *stand_ins, const cpm_sym *names, size_t count,
                  cpm_span span)
{
    expr->span = span;
    if (expr->kind == CPM_EXPR_CALL) {
        expr->u.call.callee_span = span;
        for (size_t j = 0; j < count; j++)
            if (expr->u.call.callee == stand_ins[j]) {
                expr->u.call.callee = names[j];
                break;
            }
    }
    cpm_expr *child;
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        adopt(child, stand_ins, names, count, span);
}

static cpm_status parse_row(cpm_expr **expr, cpm_rec_builder *b, cpm_strbuf *text,
                            const cpm_sym *names, size_t count, cpm_span span)
{
    cpm_sym stand_ins[CPM_REC_MAX_VECTOR];
    const cpm_text written = {"<catalogue>", text->data, text->len};
    cpm_status status = cpm_strbuf_status(text, b->err);
    if (status == CPM_OK)
        status = cpm_parse_expr(expr, b->tree, &written, (cpm_span){0, text->len}, true, b->err);
    for (size_t j = 0; j < count && status == CPM_OK; j++) {
        char name[24];
        snprintf(name, sizeof name, "x%zu", j);
        stand_ins[j] = cpm_tree_find(b->tree, name, strlen(name));
    }
    if (status == CPM_OK)
        adopt(*expr, stand_ins, names, count, span);
    return status;
}

/* ---- Sequences ------------------------------------------------------------------------- */

/* Component r of X, a sequence without a rule yet. */
static cpm_status add_component(cpm_clause **clause, cpm_rec_builder *b, cpm_sym name,
                                const cpm_rec_import *from, size_t r)
{
    *clause = cpm_arena_alloc(&b->tree->arena, sizeof **clause);
    cpm_rec_import *kept = cpm_arena_copy(&b->tree->arena, from, sizeof *from);
    if (*clause == NULL || kept == NULL || name == CPM_NO_SYM)
        return cpm_rec_memory(b);
    **clause = (cpm_clause){.kind = CPM_CLAUSE_RULE,
                            .name = name,
                            .index = b->index,
                            .span = from->span,
                            .name_span = from->span};
    kept->varies = true;
    kept->component = r;
    cpm_status status = cpm_rec_add_sequence(b, *clause);
    if (status == CPM_OK)
        b->seqs[b->nseqs - 1].import = kept;
    return status;
}

static cpm_status add_components(cpm_clause **clauses, cpm_sym *names, cpm_rec_builder *b,
                                 cpm_sym name, const cpm_rec_import *from, const source *s)
{
    cpm_status status = CPM_OK;
    for (size_t r = 0; r < s->sys.dim && status == CPM_OK; r++) {
        char text[200];
        snprintf(text, sizeof text, "%.100s'%zu", cpm_rec_name_of(b, name), r);
        names[r] = r == 0 ? name : cpm_tree_intern(b->tree, text, strlen(text));
        if (r == 0 || variable_of(s, r) != s->one)
            status = add_component(&clauses[r], b, names[r], from, r);
    }
    return status;
}

static cpm_status write_rules(cpm_clause *const *clauses, const cpm_sym *names, cpm_rec_builder *b,
                              const cpm_rec_import *from, const source *s)
{
    fmpz_poly_mat_t m;
    fmpz_poly_t q;
    cpm_strbuf text = {0};
    cpm_status status = CPM_OK;
    fmpz_poly_mat_init(m, (slong)s->sys.dim, (slong)s->sys.dim);
    fmpz_poly_init(q);
    multiply_steps(m, q, s, from);
    for (size_t r = 0; r < s->sys.dim && status == CPM_OK; r++) {
        if (clauses[r] == NULL)
            continue;
        put_row(&text, s, m, q, r, cpm_rec_name_of(b, b->index));
        status = parse_row(&clauses[r]->value, b, &text, names, s->sys.dim, from->span);
        cpm_strbuf_clear(&text);
    }
    fmpz_poly_mat_clear(m);
    fmpz_poly_clear(q);
    return status;
}

cpm_status cpm_rec_add_varying(size_t *seq, cpm_rec_builder *b, cpm_sym name,
                               const cpm_rec_import *from)
{
    source s;
    cpm_clause *clauses[CPM_REC_MAX_VECTOR] = {NULL};
    cpm_sym names[CPM_REC_MAX_VECTOR];
    cpm_status status = source_init(&s, b, from);
    if (status != CPM_OK)
        return status;
    if (from->k * (degree_of(&s) + 1) > CPM_MAX_RULE_DEGREE / 4)
        status = cpm_err_at(b->err, CPM_ERR_LIMIT, b->text, from->span,
                            "the index grows by too much for this entry of the catalogue, whose "
                            "coefficients vary");
    b->rec->reads_varying = true;
    *seq = b->nseqs;
    if (status == CPM_OK)
        status = add_components(clauses, names, b, name, from, &s);
    if (status == CPM_OK)
        status = write_rules(clauses, names, b, from, &s);
    source_clear(&s);
    return status;
}

/* ---- Their terms ------------------------------------------------------------------------- */

/* x = the state after the round that makes the term with index k n + c. */
static cpm_status state_at(fmpq *x, const source *s, const cpm_rec_import *from, slong n,
                           cpm_rec_builder *b)
{
    slong dim = (slong)s->sys.dim;
    fmpz_t round, last;
    fmpq *next = _fmpq_vec_init(dim);
    bool exists = true;
    fmpz_init_set(round, s->sys.first);
    fmpz_init(last);
    fmpz_sub(last, s->rec.loop_start, s->rec.start);
    fmpz_add_si(last, last, from->k * n + from->c);
    for (slong i = 0; i < dim; i++)
        fmpq_set(x + i, s->sys.start + i);
    for (; fmpz_cmp(round, last) <= 0 && exists; fmpz_add_ui(round, round, 1))
        exists = cpm_polysys_step(&s->sys, round, x, next);
    fmpz_clear(round);
    fmpz_clear(last);
    _fmpq_vec_clear(next, dim);
    return exists ? CPM_OK : cpm_err_set(b->err, CPM_ERR_INTERNAL, "a pole of the catalogue");
}

/* The least n >= first at which the state exists: k n + c >= rec.start - 1. */
static slong first_state(const source *s, const cpm_rec_import *from, slong first)
{
    slong gap = fmpz_get_si(s->rec.start) - 1 - from->c;
    slong least = gap > 0 ? (gap + from->k - 1) / from->k : -(-gap / from->k);
    return least > first ? least : first;
}

cpm_status cpm_rec_varying_terms(fmpq **terms, size_t *count, cpm_rec_builder *b,
                                 const cpm_rec_import *from, slong first)
{
    source s;
    *count = 0;
    cpm_status status = source_init(&s, b, from);
    if (status != CPM_OK)
        return status;
    fmpq *x = _fmpq_vec_init((slong)s.sys.dim);
    slong last = first_state(&s, from, first);
    *count = (size_t)(last - first) + 1;
    *terms = _fmpq_vec_init((slong)*count);
    status = state_at(x, &s, from, last, b);
    fmpq_set(*terms + (*count - 1), x + variable_of(&s, from->component));
    _fmpq_vec_clear(x, (slong)s.sys.dim);
    source_clear(&s);
    return status;
}
