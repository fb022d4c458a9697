/* SPDX-License-Identifier: MIT
 *
 * facts.c - rule, signature, initial terms and generating function of a sequence,
 * from its generating function in lowest terms. Each text can be given back to the
 * option of its name.
 */
#include "show/facts.h"

#include "show/term.h"

#include <flint/fmpq_vec.h>

/* ---- Finding them ------------------------------------------------------ */

/* Integers, as those of rules with a modulus are, modulo m; m = 0: as they are. */
static void reduce(fmpq *x, size_t count, const fmpz_t m)
{
    for (size_t k = 0; k < count && !fmpz_is_zero(m); k++)
        fmpz_mod(fmpq_numref(x + k), fmpq_numref(x + k), m);
}

static void fill_rule(cpm_facts *facts)
{
    facts->order = (size_t)cpm_genfun_order(&facts->f);
    facts->c = _fmpq_vec_init((slong)facts->order);
    cpm_series_rule(facts->c, facts->f.den);
    reduce(facts->c, facts->order, facts->modulus);
}

static void fill_given(cpm_facts *facts, const fmpq *known, size_t nknown)
{
    size_t count = (size_t)fmpz_poly_length(facts->f.num);
    facts->ngiven = count > facts->order ? count : facts->order;
    facts->given = _fmpq_vec_init((slong)facts->ngiven);
    if (facts->ngiven > nknown) {
        cpm_series_terms(facts->given, facts->ngiven, facts->f.num, facts->f.den);
        for (size_t k = 0; k < facts->ngiven; k++)
            fmpq_div_fmpz(facts->given + k, facts->given + k, facts->f.scale);
    } else {
        for (size_t k = 0; k < facts->ngiven; k++)
            fmpq_set(facts->given + k, known + k);
    }
    reduce(facts->given, facts->ngiven, facts->modulus);
}

void cpm_facts_init(cpm_facts *facts, const fmpq *known, size_t nknown, size_t nbefore,
                    const cpm_genfun *f, const fmpz_t offset, const fmpz_t modulus)
{
    *facts = (cpm_facts){.order = 0};
    fmpz_init_set(facts->offset, offset);
    fmpz_init_set(facts->modulus, modulus);
    cpm_genfun_init(&facts->f);
    cpm_genfun_prepend(&facts->f, f, known, nbefore);
    if (!fmpz_is_zero(modulus)) {
        fmpz_poly_scalar_mod_fmpz(facts->f.num, facts->f.num, modulus);
        fmpz_poly_scalar_mod_fmpz(facts->f.den, facts->f.den, modulus);
    }
    fill_rule(facts);
    fill_given(facts, known, nknown);
}

void cpm_facts_clear(cpm_facts *facts)
{
    if (facts->c != NULL)
        _fmpq_vec_clear(facts->c, (slong)facts->order);
    if (facts->given != NULL)
        _fmpq_vec_clear(facts->given, (slong)facts->ngiven);
    cpm_genfun_clear(&facts->f);
    fmpz_clear(facts->offset);
    fmpz_clear(facts->modulus);
    *facts = (cpm_facts){.order = 0};
}

/* ---- The rule ---------------------------------------------------------- */

static void put_list(cpm_strbuf *out, const fmpq *values, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        cpm_strbuf_puts(out, k == 0 ? "" : ",");
        cpm_put_rational(out, values + k);
    }
    if (count == 0)
        cpm_strbuf_puts(out, "0");
}

void cpm_fact_validity(cpm_strbuf *out, const cpm_facts *facts)
{
    if (facts->ngiven <= facts->order)
        return;
    fmpz_t from;
    fmpz_init(from);
    fmpz_add_ui(from, facts->offset, facts->ngiven);
    cpm_strbuf_puts(out, " for n >= ");
    cpm_put_integer(out, from);
    fmpz_clear(from);
}

void cpm_fact_rule(cpm_strbuf *out, const cpm_facts *facts)
{
    const bool is_modular = !fmpz_is_zero(facts->modulus);
    size_t nput = 0;
    cpm_strbuf_puts(out, is_modular ? "a(n) = (" : "a(n) = ");
    for (size_t k = 0; k < facts->order; k++) {
        char factor[40];
        snprintf(factor, sizeof factor, "a(n-%zu)", k + 1);
        if (!fmpq_is_zero(facts->c + k))
            cpm_put_term(out, facts->c + k, nput++ == 0, factor);
    }
    if (nput == 0)
        cpm_strbuf_puts(out, "0");
    if (is_modular) {
        cpm_strbuf_puts(out, ") % ");
        cpm_put_integer(out, facts->modulus);
    }
    cpm_fact_validity(out, facts);
}

void cpm_fact_signature(cpm_strbuf *out, const cpm_facts *facts)
{
    put_list(out, facts->c, facts->order);
}

void cpm_fact_init(cpm_strbuf *out, const cpm_facts *facts)
{
    put_list(out, facts->given, facts->ngiven);
}

void cpm_fact_offset(cpm_strbuf *out, const cpm_facts *facts)
{
    cpm_put_integer(out, facts->offset);
}

void cpm_fact_order(cpm_strbuf *out, const cpm_facts *facts)
{
    cpm_strbuf_printf(out, "%zu", facts->order);
}

/* ---- The generating function ------------------------------------------- */

/* In parentheses where it has several terms. */
static void put_factor(cpm_strbuf *out, const fmpz_poly_t p)
{
    bool several = false, seen = false;
    for (slong k = 0; k < fmpz_poly_length(p); k++) {
        if (fmpz_is_zero(fmpz_poly_get_coeff_ptr(p, k)))
            continue;
        several = several || seen;
        seen = true;
    }
    cpm_strbuf_puts(out, several ? "(" : "");
    cpm_put_poly(out, p, "x", false);
    cpm_strbuf_puts(out, several ? ")" : "");
}

void cpm_fact_gf(cpm_strbuf *out, const cpm_facts *facts)
{
    const cpm_genfun *f = &facts->f;
    bool has_scale = !fmpz_is_one(f->scale), has_den = !fmpz_poly_is_one(f->den);
    if (!has_scale && !has_den) {
        cpm_put_poly(out, f->num, "x", false);
        return;
    }
    put_factor(out, f->num);
    cpm_strbuf_puts(out, has_scale && has_den ? "/(" : "/");
    if (has_scale)
        cpm_put_integer(out, f->scale);
    cpm_strbuf_puts(out, has_scale && has_den ? "*" : "");
    if (has_den)
        put_factor(out, f->den);
    cpm_strbuf_puts(out, has_scale && has_den ? ")" : "");
}
