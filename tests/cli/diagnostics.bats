# SPDX-License-Identifier: MIT
# How an error is shown: place, source line, underline, nothing harmful.

load helper

@test "a tab is copied into the underline" {
    ask --strict --init 1,2 $'cur =\tp1 *p1+1'
    ended 3
    [ "${stderr_lines[1]}" = $'cur =\tp1 *p1+1' ]
    [ "${stderr_lines[2]}" = $'     \t^~~~~~' ]
    ask --strict --init 1,2 $'cur = p1  *\tp1+1'
    [ "${stderr_lines[2]}" = $'      ^~~~~\t~~' ]
}

@test "columns count code points" {
    ask --init 1 $'cur = p1 + \xc3\xa9\xc3\xa9'
    ended 3
    [[ ${stderr_lines[0]} == 'cpmcalc: <spec>:1:12: error: '* ]]
    [[ ${stderr_lines[2]} == '           ^'* ]]
}

@test "control characters and broken UTF-8 are not echoed" {
    ask $'cur = p1 \x1b[31m \xff \xc2\x9b $'
    ended 3
    [[ $stderr != *$'\x1b'* ]]
    [[ $stderr != *$'\xff'* ]]
    [[ $stderr != *$'\xc2\x9b'* ]]
    [ "${stderr_lines[1]}" = 'cur = p1 ?[31m ? ? $' ]
}

@test "of a very long line a window is shown" {
    printf '1,%.0s' {1..200000} > list
    printf 'oops,1,1' >> list
    ask --init @list 'cur = p1 + p2'
    ended 3
    [[ ${stderr_lines[0]} == 'cpmcalc: list:1:400001: error: '* ]]
    [ ${#stderr_lines[1]} -lt 200 ]
    [[ ${stderr_lines[1]} == ...*oops* ]]
    prefix=${stderr_lines[1]%%oops*}
    [ "${stderr_lines[2]%%^*}" = "${prefix//?/ }" ]
}

@test "an error on a later line of a file shows that line" {
    printf '0\n1\nx y\n2\n' > list
    ask --init @list 'cur = p1 + p2'
    ended 3
    [[ ${stderr_lines[0]} == 'cpmcalc: list:3:1: error: '* ]]
    [ "${stderr_lines[1]}" = 'x y' ]
}

@test "a misspelt name of the catalogue gets the nearest" {
    ask fibb
    ended 3
    [[ ${stderr_lines[0]} == 'cpmcalc: <spec>:1:1: error: '* ]]
    [[ $stderr == *fib* ]]
}

@test "too few initial values: the hint says what to give" {
    ask 'cur = p1 + p3' --init 1
    said ''
    [[ $status -eq 2 || $status -eq 3 ]]
    [[ $stderr == *'--init'* ]]
}
