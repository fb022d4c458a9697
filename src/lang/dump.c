/* SPDX-License-Identifier: MIT
 *
 * dump.c - the syntax tree as an indented outline. Each operator node gets one
 * pair of parentheses, so the shape of the tree shows: (a + b - c) is one node
 * with three operands, ((a + b) - c) would be two. Depth is the tree's, which
 * the parser bounds.
 */
#include "lang/dump.h"

#include "lang/method.h"

typedef struct dumper {
    cpm_strbuf *out;
    const cpm_tree *tree;
    size_t indent; /* levels */
} dumper;

static const char *name_of(const dumper *d, cpm_sym sym)
{
    return d->tree->symbols[sym].name;
}

/* ---- Expressions ------------------------------------------------------- */

static void dump_expr(dumper *d, const cpm_expr *expr);

static void dump_list(dumper *d, cpm_expr *const *items, size_t nitems)
{
    for (size_t i = 0; i < nitems; i++) {
        if (i > 0)
            cpm_strbuf_puts(d->out, ", ");
        dump_expr(d, items[i]);
    }
}

static void dump_literal(dumper *d, const cpm_expr *expr)
{
    char *digits = fmpz_get_str(NULL, 10, d->tree->literals + expr->u.literal);
    cpm_strbuf_puts(d->out, digits);
    flint_free(digits);
}

static void dump_string(dumper *d, const cpm_expr *expr)
{
    cpm_strbuf_puts(d->out, "'");
    for (size_t i = 0; i < expr->u.string.len; i++) {
        unsigned char c = (unsigned char)expr->u.string.bytes[i];
        if (c == '\\' || c == '\'')
            cpm_strbuf_printf(d->out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            cpm_strbuf_printf(d->out, "\\x%02x", c);
        else
            cpm_strbuf_append(d->out, expr->u.string.bytes + i, 1);
    }
    cpm_strbuf_puts(d->out, "'");
}

static void dump_chain(dumper *d, const cpm_expr *expr)
{
    cpm_strbuf_puts(d->out, "(");
    dump_expr(d, expr->u.chain.first);
    for (size_t i = 0; i < expr->u.chain.nlinks; i++) {
        cpm_op op = expr->u.chain.links[i].op;
        bool is_word = op == CPM_OP_XOR && d->tree->is_spec; /* `^` is a power there */
        cpm_strbuf_printf(d->out, " %s ", is_word ? "xor" : cpm_op_text(op));
        dump_expr(d, expr->u.chain.links[i].operand);
    }
    cpm_strbuf_puts(d->out, ")");
}

static void dump_args(dumper *d, const cpm_arg *args, size_t nargs)
{
    cpm_strbuf_puts(d->out, "(");
    for (size_t i = 0; i < nargs; i++) {
        const cpm_arg *arg = &args[i];
        if (i > 0)
            cpm_strbuf_puts(d->out, ", ");
        if (arg->keyword != CPM_NO_SYM)
            cpm_strbuf_printf(d->out, "%s=", name_of(d, arg->keyword));
        dump_expr(d, arg->value);
    }
    cpm_strbuf_puts(d->out, ")");
}

static void dump_display(dumper *d, const cpm_expr *expr)
{
    static const char *const marks[] = {
        [CPM_EXPR_LIST] = "[]", [CPM_EXPR_SET] = "{}", [CPM_EXPR_DICT] = "{}"};
    const char *mark = marks[expr->kind];
    bool pairs = expr->kind == CPM_EXPR_DICT;
    cpm_strbuf_append(d->out, mark, 1);
    for (size_t i = 0; i < expr->u.tuple.nitems; i++) {
        if (i > 0)
            cpm_strbuf_puts(d->out, pairs && i % 2 == 1 ? ": " : ", ");
        dump_expr(d, expr->u.tuple.items[i]);
    }
    cpm_strbuf_append(d->out, mark + 1, 1);
}

static void dump_slice(dumper *d, const cpm_expr *expr)
{
    dump_expr(d, expr->u.slice.object);
    for (size_t i = 0; i < 3; i++) {
        cpm_strbuf_puts(d->out, i == 0 ? "[" : ":");
        if (expr->u.slice.bounds[i] != NULL)
            dump_expr(d, expr->u.slice.bounds[i]);
    }
    cpm_strbuf_puts(d->out, "]");
}

static void dump_comp(dumper *d, const cpm_expr *expr)
{
    static const char *const words[] = {[CPM_EXPR_LIST] = "list",
                                        [CPM_EXPR_SET] = "set",
                                        [CPM_EXPR_DICT] = "dict",
                                        [CPM_EXPR_COMP] = "each"};
    cpm_strbuf_printf(d->out, "%s(", words[expr->u.comp.of]);
    dump_expr(d, expr->u.comp.element);
    if (expr->u.comp.value != NULL) {
        cpm_strbuf_puts(d->out, ": ");
        dump_expr(d, expr->u.comp.value);
    }
    for (size_t i = 0; i < expr->u.comp.nclauses; i++) {
        const cpm_comp_clause *clause = &expr->u.comp.clauses[i];
        cpm_strbuf_puts(d->out, clause->target == NULL ? " if " : " for ");
        if (clause->target != NULL) {
            dump_expr(d, clause->target);
            cpm_strbuf_puts(d->out, " in ");
        }
        dump_expr(d, clause->expr);
    }
    cpm_strbuf_puts(d->out, ")");
}

static void dump_lambda(dumper *d, const cpm_expr *expr)
{
    const cpm_function *function = &d->tree->functions[expr->u.lambda.function];
    cpm_strbuf_puts(d->out, "lambda(");
    for (size_t i = 0; i < function->nparams; i++)
        cpm_strbuf_printf(d->out, "%s%s", i > 0 ? ", " : "", name_of(d, function->params[i].sym));
    cpm_strbuf_puts(d->out, ": ");
    dump_expr(d, function->body.stmts[0]->u.expr);
    cpm_strbuf_puts(d->out, ")");
}

static void dump_joined(dumper *d, const cpm_expr *expr)
{
    cpm_strbuf_puts(d->out, "joined(");
    for (size_t i = 0; i < expr->u.joined.nfields; i++) {
        const cpm_field *field = &expr->u.joined.fields[i];
        cpm_strbuf_puts(d->out, i > 0 ? ", " : "");
        if (field->value != NULL)
            dump_expr(d, field->value);
        if (field->conversion != 0)
            cpm_strbuf_printf(d->out, "!%c", field->conversion);
        if (field->value == NULL || field->len > 0) {
            cpm_strbuf_puts(d->out, field->value == NULL ? "'" : ":");
            cpm_strbuf_append(d->out, field->bytes, field->len);
            cpm_strbuf_puts(d->out, field->value == NULL ? "'" : "");
        }
    }
    cpm_strbuf_puts(d->out, ")");
}

/* What recurrences and loops over numbers have not. */
static void dump_value(dumper *d, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_INDEX:
        dump_expr(d, expr->u.index.object);
        cpm_strbuf_puts(d->out, "[");
        dump_expr(d, expr->u.index.at);
        cpm_strbuf_puts(d->out, "]");
        break;
    case CPM_EXPR_SLICE:
        dump_slice(d, expr);
        break;
    case CPM_EXPR_METHOD:
        dump_expr(d, expr->u.method.object);
        cpm_strbuf_printf(d->out, ".%s", cpm_method_name((cpm_method_id)expr->u.method.id));
        dump_args(d, expr->u.method.args, expr->u.method.nargs);
        break;
    case CPM_EXPR_APPLY:
        dump_expr(d, expr->u.apply.callee);
        dump_args(d, expr->u.apply.args, expr->u.apply.nargs);
        break;
    case CPM_EXPR_STAR:
        cpm_strbuf_puts(d->out, "*");
        dump_expr(d, expr->u.unary.operand);
        break;
    case CPM_EXPR_COMP:
        dump_comp(d, expr);
        break;
    case CPM_EXPR_LAMBDA:
        dump_lambda(d, expr);
        break;
    case CPM_EXPR_WALRUS:
        cpm_strbuf_printf(d->out, "(%s := ", name_of(d, expr->u.walrus.name->u.name.sym));
        dump_expr(d, expr->u.walrus.value);
        cpm_strbuf_puts(d->out, ")");
        break;
    case CPM_EXPR_JOINED:
        dump_joined(d, expr);
        break;
    default:
        dump_display(d, expr);
    }
}

static void dump_expr(dumper *d, const cpm_expr *expr)
{
    switch (expr->kind) {
    case CPM_EXPR_INT:
        dump_literal(d, expr);
        break;
    case CPM_EXPR_STRING:
        dump_string(d, expr);
        break;
    case CPM_EXPR_TRUE:
        cpm_strbuf_puts(d->out, "True");
        break;
    case CPM_EXPR_FALSE:
        cpm_strbuf_puts(d->out, "False");
        break;
    case CPM_EXPR_NONE:
        cpm_strbuf_puts(d->out, "None");
        break;
    case CPM_EXPR_NAME:
        cpm_strbuf_puts(d->out, name_of(d, expr->u.name.sym));
        break;
    case CPM_EXPR_UNARY:
        cpm_strbuf_printf(d->out, "(%s%s", cpm_op_text(expr->u.unary.op),
                          expr->u.unary.op == CPM_OP_NOT ? " " : "");
        dump_expr(d, expr->u.unary.operand);
        cpm_strbuf_puts(d->out, ")");
        break;
    case CPM_EXPR_CHAIN:
    case CPM_EXPR_POWER:
    case CPM_EXPR_COMPARE:
    case CPM_EXPR_BOOL:
        dump_chain(d, expr);
        break;
    case CPM_EXPR_COND:
        cpm_strbuf_puts(d->out, "(");
        dump_expr(d, expr->u.cond.then);
        cpm_strbuf_puts(d->out, " if ");
        dump_expr(d, expr->u.cond.test);
        cpm_strbuf_puts(d->out, " else ");
        dump_expr(d, expr->u.cond.orelse);
        cpm_strbuf_puts(d->out, ")");
        break;
    case CPM_EXPR_CALL:
        cpm_strbuf_puts(d->out, name_of(d, expr->u.call.callee));
        dump_args(d, expr->u.call.args, expr->u.call.nargs);
        break;
    case CPM_EXPR_DOT:
        cpm_strbuf_printf(d->out, "<sum of %zu terms>", expr->u.dot.nterms);
        break;
    case CPM_EXPR_TUPLE:
        cpm_strbuf_puts(d->out, "tuple(");
        dump_list(d, expr->u.tuple.items, expr->u.tuple.nitems);
        cpm_strbuf_puts(d->out, ")");
        break;
    default:
        dump_value(d, expr);
    }
}

/* ---- Statements -------------------------------------------------------- */

static void dump_stmt(dumper *d, const cpm_stmt *stmt);

static void begin_line(dumper *d, const char *word)
{
    cpm_strbuf_fill(d->out, ' ', 2 * d->indent);
    cpm_strbuf_puts(d->out, word);
}

static void end_line(dumper *d)
{
    cpm_strbuf_puts(d->out, "\n");
}

static void dump_block(dumper *d, const cpm_block *block)
{
    d->indent++;
    for (size_t i = 0; i < block->nstmts; i++)
        dump_stmt(d, block->stmts[i]);
    d->indent--;
}

static void dump_orelse(dumper *d, const cpm_block *block)
{
    if (block->nstmts == 0)
        return;
    begin_line(d, "else\n");
    dump_block(d, block);
}

static void dump_range(dumper *d, const cpm_stmt *stmt)
{
    cpm_strbuf_puts(d->out, "range(");
    if (stmt->u.loop.start != NULL) {
        dump_expr(d, stmt->u.loop.start);
        cpm_strbuf_puts(d->out, ", ");
    }
    dump_expr(d, stmt->u.loop.stop);
    if (stmt->u.loop.step != NULL) {
        cpm_strbuf_puts(d->out, ", ");
        dump_expr(d, stmt->u.loop.step);
    }
    cpm_strbuf_puts(d->out, ")");
}

static void dump_for(dumper *d, const cpm_stmt *stmt)
{
    begin_line(d, "for ");
    if (stmt->u.loop.unpack != NULL)
        dump_expr(d, stmt->u.loop.unpack);
    else
        cpm_strbuf_puts(d->out,
                        stmt->u.loop.target ? name_of(d, stmt->u.loop.target->u.name.sym) : "_");
    cpm_strbuf_puts(d->out, " in ");
    if (stmt->u.loop.iterable != NULL)
        dump_expr(d, stmt->u.loop.iterable);
    else
        dump_range(d, stmt);
    cpm_strbuf_printf(d->out, "  # loop %lu\n", (unsigned long)stmt->u.loop.id);
    dump_block(d, &stmt->u.loop.body);
    dump_orelse(d, &stmt->u.loop.orelse);
}

static void dump_branch(dumper *d, const cpm_stmt *stmt, const char *word)
{
    begin_line(d, word);
    dump_expr(d, stmt->u.branch.test);
    end_line(d);
    dump_block(d, &stmt->u.branch.body);
    dump_orelse(d, &stmt->u.branch.orelse);
}

static void dump_decorator(dumper *d, const cpm_decorator *decorator)
{
    if (!decorator->present)
        return;
    begin_line(d, "@cpmoptimize");
    if (decorator->has_strict)
        cpm_strbuf_printf(d->out, " strict=%s", decorator->strict ? "True" : "False");
    if (decorator->has_iters_limit)
        cpm_strbuf_printf(d->out, " iters_limit=%lu", decorator->iters_limit);
    if (decorator->has_types)
        cpm_strbuf_printf(d->out, " types=int%s", decorator->allow_rational ? ",rational" : "");
    if (decorator->has_min_rows)
        cpm_strbuf_printf(d->out, " opt_min_rows=%s", decorator->min_rows ? "True" : "False");
    if (decorator->has_clear_stack)
        cpm_strbuf_printf(d->out, " opt_clear_stack=%s", decorator->clear_stack ? "True" : "False");
    end_line(d);
}

static void dump_def(dumper *d, const cpm_stmt *stmt)
{
    const cpm_function *function = &d->tree->functions[stmt->u.function];
    dump_decorator(d, &function->decorator);
    begin_line(d, "def ");
    cpm_strbuf_printf(d->out, "%s(", name_of(d, function->name));
    for (size_t i = 0; i < function->nparams; i++) {
        const cpm_param *param = &function->params[i];
        cpm_strbuf_printf(d->out, "%s%s", i > 0 ? ", " : "", name_of(d, param->sym));
        if (param->fallback != NULL) {
            cpm_strbuf_puts(d->out, "=");
            dump_expr(d, param->fallback);
        }
    }
    cpm_strbuf_puts(d->out, ")\n");
    dump_block(d, &function->body);
}

static void dump_print(dumper *d, const cpm_stmt *stmt)
{
    begin_line(d, "print ");
    dump_list(d, stmt->u.print.items, stmt->u.print.nitems);
    if (stmt->u.print.sep != NULL) {
        cpm_strbuf_puts(d->out, " sep=");
        dump_expr(d, stmt->u.print.sep);
    }
    if (stmt->u.print.end != NULL) {
        cpm_strbuf_puts(d->out, " end=");
        dump_expr(d, stmt->u.print.end);
    }
    end_line(d);
}

static void dump_assign(dumper *d, const cpm_stmt *stmt)
{
    begin_line(d, "assign ");
    for (size_t i = 0; i < stmt->u.assign.ntargets; i++) {
        dump_expr(d, stmt->u.assign.targets[i]);
        cpm_strbuf_puts(d->out, " = ");
    }
    dump_expr(d, stmt->u.assign.value);
    end_line(d);
}

static void dump_global(dumper *d, const cpm_stmt *stmt)
{
    begin_line(d, stmt->kind == CPM_STMT_GLOBAL ? "global" : "nonlocal");
    for (size_t i = 0; i < stmt->u.global.nsyms; i++)
        cpm_strbuf_printf(d->out, "%s %s", i > 0 ? "," : "", name_of(d, stmt->u.global.syms[i]));
    end_line(d);
}

static void dump_assert(dumper *d, const cpm_stmt *stmt)
{
    begin_line(d, "assert ");
    dump_expr(d, stmt->u.check.test);
    if (stmt->u.check.message != NULL) {
        cpm_strbuf_puts(d->out, ", ");
        dump_expr(d, stmt->u.check.message);
    }
    end_line(d);
}

static void dump_stmt(dumper *d, const cpm_stmt *stmt)
{
    switch (stmt->kind) {
    case CPM_STMT_ASSIGN:
        dump_assign(d, stmt);
        break;
    case CPM_STMT_AUGMENT:
    case CPM_STMT_AUGMENT_ITEM:
        begin_line(d, "augment ");
        dump_expr(d, stmt->u.augment.target);
        cpm_strbuf_printf(d->out, " %s= ", cpm_op_text(stmt->u.augment.op));
        dump_expr(d, stmt->u.augment.value);
        end_line(d);
        break;
    case CPM_STMT_EXPR:
        begin_line(d, "expr ");
        dump_expr(d, stmt->u.expr);
        end_line(d);
        break;
    case CPM_STMT_PRINT:
        dump_print(d, stmt);
        break;
    case CPM_STMT_FOR:
        dump_for(d, stmt);
        break;
    case CPM_STMT_WHILE:
        dump_branch(d, stmt, "while ");
        break;
    case CPM_STMT_IF:
        dump_branch(d, stmt, "if ");
        break;
    case CPM_STMT_BREAK:
        begin_line(d, "break\n");
        break;
    case CPM_STMT_CONTINUE:
        begin_line(d, "continue\n");
        break;
    case CPM_STMT_PASS:
        begin_line(d, "pass\n");
        break;
    case CPM_STMT_RETURN:
        begin_line(d, "return");
        if (stmt->u.expr != NULL) {
            cpm_strbuf_puts(d->out, " ");
            dump_expr(d, stmt->u.expr);
        }
        end_line(d);
        break;
    case CPM_STMT_ASSERT:
        dump_assert(d, stmt);
        break;
    case CPM_STMT_DEL:
        begin_line(d, "del ");
        dump_list(d, stmt->u.del.targets, stmt->u.del.ntargets);
        end_line(d);
        break;
    case CPM_STMT_GLOBAL:
    case CPM_STMT_NONLOCAL:
        dump_global(d, stmt);
        break;
    case CPM_STMT_DEF:
        dump_def(d, stmt);
        break;
    case CPM_STMT_SHIFT:
        begin_line(d, "shift");
        cpm_strbuf_printf(d->out, " %zu places", stmt->u.shift.nplaces);
        end_line(d);
        break;
    }
}

/* ---- Clauses and the whole --------------------------------------------- */

static void dump_clause(dumper *d, const cpm_clause *clause)
{
    static const char *const words[] = {
        [CPM_CLAUSE_CUR] = "rule ",  [CPM_CLAUSE_RULE] = "rule ",
        [CPM_CLAUSE_TERM] = "term ", [CPM_CLAUSE_CONST] = "constant ",
        [CPM_CLAUSE_NAME] = "name ", [CPM_CLAUSE_BEFORE] = "before ",
    };
    begin_line(d, words[clause->kind]);
    cpm_strbuf_puts(d->out, name_of(d, clause->name));
    if (clause->kind == CPM_CLAUSE_RULE)
        cpm_strbuf_printf(d->out, "(%s)", name_of(d, clause->index));
    if (clause->kind == CPM_CLAUSE_TERM || clause->kind == CPM_CLAUSE_BEFORE) {
        cpm_strbuf_puts(d->out, "(");
        dump_expr(d, clause->at);
        cpm_strbuf_puts(d->out, ")");
    }
    if (clause->value != NULL) {
        cpm_strbuf_puts(d->out, " = ");
        dump_expr(d, clause->value);
    }
    if (clause->from != NULL) {
        cpm_strbuf_puts(d->out, " from ");
        dump_expr(d, clause->from);
    }
    end_line(d);
}

cpm_status cpm_tree_dump(cpm_strbuf *out, const cpm_tree *tree, cpm_err *err)
{
    dumper d = {out, tree, 0};
    static const char *const dialects[] = {
        [CPM_DIALECT_PY3] = "program py3\n",
        [CPM_DIALECT_PY2] = "program py2\n",
        [CPM_DIALECT_LOOP] = "program loop\n",
    };
    cpm_strbuf_puts(out, tree->is_spec ? "recurrence\n" : dialects[tree->dialect]);
    d.indent++;
    for (size_t i = 0; i < tree->nclauses; i++)
        dump_clause(&d, &tree->clauses[i]);
    d.indent--;
    dump_block(&d, &tree->top);
    return cpm_strbuf_status(out, err);
}
