/* SPDX-License-Identifier: MIT
 *
 * loop_note.h - what became of a loop, for --explain, and what is said of it when
 * it is going to take long.
 */
#ifndef CPM_ACCEL_LOOP_NOTE_H
#define CPM_ACCEL_LOOP_NOTE_H

#include "accel/accelerate.h"

/* The note of a loop, made when new; NULL when memory runs out. */
cpm_loop_note *cpm_loop_note_find(cpm_accelerator *acc, const cpm_stmt *loop);

/* Loops of at most so many rounds run plainly: what the run was asked for, or what is
 * estimated, where `loop` is that of the note, or what it comes to as a `for`. */
unsigned long cpm_loop_note_limit(const cpm_accelerator *acc, cpm_loop_note *note,
                                  const cpm_stmt *loop);

/* Tells whoever follows the report that there is something new. */
void cpm_loop_note_tell(const cpm_accelerator *acc);

/* So many rounds of the loop (NULL: nobody knows) run plainly, for this reason; says
 * so when they are very many. CPM_ERR_MEMORY, or what a hook wishes. */
CPM_MUST_USE cpm_status cpm_loop_note_plain(cpm_accelerator *acc, cpm_loop_note *note,
                                            const char *reason, const fmpz *rounds, cpm_err *err);

/* Takes over what lowering tells of what is inside, and notes the names of the variables
 * where products have made new ones. */
CPM_MUST_USE cpm_status cpm_loop_note_inside(cpm_loop_note *note, cpm_lowered *lowered,
                                             const cpm_linsys *sys, cpm_err *err);

/* Says, once a loop, that it is going to take long, " for so many rounds". */
CPM_MUST_USE cpm_status cpm_loop_note_long(cpm_accelerator *acc, cpm_loop_note *note,
                                           const char *rounds, cpm_err *err);

#endif
