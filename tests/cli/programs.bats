# SPDX-License-Identifier: MIT
# Programs: where the text comes from, what goes where, statuses.

load helper

write_fib() {
    cat > fib.py << 'END'
def fib(n):
    a, b = 0, 1
    for i in range(n):
        a, b = b, a + b
    return a
END
}

@test "a program from a file, from standard input, in place" {
    write_fib
    ask -f fib.py 'fib(100)'
    ended 0
    said 354224848179261915075
    run --separate-stderr bash -c 'cpmcalc -f - "fib(100)" < fib.py'
    said 354224848179261915075
    ask -e 'print(6*7)'
    said 42
    ask --expr $'loop 10**9\nA += 2\nend\n'
    said 'A = 2000000000'
}

@test "errors name the file, <stdin>, <expr> or <call>" {
    printf 'x = 1\nprint(y)\n' > a.py
    ask -f a.py
    ended 3
    said ''
    [ "${stderr_lines[0]%% error:*}" = 'cpmcalc: a.py:2:7:' ]
    [ "${stderr_lines[1]}" = 'print(y)' ]
    [ "${stderr_lines[2]}" = '      ^' ]
    run --separate-stderr bash -c 'cpmcalc -f - < a.py'
    ended 3
    [ "${stderr_lines[0]%% error:*}" = 'cpmcalc: <stdin>:2:7:' ]
    ask -e 'print(1'
    ended 3
    [[ $stderr == 'cpmcalc: <expr>:1:'* ]]
    ask -e 'x = 1' 'x +'
    ended 3
    [[ $stderr == 'cpmcalc: <call>:1:'* ]]
}

@test "lines printed before an error stay" {
    ask -e $'print(1)\nprint(2)\nprint(1//0)'
    ended 3
    said '1
2'
}

@test "JSON: output, value, explain" {
    ask --format json -e $'print(1, 2)\nprint("a\\"b")\nx = 5' 'x*11'
    said '{"output":["1 2","a\"b"],"value":"55"}'
    write_fib
    ask --format json --explain -f fib.py 'fib(10**4) % 100'
    ended 0
    [[ $output == '{"output":[],"value":"75","explain":[{"loop":"line 3: '*'"}]}' ]]
    ask --format json -e $'print(1)\nprint(1//0)'
    ended 3
    said ''
}

@test "--explain tells what became of each loop, on stderr" {
    write_fib
    ask --explain -f fib.py 'fib(10**4) % 100'
    ended 0
    said 75
    [[ $stderr == *'line 3: '* ]]
}

@test "--strict: status 1, with the place and the reason" {
    printf 'def f(n):\n    x = 1\n    for i in range(n):\n        x = x * x %% 7\n    return x\n' > a.py
    ask --strict -f a.py 'f(10**4)'
    ended 1
    said ''
    [[ ${stderr_lines[0]} == 'cpmcalc: a.py:'*'cannot accelerate'* ]]
    ask -f a.py 'f(10**4)'
    ended 0
    said 1
}

@test "options of programs need one, options of sequences clash with one" {
    ask --types int fib
    wrong_usage '--types needs a program: --file FILE or --expr TEXT'
    ask --iters-limit 1 -e 'x = 1'
    [ "$status" -eq 2 ]
    ask --types float -e 'x = 1'
    wrong_usage "--types must be int or int,rational, not 'float'"
    ask -e 'x = 1' --nth 5
    wrong_usage '--expr and --nth do not go together'
    ask -e 'x = 1' -f x
    wrong_usage '--file and --expr do not go together'
    ask -e 'x = 1' x y
    wrong_usage "unexpected argument 'y'; a CALL with spaces must be in quotes"
    ask -e 'x = 1' --format bfile
    wrong_usage '--expr and --format bfile do not go together'
}

@test "dialects and types" {
    ask --dialect py2 -e 'print 7/2'
    said 3
    ask -e 'print(7/2)' --types int,rational
    said 7/2
    ask -e 'print(7/2)'
    ended 3
}

@test "--timeout ends a loop that does not end, and keeps what was printed" {
    ask --timeout 0.3 -e $'print(1)\nprint(2)\nprint(3)\nwhile True:\n    pass'
    ended 4
    said '1
2
3'
    [ "${stderr_lines[-1]}" = 'cpmcalc: <expr>:4:1: error: not finished after 0.3 seconds (--timeout)' ]
}

@test "standard input goes to one reader" {
    run --separate-stderr bash -c 'echo x | cpmcalc -f - --init @-'
    wrong_usage '--file and --init do not go together'
}
