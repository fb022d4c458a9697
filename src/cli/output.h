/* SPDX-License-Identifier: MIT
 *
 * output.h - standard output in whole lines. There is one standard output, so
 * this module has state: what was written and is not yet flushed.
 *
 * A line is begun, gets its text in pieces and is ended. Until cpm_out_commit
 * nothing of an unfinished line leaves the process, and it can be abandoned.
 */
#ifndef CPM_CLI_OUTPUT_H
#define CPM_CLI_OUTPUT_H

#include "cpmcalc.h"

/* From now on nothing leaves the process until the matching release: for a
 * document that is of no use in part. */
void cpm_out_hold(void);
void cpm_out_release(void);

void cpm_out_begin(void);
cpm_status cpm_out_write(const char *bytes, size_t nbytes, cpm_err *err);
cpm_status cpm_out_puts(const char *text, cpm_err *err);
/* The rest of this line is known to be complete: it may go out in pieces. */
void cpm_out_commit(void);
/* Ends the line; its text has brought the line end. */
cpm_status cpm_out_end(cpm_err *err);
/* Sends what is complete at once. */
cpm_status cpm_out_flush(cpm_err *err);
/* The same where the last time was a millisecond ago or more. */
cpm_status cpm_out_flush_if_late(cpm_err *err);
/* Forgets the unfinished line, and everything that is held. */
void cpm_out_abandon(void);

/* Writes what is complete and closes standard output. */
cpm_status cpm_out_close(cpm_err *err);

/* For handlers that end the process: writes what is complete and keeps others
 * from writing. Returns false when a line is being written at this moment; it
 * is finished then, and the process ends by cpm_out_set_ending's function. */
bool cpm_out_emergency(void);

/* For a handler that cannot wait for the line that is being written: takes the
 * beginning of it back, where that can be done. */
void cpm_out_give_up(void);

/* All has been written: there is nothing to end any more. */
bool cpm_out_is_closed(void);

/* What to call after a line that an emergency had to wait for. */
void cpm_out_set_ending(void (*ending)(void));

#endif
