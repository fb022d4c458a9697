/* SPDX-License-Identifier: MIT
 *
 * body_inner.c - inner loops of matrix code that is run on polynomials. Of a fixed
 * number of rounds, the power of the matrix of their monomials. Of a changing one,
 * the polynomial that sum_k binomial(t, k) (T - 1)^k is where T is unipotent, and else
 * rows that move with the loop around (body_rows.c).
 */
#include "accel/body_internal.h"
#include "accel/inner_power.h"
#include "base/limits.h"
#include "base/mem.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpq_vec.h>
#include <stdlib.h>

/* ---- Fixed length ------------------------------------------------------------------- */

/* The matrix of the closure, as many rounds at once. */
static cpm_status power_of(fmpq_mat_t out, body *b, const cpm_closure *closure, const fmpz_t rounds)
{
    fmpq_mat_t base;
    slong dim = (slong)closure->count;
    fmpq_mat_init(base, dim, dim);
    cpm_status status = CPM_OK;
    for (slong k = 0; k < dim; k++)
        for (size_t t = 0; t < closure->rows[k].len && status == CPM_OK; t++)
            status = cpm_body_inner_coefficient(
                fmpq_mat_entry(base, k, (slong)closure->rows[k].terms[t].var), b,
                closure->rows[k].terms[t].coeff);
    if (status == CPM_OK)
        status = cpm_inner_power(out, base, rounds, b->inner_domain, b->options->max_bytes, b->err);
    fmpq_mat_clear(base);
    return status;
}

/* image += c * term */
static void add_multiple(fmpq_mpoly_struct *image, const fmpq_mpoly_struct *term, const fmpq_t c,
                         const cpm_poly_map *state)
{
    fmpq_mpoly_t part;
    if (fmpq_is_zero(c))
        return;
    fmpq_mpoly_init(part, state->ctx);
    fmpq_mpoly_scalar_mul_fmpq(part, term, c, state->ctx);
    fmpq_mpoly_add(image, image, part, state->ctx);
    fmpq_mpoly_clear(part, state->ctx);
}

/* The changed variables of `state` from row 1, 2, ... of the power, in which the
 * monomials are those of the state before the loop. */
static cpm_status apply_power(body *b, cpm_poly_map *state, const fmpq_mat_t power,
                              const cpm_closure *closure, const bool *changed)
{
    cpm_poly_map after;
    cpm_status status = cpm_poly_map_init(&after, b->nvars, b->err);
    if (status != CPM_OK)
        return status;
    for (size_t v = 0; v < b->nvars; v++)
        if (changed[v])
            fmpq_mpoly_zero(&after.image[v], state->ctx);
    fmpq_mpoly_t term;
    fmpq_mpoly_init(term, state->ctx);
    for (size_t k = 0; k < closure->count && status == CPM_OK; k++) {
        slong row = 1;
        status = cpm_poly_map_monomial(term, state, closure->exps + k * closure->nvars, b->err);
        for (size_t v = 0; v < b->nvars && status == CPM_OK; v++)
            if (changed[v])
                add_multiple(&after.image[v], term, fmpq_mat_entry(power, row++, (slong)k), state);
    }
    for (size_t v = 0; v < b->nvars && status == CPM_OK; v++)
        if (changed[v])
            fmpq_mpoly_swap(&state->image[v], &after.image[v], state->ctx);
    fmpq_mpoly_clear(term, state->ctx);
    cpm_poly_map_clear(&after);
    return status;
}

/* ---- Changing length ------------------------------------------------ */

/* Powers of T - 1 after which it must have come to 0. */
enum { MAX_NILPOTENCE = 64 };

/* next = row (T - 1) */
static void apply_difference(fmpq *next, const fmpq *row, const cpm_closure *c)
{
    fmpq_t t;
    fmpq_init(t);
    for (size_t m = 0; m < c->count; m++)
        fmpq_neg(next + m, row + m);
    for (size_t m = 0; m < c->count; m++) {
        if (fmpq_is_zero(row + m))
            continue;
        for (size_t i = 0; i < c->rows[m].len; i++) {
            fmpq_mul(t, row + m, c->rows[m].terms[i].coeff);
            fmpq_add(next + c->rows[m].terms[i].var, next + c->rows[m].terms[i].var, t);
        }
    }
    fmpq_clear(t);
}

static bool is_zero_row(const fmpq *row, size_t count)
{
    for (size_t m = 0; m < count; m++)
        if (!fmpq_is_zero(row + m))
            return false;
    return true;
}

/* row = e_1, or e_1 T after one round, in which what is written anew has been. */
static void first_row(fmpq *row, fmpq *next, const cpm_closure *c, bool after_one)
{
    fmpq_one(row + 1);
    if (!after_one)
        return;
    apply_difference(next, row, c);
    for (size_t m = 0; m < c->count; m++)
        fmpq_add(row + m, row + m, next + m);
}

/* Whether that row times (T - 1)^k is 0 for some k, which is then at most the dimension. */
static bool is_unipotent(const cpm_closure *c, bool after_one)
{
    slong dim = (slong)c->count;
    fmpq *row = _fmpq_vec_init(dim), *next = _fmpq_vec_init(dim);
    first_row(row, next, c, after_one);
    bool zero = false;
    for (size_t k = 0; k <= c->count && k <= MAX_NILPOTENCE && !zero; k++) {
        apply_difference(next, row, c);
        fmpq *swap = row;
        row = next;
        next = swap;
        zero = is_zero_row(row, c->count);
    }
    _fmpq_vec_clear(row, dim);
    _fmpq_vec_clear(next, dim);
    return zero;
}

/* out = sum_k binomial(rounds, k) row (T - 1)^k, over the monomials of the state
 * before the loop: what the variable with monomial 1 is after so many rounds, or one more.
 * *known is false where T is not unipotent on what it needs. */
static cpm_status unroll_symbolically(fmpq_mpoly_t out, bool *known, body *b,
                                      const cpm_poly_map *state, const cpm_closure *c,
                                      const fmpq_mpoly_t rounds, bool after_one)
{
    slong dim = (slong)c->count;
    *known = false;
    if (!is_unipotent(c, after_one))
        return CPM_OK;
    fmpq *row = _fmpq_vec_init(dim), *next = _fmpq_vec_init(dim);
    fmpq_mpoly_t binomial, factor, term;
    fmpq_t t;
    fmpq_init(t);
    fmpq_mpoly_init(binomial, state->ctx);
    fmpq_mpoly_init(factor, state->ctx);
    fmpq_mpoly_init(term, state->ctx);
    fmpq_mpoly_one(binomial, state->ctx);
    first_row(row, next, c, after_one);
    cpm_status status = CPM_OK;
    for (slong k = 0; k <= MAX_NILPOTENCE && status == CPM_OK && !*known; k++) {
        *known = true;
        for (slong m = 0; m < dim && status == CPM_OK; m++) { /* out += binomial row[m] m */
            if (fmpq_is_zero(row + m))
                continue;
            *known = false;
            status = cpm_poly_map_monomial(term, state, c->exps + (size_t)m * c->nvars, b->err);
            if (status != CPM_OK)
                break;
            fmpq_mpoly_mul(term, term, binomial, state->ctx);
            add_multiple(out, term, row + m, state);
            if (fmpq_mpoly_length(out, state->ctx) > CPM_MAX_IMAGE_TERMS)
                status =
                    cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "its products have too many terms");
        }
        apply_difference(next, row, c);
        fmpq *swap = row;
        row = next;
        next = swap;
        fmpq_set_si(t, -k, 1); /* binomial(r, k+1) = binomial(r, k) (r - k) / (k + 1) */
        fmpq_mpoly_add_fmpq(factor, rounds, t, state->ctx);
        fmpq_mpoly_mul(binomial, binomial, factor, state->ctx);
        fmpq_set_si(t, 1, (ulong)k + 1);
        fmpq_mpoly_scalar_mul_fmpq(binomial, binomial, t, state->ctx);
    }
    _fmpq_vec_clear(row, dim);
    _fmpq_vec_clear(next, dim);
    fmpq_mpoly_clear(binomial, state->ctx);
    fmpq_mpoly_clear(factor, state->ctx);
    fmpq_mpoly_clear(term, state->ctx);
    fmpq_clear(t);
    return status;
}

/* Whether all coefficients have residues for the modulus. */
static bool has_residues(const body *b, const fmpq_mpoly_t p, const cpm_poly_map *state)
{
    bool ok = true;
    fmpz_t gcd;
    fmpq_t c;
    fmpz_init(gcd);
    fmpq_init(c);
    for (slong t = 0; ok && b->options->modulus != NULL && t < fmpq_mpoly_length(p, state->ctx);
         t++) {
        fmpq_mpoly_get_term_coeff_fmpq(c, p, t, state->ctx);
        fmpz_gcd(gcd, fmpq_denref(c), b->options->modulus);
        ok = fmpz_is_one(gcd);
    }
    fmpz_clear(gcd);
    fmpq_clear(c);
    return ok;
}

/* Whether entry m of the row, e_1 T^t, is the same for all t: what nothing else comes to,
 * and keeps what it has. */
static bool is_fixed_entry(const body_row *row, slong m)
{
    bool fixed = fmpq_is_one(fmpq_mat_entry(row->matrix, m, m));
    for (slong k = 0; k < (slong)row->dim && fixed; k++)
        fixed = k == m || fmpq_is_zero(fmpq_mat_entry(row->matrix, k, m));
    return fixed;
}

/* As a row times the monomials; the first time, only the row is noted. */
static cpm_status apply_row(fmpq_mpoly_t out, bool *known, body *b, const cpm_poly_map *state,
                            const cpm_closure *closure, const fmpq_mpoly_t rounds, size_t loop,
                            size_t v)
{
    body_row *row = cpm_body_find_row(b, loop, v);
    if (row == NULL) /* where a product is looked for, no room is made */
        return b->probe == NULL ? cpm_body_add_row(b, loop, v, closure) : CPM_OK;
    if (row->first == 0 || row->dim != closure->count)
        return CPM_OK;
    if (b->probe == NULL)
        cpm_body_set_rounds(row, rounds, state);
    fmpq_mpoly_t term, entry;
    fmpq_mpoly_init(term, state->ctx);
    fmpq_mpoly_init(entry, state->ctx);
    cpm_status status = CPM_OK;
    for (size_t m = 0; m < row->dim && status == CPM_OK; m++) {
        status = cpm_poly_map_monomial(term, state, closure->exps + m * closure->nvars, b->err);
        if (is_fixed_entry(row, (slong)m))
            fmpq_mpoly_set_si(entry, m == 1 ? 1 : 0, state->ctx);
        else
            fmpq_mpoly_gen(entry, (slong)(row->first + m), state->ctx);
        fmpq_mpoly_mul(term, term, entry, state->ctx);
        fmpq_mpoly_add(out, out, term, state->ctx);
        if (fmpq_mpoly_length(out, state->ctx) > CPM_MAX_IMAGE_TERMS)
            status = cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "its products have too many terms");
    }
    *known = status == CPM_OK;
    fmpq_mpoly_clear(term, state->ctx);
    fmpq_mpoly_clear(entry, state->ctx);
    return status;
}

/* What is too large, or depends on what is unknown, is unknown; that matters only where
 * it is needed. */
static cpm_status leave_unknown(body *b, cpm_status status)
{
    if (status != CPM_ERR_UNSUPPORTED)
        return status;
    cpm_err_clear(b->err);
    return CPM_OK;
}

/* By the power of the matrix, for a number of rounds that is always the same. */
static cpm_status apply_power_of(fmpq_mpoly_t out, bool *known, body *b, const cpm_poly_map *state,
                                 const cpm_closure *closure, const fmpq_mpoly_t rounds)
{
    fmpq_mat_t power;
    fmpq_mpoly_t term;
    fmpq_t count;
    fmpq_init(count);
    fmpq_mpoly_get_fmpq(count, rounds, state->ctx);
    fmpq_mpoly_init(term, state->ctx);
    fmpq_mat_init(power, (slong)closure->count, (slong)closure->count);
    cpm_status status = power_of(power, b, closure, fmpq_numref(count));
    for (size_t m = 0; m < closure->count && status == CPM_OK; m++) {
        status = cpm_poly_map_monomial(term, state, closure->exps + m * closure->nvars, b->err);
        if (status == CPM_OK)
            add_multiple(out, term, fmpq_mat_entry(power, 1, (slong)m), state);
    }
    *known = status == CPM_OK;
    fmpq_mat_clear(power);
    fmpq_mpoly_clear(term, state->ctx);
    fmpq_clear(count);
    return status;
}

/* A polynomial may have no residues in the end, and has them in a loop of so many rounds
 * at a time: it is one with values that are integers. */
static void note_denominators(body *b, const fmpq_mpoly_t p)
{
    fmpz_t common;
    n_factor_t primes;
    fmpz_init(common);
    n_factor_init(&primes);
    fmpz_gcd(common, fmpq_denref(p->content), b->options->modulus);
    if (fmpz_abs_fits_ui(common))
        n_factor(&primes, fmpz_get_ui(common), 1);
    for (int k = 0; k < primes.num; k++)
        if (primes.p[k] <= CPM_MAX_PERIOD)
            b->clears = b->clears / n_gcd(b->clears, primes.p[k]) * primes.p[k];
    fmpz_clear(common);
}

/* The polynomial, where there is one; of a loop that runs at least once its first round may
 * be the one that makes the rest unipotent. */
static cpm_status apply_polynomial(fmpq_mpoly_t out, bool *known, body *b,
                                   const cpm_poly_map *state, const cpm_closure *closure,
                                   const fmpq_mpoly_t rounds, size_t loop)
{
    const cpm_mc_instr *in = &b->code->instrs[loop];
    cpm_status status = unroll_symbolically(out, known, b, state, closure, rounds, false);
    if (*known || status != CPM_OK || in->is_const || in->dst == 0)
        return status;
    fmpq_mpoly_t less;
    fmpq_mpoly_init(less, state->ctx);
    fmpq_mpoly_sub_si(less, rounds, 1, state->ctx);
    status = unroll_symbolically(out, known, b, state, closure, less, true);
    fmpq_mpoly_clear(less, state->ctx);
    return status;
}

/* Variable v after the rounds, in `after`; unknown where nobody can say. */
static cpm_status apply_changing(body *b, cpm_poly_map *after, const cpm_poly_map *state,
                                 const cpm_poly_map *once, const fmpq_mpoly_t rounds, size_t loop,
                                 size_t v)
{
    cpm_closure closure = {0};
    cpm_unsolvable why = {0};
    cpm_err ignored = {0};
    bool *wanted = cpm_calloc(b->nvars, sizeof *wanted), known = false;
    if (wanted == NULL)
        return cpm_err_memory(b->err);
    wanted[v] = true;
    fmpq_mpoly_zero(&after->image[v], state->ctx);
    cpm_status status = cpm_poly_map_solvable(&why, once, wanted, b->err);
    bool closes = status == CPM_OK && why.monomial == NULL &&
                  cpm_closure_of(&closure, once, wanted, CPM_MAX_INNER_CLOSURE, &ignored) == CPM_OK;
    if (closes) {
        status = apply_polynomial(&after->image[v], &known, b, state, &closure, rounds, loop);
        known = status == CPM_OK && known;
        if (known && b->depth == 0 && !has_residues(b, &after->image[v], state)) {
            note_denominators(b, &after->image[v]);
            known = false;
        }
        status = leave_unknown(b, status);
    }
    if (status == CPM_OK && closes && !known && fmpq_mpoly_is_fmpq(rounds, state->ctx)) {
        fmpq_mpoly_zero(&after->image[v], state->ctx);
        status = apply_power_of(&after->image[v], &known, b, state, &closure, rounds);
        status = leave_unknown(b, status);
    }
    if (status == CPM_OK && closes && !known) {
        fmpq_mpoly_zero(&after->image[v], state->ctx);
        status = apply_row(&after->image[v], &known, b, state, &closure, rounds, loop, v);
        status = leave_unknown(b, status);
    }
    after->is_unknown[v] = !known;
    free(why.monomial);
    free(wanted);
    cpm_closure_clear(&closure);
    return status == CPM_OK ? cpm_err_pass_memory(b->err, &ignored) : status;
}

/* Whether a round of the loop changes the variable, or may. */
static bool changes(const body *b, const cpm_poly_map *once, size_t v, size_t loop)
{
    return (!cpm_poly_map_keeps(once, v) || once->is_unknown[v]) &&
           !cpm_body_moves_with(b, v, loop);
}

/* The changed variables after so many rounds of `once`. */
static cpm_status run_rounds(body *b, cpm_poly_map *state, const cpm_poly_map *once,
                             const fmpq_mpoly_t rounds, size_t loop)
{
    cpm_poly_map after = {0};
    cpm_status status = cpm_poly_map_init(&after, b->nvars, b->err);
    for (size_t v = 0; v < b->nvars && status == CPM_OK; v++)
        if (changes(b, once, v, loop))
            status = apply_changing(b, &after, state, once, rounds, loop, v);
    for (size_t v = 0; v < b->nvars && status == CPM_OK; v++) {
        if (!changes(b, once, v, loop))
            continue;
        fmpq_mpoly_swap(&state->image[v], &after.image[v], state->ctx);
        state->is_unknown[v] = after.is_unknown[v];
    }
    cpm_poly_map_clear(&after);
    return status;
}

/* One round of the loop. */
static cpm_status run_once(cpm_poly_map *once, body *b, size_t loop, size_t end)
{
    cpm_status status = cpm_poly_map_init(once, b->nvars, b->err);
    size_t around = b->around;
    b->depth++;
    b->around = loop;
    if (status == CPM_OK)
        status = cpm_body_run(b, once, loop + 1, end);
    b->depth--;
    b->around = around;
    return status == CPM_OK ? cpm_body_move_rows(b, once, loop) : status;
}

cpm_status cpm_body_run_changing(body *b, cpm_poly_map *state, size_t loop, size_t end)
{
    size_t counts = b->var_of[b->code->instrs[loop].src];
    cpm_poly_map once = {0};
    cpm_status status = run_once(&once, b, loop, end);
    if (status == CPM_OK && state->is_unknown[counts])
        status = cpm_err_set(b->err, CPM_ERR_UNSUPPORTED, "an inner loop of unknown length");
    if (status == CPM_OK)
        status = cpm_body_start_rows(b, state, loop);
    if (status == CPM_OK)
        status = run_rounds(b, state, &once, &state->image[counts], loop);
    cpm_body_end_rows(b, state, loop);
    cpm_poly_map_clear(&once);
    return status;
}

/* By one power of the matrix of all the variables it changes. */
static cpm_status run_fixed(body *b, cpm_poly_map *state, const cpm_poly_map *once,
                            const bool *changed, const fmpz_t rounds, size_t loop, size_t end)
{
    cpm_closure closure = {0};
    cpm_status status = cpm_body_check_solvable(b, once, changed, loop + 1, end);
    if (status == CPM_OK)
        status = cpm_closure_of(&closure, once, changed, CPM_MAX_INNER_CLOSURE, b->err);
    if (status == CPM_OK) {
        fmpq_mat_t power;
        fmpq_mat_init(power, (slong)closure.count, (slong)closure.count);
        status = power_of(power, b, &closure, rounds);
        if (status == CPM_OK)
            status = apply_power(b, state, power, &closure, changed);
        fmpq_mat_clear(power);
    }
    cpm_closure_clear(&closure);
    return status;
}

/* What is unknown, or too large, is left out, one by one. */
static cpm_status run_fixed_apart(body *b, cpm_poly_map *state, const cpm_poly_map *once,
                                  const fmpz_t rounds, size_t loop)
{
    fmpq_mpoly_t count;
    fmpq_mpoly_init(count, state->ctx);
    fmpq_mpoly_set_fmpz(count, rounds, state->ctx);
    cpm_status status = run_rounds(b, state, once, count, loop);
    fmpq_mpoly_clear(count, state->ctx);
    return status;
}

cpm_status cpm_body_run_loop(body *b, cpm_poly_map *state, size_t loop, size_t end)
{
    const fmpz *rounds = fmpq_numref(b->code->consts + b->code->instrs[loop].src);
    cpm_poly_map once = {0};
    bool *changed = cpm_calloc(b->nvars, sizeof *changed), has_unknown = false;
    cpm_status status = changed == NULL ? cpm_err_memory(b->err) : CPM_OK;
    if (status == CPM_OK)
        status = run_once(&once, b, loop, end);
    for (size_t v = 0; v < b->nvars && status == CPM_OK; v++) {
        changed[v] = changes(b, &once, v, loop);
        has_unknown = has_unknown || once.is_unknown[v];
    }
    if (status == CPM_OK)
        status = cpm_body_start_rows(b, state, loop);
    if (status == CPM_OK && !has_unknown)
        status = run_fixed(b, state, &once, changed, rounds, loop, end);
    if (status == CPM_ERR_UNSUPPORTED)
        cpm_err_clear(b->err);
    if (status == CPM_ERR_UNSUPPORTED || (status == CPM_OK && has_unknown))
        status = run_fixed_apart(b, state, &once, rounds, loop);
    cpm_body_end_rows(b, state, loop);
    cpm_poly_map_clear(&once);
    free(changed);
    return status;
}
