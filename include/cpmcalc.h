/* SPDX-License-Identifier: MIT
 *
 * cpmcalc.h - the public interface of libcpmcalc: exact terms of linear
 * recurrences, exact results of loops.
 *
 * The road: a text becomes an object (cpm_seq, cpm_matrix, cpm_program); the
 * object is asked for values under a cpm_config; each value is handed to a
 * callback, which may write it in any base. Failures are values: a function
 * that can fail returns a cpm_status and fills the cpm_err given last.
 *
 * Ownership: what a _new function returns belongs to the caller, who gives it
 * to the matching _free (which accepts NULL). Texts passed in are copied and may
 * go after the call. Only a cpm_err goes on pointing to them: whoever wants to show
 * the place of a failure keeps the text that has it.
 *
 * Threads: separate objects may be used from separate threads, one object by one
 * thread at a time. With nthreads above 1 large products are shared out to helper
 * threads, which block all signals and are gone when the call returns. A thread
 * that ends calls cpm_thread_cleanup first.
 *
 * Stack: texts may nest as deep as the stack below the call has room for, on the
 * first thread or any other. A call with less than some 200 KiB below it is refused
 * with CPM_ERR_LIMIT; 512 KiB do for what people write, 4 MiB for all that is
 * allowed. The size of a thread's stack is asked for once, in its first call.
 *
 * Limits: work estimated to need more memory than max_memory_bytes, or more than
 * about a year, is refused before it begins; max_seconds and hooks end it on the
 * way. Nothing of this needs signals.
 *
 * The library never prints, never exits and never reads the environment. It
 * runs on GMP and FLINT, which end the process when memory runs out: a program
 * that wants a say in how it ends calls cpm_set_fatal_handler first. Its own
 * allocations that fail are CPM_ERR_MEMORY.
 */
#ifndef CPMCALC_H
#define CPMCALC_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CPM_VERSION       "0.1.0"
#define CPM_VERSION_MAJOR 0
#define CPM_VERSION_MINOR 1
#define CPM_VERSION_PATCH 0

#if defined(__GNUC__)
#define CPM_API               __attribute__((visibility("default")))
#define CPM_MUST_USE          __attribute__((warn_unused_result))
#define CPM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define CPM_API
#define CPM_MUST_USE
#define CPM_PRINTF(fmt, args)
#endif

/* ---- Status and errors ------------------------------------------------- */

typedef enum cpm_status {
    CPM_OK = 0,
    CPM_ERR_USAGE,       /* the question does not fit together (clashing or missing parts) */
    CPM_ERR_SYNTAX,      /* a text does not parse */
    CPM_ERR_SEMANTIC,    /* it parses, but means nothing we can run: p1*p2, unknown name */
    CPM_ERR_RUNTIME,     /* raised while a program runs: division by zero, undefined name */
    CPM_ERR_NO_ANSWER,   /* well formed, and mathematics has no answer: no inverse, no such term */
    CPM_ERR_UNSUPPORTED, /* well formed, an answer exists, this library cannot give it */
    CPM_ERR_LIMIT,       /* a size, depth or time limit would be passed */
    CPM_ERR_MEMORY,      /* an allocation failed */
    CPM_ERR_IO,          /* reading or writing failed (reported by callbacks) */
    CPM_ERR_INTERNAL     /* our own bug: two engines disagree, an invariant does not hold */
} cpm_status;

/* A text that came from the user: `name` is what diagnostics call it
 * ("<spec>", "fib.py"). `data` need not end in NUL. All borrowed. */
typedef struct cpm_text {
    const char *name;
    const char *data;
    size_t len;
} cpm_text;

/* Bytes [begin, end) of a text. */
typedef struct cpm_span {
    size_t begin;
    size_t end;
} cpm_span;

enum { CPM_MESSAGE_CAP = 512, CPM_HINT_CAP = 256 };

/* The first failure wins; of later ones only out of memory overwrites it. */
typedef struct cpm_err {
    cpm_status status;
    cpm_text where; /* the text that the span is of (see Ownership above); data NULL: none */
    cpm_span span;
    bool has_related;
    cpm_span related;                   /* a second place in the same text ("opened here") */
    char message[CPM_MESSAGE_CAP];      /* lower case, no full stop */
    char hint[CPM_HINT_CAP];            /* what to try; empty when nothing is known */
    char related_message[CPM_HINT_CAP]; /* what the second place is */
} cpm_err;

/* Makes *err say "no error". */
CPM_API void cpm_err_clear(cpm_err *err);

/* For functions that the library calls, and for programs that report their own
 * failures like its: records a failure, at bytes `span` of `where` (borrowed) or
 * without a place, and returns the status kept (see cpm_err). A message that is
 * too long is cut. */
CPM_API cpm_status cpm_err_set(cpm_err *err, cpm_status status, const char *format, ...)
    CPM_PRINTF(3, 4);
CPM_API cpm_status cpm_err_at(cpm_err *err, cpm_status status, const cpm_text *where, cpm_span span,
                              const char *format, ...) CPM_PRINTF(5, 6);
/* Adds a hint to the failure just recorded, unless it has one. */
CPM_API void cpm_err_hint(cpm_err *err, const char *format, ...) CPM_PRINTF(2, 3);

/* Line and column (both from 1, the column in code points) of byte `offset`,
 * and the extent of that line without its line end. Cost: O(offset). */
CPM_API void cpm_text_locate(const cpm_text *text, size_t offset, size_t *line, size_t *column,
                             cpm_span *line_span);

/* ---- How to run -------------------------------------------------------- */

typedef enum cpm_engine {
    CPM_ENGINE_AUTO,
    CPM_ENGINE_NAIVE,       /* plain iteration, the oracle */
    CPM_ENGINE_MATRIX,      /* binary powering of the reduced transfer matrix */
    CPM_ENGINE_DOUBLING,    /* order 2, two squarings a step */
    CPM_ENGINE_RECURRENCE,  /* shortest recurrence, then Bostan-Mori */
    CPM_ENGINE_SPLITTING,   /* coefficients that change with the index: products by halves */
    CPM_ENGINE_PRIMES,      /* the same, order 1 with linear factors: exponents of primes */
    CPM_ENGINE_WORDS,       /* the same, modulo a word: the plain loop in machine words */
    CPM_ENGINE_PROGRESSION, /* the same, modulo large primes: values on a progression */
    CPM_ENGINE_UNITS,       /* the same, order 1 modulo any word: powers of its primes apart */
    CPM_ENGINE_PERIOD       /* the same, modulo a word far below the index: powers of a period */
} cpm_engine;

typedef enum cpm_semiring {
    CPM_SEMIRING_AUTO,
    CPM_SEMIRING_PLUS_TIMES,
    CPM_SEMIRING_MAX_PLUS,
    CPM_SEMIRING_MIN_PLUS,
    CPM_SEMIRING_MUL_POW,
    CPM_SEMIRING_OR_AND,
    CPM_SEMIRING_AND_OR,
    CPM_SEMIRING_XOR_AND,
    CPM_SEMIRING_MAX_TIMES,
    CPM_SEMIRING_MIN_TIMES,
    CPM_SEMIRING_MAX_MIN,
    CPM_SEMIRING_MIN_MAX,
    CPM_SEMIRING_GCD_LCM
} cpm_semiring;

/* The name used on the command line, or NULL past the last one. */
CPM_API const char *cpm_engine_name(cpm_engine engine);
CPM_API const char *cpm_semiring_name(cpm_semiring semiring);

typedef enum cpm_dialect { CPM_DIALECT_PY3, CPM_DIALECT_PY2, CPM_DIALECT_LOOP } cpm_dialect;

typedef enum cpm_note_kind {
    CPM_NOTE_SLOW,   /* what is going to take long, before it does: a loop that runs plainly for
                      * more than some million rounds (once a loop), plain iteration of a
                      * sequence; why, how many rounds where that is known, what helps */
    CPM_NOTE_MEANING /* what probably does not mean what it says: 10^9 in a program */
} cpm_note_kind;

/* Where a program's input comes from: input() and sys.stdin. *line is the next line
 * with its line end, borrowed until the next call; *nbytes is 0 at the end of the
 * input. Returns CPM_OK, or CPM_ERR_IO to stop. */
typedef struct cpm_reader {
    cpm_status (*read_line)(void *ctx, const char **line, size_t *nbytes);
    void *ctx;
} cpm_reader;

/* Everything that may be set about a run. Start from cpm_config_init.
 *
 * Hooks may be NULL. Those that return a status stop the call under way by any
 * but CPM_OK: it ends with that status as soon as it can, asking again on the
 * way, maybe; nothing is left to be cleaned up, and its objects may be used
 * again. */
typedef struct cpm_config {
    size_t size; /* of this struct, as the caller knows it; from cpm_config_init */
    cpm_engine engine;
    cpm_semiring semiring;
    mpz_srcptr modulus;      /* borrowed; NULL: exact answers; else >= 1, residues 0..modulus-1 */
    bool check;              /* find each answer by a second engine too and compare */
    size_t max_memory_bytes; /* refuse what is estimated to need more; 0: no limit; three
                              * quarters of the machine's memory unless set */
    double max_seconds;      /* end a call that takes longer with CPM_ERR_LIMIT; 0: no limit.
                              * Looked at between the products of large numbers, so that the
                              * end comes late by one of them */
    bool whole_ranges;       /* refuse a range with too large a last term before its first */
    unsigned nthreads;       /* at least 1 */
    int output_base;         /* what values will be written in; 10 lets very large ones be found
                              * in decimal, without conversion. 0: not known */

    /* The parameters of the loop accelerator. */
    bool strict;               /* a for loop that cannot be accelerated is an error */
    unsigned long iters_limit; /* loops of at most so many iterations run plainly; 0: where
                                * it is estimated that taking them over does not pay */
    bool allow_rational;       /* rationals besides integers; recurrences always allow them */
    bool min_rows;             /* drop unused and predictable rows of the matrix */
    bool clear_stack;          /* zero the virtual variables after their last use */

    /* A phase begins: "parse", "lower", "reduce", "power", ... */
    void (*on_phase)(void *hook_ctx, const char *phase);
    /* So much of the phase is done, 0..1, or, negative, nobody knows how much, as
     * where a program runs plainly. Called between the products of large numbers
     * and some thousand times a second at most: the place to cancel from. */
    cpm_status (*on_progress)(void *hook_ctx, double done);
    /* Notes for people about bytes `span` of `where` (NULL: no place). The message
     * is one line. A host that will not wait may stop at CPM_NOTE_SLOW. */
    cpm_status (*on_note)(void *hook_ctx, cpm_note_kind kind, const cpm_text *where, cpm_span span,
                          const char *message);
    /* The loop at work: called when a loop of many rounds begins and, on the way
     * back, for the one around it; where is NULL outside of all. */
    void (*on_place)(void *hook_ctx, const cpm_text *where, cpm_span span);
    /* What a report would say so far: called when something new is known about a
     * loop, so that it can be shown if the run does not end. */
    void (*on_report)(void *hook_ctx, const char *text);
    void *hook_ctx; /* passed to all of them */

    const cpm_reader *input; /* of programs; borrowed; NULL: it is empty */

    double deadline; /* the library's own, of the call under way; 0 */
} cpm_config;

/* Fills in the defaults: every engine and pair of operations, exact, one thread,
 * no hooks, no limit of time, and of memory three quarters of the machine's. */
CPM_API void cpm_config_init_size(cpm_config *config, size_t size);
static inline void cpm_config_init(cpm_config *config)
{
    cpm_config_init_size(config, sizeof *config);
}

/* An on_progress for hosts whose own is dear: hook_ctx is a cpm_pace, whose hook is
 * asked once in so many seconds at most, and not at the beginning. */
typedef struct cpm_pace {
    cpm_status (*on_progress)(void *hook_ctx, double done);
    void *hook_ctx;
    double seconds;
    double next; /* the library's own; 0 before the first call */
} cpm_pace;

CPM_API cpm_status cpm_paced_progress(void *pace, double done);

/* Where text output goes. Returns CPM_OK, or CPM_ERR_IO to stop. */
typedef struct cpm_writer {
    cpm_status (*write)(void *ctx, const char *bytes, size_t nbytes);
    void *ctx;
} cpm_writer;

/* ---- The libraries underneath ------------------------------------------ */

/* The versions found at run time, such as "6.2.1". */
CPM_API const char *cpm_version(void);
CPM_API const char *cpm_gmp_version(void);
CPM_API const char *cpm_flint_version(void);

/* GMP and FLINT cannot report a failed allocation; they end the process. From
 * this call on they call `handler` instead, with CPM_ERR_MEMORY when memory ran
 * out and CPM_ERR_INTERNAL when FLINT gave up for another reason, in whatever
 * thread that happens. The handler must not return (it may call _exit). Call it
 * once, before anything else uses GMP or FLINT: it replaces their allocation
 * functions by ones on malloc, for the whole process. */
typedef void (*cpm_fatal_fn)(cpm_status status);
CPM_API void cpm_set_fatal_handler(cpm_fatal_fn handler);

/* GMP and FLINT keep freed numbers and tables of primes for the thread that used
 * them. A thread that has used the library calls this before it ends, or what it
 * kept is lost; so may any thread that will not use it for long. Values and
 * objects stay as they are. */
CPM_API void cpm_thread_cleanup(void);

/* Very large numbers are multiplied by the best of the processor's instruction
 * sets. From this call on the library does without those in `names` (separated
 * by commas: "fma", "avx2", "avx512f") and with all others: without avx512f the
 * AVX2 form runs, without both the portable one, without fma GMP and FLINT. The
 * answers are the same. NULL or "" gives everything back. Names that are not
 * known are passed over; returns whether all were known. For the whole process;
 * not while values are being computed. */
CPM_API bool cpm_cpu_disable(const char *names);

/* ---- Numbers as users write them --------------------------------------- */

/* The value of the constant expression in bytes `span` of `text`: 10^7, 1e7,
 * 2^64-1, 0xff, 10_000. Anything that is not an integer is an error; the size
 * is bounded before a power is computed. `out` is initialised by the caller. */
CPM_API CPM_MUST_USE cpm_status cpm_number_parse(mpz_t out, const cpm_text *text, cpm_span span,
                                                 cpm_err *err);

/* ---- Values ------------------------------------------------------------ */

/* An exact value: an integer, a rational, an infinity of a semiring, or what a
 * program yields (None, a truth value, a tuple, a range). */
typedef struct cpm_value cpm_value;

/* Writes the value in base 2..62 without a line end. Only a complete text is
 * written; digits above 9 are lower case up to base 36. */
CPM_API CPM_MUST_USE cpm_status cpm_value_write(const cpm_value *value, int base,
                                                const cpm_writer *writer, cpm_err *err);
/* The same into *text, ended by NUL, which belongs to the caller: free(). */
CPM_API CPM_MUST_USE cpm_status cpm_value_text(char **text, const cpm_value *value, int base,
                                               cpm_err *err);

typedef enum cpm_value_kind {
    CPM_VALUE_INTEGER,
    CPM_VALUE_RATIONAL, /* and no integer */
    CPM_VALUE_INFINITY, /* inf or -inf of a semiring */
    CPM_VALUE_NONE,
    CPM_VALUE_BOOL, /* of a program; its number is 0 or 1 */
    CPM_VALUE_TUPLE,
    CPM_VALUE_LIST,
    CPM_VALUE_STRING,
    CPM_VALUE_OTHER /* a range, a dictionary, a function: to be written only */
} cpm_value_kind;

CPM_API cpm_value_kind cpm_value_get_kind(const cpm_value *value);
/* Copies an integer value; false (and *out unchanged) when it is no integer. */
CPM_API bool cpm_value_get_mpz(mpz_t out, const cpm_value *value);
/* The same for an integer or a rational; *out is canonical. */
CPM_API bool cpm_value_get_mpq(mpq_t out, const cpm_value *value);
/* -1 or 1 for an infinity, the sign of any other number; 0 for what is none. */
CPM_API int cpm_value_sign(const cpm_value *value);
/* The items of a tuple; 0 of other values. */
CPM_API size_t cpm_value_count(const cpm_value *value);
/* Copies item i, below the count; *item belongs to the caller. */
CPM_API CPM_MUST_USE cpm_status cpm_value_item(cpm_value **item, const cpm_value *value, size_t i,
                                               cpm_err *err);
CPM_API void cpm_value_free(cpm_value *value);

/* An integer as bytes in two's complement, least significant first: what hosts with
 * large integers of their own read and write in linear time, without digits.
 * How many bytes it has, with room for the sign, a multiple of 8; 0: no integer. */
CPM_API size_t cpm_value_nbytes(const cpm_value *value);
/* All of them, nbytes of above; false (and the bytes unchanged) otherwise. */
CPM_API bool cpm_value_get_bytes(void *bytes, size_t nbytes, const cpm_value *value);

/* Values made by the host, as arguments of cpm_program_call. *value belongs to the
 * caller. */
CPM_API CPM_MUST_USE cpm_status cpm_value_new_mpz(cpm_value **value, mpz_srcptr number,
                                                  cpm_err *err);
CPM_API CPM_MUST_USE cpm_status cpm_value_new_bytes(cpm_value **value, const void *bytes,
                                                    size_t nbytes, cpm_err *err);
CPM_API CPM_MUST_USE cpm_status cpm_value_new_none(cpm_value **value, cpm_err *err);
CPM_API CPM_MUST_USE cpm_status cpm_value_new_bool(cpm_value **value, bool truth, cpm_err *err);
/* The items are numbers, truth values, None or tuples of them, and are copied;
 * CPM_ERR_USAGE for others, CPM_ERR_LIMIT for too many or too deep ones. */
CPM_API CPM_MUST_USE cpm_status cpm_value_new_tuple(cpm_value **value,
                                                    const cpm_value *const *items, size_t nitems,
                                                    cpm_err *err);

/* ---- Sequences --------------------------------------------------------- */

/* What describes a sequence. Zero the struct, then fill in what is given; an
 * absent text has data == NULL. All borrowed, for the time of the call. */
typedef struct cpm_spec {
    cpm_text spec;        /* a recurrence or a name of the catalogue */
    cpm_text signature;   /* LIST: the coefficients, newest term first, instead of `spec` */
    cpm_text gf;          /* or a rational generating function: x/(1-x-x^2) */
    cpm_text guess;       /* or LIST: terms whose shortest recurrence is meant, over Q, or, where
                           * none is confirmed, modulo the modulus of the config. Confirmed is
                           * one with two terms more than settle it, and no more exceptions
                           * than these; else CPM_ERR_NO_ANSWER */
    cpm_text init;        /* LIST: the first terms */
    cpm_text offset;      /* the index of the first of them */
    cpm_text of;          /* which sequence is wanted; the first when absent */
    const cpm_text *sets; /* NAME=VALUE each */
    size_t nsets;
} cpm_spec;

typedef struct cpm_seq cpm_seq;

CPM_API CPM_MUST_USE cpm_status cpm_seq_new(cpm_seq **seq, const cpm_spec *spec,
                                            const cpm_config *config, cpm_err *err);
CPM_API void cpm_seq_free(cpm_seq *seq);

/* The names of the sequences that the text defines, which spec->of can name, in its
 * order; NULL past the last one. Borrowed from the sequence. */
CPM_API const char *cpm_seq_name(const cpm_seq *seq, size_t i);

/* The index of the first term. */
CPM_API void cpm_seq_offset(mpz_t out, const cpm_seq *seq);

/* The term with index n; *value belongs to the caller. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_nth(cpm_value **value, cpm_seq *seq, mpz_srcptr n,
                                            const cpm_config *config, cpm_err *err);

/* The term whose index is the constant expression in bytes `span` of `index`. One too long to
 * be written down, such as 7^7^7^7, is evaluated modulo the period of the sequence modulo
 * config->modulus: CPM_ERR_UNSUPPORTED where that is not found, CPM_ERR_LIMIT where there is
 * no modulus. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_nth_expr(cpm_value **value, cpm_seq *seq,
                                                 const cpm_text *index, cpm_span span,
                                                 const cpm_config *config, cpm_err *err);

/* Receives the term with index n. The value is borrowed for the call. Any
 * status but CPM_OK stops the run and is returned. */
typedef cpm_status (*cpm_term_fn)(void *ctx, mpz_srcptr n, const cpm_value *value, cpm_err *err);

/* The terms first, first+step, ... up to and including last where it is hit
 * (step < 0 counts down; step 0 is an error). One jump, then steps: the state
 * is found once by an engine and moved on from there. The first term above the
 * memory limit ends the run with CPM_ERR_LIMIT, after those before it. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_terms(cpm_seq *seq, mpz_srcptr first, mpz_srcptr last,
                                              mpz_srcptr step, const cpm_config *config,
                                              cpm_term_fn emit, void *ctx, cpm_err *err);

/* The same terms as the items of a tuple, which belongs to the caller: all of them or
 * none. CPM_ERR_LIMIT for more than some millions, and where all of them together take
 * more than max_memory_bytes. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_list(cpm_value **tuple, cpm_seq *seq, mpz_srcptr first,
                                             mpz_srcptr last, mpz_srcptr step,
                                             const cpm_config *config, cpm_err *err);

/* The sum of the terms first, first+step, ... up to last, at the price of two terms
 * or a power of a matrix; *value belongs to the caller. The terms that are added one by
 * one, such as those of other pairs of operations than plus-times, are ten millions at
 * most: CPM_ERR_UNSUPPORTED beyond. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_sum(cpm_value **value, cpm_seq *seq, mpz_srcptr first,
                                            mpz_srcptr last, mpz_srcptr step,
                                            const cpm_config *config, cpm_err *err);

/* How a term begins and ends, and how long it is, without making it. */
typedef struct cpm_digits cpm_digits;

/* The first `nfirst` and last `nlast` digits of |a(n)| in base 2..62, and their number;
 * *digits belongs to the caller. Every digit is certain. n may have thousands of
 * digits: the cost is that of logarithms to so many digits, and of a residue.
 * CPM_ERR_NO_ANSWER where the term is no integer; CPM_ERR_UNSUPPORTED where the term
 * is large and Arb is not installed, or its recurrence long. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_digits(cpm_digits **digits, cpm_seq *seq, mpz_srcptr n,
                                               size_t nfirst, size_t nlast, int base,
                                               const cpm_config *config, cpm_err *err);
/* -1, 0 or 1. */
CPM_API int cpm_digits_sign(const cpm_digits *digits);
/* The digits asked for, all of them where the term has no more; NULL: none were. */
CPM_API const char *cpm_digits_first(const cpm_digits *digits);
CPM_API const char *cpm_digits_last(const cpm_digits *digits);
/* How many the term has; 1 of zero. */
CPM_API void cpm_digits_length(mpz_t out, const cpm_digits *digits);
CPM_API void cpm_digits_free(cpm_digits *digits);

/* The stages between text and answer, as people read them: the map of a round, the
 * linear equations that it closes to, their matrix; GRAPH is which variable feeds which,
 * as Graphviz reads it. */
typedef enum cpm_stage {
    CPM_STAGE_AST,
    CPM_STAGE_MATCODE,
    CPM_STAGE_MAP,
    CPM_STAGE_CLOSURE,
    CPM_STAGE_MATRIX,
    CPM_STAGE_GRAPH
} cpm_stage;

CPM_API CPM_MUST_USE cpm_status cpm_seq_dump(cpm_seq *seq, cpm_stage stage,
                                             const cpm_config *config, const cpm_writer *writer,
                                             cpm_err *err);

/* The syntax tree of a SPEC's text, also where it lacks initial terms or is nothing that
 * can be answered. */
CPM_API CPM_MUST_USE cpm_status cpm_spec_dump(const cpm_text *spec, const cpm_writer *writer,
                                              cpm_err *err);

/* ---- Reports (what --explain shows) ------------------------------------ */

/* An ordered list of named texts; keys are stable. */
typedef struct cpm_report cpm_report;

CPM_API size_t cpm_report_count(const cpm_report *report);
CPM_API const char *cpm_report_key(const cpm_report *report, size_t i);
/* May hold several lines (a drawn matrix); no line end at its end. */
CPM_API const char *cpm_report_text(const cpm_report *report, size_t i);
CPM_API void cpm_report_free(cpm_report *report);

/* How the term with index n would be found: variables, matrix before and after
 * reduction, characteristic polynomial, shortest recurrence, engine, size. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_explain(cpm_report **report, cpm_seq *seq, mpz_srcptr n,
                                                const cpm_config *config, cpm_err *err);

/* Compares the sequence with a LIST of its terms, from the first on, or with the lines
 * of a b-file: CPM_ERR_NO_ANSWER where they differ, with the first index that does. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_verify(cpm_seq *seq, const cpm_text *terms,
                                               const cpm_config *config, cpm_err *err);

/* The least period of the sequence modulo config->modulus, and after how many terms it
 * begins; both are proved. Cost: mostly that of factoring the modulus and, for its
 * primes p, p-1, p+1 and the like. CPM_ERR_UNSUPPORTED where that is out of reach. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_period(mpz_t period, mpz_t preperiod, cpm_seq *seq,
                                               const cpm_config *config, cpm_err *err);

/* The keys of what can be told about a sequence: "rule", "gf", ...; NULL past the
 * last one. */
CPM_API const char *cpm_fact_key(size_t i);

/* Facts about the sequence, of its shortest recurrence, for a list of keys separated
 * by commas, in that order: an entry each. A key that is not known is
 * CPM_ERR_USAGE. */
CPM_API CPM_MUST_USE cpm_status cpm_seq_show(cpm_report **report, cpm_seq *seq,
                                             const cpm_text *keys, const cpm_config *config,
                                             cpm_err *err);

/* ---- Powers of a given matrix ------------------------------------------ */

typedef struct cpm_matrix cpm_matrix;

/* 'a,b;c,d': entries separated by commas, rows by semicolons or line ends. */
CPM_API CPM_MUST_USE cpm_status cpm_matrix_new(cpm_matrix **matrix, const cpm_text *text,
                                               const cpm_config *config, cpm_err *err);
/* The matrix of a graph: a line 'u v' or 'u v weight' (1 when left out) for the edge
 * from u to v, entry (u, v); lines end at semicolons too. Vertices are counted from 0 if
 * one is 0, else from 1; a first line of one number says how many there are. Edges
 * between the same vertices are added, in the sense of the operations; where there is
 * none, the entry is their zero. */
CPM_API CPM_MUST_USE cpm_status cpm_matrix_of_edges(cpm_matrix **matrix, const cpm_text *text,
                                                    bool undirected, const cpm_config *config,
                                                    cpm_err *err);
CPM_API void cpm_matrix_free(cpm_matrix *matrix);
CPM_API size_t cpm_matrix_dim(const cpm_matrix *matrix);

/* From now on powers are multiplied by a vector, a LIST of as many entries as the
 * matrix has rows: a result has one column. In mul-pow these are values, and the
 * matrix holds their exponents. */
CPM_API CPM_MUST_USE cpm_status cpm_matrix_times(cpm_matrix *matrix, const cpm_text *vector,
                                                 cpm_err *err);
/* Columns of a result: as many as there are rows, or 1. */
CPM_API size_t cpm_matrix_ncols(const cpm_matrix *matrix);

/* Receives entry (row, col) of the power, row by row. */
typedef cpm_status (*cpm_entry_fn)(void *ctx, size_t row, size_t col, const cpm_value *value,
                                   cpm_err *err);
CPM_API CPM_MUST_USE cpm_status cpm_matrix_power(const cpm_matrix *matrix, mpz_srcptr n,
                                                 const cpm_config *config, cpm_entry_fn emit,
                                                 void *ctx, cpm_err *err);

/* The entries, row by row, as the items of one tuple, which belongs to the caller. */
CPM_API CPM_MUST_USE cpm_status cpm_matrix_power_list(cpm_value **tuple, const cpm_matrix *matrix,
                                                      mpz_srcptr n, const cpm_config *config,
                                                      cpm_err *err);

/* How the n-th power would be found: dimension, operations, characteristic
 * polynomial or growth, engine, size. */
CPM_API CPM_MUST_USE cpm_status cpm_matrix_explain(cpm_report **report, const cpm_matrix *matrix,
                                                   mpz_srcptr n, const cpm_config *config,
                                                   cpm_err *err);

/* The keys of what can be told about a matrix: "charpoly", "star", ...; NULL past the
 * last one. */
CPM_API const char *cpm_matrix_fact_key(size_t i);

/* Facts about the matrix, for a list of keys separated by commas, in that order: an entry
 * each. Those about powers are about their products with the vector, where one is set. */
CPM_API CPM_MUST_USE cpm_status cpm_matrix_show(cpm_report **report, const cpm_matrix *matrix,
                                                const cpm_text *keys, const cpm_config *config,
                                                cpm_err *err);

/* The matrix as a graph for Graphviz: an edge from row to column for each entry
 * but the semiring's zero. */
CPM_API CPM_MUST_USE cpm_status cpm_matrix_graph(const cpm_matrix *matrix, const cpm_writer *writer,
                                                 cpm_err *err);

/* ---- Programs ---------------------------------------------------------- */

/* A program in the Python subset or in the loop/end language. */
typedef struct cpm_program cpm_program;

/* Parses. The loop/end language is recognised by itself. */
CPM_API CPM_MUST_USE cpm_status cpm_program_new(cpm_program **program, const cpm_text *text,
                                                cpm_dialect dialect, cpm_err *err);
CPM_API void cpm_program_free(cpm_program *program);

/* Runs the top level, whose prints go to `output` (whole lines; numbers of the
 * loop/end language in `base`). Then, unless `call` is NULL, evaluates that
 * expression among the globals; *value (NULL without a call) belongs to the
 * caller. *report (unless `report` is NULL) tells what became of each loop that
 * was reached, also when the run failed. Programs have no modulus: config with
 * one is CPM_ERR_USAGE. A program may run again, from its beginning. */
CPM_API CPM_MUST_USE cpm_status cpm_program_run(cpm_value **value, cpm_report **report,
                                                cpm_program *program, const cpm_text *call,
                                                int base, const cpm_writer *output,
                                                const cpm_config *config, cpm_err *err);

/* The same for the call of a function of the program by its name, with values as its
 * arguments, which are copied: numbers, truth values, None and tuples of these;
 * CPM_ERR_USAGE for others. Failures about the call itself point into `function`. */
CPM_API CPM_MUST_USE cpm_status cpm_program_call(cpm_value **value, cpm_report **report,
                                                 cpm_program *program, const cpm_text *function,
                                                 const cpm_value *const *args, size_t nargs,
                                                 const cpm_writer *output, const cpm_config *config,
                                                 cpm_err *err);

/* The syntax tree, or, for the other stages, the matrix code or matrices of
 * each loop as it is accelerated while the program and the call run (their
 * prints are dropped). */
CPM_API CPM_MUST_USE cpm_status cpm_program_dump(cpm_program *program, const cpm_text *call,
                                                 cpm_stage stage, const cpm_writer *writer,
                                                 const cpm_config *config, cpm_err *err);

/* ---- The catalogue ----------------------------------------------------- */

typedef struct cpm_catalogue_entry {
    const char *name;    /* short name: "fib" */
    const char *oeis;    /* "A000045"; "" for fractions, which have none */
    const char *aliases; /* other names, separated by spaces; may be empty */
    const char *title;   /* one line */
    const char *offset;  /* index of the first initial value, as written with --offset */
    const char *spec;    /* the recurrence, in the language of SPEC */
} cpm_catalogue_entry;

CPM_API size_t cpm_catalogue_count(void);
CPM_API const cpm_catalogue_entry *cpm_catalogue_at(size_t i);

#ifdef __cplusplus
}
#endif

#endif
