/* SPDX-License-Identifier: MIT
 *
 * batch.c - many questions in one process, one a line.
 *
 * A line is what would stand behind `cpmcalc`, after the words that stand beside
 * --batch; or, where these hold {1}, {2} ... or {}, they are the command line, and the
 * fields of the line (or all of it) take those places. An answer leaves before the next
 * line is waited for, so that a program at the other end of two pipes can wait for it,
 * and before long work on that line goes on; where many lines are there already, some
 * short answers leave together. An error names its line, and the next line is answered.
 *
 * Lines often differ in nothing but --nth and --mod. Then the options of the line before
 * are kept and these two replaced, which is a third of the work for a small question.
 */
#include "cli/batch.h"

#include "cli/answer.h"
#include "cli/diagnostics.h"
#include "cli/exit.h"
#include "cli/guard.h"
#include "cli/lines.h"
#include "cli/output.h"
#include "cli/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Options that have been parsed, with all that they point into. */
typedef struct parsed {
    bool is_valid;
    cpm_split words;
    cpm_options options;
    cpm_files files;
    size_t nth_at, mod_at; /* which words they are; 0: none */
} parsed;

typedef struct batch {
    const char *file; /* borrowed: the argument of --batch */
    bool reads_stdin;
    char **base; /* borrowed: the words beside --batch, nbase of them */
    size_t nbase;
    bool is_template;
    cpm_split words;
    parsed last;
    cpm_kept kept;
    int worst;
} batch;

/* ---- The words beside --batch ---------------------------------------------- */

/* --batch or its abbreviation, as nothing else begins so. */
static bool is_batch_option(const char *word)
{
    size_t len = strcspn(word, "=");
    return len >= strlen("--bat") && len <= strlen("--batch") && strncmp(word, "--batch", len) == 0;
}

static int find_batch(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_batch_option(argv[i]))
            return i;
    return 0;
}

bool cpm_batch_is_wanted(int argc, char **argv)
{
    return find_batch(argc, argv) > 0;
}

/* The length of {} or {12} at the beginning of a text, and its number (0: {}); 0 when
 * there is none. */
static size_t placeholder(const char *text, size_t *field)
{
    size_t ndigits = strspn(text + (text[0] == '{'), "0123456789");
    if (text[0] != '{' || text[1 + ndigits] != '}' || ndigits > 6)
        return 0;
    *field = (size_t)strtoul(text + 1, NULL, 10);
    return ndigits > 0 && *field == 0 ? 0 : ndigits + 2;
}

static bool has_placeholder(const char *word)
{
    size_t field;
    for (; *word != '\0'; word++)
        if (placeholder(word, &field) > 0)
            return true;
    return false;
}

/* Takes --batch and its argument out of argv. */
static cpm_status take_arguments(batch *b, int argc, char **argv, cpm_err *err)
{
    int at = find_batch(argc, argv), width = 1;
    const char *equals = strchr(argv[at], '=');
    if (equals == NULL && at + 1 >= argc)
        return cpm_err_set(err, CPM_ERR_USAGE, "option '--batch' needs an argument: FILE");
    if (equals == NULL)
        width = 2;
    b->file = equals != NULL ? equals + 1 : argv[at + 1];
    b->reads_stdin = strcmp(b->file, "-") == 0;
    for (int i = at; i + width <= argc; i++)
        argv[i] = argv[i + width]; /* the NULL at its end too */
    b->base = argv;
    b->nbase = (size_t)(argc - width);
    for (size_t i = 1; i < b->nbase; i++)
        b->is_template = b->is_template || has_placeholder(argv[i]);
    return CPM_OK;
}

/* ---- A line as words ------------------------------------------------------------ */

/* Field number `wanted` of the line, from 1; false when there are fewer. */
static bool find_field(cpm_span *field, const cpm_text *line, size_t wanted)
{
    static const char separators[] = " \t\r,";
    size_t at = 0;
    for (size_t number = 1; at < line->len; number++) {
        while (at < line->len && memchr(separators, line->data[at], 4) != NULL)
            at++;
        size_t begin = at;
        while (at < line->len && memchr(separators, line->data[at], 4) == NULL)
            at++;
        *field = (cpm_span){begin, at};
        if (number == wanted)
            return at > begin;
    }
    return false;
}

/* A field is a value. Where a word or an option's argument begins with it, it must not
 * become a file to read or an option; a minus sign belongs to a number. */
static cpm_status check_field(const char *template_word, const char *at, const cpm_text *line,
                              cpm_span field, cpm_err *err)
{
    char first = field.end > field.begin ? line->data[field.begin] : '\0';
    char second = field.end > field.begin + 1 ? line->data[field.begin + 1] : '\0';
    bool begins = at == template_word || at[-1] == '=';
    if (begins && first == '@')
        return cpm_err_set(err, CPM_ERR_USAGE, "a field that begins with '@' would name a file");
    if (at == template_word && first == '-' &&
        (second == '\0' || strchr("0123456789(.", second) == NULL))
        return cpm_err_set(err, CPM_ERR_USAGE, "a field that begins with '-' would be an option");
    return CPM_OK;
}

/* A word of the template with the fields in place. */
static cpm_status fill_word(batch *b, const char *word, const cpm_text *line, cpm_err *err)
{
    const char *begin = word;
    cpm_split_begin(&b->words);
    while (*word != '\0') {
        size_t number, len = placeholder(word, &number);
        cpm_span field = {0, line->len};
        if (len == 0) {
            cpm_split_put(&b->words, word++, 1);
            continue;
        }
        if (number > 0 && !find_field(&field, line, number))
            return cpm_err_set(err, CPM_ERR_USAGE, "there is no field %zu in this line", number);
        if (check_field(begin, word, line, field, err) != CPM_OK)
            return err->status;
        cpm_split_put(&b->words, line->data + field.begin, field.end - field.begin);
        word += len;
    }
    return CPM_OK;
}

static cpm_status make_words(batch *b, const cpm_text *line, cpm_err *err)
{
    cpm_status status = CPM_OK;
    cpm_split_reset(&b->words);
    if (memchr(line->data, '\0', line->len) != NULL)
        return cpm_err_set(err, CPM_ERR_USAGE, "there is a NUL byte in this line");
    for (size_t i = 0; i < b->nbase && status == CPM_OK; i++) {
        if (b->is_template && i > 0)
            status = fill_word(b, b->base[i], line, err);
        else
            cpm_split_add(&b->words, b->base[i]);
    }
    if (status == CPM_OK && !b->is_template)
        status = cpm_split_line(&b->words, line, err);
    return status == CPM_OK ? cpm_split_finish(&b->words, err) : status;
}

/* ---- Options ---------------------------------------------------------------------- */

static void forget(parsed *p)
{
    cpm_options_clear(&p->options);
    cpm_files_clear(&p->files);
    p->files = (cpm_files){0};
    p->is_valid = false;
}

/* The place of the word that an option's text is; 0 when it is no word of its own. */
static size_t place_of(const cpm_split *words, const cpm_text *text)
{
    for (size_t i = 1; i < words->count; i++)
        if (words->word[i] == text->data)
            return i;
    return 0;
}

/* What does not go with a batch. */
static cpm_status check_options(const cpm_options *options, cpm_err *err)
{
    static const struct {
        cpm_option_id id;
        const char *name;
    } refused[] = {{CPM_OPT_BENCH, "--bench"}, {CPM_OPT_PLOT, "--plot"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (options->given[refused[i].id])
            return cpm_err_set(err, CPM_ERR_USAGE, "%s does not go into a batch", refused[i].name);
    return CPM_OK;
}

/* Parses b->words, which become those of b->last. */
static cpm_status parse_words(batch *b, cpm_err *err)
{
    parsed *p = &b->last;
    forget(p);
    cpm_split spare = p->words;
    p->words = b->words;
    b->words = spare;
    char **order = malloc((p->words.count + 1) * sizeof *order); /* getopt moves words */
    if (order == NULL)
        return cpm_err_set(err, CPM_ERR_MEMORY, "out of memory");
    memcpy(order, p->words.word, (p->words.count + 1) * sizeof *order);
    cpm_status status = cpm_options_parse(&p->options, (int)p->words.count, order, err);
    free(order);
    if (status != CPM_OK)
        return status;
    p->options.in_batch = true;
    p->nth_at = p->options.nth.data == NULL ? 0 : place_of(&p->words, &p->options.nth);
    p->mod_at = p->options.mod.data == NULL ? 0 : place_of(&p->words, &p->options.mod);
    if (b->reads_stdin) {
        p->files.stdin_user = "--batch";
        p->files.stdin_form = "-";
    }
    status = check_options(&p->options, err);
    p->is_valid = status == CPM_OK;
    return status;
}

/* Whether a word may take the place of the argument before: it is no file, no option. */
static bool is_plain(const char *word)
{
    return word[0] != '@' && (word[0] != '-' || word[1] != '-');
}

/* b->words differ from those of b->last in --nth and --mod at most. */
static bool is_like_last(const batch *b)
{
    const parsed *p = &b->last;
    if (!p->is_valid || b->words.count != p->words.count || p->options.given[CPM_OPT_FILE] ||
        p->options.given[CPM_OPT_VERIFY])
        return false;
    for (size_t i = 1; i < p->words.count; i++) {
        bool may_differ = i == p->nth_at || i == p->mod_at;
        if (may_differ && !(is_plain(b->words.word[i]) && is_plain(p->words.word[i])))
            return false;
        if (!may_differ && strcmp(b->words.word[i], p->words.word[i]) != 0)
            return false;
    }
    return true;
}

static void replace(cpm_text *text, char *word)
{
    text->data = word;
    text->len = strlen(word);
}

static cpm_status take_options(batch *b, cpm_err *err)
{
    if (!is_like_last(b))
        return parse_words(b, err);
    parsed *p = &b->last;
    if (p->nth_at > 0)
        replace(&p->options.nth, b->words.word[p->nth_at]);
    if (p->mod_at > 0)
        replace(&p->options.mod, b->words.word[p->mod_at]);
    return CPM_OK;
}

/* ---- Answering ---------------------------------------------------------------------- */

static bool is_empty(const cpm_text *line)
{
    size_t at = 0;
    while (at < line->len && strchr(" \t\r", line->data[at]) != NULL)
        at++;
    return at == line->len || line->data[at] == '#';
}

static void show_failure(batch *b, cpm_err *err, size_t number)
{
    char context[300];
    snprintf(context, sizeof context, "%.200s:%zu", b->reads_stdin ? "<stdin>" : b->file, number);
    cpm_out_abandon();
    cpm_progress_erase();
    cpm_diag_set_context(context);
    cpm_diag_show(err);
    cpm_diag_set_context(NULL);
    int status = cpm_exit_of(err->status);
    b->worst = status > b->worst ? status : b->worst;
}

static void answer_line(batch *b, const cpm_text *line, size_t number)
{
    cpm_err err;
    cpm_err_clear(&err);
    if (is_empty(line))
        return;
    cpm_status status = make_words(b, line, &err);
    if (status == CPM_OK)
        status = take_options(b, &err);
    if (status == CPM_OK)
        status = cpm_answer(&b->last.options, &b->last.files, &b->kept, &err);
    if (status != CPM_OK)
        show_failure(b, &err, number);
}

static cpm_status answer_lines(batch *b, cpm_err *err)
{
    cpm_lines lines = {0};
    cpm_text line = {.name = "<batch>"};
    cpm_status status = cpm_lines_open(&lines, b->file, err);
    bool more = true;
    for (size_t number = 1; status == CPM_OK; number++) {
        status = cpm_lines_next(&line, &more, &lines, err);
        if (status != CPM_OK || !more)
            break;
        answer_line(b, &line, number);
        status = cpm_lines_has_next(&lines) ? cpm_out_flush_if_late(err) : cpm_out_flush(err);
    }
    cpm_lines_close(&lines);
    return status;
}

int cpm_batch_run(int argc, char **argv)
{
    batch b = {.worst = CPM_EXIT_DONE};
    cpm_err err;
    cpm_err_clear(&err);
    cpm_status status = take_arguments(&b, argc, argv, &err);
    cpm_guard_set_memory(cpm_guard_default_memory(), 1);
    if (status == CPM_OK)
        status = answer_lines(&b, &err);
    cpm_progress_erase();
    cpm_status closed = cpm_out_close(&err);
    status = status == CPM_OK ? closed : status;
    if (err.status != CPM_OK) /* not where a line has said it of standard output */
        cpm_diag_show(&err);
    forget(&b.last);
    cpm_split_clear(&b.words);
    cpm_split_clear(&b.last.words);
    cpm_kept_clear(&b.kept);
    int own = cpm_exit_of(status);
    return own > b.worst ? own : b.worst;
}
