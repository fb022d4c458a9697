# SPDX-License-Identifier: MIT
# What the documents promise: examples of the man pages run, statuses and
# options are all described.

load helper

# The commands of cpmcalc(1) and what follows each, from the literal displays.
@test "the examples of cpmcalc(1) run" {
    awk '/^\.Sh EXAMPLES/ { on = 1 } /^\.Sh SEE ALSO/ { on = 0 }
         on && /^\.Bd/ { display = 1; next } /^\.Ed/ { display = 0 }
         on && display' "$TOP/man/cpmcalc.1" | sed "s/\\\\(aq/'/g" > commands
    [ "$(grep -c '^\$ cpmcalc' commands)" -ge 4 ]
    command= expected=
    check() {
        [ -z "$command" ] && return
        actual=$(cd "$TOP" && bash -c "$command")
        [ "$actual" = "${expected%$'\n'}" ] || { echo "$command gives $actual"; return 1; }
    }
    while IFS= read -r line; do
        if [[ $line == '$ '* ]]; then
            check
            command=${line#\$ } expected=
        else
            expected+=$line$'\n'
        fi
    done < commands
    check
}

@test "cpmcalc(1) describes every exit status and every option" {
    for status in 0 1 2 3 4 5; do
        sed -n '/^\.Sh EXIT STATUS/,/^\.Sh LIMITS/p' "$TOP/man/cpmcalc.1" |
            grep -q "^\.It $status\$"
    done
    for option in $(cpmcalc --help | grep -oE '^ {2,6}(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        grep -q "^\.It .*Fl -${option#--}\( \|\$\)" "$TOP/man/cpmcalc.1"
    done
}

@test "libcpmcalc(3) names every function of the header" {
    cd "$TOP"
    [ "$(tools/list-api | wc -l)" -gt 20 ]
    for name in $(tools/list-api); do
        grep -qE "^\.F[no] $name( |\$)" man/libcpmcalc.3
    done
}
