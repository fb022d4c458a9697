/* SPDX-License-Identifier: MIT
 *
 * matcode.h - matrix code: the few operations over registers that a loop body
 * is lowered to, each of them a sparse matrix. (The language of the article
 * this program grew out of.)
 */
#ifndef CPM_ACCEL_MATCODE_H
#define CPM_ACCEL_MATCODE_H

#include "algebra/semiring.h"
#include "base/err.h"
#include "base/strbuf.h"

#include <flint/fmpq.h>
#include <stdint.h>

typedef enum cpm_mc_op {
    CPM_MC_MOV,  /* dst = src */
    CPM_MC_ADD,  /* dst += src */
    CPM_MC_SUB,  /* dst -= src */
    CPM_MC_MUL,  /* dst *= constant, or, in plus-times, src: then the code is not linear */
    CPM_MC_LOOP, /* repeat up to the matching END, constant or src times; at least dst, 0 or 1 */
    CPM_MC_END
} cpm_mc_op;

typedef struct cpm_mc_instr {
    cpm_mc_op op;
    bool is_const; /* src is an index into consts, else a register */
    uint32_t dst;
    uint32_t src;
    uint32_t place; /* of a product of registers: index into spans */
} cpm_mc_instr;

typedef enum cpm_reg_kind {
    CPM_REG_VARIABLE, /* of the program */
    CPM_REG_COUNTER,  /* the position in a range */
    CPM_REG_MONOMIAL, /* i^k b^i of a counter i */
    CPM_REG_VIRTUAL   /* a stack place while an expression is computed */
} cpm_reg_kind;

typedef struct cpm_mc_reg {
    cpm_reg_kind kind;
    bool is_bound; /* `start` is the value before the first iteration */
    const char *name;
    char *own_name; /* owned: what `name` is, or NULL where that is borrowed */
    fmpq_t start;
} cpm_mc_reg;

/* A zeroed code is empty and safe to clear. */
typedef struct cpm_matcode {
    const cpm_domain *domain; /* of the values; coefficients are its scalars */
    bool divides;             /* mul-pow: a value is divided by somewhere */
    cpm_mc_instr *instrs;     /* owned */
    size_t ninstrs, instrs_cap;
    fmpq *consts; /* owned */
    size_t nconsts, consts_cap;
    cpm_mc_reg *regs; /* owned */
    size_t nregs, regs_cap;
    cpm_span *spans; /* owned: where the products are in the text */
    size_t nspans, spans_cap;
} cpm_matcode;

void cpm_matcode_clear(cpm_matcode *code);

/* A new register with start value 0 and unbound; its index in *reg. The name is
 * copied, except that of a VARIABLE, which is borrowed from the syntax tree. */
CPM_MUST_USE cpm_status cpm_matcode_add_reg(uint32_t *reg, cpm_matcode *code, cpm_reg_kind kind,
                                            const char *name, cpm_err *err);

CPM_MUST_USE cpm_status cpm_matcode_emit(cpm_matcode *code, cpm_mc_op op, uint32_t dst,
                                         uint32_t src, cpm_err *err);
CPM_MUST_USE cpm_status cpm_matcode_emit_const(cpm_matcode *code, cpm_mc_op op, uint32_t dst,
                                               const fmpq_t value, cpm_err *err);

/* dst *= src, a product that stands at `span`. */
CPM_MUST_USE cpm_status cpm_matcode_emit_product(cpm_matcode *code, uint32_t dst, uint32_t src,
                                                 cpm_span span, cpm_err *err);

/* All constants and start values are integers. */
bool cpm_matcode_is_integral(const cpm_matcode *code);
bool cpm_matcode_has_loop(const cpm_matcode *code);
/* Two registers are multiplied, or one says how often a loop runs. */
bool cpm_matcode_has_product(const cpm_matcode *code);

/* The END that belongs to the LOOP at index `loop`. */
size_t cpm_matcode_end(const cpm_matcode *code, size_t loop);

/* Marks the registers that flow into marked ones, to a fixed point. */
void cpm_matcode_close_needed(bool *needed, const cpm_matcode *code);

/* One instruction a line, indented inside loops. */
void cpm_matcode_dump(cpm_strbuf *out, const cpm_matcode *code);

#endif
