# SPDX-License-Identifier: MIT
# make install and uninstall, and a program built against what was installed.

load helper

setup_file() {
    export LC_ALL=C
    export STAGE=$BATS_FILE_TMPDIR/stage
    cd "$(dirname "$BATS_TEST_FILENAME")/../.." || return 1
    ${MAKE:-make} --no-print-directory install VARIANT=release DESTDIR="$STAGE" PREFIX=/opt/cpm
}

# flags CFLAGS|LIBS [--static]: what pkg-config says, or the file itself.
flags() {
    local what=$1 file=$STAGE/opt/cpm/lib/pkgconfig/cpmcalc.pc
    if command -v pkg-config > /dev/null; then
        PKG_CONFIG_PATH=$STAGE/opt/cpm/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$STAGE \
            pkg-config "--$what" ${2:+"$2"} cpmcalc
    elif [ "$what" = cflags ]; then
        echo "-I$STAGE/opt/cpm/include"
    else
        grep -q '^Libs: .*-lcpmcalc -lgmp' "$file" && echo "-L$STAGE/opt/cpm/lib -lcpmcalc -lgmp"
        [ -z "$2" ] || sed -n 's/^Libs.private: //p' "$file"
    fi
}

@test "everything is installed where it belongs" {
    cd "$STAGE/opt/cpm"
    [ -x bin/cpmcalc ]
    for file in include/cpmcalc.h lib/libcpmcalc.a lib/libcpmcalc.so lib/libcpmcalc.so.0 \
        lib/pkgconfig/cpmcalc.pc share/man/man1/cpmcalc.1 share/man/man3/libcpmcalc.3 share/man/man3/cpmcalc.3 \
        share/bash-completion/completions/cpmcalc share/zsh/site-functions/_cpmcalc \
        share/fish/vendor_completions.d/cpmcalc.fish; do
        [ -s "$file" ]
    done
    [ "$(find . ! -type d | wc -l)" -eq 13 ]
}

@test "the installed program runs" {
    run "$STAGE/opt/cpm/bin/cpmcalc" --nth 100 fib
    [ "$output" = 354224848179261915075 ]
}

@test "the example builds against the shared library and runs" {
    # shellcheck disable=SC2046
    ${CC:-cc} -std=c17 -Wall -Wextra -Werror "$TOP/examples/nth_term.c" -o example \
        $(flags cflags) $(flags libs)
    export LD_LIBRARY_PATH=$STAGE/opt/cpm/lib
    run ./example 'cur = p1 + p2' 0,1 100
    [ "$output" = 'a(100) = 354224848179261915075' ]
    run ./example 'cur = q *p1' 0,1 100
    [ "$status" -eq 1 ]
    [[ $output == 'recurrence:1:7: '* ]]
}

@test "the example that runs a program for some seconds" {
    # shellcheck disable=SC2046
    ${CC:-cc} -std=c17 -Wall -Wextra -Werror "$TOP/examples/timed_program.c" -o timed \
        $(flags cflags) $(flags libs)
    export LD_LIBRARY_PATH=$STAGE/opt/cpm/lib
    run ./timed "$TOP/examples/fib.py" 'fib(100)' 5
    [ "$output" = 354224848179261915075 ]
    printf 'def f():\n    while True:\n        pass\n' > loop.py
    run ./timed loop.py 'f()' 0.2
    [ "$status" -eq 1 ]
    [ "$output" = 'timed_program: not finished after 0.2 seconds' ]
    ./timed loop.py 'f()' 60 2> interrupted &
    sleep 0.3
    kill -INT $!
    status=0
    wait $! || status=$?
    [ "$status" -eq 1 ]
    [ "$(cat interrupted)" = 'timed_program: stopped by on_progress' ]
}

@test "the example of libcpmcalc(3) builds against the static library and runs" {
    sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$TOP/man/libcpmcalc.3" |
        sed -e '/^\./d' -e '/^The program that/d' -e 's/\\e/\\/g' > example.c
    # shellcheck disable=SC2046
    ${CC:-cc} -std=c17 -Wall -Wextra -Werror example.c -o example $(flags cflags) -static-libgcc \
        "$STAGE/opt/cpm/lib/libcpmcalc.a" $(flags libs --static | sed 's/-lcpmcalc//')
    run ./example
    [ "$output" = 'a(100) = 354224848179261915075' ]
}

@test "uninstall removes exactly what was installed" {
    cp -R "$STAGE" copy
    touch copy/opt/cpm/lib/other
    cd "$TOP"
    ${MAKE:-make} --no-print-directory uninstall DESTDIR="$BATS_TEST_TMPDIR/copy" PREFIX=/opt/cpm
    cd "$BATS_TEST_TMPDIR"
    [ "$(find copy ! -type d)" = copy/opt/cpm/lib/other ]
}

@test "the directory variables, small and capital, all under DESTDIR" {
    cd "$TOP"
    stage=$BATS_TEST_TMPDIR/stage
    ${MAKE:-make} --no-print-directory install VARIANT=release DESTDIR="$stage" PREFIX=/usr \
        LIBDIR=/usr/lib/x86_64-linux-gnu
    [ -s "$stage/usr/lib/x86_64-linux-gnu/libcpmcalc.so" ]
    grep -qx 'libdir=${exec_prefix}/lib/x86_64-linux-gnu' \
        "$stage/usr/lib/x86_64-linux-gnu/pkgconfig/cpmcalc.pc"
    [ "$(find "$stage" ! -type d | wc -l)" -eq 13 ]
    ${MAKE:-make} --no-print-directory uninstall DESTDIR="$stage" PREFIX=/usr \
        LIBDIR=/usr/lib/x86_64-linux-gnu
    [ "$(find "$stage" ! -type d | wc -l)" -eq 0 ]
    ${MAKE:-make} --no-print-directory install VARIANT=release DESTDIR="$stage" prefix=/opt/a \
        exec_prefix=/opt/b bindir=/sbin includedir=/inc datarootdir=/data mandir=/manual
    for file in /sbin/cpmcalc /opt/b/lib/libcpmcalc.a /inc/cpmcalc.h /manual/man1/cpmcalc.1 \
        /data/zsh/site-functions/_cpmcalc; do
        [ -s "$stage$file" ]
    done
    pc=$stage/opt/b/lib/pkgconfig/cpmcalc.pc
    grep -qx 'exec_prefix=/opt/b' "$pc"
    grep -qx 'libdir=${exec_prefix}/lib' "$pc"
    grep -qx 'includedir=/inc' "$pc"
    [ "$(find "$stage" ! -type d | wc -l)" -eq 13 ]
}

@test "a build outside of the source tree leaves that alone" {
    mkdir tree
    (cd "$TOP" && tar -cf - Makefile include src tools examples) | tar -xf - -C tree
    chmod -R a-w tree
    mkdir out
    cd out
    ${MAKE:-make} --no-print-directory -f ../tree/Makefile VARIANT=release \
        build/release/base/err.o build/release/gen/catalogue_data.inc build/release/rec/catalogue.o > log
    cd ..
    [ -s out/build/release/rec/catalogue.o ]
    grep -q '^  CC ' out/log
    [ ! -e tree/build ]
    chmod -R u+w tree
}

@test "V=1 shows the commands" {
    cd "$TOP"
    run ${MAKE:-make} --no-print-directory -n V=1 VARIANT=release -W src/base/err.c \
        build/release/base/err.o
    [[ $output == *' -c -o build/release/base/err.o '* ]]
}
