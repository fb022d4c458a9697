/* SPDX-License-Identifier: MIT
 *
 * poly_period.c - products of T(i)/q(i) modulo prime powers, by the digits of n in base p.
 *
 * A block of p steps from p k on has the matrix T(pk+p-1) ... T(pk), a polynomial in k
 * whose coefficient of k^r is divisible by p^r: modulo p^e its degree is below e. So
 * blocks are steps of a system of the same kind, with polynomials over Z/p^e, and so on
 * with blocks of blocks. What all coefficients of such a matrix, or of the product of the
 * q(i), share as a power of p is counted apart, at the cost of as many digits.
 *
 * Such a matrix may have denominators though products of many have none, as for recurrences
 * whose other solutions grow by denominators: N/p with N(k+1) N(k) divisible by p. Another
 * basis, one vector of which is p times as long, takes them out.
 *
 * How many digits are certain is known all the time (poly_ball.h), so that an answer
 * is right or there is none, and more digits are taken. For sequences with a meaning few
 * get lost: where q vanishes modulo p once in a block, and so does det T, one digit a level
 * if the zero of det T comes first. Blocks are laid so.
 */
#include "power/poly_period.h"

#include "algebra/poly_root.h"
#include "power/factoring.h"
#include "power/poly_level.h"
#include "power/poly_residue.h"
#include "power/residue.h"

#include <flint/fmpz_vec.h>
#include <math.h>
#include <stdlib.h>

/* ---- All steps ------------------------------------------------------------------------------- */

static cpm_status apply_all(cpm_walk *w, const cpm_level *l, const fmpz_t n);

/* T and q are constants: a power. */
static void apply_power(cpm_walk *w, const cpm_level *l, const fmpz_t n)
{
    slong dim = (slong)l->form.dim;
    cpm_ball step;
    fmpz_t den;
    cpm_ball_init(&step, dim, dim);
    fmpz_init(den);
    for (slong k = 0; k < dim * dim; k++)
        fmpz_poly_get_coeff_fmpz(step.m->entries + k, l->form.t + k, 0);
    step.digits = l->digits;
    cpm_ball_normalize(&step, w->p);
    fmpz_poly_get_coeff_fmpz(den, l->form.q, 0);
    if (cpm_ball_divide(&step, den, l->digits, w->p))
        cpm_ball_mul_power(&w->x, &step, n, w->p);
    else
        w->lost = true;
    cpm_ball_clear(&step);
    fmpz_clear(den);
}

static cpm_status apply_in_best_basis(cpm_walk *w, cpm_level *l, const fmpz_t n)
{
    cpm_ball back;
    cpm_ball_init(&back, (slong)l->form.dim, (slong)l->form.dim);
    fmpz_mat_one(back.m);
    while (!w->lost && cpm_level_improve_basis(w, l, back.m, n))
        ;
    cpm_status status = w->lost ? CPM_OK : apply_all(w, l, n);
    back.digits = w->x.digits + 64; /* it is exact */
    cpm_ball_normalize(&back, w->p);
    cpm_ball_mul(&w->x, &back, w->p);
    cpm_ball_clear(&back);
    return status;
}

/* n steps as `count` blocks from `begin` on, with what comes before and behind them. */
static cpm_status apply_blocks(cpm_walk *w, const cpm_level *l, ulong begin, const fmpz_t n)
{
    cpm_level aligned, blocks = {.digits = 0};
    fmpz_t count, at;
    fmpz_init(count);
    fmpz_init(at);
    cpm_status status = cpm_level_apply(w, l, at, begin);
    fmpz_set_ui(at, begin);
    fmpz_sub_ui(count, n, begin);
    ulong rest = fmpz_fdiv_ui(count, w->p);
    fmpz_fdiv_q_ui(count, count, w->p);
    if (status == CPM_OK)
        status = cpm_level_shift(&aligned, l, at, w);
    if (status == CPM_OK) {
        status = cpm_level_blocks(&blocks, &aligned, w);
        if (status == CPM_OK)
            cpm_level_take_content(w, &blocks, count, false);
        if (status == CPM_OK && !w->lost)
            status = apply_in_best_basis(w, &blocks, count);
        fmpz_mul_ui(at, count, w->p);
        if (status == CPM_OK && !w->lost)
            status = cpm_level_apply(w, &aligned, at, rest);
        cpm_polyform_clear(&blocks.form);
        cpm_polyform_clear(&aligned.form);
    }
    fmpz_clear(count);
    fmpz_clear(at);
    return status;
}

/* As deep as n has digits in base p. */
static cpm_status apply_all(cpm_walk *w, const cpm_level *l, const fmpz_t n)
{
    fmpz_t zero, limit;
    cpm_status status = CPM_OK;
    ulong begin;
    fmpz_init(zero);
    fmpz_init_set_ui(limit, w->p);
    fmpz_mul_2exp(limit, limit, 1);
    if (l->form.degree == 0) {
        apply_power(w, l, n);
    } else if (fmpz_cmp(n, limit) < 0) {
        status = cpm_level_apply(w, l, zero, fmpz_get_ui(n));
    } else {
        status = cpm_level_begin(&begin, l, w);
        if (status == CPM_OK)
            status = apply_blocks(w, l, begin, n);
    }
    fmpz_clear(zero);
    fmpz_clear(limit);
    return status;
}

/* ---- Residues modulo a prime power --------------------------------------------------------------
 */

/* m = the numbers without the power of p that they share, which is added to *exponent. */
static void set_exact(fmpz_mat_t m, fmpz_t exponent, const fmpz *numbers, ulong p)
{
    slong count = fmpz_mat_nrows(m) * fmpz_mat_ncols(m);
    ulong v = WORD_MAX;
    fmpz_t power;
    fmpz_init(power);
    _fmpz_vec_set(m->entries, numbers, count);
    for (slong i = 0; i < count; i++)
        v = cpm_padic_valuation(numbers + i, v, p);
    if (v < WORD_MAX) { /* they are not all 0 */
        cpm_padic_power(power, p, v);
        _fmpz_vec_scalar_divexact_fmpz(m->entries, m->entries, count, power);
        fmpz_add_ui(exponent, exponent, v);
    }
    fmpz_clear(power);
}

/* *out = rows . x / scale modulo p^power; *lost where it is not certain. */
static cpm_status read_output(fmpz_t out, bool *lost, const cpm_walk *w, const cpm_polyform *form,
                              size_t k, ulong power)
{
    fmpz_t modulus, known, v;
    cpm_ball y;
    cpm_status status = CPM_OK;
    fmpz_mat_t row;
    *lost = false;
    if (_fmpz_vec_is_zero(form->rows + k * form->dim, (slong)form->dim)) {
        fmpz_zero(out);
        return CPM_OK;
    }
    fmpz_init(modulus);
    fmpz_init(known);
    fmpz_init(v);
    cpm_ball_init(&y, 1, 1);
    fmpz_mat_init(row, 1, (slong)form->dim);
    fmpz_set(y.exponent, w->x.exponent);
    set_exact(row, y.exponent, form->rows + k * form->dim, w->p);
    fmpz_mat_mul(y.m, row, w->x.m);
    y.digits = w->x.digits;
    cpm_ball_normalize(&y, w->p);
    *lost = !cpm_ball_divide(&y, form->scale, y.digits + fmpz_bits(form->scale), w->p);
    fmpz_add_ui(known, y.exponent, y.digits);
    bool is_zero = fmpz_is_zero(fmpz_mat_entry(y.m, 0, 0));
    fmpz_set(v, y.exponent);
    fmpz_zero(out);
    if (!*lost && !is_zero && fmpz_sgn(v) < 0) {
        status = cpm_residue_missing(w->err);
    } else if (!*lost && fmpz_cmp_ui(known, power) < 0) {
        *lost = true;
    } else if (!*lost && !is_zero && fmpz_cmp_ui(v, power) < 0) {
        cpm_walk_power(modulus, w, fmpz_get_ui(v));
        fmpz_mul(out, fmpz_mat_entry(y.m, 0, 0), modulus);
        cpm_walk_power(modulus, w, power);
        fmpz_mod(out, out, modulus);
    }
    fmpz_clear(modulus);
    fmpz_clear(known);
    fmpz_clear(v);
    cpm_ball_clear(&y);
    fmpz_mat_clear(row);
    return status;
}

/* The system with integers as coefficients, and x = its start. */
static cpm_status begin_walk(cpm_walk *w, cpm_level *l, const cpm_polyform *form, const fmpz_t n,
                             ulong digits)
{
    fmpz *state = _fmpz_vec_init((slong)form->dim);
    *l = (cpm_level){.digits = digits};
    cpm_ball_init(&w->x, (slong)form->dim, 1);
    cpm_status status = cpm_polyform_states(&l->form, form, state, w->err);
    set_exact(w->x.m, w->x.exponent, form->start, w->p);
    w->x.digits = digits;
    cpm_ball_normalize(&w->x, w->p);
    if (status == CPM_OK && fmpz_sgn(n) > 0)
        cpm_level_take_content(w, l, n, true);
    _fmpz_vec_clear(state, (slong)form->dim);
    return status;
}

/* x = the numerators of the state after so many steps. */
static void few_steps(fmpz *x, const cpm_polyform *form, slong count)
{
    slong dim = (slong)form->dim;
    fmpz *next = _fmpz_vec_init(dim);
    fmpz_t at, value;
    fmpz_init(at);
    fmpz_init(value);
    _fmpz_vec_set(x, form->start, dim);
    for (; fmpz_cmp_si(at, count) < 0; fmpz_add_ui(at, at, 1)) {
        _fmpz_vec_zero(next, dim);
        for (slong i = 0; i < dim * dim; i++) {
            fmpz_poly_evaluate_fmpz(value, form->t + i, at);
            fmpz_addmul(next + i / dim, value, x + i % dim);
        }
        _fmpz_vec_swap(x, next, dim);
    }
    fmpz_clear(at);
    fmpz_clear(value);
    _fmpz_vec_clear(next, dim);
}

/* Whether the state dies out, as where T is strictly triangular. */
static bool dies_out(const cpm_polyform *form, const fmpz_t n)
{
    slong dim = (slong)form->dim;
    fmpz *x = _fmpz_vec_init(dim);
    few_steps(x, form, fmpz_cmp_si(n, dim) < 0 ? fmpz_get_si(n) : dim);
    bool dies = _fmpz_vec_is_zero(x, dim);
    _fmpz_vec_clear(x, dim);
    return dies;
}

/* Whether the state is 0 after n steps, as seen at the first ones, or where all of T
 * vanishes on the way. */
static bool is_zero_state(const cpm_polyform *form, const fmpz_t n)
{
    fmpz_poly_t common;
    fmpz_t from, root;
    if (dies_out(form, n))
        return true;
    fmpz_poly_init(common);
    fmpz_init(from);
    fmpz_init(root);
    for (size_t k = 0; k < form->dim * form->dim; k++)
        fmpz_poly_gcd(common, common, form->t + k);
    bool vanishes = fmpz_poly_is_zero(common) ||
                    (cpm_poly_least_root(root, common, from) && fmpz_cmp(root, n) < 0);
    fmpz_poly_clear(common);
    fmpz_clear(from);
    fmpz_clear(root);
    return vanishes && fmpz_sgn(n) > 0;
}

/* out[k] = y_k(n) modulo p^power from so many digits; *lost where these are too few. */
static cpm_status try_digits(fmpz *out, bool *lost, const cpm_polyform *form, const fmpz_t n,
                             ulong p, ulong power, ulong digits, const cpm_config *config,
                             cpm_err *err)
{
    cpm_walk w = {.p = p, .config = config, .err = err};
    cpm_level l;
    cpm_status status = begin_walk(&w, &l, form, n, digits);
    if (status == CPM_OK && !w.lost)
        status = apply_all(&w, &l, n);
    *lost = w.lost;
    for (size_t k = 0; k < form->noutputs && status == CPM_OK && !*lost; k++)
        status = read_output(out + k, lost, &w, form, k, power);
    cpm_ball_clear(&w.x);
    cpm_polyform_clear(&l.form);
    return status;
}

/* ---- Cost --------------------------------------------------------------------------------------
 */

/* Fewer steps are made one by one: see poly_level.c. */
enum { FEW_STEPS = 2000 };

/* More different primes make a modulus of hundreds of bits. */
enum { MAX_PRIMES = 100 };

/* That of `count` steps modulo p^digits. */
static double steps_cost(const cpm_polyform *form, double count, double p, double digits)
{
    double dim = (double)form->dim, degree = (double)form->degree + 1;
    double plain = count * (300 + dim * dim * (60 + 30 * degree + 40 * dim));
    double bits = digits * log2(p);
    if (bits + log2(dim + 1) > 62 || count < FEW_STEPS)
        return plain * (1 + bits / 256);
    double words = count * dim * dim * (2 + degree);
    double length = sqrt(count * degree);
    return dim * fmin(words, 50000 + length * (150 + dim * dim * (40 + 9 * log2(length))));
}

static double prime_cost(const cpm_polyform *form, double n, double p, double power)
{
    bool divides = fmpz_poly_degree(form->q) > 0;
    double digits = power + (divides ? 2 : 0), levels = floor(log(n + 2) / log(p));
    double dim = (double)form->dim;
    double polynomials = p * (500 + dim * dim * dim * 100 * digits * digits);
    double blocks = p > CPM_SMALL_PRIME && digits * log2(p) < 61
                        ? digits * steps_cost(form, p, p, digits)
                        : polynomials * (1 + digits * log2(p) / 256);
    if (n < 2 * p)
        return steps_cost(form, n, p, digits);
    return levels *
           (blocks + 2 * steps_cost(form, p, p, digits) + 500 * (double)form->degree * log2(p));
}

/* The primes of m, each once, and their exponents. */
typedef struct prime_powers {
    ulong p[MAX_PRIMES], e[MAX_PRIMES];
    size_t count;
} prime_powers;

static bool add_prime(prime_powers *all, const fmpz_t p, ulong e)
{
    size_t i = 0;
    if (!fmpz_abs_fits_ui(p))
        return false;
    while (i < all->count && all->p[i] != fmpz_get_ui(p))
        i++;
    if (i == MAX_PRIMES)
        return false;
    if (i == all->count) {
        all->p[i] = fmpz_get_ui(p);
        all->e[all->count++] = 0;
    }
    all->e[i] += e;
    return true;
}

/* False where they are not found in a moment, or one does not fit a word. */
static bool find_primes(prime_powers *all, const fmpz_t m)
{
    fmpz_factor_t primes;
    cpm_err ignored = {0};
    *all = (prime_powers){.count = 0};
    fmpz_factor_init(primes);
    bool ok = cpm_factor(primes, m, "", &ignored) == CPM_OK;
    for (slong i = 0; i < primes->num && ok; i++)
        ok = add_prime(all, primes->p + i, primes->exp[i]);
    fmpz_factor_clear(primes);
    return ok;
}

double cpm_poly_period_cost(const cpm_polyform *form, const fmpz_t n, const fmpz_t m)
{
    prime_powers primes;
    double cost = 3000;
    if (!find_primes(&primes, m))
        return INFINITY;
    for (size_t i = 0; i < primes.count; i++)
        cost += 5000 + prime_cost(form, fmpz_get_d(n), (double)primes.p[i], (double)primes.e[i]);
    return cost;
}

/* ---- Residues -------------------------------------------------------------------- */

static int by_size(const void *x, const void *y)
{
    ulong a = *(const ulong *)x, b = *(const ulong *)y;
    return a < b ? -1 : a > b;
}

static cpm_status refuse(const cpm_polyform *form, const fmpz_t first, ulong p, ulong digits,
                         cpm_err *err)
{
    size_t count;
    fmpz_t index;
    ulong *roots = cpm_poly_roots_mod(&count, form->q, p);
    if (roots == NULL)
        return cpm_err_memory(err);
    qsort(roots, count, sizeof *roots, by_size);
    fmpz_init(index);
    fmpz_add_ui(index, first, count > 0 ? roots[0] : 0);
    char *text = fmpz_get_str(NULL, 10, index);
    cpm_err_set(err, CPM_ERR_LIMIT,
                "what the newest term is divided by is divisible by %lu at index %.60s and every "
                "%lu indices behind it, and %lu digits in base %lu do not tell the term",
                (unsigned long)p, text, (unsigned long)p, (unsigned long)digits, (unsigned long)p);
    cpm_err_hint(err, "terms before that index, or modulo numbers without that factor, are found");
    flint_free(text);
    fmpz_clear(index);
    free(roots);
    return CPM_ERR_LIMIT;
}

/* More digits are taken until they are enough. */
static cpm_status residues_of_power(fmpz *out, const cpm_polyform *form, const fmpz_t first,
                                    const fmpz_t n, ulong p, ulong power, const cpm_config *config,
                                    cpm_err *err)
{
    static const double MAX_COST = 1e12;
    const ulong MAX_DIGITS = 1000 + 2 * power;
    bool lost = !is_zero_state(form, n);
    cpm_status status = CPM_OK;
    _fmpz_vec_zero(out, (slong)form->noutputs);
    ulong digits = power + (fmpz_poly_degree(form->q) > 0 ? 1 : 0), tried = 0;
    while (status == CPM_OK && lost) {
        double cost = prime_cost(form, fmpz_get_d(n), (double)p, (double)digits);
        if (digits > MAX_DIGITS || (tried > 0 && cost > MAX_COST))
            return refuse(form, first, p, tried, err);
        status = try_digits(out, &lost, form, n, p, power, digits, config, err);
        tried = digits;
        digits += 1 + digits / 2;
    }
    return status;
}

cpm_status cpm_poly_period(fmpq *out, const cpm_polyform *form, const fmpz_t first, const fmpz_t n,
                           const fmpz_t m, const cpm_config *config, cpm_err *err)
{
    prime_powers primes;
    slong count = (slong)form->noutputs;
    fmpz *values = _fmpz_vec_init(count);
    fmpz_t done, power;
    cpm_status status = CPM_OK;
    fmpz_init_set_ui(done, 1);
    fmpz_init(power);
    if (!find_primes(&primes, m))
        status = cpm_err_set(err, CPM_ERR_UNSUPPORTED, "the primes of the modulus are not found");
    for (slong k = 0; k < count; k++)
        fmpq_zero(out + k);
    for (size_t i = 0; i < primes.count && status == CPM_OK; i++) {
        status = residues_of_power(values, form, first, n, primes.p[i], primes.e[i], config, err);
        cpm_padic_power(power, primes.p[i], primes.e[i]);
        if (status == CPM_OK)
            cpm_residues_join(out, done, values, power, count);
    }
    _fmpz_vec_clear(values, count);
    fmpz_clear(done);
    fmpz_clear(power);
    return status;
}
