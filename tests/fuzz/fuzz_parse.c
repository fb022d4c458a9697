/* SPDX-License-Identifier: MIT
 *
 * fuzz_parse.c - libFuzzer target for everything that reads text: the three
 * notations, single expressions, numbers, LISTs. The first byte chooses. A text
 * must give a tree that can be dumped or an error whose place lies in the text.
 */
#include "eval/constant.h"
#include "lang/dump.h"
#include "lang/parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static cpm_status read_tree(char how, const cpm_text *text, cpm_err *err)
{
    cpm_tree tree;
    cpm_expr *expr;
    cpm_tree_init(&tree, text);
    cpm_span all = {0, text->len};
    cpm_status status = how == 's'   ? cpm_parse_spec(&tree, text, err)
                        : how == '2' ? cpm_parse_program(&tree, text, CPM_DIALECT_PY2, err)
                        : how == 'l' ? cpm_parse_program(&tree, text, CPM_DIALECT_LOOP, err)
                        : how == 'e' ? cpm_parse_expr(&expr, &tree, text, all, false, err)
                                     : cpm_parse_program(&tree, text, CPM_DIALECT_PY3, err);
    cpm_strbuf out = {0};
    if (status == CPM_OK)
        check(cpm_tree_dump(&out, &tree, err) == CPM_OK);
    cpm_strbuf_clear(&out);
    cpm_tree_clear(&tree);
    return status;
}

static cpm_status read_list(const cpm_text *text, cpm_err *err)
{
    fmpq *values;
    size_t count;
    cpm_status status = cpm_list_parse(&values, &count, text, err);
    check((status == CPM_OK) == (count > 0));
    cpm_list_free(values, count);
    return status;
}

static cpm_status read_number(const cpm_text *text, cpm_err *err)
{
    mpz_t value;
    mpz_init(value);
    cpm_status status = cpm_number_parse(value, text, (cpm_span){0, text->len}, err);
    mpz_clear(value);
    return status;
}

static bool has_byte(const cpm_text *text, char byte)
{
    return text->len > 0 && memchr(text->data, byte, text->len) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    cpm_text text = {"<fuzz>", (const char *)data + 1, size - 1};
    cpm_err err;
    cpm_err_clear(&err);
    char how = (char)data[0];
    if (how == 'i' && (has_byte(&text, '^') || has_byte(&text, '*') || has_byte(&text, '<') ||
                       has_byte(&text, 'p')))
        return 0; /* powers and shifts in a LIST may take a gibibyte, as they should */
    cpm_status status = how == 'i'   ? read_list(&text, &err)
                        : how == 'n' ? read_number(&text, &err)
                                     : read_tree(how, &text, &err);
    check(status == err.status);
    if (status == CPM_OK || status == CPM_ERR_MEMORY)
        return 0;
    check(err.message[0] != '\0' && err.where.data == text.data);
    check(err.span.begin <= err.span.end && err.span.end <= text.len);
    check(!err.has_related || err.related.end <= text.len);
    return 0;
}
