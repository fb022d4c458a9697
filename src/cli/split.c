/* SPDX-License-Identifier: MIT
 *
 * split.c - the words of a command line. Bytes gather in one buffer, which may move, so
 * pointers to the words are made when all are there.
 */
#include "cli/split.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void cpm_split_reset(cpm_split *words)
{
    words->nbytes = words->count = 0;
    words->failed = false;
}

void cpm_split_clear(cpm_split *words)
{
    free(words->bytes);
    free(words->word);
    free(words->begin);
    *words = (cpm_split){0};
}

/* Room for `need` elements of `size` bytes. */
static bool reserve(void **array, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return true;
    size_t wanted = *cap < 32 ? 64 : *cap * 2;
    if (wanted < need)
        wanted = need;
    void *grown = wanted > SIZE_MAX / size ? NULL : realloc(*array, wanted * size);
    if (grown == NULL)
        return false;
    *array = grown;
    *cap = wanted;
    return true;
}

void cpm_split_put(cpm_split *words, const char *bytes, size_t nbytes)
{
    void *array = words->bytes;
    words->failed =
        words->failed || !reserve(&array, &words->bytes_cap, words->nbytes + nbytes + 1, 1);
    words->bytes = array;
    if (words->failed)
        return;
    if (nbytes > 0)
        memcpy(words->bytes + words->nbytes, bytes, nbytes);
    words->nbytes += nbytes;
    words->bytes[words->nbytes] = '\0';
}

void cpm_split_begin(cpm_split *words)
{
    void *array = words->begin;
    words->failed = words->failed ||
                    !reserve(&array, &words->begin_cap, words->count + 1, sizeof *words->begin);
    words->begin = array;
    if (words->failed)
        return;
    words->nbytes += words->count > 0; /* the NUL of the word before */
    words->begin[words->count++] = words->nbytes;
    cpm_split_put(words, "", 0);
}

void cpm_split_add(cpm_split *words, const char *word)
{
    cpm_split_begin(words);
    cpm_split_put(words, word, strlen(word));
}

cpm_status cpm_split_finish(cpm_split *words, cpm_err *err)
{
    void *array = words->word;
    words->failed =
        words->failed || !reserve(&array, &words->word_cap, words->count + 1, sizeof *words->word);
    words->word = array;
    if (words->failed)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < words->count; i++)
        words->word[i] = words->bytes + words->begin[i];
    words->word[words->count] = NULL;
    return CPM_OK;
}

/* ---- Quoting ------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Behind a quote; *at is at the byte after it and moves past the closing one. Inside of
 * double quotes a backslash keeps $ ` " \ as they are. */
static bool take_quoted(cpm_split *words, size_t *at, const cpm_text *line, char quote)
{
    for (; *at < line->len && line->data[*at] != quote; ++*at) {
        bool escapes = quote == '"' && line->data[*at] == '\\' && *at + 1 < line->len &&
                       strchr("$`\"\\", line->data[*at + 1]) != NULL;
        *at += escapes;
        cpm_split_put(words, line->data + *at, 1);
    }
    return (*at)++ < line->len;
}

/* One word; *at is at its first byte. */
static bool take_word(cpm_split *words, size_t *at, const cpm_text *line, size_t *quote)
{
    cpm_split_begin(words);
    while (*at < line->len && !is_blank(line->data[*at])) {
        char c = line->data[(*at)++];
        if (c == '\'' || c == '"') {
            *quote = *at - 1;
            if (!take_quoted(words, at, line, c))
                return false;
        } else if (c == '\\' && *at < line->len) {
            cpm_split_put(words, line->data + (*at)++, 1);
        } else {
            cpm_split_put(words, &c, 1);
        }
    }
    return true;
}

cpm_status cpm_split_line(cpm_split *words, const cpm_text *line, cpm_err *err)
{
    size_t quote = 0;
    for (size_t at = 0; at < line->len;) {
        if (is_blank(line->data[at])) {
            at++;
            continue;
        }
        if (line->data[at] == '#')
            break;
        if (!take_word(words, &at, line, &quote))
            return cpm_err_at(err, CPM_ERR_USAGE, line, (cpm_span){quote, quote + 1},
                              "this quote is not closed");
    }
    return CPM_OK;
}
