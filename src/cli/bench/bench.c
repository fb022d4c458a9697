/* SPDX-License-Identifier: MIT
 *
 * bench.c - --bench: which question in which columns over which arguments, row
 * after row, each shown when it is there. A column that was ended at an argument
 * is not tried with larger ones. With --plot the same data become a picture.
 */
#include "cli/run.h"

#include "cli/bench/plot.h"
#include "cli/bench/scripts.h"
#include "cli/bench/table.h"
#include "cli/draft.h"
#include "cli/output.h"
#include "cli/plot.h"
#include "cli/progress.h"
#include "cli/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run may take so long when --timeout does not say otherwise. */
static const double DEFAULT_CAP_SECONDS = 10;

static const char DEFAULT_ARGS[] = "log:10^6:6";
static const char DEFAULT_COLUMNS[] = "naive,cpm";

/* What is measured, and where it has come to. */
typedef struct bench {
    const cpm_options *options;
    const cpm_config *config;
    cpm_kept *kept;                 /* where texts with {n} put in stay */
    const cpm_bench_script *script; /* of a built-in bench; NULL: the user's own */
    cpm_text program;               /* data NULL: a sequence */
    cpm_text call;                  /* with {n}; data NULL: none */
    cpm_dialect dialect;
    char *title; /* owned */
    cpm_bench_table table;
    size_t ended_at[CPM_BENCH_MAX_COLUMNS]; /* the row of the least argument at which the column
                                             * was ended; SIZE_MAX: none */
} bench;

/* ---- Texts with {n} ---------------------------------------------------- */

static const char PLACE[] = "{n}";
enum { PLACE_LEN = sizeof PLACE - 1 };

static const char *find_place(const char *at, const char *end)
{
    for (; end - at >= PLACE_LEN; at++)
        if (memcmp(at, PLACE, PLACE_LEN) == 0)
            return at;
    return NULL;
}

static bool has_place(const cpm_text *text)
{
    return text->data != NULL && find_place(text->data, text->data + text->len) != NULL;
}

/* Puts the argument in for each {n} and keeps the text in `slot`. */
static cpm_status put_in(cpm_text *out, char **slot, const cpm_text *text, const char *digits,
                         cpm_err *err)
{
    cpm_draft draft = {0};
    const char *at = text->data, *end = text->data + text->len, *place;
    while ((place = find_place(at, end)) != NULL) {
        cpm_draft_write(&draft, at, (size_t)(place - at));
        cpm_draft_puts(&draft, digits);
        at = place + PLACE_LEN;
    }
    cpm_draft_write(&draft, at, (size_t)(end - at));
    cpm_status status = cpm_draft_status(&draft, err);
    if (status != CPM_OK) {
        cpm_draft_clear(&draft);
        return status;
    }
    free(*slot);
    *slot = draft.data;
    *out = (cpm_text){text->name, draft.data, draft.len};
    return CPM_OK;
}

/* ---- One cell ---------------------------------------------------------- */

static void note_ended(const bench *b, size_t row, size_t column, const char *why)
{
    const cpm_text *name = &b->table.columns.columns[column].name;
    if (why[0] == '\0' || b->options->given[CPM_OPT_QUIET])
        return; /* the time, which the dash itself says, or nobody asks */
    char *arg = mpz_get_str(NULL, 10, b->table.args.values[row]);
    cpm_progress_erase();
    fprintf(stderr, "cpmcalc: note: column %.*s ends at %.40s%s: %s\n", (int)name->len, name->data,
            arg, strlen(arg) > 40 ? "..." : "", why);
    free(arg);
}

static cpm_config config_of(const bench *b, const cpm_bench_column *column)
{
    cpm_config config = *b->config;
    config.engine = column->engine;
    config.min_rows = column->min_rows && config.min_rows;
    config.clear_stack = column->clear_stack && config.clear_stack;
    config.output_base = 0; /* results are compared, not shown */
    config.on_phase = NULL;
    config.on_progress = NULL;
    return config;
}

static cpm_status fill_cell(bench *b, size_t row, size_t column, cpm_err *err)
{
    const cpm_bench_column *c = &b->table.columns.columns[column];
    const cpm_text *call_text = c->call.data != NULL ? &c->call : &b->call;
    mpz_srcptr n = b->table.args.values[row];
    char *digits = mpz_get_str(NULL, 10, n);
    cpm_text program = b->program, call = {0};
    cpm_status status = CPM_OK;
    if (call_text->data != NULL)
        status = put_in(&call, &b->kept->texts[0], call_text, digits, err);
    if (status == CPM_OK && program.data != NULL && b->script == NULL)
        status = put_in(&program, &b->kept->texts[1], &b->program, digits, err);
    free(digits);
    if (status != CPM_OK)
        return status;
    cpm_config config = config_of(b, c);
    cpm_bench_job job = {program.data == NULL ? NULL : &program,
                         b->dialect,
                         call.data == NULL ? NULL : &call,
                         &b->options->spec,
                         n,
                         &config};
    char why[CPM_BENCH_WHY_CAP];
    cpm_bench_cell *cell = cpm_bench_table_cell(&b->table, row, column);
    status = cpm_bench_measure(cell, &job, b->table.cap_seconds, why, err);
    if (status == CPM_OK && !cell->done) {
        b->ended_at[column] = row;
        note_ended(b, row, column, why);
    }
    return status;
}

static bool is_past_end(const bench *b, size_t row, size_t column)
{
    size_t ended = b->ended_at[column];
    return ended != SIZE_MAX &&
           mpz_cmpabs(b->table.args.values[row], b->table.args.values[ended]) >= 0;
}

static void show_progress(const bench *b, size_t row, size_t column)
{
    size_t all = b->table.args.count * b->table.columns.count;
    size_t done = row * b->table.columns.count + column;
    if (b->config->on_progress != NULL)
        (void)b->config->on_progress(b->config->hook_ctx, (double)done / (double)all);
}

static cpm_status fill_row(bench *b, size_t row, cpm_err *err)
{
    cpm_status status = CPM_OK;
    for (size_t c = 0; c < b->table.columns.count && status == CPM_OK; c++) {
        show_progress(b, row, c);
        if (!is_past_end(b, row, c))
            status = fill_cell(b, row, c, err);
    }
    return status;
}

/* ---- The document ------------------------------------------------------ */

typedef enum part { HEAD, ROW, FOOT } part;

/* A part goes out at once, so that whoever interrupts a long run has seen it. */
static cpm_status show(const bench *b, part which, size_t row, cpm_err *err)
{
    cpm_draft draft = {0};
    cpm_format format = b->options->format;
    if (which == HEAD)
        cpm_bench_write_head(&draft, &b->table, format);
    else if (which == ROW)
        cpm_bench_write_row(&draft, &b->table, row, format);
    else
        cpm_bench_write_foot(&draft, &b->table, format);
    cpm_status status = cpm_draft_status(&draft, err);
    cpm_progress_erase();
    cpm_out_begin();
    if (status == CPM_OK)
        status = cpm_out_write(draft.data, draft.len, err);
    if (status == CPM_OK)
        status = cpm_out_end(err);
    if (status == CPM_OK && !cpm_sink_format_of(format)->is_document)
        status = cpm_out_flush(err);
    cpm_draft_clear(&draft);
    return status;
}

static cpm_status check_engines(const bench *b, size_t row, bool *differ)
{
    *differ |= cpm_bench_table_engines_match(&b->table, row) == CPM_MATCH_FALSE;
    return CPM_OK;
}

static cpm_status run_rows(bench *b, cpm_err *err)
{
    const bool whole = cpm_sink_format_of(b->options->format)->is_document;
    bool differ = false;
    if (whole)
        cpm_out_hold();
    cpm_status status = show(b, HEAD, 0, err);
    for (size_t row = 0; row < b->table.args.count && status == CPM_OK; row++) {
        status = fill_row(b, row, err);
        if (status == CPM_OK)
            status = show(b, ROW, row, err);
        if (status == CPM_OK)
            status = check_engines(b, row, &differ);
    }
    if (status == CPM_OK)
        status = show(b, FOOT, 0, err);
    if (status == CPM_OK && whole)
        cpm_out_release();
    if (status == CPM_OK && b->options->given[CPM_OPT_PLOT])
        status = cpm_bench_plot(&b->table, &b->options->plot, err);
    if (status == CPM_OK && differ)
        status = cpm_err_set(err, CPM_ERR_INTERNAL,
                             "internal error: the engines do not agree; please report this");
    return status;
}

/* ---- What is asked ----------------------------------------------------- */

static cpm_text text_of(const char *name, const char *data)
{
    return (cpm_text){name, data, strlen(data)};
}

static cpm_status make_title(bench *b, cpm_err *err)
{
    const cpm_options *options = b->options;
    const cpm_text *spec = &options->spec.spec;
    cpm_draft draft = {0};
    if (b->script != NULL)
        cpm_draft_printf(&draft, "Function \"%s\"", b->script->name);
    else if (b->program.data != NULL)
        cpm_draft_printf(&draft, "Program \"%s\"", b->program.name);
    else if (spec->data != NULL)
        cpm_draft_printf(&draft, "Sequence \"%.*s\"", (int)spec->len, spec->data);
    else
        cpm_draft_puts(&draft, "Sequence");
    b->title = draft.data;
    return cpm_draft_status(&draft, err);
}

static cpm_status choose_columns(bench *b, cpm_err *err)
{
    cpm_bench_columns known = {0};
    cpm_text text = text_of("<bench>", b->script == NULL ? DEFAULT_COLUMNS : b->script->columns);
    cpm_status status = cpm_bench_columns_parse(&known, &text, NULL, err);
    if (status == CPM_OK && b->options->given[CPM_OPT_COLUMNS])
        return cpm_bench_columns_parse(&b->table.columns, &b->options->columns, &known, err);
    b->table.columns = known;
    return status;
}

static cpm_status choose_args(bench *b, cpm_err *err)
{
    if (b->options->given[CPM_OPT_ARGS])
        return cpm_bench_args_parse(&b->table.args, &b->options->args, err);
    cpm_text text = text_of("<bench>", b->script == NULL ? DEFAULT_ARGS : b->script->args);
    return cpm_bench_args_parse(&b->table.args, &text, err);
}

static void choose_question(bench *b)
{
    const cpm_options *options = b->options;
    const cpm_text *name = &options->spec.spec;
    if (options->program.data != NULL) {
        b->program = options->program;
        b->call = options->call;
        b->dialect = options->dialect;
    } else if (name->data != NULL) {
        b->script = cpm_bench_script_find(name->data, name->len);
    }
    if (b->script != NULL) {
        b->program = text_of(b->script->name, b->script->text);
        b->call = text_of("<call>", b->script->call);
        b->dialect = CPM_DIALECT_PY3;
    }
}

/* Every column of a program must depend on the argument. */
static cpm_status check_places(const bench *b, cpm_err *err)
{
    if (b->program.data == NULL || has_place(&b->program))
        return CPM_OK;
    for (size_t c = 0; c < b->table.columns.count; c++) {
        const cpm_text *own = &b->table.columns.columns[c].call;
        const cpm_text *call = own->data != NULL ? own : &b->call;
        if (has_place(call))
            continue;
        cpm_err_set(err, CPM_ERR_USAGE, "--bench does not know where the argument goes");
        cpm_err_hint(err, "write {n} for it: --bench --file FILE 'f({n})'");
        return err->status;
    }
    return CPM_OK;
}

/* A sequence has nothing to call. */
static cpm_status check_calls(const bench *b, cpm_err *err)
{
    for (size_t c = 0; c < b->table.columns.count && b->program.data == NULL; c++)
        if (b->table.columns.columns[c].call.data != NULL)
            return cpm_err_set(err, CPM_ERR_USAGE,
                               "a column NAME=CALL needs a program: --file FILE");
    return CPM_OK;
}

static cpm_status prepare(bench *b, cpm_err *err)
{
    choose_question(b);
    b->table.cap_seconds =
        b->options->timeout_seconds > 0 ? b->options->timeout_seconds : DEFAULT_CAP_SECONDS;
    memset(b->ended_at, 0xff, sizeof b->ended_at);
    cpm_status status = choose_columns(b, err);
    if (status == CPM_OK)
        status = check_places(b, err);
    if (status == CPM_OK)
        status = check_calls(b, err);
    if (status == CPM_OK)
        status = choose_args(b, err);
    if (status == CPM_OK)
        status = make_title(b, err);
    if (status == CPM_OK)
        status = cpm_bench_table_start(&b->table, err);
    b->table.title = b->title;
    b->table.call = b->script != NULL ? b->script->call : b->call.data;
    if (status == CPM_OK && b->options->given[CPM_OPT_PLOT])
        status = cpm_plot_check(&b->options->plot, err);
    return status;
}

/* ---- The list ---------------------------------------------------------- */

static cpm_status write_listed(const cpm_bench_script *script, bool first, bool json, cpm_err *err)
{
    if (!json) {
        char line[256];
        snprintf(line, sizeof line, "%-16s%s\n", script->name, script->title);
        return cpm_out_puts(line, err);
    }
    const char *const members[][2] = {{"{\"name\":", script->name},
                                      {",\"title\":", script->title},
                                      {",\"call\":", script->call},
                                      {",\"args\":", script->args},
                                      {",\"columns\":", script->columns}};
    cpm_status status = first ? CPM_OK : cpm_out_puts(",", err);
    for (size_t i = 0; i < sizeof members / sizeof members[0] && status == CPM_OK; i++) {
        status = cpm_out_puts(members[i][0], err);
        if (status == CPM_OK)
            status = cpm_json_string(members[i][1], err);
    }
    return status == CPM_OK ? cpm_out_puts("}", err) : status;
}

static cpm_status list_scripts(const cpm_options *options, cpm_err *err)
{
    const bool json = cpm_sink_format_of(options->format)->is_document;
    cpm_out_begin();
    cpm_status status = json ? cpm_out_puts("{\"benches\":[", err) : CPM_OK;
    const cpm_bench_script *script;
    for (size_t i = 0; status == CPM_OK && (script = cpm_bench_script_at(i)) != NULL; i++)
        status = write_listed(script, i == 0, json, err);
    if (status == CPM_OK && json)
        status = cpm_out_puts("]}\n", err);
    return status == CPM_OK ? cpm_out_end(err) : status;
}

cpm_status cpm_run_bench(const cpm_options *options, const cpm_config *config, cpm_kept *kept,
                         cpm_err *err)
{
    if (options->program.data == NULL && options->spec.spec.data == NULL &&
        options->spec.signature.data == NULL)
        return list_scripts(options, err);
    bench b = {.options = options, .config = config, .kept = kept};
    cpm_phase_enter("bench");
    cpm_status status = prepare(&b, err);
    if (status == CPM_OK)
        status = run_rows(&b, err);
    cpm_phase_enter(NULL);
    cpm_bench_table_clear(&b.table);
    free(b.title);
    return status;
}
