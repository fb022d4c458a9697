/* SPDX-License-Identifier: MIT
 *
 * table.c - a table of times.
 *
 *   text    +--------+-------------+--------------------+-------+
 *           |  arg   |  naive, s   |       cpm, s       | match |
 *           +--------+-------------+--------------------+-------+
 *           |  20000 |    0.004211 |  0.000052  (81.0x) |  True |
 *   csv     arg,naive,cpm,match and times in seconds; nothing where none is
 *   json    {"title":..., "call":..., "unit":"s", "columns":["naive","cpm"],
 *            "rows":[{"arg":"20000","seconds":[0.004211,0.000052],"match":true}]}
 *
 * A factor compares with the column to its left. The widths follow from the
 * arguments and the cap alone, so that rows can be shown as they come.
 */
#include "cli/bench/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MIN_ARG_WIDTH = 3, MAX_ARG_WIDTH = 24, FACTOR_WIDTH = 9, MATCH_WIDTH = 5 };

cpm_status cpm_bench_table_start(cpm_bench_table *table, cpm_err *err)
{
    table->cells = calloc(table->args.count * table->columns.count, sizeof *table->cells);
    return table->cells == NULL ? cpm_err_set(err, CPM_ERR_MEMORY, "out of memory") : CPM_OK;
}

void cpm_bench_table_clear(cpm_bench_table *table)
{
    cpm_bench_args_clear(&table->args);
    free(table->cells);
    table->cells = NULL;
}

cpm_bench_cell *cpm_bench_table_cell(const cpm_bench_table *table, size_t row, size_t column)
{
    return &table->cells[row * table->columns.count + column];
}

/* ---- The match --------------------------------------------------------- */

static bool same_digest(const cpm_digest *a, const cpm_digest *b)
{
    return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1] && a->nbytes == b->nbytes;
}

static cpm_bench_match match(const cpm_bench_table *table, size_t row, bool engines_only)
{
    const cpm_bench_cell *first = NULL;
    cpm_bench_match result = CPM_MATCH_NONE;
    for (size_t c = 0; c < table->columns.count; c++) {
        const cpm_bench_cell *cell = cpm_bench_table_cell(table, row, c);
        if (!cell->done || (engines_only && table->columns.columns[c].call.data != NULL))
            continue;
        if (first == NULL)
            first = cell;
        else if (!same_digest(&first->digest, &cell->digest))
            return CPM_MATCH_FALSE;
        else
            result = CPM_MATCH_TRUE;
    }
    return result;
}

cpm_bench_match cpm_bench_table_match(const cpm_bench_table *table, size_t row)
{
    return match(table, row, false);
}

cpm_bench_match cpm_bench_table_engines_match(const cpm_bench_table *table, size_t row)
{
    return match(table, row, true);
}

/* ---- As text ----------------------------------------------------------- */

/* The argument; of a very long one the beginning and the power of ten. Owned by
 * the caller; NULL when memory ran out. */
static char *arg_text(mpz_srcptr value, bool shorten)
{
    char *digits = mpz_get_str(NULL, 10, value);
    size_t len = digits == NULL ? 0 : strlen(digits);
    if (!shorten || len <= MAX_ARG_WIDTH)
        return digits;
    const size_t sign = digits[0] == '-';
    char fraction[5];
    memcpy(fraction, digits + sign + 1, 4);
    fraction[4] = '\0';
    snprintf(digits + sign + 1, len - sign, ".%se+%zu", fraction, len - sign - 1);
    return digits;
}

static int arg_width(const cpm_bench_table *table)
{
    int width = MIN_ARG_WIDTH;
    for (size_t i = 0; i < table->args.count; i++) {
        char *text = arg_text(table->args.values[i], true);
        int len = text == NULL ? 0 : (int)strlen(text);
        width = len > width ? len : width;
        free(text);
    }
    return width + 2;
}

static int time_width(const cpm_bench_table *table)
{
    return snprintf(NULL, 0, "%.6f", table->cap_seconds * 1.01);
}

static int cell_width(const cpm_bench_table *table, size_t column)
{
    int width = time_width(table) + (column == 0 ? 0 : 1 + FACTOR_WIDTH);
    int header = (int)table->columns.columns[column].name.len + 3;
    return header > width ? header : width;
}

static void write_dashes(cpm_draft *out, int count)
{
    for (int i = 0; i < count; i++)
        cpm_draft_putc(out, '-');
    cpm_draft_putc(out, '+');
}

static void write_rule(cpm_draft *out, const cpm_bench_table *table)
{
    cpm_draft_putc(out, '+');
    write_dashes(out, arg_width(table) + 2);
    for (size_t c = 0; c < table->columns.count; c++)
        write_dashes(out, cell_width(table, c) + 2);
    write_dashes(out, MATCH_WIDTH + 2);
    cpm_draft_putc(out, '\n');
}

static void write_centred(cpm_draft *out, const char *text, size_t len, int width)
{
    int space = width - (int)len;
    cpm_draft_printf(out, " %*s%.*s%*s |", space / 2, "", (int)len, text, space - space / 2, "");
}

static void write_text_head(cpm_draft *out, const cpm_bench_table *table)
{
    cpm_draft_printf(out, "%s:\n", table->title);
    write_rule(out, table);
    cpm_draft_putc(out, '|');
    write_centred(out, "arg", 3, arg_width(table));
    for (size_t c = 0; c < table->columns.count; c++) {
        const cpm_text *name = &table->columns.columns[c].name;
        char header[256];
        int len = snprintf(header, sizeof header, "%.*s, s",
                           (int)(name->len > 240 ? 240 : name->len), name->data);
        write_centred(out, header, (size_t)len, cell_width(table, c));
    }
    write_centred(out, "match", 5, MATCH_WIDTH);
    cpm_draft_putc(out, '\n');
    write_rule(out, table);
}

/* "(16.6x)", with as many digits as say something. */
static int format_factor(char *buffer, size_t cap, double factor)
{
    if (factor < 0.095)
        return snprintf(buffer, cap, factor < 0.0095 ? "(%.1gx)" : "(%.2gx)", factor);
    if (factor < 0.95)
        return snprintf(buffer, cap, "(%.2fx)", factor);
    if (factor < 1000)
        return snprintf(buffer, cap, "(%.1fx)", factor);
    return snprintf(buffer, cap, factor < 1e6 ? "(%.0fx)" : "(%.1ex)", factor);
}

static void write_text_cell(cpm_draft *out, const cpm_bench_table *table, size_t row, size_t column)
{
    const cpm_bench_cell *cell = cpm_bench_table_cell(table, row, column);
    char text[64] = "-", factor[32] = "";
    if (cell->done)
        snprintf(text, sizeof text, "%.6f", cell->seconds);
    int width = time_width(table);
    if (column > 0) {
        const cpm_bench_cell *left = cpm_bench_table_cell(table, row, column - 1);
        if (cell->done && left->done && cell->seconds > 0)
            format_factor(factor, sizeof factor, left->seconds / cell->seconds);
        width += 1 + FACTOR_WIDTH;
    }
    cpm_draft_printf(out, " %*s", cell_width(table, column) - width, "");
    cpm_draft_printf(out, "%*s", time_width(table), text);
    if (column > 0)
        cpm_draft_printf(out, " %*s", FACTOR_WIDTH, factor);
    cpm_draft_puts(out, " |");
}

static void write_text_row(cpm_draft *out, const cpm_bench_table *table, size_t row)
{
    static const char *const words[] = {"-", "True", "False"};
    char *arg = arg_text(table->args.values[row], true);
    cpm_draft_printf(out, "| %*s |", arg_width(table), arg == NULL ? "" : arg);
    free(arg);
    for (size_t c = 0; c < table->columns.count; c++)
        write_text_cell(out, table, row, c);
    cpm_draft_printf(out, " %*s |\n", MATCH_WIDTH, words[cpm_bench_table_match(table, row)]);
}

/* ---- As CSV ------------------------------------------------------------ */

static void write_csv_head(cpm_draft *out, const cpm_bench_table *table)
{
    cpm_draft_puts(out, "arg");
    for (size_t c = 0; c < table->columns.count; c++) {
        cpm_draft_putc(out, ',');
        cpm_draft_csv(out, table->columns.columns[c].name.data, table->columns.columns[c].name.len);
    }
    cpm_draft_puts(out, ",match\n");
}

static void write_csv_row(cpm_draft *out, const cpm_bench_table *table, size_t row)
{
    static const char *const words[] = {"", "true", "false"};
    char *arg = arg_text(table->args.values[row], false);
    cpm_draft_puts(out, arg == NULL ? "" : arg);
    free(arg);
    for (size_t c = 0; c < table->columns.count; c++) {
        const cpm_bench_cell *cell = cpm_bench_table_cell(table, row, c);
        if (cell->done)
            cpm_draft_printf(out, ",%.9f", cell->seconds);
        else
            cpm_draft_putc(out, ',');
    }
    cpm_draft_printf(out, ",%s\n", words[cpm_bench_table_match(table, row)]);
}

/* ---- As JSON ----------------------------------------------------------- */

static void write_json_string(cpm_draft *out, const char *text, size_t len)
{
    cpm_draft_putc(out, '"');
    for (size_t i = 0; i < len; i++) {
        const char c = text[i];
        if (c == '"' || c == '\\')
            cpm_draft_printf(out, "\\%c", c);
        else if ((unsigned char)c < 0x20)
            cpm_draft_printf(out, "\\u%04x", c);
        else
            cpm_draft_putc(out, c);
    }
    cpm_draft_putc(out, '"');
}

static void write_json_head(cpm_draft *out, const cpm_bench_table *table)
{
    cpm_draft_puts(out, "{\"title\":");
    write_json_string(out, table->title, strlen(table->title));
    if (table->call != NULL) {
        cpm_draft_puts(out, ",\"call\":");
        write_json_string(out, table->call, strlen(table->call));
    }
    cpm_draft_puts(out, ",\"unit\":\"s\",\"columns\":[");
    for (size_t c = 0; c < table->columns.count; c++) {
        cpm_draft_puts(out, c == 0 ? "" : ",");
        write_json_string(out, table->columns.columns[c].name.data,
                          table->columns.columns[c].name.len);
    }
    cpm_draft_puts(out, "],\"rows\":[");
}

static void write_json_row(cpm_draft *out, const cpm_bench_table *table, size_t row)
{
    static const char *const words[] = {"null", "true", "false"};
    char *arg = arg_text(table->args.values[row], false);
    cpm_draft_printf(out, "%s{\"arg\":\"%s\",\"seconds\":[", row == 0 ? "" : ",",
                     arg == NULL ? "" : arg);
    free(arg);
    for (size_t c = 0; c < table->columns.count; c++) {
        const cpm_bench_cell *cell = cpm_bench_table_cell(table, row, c);
        cpm_draft_puts(out, c == 0 ? "" : ",");
        if (cell->done)
            cpm_draft_printf(out, "%.9f", cell->seconds);
        else
            cpm_draft_puts(out, "null");
    }
    cpm_draft_printf(out, "],\"match\":%s}", words[cpm_bench_table_match(table, row)]);
}

/* ---- All forms --------------------------------------------------------- */

static void write_json_foot(cpm_draft *out, const cpm_bench_table *table)
{
    (void)table;
    cpm_draft_puts(out, "]}\n");
}

static void write_nothing(cpm_draft *out, const cpm_bench_table *table)
{
    (void)out, (void)table;
}

typedef struct form {
    void (*head)(cpm_draft *out, const cpm_bench_table *table);
    void (*row)(cpm_draft *out, const cpm_bench_table *table, size_t row);
    void (*foot)(cpm_draft *out, const cpm_bench_table *table);
} form;

static const form *form_of(cpm_format format)
{
    static const form text = {write_text_head, write_text_row, write_rule};
    static const form csv = {write_csv_head, write_csv_row, write_nothing};
    static const form json = {write_json_head, write_json_row, write_json_foot};
    static const form *const forms[] = {
        [CPM_FORMAT_TEXT] = &text, [CPM_FORMAT_BFILE] = &text, /* no table has that */
        [CPM_FORMAT_JSON] = &json, [CPM_FORMAT_CSV] = &csv,    [CPM_FORMAT_DOT] = &text,
    };
    return forms[format];
}

void cpm_bench_write_head(cpm_draft *out, const cpm_bench_table *table, cpm_format format)
{
    form_of(format)->head(out, table);
}

void cpm_bench_write_row(cpm_draft *out, const cpm_bench_table *table, size_t row,
                         cpm_format format)
{
    form_of(format)->row(out, table, row);
}

void cpm_bench_write_foot(cpm_draft *out, const cpm_bench_table *table, cpm_format format)
{
    form_of(format)->foot(out, table);
}
