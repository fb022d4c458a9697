/* SPDX-License-Identifier: MIT
 *
 * kept.c - the sequence that was asked about last. Two questions are about the same one
 * when the texts that describe it are the same, and what the library takes from the
 * configuration when it makes one.
 */
#include "cli/kept.h"

#include <stdlib.h>
#include <string.h>

static void put_text(cpm_draft *key, const cpm_text *text)
{
    size_t len = text->data == NULL ? (size_t)-1 : text->len;
    cpm_draft_write(key, (const char *)&len, sizeof len);
    if (text->data != NULL)
        cpm_draft_write(key, text->data, text->len);
}

static void put_key(cpm_draft *key, const cpm_options *options, const cpm_config *config)
{
    const cpm_spec *spec = &options->spec;
    const cpm_text *const texts[] = {&spec->spec, &spec->signature, &spec->gf, &spec->guess,
                                     &spec->init, &spec->offset,    &spec->of};
    key->len = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        put_text(key, texts[i]);
    for (size_t i = 0; i < spec->nsets; i++)
        put_text(key, &spec->sets[i]);
    cpm_draft_write(key, (const char *)&config->semiring, sizeof config->semiring);
    cpm_draft_putc(key, config->min_rows);
    cpm_draft_putc(key, config->clear_stack);
    if (spec->guess.data != NULL) /* which may be one modulo M only */
        put_text(key, &options->mod);
}

static bool is_same(const cpm_draft *a, const cpm_draft *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

cpm_status cpm_kept_sequence(cpm_seq **seq, cpm_kept *kept, const cpm_options *options,
                             const cpm_config *config, cpm_err *err)
{
    put_key(&kept->next, options, config);
    cpm_status status = cpm_draft_status(&kept->next, err);
    if (status == CPM_OK && kept->seq != NULL && is_same(&kept->key, &kept->next)) {
        *seq = kept->seq;
        return CPM_OK;
    }
    cpm_seq_free(kept->seq);
    kept->seq = NULL;
    *seq = NULL;
    if (status == CPM_OK)
        status = cpm_seq_new(&kept->seq, &options->spec, config, err);
    if (status == CPM_OK) {
        cpm_draft t = kept->key;
        kept->key = kept->next;
        kept->next = t;
        *seq = kept->seq;
    }
    return status;
}

static cpm_status read_modulus(mpz_t modulus, const cpm_text *text, cpm_err *err)
{
    cpm_span whole = {0, text->len};
    cpm_status status = cpm_number_parse(modulus, text, whole, err);
    if (status == CPM_OK && mpz_sgn(modulus) <= 0)
        return cpm_err_at(err, CPM_ERR_USAGE, text, whole, "the modulus must be at least 1");
    return status;
}

cpm_status cpm_kept_modulus(mpz_srcptr *modulus, cpm_kept *kept, const cpm_text *text, cpm_err *err)
{
    cpm_draft *mod = &kept->mod;
    *modulus = kept->modulus;
    if (mod->len > 0 && mod->len == text->len && memcmp(mod->data, text->data, text->len) == 0)
        return CPM_OK;
    if (mod->data == NULL)
        mpz_init(kept->modulus);
    mod->len = 0;
    cpm_draft_write(mod, text->data, text->len);
    cpm_status status = cpm_draft_status(mod, err);
    if (status == CPM_OK)
        status = read_modulus(kept->modulus, text, err);
    if (status != CPM_OK)
        mod->len = 0;
    return status;
}

void cpm_kept_clear(cpm_kept *kept)
{
    if (kept->mod.data != NULL)
        mpz_clear(kept->modulus);
    cpm_draft_clear(&kept->mod);
    cpm_seq_free(kept->seq);
    cpm_draft_clear(&kept->key);
    cpm_draft_clear(&kept->next);
    for (size_t i = 0; i < sizeof kept->texts / sizeof *kept->texts; i++)
        free(kept->texts[i]);
    *kept = (cpm_kept){0};
}
