/* SPDX-License-Identifier: MIT
 *
 * lower_internal.h - what lower.c and its sisters share: lower_loop.c, lower_counter.c,
 * lower_changing.c and lower_pieces.c (loops), lower_assign.c, lower_split.c,
 * lower_form.c, lower_known.c, lower_decide.c and lower_choice.c (conditions), lower_call.c (calls
 * of the program's functions), lower_expr.c, lower_operator.c, lower_remainder.c, lower_modulus.c,
 * lower_periodic.c, lower_semiring.c and lower_power.c (expressions). Lists have a header
 * of their own, lower_list.h.
 */
#ifndef CPM_ACCEL_LOWER_INTERNAL_H
#define CPM_ACCEL_LOWER_INTERNAL_H

#include "accel/exppoly.h"
#include "accel/lower.h"
#include "lang/builtin.h"

/* What is known about a name at the point lowering has reached. */
typedef enum name_state {
    NAME_OUTER,     /* not assigned by the loop: predictable, the environment has it */
    NAME_PREDICTED, /* assigned a predictable value: the environment has it */
    NAME_COUNTER,   /* the variable of a running loop, not modified so far */
    NAME_REGISTER,  /* anything: its register has it */
    NAME_LIST,      /* a list or a tuple, see lower_list.h */
    NAME_LOST       /* the variable of an inner loop that may not have run */
} name_state;

/* A value is nplus residues less nminus others, plus a constant; all modulo the same M. */
typedef struct residue_range {
    bool known;
    bool is_assumed; /* one of them is not known to be a residue */
    unsigned nplus, nminus;
    slong constant;
} residue_range;

typedef struct name_info {
    name_state state;
    bool is_assigned;    /* by the loop being lowered, somewhere */
    bool may_be_unbound; /* in the first iteration, at this point */
    bool is_carried;     /* its register was read before the body assigned it */
    bool has_reg;
    uint32_t reg;   /* when has_reg */
    size_t counter; /* NAME_COUNTER: index into counters */
    unsigned flow;  /* of the value it has at this point, see lower.h */
    residue_range range;
    size_t object;     /* NAME_LIST: which */
    uint32_t lost_by;  /* NAME_LOST: id of the loop */
    bool at_head;      /* still the list that it held when the body began */
    bool head_is_read; /* and that was looked at */
    size_t form;       /* 1 + which of the known forms it is; 0: none */
} name_info;

/* i^power * base^(i-start) of a counter, kept up to date in a register. */
typedef struct monomial_reg {
    fmpq_t base;
    ulong power;
    uint32_t reg;
} monomial_reg;

/* A loop being lowered: the outermost one or one inside it. */
typedef struct lower_counter {
    fmpz_t start, step;
    fmpz_t trips;
    bool has_trips;          /* false: open-ended, or changing */
    monomial_reg *monomials; /* owned; a plain i is the one with power 1, base 1 */
    size_t nmonomials, monomials_cap;
    cpm_sym sym; /* CPM_NO_SYM for `loop N` */
    const char *name;
    uint32_t loop_id;
    /* Counts rounds of several bodies: in the one at work the variable of the loop is
     * slope*t + offset. */
    bool is_scaled;
    fmpz_t slope, offset;
} lower_counter;

/* base^t of a counter in a semiring, t the number of the iteration; in mul-pow
 * unit^(binomial(t, power) base^t), or the constant `unit` (no counter). */
typedef struct power_reg {
    size_t counter;
    fmpq_t unit, base;
    ulong power;
    uint32_t reg;
} power_reg;

/* floor((first + delta t) / divisor) in round t of the endless loop that is lowered, or
 * the remainder. */
typedef struct periodic {
    fmpz_t first, delta, divisor;
    bool is_quotient;
    ulong period;      /* of the remainders */
    uint32_t quotient; /* its register */
    uint32_t *waiting; /* owned: period registers of what comes next, and one to turn by */
} periodic;

/* Variables of loops that an affine expression has, at most. */
enum { MAX_FORM_TERMS = 8 };

/* Where the range of an inner loop is cut: `later` rounds after the first one in which
 * slope*j + sum of by*i + constant is not negative, j being its variable and i those of
 * loops around it; or after its beginning. */
typedef struct inner_cut {
    bool has_form;
    fmpq_t slope, constant; /* it grows from round to round */
    struct {
        uint32_t loop_id;
        fmpq_t by;
    } around[MAX_FORM_TERMS + 1];
    size_t naround;
    fmpz_t later;
} inner_cut;

/* What is known to be needed for lowering an inner loop. A zeroed one: nothing. */
typedef struct inner_plan {
    bool unrolls;    /* its few rounds are written out */
    bool is_cut;     /* it is lowered in pieces (lower_pieces.c) */
    bool runs;       /* it is cut off where it does not run at all: its variable is read */
    ulong period;    /* bodies a round; 0: one */
    inner_cut *cuts; /* owned */
    size_t ncuts, cuts_cap;
} inner_plan;

/* A loop around the point at work. */
typedef struct inner_loop {
    uint32_t loop_id;
    bool is_unrolled;
    struct piece *piece; /* of its range, at work; NULL: it is unrolled */
    struct inner_loop *around;
} inner_loop;

typedef struct known_form known_form;

typedef struct lowering {
    const cpm_tree *tree;
    const cpm_lower_env *env;
    const cpm_lower_options *options;
    cpm_matcode *code;
    cpm_lowered *lowered;    /* the code's owner */
    name_info *names;        /* owned, one per symbol of the tree */
    lower_counter *counters; /* owned */
    size_t ncounters, counters_cap;
    uint32_t *stack_regs; /* owned: the virtual register of each depth */
    size_t nstack_regs, stack_regs_cap;
    size_t stack_depth;
    power_reg *powers; /* owned; used in other domains than plus-times */
    size_t npowers, powers_cap;
    bool refused_value, refused_product; /* see cpm_lowered */
    bool has_modulus;                    /* a value is reduced by `%` */
    fmpz_t modulus;
    cpm_span modulus_span;
    bool folds, assumes; /* by a condition, of a value that is taken for a sum of residues */
    cpm_span fold_span;
    unsigned nesting;
    fmpz_t step;         /* of the loop, from body to body */
    ulong nsteps;        /* statements that count behind us, see cpm_lower_options */
    periodic *periodics; /* owned */
    size_t nperiodics, periodics_cap;
    const cpm_expr *condition; /* the one that is decided; NULL: none */
    bool is_counting;          /* it is no condition but a bound of an inner loop */
    bool is_quiet;             /* what is not known is not asked for */
    bool is_deciding;          /* an expression of a counter, for a condition: emits nothing */
    bool skips, breaks;   /* a continue, or break, is behind us: the rest of the body is dead */
    struct inlined *call; /* the function of the program at work; NULL: none */
    size_t ncalls;        /* calls written out so far */
    unsigned inner_depth; /* loops around this point, inside the one that is lowered */
    ulong npieces;        /* of ranges of inner loops, lowered so far */
    known_form *forms;    /* owned: of variables, see lower_known.c */
    size_t nforms, forms_cap;
    inner_loop *inner;   /* the innermost of those in the function at work; NULL: none */
    inner_plan *plans;   /* per loop id; owned by who lowers again */
    bool wants_again;    /* one of them has changed: lower again */
    cpm_split split;     /* see cpm_lowered */
    struct lists *lists; /* borrowed: of a loop that works on lists; else NULL */
    cpm_sym *assigned;   /* owned: names the loop assigns, in order */
    size_t nassigned, assigned_cap;
    cpm_err *err;
} lowering;

/* A lowered expression. */
typedef enum lv_kind {
    LV_POLY, /* an exponential polynomial in a counter; a constant when it has no such term */
    LV_REG,  /* the value of a register that belongs to somebody else */
    LV_STACK /* the value of the virtual register on top of the stack */
} lv_kind;

typedef struct lv {
    lv_kind kind;
    cpm_exppoly poly; /* LV_POLY: owned */
    size_t counter;   /* LV_POLY: of which counter; NO_COUNTER for a constant */
    uint32_t reg;     /* LV_REG, LV_STACK */
    unsigned flow;    /* see CPM_MAX_FLOW in lower.h */
} lv;

#define NO_COUNTER ((size_t)-1)

typedef struct piece piece;

/* An affine expression of the variables of inner loops, plus a polynomial in the counter
 * of the loop around them all. */
typedef struct affine_form {
    struct {
        const piece *of; /* of each at most one, the innermost loop first */
        fmpq_t slope;    /* of its variable, not 0 */
    } terms[MAX_FORM_TERMS];
    size_t nterms;
    lv rest; /* LV_POLY */
} affine_form;

/* The range of an inner loop that is being lowered, or a part of it: its variable is `value`
 * in the body at work of the first round, and grows by `delta` from round to round. */
struct piece {
    cpm_sym sym;
    uint32_t loop_id;
    unsigned depth;  /* of its loop among the inner ones */
    bool is_counter; /* the variable is this counter; else the register of its name */
    size_t counter;
    affine_form value, rounds; /* of loops around */
    fmpz_t delta;
    ulong period;                 /* bodies a round */
    bool is_fixed;                /* its bounds are predictable: it can be unrolled */
    bool is_single;               /* one round of one body: the variable is `value` */
    const struct inner_cut *from; /* where it begins; NULL: with the range */
};

static inline bool lv_is_constant(const lv *value)
{
    return value->kind == LV_POLY && value->counter == NO_COUNTER;
}

/* lower_expr.c */

/* Lowers an expression; at most one virtual register is on top of the stack
 * more than before. */
cpm_status cpm_lower_expr(lv *out, lowering *lw, const cpm_expr *expr);
/* The value of a predictable expression; an infinity is refused where the domain
 * has none. */
cpm_status cpm_lower_eval(fmpq_t out, lowering *lw, const cpm_expr *expr);
/* Every name in it is predictable here, and nothing in it has an effect. */
bool cpm_lower_is_predictable(lowering *lw, const cpm_expr *expr);
/* The built-in function that is called; CPM_BUILTIN_NONE for what the program
 * defines itself, under whatever name. */
cpm_builtin_id cpm_lower_builtin(const cpm_tree *tree, const cpm_lower_env *env,
                                 const cpm_expr *call);
/* reg = value; pops the value where it is on the stack. */
cpm_status cpm_lower_store(lowering *lw, uint32_t reg, lv *value);
/* Turns the value into a virtual register on top of the stack. */
cpm_status cpm_lower_push(lowering *lw, lv *value);
cpm_status cpm_lower_pop(lowering *lw);
void cpm_lv_clear(lv *value);
/* A polynomial whose counter terms have cancelled is a constant. */
void cpm_lv_settle(lv *value);
/* reg += a polynomial in a counter. */
cpm_status cpm_lower_add_poly(lowering *lw, uint32_t reg, const lv *value);
/* An expression of one counter as an integer, whatever pair of operations the loop is
 * lowered over; nothing is emitted. */
cpm_status cpm_lower_integer(lv *out, lowering *lw, const cpm_expr *expr);
cpm_status cpm_lv_set_constant(lv *out, const fmpq_t c, lowering *lw);
/* The number that a constant value stands for. */
void cpm_lv_get_constant(fmpq_t out, const lv *value);
/* Text of an expression for a message, cut to something readable. */
void cpm_lower_excerpt(char *buffer, size_t cap, const lowering *lw, cpm_span span);

/* lower_operator.c: over plus-times */

/* acc += sign * value, and acc *= c; acc may be of any kind, value is consumed. */
cpm_status cpm_lower_add(lowering *lw, lv *acc, lv *value, int sign);
cpm_status cpm_lower_scale(lowering *lw, lv *acc, const fmpq_t c);
/* A CPM_EXPR_CHAIN, and base ** exponent of the expression or call `expr`. */
cpm_status cpm_lower_chain(lv *out, lowering *lw, const cpm_expr *expr);
cpm_status cpm_lower_power_expr(lv *out, lowering *lw, const cpm_expr *expr, const cpm_expr *base,
                                const cpm_expr *exponent);

/* k for x // k, x % k, x & (k - 1), x >> j with k = 2^j; false for another operator
 * or one that has no such k. */
bool cpm_lower_divisor(fmpz_t k, bool *quotient, lowering *lw, const cpm_link *link);

/* lower_modulus.c: residues */

/* Whether value % x or value & x can be a remainder by the modulus of the loop; then it is. */
bool cpm_lower_reduces(lowering *lw, const lv *value, const cpm_link *link);
cpm_status cpm_lower_reduce_by(lv *out, lowering *lw, const cpm_link *link, cpm_span left);
/* pow(b, e, m) */
cpm_status cpm_lower_power_mod(lv *out, lowering *lw, const cpm_expr *expr);
/* A sum of names that are residues, and of numbers. */
residue_range cpm_lower_range_of(lowering *lw, const cpm_expr *expr);
/* An `if` that takes the modulus off a value that is too large. */
cpm_status cpm_lower_fold(bool *handled, lowering *lw, const cpm_stmt *stmt);
/* A loop has ended, after more rounds than were looked at: no sums are known. */
void cpm_lower_forget_ranges(lowering *lw);
/* Refuses where such values were not all sums of residues after all. */
cpm_status cpm_lower_check_folds(lowering *lw, const unsigned *at_start);

/* lower_semiring.c and lower_power.c: other domains than plus-times */

/* Of the values; what is decided is an integer, in plus-times. */
static inline const cpm_domain *domain_of(const lowering *lw)
{
    return lw->is_deciding ? cpm_domain_of(CPM_SEMIRING_PLUS_TIMES) : lw->options->domain;
}

static inline bool is_mul_pow(const lowering *lw)
{
    return domain_of(lw)->scalars != NULL;
}

static inline const char *name_of(const lowering *lw)
{
    return domain_of(lw)->name;
}

/* acc = acc + value and acc = acc * c in the domain; `value` is consumed. */
cpm_status cpm_lower_add_in(lowering *lw, lv *acc, lv *value, cpm_span span);
cpm_status cpm_lower_scale_in(lowering *lw, lv *acc, const fmpq_t c);
/* Refuses a value that is no element of the domain. */
cpm_status cpm_lower_check_value(lowering *lw, const fmpq_t value, cpm_span span);
/* The register that always holds c (mul-pow). */
cpm_status cpm_lower_constant_register(uint32_t *reg, lowering *lw, const fmpq_t c);
/* All names but one counter are predictable; *counter is NO_COUNTER before. */
bool cpm_lower_is_counter_expr(lowering *lw, const cpm_expr *expr, size_t *counter);
/* Whether the expression is one number in all rounds that are lowered: predictable, a
 * branch that is, or of a counter that a part of the range or a period fixes, which is
 * asked for. */
cpm_status cpm_lower_known(bool *known, fmpq_t value, lowering *lw, const cpm_expr *expr);
/* An expression of one counter as a value of a semiring. */
cpm_status cpm_lower_counter_expr(lv *out, lowering *lw, const cpm_expr *expr);
/* base ** exponent in mul-pow. */
cpm_status cpm_lower_power_in(lv *out, lowering *lw, const cpm_expr *base,
                              const cpm_expr *exponent);

/* What operators come to over a kind of domain: each is given an expression of its kind
 * that is not predictable. */
typedef cpm_status lower_operator(lv *out, lowering *lw, const cpm_expr *expr);

typedef struct lower_operators {
    lower_operator *counters; /* an expression of one counter as a whole; NULL: by its parts */
    lower_operator *counter;  /* the variable of a loop, as a value */
    lower_operator *chain, *power, *call, *unary, *dot;
} lower_operators;

/* Of plus-times (lower_expr.c), of the other semirings and of mul-pow. */
extern const lower_operators cpm_operators_arithmetic, cpm_operators_semiring,
    cpm_operators_mul_pow;

static inline const lower_operators *operators_of(const lowering *lw)
{
    return domain_of(lw)->is_arithmetic ? &cpm_operators_arithmetic
           : is_mul_pow(lw)             ? &cpm_operators_mul_pow
                                        : &cpm_operators_semiring;
}

/* reg = c, and reg = the counter, over any domain. */
cpm_status cpm_lower_move_constant(lowering *lw, uint32_t reg, const fmpq_t c, cpm_span span);
cpm_status cpm_lower_move_counter(lowering *lw, uint32_t reg, size_t counter);
/* The registers of a counter at the end of an iteration, and before its loop. */
cpm_status cpm_lower_advance_powers(lowering *lw, size_t counter);
cpm_status cpm_lower_restart_powers(lowering *lw, size_t counter);
/* Refuses start values that are no elements of the domain. */
cpm_status cpm_lower_check_starts(lowering *lw, const cpm_stmt *loop);

/* lower_split.c: conditions and quotients of counters */

/* The truth of a condition in all rounds; refuses, having asked for a cut or a
 * period where that would help. */
cpm_status cpm_lower_decide(bool *truth, lowering *lw, const cpm_expr *test);

/* A break is reached, in the first round: asks for that one alone, which the
 * interpreter will run. */
void cpm_lower_ask_break(lowering *lw);

typedef enum cpm_split_answer {
    CPM_SPLIT_NOT_MINE, /* not of a counter, or too long a period: nothing has been done */
    CPM_SPLIT_DONE,     /* or failed with *status */
    CPM_SPLIT_ASKED     /* the caller refuses */
} cpm_split_answer;

/* out = out // k (quotient) or out %= k, for a counter expression and k > 0. */
cpm_split_answer cpm_lower_remainder(cpm_status *status, lv *out, lowering *lw, const fmpz_t k,
                                     bool quotient);

/* Asks for so many bodies a round, in all, of the loop of counter c; where it is short, to
 * be written out. */
void cpm_lower_ask_period(lowering *lw, size_t c, ulong period);

/* lower_remainder.c */

/* The same for a polynomial that is not affine. */
cpm_split_answer cpm_lower_poly_remainder(cpm_status *status, lv *out, lowering *lw, const fmpz_t k,
                                          bool quotient);

/* lower_periodic.c */

/* The same in an endless loop. */
cpm_split_answer cpm_lower_periodic(cpm_status *status, lv *out, lowering *lw, const fmpz_t k,
                                    bool quotient);
cpm_status cpm_lower_advance_periodics(lowering *lw);
void cpm_lower_clear_periodics(lowering *lw);

/* The value in the only round that its counter has. */
bool cpm_lower_only_round(fmpq_t out, const lowering *lw, const lv *value);
/* A few rounds, the rest of others perhaps, may be lowered one by one. */
void cpm_lower_ask_one(lowering *lw, const lv *value);
/* Whether `value op 0` in all rounds; asks for a cut where nobody knows. */
bool cpm_lower_sign_known(bool *truth, lowering *lw, const lv *value, cpm_op op);
/* An expression of one counter at most; nothing is emitted. */
cpm_status cpm_lower_counter_poly(lv *out, lowering *lw, const cpm_expr *expr);

/* lower_form.c: expressions of the variables of inner loops. Forms are to be cleared in
 * any case. */

/* *form = the expression, and nothing is emitted. Refuses what is none, having asked for
 * what would help. */
cpm_status cpm_lower_form(affine_form *form, lowering *lw, const cpm_expr *expr);
void cpm_affine_init(affine_form *form);
void cpm_affine_clear(affine_form *form);
bool cpm_affine_is_constant(const affine_form *form);
/* form += c * other, c, c * variable of the piece, and c * counter of the outermost loop. */
cpm_status cpm_affine_add(affine_form *form, lowering *lw, const affine_form *other,
                          const fmpq_t c);
cpm_status cpm_affine_add_int(affine_form *form, lowering *lw, const affine_form *other, slong c);
cpm_status cpm_affine_add_constant(affine_form *form, lowering *lw, const fmpq_t c);
cpm_status cpm_affine_add_variable(affine_form *form, lowering *lw, const piece *of,
                                   const fmpq_t c);
cpm_status cpm_affine_add_counter(affine_form *form, lowering *lw, const fmpq_t c);
/* form = form // k (quotient) or form % k, where that is a form; else refuses, having
 * asked for what would help. */
cpm_status cpm_affine_divide(affine_form *form, lowering *lw, const fmpz_t k, bool quotient,
                             cpm_span span);
/* Its value on the stack, or as a constant. */
cpm_status cpm_affine_push(lv *out, lowering *lw, const affine_form *form);
/* The operator of `link` on the expression that the chain is up to it, where that is of the
 * variable of a piece: out, in place of what it was, becomes the value. */
cpm_split_answer cpm_lower_divide_form(cpm_status *status, lv *out, lowering *lw,
                                       const cpm_expr *chain, size_t link);

/* Whether the name is the variable of a piece around, in its register. */
bool cpm_lower_is_piece(const lowering *lw, cpm_sym sym);

/* lower_known.c: variables that are forms */

/* The form of an expression, for a variable that is about to become its value, where it
 * is known to be one; nothing is emitted or asked for. It is to be cleared in any case. */
cpm_status cpm_lower_find_form(bool *found, affine_form *form, lowering *lw, const cpm_expr *expr);
/* The variable has become that; takes the form over. */
cpm_status cpm_lower_keep_form(lowering *lw, cpm_sym sym, affine_form *form);
/* What the variable is; NULL: unknown. Borrowed until the next one is kept. */
const affine_form *cpm_lower_known_form(const lowering *lw, cpm_sym sym);
/* A body ends: forms since `from`, a former number of them, hold no more. */
void cpm_lower_end_forms(lowering *lw, size_t from);
void cpm_lower_clear_forms(lowering *lw);

/* lower_decide.c: their signs */

/* Whether `form op 0` in all rounds of the loops around; refuses, having asked for a cut. */
cpm_status cpm_affine_decide(bool *truth, lowering *lw, const affine_form *form, cpm_op op,
                             cpm_span span);
/* Whether form >= least, 0 or 1, is known of all rounds; nothing is asked for. */
bool cpm_affine_surely(lowering *lw, const affine_form *form, int least);
/* *out = the form with its first term at the beginning, or end, of the range of that loop. */
cpm_status cpm_affine_at(affine_form *out, lowering *lw, const affine_form *form, bool end);
cpm_status cpm_affine_refuse(lowering *lw, cpm_span span);

/* lower_pieces.c: inner loops whose ranges are cut */

/* Asks for it, of a loop around the point at work: to cut it `later` rounds after the form
 * has become positive or 0 (NULL: after its beginning), to lower `period` bodies a round,
 * or for either, later on. */
void cpm_lower_ask_inner_cut(lowering *lw, uint32_t loop_id, const inner_cut *form,
                             const fmpz_t later);
/* One round after the beginning of what is at work of the innermost loop: a break. */
void cpm_lower_ask_inner_break(lowering *lw);
void cpm_lower_ask_inner_period(lowering *lw, uint32_t loop_id, ulong period);
/* The same for what is at work of a loop, whose few rounds may be written out instead. */
void cpm_lower_ask_piece_cut(lowering *lw, const piece *of, const inner_cut *form);
void cpm_lower_ask_piece_period(lowering *lw, const piece *of, ulong period);
void cpm_lower_ask_pieces(lowering *lw, uint32_t loop_id);
void cpm_inner_cut_init(inner_cut *cut);
void cpm_inner_cut_clear(inner_cut *cut);
/* The loop, of `trips` rounds, 0 or more; *broke says whether a break ends it. */
cpm_status cpm_lower_pieces(bool *broke, lowering *lw, const cpm_stmt *loop,
                            const affine_form *start, const affine_form *trips, const fmpz_t step);
/* LOOP, as often as the form says; what it left on the stack is in *count. */
cpm_status cpm_lower_begin_loop(lv *count, lowering *lw, const affine_form *times);
void cpm_inner_plans_free(inner_plan *plans, size_t count);

/* lower_changing.c */

/* A `for` inside the loop, whose bounds change with a counter or whose range is cut; *broke
 * says whether a break ends it. */
cpm_status cpm_lower_changing_for(bool *broke, lowering *lw, const cpm_stmt *loop);

/* What a body is for those who lower it again to see what flows around it. */
typedef struct lower_round {
    cpm_status (*run)(lowering *lw, void *ctx);
    void *ctx;
} lower_round;

/* The end of LOOP at `loop_at`, whose body has been lowered: the names have the flows
 * `before` or those after any number of rounds. */
cpm_status cpm_lower_end_rounds(lowering *lw, size_t c, const cpm_stmt *loop, size_t loop_at,
                                const unsigned *before, lower_round round);
/* The flows of all names; owned by the caller, NULL when memory runs out. */
unsigned *cpm_lower_flows(const lowering *lw);

/* lower_counter.c */

/* A loop begins; its counter is *c. `trips` NULL: open-ended. */
cpm_status cpm_lower_push_counter(size_t *c, lowering *lw, const cpm_stmt *loop, const fmpz_t start,
                                  const fmpz_t step, const fmpz *trips);
/* Makes it count rounds of `period` bodies; offset is that of the first one. */
void cpm_lower_scale_counter(lowering *lw, size_t c, ulong period);
/* Moves the monomials of a counter on: the end of an iteration. */
cpm_status cpm_lower_advance(lowering *lw, size_t c);
void cpm_lower_clear_counters(lowering *lw);
/* The register of i^power base^(i-start), made when new. */
cpm_status cpm_lower_monomial(uint32_t *reg, lowering *lw, size_t counter, ulong power,
                              const fmpq_t base);
/* Whether the poly may be negative in some iteration; exact where it is affine. */
bool cpm_lower_may_be_negative(const lowering *lw, size_t counter, const cpm_exppoly *poly);
/* out = base^e when |base| <= 1 or the result has a bounded size; else false. */
bool cpm_lower_bounded_power(fmpq_t out, const fmpq_t base, const fmpz_t e);

/* lower.c */

/* The value of the variable of a running loop. */
cpm_status cpm_lower_counter_value(lv *out, lowering *lw, size_t c);
/* The register of a variable, made when new. */
cpm_status cpm_lower_variable(uint32_t *reg, lowering *lw, cpm_sym sym);
/* The variable of an inner loop that may not have run is read: refuses, having asked for
 * its range to be cut. */
cpm_status cpm_lower_refuse_lost(lowering *lw, cpm_sym sym, cpm_span span);
/* Records why the loop cannot be lowered. */
cpm_status cpm_lower_refuse(lowering *lw, cpm_span span, const char *format, ...) CPM_PRINTF(3, 4);

/* Notes what has become of an inner loop or a call; only the first time counts. */
cpm_status cpm_lower_note_inner(lowering *lw, cpm_inner_fact fact);

/* A statement that reads and changes no list. */
cpm_status cpm_lower_plain_stmt(lowering *lw, const cpm_stmt *stmt);
/* The statements of a block, one after another. */
cpm_status cpm_lower_block(lowering *lw, const cpm_block *block);
/* Records an error of the program itself: the interpreter is left to raise it. */
cpm_status cpm_lower_own_error(lowering *lw, cpm_span span, const char *message);
/* The number that a predicted name now holds goes into its register too. */
cpm_status cpm_lower_emit_predicted(lowering *lw, cpm_sym sym, cpm_span span);

/* lower_assign.c */

cpm_status cpm_lower_assign(lowering *lw, const cpm_stmt *stmt);
cpm_status cpm_lower_augment(lowering *lw, const cpm_stmt *stmt);
/* sym = value; consumes the value. */
cpm_status cpm_lower_assign_value(lowering *lw, cpm_sym sym, lv *value, cpm_span span);
/* A value that waits while others change: a constant, or on the stack. */
cpm_status cpm_lower_item(lv *out, lowering *lw, const cpm_expr *expr);

/* lower_choice.c */

/* The branch that conditions choose, where it is a conditional expression, and the argument
 * of min or max that is the one; what cannot be decided of these stays the call. */
cpm_status cpm_lower_choose(const cpm_expr **expr, lowering *lw);
cpm_status cpm_lower_choose_argument(const cpm_expr **expr, lowering *lw);
/* x where the call is abs(x); else NULL. And whether x is negative in all rounds, or in
 * none; refuses, having asked for what would help. */
cpm_expr *cpm_lower_abs_argument(const lowering *lw, const cpm_expr *call);
cpm_status cpm_lower_is_negative(bool *negative, lowering *lw, const cpm_expr *x);
/* An operand of an operator: a truth value that counters decide is 0 or 1. */
cpm_status cpm_lower_operand(lv *out, lowering *lw, const cpm_expr *expr, cpm_op op);

/* lower_call.c: calls of the program's functions */

/* Whether the expression calls one that the loop does not assign. */
bool cpm_lower_is_own_call(const lowering *lw, const cpm_expr *expr);
/* The value of such a call; as a truth value; as `count` values that are unpacked, each
 * like an item above; as whatever it is, in a loop with lists. */
cpm_status cpm_lower_call_value(lv *out, lowering *lw, const cpm_expr *call);
cpm_status cpm_lower_call_truth(bool *truth, lowering *lw, const cpm_expr *call);
struct sval;
cpm_status cpm_lower_call_any(struct sval *out, lowering *lw, const cpm_expr *call);
cpm_status cpm_lower_call_items(lv *items, size_t count, lowering *lw, const cpm_expr *call);
/* A return statement. */
cpm_status cpm_lower_return(lowering *lw, const cpm_stmt *stmt);
/* Has the function at work returned? */
bool cpm_lower_has_returned(const lowering *lw);

/* lower_loop.c */

/* A `for` inside the loop. */
cpm_status cpm_lower_inner_for(lowering *lw, const cpm_stmt *loop);
/* What an inner loop assigns goes through registers from here on. */
cpm_status cpm_lower_demote(lowering *lw, const cpm_stmt *loop);
/* The flows after very many rounds of a body that has been lowered once. */
cpm_status cpm_lower_follow(lowering *lw, const cpm_stmt *loop, lower_round round);
/* A loop begins, or ends, inside the one that is lowered. */
void cpm_lower_enter_loop(lowering *lw, inner_loop *entered);
void cpm_lower_leave_loop(lowering *lw);
/* What the counter's registers start as, before the LOOP at index loop_at. */
cpm_status cpm_lower_prologue(lowering *lw, size_t c, size_t loop_at);
/* The body of a loop whose counter is c, and, entering it, the step at its end too. */
cpm_status cpm_lower_body(lowering *lw, size_t c, const cpm_block *body);
cpm_status cpm_lower_enter_body(lowering *lw, size_t c, const cpm_block *body);

#endif
