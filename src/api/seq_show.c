/* SPDX-License-Identifier: MIT
 *
 * seq_show.c - facts about a sequence, by the keys of --show.
 */
#include "api/config.h"
#include "api/seq.h"
#include "power/period.h"
#include "show/facts.h"
#include "show/report.h"
#include "show/term.h"

#include <string.h>

/* ---- Keys -------------------------------------------------------------- */

typedef struct fact {
    const char *key;
    void (*put)(cpm_strbuf *out, const cpm_facts *facts); /* NULL: see put_own */
} fact;

static const fact known[] = {
    {"rule", cpm_fact_rule},   {"signature", cpm_fact_signature},
    {"init", cpm_fact_init},   {"offset", cpm_fact_offset},
    {"order", cpm_fact_order}, {"gf", cpm_fact_gf},
    {"confirmed", NULL},       {"period", NULL},
    {"preperiod", NULL},
};

enum { NFACTS = sizeof known / sizeof known[0] };

const char *cpm_fact_key(size_t i)
{
    return i < NFACTS ? known[i].key : NULL;
}

static const fact *find_fact(const char *key, size_t len)
{
    for (size_t i = 0; i < NFACTS; i++)
        if (strlen(known[i].key) == len && memcmp(known[i].key, key, len) == 0)
            return &known[i];
    return NULL;
}

static cpm_status unknown_key(const cpm_text *keys, cpm_span item, cpm_err *err)
{
    cpm_err_at(err, CPM_ERR_USAGE, keys, item, "nothing is known by this name");
    char hint[CPM_HINT_CAP] = "";
    size_t len = 0;
    for (size_t i = 0; i < NFACTS && len < sizeof hint; i++)
        len += (size_t)snprintf(hint + len, sizeof hint - len, "%s%s", i == 0 ? "" : ", ",
                                known[i].key);
    cpm_err_hint(err, "%s", hint);
    return CPM_ERR_USAGE;
}

/* A call: what has been found out for its keys so far. */
typedef struct question {
    cpm_seq *seq;
    const cpm_config *config;
    cpm_facts facts;
    bool has_period;
    fmpz_t period, preperiod;
    cpm_err *err;
} question;

/* ---- Finding them ------------------------------------------------------ */

static cpm_status find_facts(cpm_facts *facts, cpm_seq *seq, cpm_err *err)
{
    cpm_plan *plan = cpm_solver_plan(&seq->solver);
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
                   seq->reduces ? seq->lowered.modulus : exact);
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
        fmpz_set(m, seq->lowered.modulus);
    else
        return cpm_err_set(err, CPM_ERR_USAGE, "a period is one modulo a number: --mod M");
    if (seq->reduces && !fmpz_divisible(seq->lowered.modulus, m))
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

/* What does not follow from the facts alone. */
static cpm_status put_own(cpm_strbuf *out, const fact *wanted, question *q)
{
    if (strcmp(wanted->key, "confirmed") != 0)
        return put_period(out, strcmp(wanted->key, "preperiod") == 0, q);
    if (!q->seq->source.is_guess)
        return cpm_err_set(q->err, CPM_ERR_USAGE, "%s is about a guess", wanted->key);
    cpm_strbuf_printf(out, "%zu", q->seq->source.nconfirmed);
    return CPM_OK;
}

static cpm_status add_fact(cpm_report *report, const fact *wanted, question *q)
{
    cpm_strbuf text = {0};
    cpm_status status = CPM_OK;
    if (wanted->put != NULL)
        wanted->put(&text, &q->facts);
    else
        status = put_own(&text, wanted, q);
    if (status == CPM_OK)
        status = cpm_report_add(report, wanted->key, &text, q->err);
    cpm_strbuf_clear(&text);
    return status;
}

/* The facts in a list of keys separated by commas. */
static cpm_status add_facts(cpm_report *report, const cpm_text *keys, question *q)
{
    cpm_status status = CPM_OK;
    for (size_t begin = 0; begin <= keys->len && status == CPM_OK;) {
        const char *comma = memchr(keys->data + begin, ',', keys->len - begin);
        size_t end = comma == NULL ? keys->len : (size_t)(comma - keys->data);
        const fact *wanted = find_fact(keys->data + begin, end - begin);
        status = wanted == NULL ? unknown_key(keys, (cpm_span){begin, end}, q->err)
                                : add_fact(report, wanted, q);
        begin = end + 1;
    }
    return status;
}

cpm_status cpm_seq_show(cpm_report **out, cpm_seq *seq, const cpm_text *keys,
                        const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    cpm_report *report = NULL;
    question q = {.seq = seq, .config = &config, .err = err};
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_report_new(&report, err);
    if (status == CPM_OK)
        status = find_facts(&q.facts, seq, err);
    if (status == CPM_OK)
        status = add_facts(report, keys, &q);
    cpm_facts_clear(&q.facts);
    fmpz_clear(q.period);
    fmpz_clear(q.preperiod);
    if (status != CPM_OK) {
        cpm_report_free(report);
        return cpm_seq_leave(seq, status, err);
    }
    *out = report;
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
