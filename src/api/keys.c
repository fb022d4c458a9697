/* SPDX-License-Identifier: MIT
 *
 * keys.c - lists of keys.
 */
#include "api/keys.h"

#include <stdio.h>
#include <string.h>

/* The number of a key; that of the NULL past the last one when it is none. */
static size_t find_key(const char *key, size_t len, cpm_key_fn known)
{
    size_t i = 0;
    while (known(i) != NULL && (strlen(known(i)) != len || memcmp(known(i), key, len) != 0))
        i++;
    return i;
}

static cpm_status unknown_key(const cpm_text *keys, cpm_span item, cpm_key_fn known, cpm_err *err)
{
    cpm_err_at(err, CPM_ERR_USAGE, keys, item, "nothing is known by this name");
    char hint[CPM_HINT_CAP] = "";
    size_t len = 0;
    for (size_t i = 0; known(i) != NULL && len < sizeof hint; i++)
        len +=
            (size_t)snprintf(hint + len, sizeof hint - len, "%s%s", i == 0 ? "" : ", ", known(i));
    cpm_err_hint(err, "%s", hint);
    return CPM_ERR_USAGE;
}

cpm_status cpm_keys_each(const cpm_text *keys, cpm_key_fn known,
                         cpm_status (*visit)(void *ctx, size_t key), void *ctx, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t begin = 0; begin <= keys->len && status == CPM_OK;) {
        const char *comma = memchr(keys->data + begin, ',', keys->len - begin);
        size_t end = comma == NULL ? keys->len : (size_t)(comma - keys->data);
        size_t key = find_key(keys->data + begin, end - begin, known);
        status = known(key) == NULL ? unknown_key(keys, (cpm_span){begin, end}, known, err)
                                    : visit(ctx, key);
        begin = end + 1;
    }
    return status;
}
