/* SPDX-License-Identifier: MIT
 *
 * caret.h - what `^` between two numbers of a program probably does not mean.
 */
#ifndef CPM_LANG_CARET_H
#define CPM_LANG_CARET_H

#include "base/err.h"

/* Whether an exclusive or of two decimal numbers stands in a program or CALL of
 * Python; then *span is the first one and `message` says what it is: options and
 * recurrences take 10^7 for a power, and range(10^9) is range(3). One that is
 * meant has a name or a hexadecimal number on one side. */
bool cpm_find_caret(cpm_span *span, char message[CPM_MESSAGE_CAP], const cpm_text *text);

#endif
