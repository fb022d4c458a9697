#!/bin/sh
# SPDX-License-Identifier: MIT
#
# judge.sh - answers the input of a judge: the number of tests, and for each of them
#
#     k n m           a recurrence of order k, the index of a term, a modulus
#     c1 c2 ... ck    a(n) = c1*a(n-1) + ... + ck*a(n-k)
#     a0 a1 ... a(k-1)
#
# prints a(n) modulo m, a line for each test, in one process for all of them:
#
#     ./judge.sh < input
#
# Line ends may be anywhere, as judges have it.
set -eu

tr -s ' \t\r\n' '\n' | awk '
    BEGIN { getline tests }
    function list(count,    text) {
        for (text = ""; count-- > 0;) {
            getline
            text = text (text == "" ? "" : ",") $0
        }
        return text
    }
    {
        k = $0; getline n; getline m
        c = list(k); a = list(k)
        print "--nth=" n " --mod=" m " --signature=" c " --init=" a
        if (++done == tests) exit
    }' | cpmcalc --batch -
