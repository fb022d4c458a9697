/* SPDX-License-Identifier: MIT
 *
 * input.h - the input of programs: the lines of standard input.
 */
#ifndef CPM_CLI_INPUT_H
#define CPM_CLI_INPUT_H

#include "cpmcalc.h"

/* Reads lines when they are asked for; there is one standard input. */
const cpm_reader *cpm_input(void);
void cpm_input_clear(void);

#endif
