/* SPDX-License-Identifier: MIT
 *
 * split.h - the words of a command line, from a line of text.
 */
#ifndef CPM_CLI_SPLIT_H
#define CPM_CLI_SPLIT_H

#include "cpmcalc.h"

/* Words one after another, each ended by NUL. A zeroed one is empty; `word` is valid
 * after cpm_split_finish. */
typedef struct cpm_split {
    char *bytes; /* owned */
    size_t nbytes, bytes_cap;
    char **word; /* owned: `count` pointers into bytes, and NULL */
    size_t count, word_cap;
    size_t *begin; /* owned: where each begins */
    size_t begin_cap;
    bool failed; /* memory ran out */
} cpm_split;

void cpm_split_reset(cpm_split *words);
void cpm_split_clear(cpm_split *words);

/* A word begins; bytes go to the word begun last. */
void cpm_split_begin(cpm_split *words);
void cpm_split_put(cpm_split *words, const char *bytes, size_t nbytes);
void cpm_split_add(cpm_split *words, const char *word);

/* The words of a line as the shell would split it: blanks, '...', "...", \ and #
 * comments; no variables, no patterns. */
cpm_status cpm_split_line(cpm_split *words, const cpm_text *line, cpm_err *err);

/* Fills `word`. */
cpm_status cpm_split_finish(cpm_split *words, cpm_err *err);

#endif
