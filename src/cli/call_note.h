/* SPDX-License-Identifier: MIT
 *
 * call_note.h - a note on what a CALL probably does not mean.
 */
#ifndef CPM_CLI_CALL_NOTE_H
#define CPM_CLI_CALL_NOTE_H

#include "cpmcalc.h"

/* Shows a note on standard error when an exclusive or of two numbers stands in
 * the CALL, as in fib(10^7). */
void cpm_call_note(const cpm_text *call);

#endif
