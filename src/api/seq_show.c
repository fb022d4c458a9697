/* SPDX-License-Identifier: MIT
 *
 * seq_show.c - facts about a sequence, by the keys of --show.
 */
#include "api/config.h"
#include "api/keys.h"
#include "api/seq.h"
#include "power/period.h"
#include "show/code.h"
#include "show/facts.h"
#include "show/report.h"
#include "show/term.h"

#include <string.h>

/* ---- Keys -------------------------------------------------------------- */

/* What a fact is true of. */
enum { EXACT = 1, INTEGERS = 2 };

typedef struct fact {
    const char *key;
    void (*put)(cpm_strbuf *out, const cpm_facts *facts); /* NULL: see put_own */
    unsigned of; /* EXACT: not of residues; INTEGERS: not of fractions */
} fact;

static const fact known[] = {
    {"rule", cpm_fact_rule, 0},
    {"signature", cpm_fact_signature, 0},
    {"init", cpm_fact_init, 0},
    {"offset", cpm_fact_offset, 0},
    {"order", cpm_fact_order, 0},
    {"gf", cpm_fact_gf, 0},
    {"charpoly", cpm_fact_charpoly, EXACT},
    {"matrix", cpm_fact_matrix, 0},
    {"closed", NULL, EXACT},
    {"growth", NULL, EXACT},
    {"oeis", NULL, EXACT},
    {"pari", cpm_code_pari, EXACT},
    {"mathematica", cpm_code_mathematica, EXACT},
    {"maple", cpm_code_maple, EXACT},
    {"sage", cpm_code_sage, EXACT},
    {"sympy", cpm_code_sympy, EXACT},
    {"python", cpm_code_python, 0},
    {"cpp", cpm_code_cpp, EXACT | INTEGERS},
    {"latex", cpm_code_latex, EXACT},
    {"confirmed", NULL, 0},
    {"period", NULL, 0},
    {"preperiod", NULL, 0},
};

enum { NFACTS = sizeof known / sizeof known[0] };

const char *cpm_fact_key(size_t i)
{
    return i < NFACTS ? known[i].key : NULL;
}

/* A call: what has been found out for its keys so far. */
typedef struct question {
    cpm_seq *seq;
    const cpm_config *config;
    cpm_facts facts;
    bool has_period;
    fmpz_t period, preperiod;
    cpm_report *report;
    cpm_err *err;
} question;

/* ---- Finding them ------------------------------------------------------ */

static cpm_status find_facts(cpm_facts *facts, cpm_seq *seq, cpm_err *err)
{
    cpm_plan *plan = cpm_solver_plan(&seq->solver);
    cpm_status status = cpm_seq_need_constant(seq, "this", err);
    if (status != CPM_OK)
        return status;
    if (plan == NULL)
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED, "this is known of plus-times only");
    const cpm_genfun *f = cpm_plan_genfun(plan, 0, err);
    if (f == NULL)
        return err->status;
    fmpz_t nbefore, exact;
    fmpz_init(nbefore);
    fmpz_init(exact);
    fmpz_sub(nbefore, seq->rec.base, seq->rec.offset);
    cpm_facts_init(facts, seq->rec.given, seq->rec.ngiven, fmpz_get_ui(nbefore), f, seq->rec.offset,
                   seq->reduces ? cpm_seq_modulus(seq) : exact);
    fmpz_clear(nbefore);
    fmpz_clear(exact);
    return CPM_OK;
}

/* The modulus that a period is asked for. */
static cpm_status choose_modulus(fmpz_t m, const cpm_seq *seq, const cpm_config *config,
                                 cpm_err *err)
{
    if (config->modulus != NULL)
        fmpz_set_mpz(m, config->modulus);
    else if (seq->reduces)
        fmpz_set(m, cpm_seq_modulus(seq));
    else
        return cpm_err_set(err, CPM_ERR_USAGE, "a period is one modulo a number: --mod M");
    if (seq->reduces && !fmpz_divisible(cpm_seq_modulus(seq), m))
        return cpm_err_set(err, CPM_ERR_UNSUPPORTED,
                           "the rule reduces its terms, and not modulo a multiple of this modulus");
    return CPM_OK;
}

static cpm_status find_period(fmpz_t period, fmpz_t preperiod, const cpm_facts *facts,
                              const cpm_seq *seq, const cpm_config *config, cpm_err *err)
{
    fmpz_t m;
    fmpz_init(m);
    cpm_status status = choose_modulus(m, seq, config, err);
    if (status == CPM_OK)
        status = cpm_period_find(period, preperiod, &facts->f, m, config, err);
    fmpz_clear(m);
    return status;
}

static cpm_status put_period(cpm_strbuf *out, bool wants_preperiod, question *q)
{
    cpm_status status = CPM_OK;
    if (!q->has_period)
        status = find_period(q->period, q->preperiod, &q->facts, q->seq, q->config, q->err);
    q->has_period = status == CPM_OK;
    if (status == CPM_OK)
        cpm_put_integer(out, wants_preperiod ? q->preperiod : q->period);
    return status;
}

static cpm_status put_closed(cpm_strbuf *out, question *q)
{
    if (!cpm_fact_closed(out, &q->facts))
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                           "a closed form with multiple roots is not written above order %d",
                           CPM_FACT_MAX_MULTIPLE);
    return CPM_OK;
}

/* Whether an entry of the catalogue is the same sequence, from the same index on. */
static cpm_status compare_entry(bool *same, const cpm_catalogue_entry *entry, question *q)
{
    const cpm_spec spec = {.spec = {entry->name, entry->name, strlen(entry->name)}};
    cpm_seq *other;
    cpm_facts facts = {.order = 0};
    *same = false;
    cpm_status status = cpm_seq_new(&other, &spec, q->config, q->err);
    if (status != CPM_OK)
        return status;
    if (cpm_solver_plan(&other->solver) != NULL && !other->reduces) {
        status = find_facts(&facts, other, q->err);
        *same = status == CPM_OK && fmpz_equal(facts.offset, q->facts.offset) &&
                fmpz_poly_equal(facts.f.den, q->facts.f.den) &&
                fmpz_poly_equal(facts.f.num, q->facts.f.num) &&
                fmpz_equal(facts.f.scale, q->facts.f.scale);
        cpm_facts_clear(&facts);
    }
    cpm_seq_free(other);
    return status;
}

static cpm_status put_oeis(cpm_strbuf *out, question *q)
{
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < cpm_catalogue_count() && status == CPM_OK; i++) {
        bool same;
        const cpm_catalogue_entry *entry = cpm_catalogue_at(i);
        status = compare_entry(&same, entry, q);
        if (status == CPM_OK && same)
            cpm_strbuf_printf(out, "%s%s", out->len > 0 ? "," : "", entry->oeis);
    }
    if (status == CPM_OK && out->len == 0)
        status = cpm_err_set(q->err, CPM_ERR_NO_ANSWER, "the catalogue does not have it");
    return status;
}

/* What does not follow from the facts alone. */
static cpm_status put_own(cpm_strbuf *out, const fact *wanted, question *q)
{
    if (strcmp(wanted->key, "closed") == 0)
        return put_closed(out, q);
    if (strcmp(wanted->key, "growth") == 0)
        return cpm_fact_growth(out, &q->facts, q->err);
    if (strcmp(wanted->key, "oeis") == 0)
        return put_oeis(out, q);
    if (strcmp(wanted->key, "confirmed") != 0)
        return put_period(out, strcmp(wanted->key, "preperiod") == 0, q);
    if (!q->seq->source.is_guess)
        return cpm_err_set(q->err, CPM_ERR_USAGE, "%s is about a guess", wanted->key);
    cpm_strbuf_printf(out, "%zu", q->seq->source.nconfirmed);
    return CPM_OK;
}

static bool is_integral(const cpm_facts *facts)
{
    bool integral = true;
    for (size_t k = 0; k < facts->order; k++)
        integral = integral && fmpz_is_one(fmpq_denref(facts->c + k));
    for (size_t k = 0; k < facts->ngiven; k++)
        integral = integral && fmpz_is_one(fmpq_denref(facts->given + k));
    return integral;
}

static cpm_status check_fact(const fact *wanted, const question *q)
{
    if ((wanted->of & EXACT) != 0 && q->seq->reduces)
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED, "%s is not told of residues", wanted->key);
    if ((wanted->of & INTEGERS) != 0 && !is_integral(&q->facts))
        return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED, "%s is not told of fractions", wanted->key);
    return CPM_OK;
}

/* ---- Of coefficients that vary ------------------------------------------- */

/* The rules as they were given. */
static void put_given_rules(cpm_strbuf *out, const cpm_seq *seq)
{
    const cpm_tree *tree = &seq->rec.tree;
    for (size_t i = 0; i < tree->nclauses; i++) {
        const cpm_clause *clause = &tree->clauses[i];
        if (clause->kind == CPM_CLAUSE_TERM || clause->kind == CPM_CLAUSE_BEFORE)
            continue;
        cpm_strbuf_puts(out, out->len > 0 ? "; " : "");
        cpm_strbuf_append(out, seq->rec.text.data + clause->span.begin,
                          clause->span.end - clause->span.begin);
    }
}

static cpm_status put_varying_rule(cpm_strbuf *out, const cpm_varying *v, question *q)
{
    if (v->order > 0 && fmpz_is_zero(v->modulus))
        cpm_varying_rule(out, v);
    else
        put_given_rules(out, q->seq);
    return CPM_OK;
}

static cpm_status put_varying(cpm_strbuf *out, const fact *wanted, question *q)
{
    static const struct {
        const char *key;
        void (*put)(cpm_strbuf *out, const cpm_varying *v);
        bool is_code;
    } keys[] = {{"init", cpm_varying_init, false},  {"matrix", cpm_varying_matrix, false},
                {"pari", cpm_varying_pari, true},   {"mathematica", cpm_varying_mathematica, true},
                {"maple", cpm_varying_maple, true}, {"sage", cpm_varying_sage, true},
                {"sympy", cpm_varying_sympy, true}, {"python", cpm_varying_python, true}};
    const cpm_varying v = cpm_seq_varying(q->seq, &q->seq->solver);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(wanted->key, keys[i].key) != 0)
            continue;
        if (keys[i].is_code && v.period > 1)
            return cpm_err_set(q->err, CPM_ERR_UNSUPPORTED,
                               "%s: the rule has remainders of the index beside its coefficients",
                               wanted->key);
        keys[i].put(out, &v);
        return CPM_OK;
    }
    if (strcmp(wanted->key, "rule") == 0)
        return put_varying_rule(out, &v, q);
    if (strcmp(wanted->key, "offset") == 0) {
        cpm_put_integer(out, v.offset);
    } else if (strcmp(wanted->key, "order") == 0) {
        cpm_strbuf_printf(out, "%zu", v.order > 0 ? v.order : v.sys->dim);
    } else if (strcmp(wanted->key, "confirmed") == 0) {
        return put_own(out, wanted, q);
    } else {
        return cpm_seq_need_constant(q->seq, wanted->key, q->err);
    }
    return CPM_OK;
}

static cpm_status add_varying_fact(cpm_report *report, const fact *wanted, question *q)
{
    cpm_strbuf text = {0};
    cpm_status status = put_varying(&text, wanted, q);
    if (status == CPM_OK)
        status = cpm_report_add(report, wanted->key, &text, q->err);
    cpm_strbuf_clear(&text);
    return status;
}

/* ---- One after another ---------------------------------------------------- */

static cpm_status add_fact(void *ctx, size_t key)
{
    question *q = ctx;
    const fact *wanted = &known[key];
    if (cpm_solver_is_map(&q->seq->solver))
        return cpm_seq_need_constant(q->seq, wanted->key, q->err);
    if (cpm_solver_polysys(&q->seq->solver) != NULL)
        return add_varying_fact(q->report, wanted, q);
    cpm_strbuf text = {0};
    cpm_status status = check_fact(wanted, q);
    if (status == CPM_OK && wanted->put != NULL)
        wanted->put(&text, &q->facts);
    else if (status == CPM_OK)
        status = put_own(&text, wanted, q);
    if (status == CPM_OK)
        status = cpm_report_add(q->report, wanted->key, &text, q->err);
    cpm_strbuf_clear(&text);
    return status;
}

cpm_status cpm_seq_show(cpm_report **out, cpm_seq *seq, const cpm_text *keys,
                        const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    question q = {.seq = seq, .config = &config, .err = err};
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_report_new(&q.report, err);
    if (status == CPM_OK && cpm_solver_polysys(&seq->solver) == NULL &&
        !cpm_solver_is_map(&seq->solver))
        status = find_facts(&q.facts, seq, err);
    if (status == CPM_OK)
        status = cpm_keys_each(keys, cpm_fact_key, add_fact, &q, err);
    cpm_facts_clear(&q.facts);
    fmpz_clear(q.period);
    fmpz_clear(q.preperiod);
    if (status != CPM_OK) {
        cpm_report_free(q.report);
        return cpm_seq_leave(seq, status, err);
    }
    *out = q.report;
    return CPM_OK;
}

cpm_status cpm_seq_period(mpz_t period, mpz_t preperiod, cpm_seq *seq, const cpm_config *wishes,
                          cpm_err *err)
{
    cpm_config config;
    cpm_facts facts = {.order = 0};
    fmpz_t t, k;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status != CPM_OK)
        return status;
    fmpz_init(t);
    fmpz_init(k);
    status = find_facts(&facts, seq, err);
    if (status == CPM_OK)
        status = find_period(t, k, &facts, seq, &config, err);
    if (status == CPM_OK) {
        fmpz_get_mpz(period, t);
        fmpz_get_mpz(preperiod, k);
    }
    cpm_facts_clear(&facts);
    fmpz_clear(t);
    fmpz_clear(k);
    return cpm_seq_leave(seq, status, err);
}
