/* SPDX-License-Identifier: MIT
 *
 * catalogue.h - looking up the built-in sequences by name. The list itself is
 * public: cpm_catalogue_count and cpm_catalogue_at in cpmcalc.h.
 */
#ifndef CPM_REC_CATALOGUE_H
#define CPM_REC_CATALOGUE_H

#include "cpmcalc.h"

enum { CPM_CATALOGUE_SUGGESTIONS = 3 };

/* The entry with this name, alias or OEIS number, or NULL. Case does not
 * count, nor does the difference between '-' and '_'. */
const cpm_catalogue_entry *cpm_catalogue_find(const char *name, size_t len);

/* Names that look most like `name`, nearest first; returns how many, 0 when
 * nothing is near. The texts are static. */
size_t cpm_catalogue_nearest(const char *nearest[CPM_CATALOGUE_SUGGESTIONS], const char *name,
                             size_t len);

#endif
