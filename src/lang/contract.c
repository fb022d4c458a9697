/* SPDX-License-Identifier: MIT
 *
 * contract.c - the text of a loop as it is with windows instead of lists.
 *
 * Only the loop's body is there twice afterwards. The statements that make the lists and
 * those behind the loop ask the mark "is long" which of the two they are about.
 */
#include "lang/contract.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "lang/build.h"
#include "lang/copy.h"
#include "lang/mention.h"
#include "lang/visit.h"
#include "lang/window.h"

#include <stdio.h>
#include <string.h>

enum { MAX_WINDOWS = 4, MAX_CANDIDATES = 16 };

/* One list and what stands for it: names for its items, or for a list of them. */
typedef struct contracted {
    cpm_window w;
    slong width;
    cpm_sym names[CPM_MAX_WINDOW];
    bool appended; /* in the round that is being written */
} contracted;

typedef struct contractor {
    cpm_builder b;
    cpm_window_place place;
    contracted lists[MAX_WINDOWS];
    size_t nlists;
    slong start;  /* of the rounds that do with windows */
    cpm_sym mark; /* the name that is true where there are such rounds */
    size_t size;  /* of the whole text, in nodes */
    size_t work;  /* how many nodes may still be looked at */
} contractor;

static void contract_block(contractor *c, cpm_block *block);

/* The expression becomes `then` where the mark is set. */
static void make_choice(contractor *c, cpm_expr *expr, cpm_expr *then)
{
    cpm_expr *orelse = cpm_build_check(&c->b, cpm_expr_new(c->b.tree, expr->kind, expr->span));
    cpm_expr *test = cpm_build_name(&c->b, c->mark, expr->span);
    if (c->b.failed)
        return;
    *orelse = *expr;
    expr->kind = CPM_EXPR_COND;
    expr->u.cond.then = then;
    expr->u.cond.test = test;
    expr->u.cond.orelse = orelse;
}

/* ---- Names ------------------------------------------------------------------------- */

/* Appends "dp[i-1]", or for a window that is a list "dp[i-6..i]". */
static void write_name(const contractor *c, cpm_strbuf *out, const cpm_window *w, slong low,
                       slong high)
{
    const cpm_expr *target = c->place.block->stmts[c->place.loop]->u.loop.target;
    const char *i = c->b.tree->symbols[target->u.name.sym].name;
    bool is_rows = w->has_columns && low != high;
    cpm_strbuf_printf(out, "%s%s[", c->b.tree->symbols[w->list].name, is_rows ? "[]" : "");
    slong offsets[] = {low, high};
    for (size_t k = 0; k < (low == high ? 1 : 2); k++) {
        cpm_strbuf_printf(out, "%s%s", k > 0 ? ".." : "", i);
        if (offsets[k] != 0)
            cpm_strbuf_printf(out, "%+ld", (long)offsets[k]);
    }
    cpm_strbuf_puts(out, "]");
}

static cpm_sym name_item(contractor *c, const cpm_window *w, slong low, slong high)
{
    cpm_strbuf name = {0};
    write_name(c, &name, w, low, high);
    cpm_sym sym = name.failed ? CPM_NO_SYM : cpm_tree_add_symbol(c->b.tree, name.data, name.len);
    cpm_strbuf_clear(&name);
    c->b.failed = c->b.failed || sym == CPM_NO_SYM;
    return sym;
}

/* As they are called at the end of a round. */
static void name_items(contractor *c, contracted *list)
{
    const cpm_window *w = &list->w;
    slong low = w->low + w->grows;
    if (w->moves)
        list->names[0] = name_item(c, w, low, w->high);
    for (slong k = 0; k < list->width && !w->moves; k++)
        list->names[k] = name_item(c, w, low + k, low + k);
}

/* ---- The rounds that do with windows ------------------------------------------------ */

/* The copying of a body, inside which rows may have such items again. */
typedef struct body_copy {
    contractor *c;
    cpm_copier copier;
} body_copy;

/* The index with a number in place of the loop's variable. */
typedef struct index_copy {
    contractor *c;
    cpm_sym variable;
    slong value;
} index_copy;

static cpm_expr *replace_variable(void *ctx, const cpm_expr *expr)
{
    const index_copy *x = ctx;
    return expr->kind == CPM_EXPR_NAME && expr->u.name.sym == x->variable
               ? cpm_build_int(&x->c->b, x->value, expr->span)
               : NULL;
}

/* The place among the items, as an expression: in the window its first one is 0. */
static cpm_expr *make_index(contractor *c, const contracted *list, const cpm_expr *at)
{
    const cpm_stmt *loop = c->place.block->stmts[c->place.loop];
    index_copy x = {c, loop->u.loop.target->u.name.sym,
                    cpm_window_position(&list->w, 0, list->appended)};
    cpm_copier copier = {.tree = c->b.tree, .replace = replace_variable, .ctx = &x};
    return cpm_build_check(&c->b, cpm_copy_expr(&copier, at));
}

/* The place, where it is known: of an offset, or counted from the end. */
static slong find_position(contractor *c, const contracted *list, const cpm_expr *at)
{
    const cpm_stmt *loop = c->place.block->stmts[c->place.loop];
    cpm_offset form;
    if (!cpm_offset_read(&form, c->b.tree, at))
        return 0; /* it has been read before */
    bool is_offset = cpm_offset_take(&form, loop->u.loop.target->u.name.sym) != 0;
    return is_offset ? cpm_window_position(&list->w, form.constant, list->appended)
                     : list->width + form.constant;
}

/* The list that the expression is an item of; NULL when it is none. */
static contracted *find_list(contractor *c, const cpm_expr **row, const cpm_expr *expr)
{
    for (size_t i = 0; expr->kind == CPM_EXPR_INDEX && i < c->nlists; i++)
        if (cpm_window_is_item(row, &c->lists[i].w, expr))
            return &c->lists[i];
    return NULL;
}

/* What stands for an item: a name, or a place in the window. */
static cpm_expr *make_item(contractor *c, const contracted *list, cpm_expr *row, cpm_expr *at,
                           cpm_span span)
{
    cpm_expr *object = cpm_build_name(&c->b, list->names[0], span);
    return cpm_build_index(&c->b, row == NULL ? object : cpm_build_index(&c->b, object, row, span),
                           at, span);
}

/* dp[i-1], in the copy of the body, which the copier makes. */
static cpm_expr *replace_item(void *ctx, const cpm_expr *expr)
{
    body_copy *body = ctx;
    contractor *c = body->c;
    const cpm_expr *row, *at = expr->kind == CPM_EXPR_INDEX ? expr->u.index.at : NULL;
    contracted *list = find_list(c, &row, expr);
    cpm_offset form;
    if (list == NULL)
        return NULL;
    if (!list->w.moves)
        return cpm_build_name(&c->b, list->names[find_position(c, list, at)], expr->span);
    cpm_sym variable = c->place.block->stmts[c->place.loop]->u.loop.target->u.name.sym;
    bool is_offset = cpm_offset_read(&form, c->b.tree, at) && cpm_offset_take(&form, variable) != 0;
    cpm_expr *place = is_offset ? make_index(c, list, at)
                                : cpm_build_int(&c->b, find_position(c, list, at), expr->span);
    return make_item(c, list, row == NULL ? NULL : cpm_copy_expr(&body->copier, row), place,
                     expr->span);
}

static cpm_sym add_row(contractor *c)
{
    cpm_sym row = cpm_tree_add_symbol(c->b.tree, "row", 3);
    c->b.failed = c->b.failed || row == CPM_NO_SYM;
    return row;
}

/* dp[1:] + [x], or that of every list in it */
static cpm_stmt *make_slide(contractor *c, const contracted *list, cpm_expr *value, cpm_span span)
{
    cpm_sym row = list->w.has_columns ? add_row(c) : list->names[0];
    cpm_expr *last = cpm_build_items(&c->b, CPM_EXPR_LIST, 1, span);
    if (c->b.failed)
        return NULL;
    last->u.tuple.items[0] = value;
    cpm_expr *moved = cpm_build_chain(
        &c->b, CPM_EXPR_CHAIN, cpm_build_slice(&c->b, cpm_build_name(&c->b, row, span), 1, 0, span),
        CPM_OP_ADD, last);
    if (list->w.has_columns)
        moved =
            cpm_build_comp(&c->b, moved, row, cpm_build_name(&c->b, list->names[0], span), span);
    return cpm_build_assign(&c->b, cpm_build_name(&c->b, list->names[0], span), moved, span);
}

/* The window moves on by one item, and this value comes in. */
static cpm_stmt *make_shift(contractor *c, const contracted *list, cpm_expr *value)
{
    cpm_span span = value == NULL ? (cpm_span){0, 0} : value->span;
    size_t width = (size_t)list->width;
    if (list->w.moves)
        return make_slide(c, list, value, span);
    if (width == 1)
        return cpm_build_assign(&c->b, cpm_build_name(&c->b, list->names[0], span), value, span);
    cpm_expr *to = cpm_build_items(&c->b, CPM_EXPR_TUPLE, width, span);
    cpm_expr *from = cpm_build_items(&c->b, CPM_EXPR_TUPLE, width, span);
    for (size_t k = 0; k < width && !c->b.failed; k++) {
        to->u.tuple.items[k] = cpm_build_name(&c->b, list->names[k], span);
        from->u.tuple.items[k] =
            k + 1 < width ? cpm_build_name(&c->b, list->names[k + 1], span) : value;
    }
    return cpm_build_assign(&c->b, to, from, span);
}

/* A round: the windows move on, the others when they are appended to. */
static void make_body(contractor *c, cpm_block *out, const cpm_block *body)
{
    body_copy copy = {c, {.tree = c->b.tree, .replace = replace_item, .ctx = &copy}};
    out->stmts = cpm_build_array(&c->b, c->nlists + body->nstmts);
    out->nstmts = 0;
    for (size_t i = 0; i < c->nlists && !c->b.failed; i++) {
        c->lists[i].appended = false;
        if (!c->lists[i].w.grows)
            out->stmts[out->nstmts++] =
                make_shift(c, &c->lists[i], cpm_build_copy(&c->b, c->lists[i].w.fill));
    }
    for (size_t k = 0; k < body->nstmts && !c->b.failed; k++) {
        contracted *list = NULL;
        const cpm_expr *value = NULL;
        for (size_t i = 0; i < c->nlists && value == NULL; i++) {
            list = &c->lists[i];
            value = cpm_window_appended(&list->w, body->stmts[k]);
        }
        if (value == NULL) {
            out->stmts[out->nstmts++] = cpm_copy_stmt(&copy.copier, body->stmts[k]);
        } else {
            out->stmts[out->nstmts++] = make_shift(c, list, cpm_copy_expr(&copy.copier, value));
            list->appended = true;
        }
        c->b.failed = c->b.failed || copy.copier.failed;
    }
}

/* The window as a list: a part of the list as it is, or of the lists in it. */
static cpm_stmt *make_part(contractor *c, const contracted *list, slong first, cpm_span span)
{
    cpm_sym row = list->w.has_columns ? add_row(c) : list->w.list;
    cpm_expr *part =
        cpm_build_slice(&c->b, cpm_build_name(&c->b, row, span), first, first + list->width, span);
    if (list->w.has_columns)
        part = cpm_build_comp(&c->b, part, row, cpm_build_name(&c->b, list->w.list, span), span);
    return cpm_build_assign(&c->b, cpm_build_name(&c->b, list->names[0], span), part, span);
}

/* The items that the window begins with: the list has been run up to the start. */
static cpm_stmt *make_window(contractor *c, const contracted *list, cpm_span span)
{
    slong first = c->start - 1 + list->w.low + list->w.grows;
    size_t count = (size_t)list->width;
    if (list->w.moves)
        return make_part(c, list, first, span);
    cpm_expr *to = cpm_build_items(&c->b, CPM_EXPR_TUPLE, count, span);
    cpm_expr *from = cpm_build_items(&c->b, CPM_EXPR_TUPLE, count, span);
    for (size_t k = 0; k < count && !c->b.failed; k++) {
        to->u.tuple.items[k] = cpm_build_name(&c->b, list->names[k], span);
        from->u.tuple.items[k] =
            cpm_build_index(&c->b, cpm_build_name(&c->b, list->w.list, span),
                            cpm_build_int(&c->b, first + (slong)k, span), span);
    }
    return cpm_build_assign(&c->b, to, from, span);
}

/* Where the loop ends, without what is said of the list's length. */
static cpm_expr *make_end(contractor *c, const cpm_window *w)
{
    cpm_expr *end = cpm_build_copy(&c->b, w->end);
    return end == NULL || w->end_lead == 0
               ? end
               : cpm_build_chain(&c->b, CPM_EXPR_CHAIN, end, CPM_OP_ADD,
                                 cpm_build_int(&c->b, w->end_lead, end->span));
}

/* "dp[i-2..i], b[i]", for people. */
static char *list_windows(contractor *c)
{
    cpm_strbuf out = {0};
    for (size_t i = c->nlists; i-- > 0;) {
        const contracted *list = &c->lists[i];
        const cpm_window *w = &list->w;
        cpm_strbuf_puts(&out, out.len > 0 ? ", " : "");
        write_name(c, &out, w, w->low + w->grows, w->high);
    }
    char *copy =
        out.failed
            ? NULL
            : cpm_build_check(&c->b, cpm_arena_copy(&c->b.tree->arena, out.data, out.len + 1));
    cpm_strbuf_clear(&out);
    return copy;
}

/* if is long: the windows, and the loop over the rounds from the start on */
static cpm_stmt *make_branch(contractor *c, const cpm_stmt *loop)
{
    cpm_stmt *branch = cpm_build_check(&c->b, cpm_stmt_new(c->b.tree, CPM_STMT_IF, loop->span));
    cpm_stmt *rounds = cpm_build_check(&c->b, cpm_stmt_new(c->b.tree, CPM_STMT_FOR, loop->span));
    if (c->b.failed)
        return NULL;
    *rounds = *loop;
    rounds->u.loop.id = (uint32_t)c->b.tree->nloops++;
    rounds->u.loop.windows = list_windows(c);
    rounds->u.loop.target = cpm_build_copy(&c->b, loop->u.loop.target);
    rounds->u.loop.start = cpm_build_int(&c->b, c->start, loop->span);
    rounds->u.loop.stop = make_end(c, &c->lists[0].w);
    make_body(c, &rounds->u.loop.body, &loop->u.loop.body);
    branch->u.branch.test = cpm_build_name(&c->b, c->mark, loop->span);
    branch->u.branch.body.stmts = cpm_build_array(&c->b, c->nlists + 1);
    for (size_t i = 0; i < c->nlists && !c->b.failed; i++)
        branch->u.branch.body.stmts[i] = make_window(c, &c->lists[i], loop->span);
    branch->u.branch.body.nstmts = c->nlists + 1;
    if (!c->b.failed)
        branch->u.branch.body.stmts[c->nlists] = rounds;
    return branch;
}

/* ---- What stands around the loop ---------------------------------------------------- */

/* How long the list has to be, as it is made, for all places to be what they would be. */
static slong least_length(const contractor *c, const cpm_window *w)
{
    slong wrapped = w->first + w->low < 0 ? -(w->first + w->low) : 0;
    slong length = c->start + w->high + wrapped;
    return w->before + 1 > length ? w->before + 1 : length;
}

/* n + 1 >= 7, of the length of a list or the end of the loop */
static cpm_expr *make_test(contractor *c, const cpm_expr *expr, slong least)
{
    cpm_expr *first = cpm_build_copy(&c->b, expr);
    cpm_expr *second = first == NULL ? NULL : cpm_build_int(&c->b, least, first->span);
    return cpm_build_chain(&c->b, CPM_EXPR_COMPARE, first, CPM_OP_GE, second);
}

static cpm_expr *make_list_test(contractor *c, const cpm_window *w)
{
    if (w->grows)
        return make_test(c, w->end, c->start - w->end_lead);
    slong least = least_length(c, w), whole = c->start + w->slack;
    return make_test(c, w->times, (least > whole ? least : whole) - w->nlead);
}

/* The mark is set before the first of the lists is made. */
static cpm_stmt *make_mark(contractor *c)
{
    cpm_expr *test = NULL;
    for (size_t i = 0; i < c->nlists && !c->b.failed; i++) {
        cpm_expr *next = make_list_test(c, &c->lists[i].w);
        test = test == NULL ? next
                            : cpm_build_chain(&c->b, CPM_EXPR_BOOL, test, CPM_OP_BOOL_AND, next);
    }
    cpm_span span = test == NULL ? (cpm_span){0, 0} : test->span;
    return cpm_build_assign(&c->b, cpm_build_name(&c->b, c->mark, span), test, span);
}

static void replace_behind(contractor *c, cpm_expr *expr);

static void replace_in_block(contractor *c, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts && !c->b.failed; i++) {
        cpm_part part;
        for (size_t k = 0; cpm_stmt_part(&part, c->b.tree, block->stmts[i], k); k++)
            if (part.kind == CPM_PART_BLOCK)
                replace_in_block(c, part.u.block);
            else if (part.kind != CPM_PART_NAME && part.kind != CPM_PART_GLOBAL)
                replace_behind(c, part.u.expr);
    }
}

/* The place of dp[n] among the items that are left. */
static slong find_last_position(contractor *c, const contracted *list, const cpm_expr *at)
{
    cpm_offset form, end, length;
    const cpm_window *w = &list->w;
    if (!cpm_offset_read(&form, c->b.tree, at) || !cpm_offset_read(&end, c->b.tree, w->end))
        return 0; /* they have been read before */
    end.constant += w->end_lead;
    bool from_end = form.nterms == 0 && form.constant < 0;
    if (from_end && w->grows)
        return list->width + form.constant;
    if (from_end) {
        length = end;
        length.constant += w->slack;
        if (!cpm_offset_add(&form, &length, 1))
            return 0;
    }
    if (!cpm_offset_add(&form, &end, -1))
        return 0;
    return cpm_window_position(w, form.constant + 1, true);
}

static void replace_behind(contractor *c, cpm_expr *expr)
{
    cpm_expr *child;
    const cpm_expr *row;
    contracted *list = find_list(c, &row, expr);
    for (size_t i = 0; !c->b.failed && (child = cpm_expr_child(expr, i)) != NULL; i++)
        replace_behind(c, child);
    if (list == NULL || c->b.failed)
        return;
    slong position = find_last_position(c, list, expr->u.index.at);
    make_choice(c, expr,
                list->w.moves ? make_item(c, list, row == NULL ? NULL : cpm_build_copy(&c->b, row),
                                          cpm_build_int(&c->b, position, expr->span), expr->span)
                              : cpm_build_name(&c->b, list->names[position], expr->span));
}

/* ---- Loops ------------------------------------------------------------------------- */

/* Takes so much off what may be done; false when it is not left. */
static bool can_afford(contractor *c, size_t work)
{
    bool can = work <= c->work;
    c->work = can ? c->work - work : 0;
    return can;
}

/* Names of lists that the loop uses by their items. */
typedef struct candidates {
    cpm_sym names[MAX_CANDIDATES];
    size_t count;
} candidates;

static void add_candidate(candidates *found, const cpm_expr *list)
{
    if (list->kind != CPM_EXPR_NAME || found->count == MAX_CANDIDATES)
        return;
    for (size_t i = 0; i < found->count; i++)
        if (found->names[i] == list->u.name.sym)
            return;
    found->names[found->count++] = list->u.name.sym;
}

/* a[i], which also stands in a[i][j], and a.append(x) */
static void candidates_in(candidates *found, const cpm_expr *expr)
{
    const cpm_expr *child;
    if (expr->kind == CPM_EXPR_INDEX)
        add_candidate(found, expr->u.index.object);
    else if (expr->kind == CPM_EXPR_METHOD)
        add_candidate(found, expr->u.method.object);
    for (size_t i = 0; (child = cpm_expr_child(expr, i)) != NULL; i++)
        candidates_in(found, child);
}

static void candidates_of(candidates *found, const cpm_tree *tree, const cpm_block *block)
{
    cpm_part part;
    for (size_t i = 0; i < block->nstmts; i++)
        for (size_t k = 0; cpm_stmt_part(&part, tree, block->stmts[i], k); k++)
            if (part.kind == CPM_PART_BLOCK)
                candidates_of(found, tree, part.u.block);
            else if (part.kind != CPM_PART_NAME && part.kind != CPM_PART_GLOBAL)
                candidates_in(found, part.u.expr);
}

static bool makes(const cpm_stmt *stmt, cpm_sym list)
{
    return stmt->kind == CPM_STMT_ASSIGN && stmt->u.assign.ntargets == 1 &&
           stmt->u.assign.targets[0]->kind == CPM_EXPR_NAME &&
           stmt->u.assign.targets[0]->u.name.sym == list;
}

/* The last statement before number `before` that makes the list; `before` if there is none. */
static size_t find_made(const cpm_block *block, size_t before, cpm_sym list)
{
    for (size_t at = before; at-- > 0;)
        if (makes(block->stmts[at], list))
            return at;
    return before;
}

/* Keeps the lists in the order from last to first. */
static void add_list(contractor *c, const cpm_window *w)
{
    size_t at = c->nlists++;
    for (; at > 0 && c->lists[at - 1].w.made < w->made; at--)
        c->lists[at] = c->lists[at - 1];
    c->lists[at] = (contracted){.w = *w, .width = cpm_window_width(w)};
    slong start = cpm_window_start(w);
    c->start = start > c->start ? start : c->start;
}

/* The lists that the loop goes along. To look for one takes a few walks over the text,
 * more where it is made of many names. */
static void find_lists(contractor *c)
{
    const cpm_block *block = c->place.block;
    candidates found = {.count = 0};
    c->nlists = 0;
    c->start = 0;
    candidates_of(&found, c->b.tree, &block->stmts[c->place.loop]->u.loop.body);
    for (size_t i = 0; i < found.count && c->nlists < MAX_WINDOWS; i++) {
        if (!can_afford(c, c->place.loop / 16))
            return;
        cpm_window w = {.made = find_made(block, c->place.loop, found.names[i])};
        if (w.made == c->place.loop)
            continue;
        size_t names = cpm_expr_size(block->stmts[w.made]->u.assign.value) / 8;
        if (can_afford(c, c->size * (1 + names)) && cpm_window_find(&w, &c->place))
            add_list(c, &w);
    }
}

/* The loops inside one that is a lead-in now. */
static void mark_inner(const cpm_tree *tree, const cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts; i++) {
        cpm_part part;
        if (block->stmts[i]->kind == CPM_STMT_FOR)
            block->stmts[i]->u.loop.in_lead_in = true;
        for (size_t k = 0; cpm_stmt_part(&part, tree, block->stmts[i], k); k++)
            if (part.kind == CPM_PART_BLOCK)
                mark_inner(tree, part.u.block);
    }
}

/* Before the first list that is made as long as it gets, else before the loop: the lists
 * are in the order from last to first. */
static size_t place_of_mark(const contractor *c)
{
    size_t place = c->place.loop;
    for (size_t i = 0; i < c->nlists; i++)
        if (!c->lists[i].w.grows)
            place = c->lists[i].w.made;
    return place;
}

static void contract_loop(contractor *c, cpm_block *block)
{
    cpm_stmt *loop = block->stmts[c->place.loop];
    c->mark = cpm_tree_add_symbol(c->b.tree, "is long", strlen("is long"));
    c->b.failed = c->b.failed || c->mark == CPM_NO_SYM;
    for (size_t i = 0; i < c->nlists && !c->b.failed; i++)
        name_items(c, &c->lists[i]);
    if (c->b.failed)
        return;
    cpm_stmt *mark = make_mark(c), *branch = make_branch(c, loop);
    const cpm_block behind = {block->stmts + c->place.loop + 1, block->nstmts - c->place.loop - 1};
    if (!c->b.failed)
        replace_in_block(c, &behind);
    for (size_t i = 0; i < c->nlists && !c->b.failed; i++) {
        const cpm_window *w = &c->lists[i].w;
        if (!w->grows)
            make_choice(c, w->times,
                        cpm_build_int(&c->b, least_length(c, w) - w->nlead, w->times->span));
    }
    if (c->b.failed)
        return;
    make_choice(c, loop->u.loop.stop, cpm_build_int(&c->b, c->start, loop->u.loop.stop->span));
    loop->u.loop.is_lead_in = true;
    mark_inner(c->b.tree, &loop->u.loop.body);
    cpm_build_insert(&c->b, block, c->place.loop + 1, branch);
    cpm_build_insert(&c->b, block, place_of_mark(c), mark);
}

/* ---- a, b = [0] * n, [1] * n ---------------------------------------------------------- */

/* Whether evaluating it makes a list and does nothing else. */
static bool makes_list(const contractor *c, const cpm_expr *expr)
{
    const cpm_expr *child;
    bool is = expr->kind == CPM_EXPR_LIST || expr->kind == CPM_EXPR_COMP ||
              expr->kind == CPM_EXPR_CHAIN || expr->kind <= CPM_EXPR_NAME ||
              (expr->kind == CPM_EXPR_CALL &&
               expr->u.call.callee == cpm_tree_find(c->b.tree, "range", 5));
    for (size_t i = 0; is && (child = cpm_expr_child(expr, i)) != NULL; i++)
        is = makes_list(c, child);
    return is;
}

/* Whether one assignment after the other does the same: names that no value reads. */
static bool may_split(const contractor *c, const cpm_stmt *stmt)
{
    if (stmt->kind != CPM_STMT_ASSIGN || stmt->u.assign.ntargets != 1 ||
        stmt->u.assign.targets[0]->kind != CPM_EXPR_TUPLE ||
        stmt->u.assign.value->kind != CPM_EXPR_TUPLE)
        return false;
    const cpm_expr *to = stmt->u.assign.targets[0], *from = stmt->u.assign.value;
    bool may = to->u.tuple.nitems == from->u.tuple.nitems && to->u.tuple.nitems <= MAX_WINDOWS;
    for (size_t i = 0; may && i < to->u.tuple.nitems; i++) {
        const cpm_expr *name = to->u.tuple.items[i];
        may = name->kind == CPM_EXPR_NAME && from->u.tuple.items[i]->kind > CPM_EXPR_NAME &&
              makes_list(c, from->u.tuple.items[i]) && !cpm_expr_mentions(from, name->u.name.sym);
        for (size_t k = 0; may && k < i; k++)
            may = to->u.tuple.items[k]->u.name.sym != name->u.name.sym;
    }
    return may;
}

/* How many statements such an assignment becomes. */
static size_t count_of(const contractor *c, const cpm_stmt *stmt)
{
    return may_split(c, stmt) ? stmt->u.assign.value->u.tuple.nitems : 1;
}

/* The assignments as several, of which each may make a list for a window. */
static void split_assignments(contractor *c, cpm_block *block)
{
    size_t count = 0, at = 0;
    for (size_t i = 0; i < block->nstmts; i++)
        count += count_of(c, block->stmts[i]);
    if (count == block->nstmts)
        return;
    cpm_stmt **stmts = cpm_build_array(&c->b, count);
    for (size_t i = 0; i < block->nstmts && !c->b.failed; i++) {
        cpm_stmt *stmt = block->stmts[i];
        if (!may_split(c, stmt)) {
            stmts[at++] = stmt;
            continue;
        }
        const cpm_expr *to = stmt->u.assign.targets[0], *from = stmt->u.assign.value;
        for (size_t k = 0; k < to->u.tuple.nitems; k++)
            stmts[at++] =
                cpm_build_assign(&c->b, to->u.tuple.items[k], from->u.tuple.items[k], stmt->span);
    }
    if (!c->b.failed)
        *block = (cpm_block){stmts, count};
}

/* ---- while len(a) < n: ... a.append(x) ------------------------------------------------- */

/* len(a): the name; CPM_NO_SYM for anything else. */
static cpm_sym measured(const contractor *c, const cpm_expr *expr)
{
    bool is = expr->kind == CPM_EXPR_CALL && expr->u.call.nargs == 1 &&
              expr->u.call.callee == cpm_tree_find(c->b.tree, "len", 3) &&
              expr->u.call.args[0].value->kind == CPM_EXPR_NAME;
    return is ? expr->u.call.args[0].value->u.name.sym : CPM_NO_SYM;
}

/* How long the list is in front of statement `at`, as it is made and appended to; -1 where
 * that is not to be seen. */
static slong length_before(const cpm_block *block, size_t at, cpm_sym list)
{
    size_t made = find_made(block, at, list);
    if (made == at || block->stmts[made]->u.assign.value->kind != CPM_EXPR_LIST)
        return -1;
    const cpm_window w = {.list = list};
    size_t length = block->stmts[made]->u.assign.value->u.tuple.nitems;
    for (size_t i = made + 1; i < at; i++)
        length += cpm_window_appended(&w, block->stmts[i]) != NULL;
    return (slong)length;
}

/* Whether the list is one of which a window is kept. */
static bool is_found(const contractor *c, cpm_sym list)
{
    bool is = false;
    for (size_t i = 0; !is && i < c->nlists; i++)
        is = c->lists[i].w.list == list;
    return is;
}

/* A `for` that does the same, if every round appends once to the list, which shows when
 * that is found: its variable, a name of its own, is the length. NULL where the statement
 * is no such loop. */
static cpm_stmt *make_counted(contractor *c, cpm_sym *list, const cpm_block *block, size_t at)
{
    const cpm_stmt *loop = block->stmts[at];
    if (loop->kind != CPM_STMT_WHILE || loop->u.branch.orelse.nstmts > 0 ||
        loop->u.branch.test->kind != CPM_EXPR_COMPARE || loop->u.branch.test->u.chain.nlinks != 1)
        return NULL;
    const cpm_expr *len = loop->u.branch.test->u.chain.first;
    const cpm_expr *end = loop->u.branch.test->u.chain.links[0].operand;
    cpm_op op = loop->u.branch.test->u.chain.links[0].op;
    if (measured(c, len) == CPM_NO_SYM) {
        const cpm_expr *first = len;
        len = end;
        end = first;
        op = cpm_op_mirrored(op);
    }
    *list = measured(c, len);
    slong length =
        *list == CPM_NO_SYM || !can_afford(c, at / 16 + 1) ? -1 : length_before(block, at, *list);
    if (length < 0 || (op != CPM_OP_LT && op != CPM_OP_LE))
        return NULL;
    cpm_stmt *rounds = cpm_build_check(&c->b, cpm_stmt_new(c->b.tree, CPM_STMT_FOR, loop->span));
    cpm_sym variable = cpm_tree_add_symbol(c->b.tree, "length", strlen("length"));
    c->b.failed = c->b.failed || variable == CPM_NO_SYM;
    if (c->b.failed)
        return NULL;
    rounds->u.loop.target = cpm_build_name(&c->b, variable, len->span);
    rounds->u.loop.start = cpm_build_int(&c->b, length, len->span);
    rounds->u.loop.stop = cpm_build_copy(&c->b, end);
    if (op == CPM_OP_LE && !c->b.failed)
        rounds->u.loop.stop = cpm_build_chain(&c->b, CPM_EXPR_CHAIN, rounds->u.loop.stop,
                                              CPM_OP_ADD, cpm_build_int(&c->b, 1, end->span));
    rounds->u.loop.range_span = end->span;
    rounds->u.loop.body = loop->u.branch.body;
    rounds->u.loop.id = (uint32_t)c->b.tree->nloops++;
    return c->b.failed ? NULL : rounds;
}

/* ---- Blocks ---------------------------------------------------------------------------- */

static bool may_contract(contractor *c, const cpm_stmt *stmt)
{
    return c->work > 0 && stmt->kind == CPM_STMT_FOR && !stmt->u.loop.is_lead_in &&
           stmt->u.loop.stop != NULL && cpm_can_copy_block(c->b.tree, &stmt->u.loop.body) &&
           can_afford(c, cpm_block_size(c->b.tree, &stmt->u.loop.body) / 16);
}

/* The body is there twice then, and those around it are copied with both: nests of such
 * loops would double again and again. */
static size_t copy_cost(const contractor *c, const cpm_stmt *loop)
{
    enum { COPYING = 8 }; /* against looking */
    return COPYING * cpm_block_size(c->b.tree, &loop->u.loop.body);
}

/* Inner blocks first, whose lists are nobody else's. */
static void contract_parts(contractor *c, const cpm_stmt *stmt)
{
    cpm_part part;
    for (size_t k = 0; !c->b.failed && cpm_stmt_part(&part, c->b.tree, stmt, k); k++)
        if (part.kind == CPM_PART_BLOCK)
            contract_block(c, (cpm_block *)part.u.block);
}

static void contract_block(contractor *c, cpm_block *block)
{
    for (size_t i = 0; i < block->nstmts && !c->b.failed; i++)
        contract_parts(c, block->stmts[i]);
    bool has_loop = false;
    for (size_t i = 0; i < block->nstmts; i++)
        has_loop = has_loop || cpm_stmt_is_loop(block->stmts[i]);
    if (has_loop)
        split_assignments(c, block);
    for (size_t i = 0; i < block->nstmts && !c->b.failed; i++) {
        cpm_stmt *given = block->stmts[i];
        cpm_sym list = CPM_NO_SYM;
        cpm_stmt *counted = make_counted(c, &list, block, i);
        if (counted != NULL)
            block->stmts[i] = counted;
        c->nlists = 0;
        c->place.block = block;
        c->place.loop = i;
        if (!c->b.failed && may_contract(c, block->stmts[i]))
            find_lists(c);
        bool serves = c->nlists > 0 && (counted == NULL || is_found(c, list));
        if (serves && can_afford(c, block->nstmts + copy_cost(c, block->stmts[i]))) {
            contract_loop(c, block);
            i += 2; /* the mark, and the branch behind the loop */
        } else {
            block->stmts[i] = given;
        }
    }
}

cpm_status cpm_contract_lists(cpm_tree *tree, const cpm_expr *call, cpm_err *err)
{
    contractor c = {.b = {.tree = tree},
                    .place = {.tree = tree, .function = CPM_NO_FUNCTION, .call = call}};
    c.work = CPM_MAX_CONTRACT_WORK;
    c.size = cpm_block_size(tree, &tree->top);
    for (size_t f = 0; f < tree->nfunctions; f++)
        c.size += cpm_block_size(tree, &tree->functions[f].body);
    contract_block(&c, &tree->top);
    for (size_t f = 0; f < tree->nfunctions && !c.b.failed; f++) {
        c.place.function = f;
        contract_block(&c, &tree->functions[f].body);
    }
    return c.b.failed ? cpm_err_memory(err) : CPM_OK;
}
