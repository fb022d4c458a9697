/* SPDX-License-Identifier: MIT
 *
 * seq_show.c - facts about a sequence, by the keys of --show.
 */
#include "api/config.h"
#include "api/seq.h"
#include "show/facts.h"
#include "show/report.h"

#include <string.h>

/* ---- Keys -------------------------------------------------------------- */

typedef struct fact {
    const char *key;
    void (*put)(cpm_strbuf *out, const cpm_facts *facts); /* NULL: see put_own */
} fact;

static const fact known[] = {
    {"rule", cpm_fact_rule},     {"signature", cpm_fact_signature}, {"init", cpm_fact_init},
    {"offset", cpm_fact_offset}, {"order", cpm_fact_order},         {"gf", cpm_fact_gf},
    {"confirmed", NULL},
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

static cpm_status put_own(cpm_strbuf *out, const fact *wanted, const cpm_seq *seq, cpm_err *err)
{
    if (!seq->source.is_guess)
        return cpm_err_set(err, CPM_ERR_USAGE, "%s is about a guess", wanted->key);
    cpm_strbuf_printf(out, "%zu", seq->source.nconfirmed);
    return CPM_OK;
}

static cpm_status add_fact(cpm_report *report, const fact *wanted, const cpm_facts *facts,
                           const cpm_seq *seq, cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_status status = CPM_OK;
    if (wanted->put != NULL)
        wanted->put(&text, facts);
    else
        status = put_own(&text, wanted, seq, err);
    if (status == CPM_OK)
        status = cpm_report_add(report, wanted->key, &text, err);
    cpm_strbuf_clear(&text);
    return status;
}

/* The facts in a list of keys separated by commas. */
static cpm_status add_facts(cpm_report *report, const cpm_text *keys, const cpm_facts *facts,
                            const cpm_seq *seq, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t begin = 0; begin <= keys->len && status == CPM_OK;) {
        const char *comma = memchr(keys->data + begin, ',', keys->len - begin);
        size_t end = comma == NULL ? keys->len : (size_t)(comma - keys->data);
        const fact *wanted = find_fact(keys->data + begin, end - begin);
        status = wanted == NULL ? unknown_key(keys, (cpm_span){begin, end}, err)
                                : add_fact(report, wanted, facts, seq, err);
        begin = end + 1;
    }
    return status;
}

cpm_status cpm_seq_show(cpm_report **out, cpm_seq *seq, const cpm_text *keys,
                        const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    cpm_report *report = NULL;
    cpm_facts facts = {.order = 0};
    *out = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_report_new(&report, err);
    if (status == CPM_OK)
        status = find_facts(&facts, seq, err);
    if (status == CPM_OK)
        status = add_facts(report, keys, &facts, seq, err);
    cpm_facts_clear(&facts);
    if (status != CPM_OK) {
        cpm_report_free(report);
        return cpm_seq_leave(seq, status, err);
    }
    *out = report;
    return CPM_OK;
}
