"""What the peers in Python have in common: arguments, the table of workloads, time taking, one line of JSON for each measurement."""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

WORKLOADS = {w["name"]: w for w in json.loads(Path(__file__).with_name("workloads.json").read_text())}
INFERENCE = {
    f"{sizes}/{samples}": {"name": f"{sizes}/{samples}", "sizes": [int(n) for n in sizes.split("-")], "samples": samples}
    for samples in (1, 10000)
    for sizes in ("8-16-1", "64-128-10", "784-256-128-10")
}


def arguments(description, table, *options):
    """Reads the command line and limits the threads. Call it before the import of anything that starts threads."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("names", nargs="*", metavar="name", help="what is timed; all if none is named: " + ", ".join(table))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each is timed")
    parser.add_argument("--serve", action="store_true", help="reads names from standard input")
    for name, settings in options:
        parser.add_argument(name, **settings)
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in table]
    if unknown:
        parser.error(f"there is no {unknown[0]}; there are {', '.join(table)}")
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[library + "_NUM_THREADS"] = str(args.threads)
    return args


def run(peer, args, table, prepare):
    """Times what `prepare` makes of each workload: a call, or a generator of seconds; or prints why it makes nothing."""
    names = (line.strip() for line in sys.stdin) if args.serve else args.names or table
    made = (None, None)
    for name in names:
        line = {"peer": peer, "workload": name, "threads": args.threads}
        try:
            if made[0] != name:  # the rounds of a comparison ask for the same again, and go on where the last one ended
                made = (None, None)  # two workloads at a time may be more than the memory holds
                made = (name, warm(prepare(table[name])))
            line["median_us"] = 1e6 * statistics.median(times(made[1], args.seconds))
        except NotImplementedError as missing:
            line["error"] = str(missing)
        print(json.dumps(line), flush=True)


def warm(work):
    """The seconds of each call, for ever, behind the first three: or behind fewer, where those take a second."""
    if callable(work):
        work = clock(work)
    next(work)  # this one may compile
    begin = time.perf_counter()
    for _ in range(2):
        if time.perf_counter() - begin < 1:
            next(work)
    return work


def times(work, seconds):
    """Seconds a call, for so long and at least three times."""
    taken = []
    begin = time.perf_counter()
    while len(taken) < 3 or time.perf_counter() - begin < seconds:
        taken.append(next(work))
    return taken


def clock(call):
    """Makes a call, and gives the seconds that it took."""
    while True:
        start = time.perf_counter()
        call()
        yield time.perf_counter() - start


def cycle(batches):
    """The batches, epoch after epoch."""
    while True:
        yield from batches
