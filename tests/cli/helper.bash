# SPDX-License-Identifier: MIT
#
# helper.bash - what the tests of the command line's contract share. The program
# under test is $CPMCALC (set by `make bats`) or else ./cpmcalc.

bats_require_minimum_version 1.5.0

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
CPMCALC=${CPMCALC:-$TOP/cpmcalc}

setup() {
    export LC_ALL=C
    unset NO_COLOR CPMCALC_THREADS CPMCALC_DISABLE_CPU POSIXLY_CORRECT
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir -p bin
    ln -sf "$CPMCALC" bin/cpmcalc
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# ask ARG...: runs cpmcalc; then $status, $output (stdout), $stderr, $lines.
ask() {
    run --separate-stderr cpmcalc "$@"
}

# The exact stdout, stderr or exit status of the last ask.
said() {
    [ "$output" = "$1" ] || { printf 'stdout is: %s\nexpected: %s\n' "$output" "$1"; false; }
}

complained() {
    [ "$stderr" = "$1" ] || { printf 'stderr is: %s\nexpected: %s\n' "$stderr" "$1"; false; }
}

ended() {
    [ "$status" -eq "$1" ] || { printf 'status is: %s\nstderr: %s\n' "$status" "$stderr"; false; }
}

# wrong_usage MESSAGE: status 2, two lines on stderr, nothing on stdout.
wrong_usage() {
    ended 2
    said ''
    complained "cpmcalc: error: $1
Try 'cpmcalc --help' for more information."
}

# md5sum, or what stands in for it on BSD and macOS.
digest() {
    if command -v md5sum > /dev/null; then
        md5sum | cut -d ' ' -f 1
    else
        md5 -q
    fi
}
