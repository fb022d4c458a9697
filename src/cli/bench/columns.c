/* SPDX-License-Identifier: MIT
 *
 * columns.c - the columns of a table of times.
 *
 *     list   = column {"," column}
 *     column = engine | "-m" | "-c" | "-mc" | name "=" call | name
 *
 * A comma inside parentheses belongs to a call. Unknown names get the list of
 * the known ones.
 */
#include "cli/bench/columns.h"

#include <stdio.h>
#include <string.h>

static bool is_word(const cpm_text *text, const char *word)
{
    return text->len == strlen(word) && memcmp(text->data, word, text->len) == 0;
}

static bool same(const cpm_text *a, const cpm_text *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static cpm_text slice(const cpm_text *text, size_t begin, size_t end)
{
    while (begin < end && text->data[begin] == ' ')
        begin++;
    while (begin < end && text->data[end - 1] == ' ')
        end--;
    return (cpm_text){text->name, text->data + begin, end - begin};
}

/* The end of the item that begins at `begin`: its comma, or the end. */
static size_t item_end(const cpm_text *text, size_t begin)
{
    size_t depth = 0, i = begin;
    for (; i < text->len && (depth > 0 || text->data[i] != ','); i++)
        if (text->data[i] == '(')
            depth++;
        else if (text->data[i] == ')' && depth > 0)
            depth--;
    return i;
}

/* cpm, an engine, or an option taken away from the engine that shows its worth. */
static bool read_own_kind(cpm_bench_column *column)
{
    const cpm_text *name = &column->name;
    column->min_rows = !is_word(name, "-m") && !is_word(name, "-mc");
    column->clear_stack = !is_word(name, "-c") && !is_word(name, "-mc");
    column->engine = CPM_ENGINE_MATRIX;
    if (!column->min_rows || !column->clear_stack)
        return true;
    column->engine = CPM_ENGINE_AUTO;
    if (is_word(name, "cpm"))
        return true;
    for (int e = CPM_ENGINE_AUTO; cpm_engine_name((cpm_engine)e) != NULL; e++) {
        column->engine = (cpm_engine)e;
        if (is_word(name, cpm_engine_name(column->engine)))
            return true;
    }
    return false;
}

static bool read_known(cpm_bench_column *column, const cpm_bench_columns *known)
{
    for (size_t i = 0; known != NULL && i < known->count; i++)
        if (same(&known->columns[i].name, &column->name)) {
            *column = known->columns[i];
            return true;
        }
    return false;
}

static cpm_status unknown_column(const cpm_bench_column *column, const cpm_text *text,
                                 const cpm_bench_columns *known, cpm_err *err)
{
    char more[CPM_HINT_CAP] = "";
    size_t len = 0;
    for (size_t i = 0; known != NULL && i < known->count; i++) {
        const cpm_bench_column *own = &known->columns[i];
        if (own->call.data == NULL || len + own->name.len + 3 > sizeof more)
            continue;
        len += (size_t)snprintf(more + len, sizeof more - len, "%.*s, ", (int)own->name.len,
                                own->name.data);
    }
    size_t begin = (size_t)(column->name.data - text->data);
    cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){begin, begin + column->name.len},
               "there is no such column");
    cpm_err_hint(err,
                 "columns: naive, cpm, matrix, doubling, recurrence, -m, -c, -mc, %sor NAME=CALL",
                 more);
    return err->status;
}

static cpm_status read_call(cpm_bench_column *column, const cpm_text *text, size_t equals,
                            size_t end, cpm_err *err)
{
    column->call = slice(text, equals + 1, end);
    column->engine = CPM_ENGINE_AUTO;
    column->min_rows = column->clear_stack = true;
    if (column->name.len > 0 && column->call.len > 0)
        return CPM_OK;
    return cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){equals, equals + 1},
                      "a column of its own is NAME=CALL");
}

static cpm_status read_column(cpm_bench_column *column, const cpm_text *text, size_t begin,
                              size_t end, const cpm_bench_columns *known, cpm_err *err)
{
    memset(column, 0, sizeof *column);
    const char *equals = memchr(text->data + begin, '=', end - begin);
    size_t at = equals == NULL ? end : (size_t)(equals - text->data);
    column->name = slice(text, begin, at);
    if (equals != NULL)
        return read_call(column, text, at, end, err);
    if (column->name.len == 0)
        return cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){begin, end},
                          "the name of a column is missing");
    if (read_known(column, known) || read_own_kind(column))
        return CPM_OK;
    return unknown_column(column, text, known, err);
}

static cpm_status check_new(const cpm_bench_columns *columns, const cpm_bench_column *column,
                            const cpm_text *text, size_t begin, size_t end, cpm_err *err)
{
    for (size_t i = 0; i < columns->count; i++)
        if (same(&columns->columns[i].name, &column->name))
            return cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){begin, end},
                              "this column is there already");
    return CPM_OK;
}

cpm_status cpm_bench_columns_parse(cpm_bench_columns *columns, const cpm_text *text,
                                   const cpm_bench_columns *known, cpm_err *err)
{
    columns->count = 0;
    for (size_t begin = 0, end; begin <= text->len; begin = end + 1) {
        end = item_end(text, begin);
        if (columns->count == CPM_BENCH_MAX_COLUMNS)
            return cpm_err_at(err, CPM_ERR_USAGE, text, (cpm_span){begin, text->len},
                              "there are at most %d columns", CPM_BENCH_MAX_COLUMNS);
        cpm_bench_column *column = &columns->columns[columns->count];
        cpm_status status = read_column(column, text, begin, end, known, err);
        if (status == CPM_OK)
            status = check_new(columns, column, text, begin, end, err);
        if (status != CPM_OK)
            return status;
        columns->count++;
    }
    return CPM_OK;
}
