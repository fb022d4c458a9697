/* SPDX-License-Identifier: MIT
 *
 * test_stack.c - deep input on small stacks: every question is answered rightly
 * or refused with CPM_ERR_LIMIT, on threads of all sizes. What is expected
 * follows from how the texts are made.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "base/limits.h"
#include "base/stack.h"
#include "base/strbuf.h"
#include "cpmcalc.h"
#include "unit.h"

#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { KIB = CPM_STACK_SCALE << 10 };

/* ---- Questions ------------------------------------------------------------- */

/* A question and what came of it. All is prepared before the thread starts, whose
 * stack may be too small even for this. */
typedef struct question {
    cpm_strbuf source, wanted; /* a program and what it prints, or a spec and its term */
    bool is_spec;
    cpm_program *program; /* of another thread, or NULL */
    cpm_value *value;     /* of another thread, to be written; or NULL */
    cpm_strbuf printed;
    cpm_err err;
} question;

static void clear(question *q)
{
    cpm_strbuf_clear(&q->source);
    cpm_strbuf_clear(&q->wanted);
    cpm_strbuf_clear(&q->printed);
}

static cpm_status keep(void *ctx, const char *bytes, size_t nbytes)
{
    cpm_strbuf_append(ctx, bytes, nbytes);
    return CPM_OK;
}

static cpm_text text_of(const question *q)
{
    return (cpm_text){"<test>", q->source.data, q->source.len};
}

static void run_program(question *q)
{
    cpm_text text = text_of(q);
    cpm_config config;
    cpm_writer writer = {keep, &q->printed};
    cpm_program *program = q->program;
    cpm_value *value = NULL;
    cpm_config_init(&config);
    cpm_status status =
        program != NULL ? CPM_OK : cpm_program_new(&program, &text, CPM_DIALECT_PY3, &q->err);
    if (status == CPM_OK)
        status = cpm_program_run(&value, NULL, program, NULL, 10, &writer, &config, &q->err);
    UNIT_CHECK(status == q->err.status);
    if (q->program == NULL)
        cpm_program_free(program);
}

/* Term 100. */
static void run_spec(question *q)
{
    static const char init[] = "0, 1";
    cpm_spec spec = {.spec = text_of(q), .init = {"<init>", init, sizeof init - 1}};
    cpm_config config;
    cpm_writer writer = {keep, &q->printed};
    cpm_seq *seq = NULL;
    cpm_value *value = NULL;
    mpz_t n;
    mpz_init_set_ui(n, 100);
    cpm_config_init(&config);
    cpm_status status = cpm_seq_new(&seq, &spec, &config, &q->err);
    if (status == CPM_OK)
        status = cpm_seq_nth(&value, seq, n, &config, &q->err);
    if (status == CPM_OK)
        status = cpm_value_write(value, 10, &writer, &q->err);
    UNIT_CHECK(status == q->err.status);
    cpm_value_free(value);
    cpm_seq_free(seq);
    mpz_clear(n);
}

static void *answer(void *arg)
{
    question *q = arg;
    cpm_writer writer = {keep, &q->printed};
    if (q->value != NULL)
        UNIT_CHECK(cpm_value_write(q->value, 10, &writer, &q->err) == q->err.status);
    else if (q->is_spec)
        run_spec(q);
    else
        run_program(q);
    return NULL;
}

typedef struct job {
    void *(*run)(void *);
    void *ctx;
} job;

static void *do_job(void *arg)
{
    const job *work = arg;
    work->run(work->ctx);
    cpm_thread_cleanup();
    return NULL;
}

/* Runs it on a thread with a stack of so many bytes, and a page below it that must
 * not be touched. (Left to itself the C library may give a larger one, of a thread
 * that has ended.) */
static void on_thread(void *(*run)(void *), void *ctx, size_t nbytes)
{
    enum { GUARD = 1 << 16 };
    pthread_attr_t attr;
    pthread_t thread;
    char *stack = mmap(NULL, nbytes + GUARD, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED || mprotect(stack, GUARD, PROT_NONE) != 0) {
        UNIT_FAIL("no stack");
        return;
    }
    pthread_attr_init(&attr);
    UNIT_CHECK(pthread_attr_setstack(&attr, stack + GUARD, nbytes) == 0);
    job work = {run, ctx};
    if (pthread_create(&thread, &attr, do_job, &work) != 0 || pthread_join(thread, NULL) != 0)
        UNIT_FAIL("no thread");
    pthread_attr_destroy(&attr);
    munmap(stack, nbytes + GUARD);
}

/* Whether the answer came; anything but that or a limit fails the test. */
static bool judge(const char *name, const question *q, size_t depth, size_t kib)
{
    if (q->err.status == CPM_ERR_LIMIT)
        return false;
    if (q->err.status != CPM_OK)
        UNIT_FAIL("%s, %zu deep in %zu KiB: %s", name, depth, kib, q->err.message);
    else if (q->printed.len != q->wanted.len ||
             memcmp(q->printed.data, q->wanted.data, q->wanted.len) != 0)
        UNIT_FAIL("%s, %zu deep in %zu KiB: %.60s", name, depth, kib, q->printed.data);
    return true;
}

/* ---- Texts of any depth ------------------------------------------------------ */

static void repeat(cpm_strbuf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cpm_strbuf_puts(out, text);
}

/* Text around text: before, `open` so often, middle, `close` so often, after. */
typedef struct shape {
    const char *name;
    const char *before, *open, *middle, *close, *after;
    const char *wanted; /* printed; NULL: the depth */
    bool is_spec;
} shape;

#define FIB_100 "354224848179261915075"

static const shape shapes[] = {
    {"parentheses", "print(", "(", "7", ")", ")\n", "7\n", false},
    {"levels", "print(", "0|0^7&15>>0+0*(", "7", ")", ")\n", "7\n", false},
    {"double signs", "print(", "--", "7", "", ")\n", "7\n", false},
    {"double nots", "print(", "not not ", "7", "", ")\n", "True\n", false},
    {"powers", "print(", "1**", "7", "", ")\n", "1\n", false},
    {"conditions", "print(", "1 if 0 else ", "7", "", ")\n", "7\n", false},
    {"calls", "print(", "abs(", "-7", ")", ")\n", "7\n", false},
    {"choices", "print(", "max(1, ", "7", ", 2)", ")\n", "7\n", false},
    {"sums", "print(", "1 + (", "0", ")", ")\n", NULL, false},
    {"tuples", "t = ", "(", "7", ",)", "\nprint(t == t + (), t < t)\n", "True False\n", false},
    {"targets", "", "(", "a", ",)", ", b = 1, 2\n", "", false},
    {"a loop", "s = 0\nfor i in range(100000):\n  s = ", "(0 + ", "s + 2", ")", "\nprint(s)\n",
     "200000\n", false},
    {"a loop of signs", "s = 0\nfor i in range(100000):\n  s += ", "--", "2", "", "\nprint(s)\n",
     "200000\n", false},
    {"branches", "if 0: pass\n", "elif 0: pass\n", "else: print(7)\n", "", "", "7\n", false},
    {"a rule", "cur = p1 + ", "(", "p2", ")", "", FIB_100, true},
    {"a rule of products", "cur = p1 + ", "1*(", "p2", ")", "", FIB_100, true},
    {"a rule of signs", "cur = p1 + ", "--", "p2", "", "", FIB_100, true},
    {"a constant", "p = ", "1^(", "1", ")", "\ncur = p1 + p*p2", FIB_100, true},
};

enum { NSHAPES = sizeof shapes / sizeof *shapes };

/* The one shape whose text is wrong Python as it stands, for its error. */
static bool is_targets(const shape *s)
{
    return strcmp(s->name, "targets") == 0;
}

static void write_shape(question *q, const shape *s, size_t depth)
{
    cpm_strbuf *out = &q->source;
    cpm_strbuf_puts(out, s->before);
    repeat(out, s->open, depth);
    cpm_strbuf_puts(out, s->middle);
    repeat(out, s->close, depth);
    cpm_strbuf_puts(out, s->after);
    if (is_targets(s)) { /* the value as deep as the target */
        out->len -= strlen("1, 2\n");
        repeat(out, "(", depth);
        cpm_strbuf_puts(out, "7");
        repeat(out, ",)", depth);
        cpm_strbuf_puts(out, ", 2\nprint(a)\n");
        cpm_strbuf_puts(&q->wanted, "7\n");
    }
    if (s->wanted != NULL)
        cpm_strbuf_puts(&q->wanted, s->wanted);
    else
        cpm_strbuf_printf(&q->wanted, "%zu\n", depth);
    q->is_spec = s->is_spec;
}

/* f(depth) with a loop at its end; the sum of 0 to 999999. */
static void write_calls(question *q, size_t depth)
{
    cpm_strbuf_printf(&q->source,
                      "def f(n):\n  if n > 0:\n    return f(n - 1) + 1\n  s = 0\n"
                      "  for i in range(1000000):\n    s += i\n  return s\nprint(f(%zu))\n",
                      depth);
    cpm_strbuf_printf(&q->wanted, "%zu\n", 499999500000 + depth);
}

/* The same through a loop in every call. */
static void write_loops(question *q, size_t depth)
{
    cpm_strbuf_printf(
        &q->source,
        "def f(n):\n  for i in range(1):\n    if n > 0:\n      return max(0, (1 + f(n "
        "- 1)))\n  return 0\nprint(f(%zu))\n",
        depth);
    cpm_strbuf_printf(&q->wanted, "%zu\n", depth);
}

static void write_blocks(question *q, size_t depth)
{
    size_t levels = depth < 90 ? depth : 90; /* CPython and we have 100 */
    for (size_t i = 0; i < levels; i++) {
        cpm_strbuf_fill(&q->source, ' ', i);
        cpm_strbuf_puts(&q->source, i % 2 == 0 ? "while 1:\n" : "if 1:\n");
    }
    cpm_strbuf_fill(&q->source, ' ', levels);
    cpm_strbuf_puts(&q->source, "print(7)\n");
    for (size_t i = levels; i-- > 0;) {
        cpm_strbuf_fill(&q->source, ' ', i + 1);
        cpm_strbuf_puts(&q->source, i % 2 == 0 ? "break\n" : "pass\n");
    }
    cpm_strbuf_puts(&q->wanted, "7\n");
}

/* Tuples made by a loop, where no text is deep: compared, written, let go. */
static void write_made_tuples(question *q, size_t depth)
{
    cpm_strbuf_printf(&q->source,
                      "t = ()\nu = ()\nfor i in range(%zu):\n  t, u = (t,), (u,)\n"
                      "print(t == u, t < u, min(t, u) == t)\nprint(t)\n",
                      depth);
    cpm_strbuf_puts(&q->wanted, "True False True\n");
    repeat(&q->wanted, "(", depth + 1);
    cpm_strbuf_puts(&q->wanted, ")");
    repeat(&q->wanted, ",)", depth);
    cpm_strbuf_puts(&q->wanted, "\n");
}

/* A function whose default is a function, and so on: no limit is on that. */
static void write_defaults(question *q, size_t depth)
{
    cpm_strbuf_printf(&q->source,
                      "def f(g=0):\n  return 7\nfor i in range(%zu):\n  def f(g=(f,)):\n"
                      "    return 7\nprint(f())\nf = 0\n",
                      depth * 100);
    cpm_strbuf_puts(&q->wanted, "7\n");
}

/* High powers of a counter are lowered one from another. */
static void write_counter(question *q, size_t depth)
{
    size_t power = depth < 200 ? depth : 200;
    cpm_strbuf_printf(&q->source,
                      "s = 0\nfor i in range(3):\n  s += i**%zu\nprint(s == 1 + 2**%zu)\n"
                      "s = 0\nfor i in range(20000):\n  s += i**%zu - i**%zu\nprint(s)\n",
                      power, power, power, power);
    cpm_strbuf_puts(&q->wanted, "True\n0\n");
}

/* What nests nowhere. */
static void write_flat(question *q, size_t depth)
{
    cpm_strbuf_printf(&q->source, "x = %zu\nprint(x)\n", depth);
    cpm_strbuf_printf(&q->wanted, "%zu\n", depth);
}

static void write_fibonacci(question *q, size_t depth)
{
    (void)depth;
    q->is_spec = true;
    cpm_strbuf_puts(&q->source, "cur = p1 + p2");
    cpm_strbuf_puts(&q->wanted, FIB_100);
}

static const struct {
    const char *name;
    void (*write)(question *q, size_t depth);
} programs[] = {
    {"calls", write_calls},      {"loops", write_loops},         {"blocks", write_blocks},
    {"made", write_made_tuples}, {"defaults", write_defaults},   {"counter", write_counter},
    {"flat", write_flat},        {"fibonacci", write_fibonacci},
};

enum { NPROGRAMS = sizeof programs / sizeof *programs };

/* Question i, and its name; NULL past the last one. */
static const char *write_question(question *q, size_t i, size_t depth)
{
    *q = (question){.is_spec = false};
    if (i < NSHAPES) {
        write_shape(q, &shapes[i], depth);
        return shapes[i].name;
    }
    i -= NSHAPES;
    if (i >= NPROGRAMS)
        return NULL;
    programs[i].write(q, depth);
    return programs[i].name;
}

/* ---- Tests ----------------------------------------------------------------- */

static const size_t depths[] = {3, 30, 110, 250, 480};
enum { NDEPTHS = sizeof depths / sizeof *depths };

/* How many of the depths were answered, of each question. */
static void check_thread(size_t kib, size_t least, size_t most)
{
    question q;
    const char *name;
    for (size_t i = 0; (name = write_question(&q, i, 0)) != NULL; i++) {
        size_t nanswered = 0;
        clear(&q);
        for (size_t d = 0; d < NDEPTHS; d++) {
            write_question(&q, i, depths[d]);
            on_thread(answer, &q, kib * KIB);
            nanswered += judge(name, &q, depths[d], kib);
            clear(&q);
        }
        if (nanswered < least || nanswered > most)
            UNIT_FAIL("%s in %zu KiB: %zu of %d depths", name, kib, nanswered, NDEPTHS);
    }
    clear(&q);
}

static void test_refused(void)
{
    check_thread(64, 0, 0);
}

static void test_256(void)
{
    check_thread(256, 1, NDEPTHS);
}

static void test_512(void)
{
    check_thread(512, 2, NDEPTHS);
}

static void test_1024(void)
{
    check_thread(1024, 3, NDEPTHS);
}

static void test_large(void)
{
    check_thread((size_t)8192 / CPM_STACK_SCALE, NDEPTHS, NDEPTHS);
}

/* What was parsed where there was room runs elsewhere, or is refused. */
static void test_moved_program(void)
{
    cpm_err err = {0};
    question q;
    const char *name;
    for (size_t i = 0; (name = write_question(&q, i, 480)) != NULL; i++) {
        cpm_text text = text_of(&q);
        if (!q.is_spec) {
            UNIT_CHECK(cpm_program_new(&q.program, &text, CPM_DIALECT_PY3, &err) == CPM_OK);
            for (size_t kib = 64; kib <= 1024; kib *= 4) {
                on_thread(answer, &q, kib * KIB);
                judge(name, &q, 480, kib);
                if (i < NSHAPES && kib < 1024) /* as a whole, before it runs */
                    UNIT_CHECK(q.err.status == CPM_ERR_LIMIT && q.err.where.data == NULL);
                cpm_err_clear(&q.err);
                q.printed.len = 0;
            }
            cpm_program_free(q.program);
        }
        clear(&q);
    }
    clear(&q);
}

/* A loop whose body is deep, reached with any amount of stack left. */
static void test_loop_below_calls(void)
{
    enum { DEPTH = 400, KIBS = 2048 };
    size_t nanswered = 0;
    for (size_t ncalls = 0; ncalls < 1000; ncalls += 20) {
        question q = {.is_spec = false};
        cpm_strbuf_puts(&q.source, "def f(n):\n  if n > 0:\n    return abs(0 + (0 + (0 + (0 + (0 + "
                                   "f(n - 1))))))\n  s = 0\n"
                                   "  for i in range(100000):\n    s = ");
        repeat(&q.source, "max(0, ", DEPTH);
        cpm_strbuf_puts(&q.source, "s + 2");
        repeat(&q.source, ")", DEPTH);
        cpm_strbuf_printf(&q.source, "\n  return s\nprint(f(%zu))\n", ncalls);
        cpm_strbuf_puts(&q.wanted, "200000\n");
        on_thread(answer, &q, (size_t)KIBS * KIB);
        nanswered += judge("a loop below calls", &q, ncalls, KIBS);
        clear(&q);
    }
    UNIT_CHECK(nanswered > 0 && nanswered < 50);
}

/* So with a value: a tuple, nested as deep as is allowed. */
static void test_moved_value(void)
{
    static const char source[] = "t = ()\nfor i in range(999):\n  t = (t,)\n";
    cpm_text text = {"<test>", source, sizeof source - 1}, call = {"<call>", "t", 1};
    cpm_err err = {0};
    cpm_config config;
    cpm_program *program = NULL;
    question q = {.is_spec = false};
    cpm_config_init(&config);
    UNIT_CHECK(cpm_program_new(&program, &text, CPM_DIALECT_PY3, &err) == CPM_OK);
    UNIT_CHECK(cpm_program_run(&q.value, NULL, program, &call, 10, NULL, &config, &err) == CPM_OK);
    repeat(&q.wanted, "(", 1000);
    cpm_strbuf_puts(&q.wanted, ")");
    repeat(&q.wanted, ",)", 999);
    for (size_t kib = 64; kib <= 256; kib *= 4) {
        on_thread(answer, &q, kib * KIB);
        UNIT_CHECK(!judge("a tuple", &q, 1000, kib)); /* a level takes some hundred bytes */
        cpm_err_clear(&q.err);
    }
    answer(&q);
    UNIT_CHECK(judge("a tuple", &q, 1000, 8192));
    cpm_value_free(q.value);
    cpm_program_free(program);
    clear(&q);
}

/* Comparing walks over both; no text is deep here either. */
static void test_compared_values(void)
{
    static const char *const ends[] = {"x = t < u", "x = t == u", "x = max(t, u)", "print(t)"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        question q = {.is_spec = false};
        cpm_strbuf_printf(&q.source,
                          "t = ()\nu = ()\nfor i in range(999):\n"
                          "  t, u = (t,), (u,)\n%s\n",
                          ends[i]);
        on_thread(answer, &q, (size_t)256 * KIB);
        if (judge(ends[i], &q, 1000, 256) || strstr(q.err.message, "nested too deep") == NULL)
            UNIT_FAIL("%s: %s", ends[i], q.err.message);
        clear(&q);
    }
}

/* Objects that were made where there was room. */
typedef struct objects {
    cpm_seq *seq;
    cpm_matrix *matrix;
    cpm_program *program;
    cpm_value *value;
    mpz_t n;
    cpm_config config;
    cpm_writer writer;
    cpm_text text, call;
    cpm_spec spec;
    cpm_strbuf out;
} objects;

static cpm_status take_term(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err)
{
    (void)ctx, (void)n, (void)value, (void)err;
    return CPM_OK;
}

static cpm_status take_entry(void *ctx, size_t row, size_t column, const cpm_value *value,
                             cpm_err *err)
{
    (void)ctx, (void)row, (void)column, (void)value, (void)err;
    return CPM_OK;
}

#define REFUSED(...)                                                                               \
    do {                                                                                           \
        cpm_err err = {0};                                                                         \
        UNIT_CHECK((__VA_ARGS__) == CPM_ERR_LIMIT);                                                \
        UNIT_CHECK(strncmp(err.message, "too little stack", 16) == 0);                             \
    } while (0)

static void *ask_sequence(void *arg)
{
    objects *o = arg;
    cpm_seq *seq;
    cpm_value *value;
    cpm_report *report;
    char *text;
    REFUSED(cpm_seq_new(&seq, &o->spec, &o->config, &err));
    REFUSED(cpm_seq_nth(&value, o->seq, o->n, &o->config, &err));
    REFUSED(cpm_seq_terms(o->seq, o->n, o->n, o->n, &o->config, take_term, NULL, &err));
    REFUSED(cpm_seq_explain(&report, o->seq, o->n, &o->config, &err));
    REFUSED(cpm_seq_dump(o->seq, CPM_STAGE_AST, &o->config, &o->writer, &err));
    REFUSED(cpm_value_write(o->value, 10, &o->writer, &err));
    REFUSED(cpm_value_text(&text, o->value, 10, &err));
    REFUSED(cpm_number_parse(o->n, &o->text, (cpm_span){0, o->text.len}, &err));
    return NULL;
}

static void *ask_others(void *arg)
{
    objects *o = arg;
    cpm_matrix *matrix;
    cpm_program *program;
    cpm_value *value;
    cpm_report *report;
    REFUSED(cpm_matrix_new(&matrix, &o->text, &o->config, &err));
    REFUSED(cpm_matrix_power(o->matrix, o->n, &o->config, take_entry, NULL, &err));
    REFUSED(cpm_matrix_explain(&report, o->matrix, o->n, &o->config, &err));
    REFUSED(cpm_matrix_graph(o->matrix, &o->writer, &err));
    REFUSED(cpm_program_new(&program, &o->text, CPM_DIALECT_PY3, &err));
    REFUSED(cpm_program_run(&value, NULL, o->program, &o->call, 10, &o->writer, &o->config, &err));
    REFUSED(cpm_program_dump(o->program, NULL, CPM_STAGE_AST, &o->writer, &o->config, &err));
    return NULL;
}

/* Flat questions too, by each function that can say so. */
static void test_every_entry(void)
{
    objects o = {.text = {"<test>", "1+2", 3}, .call = {"<call>", "1", 1}};
    cpm_err err = {0};
    o.spec = (cpm_spec){.spec = {"<spec>", "fib", 3}};
    o.writer = (cpm_writer){keep, &o.out};
    mpz_init_set_ui(o.n, 5);
    cpm_config_init(&o.config);
    UNIT_CHECK(cpm_seq_new(&o.seq, &o.spec, &o.config, &err) == CPM_OK);
    UNIT_CHECK(cpm_seq_nth(&o.value, o.seq, o.n, &o.config, &err) == CPM_OK);
    UNIT_CHECK(cpm_matrix_new(&o.matrix, &o.call, &o.config, &err) == CPM_OK);
    UNIT_CHECK(cpm_program_new(&o.program, &o.text, CPM_DIALECT_PY3, &err) == CPM_OK);
    on_thread(ask_sequence, &o, (size_t)128 * KIB);
    on_thread(ask_others, &o, (size_t)128 * KIB);
    UNIT_CHECK(o.out.len == 0);
    cpm_seq_free(o.seq);
    cpm_matrix_free(o.matrix);
    cpm_program_free(o.program);
    cpm_value_free(o.value);
    cpm_strbuf_clear(&o.out);
    mpz_clear(o.n);
}

/* ---- Stacks that are no thread's -------------------------------------------- */

static ucontext_t outside, inside;
static question *asked; /* makecontext passes int only */

static void answer_inside(void)
{
    answer(asked);
}

static void run_inside(char *stack, size_t nbytes, question *q)
{
    asked = q;
    getcontext(&inside);
    inside.uc_stack.ss_sp = stack;
    inside.uc_stack.ss_size = nbytes;
    inside.uc_link = &outside;
    makecontext(&inside, answer_inside, 0);
    swapcontext(&outside, &inside);
}

/* A coroutine: the system tells of another stack than the one in use. */
static void test_coroutine(void)
{
    size_t nbytes = (size_t)512 * KIB;
    char *stack = malloc(nbytes);
    question q;
    const char *name;
    for (size_t d = 0; d < NDEPTHS && stack != NULL; d++)
        for (size_t i = 0; (name = write_question(&q, i, depths[d])) != NULL; i++) {
            run_inside(stack, nbytes, &q);
            if (!judge(name, &q, depths[d], 512) && d == 0)
                UNIT_FAIL("%s in a coroutine: %s", name, q.err.message);
            clear(&q);
        }
    free(stack);
}

/* ---- The floor itself -------------------------------------------------------- */

/* The deepest address that was used, as far as the floor lets one go. */
static uintptr_t descend(uintptr_t floor)
{
    volatile char frame[512];
    frame[0] = 1;
    uintptr_t deepest =
        cpm_stack_is_low(floor) ? (uintptr_t)__builtin_frame_address(0) : descend(floor);
    frame[1] = frame[0];
    return deepest;
}

static void *find_room(void *arg)
{
    size_t *room = arg;
    *room = (uintptr_t)__builtin_frame_address(0) - descend(cpm_stack_floor());
    return NULL;
}

static void test_floor(void)
{
    for (size_t kib = 256; kib <= 1024; kib *= 2) {
        size_t room = 0, all = kib * KIB;
        on_thread(find_room, &room, all);
        if (room + CPM_STACK_RESERVE > all || room + CPM_STACK_RESERVE < all - 32 * KIB)
            UNIT_FAIL("%zu KiB: room for %zu bytes", kib, room);
    }
    size_t room = 0;
    on_thread(find_room, &room, (size_t)64 << 20);
    UNIT_CHECK(room > CPM_MAX_STACK_BYTES - 4096 && room < CPM_MAX_STACK_BYTES + 4096);
}

static const cpm_test tests[] = {
    {"floor", test_floor},
    {"refused", test_refused},
    {"256", test_256},
    {"512", test_512},
    {"1024", test_1024},
    {"large", test_large},
    {"moved_program", test_moved_program},
    {"loop_below_calls", test_loop_below_calls},
    {"compared_values", test_compared_values},
    {"moved_value", test_moved_value},
    {"every_entry", test_every_entry},
    {"coroutine", test_coroutine},
};

UNIT_MAIN(tests)
