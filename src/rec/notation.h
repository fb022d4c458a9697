/* SPDX-License-Identifier: MIT
 *
 * notation.h - sequences as other systems and tables write them: LinearRecurrence[...],
 * G.f.: ..., Vec(... + O(x^20)), RSolve[...], the index of signatures, and the line that
 * --explain prints.
 */
#ifndef CPM_REC_NOTATION_H
#define CPM_REC_NOTATION_H

#include "base/err.h"

/* Where own->spec is one of them, takes it apart: its parts become the signature, the
 * initial terms, the generating function or the SPEC of *own, each as long as the text
 * was and blank elsewhere, so that places stay; *given has the text for each of them.
 * Anything else is left alone. CPM_ERR_MEMORY; CPM_ERR_SYNTAX for one that breaks off. */
CPM_MUST_USE cpm_status cpm_notation_resolve(cpm_spec *own, cpm_spec *given, cpm_err *err);

#endif
