# SPDX-License-Identifier: MIT
# make deps: what it would run, with package managers that only say so.

load helper

# Leaves a PATH with the tools that the script itself uses, and no others; the
# compiler is one that finds every header unless told otherwise.
bare_path() {
    mkdir -p bare
    for tool in sh bash env mktemp rm printf cat; do
        ln -sf "$(command -v $tool)" "bare/$tool"
    done
    stub cc 'exit 0'
    PATH=$BATS_TEST_TMPDIR/bare
}

# stub NAME COMMANDS
stub() {
    printf '#!/bin/sh\n%s\n' "$2" > "bare/$1"
    chmod +x "bare/$1" 2> /dev/null || /bin/chmod +x "bare/$1"
}

@test "deps does nothing when all is there" {
    bare_path
    stub bats 'exit 0'
    stub mandoc 'exit 0'
    stub apt-get 'echo called; exit 1'
    run "$TOP/tools/install-deps"
    [ "$status" -eq 0 ]
    [ "$output" = 'deps: everything is there' ]
}

@test "deps installs what is missing, as root without sudo" {
    bare_path
    stub cc 'exit 1'
    stub id 'echo 0'
    stub sudo 'echo sudo was called'
    stub apt-get 'echo "apt-get $*"'
    stub apt-cache 'exit 0'
    run "$TOP/tools/install-deps"
    [ "$output" = 'deps: installing libgmp-dev libflint-dev bats mandoc libflint-arb-dev
apt-get update -q
apt-get install -q -y --no-install-recommends libgmp-dev libflint-dev bats mandoc libflint-arb-dev' ]
}

@test "deps uses sudo when not root, and other managers' names" {
    bare_path
    rm bare/cc
    stub id 'echo 1000'
    stub sudo 'echo "sudo $*"'
    stub dnf 'exit 1'
    run "$TOP/tools/install-deps"
    [ "$output" = 'deps: installing gcc gmp-devel flint-devel bats mandoc
sudo dnf install -y gcc gmp-devel flint-devel bats mandoc' ]
    rm bare/dnf
    stub pacman 'exit 1'
    run "$TOP/tools/install-deps"
    [ "${lines[1]}" = 'sudo pacman -S --needed --noconfirm gcc gmp flint bash-bats mandoc' ]
    rm bare/pacman
    stub brew 'echo "brew $*"'
    run "$TOP/tools/install-deps"
    [ "${lines[1]}" = 'brew install gcc gmp flint bats-core mandoc' ]
}

@test "deps says what is missing when it knows no package manager" {
    bare_path
    stub mandoc 'exit 0'
    run "$TOP/tools/install-deps"
    [ "$status" -eq 1 ]
    [ "$output" = 'deps: no package manager that is known here; please install: bats' ]
}

@test "deps --tests installs what the tests make use of" {
    bare_path
    stub bats 'exit 0'
    stub mandoc 'exit 0'
    stub id 'echo 0'
    stub apt-get 'echo "apt-get $*"'
    stub apt-cache 'exit 0'
    run "$TOP/tools/install-deps" --tests
    [ "${lines[0]}" = 'deps: installing gnuplot-nox zsh fish python3 valgrind pkg-config bsdutils graphviz pari-gp g++ python3-sympy' ]
}
