/* SPDX-License-Identifier: MIT
 *
 * holonomic.c - the loop of a recurrence, run once on forms (ratform.h), gives a row of
 * T(n)/q(n) for each term that is kept.
 *
 * Each power or factorial h(n) that is added in a rule becomes a variable that holds
 * h(n-1) before round n. Where h occurs with one coefficient c(n) only, the variable is
 * c(n) h(n) if that is never 0: so a(n) = binomial(2*n, n)/(n+1) is one variable, as a(n)
 * itself moves like it. Variables that move alike are one; those that the wanted
 * sequence does not need are dropped.
 *
 * Where a remainder of the index stands in a rule, m rounds are run on forms one after
 * another, in which the index is m t + c with another c each: t is what is called n above.
 * The m is found by need: what has no form refuses and says which would do.
 */
#include "rec/holonomic.h"

#include "algebra/poly_root.h"
#include "algebra/semiring.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "rec/holonomic_internal.h"
#include "rec/iterate.h"

#include <flint/fmpq_vec.h>
#include <stdlib.h>

/* The variables, in this order: terms, powers and factorials, 1. */
typedef struct rows {
    cpm_ratform *items; /* owned; terms x are numbers of variables here */
    fmpq *start;        /* owned */
    bool *needed;       /* owned */
    size_t count;
    size_t nterms;  /* how many are terms of sequences */
    size_t nhypers; /* powers and factorials, numbers 1, 2, ... of h->hypers */
    size_t output;
} rows;

void cpm_holonomic_clear(cpm_holonomic *about)
{
    fmpz_clear(about->shift);
    fmpz_poly_clear(about->divisors); /* a zeroed polynomial is 0 */
    fmpz_clear(about->hole);
    fmpz_clear(about->hole_steps);
    fmpz_clear(about->modulus);
    for (size_t i = 0; i < about->nnames; i++)
        free(about->names[i]);
    free(about->names);
    *about = (cpm_holonomic){0};
}

static bool fail_memory(cpm_holo *h)
{
    cpm_err_memory(h->err);
    return false;
}

/* ---- The loop ------------------------------------------------------------------ */

/* The rule without a remainder at its end; *modulus is that of the remainder, 0 where
 * there is none. */
static bool strip_modulus(cpm_expr *rule, fmpz_t modulus, cpm_holo *h, const cpm_expr *expr)
{
    fmpq_t m;
    *rule = *expr;
    fmpz_zero(modulus);
    if (expr->kind != CPM_EXPR_CHAIN ||
        expr->u.chain.links[expr->u.chain.nlinks - 1].op != CPM_OP_MOD)
        return true;
    const cpm_link *link = &expr->u.chain.links[expr->u.chain.nlinks - 1];
    fmpq_init(m);
    bool is_modulus =
        cpm_holo_constant(m, h, link->operand) && fmpz_is_one(fmpq_denref(m)) && fmpq_sgn(m) > 0;
    fmpz_swap(modulus, fmpq_numref(m));
    fmpq_clear(m);
    if (!is_modulus)
        return cpm_holo_refuse(h, CPM_RATFORM_OTHER, link->operand->span);
    if (expr->u.chain.nlinks == 1)
        *rule = *expr->u.chain.first;
    else
        rule->u.chain.nlinks--;
    return true;
}

/* The term that is made becomes the form of its rule. All rules have one modulus. */
static bool run_rule(cpm_holo *h, cpm_holonomic *about, const cpm_stmt *stmt, bool is_first)
{
    cpm_expr rule;
    fmpz_t modulus;
    cpm_sym target = stmt->u.assign.targets[0]->u.name.sym;
    fmpz_init(modulus);
    cpm_ratform_clear(&h->forms[target]); /* of the round before */
    cpm_ratform_init(&h->forms[target]);
    bool ok = strip_modulus(&rule, modulus, h, stmt->u.assign.value) &&
              cpm_holo_eval(&h->forms[target], h, &rule);
    if (ok && is_first)
        fmpz_set(about->modulus, modulus);
    if (ok && !fmpz_equal(about->modulus, modulus))
        ok = cpm_holo_refuse(h, CPM_RATFORM_OTHER, stmt->span);
    about->has_modulus = !fmpz_is_zero(about->modulus);
    h->has_form[target] = true;
    fmpz_clear(modulus);
    return ok;
}

static bool copy_form(cpm_holo *h, cpm_sym to, cpm_sym from, cpm_span span)
{
    return cpm_holo_refuse(h, cpm_ratform_set(&h->forms[to], &h->forms[from]), span);
}

static bool run_shift(cpm_holo *h, const cpm_stmt *stmt)
{
    const cpm_sym *places = stmt->u.shift.places;
    bool ok = true;
    for (size_t k = stmt->u.shift.nplaces; k-- > 1 && ok;)
        ok = copy_form(h, places[k], places[k - 1], stmt->span);
    return ok;
}

/* A rule for each sequence; then a shift and a move for each (recurrence.c). */
static bool run_round(cpm_holo *h, cpm_holonomic *about)
{
    const cpm_block *body = &h->rec->loop->u.loop.body;
    size_t nrules = body->nstmts / 3;
    bool ok = true;
    for (size_t i = 0; i < body->nstmts && ok; i++) {
        const cpm_stmt *stmt = body->stmts[i];
        if (i < nrules)
            ok = run_rule(h, about, stmt, i == 0);
        else if (stmt->kind == CPM_STMT_SHIFT)
            ok = run_shift(h, stmt);
        else
            ok = copy_form(h, stmt->u.assign.targets[0]->u.name.sym,
                           stmt->u.assign.value->u.name.sym, stmt->span);
    }
    return ok;
}

/* Where several rounds make a step t begins small, from 1 on where the index may be that
 * of a factorial. */
static void place_rounds(cpm_holo *h)
{
    if (h->period == 1) {
        fmpz_set(h->first, h->start);
    } else {
        fmpz_fdiv_q_ui(h->first, h->start, h->period);
        if (fmpz_is_zero(h->first))
            fmpz_one(h->first);
    }
    fmpz_set(h->shift, h->start);
    fmpz_submul_ui(h->shift, h->first, h->period);
}

/* The variable of the term of the wanted sequence that a round makes. */
static cpm_sym made_symbol(const cpm_recurrence *rec)
{
    const cpm_block *body = &rec->loop->u.loop.body;
    size_t i = body->nstmts / 3;
    bool found = false;
    for (; !found; i += 2) { /* a shift and a move for each sequence */
        const cpm_stmt *shift = body->stmts[i];
        for (size_t k = 0; k < shift->u.shift.nplaces; k++)
            found = found || shift->u.shift.places[k] == rec->output;
    }
    return body->stmts[i - 1]->u.assign.value->u.name.sym;
}

static bool run_rounds(cpm_holo *h, cpm_holonomic *about)
{
    bool ok = true;
    cpm_sym made = made_symbol(h->rec);
    place_rounds(h);
    fmpz_set(about->shift, h->shift);
    for (ulong i = 0; i < h->period && ok; i++) {
        ok = run_round(h, about);
        fmpz_add_ui(h->shift, h->shift, 1);
        fmpz_poly_set(h->divisors + i, h->forms[made].divisors);
    }
    return ok;
}

/* ---- The terms that are kept ------------------------------------------------------ */

/* Calls visit for each place of a history, with its number; how many there are. */
static size_t count_terms(const cpm_recurrence *rec)
{
    const cpm_block *body = &rec->loop->u.loop.body;
    size_t count = 0;
    for (size_t i = 0; i < body->nstmts; i++)
        if (body->stmts[i]->kind == CPM_STMT_SHIFT)
            count += body->stmts[i]->u.shift.nplaces;
    return count;
}

/* symbols[k] = that of term k; *output = the number of the newest one of the wanted
 * sequence. */
static void list_terms(cpm_sym *symbols, size_t *output, const cpm_recurrence *rec)
{
    const cpm_block *body = &rec->loop->u.loop.body;
    size_t count = 0;
    for (size_t i = 0; i < body->nstmts; i++) {
        const cpm_stmt *stmt = body->stmts[i];
        if (stmt->kind != CPM_STMT_SHIFT)
            continue;
        for (size_t k = 0; k < stmt->u.shift.nplaces; k++) {
            symbols[count + k] = stmt->u.shift.places[k];
            if (stmt->u.shift.places[k] == rec->output)
                *output = count;
        }
        count += stmt->u.shift.nplaces;
    }
}

static bool start_terms(cpm_holo *h, const cpm_sym *symbols, size_t count)
{
    bool ok = true;
    for (size_t k = 0; k < count && ok; k++) {
        const fmpq *value = h->values + symbols[k];
        ok = h->rec->is_known[symbols[k]] && cpm_ext_is_finite(value)
                 ? cpm_holo_refuse(h, cpm_ratform_set_term(&h->forms[symbols[k]], k),
                                   h->rec->loop->span)
                 : cpm_holo_refuse(h, CPM_RATFORM_OTHER, h->rec->loop->span);
        h->has_form[symbols[k]] = true;
    }
    return ok;
}

/* ---- Rows --------------------------------------------------------------------------- */

static void rows_clear(rows *r)
{
    for (size_t k = 0; k < r->count; k++)
        cpm_ratform_clear(&r->items[k]);
    free(r->items);
    free(r->needed);
    if (r->start != NULL)
        _fmpq_vec_clear(r->start, (slong)r->count);
}

static bool rows_init(rows *r, cpm_holo *h, size_t nterms)
{
    size_t nhypers = h->hypers.count - 1, count = nterms + nhypers + 1;
    *r = (rows){.nterms = nterms, .nhypers = nhypers, .output = r->output};
    r->items = cpm_calloc(count, sizeof *r->items);
    r->needed = cpm_calloc(count, sizeof *r->needed);
    if (r->items == NULL || r->needed == NULL)
        return fail_memory(h);
    r->count = count;
    r->start = _fmpq_vec_init((slong)count);
    for (size_t k = 0; k < count; k++)
        cpm_ratform_init(&r->items[k]);
    return true;
}

/* *row += a form, where h(n) without a term is c'(n) times its variable, of which
 * scale[number] = h(n)/variable(n) */
static bool add_row(rows *r, cpm_holo *h, size_t row, const cpm_ratform *form,
                    const fmpz_poly_q_t *scale, cpm_span span)
{
    fmpz_poly_q_t c;
    fmpz_poly_q_init(c);
    cpm_ratform_result result = CPM_RATFORM_OK;
    fmpz_poly_set(r->items[row].divisors, form->divisors);
    for (size_t i = 0; i < form->nterms && result == CPM_RATFORM_OK; i++) {
        const cpm_ratterm *term = &form->terms[i];
        size_t x = term->x;
        fmpz_poly_q_set(c, term->c);
        if (term->hyper != 0 && x != CPM_NO_TERM &&
            cpm_hyper_is_sign(&h->hypers.items[term->hyper])) {
            fmpz_poly_q_clear(c);
            return cpm_holo_refuse_period(h, 2, span);
        }
        if (term->hyper != 0 && x != CPM_NO_TERM) { /* 2^n*a(n-1) grows too fast */
            cpm_err_at(h->err, CPM_ERR_SEMANTIC, &h->rec->text, span,
                       "not a linear recurrence with polynomial coefficients: a term is multiplied "
                       "by a power or a factorial of the index");
            fmpz_poly_q_clear(c);
            return false;
        }
        if (term->hyper != 0) {
            x = r->nterms + term->hyper - 1;
            fmpz_poly_q_mul(c, c, scale[term->hyper]);
        } else if (x == CPM_NO_TERM) {
            x = r->count - 1;
        }
        result = cpm_ratform_add_term(&r->items[row], x, 0, c);
    }
    fmpz_poly_q_clear(c);
    return cpm_holo_refuse(h, result, span);
}

/* ---- Powers and factorials as variables ------------------------------------------------ */

/* Whether c(n) has no zeros and no poles from `from` on. */
static bool is_unit_from(const fmpz_poly_q_t c, const fmpz_t from)
{
    fmpz_t root;
    fmpz_init(root);
    bool is = !cpm_poly_least_root(root, fmpz_poly_q_numref(c), from) &&
              !cpm_poly_least_root(root, fmpz_poly_q_denref(c), from);
    fmpz_clear(root);
    return is;
}

static bool is_constant(const fmpz_poly_q_t c)
{
    return fmpz_poly_length(fmpz_poly_q_numref(c)) <= 1 &&
           fmpz_poly_length(fmpz_poly_q_denref(c)) <= 1;
}

/* *c = the one coefficient that h has in all forms, up to constants; 1 where there are
 * several. */
static void find_coefficient(fmpz_poly_q_t c, const cpm_holo *h, const cpm_sym *symbols,
                             size_t nterms, size_t number)
{
    fmpz_poly_q_t quotient;
    bool found = false, one = true;
    fmpz_poly_q_init(quotient);
    fmpz_poly_q_one(c);
    for (size_t k = 0; k < nterms && one; k++) {
        const cpm_ratform *form = &h->forms[symbols[k]];
        for (size_t i = 0; i < form->nterms && one; i++) {
            if (form->terms[i].hyper != number)
                continue;
            if (!found)
                fmpz_poly_q_set(c, form->terms[i].c);
            fmpz_poly_q_div(quotient, form->terms[i].c, c);
            one = is_constant(quotient);
            found = true;
        }
    }
    if (!one)
        fmpz_poly_q_one(c);
    fmpz_poly_q_clear(quotient);
}

/* c(n-1) */
static void shift_back(fmpz_poly_q_t out, const fmpz_poly_q_t c)
{
    fmpz_t minus_one;
    fmpz_init_set_si(minus_one, -1);
    fmpz_poly_taylor_shift(fmpz_poly_q_numref(out), fmpz_poly_q_numref(c), minus_one);
    fmpz_poly_taylor_shift(fmpz_poly_q_denref(out), fmpz_poly_q_denref(c), minus_one);
    fmpz_poly_q_canonicalise(out);
    fmpz_clear(minus_one);
}

/* x = c(n), an integer n that is no pole */
static void evaluate(fmpq_t x, const fmpz_poly_q_t c, const fmpz_t n)
{
    fmpz_poly_evaluate_fmpz(fmpq_numref(x), fmpz_poly_q_numref(c), n);
    fmpz_poly_evaluate_fmpz(fmpq_denref(x), fmpz_poly_q_denref(c), n);
    fmpq_canonicalise(x);
}

/* The variable of h, v(n) = c(n) h(n): its row, its start, and scale = h(n)/v(n-1). */
static bool make_variable(rows *r, cpm_holo *h, fmpz_poly_q_t scale, size_t number, fmpz_poly_q_t c)
{
    fmpz_poly_q_t ratio, before;
    fmpz_t last;
    fmpq_t value;
    const size_t row = r->nterms + number - 1;
    const cpm_hyper *hyper = &h->hypers.items[number];
    fmpz_init(last);
    fmpz_sub_ui(last, h->first, 1);
    fmpz_poly_q_init(ratio);
    fmpz_poly_q_init(before);
    fmpq_init(value);
    if (!is_unit_from(c, last))
        fmpz_poly_q_one(c);
    bool fits = cpm_hyper_ratio(ratio, hyper) &&
                cpm_hyper_value(r->start + row, hyper, last, 100 * CPM_MAX_RULE_BITS);
    cpm_ratform_result result = CPM_RATFORM_LARGE;
    if (fits) {
        evaluate(value, c, last);
        fmpq_mul(r->start + row, r->start + row, value);
        shift_back(before, c);
        fmpz_poly_q_div(scale, ratio, before); /* h(n)/v(n-1) */
        fmpz_poly_q_mul(ratio, scale, c);
        result = cpm_ratform_add_term(&r->items[row], row, 0, ratio);
    }
    fmpz_clear(last);
    fmpz_poly_q_clear(ratio);
    fmpz_poly_q_clear(before);
    fmpq_clear(value);
    return cpm_holo_refuse(h, result, h->rec->loop->span);
}

static bool make_rows(rows *r, cpm_holo *h, const cpm_sym *symbols, fmpz_poly_q_t *scale)
{
    fmpz_poly_q_t c;
    fmpz_poly_q_init(c);
    bool ok = true;
    for (size_t number = 1; number <= r->nhypers && ok; number++) {
        find_coefficient(c, h, symbols, r->nterms, number);
        ok = make_variable(r, h, scale[number], number, c);
    }
    for (size_t k = 0; k < r->nterms && ok; k++) {
        fmpq_set(r->start + k, h->values + symbols[k]);
        ok = add_row(r, h, k, &h->forms[symbols[k]], scale, h->rec->loop->span);
    }
    fmpz_poly_q_one(c);
    fmpq_one(r->start + (r->count - 1));
    if (ok)
        ok = cpm_holo_refuse(h, cpm_ratform_add_term(&r->items[r->count - 1], r->count - 1, 0, c),
                             h->rec->loop->span);
    fmpz_poly_q_clear(c);
    return ok;
}

/* ---- Fewer variables ----------------------------------------------------------------------- */

static void mark_needed(rows *r, size_t row)
{
    if (r->needed[row])
        return;
    r->needed[row] = true; /* as deep as there are variables: CPM_MAX_RULE_DIM at most */
    for (size_t i = 0; i < r->items[row].nterms; i++)
        mark_needed(r, r->items[row].terms[i].x);
}

/* Whether row j is `factor` times row k. */
static bool is_multiple(const rows *r, size_t j, size_t k, const fmpz_poly_q_t factor)
{
    fmpz_poly_q_t product;
    const cpm_ratform *f = &r->items[j], *g = &r->items[k];
    bool is = f->nterms == g->nterms;
    fmpz_poly_q_init(product);
    for (size_t i = 0; i < f->nterms && is; i++) {
        size_t m = 0;
        while (m < g->nterms && g->terms[m].x != f->terms[i].x)
            m++;
        is = m < g->nterms;
        if (is) {
            fmpz_poly_q_mul(product, g->terms[m].c, factor);
            is = fmpz_poly_q_equal(product, f->terms[i].c);
        }
    }
    fmpz_poly_q_clear(product);
    return is;
}

/* Puts factor * k in the place of variable j in all rows. */
static bool replace(rows *r, cpm_holo *h, size_t j, size_t k, const fmpz_poly_q_t factor)
{
    fmpz_poly_q_t c;
    cpm_ratform_result result = CPM_RATFORM_OK;
    fmpz_poly_q_init(c);
    for (size_t row = 0; row < r->count && result == CPM_RATFORM_OK; row++) {
        cpm_ratform *f = &r->items[row];
        for (size_t i = 0; i < f->nterms; i++) {
            if (f->terms[i].x != j)
                continue;
            fmpz_poly_q_mul(c, f->terms[i].c, factor);
            fmpz_poly_q_clear(f->terms[i].c);
            f->terms[i] = f->terms[--f->nterms];
            result = cpm_ratform_add_term(f, k, 0, c);
            break;
        }
    }
    fmpz_poly_q_clear(c);
    return cpm_holo_refuse(h, result, h->rec->loop->span);
}

/* Variable k, which is a power, in the place of those that are multiples of it. */
static bool join_multiples(rows *r, cpm_holo *h, size_t k)
{
    fmpq_t quotient;
    fmpz_poly_q_t factor;
    bool ok = true;
    fmpq_init(quotient);
    fmpz_poly_q_init(factor);
    for (size_t j = 0; j < r->nterms && ok; j++) {
        if (j == k || fmpq_is_zero(r->start + j) || fmpq_is_zero(r->start + k))
            continue;
        fmpq_div(quotient, r->start + k, r->start + j);
        fmpz_poly_set_fmpz(fmpz_poly_q_numref(factor), fmpq_numref(quotient));
        fmpz_poly_set_fmpz(fmpz_poly_q_denref(factor), fmpq_denref(quotient));
        if (!is_multiple(r, k, j, factor))
            continue;
        ok = replace(r, h, k, j, factor); /* the power goes, the term stays */
        break;
    }
    fmpq_clear(quotient);
    fmpz_poly_q_clear(factor);
    return ok;
}

static bool reduce(rows *r, cpm_holo *h)
{
    bool ok = true;
    for (size_t k = r->nterms; k + 1 < r->count && ok; k++)
        ok = join_multiples(r, h, k);
    if (ok)
        mark_needed(r, r->output);
    return ok;
}

/* ---- The system ------------------------------------------------------------------------------ */

/* place[k] = the number of variable k among those that are needed; how many these are. */
static size_t number_needed(size_t *place, const rows *r)
{
    size_t dim = 0;
    for (size_t k = 0; k < r->count; k++)
        if (r->needed[k])
            place[k] = dim++;
    return dim;
}

static void find_denominator(fmpz_poly_t q, const rows *r)
{
    fmpz_poly_set_ui(q, 1);
    for (size_t k = 0; k < r->count; k++)
        for (size_t i = 0; r->needed[k] && i < r->items[k].nterms; i++)
            fmpz_poly_lcm(q, q, fmpz_poly_q_denref(r->items[k].terms[i].c));
}

static void fill_system(cpm_polysys *sys, const rows *r, const size_t *place, const cpm_holo *h)
{
    fmpz_poly_t factor;
    fmpz_poly_init(factor);
    fmpz_set(sys->first, h->first);
    fmpq_one(sys->outputs + place[r->output]);
    find_denominator(sys->q, r);
    for (size_t k = 0; k < r->count; k++) {
        if (!r->needed[k])
            continue;
        fmpq_set(sys->start + place[k], r->start + k);
        for (size_t i = 0; i < r->items[k].nterms; i++) {
            const cpm_ratterm *term = &r->items[k].terms[i];
            fmpz_poly_div(factor, sys->q, fmpz_poly_q_denref(term->c));
            fmpz_poly_mul(cpm_polysys_entry(sys, place[k], place[term->x]), factor,
                          fmpz_poly_q_numref(term->c));
        }
    }
    fmpz_poly_clear(factor);
}

/* A name of variable k. */
static char *new_name(const rows *r, const cpm_holo *h, const cpm_sym *symbols, size_t k)
{
    cpm_strbuf text = {0};
    if (k < r->nterms) {
        cpm_strbuf_puts(&text, h->rec->tree.symbols[symbols[k]].name);
    } else if (k + 1 < r->count) { /* up to a rational function of n */
        cpm_strbuf_puts(&text, "[");
        cpm_hyper_put(&text, &h->hypers.items[k - r->nterms + 1], h->period > 1 ? "t" : "n");
        cpm_strbuf_puts(&text, "]");
    } else {
        cpm_strbuf_puts(&text, "1");
    }
    if (text.failed)
        cpm_strbuf_clear(&text);
    return text.data;
}

/* The names, and whether it is a rule about one sequence. */
static bool describe(cpm_holonomic *about, const rows *r, cpm_holo *h, const cpm_sym *symbols)
{
    bool alone = h->rec->loop->u.loop.body.nstmts == 3 && h->period == 1;
    bool ok = true;
    about->names = cpm_calloc(r->count, sizeof *about->names);
    if (about->names == NULL)
        return fail_memory(h);
    for (size_t k = 0; k < r->count && ok; k++) {
        if (!r->needed[k])
            continue;
        alone = alone && (k < r->nterms || k + 1 == r->count);
        about->nterms += k < r->nterms;
        about->names[about->nnames] = new_name(r, h, symbols, k);
        ok = about->names[about->nnames++] != NULL || fail_memory(h);
    }
    if (!alone)
        about->nterms = 0;
    about->order = about->has_hole ? 0 : about->nterms;
    return ok;
}

static bool make_system(cpm_polysys *sys, const rows *r, cpm_holo *h)
{
    size_t *place = cpm_calloc(r->count, sizeof *place);
    if (place == NULL)
        return fail_memory(h);
    size_t dim = number_needed(place, r);
    bool ok = cpm_polysys_init(sys, dim, 1, h->err) == CPM_OK;
    if (ok)
        fill_system(sys, r, place, h);
    free(place);
    return ok;
}

/* The step in which a rule that is needed divides by 0 first. */
static bool find_hole_step(fmpz_t step, const rows *r, const cpm_holo *h)
{
    fmpz_t root;
    bool found = false;
    fmpz_init(root);
    for (size_t k = 0; k < r->count; k++)
        if (r->needed[k] && cpm_poly_least_root(root, r->items[k].divisors, h->first) &&
            (!found || fmpz_cmp(root, step) < 0)) {
            found = true;
            fmpz_set(step, root);
        }
    fmpz_clear(root);
    return found;
}

/* Of the rounds of a step, the first one in which the wanted term is divided by 0. */
static ulong round_of_hole(const cpm_holo *h, const fmpz_t step)
{
    fmpz_t value;
    fmpz_init(value);
    ulong i = 0;
    for (; i + 1 < h->period; i++) {
        fmpz_poly_evaluate_fmpz(value, h->divisors + i, step);
        if (fmpz_is_zero(value))
            break;
    }
    fmpz_clear(value);
    return i;
}

static void find_hole(cpm_holonomic *about, const rows *r, cpm_holo *h)
{
    fmpz_t step;
    fmpz_init(step);
    fmpz_poly_set_ui(about->divisors, 1);
    for (size_t k = 0; k < r->count; k++)
        if (r->needed[k])
            fmpz_poly_lcm(about->divisors, about->divisors, r->items[k].divisors);
    about->has_hole = find_hole_step(step, r, h);
    if (about->has_hole) {
        fmpz_sub(about->hole_steps, step, h->first);
        fmpz_mul_ui(about->hole, about->hole_steps, h->period);
        fmpz_add_ui(about->hole, about->hole, round_of_hole(h, step));
        fmpz_add(about->hole, about->hole, h->start);
        fmpz_sub(about->hole, about->hole, h->rec->loop_start); /* from rounds to indices */
        fmpz_add(about->hole, about->hole, h->rec->start);
    }
    fmpz_clear(step);
}

/* Residues are of integers. */
static bool check_modulus(const cpm_polysys *sys, const cpm_holonomic *about, cpm_holo *h)
{
    bool integral = fmpz_poly_is_one(sys->q);
    for (size_t k = 0; k < sys->dim; k++)
        integral = integral && fmpz_is_one(fmpq_denref(sys->start + k));
    if (!about->has_modulus || integral)
        return true;
    cpm_err_at(h->err, CPM_ERR_SEMANTIC, &h->rec->text, h->rec->loop->span,
               "'%%' reduces integers only");
    return false;
}

static bool build(cpm_polysys *sys, cpm_holonomic *about, cpm_holo *h, const cpm_sym *symbols,
                  rows *r, size_t nterms)
{
    if (!start_terms(h, symbols, nterms) || !run_rounds(h, about))
        return false;
    if (nterms + h->hypers.count > CPM_MAX_RULE_DIM) {
        cpm_err_at(h->err, CPM_ERR_LIMIT, &h->rec->text, h->rec->loop->span,
                   "a rule whose coefficients vary reads at most %d terms and powers",
                   CPM_MAX_RULE_DIM - 1);
        return false;
    }
    if (!rows_init(r, h, nterms))
        return false;
    fmpz_poly_q_t scale[CPM_MAX_RULE_DIM];
    for (size_t i = 0; i < h->hypers.count; i++)
        fmpz_poly_q_init(scale[i]);
    bool ok = make_rows(r, h, symbols, scale) && reduce(r, h);
    if (ok)
        find_hole(about, r, h);
    ok = ok && describe(about, r, h, symbols) && make_system(sys, r, h) &&
         check_modulus(sys, about, h);
    for (size_t i = 0; i < h->hypers.count; i++)
        fmpz_poly_q_clear(scale[i]);
    return ok;
}

static bool holo_init(cpm_holo *h, const cpm_recurrence *rec, const fmpq *values, ulong period,
                      ulong s, cpm_err *err)
{
    *h = (cpm_holo){
        .rec = rec, .nsyms = rec->nvalues, .values = values, .period = period, .err = err};
    fmpz_init(h->start);
    fmpz_init(h->first);
    fmpz_init(h->shift);
    for (ulong i = 0; i < period; i++)
        fmpz_poly_init(h->divisors + i);
    fmpz_add_ui(h->start, rec->loop_start, s);
    h->index = rec->loop->u.loop.target->u.name.sym;
    h->forms = cpm_calloc(h->nsyms, sizeof *h->forms);
    h->has_form = cpm_calloc(h->nsyms, sizeof *h->has_form);
    if (h->forms == NULL || h->has_form == NULL || !cpm_hypers_init(&h->hypers))
        return fail_memory(h);
    for (size_t i = 0; i < h->nsyms; i++)
        cpm_ratform_init(&h->forms[i]);
    return true;
}

static void holo_clear(cpm_holo *h)
{
    for (size_t i = 0; i < h->nsyms && h->forms != NULL; i++)
        cpm_ratform_clear(&h->forms[i]);
    free(h->forms);
    free(h->has_form);
    cpm_hypers_clear(&h->hypers);
    fmpz_clear(h->start);
    fmpz_clear(h->first);
    fmpz_clear(h->shift);
    for (ulong i = 0; i < h->period; i++)
        fmpz_poly_clear(h->divisors + i);
}

/* The system of class s where so many rounds make a step. Where that is not the period,
 * *longer is one that may be, else 0. */
static bool try_period(cpm_polysys *sys, cpm_holonomic *about, ulong *longer,
                       const cpm_recurrence *rec, const fmpq *values, ulong period, ulong s,
                       cpm_err *err)
{
    cpm_holo h;
    size_t nterms = count_terms(rec);
    rows r = {.output = 0};
    cpm_sym *symbols = cpm_calloc(nterms, sizeof *symbols);
    *about = (cpm_holonomic){.period = period};
    bool ok = holo_init(&h, rec, values, period, s, err) && (symbols != NULL || fail_memory(&h));
    if (ok) {
        list_terms(symbols, &r.output, rec);
        ok = build(sys, about, &h, symbols, &r, nterms);
    }
    if (!ok) {
        cpm_polysys_clear(sys);
        cpm_holonomic_clear(about);
        about->is_about_terms = h.blames_term;
    }
    *longer = ok ? 0 : h.wants_period;
    rows_clear(&r);
    holo_clear(&h);
    free(symbols);
    return ok;
}

/* The values of all symbols before the first round of class s. Where a round before it
 * divides by 0 there is none. */
static cpm_status find_values(fmpq *values, cpm_holonomic *about, const cpm_recurrence *rec,
                              ulong s, cpm_err *err)
{
    ulong done;
    if (s > 0) {
        cpm_status status = cpm_iterate_values(values, &done, rec, s, err);
        about->has_hole = status == CPM_ERR_SEMANTIC;
        fmpz_add_ui(about->hole, rec->start, done);
        return status;
    }
    for (size_t i = 0; i < rec->nvalues; i++)
        fmpq_set(values + i, rec->values + i);
    return CPM_OK;
}

/* Rounds that are too large once they are put into each other. */
static cpm_status too_long(const cpm_recurrence *rec, ulong period, cpm_err *err)
{
    cpm_span span = err->span;
    cpm_err_clear(err);
    return cpm_err_at(err, CPM_ERR_SEMANTIC, &rec->text, span,
                      "not a linear recurrence with polynomial coefficients: with remainders of "
                      "the index in it %lu rounds make one with such, which is too large",
                      (unsigned long)period);
}

cpm_status cpm_holonomic_system(cpm_polysys *sys, cpm_holonomic *about, const cpm_recurrence *rec,
                                ulong s, cpm_err *err)
{
    ulong period = about->period > 0 ? about->period : 1, longer = 0;
    fmpq *values = _fmpq_vec_init((slong)rec->nvalues);
    *sys = (cpm_polysys){0};
    cpm_status status = find_values(values, about, rec, s, err);
    bool ok = status == CPM_OK && try_period(sys, about, &longer, rec, values, period, s, err);
    while (longer > 0) {
        period = longer;
        cpm_err_clear(err);
        ok = try_period(sys, about, &longer, rec, values, period, s, err);
    }
    _fmpq_vec_clear(values, (slong)rec->nvalues);
    if (!ok && period > 1 && err->status == CPM_ERR_LIMIT) /* the rule itself is not too large */
        return too_long(rec, period, err);
    return ok ? CPM_OK : err->status;
}
