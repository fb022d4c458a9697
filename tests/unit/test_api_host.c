/* SPDX-License-Identifier: MIT
 *
 * test_api_host.c - a host that interrupts: hooks that stop the work at every
 * place where they are asked, time limits, texts that go as soon as they may,
 * configs of other versions, threads that come and go.
 */
#include "cpmcalc.h"
#include "unit.h"

#include <pthread.h>
#include <stddef.h>

/* A question of one of the three kinds; what is NULL is not given. */
typedef struct question {
    const char *spec, *init, *signature; /* a sequence */
    const char *matrix;
    const char *program, *call;
    const char *engine, *semiring;
    const char *n;       /* an index, or the exponent */
    const char *modulus; /* NULL: exact */
    const char *answer;  /* from elsewhere; NULL: only that it is the same each time */
} question;

static const question questions[] = {
    {.spec = "cur=p1+p2", .init = "0,1", .n = "3000", .engine = "naive"},
    {.spec = "cur=p1+p2", .init = "0,1", .n = "3000", .engine = "naive", .modulus = "1000"},
    {.spec = "cur=p1+p2", .init = "0,1", .n = "100000", .engine = "matrix"},
    {.spec = "cur=p1+p2", .init = "0,1", .n = "100000", .engine = "matrix", .modulus = "97"},
    {.spec = "cur=p1+p2",
     .init = "0,1",
     .n = "100000",
     .engine = "matrix",
     .modulus = "1000000000000000000000000000057"},
    {.spec = "cur=p1+p2", .init = "0,1", .n = "100", .answer = "354224848179261915075"},
    {.spec = "cur=p1+p2", .init = "0,1", .n = "100000", .engine = "doubling"},
    {.spec = "cur=p1+p2", .init = "0,1", .n = "2000000"},
    {.spec = "cur=p1+p2", .init = "0,1", .n = "100000", .engine = "doubling", .modulus = "97"},
    {.spec = "cur=p1+p2+p3", .init = "0,0,1", .n = "100000", .engine = "recurrence"},
    {.spec = "cur=p1+p2+p3", .init = "0,0,1", .n = "1000000"},
    {.spec = "cur=p1+p2+p3", .init = "0,0,1", .n = "1000000", .engine = "matrix"},
    {.spec = "cur=p1+p2+p3",
     .init = "0,0,1",
     .n = "1000000",
     .engine = "recurrence",
     .modulus = "1000000000000000000000000000057"},
    {.spec = "cur=p1+p2+p3", .init = "0,0,1", .n = "10^18", .modulus = "998244353"},
    {.spec = "cur=p1/2+p2", .init = "0,1", .n = "3000", .engine = "recurrence"},
    {.spec = "cur=max(p1+1,p2+3)", .init = "0,1", .n = "10^15"},
    {.spec = "cur=max(p1+1,p2+3)", .init = "0,1", .n = "4000", .engine = "naive"},
    {.spec = "cur=max(p1+1,p2+3)", .init = "0,1", .n = "4000", .engine = "matrix"},
    {.spec = "cur=p1*p2", .init = "2,3", .n = "20"},
    {.matrix = "1,1;1,0", .n = "100000"},
    {.matrix = "1,1;1,0", .n = "100000", .modulus = "97"},
    {.matrix = "1/2,1;1,0", .n = "1000"},
    {.matrix = "1,1;1,0", .n = "1000", .semiring = "max-plus"},
    {.program = "def f(n):\n    s = 0\n    while s * s < n:\n        s += 1\n    return s\n",
     .call = "f(10000000000)",
     .answer = "100000"},
    {.program = "def f(n):\n    s = 1\n    for i in range(n):\n        s = s * s % 1000003 + i\n"
                "    return s\n",
     .call = "f(100000)"},
    {.program = "def f(n):\n    a, b = 0, 1\n    for i in range(n):\n        a, b = b, a + b\n"
                "    return a\n",
     .call = "f(1000000) % 1000"},
    {.program = "loop 70000\nx = x * x % 1000003 + 1\nend\n"},
};

static cpm_text text_of(const char *text)
{
    return text == NULL ? (cpm_text){0} : (cpm_text){"<test>", text, strlen(text)};
}

/* What the host hears and wants. */
typedef struct host {
    size_t nasked, stop_at; /* hooks answer with a stop from that one on; 0: never */
    char *answer;           /* owned */
} host;

static cpm_status on_progress(void *ctx, double done)
{
    host *h = ctx;
    if (done > 1)
        UNIT_FAIL("%g of the work is done", done);
    h->nasked++;
    return h->stop_at > 0 && h->nasked >= h->stop_at ? CPM_ERR_IO : CPM_OK;
}

static cpm_status on_note(void *ctx, cpm_note_kind kind, const cpm_text *where, cpm_span span,
                          const char *message)
{
    (void)kind, (void)where, (void)span, (void)message;
    return on_progress(ctx, -1);
}

static cpm_status keep_line(void *ctx, const char *bytes, size_t nbytes)
{
    host *h = ctx;
    size_t len = h->answer == NULL ? 0 : strlen(h->answer);
    h->answer = realloc(h->answer, len + nbytes + 1);
    memcpy(h->answer + len, bytes, nbytes);
    h->answer[len + nbytes] = '\0';
    return CPM_OK;
}

static cpm_status keep(host *h, const cpm_value *value, cpm_err *err)
{
    cpm_writer writer = {keep_line, h};
    return cpm_value_write(value, 10, &writer, err);
}

static cpm_status keep_entry(void *ctx, size_t row, size_t col, const cpm_value *value,
                             cpm_err *err)
{
    (void)row, (void)col;
    return keep(ctx, value, err);
}

static int find_name(const char *(*name)(int), const char *wanted)
{
    for (int id = 0; wanted != NULL && name(id) != NULL; id++)
        if (strcmp(name(id), wanted) == 0)
            return id;
    return 0; /* auto */
}

static const char *engine_name(int id)
{
    return cpm_engine_name((cpm_engine)id);
}

static const char *semiring_name(int id)
{
    return cpm_semiring_name((cpm_semiring)id);
}

/* What can be asked again and again. */
typedef struct subject {
    cpm_seq *seq;
    cpm_matrix *matrix;
    cpm_program *program;
    mpz_t n, modulus;
    cpm_config config;
} subject;

static void subject_init(subject *s, const question *q)
{
    cpm_err err = {0};
    cpm_text n = text_of(q->n == NULL ? "0" : q->n), m = text_of(q->modulus);
    cpm_text matrix = text_of(q->matrix), program = text_of(q->program);
    cpm_spec spec = {
        .spec = text_of(q->spec), .signature = text_of(q->signature), .init = text_of(q->init)};
    *s = (subject){0};
    mpz_init(s->n);
    mpz_init(s->modulus);
    cpm_config_init(&s->config);
    s->config.engine = (cpm_engine)find_name(engine_name, q->engine);
    s->config.semiring = (cpm_semiring)find_name(semiring_name, q->semiring);
    cpm_status status = cpm_number_parse(s->n, &n, (cpm_span){0, n.len}, &err);
    if (status == CPM_OK && m.data != NULL)
        status = cpm_number_parse(s->modulus, &m, (cpm_span){0, m.len}, &err);
    s->config.modulus = m.data == NULL ? NULL : s->modulus;
    if (status == CPM_OK && q->matrix != NULL)
        status = cpm_matrix_new(&s->matrix, &matrix, &s->config, &err);
    else if (status == CPM_OK && q->program != NULL)
        status = cpm_program_new(&s->program, &program, CPM_DIALECT_PY3, &err);
    else if (status == CPM_OK)
        status = cpm_seq_new(&s->seq, &spec, &s->config, &err);
    if (status != CPM_OK)
        UNIT_FAIL("%s: %s", q->spec != NULL ? q->spec : "", err.message);
}

static void subject_clear(subject *s)
{
    cpm_seq_free(s->seq);
    cpm_matrix_free(s->matrix);
    cpm_program_free(s->program);
    mpz_clear(s->n);
    mpz_clear(s->modulus);
}

static cpm_status ask(host *h, subject *s, const question *q, cpm_err *err)
{
    cpm_value *value = NULL;
    cpm_writer writer = {keep_line, h};
    cpm_text call = text_of(q->call);
    cpm_status status;
    if (s->matrix != NULL)
        return cpm_matrix_power(s->matrix, s->n, &s->config, keep_entry, h, err);
    if (s->program != NULL)
        status = cpm_program_run(&value, NULL, s->program, q->call == NULL ? NULL : &call, 10,
                                 &writer, &s->config, err);
    else
        status = cpm_seq_nth(&value, s->seq, s->n, &s->config, err);
    if (status == CPM_OK && value != NULL)
        status = keep(h, value, err);
    cpm_value_free(value);
    return status;
}

/* The answer with a host that stops at the k-th question, or not at all (0). */
static char *answer(size_t *nasked, subject *s, const question *q, size_t stop_at)
{
    cpm_err err = {0};
    host h = {.stop_at = stop_at};
    s->config.on_progress = on_progress;
    s->config.on_note = on_note;
    s->config.hook_ctx = &h;
    cpm_status status = ask(&h, s, q, &err);
    bool stopped = stop_at > 0 && h.nasked >= stop_at;
    if (status != (stopped ? CPM_ERR_IO : CPM_OK))
        UNIT_FAIL("question %d, stopped at %zu of %zu: status %d, %s", (int)(q - questions),
                  stop_at, h.nasked, (int)status, err.message);
    if (stopped && h.answer != NULL)
        UNIT_FAIL("question %d: stopped, and answered all the same", (int)(q - questions));
    if (nasked != NULL)
        *nasked = h.nasked;
    return h.answer;
}

static void check_stops(const question *q)
{
    subject s;
    size_t nasked = 0;
    subject_init(&s, q);
    char *whole = answer(&nasked, &s, q, 0);
    if (whole == NULL || (q->answer != NULL && strcmp(whole, q->answer) != 0))
        UNIT_FAIL("question %d: %s", (int)(q - questions), whole == NULL ? "no answer" : whole);
    if (nasked == 0)
        UNIT_FAIL("question %d cannot be stopped", (int)(q - questions));
    size_t step = nasked / 12 + 1;
    for (size_t k = 1; k <= nasked; k += k < 4 ? 1 : step) {
        free(answer(NULL, &s, q, k));
        char *again = answer(NULL, &s, q, 0);
        if (whole == NULL || again == NULL || strcmp(whole, again) != 0)
            UNIT_FAIL("question %d: another answer after a stop at %zu", (int)(q - questions), k);
        free(again);
    }
    free(whole);
    subject_clear(&s);
}

static void test_stops(void)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        check_stops(&questions[i]);
}

/* ---- Time ------------------------------------------------------------------ */

static void test_time(void)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        const question *q = &questions[i];
        subject s;
        size_t nasked;
        subject_init(&s, q);
        free(answer(&nasked, &s, q, 0));
        subject_clear(&s);
        subject_init(&s, q); /* without what the first answer left */
        host h = {0};
        cpm_err err = {0};
        s.config.max_seconds = 1e-9;
        cpm_status status = ask(&h, &s, q, &err);
        if (status != (nasked > 0 ? CPM_ERR_LIMIT : CPM_OK) || (nasked > 0 && h.answer != NULL))
            UNIT_FAIL("question %zu: status %d, %s", i, (int)status, err.message);
        free(h.answer);
        h.answer = NULL;
        cpm_err_clear(&err);
        s.config.max_seconds = 1000;
        if (ask(&h, &s, q, &err) != CPM_OK)
            UNIT_FAIL("question %zu: %s", i, err.message);
        free(h.answer);
        subject_clear(&s);
    }
}

/* Loops that would run for ever end. */
static void test_endless(void)
{
    static const question endless[] = {
        {.program = "def f():\n    while True:\n        pass\n", .call = "f()"},
        {.program = "def f(n):\n    return 0 if n == 0 else f(n - 1) + f(n - 1)\n",
         .call = "f(60)"},
        {.program = "s = 1\nfor i in range(10**18):\n    s = s * s % 1000003 + i\nprint(s)\n"},
    };
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        subject s;
        host h = {0};
        cpm_err err = {0};
        subject_init(&s, &endless[i]);
        s.config.max_seconds = 0.05;
        cpm_status status = ask(&h, &s, &endless[i], &err);
        if (status != CPM_ERR_LIMIT || strstr(err.message, "not finished after") == NULL ||
            err.where.data == NULL)
            UNIT_FAIL("loop %zu: status %d, %s", i, (int)status, err.message);
        subject_clear(&s);
    }
}

/* ---- Texts ----------------------------------------------------------------- */

/* A text of its own, that is overwritten and freed. */
static cpm_text fleeting(const char *text)
{
    char *copy = strdup(text);
    return (cpm_text){strdup("<gone>"), copy, strlen(text)};
}

static void gone(cpm_text *text)
{
    memset((char *)text->data, '#', text->len);
    memset((char *)text->name, '#', strlen(text->name));
    free((char *)text->data);
    free((char *)text->name);
}

static cpm_status check_report(cpm_report *report)
{
    for (size_t i = 0; i < cpm_report_count(report); i++)
        if (strchr(cpm_report_text(report, i), '#') != NULL)
            UNIT_FAIL("%s: %s", cpm_report_key(report, i), cpm_report_text(report, i));
    cpm_report_free(report);
    return CPM_OK;
}

static void test_sequence_texts(void)
{
    cpm_config config;
    cpm_config_init(&config);
    cpm_err err = {0};
    cpm_seq *seq;
    cpm_report *report = NULL;
    cpm_value *value = NULL;
    cpm_text set = fleeting("k=3");
    cpm_spec spec = {.spec = fleeting("foo(n) = foo(n-1) + k*foo(n-2) % 7"),
                     .init = fleeting("1, 2"),
                     .offset = fleeting("5"),
                     .sets = &set,
                     .nsets = 1};
    config.strict = true; /* else it is applied round by round */
    cpm_status status = cpm_seq_new(&seq, &spec, &config, &err);
    config.strict = false;
    if (status == CPM_OK || err.where.data != spec.spec.data)
        UNIT_FAIL("a failure of another text: %s", err.message);
    cpm_err_clear(&err);
    gone(&spec.spec);
    spec.spec = fleeting("foo(n) = foo(n-1) + k*foo(n-2)");
    status = cpm_seq_new(&seq, &spec, &config, &err);
    gone(&spec.spec);
    gone(&spec.init);
    gone(&spec.offset);
    gone(&set);
    mpz_t n;
    mpz_init_set_ui(n, 8);
    host h = {0};
    if (status == CPM_OK)
        status = cpm_seq_nth(&value, seq, n, &config, &err);
    if (status == CPM_OK)
        status = keep(&h, value, &err);
    if (status == CPM_OK)
        status = cpm_seq_explain(&report, seq, n, &config, &err);
    if (status == CPM_OK)
        status = check_report(report);
    cpm_writer writer = {keep_line, &h};
    if (status == CPM_OK)
        status = cpm_seq_dump(seq, CPM_STAGE_AST, &config, &writer, &err);
    if (status != CPM_OK)
        UNIT_FAIL("%s", err.message);
    else if (strncmp(h.answer, "11", 2) != 0 || strchr(h.answer, '#') != NULL) /* 1 2 5 11 */
        UNIT_FAIL("%s", h.answer);
    free(h.answer);
    cpm_value_free(value);
    cpm_seq_free(seq);
    mpz_clear(n);
}

static void test_program_texts(void)
{
    cpm_config config;
    cpm_config_init(&config);
    cpm_err err = {0};
    cpm_program *program;
    cpm_value *value = NULL;
    cpm_text text = fleeting("def g(n:\n    pass\n");
    if (cpm_program_new(&program, &text, CPM_DIALECT_PY3, &err) == CPM_OK ||
        err.where.data != text.data)
        UNIT_FAIL("a failure of another text: %s", err.message);
    cpm_err_clear(&err);
    gone(&text);
    text = fleeting("def g(n):\n    return 10 // n\ndef h():\n    return (g, 1)\n");
    if (cpm_program_new(&program, &text, CPM_DIALECT_PY3, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    const char *given = text.data;
    gone(&text);
    text = fleeting("g(0)");
    cpm_status status = cpm_program_run(&value, NULL, program, &text, 10, NULL, &config, &err);
    gone(&text);
    if (status != CPM_ERR_RUNTIME || err.where.data != given || err.span.begin != 27)
        UNIT_FAIL("status %d, byte %zu: %s", (int)status, err.span.begin, err.message);
    cpm_err_clear(&err);
    text = fleeting("h()");
    if (cpm_program_run(&value, NULL, program, &text, 10, NULL, &config, &err) != CPM_OK)
        UNIT_FAIL("%s", err.message);
    gone(&text);
    cpm_program_free(program); /* the value does without */
    host h = {0};
    if (value == NULL || keep(&h, value, &err) != CPM_OK || h.answer == NULL ||
        strcmp(h.answer, "(<function>, 1)") != 0)
        UNIT_FAIL("%s %s", err.message, h.answer == NULL ? "" : h.answer);
    free(h.answer);
    cpm_value_free(value);
}

/* ---- Configs of other versions ------------------------------------------------ */

static cpm_status ask_with(const cpm_config *config)
{
    cpm_err err = {0};
    cpm_seq *seq = NULL;
    cpm_spec spec = {.spec = text_of("fib")};
    cpm_status status = cpm_seq_new(&seq, &spec, config, &err);
    cpm_seq_free(seq);
    return status;
}

static void test_configs(void)
{
    struct {
        cpm_config config;
        char beyond[64];
    } newer;
    cpm_config config = {0};
    UNIT_CHECK(ask_with(&config) == CPM_ERR_USAGE); /* never initialised */

    memset(&config, 0xa5, sizeof config); /* an older header, that ends before the hooks */
    cpm_config_init_size(&config, offsetof(cpm_config, on_phase));
    UNIT_CHECK(config.size == offsetof(cpm_config, on_phase));
    UNIT_CHECK(((const char *)&config.on_phase)[0] == (char)0xa5);
    UNIT_CHECK(ask_with(&config) == CPM_OK);

    cpm_config_init_size(&newer.config, sizeof newer);
    UNIT_CHECK(ask_with(&newer.config) == CPM_OK);
    newer.beyond[10] = 1;
    UNIT_CHECK(ask_with(&newer.config) == CPM_ERR_USAGE);

    cpm_config_init(&config);
    config.engine = (cpm_engine)99;
    UNIT_CHECK(ask_with(&config) == CPM_ERR_USAGE);
    cpm_config_init(&config);
    config.semiring = (cpm_semiring)99;
    UNIT_CHECK(ask_with(&config) == CPM_ERR_USAGE);
    cpm_config_init(&config);
    config.nthreads = 0;
    UNIT_CHECK(ask_with(&config) == CPM_OK);
    config.max_seconds = -1;
    UNIT_CHECK(ask_with(&config) == CPM_ERR_USAGE);
}

/* ---- Threads ------------------------------------------------------------------- */

/* Leaves a value to whoever waits. */
static void *work(void *ctx)
{
    const question *q = ctx;
    subject s;
    host h = {0};
    cpm_err err = {0};
    subject_init(&s, q);
    if (ask(&h, &s, q, &err) != CPM_OK)
        h.answer = NULL;
    subject_clear(&s);
    cpm_thread_cleanup();
    return h.answer;
}

static void test_threads(void)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i += 2) {
        pthread_t threads[2];
        void *answers[2] = {NULL, NULL};
        for (size_t t = 0; t < 2; t++)
            if (pthread_create(&threads[t], NULL, work, (void *)&questions[i]) != 0)
                UNIT_FAIL("no thread");
        for (size_t t = 0; t < 2; t++)
            pthread_join(threads[t], &answers[t]);
        if (answers[0] == NULL || answers[1] == NULL || strcmp(answers[0], answers[1]) != 0)
            UNIT_FAIL("question %zu: two threads, two answers", i);
        free(answers[0]);
        free(answers[1]);
    }
}

static const cpm_test tests[] = {
    {"stops", test_stops},
    {"time", test_time},
    {"endless", test_endless},
    {"sequence texts", test_sequence_texts},
    {"program texts", test_program_texts},
    {"configs", test_configs},
    {"threads", test_threads},
};

UNIT_MAIN(tests)
