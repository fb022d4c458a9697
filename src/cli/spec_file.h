/* SPDX-License-Identifier: MIT
 *
 * spec_file.h - a file's name where a SPEC is expected.
 */
#ifndef CPM_CLI_SPEC_FILE_H
#define CPM_CLI_SPEC_FILE_H

#include "cpmcalc.h"

/* Adds a hint to the failure of a SPEC that is the name of a program, a b-file or
 * another text: the option that reads such a file. Looks at the first bytes of the
 * file, where there is one. */
void cpm_spec_file_hint(const cpm_text *spec, cpm_err *err);

#endif
