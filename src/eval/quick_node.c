/* SPDX-License-Identifier: MIT
 *
 * quick_node.c - the quick nodes of expressions. For each operator there is one function
 * for each pair of shapes that its operands have, made by a macro: N is another node,
 * V a variable, C a constant.
 */
#include "eval/interp_impl.h"
#include "eval/quick.h"

#include <stddef.h>
#include <string.h>

/* ---- Operands ---------------------------------------------------------------- */

static inline const cpm_val *variable(const cpm_interp *in, cpm_quick_variable v)
{
    const void *field = (const char *)in + v.field;
    return *(cpm_val *const *)field + v.index;
}

static inline slong word_of(const cpm_val *value)
{
    return cpm_is_small(value) ? value->u.z : CPM_NO_WORD;
}

static inline slong fitting(slong z)
{
    return z < COEFF_MIN || z > COEFF_MAX ? CPM_NO_WORD : z;
}

/* Declares x, a word that an operand must be, or else returns `failure`. */
#define READ_N(x, part, failure)                                                                   \
    slong x = (part).node->word(in, (part).node);                                                  \
    if (x == CPM_NO_WORD)                                                                          \
    return failure
#define READ_V(x, part, failure)                                                                   \
    const cpm_val *x##_at = variable(in, (part).variable);                                         \
    if (!cpm_is_small(x##_at))                                                                     \
        return failure;                                                                            \
    slong x = x##_at->u.z
#define READ_C(x, part, failure) slong x = (part).number

#define PLACE_N(part) ((part).node->place(in, (part).node))
#define PLACE_V(part) variable(in, (part).variable)

/* Each function with two operands for the shapes that they may have; of two constants
 * the first is a node. */
#define FOR_SHAPES(DEFINE, ...)                                                                    \
    DEFINE(N, N, __VA_ARGS__)                                                                      \
    DEFINE(N, V, __VA_ARGS__)                                                                      \
    DEFINE(N, C, __VA_ARGS__)                                                                      \
    DEFINE(V, N, __VA_ARGS__)                                                                      \
    DEFINE(V, V, __VA_ARGS__)                                                                      \
    DEFINE(V, C, __VA_ARGS__)                                                                      \
    DEFINE(C, N, __VA_ARGS__)                                                                      \
    DEFINE(C, V, __VA_ARGS__)

/* The row of them in a table by shapes. */
#define SHAPES(name)                                                                               \
    {                                                                                              \
        {name##_NN, name##_NV, name##_NC}, {name##_VN, name##_VV, name##_VC},                      \
        {                                                                                          \
            name##_CN, name##_CV, name##_NC                                                        \
        }                                                                                          \
    }

static cpm_quick_part part_of(cpm_quick *operand)
{
    switch (operand->shape) {
    case CPM_QUICK_VARIABLE:
        return operand->a;
    case CPM_QUICK_NUMBER:
        return (cpm_quick_part){.number = operand->value.u.z};
    default:
        return (cpm_quick_part){.node = operand};
    }
}

static void set_parts(cpm_quick *q, cpm_quick *left, cpm_quick *right)
{
    bool both = left->shape == CPM_QUICK_NUMBER && right->shape == CPM_QUICK_NUMBER;
    q->a = both ? (cpm_quick_part){.node = left} : part_of(left);
    q->b = part_of(right);
}

/* ---- Constants and variables --------------------------------------------------- */

static slong word_number(cpm_interp *in, const cpm_quick *q)
{
    (void)in;
    return q->value.u.z;
}

static const cpm_val *place_constant(cpm_interp *in, const cpm_quick *q)
{
    (void)in;
    return &q->value;
}

static slong word_variable(cpm_interp *in, const cpm_quick *q)
{
    return word_of(variable(in, q->a.variable));
}

static const cpm_val *place_variable(cpm_interp *in, const cpm_quick *q)
{
    const cpm_val *value = variable(in, q->a.variable);
    return value->kind == CPM_VAL_UNBOUND ? NULL : value;
}

static const cpm_val *place_cell(cpm_interp *in, const cpm_quick *q)
{
    const cpm_val *value = cpm_in_slot(in, q->slot);
    return value->kind == CPM_VAL_UNBOUND ? NULL : value;
}

static slong word_of_place(cpm_interp *in, const cpm_quick *q)
{
    const cpm_val *value = q->place(in, q);
    return value == NULL ? CPM_NO_WORD : word_of(value);
}

static int test_word(cpm_interp *in, const cpm_quick *q)
{
    slong word = q->word(in, q);
    return word == CPM_NO_WORD ? -1 : word != 0;
}

static int test_place(cpm_interp *in, const cpm_quick *q)
{
    const cpm_val *value = q->place(in, q);
    if (value == NULL)
        return -1;
    return value->kind == CPM_VAL_BOOL ? value->u.z != 0 : cpm_val_truth(value);
}

void cpm_quick_set_number(cpm_quick *q, const cpm_val *value)
{
    cpm_quick_set_place(q, value);
    q->word = word_number;
    q->test = test_word;
    q->shape = CPM_QUICK_NUMBER;
}

void cpm_quick_set_place(cpm_quick *q, const cpm_val *value)
{
    q->place = place_constant;
    q->test = test_place;
    q->value = *value;
}

void cpm_quick_set_variable(cpm_quick *q, uint32_t slot)
{
    bool is_cell = !(slot & CPM_SLOT_GLOBAL) && (slot & CPM_SLOT_CELL);
    q->slot = slot;
    q->a.variable = (cpm_quick_variable){slot & CPM_SLOT_GLOBAL ? offsetof(cpm_interp, globals)
                                                                : offsetof(cpm_interp, locals),
                                         slot & CPM_SLOT_INDEX};
    q->word = is_cell ? word_of_place : word_variable;
    q->place = is_cell ? place_cell : place_variable;
    q->test = test_place;
    q->shape = is_cell ? CPM_QUICK_NODE : CPM_QUICK_VARIABLE;
}

/* ---- Arithmetic ------------------------------------------------------------------ */

static inline slong op_add(slong a, slong b)
{
    return fitting(a + b); /* both have 62 bits: no overflow */
}

static inline slong op_sub(slong a, slong b)
{
    return fitting(a - b);
}

static inline slong op_mul(slong a, slong b)
{
    slong r;
    return __builtin_mul_overflow(a, b, &r) ? CPM_NO_WORD : fitting(r);
}

static inline slong op_floordiv(slong a, slong b)
{
    if (b == 0)
        return CPM_NO_WORD;
    slong q = a / b, r = a % b;
    return q - (r != 0 && (r ^ b) < 0);
}

static inline slong op_mod(slong a, slong b)
{
    if (b == 0)
        return CPM_NO_WORD;
    slong r = a % b;
    return r != 0 && (r ^ b) < 0 ? r + b : r;
}

static inline slong op_pow(slong a, slong b)
{
    slong r = 1;
    if (b < 0 || b > 64)
        return CPM_NO_WORD;
    while (b-- > 0)
        if (__builtin_mul_overflow(r, a, &r))
            return CPM_NO_WORD;
    return fitting(r);
}

static inline slong op_lshift(slong a, slong b)
{
    return b < 0 || b > 61 ? CPM_NO_WORD : op_mul(a, (slong)1 << b);
}

static inline slong op_rshift(slong a, slong b)
{
    return b < 0 ? CPM_NO_WORD : a >> (b > 62 ? 62 : b);
}

static inline slong op_and(slong a, slong b)
{
    return fitting(a & b);
}

static inline slong op_or(slong a, slong b)
{
    return fitting(a | b);
}

static inline slong op_xor(slong a, slong b)
{
    return fitting(a ^ b);
}

static inline slong op_min(slong a, slong b)
{
    return a < b ? a : b;
}

static inline slong op_max(slong a, slong b)
{
    return a > b ? a : b;
}

#define DEFINE_BINARY(A, B, name)                                                                  \
    static slong name##_##A##B(cpm_interp *in, const cpm_quick *q)                                 \
    {                                                                                              \
        READ_##A(a, q->a, CPM_NO_WORD);                                                            \
        READ_##B(b, q->b, CPM_NO_WORD);                                                            \
        return op_##name(a, b);                                                                    \
    }

FOR_SHAPES(DEFINE_BINARY, add)
FOR_SHAPES(DEFINE_BINARY, sub)
FOR_SHAPES(DEFINE_BINARY, mul)
FOR_SHAPES(DEFINE_BINARY, floordiv)
FOR_SHAPES(DEFINE_BINARY, mod)
FOR_SHAPES(DEFINE_BINARY, pow)
FOR_SHAPES(DEFINE_BINARY, lshift)
FOR_SHAPES(DEFINE_BINARY, rshift)
FOR_SHAPES(DEFINE_BINARY, and)
FOR_SHAPES(DEFINE_BINARY, or)
FOR_SHAPES(DEFINE_BINARY, xor)

bool cpm_quick_set_binary(cpm_quick *q, cpm_op op, cpm_quick *left, cpm_quick *right)
{
    static const cpm_quick_word_fn functions[][3][3] = {
        [CPM_OP_ADD] = SHAPES(add),       [CPM_OP_SUB] = SHAPES(sub),
        [CPM_OP_MUL] = SHAPES(mul),       [CPM_OP_FLOORDIV] = SHAPES(floordiv),
        [CPM_OP_MOD] = SHAPES(mod),       [CPM_OP_POW] = SHAPES(pow),
        [CPM_OP_LSHIFT] = SHAPES(lshift), [CPM_OP_RSHIFT] = SHAPES(rshift),
        [CPM_OP_AND] = SHAPES(and),       [CPM_OP_OR] = SHAPES(or),
        [CPM_OP_XOR] = SHAPES(xor),
    };
    if (left->word == NULL || right->word == NULL || op > CPM_OP_XOR)
        return false;
    q->word = functions[op][left->shape][right->shape];
    q->test = test_word;
    set_parts(q, left, right);
    return q->word != NULL;
}

static slong word_neg(cpm_interp *in, const cpm_quick *q)
{
    READ_N(a, q->a, CPM_NO_WORD);
    return -a;
}

static slong word_invert(cpm_interp *in, const cpm_quick *q)
{
    READ_N(a, q->a, CPM_NO_WORD);
    return fitting(~a);
}

static int test_not(cpm_interp *in, const cpm_quick *q)
{
    int truth = q->a.node->test(in, q->a.node);
    return truth < 0 ? truth : !truth;
}

bool cpm_quick_set_unary(cpm_quick *q, cpm_op op, cpm_quick *operand)
{
    q->a.node = operand;
    if (op == CPM_OP_NOT) {
        q->test = test_not;
        q->is_truth = true;
        return true;
    }
    q->word = op == CPM_OP_NEG ? word_neg : word_invert;
    q->test = test_word;
    return operand->word != NULL && (op == CPM_OP_NEG || op == CPM_OP_INVERT);
}

/* ---- Comparisons and conditions ----------------------------------------------------- */

#define DEFINE_COMPARISON(A, B, name, op)                                                          \
    static int name##_##A##B(cpm_interp *in, const cpm_quick *q)                                   \
    {                                                                                              \
        READ_##A(a, q->a, -1);                                                                     \
        READ_##B(b, q->b, -1);                                                                     \
        return a op b;                                                                             \
    }

FOR_SHAPES(DEFINE_COMPARISON, lt, <)
FOR_SHAPES(DEFINE_COMPARISON, le, <=)
FOR_SHAPES(DEFINE_COMPARISON, gt, >)
FOR_SHAPES(DEFINE_COMPARISON, ge, >=)
FOR_SHAPES(DEFINE_COMPARISON, eq, ==)
FOR_SHAPES(DEFINE_COMPARISON, ne, !=)

/* Whether two values that stand somewhere are equal: integers, strings, truth values. */
static int same_places(cpm_interp *in, const cpm_quick *q)
{
    const cpm_val *x = PLACE_N(q->a), *y = x == NULL ? NULL : PLACE_N(q->b);
    if (y == NULL || x->kind != y->kind)
        return -1;
    if (cpm_is_small(x) && cpm_is_small(y))
        return x->u.z == y->u.z;
    if (x->kind != CPM_VAL_STRING)
        return x->kind == CPM_VAL_BOOL ? x->u.z == y->u.z : -1;
    const cpm_string_object *s = x->u.string, *t = y->u.string;
    return s == t || (s->len == t->len && memcmp(s->bytes, t->bytes, s->len) == 0);
}

static int differing_places(cpm_interp *in, const cpm_quick *q)
{
    int same = same_places(in, q);
    return same < 0 ? same : !same;
}

static bool set_words(cpm_quick *q, cpm_op op, cpm_quick *left, cpm_quick *right)
{
    static const cpm_quick_test_fn functions[][3][3] = {
        [CPM_OP_LT] = SHAPES(lt), [CPM_OP_LE] = SHAPES(le), [CPM_OP_GT] = SHAPES(gt),
        [CPM_OP_GE] = SHAPES(ge), [CPM_OP_EQ] = SHAPES(eq), [CPM_OP_NE] = SHAPES(ne),
    };
    if (left->word == NULL || right->word == NULL || op < CPM_OP_LT || op > CPM_OP_NE)
        return false;
    q->test = functions[op][left->shape][right->shape];
    set_parts(q, left, right);
    return true;
}

bool cpm_quick_set_comparison(cpm_quick *q, cpm_op op, cpm_quick *left, cpm_quick *right)
{
    bool is_equality = op == CPM_OP_EQ || op == CPM_OP_NE;
    q->is_truth = true;
    bool has_number = left->shape == CPM_QUICK_NUMBER || right->shape == CPM_QUICK_NUMBER;
    if (!is_equality || left->place == NULL || right->place == NULL || has_number)
        return set_words(q, op, left, right);
    q->test = op == CPM_OP_EQ ? same_places : differing_places;
    q->a.node = left;
    q->b.node = right;
    return true;
}

static int test_and(cpm_interp *in, const cpm_quick *q)
{
    int truth = q->a.node->test(in, q->a.node);
    return truth <= 0 ? truth : q->b.node->test(in, q->b.node);
}

static int test_or(cpm_interp *in, const cpm_quick *q)
{
    int truth = q->a.node->test(in, q->a.node);
    return truth != 0 ? truth : q->b.node->test(in, q->b.node);
}

void cpm_quick_set_bool(cpm_quick *q, cpm_op op, cpm_quick *left, cpm_quick *right)
{
    q->test = op == CPM_OP_BOOL_AND ? test_and : test_or;
    q->is_truth = left->is_truth && right->is_truth;
    q->a.node = left;
    q->b.node = right;
}

static slong word_cond(cpm_interp *in, const cpm_quick *q)
{
    int truth = q->a.node->test(in, q->a.node);
    const cpm_quick *value = truth != 0 ? q->b.node : q->c.node;
    return truth < 0 ? CPM_NO_WORD : value->word(in, value);
}

bool cpm_quick_set_cond(cpm_quick *q, cpm_quick *test, cpm_quick *then, cpm_quick *orelse)
{
    q->word = word_cond;
    q->test = test_word;
    q->a.node = test;
    q->b.node = then;
    q->c.node = orelse;
    return then->word != NULL && orelse->word != NULL;
}

/* ---- Built-in functions ---------------------------------------------------------------- */

/* Whether the name means the function still: a program may assign it. */
static inline bool is_builtin(const cpm_interp *in, const cpm_quick *q)
{
    return in->globals[q->callee].kind == CPM_VAL_UNBOUND;
}

#define DEFINE_CALL(A, B, name)                                                                    \
    DEFINE_BINARY(A, B, name)                                                                      \
    static slong call_##name##_##A##B(cpm_interp *in, const cpm_quick *q)                          \
    {                                                                                              \
        return is_builtin(in, q) ? name##_##A##B(in, q) : CPM_NO_WORD;                             \
    }

FOR_SHAPES(DEFINE_CALL, min)
FOR_SHAPES(DEFINE_CALL, max)

static slong call_abs(cpm_interp *in, const cpm_quick *q)
{
    READ_N(a, q->a, CPM_NO_WORD);
    return !is_builtin(in, q) ? CPM_NO_WORD : a < 0 ? -a : a;
}

static slong call_len(cpm_interp *in, const cpm_quick *q)
{
    const cpm_val *value = is_builtin(in, q) ? PLACE_N(q->a) : NULL;
    if (value == NULL)
        return CPM_NO_WORD;
    switch (value->kind) {
    case CPM_VAL_LIST:
        return (slong)value->u.list->nitems;
    case CPM_VAL_TUPLE:
        return (slong)value->u.tuple->nitems;
    case CPM_VAL_STRING:
        return (slong)value->u.string->nchars;
    default:
        return CPM_NO_WORD;
    }
}

bool cpm_quick_set_call(cpm_quick *q, cpm_builtin_id id, cpm_sym callee, cpm_quick *first,
                        cpm_quick *second)
{
    static const cpm_quick_word_fn functions[][3][3] = {SHAPES(call_min), SHAPES(call_max)};
    q->callee = callee;
    q->test = test_word;
    if (second == NULL) {
        q->word = id == CPM_BUILTIN_ABS ? call_abs : id == CPM_BUILTIN_LEN ? call_len : NULL;
        q->a.node = first;
        return q->word == call_abs ? first->word != NULL : q->word != NULL && first->place != NULL;
    }
    if ((id != CPM_BUILTIN_MIN && id != CPM_BUILTIN_MAX) || first->word == NULL ||
        second->word == NULL)
        return false;
    q->word = functions[id == CPM_BUILTIN_MAX][first->shape][second->shape];
    set_parts(q, first, second);
    return true;
}

/* ---- Items ------------------------------------------------------------------------------ */

static inline cpm_val *item_of_list(const cpm_val *object, slong at)
{
    if (object == NULL || object->kind != CPM_VAL_LIST)
        return NULL;
    const cpm_list_object *list = object->u.list;
    at = at < 0 ? at + (slong)list->nitems : at;
    return (ulong)at < list->nitems ? &list->items[at] : NULL;
}

/* A character, of those that are made once. */
static const cpm_val *item_of_string(cpm_interp *in, const cpm_string_object *s, slong at)
{
    at = at < 0 ? at + (slong)s->nchars : at;
    if ((ulong)at >= s->nchars || s->nchars != s->len)
        return NULL;
    cpm_val *made = &in->chars[s->bytes[at] & 0x7f];
    if (made->kind == CPM_VAL_UNBOUND) {
        cpm_err ignored = {0};
        if (cpm_val_copy_string(made, s->bytes + at, 1, &ignored) != CPM_OK)
            return NULL;
    }
    return made;
}

static CPM_NOINLINE const cpm_val *item_of_other(cpm_interp *in, const cpm_val *object, slong at)
{
    if (object == NULL)
        return NULL;
    if (object->kind == CPM_VAL_STRING)
        return item_of_string(in, object->u.string, at);
    if (object->kind != CPM_VAL_TUPLE)
        return NULL;
    const cpm_tuple_object *tuple = object->u.tuple;
    at = at < 0 ? at + (slong)tuple->nitems : at;
    return (ulong)at < tuple->nitems ? &tuple->items[at] : NULL;
}

/* Where an item stands, the integer that it is, and where an item of a list is set. */
#define DEFINE_ITEM(A, B, unused)                                                                  \
    static const cpm_val *target_##A##B(cpm_interp *in, const cpm_quick *q)                        \
    {                                                                                              \
        READ_##B(at, q->b, NULL);                                                                  \
        return item_of_list(PLACE_##A(q->a), at);                                                  \
    }                                                                                              \
    static inline const cpm_val *item_##A##B(cpm_interp *in, const cpm_quick *q)                   \
    {                                                                                              \
        const cpm_val *object = PLACE_##A(q->a);                                                   \
        READ_##B(at, q->b, NULL);                                                                  \
        const cpm_val *item = item_of_list(object, at);                                            \
        return item != NULL ? item : item_of_other(in, object, at);                                \
    }                                                                                              \
    static slong word_item_##A##B(cpm_interp *in, const cpm_quick *q)                              \
    {                                                                                              \
        const cpm_val *item = item_##A##B(in, q);                                                  \
        return item == NULL ? CPM_NO_WORD : word_of(item);                                         \
    }

DEFINE_ITEM(N, N, )
DEFINE_ITEM(N, V, )
DEFINE_ITEM(N, C, )
DEFINE_ITEM(V, N, )
DEFINE_ITEM(V, V, )
DEFINE_ITEM(V, C, )

#define ITEM_SHAPES(name)                                                                          \
    {                                                                                              \
        {name##_NN, name##_NV, name##_NC}, {name##_VN, name##_VV, name##_VC},                      \
    }

static bool set_item(cpm_quick *q, cpm_quick *object, cpm_quick *at,
                     const cpm_quick_place_fn functions[2][3])
{
    if (object->place == NULL || at->word == NULL || object->shape == CPM_QUICK_NUMBER)
        return false;
    q->place = functions[object->shape][at->shape];
    q->test = test_place;
    q->a = part_of(object);
    q->b = part_of(at);
    return true;
}

bool cpm_quick_set_item(cpm_quick *q, cpm_quick *object, cpm_quick *at)
{
    static const cpm_quick_place_fn places[2][3] = ITEM_SHAPES(item);
    static const cpm_quick_word_fn words[2][3] = ITEM_SHAPES(word_item);
    if (!set_item(q, object, at, places))
        return false;
    q->word = words[object->shape][at->shape];
    return true;
}

bool cpm_quick_set_target(cpm_quick *q, cpm_quick *object, cpm_quick *at)
{
    static const cpm_quick_place_fn targets[2][3] = ITEM_SHAPES(target);
    return set_item(q, object, at, targets);
}

/* ---- Asked by the general way -------------------------------------------------------------- */

const cpm_val *cpm_quick_operand(cpm_interp *in, cpm_quick *q, cpm_val *tmp)
{
    const cpm_val *value = NULL;
    if (!cpm_quick_may_try(&q->luck))
        return NULL;
    if (q->place != NULL) {
        value = q->place(in, q);
    } else if (q->word != NULL) {
        slong word = q->word(in, q);
        value = word != CPM_NO_WORD && cpm_store_small(tmp, word) ? tmp : NULL;
    } else if (q->is_truth) {
        int truth = q->test(in, q);
        if (truth >= 0)
            *tmp = (cpm_val){CPM_VAL_BOOL, {.z = truth}};
        value = truth >= 0 ? tmp : NULL;
    }
    cpm_quick_note(&q->luck, value != NULL);
    return value;
}

bool cpm_quick_eval(cpm_interp *in, cpm_val *out, cpm_quick *q)
{
    const cpm_val *value = cpm_quick_operand(in, q, out);
    if (value != NULL && value != out)
        cpm_val_copy(out, value);
    return value != NULL;
}
