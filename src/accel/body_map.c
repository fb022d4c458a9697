/* SPDX-License-Identifier: MIT
 *
 * body_map.c - matrix code run on polynomials.
 *
 * Only registers that flow into wanted ones are variables. Those that a round
 * leaves alone are the constants that they start as. An inner loop is closed over
 * its own monomials, in which what it leaves alone may occur; the power of their
 * matrix says what its registers are after all the rounds.
 */
#include "accel/body_internal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "power/residue.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpq_vec.h>
#include <stdlib.h>
#include <string.h>

/* ---- Variables --------------------------------------------------------------- */

static cpm_status choose_variables(body *b)
{
    size_t nregs = b->code->nregs;
    bool *needed = cpm_calloc(nregs, sizeof *needed);
    b->var_of = cpm_calloc(nregs, sizeof *b->var_of);
    b->reg_of = cpm_calloc(nregs, sizeof *b->reg_of);
    if (needed == NULL || b->var_of == NULL || b->reg_of == NULL) {
        free(needed);
        return cpm_err_memory(b->err);
    }
    for (size_t k = 0; k < b->options->nwanted; k++)
        needed[b->options->wanted[k]] = true;
    cpm_matcode_close_needed(needed, b->code);
    for (size_t r = 0; r < nregs; r++) {
        b->var_of[r] = needed[r] ? b->nvars : NONE;
        if (needed[r])
            b->reg_of[b->nvars++] = (uint32_t)r;
    }
    b->nregs = b->nvars;
    free(needed);
    if (b->nvars > CPM_MAX_CLOSED_VARIABLES)
        return cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "products among %zu variables (at most %d)",
                           b->nvars, CPM_MAX_CLOSED_VARIABLES);
    return CPM_OK;
}

/* ---- Running ------------------------------------------------------------------- */

/* Where the product is that first had the monomial in question. */
static void probe(body *b, const cpm_mc_instr *in, const fmpq_mpoly_struct *product,
                  const cpm_poly_map *state)
{
    fmpq_t c;
    if (b->probe == NULL || b->found)
        return;
    fmpq_init(c);
    fmpq_mpoly_get_coeff_fmpq_ui(c, product, b->probe, state->ctx);
    b->found = !fmpq_is_zero(c);
    b->first_with = in->place;
    fmpq_clear(c);
}

static cpm_status run_product(body *b, cpm_poly_map *state, const cpm_mc_instr *in)
{
    fmpq_mpoly_struct *dst = &state->image[b->var_of[in->dst]];
    const fmpq_mpoly_struct *src = &state->image[b->var_of[in->src]];
    double terms =
        (double)fmpq_mpoly_length(dst, state->ctx) * (double)fmpq_mpoly_length(src, state->ctx);
    if (terms > CPM_MAX_IMAGE_TERMS ||
        fmpq_mpoly_total_degree_si(dst, state->ctx) > CPM_MAX_IMAGE_DEGREE)
        return cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "its products have too many terms");
    fmpq_mpoly_mul(dst, dst, src, state->ctx);
    probe(b, in, dst, state);
    return CPM_OK;
}

static cpm_status run_simple(body *b, cpm_poly_map *state, const cpm_mc_instr *in)
{
    fmpq_mpoly_struct *dst = &state->image[b->var_of[in->dst]];
    const fmpq *c = in->is_const ? b->code->consts + in->src : NULL;
    const fmpq_mpoly_struct *src = in->is_const ? NULL : &state->image[b->var_of[in->src]];
    fmpq_t negated;
    bool *unknown = &state->is_unknown[b->var_of[in->dst]];
    bool from = src != NULL && state->is_unknown[b->var_of[in->src]];
    *unknown = from || (*unknown && in->op != CPM_MC_MOV);
    switch (in->op) {
    case CPM_MC_MOV:
        if (c != NULL)
            fmpq_mpoly_set_fmpq(dst, c, state->ctx);
        else
            fmpq_mpoly_set(dst, src, state->ctx);
        break;
    case CPM_MC_ADD:
        if (c != NULL)
            fmpq_mpoly_add_fmpq(dst, dst, c, state->ctx);
        else
            fmpq_mpoly_add(dst, dst, src, state->ctx);
        break;
    case CPM_MC_SUB:
        if (src != NULL) {
            fmpq_mpoly_sub(dst, dst, src, state->ctx);
            break;
        }
        fmpq_init(negated);
        fmpq_neg(negated, c);
        fmpq_mpoly_add_fmpq(dst, dst, negated, state->ctx);
        fmpq_clear(negated);
        break;
    default:
        if (c == NULL)
            return run_product(b, state, in);
        fmpq_mpoly_scalar_mul_fmpq(dst, dst, c, state->ctx);
        break;
    }
    return CPM_OK;
}

/* ---- Solvable or not -------------------------------------------------------------- */

/* An entry of a row is named after its variable. */
static const char *name_of(const body *b, size_t v, char *buffer, size_t cap)
{
    const body_row *row = cpm_body_row_of(b, v);
    if (row == NULL)
        return b->code->regs[b->reg_of[v]].name;
    snprintf(buffer, cap, "%.60s[%zu]", b->code->regs[b->reg_of[row->var]].name, v - row->first);
    return buffer;
}

/* "PREFIX'x' is multiplied by 'y' in its own update", at a product, or, where a
 * changing number of rounds makes it one, nowhere yet. */
static cpm_status refuse_unsolvable(body *b, const cpm_unsolvable *why, const cpm_span *span)
{
    char buffers[2][100];
    const char *a = name_of(b, why->a, buffers[0], sizeof buffers[0]);
    const char *other = name_of(b, why->b, buffers[1], sizeof buffers[1]);
    char by[100] = "itself", message[300];
    if (why->a != why->b)
        snprintf(by, sizeof by, "'%.80s'", other);
    snprintf(message, sizeof message, "%s'%.80s' is multiplied by %s in its own update",
             b->options->prefix, a, by);
    return span == NULL
               ? cpm_err_set(b->err, CPM_ERR_SEMANTIC, "%s", message)
               : cpm_err_at(b->err, CPM_ERR_SEMANTIC, b->options->text, *span, "%s", message);
}

/* The block once more, to find the product that makes it so. */
cpm_status cpm_body_check_solvable(body *b, const cpm_poly_map *map, const bool *wanted,
                                   size_t begin, size_t end)
{
    cpm_unsolvable why;
    cpm_poly_map again = {0};
    cpm_status status = cpm_poly_map_solvable(&why, map, wanted, b->err);
    if (status != CPM_OK || why.monomial == NULL)
        return status;
    body search = *b;
    search.probe = why.monomial;
    search.found = false;
    status = cpm_poly_map_init(&again, b->nvars, b->err);
    if (status == CPM_OK)
        status = cpm_body_run(&search, &again, begin, end);
    cpm_poly_map_clear(&again);
    free(why.monomial);
    if (status != CPM_OK)
        return status;
    return refuse_unsolvable(b, &why, search.found ? &b->code->spans[search.first_with] : NULL);
}

/* A coefficient, as a residue in Z/m. */
cpm_status cpm_body_coefficient(fmpq_t out, const body *b, const fmpq_t c)
{
    fmpz_t residue;
    if (b->options->modulus == NULL) {
        fmpq_set(out, c);
        return CPM_OK;
    }
    fmpz_init(residue);
    bool ok = cpm_residue_of_rational(residue, c, b->options->modulus);
    fmpz_swap(fmpq_numref(out), residue);
    fmpz_one(fmpq_denref(out));
    fmpz_clear(residue);
    return ok ? CPM_OK
              : cpm_err_set(b->err, CPM_ERR_UNSUPPORTED,
                            "a quotient that has no residue for this modulus");
}

cpm_status cpm_body_inner_coefficient(fmpq_t out, const body *b, const fmpq_t c)
{
    if (b->inner_domain == b->domain)
        return cpm_body_coefficient(out, b, c);
    fmpq_set(out, c);
    return CPM_OK;
}

cpm_status cpm_body_run(body *b, cpm_poly_map *state, size_t begin, size_t end)
{
    cpm_status status = CPM_OK;
    for (size_t i = begin; i < end && status == CPM_OK; i++) {
        const cpm_mc_instr *in = &b->code->instrs[i];
        if (in->op == CPM_MC_LOOP) {
            size_t after = cpm_matcode_end(b->code, i);
            status = (in->is_const ? cpm_body_run_loop : cpm_body_run_changing)(b, state, i, after);
            i = after;
        } else if (b->var_of[in->dst] != NONE) {
            status = run_simple(b, state, in);
        }
    }
    return status;
}

/* ---- The system ---------------------------------------------------------------------- */

/* What the variable starts as; NULL where that is not known. */
const fmpq *cpm_body_start_of(const body *b, size_t v)
{
    const body_row *row = cpm_body_row_of(b, v);
    if (row != NULL)
        return row->starts + (v - row->first);
    const cpm_mc_reg *reg = &b->code->regs[b->reg_of[v]];
    return reg->is_bound ? reg->start : NULL;
}

/* What a round leaves alone is, and stays, what it starts as. */
cpm_status cpm_body_fix_invariants(body *b, cpm_poly_map *map, const bool *wanted)
{
    bool *fixed = cpm_calloc(b->nvars, sizeof *fixed), ok = true, more = true;
    if (fixed == NULL)
        return cpm_err_memory(b->err);
    fmpq_mpoly_t t;
    fmpq_mpoly_init(t, map->ctx);
    while (more && ok) { /* one may make another of it */
        more = false;
        for (size_t v = 0; v < b->nvars && ok; v++) {
            const fmpq *start = cpm_body_start_of(b, v);
            if (fixed[v] || start == NULL || wanted[v] || map->is_unknown[v] ||
                !cpm_poly_map_keeps(map, v))
                continue;
            fixed[v] = more = true;
            for (size_t r = 0; r < b->nvars && ok; r++) {
                ok = r == v ||
                     fmpq_mpoly_evaluate_one_fmpq(t, &map->image[r], (slong)v, start, map->ctx);
                if (r != v && ok)
                    fmpq_mpoly_swap(t, &map->image[r], map->ctx);
            }
        }
    }
    fmpq_mpoly_clear(t, map->ctx);
    free(fixed);
    return ok ? CPM_OK
              : cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "its products have too many terms");
}

static char *monomial_name(const body *b, const ulong *exps)
{
    cpm_strbuf name = {0};
    char buffer[100];
    for (size_t v = 0; v < b->nvars; v++) {
        if (exps[v] == 0)
            continue;
        cpm_strbuf_printf(&name, "%s%s", name.len > 0 ? "*" : "",
                          name_of(b, v, buffer, sizeof buffer));
        if (exps[v] > 1)
            cpm_strbuf_printf(&name, "^%lu", (unsigned long)exps[v]);
    }
    if (name.failed || name.data == NULL) {
        cpm_strbuf_clear(&name);
        return NULL;
    }
    return name.data;
}

/* The product of the start values. */
static void monomial_start(fmpq_t out, const body *b, const ulong *exps)
{
    fmpq_t power;
    fmpq_init(power);
    fmpq_one(out);
    for (size_t v = 0; v < b->nvars; v++) {
        if (exps[v] == 0)
            continue;
        const body_row *row = cpm_body_row_of(b, v);
        const fmpq *start =
            row != NULL ? row->starts + (v - row->first) : b->code->regs[b->reg_of[v]].start;
        fmpq_pow_si(power, start, (slong)exps[v]);
        fmpq_mul(out, out, power);
        if (b->options->modulus != NULL)
            fmpz_mod(fmpq_numref(out), fmpq_numref(out), b->options->modulus);
    }
    fmpq_clear(power);
}

/* Row k of the closure, whose constant is monomial 0, to row k-1 of the system,
 * whose constant is the last variable. */
static cpm_status add_row(cpm_linsys *sys, const body *b, const cpm_closure *c, size_t k)
{
    const cpm_form *row = &c->rows[k];
    fmpq_t coeff;
    fmpq_init(coeff);
    cpm_status status = CPM_OK;
    for (size_t t = 0; t < row->len && status == CPM_OK; t++) {
        size_t from = row->terms[t].var;
        status = cpm_body_coefficient(coeff, b, row->terms[t].coeff);
        if (status == CPM_OK)
            status = cpm_form_add_term(&sys->rows[k - 1], from == 0 ? sys->dim - 1 : from - 1,
                                       coeff, b->domain, b->err);
    }
    if (status == CPM_OK)
        cpm_form_normalise(&sys->rows[k - 1], b->domain);
    fmpq_clear(coeff);
    return status;
}

static cpm_status to_system(cpm_linsys *sys, const body *b, const cpm_closure *c)
{
    const cpm_domain *domain = b->code->domain;
    cpm_status status = cpm_linsys_init(sys, domain, c->count, b->options->nwanted, b->err);
    for (size_t k = 1; k < c->count && status == CPM_OK; k++) {
        const ulong *exps = c->exps + k * c->nvars;
        status = add_row(sys, b, c, k);
        monomial_start(sys->start + k - 1, b, exps);
        sys->names[k - 1] = monomial_name(b, exps);
        if (sys->names[k - 1] == NULL)
            status = cpm_err_memory(b->err);
    }
    if (status != CPM_OK)
        return status;
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    fmpq_one(sys->start + sys->dim - 1);
    status = cpm_form_add_term(&sys->rows[sys->dim - 1], sys->dim - 1, one, domain, b->err);
    sys->names[sys->dim - 1] = strdup("1");
    if (sys->names[sys->dim - 1] == NULL)
        status = cpm_err_memory(b->err);
    for (size_t k = 0; k < b->options->nwanted && status == CPM_OK; k++) {
        size_t rank = 0, v = b->var_of[b->options->wanted[k]]; /* wanted ones come first */
        for (size_t w = 0; w < b->options->nwanted; w++)
            rank += b->var_of[b->options->wanted[w]] < v;
        status = cpm_form_add_term(&sys->outputs[k], rank, one, domain, b->err);
    }
    fmpq_clear(one);
    return status;
}

/* The map of the code; where inner loops need rows for it, with those. */
cpm_status cpm_body_make_map(cpm_poly_map *map, body *b)
{
    cpm_status status = CPM_OK;
    do {
        cpm_body_forget_rounds(b, map);
        cpm_poly_map_clear(map);
        status = cpm_poly_map_init(map, b->nvars, b->err);
        if (status == CPM_OK)
            status = cpm_body_run(b, map, 0, b->code->ninstrs);
    } while (status == CPM_OK && cpm_body_place_rows(b));
    if (status == CPM_OK)
        status = cpm_body_finish_rows(b, map);
    cpm_body_forget_rounds(b, map);
    return status;
}

/* Not solvable, or not known: asks for a number of rounds at a time that would help. */
static cpm_status refuse_or_split(body *b, cpm_status status)
{
    ulong period = status == CPM_ERR_SEMANTIC ? cpm_body_period_of_rows(b) : 1;
    bool is_unclear = status == CPM_ERR_UNSUPPORTED || (status == CPM_ERR_SEMANTIC && period == 1);
    if (is_unclear && b->code->ninstrs * b->clears <= CPM_MAX_CLEARED_INSTRS)
        period = b->clears;
    ulong now = b->options->period == 0 ? 1 : b->options->period;
    if (period > 1 && now * period <= CPM_MAX_PERIOD && b->options->split != NULL)
        *b->options->split = (cpm_split){.kind = CPM_SPLIT_PERIOD, .period = now * period};
    return status;
}

static cpm_status close_map(cpm_linsys *sys, body *b, cpm_poly_map *map, const bool *wanted)
{
    cpm_closure closure = {0};
    cpm_status status = cpm_body_fix_invariants(b, map, wanted);
    if (status == CPM_OK)
        status = cpm_body_check_solvable(b, map, wanted, 0, b->code->ninstrs);
    bool closed = false;
    if (status == CPM_ERR_SEMANTIC && b->nrows == 0) {
        cpm_status tried = cpm_body_close_span(&closed, sys, b, map);
        if (closed || tried != CPM_OK)
            return tried;
    }
    if (status != CPM_OK)
        return refuse_or_split(b, status);
    status = cpm_closure_of(&closure, map, wanted, CPM_MAX_CLOSURE, b->err);
    if (status == CPM_OK)
        status = to_system(sys, b, &closure);
    cpm_closure_clear(&closure);
    return status == CPM_OK ? status : refuse_or_split(b, status);
}

static cpm_status close_body(cpm_linsys *sys, body *b)
{
    cpm_poly_map map = {0};
    cpm_status status = cpm_body_make_map(&map, b);
    bool *wanted = cpm_calloc(b->nvars, sizeof *wanted);
    if (wanted == NULL)
        status = cpm_err_memory(b->err);
    for (size_t k = 0; k < b->options->nwanted && status == CPM_OK; k++)
        wanted[b->var_of[b->options->wanted[k]]] = true;
    if (status == CPM_OK)
        status = close_map(sys, b, &map, wanted);
    cpm_poly_map_clear(&map);
    free(wanted);
    return status;
}

/* Variables and domain; the body is to be cleared in any case. */
cpm_status cpm_body_begin(body *b, cpm_domain *residues, const cpm_matcode *code,
                          const cpm_body_options *options, cpm_err *err)
{
    *b = (body){.code = code,
                .options = options,
                .domain = cpm_domain_scalars(code->domain),
                .clears = 1,
                .around = NONE,
                .err = err};
    if (options->modulus != NULL) {
        cpm_domain_init_mod(residues, options->modulus);
        b->domain = residues;
    }
    b->inner_domain = cpm_matcode_is_integral(code) ? b->domain : cpm_domain_scalars(code->domain);
    return choose_variables(b);
}

/* What is too large says so, without whose it is. */
cpm_status cpm_body_end(body *b, cpm_status status)
{
    if (status == CPM_ERR_UNSUPPORTED) {
        cpm_err why = *b->err;
        cpm_err_clear(b->err);
        cpm_err_set(b->err, status, "%s%s", b->options->prefix, why.message);
    }
    cpm_body_clear_rows(b);
    free(b->var_of);
    free(b->reg_of);
    return status;
}

cpm_status cpm_body_system(cpm_linsys *sys, const cpm_matcode *code,
                           const cpm_body_options *options, cpm_err *err)
{
    cpm_domain residues;
    body b;
    *sys = (cpm_linsys){0};
    cpm_status status = cpm_body_begin(&b, &residues, code, options, err);
    if (status == CPM_OK)
        status = close_body(sys, &b);
    status = cpm_body_end(&b, status);
    if (status != CPM_OK)
        cpm_linsys_clear(sys);
    return status;
}

/* ---- Drawn ---------------------------------------------------------------------------- */

static void draw_image(cpm_strbuf *out, const cpm_poly_map *map, size_t v, const char **names)
{
    cpm_strbuf_printf(out, "%s' = ", names[v]);
    if (map->is_unknown[v]) {
        cpm_strbuf_puts(out, "no polynomial\n");
        return;
    }
    char *text = fmpq_mpoly_get_str_pretty(&map->image[v], names, map->ctx);
    cpm_strbuf_printf(out, "%s\n", text == NULL ? "" : text);
    out->failed = out->failed || text == NULL;
    flint_free(text);
}

/* A place of the stack, or what an inner loop makes of one. */
static bool is_scratch(const body *b, size_t v)
{
    const body_row *row = cpm_body_row_of(b, v);
    return b->code->regs[b->reg_of[row == NULL ? v : row->var]].kind == CPM_REG_VIRTUAL;
}

cpm_status cpm_body_draw(cpm_strbuf *out, const cpm_matcode *code, const cpm_body_options *options,
                         cpm_err *err)
{
    cpm_domain residues;
    body b;
    cpm_poly_map map = {0};
    cpm_status status = cpm_body_begin(&b, &residues, code, options, err);
    if (status == CPM_OK)
        status = cpm_body_make_map(&map, &b);
    const char **names = cpm_calloc(b.nvars, sizeof *names);
    char(*own)[100] = cpm_calloc(b.nvars, sizeof *own);
    if (status == CPM_OK && (names == NULL || own == NULL))
        status = cpm_err_memory(err);
    for (size_t v = 0; v < b.nvars && status == CPM_OK; v++)
        names[v] = name_of(&b, v, own[v], sizeof own[v]);
    for (size_t v = 0; v < b.nvars && status == CPM_OK; v++)
        if (!is_scratch(&b, v))
            draw_image(out, &map, v, names);
    cpm_poly_map_clear(&map);
    free(names);
    free(own);
    return cpm_body_end(&b, status);
}
