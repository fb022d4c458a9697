/* SPDX-License-Identifier: MIT
 *
 * program.c - programs: parse, run with the accelerator in place, report.
 */
#include "accel/accelerate.h"
#include "accel/prepare.h"
#include "accel/while_loop.h"
#include "api/config.h"
#include "api/value.h"
#include "base/mem.h"
#include "base/stack.h"
#include "base/text.h"
#include "eval/interp.h"
#include "lang/caret.h"
#include "lang/contract.h"
#include "lang/dump.h"
#include "lang/parse.h"
#include "power/progress.h"
#include "show/draw.h"
#include "show/graph.h"
#include "show/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct cpm_program {
    cpm_text text;       /* owned */
    cpm_text given;      /* what it is a copy of; its bytes may be gone */
    cpm_dialect dialect; /* as asked for; that of the tree may be the loop/end language */
    cpm_tree tree;
    cpm_text call_text; /* owned: of the last run, for errors in it and what it gave */
    bool has_run;
};

/* What is asked once the top level has run: an expression or, with `args`, the name of
 * a function. All borrowed. */
typedef struct question {
    const cpm_text *text; /* NULL: nothing */
    const cpm_value *const *args;
    size_t nargs;
    bool has_args;
    cpm_expr *expr; /* in the tree, once it is parsed */
} question;

cpm_status cpm_program_new(cpm_program **out, const cpm_text *text, cpm_dialect dialect,
                           cpm_err *err)
{
    *out = NULL;
    if (cpm_stack_check(0, err) != CPM_OK)
        return err->status;
    cpm_program *program = cpm_calloc(1, sizeof *program);
    if (program == NULL)
        return cpm_err_memory(err);
    program->dialect = dialect;
    program->given = *text;
    cpm_tree_init(&program->tree, &program->text);
    cpm_status status = cpm_text_copy(&program->text, text, err);
    if (status == CPM_OK)
        status = cpm_parse_program(&program->tree, &program->text, dialect, err);
    if (status != CPM_OK) {
        cpm_err_move(err, &program->text, text);
        cpm_program_free(program);
        return status;
    }
    *out = program;
    return CPM_OK;
}

void cpm_program_free(cpm_program *program)
{
    if (program == NULL)
        return;
    cpm_tree_clear(&program->tree);
    cpm_text_free(&program->text);
    cpm_text_free(&program->call_text);
    free(program);
}

/* ---- The report -------------------------------------------------------- */

static size_t line_of(const cpm_text *text, size_t at)
{
    size_t line, column;
    cpm_span line_span;
    cpm_text_locate(text, at, &line, &column, &line_span);
    return line;
}

/* What became of an inner loop. */
static void put_inner(cpm_strbuf *out, const cpm_text *text, const cpm_inner_fact *fact)
{
    if (fact->kind == CPM_INNER_CALL)
        return;
    cpm_strbuf_printf(out, "\n  loop at line %zu: ", line_of(text, fact->span.begin));
    if (fact->kind == CPM_INNER_POWER)
        cpm_strbuf_puts(out, "a power of its matrix");
    else if (fact->kind == CPM_INNER_UNROLLED)
        cpm_strbuf_puts(out, "its rounds written out");
    else if (fact->kind == CPM_INNER_CHANGING)
        cpm_strbuf_puts(out, "of changing length");
    else
        cpm_strbuf_printf(out, "cut at %zu %s, %lu %s a round", fact->ncuts,
                          fact->ncuts == 1 ? "place" : "places", (unsigned long)fact->period,
                          fact->period == 1 ? "body" : "bodies");
}

/* The functions that were written out. */
static void put_calls(cpm_strbuf *out, const cpm_tree *tree, const cpm_loop_note *note)
{
    size_t count = 0;
    for (size_t i = 0; i < note->ninner; i++)
        if (note->inner[i].kind == CPM_INNER_CALL)
            cpm_strbuf_printf(out, "%s%s", count++ == 0 ? "\n  calls written out: " : ", ",
                              tree->symbols[note->inner[i].callee].name);
}

static void put_note(cpm_strbuf *out, const cpm_tree *tree, const cpm_loop_note *note)
{
    const cpm_text *text = tree->text;
    cpm_strbuf_printf(out, "line %zu: ", line_of(text, note->loop->span.begin));
    cpm_strbuf_append(out, text->data + note->loop->span.begin,
                      note->loop->span.end - note->loop->span.begin);
    cpm_strbuf_printf(out, "\n  reached %zu %s, accelerated %zu", note->nreached,
                      note->nreached == 1 ? "time" : "times", note->naccelerated);
    bool is_while = note->loop->kind == CPM_STMT_WHILE;
    char *trips = fmpz_get_str(NULL, 10, note->trips);
    if (is_while && fmpz_is_zero(note->trips))
        ; /* not counted */
    else if (strlen(trips) > 60)
        cpm_strbuf_printf(out, "\n  iterations: a number of %zu digits", strlen(trips));
    else
        cpm_strbuf_printf(out, "\n  iterations: %s", trips);
    flint_free(trips);
    if (note->reason != NULL)
        cpm_strbuf_printf(out, "\n  ran plainly: %s", note->reason);
    else
        cpm_strbuf_printf(out, "\n  variables: %zu before reduction, %zu after it\n  engine: %s",
                          note->dim_before, note->dim_after,
                          note->dim_after == 0 ? "none needed" : cpm_engine_name(note->engine));
    if (note->loop->kind == CPM_STMT_FOR && note->loop->u.loop.windows != NULL)
        cpm_strbuf_printf(out, "\n  kept of its lists: %s", note->loop->u.loop.windows);
    if (note->reason == NULL && note->nitems > 0)
        cpm_strbuf_printf(out, "\n  lists: %zu of their items are variables", note->nitems);
    if (note->reason == NULL && note->operations != NULL)
        cpm_strbuf_printf(out, "\n  operations: %s", note->operations);
    if (note->reason == NULL && note->state != NULL)
        cpm_strbuf_printf(out, "\n  state: %s", note->state);
    for (size_t i = 0; note->reason == NULL && i < note->ninner; i++)
        put_inner(out, text, &note->inner[i]);
    if (note->reason == NULL)
        put_calls(out, tree, note);
    if (note->npieces > 1)
        cpm_strbuf_printf(out, "\n  pieces: %zu of its range", note->npieces);
    if (note->npieces > 0 && note->period > 1)
        cpm_strbuf_printf(out, "\n  period: %lu rounds at a time", (unsigned long)note->period);
    if (note->repeats_every > 0) {
        char *rounds = fmpz_get_str(NULL, 10, note->repeated_after);
        cpm_strbuf_printf(out, "\n  repeats itself: every %" PRIu64 " rounds, seen after %s",
                          note->repeats_every, rounds);
        flint_free(rounds);
    }
    cpm_strbuf_puts(out, "\n");
}

static cpm_status make_report(cpm_report **report, const cpm_program *program,
                              const cpm_accelerator *accelerator, cpm_err *err)
{
    cpm_strbuf text = {0};
    cpm_status status = cpm_report_new(report, err);
    for (size_t i = 0; i < accelerator->nnotes && status == CPM_OK; i++) {
        put_note(&text, &program->tree, &accelerator->notes[i]);
        status = cpm_report_add(*report, "loop", &text, err);
    }
    cpm_strbuf_clear(&text);
    return status;
}

/* The same as one text, for on_report. */
static void tell_report(const cpm_accelerator *accelerator)
{
    cpm_strbuf text = {0};
    for (size_t i = 0; i < accelerator->nnotes; i++) {
        cpm_strbuf note = {0};
        put_note(&note, accelerator->tree, &accelerator->notes[i]);
        cpm_strbuf_puts(&text, "loop:\n  ");
        for (size_t k = 0; k < note.len; k++) { /* indented, as --explain prints it */
            cpm_strbuf_append(&text, note.data + k, 1);
            if (note.data[k] == '\n' && k + 1 < note.len)
                cpm_strbuf_puts(&text, "  ");
        }
        text.failed = text.failed || note.failed;
        cpm_strbuf_clear(&note);
    }
    if (text.data != NULL && !text.failed)
        accelerator->config->on_report(accelerator->config->hook_ctx, text.data);
    cpm_strbuf_clear(&text);
}

/* For the return of a call: the place of a failure is in the text as it was given. */
static cpm_status leave(const cpm_program *program, const cpm_text *call, cpm_status status,
                        cpm_err *err)
{
    if (status == CPM_OK)
        return status;
    cpm_err_move(err, &program->text, &program->given);
    if (call != NULL)
        cpm_err_move(err, &program->call_text, call);
    return status;
}

/* ---- Running ----------------------------------------------------------- */

static cpm_status check_config(const cpm_program *program, const cpm_text *call,
                               const cpm_config *config, cpm_err *err)
{
    if (config->modulus != NULL)
        return cpm_err_set(err, CPM_ERR_USAGE, "a program has no modulus: write %% in its text");
    if (call != NULL && program->tree.dialect == CPM_DIALECT_LOOP)
        return cpm_err_set(err, CPM_ERR_USAGE,
                           "a program of the loop/end language has nothing to call");
    return CPM_OK;
}

/* A run leaves its marks in the tree, and a call its names: the next one begins
 * with a fresh tree. */
static cpm_status renew(cpm_program *program, cpm_err *err)
{
    if (!program->has_run)
        return CPM_OK;
    program->has_run = false;
    cpm_tree_clear(&program->tree);
    cpm_tree_init(&program->tree, &program->text);
    return cpm_parse_program(&program->tree, &program->text, program->dialect, err);
}

/* NAME(x1, x2, ...), where the arguments are names that nobody else can write. */
static cpm_status make_call(cpm_expr **expr, cpm_program *program, size_t nargs, cpm_err *err)
{
    cpm_tree *tree = &program->tree;
    const cpm_text *name = &program->call_text;
    cpm_span whole = {0, name->len};
    cpm_expr *call = cpm_expr_new(tree, CPM_EXPR_CALL, whole);
    cpm_sym callee = cpm_tree_intern(tree, name->data, name->len);
    if (call == NULL || callee == CPM_NO_SYM)
        return cpm_err_memory(err);
    call->u.call.callee = callee;
    call->u.call.callee_span = whole;
    call->u.call.nargs = nargs;
    call->u.call.args = cpm_arena_array(&tree->arena, nargs, sizeof *call->u.call.args);
    for (size_t i = 0; i < nargs && call->u.call.args != NULL; i++) {
        cpm_sym sym = cpm_tree_add_symbol(tree, "argument", strlen("argument"));
        cpm_expr *value = sym == CPM_NO_SYM ? NULL : cpm_expr_name(tree, sym, whole);
        if (value == NULL)
            return cpm_err_memory(err);
        call->u.call.args[i] = (cpm_arg){.keyword = CPM_NO_SYM, .value = value};
    }
    *expr = call;
    return call->u.call.args == NULL ? cpm_err_memory(err) : CPM_OK;
}

static cpm_status parse_call(question *asked, cpm_program *program, cpm_err *err)
{
    if (asked->text == NULL)
        return CPM_OK;
    cpm_text_free(&program->call_text);
    cpm_status status = cpm_text_copy(&program->call_text, asked->text, err);
    if (status != CPM_OK)
        return status;
    if (asked->has_args)
        return make_call(&asked->expr, program, asked->nargs, err);
    cpm_span whole = {0, asked->text->len};
    return cpm_parse_expr(&asked->expr, &program->tree, &program->call_text, whole, false, err);
}

/* The arguments become the values of their names. */
static cpm_status set_arguments(cpm_interp *interp, const question *asked, cpm_err *err)
{
    for (size_t i = 0; i < asked->nargs; i++) {
        cpm_val val = {0};
        cpm_status status = cpm_value_give_val(&val, asked->args[i], err);
        if (status != CPM_OK)
            return status;
        cpm_sym sym = asked->expr->u.call.args[i].value->u.name.sym;
        cpm_interp_set(interp, cpm_interp_slot(interp, sym), &val);
    }
    return CPM_OK;
}

static cpm_status run_parts(cpm_val *result, cpm_heap **heap, cpm_program *program,
                            const question *asked, int base, bool contracts,
                            const cpm_interp_options *options, cpm_err *err)
{
    cpm_interp *interp;
    cpm_status status = CPM_OK;
    if (contracts)
        status = cpm_contract_lists(&program->tree, asked->expr, err);
    if (status == CPM_OK)
        status = cpm_lower_prepare_tree(&program->tree, err);
    if (status == CPM_OK)
        status = cpm_interp_new(&interp, &program->tree, options, err);
    if (status != CPM_OK)
        return status;
    status = cpm_while_prepare(&program->tree, err);
    if (status == CPM_OK)
        status = cpm_interp_run(interp, err);
    if (status == CPM_OK && program->tree.dialect == CPM_DIALECT_LOOP)
        status = cpm_interp_print_variables(interp, base, err);
    if (status == CPM_OK)
        status = set_arguments(interp, asked, err);
    if (status == CPM_OK && asked->text != NULL)
        status = cpm_interp_call(interp, result, asked->expr, &program->call_text, err);
    *heap = cpm_interp_hold_heap(interp);
    cpm_interp_free(interp);
    return status;
}

/* What is written in the text and probably means something else. */
static cpm_status tell_caret(const cpm_text *text, const cpm_config *config, cpm_err *err)
{
    char message[CPM_MESSAGE_CAP];
    cpm_span span;
    if (config->on_note == NULL || !cpm_find_caret(&span, message, text))
        return CPM_OK;
    return cpm_note(config, CPM_NOTE_MEANING, text, span, message, err);
}

static cpm_status tell_carets(const cpm_program *program, const cpm_text *call,
                              const cpm_config *config, cpm_err *err)
{
    cpm_status status = CPM_OK;
    if (program->tree.dialect != CPM_DIALECT_LOOP)
        status = tell_caret(&program->text, config, err);
    if (call != NULL && status == CPM_OK)
        status = tell_caret(&program->call_text, config, err);
    return status;
}

/* Whether anybody can end the run before it is done. */
static bool may_stop(const cpm_config *config)
{
    return config->on_progress != NULL || config->deadline > 0;
}

/* Runs everything with this accelerator. */
static cpm_status run(cpm_val *result, cpm_heap **heap, cpm_accelerator *accelerator,
                      cpm_program *program, question *asked, int base, const cpm_writer *output,
                      const cpm_config *config, cpm_err *err)
{
    cpm_status status = check_config(program, asked->text, config, err);
    if (status == CPM_OK)
        status = renew(program, err);
    program->has_run = true;
    if (status == CPM_OK)
        status = parse_call(asked, program, err);
    if (status == CPM_OK)
        status = tell_carets(program, asked->text, config, err);
    if (status != CPM_OK)
        return status;
    accelerator->tree = &program->tree;
    accelerator->config = config;
    accelerator->call = asked->expr;
    accelerator->tell = config->on_report == NULL ? NULL : tell_report;
    accelerator->all_live = program->tree.dialect == CPM_DIALECT_LOOP;
    cpm_interp_options options = {
        .output = output,
        .input = config->input,
        .on_for = cpm_accelerate_for,
        .on_while = cpm_accelerate_while,
        .on_repeat = cpm_accelerate_repeat,
        .on_place = cpm_accelerate_place,
        .on_tick = may_stop(config) ? cpm_accelerate_tick : NULL,
        .hook_ctx = accelerator,
        .allow_rational = config->allow_rational,
    };
    if (config->max_memory_bytes > 0 && config->max_memory_bytes < ((size_t)1 << 59))
        options.max_bits = config->max_memory_bytes * 8;
    cpm_phase(config, "run");
    return run_parts(result, heap, program, asked, base, config->engine != CPM_ENGINE_NAIVE,
                     &options, err);
}

static cpm_status answer(cpm_value **value, cpm_report **report, cpm_program *program,
                         question *asked, int base, const cpm_writer *output,
                         const cpm_config *wishes, cpm_err *err)
{
    cpm_accelerator accelerator = {0};
    cpm_config config;
    cpm_val result = {0};
    cpm_heap *heap = NULL;
    *value = NULL;
    if (report != NULL)
        *report = NULL;
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_stack_check(program->tree.depth, err);
    if (status == CPM_OK)
        status = run(&result, &heap, &accelerator, program, asked, base, output, &config, err);
    if (report != NULL) {
        cpm_err ignored = {0};
        cpm_status made =
            make_report(report, program, &accelerator, status == CPM_OK ? err : &ignored);
        status = status == CPM_OK ? made : status;
    }
    if (status == CPM_OK && asked->text != NULL) {
        *value = cpm_value_new();
        if (*value == NULL)
            status = cpm_err_memory(err);
        else
            cpm_value_take_val(*value, &result, heap);
    }
    if (*value == NULL) {
        cpm_val_clear(&result);
        cpm_heap_release(heap);
    }
    cpm_accelerator_clear(&accelerator);
    return leave(program, asked->text, status, err);
}

cpm_status cpm_program_run(cpm_value **value, cpm_report **report, cpm_program *program,
                           const cpm_text *call, int base, const cpm_writer *output,
                           const cpm_config *config, cpm_err *err)
{
    question asked = {.text = call};
    return answer(value, report, program, &asked, base, output, config, err);
}

cpm_status cpm_program_call(cpm_value **value, cpm_report **report, cpm_program *program,
                            const cpm_text *function, const cpm_value *const *args, size_t nargs,
                            const cpm_writer *output, const cpm_config *config, cpm_err *err)
{
    question asked = {.text = function, .args = args, .nargs = nargs, .has_args = true};
    return answer(value, report, program, &asked, 10, output, config, err);
}

/* ---- Dumps ------------------------------------------------------------- */

static void dump_code(cpm_strbuf *out, const cpm_stmt *loop, const cpm_lowered *lowered,
                      const cpm_linsys *full, const cpm_linsys *reduced)
{
    (void)full;
    (void)reduced;
    cpm_strbuf_printf(out, "loop %u:\n", (unsigned)loop->u.loop.id + 1);
    cpm_matcode_dump(out, &lowered->code);
}

static void dump_matrices(cpm_strbuf *out, const cpm_stmt *loop, const cpm_lowered *lowered,
                          const cpm_linsys *full, const cpm_linsys *reduced)
{
    (void)lowered;
    cpm_strbuf_printf(out, "loop %u, before reduction:\n", (unsigned)loop->u.loop.id + 1);
    cpm_draw_matrix(out, full);
    cpm_strbuf_printf(out, "loop %u, after reduction:\n", (unsigned)loop->u.loop.id + 1);
    cpm_draw_matrix(out, reduced);
}

static void dump_map(cpm_strbuf *out, const cpm_stmt *loop, const cpm_lowered *lowered,
                     const cpm_linsys *full, const cpm_linsys *reduced)
{
    (void)full;
    (void)reduced;
    cpm_err err = {0};
    cpm_strbuf_printf(out, "loop %u:\n", (unsigned)loop->u.loop.id + 1);
    if (cpm_prepare_draw_map(out, lowered, NULL, &err) != CPM_OK)
        cpm_strbuf_printf(out, "%s\n", err.message);
}

static void dump_closure(cpm_strbuf *out, const cpm_stmt *loop, const cpm_lowered *lowered,
                         const cpm_linsys *full, const cpm_linsys *reduced)
{
    (void)lowered;
    (void)reduced;
    cpm_strbuf_printf(out, "loop %u:\n", (unsigned)loop->u.loop.id + 1);
    cpm_draw_equations(out, full);
}

static void dump_graph(cpm_strbuf *out, const cpm_stmt *loop, const cpm_lowered *lowered,
                       const cpm_linsys *full, const cpm_linsys *reduced)
{
    (void)lowered;
    char title[32];
    unsigned number = (unsigned)loop->u.loop.id + 1;
    snprintf(title, sizeof title, "loop %u", number);
    cpm_graph_add(out, number, title, full, reduced);
}

/* How each loop is shown at a stage; the tree, which has none, is shown otherwise. */
static void (*const dump_stage[])(cpm_strbuf *, const cpm_stmt *, const cpm_lowered *,
                                  const cpm_linsys *, const cpm_linsys *) = {
    [CPM_STAGE_MATCODE] = dump_code,    [CPM_STAGE_MAP] = dump_map,
    [CPM_STAGE_CLOSURE] = dump_closure, [CPM_STAGE_MATRIX] = dump_matrices,
    [CPM_STAGE_GRAPH] = dump_graph,
};

cpm_status cpm_program_dump(cpm_program *program, const cpm_text *call, cpm_stage stage,
                            const cpm_writer *writer, const cpm_config *wishes, cpm_err *err)
{
    cpm_config config;
    cpm_strbuf text = {0};
    cpm_val result = {0};
    cpm_heap *heap = NULL;
    cpm_accelerator accelerator = {.dump = &text};
    question asked = {.text = call};
    accelerator.dump_loop = dump_stage[stage];
    if (stage == CPM_STAGE_GRAPH)
        cpm_graph_begin(&text);
    cpm_status status = cpm_config_take(&config, wishes, err);
    if (status == CPM_OK)
        status = cpm_stack_check(program->tree.depth, err);
    if (status == CPM_OK)
        status = stage == CPM_STAGE_AST
                     ? cpm_tree_dump(&text, &program->tree, err)
                     : run(&result, &heap, &accelerator, program, &asked, 10, NULL, &config, err);
    if (stage == CPM_STAGE_GRAPH)
        cpm_graph_end(&text);
    if (status == CPM_OK)
        status = cpm_strbuf_status(&text, err);
    if (status == CPM_OK && writer->write(writer->ctx, text.data, text.len) != CPM_OK)
        status = cpm_err_set(err, CPM_ERR_IO, "writing failed");
    cpm_val_clear(&result);
    cpm_heap_release(heap);
    cpm_accelerator_clear(&accelerator);
    cpm_strbuf_clear(&text);
    return leave(program, call, status, err);
}
