/* SPDX-License-Identifier: MIT
 *
 * accelerate.c - the hooks of the interpreter: which rounds of a loop are taken over
 * together, and which are left to it.
 */
#include "accel/accelerate.h"

#include "accel/attempt.h"
#include "accel/loop_note.h"
#include "base/limits.h"
#include "power/progress.h"

#include <stdlib.h>

void cpm_accelerator_clear(cpm_accelerator *acc)
{
    for (size_t i = 0; i < acc->nnotes; i++) {
        fmpz_clear(acc->notes[i].trips);
        fmpz_clear(acc->notes[i].repeated_after);
        free(acc->notes[i].reason);
        free(acc->notes[i].inner);
        free(acc->notes[i].state);
    }
    free(acc->notes);
    free(acc->use);
    free(acc->use_between);
    *acc = (cpm_accelerator){0};
}

void cpm_accelerate_place(void *ctx, const cpm_stmt *loop)
{
    const cpm_accelerator *acc = ctx;
    if (acc->config->on_place != NULL)
        acc->config->on_place(acc->config->hook_ctx, loop == NULL ? NULL : acc->tree->text,
                              loop == NULL ? (cpm_span){0, 0} : loop->span);
}

cpm_status cpm_accelerate_tick(void *ctx, cpm_err *err)
{
    const cpm_accelerator *acc = ctx;
    return cpm_progress(acc->config, -1, err);
}

/* --engine naive: all loops run plainly, and the long ones are told. */
static cpm_status run_by_wish(cpm_accelerator *acc, const cpm_stmt *loop, const cpm_range *range,
                              cpm_err *err)
{
    if (acc->config->on_note == NULL || range == NULL ||
        fmpz_cmp_ui(range->count, CPM_LONG_LOOP) <= 0)
        return CPM_OK;
    cpm_loop_note *note = cpm_loop_note_find(acc, loop);
    if (note == NULL)
        return cpm_err_memory(err);
    note->nreached++;
    fmpz_set(note->trips, range->count);
    return cpm_loop_note_plain(acc, note, "--engine naive", range->count, err);
}

/* Forgets all but what it is about, for another try. */
static void renew(cpm_attempt *a)
{
    cpm_attempt next = {.acc = a->acc,
                        .interp = a->interp,
                        .loop = a->loop,
                        .counted = a->counted,
                        .note = a->note,
                        .is_rest = a->is_rest,
                        .err = a->err};
    cpm_attempt_clear(a);
    *a = next; /* a zeroed fmpz is 0 */
}

/* One try at the piece. */
static cpm_status try_piece(cpm_attempt *a, const cpm_range *piece, ulong period, bool is_part,
                            bool *handled)
{
    *handled = false;
    renew(a);
    a->range = piece;
    a->period = period;
    a->is_part = is_part;
    if (piece != NULL)
        fmpz_fdiv_q_ui(a->rounds, piece->count, period == 0 ? 1 : period);
    return cpm_attempt_run(a, handled);
}

/* Makes the piece what was asked for. False when the interpreter is to run it, since
 * it is short, that piece already, or there would be no end of cutting. */
static bool refine(cpm_range *piece, ulong *period, const cpm_attempt *a, unsigned tries)
{
    enum { MAX_TRIES = 64 };
    if (a->split.kind == CPM_SPLIT_CUT) {
        bool is_all = fmpz_equal(a->split.at, a->rounds);
        fmpz_mul_ui(piece->count, a->split.at, *period == 0 ? 1 : *period);
        return !is_all && fmpz_cmp(piece->count, a->iters_limit) > 0 && tries < MAX_TRIES;
    }
    *period = a->split.period;
    if (fmpz_cmp_ui(piece->count, *period) < 0)
        return false;
    fmpz_sub_ui(piece->count, piece->count, fmpz_fdiv_ui(piece->count, *period));
    return tries < MAX_TRIES;
}

/* Where it may repeat itself the interpreter looks out for that; before the loop is
 * said to be long it has some rounds for it. */
static void follow(cpm_attempt *a, cpm_rounds *rounds)
{
    if (a->repeat.stride > 0 && !a->is_rest && fmpz_cmp_ui(rounds->plain, CPM_REPEAT_ROUNDS) > 0)
        fmpz_set_ui(rounds->plain, CPM_REPEAT_ROUNDS);
    rounds->repeat = a->repeat;
    a->repeat = (cpm_repeat_plan){0};
}

/* Takes as many of the first rounds over as go together, cutting the range where the
 * body asks for it. */
static cpm_status take_first(cpm_attempt *a, const cpm_range *range, cpm_rounds *rounds)
{
    cpm_range piece;
    bool handled = false, more = true;
    ulong period = 0;
    cpm_range_init(&piece);
    cpm_range_set(&piece, range);
    cpm_status status = CPM_OK;
    for (unsigned tries = 0; status == CPM_OK && !handled && more; tries++) {
        bool is_part = !fmpz_equal(piece.count, range->count);
        status = try_piece(a, &piece, period, is_part, &handled);
        if (a->split.kind == CPM_SPLIT_NONE)
            break;
        more = refine(&piece, &period, a, tries);
    }
    if (status == CPM_OK && handled) {
        fmpz_set(rounds->taken, piece.count);
        fmpz_zero(rounds->plain);
    } else if (status == CPM_OK) {
        fmpz_set(rounds->plain, piece.count); /* what comes after it may be better */
        follow(a, rounds);
    }
    a->range = NULL; /* it was ours */
    cpm_range_clear(&piece);
    return status;
}

/* Whether the loop is a short one, by the options of the run: most loops that are
 * reached often are, and nothing else needs to be looked at. */
static bool is_short(const cpm_accelerator *acc, const cpm_interp *interp, cpm_loop_note *note,
                     const cpm_stmt *loop, const cpm_range *range)
{
    const cpm_function *function = cpm_interp_function(interp);
    bool own_options = function != NULL && function->decorator.present;
    return range != NULL && !own_options && !acc->config->strict && acc->dump == NULL &&
           fmpz_cmp_ui(range->count, cpm_loop_note_limit(acc, note, loop)) <= 0;
}

cpm_status cpm_accelerate_for(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                              const cpm_range *range, bool again, cpm_rounds *rounds, cpm_err *err)
{
    cpm_accelerator *acc = ctx;
    if (acc->config->engine == CPM_ENGINE_NAIVE)
        return run_by_wish(acc, loop, range, err);
    if (loop->u.loop.is_lead_in)
        return CPM_OK;
    cpm_loop_note *note = cpm_loop_note_find(acc, loop);
    if (note == NULL)
        return cpm_err_memory(err);
    if (!again) {
        note->nreached++;
        note->npieces = 0;
        note->npeeled = 0;
        note->repeats_every = 0;
        if (range != NULL)
            fmpz_set(note->trips, range->count);
    }
    if (is_short(acc, interp, note, loop, range))
        return again ? CPM_OK : cpm_loop_note_plain(acc, note, cpm_few_iterations, NULL, err);
    bool handled;
    cpm_attempt a = {
        .acc = acc, .interp = interp, .loop = loop, .note = note, .is_rest = again, .err = err};
    cpm_status status =
        range == NULL ? try_piece(&a, NULL, 0, false, &handled) : take_first(&a, range, rounds);
    cpm_attempt_clear(&a);
    return status;
}

void cpm_accelerate_repeat(void *ctx, const cpm_stmt *loop, const fmpz_t rounds, uint64_t period)
{
    cpm_loop_note *note = cpm_loop_note_find(ctx, loop);
    if (note == NULL)
        return; /* it goes without saying */
    fmpz_set(note->repeated_after, rounds);
    note->repeats_every = period;
    cpm_loop_note_tell(ctx);
}

/* ---- while ----------------------------------------------------------------- */

static const char not_counted[] = "cannot accelerate this loop: a while loop, whose rounds are not "
                                  "counted by a range";

/* A loop that does not count. */
static cpm_status decline_while(cpm_attempt *a, const cpm_stmt *loop, cpm_while_event event)
{
    if (cpm_attempt_is_strict(a->acc, a->interp))
        return cpm_err_at(a->err, CPM_ERR_UNSUPPORTED, a->acc->tree->text, loop->span, "%s",
                          not_counted);
    return event == CPM_WHILE_BEGINS
               ? cpm_loop_note_plain(a->acc, a->note, not_counted, NULL, a->err)
               : CPM_OK;
}

/* The rounds that can be taken over, and how many come before the next ones. */
static cpm_status take_counted(cpm_attempt *a, uint64_t *plain, const cpm_counted *counted,
                               const cpm_stmt *loop, cpm_while_event event)
{
    cpm_rounds rounds;
    cpm_range range;
    cpm_range_init(&range);
    fmpz_init(rounds.taken);
    fmpz_init(rounds.plain);
    rounds.repeat = (cpm_repeat_plan){0};
    cpm_status status = CPM_OK;
    if (!cpm_while_range(&range, counted, a->interp)) {
        status = decline_while(a, loop, event);
    } else if (event == CPM_WHILE_BEGINS && is_short(a->acc, a->interp, a->note, a->loop, &range)) {
        fmpz_set(a->note->trips, range.count);
        *plain = UINT64_MAX;
        status = cpm_loop_note_plain(a->acc, a->note, cpm_few_iterations, NULL, a->err);
    } else {
        if (event == CPM_WHILE_BEGINS)
            fmpz_set(a->note->trips, range.count);
        a->counted = counted;
        fmpz_set(rounds.plain, range.count);
        while (status == CPM_OK && !fmpz_is_zero(range.count)) {
            status = take_first(a, &range, &rounds);
            cpm_range_drop(&range, rounds.taken);
            if (fmpz_is_zero(rounds.taken) || !fmpz_is_zero(rounds.plain))
                break;
            fmpz_zero(rounds.taken);
            fmpz_set(rounds.plain, range.count);
        }
        bool all = fmpz_cmp(rounds.plain, range.count) >= 0;
        *plain = all || !fmpz_abs_fits_ui(rounds.plain) ? UINT64_MAX : fmpz_get_ui(rounds.plain);
    }
    fmpz_clear(rounds.taken);
    fmpz_clear(rounds.plain);
    cpm_range_clear(&range);
    return status;
}

cpm_status cpm_accelerate_while(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                                cpm_while_event event, uint64_t *plain, cpm_err *err)
{
    cpm_accelerator *acc = ctx;
    const cpm_counted *counted = loop->u.branch.counted;
    cpm_attempt a = {.acc = acc, .interp = interp, .err = err};
    a.note = cpm_loop_note_find(acc, loop);
    if (a.note == NULL)
        return cpm_err_memory(err);
    if (event == CPM_WHILE_IS_LONG)
        return cpm_loop_note_long(acc, a.note, ", over two million rounds so far", err);
    a.note->nreached += event == CPM_WHILE_BEGINS;
    a.note->npieces = event == CPM_WHILE_BEGINS ? 0 : a.note->npieces;
    a.note->npeeled = event == CPM_WHILE_BEGINS ? 0 : a.note->npeeled;
    cpm_status status;
    if (acc->config->engine == CPM_ENGINE_NAIVE || counted == NULL) {
        status = decline_while(&a, loop, event);
    } else {
        a.loop = &counted->loop;
        status = take_counted(&a, plain, counted, loop, event);
    }
    cpm_attempt_clear(&a);
    return status;
}
