/* SPDX-License-Identifier: MIT
 *
 * fuzz_run.c - libFuzzer target for the interpreter: programs run under small
 * limits. Nothing may crash, leak or hang; errors must point into the text.
 * The first byte chooses the dialect.
 */
#include "eval/interp.h"
#include "lang/contract.h"
#include "lang/parse.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cpm_status drop(void *ctx, const char *bytes, size_t nbytes)
{
    (void)ctx, (void)bytes, (void)nbytes;
    return CPM_OK;
}

/* Leaves long loops out: they would only cost time. */
static cpm_status skip_long(void *ctx, cpm_interp *interp, const cpm_stmt *loop,
                            const cpm_range *range, bool again, cpm_rounds *rounds, cpm_err *err)
{
    (void)ctx, (void)interp, (void)loop, (void)again, (void)err;
    if (range != NULL && fmpz_cmp_ui(range->count, 50) > 0) {
        fmpz_set(rounds->taken, range->count);
        fmpz_zero(rounds->plain);
    }
    return CPM_OK;
}

static void run(const cpm_text *text, cpm_dialect dialect, cpm_err *err)
{
    cpm_tree tree;
    cpm_tree_init(&tree, text);
    cpm_writer writer = {drop, NULL};
    cpm_interp_options options = {.output = &writer,
                                  .on_for = skip_long,
                                  .allow_rational = text->len % 2 == 0,
                                  .max_bits = 4096,
                                  .max_blocks = 2000};
    cpm_interp *interp = NULL;
    cpm_status status = cpm_parse_program(&tree, text, dialect, err);
    if (status == CPM_OK && text->len % 3 != 0) /* lists that grow, whole and as windows */
        status = cpm_contract_lists(&tree, NULL, err);
    if (status == CPM_OK)
        status = cpm_interp_new(&interp, &tree, &options, err);
    if (status == CPM_OK)
        status = cpm_interp_run(interp, err);
    if (status == CPM_OK && tree.dialect == CPM_DIALECT_LOOP)
        status = cpm_interp_print_variables(interp, 10, err);
    if (status != err->status)
        abort();
    cpm_interp_free(interp);
    cpm_tree_clear(&tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 4096)
        return 0;
    cpm_text text = {"<fuzz>", (const char *)data + 1, size - 1};
    cpm_err err;
    cpm_err_clear(&err);
    cpm_dialect dialect = data[0] == 'l'   ? CPM_DIALECT_LOOP
                          : data[0] == '2' ? CPM_DIALECT_PY2
                                           : CPM_DIALECT_PY3;
    run(&text, dialect, &err);
    bool placed = err.where.data == text.data && err.span.end <= text.len;
    if (err.status != CPM_OK && err.status != CPM_ERR_MEMORY && !placed)
        abort();
    return 0;
}
