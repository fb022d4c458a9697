/* SPDX-License-Identifier: MIT
 *
 * size_limit.c - the refusal of answers that would not fit, in words.
 */
#include "power/size_limit.h"

#include "power/decimal.h"

#include <math.h>
#include <stdio.h>

static void format_size(char *buffer, size_t cap, double nbytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    while (nbytes >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        nbytes /= 1024;
        unit++;
    }
    snprintf(buffer, cap, nbytes < 10 ? "%.1f %s" : "%.0f %s", nbytes, units[unit]);
}

static void format_digits(char *buffer, size_t cap, const cpm_size_bound *bound)
{
    if (bound->log10_digits < 15)
        snprintf(buffer, cap, "%.0f", pow(10, bound->log10_digits));
    else
        snprintf(buffer, cap, "10^%.0f", bound->log10_digits);
}

/* What can be had without a limit: binary numbers are GMP's, which hold 2^31 - 1
 * words; decimal ones may be as large as the largest machines. */
static double most_bits(const cpm_config *config)
{
    return config->output_base == 10 && cpm_nth_decimal_available() ? 0x1p43 : 0x1p37;
}

static cpm_status refuse_any_size(const cpm_size_bound *bound, cpm_err *err)
{
    char digits[64];
    format_digits(digits, sizeof digits, bound);
    cpm_err_set(err, CPM_ERR_LIMIT, "the term may have %s digits, more than can be computed with",
                digits);
    cpm_err_hint(err, "--mod M gives its residue");
    return CPM_ERR_LIMIT;
}

static cpm_status refuse_size(const cpm_size_bound *bound, double need, const cpm_config *config,
                              cpm_err *err)
{
    char digits[64], needed[64], limit[64];
    format_digits(digits, sizeof digits, bound);
    if (need < 1e21)
        format_size(needed, sizeof needed, need);
    else
        snprintf(needed, sizeof needed, "no computer's memory");
    format_size(limit, sizeof limit, (double)config->max_memory_bytes);
    cpm_err_set(
        err, CPM_ERR_LIMIT,
        "the term may have %s digits and need %s%s to compute, above the memory limit of %s",
        digits, need < 1e21 ? "" : "more than ", need < 1e21 ? needed : "1 ZiB", limit);
    cpm_err_hint(err, "--mod M gives its residue; --max-memory SIZE raises the limit");
    return CPM_ERR_LIMIT;
}

cpm_status cpm_size_limit(const cpm_size_bound *bound, double need, const cpm_config *config,
                          cpm_err *err)
{
    if (config->max_memory_bytes > 0 && need > (double)config->max_memory_bytes)
        return refuse_size(bound, need, config, err);
    return bound->bits > most_bits(config) ? refuse_any_size(bound, err) : CPM_OK;
}
