/* SPDX-License-Identifier: MIT
 *
 * code.h - a sequence as a line of code for other systems: each defines a function a,
 * whose value at n is the term with index n, for n from the offset on.
 */
#ifndef CPM_SHOW_CODE_H
#define CPM_SHOW_CODE_H

#include "show/facts.h"

void cpm_code_pari(cpm_strbuf *out, const cpm_facts *facts);
void cpm_code_mathematica(cpm_strbuf *out, const cpm_facts *facts);
void cpm_code_maple(cpm_strbuf *out, const cpm_facts *facts);
void cpm_code_sage(cpm_strbuf *out, const cpm_facts *facts);
void cpm_code_sympy(cpm_strbuf *out, const cpm_facts *facts);
void cpm_code_python(cpm_strbuf *out, const cpm_facts *facts);
void cpm_code_cpp(cpm_strbuf *out, const cpm_facts *facts);
/* The recurrence and its first terms, as LaTeX sets them. */
void cpm_code_latex(cpm_strbuf *out, const cpm_facts *facts);

#endif
