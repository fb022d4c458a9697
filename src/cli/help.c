/* SPDX-License-Identifier: MIT
 *
 * help.c - the text of --help, from the table of options: 80 columns, groups
 * with their options aligned, choices listed below the option's own line.
 */
#include "cli/options.h"
#include "cli/output.h"

#include <stdio.h>
#include <string.h>

/* Where the help of an option begins, and how wide the page is. */
enum { HELP_COLUMN = 28, PAGE_COLUMNS = 80 };

static const char HEAD[] =
    "Usage: cpmcalc [OPTION]... SPEC\n"
    "  or:  cpmcalc [OPTION]... --signature LIST --init LIST\n"
    "  or:  cpmcalc [OPTION]... --matrix LIST --nth N\n"
    "  or:  cpmcalc [OPTION]... -f FILE [CALL]\n"
    "  or:  cpmcalc [OPTION]... -e TEXT [CALL]\n"
    "Exact terms of linear recurrences and exact results of loops, however large n.\n"
    "\n"
    "SPEC is a name of the catalogue (fib, A000045; see --list) or a recurrence:\n"
    "'cur = p1 + p2', where pK is the term K places back and i the index, with\n"
    "--init, or 'a(n) = a(n-1) + a(n-2); a(0) = 0; a(1) = 1'. FILE is a program in\n"
    "a subset of Python or in the language of loops, CALL an expression such as\n"
    "'f(10**9)'. A LIST is numbers separated by commas, @FILE or @- for standard\n"
    "input. Numbers may be written 10^18, 2^64-1, 1e7, 0xff, 10_000.\n";

static const char TAIL[] =
    "\n"
    "Examples:\n"
    "  cpmcalc --nth 10000000 fib\n"
    "  cpmcalc --nth 10^18 --mod 10^9+7 --init 0,1,1 'cur=7*(2*p1+3*p2)+4*p3+5*i+6'\n"
    "  cpmcalc -e 'loop 10**9; A += 1; B += A; end'\n"
    "\n"
    "Exit status: 0 done, 1 no answer, 2 usage, 3 error in a text, 4 limit or\n"
    "environment, 5 bug. See cpmcalc(1) for more.\n";

/* "  -n, --nth N" */
static int format_option(char *line, size_t cap, const cpm_option *option)
{
    char short_form[8] = "    ";
    if (option->short_name != '\0')
        snprintf(short_form, sizeof short_form, "-%c, ", option->short_name);
    bool optional = option->kind == CPM_OPTION_WHEN;
    const char *before = option->kind == CPM_OPTION_NONE ? "" : optional ? "[=" : " ";
    return snprintf(line, cap, "  %s--%s%s%s%s", short_form, option->long_name, before,
                    option->argument == NULL ? "" : option->argument, optional ? "]" : "");
}

/* The choices, wrapped, each line at HELP_COLUMN. */
static cpm_status write_values(const char *values, cpm_err *err)
{
    char line[PAGE_COLUMNS + 2];
    size_t len = 0;
    cpm_status status = CPM_OK;
    while (*values != '\0' && status == CPM_OK) {
        size_t word = strcspn(values, " ");
        if (len + word + 2 > PAGE_COLUMNS) {
            line[len - 1] = '\n'; /* in place of the blank after the comma */
            status = cpm_out_write(line, len, err);
            len = 0;
        }
        if (len == 0)
            len = (size_t)snprintf(line, sizeof line, "%*s", HELP_COLUMN, "");
        bool last = values[word] == '\0';
        len += (size_t)snprintf(line + len, sizeof line - len, "%.*s%s", (int)word, values,
                                last ? "\n" : ", ");
        values += word + !last;
    }
    return status == CPM_OK ? cpm_out_write(line, len, err) : status;
}

static cpm_status write_option(const cpm_option *option, cpm_err *err)
{
    char left[128], line[256];
    int width = format_option(left, sizeof left, option);
    if (width > HELP_COLUMN - 2)
        snprintf(line, sizeof line, "%s\n%*s%s\n", left, HELP_COLUMN, "", option->help);
    else
        snprintf(line, sizeof line, "%-*s%s\n", HELP_COLUMN, left, option->help);
    cpm_status status = cpm_out_puts(line, err);
    bool listed = option->kind == CPM_OPTION_CHOICE || option->kind == CPM_OPTION_WHEN;
    return status == CPM_OK && listed ? write_values(option->values, err) : status;
}

static cpm_status write_group(const char *title, cpm_err *err)
{
    char line[128];
    snprintf(line, sizeof line, "\n%s:\n", title);
    return cpm_out_puts(line, err);
}

cpm_status cpm_help_write(cpm_err *err)
{
    cpm_out_begin();
    cpm_status status = cpm_out_puts(HEAD, err);
    for (size_t i = 0; i < cpm_option_table_len && status == CPM_OK; i++) {
        const cpm_option *entry = &cpm_option_table[i];
        status =
            entry->long_name == NULL ? write_group(entry->group, err) : write_option(entry, err);
    }
    if (status == CPM_OK)
        status = cpm_out_puts(TAIL, err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}
