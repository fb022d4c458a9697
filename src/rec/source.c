/* SPDX-License-Identifier: MIT
 *
 * source.c - a generating function or a list of terms as a signature with initial
 * terms, so that everything behind takes the same road.
 *
 * sum a(n) x^n = num/den with deg den = d gives c_j = -den_j/den_0. Where num is
 * longer than d coefficients the first terms are exceptions, that is, more initial
 * terms than the signature has coefficients.
 */
#include "rec/source.h"

#include "algebra/semiring.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "eval/constant.h"
#include "power/genfun.h"
#include "power/residue.h"
#include "rec/gf.h"
#include "rec/guess.h"
#include "rec/recurrence.h"

#include <flint/fmpq_vec.h>
#include <flint/fmpz_vec.h>

void cpm_source_clear(cpm_source *source)
{
    fmpz_clear(source->modulus);
    *source = (cpm_source){0};
}

/* ---- Texts ------------------------------------------------------------- */

static void put_rational(cpm_strbuf *out, const fmpq_t q)
{
    char *text = fmpq_get_str(NULL, 10, q);
    cpm_strbuf_puts(out, text);
    flint_free(text);
}

static void put_list(cpm_strbuf *out, const fmpq *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cpm_strbuf_puts(out, i == 0 ? "" : ",");
        put_rational(out, values + i);
    }
}

/* *text = what has been written, under `name`; the buffer is empty afterwards. */
static cpm_status finish_text(cpm_text *text, const char *name, cpm_strbuf *out, cpm_err *err)
{
    cpm_status status = cpm_strbuf_status(out, err);
    cpm_text written = {name, out->data, out->len};
    if (status == CPM_OK)
        status = cpm_text_copy(text, &written, err);
    cpm_strbuf_clear(out);
    return status;
}

/* A rule with coefficients c and the terms before it, as texts of a spec. The rule of
 * order 0 is written with one coefficient, 0. */
static cpm_status write_rule(cpm_spec *spec, const fmpq *c, size_t order, const fmpq *given,
                             size_t ngiven, const char *name, cpm_err *err)
{
    cpm_strbuf out = {0};
    if (order == 0)
        cpm_strbuf_puts(&out, "0");
    put_list(&out, c, order);
    cpm_status status = finish_text(&spec->signature, name, &out, err);
    if (ngiven == 0)
        cpm_strbuf_puts(&out, "0");
    put_list(&out, given, ngiven);
    return status == CPM_OK ? finish_text(&spec->init, name, &out, err) : status;
}

/* ---- Generating functions ---------------------------------------------- */

static cpm_status resolve_gf(cpm_spec *spec, cpm_err *err)
{
    fmpz_poly_q_t f;
    fmpz_poly_q_init(f);
    cpm_status status = cpm_gf_parse(f, &spec->gf, err);
    if (status == CPM_OK) {
        const fmpz_poly_struct *num = fmpz_poly_q_numref(f), *den = fmpz_poly_q_denref(f);
        slong order = fmpz_poly_degree(den), count = fmpz_poly_length(num);
        count = count > order ? count : order;
        fmpq *c = _fmpq_vec_init(order), *given = _fmpq_vec_init(count);
        cpm_series_rule(c, den);
        cpm_series_terms(given, (size_t)count, num, den);
        status = write_rule(spec, c, (size_t)order, given, (size_t)count, spec->gf.name, err);
        _fmpq_vec_clear(c, order);
        _fmpq_vec_clear(given, count);
    }
    fmpz_poly_q_clear(f);
    return status;
}

/* ---- Guesses ----------------------------------------------------------- */

/* Whether all terms have residues modulo m, and these. */
static bool take_residues(fmpz *residues, const fmpq *terms, size_t nterms, const fmpz_t m)
{
    for (size_t n = 0; n < nterms; n++)
        if (!cpm_residue_of_rational(residues + n, terms + n, m))
            return false;
    return true;
}

/* Over Q there is none: modulo M. Keeps the refusal there is when there is none
 * either. */
static cpm_status guess_modular(cpm_source *source, cpm_spec *spec, const fmpq *terms,
                                size_t nterms, const cpm_config *config, cpm_err *err)
{
    cpm_guess guess = {0};
    fmpz *residues = _fmpz_vec_init((slong)nterms);
    fmpq *given = _fmpq_vec_init((slong)nterms);
    fmpz_set_mpz(source->modulus, config->modulus);
    cpm_status status = CPM_ERR_NO_ANSWER;
    if (take_residues(residues, terms, nterms, source->modulus)) {
        cpm_err_clear(err);
        status = cpm_guess_modular(&guess, residues, nterms, source->modulus, config, err);
    }
    for (size_t n = 0; n < nterms; n++)
        fmpq_set_fmpz(given + n, residues + n);
    if (status == CPM_OK) {
        source->is_modular = true;
        source->nconfirmed = guess.nconfirmed;
        status = write_rule(spec, guess.c, guess.order, given, guess.order + guess.nexceptions,
                            spec->guess.name, err);
    }
    cpm_guess_clear(&guess);
    _fmpq_vec_clear(given, (slong)nterms);
    _fmpz_vec_clear(residues, (slong)nterms);
    return status;
}

/* (n+1)*a(n) = (4*n-2)*a(n-1) */
static cpm_status write_varying_rule(cpm_spec *spec, const cpm_varying_guess *guess, cpm_err *err)
{
    cpm_strbuf out = {0};
    fmpz_poly_t p;
    fmpz_poly_init(p);
    for (size_t k = 0; k <= guess->order; k++) {
        fmpz_poly_set(p, guess->p + k);
        if (k > 0)
            fmpz_poly_neg(p, p);
        char *text = fmpz_poly_get_str_pretty(p, "n");
        if (k == 0)
            cpm_strbuf_printf(&out, "(%s)*a(n) = ", text);
        else
            cpm_strbuf_printf(&out, "%s(%s)*a(n-%zu)", k > 1 ? " + " : "", text, k);
        flint_free(text);
    }
    fmpz_poly_clear(p);
    return finish_text(&spec->spec, spec->guess.name, &out, err);
}

/* Whether the terms may be residues of the modulus asked for: a rule over Q that small
 * numbers obey says nothing about what they are residues of. */
static bool are_residues(const fmpq *terms, size_t nterms, const cpm_config *config)
{
    fmpz_t m;
    bool are = config->modulus != NULL;
    if (!are)
        return false;
    fmpz_init(m);
    fmpz_set_mpz(m, config->modulus);
    for (size_t n = 0; n < nterms && are; n++)
        are = fmpz_is_one(fmpq_denref(terms + n)) && fmpq_sgn(terms + n) >= 0 &&
              fmpz_cmp(fmpq_numref(terms + n), m) < 0;
    fmpz_clear(m);
    return are;
}

/* There is none with constant coefficients: with polynomials of the index. Keeps the
 * refusal there is when there is none either. */
static cpm_status guess_varying(cpm_source *source, cpm_spec *spec, const fmpq *terms,
                                size_t nterms, const fmpz_t first, const cpm_config *config,
                                cpm_err *err)
{
    cpm_varying_guess guess = {.order = 0};
    cpm_err own = {0};
    cpm_strbuf out = {0};
    cpm_status status = cpm_guess_varying(&guess, terms, nterms, first, config, &own);
    if (status != CPM_OK && status != CPM_ERR_NO_ANSWER) {
        *err = own;
    } else if (status == CPM_OK) {
        cpm_err_clear(err);
        source->nconfirmed = guess.nconfirmed;
        status = write_varying_rule(spec, &guess, err);
        put_list(&out, terms, guess.order + guess.nexceptions);
        if (status == CPM_OK)
            status = finish_text(&spec->init, spec->guess.name, &out, err);
        cpm_strbuf_clear(&out);
    }
    cpm_varying_guess_clear(&guess);
    return status;
}

static cpm_status guess_from(cpm_source *source, cpm_spec *spec, const fmpq *terms, size_t nterms,
                             const fmpz_t first, const cpm_config *config, cpm_err *err)
{
    cpm_guess guess = {0};
    for (size_t n = 0; n < nterms; n++)
        if (!cpm_ext_is_finite(terms + n))
            return cpm_err_at(err, CPM_ERR_SEMANTIC, &spec->guess, (cpm_span){0, spec->guess.len},
                              "an infinity among the terms");
    source->is_guess = true;
    source->nterms = nterms;
    cpm_status status = cpm_guess_rational(&guess, terms, nterms, config, err);
    source->nconfirmed = guess.nconfirmed;
    if (status == CPM_OK)
        status = write_rule(spec, guess.c, guess.order, terms, guess.order + guess.nexceptions,
                            spec->guess.name, err);
    else if (status == CPM_ERR_NO_ANSWER && config->modulus != NULL)
        status = guess_modular(source, spec, terms, nterms, config, err);
    if (status == CPM_ERR_NO_ANSWER && !are_residues(terms, nterms, config))
        status = guess_varying(source, spec, terms, nterms, first, config, err);
    cpm_guess_clear(&guess);
    return status;
}

static cpm_status write_offset(cpm_spec *spec, const fmpz_t first, cpm_err *err)
{
    cpm_strbuf out = {0};
    char *text = fmpz_get_str(NULL, 10, first);
    cpm_strbuf_puts(&out, text);
    flint_free(text);
    cpm_text_free(&spec->offset);
    return finish_text(&spec->offset, spec->guess.name, &out, err);
}

static cpm_status resolve_guess(cpm_source *source, cpm_spec *spec, const cpm_config *config,
                                cpm_err *err)
{
    fmpq *terms = NULL;
    size_t nterms = 0;
    fmpz_t first;
    fmpz_init(first);
    const cpm_spec given = {.init = spec->guess, .offset = spec->offset};
    cpm_status status = cpm_recurrence_terms(&terms, &nterms, first, &given, err);
    if (status == CPM_OK)
        status = guess_from(source, spec, terms, nterms, first, config, err);
    if (status == CPM_OK)
        status = write_offset(spec, first, err);
    cpm_list_free(terms, nterms);
    fmpz_clear(first);
    return status;
}

cpm_status cpm_source_resolve(cpm_source *source, cpm_spec *spec, const cpm_config *config,
                              cpm_err *err)
{
    if (spec->gf.data != NULL)
        return resolve_gf(spec, err);
    if (spec->guess.data != NULL)
        return resolve_guess(source, spec, config, err);
    return CPM_OK;
}
