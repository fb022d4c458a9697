"""Programs that are run by cpmcalc and by this Python: what the writers of random
programs here share.

    SCRIPT CPMCALC [COUNT [SEED]]

Each program ends in the same text or fails in both; the first that does not is printed.
"""
import subprocess
import sys


def run(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
    return done.returncode == 0, done.stdout


def main(program, options=()):
    """`program` makes the text of a seed."""
    cpmcalc, count, seed = sys.argv[1], int((sys.argv + ["200"] * 2)[2]), int((sys.argv + [0] * 4)[3])
    failures = 0
    for at in range(seed, seed + count):
        text = program(at)
        ours = run([cpmcalc, "-q", *options, "-f", "-"], text)
        theirs = run([sys.executable, "-"], text)
        failures += not theirs[0]
        if ours != theirs:
            print(text, f"seed {at}: {ours}"[:2000], f"Python: {theirs}"[:2000], sep="\n")
            return 1
    print(f"{count} programs agree, of which {failures} fail in both")
    return 0
