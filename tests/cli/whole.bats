# SPDX-License-Identifier: MIT
# All or nothing: a line is on standard output whole or not at all, whatever
# fails and whatever signal comes, and limits hold whatever a parent left behind.

load helper

# ended_whole FILE: it is empty, or its last byte ends a line.
ended_whole() {
    [ ! -s "$1" ] || [ "$(tail -c 1 "$1" | od -An -c | tr -d ' ')" = '\n' ]
}

# signalled NAME STATUS: the process dies of the signal, with whole lines only.
signalled() {
    cpmcalc --nth 300000..10^8 --base 3 fib > out 2> err &
    local child=$!
    sleep 0.4
    kill -s "$1" $child
    local ending=0
    wait $child || ending=$?
    [ "$ending" = "$2" ]
    [ ! -s err ]
    ended_whole out
}

@test "an interrupt ends after a whole line, by the signal" {
    # Shells start background jobs with SIGINT ignored, and that is respected.
    python3 - <<'PY'
import signal, subprocess, time, os
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    with open('out', 'wb') as out:
        child = subprocess.Popen(['cpmcalc', '--nth', '300000..10^8', '--base', '3', 'fib'],
                                 stdout=out, stderr=subprocess.PIPE,
                                 preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
        time.sleep(0.4)
        child.send_signal(number)
        assert child.wait(5) == -number, child.returncode
        assert child.stderr.read() == b''
    text = open('out', 'rb').read()
    assert text == b'' or text.endswith(b'\n')
PY
}

@test "SIGTERM and SIGHUP leave whole lines" {
    signalled TERM 143
    signalled HUP 129
}

# bats test_tags=no-asan
@test "a file that may not grow any more: a message, and no half line" {
    ( ulimit -f 100; cpmcalc --nth 3000000 fib > out 2> err ) && false
    [ "$(cat err)" = 'cpmcalc: error: cannot write standard output: File too large' ]
    [ ! -s out ]
    ( ulimit -f 100; cpmcalc --nth 100000..3000000 fib > out 2> err ) && false
    [ -s out ]
    ended_whole out
}

# bats test_tags=no-asan
@test "what stood in a file before stays when a line is taken back" {
    echo before > out
    ( ulimit -f 100; cpmcalc --nth 3000000 fib >> out 2> err ) && false
    [ "$(cat out)" = before ]
}

# bats test_tags=no-asan
@test "short memory for a rational: nothing of its numerator" {
    for kib in 21000 22528 24000 26000 28000; do
        ( ulimit -v $kib
          cpmcalc --max-memory 0 --threads 1 --nth '2*10^6' --init 1 'cur=p1/3*2' > out 2> err ) || {
            [ ! -s out ]
            [ "$(cat err)" = 'cpmcalc: error: out of memory' ]
        }
    done
}

@test "--timeout holds with SIGALRM blocked, and into a pipe that nobody reads" {
    python3 - <<'PY'
import signal, subprocess, time
def run(args, **more):
    start = time.time()
    child = subprocess.Popen(['cpmcalc', '--timeout', '0.5'] + args, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, **more)
    assert child.wait(10) == 4, child.returncode
    assert time.time() - start < 3
    assert child.stderr.read() == b'cpmcalc: error: not finished after 0.5 seconds (--timeout)\n'
run(['--nth', '10^9', '--base', '3', 'fib'],
    preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]))
run(['--nth', '10^9', '--base', '3', 'fib'],
    preexec_fn=lambda: signal.signal(signal.SIGALRM, signal.SIG_IGN))
run(['--nth', '10^6', 'fib'])        # one line that does not fit into the pipe
run(['--nth', '10^5..10^8', 'fib'])
PY
}

@test "--bench works where SIGCHLD is ignored" {
    python3 - <<'PY'
import signal, subprocess
done = subprocess.run(['cpmcalc', '--bench', 'fib', '--args', '0,1000'], capture_output=True,
                      preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
assert done.returncode == 0, done.stderr
PY
}

@test "what was asked for on a full standard error is status 4" {
    [ -e /dev/full ] || skip 'there is no /dev/full here'
    for option in --explain --time; do
        status=0
        cpmcalc $option --nth 5 fib > out 2> /dev/full || status=$?
        [ "$status" -eq 4 ]
        [ "$(cat out)" = 5 ]
    done
}

@test "a closed standard output matters to those who write there" {
    ( cpmcalc --nth 5 fib >&- 2> err ) && false
    [ "$(cat err)" = 'cpmcalc: error: cannot write standard output: Bad file descriptor' ]
}

# fake_gnuplot LINE...: what stands first in PATH as gnuplot.
fake_gnuplot() {
    { echo '#!/bin/sh'; printf '%s\n' "$@"; } > bin/gnuplot
    chmod +x bin/gnuplot
}

@test "an old picture survives a gnuplot that fails or hangs" {
    echo old > a.svg
    fake_gnuplot 'echo boom >&2' 'exit 1'
    ask --plot a.svg --nth 0..20 fib
    ended 4
    complained 'cpmcalc: error: gnuplot failed: boom'
    [ "$(cat a.svg)" = old ]
    fake_gnuplot 'echo $$ > id' 'sleep 60'
    ask --timeout 0.5 --plot a.svg --nth 0..20 fib
    ended 4
    [ "$(cat a.svg)" = old ]
    ! kill -0 "$(cat id)" 2> /dev/null
    [ "$(echo a.svg*)" = a.svg ]
}

@test "a picture replaces a file, follows a link and fills a FIFO" {
    fake_gnuplot 'cat > /dev/null' 'echo picture'
    echo old > a.svg
    ln -s a.svg link.svg
    cpmcalc --plot link.svg --nth 0..20 fib
    [ -L link.svg ]
    [ "$(cat a.svg)" = picture ]
    mkfifo pipe.svg
    cat pipe.svg > got &
    cpmcalc --plot pipe.svg --nth 0..20 fib
    wait
    [ "$(cat got)" = picture ]
    [ -p pipe.svg ]
    cpmcalc --plot b.svg --nth 0..20 fib >&-
    [ "$(cat b.svg)" = picture ]
}
