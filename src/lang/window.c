/* SPDX-License-Identifier: MIT
 *
 * window.c - whether a list is seen through a window alone.
 *
 * All occurrences of its name are looked at, in the order of the text: those before the
 * loop, in it, and behind it, to the end of the block. Each is an item whose place is
 * affine, or the list is left as it is.
 */
#include "lang/window.h"

#include "base/limits.h"
#include "lang/mention.h"
#include "lang/method.h"
#include "lang/visit.h"

/* How an item is used. */
typedef enum role {
    ROLE_LOAD,    /* its value, which may be a list that has a second name then */
    ROLE_ELEMENT, /* an item of it, or a part of it as a copy */
    ROLE_STORE,   /* it is assigned */
    ROLE_BASE     /* it is changed inside, or asked to change itself */
} role;

typedef enum phase { PHASE_BEFORE, PHASE_INSIDE, PHASE_BEHIND } phase;

/* A name inside the loop over a range of constants. */
typedef struct range_name {
    cpm_sym sym;
    slong low, high;
} range_name;

enum { MAX_RANGE_NAMES = 8, MAX_LOOKED = 16 };

typedef struct scan {
    cpm_window *w;
    const cpm_window_place *place;
    const cpm_tree *tree;
    const cpm_stmt *loop;
    cpm_offset length, end; /* of the list as it is made; behind the loop's last round */
    phase phase;
    bool appended; /* in this round */
    bool refused;
    slong low_kept; /* the lowest offset that may not be negative as a place */
    range_name ranges[MAX_RANGE_NAMES];
    size_t nranges;
    size_t nlooked; /* names whose items were looked for */
} scan;

static void scan_expr(scan *s, const cpm_expr *expr, role use);
static void scan_block(scan *s, const cpm_block *block);

/* ---- Names ------------------------------------------------------------------------- */

/* Whether the block, or one in it, names it otherwise than in the place's block. */
static bool mentioned_outside(const scan *s, const cpm_block *block)
{
    if (block == s->place->block)
        return false;
    for (size_t i = 0; i < block->nstmts; i++) {
        cpm_part part;
        for (size_t k = 0; cpm_stmt_part(&part, s->tree, block->stmts[i], k); k++) {
            bool does = part.kind == CPM_PART_BLOCK ? mentioned_outside(s, part.u.block)
                        : part.kind == CPM_PART_NAME || part.kind == CPM_PART_GLOBAL
                            ? part.u.sym == s->w->list
                            : cpm_expr_mentions(part.u.expr, s->w->list);
            if (does)
                return true;
        }
    }
    return false;
}

/* Whether function f stands inside the function of the place. */
static bool is_inside(const scan *s, size_t f)
{
    if (s->place->function == CPM_NO_FUNCTION)
        return true;
    while (f != CPM_NO_FUNCTION && f != s->place->function)
        f = s->tree->functions[f].parent;
    return f == s->place->function;
}

/* Whether code that the scan does not see uses the list. */
static bool is_shared(const scan *s)
{
    const cpm_tree *tree = s->tree;
    size_t home = s->place->function;
    if (mentioned_outside(s, home == CPM_NO_FUNCTION ? &tree->top : &tree->functions[home].body))
        return true;
    for (size_t f = 0; f < tree->nfunctions; f++)
        if (f != home && is_inside(s, f) &&
            cpm_block_mentions(tree, &tree->functions[f].body, s->w->list))
            return true;
    return home == CPM_NO_FUNCTION && s->place->call != NULL &&
           cpm_expr_mentions(s->place->call, s->w->list);
}

/* Whether the name keeps its value from where it decides how long the list is: where that
 * is made, or where it begins to grow, to the block's end. */
static bool is_kept(const scan *s, cpm_sym sym)
{
    const cpm_block *block = s->place->block;
    size_t since = s->w->grows ? s->place->loop : s->w->made;
    const cpm_block rest = {block->stmts + since, block->nstmts - since};
    return !cpm_block_assigns(s->tree, &rest, sym) && !cpm_tree_declares(s->tree, sym);
}

/* The same of all names in the expression. */
static bool are_kept(const scan *s, const cpm_expr *expr)
{
    cpm_sym sym;
    const cpm_expr *child;
    bool kept = true;
    for (size_t i = 0; kept && (sym = cpm_expr_reads(expr, i)) != CPM_NO_SYM; i++)
        kept = expr->kind != CPM_EXPR_NAME || is_kept(s, sym);
    for (size_t i = 0; kept && (child = cpm_expr_child(expr, i)) != NULL; i++)
        kept = are_kept(s, child);
    return kept;
}

/* ---- How it is made ---------------------------------------------------------------- */

static bool is_range_call(const cpm_tree *tree, const cpm_expr *expr)
{
    return expr->kind == CPM_EXPR_CALL && expr->u.call.nargs == 1 &&
           expr->u.call.args[0].keyword == CPM_NO_SYM &&
           expr->u.call.callee == cpm_tree_find(tree, "range", 5);
}

static bool is_scalar(const cpm_expr *expr)
{
    return expr->kind <= CPM_EXPR_NAME ||
           (expr->kind == CPM_EXPR_UNARY && expr->u.unary.operand->kind == CPM_EXPR_INT);
}

/* [x] * k */
static bool is_repeated(const cpm_expr *expr)
{
    return expr->kind == CPM_EXPR_CHAIN && expr->u.chain.nlinks == 1 &&
           expr->u.chain.links[0].op == CPM_OP_MUL && expr->u.chain.first->kind == CPM_EXPR_LIST &&
           expr->u.chain.first->u.tuple.nitems == 1 &&
           is_scalar(expr->u.chain.first->u.tuple.items[0]) &&
           is_scalar(expr->u.chain.links[0].operand);
}

/* A list of which every evaluation makes another one like it. */
static bool is_row(const cpm_tree *tree, const cpm_expr *expr)
{
    if (expr->kind == CPM_EXPR_COMP)
        return expr->u.comp.of == CPM_EXPR_LIST && expr->u.comp.nclauses == 1 &&
               is_range_call(tree, expr->u.comp.clauses[0].expr) &&
               is_scalar(expr->u.comp.clauses[0].expr->u.call.args[0].value) &&
               (is_scalar(expr->u.comp.element) || is_row(tree, expr->u.comp.element));
    if (expr->kind != CPM_EXPR_LIST)
        return is_repeated(expr);
    bool is = true;
    for (size_t i = 0; is && i < expr->u.tuple.nitems; i++)
        is = is_scalar(expr->u.tuple.items[i]);
    return is;
}

/* [x] * (n + 1), on either side. */
static bool read_product(cpm_window *w, const cpm_expr *value)
{
    if (value->kind != CPM_EXPR_CHAIN || value->u.chain.nlinks != 1 ||
        value->u.chain.links[0].op != CPM_OP_MUL)
        return false;
    cpm_expr *items = value->u.chain.first;
    w->times = value->u.chain.links[0].operand;
    if (items->kind != CPM_EXPR_LIST) {
        w->times = items;
        items = value->u.chain.links[0].operand;
    }
    if (items->kind != CPM_EXPR_LIST || items->u.tuple.nitems != 1)
        return false;
    w->fill = items->u.tuple.items[0];
    w->is_repeated = w->fill->kind == CPM_EXPR_LIST;
    for (size_t i = 0; w->is_repeated && i < w->fill->u.tuple.nitems; i++)
        if (!is_scalar(w->fill->u.tuple.items[i]))
            return false;
    return w->is_repeated || is_scalar(w->fill);
}

/* [x for _ in range(n + 1)] */
static bool read_comp(cpm_window *w, const cpm_tree *tree, const cpm_expr *value)
{
    if (value->kind != CPM_EXPR_COMP || value->u.comp.of != CPM_EXPR_LIST ||
        value->u.comp.nclauses != 1)
        return false;
    const cpm_comp_clause *clause = &value->u.comp.clauses[0];
    w->fill = value->u.comp.element;
    w->is_row = is_row(tree, w->fill);
    if (!is_range_call(tree, clause->expr) || clause->target->kind != CPM_EXPR_NAME ||
        cpm_expr_mentions(w->fill, clause->target->u.name.sym) ||
        !(w->is_row || is_scalar(w->fill)))
        return false;
    w->times = clause->expr->u.call.args[0].value;
    return true;
}

static bool read_lead(cpm_window *w, const cpm_expr *list)
{
    if (list->kind != CPM_EXPR_LIST || list->u.tuple.nitems > CPM_MAX_WINDOW)
        return false;
    for (size_t i = 0; i < list->u.tuple.nitems; i++)
        if (list->u.tuple.items[i]->kind == CPM_EXPR_STAR)
            return false;
    w->nlead = (slong)list->u.tuple.nitems;
    return true;
}

/* [a, b] + [x] * n */
static bool read_sum(cpm_window *w, const cpm_expr *value)
{
    return value->kind == CPM_EXPR_CHAIN && value->u.chain.nlinks == 1 &&
           value->u.chain.links[0].op == CPM_OP_ADD && read_lead(w, value->u.chain.first) &&
           read_product(w, value->u.chain.links[0].operand);
}

/* [[x] * (n + 1) for _ in range(k)] */
static bool read_columns(cpm_window *w, const cpm_tree *tree, const cpm_expr *value)
{
    return value->kind == CPM_EXPR_COMP && value->u.comp.of == CPM_EXPR_LIST &&
           value->u.comp.nclauses == 1 && value->u.comp.clauses[0].target->kind == CPM_EXPR_NAME &&
           !cpm_expr_mentions(value->u.comp.element, value->u.comp.clauses[0].target->u.name.sym) &&
           (read_product(w, value->u.comp.element) || read_comp(w, tree, value->u.comp.element)) &&
           !w->is_row && !w->is_repeated;
}

static bool read_made(scan *s, const cpm_expr *value)
{
    cpm_window *w = s->w;
    w->grows = !w->has_columns && read_lead(w, value);
    if (w->grows)
        return true;
    bool is_read = w->has_columns ? read_columns(w, s->tree, value)
                                  : read_product(w, value) || read_sum(w, value) ||
                                        read_comp(w, s->tree, value);
    if (!is_read)
        return false;
    w->moves = w->has_columns;
    cpm_offset lead = {.constant = w->nlead};
    w->before = w->nlead - 1;
    return cpm_offset_read(&s->length, s->tree, w->times) && cpm_offset_add(&s->length, &lead, 1) &&
           are_kept(s, w->times) && are_kept(s, w->fill);
}

/* ---- Places ------------------------------------------------------------------------ */

static void refuse(scan *s)
{
    s->refused = true;
}

/* The least and the largest value of what is left of a form. */
static bool find_span(slong *low, slong *high, const scan *s, const cpm_offset *form)
{
    *low = *high = form->constant;
    for (size_t i = 0; i < form->nterms; i++) {
        size_t k = s->nranges;
        while (k > 0 && s->ranges[k - 1].sym != form->terms[i].sym)
            k--;
        slong c = form->terms[i].c;
        if (k == 0 || c > CPM_MAX_WINDOW || c < -CPM_MAX_WINDOW)
            return false;
        const range_name *range = &s->ranges[k - 1];
        *low += c * (c > 0 ? range->low : range->high);
        *high += c * (c > 0 ? range->high : range->low);
    }
    return *low >= -CPM_MAX_WINDOW && *high <= CPM_MAX_WINDOW;
}

static void widen(scan *s, slong low, slong high)
{
    s->w->low = low < s->w->low ? low : s->w->low;
    s->w->high = high > s->w->high ? high : s->w->high;
}

static void place_before(scan *s, const cpm_offset *form)
{
    if (form->nterms > 0 || form->constant < 0 || form->constant > CPM_MAX_WINDOW)
        refuse(s);
    else if (form->constant > s->w->before)
        s->w->before = form->constant;
}

/* Counted from the end of a list that grows, or from the loop's variable. */
static void place_inside(scan *s, cpm_offset *form, role use)
{
    cpm_window *w = s->w;
    slong low, high, c = cpm_offset_take(form, s->loop->u.loop.target->u.name.sym);
    if (c == 0 && w->grows && form->nterms == 0 && form->constant < 0 &&
        form->constant >= -CPM_MAX_WINDOW)
        low = high = w->high + s->appended + form->constant;
    else if (c != 1 || !find_span(&low, &high, s, form)) {
        refuse(s);
        return;
    }
    if (w->grows && high >= w->high + s->appended)
        refuse(s);
    w->moves = w->moves || form->nterms > 0;
    if (w->grows) /* what is behind the appending is one place nearer to the front */
        widen(s, low - s->appended, w->high);
    else
        widen(s, low, high);
    bool may_be_another = use == ROLE_ELEMENT || (use == ROLE_LOAD && !w->is_row);
    if (!may_be_another && low < s->low_kept)
        s->low_kept = low;
}

static void place_behind(scan *s, cpm_offset *form, role use)
{
    cpm_window *w = s->w;
    bool from_end = form->nterms == 0 && form->constant < 0;
    if (from_end && w->grows)
        form->constant += w->high + 1;
    else if ((from_end && !cpm_offset_add(form, &s->length, 1)) ||
             !cpm_offset_add(form, &s->end, -1) || form->nterms > 0)
        refuse(s);
    else
        form->constant++; /* the last round is the one before the end */
    if (use == ROLE_STORE || use == ROLE_BASE || form->constant > w->high ||
        form->constant < -CPM_MAX_WINDOW)
        refuse(s);
    else
        widen(s, form->constant - w->grows, w->high);
}

static void place_item(scan *s, const cpm_expr *at, role use)
{
    cpm_offset form;
    bool shows_sharing = s->w->is_repeated && (use == ROLE_LOAD || use == ROLE_BASE);
    if (shows_sharing || !cpm_offset_read(&form, s->tree, at))
        refuse(s);
    else if (s->phase == PHASE_BEFORE)
        place_before(s, &form);
    else if (s->phase == PHASE_INSIDE)
        place_inside(s, &form, use);
    else
        place_behind(s, &form, use);
}

/* ---- Expressions ------------------------------------------------------------------- */

/* Numbers that a name runs over: those of [2, 3, 5], or of a name that is always that. */
static bool read_numbers(range_name *out, scan *s, const cpm_expr *items)
{
    cpm_offset form;
    if (items->kind == CPM_EXPR_NAME && s->nlooked++ < MAX_LOOKED)
        items = cpm_tree_known_items(s->tree, items->u.name.sym);
    if (items == NULL || (items->kind != CPM_EXPR_LIST && items->kind != CPM_EXPR_TUPLE))
        return false;
    for (size_t i = 0; i < items->u.tuple.nitems; i++) {
        if (!cpm_offset_read(&form, s->tree, items->u.tuple.items[i]) || form.nterms > 0)
            return false;
        out->low = i == 0 || form.constant < out->low ? form.constant : out->low;
        out->high = i == 0 || form.constant > out->high ? form.constant : out->high;
    }
    return items->u.tuple.nitems > 0;
}

static bool read_range(range_name *out, const cpm_tree *tree, const cpm_expr *start,
                       const cpm_expr *stop, const cpm_expr *step)
{
    cpm_offset form = {0};
    if (step != NULL || (start != NULL && !cpm_offset_read(&form, tree, start)) || form.nterms > 0)
        return false;
    out->low = out->high = form.constant;
    if (!cpm_offset_read(&form, tree, stop) || form.nterms > 0)
        return false;
    out->high = form.constant > out->low ? form.constant - 1 : out->low;
    return true;
}

static bool is_small(const range_name *range)
{
    return range->low >= -CPM_MAX_WINDOW && range->high <= CPM_MAX_WINDOW;
}

/* range(stop) or range(start, stop), or numbers, as what a comprehension runs over. */
static bool read_iterable(range_name *out, scan *s, const cpm_expr *expr)
{
    if (expr->kind != CPM_EXPR_CALL)
        return read_numbers(out, s, expr);
    size_t nargs = expr->u.call.nargs;
    if (expr->u.call.callee != cpm_tree_find(s->tree, "range", 5) || nargs == 0 || nargs > 2)
        return false;
    const cpm_arg *args = expr->u.call.args;
    return read_range(out, s->tree, nargs == 2 ? args[0].value : NULL, args[nargs - 1].value, NULL);
}

static void push_range(scan *s, const range_name *range)
{
    if (is_small(range) && s->nranges < MAX_RANGE_NAMES)
        s->ranges[s->nranges++] = *range;
}

static void scan_comp(scan *s, const cpm_expr *expr)
{
    size_t nranges = s->nranges;
    for (size_t i = 0; i < expr->u.comp.nclauses; i++) {
        const cpm_comp_clause *clause = &expr->u.comp.clauses[i];
        range_name range;
        scan_expr(s, clause->expr, ROLE_LOAD);
        if (clause->target != NULL && clause->target->kind == CPM_EXPR_NAME &&
            read_iterable(&range, s, clause->expr)) {
            range.sym = clause->target->u.name.sym;
            push_range(s, &range);
        }
    }
    scan_expr(s, expr->u.comp.element, ROLE_LOAD);
    if (expr->u.comp.value != NULL)
        scan_expr(s, expr->u.comp.value, ROLE_LOAD);
    s->nranges = nranges;
}

/* How the first operand is used. */
static role inner_role(const cpm_expr *expr, role use)
{
    switch (expr->kind) {
    case CPM_EXPR_TUPLE:
    case CPM_EXPR_LIST:
    case CPM_EXPR_STAR:
        return use == ROLE_STORE ? ROLE_STORE : ROLE_LOAD;
    case CPM_EXPR_INDEX:
    case CPM_EXPR_SLICE:
        return use == ROLE_STORE || use == ROLE_BASE ? ROLE_BASE : ROLE_ELEMENT;
    case CPM_EXPR_METHOD:
        return ROLE_BASE;
    default:
        return ROLE_LOAD;
    }
}

/* Whether that is the list, in which items are looked up by place. */
static bool is_list(const cpm_window *w, const cpm_expr *expr)
{
    return expr->kind == CPM_EXPR_NAME && expr->u.name.sym == w->list;
}

bool cpm_window_is_item(const cpm_expr **row, const cpm_window *w, const cpm_expr *expr)
{
    *row = NULL;
    if (expr->kind != CPM_EXPR_INDEX)
        return false;
    const cpm_expr *object = expr->u.index.object;
    if (!w->has_columns)
        return is_list(w, object);
    if (object->kind != CPM_EXPR_INDEX || !is_list(w, object->u.index.object))
        return false;
    *row = object->u.index.at;
    return true;
}

static void scan_expr(scan *s, const cpm_expr *expr, role use)
{
    bool is_name = expr->kind == CPM_EXPR_NAME && expr->u.name.sym == s->w->list;
    bool is_called = expr->kind == CPM_EXPR_CALL && expr->u.call.callee == s->w->list;
    if (is_name || is_called || expr->kind == CPM_EXPR_WALRUS)
        refuse(s);
    if (s->refused)
        return;
    if (expr->kind == CPM_EXPR_COMP) {
        scan_comp(s, expr);
        return;
    }
    const cpm_expr *child;
    size_t first = 0;
    bool has_items = expr->kind != CPM_EXPR_INDEX && expr->kind != CPM_EXPR_SLICE &&
                     expr->kind != CPM_EXPR_METHOD;
    const cpm_expr *row;
    if (cpm_window_is_item(&row, s->w, expr)) {
        place_item(s, expr->u.index.at, use);
        if (row != NULL)
            scan_expr(s, row, ROLE_LOAD);
        first = 1;
    }
    for (size_t i = first; (child = cpm_expr_child(expr, i)) != NULL; i++)
        scan_expr(s, child, i == 0 || has_items ? inner_role(expr, use) : ROLE_LOAD);
}

/* ---- Statements -------------------------------------------------------------------- */

const cpm_expr *cpm_window_appended(const cpm_window *w, const cpm_stmt *stmt)
{
    const cpm_expr *expr = stmt->kind == CPM_STMT_EXPR ? stmt->u.expr : NULL;
    return expr != NULL && expr->kind == CPM_EXPR_METHOD &&
                   expr->u.method.id == CPM_METHOD_APPEND && expr->u.method.nargs == 1 &&
                   expr->u.method.object->kind == CPM_EXPR_NAME &&
                   expr->u.method.object->u.name.sym == w->list
               ? expr->u.method.args[0].value
               : NULL;
}

static void scan_for(scan *s, const cpm_stmt *stmt)
{
    size_t nranges = s->nranges;
    const cpm_expr *target = stmt->u.loop.target, *iterable = stmt->u.loop.iterable;
    const cpm_expr *parts[] = {stmt->u.loop.start, stmt->u.loop.stop, stmt->u.loop.step, iterable};
    range_name range;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i] != NULL)
            scan_expr(s, parts[i], ROLE_LOAD);
    if (target != NULL)
        scan_expr(s, target, ROLE_STORE);
    if (stmt->u.loop.unpack != NULL)
        scan_expr(s, stmt->u.loop.unpack, ROLE_STORE);
    bool is_known = iterable != NULL ? read_numbers(&range, s, iterable)
                                     : read_range(&range, s->tree, stmt->u.loop.start,
                                                  stmt->u.loop.stop, stmt->u.loop.step);
    if (is_known && target != NULL && stmt->u.loop.unpack == NULL &&
        !cpm_block_assigns(s->tree, &stmt->u.loop.body, target->u.name.sym)) {
        range.sym = target->u.name.sym;
        push_range(s, &range);
    }
    scan_block(s, &stmt->u.loop.body);
    s->nranges = nranges;
    scan_block(s, &stmt->u.loop.orelse);
}

static void scan_part(scan *s, const cpm_stmt *stmt, const cpm_part *part)
{
    bool is_item = stmt->kind == CPM_STMT_AUGMENT_ITEM && part->u.expr == stmt->u.augment.target;
    switch (part->kind) {
    case CPM_PART_VALUE:
    case CPM_PART_SHOWN:
        scan_expr(s, part->u.expr, is_item ? ROLE_STORE : ROLE_LOAD);
        break;
    case CPM_PART_TARGET:
    case CPM_PART_UPDATE:
        scan_expr(s, part->u.expr, ROLE_STORE);
        break;
    case CPM_PART_NAME:
    case CPM_PART_GLOBAL:
        if (part->u.sym == s->w->list)
            refuse(s);
        break;
    case CPM_PART_BLOCK:
        scan_block(s, part->u.block);
        break;
    }
}

static void scan_stmt(scan *s, const cpm_stmt *stmt)
{
    cpm_part part;
    if (stmt->kind == CPM_STMT_DEL && cpm_stmt_mentions(s->tree, stmt, s->w->list))
        refuse(s);
    else if (stmt->kind == CPM_STMT_FOR)
        scan_for(s, stmt);
    else
        for (size_t i = 0; !s->refused && cpm_stmt_part(&part, s->tree, stmt, i); i++)
            scan_part(s, stmt, &part);
}

static void scan_block(scan *s, const cpm_block *block)
{
    for (size_t i = 0; !s->refused && i < block->nstmts; i++)
        scan_stmt(s, block->stmts[i]);
}

/* ---- The loop ---------------------------------------------------------------------- */

/* Where the loop ends: n + 1, or the length of the list itself. */
static bool read_end(scan *s, cpm_expr *stop)
{
    cpm_window *w = s->w;
    bool is_length = stop->kind == CPM_EXPR_CALL && stop->u.call.nargs == 1 &&
                     stop->u.call.callee == cpm_tree_find(s->tree, "len", 3) &&
                     is_list(w, stop->u.call.args[0].value) && !w->grows && !w->has_columns;
    w->end = is_length ? w->times : stop;
    w->end_lead = is_length ? w->nlead : 0;
    cpm_offset lead = {.constant = w->end_lead};
    return cpm_offset_read(&s->end, s->tree, w->end) && cpm_offset_add(&s->end, &lead, 1);
}

/* for i in range(2, n + 1), whose variable it alone changes, to its end. */
static bool read_loop(scan *s)
{
    const cpm_stmt *loop = s->loop;
    cpm_offset first = {0}, step = {.constant = 1};
    if (loop->u.loop.target == NULL || loop->u.loop.iterable != NULL ||
        loop->u.loop.orelse.nstmts > 0 ||
        (loop->u.loop.start != NULL && !cpm_offset_read(&first, s->tree, loop->u.loop.start)) ||
        (loop->u.loop.step != NULL && !cpm_offset_read(&step, s->tree, loop->u.loop.step)) ||
        !read_end(s, loop->u.loop.stop))
        return false;
    s->w->first = first.constant;
    return first.nterms == 0 && first.constant >= 0 && first.constant <= CPM_MAX_WINDOW &&
           step.nterms == 0 && step.constant == 1 && are_kept(s, s->w->end) &&
           !cpm_block_assigns(s->tree, &loop->u.loop.body, loop->u.loop.target->u.name.sym) &&
           !cpm_block_jumps(s->tree, &loop->u.loop.body, CPM_STMT_BREAK);
}

/* What is between: a list that grows may be given more items first. */
static void scan_before(scan *s)
{
    cpm_window *w = s->w;
    for (size_t i = w->made + 1; !s->refused && i < s->place->loop; i++) {
        const cpm_expr *value = cpm_window_appended(w, s->place->block->stmts[i]);
        if (value != NULL && w->grows) {
            w->nlead++;
            scan_expr(s, value, ROLE_LOAD);
        } else {
            scan_stmt(s, s->place->block->stmts[i]);
        }
    }
}

/* A list that grows does so once in every round. */
static void scan_inside(scan *s)
{
    cpm_window *w = s->w;
    const cpm_block *body = &s->loop->u.loop.body;
    w->low = w->grows ? w->high - 1 : CPM_MAX_WINDOW + 1;
    for (size_t i = 0; !s->refused && i < body->nstmts; i++) {
        const cpm_expr *value = cpm_window_appended(w, body->stmts[i]);
        if (value == NULL) {
            scan_stmt(s, body->stmts[i]);
            continue;
        }
        if (!w->grows || s->appended)
            refuse(s);
        scan_expr(s, value, ROLE_LOAD);
        s->appended = true;
    }
    if (w->grows ? !s->appended || cpm_block_jumps(s->tree, body, CPM_STMT_CONTINUE)
                 : w->low > w->high)
        refuse(s);
}

static void scan_behind(scan *s)
{
    const cpm_block *block = s->place->block;
    for (size_t i = s->place->loop + 1; !s->refused && i < block->nstmts; i++)
        scan_stmt(s, block->stmts[i]);
}

/* Where the list ends: all places are inside it. */
static bool has_room(scan *s)
{
    cpm_window *w = s->w;
    if (w->grows)
        return true;
    cpm_offset slack = s->length;
    if (!cpm_offset_add(&slack, &s->end, -1) || slack.nterms > 0 ||
        slack.constant > CPM_MAX_WINDOW || slack.constant < -CPM_MAX_WINDOW)
        return false;
    w->slack = slack.constant;
    return w->slack >= w->high && w->first + s->low_kept >= 0;
}

/* A length that is a number is worth it where it is large. */
static bool is_long(const scan *s)
{
    enum { SHORT = 64 };
    return s->end.nterms > 0 || s->end.constant > SHORT;
}

static bool find_as(cpm_window *w, const cpm_window_place *place, bool has_columns)
{
    const cpm_stmt *made = place->block->stmts[w->made];
    *w = (cpm_window){
        .made = w->made, .has_columns = has_columns, .before = -1, .high = -CPM_MAX_WINDOW - 1};
    if (made->kind != CPM_STMT_ASSIGN || made->u.assign.ntargets != 1 ||
        made->u.assign.targets[0]->kind != CPM_EXPR_NAME)
        return false;
    w->list = made->u.assign.targets[0]->u.name.sym;
    scan s = {.w = w,
              .place = place,
              .tree = place->tree,
              .loop = place->block->stmts[place->loop],
              .low_kept = CPM_MAX_WINDOW + 1};
    if (!cpm_stmt_mentions(s.tree, s.loop, w->list) || !read_made(&s, made->u.assign.value) ||
        !read_loop(&s) || !is_long(&s) || is_shared(&s) ||
        cpm_expr_mentions(made->u.assign.value, w->list) ||
        s.loop->u.loop.target->u.name.sym == w->list)
        return false;
    scan_before(&s);
    if (w->grows)
        w->high = w->nlead - w->first;
    s.phase = PHASE_INSIDE;
    if (!s.refused)
        scan_inside(&s);
    s.phase = PHASE_BEHIND;
    if (!s.refused)
        scan_behind(&s);
    return !s.refused && has_room(&s) && cpm_window_width(w) <= CPM_MAX_WINDOW;
}

bool cpm_window_find(cpm_window *w, const cpm_window_place *place)
{
    return find_as(w, place, false) || find_as(w, place, true);
}

/* ---- The window -------------------------------------------------------------------- */

slong cpm_window_width(const cpm_window *w)
{
    return w->grows ? w->high - w->low : w->high - w->low + 1;
}

slong cpm_window_position(const cpm_window *w, slong c, bool is_appended)
{
    return c - w->low - (w->grows && is_appended);
}

slong cpm_window_start(const cpm_window *w)
{
    slong start = w->first;
    slong whole = 1 - w->low - w->grows; /* no item of it has a place below 0 */
    slong untouched = w->grows ? 0 : w->before + 1 - w->high;
    start = whole > start ? whole : start;
    return untouched > start ? untouched : start;
}
