/* SPDX-License-Identifier: MIT
 *
 * graph.h - which variable feeds which, as a graph in the language of Graphviz.
 */
#ifndef CPM_SHOW_GRAPH_H
#define CPM_SHOW_GRAPH_H

#include "algebra/semiring.h"
#include "base/strbuf.h"
#include "power/linsys.h"

void cpm_graph_begin(cpm_strbuf *out);

/* The system as a cluster with this number and title. Variables that `reduced`
 * does not have are dashed. In max-plus and min-plus the critical cycles are
 * bold and their mean is in the title. A
 * cluster that is there already is not repeated. */
void cpm_graph_add(cpm_strbuf *out, unsigned number, const char *title, const cpm_linsys *full,
                   const cpm_linsys *reduced);

void cpm_graph_end(cpm_strbuf *out);

#endif
