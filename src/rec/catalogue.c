/* SPDX-License-Identifier: MIT
 *
 * catalogue.c - the built-in sequences: the list, look-up by name, and the
 * names nearest to a misspelt one.
 *
 * The entries come from catalogue.txt, which catalogue.awk turns into C at
 * build time. Look-up is a scan over some hundred short texts (microseconds).
 * Nearness is the restricted Damerau-Levenshtein distance (insertions,
 * deletions, substitutions and swaps of neighbours; F. Damerau, 1964) between
 * names in the folded spelling, by the usual table of three rows: O(len^2) a
 * name. OEIS numbers are never suggested: the nearest number means nothing.
 */
#include "rec/catalogue.h"

#include <ctype.h>
#include <string.h>

static const cpm_catalogue_entry entries[] = {
#include "catalogue_data.inc"
};

enum {
    nentries = sizeof entries / sizeof entries[0],
    NAME_CAP = 40 /* catalogue.awk keeps names within it; longer texts are no misspelt names */
};

size_t cpm_catalogue_count(void)
{
    return nentries;
}

const cpm_catalogue_entry *cpm_catalogue_at(size_t i)
{
    return i < nentries ? &entries[i] : NULL;
}

/* The spelling in which names are compared. */
static int fold(char c)
{
    return c == '_' ? '-' : tolower((unsigned char)c);
}

static bool same_name(const char *a, size_t alen, const char *b, size_t blen)
{
    if (alen != blen)
        return false;
    for (size_t i = 0; i < alen; i++) {
        if (fold(a[i]) != fold(b[i]))
            return false;
    }
    return true;
}

/* Takes the next word off a list separated by single spaces; false at its end. */
static bool next_word(const char **rest, const char **word, size_t *len)
{
    if (**rest == '\0')
        return false;
    *word = *rest;
    *len = strcspn(*rest, " ");
    *rest += *len;
    *rest += **rest == ' ';
    return true;
}

const cpm_catalogue_entry *cpm_catalogue_find(const char *name, size_t len)
{
    for (size_t i = 0; i < nentries; i++) {
        const cpm_catalogue_entry *e = &entries[i];
        if (same_name(name, len, e->name, strlen(e->name)) ||
            (len > 0 && same_name(name, len, e->oeis, strlen(e->oeis))))
            return e;
        const char *rest = e->aliases, *word = NULL;
        size_t word_len = 0;
        while (next_word(&rest, &word, &word_len)) {
            if (same_name(name, len, word, word_len))
                return e;
        }
    }
    return NULL;
}

static unsigned min2(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The distance of two texts of at most NAME_CAP bytes. Row i holds the
 * distances of the first i bytes of `a` from every prefix of `b`. */
static unsigned distance(const char *a, size_t alen, const char *b, size_t blen)
{
    unsigned rows[3][NAME_CAP + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= blen; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= alen; i++) {
        unsigned *spare = before;
        before = above;
        above = row;
        row = spare;
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= blen; j++) {
            bool differ = fold(a[i - 1]) != fold(b[j - 1]);
            unsigned best = min2(above[j], row[j - 1]) + 1;
            best = min2(best, above[j - 1] + differ);
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
                fold(a[i - 2]) == fold(b[j - 1]))
                best = min2(best, before[j - 2] + 1);
            row[j] = best;
        }
    }
    return row[blen];
}

/* How far a name may be and still be meant: one slip in short names, about one
 * in three letters in longer ones. */
static unsigned tolerance(size_t len)
{
    return len <= 3 ? 1 : (unsigned)(len + 2) / 3;
}

/* The candidates so far, nearest first. */
typedef struct ranking {
    size_t count;
    const cpm_catalogue_entry *entry[CPM_CATALOGUE_SUGGESTIONS];
    unsigned distance[CPM_CATALOGUE_SUGGESTIONS];
} ranking;

/* Inserts an entry, dropping the last when full; equal distances keep the
 * order of the catalogue. */
static void rank(ranking *r, const cpm_catalogue_entry *entry, unsigned dist)
{
    size_t at = r->count;
    while (at > 0 && dist < r->distance[at - 1])
        at--;
    if (at == CPM_CATALOGUE_SUGGESTIONS)
        return;
    if (r->count < CPM_CATALOGUE_SUGGESTIONS)
        r->count++;
    for (size_t i = r->count - 1; i > at; i--) {
        r->entry[i] = r->entry[i - 1];
        r->distance[i] = r->distance[i - 1];
    }
    r->entry[at] = entry;
    r->distance[at] = dist;
}

size_t cpm_catalogue_nearest(const char *nearest[CPM_CATALOGUE_SUGGESTIONS], const char *name,
                             size_t len)
{
    ranking r = {0};
    if (len == 0 || len > NAME_CAP)
        return 0;
    for (size_t i = 0; i < nentries; i++) {
        const cpm_catalogue_entry *e = &entries[i];
        unsigned best = distance(name, len, e->name, strlen(e->name));
        const char *rest = e->aliases, *word = NULL;
        size_t word_len = 0;
        while (next_word(&rest, &word, &word_len))
            best = min2(best, distance(name, len, word, word_len));
        if (best <= tolerance(len))
            rank(&r, e, best);
    }
    /* A suggestion much farther off than the best one only distracts. */
    size_t count = 0;
    while (count < r.count && r.distance[count] <= r.distance[0] + 1) {
        nearest[count] = r.entry[count]->name;
        count++;
    }
    return count;
}
