# SPDX-License-Identifier: MIT
# Programs as contest editorials print them: tests/contest/NAME.py with the input
# NAME.in prints NAME.want, which is what python3 prints; where python3 is there, it
# is asked again, about random programs that write lists too.

load helper

input_of() {
    if [ -e "${1%.py}.in" ]; then echo "${1%.py}.in"; else echo /dev/null; fi
}

@test "contest programs print what Python prints" {
    count=0
    for program in "$TOP"/tests/contest/*.py; do
        cpmcalc -q -f "$program" < "$(input_of "$program")" > got
        diff "${program%.py}.want" got
        count=$((count + 1))
    done
    [ "$count" -ge 66 ]
}

@test "what contest programs should print is what Python prints here" {
    command -v python3 > python || skip "there is no python3"
    for program in "$TOP"/tests/contest/*.py; do
        python3 "$program" < "$(input_of "$program")" | diff "${program%.py}.want" -
    done
}

@test "random programs that write lists print what Python prints" {
    command -v python3 > python || skip "there is no python3"
    run "$TOP/tests/data/lists.py" cpmcalc 25 7
    ended 0
    [[ $output == "25 programs agree"* ]]
}

@test "random programs with lists that grow print what Python prints" {
    command -v python3 > python || skip "there is no python3"
    run "$TOP/tests/data/growing.py" cpmcalc 80 70
    ended 0
    [[ $output == "80 programs agree"* ]]
}
