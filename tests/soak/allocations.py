#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""allocations.py PROGRAM [SHARE [SEED]] - allocations that fail.

Runs commands of every kind with tests/cli/fail_alloc.c preloaded, which lets the
only k-th allocation fail, all from the k-th on, or some at random. Right is what
happens without a failure, or status 4, "out of memory" and nothing in part. SHARE
is the runs of each command and manner; 0, as when it is left out, means every k.
Prints the figures; the status is 1 after any failure, and 77 where nothing can be
preloaded.
"""
import collections
import concurrent.futures
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile

FILES = {
    'list': ','.join(str(k % 7 - 3) for k in range(300)),
    'loops.py': '''\
def f(n):
    a, b, c = 0, 1, 5
    for i in range(n):
        a, b = b, a + b + 2 * i
        for j in range(3):
            c += i * 2
    return a, c

def g(n):
    x = 1
    while x < n:
        x = x * 3 // 2 + 1
    return x if x % 2 else -x

def h(n):
    return 1 if n == 0 else n * h(n - 1)

print(f(100), g(10**6), h(30))
print(f(10**5)[1] if f(3)[0] > 1 else 0, (1, (2, 3)), pow(3, 10**9, 7))
''',
    'residues.py': '''\
a = 3
for i in range(5001):
    for j in range(10**12):
        a = (a * 2 + i) % 7
print(a)
''',
    'plain.py': '''\
s = 0
for i in range(3000):
    s = s * s % 1000003 + i
    if s % 5 == 0:
        s += 2
print(s, 7 / 2, "text")
''',
    'loops.txt': 'a = 1\nloop 1000\na += b + 1; b += a\nend',
    'wrong.py': 'for i in range(3):\n    x = (1 +\n',
    'gnuplot': '#!/bin/sh\ncat > /dev/null; echo picture\n',
}
COMMANDS = [
    '--nth 1000000 --threads 2 fib',
    '--nth 200000 --base 3 --threads 1 fib',
    '--nth 10^18 --init 1,2 "cur = max(p1+3, p2+5, 7)"',
    '--nth 10^18 --mod 10^9+7 --init 1,2 "cur = p1*p2"',
    '-s mul-pow --nth 12 --init 2,6 "cur = p1*p2^2"',
    '--nth 10^18 --init 1,0 -s or-and "cur = p1 or p2"',
    '--nth 300 --check tribonacci',
    '--nth 60000..60002 --format json --threads 2 fib',
    '--init 1,1/2 --format json --nth 20..30 cur=p1+p2/2+i*2^i',
    '--nth 20000 --init 1 cur=p1/3*2',
    '--nth 10^20 "a(n)=n*(n+1)/2"',
    '--nth 2..40..3 --set k=5 "a(n) = k*a(n-1) - a(n-2); a(0)=1; a(1)=k"',
    '--nth 1000 --of b "a(n) = a(n-1) + 2*b(n-1); b(n) = 3*a(n-1); a(0) = 1; b(0) = 0"',
    '--nth 10^18 --mod 998244353 --signature @list --init @list',
    '--nth 500 --signature @list --init @list',
    '--matrix "1,1;1,0" --nth 20000 --format json',
    '--matrix "1,1/2;0,1" --nth 10^20',
    '--matrix "0,3,inf;2,0,1;inf,4,0" -s min-plus --nth 10^18',
    '-f loops.py "f(2000)"',
    '-f loops.py --explain "f(20)"',
    '-f loops.py --check "f(200)"',
    '-f residues.py',
    '-f plain.py',
    '-f loops.txt',
    '-f wrong.py',
    '--dump ast -f loops.py',
    '--dump matcode -f loops.py "f(50)"',
    '--dump matrix lucas',
    '--dump graph --matrix "1,1;1,0"',
    '--explain --nth 10^6 --mod 10^9+7 "a(n) = a(n-1) + 2*a(n-2) + n; a(0)=0; a(1)=1"',
    '--explain --nth 10^9 --init 1,2 "cur = max(p1+3, p2+5)"',
    '--time --nth 1000 fib',
    '--bench fib --args 10,2000',
    '--bench -f loops.py --args 10,20 f',
    '--plot a.svg --nth 0..20 fib',
    '--list',
    '--list --format json',
    '--help',
    '--version',
    '--nth 5 "cur = p1 +"',
    '--nth 5 nosuchname',
    '--max-memory 1G --nth 10^30 fib',
]
MANNERS = ['only', 'from', 'random']
Outcome = collections.namedtuple('Outcome', 'status out err')


def run(program, shim, args, **variables):
    env = dict(os.environ, LC_ALL='C', LD_PRELOAD=shim, MALLOC_PERTURB_='165', **variables)
    try:
        done = subprocess.run([program] + args, capture_output=True, env=env, timeout=60)
    except subprocess.TimeoutExpired:
        return Outcome('hangs', b'', b'')
    return Outcome(done.returncode, timeless(done.stdout), timeless(done.stderr))


def timeless(text):
    """Without what differs from run to run: times, and in a table of them also where
    columns end. A match that is False stays."""
    if b'match' in text or b'total: ' in text:
        text = re.sub(rb'[0-9]+\.[0-9]+(e-?[0-9]+)?', b'#', text)
        text = re.sub(rb'\(#x\)', b'', re.sub(rb'-{3,}', b'---', text))
        text = re.sub(rb' +(#|-|True) +\|', b' ? |', text)
    return text


NOTE = rb'cpmcalc: note: .*\n'
OUT_OF_MEMORY = b'cpmcalc: error: out of memory\n'


def is_right(got, expected):
    """As without a failure, or out of memory and of the output whole lines at most.
    A note may be lost, and one may say why a column of a table of times ends."""
    said, meant = (re.sub(NOTE, b'', text) for text in (got.err, expected.err))
    if (got.status, got.out, said) == (expected.status, expected.out, meant):
        return True
    return (got.status == 4 and said.endswith(OUT_OF_MEMORY)
            and meant.startswith(said[:-len(OUT_OF_MEMORY)])
            and (got.out == b'' or got.out.endswith(b'\n') and expected.out.startswith(got.out)))


def number_of_allocations(program, shim, args):
    with tempfile.NamedTemporaryFile() as file:
        expected = run(program, shim, args, FAIL_ALLOC_COUNT=file.name)
        return expected, int(file.read())


def faults(manner, count, share):
    """What FAIL_ALLOC is to be."""
    if manner == 'random':
        rate = [2, 10, 100, 1000, max(count // 2, 1)]
        return [f'random:{rate[k % 5]}:{random.randrange(2**32)}' for k in range(share or 200)]
    ks = list(range(1, count + 1))
    if 0 < share < count: # half of them near the ends: FLINT fills its pools between
        ends = random.sample(ks[:150] + ks[-150:], min(share // 2, 300, count))
        ks = ends + random.sample(ks, share - len(ends))
    return [f'{manner}:{k}' for k in ks]


def make_shim(program, folder):
    """Builds what is preloaded; None where that does not work (glibc only)."""
    source = os.path.join(os.path.dirname(__file__), '..', 'cli', 'fail_alloc.c')
    shim = os.path.join(folder, 'fail_alloc.so')
    compiler = shlex.split(os.environ.get('CC', 'cc'))
    built = subprocess.run(compiler + ['-shared', '-fPIC', '-O', '-o', shim, source, '-ldl'],
                           stderr=subprocess.DEVNULL)
    if built.returncode != 0 or run(program, shim, ['-V'], FAIL_ALLOC='from:1').status != 4:
        return None
    return shim


def main():
    program = os.path.abspath(sys.argv[1])
    share = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**32)
    random.seed(seed)
    runs, short, failed = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        shim = make_shim(program, folder)
        if shim is None:
            print('allocations: skipped, nothing can be preloaded here')
            return 77
        os.chdir(folder)
        for name, text in FILES.items():
            with open(name, 'w') as file:
                file.write(text)
        os.chmod('gnuplot', 0o755)
        os.environ['PATH'] = folder + ':' + os.environ['PATH']
        for command in COMMANDS:
            args = shlex.split(command)
            expected, count = number_of_allocations(program, shim, args)
            for manner in MANNERS:
                tried = faults(manner, count, share)
                for fault, got in zip(tried, pool.map(
                        lambda fault: run(program, shim, args, FAIL_ALLOC=fault), tried)):
                    runs += 1
                    short += got.status == 4 != expected.status
                    if not is_right(got, expected):
                        failed += 1
                        print(f'FAILED: FAIL_ALLOC={fault}, status {got.status}: {command}')
                        print(f'    {got.out[-100:]} {got.err[-200:]}')
    print(f'allocations: seed {seed}, {len(COMMANDS)} commands, {runs} runs, '
          f'{short} out of memory, {failed} failed')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
