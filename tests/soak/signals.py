#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""signals.py PROGRAM [ROUNDS [SEED]] - signals at random moments.

Each round runs one of several commands into a file or a pipe, sends it SIGINT,
SIGTERM or SIGHUP, or gives it a --timeout, at a random moment, and looks at what
came: every line whole and right, and the status that of the signal, of the
timeout, or success. Prints the figures; the status is 1 after any failure.
"""
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

COMMANDS = [
    (['--nth', '100000..100400', 'fib'], True),
    (['--nth', '20000..24000', '--base', '7', 'fib'], True),
    (['--nth', '1000000', '--init', '1', 'cur=p1/3*2'], True),
    (['--matrix', '1,1;1,0', '--nth', '100000..100020'], True),
    (['--nth', '3000000', 'fib'], True),
    (['--nth', '10000..10100', '--format', 'json', 'fib'], True),
    (['--nth', '0..2000000', '--mod', '1000000007', '--format', 'bfile', 'fib'], True),
    (['-e', 'for i in range(100000):\n    print(i, 3**(i % 100))'], True),
]
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def expected(program, args, cache={}):
    key = tuple(args)
    if key not in cache:
        start = time.time()
        text = subprocess.run([program] + args, capture_output=True, check=True).stdout
        cache[key] = text, time.time() - start
    return cache[key]


def one(program, folder):
    args, _ = random.choice(COMMANDS)
    text, seconds = expected(program, args)
    moment = random.uniform(0, seconds * 1.1)
    number = random.choice(SIGNALS + [None])
    command = [program] + args if number else [program, '--timeout', f'{moment + 1e-4:.6f}'] + args
    to_file = random.random() < 0.5
    path = os.path.join(folder, 'out')
    out = open(path, 'wb') if to_file else subprocess.PIPE
    child = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, restore_signals=True,
                             preexec_fn=lambda: [signal.signal(s, signal.SIG_DFL) for s in SIGNALS])
    if number:
        time.sleep(moment)
        child.send_signal(number)
    got, message = child.communicate(timeout=60)
    if to_file:
        out.close()
        got = open(path, 'rb').read()
    whole = got == b'' or got.endswith(b'\n')
    good = whole and text.startswith(got)
    if child.returncode == 0:
        good = got == text
    elif number:
        good = good and child.returncode == -number and message == b''
    else:
        good = good and child.returncode == 4 and b'not finished after' in message
    if not good:
        print('FAILED', command, 'file' if to_file else 'pipe', number, moment, child.returncode,
              len(got), len(text), message[-200:])
    return good, child.returncode != 0


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**6)
    random.seed(seed)
    failed = ended = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            good, early = one(program, folder)
            failed += not good
            ended += early
    print(f'signals: seed {seed}, {rounds} rounds, {ended} ended early, {failed} failed')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
