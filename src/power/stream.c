/* SPDX-License-Identifier: MIT
 *
 * stream.c - consecutive terms of one output. The jump finds the `order` terms
 * before the first wanted one from a slice of 1/den (Bostan and Mori, section
 * 3); near the start it is cheaper to begin with the empty past. Integers for
 * base 10 are made in decimal from CPM_TUNE_DECIMAL_START_BITS on, where adding
 * costs the same and writing a term no change of radix.
 */
#include "power/stream.h"

#include "base/logs.h"
#include "bignum/tune.h"
#include "power/bostan_mori.h"
#include "power/decimal.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>

/* Below this index (plus some orders) stepping from 0 beats a jump. */
enum { NEAR = 256 };

void cpm_stream_clear(cpm_stream *stream)
{
    if (stream->ring == NULL)
        return;
    _fmpq_vec_clear(stream->ring, (slong)stream->nring);
    cpm_decimal_stream_clear(&stream->dec);
    fmpz_clear(stream->next);
    cpm_residue_form_clear(&stream->form);
    *stream = (cpm_stream){0};
}

static void binary_step(cpm_stream *s)
{
    fmpq_t sum, t;
    fmpz_t c;
    fmpq_init(sum);
    fmpq_init(t);
    fmpz_init(c);
    if (fmpz_cmp_si(s->next, fmpz_poly_length(s->num)) < 0) {
        fmpz_poly_get_coeff_fmpz(c, s->num, fmpz_get_si(s->next));
        fmpq_set_fmpz(sum, c);
    }
    for (size_t j = 1; j <= s->order; j++) {
        const fmpz *d = fmpz_poly_get_coeff_ptr(s->den, (slong)j);
        if (fmpz_is_zero(d))
            continue;
        const fmpq *u = s->ring + (s->at + s->nring - j) % s->nring;
        if (fmpz_is_one(fmpq_denref(u)) && fmpz_is_one(fmpq_denref(sum))) {
            fmpz_submul(fmpq_numref(sum), d, fmpq_numref(u));
        } else {
            fmpq_mul_fmpz(t, u, d);
            fmpq_sub(sum, sum, t);
        }
    }
    if (s->modular)
        fmpz_mod(fmpq_numref(sum), fmpq_numref(sum), s->form.modulus);
    else if (!fmpz_is_one(fmpz_poly_get_coeff_ptr(s->den, 0)))
        fmpq_div_fmpz(sum, sum, fmpz_poly_get_coeff_ptr(s->den, 0));
    fmpq_swap(s->ring + s->at, sum);
    s->at = (s->at + 1) % s->nring;
    fmpz_add_ui(s->next, s->next, 1);
    fmpq_clear(sum);
    fmpq_clear(t);
    fmpz_clear(c);
}

/* Goes over to decimal once the terms are large and the recurrence holds. */
static cpm_status to_decimal(cpm_stream *s, cpm_err *err)
{
    const fmpq *u = s->ring + (s->at + s->nring - 1) % s->nring;
    if (!s->wants_decimal || fmpz_bits(fmpq_numref(u)) < CPM_TUNE_DECIMAL_START_BITS ||
        fmpz_cmp_si(s->next, fmpz_poly_length(s->num)) < 0)
        return CPM_OK;
    cpm_status status = cpm_decimal_stream_set(&s->dec, s->fun, s->ring, s->at, err);
    if (status == CPM_OK) {
        s->is_decimal = true;
        for (size_t i = 0; i < s->nring; i++)
            fmpq_zero(s->ring + i);
    }
    return status;
}

cpm_status cpm_stream_skip(cpm_stream *s, cpm_err *err)
{
    if (s->is_decimal) {
        const cpm_dec *ignored;
        fmpz_add_ui(s->next, s->next, 1);
        return cpm_decimal_stream_step(&ignored, &s->dec, err);
    }
    binary_step(s);
    return to_decimal(s, err);
}

cpm_status cpm_stream_next(fmpq_t out, cpm_dec *dec, bool *is_dec, cpm_stream *s, cpm_err *err)
{
    *is_dec = s->is_decimal;
    if (s->is_decimal) {
        const cpm_dec *term;
        cpm_status status = cpm_decimal_stream_step(&term, &s->dec, err);
        fmpz_add_ui(s->next, s->next, 1);
        return status == CPM_OK ? cpm_dec_set(dec, term, err) : status;
    }
    binary_step(s);
    const fmpq *u = s->ring + (s->at + s->nring - 1) % s->nring;
    if (s->modular) {
        fmpz_one(fmpq_denref(out));
        return cpm_residue_finish(fmpq_numref(out), fmpq_numref(u), &s->form, err);
    }
    fmpq_div_fmpz(out, u, s->fun->scale);
    return to_decimal(s, err);
}

/* ring = u(next-order) .. u(next-1) with u(n) = sum_k num[k] v(n-k), v = 1/den. */
static cpm_status jump(cpm_stream *s, const cpm_config *config, cpm_err *err)
{
    slong reach = fmpz_poly_length(s->num);
    size_t count = s->order + (size_t)(reach > 0 ? reach - 1 : 0);
    fmpz *v = _fmpz_vec_init((slong)count);
    fmpz_t first;
    fmpz_init(first);
    fmpz_sub_ui(first, s->next, count);
    const fmpz *m = s->modular ? s->form.modulus : NULL;
    cpm_status status = cpm_slice_bostan_mori(v, count, s->den, first, m, config, err);
    for (size_t i = 0; i < s->order && status == CPM_OK; i++) {
        fmpz *u = fmpq_numref(s->ring + i);
        size_t here = count - s->order + i; /* v[here] = v(next-order+i) */
        for (slong k = 0; k < reach; k++)
            fmpz_addmul(u, fmpz_poly_get_coeff_ptr(s->num, k), v + here - (size_t)k);
        if (m != NULL)
            fmpz_mod(u, u, m);
    }
    s->at = s->order % s->nring;
    fmpz_clear(first);
    _fmpz_vec_clear(v, (slong)count);
    return status;
}

static cpm_status set_form(cpm_stream *s, cpm_plan *plan, size_t k, const cpm_config *config,
                           cpm_err *err)
{
    const cpm_genfun *f = cpm_plan_genfun(plan, k, err);
    if (f == NULL)
        return err->status;
    s->fun = f;
    s->num = f->num;
    s->den = f->den;
    if (!s->modular)
        return CPM_OK;
    fmpz_t m;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    cpm_status status = cpm_residue_form_set(&s->form, f, m, err);
    fmpz_clear(m);
    s->num = s->form.num;
    s->den = s->form.den;
    return status;
}

/* Whether y(next) has so many digits that the jump is better made in decimal. */
static bool is_large(const cpm_stream *s, cpm_plan *plan, size_t k, const cpm_config *config,
                     cpm_err *err)
{
    cpm_size_bound bound;
    return s->wants_decimal && cpm_nth_decimal_available() &&
           cpm_plan_bound(&bound, plan, k, s->next, config, err) == CPM_OK &&
           bound.bits >= CPM_TUNE_DECIMAL_MIN_DIGITS * CPM_LOG2_10;
}

/* The terms before the first one. */
static cpm_status jump_far(cpm_stream *s, cpm_plan *plan, size_t k, size_t count,
                           const cpm_config *config, cpm_err *err)
{
    cpm_err ignored = {0};
    if (is_large(s, plan, k, config, &ignored)) {
        if (count < s->order / 2)
            return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "a few terms are better found by jumps");
        s->is_decimal =
            cpm_decimal_stream_jump(&s->dec, s->fun, s->next, config, &ignored) == CPM_OK;
    }
    if (cpm_err_pass_memory(err, &ignored) != CPM_OK)
        return err->status;
    s->wants_decimal = s->wants_decimal && count >= s->order; /* all of these are converted */
    return s->is_decimal ? CPM_OK : jump(s, config, err);
}

cpm_status cpm_stream_init(cpm_stream *s, cpm_plan *plan, size_t k, const fmpz_t first,
                           size_t count, const cpm_config *config, cpm_err *err)
{
    *s = (cpm_stream){.modular = config->modulus != NULL};
    cpm_residue_form_init(&s->form);
    cpm_status status = set_form(s, plan, k, config, err);
    if (status != CPM_OK) {
        cpm_residue_form_clear(&s->form);
        *s = (cpm_stream){0};
        return status;
    }
    s->order = fmpz_poly_degree(s->den) > 0 ? (size_t)fmpz_poly_degree(s->den) : 0;
    s->nring = s->order > 0 ? s->order : 1;
    s->ring = _fmpq_vec_init((slong)s->nring);
    fmpz_init(s->next);
    s->wants_decimal =
        !s->modular && config->output_base == 10 && cpm_decimal_stream_applies(s->fun);
    size_t near = NEAR + s->order + (size_t)fmpz_poly_length(s->num);
    bool monic = s->modular || fmpz_is_one(fmpz_poly_get_coeff_ptr(s->den, 0));
    if (s->order > 0 && monic && fmpz_cmp_ui(first, near) > 0) {
        fmpz_set(s->next, first);
        status = jump_far(s, plan, k, count, config, err);
    }
    if (s->order == 0)
        fmpz_set(s->next, first); /* the terms are those of num, then 0 */
    while (fmpz_cmp(s->next, first) < 0 && status == CPM_OK)
        status = cpm_stream_skip(s, err);
    if (status != CPM_OK)
        cpm_stream_clear(s);
    return status;
}
