/* SPDX-License-Identifier: MIT
 *
 * run_list.c - the catalogue: aligned columns, or an object in JSON.
 */
#include "cli/output.h"
#include "cli/run.h"
#include "cli/terms.h"

#include <stdio.h>
#include <string.h>

static int widest_name(void)
{
    size_t widest = 0;
    for (size_t i = 0; i < cpm_catalogue_count(); i++) {
        size_t len = strlen(cpm_catalogue_at(i)->name);
        widest = len > widest ? len : widest;
    }
    return (int)widest;
}

static cpm_status write_line(const cpm_catalogue_entry *entry, int width, cpm_err *err)
{
    char columns[128];
    snprintf(columns, sizeof columns, "%-*s  %s  ", width, entry->name, entry->oeis);
    cpm_out_begin();
    cpm_status status = cpm_out_puts(columns, err);
    if (status == CPM_OK)
        status = cpm_out_puts(entry->title, err);
    if (status == CPM_OK)
        status = cpm_out_puts("\n", err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

static cpm_status write_pair(const char *before, const char *value, cpm_err *err)
{
    cpm_status status = cpm_out_puts(before, err);
    return status == CPM_OK ? cpm_json_string(value, err) : status;
}

static cpm_status write_object(const cpm_catalogue_entry *entry, bool first, cpm_err *err)
{
    cpm_status status = write_pair(first ? "{\"name\":" : ",{\"name\":", entry->name, err);
    if (status == CPM_OK)
        status = write_pair(",\"oeis\":", entry->oeis, err);
    if (status == CPM_OK)
        status = write_pair(",\"aliases\":", entry->aliases, err);
    if (status == CPM_OK)
        status = write_pair(",\"title\":", entry->title, err);
    if (status == CPM_OK)
        status = write_pair(",\"offset\":", entry->offset, err);
    if (status == CPM_OK)
        status = write_pair(",\"spec\":", entry->spec, err);
    return status == CPM_OK ? cpm_out_puts("}", err) : status;
}

static cpm_status write_json(cpm_err *err)
{
    cpm_out_begin();
    cpm_status status = cpm_out_puts("{\"catalogue\":[", err);
    for (size_t i = 0; i < cpm_catalogue_count() && status == CPM_OK; i++)
        status = write_object(cpm_catalogue_at(i), i == 0, err);
    if (status == CPM_OK)
        status = cpm_out_puts("]}\n", err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

cpm_status cpm_run_list(const cpm_options *options, cpm_err *err)
{
    if (options->format == CPM_FORMAT_JSON)
        return write_json(err);
    int width = widest_name();
    cpm_status status = CPM_OK;
    for (size_t i = 0; i < cpm_catalogue_count() && status == CPM_OK; i++)
        status = write_line(cpm_catalogue_at(i), width, err);
    return status;
}
