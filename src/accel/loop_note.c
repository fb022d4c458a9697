/* SPDX-License-Identifier: MIT
 *
 * loop_note.c - the notes of loops.
 */
#include "accel/loop_note.h"

#include "accel/estimate.h"
#include "base/limits.h"
#include "base/mem.h"
#include "power/progress.h"

#include <stdlib.h>
#include <string.h>

cpm_loop_note *cpm_loop_note_find(cpm_accelerator *acc, const cpm_stmt *loop)
{
    for (size_t i = 0; i < acc->nnotes; i++)
        if (acc->notes[i].loop == loop)
            return &acc->notes[i];
    cpm_loop_note *grown = cpm_grow(acc->notes, &acc->notes_cap, acc->nnotes + 1, sizeof *grown);
    if (grown == NULL)
        return NULL;
    acc->notes = grown;
    acc->notes[acc->nnotes] = (cpm_loop_note){.loop = loop};
    fmpz_init(acc->notes[acc->nnotes].trips);
    fmpz_init(acc->notes[acc->nnotes].repeated_after);
    return &acc->notes[acc->nnotes++];
}

unsigned long cpm_loop_note_limit(const cpm_accelerator *acc, cpm_loop_note *note,
                                  const cpm_stmt *loop)
{
    if (acc->config->iters_limit > 0)
        return acc->config->iters_limit;
    if (note->was_refused)
        return acc->tree->ncells == 0 ? CPM_MOST_PLAIN_ROUNDS : CPM_MOST_PLAIN_LISTS;
    if (note->limit == 0)
        note->limit = cpm_estimate_limit(acc->tree, loop);
    return note->limit;
}

void cpm_loop_note_tell(const cpm_accelerator *acc)
{
    if (acc->tell != NULL)
        acc->tell(acc);
}

/* "i, x*y, 1", or the first of many. */
static char *names_of(const cpm_linsys *sys, bool *ok)
{
    enum { SHOWN = 12 };
    cpm_strbuf text = {0};
    for (size_t i = 0; i < sys->dim && i < SHOWN; i++)
        cpm_strbuf_printf(&text, "%s%s", i == 0 ? "" : ", ",
                          sys->names[i] == NULL ? "?" : sys->names[i]);
    if (sys->dim > SHOWN)
        cpm_strbuf_puts(&text, ", ...");
    *ok = !text.failed;
    return text.data;
}

cpm_status cpm_loop_note_inside(cpm_loop_note *note, cpm_lowered *lowered, const cpm_linsys *sys,
                                cpm_err *err)
{
    bool ok = true;
    free(note->inner);
    free(note->state);
    note->inner = lowered->inner;
    note->ninner = lowered->ninner;
    lowered->inner = NULL;
    lowered->ninner = lowered->inner_cap = 0;
    note->state =
        cpm_matcode_has_product(&lowered->code) && sys->dim > 0 ? names_of(sys, &ok) : NULL;
    return ok ? CPM_OK : cpm_err_memory(err);
}

/* "cannot accelerate this loop: REASON" in a sentence of its own. */
static const char *bare_reason(const char *reason)
{
    static const char prefix[] = "cannot accelerate this loop: ";
    bool has = strncmp(reason, prefix, sizeof prefix - 1) == 0;
    return has ? reason + sizeof prefix - 1 : reason;
}

/* Says, once a loop, that it is going to take long. */
cpm_status cpm_loop_note_long(cpm_accelerator *acc, cpm_loop_note *note, const char *rounds,
                              cpm_err *err)
{
    char message[CPM_MESSAGE_CAP];
    if (note->is_told)
        return CPM_OK;
    note->is_told = true;
    snprintf(message, sizeof message,
             "this loop runs plainly%s: %.300s; --strict refuses it, "
             "--timeout SECONDS ends it",
             rounds, bare_reason(note->reason));
    return cpm_note(acc->config, CPM_NOTE_SLOW, acc->tree->text, note->loop->span, message, err);
}

static cpm_status tell_rounds(cpm_accelerator *acc, cpm_loop_note *note, const fmpz *rounds,
                              cpm_err *err)
{
    char text[100];
    if (note->is_told || rounds == NULL || fmpz_cmp_ui(rounds, CPM_LONG_LOOP) <= 0)
        return CPM_OK;
    if (fmpz_bits(rounds) > 200) {
        snprintf(text, sizeof text, " for more than 10^60 rounds");
    } else {
        char *trips = fmpz_get_str(NULL, 10, rounds);
        snprintf(text, sizeof text, " for %s rounds", trips);
        flint_free(trips);
    }
    return cpm_loop_note_long(acc, note, text, err);
}

/* CPM_ERR_MEMORY, or what a hook wishes. */
cpm_status cpm_loop_note_plain(cpm_accelerator *acc, cpm_loop_note *note, const char *reason,
                               const fmpz *rounds, cpm_err *err)
{
    if (note->reason == NULL || strcmp(note->reason, reason) != 0) {
        free(note->reason); /* else as for most of the loops that are reached often */
        note->reason = strdup(reason);
        if (note->reason == NULL)
            return cpm_err_memory(err);
        cpm_loop_note_tell(acc);
    }
    return tell_rounds(acc, note, rounds, err);
}
