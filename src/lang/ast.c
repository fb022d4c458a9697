/* SPDX-License-Identifier: MIT
 *
 * ast.c - the syntax tree's storage: the arena, the symbol table and the
 * constructors. Symbols are found through an open-addressing hash table
 * (FNV-1a, linear probing, at most half full), so interning costs O(length).
 */
#include "lang/ast.h"

#include <stdlib.h>
#include <string.h>

const char *cpm_op_text(cpm_op op)
{
    static const char *const texts[] = {
#define X(id, text) [CPM_OP_##id] = text,
        CPM_OPERATORS(X)
#undef X
    };
    return texts[op];
}

cpm_op cpm_op_mirrored(cpm_op op)
{
    switch (op) {
    case CPM_OP_LT:
        return CPM_OP_GT;
    case CPM_OP_LE:
        return CPM_OP_GE;
    case CPM_OP_GT:
        return CPM_OP_LT;
    case CPM_OP_GE:
        return CPM_OP_LE;
    default:
        return op;
    }
}

void cpm_tree_init(cpm_tree *tree, const cpm_text *text)
{
    memset(tree, 0, sizeof *tree);
    tree->text = text;
}

void cpm_tree_clear(cpm_tree *tree)
{
    for (size_t i = 0; i < tree->nliterals; i++)
        fmpz_clear(tree->literals + i);
    free(tree->literals);
    free(tree->symbols);
    free(tree->symbol_index);
    free(tree->functions);
    cpm_arena_clear(&tree->arena);
    memset(tree, 0, sizeof *tree);
}

/* ---- Symbols ----------------------------------------------------------- */

static size_t hash_name(const char *name, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)name[i]) * 0x100000001b3u;
    return (size_t)(h ^ (h >> 32));
}

/* The place in symbol_index where the name is or would go. An entry is 0 when
 * free, else a symbol plus 1. The table has a power of two entries. */
static size_t find_place(const cpm_tree *tree, const char *name, size_t len)
{
    size_t mask = tree->symbol_index_cap - 1;
    size_t place = hash_name(name, len) & mask;
    while (tree->symbol_index[place] != 0) {
        const cpm_symbol *symbol = &tree->symbols[tree->symbol_index[place] - 1];
        if (symbol->len == len && memcmp(symbol->name, name, len) == 0)
            break;
        place = (place + 1) & mask;
    }
    return place;
}

/* Keeps the table at most half full. (It may hold fewer than all symbols.) */
static bool grow_index(cpm_tree *tree)
{
    if (tree->nsymbols + 1 <= tree->symbol_index_cap / 2)
        return true;
    size_t cap = tree->symbol_index_cap == 0 ? 16 : tree->symbol_index_cap * 2;
    uint32_t *index = cpm_calloc(cap, sizeof *index);
    if (index == NULL)
        return false;
    uint32_t *old = tree->symbol_index;
    size_t old_cap = tree->symbol_index_cap;
    tree->symbol_index = index;
    tree->symbol_index_cap = cap;
    for (size_t i = 0; i < old_cap; i++)
        if (old[i] != 0) {
            const cpm_symbol *symbol = &tree->symbols[old[i] - 1];
            index[find_place(tree, symbol->name, symbol->len)] = old[i];
        }
    free(old);
    return true;
}

cpm_sym cpm_tree_find(const cpm_tree *tree, const char *name, size_t len)
{
    if (tree->symbol_index_cap == 0)
        return CPM_NO_SYM;
    uint32_t entry = tree->symbol_index[find_place(tree, name, len)];
    return entry == 0 ? CPM_NO_SYM : entry - 1;
}

cpm_sym cpm_tree_add_symbol(cpm_tree *tree, const char *name, size_t len)
{
    if (tree->nsymbols >= CPM_NO_SYM - 1)
        return CPM_NO_SYM;
    cpm_symbol *symbols =
        cpm_grow(tree->symbols, &tree->symbols_cap, tree->nsymbols + 1, sizeof *symbols);
    if (symbols == NULL)
        return CPM_NO_SYM;
    tree->symbols = symbols;
    char *copy = cpm_arena_alloc(&tree->arena, len + 1); /* zeroed: the NUL is there */
    if (copy == NULL)
        return CPM_NO_SYM;
    memcpy(copy, name, len);
    symbols[tree->nsymbols] = (cpm_symbol){copy, len};
    return (cpm_sym)tree->nsymbols++;
}

bool cpm_tree_reserve_cells(cpm_tree *tree, size_t count)
{
    if (tree->ncells > 0)
        return true;
    cpm_sym first = (cpm_sym)tree->nsymbols;
    char *names = cpm_arena_array(&tree->arena, count, CPM_CELL_NAME);
    if (names == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        cpm_sym sym = cpm_tree_add_symbol(tree, "", 0);
        if (sym == CPM_NO_SYM)
            return false;
        tree->symbols[sym].name = names + i * CPM_CELL_NAME;
    }
    tree->first_cell = first;
    tree->ncells = count;
    tree->cell_names = names;
    return true;
}

void cpm_tree_name_cell(const cpm_tree *tree, cpm_sym cell, const char *name)
{
    char *to = tree->cell_names + (cell - tree->first_cell) * CPM_CELL_NAME;
    size_t len = strnlen(name, CPM_CELL_NAME - 1);
    memcpy(to, name, len);
    to[len] = '\0';
}

cpm_sym cpm_tree_intern(cpm_tree *tree, const char *name, size_t len)
{
    cpm_sym known = cpm_tree_find(tree, name, len);
    if (known != CPM_NO_SYM)
        return known;
    if (!grow_index(tree))
        return CPM_NO_SYM;
    cpm_sym sym = cpm_tree_add_symbol(tree, name, len);
    if (sym != CPM_NO_SYM)
        tree->symbol_index[find_place(tree, name, len)] = sym + 1;
    return sym;
}

/* ---- Constructors ------------------------------------------------------ */

cpm_expr *cpm_expr_new(cpm_tree *tree, cpm_expr_kind kind, cpm_span span)
{
    cpm_expr *expr = cpm_arena_alloc(&tree->arena, sizeof *expr);
    if (expr != NULL) {
        expr->kind = kind;
        expr->span = span;
    }
    return expr;
}

size_t cpm_tree_add_literal(cpm_tree *tree, const fmpz_t value)
{
    fmpz *literals =
        cpm_grow(tree->literals, &tree->literals_cap, tree->nliterals + 1, sizeof *literals);
    if (literals == NULL)
        return SIZE_MAX;
    tree->literals = literals;
    fmpz_init_set(literals + tree->nliterals, value);
    return tree->nliterals++;
}

cpm_expr *cpm_expr_int(cpm_tree *tree, const fmpz_t value, cpm_span span)
{
    cpm_expr *expr = cpm_expr_new(tree, CPM_EXPR_INT, span);
    if (expr == NULL)
        return NULL;
    expr->u.literal = cpm_tree_add_literal(tree, value);
    return expr->u.literal == SIZE_MAX ? NULL : expr;
}

cpm_expr *cpm_expr_name(cpm_tree *tree, cpm_sym sym, cpm_span span)
{
    cpm_expr *expr = cpm_expr_new(tree, CPM_EXPR_NAME, span);
    if (expr != NULL)
        expr->u.name.sym = sym;
    return expr;
}

cpm_stmt *cpm_stmt_new(cpm_tree *tree, cpm_stmt_kind kind, cpm_span span)
{
    cpm_stmt *stmt = cpm_arena_alloc(&tree->arena, sizeof *stmt);
    if (stmt != NULL) {
        stmt->kind = kind;
        stmt->span = span;
    }
    return stmt;
}
